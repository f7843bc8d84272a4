"""What would this prospect save, does it pay, and what was delivered of such savings?"""

from lib.ui.views.savings.sections import SECTIONS, Page, Shown, opened

__all__ = ["SECTIONS", "Page", "Shown", "opened"]
