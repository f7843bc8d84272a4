"""The nouns: a claim stands on a surface, and is held against evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib.catalog.book import Book
from lib.refusal import Refusal

if TYPE_CHECKING:
    from lib.claims.finding import Finding

WHERE = "data/claims.toml"
PROMISE = "published claim"
YES, NO, UNKNOWN = "yes", "no", "unknown"
CONTRADICTION, TENSION = "contradiction", "tension"
KINDS = (PROMISE, "target", "criterion", "talking point")


class ClaimError(Refusal):
    """A claim that cannot be judged as written; the message names the claim, the key and what to do."""


@dataclass(frozen=True)
class Claim:
    """One sentence on one surface, and which check judges it.

    What `value` is depends on the check: a number, a tier, a table by plan or tier, or bands. `published` says
    whether a customer can read it today.
    """

    id: str
    surface: str
    words: str
    kind: str
    published: bool
    check: str
    product: str
    source: str
    value: Any = None
    rounding: str = "nearest"
    applies_to: tuple[str, ...] = ()
    subject: str = ""
    needs: str = ""
    years: int = 0
    base: str = "monthly"


@dataclass(frozen=True)
class Surface:
    """A place that shows a price: whether customers see it today, what it cannot hold, and how fine a price may be."""

    key: str
    name: str
    published: bool
    source: str
    naming: str = "{tier}"
    cannot_hold: tuple[str, ...] = ()
    decimals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """Something that several places of the papers speak of: their words for it, how much it matters, what we do now.

    `weight` is contradiction, which must be settled before publishing, or tension, which both can stand.
    """

    name: str
    words: str
    weight: str
    meanwhile: str


@dataclass(frozen=True)
class Statement:
    """What one place says about a subject, or about that of a claim."""

    subject: str
    value: object
    place: str
    source: str


@dataclass(frozen=True)
class Permission:
    """A kind of difference between places that the papers allow, by the second part of a difference's name."""

    difference: str
    why: str
    source: str


@dataclass(frozen=True)
class Condition:
    """Something a claim depends on: `known` is yes, no or unknown; `said` is how a truthful sentence states it.

    `needs` names the evidence that would settle it, `as_of` the day on which it was known so.
    """

    words: str
    said: str
    known: str
    needs: str
    source: str
    as_of: date


@dataclass(frozen=True)
class Papers:
    """Everything in data/claims.toml; `clean_multiple` is what a price proposed by a remedy is a multiple of."""

    claims: tuple[Claim, ...]
    surfaces: Mapping[str, Surface]
    statements: tuple[Statement, ...]
    clean_multiple: Decimal
    permitted: tuple[Permission, ...] = ()
    subjects: tuple[Subject, ...] = ()
    conditions: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True)
class YearsOffer:
    """A private offer of several years: its price for them all, and its tier's list prices of that day, in USD."""

    offer_id: str
    plan_key: str
    years: int
    price: Decimal
    yearly_list: Decimal
    monthly_list: Decimal


@dataclass(frozen=True)
class Evidence:
    """What claims are held against: the book, what Stripe charges per plan, and why a Stripe price is unknown.

    `offers` are the private offers of several years; `differences` what places were found to say differently.
    """

    book: Book
    papers: Papers
    stripe_prices: Mapping[str, Decimal] = field(default_factory=dict)
    stripe_gaps: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[YearsOffer, ...] = ()
    differences: tuple[Finding, ...] = ()
