"""What a book says of its tiers beside prices: what no bill counts, actions above a limit, one usage counted twice.

Of the first product the papers say none of this, so every block is optional. A book without a block has nothing to
overlay there, and a scenario that tries is refused: what is charged above a limit is not made a wall by one word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from lib.catalog.allowance import ACTIONS, BLOCK, NOT_SET
from lib.catalog.document import BookError, Document, check_fields, found, number, one_of, shown
from lib.catalog.price import PER_CENT

T = TypeVar("T")

BLOCKS = ("over_limit", "commitments", "alternatives", "entitlements", "revenue_share")
INCLUDED, NOT_INCLUDED = "included", "not included"
ENTITLED = (INCLUDED, NOT_INCLUDED, "unlimited", "by contract", NOT_SET)
_ENTITLEMENT = {
    "name": "text",
    "tiers": "block",
    "unit": "optional text",
    "over_limit": "optional text",
    "source": "text",
}
_ALTERNATIVE = {"name": "text", "of": "list", "billed": "text", "source": "text"}
_BOUGHT = {"size": "number", "discount_percent": "number"}  # a discount may be "not set", which is a text
_SHARE = {"name": "text", "parts": "list", "our_rate": "number", "source": "text"}


@dataclass(frozen=True)
class Entitlement:
    """A limit or a feature that no bill counts: by tier a number of `unit`, or one of the words of `ENTITLED`.

    `over_limit` says what becomes of more than the number; nothing is charged for it.
    """

    key: str
    name: str
    unit: str | None
    tiers: Mapping[str, Decimal | str]
    over_limit: str
    source: str

    def over(self, tier: str, used: Decimal) -> Decimal | None:
        """How many of those used lie above what a tier holds; None where that is no number."""
        held = self.tiers[tier]
        return max(used - held, Decimal(0)) if isinstance(held, Decimal) else None


@dataclass(frozen=True)
class Bought:
    """Units of a dimension a tier buys ahead for every month: owed whether used or not, at a discount on their price.

    `discount_percent` is None while nobody set it. Usage above what is included and bought pays the published price.
    """

    size: Decimal
    discount_percent: Decimal | None


@dataclass(frozen=True)
class Alternative:
    """Dimensions that count the same usage in different ways; `billed` is the one that is billed, None: not set."""

    key: str
    name: str
    of: tuple[str, ...]
    billed: str | None
    source: str


@dataclass(frozen=True)
class RevenueShare:
    """How what others sell through us is shared: the two parts as fractions that add up to 1, and which is ours."""

    name: str
    our_rate: Decimal
    parts: tuple[Decimal, ...]
    source: str


@dataclass(frozen=True)
class Packaging:
    """Everything a book says of its tiers beside prices; nothing where it says nothing."""

    over_limit: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    commitments: Mapping[str, Mapping[str, Bought]] = field(default_factory=dict)
    alternatives: Mapping[str, Alternative] = field(default_factory=dict)
    entitlements: Mapping[str, Entitlement] = field(default_factory=dict)
    revenue_share: RevenueShare | None = None

    @property
    def says_of_usage(self) -> bool:
        """Whether it says anything of what usage is included, counted or refused."""
        return bool(self.over_limit or self.commitments or self.alternatives)

    def alternative_to(self, dimension: str) -> Alternative | None:
        """The two ways of counting that a dimension is one of."""
        return next((one for one in self.alternatives.values() if dimension in one.of), None)


NOTHING_SAID = Packaging()


def parse_packaging(document: Document, tiers: Iterable[str], dimensions: Iterable[str]) -> Packaging:
    """The optional blocks of a book's document → its packaging; unknown tiers, dimensions and words are refused."""
    known, items = dict.fromkeys(tiers, True), dict.fromkeys(dimensions, True)
    blocks: Mapping[str, Document] = {name: document.get(name, {}) for name in BLOCKS}
    _check_counts(blocks["alternatives"])
    return Packaging(
        over_limit=MappingProxyType(_by_tier(blocks["over_limit"], "over_limit", known, items, _action)),
        commitments=MappingProxyType(_by_tier(blocks["commitments"], "commitments", known, items, _bought)),
        alternatives=MappingProxyType({k: _alternative(k, e, items) for k, e in blocks["alternatives"].items()}),
        entitlements=MappingProxyType({k: _entitlement(k, e, known) for k, e in blocks["entitlements"].items()}),
        revenue_share=_share(blocks["revenue_share"]) if blocks["revenue_share"] else None,
    )


def _by_tier(
    block: Document,
    name: str,
    tiers: Mapping[str, bool],
    dimensions: Mapping[str, bool],
    read: Callable[[Any, str], T],
) -> dict[str, Mapping[str, T]]:
    """A block of tiers, each a block of dimensions → the same with every value read."""
    for tier, row in block.items():
        found(tier, tiers, f"{name} names a tier the book does not have:")
        if not isinstance(row, Mapping):
            raise BookError(f"{name}.{tier} must be a block by dimension, not {shown(row)}")
        for dimension in row:
            found(dimension, dimensions, f"{name}.{tier} names a dimension the book does not have:")
    return {
        tier: MappingProxyType({key: read(value, f"{name}.{tier}.{key}") for key, value in row.items()})
        for tier, row in block.items()
    }


def _action(value: object, where: str) -> str:
    return one_of(value, ACTIONS, where)


def _check_counts(block: Document) -> None:
    """A dimension that counted two usages would be billed for one of them and not for the other."""
    named = [dimension for entry in block.values() for dimension in _listed(entry)]
    if twice := next((one for one in named if named.count(one) > 1), None):
        raise BookError(f"alternatives name {shown(twice)} {named.count(twice)} times; a dimension counts one usage")


def _listed(entry: object) -> Sequence[object]:
    of = entry.get("of") if isinstance(entry, Mapping) else None
    return of if isinstance(of, Sequence) and not isinstance(of, str) else ()


def _bought(entry: object, where: str) -> Bought:
    check_fields(entry, _BOUGHT, where)
    assert isinstance(entry, Mapping)
    size, off = number(entry["size"], f"{where}.size"), entry["discount_percent"]
    percent = None if off == NOT_SET else number(off, f"{where}.discount_percent")
    if percent is not None and percent > PER_CENT:
        raise BookError(f"{where}.discount_percent is {percent}; it takes more off than the whole price")
    return Bought(size, percent)


def _alternative(key: str, entry: Document, dimensions: Mapping[str, bool]) -> Alternative:
    where = f"alternatives.{key}"
    check_fields(entry, _ALTERNATIVE, where)
    for dimension in entry["of"]:
        found(dimension, dimensions, f"{where}.of names a dimension the book does not have:")
    billed = one_of(entry["billed"], (*entry["of"], NOT_SET), f"{where}.billed")
    return Alternative(key, entry["name"], tuple(entry["of"]), None if billed == NOT_SET else billed, entry["source"])


def _entitlement(key: str, entry: Document, tiers: Mapping[str, bool]) -> Entitlement:
    where = f"entitlements.{key}"
    check_fields(entry, _ENTITLEMENT, where)
    for tier in entry["tiers"]:
        found(tier, tiers, f"{where} names a tier the book does not have:")
    values = {tier: _entitled(entry["tiers"].get(tier, NOT_SET), f"{where}.tiers.{tier}") for tier in tiers}
    action = one_of(entry.get("over_limit", NOT_SET), (BLOCK, NOT_SET), f"{where}.over_limit")
    return Entitlement(key, entry["name"], entry.get("unit"), MappingProxyType(values), action, entry["source"])


def _entitled(value: object, where: str) -> Decimal | str:
    if isinstance(value, str) and value in ENTITLED:
        return value
    try:
        return number(value, where)
    except BookError:
        raise BookError(f"{where} is {shown(value)}; write a number or one of: {', '.join(ENTITLED)}") from None


def _share(entry: Document) -> RevenueShare:
    check_fields(entry, _SHARE, "revenue_share")
    parts = tuple(number(part, "revenue_share.parts") for part in entry["parts"])
    ours = number(entry["our_rate"], "revenue_share.our_rate")
    if sum(parts) != 1 or ours not in parts:
        told = ", ".join(map(str, parts))
        raise BookError(f"revenue_share has the parts {told} and ours is {ours}: write parts of 1, and one of them")
    return RevenueShare(entry["name"], ours, parts, entry["source"])
