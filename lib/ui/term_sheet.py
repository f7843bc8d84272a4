"""The term sheet of an offer: what buyer and seller would sign, and nothing that is only ours to know."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book, Dimension
from lib.desk.offering import OfferAnswer
from lib.exports import Figure, Part, Sheet
from lib.offers import PRICE, OfferTerms, banded, included, offered_units
from lib.ui import numbers
from lib.ui.cards import Stamp

_UNSAID = ("by contract", "not set")
_DRAFT = "draft, subject to approval"
_CHARGED = (
    "Usage above what is included is invoiced month by month at these prices, and is no part of the contract value."
)


def term_sheet(found: OfferAnswer, book: Book, stamp: Stamp) -> Sheet:
    """An offer → the paper that goes to the buyer: parties, prices, what is included, payments, what is open."""
    offer, terms = found.offer, found.offer.terms
    tier, years = book.tiers[terms.tier].name, numbers.counted(terms.years, "year")
    value, each = numbers.exact_money(offer.quote.tcv), numbers.exact_money(offer.quote.acv)
    return Sheet(
        kind="Term sheet",
        title=f"{tier} for {found.company.name}",
        answer=f"{tier} for {years} from {numbers.day(terms.starts_on)}: {each} a year, {value} in all.",
        as_of=stamp.as_of,
        fingerprint=stamp.fingerprint,
        manifest=stamp.manifest,
        figures=(
            Figure("A year", each, "on average" if len(set(offer.quote.years)) > 1 else "each year"),
            Figure("Contract value", value, years),
            Figure("Valid until", _until(terms), "last day on which it can be accepted"),
        ),
        parts=(
            _parties(found, book),
            _prices(found),
            _inclusions(terms, book),
            _usage(terms, book),
            _minimum(terms),
            _schedule(found),
            Part("Renewal and validity", tuple(_validity(terms))),
            Part("Not agreed", (*_unapproved(found), *_open(terms, book))),
        ),
        label="; ".join(filter(None, (_draft(found), "synthetic sample" if stamp.is_synthetic else ""))),
        notes=(f"Amounts are in {book.currency.code} and without taxes, which come on top where they are due.",),
    )


def _draft(found: OfferAnswer) -> str:
    """That somebody has still to agree, while a rule of ours asks or cannot be decided; who and why stays with us."""
    return "" if all(one.is_needed is False for one in found.approvals) else _DRAFT


def _unapproved(found: OfferAnswer) -> Iterator[str]:
    if _draft(found):
        yield "These terms themselves: this is a draft, subject to approval by the seller."


def _until(terms: OfferTerms) -> str:
    return "not set" if terms.expires_on is None else numbers.day(terms.expires_on)


def _parties(found: OfferAnswer, book: Book) -> Part:
    terms = found.offer.terms
    through = "AWS Marketplace, as a private offer" if terms.rail == "aws" else numbers.name(terms.rail)
    partner = (
        " It is sold through a channel partner, whose own terms come with its offer." if terms.channel_partner else ""
    )
    rows = (
        ("Seller", numbers.name(book.product)),
        ("Buyer", found.company.name),
        ("Plan", book.tiers[terms.tier].name),
        (
            "Term",
            f"{terms.months} months, {numbers.day(terms.starts_on)} up to, not including, {numbers.day(terms.ends_on)}",
        ),
    )
    return Part("Parties and plan", (f"Bought through {through}.{partner}",), ("What", "Agreed"), rows)


def _prices(found: OfferAnswer) -> Part:
    """Each year's price, and the discount read on both list prices; a ramp is told as a ramp."""
    offer, quote = found.offer, found.offer.quote
    ramp = offer.terms.ramp or tuple(Decimal(1) for _ in quote.years)
    rows = tuple(
        (f"Year {number}", numbers.percent(step, 0), numbers.exact_money(price))
        for number, (step, price) in enumerate(zip(ramp, quote.years, strict=True), start=1)
    )
    extras = [
        f"{extra.name} is included for {numbers.exact_money(extra.price_per_year)} a year, in every year's price."
        for extra in offer.terms.extras
    ]
    return Part("Price", (*_readings(found), *extras), ("Year", "Of a full year", "Price"), rows)


def _readings(found: OfferAnswer) -> tuple[str, ...]:
    quote = found.offer.quote
    each = numbers.exact_money(quote.acv)
    told = [
        f"{_read(off)} {words} of {numbers.exact_money(listed)}"
        for off, words, listed in (
            (quote.on_annual, "the annual price", quote.list_annual),
            (quote.on_monthly, "twelve monthly prices", quote.list_monthly),
        )
        if off is not None
    ]
    return (f"{each} a year is {' and '.join(told)}.",) if told else (f"{each} a year; the plan has no public price.",)


def _read(off: Fraction) -> str:
    return f"{numbers.percent(float(abs(off)), 2)} {'off' if off >= 0 else 'above'}"


def _inclusions(terms: OfferTerms, book: Book) -> Part:
    rows = tuple((item.name, _amount(item, allowance)) for item, allowance in included(terms, book))
    return Part("Included each month", (), ("Dimension", "Included"), rows)


def _amount(item: Dimension, allowance: Allowance) -> str:
    if allowance.quantity is None:
        return "to be agreed" if allowance.kind in _UNSAID else allowance.kind
    unit = item.unit if allowance.quantity == 1 else f"{item.unit}s"
    return f"{numbers.quantity(allowance.quantity)} {unit}"


def _usage(terms: OfferTerms, book: Book) -> Part:
    """What a unit above the included costs; a dimension with several bands has a row for each."""
    own = dict(terms.bands)
    rows = []
    for item, _, _ in offered_units(terms, book):
        for band in own.get(item.key) or book.price(terms.rail, item.key).bands:
            unit = f"{numbers.count(item.unit_size)} {item.unit}s" if item.unit_size > 1 else item.unit
            start = band.from_quantity
            above = f"above {numbers.quantity(start)}" if start else "from the first"
            rows.append((item.name, f"per {unit}", above, numbers.unit_price(band.unit_price)))
    told = (_CHARGED, *_billed_by_aws(terms, book))
    return Part("Usage above that", told, ("Dimension", "Unit", "Units", "Price"), tuple(rows))


def _billed_by_aws(terms: OfferTerms, book: Book) -> Iterator[str]:
    """Which price stands on AWS's invoice where the paper has several: the same as in the request that AWS takes."""
    if terms.rail == "aws" and (stepped := banded(terms, book)):
        one = " and ".join(f"{numbers.unit_price(rate)} of {item.name}" for item, rate in stepped)
        yield (
            f"AWS Marketplace holds one price of each dimension, the first: {one}. Above a step the seller meters "
            "fewer units, so that what AWS invoices comes to the prices below."
        )


def _minimum(terms: OfferTerms) -> Part:
    for amount, words in ((terms.minimum_monthly, "a month"), (terms.minimum_yearly, "a year of the contract")):
        if amount is not None:
            least = numbers.exact_money(amount)
            return Part("Minimum", (f"Usage above what is included is invoiced with at least {least} {words}.",))
    return Part("Minimum", ("No minimum on usage is agreed.",))


def _schedule(found: OfferAnswer) -> Part:
    parts = sorted((one.due_on, one.amount) for one in found.offer.invoices if one.kind == PRICE)
    rows = tuple((numbers.day(day), numbers.exact_money(amount)) for day, amount in parts)
    told = f"The price is invoiced in {numbers.counted(len(parts), 'part')}."
    return Part("Payment schedule", (told,), ("Due", "Amount"), rows)


def _validity(terms: OfferTerms) -> Iterator[str]:
    yield f"The offer can be accepted until {_until(terms)}, 23:59:59 UTC, and is void after that."
    if terms.renewal:
        yield "It renews what the buyer has from the seller today."
    yield f"It ends on {numbers.day(terms.ends_on)} and does not renew by itself."


def _open(terms: OfferTerms, book: Book) -> Iterator[str]:
    """What nobody may read into the paper."""
    for item, allowance in included(terms, book):
        if allowance.kind in _UNSAID:
            yield f"How much of {item.name} is included."
    yield "Prices after the term, service levels, support times, liability, and what happens to data."
    yield "This sheet binds nobody; the offer that is accepted does."
