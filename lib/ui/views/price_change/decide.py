"""Put a decision on record with what it foretells, and hold what happened beside what was predicted."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.catalog.scenario import Scenario
from lib.charts import Series
from lib.decisions import APPROVED, DECISIONS, Row
from lib.decisions.beside import MISSING, NOT_YET
from lib.periods import add_months
from lib.refusal import Refusal
from lib.ui import cards, frames, keeping, numbers
from lib.ui.changing import Asked
from lib.ui.keeping import Decided, Judged, Ruled
from lib.ui.legends import Legend

SHEET, BESIDE = "Decisions", "Predicted and happened"
REVENUE = "revenue"
_TOLD, _REFUSED, _DONE, _ONE = (f"decide_{what}" for what in ("told", "refused", "done", "one"))
_DECISION, _APPROVER = "decide_decision", "decide_approver"
_AUTHOR, _DAY, _NOTE, _INSTEAD = (f"decide_{what}" for what in ("author", "day", "note", "instead"))
_HEADERS = {
    "number": "Number",
    "decision": "Decision",
    "key": "Scenario",
    "decided_on": "Decided",
    "effective_on": "Effective",
    "author": "Author",
    "approver": "Approver",
    "predicted_usd": "Revenue predicted of settled months",
    "happened_usd": "happened",
    "difference_usd": "Difference",
    "note": "Note",
    "state": "State",
}
_LINES = {"revenue": "usd", "mrr": "usd", "customers": "customers"}
_BESIDE = {
    "month": "Month",
    "revenue_predicted_usd": "Revenue predicted",
    "revenue_happened_usd": "happened",
    "revenue_difference_usd": "Difference",
    "mrr_predicted_usd": "MRR predicted",
    "mrr_happened_usd": "happened ",
    "mrr_difference_usd": "Difference ",
    "customers_predicted": "Customers predicted",
    "customers_happened": "happened  ",
    "state": "State",
}
PREDICTED, HAPPENED = "predicted", "happened"
_SERIES = (Series(PREDICTED, "Predicted", "grey"), Series(HAPPENED, "Happened", "blue"))
_NOTHING = "No decision is on record."


def show(decided: Decided, asked: Asked, legend: Legend) -> Mapping[str, pd.DataFrame]:
    """The form, every decision, and one of them line by line beside what came of it."""
    st.session_state.pop(_DONE, None)  # this is the whole page already
    cards.heading(finding(decided))
    for words in filter(None, (decided.trouble, *decided.audit)):
        cards.sentence(f":material/report: {cards.plain(words)}")
    if decided.trouble:
        return {}
    if told := st.session_state.pop(_TOLD, None):
        st.success(cards.plain(told), icon=":material/check:")
    if decided.subject:
        _form(decided, asked, decided.subject)
    else:
        cards.note(f"{decided.unready}.")
    frame = listed(decided.records)
    cards.table_or(frame, "decide_records", _HEADERS, legend, _NOTHING)
    if decided.records:
        _closer(decided, legend)
    return {SHEET: frame, BESIDE: every_line(decided.records)}


def finding(decided: Decided) -> str:
    """How many decisions are on record, and how the newest one with settled months compares."""
    count = numbers.counted(len(decided.records), "decision is", "decisions are")
    told = next((one for one in decided.records if settled(one.rows)), None)
    if told is None:
        return f"{count} on record; no predicted month is settled yet" if decided.records else f"{count} on record"
    predicted, came = sums(told.rows)
    months = numbers.counted(len(settled(told.rows)), "settled month")
    return (
        f"{count} on record; {cards.plain(told.decision.key)} predicted {numbers.money(predicted)} of revenue in "
        f"{months}, {numbers.money(came)} happened"
    )


def settled(rows: Sequence[Row]) -> list[Row]:
    """The months of predicted revenue that are known."""
    return [one for one in rows if one.line == REVENUE and one.happened is not None]


def sums(rows: Sequence[Row]) -> tuple[Decimal, Decimal]:
    """Revenue predicted and happened over the settled months."""
    known = settled(rows)
    came = [one.happened for one in known if one.happened is not None]
    return sum((one.predicted for one in known), Decimal(0)), sum(came, Decimal(0))


def listed(records: Sequence[Judged]) -> pd.DataFrame:
    """Every decision in a row, the newest first."""
    decisions = [one.decision for one in records]
    both = [sums(one.rows) if settled(one.rows) else (None, None) for one in records]
    differences = [came - predicted if came is not None and predicted is not None else None for predicted, came in both]
    return pd.DataFrame(
        {
            "number": [one.id for one in decisions],
            "decision": [one.decision for one in decisions],
            "key": [one.key for one in decisions],
            "decided_on": frames.column(one.decided_at.date() for one in decisions),
            "effective_on": frames.column(one.effective_on for one in decisions),
            "author": [one.author for one in decisions],
            "approver": [one.approver for one in decisions],
            "predicted_usd": frames.column(predicted for predicted, _ in both),
            "happened_usd": frames.column(came for _, came in both),
            "difference_usd": frames.column(differences),
            "note": [one.note for one in decisions],
            "state": [f"superseded by {one.superseded_by}" if one.superseded_by else "in force" for one in decisions],
            "result": [one.result_hash for one in decisions],
            "seal": [one.seal for one in decisions],
        }
    )


def by_month(rows: Sequence[Row]) -> pd.DataFrame:
    """A row per month: revenue, MRR and customers, predicted and happened."""
    found = {(one.line, one.month): one for one in rows}
    months = sorted({one.month for one in rows if one.month})
    columns = {
        f"{line}_{what}{'_usd' * (unit == 'usd')}": frames.column(
            _written(getattr(found.get((line, month)), what, None), unit) for month in months
        )
        for line, unit in _LINES.items()
        for what in (PREDICTED, HAPPENED, "difference")
    }
    states = {one.month: one.state for one in rows if one.line == REVENUE}
    return pd.DataFrame({"month": months, **columns, "state": [_state(states.get(month, "")) for month in months]})


def _written(amount: Decimal | None, unit: str) -> Decimal | int | None:
    """People are whole."""
    return amount if amount is None or unit == "usd" else int(amount)


def _state(state: str) -> str:
    return state if state in (NOT_YET, MISSING) else "settled"


def drawn(rows: Sequence[Row]) -> pd.DataFrame:
    """Revenue by month as it was predicted, and as it happened as far as it has."""
    known = [one for one in rows if one.line == REVENUE]
    points = [(one.month, PREDICTED, one.predicted) for one in known]
    points += [(one.month, HAPPENED, one.happened) for one in known if one.happened is not None]
    return pd.DataFrame(points, columns=["month", "what", "revenue_usd"])


def every_line(records: Sequence[Judged]) -> pd.DataFrame:
    """Every measured line of every decision, for the workbook."""
    parts = [beside(one.rows).assign(number=one.decision.id) for one in records]
    return pd.concat(parts, ignore_index=True) if parts else beside(())


def beside(rows: Sequence[Row]) -> pd.DataFrame:
    """What was predicted, what happened, and the difference, line by line."""
    return pd.DataFrame(
        {
            "month": frames.column(one.month for one in rows),
            "label": [one.label for one in rows],
            "unit": [one.unit for one in rows],
            "predicted": frames.column(one.predicted for one in rows),
            "happened": frames.column(one.happened for one in rows),
            "difference": frames.column(one.difference for one in rows),
            "reason": [one.words for one in rows],
        }
    )


# The form


@st.fragment
def _form(decided: Decided, asked: Asked, subject: Scenario) -> None:
    if st.session_state.pop(_DONE, False):
        st.rerun()
    _fields(decided, subject)
    for mistake in st.session_state.pop(_REFUSED, ()):
        st.error(cards.plain(mistake), icon=":material/report:")
    st.button(
        "Put on record", key="decide_record", on_click=_record, args=(asked, subject.key), icon=":material/gavel:"
    )
    span = numbers.counted(asked.months, "month")
    cards.note(
        f"With it goes on record what {span} to come bring, from today's contracts at today's list prices; nobody "
        "comes, leaves or reacts. Where it is approved that is under the change, else without it. A record is never "
        "changed; a later one can take its place."
    )


def _fields(decided: Decided, subject: Scenario) -> None:
    st.segmented_control(
        f"Decision on {cards.plain(subject.name)}",
        list(DECISIONS),
        default=APPROVED,
        format_func=str.capitalize,
        key=_DECISION,
        required=True,
    )
    left, middle, right = st.columns(3)
    left.text_input("Proposed by", subject.author, key=f"{_AUTHOR}_{subject.key}", max_chars=100)
    middle.text_input("Decided by", key=_APPROVER, max_chars=100)
    right.date_input("Effective", subject.effective, key=f"{_DAY}_{subject.key}", format="YYYY-MM-DD")
    st.text_area("Note", key=f"{_NOTE}_{subject.key}", max_chars=2000, height=80)
    own = [one.decision for one in decided.records if one.decision.key == subject.key]
    names = {one.id: f"{one.id}, {one.decision} by {one.approver}" for one in own if one.superseded_by is None}
    if names:
        st.selectbox(
            "Takes the place of",
            [None, *names],
            format_func=lambda number: names.get(number, "no earlier decision"),
            key=f"{_INSTEAD}_{subject.key}",
        )


def _ruled(key: str) -> Ruled:
    """What stands in the fields at this moment."""
    held = st.session_state
    day = held[f"{_DAY}_{key}"]
    return Ruled(
        decision=str(held[_DECISION]),
        author=held[f"{_AUTHOR}_{key}"],
        approver=held[_APPROVER],
        note=held[f"{_NOTE}_{key}"],
        effective_on=day if isinstance(day, date) else None,
        supersedes=held.get(f"{_INSTEAD}_{key}"),
    )


def _record(asked: Asked, key: str) -> None:
    try:
        one = keeping.record(asked, _ruled(key))
    except Refusal as refusal:
        st.session_state[_REFUSED] = (str(refusal),)
        return
    lines = numbers.counted(len(one.predictions), "predicted line")
    st.session_state[_TOLD] = f"Decision {one.id} is on record with {lines}, sealed {one.seal}."
    st.session_state[_DONE] = True


# One decision


@st.fragment
def _closer(decided: Decided, legend: Legend) -> None:
    """What happened beside what was predicted, for one decision."""
    by_number = {one.decision.id: one for one in decided.records}
    names = {key: f"{key}: {one.decision.key}, {one.decision.decision}" for key, one in by_number.items()}
    number = st.selectbox("Predicted and happened of", list(names), format_func=lambda key: names[key], key=_ONE)
    one = by_number[number]
    if any(row.line == REVENUE for row in one.rows):
        title = _closer_words(one, decided)
        frame = drawn(one.rows)
        figure = charts.lines(frame, "month", "revenue_usd", "what", series=_SERIES, title=title, unit="USD")
        cards.picture(figure, f"decide_picture_{number}")
    frame = by_month(one.rows)
    cards.table_or(frame, f"decide_beside_{number}", _BESIDE, legend, "It has no line that can be measured.")
    for words in in_all(one):
        cards.note(words)


def _closer_words(one: Judged, decided: Decided) -> str:
    if not settled(one.rows):
        last = decided.settled_before and add_months(decided.settled_before, -1)
        return f"0 of the months it predicted are settled; the last one that is settled is {numbers.month(last)}"
    predicted, came = sums(one.rows)
    difference = numbers.exact_change(came - predicted)
    return (
        f"{numbers.exact_money(came)} happened of {numbers.exact_money(predicted)} predicted in "
        f"{numbers.counted(len(settled(one.rows)), 'settled month')}: {difference}"
    )


def in_all(one: Judged) -> list[str]:
    """What it foretold of the whole window, which no invoice tells afterwards."""
    found = [prediction for prediction in one.decision.predictions if prediction.month is None]
    words = [
        f"{prediction.label.lower()} {numbers.change(prediction.predicted)}"
        if prediction.unit == "USD"
        else f"{prediction.label.lower()} {numbers.count(prediction.predicted)}"
        for prediction in found
    ]
    return [f"Foretold of the whole window, and not measurable afterwards: {'; '.join(words)}."] if words else []
