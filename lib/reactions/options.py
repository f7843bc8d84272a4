"""What everybody could choose, priced under both books: all of `lib.response.People` that asks what else there is.

The own plan costs what the customer's contract will meet by the end of the window: its list price and its rates may be
reached at different times, or never. Everything else costs what a new contract pays. What the own plan does not offer
today another plan need not serve either, for it is on nobody's bill; where it is offered it is billed.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.catalog.book import Book
from lib.contracts import Layer
from lib.reactions.choices import Choice, Kind, Reached
from lib.reactions.margins import margins
from lib.reactions.prepare import NEVER, Prepared, laid
from lib.reactions.usual import Charged, Charges
from lib.response.people import Floats, Mask, Numbers

Arrays = dict[str, NDArray[Any]]
TODAY: Reached = ()
MONTHLY, ANNUAL = "monthly", "annual"
_BOOKS = ("baseline", "proposed")
_USAGE = ("marginal_baseline", "marginal_proposed", "overage_quantity")


def options(prepared: Prepared, layers: Sequence[Layer]) -> Arrays:
    """What was prepared, and layers with their books → arrays by their names in `People`, one row per contract.

    A dimension that some book prices event by event is left out on every plan: its events are not kept here.
    """
    priced = _Priced(prepared, layers)
    found = _nothing(prepared, len(priced.baseline.usual.cube.cells))
    for kind, rows in prepared.kinds.items():
        found["is_monthly"][rows] = kind.term == MONTHLY
        if kind.plan_key is not None:
            _fill(found, priced, kind, rows, prepared.owner[rows])
    for (rail, tier, rated), rows in _groups(prepared).items():
        users = np.isin(np.arange(len(prepared.customers)), prepared.owner[rows])
        parts = margins(priced.baseline.usual, priced.baseline, priced.charges(rated), (rail, tier), users)
        for name, part in zip(_USAGE, parts, strict=True):
            found[name][rows] = part[prepared.owner[rows]]
    return found


def _nothing(prepared: Prepared, dimensions: int) -> Arrays:
    """Arrays of contracts that have nothing to choose."""
    rows = prepared.owner.size
    widest = max((len(kind.tiers) for kind in prepared.kinds), default=0)
    other = {f"{what}_{book}": np.full(rows, np.nan) for what in ("annual_saving", "other_rail") for book in _BOOKS}
    per_plan = {f"option_{book}": np.full((rows, max(widest, 1)), np.nan) for book in _BOOKS}
    per_dimension = {name: np.zeros((rows, dimensions)) for name in _USAGE}
    return {
        **other,
        **per_plan,
        **per_dimension,
        "chosen": np.full(rows, NEVER, np.int64),
        "is_monthly": np.zeros(rows, bool),
    }


def _groups(prepared: Prepared) -> dict[tuple[str, str, Reached], Numbers]:
    """The rows that have the same rates: by rail, tier and the layers that reach them."""
    groups: dict[tuple[str, str, Reached], list[Numbers]] = {}
    for kind, rows in prepared.kinds.items():
        if kind.plan_key is not None:
            groups.setdefault((kind.rail, kind.tier, kind.rated), []).append(rows)
    return {key: np.concatenate(rows) for key, rows in groups.items()}


class _Priced:
    """Every book that reaches somebody: its list prices, and its charges for everybody's usual usage."""

    def __init__(self, prepared: Prepared, layers: Sequence[Layer]) -> None:
        asked = {reached for kind in prepared.kinds for reached in _reached(kind)}
        self._books = {reached: laid(prepared.book, layers, reached) for reached in sorted({TODAY, *asked})}
        left_out = {
            name for book in self._books.values() for (_, name), price in book.prices.items() if price.per_event
        }
        self.baseline = Charges(prepared.usual.without(left_out), prepared.book) if left_out else prepared.baseline
        self._charges: dict[Reached, Charges] = {TODAY: self.baseline}

    def charges(self, reached: Reached) -> Charges:
        """The charges of the book that some layers make."""
        if reached not in self._charges:
            self._charges[reached] = Charges(self.baseline.usual, self._books[reached], self.baseline)
        return self._charges[reached]

    def fee(self, reached: Reached, rail: str, plan_key: str) -> float:
        """A month's part of a list price, USD; not a number where there is none."""
        return _fee(self._books[reached], rail, plan_key)


def _fee(book: Book, rail: str, plan_key: str) -> float:
    price = book.list_price(rail, plan_key) if plan_key in book.plans else None
    return float(price) / book.plan(plan_key).months if isinstance(price, Decimal) else np.nan


def _reached(kind: Kind) -> Sequence[Reached]:
    others = (kind.other_rail,) if kind.other_rail else ()
    found = (*kind.tiers, *(choice for _, choice in kind.terms), *others)
    return (kind.listed, kind.rated, *(choice.reached for choice in found))


def _fill(found: Arrays, priced: _Priced, kind: Kind, rows: Numbers, who: Numbers) -> None:
    """Everything that the rows of one kind, each a contract of one customer, could choose."""
    for at, choice in enumerate(kind.tiers):
        for book in _BOOKS:
            found[f"option_{book}"][rows, at] = _bill(priced, kind, choice, who, book)
        if choice.plan_key == kind.plan_key:
            is_priced = [np.isfinite(found[f"option_{book}"][rows, at]) for book in _BOOKS]
            found["chosen"][rows] = np.where(np.logical_and(*is_priced), at, NEVER)
    for book in _BOOKS:
        found[f"annual_saving_{book}"][rows] = _annual_saving(priced, kind, book)
        if kind.other_rail:
            found[f"other_rail_{book}"][rows] = _bill(priced, kind, kind.other_rail, who, book)


def _bill(priced: _Priced, kind: Kind, choice: Choice, who: Numbers, book: str) -> Floats:
    """A plan's bill in a usual month, USD; not a number where it has no price for what a customer uses."""
    is_own = (choice.rail, choice.plan_key) == (kind.rail, kind.plan_key)
    listed, rated = (kind.listed, kind.rated) if is_own else (choice.reached, choice.reached)
    listed, rated = (TODAY, TODAY) if book == _BOOKS[0] else (listed, rated)
    charged = priced.charges(rated).of(choice.rail, choice.tier)
    bill: Floats = priced.fee(listed, choice.rail, choice.plan_key) + charged.amount[who]
    if not is_own:
        bill[_lacks(charged, priced.baseline.of(kind.rail, kind.tier), who)] = np.nan
    return bill


def _lacks(charged: Charged, own: Charged, who: Numbers) -> Mask:
    """Who uses something that a plan has no price for, and the own plan has today."""
    lacks = np.zeros(who.size, bool)
    for dimension, users in charged.lacking.items():
        lacks |= users[who] & ~own.lacking[dimension][who] if dimension in own.lacking else users[who]
    return lacks


def _annual_saving(priced: _Priced, kind: Kind, book: str) -> float:
    """What twelve months in one payment save against twelve payments, as a fraction; not a number without both."""
    fees = {}
    for term, choice in kind.terms:
        reached = kind.listed if choice.plan_key == kind.plan_key else choice.reached
        fees[term] = priced.fee(TODAY if book == _BOOKS[0] else reached, kind.rail, choice.plan_key)
    monthly, annual = (fees.get(term, np.nan) for term in (MONTHLY, ANNUAL))
    return 1 - annual / monthly if monthly > 0 and annual > 0 else np.nan
