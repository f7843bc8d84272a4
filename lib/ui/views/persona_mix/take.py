"""Where the page's parts stand, and what is taken along from it."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.ui import frames
from lib.ui.cards import Tables
from lib.ui.views.persona_mix.answered import Answer
from lib.ui.views.persona_mix.measures import ALL, MEASURES, PERSONA, TIER

ASSUMPTIONS = (
    "Recorded months are exact; what may come are estimates with two digits. A fan is read off the paths month by "
    "month: no single path need stay inside it.",
    "Every path draws its own numbers from what is believed and was seen, and then its own luck: both are in the fan.",
    "Within a month customers leave, then move at most one rung or one tier, then new ones arrive. Nobody skips a rung "
    "or climbs down; an annual contract may end at its anniversary and at no other time.",
    "What is asked and the baseline are walked on the same luck; their difference is what is asked and nothing else.",
    "Rail and term of a customer are kept; a changed tier begins an annual contract anew.",
    "How it is run: data/forecast.toml. What is believed: data/assumptions/base.toml, each with its why.",
)


@dataclass(frozen=True)
class Rooms:
    """Where the page's parts stand, whichever is drawn first: the answer above the levers it follows from."""

    head: DeltaGenerator
    cards: DeltaGenerator
    shown: DeltaGenerator
    fan: DeltaGenerator
    levers: DeltaGenerator


def rooms() -> Rooms:
    """The page's rooms, from top to bottom."""
    return Rooms(*(st.container() for _ in range(5)))


def tables(told: Answer, recorded: pd.DataFrame) -> Tables:
    """Recorded months, and every fan."""
    return {"Recorded": frames.cents(recorded, "mrr_usd"), **every_fan(told)}


def every_fan(told: Answer) -> Tables:
    """Every fan with all its bands, each table made when it is taken."""
    return {
        "Fans": lambda: fans(told),
        "Fans by persona": lambda: fans(told, PERSONA),
        "Fans by tier": lambda: fans(told, TIER),
    }


def fans(told: Answer, split: str = ALL) -> pd.DataFrame:
    """Every measure by world and month: the middle and the ends of every band, USD or customers, as estimated."""
    shown = [one for one in MEASURES.values() if split == ALL or one.is_divided]
    parts = [
        (told.ahead(one.key) if split == ALL else told.ahead_by(one.key, split)).assign(measure=one.key)
        for one in shown
    ]
    whole = pd.concat(parts, ignore_index=True)
    first = [name for name in ("measure", "world", split, "is_baseline", "month") if name in whole]
    return whole[[*first, *(name for name in whole if name not in first)]].round(2)
