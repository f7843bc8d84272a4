"""A price change reduced to what a page shows: what could move and what moved, by month and for every customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from lib.catalog.book import Book
from lib.catalog.document import Document
from lib.catalog.scenario import Change, Scenario, diff
from lib.catalog.words import change_words, claim_changes, reach_words
from lib.contracts import STATES
from lib.desk import Ready
from lib.freshness import SourceState
from lib.moved import MovedMonth
from lib.outcome import GROUPS, CustomerChange, group_of
from lib.replay import Answer
from lib.ui import frames

ZERO = Decimal(0)
UNCHANGED = "unchanged"
_MIDDLE = GROUPS.index(UNCHANGED)
FALLS, RISES = GROUPS[:_MIDDLE], GROUPS[_MIDDLE + 1 :]


@dataclass(frozen=True)
class Effect:
    """One scenario held against the months of its window: with everybody reached at once, and as they are reached.

    `by_state` is the change in USD by what has moved or what holds it. `invoiced_usd` is what invoices dated in the
    window really say, None for months to come; `incomplete` are the feeds that are missing, `unmetered` customers
    carried on without a full month of usage. What the headline does not need is worked out when it is drawn.
    """

    key: str
    name: str
    why: str
    effective: date | None
    takes_effect: date
    horizon: str
    window: tuple[date, date]
    baseline_usd: Decimal
    could_usd: Decimal
    by_state: Mapping[str, Decimal]
    invoiced_usd: Decimal | None
    reach: str
    incomplete: tuple[SourceState, ...]
    unmetered: int
    found: Answer
    books: tuple[Book, Book]
    reworded: tuple[Change, ...]

    @cached_property
    def by_month(self) -> pd.DataFrame:
        """Month, baseline, then the change by state, in USD."""
        return _by_month(self.found)

    @cached_property
    def recurring(self) -> pd.DataFrame:
        """Month, MRR of the baseline at its end, then the change by state, in USD."""
        return _recurring(self.found.recurring)

    @cached_property
    def sharpest_rate(self) -> Decimal | None:
        """The largest relative rise of one customer's bill, everybody reached; None where no bill rises."""
        return _sharpest(self.found)

    @cached_property
    def groups(self) -> Mapping[str, int]:
        """How many customers' bills change by how much, everybody reached."""
        return self.found.groups

    @cached_property
    def groups_moved(self) -> Mapping[str, int]:
        """The same as they are reached."""
        return self.found.grouped(self.found.did)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every leaf where the two books differ."""
        return diff(*self.books)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What changes, of the books and of what we say, in sentences."""
        return change_words((*self.changes, *self.reworded), *self.books)

    @property
    def pay_more(self) -> int:
        """Customers whose bill rises by more than the cut below which it is unchanged, everybody reached."""
        return sum(self.groups[group] for group in RISES)

    @property
    def pay_less(self) -> int:
        """Customers whose bill falls by more than that cut."""
        return sum(self.groups[group] for group in FALLS)

    @property
    def paying_more(self) -> int:
        """Customers whose bill had risen by more than that cut by the end of the window, as they are reached."""
        return sum(self.groups_moved[group] for group in RISES)

    @property
    def paying_less(self) -> int:
        """Customers whose bill had fallen by more than that cut by then."""
        return sum(self.groups_moved[group] for group in FALLS)

    @property
    def moved_usd(self) -> Decimal:
        """What moved within the window."""
        return self.by_state[STATES[0]]

    def by_state_column(self, name: str) -> Decimal:
        """The change in the state of a column."""
        return next(amount for state, amount in self.by_state.items() if column(state) == name)

    @property
    def rate(self) -> Decimal | None:
        """The change with everybody reached, as a fraction of the baseline revenue."""
        return self.could_usd / self.baseline_usd if self.baseline_usd else None


@dataclass(frozen=True)
class Known:
    """Who a customer is, on the rail and tier of their newest contract; None where no source says it."""

    name: str
    rail: str | None = None
    tier: str | None = None
    persona: str | None = None


@dataclass(frozen=True)
class World:
    """What every effect of one opening is told beside: who the customers are, what was invoiced, what we say."""

    customers: Mapping[str, Known]
    invoiced: Decimal | None
    claims: Document
    incomplete: tuple[SourceState, ...]


def of(scenario: Scenario, ready: Ready, horizon: str, books: tuple[Book, Book], world: World) -> Effect:
    """A scenario, the population that is ready for it, and the baseline and the proposed book → its effect."""
    found = ready.under(books[1])
    return Effect(
        key=scenario.key,
        name=scenario.name,
        why=scenario.why,
        effective=scenario.effective,
        takes_effect=ready.effective,
        horizon=horizon,
        window=ready.prepared.window,
        baseline_usd=found.amount(found.baseline),
        could_usd=found.amount(found.could),
        by_state={state: found.amount(coins) for state, coins in found.by_state.items()},
        invoiced_usd=world.invoiced,
        reach=reach_words(scenario.rollout),
        incomplete=world.incomplete,
        unmetered=len(ready.unmetered),
        found=found,
        books=books,
        reworded=claim_changes(world.claims, scenario.claims),
    )


def _by_month(found: Answer) -> pd.DataFrame:
    """Month, baseline, then the change by state, in USD."""
    states = {state: frames.column(found.by_month(coins)) for state, coins in found.by_state.items()}
    return pd.DataFrame(
        {"month": list(found.months), "baseline_usd": frames.column(found.by_month(found.baseline)), **_columns(states)}
    )


def _recurring(months: Sequence[MovedMonth]) -> pd.DataFrame:
    """Month, MRR of the baseline at its end, then the change by state, in USD."""
    states = {state: frames.column([one.by_state[state] for one in months]) for state in STATES}
    baseline = frames.column([one.baseline for one in months])
    return pd.DataFrame({"month": [one.month for one in months], "baseline_usd": baseline, **_columns(states)})


def _columns(states: Mapping[str, "pd.Series[Any]"]) -> dict[str, "pd.Series[Any]"]:
    return {column(state): values for state, values in states.items()}


def column(state: str) -> str:
    """The name of a state's column of amounts."""
    return f"{state.replace(' ', '_').replace('-', '_')}_usd"


def _sharpest(found: Answer) -> Decimal | None:
    """The largest rise of one bill as a fraction of it, everybody reached; infinite where one rises from nothing."""
    was, change = found.baseline.sum(axis=1), found.could.sum(axis=1)
    if ((was <= 0) & (change > 0)).any():
        return Decimal("Infinity")
    rising = np.flatnonzero((was > 0) & (change > 0))
    if not rising.size:
        return None
    most = rising[np.argmax(change[rising] / was[rising])]
    return Decimal(int(change[most])) / Decimal(int(was[most]))


def customers(found: Answer, known: Mapping[str, Known]) -> pd.DataFrame:
    """Every customer's two bills, everybody reached, and what moved of the change, the largest change first."""
    was, could, did = (found.by_customer(coins) for coins in (found.baseline, found.could, found.did))
    changes = [
        CustomerChange(name, before, before + change)
        for name, before, change in zip(found.customers, was, could, strict=True)
    ]
    moved = dict(zip(found.customers, did, strict=True))
    ordered = sorted(changes, key=lambda change: (-abs(change.delta), change.customer_id))
    who = [known.get(change.customer_id, Known(change.customer_id)) for change in ordered]
    return pd.DataFrame(
        {
            "customer_id": [change.customer_id for change in ordered],
            "customer_name": [one.name for one in who],
            "rail": [one.rail for one in who],
            "tier": [one.tier for one in who],
            "persona": [one.persona for one in who],
            "baseline_usd": frames.column([change.baseline for change in ordered]),
            "proposed_usd": frames.column([change.proposed for change in ordered]),
            "delta_usd": frames.column([change.delta for change in ordered]),
            "delta_rate": frames.column([change.rate for change in ordered]),
            "moved_usd": frames.column([moved[change.customer_id] for change in ordered]),
            "group": [group_of(change) for change in ordered],
        }
    )
