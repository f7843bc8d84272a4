"""The page on buyers, part by part: every number equals SQL of the test's own over the marts, under any filter."""

from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.buyers import moved
from lib.desk import Desk, who_buys
from lib.ui import buyers, cards, numbers
from lib.ui.views.segments import SECTIONS, people
from lib.ui.views.segments import moved as tables
from tests.pages.conftest import Ask
from tests.pages.test_numbers_on_pages import PERSONA, thousands
from tests.pages.visit import headline, opened, said, value

WHO, MOVED, STAYS, SPLIT, APPROACH = (words for words, _ in SECTIONS.values())
TWELFTH = "price_usd / case term when 'monthly' then 1 when 'two_year' then 24 when 'three_year' then 36 else 12 end"
PAID = f"""
    select customer_id, recurring_month as month, rail, coalesce(tier, 'no tier') as tier, term,
        {TWELFTH} as mrr from marts.recurring_month where price_usd is not null
"""
NOW, THEN = "month = date '2026-10-01'", "month = date '2025-10-01'"


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The first table on the page that has a column."""
    return next(block.value for block in app.dataframe if column in block.value.columns)


def cents(amount: Any) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("part", [WHO, MOVED, STAYS, SPLIT, APPROACH])
def test_every_part_answers_with_a_number_four_to_six_cards_a_picture_and_downloads(part: str) -> None:
    app = opened("segments", segments_view=part)
    assert not app.exception and not app.error and not app.warning
    assert any(letter.isdigit() for letter in headline(app))
    assert 4 <= len(app.metric) <= 6
    assert app.get("plotly_chart") and all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert next(button.label for button in app.get("download_button")) == "Excel workbook"


# Who buys


def test_the_cards_of_everybody(ask: Ask) -> None:
    [(customers, mrr, nrr_customers, then, now)] = ask(
        f"""
        with paid as ({PAID}), early as (select customer_id, sum(mrr) as mrr from paid where {THEN} group by 1)
        select count(distinct customer_id) filter ({NOW}), sum(mrr) filter ({NOW}), (select count(*) from early),
            (select sum(mrr) from early), sum(mrr) filter ({NOW} and customer_id in (select customer_id from early))
        from paid
        """
    )
    app = opened("segments")
    assert (value(app, "Customers"), value(app, "MRR")) == (str(customers), thousands(mrr))
    assert value(app, "Per customer") == f"${mrr / customers:,.0f}"
    assert value(app, "NRR") == f"{100 * now / then:.1f}%"
    assert f"of {nrr_customers} customers" in [card.delta for card in app.metric]


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        ({"focus_rail": "AWS Marketplace"}, "rail = 'aws'"),
        ({"focus_persona": "AWS partner, not a seller"}, "persona = 'aws_partner'"),
        ({"focus_rail": "Stripe", "focus_persona": "Not on AWS"}, "rail = 'stripe' and persona = 'not_on_aws'"),
    ],
    ids=str,
)
def test_a_filter_of_the_sidebar_holds_for_every_number(ask: Ask, filters: dict[str, str], where: str) -> None:
    rows = ask(
        f"""
        with paid as ({PAID}), person as (select customer_id, {PERSONA} as persona from marts.customer)
        select tier, count(distinct customer_id), sum(mrr) from paid inner join person using (customer_id)
        where {NOW} and {where} group by 1
        """
    )
    app = opened("segments", segments_axis="Tier", segments_and="Nothing else", **filters)
    people, paid = sum(row[1] for row in rows), sum(row[2] for row in rows)
    assert headline(app).startswith(f"{people} customers pay {numbers.money(Decimal(str(paid)))} a month")
    assert all(name in headline(app) for name in filters.values())
    shown = table(app, "arpa_usd")
    found = {row["tier"]: (row["customers"], cents(row["mrr_usd"])) for _, row in shown.iterrows() if row["customers"]}
    assert found == {numbers.name(tier): (count, cents(mrr)) for tier, count, mrr in rows}


def test_any_two_axes_make_a_table_of_their_groups(ask: Ask) -> None:
    rows = ask(
        f"""
        with paid as ({PAID}) select region, rail, sum(mrr) from paid
        inner join marts.customer using (customer_id) where {NOW} group by 1, 2 order by 3 desc
        """
    )
    app = opened("segments", segments_axis="Region", segments_and="Rail")
    [chart] = app.get("plotly_chart")
    region, rail, most = rows[0]
    words = f"MRR by region and rail: most for {region}, {numbers.name(rail)}, {numbers.money(Decimal(str(most)))}"
    assert words in chart.proto.alt
    shown = table(app, "arpa_usd")
    told = [(row["region"], row["rail"], row["mrr_usd"]) for _, row in shown.iterrows() if row["customers"]]
    assert told == [(region, numbers.name(rail), pytest.approx(mrr, abs=0.006)) for region, rail, mrr in rows]


def test_a_group_of_fewer_than_five_shows_how_many_and_no_rate(ask: Ask) -> None:
    rows = ask(
        f"""
        with paid as ({PAID}), person as (select customer_id, {PERSONA} as persona from marts.customer)
        select persona, tier, count(distinct customer_id) from paid inner join person using (customer_id)
        where {THEN} group by 1, 2
        """
    )
    few = [row for row in rows if row[2] < 5]
    assert few
    shown = table(opened("segments", segments_measure="NRR"), "nrr_rate")
    assert sum(shown["nrr_rate"].notna()) == len(rows) - len(few)
    assert sorted(shown[shown["nrr_rate"].isna() & (shown["retained_of"] > 0)]["retained_of"]) == sorted(
        row[2] for row in few
    )


def test_what_past_months_say_of_a_persona_is_true_of_the_history_there_is(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    [(dated,)] = ask("select count(from_on) from marts.company_fact where fact = 'is_seller'")
    kept, none = "today's persona; when they climbed is on persona mix.", "persona: the CRM keeps no history of it."
    told = said(opened("segments"))
    assert dated > 0 and kept in told and none not in told
    monkeypatch.setattr(buyers, "keeps_history", lambda: False)
    told = said(opened("segments"))
    assert none in told and kept not in told


def test_usage_is_of_the_picked_dimension(ask: Ask) -> None:
    rows = ask(
        "select region, sum(quantity) from marts.usage_month inner join marts.customer using (customer_id) "
        "where usage_month = date '2026-10-01' and dimension = 'words' and contract_id is not null group by 1"
    )
    app = opened(
        "segments",
        segments_axis="Region",
        segments_and="Nothing else",
        segments_measure="Usage",
        segments_dimension="Words",
    )
    shown = table(app, "arpa_usd")
    assert {row["region"]: Decimal(str(row["used_quantity"])) for _, row in shown.iterrows()} == dict(rows)


def test_a_picked_group_leaves_its_customers_and_a_picked_customer_shows_its_bills(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first row of every table: the rail that brings most, and on it the customer who pays most."""
    monkeypatch.setattr(cards, "picking_table", lambda *_: 0)
    [(rail, customers)] = ask(
        f"with paid as ({PAID}) select rail, count(distinct customer_id) from paid where {NOW} "
        "group by 1 order by sum(mrr) desc limit 1"
    )
    [(customer, name)] = ask(
        f"with paid as ({PAID}) select customer_id, customer_name from paid "
        "inner join marts.customer using (customer_id) "
        f"where {NOW} and rail = '{rail}' order by mrr desc limit 1"
    )
    [(lines, amount)] = ask(
        f"select count(*), sum(amount_usd) from marts.invoice_line where customer_id = '{customer}'"
    )
    app = opened("segments", segments_axis="Rail", segments_and="Nothing else")
    assert f"{numbers.name(rail)}: {customers} customers, largest first" in said(app)
    assert f"{lines} lines invoiced to {name}, ${amount:,.2f} in all, the newest first" in said(app)
    bills = table(app, "period_end_on")
    assert len(bills) == lines
    assert cents(sum(bills["amount_usd"])) == amount


# How it moved


@pytest.mark.parametrize(("span", "since"), [("12 months", "2025-10-01"), ("3 months", "2026-07-01")])
def test_the_waterfall_goes_from_the_first_month_end_to_the_last(ask: Ask, desk: Desk, span: str, since: str) -> None:
    [(was, now)] = ask(
        f"with paid as ({PAID}) select sum(mrr) filter (month = date '{since}'), sum(mrr) filter ({NOW}) from paid"
    )
    app = opened("segments", segments_view=MOVED, segments_span=span)
    assert headline(app).startswith(f"MRR went from {thousands(was)} to {thousands(now)} in {span}")
    assert value(app, "Net change") == numbers.change(Decimal(str(now - was)))
    [churned] = ask(
        f"""
        with paid as ({PAID}), one as (select distinct customer_id, month from paid),
        gone as (
            select customer_id, month from one
            where month >= date '{since}' and month < date '2026-10-01' and not exists (
                select 1 from one as later where later.customer_id = one.customer_id
                and later.month = one.month + interval 1 month
            )
        )
        select count(distinct customer_id), sum(mrr) from paid inner join gone using (customer_id, month)
        """
    )
    assert value(app, "Churn") == numbers.change(-Decimal(str(churned[1])))
    assert f"{churned[0]} customers" in [card.delta for card in app.metric if card.label == "Churn"]


@pytest.mark.parametrize("axis", ["Tier", "Rail", "Region", "Persona", "First paid in"])
def test_every_row_of_the_groups_adds_up(axis: str) -> None:
    """To the cent of each column, which is rounded by itself: half a cent for each of nine."""
    shown = table(opened("segments", segments_view=MOVED, segments_by=axis), "start_usd")
    columns = [name for name in shown.columns if name not in ("group", "end_usd")]
    for _, row in shown.iterrows():
        assert sum(row[name] for name in columns) == pytest.approx(row["end_usd"], abs=0.045)


def test_looking_at_one_rail_what_crosses_to_it_has_moved_in(ask: Ask) -> None:
    """Nobody in the sample changes rail, so a rail's movements are those of its customers, by tier as well."""
    [(was, now)] = ask(
        f"with paid as ({PAID}) select sum(mrr) filter ({THEN}), sum(mrr) filter ({NOW}) from paid "
        "where rail = 'stripe'"
    )
    app = opened("segments", segments_view=MOVED, segments_by="Tier", focus_rail="Stripe")
    assert f"MRR went from {numbers.money(Decimal(str(was)))} to {thousands(now)}" in headline(app)
    shown = table(app, "start_usd")
    assert cents(sum(shown["start_usd"])) == pytest.approx(cents(was), abs=Decimal("0.03"))
    assert cents(sum(shown["end_usd"])) == pytest.approx(cents(now), abs=Decimal("0.03"))


def test_whose_movements_are_filtered_by_month_and_kind(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ask(
        f"""
        with paid as ({PAID}), first as (select customer_id, min(month) as month from paid group by 1)
        select count(*), sum(mrr) from paid inner join first using (customer_id, month)
        where month = date '2026-07-01'
        """
    )
    monkeypatch.setattr(cards, "picking_table", lambda *_: 0)
    app = opened("segments", segments_view=MOVED, segments_month="Jul 2026", segments_kind="New")
    [(count, amount)] = rows
    assert f"{count} movements, {numbers.change(Decimal(str(amount)))} of MRR, largest first" in said(app)
    assert "invoiced to" in said(app)


def test_the_months_of_the_table_are_the_movements_of_the_picture(desk: Desk) -> None:
    known = who_buys(desk)
    over = tables.span(known.months, 12)
    assert over is not None
    found = moved(known, lambda _: ())
    monthly = tables.by_month(found, over)
    sums = tables.sums(found, over)
    for kind, amount in sums.items():
        assert float(sum(monthly[kind])) == pytest.approx(float(amount / 12))
    assert len(monthly) == 12


# Who stays


def test_retention_and_its_groups(ask: Ask) -> None:
    rows = ask(
        f"""
        with paid as ({PAID}), early as (select * from paid where {THEN}), later as (select * from paid where {NOW})
        select early.rail, count(*), count(later.mrr), sum(coalesce(later.mrr, 0)),
            sum(least(early.mrr, coalesce(later.mrr, 0))), sum(early.mrr)
        from early left join later using (customer_id) group by 1 order by 1
        """
    )
    app = opened("segments", segments_view=STAYS, segments_by="Rail")
    began, ended, kept = (sum(row[place] for row in rows) for place in (5, 3, 4))
    assert headline(app).startswith(f"NRR {100 * ended / began:.1f}%, GRR {100 * kept / began:.1f}%: ")
    assert value(app, "Pay still") == str(sum(row[2] for row in rows))
    shown = table(app, "stayed").set_index("group")
    for rail, count, stayed, end, least, start in rows:
        own = shown.loc[numbers.name(rail)]
        assert (own["customers"], own["stayed"]) == (count, stayed)
        assert (own["nrr_rate"], own["grr_rate"]) == (
            pytest.approx(100 * end / start),
            pytest.approx(100 * least / start),
        )


@pytest.mark.parametrize(("of", "share"), [("Customers", "count(distinct customer_id)"), ("MRR", "sum(mrr)")])
def test_cohorts_say_how_many_are_there_after_a_year(ask: Ask, of: str, share: str) -> None:
    """Of the twelve cohorts that are a year old, and in the file every cohort at every age."""
    [(was, now)] = ask(
        f"""
        with paid as ({PAID}), first as (select customer_id, min(month) as began from paid group by 1),
        old as (select *, datediff('month', began, month) as age from paid inner join first using (customer_id)
            where began <= date '2025-10-01')
        select {share} filter (age = 0), {share} filter (age = 12) from old
        """
    )
    app = opened("segments", segments_view=STAYS, segments_of=of)
    what = "customers pay" if of == "Customers" else "what was paid at first is paid"
    assert f"{100 * now / was:.0f}% of {what} after 12 months, over 12 cohorts" in said(app)


# How sellers split


def test_the_split_among_sellers_beside_the_papers(ask: Ask) -> None:
    [(own, integrated, never)] = ask(
        f"""
        with paid as ({PAID}), person as (select customer_id, is_seller, {PERSONA} as persona from marts.customer)
        select count(*) filter (persona = 'seller_self_managed'), count(*) filter (persona = 'seller_3pi'),
            count(*) filter (is_seller = 'unknown')
        from paid inner join person using (customer_id) where {NOW}
        """
    )
    app = opened("segments", segments_view=SPLIT)
    whole = own + integrated
    assert headline(app) == (
        f"{100 * own / whole:.0f}% of sellers ({own} of {whole}) manage their own listings; the paper says about 80%"
    )
    assert (value(app, "Self-managed"), value(app, "Use an integrator")) == (str(own), str(integrated))
    assert value(app, "Never asked") == str(never)
    integrators = ask(
        f"with paid as ({PAID}) select coalesce(integrator, 'None: manages its own'), count(*) from paid "
        f"inner join marts.customer using (customer_id) where {NOW} and is_seller = 'yes' group by 1"
    )
    assert dict(table(app, "integrator")[["integrator", "customers"]].itertuples(index=False)) == dict(integrators)


# What a filter cannot do is said; products are never mixed


def test_filters_that_cannot_apply_are_said() -> None:
    app = opened("segments", focus_product="Vellocity", focus_owner="Elif Kaya", focus_icp_segment="Platform / ML Ops")
    assert "A customer has no owner: owner Elif Kaya leaves nobody out here." in said(app)
    assert "Vellocity has no segments in the brief: " in said(app)
    assert headline(app).startswith("340 customers pay") and "Platform" not in headline(app)


def test_the_second_products_customers_are_counted_apart_and_mrr_says_what_it_needs(ask: Ask) -> None:
    rows = ask(
        "select icp_segment, count(*) from marts.customer where product = 'control_plane' group by 1 order by 2 desc, 1"
    )
    [(saved, days)] = ask(
        "select median(1 - current_monthly_usd / baseline_monthly_usd), median(first_route_on - signed_on) "
        "from marts.customer left join marts.savings_baseline using (customer_id) "
        "left join marts.first_route using (customer_id) where customer.product = 'control_plane'"
    )
    app = opened("segments", focus_product="Control plane", focus_rail="Stripe")
    assert "MRR is not measurable yet: needs their contracts" in headline(app)
    assert "not measurable yet: needs contracts of Control plane" in said(app)
    assert "Without contracts no rail is known: rail Stripe leaves nobody out." in said(app)
    assert value(app, "Customers") == str(sum(count for _, count in rows))
    assert value(app, "Saved, median") == f"{100 * saved:.1f}%"
    assert value(app, "To the first route") == f"{days:g} days"
    assert list(table(app, "need")["customers"]) == [count for _, count in rows]
    assert "$120k to $300k of ARR" in list(table(app, "need")["range"])


def test_a_segment_alone_is_its_products(ask: Ask) -> None:
    [(count,)] = ask("select count(*) from marts.customer where icp_segment = 'regulated'")
    app = opened("segments", focus_icp_segment="Regulated (Fin/Health/Insurance)")
    assert value(app, "Customers") == str(count)
    assert "400 customers of Vellocity are not on this page" in said(app)


def test_segments_that_are_equally_large_share_the_title(ask: Ask) -> None:
    """Three have nine customers each: none of them is the largest."""
    counts = ask("select count(*) from marts.customer where product = 'control_plane' group by icp_segment")
    assert sorted(count for (count,) in counts)[-3:] == [9, 9, 9]
    app = opened("segments", focus_product="Control plane")
    tied = "Contact Center / BPO, High LLM Spend SaaS and Regulated (Fin/Health/Insurance)"
    assert f"9 in each of {tied}; MRR" in headline(app)
    assert f"{tied} are the largest segments, each with 9 customers" in said(app)
    one = opened("segments", focus_icp_segment="Regulated (Fin/Health/Insurance)")
    assert "Regulated (Fin/Health/Insurance) is the largest segment: 9 customers" in said(one)


def test_rails_and_personas_that_wait_for_a_question_are_counted_apart() -> None:
    """A known persona can wait for the question that settles its rail, and an unknown one can have its rail."""
    told = [("stripe", "aws", "aws_partner"), ("stripe", "ask", "unknown"), ("aws", "aws", "unknown")]
    rows = [SimpleNamespace(rail=rail, advised_rail=advised, persona=persona) for rail, advised, persona in told]
    assert people.waiting(cast(Any, rows)) == (
        "1 customer's facts advise another rail than theirs, 1 rail and 2 personas wait for a question"
    )
    assert "28 customers' facts advise another rail than theirs, 20 rails and 32 personas wait for a question" in said(
        opened("segments")
    )


def test_everybody_else_is_said_where_no_product_is_picked() -> None:
    assert "32 customers of Control plane are not on this page: products are never mixed" in said(opened("segments"))
    assert "are not on this page" not in said(opened("segments", focus_product="Vellocity"))


def test_nobody_fits_is_a_sentence() -> None:
    app = opened("segments", focus_product="Vellocity", focus_persona="Not on AWS", focus_rail="AWS Marketplace")
    assert not app.exception and not app.error
    assert headline(app).startswith("0 customers pay")
    assert not app.metric


def test_a_short_history_says_what_retention_needs(open_without) -> None:
    open_without()
    app = opened("segments", segments_view=STAYS)
    assert "not measurable yet: needs 12 months of history, and 3 month ends are on record" in headline(app)
    assert not app.exception


def test_a_bar_that_is_picked_opens_to_whose_movements_it_holds(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first bar of the stack is of the first kind and month: who was new in November."""
    monkeypatch.setattr(cards, "picking_picture", lambda *_: (0, 0))
    [(count, amount)] = ask(
        f"""
        with paid as ({PAID}), first as (select customer_id, min(month) as month from paid group by 1)
        select count(*), sum(mrr) from paid inner join first using (customer_id, month)
        where month = date '2025-11-01'
        """
    )
    app = opened("segments", segments_view=MOVED, segments_by="Tier")
    assert "Picked: new of Nov 2025." in said(app)
    assert f"{count} movements, {numbers.change(Decimal(str(amount)))} of MRR, largest first" in said(app)


@pytest.mark.parametrize("second", ["Nothing else", "Tier"])
def test_a_picked_mark_opens_to_the_customers_of_its_group(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """The first mark is the lowest rung: not on AWS, and of the tiers Starter."""
    monkeypatch.setattr(cards, "picking_picture", lambda *_: (0, 0))
    tier = "" if second == "Nothing else" else "and tier = 'starter'"
    [(count,)] = ask(
        f"""
        with paid as ({PAID}), person as (select customer_id, {PERSONA} as persona from marts.customer)
        select count(*) from paid inner join person using (customer_id)
        where {NOW} and persona = 'not_on_aws' {tier}
        """
    )
    app = opened("segments", segments_and=second)
    who = "Not on AWS" if second == "Nothing else" else "Not on AWS, Starter"
    assert f"{who}: {count} customers, largest first" in said(app)
    assert len(table(app, "since_on")) == count


def test_what_everybody_lacks_is_said_below_the_cards(open_without) -> None:
    """Three month ends are no year, and without the company's own files nothing costs anything that is known."""
    open_without("company")
    app = opened("segments")
    assert (value(app, "NRR"), value(app, "Gross margin")) == ("not yet", "not yet")
    assert "NRR and GRR are not measurable yet: needs 12 months of history; on record: 3 month ends." in said(app)
    assert "Gross margin is not measurable yet: needs unit costs." in said(app)
    assert not app.exception and not app.error
