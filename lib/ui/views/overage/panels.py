"""Where a reader looks second: one panel per question, about one plan that the reader picks."""

import streamlit as st

from lib.simulator.bill import Bill
from lib.ui import controls
from lib.ui.views.overage import allowances, bills, contract, growth, month, plans, readings, why
from lib.ui.views.overage.question import Question

_OWN = "own"
_PANELS = {
    "Why this amount": why.show,
    "Allowances and next tier": allowances.show,
    "As usage grows": growth.show,
    "Both readings": readings.show,
    "Every plan": plans.show,
}


@st.fragment
def look_closer(asked: Question) -> None:
    """Pick a plan; then why it costs that, when its allowances run out, how it grows, what the readings are worth."""
    picks = _picks(asked)
    bill = picks[controls.choice("overage_plan", "Look closer at", {key: _named(asked, key) for key in picks})]
    panels = {**_PANELS}
    if asked.own:
        panels["Invoices"] = contract.show
    if asked.own or not asked.month.is_over:
        panels = {"Day by day" if asked.month.is_over else "Where it ends": month.show, **panels}
    tabs = st.tabs(list(panels), key="overage_tab", on_change="rerun", bind="query-params")
    for tab, panel in zip(tabs, panels.values(), strict=True):
        if tab.open:  # a panel that nobody looks at costs nothing
            with tab:
                panel(asked, bill)


def _picks(asked: Question) -> dict[str, Bill]:
    """The customer's own contract first, then the list plans of the rail, the cheapest first."""
    own = {_OWN: asked.contract} if asked.contract else {}
    return {**own, **{one.plan_key: one for one in sorted(bills.on(asked.bills, asked.rail), key=bills.by_total)}}


def _named(asked: Question, key: str) -> str:
    if key != _OWN or asked.own is None or asked.own.bill is None:
        return asked.legend.name(key)
    terms = "private offer" if asked.own.is_private else asked.legend.name(asked.own.bill.plan_key)
    return f"Its own contract ({terms})"
