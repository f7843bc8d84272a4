"""The current book: prices from the plans database, joined with what only data/catalog.toml says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from lib.catalog.book import ANY_TIER, Book, Unpriced, parse
from lib.catalog.document import BookError, Document, nearest

Row = Mapping[str, Any]


def current_book(plans: Iterable[Row], dimensions: Iterable[Row], facts: Document) -> Book:
    """Rows of marts.plan and marts.dimension, and the document of data/catalog.toml → the book in force.

    The database is canonical for prices, units, bands and tier floors; the facts hold tiers, the allowance matrix
    and the readings. A slug without a tier is refused: a plan nobody placed on the ladder cannot be rated.
    """
    document = {key: value for key, value in facts.items() if key != "slugs"}
    document["plans"] = {row["plan_key"]: _plan(row, facts["slugs"]) for row in _some(plans, "plans")}
    document["dimensions"] = {row["dimension"]: _dimension(row) for row in _some(dimensions, "dimensions")}
    return parse(document)


def _some(rows: Iterable[Row], what: str) -> list[Row]:
    if found := list(rows):
        return found
    raise BookError(
        f"the plans database brought no {what}: python -m lib pull --only plans_db, then python -m lib build"
    )


def _plan(row: Row, slugs: Mapping[str, str]) -> dict[str, object]:
    if row["slug"] not in slugs:
        raise BookError(
            f"data/catalog.toml gives no tier for the plan slug {row['slug']!r}; {nearest(row['slug'], slugs)}"
        )
    price = row["price_usd"]
    return {
        "tier": slugs[row["slug"]],
        "term": row["term"],
        "list_price": Unpriced.BY_CONTRACT.value if price is None else price,
        "public": not row["is_hidden"],
        "plan_id": row["plan_id"],
    }


def _dimension(row: Row) -> dict[str, object]:
    return {
        "name": row["aws_dimension_name"],
        "unit": row["unit"],
        "unit_size": row["unit_size"],
        "tier_floor": row["tier_floor"] or ANY_TIER,
        "metered": row["is_metered"],
        "bands": _bands(row),
        "included_quantity": row["included_quantity"],
    }


def _bands(row: Row) -> list[dict[str, object]]:
    if not row["pricing_tiers"]:
        return [{"from": 0, "unit_price": row["base_price_usd"]}]
    try:
        steps = json.loads(row["pricing_tiers"], parse_float=Decimal)
        if not steps:
            raise ValueError("no band")
        return [{"from": step["above"], "unit_price": step["price"]} for step in steps]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BookError(
            f"marketplace_pricing_dimensions, row {row['dimension']!r}: pricing_tiers is {row['pricing_tiers']!r}; "
            """write bands like [{"above":0,"price":"0.001"}]"""
        ) from None
