"""The panel of guardrails: its sentence, verdicts as words, and what is missing; on the sample and on a small world."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visit import SECONDS, said


def panel(scenario: str, horizon: str) -> None:
    """What runs inside the tested app: the panel alone, through its door."""
    import streamlit as st

    from lib.ui import data, judged
    from lib.ui.changing import Asked
    from lib.ui.opening import open_run
    from lib.ui.views.price_change import guard

    open_run()
    asked = Asked(scenario, horizon=horizon)
    tables = guard.show(judged.judged(asked), data.legend())
    standing = judged.standing(asked)
    st.json({"tables": {name: list(frame) for name, frame in tables.items()}, "limits": standing.limits})


def shown(scenario: str, horizon: str = "past") -> AppTest:
    app = AppTest.from_function(panel, args=(scenario, horizon), default_timeout=SECONDS).run()
    assert not app.exception
    return app


def test_a_broken_guardrail_is_named_in_the_headline_first_and_with_its_reason() -> None:
    app = shown("volume-bands")
    assert app.subheader[0].value.startswith(
        "1 of 13 guardrails is broken: Customers who would pay less by using more, or on the next tier: 107, at most 0"
    )
    verdicts = [one.value for one in app.markdown if "-badge[" in one.value]
    assert ["broken]" in one for one in verdicts] == [True] + [False] * 12
    assert "Nobody sells on purpose a price at which more costs less" in said(app)
    assert 'The published claim "Save 20%" is false today and stays so' in said(app)


def test_a_change_that_keeps_all_says_so_and_what_it_mends() -> None:
    app = shown("honest-20")
    assert app.subheader[0].value == "All 13 guardrails are kept"
    assert 'The published claim "Save 20%" is false today and becomes true.' in said(app)
    # 5,451,797.64 - 403,022.00 of 5,451,797.64; and the same cost off 5,397,810.25
    assert "Gross margin 92.61% at today's prices, 92.53% proposed" in said(app)
    assert "−$54.0k of gross margin, everybody reached; −$45.5k as reached" in said(app)


def test_what_nobody_can_measure_is_undecided_in_words() -> None:
    app = shown("honest-20", "ahead")
    assert app.subheader[0].value == "0 of 13 guardrails are broken, 2 undecided"
    assert sum("undecided]" in one.value for one in app.markdown) == 2
    assert "needs the infrastructure spend of 2027-01" in said(app)


@pytest.mark.parametrize("scenario", ["say-17", "starter-plus-10"])
def test_without_any_costs_no_margin_is_shown_and_no_limit_on_it_kept(
    scenario: str, open_without: Callable[..., None]
) -> None:
    open_without()
    app = shown(scenario)
    assert "Gross margin: not measurable: needs the unit cost of " in said(app)
    kept = [one.value for one in app.markdown if "kept]" in one.value]
    assert not any("margin" in one or "Infrastructure" in one or "below what a unit costs" in one for one in kept)
    assert "Gross margin 9" not in said(app)
