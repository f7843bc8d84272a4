"""What a customer costs to win, and in how many months its margin pays that back, as the marketplace's fee is read.

Read as acquisition cost, the fee is part of what winning customers costs; read as cost of revenue, it comes off the
margin that pays it back. It is always in exactly one of the two, and what other rails keep is in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from lib.contracts import Contract
from lib.costs import COST_OF_REVENUE, Figure, Margin, Missing, added, ratio
from lib.money import EXACT
from lib.outcome import Window
from lib.periods import add_months, months_between

NEVER = Decimal("Infinity")  # a margin of nothing or less pays nothing back, however long
ACQUISITION = "acquisition"
READINGS = (ACQUISITION, COST_OF_REVENUE)
_NEW = "new customers"


@dataclass(frozen=True)
class Economics:
    """A span of months in USD: its margin, what was spent on winning customers, and how many were won.

    `customer_months` counts every customer once for each month at whose end it had a contract.
    """

    margin: Margin
    acquisition_spend: Figure
    new_customers: int
    customer_months: int

    def read_as(self, reading: str) -> Economics:
        """The same months with the marketplace's fee read as one of `READINGS`."""
        return replace(self, margin=replace(self.margin, fee_read_as=reading))

    @property
    def acquisition_cost(self) -> Figure:
        """All that winning customers cost: the spend, and the marketplace's fee where it is read so."""
        is_apart = self.margin.fee_read_as == COST_OF_REVENUE
        return self.acquisition_spend if is_apart else added([self.acquisition_spend, self.margin.marketplace_fee])

    @property
    def cac(self) -> Figure:
        """What one new customer cost to win, in USD."""
        return ratio(self.acquisition_cost, Decimal(self.new_customers), _NEW)

    @property
    def monthly_revenue(self) -> Figure:
        """What one customer brings in a month, in USD."""
        return ratio(self.margin.revenue, Decimal(self.customer_months), "a month with a customer")

    @property
    def payback_months(self) -> Figure:
        """In how many months a new customer's margin is what winning it cost; `NEVER` where there is no margin."""
        cost, monthly, rate = self.cac, self.monthly_revenue, self.margin.gross_rate
        if isinstance(cost, Missing) or isinstance(monthly, Missing) or isinstance(rate, Missing):
            return added([cost, monthly, rate])
        return EXACT.divide(cost, EXACT.multiply(monthly, rate)) if rate > 0 else NEVER


def won(contracts: Iterable[Contract], window: Window) -> int:
    """How many customers began their first contract within a window."""
    first: dict[str, date] = {}
    for one in contracts:
        since = one.customer_since or one.started_on
        first[one.customer_id] = min(since, first.get(one.customer_id, since))
    return sum(window[0] <= since < window[1] for since in first.values())


def customer_months(contracts: Iterable[Contract], window: Window) -> int:
    """Customers with a contract on each month's last day, over the months of a window."""
    known = list(contracts)
    ends = [add_months(month, 1) - timedelta(days=1) for month in months_between(*window)]
    return sum(len({one.customer_id for one in known if _runs_on(one, day)}) for day in ends)


def _runs_on(contract: Contract, day: date) -> bool:
    return contract.started_on <= day and (contract.ended_on is None or day < contract.ended_on)
