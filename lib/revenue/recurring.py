"""Recurring revenue: MRR and ARR on a day, by any key, month by month.

A contract counts from `started_on` up to, not including, `ended_on`, with its recurring price alone: overage is never
part of MRR. Prices are added as yearly amounts, which is exact, and divided by twelve once, at the very end; so ARR is
twelve times MRR to the last digit, and nothing is rounded before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lib.catalog.book import TERM_MONTHS
from lib.catalog.document import nearest
from lib.money import EXACT, exact, total
from lib.periods import month_end
from lib.refusal import Refusal

MONTHS_PER_YEAR = 12


class RevenueError(Refusal):
    """A contract that cannot bring recurring revenue; the message says which and why."""


@dataclass(frozen=True)
class RecurringContract:
    """One stay of a customer on one plan; `price` is USD per billed period: a month, a year, or the years of a term.

    It is None where nobody recorded one, or only in another currency: unknown, and never zero.
    """

    customer_id: str
    contract_id: str
    rail: str
    tier: str
    term: str
    started_on: date
    ended_on: date | None
    price: Decimal | None

    def __post_init__(self) -> None:
        if self.term not in TERM_MONTHS:
            raise RevenueError(
                f"contract {self.contract_id} has no term {self.term!r}; {nearest(self.term, TERM_MONTHS)}"
            )
        if self.price is not None and exact(self.price) < 0:
            raise RevenueError(f"contract {self.contract_id} has a price of {self.price}; a price is not below 0")

    def runs_on(self, day: date) -> bool:
        """Whether the contract is in force on this day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)

    @property
    def yearly_price(self) -> Decimal | None:
        """What the contract brings in twelve months, in USD, exactly; None without a price."""
        if self.price is None:
            return None
        return EXACT.divide(EXACT.multiply(self.price, Decimal(MONTHS_PER_YEAR)), Decimal(TERM_MONTHS[self.term]))


@dataclass(frozen=True)
class Recurring:
    """The recurring revenue of some contracts on one day: USD per year, and how many customers bring it."""

    arr: Decimal
    customers: int

    @property
    def mrr(self) -> Decimal:
        """USD per month: a twelfth of ARR, not rounded."""
        return _divided(self.arr, MONTHS_PER_YEAR)

    @property
    def arpa(self) -> Decimal | None:
        """MRR per paying customer, in USD, not rounded; None where there is no customer."""
        return _divided(self.arr, MONTHS_PER_YEAR * self.customers) if self.customers else None


@dataclass(frozen=True)
class MonthlyRecurring:
    """The recurring revenue on the evening of a month's last day; `month` is named by its first day."""

    month: date
    recurring: Recurring


def recurring(contracts: Iterable[RecurringContract], day: date) -> Recurring:
    """Contracts → the recurring revenue of those in force on `day`; one without a price in USD is no part of it."""
    prices = [(contract.customer_id, contract.yearly_price) for contract in contracts if contract.runs_on(day)]
    priced = [(customer, price) for customer, price in prices if price is not None]
    return Recurring(total(price for _, price in priced), len({customer for customer, _ in priced}))


def mrr(contracts: Iterable[RecurringContract], day: date) -> Decimal:
    """Contracts → USD per month of those in force on `day`, not rounded; annual and custom count a twelfth."""
    return recurring(contracts, day).mrr


def arr(contracts: Iterable[RecurringContract], day: date) -> Decimal:
    """Contracts → USD per year of those in force on `day`: twelve times MRR."""
    return recurring(contracts, day).arr


def arpa(contracts: Iterable[RecurringContract], day: date) -> Decimal | None:
    """Contracts → MRR per paying customer on `day`, in USD; None where nobody pays."""
    return recurring(contracts, day).arpa


def recurring_by(
    contracts: Iterable[RecurringContract], day: date, key: Callable[[RecurringContract], str]
) -> Mapping[str, Recurring]:
    """Contracts in force on `day`, grouped by `key` (rail, tier, a persona looked up by customer …), keys sorted."""
    groups: dict[str, list[RecurringContract]] = {}
    for contract in contracts:
        if contract.runs_on(day):
            groups.setdefault(key(contract), []).append(contract)
    return {name: recurring(groups[name], day) for name in sorted(groups)}


def mrr_by(
    contracts: Iterable[RecurringContract], day: date, key: Callable[[RecurringContract], str]
) -> Mapping[str, Decimal]:
    """MRR of the contracts in force on `day` by `key`, in USD, not rounded; the groups' ARR adds up exactly."""
    return {name: group.mrr for name, group in recurring_by(contracts, day, key).items()}


def mrr_series(contracts: Sequence[RecurringContract], months: Iterable[date]) -> tuple[MonthlyRecurring, ...]:
    """Contracts → one row per month, each as of the evening of the month's last day."""
    return tuple(
        MonthlyRecurring(month, recurring(contracts, month_end(month) - timedelta(days=1))) for month in months
    )


def _divided(amount: Decimal, by: int) -> Decimal:
    return EXACT.divide(amount, Decimal(by))
