"""If we changed this price: who pays more, what happens to revenue and when, and what exactly changes."""

from lib.ui.views.price_change.answer import (
    ASSUMPTIONS,
    absence,
    changes,
    finding,
    listed_changes,
    listed_effects,
    overview,
    overview_finding,
    show,
)
from lib.ui.views.price_change.question import asked, edited, lever, said

__all__ = [
    "ASSUMPTIONS",
    "absence",
    "asked",
    "changes",
    "edited",
    "finding",
    "lever",
    "listed_changes",
    "listed_effects",
    "overview",
    "overview_finding",
    "said",
    "show",
]
