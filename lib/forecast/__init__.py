"""The persona ladder over months: what may come of today's customers, from their own history and stated beliefs.

Read `ladder` first: who a customer can be, and which moves are possible.
"""

from lib.forecast.beliefs import MOVES, SELLER, Assumptions, AssumptionsError, Belief, parse_assumptions
from lib.forecast.ladder import ANNUAL, BANDS, COHORTS, MONTHLY, TERMS, Ladder, Move, State, ladder
from lib.forecast.project import ForecastMonth, project

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
    "ForecastMonth",
    "Ladder",
    "Move",
    "State",
    "ladder",
    "parse_assumptions",
    "project",
]
