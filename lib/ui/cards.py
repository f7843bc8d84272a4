"""What a page is made of: the finding, the provenance line, cards, pictures, tables, designed absences, downloads.

Every sentence that reaches markdown passes through here, so that a dollar sign is a dollar sign and a customer's name
can neither colour, link nor format anything.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import charts, exports
from lib.freshness import SourceState
from lib.ui import numbers
from lib.ui.legends import Legend

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
WORD_JOINER = "\u2060"
_SIGNED_DOLLARS = re.compile(r"([+−])(?=\\?\$)")
_BARE_DOLLAR = re.compile(r"(?<!\\)\$")
_RAILS = ("stripe", "marketplace")  # the sources that hold contracts
_CARD_WIDTH, _NAMED_WIDTH = 140, 200
_SMALL_WIDTH, _SMALL_TO_A_ROW = 220, 3
_Width = int | Literal["small", "medium", "large"]
# In pixels: a reason of several terms in one line, and the longest move in words.
_WIDTHS: Mapping[str, _Width] = {"why": 620, "action": "medium", "reason": "large", "move": 270}
_NOTHING = "—"
# Seconds in which the headline alone is sent and painted; without them the rest of the page competes with it for two
# processors, and it stands a quarter later. Measured as tests.benchmarks.race does: 14 ms win no more than 8.
_HEAD_START = 0.008
_RECORDED = "recorded facts: no scenario applies"
_KEYED = ("tier", "rail", "persona", "plan_key", "dimension", "method", "term", "source", "feed", "item")

Tables = Mapping[str, pd.DataFrame | Callable[[], pd.DataFrame]]  # by name; a large one may be left for the click


@dataclass(frozen=True)
class Stamp:
    """Where a page's numbers come from, said at its head and at its foot; `scenario` in the words a reader sees."""

    as_of: date
    snapshot_on: date
    book: str
    scenario: str
    fingerprint: str
    is_synthetic: bool
    manifest: Mapping[str, Any] = field(compare=False)


@dataclass(frozen=True)
class Card:
    """One number of the row: what it is, its value, how it stands to something named, and its definition."""

    label: str
    value: str
    definition: str
    delta: str | None = None
    is_good: bool | None = None
    history: Sequence[float] = ()


def plain(text: str) -> str:
    """Text from the world → markdown that shows exactly this text."""
    return _PUNCTUATION.sub(r"\\\1", text)


def recorded(stamp: Stamp) -> Stamp:
    """The stamp of a page of recorded facts, on which no scenario can be laid, whichever is picked."""
    return replace(stamp, scenario=_RECORDED)


def question(words: str) -> None:
    """What the page answers, above everything."""
    st.caption(words)


def head(words: str) -> DeltaGenerator:
    """The page's question, and room below it for the finding, which is known only once the controls have answered."""
    question(words)
    return st.container()


def finding(room: DeltaGenerator, sentence: str, stamp: Stamp, states: Sequence[SourceState] = ()) -> None:
    """The answer as the page's title, where it comes from, and which of its sources are late or absent."""
    with room:
        headline(sentence)
        provenance(stamp, states)


def headline(sentence: str, room: DeltaGenerator | None = None) -> DeltaGenerator:
    """The answer as the page's title, here or in its room, painted before anything else is sent."""
    title = room.title if room else st.title
    told = title(_title(sentence), anchor=False)
    time.sleep(_HEAD_START)
    return told


def provenance(stamp: Stamp, states: Sequence[SourceState] = ()) -> None:
    """Below the title: where the answer comes from, and which of its sources are late or absent."""
    _provenance(stamp, [state for state in states if state.is_stale])
    for state in states:
        if state.is_missing:
            st.markdown(_safe(f":material/cloud_off: {_missing_words(state)} `{state.pull_command}`"))


def sentence(markdown: str) -> None:
    """A sentence of ours; names from the world inside it went through `plain`."""
    st.markdown(_safe(markdown))


def heading(finding: str) -> None:
    """The finding of one block, above its picture or table."""
    st.subheader(_title(finding), anchor=False)


def note(*markdown: str) -> None:
    """Quiet lines below a picture: a reading, a limit, a definition."""
    st.caption("\n\n".join(map(_safe, markdown)))


def of_products(cards: Sequence[Card], products: int) -> None:
    """A row whose cards name their product where several are shown, and then need the room of two."""
    if products > 1:
        row(cards, _NAMED_WIDTH, to_a_row=3)
    else:
        row(cards)


def row(cards: Sequence[Card], least_width: int = _CARD_WIDTH, to_a_row: int | None = None) -> None:
    """Four to six equal cards; three to a row where each holds two amounts and needs the room."""
    grid = st.grid(to_a_row or len(cards), min_column_width=least_width)
    with grid:
        for card in cards:
            _metric(card)


def picture(figure: charts.Figure, key: str) -> None:
    """A figure below its finding; the finding is text, so that it wraps on a narrow screen."""
    st.markdown(f"**{_title(charts.title(figure))}**")
    _draw(figure, key)


def picking_picture(figure: charts.Figure, key: str) -> tuple[int, int] | None:
    """A figure whose marks open: → the numbers of the trace and of the mark in it that is picked, None without one."""
    st.markdown(f"**{_title(charts.title(figure))}**")
    options = {"displayModeBar": False}
    state = st.plotly_chart(
        figure, key=key, alt=charts.alt(figure), config=options, on_select="rerun", selection_mode="points"
    )
    points = state["selection"]["points"]
    return (int(points[0]["curve_number"]), int(points[0]["point_index"])) if points else None


def pictures(figures: Sequence[charts.Figure], finding: str, key: str) -> None:
    """Small figures side by side below one finding, as many to a row as fit."""
    st.markdown(f"**{_title(finding)}**")
    grid = st.grid(min(len(figures), _SMALL_TO_A_ROW) or 1, min_column_width=_SMALL_WIDTH)
    with grid:
        for number, figure in enumerate(figures):
            with grid.cell():
                st.caption(_safe(charts.title(figure)))
                _draw(figure, f"{key}_{number}")


def table(frame: pd.DataFrame, key: str, headers: Mapping[str, str], legend: Legend, *, is_whole: bool = False) -> None:
    """A table in the order it comes: exact cents, headers in words, the first column pinned.

    One whose last rows say the most is shown whole; others scroll.
    """
    st.dataframe(
        _shown(frame, headers, legend),
        key=key,
        height="content" if is_whole else "auto",
        hide_index=True,
        column_config=_columns(frame, headers),
        placeholder=_NOTHING,
    )


def table_or(frame: pd.DataFrame, key: str, headers: Mapping[str, str], legend: Legend, nothing: str) -> None:
    """A table, or a sentence where it would have no rows."""
    if frame.empty:
        note(nothing)
    else:
        table(frame, key, headers, legend)


def picking_table(frame: pd.DataFrame, key: str, headers: Mapping[str, str], legend: Legend) -> int | None:
    """A table whose rows open: → the number of the row that is picked; other rows start with none picked."""
    state = st.dataframe(
        _shown(frame, headers, legend),
        key=f"{key}_{_rows(frame, headers)}",
        hide_index=True,
        column_config=_columns(frame, headers),
        placeholder=_NOTHING,
        on_select="rerun",
        selection_mode="single-row",
    )
    rows = state["selection"]["rows"]
    return int(rows[0]) if rows else None


def gone(states: Sequence[SourceState], *feeds: str) -> list[SourceState]:
    """Those of the feeds a page cannot do without that are missing; with all of several rails gone, each of them."""
    lost = [state for state in states if state.feed in feeds and (state.is_missing or not state.loaded)]
    return lost if len(lost) == len(feeds) else []


def of_rails_there(sentence: str, states: Sequence[SourceState]) -> str:
    """A sentence about what every rail brings → told of the one there is, where the other's are missing."""
    rails = [state for state in states if state.source in _RAILS]
    there = dict.fromkeys(state.source for state in rails if state.loaded and not state.is_missing)
    if len(there) != 1 or len({state.source for state in rails}) == 1:
        return sentence
    return f"Of {numbers.name(next(iter(there)))} alone: {sentence}"


def absent(room: DeltaGenerator, sentence: str, stamp: Stamp, states: Sequence[SourceState]) -> None:
    """A page whose sources are not there: what is missing, since when, and the command that brings it."""
    finding(room, sentence, stamp)
    for state in states:
        missing(state)


def shut(states: Sequence[SourceState]) -> None:
    """The whole desk without a price list: what is missing, and the command that brings it."""
    st.title(f"0 plans are on file: {numbers.counted(len(states), 'feed')} of the price list is missing", anchor=False)
    for state in states:
        missing(state)


def missing(state: SourceState, *others: SourceState) -> None:
    """A designed absence: what is missing of one source, since when, and the command that brings it."""
    with st.container(border=True):
        *first, last = (f"**:material/cloud_off: {_missing_words(one)}**" for one in (state, *others))
        for words in (*first, f"{last} Nothing is estimated in {'their' if others else 'its'} place."):
            st.markdown(words)
        st.markdown("This brings it:")
        st.code(state.pull_command, language="bash")


@contextmanager
def problems_in_words(mendable: tuple[type[Exception], ...]) -> Iterator[None]:
    """Say the problems a reader can mend as one sentence; anything else is a bug and surfaces."""
    try:
        yield
    except mendable as problem:
        st.error(plain(str(problem)), icon=":material/report:")


@dataclass(frozen=True)
class Workbook:
    """What a page's workbook holds beside its tables: the numbers of its cards, and sheets that are no table of it."""

    totals: Callable[[], Sequence[exports.Total]] = tuple
    sheets: Tables = field(default_factory=dict)


def downloads(page: str, stamp: Stamp, tables: Tables, more: Workbook | None = None) -> None:
    """Every table as CSV, the page as one workbook with its manifest; each is made when it is clicked."""
    with st.container(horizontal=True, gap="small"):
        _workbook_button(page, stamp, tables, more or Workbook())
        for name, frame in tables.items():
            _csv_button(page, stamp, name, frame)


def foot(page: str, stamp: Stamp, assumptions: Sequence[str], tables: Tables, more: Workbook | None = None) -> None:
    """The end of every page: what was assumed, what can be taken along, where it came from."""
    st.subheader("Assumptions and downloads", anchor=False)
    st.markdown("\n".join(f"- {_safe(assumption)}" for assumption in assumptions))
    downloads(page, stamp, tables, more)
    st.caption(
        f"Snapshot of {numbers.day(stamp.snapshot_on)} · as of {numbers.day(stamp.as_of)} · book {plain(stamp.book)} · "
        f"{plain(stamp.scenario)} · result {stamp.fingerprint}" + (" · synthetic sample" if stamp.is_synthetic else "")
    )


def _provenance(stamp: Stamp, stale: Sequence[SourceState]) -> None:
    badges = [
        *([_badge("synthetic sample", "science", "orange")] if stamp.is_synthetic else []),
        _badge(f"as of {numbers.day(stamp.as_of)}", "event"),
        _badge(f"snapshot {numbers.day(stamp.snapshot_on)}", "inventory_2"),
        _badge(f"book {plain(stamp.book)}", "menu_book"),
        _badge(plain(stamp.scenario), "tune"),
        _badge(stamp.fingerprint, "fingerprint"),
    ]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        # One element, not one for each: a browser draws every element of a page again after each commit.
        st.markdown(" ".join(badges), help="The fingerprint repeats with the same inputs")
        for state in {state.source: state for state in stale}.values():
            words = f"{numbers.name(state.source)} is {numbers.counted(state.age_days or 0, 'day')} old"
            st.badge(words, icon=":material/schedule:", color="orange", help=f"This brings it: {state.pull_command}")


def _badge(words: str, icon: str, colour: str = "gray") -> str:
    return f":{colour}-badge[:material/{icon}: {words}]"


def _missing_words(state: SourceState) -> str:
    last = f"were last seen on {numbers.day(state.last_seen_on)}" if state.last_seen_on else "have never been seen"
    return f"{numbers.feed(state.feed)} ({numbers.name(state.source)}) are missing; they {last}."


def _draw(figure: charts.Figure, key: str) -> None:
    st.plotly_chart(figure, key=key, alt=charts.alt(figure), config={"displayModeBar": False})


def _metric(card: Card) -> None:
    colours: Mapping[bool | None, Literal["blue", "orange", "gray"]] = {True: "blue", False: "orange", None: "gray"}
    st.metric(
        card.label,
        card.value,
        card.delta,
        delta_color=colours[card.is_good],
        delta_arrow=_arrow(card.delta or ""),
        help=_safe(card.definition),
        border=True,
        height="stretch",
        chart_data=list(card.history) or None,
        chart_type="area",
    )


def _arrow(delta: str) -> Literal["up", "down", "off"]:
    """The way a difference points; words without a sign point nowhere."""
    return "up" if delta.startswith("+") else "down" if delta.startswith("−") else "off"


def _made(table: pd.DataFrame | Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """A table, made now where it was left for the click."""
    return table() if callable(table) else table


def _workbook_button(page: str, stamp: Stamp, tables: Tables, more: Workbook) -> None:
    sheets = {**tables, **more.sheets}
    st.download_button(
        "Excel workbook",
        lambda: exports.workbook(
            {name: _made(table) for name, table in sheets.items()}, stamp.manifest, stamp.as_of, more.totals()
        ),
        exports.file_name(page, "workbook", stamp.as_of, stamp.fingerprint, "xlsx"),
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key=f"{page}_workbook",
        icon=":material/table_view:",
        on_click="ignore",
    )


def _csv_button(page: str, stamp: Stamp, name: str, frame: pd.DataFrame | Callable[[], pd.DataFrame]) -> None:
    st.download_button(
        f"{name} (CSV)",
        lambda: exports.csv(_made(frame)),
        exports.file_name(page, name.lower().replace(" ", "-"), stamp.as_of, stamp.fingerprint, "csv"),
        mime="text/csv",
        key=f"{page}_{name}_csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )


def _title(markdown: str) -> str:
    """A title as it is sent: no line ends between a sign and its dollars."""
    return _SIGNED_DOLLARS.sub(rf"\1{WORD_JOINER}", _safe(markdown))


def _safe(markdown: str) -> str:
    return _BARE_DOLLAR.sub(r"\\$", markdown)


def _shown(frame: pd.DataFrame, headers: Mapping[str, str], legend: Legend) -> "pd.DataFrame | Styler":
    """A frame as a reader sees it; columns that go below zero are written by us, the browser writes a false minus."""
    shown = pd.DataFrame({column: _for_eyes(column, frame[column], legend) for column in headers})
    written: dict[Any, Any] = {column: numbers.in_table(column) for column in headers if _is_below_zero(frame[column])}
    return shown.style.format(written, na_rep=_NOTHING) if written else shown


def _columns(frame: pd.DataFrame, headers: Mapping[str, str]) -> dict[str, Any]:
    first = next(iter(headers))
    return {
        column: st.column_config.NumberColumn(words, pinned=column == first)
        if _is_below_zero(frame[column])
        else _column(column, words, frame[column], column == first)
        for column, words in headers.items()
    }


def _is_below_zero(values: "pd.Series[Any]") -> bool:
    return any(isinstance(value, Decimal | int | float) and value < 0 for value in values)


def _rows(frame: pd.DataFrame, headers: Mapping[str, str]) -> int:
    """Which rows a table holds, in which order, told by its first two columns."""
    return crc32(repr(frame[list(headers)[:2]].to_numpy().tolist()).encode())


def _for_eyes(column: str, values: "pd.Series[Any]", legend: Legend) -> "pd.Series[Any]":
    if column.endswith("_rate"):
        return values.map(lambda rate: None if pd.isna(rate) else float(rate) * 100).astype("float64")
    if column.endswith(_KEYED):
        return values.map(lambda key: legend.name(None if pd.isna(key) else str(key)))
    if any(isinstance(value, Decimal) for value in values):
        return values.map(lambda value: None if pd.isna(value) else float(value)).astype("float64")
    return values


def _column(column: str, words: str, values: "pd.Series[Any]", is_pinned: bool) -> Any:
    if column.startswith(numbers.BELIEVED):
        return st.column_config.NumberColumn(words, format="%.0f%%", pinned=is_pinned)
    if column.startswith(numbers.ESTIMATED):
        return st.column_config.NumberColumn(words, format="localized", pinned=is_pinned)
    if column in _WIDTHS:
        return st.column_config.TextColumn(words, width=_WIDTHS[column])
    if column.endswith("_link"):
        return st.column_config.LinkColumn(words, display_text=words)
    if column.endswith("_days"):
        return st.column_config.NumberColumn(words, format="%d days")
    if column.endswith("_usd"):
        return st.column_config.NumberColumn(words, format="dollar", pinned=is_pinned)
    if column.endswith("_rate"):
        return st.column_config.NumberColumn(words, format="%.2f%%", pinned=is_pinned)
    if column.endswith("month"):
        return st.column_config.DateColumn(words, format="MMM YYYY", pinned=is_pinned)
    if column.endswith(("_on", "_at")):
        return st.column_config.DateColumn(words, format="D MMM YYYY", pinned=is_pinned)
    if pd.api.types.is_numeric_dtype(values) or column.endswith("_quantity"):
        return st.column_config.NumberColumn(words, format="localized", pinned=is_pinned)
    return st.column_config.Column(words, pinned=is_pinned)
