"""The month a reader rates: a plan, what was used, and what is bought on top."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lib.ui import controls, frames
from lib.ui.products import Sold

_NEITHER, _BOUGHT = "no", "yes"


@dataclass(frozen=True)
class Asked:
    """One month on one plan: quantities by dimension, of what is bought how many."""

    plan: str
    usage: Mapping[str, Decimal]


def asked(sold: Sold) -> Asked:
    """Ask for a plan, every metered quantity, and each add-on; a link carries them all."""
    plan = controls.one_of("catalogue_plan", "Plan", {key: sold.plan(key) for key in sold.book.plans})
    metered = [key for key in sold.book.dimensions if key not in sold.bought]
    with st.grid(len(metered) + len(sold.bought), min_column_width=150):
        usage = {key: _used(sold, key) for key in metered}
        usage |= {key: _bought(sold, key) for key in sold.bought}
    return Asked(plan, {key: quantity for key, quantity in usage.items() if quantity or key in metered})


def _used(sold: Sold, key: str) -> Decimal:
    unit = sold.book.dimensions[key].unit
    return controls.quantity(f"catalogue_{key}", sold.dimension(key), frames.ZERO, unit)


def _bought(sold: Sold, key: str) -> Decimal:
    words = {_NEITHER: "Without", _BOUGHT: "With it"}
    return Decimal(controls.one_of(f"catalogue_{key}", sold.dimension(key), words) == _BOUGHT)
