"""Parity and the meter on their pages: what is said equals the desk's own lines, and a filter shows what it names."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.desk import Desk
from lib.reconciliation import UNEXPLAINED, ParityLine
from lib.ui.views.sources import parity
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value

ONE = (Decimal(3), Decimal(2))  # rated, invoiced


@pytest.fixture(scope="module")
def desk(desk_folder: Path) -> Iterator[Desk]:
    opened_ = Desk.open(desk_folder)
    yield opened_
    opened_.warehouse.close()


def test_the_headline_says_the_share_that_matches_and_what_nothing_explains(desk: Desk) -> None:
    found, app = desk.reproduction, opened("sources")
    share = found.matched * 1000 // found.invoiced
    told = f"{found.matched:,} of {found.invoiced:,} invoiced lines match to the cent, over {share / 10}%"
    assert found.matched * 1000 % found.invoiced and told in headline(app)
    assert f"{found.invoiced - found.matched} do not, 0 unexplained; {found.missing} were never invoiced" in headline(
        app
    )
    assert value(app, "Unexplained") == "0"
    assert found.invoiced - found.matched == 891 + 7, "those that differ and those that could not be rated, as below"


def test_every_cause_has_its_bar_and_its_dollars(desk: Desk) -> None:
    due = [line for line in desk.parity() if line.verdict not in ("matched", "pending")]
    apart = sum(line.difference for line in due)
    words = said(opened("sources"))
    told = "891 differ, 10 were not invoiced, 7 could not be rated, mostly late usage"
    assert f"{len(due)} due lines do not match: {told}" in words
    assert f"Rated less invoiced is +${apart:,.0f} over all of them" in words


def test_what_nothing_explains_is_said_before_any_picture() -> None:
    """Two lines, $1.00 too little and $2.50 too much: $3.50 apart, though the sum is $1.50."""
    lost = ParityLine("aws", "c-1", "k1", "usage", "images", date(2026, 7, 1), *ONE, "differing", UNEXPLAINED, "why")
    lines = [lost, replace(lost, rated=Decimal(4), invoiced=Decimal("6.50"))]
    late = [replace(lost, cause="late usage", contract_id=str(number)) for number in range(3)]
    assert parity._loud_words(lines) == "2 lines differ by $3.50 and nothing on record explains it"
    frame = parity.by_cause([*late, *lines])
    assert list(frame["cause"]) == [UNEXPLAINED, "late usage"]
    assert list(frame["difference_usd"]) == [Decimal("-1.50"), Decimal(3)]
    assert parity._most(frame) == "late usage"


def test_a_cause_can_be_picked_and_travels_in_the_address(ask: Ask) -> None:
    """Ten base fees stayed at the old list: three customers, every period since the notice was over."""
    app = opened("sources", sources_cause="prices of another book")
    assert app.selectbox(key="sources_cause").value == "prices of another book"
    assert "10 lines. Pick a row to read why." in said(app)
    app.selectbox(key="sources_cause").set_value("plan in no book").run()
    [(periods,)] = ask("select count(*) from marts.invoice_line where plan_key is null and dimension is null")
    assert f"{periods} lines. Pick a row to read why." in said(app)


def test_the_meter_says_what_still_goes_to_it_while_the_month_is_open(desk: Desk) -> None:
    owed = sum(line.due for line in desk.metering(date(2026, 10, 1)))
    words = said(opened("sources"))
    assert f"The marketplace's meter, Oct 2026: ${owed / 1000:.1f}k of its usage is not invoiced yet" in words
    assert "The rate card of AWS Marketplace cannot hold included quantities and volume bands" in words
    assert "no record above $21,474,836.47" in words
    assert "06:00 UTC on the 1st of the next month" in words
    assert "24 hours after use (metering service model); other texts say 6 hours" in words


def test_the_meter_says_what_can_no_longer_move_once_the_month_is_closed(desk: Desk) -> None:
    unsent = sum(line.unsent for line in desk.metering(date(2026, 9, 1)))
    assert Decimal(100) < unsent < Decimal(1000)
    app = opened("sources", sources_month="Sep 2026")
    assert f"Sep 2026: ${unsent:.0f} owed was never billed, $0 billed cannot be taken back" in said(app)


@pytest.mark.parametrize("address", [{}, {"scenario": "starter-plus-10"}])
def test_a_price_change_names_the_parity_of_its_baseline(desk: Desk, address: dict[str, str]) -> None:
    assert f"Parity: {desk.reproduction.words}." in said(opened("price_change", **address))


def test_without_a_marketplace_the_meter_says_so(open_without: Callable[..., None]) -> None:
    open_without("marketplace")
    words = said(opened("sources"))
    assert "The marketplace's meter: no usage was metered" in words
    assert "No metered usage is on record" in words
