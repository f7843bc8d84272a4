"""The listing written down: rows to type as CSV and JSON, and the specification's three tables as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.book import ANY_TIER
from lib.claims.rounding import plain
from lib.money import MoneyError, exact, round_line
from lib.surfaces.seller_central import METERED, ContractRow, Listing, MeteringRow

CONTRACT, METERING = "contract", "metering"
CONTRACT_COLUMNS = (
    "name",
    "dimension_key",
    "duration",
    "duration_code",
    "price_usd",
    "plan_key",
    "plan_id",
    "stripe_product_id",
    "stripe_price_id",
)
METERING_COLUMNS = ("name", "dimension_key", "unit", "price_usd", "tier_floor", "kind")
INCLUDED, CAPTURED_ON = "included_", "captured_on"
MISSING = "missing"
_LENGTHS = {"P1M": (1, "mo"), "P12M": (12, "yr"), "P24M": (24, "2 yrs"), "P36M": (36, "3 yrs")}


def as_dict(made: Listing) -> dict[str, object]:
    """The listing as plain values, the ids that are missing by name."""
    return {**asdict(made), "missing": list(made.missing)}


def as_csv(made: Listing, captured_on: date | None = None) -> str:
    """The listing as one table: contract rows, then metering dimensions; what a row lacks is left empty.

    Filed under `surfaces/` with the day it was typed in as `captured_on`, it says what AWS shows from then on.
    """
    included = list(dict.fromkeys(tier for row in made.dimensions for tier in row.included))
    day = "" if captured_on is None else captured_on.isoformat()
    rows = [{"section": CONTRACT, **contract_cells(row)} for row in made.contracts]
    rows += [{"section": METERING, **metering_cells(row)} for row in made.dimensions]
    columns = dict.fromkeys((*CONTRACT_COLUMNS, *METERING_COLUMNS, *(f"{INCLUDED}{tier}" for tier in included)))
    header = ("section", *columns, CAPTURED_ON)
    return "".join(
        _csv_line(line)
        for line in (header, *([{**row, CAPTURED_ON: day}.get(key, "") for key in header] for row in rows))
    )


def contract_cells(row: ContractRow) -> dict[str, str]:
    """A contract row by the columns of the export."""
    return {key: str(value) for key, value in asdict(row).items()}


def metering_cells(row: MeteringRow) -> dict[str, str]:
    """A line of the rate card by the columns of the export, one for what each tier includes."""
    cells = {key: str(getattr(row, key)) for key in METERING_COLUMNS}
    return cells | {f"{INCLUDED}{tier}": told for tier, told in row.included.items()}


def specification(made: Listing) -> str:
    """The listing as the specification's three tables, with what it cannot hold; a missing id is said in its place."""
    return "\n\n".join(
        [
            "## SaaS contract pricing rows",
            markdown_table([*map(_contract_line, made.contracts), *_off_list_lines(made)]),
            *_missing(made),
            "## Metering dimensions",
            markdown_table([_metering_line(made, row) for row in made.dimensions]),
            "## Tier × dimension applicability",
            markdown_table([_applicability(made, row) for row in made.dimensions]),
            "## What the listing cannot hold, and what stays off it",
            "\n".join(f"- {note}" for note in made.notes),
        ]
    )


def markdown_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Rows of the same columns → a table of Markdown; a bar inside a cell stays in it."""
    columns = list(rows[0]) if rows else []
    lines = [columns, ["---"] * len(columns), *([row[key].replace("|", "\\|") for key in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def list_price(row: ContractRow) -> str:
    """A contract price as the specification writes it, a month's share to the cent: $2,990/yr ($249.17/mo)."""
    months, span = _LENGTHS[row.duration_code]
    price = _number(row.price_usd)
    if price is None:
        return row.price_usd
    share = f" ({_dollars(round_line(price / months))}/mo)" if months > 1 else ""
    return f"{_dollars(price)}/{span}{share}"


def _dollars(price: Decimal) -> str:
    """Dollars, with cents where there are any."""
    return f"${price:,f}".removesuffix(".00")


def _contract_line(row: ContractRow) -> dict[str, str]:
    return {
        "Name": row.name,
        "Dimension key": row.dimension_key,
        "Duration": row.duration,
        "List price (USD)": list_price(row),
        "DB plan ID": row.plan_id or MISSING,
        "Stripe product": row.stripe_product_id or MISSING,
        "Stripe price ID": row.stripe_price_id or MISSING,
    }


def _off_list_lines(made: Listing) -> list[dict[str, str]]:
    return [
        {
            "Name": made.tiers[one.tier],
            "Dimension key": "none",
            "Duration": "Custom",
            "List price (USD)": "Private Offer only",
            "DB plan ID": one.plan_id or MISSING,
            "Stripe product": "none",
            "Stripe price ID": "n/a",
        }
        for one in made.off_list
    ]


def _missing(made: Listing) -> list[str]:
    if not made.missing:
        return []
    where = "the check says where each may be found, and a price that moves needs a new one at Stripe"
    return [f"Missing ids: {', '.join(made.missing)}; {where}."]


def _metering_line(made: Listing, row: MeteringRow) -> dict[str, str]:
    least = next(iter(row.included), None)
    return {
        "AWS dimension": row.name,
        "Vellocity key": row.dimension_key,
        "Unit": row.unit,
        "Base price": f"${row.price_usd}",
        **({} if least is None else {f"Included ({made.tiers[least]})": included_text(row.included[least])}),
        "Tier floor": row.tier_floor if row.tier_floor == ANY_TIER else f"{made.tiers[row.tier_floor]}+",
        "Metered": "yes" if row.kind == METERED else "no (entitlement)",
    }


def _applicability(made: Listing, row: MeteringRow) -> dict[str, str]:
    public = {made.tiers[tier]: included_text(told) for tier, told in row.included.items()}
    hidden = {made.tiers[one.tier]: included_text(one.included[row.dimension_key]) for one in made.off_list}
    return {"Dimension": row.name, **public, **hidden}


def included_text(told: str) -> str:
    """An allowance with its thousands, or the words that stand in its place."""
    allowance = Allowance.of(told)
    return allowance.kind if allowance.quantity is None else plain(allowance.quantity)


def _number(price: str) -> Decimal | None:
    try:
        return exact(price)
    except MoneyError:
        return None


def _csv_line(cells: Iterable[str]) -> str:
    quoted = (f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set('",\r\n') else cell for cell in cells)
    return ",".join(quoted) + "\n"
