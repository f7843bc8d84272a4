"""The plans database: three small tables, read exactly, the same from SQLite and from MariaDB or MySQL."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Engine, String, cast, column, create_engine, inspect, select, table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from lib.sources.kinds import Visit
from lib.sources.refusal import PullRefused

_JSON = {"json": "yes"}

TABLES: dict[str, pa.Schema] = {
    "plans": pa.schema(
        [
            ("id", pa.int64()),
            ("name", pa.string()),
            ("slug", pa.string()),
            ("price", pa.decimal128(12, 2)),
            ("frequency", pa.string()),
            ("hidden", pa.int64()),
            ("included_credits", pa.int64()),
            ("created_on", pa.date32()),
        ]
    ),
    "gateway_products": pa.schema(
        [
            ("id", pa.int64()),
            ("plan_id", pa.int64()),
            ("gateway", pa.string()),
            ("product_id", pa.string()),
            ("price_id", pa.string()),
        ]
    ),
    "marketplace_pricing_dimensions": pa.schema(
        [
            ("id", pa.int64()),
            ("aws_dimension_name", pa.string()),
            ("dimension_key", pa.string()),
            ("unit", pa.string()),
            ("base_price", pa.decimal128(18, 6)),
            ("included_quantity", pa.int64()),
            ("tier_level", pa.string()),
            ("tier_floor_label", pa.string()),
            pa.field("applicable_plan_ids", pa.string(), metadata=_JSON),
            pa.field("pricing_tiers", pa.string(), metadata=_JSON),
            ("is_metered", pa.int64()),
            ("express_offer_eligible", pa.int64()),
            ("seeded_on", pa.date32()),
        ]
    ),
}


def fetch(visit: Visit) -> None:
    """The three tables as exact text, a file for each; a SQLite file that is not there brings nothing."""
    url = visit.secrets.get("PLANS_DB_URL") or visit.settings["url"]
    if is_missing(url):
        return
    for name, rows in read(url).items():
        _write_csv(rows, visit.target / f"{name}.csv")


def _write_csv(rows: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(rows.column_names)
        writer.writerows(row.values() for row in rows.to_pylist())


def checked(url: str, where: str) -> str:
    """A URL, refused unless it names a database that can be asked here; it may hold a password, so it is not shown."""
    try:
        make_url(url).get_dialect().import_dbapi()
    except (SQLAlchemyError, ValueError, ImportError) as error:
        raise PullRefused(
            f"{where} is no address of a database that can be read ({type(error).__name__}); "
            "write sqlite:///file or mysql+pymysql://user:password@host:3306/name"
        ) from None
    return url


def located(url: str, folder: Path) -> str:
    """A URL whose SQLite file is meant relative to `folder` → one that holds from anywhere."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and place.database:
        place = place.set(database=str(folder / place.database))
    return place.render_as_string(hide_password=False)


def is_missing(url: str) -> bool:
    """Whether the URL is a SQLite file that is not there (opening it would create an empty one)."""
    place = make_url(url)
    return place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file()


def read(url: str) -> dict[str, pa.Table]:
    """A database URL → its tables by name, ordered by id; every value crosses as text, so decimals stay exact."""
    engine = create_engine(url)
    try:
        return {name: _read_table(engine, name, schema) for name, schema in TABLES.items()}
    except (SQLAlchemyError, TypeError) as error:  # a driver answers an unknown option with TypeError
        why = type(getattr(error, "orig", None) or error).__name__
        raise PullRefused(f"{_place(engine.url)} cannot be read ({why}); check PLANS_DB_URL") from None
    finally:
        engine.dispose()


def _read_table(engine: Engine, name: str, schema: pa.Schema) -> pa.Table:
    _require(engine, name, schema.names)
    columns = [cast(column(field), String).label(field) for field in schema.names]
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).select_from(table(name))).all()
    fields = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [_array(field, values, name, engine.url) for field, values in zip(schema, fields, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema).sort_by("id")


def _require(engine: Engine, name: str, wanted: Sequence[str]) -> None:
    inspector = inspect(engine)
    if name not in inspector.get_table_names():
        raise PullRefused(f"{_place(engine.url)} has no table {name}; load data/sample/plans.sql, or grant it")
    held = [entry["name"] for entry in inspector.get_columns(name)]
    for missing in (field for field in wanted if field not in held):
        [near] = get_close_matches(missing, held, n=1, cutoff=0.0)
        raise PullRefused(f"{_place(engine.url)}: table {name} has no column {missing}; the nearest is {near}")


def _array(field: pa.Field, values: Sequence[str | None], name: str, url: URL) -> pa.Array:
    convert = _canonical_json if field.metadata else _converter(field.type)
    try:
        return pa.array([None if value is None else convert(value) for value in values], field.type)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise PullRefused(f"{_place(url)}: {name}.{field.name} does not fit {field.type} ({error})") from None


def _converter(kind: pa.DataType) -> Callable[[str], Any]:
    if pa.types.is_decimal(kind):
        return lambda text: Decimal(text)
    if pa.types.is_integer(kind):
        return int
    return (lambda text: date.fromisoformat(text[:10])) if pa.types.is_date(kind) else str


def _canonical_json(text: str) -> str:
    """JSON as either database keeps it → one spelling: MySQL rewrites blanks, MariaDB and SQLite do not."""
    return json.dumps(json.loads(text), separators=(",", ":"))


def _place(url: URL) -> str:
    return f"{url.get_backend_name()} database {url.database} on {url.host}" if url.host else f"{url.database}"
