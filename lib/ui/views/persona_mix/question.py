"""The question: how far ahead, towards which target, and what is moved. All of it lives in the address."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from lib.catalog.document import nearest, shown
from lib.forecast.choices import MOST_TARGET
from lib.forecast.settings import Settings
from lib.ui import cards, controls, numbers
from lib.ui.forecasting import Asked
from lib.ui.views.persona_mix.levers import ONE_BY_ONE, Lever
from lib.ui.views.persona_mix.measures import ALL, MEASURES, SPLITS, Measure

_MONTHS, _TARGET, _MEASURE, _SPLIT = (f"persona_mix_{noun}" for noun in ("months", "target", "measure", "split"))
_LEVER = "persona_mix_lever"
_WIDTH, _TO_A_ROW = 210, 4
_STEP = 10_000
_TIMES, _SHARE = "× %.2f", "%.2f"


def measure() -> tuple[Measure, str]:
    """What the fan shows, and whether it is divided by persona or tier."""
    left, right = st.columns([3, 2])
    with left:
        picked = controls.one_of(_MEASURE, "Show", {key: each.words for key, each in MEASURES.items()})
    with right:
        split = controls.one_of(_SPLIT, "Divided", SPLITS)
    one = MEASURES[picked]
    if split != ALL and not one.is_divided:
        cards.note(f"{one.words} is forecast as a whole: overage is not divided by persona or tier.")
        return one, ALL
    return one, split


def asked(scenario: str | None, how: Settings, levers: Sequence[Lever]) -> Asked:
    """What the address asks: months, a target of MRR, and every lever that is not where it starts."""
    cards.heading("What moves it")
    left, right = st.columns(2)
    with left:
        months = controls.months(_MONTHS, "Months ahead", how.months.least, how.months.most, how.months.start)
    with right:
        target = _target(how.target_mrr_usd)
    moved = _levers(levers)
    return Asked(tuple(filter(None, [scenario])), months, target, tuple(moved.items()))


def _target(start: Decimal | None) -> Decimal | None:
    bound = controls.bound_number(_TARGET, "Target of MRR, USD", 0, MOST_TARGET, is_whole=True)
    typed = st.number_input(
        "Target of MRR, USD",
        0,
        MOST_TARGET,
        int(start or 0),
        _STEP,
        key=_TARGET,
        bind=bound,
        help="The page then says in which month it is reached, as a range. 0 is no target.",
    )
    return Decimal(typed) if typed else None


def _levers(levers: Sequence[Lever]) -> Mapping[str, Decimal]:
    """The levers in their groups, those of one persona folded away → what is not where it starts."""
    moved: dict[str, Decimal] = {}
    _say_strangers(levers)
    with st.container(border=True):
        for group in dict.fromkeys(lever.group for lever in levers):
            own = [one for one in levers if one.group == group]
            if group == ONE_BY_ONE:
                with st.expander(group, expanded=_is_asked(own), icon=":material/person_search:"):
                    moved |= _grid(own)
            else:
                cards.sentence(f"**{group}**")
                moved |= _grid(own)
        _reset(levers, moved)
    return moved


def _say_strangers(levers: Sequence[Lever]) -> None:
    """Say which levers of the address there are none of, and drop them: a link never claims what is not turned."""
    names = {_key(lever): lever.key for lever in levers}
    for key in [key for key in st.query_params if key.startswith(f"{_LEVER}_") and key not in names]:
        asked = key.removeprefix(f"{_LEVER}_")
        controls.say(f"This page has no lever {shown(asked)}, which its link moves; {nearest(asked, names.values())}")
        del st.query_params[key]


def _grid(levers: Sequence[Lever]) -> Mapping[str, Decimal]:
    grid = st.grid(_TO_A_ROW, min_column_width=_WIDTH)
    with grid:
        values = {lever: _slider(lever) for lever in levers}
    return {lever.key: value for lever, value in values.items() if value != lever.neutral}


def _is_asked(levers: Sequence[Lever]) -> bool:
    """Whether the address moves one of them, so that a link never hides what it asks."""
    return any(_key(lever) in st.query_params for lever in levers)


def _slider(lever: Lever) -> Decimal:
    ends = lever.low, lever.high
    form = _SHARE if lever.is_share else _TIMES
    return controls.within(_key(lever), lever.label, ends, lever.neutral, form, lever.why)


def _reset(levers: Sequence[Lever], moved: Mapping[str, Decimal]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Put every lever back",
            key="persona_mix_reset",
            on_click=_put_back,
            args=(tuple(levers),),
            disabled=not moved,
            icon=":material/undo:",
            help=None if moved else "Every lever stands where history and beliefs put it.",
        )
        words = numbers.counted(len(moved), "lever is", "levers are") + " moved" if moved else "No lever is moved"
        cards.note(f"{words}. A lever multiplies what is believed and was seen; shares are taken as they stand.")


def _put_back(levers: Sequence[Lever]) -> None:
    for lever in levers:
        st.session_state[_key(lever)] = float(lever.neutral)


def _key(lever: Lever) -> str:
    return f"{_LEVER}_{lever.key.replace('.', '_')}"
