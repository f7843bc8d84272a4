"""A desk on the sample with some marts written by hand, for what the sample does not have."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, cast

from lib.desk import Desk
from lib.warehouse.read import Warehouse

Rows = list[dict[str, Any]]
Writing = Callable[[Rows], Rows]


class Written:
    """A warehouse of which some marts say something else: each gets its rows and gives those to read instead."""

    def __init__(self, warehouse: Warehouse, marts: Mapping[str, Writing]) -> None:
        self.warehouse, self.marts = warehouse, marts

    def rows(self, mart: str, **only: object) -> Rows:
        """The rows of a mart, or those written for it."""
        if mart not in self.marts:
            return self.warehouse.rows(mart, **only)
        rows = self.marts[mart](self.warehouse.rows(mart))
        return [row for row in rows if all(row[key] == value for key, value in only.items())]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.warehouse, name)


def written(desk: Desk, **marts: Writing) -> Desk:
    """The same desk over marts that say something else."""
    return dataclasses.replace(desk, warehouse=cast(Warehouse, Written(desk.warehouse, marts)))
