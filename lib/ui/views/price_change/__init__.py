"""If we changed this price: who pays more, what happens to revenue and when, and what exactly changes."""

from lib.ui.views.price_change.answer import (
    ASSUMPTIONS,
    absence,
    changes,
    finding,
    held,
    listed_changes,
    listed_effects,
    overview,
    overview_finding,
    show,
    when,
)
from lib.ui.views.price_change.closer import Look, look_closer
from lib.ui.views.price_change.question import asked, edited, lever, said

__all__ = [
    "ASSUMPTIONS",
    "Look",
    "absence",
    "asked",
    "changes",
    "edited",
    "finding",
    "held",
    "lever",
    "listed_changes",
    "listed_effects",
    "look_closer",
    "overview",
    "overview_finding",
    "said",
    "show",
    "when",
]
