"""Every page on every scenario: it answers with a number, says where it comes from, and never breaks."""

import re
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.pages.conftest import SCENARIOS
from tests.pages.visit import headline, opened, said

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
BASELINE, ESTIMATES = "scenario baseline", "estimates of the control plane: no scenario of the list applies"
RECORDED = {"scorecard", "sources", "segments", "pipeline", "fee_absorption"}


@cache
def as_it_opens(page: str) -> AppTest:
    """A page as it opens for a founder, once for all tests that only look at it."""
    return opened(page)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("scenario", ["baseline", *SCENARIOS])
def test_a_page_answers_with_a_number(page: str, scenario: str) -> None:
    app = opened(page, scenario=scenario)
    assert not app.exception and not app.error
    assert re.search(r"\d", headline(app))
    assert len(app.title) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_where_it_comes_from_and_what_it_assumes(page: str) -> None:
    app = as_it_opens(page)
    foot = app.main.caption[-1].value.replace("\\", "")
    laid = ESTIMATES if page == "savings" else "recorded facts: no scenario applies" if page in RECORDED else BASELINE
    for part in ("Snapshot of 31 Oct 2026", "as of 31 Oct 2026", "book 2026-05-09", laid, "synthetic sample"):
        assert part in foot
    assert "Assumptions and downloads" in [heading.value for heading in app.subheader]
    assert "Excel workbook" in [button.label for button in app.get("download_button")]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_four_to_six_cards(page: str) -> None:
    assert 4 <= len(as_it_opens(page).metric) <= 6


@pytest.mark.parametrize("page", PAGES)
def test_every_chart_says_in_words_what_it_shows(page: str) -> None:
    charts = as_it_opens(page).get("plotly_chart")
    assert charts and all(chart.proto.alt for chart in charts)


def test_the_scenario_of_a_link_holds_on_every_page() -> None:
    app = opened("price_change", scenario="honest-20")
    assert app.selectbox(key="scenario").value == "honest-20"
    assert "scenario Honest 20" in said(app)


def test_a_scenario_that_is_not_on_file_is_told_with_the_nearest_and_shows_the_baseline() -> None:
    app = opened("price_change", scenario="honest-21")
    assert app.selectbox(key="scenario").value == "baseline"
    assert "no scenario 'honest-21'; did you mean 'honest-20'?" in app.warning[0].value.replace("\\", "")
    assert not app.exception


@pytest.mark.parametrize("page", PAGES)
def test_a_year_later_a_page_still_answers_and_says_how_old_it_is(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    today = headline(as_it_opens(page))
    monkeypatch.setenv("PRICING_DESK_AS_OF", "2027-10-31")
    app = opened(page)
    assert not app.exception and not app.error
    assert "365 days old" in said(app)
    if page not in ("sources", "pipeline"):  # these two speak of age itself: stale feeds, overdue deals
        assert headline(app) == today
