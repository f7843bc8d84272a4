"""Both readings of what the papers leave open: said in words, and what each is worth on one bill."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.catalog.book import READINGS
from lib.simulator.bill import Bill
from lib.simulator.readings import OtherReading
from lib.ui import cards, frames, numbers
from lib.ui.frames import ZERO
from lib.ui.views.overage import bills
from lib.ui.views.overage.question import Question

LABELS = {
    "bands": "Bands",
    "thresholds": "Thresholds are counted on",
    "threshold_unit": "Thresholds are in",
    "part_units": "Part units",
    "stripe_overage": "Stripe customers pay above the tier",
    "allowances": "Allowances",
    "marketplace_fee": "The marketplace's fee is",
}
VALUES = {
    "bands": {"graduated": "graduated, each at its own price", "volume": "volume, all units at the band reached"},
    "thresholds": {"overage": "the overage", "usage": "the whole usage"},
    "threshold_unit": {"natural": "natural units", "priced": "the units that are priced, such as 1,000 words"},
    "part_units": {"exact": "priced exactly", "up": "rounded up to whole units"},
    "stripe_overage": {"same": "the rates of the AWS dimensions", "nothing": "nothing"},
    "allowances": {"matrix": "the specification's matrix", "uniform": "the plans database's one column"},
    "marketplace_fee": {"acquisition": "acquisition cost", "revenue": "cost of revenue"},
}
_ASSUMED = ("stripe_overage",)
_HEADERS = {
    "setting": "What the papers leave open",
    "value": "As read here",
    "total_usd": "Bill",
    "other": "The other reading",
    "other_usd": "Bill then",
    "difference_usd": "Difference",
}


def show(asked: Question, bill: Bill) -> None:
    """What each open setting is worth on one list plan, one at a time."""
    found, is_own = asked.readings(bill), bill is asked.contract
    name = "its own contract" if is_own else asked.legend.name(bill.plan_key)
    cards.heading(heading(name, found))
    cards.table(listing(found), "overage_readings", _HEADERS, asked.legend)
    unmeasured = [f"{LABELS[one.setting]}: {_why_not(one, bill)}" for one in found if one.difference is None]
    missing = [f"Not measured: {'; '.join(unmeasured)}."] if unmeasured else []
    terms = "The own contract's prices and allowances" if is_own else f"{name} at list price"
    cards.note(" ".join([f"{terms}, one setting changed at a time.", _FEE, *missing]))
    with st.expander("Each reading in words", icon=":material/rule:"):
        for told in said({one.setting: one.value for one in found}):
            cards.sentence(f"- {told}")


_FEE = (
    "Whether the marketplace's fee is acquisition cost or cost of revenue moves our margin, never the customer's bill."
)


def heading(name: str, found: Sequence[OtherReading]) -> str:
    """The reading that moves the bill most, or that none does; what is not measured is not said to move nothing."""
    measured = [one for one in found if one.difference is not None]
    moving = [one for one in measured if one.difference]
    if not measured:
        return f"Not measured: {name} has no total for this usage"
    if len(measured) < len(found):
        return f"{_moved(name, measured, moving)}; {len(found) - len(measured)} not measured"
    return _moved(name, measured, moving)


def _moved(name: str, found: Sequence[OtherReading], moving: Sequence[OtherReading]) -> str:
    if not moving:
        return f"0 of {len(found)} open readings move the bill on {name}"
    most = max(moving, key=_size)
    word = f"{LABELS[most.setting].lower()}: {VALUES[most.setting][most.other]}"
    moved = numbers.change(most.difference)
    return f"{len(moving)} of {len(found)} open readings move the bill, most of all {word} ({moved})"


def _why_not(one: OtherReading, bill: Bill) -> str:
    if one.why or bill.obstacles:
        return one.why or bills.told(bill.obstacles[0])
    return "a line has no price under the other reading"


def _size(one: OtherReading) -> Decimal:
    return abs(one.difference or ZERO)


def listing(found: Sequence[OtherReading]) -> pd.DataFrame:
    """One row per setting: this reading's bill, the other's, the difference."""
    return pd.DataFrame(
        {
            "setting": [LABELS[one.setting] for one in found],
            "value": [VALUES[one.setting][one.value] for one in found],
            "total_usd": frames.column(one.total for one in found),
            "other": [VALUES[one.setting][one.other] for one in found],
            "other_usd": frames.column(one.other_total for one in found),
            "difference_usd": frames.column(one.difference for one in found),
        }
    )


def said(settings: Mapping[str, str]) -> list[str]:
    """How the book reads what the papers leave open, each with the other reading."""
    return [_said(key, value) for key, value in settings.items()]


def _said(key: str, value: str) -> str:
    others = [VALUES[key][other] for other in READINGS[key] if other != value]
    kind = " An assumption: the papers name no rule." if key in _ASSUMED else ""
    return f"{LABELS[key]} {VALUES[key][value]}; other reading: {', '.join(others)}.{kind}"
