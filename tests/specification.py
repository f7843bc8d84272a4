"""The listing specification's tables as the marts yield them, copied by hand into cases/surfaces.toml."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lib.catalog.book import Book
from lib.catalog.current import current_book
from lib.surfaces import Captures

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = (ROOT / "data" / "claims.toml").read_text()
# The same papers on the day after the launch.
PUBLISHED_ON_AWS = re.sub(r"(\[surfaces\.aws_listing\]\nname .*\npublished +)= false", r"\1= true", CLAIMS)


def read(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(), parse_float=Decimal)


def rows(mart: str) -> list[dict[str, Any]]:
    """Fresh rows of one mart: plan, dimension or stripe_price; what the table leaves out is null."""
    table = read("tests/cases/surfaces.toml")[mart]
    columns = {column for row in table for column in row}
    return [{column: _value(column, row.get(column)) for column in columns} for row in table]


def _value(column: str, value: Any) -> Any:
    is_number = column.endswith(("_usd", "_size", "_quantity"))
    return Decimal(value) if is_number and value is not None else value


def captured(table: str) -> list[dict[str, Any]]:
    """Fresh rows of one kind of capture: prices, capabilities, allowances or plan_ids; what is left out is null."""
    text = read("tests/cases/captures.toml")
    columns = {*text["columns"][table], "surface", "place", "url", "captured_on"}
    written = ({**block["seen"], **row} for block in text["capture"] for row in block.get(table, []))
    return [{column: _value(column, row.get(column)) for column in columns} for row in written]


def captures(as_of: date = date(2026, 10, 31), **tables: list[dict[str, Any]]) -> Captures:
    """Captures in agreement with the book, or other ones in place of some tables."""
    rows = {table: captured(table) for table in ("prices", "capabilities", "allowances", "plan_ids")} | tables
    limits = read("data/billing.toml")["captured_within_days"]
    return Captures(**rows, as_of=as_of, within_days=limits, command="pull them")


@cache
def current() -> Book:
    """The book of 2026-05-09, as the desk assembles it."""
    return current_book(rows("plan"), rows("dimension"), read("data/catalog.toml"))


def one_band_of_words() -> dict[str, Any]:
    """The smallest dimension a book can hold: words at $0.001 per 1,000, in one open band."""
    return {
        "name": "Words",
        "unit": "word",
        "unit_size": 1000,
        "tier_floor": "any",
        "metered": True,
        "bands": [{"from": 0, "unit_price": "0.001"}],
    }
