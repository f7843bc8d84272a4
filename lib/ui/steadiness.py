"""How steady bills are under both books of a simulation, and where more use would cost less, in frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from lib.contracts import Reach
from lib.desk import Simulation
from lib.impact.by_book import cliffs_by_book
from lib.impact.cliffs import Cliffs, TierChoice, UnitCliff, cliffs, new_cliffs
from lib.impact.monthly import earlier_fees
from lib.impact.predictability import CONSUMPTION, EVERYBODY, FLAT, HYBRID, UNKNOWN, Predictability, predictability
from lib.impact.settings import Settings
from lib.money import total
from lib.ui import frames, numbers

TODAY, PROPOSED = "today", "proposed"
BOOKS = (TODAY, PROPOSED)
KINDS = (FLAT, TODAY, PROPOSED, CONSUMPTION)  # of a spread: two models beside the hybrid of both books


@dataclass(frozen=True)
class Steady:
    """How much one customer's bill varies from month to month, and the cliffs of both books.

    `variation` has a row per book, persona and model: customers with at least `fewest_months` whole months and
    a bill in them, and the quarters of their coefficients of variation, as fractions of the mean bill; None where
    nobody has a bill. `units` and `tiers` hold the cliffs of both books, the largest gap first, with the book they are
    of and whether they are new in it; `not_compared` counts by reason the contracts whose next tier was not asked for.
    """

    window: tuple[date, date]
    fewest_months: int
    fewest_customers: int
    variation: pd.DataFrame
    factor: float | None
    units: pd.DataFrame
    tiers: pd.DataFrame
    compared: int
    not_compared: Mapping[str, int]

    def median(self, model: str, book: str = PROPOSED, persona: str = EVERYBODY) -> float | None:
        """The middle customer's coefficient of variation; None where nobody has a bill."""
        rows = self.variation
        found = rows[(rows["model"] == model) & (rows["book"] == book) & (rows["persona"] == persona)]
        middle = list(found["median_rate"])[:1]
        return None if not middle or middle[0] is None else float(middle[0])

    def cliffs(self, kind: str, book: str, new: bool = False) -> pd.DataFrame:
        """The cliffs of one kind, units or tiers, under one book; all of them, or those that are new in it."""
        rows = self.units if kind == "units" else self.tiers
        own = rows[rows["book"] == book]
        return own[own["is_new"].astype(bool)] if new else own


def of(result: Simulation, reach: Mapping[str, Reach], settings: Settings, names: Mapping[str, str]) -> Steady:
    """A simulation, when prices reach contracts on its rails, how to look, and names by customer → its steadiness.

    Personas are those that its contracts carry.
    """
    population, window = result.population, result.window
    was = cliffs(result.books[0], population, window, reach, result.baseline.lines)
    becomes = cliffs_by_book(result.shelf, population, window, reach, result.proposed.lines)
    own = dict(zip(BOOKS, _predicted(result, reach, settings.fewest_months), strict=True))
    fresh = new_cliffs(was, becomes)
    return Steady(
        window=window,
        fewest_months=settings.fewest_months,
        fewest_customers=settings.fewest_customers,
        variation=_variation(own),
        factor=own[PROPOSED].factor,
        units=_units(was, becomes, fresh, names),
        tiers=_tiers(was, becomes, fresh, names),
        compared=len(becomes.choices),
        not_compared={reason: count for reason, count in becomes.not_compared.items() if count},
    )


def _predicted(result: Simulation, reach: Mapping[str, Reach], fewest: int) -> Iterable[Predictability]:
    population, window = result.population, result.window
    personas = {one.customer_id: one.fact("persona") or UNKNOWN for one in population.contracts.values()}
    for books, side in (([result.books[0]], result.baseline), (result.shelf, result.proposed)):
        earlier = earlier_fees(books, population, window, reach)
        yield predictability(side.lines, earlier, population, window, personas, fewest)


def _variation(own: Mapping[str, Predictability]) -> pd.DataFrame:
    rows = [(book, one) for book, found in own.items() for one in found.variations]
    quarters = {"lower_rate": "lower", "median_rate": "median", "upper_rate": "upper"}
    columns = {"persona": "persona", "model": "model", "customers": "customers"}
    return pd.DataFrame(
        {
            "book": [book for book, _ in rows],
            **{name: [getattr(one, key) for _, one in rows] for name, key in columns.items()},
            **{name: frames.column(getattr(one, key) for _, one in rows) for name, key in quarters.items()},
        }
    )


# Cliffs


def _units(was: Cliffs, becomes: Cliffs, fresh: Cliffs, names: Mapping[str, str]) -> pd.DataFrame:
    rows: list[tuple[str, UnitCliff]] = [
        *((TODAY, one) for one in was.units),
        *((PROPOSED, one) for one in becomes.units),
    ]
    new = {_place(one) for one in fresh.units}
    return pd.DataFrame(
        {
            "customer": [numbers.who(one.customer_id, names) for _, one in rows],
            "dimension": [one.dimension for _, one in rows],
            "month": [one.month for _, one in rows],
            "used_quantity": frames.column(one.quantity for _, one in rows),
            "amount_usd": frames.column(one.amount for _, one in rows),
            "cheapest_quantity": frames.column(one.cheapest for _, one in rows),
            "gap_usd": frames.column(one.gap for _, one in rows),
            "is_next": [one.is_next for _, one in rows],
            "contract_id": [one.contract_id for _, one in rows],
            "book": [book for book, _ in rows],
            "is_new": [book == PROPOSED and _place(one) in new for book, one in rows],
        }
    )


def _place(one: UnitCliff) -> tuple[str, str, date]:
    return one.contract_id, one.dimension, one.month


def _tiers(was: Cliffs, becomes: Cliffs, fresh: Cliffs, names: Mapping[str, str]) -> pd.DataFrame:
    rows: list[tuple[str, TierChoice]] = [
        *((TODAY, one) for one in was.tiers),
        *((PROPOSED, one) for one in becomes.tiers),
    ]
    new = {one.contract_id for one in fresh.tiers}
    return pd.DataFrame(
        {
            "customer": [numbers.who(one.customer_id, names) for _, one in rows],
            "plan_key": [one.plan_key for _, one in rows],
            "next_plan_key": [one.next_key for _, one in rows],
            "stays_usd": frames.column(one.stays for _, one in rows),
            "moves_usd": frames.column(one.moves for _, one in rows),
            "gap_usd": frames.column(one.gap for _, one in rows),
            "months": [one.months for _, one in rows],
            "cheaper_months": [one.cheaper_months for _, one in rows],
            "contract_id": [one.contract_id for _, one in rows],
            "book": [book for book, _ in rows],
            "is_new": [book == PROPOSED and one.contract_id in new for book, one in rows],
        }
    )


def gap(rows: pd.DataFrame) -> Decimal:
    """What all cliffs of a table are worth together to those who stand on them."""
    return Decimal(total(rows["gap_usd"]))


def by_persona(steady: Steady, personas: Sequence[str]) -> pd.DataFrame:
    """Everybody, then personas in the order given, then whoever else there is; four spreads each.

    flat and consumption are those of the proposed book; hybrid stands there for both.
    """
    rows = steady.variation
    pairs = ((PROPOSED, FLAT), (TODAY, HYBRID), (PROPOSED, HYBRID), (PROPOSED, CONSUMPTION))
    keys = dict(zip(pairs, KINDS, strict=True))
    named = rows.assign(kind=[keys.get(pair, "") for pair in zip(rows["book"], rows["model"], strict=True)])
    shown = named[named["kind"] != ""]
    order = [EVERYBODY, *personas]
    places = [order.index(key) if key in order else len(order) for key in shown["persona"]]
    placed = shown.assign(place=places, within=[KINDS.index(kind) for kind in shown["kind"]])
    return placed.sort_values(["place", "persona", "within"]).drop(columns=["place", "within"]).reset_index(drop=True)
