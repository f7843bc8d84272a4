"""If we changed this price: who pays more, what happens to revenue and when, and what exactly changes."""

from lib.ui.views.price_change.answer import (
    ASSUMPTIONS,
    absence,
    changes,
    held,
    listed_changes,
    listed_effects,
    overview,
    rooms,
    sources,
    tell,
    tell_overview,
    when,
)
from lib.ui.views.price_change.closer import Look, keep_closer, look_closer
from lib.ui.views.price_change.question import address, asked, edited, foreseen, lever, readable, said, way_back
from lib.ui.views.price_change.take import beside, memo

__all__ = [
    "ASSUMPTIONS",
    "Look",
    "absence",
    "address",
    "asked",
    "beside",
    "changes",
    "edited",
    "foreseen",
    "held",
    "keep_closer",
    "lever",
    "listed_changes",
    "listed_effects",
    "look_closer",
    "memo",
    "overview",
    "readable",
    "rooms",
    "said",
    "sources",
    "tell",
    "tell_overview",
    "way_back",
    "when",
]
