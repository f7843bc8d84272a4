"""What the desk knows of deals: every open one with how it stands and what to do next, and the closed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib import market, pipeline, segments
from lib.catalog.document import nearest
from lib.claims.finding import Finding
from lib.desk.papers import DeskError, read_text
from lib.pipeline import Settings, Standing
from lib.segments import Action, RangeVerdict

if TYPE_CHECKING:
    from lib.desk.desk import Desk


@dataclass(frozen=True)
class OpenDeal:
    """An open deal, how it stands on the day the desk is opened, where it lies in its segment's range, and what to do.

    `range` says that the brief gives none where it gives none; `persona_reason` names the facts that make the persona,
    or asks for those that would. `step` is the number of the step of land and expand that the deal stands at, None
    where the papers name none for its product or stage.
    """

    deal: market.Deal
    standing: Standing
    range: RangeVerdict
    persona_reason: str
    action: Action
    step: int | None = None

    @property
    def is_out_of_range(self) -> bool:
        """Whether its amount lies below or above what its segment usually pays."""
        return self.range.key in ("below", "above")


def settings(desk: Desk) -> Settings:
    """Limits, range, pitches and the fewest closed deals of data/pipeline.toml."""
    return pipeline.parse(read_text(desk.data / "pipeline.toml"), desk.segments.open_stages, desk.rails)


def open_deals(desk: Desk) -> tuple[OpenDeal, ...]:
    """Every open deal, heaviest first, as it stands on the day the desk is opened."""
    limits = settings(desk).limits
    actions = {
        row["deal_id"]: market.next_action(row, desk.motions, desk.rails)
        for row in desk.warehouse.rows("deal", is_closed=False)
    }
    return tuple(
        OpenDeal(
            deal=deal,
            standing=pipeline.standing(deal, limits, desk.as_of),
            range=segments.range_verdict(desk.segments.ideal_customers, deal.product, deal.icp_segment, deal.amount),
            persona_reason=segments.persona_decision(deal.maturity).reason,
            action=actions[deal.deal_id],
            step=segments.step(deal.product, deal.icp_segment, deal.stage, desk.motions),
        )
        for deal in desk.deals
    )


def closed_deals(desk: Desk) -> tuple[market.ClosedDeal, ...]:
    """Every deal that was won or lost, the latest first."""
    return tuple(market.closed_deals(desk.warehouse.rows("deal"), desk.rails))


def pitches(desk: Desk) -> dict[tuple[str, str], Finding]:
    """What sales says for a rail, judged, by product and rail; a rail without a claim of the product has none."""
    judged = {(one.claim, one.product): one for one in desk.judged()}
    said, claims = settings(desk).pitches, {claim for claim, _ in judged}
    for rail, claim in said.items():
        if claim not in claims:
            raise DeskError(
                f"data/pipeline.toml: pitches.{rail} is {claim!r}, which is no claim; {nearest(claim, claims)}"
            )
    return {
        (product, rail): found
        for rail, claim in said.items()
        for (key, product), found in judged.items()
        if key == claim
    }
