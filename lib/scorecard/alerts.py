"""Everything that asks for a look, as one list: what is false before what is late, and good news last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lib.claims.finding import RED, Finding
from lib.freshness import SourceState
from lib.headroom import NEAR, OVER
from lib.market import Deal
from lib.scorecard import turning
from lib.scorecard.crossing import Crossed, Crossings
from lib.scorecard.due import CONTRACT, REVIEW, Due
from lib.scorecard.metric import MISSED, Score
from lib.scorecard.turning import Turned

FALSE, STALE, STILL, TARGET = "false claim", "source", "deals stand still", "target missed"
OVER_NOW, NEAR_NOW = "over", "near"
DIFFERENCE, CLAIM, COMES, OPEN = "difference", "claim", "due", "open"
MENDED, BACK = "mended", "back within"
RENEWALS, REVIEWS = "contracts", "reviews"
KINDS = (
    FALSE,
    STALE,
    STILL,
    TARGET,
    DIFFERENCE,
    CLAIM,
    COMES,
    RENEWALS,
    REVIEWS,
    OVER_NOW,
    NEAR_NOW,
    OPEN,
    MENDED,
    BACK,
)


@dataclass(frozen=True)
class Still:
    """A deal that stands at its stage for more days than it may: by how many."""

    deal: Deal
    over_days: int


@dataclass(frozen=True)
class Alert:
    """One line of the list: what it is about, by its own record, and what it was before where it is not what it was."""

    kind: str
    about: Finding | Turned | Score | SourceState | Due | tuple[Crossed, ...] | tuple[Still, ...] | tuple[Due, ...]
    turn: str | None = None


def of_claims(found: Iterable[Finding], turned: Iterable[Turned]) -> list[Alert]:
    """Every published claim that is false, whether it turned or stood so; then what else turned of promises."""
    turns = {(one.finding.claim, one.finding.surface): one.turn for one in turned if not one.is_difference}
    red = [one for one in found if one.severity == RED]
    stands = [Alert(FALSE, one, turns.get((one.claim, one.surface))) for one in red]
    others = [one for one in turned if not one.is_difference and one.turn != turning.TURNED_RED]
    return [*stands, *(Alert(_turn(one, CLAIM), one, one.turn) for one in others)]


def of_differences(turned: Iterable[Turned]) -> list[Alert]:
    """What places came to say differently, or say alike again."""
    return [Alert(_turn(one, DIFFERENCE), one, one.turn) for one in turned if one.is_difference]


def of_deals(found: Iterable[Still]) -> list[Alert]:
    """The deals that stand still, as one line, in the order they came."""
    stalled = tuple(one for one in found if one.over_days > 0)
    return [Alert(STILL, stalled)] if stalled else []


def of_scores(scores: Iterable[Score]) -> list[Alert]:
    """Every target that is missed."""
    return [Alert(TARGET, one) for one in scores if one.verdict == MISSED]


def of_crossings(found: Crossings) -> list[Alert]:
    """Allowances that were crossed, one line for each way: over, near, and back within."""
    ups = [one for one in found.crossed if one.is_up]
    lines = {
        OVER_NOW: [one for one in ups if one.becomes == OVER],
        NEAR_NOW: [one for one in ups if one.becomes == NEAR],
        BACK: [one for one in found.crossed if not one.is_up],
    }
    return [Alert(kind, tuple(crossed)) for kind, crossed in lines.items() if crossed]


def of_due(found: Iterable[Due]) -> list[Alert]:
    """What falls due, each by its own line, contracts and reviews one line together; what has no day is open."""
    rows, many = list(found), {RENEWALS: CONTRACT, REVIEWS: REVIEW}
    together = {alert: tuple(one for one in rows if one.kind == kind) for alert, kind in many.items()}
    single = [one for one in rows if one.kind not in many.values()]
    return [
        *(Alert(OPEN if one.on is None else COMES, one) for one in single),
        *(Alert(alert, own) for alert, own in together.items() if own),
    ]


def of_sources(states: Iterable[SourceState]) -> list[Alert]:
    """Every source that is late or missing, once; a feed that need never come is missing nothing."""
    found = {state.source: state for state in states if state.is_stale}
    return [Alert(STALE, state) for state in found.values()]


def ordered(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Lines by what matters most, each kind in the order it came."""
    return tuple(sorted(alerts, key=lambda one: KINDS.index(one.kind)))


def _turn(one: Turned, otherwise: str) -> str:
    return MENDED if one.turn in (turning.GONE, turning.TURNED_GREEN) else otherwise
