"""Which contracts share a customer's month, and its own bill: each contract's usage by that contract's terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from lib.catalog.book import Book
from lib.contracts import Contract, governing_rates
from lib.desk import Desk
from lib.money import EXACT
from lib.periods import month_end, month_of, months_between
from lib.simulator.bill import Bill, contract_bill, joined
from lib.simulator.projection import Days, used_by
from lib.simulator.readings import OtherReading, compared, reread

Usage = Mapping[str, Decimal]
ZERO = Decimal(0)
NO_BOOK = "an earlier plan of the month is in no book"


@dataclass(frozen=True)
class Stay:
    """One contract of a customer, and what was used under it by dimension and day."""

    contract: Contract
    days: Mapping[str, Days]


def of(desk: Desk, customer_id: str) -> tuple[Stay, ...]:
    """Every contract a customer ever had, in the order they began."""
    days: dict[str, dict[str, dict[date, Decimal]]] = {}
    for row in desk.warehouse.rows("usage_day", customer_id=customer_id):
        by_day = days.setdefault(row["contract_id"], {}).setdefault(row["dimension"], {})
        by_day[row["usage_day"]] = row["quantity"]
    own = [one for one in desk.population.contracts.values() if one.customer_id == customer_id]
    ordered = sorted(own, key=lambda one: (one.started_on, one.contract_id))
    return tuple(Stay(one, days.get(one.contract_id, {})) for one in ordered)


def months_of(stays: Sequence[Stay], recorded_on: date) -> list[date]:
    """The months in which some contract ran for a day or more, the newest first; of a contract to come, its first."""
    found = set()
    for one in (stay.contract for stay in stays):
        end = min(one.ended_on or date.max, recorded_on + timedelta(1))
        found |= set(months_between(one.started_on, month_end(end - timedelta(1)))) if one.started_on < end else set()
    return sorted(found or {month_of(stays[0].contract.started_on)}, reverse=True)


def sharing(stays: Sequence[Stay], day: date) -> tuple[Stay, ...]:
    """The contracts of a month as they stood on the evening of one of its days; the last one is the newest begun.

    Before the first one of the month has begun, that one alone.
    """
    month = month_of(day)
    some = [one for one in stays if one.contract.started_on < month_end(month) and _is_in(one.contract, month)]
    begun = [one for one in some if one.contract.started_on <= day]
    return tuple(begun or some[:1])


def own_bill(
    desk: Desk, stays: Sequence[Stay], usage: Usage, day: date, books: Sequence[Book] | None = None
) -> Bill | None:
    """What a month's usage comes to by the contracts in force on the evening of a day.

    What earlier contracts of the month hold is theirs; the rest of the usage is the running one's. `books` are the
    desk's, unless they are read otherwise. None where no
    contract is in force, or its plan is in no book.
    """
    shared = sharing(stays, day)
    if not shared:
        return None
    parts = [*(used(desk.book, one.days, day) for one in shared[:-1]), rest(desk.book, shared, usage, day)]
    found = []
    for place, (one, part) in enumerate(zip(shared, parts, strict=True)):
        before = _before(desk, shared[:place], parts[:place], one.contract)
        found.append(contract_bill(books or desk.books, one.contract, month_of(day), part, desk.reach, before))
    if found[-1] is None:
        return None
    bill = joined([one for one in found if one is not None])
    lost = any(one is None and part for one, part in zip(found, parts, strict=True))
    return replace(bill, obstacles=(*bill.obstacles, NO_BOOK)) if lost else bill


def readings(desk: Desk, stays: Sequence[Stay], usage: Usage, day: date) -> tuple[OtherReading, ...]:
    """The own bill under every other reading of the book that governs the running contract's usage."""
    shared, bill = sharing(stays, day), own_bill(desk, stays, usage, day)
    if not shared or bill is None:
        return ()

    def read(setting: str, other: str) -> Decimal | None:
        books = [reread(book, setting, other) for book in desk.books]
        found = own_bill(desk, stays, usage, day, books)
        return found.total if found else None

    return compared(governing(desk, shared[-1].contract, day), bill.total, read)


def governing(desk: Desk, contract: Contract, day: date) -> Book:
    """The book that governs a contract's usage in the month of a day."""
    return governing_rates(desk.books, contract, month_of(day), desk.reach[contract.rail])


def rest(book: Book, shared: Sequence[Stay], usage: Usage, day: date) -> dict[str, Decimal]:
    """A month's usage less what its earlier contracts hold; of entitlements the largest under the running contract."""
    own, left = used(book, shared[-1].days, day), {}
    for key, quantity in usage.items():
        if len(shared) > 1 and not book.dimensions[key].is_metered:
            left[key] = own.get(key, ZERO)
        else:
            left[key] = EXACT.subtract(quantity, spent(book, shared, key, day))
    return {key: quantity for key, quantity in left.items() if quantity}


def spent(book: Book, shared: Sequence[Stay], key: str, day: date) -> Decimal:
    """What the earlier contracts of a month hold of a metered dimension."""
    total = ZERO
    for one in shared[:-1]:
        total = EXACT.add(total, used_by(one.days.get(key, {}), day, book.dimensions[key].is_metered))
    return total


def used(book: Book, days: Mapping[str, Days], as_of: date) -> dict[str, Decimal]:
    """What a month holds up to a day, by dimension in the book's order; what was not used at all is left out."""
    summed = {key: used_by(days[key], as_of, item.is_metered) for key, item in book.dimensions.items() if key in days}
    return {key: quantity for key, quantity in summed.items() if quantity}


def _before(desk: Desk, earlier: Sequence[Stay], parts: Sequence[Usage], contract: Contract) -> dict[str, Decimal]:
    """What the month held before a contract, on a rail whose bands continue after a change."""
    if desk.reach[contract.rail].changes.bands != "continue":
        return {}
    sums: dict[str, Decimal] = {}
    for one, part in zip(earlier, parts, strict=True):
        for key, quantity in part.items() if one.contract.rail == contract.rail else ():
            if desk.book.dimensions[key].is_metered:
                sums[key] = EXACT.add(sums.get(key, ZERO), quantity)
    return sums


def _is_in(contract: Contract, month: date) -> bool:
    """Whether it has not ended before the month's first day was over."""
    return contract.ended_on is None or contract.ended_on > max(month, contract.started_on)
