"""What the overage page asks: the rail, whose usage, which month, and as of which of its days."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from lib.catalog.book import Dimension
from lib.ui import controls, numbers
from lib.ui.frames import ZERO
from lib.ui.legends import Legend

OWN, RECORDED = "own", "recorded"
SOURCES = {OWN: "My own numbers", RECORDED: "A customer's month"}


def asked() -> str:
    """Ask where the usage comes from."""
    return controls.one_of("overage_source", "Usage", SOURCES)


def asked_rail(legend: Legend, own: str | None) -> str:
    """Ask for the rail of the list plans; the customer's own until the reader chooses."""
    ordered = sorted(legend.rails, key=lambda one: one.key != own)
    return controls.one_of("overage_rail", "Rail", {one.key: one.label for one in ordered})


def typed(
    dimensions: Mapping[str, Dimension], start: Mapping[str, Decimal], newest: date
) -> tuple[dict[str, Decimal], int]:
    """Ask for a quantity of every dimension, and up to which day of the newest month it was used.

    A dimension the example month does not name starts at zero; the last day is a whole month.
    """
    order = [*(key for key in start if key in dimensions), *(key for key in dimensions if key not in start)]
    with st.grid(4, min_column_width=150):
        usage = {
            key: controls.quantity(f"overage_{key}", numbers.name(key), start.get(key, ZERO), dimensions[key].unit)
            for key in order
        }
    return usage, controls.day("overage_day", f"Used up to this day of {numbers.month(newest)}", newest)


def asked_month(
    names: Mapping[str, str], months_of: Callable[[str], Sequence[date]], last_day: Callable[[date], date]
) -> tuple[str, date]:
    """Ask for a customer, one of the months in which they had a contract, and the day it is seen from."""
    left, middle, right = st.columns(3)
    with left:
        customer = controls.choice("overage_customer", "Customer", {key: f"{it} ({key})" for key, it in names.items()})
    with middle:
        newest = {str(month): numbers.month(month) for month in months_of(customer)}
        month = date.fromisoformat(controls.choice("overage_month", "Month", newest))
    with right:
        last = last_day(month)
        return customer, last.replace(day=controls.day("overage_day", "As of day", last))
