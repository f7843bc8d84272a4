"""The book: everything on one product's price list from one date, immutable and validated.

A book is read from a *document*: the nested mapping that a TOML file or the plans database yields. Overlays and
differences work on documents (`lib.catalog.scenario`), so that every changed book passes the same validation.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from lib.money import USD, Currency, MoneyError, exact, text
from lib.refusal import Refusal

RAILS = ("stripe", "aws")
TERM_MONTHS = {"monthly": 1, "annual": 12, "custom": 12}
ANY_TIER = "any"

Document = Mapping[str, Any]
T = TypeVar("T")


class BookError(Refusal):
    """A book that cannot be true; the message names the key and what to do."""


class Unpriced(Enum):
    """Why a plan has no list price: nobody set one yet, or every customer negotiates."""

    NOT_SET = "not set"
    BY_CONTRACT = "by contract"


@dataclass(frozen=True)
class Allowance:
    """What a tier includes of one dimension per usage period: a quantity, or one of three words.

    *unlimited* never yields overage; *not offered* is not for sale on the tier; *by contract* needs a private
    offer before it can be rated. None of the three is a number, and none of them is zero.
    """

    kind: str
    quantity: Decimal | None = None

    @classmethod
    def of(cls, value: object, where: str = "the allowance") -> Allowance:
        """A quantity or one of the three words → the allowance; anything else is refused, opening with `where`."""
        if isinstance(value, str) and value in _WORDS:
            return _WORDS[value]
        try:
            return cls("quantity", _number(value, where))
        except BookError:
            raise BookError(f"{where} is {_shown(value)}; write a quantity or one of: {', '.join(_WORDS)}") from None

    def __str__(self) -> str:
        return self.kind if self.quantity is None else format(self.quantity.normalize(), "f")


UNLIMITED = Allowance("unlimited")
NOT_OFFERED = Allowance("not offered")
BY_CONTRACT = Allowance("by contract")
_WORDS = {allowance.kind: allowance for allowance in (UNLIMITED, NOT_OFFERED, BY_CONTRACT)}


@dataclass(frozen=True)
class Band:
    """One volume step: the price of a unit, strictly above `from_quantity`; `flat_fee` once when it is entered."""

    from_quantity: Decimal
    unit_price: Decimal
    flat_fee: Decimal = Decimal(0)


@dataclass(frozen=True)
class Price:
    """How one dimension is priced on one rail, every canonical rule an explicit setting.

    `bands` ascend from 0 and the last is open; `unit_price` is per `unit_size`; `thresholds` says whether the
    bands are counted on the overage or on the whole usage; `part_units` whether a started unit counts whole.
    """

    bands: tuple[Band, ...]
    mode: str = "graduated"
    unit_size: Decimal = Decimal(1)
    thresholds: str = "overage"
    part_units: str = "exact"
    flat_fee_at_zero: bool = True
    currency: Currency = USD

    def __post_init__(self) -> None:
        _check_bands(self.bands, "a price")
        for name in ("mode", "thresholds", "part_units"):
            setting = "bands" if name == "mode" else name
            _one_of(getattr(self, name), READINGS[setting], f"a price's {setting}")
        if self.unit_size <= 0:
            raise BookError(f"unit_size is {self.unit_size}; it must be above 0")


# The brief leaves these open; the first reading is the default (DESIGN, "The book").
READINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bands": ("graduated", "volume"),
        "thresholds": ("overage", "usage"),
        "threshold_unit": ("natural", "priced"),
        "part_units": ("exact", "up"),
        "stripe_overage": ("same", "nothing"),
        "allowances": ("matrix", "uniform"),
        "marketplace_fee": ("acquisition", "revenue"),
    }
)


@dataclass(frozen=True)
class Tier:
    """A rung of the price list: its key, the name customers see, and its rank from 1 upwards."""

    key: str
    name: str
    rank: int


@dataclass(frozen=True)
class Plan:
    """One tier for one term; `list_price` is per billed period (a month, or a year for annual and custom)."""

    key: str
    tier: str
    term: str
    list_price: Decimal | Unpriced
    is_public: bool
    plan_id: int | None

    @property
    def months(self) -> int:
        """How many months one billed period lasts."""
        return TERM_MONTHS[self.term]


@dataclass(frozen=True)
class Dimension:
    """Something metered or entitled: its unit, the lowest tier that is offered it, and its bands.

    `included_quantity` is the plans database's uniform column, used only under the reading "uniform".
    """

    key: str
    name: str
    unit: str
    unit_size: Decimal
    tier_floor: str
    is_metered: bool
    bands: tuple[Band, ...]
    included_quantity: Decimal | None


@dataclass(frozen=True)
class Book:
    """Everything on one product's price list from `effective` on. Build it with `parse`."""

    id: str
    product: str
    effective: date
    currency: Currency
    settings: Mapping[str, str]
    tiers: Mapping[str, Tier]
    plans: Mapping[str, Plan]
    dimensions: Mapping[str, Dimension]
    allowances: Mapping[str, Mapping[str, Allowance]]
    rails: Mapping[str, Document]
    document: Document

    def plan(self, key: str) -> Plan:
        """The plan with this key; a wrong key is refused with the nearest right one."""
        return found(key, self.plans, f"the {self.id} book has no plan")

    def list_price(self, rail: str, plan_key: str) -> Decimal | Unpriced:
        """A plan's price per billed period on one rail."""
        plan = self.plan(plan_key)
        own = self._rail(rail).get("plans", {}).get(plan_key, {})
        where = f"rails.{rail}.plans.{plan_key}"
        return _list_price(own["list_price"], where) if "list_price" in own else plan.list_price

    def allowance(self, rail: str, tier: str, dimension: str) -> Allowance:
        """What a tier includes of a dimension per usage period on one rail."""
        item = found(dimension, self.dimensions, f"the {self.id} book has no dimension")
        own = self._rail(rail).get("allowances", {}).get(tier, {})
        if dimension in own:
            return Allowance.of(own[dimension], f"rails.{rail}.allowances.{tier}.{dimension}")
        if self.settings["allowances"] == "uniform":
            return self._uniform_allowance(tier, item)
        return self.allowances[tier].get(dimension, NOT_OFFERED)

    def price(self, rail: str, dimension: str) -> Price:
        """How a dimension's overage is priced on one rail, with every open reading resolved."""
        item = found(dimension, self.dimensions, f"the {self.id} book has no dimension")
        own = self._rail(rail).get("dimensions", {}).get(dimension, {})
        bands = _bands(own["bands"], f"rails.{rail}.dimensions.{dimension}") if "bands" in own else item.bands
        if rail == "stripe" and self.settings["stripe_overage"] == "nothing":
            bands = (Band(Decimal(0), Decimal(0)),)
        if self.settings["threshold_unit"] == "priced":
            bands = tuple(Band(b.from_quantity * item.unit_size, b.unit_price, b.flat_fee) for b in bands)
        return Price(
            bands=bands,
            mode=self.settings["bands"],
            unit_size=item.unit_size,
            thresholds=self.settings["thresholds"],
            part_units=self.settings["part_units"],
            currency=self.currency,
        )

    def absorbs(self, rail: str) -> bool:
        """Whether we keep the rail's fee off the customer's price (the brief: the AWS fee is absorbed)."""
        absorb: bool = self._rail(rail).get("absorb", True)
        return absorb

    def is_offered(self, tier: str, dimension: str) -> bool:
        """Whether the tier reaches the dimension's floor."""
        floor = self.dimensions[dimension].tier_floor
        return floor == ANY_TIER or self.tiers[tier].rank >= self.tiers[floor].rank

    def applicable_plan_ids(self, floor: str) -> tuple[int, ...]:
        """The plan ids at or above a tier floor, ascending; `any` means every plan."""
        rank = 0 if floor == ANY_TIER else found(floor, self.tiers, f"the {self.id} book has no tier").rank
        plans = (plan for plan in self.plans.values() if self.tiers[plan.tier].rank >= rank)
        return tuple(sorted(plan.plan_id for plan in plans if plan.plan_id is not None))

    def _rail(self, rail: str) -> Document:
        if rail not in RAILS:
            raise BookError(f"there is no rail {rail!r}; the rails are {', '.join(RAILS)}")
        return self.rails.get(rail, {})

    def _uniform_allowance(self, tier: str, item: Dimension) -> Allowance:
        if not self.is_offered(tier, item.key):
            return NOT_OFFERED
        if item.included_quantity is None:
            raise BookError(f"the {self.id} book has no included_quantity for {item.key}: read allowances as 'matrix'")
        return Allowance("quantity", item.included_quantity)


# What each key of a document must be; a key marked "optional" may be left out. A yes is `true`, never a text.
_FIELDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "book": {
            "id": "text",
            "product": "text",
            "effective": "date",
            "currency": "text",
            "tiers": "block",
            "plans": "block",
            "dimensions": "block",
            "allowances": "block",
            "settings": "optional block",
            "rails": "optional block",
            "source": "optional text",
            "synthetic": "optional yes or no",
        },
        "tier": {"name": "text", "rank": "whole number"},
        "plan": {
            "tier": "text",
            "term": "text",
            "list_price": "price",
            "public": "optional yes or no",
            "plan_id": "optional whole number",
        },
        "dimension": {
            "name": "text",
            "unit": "text",
            "unit_size": "number",
            "tier_floor": "text",
            "metered": "yes or no",
            "bands": "list",
            "included_quantity": "optional number",
        },
        "band": {"from": "number", "unit_price": "number", "flat_fee": "optional number"},
        "rail": {
            "absorb": "optional yes or no",
            "plans": "optional block",
            "dimensions": "optional block",
            "allowances": "optional block",
        },
        "rail's plan": {"list_price": "price"},
        "rail's dimension": {"bands": "list"},
    }
)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_SHAPES: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "text": lambda value: isinstance(value, str) and value != "",
        "date": lambda value: type(value) is date,  # a datetime is a date too, and would not compare with one
        "block": lambda value: isinstance(value, Mapping),
        "list": lambda value: isinstance(value, Sequence) and not isinstance(value, str),
        "yes or no": lambda value: isinstance(value, bool),
        "whole number": _is_whole,
        "number": lambda value: _is_whole(value) or isinstance(value, Decimal | str),
        "price": lambda value: _is_whole(value) or isinstance(value, Decimal | str),
    }
)


_HOW: Mapping[str, str] = MappingProxyType(
    {
        "date": "a date as in 2026-05-09",
        "list": "a list as in [{ from = 0, unit_price = 0.001 }]",
        "number": "a number as in 0.05; a float is not exact",
        "price": "an amount as in 1250.00, 'not set' or 'by contract'; a float is not exact",
        "yes or no": "true or false",
    }
)


def parse(document: Document) -> Book:
    """A document → the book it describes; anything missing, unknown or impossible is refused by key."""
    _check_fields(document, "book", "the book")
    tiers = {key: _tier(key, entry) for key, entry in document["tiers"].items()}
    dimensions = {key: _dimension(key, entry, tiers) for key, entry in document["dimensions"].items()}
    plans = {key: _plan(key, entry, tiers) for key, entry in document["plans"].items()}
    book = Book(
        id=document["id"],
        product=document["product"],
        effective=document["effective"],
        currency=found(document["currency"], {USD.code: USD}, "the marts and reports are in US dollars, not in"),
        settings=MappingProxyType(_settings(document.get("settings", {}))),
        tiers=MappingProxyType(tiers),
        plans=MappingProxyType(plans),
        dimensions=MappingProxyType(dimensions),
        allowances=MappingProxyType(_matrix(document["allowances"], tiers, dimensions, "allowances")),
        rails=MappingProxyType(dict(document.get("rails", {}))),
        document=document,
    )
    _check_rails(book)
    return book


def found(key: str, among: Mapping[str, T], problem: str) -> T:
    """The entry under `key`, or an error that opens with `problem` and names the nearest right key."""
    if key in among:
        return among[key]
    raise BookError(f"{problem} {key!r}; {nearest(key, among)}")


def nearest(key: str, names: Iterable[str]) -> str:
    """The end of a sentence that refuses `key`: the nearest right name, or all of them."""
    known = sorted(names)
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"there are: {', '.join(known)}" if known else "there is none"


def _check_fields(entry: object, kind: str, where: str) -> None:
    """Refuse an entry that is no block, has a key too many or too few, or a value of the wrong shape."""
    if not isinstance(entry, Mapping):
        raise BookError(f"{where} must be a block of keys, not {entry!r}")
    shapes = _FIELDS[kind]
    for key, value in entry.items():
        if key not in shapes:
            raise BookError(f"{where} has no key {key!r}; {nearest(key, shapes)}")
        shape = shapes[key].removeprefix("optional ")
        if not _SHAPES[shape](value):
            path = key if kind == "book" else f"{where}.{key}"
            raise BookError(f"{path} is {_shown(value)}; write {_HOW.get(shape, f'a {shape}')}")
    for key, shape in shapes.items():
        if key not in entry and not shape.startswith("optional"):
            raise BookError(f"{where} lacks {key!r}")


def _shown(value: object) -> str:
    return text(value) if isinstance(value, Decimal) and value.is_finite() else repr(value)[:60]


def _tier(key: str, entry: Document) -> Tier:
    _check_fields(entry, "tier", f"tiers.{key}")
    return Tier(key, entry["name"], entry["rank"])


def _plan(key: str, entry: Document, tiers: Mapping[str, Tier]) -> Plan:
    _check_fields(entry, "plan", f"plans.{key}")
    found(entry["tier"], tiers, f"plans.{key} names a tier the book does not have:")
    _one_of(entry["term"], tuple(TERM_MONTHS), f"plans.{key}.term")
    return Plan(
        key=key,
        tier=entry["tier"],
        term=entry["term"],
        list_price=_list_price(entry["list_price"], f"plans.{key}"),
        is_public=entry.get("public", True),
        plan_id=entry.get("plan_id"),
    )


def _dimension(key: str, entry: Document, tiers: Mapping[str, Tier]) -> Dimension:
    _check_fields(entry, "dimension", f"dimensions.{key}")
    if entry["tier_floor"] != ANY_TIER:
        found(entry["tier_floor"], tiers, f"dimensions.{key} names a tier floor the book does not have:")
    included = entry.get("included_quantity")
    unit_size = _number(entry["unit_size"], f"dimensions.{key}.unit_size")
    if unit_size <= 0:
        raise BookError(f"dimensions.{key}.unit_size is {unit_size}; it must be above 0")
    return Dimension(
        key=key,
        name=entry["name"],
        unit=entry["unit"],
        unit_size=unit_size,
        tier_floor=entry["tier_floor"],
        is_metered=entry["metered"],
        bands=_bands(entry["bands"], f"dimensions.{key}"),
        included_quantity=None if included is None else _number(included, f"dimensions.{key}.included_quantity"),
    )


def _bands(entries: Sequence[Document], where: str) -> tuple[Band, ...]:
    bands = tuple(_band(entry, f"{where}.bands, band {number}") for number, entry in enumerate(entries, start=1))
    return _check_bands(bands, f"{where}.bands")


def _band(entry: Document, where: str) -> Band:
    _check_fields(entry, "band", where)
    numbers = [_number(entry.get(key, 0), f"{where}.{key}") for key in ("from", "unit_price", "flat_fee")]
    return Band(*numbers)


def _check_bands(bands: tuple[Band, ...], where: str) -> tuple[Band, ...]:
    starts = [band.from_quantity for band in bands]
    if not starts or starts[0] != 0:
        raise BookError(f"{where} must begin with a band from 0; a quantity below the first band would have no price")
    if any(later <= earlier for earlier, later in itertools.pairwise(starts)):
        raise BookError(f"{where} must ascend; they start at {', '.join(map(str, starts))}")
    return bands


def _matrix(
    document: Document, tiers: Mapping[str, Tier], dimensions: Mapping[str, Dimension], where: str
) -> dict[str, Mapping[str, Allowance]]:
    for tier, row in document.items():
        found(tier, tiers, f"{where} names a tier the book does not have:")
        if not isinstance(row, Mapping):
            raise BookError(f"{where}.{tier} must be a block of allowances by dimension, not {_shown(row)}")
        for dimension in row:
            found(dimension, dimensions, f"{where}.{tier} names a dimension the book does not have:")
    return {
        tier: MappingProxyType(
            {key: Allowance.of(value, f"{where}.{tier}.{key}") for key, value in document.get(tier, {}).items()}
        )
        for tier in tiers
    }


def _list_price(value: object, where: str) -> Decimal | Unpriced:
    for word in Unpriced:
        if value == word.value:
            return word
    return _number(value, f"{where}.list_price")


def _number(value: object, where: str) -> Decimal:
    try:
        number = exact(value)
    except MoneyError as problem:
        raise BookError(f"{where}: {problem}") from None
    if number < 0:
        raise BookError(f"{where} is {number}; it cannot be negative")
    return number


def _settings(document: Document) -> dict[str, str]:
    for key, value in document.items():
        _one_of(value, found(key, READINGS, "settings has no key"), f"settings.{key}")
    return {key: str(document.get(key, readings[0])) for key, readings in READINGS.items()}


def _one_of(value: object, allowed: tuple[str, ...], where: str) -> None:
    if value not in allowed:
        raise BookError(f"{where} is {_shown(value)}; {nearest(str(value), allowed)}")


def _check_rails(book: Book) -> None:
    for rail, entry in book.rails.items():
        _one_of(rail, RAILS, "a rail")
        _check_fields(entry, "rail", f"rails.{rail}")
        for key, own in entry.get("plans", {}).items():
            _check_fields(own, "rail's plan", f"rails.{rail}.plans.{key}")
            book.list_price(rail, key)
        for key, own in entry.get("dimensions", {}).items():
            _check_fields(own, "rail's dimension", f"rails.{rail}.dimensions.{key}")
            book.price(rail, key)
        _matrix(entry.get("allowances", {}), book.tiers, book.dimensions, f"rails.{rail}.allowances")
