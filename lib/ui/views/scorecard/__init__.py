"""What changed since I last looked, and are we on target?"""

from lib.ui.views.scorecard.answer import absence, draw, headline
from lib.ui.views.scorecard.gathered import gathered
from lib.ui.views.scorecard.since import compared_with

__all__ = ["absence", "compared_with", "draw", "gathered", "headline"]
