"""Claims that hold only under conditions, each with what is known of it and the evidence that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lib.claims.claim import NO, UNKNOWN, Claim, Condition, Evidence
from lib.claims.finding import OVERSTATED, TRUE, UNVERIFIABLE, Finding, Remedy, finding
from lib.claims.rounding import ROUNDINGS


def conditional(claim: Claim, evidence: Evidence) -> Finding:
    """True where every condition is met or stated in the words; overstated where one is known to fail in silence."""
    conditions = [evidence.papers.conditions[key] for key in claim.value]
    silent = [one for one in conditions if one.said not in claim.words]
    lines = [_line(one) for one in conditions]
    if failing := [one for one in silent if one.known == NO]:
        said = f"it does not hold: {_words(failing)} is not so"
        return _with_words(finding(claim, evidence, OVERSTATED, said, lines), claim, silent)
    if unknown := [one for one in silent if one.known == UNKNOWN]:
        said = f"it holds only if {_words(unknown)}; nobody here knows"
        return _with_words(finding(claim, evidence, UNVERIFIABLE, said, lines), claim, silent)
    return finding(claim, evidence, TRUE, "every condition is met, or stated in the words", lines)


def _line(one: Condition) -> str:
    state = {UNKNOWN: f"unknown; needs {one.needs}"}.get(one.known, f"known: {one.known}")
    return f"{one.words}: {state} ({one.source}, as of {one.as_of})"


def _words(conditions: Sequence[Condition]) -> str:
    return " and ".join(one.words for one in conditions)


def _with_words(found: Finding, claim: Claim, silent: Sequence[Condition]) -> Finding:
    """The same sentence with its conditions: true whoever reads it."""
    words = f"{claim.words}, {', '.join(one.said for one in silent)}"
    return replace(found, remedies=(Remedy(tuple(ROUNDINGS), words),))
