"""How deals are spoken of: estimates in whole dollars, the advised rail, the time at a stage."""

from decimal import Decimal

from lib.desk.dealing import OpenDeal
from lib.market import Deal
from lib.pipeline import Standing
from lib.ui import cards, numbers
from lib.ui.legends import Legend
from lib.ui.views.pipeline.axes import NOT_RECORDED

ASK = "ask"


def whole(estimate: float | Decimal) -> Decimal:
    """An estimate in whole dollars: it has no cents."""
    return Decimal(round(estimate))


def advised(deal: Deal, legend: Legend) -> str:
    """On which rail, or that it must be asked for."""
    return "whose rail must be asked for" if deal.advised_rail == ASK else f"on {legend.name(deal.advised_rail)}"


def standing(one: Standing) -> str:
    """How a deal stands at its stage, in few words for a table."""
    if one.days is None:
        return NOT_RECORDED.lower()
    if one.limit_days is None:
        return "no limit"
    return f"stalled, {numbers.counted(one.over_days, 'day')} over" if one.is_stalled else "in time"


def at_stage(one: OpenDeal) -> str:
    """Where a deal stands, how likely that makes it and for how long it has stood there, as a sentence."""
    deal, told = one.deal, one.standing
    chance = "no belief about its chance" if deal.probability is None else numbers.percent(deal.probability, 0)
    days = f"since when is {NOT_RECORDED.lower()}" if told.days is None else f"for {numbers.counted(told.days, 'day')}"
    return f"{cards.plain(deal.stage)} ({chance}), {days}{_limit(told)}"


def _limit(told: Standing) -> str:
    if told.days is None or told.limit_days is None:
        return ""
    limit = numbers.counted(told.limit_days, "day")
    if told.is_stalled:
        return f": **stalled**, {numbers.counted(told.over_days, 'day')} above the limit of {limit}"
    return f" of the {limit} it may stand there"


def closing(one: OpenDeal) -> str:
    """When a deal should close, as a sentence."""
    if one.deal.close_on is None:
        return f"Close date {NOT_RECORDED.lower()}"
    late = one.standing.overdue_days
    return f"Closes {numbers.day(one.deal.close_on)}" + (f", {numbers.counted(late, 'day')} ago" if late else "")
