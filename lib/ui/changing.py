"""What the price-change page asks of the desk: a scenario, a few edited numbers, and the months it is held against.

Keys are small values. The population is prepared once per rollout; a moved price is one book more over it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.catalog.book import Book
from lib.catalog.edits import EditError, Row, changes_of, editable, edits_of
from lib.catalog.scenario import Scenario, overlaid
from lib.desk import PAST, SIMULATED, Desk, Ready, Simulation, read_document, ready
from lib.manifest import fingerprint
from lib.periods import last_full_months
from lib.reconciliation import Invoiced
from lib.refusal import Refusal
from lib.ui import data, effects, records
from lib.ui.effects import Effect, World
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version
from lib.ui.saved import scenario_of

EDITED, EDITS_WORDS = "edited", "the edited prices"
NOBODY = "no scenario"
_RESULTS, _EFFECTS, _PREPARED, _SIMULATIONS = 64, 24, 8, 4


@dataclass(frozen=True)
class Asked:
    """What a reader asks: a scenario on file or none, edits as a link writes them, and the months held against."""

    scenario: str | None
    edits: str = ""
    horizon: str = PAST
    months: int = 12

    @property
    def is_nothing(self) -> bool:
        """Whether the baseline stands as it is."""
        return self.scenario is None and not self.edits


# What a key says in words tells it from all others, and is quickly written.
BY_WORDS: dict[str | type[Any], Callable[[Any], Any]] = {Version: repr, Asked: repr}


@data.only_for("price_change")
def effect(asked: Asked) -> Effect:
    """What a change would bring, with everybody reached and as they are reached, and nobody reacting."""
    return _effect(opened_version(), asked)


@data.only_for("price_change")
def effect_or_none(asked: Asked | None) -> Effect | None:
    """The same; None where nothing is asked or it cannot be, which the page says where it asks again."""
    if asked is None or asked.is_nothing:
        return None
    try:
        return _effect(opened_version(), asked)
    except Refusal:
        return None


@data.only_for("price_change")
def invoiced(effect: Effect) -> Invoiced | None:
    """What was invoiced in the months of an effect, and what leads to the baseline; None of months to come."""
    return data.invoiced(effect.window) if effect.horizon == PAST else None


@data.only_for("price_change")
def effects_on_file(asked: Asked, keys: Iterable[str] | None = None) -> tuple[list[Effect], list[str]]:
    """The effect of scenarios, of all on file unless named, over the months asked for; of those refused, why."""
    found: list[Effect] = []
    refused: list[str] = []
    for key in data.scenario_names() if keys is None else keys:
        try:
            found.append(effect(replace(asked, scenario=key, edits="")))
        except Refusal as refusal:
            refused.append(str(refusal))
    return found, refused


@data.only_for("price_change")
def simulation(asked: Asked) -> Simulation:
    """The same line by line, for whoever looks closer."""
    return simulated(opened_version(), asked)


@data.only_for("price_change")
def customers(asked: Asked) -> pd.DataFrame:
    """Every customer's two bills, the largest change first."""
    return _customers(opened_version(), asked)


@data.only_for("price_change")
def customers_later(asked: Asked) -> Callable[[], pd.DataFrame]:
    """The same for a file that is made when somebody clicks: it asks no session, for there is none at hand then."""
    return partial(_customers, opened_version(), asked)


@data.only_for("price_change")
def rows(asked: Asked) -> tuple[Row, ...]:
    """Every number that may be edited, as the scenario without the edits has it."""
    return _rows(opened_version(), asked.scenario)


@data.only_for("price_change")
def values(asked: Asked) -> Mapping[str, Decimal | str]:
    """The same numbers by path, as the edited scenario has them."""
    return _values(opened_version(), asked.scenario, asked.edits)


@data.only_for("price_change")
def edited(asked: Asked, path: str, value: str) -> Asked:
    """What is asked with one number more edited; a number that cannot be, or that nothing can be rated by, is refused.

    It is rated at once, while nothing has been sent to the browser yet: what stands above the headline would otherwise
    be drawn first, and the headline only in the round after.
    """
    if ";" in value:  # a link begins its next edit there
        raise EditError(f"{path} is {value!r}; write one number in one place")
    book = _book(opened_version(), asked.scenario, "")
    kept = [edit for edit in asked.edits.split(";") if edit and not edit.startswith(f"{path}=")]
    edits = ";".join([*kept, f"{path}={value}"])
    found = replace(asked, edits=edits_of(book, _book(opened_version(), asked.scenario, edits)))
    _effect(opened_version(), found)
    return found


def scenarios(desk: Desk, asked: Asked) -> list[Scenario]:
    """What is asked as scenarios to lay over each other: the one on file, then the edits, for the same people."""
    found = _named(desk, asked)
    if not asked.edits:
        return found
    *chosen, edits = found
    return [*chosen, replace(edits, changes=changes_of(desk.proposed_book(*chosen), asked.edits))]


def together(desk: Desk, asked: Asked) -> Scenario:
    """What is asked as one scenario: its name, dates, people and claims; of edited numbers it does not tell which."""
    found = _named(desk, asked)
    if not found:
        return Scenario(NOBODY, NOBODY, "", "", desk.book.id, None, {})
    return replace(found[0], name=" + ".join(one.name for one in found), key=" + ".join(one.key for one in found))


def _named(desk: Desk, asked: Asked) -> list[Scenario]:
    """The scenarios of what is asked, the edits by name alone: reading them is left to who lays them over a book."""
    chosen = [scenario_of(desk, key) for key in (asked.scenario,) if key]
    if not asked.edits:
        return chosen
    first = chosen[0] if chosen else None
    edits = Scenario(
        key=EDITED,
        name="Edited prices",
        author="",
        why="Edited on the page.",
        baseline=desk.book.id,
        effective=first.effective if first else None,
        changes={},
        file=EDITS_WORDS,
    )
    return [*chosen, replace(edits, rollout=first.rollout) if first else edits]


# A plain cache: one moved price asks for the same books nine times, and Streamlit's takes a quarter of a millisecond.
@lru_cache(maxsize=_RESULTS)
def _book(version: Version, scenario: str | None, edits: str) -> Book:
    """The current book under a scenario and edits of it."""
    desk = opened_desk(version)
    book = desk.proposed_book(*[scenario_of(desk, key) for key in (scenario,) if key])
    return overlaid(book, changes_of(book, edits), EDITS_WORDS) if edits else book


# Few, because an effect keeps everybody's months. No words while it is rated: that takes milliseconds once the
# population stands, and what a browser draws before the headline, the headline waits for.
@lru_cache(maxsize=_EFFECTS)
def _effect(version: Version, asked: Asked) -> Effect:
    desk = opened_desk(version)
    one, books = together(desk, asked), (desk.book, _book(version, asked.scenario, asked.edits))
    world = _world(version, asked.months, asked.horizon)
    return effects.of(one, _prepared(version, asked, one), asked.horizon, books, world)


def _customers(version: Version, asked: Asked) -> pd.DataFrame:
    one = together(opened_desk(version), asked)
    found = _prepared(version, asked, one).under(_book(version, asked.scenario, asked.edits))
    return effects.customers(found, _world(version, asked.months, asked.horizon).customers)


def _prepared(version: Version, asked: Asked, one: Scenario) -> Ready:
    """The population that is ready for what is asked: scenarios of the same dates and people share it."""
    book = _book(version, asked.scenario, asked.edits)
    by_event = sorted({key for (_, key), price in book.prices.items() if price.per_event})
    reached = fingerprint({"effective": one.effective, "rollout": one.identity["rollout"], "by_event": by_event})
    return _ready(version, asked.months, asked.horizon, reached, lambda: (one, book))


@st.cache_resource(max_entries=_PREPARED, show_spinner="Preparing every customer's usage…", hash_funcs=BY_WORDS)
def _ready(
    version: Version,
    months: int,
    horizon: str,
    rollout: str,  # noqa: ARG001 - the key that stands for the scenario
    _asked: Callable[[], tuple[Scenario, Book]],
) -> Ready:
    """A population ready for any prices; `rollout` names the dates and the people that are asked for."""
    scenario, book = _asked()
    return ready(opened_desk(version), scenario, months, horizon, book)


@st.cache_resource(max_entries=_SIMULATIONS, show_spinner="Rating every line under both books…")
def simulated(version: Version, asked: Asked) -> Simulation:
    """The same for the other doors of the page, which checked the role and need no session."""
    desk = opened_desk(version)
    return desk.simulate(*scenarios(desk, asked), months=asked.months, horizon=asked.horizon)


@st.cache_resource(max_entries=_RESULTS, show_spinner=False, hash_funcs=BY_WORDS)
def _rows(version: Version, scenario: str | None) -> tuple[Row, ...]:
    return editable(_book(version, scenario, ""))


@st.cache_resource(max_entries=_RESULTS, show_spinner=False, hash_funcs=BY_WORDS)
def _values(version: Version, scenario: str | None, edits: str) -> dict[str, Decimal | str]:
    return {row.path: row.value for row in editable(_book(version, scenario, edits))}


@st.cache_resource(max_entries=2 * VERSIONS, show_spinner=False)
def _world(version: Version, months: int, horizon: str) -> World:
    desk = opened_desk(version)
    window = last_full_months(desk.recorded_on, months)
    invoiced = records.invoiced(desk, window) if horizon == PAST else None
    said = read_document(desk.data / "claims.toml")["claims"]
    return World(records.known(desk), invoiced, said, tuple(desk.missing(*SIMULATED)))
