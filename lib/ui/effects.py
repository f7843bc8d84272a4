"""A simulation reduced to what a page shows: two totals, the months, the tiers, and every customer's two bills."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from lib.catalog.scenario import Change
from lib.desk import Simulation
from lib.freshness import SourceState
from lib.outcome import GROUPS, CustomerChange, Line, Outcome, difference, group_of

ZERO = Decimal(0)
UNCHANGED = "unchanged"
_MIDDLE = GROUPS.index(UNCHANGED)
FALLS, RISES = GROUPS[:_MIDDLE], GROUPS[_MIDDLE + 1 :]


@dataclass(frozen=True)
class Effect:
    """The static effect of one scenario over its window of full usage months, everybody reached at once.

    `invoiced_usd` is what invoices dated in the window really say; `credited` are customers whose bill moves against
    the price, because the credit of an upgrade moves with it; `incomplete` are the feeds that are missing.
    """

    key: str
    name: str
    why: str
    effective: date | None
    window: tuple[date, date]
    baseline_usd: Decimal
    proposed_usd: Decimal
    invoiced_usd: Decimal
    by_month: pd.DataFrame
    by_tier: pd.DataFrame
    customers: pd.DataFrame
    groups: Mapping[str, int]
    changes: tuple[Change, ...]
    credited: tuple[str, ...]
    incomplete: tuple[SourceState, ...]

    @property
    def pay_more(self) -> int:
        """Customers whose bill rises by more than the cut below which it is unchanged."""
        return sum(self.groups[group] for group in RISES)

    @property
    def pay_less(self) -> int:
        """Customers whose bill falls by more than that cut."""
        return sum(self.groups[group] for group in FALLS)

    @property
    def delta_usd(self) -> Decimal:
        """Proposed less baseline."""
        return self.proposed_usd - self.baseline_usd

    @property
    def rate(self) -> Decimal | None:
        """The change as a fraction of the baseline revenue."""
        return self.delta_usd / self.baseline_usd if self.baseline_usd else None


@dataclass(frozen=True)
class Known:
    """Who a customer is, on the rail and tier of their newest contract; None where no source says it."""

    name: str
    rail: str | None = None
    tier: str | None = None
    persona: str | None = None


def of(result: Simulation, customers: Mapping[str, Known], invoiced: Decimal) -> Effect:
    """A simulation, the customers it is about and what was invoiced in its window → its effect."""
    return Effect(
        key=" + ".join(one.key for one in result.scenarios),
        name=result.name,
        why=" ".join(one.why for one in result.scenarios),
        effective=min((one.effective for one in result.scenarios if one.effective), default=None),
        window=result.window,
        baseline_usd=result.baseline.revenue,
        proposed_usd=result.proposed.revenue,
        invoiced_usd=invoiced,
        by_month=_compared(result, "month", _month),
        by_tier=_compared(result, "tier", _tier),
        customers=_customers(result, customers),
        groups=result.groups,
        changes=result.changes,
        credited=tuple(_who(customers, change.customer_id).name for change in _against_the_price(result)),
        incomplete=result.incomplete,
    )


def _against_the_price(result: Simulation) -> list[CustomerChange]:
    """Customers whose bill moves one way while everything on it but credits stays or moves the other way."""
    uncredited = difference(_without_credits(result.baseline), _without_credits(result.proposed))
    moves = {change.customer_id: change.delta for change in uncredited}
    moved = [change for change in result.customers if change.delta]
    return [change for change in moved if change.delta * moves.get(change.customer_id, ZERO) <= 0]


def _without_credits(outcome: Outcome) -> Outcome:
    return Outcome(tuple(line for line in outcome.lines if line.kind != "proration"))


def _who(known: Mapping[str, Known], customer_id: str) -> Known:
    """A customer, by their id where no source names them."""
    return known.get(customer_id, Known(customer_id))


def _compared(result: Simulation, name: str, key: Callable[[Line], str | date]) -> pd.DataFrame:
    """Both outcomes summed by one property of a line, and the difference."""
    was, becomes = result.baseline.by(key), result.proposed.by(key)
    keys = sorted(was.keys() | becomes.keys(), key=str)
    return pd.DataFrame(
        {
            name: keys,
            "baseline_usd": [was.get(entry, ZERO) for entry in keys],
            "proposed_usd": [becomes.get(entry, ZERO) for entry in keys],
            "delta_usd": [becomes.get(entry, ZERO) - was.get(entry, ZERO) for entry in keys],
        }
    )


def _customers(result: Simulation, known: Mapping[str, Known]) -> pd.DataFrame:
    """Every customer's two bills, the largest change first."""
    ordered = sorted(result.customers, key=lambda change: (-abs(change.delta), change.customer_id))
    found = [_who(known, change.customer_id) for change in ordered]
    return pd.DataFrame(
        {
            "customer_id": [change.customer_id for change in ordered],
            "customer_name": [one.name for one in found],
            "rail": [one.rail for one in found],
            "tier": [one.tier for one in found],
            "persona": [one.persona for one in found],
            "baseline_usd": [change.baseline for change in ordered],
            "proposed_usd": [change.proposed for change in ordered],
            "delta_usd": [change.delta for change in ordered],
            "delta_rate": [change.rate for change in ordered],
            "group": [group_of(change) for change in ordered],
        }
    )


def _tier(line: Line) -> str:
    return line.contract.tier or "no tier"


def _month(line: Line) -> date:
    return line.month
