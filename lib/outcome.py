"""The river: books over one population make an outcome; two outcomes over the same population make a difference.

This file is what the product computes. A scenario is run by passing its book: both runs take the same path, and
the difference is a subtraction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from lib.catalog.book import Book
from lib.contracts import (
    REPRICED,
    BilledPeriod,
    Contract,
    Reach,
    Shelf,
    Term,
    allowance_of,
    base_amount,
    billed_periods,
    minimum_of,
    periods_of,
    price_of,
    seat_charges,
)
from lib.money import EXACT, total
from lib.owed import Correction, Used, entitled_amount, late, rate_events, short_of, usage_lines
from lib.periods import month_end, month_of, months_between
from lib.rating import Charge, rate, unset

Window = tuple[date, date]
Cell = tuple[str, str, date]  # contract, dimension, month
UsageRow = tuple[str, str, date, Decimal]  # customer, dimension, month, quantity


@dataclass(frozen=True)
class UsageCell:
    """One cell of the cube: what a contract used of one dimension in one month; `late` arrived after the cut-off.

    `events` are the values that add up to the quantity, where a price asks for them.
    """

    contract_id: str
    dimension: str
    month: date
    quantity: Decimal
    late: Decimal = Decimal(0)
    events: tuple[Decimal, ...] | None = None


@dataclass(frozen=True)
class Population:
    """Everybody a book is run over: contracts by id, and their usage."""

    contracts: Mapping[str, Contract]
    usage: tuple[UsageCell, ...]

    def with_events(self, events: Mapping[Cell, Sequence[Decimal]]) -> Population:
        """The same usage, with the values of its single events where they are known."""
        found = (events.get((cell.contract_id, cell.dimension, cell.month)) for cell in self.usage)
        cells = zip(self.usage, found, strict=True)
        return Population(self.contracts, tuple(replace(c, events=tuple(e)) if e else c for c, e in cells))


@dataclass(frozen=True)
class Line:
    """One would-be invoice line; `amount` is None, never zero, where the books hold no price for it.

    `kind` is base, proration, usage, seats (a changed entitlement) or minimum (what an offer's monthly minimum lacks);
    `month` is the usage month, or the month in which any other line falls due; `status` is the charge's, or for
    the lines without one billed, by_contract or not_in_book. `state` says whether every layer of the shelf had reached
    the line, or what held the first that had not.
    """

    contract: Contract
    kind: str
    dimension: str | None
    month: date
    start_on: date
    book_id: str | None
    status: str
    amount: Decimal | None
    used: Used | None = None
    period: BilledPeriod | None = None
    state: str = REPRICED

    @cached_property
    def charge(self) -> Charge | None:
        """A usage line explained; worked out when somebody asks, because most lines are only added up."""
        return self.used.charge if self.used else None


@dataclass(frozen=True)
class Outcome:
    """Every line that some books bring from one population in one window."""

    lines: tuple[Line, ...]

    @property
    def revenue(self) -> Decimal:
        """The sum of the rounded lines."""
        return total(line.amount for line in self.lines if line.amount is not None)

    @property
    def unpriced(self) -> tuple[Line, ...]:
        """Lines somebody would be billed but the book holds no price for; what a tier is not offered is not one."""
        return tuple(line for line in self.lines if line.amount is None and line.status != "not_offered")

    def by(self, key: Callable[[Line], str | date]) -> dict[str | date, Decimal]:
        """Revenue by any property of a line; lines without a price add nothing and stand in `unpriced`."""
        sums: dict[str | date, Decimal] = {}
        for line in self.lines:
            sums[key(line)] = EXACT.add(sums.get(key(line), Decimal(0)), line.amount or Decimal(0))
        return sums


def outcome(
    books: Shelf | Sequence[Book], population: Population, window: Window, reach: Mapping[str, Reach]
) -> Outcome:
    """Books over a population → every line due in the window [first day, end), in an order the books do not change.

    With the books of history this is what should have been invoiced; with one book, what that book would bring; with
    layers over it, what a change of the price list would have brought by then.
    """
    shelf = Shelf.of(books)
    contracts = population.contracts.values()
    base = (line for contract in contracts for line in _base(shelf, contract, window, reach))
    seats = (line for contract in contracts for line in _seats(shelf, contract, window, reach))
    usage = tuple(_usage_lines(shelf, population, window, reach))
    minimums = _minimums(shelf, population, window, reach, usage)
    return Outcome((*base, *seats, *usage, *minimums))


@dataclass(frozen=True)
class LateLine:
    """What the usage that arrived after a month's invoice changes of one contract and dimension."""

    contract: Contract
    dimension: str
    correction: Correction


def corrections(
    books: Sequence[Book], population: Population, reach: Mapping[str, Reach], booked_on: date
) -> tuple[LateLine, ...]:
    """Every cell with late usage → the difference to book on a day, in the month it belongs to.

    The month's whole quantity is rated again with the book that governed it, and what was invoiced without the late
    part is subtracted. Usage of a plan or dimension that is in no book has no correction, as it has no line.
    """
    shelf, found = Shelf.of(books), []
    for cell in population.usage:
        contract = population.contracts[cell.contract_id]
        book = shelf.rated(contract, cell.month, reach[contract.rail]).book
        if cell.late and contract.tier in book.tiers and cell.dimension in book.dimensions:
            correction = late(
                price_of(contract, book, cell.dimension),
                allowance_of(contract, book, cell.dimension),
                EXACT.subtract(cell.quantity, cell.late),
                cell.quantity,
                month=cell.month,
                booked_on=booked_on,
                corrections=reach[contract.rail].changes.corrections,
            )
            found.append(LateLine(contract, cell.dimension, correction))
    return tuple(found)


@dataclass(frozen=True)
class CustomerChange:
    """One customer's two bills in the window, and the difference; `rate` is None where the baseline bill is zero."""

    customer_id: str
    baseline: Decimal
    proposed: Decimal

    @property
    def delta(self) -> Decimal:
        """Proposed less baseline."""
        return self.proposed - self.baseline

    @property
    def rate(self) -> Decimal | None:
        """The change as a fraction of the baseline bill; of a credit, too, a rise is above zero."""
        return self.delta / abs(self.baseline) if self.baseline else None


def without_price(baseline: Outcome, proposed: Outcome) -> tuple[Line, ...]:
    """Two outcomes over the same population → the proposed lines that lost their price; one not offered needs none."""
    lines = zip(baseline.lines, proposed.lines, strict=True)
    return tuple(
        new for old, new in lines if old.amount is not None and new.amount is None and new.status != "not_offered"
    )


def difference(baseline: Outcome, proposed: Outcome) -> tuple[CustomerChange, ...]:
    """Two outcomes over the same population → each customer's two bills, ordered by customer."""
    was, becomes = baseline.by(_customer), proposed.by(_customer)
    return tuple(
        CustomerChange(str(customer), was.get(customer, Decimal(0)), becomes.get(customer, Decimal(0)))
        for customer in sorted({str(key) for key in was.keys() | becomes.keys()})
    )


# Cuts on the change of a customer's bill: unchanged below 0.1 %, then 5 %, and for increases 10 % and 25 % (DESIGN,
# "A price change"; the first four are those of the tax models).
CUTS = tuple(map(Decimal, ("-0.05", "-0.001", "0.001", "0.05", "0.10", "0.25")))
GROUPS = (
    "falls more than 5 %",
    "falls up to 5 %",
    "unchanged",
    "rises up to 5 %",
    "rises 5 to 10 %",
    "rises 10 to 25 %",
    "rises more than 25 %",
)


def group_of(change: CustomerChange) -> str:
    """The group a customer's change falls into; a bill that starts from zero and rises is in the last one."""
    if change.rate is None:
        return GROUPS[2] if not change.delta else GROUPS[-1 if change.delta > 0 else 0]
    falls = sum(change.rate >= cut if cut < 0 else change.rate > cut for cut in CUTS)
    return GROUPS[falls]


def counts(changes: Iterable[CustomerChange]) -> dict[str, int]:
    """How many customers are in each group, every group named."""
    groups = [group_of(change) for change in changes]
    return {group: groups.count(group) for group in GROUPS}


def _base(shelf: Shelf, contract: Contract, window: Window, reach: Mapping[str, Reach]) -> Iterator[Line]:
    for period in billed_periods(contract, *window, reach[contract.rail].changes):
        book, state = shelf.listed(contract, Term(period.start_on, period.end_on), reach[contract.rail])
        known = contract.plan_key in book.plans
        amount = base_amount(contract, period, book) if known else None
        yield Line(
            contract=contract,
            kind=period.kind,
            dimension=None,
            month=month_of(period.due_on),
            start_on=period.due_on,
            book_id=book.id if known else None,
            status="not_in_book" if not known else "by_contract" if amount is None else "billed",
            amount=amount,
            period=period,
            state=state,
        )


def _seats(shelf: Shelf, contract: Contract, window: Window, reach: Mapping[str, Reach]) -> Iterator[Line]:
    """The lines of entitlements that changed, where the rail bills them so; never usage, and never metered."""
    own = reach[contract.rail]
    until = window[1] if contract.ended_on is None else min(contract.ended_on, window[1])
    for dimension, seats in contract.seats.items() if own.changes.seats == "entitlement" else ():
        for charge in seat_charges(periods_of(contract, until, own.changes), seats, own.changes.proration):
            if not window[0] <= charge.due_on < until:
                continue
            month = month_of(charge.due_on)
            book, state = shelf.rated(contract, month, own)
            where = (contract, "seats", dimension, month, charge.due_on)
            if contract.tier not in book.tiers or dimension not in book.dimensions:
                yield Line(*where, None, "not_in_book", None, state=state)
                continue
            amount = entitled_amount(contract, book, dimension, charge)
            yield Line(*where, book.id, "by_contract" if amount is None else "billed", amount, state=state)


def _usage_lines(shelf: Shelf, population: Population, window: Window, reach: Mapping[str, Reach]) -> Iterator[Line]:
    """Every cell of the window as a line, all of them rated together; a plan or dimension no book knows has none."""
    before, contracts = _used_before(population, reach), population.contracts
    cells = [cell for cell in population.usage if window[0] <= cell.month < window[1]]
    moments = {(cell.contract_id, cell.month) for cell in cells}
    rulings = {(key, month): shelf.rated(contracts[key], month, reach[contracts[key].rail]) for key, month in moments}
    found = [rulings[cell.contract_id, cell.month] for cell in cells]
    asked = zip(cells, found, strict=True)
    known = {
        place: used
        for place, (cell, ruling) in enumerate(asked)
        if (used := _used(ruling.book, contracts[cell.contract_id], cell, before))
    }
    rated = dict(zip(known, usage_lines(list(known.values())), strict=True))
    for place, (cell, ruling) in enumerate(zip(cells, found, strict=True)):
        contract, used = contracts[cell.contract_id], known.get(place)
        book_id, (status, amount) = used.book.id if used else None, rated.get(place, ("not_in_book", None))
        if not _is_entitled(contract, cell, reach):
            where = (contract, "usage", cell.dimension, cell.month, cell.month)
            yield Line(*where, book_id, status, amount, used, state=ruling.state)


def _is_entitled(contract: Contract, cell: UsageCell, reach: Mapping[str, Reach]) -> bool:
    return cell.dimension in contract.seats and reach[contract.rail].changes.seats == "entitlement"


def _used(book: Book, contract: Contract, cell: UsageCell, before: Mapping[Cell, Decimal]) -> Used | None:
    """A cell under the book that governs it; None where that book knows the plan or the dimension not."""
    if contract.tier not in book.tiers or cell.dimension not in book.dimensions:
        return None
    is_metered = book.dimensions[cell.dimension].is_metered
    earlier = before.get((cell.contract_id, cell.dimension, cell.month), Decimal(0)) if is_metered else Decimal(0)
    return Used(contract, book, cell.dimension, cell.quantity, earlier, cell.events)


def _used_before(population: Population, reach: Mapping[str, Reach]) -> dict[Cell, Decimal]:
    """By contract, dimension and month: what the customer used of it before, on a rail whose bands continue."""
    if all(rail.changes.bands == "restart" for rail in reach.values()):
        return {}
    sums: dict[tuple[str, str, str, date], Decimal] = {}
    before: dict[Cell, Decimal] = {}
    contracts = population.contracts
    for cell in sorted(population.usage, key=lambda cell: (contracts[cell.contract_id].started_on, cell.contract_id)):
        contract = contracts[cell.contract_id]
        if reach[contract.rail].changes.bands == "continue":
            key = (contract.customer_id, contract.rail, cell.dimension, cell.month)
            before[cell.contract_id, cell.dimension, cell.month] = sums.get(key, Decimal(0))
            sums[key] = EXACT.add(sums.get(key, Decimal(0)), cell.quantity)
    return before


def _minimums(
    shelf: Shelf, population: Population, window: Window, reach: Mapping[str, Reach], usage: Iterable[Line]
) -> Iterator[Line]:
    """One line per offer with a minimum and month that is over: what the month's usage lines lack of it."""
    bound = [one for one in population.contracts.values() if one.offer and one.offer.monthly_minimum is not None]
    lines: dict[tuple[str, date], list[Decimal | None]] = {}
    for line in usage if bound else ():
        if line.status != "not_offered":
            lines.setdefault((line.contract.contract_id, line.month), []).append(line.amount)
    for contract in bound:
        own = reach[contract.rail]
        last = window[1] if contract.ended_on is None else month_end(contract.ended_on - timedelta(days=1))
        for month in months_between(max(window[0], contract.started_on), min(last, window[1])):
            if month < window[0]:  # a window that opens inside a month has none of that month's usage
                continue
            book, state = shelf.rated(contract, month, own)
            minimum = minimum_of(contract, month, own.changes.proration, book.currency)
            amount = short_of(minimum or Decimal(0), lines.get((contract.contract_id, month), []))
            status = "by_contract" if amount is None else "billed"
            yield Line(contract, "minimum", None, month, month, book.id, status, amount, state=state)


def _customer(line: Line) -> str:
    return line.contract.customer_id


@dataclass(frozen=True)
class RatedUsage:
    """One customer's month of one dimension under one plan."""

    customer_id: str
    dimension: str
    month: date
    charge: Charge


def cumulated(book: Book, quantities: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Quantities by dimension of one customer's month → one per dimension (C4).

    Metered quantities are added; of entitlements such as seats the largest counts, also across two contracts.
    """
    sums: dict[str, Decimal] = {}
    for dimension, quantity in quantities:
        so_far, metered = sums.get(dimension, Decimal(0)), book.dimensions[dimension].is_metered
        sums[dimension] = EXACT.add(so_far, quantity) if metered else max(so_far, quantity)
    return sums


def rate_usage(book: Book, rail: str, plan_key: str, usage: Iterable[UsageRow]) -> list[RatedUsage]:
    """Rows (customer, dimension, month, quantity) → one rated line per customer, month and dimension, in first order.

    Rows of one month are cumulated before they are rated.
    """
    tier = book.plan(plan_key).tier
    cells: dict[tuple[str, str, date], list[tuple[str, Decimal]]] = {}
    for customer, dimension, month, quantity in usage:
        cells.setdefault((customer, dimension, month), []).append((dimension, quantity))
    return [
        RatedUsage(*cell, _rows_charge(book, rail, tier, cell[1], quantity, [used for _, used in quantities]))
        for cell, quantities in cells.items()
        for quantity in cumulated(book, quantities).values()
    ]


def _rows_charge(
    book: Book, rail: str, tier: str, dimension: str, quantity: Decimal, rows: Sequence[Decimal]
) -> Charge:
    """A month's rows → one charge; each row is an event to a price that looks at single events."""
    price, allowance = book.set_price(rail, dimension), book.allowance(rail, tier, dimension)
    if price is None:
        return unset(allowance, quantity, book.currency)
    return (
        rate_events(price, allowance, dimension, quantity, rows)
        if price.per_event
        else rate(price, allowance, quantity)
    )
