"""A seller's morning: from the scorecard to a stalled deal, its rail and motion, a private offer, its term sheet."""

import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.visit import BROKEN, HEADLINE, SECONDS, settle, visit
from tests.servers.app import App

expect.set_options(timeout=30 * SECONDS)
MOST_CLICKS = 10


class Hand:
    """A reader's hand: every click is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: Locator) -> None:
        what.scroll_into_view_if_needed()
        what.click()
        self.clicks += 1
        settle(self.page)

    def pick(self, key: str, words: str) -> None:
        """A choice of a list: one click opens it, another takes the entry."""
        self.click(self.page.locator(f".st-key-{key} input"))
        self.click(self.page.get_by_role("option", name=words, exact=True))


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def lands_on(page: Page, name: str) -> None:
    page.wait_for_url(f"**/{name}?**", timeout=30 * SECONDS)
    settle(page)
    assert page.locator(BROKEN).count() == 0


def test_from_the_scorecard_to_an_exported_term_sheet(app_server: App, browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    seen, hand = visit(page, f"{app_server.url}/scorecard"), Hand(page)
    assert "MRR rose" in seen.headline

    # a filter is set once, and goes along
    hand.pick("focus_product", "Vellocity")
    assert asked(page)["focus_product"] == ["Vellocity"]
    alert = page.get_by_text("stand still and hold").first
    expect(alert).to_be_visible()

    # to the stalled deal, which says why it is next, its rail and its motion
    hand.click(page.locator("a[href*='pipeline_stalled_first']").first)
    lands_on(page, "pipeline")
    assert asked(page)["focus_product"] == ["Vellocity"] and asked(page)["pipeline_stalled_first"] == ["true"]
    told = page.locator("[data-testid=stMain]").inner_text()
    for words in ("Why this next:", "stalled", "Rail:", "Motion:", "no range in the brief"):
        assert words in told, words

    # to a private offer for it, priced like everybody's bill
    hand.click(page.get_by_role("link", name="Build a private offer").first)
    lands_on(page, "deal_desk")
    assert asked(page)["focus_product"] == ["Vellocity"]
    company = asked(page)["offer_company"][0].split(", deal ")[0]
    headline = page.locator(HEADLINE).inner_text()
    assert company in headline and company in told

    # and its term sheet: the price of a year, and nothing that is ours alone
    with page.expect_download() as taken:
        hand.click(page.get_by_role("button", name="Term sheet"))
    taken.value.save_as(tmp_path / "terms.html")
    terms = re.sub(r"<style>.*?</style>", "", (tmp_path / "terms.html").read_text(), flags=re.DOTALL)
    assert company in terms and "Term sheet" in terms
    assert f"${Decimal(39990):,.2f}" in terms, "Command's annual price is what an offer opens with"
    for ours in ("margin", "floor", "cost to serve", "listing fee"):
        assert ours not in terms.lower(), ours
    assert hand.clicks < MOST_CLICKS, f"{hand.clicks} clicks"
    assert seen.errors == []


def test_a_link_of_one_page_is_the_same_view_on_another_machine(app_server: App, browser_page: Page) -> None:
    seen = visit(browser_page, f"{app_server.url}/pipeline?focus_owner=Elif+Kaya&focus_rail=Stripe")
    assert "owner Elif Kaya" in seen.headline and "rail Stripe" in seen.headline
    browser_page.get_by_role("link", name="Segments").click()
    lands_on(browser_page, "segments")
    assert asked(browser_page)["focus_owner"] == ["Elif Kaya"] and asked(browser_page)["focus_rail"] == ["Stripe"]
    assert "rail Stripe" in browser_page.locator(HEADLINE).inner_text()


def test_a_link_sets_the_filter_it_names_and_leaves_the_others(app_server: App, browser_page: Page) -> None:
    page = browser_page
    seen, hand = visit(page, f"{app_server.url}/scorecard?focus_rail=Stripe&scenario=honest-20"), Hand(page)
    assert picked(page, "focus_product") == "All products"
    hand.click(page.locator("a[href='segments?focus_product=Control+plane']").first)
    lands_on(page, "segments")
    assert asked(page) == {"focus_product": ["Control plane"], "focus_rail": ["Stripe"], "scenario": ["honest-20"]}
    assert {key: picked(page, key) for key in ("focus_product", "focus_rail", "scenario")} == {
        "focus_product": "Control plane",
        "focus_rail": "Stripe",
        "scenario": "honest-20",
    }
    assert "of Control plane" in page.locator(HEADLINE).inner_text()

    # what is picked afterwards holds, on this page and on the next one of the menu
    hand.pick("focus_product", "Vellocity")
    assert "MRR" in page.locator(HEADLINE).inner_text() and picked(page, "focus_product") == "Vellocity"
    hand.click(page.get_by_role("link", name="Pipeline"))
    lands_on(page, "pipeline")
    assert picked(page, "focus_product") == "Vellocity" and asked(page)["focus_product"] == ["Vellocity"]

    # and the way back is what each page showed
    page.go_back()
    lands_on(page, "segments")
    assert picked(page, "focus_product") == asked(page)["focus_product"][0] == "Vellocity"
    assert seen.errors == []


def picked(page: Page, key: str) -> str:
    """What stands in a list of the sidebar."""
    return page.locator(f".st-key-{key} input").input_value()
