"""What MRR at the horizon is made of: today's, and step by step what becomes of it on average."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

import pandas as pd

from lib import charts
from lib.charts import ESTIMATED
from lib.forecast.bridge import DEALS, HIGHER, LEAVING, LOWER, NEWCOMERS, PERSONA, PRICES
from lib.ui import cards, numbers
from lib.ui.legends import Legend
from lib.ui.views.persona_mix.answer import UNANSWERED
from lib.ui.views.persona_mix.answered import Answer
from lib.ui.views.persona_mix.measures import MEASURES, Measure

_MRR = MEASURES["mrr"]
_TODAY = "MRR today"
_A_DOLLAR = 0.5  # what is less rounds to nothing, and is no step
_STEPS = {
    DEALS: "Open deals",
    NEWCOMERS: "Other new customers",
    PERSONA: "To another persona",
    HIGHER: "To a higher tier",
    LOWER: "To a lower tier",
    LEAVING: "Leaving",
    PRICES: "Prices",
}
_HEADERS = {"step": "Step", "baseline": "Baseline", "asked": "What is asked", "difference": "Difference"}
_ALONE = {"step": "Step", "baseline": "MRR"}


def show(told: Answer, measure: Measure, mover: str | None, legend: Legend) -> Mapping[str, pd.DataFrame]:
    """From today's MRR to what is expected of the last month; with something moved, what it changes of each step."""
    cards.heading(_finding(told, mover))
    until = numbers.month(told.months[-1])
    cards.picture(_steps(_of_last(told), _most(told), f"Expected, {until}", begins=True), "persona_mix_made_of")
    if mover:
        _changed(told, mover)
    cards.table(listed(told), "persona_mix_steps", _HEADERS if mover else _ALONE, legend, is_whole=True)
    cards.note(*_notes(told, measure))
    return {"What it is made of": figures(told)}


def _changed(told: Answer, mover: str) -> None:
    """The steps that what is asked moves, on a scale of their own; or that it moves none."""
    changes = {_STEPS[step]: usd for step, usd in told.bridges.changes.items() if abs(usd) >= _A_DOLLAR}
    if not changes:
        return cards.sentence(f"With {mover} no step changes: MRR is the same on average.")
    most = max(changes, key=lambda step: abs(changes[step]))
    title = f"What {mover} changes, step by step. Most: {most}, {numbers.about(changes[most])}"
    return cards.picture(_steps(changes, title, "Difference"), "persona_mix_made_of_changes")


def _steps(amounts: Mapping[str, float], title: str, total: str, begins: bool = False) -> charts.Figure:
    frame = pd.DataFrame({"step": [_in_two_lines(words) for words in amounts], "usd": list(amounts.values())})
    return charts.steps(frame, "step", "usd", title=title, unit=ESTIMATED, total=_in_two_lines(total), begins=begins)


def _in_two_lines(words: str) -> str:
    """Words below a bar, narrow enough for a phone: Expected, Oct 2028 has its month on the second line."""
    first, comma, month = words.partition(", ")
    return f"{first},<br>{month}" if comma else "<br>".join(words.rsplit(" ", 1))


def _of_last(told: Answer) -> dict[str, float]:
    """Today and the steps of what is asked, without those that change nothing."""
    last = told.bridges.last
    changed = {_STEPS[step]: usd for step, usd in last.steps.items() if abs(usd) >= _A_DOLLAR}
    return {_TODAY: last.begins, **changed}


def _finding(told: Answer, mover: str | None) -> str:
    bridges, until = told.bridges, numbers.month(told.months[-1])
    recorded, mean = numbers.money(bridges.recorded), _MRR.said(bridges.last.mean)
    first = f"{recorded} of MRR today becomes {mean} in {until} on average"
    if mover is None:
        return first
    before = f", {UNANSWERED}" if told.is_unanswered else ""
    return (
        f"{first} with {mover}: {_MRR.changed(bridges.last.mean - bridges.baseline.mean)} against the baseline{before}"
    )


def _most(told: Answer) -> str:
    """Which step brings most, and which takes most."""
    steps = told.bridges.last.steps
    best, worst = max(steps, key=lambda step: steps[step]), min(steps, key=lambda step: steps[step])
    ends = [
        (f"Largest {words}: {_STEPS[step]}, {numbers.about(steps[step])}")
        for step, words, is_so in (
            (best, "gain", steps[best] >= _A_DOLLAR),
            (worst, "loss", steps[worst] <= -_A_DOLLAR),
        )
        if is_so
    ]
    return ". ".join(ends) or "No step changes anything"


def _rows(told: Answer) -> Iterator[tuple[str, float, float]]:
    """Today, every step, and what they lead to: of the baseline, and of what is asked."""
    baseline, last = told.bridges.baseline, told.bridges.last
    yield _TODAY, baseline.begins, last.begins
    for step, words in _STEPS.items():
        yield words, baseline.steps[step], last.steps[step]
    yield f"Expected, {numbers.month(told.months[-1])}", baseline.mean, last.mean


def listed(told: Answer) -> pd.DataFrame:
    """The same in two digits, as estimates are told; today's MRR is recorded."""
    rows = list(_rows(told))
    levels = {0, len(rows) - 1}
    said = [numbers.estimate if place in levels else numbers.about for place in range(len(rows))]
    frame = pd.DataFrame(
        {
            "step": [words for words, _, _ in rows],
            "baseline": [say(usd) for say, (_, usd, _) in zip(said, rows, strict=True)],
            "asked": [say(usd) for say, (_, _, usd) in zip(said, rows, strict=True)],
            "difference": [numbers.about(asked - baseline) for _, baseline, asked in rows],
        }
    )
    frame.loc[0, ["baseline", "asked"]] = numbers.exact_money(told.bridges.recorded)
    return frame


def figures(told: Answer) -> pd.DataFrame:
    """The same to be taken along, in cents: sums are rounded and steps are what lies between, so that they add up."""
    rows = list(_rows(told))
    frame = pd.DataFrame({"step": [words for words, _, _ in rows]})
    frame["baseline_usd"] = _in_cents([usd for _, usd, _ in rows[:-1]])
    frame["asked_usd"] = _in_cents([usd for _, _, usd in rows[:-1]])
    return frame.assign(difference_usd=(frame["asked_usd"] - frame["baseline_usd"]).round(2))


def _in_cents(amounts: Sequence[float]) -> list[float]:
    """Today and the steps → the same and their sum, in cents that add up."""
    sums = [round(one, 2) for one in accumulate(amounts)]
    steps = [round(after - before, 2) for before, after in pairwise([0.0, *sums])]
    return [*steps, sums[-1]]


def _notes(told: Answer, measure: Measure) -> Iterator[str]:
    if measure.key != _MRR.key:
        yield f"These are steps of MRR; the fan above shows {measure.words}."
    mean, middle = (_MRR.said(usd) for usd in (told.bridges.last.mean, told.fan(told.last, _MRR.key).median[-1]))
    yield (
        "On average, with every rate at its mean; the middle of the fan is a median, on paths that draw their own "
        f"rates, and lies a little elsewhere: at {middle}{' too, in two digits' if mean == middle else ''}."
    )
    yield (
        "A step counts what a customer pays in the month of the step, over all months: one who comes and leaves again "
        "stands in both. Other new customers are the usual arrivals beside today's open deals. To another persona: it "
        "then pays what customers there pay on average. Prices: customers who are here pay more or less than before, "
        "as their own contracts say or a scenario does; who comes then pays the price of then from the start."
    )
