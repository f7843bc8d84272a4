"""Which tier the application enforces for a plan id, beside the plans of the book."""

from __future__ import annotations

from collections.abc import Iterator

from lib.catalog.book import Book, Plan
from lib.claims.claim import Papers
from lib.claims.finding import Finding
from lib.surfaces.captures import Captures, seen, subject, surface_of, tier_of
from lib.surfaces.difference import BOOK, Row, difference


def mapping_differences(book: Book, papers: Papers, captures: Captures) -> Iterator[Finding]:
    """Every mapped plan id against the book's, and every plan of the book that is not mapped."""
    plans = {plan.plan_id: plan for plan in book.plans.values() if plan.plan_id is not None}
    for row in captures.plan_ids:
        theirs, ours = _tier_name(book, row["tier"]), _own_tier(book, plans.get(row["plan_id"]))
        if theirs != ours:
            here = surface_of(papers, row["surface"]).name, f"plan {row['plan_id']} is {theirs}"
            yield difference(book, subject(row, f"plan_{row['plan_id']}", "mapping"), here, (BOOK, ours), seen(row))
    for surface, place in dict.fromkeys((row["surface"], row["place"]) for row in captures.plan_ids):
        own = [row for row in captures.plan_ids if (row["surface"], row["place"]) == (surface, place)]
        mapped, name = {row["plan_id"] for row in own}, surface_of(papers, surface).name
        for number in sorted(plans.keys() - mapped):
            yield _unmapped(book, name, plans[number], own[0])


def _unmapped(book: Book, name: str, plan: Plan, row: Row) -> Finding:
    named = subject(row, f"plan_{plan.plan_id}", "mapping")
    return difference(book, named, (name, f"plan {plan.plan_id} is no tier"), (BOOK, _own_tier(book, plan)), seen(row))


def _own_tier(book: Book, plan: Plan | None) -> str:
    return "no such plan" if plan is None else book.tiers[plan.tier].name


def _tier_name(book: Book, word: str) -> str:
    tier = tier_of(book, word)
    return word if tier is None else book.tiers[tier].name
