"""What a claim is about must be known somewhere, or a slip of one letter would leave it unjudged for ever."""

from __future__ import annotations

from lib.catalog.document import found
from lib.claims.claim import Claim, Evidence

# What two places can differ in: the second part of a difference's name, as lib/surfaces gives it.
DIFFERENCES = (
    *("name", "price", "per_month", "visibility", "term", "plan"),
    *("charge", "price_id", "price_id_at_stripe"),
    *("minimum_plan", "allowance", "unit", "metered", "mapping"),
    *("interval", "product", "tier_name", "rate"),
    *("included", "tier_floor", "plan_ids", "base_price"),
    *("aws_price", "aws_rate", "aws_unit", "aws_name", "aws_extra"),
)
UNHELD = ("volume bands", "included quantities", "price models")  # what a surface may have no field for


def check_subject(claim: Claim, evidence: Evidence) -> None:
    """Refuse a least tier of something that is no dimension of the book and that no statement speaks of."""
    if claim.check == "tier_floor":
        said = (statement.subject for statement in evidence.papers.statements)
        known = dict.fromkeys([*evidence.book.dimensions, *said])
        found(claim.subject, known, "no dimension and no statement is about")
