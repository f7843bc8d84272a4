"""What to say, what proves it, and what it still needs: objections, pitches, assets, checklist, benchmark sheet."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.claims.finding import Finding
from lib.playbook import CLAIMED, MEASURED, NOT_MEASURED, ON_DESK, PLANNED, Asset, Feature, Playbook
from lib.ui import cards, focus, growing, numbers, proof
from lib.ui.cards import Card
from lib.ui.focus import Focus
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
        "Objections": objections(book),
        "Pitches": pitches(book),
        "Sales assets": assets(book),
        "Compliance checklist": checklist(book),
        "Benchmark sheet": benchmarks(book),
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
    whose = f" for {cards.plain(asked.words)}" if asked.words else ""
    if not book.objections:
        return (
            f"0 objections are on file{whose}; {numbers.counted(len(book.pitches), 'pitch', 'pitches')} and its verdict"
        )
    backed = sum(objection_state(book, place) == MEASURED for place in range(len(book.objections)))
    measured = sum(_feature_state(one) == MEASURED for one in book.features)
    return (
        f"{backed} of {numbers.counted(len(book.objections), 'objection')}{whose} can be answered with numbers; "
        f"{measured} of {numbers.counted(len(book.features), 'feature')} on the checklist "
        f"{'has' if measured == 1 else 'have'} evidence in pilots, 0 are attested"
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


def objections(book: Playbook) -> pd.DataFrame:
    """Objections with their answers, what our records measure of them, and the check's verdicts."""
    rows = book.objections
    return pd.DataFrame(
        {
            "words": [f"“{one.words}”" for one in rows],
            "response": [one.response for one in rows],
            "evidence": [_told(one.measured_by, one.limit, one.planned) for one in rows],
            "verdict": [_verdicts(one.product, one.claims) for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def pitches(book: Playbook) -> pd.DataFrame:
    """Pitches with what the check says of the claims they make."""
    rows = book.pitches
    return pd.DataFrame(
        {
            "words": [f"“{one.words}”" for one in rows],
            "for_whom": [one.for_whom for one in rows],
            "verdict": [_verdicts(one.product, one.claims, with_reason=True) for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def assets(book: Playbook) -> pd.DataFrame:
    """Sales assets with where they stand and what proves them."""
    rows = book.assets
    return pd.DataFrame(
        {
            "words": [one.words for one in rows],
            "for_whom": [one.for_whom for one in rows],
            "standing": [_standing(one) for one in rows],
            "evidence": [_told(one.measured_by, None, "") if one.measured_by else "nothing to measure" for one in rows],
            "verdict": [_verdicts(one.product, one.claims) for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def checklist(book: Playbook) -> pd.DataFrame:
    """Features against the controls they could help to meet, with the state of each one's evidence."""
    rows = book.features
    return pd.DataFrame(
        {
            "feature": [one.feature for one in rows],
            "tier_words": [one.tier for one in rows],
            "soc2": [one.soc2 for one in rows],
            "gdpr": [one.gdpr for one in rows],
            "helps": [one.helps for one in rows],
            "evidence": [_feature_words(one) for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def benchmarks(book: Playbook) -> pd.DataFrame:
    """What a benchmark sheet could print today, against which baseline, and what it still needs."""
    rows = book.benchmarks
    return pd.DataFrame(
        {
            "words": [one.words for one in rows],
            "evidence": [_told(one.measured_by, one.limit, "") for one in rows],
            "baseline": [one.baseline for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def objection_state(book: Playbook, place: int) -> str:
    """Whether our records measure something of an objection's answer."""
    return _state(book.objections[place].measured_by)


def _state(measured_by: str | None) -> str:
    found = growing.evidence().get(measured_by or "")
    return MEASURED if found and found.values else NOT_MEASURED


def _told(measured_by: str | None, limit: Decimal | None, planned: str) -> str:
    """What is measured, or that nothing is; and what the words promise for later."""
    told = proof.told(growing.evidence().get(measured_by or ""), limit)
    return f"{told}; {planned}: planned" if planned else told


def _feature_state(one: Feature) -> str:
    return _state(one.measured_by) if one.evidence == MEASURED else one.evidence


def _feature_words(one: Feature) -> str:
    if one.evidence == PLANNED:
        return "planned"
    if one.evidence == MEASURED and _state(one.measured_by) == MEASURED:
        return f"in pilots: {proof.kept(growing.evidence()[one.measured_by or ''], one.limit)}"
    return "claimed in the brief; no evidence on file"


def _standing(one: Asset) -> str:
    if one.standing != ON_DESK:
        return "planned, not written"
    return f"on this desk: {numbers.name(one.page)}"


def _verdicts(product: str, claims: Sequence[str], with_reason: bool = False) -> str:
    """What the check says of some claims: words, verdict, and for a pitch the reason."""
    found = growing.verdicts()
    told = [_verdict(found.get((product, claim)), claim, with_reason) for claim in claims]
    return "; ".join(told) or "no claim of it is checked"


def _verdict(found: Finding | None, claim: str, with_reason: bool) -> str:
    if found is None:
        return f"{claim}: not judged"
    reason = f": {found.delivered}" if with_reason else ""
    return f"“{found.words}” is {found.verdict}{reason}"


def _checklist_words(book: Playbook) -> str:
    claimed = sum(_feature_state(one) in (CLAIMED, NOT_MEASURED) for one in book.features)
    return f"Compliance readiness: {claimed} of {numbers.counted(len(book.features), 'feature')} have nothing on file"


def _cards(book: Playbook) -> list[Card]:
    backed = sum(_state(one.measured_by) == MEASURED for one in book.objections)
    states = [_feature_state(one) for one in book.features]
    ready = sum(one.standing == ON_DESK for one in book.assets)
    against = sum(_state(one.measured_by) == MEASURED for one in book.benchmarks)
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
        "Answers to objections": [_state(one.measured_by) for one in book.objections],
        "Checklist": [_feature_state(one) for one in book.features],
        "Benchmark sheet": [_state(one.measured_by) for one in book.benchmarks],
    }
    counts = {
        MEASURED: [sum(state == MEASURED for state in states) for states in parts.values()],
        CLAIMED: [sum(state in (CLAIMED, NOT_MEASURED) for state in states) for states in parts.values()],
        PLANNED: [sum(state == PLANNED for state in states) for states in parts.values()],
    }
    frame = pd.DataFrame({"part": list(parts), **counts})
    said = sum(counts[CLAIMED])
    title = (
        f"{numbers.count(said)} of {numbers.count(sum(map(len, parts.values())))} things we say have nothing on file"
    )
    return charts.shares(frame, "part", _STATES, title=title, unit="things we say")
