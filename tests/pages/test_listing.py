"""The listing page: the register first, then exactly what is typed, what is left, and what a change takes."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from streamlit.testing.v1 import AppTest

from lib.surfaces import as_csv, read_listing
from tests.pages.conftest import Ask
from tests.pages.visit import SECONDS, headline, opened, said, value
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import built

RUNNING = "started_on <= date '2026-10-31' and (ended_on is null or ended_on > date '2026-10-31')"


def frames(app) -> list:
    return [table.value for table in app.dataframe]


def test_the_title_says_that_it_is_not_ready_and_how_much_there_is_to_type() -> None:
    app = opened("listing")
    assert headline(app) == (
        "4 of 5 decisions are open, so the listing is not ready to publish: 6 contract rows and 8 dimensions to type in"
    )
    assert (value(app, "Decisions open"), value(app, "Left to type"), value(app, "Ids missing")) == (
        "4 of 5",
        "14",
        "3",
    )


def test_it_opens_with_the_register_and_each_decision_with_its_options_and_findings() -> None:
    app = opened("listing")
    headings = [heading.value for heading in app.subheader]
    assert headings[0] == "4 of 5 decisions are open: not ready to publish"
    words = said(app)
    assert words.count("[Try it](price_change?scenario=") == 3
    assert "The check finds overstated: Save 20%" in words
    assert "Decided on 9 May 2026" in words


def test_the_rows_are_those_of_the_export_letter_by_letter(desk) -> None:
    contracts, dimensions = frames(opened("listing"))[:2]
    made = desk.listing
    assert list(contracts["price"]) == ["299.00", "2990.00", "1499.00", "14990.00", "3999.00", "39990.00"]
    assert list(contracts["name"]) == [row.name for row in made.contracts]
    assert list(contracts["stripe_price_id"]).count("missing") == 3
    assert list(dimensions["price"]) == [row.price_usd for row in made.dimensions]
    assert list(dimensions["unit"]) == [row.unit for row in made.dimensions]
    assert list(dimensions["dimension_key"]) == sorted(desk.book.dimensions)


def test_before_it_is_published_everything_is_an_addition() -> None:
    assert "Not published yet: all 14 rows are additions" in said(opened("listing"))


def test_under_a_scenario_the_rows_are_its_own_and_so_is_the_announcement(ask: Ask) -> None:
    app = opened("listing", scenario="honest-20")
    assert list(frames(app)[0]["price"])[1::2] == ["2870.00", "14390.00", "38390.00"]
    ids = list(frames(opened("listing", scenario="starter-plus-10"))[0]["stripe_price_id"])
    assert [at for at, shown in enumerate(ids) if shown == "missing"] == [0, 1, 3, 5]  # 329 is no price at Stripe yet
    rows = ask(
        f"select rail, count(distinct customer_id) from marts.contract where {RUNNING} and plan_key like '%-annual' "
        "and offer_id is null group by rail"
    )
    told = dict(rows)
    words = (
        f"{sum(told.values())} customers must be told by 1 Jan 2027: {told['stripe']} on Stripe and {told['aws']} on"
    )
    assert words in said(app)


def test_each_rule_of_notice_has_its_day_and_the_address_holds_the_announcement() -> None:
    """16 March + 60 days = 15 May; + 90 = 14 June, and the first of the month after it is 1 July."""
    app = opened("listing", scenario="honest-20", listing_when="On another day", listing_day="2027-03-16")
    notices = frames(app)[2]
    assert list(notices["notify_on"]) == [date(2027, 3, 16)] * 3
    assert list(notices["reaches_on"]) == [date(2027, 5, 15), date(2027, 5, 15), date(2027, 7, 1)]


def test_a_rate_on_aws_is_kept_by_who_has_it(ask: Ask) -> None:
    app = opened("listing", listing_kind="Dimension rates")
    notices = frames(app)[2]
    assert list(notices["rule"])[-1] == "existing entitlements keep their rate"
    assert notices["customers"].iloc[-1] == 0 and notices["reaches_on"].isna().iloc[-1]
    [(stripe,)] = ask(
        f"select count(distinct customer_id) from marts.contract where {RUNNING} and rail = 'stripe' "
        "and plan_key is not null and offer_id is null"
    )
    assert f"{stripe} customers must be told" in said(app)


def test_a_change_of_words_asks_nobody_for_anything() -> None:
    app = opened("listing", scenario="say-17")
    assert "Say 17 % changes 0 prices: nothing is typed and nobody is told." in said(app)
    assert not app.exception


def test_what_the_papers_have_no_procedure_for_is_said() -> None:
    assert "no procedure for what else changes: what tiers include" in said(
        opened("listing", scenario="stratified-allowances")
    )


@pytest.mark.parametrize("rail", ["stripe", "marketplace"])
def test_while_a_rail_is_missing_its_customers_are_not_counted_and_it_is_said(
    open_without: Callable[..., None], rail: str
) -> None:
    open_without(rail)
    app = opened("listing")
    assert not app.exception
    assert f"python -m lib pull --only {rail}" in said(app)


def taken_along() -> None:
    """What runs inside the tested app: the files behind the page's buttons, as text."""
    from datetime import date

    import streamlit as st

    from lib.ui import listing as reads
    from lib.ui.opening import open_run

    open_run()
    asked = reads.Asked("honest-20", announced_on=date(2027, 3, 16))
    for form in reads.MIME:
        st.code(reads.file_later(asked, form)().decode())


def test_every_file_says_what_the_page_says() -> None:
    app = AppTest.from_function(taken_along, default_timeout=SECONDS).run()
    assert not app.exception
    typed, page, document, calendar = (code.value for code in app.code)
    assert {row.price_usd for row in read_listing(typed, "a test")} >= {"2870.00", "14390.00", "38390.00"}
    assert page.startswith("# AWS listing, book 2026-05-09 (not published yet)")
    assert json.loads(document)["open"] == 4
    days = {entry.decoded("dtstart") for entry in Calendar.from_ical(calendar).walk("VEVENT")}
    assert days == {date(2027, 3, 16), date(2027, 5, 15), date(2027, 7, 1)}


def test_its_files_are_offered_beside_the_workbook() -> None:
    labels = [button.label for button in opened("listing").get("download_button")]
    assert labels[0] == "Excel workbook"
    assert labels[-4:] == ["Rows (CSV)", "Specification (Markdown)", "Everything (JSON)", "Days (calendar)"]


@pytest.fixture
def publish_listing(desk_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The desk on four customers and the sample's price list, where somebody wrote the AWS listing down."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    plans = {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}

    def publish(text: str) -> None:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        built(folder, {**WORLD, **plans, "surfaces/aws_listing.csv": text})
        monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(folder))

    return publish


def test_once_it_is_typed_in_the_page_says_what_is_left(publish_listing: Callable[[str], None], desk) -> None:
    text = as_csv(desk.listing, date(2026, 5, 31))
    publish_listing(text)
    app = opened("listing")
    assert headline(app).endswith("nothing is left to type in")
    assert "0 things are left to type: AWS shows what the book asks for" in said(app)
    publish_listing(text.replace("P12M,2990.00", "P12M,2870.00"))
    app = opened("listing")
    assert headline(app).endswith("1 thing left to type in")
    [left] = [frame for frame in frames(app) if "asked" in frame]
    assert left.to_dict("records") == [
        {"change": "change", "subject": "starter-annual.aws_price", "asked": "2,990", "there": "2,870"}
    ]
