"""A founder's story: from a red claim to its remedy and back; a warning is accepted, and the red claim stays red."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.__main__ import main
from tests.browser.visit import BROKEN, HEADLINE, SECONDS, settle, visit
from tests.servers.app import App

FALSE, WARNED = "save_20_pricing_page", "seo_from_command"
ROW_HEIGHT = 35  # pixels, of the header and of every row of a table

Told = dict[str, dict[str, object]]


@pytest.fixture
def told(desk_folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What `python -m lib check` prints on the same store, in a form; it exits 1 whatever is accepted."""

    def printed(form: str) -> str:
        capsys.readouterr()
        assert main(["check", "--format", form, "--snapshots", str(desk_folder.parent)]) == 1
        return capsys.readouterr().out

    return printed


@pytest.fixture
def desk_of_its_own(
    serve: Callable[..., AbstractContextManager[App]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[App]:
    """The desk, and a command line beside it, with a store that nobody else writes to."""
    place = f"sqlite:///{tmp_path / 'decisions.sqlite'}"
    monkeypatch.setenv("DECISIONS_DB_URL", place)
    with serve({"DECISIONS_DB_URL": place}) as running:
        yield running


def follow(page: Page, words: str) -> Page:
    """The page that a link opens, in a tab of its own."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=words).click()
    settle(opened.value)
    return opened.value


def card(page: Page, label: str) -> str:
    metric = page.locator("[data-testid=stMetric]").filter(has_text=label).first
    return metric.locator("[data-testid=stMetricValue]").inner_text()


def pick(page: Page, table: str, row: int) -> None:
    """Tick the box of a row; a table is a picture, so it is found by its height."""
    canvas = page.locator(f"[class*=st-key-{table}] .dvn-scroller").first
    canvas.scroll_into_view_if_needed()
    canvas.click(position={"x": 18, "y": ROW_HEIGHT * (row + 1) + ROW_HEIGHT // 2})
    settle(page)


def fill(page: Page, label: str, words: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(words)
    field.press("Tab")
    settle(page)


def counts(found: Told) -> Counter[object]:
    return Counter(one["severity"] for one in found.values())


def findings(document: str) -> Told:
    return {one["claim"]: one for one in json.loads(document)["findings"]}


def same_in_text(text: str, found: Told) -> bool:
    """Whether the table for people names each finding with the severity and verdict of the document."""
    rows = [re.split(r"  +", line.strip()) for line in text.splitlines()]
    shown = {row[1]: row[0] for row in rows if len(row) > 2 and row[1] in found}
    return shown == {claim: one["severity"] for claim, one in found.items()}


def test_a_red_claim_leads_to_its_remedy_and_stays_red_whatever_is_accepted(
    desk_of_its_own: App, browser_page: Page, told: Callable[..., str]
) -> None:
    before = findings(told("json"))
    remedy = next(one for one in before[FALSE]["remedies"] if "prices" in one)  # type: ignore[attr-defined]
    cost = f"${Decimal(remedy['yearly_cost_usd']) / 1000:.1f}k"
    seen = visit(browser_page, f"{desk_of_its_own.url}/discount_honesty")
    assert seen.headline.startswith("1 published claim is false: “Save 20%” delivers 16.67%")
    assert cost in seen.headline
    assert (card(browser_page, "False"), card(browser_page, "Cost to mend")) == ("1", cost)
    assert card(browser_page, "To mend") == str(counts(before)["warning"])

    # from the red claim, its remedy as a scenario: the same cost
    opened = follow(browser_page, "Open these prices as a scenario")
    assert f"could cost {cost}" in opened.locator(HEADLINE).inner_text()
    assert card(opened, "Could move") == f"−{cost}"

    # and back
    returned = follow(opened, "Back to the claim")
    assert returned.locator(HEADLINE).inner_text() == seen.headline

    # accept a warning
    browser_page.goto(f"{desk_of_its_own.url}/discount_honesty?honesty_show=What+to+mend")
    settle(browser_page)
    pick(browser_page, "honesty_claims", 2)
    expect(browser_page.get_by_text("Accept it until a day")).to_be_visible(timeout=30 * SECONDS)
    browser_page.get_by_text("Accept it until a day").click()
    fill(browser_page, "Who accepts it", "A founder")
    browser_page.get_by_label("Until", exact=True).get_by_role("spinbutton").first.click()
    browser_page.keyboard.type("20261231")
    fill(browser_page, "Why it is acceptable", "the page is mended in December")
    browser_page.get_by_role("button", name="Accept", exact=True).click()
    expect(browser_page.get_by_text("is accepted until 31 Dec 2026")).to_be_visible(timeout=30 * SECONDS)
    settle(browser_page)

    # the red claim stays red, and the page, the command line and the document agree
    after = findings(told("json"))
    changed = {claim for claim in before if before[claim]["severity"] != after[claim]["severity"]}
    assert changed == {WARNED} and after[WARNED]["severity"] == "acknowledged"
    assert counts(after)["red"] == 1 and after[FALSE]["severity"] == "red"
    assert same_in_text(told("text"), after)
    assert browser_page.locator(HEADLINE).inner_text().startswith("1 published claim is false")
    assert card(browser_page, "False") == "1"
    assert card(browser_page, "To mend") == str(counts(after)["warning"]) == str(counts(before)["warning"] - 1)
    assert card(browser_page, "True") == str(counts(after)["none"])
    assert seen.errors == [] and browser_page.locator(BROKEN).count() == 0
