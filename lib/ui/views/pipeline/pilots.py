"""Which pilot next: every pilot through the paper's six steps, each held against its own success criterion."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Mark, Series
from lib.desk.trials import Trial
from lib.pilots import (
    FAILED,
    FALLS_BY_MORE_THAN,
    NOT_BEGUN,
    NOT_MEASURED,
    PASSED,
    RUNNING,
    STATES,
    Framework,
    Judged,
    Pilot,
)
from lib.playbook import Evidence
from lib.ui import cards, focus, frames, growing, numbers, proof
from lib.ui.cards import Card
from lib.ui.focus import Focus
from lib.ui.legends import Legend
from lib.ui.proof import STATE_WORDS
from lib.ui.views.pipeline import ways_on
from lib.ui.views.pipeline.page import Page, Shown

MARKS = (
    Mark(Series(PASSED, STATE_WORDS[PASSED], "blue")),
    Mark(Series(FAILED, STATE_WORDS[FAILED], "vermilion"), "x"),
    Mark(Series(RUNNING, STATE_WORDS[RUNNING], "sky"), "/"),
    Mark(Series(NOT_MEASURED, STATE_WORDS[NOT_MEASURED], "orange"), "."),
    Mark(Series(NOT_BEGUN, STATE_WORDS[NOT_BEGUN], "grey"), is_empty=True),
)
_DOING = {"finish": "Finish", "begin": "Begin", "repeat": "Repeat", "measure": "Measure"}
_HEADERS = {
    "company": "Company",
    "next": "Next",
    "standing": "Stands at",
    "step_days": "In this step",
    "saving_rate": "Saved",
    "owner": "Owner",
    "icp_segment": "ICP segment",
    "missed": "Missed",
}
_STEPS = {
    "step": "Step",
    "criterion": "Success criterion",
    "state": "State",
    "measured": "Measured",
    "begun_on": "Begun",
    "measured_on": "Measured on",
    "step_days": "Lasted",
    "apart": "Not on record",
}


def draw(page: Page) -> Shown:
    """The board, the steps in numbers, and the table from which a pilot is picked."""
    framework, asked = growing.framework(), focus.asked()
    everything = growing.pilots()
    trials = [one for one in everything if _is_looked_at(one, asked)]
    page.tell(finding(trials, framework, asked))
    cards.row(_cards(trials, framework))
    _unfound(everything, trials, asked)
    if trials:
        cards.picture(_board(trials, framework), "pipeline_pilot_board")
        cards.picture(_by_step(trials, framework), "pipeline_pilot_steps")
        _table(trials, framework, page.legend)
    tables: cards.Tables = {"Pilots": listing(trials), "Pilot steps": partial(step_listing, trials)}
    return Shown(assumptions(framework), tables)


def finding(trials: Sequence[Trial], framework: Framework, asked: Focus) -> str:
    """How many pilots there are, how many are through and with every criterion kept, and how many proved a saving."""
    whose = f" of {cards.plain(asked.words)}" if asked.words else ""
    if not trials:
        return f"0 pilots{whose} are on file"
    over = [one for one in trials if one.pilot.is_over]
    clean = sum(not one.pilot.failed for one in over)
    saved, validated, bound = _validated(trials, framework)
    proved = f"; {saved} of {validated} validated savings are above {bound}" if validated else ""
    through = (
        f"{numbers.count(len(over))} through all {len(framework.steps)} steps, {clean} of them with nothing missed"
    )
    return f"{numbers.counted(len(trials), 'pilot')}{whose}: {through}{proved}"


def listing(trials: Sequence[Trial]) -> pd.DataFrame:
    """Pilots as a table, the one that has stood longest in its step first."""
    ordered = sorted(trials, key=lambda one: (-(_days(one) or 0), one.pilot.pilot_id))
    return pd.DataFrame(
        {
            "pilot_id": [one.pilot.pilot_id for one in ordered],
            "company": [one.pilot.company for one in ordered],
            "product": [one.pilot.product for one in ordered],
            "next": [next_words(one.pilot) for one in ordered],
            "standing": [_stands(one) for one in ordered],
            "step_days": frames.column(_days(one) for one in ordered),
            "saving_rate": frames.column(_saving(one) for one in ordered),
            "missed": [proof.missed(one.pilot.failed) for one in ordered],
            "owner": [one.owner or "no deal on file" for one in ordered],
            "icp_segment": [one.icp_segment or "not recorded" for one in ordered],
            "deal_id": frames.column(one.deal_id for one in ordered),
        }
    )


def step_listing(trials: Sequence[Trial]) -> pd.DataFrame:
    """Every step of every pilot as it was judged."""
    rows = [(trial.pilot, one) for trial in trials for one in trial.pilot.steps]
    frame = steps_frame([one for _, one in rows])
    who = {"pilot_id": [pilot.pilot_id for pilot, _ in rows], "company": [pilot.company for pilot, _ in rows]}
    return pd.concat([pd.DataFrame(who), frame], axis="columns")


def steps_frame(steps: Sequence[Judged]) -> pd.DataFrame:
    """Steps as a table: what was asked, what was measured, and what no record of the step holds."""
    return pd.DataFrame(
        {
            "step": [f"{one.step.number} · {one.step.activity}" for one in steps],
            "criterion": [one.step.criterion for one in steps],
            "state": [STATE_WORDS[one.state] for one in steps],
            "measured": [proof.measured(one) for one in steps],
            "begun_on": frames.column(one.started_on for one in steps),
            "measured_on": frames.column(one.measured_on for one in steps),
            "step_days": frames.column(one.days for one in steps),
            "apart": [one.step.apart or "—" for one in steps],
        }
    )


def next_words(pilot: Pilot) -> str:
    """What to do next with a pilot; a criterion that was missed on the way is said first."""
    following = pilot.next
    if following is None:
        return "Nothing: every step is kept"
    said = f"{_DOING[following.doing]}: {following.step.activity}"
    behind = [str(one.step.number) for one in pilot.failed if one.step != following.step]
    if not behind:
        return said
    return f"Missed step{'s' if len(behind) > 1 else ''} {' and '.join(behind)}; {said[:1].lower()}{said[1:]}"


def assumptions(framework: Framework) -> list[str]:
    """How each criterion is read, what is pointed out, and whose owner a pilot has."""
    readings = [f"{one.activity} ({cards.plain(one.criterion)}): {one.reading}" for one in framework.steps]
    apart = [f"{one.activity}: {one.apart} is not on record." for one in framework.steps if one.apart]
    return [
        *readings,
        *apart,
        f"A step is long after {framework.long_after_days} days. {framework.long_reading}",
        "A pilot goes on although a criterion was missed; the miss stays and is said before what runs.",
        "Owner, segment, persona and rail are those of the deal of the same company and product: a won one before an "
        "open one, and that before a lost one; the latest of several.",
        "The framework is the second product's; a pilot of the other has no steps, because no paper names any.",
    ]


def _is_looked_at(one: Trial, asked: Focus) -> bool:
    return asked.keeps(
        product=one.pilot.product,
        icp_segment=one.icp_segment,
        persona=one.persona,
        rail=one.advised_rail,
        owner=one.owner,
    )


def _unfound(everything: Sequence[Trial], shown: Sequence[Trial], asked: Focus) -> None:
    """Pilots without a deal have no owner, segment, persona or rail: a filter on one of these leaves them out."""
    hidden = sum(one.deal_id is None for one in everything) - sum(one.deal_id is None for one in shown)
    if hidden and asked.without("icp_segment", "persona", "rail", "owner"):
        cards.note(
            f"{numbers.counted(hidden, 'pilot')} of companies without a deal on file are left out: nobody owns them."
        )


def _cards(trials: Sequence[Trial], framework: Framework) -> list[Card]:
    running = [one for one in trials if one.pilot.latest and one.pilot.latest.state == RUNNING]
    long = [one for one in running if (_days(one) or 0) > framework.long_after_days]
    missed = [one for one in trials if one.pilot.failed]
    savings = Evidence("pilot_saving_rate", tuple(rate for one in trials if (rate := _saving(one)) is not None))
    latency = _evidence(trials, "p95_overhead_ms")
    return [
        Card("Pilots", numbers.count(len(trials)), "Pilots on file, running and over."),
        Card(
            "Running",
            numbers.count(len(running)),
            f"Pilots in a step that is not measured yet; long after {framework.long_after_days} days.",
            f"{numbers.count(len(long))} longer than {framework.long_after_days} days",
            not long or None,
        ),
        Card(
            "Missed a criterion", numbers.count(len(missed)), "Pilots with a step that missed, however far they went."
        ),
        Card(
            "Median saving",
            numbers.percent(savings.middle) if savings.middle is not None else "not measured",
            "Of the spend captured, in pilots that have been validated.",
            numbers.counted(len(savings.values), "pilot") + " measured",
        ),
        Card(
            "Latency added",
            latency,
            "Median of p95 during shadow routing less p95 before; below zero is faster.",
        ),
    ]


def _evidence(trials: Sequence[Trial], name: str) -> str:
    own = [one.proof for trial in trials for one in trial.pilot.steps if one.step.proves == name]
    values = [one for one in own if one is not None]
    middle = Evidence(name, tuple(values)).middle
    return "not measured" if middle is None else f"{numbers.quantity(round(middle, 1))} ms"


def _board(trials: Sequence[Trial], framework: Framework) -> charts.Figure:
    ordered = sorted(trials, key=lambda one: (-sum(s.state != NOT_BEGUN for s in one.pilot.steps), one.pilot.pilot_id))
    cells = [(one.pilot.company, step) for one in ordered for step in one.pilot.steps]
    frame = pd.DataFrame(
        {
            "company": [company for company, _ in cells],
            "step": [step.step.number for _, step in cells],
            "state": [step.state for _, step in cells],
            "words": [proof.cell(step) for _, step in cells],
        }
    )
    waiting = [one for one in trials if one.pilot.latest and one.pilot.latest.state == RUNNING]
    title = f"{numbers.counted(len(waiting), 'pilot is', 'pilots are')} in a step; a missed criterion is crossed out"
    steps = [f"{one.number} {one.activity}" for one in framework.steps]
    return charts.board(frame, "company", steps, "state", "words", MARKS, title=title)


def _by_step(trials: Sequence[Trial], framework: Framework) -> charts.Figure:
    """Of each step: how many pilots kept, missed, run, lack a number, or have not begun it."""
    counts = {state: [_count(trials, step.number, state) for step in framework.steps] for state in STATES}
    frame = pd.DataFrame({"step": [one.activity for one in framework.steps], **counts})
    worst = max(framework.steps, key=lambda step: _count(trials, step.number, FAILED))
    most = _count(trials, worst.number, FAILED)
    title = (
        f"{worst.activity} is missed most often, by {numbers.counted(most, 'pilot')}" if most else "No step is missed"
    )
    return charts.shares(frame, "step", [mark.series for mark in MARKS], title=title, unit="pilots")


@st.fragment
def _table(trials: Sequence[Trial], framework: Framework, legend: Legend) -> None:
    cards.heading("Which pilot next: the one that has stood longest")
    listed = listing(trials)
    picked = cards.picking_table(
        listed.assign(icp_segment=_named(listed["icp_segment"])), "pipeline_pilots", _HEADERS, legend
    )
    if picked is None:
        cards.note("Pick a row to see its six steps, what each measured, and what no record holds.")
        return
    [one] = [trial for trial in trials if trial.pilot.pilot_id == listed["pilot_id"].iloc[picked]]
    _detail(one, framework, legend)


def _detail(one: Trial, framework: Framework, legend: Legend) -> None:
    with st.container(border=True):
        cards.sentence(f"**{cards.plain(one.pilot.company)}** · {cards.plain(next_words(one.pilot))}")
        if not one.pilot.steps:
            cards.note("The papers name no steps for pilots of this product.")
            return
        cards.table(steps_frame(one.pilot.steps), "pipeline_pilot_detail", _STEPS, legend)
        days = _days(one)
        if days is not None and days > framework.long_after_days:
            cards.note(f"It has stood in its step for {numbers.counted(days, 'day')}. {framework.long_reading}")
        if one.deal_id:
            ways_on.drawn(one.pilot.product, one.deal_id)
        for moved in one.pilot.moved_baselines:
            cards.note(
                f"{moved.step.activity} was held against {proof.exact(moved)}, which is not what step 0 captured: "
                "ask which of the two is right."
            )


def _count(trials: Sequence[Trial], step: int, state: str) -> int:
    return sum(one.step.number == step and one.state == state for trial in trials for one in trial.pilot.steps)


def _validated(trials: Sequence[Trial], framework: Framework) -> tuple[int, int, str]:
    """How many savings keep the paper's criterion, how many were measured, and the criterion's number."""
    steps = [one for one in framework.steps if one.check == FALLS_BY_MORE_THAN]
    own = [one for trial in trials for one in trial.pilot.steps if one.step in steps]
    kept, over = (sum(one.state == state for one in own) for state in (PASSED, FAILED))
    bound = numbers.percent(steps[0].bound, 0) if steps and steps[0].bound is not None else numbers.MISSING
    return kept, kept + over, bound


def _saving(one: Trial) -> Decimal | None:
    """What part of its spend a pilot saved, if it was validated."""
    steps = (step for step in one.pilot.steps if step.step.check == FALLS_BY_MORE_THAN)
    return next((-step.change for step in steps if step.state in (PASSED, FAILED) and step.change is not None), None)


def _days(one: Trial) -> int | None:
    latest = one.pilot.latest
    return latest.days if latest and latest.state == RUNNING else None


def _stands(one: Trial) -> str:
    latest = one.pilot.latest
    return f"{latest.step.number} · {latest.step.activity}" if latest else "not begun"


def _named(keys: "pd.Series[str]") -> list[str]:
    names = growing.segment_names()
    return [names.get(key, key) for key in keys]
