"""What one month costs on each plan, term and rail, line by line, and where it ends as usage grows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.catalog.book import Dimension
from lib.charts import Series
from lib.market import Customer
from lib.outcome import Bill
from lib.rating import BandCharge, Charge
from lib.ui import cards, controls, frames, numbers
from lib.ui.cards import Card
from lib.ui.frames import ZERO
from lib.ui.legends import Legend

Usage = Mapping[str, Decimal]
OWN, RECORDED = "own", "recorded"
SOURCES = {OWN: "My own numbers", RECORDED: "A customer's month"}
ASSUMPTIONS = (
    "The base fee is a month's share of the list price: a twelfth of an annual price, rounded to the cent.",
    "The allowance comes off first; overage is priced band by band, counted on the overage in natural units.",
    "Each line is rounded once, half away from zero; a total is the sum of its rounded lines.",
    "Stripe customers pay the same overage rates as the AWS dimensions: an assumption, the papers name no rule.",
    "Volume bands are known for words only; every other dimension has one open band.",
)
_PARTS = (Series("base_usd", "Base fee", "grey"), Series("overage_usd", "Overage", "blue"))
_BILL_HEADERS = {
    "plan_key": "Plan",
    "rail": "Rail",
    "base_usd": "Base fee a month",
    "overage_usd": "Overage",
    "total_usd": "Total",
    "serves": "Serves this usage",
}
_LINE_HEADERS = {
    "dimension": "Dimension",
    "used_quantity": "Used",
    "allowance": "Included",
    "overage_quantity": "Overage",
    "amount_usd": "Amount",
    "status": "Status",
    "bands": "Priced at",
}


def asked(legend: Legend) -> tuple[str, str]:
    """Ask for the rail, and where the usage comes from."""
    with st.container(horizontal=True, gap="large"):
        rail = controls.one_of("overage_rail", "Rail", {one.key: one.label for one in legend.rails})
        return rail, controls.one_of("overage_source", "Usage", SOURCES)


def typed(dimensions: Mapping[str, Dimension], start: Usage) -> dict[str, Decimal]:
    """Ask for a quantity of every dimension; a dimension the example month does not name starts at zero."""
    order = [*(key for key in start if key in dimensions), *(key for key in dimensions if key not in start)]
    with st.grid(4, min_column_width=150):
        return {
            key: controls.quantity(f"overage_{key}", numbers.name(key), start.get(key, ZERO), dimensions[key].unit)
            for key in order
        }


def recorded(customers: Sequence[Customer], usage_of: Callable[[str], Mapping[date, Usage]]) -> Usage:
    """Ask for a customer and a month, and take what was metered."""
    left, right = st.columns(2)
    with left:
        names = {one.customer_id: f"{one.name} ({one.customer_id})" for one in customers}
        months = usage_of(controls.choice("overage_customer", "Customer", names))
    if not months:
        return {}
    with right:
        newest = {str(month): numbers.month(month) for month in sorted(months, reverse=True)}
        month = controls.choice("overage_month", "Month", newest)
    return months[date.fromisoformat(month)]


def finding(bills: Sequence[Bill], rail: str, legend: Legend) -> str:
    """The cheapest plan that serves the usage, and what it costs."""
    served = _served(bills, rail)
    if not served:
        return f"0 of {len(_on(bills, rail))} plans on {legend.name(rail)} serve this usage: it needs a private offer"
    best = served[0]
    total, base = numbers.exact_money(best.total), numbers.exact_money(best.base)
    parts = f"{base} base and {numbers.exact_money(best.overage)} overage"
    return f"{legend.name(best.plan_key)} is the cheapest plan for this month: {total}, {parts}"


def show(bills: Sequence[Bill], rail: str, legend: Legend) -> None:
    """Cards, and the bill on every plan as base and overage."""
    cards.row(_cards(bills, rail, legend))
    frame = listing([bill for bill in _on(bills, rail) if bill.total is not None])
    named = frame.assign(plan=[legend.name(key) for key in frame["plan_key"]])
    title = _spread_words(bills, rail, legend)
    cards.picture(charts.stacked_bars(named, "plan", _PARTS, title=title, unit="USD"), "overage_bills")
    _unserved(bills, rail, legend)


@st.fragment
def growth(curve: pd.DataFrame, legend: Legend) -> None:
    """The bill as usage grows to four times this month's."""
    if curve.empty:
        return
    monthly = [Series(one.key, one.label, one.colour) for one in legend.tiers]
    title = _crossing_words(curve, legend)
    figure = charts.lines(curve, "times_this_month", "total_usd", "tier", series=monthly, title=title, unit="USD")
    cards.picture(figure, "overage_growth")
    cards.note("Monthly plans, every dimension growing alike. A line starts where its plan serves the usage.")


@st.fragment
def lines(bills: Sequence[Bill], rail: str, dimensions: Mapping[str, Dimension], legend: Legend) -> None:
    """One plan's bill, line by line, with the bands each overage went through."""
    served = [bill.plan_key for bill in sorted(_on(bills, rail), key=_by_total)]
    names = {key: legend.name(key) for key in served}
    cards.heading("The bill, line by line")
    picked = controls.choice("overage_plan", "Plan", names)
    bill = next(bill for bill in _on(bills, rail) if bill.plan_key == picked)
    cards.table(listed_lines(bill, dimensions), "overage_lines", _LINE_HEADERS, legend)
    cards.heading("Every plan, term and rail")
    cards.table(listing(bills), "overage_all", _BILL_HEADERS, legend)


def listing(bills: Sequence[Bill]) -> pd.DataFrame:
    """Bills as a table, the cheapest first; a plan without a total says why."""
    ordered = sorted(bills, key=_by_total)
    return pd.DataFrame(
        {
            "plan_key": [bill.plan_key for bill in ordered],
            "rail": [bill.rail for bill in ordered],
            "base_usd": frames.column(bill.base for bill in ordered),
            "overage_usd": frames.column(bill.overage for bill in ordered),
            "total_usd": frames.column(bill.total for bill in ordered),
            "serves": ["no: " + "; ".join(bill.obstacles) if bill.obstacles else "yes" for bill in ordered],
        }
    )


def listed_lines(bill: Bill, dimensions: Mapping[str, Dimension]) -> pd.DataFrame:
    """The lines of one bill."""
    charges = bill.charges
    return pd.DataFrame(
        {
            "dimension": list(charges),
            "used_quantity": frames.column(charge.quantity for charge in charges.values()),
            "allowance": [_allowance_words(charge) for charge in charges.values()],
            "overage_quantity": frames.column(charge.overage for charge in charges.values()),
            "bands": [_priced_at(charge, dimensions[key]) for key, charge in charges.items()],
            "amount_usd": frames.column(charge.amount for charge in charges.values()),
            "status": [charge.status.replace("_", " ") for charge in charges.values()],
        }
    )


def _cards(bills: Sequence[Bill], rail: str, legend: Legend) -> list[Card]:
    served, everything = _served(bills, rail), _on(bills, rail)
    best = served[0] if served else None
    second = served[1] if len(served) > 1 else None
    apart = second.total - best.total if best and second and second.total and best.total else None
    return [
        Card("Cheapest total", numbers.exact_money(best.total if best else None), "Base fee and overage of the month."),
        Card("Base fee", numbers.exact_money(best.base if best else None), "A month's share of its list price."),
        Card("Overage", numbers.exact_money(best.overage if best else None), "What lies above its allowances."),
        Card(
            "Next cheapest",
            numbers.exact_money(second.total if second else None),
            legend.name(second.plan_key) if second else "No second plan serves this usage.",
            None if apart is None else f"{numbers.change(apart)} a month",
        ),
        Card("Plans that serve it", f"{len(served)} of {len(everything)}", "Plans that offer all of this usage."),
    ]


def _unserved(bills: Sequence[Bill], rail: str, legend: Legend) -> None:
    reasons = {bill.tier: bill.obstacles for bill in _on(bills, rail) if bill.obstacles}
    if reasons:
        told = (f"{legend.name(tier)} ({_shortly(obstacles)})" for tier, obstacles in reasons.items())
        cards.note(f"Without a total: {', '.join(told)}.")


def _shortly(obstacles: Sequence[str]) -> str:
    more = len(obstacles) - 1
    first = obstacles[0].replace("_", " ")
    return f"{first}, and {more} more" if more else first


def _spread_words(bills: Sequence[Bill], rail: str, legend: Legend) -> str:
    served = _served(bills, rail)
    if not served:
        return f"No plan on {legend.name(rail)} has a total for this usage"
    dearest, best = served[-1], served[0]
    dearer = f"{legend.name(dearest.plan_key)} would cost {numbers.exact_money(dearest.total)}"
    more = (dearest.total or ZERO) / best.total - 1 if best.total else None
    return f"{dearer}, {numbers.percent(more, 0)} more than the cheapest" if more else dearer


def _crossing_words(curve: pd.DataFrame, legend: Legend) -> str:
    last = curve[curve["times_this_month"] == curve["times_this_month"].max()]
    totals = frames.by(last, "tier", "total_usd")
    best = min(totals, key=lambda tier: totals[tier])
    times = f"{float(curve['times_this_month'].max()):g}"
    return f"At {times} times this usage {legend.name(best)} is the cheapest, at {numbers.exact_money(totals[best])}"


def _on(bills: Sequence[Bill], rail: str) -> list[Bill]:
    return [bill for bill in bills if bill.rail == rail]


def _served(bills: Sequence[Bill], rail: str) -> list[Bill]:
    return sorted((bill for bill in _on(bills, rail) if bill.total is not None), key=_by_total)


def _by_total(bill: Bill) -> tuple[bool, Decimal, str]:
    return bill.total is None, bill.total or ZERO, bill.plan_key


def _allowance_words(charge: Charge) -> str:
    return (
        numbers.quantity(charge.allowance.quantity) if charge.allowance.quantity is not None else str(charge.allowance)
    )


def _priced_at(charge: Charge, dimension: Dimension) -> str:
    """The bands an overage went through; the price is for as many units as the price list says."""
    size = numbers.quantity(dimension.unit_size)
    unit = dimension.unit if dimension.unit_size == 1 else f"{size} {dimension.unit}s"
    return f"per {unit}: {' + '.join(map(_band_words, charge.bands))}" if charge.bands else ""


def _band_words(band: BandCharge) -> str:
    return f"{numbers.quantity(band.quantity)} at {numbers.unit_price(band.unit_price)}"
