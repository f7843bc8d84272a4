"""What somebody accepts of what was found: by whom, why, and until which day.

Acknowledging applies to what is a warning, unverifiable or not representable. It never turns a false published claim
green, and it expires: a warning nobody looks at again is no decision. Where they are kept is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lib.catalog.document import nearest
from lib.claims.claim import ClaimError
from lib.claims.finding import ACKNOWLEDGED, NONE, NOT_REPRESENTABLE, NOTE, RED, UNVERIFIABLE, WARNING, Finding

ACKNOWLEDGES = "acknowledged by"
STAYS_FALSE = "a false published claim stays false"


@dataclass(frozen=True)
class Acknowledgement:
    """One finding that somebody accepts, by its name: who, why, and the last day it holds."""

    finding: str
    who: str
    why: str
    until: date

    @property
    def sentence(self) -> str:
        """Who accepts it, until when, and why."""
        return f"{ACKNOWLEDGES} {self.who} until {self.until}: {self.why}"

    def holds_on(self, day: date) -> bool:
        """Whether it still holds, its last day included."""
        return day <= self.until


def weighed(found: Sequence[Finding], accepted: Sequence[Acknowledgement], as_of: date) -> tuple[Finding, ...]:
    """Findings in the light of what somebody accepts on a day, and what is accepted for nothing behind them."""
    return (*acknowledged(found, accepted, as_of), *idle(found, accepted))


def acknowledged(found: Iterable[Finding], accepted: Iterable[Acknowledgement], as_of: date) -> tuple[Finding, ...]:
    """Findings in the light of what somebody accepts on a day; `accepted` holds one for each name."""
    by_name = {one.finding: one for one in accepted}
    return tuple(_with(finding, by_name.get(finding.claim), as_of) for finding in found)


def idle(found: Iterable[Finding], accepted: Iterable[Acknowledgement]) -> tuple[Finding, ...]:
    """What is accepted and not found any more: a finding of its own, so that none outlives its reason."""
    named = {finding.claim for finding in found}
    return tuple(_idle(one) for one in accepted if one.finding not in named)


def acceptable(name: str, found: Sequence[Finding]) -> Finding:
    """The finding of a name, if somebody may accept it; refused where it is false, true, or nowhere.

    `found` is everything that is found today, whatever is accepted of it already.
    """
    named = [one for one in found if one.claim == name]
    if not named:
        raise ClaimError(f"nothing is found under the name {name!r}; {nearest(name, (one.claim for one in found))}")
    worst = next((one for one in named if one.severity == RED), named[0])
    if refusal := why_not(worst):
        raise ClaimError(f"{name}: {refusal}")
    return worst


def why_not(finding: Finding) -> str | None:
    """Why nobody can accept a finding; None where somebody may."""
    if finding.severity == RED:
        return f"{STAYS_FALSE}, whoever accepts it; change the words or the prices"
    if finding.severity == NONE:
        return "it is true, so there is nothing to accept"
    if finding.severity != WARNING and finding.verdict not in (UNVERIFIABLE, NOT_REPRESENTABLE):
        return "it is a note that asks nothing of anybody, so there is nothing to accept"
    return None


def _with(finding: Finding, accepted: Acknowledgement | None, as_of: date) -> Finding:
    if accepted is None:
        return finding
    if finding.severity == RED:
        return _told(finding, f"{accepted.sentence}; {STAYS_FALSE}")
    if finding.severity == NONE:
        return _told(finding, f"{accepted.sentence}; it is true by now, and nothing is left to accept")
    if not accepted.holds_on(as_of):
        return _told(finding, f"{accepted.sentence}; that day is over")
    is_open = why_not(finding) is None
    return replace(_told(finding, accepted.sentence), severity=ACKNOWLEDGED) if is_open else finding


def _told(finding: Finding, sentence: str) -> Finding:
    return replace(finding, evidence=(*finding.evidence, sentence))


def _idle(accepted: Acknowledgement) -> Finding:
    words = f"nothing is found under the name {accepted.finding!r} any more: withdraw the acknowledgement"
    return Finding(
        claim=f"acknowledged.{accepted.finding}",
        kind="book",
        product="every product",
        surface="acknowledgements",
        words=words,
        source="the store of decisions",
        published=False,
        verdict=UNVERIFIABLE,
        severity=NOTE,
        promised="every acknowledgement has its finding",
        delivered=words,
        evidence=(accepted.sentence,),
    )
