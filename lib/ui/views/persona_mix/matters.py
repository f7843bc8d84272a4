"""What matters most to MRR at the horizon: each belief and each lever turned to both ends of its own range."""

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


def show(told: Answer, legend: Legend) -> dict[str, pd.DataFrame]:
    """The tornado: expected MRR at the horizon, each belief and lever at both ends of its range."""
    found = told.tornado
    if not found.bars:
        return {}
    shown = found.bars[:_BARS]
    named = pd.DataFrame(
        {
            "name": [f"{wording.belief(bar.key, legend)}<br>{_KINDS[bar.kind]}, {_ends(bar)}" for bar in shown],
            "low_usd": [bar.mrr_at_low for bar in shown],
            "high_usd": [bar.mrr_at_high for bar in shown],
        }
    )
    cards.picture(
        charts.tornado(named, "name", found.mrr, title=_widest(told, legend), unit=ESTIMATED), "persona_mix_tornado"
    )
    cards.note(
        "Each bar turns one thing to both ends of its own range while the rest stays. Estimated: our history speaks to "
        "it. Assumed: a belief alone. A lever: nobody's belief, somebody's choice. Expected values, no dice."
    )
    return {"Tornado": listed_tornado(told, legend)}


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


def _widest(told: Answer, legend: Legend) -> str:
    bar = told.tornado.bars[0]
    words = wording.belief(bar.key, legend)
    until = numbers.month(told.months[-1])
    return f"{words} matters most: {numbers.estimate(bar.swing)} of MRR in {until} from end to end"


def _ends(bar: Bar) -> str:
    return f"{wording.number(bar.key, bar.low)} to {wording.number(bar.key, bar.high)}"
