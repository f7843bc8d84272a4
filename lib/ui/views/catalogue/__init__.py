"""What a product that has a book of its own sells: its tiers, a month rated on them, and the prices nobody set."""

from lib.ui.views.catalogue.sells import Shown, show

__all__ = ["Shown", "show"]
