"""The page on fees, part by part: recorded figures equal SQL of the test's own, would-be figures a sum by hand."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.desk import Desk, judging
from lib.payback import READINGS
from lib.rails import Commits, Purchase, declared, parse, retiring
from lib.ui import cards, numbers, takings
from lib.ui.views.fee_absorption import SECTIONS, commitment, grouped, keeps
from tests.conftest import ROOT, cases
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value

KEPT, READ, MOVING = "What is kept", "How the fee is read", "What moving costs"
SPAN = "settled_month between date '2025-11-01' and date '2026-10-01'"
COLUMNS = ("list_usd", "discount_usd", "refund_usd", "gross_usd", "fee_usd", "net_usd", "tax_usd")
RAILS_FILE = (ROOT / "data" / "rails.toml").read_text()
RULE = parse(RAILS_FILE)["aws"].commitment
assert RULE is not None


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The table on the page that has a column."""
    [found] = [block.value for block in app.dataframe if column in block.value.columns]
    return found


@pytest.mark.parametrize("name", [words for words, _ in SECTIONS.values()])
def test_every_part_answers_with_a_number_and_four_to_six_cards(name: str) -> None:
    app = opened("fee_absorption", fees_view=name)
    assert not app.exception and not app.error
    assert any(letter.isdigit() for letter in headline(app))
    assert 4 <= len(app.metric) <= 6
    assert app.get("plotly_chart") and all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert next(button.label for button in app.get("download_button")) == "Excel workbook"


# What is kept


@pytest.mark.parametrize(
    "by", [("rail",), ("tier",), ("month",), ("customer_id",), ("tier", "rail", "month"), ("method",)]
)
def test_takings_by_anything_equal_sql_over_the_settlements(ask: Ask, desk: Desk, by: tuple[str, ...]) -> None:
    """The mart of single invoices, grouped by the test; the page's table comes from the mart of months."""
    own = {"month": "settled_month", "method": "payment_method"}
    keys = ", ".join(own.get(key, key) for key in by)
    sums = ", ".join(f"sum({column})" for column in COLUMNS)
    rows = ask(f"select {keys}, {sums} from marts.settlement where {SPAN} group by {keys}")
    expected = {row[: len(by)]: row[len(by) :] for row in rows}
    found = grouped.listing(keeps.within(takings.takings(desk), date(2025, 11, 1)), by)
    assert {
        tuple(row[key] for key in by): tuple(row[column] for column in COLUMNS) for row in found.to_dict("records")
    } == expected


def test_the_table_on_the_page_is_by_what_the_link_says(ask: Ask) -> None:
    app = opened("fee_absorption", fees_by="Tier")
    shown = table(app, "card_rate")
    rows = ask(f"select tier, sum(gross_usd) from marts.settlement where {SPAN} group by tier order by 2 desc")
    assert [round(Decimal(gross), 2) for gross in shown["gross_usd"]] == [gross for _, gross in rows]
    assert next(iter(shown.columns)) == "tier"


def test_the_waterfall_says_what_is_left_of_the_list_price(ask: Ask) -> None:
    [(listed, net)] = ask(f"select sum(list_usd), sum(net_usd) from marts.settlement where {SPAN}")
    words = f"Of ${listed / 10**6:.2f}M at list price ${net / 10**6:.2f}M is left, {100 * net / listed:.1f}% of it"
    assert words in said(opened("fee_absorption"))


def test_the_invoices_of_a_customer_are_all_of_them(ask: Ask, desk: Desk) -> None:
    rows = ask(
        "select invoice_id, gross_usd, fee_usd, net_usd from marts.settlement where customer_id = 'c-0202' "
        "order by settled_on desc, invoice_id desc"
    )
    found = takings.invoices(desk, "c-0202")
    assert len(rows) > 3
    assert list(found[["invoice_id", "gross_usd", "fee_usd", "net_usd"]].itertuples(index=False, name=None)) == rows


def test_a_picked_customer_opens_to_its_arithmetic_and_its_invoices(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer with the largest gross of the year stands first; the invoices are of all years."""
    monkeypatch.setattr(cards, "picking_table", lambda *_: 0)
    [(customer, gross, fee, net)] = ask(
        f"select customer_id, sum(gross_usd), sum(fee_usd), sum(net_usd) from marts.settlement where {SPAN} "
        "group by customer_id order by 2 desc limit 1"
    )
    [(count, net_of_all)] = ask(f"select count(*), sum(net_usd) from marts.settlement where customer_id = '{customer}'")
    app = opened("fee_absorption", fees_by="Customer")
    assert f"${gross:,.2f} − ${fee:,.2f} fee = ${net:,.2f} net; " in said(app)
    assert f"{count} invoices of " in said(app) and f"({customer}), the newest first" in said(app)
    shown = table(app, "invoice_id")["net_usd"]
    assert len(shown) == count
    assert round(Decimal(sum(shown)), 2) == net_of_all


def test_the_take_rate_is_told_beside_that_of_the_rail_replaced(ask: Ask) -> None:
    """A card with Billing by SQL: 2.9 % + 0.30, and 0.7 %, each rounded, of every sale on AWS."""
    [(fee, gross, card)] = ask(
        "select sum(fee_usd), sum(gross_usd), "
        "sum(round(gross_usd * 0.029 + 0.30, 2) + round(gross_usd * 0.007, 2)) filter (gross_usd > 0) "
        f"from marts.settlement where rail = 'aws' and {SPAN}"
    )
    [(sold,)] = ask(f"select sum(gross_usd) from marts.settlement where rail = 'aws' and gross_usd > 0 and {SPAN}")
    apart = 100 * (fee / gross - card / sold)
    words = (
        f"AWS Marketplace keeps {100 * fee / gross:.2f}%; of the same sales a US card with Stripe Billing would have "
    )
    assert f"{words}kept {100 * card / sold:.2f}%: against the rail it replaces, −{-apart:.2f} points." in said(
        opened("fee_absorption")
    )


def test_the_one_discount_of_the_sample_is_its_discounted_offer(ask: Ask, desk: Desk) -> None:
    """offer-private04 sells Accelerate's year at 10,616.50 of 14,990.00: 4,373.50 below the list."""
    [(price,)] = ask("select price_usd from marts.private_offer where offer_id = 'offer-private04'")
    everything = takings.takings(desk)
    assert sum(everything["discount_usd"]) == Decimal("14990.00") - price == Decimal("4373.50")


# How the fee is read


def test_both_readings_on_the_page_equal_a_calculation_from_the_marts(ask: Ask, desk: Desk) -> None:
    """Customers won and months with a customer by SQL; spend by SQL; revenue, usage and fee are the baseline's own."""
    [(spend,)] = ask(
        "select sum(amount_usd) from marts.spend_month where category = 'acquisition' and product = 'vellocity' "
        "and spend_month between date '2025-11-01' and date '2026-10-01'"
    )
    [(won,)] = ask(
        "select count(*) from (select customer_id, min(started_on) as first from marts.contract group by all) "
        "where first between date '2025-11-01' and date '2026-10-31'"
    )
    [(months,)] = ask(
        "select count(*) from (select distinct customer_id, month from marts.contract, "
        "(select unnest(generate_series(date '2025-11-01', date '2026-10-01', interval 1 month)) as month) "
        "where started_on < month + interval 1 month and (ended_on is null or ended_on >= month + interval 1 month))"
    )
    left = judging.margins(desk, desk.simulate())["baseline"].total
    revenue, usage, fee = left.revenue, left.usage_cost, left.marketplace_fee
    assert isinstance(usage, Decimal) and isinstance(fee, Decimal)
    costs = {"acquisition": (spend + fee, usage), "revenue": (spend, usage + fee)}
    names = {"acquisition": "Customer acquisition cost, as the brief says", "revenue": "Cost of revenue"}
    for reading in READINGS:
        app = opened("fee_absorption", fees_view=READ, fees_reading=names[reading])
        winning, serving = costs[reading]
        margin, cac = (revenue - serving) / revenue, winning / won
        assert value(app, "Gross margin") == f"{100 * margin:.2f}%"
        assert value(app, "CAC") == f"${cac:,.2f}"
        assert value(app, "CAC payback") == f"{cac / (revenue / months * margin):.1f} months"


def test_the_reading_the_brief_has_is_the_default_and_is_named() -> None:
    app = opened("fee_absorption", fees_view=READ)
    assert headline(app).startswith("With the marketplace's fee as customer acquisition cost, gross margin is ")
    assert "Customer acquisition cost, as the brief says" in said(app)
    assert app.segmented_control(key="fees_reading").value == "Customer acquisition cost, as the brief says"


def test_without_recorded_costs_nothing_is_measurable_and_nothing_is_zero(open_without: Callable[..., None]) -> None:
    """The world of four customers has no unit costs and no spend at all."""
    open_without()
    app = opened("fee_absorption", fees_view=READ)
    assert not app.exception
    assert "not measurable: needs" in headline(app)
    assert {value(app, name) for name in ("Gross margin", "CAC", "CAC payback")} == {numbers.MISSING}
    assert value(app, "Limits kept") == "0 of 2"
    assert "the acquisition spend of" in said(app)


@pytest.mark.parametrize("source", ["metering", "stripe", "marketplace"])
def test_a_margin_of_a_part_is_not_shown(open_without: Callable[..., None], source: str) -> None:
    open_without(source)
    app = opened("fee_absorption", fees_view=READ)
    assert not app.exception and not app.metric
    assert headline(app).startswith("0 margins can be shown")
    assert f"python -m lib pull --only {source}" in said(app)


# What moving costs


def test_a_move_is_told_in_a_sentence_and_in_cards() -> None:
    """Twelve charges of 1,499: a card keeps 54.26 of each, 651.12; AWS 44.97, 539.64; 111.48 saved, 222.96 in two.

    Of a credit of 50 five charges bring back 46.45 and six 55.74.
    """
    app = opened("fee_absorption", fees_view=MOVING, fees_volume="17988", fees_back="24", fees_paid="50")
    assert headline(app) == (
        "Moving $17,988.00 a year of a customer from Stripe, US card to AWS, public offer saves $111.48 a year: "
        "a credit of $222.96 is back in 24 months"
    )
    assert [value(app, name) for name in ("Kept today", "Kept then", "Saved a year")] == [
        "$651.12",
        "$539.64",
        "+$111.48",
    ]
    assert "A credit of $50.00 is back after 6 charges." in said(app)


def test_a_move_that_costs_says_so() -> None:
    """44.97 of AWS less 15.49 by ACH, twelve times: 353.76 the other way round."""
    app = opened("fee_absorption", fees_view=MOVING, fees_volume="17988", fees_from="Stripe, ACH", fees_paid="1")
    assert headline(app).endswith("costs $353.76 a year: no credit is ever back")
    assert value(app, "Credit to break even") == "$0.00"
    assert "A credit of $1.00 is never back: the move saves nothing." in said(app)


def test_a_customers_last_year_is_moved_charge_by_charge(ask: Ask) -> None:
    """c-0202 on AWS, by SQL: 3 % of each charge; by ACH 0.8 % and at most 5.00, and 0.7 % of Billing, each rounded."""
    query = (
        "select rail, count(*), sum(gross_usd), sum(round(gross_usd * 0.03, 2)), "
        "sum(least(round(gross_usd * 0.008, 2), 5.00) + round(gross_usd * 0.007, 2)) "
        f"from marts.settlement where customer_id = 'c-0202' and {SPAN} and gross_usd > 0 "
        "group by rail"
    )
    [(rail, charges, gross, fee, ach)] = ask(query)
    assert rail == "aws"
    [(name,)] = ask("select customer_name from marts.customer where customer_id = 'c-0202'")
    app = opened(
        "fee_absorption",
        fees_view=MOVING,
        fees_whose="A customer's last year",
        fees_customer=f"{name} (c-0202)",
        fees_to="Stripe, ACH",
    )
    assert value(app, "Volume of a year") == f"${gross:,.2f}"
    assert (value(app, "Kept today"), value(app, "Kept then")) == (f"${fee:,.2f}", f"${ach:,.2f}")
    assert [card.help for card in app.metric if card.label == "Volume of a year"] == [
        f"What is paid in the year, in {charges} charges."
    ]


def test_passing_the_fee_on_is_told_for_every_public_price() -> None:
    """299 ÷ 0.97 = 308.25, 1,499 ÷ 0.97 = 1,545.36, 3,999 ÷ 0.97 = 4,122.68."""
    app = opened("fee_absorption", fees_view=MOVING)
    shown = table(app, "whole_usd")
    whole = dict(zip(shown["plan_key"], shown["whole_usd"], strict=True))
    assert (whole["Starter, monthly"], whole["Accelerate, monthly"], whole["Command, monthly"]) == (
        308.25,
        1545.36,
        4122.68,
    )
    assert "+3.09% leaves us whole by AWS, public offer: of $308.25 the $299.00 of today are left" in said(app)
    assert "3.0928% more" in said(app)


def test_a_card_has_no_one_percentage_and_still_a_price() -> None:
    """299.30 ÷ 0.964 = 310.48."""
    app = opened("fee_absorption", fees_view=MOVING, fees_pass="Stripe, US card")
    assert "Of $310.48 by Stripe, US card the $299.00 of today are left; no one percentage does it" in said(app)
    assert "0.30 USD of every charge (card)" in said(app)


def test_declared_rails_are_listed_with_fees_not_set() -> None:
    app = opened("fee_absorption", fees_view=MOVING)
    assert "2 rails are declared and not sold on: their fees are not set" in said(app)
    rows = table(app, "purpose").to_dict("records")
    assert [(row["rail"], row["product"], row["fees"]) for row in rows] == [
        ("Azure Marketplace", "Control plane", "not set"),
        ("Agent payments (x402)", "Vellocity", "not set"),
    ]
    assert [row["declared_in"] for row in rows] == [one.source for one in declared(RAILS_FILE)]


def test_the_buyers_commitment_is_a_range_while_nobody_has_stated_our_deployment() -> None:
    app = opened("fee_absorption", fees_view=MOVING, fees_commitment="400000", fees_bought="14990")
    words = said(app)
    assert (
        "Of a commitment of $400,000.00 $14,990.00 would be retired if we are “Deployed on AWS”, and $0.00 if not"
        in words
    )
    assert words.count("only secondary sources say so, no page of AWS's own was found") == 2
    assert "never a promise" in words
    stated = opened(
        "fee_absorption",
        fees_view=MOVING,
        fees_commitment="400000",
        fees_bought="14990",
        fees_deployed="Deployed on AWS",
    )
    # 25 % of 400,000 less 14,990
    assert "$14,990.00 are retired and $85,010.00 of room are left" in said(stated)


@pytest.mark.parametrize("case", cases("fee_choices", "commitment"))
def test_the_sentence_says_what_hangs_on_what(case: Mapping[str, Any]) -> None:
    amount, elsewhere = Decimal(case["commitment"]), Decimal(case.get("elsewhere", 0))
    commits = Commits(amount, case["year"]["from"], case["year"]["until"], elsewhere)
    bought = [Purchase(one["invoiced_on"], Decimal(one["amount"])) for one in case["purchases"]]
    assert RULE is not None
    words = commitment.sentence(retiring(RULE, commits, bought, case["deployed"]), amount)
    for part in case["expect"].get("words_contain", [f"${Decimal(case['expect']['retired'] or 0):,.2f}"]):
        assert part in words


def test_a_link_to_a_part_nobody_knows_says_so() -> None:
    app = opened("fee_absorption", fees_view="What is lost")
    assert "Look at: this page does not know 'What is lost' of its link" in app.warning[0].value.replace("\\", "")
    assert not app.exception
