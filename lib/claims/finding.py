"""A finding: what is promised beside what is delivered, its verdict, and the ways to make it true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lib.catalog.scenario import Scenario
from lib.claims.claim import PROMISE, Claim, Evidence
from lib.claims.rounding import ROUNDINGS

TRUE, OVERSTATED, UNDERSTATED = "true", "overstated", "understated"
CONTRADICTORY, NOT_REPRESENTABLE, UNVERIFIABLE = "contradictory", "not representable", "unverifiable"
VERDICTS = (TRUE, OVERSTATED, UNDERSTATED, CONTRADICTORY, NOT_REPRESENTABLE, UNVERIFIABLE)

# red: a published claim is false · warning: mend before publishing · note: permitted, or nobody can know ·
# acknowledged: a warning or note somebody accepts until a day · none: true
RED, WARNING, NOTE, ACKNOWLEDGED, NONE = "red", "warning", "note", "acknowledged", "none"

# Of a difference between two places: whether it may be. A remark is harmless, or nobody can know.
PERMITTED, FORBIDDEN, REMARK = "permitted", "forbidden", "note"

# Of a promise: whether a customer can read it today, or will once its surface shows it.
PUBLISHED, PLANNED = "published", "planned"


@dataclass(frozen=True)
class Cost:
    """What we give up per year on today's subscribers if a remedy's prices come; below zero we gain.

    `subscribers` pay the list price, now or from their next renewal; `off_list` have a private offer and are left out.
    """

    by_tier: Mapping[str, Decimal]
    total: Decimal
    subscribers: int
    off_list: int


@dataclass(frozen=True)
class Remedy:
    """One way to make a claim true: other words, or clean prices with the scenario that sets them.

    `true_at` lists the rounding rules under which the mended claim is true; `cost` is unknown until `promises`
    computes it.
    """

    true_at: tuple[str, ...]
    words: str | None = None
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    proposal: Scenario | None = None
    cost: Cost | None = None


@dataclass(frozen=True)
class Finding:
    """A promise beside what is delivered. `by_rule` gives the verdict under each rounding rule.

    `standing` says of a difference between places whether it is permitted, `state` of a promise whether it is published
    or planned; each is empty where the question does not arise.
    """

    claim: str
    kind: str
    product: str
    surface: str
    words: str
    source: str
    published: bool
    verdict: str
    severity: str
    promised: str
    delivered: str
    unit: str = ""
    rounding_rule: str | None = None
    by_rule: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    standing: str = ""
    state: str = ""

    @property
    def true_at(self) -> tuple[str, ...]:
        """The rounding rules under which the promise is kept."""
        return tuple(rule for rule, verdict in self.by_rule.items() if verdict == TRUE)


def finding(
    claim: Claim, evidence: Evidence, verdict: str, delivered: str, lines: Iterable[str] = (), promised: str = ""
) -> Finding:
    """A claim and its verdict → the finding, where no number was rounded: the same under every rule."""
    return Finding(
        claim=claim.id,
        kind=claim.kind,
        product=claim.product,
        surface=evidence.papers.surfaces[claim.surface].name,
        words=claim.words,
        source=claim.source,
        published=claim.published,
        verdict=verdict,
        severity=severity(claim, verdict),
        promised=promised or claim.words,
        delivered=delivered,
        by_rule=dict.fromkeys(ROUNDINGS, verdict),
        evidence=tuple(lines),
        state=_state(claim),
    )


def _state(claim: Claim) -> str:
    """A promise that no customer can read yet is planned; an aim or a talking point is neither."""
    if claim.published:
        return PUBLISHED
    return PLANNED if claim.kind == PROMISE else ""


def severity(claim: Claim, verdict: str) -> str:
    """How much a verdict matters: only what customers can read, and what is too good to be true, is red."""
    if verdict == TRUE:
        return NONE
    if verdict in (NOT_REPRESENTABLE, UNVERIFIABLE):
        return NOTE
    is_promise = claim.published and claim.kind == PROMISE
    return RED if is_promise and verdict in (OVERSTATED, CONTRADICTORY) else WARNING
