"""The book: everything on one product's price list from one date, immutable and validated.

A book is read from a *document*: the nested mapping that a TOML file or the plans database yields. Overlays and
differences work on documents (`lib.catalog.scenario`), so that every changed book passes the same validation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from lib.catalog.allowance import BLOCK, BY_CONTRACT, NOT_BILLED, NOT_OFFERED, NOT_SET, Allowance
from lib.catalog.document import BookError, Document, check_fields, found, number, one_of, shown
from lib.catalog.packaging import BLOCKS, NOTHING_SAID, Packaging, parse_packaging
from lib.catalog.price import Band, Price
from lib.catalog.terms import TERMS, check_unset, is_unset, parse_bands, parse_price
from lib.money import USD, Currency, text

RAILS = ("stripe", "aws")
TERM_MONTHS = {
    "monthly": 1,
    "annual": 12,
    "two_year": 24,
    "three_year": 36,
    "four_year": 48,  # these two by private offer alone, which AWS lets run up to 60 months
    "five_year": 60,
    "custom": 12,
}
ANY_TIER = "any"
USAGE, BASE_FEE = COUNTED_ON = ("usage", "base_fee")
FINEST_UNIT = Decimal("0.000001")  # the smallest quantity a meter records


class Unpriced(Enum):
    """Why a plan has no list price: nobody set one yet, or every customer negotiates."""

    NOT_SET = "not set"
    BY_CONTRACT = "by contract"


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

    `terms` are the price keys of its document, which a rail's own may replace. `included_quantity` is the plans
    database's uniform column, used only under the reading "uniform". `bands` are none while nobody set the price.
    `counted_on` says what a month's quantity is: what was used, or the plan's base fee of the month times that.
    """

    key: str
    name: str
    unit: str
    unit_size: Decimal
    tier_floor: str
    is_metered: bool
    bands: tuple[Band, ...]
    terms: Document
    included_quantity: Decimal | None
    counted_on: str = USAGE


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
    prices: Mapping[tuple[str, str], Price]
    document: Document
    packaging: Packaging = NOTHING_SAID

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
            included = Allowance.of(own[dimension], f"rails.{rail}.allowances.{tier}.{dimension}")
        elif self.settings["allowances"] == "uniform":
            included = self._uniform_allowance(tier, item)
        else:
            included = self.allowances[tier].get(dimension, NOT_OFFERED)
        return self._packaged(tier, dimension, included) if self.packaging.says_of_usage else included

    def price(self, rail: str, dimension: str) -> Price:
        """How a dimension is priced on one rail, with every open reading resolved; one that is not set is refused."""
        if price := self.set_price(rail, dimension):
            return price
        raise BookError(
            f"the {self.id} book has no price for {dimension}: it is not set; set dimensions.{dimension}.bands in a "
            "scenario"
        )

    def set_price(self, rail: str, dimension: str) -> Price | None:
        """How a dimension is priced on one rail; None while nobody set its price."""
        self._rail(rail)
        found(dimension, self.dimensions, f"the {self.id} book has no dimension")
        return self.prices.get((rail, dimension))

    def written_bands(self, rail: str, dimension: str) -> tuple[Band, ...]:
        """The bands of a dimension as the rail's own price writes them, or else the book; no reading is applied."""
        item = found(dimension, self.dimensions, f"the {self.id} book has no dimension")
        own = self._rail(rail).get("dimensions", {}).get(dimension, {})
        where = f"rails.{rail}.dimensions.{dimension}"
        self.price(rail, dimension)
        return parse_bands(own["bands"], where) if "bands" in own else item.bands

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

    def _packaged(self, tier: str, dimension: str, included: Allowance) -> Allowance:
        """What is included and bought ahead, and what becomes of usage above it; nothing is billed twice.

        A contract's own quantity is what it commits to.
        """
        bought = self.packaging.commitments.get(tier, {}).get(dimension)
        if bought and (included.quantity is not None or included == BY_CONTRACT):
            included = Allowance("quantity", (included.quantity or Decimal(0)) + bought.size)
        action = self.packaging.over_limit.get(tier, {}).get(dimension, included.over_limit)
        counted, is_walled = self.packaging.alternative_to(dimension), action == BLOCK and included.quantity is not None
        if counted and counted.billed != dimension and not is_walled:
            if counted.billed and included != NOT_OFFERED:
                return NOT_BILLED
            action = NOT_SET
        return included if included.quantity is None else replace(included, over_limit=action)

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
            **dict.fromkeys(BLOCKS, "optional block"),
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
            "counted_on": "optional text",
            "source": "optional text",
            **TERMS,
        },
        "rail": {
            "absorb": "optional yes or no",
            "plans": "optional block",
            "dimensions": "optional block",
            "allowances": "optional block",
        },
        "rail's plan": {"list_price": "price"},
        "rail's dimension": {"bands": "optional list", **TERMS},
    }
)


def parse(document: Document) -> Book:
    """A document → the book it describes; anything missing, unknown or impossible is refused by key."""
    check_fields(document, _FIELDS["book"], "the book", path="")
    tiers = {key: _tier(key, entry) for key, entry in document["tiers"].items()}
    dimensions = {key: _dimension(key, entry, tiers) for key, entry in document["dimensions"].items()}
    settings, rails = _settings(document.get("settings", {})), dict(document.get("rails", {}))
    currency = found(document["currency"], {USD.code: USD}, "the marts and reports are in US dollars, not in")
    _check_rails(rails, tiers, dimensions)
    book = Book(
        id=document["id"],
        product=document["product"],
        effective=document["effective"],
        currency=currency,
        settings=MappingProxyType(settings),
        tiers=MappingProxyType(tiers),
        plans=MappingProxyType({key: _plan(key, entry, tiers) for key, entry in document["plans"].items()}),
        dimensions=MappingProxyType(dimensions),
        allowances=MappingProxyType(_matrix(document["allowances"], tiers, dimensions, "allowances")),
        rails=MappingProxyType(rails),
        prices=MappingProxyType(_prices(rails, dimensions, settings, currency)),
        document=document,
        packaging=parse_packaging(document, tiers, dimensions),
    )
    _check_ladder(book)
    _check_list_prices(book)
    _check_events(book)
    return book


def _tier(key: str, entry: Document) -> Tier:
    check_fields(entry, _FIELDS["tier"], f"tiers.{key}")
    return Tier(key, entry["name"], entry["rank"])


def _plan(key: str, entry: Document, tiers: Mapping[str, Tier]) -> Plan:
    check_fields(entry, _FIELDS["plan"], f"plans.{key}")
    found(entry["tier"], tiers, f"plans.{key} names a tier the book does not have:")
    one_of(entry["term"], tuple(TERM_MONTHS), f"plans.{key}.term")
    return Plan(
        key=key,
        tier=entry["tier"],
        term=entry["term"],
        list_price=_list_price(entry["list_price"], f"plans.{key}"),
        is_public=entry.get("public", True),
        plan_id=entry.get("plan_id"),
    )


def _dimension(key: str, entry: Document, tiers: Mapping[str, Tier]) -> Dimension:
    check_fields(entry, _FIELDS["dimension"], f"dimensions.{key}")
    if entry["tier_floor"] != ANY_TIER:
        found(entry["tier_floor"], tiers, f"dimensions.{key} names a tier floor the book does not have:")
    unit_size = number(entry["unit_size"], f"dimensions.{key}.unit_size")
    if unit_size < FINEST_UNIT:
        raise BookError(f"dimensions.{key}.unit_size is {text(unit_size)}; it must be above 0, {FINEST_UNIT} at least")
    included = entry.get("included_quantity")
    return Dimension(
        key=key,
        name=entry["name"],
        unit=entry["unit"],
        unit_size=unit_size,
        tier_floor=entry["tier_floor"],
        is_metered=entry["metered"],
        bands=() if is_unset(entry["bands"]) else parse_bands(entry["bands"], f"dimensions.{key}"),
        terms={name: entry[name] for name in ("bands", *TERMS) if name in entry},
        included_quantity=None if included is None else number(included, f"dimensions.{key}.included_quantity"),
        counted_on=one_of(entry.get("counted_on", USAGE), COUNTED_ON, f"dimensions.{key}.counted_on"),
    )


def _prices(
    rails: Document, dimensions: Mapping[str, Dimension], settings: Mapping[str, str], currency: Currency
) -> dict[tuple[str, str], Price]:
    own = {(rail, key): rails.get(rail, {}).get("dimensions", {}).get(key, {}) for rail in RAILS for key in dimensions}
    prices = {at: _price(at[0], terms, dimensions[at[1]], settings, currency) for at, terms in own.items()}
    return {at: price for at, price in prices.items() if price}


def _price(rail: str, own: Document, item: Dimension, settings: Mapping[str, str], currency: Currency) -> Price | None:
    """A dimension's price on one rail: its own keys win, and what nobody says follows the book's readings.

    None while nobody set it.
    """
    where = f"rails.{rail}.dimensions.{item.key}" if own else f"dimensions.{item.key}"
    terms = {**item.terms, **own}
    if is_unset(terms["bands"]):
        check_unset(terms, settings, item.unit_size, currency, where)
        return None
    price = parse_price(terms, settings, item.unit_size, currency, where)
    if rail == "stripe" and settings["stripe_overage"] == "nothing":
        if own:
            raise BookError(f"{where} has a price, but settings.stripe_overage is 'nothing': take one of the two out")
        return Price((Band(Decimal(0), Decimal(0)),), unit_size=item.unit_size, currency=currency)
    if settings["threshold_unit"] == "priced":
        scaled = (Band(b.from_quantity * item.unit_size, b.unit_price, b.flat_fee) for b in price.bands)
        return replace(price, bands=tuple(scaled))
    return price


def _matrix(
    document: Document, tiers: Mapping[str, Tier], dimensions: Mapping[str, Dimension], where: str
) -> dict[str, Mapping[str, Allowance]]:
    for tier, row in document.items():
        found(tier, tiers, f"{where} names a tier the book does not have:")
        if not isinstance(row, Mapping):
            raise BookError(f"{where}.{tier} must be a block of allowances by dimension, not {shown(row)}")
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
    return number(value, f"{where}.list_price")


def _settings(document: Document) -> dict[str, str]:
    for key, value in document.items():
        one_of(value, found(key, READINGS, "settings has no key"), f"settings.{key}")
    return {key: str(document.get(key, readings[0])) for key, readings in READINGS.items()}


def _check_rails(rails: Document, tiers: Mapping[str, Tier], dimensions: Mapping[str, Dimension]) -> None:
    for rail, entry in rails.items():
        one_of(rail, RAILS, "a rail")
        check_fields(entry, _FIELDS["rail"], f"rails.{rail}")
        for key, own in entry.get("dimensions", {}).items():
            check_fields(own, _FIELDS["rail's dimension"], f"rails.{rail}.dimensions.{key}")
            found(key, dimensions, f"rails.{rail} prices a dimension the book does not have:")
        _matrix(entry.get("allowances", {}), tiers, dimensions, f"rails.{rail}.allowances")


def _check_ladder(book: Book) -> None:
    """Ranks order the tiers and ids name the plans, so neither may stand twice; an empty list sells nothing."""
    for name, entries in (("tiers", book.tiers), ("plans", book.plans), ("dimensions", book.dimensions)):
        if not entries:
            raise BookError(f"the book has no {name}; write at least one")
    if ANY_TIER in book.tiers:
        raise BookError(f"tiers.{ANY_TIER} cannot be a tier: the word stands for every tier; choose another key")
    ranks = [tier.rank for tier in book.tiers.values()]
    if len(set(ranks)) < len(ranks) or min(ranks) < 1:
        raise BookError(f"tiers have the ranks {', '.join(map(str, ranks))}; write each once, from 1 upwards")
    ids = [plan.plan_id for plan in book.plans.values() if plan.plan_id is not None]
    for plan_id in ids:
        if ids.count(plan_id) > 1:
            raise BookError(f"the plan_id {plan_id} stands on {ids.count(plan_id)} plans; each plan has its own")


def _check_events(book: Book) -> None:
    """A price per event takes an allowance as its free amount, so the two cannot stand side by side."""
    for (rail, key), price in book.prices.items():
        for tier in book.tiers if price.per_event and price.per_event.free_amount is not None else ():
            allowance = book.allowance(rail, tier, key)
            if allowance.quantity:
                raise BookError(
                    f"allowances.{tier}.{key} includes {allowance}, and the free_amount of {key} on {rail} covers the "
                    "same events: write one of the two"
                )


def _check_list_prices(book: Book) -> None:
    """A rail's own list prices must be prices of plans; and no term may cost more than its months."""
    for rail, entry in book.rails.items():
        for key, own in entry.get("plans", {}).items():
            check_fields(own, _FIELDS["rail's plan"], f"rails.{rail}.plans.{key}")
            book.list_price(rail, key)
    months = {(rail, plan.tier): book.list_price(rail, plan.key) for rail, plan in _listed(book) if plan.months == 1}
    for rail, plan in _listed(book):
        price, month = book.list_price(rail, plan.key), months.get((rail, plan.tier))
        if isinstance(price, Decimal) and isinstance(month, Decimal) and price > plan.months * month:
            raise BookError(
                f"{plan.key} costs {text(price)} on {rail}, more than its {plan.months} months at {text(month)}: "
                f"ask at most {text(plan.months * month)}"
            )


def _listed(book: Book) -> list[tuple[str, Plan]]:
    return [(rail, plan) for rail in RAILS for plan in book.plans.values()]
