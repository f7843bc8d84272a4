"""Who is to come beside the usual rate: today's open deals by name, and the part of the rate they cannot be.

Customers came at a rate in the past, and some of them by deals that were open for a while. A deal that closes in a
month to come is either in today's pipeline or begins after today; how short won deals were says how many can still
begin. So the rate is lowered by what today's pipeline holds of it: by what its deals are expected to bring in the
month, at least by those that would have to be open by now, and at most by the part of customers that comes by deals.
What a pipeline promises beyond that part comes on top, and is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lib.forecast.coming import Coming, Deal
from lib.periods import month_end, month_of
from lib.segments import LADDER, UNKNOWN

WITHOUT_CHANCE, WITHOUT_DAY, LATER, OF_CUSTOMERS = "without a chance", "without a day", "later", "of customers"
_WORDS: Mapping[str, str] = {
    WITHOUT_CHANCE: "in a stage we hold no belief about",
    WITHOUT_DAY: "without a day to close on",
    LATER: "that close after the months shown",
    OF_CUSTOMERS: "with customers we have, who do not come again",
}


@dataclass(frozen=True)
class Opened:
    """One open deal: the persona of its facts, the day it should close, and the chance of its stage, None unknown."""

    persona: str
    closes: date | None
    chance: Decimal | None
    is_customer: bool = False


@dataclass(frozen=True)
class Won:
    """How customers came by deals: the days from opening to closing of those won, and over some months how many.

    `deals` were won and `arrivals` customers came in the same months.
    """

    cycle_days: tuple[int, ...]
    deals: int
    arrivals: int

    @property
    def share(self) -> Fraction:
        """The part of arrivals that came by deals; all of them where more deals were won."""
        return min(Fraction(1), Fraction(self.deals, self.arrivals)) if self.arrivals else Fraction(int(self.deals > 0))

    def shorter_than(self, days: int) -> Fraction:
        """The part of won deals that took fewer days; all of them where none was won, as no pipeline holds anybody."""
        shorter = sum(cycle < days for cycle in self.cycle_days)
        return Fraction(shorter, len(self.cycle_days)) if self.cycle_days else Fraction(1)

    def still_to_find(self, days: int) -> Fraction:
        """Which part of the rate is not in today's pipeline, that many days before a month's end."""
        return 1 - self.share * (1 - self.shorter_than(days))


@dataclass(frozen=True, eq=False)
class Arriving:
    """Who comes, for the walk; `set_aside` counts the open deals that are not in it, by why."""

    coming: Coming
    set_aside: Mapping[str, int]
    a_month: float = 0.0

    @property
    def won(self) -> float:
        """Customers that the open deals are expected to bring."""
        return sum(deal.probability for deal in self.coming.deals)

    @property
    def taken_off(self) -> float:
        """Customers that the usual rate brings less, because a deal by name stands for them."""
        return self.a_month * float((1 - self.coming.share_of_rate).sum())

    @property
    def notes(self) -> tuple[str, ...]:
        """What open deals bring beside the usual rate, and a sentence for each kind of deal set aside."""
        on_top = (
            f"Open deals are expected to bring {self.won:.0f} customers, {self.taken_off:.0f} of them in the place of "
            "usual arrivals."
        )
        left_out = (
            f"Left out of who is to come: open deals {_WORDS[why]} ({count})." for why, count in self.set_aside.items()
        )
        return (*([on_top] if self.coming.deals and self.a_month else []), *left_out)


def rung_of(persona: str) -> str:
    """The rung of the ladder a persona stands on; the unknown one has its own name."""
    return next((rung for rung, personas in LADDER.items() if persona in personas), UNKNOWN)


def arriving(
    opened: Sequence[Opened], won: Won, recorded_on: date, months: Sequence[date], a_month: float = 0.0
) -> Arriving:
    """Open deals, how deals were won, and customers expected `a_month` → who comes in each of the months to come.

    A deal that should have closed on the recorded day or before, and is still open, closes in the first month. Without
    a rate only the deals that would have to be open by now are taken off it.
    """
    deals: list[Deal] = []
    aside: dict[str, int] = {}
    for deal in opened:
        found = _placed(deal, months)
        if isinstance(found, Deal):
            deals.append(found)
        else:
            aside[found] = aside.get(found, 0) + 1
    shares = [float(won.still_to_find((month_end(month) - recorded_on).days - 1)) for month in months]
    named = [sum(deal.probability for deal in deals if deal.month == place) for place in range(len(months))]
    least = 1 - float(won.share)
    if a_month:
        shares = [max(min(share, 1 - wins / a_month), least) for share, wins in zip(shares, named, strict=True)]
    return Arriving(Coming(np.array(shares), tuple(deals)), aside, a_month)


def _placed(deal: Opened, months: Sequence[date]) -> Deal | str:
    """A deal in its month, or why it is in none."""
    if deal.is_customer:
        return OF_CUSTOMERS
    if deal.chance is None:
        return WITHOUT_CHANCE
    if deal.closes is None:
        return WITHOUT_DAY
    month = max(month_of(deal.closes), months[0])
    if month > months[-1]:
        return LATER
    return Deal(months.index(month), rung_of(deal.persona), float(deal.chance))
