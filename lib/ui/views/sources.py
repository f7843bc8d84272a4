"""Where every number came from: what was loaded, what was rejected, and whether we reproduce what was invoiced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.freshness import SourceState
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
from lib.ui.cards import Card
from lib.ui.ledger import Uncovered
from lib.ui.legends import Legend

Counts = Mapping[tuple[str, str], int]
ASSUMPTIONS = (
    "Every line of a file is counted outside the parser: read = header + blank + loaded + duplicates + rejected.",
    "A feed's age is the days between its newest snapshot and the as-of day; how old is too old is data/billing.toml.",
    "Parity rates history with the books of its time and holds it against every invoice line, to the cent.",
    "A cause is the first of a fixed list of known slips that makes exactly the invoiced amount; others are mentioned.",
    "Copies of an event that say something else are conflicts: the first copy received is kept.",
)
_EVERY = "Every cause"
_OPEN_CLASSES = (
    Series(DIFFERING, "Differing", "orange"),
    Series(NOT_INVOICED, "Not invoiced", "vermilion"),
    Series(NOT_RATED, "Not rated", "purple"),
)
_FEED_HEADERS = {
    "title": "Feed",
    "source": "Source",
    "state": "State",
    "age_days": "Age",
    "last_record_on": "Newest record",
    "lines_read": "Lines read",
    "loaded": "Loaded",
    "duplicates": "Duplicates",
    "rejected": "Rejected",
    "pull_command": "Brought by",
}
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


def finding(states: Sequence[SourceState], reproduced: Reproduction) -> str:
    """How many feeds are fresh, how many of the invoiced lines we reproduce, and what nothing explains."""
    fresh = sum(not state.is_missing and not state.is_stale for state in states)
    return f"{fresh} of {numbers.counted(len(states), 'feed')} are fresh; {_parity_words(reproduced)}"


def _parity_words(reproduced: Reproduction) -> str:
    if not reproduced.invoiced:
        return "no invoiced line can be compared"
    lines, apart = numbers.counted(reproduced.invoiced, "invoiced line"), reproduced.invoiced - reproduced.matched
    said = f"{numbers.count(reproduced.matched)} of {lines} match to the cent, {_share(reproduced)}"
    differ = f"{numbers.count(apart)} differ, {numbers.count(reproduced.unexplained)} unexplained"
    return f"{said}; {differ if apart else 'none differs'}; {numbers.count(reproduced.missing)} were never invoiced"


def _share(reproduced: Reproduction) -> str:
    """The share that matches, cut off: nearly all is never said to be all."""
    rate = Decimal(reproduced.matched) / reproduced.invoiced
    return numbers.percent(rate.quantize(Decimal("0.001"), ROUND_DOWN))


def show(states: Sequence[SourceState], lines: Sequence[ParityLine]) -> None:
    """Cards, and every line that is due and does not match: how many, and how many dollars, by cause."""
    cards.row(_cards(states, lines))
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
def feeds(states: Sequence[SourceState], legend: Legend) -> None:
    """Every feed with its accounting; missing and stale ones first."""
    cards.heading("Every feed, line by line")
    cards.table(listed_feeds(states), "sources_feeds", _FEED_HEADERS, legend)
    for state in states:
        if state.is_missing:
            cards.missing(state)


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


@st.fragment
def left_out(rejects: pd.DataFrame, conflicts: pd.DataFrame, uncovered: Uncovered, legend: Legend) -> None:
    """What was not loaded, copies of events that disagree, and usage nobody can bill."""
    left, right = st.columns(2)
    with left:
        cards.heading(f"{numbers.counted(len(rejects), 'rejected line')}")
        headers = {"file": "File", "line": "Line", "reason": "Reason", "raw_text": "Text"}
        cards.table_or(rejects, "sources_rejects", headers, legend, "Every line could be loaded.")
    with right:
        cards.heading(f"{numbers.counted(len(conflicts), 'conflicting copy', 'conflicting copies')}")
        headers = {"event_id": "Event", "dimension": "Dimension", "kept_quantity": "Kept", "other_quantity": "Other"}
        cards.table_or(conflicts, "sources_conflicts", headers, legend, "No two copies of an event disagree.")
    events, customers = numbers.counted(uncovered.events, "event"), numbers.counted(uncovered.customers, "customer")
    cards.note(f"{events} of {customers} fall outside any contract: they are kept, and no line can bill them.")


def listed_feeds(states: Sequence[SourceState]) -> pd.DataFrame:
    """The accounting table: missing first, then stale, then by name."""
    ordered = sorted(states, key=lambda state: (not state.is_missing, not state.is_stale, state.source, state.feed))
    columns = ("source", "feed", "age_days", "last_record_on", "lines_read", "loaded", "duplicates", "rejected")
    frame = frames.table(ordered, {name: name for name in (*columns, "pull_command")})
    return frame.assign(
        title=[numbers.feed(state.feed) for state in ordered], state=[_state_words(state) for state in ordered]
    )


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


def _cards(states: Sequence[SourceState], lines: Sequence[ParityLine]) -> list[Card]:
    late = sum(state.is_missing or state.is_stale for state in states)
    due = [line for line in lines if line.verdict != PENDING]
    apart = sum((line.difference for line in due), frames.ZERO)
    unexplained = sum(line.cause == UNEXPLAINED for line in lines)
    read, loaded, rejected = (sum(getattr(state, name) for state in states) for name in _COUNTED)
    return [
        Card("Lines read", numbers.count(read), "Lines of all files of the newest snapshot, headers included."),
        Card("Loaded", numbers.count(loaded), "Records in the warehouse."),
        Card("Rejected", numbers.count(rejected), "Lines kept aside with file, line, reason and text."),
        Card("Late feeds", numbers.count(late), "Feeds older than promised, or never seen."),
        Card("Difference", numbers.change(apart), "Rated less invoiced, over all lines that are due and do not match."),
        Card("Unexplained", numbers.count(unexplained), "Differences nothing on record explains."),
    ]


_COUNTED = ("lines_read", "loaded", "rejected")


def _state_words(state: SourceState) -> str:
    if state.is_missing:
        return "missing"
    return "stale" if state.is_stale else "fresh"


def _urgency(line: ParityLine) -> tuple[object, ...]:
    return line.verdict == PENDING, -abs(line.difference), line.contract_id, line.item, line.start_on
