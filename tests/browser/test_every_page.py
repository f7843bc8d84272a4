"""Every page, as a founder sees it at 1440 x 900: it answers in a sentence with a number, and nothing breaks."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.visit import PAGES, SCREENS, visit
from tests.servers.app import App


@pytest.mark.parametrize("name", PAGES)
def test_a_page_answers_with_a_number_and_without_an_error(app_server: App, browser_page: Page, name: str) -> None:
    seen = visit(browser_page, f"{app_server.url}/{name}")
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser_page.screenshot(path=SCREENS / f"{name}.png")
    assert re.search(r"\d", seen.headline), f"the headline has no number: {seen.headline!r}"
    assert seen.errors == []
    assert browser_page.get_by_test_id("stException").count() == 0
    assert browser_page.get_by_role("dialog").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_window(app_server: App, browser_page: Page, name: str) -> None:
    visit(browser_page, f"{app_server.url}/{name}")
    beyond = "document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth"
    assert browser_page.evaluate(beyond) <= 0


def test_the_server_logged_no_traceback_and_no_warning(app_server: App, browser_page: Page) -> None:
    for name in PAGES:
        visit(browser_page, f"{app_server.url}/{name}")
    assert not re.search(r"traceback|warning|deprecat", app_server.logged(), re.IGNORECASE), app_server.logged()[-4000:]
