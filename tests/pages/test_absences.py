"""What is missing is said, with its date and the command that brings it; never a traceback, never a zero instead."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_every_page import PAGES
from tests.pages.visit import headline, opened, said

See = Callable[..., AppTest]

# Page → the sources without which it has nothing to show, and the command that brings the first.
NEEDED = {
    "scorecard": ("stripe", "marketplace"),
    "segments": ("crm",),
    "persona_mix": ("crm",),
    "pipeline": ("crm",),
    "fee_absorption": ("stripe", "marketplace"),
    "price_change": ("stripe", "marketplace"),
    "overage": ("plans_db",),
    "discount_honesty": ("plans_db",),
    "listing": ("plans_db",),
}


@pytest.mark.parametrize("page", PAGES)
def test_four_customers_are_enough_for_every_page(seen_without: See, page: str) -> None:
    app = seen_without(page)
    assert not app.exception and not app.error
    assert headline(app)


@pytest.mark.parametrize(("page", "sources"), NEEDED.items(), ids=NEEDED.keys())
def test_a_page_without_its_sources_says_what_brings_them(seen_without: See, page: str, sources: tuple) -> None:
    app = seen_without(page, *sources)
    assert not app.exception
    assert not app.metric
    for source in sources:
        assert f"python -m lib pull --only {source}" in said(app)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("source", ["crm", "metering", "stripe", "marketplace", "company", "plans_db"])
def test_no_page_breaks_when_one_source_stays_away(seen_without: See, page: str, source: str) -> None:
    app = seen_without(page, source)
    assert not app.exception
    assert app.title or app.error


def test_sources_lists_what_is_missing(seen_without: See) -> None:
    app = seen_without("sources", "crm")
    assert "Deals (CRM) are missing; they have never been seen." in said(app)


def test_without_a_price_list_sources_still_opens(seen_without: See) -> None:
    app = seen_without("sources", "plans_db")
    assert "no invoiced line can be compared" in headline(app)
    assert "python -m lib pull --only plans_db" in said(app)


def test_a_source_older_than_promised_has_one_badge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_AS_OF", "2026-11-20")
    assert said(opened("sources")).count("Marketplace is 20 days old") == 1
    assert "Stripe is 20 days old" in said(opened("fee_absorption"))
    assert "Stripe is" not in said(opened("overage"))
