"""What is known of customers, and where a row of theirs stands: by facts of the customer and of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from lib.costs import Figure, Missing
from lib.periods import add_months
from lib.revenue import Paid, first_months

NO_TIER, NO_SEGMENT, NEVER_PAID = "no tier", "no segment in the brief", "never paid"
_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class Buyer:
    """One customer by the CRM's facts of today; `icp_segment` is None where its product has none, or nobody said."""

    customer_id: str
    name: str
    product: str
    persona: str
    icp_segment: str | None
    region: str
    is_seller: str
    integrator: str | None


@dataclass(frozen=True)
class Place:
    """Where a row stands: whose it is, on which rail, in which tier; the latter two are its contract's."""

    customer_id: str
    rail: str
    tier: str


@dataclass(frozen=True)
class Stood:
    """What one contract brought at one month's end: USD a year, exactly, at the price its rail billed."""

    place: Place
    month: date
    arr: Fraction


@dataclass(frozen=True)
class Used:
    """What was used of one dimension in one month under one contract, in natural units, and what that cost us."""

    place: Place
    month: date
    dimension: str
    quantity: Decimal
    cost: Figure


@dataclass(frozen=True)
class Overage:
    """What one contract was invoiced for the usage of one month, in USD."""

    place: Place
    month: date
    amount: Decimal


@dataclass(frozen=True)
class Buyers:
    """Everything recorded of who buys; `months` are the month ends on record, in order, named by their first day.

    `back` is how many months lie between the two month ends of retention and growth. Margin is over `earned`, the
    months whose usage is invoiced; `lacking` is what margin needs and nobody recorded, None where it is all there.
    `unpriced` contracts stood at the last month end without a price in USD and are in no amount.
    """

    buyers: Mapping[str, Buyer]
    months: tuple[date, ...]
    stood: tuple[Stood, ...]
    used: tuple[Used, ...]
    overage: tuple[Overage, ...]
    earned: tuple[date, ...]
    back: int
    unpriced: int
    lacking: Missing | None = None

    @cached_property
    def since(self) -> Mapping[str, date]:
        """Every customer's first month end with a payment."""
        return first_months(Paid(one.place.customer_id, one.month, one.arr) for one in self.stood)

    @property
    def last(self) -> date | None:
        """The newest month on record; None where there is none."""
        return self.months[-1] if self.months else None

    @property
    def before(self) -> date | None:
        """The month that the newest is compared with; None where the record does not reach back so far."""
        month = add_months(self.months[-1], -self.back) if self.months else None
        return month if month in self.months else None


def quarter(month: date) -> str:
    """A month → its quarter, as cohorts are called: 2025 Q4."""
    return f"{month.year} Q{(month.month - 1) // _MONTHS_OF_A_QUARTER + 1}"


def _cohort(buyers: Buyers, place: Place) -> str:
    first = buyers.since.get(place.customer_id)
    return quarter(first) if first else NEVER_PAID


AXES: Mapping[str, Callable[[Buyers, Place], str]] = {
    "persona": lambda buyers, place: buyers.buyers[place.customer_id].persona,
    "icp_segment": lambda buyers, place: buyers.buyers[place.customer_id].icp_segment or NO_SEGMENT,
    "tier": lambda _, place: place.tier,
    "rail": lambda _, place: place.rail,
    "region": lambda buyers, place: buyers.buyers[place.customer_id].region,
    "cohort": _cohort,
}


def along(buyers: Buyers, axes: tuple[str, ...], place: Place) -> tuple[str, ...]:
    """Where a row stands along some axes."""
    return tuple(AXES[axis](buyers, place) for axis in axes)
