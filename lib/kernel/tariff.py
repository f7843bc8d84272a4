"""One price and one allowance as straight pieces: within a piece the exact amount is a straight line in the quantity.

Everything is a whole number. A quantity q counts steps of 10**-scale of a unit; the amount, in coins of the price's
currency, is (slope · u + intercept) / divisor, where u is q itself, or the packages that q fills or begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from lib.catalog.allowance import BLOCK, CHARGE, NOT_SET, Allowance
from lib.catalog.price import Price
from lib.refusal import Refusal

WALLS: Mapping[str, str] = MappingProxyType({BLOCK: "blocked", NOT_SET: "not set"})


class KernelError(Refusal):
    """What the kernel cannot rate in whole numbers; the message names it and the way that can."""


class Packages(NamedTuple):
    """How many packages a quantity makes: the whole part of (factor · q + offset) / size."""

    factor: int
    offset: int
    size: int

    def of(self, quantity: int) -> int:
        """Steps of the scale, above the allowance → packages."""
        return (self.factor * quantity + self.offset) // self.size


class Tariff(NamedTuple):
    """Piece k holds the quantities strictly above `above[k]`, up to and including `above[k + 1]`; the last is open.

    The first piece is what costs no unit: all that the allowance covers. A tariff with `packages` multiplies its
    slopes by packages, any other by quantities.
    """

    above: tuple[int, ...]
    slopes: tuple[int, ...]
    intercepts: tuple[int, ...]
    divisor: int
    packages: Packages | None = None


def obstacle(price: Price) -> str | None:
    """What keeps a price from being straight pieces, in the book's own words; None where nothing does."""
    for name in ("conversion", "per_event", "discounts", "maximum", "minimum", "commitment"):
        if getattr(price, name) not in (None, ()):
            return name
    numbers = (number for band in price.bands for number in (band.unit_price, band.flat_fee))
    return "a price below zero" if any(number < 0 for number in numbers) else None


@dataclass(frozen=True)
class ScaledPrice:
    """A price in whole numbers: money in steps of 10**-money, quantities in steps of 10**-places."""

    price: Price
    money: int
    places: int
    prices: tuple[int, ...]
    fees: tuple[int, ...]
    starts: tuple[int, ...]
    unit_size: int

    @classmethod
    def of(cls, price: Price, places: int) -> ScaledPrice:
        """A price without an obstacle, and the least decimals of its quantities → the same price."""
        bands = price.bands
        money = max(decimals(number) for band in bands for number in (band.unit_price, band.flat_fee))
        places = max(places, decimals(price.unit_size), *(decimals(band.from_quantity) for band in bands))
        return cls(
            price,
            money,
            places,
            tuple(whole(band.unit_price, money) for band in bands),
            tuple(whole(band.flat_fee, money) for band in bands),
            tuple(whole(band.from_quantity, places) for band in bands),
            whole(price.unit_size, places),
        )


class Tariffs:
    """A book's prices in whole numbers, remembered from one segment, and one rating of the book, to the next."""

    def __init__(self) -> None:
        self._obstacles: dict[int, tuple[Price, str | None]] = {}
        self._scaled: dict[tuple[int, int], ScaledPrice] = {}
        self._known: dict[tuple[int, Allowance, int], Tariff] = {}

    def obstacle(self, price: Price, allowance: Allowance | None = None) -> str | None:
        """What keeps a price, and what is above an allowance, from being straight pieces."""
        if allowance is not None and allowance.over_limit != CHARGE:
            return f"usage that is {WALLS[allowance.over_limit]} above its allowance"
        if id(price) not in self._obstacles:
            self._obstacles[id(price)] = price, obstacle(price)  # holding the price keeps its id its own
        return self._obstacles[id(price)][1]

    def of(self, price: Price, allowance: Allowance, scale: int) -> Tariff:
        """A price, an allowance with a quantity, and the scale of the quantities used → the pieces (rules C1–C6)."""
        if known := self._known.get((id(price), allowance, scale)):
            return known
        if reason := self.obstacle(price, allowance):
            raise KernelError(f"the kernel has no pieces for {reason}: rate it line by line")
        if allowance.quantity is None:
            raise KernelError(f"an allowance {allowance} has no pieces")
        key = id(price), max(scale, decimals(allowance.quantity))
        scaled = self._scaled.get(key) or self._scaled.setdefault(key, ScaledPrice.of(price, key[1]))
        factor: int = 10 ** (scaled.places - scale)
        found = _pieces(scaled, whole(allowance.quantity, scaled.places), factor)
        return self._known.setdefault((id(price), allowance, scale), found)


def _pieces(scaled: ScaledPrice, included: int, factor: int) -> Tariff:
    """Amounts are counted in steps of money times the unit size, so that nothing is divided before the rounding."""
    price, size = scaled.price, scaled.unit_size
    start = included if price.thresholds == "usage" and len(price.bands) > 1 else 0
    packages = _packages(price.part_units, factor, included, size)
    step, origin = (factor, -included) if packages is None else (size, 0)  # the charged units are step · u + origin
    coins: int = 10**price.currency.exponent
    is_owed = price.flat_fee_at_zero and (price.model == "volume" or not start)  # the first flat fee at zero overage
    above, slopes, intercepts = [-1], [0], [coins * scaled.fees[0] * size if is_owed else 0]
    for begin, unit_price, fixed in _bands(scaled, start, included):
        above.append(_edge(price.part_units, begin, included, size) // factor)
        slopes.append(coins * unit_price * step)
        intercepts.append(coins * (unit_price * origin + fixed))
    ten: int = 10**scaled.money
    return Tariff(tuple(above), tuple(slopes), tuple(intercepts), ten * size, packages)


def _bands(scaled: ScaledPrice, start: int, included: int) -> Iterator[tuple[int, int, int]]:
    """Each band the charged units can reach: how many lie below it, its price, and what is due beside that price.

    The amount of x charged units in the band is unit price · x + the fixed part.
    """
    is_volume = scaled.price.model == "volume"
    free = included if scaled.price.allowance_as == "free_band" else 0
    fixed, before = 0, 0
    for band, unit_price, fee, end in zip(
        scaled.starts, scaled.prices, scaled.fees, [*scaled.starts[1:], None], strict=True
    ):
        if end is not None and end <= start:
            continue
        begin = max(band - start, 0)
        if is_volume:
            fixed = fee * scaled.unit_size + unit_price * free
        else:
            entered = fee if band >= start else 0  # a band that the allowance entered has no flat fee left (C2)
            fixed += (before - unit_price) * begin + entered * scaled.unit_size
            before = unit_price
        yield begin, unit_price, fixed


def _packages(part_units: str, factor: int, included: int, size: int) -> Packages | None:
    match part_units:
        case "up":
            return Packages(factor, size - 1 - included, size)
        case "down":
            return Packages(factor, -included, size)
    return None


def _edge(part_units: str, begin: int, included: int, size: int) -> int:
    """The largest quantity whose charged units do not pass `begin`, in the price's steps."""
    match part_units:
        case "up":
            return included + begin // size * size
        case "down":
            return included + (begin // size + 1) * size - 1
    return included + begin


def decimals(number: Decimal) -> int:
    """How many decimals a number is written with."""
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def whole(number: Decimal, places: int) -> int:
    """A number in steps of 10**-places, which it must be a multiple of."""
    numerator, denominator = number.as_integer_ratio()
    ten: int = 10**places
    if denominator == 1:
        return numerator * ten
    steps, rest = divmod(numerator * ten, denominator)
    if rest:
        raise KernelError(f"{number} has more than {places} decimals: rate it line by line")
    return steps
