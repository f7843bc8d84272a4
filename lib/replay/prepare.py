"""A population, a window and a rollout → everything about them that no price changes, worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lib.catalog.book import Book
from lib.contracts import Contract, Layer, Reach, Shelf, Term, billed_periods, listed_state, periods_of, rated_state
from lib.kernel.bills import Bills, BookTerms, bills, terms_of
from lib.kernel.cube import Cube, Segment, Used, cube
from lib.kernel.fees import FeeBills, FeeRow, Fees, PriceOf, fee_bills, fees
from lib.money import EXACT
from lib.outcome import Line, Outcome, Population, UsageCell, Window, outcome
from lib.periods import month_end, month_of, months_between, utc_day

OUTSIDE = "outside"  # of a contract that the change does not ask for


@dataclass(frozen=True)
class Recurring:
    """How many contracts run on a plan at a month's end, whose price a change has reached, or what holds it."""

    month: date
    rail: str
    plan_key: str
    months: int
    state: str


@dataclass(frozen=True)
class Prepared:
    """A population under one layer of which only the book is still open.

    `fees` and `cubes` (by state) hold the contracts by list, `odd` those with terms of their own, with `odd_baseline`
    as the baseline book rates them. `places` says where a customer-month of a cube stands among customers × months;
    `fee_baseline` and `usage_baseline` are the baseline's bills by state.
    """

    book: Book
    layer: Layer
    window: Window
    reach: Mapping[str, Reach]
    customers: tuple[str, ...]
    months: tuple[date, ...]
    fees: Fees
    cubes: Mapping[str, Cube]
    places: NDArray[np.int64]
    recurring: Mapping[Recurring, int]
    odd: Population
    odd_baseline: Outcome
    terms: BookTerms
    fee_baseline: Mapping[str, FeeBills]
    usage_baseline: Mapping[str, Bills]

    def place(self, line: Line) -> tuple[int, int]:
        """Where a line stands among customers × months."""
        return self._customer_at[line.contract.customer_id], self._month_at[line.month]

    def coins(self, amount: Decimal) -> int:
        """A rounded amount in the currency's smallest coins."""
        return int(EXACT.scaleb(amount, self.book.currency.exponent))

    @cached_property
    def baseline(self) -> NDArray[np.int64]:
        """What everybody pays by the baseline book, customers × months, in coins."""
        table = np.zeros((len(self.customers), len(self.months)), np.int64)
        for own in self.fee_baseline.values():
            table += own.by_month
        for used in self.usage_baseline.values():
            np.add.at(table.reshape(-1), self.places, used.by_month)
        for line in self.odd_baseline.lines:
            table[self.place(line)] += self.coins(line.amount or Decimal(0))
        return table

    @cached_property
    def recurring_by_plan(self) -> Mapping[tuple[str, str], Sequence[tuple[Recurring, int]]]:
        """The contracts by list that run at month ends, by rail and plan."""
        found: dict[tuple[str, str], list[tuple[Recurring, int]]] = {}
        for key, count in self.recurring.items():
            found.setdefault((key.rail, key.plan_key), []).append((key, count))
        return found

    @cached_property
    def recurring_baseline(self) -> Mapping[date, Fraction]:
        """What contracts by list recur to under the baseline book, by month and exactly."""
        listed, sums = price_of(self.book), dict.fromkeys(self.months, Fraction(0))
        for key, count in self.recurring.items():
            sums[key.month] += Fraction(listed(key.rail, key.plan_key) or 0) * count / key.months
        return sums

    @cached_property
    def _customer_at(self) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(self.customers)}

    @cached_property
    def _month_at(self) -> Mapping[date, int]:
        return {month: at for at, month in enumerate(self.months)}


def prepare(
    book: Book,
    layer: Layer,
    population: Population,
    window: Window,
    reach: Mapping[str, Reach],
    *,
    line_by_line: bool = False,
) -> Prepared:
    """A baseline book, the layer whose book will change, and who is rated when → all that stays the same.

    Line by line, nobody is rated in whole numbers: for prices the kernel has no pieces for.
    """
    contracts = {} if line_by_line else population.contracts
    plain = {key: one for key, one in contracts.items() if _is_plain(one, book, reach[one.rail])}
    odd = _only(population, population.contracts.keys() - plain.keys())
    odd_baseline = outcome([book], odd, window, reach)
    rows = list(_fee_rows(plain.values(), layer, window, reach))
    cells = [cell for cell in _only(population, plain).usage if window[0] <= cell.month < window[1]]
    used = list(_used(cells, plain, layer, reach))
    months = tuple(months_between(*window))
    names = {row.customer for row in rows} | {row.customer for row in used}
    customers = tuple(sorted(names | {line.contract.customer_id for line in odd_baseline.lines}))
    whole, lines, terms = cube(used), fees(rows, customers, months), terms_of(book)
    cubes = _by_state(whole)
    states = {part.part.state for part in lines.lines}
    return Prepared(
        book=book,
        layer=layer,
        window=window,
        reach=reach,
        customers=customers,
        months=months,
        fees=lines,
        cubes=cubes,
        places=_places(whole, customers, months),
        recurring=_recurring(plain.values(), layer, months, reach),
        odd=odd,
        odd_baseline=odd_baseline,
        terms=terms,
        fee_baseline={state: fee_bills(lines.only({state}), price_of(book), book.currency) for state in sorted(states)},
        usage_baseline={state: bills(own, terms) for state, own in cubes.items()},
    )


def price_of(book: Book) -> PriceOf:
    """A book → its list price by rail and plan; None where it has none."""

    def listed(rail: str, plan_key: str) -> Decimal | None:
        price = book.list_price(rail, plan_key) if plan_key in book.plans else None
        return price if isinstance(price, Decimal) else None

    return listed


def _is_plain(contract: Contract, book: Book, reach: Reach) -> bool:
    """Whether a contract pays by list alone, each of its lines by itself."""
    changes = reach.changes
    alone = changes.bands == "restart" and (changes.seats == "monthly_maximum" or not contract.seats)
    return contract.offer is None and alone and contract.plan_key in book.plans


def _only(population: Population, keys: Iterable[str]) -> Population:
    kept = set(keys)
    contracts = {key: one for key, one in population.contracts.items() if key in kept}
    return Population(contracts, tuple(cell for cell in population.usage if cell.contract_id in kept))


def _fee_rows(
    contracts: Iterable[Contract], layer: Layer, window: Window, reach: Mapping[str, Reach]
) -> Iterator[FeeRow]:
    for contract in contracts:
        is_asked = layer.addresses(contract)
        for period in billed_periods(contract, *window, reach[contract.rail].changes):
            term = Term(period.start_on, period.end_on)
            yield FeeRow(
                contract.customer_id,
                month_of(period.due_on),
                contract.rail,
                contract.plan_key or "",
                period.share.numerator,
                period.share.denominator,
                listed_state(layer, contract, term) if is_asked else OUTSIDE,
            )


def _used(
    cells: Iterable[UsageCell], contracts: Mapping[str, Contract], layer: Layer, reach: Mapping[str, Reach]
) -> Iterator[Used]:
    segments: dict[tuple[str, date], Segment] = {}
    for cell in cells:
        contract, key = contracts[cell.contract_id], (cell.contract_id, cell.month)
        if key not in segments:
            is_asked = layer.addresses(contract)
            state = rated_state(layer, contract, cell.month, reach[contract.rail]) if is_asked else OUTSIDE
            segments[key] = Segment(contract.rail, contract.tier or "", state=state)
        yield Used(contract.customer_id, cell.contract_id, segments[key], cell.month, cell.dimension, cell.quantity)


def _by_state(whole: Cube) -> dict[str, Cube]:
    states = sorted({cells.segment.state for cells in whole.cells})
    return {
        state: Cube(
            whole.customers,
            whole.months,
            whole.customer_of,
            whole.month_of,
            tuple(cells for cells in whole.cells if cells.segment.state == state),
        )
        for state in states
    }


def _places(whole: Cube, customers: tuple[str, ...], months: tuple[date, ...]) -> NDArray[np.int64]:
    """Where each customer-month of a cube stands in a table of customers × months."""
    customer_at, month_at = ({name: at for at, name in enumerate(names)} for names in (customers, months))
    customer = np.array([customer_at[name] for name in whole.customers], np.int64)
    month = np.array([month_at[name] for name in whole.months], np.int64)
    return customer[whole.customer_of] * len(months) + month[whole.month_of]


def _recurring(
    contracts: Iterable[Contract], layer: Layer, months: Iterable[date], reach: Mapping[str, Reach]
) -> Counter[Recurring]:
    days = [(month, month_end(month) - timedelta(days=1)) for month in months]
    counts: Counter[Recurring] = Counter()
    for contract in contracts:
        is_asked, changes = layer.addresses(contract), reach[contract.rail].changes
        periods = [
            (utc_day(period.start), utc_day(period.end))
            for period in periods_of(contract, days[-1][1] + timedelta(days=1), changes)
        ]
        for month, day in days:
            if contract.runs_on(day):
                term = Term(*next(own for own in reversed(periods) if own[0] <= day), on=day)
                state = listed_state(layer, contract, term) if is_asked else OUTSIDE
                counts[Recurring(month, contract.rail, contract.plan_key or "", contract.months, state)] += 1
    return counts


def shelves(prepared: Prepared, book: Book) -> tuple[Shelf, Shelf]:
    """The layer with its book → two shelves: everybody reached, and as they are reached."""
    layer = prepared.layer
    laid = Layer(lambda _: book, layer.effective, layer.rollout, layer.waiting)
    reached = Layer(lambda _: book, date.min, layer.rollout, layer.waiting)
    return Shelf((prepared.book,), (reached,)), Shelf((prepared.book,), (laid,))
