"""Discounts for several years, measured on the private offers that really were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from lib.catalog.book import Book, Plan
from lib.claims.claim import Claim, Evidence, YearsOffer
from lib.claims.finding import UNVERIFIABLE, Finding, finding
from lib.claims.rounding import ROUNDINGS, places_of, plain, rounded, shown
from lib.claims.yearly import held_against
from lib.money import round_line, share, text

# What a discount is a part of: as many months at the monthly price, or as many years at the annual price.
BASES: Mapping[str, str] = MappingProxyType({"monthly": "monthly list prices", "annual": "annual list prices"})


def many_years(claim: Claim, evidence: Evidence) -> Finding:
    """A discount for a number of years beside every private offer of so many years; the one that helps least counts.

    The claim's `base` gives its verdict; the discount on the other base is told beside it.
    """
    offers = [one for one in evidence.offers if one.years == claim.years]
    if not offers:
        gap = f"no private offer of {claim.years} years with a price is on record"
        return finding(claim, evidence, UNVERIFIABLE, gap, _what_it_would_cost(claim, evidence.book), text(claim.value))
    delivered = min(_saving(one, claim.base) for one in offers)
    places = places_of(claim.value)
    verdicts = {rule: held_against(claim.value, rounded(delivered, rule, places)) for rule in ROUNDINGS}
    said = shown(delivered, claim.value, "percent")
    found = finding(claim, evidence, verdicts[claim.rounding], said, map(_line, offers), text(claim.value))
    return replace(found, unit="percent", rounding_rule=claim.rounding, by_rule=verdicts)


def _saving(offer: YearsOffer, base: str) -> Fraction:
    """What an offer saves, in percent of a base."""
    whole = {"monthly": 12 * offer.monthly_list, "annual": offer.yearly_list}[base] * offer.years
    return 100 * (1 - Fraction(offer.price) / Fraction(whole))


def _line(offer: YearsOffer) -> str:
    bases = (f"{_percent(_saving(offer, base))} % of {words}" for base, words in BASES.items())
    return f"{offer.offer_id}, {offer.plan_key}, {offer.years} years at {plain(offer.price)}: {', '.join(bases)}"


def _percent(value: Fraction) -> str:
    return format(rounded(value, "nearest", 2), "f")


def _what_it_would_cost(claim: Claim, book: Book) -> Iterator[str]:
    """What the words would cost at today's list, under either base that has a price: the two are far apart."""
    kept = 1 - Fraction(claim.value) / 100
    for plan in (plan for plan in book.plans.values() if plan.term == "annual" and plan.is_public):
        asked = [
            f"{plain(round_line(share(price * claim.years, kept)))} off {BASES[base]}"
            for base, price in _year_at(book, plan).items()
        ]
        if asked:
            yield f"{plan.key}, {claim.years} years: {' or '.join(asked)}"


def _year_at(book: Book, plan: Plan) -> dict[str, Decimal]:
    """What a year of a plan costs on each base; a tier that is not sold by the month, or has no price, has no such."""
    monthly = next((one.key for one in book.plans.values() if (one.tier, one.term) == (plan.tier, "monthly")), None)
    month = None if monthly is None else _price(book, monthly)
    year = _price(book, plan.key)
    told = {"monthly": None if month is None else 12 * month, "annual": year}
    return {base: price for base, price in told.items() if price is not None}


def _price(book: Book, plan_key: str) -> Decimal | None:
    price = book.list_price("aws", plan_key)
    return price if isinstance(price, Decimal) else None
