"""The AWS listing as it is typed into Seller Central, and what it has no field for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.book import ANY_TIER, Book, Dimension, Plan, Unpriced
from lib.catalog.lint import finer_than
from lib.catalog.price import Price
from lib.claims.claim import Surface
from lib.claims.parse import parse
from lib.claims.rounding import places_of, plain
from lib.money import USD, round_line, text
from lib.surfaces.difference import Row

LISTING = "aws_listing"
CENTS = USD.exponent
METERED, ENTITLED = "metered", "entitled"
IDS = ("plan_id", "stripe_product_id", "stripe_price_id")
DURATIONS = {
    "monthly": ("Monthly", "P1M"),
    "annual": ("Annual", "P12M"),
    "two_year": ("Two years", "P24M"),
    "three_year": ("Three years", "P36M"),
}


@dataclass(frozen=True)
class ContractRow:
    """One row of contract pricing in Seller Central: a tier for a duration, its price up front.

    The ids are those of the plans database and of Stripe; an id that nobody recorded is empty.
    """

    name: str
    dimension_key: str
    duration: str
    duration_code: str
    price_usd: str
    plan_key: str
    plan_id: str = ""
    stripe_product_id: str = ""
    stripe_price_id: str = ""


@dataclass(frozen=True)
class MeteringRow:
    """One line of the rate card: a dimension, and the price of a unit above what the tier includes.

    `tier_floor` and the keys of `included` are tiers of the book; `included` says what each public tier includes.
    """

    name: str
    dimension_key: str
    unit: str
    price_usd: str
    tier_floor: str
    kind: str
    included: Mapping[str, str]


@dataclass(frozen=True)
class OffList:
    """A tier that stays off the public listing: its plan's id, and what it includes of every dimension."""

    tier: str
    plan_id: str
    included: Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """What belongs on the public AWS listing, what stays off it, and what it has no field for.

    `tiers` is key → name; `missing` names every id that a row should have and nobody recorded.
    """

    book: str
    is_published: bool
    contracts: tuple[ContractRow, ...]
    dimensions: tuple[MeteringRow, ...]
    notes: tuple[str, ...]
    off_list: tuple[OffList, ...] = ()
    tiers: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Plan and id, for every id of a contract row that is empty: starter-annual.stripe_price_id."""
        return tuple(f"{row.plan_key}.{key}" for row in self.contracts for key in IDS if not getattr(row, key))


def listing(book: Book, claims_text: str, plans: Sequence[Row] = ()) -> Listing:
    """A book → the listing to type in; hidden plans stay off it. Naming and limits stand in data/claims.toml.

    `plans` are rows of the mart, which hold the ids at Stripe.
    """
    surface = parse(claims_text).surfaces[LISTING]
    ids = {row["plan_key"]: row for row in plans}
    return Listing(
        book=book.id,
        is_published=surface.published,
        contracts=tuple(_contract_row(book, plan, surface, ids.get(plan.key, {})) for plan in _public_plans(book)),
        dimensions=tuple(_metering_row(book, item) for item in book.dimensions.values()),
        notes=(*(sentence for _, sentence in limits(book, surface)), *_hidden_notes(book)),
        off_list=tuple(_off_list(book, plan) for plan in book.plans.values() if not plan.is_public),
        tiers={key: tier.name for key, tier in book.tiers.items()},
    )


def _public_plans(book: Book) -> list[Plan]:
    """The plans with a public price, tier by tier, the month before the year."""
    public = [plan for plan in book.plans.values() if plan.is_public and plan.term in DURATIONS]
    return sorted(public, key=lambda plan: (book.tiers[plan.tier].rank, plan.months))


def public_tiers(book: Book) -> list[str]:
    """The tiers that anyone can buy, from the cheapest."""
    return list(dict.fromkeys(plan.tier for plan in _public_plans(book)))


def _contract_row(book: Book, plan: Plan, surface: Surface, ids: Row) -> ContractRow:
    price = book.list_price("aws", plan.key)
    duration, code = DURATIONS[plan.term]
    return ContractRow(
        name=surface.naming.format(tier=book.tiers[plan.tier].name),
        dimension_key=plan.key.removesuffix(f"-{plan.term}"),
        duration=duration,
        duration_code=code,
        price_usd=_typed_price(price) if isinstance(price, Decimal) else price.value,
        plan_key=plan.key,
        plan_id="" if plan.plan_id is None else str(plan.plan_id),
        stripe_product_id=ids.get("stripe_product_id") or "",
        stripe_price_id=ids.get("stripe_price_id") or "",
    )


def _metering_row(book: Book, item: Dimension) -> MeteringRow:
    return MeteringRow(
        name=item.name,
        dimension_key=item.key,
        unit=_unit_text(item),
        price_usd=_typed_price(book.price("aws", item.key).bands[0].unit_price),
        tier_floor=item.tier_floor,
        kind=METERED if item.is_metered else ENTITLED,
        included={tier: str(book.allowance("aws", tier, item.key)) for tier in public_tiers(book)},
    )


def _off_list(book: Book, plan: Plan) -> OffList:
    included = {key: str(book.allowance("aws", plan.tier, key)) for key in book.dimensions}
    return OffList(plan.tier, "" if plan.plan_id is None else str(plan.plan_id), included)


def _unit_text(item: Dimension) -> str:
    """per 1,000 words; an entitlement is held for a whole month: per seat/month."""
    unit = item.unit if item.unit_size == 1 else f"{plain(item.unit_size)} {item.unit}s"
    return f"per {unit}" if item.is_metered else f"per {unit}/month"


def _typed_price(price: Decimal) -> str:
    """Cents at least, and every decimal the price has."""
    plainest = price.normalize()
    return text(plainest if places_of(plainest) > CENTS else round_line(plainest))


def floor_label(book: Book, floor: str) -> str:
    """A tier floor as the listing writes it: any, or Accelerate+."""
    return floor if floor == ANY_TIER else f"{book.tiers[floor].name}+"


def price_text(price: Decimal | Unpriced) -> str:
    """A list price, or the words that stand in its place."""
    return plain(price) if isinstance(price, Decimal) else price.value


def allowance_text(allowance: Allowance) -> str:
    """An allowance with its thousands, or the words that stand in its place."""
    return allowance.kind if allowance.quantity is None else plain(allowance.quantity)


def limits(book: Book, surface: Surface) -> Iterator[tuple[str, str]]:
    """What the book has and the surface has no field for: the subject, and what to do instead."""
    if "included quantities" in surface.cannot_hold:
        yield "allowances", f"{surface.name} has no included quantities: meter only what lies above the allowance"
    for key in book.dimensions if "volume bands" in surface.cannot_hold else ():
        steps = [f"{plain(b.unit_price)} above {plain(b.from_quantity)}" for b in book.price("aws", key).bands[1:]]
        if steps:
            instead = "use a dimension for each band, or meter an adjusted quantity"
            yield key, f"{surface.name} holds one price per dimension, not {key} at {' and '.join(steps)}: {instead}"
    for key in book.dimensions if "price models" in surface.cannot_hold else ():
        if shape := _beyond_a_unit_price(book.price("aws", key)):
            instead = "compute it here, and meter the money"
            yield (
                key,
                f"{surface.name} multiplies a quantity by a price, and {key} has {' and '.join(shape)}: {instead}",
            )
    for fine in finer_than(book, surface.decimals):
        yield fine.path, fine.sentence


def _beyond_a_unit_price(price: Price) -> list[str]:
    """What a price has beside bands of unit prices, in words."""
    parts = {
        f"a {price.model.replace('_', ' ')} price": price.model not in ("graduated", "volume", "per_unit"),
        "started units that count whole": price.part_units == "up" and price.model != "package",
        "a unit conversion": price.conversion is not None,
        "a discount": bool(price.discounts),
        "a maximum": price.maximum is not None,
        "a minimum": price.minimum is not None,
        "a commitment": price.commitment is not None,
    }
    return [words for words, has in parts.items() if has]


def _hidden_notes(book: Book) -> Iterator[str]:
    for plan in book.plans.values():
        if not plan.is_public:
            yield f"{book.tiers[plan.tier].name} is not on the public listing: private offer only"
    for item in book.dimensions.values():
        if not item.is_metered:
            yield (
                f"{item.key} is an entitlement: where buyers choose one tier, more of it cannot be bought in the same "
                f"contract; meter what lies above the allowance (our reading of the Catalog API)"
            )
