"""A number as a reader types it: 1.2bn, 1,200,000,000 or $2.40. What is none is refused by the input's name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from lib.catalog.document import shown
from lib.money import EXACT, MoneyError, exact
from lib.savings.spend import Limits, Provider, SavingsError, Spend, of_mix, of_tokens

_SCALES: Mapping[str, int] = MappingProxyType({"k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9, "t": 12, "tn": 12})
_TYPED = re.compile(
    r"(?P<sign>[-−+]?)\s*\$?\s*(?P<digits>\d{1,3}(?:[,_ ]\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)\s*(?P<scale>[a-z]*)",
    re.ASCII | re.IGNORECASE,
)
_LONGEST = 40  # of what somebody types: no number we take is longer


def number(typed: str, name: str) -> Decimal:
    """What somebody typed → an exact number; `name` opens the refusal of what is none."""
    text = typed.strip()
    found = _TYPED.fullmatch(text) if len(text) <= _LONGEST else None
    scale = found["scale"].lower() if found else ""
    if not found or scale not in ("", *_SCALES):
        raise SavingsError(f"{name}: {shown(text)} is not a number; write it as in 1200000000, 1.2bn or 2.40")
    sign = "-" if found["sign"] in ("-", "−") else ""
    try:
        plain = exact(sign + re.sub("[,_ ]", "", found["digits"]))
    except MoneyError as problem:
        raise SavingsError(f"{name}: {problem}") from None
    return EXACT.multiply(plain, Decimal(10 ** _SCALES.get(scale, 0)))


def share(typed: str, name: str) -> Decimal:
    """A part typed as a percentage, with or without its sign: 25 and 25 % are 0.25."""
    return EXACT.divide(number(typed.strip().removesuffix("%"), name), Decimal(100))


def spend(tokens: str, usd_per_million: str | None, mix: Sequence[tuple[str, str, str]], limits: Limits) -> Spend:
    """Tokens a month, and one mean price or rows of provider, share as a fraction and price → the spend."""
    used = number(tokens, "tokens per month")
    if usd_per_million is not None and mix:
        raise SavingsError("there is a mean price per million tokens and a mix of providers; leave one of them out")
    if usd_per_million is not None:
        return of_tokens(used, number(usd_per_million, "the price per million tokens"), limits)
    return of_mix(used, [_provider(*row) for row in mix], limits)


def _provider(name: str, part: str, usd_per_million: str) -> Provider:
    price = number(usd_per_million, f"the price per million tokens of {name}")
    return Provider(name, number(part, f"the share of {name}"), price)
