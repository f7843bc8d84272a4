"""A founder's story: a link, a price moved, saved, found again, held beside others, and taken along as a workbook."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visit import BROKEN, HEADLINE, SECONDS, settle, visit
from tests.servers import chromium
from tests.servers.app import App
from tests.spreadsheet import sheets

expect.set_options(timeout=30 * SECONDS)
PRICE = ".st-key-price_change_price input"
PICKER = ".st-key-price_change_panel"


@pytest.fixture
def desk_of_its_own(serve: Callable[..., AbstractContextManager[App]], tmp_path: Path) -> Iterator[App]:
    """The desk with a store of decisions that nobody else writes to."""
    with serve({"DECISIONS_DB_URL": f"sqlite:///{tmp_path / 'decisions.sqlite'}"}) as running:
        yield running


def look(page: Page, panel: str) -> None:
    page.locator(PICKER).get_by_text(panel, exact=True).click()
    settle(page)


def card(page: Page, label: str) -> str:
    metric = page.locator("[data-testid=stMetric]").filter(has_text=label).first
    return metric.locator("[data-testid=stMetricValue]").inner_text()


def test_a_price_is_moved_shared_saved_compared_and_taken_along(
    desk_of_its_own: App, browser_page: Page, chromium_browser: Browser, tmp_path: Path
) -> None:
    home = f"{desk_of_its_own.url}/price_change"
    seen = visit(browser_page, f"{home}?{urlencode({'scenario': 'starter-plus-10'})}")
    before = seen.headline
    assert before.startswith("Starter plus 10 % could bring $51.8k in 12 months")

    # edit a price, see the headline move
    price = browser_page.locator(PRICE)
    price.fill("349")
    price.press("Enter")
    expect(browser_page.locator(HEADLINE)).not_to_have_text(before)
    settle(browser_page)
    moved, link = seen.headline, browser_page.url
    assert "list_price" in link and "349" in link

    # the page turned back and forth again
    browser_page.go_back()
    expect(browser_page.locator(HEADLINE)).to_have_text(before)
    browser_page.go_forward()
    expect(browser_page.locator(HEADLINE)).to_have_text(moved)
    settle(browser_page)

    # a shared link in a fresh browser shows the same numbers
    context = chromium_browser.new_context(viewport=chromium.DESKTOP)
    elsewhere = visit(context.new_page(), link)
    assert (elsewhere.headline, card(elsewhere.page, "Moved")) == (moved, card(browser_page, "Moved"))
    context.close()

    # save, reload, find it in the picker with the same numbers
    look(browser_page, "Save")
    for label, words in (
        ("Name", "Starter at 349"),
        ("Author", "A founder"),
        ("Why", "Is there room above ten percent?"),
    ):
        field = browser_page.get_by_label(label, exact=True)
        field.fill(words)
        field.press("Tab")
        settle(browser_page)
    browser_page.get_by_role("button", name="Save as a scenario").click()
    expect(browser_page.get_by_text("starter-at-349").first).to_be_visible()
    picked = browser_page.locator(".st-key-scenario input")
    expect(picked).to_have_value("saved: starter-at-349 v1")
    assert "saved" in browser_page.url and "list_price" not in browser_page.url
    again = visit(browser_page, f"{home}?{urlencode({'scenario': 'saved: starter-at-349 v1'})}")
    assert again.headline.split(" could ")[1] == moved.split(" could ")[1]

    # compare two
    look(browser_page, "Side by side")
    browser_page.locator(".st-key-price_change_beside input").fill("honest-20")
    browser_page.keyboard.press("Enter")
    browser_page.keyboard.press("Escape")
    expect(
        browser_page.get_by_role("heading", name=re.compile("Of 2 changes Starter at 349 moves most"))
    ).to_be_visible()
    settle(browser_page)
    assert "price_change_beside=honest-20" in browser_page.url

    # the workbook holds the same totals
    with browser_page.expect_download() as download:
        browser_page.get_by_role("button", name="Excel workbook").click()
    kept = tmp_path / "price-change.xlsx"
    download.value.save_as(kept)
    summary = {row[0]: row[1] for row in sheets(kept.read_bytes())["Summary"] if len(row) > 1}
    could, held = float(summary["Could move"]), float(summary["Moved"])
    assert card(browser_page, "Could move") == f"+${could / 1000:.1f}k"
    assert card(browser_page, "Moved") == f"+${held / 1000:.1f}k"
    assert seen.errors == [] and browser_page.locator(BROKEN).count() == 0
