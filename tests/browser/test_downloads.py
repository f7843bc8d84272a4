"""What a page hands out is made when it is clicked, where there is no session any more: every button gives its file."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from lib.ui.views import deal_desk, pipeline, savings, segments
from lib.ui.views.fee_absorption import SECTIONS
from tests.browser.visit import BROKEN, SECONDS, visit
from tests.servers.app import App

AT_ONCE = 8  # the browser asks before it takes an eleventh file from one visit
TOLD = {"savings_by": "The spend", "savings_spend": "1m"}  # of the example no sheet is made
PAGES = [
    *(f"fee_absorption?{urlencode({'fees_view': words})}" for words, _ in SECTIONS.values()),
    *(f"segments?{urlencode({'segments_view': words})}" for words, _ in segments.SECTIONS.values()),
    *(
        f"segments?{urlencode({'focus_product': 'Control plane', 'segments_other_view': words})}"
        for words, _ in segments.WITHOUT_CONTRACTS.values()
    ),
    *(f"pipeline?{urlencode({'pipeline_view': one.words})}" for one in pipeline.SECTIONS.values()),
    *(f"savings?{urlencode({'savings_view': words, **TOLD})}" for words, _ in savings.SECTIONS.values()),
    *(f"deal_desk?{urlencode({'deal_view': words})}" for words, _ in deal_desk.SECTIONS.values()),
    "discount_honesty",
    "listing",
    "scorecard",
    f"persona_mix?{urlencode({'persona_mix_panel': 'What it is made of', 'persona_mix_lever_churn': '0.8'})}",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_button_gives_its_file(address: str, app_server: App, browser_page: Page) -> None:
    visit(browser_page, f"{app_server.url}/{address}")
    buttons = browser_page.locator("[data-testid=stDownloadButton] button")
    assert buttons.count() > 1
    for place in range(buttons.count()):
        if place and place % AT_ONCE == 0:
            visit(browser_page, f"{app_server.url}/{address}")
        with browser_page.expect_download(timeout=60 * SECONDS) as download:
            buttons.nth(place).click()
        assert download.value.path().stat().st_size > 0
    assert browser_page.locator(BROKEN).count() == 0
