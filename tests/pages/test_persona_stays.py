"""How long customers stay, on the page: curves, a row for each group, and in words what cannot be known."""

import re
from dataclasses import replace

import pandas as pd
import pytest
import streamlit as st
from numpy.testing import assert_allclose

from lib.desk.staying import PERSONA, Group, Staying, Told
from lib.retention import Fit, kaplan_meier, log_rank
from lib.ui import forecasting
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import stays
from tests.pages import foretold_by_hand as hand
from tests.pages.visit import opened, said

# Ten partners: one leaves after 2 months, two after 4, four are still there after 5, three after 20.
MONTHS, LEFT = [2, 4, 4, 5, 5, 5, 5, 20, 20, 20], [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
LEGEND = Legend((), (), (), {"aws_partner": "AWS partner"})
FEW = "3 of 10 customers who pay by the month have left: fewer than 10 do not show how leaving changes with time"


def by_hand(told: Told, compared: bool = True) -> Staying:
    curve = kaplan_meier(MONTHS, LEFT)
    one, other = Group("aws_partner", curve, told), Group("everybody", curve, told)
    found = log_rank(MONTHS, LEFT, list("ababababab")) if compared else None
    return Staying(PERSONA, None, other, (one,), found, None if compared else "one group", 0.008, 2)  # type: ignore[arg-type]


def test_steps_are_the_shares_still_there() -> None:
    """9 of 10 after 2 months; of 9, 7 stay at 4: 9/10 · 7/9 = 70 %. The last row draws the step to month 20."""
    frame = stays.seen_frame(by_hand(Told(10, 3, None, None, None, FEW)))
    own = frame[frame["group"] == "aws_partner"]
    assert list(own["months"]) == [0, 2, 4, 20]
    assert_allclose(own["share"], [1, 0.9, 0.7, 0.7])
    assert (own["low"] <= own["share"]).all() and (own["share"] <= own["high"]).all()


def test_a_group_with_few_leavers_says_so_and_draws_no_model() -> None:
    found = by_hand(Told(10, 3, None, None, None, FEW))
    row = stays.table(found, LEGEND).iloc[1]
    assert dict(row[["group", "watched", "left", "half", "lifetime", "reason"]]) == {
        "group": "AWS partner",
        "watched": 10,
        "left": 3,
        "half": "not reached",
        "lifetime": "no data",
        "reason": FEW,
    }
    assert row["after_a_year"].startswith("70% (")
    assert stays.modelled(found).empty


@pytest.mark.parametrize(
    ("whole", "groups", "longer"),
    [
        (59.0, (41.0, None, 52.0), True),
        (50.0, (41.0, None, 52.0), False),
        (59.0, (41.0, 52.0), False),
        (59.0, (None,), False),
    ],
)
def test_a_whole_that_stays_longer_than_every_group_with_a_number_is_explained(
    whole: float, groups: tuple[float | None, ...], longer: bool
) -> None:
    """Groups of whom too few have left have no number, and are in the whole."""
    told = [Told(10, 3, None, lifetime, None, FEW) for lifetime in (whole, *groups)]
    everybody, *parts = [Group("aws_partner", kaplan_meier(MONTHS, LEFT), one) for one in told]
    found = replace(by_hand(told[0]), everybody=everybody, groups=tuple(parts))
    assert stays.is_longer(found) == longer


def test_a_model_is_drawn_as_far_as_was_seen_and_its_lifetime_is_called_an_extrapolation() -> None:
    """With alpha = beta = 1 the share still there after n periods is 1 / (n + 1)."""
    found = by_hand(Told(10, 3, Fit(1.0, 1.0), 41.6, None, None))
    modelled = stays.modelled(found)
    assert list(modelled["months"]) == list(range(21))
    assert_allclose(modelled["share"], [1 / (n + 1) for n in range(21)])
    row = stays.table(found, LEGEND).iloc[1]
    assert row["lifetime"] == "42 months"
    assert row["reason"].startswith("extrapolated from 20 months: shifted-beta-geometric; 3 of 10 customers")


def test_where_groups_cannot_be_compared_the_words_say_why() -> None:
    words = stays.differ_words(by_hand(Told(10, 3, None, None, None, FEW), compared=False))
    assert words == "By persona, nobody can say whether stays differ: one group"


def test_every_step_is_taken_along() -> None:
    listed = stays.steps(by_hand(Told(10, 3, None, None, None, FEW)), LEGEND)
    own = listed[listed["group"] == "AWS partner"]
    assert own[["months", "at_risk", "left", "still_there_rate"]].values.tolist() == [[2, 10, 1, 0.9], [4, 9, 2, 0.7]]


@pytest.mark.parametrize(("axis", "groups"), [("Persona", 6), ("Tier", 5), ("Term", 3)])
def test_the_panel_has_a_curve_for_each_group_of_the_sample(
    axis: str, groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasting, "foretell", hand.foretold)
    monkeypatch.setattr(forecasting, "tested", hand.tested)
    st.cache_resource.clear()
    app = opened("persona_mix", persona_mix_panel="How long they stay", persona_mix_stays=axis)
    assert not app.exception and not app.error
    curves = [chart for chart in app.get("plotly_chart") if "the share still there" in chart.proto.alt]
    assert len(curves) == groups
    [table] = [one.value for one in app.dataframe if "half" in one.value]
    assert len(table) == groups + 1 and table["group"].iloc[0] == "Everybody"
    assert re.search(r"By \w+, stays (differ|do not differ for certain): by chance alone", said(app))
    few = pd.Series(table["reason"]).str.contains("fewer than 10")
    assert (table.loc[few, "lifetime"] == "no data").all()
    st.cache_resource.clear()
