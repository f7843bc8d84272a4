"""Warnings that somebody has looked at and accepts: by whom, why, and until when.

Acknowledging applies to warnings and notes. It never turns a false published claim green, and it expires: a warning
nobody looks at again is no decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from lib.catalog.document import BookError, Document, check_fields
from lib.catalog.scenario import ScenarioError, read_toml
from lib.claims.claim import ClaimError
from lib.claims.finding import ACKNOWLEDGED, NOTE, RED, UNVERIFIABLE, WARNING, Finding

ACKNOWLEDGES = "acknowledged by"
_SHAPES = {"finding": "text", "who": "text", "why": "text", "until": "date"}


@dataclass(frozen=True)
class Acknowledgement:
    """One block of data/acknowledged.toml: the finding's name, who accepts it, why, and the last day it holds."""

    finding: str
    who: str
    why: str
    until: date

    @property
    def sentence(self) -> str:
        """Who accepts it, until when, and why."""
        return f"{ACKNOWLEDGES} {self.who} until {self.until}: {self.why}"


def parse_acknowledged(text: str, where: str = "data/acknowledged.toml") -> tuple[Acknowledgement, ...]:
    """The text of data/acknowledged.toml → its blocks; each must name a finding, a person, a reason and a last day."""
    try:
        document = read_toml(text, where)
        blocks = document.get("acknowledged", [])
        check_fields(document, {"acknowledged": "optional list"}, where)
        return tuple(_block(block, f"{where}, block {place}") for place, block in enumerate(blocks, start=1))
    except (BookError, ScenarioError) as problem:
        raise ClaimError(str(problem)) from None


def acknowledged(found: Iterable[Finding], accepted: Iterable[Acknowledgement], as_of: date) -> tuple[Finding, ...]:
    """Findings in the light of what somebody accepts on a day."""
    by_name = {one.finding: one for one in accepted}
    return tuple(_with(finding, by_name.get(finding.claim), as_of) for finding in found)


def idle(found: Iterable[Finding], accepted: Iterable[Acknowledgement]) -> tuple[Finding, ...]:
    """What is accepted and not found any more: a finding of its own, so that no block outlives its reason."""
    named = {finding.claim for finding in found}
    return tuple(_idle(one) for one in accepted if one.finding not in named)


def _block(block: Document, where: str) -> Acknowledgement:
    check_fields(block, _SHAPES, where)
    return Acknowledgement(block["finding"], block["who"], block["why"], block["until"])


def _with(finding: Finding, accepted: Acknowledgement | None, as_of: date) -> Finding:
    if accepted is None:
        return finding
    if finding.severity == RED:
        return _told(finding, f"{accepted.sentence}; a false published claim stays false")
    if as_of > accepted.until:
        return _told(finding, f"{accepted.sentence}; that day is over")
    is_open = finding.severity in (WARNING, NOTE)
    return replace(_told(finding, accepted.sentence), severity=ACKNOWLEDGED) if is_open else finding


def _told(finding: Finding, sentence: str) -> Finding:
    return replace(finding, evidence=(*finding.evidence, sentence))


def _idle(accepted: Acknowledgement) -> Finding:
    words = f"nothing is found under the name {accepted.finding!r} any more: take its block out"
    return Finding(
        claim=f"acknowledged.{accepted.finding}",
        kind="book",
        product="every product",
        surface="data/acknowledged.toml",
        words=words,
        source="data/acknowledged.toml",
        published=False,
        verdict=UNVERIFIABLE,
        severity=NOTE,
        promised="every acknowledgement has its finding",
        delivered=words,
        evidence=(accepted.sentence,),
    )
