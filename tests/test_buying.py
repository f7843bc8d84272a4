"""What the desk tells of who buys equals SQL of the test's own over the marts: exact, to the last fraction."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.buyers import Buyers, along, figures, moved
from lib.costs import Missing
from lib.desk import DATA, Desk, DeskError, buying
from lib.revenue import Paid, cohorts
from tests.pages.test_numbers_on_pages import PERSONA

# USD a year times 30, so that no term divides: a month counts 360 times, a year 30 times, three years 10 times.
WHOLE = (
    "price_usd * case term when 'monthly' then 360 when 'two_year' then 15 when 'three_year' then 10 "
    "when 'four_year' then 7.5 when 'five_year' then 6 else 30 end"
)
MONTH = "date '2026-10-01'"
PAID = f"""
    select customer_id, recurring_month as month, rail, coalesce(tier, 'no tier') as tier, sum({WHOLE}) as amount
    from marts.recurring_month where price_usd is not null group by all
"""


@pytest.fixture(scope="module")
def known(desk: Desk) -> Buyers:
    return buying.who_buys(desk)


@pytest.fixture(scope="module")
def ask(desk_folder: Path) -> Iterator[Any]:
    path = desk_folder / (desk_folder / "current").read_text().strip()
    connection = duckdb.connect(str(path), read_only=True)
    yield lambda query: connection.execute(query).fetchall()
    connection.close()


def grouped(known: Buyers, *axes: str) -> dict[tuple[str, ...], Any]:
    return {group.names: group for group in figures(known, lambda place: along(known, axes, place))}


@pytest.mark.parametrize("axis", ["rail", "tier", "persona", "region"])
def test_customers_and_what_they_bring_now_and_a_year_ago(known: Buyers, ask, axis: str) -> None:
    rows = ask(
        f"""
        with paid as ({PAID}), person as (select customer_id, region, {PERSONA} as persona from marts.customer)
        select {axis},
            count(distinct customer_id) filter (month = {MONTH}), sum(amount) filter (month = {MONTH}),
            count(distinct customer_id) filter (month = {MONTH} - interval 12 month),
            coalesce(sum(amount) filter (month = {MONTH} - interval 12 month), 0)
        from paid left join person using (customer_id)
        where month in ({MONTH}, {MONTH} - interval 12 month) group by 1
        """
    )
    found = grouped(known, axis)
    assert {name for (name,), group in found.items() if group.customers or group.customers_before} == {
        row[0] for row in rows
    }
    for name, customers, amount, before, amount_before in rows:
        group = found[name,]
        assert (len(group.customers), group.customers_before) == (customers, before)
        assert (group.arr, group.arr_before) == (Fraction(amount or 0) / 30, Fraction(amount_before) / 30)


def test_retention_by_persona_and_tier(known: Buyers, ask) -> None:
    """Nobody in the sample has two contracts at once, so where a customer stood then is one place."""
    rows = ask(
        f"""
        with paid as ({PAID}), person as (select customer_id, {PERSONA} as persona from marts.customer),
        ends as (
            select persona, early.tier, early.amount as began, coalesce(later.amount, 0) as ends
            from paid as early
            left join paid as later on later.customer_id = early.customer_id and later.month = {MONTH}
            inner join person on person.customer_id = early.customer_id
            where early.month = {MONTH} - interval 12 month
        )
        select persona, tier, count(*), sum(ends), sum(least(began, ends)), sum(began) from ends group by 1, 2
        """
    )
    found = grouped(known, "persona", "tier")
    assert len(rows) > 12
    assert sum(group.retention.customers for group in found.values()) == sum(row[2] for row in rows)
    for persona, tier, customers, ends, kept, began in rows:
        retention = found[persona, tier].retention
        assert retention.customers == customers
        assert (retention.nrr, retention.grr) == (Fraction(ends) / Fraction(began), Fraction(kept) / Fraction(began))


def test_every_movement_of_every_month_by_tier(known: Buyers, ask) -> None:
    """The kinds once more, in SQL: of the customer, and of its tiers where both fall and rise."""
    rows = ask(
        f"""
        with paid as ({PAID}),
        month as (select distinct month from paid),
        pair as (
            select customer_id, tier, month.month as month,
                coalesce(sum(amount) filter (paid.month = month.month), 0) as later,
                coalesce(sum(amount) filter (paid.month = month.month - interval 1 month), 0) as earlier
            from paid inner join month on paid.month in (month.month, month.month - interval 1 month)
            where month.month > (select min(month) from month)
            group by all
        ),
        judged as (
            select *, later - earlier as change,
                sum(earlier) over of_customer as before, sum(later) over of_customer as after,
                max(later - earlier) over of_customer > 0 and min(later - earlier) over of_customer < 0 as crosses,
                (select min(month) from paid where paid.customer_id = pair.customer_id) < month as is_known
            from pair window of_customer as (partition by customer_id, month)
        )
        select month, tier,
            case
                when before = 0 then if(is_known, 'reactivation', 'new')
                when after = 0 then 'churn'
                when crosses then if(change > 0, 'moved_in', 'moved_out')
                when change > 0 then 'expansion' else 'contraction'
            end, sum(change), count(*)
        from judged where change <> 0 group by 1, 2, 3
        """
    )
    found: dict[tuple[Any, ...], list[Fraction]] = {}
    for move in moved(known, lambda place: along(known, ("tier",), place)):
        found.setdefault((move.month, move.group, move.kind), []).append(move.arr)
    assert {key: (sum(amounts), len(amounts)) for key, amounts in found.items()} == {
        (month, tier, kind): (Fraction(change) / 30, count) for month, tier, kind, change, count in rows
    }
    assert {kind for _, _, kind in found} >= {"new", "churn", "moved_in", "moved_out"}


def test_cohorts(known: Buyers, ask) -> None:
    rows = ask(
        f"""
        with paid as ({PAID}), first as (select customer_id, min(month) as began from paid group by 1)
        select began, month, count(distinct customer_id), sum(amount)
        from paid inner join first using (customer_id) group by 1, 2
        """
    )
    series = [Paid(one.place.customer_id, one.month, one.arr) for one in known.stood]
    found = {
        (cohort.month, age.month): (age.customers, age.arr)
        for cohort in cohorts(series, known.months)
        for age in cohort.ages
        if age.customers
    }
    assert found == {(began, month): (count, Fraction(amount) / 30) for began, month, count, amount in rows}


def test_margin_of_every_rail(known: Buyers, ask) -> None:
    """Twelve months to September, the last whose usage is invoiced: month-end prices and usage, less what it cost."""
    span = "between date '2025-10-01' and date '2026-09-01'"
    revenue = ask(
        f"""
        select rail, sum(amount) from (
            select rail, amount / 360 as amount from ({PAID}) where month {span}
            union all
            select contract.rail, line.amount_usd from marts.invoice_line as line
            inner join marts.contract as contract using (contract_id) where kind = 'usage' and usage_month {span}
        ) group by 1
        """
    )
    cost = dict(
        ask(
            f"""
            select usage.rail, sum(usage.quantity::double * (
                select max_by(cost_usd_per_unit, cost_month) from marts.unit_cost as unit
                where unit.dimension = usage.dimension and unit.cost_month <= usage.usage_month
            )) from marts.usage_month as usage where contract_id is not null and usage_month {span} group by 1
            """
        )
    )
    found = grouped(known, "rail")
    for rail, brought in revenue:
        assert float(found[rail,].revenue) == pytest.approx(float(brought), rel=1e-12)
        assert float(found[rail,].cost) == pytest.approx(float(cost[rail]), rel=1e-12)
    assert {group.margin < 1 for group in found.values() if group.revenue} == {True}


def test_usage_of_the_newest_month(known: Buyers, ask) -> None:
    rows = ask(
        f"""
        select contract.rail, dimension, sum(quantity) from marts.usage_month
        inner join marts.contract as contract using (contract_id) where usage_month = {MONTH} group by 1, 2
        """
    )
    found = {
        (names[0], key): amount for names, one in grouped(known, "rail").items() for key, amount in one.used.items()
    }
    assert found == {(rail, dimension): quantity for rail, dimension, quantity in rows}


def test_the_second_products_customers(desk: Desk, ask) -> None:
    rows = ask(
        """
        select customer_id, first_route_on - signed_on, 1 - current_monthly_usd / baseline_monthly_usd
        from marts.customer left join marts.first_route using (customer_id)
        left join marts.savings_baseline using (customer_id) where customer.product = 'control_plane' order by 1
        """
    )
    found = buying.adopted(desk, "control_plane")
    assert [(one.customer_id, one.days_to_route) for one in found] == [row[:2] for row in rows]
    for one, (_, _, saved) in zip(found, rows, strict=True):
        assert (one.saved is None) == (saved is None)
        assert saved is None or float(one.saved) == pytest.approx(float(saved))
    assert sum(one.saved is None for one in found) > 0 < sum(bool(one.addons) for one in found)


def test_a_customers_bills_are_all_of_its_invoiced_lines(desk: Desk, ask) -> None:
    [(count, amount)] = ask("select count(*), sum(amount_usd) from marts.invoice_line where customer_id = 'c-0202'")
    found = buying.bills(desk, "c-0202")
    assert (len(found), sum(row["amount_usd"] for row in found)) == (count, amount)
    assert found[0]["invoiced_on"] == max(row["invoiced_on"] for row in found)


def test_what_is_missing_makes_no_margin(desk: Desk, known: Buyers) -> None:
    lacking = replace(known, lacking=Missing.of("unit costs"))
    assert str(figures(lacking, lambda _: ())[0].margin) == "not measurable: needs unit costs"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("retention_months   = 12", "retention_months = 0", "retention_months is 0; write a whole number from 1 to 60"),
        ("fewest_for_a_share = 5", "fewest_for_share = 5", "has no key 'fewest_for_share'; did you mean"),
        ("= 0.80", "= 0.81", r"shares of 0\.81 and 0\.20; write two that add up to 1"),
        ("= 0.80", "= -0.80", r"split\.seller_self_managed is -0\.80; it cannot be negative"),
        ("= 0.20", '= "x"', r"split\.seller_3pi: 'x' is not a number; write it as in 1250\.00"),
        ("= 0.20", "= nan", r"split\.seller_3pi: NaN is not a finite number"),
    ],
)
def test_settings_that_cannot_be_true_are_refused(desk: Desk, tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("sample", "feeds"))
    text = (folder / "buyers.toml").read_text()
    assert old in text
    (folder / "buyers.toml").write_text(text.replace(old, new))
    with pytest.raises(DeskError, match=words):
        buying.counting(replace(desk, data=folder))


def test_the_shares_among_sellers_are_the_papers(desk: Desk, shared: Path) -> None:
    paper = next((shared / "brief").glob("000*")).read_text()
    counting = buying.counting(desk)
    assert {seller: float(share) for seller, share in counting.split.items()} == {
        "seller_self_managed": 0.8,
        "seller_3pi": 0.2,
    }
    for words in ("AWS seller — self-managed (~80%)", "AWS seller — 3PI customer (~20%)"):
        assert words in paper and words in counting.split_words
