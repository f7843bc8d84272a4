"""Numbers of a year paid at once: what it saves, how many months are free, what a month of it comes to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from lib.catalog.book import RAILS, Book
from lib.claims.claim import Claim
from lib.claims.finding import OVERSTATED, TRUE, UNDERSTATED
from lib.claims.rounding import ROUNDINGS, places_of, plain, rounded


@dataclass(frozen=True)
class Year:
    """One plan paid by the year beside its tier's monthly price, on the rails where both are the same."""

    plan: str
    months: int
    monthly: Decimal
    yearly: Decimal
    rails: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The plan, and the rail where rails differ."""
        return self.plan if self.rails == RAILS else f"{self.plan} on {', '.join(self.rails)}"


@dataclass(frozen=True)
class Yardstick:
    """A number of a year: its unit, its value, the sum behind it, and the dearest yearly price that delivers it.

    `helps` is 1 where the customer gains by more of it, -1 where by less.
    """

    unit: str
    helps: int
    measure: Callable[[Year], Fraction]
    how: Callable[[Year], str]
    limit: Callable[[Year, Fraction], Fraction]


YARDSTICKS: Mapping[str, Yardstick] = MappingProxyType(
    {
        "annual_saving": Yardstick(
            unit="percent",
            helps=1,
            measure=lambda year: 100 * (1 - Fraction(year.yearly) / Fraction(year.months * year.monthly)),
            how=lambda year: f"1 − {plain(year.yearly)} / ({year.months} × {plain(year.monthly)})",
            limit=lambda year, promised: Fraction(year.months * year.monthly) * (1 - promised / 100),
        ),
        "free_months": Yardstick(
            unit="months",
            helps=1,
            measure=lambda year: year.months - Fraction(year.yearly) / Fraction(year.monthly),
            how=lambda year: f"{year.months} − {plain(year.yearly)} / {plain(year.monthly)}",
            limit=lambda year, promised: Fraction(year.monthly) * (year.months - promised),
        ),
        "monthly_equivalent": Yardstick(
            unit="usd",
            helps=-1,
            measure=lambda year: Fraction(year.yearly) / year.months,
            how=lambda year: f"{plain(year.yearly)} / {year.months}",
            limit=lambda year, promised: promised * year.months,
        ),
    }
)


def years(claim: Claim, book: Book) -> tuple[Year, ...]:
    """The years a claim applies to, as far as the book prices them; one per plan unless rails differ."""
    on_rails: dict[Year, tuple[str, ...]] = {}
    for key, rail in itertools.product(claim.applies_to, RAILS):
        if year := _year(book, rail, key):
            on_rails[year] = (*on_rails.get(year, ()), rail)
    return tuple(replace(year, rails=rails) for year, rails in on_rails.items())


def unpriced(claim: Claim, measured: Iterable[Year]) -> list[str]:
    """The plans a claim applies to that could not be measured, with the rail where they could on the other."""
    rails: dict[str, set[str]] = {key: set() for key in claim.applies_to}
    for year in measured:
        rails[year.plan].update(year.rails)
    missing = {key: [rail for rail in RAILS if rail not in known] for key, known in rails.items()}
    return [
        where
        for key, absent in missing.items()
        for where in ([key] if len(absent) == len(RAILS) else [f"{key} on {rail}" for rail in absent])
    ]


def _year(book: Book, rail: str, key: str) -> Year | None:
    plan, yearly = book.plan(key), book.list_price(rail, key)
    monthly_plans = [other.key for other in book.plans.values() if other.tier == plan.tier and other.months == 1]
    monthly = book.list_price(rail, monthly_plans[0]) if monthly_plans else None
    if not isinstance(yearly, Decimal) or not isinstance(monthly, Decimal) or monthly == 0:
        return None
    return Year(key, plan.months, monthly, yearly)


def least(claim: Claim, measured: Iterable[Year]) -> Fraction:
    """What every plan delivers: the value that helps the customer least."""
    stick = YARDSTICKS[claim.check]
    return min((stick.measure(year) for year in measured), key=lambda value: value * stick.helps)


def by_rule(claim: Claim, measured: Iterable[Year]) -> dict[str, str]:
    """The verdict under each rounding rule; the delivered number is rounded to the decimals of the promised one."""
    delivered, places = least(claim, measured), places_of(claim.value)
    helps = YARDSTICKS[claim.check].helps
    return {rule: held_against(claim.value, rounded(delivered, rule, places), helps) for rule in ROUNDINGS}


def held_against(promised: Decimal, delivered: Decimal, helps: int = 1) -> str:
    """Two numbers → true, overstated or understated."""
    short = (promised - delivered) * helps
    if short == 0:
        return TRUE
    return OVERSTATED if short > 0 else UNDERSTATED
