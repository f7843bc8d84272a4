"""A founder's story on the overage page: a link, a day earlier and later, the reason, the threshold, the picture."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.test_every_page import BEYOND_THE_WINDOW
from tests.browser.visit import BROKEN, HEADLINE, SECONDS, settle, visit
from tests.servers import chromium
from tests.servers.app import App

expect.set_options(timeout=20 * SECONDS)  # a tab asks the desk before it shows: on a busy machine, more than a blink
SO_FAR = {"overage_day": "12", "overage_audio_minutes": "0", "overage_api_requests": "0"}
STARTER = {**SO_FAR, "overage_plan": "Starter, monthly", "overage_rail": "AWS Marketplace"}


def opened_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    settle(page)


def test_a_day_later_the_month_ends_elsewhere_and_the_link_says_so(app_server: App, browser_page: Page) -> None:
    seen = visit(browser_page, f"{app_server.url}/overage?{urlencode(SO_FAR)}")
    before = seen.headline
    assert "at the end of Oct 2026 ($" in before
    day = browser_page.get_by_role("slider")
    expect(day).to_have_value("12")
    day.press("ArrowRight")
    expect(browser_page.locator(HEADLINE)).not_to_have_text(before)
    assert "overage_day=13" in browser_page.url
    again = browser_page.url
    settle(browser_page)
    after = seen.headline
    browser_page.goto(again)
    settle(browser_page)
    assert seen.headline == after
    assert seen.errors == [] and browser_page.locator(BROKEN).count() == 0


def test_why_the_threshold_and_the_picture_stand_one_click_away(app_server: App, browser_page: Page) -> None:
    seen = visit(browser_page, f"{app_server.url}/overage?{urlencode(STARTER)}")
    opened_tab(browser_page, "Why this amount")
    expect(
        browser_page.get_by_text("a rate card there holds one price per dimension and cannot hold").first
    ).to_be_visible()
    opened_tab(browser_page, "Allowances and next tier")
    expect(browser_page.get_by_role("heading", name=re.compile("Accelerate, monthly is cheaper above"))).to_be_visible()
    opened_tab(browser_page, "As usage grows")
    expect(browser_page.get_by_text("cliff of $0.10")).to_be_visible()
    opened_tab(browser_page, "Both readings")
    expect(browser_page.get_by_role("heading", name=re.compile("of 7 open readings move the bill"))).to_be_visible()
    assert seen.errors == [] and browser_page.locator(BROKEN).count() == 0


def test_on_a_phone_a_customers_month_fits_the_window(app_server: App, browser_page: Page) -> None:
    browser_page.set_viewport_size(chromium.PHONE)
    address = urlencode({"overage_source": "A customer's month", "overage_day": "12"})
    seen = visit(browser_page, f"{app_server.url}/overage?{address}")
    assert re.match(r"On 12 Oct 2026 .+ was heading for ≈ \$", seen.headline)
    for tab in ("Why this amount", "As usage grows", "Invoices"):
        opened_tab(browser_page, tab)
        assert browser_page.evaluate(BEYOND_THE_WINDOW) <= 0
    assert seen.errors == [] and browser_page.locator(BROKEN).count() == 0
