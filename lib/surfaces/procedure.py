"""What people do when a price changes: the steps of data/update_procedure.toml, dated, for each kind of change.

A change is announced on the day it is in force for new customers. From then each rail's notices run until it may reach
those who have a contract; two texts differ on how long that is, so each rule has its own day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from lib.catalog.book import RAILS, Book
from lib.catalog.document import BookError, Document, check_every_key, check_fields, check_signs, found
from lib.catalog.rollout import OwnNotice
from lib.catalog.scenario import ScenarioError, read_toml
from lib.periods import notice_over
from lib.rails import Rail
from lib.refusal import Refusal

WHERE = "data/update_procedure.toml"
TIER_PRICE, DIMENSION_RATE = "tier_price", "dimension_rate"
KINDS = (TIER_PRICE, DIMENSION_RATE)
BY_NOTICE = "notice"
RAILS_OWN = OwnNotice()  # a scenario that says nothing of notice
_LANDS = {"any_day": "", "first_of_month": ", then the first of the month"}
_LONGEST = 3650


class ProcedureError(Refusal):
    """An update procedure that cannot be followed; the message names the step and what to write."""


@dataclass(frozen=True)
class Step:
    """One thing somebody does: what, how it is checked, whose hand it is, how many days after the announcement."""

    what: str
    check: str
    who: str
    days: int


@dataclass(frozen=True)
class Procedure:
    """The steps of one kind of change, in their order."""

    kind: str
    name: str
    source: str
    steps: tuple[Step, ...]


Procedures = Mapping[str, Procedure]


@dataclass(frozen=True)
class Due:
    """One step of a change on its day; `place` counts from 1 within its kind."""

    on: date
    kind: str
    place: int
    step: Step


@dataclass(frozen=True)
class NoticeDay:
    """One rule of one rail for one kind of change: announced on one day, it reaches existing contracts on the other.

    `reaches_on` is None where an existing contract keeps what it has.
    """

    rail: str
    kind: str
    rule: str
    days: int
    announced_on: date
    reaches_on: date | None
    source: str


@dataclass(frozen=True)
class Changed:
    """What of a price list changes, by rail: plans with another list price, dimensions with another price.

    `others` names what else changes, for which the papers have no procedure.
    """

    plans: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of change there are, each with a procedure."""
        return tuple(
            kind for kind, what in zip(KINDS, (self.plans, self.dimensions), strict=True) if any(what.values())
        )

    def on(self, rail: str) -> tuple[str, ...]:
        """The kinds of change on one rail."""
        found = ((TIER_PRICE, self.plans), (DIMENSION_RATE, self.dimensions))
        return tuple(kind for kind, what in found if what.get(rail))


def parse_procedures(toml: str) -> Procedures:
    """The text of data/update_procedure.toml → the steps of each kind of change; a wrong key is refused by name."""
    try:
        document = read_toml(toml, WHERE)
        check_signs(document, WHERE)
        check_every_key(document, ("changes",), WHERE, ProcedureError, "it holds the steps of each kind of change")
        check_every_key(document["changes"], KINDS, f"{WHERE}, changes", ProcedureError, "each kind has its steps")
        return MappingProxyType({kind: _procedure(kind, document["changes"][kind]) for kind in KINDS})
    except (BookError, ScenarioError) as problem:
        raise ProcedureError(str(problem)) from None


def _procedure(kind: str, entry: Document) -> Procedure:
    where = f"{WHERE}, changes.{kind}"
    check_fields(entry, {"name": "text", "source": "text", "steps": "list"}, where)
    steps = tuple(_step(step, f"{where}, step {place}") for place, step in enumerate(entry["steps"], 1))
    if not steps:
        raise ProcedureError(f"{where} has no step: write what is done")
    return Procedure(kind, entry["name"], entry["source"], steps)


def _step(entry: Document, where: str) -> Step:
    check_fields(entry, {"what": "text", "check": "text", "who": "text", "days": "whole number"}, where)
    if not 0 <= entry["days"] <= _LONGEST:
        raise ProcedureError(f"{where}.days is {entry['days']}; write a whole number of days from 0 to {_LONGEST}")
    return Step(**entry)


def checklist(procedures: Procedures, kind: str, announced_on: date) -> tuple[Due, ...]:
    """A kind of change and the day it is announced → its steps, each on its day, in the order they are done."""
    steps = found(kind, procedures, f"{WHERE} has no kind of change").steps
    due = (
        Due(announced_on + timedelta(days=step.days), kind, place, step) for place, step in enumerate(steps, start=1)
    )
    return tuple(sorted(due, key=lambda one: (one.on, one.place)))


def notice_days(rail: Rail, kind: str, announced_on: date, own: OwnNotice = RAILS_OWN) -> tuple[NoticeDay, ...]:
    """A kind of change on a rail and the day it is announced → the day it reaches existing contracts, by every rule.

    A scenario's own notice comes before the rail's, and its freeze holds them all. A dimension rate that a rail's
    existing entitlements keep has one rule, that of the rail, and no day.
    """
    if kind == DIMENSION_RATE and rail.dimension_rate_reach != BY_NOTICE:
        rule = "existing entitlements keep their rate"
        return (NoticeDay(rail.key, kind, rule, 0, announced_on, None, rail.reach_source),)
    rules = [(it.name, it.days, it.lands_on, it.source) for it in rail.notices]
    if own.days is not None:
        rules.insert(0, ("the scenario's own notice", own.days, own.lands_on, own.source))
    return tuple(
        NoticeDay(
            rail=rail.key,
            kind=kind,
            rule=f"{name}, {days} days{_LANDS[lands_on]}",
            days=days,
            announced_on=announced_on,
            reaches_on=max(notice_over(announced_on, days, lands_on), own.freeze_until or date.min),
            source=source,
        )
        for name, days, lands_on, source in rules
    )


def changed(was: Book, becomes: Book) -> Changed:
    """Two books → which plans and dimensions have another price on each rail, and what else differs."""
    plans = {rail: tuple(_plans(was, becomes, rail)) for rail in RAILS}
    dimensions = {rail: tuple(_dimensions(was, becomes, rail)) for rail in RAILS}
    return Changed(plans, dimensions, tuple(_others(was, becomes)))


def everything(book: Book, kinds: Sequence[str] = KINDS) -> Changed:
    """Kinds of change to every public plan, or every dimension, of a book: the most that such a change takes."""
    plans = tuple(key for key, plan in book.plans.items() if plan.is_public)
    return Changed(
        plans=dict.fromkeys(RAILS, plans if TIER_PRICE in kinds else ()),
        dimensions=dict.fromkeys(RAILS, tuple(book.dimensions) if DIMENSION_RATE in kinds else ()),
    )


def _plans(was: Book, becomes: Book, rail: str) -> Iterator[str]:
    """Plans of either book: one that goes away, or comes, changes the listing too."""
    for key in {**was.plans, **becomes.plans}:
        before, after = (book.list_price(rail, key) if key in book.plans else None for book in (was, becomes))
        if before != after:
            yield key


def _dimensions(was: Book, becomes: Book, rail: str) -> Iterator[str]:
    for key in {**was.dimensions, **becomes.dimensions}:
        before, after = (book.prices.get((rail, key)) for book in (was, becomes))
        if before != after:
            yield key


def _others(was: Book, becomes: Book) -> Iterator[str]:
    if was.allowances != becomes.allowances or _own_allowances(was) != _own_allowances(becomes):
        yield "what tiers include"
    if was.tiers != becomes.tiers:
        yield "tiers"
    if any(was.absorbs(rail) != becomes.absorbs(rail) for rail in RAILS):
        yield "who bears a rail's fee"


def _own_allowances(book: Book) -> dict[str, object]:
    return {rail: entry.get("allowances", {}) for rail, entry in book.rails.items() if entry.get("allowances")}
