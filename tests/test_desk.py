"""The desk on the sample world: recorded figures against plain SQL, would-be figures against the parity report."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lib.catalog.allowance import Allowance
from lib.catalog.scenario import ScenarioError, parse_scenario
from lib.desk import Desk, DeskError, published
from lib.outcome import Line
from lib.reconciliation import causes, summary
from lib.refusal import Refusal
from lib.warehouse.read import Warehouse
from lib.warehouse.settings import connect


@pytest.fixture(scope="module")
def desk(desk_folder: Path) -> Iterator[Desk]:
    opened = Desk.open(desk_folder)
    yield opened
    opened.warehouse.close()


@pytest.fixture(scope="module")
def sql(desk_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(desk_folder / (desk_folder / "current").read_text().strip(), read_only=True)
    yield connection
    connection.close()


def one(sql: duckdb.DuckDBPyConnection, query: str) -> object:
    row = sql.cursor().execute(query).fetchone()
    assert row is not None
    return row[0]


def test_the_sample_is_opened_as_of_its_snapshot(desk: Desk) -> None:
    assert desk.warehouse.synthetic
    assert desk.as_of == desk.warehouse.snapshot_on == date(2026, 10, 31)


def test_a_desk_is_not_opened_before_its_snapshot(desk_folder: Path) -> None:
    with pytest.raises(DeskError, match="pass --as-of 2026-10-31 or a later day"):
        Desk.at(published(desk_folder), as_of=date(2026, 10, 30))
    with pytest.raises(Refusal, match="no snapshot of 2026-09-29 or before is published"):
        Desk.open(desk_folder, as_of=date(2026, 9, 29))


def test_a_day_before_the_newest_snapshot_opens_the_one_before(desk_folder: Path) -> None:
    opened = Desk.open(desk_folder, as_of=date(2026, 10, 30))
    assert (opened.recorded_on, opened.as_of) == (date(2026, 9, 30), date(2026, 10, 30))
    opened.warehouse.close()


def test_todays_mrr_is_what_the_rails_bill_by_plain_sql(desk: Desk, sql: duckdb.DuckDBPyConnection) -> None:
    twelfths = one(
        sql,
        """select sum(recorded_price_usd * case term when 'monthly' then 12 else 1 end) from marts.contract
           where started_on <= date '2026-10-31' and (ended_on is null or ended_on > date '2026-10-31')""",
    )
    assert isinstance(twelfths, Decimal)
    assert sum(customer.mrr * 12 for customer in desk.customers).quantize(Decimal("0.01")) == twelfths


def test_the_months_last_mrr_is_todays_mrr(desk: Desk) -> None:
    last = desk.recurring(lambda row: "all")[-1]
    assert last.month == date(2026, 10, 1)
    assert abs(last.recurring.mrr - sum(customer.mrr for customer in desk.customers)) < Decimal("1e-20")
    assert last.recurring.customers == len(desk.customers)


def test_parity_explains_every_line_of_the_sample(desk: Desk) -> None:
    report = desk.parity()
    found = summary(report)
    assert found["matched"] > 15_000
    assert found["not invoiced"] + found["differing"] < found["matched"] / 20
    explained = {cause for _, cause in causes(report)}
    assert "unexplained" not in explained
    assert "no contract or usage" not in explained
    assert explained >= {"to the cent", "late usage", "prices of another book", "plan in no book", "not due yet"}


def test_parity_covers_every_invoiced_dollar(desk: Desk, sql: duckdb.DuckDBPyConnection) -> None:
    invoiced = sum(line.invoiced for line in desk.parity() if line.invoiced is not None)
    assert invoiced == one(sql, "select sum(amount_usd) from marts.invoice_line")


def test_the_subscription_on_the_deleted_plan_is_reported_and_not_dropped(desk: Desk) -> None:
    lost = [customer for customer in desk.customers if customer.plan_key is None]
    assert [customer.mrr for customer in lost] == [Decimal(99)]
    assert {line.customer_id for line in desk.parity() if line.cause == "plan in no book"} == {lost[0].customer_id}


def test_an_empty_scenario_changes_nothing_to_the_last_digit(desk: Desk) -> None:
    nothing = parse_scenario(f'name = "n"\nauthor = "a"\nwhy = "w"\nbaseline = "{desk.book.id}"\n', "nothing")
    result = desk.simulate(nothing)
    assert result.proposed.lines == result.baseline.lines
    assert result.changes == ()
    assert {change.delta for change in result.customers} == {Decimal(0)}


def test_scenarios_on_different_keys_commute(desk: Desk) -> None:
    header = f'name = "n"\nauthor = "a"\nwhy = "w"\nbaseline = "{desk.book.id}"\n'
    plan = "[plans.starter-monthly]\nlist_price = 329\n"
    dimension = "[dimensions.images]\nbands = [{ from = 0, unit_price = 0.07 }]\n"
    one_way = desk.simulate(parse_scenario(header + plan + dimension, "one"))
    other_way = desk.simulate(parse_scenario(header + dimension + plan, "other"))
    assert one_way.proposed.lines == other_way.proposed.lines
    alone = [desk.simulate(parse_scenario(header + part, "part")).delta for part in (plan, dimension)]
    assert one_way.delta == sum(alone, Decimal(0))


@pytest.mark.parametrize("key", ["honest-20", "starter-plus-10", "images-at-six-cents"])
def test_a_scenarios_delta_is_the_sum_over_customers(desk: Desk, key: str) -> None:
    result = desk.simulate(desk.scenario(key))
    assert result.delta == sum(change.delta for change in result.customers)
    assert sum(result.groups.values()) == len(result.customers)


def test_a_dearer_starter_plan_by_plain_sql_and_a_calendar(desk: Desk, sql: duckdb.DuckDBPyConnection) -> None:
    # +$30 on every monthly and +$300 on every annual Starter period that began in the window …
    periods = one(
        sql,
        """select sum(case plan_key when 'starter-monthly' then 30 when 'starter-annual' then 300 end)
           from marts.invoice_line where kind = 'base' and plan_key like 'starter-%'
             and period_start_on >= date '2025-11-01' and period_start_on < date '2026-11-01'""",
    )
    # … less what upgrades credit more: whole cents of the unused days, at the new price and at the old one.
    upgrades = (
        sql.cursor()
        .execute(
            """select started_on, ended_on, term from marts.contract where tier = 'starter' and end_reason = 'upgrade'
                 and ended_on >= date '2025-11-01' and ended_on < date '2026-11-01'"""
        )
        .fetchall()
    )
    cents = sum(credit(*upgrade, 32900, 329000) - credit(*upgrade, 29900, 299000) for upgrade in upgrades)
    assert upgrades
    assert isinstance(periods, int)
    assert desk.simulate(desk.scenario("starter-plus-10")).delta == periods - Decimal(cents) / 100


def credit(started: date, ended: date, term: str, monthly_cents: int, annual_cents: int) -> int:
    """Whole cents for the unused days of the running period; the sample's contracts begin on a day up to the 28th."""
    months, price = (1, monthly_cents) if term == "monthly" else (12, annual_cents)
    start = started
    while (following := later(start, months)) <= ended:
        start = following
    if start == ended:
        return 0
    unused, length = (following - ended).days, (following - start).days
    return (2 * price * unused + length) // (2 * length)


def later(day: date, months: int) -> date:
    month = day.month - 1 + months
    return day.replace(year=day.year + month // 12, month=month % 12 + 1)


def test_a_year_later_everything_is_stale_and_nothing_is_zero(desk_folder: Path) -> None:
    later = Desk.open(desk_folder, as_of=date(2027, 10, 31))
    states = later.sources()
    assert all(state.is_stale and state.age_days == 365 for state in states if not state.is_missing)
    assert sum(customer.mrr for customer in later.customers) > 0
    assert later.baseline.revenue > 0
    assert later.window == (date(2025, 11, 1), date(2026, 11, 1))


def test_a_desk_opened_later_reproduces_what_was_invoiced_all_the_same(desk: Desk, desk_folder: Path) -> None:
    later = Desk.open(desk_folder, as_of=date(2027, 10, 31))
    assert summary(later.parity()) == summary(desk.parity())
    later.warehouse.close()


def test_only_the_synthetic_sample_is_not_opened_as_of_today(
    desk_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Desk.open(desk_folder, today=date(2030, 1, 1)).as_of == date(2026, 10, 31)
    monkeypatch.setattr(Warehouse, "synthetic", False)
    assert Desk.open(desk_folder, today=date(2030, 1, 1)).as_of == date(2030, 1, 1)
    assert Desk.open(desk_folder, as_of=date(2029, 1, 1), today=date(2030, 1, 1)).as_of == date(2029, 1, 1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ('[plans.starter-monthly]\nlist_price = "by contract"\n', "the plan of starter-monthly has no price"),
        ('[plans.starter-monthly]\nlist_price = "not set"\n', "the plan of starter-monthly has no price"),
        ('[allowances.starter]\nwords = "by contract"\n', "words of starter-"),
    ],
)
def test_a_price_that_goes_away_is_refused_and_not_a_price_of_zero(desk: Desk, change: str, told: str) -> None:
    header = f'name = "No price"\nauthor = "a"\nwhy = "w"\nbaseline = "{desk.book.id}"\n'
    with pytest.raises(ScenarioError, match=told):
        desk.simulate(parse_scenario(header + change, "no-price"))


def test_seats_over_two_contracts_of_a_month_are_the_largest_and_not_the_sum(
    desk: Desk, sql: duckdb.DuckDBPyConnection
) -> None:
    row = (
        sql.cursor()
        .execute(
            """select customer_id, usage_month, max(quantity), sum(quantity) from marts.usage_month
               where dimension = 'team_seats' group by all having count(*) > 1 order by 1, 2 limit 1"""
        )
        .fetchone()
    )
    assert row is not None
    customer, month, largest, added = row
    assert desk.usage_of(customer, month)["team_seats"] == largest < added


def test_the_manifest_notices_a_changed_belief_and_a_changed_fact(desk: Desk, tmp_path: Path) -> None:
    shutil.copytree(desk.data, tmp_path / "data")
    copy = Desk(desk.warehouse, tmp_path / "data", desk.as_of)
    assert copy.manifest() == desk.manifest()
    prints = {desk.manifest().fingerprint}
    for name, old, new in (
        ("assumptions/base.toml", "value = 0.20", "value = 0.21"),
        ("rails.toml", "0.029", "0.030"),
    ):
        file = tmp_path / "data" / name
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new, 1))
        prints.add(Desk(desk.warehouse, tmp_path / "data", desk.as_of).manifest().fingerprint)
    assert len(prints) == 3


def test_a_scenario_is_judged_by_the_promises_it_would_keep(desk: Desk) -> None:
    judged = {found.claim: found.verdict for found in desk.judged(desk.scenario("honest-20"))}
    assert judged["save_20_pricing_page"] == "true"
    assert desk.judged() == desk.findings[: len(desk.judged())]  # what contracts gave away is said beside them


def test_a_desk_stays_on_the_file_it_was_opened_on(desk_folder: Path) -> None:
    opened = Desk.at(published(desk_folder))
    assert opened.warehouse.path == desk_folder / (desk_folder / "current").read_text().strip()
    opened.warehouse.close()


def own_allowances(line: Line) -> Mapping[str, Allowance]:
    return line.contract.offer.allowances if line.contract.offer else {}


def test_a_price_that_looks_at_single_events_gets_them_from_the_warehouse(desk: Desk) -> None:
    """Five cents for each call and one per cent of its images: what SQL over the events says, to the last line."""
    terms = {
        "model": "percentage",
        "unit_size": 100,
        "bands": [{"from": 0, "unit_price": 1}],
        "per_event": {"fixed": "0.05"},
    }
    changes = {"dimensions": {"images": terms}, "allowances": {key: {"images": 0} for key in desk.book.tiers}}
    found = desk.simulate(replace(desk.scenario("images-at-six-cents"), changes=changes))
    billed = {
        (line.contract.contract_id, line.month): line.amount
        for line in found.proposed.lines
        if line.dimension == "images" and line.amount and "images" not in own_allowances(line)
    }
    with duckdb.connect(str(desk.warehouse.path), read_only=True) as connection:
        rows = connection.execute(
            """select calendar.contract_id, cast(date_trunc('month', cast(event.occurred_at as date)) as date) as month,
                round(sum(cast(event.quantity as decimal(18, 6)) * 0.01 + 0.05), 2) as amount
            from raw.event as event
            join marts.contract_calendar as calendar on event.customer_id = calendar.customer_id
                and cast(event.occurred_at as date) >= calendar.started_on
                and cast(event.occurred_at as date) < calendar.ended_on
            left join marts.private_offer_allowance as own on calendar.contract_id in (
                select contract_id from marts.contract where offer_id = own.offer_id) and own.dimension = 'images'
            where event.dimension = 'images' and calendar.plan_key is not null and own.offer_id is null
                and cast(event.occurred_at as date) >= ? and cast(event.occurred_at as date) < ? group by all""",
            found.window,
        ).fetchall()
    assert billed == {(contract, month): amount for contract, month, amount in rows}
    assert len(billed) > 1000
