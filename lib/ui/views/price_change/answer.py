"""If we changed this price: who pays more, what happens to revenue, and what exactly changes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib import charts
from lib.freshness import SourceState
from lib.periods import add_months
from lib.reconciliation import Reproduction
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.effects import FALLS, RISES, UNCHANGED, Effect
from lib.ui.legends import Legend

ASSUMPTIONS = (
    "Both books are rated over the same contracts and the same metered usage, every line rounded once.",
    "The baseline is today's book throughout, also for months in which an older book was in force.",
    "Not in it: delay. Everybody is reached at once; notice, renewals and prepaid years would come in between.",
    "The groups are cut on the change of each customer's bill over the window: 0.1, 5, 10 and 25 percent.",
    "Discount honesty costs the same prices otherwise: today's annual subscribers at their next renewal, for a year; "
    "here are past usage months with the contracts of their time and the credits of upgrades.",
)
_PANELS = {
    "Certain": "What the same contracts and usage would have brought, to the cent.",
    "Estimated": "Nothing: no response is switched on. Nobody switches plan, term or rail, uses less, or leaves.",
    "Assumed": "Nothing: no response is switched on, so no belief is in any number of this page.",
}
_SHADES = {**dict.fromkeys(FALLS, "vermilion"), UNCHANGED: "grey", **dict.fromkeys(RISES, "blue")}
_NAMED = 3
_HEADERS = {
    "customer_name": "Customer",
    "tier": "Tier",
    "rail": "Rail",
    "baseline_usd": "Baseline bill",
    "proposed_usd": "Proposed bill",
    "delta_usd": "Change",
    "delta_rate": "Change, percent",
    "group": "Group",
}


def finding(effect: Effect) -> str:
    """What the change brings or costs, and how many pay more or less."""
    span = _span(effect)
    if not effect.delta_usd and not effect.pay_more + effect.pay_less:
        return f"{_partial(effect)}{cards.plain(effect.name)} changes $0 in {span}: nobody pays more or less"
    verb = "brings" if effect.delta_usd >= 0 else "costs"
    rate = f"{numbers.percent_change(effect.rate)} on today's prices throughout"
    moved = f"{numbers.money(abs(effect.delta_usd))} in {span} ({rate})"
    return f"{_partial(effect)}{cards.plain(effect.name)} {verb} {moved}: {_paying(effect)}"


def show(effect: Effect, reproduced: Reproduction, legend: Legend) -> None:
    """Cards, what is certain, the change by tier as a waterfall from zero, by month, and how many are in each group."""
    cards.row(_cards(effect))
    cards.sentence(_static_words(effect))
    cards.note(_parity_words(reproduced))
    _panels()
    moved = _moved_tiers(effect, legend)
    cards.picture(
        charts.steps(moved, "tier", "delta_usd", title=_tier_words(moved), unit="USD", total="All tiers"),
        "price_change_tiers",
    )
    left, right = st.columns(2)
    with left:
        title = _month_words(effect)
        cards.picture(
            charts.signed_months(effect.by_month, "delta_usd", title=title, unit="USD", axis="usage month"),
            "price_change_months",
        )
    with right:
        groups, title, shades = _groups(effect), _group_words(effect), [_SHADES[group] for group in effect.groups]
        cards.picture(
            charts.ranked(groups, "group", "customers", title=title, unit="customers", shades=shades),
            "price_change_groups",
        )
        if effect.credited:
            cards.note(_credit_words(effect))


def changes(effect: Effect, legend: Legend) -> None:
    """What was and what becomes, as the two books differ, not as a comment says."""
    cards.heading(f"What changes: {numbers.counted(len(effect.changes), 'entry', 'entries')} of the book")
    frame = listed_changes(effect, legend)
    cards.table(frame, "price_change_changes", {"what": "What", "was": "Was", "becomes": "Becomes"}, legend)
    cards.note(f"Why: {cards.plain(effect.why)}")


@st.fragment
def bills(effect: Effect, legend: Legend) -> None:
    """Winners and losers, the largest change first; a picked one is spelt out."""
    cards.heading("Winners and losers: the largest change first")
    picked = cards.picking_table(effect.customers, "price_change_customers", _HEADERS, legend)
    if picked is None:
        cards.note("Pick a row to read both bills.")
        return
    row = {column: effect.customers[column].iloc[picked] for column in _HEADERS}
    was, becomes = (numbers.exact_money(row[column]) for column in ("baseline_usd", "proposed_usd"))
    moved = f"{numbers.change(row['delta_usd'])}, {numbers.percent_change(row['delta_rate'])}"
    cards.note(f"{cards.plain(str(row['customer_name']))}: {was} becomes {becomes} over {_span(effect)} ({moved}).")


def overview_finding(effects: Sequence[Effect]) -> str:
    """On the baseline: which of the committed scenarios moves most."""
    if not effects:
        return "0 scenarios are on file: the baseline stands"
    largest = max(effects, key=lambda effect: abs(effect.delta_usd))
    moved = f"{numbers.change(largest.delta_usd)} in {_span(largest)} on today's prices throughout"
    files = numbers.counted(len(effects), "scenario")
    return f"{_partial(largest)}{files} on file; {cards.plain(largest.name)} moves most, {moved}"


def overview(effects: Sequence[Effect], refused: Sequence[str], reproduced: Reproduction, legend: Legend) -> None:
    """Every committed scenario beside the others; one that cannot be run says why."""
    frame = listed_effects(effects)
    for sentence in refused:
        cards.sentence(f":material/report: {cards.plain(sentence)}")
    if frame.empty:
        return
    cards.row(_overview_cards(effects))
    gains = sum(effect.delta_usd > 0 for effect in effects)
    title = f"{gains} of {numbers.counted(len(effects), 'scenario')} would bring revenue (static effects)"
    cards.picture(
        charts.ranked(frame, "name", "delta_usd", title=title, unit="USD", signed=True), "price_change_overview"
    )
    headers = {
        "name": "Scenario",
        "delta_usd": "Change of revenue",
        "delta_rate": "Change, percent",
        "pay_more": "Pay more",
        "pay_less": "Pay less",
        "effective_on": "Effective",
        "why": "Why",
    }
    cards.table(frame, "price_change_scenarios", headers, legend)
    cards.note("Static effects: everybody reached at once, from the first day, and nobody reacts.")
    cards.note("Pick a scenario in the sidebar to see who is behind its number.")
    cards.note(_parity_words(reproduced))


def listed_effects(effects: Sequence[Effect]) -> pd.DataFrame:
    """Scenarios as a table, the largest change first."""
    ordered = sorted(effects, key=lambda effect: -abs(effect.delta_usd))
    return pd.DataFrame(
        {
            "scenario": [effect.key for effect in ordered],
            "name": [effect.name for effect in ordered],
            "baseline_usd": frames.column(effect.baseline_usd for effect in ordered),
            "proposed_usd": frames.column(effect.proposed_usd for effect in ordered),
            "delta_usd": frames.column(effect.delta_usd for effect in ordered),
            "delta_rate": frames.column(effect.rate for effect in ordered),
            "pay_more": [effect.pay_more for effect in ordered],
            "pay_less": [effect.pay_less for effect in ordered],
            "effective_on": [effect.effective for effect in ordered],
            "why": [effect.why for effect in ordered],
        }
    )


def listed_changes(effect: Effect, legend: Legend) -> pd.DataFrame:
    """The difference of the two books, one row per entry."""
    return pd.DataFrame(
        {
            "path": [change.path for change in effect.changes],
            "what": [_path_words(change.path, legend) for change in effect.changes],
            "was": [_value_words(change.was) for change in effect.changes],
            "becomes": [_value_words(change.becomes) for change in effect.changes],
        }
    )


def absence(states: Sequence[SourceState]) -> str:
    """The headline where there is nothing to rate."""
    return f"$0 of revenue can be rated: {numbers.counted(len(states), 'source')} behind this page is missing"


def _cards(effect: Effect) -> list[Card]:
    rises = effect.customers.loc[effect.customers["group"].isin(RISES), "delta_rate"]
    shock = max((rate for rate in rises if rate is not None), default=None)
    span = _span(effect)
    return [
        Card(
            "Revenue change",
            numbers.change(effect.delta_usd),
            f"Proposed less baseline, everything that falls due in {span}.",
            numbers.percent_change(effect.rate),
            effect.delta_usd >= 0,
        ),
        Card("Proposed", numbers.money(effect.proposed_usd), f"The proposed book over {span}."),
        Card(
            "Baseline",
            numbers.money(effect.baseline_usd),
            f"The current book over {span}, as if it had been in force throughout.",
            "today's prices",
        ),
        Card(
            "Really invoiced",
            numbers.money(effect.invoiced_usd) if effect.invoiced_usd else "—",
            "Invoices dated in the same window, at the prices of their time; the last month's usage "
            "is not among them. Below: less the baseline.",
            numbers.change(effect.invoiced_usd - effect.baseline_usd) if effect.invoiced_usd else "none on record",
        ),
        Card(
            "Pay more",
            numbers.count(effect.pay_more),
            "Customers whose bill over the window rises by 0.1 percent or more.",
            numbers.counted(effect.pay_less, "pays less", "pay less"),
        ),
        Card(
            "Sharpest rise",
            numbers.percent_change(shock) if shock else "none",
            "The largest relative rise of one customer's bill.",
        ),
    ]


def _overview_cards(effects: Sequence[Effect]) -> list[Card]:
    gains = sum(effect.delta_usd > 0 for effect in effects)
    best, worst = (pick(effects, key=lambda effect: effect.delta_usd) for pick in (max, min))
    one = effects[0]
    return [
        Card(
            "Baseline",
            numbers.money(one.baseline_usd),
            f"The current book over {_span(one)}, as if it had been in force throughout.",
            "today's prices",
        ),
        Card(
            "Really invoiced",
            numbers.money(one.invoiced_usd) if one.invoiced_usd else "—",
            "Invoices dated in the same window.",
        ),
        Card("Scenarios", numbers.count(len(effects)), "Files in data/scenarios."),
        Card("Bring revenue", numbers.count(gains), "Scenarios whose static effect is above zero."),
        Card("Best", numbers.change(best.delta_usd), f"{cards.plain(best.name)}."),
        Card("Worst", numbers.change(worst.delta_usd), f"{cards.plain(worst.name)}."),
    ]


def _partial(effect: Effect) -> str:
    """Before a headline that lacks a source: which ones; since when and what brings them stands below it."""
    sources = list(dict.fromkeys(numbers.name(state.source) for state in effect.incomplete))
    return f"Partial, without {' and '.join(sources)}: " if sources else ""


def _static_words(effect: Effect) -> str:
    first, end = numbers.month(effect.window[0]), numbers.month(add_months(effect.window[1], -1))
    starts = f"; the scenario takes effect on {numbers.day(effect.effective)}" if effect.effective else ""
    return (
        f"**Static effect**: everybody reached at once, from the first day{starts}. "
        f"Usage months {first} to {end} are what both books are held against, not a history of the scenario."
    )


def _parity_words(reproduced: Reproduction) -> str:
    """Why the baseline may be believed: what the same rules make of history."""
    return f"Parity: {reproduced.words}. Every line and its reason is on the page Sources."


def _panels() -> None:
    """What is certain, what is estimated and what is assumed, apart from each other."""
    with st.grid(len(_PANELS), min_column_width=220):
        for name, words in _PANELS.items():
            with st.container(border=True):
                cards.sentence(f"**{name}.** {words}")


def _credit_words(effect: Effect) -> str:
    who = ", ".join(cards.plain(name) for name in effect.credited[:_NAMED])
    more = len(effect.credited) - _NAMED
    others = f" and {numbers.count(more)} more" if more > 0 else ""
    return (
        f"{who}{others}: the bill moves against the price, because the credit for the unused days of a plan left by "
        "an upgrade moves with its price."
    )


def _paying(effect: Effect) -> str:
    rising = numbers.counted(effect.pay_more, "customer pays more", "customers pay more")
    return f"{rising}, {numbers.counted(effect.pay_less, 'pays less', 'pay less')}"


def _groups(effect: Effect) -> pd.DataFrame:
    return pd.DataFrame({"group": list(effect.groups), "customers": list(effect.groups.values())})


def _moved_tiers(effect: Effect, legend: Legend) -> pd.DataFrame:
    """The tiers whose revenue changes, from the lowest up, by name."""
    deltas = frames.by(effect.by_tier, "tier", "delta_usd")
    order = [one.key for one in legend.tiers]
    rising = sorted(
        (key for key in deltas if deltas[key]), key=lambda key: order.index(key) if key in order else len(order)
    )
    return pd.DataFrame(
        {"tier": [legend.name(key) for key in rising], "delta_usd": frames.column(deltas[key] for key in rising)}
    )


def _month_words(effect: Effect) -> str:
    deltas = frames.by(effect.by_month, "month", "delta_usd")
    largest = max(deltas, key=lambda month: abs(deltas[month]), default=None)
    if largest is None or not deltas[largest]:
        return "No month's invoices change"
    return f"{numbers.month(largest)} would be invoiced most differently, {numbers.change(deltas[largest])}"


def _tier_words(moved: pd.DataFrame) -> str:
    deltas: dict[str, Decimal] = frames.by(moved, "tier", "delta_usd")
    if not deltas:
        return "No tier's revenue changes"
    largest = max(deltas, key=lambda tier: abs(deltas[tier]))
    return f"{largest} carries most of the change, {numbers.change(deltas[largest])}"


def _group_words(effect: Effect) -> str:
    still = effect.groups[UNCHANGED]
    return f"{still} of {sum(effect.groups.values())} customers keep their bill within 0.1 percent"


def _span(effect: Effect) -> str:
    months = (effect.window[1].year - effect.window[0].year) * 12 + effect.window[1].month - effect.window[0].month
    return numbers.counted(months, "month")


def _path_words(path: str, legend: Legend) -> str:
    section, *rest = path.split(".")
    return " · ".join([numbers.name(section.removesuffix("s")), *(legend.name(part) for part in rest)])


def _value_words(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, list | tuple):
        return "; ".join(_band_words(band) for band in value)
    return numbers.unit_price(Decimal(value)) if isinstance(value, int | Decimal) else str(value)


def _band_words(band: Any) -> str:
    if not isinstance(band, Mapping):
        return str(band)
    return f"{numbers.unit_price(Decimal(band['unit_price']))} above {numbers.quantity(Decimal(band['from']))}"
