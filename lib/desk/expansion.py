"""What the desk knows of customers who could take more: the playbook, and every allowance that is near or over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from lib import headroom, playbook, scorecard
from lib.desk.papers import read_text
from lib.headroom import Headroom
from lib.periods import add_months, last_full_months, month_end
from lib.playbook import Playbook
from lib.scorecard import Crossed

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def the_playbook(desk: Desk) -> Playbook:
    """What data/playbook.toml says; a slip in it is refused in one sentence."""
    return playbook.parse(read_text(desk.data / "playbook.toml"))


def allowances(desk: Desk) -> tuple[Headroom, ...]:
    """Every allowance near or over: those of the last full month, then those of the running one as it stands.

    A month is over on the evening of its last recorded day; of a month of which nothing is recorded there are none.
    """
    return tuple(row for month in headroom.looked_at(desk.recorded_on) for row in allowances_in(desk, month))


def allowances_in(desk: Desk, month: date) -> tuple[Headroom, ...]:
    """Every allowance near or over in one month, as far as it is recorded, the fullest first."""
    near, population = the_playbook(desk).near_share, desk.population
    return headroom.headroom(
        desk.books, population.contracts.values(), population.usage, month, desk.recorded_on, desk.reach, near
    )


def crossed(desk: Desk) -> tuple[Crossed, ...]:
    """The allowances that stand otherwise in the last full month than in the one before it, the dearest first."""
    month, _ = last_full_months(desk.recorded_on, 1)
    return scorecard.crossed(allowances_in(desk, add_months(month, -1)), allowances_in(desk, month))


def running_customers(desk: Desk, month: date) -> int:
    """Customers with a contract that runs on the last day of a month, or on the recorded day before it."""
    last = min(month_end(month) - timedelta(1), desk.recorded_on)
    return len({one.customer_id for one in desk.population.contracts.values() if one.runs_on(last)})
