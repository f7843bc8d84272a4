"""What matters most to MRR at the horizon: each belief and each lever turned to both ends of its own range."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import ESTIMATED
from lib.forecast.tornado import ASSUMED, CHOSEN, Bar
from lib.forecast.tornado import ESTIMATED as FROM_HISTORY
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import wording
from lib.ui.views.persona_mix.answered import Answer

_KINDS = {FROM_HISTORY: "estimated", ASSUMED: "assumed", CHOSEN: "a lever"}
_BARS = 10
_GROUPS = {"What we do not know": False, "What we could move": True}  # whether a group holds the levers
_HEADERS = {
    "what": "What",
    "kind": "Kind",
    "between": "Range",
    "at_low": "MRR at its low end",
    "at_high": "At its high end",
    "swing": "From end to end",
}


def show(told: Answer, legend: Legend) -> dict[str, pd.DataFrame]:
    """The tornado: expected MRR at the horizon, each belief and each lever at both ends of its range.

    How wide a belief's range is, is what we do not know; how far a lever goes is a choice: the two are not ranked
    among each other, and stand below each other on one scale.
    """
    bars = told.tornado.bars
    if not bars:
        return {}
    groups = {words: [bar for bar in bars if (bar.kind == CHOSEN) == is_lever] for words, is_lever in _GROUPS.items()}
    frame = pd.concat([_frame(told, words, group, legend) for words, group in groups.items() if group])
    title, middle = _widest(told, groups, legend), told.tornado.mrr
    figure = charts.tornado(frame, "name", middle, title=title, unit=ESTIMATED, as_moves=True)
    cards.picture(figure, "persona_mix_tornado")
    cards.note(" ".join(_drawn(words, group) for words, group in groups.items() if group))
    cards.table(all_of(told, legend), "persona_mix_ranges", _HEADERS, legend)
    cards.note(
        "Each bar turns one thing to both ends of its own range while the rest stays; beside it stands how far that is "
        f"from {numbers.estimate(middle)}, what is expected. Estimated: our history speaks to "
        "it. Assumed: a belief alone. A lever: nobody's belief, somebody's choice, so it is not ranked among the "
        "beliefs. Expected values, no dice."
    )
    return {"Tornado": listed_tornado(told, legend)}


def _frame(told: Answer, words: str, group: Sequence[Bar], legend: Legend) -> pd.DataFrame:
    """The widest bars of a group below its words, which stand where nothing swings."""
    shown, middle = group[:_BARS], told.tornado.mrr
    return pd.DataFrame(
        {
            "name": [
                f"<b>{words}</b>",
                *(f"{wording.belief(bar.key, legend)}<br>{_kind(bar)}{_ends(bar)}" for bar in shown),
            ],
            "low_usd": [middle, *(bar.mrr_at_low for bar in shown)],
            "high_usd": [middle, *(bar.mrr_at_high for bar in shown)],
        }
    )


def _drawn(words: str, group: Sequence[Bar]) -> str:
    if len(group) <= _BARS:
        return f"{words}: all drawn."
    return f"{words}: {_BARS} of {len(group)} drawn; the table has all."


def all_of(told: Answer, legend: Legend) -> pd.DataFrame:
    """Every bar as a reader sees it, in two digits: beliefs first, then levers."""
    bars = sorted(told.tornado.bars, key=lambda bar: bar.kind == CHOSEN)
    return pd.DataFrame(
        {
            "what": [wording.belief(bar.key, legend) for bar in bars],
            "kind": [_KINDS[bar.kind] for bar in bars],
            "between": [_ends(bar) for bar in bars],
            "at_low": [numbers.estimate(bar.mrr_at_low) for bar in bars],
            "at_high": [numbers.estimate(bar.mrr_at_high) for bar in bars],
            "swing": [numbers.estimate(bar.swing) for bar in bars],
        }
    )


def listed_tornado(told: Answer, legend: Legend) -> pd.DataFrame:
    """Every bar, whole."""
    bars = told.tornado.bars
    return pd.DataFrame(
        {
            "what": [wording.belief(bar.key, legend) for bar in bars],
            "kind": [_KINDS[bar.kind] for bar in bars],
            "low": frames.column(Decimal(f"{bar.low:.6g}") for bar in bars),
            "high": frames.column(Decimal(f"{bar.high:.6g}") for bar in bars),
            "expected_mrr_at_low_usd": [round(bar.mrr_at_low) for bar in bars],
            "expected_mrr_at_high_usd": [round(bar.mrr_at_high) for bar in bars],
        }
    )


def _widest(told: Answer, groups: Mapping[str, Sequence[Bar]], legend: Legend) -> str:
    """The widest bar of each group."""
    parts = [
        f"{words}: {wording.belief(group[0].key, legend)} matters most, {numbers.estimate(group[0].swing)}"
        for words, group in groups.items()
        if group
    ]
    return f"{'. '.join(parts)} of MRR in {numbers.month(told.months[-1])} from end to end"


def _kind(bar: Bar) -> str:
    """What a belief rests on; levers stand among themselves."""
    return "" if bar.kind == CHOSEN else f"{_KINDS[bar.kind]}, "


def _ends(bar: Bar) -> str:
    return f"{wording.number(bar.key, bar.low)} to {wording.number(bar.key, bar.high)}"
