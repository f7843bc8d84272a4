"""Whether larger tiers include more: what each public tier includes beside what the next larger one does."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, NOTHING_INCLUDED, UNLIMITED, Allowance
from lib.catalog.book import RAILS, Book
from lib.claims.claim import Claim, Evidence
from lib.claims.finding import OVERSTATED, TRUE, UNVERIFIABLE, Finding, finding


@dataclass(frozen=True)
class _Included:
    """What the public tiers include of one dimension on one rail, from the smallest tier to the largest."""

    dimension: str
    tiers: Sequence[str]
    allowances: Sequence[Allowance]

    @property
    def is_known(self) -> bool:
        """Whether it is told at all; what is agreed one by one is more or less as agreed."""
        return BY_CONTRACT not in self.allowances

    @property
    def rises(self) -> bool:
        """Whether no tier includes less than its smaller neighbour, and the largest more than the smallest."""
        neighbours = itertools.pairwise(self.allowances)
        return _is_less(self.allowances[0], self.allowances[-1]) and not any(
            _is_less(larger, smaller) for smaller, larger in neighbours
        )

    @property
    def line(self) -> str:
        """What is included where, in words."""
        if len(set(self.allowances)) == 1:
            return f"{self.dimension}: {self.allowances[0]} on every tier"
        told = (f"{it} on {tier}" for tier, it in zip(self.tiers, self.allowances, strict=True))
        return f"{self.dimension}: {', '.join(told)}"


def allowances_rise(claim: Claim, evidence: Evidence) -> Finding:
    """Every dimension rises over the public tiers, on both rails; else the claim promises too much."""
    book = evidence.book
    tiers = _public_tiers(book)
    if len(tiers) < 2:
        return finding(claim, evidence, UNVERIFIABLE, f"{len(tiers)} of the tiers are public; it takes two to compare")
    included = [_included(book, rail, tiers, key) for key in book.dimensions for rail in RAILS]
    short = [one for one in included if one.is_known and not one.rises]
    if short:
        keys = {one.dimension for one in short}
        lines = dict.fromkeys(one.line for one in short)
        said = f"{len(keys)} of {len(book.dimensions)} dimensions do not rise"
        return finding(claim, evidence, OVERSTATED, said, lines)
    if unknown := list(dict.fromkeys(one.line for one in included if not one.is_known)):
        return finding(claim, evidence, UNVERIFIABLE, f"{len(unknown)} dimensions are agreed one by one", unknown)
    return finding(claim, evidence, TRUE, "every dimension rises with the tier")


def _public_tiers(book: Book) -> list[str]:
    public = {plan.tier for plan in book.plans.values() if plan.is_public}
    return sorted(public, key=lambda tier: book.tiers[tier].rank)


def _included(book: Book, rail: str, tiers: Sequence[str], dimension: str) -> _Included:
    return _Included(dimension, tiers, [book.allowance(rail, tier, dimension) for tier in tiers])


def _is_less(one: Allowance, other: Allowance) -> bool:
    """Whether one includes less than the other; what is not offered includes nothing."""
    if UNLIMITED in (one, other):
        return one != other and other == UNLIMITED
    below, above = (NOTHING_INCLUDED if it == NOT_OFFERED else it for it in (one, other))
    return below.quantity is not None and above.quantity is not None and below.quantity < above.quantity
