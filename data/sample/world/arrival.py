"""When events reached us, and what that makes billable: late events are never invoiced."""

import numpy as np
from numpy.typing import NDArray

from world import months
from world.events import DAY, HOUR, NO_CELL, Events
from world.setting import Setting
from world.usage import SEATS, Cells, Ints


def arrivals(setting: Setting, sent: Events) -> Ints:
    """Say when each event was received: within hours as a rule, after the month's cut-off for the late few."""
    rng, dials = setting.stream("arrivals"), setting.recipe["metering"]
    count = len(sent.cell)
    ready = sent.occurred + np.where(sent.occurred % DAY > 0, HOUR, DAY)
    delay = np.minimum(rng.exponential(dials["usual_delay_hours"], count), dials["most_delay_hours"]) * HOUR
    soonest, latest = dials["late_days"]
    late = cut_offs(setting, sent.occurred) + rng.uniform(soonest, latest, count) * DAY
    received: Ints = np.where(rng.random(count) < dials["late_share"], late, ready + delay).astype(np.int64)
    return received


def have_arrived(setting: Setting, received: Ints) -> NDArray[np.bool_]:
    """Leave out what is still on its way on the last day."""
    is_here: NDArray[np.bool_] = received < setting.window.starts[-1] * DAY
    return is_here


def cut_offs(setting: Setting, occurred: Ints) -> Ints:
    """Instant from which an event is too late for its month's invoice."""
    window, day = setting.window, setting.recipe["metering"]["cut_off_day"]
    follows = [months.first_day(window.first_month + i + 1).replace(day=day) for i in range(window.months + 1)]
    at = np.searchsorted(window.starts, occurred // DAY, side="right") - 1
    return np.array([day.toordinal() for day in follows], dtype=np.int64)[at] * DAY


def on_time_totals(setting: Setting, grid: Cells, sent: Events, received: Ints) -> Ints:
    """Add up what arrived in time, per cell and dimension; of seats take the most."""
    timely = sent.take((received < cut_offs(setting, sent.occurred)) & (sent.cell != NO_CELL))
    shape = (len(grid.month), len(setting.prices.dimensions))
    slots = timely.cell * shape[1] + timely.dimension
    sums = np.bincount(slots, weights=timely.quantity, minlength=shape[0] * shape[1])  # exact below 2**53
    totals = np.rint(sums).astype(np.int64).reshape(shape)
    totals[:, setting.prices.dimensions.index(SEATS)] = _highest_seats(setting, shape[0], timely)
    return totals


def _highest_seats(setting: Setting, cells: int, timely: Events) -> Ints:
    highest = np.zeros(cells, dtype=np.int64)
    gauges = timely.take(timely.dimension == setting.prices.dimensions.index(SEATS))
    np.maximum.at(highest, gauges.cell, gauges.quantity)
    return highest
