"""The bill over one dimension's quantity, drawn from its breaks: every bend and every cliff has a point of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.price import Price
from lib.money import EXACT
from lib.rating import rate
from lib.simulator.bill import bill
from lib.simulator.crossings import breaks

Usage = Mapping[str, Decimal]
HAIR = Decimal("0.000001")  # the grain of the metering feed: the first quantity above a break
MOST_POINTS = 2_000
_EVEN = 32  # points between 0 and the end, so that a reader finds one under the pointer
ALLOWANCE, THRESHOLD = "allowance", "threshold"


@dataclass(frozen=True)
class Point:
    """One point of a plan's curve; `amount` is the month's total, or of a single line the sum before rounding."""

    plan_key: str
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Mark:
    """A quantity at which a line bends: the end of the allowance, or a threshold with the price above it.

    `drop` is what the line falls by there, before rounding: above zero it is a cliff.
    """

    kind: str
    quantity: Decimal
    unit_price: Decimal
    drop: Decimal


def bill_curve(
    book: Book, rail: str, plan_keys: Sequence[str], usage: Usage, dimension: str, until: Decimal
) -> tuple[Point, ...]:
    """Some plans' totals of a month from no usage of one dimension up to `until`, the rest of the usage fixed.

    A plan that cannot serve the rest has no points; one without the dimension has its point at no usage alone.
    """
    rest = {key: used for key, used in usage.items() if key != dimension}
    price, most = book.price(rail, dimension), MOST_POINTS // max(len(plan_keys), 1)
    found = []
    for key in plan_keys:
        allowance = book.allowance(rail, book.plan(key).tier, dimension)
        fixed = bill(book, rail, key, rest).total
        for quantity in () if fixed is None else places(price, allowance, until, most, usage.get(dimension)):
            amount = rate(price, allowance, quantity).amount
            if amount is not None and fixed is not None:
                found.append(Point(key, quantity, EXACT.add(fixed, amount)))
            elif fixed is not None and not quantity:
                found.append(Point(key, quantity, fixed))
    return tuple(found)


def line_curve(book: Book, rail: str, plan_key: str, dimension: str, until: Decimal) -> tuple[Point, ...]:
    """One dimension's own line on one plan, before rounding, from no usage up to `until`: cents are seen to bend."""
    price, allowance = book.price(rail, dimension), book.allowance(rail, book.plan(plan_key).tier, dimension)
    return priced_curve(plan_key, price, allowance, until)


def priced_curve(plan_key: str, price: Price, allowance: Allowance, until: Decimal) -> tuple[Point, ...]:
    """The same at a price and an allowance, such as a contract's own."""
    charges = [(one, rate(price, allowance, one).exact) for one in places(price, allowance, until, MOST_POINTS // 4)]
    return tuple(Point(plan_key, quantity, amount) for quantity, amount in charges if amount is not None)


def marks(price: Price, allowance: Allowance) -> tuple[Mark, ...]:
    """Where the line of a dimension bends or falls, in order; a book's line that never does has no marks."""
    start = _start(price, allowance)
    entered = [band for band in price.bands if band.from_quantity <= start][-1]
    above = [entered, *(band for band in price.bands if band.from_quantity > start)]
    found = []
    for number, (quantity, band) in enumerate(zip(breaks(price, allowance), above, strict=False)):
        before, after = (rate(price, allowance, one).exact or Decimal(0) for one in (quantity, quantity + HAIR))
        drop = max(EXACT.subtract(before, after), Decimal(0))
        found.append(Mark(THRESHOLD if number else ALLOWANCE, quantity, band.unit_price, drop))
    return tuple(found)


def places(
    price: Price, allowance: Allowance, until: Decimal, most: int, today: Decimal | None = None
) -> list[Decimal]:
    """The quantities a curve is drawn at, in order: both sides of every break, an even grid, and today's.

    Where part units round up every step has both its sides too, as long as `most` points hold them.
    """
    found = {until * number / _EVEN for number in range(_EVEN + 1)} | ({today} if today is not None else set())
    found |= {
        near
        for one in [*breaks(price, allowance), *_steps(price, allowance, until, most)]
        for near in (one, one + HAIR)
    }
    return sorted(one for one in found if 0 <= one <= until)


def _steps(price: Price, allowance: Allowance, until: Decimal, most: int) -> Iterable[Decimal]:
    if price.part_units == "exact" or allowance.quantity is None:
        return ()
    count = int((until - allowance.quantity) / price.unit_size)
    fits = 2 * count + 2 * len(price.bands) + _EVEN + 4 <= most
    return (allowance.quantity + number * price.unit_size for number in range(count if fits else 0))


def _start(price: Price, allowance: Allowance) -> Decimal:
    return allowance.quantity if price.thresholds == "usage" and allowance.quantity is not None else Decimal(0)
