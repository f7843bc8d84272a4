"""What two places of the papers say differently of one subject: a contradiction to settle, or a tension to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lib.claims.claim import CONTRADICTION, Papers, Statement, Subject
from lib.claims.finding import CONTRADICTORY, FORBIDDEN, NOTE, REMARK, WARNING, Finding

PAPER = "paper"


def with_papers(found: Iterable[Finding], papers: Papers, product: str) -> tuple[Finding, ...]:
    """Findings and what the papers say → one finding for every subject they tell in two ways.

    A subject that a finding of this name already speaks of is not told twice: its places become that one's evidence.
    """
    apart = {one.name: (one, said) for one in papers.subjects if len(_values(said := _said(papers, one))) > 1}
    told = [_with_places(one, *apart.pop(one.claim)) if one.claim in apart else one for one in found]
    return (*told, *(_finding(one, said, product) for one, said in apart.values()))


def _said(papers: Papers, subject: Subject) -> list[Statement]:
    return [statement for statement in papers.statements if statement.subject == subject.name]


def _values(said: Iterable[Statement]) -> list[str]:
    return list(dict.fromkeys(str(statement.value) for statement in said))


def _with_places(one: Finding, subject: Subject, said: Sequence[Statement]) -> Finding:
    return replace(one, evidence=(*one.evidence, *_lines(subject, said)))


def _lines(subject: Subject, said: Sequence[Statement]) -> list[str]:
    places = [f"{statement.place}: {statement.value} ({statement.source})" for statement in said]
    return [*places, f"meanwhile: {subject.meanwhile}"]


def _finding(subject: Subject, said: Sequence[Statement], product: str) -> Finding:
    first, *others = said
    is_contradiction = subject.weight == CONTRADICTION
    return Finding(
        claim=subject.name,
        kind=PAPER,
        product=product,
        surface="papers",
        words=f"{subject.words}: {' / '.join(_values(said))}",
        source="; ".join(dict.fromkeys(statement.source for statement in said)),
        published=False,
        verdict=CONTRADICTORY,
        severity=WARNING if is_contradiction else NOTE,
        promised=f"{first.place}: {first.value}",
        delivered="; ".join(f"{other.place}: {other.value}" for other in others if other.value != first.value),
        evidence=tuple(_lines(subject, said)),
        standing=FORBIDDEN if is_contradiction else REMARK,
    )
