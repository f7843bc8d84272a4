"""Look closer: one panel at a time, so that a moved price stays quick; which one is in the address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from lib.ui import answers, changing, closer, controls, data, judged, keeping, searches
from lib.ui.changing import Asked
from lib.ui.effects import Effect
from lib.ui.legends import Legend
from lib.ui.views.price_change import (
    answer,
    both_bills,
    decide,
    dimensions,
    guard,
    keep,
    question,
    respond,
    search,
    side_by_side,
    steady,
    who,
)

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Look:
    """What a panel is drawn from: what is asked, its effect, and the names of everything."""

    asked: Asked
    effect: Effect
    legend: Legend


def look_closer(look: Look) -> Tables:
    """Draw the panel that is picked → its tables, to be taken along."""
    picked = controls.one_of("price_change_panel", "Look closer", {key: words for key, (words, _) in PANELS.items()})
    return PANELS[picked][1](look)


def keep_closer(asked: Asked, legend: Legend) -> Tables:
    """Without a change there is nothing to look at closer but other prices, what was saved, and what was decided."""
    names = {key: words for key, (words, _) in WITHOUT_A_CHANGE.items()}
    return WITHOUT_A_CHANGE[controls.one_of("price_change_panel", "Look closer", names)][1](asked, legend)


def _changes(look: Look) -> Tables:
    answer.changes(look.effect, look.legend)
    return {}


def _edit(look: Look) -> Tables:
    asked = look.asked
    question.edited(asked, changing.rows(asked), changing.values(asked), changing.edited)
    return {}


def _when(look: Look) -> Tables:
    answer.when(look.effect)
    return {}


def _who(look: Look) -> Tables:
    found = closer.who(look.asked)
    who.show(found, look.legend)
    return who.tables(found, look.legend)


def _bills(look: Look) -> Tables:
    customer = both_bills.asked(closer.payers(look.asked))
    if customer is None:
        return {}
    found = closer.both_bills(look.asked, customer, both_bills.asked_reach())
    both_bills.show(found, look.legend)
    return both_bills.tables(found, look.legend)


def _dimensions(look: Look) -> Tables:
    found = closer.dimensions(look.asked)
    dimensions.show(found, look.legend)
    return dimensions.tables(found)


def _steady(look: Look) -> Tables:
    found = closer.steady(look.asked)
    steady.show(found, look.legend)
    return steady.tables(found)


def _respond(look: Look) -> Tables:
    return respond.show(look.effect, answers.on_file(), partial(answers.reactions, look.asked), look.legend)


def _beside(look: Look) -> Tables:
    keys = side_by_side.asked(data.scenario_names(), look.asked.scenario)
    others, refused = changing.effects_on_file(look.asked, keys)
    return side_by_side.show([look.effect, *others], refused, look.legend)


def _guard(look: Look) -> Tables:
    return guard.show(judged.judged(look.asked), look.legend)


def _search(asked: Asked, legend: Legend) -> Tables:
    return search.show(searches.search(asked), legend)


def _keep(asked: Asked, legend: Legend) -> Tables:
    return keep.show(keeping.kept(asked), asked, legend)


def _decide(asked: Asked, legend: Legend) -> Tables:
    return decide.show(keeping.decided(asked), asked, legend)


WITHOUT_A_CHANGE: Mapping[str, tuple[str, Callable[[Asked, Legend], Tables]]] = {
    "search": ("Search", _search),
    "keep": ("Save", _keep),
    "decide": ("Decisions", _decide),
}
PANELS: Mapping[str, tuple[str, Callable[[Look], Tables]]] = {
    "changes": ("What changes", _changes),
    "edit": ("Edit prices", _edit),
    "when": ("When", _when),
    "who": ("Who", _who),
    "bills": ("Bills", _bills),
    "dimensions": ("Dimensions", _dimensions),
    "steady": ("Steadiness", _steady),
    "respond": ("Responses", _respond),
    "guard": ("Guardrails", _guard),
    "beside": ("Side by side", _beside),
    "search": ("Search", lambda look: _search(look.asked, look.legend)),
    "keep": ("Save", lambda look: _keep(look.asked, look.legend)),
    "decide": ("Decisions", lambda look: _decide(look.asked, look.legend)),
}
