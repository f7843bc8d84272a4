"""A month is closed on the page: its numbers, the form, what is refused, and what is told of it afterwards."""

import csv
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.__main__ import main
from lib.decisions import Closing, Store
from tests.pages.month_close_page import panel
from tests.pages.visit import SECONDS, said, seen, value

APRIL = date(2026, 4, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'decisions.sqlite'}")


@pytest.fixture(autouse=True)
def four_customers(open_without: Callable[..., None]) -> None:
    """The hand-written world up to 31 May 2026: April's usage was invoiced on 4 May, May's will be on 4 June."""
    open_without()


def shown(**address: str) -> AppTest:
    app = AppTest.from_function(panel, default_timeout=SECONDS)
    for key, asked in address.items():
        app.query_params[key] = asked
    app.run()
    assert not app.exception
    return app


def heading(app: AppTest) -> str:
    return seen(app.subheader[0].value)


def told(app: AppTest) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", one.value) for one in (*app.error, *app.success)]


def close(app: AppTest, who: str, why: str) -> AppTest:
    app.text_input(key="close_who").set_value(who)
    app.text_input(key="close_why").set_value(why)
    app.button(key="close_button").click().run()
    assert not app.exception
    return app


def test_the_next_month_to_close_is_shown_with_what_it_earned_and_still_owes() -> None:
    """April: of INV-1 2,990.00 x 61 / 365 less x 31 / 365 = 245.75; in_1 299.00 x 9 days of 31 = 86.81; in_2 21 of 30
    days = 209.30; in_3 799.47 less the credit's 159.47: 1,181.86. Deferred: 2,490.30 + 89.70 + 609.83 = 3,189.83.
    """
    app = shown()
    assert heading(app) == "Apr 2026 can be closed: $1,182 recognised, $3,190 deferred"
    assert (value(app, "Recognised"), value(app, "Deferred"), value(app, "Accrued")) == ("$1,182", "$3,190", "$0")
    assert "Deferred revenue was $3,190 at the end of Apr 2026; the most so far" in said(app)
    [figures] = [frame.value for frame in app.dataframe if "words" in frame.value]
    earned = dict(zip(figures["words"], figures["total_usd"], strict=True))["Revenue recognised"]
    assert earned == pytest.approx(1181.86)
    assert "Nothing on any rail: discounts, refunds, taxes, fee charged, other charges, accrued revenue" in said(app)
    [accounts] = [frame.value for frame in app.dataframe if "balance_usd" in frame.value]
    assert abs(sum(accounts["balance_usd"])) < 0.005 and sum(accounts["debit_usd"]) > 0


def test_a_month_that_cannot_be_closed_says_why_and_when_it_can() -> None:
    app = shown(close_month="May 2026")
    assert heading(app).startswith("May 2026 cannot be closed yet: ")
    assert "its usage is invoiced on 2026-06-04; pull a snapshot of that day or a later one" in said(app)
    assert not [button for button in app.button if button.key == "close_button"]


def test_who_closes_it_must_be_said_and_nothing_typed_is_lost(store: Store) -> None:
    app = close(shown(), " ", "Books of April")
    assert told(app) == ["who closes the month is empty; write it out"]
    assert app.text_input(key="close_why").value == "Books of April" and store.closings() == ()


def test_a_month_is_closed_and_page_and_command_line_say_so(
    store: Store, capsys: pytest.CaptureFixture[str], published_without: Callable[..., Path]
) -> None:
    app = close(shown(), "Ann", "Books of April")
    assert "Apr 2026 is closed." in told(app)
    [one] = store.closings()
    assert (one.month, one.who, one.why) == (APRIL, "Ann", "Books of April")
    assert json.loads(one.paper)["totals"]["recognised"] == "1181.86"

    again = shown(close_month="Apr 2026")
    assert heading(again) == "Apr 2026 is closed: $1,182 recognised, $3,190 deferred, and nothing changed since"
    assert "Closed by Ann on" in said(again) and "1 month is closed, 0 of them restated since" in said(again)
    assert main(["close", "--list", "--snapshots", str(published_without())]) == 0
    assert "Books of April" in capsys.readouterr().out


def test_what_changed_since_a_month_was_closed_is_told(store: Store) -> None:
    """April was closed with in_2 alone, at 200.00 of revenue: 9.30 more are earned of it, the rest has appeared. The
    page and its files hold what it was closed with.
    """
    columns = ["rail", "reference", "customer_id", "recognised"]
    close_on(store, {"columns": columns, "lines": [["stripe", "in_2", "c-0001", "200.00"]]})
    app = shown(close_month="Apr 2026")
    assert re.fullmatch(r"Apr 2026 is closed, and \d+ figures are restated since: revenue by \+\$981\.86", heading(app))
    assert "1 month is closed, 1 of them restated since" in said(app)
    assert value(app, "Recognised") == "$200" and "Deferred revenue was $0 at the end of Apr 2026" in said(app)
    assert "Not in the books: the journal of 2026-04, of which its paper keeps none" in said(app)


NOWHERE = {
    "columns": ["rail", "reference", "customer_id", "recognised"],
    "lines": [["aws", "INV-nowhere", "c-0002", "1.00"]],
    "chart": {"2400": ["Deferred", "liability", "x"], "4000": ["Earned", "income", "x"]},
    "journal": [
        ["2026-04-30", "revenue earned", "aws", "INV-nowhere", "c-0002", None, [["2400", "1", "0"], ["4000", "0", "1"]]]
    ],
}


def close_on(store: Store, paper: dict[str, object]) -> None:
    when = datetime(2026, 5, 5, tzinfo=UTC)
    store.close(Closing(APRIL, "Ann", "Early", when, "w", "0f3c9a6b2d41", json.dumps(paper)))


def test_the_first_open_month_says_whose_restatements_it_books(store: Store) -> None:
    """April's paper posts 1.00 from deferred to revenue, of an invoice that nobody knows."""
    close_on(store, NOWHERE)
    assert "It books what was restated of Apr 2026 since that was closed" in said(shown(close_month="May 2026"))
    assert "The journal of $1.00 balances" in said(shown(close_month="Apr 2026"))


def read(name: str) -> None:
    """What runs inside the tested app: one read of the books, or the write that closes a month."""
    from datetime import date

    from lib.ui import cards, closing, data, opening

    april = date(2026, 4, 1)
    asked = {
        "closings": (),
        "months": (closing.Closings(),),
        "postings": (april, "1000", ""),
        "reasons": (april,),
        "close": (april, "Sue", "Why"),
    }
    with cards.problems_in_words(data.MENDABLE):
        opening.open_run()
        getattr(closing, name)(*asked.get(name, (april, "")))


DOORS = ("closings", "months", "books", "postings", "journal_later", "ledger_later", "deferred", "reasons", "close")


@pytest.mark.parametrize("name", DOORS)
def test_sales_may_neither_see_the_books_nor_close_a_month(
    monkeypatch: pytest.MonkeyPatch, store: Store, name: str
) -> None:
    monkeypatch.setenv("PRICING_DESK_ROLE", "sales")
    app = AppTest.from_function(read, args=(name,), default_timeout=SECONDS).run()
    assert "may not see what belongs to the page fee_absorption" in said(app)
    assert store.closings() == ()


def test_finance_may_close(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv("PRICING_DESK_ROLE", "finance")
    close(shown(), "Fay", "Month end")
    assert [one.who for one in store.closings()] == ["Fay"]


def test_a_store_that_cannot_be_opened_is_a_sentence_and_the_books_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECISIONS_DB_URL", "oracle://nowhere/x")
    app = shown()
    assert heading(app).startswith("Apr 2026 can be closed") and "DECISIONS_DB_URL is no address" in said(app)


def clicked(made: Callable[[], bytes]) -> list[dict[str, str]]:
    """The rows of the file that a click brings."""
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(made()))
    thread.start()
    thread.join()
    return list(csv.DictReader(StringIO(found[0].decode())))


Files = dict[str, Callable[[], bytes]]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Files:
    """What each download of a page would make, by its key."""
    found: dict[str, Callable[[], bytes]] = {}

    def keep(_label: str, made: Callable[[], bytes], _name: str, *, key: str, **_options: object) -> bool:
        found[key] = made
        return False

    monkeypatch.setattr(st, "download_button", keep)
    return found


def april(found: Files, what: str) -> list[dict[str, str]]:
    return clicked(found[f"fee_absorption_{what} of Apr 2026_csv"])


def test_the_journal_and_the_ledger_leave_as_csv(found: Files) -> None:
    """A file is made when it is clicked, in a thread that knows no session; April's journal balances."""
    shown()
    journal = april(found, "Journal")
    signed = [Decimal(row["debit_usd"] or 0) - Decimal(row["credit_usd"] or 0) for row in journal]
    assert len(signed) > 9 and sum(signed) == 0
    assert sum(Decimal(row["recognised_usd"]) for row in april(found, "Ledger")) == Decimal("1181.86")


def test_a_closed_month_leaves_as_it_was_closed(store: Store, found: Files) -> None:
    """April's paper tells of one invoice that nobody knows, and its one entry."""
    close_on(store, NOWHERE)
    shown(close_month="Apr 2026")
    assert [(row["reference"], row["recognised_usd"]) for row in april(found, "Ledger")] == [("INV-nowhere", "1.00")]
    assert [(row["account"], row["debit_usd"]) for row in april(found, "Journal")] == [("2400", "1.00"), ("4000", "")]
