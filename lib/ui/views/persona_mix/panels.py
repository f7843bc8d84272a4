"""What is certain, what is estimated and what is assumed: three panels, never mixed."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.forecast import Assumptions
from lib.forecast.told import ARRIVALS, Told
from lib.ui import cards, frames, numbers
from lib.ui.forecasting import Asked, Testing
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import past, wording
from lib.ui.views.persona_mix.answered import Answer
from lib.ui.views.persona_mix.past import Past

Tables = dict[str, pd.DataFrame]
_TODAY = {"persona": "Persona", "customers": "Customers", "mrr_usd": "MRR"}
_TOLD = {
    "who": "Who",
    "what": "What",
    "where": "Where",
    "believed": "Believed",
    "worth": "Worth",
    "seen": "Seen",
    "taken": "Taken",
    "between": "9 in 10 between",
}
_BELIEFS = {"belief": "Belief", "value": "Value", "low": "Low", "high": "High", "why": "Why"}
_FEW = Decimal("0.0001")


def show(
    told: Answer, recorded: pd.DataFrame, testing: Testing, asked: Asked, believed: Assumptions, legend: Legend
) -> Tables:
    """The three panels, below each other → their tables."""
    with st.container(border=True):
        today = _certain(told, recorded, legend)
    with st.container(border=True):
        estimated = _estimated(told, testing, legend)
    with st.container(border=True):
        assumed = _assumed(asked, believed, legend)
    return {**today, **estimated, **assumed}


def _certain(told: Answer, recorded: pd.DataFrame, legend: Legend) -> Tables:
    cards.sentence("**:material/check_circle: Certain: who is here and what they pay, recorded**")
    last = recorded[recorded["month"] == recorded["month"].max()]
    today = frames.sums(last, ["persona"], ["customers", "mrr_usd"])
    ordered = today.sort_values("mrr_usd", ascending=False, kind="stable", key=lambda column: column.map(float))
    listed = frames.cents(ordered, "mrr_usd")
    cards.table(listed, "persona_mix_today", _TODAY, legend)
    cards.note("The forecast starts from here: who has a running contract, at what it is billed.", *told.found.notes)
    return {"Today": listed}


def _estimated(told: Answer, testing: Testing, legend: Legend) -> Tables:
    cards.sentence("**:material/query_stats: Estimated: what history adds to the beliefs, and how past forecasts did**")
    rows = told.found.told
    silent = list(dict.fromkeys(row.who for row in rows if row.about == "moves" and _is_silent(row.who, rows)))
    for who in silent:
        cards.sentence(
            f":material/help: No customer-month of {cards.plain(legend.name(who))} on record: beliefs alone."
        )
    taken = {"Taken": told_figures(rows, legend)}
    cards.table(listed_told(rows, legend), "persona_mix_told", _TOLD, legend)
    cards.note(
        "Believed counts as so many observations (worth), and what was seen is added. Taken is the mean of what "
        "the paths draw; nine of ten lie between."
    )
    cards.sentence("**Forecasts made again from what was known in each past month**")
    if testing.found is None:
        st.error(cards.plain(testing.refused or ""), icon=":material/report:")
        return taken
    return {**taken, **past.show(Past(testing.found), legend)}


def _assumed(asked: Asked, believed: Assumptions, legend: Legend) -> Tables:
    cards.sentence("**:material/psychology: Assumed: what is believed and what is moved**")
    for key, value in asked.levers:
        cards.sentence(f":material/tune: {wording.belief(key, legend)}: {wording.number(key, float(value))}")
    cards.table(listed_beliefs(believed, legend), "persona_mix_beliefs", _BELIEFS, legend)
    cards.note(
        "Beliefs, each with its why; some quote counts of ours, so their worth is small. Their file: "
        "data/assumptions/base.toml."
    )
    return {"Beliefs": belief_figures(believed, legend)}


def listed_told(rows: Sequence[Told], legend: Legend) -> pd.DataFrame:
    """Every number that is drawn: what is believed, what was seen, what is taken."""
    return pd.DataFrame(
        {
            "who": [legend.name(row.who) for row in rows],
            "what": [row.what for row in rows],
            "where": [", ".join(legend.name(one) for one in row.where) for row in rows],
            "believed": [_figure(row, row.believed) for row in rows],
            "worth": [f"{row.worth:g} {row.unit}s" for row in rows],
            "seen": ["no data" if row.has_no_data else f"{row.happened:g} of {row.at_risk:g}" for row in rows],
            "taken": [_figure(row, row.taken) for row in rows],
            "between": [f"{_figure(row, row.low)} to {_figure(row, row.high)}" for row in rows],
        }
    )


def told_figures(rows: Sequence[Told], legend: Legend) -> pd.DataFrame:
    """The same to be taken along: arrivals are customers a month, everything else is a rate."""
    drawn = {"believed": "believed", "taken": "taken", "low_90": "low", "high_90": "high"}
    return pd.DataFrame(
        {
            "who": [legend.name(row.who) for row in rows],
            "what": [row.what for row in rows],
            "where": [", ".join(legend.name(one) for one in row.where) for row in rows],
            "observed_unit": [row.unit for row in rows],
            "worth_observations": [round(row.worth, 2) for row in rows],
            "seen_times": [round(row.happened, 2) for row in rows],
            "seen_of_observations": [round(row.at_risk, 2) for row in rows],
            **{
                f"{name}_{ending}": frames.column(
                    round(getattr(row, which), 6) if _is_arrivals(row) == is_arrivals else None for row in rows
                )
                for ending, is_arrivals in (("rate", False), ("per_month", True))
                for name, which in drawn.items()
            },
        }
    )


def listed_beliefs(believed: Assumptions, legend: Legend) -> pd.DataFrame:
    """Every belief of the ladder with its range and its why, in words."""
    used = [(key, one) for key, one in believed.beliefs()]
    return pd.DataFrame(
        {
            "belief": [wording.belief(key, legend) for key, _ in used],
            "value": [wording.number(key, float(one.value)) for key, one in used],
            "low": ["" if one.low is None else wording.number(key, float(one.low)) for key, one in used],
            "high": ["" if one.high is None else wording.number(key, float(one.high)) for key, one in used],
            "why": [one.why for _, one in used],
        }
    )


def belief_figures(believed: Assumptions, legend: Legend) -> pd.DataFrame:
    """The same to be taken along, by its key in the file and exactly as it stands there."""
    used = list(believed.beliefs())
    return pd.DataFrame(
        {
            "belief": [wording.belief(key, legend) for key, _ in used],
            "unit": [wording.unit(key) for key, _ in used],
            "value": frames.column(one.value for _, one in used),
            "low": frames.column(one.low for _, one in used),
            "high": frames.column(one.high for _, one in used),
            "why": [one.why for _, one in used],
            "key": [key for key, _ in used],
        }
    )


def _is_silent(who: str, rows: Sequence[Told]) -> bool:
    """Whether no customer-month of a persona is on record, in any of its rows of moves."""
    return all(row.has_no_data for row in rows if row.who == who and row.about == "moves")


def _figure(row: Told, number: float) -> str:
    return f"{number:.2g}" if _is_arrivals(row) else numbers.percent(number, 1)


def _is_arrivals(row: Told) -> bool:
    return row.about == ARRIVALS
