"""The answer: what the month costs and where it ends, in a sentence, in cards and in one large picture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.contracts import Contract
from lib.simulator.allowances import RAN_OUT
from lib.simulator.bill import Bill
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.frames import ZERO
from lib.ui.months import OwnMonth
from lib.ui.views.overage import bills
from lib.ui.views.overage.question import Question

_PARTS = (Series("base_usd", "Base fee", "grey"), Series("overage_usd", "Overage", "blue"))


def finding(asked: Question) -> str:
    """What the customer pays or is heading for, where one is asked for; the cheapest plan, and what it costs."""
    pays = _pays(asked.own, asked) if asked.own else ""
    name = asked.legend.name
    if not asked.served:
        none = f"0 of {len(bills.on(asked.bills, asked.rail))} plans on {name(asked.rail)} serve this usage"
        return f"{pays}{none}: it needs a private offer"
    best, before = asked.served[0], bills.served(asked.was, asked.rail)
    against = f", against {numbers.exact_money(before[0].total)} on the baseline" if before else ""
    if asked.own:
        said = numbers.exact_money if asked.month.is_over else _about
        if before:
            lists = f"on the scenario's list {name(best.plan_key)} is the cheapest at {said(best.total)}"
            return f"{pays}{lists}, on today's {name(before[0].plan_key)} at {said(before[0].total)}"
        return f"{pays}{name(best.plan_key)} is the cheapest list plan at {said(best.total)}"
    if not asked.month.is_over:
        return f"{name(best.plan_key)} is the cheapest plan at this pace: {_ahead(asked, best)}{against}"
    parts = f"{numbers.exact_money(best.base)} base and {numbers.exact_money(best.overage)} overage"
    total = numbers.exact_money(best.total)
    return f"{name(best.plan_key)} is the cheapest plan for this month: {total}, {parts}{against}"


def unused(own: OwnMonth) -> str:
    """The headline of a month in which nothing was metered."""
    base = f"; the base fee is {numbers.exact_money(own.bill.base)}" if own.bill and own.bill.base is not None else ""
    when = f"in {numbers.month(own.month.month)}"
    when += "" if own.month.is_over else f" up to {numbers.day(own.month.as_of)}"
    ended = own.contracts[-1].ended_on if own.contracts else None
    is_over = ended is not None and ended <= own.month.last_day + timedelta(1)
    over = f"; its contract ended after {numbers.day(ended - timedelta(1))}" if ended and is_over else ""
    return f"{cards.plain(own.name)} used 0 units {when}{base}{over}"


def show(asked: Question) -> None:
    """Cards, and one picture: where the month ends, or what a whole month costs on every plan."""
    for told in (_shared_words(asked), _scenario_words(asked)):
        if told:
            cards.sentence(told)
    if asked.contract:
        cards.row(_own_cards(asked) if asked.month.is_over else _cards_ahead(asked))
    else:
        cards.row(_cards(asked))
    if asked.contract and not asked.month.is_over:
        month_line(asked)
    elif not asked.month.is_over:
        plan_ranges(asked)
    else:
        plan_bars(asked)


def month_line(asked: Question) -> None:
    """The customer's bill day by day, and the range it ends in."""
    own = asked.own
    if own is None or own.line.empty or not (own.bill and own.low and own.high):
        return
    ends = (own.low.total or ZERO, own.bill.total or ZERO, own.high.total or ZERO)
    figure = charts.month_ends(own.line, asked.month.last_day, ends, title=_line_words(own), unit="USD")
    cards.picture(figure, "overage_days")


def plan_bars(asked: Question) -> None:
    """The bill on every plan of the rail as base and overage."""
    own = [replace(asked.contract, plan_key=bills.OWN)] if asked.contract else []
    frame = bills.listing([*own, *(bill for bill in bills.on(asked.bills, asked.rail) if bill.total is not None)])
    named = frame.assign(plan=[asked.legend.name(key) for key in frame["plan_key"]])
    cards.picture(charts.stacked_bars(named, "plan", _PARTS, title=_spread_words(asked), unit="USD"), "overage_bills")
    if bills.are_rails_equal(asked.bills):
        cards.note("Both rails bill the same for this month, plan by plan.")
    _unserved(asked)


def plan_ranges(asked: Question) -> None:
    """The bill on every plan of the rail at the month's end, from low to high."""
    low, high, became = (bills.totals(some) for some in (asked.low, asked.high, asked.became))
    keys = [(bill.rail, bill.plan_key) for bill in asked.served]
    frame = pd.DataFrame(
        {
            "plan": [asked.legend.name(key) for _, key in keys],
            "low": frames.column(low[key] for key in keys),
            "middle": frames.column(bill.total for bill in asked.served),
            "high": frames.column(high[key] for key in keys),
        }
    )
    known = frame.assign(became=frames.column(became[key] for key in keys)) if became else frame
    title = f"At the month's end {_spread_words(asked)}"
    cards.picture(charts.ranges(known, "plan", title=title, unit="USD"), "overage_ranges")
    _unserved(asked)


def first_out(asked: Question, bill: Bill | None) -> tuple[str, str]:
    """The allowance of a bill that runs out first: its day and its name; both words where none does."""
    if bill is None:
        return "none", "No plan serves this usage."
    out = [(one.on, key, one.kind) for key, one in asked.run_outs(bill).items() if one.on]
    if not out:
        return "none", "Every allowance lasts the month."
    day, key, kind = min(out)
    return ("" if kind == RAN_OUT else "≈ ") + numbers.short_day(day), numbers.name(key)


def _pays(own: OwnMonth, asked: Question) -> str:
    name, month = cards.plain(own.name), numbers.month(own.month.month)
    if own.bill is None:
        return f"{name} had no plan of a book at the end of {month}; "
    under = "under its private offer" if own.is_private else f"on {asked.legend.name(own.bill.plan_key)}"
    if own.month.is_over or own.bill.total is None or not (own.low and own.high and own.so_far):
        return f"{name} owes {numbers.exact_money(own.bill.total)} for {month} {under}; "
    became = f"; it became {numbers.exact_money(own.became.total)}" if own.became else ""
    heading = f"On {numbers.day(own.month.as_of)} {name} was heading" if own.became else f"{name} is heading"
    when = "" if own.became else f" in {month}"
    return f"{heading} for {_about(own.bill.total)}{_span(own.low.total, own.high.total)}{when} {under}{became}; "


def _shared_words(asked: Question) -> str:
    """Which contracts shared the month, from when to when, and what that means for the bill."""
    contracts = asked.own.contracts if asked.own else ()
    if len(contracts) < 2 or not asked.contract:
        return ""
    stays = " and ".join(_stay(one, asked) for one in contracts)
    return (
        f"{numbers.counted(len(contracts), 'contract')} shared this month: {stays}. Each one's usage is rated by its "
        "own terms, with an allowance of its own. The base fee here is a month's share of the last one's; what "
        "was really prorated of base fees stands under Invoices."
    )


def _stay(contract: Contract, asked: Question) -> str:
    month = asked.month.month
    since = f" from {numbers.short_day(contract.started_on)}" if contract.started_on > month else ""
    is_over = contract.ended_on is not None and contract.ended_on <= asked.month.last_day
    until = f" until {numbers.short_day(contract.ended_on - timedelta(1))}" if contract.ended_on and is_over else ""
    return f"{asked.legend.name(contract.plan_key)}{since}{until}"


def _scenario_words(asked: Question) -> str:
    if not asked.was or asked.contract is None:
        return ""
    return (
        "The scenario changes the list plans only: the customer's own bill is what its contract owes under the books "
        "of its time, and is not to be set against the scenario's list."
    )


def _ahead(asked: Question, best: Bill) -> str:
    key = (best.rail, best.plan_key)
    span = _span(bills.totals(asked.low)[key], bills.totals(asked.high)[key])
    return f"{_about(best.total)} at the end of {numbers.month(asked.month.month)}{span}"


def _about(amount: Decimal | None) -> str:
    return numbers.MISSING if amount is None else f"≈ {numbers.money(amount)}"


def _span(low: Decimal | None, high: Decimal | None) -> str:
    return "" if low == high else f" ({numbers.money(low)} to {numbers.money(high)})"


def _cards_ahead(asked: Question) -> list[Card]:
    """The cards of a customer's month that is not over."""
    own, best = asked.own, asked.served[0] if asked.served else None
    if own is None or not (own.bill and own.low and own.high and own.so_far):
        return []
    day, what = first_out(asked, own.bill)
    span = _span(own.low.total, own.high.total).strip(" ()") or "no range"
    became = own.became.total if own.became else None
    apart = f"{numbers.change(became - own.bill.total)} vs middle" if became and own.bill.total else None
    ended = Card("It became", numbers.card_money(became), "What the whole month came to, since known.", apart)
    base = Card("Base fee", numbers.card_money(own.bill.base), "A month's share of its price.")
    return [
        Card("Month's end", _about(own.bill.total), "Base fee and projected overage under its own contract.", span),
        Card(
            f"On {numbers.day(asked.month.as_of)}",
            numbers.card_money(own.so_far.total),
            "The bill at that day's usage.",
        ),
        base if became is None else ended,
        Card("First allowance out", day, "The first day on which usage exceeds an allowance.", what),
        Card(
            "Cheapest list plan",
            _about(best.total if best else None),
            "At the middle of the range.",
            asked.legend.name(best.plan_key) if best else None,
        ),
    ]


def _cards(asked: Question) -> list[Card]:
    best = asked.served[0] if asked.served else None
    second = asked.served[1] if len(asked.served) > 1 else None
    apart = second.total - best.total if best and second and second.total and best.total else None
    before = bills.served(asked.was, asked.rail)
    everything = bills.on(asked.bills, asked.rail)
    name, said = asked.legend.name, numbers.card_money if asked.month.is_over else _about
    ends = [bills.totals(some)[best.rail, best.plan_key] for some in (asked.low, asked.high)] if best else []
    span = None if asked.month.is_over or not ends else _span(*ends).strip(" ()") or None
    return [
        Card(
            "Cheapest total",
            said(best.total if best else None),
            "Base fee and overage of the month.",
            f"baseline {said(before[0].total)}" if before else span,
        ),
        Card("Base fee", numbers.card_money(best.base if best else None), "A month's share of its list price."),
        Card("Overage", said(best.overage if best else None), "What lies above its allowances."),
        Card(
            "Next cheapest",
            said(second.total if second else None),
            name(second.plan_key) if second else "No second plan serves this usage.",
            None if apart is None else f"{numbers.change(apart)} a month",
        ),
        Card("Plans that serve it", f"{len(asked.served)} of {len(everything)}", "Plans that offer all of this usage."),
    ]


def _own_cards(asked: Question) -> list[Card]:
    """The cards of a customer's whole month: the own bill and its parts, and how it stands to the list."""
    own, best = asked.contract, asked.served[0] if asked.served else None
    if own is None or own.total is None:
        return []
    listed = bills.totals(asked.was or asked.bills).get((own.rail, own.plan_key))
    apart = None if listed is None else f"{numbers.change(own.total - listed)} own bill"
    return [
        Card("Its own bill", numbers.card_money(own.total), "Base fee and overage under its own contract."),
        Card("Its base fee", numbers.card_money(own.base), "A month's share of its price."),
        Card("Its overage", numbers.card_money(own.overage), "What lies above its allowances."),
        Card(
            "Its plan's list",
            "none" if listed is None else numbers.card_money(listed),
            "The same usage on the same plan at today's list price; the difference is the own bill less this one.",
            apart,
        ),
        Card(
            "Cheapest list plan",
            numbers.card_money(best.total if best else None),
            "Base fee and overage at list price, under the scenario where one is picked.",
            asked.legend.name(best.plan_key) if best else None,
        ),
    ]


def _line_words(own: OwnMonth) -> str:
    if own.month.is_over or own.bill is None or own.so_far is None or own.low is None or own.high is None:
        return f"The bill of {numbers.month(own.month.month)}, day by day"
    rise = (own.bill.total or ZERO) - (own.so_far.total or ZERO)
    word = f"{_about(rise)} of overage is still to come" if rise else "No overage is still to come"
    if own.became is None:
        return word
    inside = (own.low.total or ZERO) <= (own.became.total or ZERO) <= (own.high.total or ZERO)
    return f"{word}; the month ended {'inside' if inside else 'outside'} the range"


def _unserved(asked: Question) -> None:
    reasons = {bill.tier: bill.obstacles for bill in bills.on(asked.bills, asked.rail) if bill.obstacles}
    if reasons:
        told = (f"{asked.legend.name(tier)} ({_shortly(obstacles)})" for tier, obstacles in reasons.items())
        cards.note(f"Without a total: {', '.join(told)}.")


def _shortly(obstacles: Sequence[str]) -> str:
    more = len(obstacles) - 1
    first = bills.told(obstacles[0])
    return f"{first}, and {more} more" if more else first


def _spread_words(asked: Question) -> str:
    if not asked.served:
        return f"No plan on {asked.legend.name(asked.rail)} has a total for this usage"
    dearest, best = asked.served[-1], asked.served[0]
    cost = numbers.exact_money(dearest.total) if asked.month.is_over else _about(dearest.total)
    dearer = f"{asked.legend.name(dearest.plan_key)} would cost {cost}"
    more = (dearest.total or ZERO) / best.total - 1 if best.total else None
    return f"{dearer}, {numbers.percent(more, 0)} more than the cheapest" if more else dearer
