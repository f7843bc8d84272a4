"""Who a scenario reaches, and when: a cohort, facts of the population, and each rail's own notice or freeze.

A scenario that says nothing reaches everybody at the first date that contract and rail allow, after the notice of
data/rails.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from lib.catalog.document import BookError, Document, day, nearest, shown
from lib.periods import LANDINGS

COHORTS = ("all", "renewal", "new")
RAILS = ("stripe", "aws")
# What `where` may ask of a contract; all but the first four are facts of its customer (marts.customer).
FACTS = ("rail", "tier", "term", "plan", "persona", "region", "country", "integrator")
LONGEST = 3650  # days of notice: ten years, twice what the longest private offer runs on AWS
_NOTICE = ("name", "days", "lands_on", "freeze_until", "source")


@dataclass(frozen=True)
class OwnNotice:
    """What a scenario says of one rail in place of the rail's first notice.

    `name` is one of the notices of data/rails.toml; or `days` and `lands_on` are the scenario's own. Before
    `freeze_until` nobody is reached who had a contract when the scenario took effect.
    """

    name: str | None = None
    days: int | None = None
    lands_on: str = "any_day"
    freeze_until: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Rollout:
    """Who is reached: `cohort` new, renewal or all; `where` fact → the values it may have; `notice` by rail.

    new: customers whose first contract starts on or after the effective date; renewal: they, and a running contract
    from the first period that starts after its notice; all: everybody at the first date contract and rail allow.
    """

    cohort: str = "all"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notice: Mapping[str, OwnNotice] = field(default_factory=dict)


EVERYBODY = Rollout()


def parse_rollout(document: Document) -> Rollout:
    """The header of a scenario → its rollout; an unknown cohort, fact, rail or key is refused with the nearest one."""
    cohort = document.get("cohort", "all")
    if cohort not in COHORTS:
        raise BookError(f"cohort is {shown(cohort)}; {nearest(cohort, COHORTS)}")
    where = _block(document, "where")
    notice = _block(document, "notice")
    return Rollout(
        cohort,
        MappingProxyType({fact: _values(fact, wanted) for fact, wanted in where.items()}),
        MappingProxyType({rail: _notice(rail, entry) for rail, entry in notice.items()}),
    )


def _block(document: Document, key: str) -> Document:
    entry = document.get(key, {})
    if not isinstance(entry, Mapping):
        raise BookError(f"{key} must be a block of keys, not {shown(entry)}")
    return entry


def _values(fact: str, wanted: Any) -> tuple[str, ...]:
    if fact not in FACTS:
        raise BookError(f"where asks for {shown(fact)}, which is no fact of a contract; {nearest(fact, FACTS)}")
    values = wanted if isinstance(wanted, list) else [wanted]
    if not values or not all(isinstance(value, str) and value for value in values):
        raise BookError(f"where.{fact} is {shown(wanted)}; write a text, or a list of texts")
    return tuple(values)


def _notice(rail: str, entry: Any) -> OwnNotice:
    where = f"notice.{rail}"
    if rail not in RAILS:
        raise BookError(f"{where}: there is no rail {shown(rail)}; {nearest(rail, RAILS)}")
    if not isinstance(entry, Mapping):
        raise BookError(f"{where} must be a block of keys, not {shown(entry)}")
    for key in entry:
        if key not in _NOTICE:
            raise BookError(f"{where} has no use for {shown(key)}; {nearest(key, _NOTICE)}")
    if not {"name", "days", "freeze_until"} & set(entry):
        raise BookError(f"{where} says nothing: write name, days or freeze_until, or leave it out")
    own = OwnNotice(**entry)
    _check_days(own, where)
    _check_notice(own, where)
    return own


def _check_days(own: OwnNotice, where: str) -> None:
    if own.name is not None and own.days is not None:
        raise BookError(f"{where} names a notice and writes days: keep one of the two")
    if own.days is not None and (type(own.days) is not int or not 0 <= own.days <= LONGEST):
        raise BookError(f"{where}.days is {shown(own.days)}; write a whole number of days, from 0 up to {LONGEST}")
    if own.lands_on not in LANDINGS:
        raise BookError(f"{where}.lands_on is {shown(own.lands_on)}; {nearest(own.lands_on, LANDINGS)}")
    if own.days is None and own.lands_on != OwnNotice.lands_on:
        raise BookError(f"{where} writes lands_on and no days: a notice of the rail's says itself where it lands")


def _check_notice(own: OwnNotice, where: str) -> None:
    if own.freeze_until is not None:
        day(own.freeze_until, f"{where}.freeze_until")
    if own.name is not None and not isinstance(own.name, str):
        raise BookError(f"{where}.name is {shown(own.name)}; write the name of one of the rail's notices")
    if not isinstance(own.source, str):
        raise BookError(f"{where}.source is {shown(own.source)}; write a text")
    if (own.days is not None or own.freeze_until is not None) and not own.source:
        raise BookError(f"{where} lacks its source: who says so, and where?")
