"""From a source to its feeds, to their files, to the lines of a file that were not loaded."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.freshness import Source, SourceState
from lib.ui import cards, controls, frames, numbers
from lib.ui.legends import Legend

EVERY = "Every source"
_COUNTS = {
    "lines_read": "Lines read",
    "loaded": "Loaded",
    "duplicates": "Duplicates",
    "rejected": "Rejected",
    "blank_lines": "Blank",
}
_FEED_HEADERS = {
    "title": "Feed",
    "source": "Source",
    "state": "State",
    "age_days": "Age",
    "last_record_on": "Newest record",
    "file_count": "Files",
    **_COUNTS,
}
_FILE_HEADERS = {"file": "File", **_COUNTS}
_LINE_HEADERS = {"line": "Line", "reason": "Reason", "raw_text": "Text"}


@st.fragment
def show(sources: Sequence[Source], files: pd.DataFrame, rejects: pd.DataFrame, legend: Legend) -> None:
    """Every feed of a source, missing and stale ones first; a picked one opens its files, a picked file its rejects."""
    cards.heading("From a source to its feeds, files and rejected lines")
    names = {EVERY: EVERY, **{source.source: numbers.name(source.source) for source in sources}}
    wanted = controls.choice("sources_source", "Source", names)
    states = _ordered([state for one in sources if wanted in (EVERY, one.source) for state in one.states])
    cards.sentence(_command_words(sources, wanted))
    picked = cards.picking_table(listed(states), "sources_feeds", _FEED_HEADERS, legend)
    for one in sources:
        if gone := [state for state in states if state.source == one.source and state.is_missing]:
            cards.missing(*gone)
    if picked is None:
        cards.note(f"{numbers.counted(len(states), 'feed')}. Pick one to see its files.")
        return
    _files(states[picked], files, rejects, legend)


def _command_words(sources: Sequence[Source], wanted: str) -> str:
    """What brings one source anew, or all of them."""
    for source in sources:
        if source.source == wanted:
            return f"{numbers.name(wanted)} comes anew, mended at its source, with `{source.pull_command}`."
    whole = sources[0].pull_command.replace(f" --only {sources[0].source}", "") if sources else ""
    return f"Everything comes anew with `{whole}`."


def _files(state: SourceState, files: pd.DataFrame, rejects: pd.DataFrame, legend: Legend) -> None:
    """The files of one feed, those with rejected lines first, and the command that brings them anew."""
    own = files[files["feed"] == state.feed].sort_values(["rejected", "file"], ascending=[False, True])
    cards.heading(f"{numbers.feed(state.feed)}: {numbers.counted(len(own), 'file')}")
    picked = cards.picking_table(own, "sources_files", _FILE_HEADERS, legend)
    if picked is None:
        cards.note("Pick a file to see the lines of it that were not loaded.")
        return
    file = own["file"].iloc[picked]
    lines = rejects[(rejects["feed"] == state.feed) & (rejects["file"] == file)]
    nothing = f"Every line of {cards.plain(file)} is loaded, a duplicate or blank."
    cards.table_or(lines, "sources_file_rejects", _LINE_HEADERS, legend, nothing)


def listed(states: Sequence[SourceState]) -> pd.DataFrame:
    """The accounting table: missing first, then stale, then by name."""
    ordered = _ordered(states)
    columns = ("source", "feed", "age_days", "last_record_on", "file_count", *_COUNTS, "header_lines", "pull_command")
    frame = frames.table(ordered, {name: name for name in columns})
    return frame.assign(
        title=[numbers.feed(state.feed) for state in ordered], state=[_state_words(state) for state in ordered]
    )


def _ordered(states: Sequence[SourceState]) -> list[SourceState]:
    return sorted(states, key=lambda state: (not state.is_missing, not state.is_stale, state.source, state.feed))


def _state_words(state: SourceState) -> str:
    if state.is_missing:
        return "missing"
    return "stale" if state.is_stale else "fresh"
