"""The report: every line that either side has in one class, with a cause to count by and a reason with the numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import total
from lib.outcome import Line
from lib.periods import month_end
from lib.reconciliation.evidence import Doubt, Evidence, InvoiceLine, Key, OpenLines, key_of
from lib.reconciliation.misplaced import comes_from, stands_elsewhere
from lib.reconciliation.suspicions import LATE, UNEXPLAINED, explain
from lib.reconciliation.words import money, quantity, span

MATCHED, DIFFERING, NOT_INVOICED, NOT_RATED, PENDING = "matched", "differing", "not invoiced", "not rated", "pending"
CLASSES = (MATCHED, DIFFERING, NOT_INVOICED, NOT_RATED, PENDING)
EQUAL, NOT_DUE, MISSING = "to the cent", "not due yet", "invoice line missing"
NO_PLAN, NO_PRICE = "plan in no book", "no price in the book"
NO_CONTRACT, NOT_RUNNING, NO_USAGE = "no contract", "outside the contract", "no usage"
_ON_INVOICES = (MATCHED, DIFFERING, NOT_RATED)

# What a line is, why in a few words to count by, and why in full.
Verdict = tuple[str, str, str]


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

    @property
    def difference(self) -> Decimal:
        """What we rate less what the rail invoiced; a side without the line is nothing."""
        return (self.rated or Decimal(0)) - (self.invoiced or Decimal(0))


@dataclass(frozen=True)
class Reproduction:
    """How much of what was invoiced our rules reproduce: counts of lines, of which `matched` to the cent."""

    invoiced: int
    matched: int
    missing: int
    unexplained: int

    @property
    def words(self) -> str:
        """The counts as a sentence without its stop."""
        if not self.invoiced:
            return "no invoiced line can be compared"
        return (
            f"the books of their time reproduce {self.matched:,} of {self.invoiced:,} invoiced lines to the cent; "
            f"{self.unexplained:,} unexplained, {self.missing:,} never invoiced"
        )


def parity(rated: Iterable[Line], invoiced: Iterable[InvoiceLine], evidence: Evidence) -> tuple[ParityLine, ...]:
    """Our lines and the rails' lines → one report line per key that either side has.

    A rated line of zero or without a price needs no invoice; beside an invoice it is shown. Why a line differs is
    asked only of those that do.
    """
    ours = {key_of(line): line for line in rated}
    theirs: dict[Key, list[InvoiceLine]] = {}
    for line in invoiced:
        theirs.setdefault(line.key, []).append(line)
    keys = sorted(theirs.keys() | {key for key, line in ours.items() if line.amount})
    open_lines = _open(keys, ours, theirs)
    return tuple(_judged(key, ours.get(key), theirs.get(key, []), evidence, open_lines) for key in keys)


def summary(report: Iterable[ParityLine]) -> dict[str, int]:
    """How many lines are in each class, every class named."""
    verdicts = Counter(line.verdict for line in report)
    return {verdict: verdicts[verdict] for verdict in CLASSES}


def causes(report: Iterable[ParityLine]) -> dict[tuple[str, str], int]:
    """How many lines each (class, cause) explains, the largest first."""
    return dict(Counter((line.verdict, line.cause) for line in report).most_common())


def reproduction(report: Sequence[ParityLine]) -> Reproduction:
    """How much of what was invoiced is reproduced."""
    found = summary(report)
    return Reproduction(
        invoiced=sum(found[verdict] for verdict in _ON_INVOICES),
        matched=found[MATCHED],
        missing=found[NOT_INVOICED],
        unexplained=sum(line.cause == UNEXPLAINED for line in report),
    )


def _open(keys: Iterable[Key], ours: Mapping[Key, Line], theirs: Mapping[Key, Sequence[InvoiceLine]]) -> OpenLines:
    rated: dict[tuple[str, Decimal], list[Line]] = {}
    missing: dict[tuple[str, Decimal], list[Line]] = {}
    surplus: dict[tuple[str, Decimal], list[InvoiceLine]] = {}
    for key in keys:
        mine, its = ours.get(key), theirs.get(key, [])
        if mine and its and mine.amount == _sum(its):
            continue
        if mine and mine.amount:
            for lines in (rated,) if its else (rated, missing):
                lines.setdefault((mine.kind, mine.amount), []).append(mine)
        for line in its if mine is None or len(its) > 1 else ():
            surplus.setdefault((line.kind, line.amount), []).append(line)
    return OpenLines(rated, missing, surplus)


def _judged(
    key: Key, ours: Line | None, theirs: Sequence[InvoiceLine], evidence: Evidence, open_lines: OpenLines
) -> ParityLine:
    side = ours.contract if ours else theirs[0]
    rated, invoiced = ours.amount if ours else None, _sum(theirs)
    if ours is None:
        verdict = _stray(theirs, evidence, open_lines)
    elif rated is None:
        verdict = (NOT_RATED, *_without_price(ours, invoiced))
    elif rated == invoiced:
        verdict = (MATCHED, EQUAL, EQUAL)
    else:
        doubt = Doubt(ours, tuple(theirs), evidence, open_lines)
        verdict = (DIFFERING, *explain(doubt)) if theirs else _uninvoiced(doubt)
    return ParityLine(side.rail, side.customer_id, *key, rated, invoiced, *verdict)


def _sum(lines: Sequence[InvoiceLine]) -> Decimal | None:
    if len(lines) == 1:
        return lines[0].amount
    return total(line.amount for line in lines) if lines else None


def _without_price(ours: Line, invoiced: Decimal | None) -> tuple[str, str]:
    billed = f"the rail invoiced {money(invoiced or Decimal(0))}"
    if ours.status == "not_in_book":
        return NO_PLAN, f"{billed} for a plan that is in no book"
    return NO_PRICE, f"{billed}, and the book has no price for it: {ours.status.replace('_', ' ')}"


def _uninvoiced(doubt: Doubt) -> Verdict:
    """A line of ours without an invoice: not due, not known in time, in another place, or missing."""
    ours, amount = doubt.ours, money(doubt.ours.amount or Decimal(0))
    if ours.kind == "usage":
        due = month_end(ours.month).replace(day=doubt.evidence.usage_invoice_day)
        if due > doubt.evidence.as_of:
            return PENDING, NOT_DUE, f"the usage of {ours.month:%B %Y} is invoiced on {due}"
        if doubt.cell and doubt.cell.late and doubt.charges[0].amount == 0:
            late = quantity(doubt.cell.late, doubt.book, doubt.dimension)
            words = f"{late} arrived after the cut-off, and nothing is above the allowance without them"
            return NOT_INVOICED, LATE, f"{words}; we rate {amount}"
    if moved := stands_elsewhere(doubt):
        return NOT_INVOICED, *moved
    item = ours.dimension or ours.contract.plan_key
    return NOT_INVOICED, MISSING, f"we rate {amount} of {item} for {span(ours.kind, ours.start_on)}; no invoice has it"


def _stray(theirs: Sequence[InvoiceLine], evidence: Evidence, open_lines: OpenLines) -> Verdict:
    """An invoice line that nothing of ours brings: another's, or of a contract that is unknown, over, or unused."""
    if moved := comes_from(theirs, open_lines):
        return NOT_RATED, *moved
    line, amount = theirs[0], money(_sum(theirs) or Decimal(0))
    contract = evidence.contracts.get(line.contract_id)
    told = f"{amount} of {line.item or 'no plan'} for {span(line.kind, line.start_on)}"
    if contract is None:
        return NOT_RATED, NO_CONTRACT, f"{told} is invoiced to {line.contract_id}, and no rail lists such a contract"
    ends = f" to {contract.ended_on}" if contract.ended_on else ""
    is_over = contract.ended_on is not None and line.start_on >= contract.ended_on
    if is_over or (line.start_on < contract.started_on and line.kind != "usage"):
        return NOT_RATED, NOT_RUNNING, f"{told} is invoiced, and the contract runs from {contract.started_on}{ends}"
    if line.kind == "usage":
        return NOT_RATED, NO_USAGE, f"{told} is invoiced, and no usage of it is on record"
    return NOT_RATED, UNEXPLAINED, f"{told} is invoiced, and no period of the contract starts or is credited then"
