"""Suspicions about usage lines: each re-rates the line with one thing done wrong, and says what.

A suspicion goes in with a doubt and comes out as the amounts it would make, each with its words; whether one of them
is what was invoiced is asked elsewhere, in one place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.price import Price
from lib.contracts import price_of
from lib.money import EXACT, round_line
from lib.periods import add_months
from lib.rating import Charge
from lib.reconciliation.evidence import Doubt, Guess
from lib.reconciliation.words import money, quantity, span

_THOUSAND = Decimal(1000)
_READ = {
    ("bands", "volume"): "all units are priced at the band that the last one reaches",
    ("bands", "graduated"): "each band is priced on its own, not all units at the last band",
    ("thresholds", "usage"): "the bands are counted on the whole usage, allowance included",
    ("thresholds", "overage"): "the bands are counted on the overage alone",
    ("threshold_unit", "priced"): "the bands' bounds are taken for priced units, not for natural ones",
    ("threshold_unit", "natural"): "the bands' bounds are taken for natural units, not for priced ones",
    ("part_units", "up"): "part units are rounded up to whole ones",
    ("part_units", "exact"): "part units are priced exactly, not rounded up",
    ("stripe_overage", "nothing"): "usage above the tier is given away",
    ("stripe_overage", "same"): "usage above the tier is charged at the marketplace's rates",
    ("allowances", "uniform"): "every tier gets the one allowance of the plans database",
    ("allowances", "matrix"): "each tier gets its own allowance, not the one of the plans database",
}


def late(doubt: Doubt) -> Iterator[Guess]:
    """Usage that arrived after the cut-off is not in the invoice."""
    cell = doubt.cell
    if cell and cell.late:
        arrived = quantity(cell.late, doubt.book, doubt.dimension)
        for charge in doubt.rerated(quantities=[cell.quantity - cell.late]):
            yield charge.amount, f"{arrived} arrived after the cut-off, and the invoice is without them"


def other_book(doubt: Doubt) -> Iterator[Guess]:
    """The prices and allowances of another book."""
    for book in doubt.evidence.books:
        if book.id != doubt.ours.book_id and doubt.dimension in book.dimensions:
            words = f"it has the prices of the {book.id} book, and the {doubt.ours.book_id} book governs"
            yield from _told(doubt.rerated(book=book), words)


def offer_ignored(doubt: Doubt) -> Iterator[Guess]:
    """The tier's allowance in spite of the one the private offer agreed."""
    offer = doubt.contract.offer
    if offer and doubt.dimension in offer.allowances:
        tiers = doubt.book.allowance(doubt.contract.rail, doubt.contract.tier or "", doubt.dimension)
        words = f"the tier's allowance ({tiers}) is taken, not the {offer.allowances[doubt.dimension]} of the offer"
        yield from _told(doubt.rerated(allowance=tiers), words)


def allowance_kept(doubt: Doubt) -> Iterator[Guess]:
    """The allowance was not deducted."""
    allowance = doubt.charges[0].allowance if doubt.charges else None
    if allowance and (allowance.quantity or allowance.kind == "unlimited"):
        words = f"the allowance ({allowance}) is not deducted"
        yield from _told(doubt.rerated(allowance=Allowance("quantity", Decimal(0))), words)


def misread(doubt: Doubt) -> Iterator[Guess]:
    """Another reading of what the papers leave open."""
    for reading, book in doubt.evidence.misread[doubt.book.id].items():
        if reading in _READ:
            yield from _told(doubt.rerated(book=book), _READ[reading])


def rate_rounded(doubt: Doubt) -> Iterator[Guess]:
    """The rate rounded to cents before it is multiplied."""
    price = _price(doubt)
    bands = tuple(replace(band, unit_price=round_line(band.unit_price, price.currency)) for band in price.bands)
    if bands != price.bands:
        rates = " and ".join(f"{band.unit_price.normalize():f}" for band in price.bands)
        words = f"the rate ({rates}) is rounded to cents before it is multiplied"
        yield from _told(doubt.rerated(price=replace(price, bands=bands)), words)


def wrong_unit(doubt: Doubt) -> Iterator[Guess]:
    """Priced per unit instead of per unit size, or a thousand times too much or too little."""
    item = doubt.book.dimensions[doubt.dimension]
    size, one = f"{item.unit_size.normalize():,f}", item.unit
    factors = {_THOUSAND: "it is a thousand times too much", 1 / _THOUSAND: "it is a thousandth of the price"}
    if item.unit_size != 1:
        factors[item.unit_size] = f"it is priced per {one}, not per {size} {one}s"
        factors[1 / item.unit_size] = f"it is divided by {size} once more: {size} {one}s are taken for one"
    for charge in doubt.charges:
        for factor, words in factors.items():
            if charge.exact:
                yield round_line(EXACT.multiply(charge.exact, factor)), words


def copies_counted(doubt: Doubt) -> Iterator[Guess]:
    """Identical copies of events counted again."""
    if doubt.slip.copied:
        words = f"{quantity(doubt.slip.copied, doubt.book, doubt.dimension)} came twice and are counted twice"
        yield from _told(doubt.rerated(quantities=[used + doubt.slip.copied for used in doubt.quantities]), words)


def readings_added(doubt: Doubt) -> Iterator[Guess]:
    """Readings of seats added up instead of the largest one taken."""
    if doubt.slip.summed and doubt.cell:
        most = quantity(doubt.cell.quantity, doubt.book, doubt.dimension)
        words = f"its readings are added up to {doubt.slip.summed.normalize():,f}, and the largest was {most}"
        yield from _told(doubt.rerated(quantities=[doubt.slip.summed]), words)


def other_months_usage(doubt: Doubt) -> Iterator[Guess]:
    """The usage of the month before or after."""
    for months in (-1, 1):
        month = add_months(doubt.ours.month, months)
        cell = doubt.evidence.usage.get((doubt.contract.contract_id, doubt.dimension, month))
        if cell:
            words = f"it is the usage of {span('usage', month)}: {quantity(cell.quantity, doubt.book, doubt.dimension)}"
            yield from _told(doubt.rerated(quantities=[cell.quantity - cell.late, cell.quantity]), words)


def other_dimension(doubt: Doubt) -> Iterator[Guess]:
    """Another dimension's usage at this price, or this usage at another dimension's price."""
    for name in doubt.book.dimensions:
        if name == doubt.dimension:
            continue
        cell = doubt.evidence.usage.get((doubt.contract.contract_id, name, doubt.ours.month))
        if cell:
            words = f"it is the usage of {name}: {quantity(cell.quantity, doubt.book, name)}"
            yield from _told(doubt.rerated(quantities=[cell.quantity - cell.late, cell.quantity]), words)
        price = doubt.book.price(doubt.contract.rail, name)
        yield from _told(doubt.rerated(price=price), f"its usage has the price of {name}")


def bands_rounded(doubt: Doubt) -> Iterator[Guess]:
    """Each band rounded on its own."""
    for charge in doubt.charges:
        if len(charge.bands) > 1:
            parts = [round_line(band.amount) for band in charge.bands]
            yield sum(parts, Decimal(0)), f"each band is rounded by itself: {' + '.join(map(money, parts))}"


def _price(doubt: Doubt) -> Price:
    return price_of(doubt.contract, doubt.book, doubt.dimension)


def _told(charges: Iterator[Charge], words: str) -> Iterator[Guess]:
    return ((charge.amount, words) for charge in charges)
