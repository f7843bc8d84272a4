"""Everything that asks for a look, one line each, the worst first, with the page it belongs to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import pandas as pd
import streamlit as st

from lib.claims.finding import Finding
from lib.freshness import SourceState
from lib.money import total
from lib.scorecard import Alert, Crossed, Due, Score, Still, Turned
from lib.scorecard.alerts import (
    BACK,
    CLAIM,
    COMES,
    DIFFERENCE,
    FALSE,
    MENDED,
    NEAR_NOW,
    OPEN,
    OVER_NOW,
    RENEWALS,
    REVIEWS,
    STALE,
    STILL,
    TARGET,
)
from lib.scorecard.due import ACCEPTED, EFFECTIVE, LAPSES, REACHES, TERM
from lib.scorecard.turning import CHANGED, FOUND, GONE, TURNED_GREEN
from lib.ui import cards, deals, links, numbers, scorecard
from lib.ui.legends import Legend
from lib.ui.scorecard import HONESTY, LISTING, PIPELINE
from lib.ui.views.scorecard import told

_ICONS = {
    FALSE: ":orange[:material/report:]",
    STALE: ":orange[:material/schedule:]",
    STILL: ":orange[:material/hourglass_empty:]",
    TARGET: ":orange[:material/flag:]",
    DIFFERENCE: ":orange[:material/difference:]",
    CLAIM: ":material/fact_check:",
    COMES: ":material/event:",
    RENEWALS: ":material/autorenew:",
    REVIEWS: ":material/groups:",
    OVER_NOW: ":material/trending_up:",
    NEAR_NOW: ":material/trending_flat:",
    OPEN: ":material/help:",
    MENDED: ":blue[:material/check_circle:]",
    BACK: ":material/trending_down:",
}
_NAMED, _SHOWN = 2, 9
_WORDS_AND_WAY = (7, 3)
_SHORT = {HONESTY: "Honesty", "fee_absorption": "Fees", "price_change": "Decision"}  # where a page's name is too long
_PART = "pipeline_view"  # the parameter that opens a part of the pipeline's page
_SAID = {FOUND: "is newly found", GONE: "is found no more", TURNED_GREEN: "is true now", CHANGED: "is judged otherwise"}
_TURNS = {FOUND: "differ now", CHANGED: "differ otherwise now", GONE: "say the same again", TURNED_GREEN: "agree again"}


@dataclass(frozen=True)
class Line:
    """One line as a reader sees it: its kind, its words, and where it leads: the first page that may be opened.

    A page stands with what its address asks of it.
    """

    kind: str
    words: str
    leads: Sequence[tuple[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Names:
    """What the lines name: customers by id, keys by the legend, the day compared with, and the day today."""

    people: Mapping[str, str]
    legend: Legend
    since: date | None
    as_of: date


def lines(alerts: Sequence[Alert], names: Names) -> list[Line]:
    """Alerts → lines, in their order; open questions are one line together."""
    questions = [one for one in alerts if one.kind == OPEN]
    found = [_line(one, names) for one in alerts if one.kind != OPEN]
    if not questions:
        return found
    asked = numbers.counted(len(questions), "decision before publishing is", "decisions before publishing are")
    place = next((at for at, one in enumerate(found) if one.kind in (MENDED, BACK)), len(found))
    return [*found[:place], Line(OPEN, f"{asked} open", ((LISTING, {}),)), *found[place:]]


def show(found: Sequence[Line]) -> None:
    """The list; what comes after the first few folds away."""
    if not found:
        cards.sentence(":blue[:material/check_circle:] Nothing asks for a look: no claim is false, nothing is due.")
        return
    for line in found[:_SHOWN]:
        _draw(line)
    if len(found) > _SHOWN:
        with st.expander(numbers.counted(len(found) - _SHOWN, "more line"), icon=":material/expand_more:"):
            for line in found[_SHOWN:]:
                _draw(line)


def listed(found: Sequence[Line]) -> pd.DataFrame:
    """The lines as a table."""
    return pd.DataFrame(
        {
            "alert": [line.kind for line in found],
            "words": [line.words for line in found],
            "page": [line.leads[0][0] if line.leads else None for line in found],
        }
    )


def _draw(line: Line) -> None:
    words, way = st.columns(_WORDS_AND_WAY, vertical_alignment="center", gap="small")
    with words:
        cards.sentence(f"{_ICONS[line.kind]} {cards.plain(line.words)}")
    with way:
        for page, asks in line.leads:
            if links.to(page, _SHORT.get(page, numbers.name(page)), ":material/arrow_forward:", **asks):
                break


def _line(alert: Alert, names: Names) -> Line:
    tell, leads = _TOLD[alert.kind]
    return Line(alert.kind, tell(alert, names), leads(alert))


Leads = Sequence[tuple[str, Mapping[str, str]]]


def _to(*pages: str, **asks: str) -> Callable[[Alert], Leads]:
    """The same pages for every alert of a kind."""
    return lambda _: tuple((page, asks if page == PIPELINE else {}) for page in pages)


def _to_metric(alert: Alert) -> Leads:
    """The page behind a metric; the one on buyers tells one product at a time, so it is asked for the metric's."""
    one = cast("Score", alert.about)
    asks = {"focus_product": numbers.name(one.product)} if one.metric.page == "segments" else {}
    return ((one.metric.page, asks),)


def _to_allowances(alert: Alert) -> Leads:
    """Those of the allowances that were crossed in the line's own way."""
    asks = {_PART: "Allowances", "pipeline_allowances": _CROSSED[alert.kind]}
    return ((PIPELINE, asks), ("overage", {}))


def _to_deal(alert: Alert) -> Leads:
    first = cast("tuple[Still, ...]", alert.about)[0]
    return ((PIPELINE, {"pipeline_stalled_first": "true", "pipeline_deal": deals.called(first.deal)}),)


def _to_due(alert: Alert) -> Leads:
    one = cast("Due", alert.about)
    if one.kind == TERM:
        return (("deal_desk", {"offer_customer": one.customer_id or ""}), (PIPELINE, {_PART: "Renewals"}))
    if one.kind == LAPSES:
        return (("deal_desk", {"deal_view": "Offers by status"}), (PIPELINE, {_PART: "Renewals"}))
    return ((HONESTY if one.kind == ACCEPTED else "price_change", {}),)


def _to_turned(alert: Alert) -> Leads:
    is_difference = cast("Turned", alert.about).is_difference
    return ((HONESTY, {}), (LISTING, {})) if is_difference else ((HONESTY, {}),)


def _false(alert: Alert, names: Names) -> str:
    one = cast("Finding", alert.about)
    turned = f"turned false since {numbers.day(names.since)}" if alert.turn and names.since else "is false"
    unit = "%" if one.unit == "percent" else ""
    says = f"promised {one.promised}{unit}, delivered {one.delivered}{unit}"
    return f"“{one.words}” on {_article(one.surface)} {turned}: {says}"


def _turned(alert: Alert, names: Names) -> str:
    one = cast("Turned", alert.about)
    if one.is_difference:
        return _difference(alert, names)
    says = f", {one.was} before and {one.becomes} now" if one.was and one.becomes else ""
    return f"“{one.finding.words}” {_SAID.get(one.turn, one.turn)}{says}"


def _difference(alert: Alert, _: Names) -> str:
    one = cast("Turned", alert.about)
    about = numbers.name(one.finding.claim.split(".")[0])
    says = f"{_places(one.finding)} {_TURNS.get(one.turn, one.turn)} about {about}"
    return f"{says}: {one.finding.promised}; {one.finding.delivered}"


def _places(finding: Finding) -> str:
    return f"{finding.surface[:1].upper()}{finding.surface[1:]}"


def _still(alert: Alert, _: Names) -> str:
    found = cast("tuple[Still, ...]", alert.about)
    products = sorted({one.deal.product for one in found})
    holding = " and ".join(_held(product, found, len(products) > 1) for product in products)
    counted = numbers.counted(len(found), "deal stands", "deals stand")
    told_of = (f"{one.deal.company}, {numbers.counted(one.over_days, 'day')} too long" for one in found[:_NAMED])
    more = "; and others" if len(found) > _NAMED else ""
    return f"{counted} still and hold {holding}, the heaviest first: {'; '.join(told_of)}{more}"


def _held(product: str, found: Sequence[Still], is_one_of_several: bool) -> str:
    """What the deals of a product hold, which nothing adds to another's."""
    own = (one.deal for one in found if one.deal.product == product)
    held = numbers.money(total(deal.amount for deal in own if deal.amount is not None))
    return f"{held} of {numbers.name(product)}" if is_one_of_several else held


def _stale(alert: Alert, _: Names) -> str:
    one = cast("SourceState", alert.about)
    return (
        f"{numbers.name(one.source)} is {numbers.counted(one.age_days or 0, 'day')} old, {one.limit_days} are allowed"
    )


def _target(alert: Alert, _: Names) -> str:
    one = cast("Score", alert.about)
    measured = f"{told.value(one.metric, one.value)}, not {told.target(one)}"
    return f"{one.metric.label} of {numbers.name(one.product)} misses its target: {measured}"


def _crossed(says: str) -> Callable[[Alert, Names], str]:
    def tell(alert: Alert, names: Names) -> str:
        rows = cast("tuple[Crossed, ...]", alert.about)
        people = list(dict.fromkeys(one.customer_id for one in rows))
        first = ", ".join(
            f"{names.people.get(one.customer_id, one.customer_id)} ({numbers.name(one.dimension)})"
            for one in rows[:_NAMED]
        )
        more = " and others" if len(rows) > _NAMED else ""
        return f"{numbers.counted(len(people), 'customer')} {says}: {first}{more}"

    return tell


def _due(alert: Alert, names: Names) -> str:
    one = cast("Due", alert.about)
    days = (one.on - names.as_of).days if one.on else 0
    when = f"on {numbers.day(one.on)}, in {numbers.counted(days, 'day')}" if days else "today"
    until = when.removeprefix("on ") if days else "the end of today"
    told_to = numbers.counted(one.customers or 0, "customer")
    says = {
        TERM: f"The term of {one.about}'s private offer ends {when}",
        LAPSES: f"The private offer to {one.about} can be accepted until {until}",
        ACCEPTED: f"The acceptance of {one.about} ends {when}",
        EFFECTIVE: f"The approved change {one.about} takes effect {when}: whoever has a contract must be told",
        REACHES: f"The notice of {one.about} is over {when}: it reaches {told_to} on {names.legend.name(one.rail)}",
    }
    return says[one.kind]


def _renewals(alert: Alert, _: Names) -> str:
    """How many contracts come up with what MRR, as Renewals counts them, and whose are the largest."""
    rows = cast("tuple[Due, ...]", alert.about)
    known = numbers.money(total(one.mrr for one in rows if one.mrr is not None))
    counted, comes = numbers.counted(len(rows), "contract"), "comes" if len(rows) == 1 else "come"
    of = [f"{one.about} ({numbers.money(one.mrr)})" for one in rows if one.mrr is not None][:_NAMED]
    first = f", the largest first: {'; '.join(of)}{'; and others' if len(rows) > len(of) else ''}" if of else ""
    return f"{counted} with {known} of MRR {comes} up in {scorecard.due_within()} days{first}"


def _reviews(alert: Alert, _: Names) -> str:
    rows = sorted(cast("tuple[Due, ...]", alert.about), key=lambda one: (one.on or date.max, one.about))
    counted = numbers.counted(len(rows), "business review is", "business reviews are")
    of = [f"{one.about} on {numbers.day(one.on)}" for one in rows if one.on][:_NAMED]
    more = "; and others" if len(rows) > len(of) else ""
    return f"{counted} due in {scorecard.due_within()} days: {'; '.join(of)}{more}"


def _article(surface: str) -> str:
    return f"the {surface}" if surface[:1].islower() else surface


_CROSSED = {OVER_NOW: "Newly over", NEAR_NOW: "Near", BACK: "Came down"}
_TOLD: Mapping[str, tuple[Callable[[Alert, Names], str], Callable[[Alert], Leads]]] = {
    FALSE: (_false, _to(HONESTY)),
    STALE: (_stale, _to("sources")),
    STILL: (_still, _to_deal),
    TARGET: (_target, _to_metric),
    DIFFERENCE: (_difference, _to_turned),
    CLAIM: (_turned, _to_turned),
    COMES: (_due, _to_due),
    RENEWALS: (_renewals, _to(PIPELINE, **{_PART: "Renewals"})),
    REVIEWS: (_reviews, _to(PIPELINE, **{_PART: "Renewals", "pipeline_coming": "Business reviews"})),
    OVER_NOW: (_crossed("went over an allowance"), _to_allowances),
    NEAR_NOW: (_crossed("came near an allowance"), _to_allowances),
    MENDED: (_turned, _to_turned),
    BACK: (_crossed("came down from over or near an allowance"), _to_allowances),
}
