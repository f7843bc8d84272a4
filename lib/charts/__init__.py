"""A frame in, a figure out: one house style for every picture on the desk.

Amounts become floats here and nowhere earlier, because a screen has fewer pixels than a ledger has cents.
"""

from lib.charts.bars import beside, ranked, shares, stacked_bars
from lib.charts.board import Mark, board
from lib.charts.curves import bent_lines, break_even
from lib.charts.dots import ages, gap, magnitudes, trade_off
from lib.charts.fan import fan, small_fans
from lib.charts.heat import heat
from lib.charts.intervals import bullets, ranges, spans, spreads
from lib.charts.months import lines, month_ends, multiples, signed_months, signed_stack, stacked_months
from lib.charts.style import (
    BASELINE,
    GAIN,
    LOSS,
    MOST_POINTS,
    PALETTE,
    SCENARIO,
    Figure,
    Series,
    Trace,
    Upright,
    alt,
    house,
    title,
)
from lib.charts.survival import still_there
from lib.charts.swings import steps, tornado
from lib.charts.words import ESTIMATED

__all__ = [
    "BASELINE",
    "ESTIMATED",
    "GAIN",
    "LOSS",
    "MOST_POINTS",
    "PALETTE",
    "SCENARIO",
    "Figure",
    "Mark",
    "Series",
    "Trace",
    "Upright",
    "ages",
    "alt",
    "bent_lines",
    "beside",
    "board",
    "break_even",
    "bullets",
    "fan",
    "gap",
    "heat",
    "house",
    "lines",
    "magnitudes",
    "month_ends",
    "multiples",
    "ranges",
    "ranked",
    "shares",
    "signed_months",
    "signed_stack",
    "small_fans",
    "spans",
    "spreads",
    "stacked_bars",
    "stacked_months",
    "steps",
    "still_there",
    "title",
    "tornado",
    "trade_off",
]
