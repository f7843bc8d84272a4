"""A page that is drawn alone brings the shell back whenever the shell would stand otherwise, and only then."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visit import SECONDS


def desk() -> None:
    """A shell and a page in it; as in a browser, a run draws the shell only where the whole desk is asked for."""
    import streamlit as st

    from lib.ui import alone, controls, data, opening

    def page() -> None:
        st.write(f"page {controls.picked_scenario()}")
        if st.button("Turn to another scenario", key="turn"):
            st.session_state["scenario"] = "honest-20"

    is_whole = not st.session_state.get("stands", False)
    st.session_state["stands"] = False  # a run that the page asks for draws everything
    if is_whole:
        opening.open_run()
        data.scenario_names()
        alone.around_is_drawn()
        st.write("shell")
    alone.alone(page)()
    st.session_state["stands"] = True


def opened() -> AppTest:
    return AppTest.from_function(desk, default_timeout=SECONDS).run()


def drawn(app: AppTest) -> list[str]:
    assert not app.exception
    return [line.value for line in app.markdown]


def test_the_shell_is_left_as_it_stands_while_nothing_changes_in_it() -> None:
    app = opened()
    assert drawn(app) == ["shell", "page None"]
    assert drawn(app.run()) == ["page None"]


def test_the_shell_follows_a_scenario_that_the_page_turned_to() -> None:
    app = opened()
    app.button(key="turn").click().run()
    assert drawn(app.run()) == ["shell", "page honest-20"]
    assert drawn(app.run()) == ["page honest-20"]


def test_the_shell_follows_what_is_published_meanwhile(
    published_without: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(published_without("crm")))
    assert drawn(app.run()) == ["shell", "page None"]
    assert drawn(app.run()) == ["page None"]


def test_a_problem_that_a_reader_can_mend_is_one_sentence_in_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    monkeypatch.setenv("PRICING_DESK_AS_OF", "soon")
    app.run()
    [told] = [error.value.replace("\\", "") for error in app.error]
    assert told == "PRICING_DESK_AS_OF is 'soon'; write a day as in 2026-10-31"
    assert not app.exception
