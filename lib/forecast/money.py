"""What a customer of every class and state pays in the months to come: the table that a forecast multiplies with.

The cohort `here` is today's customers, `new` everybody who comes. Today's pay the average of those who stand where they
stand (persona, tier, rail, term, and month of renewal for a yearly bill), each as its own bill is reached; so the
table times today's customers is today's MRR, and stays what a simulation says of them while nobody moves. Where nobody
stands, and for who comes, it is the list price that a contract begun then pays by then. A tier without a list price
costs what its customers pay on average, and one without customers what the tier below costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from lib.contracts import Contract
from lib.forecast.ladder import ANNUAL, BANDS, COHORTS, MONTHS_OF_YEAR, TERMS, Ladder, State
from lib.forecast.paying import Payer, mean, paid
from lib.forecast.pricing import Pricing, PricingError, signed
from lib.periods import add_months, month_end, month_of

Floats = NDArray[np.float64]
Series = tuple[Fraction, ...]
Cell = tuple[State, str, str]  # on a rail, for a term
HERE, NEW = range(len(COHORTS))


@dataclass(frozen=True, eq=False)
class Customers:
    """Today's customers on the ladder, and the months to come after `month`, the last recorded one."""

    ladder: Ladder
    payers: tuple[Payer, ...]
    month: date
    horizon: int

    @cached_property
    def months(self) -> tuple[date, ...]:
        """First days of the months to come."""
        return tuple(add_months(month_of(self.month), number + 1) for number in range(self.horizon))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The last recorded day, and the last days of the months to come."""
        return tuple(month_end(month) - timedelta(days=1) for month in (month_of(self.month), *self.months))

    @property
    def cells(self) -> Iterator[tuple[int, int, int, Cell]]:
        """Every state, rail and term by their places, and by name."""
        for s, state in enumerate(self.ladder.states):
            for r, rail in enumerate(self.ladder.rails):
                for t, term in enumerate(TERMS):
                    yield s, r, t, (state, rail, term)


@dataclass(frozen=True, eq=False)
class PriceTable:
    """What customers pay in one world, as exact fractions, until `recurring` makes floats of them."""

    customers: Customers
    baseline: Pricing
    pricing: Pricing
    _kept: dict[object, Series] = field(default_factory=dict, repr=False)

    @cached_property
    def own(self) -> tuple[Series, ...]:
        """What each of today's customers pays on the last recorded day and at every month's end to come."""
        return tuple(paid(payer, self.baseline, self.pricing, self.customers.days) for payer in self.customers.payers)

    @cached_property
    def at_start(self) -> Floats:
        """The average of today's bills where somebody stands, else what a newcomer would pay [C, S]."""
        table: Floats = self._table[0].reshape(-1, len(self.customers.ladder.states))
        return table

    @cached_property
    def recurring(self) -> Floats:
        """USD a month of one customer by month to come, class and state [H, C, S]."""
        table: Floats = self._table[1:].reshape(self.customers.horizon, -1, len(self.customers.ladder.states))
        return table

    @cached_property
    def _table(self) -> Floats:
        ladder = self.customers.ladder
        table = np.zeros((self.customers.horizon + 1, *ladder.shape, len(ladder.states)))
        groups = self._groups()
        for s, r, t, cell in self.customers.cells:
            for renews_in in range(MONTHS_OF_YEAR):
                here = groups.get((*cell, renews_in if cell[2] == ANNUAL else None)) or self._listed(cell, renews_in)
                table[:, HERE, r, t, renews_in, :, s] = _floats(here)[:, None]
            table[1:, NEW, r, t, :, :, s] = arrived(self._new(cell), self.customers.months)
            table[0, NEW, r, t, :, :, s] = table[1, NEW, r, t, :, :, s]
        return table

    def _groups(self) -> Mapping[object, Series]:
        """The averages of today's customers, by where they stand."""
        groups: dict[object, list[Series]] = {}
        for payer, series in zip(self.customers.payers, self.own, strict=True):
            renews_in = payer.row.renews_in if payer.term == ANNUAL else None
            groups.setdefault((payer.state, payer.row.rail, payer.term, renews_in), []).append(series)
        return {key: mean(rows) for key, rows in groups.items()}

    def _listed(self, cell: Cell, renews_in: int) -> Series:
        """What a running contract pays by list, where nobody stands today: begun when it last renewed."""
        month = month_of(self.customers.month)
        back = (month.month - 1 - renews_in) % MONTHS_OF_YEAR if cell[2] == ANNUAL else 0
        return self._once(cell, add_months(month, -back))

    def _new(self, cell: Cell) -> Floats:
        """What those who come in each month pay at every month's end [month of arrival, H]; before it, as on it.

        After the first month in which everybody is welcome, all pay what its newcomers do, and are left out.
        """
        months = self.customers.months
        last = self.pricing.welcoming_from(months)
        return np.array([_floats(self._once(cell, month))[1:] for month in months[: last + 1]])

    def _once(self, cell: Cell, began: date) -> Series:
        """The list price of a contract begun on a day; the same for every persona, unless a layer asks for it."""
        state, rail, term = cell
        persona = state.persona if "persona" in self.pricing.asks_for else self.customers.ladder.states[0].persona
        key = (persona, state.tier, rail, term, began)
        if key not in self._kept:
            contract = signed(self.pricing, State(persona, state.tier), rail, term, began)
            self._kept[key] = self._filled(contract, state.tier)
        return self._kept[key]

    def _filled(self, contract: Contract | None, tier: str) -> Series:
        """A contract's prices, before it began its first one; where the list has none, the tier's average."""
        days = self.customers.days
        if contract is None:
            return self._average(tier)
        on = [max(day, contract.started_on) for day in days]
        prices = self.pricing.monthly(contract, on)
        average = self._average(tier) if None in prices else self._nothing
        return tuple(average[at] if price is None else price for at, price in enumerate(prices))

    def _average(self, tier: str) -> Series:
        """What today's customers of a tier pay on average; where there are none, what the tier below costs."""
        rows = [
            own
            for payer, own in zip(self.customers.payers, self.own, strict=True)
            if payer.row.tier == tier and payer.row.mrr is not None
        ]
        return mean(rows) if rows else self._below(tier)

    def _below(self, tier: str) -> Series:
        tiers = self.customers.ladder.tiers
        if tier == tiers[0]:
            raise PricingError(f"{tier} has no list price and no customer, and no tier is below it; set a list price")
        lower = State(self.customers.ladder.states[0].persona, tiers[tiers.index(tier) - 1])
        return self._once((lower, self.customers.ladder.rails[0], TERMS[0]), self.customers.months[0])

    @property
    def _nothing(self) -> Series:
        return (Fraction(0),) * len(self.customers.days)


def arrived(by_arrival: Floats, months: Sequence[date]) -> Floats:
    """Amounts by month of arrival and month → by month, month of renewal and years stayed [H, 12, bands].

    Who comes after the last month of arrival is like those of it. A newcomer's class tells when it came: in the newest
    month of that name, or as many years before. Who stayed longest came in any of those years, each counted alike. A
    class that nobody can be in yet has what the first ones pay.
    """
    found = np.empty((len(months), MONTHS_OF_YEAR, len(BANDS)))
    shares = _came(tuple(months), len(by_arrival))
    alike = (by_arrival == by_arrival[0]).all(axis=0)
    found[:] = np.where(alike, by_arrival[0], 0.0)[:, None, None]
    found[~alike] = np.einsum("hmba,ah->hmb", shares, by_arrival)[~alike]
    return found


@lru_cache(maxsize=8)
def _came(months: tuple[date, ...], arrivals: int) -> Floats:
    """By month, month of renewal and years stayed, how likely its people came in each month of arrival."""
    shares = np.zeros((len(months), MONTHS_OF_YEAR, len(BANDS), arrivals))
    for at, month in enumerate(months):
        for renews_in in range(MONTHS_OF_YEAR):
            newest = at - (month.month - 1 - renews_in) % MONTHS_OF_YEAR
            for years in range(len(BANDS)):
                latest = max(newest - MONTHS_OF_YEAR * years, 0)
                is_last = years == len(BANDS) - 1
                came = range(latest, -1, -MONTHS_OF_YEAR) if is_last else [latest]
                for one in came:
                    shares[at, renews_in, years, min(one, arrivals - 1)] += 1 / len(came)
    return shares


def _floats(series: Sequence[Fraction]) -> Floats:
    return np.array([float(amount) for amount in series])
