"""Every source in a sentence, six cards and two pictures: how old each is, and what became of its lines."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.freshness import Source, SourceState
from lib.reconciliation import PENDING, UNEXPLAINED, ParityLine, Reproduction
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card

LINE_PARTS = (
    Series("loaded", "Loaded", "blue"),
    Series("duplicates", "Duplicates", "sky"),
    Series("blank_lines", "Blank", "grey"),
    Series("rejected", "Rejected", "vermilion"),
)
_COUNTED = ("lines_read", "loaded", "rejected")


def finding(states: Sequence[SourceState], reproduced: Reproduction) -> str:
    """How many feeds are fresh, how many of the invoiced lines we reproduce, and what nothing explains."""
    fresh = sum(not state.is_missing and not state.is_stale for state in states)
    return f"{fresh} of {numbers.counted(len(states), 'feed')} are fresh; {_parity_words(reproduced)}"


def _parity_words(reproduced: Reproduction) -> str:
    if not reproduced.invoiced:
        return "no invoiced line can be compared"
    lines, apart = numbers.counted(reproduced.invoiced, "invoiced line"), reproduced.invoiced - reproduced.matched
    share = numbers.over(reproduced.matched, reproduced.invoiced)
    said = f"{numbers.count(reproduced.matched)} of {lines} match to the cent, {share}"
    not_so = "does not" if apart == 1 else "do not"
    differ = f"{numbers.count(apart)} {not_so}, {numbers.count(reproduced.unexplained)} unexplained"
    missing = numbers.counted(reproduced.missing, "was never invoiced", "were never invoiced")
    return f"{said}; {differ if apart else 'none differs'}; {missing}"


def show(sources: Sequence[Source], lines: Sequence[ParityLine], reproduced: Reproduction) -> None:
    """Cards, how old each source is against how old it may be, and what became of its lines."""
    states = [state for source in sources for state in source.states]
    cards.row([*_intake_cards(states), *_parity_cards(lines, reproduced)])
    frame = by_source(sources)
    left, right = st.columns(2)
    with left:
        cards.picture(charts.ages(frame, "name", title=_age_words(sources)), "sources_ages")
    with right:
        title = _line_words(sources)
        cards.picture(charts.magnitudes(frame, "name", LINE_PARTS, title=title, unit="lines"), "sources_lines_read")


def by_source(sources: Sequence[Source]) -> pd.DataFrame:
    """Every source with its ages in days and its lines by what became of them."""
    frame = frames.table(sources, {"source": "source", "age_days": "age", "record_age_days": "record_age"})
    counted = {part.key: [source.lines(part.key) for source in sources] for part in LINE_PARTS}
    return frame.assign(
        name=[numbers.name(source.source) for source in sources],
        limit=[source.limit_days for source in sources],
        **counted,
    )


def _age_words(sources: Sequence[Source]) -> str:
    """The oldest source in words, or those that never came."""
    late = [source for source in sources if source.is_stale]
    gone = [source for source in sources if source.age_days is None]
    told = [f"{_names(gone)} never came"] if gone else []
    if late:
        worst = max(late, key=lambda source: source.age_days or 0)
        days = numbers.counted(worst.age_days or 0, "day")
        told.append(f"{numbers.name(worst.source)} is {days} old and may be {worst.limit_days}")
    return "; ".join(told) or f"All {numbers.counted(len(sources), 'source')} are as fresh as they promise"


def _names(sources: Sequence[Source]) -> str:
    return ", ".join(numbers.name(source.source) for source in sources)


def _line_words(sources: Sequence[Source]) -> str:
    """How many lines are explained, and which source has the most that were not loaded."""
    rejected = {source.source: source.lines("rejected") for source in sources}
    if some := sum(rejected.values()):
        most = max(rejected, key=lambda source: rejected[source])
        where = f"most of them, {numbers.count(rejected[most])}, from {numbers.name(most)}"
        return f"{numbers.counted(some, 'line')} could not be loaded, {where}"
    repeated = numbers.counted(sum(source.lines("duplicates") for source in sources), "copy", "copies")
    return f"No line was rejected; {repeated} of lines already loaded were left out"


def _intake_cards(states: Sequence[SourceState]) -> list[Card]:
    late = sum(state.is_missing or state.is_stale for state in states)
    read, loaded, rejected = (sum(getattr(state, name) for state in states) for name in _COUNTED)
    return [
        Card("Lines read", numbers.count(read), "Lines of all files of the newest snapshot, headers included."),
        Card("Loaded", numbers.count(loaded), "Records in the warehouse."),
        Card("Rejected", numbers.count(rejected), "Lines kept aside with file, line, reason and text."),
        Card("Late feeds", numbers.count(late), "Feeds older than promised, or never seen."),
    ]


def _parity_cards(lines: Sequence[ParityLine], reproduced: Reproduction) -> list[Card]:
    """What was rated against what was invoiced; where no line of an invoice came, nothing can be said of either."""
    if not reproduced.invoiced:
        why = "No line of an invoice was pulled, so nothing can be compared."
        return [Card("Difference", "—", why), Card("Unexplained", "—", why)]
    apart = sum((line.difference for line in lines if line.verdict != PENDING), frames.ZERO)
    unexplained = sum(line.cause == UNEXPLAINED for line in lines)
    return [
        Card("Difference", numbers.change(apart), "Rated less invoiced, over all lines that are due and do not match."),
        Card("Unexplained", numbers.count(unexplained), "Differences nothing on record explains."),
    ]
