"""Clean prices: a candidate's prices rounded to endings that a customer would expect, up or down price by price."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from lib.catalog.book import Book
from lib.money import EXACT
from lib.search.features import Array
from lib.search.prices import FreePrice
from lib.search.settings import Ending

Pair = tuple[Decimal, Decimal]


def variants(
    book: Book, prices: Sequence[FreePrice], endings: Sequence[Ending], candidate: Array, tries: int, seed: int
) -> list[tuple[Decimal, ...]]:
    """One candidate → at most `tries` clean price lists near it: every price to the nearest, all down, all up, mixed.

    Each price goes to one of its two clean neighbours within its bounds; where there is none it stays as it is today.
    """
    pairs = [_neighbours(book, price, endings, float(value)) for price, value in zip(prices, candidate, strict=True)]
    nearest = [
        float(value) - float(low) > float(high) - float(value)
        for value, (low, high) in zip(candidate, pairs, strict=True)
    ]
    chance = np.random.default_rng(seed)
    mixed = [(chance.random(len(pairs)) < 0.5).tolist() for _ in range(max(tries - 3, 0))]
    ways = [nearest, [False] * len(pairs), [True] * len(pairs), *mixed][:tries]
    found = (tuple(pair[up] for pair, up in zip(pairs, way, strict=True)) for way in ways)
    return list(dict.fromkeys(found))


def _neighbours(book: Book, price: FreePrice, endings: Sequence[Ending], value: float) -> Pair:
    """The clean prices just below and just above a value, both within the bounds."""
    if value == float(price.baseline):
        return price.baseline, price.baseline
    exact = Decimal(repr(value))
    ending = next((one for one in endings if _is_for(book, price, one)), None)
    if ending is None:
        coin = price.baseline.as_tuple().exponent
        both = tuple(exact.quantize(Decimal(1).scaleb(int(coin)), way) for way in (ROUND_FLOOR, ROUND_CEILING))
    else:
        both = _by_digits(exact, ending.digits) if ending.digits else _by_step(exact, ending)
    inside = [EXACT.plus(one) for one in both if price.low <= one <= price.high]
    return (inside[0], inside[-1]) if inside else (price.baseline, price.baseline)


def _is_for(book: Book, price: FreePrice, ending: Ending) -> bool:
    if price.free.plan is None:
        return ending.of == "dimensions"
    term = book.plan(price.free.plan).term
    return ending.of == "plans" and (not ending.terms or term in ending.terms)


def _by_step(value: Decimal, ending: Ending) -> Pair:
    """The nearest prices at or below, and at or above, that are one of the ends more than a multiple of the step."""
    step = ending.step or Decimal(1)
    whole = (value / step).to_integral_value(ROUND_FLOOR)
    grid = sorted(step * (whole + more) + end for more in (-1, 0, 1) for end in ending.ends)
    return max(one for one in grid if one <= value), min(one for one in grid if one >= value)


def _by_digits(value: Decimal, digits: int) -> Pair:
    """The nearest prices at or below, and at or above, with so many figures that count."""
    unit = Decimal(1).scaleb(value.adjusted() - digits + 1)
    return value.quantize(unit, ROUND_FLOOR), value.quantize(unit, ROUND_CEILING)
