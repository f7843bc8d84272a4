"""A scenario: a named choice, written as a sparse overlay on a named baseline book.

A scenario holds no belief; those live in data/assumptions. What changes is never typed: it is the difference of
two books, so a comment in the file may age but a page cannot.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lib.catalog.book import Book, parse
from lib.catalog.document import BookError, Document, day, nearest, shown
from lib.catalog.packaging import BLOCKS
from lib.catalog.rollout import EVERYBODY, Rollout, parse_rollout
from lib.refusal import Refusal

HEADER = ("name", "author", "why", "baseline", "effective", "cohort", "where", "notice")
OVERLAID = ("plans", "dimensions", "allowances", "rails", "settings", "tiers", *BLOCKS)
DEEPEST = 20  # levels; the deepest of a book, a price in a band of a rail's own dimension, is 7
MOST_DIGITS = 30  # of a whole number, as of an amount (lib.money)
SAID = "claims"  # what we say is no part of the book: it is laid over data/claims.toml


class ScenarioError(Refusal):
    """A scenario that cannot be laid over its baseline; the message names file, key and the nearest right name."""


@dataclass(frozen=True)
class Scenario:
    """A named choice: who proposes it, why, over which baseline, from when, for whom, and the sparse changes.

    `changes` are laid over the book, `claims` over what we say.
    """

    key: str
    name: str
    author: str
    why: str
    baseline: str
    effective: date | None
    changes: Document
    file: str = ""
    rollout: Rollout = EVERYBODY
    claims: Document = field(default_factory=dict)

    @property
    def identity(self) -> dict[str, object]:
        """All that decides its result: not its name, nor why."""
        return {
            "changes": self.changes,
            "claims": self.claims,
            "effective": self.effective,
            "rollout": asdict(replace(self.rollout, where=dict(self.rollout.where), notice=dict(self.rollout.notice))),
        }

    @property
    def where(self) -> str:
        """How a sentence about this scenario names it: its file, or where its file would be."""
        return self.file or f"scenarios/{self.key}.toml"


@dataclass(frozen=True)
class Change:
    """One leaf where two books differ: its path, what it was, what it becomes; None where it did not exist."""

    path: str
    was: object
    becomes: object


def parse_scenario(text: str, key: str, where: str | None = None) -> Scenario:
    """The text of `data/scenarios/<key>.toml`, or of `where` → the scenario; unknown keys are refused by name."""
    where = where or f"scenarios/{key}.toml"
    document = read_toml(text, where)
    for name in document:
        if name not in (*HEADER, *OVERLAID, SAID):
            raise ScenarioError(f"{where} has no use for {shown(name)}; {nearest(name, (*HEADER, *OVERLAID, SAID))}")
    for name in ("name", "author", "why", "baseline"):
        if not isinstance(document.get(name), str) or not document[name]:
            raise ScenarioError(
                f"{where} lacks {name!r}: every scenario says what it is called, by whom, why and on what"
            )
    changes = {name: document[name] for name in OVERLAID if name in document}
    try:
        effective = day(document["effective"], "effective") if "effective" in document else None
        rollout, claims = parse_rollout(document), _block(document, SAID)
    except BookError as problem:
        raise ScenarioError(f"{where}: {problem}") from None
    return Scenario(
        key=key,
        name=document["name"],
        author=document["author"],
        why=document["why"],
        baseline=document["baseline"],
        effective=effective,
        changes=changes,
        file=where,
        rollout=rollout,
        claims=claims,
    )


def read_toml(text: str, where: str) -> dict[str, Any]:
    """TOML text → its document with exact decimals; a syntax error is one sentence that names the file."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        raise ScenarioError(f"{where} is not valid TOML: {problem}") from None
    except InvalidOperation:
        raise ScenarioError(f"{where} holds a number that no price comes near; write its digits out") from None
    _check_reach(document, where)
    return document


def _check_reach(document: Document, where: str) -> None:
    """Refuse what is nested too deep to be written back, or a number too long to be: none of ours comes near."""
    level: list[tuple[str, Any]] = list(document.items())
    for _ in range(DEEPEST):
        for key, value in level:
            if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
                raise ScenarioError(f"{where}: {shown(key)} holds a number of more than {MOST_DIGITS} digits")
        level = [(key, inner) for key, value in level for inner in _inside(value)]
    if level:
        raise ScenarioError(f"{where}: {shown(level[0][0])} is nested more than {DEEPEST} levels deep")


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def overlay(book: Book, scenario: Scenario) -> Book:
    """A book with a scenario laid over it; the book itself never changes. An empty scenario gives an equal book."""
    if scenario.baseline != book.id:
        raise ScenarioError(
            f"{scenario.where} was written for the {scenario.baseline} book, but the baseline is the {book.id} book; "
            f"check its prices against that book, then set baseline = {book.id!r}"
        )
    return overlaid(book, scenario.changes, scenario.where)


def overlaid(book: Book, changes: Document, where: str) -> Book:
    """A book with a sparse document laid over it; `where` opens the sentence if the result is no book."""
    try:
        _check_names(book, changes)
        return parse(merged(book.document, changes))
    except BookError as problem:
        raise ScenarioError(f"{where}: {problem}") from None


def merged(base: Document, changes: Document) -> dict[str, Any]:
    """Two documents → one in which the changes win; lists such as bands are replaced whole."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(value, Mapping) and isinstance(old, Mapping) else value
    return result


def diff(was: Book, becomes: Book) -> tuple[Change, ...]:
    """Two books → every leaf where they differ, by path. Equal books have no difference."""
    old, new = dict(_leaves(was.document)), dict(_leaves(becomes.document))
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return tuple(Change(path, old.get(path), new.get(path)) for path in paths)


def _leaves(document: Document, prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _check_names(book: Book, changes: Document) -> None:
    for section in BLOCKS:
        if section in changes and section not in book.document:
            raise BookError(f"changes {section}, and the {book.id} book of {book.product} has none: take it out")
    # A block that changes one key of something unknown is a slip; a block with every field is something new.
    for section, fields in (("plans", {"tier", "term", "list_price"}), ("dimensions", {"unit", "bands"})):
        known: Mapping[str, object] = getattr(book, section)
        for name, entry in _block(changes, section).items():
            if name not in known and not (isinstance(entry, Mapping) and fields <= set(entry)):
                raise BookError(
                    f"changes {section[:-1]} {name!r}, which the {book.id} book does not have; {nearest(name, known)}"
                )
    for name, entry in _block(changes, "plans").items():
        if name in book.plans and isinstance(entry, Mapping) and {"tier", "term"} & set(entry):
            raise BookError(f"plans.{name}: a plan keeps its tier and term, contracts are on it; add a plan instead")


def _block(changes: Document, section: str) -> Document:
    entry = changes.get(section, {})
    if not isinstance(entry, Mapping):
        raise BookError(f"{section} must be a block of keys, not {shown(entry)}")
    return entry
