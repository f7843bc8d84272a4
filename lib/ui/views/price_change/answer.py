"""The answer: what could move and what moved, when, for how many, and what holds the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import charts
from lib.charts import Series
from lib.contracts import BEFORE, GRANDFATHERED, IN_NOTICE, LOCKED, PREPAID, REPRICED
from lib.desk import PAST
from lib.freshness import SourceState
from lib.periods import add_months
from lib.reconciliation import Invoiced, Reproduction
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card, Stamp
from lib.ui.effects import FALLS, RISES, UNCHANGED, Effect, column
from lib.ui.legends import Legend

ASSUMPTIONS = (
    "Both books are rated over the same contracts and the same metered usage, every line rounded once.",
    "The baseline is today's book throughout, also for months in which an older book was in force.",
    "Could move: everybody the scenario asks for, from the first day. Moved: who was really reached by then, after "
    "notice, at renewal, or on signing; a rate on AWS reaches only entitlements created afterwards.",
    "A scenario that takes effect outside the months it is held against is replayed from their first day.",
    "The groups are cut on the change of each customer's bill over the window: 0.1, 5, 10 and 25 percent.",
    "Discount honesty costs the same prices for a year on today's annual subscribers, once everybody has renewed: over "
    "12 months to come that is what could move here; past months have the contracts and credits of their time.",
)
STATES = (
    Series(column(REPRICED), "Moved", "blue"),
    Series(column(IN_NOTICE), "In notice", "sky"),
    Series(column(PREPAID), "Prepaid until renewal", "orange"),
    Series(column(LOCKED), "Contract-locked", "purple"),
    Series(column(GRANDFATHERED), "Grandfathered", "grey"),
    Series(column(BEFORE), "Before it takes effect", "green"),
)
_TENFOLD = 10
_SHADES = {**dict.fromkeys(FALLS, "vermilion"), UNCHANGED: "grey", **dict.fromkeys(RISES, "blue")}


def finding(effect: Effect) -> str:
    """What could move, what moved of it, and how many pay more or less."""
    span = _span(effect)
    if not effect.could_usd and not effect.pay_more + effect.pay_less:
        return f"{_partial(effect)}{cards.plain(effect.name)} changes $0 in {span}: nobody pays more or less"
    verb = "could bring" if effect.could_usd >= 0 else "could cost"
    rate = f"{numbers.percent_change(effect.rate)} on today's prices throughout"
    could = f"{numbers.money(abs(effect.could_usd))} in {span} ({rate})"
    moves = "moved by then" if effect.horizon == PAST else "moves by then"
    return (
        f"{_partial(effect)}{cards.plain(effect.name)} {verb} {could}; "
        f"{numbers.change(effect.moved_usd)} {moves}: {_paying(effect)}"
    )


@dataclass(frozen=True)
class Rooms:
    """Where the page's parts stand, whichever is drawn first, and whether the title is told already."""

    title: DeltaGenerator
    is_told: bool
    provenance: DeltaGenerator
    levers: DeltaGenerator
    answer: DeltaGenerator


def rooms(early: Effect | None) -> Rooms:
    """The page's rooms. An effect that is known by now is told before any of them stands, and drawn as soon as they do:
    a browser draws the whole page anew for every word it is sent in between.
    """
    if not early:
        return Rooms(st.empty(), False, st.container(), st.container(), st.container())
    title, parts = cards.headline(finding(early)), _parts(early)
    rooms = Rooms(title, True, st.container(), st.container(), st.container())
    _show(rooms.answer, *parts)
    return rooms


def tell(rooms: Rooms, effect: Effect) -> None:
    """The finding and the answer, unless the rooms hold them already."""
    if not rooms.is_told:
        cards.headline(finding(effect), rooms.title)
        _show(rooms.answer, *_parts(effect))


def tell_overview(rooms: Rooms, effects: Sequence[Effect]) -> None:
    """On the baseline, which of the committed scenarios moves most."""
    cards.headline(overview_finding(effects), rooms.title)


def sources(rooms: Rooms, stamp: Stamp, states: Sequence[SourceState]) -> None:
    """Where the answer comes from: after it, for nobody waits for a fingerprint."""
    with rooms.provenance:
        cards.provenance(stamp, states)


def _parts(effect: Effect) -> tuple[Sequence[Card], charts.Figure]:
    """The cards, and the change month by month: what moved, and what holds the rest."""
    title, axis = _month_words(effect), "month the line falls due"
    return _cards(effect), charts.signed_stack(effect.by_month, STATES, title=title, unit="USD", axis=axis)


def _show(room: DeltaGenerator, row: Sequence[Card], picture: charts.Figure) -> None:
    with room:
        cards.row(row)
        cards.picture(picture, "price_change_by_month")


def held(effect: Effect, reproduced: Reproduction, invoiced: Invoiced | None) -> None:
    """What the numbers are held against, how that leads back to the invoices, and why it may be believed."""
    invoices = [_invoices_words(effect.baseline_usd, invoiced)] if invoiced else []
    cards.note(_window_words(effect), *invoices, _parity_words(reproduced))


def when(effect: Effect) -> None:
    """MRR at every month's end, and how many pay more or less."""
    cards.heading(f"{_recurring_words(effect)}; {_paying(effect)}")
    left, right = st.columns(2)
    with left:
        title = "The change of MRR at every month's end"
        cards.picture(
            charts.signed_stack(effect.recurring, STATES, title=title, unit="USD", axis="month's end", height=300),
            "price_change_recurring",
        )
    with right:
        groups, shades = _groups(effect), [_SHADES[group] for group in effect.groups]
        title = _group_words(effect)
        cards.picture(
            charts.ranked(groups, "group", "customers", title=title, unit="customers", shades=shades),
            "price_change_groups",
        )


def changes(effect: Effect, legend: Legend) -> None:
    """What was and what becomes, as the two books differ, not as a comment says."""
    entries = numbers.counted(len(effect.changes), "entry", "entries")
    cards.heading(f"What changes: {entries} of the book{'' if effect.changes else ', and what we say'}")
    for words in effect.words:
        cards.sentence(f"- {cards.plain(words)}")
    if effect.why:
        cards.note(f"Why: {cards.plain(effect.why)}")
    if effect.changes:
        frame = listed_changes(effect, legend)
        cards.table(frame, "price_change_changes", {"what": "What", "was": "Was", "becomes": "Becomes"}, legend)


def overview_finding(effects: Sequence[Effect]) -> str:
    """On the baseline: which of the committed scenarios moves most."""
    if not effects:
        return "0 scenarios are on file: the baseline stands"
    largest = max(effects, key=lambda effect: abs(effect.could_usd))
    moved = f"{numbers.change(largest.could_usd)} in {_span(largest)} on today's prices throughout"
    files = numbers.counted(len(effects), "scenario")
    return f"{_partial(largest)}{files} on file; {cards.plain(largest.name)} could move most, {moved}"


def overview(
    effects: Sequence[Effect],
    refused: Sequence[str],
    reproduced: Reproduction,
    invoiced: Callable[[Effect], Invoiced | None],
    legend: Legend,
) -> None:
    """Every committed scenario beside the others; one that cannot be run says why."""
    frame = listed_effects(effects)
    for sentence in refused:
        cards.sentence(f":material/report: {cards.plain(sentence)}")
    if frame.empty:
        return
    cards.row(_overview_cards(effects))
    gains = sum(effect.could_usd > 0 for effect in effects)
    title = f"{gains} of {numbers.counted(len(effects), 'scenario')} could bring revenue, everybody reached at once"
    cards.picture(
        charts.ranked(frame, "name", "could_usd", title=title, unit="USD", signed=True), "price_change_overview"
    )
    headers = {
        "name": "Scenario",
        "could_usd": "Could move",
        "moved_usd": "Moved",
        "could_rate": "Could move, percent",
        "pay_more": "Pay more",
        "pay_less": "Pay less",
        "effective_on": "Effective",
        "why": "Why",
    }
    cards.table(frame, "price_change_scenarios", headers, legend)
    cards.note("Nobody reacts. Could move: everybody reached on the first day; moved: who was reached by then.")
    cards.note("Pick a scenario in the sidebar, or edit a price, to see who is behind the number.")
    steps = invoiced(effects[0])
    invoices = [_invoices_words(effects[0].baseline_usd, steps)] if steps else []
    cards.note(*invoices, _parity_words(reproduced))


def listed_effects(effects: Sequence[Effect]) -> pd.DataFrame:
    """Scenarios as a table, the largest change first."""
    ordered = sorted(effects, key=lambda effect: -abs(effect.could_usd))
    return pd.DataFrame(
        {
            "scenario": [effect.key for effect in ordered],
            "name": [effect.name for effect in ordered],
            "baseline_usd": frames.column(effect.baseline_usd for effect in ordered),
            "could_usd": frames.column(effect.could_usd for effect in ordered),
            "moved_usd": frames.column(effect.moved_usd for effect in ordered),
            "could_rate": frames.column(effect.rate for effect in ordered),
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
    span, last = _span(effect), effect.recurring.iloc[-1]
    mrr = sum((last[one.key] for one in STATES), Decimal(0))
    return [
        Card(
            "Could move",
            numbers.change(effect.could_usd),
            f"Proposed less baseline of everything that falls due in {span}, everybody reached at once.",
            numbers.percent_change(effect.rate),
            effect.could_usd >= 0,
        ),
        Card(
            "Moved",
            numbers.change(effect.moved_usd),
            f"What of it reached its customers, taking effect on {numbers.day(effect.takes_effect)}.",
            f"{numbers.change(effect.could_usd - effect.moved_usd)} held",
        ),
        Card(
            "MRR at the end",
            numbers.change(last[column(REPRICED)]),
            "The change of monthly recurring revenue that has been reached on the last day; below: everybody reached.",
            f"of {numbers.change(mrr)}",
        ),
        Card(
            "Baseline",
            numbers.money(effect.baseline_usd),
            f"The current book over {span}, as if it had been in force throughout; below: what was really invoiced, "
            "at the prices of its time.",
            _invoiced_words(effect),
        ),
        Card(
            "Pay more",
            numbers.count(effect.paying_more),
            "Customers whose bill over the window rises by more than 0.1 percent as they are reached; below: with "
            f"everybody reached. Less pay {effect.paying_less}, and {effect.pay_less} with everybody reached.",
            f"of {numbers.count(effect.pay_more)}",
        ),
        Card(
            "Sharpest rise",
            _sharpest_words(effect),
            "The largest relative rise of one customer's bill, everybody reached.",
        ),
    ]


def _sharpest_words(effect: Effect) -> str:
    """A rise in percent; one that a card cannot hold in percent as how many times the bill is."""
    rate = effect.sharpest_rate
    if not rate:
        return "none"
    if not rate.is_finite():
        return "from nothing"
    return numbers.percent_change(rate) if rate < _TENFOLD else numbers.times(float(rate + 1))


def _invoiced_words(effect: Effect) -> str:
    if effect.invoiced_usd is None:
        return "not invoiced yet"
    return f"{numbers.money(effect.invoiced_usd)} invoiced" if effect.invoiced_usd else "none on record"


def _overview_cards(effects: Sequence[Effect]) -> list[Card]:
    gains = sum(effect.could_usd > 0 for effect in effects)
    best, worst = (pick(effects, key=lambda effect: effect.could_usd) for pick in (max, min))
    one = effects[0]
    return [
        Card(
            "Baseline",
            numbers.money(one.baseline_usd),
            f"The current book over {_span(one)}, as if it had been in force throughout.",
            _invoiced_words(one),
        ),
        Card("Scenarios", numbers.count(len(effects)), "Files in data/scenarios, and what was saved."),
        Card("Could bring revenue", numbers.count(gains), "Scenarios whose static effect is above zero."),
        Card("Best", numbers.change(best.could_usd), f"{cards.plain(best.name)}."),
        Card("Worst", numbers.change(worst.could_usd), f"{cards.plain(worst.name)}."),
    ]


def _partial(effect: Effect) -> str:
    """Before a headline that lacks a source: which ones; since when and what brings them stands below it."""
    sources = list(dict.fromkeys(numbers.name(state.source) for state in effect.incomplete))
    return f"Partial, without {' and '.join(sources)}: " if sources else ""


def _window_words(effect: Effect) -> str:
    first, end = numbers.month(effect.window[0]), numbers.month(add_months(effect.window[1], -1))
    on = numbers.day(effect.takes_effect)
    if effect.horizon != PAST:
        unknown = numbers.counted(effect.unmetered, "customer has", "customers have")
        rest = f" {unknown} no full month of usage yet, and brings base fees alone." if effect.unmetered else ""
        return (
            f"Months to come, {first} to {end}: today's contracts carried on, each month with the usage of the same "
            f"month of the last year; nobody comes, leaves or reacts. It takes effect on {on}.{rest}"
        )
    own = f" instead of {numbers.day(effect.effective)}" if effect.effective not in (None, effect.takes_effect) else ""
    return (
        f"Usage months {first} to {end} are what both books are held against, not a history of the scenario: it is "
        f"replayed as if it took effect on {on}{own}. Nobody reacts."
    )


def _parity_words(reproduced: Reproduction) -> str:
    """Why the baseline may be believed: what the same rules make of history."""
    return f"Parity: {reproduced.words}. Every line and its reason is on the page Sources."


def _invoices_words(baseline: Decimal, invoiced: Invoiced) -> str:
    """From the invoices to the baseline, every step to the cent: whoever adds them up finds the baseline."""
    steps = (
        (invoiced.elsewhere, "as usage is invoiced a month late"),
        (invoiced.not_due, "not invoiced yet"),
        (invoiced.otherwise, "invoiced otherwise than the books of their time say"),
        (baseline - invoiced.rated, "because the baseline is today's book throughout"),
    )
    told = ", ".join(f"{numbers.exact_change(amount)} {words}" for amount, words in steps if amount)
    first, last = numbers.exact_money(invoiced.dated), numbers.exact_money(baseline)
    return f"From invoices to baseline: {first} invoiced in these months{', ' if told else ''}{told}: {last}."


def _paying(effect: Effect) -> str:
    """How many pay more or less as they are reached, not as they could be."""
    rising = numbers.counted(effect.paying_more, "customer pays more", "customers pay more")
    return f"{rising}, {numbers.counted(effect.paying_less, 'pays less', 'pay less')}"


def _groups(effect: Effect) -> pd.DataFrame:
    return pd.DataFrame({"group": list(effect.groups), "customers": list(effect.groups.values())})


def _month_words(effect: Effect) -> str:
    held = {one.label: effect.by_state_column(one.key) for one in STATES[1:]}
    if not effect.could_usd and not any(held.values()):
        return "No month's invoices change"
    most = max(held, key=lambda label: abs(held[label]))
    rest = f"most of the rest, {numbers.change(held[most])}, is {most.lower()}" if held[most] else "nothing is held"
    return f"{numbers.change(effect.moved_usd)} of {numbers.change(effect.could_usd)} moved; {rest}"


def _recurring_words(effect: Effect) -> str:
    last = effect.recurring.iloc[-1]
    could = sum((last[one.key] for one in STATES), Decimal(0))
    if not could:
        return "MRR does not change"
    return f"MRR: {numbers.change(last[column(REPRICED)])} of {numbers.change(could)} reached by the end"


def _group_words(effect: Effect) -> str:
    still = effect.groups[UNCHANGED]
    return f"Everybody reached: {still} of {sum(effect.groups.values())} customers keep their bill within 0.1 percent"


def _span(effect: Effect) -> str:
    return numbers.counted(len(effect.found.months), "month")


def _path_words(path: str, legend: Legend) -> str:
    section, *rest = path.split(".")
    return " · ".join([numbers.name(section.removesuffix("s")), *(legend.name(part) for part in rest)])


def _value_words(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(_band_words(band) for band in value)
    return numbers.unit_price(Decimal(value)) if isinstance(value, int | Decimal) else str(value)


def _band_words(band: object) -> str:
    if not isinstance(band, dict):
        return str(band)
    return f"{numbers.unit_price(Decimal(band['unit_price']))} above {numbers.quantity(Decimal(band['from']))}"
