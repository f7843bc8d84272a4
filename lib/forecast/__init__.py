"""The persona ladder over months: what may come of today's customers, from their own history and stated beliefs.

Read `ladder` first: who a customer can be, and which moves are possible.
"""

from lib.forecast.beliefs import MOVES, SELLER, Assumptions, AssumptionsError, Belief
from lib.forecast.ladder import ANNUAL, BANDS, COHORTS, MONTHLY, TERMS, Ladder, Move, State, ladder
from lib.forecast.reading import parse_assumptions

__all__ = [
    "ANNUAL",
    "BANDS",
    "COHORTS",
    "MONTHLY",
    "MOVES",
    "SELLER",
    "TERMS",
    "Assumptions",
    "AssumptionsError",
    "Belief",
    "Ladder",
    "Move",
    "State",
    "ladder",
    "parse_assumptions",
]
