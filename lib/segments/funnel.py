"""The steps of the sales funnel, and what the open deals in it weigh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.money import total
from lib.segments.refusal import SegmentsError, one_of

OUTCOMES = ("open", "won", "lost")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """One step of the sales funnel: 'open', or an outcome ('won', 'lost')."""

    name: str
    outcome: str


@dataclass(frozen=True)
class PipelineGroup:
    """The open deals of one group: recorded USD beside the USD we expect of them, and how many have no amount."""

    group: str
    deals: int
    deals_without_amount: int
    amount_usd: Decimal
    weighted_usd: float


def weighted(amount: Decimal, probability: Decimal) -> float:
    """An amount and the believed chance to win it → the amount expected; an estimate, hence a float."""
    if not 0 <= probability <= 1:
        raise SegmentsError(f"a probability cannot be {probability}; write 25 % as 0.25")
    return float(amount * probability)


def pipeline(
    deals: Iterable[Row], probabilities: Mapping[str, Decimal], key: Callable[[Row], str]
) -> tuple[PipelineGroup, ...]:
    """Rows of marts.deal → the open ones grouped by `key`, the heaviest group first; closed deals are left out.

    `probabilities` are beliefs, by stage. A deal without an amount is counted, never priced at zero.
    """
    groups: dict[str, list[Row]] = {}
    for deal in deals:
        if not deal["is_closed"]:
            groups.setdefault(key(deal), []).append(deal)
    rows = (_group(name, members, probabilities) for name, members in groups.items())
    return tuple(sorted(rows, key=lambda row: (-row.weighted_usd, row.group)))


def _group(name: str, deals: Sequence[Row], probabilities: Mapping[str, Decimal]) -> PipelineGroup:
    priced = [deal for deal in deals if deal["amount_usd"] is not None]
    for deal in priced:
        one_of(deal["stage"], probabilities, f"deal {deal['deal_id']}: the stage of an open deal")
    return PipelineGroup(
        group=name,
        deals=len(deals),
        deals_without_amount=len(deals) - len(priced),
        amount_usd=total(deal["amount_usd"] for deal in priced),
        weighted_usd=sum(weighted(deal["amount_usd"], probabilities[deal["stage"]]) for deal in priced),
    )
