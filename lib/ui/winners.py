"""Who wins and who loses under a simulation, in frames: by group, by the size of the change, and whose month jumps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from lib.charts import Series
from lib.contracts import Reach
from lib.desk import Simulation
from lib.impact.groups import EVERYBODY, GroupRow, Table, facts_of, tables
from lib.impact.monthly import earlier_fees, spread_bills
from lib.impact.settings import Settings
from lib.impact.shock import Jump, Shock, shock
from lib.ui import frames, numbers
from lib.ui.effects import FALLS, RISES
from lib.ui.legends import Legend

UNMOVED = "unchanged"  # the bin that holds no change
GROUP, _PLACED = "Group", " of "  # as lib.impact.groups names the groups of equal number: 1 of 5


@dataclass(frozen=True)
class Winners:
    """One price change as its customers meet it, everybody reached and nobody reacting.

    `groups` has a row per property and group, and last of each property one of everybody. A group that is too small
    keeps its sums, so that the rows add up, and has no counts, no mean and no percentage. `spread` counts customers by
    the relative change of their bill; `jumps` names whose month jumps because of the change.
    """

    customers: int
    pay_more: int
    pay_less: int
    change_usd: Decimal
    groups: pd.DataFrame
    spread: pd.DataFrame
    jumps: pd.DataFrame
    shock: Shock
    settings: Settings

    @property
    def moved(self) -> int:
        """Customers whose bill changes by more than the cut below which it is unchanged."""
        return self.pay_more + self.pay_less

    @property
    def properties(self) -> list[str]:
        """What customers can be grouped by, the baseline bill first."""
        return list(dict.fromkeys(self.groups["property"]))

    def by(self, name: str) -> pd.DataFrame:
        """The groups of one property, everybody last."""
        return self.groups[self.groups["property"] == name]


def of(result: Simulation, reach: Mapping[str, Reach], settings: Settings, names: Mapping[str, str]) -> Winners:
    """A simulation, when prices reach contracts on its rails, how to look, and names by customer → who wins and loses.

    Personas and regions are those its contracts carry; tenure is counted up to the end of the window.
    """
    until = result.window[1]
    facts = facts_of(result.population, until, _known(result, "persona"), _known(result, "region"))
    grouped = tables(result.customers, facts, until, settings)
    was, becomes = _monthly(result, reach)
    found = shock(result.customers, was, becomes, settings)
    return Winners(
        customers=len(result.customers),
        pay_more=sum(result.groups[name] for name in RISES),
        pay_less=sum(result.groups[name] for name in FALLS),
        change_usd=result.delta,
        groups=_groups(grouped),
        spread=frames.table(found.bins, {"low": "low_rate", "high": "high_rate", "customers": "customers"}),
        jumps=_jumps(found.new, names),
        shock=found,
        settings=settings,
    )


def _known(result: Simulation, fact: str) -> dict[str, str]:
    """What the contracts say of their customers; who has nothing said has no entry."""
    said = ((one.customer_id, one.fact(fact)) for one in result.population.contracts.values())
    return {customer: word for customer, word in said if word}


def _monthly(result: Simulation, reach: Mapping[str, Reach]) -> list[dict[str, dict[date, Decimal]]]:
    """Every customer's bills by month under both books, fees spread over the months they pay for."""
    sides = ([result.books[0]], result.baseline), (result.shelf, result.proposed)
    return [
        spread_bills((*earlier_fees(books, result.population, result.window, reach), *side.lines), result.window)
        for books, side in sides
    ]


def _groups(grouped: Mapping[str, Table]) -> pd.DataFrame:
    rows = [(name, row) for name, table in grouped.items() for row in (*table.rows, table.everybody)]
    found = pd.DataFrame({"property": [name for name, _ in rows], "group": [row.name for _, row in rows]})
    counts = ("customers", "up", "down", "unchanged")
    amounts = {"baseline_usd": "baseline", "change_usd": "change", "share_rate": "share_of_change"}
    relative = {"mean_change_usd": "mean_change", "change_rate": "rate"}
    return frames.cents(
        found.assign(
            **{key: pd.array([_told(row, key) for _, row in rows], dtype="Int64") for key in counts},
            **{name: frames.column(getattr(row, key) for _, row in rows) for name, key in amounts.items()},
            **{name: frames.column(_told(row, key) for _, row in rows) for name, key in relative.items()},
            is_small=[row.is_small for _, row in rows],
        ),
        "mean_change_usd",
    )


def _told(row: GroupRow, key: str) -> Any:
    """What is told of a group only where it is not too small; everybody is never too few."""
    return None if row.is_small and row.name != EVERYBODY else getattr(row, key)


def _jumps(found: Sequence[Jump], names: Mapping[str, str]) -> pd.DataFrame:
    """Jumps in their order, the worst first."""
    return pd.DataFrame(
        {
            "customer": [numbers.who(one.customer_id, names) for one in found],
            "month": [one.month for one in found],
            "usual_usd": frames.column(one.usual for one in found),
            "proposed_usd": frames.column(one.proposed for one in found),
        }
    )


# In the order and the words of a reader


def ordered(winners: Winners, name: str, legend: Legend) -> pd.DataFrame:
    """The groups of one property, tiers as they rise and personas as they climb, named; a small one says it is."""
    rows, series = winners.by(name), _series(name, legend)
    keys = [one.key for one in series]
    places = [keys.index(group) if group in keys else len(keys) + _is_last(group) for group in rows["group"]]
    few = f" (fewer than {winners.settings.fewest_customers})"
    words = [
        words_of(name, group, legend) + (few if is_small and group != EVERYBODY else "")
        for group, is_small in zip(rows["group"], rows["is_small"], strict=True)
    ]
    placed = rows.assign(name=words, place=places).sort_values("place", kind="stable")
    return placed.drop(columns=["place"]).reset_index(drop=True)


def words_of(name: str, group: str, legend: Legend) -> str:
    """A group of a property as a reader knows it."""
    if _PLACED in group and name.startswith("baseline"):
        place, _, parts = group.partition(_PLACED)
        ends = {"1": " (lowest bills)", parts: " (highest bills)"}
        return f"{GROUP} {group}{ends.get(place, '')}"
    known = {one.key: one.label for one in _series(name, legend)}
    return known.get(group, group[:1].upper() + group[1:])


def largest(winners: Winners, name: str) -> tuple[str, Decimal]:
    """The group of a property whose bills move most, and by how much."""
    rows = winners.by(name)
    groups = rows[rows["group"] != EVERYBODY]
    return max(zip(groups["group"], groups["change_usd"], strict=True), key=lambda pair: abs(pair[1]))


def shown_bins(winners: Winners) -> pd.DataFrame:
    """The bins from the first to the last that holds a customer, named by their cuts; one between two of them stays."""
    held = [place for place, count in enumerate(winners.spread["customers"]) if count]
    found = winners.spread.iloc[held[0] : held[-1] + 1] if held else winners.spread.iloc[:0]
    words = [_bin_words(*ends) for ends in zip(found["low_rate"], found["high_rate"], strict=True)]
    signs = [_bin_sign(*ends) for ends in zip(found["low_rate"], found["high_rate"], strict=True)]
    return found.assign(name=words, sign=signs).reset_index(drop=True)


def _bin_sign(low: Decimal | None, high: Decimal | None) -> int:
    """Which way the bills of a bin move; none where it holds no change at all."""
    return -1 if high is not None and high <= 0 else 1 if low is not None and low >= 0 else 0


def _bin_words(low: Decimal | None, high: Decimal | None) -> str:
    sign = _bin_sign(low, high)
    if sign == 0:
        return UNMOVED
    verb = "rises" if sign > 0 else "falls"
    near, far = (low, high) if sign > 0 else (high, low)
    least = numbers.percent(abs(near or Decimal(0)), _digits(near))
    return (
        f"{verb} more than {least}" if far is None else f"{verb} {least} to {numbers.percent(abs(far), _digits(far))}"
    )


def _digits(cut: Decimal | None) -> int:
    """As many decimals as a cut has as a percentage."""
    exponent = (cut or Decimal(0)).normalize().as_tuple().exponent
    return max(0, -exponent - 2) if isinstance(exponent, int) else 0


def _series(name: str, legend: Legend) -> Sequence[Series]:
    return {"tier": legend.tiers, "rail": legend.rails, "persona": legend.personas}.get(name, ())


def _is_last(group: str) -> int:
    return int(group == EVERYBODY)
