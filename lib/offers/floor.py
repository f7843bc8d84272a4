"""The lowest price of a year at which an offer still keeps what it must: solved, then proved to the cent.

Two things must hold: the gross margin stays at its guardrail, and what is left after the marketplace covers what the
usage costs. Both ask for a revenue: usage brings its part of it, and the price must bring the rest. The marketplace's
rate falls where the contract's value reaches a band, so the price is solved for every band and the lowest that lies in
its own counts. Fees are rounded invoice by invoice, so the answer is held against the offer itself, a cent up and down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from itertools import pairwise

from lib.costs import COST_OF_REVENUE, MARKETPLACE, Missing
from lib.money import EXACT, total
from lib.offers.economics import Setting, economics
from lib.offers.terms import NONE, WHOLE, ZERO, OfferTerms
from lib.offers.worth import OfferEconomics
from lib.rails import PRIVATE, Sale, take_rate

CENT = Decimal("0.01")
_MOST_STEPS = 1000  # cents: rounding moves a fee by half a cent an invoice


@dataclass(frozen=True)
class Floor:
    """The lowest price of a year in USD, before the ramp and without extras, and what holds it there.

    `rate` is the guardrail of the margin, a fraction; `economics` is the offer at that price.
    """

    price_per_year: Decimal
    bound_by: str
    rate: Decimal
    economics: OfferEconomics


def floor_price(offer: OfferEconomics, setting: Setting, least: Decimal, is_new: bool = True) -> Floor | Missing:
    """An offer and the least gross margin, as a fraction → its floor; missing where what usage costs is."""
    cost = offer.cost
    if isinstance(cost, Missing):
        return cost
    if offer.unpriced:
        return Missing.of("a price or an allowance for everything that is used")

    def at(price: Decimal) -> OfferEconomics:
        return economics(_priced(offer.terms, price), offer.usage, setting, is_new)

    price = _settled(_solved(offer, setting, cost, least), lambda price: keeps(at(price), least))
    found = at(price)
    below = at(price - CENT) if price else found
    bound = "what the usage costs us" if not _covers(below) else "the margin's guardrail"
    return Floor(price, bound if price else "nothing: usage alone pays for itself", least, found)


def keeps(offer: OfferEconomics, least: Decimal) -> bool:
    """Whether an offer keeps the margin's guardrail and covers its cost; exactly at both, and at nothing, it does."""
    rate = offer.margin.gross_rate
    if not offer.revenue and offer.cost == ZERO:
        return True
    return not isinstance(rate, Missing) and rate >= least and _covers(offer)


def _covers(offer: OfferEconomics) -> bool:
    return not isinstance(offer.left, Missing) and offer.left >= 0


def _priced(terms: OfferTerms, price: Decimal) -> OfferTerms:
    return replace(terms, price_per_year=price, discount=ZERO, base=NONE)


def _solved(offer: OfferEconomics, setting: Setting, cost: Decimal, least: Decimal) -> Decimal:
    """The lowest price of a year that keeps both, with every band's unrounded rate; in whole cents, rounded up."""
    steps = total(offer.terms.ramp) if offer.terms.ramp else WHOLE * offer.terms.years
    fixed = total(extra.price_per_year for extra in offer.terms.extras) * offer.terms.years
    found = []
    for start, end, rate in _bands(offer, setting):
        revenue = _needed(Fraction(cost), Fraction(least), rate, setting.book.settings["marketplace_fee"])
        value = max(revenue - Fraction(offer.beyond), Fraction(start), Fraction(fixed))
        if end is None or value < end:
            found.append(value)
    above = min(found) - Fraction(fixed) if found else Fraction(0)
    price = above / Fraction(steps) if steps else Fraction(0)
    exact = EXACT.divide(Decimal(price.numerator), Decimal(price.denominator))
    return exact.quantize(CENT, ROUND_CEILING)


def _needed(cost: Fraction, least: Fraction, rate: Fraction, fee_read_as: str) -> Fraction:
    """The revenue at which margin and cost are just kept, where the marketplace keeps a rate of it."""
    of_margin = 1 - least - (rate if fee_read_as == COST_OF_REVENUE else 0)
    return max(cost / of_margin if of_margin > 0 else Fraction(0), cost / (1 - rate))


def _bands(offer: OfferEconomics, setting: Setting) -> Iterator[tuple[Decimal, Decimal | None, Fraction]]:
    """Each band of the contract's value: where it starts, where it ends, and what the marketplace keeps in it."""
    starts = sorted({row.contract_value_from_usd for row in setting.rails[offer.terms.rail].fees} | {ZERO})
    ends = [*(end for _, end in pairwise(starts)), None]
    for start, end in zip(starts, ends, strict=True):
        sale = Sale(
            rail=offer.terms.rail,
            method=MARKETPLACE,
            amount=WHOLE,
            on=offer.terms.starts_on,
            offer=PRIVATE,
            contract_value=start,
            renewal=offer.terms.renewal,
            channel_partner=offer.terms.channel_partner,
        )
        yield start, end, Fraction(take_rate(setting.rails, sale) or ZERO)


def _settled(price: Decimal, is_kept: Callable[[Decimal], bool]) -> Decimal:
    """A price that is right but for rounding → the lowest that keeps, and a cent below it does not."""
    for _ in range(_MOST_STEPS):
        if is_kept(price):
            break
        price += CENT
    for _ in range(_MOST_STEPS):
        if price < CENT or not is_kept(price - CENT):
            break
        price -= CENT
    return price
