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
from lib.ui.legends import Legend

ASSUMPTIONS = (
    "The fee is what the rail recorded: Stripe's fee and billing lines, the AWS Marketplace listing fee.",
    "A fee counts in the month its invoice was settled; what is not disbursed yet is counted and listed so.",
    "Nothing is passed on: list prices are equal on both rails, so every fee is absorbed.",
    "The other rail's cost is a US card plus Stripe Billing at the rates of data/rails.toml, invoice by invoice.",
    "A take rate is the fee divided by the gross amount of the same settlements.",
)
_METHODS = {
    "marketplace": ("AWS listing fee", "orange"),
    "card": ("Stripe, card", "purple"),
    "card_international": ("Stripe, international card", "blue"),
    "ach": ("Stripe, ACH", "green"),
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
}


def finding(settled: pd.DataFrame, legend: Legend, window: str) -> str:
    """What each rail keeps, and how many dollars that was."""
    kept = [f"{legend.name(rail)} keeps {numbers.percent(rate, 2)}" for rail, rate in take_rates(settled).items()]
    fees = numbers.money(frames.total(settled["fee_usd"]))
    return f"{' and '.join(kept)}: {fees} absorbed in {window}" if kept else f"$0 was settled in {window}"


def show(settled: pd.DataFrame, legend: Legend) -> None:
    """Cards, the take rate of each rail as lines, and the dollars by payment method as a stack."""
    cards.row(_cards(settled, legend))
    if settled.empty:
        return
    rates = by_month(settled, ["rail"])
    title = _rate_words(settled, legend)
    cards.picture(
        charts.lines(rates, "month", "take_rate", "rail", series=legend.rails, title=title, unit="share"), "fees_rates"
    )
    _dollars(settled)


@st.fragment
def months(settled: pd.DataFrame, legend: Legend) -> None:
    """Every month, rail and method, the newest first; a picked row opens its arithmetic."""
    cards.heading("Month by month, newest first")
    listed = listing(settled)
    picked = cards.picking_table(listed, "fees_months", _HEADERS, legend)
    if picked is None:
        cards.note("Pick a row to see its arithmetic.")
        return
    row = {column: listed[column].iloc[picked] for column in _HEADERS}
    gross, fee, net = (numbers.exact_money(row[column]) for column in ("gross_usd", "fee_usd", "net_usd"))
    cards.note(f"{gross} gross − {fee} fee = {net} net; {fee} ÷ {gross} = {numbers.percent(row['take_rate'], 3)}.")


def listing(settled: pd.DataFrame) -> pd.DataFrame:
    """One row per month, rail and method, the newest month first."""
    return by_month(settled, ["rail", "method"]).sort_values("month", ascending=False, kind="stable", ignore_index=True)


def by_month(settled: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Exact sums per month and group, with the take rate of each."""
    summed = frames.sums(settled, ["month", *by], ["gross_usd", "fee_usd", "net_usd", "waiting_usd"])
    pairs = zip(summed["fee_usd"], summed["gross_usd"], strict=True)
    return summed.assign(take_rate=frames.column(_rate(fee, gross) for fee, gross in pairs))


def take_rates(settled: pd.DataFrame) -> dict[str, Decimal | None]:
    """The take rate of each rail over everything shown."""
    fees, gross = (frames.by(settled, "rail", column) for column in ("fee_usd", "gross_usd"))
    return {rail: _rate(fee, gross[rail]) for rail, fee in fees.items()}


def within(settled: pd.DataFrame, first: date) -> pd.DataFrame:
    """What was settled from a month on."""
    return settled[[month >= first for month in settled["month"]]]


def absence(states: Sequence[SourceState]) -> str:
    """The headline where nothing was settled on any rail."""
    return f"$0 of fees can be shown: {numbers.counted(len(states), 'source')} behind this page is missing"


def _cards(settled: pd.DataFrame, legend: Legend) -> list[Card]:
    gross, fee, net = (frames.total(settled[column]) for column in ("gross_usd", "fee_usd", "net_usd"))
    return [
        Card("Gross settled", numbers.money(gross), "What customers paid, before the rails' fees."),
        Card("Fees absorbed", numbers.money(fee), "What the rails kept and we did not pass on."),
        Card("Net", numbers.money(net), "What is left for us."),
        *(_rate_card(legend.name(rail), rate) for rail, rate in take_rates(settled).items()),
        _against_card(settled),
    ]


def _rate_card(rail: str, rate: Decimal | None) -> Card:
    return Card(
        f"{rail.split()[0]} keeps", numbers.percent(rate, 2), f"Fees divided by gross on {rail}, same settlements."
    )


def _against_card(settled: pd.DataFrame) -> Card:
    """The marketplace's fee against a card on the rail it replaced."""
    market = settled[settled["method"] == "marketplace"]
    saved = frames.total(market["by_card_usd"]) - frames.total(market["fee_usd"])
    words = "less than a card" if saved >= 0 else "more than a card"
    meaning = "What AWS Marketplace kept, against a US card plus Stripe Billing on the same invoices."
    return Card("AWS or a card", numbers.money(abs(saved)), meaning, words, saved >= 0)


def _dollars(settled: pd.DataFrame) -> None:
    series = [Series(key, label, colour) for key, (label, colour) in _METHODS.items()]
    summed = frames.sums(settled, ["month", "method"], ["fee_usd"])
    monthly = frames.by(settled, "month", "fee_usd")
    worst = max(monthly, key=lambda month: monthly[month])
    title = f"Fees peaked at {numbers.money(monthly[worst])} in {numbers.month(worst)}"
    cards.picture(
        charts.stacked_months(summed, "fee_usd", "method", series=series, title=title, unit="USD"), "fees_dollars"
    )


def _rate_words(settled: pd.DataFrame, legend: Legend) -> str:
    rates = {rail: rate for rail, rate in take_rates(settled).items() if rate is not None}
    dearest, cheapest = (pick(rates, key=lambda rail: rates[rail]) for pick in (max, min))
    apart = numbers.points(rates[dearest] - rates[cheapest]).removeprefix("+")
    if dearest == cheapest:
        return f"{legend.name(dearest)} is the only rail that settled"
    return f"{legend.name(dearest)} keeps {apart} more than {legend.name(cheapest)}"


def _rate(fee: Decimal, gross: Decimal) -> Decimal | None:
    return fee / gross if gross else None
