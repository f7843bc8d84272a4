"""What does each rail keep, what have we absorbed, what would a move be worth, and how is the fee read?"""

from lib.ui.views.fee_absorption.keeps import absence
from lib.ui.views.fee_absorption.sections import SECTIONS, Page, Shown, opened

__all__ = ["SECTIONS", "Page", "Shown", "absence", "opened"]
