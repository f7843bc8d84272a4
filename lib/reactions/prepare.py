"""A population, a window and a rollout → everything about its answers that no price changes, worked out once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce

import numpy as np

from lib.catalog.book import Book
from lib.catalog.document import nearest
from lib.contracts import Contract, Layer, Reach
from lib.outcome import Population, Window
from lib.periods import months_between
from lib.reactions.choices import Kind, Reached, kind_of
from lib.reactions.stays import Rollouts, Stay, stays
from lib.reactions.usual import Charges, Usual, usual
from lib.refusal import Refusal
from lib.response.people import Floats, Mask, Numbers

NEVER = -1
PERSONA, UNKNOWN = "persona", "unknown"  # the fact that beliefs of churn are held by, and its value where nobody knows


class ReactionsError(Refusal):
    """Bills, beliefs or customers that do not belong together; the message says which."""


@dataclass(frozen=True)
class Prepared:
    """A population in a window under the rollout of some layers, of which only the bills and the books are still open.

    A customer may have several contracts in the window, each a row: `owner` says whose, `row_in` (months × customers)
    which of them holds in a month. `kinds` are the rows that face the same choices. By row, whether it `is_new` and
    `may_move_rail`; by customer, the month in which the new prices open to it, or -1, and the months from its first
    contract to the window's first month; months × customers, whether a period `begins`, and the chance to leave.
    """

    book: Book
    customers: tuple[str, ...]
    months: tuple[date, ...]
    owner: Numbers
    row_in: Numbers
    kinds: Mapping[Kind, Numbers]
    is_new: Mask
    may_move_rail: Mask
    opens_in: Numbers
    tenure: Numbers
    begins: Mask
    churn_rate: Floats
    usual: Usual
    baseline: Charges

    def places(self, customers: Sequence[str]) -> Numbers:
        """Where some customers stand among all."""
        place_of = {name: at for at, name in enumerate(self.customers)}
        if strangers := sorted(set(customers) - place_of.keys()):
            raise ReactionsError(f"{strangers[0]} is billed in the window and has no contract in it")
        return np.array([place_of[name] for name in customers], np.int64)


def prepare(
    book: Book,
    layers: Sequence[Layer],
    population: Population,
    window: Window,
    reach: Mapping[str, Reach],
    churn_per_month: Mapping[str, Decimal],
    open_rails: Mapping[str, Collection[str]],
) -> Prepared:
    """A baseline book, dated layers over it and who is rated when → all that prices do not change.

    `churn_per_month` is the believed part of a month's customers that leaves, by persona (data/assumptions/base.toml);
    `open_rails` the rails on which a customer may buy; whoever is not in it stays on its own. A contract of several
    months can be left at a renewal only, so its chance there is that of leaving in any month since the last.
    """
    whole = laid(book, layers, tuple(range(len(layers))))
    rollouts = Rollouts(tuple(layers), window, reach, {**whole.plans, **book.plans})
    found = stays(population, rollouts)
    rows = [(at, held.contract) for at, stay in enumerate(found) for held in stay.held]
    open_to = [tuple(open_rails.get(stay.customer_id, ())) for stay in found]
    months, uses = tuple(months_between(*window)), usual(population, found, whole)
    return Prepared(
        book=book,
        customers=tuple(stay.customer_id for stay in found),
        months=months,
        owner=np.array([at for at, _ in rows], np.int64),
        row_in=_row_in(found, months),
        kinds=_kinds(found, rollouts, open_to),
        is_new=np.array([_is_new(contract, layers) for _, contract in rows], bool),
        may_move_rail=np.array([_may_move_rail(contract, open_to[at]) for at, contract in rows], bool),
        opens_in=np.array([months.index(stay.opens_in) if stay.opens_in else NEVER for stay in found], np.int64),
        tenure=np.array([_months_apart(stay.held[0].contract.since, window[0]) for stay in found], np.int64),
        begins=np.array([[month in stay.begins for stay in found] for month in months], bool),
        churn_rate=_churn_rate(found, months, churn_per_month),
        usual=uses,
        baseline=Charges(uses, book),
    )


def _row_in(found: Sequence[Stay], months: Sequence[date]) -> Numbers:
    """Which contract holds in a month: the last that has begun, the first before there is any."""
    rows, first = np.zeros((len(months), len(found)), np.int64), 0
    for at, stay in enumerate(found):
        for place, month in enumerate(months):
            begun = sum(held.from_month <= month for held in stay.held)
            rows[place, at] = first + max(begun, 1) - 1
        first += len(stay.held)
    return rows


def _kinds(found: Sequence[Stay], rollouts: Rollouts, open_to: Sequence[Sequence[str]]) -> dict[Kind, Numbers]:
    last, members = rollouts.window[1] - timedelta(days=1), dict[Kind, list[int]]()
    held = [(at, one) for at, stay in enumerate(found) for one in stay.held]
    for row, (at, one) in enumerate(held):
        reached = one.listed, one.rated
        kind = kind_of(one.contract, reached, rollouts.plans, rollouts.layers, last, open_to[at])
        members.setdefault(kind, []).append(row)
    return {kind: np.array(rows, np.int64) for kind, rows in members.items()}


def _churn_rate(found: Sequence[Stay], months: Sequence[date], churn_per_month: Mapping[str, Decimal]) -> Floats:
    rates = np.zeros((len(months), len(found)))
    place = {month: at for at, month in enumerate(months)}
    for at, stay in enumerate(found):
        persona = stay.held[-1].contract.about.get(PERSONA, UNKNOWN)
        if persona not in churn_per_month:
            known = nearest(persona, churn_per_month)
            raise ReactionsError(f"nobody says how many customers of persona {persona!r} leave in a month; {known}")
        stays_on = 1 - float(churn_per_month[persona])
        for month, waited in stay.leaves.items():
            rates[place[month], at] = 1 - stays_on**waited
    return rates


def _is_new(contract: Contract, layers: Sequence[Layer]) -> bool:
    """Whether the proposed price is the first that the contract's customer saw."""
    return any(contract.since >= layer.effective for layer in layers if layer.addresses(contract))


def _may_move_rail(contract: Contract, open_to: Sequence[str]) -> bool:
    return contract.offer is None and any(rail != contract.rail for rail in open_to)


def _months_apart(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def laid(book: Book, layers: Sequence[Layer], reached: Reached) -> Book:
    """A book with those layers laid over it that reach somebody, in their order."""
    return reduce(lambda below, at: layers[at].laid_over(below), reached, book)
