"""The customers behind a number, largest first; one opens to its motion, its rail, what to ask, and its bills."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from lib.freshness import SourceState
from lib.market import Customer
from lib.segments import UNKNOWN, Persona
from lib.ui import advised, cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.views import advice

ASK = "ask"
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
_BILL = {
    "invoiced_on": "Invoiced",
    "invoice_id": "Invoice",
    "rail": "Rail",
    "kind": "For",
    "item": "Plan or dimension",
    "period_start_on": "From",
    "period_end_on": "Up to",
    "amount_usd": "Amount",
}

Billed = Callable[[str], pd.DataFrame]


def waiting(customers: Sequence[Customer]) -> str:
    """How many facts advise another rail for, and how many rails and personas wait for a question."""
    switchable = sum(customer.advised_rail not in (customer.rail, ASK) for customer in customers)
    rails = numbers.counted(sum(one.advised_rail == ASK for one in customers), "rail")
    personas = numbers.counted(sum(one.persona == UNKNOWN for one in customers), "persona")
    words = numbers.counted(switchable, "customer's facts advise", "customers' facts advise")
    return f"{words} another rail than theirs, {rails} and {personas} wait for a question"


def table(
    customers: Sequence[Customer], personas: Mapping[str, Persona], legend: Legend, billed: Billed, key: str
) -> None:
    """Customers as a table; a picked one shows its motion, why its rail is advised, and every line it was billed."""
    if not customers:
        cards.note("Nobody with a running contract stands here.")
        return
    picked = cards.picking_table(listing(customers), key, _HEADERS, legend)
    if picked is None:
        cards.note("Pick a customer to see the motion, the reason for the advised rail, what to ask, and its bills.")
        return
    _person(customers[picked], personas)
    bills(customers[picked].customer_id, customers[picked].name, billed, legend, f"{key}_bills")


def bills(customer_id: str, name: str, billed: Billed, legend: Legend, key: str) -> None:
    """Every line that a customer was invoiced."""
    found = billed(customer_id)
    if found.empty:
        cards.note(f"Nothing has been invoiced to {cards.plain(name)}.")
        return
    lines = numbers.counted(len(found), "line")
    total = numbers.exact_money(frames.total(found["amount_usd"]))
    cards.sentence(f"**{lines} invoiced to {cards.plain(name)}, {total} in all, the newest first**")
    cards.table(found, key, _BILL, legend)


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
        advice.show(advised.of(customer.customer_id))
