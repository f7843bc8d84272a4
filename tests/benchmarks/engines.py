"""The other engines, each in the fastest exact form found for it, with lines rounded half away from zero to cents.

`bills` gives cents per customer and month, by both; `totals` one number per book. Two shapes of a price book are
measured: `wide`, one row per dimension and plan with three bands written out, and `long`, a row per band, which like
the kernel takes any number of them.
"""

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from tests.benchmarks.population import Card, Population
from tests.benchmarks.tables import CENT, HALF, long, usage, wide

Bills = np.ndarray  # cents by customer and month


class DuckDb:
    """DuckDB over native tables."""

    name = "DuckDB"
    _CASE = (
        "case when q <= 0 then 0 when q <= b1 then q * p1 when q <= b2 then f1 + (q - b1) * p2 "
        "else f2 + (q - b2) * p3 end"
    )
    _LINES = "(select *, steps - included as q from usage join wide using (dimension, plan) where book < {books})"

    def __init__(self, people: Population, cards: Sequence[Card]) -> None:
        self.connection = duckdb.connect()
        for name, columns in {"usage": usage(people), "wide": wide(cards), "long": long(cards)}.items():
            self.connection.register("incoming", pa.table(columns))
            self.connection.execute(f"create table {name} as from incoming")
            self.connection.unregister("incoming")

    def _read(self, query: str) -> pa.Table:
        return self.connection.sql(query).to_arrow_table()

    def bills_wide(self) -> pa.Table:
        lines = self._LINES.format(books=1)
        return self._read(
            f"select customer, month, sum(({self._CASE} + {HALF}) // {CENT}) as cents from {lines} group by all"
        )

    def bills_long(self) -> pa.Table:
        return self._read(
            f"""select customer, month, sum((amount + {HALF}) // {CENT}) as cents from (
                select customer, month, dimension, sum(case
                    when steps - included > low then (least(steps - included, high) - low) * price else 0 end) as amount
                from usage join long using (dimension, plan) where book = 0 group by all) group by customer, month"""
        )

    def totals(self, books: int) -> pa.Table:
        """Unrounded, as prefix sums answer; by the faster shape."""
        lines = self._LINES.format(books=books)
        return self._read(f"select book, sum({self._CASE}) as amount from {lines} group by book order by book")

    def rounded_totals(self, books: int) -> pa.Table:
        lines = self._LINES.format(books=books)
        return self._read(
            f"select book, sum(({self._CASE} + {HALF}) // {CENT}) as cents from {lines} group by book order by book"
        )


class Pandas:
    """pandas: one merge, arithmetic on columns, one grouped sum."""

    name = "pandas merge"

    def __init__(self, people: Population, card: Card) -> None:
        self.usage = pd.DataFrame(usage(people))
        self.wide = pd.DataFrame(wide([card])).drop(columns=["book", "f1", "f2"])
        self.long = pd.DataFrame(long([card])).drop(columns="book")

    def bills_wide(self) -> pd.DataFrame:
        lines = self.usage.merge(self.wide, on=["dimension", "plan"])
        over = (lines["steps"] - lines["included"]).clip(lower=0)
        first = over.clip(upper=lines["b1"]) * lines["p1"]
        second = (over.clip(upper=lines["b2"]) - lines["b1"]).clip(lower=0) * lines["p2"]
        third = (over - lines["b2"]).clip(lower=0) * lines["p3"]
        lines["cents"] = (first + second + third + HALF) // CENT
        return lines.groupby(["customer", "month"], as_index=False)["cents"].sum()

    def bills_long(self) -> pd.DataFrame:
        parts = self.usage.merge(self.long, on=["dimension", "plan"])
        over = parts["steps"] - parts["included"]
        parts["amount"] = (over.clip(upper=parts["high"]) - parts["low"]).clip(lower=0) * parts["price"]
        lines = parts.groupby(["customer", "month", "dimension"], as_index=False)["amount"].sum()
        lines["cents"] = (lines["amount"] + HALF) // CENT
        return lines.groupby(["customer", "month"], as_index=False)["cents"].sum()


class Polars:
    """Polars: the same two queries, lazy, on its streaming engine. Only the benchmark installs it."""

    name = "Polars"

    def __init__(self, people: Population, card: Card) -> None:
        import polars

        self.polars = polars
        self.usage, self.wide, self.long = (
            polars.DataFrame(columns).lazy() for columns in (usage(people), wide([card]), long([card]))
        )

    def bills_wide(self):
        col, when = self.polars.col, self.polars.when
        over = col("steps") - col("included")
        amount = (
            when(over <= 0)
            .then(0)
            .when(over <= col("b1"))
            .then(over * col("p1"))
            .when(over <= col("b2"))
            .then(col("f1") + (over - col("b1")) * col("p2"))
            .otherwise(col("f2") + (over - col("b2")) * col("p3"))
        )
        lines = self.usage.join(self.wide, on=["dimension", "plan"])
        return self._summed(lines.select("customer", "month", cents=(amount + HALF) // CENT))

    def bills_long(self):
        col = self.polars.col
        over = col("steps") - col("included")
        part = (self.polars.min_horizontal(over, col("high")) - col("low")).clip(0) * col("price")
        parts = self.usage.join(self.long, on=["dimension", "plan"])
        parts = parts.select("customer", "month", "dimension", amount=part)
        lines = parts.group_by("customer", "month", "dimension").agg(col("amount").sum())
        return self._summed(lines.select("customer", "month", cents=(col("amount") + HALF) // CENT))

    def _summed(self, lines):
        bills = lines.group_by("customer", "month").agg(self.polars.col("cents").sum())
        return bills.collect(engine="streaming")


def as_array(bills: object, people: Population) -> Bills:
    """Any engine's bills → cents by customer-month, in the population's order."""
    columns = [np.asarray(bills[name]).astype(np.int64) for name in ("customer", "month", "cents")]
    found = np.zeros(people.customer.size, np.int64)
    found[columns[0] * (people.customer.size // people.customers) + columns[1]] = columns[2]
    return found
