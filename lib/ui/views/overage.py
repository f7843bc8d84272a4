"""What one month costs on each plan, term and rail, line by line, and where it ends as usage grows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.catalog.book import READINGS, Dimension
from lib.charts import Series
from lib.outcome import Bill
from lib.rating import BandCharge, Charge
from lib.ui import cards, controls, frames, numbers
from lib.ui.cards import Card
from lib.ui.frames import ZERO
from lib.ui.legends import Legend
from lib.ui.records import OwnMonth

Usage = Mapping[str, Decimal]
OWN, RECORDED = "own", "recorded"
SOURCES = {OWN: "My own numbers", RECORDED: "A customer's month"}
ASSUMPTIONS = (
    "The base fee is a month's share of the list price: a twelfth of an annual price, rounded to the cent.",
    "The allowance comes off first, then the bands; the readings of what the papers leave open follow.",
    "Each line is rounded once, half away from zero; a total is the sum of its rounded lines.",
    "Volume bands are known for words only; every other dimension has one open band.",
)
_LABELS = {
    "bands": "Bands",
    "thresholds": "Thresholds are counted on",
    "threshold_unit": "Thresholds are in",
    "part_units": "Part units",
    "stripe_overage": "Stripe customers pay above the tier",
    "allowances": "Allowances",
    "marketplace_fee": "The marketplace's fee is",
}
_VALUES = {
    "bands": {"graduated": "graduated, each at its own price", "volume": "volume, all units at the band reached"},
    "thresholds": {"overage": "the overage", "usage": "the whole usage"},
    "threshold_unit": {"natural": "natural units", "priced": "the units that are priced, such as 1,000 words"},
    "part_units": {"exact": "priced exactly", "up": "rounded up to whole units"},
    "stripe_overage": {"same": "the rates of the AWS dimensions", "nothing": "nothing"},
    "allowances": {"matrix": "the specification's matrix", "uniform": "the plans database's one column"},
    "marketplace_fee": {"acquisition": "acquisition cost", "revenue": "cost of revenue"},
}
_ASSUMED = ("stripe_overage",)
_BOTH = "both_rails"
_PARTS = (Series("base_usd", "Base fee", "grey"), Series("overage_usd", "Overage", "blue"))
_BILL_HEADERS = {
    "plan_key": "Plan",
    "rail": "Rail",
    "base": "Base fee a month",
    "overage": "Overage",
    "total": "Total",
    "serves": "Serves this usage",
}
_INVOICE_HEADERS = {
    "invoiced_on": "Invoiced",
    "rail": "Rail",
    "kind": "Kind",
    "item": "For",
    "period_start_on": "Period from",
    "period_end_on": "Until",
    "amount_usd": "Amount",
}
_LINE_HEADERS = {
    "dimension": "Dimension",
    "used_quantity": "Used",
    "allowance": "Included",
    "overage_quantity": "Overage",
    "priced": "Priced at",
    "band_amount": "Amount before rounding",
    "amount_usd": "Line amount",
    "status": "Status",
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


def asked_month(names: Mapping[str, str], months_of: Callable[[str], Sequence[date]]) -> tuple[str, date]:
    """Ask for a customer and one of the months in which they had a contract."""
    left, right = st.columns(2)
    with left:
        customer = controls.choice("overage_customer", "Customer", {key: f"{it} ({key})" for key, it in names.items()})
    with right:
        newest = {str(month): numbers.month(month) for month in months_of(customer)}
        return customer, date.fromisoformat(controls.choice("overage_month", "Month", newest))


def finding(bills: Sequence[Bill], was: Sequence[Bill], rail: str, own: OwnMonth | None, legend: Legend) -> str:
    """What the customer pays, where one is asked for; the cheapest plan that serves the usage, and what it costs."""
    served = _served(bills, rail)
    pays = _pays(own, legend) if own else ""
    if not served:
        none = f"0 of {len(_on(bills, rail))} plans on {legend.name(rail)} serve this usage"
        return f"{pays}{none}: it needs a private offer"
    best = served[0]
    total, base = numbers.exact_money(best.total), numbers.exact_money(best.base)
    before = _served(was, rail)
    against = f", against {numbers.exact_money(before[0].total)} on the baseline" if before else ""
    if own:
        return f"{pays}{legend.name(best.plan_key)} is the cheapest list plan at {total}{against}"
    parts = f"{base} base and {numbers.exact_money(best.overage)} overage"
    return f"{legend.name(best.plan_key)} is the cheapest plan for this month: {total}, {parts}{against}"


def unused(own: OwnMonth) -> str:
    """The headline of a month in which nothing was metered."""
    base = f"; the base fee is {numbers.exact_money(own.bill.base)}" if own.bill and own.bill.base is not None else ""
    return f"{cards.plain(own.name)} used 0 units in {numbers.month(own.month)}{base}"


def show(bills: Sequence[Bill], was: Sequence[Bill], rail: str, legend: Legend) -> None:
    """Cards, and the bill on every plan as base and overage."""
    cards.row(_cards(bills, was, rail, legend))
    frame = listing([bill for bill in _on(bills, rail) if bill.total is not None])
    named = frame.assign(plan=[legend.name(key) for key in frame["plan_key"]])
    title = _spread_words(bills, rail, legend)
    cards.picture(charts.stacked_bars(named, "plan", _PARTS, title=title, unit="USD"), "overage_bills")
    if _are_rails_equal(bills):
        cards.note("Both rails bill the same for this month, plan by plan.")
    _unserved(bills, rail, legend)


def own_contract(own: OwnMonth, dimensions: Mapping[str, Dimension], legend: Legend) -> None:
    """The customer's own contract: its bill line by line, and what was really invoiced for the month."""
    if own.bill:
        cards.heading(f"{cards.plain(own.name)}'s own bill: {numbers.exact_money(own.bill.total)}")
        base, rail = numbers.exact_money(own.bill.base), legend.name(own.bill.rail)
        terms = "its private offer's price and allowances" if own.is_private else "list price and rates that reach it"
        cards.note(f"{legend.name(own.bill.plan_key)} on {rail}, {base} base a month: {terms}.")
        cards.table(listed_lines(own.bill, dimensions), "overage_own", _LINE_HEADERS, legend)
    summed = numbers.exact_money(frames.total(own.invoiced["amount_usd"]))
    cards.heading(f"Invoice lines that touch {numbers.month(own.month)}: {summed}")
    nothing = "Nothing was invoiced for this month so far: its usage is invoiced in the next."
    cards.table_or(own.invoiced, "overage_invoiced", _INVOICE_HEADERS, legend, nothing)


def readings(settings: Mapping[str, str]) -> list[str]:
    """How the book reads what the papers leave open, each with the other reading."""
    return [_reading(key, value) for key, value in settings.items()]


def _reading(key: str, value: str) -> str:
    others = [_VALUES[key][other] for other in READINGS[key] if other != value]
    kind = " An assumption: the papers name no rule." if key in _ASSUMED else ""
    return f"{_LABELS[key]} {_VALUES[key][value]}; other reading: {', '.join(others)}.{kind}"


def _pays(own: OwnMonth, legend: Legend) -> str:
    name, month = cards.plain(own.name), numbers.month(own.month)
    if own.bill is None:
        return f"{name} had no plan of a book at the end of {month}; "
    under = "under its private offer" if own.is_private else f"on {legend.name(own.bill.plan_key)}"
    return f"{name} pays {numbers.exact_money(own.bill.total)} for {month} {under}; "


@st.fragment
def growth(curve: pd.DataFrame, crossing: tuple[Decimal, str] | None, legend: Legend) -> None:
    """The bill as usage grows to four times this month's."""
    if curve.empty:
        return
    monthly = [Series(one.key, one.label, one.colour) for one in legend.tiers]
    title = _crossing_words(curve, crossing, legend)
    figure = charts.lines(curve, "times_this_month", "total_usd", "tier", series=monthly, title=title, unit="USD")
    cards.picture(figure, "overage_growth")
    cards.note("Monthly plans, every dimension growing alike. A line starts where its plan serves the usage.")


@st.fragment
def lines(
    bills: Sequence[Bill], was: Sequence[Bill], rail: str, dimensions: Mapping[str, Dimension], legend: Legend
) -> None:
    """One plan's bill, line by line, with the bands each overage went through."""
    served = [bill.plan_key for bill in sorted(_on(bills, rail), key=_by_total)]
    names = {key: legend.name(key) for key in served}
    cards.heading("The bill, line by line")
    picked = controls.choice("overage_plan", "Plan", names)
    bill = next(bill for bill in _on(bills, rail) if bill.plan_key == picked)
    cards.table(listed_lines(bill, dimensions), "overage_lines", _LINE_HEADERS, legend)
    cards.heading("Every plan, term and rail")
    cards.table(_for_eyes(bills, was), "overage_all", {**_BILL_HEADERS, **({"was": "Baseline"} if was else {})}, legend)


def listing(bills: Sequence[Bill]) -> pd.DataFrame:
    """Bills as a table, the cheapest first; a plan without a total says why, and has no overage of zero."""
    ordered = sorted(bills, key=_by_total)
    return pd.DataFrame(
        {
            "plan_key": [bill.plan_key for bill in ordered],
            "rail": [bill.rail for bill in ordered],
            "base_usd": frames.column(bill.base for bill in ordered),
            "overage_usd": frames.column(None if bill.obstacles else bill.overage for bill in ordered),
            "total_usd": frames.column(bill.total for bill in ordered),
            "serves": ["no: " + "; ".join(bill.obstacles) if bill.obstacles else "yes" for bill in ordered],
        }
    )


def _for_eyes(bills: Sequence[Bill], was: Sequence[Bill]) -> pd.DataFrame:
    """Every bill in words; where both rails bill the same, one row stands for both."""
    one_row = _are_rails_equal(bills)
    shown = [bill for bill in bills if not one_row or bill.rail == bills[0].rail]
    ordered = sorted(shown, key=_by_total)
    before = {(bill.plan_key, bill.rail): bill for bill in was}
    columns = listing(ordered)[["plan_key", "rail", "serves"]]
    return columns.assign(
        rail=[_BOTH if one_row else bill.rail for bill in ordered],
        base=[_amount_words(bill, bill.base) for bill in ordered],
        overage=[_amount_words(bill, None if bill.obstacles else bill.overage) for bill in ordered],
        total=[_amount_words(bill, bill.total) for bill in ordered],
        was=[_was_words(before.get((bill.plan_key, bill.rail))) for bill in ordered],
    )


def _amount_words(bill: Bill, amount: Decimal | None) -> str:
    if amount is not None:
        return numbers.exact_money(amount)
    return "by contract" if bill.base is None else "not served"


def _was_words(bill: Bill | None) -> str:
    return _amount_words(bill, bill.total) if bill else "—"


def _are_rails_equal(bills: Sequence[Bill]) -> bool:
    totals: dict[str, set[Decimal | None]] = {}
    for bill in bills:
        totals.setdefault(bill.plan_key, set()).add(bill.total)
    return all(len(amounts) == 1 for amounts in totals.values())


def listed_lines(bill: Bill, dimensions: Mapping[str, Dimension]) -> pd.DataFrame:
    """Why each line has its amount: one row per band, the line's own values on its first."""
    rows = [row for key, charge in bill.charges.items() for row in _line_rows(charge, dimensions[key])]
    columns = ("dimension", "used_quantity", "allowance", "overage_quantity", "priced", "band_amount", "amount_usd")
    return pd.DataFrame({name: frames.column(row[name] for row in rows) for name in (*columns, "status")})


def _line_rows(charge: Charge, dimension: Dimension) -> list[dict[str, object]]:
    first = {
        "dimension": dimension.key,
        "used_quantity": charge.quantity,
        "allowance": _allowance_words(charge),
        "overage_quantity": charge.overage,
        "amount_usd": charge.amount,
        "status": charge.status.replace("_", " "),
        "priced": "",
        "band_amount": "",
    }
    later = {**dict.fromkeys(first), "dimension": dimension.key, "allowance": "", "status": "next band"}
    rows = [{**(later if place else first), **_band(band, dimension)} for place, band in enumerate(charge.bands)]
    return rows or [first]


def _band(band: BandCharge, dimension: Dimension) -> dict[str, object]:
    size = numbers.quantity(dimension.unit_size)
    unit = dimension.unit if dimension.unit_size == 1 else f"{size} {dimension.unit}s"
    priced = f"{numbers.quantity(band.quantity)} at {numbers.unit_price(band.unit_price)} per {unit}"
    return {"priced": priced, "band_amount": numbers.unit_price(band.amount)}


def _cards(bills: Sequence[Bill], was: Sequence[Bill], rail: str, legend: Legend) -> list[Card]:
    served, everything = _served(bills, rail), _on(bills, rail)
    best = served[0] if served else None
    second = served[1] if len(served) > 1 else None
    apart = second.total - best.total if best and second and second.total and best.total else None
    before = _served(was, rail)
    return [
        Card(
            "Cheapest total",
            numbers.exact_money(best.total if best else None),
            "Base fee and overage of the month.",
            f"baseline {numbers.exact_money(before[0].total)}" if before else None,
        ),
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


def _crossing_words(curve: pd.DataFrame, crossing: tuple[Decimal, str] | None, legend: Legend) -> str:
    at_this = curve[curve["times_this_month"] == 1]
    totals = frames.by(at_this, "tier", "total_usd")
    if not totals:
        return "No monthly plan serves this usage"
    best = legend.name(min(totals, key=lambda tier: totals[tier]))
    if crossing is None:
        return f"{best} stays the cheapest monthly plan however much this usage grows: the next is never cheaper"
    times, plan = crossing
    return f"From {numbers.quantity(round(times, 2))} times this usage {legend.name(plan)} is cheaper than {best}"


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
