"""The parity report: what we rated against what was invoiced, every line in one class, each with a reason.

No proposed result is worth reading before the baseline run reproduces what was invoiced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.catalog.book import Book
from lib.contracts import allowance_of, base_amount
from lib.outcome import Line, UsageCell
from lib.periods import month_end
from lib.rating import rate

MATCHED, DIFFERING, NOT_INVOICED, NOT_RATED, PENDING = "matched", "differing", "not invoiced", "not rated", "pending"
CLASSES = (MATCHED, DIFFERING, NOT_INVOICED, NOT_RATED, PENDING)
UNEXPLAINED = "unexplained"
LATE, OTHER_BOOK, TWICE, NO_PLAN = "late usage", "prices of another book", "invoiced more than once", "plan in no book"
NO_PRICE, NO_CONTRACT, NOT_DUE, EQUAL = "no price in the book", "no contract or usage", "not due yet", "to the cent"

# What a line is, why in a few words to count by, and why in full.
Verdict = tuple[str, str, str]

# One line of either side: contract, kind, plan key or dimension, and the day the period starts or the credit is due.
Key = tuple[str, str, str, date]


@dataclass(frozen=True)
class InvoiceLine:
    """One line as a rail invoiced it; `item` is the plan key of a base line, the dimension of a usage line."""

    contract_id: str
    customer_id: str
    rail: str
    kind: str
    item: str
    start_on: date
    amount: Decimal
    invoice_id: str


@dataclass(frozen=True)
class ParityLine:
    """One line of the report: our amount beside the invoiced one; None where that side has no such line."""

    rail: str
    customer_id: str
    contract_id: str
    kind: str
    item: str
    start_on: date
    rated: Decimal | None
    invoiced: Decimal | None
    verdict: str
    cause: str
    reason: str


@dataclass(frozen=True)
class Evidence:
    """What explains a difference: the books of history, the usage behind a line, and when usage is invoiced."""

    books: Sequence[Book]
    usage: Mapping[tuple[str, str, date], UsageCell]
    as_of: date
    usage_invoice_day: int


def parity(rated: Iterable[Line], invoiced: Iterable[InvoiceLine], evidence: Evidence) -> tuple[ParityLine, ...]:
    """Our lines and the rails' lines → one report line per key that either side has.

    A rated line of zero or without a price needs no invoice; beside an invoice it is shown.
    """
    ours = {_key(line): line for line in rated}
    theirs: dict[Key, list[InvoiceLine]] = {}
    for line in invoiced:
        theirs.setdefault((line.contract_id, line.kind, line.item, line.start_on), []).append(line)
    keys = sorted(theirs.keys() | {key for key, line in ours.items() if line.amount})
    return tuple(_judge(key, ours.get(key), theirs.get(key, []), evidence) for key in keys)


def summary(report: Iterable[ParityLine]) -> dict[str, int]:
    """How many lines are in each class, every class named."""
    verdicts = Counter(line.verdict for line in report)
    return {verdict: verdicts[verdict] for verdict in CLASSES}


def causes(report: Iterable[ParityLine]) -> dict[tuple[str, str], int]:
    """How many lines each (class, cause) explains, the largest first."""
    return dict(Counter((line.verdict, line.cause) for line in report).most_common())


def _key(line: Line) -> Key:
    item = line.dimension or line.contract.plan_key or ""
    return line.contract.contract_id, line.kind, item, line.start_on


def _judge(key: Key, ours: Line | None, theirs: list[InvoiceLine], evidence: Evidence) -> ParityLine:
    rated = ours.amount if ours else None
    invoiced = sum((line.amount for line in theirs), Decimal(0)) if theirs else None
    verdict = _verdict(ours, rated, invoiced, len(theirs), evidence)
    side = ours.contract if ours else theirs[0]
    return ParityLine(side.rail, side.customer_id, *key, rated, invoiced, *verdict)


def _verdict(
    ours: Line | None, rated: Decimal | None, invoiced: Decimal | None, copies: int, evidence: Evidence
) -> Verdict:
    if rated is not None and rated == invoiced:
        return MATCHED, EQUAL, "to the cent"
    if ours is None:
        return NOT_RATED, NO_CONTRACT, "invoiced, but no contract or usage brings this line"
    if rated is None:
        return NOT_RATED, *_without_price(ours)
    if invoiced is None:
        return _uninvoiced(ours, evidence)
    return DIFFERING, *_why(ours, invoiced, copies, evidence)


def _without_price(ours: Line) -> tuple[str, str]:
    if ours.status == "not_in_book":
        return NO_PLAN, "the rail bills a plan that is in no book"
    return NO_PRICE, f"the book has no price for it: {ours.status.replace('_', ' ')}"


def _uninvoiced(ours: Line, evidence: Evidence) -> Verdict:
    if ours.kind == "usage":
        due = month_end(ours.month).replace(day=evidence.usage_invoice_day)
        if due > evidence.as_of:
            return PENDING, NOT_DUE, f"the usage of {ours.month:%B %Y} is invoiced on {due}"
        if _rerated(ours, evidence) == 0:
            return NOT_INVOICED, LATE, _late(ours, evidence)
    return NOT_INVOICED, UNEXPLAINED, UNEXPLAINED


def _why(ours: Line, invoiced: Decimal, copies: int, evidence: Evidence) -> tuple[str, str]:
    if ours.kind == "usage" and _rerated(ours, evidence) == invoiced:
        return LATE, _late(ours, evidence)
    if copies > 1 and ours.amount is not None and ours.amount * copies == invoiced:
        return TWICE, f"invoiced {copies} times"
    for book in evidence.books:
        if book.id != ours.book_id and _under(book, ours) == invoiced:
            return OTHER_BOOK, f"invoiced at the prices of the {book.id} book; the {ours.book_id} book governs"
    return UNEXPLAINED, UNEXPLAINED


def _rerated(ours: Line, evidence: Evidence) -> Decimal | None:
    """The line without the usage that arrived after the cut-off: what the invoice could know."""
    book = next(book for book in evidence.books if book.id == ours.book_id)
    cell = _cell(ours, evidence)
    price = book.price(ours.contract.rail, cell.dimension)
    return rate(price, allowance_of(ours.contract, book, cell.dimension), cell.quantity - cell.late).amount


def _late(ours: Line, evidence: Evidence) -> str:
    return f"late usage: {_cell(ours, evidence).late.normalize():f} units arrived after the invoice"


def _cell(ours: Line, evidence: Evidence) -> UsageCell:
    return evidence.usage[ours.contract.contract_id, ours.dimension or "", ours.month]


def _under(book: Book, ours: Line) -> Decimal | None:
    """What the line would be under another book."""
    if ours.charge and ours.dimension:
        allowance = allowance_of(ours.contract, book, ours.dimension)
        return rate(book.price(ours.contract.rail, ours.dimension), allowance, ours.charge.quantity).amount
    return base_amount(ours.contract, ours.period, book) if ours.period else None
