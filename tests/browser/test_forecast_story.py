"""A founder's story: a lever is moved, the sentence and the fan follow, and the link shows somebody else the same."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.visit import BROKEN, HEADLINE, SECONDS, settle, visit
from tests.servers import chromium
from tests.servers.app import App

LEVER = "[class*=st-key-persona_mix_lever_arrivals_seller]"
FAN = "[class*=st-key-persona_mix_fan_mrr]"


def lines(page: Page) -> int:
    """How many lines and bands the fan has."""
    return page.locator(f"{FAN} .js-line, {FAN} .js-fill").count()


def test_a_lever_is_moved_and_the_link_shows_the_same(
    app_server: App, browser_page: Page, chromium_browser: Browser
) -> None:
    before = visit(browser_page, f"{app_server.url}/persona_mix").headline
    assert before.startswith("MRR in ") and "with" not in before
    drawn = lines(browser_page)

    handle = browser_page.locator(LEVER).get_by_role("slider")
    handle.focus()
    for _ in range(5):
        handle.press("ArrowRight")
    expect(browser_page.locator(HEADLINE)).to_contain_text("with 1 lever moved it changes by", timeout=30 * SECONDS)
    expect(browser_page).to_have_url(re.compile(r"persona_mix_lever_arrivals_seller=1\.5"), timeout=30 * SECONDS)
    settle(browser_page)  # five presses are five runs: the last one is drawn
    moved, link = browser_page.locator(HEADLINE).inner_text(), browser_page.url
    assert "persona_mix_lever_arrivals_seller=1.5" in link
    assert lines(browser_page) > drawn  # the baseline in grey, and what is asked in colour

    page = chromium_browser.new_page(viewport=chromium.DESKTOP)
    try:
        visit(page, link)
        assert page.locator(HEADLINE).inner_text() == moved
        assert page.locator(BROKEN).count() == 0
    finally:
        page.close()
    assert browser_page.locator(BROKEN).count() == 0
