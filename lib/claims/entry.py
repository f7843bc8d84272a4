"""How one value of a claim is written: a table, bands, names or a word; all else is refused before it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lib.catalog.allowance import Allowance
from lib.catalog.document import BookError, check_fields, shown
from lib.money import MoneyError, exact


def price_table(value: object) -> dict[str, Decimal]:
    """Prices in USD by plan."""
    return {plan: _number(price, plan) for plan, price in _block(value, "{ starter-monthly = 299 }").items()}


def allowance_table(value: object) -> dict[str, Allowance]:
    """What is included by tier: quantities, or one of the words of an allowance."""
    return {tier: Allowance.of(included, tier) for tier, included in _block(value, "{ starter = 3 }").items()}


def band_list(value: object) -> tuple[tuple[Decimal, Decimal], ...]:
    """Bands: from which quantity, at which price per unit in USD."""
    bands = []
    for place, band in enumerate(_list(value, "[{ from = 0, unit_price = 0.001 }]"), start=1):
        where = f"band {place}"
        check_fields(band, {"from": "number", "unit_price": "number"}, where)
        bands.append((_number(band["from"], f"{where}.from"), _number(band["unit_price"], f"{where}.unit_price")))
    return tuple(bands)


def names(value: object) -> tuple[str, ...]:
    """Names in a list, at least one: a text is no list, or it would be read letter by letter."""
    found = _list(value, '["price", "name"]')
    for name in found:
        if not isinstance(name, str) or not name:
            raise BookError(f"{shown(name)} is no name; write a text")
    return tuple(found)


def word(value: object) -> str:
    """A word or a number, as another place would write it."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or value == "":
        raise BookError(f"{shown(value)} is neither a word nor a number")
    return str(value)


def _block(value: object, example: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not value:
        raise BookError(f"{shown(value)} is no block with a key; write it as in {example}")
    return value


def _list(value: object, example: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BookError(f"{shown(value)} is no list with something in it; write it as in {example}")
    return value


def _number(value: object, where: str) -> Decimal:
    try:
        return exact(value)
    except MoneyError as problem:
        raise BookError(f"{where}: {problem}") from None
