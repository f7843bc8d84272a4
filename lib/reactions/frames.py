"""What people answer, as frames for pictures: a waterfall, the break-even curve, the tornado. USD, estimates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lib.reactions.answered import Reactions, curve
from lib.response import churn_curve

_A_DOLLAR = 1.0  # what moves less is no bar


def waterfall(found: Reactions) -> pd.DataFrame:
    """One row per step in the fixed order, those that are off at zero: name, delta_usd."""
    rows = [(step.name.replace("_", " "), step.delta_usd) for step in found.answer.steps]
    return pd.DataFrame(rows, columns=["name", "delta_usd"])


def break_even_curve(found: Reactions, believed: tuple[float, float] | None = None) -> pd.DataFrame:
    """Extra churn, and what it leaves of the change: extra_churn_rate (once, of those exposed), delta_usd, is_believed.

    It holds the break-even itself, and both ends of the range that the reader believes in, as fractions.
    """
    low, high = believed or (np.nan, np.nan)
    drawn = curve(found.people, np.nan_to_num(high))
    marks = [rate for rate in (low, high, drawn.break_even) if rate is not None and 0 <= rate <= 1]
    rates = np.unique(np.concatenate([drawn.extra, marks]))
    change = churn_curve(found.people, rates, every_month=False).change_usd
    return pd.DataFrame(
        {"extra_churn_rate": rates, "delta_usd": change, "is_believed": (rates >= low) & (rates <= high)}
    )


def tornado_bars(found: Reactions) -> pd.DataFrame:
    """The beliefs that matter, the widest first: assumption, and the whole change at its low and at its high end.

    `low` and `high` are the two ends themselves, as they stand in data/assumptions/responses.toml.
    """
    bars = [bar for bar in found.tornado.bars if bar.swing_usd >= _A_DOLLAR]
    rows = [(bar.key, bar.at_low_usd, bar.at_high_usd, bar.belief.low, bar.belief.high) for bar in bars]
    return pd.DataFrame(rows, columns=["assumption", "low_usd", "high_usd", "low", "high"])
