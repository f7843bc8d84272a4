"""Fees a rail charges apart from its sales: a month's sum that names no invoice, held against the parts it stands for.

Stripe may charge for Billing in rows of its own. Then every invoice lacks that part of its fee and the rows belong to
nothing; taken together they are one line, which is right or wrong once and not a thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from lib.money import EXACT, total
from lib.payouts.keeping import parts_of_fee
from lib.payouts.line import Expected, Stated
from lib.periods import month_of
from lib.rails import Rails

_Month = tuple[str, date]  # rail, month


def charged_apart(
    ours: Sequence[Expected], theirs: Sequence[Stated], rails: Rails
) -> tuple[list[Expected], list[Stated]]:
    """Both sides → both sides, the fees charged apart as one line a month; each side adds up to what it did before.

    A part of an expected fee is moved where exactly it is lacking and where its month has fees that name no invoice.
    """
    known = {(line.rail, line.reference) for line in ours}
    settled = _settled(theirs)
    loose = [
        line
        for line in theirs
        if (line.rail, line.reference) not in known and not settled[line.rail, line.reference][0] and line.fee
    ]
    months = {(line.rail, month_of(line.on)): line.on for line in sorted(loose, key=lambda line: line.on)}
    kept: list[Expected] = []
    moved: dict[_Month, list[Decimal]] = {}
    for line in ours:
        gross, fee, on = settled.get((line.rail, line.reference), (None, None, line.on))
        month = line.rail, month_of(on)
        part = _lacking(line, fee, rails) if gross == line.gross and month in months else None
        if part is None:
            kept.append(line)
            continue
        kept.append(replace(line, fee=EXACT.subtract(line.fee, part)))
        moved.setdefault(month, []).append(part)
    pools = [_pool(month, parts, months[month]) for month, parts in moved.items()]
    unnamed = {(line.rail, line.reference) for line in loose}
    named = (_named(line, moved) if (line.rail, line.reference) in unnamed else line for line in theirs)
    return [*kept, *pools], list(named)


def _settled(theirs: Iterable[Stated]) -> dict[tuple[str, str], tuple[Decimal, Decimal, date]]:
    """By rail and reference: what was taken in, what was kept, and the first day."""
    found: dict[tuple[str, str], tuple[Decimal, Decimal, date]] = {}
    for line in theirs:
        gross, fee, on = found.get((line.rail, line.reference), (Decimal(0), Decimal(0), line.on))
        found[line.rail, line.reference] = EXACT.add(gross, line.gross), EXACT.add(fee, line.fee), min(on, line.on)
    return found


def _lacking(line: Expected, fee: Decimal | None, rails: Rails) -> Decimal | None:
    """The part of an expected fee that the rail did not take with the sale, where it is exactly one part."""
    if fee is None or fee == line.fee:
        return None
    parts = parts_of_fee(rails, line.sold)
    lacking = EXACT.subtract(line.fee, fee)
    return next((amount for amount in parts.values() if amount == lacking), None) if len(parts) > 1 else None


def _pool(month: _Month, parts: Sequence[Decimal], on: date) -> Expected:
    words = f"a part of the fee of {len(parts)} sales" if len(parts) > 1 else "a part of the fee of one sale"
    return Expected(month[0], _reference(month), None, on, Decimal(0), total(parts), words)


def _named(line: Stated, moved: Iterable[_Month]) -> Stated:
    month = line.rail, month_of(line.on)
    return replace(line, reference=_reference(month)) if month in moved else line


def _reference(month: _Month) -> str:
    return f"fees charged apart in {month[1]:%Y-%m}"
