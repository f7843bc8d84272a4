"""Scenarios that lie over each other, written as one: what is saved makes the same book as what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from lib.catalog.document import Document
from lib.catalog.scenario import Scenario, ScenarioError, diff, merged

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def as_one(desk: Desk, scenarios: Sequence[Scenario], header: Scenario) -> Scenario:
    """Scenarios in their order → one under a header of its own, which makes the same book of the desk's.

    Refused where no single file says the same, as with prices edited on top of a fee that is passed on.
    """
    nothing: Document = {}
    changes = reduce(merged, (one.changes for one in scenarios), nothing)
    claims = reduce(merged, (one.claims for one in scenarios), nothing)
    one = replace(header, changes=changes, claims=claims, baseline=desk.book.id)
    apart = diff(desk.proposed_book(*scenarios), desk.proposed_book(one))
    if apart:
        raise ScenarioError(
            f"{apart[0].path} becomes {apart[0].was} on this page and {apart[0].becomes} in one file, because a fee is "
            "passed on before the edits: write every price of that rail into a file of data/scenarios instead"
        )
    return one
