"""What a rail keeps of an invoice, spread over the same days as its revenue, and what it returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.closing.facts import FEE, ZERO, Movement, Turn
from lib.money import EXACT, allocate, total
from lib.recognition import Piece, at_once, earned, over, promised, reversed_on


@dataclass(frozen=True)
class Fees:
    """What a rail charged for an invoice on which day, how that becomes cost, and what it returned.

    Charged with the invoice, a fee is cost as the revenue is earned, even before; charged later, such as when a card
    pays late, it is no cost before its day: `since`.
    """

    charged: tuple[tuple[date, Decimal], ...] = ()
    pieces: tuple[Piece, ...] = ()
    turns: tuple[Turn, ...] = ()
    since: date | None = None

    def is_charged(self, before: date) -> bool:
        """Whether the first of it was charged before a day."""
        return any(on < before for on, _ in self.charged)

    def known(self, before: date) -> Decimal:
        """What was charged before a day, less what was returned."""
        charged = total(amount for on, amount in self.charged if on < before)
        return EXACT.subtract(charged, total(turn.net for turn in self.turns if turn.on < before))

    def earned(self, before: date) -> Decimal:
        """What of it has become cost before a day."""
        return ZERO if self.since is not None and before <= self.since else earned(self.pieces, before)


def fees(pieces: Sequence[Piece], movements: Sequence[Movement], overs: set[date], invoiced_on: date | None) -> Fees:
    """Charges of a rail, spread as the lines they are for; what it returns comes off what is still prepaid first."""
    by_day: dict[date, list[Decimal]] = {on: [] for on in overs}
    for one in movements:
        if one.part == FEE:
            by_day.setdefault(one.on, []).append(one.amount)
    first = min((on for on, amounts in by_day.items() if amounts), default=None)
    spread, charged, turns = tuple[Piece, ...](), list[tuple[date, Decimal]](), list[Turn]()
    for on, amount in ((on, total(amounts)) for on, amounts in sorted(by_day.items())):
        returned = EXACT.minus(amount) if amount < 0 < promised(spread) else ZERO
        if amount and not returned:
            spread = (*spread, *_as_lines(amount, on, pieces, None if on == first else on))
            charged.append((on, amount))
        if returned or on in overs:
            turned = reversed_on(spread, returned, on, on in overs)
            spread = turned.pieces
            if returned or turned.released:
                turns.append(Turn(on, turned.from_deferred, turned.from_earned, turned.released))
    is_late = first is not None and (invoiced_on is None or first > invoiced_on)
    return Fees(tuple(charged), spread, tuple(turns), first if is_late else None)


def _as_lines(amount: Decimal, on: date, pieces: Sequence[Piece], since: date | None) -> Iterator[Piece]:
    """A charge in proportion to what it is for, by service period; on its day where there is none or none is left.

    A later charge than the first is spread over the days that are left.
    """
    periods = _periods([piece for piece in pieces if piece.amount > 0]) or _periods(pieces)
    if not periods:
        yield at_once(amount, on)
        return
    parts = (amount,) if len(periods) == 1 else allocate(amount, list(periods.values()))
    for (begins, end), part in zip(periods, parts, strict=True):
        start = begins if since is None else max(begins, since)
        if part:
            yield over(part, start, end) if start < end else at_once(part, on)


def _periods(pieces: Iterable[Piece]) -> dict[tuple[date, date], Decimal]:
    """The size of what is asked for each service period, in order."""
    found: dict[tuple[date, date], Decimal] = {}
    for piece in pieces:
        if piece.amount:
            key = piece.start, piece.end
            found[key] = EXACT.add(found.get(key, ZERO), abs(piece.amount))
    return dict(sorted(found.items()))
