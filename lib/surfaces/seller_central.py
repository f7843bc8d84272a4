"""The AWS listing as it is typed into Seller Central, and what it has no field for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.book import ANY_TIER, Book, Dimension, Plan, Unpriced
from lib.catalog.lint import finer_than
from lib.catalog.price import Price
from lib.claims.claim import Surface
from lib.claims.parse import parse
from lib.claims.rounding import places_of, plain
from lib.money import USD, round_line, text

LISTING = "aws_listing"
CENTS = USD.exponent
DURATIONS = {
    "monthly": ("Monthly", "P1M"),
    "annual": ("Annual", "P12M"),
    "two_year": ("Two years", "P24M"),
    "three_year": ("Three years", "P36M"),
}


@dataclass(frozen=True)
class ContractRow:
    """One row of contract pricing in Seller Central: a tier for a duration, its price up front."""

    name: str
    dimension_key: str
    duration: str
    duration_code: str
    price_usd: str
    plan_key: str


@dataclass(frozen=True)
class MeteringRow:
    """One line of the rate card: a dimension, and the price of a unit above what the tier includes."""

    name: str
    dimension_key: str
    unit: str
    price_usd: str
    tier_floor: str
    kind: str
    included: Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """What belongs on the public AWS listing, and what it has no field for."""

    book: str
    is_published: bool
    contracts: tuple[ContractRow, ...]
    dimensions: tuple[MeteringRow, ...]
    notes: tuple[str, ...]


def listing(book: Book, claims_text: str) -> Listing:
    """A book → the listing to type in; hidden plans stay off it. Naming and limits stand in data/claims.toml."""
    surface = parse(claims_text).surfaces[LISTING]
    return Listing(
        book=book.id,
        is_published=surface.published,
        contracts=tuple(_contract_row(book, plan, surface) for plan in _public_plans(book)),
        dimensions=tuple(_metering_row(book, item) for item in book.dimensions.values()),
        notes=(*(sentence for _, sentence in limits(book, surface)), *_hidden_notes(book)),
    )


def _public_plans(book: Book) -> list[Plan]:
    """The plans with a public price, tier by tier, the month before the year."""
    public = [plan for plan in book.plans.values() if plan.is_public and plan.term in DURATIONS]
    return sorted(public, key=lambda plan: (book.tiers[plan.tier].rank, plan.months))


def public_tiers(book: Book) -> list[str]:
    """The tiers that anyone can buy, from the cheapest."""
    return list(dict.fromkeys(plan.tier for plan in _public_plans(book)))


def _contract_row(book: Book, plan: Plan, surface: Surface) -> ContractRow:
    price = book.list_price("aws", plan.key)
    duration, code = DURATIONS[plan.term]
    return ContractRow(
        name=surface.naming.format(tier=book.tiers[plan.tier].name),
        dimension_key=plan.key.removesuffix(f"-{plan.term}"),
        duration=duration,
        duration_code=code,
        price_usd=text(round_line(price, book.currency)) if isinstance(price, Decimal) else price.value,
        plan_key=plan.key,
    )


def _metering_row(book: Book, item: Dimension) -> MeteringRow:
    included = {tier: book.allowance("aws", tier, item.key) for tier in public_tiers(book)}
    return MeteringRow(
        name=item.name,
        dimension_key=item.key,
        unit=_unit_text(item),
        price_usd=_unit_price(book.price("aws", item.key).bands[0].unit_price),
        tier_floor=floor_label(book, item.tier_floor),
        kind="metered" if item.is_metered else "entitled",
        included={book.tiers[tier].name: allowance_text(of) for tier, of in included.items()},
    )


def _unit_text(item: Dimension) -> str:
    """per 1,000 words; an entitlement is held for a whole month: per seat/month."""
    unit = f"{plain(item.unit_size)} {item.unit}s" if item.unit_size > 1 else item.unit
    return f"per {unit}" if item.is_metered else f"per {unit}/month"


def _unit_price(price: Decimal) -> str:
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


# The listing, written down


def render(made: Listing, form: str, manifest: Mapping[str, object]) -> str:
    """The listing as csv, md or json; json opens with the manifest, md ends with it."""
    if form == "json":
        return json.dumps({"manifest": manifest, **as_dict(made)}, indent=2, ensure_ascii=False, default=str) + "\n"
    return as_csv(made) if form == "csv" else as_markdown(made, manifest)


def as_dict(made: Listing) -> dict[str, object]:
    """The listing as plain values."""
    return asdict(made)


CONTRACT_COLUMNS = ("name", "dimension_key", "duration", "duration_code", "price_usd")
METERING_COLUMNS = ("name", "dimension_key", "unit", "price_usd", "tier_floor", "kind", "included")


def as_csv(made: Listing) -> str:
    """The listing as one table: contract rows, then metering dimensions; what a row lacks is left empty."""
    columns = ("section", *dict.fromkeys((*CONTRACT_COLUMNS, *METERING_COLUMNS)))
    rows = [{"section": "contract", **cells} for cells in _cells(made.contracts)]
    rows += [{"section": "metering", **cells} for cells in _cells(made.dimensions)]
    return "".join(_csv_line(cells) for cells in (columns, *([row.get(key, "") for key in columns] for row in rows)))


def as_markdown(made: Listing, manifest: Mapping[str, object]) -> str:
    """The listing as a page to read and type from."""
    state = "published" if made.is_published else "not published yet"
    parts = [
        f"# AWS listing, book {made.book} ({state})",
        "## Contract pricing",
        _markdown_table(CONTRACT_COLUMNS, _cells(made.contracts)),
        "## Metering dimensions",
        _markdown_table(METERING_COLUMNS, _cells(made.dimensions)),
        "## What the listing cannot hold, and what stays off it",
        "\n".join(f"- {note}" for note in made.notes),
        " · ".join(f"{key} {value}" for key, value in manifest.items() if value is not None),
    ]
    return "\n\n".join(parts) + "\n"


def _cells(rows: Iterable[ContractRow | MeteringRow]) -> list[dict[str, str]]:
    return [{key: _cell(value) for key, value in asdict(row).items()} for row in rows]


def _cell(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{tier} {included}" for tier, included in value.items())
    return str(value)


def _csv_line(cells: Iterable[str]) -> str:
    quoted = (f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(',"\n') else cell for cell in cells)
    return ",".join(quoted) + "\n"


def _markdown_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    lines = [columns, ["---"] * len(columns), *([row[key] for key in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
