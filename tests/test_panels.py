"""What customers were at every month's end: equal to the marts, and by nothing that was recorded later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from lib.desk import Desk
from lib.desk.buying import who_buys
from lib.desk.panels import NO_TIER, panel
from lib.forecast.counted import DOWN, KNOWN, UNEXPLAINED, counted
from lib.forecast.ladder import ladder
from lib.forecast.panel import Panel
from lib.segments import PERSONAS
from tests.conftest import ROOT
from tests.warehouse.worlds import built

HEADER = "Company ID,Property,Old value,New value,Changed at\n"
SAMPLE_TIERS = ("starter", "accelerate", "command", "enterprise")


@pytest.fixture(scope="module")
def found(desk: Desk) -> Panel:
    return panel(desk)


@pytest.fixture(scope="module")
def sql(desk: Desk) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(desk.warehouse.path), read_only=True)
    yield connection
    connection.close()


def test_every_months_customers_and_mrr_are_those_of_the_marts(found: Panel, sql: duckdb.DuckDBPyConnection) -> None:
    told = sql.execute(
        "select recurring_month, count(distinct customer_id), sum(price_usd * 12 / case term when 'monthly' then 1 "
        "else 12 end) from (select recurring_month, customer_id, term, cast(price_usd as decimal(18, 2)) as price_usd "
        "from marts.recurring_month) group by recurring_month order by recurring_month"
    ).fetchall()
    assert [month for month, _, _ in told] == list(found.months)
    for month, customers, yearly in told:
        everybody = (*found.at(month), *found.aside_at(month))
        assert len(everybody) == customers
        mrr = sum((one.mrr for one in everybody if one.mrr is not None), Decimal(0))
        assert abs(mrr - Decimal(str(yearly)) / 12) < Decimal("0.01")


def test_a_months_mrr_is_the_desks_to_the_last_digit(desk: Desk, found: Panel) -> None:
    told = {one.month: one.recurring for one in desk.recurring(lambda _: "everybody")}
    for month in found.months:
        mine = sum((Fraction(one.mrr) for one in (*found.at(month), *found.aside_at(month)) if one.mrr), Fraction(0))
        assert round(float(mine), 6) == round(float(told[month].mrr), 6)


def test_the_last_month_has_the_customers_of_the_segments_page(desk: Desk, found: Panel) -> None:
    buyers, last = who_buys(desk), found.months[-1]
    shown = {one.place.customer_id for one in buyers.stood if one.month == last}
    assert {one.customer_id for one in (*found.at(last), *found.aside_at(last))} == shown
    assert all(buyers.buyers[one.customer_id].persona == one.persona for one in found.at(last))


def test_one_customer_of_the_sample_has_no_place_and_is_said(found: Panel) -> None:
    assert {(one.customer_id, one.reason) for one in found.set_aside} == {("c-0211", NO_TIER)}
    assert [one.month for one in found.set_aside] == [date(2026, month, 1) for month in range(4, 11)]
    assert {one.mrr for one in found.set_aside} == {Decimal(99)}


def test_facts_are_those_of_the_evening(found: Panel, sql: duckdb.DuckDBPyConnection) -> None:
    listed = sql.execute(
        "select customer_id, from_on from marts.company_fact where fact = 'is_seller' and value = 'yes' "
        "and from_on is not null"
    ).fetchall()
    assert len(listed) >= 10
    for customer, on in listed:
        for month in found.months:
            for row in (row for row in found.at(month) if row.customer_id == customer):
                is_seller = row.persona.startswith("seller")
                assert is_seller == (date(month.year + month.month // 12, month.month % 12 + 1, 1) > on)


def test_terms_anniversaries_and_years_are_those_of_the_contracts(found: Panel, sql: duckdb.DuckDBPyConnection) -> None:
    last = found.months[-1]
    told = {
        row[0]: row[1:]
        for row in sql.execute(
            "select customer_id, term <> 'monthly', month(started_on) - 1, rail, tier, (select min(started_on) "
            "from marts.contract as first where first.customer_id = contract.customer_id) from marts.contract "
            "where recurring_from_on <= date '2026-10-31' and coalesce(recurring_until_on > date '2026-10-31', true)"
        ).fetchall()
    }
    for row in found.at(last):
        is_annual, renews_in, rail, tier, first = told[row.customer_id]
        assert (row.is_annual, row.rail, row.tier) == (is_annual, rail, tier)
        assert row.renews_in == (renews_in if is_annual else first.month - 1)
        anniversary_is_over = (first.month, first.day) <= (10, 31)
        assert row.years == 2026 - first.year - (not anniversary_is_over)


def test_what_is_known_a_month_before_is_what_the_panel_says_of_that_month(desk_folder: Path, found: Panel) -> None:
    earlier = Desk.open(desk_folder, as_of=date(2026, 9, 30))
    try:
        assert earlier.recorded_on == date(2026, 9, 30)
        assert panel(earlier) == found.until(date(2026, 9, 1))
    finally:
        earlier.warehouse.close()


def test_the_sample_shows_climbs_and_counts_them(desk: Desk, found: Panel) -> None:
    assert not found.lacks_history and not found.unexplained
    seen = counted(found, ladder(tuple(desk.book.tiers), tuple(desk.rails)))
    assert seen.months == 23 and seen.sellers.sum() > 0
    assert {one.reason for one in seen.set_aside} >= {KNOWN}
    at_risk = sum(len(found.at(month)) for month in found.months[:-1])
    aside = len(seen.set_aside)
    assert seen.stayed.sum() + seen.moves.sum() - seen.passed + seen.left.sum() + aside == at_risk
    change = len(found.at(found.months[-1])) - len(found.at(found.months[0]))
    assert seen.arrivals.sum() - seen.left.sum() == change
    assert {row.persona for row in found.rows} == set(PERSONAS)


def opened(folder: Path, history: str | None) -> Panel:
    """The panel of the sample without its usage, with another history of its facts, or none."""
    sample = ROOT / "var" / "snapshots" / "2026-10-31"
    paths = [path for name in ("plans_db", "stripe", "marketplace", "crm") for path in (sample / name).rglob("*.*")]
    world = {str(path.relative_to(sample)): path.read_bytes() for path in paths if path.is_file()}
    del world["crm/company_history.csv"]
    if history is not None:
        world["crm/company_history.csv"] = history.encode()
    desk = Desk.at(built(folder, world, date(2026, 10, 31)).path)
    try:
        return panel(desk)
    finally:
        desk.warehouse.close()


def test_without_a_history_facts_are_todays_all_along_and_the_panel_says_so(tmp_path: Path, found: Panel) -> None:
    bare = opened(tmp_path, None)
    assert bare.lacks_history
    last = {row.customer_id: row.persona for row in found.at(found.months[-1])}
    for month in found.months:
        then = {row.customer_id: row for row in found.at(month)}
        for row in bare.at(month):
            assert row == replace(then[row.customer_id], persona=row.persona)
            assert row.persona == last.get(row.customer_id, row.persona)


def test_a_change_that_no_history_dates_is_unexplained_in_the_last_month(tmp_path: Path, found: Panel) -> None:
    partner = next(row.customer_id for row in found.at(found.months[-1]) if row.persona == "aws_partner" and row.years)
    odd = opened(tmp_path, f"{HEADER}{partner},AWS partner,yes,no,2026-08-02\n")  # and today it is a partner again
    assert odd.unexplained == {(partner, date(2026, 10, 1))} and not odd.lacks_history
    mine = {row.month.month: row.persona for row in odd.rows if row.customer_id == partner and row.month.year == 2026}
    assert [mine[month] for month in (7, 8, 9, 10)] == ["aws_partner", "aws_customer", "aws_customer", "aws_partner"]
    seen = counted(odd, ladder(SAMPLE_TIERS, ("stripe", "aws")))
    reasons = {(one.month, one.reason) for one in seen.set_aside if one.customer_id == partner}
    assert reasons == {(date(2026, 8, 1), DOWN), (date(2026, 10, 1), UNEXPLAINED)}


def test_a_panel_is_in_the_order_of_its_months(found: Panel) -> None:
    assert list(found.rows) == sorted(found.rows, key=lambda row: (row.month, row.customer_id))
    assert replace(found).until(found.months[-1]) == found
