"""The bill as usage grows: over one dimension with its bands, thresholds and cliffs, or over all of it alike."""

from decimal import Decimal

import streamlit as st

from lib import charts
from lib.charts import Series, Upright
from lib.simulator.bill import Bill
from lib.simulator.curve import ALLOWANCE, Mark
from lib.ui import cards, controls, numbers
from lib.ui.curves import Curve
from lib.ui.views.overage import bills
from lib.ui.views.overage.question import Question

_READINGS = (
    Series("graduated", "graduated: each band at its own price", "blue"),
    Series("volume", "volume: all units at the band reached", "vermilion"),
)
_LINE_HEIGHT, _CENT = 360, Decimal("0.01")


@st.fragment
def show(asked: Question, bill: Bill) -> None:
    """Pick a dimension: every plan's bill over it, and this plan's own line with both readings of its bands."""
    names = {key: numbers.name(key) for key in _ordered(asked, bill)}
    key = controls.choice("overage_over", "Over", names)
    curve = asked.curve(bill, key)
    if curve.bills.empty and curve.line.empty:
        cards.note(f"{asked.legend.name(bill.plan_key)} has no list price for {names[key]}: there is nothing to draw.")
        return
    if not curve.bills.empty:
        _draw_bills(asked, bill, curve)
    if not curve.line.empty:
        _draw_line(asked, bill, curve)


def _ordered(asked: Question, bill: Bill) -> list[str]:
    """The dimensions, those with several bands first, then those that cost most on this bill."""
    amounts = {key: charge.amount or Decimal(0) for key, charge in bill.charges.items()}
    items = asked.dimensions
    return sorted(items, key=lambda key: (-len(items[key].bands), -amounts.get(key, Decimal(0)), key))


def _draw_bills(asked: Question, bill: Bill, curve: Curve) -> None:
    tiers = [Series(one.key, one.label, one.colour) for one in asked.legend.tiers]
    uprights = [
        _today(curve),
        *(_crossing(asked, one.next_key, one.quantity) for one in curve.crossings if one.quantity),
    ]
    figure = charts.bent_lines(
        curve.bills,
        "quantity",
        "total_usd",
        "tier",
        series=tiers,
        uprights=uprights,
        title=bills_words(asked, bill, curve),
        unit="USD",
        axis=_axis(curve.dimension),
    )
    cards.picture(figure, "overage_curve")
    term = numbers.name(bill.term).lower()
    shaded = " The shading tells one stretch between two dotted lines from the next." if curve.crossings else ""
    cards.note(
        f"Every {term} plan, the rest of the month's usage as it is. A plan that cannot serve the rest has no line."
        + shaded
    )


def _draw_line(asked: Question, bill: Bill, curve: Curve) -> None:
    banded = len(curve.marks) > 1
    shown = _READINGS if banded else _READINGS[:1]
    lines = curve.line[curve.line["reading"].isin([one.key for one in shown])]
    figure = charts.bent_lines(
        lines,
        "quantity",
        "amount_usd",
        "reading",
        series=shown,
        uprights=[_today(curve), *(_mark(mark, asked, curve) for mark in curve.marks)],
        title=line_words(asked, bill, curve),
        unit="USD",
        axis=_axis(curve.dimension),
        height=_LINE_HEIGHT,
    )
    cards.picture(figure, "overage_line")
    told = f"{_cliff_words(curve)} The shading tells one band from the next."
    cards.note(told if banded else "One open band: both readings of the bands are the same line.")


def bills_words(asked: Question, bill: Bill, curve: Curve) -> str:
    """The first quantity at which a plan of the term gives way to the next, or that none does."""
    name, what = asked.legend.name, bills.inline(curve.dimension)
    own = [one for one in curve.crossings if one.plan_key == bill.plan_key and one.quantity is not None]
    if own:
        above = numbers.quantity(round(own[0].quantity or Decimal(0), 2))
        return f"Above {above} {what} {name(own[0].next_key)} is cheaper than {name(bill.plan_key)}"
    return f"No quantity of {what} makes the next tier cheaper than {name(bill.plan_key)}"


def line_words(asked: Question, bill: Bill, curve: Curve) -> str:
    """What this month's quantity of the dimension costs on the plan."""
    charge, name = bill.charges.get(curve.dimension), bills.inline(curve.dimension)
    if charge is None or charge.amount is None:
        return f"What {name} cost on {asked.legend.name(bill.plan_key)}, before rounding"
    return f"{numbers.quantity(charge.quantity)} {name} cost {numbers.exact_money(charge.amount)} above the allowance"


def _cliff_words(curve: Curve) -> str:
    falls = [f"{_fall(one)} at {numbers.quantity(one.quantity)}" for one in curve.cliffs]
    told = f"Under the volume reading the line falls by {' and by '.join(falls)}: a cliff. " if falls else ""
    return f"{told}Graduated bands bend and never fall."


def _today(curve: Curve) -> Upright:
    return Upright(curve.used, f"this month: {numbers.quantity(curve.used)}", is_now=True)


def _crossing(asked: Question, key: str | None, quantity: Decimal) -> Upright:
    return Upright(quantity, f"{asked.legend.name(key)} cheaper above {numbers.quantity(round(quantity, 2))}")


def _mark(mark: Mark, asked: Question, curve: Curve) -> Upright:
    price = f"{numbers.unit_price(mark.unit_price)} {bills.per_unit(asked.dimensions[curve.dimension])}"
    if mark.kind == ALLOWANCE:
        return Upright(mark.quantity, f"{numbers.quantity(mark.quantity)} included, then {price}")
    cliff = next((one for one in curve.cliffs if one.quantity == mark.quantity), None)
    if cliff:  # the unit is said at the allowance: with it a phone has no room for the cliff
        unit_price = numbers.unit_price(mark.unit_price)
        words = f"above {numbers.quantity(mark.quantity)}: {unit_price} (volume: cliff of {_fall(cliff)})"
        return Upright(mark.quantity, words)
    return Upright(mark.quantity, f"above {numbers.quantity(mark.quantity)}: {price}")


def _fall(cliff: Mark) -> str:
    return numbers.exact_money(cliff.drop) if cliff.drop >= _CENT else numbers.unit_price(round(cliff.drop, 6))


def _axis(key: str) -> str:
    return f"{bills.inline(key)} in the month"
