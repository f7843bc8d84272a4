"""Is this private offer allowed, what does it keep, and what is left of it?"""

from lib.ui.views.deal_desk.sections import SECTIONS, Page, Shown, absence, opened

__all__ = ["SECTIONS", "Page", "Shown", "absence", "opened"]
