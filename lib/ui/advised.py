"""What the pages of sales read of the papers' advice for one customer.

Guarded and kept as `lib.ui.data` does it: keys are the version and small values.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from lib.desk import advising
from lib.market import Advice
from lib.ui import data
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version

PAGES = ("segments", "pipeline", "deal_desk")


@dataclass(frozen=True)
class Advised:
    """The advice for a customer, and how many whole months its bills must reach before their variation is measured."""

    advice: Advice
    fewest_months: int


@data.only_for(*PAGES)
def of(customer_id: str) -> Advised:
    """Persona, approach, rail, pricing model and open questions of a customer, with how steady its own bills are."""
    version = opened_version()
    desk = opened_desk(version)
    return Advised(advising.advice(desk, customer_id, variations(version)), advising.fewest_months(desk))


@st.cache_data(max_entries=VERSIONS, show_spinner="Measuring how steady bills are…")
def variations(version: Version) -> Mapping[str, float]:
    """How far each customer's bills vary; nothing while usage or a rail is missing. Guard what calls it."""
    desk = opened_desk(version)
    return {} if desk.missing("event", "stripe_subscription", "marketplace_agreement") else advising.variations(desk)
