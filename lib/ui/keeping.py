"""What people save and decide about price changes: the only door from the page to the store of decisions.

Whatever is written here is checked first: a scenario is laid over the book and simulated before it is kept, a decision
takes its predictions from the same simulation. A store that cannot be opened is one sentence, and the page goes on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypeVar

import streamlit as st

from lib import reports
from lib.catalog.scenario import Scenario, parse_scenario
from lib.catalog.words import reach_words
from lib.catalog.writing import scenario_text
from lib.decisions import (
    APPROVED,
    Decision,
    DecisionError,
    Result,
    Row,
    Ruling,
    Saved,
    parse_rules,
    result_hash,
    staleness,
    unseen,
)
from lib.decisions.records import checked
from lib.desk import (
    AHEAD,
    DATA,
    PAST,
    Desk,
    Simulation,
    actuals,
    as_one,
    happened,
    predictions,
    read_text,
    settled_before,
)
from lib.manifest import Manifest
from lib.refusal import Refusal
from lib.ui import changing, data, saved
from lib.ui.cards import Stamp
from lib.ui.changing import Asked
from lib.ui.effects import FALLS, RISES
from lib.ui.opening import VERSIONS, Version, now, opened_desk, opened_version

_RESULTS = 64
T = TypeVar("T")


@dataclass(frozen=True)
class Typed:
    """What a reader types to save a change."""

    name: str
    author: str
    why: str
    cohort: str
    effective: date | None


@dataclass(frozen=True)
class Draft:
    """A change as the text of its file, and everything that keeps it from being saved, one sentence each."""

    key: str
    text: str
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Base:
    """What a change starts from: the scenario as it stands, whom it reaches in words, whether it is a saved version."""

    scenario: Scenario
    reach: str
    is_saved: bool


@dataclass(frozen=True)
class KeptScenario:
    """The newest version of a saved scenario, and what its result was made from that is not so any more."""

    saved: Saved
    key: str
    name: str
    stale: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """Everything saved. `trouble` says why nothing can be; `opening` changes with whatever a result is made from."""

    place: str
    opening: str
    base: Base | None = None
    scenarios: tuple[KeptScenario, ...] = ()
    retired: tuple[Saved, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class Again:
    """A saved scenario run with the present data: its result, or why there is none, and what changed since."""

    result: Result | None
    stale: tuple[str, ...]


@dataclass(frozen=True)
class Ruled:
    """What a reader types to put a decision on record."""

    decision: str
    author: str
    approver: str
    note: str
    effective_on: date | None
    supersedes: int | None


@dataclass(frozen=True)
class Judged:
    """A decision on record, and each of its lines beside what came of it."""

    decision: Decision
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Decided:
    """Every decision on record, the newest first; `subject` is what can be decided now, `audit` what was tampered with.

    Without a subject `unready` says why. Months from `settled_before` on are not settled yet.
    """

    records: tuple[Judged, ...] = ()
    audit: tuple[str, ...] = ()
    subject: Scenario | None = None
    unready: str = ""
    settled_before: date | None = None
    trouble: str = ""


# What leaves the page


@data.only_for("price_change")
def stamp(asked: Asked) -> Stamp:
    """Where the page's result comes from, edits, months and horizon included."""
    return _stamp(opened_version(), asked)


@data.only_for("price_change")
def file_later(asked: Asked) -> Callable[[], str]:
    """The text of the file that says what is asked: as it is kept where nothing was edited, else as it would be.

    It is written when somebody clicks, and asks no session then.
    """
    return partial(_file_of, opened_version(), asked)


def _file_of(version: Version, asked: Asked) -> str:
    desk, key = opened_desk(version), asked.scenario
    if key and not asked.edits:
        return saved.text_of(key) or read_text(desk.data / "scenarios" / f"{key}.toml")
    one = changing.together(desk, asked)
    named = replace(one, author=one.author or "not saved", key=changing.EDITED)
    text, refused = _tried(lambda: scenario_text(as_one(desk, changing.scenarios(desk, asked), named), desk.book))
    return text or "\n".join(f"# {words}" for words in refused)


# Saved scenarios


@data.only_for("price_change")
def kept(asked: Asked) -> Kept:
    """What is saved, and what could be saved now."""
    desk = opened_desk(opened_version())
    opening = desk.manifest().fingerprint
    base = None if asked.is_nothing else _base(desk, asked)
    try:
        store = saved.store()
        scenarios = tuple(map(_kept, store.saved()))
        return Kept(store.place, opening, base, scenarios, store.retired())
    except DecisionError as refusal:
        return Kept("", opening, base, trouble=str(refusal))


@data.only_for("price_change")
def draft(asked: Asked, typed: Typed) -> Draft:
    """What is asked, under what was typed, as the text of a file; every mistake is named, nothing is lost."""
    desk = opened_desk(opened_version())
    key = _slug(typed.name)
    empty = {"name": typed.name, "author": typed.author, "why": typed.why}
    mistakes = [f"The {what} is empty: write it out" for what, words in empty.items() if not words.strip()]
    on_file = desk.scenario_keys()
    if key in on_file:
        mistakes.append(f"data/scenarios has a file {key}.toml already: give this one a name of its own")
    text, refused = _tried(lambda: _text(desk, asked, typed, key))
    told = [] if any(not words.strip() for words in empty.values()) else refused
    return Draft(key, text or "", (*mistakes, *told))


@data.only_for("price_change")
def save(asked: Asked, typed: Typed) -> tuple[Saved, tuple[Saved, ...]]:
    """Keep what is asked as the next version of its key → it, and the versions that others saved meanwhile."""
    found = draft(asked, typed)
    if found.mistakes:
        raise DecisionError("; ".join(found.mistakes))
    desk, store = opened_desk(opened_version()), saved.store()
    result = _ran(desk, parse_scenario(found.text, found.key), asked.months, asked.horizon)
    before = saved.version_of(asked.scenario)
    started = before[1] if before and before[0] == found.key else None
    one = store.save(found.key, found.text, author=typed.author, when=now(), result=result, started_from=started)
    saved.forget()
    return one, unseen(store.history(one.key), one) if started else ()


def key_of(one: Saved) -> str:
    """The key a saved version is picked by."""
    return saved.key_of(one)


@data.only_for("price_change")
def again(key: str) -> Again:
    """A saved version over the months it was saved with, on what the desk is opened on now."""
    return _again(opened_version(), key)


@data.only_for("price_change")
def history(key: str) -> tuple[Saved, ...]:
    """Every version of a saved scenario, the newest first."""
    return saved.store().history(key)


@data.only_for("price_change")
def retire(key: str, who: str, why: str) -> Saved:
    """Put a saved scenario aside; it is kept, and its links hold."""
    one = saved.store().retire(key, who=who, why=why, when=now())
    saved.forget()
    return one


# Decisions


@data.only_for("price_change")
def decided(asked: Asked) -> Decided:
    """Every decision beside what came of it, and what can be decided now."""
    version = opened_version()
    desk, found, before = opened_desk(version), *_happened(version)
    subject, unready = _subject(desk, asked)
    try:
        store = saved.store()
        records = tuple(Judged(one, happened(one, found, before)) for one in store.decisions())
        return Decided(records, tuple(store.audit()), subject, unready, before)
    except DecisionError as refusal:
        return Decided(subject=subject, unready=unready, settled_before=before, trouble=str(refusal))


@data.only_for("price_change")
def record(asked: Asked, ruled: Ruled) -> Decision:
    """Put a decision on record, with what the months to come will bring under it; refused in one sentence."""
    desk = opened_desk(opened_version())
    subject, unready = _subject(desk, asked)
    if subject is None:
        raise DecisionError(unready)
    dated, text = _dated(desk, asked, subject, ruled.effective_on)
    ruling = Ruling(
        key=subject.key,
        text=text,
        decision=ruled.decision,
        author=ruled.author,
        approver=ruled.approver,
        decided_at=now(),
        effective_on=ruled.effective_on,
        note=ruled.note,
        manifest=desk.manifest(dated).as_dict(),
        result_hash=desk.manifest(dated).fingerprint,
        supersedes=ruled.supersedes,
    )
    rules = parse_rules(read_text(DATA / "decisions.toml"))
    checked(ruling, rules)  # who may not decide need not wait for a simulation
    ran = desk.simulate(dated, months=asked.months, horizon=AHEAD)
    foretold = predictions(ran, ruled.decision == APPROVED)
    made = replace(ruling, manifest=ran.manifest.as_dict(), result_hash=_hashed(desk, ran), predictions=foretold)
    return saved.store().record(made, rules)


# Behind the door


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _stamp(version: Version, asked: Asked) -> Stamp:
    desk = opened_desk(version)
    plain, layers = data.stamp(), changing.scenarios(desk, asked)
    manifest = replace(desk.manifest(*layers), months=asked.months, horizon=asked.horizon)
    called = " + ".join(one.name for one in layers) or "baseline"
    return replace(plain, scenario=f"scenario {called}", fingerprint=manifest.fingerprint, manifest=manifest.as_dict())


def _base(desk: Desk, asked: Asked) -> Base:
    one = changing.together(desk, asked)
    return Base(one, reach_words(one.rollout), saved.version_of(asked.scenario) is not None)


def _text(desk: Desk, asked: Asked, typed: Typed, key: str) -> str:
    """The file of what is asked; it reads back as a scenario, and makes the book that the page shows."""
    layers = changing.scenarios(desk, asked)
    rollout = replace(changing.together(desk, asked).rollout, cohort=typed.cohort)
    header = Scenario(key, typed.name, typed.author, typed.why, desk.book.id, typed.effective, {}, rollout=rollout)
    text = scenario_text(as_one(desk, layers, header), desk.book)
    desk.proposed_book(parse_scenario(text, key))
    return text


def _tried(work: Callable[[], T]) -> tuple[T | None, list[str]]:
    try:
        return work(), []
    except Refusal as refusal:
        return None, [str(refusal)]


def _slug(name: str) -> str:
    """The key of a name: Starter plus 5 % is starter-plus-5."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")


def _kept(one: Saved) -> KeptScenario:
    key = saved.key_of(one)
    name, refused = _tried(lambda: one.scenario.name)
    return KeptScenario(one, key, name or one.key, (*refused, *_stale(opened_version(), key)))


def _manifest(desk: Desk, one: Saved) -> Manifest:
    """What the result would be made from now, over the months it was saved with."""
    was = one.result.manifest
    return replace(desk.manifest(one.scenario), months=was.get("months"), horizon=was.get("horizon"))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _stale(version: Version, key: str) -> tuple[str, ...]:
    desk, one = opened_desk(version), saved.version(key)
    told, _ = _tried(lambda: tuple(staleness(one, _manifest(desk, one))))
    return told or ()


@st.cache_data(max_entries=_RESULTS, show_spinner="Running what was saved again…")
def _again(version: Version, key: str) -> Again:
    desk, one = opened_desk(version), saved.version(key)
    was = one.result.manifest
    result, refused = _tried(lambda: _ran(desk, one.scenario, was.get("months") or 0, was.get("horizon") or PAST))
    if result is None:
        return Again(None, tuple(refused))
    return Again(result, tuple(staleness(one, result.manifest, result.result_hash)))


def _ran(desk: Desk, scenario: Scenario, months: int, horizon: str) -> Result:
    """A scenario's result: the headline, and the hash of the whole document that the command line prints."""
    ran = desk.simulate(scenario, months=months, horizon=horizon)
    more, less = (sum(ran.groups[group] for group in some) for some in (RISES, FALLS))
    return Result(
        manifest=ran.manifest.as_dict(),
        result_hash=_hashed(desk, ran),
        could_usd=ran.delta,
        moved_usd=ran.moved,
        pay_more=more,
        pay_less=less,
    )


def _hashed(desk: Desk, ran: Simulation) -> str:
    return result_hash(reports.simulation(ran, desk.reproduction, desk.judgement(ran), desk.react(ran)))


def _subject(desk: Desk, asked: Asked) -> tuple[Scenario | None, str]:
    """What can be decided: one scenario that is on file or saved, as nobody can look up what was only edited."""
    if asked.edits:
        return None, "Save the edits as a scenario first: a decision names something that everybody can look up"
    if asked.is_nothing:
        return None, "Pick a scenario in the sidebar to put a decision about it on record"
    return changing.together(desk, asked), ""


def _dated(desk: Desk, asked: Asked, subject: Scenario, day: date | None) -> tuple[Scenario, str]:
    """The scenario on the day that was decided, and its text; where no other day was, the text as it stands."""
    if day is None or day == subject.effective:
        own = saved.text_of(str(asked.scenario))
        return subject, own or read_text(desk.data / "scenarios" / f"{subject.key}.toml")
    moved = replace(subject, effective=day)
    return moved, scenario_text(moved, desk.book)


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _happened(version: Version) -> tuple[dict[tuple[str, date | None], Decimal], date]:
    desk = opened_desk(version)
    return dict(actuals(desk)), settled_before(desk)
