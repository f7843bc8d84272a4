"""What one buyer is offered in place of the list: the nouns of this room, and what no offer may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book, Plan
from lib.catalog.document import nearest
from lib.catalog.price import Band
from lib.contracts import ContractError, MultiYear
from lib.money import text
from lib.periods import add_months
from lib.refusal import Refusal

ZERO, WHOLE = Decimal(0), Decimal(1)
YEAR = 12  # months
NONE, ANNUAL, MONTHLY = "none", "annual", "monthly"
BASES = (NONE, ANNUAL, MONTHLY)  # what a discount is taken off: nothing, a year's price, twelve monthly prices
UPFRONT = "upfront"
PARTS = {UPFRONT: 0, "yearly": 1, "quarterly": 4, "monthly": 12}  # invoices a year; upfront is one for all years


class OfferError(Refusal):
    """An offer that may not be made as it is written; the message says what is wrong and what to write instead."""


@dataclass(frozen=True)
class Extra:
    """Something beyond the published dimensions, at its own price a year in USD; no discount and no ramp touch it."""

    name: str
    price_per_year: Decimal


@dataclass(frozen=True)
class OfferTerms:
    """A private offer as it is negotiated; small values only, so that it can be a key.

    `price_per_year` is an own price in USD, in place of the list and its `discount` (a fraction off `base`). `ramp` is
    each year's part of a year's price. `allowances` and `bands` replace the tier's and the book's, by dimension. A
    minimum is the least that usage costs, in a month or in a year of the contract. `expires_on` is the last day on
    which it can be accepted.
    """

    buyer: str
    tier: str
    years: int
    starts_on: date
    discount: Decimal = ZERO
    base: str = NONE
    price_per_year: Decimal | None = None
    ramp: tuple[Decimal, ...] = ()
    extras: tuple[Extra, ...] = ()
    allowances: tuple[tuple[str, Allowance], ...] = ()
    bands: tuple[tuple[str, tuple[Band, ...]], ...] = ()
    minimum_monthly: Decimal | None = None
    minimum_yearly: Decimal | None = None
    payment: str = "yearly"
    renewal: bool = False
    channel_partner: bool = False
    expires_on: date | None = None
    rail: str = "aws"

    def __post_init__(self) -> None:
        _check_term(self)
        _check_discount(self)
        _check_amounts(self)

    @property
    def months(self) -> int:
        """How long it runs."""
        return YEAR * self.years

    @property
    def ends_on(self) -> date:
        """The first day that no longer belongs to it."""
        return add_months(self.starts_on, self.months)


def plan_of(book: Book, tier: str, *terms: str) -> Plan | None:
    """The plan of a tier with the first of some terms that it is sold for; None where it has none of them."""
    known = {(plan.tier, plan.term): plan for plan in book.plans.values()}
    return next((known[tier, term] for term in terms if (tier, term) in known), None)


def check_against(terms: OfferTerms, book: Book, ceiling: str) -> None:
    """Refuse what the book does not allow: an unknown tier or dimension, or a minimum that is none.

    `ceiling` is the highest tier with a public price. What lies above it is sold by offer alone, and its minimum must
    be above that price: a year's is held against it by its twelfth.
    """
    if terms.tier not in book.tiers:
        raise OfferError(f"there is no tier {terms.tier!r}; {nearest(terms.tier, book.tiers)}")
    for dimension, _ in (*terms.allowances, *terms.bands):
        if dimension not in book.dimensions:
            raise OfferError(f"there is no dimension {dimension!r}; {nearest(dimension, book.dimensions)}")
    if book.tiers[terms.tier].rank > book.tiers[ceiling].rank:
        _check_minimum(terms, book, ceiling)


def public_price(book: Book, rail: str, tier: str, term: str) -> Decimal | None:
    """A tier's list price for a term, per billed period in USD; None where it has none."""
    plan = plan_of(book, tier, term)
    price = book.list_price(rail, plan.key) if plan else None
    return price if isinstance(price, Decimal) else None


def _check_minimum(terms: OfferTerms, book: Book, ceiling: str) -> None:
    public = public_price(book, terms.rail, ceiling, MONTHLY)
    for least, words, months in (
        (terms.minimum_monthly, "a month", 1),
        (terms.minimum_yearly, "a year", YEAR),
    ):
        if least is not None and public is not None and least <= public * months:
            name, top = book.tiers[terms.tier].name, book.tiers[ceiling].name
            raise OfferError(
                f"an {name} minimum of ${least:,.2f} {words} is not above the public price of {top}, "
                f"${public:,.2f} a month: write more than ${public * months:,.2f} {words}, or offer {top}"
            )


def _check_term(terms: OfferTerms) -> None:
    if terms.starts_on.day != 1:
        raise OfferError(
            f"an offer starts on the first of a month, because usage is counted in months: not on {terms.starts_on}, "
            f"write {terms.starts_on.replace(day=1)} or {add_months(terms.starts_on.replace(day=1), 1)}"
        )
    try:
        MultiYear(terms.years, ZERO)
    except ContractError as problem:
        raise OfferError(str(problem)) from None
    if terms.payment not in PARTS:
        raise OfferError(f"an offer is not paid {terms.payment!r}; {nearest(terms.payment, PARTS)}")
    if terms.ramp and len(terms.ramp) != terms.years:
        raise OfferError(f"a ramp of {len(terms.ramp)} steps does not fit {terms.years} years: write one for each year")


def _check_discount(terms: OfferTerms) -> None:
    if terms.base not in BASES:
        raise OfferError(f"a discount is taken off no {terms.base!r} price; {nearest(terms.base, BASES)}")
    if not 0 <= terms.discount < 1:
        raise OfferError(f"a discount of {text(terms.discount)} is no part of a price; write 25 % as 0.25")
    if terms.discount and terms.base == NONE:
        raise OfferError(
            f"a discount of {terms.discount:.2%} says nothing until it says off what: "
            f"write {ANNUAL} (a year's price) or {MONTHLY} (twelve monthly prices) as its base"
        )
    if terms.discount and terms.price_per_year is not None:
        raise OfferError("an offer has a price of its own or a discount off the list, not both: take one of them out")


def _check_amounts(terms: OfferTerms) -> None:
    if terms.minimum_monthly is not None and terms.minimum_yearly is not None:
        raise OfferError("an offer has a minimum a month or a minimum a year, not both: take one of them out")
    amounts = [terms.price_per_year, terms.minimum_monthly, terms.minimum_yearly, *terms.ramp]
    for amount in (*amounts, *(extra.price_per_year for extra in terms.extras)):
        if amount is not None and not (amount.is_finite() and amount >= 0):
            raise OfferError(f"an offer holds {amount}; write zero or more")
    names = [extra.name for extra in terms.extras]
    if len(set(names)) < len(names) or not all(names):
        raise OfferError("an offer's extras need names, each its own")
