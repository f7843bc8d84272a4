"""If we changed this price: who pays more, what happens to revenue and when, and what exactly changes."""

from lib.ui.views.price_change.answer import (
    ASSUMPTIONS,
    absence,
    bills,
    changes,
    finding,
    listed_changes,
    listed_effects,
    overview,
    overview_finding,
    show,
)

__all__ = [
    "ASSUMPTIONS",
    "absence",
    "bills",
    "changes",
    "finding",
    "listed_changes",
    "listed_effects",
    "overview",
    "overview_finding",
    "show",
]
