"""Runs sql_rater.sql: the second rater, plain SQL over five relations, knowing nothing of the desk.

    python tests/independent/sql_rater.py ../shared/real/usage-month.csv accelerate-monthly bands=volume

prints the total and the total per dimension under the listing of 2026-05-09, read as asked.
"""

import sys
from pathlib import Path

import duckdb
import pyarrow

HERE = Path(__file__).parent
RATER = (HERE / "sql_rater.sql").read_text()
LISTING = (HERE / "listing_2026_05_09.sql").read_text()

# Wide enough for a trillion units at ten thousand dollars each; the products in the rater stay below a hugeint.
TYPES = {
    "quantity": "decimal(24, 6)",
    "band_from": "decimal(24, 6)",
    "unit_price": "decimal(20, 10)",
    "unit_size": "decimal(18, 6)",
}
COLUMNS = {
    "usage": ("customer_id", "plan_key", "dimension", "month", "quantity"),
    "plan_tier": ("plan_key", "tier"),
    "allowance": ("tier", "dimension", "kind", "quantity", "over_limit"),
    "book_price": (
        "dimension",
        "tier",
        "bands",
        "thresholds",
        "part_units",
        "band_from",
        "unit_price",
        "unit_size",
    ),
}
PRINTED = {
    "rail": "aws",
    "bands": "graduated",
    "thresholds": "overage",
    "threshold_unit": "natural",
    "part_units": "exact",
    "stripe_overage": "same",
    "allowances": "matrix",
}


def load(connection, name, rows):
    """One relation from rows of text; a number too long for its column is an error, never a rounding."""
    columns = COLUMNS[name]
    table = pyarrow.table(
        {column: pyarrow.array([fits(column, row[column]) for row in rows], pyarrow.string()) for column in columns}
    )
    connection.register("incoming", table)
    cast = ", ".join(f"cast({column} as {TYPES.get(column, 'varchar')}) as {column}" for column in columns)
    connection.execute(f"create table {name} as select {cast} from incoming")
    connection.unregister("incoming")


def fits(column, value):
    """The value as text, refused where the column's decimals would cut it."""
    if value is None or column not in TYPES:
        return value
    text = format(value, "f") if not isinstance(value, str) else value
    scale = int(TYPES[column].rstrip(")").split(", ")[1])
    assert len(text.partition(".")[2].rstrip("0")) <= scale, f"{column} holds {scale} decimals, not {text}"
    return text


def rate(usage, plan_tier, allowance, book_price):
    """Every usage row of any book, as rated by the SQL: a list of dictionaries.

    An allowance may say what becomes of usage above it, charge unless it does; a price that is not set is no row.
    """
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        relations = {
            "usage": usage,
            "plan_tier": plan_tier,
            "allowance": [{"over_limit": "charge"} | row for row in allowance],
            "book_price": book_price,
        }
        for name, rows in relations.items():
            load(connection, name, rows)
        return connection.sql(RATER).to_arrow_table().to_pylist()


def rate_listing(usage, plan, readings):
    """The usage on one plan of the listing of 2026-05-09, under the readings given."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        reading = PRINTED | readings
        connection.execute(
            f"create table reading as select {', '.join(f'? as {key}' for key in reading)}",
            list(reading.values()),
        )
        connection.execute(LISTING)
        load(connection, "usage", [row | {"plan_key": plan} for row in usage])
        return connection.sql(RATER).to_arrow_table().to_pylist()


def totals(lines):
    """The total and the total of each dimension; None where no line could be priced."""
    dimensions = {}
    for line in lines:
        dimensions.setdefault(line["dimension"], []).append(line["amount_usd"])
    sums = {name: None if None in amounts else sum(amounts) for name, amounts in sorted(dimensions.items())}
    return sum(amount for amount in sums.values() if amount is not None), sums


def main(path, plan, *readings):
    """Print the totals of a usage file."""
    with duckdb.connect() as connection:
        rows = connection.read_csv(path, all_varchar=True).to_arrow_table().to_pylist()
    total, dimensions = totals(rate_listing(rows, plan, dict(reading.split("=") for reading in readings)))
    print(total, dimensions)


if __name__ == "__main__":
    main(*sys.argv[1:])
