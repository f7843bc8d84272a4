"""Who is still there: customers and their recurring revenue by the months since they first paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lib.revenue.movements import Paid, first_months

NOTHING = Fraction(0)


@dataclass(frozen=True)
class CohortAge:
    """One cohort so many months after its first payment: how many still pay, and how much, in USD a year."""

    age: int
    month: date
    customers: int
    arr: Fraction


@dataclass(frozen=True)
class Cohort:
    """The customers who first paid at one month's end, month by month from there; age 0 is that month itself."""

    month: date
    ages: tuple[CohortAge, ...]

    @property
    def customers(self) -> int:
        """How many they were."""
        return self.ages[0].customers

    @property
    def arr(self) -> Fraction:
        """What they paid at first, in USD a year."""
        return self.ages[0].arr

    def of_customers(self, age: CohortAge) -> Fraction:
        """The share of the customers that pays at an age."""
        return Fraction(age.customers, self.customers)

    def of_arr(self, age: CohortAge) -> Fraction:
        """What is paid at an age as a share of what was paid at first; above one where those who stay pay more."""
        return age.arr / self.arr


def cohorts(series: Iterable[Paid], months: Sequence[date]) -> tuple[Cohort, ...]:
    """What customers paid at month ends → their cohorts, the oldest first, each up to the last of `months`.

    A customer that starts and ends between two month ends stands in none. `months` follow each other from the first.
    """
    rows = [one for one in series if one.arr]
    first = first_months(rows)
    paying: dict[tuple[date, date], dict[str, Fraction]] = {}
    for one in rows:
        amounts = paying.setdefault((first[one.customer_id], one.month), {})
        amounts[one.customer_id] = amounts.get(one.customer_id, NOTHING) + one.arr
    return tuple(
        Cohort(start, tuple(_age(age, month, paying.get((start, month), {})) for age, month in enumerate(later)))
        for start in sorted(set(first.values()))
        if (later := [month for month in months if month >= start])
    )


def _age(age: int, month: date, paying: dict[str, Fraction]) -> CohortAge:
    return CohortAge(age, month, len(paying), sum(paying.values(), NOTHING))
