"""The open deals: what they weigh and how sure that is, where they stand, and which one is next."""

from collections.abc import Mapping, Sequence
from datetime import date

from lib import pipeline
from lib.claims.finding import Finding
from lib.desk.dealing import OpenDeal
from lib.forecast import Belief
from lib.pipeline import Settings, Weight
from lib.ui import cards, controls, data, deals, focus, numbers
from lib.ui.cards import Card
from lib.ui.focus import Focus
from lib.ui.legends import Legend
from lib.ui.views.pipeline import pictures, table
from lib.ui.views.pipeline.axes import AXES, Names, by_product, kept
from lib.ui.views.pipeline.page import Page, Shown
from lib.ui.views.pipeline.words import advised, whole

_STAGE_BELIEF = "stage_probability."


def draw(page: Page) -> Shown:
    """Cards, the funnel, the table from which a deal is picked, one more split, and the months of closing."""
    asked, settings, stages = focus.asked(), deals.settings(), data.stages()
    names = Names(page.legend, deals.segments(), deals.channels())
    everything = deals.open_deals()
    looked_at = {one.deal_id for one in kept([one.deal for one in everything], asked)}
    found = [one for one in everything if one.deal.deal_id in looked_at]
    page.tell(finding(found, page.legend, asked))
    others = table.Others([one for one in everything if one.deal.deal_id not in looked_at], asked.words)
    if found:
        cards.of_products(figures(found, settings, page.stamp.as_of), len({one.deal.product for one in found}))
        _show(found, others, stages, names, page.stamp.as_of)
    else:
        cards.note("Nothing is left to show: widen the filters in the sidebar.")
        others.show(table.linked(), stages, names)
    return Shown(assumptions(data.beliefs(), settings), {"Open deals": table.listing(found, names)})


def finding(found: Sequence[OpenDeal], legend: Legend, asked: Focus) -> str:
    """How much is open, how much of it we expect, how many deals stand still or are late, and which deal is next."""
    looked_at = f" ({asked.words})" if asked.words else ""
    if not found:
        return f"0 deals are open{looked_at}"
    hold = "holds" if len(found) == 1 else "hold"
    said = f"{numbers.counted(len(found), 'open deal')}{looked_at} {hold} {_holds_words(found)}"
    still = numbers.counted(len(_stalled(found)), "stands still", "stand still")
    late = f"{numbers.counted(len(_overdue(found)), 'is', 'are')} past the close date"
    return f"{said}; {still}, {late}; next is {_next_words(found[0], legend)}"


def _holds_words(found: Sequence[OpenDeal]) -> str:
    """What the deals hold and what of it is expected; of several products each by itself."""
    products = by_product(found)
    told = []
    for product, own in products.items():
        weight = pipeline.weight(one.deal for one in own)
        amount, expected = numbers.money(weight.amount_usd), numbers.money(whole(weight.expected_usd))
        if len(products) == 1:
            return f"{amount}, about {expected} of it expected"
        told.append(f"{amount} of {numbers.name(product)} (about {expected} of it expected)")
    return " and ".join(told)


def figures(found: Sequence[OpenDeal], settings: Settings, on: date) -> list[Card]:
    """What the deals hold and are expected to bring, and how many of them need somebody."""
    weight = pipeline.weight(one.deal for one in found)
    stalled, overdue = _stalled(found), _overdue(found)
    return [
        *_worth(found, settings),
        Card("Open deals", numbers.count(weight.deals), f"Deals neither won nor lost. {_unpriced_words(weight)}"),
        _counted("Stalled", stalled, _STALLED, found),
        _counted("Overdue", overdue, f"Open deals whose close date lies before {numbers.day(on)}.", found),
        _range_card(found),
    ]


def pitched(found: Sequence[OpenDeal], judged: Mapping[tuple[str, str], Finding], legend: Legend) -> list[str]:
    """What is said for a rail beside the deals it is said to, and how true it is."""
    told = []
    for (product, rail), pitch in judged.items():
        count = sum(one.deal.product == product and one.deal.advised_rail == rail for one in found)
        if count:
            who = f"{numbers.counted(count, 'deal')} of {numbers.name(product)} {'is' if count == 1 else 'are'} advised"
            words = f"“{cards.plain(pitch.words)}” is {pitch.verdict}: {cards.plain(pitch.delivered)}"
            told.append(f"{who} {legend.name(rail)}. The pitch {words}.")
    return told


def assumptions(beliefs: Sequence[tuple[str, Belief]], settings: Settings) -> list[str]:
    """The chance and the limit of every stage, each with its reason, and how the rest is worked out."""
    chances = {key.removeprefix(_STAGE_BELIEF): one for key, one in beliefs if key.startswith(_STAGE_BELIEF)}
    stages = [
        f"{cards.plain(stage)}: {numbers.percent(belief.value, 0)}. {cards.plain(belief.why)}"
        f"{_limit_words(stage, settings)}"
        for stage, belief in chances.items()
    ]
    return [*stages, _RANGE.format(certain=_certain(settings), why=settings.range_why), *_RULES]


_STALLED = "Open deals that stand at their stage for more days than its limit, which is ours; see the foot of the page."
_RANGE = (
    "The range has a chance of {certain} to come true: every deal is won with the chance of its stage or brings "
    "nothing, each by itself. Deals that hang together would make it wider. {why}"
)
_RULES = (
    "A deal without an amount, or at a stage we hold no belief about, is counted and listed, and adds nothing to what "
    "is expected.",
    "A deal is overdue once its close date is past; it keeps the chance of its stage, because nobody has measured "
    "what lateness costs.",
    "Days at a stage are counted from the day the CRM recorded; where it recorded none, nobody can say whether a deal "
    "stands still.",
    "Products are never mixed: looking at several, each has its own sums, and no group or bar holds deals of two.",
    "Deal sizes are the pricing strategy's, of its own product and in USD of ARR, both ends included; Vellocity has "
    "no range in the brief.",
    "Where the CRM gives a deal a chance of its own, it stands beside ours and is not weighed.",
    "The advised rail reads raw facts; where one is unknown the desk says ask, and assumes nothing.",
)


def _show(found: Sequence[OpenDeal], others: table.Others, stages: Mapping[str, str], names: Names, on: date) -> None:
    pictures.funnel(found, list(stages), names)
    cards.note(*pitched(found, deals.pitches(), names.legend))
    table.next_deals(found, others, stages, names)
    axis = controls.one_of("pipeline_by", "Weighted value by", AXES)
    pictures.spread(found, axis, names, deals.settings())
    pictures.months(found, names, on)


def _worth(found: Sequence[OpenDeal], settings: Settings) -> list[Card]:
    """What the deals hold and what of it is expected; of several products one card each, because nothing adds them."""
    products = by_product(found)
    if len(products) > 1:
        return [_product_card(product, own, settings) for product, own in products.items()]
    weight = pipeline.weight(one.deal for one in found)
    ends, definition = _expected(found, weight, settings)
    return [
        Card("Open amount", numbers.money(weight.amount_usd), "Sum of the recorded amounts of open deals."),
        Card("Expected", numbers.money(whole(weight.expected_usd)), definition, ends),
    ]


def _product_card(product: str, own: Sequence[OpenDeal], settings: Settings) -> Card:
    weight = pipeline.weight(one.deal for one in own)
    _, definition = _expected(own, weight, settings)
    of = f"of {numbers.money(weight.amount_usd)}, expected"
    return Card(numbers.name(product), numbers.money(whole(weight.expected_usd)), definition, of)


def _expected(found: Sequence[OpenDeal], weight: Weight, settings: Settings) -> tuple[str, str]:
    """The range of what the deals bring, and what the expected amount is."""
    outlook = pipeline.outlook((one.deal for one in found), settings.low, settings.high)
    ends = f"{numbers.money(whole(outlook.low_usd))} to {numbers.money(whole(outlook.high_usd))}"
    definition = (
        f"Amount times the believed chance of its stage: an estimate. With a chance of {_certain(settings)} it is "
        f"{ends}; the standard deviation is {numbers.money(whole(weight.deviation_usd))}."
    )
    return ends, definition


def _range_card(found: Sequence[OpenDeal]) -> Card:
    counts = {key: sum(one.range.key == key for one in found) for key in ("below", "within", "above")}
    unknown = len(found) - sum(counts.values())
    told = f"{counts['below']} below, {counts['above']} above"
    return Card(
        "Out of range",
        numbers.count(counts["below"] + counts["above"]),
        f"Deals below or above what their segment usually pays, by the pricing strategy; {counts['within']} lie "
        f"within, and {unknown} have no range in the brief or no amount.",
        told,
    )


def _limit_words(stage: str, settings: Settings) -> str:
    limit = settings.stalled_after.get(stage)
    if limit is None:
        return ""
    days = numbers.counted(limit.value, "day")
    return f" Stalled after {days}: {cards.plain(limit.why)} ({cards.plain(limit.source)})"


def _certain(settings: Settings) -> str:
    return numbers.percent(settings.high - settings.low, 0)


def _counted(label: str, count: Sequence[OpenDeal], definition: str, found: Sequence[OpenDeal]) -> Card:
    """Deals that need somebody, and what they hold; of several products the definition says it: a card has no room."""
    held = _held(count)
    if len(by_product(found)) > 1:
        told = [f"{amount} of {numbers.name(product)}" for product, amount in held.items()]
        definition = f"{definition} They hold {' and '.join(told)}." if told else definition
        held = {}
    holds = next((f"hold {amount}" for amount in held.values()), None)
    return Card(label, numbers.count(len(count)), definition, holds, False if holds else None)


def _held(found: Sequence[OpenDeal]) -> dict[str, str]:
    amounts = {product: pipeline.weight(one.deal for one in own) for product, own in by_product(found).items()}
    return {product: numbers.money(weight.amount_usd) for product, weight in amounts.items()}


def _unpriced_words(weight: Weight) -> str:
    unpriced, unbelieved = numbers.count(weight.without_amount), numbers.count(weight.without_belief)
    return f"{unpriced} without an amount, {unbelieved} at a stage without a belief."


def _stalled(found: Sequence[OpenDeal]) -> list[OpenDeal]:
    return [one for one in found if one.standing.is_stalled]


def _overdue(found: Sequence[OpenDeal]) -> list[OpenDeal]:
    return [one for one in found if one.standing.overdue_days is not None]


def _next_words(one: OpenDeal, legend: Legend) -> str:
    days = one.standing.overdue_days
    closes = f"{numbers.counted(days, 'day')} overdue, " if days else ""
    return f"{cards.plain(one.deal.company)}, {closes}{advised(one.deal, legend)}"
