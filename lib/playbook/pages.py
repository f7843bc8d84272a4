"""What the playbook holds: expansion steps, levers, objections, pitches, assets, a checklist and a benchmark sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from lib.refusal import Refusal

NOT_SET = "not set"
MEASURED, NOT_MEASURED, PLANNED = "measured", "not measured", "planned"
CLAIMED, ON_DESK, OFFERED = "claimed", "on_desk", "offered"
SAVINGS, ADD_ON, RENEWAL = "savings", "add_on", "renewal"
ALWAYS, ALLOWANCE, CHEAPER_TIER = "always", "allowance", "cheaper_tier"


class PlaybookError(Refusal):
    """A playbook that cannot be right; the message names the block, the key and what to do."""


@dataclass(frozen=True)
class Expansion:
    """One step of land and expand; what on file shows that a customer has reached it."""

    step: int
    product: str
    words: str
    shown_by: str
    add_ons: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Lever:
    """One thing to offer next; to whom, when, and whether it can be bought today (offered) or later (planned)."""

    product: str
    words: str
    when: str
    segments: tuple[str, ...]
    add_on: str
    standing: str
    source: str


@dataclass(frozen=True)
class Objection:
    """What a prospect says and what we answer; what our records measure of it, and what would prove the rest.

    `limit` is the number that the answer names, in the measure's unit; None where it names none.
    """

    key: str
    product: str
    words: str
    response: str
    measured_by: str | None
    limit: Decimal | None
    claims: tuple[str, ...]
    needs: str
    planned: str
    source: str


@dataclass(frozen=True)
class Pitch:
    """What is said to win somebody over: to whom, under which claims of the check, and what would settle them."""

    key: str
    product: str
    words: str
    for_whom: str
    claims: tuple[str, ...]
    needs: str
    source: str


@dataclass(frozen=True)
class Asset:
    """One thing to show: what it is, whether it stands on this desk or is planned, and what would prove it."""

    key: str
    product: str
    words: str
    for_whom: str
    standing: str
    page: str
    measured_by: str | None
    claims: tuple[str, ...]
    needs: str
    source: str


@dataclass(frozen=True)
class Feature:
    """One row of the compliance checklist: a feature, the controls it could help to meet, the state of its evidence."""

    feature: str
    product: str
    tier: str
    soc2: str
    gdpr: str
    helps: str
    evidence: str
    measured_by: str | None
    limit: Decimal | None
    source: str


@dataclass(frozen=True)
class Benchmark:
    """One row of the benchmark sheet: what is measured against which baseline, and what is still needed."""

    words: str
    product: str
    measured_by: str | None
    limit: Decimal | None
    baseline: str
    needs: str
    source: str


@dataclass(frozen=True)
class Playbook:
    """Everything data/playbook.toml says. `gain_share_threshold` is a fraction, or None until it is set."""

    within_days: tuple[int, ...]
    review_every_months: int
    trend_months: int
    gain_share_product: str
    gain_share_threshold: Decimal | None
    near_share: Decimal
    expansion: tuple[Expansion, ...]
    levers: tuple[Lever, ...]
    objections: tuple[Objection, ...]
    pitches: tuple[Pitch, ...]
    assets: tuple[Asset, ...]
    features: tuple[Feature, ...]
    benchmarks: tuple[Benchmark, ...]

    @property
    def claims(self) -> frozenset[tuple[str, str]]:
        """Every claim of the check that something here names, with its product."""
        named = [(one.product, one.claims) for one in self.objections]
        named += [(one.product, one.claims) for one in self.pitches]
        named += [(one.product, one.claims) for one in self.assets]
        return frozenset((product, claim) for product, claims in named for claim in claims)

    def of(self, product: str | None) -> Playbook:
        """What of it is about one product; None is about every one."""
        if product is None:
            return self
        return replace(
            self,
            expansion=tuple(one for one in self.expansion if one.product == product),
            levers=tuple(one for one in self.levers if one.product == product),
            objections=tuple(one for one in self.objections if one.product == product),
            pitches=tuple(one for one in self.pitches if one.product == product),
            assets=tuple(one for one in self.assets if one.product == product),
            features=tuple(one for one in self.features if one.product == product),
            benchmarks=tuple(one for one in self.benchmarks if one.product == product),
        )
