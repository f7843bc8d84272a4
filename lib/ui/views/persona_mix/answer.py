"""The answer: how much MRR and how many customers may come, as ranges, and what the moved levers make of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.forecast.outlook import Odds, Reached, Share
from lib.freshness import SourceState
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.forecasting import Asked
from lib.ui.legends import Legend
from lib.ui.views.persona_mix.answered import BASELINE, PROPOSAL, Answer
from lib.ui.views.persona_mix.measures import ALL, MEASURES, PERSONA, Measure
from lib.ui.views.persona_mix.past import Past

WIDE = 0.9
UNANSWERED = "before anybody answers the price"
_NOTHING = "nothing of it changes, on any path"
_WIDENED = "widened as past ranges were too narrow"
_WITHOUT_CHANGES = "MRR is taken at the prices of then: what we changed since is our choice and no miss."
IN_GREY, IN_COLOUR = Series(BASELINE, "Baseline", "grey"), Series(PROPOSAL, "What is asked", "blue")
ALONE = Series(BASELINE, "Middle of the paths", "blue")
_NEARLY, _EVEN, _MONTHS_A_YEAR = 0.99, 0.5, 12
_BY_RAIL = ("revenue", "kept")
_MRR, _CUSTOMERS = MEASURES["mrr"], MEASURES["customers"]


def absence(states: Sequence[SourceState]) -> str:
    """The headline where there are no customers to place on the ladder."""
    return f"0 customers can be placed: {numbers.counted(len(states), 'source')} behind this page is missing"


def finding(told: Answer, measure: Measure, mover: str | None) -> str:
    """Where the measure may stand at the end, and what the moved levers change of it, how often for the better."""
    band = told.fan(BASELINE, measure.key).band(WIDE)
    span = measure.between(float(band.lower[-1]), float(band.upper[-1]))
    first = f"{measure.words} in {numbers.month(told.months[-1])} {_be(measure)} expected {span} (9 in 10)"
    if mover is None:
        return first
    return f"{first}; with {mover} {changed_words(told, measure)}"


def changed_words(told: Answer, measure: Measure) -> str:
    """What a proposal makes of the last month, and whether that is before anybody answers its price."""
    changed = _NOTHING if told.stays(measure.key) else _changed(told.odds(measure.key), measure)
    return f"{changed} {UNANSWERED}" if told.is_unanswered else changed


def _changed(odds: Odds, measure: Measure) -> str:
    """The range of the difference, and how often it gains."""
    band = odds.difference.band(WIDE)
    low, high = (measure.changed(float(end[-1])) for end in (band.lower, band.upper))
    span = f"about {low}" if low == high else f"between {low} and {high}"
    return f"it changes by {span}, a gain on {often(odds.gain[-1])}"


def often(share: Share) -> str:
    """How many of the paths: a whole percent of them, never more sure than their number allows."""
    if share.is_one_sided:
        return (
            f"all {numbers.count(share.paths)} paths" if share.hits else f"none of {numbers.count(share.paths)} paths"
        )
    if share.value > _NEARLY:
        return "over 99% of the paths"
    return "below 1% of the paths" if share.value < 1 - _NEARLY else f"{numbers.percent(share.value, 0)} of the paths"


def mover(asked: Asked, names: Mapping[str, str]) -> str | None:
    """What is moved, in words; None where nothing is."""
    turned = numbers.counted(len(asked.levers), "lever moved", "levers moved") if asked.levers else None
    laid = [cards.plain(names.get(key, key)) for key in asked.scenarios]
    return " and ".join(part for part in (*laid, turned) if part) or None


def row(told: Answer, recorded: pd.DataFrame, tested: Past | None) -> list[Card]:
    """MRR today and then, customers then, how often what is asked gains, when the target is reached, kept promises."""
    world = told.last
    return [
        Card("MRR today", numbers.money(_today(recorded, "mrr_usd")), "Recurring revenue per month, recorded."),
        _then(told, world, _MRR, tested),
        _then(told, world, _CUSTOMERS, tested, f"from {numbers.count(int(_today(recorded, 'customers')))} today"),
        _gain(told),
        _target(told),
        _held(tested),
    ]


def _then(told: Answer, world: str, measure: Measure, tested: Past | None, since: str | None = None) -> Card:
    fan, until = told.fan(world, measure.key), numbers.month(told.months[-1])
    band = fan.band(WIDE)
    span = f"{measure.said(float(band.lower[-1]))} to {measure.said(float(band.upper[-1]))}"
    is_wider = tested is not None and tested.widens(measure.key)
    words = [
        measure.definition,
        "The middle of the paths, and below it the range that holds it 9 times in 10.",
        is_wider and f"The range is {_WIDENED}.",
        since and f"It is {since}.",
    ]
    return Card(
        f"{measure.words}{' as asked' if told.has_proposal else ''}, {until}",
        f"≈ {measure.said(float(fan.median[-1]))}",
        " ".join(word for word in words if word),
        span,
    )


def _gain(told: Answer) -> Card:
    label, until = "A gain of MRR", numbers.month(told.months[-1])
    if not told.has_proposal:
        return Card(label, "—", "How often what is asked brings more MRR than the baseline.", "nothing is moved")
    if told.stays(_MRR.key):
        return _no_gain(told, label)
    odds = told.odds("mrr")
    band, share = odds.difference.band(WIDE), odds.gain[-1]
    error = numbers.points(share.standard_error, 1).removeprefix("+")
    span = f"{numbers.about(float(band.lower[-1]))} to {numbers.about(float(band.upper[-1]))}"
    before = f"A gain of MRR {UNANSWERED}. " if told.is_unanswered else ""
    value = often(share).partition(" of ")[0].removesuffix(f" {numbers.count(share.paths)} paths")
    return Card(
        "A gain, unanswered" if told.is_unanswered else label,
        value,
        f"{before}Of {numbers.count(share.paths)} paths, in {until}, as walked and not widened; ties are no gain. "
        f"Known to {error}, one standard error.",
        span,
        share.value > _EVEN,
    )


def _no_gain(told: Answer, label: str) -> Card:
    """Neither a gain nor a loss: where to look for what does change."""
    moved = [one.words for one in MEASURES.values() if not told.stays(one.key)]
    where = f"see {' and '.join(moved)}" if moved else "in none of the measures"
    until, paths = numbers.month(told.months[-1]), numbers.count(told.paths)
    return Card(label, "no change", f"No change in MRR in {until}, on any of {paths} paths: {where}.", where)


def _target(told: Answer) -> Card:
    reached = told.reached(told.last)
    if reached is None:
        return Card("Target reached", "—", "The month in which MRR first stands at a target.", "no target is set")
    value, span = month_words(told, reached)
    target = numbers.money(Decimal(str(reached.target)))
    return Card(
        f"{target} reached",
        value,
        "The middle path's month; below it the range that holds it 8 times in 10, off paths as far apart as the fan is "
        f"wide. Not within these months on {often(reached.never)}.",
        span,
    )


def month_words(told: Answer, reached: Reached) -> tuple[str, str]:
    """The middle month of a target, and its range in words."""
    if reached.is_already:
        return "today", "it stands there already"
    early, middle, late = (
        numbers.month(told.months[month - 1]) if month else None
        for month in (reached.early, reached.middle, reached.late)
    )
    later = f"after {numbers.month(told.months[-1])}"
    if early is None:
        return "later", later
    return middle or "later", f"{early} to {late or 'later'}"


def look_further(told: Answer, most: int) -> str | None:
    """What to do where half the paths have not reached the target by the last month, and months may go on."""
    reached = told.reached(told.last)
    if reached is None or reached.is_already or reached.middle is not None or len(told.months) >= most:
        return None
    target, until = numbers.money(Decimal(str(reached.target))), numbers.month(told.months[-1])
    few = f"Fewer than half of the paths reach {target} by {until}"
    return f"{few}: raise Months ahead, which goes to {most}, to see when."


def _held(tested: Past | None) -> Card:
    words = "Forecasts made again from what was known in each past month, and how many of their bands held what came."
    if tested is None:
        return Card("Past bands held", "—", words, "not tested")
    if tested.reason:
        return Card("Past bands held", "—", f"{words} {cards.plain(tested.reason)}", "too little history")
    help_words = [words, _WITHOUT_CHANGES, tested.recorded_words, tested.lean_of("mrr")]
    return Card("Past bands held", tested.held_words, " ".join(filter(None, help_words)), tested.level_words)


def picture(
    told: Answer,
    measure: Measure,
    split: str,
    recorded: pd.DataFrame,
    legend: Legend,
    mover: str | None,
    tested: Past | None,
    key: str = "persona_mix_fan",
) -> None:
    """The fan of one measure as a whole, or small ones by persona or tier on one scale."""
    if split == ALL:
        fans = (IN_GREY, IN_COLOUR) if told.has_proposal else (ALONE,)
        figure = charts.fan(
            _recorded(recorded, measure, ()),
            "value",
            told.ahead(measure.key),
            "world",
            fans=fans,
            title=_fan_words(told, measure, mover),
            unit=measure.unit,
            target=told.target_of(measure.key),
            tested_to=_tested_to(told, measure, tested),
        )
        return cards.picture(figure, f"{key}_{measure.key}")
    series = legend.personas if split == PERSONA else legend.tiers
    figures = charts.small_fans(
        _recorded(recorded, measure, (split,)),
        "value",
        told.ahead_by(measure.key, split),
        split,
        series=series,
        unit=measure.unit,
    )
    return cards.pictures(figures, _split_words(told, measure, split, legend), f"{key}_{measure.key}_{split}")


def rail_alone(told: Answer, measure: Measure) -> str | None:
    """Where to look when the rail is the only lever moved and changes nothing of the measure; None else."""
    if set(told.found.asked.levers.turned) != {"aws_share"} or measure.key in _BY_RAIL:
        return None
    if not told.stays(measure.key):
        return None
    return (
        f"The rail changes no {measure.words if measure.words.isupper() else measure.words.lower()}: look at "
        f"{' and '.join(MEASURES[key].words for key in _BY_RAIL)} for what it does."
    )


def _tested_to(told: Answer, measure: Measure, tested: Past | None) -> date | None:
    """The last month whose distance the test of the past reached; None beyond the months to come, or untested."""
    ahead = tested.furthest(measure.key) if tested else None
    return told.months[ahead - 1] if ahead and ahead < len(told.months) else None


def width(measure: Measure, split: str, tested: Past | None) -> None:
    """What the width of the bands rests on, in the small line below the fan."""
    if tested is None or tested.reason:
        return cards.note("Bands hold half, 8 in 10 and 9 in 10 of the paths; none could be tested on the past.")
    if split != ALL or not tested.tests(measure.key):
        whole = measure.key if tested.tests(measure.key) else "mrr"
        as_it_is = "widened as theirs are" if tested.widens(whole) else "those of the paths, as theirs are"
        return cards.note(f"Past forecasts test MRR, ARR and customers as a whole; these bands are {as_it_is}.")
    held, lean = tested.held_of(measure.key), filter(None, [tested.lean_of(measure.key)])
    if tested.widens(measure.key):
        return cards.note(f"Bands are {_WIDENED}: {held}.", *lean)
    return cards.note(f"Bands are those of the paths: past ones were wide enough, {held}.", *lean)


def _recorded(recorded: pd.DataFrame, measure: Measure, by: Sequence[str]) -> pd.DataFrame:
    """The recorded months of a measure, as far as there is a record of it."""
    column = {"mrr": "mrr_usd", "arr": "mrr_usd", "customers": "customers"}.get(measure.key)
    if column is None:
        return pd.DataFrame({"month": [], "value": []})
    summed = frames.sums(recorded, ["month", *by], [column])
    times = _MONTHS_A_YEAR if measure.key == "arr" else 1
    return summed.assign(value=[float(number) * times for number in summed[column]])


def _fan_words(told: Answer, measure: Measure, mover: str | None) -> str:
    world = told.last
    middle = measure.said(float(told.fan(world, measure.key).median[-1]))
    with_it = f" with {mover}" if mover else ""
    return f"The middle of {numbers.count(told.paths)} paths leads to {middle}{with_it}"


def _split_words(told: Answer, measure: Measure, split: str, legend: Legend) -> str:
    ends = {key: float(fan.median[-1]) for key, fan in told.fans(told.last, measure.key, split).items()}
    most = max(ends, key=lambda key: ends[key])
    return (
        f"{legend.name(most)} leads in {numbers.month(told.months[-1])}: {measure.said(ends[most])} on the middle path"
    )


def _today(recorded: pd.DataFrame, column: str) -> Decimal:
    last = recorded[recorded["month"] == recorded["month"].max()]
    return Decimal(str(frames.total(last[column])))


def _be(measure: Measure) -> str:
    return "are" if measure.key == _CUSTOMERS.key else "is"
