"""Recurring revenue at the end of every month, as it would be with everybody reached, and as it is reached by then.

A contract counts with the list price of the period that runs, a month's part of it; so a year that was paid before a
change shows month by month as prepaid, until it renews. What no book has a price for adds nothing on either side.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from lib.contracts import REPRICED, STATES, Contract, Reach, Shelf, Term, periods_of, term_price
from lib.money import EXACT, total
from lib.moved.lines import first_change
from lib.outcome import Population, Window
from lib.periods import Period, month_end, months_between, utc_day


@dataclass(frozen=True)
class MovedMonth:
    """MRR on a month's last day, in USD and not rounded: of the baseline, and of the change by state.

    The states sum to what the change would bring with everybody reached; the repriced part is what it brings.
    """

    month: date
    baseline: Decimal
    by_state: Mapping[str, Decimal]

    @property
    def did(self) -> Decimal:
        """The MRR that has been reached."""
        return EXACT.add(self.baseline, self.by_state[REPRICED])

    @property
    def could(self) -> Decimal:
        """The MRR with everybody reached."""
        return total((self.baseline, *self.by_state.values()))


def moved_months(
    baseline: Shelf, steps: Sequence[Shelf], population: Population, window: Window, reach: Mapping[str, Reach]
) -> tuple[MovedMonth, ...]:
    """Shelves over one population, stepwise as in `told_apart` → one row per month of the window."""
    sums = monthly_sums(baseline, steps, population, window, reach)
    return tuple(moved_month(month, found) for month, found in sums.items())


def monthly_sums(
    baseline: Shelf, steps: Sequence[Shelf], population: Population, window: Window, reach: Mapping[str, Reach]
) -> dict[date, dict[str, Fraction]]:
    """The same as exact fractions by month: of the baseline, and of the change by state."""
    terms = [
        (month, contract, _term(contract, month_end(month) - timedelta(days=1), reach[contract.rail]))
        for month in months_between(*window)
        for contract in population.contracts.values()
        if contract.runs_on(month_end(month) - timedelta(days=1))
    ]
    sums = {month: dict.fromkeys(("baseline", *STATES), Fraction(0)) for month in months_between(*window)}
    for month, contract, term in terms:
        was, _ = _monthly(baseline, contract, term, reach[contract.rail])
        prices, states = zip(*(_monthly(shelf, contract, term, reach[contract.rail]) for shelf in steps), strict=True)
        sums[month]["baseline"] += was
        sums[month][REPRICED] += prices[0] - was
        sums[month][states[first_change(prices) or 0]] += prices[-1] - prices[0]
    return sums


def monthly_prices(shelf: Shelf, contract: Contract, days: Sequence[date], reach: Reach) -> tuple[Fraction | None, ...]:
    """What a contract counts with on each of some days, oldest first: USD a month of the period that runs then.

    None on a day on which it does not run, or where neither its offer nor a book has a price for it.
    """
    periods = [_days(period) for period in periods_of(contract, days[-1] + timedelta(days=1), reach.changes)]
    starts, found = [start for start, _ in periods], dict[int, Fraction | None]()
    running = [bisect_right(starts, day) - 1 if contract.runs_on(day) else None for day in days]
    for place, day in zip(running, days, strict=True):
        if place is not None and place not in found:  # what reaches a period is the same on each of its days
            found[place] = _price(shelf, contract, Term(*periods[place], on=day), reach)[0]
    return tuple(None if place is None else found[place] for place in running)


def moved_month(month: date, sums: Mapping[str, Fraction]) -> MovedMonth:
    """A month's exact sums → its row, each divided once."""
    exact = {key: EXACT.divide(Decimal(part.numerator), Decimal(part.denominator)) for key, part in sums.items()}
    return MovedMonth(month, exact.pop("baseline"), exact)


def _term(contract: Contract, day: date, reach: Reach) -> Term:
    """The period that runs on a day, asked for on that day."""
    periods = periods_of(contract, day + timedelta(days=1), reach.changes)
    running = max((_days(period) for period in periods), key=lambda days: days[0])
    return Term(*running, on=day)


def _days(period: Period) -> tuple[date, date]:
    return utc_day(period.start), utc_day(period.end)


def _monthly(shelf: Shelf, contract: Contract, term: Term, reach: Reach) -> tuple[Fraction, str]:
    price, state = _price(shelf, contract, term, reach)
    return price or Fraction(0), state


def _price(shelf: Shelf, contract: Contract, term: Term, reach: Reach) -> tuple[Fraction | None, str]:
    book, state = shelf.listed(contract, term, reach)
    price = term_price(contract, book) if contract.plan_key in book.plans else None
    return None if price is None else Fraction(price) / contract.months, state
