"""A figure in the words of a guardrail: counts plain, rates in percent that can be told from their limit."""

from __future__ import annotations

from decimal import Decimal

RATE, COUNT = "rate", "count"
NO_BOUND = Decimal("Infinity")  # a rise from nothing is above every limit


_PLACES = (2, 4, 8, 16)  # of a percentage; more where fewer would not tell it from its limit or from nothing


def told(figure: Decimal, unit: str, limit: Decimal) -> str:
    """A figure in words: a count plain, a rate in percent with the digits that tell it from its limit and from zero.

    At the limit it reads as the limit does.
    """
    if figure == NO_BOUND:
        return "without bound, from nothing"
    if unit == COUNT:
        return f"{figure:,f}"
    if figure == limit:
        return _percent(limit, _PLACES[-1])
    others = [other for other in (Decimal(0), limit) if other != figure]
    texts = {places: _percent(figure, places) for places in _PLACES}
    alike = {places: [_percent(other, to) for other in others for to in (places, _PLACES[-1])] for places in _PLACES}
    return next((text for places, text in texts.items() if text not in alike[places]), texts[_PLACES[-1]])


def _percent(rate: Decimal, places: int) -> str:
    digits = f"{rate * 100:,.{places}f}".rstrip("0").rstrip(".")
    return f"{'0' if digits in ('-0', '') else digits} %"
