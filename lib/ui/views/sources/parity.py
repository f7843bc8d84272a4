"""Whether the rules reproduce what was invoiced: every line that does not match, by cause."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.reconciliation import (
    CLASSES,
    DIFFERING,
    NOT_INVOICED,
    NOT_RATED,
    PENDING,
    UNEXPLAINED,
    ParityLine,
    Reproduction,
)
from lib.ui import cards, controls, frames, numbers
from lib.ui.legends import Legend

Counts = Mapping[tuple[str, str], int]
_EVERY = "Every cause"
_OPEN_CLASSES = (
    Series(DIFFERING, "Differing", "orange"),
    Series(NOT_INVOICED, "Not invoiced", "vermilion"),
    Series(NOT_RATED, "Not rated", "purple"),
)
_LINE_HEADERS = {
    "customer": "Customer",
    "item": "Plan or dimension",
    "start_on": "Period from",
    "rated_usd": "Rated",
    "invoiced_usd": "Invoiced",
    "difference_usd": "Rated less invoiced",
    "cause": "Reason",
    "reason": "In full",
}


def show(lines: Sequence[ParityLine], reproduced: Reproduction) -> None:
    """Every line that is due and does not match: how many, and how many dollars, by cause."""
    cards.heading("Do we reproduce what was invoiced?")
    if not reproduced.invoiced:
        cards.note(
            "No line of an invoice was pulled, so nothing can be compared. Stripe's come by its API or Data Pipeline "
            "and not with dashboard exports; AWS's stand in the billing event feed."
        )
        return
    frame = by_cause(lines)
    pending = numbers.counted(sum(line.verdict == PENDING for line in lines), "line")
    if frame.empty:
        cards.note(f"Every line that is due matches to the cent; {pending} are not due yet.")
        return
    unexplained = [line for line in lines if line.cause == UNEXPLAINED]
    if unexplained:
        cards.sentence(f":material/report: **{_loud_words(unexplained)}**")
    left, right = st.columns(2)
    with left:
        title = f"{_apart_words(frame)}, mostly {_most(frame)}; {pending} are not due yet"
        cards.picture(charts.stacked_bars(frame, "cause", _OPEN_CLASSES, title=title, unit="lines"), "sources_parity")
    with right:
        total = numbers.change(frames.total(frame["difference_usd"]))
        title = f"Rated less invoiced is {total} over all of them; above zero we billed too little"
        cards.picture(
            charts.ranked(frame, "cause", "difference_usd", title=title, unit="USD", signed=True), "sources_causes"
        )


def _apart_words(frame: pd.DataFrame) -> str:
    """The lines of the picture by class: 908 due lines do not match: 891 differ, 10 were not invoiced, 7 not rated."""
    classes = ((DIFFERING, "differ"), (NOT_INVOICED, "were not invoiced"), (NOT_RATED, "could not be rated"))
    told = [f"{numbers.count(int(frame[key].sum()))} {words}" for key, words in classes if frame[key].sum()]
    return f"{numbers.counted(int(frame['lines'].sum()), 'due line')} do not match: {', '.join(told)}"


def _most(frame: pd.DataFrame) -> str:
    """The cause of most lines."""
    counts = dict(zip(frame["cause"], frame["lines"], strict=True))
    return str(max(counts, key=lambda cause: counts[cause]))


def _loud_words(lines: Sequence[ParityLine]) -> str:
    """What nothing explains, in dollars either way, before any picture."""
    apart = numbers.exact_money(sum((abs(line.difference) for line in lines), frames.ZERO))
    verb = "differs" if len(lines) == 1 else "differ"
    return f"{numbers.counted(len(lines), 'line')} {verb} by {apart} and nothing on record explains it"


def by_cause(lines: Sequence[ParityLine]) -> pd.DataFrame:
    """Lines that are due and do not match, by cause: how many of each class, and what we rate less what was invoiced.

    What nothing explains stands first, then the cause of most lines.
    """
    due = [line for line in lines if line.verdict != PENDING]
    counts = Counter(line.cause for line in due)
    causes = sorted(counts, key=lambda cause: (cause != UNEXPLAINED, -counts[cause], cause))
    own = [[line for line in due if line.cause == cause] for cause in causes]
    frame = pd.DataFrame({"cause": causes, "lines": [len(group) for group in own]})
    for one in _OPEN_CLASSES:
        frame[one.key] = [sum(line.verdict == one.key for line in group) for group in own]
    differences = (sum((line.difference for line in group), frames.ZERO) for group in own)
    return frame.assign(difference_usd=frames.column(differences))


@st.fragment
def differences(lines: Sequence[ParityLine], names: Mapping[str, str], legend: Legend) -> None:
    """Every line that is not matched, by cause, the largest difference first; a picked one is spelt out."""
    cards.heading(
        "Lines that do not match, what is due first and the largest difference first; then what is not due yet"
    )
    causes = sorted({line.cause for line in lines})
    wanted = controls.choice("sources_cause", "Cause", {cause: cause for cause in (_EVERY, *causes)})
    frame = listed_lines([line for line in lines if wanted in (_EVERY, line.cause)], names)
    picked = cards.picking_table(frame, "sources_lines", _LINE_HEADERS, legend)
    if picked is None:
        cards.note(f"{numbers.counted(len(frame), 'line')}. Pick a row to read why.")
        return
    row = {column: frame[column].iloc[picked] for column in ("contract_id", "verdict", "reason")}
    cards.note(cards.plain(f"Contract {row['contract_id']}, {row['verdict']}: {row['reason']}."))


def listed_lines(lines: Sequence[ParityLine], names: Mapping[str, str]) -> pd.DataFrame:
    """Parity lines as a table: what is due first, the largest difference first."""
    ordered = sorted(lines, key=_urgency)
    columns = ("customer_id", "contract_id", "rail", "kind", "item", "start_on", "verdict", "cause", "reason")
    frame = frames.table(ordered, {name: name for name in columns})
    return frame.assign(
        customer=[numbers.who(line.customer_id, names) for line in ordered],
        rated_usd=frames.column(line.rated for line in ordered),
        invoiced_usd=frames.column(line.invoiced for line in ordered),
        difference_usd=frames.column(line.difference for line in ordered),
    )


def listed_classes(counts: Counts) -> pd.DataFrame:
    """How many lines are in each class, by rail."""
    rails = sorted({rail for rail, _ in counts})
    rows = [(rail, verdict, counts.get((rail, verdict), 0)) for rail in rails for verdict in CLASSES]
    return pd.DataFrame(rows, columns=["rail", "class", "lines"])


def _urgency(line: ParityLine) -> tuple[object, ...]:
    return line.verdict == PENDING, -abs(line.difference), line.contract_id, line.item, line.start_on
