"""Our side: what the rules say an invoice should hold, and the fee its rail should keep of that.

An invoice is the rail's; what should stand on it is ours. Each of its lines is rated by the books of its time (the
parity report), and a line that we rate and no invoice holds is expected under its contract and the day it falls due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from lib.money import total
from lib.payouts.keeping import Sold, expected_fee
from lib.payouts.line import Expected
from lib.periods import month_end
from lib.rails import Rails, Sale, Terms
from lib.reconciliation import MATCHED, InvoiceLine, ParityLine
from lib.reconciliation.evidence import Key

Invoice = tuple[str, str]  # rail, invoice id
_MOST_REASONS = 2
_NO_VALUE = "the whole contract's value is in no feed, so the band is that of the line alone and the fee may be lower"


@dataclass(frozen=True)
class Paid:
    """How an invoice was paid and on which day, by the rail's own record."""

    on: date
    method: str | None


@dataclass(frozen=True)
class Selling:
    """What the fees are worked out from: rails, each contract's terms, how invoices and customers pay.

    `usual` is the way a customer paid last, for what is not settled yet. `usage_invoice_day` is the day of the next
    month on which usage is invoiced.
    """

    rails: Rails
    terms: Mapping[str, Terms]
    paid: Mapping[Invoice, Paid]
    usual: Mapping[str, str]
    usage_invoice_day: int


@dataclass(frozen=True)
class Ours:
    """Our side of every invoice, and why we have none of some: by rail and invoice, in words."""

    lines: tuple[Expected, ...]
    unknown: Mapping[Invoice, str]


_Waiting = dict[tuple[str, date], list[ParityLine]]  # by contract and first day: rated, and on no invoice


@dataclass(frozen=True)
class _Part:
    """One line of ours of an invoice: its amount, and what the parity report says of it where it is not matched."""

    contract_id: str
    customer_id: str
    amount: Decimal
    due_on: date
    told: ParityLine | None


def ours(invoiced: Iterable[InvoiceLine], report: Iterable[ParityLine], selling: Selling) -> Ours:
    """Invoice lines and the parity report → what we expect. Of the report the lines that match may be left out."""
    told = {_key(line): line for line in report}
    waiting: _Waiting = {}
    for one in told.values():
        if one.invoiced is None and one.rated:
            waiting.setdefault((one.contract_id, one.start_on), []).append(one)
    parts: dict[Invoice, list[_Part]] = {}
    unknown: dict[Invoice, list[str]] = {}
    for line, amount, known in _rated(invoiced, told):
        where = line.rail, line.invoice_id
        part = _part(line, amount, known, selling) if amount is not None else _renamed(line, waiting, selling)
        if part:
            parts.setdefault(where, []).append(part)
        elif known:
            unknown.setdefault(where, []).append(known.reason)
    found = {**parts, **_uninvoiced(waiting, selling)}
    expected = (_expected(where, group, selling) for where, group in found.items())
    return Ours(tuple(expected), {where: _some(why) for where, why in unknown.items() if where not in parts})


def _key(line: ParityLine) -> Key:
    return Key(line.contract_id, line.kind, line.item, line.start_on)


@cache  # asked of every line, and there are as few answers as days
def _due_on(kind: str, start_on: date, usage_invoice_day: int) -> date:
    """Usage is invoiced the month after it; everything else on the day its period starts or its credit is due."""
    return month_end(start_on).replace(day=usage_invoice_day) if kind == "usage" else start_on


def _rated(
    invoiced: Iterable[InvoiceLine], told: Mapping[Key, ParityLine]
) -> Iterator[tuple[InvoiceLine, Decimal | None, ParityLine | None]]:
    """Every invoice line with the amount we rate for it; None where we rate nothing for it, or rated another copy."""
    copies: dict[Key, list[InvoiceLine]] = {}
    for line in invoiced:
        copies.setdefault(line.key, []).append(line)
    for key, lines in copies.items():
        known = told.get(key)
        if known is None:  # matched, so what stands there is what we rate
            yield from ((line, line.amount, None) for line in lines)
            continue
        fitting = next((place for place, line in enumerate(lines) if line.amount == known.rated), 0)
        for place, line in enumerate(lines):
            yield line, known.rated if place == fitting else None, known


def _part(line: InvoiceLine, amount: Decimal, known: ParityLine | None, selling: Selling) -> _Part:
    due_on = _due_on(line.kind, line.start_on, selling.usage_invoice_day)
    return _Part(line.contract_id, line.customer_id, amount, due_on, known)


def _renamed(line: InvoiceLine, waiting: _Waiting, selling: Selling) -> _Part | None:
    """What we rate of the same contract and day under a name the invoice does not use: the same amount, or no name.

    A marketplace's invoice names the plan only where we told it our own reference; the money is the same without.
    """
    near = waiting.get((line.contract_id, line.start_on), [])
    equal = [one for one in near if one.rated == line.amount]
    unnamed = [one for one in near if one.kind == line.kind and not line.item]
    same = next(iter([*equal, *unnamed]), None)
    if same is None or same.rated is None:
        return None
    near.remove(same)
    due_on = _due_on(same.kind, same.start_on, selling.usage_invoice_day)
    return _Part(line.contract_id, line.customer_id, same.rated, due_on, None if equal else same)


def _uninvoiced(waiting: _Waiting, selling: Selling) -> dict[Invoice, list[_Part]]:
    """What we rate and no invoice holds, as the invoice it should be: one per contract and day."""
    found: dict[Invoice, list[_Part]] = {}
    for line in (line for lines in waiting.values() for line in lines):
        due_on = _due_on(line.kind, line.start_on, selling.usage_invoice_day)
        part = _Part(line.contract_id, line.customer_id, line.rated or Decimal(0), due_on, line)
        found.setdefault((line.rail, f"{line.contract_id} due {due_on}"), []).append(part)
    return found


def _expected(where: Invoice, parts: Sequence[_Part], selling: Selling) -> Expected:
    paid = selling.paid.get(where)
    due_on = max(part.due_on for part in parts)
    sold = tuple(_sold(where, parts, paid, due_on, selling))
    kept = expected_fee(selling.rails, sold)
    return Expected(
        rail=where[0],
        reference=where[1],
        customer_id=parts[0].customer_id,
        on=due_on,
        gross=total(part.amount for part in parts),
        fee=kept.amount,
        words=_with_doubt(kept.words, parts, selling),
        why=_why(parts),
        sold=sold,
    )


def _sold(where: Invoice, parts: Sequence[_Part], paid: Paid | None, due_on: date, selling: Selling) -> Iterator[Sold]:
    """A marketplace takes its fee of every line, a payment processor of the whole charge; no credit is a charge."""
    rail, method = where[0], _method(where[0], parts, paid, selling)
    on = paid.on if paid else due_on
    if not _is_by_line(selling.rails, rail):
        charged = total(part.amount for part in parts)
        if charged > 0:
            yield Sold(Sale(rail=rail, method=method, amount=charged, on=on))
        return
    for part in parts:
        terms = selling.terms.get(part.contract_id, Terms())
        if part.amount:
            sale = terms.sale(rail, method, abs(part.amount), on)
            yield Sold(sale, is_returned=part.amount < 0)


def _with_doubt(words: str, parts: Sequence[_Part], selling: Selling) -> str:
    """The arithmetic, and whether the band of it is taken for granted."""
    known = (selling.terms.get(part.contract_id, Terms()) for part in parts)
    return f"{words}; {_NO_VALUE}" if any(one.lacks_value for one in known) else words


def _method(rail: str, parts: Sequence[_Part], paid: Paid | None, selling: Selling) -> str:
    """As it was paid; else as the customer paid last; else as the first row of the schedule is paid."""
    methods = _methods(selling.rails, rail)
    asked = (paid.method if paid else None, selling.usual.get(parts[0].customer_id))
    return next((method for method in asked if method in methods), methods[0])


def _methods(rails: Rails, rail: str) -> list[str]:
    return list(dict.fromkeys(name for row in rails[rail].fees for name in row.when.get("method", ())))


def _is_by_line(rails: Rails, rail: str) -> bool:
    """Whether a rail's fee depends on the offer sold: then each line of an invoice has a fee of its own."""
    return any("offer" in row.when for row in rails[rail].fees)


def _why(parts: Sequence[_Part]) -> str:
    told = (part.told for part in parts if part.told and part.told.verdict != MATCHED)
    return _some(f"{line.cause}: {line.reason}" for line in told)


def _some(reasons: Iterable[str]) -> str:
    """The first reasons, each once, and how many more there are."""
    once = list(dict.fromkeys(reasons))
    more = len(once) - _MOST_REASONS
    return "; ".join(once[:_MOST_REASONS]) + (f"; and {more} more" if more > 0 else "")
