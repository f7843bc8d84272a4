"""The text of data/claims.toml becomes claims and surfaces; what cannot be judged is refused at the door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.document import BookError, Document, check_every_key, found
from lib.catalog.scenario import ScenarioError, merged, read_toml
from lib.claims.agreeing import ASPECTS
from lib.claims.checks import CHECKS
from lib.claims.claim import (
    CONTRADICTION,
    KINDS,
    NO,
    TENSION,
    UNKNOWN,
    WHERE,
    YES,
    Claim,
    ClaimError,
    Condition,
    Papers,
    Permission,
    Statement,
    Subject,
    Surface,
)
from lib.claims.many_years import BASES
from lib.claims.rounding import ROUNDINGS, speaks_of, written
from lib.money import MoneyError, exact

_BLOCKS = ("statements", "permitted", "subjects", "conditions")
_COMMON = ("surface", "words", "kind", "published", "check", "product", "source")
_CLAIM_OPTIONS = ("value", "rounding", "applies_to", "subject", "needs", "years", "base")
_SURFACE = ("name", "published", "source")
_SURFACE_OPTIONS = ("naming", "cannot_hold", "decimals")


def parse(toml: str, reworded: Document = MappingProxyType({})) -> Papers:
    """The text of data/claims.toml → everything it says; an unknown key is refused with the nearest right one.

    `reworded` is what scenarios say instead, claim by claim and key by key.
    """
    try:
        document = read_toml(toml, WHERE)
    except ScenarioError as problem:
        raise ClaimError(str(problem)) from None
    for key in reworded:
        found(key, document["claims"], f"{WHERE} has no claim")
    document["claims"] = merged(document["claims"], reworded)
    _check_keys(document, "the file", ("clean_prices", "surfaces", "claims"), _BLOCKS)
    surfaces = {key: _surface(key, entry) for key, entry in document["surfaces"].items()}
    papers = Papers(
        claims=tuple(_claim(key, entry, surfaces) for key, entry in document["claims"].items()),
        conditions=MappingProxyType({key: _condition(key, one) for key, one in document.get("conditions", {}).items()}),
        surfaces=MappingProxyType(surfaces),
        statements=tuple(_statement(entry) for entry in document.get("statements", ())),
        clean_multiple=_clean_multiple(document["clean_prices"]),
        permitted=tuple(_permission(entry) for entry in document.get("permitted", ())),
        subjects=tuple(_subject(key, entry) for key, entry in document.get("subjects", {}).items()),
    )
    _check_subjects(papers)
    _check_named(papers)
    return papers


def _claim(key: str, entry: Document, surfaces: Mapping[str, Surface]) -> Claim:
    where = f"claims.{key}"
    _check_keys(entry, where, _COMMON, _CLAIM_OPTIONS)
    check = _known(entry["check"], CHECKS, f"{where}: there is no check")
    _check_keys(entry, f"{where}, which is judged by {entry['check']},", (*_COMMON, *check.needs), _CLAIM_OPTIONS)
    kind = str(entry["kind"]).replace("_", " ")
    _known(kind, dict.fromkeys(KINDS), f"{where}: there is no kind")
    _known(entry.get("rounding", "nearest"), ROUNDINGS, f"{where}: there is no rounding")
    _check_published(entry, where, _known(entry["surface"], surfaces, f"{where}: there is no surface"))
    claim = Claim(**{**entry, "id": key, "kind": kind, "applies_to": tuple(entry.get("applies_to", ()))})
    _check_not_empty(entry, where, check.needs)
    return _with_value(claim, check.read)


def _check_not_empty(entry: Document, where: str, needs: Iterable[str]) -> None:
    """A claim about nothing would be true of every price list."""
    for key in needs:
        if entry[key] in ("", (), [], {}):
            raise ClaimError(f"{WHERE}, {where}.{key} is empty, and what is said of nothing is always true; name it")


def _check_published(entry: Document, where: str, surface: Surface) -> None:
    if not isinstance(entry["published"], bool):
        raise ClaimError(f"{WHERE}, {where}.published is {entry['published']!r}; write true or false")
    if entry["published"] and not surface.published:
        raise ClaimError(f"{WHERE}, {where} is published, but surfaces.{surface.key} is not; change one of them")


def _with_value(claim: Claim, read: Any) -> Claim:
    where = f"{WHERE}, claims.{claim.id}"
    try:
        value = None if claim.value is None else read(claim.value)
    except (MoneyError, BookError, AttributeError, TypeError, KeyError) as problem:
        raise ClaimError(f"{where}: its value does not suit the check {claim.check}: {problem}") from None
    if isinstance(value, Decimal) and not speaks_of(claim.words, value):
        raise ClaimError(f"{where} checks {written(value)}, but its words are {claim.words!r}; make them agree")
    return replace(claim, value=value)


def _surface(key: str, entry: Document) -> Surface:
    _check_keys(entry, f"surfaces.{key}", _SURFACE, _SURFACE_OPTIONS)
    return Surface(**{**entry, "key": key, "cannot_hold": tuple(entry.get("cannot_hold", ()))})


def _statement(entry: Document) -> Statement:
    _check_keys(entry, "a block of statements", ("subject", "value", "place", "source"))
    return Statement(**entry)


def _subject(key: str, entry: Document) -> Subject:
    where = f"subjects.{key}"
    _check_keys(entry, where, ("words", "weight", "meanwhile"))
    _known(entry["weight"], dict.fromkeys((CONTRADICTION, TENSION)), f"{where}: there is no weight")
    return Subject(**{**entry, "name": key})


def _check_subjects(papers: Papers) -> None:
    """Every statement is about something that is judged, and every subject has two places to compare."""
    said = Counter(statement.subject for statement in papers.statements)
    own = dict.fromkeys([*(one.name for one in papers.subjects), *(claim.subject for claim in papers.claims)])
    for name in said:
        _known(name, own, "a block of statements: neither a subject nor a claim speaks of")
    for one in papers.subjects:
        if said[one.name] < 2:
            raise ClaimError(f"{WHERE}, subjects.{one.name} has {said[one.name]} statement(s); it takes two to differ")


def _condition(key: str, entry: Document) -> Condition:
    where = f"conditions.{key}"
    _check_keys(entry, where, ("words", "said", "known", "needs", "source", "as_of"))
    _known(entry["known"], dict.fromkeys((YES, NO, UNKNOWN)), f"{where}.known: there is no")
    if not str(entry["said"]).strip():
        raise ClaimError(f"{WHERE}, {where}.said is empty, and every sentence holds no words; write how it is stated")
    return Condition(**entry)


def _check_named(papers: Papers) -> None:
    """What a claim names besides plans and tiers is there: conditions, a surface and what differs on it, a base."""
    for claim in papers.claims:
        where = f"claims.{claim.id}: there is no"
        _known(claim.base, BASES, f"{where} base")
        if claim.check == "places_agree":
            _known(claim.subject, papers.surfaces, f"{where} surface")
            for aspect in claim.value:
                _known(aspect, dict.fromkeys(ASPECTS), f"{where} aspect")
        for key in claim.value if claim.check == "conditional" else ():
            _known(key, papers.conditions, f"{where} condition")


def _permission(entry: Document) -> Permission:
    _check_keys(entry, "a block of permitted", ("difference", "why", "source"))
    return Permission(**entry)


def _clean_multiple(entry: Document) -> Decimal:
    _check_keys(entry, "clean_prices", ("multiple_of", "source"))
    multiple = exact(entry["multiple_of"])
    if multiple <= 0:
        raise ClaimError(f"{WHERE}, clean_prices.multiple_of is {multiple}; it must be above 0")
    return multiple


def _check_keys(entry: Document, where: str, required: Iterable[str], optional: Iterable[str] = ()) -> None:
    check_every_key(entry, required, f"{WHERE}, {where}", ClaimError, "write it out", optional)


def _known(key: object, among: Mapping[str, Any], problem: str) -> Any:
    try:
        return found(str(key), among, problem)
    except BookError as refusal:
        raise ClaimError(f"{WHERE}, {refusal}") from None
