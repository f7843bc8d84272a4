"""What may come as the persona mix moves: a fan, its levers, what makes the difference, and how sure all of it is."""

from lib.ui.views.persona_mix.answer import absence, finding, look_further, mover, picture, rail_alone, row, width
from lib.ui.views.persona_mix.answered import Answer
from lib.ui.views.persona_mix.closer import Look, look_closer
from lib.ui.views.persona_mix.levers import levers
from lib.ui.views.persona_mix.past import Past
from lib.ui.views.persona_mix.question import asked, measure
from lib.ui.views.persona_mix.take import ASSUMPTIONS, rooms, tables
from lib.ui.views.persona_mix.watch import past as tested

__all__ = [
    "ASSUMPTIONS",
    "Answer",
    "Look",
    "Past",
    "absence",
    "asked",
    "finding",
    "levers",
    "look_closer",
    "look_further",
    "measure",
    "mover",
    "picture",
    "rail_alone",
    "rooms",
    "row",
    "tables",
    "tested",
    "width",
]
