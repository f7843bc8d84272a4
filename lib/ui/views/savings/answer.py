"""The calculator's answer: what is saved, whether that pays, and for whom it is enough."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from lib import savings
from lib.savings import Anchor, Projection, Spread, Threshold
from lib.ui import cards, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.savings import Known
from lib.ui.views.savings import arithmetic, over_spend
from lib.ui.views.savings.over_spend import Smallest
from lib.ui.views.savings.question import Asked
from lib.ui.views.savings.typed import NOT_SET

TARGET = "median_target"
_CARD_WIDTH = 230  # a card of two amounts
_PAYS = {
    savings.YES: "that pays",
    savings.HIGH_ONLY: "that pays only at the high end",
    savings.NO: "that does not pay",
}


def finding(asked: Asked, found: Projection) -> str:
    """What is saved of which spend, and whether that pays our price; of no spend, from which on it would."""
    whose = cards.plain(asked.company) if asked.company else "A prospect"
    if asked.told.spend is None:
        return f"{_unset(whose, found)}; {_from_spend(asked, found)}"
    if asked.told.is_example:
        whose = "An example"
    spend = numbers.money(found.spend.monthly)
    saved = f"{whose} would save an estimated {span(found)} of {spend} a month"
    if found.pays in _PAYS:
        return f"{saved}; at our price of {numbers.money(found.ask.price_monthly)} a month {_PAYS[found.pays]}"
    return f"{saved}; whether that pays is not known, as {_unset_price(asked)}"


def _unset(whose: str, found: Projection) -> str:
    """Which part of a spend would be saved that is not set."""
    ends = f"{arithmetic.rate(found.low.rate)} to {arithmetic.rate(found.high.rate)}"
    return f"{whose} would save an estimated {ends} of its model spend, which is {NOT_SET}"


def _missing(asked: Asked) -> str:
    """What is still to be asked for, in bold as it stands in the inputs above."""
    *first, last = asked.told.missing
    missing = f"{', '.join(first)} and {last}" if first else last
    return f"**Ask for {cards.plain(missing)}**: nothing that hangs on a spend is told without."


def _from_spend(asked: Asked, found: Projection) -> str:
    """From which model spend on what we ask is saved."""
    low, high = found.low.break_even_monthly, found.high.break_even_monthly
    if low is None or high is None:
        return _unset_price(asked)
    if not high.is_finite():
        return "at this range no spend saves our price"
    price, least = numbers.money(found.ask.price_monthly), numbers.money(high)
    most = f" to {numbers.money(low)}" if low.is_finite() and low != high else ""
    return f"our price of {price} a month is saved from {least}{most} a month on"


def _unset_price(asked: Asked) -> str:
    """What of our price is not set, and why."""
    if asked.price.ask.price_monthly is None:
        return f"our price is {cards.plain(asked.price.words)}"
    return f"half of the gain-share is {NOT_SET}"


def show(asked: Asked, found: Projection, known: Known, delivered: Spread | None) -> None:
    """Cards, for whom it is enough, and the picture."""
    first, last = _cards(asked, found)[:3], _cards(asked, found)[3:]
    for three in (first, last):
        cards.row(three, _CARD_WIDTH)
    for sentence in (*whom(asked, found, known), *beside(asked, known, delivered)):
        cards.sentence(sentence)
    over_spend.show(found, _deal(asked, known), asked.told.spend is not None)


def line_by_line(asked: Asked, found: Projection, known: Known, legend: Legend) -> pd.DataFrame:
    """The arithmetic in two tables, one below the other → all of it as one."""
    if asked.told.spend is None:
        cards.heading(f"Line by line: {_from_spend(asked, found)}")
        told = arithmetic.listed(arithmetic.without_spend(found))
        cards.table(told, "savings_left", arithmetic.HEADERS, legend)
        return told
    saved = arithmetic.saved(found, list(known.facts.anchors.values()))
    left = arithmetic.left(found)
    cards.heading(f"Line by line: {saved_words(found, known.facts.anchors[TARGET])}")
    amounts = {key: words for key, words in arithmetic.HEADERS.items() if key != arithmetic.MONTHS}
    cards.table(arithmetic.listed(saved), "savings_saved", amounts, legend)
    cards.table(arithmetic.listed(left), "savings_left", arithmetic.HEADERS, legend)
    return arithmetic.listed((*saved, *left))


def span(found: Projection) -> str:
    """What a month saves, from the low to the high end; one amount where both are the same."""
    low, high = (numbers.money(end.saved_monthly) for end in (found.low, found.high))
    return low if low == high else f"{low} to {high}"


def saved_words(found: Projection, anchor: Anchor) -> str:
    """What a month's spend saves at one rate of the paper."""
    at = numbers.exact_money(found.at(anchor.rate).saved_monthly)
    return f"{numbers.exact_money(found.spend.monthly)} a month, at {arithmetic.rate(anchor.rate)} {at}"


def whom(asked: Asked, found: Projection, known: Known) -> list[str]:
    """Which segment the spend lies in, and whether what it saves can carry the smallest deal of that segment."""
    sentences = [_missing(asked) if asked.told.spend is None else _inside(found, known.thresholds)]
    for one in known.thresholds:
        sentences.append(_smallest(one, known.facts.anchors[TARGET]))
    if words := _of_deal(asked, found, known):
        sentences.append(words)
    return sentences


def _inside(found: Projection, thresholds: Sequence[Threshold]) -> str:
    yearly = numbers.exact_money(found.spend.yearly)
    holding = savings.inside(found.spend.yearly, thresholds)
    if not holding:
        begins = [f"{one.label} begins above {numbers.exact_money(one.spend_above, 0)}" for one in thresholds]
        said = f"; {cards.plain(' and '.join(begins))}, the only threshold the paper has" if begins else ""
        return f"**{yearly} of model spend a year is {savings.OUTSIDE}**{said}."
    names = " and ".join(one.label for one in holding)
    above = numbers.exact_money(min(one.spend_above for one in holding), 0)
    asks = {"yes": "several providers, as told", "no": "one provider, as told", "ask": "ask for the providers"}
    several = asks[found.spend.multi_provider]
    least = min(one.deal_from for one in holding)
    deals = f"deals begin at {numbers.exact_money(least, 0)} a year: {_covered(found, least)}"
    inside = f"**{yearly} of model spend a year lies in {cards.plain(names)}**, above {above}"
    return f"{inside}; multi-provider: {several}. Its {deals}."


def _smallest(one: Threshold, anchor: Anchor) -> str:
    """What the least spend of a segment saves at the paper's target, against the segment's smallest deal."""
    rate, deal = arithmetic.rate(anchor.rate), numbers.exact_money(one.deal_from, 0)
    above, saved = numbers.exact_money(one.spend_above, 0), numbers.exact_money(one.saved_at(anchor.rate), 0)
    enough = numbers.exact_money(one.enough_at(anchor.rate), 0)
    begun = f"A prospect at the segment's {above} a year saves {saved} at {rate}"
    if one.is_too_little(one.spend_above, anchor.rate):
        more = f"At {rate} it takes {enough} a year to save as much."
        return f"{begun}: less than the smallest deal of its range, {deal}. {more}"
    return f"{begun}: enough for the smallest deal of its range, {deal}."


def _of_deal(asked: Asked, found: Projection, known: Known) -> str:
    """What the picked deal's own segment makes of it."""
    prospect = asked.prospect
    if prospect is None:
        return ""
    if prospect.icp_segment is None or prospect.icp_segment not in known.segments:
        return "The CRM names no segment of this deal: ask."
    label, least, most = known.segments[prospect.icp_segment]
    ends = f"{numbers.exact_money(least, 0)} to {numbers.exact_money(most, 0)}"
    covered = "" if asked.told.spend is None else f": {_covered(found, least)}"
    return f"The CRM puts this deal in {cards.plain(label)}, deals of {ends} a year{covered}."


def _covered(found: Projection, least: Decimal) -> str:
    """Whether a year's saving reaches the smallest deal of a segment."""
    return {
        savings.YES: "a year saves the smallest of them",
        savings.HIGH_ONLY: "a year saves the smallest of them at the high end only",
        savings.NO: "a year saves less than the smallest of them",
    }[found.covers(least)]


def beside(asked: Asked, known: Known, delivered: Spread | None) -> list[str]:
    """The believed range beside the paper's numbers and beside what was delivered."""
    target = asked.target
    anchors = " and ".join(f"{arithmetic.rate(one.rate)} ({one.words})" for one in known.facts.anchors.values())
    ends = f"{arithmetic.rate(target.low)} to {arithmetic.rate(target.high)}"
    believed = f"{target.label}: {ends} is a belief; the paper says {anchors}, and no range."
    return [f"{cards.plain(believed)} {cards.plain(evidence(delivered))}"]


def evidence(delivered: Spread | None) -> str:
    """What was measured of delivered savings, as one sentence."""
    if delivered is None:
        return "Delivered: not measurable yet, needs savings baselines of customers."
    least, middle, most = (numbers.percent(one) for one in (delivered.least, delivered.median, delivered.most))
    many = numbers.counted(delivered.n, "customer")
    return f"Delivered to {many} so far: median {middle}, from {least} to {most}."


def _deal(asked: Asked, known: Known) -> Smallest | None:
    """The smallest deal to draw: that of the deal's own segment, else of the one that begins at a spend."""
    own = asked.prospect.icp_segment if asked.prospect else None
    begins = {one.key: one.spend_above for one in known.thresholds}
    key = own if own in known.segments else next(iter(begins), None)
    if key is None:
        return None
    label, least, _ = known.segments[key]
    return Smallest(label, least, begins.get(key))


def _cards(asked: Asked, found: Projection) -> list[Card]:
    low, high = found.low, found.high
    is_set = asked.told.spend is not None
    pays = found.pays if is_set else NOT_SET
    return [
        Card(
            "Model spend a month",
            numbers.money(found.spend.monthly) if is_set else NOT_SET.capitalize(),
            "Tokens times price, or as told. Exact.",
            f"{numbers.money(found.spend.yearly)} a year" if is_set else None,
        ),
        Card(
            "Saved a month",
            span(found).replace(" to ", "–") if is_set else NOT_SET.capitalize(),
            f"An estimate: the spend times a believed rate. {cards.plain(asked.target.why)}",
            f"{arithmetic.rate(low.rate)} to {arithmetic.rate(high.rate)}, believed",
        ),
        Card(
            "Our price a month",
            _or_not_set(found.ask.price_monthly),
            f"{cards.plain(asked.price.words[:1].upper() + asked.price.words[1:])}. No price of this product stands in "
            "its paper.",
        ),
        Card(
            "Net a month",
            _ends(low.net_monthly, high.net_monthly) if is_set else NOT_SET.capitalize(),
            "Saved, less our price and our part of the saving; at exactly zero it does not pay.",
            None if pays == NOT_SET else _PAYS[pays].removeprefix("that "),
            None if pays == NOT_SET else pays == savings.YES,
        ),
        Card(
            "Break-even spend a month",
            _ends(high.break_even_monthly, low.break_even_monthly),
            "The model spend at which the saving pays what we ask: at the high end's rate, and at the low end's.",
        ),
        Card(
            "Payback, months",
            _months(high.payback_months, low.payback_months) if is_set else NOT_SET.capitalize(),
            "How long it takes to save a year's price: at the high end, and at the low end. From 12 on it is not saved "
            "within the year.",
        ),
    ]


def _or_not_set(amount: Decimal | None) -> str:
    return NOT_SET.capitalize() if amount is None else numbers.money(amount)


def _ends(first: Decimal | None, last: Decimal | None) -> str:
    """Two amounts of a card, the smaller first; one where both are the same."""
    if first is None or last is None:
        return NOT_SET.capitalize()
    words = list(dict.fromkeys(_finite(one) for one in (first, last)))
    return " to ".join(words) if any("−" in word or word == "none" for word in words) else "–".join(words)


def _finite(amount: Decimal) -> str:
    return numbers.money(amount).removesuffix(".00") if amount.is_finite() else "none"


def _months(first: Decimal | None, last: Decimal | None) -> str:
    if first is None or last is None:
        return NOT_SET.capitalize()
    words = [arithmetic.months(one) if one.is_finite() else "never" for one in (first, last)]
    return "–".join(dict.fromkeys(words)) if "never" not in words else " to ".join(dict.fromkeys(words))


def assumptions(known: Known) -> list[str]:
    """The beliefs, each with its why, and how the answer is worked out."""
    believed = [
        f"{cards.plain(one.label)}: {arithmetic.rate(one.low)} to {arithmetic.rate(one.high)}. {cards.plain(one.why)}"
        for one in known.targets.values()
    ]
    return [*believed, *_RULES]


_RULES = (
    "The rate of saving is a belief by the quality of service asked for, and always a range; the arithmetic on it is "
    "exact. The spend is taken to stay as it is.",
    "Net is saved less our price and our part of the saving; it pays where that is more than zero. While a price, or "
    "half of a gain-share, is not set, nothing that hangs on it is either.",
    "A segment begins above its threshold, not at it. The paper gives a threshold of spend for one segment only.",
)
