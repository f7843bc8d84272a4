"""Why a line of a bill moves, or does not, in one plain sentence: the terms that differ, with both sides' numbers.

Only the terms that hold for the line are compared: a list price that a private offer overrules is no reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from lib.catalog.book import Book
from lib.catalog.price import Price
from lib.contracts import REPRICED, BilledPeriod, Contract, allowance_of, base_amount, price_of, term_price
from lib.money import EXACT
from lib.outcome import Line
from lib.owed import Used
from lib.rating import Charge

MOST_UNITS = 1_826  # the days of five years, the longest term: above it a part was counted in seconds, and is a percent
PER_CENT = Decimal(100)
ONE_RATE = ("graduated", "volume", "per_unit")  # the models that are one unit price where there is one band
# The rest of a price's settings, in words; bands, model and unit size are told with their numbers.
SETTINGS = {
    "thresholds": "bands counted on the",
    "part_units": "part units",
    "allowance_as": "allowance",
    "flat_fee_at_zero": "first fee at zero usage",
    "conversion": "unit conversion",
    "per_event": "terms of single events",
    "discounts": "discounts",
    "maximum": "maximum",
    "minimum": "minimum",
    "commitment": "commitment",
}


def reason(was: Line | None, becomes: Line | None, books: Sequence[Book]) -> str:
    """One line on two bills → why they differ, or why they do not; `books` are those the bills were made with."""
    if was is None or becomes is None:
        return "only on the proposed bill" if was is None else "only on the baseline bill"
    held = "" if becomes.state == REPRICED else f"; the change has not reached it: {becomes.state}"
    return _terms_moved(was, becomes, books) + held


def _terms_moved(was: Line, becomes: Line, books: Sequence[Book]) -> str:
    if was.amount is None and becomes.amount is None:
        return f"no price on either bill: {_status(becomes)}"
    if was.amount is None or becomes.amount is None:
        return f"{_status(was)} → {_status(becomes)}"
    if becomes.period is not None:
        return _fee(was, becomes, becomes.period, books)
    if was.used and becomes.used:
        return _usage(was.used, becomes.used)
    return _minimum(was, becomes) if becomes.kind == "minimum" else _entitlement(was, becomes, books)


def _status(line: Line) -> str:
    unpriced = {"not_in_book": "in no book", "by_contract": "by contract", "not_offered": "not offered"}
    return unpriced.get(line.status, "offered" if line.used else "has a price")


# Fees


def _fee(was: Line, becomes: Line, period: BilledPeriod, books: Sequence[Book]) -> str:
    offer = becomes.contract.offer
    if offer and offer.price is not None and was.amount == becomes.amount:
        return "unchanged: the private offer sets the price"
    name = "list price" if offer is None else "price by the offer's years and discount"
    before, after = (_paid(line, period, books) for line in (was, becomes))
    if before is None or after is None:
        return _moved("fee", was.amount, becomes.amount)
    return _moved(name, before, after) + _part(period)


def _paid(line: Line, period: BilledPeriod, books: Sequence[Book]) -> Decimal | None:
    """The price of a whole period that gives the line's amount, among those of the books; None where none does."""
    known = (book for book in books if line.contract.plan_key in book.plans)
    prices = (
        term_price(line.contract, book) for book in known if base_amount(line.contract, period, book) == line.amount
    )
    return next((price for price in prices if price is not None), None)


def _part(period: BilledPeriod) -> str:
    if period.share == 1:
        return ""
    units = period.units or (period.share.numerator, period.share.denominator)
    counted = f"{units[0]}/{units[1]}" if units[1] <= MOST_UNITS else _percent(period)
    return f", credit of {counted} of it" if period.share < 0 else f", share {counted}"


def _percent(period: BilledPeriod) -> str:
    share = abs(period.share)
    return f"{EXACT.divide(PER_CENT * share.numerator, Decimal(share.denominator)):.1f} %"


# Usage


def _usage(was: Used, becomes: Used) -> str:
    before, after = was.charge, becomes.charge
    parts = list(_terms(was.price, becomes.price, after))
    if was.allowance != becomes.allowance:
        overage = _verb(before.overage, after.overage)
        parts.insert(0, f"allowance {_allowed(was)} → {_allowed(becomes)}, so overage {overage}")
    band = _reached(was.price, before), _reached(becomes.price, after)
    if None not in band and band[0] != band[1]:
        parts.append(f"all {_number(after.overage)} above the allowance move to {_band(band[1])}")
    if not parts:
        return f"unchanged{_by_offer(becomes.contract, becomes.dimension)}"
    same = (
        ""
        if before.amount != after.amount
        else "; nothing to pay either way"
        if not after.amount
        else "; the line stays as it was"
    )
    return "; ".join(parts) + same


def _terms(was: Price, becomes: Price, charge: Charge) -> Iterator[str]:
    """What differs between two prices, told by what it means for a charge."""
    if was.model != becomes.model and not _is_one_rate(was, becomes):
        yield _model(was.model, becomes, charge)
    if (was.bands, was.unit_size) != (becomes.bands, becomes.unit_size):
        yield _prices(was, becomes)
    for name, words in SETTINGS.items():
        old, new = getattr(was, name), getattr(becomes, name)
        if old != new:
            told = all(value is None or isinstance(value, str | Decimal) for value in (old, new))
            yield f"{words} {_plain(old)} → {_plain(new)}" if told else f"{words} changed"


def _is_one_rate(*prices: Price) -> bool:
    """Whether one band is all there is, so that every reading of bands says the same."""
    return all(len(price.bands) == 1 and price.model in ONE_RATE for price in prices)


def _model(was: str, becomes: Price, charge: Charge) -> str:
    if becomes.model == "volume" and charge.bands:
        reached = charge.bands[0]
        at = f"{_band(reached.from_quantity)}, {_rate(reached.unit_price, becomes.unit_size)}"
        return f"volume reading: all {_number(reached.quantity)} above the allowance at the price of {at}"
    return f"bands read as {was.replace('_', ' ')} → {becomes.model.replace('_', ' ')}"


def _prices(was: Price, becomes: Price) -> str:
    """Band by band where the bands are the same, else all of them."""
    starts = [[band.from_quantity for band in price.bands] for price in (was, becomes)]
    if starts[0] != starts[1] or any(band.flat_fee for price in (was, becomes) for band in price.bands):
        return f"bands {_bands(was)} → {_bands(becomes)}"
    pairs = zip(was.bands, becomes.bands, strict=True)
    moved = [(old, new) for old, new in pairs if (old.unit_price, was.unit_size) != (new.unit_price, becomes.unit_size)]
    many = len(was.bands) > 1
    return "price " + ", ".join(
        (f"in {_band(old.from_quantity)} " if many else "")
        + f"{_rate(old.unit_price, was.unit_size)} → {_rate(new.unit_price, becomes.unit_size)}"
        for old, new in moved
    )


def _bands(price: Price) -> str:
    fees = (f" and {_money(band.flat_fee)} once" if band.flat_fee else "" for band in price.bands)
    rates = (f"{_rate(band.unit_price, price.unit_size)}{fee}" for band, fee in zip(price.bands, fees, strict=True))
    starts = (f" above {_number(band.from_quantity)}" if band.from_quantity else "" for band in price.bands)
    return ", ".join(rate + start for rate, start in zip(rates, starts, strict=True))


def _reached(price: Price, charge: Charge) -> Decimal | None:
    """The band all units are priced in, where the price is by volume."""
    return charge.bands[0].from_quantity if price.model == "volume" and charge.bands else None


def _by_offer(contract: Contract, dimension: str) -> str:
    offer = contract.offer
    own = [("price", offer.bands), ("allowance", offer.allowances)] if offer else []
    said = [word for word, terms in own if dimension in terms]
    return f": the private offer sets the {' and the '.join(said)}" if said else ""


def _allowed(used: Used) -> str:
    quantity = used.allowance.quantity
    return used.allowance.kind if quantity is None else _number(quantity)


# Minimums and entitlements


def _minimum(was: Line, becomes: Line) -> str:
    offer = becomes.contract.offer
    agreed = "" if offer is None or offer.monthly_minimum is None else f" of {_money(offer.monthly_minimum)}"
    if was.amount == becomes.amount:
        return f"unchanged: the private offer's minimum{agreed}"
    return f"usage lines lack {_money(was.amount)} → {_money(becomes.amount)} of the offer's minimum{agreed}"


def _entitlement(was: Line, becomes: Line, books: Sequence[Book]) -> str:
    if was.amount == becomes.amount or was.dimension is None or not books:
        return _moved("entitlement", was.amount, becomes.amount)
    contract, dimension = becomes.contract, was.dimension
    old, new = ((price_of(contract, one, dimension), allowance_of(contract, one, dimension)) for one in _ends(books))
    parts = [] if old[1] == new[1] else [f"allowance {old[1]} → {new[1]}"]
    parts += [] if old[0].bands == new[0].bands else [_prices(old[0], new[0])]
    return "; ".join(parts) or _moved("entitlement", was.amount, becomes.amount)


def _ends(books: Sequence[Book]) -> Iterable[Book]:
    return books[0], books[-1]


# Words


def _moved(name: str, was: Decimal | None, becomes: Decimal | None) -> str:
    return f"unchanged: {name} {_money(was)}" if was == becomes else f"{name} {_money(was)} → {_money(becomes)}"


def _verb(was: Decimal, becomes: Decimal) -> str:
    if was == becomes:
        return f"stays {_number(was)}"
    return f"{'rises' if becomes > was else 'falls'} from {_number(was)} to {_number(becomes)}"


def _rate(unit_price: Decimal, unit_size: Decimal) -> str:
    return _number(unit_price) + (" each" if unit_size == 1 else f" per {_number(unit_size)}")


def _band(from_quantity: Decimal | None) -> str:
    return f"the band above {_number(from_quantity)}" if from_quantity else "the first band"


def _plain(value: object) -> str:
    return _number(value) if isinstance(value, Decimal) else str(value or "none").replace("_", " ")


def _number(value: Decimal) -> str:
    """A quantity or a unit price, grouped by thousands, with the digits it needs."""
    return f"{value.normalize(EXACT):,f}"


def _money(value: Decimal | None) -> str:
    """An amount, grouped by thousands, to the coin."""
    return "none" if value is None else f"{value:,.2f}"
