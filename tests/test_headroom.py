"""Allowances near or over: where the border lies, what lies above it costs, what the next tier would take."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from lib import headroom
from lib.contracts import Contract
from lib.desk import Desk, expansion
from lib.headroom import NEAR, OVER, Headroom
from lib.outcome import UsageCell, outcome
from lib.periods import add_months, month_end
from tests.independent import exact_bill
from tests.specification import current
from tests.test_outcome import REACH

MAY, JUNE, LAST = date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 30)
NEAR_SHARE = Decimal("0.80")
STARTER = Contract("k1", "c-0001", "stripe", "starter-monthly", "starter", "monthly", date(2026, 5, 20))


def seen(contract: Contract, month: date = JUNE, recorded_on: date = LAST, **usage: object) -> tuple[Headroom, ...]:
    cells = [UsageCell(contract.contract_id, key, month, Decimal(str(value))) for key, value in usage.items()]
    return headroom.headroom([current()], [contract], cells, month, recorded_on, REACH, NEAR_SHARE)


def told(*rows: Headroom) -> list[tuple[str, str]]:
    return [(row.dimension, row.state) for row in rows]


def test_near_begins_at_four_fifths_and_over_behind_the_last_unit() -> None:
    """A Starter has 100 images: 79 say nothing, 80 are near, 100 still are, and the 101st is over."""
    assert seen(STARTER, images=79) == ()
    assert told(*seen(STARTER, images=80)) == [("images", NEAR)]
    assert told(*seen(STARTER, images=100)) == [("images", NEAR)]
    assert told(*seen(STARTER, images=101)) == [("images", OVER)]


def test_what_lies_above_costs_what_would_be_billed_and_the_next_tier_stands_beside() -> None:
    """400 images are 300 over, at $0.05 each $15.00: $314.00 on Starter at $299; on Accelerate, which has 100 too,
    $1,499 + $15.00 = $1,514.00, which is $1,200.00 dearer."""
    [row] = seen(STARTER, images=400)
    assert (row.used, row.allowance, row.overage, row.share) == (400, 100, 300, 4)
    assert (row.overage_usd, row.bill_usd) == (Decimal("15.00"), Decimal("314.00"))
    assert (row.next_key, row.next_price_usd, row.next_bill_usd) == (
        "accelerate-monthly",
        Decimal("1499.00"),
        Decimal("1514.00"),
    )
    assert row.saves_usd == Decimal("-1200.00")


def test_every_row_of_a_contract_carries_the_whole_month() -> None:
    """300 images over are $15.00; 1,050,000 words are a million over, 100,000 × $0.001 + 400,000 × $0.0008 + 500,000 ×
    $0.0006 per 1,000 = $0.72. The fuller allowance comes first: 21 times the words, 4 times the images."""
    rows = seen(STARTER, images=400, words=1_050_000)
    assert told(*rows) == [("words", OVER), ("images", OVER)]
    assert [row.overage_usd for row in rows] == [Decimal("0.72"), Decimal("15.00")]
    assert {row.bill_usd for row in rows} == {Decimal("314.72")}


def test_an_annual_plan_is_held_against_a_months_share_of_the_next() -> None:
    """$14,990 a year are $1,249.17 a month."""
    annual = replace(STARTER, plan_key="starter-annual", term="annual")
    [row] = seen(annual, images=101)
    assert (row.next_key, row.next_price_usd) == ("accelerate-annual", Decimal("1249.17"))


def test_what_no_number_includes_is_neither_near_nor_over() -> None:
    accelerate = replace(STARTER, plan_key="accelerate-monthly", tier="accelerate")
    assert seen(accelerate, gtm_workflows=10**6) == ()  # unlimited
    assert seen(STARTER, video_minutes=10**6) == ()  # not offered


def test_the_highest_tier_has_no_next_and_a_price_by_contract_is_no_zero() -> None:
    command = replace(STARTER, plan_key="command_plus-monthly", tier="command")
    [row] = seen(command, images=101)
    assert (row.next_key, row.next_price_usd, row.next_bill_usd, row.saves_usd) == (
        "enterprise-custom",
        None,
        None,
        None,
    )


def test_who_no_longer_runs_on_the_last_day_is_left_out() -> None:
    assert seen(replace(STARTER, ended_on=date(2026, 6, 20)), images=400) == ()
    assert seen(replace(STARTER, plan_key=None, tier=None), images=400) == ()


def test_two_months_are_looked_at_where_one_is_running() -> None:
    assert headroom.looked_at(date(2026, 6, 30)) == (JUNE,)
    assert headroom.looked_at(date(2026, 6, 29)) == (MAY, JUNE)
    assert [row.is_whole for row in seen(STARTER, recorded_on=date(2026, 6, 29), images=400)] == [False]


@given(some.integers(0, 10**6), some.integers(0, 10**6))
def test_more_usage_never_makes_an_allowance_emptier(less: int, more: int) -> None:
    order = {"": 0, NEAR: 1, OVER: 2}
    low, high = sorted((less, more))
    states = [next((row.state for row in seen(STARTER, images=one)), "") for one in (low, high)]
    assert order[states[0]] <= order[states[1]]


# The sample, by the auditor that knows nothing of the desk


def test_what_the_samples_overage_costs_is_what_the_auditor_says(desk: Desk) -> None:
    """The auditor's own tables, typed from the specification of 9 May 2026, and whole numbers. Offers have terms of
    their own, and on AWS whoever bought before that day keeps the older rates: both are left out."""
    contracts = desk.population.contracts
    listed = {key for key, one in contracts.items() if one.offer is None}
    today = {key for key in listed if contracts[key].rail == "stripe" or contracts[key].started_on >= date(2026, 5, 9)}
    rows = [row for row in expansion.allowances(desk) if row.contract_id in today]
    assert len(rows) > 1000
    for row in rows:
        plan = {"command": "command_plus"}.get(row.tier, row.tier)
        line = exact_bill.line(f"{plan}-monthly", row.dimension, format(row.used, "f"), rail=row.rail)
        assert (row.overage_usd, row.allowance) == (Decimal(line["amount"]), Decimal(line["included"])), row


def test_the_sample_agrees_with_the_river_line_by_line(desk: Desk) -> None:
    month = add_months(desk.window[1], -1)
    lines = outcome(desk.books, desk.population, (month, month_end(month)), desk.reach).lines
    billed = {(line.contract.contract_id, line.dimension): line.amount for line in lines if line.kind == "usage"}
    for row in expansion.allowances(desk):
        assert billed[row.contract_id, row.dimension] == row.overage_usd
