"""What a bill says in words: amounts that may be open, prices per unit, what is refused, why there is no total."""

import re
from collections.abc import Mapping
from decimal import Decimal

from lib.catalog.book import BASE_FEE
from lib.catalog.names import plural, units
from lib.rating import Charge
from lib.simulator.bill import Bill
from lib.ui import frames, numbers, products
from lib.ui.products import Sold

NOT_SET, NO_PRICE = "not set", "no price"


def amount(value: Decimal | None, without: str = NOT_SET) -> str:
    """An amount to the cent; what nobody set says so."""
    return without if value is None else numbers.exact_money(value)


def price(sold: Sold, key: str) -> str:
    """What a dimension costs: $12.00 per 100,000 requests, 15.0% of the platform fee, or not set."""
    item, found = sold.book.dimensions[key], sold.book.set_price(products.RAIL, key)
    if found is None:
        return NOT_SET
    first, per = found.bands[0], f"per {units(item.unit, item.unit_size)}"
    own = "" if found.is_plain else ", with terms of its own"
    if item.counted_on == BASE_FEE:
        return f"{numbers.percent(first.unit_price / found.unit_size)} of the platform fee{own}"
    once = f" and {numbers.exact_money(first.flat_fee)} once" if first.flat_fee else ""
    steps = f"{numbers.counted(len(found.bands), 'band')}, from " if len(found.bands) > 1 else ""
    return f"{steps}{numbers.unit_price(first.unit_price)} {per}{once}{own}"


def but(sold: Sold, found: Bill) -> str:
    """What of the month is refused, after its amount."""
    told = [
        f"{numbers.quantity(much)} {plural(sold.book.dimensions[key].unit)}"
        for key, much in products.refused(found).items()
    ]
    return f" and refuses {' and '.join(told)}" if told else ""


def obstacle(sold: Sold, words: str) -> str:
    """Why a bill has no total, with its dimension by name."""
    for key in sold.book.dimensions:
        words = re.sub(rf"\b{key}\b", sold.within(key), words)
    return words.replace("the price is", "the platform fee is").replace(" is not offered", ": not offered")


def line(charge: Charge) -> str:
    """A line's amount, or whether it is open or simply not sold."""
    return amount(charge.amount, NOT_SET if charge.status == "not_set" else NO_PRICE)


def lines(charges: Mapping[str, Charge]) -> str:
    """Lines together; what was not used needs no price, and one without an amount leaves no sum."""
    used = [charge for charge in charges.values() if charge.quantity or charge.amount is not None]
    is_open = any(charge.status == "not_set" for charge in used)
    return sums([charge.amount for charge in used], NOT_SET if is_open else NO_PRICE)


def sums(amounts: list[Decimal | None], without: str = NOT_SET) -> str:
    """Amounts together; one that is missing leaves no sum, and no line at all is none."""
    if not amounts:
        return "none"
    return without if None in amounts else numbers.exact_money(frames.total(amounts))
