"""What a reader of a forecast must know: who is left out of it, and what the answer takes for granted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lib import market
from lib.desk.forecast_grounds import Grounds
from lib.forecast.levers import capped
from lib.forecast.panel import Panel
from lib.forecast.posterior import mean
from lib.segments import UNKNOWN

if TYPE_CHECKING:
    from lib.desk.desk import Desk
    from lib.desk.forecasting import Asked

_SHARES = {"third_party": "share of sellers with an integrator", "aws_share": "share who buy on AWS"}


def notes(desk: Desk, on: Grounds, asked: Asked) -> tuple[str, ...]:
    """What a reader must know of an answer, a sentence each: who is left out first."""
    said = (*on.notes, *on.priced(desk, asked.scenarios).notes)
    held = () if asked.levers.are_neutral else capped(mean(on.known), asked.levers, on.ladder)
    aside = _aside(desk, on.panel)
    return tuple(dict.fromkeys((*aside, *cautions(desk, on, asked), *held, *_always(on), *said)))


def cautions(desk: Desk, on: Grounds, asked: Asked) -> Iterator[str]:
    """What the answer takes for granted of what is asked, a sentence each."""
    if changes_prices(desk, on, asked):
        yield "Customers are taken not to answer the changed prices: move churn or arrivals to try what if they do."
    if any(factor != 1 for factor in asked.levers.climbs.values()):
        yield "A climb changes no price by itself: what a customer pays hangs on its tier, rail and term."
    if shares := [words for lever, words in _SHARES.items() if lever in asked.levers.turned]:
        yield (
            f"Every path takes the {' and the '.join(shares)} as moved; at rest each draws its own. So the difference "
            "is the move and the end of that spread together."
        )


def changes_prices(desk: Desk, on: Grounds, asked: Asked) -> bool:
    """Whether anything costs another amount under the scenarios that are asked for."""
    return on.priced(desk, asked.scenarios).money.differs_from(on.priced(desk).money)


def _always(on: Grounds) -> Iterator[str]:
    """What every answer takes for granted, a sentence each."""
    if unknown := sum(row.persona == UNKNOWN for row in on.panel.at(on.start.month)):
        yield f"Customers of unknown persona stay unknown on every path ({unknown} today): ask for the missing facts."
    yield "Usage above a plan is held at the mean month of each customer's last year: no season, and no growth."


def _aside(desk: Desk, panel: Panel) -> Iterator[str]:
    """Customers of today whom the ladder has no place for, by why: of all, and of those of unknown persona."""
    aside, rows = panel.aside_at(panel.months[-1]), panel.at(panel.months[-1])
    persona = {row["customer_id"]: market.persona(row) for row in desk.warehouse.rows("customer")}
    of_unknown = [one.reason for one in aside if persona.get(one.customer_id, UNKNOWN) == UNKNOWN]
    unknown = len(of_unknown) + sum(row.persona == UNKNOWN for row in rows)
    for reason, count in sorted(Counter(one.reason for one in aside).items()):
        own = of_unknown.count(reason)
        among = f" ({own} of the {unknown} of unknown persona)" if own else ""
        be = "is not on the ladder" if count == 1 else "are not on the ladder, each"
        yield f"{count} of {len(aside) + len(rows)} customers{among} {be} because {reason}: the forecast leaves it out."
