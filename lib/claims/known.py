"""What a claim is about must be known somewhere, or a slip of one letter would leave it unjudged for ever."""

from __future__ import annotations

from lib.catalog.document import found
from lib.claims.claim import Claim, Evidence


def check_subject(claim: Claim, evidence: Evidence) -> None:
    """Refuse a least tier of something that is no dimension of the book and that no statement speaks of."""
    if claim.check == "tier_floor":
        said = (statement.subject for statement in evidence.papers.statements)
        known = dict.fromkeys([*evidence.book.dimensions, *said])
        found(claim.subject, known, "no dimension and no statement is about")
