"""The panels of reconciliation: what they say equals SQL over the marts, and a picked line opens its reason."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.charts import Series
from lib.desk import Aside, Desk
from lib.payouts import MATCHED, TIMING, PayoutLine
from lib.ui.legends import Legend
from lib.ui.views import reconcile as view
from tests.pages.conftest import Ask
from tests.pages.reconcile_page import panels
from tests.pages.visit import SECONDS, headline, said, value
from tests.warehouse.hand_world import BILLING, MARCH, WORLD, YEAR, billed, feed
from tests.warehouse.worlds import built


def shown(**address: str) -> AppTest:
    app = AppTest.from_function(panels, default_timeout=SECONDS)
    for key, words in address.items():
        app.query_params[key] = words
    app.run()
    assert not app.exception
    return app


@cache
def page() -> AppTest:
    """The panels on the sample, opened once: nobody clicks on this one."""
    return shown()


@pytest.fixture(scope="module")
def lines(desk: Desk) -> tuple[PayoutLine, ...]:
    return desk.payouts(desk.parity()).lines


def test_the_sentence_counts_what_is_due_and_says_what_is_held(lines: tuple[PayoutLine, ...], ask: Ask) -> None:
    app = page()
    due = [line for line in lines if line.verdict != TIMING]
    matched = sum(line.verdict == MATCHED for line in due)
    assert matched * 1000 % len(due), "the share has more digits than are shown, and the title says so"
    assert headline(app).startswith(f"Over {matched * 1000 // len(due) / 10}% of {len(due):,} lines match to the cent")
    assert "cut off, not rounded" in next(card for card in app.metric if card.label == "Matched").help
    assert f"{len(due) - matched} differ, by −$" in headline(app)
    [(held, overdue)] = ask(
        "select sum(net_usd), sum(net_usd) filter (due_on < date '2026-10-31') "
        "from marts.settlement where disbursed_on is null"
    )
    assert f"${held / 1000:.0f}k is not paid out yet, ${overdue / 1000:.0f}k of it overdue" in headline(app)
    assert value(app, "Not paid out") == f"${held / 1000:.0f}k"


def test_what_is_due_within_thirty_days_is_what_sql_says(ask: Ask) -> None:
    [(net,)] = ask(
        "select sum(net_usd) from marts.settlement where disbursed_on is null "
        "and due_on between date '2026-10-31' and date '2026-11-30'"
    )
    assert value(page(), "Due by 30 Nov") == f"${net / 1000:.0f}k"


def test_the_classes_of_the_page_add_up_to_what_the_rails_settled(lines: tuple[PayoutLine, ...], ask: Ask) -> None:
    app = page()
    [frame] = [frame.value for frame in app.dataframe if "theirs_gross_usd" in frame.value and "lines" in frame.value]
    [(gross, fee, count)] = ask("select sum(gross_usd), sum(fee_usd), count(*) from marts.settlement")
    assert round(sum(frame["theirs_gross_usd"]), 2) == float(gross)
    assert round(sum(frame["theirs_fee_usd"]), 2) == float(fee)
    assert sum(frame["lines"]) == len(lines)
    assert len(lines) - count == sum(line.stated_gross is None for line in lines)


def test_a_class_is_picked_by_its_name_and_shows_only_its_lines(lines: tuple[PayoutLine, ...]) -> None:
    unknown = [line for line in lines if line.verdict == "missing here"]
    app = shown(reconcile_class=f"Missing here, {len(unknown)}")
    [frame] = [frame.value for frame in app.dataframe if "reason" in frame.value and "dated_on" in frame.value]
    assert set(frame["verdict"]) == {"missing here"}
    assert set(frame["reference"]) == {line.reference for line in unknown}
    assert all("for a plan that is in no book" in reason for reason in frame["reason"])


def test_every_table_can_be_taken_along() -> None:
    names = [button.proto.label for button in page().get("download_button")]
    assert names == [
        "Excel workbook", "Reconciliation by month (CSV)", "Lines not matched (CSV)", "Ageing (CSV)",
        "Payouts to come (CSV)", "Meter and entitlements (CSV)", "AWS billed revenue (CSV)",
    ]  # fmt: skip


def test_a_rail_whose_settlements_never_came_is_left_out_and_named(open_without: Callable[..., None]) -> None:
    """The small world has no settlement of a marketplace without its feeds; Stripe's lines stay."""
    open_without("marketplace")
    words = said(shown())
    assert "AWS Marketplace is left out: nothing is on record of its marketplace billing events" in words
    assert "Stripe is left out" not in words


def test_without_any_rail_nothing_is_claimed(open_without: Callable[..., None]) -> None:
    open_without("marketplace", "stripe")
    app = shown()
    assert headline(app).startswith("$0 can be reconciled: no line of a rail is due")
    assert not app.metric


def test_a_role_that_may_not_see_fees_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_ROLE", "sales")
    app = AppTest.from_function(panels, default_timeout=SECONDS).run()
    assert not app.exception
    assert app.error
    assert not app.metric


def test_the_arithmetic_of_a_line_is_written_out(lines: tuple[PayoutLine, ...]) -> None:
    from lib.ui.views.reconcile import _told

    [line] = [line for line in lines if line.reference == "in_003922"]
    # 299.00: 8.671 + 0.30 + 4.485 = 13.456 -> 13.46, and 2.093 -> 2.09: together 15.55
    # 249.00: 7.221 + 0.30 + 3.735 = 11.256 -> 11.26, and 1.743 -> 1.74: together 13.00
    assert (
        _told(line)
        .replace("\\", "")
        .startswith(
            "in_003922: We expect $299.00 − $15.55 = $283.45; the rail has $249.00 − $13.00 = $236.00; −$47.45 net."
        )
    )
    assert line.net_difference == Decimal("236.00") - Decimal("283.45")


def test_money_in_another_currency_is_named_beside_the_lines(
    tmp_path: Path, published_without: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invoice of 1,000.00 euros is in no line, as every line is in dollars."""
    newest = max(path for path in (published_without() / "snapshots").iterdir() if path.name[:2] == "20")
    plans = {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}
    dollars = billed("be-9", "INVOICED", MARCH, "SELLER_REV_SHARE", "1000.00", "INV-9", YEAR)
    abroad = feed("BillingEventFeed", "05", BILLING, dollars.replace("USD", "EUR").replace("INV-1", "INV-9"))
    built(tmp_path, {**WORLD, **plans, **abroad})
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(tmp_path))
    assert "Not reconciled: 1 invoice of AWS in another currency than USD, of EUR 1,000.00 before fees" in said(shown())


def test_what_a_rail_books_beside_sales_is_a_sentence_with_its_dollars() -> None:
    legend = Legend((Series("aws", "AWS Marketplace", "orange"),), (), (), {})
    told = view.beside(Aside("aws", "balance adjustments", Decimal("-500.00"), 2), legend)
    booked = "AWS Marketplace booked −$500.00 of balance adjustments on 2 lines beside our sales"
    assert told.replace("\\", "") == f"{booked}: it is in no sum of this page."
