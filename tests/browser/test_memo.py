"""The memo in a browser: one sheet of paper, whatever stands in it, and nothing that runs or reaches out."""

import dataclasses
import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page

from lib.exports import Memo, memo
from tests.browser.visit import SCREENS
from tests.memos import STARTER_PLUS_10, longest

FORTY = [f"Accelerate includes {n},000 words instead of 50,000, {n} images instead of 100 and more" for n in range(40)]
LONG_NAMES = [
    dataclasses.replace(one, name="Donaudampfschifffahrtsgesellschaft " * 9) for one in STARTER_PLUS_10.largest * 10
]
MEMOS = {
    "as sent": STARTER_PLUS_10,
    "forty changes and long names": dataclasses.replace(STARTER_PLUS_10, changes=FORTY, largest=LONG_NAMES),
    "all of the widest letter": longest("W"),
    "all of short words": longest("words "),
    "all of a letter twice as wide": longest("価"),
    "all of quotes that become six letters each": longest('"'),
}


def opened(page: Page, content: Memo) -> Page:
    page.set_content(memo(content).decode())
    return page


def sheets(pdf: bytes) -> int:
    """How many pages a PDF has: every page is an object of its own."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("content", MEMOS.values(), ids=MEMOS.keys())
def test_a_memo_prints_on_one_page(browser_page: Page, content: Memo, paper: str) -> None:
    assert sheets(opened(browser_page, content).pdf(format=paper)) == 1


def test_a_page_too_many_would_be_counted(browser_page: Page) -> None:
    browser_page.set_content("<p style='break-after: page'>one</p><p>two</p>")
    assert sheets(browser_page.pdf(format="A4")) == 2


@pytest.mark.parametrize("width", [1440, 420])
def test_a_memo_fits_the_window(browser_page: Page, width: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": 900})
    for content in MEMOS.values():
        opened(browser_page, content)
        assert browser_page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_script_in_a_name_is_read_and_never_run(browser_page: Page) -> None:
    requests: list[str] = []
    complaints: Sequence[str] = []
    browser_page.on("request", lambda request: requests.append(request.url))
    browser_page.on("console", lambda message: complaints.append(message.text))
    browser_page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    opened(browser_page, STARTER_PLUS_10)
    assert '<script>alert("paid")</script>' in browser_page.locator("table").last.inner_text()
    assert browser_page.locator("script").count() == 0
    assert (requests, complaints) == ([], [])


def test_no_amount_of_a_founders_memo_is_cut(browser_page: Page) -> None:
    """A name may end in dots; a number that does is another number."""
    opened(browser_page, STARTER_PLUS_10).emulate_media(media="print")
    browser_page.set_viewport_size({"width": 703, "height": 1047})  # an A4 sheet between its margins
    SCREENS.mkdir(parents=True, exist_ok=True)
    browser_page.screenshot(path=SCREENS / "memo.png", full_page=True)
    cut = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.innerText)"
    assert browser_page.locator("td:not(:first-child), .figures b span").evaluate_all(cut) == []
    wider = "texts => texts.filter(text => text.getBBox().width > text.parentNode.width.baseVal.value).length"
    assert browser_page.locator("svg svg text").evaluate_all(wider) == 0
