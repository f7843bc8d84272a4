"""Which deal next, on which rail, with which motion; which pilot, which renewal?"""

from lib.ui.views.pipeline.page import Page, Section, Shown
from lib.ui.views.pipeline.sections import SECTIONS, opened

__all__ = ["SECTIONS", "Page", "Section", "Shown", "opened"]
