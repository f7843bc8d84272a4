"""Published tables of the shared papers: inputs, and every printed number with the tolerance it is held to.

Where a remark says that a printed number does not reproduce, or that nothing is printed, the recomputed one is held to.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXACT = 1e-6  # a number that is only recomputed is written with six decimals


def table(shared: Path, key: str) -> Mapping[str, Any]:
    """One table of published-tables.json by its id."""
    tables = json.loads((shared / "cases" / "published-tables.json").read_text())["tables"]
    [found] = [one for one in tables if one["id"] == key]
    return found


class Checks:
    """The checks of a table, each asked for once; at the end none may be left."""

    def __init__(self, shared: Path, key: str) -> None:
        self.inputs = table(shared, key)["inputs"]
        self.left = {check["quantity"]: check for check in table(shared, key)["checks"]}

    def holds(self, quantity: str, found: Any) -> None:
        """What was found is the published number, inside the tolerance that the file states."""
        check = self.left.pop(quantity)
        printed = check["published"] if check.get("agrees", True) else None
        if printed is not None and check["abs_tolerance"]:
            assert np.asarray(found) == pytest.approx(np.asarray(printed), abs=check["abs_tolerance"]), quantity
        assert np.asarray(found) == pytest.approx(np.asarray(check["computed"]), abs=EXACT, rel=1e-6), quantity

    def all_held(self) -> None:
        """Nothing of the table was passed over."""
        assert not self.left
