"""The overage page: every reading is said, a customer's own contract comes first, and no price is never zero."""

import json
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.catalog.book import READINGS
from lib.catalog.scenario import overlaid
from lib.desk import Desk
from lib.outcome import outcome
from lib.periods import month_of
from lib.simulator.bill import bill
from lib.ui import months
from lib.ui.views.overage import bills, readings, why
from tests.independent import exact_bill
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value
from tests.test_contracts import NEW

RECORDED, HONEST = "A customer's month", {"scenario": "honest-20"}
UPGRADED = {"overage_customer": "Greenrise Networks (c-0001)", "overage_month": "Aug 2025"}


@pytest.mark.parametrize("setting", READINGS)
def test_every_reading_is_said_with_the_other_one(setting: str) -> None:
    default, *others = READINGS[setting]
    lines = [readings.said({setting: value})[0] for value in READINGS[setting]]
    assert len(set(lines)) == len(READINGS[setting])
    assert all(readings.VALUES[setting][value] in line for line in lines for value in (default, *others))
    assert ("An assumption" in lines[0]) == (setting == "stripe_overage")


def test_the_page_lists_all_readings_of_its_book() -> None:
    words = said(opened("overage", overage_tab="Both readings"))
    assert "Bands graduated, each at its own price; other reading: volume" in words
    assert words.count("other reading:") == len(READINGS)


def test_a_customer_under_a_private_offer_owes_what_it_says(ask: Ask) -> None:
    [(customer, name, monthly)] = ask(
        "select c.customer_id, k.customer_name, round(o.price_usd / 12, 2) from marts.contract c "
        "join marts.private_offer o using (offer_id) join marts.customer k on k.customer_id = c.customer_id "
        "where c.tier = 'enterprise' and c.ended_on is null and c.started_on < date '2026-09-01' "
        "order by c.customer_id limit 1"
    )
    asked = {"overage_source": "A customer's month", "overage_customer": f"{name} ({customer})"}
    app = opened("overage", **asked, overage_tab="Why this amount")
    assert not app.exception
    assert headline(app).startswith(f"{name} owes $")
    assert "under its private offer; " in headline(app)
    assert f"${monthly:,.2f} base a month" in said(app)


def test_a_plan_by_contract_has_no_overage_of_zero() -> None:
    app = opened("overage", overage_tab="Every plan")
    bills = next(table.value for table in app.dataframe if "serves" in table.value)
    plan = bills[bills.iloc[:, 0].astype(str).str.contains("Enterprise")]
    assert len(plan) == 1  # both rails bill the same
    assert "by contract" in plan.to_string() and "$0.00" not in plan.to_string()


def test_a_month_without_usage_is_a_designed_page(open_without: Callable[..., None]) -> None:
    open_without("metering")
    app = opened("overage", overage_source="A customer's month")
    assert not app.exception
    assert "used 0 units in" in headline(app)
    assert not [control for control in app.segmented_control if control.key == "overage_rail"]
    assert "is invoiced in the next" not in said(app)


def test_under_a_scenario_the_baseline_stands_beside_it() -> None:
    app = opened("overage", scenario="honest-20")
    assert ", against $1,279.18 on the baseline" in headline(app)


# A private offer has no list to stand on

PRIVATE = """
    select c.customer_id, k.customer_name from marts.contract c join marts.customer k using (customer_id)
    where c.offer_id is not null and c.rail = 'aws' and c.ended_on is null and c.customer_id = 'c-0335'
"""


@pytest.fixture
def private(ask: Ask) -> dict[str, str]:
    [(customer, name)] = ask(PRIVATE)
    return {"overage_source": RECORDED, "overage_customer": f"{name} ({customer})", "overage_rail": "AWS Marketplace"}


def test_the_readings_of_a_private_offer_are_measured_on_its_own_bill(private: dict[str, str]) -> None:
    """Above 500,000 words over, volume instead of graduated is 100 x $0.0004 and 400 x $0.0002 less: $0.12."""
    app = opened("overage", **private, overage_tab="Both readings")
    table = shown(app, "other").set_index("setting")
    assert table["difference_usd"].notna().all()
    assert round(float(table.loc["Bands", "difference_usd"]), 2) == -0.12
    assert round(float(table.loc["Allowances", "difference_usd"]), 2) == 0  # the offer's allowances win
    assert "4 of 7 open readings move the bill" in said(app)
    assert set(table["total_usd"]) == {table["total_usd"].iloc[0]}
    assert f"owes ${table['total_usd'].iloc[0]:,.2f} " in headline(app)


def test_what_cannot_be_measured_is_not_said_to_move_nothing(private: dict[str, str]) -> None:
    app = opened("overage", **private, overage_plan="Enterprise, custom", overage_tab="Both readings")
    words = said(app)
    assert "Not measured: Enterprise, custom has no total for this usage" in words
    assert "0 of" not in words.split("Not measured")[1].split("The price is")[0]


def test_a_private_offers_line_is_drawn_at_its_own_allowance(private: dict[str, str]) -> None:
    app = opened("overage", **private, overage_tab="As usage grows")
    line = drawn(app, "overage_line")
    said_above = [note["text"] for note in line["layout"]["annotations"]]
    assert "1,000,000 included, then $0.0010 per 1,000 words" in said_above
    assert len(line["data"]) == 2


def test_the_top_tier_is_said_once_to_have_none_above(private: dict[str, str]) -> None:
    app = opened("overage", **private, overage_tab="Allowances and next tier")
    assert not [table for table in app.dataframe if "alone" in table.value]
    assert said(app).count("There is no higher tier to compare with.") == 1
    assert "no single dimension" not in said(app) and "no comparison" not in said(app)


def test_what_a_plan_does_not_serve_is_said_in_words() -> None:
    assert bills.told("video_minutes is not offered") == "video minutes are not offered"
    assert bills.told("on Starter api_requests is by contract") == "on Starter API requests are by contract"
    assert bills.told("the price is by contract") == "the price is by contract"
    app = opened("overage", overage_tab="Every plan")
    assert "audio minutes are not offered" in said(app)
    assert "API requests are not offered" in shown(app, "serves")["serves"].str.cat()
    assert "audio_minutes is" not in shown(app, "serves").to_string()


# What was rated and what was invoiced

BILLED = """
    select coalesce(sum(amount_usd), 0) from marts.invoice_line where customer_id = ? and (usage_month = ? or
        (usage_month is null and date_trunc('month', period_start_on) = ?))
"""


def test_a_years_fee_is_not_added_to_a_months_sum(private: dict[str, str]) -> None:
    """November 2025: 0.31 and 3.38 of usage; $84,000 for twelve months, a twelfth is $7,000."""
    app = opened("overage", **private, overage_month="Nov 2025", overage_tab="Invoices")
    words = said(app)
    assert "November 2025: $3.69 rated, $3.69 invoiced so far; no difference" in words
    assert "on 12 Nov 2025: $84,000.00 rated for 12 months at once; it is not in the sum of this month" in words
    assert "1/12 = $7,000.00 a month" in words


def test_a_months_invoices_are_those_of_the_rails_with_the_cause_of_a_difference(ask: Ask) -> None:
    """The upgrade's month: 1,249.00 - 168.68 + 58.00 + 174.04; October 2026: 250 of another book, usage not due yet."""
    app = opened("overage", overage_source=RECORDED, **UPGRADED, overage_tab="Invoices")
    [(invoiced,)] = ask(BILLED, "c-0001", date(2025, 8, 1), date(2025, 8, 1))
    assert invoiced == Decimal("1312.36")
    assert f"August 2025: $1,312.36 rated, ${invoiced:,.2f} invoiced so far; no difference" in said(app)
    assert shown(app, "difference_usd")["difference_usd"].abs().sum() == 0
    app = opened(
        "overage", overage_source=RECORDED, **{**UPGRADED, "overage_month": "Oct 2026"}, overage_tab="Invoices"
    )
    assert "October 2026: $1,931.25 rated, $1,249.00 invoiced so far; difference $682.25 (" in said(app)
    assert "prices of another book $250.00" in said(app) and "not due yet $432.25" in said(app)


def test_a_month_in_which_no_contract_ran_a_day_is_not_offered(ask: Ask) -> None:
    """The contract of c-0185 ended on 1 Oct 2025, the first day on which it held no more."""
    [(name,)] = ask("select customer_name from marts.customer where customer_id = 'c-0185'")
    app = opened("overage", overage_source=RECORDED, overage_customer=f"{name} (c-0185)")
    assert app.selectbox(key="overage_month").options[0] == "Sep 2025"


def test_the_rail_of_a_customers_month_is_its_own_until_chosen(private: dict[str, str]) -> None:
    asked = {key: value for key, value in private.items() if key != "overage_rail"}
    app = opened("overage", **asked)
    assert app.segmented_control(key="overage_rail").value == "AWS Marketplace"
    app = opened("overage", **{**asked, "overage_rail": "Stripe"})
    assert app.segmented_control(key="overage_rail").value == "Stripe"


# The own bill beside the list


def test_the_own_bill_of_a_whole_month_stands_beside_the_list(private: dict[str, str]) -> None:
    """The month that two contracts shared: 1,249.00 base then, 58.00 under Starter and 174.04 under Accelerate.

    On today's list all of it together: 1,437 images are 1,337 x $0.05 = 66.85, 1,023 credits 973 x $0.10 = 97.30, words
    6.926 x $0.001 = 0.01, 44.62 minutes 0.45, 30.505 x $0.01 = 0.31 of requests, no seat above ten: 164.92 on 1,499.
    """
    app = opened("overage", overage_source=RECORDED, **UPGRADED, overage_tab="Every plan")
    assert value(app, "Its own bill") == "$1,481.04"
    rows = shown(app, "serves")
    assert rows.iloc[0].tolist()[:5] == ["Its own contract", "Stripe", "$1,249.00", "$232.04", "$1,481.04"]
    assert "Its own contract" in json.dumps(drawn(app, "overage_bills")["data"])
    assert (value(app, "Its base fee"), value(app, "Its overage")) == ("$1,249.00", "$232.04")
    assert value(app, "Its plan's list") == "$1,663.92"
    assert [card.delta for card in app.metric if card.label == "Its plan's list"] == ["−$183 own bill"]
    assert value(opened("overage", **private), "Its plan's list") == "none"


def test_a_range_says_what_it_adds_and_what_is_not_used_yet(newcomer: tuple[str, str, str, str]) -> None:
    words = said(as_of(newcomer, 12, overage_tab="Where it ends"))
    assert "adds the lows and adds the highs" in words
    assert "Not used so far, and so projected to nothing: " in words


def test_a_very_large_month_fits_its_cards() -> None:
    """10^12 images are some fifty billion dollars."""
    app = opened("overage", overage_images=str(10**12))
    assert value(app, "Cheapest total") == "$50.0B"
    bars = json.dumps(drawn(app, "overage_bills")["data"], ensure_ascii=False)
    assert "B" in bars and ".00M" not in bars


# A month that two contracts share

CHANGED = """
    select c.customer_id, k.customer_name, c.contract_id, c.plan_key, n.contract_id, n.plan_key, c.ended_on
    from marts.contract c join marts.customer k using (customer_id)
    join marts.contract n on n.customer_id = c.customer_id and n.started_on = c.ended_on
    where extract(day from c.ended_on) > 1 and c.customer_id in (
        select customer_id from marts.usage_month where usage_month = date_trunc('month', c.ended_on)
        group by customer_id having count(distinct contract_id) = 2)
    order by 1 limit 6
"""


def test_each_contract_of_a_month_is_rated_by_its_own_terms_as_the_river_does(ask: Ask, desk_folder: Path) -> None:
    desk = Desk.open(desk_folder)
    changed = ask(CHANGED)
    assert len(changed) == 6
    river = outcome(desk.books, desk.population, (date(2024, 1, 1), date(2026, 11, 1)), desk.reach)
    for customer, *_, on in changed:
        month = month_of(on)
        lines = [
            line
            for line in river.lines
            if (line.contract.customer_id, line.month, line.kind) == (customer, month, "usage")
        ]
        own = months.own_month(desk, customer, months.last_day(desk, month))
        assert own.bill and len(own.bill.earlier) == 1
        assert len({line.contract.contract_id for line in lines}) == 2
        assert own.bill.overage == sum(line.amount for line in lines if line.amount)


def test_an_upgrade_within_the_month_says_which_contracts_shared_it() -> None:
    """Starter 58.00 of seats; then Accelerate: 79.68 images, 93.60 SEO credits, 0.45 and 0.31; base 1,249 then."""
    app = opened("overage", overage_source=RECORDED, **UPGRADED, overage_tab="Why this amount")
    assert not app.exception
    words = said(app)
    assert " = $1,249.00 base + $232.04 above the allowances" in words
    assert "2 contracts shared this month: Starter, monthly until 2 Aug and Accelerate, monthly from 3 Aug" in words
    assert "Starter, monthly, before the change: Team seats: 5 used, 3 included, 2 above" in words
    assert " owes $1,481.04 for Aug 2025 on Accelerate, monthly; " in headline(app)


def test_a_scenario_leaves_the_own_bill_alone_and_says_so() -> None:
    plain, under = (opened("overage", overage_source=RECORDED, **UPGRADED, **one) for one in ({}, HONEST))
    assert headline(under).split(";")[0] == headline(plain).split(";")[0]
    assert "; on the scenario's list " in headline(under) and ", on today's " in headline(under)
    assert "The scenario changes the list plans only" in said(under)
    assert "The scenario" not in said(plain)


# A customer's month as of one of its days, against SQL of the test's own over the raw events

# The newest price list governs whoever began under it; June to September are whole months under contract.
NEWCOMER = """
    select c.customer_id, k.customer_name, c.plan_key, c.rail
    from marts.contract c join marts.customer k using (customer_id)
    where c.offer_id is null and c.ended_on is null and c.started_on between date '2026-05-10' and date '2026-06-01'
        and c.plan_key = 'starter-monthly'
        and (select count(*) from marts.contract o where o.customer_id = c.customer_id) = 1
    order by 1 limit 1
"""
USED = """
    select dimension, strftime(occurred_at::timestamp, '%Y-%m') as month, sum(quantity::decimal(18, 6)) as quantity
    from raw.event
    where customer_id = ? and extract(day from occurred_at::timestamp) <= ? and occurred_at >= '2026-06-01'
    group by all
"""


@pytest.fixture
def newcomer(ask: Ask) -> tuple[str, str, str, str]:
    [row] = ask(NEWCOMER)
    return row


def as_of(newcomer: tuple[str, str, str, str], day: int, **more: str) -> AppTest:
    customer, name, *_ = newcomer
    app = opened(
        "overage",
        overage_source=RECORDED,
        overage_customer=f"{name} ({customer})",
        overage_month="Oct 2026",
        overage_day=str(day),
        **more,
    )
    assert not app.exception
    return app


def shown(app: AppTest, column: str) -> pd.DataFrame:
    """The one table of the page that has the column."""
    [table] = [table.value for table in app.dataframe if column in table.value]
    return table


def by_hand(used: dict[tuple[str, str], Decimal], whole: dict[tuple[str, str], Decimal], dimension: str) -> list[str]:
    """Low, middle, high of October: what was used by the largest, median and smallest share of June to September."""
    months = [f"2026-0{number}" for number in (6, 7, 8, 9)]
    parts = [used.get((dimension, month), Decimal(0)) / whole[dimension, month] for month in months]
    shares = sorted(part for part in parts if part)
    assert len(shares) in (3, 4)
    middle = shares[1] if len(shares) == 3 else (shares[1] + shares[2]) / 2
    october = used[dimension, "2026-10"]
    ends = (october / share for share in (shares[-1], middle, shares[0]))
    return [str(end.quantize(Decimal(1), ROUND_HALF_UP)) for end in ends]


def test_a_projection_is_what_was_used_by_the_shares_of_earlier_months(
    ask: Ask, newcomer: tuple[str, str, str, str]
) -> None:
    customer = newcomer[0]
    used = {(dimension, month): quantity for dimension, month, quantity in ask(USED, customer, 12)}
    whole = {(dimension, month): quantity for dimension, month, quantity in ask(USED, customer, 31)}
    table = shown(as_of(newcomer, 12, overage_tab="Where it ends"), "basis").set_index("dimension")
    for dimension, name in (("words", "Words"), ("images", "Images")):
        row = table.loc[name]
        ends = [f"{row[column]:.0f}" for column in ("low_quantity", "middle_quantity", "high_quantity")]
        assert ends == by_hand(used, whole, dimension)
        assert row["used_quantity"] == used[dimension, "2026-10"]
        assert row["became_quantity"] == whole[dimension, "2026-10"]
        assert row["basis"].endswith(" earlier months")
    assert table.loc["Team seats", "basis"].startswith("the largest so far")


def test_the_bill_on_a_day_and_what_it_became_are_the_second_opinions(
    ask: Ask, newcomer: tuple[str, str, str, str]
) -> None:
    customer, _, plan, rail = newcomer
    app = as_of(newcomer, 12)
    for label, day in (("On 12 Oct 2026", 12), ("It became", 31)):
        largest = ask(
            "select max(quantity::decimal(18, 6)) from raw.event where customer_id = ? and dimension = 'team_seats' "
            "and occurred_at >= '2026-10-01' and extract(day from occurred_at::timestamp) <= ?",
            customer,
            day,
        )
        rows = [
            {"dimension": dimension, "quantity": str(quantity)}
            for dimension, month, quantity in ask(USED, customer, day)
            if month == "2026-10" and dimension != "team_seats"
        ]
        rows += [{"dimension": "team_seats", "quantity": str(largest[0][0])}] if largest[0][0] else []
        cents, _ = exact_bill.bill(rows, plan, rail=rail)
        assert value(app, label) == f"${299 + Decimal(cents) / 100:,.2f}"


def test_an_allowance_ran_out_on_the_day_the_events_passed_it(ask: Ask, newcomer: tuple[str, str, str, str]) -> None:
    days = ask(
        """
        select dimension, min(day) from (
            select dimension, occurred_at::date as day,
                sum(sum(quantity::decimal(18, 6))) over (partition by dimension order by occurred_at::date) as used
            from raw.event where customer_id = ? and occurred_at >= '2026-10-01'
            group by dimension, occurred_at::date
        ) where used > case dimension when 'words' then 50000 when 'images' then 100 when 'gtm_workflows' then 5
            when 'seo_credits' then 50 end group by dimension
        """,
        newcomer[0],
    )
    recorded = dict(days)
    table = shown(as_of(newcomer, 31, overage_tab="Allowances and next tier"), "alone").set_index("dimension")
    names = {"words": "Words", "images": "Images", "gtm_workflows": "GTM workflows", "seo_credits": "SEO credits"}
    assert recorded
    for dimension, name in names.items():
        day = recorded.get(dimension)
        told = f"{day.day} {day:%b %Y}" if day else "not this month"
        if name in table.index and table.loc[name, "used_quantity"]:
            assert table.loc[name, "runs_out"] == told


def test_a_complete_month_shows_both_what_was_projected_and_what_it_became(
    newcomer: tuple[str, str, str, str],
) -> None:
    early, whole = headline(as_of(newcomer, 12)), headline(as_of(newcomer, 31))
    assert early.startswith(f"On 12 Oct 2026 {newcomer[1]} was heading for ≈ $")
    became = early.split("it became ")[1].split(";")[0]
    assert f"{newcomer[1]} owes {became} for Oct 2026" in whole


def test_the_day_of_a_link_holds_and_a_shorter_month_takes_its_own_last_day(
    newcomer: tuple[str, str, str, str],
) -> None:
    app = as_of(newcomer, 12)
    assert app.slider(key="overage_day").value == 12
    app = as_of(newcomer, 31)
    app.selectbox(key="overage_month").set_value("Sep 2026").run()
    assert not app.exception
    assert headline(app).startswith(f"{newcomer[1]} owes $") and " for Sep 2026 on " in headline(app)


# Typed numbers


def test_a_month_typed_so_far_goes_on_at_its_pace() -> None:
    """420 images in 12 of 31 days are 1,085; 12 workflows are 31; 8 seats stay 8.

    On annual Accelerate: 985 images over x $0.05 = 49.25, 415 credits x $0.10 = 41.50 (180 x 31 / 12 = 465), 904,167
    words: 100 x $0.001 + 400 x $0.0008 + 354.167 x $0.0006 = 0.63, 203 audio minutes (232.5 rounds up) x $0.01 = 2.03,
    54.583 x $0.01 = 0.55 of requests: $93.96 above $1,249.17.
    """
    app = opened("overage", overage_day="12")
    table = shown(app, "basis").set_index("dimension")
    expected = {"Images": 1085, "GTM workflows": 31, "Team seats": 8, "SEO credits": 465, "Words": 904_167}
    assert {name: int(table.loc[name, "middle_quantity"]) for name in expected} == expected
    assert table.loc["Images", "basis"] == "the pace so far; range of all customers"
    assert headline(app).startswith(
        "Accelerate, annual is the cheapest plan at this pace: ≈ $1,343 at the end of Oct 2026"
    )
    assert value(app, "Overage") == "≈ $93.96"


def test_the_range_of_all_customers_is_that_of_their_months(ask: Ask) -> None:
    """By the 12th eight in ten whole months had used between the low and the high share of what they came to."""
    [(low, high)] = ask(
        "select low_share, high_share from marts.usage_pace where dimension = 'images' and day_of_month = 12"
    )
    table = shown(opened("overage", overage_day="12"), "basis").set_index("dimension")
    row = table.loc["Images"]
    assert row["low_quantity"] == (420 / high).quantize(Decimal(1), ROUND_HALF_UP)
    assert row["high_quantity"] == (420 / low).quantize(Decimal(1), ROUND_HALF_UP)


ALONE: dict[str, str] = {
    "overage_audio_minutes": "0",
    "overage_api_requests": "0",
    "overage_plan": "Starter, monthly",
    "overage_tab": "Allowances and next tier",
}


def test_the_next_tier_is_told_per_dimension_with_the_quantity_or_never() -> None:
    """Alone 5 + 240 workflows; beside eight seats 145 dollars less: 5 + 211. Seats: 7 x 29 = 203 of 1,200 at most."""
    app = opened("overage", **ALONE)
    table = shown(app, "alone").set_index("dimension")
    assert table.loc["GTM workflows", "alone"] == "245 (240 above the allowance)"
    assert table.loc["GTM workflows", "beside"] == "216 (211 above the allowance)"
    assert table.loc["Team seats", "alone"] == "never ($997.00 dearer at best)"
    assert table.loc["Audio minutes", "alone"] == "not offered on Starter"
    assert table.loc["Team seats", "runs_out"] == "exceeded, day not known"
    assert "Accelerate, monthly is cheaper above 216 GTM workflows" in said(app)


def test_beyond_the_crossing_the_page_says_already() -> None:
    app = opened("overage", **ALONE, overage_gtm_workflows="300")
    table = shown(app, "alone").set_index("dimension")
    assert table.loc["GTM workflows", "beside"] == "already cheaper (from 216)"
    assert table.loc["Words", "beside"] == "already cheaper at any quantity"


def test_an_amount_explains_itself_in_a_sentence_and_in_rows() -> None:
    """The example month on annual Accelerate: 300,000 words over are 100 x $0.001 + 200 x $0.0008 = $0.26."""
    app = opened("overage")
    words = said(app)
    assert "$1,249.17 base a month: a twelfth of the list price, rounded to the cent" in words
    assert (
        "Words: 350,000 used, 50,000 included, 300,000 above. 100,000 at $0.0010 per 1,000 words + "
        "200,000 at $0.0008 per 1,000 words = **$0.26**"
    ) in words
    assert "Team seats (8): within the allowance." in words and "GTM workflows (12): unlimited." in words
    rows = shown(app, "part")
    own = rows[rows["dimension"] == "Words"]
    assert own["part"].tolist() == ["of 50,000 included", "above the allowance", "band above 100,000"]
    assert own["before_rounding"].tolist()[1:] == ["$0.1000", "$0.1600"]
    lines = [amount for amount in rows["line_usd"] if pd.notna(amount)]
    assert sum(Decimal(str(amount)) for amount in lines) == Decimal("30.01")


def test_a_modifier_is_told_with_its_effect_in_the_sentence_and_in_a_row() -> None:
    """300 words over at $2 are $600; ten percent off leave $540, and at least $700 are due: 160 more."""
    words = {"bands": [{"from": 0, "unit_price": 2}], "unit_size": 1, "discounts": [{"percent": 10}], "minimum": 700}
    book = overlaid(NEW, {"dimensions": {"words": words}}, "a test")
    billed = bill(book, "aws", "starter-monthly", {"words": Decimal(50_300)})
    told = why.line_words(billed.charges["words"], book.dimensions["words"])
    assert told.startswith("Words: 50,300 used, 50,000 included, 300 above. 300 at $2.00 per word")
    assert "(−$60.00)" in told and "(+$160)" in told and told.endswith("= **$700.00**")
    rows = why.parts(billed, book.dimensions)
    assert rows["before_rounding"].tolist()[1:] == ["$600.00", "−$60.00", "$160.00"]
    assert rows["line_usd"].tolist()[-1] == Decimal(700)


def test_only_the_marketplace_is_said_to_hold_no_bands() -> None:
    told = "a rate card there holds one price per dimension and cannot hold them"
    assert told in said(opened("overage", overage_rail="AWS Marketplace"))
    assert told not in said(opened("overage"))


def test_both_readings_of_every_setting_stand_beside_each_other() -> None:
    """Annual Accelerate: volume 0.24 for 0.26 of words; uniform 8 seats x 29 + 7 workflows x 5 = 267 more."""
    table = shown(opened("overage", overage_tab="Both readings"), "other").set_index("setting")
    moved = {setting: round(float(row["difference_usd"]), 2) for setting, row in table.iterrows()}
    assert moved == {
        "Bands": -0.02,
        "Thresholds are counted on": -0.01,
        "Thresholds are in": 0.04,
        "Part units": 0.0,
        "Stripe customers pay above the tier": -30.01,
        "Allowances": 267.0,
        "The marketplace's fee is": 0.0,
    }


def drawn(app: AppTest, key: str) -> Any:
    [chart] = [chart for chart in app.get("plotly_chart") if key in chart.proto.id]
    return json.loads(chart.proto.spec)


def test_the_curve_shows_thresholds_bands_and_both_cliffs() -> None:
    line = drawn(opened("overage", overage_tab="As usage grows"), "overage_line")
    said_above = [note["text"] for note in line["layout"]["annotations"]]
    assert any(text.startswith("50,000 included, then $0.0010 per 1,000 words") for text in said_above)
    assert "above 150,000: $0.0008 (volume: cliff of $0.02)" in said_above
    assert "above 550,000: $0.0006 (volume: cliff of $0.10)" in said_above
    assert [shape["type"] for shape in line["layout"]["shapes"]].count("rect") == 2
    assert len(line["data"]) == 2


def test_without_a_list_price_there_is_no_curve_but_a_sentence() -> None:
    app = opened("overage", overage_plan="Enterprise, custom")
    assert "Enterprise, custom has no total: the price is by contract" in said(app)
    app = opened("overage", overage_plan="Enterprise, custom", overage_tab="As usage grows")
    assert not app.exception
    assert "Enterprise, custom has no list price for Words" in said(app)


def test_a_customer_without_use_by_a_day_has_a_page(ask: Ask) -> None:
    [(customer, name, month)] = ask(
        """
        select customer_id, customer_name, min(usage_month) from marts.usage_day join marts.customer using (customer_id)
        where contract_id is not null group by customer_id, customer_name, usage_month
        having min(usage_day) > usage_month order by 1, 3 limit 1
        """
    )
    assert isinstance(month, date)
    address = {"overage_customer": f"{name} ({customer})", "overage_month": f"{month:%b %Y}", "overage_day": "1"}
    app = opened("overage", overage_source=RECORDED, **address)
    assert not app.exception
    assert "used 0 units in" in headline(app) and "up to 1 " in headline(app)


PANELS = (
    "Where it ends",
    "Why this amount",
    "Allowances and next tier",
    "As usage grows",
    "Both readings",
    "Every plan",
)


@pytest.mark.parametrize("source", ["My own numbers", RECORDED])
@pytest.mark.parametrize("tab", PANELS)
def test_every_panel_opens_by_link_on_every_plan(source: str, tab: str) -> None:
    app = opened("overage", overage_source=source, overage_day="12", overage_tab=tab)
    assert not app.exception
    plans = app.selectbox(key="overage_plan").options
    assert len(plans) == (8 if source == RECORDED else 7)
    for plan in plans:
        app.selectbox(key="overage_plan").set_value(plan).run()
        assert not app.exception, plan
    app.segmented_control(key="overage_source").set_value("My own numbers").run()
    assert not app.exception  # a panel that is not there any more gives way to the first
