"""What the panel of responses asks of the desk: what people may answer to a price change, by a reader's own beliefs.

Who could choose what is worked out once for a rollout, and who is asked once for its prices: another belief is then
milliseconds. Keys are small values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import streamlit as st

from lib.catalog.book import Book
from lib.catalog.scenario import Scenario
from lib.desk import Asking, asking
from lib.manifest import fingerprint
from lib.reactions import Reactions, believed_churn, break_even_curve, tornado_bars, waterfall
from lib.response import People, Responses
from lib.ui import changing, data
from lib.ui.changing import Asked
from lib.ui.opening import Version, opened_desk, opened_version

Beliefs = tuple[tuple[str, Decimal], ...]  # key and value of those a reader moved, as in churn.beta_rises
_RESULTS, _PREPARED = 64, 8


@dataclass(frozen=True)
class Answers:
    """What people may answer, and by which beliefs: `reactions` over `asked` customers who meet the new prices.

    Of those asked `new` saw no other price. `leaving` is the least and the most extra churn that the beliefs allow,
    fractions of those who are not new, whether churn is counted or not. `steps` has the change by response, `curve`
    what is left of it as more leave, `by_month` the break-even if the window ended with each month, `bars` the beliefs
    that matter.
    """

    responses: Responses
    reactions: Reactions
    asked: int
    new: int
    leaving: tuple[float, float]
    steps: pd.DataFrame
    curve: pd.DataFrame
    by_month: pd.DataFrame
    bars: pd.DataFrame

    @property
    def may_leave(self) -> int:
        """Those asked who answer by leaving or not, for they knew another price."""
        return self.asked - self.new


@data.only_for("price_change")
def on_file() -> Responses:
    """What is believed until a reader believes something else: data/assumptions/responses.toml."""
    return opened_desk(opened_version()).responses


@data.only_for("price_change")
def reactions(asked: Asked, on: tuple[str, ...], beliefs: Beliefs = ()) -> Answers:
    """What people answer with some responses counted, by the beliefs on file but for those a reader moved."""
    return _answers(opened_version(), asked, on, beliefs)


def of(found: Reactions, responses: Responses) -> Answers:
    """What people answer, and what was believed → what a panel shows of it."""
    people, leaving = found.people, believed_churn(found.people, responses)
    return Answers(
        responses=responses,
        reactions=found,
        asked=int(np.sum(people.is_exposed)),
        new=int(np.sum(people.is_exposed & people.is_new)),
        leaving=leaving,
        steps=waterfall(found),
        curve=break_even_curve(found, leaving),
        by_month=pd.DataFrame({"month": found.months, "extra_churn_rate": found.break_even_by_month}),
        bars=tornado_bars(found),
    )


@st.cache_resource(max_entries=_RESULTS, show_spinner=False)
def _answers(version: Version, asked: Asked, on: tuple[str, ...], beliefs: Beliefs) -> Answers:
    responses = opened_desk(version).responses.switched(on)
    for key, value in beliefs:
        responses = responses.believing(key, value)
    return of(_asking_of(version, asked).answer(_people(version, asked), responses), responses)


@st.cache_resource(max_entries=_RESULTS, show_spinner=False)
def _people(version: Version, asked: Asked) -> People:
    """Who may answer one book."""
    return _asking_of(version, asked).under(_book(version, asked))


def _book(version: Version, asked: Asked) -> Book:
    desk = opened_desk(version)
    return desk.proposed_book(*changing.scenarios(desk, asked))


def _asking_of(version: Version, asked: Asked) -> Asking:
    """The population that is ready for what is asked: changes of the same dates, people, plans and units share it."""
    one, book = changing.together(opened_desk(version), asked), _book(version, asked)
    plans = [(plan.key, plan.tier, plan.term, plan.is_public) for plan in book.plans.values()]
    units = {key: item.is_metered for key, item in book.dimensions.items()}
    rollout = {"effective": one.effective, "rollout": one.identity["rollout"]}
    return _asking(version, asked.months, asked.horizon, fingerprint([rollout, plans, units]), lambda: one)


@st.cache_resource(max_entries=_PREPARED, show_spinner="Working out what everybody could choose…")
def _asking(
    version: Version,
    months: int,
    horizon: str,
    rollout: str,  # noqa: ARG001 - the key that stands for the scenario
    _scenario: Callable[[], Scenario],
) -> Asking:
    return asking(opened_desk(version), _scenario(), months, horizon)
