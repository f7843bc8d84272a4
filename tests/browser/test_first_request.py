"""The first request a server ever gets names a page by its address: the front door must still be passed.

A `pages/` folder beside the front door lets Streamlit run a page file alone until some session has called
`st.navigation`; each test here therefore has a server of its own.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.visit import ROOT, visit
from tests.servers.app import App
from tests.servers.chromium import forget

Serve = Callable[..., AbstractContextManager[App]]

REFUSED = [("sales", "fee_absorption"), ("sales", "price_change"), ("finance", "pipeline")]


@pytest.fixture
def told_founders(app_server: App, browser_profile: BrowserContext) -> Callable[[str], str]:
    """The longest plain words of a page's headline, which the server does send to founders."""

    def words(name: str) -> str:
        page = browser_profile.new_page()
        seen = visit(page, f"{app_server.url}/{name}")
        longest = max(re.findall(r"[\w ,.%]+", seen.headline), key=len)
        assert seen.was_sent(longest)
        forget(page)
        return longest

    return words


@pytest.mark.parametrize(("role", "name"), REFUSED)
def test_a_role_without_the_page_is_sent_nothing_of_it(
    serve: Serve, browser_page: Page, told_founders: Callable[[str], str], role: str, name: str
) -> None:
    secret = told_founders(name)
    with serve({"PRICING_DESK_ROLE": role}) as app:
        seen = visit(browser_page, f"{app.url}/{name}")
        assert seen.shows("Page not found")
        assert not seen.was_sent(secret)
        assert browser_page.locator(f"a[href$='/{name}']").count() == 0


def test_the_right_role_sees_the_page_and_keeps_its_query(serve: Serve, browser_page: Page) -> None:
    scenario = sorted(path.stem for path in (ROOT / "data" / "scenarios").glob("*.toml"))[0]
    with serve({"PRICING_DESK_ROLE": "finance"}) as app:
        address = f"{app.url}/fee_absorption?scenario={scenario}"
        seen = visit(browser_page, address)
        assert browser_page.url == address
        assert seen.errors == []
        assert not seen.shows("Page not found")
        assert browser_page.locator("a[href*='/pipeline']").count() == 0


def test_the_bare_address_lands_where_the_role_works(serve: Serve, browser_page: Page) -> None:
    with serve({"PRICING_DESK_ROLE": "sales"}) as app:
        seen = visit(browser_page, app.url)
        assert seen.errors == []
        assert not seen.shows("Page not found")
