"""How the columns of a source change, which are not read, and which header was read as which column."""

import pandas as pd
import streamlit as st

from lib.ui import cards, controls, numbers
from lib.ui.legends import Legend

CHANGED, MATCHED, UNREAD, ABSENT = "changed", "matched", "unread", "absent"
SHOWN = {
    CHANGED: "What changed",
    MATCHED: "Read by another name",
    UNREAD: "Not read",
    ABSENT: "Not in the file",
}
_WORDS = {"new": "new", "gone": "gone", "renamed": "renamed", "noted": "as the pull says"}
_DRIFT_HEADERS = {
    "feed_title": "Feed",
    "change": "Change",
    "name": "Header",
    "earlier_header": "Was",
    "column_name": "Read as",
    "file": "First in",
    "shape": "Form",
}
_MATCH_HEADERS = {
    "feed_title": "Feed",
    "header": "Header",
    "column_name": "Read as",
    "shape": "Form",
    "file_count": "Files",
    "last_file": "Newest file",
}


@st.fragment
def show(drift: pd.DataFrame, matches: pd.DataFrame, legend: Legend) -> None:
    """What changed between the files of a feed, and which header was read as which column."""
    cards.heading(words(drift))
    parts = {MATCHED: by_another_name(matches), UNREAD: unread(matches), ABSENT: absent(matches)}
    counts = ", ".join(
        f"{numbers.count(len(parts[key]))} {label.lower()}" for key, label in SHOWN.items() if key in parts
    )
    cards.note(f"Columns by how their header was read: {counts}.")
    shown = controls.one_of("sources_columns", "Columns", SHOWN)
    if shown == CHANGED:
        nothing = "Every file has the columns of the one before it."
        cards.table_or(drift, "sources_drift", _DRIFT_HEADERS, legend, nothing)
    else:
        nothing = "There is no such column."
        cards.table_or(parts[shown], f"sources_{shown}", _MATCH_HEADERS, legend, nothing)


def words(drift: pd.DataFrame) -> str:
    """How many headers came, went or were renamed from one file of a feed to the next."""
    counts = {change: int((drift["change"] == word).sum()) for change, word in _WORDS.items()}
    told = [f"{numbers.count(count)} {_WORDS[change]}" for change, count in counts.items() if count]
    return f"Columns that changed from file to file: {', '.join(told) or 'none'}"


def by_another_name(matches: pd.DataFrame) -> pd.DataFrame:
    """Columns that were found under an alias."""
    return matches[matches["is_alias"].astype(bool)]


def unread(matches: pd.DataFrame) -> pd.DataFrame:
    """Headers that no column asks for."""
    return matches[matches["column_name"].isna()]


def absent(matches: pd.DataFrame) -> pd.DataFrame:
    """Columns that a file may lack, and lacks."""
    return matches[matches["header"].isna()]
