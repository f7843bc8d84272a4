"""Which part of the page is open: one at a time, in the address. A part is one entry of `SECTIONS`."""

from collections.abc import Mapping

from streamlit.delta_generator import DeltaGenerator

from lib.ui import controls
from lib.ui.cards import Stamp
from lib.ui.views.pipeline import allowances, open_deals, pilots, playbook, renewals, won_lost
from lib.ui.views.pipeline.page import Section, Shown

RAILS = ("stripe_subscription", "marketplace_agreement")

SECTIONS: Mapping[str, Section] = {
    "open": Section("Open deals", ("deal",), "deals", open_deals.draw),
    "won_lost": Section("Won and lost", ("deal",), "deals", won_lost.draw),
    "pilots": Section("Pilots", ("pilot",), "pilots", pilots.draw),
    "renewals": Section("Renewals", RAILS, "renewals", renewals.draw, ("event", "company", "private_offer")),
    "allowances": Section("Allowances", ("event",), "allowances", allowances.draw, ("company", *RAILS)),
    "playbook": Section("Playbook", (), "words", playbook.draw),
}


def opened(room: DeltaGenerator, stamp: Stamp) -> Shown | None:
    """Draw the part that is picked; None where its feeds are missing, which it then says."""
    picked = controls.one_of("pipeline_view", "Look at", {key: part.words for key, part in SECTIONS.items()})
    return SECTIONS[picked].show(room, stamp)
