"""What customers pay in the months to come: by hand, by law, and the sample against its marts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import rails
from lib.catalog.scenario import Scenario, overlay
from lib.contracts import Contract, Reach, Shelf
from lib.desk import Desk
from lib.desk.forecast_money import Priced, Ready, kept, priced, ready
from lib.desk.simulation import layer
from lib.forecast.ladder import Ladder, ladder
from lib.forecast.money import Customers, PriceTable
from lib.forecast.panel import CustomerMonth
from lib.forecast.paying import Payer, place_of
from lib.forecast.price_notes import price_notes
from lib.forecast.pricing import Pricing, PricingError
from tests.conftest import ROOT
from tests.specification import current

RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
REACH = {key: Reach(60, rail.dimension_rate_reach) for key, rail in RAILS.items()}
LADDER = ladder(("starter", "accelerate", "command", "enterprise"), ("stripe", "aws"))
OCTOBER = date(2026, 10, 1)
MONTHS = {name: place for place, name in enumerate(["nov", "dec", "jan", "feb", "mar", "apr", "may"])}
PLUS_TEN = {"plans": {"starter-monthly": {"list_price": Decimal("328.90")}, "starter-annual": {"list_price": 3289}}}
HERE, NEW, STRIPE, AWS, MONTHLY, ANNUAL = 0, 1, 0, 1, 0, 1


def scenario(effective: date = date(2027, 1, 1), cohort: str = "all", **more: Any) -> Scenario:
    changes = more.pop("changes", PLUS_TEN)
    made = Scenario("a", "A", "B", "C", current().id, effective, changes)
    return replace(made, rollout=replace(made.rollout, cohort=cohort, **more))


def pricing(*scenarios: Scenario) -> Pricing:
    """The specification's book, with scenarios over it; 60 days of notice on both rails."""
    layers = [layer(one, partial(laid_over, one), RAILS) for one in scenarios]
    return Pricing(Shelf((current(),), tuple(layers)), REACH)


def laid_over(one: Scenario, book: Any) -> Any:
    return overlay(book, one)


def payer(
    key: str, plan: str, began: date, mrr: str | None, rail: str = "stripe", persona: str = "seller_3pi"
) -> Payer:
    tier, term = plan.split("-")
    tier = "command" if tier == "command_plus" else tier
    contract = Contract(key, key, rail, plan, tier, term, began, about={"persona": persona})
    row = CustomerMonth(
        key, OCTOBER, persona, tier, rail, term != "monthly", began.month - 1, 0, None if mrr is None else Decimal(mrr)
    )
    return Payer(row, (contract,))


def table(payers: Sequence[Payer], *scenarios: Scenario, horizon: int = 18) -> PriceTable:
    return PriceTable(Customers(LADDER, tuple(payers), OCTOBER, horizon), pricing(), pricing(*scenarios))


def shaped(made: PriceTable) -> Any:
    """USD by month, cohort, rail, term, month of renewal, years stayed and state."""
    return made.recurring.reshape(made.customers.horizon, *LADDER.shape, len(LADDER.states))


def state(tier: str, persona: str = "seller_3pi") -> int:
    return next(n for n, one in enumerate(LADDER.states) if (one.persona, one.tier) == (persona, tier))


# Two Starter customers by the month on Stripe: one pays the list, one 50 dollars less. Two by the year on AWS, 2,990 a
# year: one renews on 10 February, one on 15 April.
FOUR = (
    payer("a", "starter-monthly", date(2025, 3, 5), "299"),
    payer("b", "starter-monthly", date(2025, 6, 20), "249"),
    payer("c", "starter-annual", date(2026, 2, 10), str(Decimal(2990) / 12), "aws"),
    payer("d", "starter-annual", date(2026, 4, 15), str(Decimal(2990) / 12), "aws"),
)


def test_todays_customers_pay_what_they_are_billed_and_what_reaches_them() -> None:
    found = shaped(table(FOUR, scenario()))
    # 60 days from 1 January are over on 2 March: periods of 5 and 20 March are the first.
    # (299 + 249) / 2 = 274, and 29.90 more
    monthly = found[:, HERE, STRIPE, MONTHLY, 5, 0, state("starter")]
    assert monthly.tolist() == pytest.approx([274.0] * 4 + [303.9] * 14)
    # 10 February 2027 is before 2 March: c waits a year for 3,289 / 12; d renews on 15 April 2027
    year, more = 2990 / 12, 3289 / 12
    assert found[:, HERE, AWS, ANNUAL, 1, 0, state("starter")].tolist() == pytest.approx([year] * 15 + [more] * 3)
    assert found[:, HERE, AWS, ANNUAL, 3, 2, state("starter")].tolist() == pytest.approx([year] * 5 + [more] * 13)


def test_a_change_for_new_customers_leaves_those_who_are_here() -> None:
    baseline, proposed = shaped(table(FOUR)), shaped(table(FOUR, scenario(cohort="new")))
    assert np.array_equal(baseline[:, HERE], proposed[:, HERE])
    november = proposed[:, NEW, STRIPE, MONTHLY, 10, :, state("starter")]
    # who came in November 2026 keeps 299 while in its first year, and after; in November 2027 (month 12) others come
    assert november[:12, 0].tolist() == pytest.approx([299.0] * 12)
    assert november[12:, 0].tolist() == pytest.approx([328.9] * 6)
    assert november[12:, 1].tolist() == pytest.approx([299.0] * 6)
    january = proposed[2:, NEW, STRIPE, MONTHLY, 0, 0, state("starter")]
    assert january.tolist() == pytest.approx([328.9] * 16)


def test_who_comes_before_a_change_for_all_is_reached_after_its_notice() -> None:
    found = shaped(table(FOUR, scenario()))[:, NEW, STRIPE, :, 10, 0, state("starter")]
    # a contract of 1 November: 1 March is before the 2nd, 1 April is the first period; by the year, November 2027
    assert found[:12, MONTHLY].tolist() == pytest.approx([299.0] * 5 + [328.9] * 7)
    assert found[:12, ANNUAL].tolist() == pytest.approx([2990 / 12] * 12)
    second_year = shaped(table(FOUR, scenario()))[12:, NEW, STRIPE, ANNUAL, 10, 1, state("starter")]
    assert second_year.tolist() == pytest.approx([3289 / 12] * 6)


def test_a_change_for_one_persona_reaches_that_persona_alone() -> None:
    asked = scenario(where={"persona": ("aws_partner",)})
    found = shaped(table(FOUR, asked))[6, NEW, STRIPE, MONTHLY, 3, 0]
    assert found[state("starter", "aws_partner")] == pytest.approx(328.9)
    assert found[state("starter")] == pytest.approx(299.0)


def test_where_nobody_stands_the_list_holds_and_without_a_list_the_average_of_the_tier() -> None:
    offer = payer("e", "enterprise-custom", date(2026, 5, 1), "10000", "aws")
    other = payer("f", "enterprise-custom", date(2026, 5, 1), "12000", "aws")
    made = table((*FOUR, offer, other))
    found = shaped(made)[0, HERE, STRIPE]
    assert found[MONTHLY, 0, 0, state("accelerate")] == pytest.approx(1499.0)
    assert found[ANNUAL, 0, 0, state("accelerate")] == pytest.approx(14990 / 12)
    assert found[ANNUAL, 0, 0, state("enterprise", "unknown")] == pytest.approx(11000.0)
    said = price_notes(made, current().tiers)
    assert said[0] == "Enterprise has no list price: who comes to it pays the average of the 2 on it today."
    assert shaped(table(FOUR))[0, NEW, AWS, ANNUAL, 0, 0, state("enterprise")] == pytest.approx(3999.0)
    assert "what the tier below costs, as nobody is on it" in price_notes(table(FOUR), current().tiers)[0]


def test_what_is_billed_beside_the_list_is_said_and_an_unknown_bill_is_the_list() -> None:
    said = price_notes(table((*FOUR, payer("g", "starter-monthly", date(2026, 1, 1), None))), current().tiers)
    assert said[1].startswith(
        "1 of today's customers are not billed their list price, but together $50.00 less a month"
    )
    assert said[2].startswith("Of 1 of today's customers no price is recorded in USD")
    unknown = shaped(table((payer("g", "starter-monthly", date(2026, 1, 1), None),)))
    assert unknown[0, HERE, STRIPE, MONTHLY, 0, 0, state("starter")] == pytest.approx(299.0)


def test_a_contract_that_is_known_to_end_brings_nothing_after() -> None:
    (contract,) = FOUR[0].contracts
    ending = Payer(FOUR[0].row, (replace(contract, ended_on=date(2027, 1, 5)),))
    assert [float(one) for one in table((ending,), horizon=4).own[0]] == pytest.approx([299.0] * 3 + [0.0] * 2)


def test_a_price_that_is_taken_away_is_refused() -> None:
    away = scenario(changes={"plans": {"starter-monthly": {"list_price": "not set"}}})
    with pytest.raises(PricingError, match=r"^starter-monthly of a has no price on 2027-03-31 .*; set a price$"):
        _ = table(FOUR, away).recurring


PLACES = [("starter-monthly", "stripe"), ("starter-annual", "aws"), ("accelerate-annual", "stripe")]


@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.dates(date(2024, 11, 1), date(2026, 10, 31)), st.integers(0, 10**6)),
        min_size=1,
        max_size=8,
    )
)
def test_the_table_times_todays_customers_is_todays_mrr(drawn: list[Any]) -> None:
    payers = [
        payer(f"c{n}", plan, began, str(Decimal(cents) / 100), rail)
        for n, ((plan, rail), began, cents) in enumerate(drawn)
    ]
    made = table(payers, horizon=2)
    recorded = sum(one.row.mrr or 0 for one in payers)
    assert (made.at_start * counts(payers)).sum() == pytest.approx(float(recorded), abs=1e-6)
    for month, column in enumerate(zip(*made.own, strict=True)):
        whole = made.at_start if month == 0 else made.recurring[month - 1]
        assert (whole * counts(payers)).sum() == pytest.approx(float(sum(column, Fraction(0))), abs=1e-6)


def counts(payers: Sequence[Payer]) -> Any:
    found = np.zeros((int(np.prod(LADDER.shape)), len(LADDER.states)))
    for one in payers:
        *where, at = place_of(LADDER, one.row)
        found[np.ravel_multi_index(where, LADDER.shape), at] += 1
    return found


# The sample


HORIZON = 8  # November 2026 to June 2027


@pytest.fixture(scope="module")
def made(desk: Desk) -> Ready:
    return ready(desk, LADDER, rows(desk), HORIZON, seed=1, draws=50)


@pytest.fixture(scope="module")
def baseline(desk: Desk, made: Ready) -> Priced:
    return priced(desk, made)


def rows(desk: Desk) -> list[CustomerMonth]:
    """Today's customers on the ladder, read from the desk's own."""
    running = {one.customer_id: one for one in desk.population.contracts.values() if one.runs_on(desk.recorded_on)}
    return [
        CustomerMonth(
            one.customer_id,
            OCTOBER,
            one.persona,
            one.tier,
            one.rail,
            one.term != "monthly",
            running[one.customer_id].started_on.month - 1,
            (desk.recorded_on - running[one.customer_id].since).days // 365,
            one.mrr,
        )
        for one in desk.customers
        if one.tier is not None
    ]


def test_the_samples_first_month_is_its_recorded_mrr(desk: Desk, made: Ready, baseline: Priced) -> None:
    twelfths = {"monthly": 12, "annual": 1, "custom": 1}
    recorded = [row for row in desk.warehouse.rows("recurring_month") if row["recurring_month"] == OCTOBER]
    yearly = sum(row["price_usd"] * twelfths[row["term"]] for row in recorded if row["tier"])
    assert (baseline.at_start * counts(made.customers.payers)).sum() == pytest.approx(float(yearly) / 12, abs=0.005)


def test_without_a_change_the_older_list_ends_as_contracts_renew(desk: Desk, made: Ready, baseline: Priced) -> None:
    """Those billed the list of 2024 by the year come to today's in their month of renewal, and nobody else moves."""
    old = {"starter-annual": (2490, 2990), "accelerate-annual": (12490, 14990), "command_plus-annual": (34990, 39990)}
    running = [row for row in desk.warehouse.rows("contract") if row["tier"] and row["ended_on"] is None]
    due: dict[int, int] = {}
    for row in running:
        was, becomes = old.get(row["plan_key"], (None, 0))
        if was is not None and row["recorded_price_usd"] == was:
            months = (row["started_on"].month - 11) % 12
            due[months] = due.get(months, 0) + becomes - was
    held = counts(made.customers.payers)
    mrr = [(month * held).sum() for month in (baseline.at_start, *baseline.money.recurring)]
    assert np.diff(mrr).tolist() == pytest.approx([due.get(month, 0) / 12 for month in range(HORIZON)], abs=0.005)


@pytest.mark.parametrize("key", ["starter-plus-10", "honest-20"])
def test_the_difference_is_that_of_a_simulation(key: str, desk: Desk, made: Ready, baseline: Priced) -> None:
    one = desk.scenario(key)
    proposed, simulated = priced(desk, made, [one]), desk.simulate(one, months=6, horizon="ahead")
    held = counts(made.customers.payers)
    found = ((proposed.money.recurring - baseline.money.recurring) * held).sum(axis=(1, 2))
    assert found[:2].tolist() == [0, 0]  # it takes effect on 1 January
    told = [float(month.did - month.baseline) for month in simulated.recurring]
    assert found[2:].tolist() == pytest.approx(told, abs=0.005)


def test_an_empty_scenario_changes_nothing_to_the_last_digit(desk: Desk, made: Ready, baseline: Priced) -> None:
    empty = Scenario("a", "A", "B", "C", desk.book.id, date(2027, 1, 1), {})
    found = priced(desk, made, [empty]).money
    for name in ("recurring", "overage", "overage_factor", "overage_cv", "kept_rate"):
        assert np.array_equal(getattr(found, name), getattr(baseline.money, name)), name


def test_a_rail_keeps_what_it_kept_of_the_last_year(desk: Desk, baseline: Priced) -> None:
    rows = [row for row in desk.warehouse.rows("settlement") if row["settled_on"] >= date(2025, 11, 1)]
    sums: Mapping[str, list[Decimal]] = {rail: [Decimal(0), Decimal(0)] for rail in LADDER.rails}
    for row in rows:
        sums[row["rail"]][0] += row["net_usd"]
        sums[row["rail"]][1] += row["gross_usd"]
    for place, rail in enumerate(LADDER.rails):
        assert baseline.money.kept_rate[place] == pytest.approx(float(sums[rail][0] / sums[rail][1]), abs=1e-12)


def test_a_rail_that_settled_nothing_keeps_what_its_schedule_says_of_an_average_bill() -> None:
    """Three bills of $100.00, $100.00 and $100.01 are $100.00 on average, of which no third of a cent is charged.

    A card takes 2.9 % and $0.30, billing 0.7 %: $3.90 of $100, so that 96.1 % are left.
    """
    bills = [SimpleNamespace(mrr=Decimal(usd)) for usd in ("100.00", "100.00", "100.01")]
    nothing = SimpleNamespace(rows=lambda mart: [])
    desk = SimpleNamespace(rails=RAILS, recorded_on=date(2026, 10, 31), warehouse=nothing, customers=bills)
    left, told = kept(cast(Desk, desk), "stripe")
    assert left == pytest.approx(0.961) and "keeps 3.90 %" in told


def test_the_ladder_of_these_tests_is_the_samples(desk: Desk) -> None:
    tiers = sorted(desk.book.tiers, key=lambda key: desk.book.tiers[key].rank)
    assert Ladder(tuple(tiers), tuple(desk.rails)) == LADDER
