"""What each rail keeps, month by month, and what we absorb by not passing it on."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.freshness import SourceState
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.ledger import Headline, Terms
from lib.ui.legends import Legend

_ASSUMPTIONS = (
    "The fee is what the rail recorded: Stripe's fee and billing lines, the AWS Marketplace listing fee.",
    "A fee counts in the month its invoice was settled; what is not disbursed yet is counted and listed so.",
    "Absorbed is measured against the rail replaced: the listing fee of a public offer less a US card plus Stripe "
    "Billing, sale by sale, both by data/rails.toml.",
    "A take rate is the fee divided by the gross amount of the same settlements.",
)
_COSTS = {"acquisition": "acquisition cost", "revenue": "cost of revenue"}
_METHODS = {
    "marketplace": ("AWS listing fee, {cost}", "orange"),
    "card": ("Stripe, card", "purple"),
    "card_international": ("Stripe, international card", "blue"),
    "ach": ("Stripe, ACH", "green"),
}
_HEADLINE_HEADERS = {
    "plan_key": "Plan",
    "price_usd": "List price",
    "marketplace_rate": "AWS Marketplace",
    "card_rate": "US card",
    "card_international_rate": "International card",
    "ach_rate": "ACH",
}
_HEADERS = {
    "month": "Month",
    "rail": "Rail",
    "method": "Method",
    "gross_usd": "Gross",
    "fee_usd": "Fee",
    "net_usd": "Net",
    "take_rate": "Take rate",
    "waiting_usd": "Not paid out yet",
    "absorbed_usd": "Absorbed",
}


def finding(settled: pd.DataFrame, terms: Terms, legend: Legend, window: str) -> str:
    """What each rail keeps, how many dollars that was, and whether customers pay any of it."""
    kept = [f"{legend.name(rail)} keeps {numbers.percent(rate, 2)}" for rail, rate in take_rates(settled).items()]
    fees = numbers.money(frames.total(settled["fee_usd"]))
    passed = [legend.name(rail) for rail, absorbs in terms.absorbs.items() if not absorbs]
    who = f"those of {' and '.join(passed)} passed on" if passed else "none passed on"
    return f"{' and '.join(kept)}: {fees} of fees in {window}, {who}" if kept else f"$0 was settled in {window}"


def assumptions(terms: Terms, legend: Legend) -> list[str]:
    """What a fee, a month and an absorbed dollar are, and how the book treats each rail's fee."""
    treated = [
        f"{legend.name(rail)}: the fee is {'not passed on' if absorbs else 'passed on, so nothing is absorbed'}."
        for rail, absorbs in terms.absorbs.items()
    ]
    return [*_ASSUMPTIONS, *treated, f"The marketplace's fee is {_COSTS[terms.marketplace_fee]}: data/catalog.toml."]


def show(settled: pd.DataFrame, terms: Terms, legend: Legend) -> None:
    """Cards, the take rate of each rail as lines, and the dollars by payment method as a stack."""
    cards.row(_cards(settled, terms, legend))
    if settled.empty:
        return
    rates = by_month(settled, ["rail"])
    title = _rate_words(settled, legend)
    cards.picture(
        charts.lines(rates, "month", "take_rate", "rail", series=legend.rails, title=title, unit="share"), "fees_rates"
    )
    _dollars(settled, terms)


def at_headline(headline: Headline, legend: Legend) -> None:
    """What each way of being paid keeps of a public price, by its schedule, and where two of them cost the same."""
    if headline.frame.empty:
        return
    cards.heading(_headline_words(headline))
    cards.table(headline.frame, "fees_headline", _HEADLINE_HEADERS, legend)
    billed, unbilled = map(_same_words, (headline.same_card_usd, headline.same_card_unbilled_usd))
    cards.note(
        "By the schedules of data/rails.toml, nothing rounded; Stripe's rates hold Stripe Billing. AWS Marketplace and "
        f"a US card cost the same {billed}; for a seller who bills without Stripe Billing, {unbilled}."
    )


@st.fragment
def months(settled: pd.DataFrame, legend: Legend) -> None:
    """Every month, rail and method, the newest first; a picked row opens its arithmetic."""
    cards.heading("Month by month, newest first")
    listed = listing(settled)
    if listed.empty:
        return
    picked = cards.picking_table(listed, "fees_months", _HEADERS, legend)
    if picked is None:
        cards.note("Pick a row to see its arithmetic.")
        return
    row = {column: listed[column].iloc[picked] for column in _HEADERS}
    gross, fee, net = (numbers.exact_money(row[column]) for column in ("gross_usd", "fee_usd", "net_usd"))
    cards.note(f"{gross} gross − {fee} fee = {net} net; {fee} ÷ {gross} = {numbers.percent(row['take_rate'], 3)}.")


def listing(settled: pd.DataFrame) -> pd.DataFrame:
    """One row per month, rail and method, the newest month first."""
    ordered = settled.sort_values(["rail", "method"]).sort_values("month", ascending=False, kind="stable")
    return _with_rates(ordered.reset_index(drop=True))


def undated(fees: pd.DataFrame) -> None:
    """Say what was settled on no day: it is in no month and in no sum above."""
    lost = fees[fees["month"].isna()]
    if not lost.empty:
        sales = numbers.counted(sum(lost["sales"]), "settlement")
        cards.note(f"{sales} of {numbers.money(frames.total(lost['gross_usd']))} carry no day: they are in no month.")


def by_month(settled: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Exact sums per month and group, with the take rate of each."""
    return _with_rates(frames.sums(settled, ["month", *by], ["gross_usd", "fee_usd"]))


def take_rates(settled: pd.DataFrame) -> dict[str, Decimal | None]:
    """The take rate of each rail over everything shown."""
    fees, gross = (frames.by(settled, "rail", column) for column in ("fee_usd", "gross_usd"))
    return {rail: _rate(fee, gross[rail]) for rail, fee in fees.items()}


def within(settled: pd.DataFrame, first: date) -> pd.DataFrame:
    """What was settled from a month on."""
    dated = settled[settled["month"].notna()]
    return dated[dated["month"] >= first]


def absence(states: Sequence[SourceState]) -> str:
    """The headline where nothing was settled on any rail."""
    return f"$0 of fees can be shown: {numbers.counted(len(states), 'source')} behind this page is missing"


def _cards(settled: pd.DataFrame, terms: Terms, legend: Legend) -> list[Card]:
    gross, fee, net = (frames.total(settled[column]) for column in ("gross_usd", "fee_usd", "net_usd"))
    return [
        Card("Gross settled", numbers.money(gross), "What customers paid, before the rails' fees."),
        Card("Fees kept", numbers.money(fee), "What the rails kept of it."),
        Card("Net", numbers.money(net), "What is left for us."),
        *(_rate_card(legend.name(rail), rate) for rail, rate in take_rates(settled).items()),
        _absorbed_card(settled, terms),
    ]


def _rate_card(rail: str, rate: Decimal | None) -> Card:
    return Card(
        f"{rail.split()[0]} keeps", numbers.percent(rate, 2), f"Fees divided by gross on {rail}, same settlements."
    )


def _absorbed_card(settled: pd.DataFrame, terms: Terms) -> Card:
    """The marketplace's fee against a card on the rail it replaced: what we pay for selling there."""
    absorbed = frames.total(settled["absorbed_usd"])
    unknown = sum(settled["uncompared"])
    meaning = (
        "The listing fee less what a US card plus Stripe Billing would have kept of the same sales; below zero, "
        f"AWS Marketplace is the cheaper rail. It counts as {_COSTS[terms.marketplace_fee]}."
    )
    if unknown:
        meaning += f" {numbers.counted(unknown, 'sale')} cannot be compared."
    words = "less than a card" if absorbed <= 0 else "more than a card"
    return Card("Absorbed, AWS", numbers.change(absorbed), meaning, words, absorbed <= 0)


def _dollars(settled: pd.DataFrame, terms: Terms) -> None:
    cost = _COSTS[terms.marketplace_fee]
    series = [Series(key, label.format(cost=cost), colour) for key, (label, colour) in _METHODS.items()]
    summed = frames.sums(settled, ["month", "method"], ["fee_usd"])
    monthly = frames.by(settled, "month", "fee_usd")
    worst = max(monthly, key=lambda month: monthly[month])
    title = f"Fees peaked at {numbers.money(monthly[worst])} in {numbers.month(worst)}"
    cards.picture(
        charts.stacked_months(summed, "fee_usd", "method", series=series, title=title, unit="USD"), "fees_dollars"
    )


def _rate_words(settled: pd.DataFrame, legend: Legend) -> str:
    rates = {rail: rate for rail, rate in take_rates(settled).items() if rate is not None}
    if not rates:
        return "No rail took in more than it gave back"
    dearest, cheapest = (pick(rates, key=lambda rail: rates[rail]) for pick in (max, min))
    apart = numbers.points(rates[dearest] - rates[cheapest]).removeprefix("+")
    if dearest == cheapest:
        return f"{legend.name(dearest)} is the only rail that settled"
    return f"{legend.name(dearest)} keeps {apart} more than {legend.name(cheapest)}"


def _headline_words(headline: Headline) -> str:
    frame = headline.frame
    least, most = frame.iloc[0], frame.iloc[-1]
    card = [numbers.percent(row["card_rate"], 2) for row in (least, most)]
    aws = numbers.percent(most["marketplace_rate"], 2)
    ends = [numbers.exact_money(row["price_usd"]) for row in (least, most)]
    return f"AWS Marketplace keeps {aws} of a list price, a US card {card[0]} of {ends[0]} and {card[1]} of {ends[1]}"


def _same_words(prices: Sequence[Decimal]) -> str:
    return f"at {' and '.join(numbers.exact_money(price) for price in prices)}" if prices else "at no price"


def _with_rates(frame: pd.DataFrame) -> pd.DataFrame:
    pairs = zip(frame["fee_usd"], frame["gross_usd"], strict=True)
    return frame.assign(take_rate=frames.column(_rate(fee, gross) for fee, gross in pairs))


def _rate(fee: Decimal, gross: Decimal) -> Decimal | None:
    return fee / gross if gross else None
