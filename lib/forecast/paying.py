"""What today's customers pay in the months to come: what their rails bill today, and every change that reaches them.

Nobody comes, leaves or moves here. A customer whose contract renews onto a newer list pays it from then on; what a
customer is billed beside its list today, a coupon's dollars for one, stays those dollars, down to a bill of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lib.contracts import Contract
from lib.forecast.ladder import ANNUAL, BANDS, MONTHLY, TERMS, Ladder, State
from lib.forecast.panel import CustomerMonth
from lib.forecast.pricing import Prices, Pricing, PricingError

ZERO = Fraction(0)
DIVIDED = Fraction(1, 10**9)  # a recorded MRR is a twelfth with so many digits; what is nearer to its list is the list


@dataclass(frozen=True)
class Payer:
    """One of today's customers: its place on the ladder with what it is billed, and its running contracts."""

    row: CustomerMonth
    contracts: tuple[Contract, ...]

    @property
    def state(self) -> State:
        """Its persona on its tier."""
        return State(self.row.persona, self.row.tier)

    @property
    def term(self) -> str:
        """Monthly, or annual for every longer contract."""
        return ANNUAL if self.row.is_annual else MONTHLY


def place_of(ladder: Ladder, row: CustomerMonth) -> tuple[int, int, int, int, int, int]:
    """One of today's customers → its places on the axes of `Ladder.shape` and, last, in `Ladder.states`."""
    rail, term = ladder.rails.index(row.rail), TERMS.index(ANNUAL if row.is_annual else MONTHLY)
    band = min(row.years, len(BANDS) - 1)
    return 0, rail, term, row.renews_in, band, ladder.place[State(row.persona, row.tier)]


def beside_list(payer: Payer, baseline: Pricing, day: date) -> Fraction:
    """What a customer is billed a month above its list, below zero for a rebate; 0 where nobody can say."""
    if payer.row.mrr is None:
        return ZERO
    listed = sum((baseline.monthly(one, [day])[0] or ZERO for one in payer.contracts), ZERO)
    apart = Fraction(payer.row.mrr) - listed
    return apart if abs(apart) > DIVIDED else ZERO


def paid(payer: Payer, baseline: Pricing, pricing: Pricing, days: Sequence[date]) -> tuple[Fraction, ...]:
    """What a customer pays, USD a month, on the last recorded day and on the last days of the months to come.

    Under the baseline its first number is what it is billed. A price that a scenario takes away is refused.
    """
    was = [baseline.monthly(one, days) for one in payer.contracts]
    becomes = was if pricing is baseline else [pricing.monthly(one, days) for one in payer.contracts]
    _check_prices(payer, was, becomes, days)
    beside = beside_list(payer, baseline, days[0])
    runs = [any(one.runs_on(day) for one in payer.contracts) or not payer.contracts for day in days]
    sums = [sum((prices[at] or ZERO for prices in becomes), ZERO) for at in range(len(days))]
    due = (max(amount + beside, ZERO) if running else ZERO for amount, running in zip(sums, runs, strict=True))
    return tuple(due)


def mean(rows: Sequence[Sequence[Fraction]]) -> tuple[Fraction, ...]:
    """The mean of several customers on every day."""
    return tuple(sum(column, ZERO) / len(rows) for column in zip(*rows, strict=True))


def _check_prices(payer: Payer, was: Sequence[Prices], becomes: Sequence[Prices], days: Sequence[date]) -> None:
    for contract, before, after in zip(payer.contracts, was, becomes, strict=True):
        lost = [day for day, one, other in zip(days, before, after, strict=True) if one is not None and other is None]
        if lost:
            raise PricingError(
                f"{contract.plan_key} of {payer.row.customer_id} has no price on {lost[0]} under these scenarios; "
                "set a price"
            )
