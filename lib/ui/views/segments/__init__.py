"""Who buys, how recurring revenue moved, who stays, and how sellers split between their own hands and integrators."""

from lib.ui.views.segments.people import absence
from lib.ui.views.segments.sections import SECTIONS, WITHOUT_CONTRACTS, Page, Shown, opened

__all__ = ["SECTIONS", "WITHOUT_CONTRACTS", "Page", "Shown", "absence", "opened"]
