"""What to say, what proves it, and what it still needs: objections, pitches, assets, checklist, benchmark sheet."""

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from lib import charts, exports
from lib.charts import Series
from lib.exports import Sheet
from lib.playbook import CLAIMED, MEASURED, NOT_MEASURED, ON_DESK, PLANNED, Playbook
from lib.ui import assets, cards, focus, growing, numbers
from lib.ui.cards import Card, Stamp
from lib.ui.focus import Focus
from lib.ui.views.pipeline import said
from lib.ui.views.pipeline.page import Page, Shown

_STATES = (
    Series(MEASURED, "Measured by us", "blue"),
    Series(CLAIMED, "Said, nothing on file", "orange"),
    Series(PLANNED, "Planned", "grey"),
)
_NOT_APPLIED = ("icp_segment", "persona", "rail", "owner")
_ASSETS = {
    "words": "Asset",
    "standing": "State",
    "evidence": "What we have",
    "needs": "Needs",
    "for_whom": "What it is",
    "verdict": "The check says",
}
_CHECKLIST = {
    "feature": "Feature",
    "evidence": "Evidence",
    "soc2": "SOC 2 criteria",
    "gdpr": "GDPR articles",
    "helps": "How it helps",
    "tier_words": "Tier",
}
_BENCHMARKS = {"words": "What", "evidence": "What we have", "baseline": "Against", "needs": "Needs"}


def draw(page: Page) -> Shown:
    """The state of everything sales says, then each part as a table."""
    asked = focus.asked()
    book = growing.playbook().of(asked.product)
    page.tell(finding(book, asked))
    cards.row(_cards(book))
    if without := asked.without(*_NOT_APPLIED):
        cards.note(f"Not filtered by {cards.plain(without)}: what is said is said to everybody.")
    if book.objections or book.features:
        cards.picture(_states(book), "pipeline_playbook_states")
    tables = {
        "Objections": said.objections(book),
        "Pitches": said.pitches(book),
        "Sales assets": said.assets(book),
        "Compliance checklist": said.checklist(book),
        "Benchmark sheet": said.benchmarks(book),
    }
    _blocks("What they say, and what we can show", tables["Objections"])
    _blocks("What we pitch, and what the check says of it", tables["Pitches"])
    headings = {
        "Compliance checklist": (_checklist_words(book), _CHECKLIST),
        "Benchmark sheet": ("What a benchmark could print today", _BENCHMARKS),
        "Sales assets": ("What there is to show", _ASSETS),
    }
    for name, (heading, headers) in headings.items():
        if not tables[name].empty:
            cards.heading(heading)
            cards.table(tables[name], f"pipeline_{name.lower().replace(' ', '_')}", headers, page.legend)
    if book.features:
        _take(book, tables, page.stamp)
    return Shown(ASSUMPTIONS, tables)


ASSUMPTIONS = (
    "Objections, answers, assets and features are the strategy paper's own words; needs and readings are ours.",
    "Measured is what pilots and savings on file say, of the customer's own baseline; it is no benchmark and no audit.",
    "The check's verdict is that of Discount honesty. It judges without the pilots, so it may call unverifiable what "
    "pilots have measured: both stand here, and neither replaces the other.",
    "Which control a feature could help to meet is our reading of the Trust Services Criteria of 2017 and of "
    "Regulation (EU) 2016/679. No auditor has confirmed a row, and a feature alone meets no control.",
    "Nothing is attested.",
)


def finding(book: Playbook, asked: Focus) -> str:
    """How many objections have a number behind their answer, and how much of the checklist has evidence on file."""
    words = asked.without("product")
    whose = f" for {cards.plain(words)}" if words else ""
    if not book.objections:
        return (
            f"0 objections are on file{whose}; {numbers.counted(len(book.pitches), 'pitch', 'pitches')} and its verdict"
        )
    backed = sum(said.state(one.measured_by) == MEASURED for one in book.objections)
    measured = sum(said.feature_state(one) == MEASURED for one in book.features)
    return (
        f"{backed} of {numbers.counted(len(book.objections), 'objection')}{whose} can be answered with numbers; "
        f"{measured} of {numbers.counted(len(book.features), 'feature')} on the checklist "
        f"{'has' if measured == 1 else 'have'} evidence in pilots, 0 are attested"
    )


def _take(book: Playbook, tables: Mapping[str, pd.DataFrame], stamp: Stamp) -> None:
    """The two assets that stand here as papers; each says what is not measured, and that nothing is attested."""
    measured = sum(said.state(one.measured_by) == MEASURED for one in book.benchmarks)
    against = f"{measured} of {len(book.benchmarks)} benchmarks are measured, none of them against a single provider"
    ready = _checklist_words(book)  # asks the desk, which a click on a download cannot: it has no session
    papers: Mapping[str, Callable[[], Sheet]] = {
        "Compliance checklist": lambda: assets.checklist(tables["Compliance checklist"], ready, stamp),
        "Benchmark sheet": lambda: assets.benchmark(tables["Benchmark sheet"], against, stamp),
    }
    with st.container(horizontal=True):
        for name, content in papers.items():
            _paper(name, content, stamp)


def _paper(name: str, content: Callable[[], Sheet], stamp: Stamp) -> None:
    noun = name.lower().replace(" ", "-")
    st.download_button(
        name,
        lambda: exports.sheet(content()),
        exports.file_name("sales", noun, stamp.as_of, stamp.fingerprint, "html"),
        mime="text/html",
        key=f"pipeline_paper_{noun}",
        icon=":material/article:",
        on_click="ignore",
    )


def _blocks(heading: str, frame: pd.DataFrame) -> None:
    """Words that are read whole, one block each: what is said, what we have for it, what it still needs."""
    if frame.empty:
        return
    cards.heading(heading)
    labels = {"response": "Answer", "for_whom": "For", "evidence": "We have", "verdict": "The check", "needs": "Needs"}
    for row in frame.to_dict("records"):
        with st.container(border=True):
            cards.sentence(f"**{cards.plain(row['words'])}**")
            told = [f"{words}: {cards.plain(str(row[key]))}" for key, words in labels.items() if key in row]
            cards.note(*told)


def _checklist_words(book: Playbook) -> str:
    claimed = sum(said.feature_state(one) in (CLAIMED, NOT_MEASURED) for one in book.features)
    return f"Compliance readiness: {claimed} of {numbers.counted(len(book.features), 'feature')} have nothing on file"


def _cards(book: Playbook) -> list[Card]:
    backed = sum(said.state(one.measured_by) == MEASURED for one in book.objections)
    states = [said.feature_state(one) for one in book.features]
    ready = sum(one.standing == ON_DESK for one in book.assets)
    against = sum(said.state(one.measured_by) == MEASURED for one in book.benchmarks)
    claims = [found for key in book.claims if (found := growing.verdicts().get(key))]
    true = sum(found.verdict == "true" for found in claims)
    return [
        Card(
            "Objections",
            numbers.count(len(book.objections)),
            "Of the strategy paper, each with its answer.",
            f"{backed} with a number of ours",
        ),
        Card(
            "Claims true",
            f"{true} of {len(claims)}",
            "Claims behind pitches, answers and assets, as the check judges them.",
        ),
        Card("Assets here", f"{ready} of {len(book.assets)}", "The others are planned."),
        Card(
            "Checklist",
            f"{states.count(MEASURED)} of {len(states)}",
            "Features with evidence in pilots; none is attested by an auditor.",
        ),
        Card(
            "Benchmarks",
            f"{against} of {len(book.benchmarks)}",
            "Measured, against the customer's own baseline, never against a single provider.",
        ),
    ]


def _states(book: Playbook) -> charts.Figure:
    """How much of each part is measured, only said, or planned."""
    parts = {
        "Answers to objections": [said.state(one.measured_by) for one in book.objections],
        "Checklist": [said.feature_state(one) for one in book.features],
        "Benchmark sheet": [said.state(one.measured_by) for one in book.benchmarks],
    }
    counts = {
        MEASURED: [sum(state == MEASURED for state in states) for states in parts.values()],
        CLAIMED: [sum(state in (CLAIMED, NOT_MEASURED) for state in states) for states in parts.values()],
        PLANNED: [sum(state == PLANNED for state in states) for states in parts.values()],
    }
    frame = pd.DataFrame({"part": list(parts), **counts})
    bare = sum(counts[CLAIMED])
    title = (
        f"{numbers.count(bare)} of {numbers.count(sum(map(len, parts.values())))} things we say have nothing on file"
    )
    return charts.shares(frame, "part", _STATES, title=title, unit="things we say")
