"""Fees a rail charges apart from its sales: a month's sum that names no invoice, held against the parts it stands for.

Stripe may charge for Billing in rows of its own. Then every invoice lacks that part of its fee and the rows belong to
nothing; taken together they are one line, which is right or wrong once and not a thousand times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

from lib.money import EXACT, total
from lib.payouts.keeping import parts_of_fee
from lib.payouts.line import Expected, Stated
from lib.periods import add_months, month_of
from lib.rails import Rails

_Month = tuple[str, date]  # rail, month


@dataclass(frozen=True, order=True)
class _Part:
    """What one sale's fee lacks, in USD, and the day of the sale."""

    on: date
    reference: str
    amount: Decimal


def charged_apart(
    ours: Sequence[Expected], theirs: Sequence[Stated], rails: Rails
) -> tuple[list[Expected], list[Stated]]:
    """Both sides → both sides, the fees charged apart as one line a month; each side adds up to what it did before.

    A part of an expected fee is moved where exactly it is lacking and where its month has fees that name no invoice;
    what those leave open stands in the next month.
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
    parts: dict[_Month, list[_Part]] = {}
    for line in ours:
        gross, fee, on = settled.get((line.rail, line.reference), (None, None, line.on))
        month = line.rail, month_of(on)
        part = _lacking(line, fee, rails) if gross == line.gross and month in months else None
        if part is None:
            kept.append(line)
            continue
        kept.append(replace(line, fee=EXACT.subtract(line.fee, part)))
        parts.setdefault(month, []).append(_Part(on, line.reference, part))
    moved = _carried(parts, loose)
    pools = [_pool(month, among, months[month]) for month, among in moved.items()]
    unnamed = {(line.rail, line.reference) for line in loose}
    named = (_named(line, moved) if (line.rail, line.reference) in unnamed else line for line in theirs)
    return [*kept, *pools], list(named)


def _carried(parts: Mapping[_Month, Sequence[_Part]], loose: Iterable[Stated]) -> dict[_Month, list[_Part]]:
    """The parts of every month → the same, those that a month's fees leave open in the next month, where it has fees.

    A fee may be charged the day after its sale, which is the next month's at the end of one. It is carried once: what
    the next month leaves open too is a difference of that month.
    """
    rows: dict[_Month, list[Stated]] = {}
    for line in sorted(loose, key=lambda line: line.on):
        rows.setdefault((line.rail, month_of(line.on)), []).append(line)
    found: dict[_Month, list[_Part]] = {}
    late: dict[_Month, list[_Part]] = {}
    for month in sorted(rows):
        carried, own = late.get(month, []), sorted(parts.get(month, []))
        after = month[0], add_months(month[1], 1)
        left = _open([*carried, *own], rows[month]) if after in rows else []
        late[after] = [part for part in own if part in left]
        if here := [*carried, *(part for part in own if part not in left)]:
            found[month] = here
    return found


def _open(parts: Sequence[_Part], rows: Sequence[Stated]) -> Sequence[_Part]:
    """The parts, in order of their days, that a month's fees leave open; none where the fees are no sum of parts.

    A fee of one sale is taken for that of the last sale before it; else the fees are those of the month's first sales.
    """
    waiting = list(parts)
    for row in rows:
        struck = next((one for one in reversed(waiting) if one.amount == row.fee and one.on <= row.on), None)
        if struck is None:
            break
        waiting.remove(struck)
    else:
        return waiting
    charged, sums = total(row.fee for row in rows), accumulate((part.amount for part in parts), EXACT.add)
    return parts[next((place for place, so_far in enumerate(sums, 1) if so_far == charged), len(parts)) :]


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


def _pool(month: _Month, parts: Sequence[_Part], on: date) -> Expected:
    words = f"a part of the fee of {len(parts)} sales" if len(parts) > 1 else "a part of the fee of one sale"
    before = sum(month_of(part.on) < month[1] for part in parts)
    words += f", {before} of the month before" if before else ""
    return Expected(month[0], _reference(month), None, on, Decimal(0), total(part.amount for part in parts), words)


def _named(line: Stated, moved: Iterable[_Month]) -> Stated:
    month = line.rail, month_of(line.on)
    return replace(line, reference=_reference(month)) if month in moved else line


def _reference(month: _Month) -> str:
    return f"fees charged apart in {month[1]:%Y-%m}"
