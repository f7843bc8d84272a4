"""What makes the difference: the asked against the baseline, the month of the target, and what matters most."""

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import ESTIMATED, Series
from lib.forecast.tornado import ASSUMED, CHOSEN, Bar
from lib.forecast.tornado import ESTIMATED as FROM_HISTORY
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import wording
from lib.ui.views.persona_mix.answer import WIDE, changed_words, often
from lib.ui.views.persona_mix.answered import BASELINE, DIFFERENCE, PROPOSAL, Answer
from lib.ui.views.persona_mix.measures import Measure

Tables = Mapping[str, pd.DataFrame]
_WORLDS = (Series(BASELINE, "Baseline", "grey"), Series(PROPOSAL, "What is asked", "blue"))
_DIFFERENCE = Series(DIFFERENCE, "Middle of the paths", "blue")
_KINDS = {FROM_HISTORY: "estimated", ASSUMED: "assumed", CHOSEN: "a lever"}
_BARS = 10
_MILESTONES = 6  # months between two rows of the comparison
_HEADERS = {
    "month": "Month",
    "world": "World",
    "middle": "Middle",
    "low": "9 in 10 from",
    "high": "to",
    "gains": "Gains on",
}
_TORNADO = {
    "what": "What",
    "kind": "Kind",
    "low": "At its low",
    "high": "At its high",
    "low_mrr": "MRR there",
    "high_mrr": "MRR at the other",
}


def show(told: Answer, measure: Measure, mover: str | None, legend: Legend) -> Tables:
    """The difference and the target where there is one, and always what matters most → their tables."""
    compared: Tables = _compared(told, measure, mover, legend) if mover else _nothing_moved()
    reached = _reached(told)
    return {**compared, **reached, **_matters(told, legend)}


def _nothing_moved() -> Tables:
    cards.note("Nothing is moved: move a lever or pick a scenario, and this shows what it changes, path by path.")
    return {}


def _compared(told: Answer, measure: Measure, mover: str, legend: Legend) -> Tables:
    odds = told.odds(measure.key)
    cards.heading(
        f"With {mover}: of {measure.words} in {numbers.month(told.months[-1])}, {changed_words(odds, measure)}"
    )
    figure = charts.fan(
        pd.DataFrame({"month": [], "value": []}),
        "value",
        told.difference(measure.key),
        "world",
        fans=(_DIFFERENCE,),
        title=f"The difference of {measure.words}, month by month: what is asked less the baseline",
        unit=measure.unit,
    )
    cards.picture(figure, f"persona_mix_difference_{measure.key}")
    cards.note(
        "Both worlds are walked on the same luck, path by path, so the difference is what is asked and nothing else. "
        "Gains on: of the paths, a tie is no gain."
    )
    listed = _milestones(told, measure)
    cards.table(listed, f"persona_mix_compared_{measure.key}", _HEADERS, legend)
    return {"Baseline and asked": listed}


def _milestones(told: Answer, measure: Measure) -> pd.DataFrame:
    places = sorted({*range(_MILESTONES - 1, len(told.months), _MILESTONES), len(told.months) - 1})
    odds = told.odds(measure.key)
    fans = (
        ("Baseline", told.fan(BASELINE, measure.key), measure.said),
        ("What is asked", told.fan(PROPOSAL, measure.key), measure.said),
        ("Difference", odds.difference, measure.changed),
    )
    rows = [
        (
            told.months[place],
            world,
            say(float(fan.median[place])),
            say(float(fan.band(WIDE).lower[place])),
            say(float(fan.band(WIDE).upper[place])),
            often(odds.gain[place]) if world == "Difference" else "",
        )
        for place in places
        for world, fan, say in fans
    ]
    return pd.DataFrame(rows, columns=list(_HEADERS))


def _reached(told: Answer) -> Tables:
    """How many of the paths stand at the target by each month."""
    worlds = [world for world in told.worlds if told.reached(world)]
    if not worlds:
        cards.note("No target is set: type one above, and this shows in which month it is reached.")
        return {}
    parts = [
        pd.DataFrame({"month": list(told.months), "world": world, "reached_rate": list(reached.by_month)})
        for world in worlds
        if (reached := told.reached(world))
    ]
    frame = pd.concat(parts, ignore_index=True)
    series = _WORLDS if told.has_proposal else (Series(BASELINE, "Paths that are there", "blue"),)
    figure = charts.lines(
        frame, "month", "reached_rate", "world", series=series, title=_reached_words(told), unit="share"
    )
    cards.picture(figure, "persona_mix_reached")
    cards.note("The first month at or above the target counts: a path that falls below it later has still been there.")
    named = frame.assign(world=[_world_words(world) for world in frame["world"]])
    return {"Target": named}


def _reached_words(told: Answer) -> str:
    reached = told.reached(told.last)
    if reached is None:
        return ""
    target, until = numbers.money(Decimal(str(reached.target))), numbers.month(told.months[-1])
    if reached.is_already:
        return f"{target} of MRR is reached today"
    there = reached.never.paths - reached.never.hits
    return (
        f"{target} of MRR is reached by {until} on {numbers.count(there)} of {numbers.count(reached.never.paths)} paths"
    )


def _matters(told: Answer, legend: Legend) -> Tables:
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


def _world_words(world: str) -> str:
    return next(one.label for one in _WORLDS if one.key == world)
