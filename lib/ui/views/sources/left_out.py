"""What was not loaded: rejected lines by reason, copies of an event that disagree, usage nobody can bill."""

import pandas as pd
import streamlit as st

from lib import charts
from lib.ui import cards, controls, numbers
from lib.ui.cards import Stamp
from lib.ui.ledger import Uncovered
from lib.ui.legends import Legend

EVERY_SOURCE, EVERY_REASON = "Every source", "Every reason"
MOST_BARS = 12
_REJECT_HEADERS = {"file": "File", "line": "Line", "reason": "Reason", "raw_text": "Text", "feed_title": "Feed"}
_CONFLICT_HEADERS = {
    "event_id": "Event",
    "customer": "Customer",
    "dimension": "Dimension",
    "kept_quantity": "Kept",
    "other_quantity": "Left out",
    "difference_quantity": "Left out less kept",
    "why": "Why the one was kept",
}


@st.fragment
def rejects(found: pd.DataFrame, stamp: Stamp, legend: Legend) -> None:
    """Rejected lines: how many for each kind of reason, then every one of a source and a reason, to take along."""
    cards.heading(f"{numbers.counted(len(found), 'rejected line')}")
    if found.empty:
        cards.sentence(":material/check_circle: Every line that is not blank or a copy could be loaded.")
        return
    counted = by_reason(found)
    title = f"{_most_words(counted)}; each line is kept with its file, its number and its text"
    top = counted.head(MOST_BARS)
    cards.picture(charts.ranked(top, "kind", "lines", title=title, unit="lines"), "sources_reject_reasons")
    shown = _asked(found)
    cards.note(f"{numbers.counted(len(shown), 'line')} of {numbers.count(len(found))}.")
    cards.table(shown, "sources_rejects", _REJECT_HEADERS, legend)
    cards.downloads("sources_rejects", stamp, {"Rejects shown": shown})


def _asked(found: pd.DataFrame) -> pd.DataFrame:
    """The rejected lines of the source and the kind of reason that the reader asks for."""
    with st.container(horizontal=True):
        sources = {key: numbers.name(key) for key in sorted(set(found["source"]))}
        source = controls.choice(
            "sources_reject_source", "Source of the lines", {EVERY_SOURCE: EVERY_SOURCE, **sources}
        )
        kinds = {kind: kind for kind in (EVERY_REASON, *by_reason(found)["kind"])}
        kind = controls.choice("sources_reason", "Reason", kinds)
    return found[found["source"].isin([source] if source in sources else list(sources)) & _is_kind(found, kind)]


def _is_kind(found: pd.DataFrame, kind: str) -> "pd.Series[bool]":
    return (found["kind"] == kind) | (kind == EVERY_REASON)


def by_reason(found: pd.DataFrame) -> pd.DataFrame:
    """Rejected lines by the kind of their reason, the most first."""
    counts = found["kind"].value_counts(sort=True)
    frame = pd.DataFrame({"kind": list(counts.index), "lines": [int(count) for count in counts]})
    return frame.sort_values(["lines", "kind"], ascending=[False, True], ignore_index=True)


def _most_words(counted: pd.DataFrame) -> str:
    first = f"{cards.plain(str(counted['kind'].iloc[0]))} ({numbers.counted(int(counted['lines'].iloc[0]), 'line')})"
    return first if len(counted) == 1 else f"{numbers.counted(len(counted), 'reason')}, first of all {first}"


@st.fragment
def conflicts(found: pd.DataFrame, legend: Legend) -> None:
    """Copies of one event that disagree, both values side by side, and why the one was kept."""
    cards.heading(f"{numbers.counted(len(found), 'conflicting copy', 'conflicting copies')}")
    if found.empty:
        cards.sentence(":material/check_circle: No two copies of an event disagree.")
        return
    cards.note(_conflict_words(found))
    cards.table(found, "sources_conflicts", _CONFLICT_HEADERS, legend)


def _conflict_words(found: pd.DataFrame) -> str:
    more = sum(apart > 0 for apart in found["difference_quantity"] if not pd.isna(apart))
    less = sum(apart < 0 for apart in found["difference_quantity"] if not pd.isna(apart))
    said = f"{numbers.count(more)} of the copies left out say more than the kept one, {numbers.count(less)} say less"
    return f"{said}. The copy that came first is kept."


def uncovered(usage: Uncovered) -> None:
    """Usage that no contract covers."""
    events, customers = numbers.counted(usage.events, "event"), numbers.counted(usage.customers, "customer")
    cards.note(f"{events} of {customers} fall outside any contract: they are kept, and no line can bill them.")
