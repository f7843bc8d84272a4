"""Look closer: one panel at a time, so that a moved lever stays quick; which one is in the address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from lib.ui import controls, data, forecasting, worths
from lib.ui.cards import Stamp
from lib.ui.forecasting import Asked, Testing
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import compare, final, made_of, matters, moves, panels, stays, worth
from lib.ui.views.persona_mix.answered import Answer
from lib.ui.views.persona_mix.measures import Measure
from lib.ui.views.persona_mix.past import Past

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Look:
    """What a panel is drawn from."""

    asked: Asked
    told: Answer
    measure: Measure
    mover: str | None
    testing: Testing
    legend: Legend
    stamp: Stamp


def look_closer(look: Look) -> Tables:
    """Draw the panel that is picked → its tables, to be taken along."""
    picked = controls.one_of("persona_mix_panel", "Look closer", {key: words for key, (words, _) in PANELS.items()})
    return PANELS[picked][1](look)


def _compare(look: Look) -> Tables:
    return compare.show(look.told, look.measure, look.mover, look.legend)


def _made_of(look: Look) -> Tables:
    return made_of.show(look.told, look.measure, look.mover, look.legend)


def _matters(look: Look) -> Tables:
    return matters.show(look.told, look.legend)


def _panels(look: Look) -> Tables:
    return panels.show(look.told, data.history(), look.testing, look.asked, forecasting.assumptions(), look.legend)


def _moves(look: Look) -> Tables:
    return moves.show(look.told, look.legend)


def _stays(look: Look) -> Tables:
    return stays.show(look.legend)


def _final(look: Look) -> Tables:
    run = forecasting.final_run(look.asked)
    past = Past(look.testing.found) if look.testing.found else None
    final.show(run, look.told, look.measure, data.history(), look.mover, look.legend, past, look.stamp)
    return {}


def _worth(look: Look) -> Tables:
    return worth.show(worths.worths(look.asked), look.legend)


PANELS: Mapping[str, tuple[str, Callable[[Look], Tables]]] = {
    "compare": ("What makes the difference", _compare),
    "made_of": ("What it is made of", _made_of),
    "matters": ("What matters most", _matters),
    "panels": ("Certain, estimated, assumed", _panels),
    "moves": ("Expected moves", _moves),
    "stays": ("How long they stay", _stays),
    "worth": ("What a customer is worth", _worth),
    "final": ("Final run", _final),
}
