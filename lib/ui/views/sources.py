"""Where every number came from: what was loaded, what was rejected, and whether we reproduce what was invoiced."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.freshness import SourceState
from lib.reconciliation import CLASSES, DIFFERING, MATCHED, NOT_INVOICED, NOT_RATED, PENDING, UNEXPLAINED, ParityLine
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.ledger import Uncovered
from lib.ui.legends import Legend

Counts = Mapping[tuple[str, str], int]
ASSUMPTIONS = (
    "Every line of a file is counted outside the parser: read = header + blank + loaded + duplicates + rejected.",
    "A feed's age is the days between its newest snapshot and the as-of day; how old is too old is data/billing.toml.",
    "Parity rates history with the books of its time and holds it against every invoice line, to the cent.",
    "Copies of an event that say something else are conflicts: the first copy received is kept.",
)
_INVOICED = (MATCHED, DIFFERING, NOT_RATED)
_CLASSES = (
    Series(MATCHED, "Matched", "blue"),
    Series(PENDING, "Not due yet", "sky"),
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


def finding(states: Sequence[SourceState], counts: Counts, lines: Sequence[ParityLine]) -> str:
    """How many feeds are fresh, and how many of the invoiced lines we reproduce."""
    fresh = sum(not state.is_missing and not state.is_stale for state in states)
    return f"{fresh} of {numbers.counted(len(states), 'feed')} are fresh; {_parity_words(counts, lines)}"


def _parity_words(counts: Counts, lines: Sequence[ParityLine]) -> str:
    invoiced, matched = _counted(counts, *_INVOICED), _counted(counts, MATCHED)
    if not invoiced:
        return "no invoiced line can be compared"
    unexplained = sum(line.reason == UNEXPLAINED and line.verdict in _INVOICED for line in lines)
    reasons = f"{numbers.count(unexplained)} without a reason" if unexplained else "each with a reason"
    said = f"{numbers.count(matched)} of {numbers.counted(invoiced, 'invoiced line')} match to the cent"
    differ = f"{numbers.count(invoiced - matched)} differ, {reasons}" if invoiced > matched else "none differs"
    return f"{said}, {differ}; {numbers.count(_counted(counts, PENDING))} not due yet"


def _counted(counts: Counts, *verdicts: str) -> int:
    return sum(number for (_, verdict), number in counts.items() if verdict in verdicts)


def show(states: Sequence[SourceState], counts: Counts, lines: Sequence[ParityLine], legend: Legend) -> None:
    """Cards, and every line that does not match by rail and class."""
    cards.row(_cards(states, lines))
    rails = [one.key for one in legend.rails]
    open_classes = [one for one in _CLASSES if one.key != MATCHED]
    frame = pd.DataFrame({"rail": [legend.name(rail) for rail in rails]})
    for one in open_classes:
        frame[one.key] = [float(counts.get((rail, one.key), 0)) for rail in rails]
    never = numbers.counted(_counted(counts, NOT_INVOICED), "line")
    title = f"{numbers.counted(len(lines), 'line')} do not match yet; {never} we rate should have been invoiced"
    cards.picture(charts.stacked_bars(frame, "rail", open_classes, title=title, unit="lines"), "sources_parity")


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
    """Every line that is not matched, the largest difference first; a picked one is spelt out."""
    cards.heading("Lines that do not match: what is due first, the largest difference first")
    frame = listed_lines(lines, names)
    picked = cards.picking_table(frame, "sources_lines", _LINE_HEADERS, legend)
    if picked is None:
        cards.note("Pick a row to read why.")
        return
    row = {column: frame[column].iloc[picked] for column in frame.columns}
    rated, invoiced = (numbers.exact_money(row[column]) for column in ("rated_usd", "invoiced_usd"))
    words = cards.plain(f"{row['contract_id']}: {row['reason']}.")
    cards.note(f"Contract {words} We rate {rated}; the rail invoiced {invoiced}.")


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
        customer=[_who(line.customer_id, names) for line in ordered],
        rated_usd=frames.column(line.rated for line in ordered),
        invoiced_usd=frames.column(line.invoiced for line in ordered),
        difference_usd=frames.column(_difference(line) for line in ordered),
    )


def listed_classes(counts: Counts) -> pd.DataFrame:
    """How many lines are in each class, by rail."""
    rails = sorted({rail for rail, _ in counts})
    rows = [(rail, verdict, counts.get((rail, verdict), 0)) for rail in rails for verdict in CLASSES]
    return pd.DataFrame(rows, columns=["rail", "class", "lines"])


def _cards(states: Sequence[SourceState], lines: Sequence[ParityLine]) -> list[Card]:
    late = sum(state.is_missing or state.is_stale for state in states)
    due = [line for line in lines if line.verdict != PENDING]
    apart = sum((_difference(line) for line in due), frames.ZERO)
    unexplained = sum(line.reason == UNEXPLAINED for line in lines)
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


def _who(customer_id: str | None, names: Mapping[str, str]) -> str:
    """A customer by name and id; by the id alone where no source names it."""
    known = names.get(customer_id or "")
    return f"{known} ({customer_id})" if known else customer_id or numbers.MISSING


def _urgency(line: ParityLine) -> tuple[object, ...]:
    return line.verdict == PENDING, -abs(_difference(line)), line.contract_id, line.item, line.start_on


def _difference(line: ParityLine) -> Decimal:
    return (line.rated or frames.ZERO) - (line.invoiced or frames.ZERO)
