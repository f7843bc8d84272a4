"""Gathers the evidence for every claim, and says what each remedy costs on today's subscribers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.book import TERM_MONTHS, Book
from lib.catalog.document import Document
from lib.catalog.lint import LintFinding, lint
from lib.catalog.scenario import Scenario, overlay
from lib.claims.checks import judge
from lib.claims.claim import Evidence, YearsOffer
from lib.claims.contradictions import with_papers
from lib.claims.finding import CONTRADICTORY, RED, Cost, Finding, Remedy
from lib.claims.parse import parse
from lib.money import round_line, text, total
from lib.surfaces import (
    NOT_PULLED,
    AwsListing,
    Captures,
    captured_differences,
    differences,
    listed_differences,
    listing,
    listing_age,
    stood,
    stripe_evidence,
)

Row = Mapping[str, Any]
LISTING = "aws_listing"
YEAR = TERM_MONTHS["annual"]


@dataclass(frozen=True)
class Subscriber:
    """One active contract today: `list_priced` is false under a private offer, which no list price reaches."""

    customer_id: str
    plan_key: str
    rail: str
    list_priced: bool


def findings(
    claims_text: str,
    book: Book,
    plans: Sequence[Row],
    dimensions: Iterable[Row],
    stripe_prices: Sequence[Row],
    subscribers: Sequence[Subscriber] | None,
    captures: Captures,
    listed: AwsListing = NOT_PULLED,
    reworded: Document = MappingProxyType({}),
    offers: Sequence[YearsOffer] = (),
) -> tuple[Finding, ...]:
    """The text of data/claims.toml, a book and rows of the marts → every finding: claims, surfaces, the book itself.

    The book may be a proposed one, and `reworded` what a scenario says instead: then the findings say which promises
    would be kept, and what else must change.
    """
    papers = parse(claims_text, reworded)
    apart = (
        *differences(book, papers.surfaces[LISTING], dimensions, plans, stripe_prices),
        *captured_differences(book, papers, captures, plans, stripe_prices),
        *listed_differences(book, papers.surfaces[LISTING], listing(book, claims_text), listed),
        *listing_age(book, papers.surfaces[LISTING], listed),
    )
    stand = stood(apart, papers)
    evidence = Evidence(book, papers, *stripe_evidence(plans, stripe_prices), tuple(offers), stand)
    judged = (judge(claim, evidence) for claim in papers.claims)
    return (
        *(_costed(finding, book, subscribers) for finding in judged),
        *with_papers(stand, papers, book.product),
        *(_of_the_book(book, found) for found in lint(book)),
    )


def is_red(found: Iterable[Finding]) -> bool:
    """Whether a published claim is false: it promises more than the book delivers, or places contradict it."""
    return any(finding.severity == RED for finding in found)


def cost(book: Book, proposal: Scenario, prices: Iterable[str], subscribers: Iterable[Subscriber]) -> Cost:
    """What today's subscribers to the repriced plans pay less per year under a proposal, by tier and in total.

    Only those who pay list price are counted in; nobody is assumed to leave, to come or to switch.
    """
    repriced, proposed = list(prices), overlay(book, proposal)
    reached = [one for one in subscribers if one.plan_key in repriced]
    listed = [one for one in reached if one.list_priced]
    by_tier = dict.fromkeys((book.plan(key).tier for key in repriced), Decimal(0))
    for one in listed:
        by_tier[book.plan(one.plan_key).tier] += _yearly(book, one) - _yearly(proposed, one)
    return Cost(by_tier, total(by_tier.values()), len(listed), len(reached) - len(listed))


def _yearly(book: Book, subscriber: Subscriber) -> Decimal:
    price = book.list_price(subscriber.rail, subscriber.plan_key)
    months = Decimal(book.plan(subscriber.plan_key).months)
    return round_line(price, book.currency) * YEAR / months if isinstance(price, Decimal) else Decimal(0)


def _costed(finding: Finding, book: Book, subscribers: Sequence[Subscriber] | None) -> Finding:
    return replace(finding, remedies=tuple(_with_cost(remedy, book, subscribers) for remedy in finding.remedies))


def _with_cost(remedy: Remedy, book: Book, subscribers: Sequence[Subscriber] | None) -> Remedy:
    if remedy.proposal is None:
        return replace(remedy, cost=Cost({}, Decimal(0), 0, 0))
    if subscribers is None:
        return remedy
    return replace(remedy, cost=cost(book, remedy.proposal, remedy.prices, subscribers))


def _of_the_book(book: Book, found: LintFinding) -> Finding:
    return Finding(
        claim=found.path,
        kind="book",
        product=book.product,
        surface="book",
        words=found.sentence,
        source=f"book {book.id}, {found.path}",
        published=False,
        verdict=CONTRADICTORY,
        severity=found.severity,
        promised="a price list a careful buyer would not question",
        delivered=found.sentence,
        evidence=(found.sentence,),
    )


def as_dict(finding: Finding) -> dict[str, object]:
    """A finding as plain values; money and other numbers are decimal strings in `unit`."""
    return {
        "claim": finding.claim,
        "kind": finding.kind,
        "product": finding.product,
        "surface": finding.surface,
        "words": finding.words,
        "published": finding.published,
        "state": finding.state or None,
        "standing": finding.standing or None,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "promised": finding.promised,
        "delivered": finding.delivered,
        "unit": finding.unit,
        "rounding_rule": finding.rounding_rule,
        "true_at": list(finding.true_at),
        "by_rule": dict(finding.by_rule),
        "evidence": list(finding.evidence),
        "source": finding.source,
        "remedies": [_remedy(remedy) for remedy in finding.remedies],
    }


def _remedy(remedy: Remedy) -> dict[str, object]:
    change: dict[str, object] = {"words": remedy.words}
    if remedy.prices:
        change = {"prices": {plan: text(price) for plan, price in remedy.prices.items()}}
    return {
        **change,
        "true_at": list(remedy.true_at),
        **(_cost(remedy.cost) if remedy.cost else {"yearly_cost_usd": None}),
    }


def _cost(cost: Cost) -> dict[str, object]:
    return {
        "yearly_cost_usd": text(round_line(cost.total)),
        "yearly_cost_usd_by_tier": {tier: text(round_line(amount)) for tier, amount in cost.by_tier.items()},
        "subscribers": cost.subscribers,
        "off_list": cost.off_list,
    }
