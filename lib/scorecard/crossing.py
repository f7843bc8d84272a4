"""Which allowances customers crossed between two months: into near or over, or back below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lib.headroom import NEAR, OVER, Headroom

WITHIN = "within"
STATES = (WITHIN, NEAR, OVER)


@dataclass(frozen=True)
class Crossed:
    """One customer's allowance that is in another state than in the month before; `row` is the fuller month's."""

    customer_id: str
    dimension: str
    was: str
    becomes: str
    row: Headroom

    @property
    def is_up(self) -> bool:
        """Whether it is fuller than it was."""
        return STATES.index(self.becomes) > STATES.index(self.was)


@dataclass(frozen=True)
class Crossings:
    """The two months compared, by their first days, and every allowance that was crossed between them."""

    before: date
    after: date
    crossed: tuple[Crossed, ...]


def crossed(before: Iterable[Headroom], after: Iterable[Headroom]) -> tuple[Crossed, ...]:
    """Every allowance near or over in two months → those that are in another state, over first, the dearest first.

    A customer counts once for a dimension, with its fullest contract: who moved to a larger tier may be back within.
    """
    then, later = _fullest(before), _fullest(after)
    found = [_crossed(key, then.get(key), later.get(key)) for key in sorted({*then, *later})]
    return tuple(sorted((one for one in found if one), key=_dearest))


def _fullest(rows: Iterable[Headroom]) -> dict[tuple[str, str], Headroom]:
    found: dict[tuple[str, str], Headroom] = {}
    for row in rows:
        key = (row.customer_id, row.dimension)
        if key not in found or row.share > found[key].share:
            found[key] = row
    return found


def _crossed(key: tuple[str, str], was: Headroom | None, becomes: Headroom | None) -> Crossed | None:
    states = (was.state if was else WITHIN), (becomes.state if becomes else WITHIN)
    row = becomes or was
    return Crossed(*key, *states, row) if row and states[0] != states[1] else None


def _dearest(one: Crossed) -> tuple[bool, int, float, str, str]:
    costs = float(one.row.overage_usd or 0)
    return not one.is_up, -STATES.index(one.becomes), -costs, one.customer_id, one.dimension
