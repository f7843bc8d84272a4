"""An offer judged: AWS's limits, who must agree, whether AWS may make it without us. Each verdict with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.catalog.allowance import NOT_OFFERED
from lib.costs import Figure, Missing
from lib.offers.measures import ASKED, LIMITED, Counted, Evidence

KEPT, PASSED, UNDECIDED = "kept", "not kept", "undecided"
ELIGIBLE, NOT_ELIGIBLE, UNKNOWN = "may be express", "cannot be express", "unknown"


@dataclass(frozen=True)
class AwsLimit:
    """One rule of AWS Marketplace: what is counted, its bound, what follows beyond it, where it stands."""

    key: str
    words: str
    measure: str
    bound: str
    limit: Decimal | tuple[str, ...]
    beyond: str
    source: str
    as_of: date


@dataclass(frozen=True)
class LimitVerdict:
    """A rule held against an offer: kept, not kept or undecided; `found` is what was counted."""

    limit: AwsLimit
    found: Counted
    verdict: str


@dataclass(frozen=True)
class ApprovalRule:
    """Who is asked when a figure is above, or below, a limit; exactly at it nobody is."""

    key: str
    words: str
    measure: str
    above: Decimal | None
    below: Decimal | None
    asked: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Approval:
    """A rule held against an offer: `is_needed` is None where the figure cannot be worked out."""

    rule: ApprovalRule
    found: Figure
    is_needed: bool | None


@dataclass(frozen=True)
class ExpressRules:
    """What an offer needs that AWS makes without us; a limit that nobody set is None."""

    description_least: int
    largest_value: Decimal | None
    largest_discount: Decimal | None
    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ExpressRow:
    """One thing that an express offer hangs on, and how it stands."""

    what: str
    verdict: str
    words: str


@dataclass(frozen=True)
class Express:
    """Whether AWS may make an offer without us: only where everything it hangs on is known and fits."""

    rows: tuple[ExpressRow, ...]

    @property
    def verdict(self) -> str:
        """The worst of its rows."""
        found = {row.verdict for row in self.rows}
        return next((one for one in (NOT_ELIGIBLE, UNKNOWN) if one in found), ELIGIBLE)


def limits(rules: Iterable[AwsLimit], evidence: Evidence) -> tuple[LimitVerdict, ...]:
    """Every rule of AWS held against an offer, in the order of the file."""
    return tuple(_limited(rule, LIMITED[rule.measure](evidence)) for rule in rules)


def _limited(rule: AwsLimit, found: Counted) -> LimitVerdict:
    if isinstance(found, Missing):
        return LimitVerdict(rule, found, UNDECIDED)
    if isinstance(rule.limit, tuple):
        is_kept = found in rule.limit
    else:
        number = Decimal(found)
        is_kept = number <= rule.limit if rule.bound == "at_most" else number >= rule.limit
    return LimitVerdict(rule, found, KEPT if is_kept else PASSED)


def approvals(rules: Iterable[ApprovalRule], evidence: Evidence) -> tuple[Approval, ...]:
    """Every rule of ours held against an offer, in the order of the file."""
    return tuple(_approval(rule, ASKED[rule.measure](evidence)) for rule in rules)


def _approval(rule: ApprovalRule, found: Figure) -> Approval:
    if isinstance(found, Missing):
        return Approval(rule, found, None)
    is_above = rule.above is not None and found > rule.above
    is_below = rule.below is not None and found < rule.below
    return Approval(rule, found, is_above or is_below)


def asked(found: Iterable[Approval]) -> tuple[str, ...]:
    """Who must agree, each once, in the order of the rules that ask them."""
    needed = [who for approval in found if approval.is_needed for who in approval.rule.asked]
    return tuple(dict.fromkeys(needed))


def express(evidence: Evidence, eligible: Mapping[str, bool | None], rules: ExpressRules) -> Express:
    """An offer, and which dimensions the plans database lets into express offers → what it hangs on."""
    terms, book = evidence.offer.terms, evidence.book
    own = dict(terms.allowances)
    offered = [
        key for key in book.dimensions if own.get(key, book.allowance(terms.rail, terms.tier, key)) != NOT_OFFERED
    ]
    rows = [_dimension(book.dimensions[key].name, eligible.get(key)) for key in offered]
    rows += [_custom(extra.name) for extra in terms.extras]
    rows += [_within("Value of the contract", evidence.offer.quote.tcv, rules.largest_value)]
    rows += [_within("Discount off the annual price", ASKED["discount_on_annual"](evidence), rules.largest_discount)]
    rows += [_tier(evidence)]
    rows += [
        ExpressRow("Descriptions", UNKNOWN, f"each dimension's needs {rules.description_least} letters; none on file")
    ]
    return Express(tuple(rows))


def _dimension(name: str, is_eligible: bool | None) -> ExpressRow:
    if is_eligible is None:
        return ExpressRow(name, UNKNOWN, "the plans database does not say")
    words = "flagged in the plans database" if is_eligible else "flagged as not eligible in the plans database"
    return ExpressRow(name, ELIGIBLE if is_eligible else NOT_ELIGIBLE, words)


def _custom(name: str) -> ExpressRow:
    return ExpressRow(name, NOT_ELIGIBLE, "beyond the published dimensions, so no rate card of ours holds it")


def _within(what: str, found: Figure, most: Decimal | None) -> ExpressRow:
    if most is None:
        return ExpressRow(what, UNKNOWN, "the largest that AWS may agree to without us is not set")
    if isinstance(found, Missing):
        return ExpressRow(what, UNKNOWN, str(found))
    is_within = found <= most
    return ExpressRow(
        what, ELIGIBLE if is_within else NOT_ELIGIBLE, "within what we set" if is_within else "above what we set"
    )


def _tier(evidence: Evidence) -> ExpressRow:
    listed = evidence.offer.quote.list_annual is not None
    words = "has a public price to take a discount off" if listed else "is sold by negotiation alone"
    return ExpressRow("Tier", ELIGIBLE if listed else NOT_ELIGIBLE, words)


def passed(found: Sequence[LimitVerdict]) -> tuple[LimitVerdict, ...]:
    """The rules an offer does not keep."""
    return tuple(verdict for verdict in found if verdict.verdict == PASSED)
