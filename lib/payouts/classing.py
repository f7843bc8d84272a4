"""Both sides → one line per reference, in exactly one of six classes, with the reason in words.

An amount that differs is asked about before a fee that does, for a fee follows its amount; the day is asked about last,
and only of lines whose money agrees. Overdue money is the same money still, so it stays timing: matched would hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from lib.money import EXACT, total
from lib.payouts.keeping import expected_fee, other_fee, rounded_once
from lib.payouts.line import ZERO, Expected, PayoutLine, Stated
from lib.periods import month_of
from lib.rails import Rails, paid_out_on
from lib.reconciliation.words import money

MATCHED, TIMING, FEE_DIFFERS = "matched", "timing", "fee differs"
AMOUNT_DIFFERS, MISSING_HERE, MISSING_THERE = "amount differs", "missing here", "missing there"
CLASSES = (MATCHED, TIMING, FEE_DIFFERS, AMOUNT_DIFFERS, MISSING_HERE, MISSING_THERE)

_Ref = tuple[str, str]  # rail, reference
_Side = TypeVar("_Side", Expected, Stated)
_PART = Decimal("0.0001")
ONCE = "the fee's lines added up and rounded once"


@dataclass(frozen=True)
class Sums:
    """What one class holds in USD on either side; over all classes these are the sums of the two sides."""

    verdict: str
    lines: int
    expected_gross: Decimal
    stated_gross: Decimal
    expected_fee: Decimal
    stated_fee: Decimal


def classed(ours: Iterable[Expected], theirs: Iterable[Stated], rails: Rails, as_of: date) -> tuple[PayoutLine, ...]:
    """Every reference that either side has → its line, by rail and day. Lines of one side with one reference add up.

    A fee that is the schedule's, rounded line by line or once, is the fee we expect, and the reason says how.
    """
    expected, stated = _by_reference(ours, _more_expected), _by_reference(theirs, _more_stated)
    expected = {ref: _as_rounded(line, stated.get(ref), rails) for ref, line in expected.items()}
    lines = (_line(ref, expected.get(ref), stated.get(ref), rails, as_of) for ref in expected.keys() | stated.keys())
    return tuple(sorted(lines, key=lambda line: (line.rail, line.on, line.reference)))


def sums(lines: Iterable[PayoutLine]) -> tuple[Sums, ...]:
    """Lines → what each class holds, every class named."""
    groups: dict[str, list[PayoutLine]] = {verdict: [] for verdict in CLASSES}
    for line in lines:
        groups[line.verdict].append(line)
    return tuple(
        Sums(
            verdict,
            len(group),
            total(line.expected_gross or ZERO for line in group),
            total(line.stated_gross or ZERO for line in group),
            total(line.expected_fee or ZERO for line in group),
            total(line.stated_fee or ZERO for line in group),
        )
        for verdict, group in groups.items()
    )


def _by_reference(lines: Iterable[_Side], more: Callable[[_Side, _Side], _Side]) -> dict[_Ref, _Side]:
    found: dict[_Ref, _Side] = {}
    for line in lines:
        ref = line.rail, line.reference
        found[ref] = more(found[ref], line) if ref in found else line
    return found


def _more_expected(one: Expected, other: Expected) -> Expected:
    return replace(
        one,
        gross=EXACT.add(one.gross, other.gross),
        fee=EXACT.add(one.fee, other.fee),
        on=min(one.on, other.on),
        why="; ".join(filter(None, (one.why, other.why))),
        sold=(*one.sold, *other.sold),
    )


def _more_stated(one: Stated, other: Stated) -> Stated:
    """Paid out once every part of it is, on the day of the last."""
    paid = [part.paid_on for part in (one, other)]
    return replace(
        one,
        gross=EXACT.add(one.gross, other.gross),
        fee=EXACT.add(one.fee, other.fee),
        on=min(one.on, other.on),
        paid=EXACT.add(_paid(one), _paid(other)),
        paid_on=None if None in paid else max(day for day in paid if day),
    )


def _paid(line: Stated) -> Decimal:
    return EXACT.subtract(EXACT.subtract(line.gross, line.fee), line.left)


def _as_rounded(ours: Expected, theirs: Stated | None, rails: Rails) -> Expected:
    """Ours with its fee rounded as the rail does, where that is all the two fees differ by."""
    if theirs is None or ours.fee == theirs.fee or len(ours.sold) < 2:
        return ours
    if theirs.fee != rounded_once(rails, ours.sold) or ours.fee != expected_fee(rails, ours.sold).amount:
        return ours
    return replace(ours, fee=theirs.fee, rounded=ONCE)


def _line(ref: _Ref, ours: Expected | None, theirs: Stated | None, rails: Rails, as_of: date) -> PayoutLine:
    side = ours or theirs
    assert side is not None, "a reference stands on some side"
    due_on = (theirs.due_on if theirs else None) or paid_out_on(rails[ref[0]], theirs.on if theirs else side.on)
    verdict, reason = _judged(ours, theirs, rails, due_on, as_of)
    return PayoutLine(
        *ref,
        customer_id=(ours.customer_id if ours else None) or (theirs.customer_id if theirs else None),
        on=side.on,
        verdict=verdict,
        reason=reason,
        expected_gross=ours.gross if ours else None,
        expected_fee=ours.fee if ours else None,
        stated_gross=theirs.gross if theirs else None,
        stated_fee=theirs.fee if theirs else None,
        due_on=due_on,
        paid_on=theirs.paid_on if theirs else None,
        undisbursed=theirs.left if theirs else ZERO,
    )


def _judged(ours: Expected | None, theirs: Stated | None, rails: Rails, due_on: date, as_of: date) -> tuple[str, str]:
    if theirs is None:
        assert ours is not None, "a reference stands on some side"
        return _absent_there(ours, due_on, as_of)
    if ours is None:
        return _absent_here(theirs)
    if ours.gross != theirs.gross:
        return AMOUNT_DIFFERS, _other_amount(ours, theirs)
    if ours.fee != theirs.fee:
        return FEE_DIFFERS, _other_fee(ours, theirs, rails)
    return _same_money(ours, theirs, due_on, as_of)


def _same_money(ours: Expected, theirs: Stated, due_on: date, as_of: date) -> tuple[str, str]:
    """The money agrees: what is left to ask is when."""
    cent = f"to the cent{ours.rounded and f', {ours.rounded}'}"
    if month_of(ours.on) != month_of(theirs.on):
        return TIMING, f"expected on {ours.on} and settled on {theirs.on}, in another month"
    if theirs.paid_on:
        return MATCHED, f"{cent}; paid out on {theirs.paid_on}"
    if not theirs.left:
        return MATCHED, f"{cent}; nothing of it is left to be paid out"
    part = f"{money(theirs.left)} of it is " if theirs.paid else ""
    if as_of <= due_on:
        return TIMING, f"{cent}; {part}not paid out yet, usually by {due_on}"
    return TIMING, f"{cent}; {part}not paid out and overdue: {_days(due_on, as_of)} since {due_on}"


def _absent_there(ours: Expected, due_on: date, as_of: date) -> tuple[str, str]:
    known = f": {ours.why}" if ours.why else ""
    if not ours.gross and not ours.fee:
        return MATCHED, f"nothing is expected and nothing settled{known}"
    if ours.on > as_of:
        return TIMING, f"{money(ours.gross)} is invoiced on {ours.on}, after this snapshot{known}"
    if as_of <= due_on:
        return TIMING, f"{money(ours.gross)} of {ours.on} is not there yet, usually by {due_on}{known}"
    late = _days(due_on, as_of)
    return MISSING_THERE, f"we expect {money(ours.gross)} of {ours.on}; {late} overdue the rail has nothing{known}"


def _absent_here(theirs: Stated) -> tuple[str, str]:
    if not theirs.gross and not theirs.fee:
        return MATCHED, "nothing is expected, and nothing of it is left at the rail"
    return MISSING_HERE, _unknown(theirs)


def _unknown(theirs: Stated) -> str:
    if theirs.why:
        return f"the rail took in {money(theirs.gross)} on {theirs.on}: {theirs.why}"
    if theirs.gross < 0:
        return f"the rail gave back {money(-theirs.gross)} on {theirs.on}; no line of ours is refunded"
    if theirs.gross == 0:
        return f"the rail kept {money(theirs.fee)} on {theirs.on}, which belongs to no line of ours"
    return f"the rail took in {money(theirs.gross)} on {theirs.on}; no line of ours has that reference"


def _other_amount(ours: Expected, theirs: Stated) -> str:
    told = f"the rail has {money(theirs.gross)}, we expect {money(ours.gross)}: {_apart(theirs.gross, ours.gross)}"
    if ours.why:
        return f"{told}; {ours.why}"
    if theirs.gross == 2 * ours.gross:
        return f"{told}; it is there twice"
    return told


def _other_fee(ours: Expected, theirs: Stated, rails: Rails) -> str:
    told = f"the rail kept a fee of {_kept(theirs.fee, theirs.gross)}, the schedule keeps {_kept(ours.fee, ours.gross)}"
    by = f" ({ours.words})" if ours.words else ""
    reading = other_fee(rails, ours.sold, theirs.fee)
    like = f"; what was kept is {reading}" if reading else ""
    return f"{told}{by}: {_apart(theirs.fee, ours.fee)}{like}"


def _apart(theirs: Decimal, ours: Decimal) -> str:
    """How far theirs is from ours: $0.30 less."""
    difference = EXACT.subtract(theirs, ours)
    return f"{money(abs(difference))} {'more' if difference > 0 else 'less'}"


def _kept(fee: Decimal, gross: Decimal) -> str:
    """A fee with its share of the amount, cut off behind the fourth decimal as AWS does."""
    if not gross:
        return money(fee)
    rate = EXACT.divide(fee, gross).quantize(_PART, "ROUND_DOWN")
    return f"{money(fee)} or {rate * 100:.2f} %"


def _days(due_on: date, as_of: date) -> str:
    days = (as_of - due_on) // timedelta(1)
    return "1 day" if days == 1 else f"{days} days"
