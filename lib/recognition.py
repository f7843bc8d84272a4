"""When what was invoiced becomes revenue: by the days of its service period, to the cent, refunds off what is deferred.

Our reading of straight-line recognition over the service period. What has been earned by a day is one exact fraction of
the amount, rounded once to the cent, half away from zero; a month is the difference of two such sums, so that months
always add up to the amount. A rail's fee on the same sale is deferred and recognised by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from lib.money import EXACT, allocate, round_line, share, total
from lib.refusal import Refusal

ZERO = Decimal(0)


class RecognitionError(Refusal):
    """An amount that cannot be spread over its period; the message says which and what to do."""


@dataclass(frozen=True)
class Piece:
    """An amount in whole cents that is earned over [start, end), day by day; below zero where it is given back.

    `until` is where a refund cut it off: what it would have earned from that day on is no part of it any more.
    """

    amount: Decimal
    start: date
    end: date
    until: date | None = None

    def earned(self, before: date) -> Decimal:
        """What of it is earned before a day, to the cent."""
        last = min(before, self.until or self.end, self.end)
        if last <= self.start:
            return ZERO
        if last == self.end:
            return self.amount
        return round_line(share(self.amount, Fraction((last - self.start).days, (self.end - self.start).days)))

    @property
    def promised(self) -> Decimal:
        """What it comes to in the end."""
        return self.earned(self.end)


def over(amount: Decimal, start: date, end: date) -> Piece:
    """An amount for a service period, its end exclusive; a period of no day is refused."""
    if end <= start:
        raise RecognitionError(f"{amount} is for {start} to {end}, which is no day; give a period of one day or more")
    return Piece(amount, start, end)


def at_once(amount: Decimal, on: date) -> Piece:
    """An amount that is earned on one day."""
    return Piece(amount, on, on + timedelta(days=1))


def earned(pieces: Iterable[Piece], before: date) -> Decimal:
    """What of some pieces is earned before a day."""
    return total(piece.earned(before) for piece in pieces)


def promised(pieces: Iterable[Piece]) -> Decimal:
    """What some pieces come to in the end."""
    return total(piece.promised for piece in pieces)


@dataclass(frozen=True)
class Reversal:
    """Pieces after something was given back, and where that came from.

    `from_deferred` was not earned yet; `from_earned` was, and takes off the revenue of the day; `released` was still
    deferred when the service ended, and is revenue of the day.
    """

    pieces: tuple[Piece, ...]
    from_deferred: Decimal
    from_earned: Decimal
    released: Decimal


def reversed_on(pieces: Sequence[Piece], amount: Decimal, on: date, ends: bool = False) -> Reversal:
    """Give some of an amount back on a day: first what is still deferred, then what was earned already.

    What stays deferred is earned over the days that are left, or on the day itself where the service `ends`. Months
    before the day keep every cent. An amount below zero takes an earlier refund back, and is earned at once.
    """
    left = [max(EXACT.subtract(piece.promised, piece.earned(on)), ZERO) for piece in pieces]
    deferred = total(left)
    taken = max(min(amount, deferred), ZERO)
    parts = allocate(taken, left) if taken else (ZERO,) * len(left)
    rests = [EXACT.subtract(open_, part) for open_, part in zip(left, parts, strict=True)]
    kept = [
        step
        for piece, open_, rest in zip(pieces, left, rests, strict=True)
        for step in ([piece] if open_ == rest and not (ends and rest) else _cut(piece, rest, on, ends))
    ]
    excess = EXACT.subtract(amount, taken)
    if excess:
        kept.append(at_once(EXACT.minus(excess), on))
    return Reversal(tuple(kept), taken, excess, total(rests) if ends else ZERO)


def _cut(piece: Piece, rest: Decimal, on: date, ends: bool) -> list[Piece]:
    """A piece of which something is given back → what it had earned, and the rest of it as it goes on."""
    start = max(on, piece.start)
    had = [replace(piece, until=start)] if on > piece.start else []
    if not rest:
        return had
    return [*had, at_once(rest, on) if ends else replace(piece, amount=rest, start=start)]
