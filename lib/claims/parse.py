"""The text of data/claims.toml becomes claims and surfaces; what cannot be judged is refused at the door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.document import BookError, Document, check_every_key, check_fields, check_signs, found, shown
from lib.catalog.price import MOST_DECIMALS
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
from lib.claims.entry import names
from lib.claims.known import DIFFERENCES, UNHELD
from lib.claims.many_years import BASES
from lib.claims.rounding import ROUNDINGS, speaks_of, written
from lib.money import MoneyError, exact

_BLOCKS = ("statements", "permitted", "subjects", "conditions")
_CLAIM = {
    **dict.fromkeys(("surface", "words", "kind", "check", "product", "source"), "text"),
    "published": "yes or no",
    **dict.fromkeys(("rounding", "subject", "needs", "base"), "text"),
    "applies_to": "list",
    "years": "whole number",
}
_COMMON = ("surface", "words", "kind", "published", "check", "product", "source")
_CLAIM_OPTIONS = ("value", "rounding", "applies_to", "subject", "needs", "years", "base")
_SURFACE = {
    "name": "text",
    "published": "yes or no",
    "source": "text",
    "naming": "optional text",
    "cannot_hold": "optional list",
    "decimals": "optional block",
}


def parse(toml: str, reworded: Document = MappingProxyType({})) -> Papers:
    """The text of data/claims.toml → everything it says; an unknown key is refused with the nearest right one.

    `reworded` is what scenarios say instead, claim by claim and key by key.
    """
    document = _read(toml)
    for key in reworded:
        _known(key, document["claims"], "there is no claim")
    document["claims"] = merged(document["claims"], reworded)
    _check_signs(document)
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
    _check_named(papers, document["products"])
    return papers


def _read(toml: str) -> dict[str, Any]:
    try:
        document = read_toml(toml, WHERE)
    except ScenarioError as problem:
        raise ClaimError(str(problem)) from None
    _check_keys(document, "the file", ("clean_prices", "products", "surfaces", "claims"), _BLOCKS)
    _check_shapes(document, "", {**dict.fromkeys(document, "block"), "statements": "list", "permitted": "list"})
    for key, entry in document["products"].items():
        _check_entry(entry, f"products.{key}", {"name": "text", "source": "text"})
    return document


def _check_signs(document: Document) -> None:
    try:
        check_signs(document, WHERE)
    except BookError as problem:
        raise ClaimError(str(problem)) from None


def _claim(key: str, entry: Document, surfaces: Mapping[str, Surface]) -> Claim:
    where = f"claims.{key}"
    _check_keys(entry, where, _COMMON, _CLAIM_OPTIONS)
    _check_shapes(entry, f"{where}.", _CLAIM)
    check = _known(entry["check"], CHECKS, f"{where}: there is no check")
    _check_keys(entry, f"{where}, which is judged by {entry['check']},", (*_COMMON, *check.needs), _CLAIM_OPTIONS)
    kind = str(entry["kind"]).replace("_", " ")
    _known(kind, dict.fromkeys(KINDS), f"{where}: there is no kind")
    _known(entry.get("rounding", "nearest"), ROUNDINGS, f"{where}: there is no rounding")
    _check_published(entry, where, _known(entry["surface"], surfaces, f"{where}: there is no surface"))
    plans = _names(entry["applies_to"], f"{where}.applies_to") if "applies_to" in entry else ()
    claim = Claim(**{**entry, "id": key, "kind": kind, "applies_to": plans})
    return _with_value(claim, check.read)


def _check_published(entry: Document, where: str, surface: Surface) -> None:
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
    where = f"surfaces.{key}"
    _check_entry(entry, where, _SURFACE)
    held = _names(entry["cannot_hold"], f"{where}.cannot_hold") if "cannot_hold" in entry else ()
    for feature in held:
        _known(feature, dict.fromkeys(UNHELD), f"{where}.cannot_hold: there is no")
    _check_naming(entry.get("naming", "{tier}"), where)
    for place, decimals in entry.get("decimals", {}).items():
        _check_decimals(decimals, f"{WHERE}, {where}.decimals, {shown(place)}")
    return Surface(**{**entry, "key": key, "cannot_hold": held})


def _check_decimals(decimals: object, where: str) -> None:
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= MOST_DECIMALS:
        raise ClaimError(f"{where} is {shown(decimals)}; write a number from 0 to {MOST_DECIMALS}")


def _check_naming(naming: str, where: str) -> None:
    around = naming.replace("{tier}", "")
    if around == naming or set("{}") & set(around):
        raise ClaimError(f"{WHERE}, {where}.naming is {shown(naming)}; write {{tier}} where the tier's name stands")


def _statement(entry: Document) -> Statement:
    where = "a block of statements"
    _check_entry(entry, where, {"subject": "text", "value": "number", "place": "text", "source": "text"})
    return Statement(**entry)


def _subject(key: str, entry: Document) -> Subject:
    where = f"subjects.{key}"
    _check_entry(entry, where, dict.fromkeys(("words", "weight", "meanwhile"), "text"))
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
    texts = dict.fromkeys(("words", "said", "known", "needs", "source"), "text")
    _check_entry(entry, where, {**texts, "as_of": "date"})
    _known(entry["known"], dict.fromkeys((YES, NO, UNKNOWN)), f"{where}.known: there is no")
    if not str(entry["said"]).strip():
        raise ClaimError(f"{WHERE}, {where}.said is empty, and every sentence holds no words; write how it is stated")
    return Condition(**entry)


def _check_named(papers: Papers, products: Document) -> None:
    """What a claim names besides plans and tiers is there: a product, conditions, a surface and its aspects, a base."""
    for claim in papers.claims:
        where = f"claims.{claim.id}: there is no"
        _known(claim.product, products, f"{where} product")
        _known(claim.base, BASES, f"{where} base")
        if claim.check == "places_agree":
            _known(claim.subject, papers.surfaces, f"{where} surface")
            for aspect in claim.value:
                _known(aspect, dict.fromkeys(ASPECTS), f"{where} aspect")
        if claim.check == "many_years" and claim.years < 1:
            raise ClaimError(f"{WHERE}, claims.{claim.id}.years is {claim.years}; write 1 or more")
        for key in claim.value if claim.check == "conditional" else ():
            _known(key, papers.conditions, f"{where} condition")


def _permission(entry: Document) -> Permission:
    _check_entry(entry, "a block of permitted", dict.fromkeys(("difference", "why", "source"), "text"))
    _known(entry["difference"], dict.fromkeys(DIFFERENCES), "a block of permitted: there is no difference")
    return Permission(**entry)


def _clean_multiple(entry: Document) -> Decimal:
    _check_entry(entry, "clean_prices", {"multiple_of": "number", "source": "text"})
    try:
        multiple = exact(entry["multiple_of"])
    except MoneyError as problem:
        raise ClaimError(f"{WHERE}, clean_prices.multiple_of: {problem}") from None
    if multiple <= 0:
        raise ClaimError(f"{WHERE}, clean_prices.multiple_of is {multiple}; it must be above 0")
    return multiple


def _check_keys(entry: Document, where: str, required: Iterable[str], optional: Iterable[str] = ()) -> None:
    check_every_key(entry, required, f"{WHERE}, {where}", ClaimError, "write it out", optional)


def _check_entry(entry: Document, where: str, shapes: Mapping[str, str]) -> None:
    """Refuse a block without one of its keys, with another, or with a value of the wrong shape."""
    options = [key for key, shape in shapes.items() if shape.startswith("optional")]
    _check_keys(entry, where, [key for key in shapes if key not in options], options)
    _check_shapes(entry, f"{where}.", shapes)


def _check_shapes(entry: Document, path: str, shapes: Mapping[str, str]) -> None:
    """Refuse a value of the wrong shape, of the keys that are there and have one."""
    there = {key: value for key, value in entry.items() if key in shapes}
    try:
        check_fields(there, {key: shapes[key] for key in there}, WHERE, f"{WHERE}, {path}")
    except BookError as problem:
        raise ClaimError(str(problem)) from None


def _names(value: object, where: str) -> tuple[str, ...]:
    try:
        return names(value)
    except BookError as problem:
        raise ClaimError(f"{WHERE}, {where}: {problem}") from None


def _known(key: object, among: Mapping[str, Any], problem: str) -> Any:
    try:
        return found(str(key), among, problem)
    except BookError as refusal:
        raise ClaimError(f"{WHERE}, {refusal}") from None
