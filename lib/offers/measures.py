"""What can be counted of an offer, for AWS's limits and for whoever must agree; the words stand in the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from lib.catalog.book import Book
from lib.catalog.price import Band
from lib.costs import Costs, Figure, Missing, UnitCost
from lib.money import EXACT, round_line, total
from lib.offers.floor import Floor
from lib.offers.terms import MONTHLY, UPFRONT, YEAR, ZERO, public_price
from lib.offers.worth import PRICE, OfferEconomics
from lib.periods import add_months

Counted = Figure | str  # a number, a word, or what it needs
UNKNOWN = Missing.of("somebody to say so")


@dataclass(frozen=True)
class Evidence:
    """All that an offer is judged on; `is_renewal` and `has_public_listing` are None where nobody can say.

    `has_aws_account` is the buyer's raw fact: yes, no or unknown.
    """

    offer: OfferEconomics
    floor: Floor | Missing
    book: Book
    costs: Costs
    ceiling: str
    as_of: date
    is_renewal: bool | None = None
    has_public_listing: bool | None = None
    has_aws_account: str = "unknown"


def decimals(number: Decimal) -> int:
    """How many decimals a number is written with, at the least."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _parts(evidence: Evidence) -> list[tuple[date, Decimal]]:
    return [(one.due_on, one.amount) for one in evidence.offer.invoices if one.kind == PRICE]


def _outside(evidence: Evidence) -> Counted:
    terms = evidence.offer.terms
    return Decimal(sum(not terms.starts_on <= day < terms.ends_on for day, _ in _parts(evidence)))


def _before_acceptance(evidence: Evidence) -> Counted:
    """Invoices due before the last day on which somebody may accept: the offer may be accepted that late."""
    last = evidence.offer.terms.expires_on
    if last is None:
        return Missing.of("the day it expires")
    return Decimal(sum(day < last for day, _ in _parts(evidence)))


def _days_to_accept(evidence: Evidence) -> Counted:
    last = evidence.offer.terms.expires_on
    return Missing.of("the day it expires") if last is None else Decimal((last - evidence.as_of).days)


def _months_to_start(evidence: Evidence) -> Counted:
    start, day = evidence.offer.terms.starts_on, evidence.as_of
    return Decimal((start.year - day.year) * YEAR + start.month - day.month)


def _days_to_start(evidence: Evidence) -> Counted:
    return Decimal((evidence.offer.terms.starts_on - evidence.as_of).days)


def _ramp_upfront(evidence: Evidence) -> Counted:
    terms = evidence.offer.terms
    return Decimal(len(set(terms.ramp)) > 1 and terms.payment == UPFRONT)


def _own_bands(evidence: Evidence) -> list[tuple[str, tuple[Band, ...]]]:
    return list(evidence.offer.terms.bands)


def _unit_prices(evidence: Evidence) -> list[Decimal]:
    """Prices per unit of the rate card: the offer's own, and the book's where it has none."""
    own, terms = dict(evidence.offer.terms.bands), evidence.offer.terms
    listed = {key: evidence.book.price(terms.rail, key).bands for key in evidence.book.dimensions}
    return [band.unit_price for bands in {**listed, **own}.values() for band in bands]


def _most(numbers: list[int]) -> Decimal:
    return Decimal(max(numbers, default=0))


def _largest(evidence: Evidence) -> Counted:
    return max([evidence.offer.quote.tcv, *_unit_prices(evidence)])


def _dimensions(evidence: Evidence) -> Counted:
    return Decimal(len(evidence.book.dimensions) + len(evidence.offer.terms.extras))


def _minimums(evidence: Evidence) -> Counted:
    terms = evidence.offer.terms
    return Decimal(sum(one is not None for one in (terms.minimum_monthly, terms.minimum_yearly)))


def _yes(answer: bool | None) -> Counted:
    return UNKNOWN if answer is None else "yes" if answer else "no"


def _account(evidence: Evidence) -> Counted:
    told = evidence.has_aws_account
    return Missing.of("somebody to ask for their AWS account") if told == "unknown" else told


def _renewal(evidence: Evidence) -> Counted:
    known = evidence.is_renewal
    return _yes(None if known is None else known == evidence.offer.terms.renewal)


LIMITED: Mapping[str, Callable[[Evidence], Counted]] = MappingProxyType(
    {
        "months": lambda evidence: Decimal(evidence.offer.terms.months),
        "months_to_start": _months_to_start,
        "days_to_start": _days_to_start,
        "ramp_upfront": _ramp_upfront,
        "instalments": lambda evidence: Decimal(len(_parts(evidence))),
        "instalments_outside": _outside,
        "instalments_before_acceptance": _before_acceptance,
        "days_to_accept": _days_to_accept,
        "instalment_decimals": lambda evidence: _most([decimals(amount) for _, amount in _parts(evidence)]),
        "price_decimals": lambda evidence: Decimal(decimals(evidence.offer.quote.tcv)),
        "unit_price_decimals": lambda evidence: _most([decimals(price) for price in _unit_prices(evidence)]),
        "largest_price": _largest,
        "dimensions": _dimensions,
        "own_bands": lambda evidence: _most([len(bands) for _, bands in _own_bands(evidence)]),
        "metered_minimums": _minimums,
        "currency": lambda evidence: evidence.book.currency.code,
        "renewal_told_right": _renewal,
        "aws_account": _account,
        "public_listing": lambda evidence: _yes(evidence.has_public_listing),
    }
)


def _discount(evidence: Evidence) -> Figure:
    read = evidence.offer.quote.on_annual
    return Missing.of("a list price to read it on") if read is None else _decimal(read)


def _decimal(fraction: Fraction) -> Decimal:
    return EXACT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))


def _above_floor(evidence: Evidence) -> Figure:
    """How far a year, before its step of a ramp, lies above the floor."""
    if isinstance(evidence.floor, Missing):
        return evidence.floor
    terms, quote = evidence.offer.terms, evidence.offer.quote
    steps = total(terms.ramp) if terms.ramp else Decimal(terms.years)
    if not steps:
        return ZERO
    whole_year = EXACT.divide(EXACT.subtract(quote.tcv, quote.extras), steps)
    return round_line(EXACT.subtract(whole_year, evidence.floor.price_per_year), evidence.book.currency)


def _paid_later(evidence: Evidence) -> Figure:
    """The part of the price that is invoiced when a year has passed."""
    terms, tcv = evidence.offer.terms, evidence.offer.quote.tcv
    if not tcv:
        return ZERO
    later = total(amount for day, amount in _parts(evidence) if day >= add_months(terms.starts_on, YEAR))
    return EXACT.divide(later, tcv)


def _below_ceiling(evidence: Evidence) -> Figure:
    """How far an offer above the highest public tier lies below that tier's price, per month; extras are no part."""
    terms, book = evidence.offer.terms, evidence.book
    public = public_price(book, terms.rail, evidence.ceiling, MONTHLY)
    if public is None or book.tiers[terms.tier].rank <= book.tiers[evidence.ceiling].rank:
        return ZERO
    least = EXACT.divide(EXACT.add(evidence.offer.quote.plan_year, terms.minimum_yearly or ZERO), Decimal(YEAR))
    return max(ZERO, round_line(public - least - (terms.minimum_monthly or ZERO), book.currency))


def _rates_below_cost(evidence: Evidence) -> Figure:
    terms, book = evidence.offer.terms, evidence.book
    below = 0
    for key, bands in terms.bands:
        cost = evidence.costs.unit(key, terms.starts_on)
        if not isinstance(cost, UnitCost):
            return cost
        unit = book.dimensions[key].unit_size
        below += any(band.unit_price < cost.amount * unit for band in bands)
    return Decimal(below)


ASKED: Mapping[str, Callable[[Evidence], Figure]] = MappingProxyType(
    {
        "discount_on_annual": _discount,
        "below_list": lambda evidence: evidence.offer.below_list,
        "gross_margin": lambda evidence: evidence.offer.margin.gross_rate,
        "above_floor": _above_floor,
        "contract_value": lambda evidence: evidence.offer.quote.tcv,
        "years": lambda evidence: Decimal(evidence.offer.terms.years),
        "paid_later": _paid_later,
        "below_ceiling": _below_ceiling,
        "rates_below_cost": _rates_below_cost,
        "channel_partners": lambda evidence: Decimal(evidence.offer.terms.channel_partner),
    }
)
RATES = ("discount_on_annual", "below_list", "gross_margin", "paid_later")
DOLLARS = ("above_floor", "contract_value", "below_ceiling", "largest_price")
