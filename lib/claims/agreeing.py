"""Claims about what several places say together: that they agree, and that a discount comes by itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from lib.catalog.book import RAILS, Book
from lib.claims.claim import Claim, Evidence
from lib.claims.finding import (
    CONTRADICTORY,
    NOT_REPRESENTABLE,
    OVERSTATED,
    TRUE,
    UNVERIFIABLE,
    Finding,
    Remedy,
    finding,
)
from lib.claims.rounding import ROUNDINGS, plain

CAPTURE = "capture"
# What may differ between the price list and a place that people wrote down (`lib.surfaces`).
ASPECTS = (
    "plan",
    "term",
    "name",
    "price",
    "per_month",
    "visibility",
    "minimum_plan",
    "allowance",
    "unit",
    "metered",
    "mapping",
    "price_id",
    "price_id_at_stripe",
    "charge",
)


def places_agree(claim: Claim, evidence: Evidence) -> Finding:
    """A surface says what the price list says, in every aspect the claim names; unverifiable where nobody looked."""
    surface = evidence.papers.surfaces[claim.subject].name
    here = [one for one in evidence.differences if one.surface.startswith(f"{surface} and ")]
    unseen = [one for one in here if one.verdict == UNVERIFIABLE and CAPTURE in one.claim.split(".")]
    apart = [one for one in here if one.verdict == CONTRADICTORY and _aspect(one) in claim.value]
    lines = [one.words for one in (*apart, *unseen)]
    if apart:
        what = ", ".join(dict.fromkeys(_aspect(one).replace("_", " ") for one in apart))
        return finding(claim, evidence, CONTRADICTORY, f"{surface} differs in {what}", lines)
    if unseen:
        return finding(claim, evidence, UNVERIFIABLE, f"nobody looked at the {surface} lately", lines)
    return finding(claim, evidence, TRUE, f"the {surface} says what the price list says", lines)


def _aspect(one: Finding) -> str:
    """What differs, before the place where it was seen: what it is seen of is named by people, points and all."""
    return one.claim.split(".")[-2]


def automatic_discounts(claim: Claim, evidence: Evidence) -> Finding:
    """Every dimension gets cheaper as usage grows, on both rails and without any offer; else only some do."""
    book = evidence.book
    cheaper = [key for key in book.dimensions if _falls(book, key)]
    flat = [key for key in book.dimensions if key not in cheaper]
    lines = [f"{key}: {_bands(book, key)}" for key in cheaper] + [f"{key}: {_flat(book, key)}" for key in flat]
    surface = evidence.papers.surfaces[claim.surface]
    if flat:
        found = finding(claim, evidence, OVERSTATED, f"{len(cheaper)} of {len(book.dimensions)} dimensions", lines)
        return replace(found, remedies=_named(book, cheaper))
    if "volume bands" in surface.cannot_hold:
        said = f"{surface.name} cannot hold volume bands: its rate card holds one price per dimension"
        return finding(claim, evidence, NOT_REPRESENTABLE, said, lines)
    return finding(claim, evidence, TRUE, "every dimension gets cheaper as usage grows", lines)


def _falls(book: Book, key: str) -> bool:
    """Whether each further band is cheaper, and entered without a fee, on every rail's public list."""
    for rail in RAILS:
        bands = book.price(rail, key).bands
        prices = [band.unit_price for band in bands]
        if len(prices) < 2 or any(later >= earlier for earlier, later in itertools.pairwise(prices)):
            return False
        if any(band.flat_fee for band in bands[1:]):
            return False
    return True


def _flat(book: Book, key: str) -> str:
    several = any(len(book.price(rail, key).bands) > 1 for rail in RAILS)
    return "bands that do not get cheaper at every step on both rails" if several else "one price for any quantity"


def _bands(book: Book, key: str) -> str:
    bands = book.price("aws", key).bands
    return " → ".join(f"{plain(band.unit_price)} above {plain(band.from_quantity)}" for band in bands)


def _named(book: Book, cheaper: Sequence[str]) -> tuple[Remedy, ...]:
    names = " and ".join(book.dimensions[key].name for key in cheaper)
    return (Remedy(tuple(ROUNDINGS), f"Automatic volume discounts on {names}"),) if cheaper else ()
