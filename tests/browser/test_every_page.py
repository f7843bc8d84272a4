"""Every page, as a founder sees it at 1440 x 900: it answers in a sentence with a number, and nothing breaks."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.visit import BROKEN, PAGES, SCREENS, visit
from tests.servers.app import App

COMPLAINT = re.compile(r"traceback|warning|deprecat", re.IGNORECASE)
BEYOND_THE_WINDOW = "document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_answers_with_a_number_and_without_an_error(app_server: App, browser_page: Page, name: str) -> None:
    already_logged = len(app_server.logged())
    seen = visit(browser_page, f"{app_server.url}/{name}")
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser_page.screenshot(path=SCREENS / f"{name}.png")
    logged = app_server.logged()[already_logged:]
    assert browser_page.locator(BROKEN).count() == 0, logged[-4000:]
    assert re.search(r"\d", seen.headline), f"the headline has no number: {seen.headline!r}"
    assert browser_page.get_by_role("dialog").count() == 0
    assert browser_page.evaluate(BEYOND_THE_WINDOW) <= 0
    assert not COMPLAINT.search(logged), logged[-4000:]
    assert seen.errors == []
