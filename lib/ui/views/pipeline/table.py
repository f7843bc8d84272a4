"""Every open deal in the order of what to do next, and the one that is picked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib.desk.dealing import OpenDeal
from lib.ui import cards, controls, deals, frames, numbers
from lib.ui.views.pipeline import one_deal, words
from lib.ui.views.pipeline.axes import NOT_RECORDED, Names

DEAL, NONE = "pipeline_deal", "none"
_ROW, _NO_DEAL = "pipeline_deal_row", "None"
_HEADERS = {
    "company_name": "Company",
    "stage": "Stage",
    "stage_days": "At the stage",
    "standing": "Standing",
    "action": "Next",
    "amount_usd": "Amount",
    "weighted_usd": "Expected, USD",
    "close_on": "Closes",
    "range": "Deal size",
    "advised_rail": "Advised rail",
    "owner": "Owner",
    "product": "Product",
    "probability_crm_rate": "CRM's chance",
}


@dataclass(frozen=True)
class Others:
    """The open deals that the filters leave out, and those filters in words."""

    left_out: Sequence[OpenDeal]
    filters: str

    def named(self, name: str | None) -> list[OpenDeal]:
        """The one of this name; none where no deal that is left out has it."""
        return [one for one in self.left_out if deals.called(one.deal) == name]

    def show(self, name: str | None, stages: Mapping[str, str], names: Names) -> None:
        """A deal that the filters leave out and the address names: a link means its deal, whatever is looked at."""
        for one in self.named(name):
            filters = cards.plain(self.filters)
            cards.note(f"This deal is shown because the address names it; the filters leave it out: {filters}.")
            one_deal.show(one, stages, names)


def linked() -> str | None:
    """The name of the deal that the address asks for."""
    return st.query_params.get(DEAL)


@st.fragment
def next_deals(found: Sequence[OpenDeal], others: Others, stages: Mapping[str, str], names: Names) -> None:
    """Every open deal, heaviest first or the stalled ones before the others; a picked one shows everything about it."""
    stalled = sum(one.standing.is_stalled for one in found)
    cards.heading(f"What to do next: {numbers.counted(stalled, 'deal stands', 'deals stand')} still")
    is_stalled_first = controls.switch("pipeline_stalled_first", "Stalled ones first")
    ordered = in_order(found, is_stalled_first)
    listed = shown(ordered, names)
    headers = {column: words for column, words in _HEADERS.items() if column in listed}
    picked = cards.picking_table(listed, "pipeline_deals", headers, names.legend)
    cards.note("Of several the one expected to bring most comes first. Pick a row, or a deal by its name.")
    _into_address(picked, [deals.called(one.deal) for one in ordered])
    name = linked()
    asked = controls.choice(DEAL, "Deal", {NONE: _NO_DEAL, **_choices([*ordered, *others.named(name)])})
    if chosen := next((one for one in ordered if one.deal.deal_id == asked), None):
        one_deal.show(chosen, stages, names)
    elif asked != NONE:
        others.show(name, stages, names)


def _into_address(picked: int | None, rows: Sequence[str]) -> None:
    """A row that was picked just now goes into the address, one that was let go out of it: it holds what is shown.

    Where other rows are listed, or in another order, nothing is picked yet: what was shown stays.
    """
    name = None if picked is None else rows[picked]
    (before, among), st.session_state[_ROW] = st.session_state.get(_ROW, (None, rows)), (name, rows)
    if name not in (None, before):
        st.session_state[DEAL] = name
    elif name is None and before is not None and among == rows and st.session_state.get(DEAL) == before:
        st.session_state[DEAL] = _NO_DEAL


def in_order(found: Sequence[OpenDeal], is_stalled_first: bool) -> list[OpenDeal]:
    """Deals by what they are expected to bring, heaviest first; asked for, those that stand still before all others."""
    return sorted(found, key=lambda one: not one.standing.is_stalled) if is_stalled_first else list(found)


def shown(found: Sequence[OpenDeal], names: Names) -> pd.DataFrame:
    """Deals as a reader sees them: what was not recorded says so."""
    listed = listing(found, names)
    return listed.assign(
        product=[numbers.name(one.deal.product) for one in found],
        owner=[one.deal.owner or NOT_RECORDED for one in found],
    )


def listing(found: Sequence[OpenDeal], names: Names) -> pd.DataFrame:
    """Deals as a table to take along; the expected amount is an estimate. A CRM's own chances, if it tells any."""
    listed = frames.table(
        [one.deal for one in found],
        {
            "deal_id": "deal_id",
            "name": "deal_name",
            "company": "company_name",
            "product": "product",
            "stage": "stage",
            "amount": "amount_usd",
            "probability": "probability_rate",
            "weighted": "weighted_usd",
            "persona": "persona",
            "icp_segment": "icp_segment",
            "advised_rail": "advised_rail",
            "rail_reason": "rail_reason",
            "owner": "owner",
            "created_on": "created_on",
            "stage_since_on": "stage_since_on",
            "close_on": "close_on",
        },
    )
    listed = listed.assign(
        channel=[names.channel(one.deal) for one in found],
        stage_days=frames.column(one.standing.days for one in found),
        standing=[words.standing(one.standing) for one in found],
        overdue_days=frames.column(one.standing.overdue_days for one in found),
        range=[one.range.key for one in found],
        action=[one.action.words for one in found],
    )
    chances = [one.deal.crm_probability for one in found]
    told = any(chance is not None for chance in chances)
    return listed.assign(probability_crm_rate=frames.column(chances)) if told else listed


def _choices(found: Sequence[OpenDeal]) -> dict[str, str]:
    return {one.deal.deal_id: deals.called(one.deal) for one in found}
