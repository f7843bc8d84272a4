"""Who buys: customers by persona, tier and rail, and how their recurring revenue moved."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.freshness import SourceState
from lib.market import Customer
from lib.segments import UNKNOWN, Persona
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend

ASK, _YEAR = "ask", 12
AXES = {"persona": "Persona", "tier": "Tier", "rail": "Rail"}
ASSUMPTIONS = (
    "MRR is the recurring price each rail bills, a twelfth of it for annual and custom terms, without overage.",
    "A contract counts from the day it starts up to, not including, the day it ends; a month shows its last evening.",
    "Past months show customers under today's persona: the CRM keeps no history of it.",
    "The advised rail follows facts (AWS account, partner, seller, wish for one bill), never the persona.",
)
_HEADERS = {
    "customer_name": "Customer",
    "persona": "Persona",
    "tier": "Tier",
    "term": "Term",
    "rail": "Rail",
    "advised_rail": "Advised rail",
    "mrr_usd": "MRR",
    "region": "Region",
    "since_on": "On this plan since",
}


def series_of(axis: str, legend: Legend) -> tuple[Series, ...]:
    """The legend of what revenue is split by."""
    return {"persona": legend.personas, "tier": legend.tiers, "rail": legend.rails}[axis]


def finding(customers: Sequence[Customer], axis: str, legend: Legend) -> str:
    """How many pay how much, and where most of it comes from."""
    paid = frames.total(customer.mrr for customer in customers)
    largest, part = _largest(customers, axis)
    share = numbers.percent(part / paid, 0) if paid else numbers.MISSING
    who = legend.name(largest)
    said = f"{numbers.counted(len(customers), 'customer')} pay {numbers.money(paid)} a month"
    return f"{said}; the largest part, {share} of MRR, is {who}"


def show(customers: Sequence[Customer], history: pd.DataFrame, axis: str, legend: Legend) -> None:
    """Cards, the months as one stack, and the same months side by side on one scale."""
    cards.row(_cards(customers, history))
    split = frames.sums(history, ["month", axis], ["mrr_usd", "customers"])
    series = series_of(axis, legend)
    growth = _growth_words(history)
    cards.picture(
        charts.stacked_months(split, "mrr_usd", axis, series=series, title=growth, unit="USD"), "segments_months"
    )
    each = charts.multiples(split, "mrr_usd", axis, series=series, unit="USD")
    cards.pictures(each, _fastest(split, axis, legend), "segments_each")


@st.fragment
def people(customers: Sequence[Customer], personas: Mapping[str, Persona], legend: Legend) -> None:
    """Every customer, largest first; a picked one shows its motion and why its rail is advised."""
    asked = sum(customer.persona == UNKNOWN for customer in customers)
    cards.heading(f"Every customer, largest first: {numbers.counted(asked, 'one waits', 'wait')} for a question")
    picked = cards.picking_table(listing(customers), "segments_customers", _HEADERS, legend)
    if picked is None:
        cards.note("Pick a row to see the motion, the reason for the advised rail, and what to ask.")
        return
    _person(customers[picked], personas)


def listing(customers: Sequence[Customer]) -> pd.DataFrame:
    """Customers as a table, amounts to the cent."""
    frame = frames.table(
        customers,
        {
            "customer_id": "customer_id",
            "name": "customer_name",
            "persona": "persona",
            "tier": "tier",
            "plan_key": "plan_key",
            "term": "term",
            "rail": "rail",
            "advised_rail": "advised_rail",
            "mrr": "mrr_usd",
            "region": "region",
            "country": "country",
            "integrator": "integrator",
            "since": "since_on",
        },
    )
    return frames.cents(frame, "mrr_usd")


def absence(states: Sequence[SourceState]) -> str:
    """The headline where there are no customers to show."""
    return f"0 customers can be shown: {numbers.counted(len(states), 'source')} behind this page is missing"


def _person(customer: Customer, personas: Mapping[str, Persona]) -> None:
    persona = personas[customer.persona]
    with st.container(border=True):
        cards.sentence(f"**{cards.plain(customer.name)}** · {cards.plain(persona.label)}")
        cards.sentence(f"Motion: {cards.plain(persona.motion)}. Offer: {cards.plain(persona.offer)}.")
        cards.sentence(f"Rail: {cards.plain(customer.rail_reason)}")
        if customer.question:
            cards.sentence(f"**Ask:** {cards.plain(customer.question)}")


def _cards(customers: Sequence[Customer], history: pd.DataFrame) -> list[Card]:
    revenue, paying = (frames.by(history, "month", column) for column in ("mrr_usd", "customers"))
    on_aws = frames.by(history[history["rail"] == "aws"], "month", "customers")
    each = {month: revenue[month] / Decimal(count) for month, count in paying.items() if count}
    share = {month: Decimal(on_aws.get(month, 0)) / Decimal(count) for month, count in paying.items() if count}
    switchable = sum(customer.advised_rail not in (customer.rail, ASK) for customer in customers)
    asked = sum(customer.question is not None for customer in customers)
    return [
        _moving("MRR", numbers.money, "Recurring revenue per month at the price each rail bills.", revenue),
        _moving("Customers", numbers.count, "Customers with a contract running on the as-of day.", paying),
        _moving("Per customer", numbers.money, "MRR divided by paying customers.", each),
        _moving(
            "Billed by AWS", _whole_percent, "Share of customers, not of MRR, billed through AWS Marketplace.", share
        ),
        Card("Could switch", numbers.count(switchable), "Customers whose facts advise another rail than theirs."),
        Card("To be asked", numbers.count(asked), "Customers whose persona hangs on a fact nobody has recorded."),
    ]


def _moving(label: str, words: Callable[[Decimal], str], definition: str, months: Mapping[date, Decimal | int]) -> Card:
    """A card with its history, against the same month a year ago: in percent, a share in points."""
    amounts = [Decimal(amount) for amount in months.values()]
    if not amounts:
        return Card(label, numbers.MISSING, definition)
    now, then = amounts[-1], amounts[-1 - _YEAR] if len(amounts) > _YEAR else None
    history = [float(one) for one in amounts]
    if not then:
        return Card(label, words(now), definition, history=history)
    moved = numbers.points(now - then, 0) if words is _whole_percent else numbers.percent_change(now / then - 1, 0)
    return Card(label, words(now), definition, f"{moved} a year", now >= then, history)


def _whole_percent(share: Decimal) -> str:
    return numbers.percent(share, 0)


def _largest(customers: Sequence[Customer], axis: str) -> tuple[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for customer in customers:
        key = str(getattr(customer, axis) or "no tier")
        sums[key] = sums.get(key, frames.ZERO) + (customer.mrr or frames.ZERO)
    return max(sums.items(), key=lambda entry: entry[1], default=(UNKNOWN, frames.ZERO))


def _growth_words(history: pd.DataFrame) -> str:
    months = list(frames.by(history, "month", "mrr_usd").items())
    (since, was), (until, now) = months[0], months[-1]
    then, today = (f"{numbers.money(mrr)} in {numbers.month(month)}" for mrr, month in ((was, since), (now, until)))
    return f"MRR went from {then} to {today}"


def _fastest(split: pd.DataFrame, axis: str, legend: Legend) -> str:
    months = split["month"]
    was, now = (frames.by(split[months == month], axis, "mrr_usd") for month in (months.min(), months.max()))
    gained = {key: amount - was.get(key, frames.ZERO) for key, amount in now.items()}
    key, amount = max(gained.items(), key=lambda entry: entry[1])
    return f"{legend.name(str(key))} added most, {numbers.change(amount)} of MRR a month, on one common scale"
