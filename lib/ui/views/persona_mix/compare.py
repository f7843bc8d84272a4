"""What makes the difference: the asked against the baseline, and the month of the target."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.ui import cards, numbers
from lib.ui.legends import Legend
from lib.ui.views.persona_mix.answer import WIDE, changed_words, often
from lib.ui.views.persona_mix.answered import BASELINE, DIFFERENCE, PROPOSAL, Answer
from lib.ui.views.persona_mix.measures import Measure

Tables = Mapping[str, pd.DataFrame]
_WORLDS = (Series(BASELINE, "Baseline", "grey"), Series(PROPOSAL, "What is asked", "blue"))
_DIFFERENCE = Series(DIFFERENCE, "Middle of the paths", "blue")
_CHANGE = "Difference"
_MILESTONES = 6  # months between two rows of the comparison
_ANSWERS = {"churn": "churn is", "arrivals": "arrivals are"}
_HEADERS = {
    "month": "Month",
    "world": "World",
    "middle": "Middle",
    "low": "9 in 10 from",
    "high": "to",
    "gains": "Gains on",
}


def show(told: Answer, measure: Measure, mover: str | None, legend: Legend) -> Tables:
    """The difference and the target, where there is one → their tables."""
    compared: Tables = _compared(told, measure, mover, legend) if mover else _nothing_moved()
    return {**compared, **_reached(told)}


def _nothing_moved() -> Tables:
    cards.note("Nothing is moved: move a lever or pick a scenario, and this shows what it changes, path by path.")
    return {}


def _compared(told: Answer, measure: Measure, mover: str, legend: Legend) -> Tables:
    cards.heading(f"{measure.words} in {numbers.month(told.months[-1])} with {mover}: {changed_words(told, measure)}")
    _difference(told, measure)
    if undone := undone_words(told):
        cards.sentence(undone)
    cards.note(
        "Both worlds are walked on the same luck, path by path, so the difference is what is asked and nothing else. "
        "Difference and odds are as walked, not widened: they have no past to be tested on. Gains on: on how many "
        "of the paths it is more; a tie is no gain."
    )
    listed = _milestones(told, measure)
    cards.table(listed, f"persona_mix_compared_{measure.key}", _HEADERS, legend, is_whole=True)
    return {"Baseline and asked": figures(told, measure)}


def _difference(told: Answer, measure: Measure) -> None:
    """The fan of the difference; a sentence where it is nothing, for nothing has no scale."""
    if all(same.hits == same.paths for same in told.odds(measure.key).same):
        return cards.sentence(f"No change in {measure.words} in any month, so there is no difference to draw.")
    figure = charts.fan(
        pd.DataFrame({"month": [], "value": []}),
        "value",
        told.difference(measure.key),
        "world",
        fans=(_DIFFERENCE,),
        title=f"The difference of {measure.words}, month by month: what is asked less the baseline",
        unit=measure.unit,
    )
    return cards.picture(figure, f"persona_mix_difference_{measure.key}")


def undone_words(told: Answer) -> str:
    """Which answer of customers would undo what other prices bring to MRR; nothing where there is none."""
    found = told.found.break_even
    factors = {answer: factor for answer, factor in (found.factors if found else {}).items() if factor is not None}
    if found is None or not factors:
        return ""
    ways = [
        f"{_ANSWERS[answer]} {numbers.percent(abs(factor - 1))} {'higher' if factor > 1 else 'lower'}"
        for answer, factor in factors.items()
    ]
    month, moved = numbers.month(told.months[-1]), not told.found.asked.levers.are_neutral
    brings = (
        f"On average the prices{' alone' if moved else ''} bring {numbers.about(found.difference)} of MRR in {month}"
    )
    than = " than the levers have it" if moved else ""
    return (
        f"{brings} if nobody answers them. That is undone, on average, where {' or '.join(ways)}{than} in every month: "
        "is that more than they would answer with?"
    )


def _milestones(told: Answer, measure: Measure) -> pd.DataFrame:
    gain = told.odds(measure.key).gain
    rows = [
        (
            told.months[place],
            world,
            *map(measure.changed if world == _CHANGE else measure.said, ends),
            often(gain[place]) if world == _CHANGE else "",
        )
        for place, world, ends in _ends(told, measure)
    ]
    return pd.DataFrame(rows, columns=list(_HEADERS))


def figures(told: Answer, measure: Measure) -> pd.DataFrame:
    """The same to be taken along: plain numbers, and on how many of the paths what is asked gains."""
    gain, unit = told.odds(measure.key).gain, measure.file_unit
    rows = [
        (
            told.months[place],
            world,
            *(round(end, 2) for end in ends),
            *((Decimal(gain[place].hits), Decimal(gain[place].paths)) if world == _CHANGE else (None, None)),
        )
        for place, world, ends in _ends(told, measure)
    ]
    names = ["month", "world", f"middle_{unit}", f"low_90_{unit}", f"high_90_{unit}", "gains_on_paths", "of_paths"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def _ends(told: Answer, measure: Measure) -> Iterator[tuple[int, str, tuple[float, float, float]]]:
    """Every half year and the last month, in each world and their difference: the middle, and 9 in 10 from and to."""
    places = sorted({*range(_MILESTONES - 1, len(told.months), _MILESTONES), len(told.months) - 1})
    fans = {
        "Baseline": told.fan(BASELINE, measure.key),
        "What is asked": told.fan(PROPOSAL, measure.key),
        _CHANGE: told.odds(measure.key).difference,
    }
    for place in places:
        for world, fan in fans.items():
            band = fan.band(WIDE)
            yield place, world, (float(fan.median[place]), float(band.lower[place]), float(band.upper[place]))


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
    cards.note(
        "The first month at or above the target counts: a path that falls below it later has still been there. The "
        "paths are as far apart here as the fan is wide."
    )
    named = frame.assign(world=[_world_words(world) for world in frame["world"]])
    return {"Target": named.round({"reached_rate": 6})}


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


def _world_words(world: str) -> str:
    return next(one.label for one in _WORLDS if one.key == world)
