"""What usage costs and what margin is left: by hand, by laws, and beside SQL over the sample."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import costs, rails
from lib.catalog.book import parse
from lib.contracts import Changes, Contract, Offer, Reach, SeatChange
from lib.costs import (
    CostError,
    Costs,
    DimensionMargin,
    Margin,
    Margins,
    Missing,
    added,
    dimension_margins,
    less,
    margins,
    marketplace_fees,
    ratio,
)
from lib.desk import Desk
from lib.outcome import Outcome, Population, UsageCell, outcome
from lib.periods import add_months
from lib.warehouse.settings import connect
from tests.conftest import ROOT, cases

MAY = date(2026, 5, 1)
RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
REACH = {"stripe": Reach(60, "notice"), "aws": Reach(60, "new_entitlements")}
PRICES = {"words": ("1000", "0.001"), "images": ("1", "0.05"), "audio_minutes": ("1", "0.01")}


def dimension(unit_size: str, price: str) -> dict[str, Any]:
    bands = [{"from": 0, "unit_price": price}]
    return {"name": "x", "unit": "x", "unit_size": unit_size, "tier_floor": "any", "metered": True, "bands": bands}


BOOK = parse(
    {
        "id": "small",
        "product": "vellocity",
        "effective": date(2024, 1, 1),
        "currency": "USD",
        "tiers": {"starter": {"name": "Starter", "rank": 1}, "accelerate": {"name": "Accelerate", "rank": 2}},
        "plans": {
            "starter-monthly": {"tier": "starter", "term": "monthly", "list_price": 299},
            "accelerate-monthly": {"tier": "accelerate", "term": "monthly", "list_price": 1499},
        },
        "dimensions": {key: dimension(*price) for key, price in PRICES.items()}
        | {"team_seats": {**dimension("1", "29"), "metered": False}},
        "allowances": {
            tier: {"words": 50_000, "images": 100, "audio_minutes": "not offered", "team_seats": 3}
            for tier in ("starter", "accelerate")
        },
    }
)


def starter(rail: str = "stripe", **more: Any) -> Contract:
    return Contract("k1", "c-1", rail, "starter-monthly", "starter", "monthly", MAY, **more)


def cells(usage: list[Any]) -> tuple[UsageCell, ...]:
    return tuple(UsageCell("k1", key, month, Decimal(quantity)) for key, month, quantity in usage)


def known(unit_costs: list[Any], spend: list[Any] = ()) -> Costs:  # type: ignore[assignment]
    units = [{"dimension": d, "cost_month": m, "cost_usd_per_unit": Decimal(c)} for d, m, c in unit_costs]
    spent = [
        {"category": c, "spend_month": m, "product": "vellocity", "amount_usd": Decimal(amount)}
        for c, m, amount in spend
    ]
    return costs.costs(units, spent, "vellocity")


def found(case: dict[str, Any]) -> Margins:
    window = (MAY, add_months(MAY, case["months"]))
    population = Population({"k1": starter(case["rail"])}, cells(case["usage"]))
    billed = outcome([BOOK], population, window, REACH)
    kept = marketplace_fees(billed.lines, RAILS, {})
    read_as = case.get("fee_read_as", "acquisition")
    return margins(billed, population.usage, known(case["costs"], case["spend"]), window, read_as, kept)


def agrees(figure: Decimal | Missing, expected: str) -> bool:
    """Equal; a fraction written down with six decimals is equal to those. Words are compared as words."""
    if isinstance(figure, Missing) or expected.startswith("not"):
        return str(figure) == expected
    is_rounded = Decimal(expected).as_tuple().exponent == -6
    return (figure.quantize(Decimal(expected)) if is_rounded else figure) == Decimal(expected)


@pytest.mark.parametrize("case", cases("costs"))
def test_a_margin_by_hand(case: dict[str, Any]) -> None:
    margin = found(case)
    expected = {key: value for key, value in case["expect"].items() if key != "carried"}
    for name, value in expected.items():
        assert agrees(getattr(margin.total, name), value), f"{name}: {getattr(margin.total, name)}"
    if "carried" in case["expect"]:
        assert [list(one) for one in margin.carried] == case["expect"]["carried"]


@pytest.mark.parametrize("case", cases("costs", "dimension"))
def test_a_dimension_by_hand(case: dict[str, Any]) -> None:
    window = (MAY, date(2026, 6, 1))
    population = Population({"k1": starter()}, cells([case["usage"]]))
    unit_costs = [[case["dimension"], MAY, case["cost"]]] if "cost" in case else []
    billed = outcome([BOOK], population, window, REACH)
    (one,) = dimension_margins(billed, population.usage, known(unit_costs), window)
    for name, value in case["expect"].items():
        assert agrees(getattr(one, name), value), f"{name}: {getattr(one, name)}"


# What the marketplace keeps


def test_a_credit_gives_its_fee_back() -> None:
    # Upgraded on 16 May: 299.00 paid, 299 x 16/31 = 154.32 credited, 1,499.00 for Accelerate.
    # 3 %: 8.97 + 44.97 - 4.63 (of 4.6296) = 49.31
    first = starter("aws", ended_on=date(2026, 5, 16), end_reason="upgrade")
    second = Contract("k2", "c-1", "aws", "accelerate-monthly", "accelerate", "monthly", date(2026, 5, 16))
    billed = outcome([BOOK], Population({"k1": first, "k2": second}, ()), (MAY, date(2026, 6, 1)), REACH)
    assert sorted(line.amount for line in billed.lines if line.amount) == [
        Decimal("-154.32"),
        Decimal("299.00"),
        Decimal("1499.00"),
    ]
    assert marketplace_fees(billed.lines, RAILS, {}) == {MAY: Decimal("49.31")}
    total = margins(billed, (), known([]), (MAY, date(2026, 6, 1)), "acquisition").total
    assert total.subscription == Decimal("1643.68")  # what is given back of a base fee is no subscription revenue


def test_a_private_offers_fee_is_banded_on_its_whole_price() -> None:
    # $1,200,000 is above $1M: 2 % of it, 24,000.00, and 2 % of $15.00 of words, 0.30.
    agreed = starter("aws", offer=Offer("offer-1", Decimal(1_200_000)))
    used = cells([["words", MAY, 15_050_000]])
    billed = outcome([BOOK], Population({"k1": agreed}, used), (MAY, date(2026, 6, 1)), REACH)
    assert marketplace_fees(billed.lines, RAILS, {}) == {MAY: Decimal("24000.30")}


@pytest.mark.parametrize(
    ("terms", "kept"),
    [
        (rails.Terms("private", Decimal(1_200_000)), "24000.00"),  # 2 % of what was agreed
        (rails.Terms("private", Decimal(1_200_000), renewal=True), "18000.00"),  # 1.5 %
        (rails.Terms("private", Decimal(1_200_000), channel_partner=True), "30000.00"),  # 2 % + 0.5 points
        (rails.Terms(), "36000.00"),  # the offer was opened to everybody
    ],
)
def test_a_marketplaces_fee_follows_the_agreement(terms: rails.Terms, kept: str) -> None:
    agreed = starter("aws", offer=Offer("offer-1", Decimal(1_200_000)))
    billed = outcome([BOOK], Population({"k1": agreed}, ()), (MAY, date(2026, 6, 1)), REACH)
    assert marketplace_fees(billed.lines, RAILS, {"k1": terms}) == {MAY: Decimal(kept)}


def test_an_offer_without_a_price_of_its_own_is_banded_on_what_was_agreed() -> None:
    """$15.00 of words: 2 % of it where 1,200,000 was agreed; where nobody recorded what was, 3 %."""
    agreed = starter("aws", offer=Offer("offer-1", None))
    used = cells([["words", MAY, 15_050_000]])
    billed = outcome([BOOK], Population({"k1": agreed}, used), (MAY, date(2026, 6, 1)), REACH)
    of_large = {"k1": rails.Terms("private", Decimal(1_200_000))}
    assert marketplace_fees(billed.lines, RAILS, of_large) == {MAY: Decimal("0.30")}
    assert marketplace_fees(billed.lines, RAILS, {}) == {MAY: Decimal("0.45")}


def test_a_fee_that_no_row_of_the_schedule_knows_is_missing() -> None:
    long_ago = Contract("k1", "c-1", "aws", "starter-monthly", "starter", "monthly", date(2023, 5, 1))
    window = (date(2023, 5, 1), date(2023, 6, 1))
    billed = outcome([BOOK], Population({"k1": long_ago}, ()), window, REACH)
    kept = marketplace_fees(billed.lines, RAILS, {})
    total = margins(billed, (), known([]), window, "revenue", kept).total
    assert isinstance(total.gross_rate, Missing)
    assert "no 'listing fee' row in force" in total.gross_rate.words
    assert margins(billed, (), known([]), window, "acquisition", kept).total.gross == Decimal("299.00")


def test_a_fee_nobody_worked_out_is_never_taken_for_none() -> None:
    billed = outcome([BOOK], Population({"k1": starter("aws")}, ()), (MAY, date(2026, 6, 1)), REACH)
    total = margins(billed, (), known([]), (MAY, date(2026, 6, 1)), "revenue").total
    assert total.gross == Missing("not measurable: needs the marketplace's fee of these lines")


# What costs may be


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"cost_usd_per_unit": Decimal("-1")}, "the unit cost of words in 2026-05 is -1; a cost cannot be below zero"),
        ({"cost_usd_per_unit": 0.1}, "the unit cost of words in 2026-05: 0.1 is a float"),
        ({"cost_usd_per_unit": Decimal("NaN")}, "is not a finite number"),
    ],
)
def test_a_cost_that_cannot_be_true_is_refused(row: dict[str, Any], words: str) -> None:
    with pytest.raises(CostError, match=words):
        costs.costs([{"dimension": "words", "cost_month": MAY, **row}], [], "vellocity")


def test_a_month_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(CostError, match="stands there twice; keep one row"):
        known([["words", MAY, "1"], ["words", MAY, "2"]])


def test_another_products_spend_is_not_ours() -> None:
    row = {"category": "infrastructure", "spend_month": MAY, "product": "control_plane", "amount_usd": Decimal(5)}
    assert costs.costs([], [row], "vellocity").spent("infrastructure", MAY) == Missing(
        "not measurable: needs the infrastructure spend of 2026-05"
    )


# Missing figures


def test_what_is_missing_stays_missing_and_names_what_all_its_parts_need() -> None:
    a, b = Missing.of("a"), Missing.of("b")
    assert added([Decimal(1), a, b, a]) == Missing("not measurable: needs a; b")
    assert less(Decimal(1), a) == ratio(a, Decimal(1), "c") == ratio(Decimal(1), a, "c") == a
    assert ratio(Decimal(1), Decimal(0), "c") == ratio(Decimal(1), Decimal(-1), "c") == Missing.of("c")


def test_a_long_list_of_needs_is_counted() -> None:
    assert str(added(Missing.of(need) for need in "abcdef")) == "not measurable: needs a; b; c; 3 more"


def test_a_month_of_credits_alone_has_no_margin_rate() -> None:
    month = Margin(MAY, Decimal(-5), Decimal(-5), Decimal(1), Decimal(0), Decimal(1), "acquisition")
    assert month.gross == Decimal(-6)
    assert month.gross_rate == Missing.of("revenue")
    assert month.infrastructure_rate == Missing.of("subscription revenue")


# Laws

MONTHS = [add_months(MAY, number) for number in range(3)]
QUANTITIES = st.decimals(0, 10_000_000, places=2)
USAGE = st.lists(st.tuples(st.sampled_from(sorted(PRICES)), st.sampled_from(MONTHS), QUANTITIES), max_size=8)
UNIT_COSTS = st.decimals(0, 1, places=9)
PRICED = st.fixed_dictionaries({(key, month): UNIT_COSTS for key in sorted(PRICES) for month in MONTHS})
WINDOW = (MAY, add_months(MAY, 3))


def rated(usage: list[Any]) -> tuple[Outcome, tuple[UsageCell, ...]]:
    used = cells(list({(key, month): [key, month, quantity] for key, month, quantity in usage}.values()))
    return outcome([BOOK], Population({"k1": starter("aws")}, used), WINDOW, REACH), used


@given(USAGE, PRICED)
def test_unit_margins_times_units_and_base_fees_are_the_whole_margin(usage: list[Any], priced: Any) -> None:
    billed, used = rated(usage)
    unit_costs = known([[key, month, cost] for (key, month), cost in priced.items()])
    total = margins(billed, used, unit_costs, WINDOW, "acquisition").total
    by_unit = Decimal(0)
    for one in dimension_margins(billed, used, unit_costs, WINDOW):
        if one.used:
            assert isinstance(one.unit_margin, Decimal)
            by_unit += one.unit_margin * one.used
    assert isinstance(total.gross, Decimal)
    assert abs(total.subscription + by_unit - total.gross) < Decimal("1e-15")


@given(USAGE, PRICED)
def test_months_add_up_to_the_total(usage: list[Any], priced: Any) -> None:
    billed, used = rated(usage)
    unit_costs = known([[key, month, cost] for (key, month), cost in priced.items()])
    kept = marketplace_fees(billed.lines, RAILS, {})
    margin = margins(billed, used, unit_costs, WINDOW, "revenue", kept)
    assert margin.total.revenue == billed.revenue
    for name in ("revenue", "subscription", "usage_cost", "marketplace_fee", "gross"):
        assert added(getattr(month, name) for month in margin.months) == getattr(margin.total, name)


@given(USAGE, PRICED, st.sampled_from(sorted(PRICES)))
def test_a_cost_that_is_taken_away_never_makes_a_margin_better(usage: list[Any], priced: Any, lost: str) -> None:
    billed, used = rated(usage)
    unit_costs = known([[key, month, cost] for (key, month), cost in priced.items() if key != lost])
    total = margins(billed, used, unit_costs, WINDOW, "acquisition").total
    is_used = any(cell.dimension == lost and cell.quantity for cell in used)
    assert isinstance(total.gross_rate, Missing) == is_used


@given(PRICED, st.sampled_from(MONTHS[1:]))
def test_a_month_without_a_cost_takes_the_newest_before_it(priced: Any, lost: date) -> None:
    rows = [[key, month, cost] for (key, month), cost in priced.items() if (key, month) != ("words", lost)]
    stand_in = known(rows).unit("words", lost)
    assert not isinstance(stand_in, Missing)
    assert (stand_in.amount, stand_in.recorded_for) == (priced["words", add_months(lost, -1)], add_months(lost, -1))


def test_units_that_a_change_of_entitlement_charges_are_unknown_and_not_none() -> None:
    changes = Changes(seats="entitlement")
    reach = {"stripe": Reach(60, "notice", changes)}
    running = starter(seats={"team_seats": (SeatChange(MAY, 5),)})
    used = cells([["team_seats", MAY, 5]])
    window = (MAY, date(2026, 6, 1))
    billed = outcome([BOOK], Population({"k1": running}, used), window, reach)
    (one,) = dimension_margins(billed, used, known([["team_seats", MAY, "1.40"]]), window)
    assert (one.revenue, one.cost) == (Decimal("58.00"), Decimal("7.00"))  # two seats above three at $29; five at $1.40
    assert one.average_revenue == Missing.of("the units that changes of team_seats charge")


def test_where_bands_continue_a_second_contract_charges_only_what_it_adds() -> None:
    # 150 images under the first contract, 50 of them over; 20 more under the second, all over: 70 charged, not 120.
    reach = {"stripe": Reach(60, "notice", Changes(bands="continue"))}
    first = starter(ended_on=date(2026, 5, 16), end_reason="upgrade")
    second = Contract("k2", "c-1", "stripe", "accelerate-monthly", "accelerate", "monthly", date(2026, 5, 16))
    used = (UsageCell("k1", "images", MAY, Decimal(150)), UsageCell("k2", "images", MAY, Decimal(20)))
    window = (MAY, date(2026, 6, 1))
    billed = outcome([BOOK], Population({"k1": first, "k2": second}, used), window, reach)
    (one,) = dimension_margins(billed, used, known([["images", MAY, "0.02"]]), window)
    assert (one.charged, one.revenue) == (70, Decimal("3.50"))


# The sample


@pytest.fixture(scope="module")
def sql(desk_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(desk_folder / (desk_folder / "current").read_text().strip(), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def sample(desk_folder: Any) -> tuple[Desk, Margins, tuple[DimensionMargin, ...]]:
    desk = Desk.open(desk_folder)
    recorded = costs.costs(desk.warehouse.rows("unit_cost"), desk.warehouse.rows("spend_month"), desk.book.product)
    used, kept = desk.population.usage, marketplace_fees(desk.baseline.lines, desk.rails, {})
    total = margins(desk.baseline, used, recorded, desk.window, desk.book.settings["marketplace_fee"], kept)
    return desk, total, dimension_margins(desk.baseline, used, recorded, desk.window)


def test_the_samples_costs_are_those_of_sql(sample: Any, sql: Any) -> None:
    desk, margin, dimensions = sample
    query = """
        select used.dimension, sum(used.quantity::decimal(20, 6) * cost_usd_per_unit)
        from marts.usage_month used join marts.unit_cost costs
          on costs.dimension = used.dimension and costs.cost_month = used.usage_month
        where used.contract_id is not null and used.usage_month >= ? and used.usage_month < ?
        group by all
    """
    rows = dict(sql.cursor().execute(query, list(desk.window)).fetchall())
    assert {one.dimension: one.cost for one in dimensions} == rows
    assert margin.total.usage_cost == sum(rows.values())
    spent = """select sum(amount_usd) from marts.spend_month
               where category = 'infrastructure' and product = 'vellocity' and spend_month >= ? and spend_month < ?"""
    assert margin.total.infrastructure == sql.cursor().execute(spent, list(desk.window)).fetchone()[0]


def test_the_sample_keeps_its_margin_and_loses_on_words(sample: Any) -> None:
    desk, margin, dimensions = sample
    assert margin.total.revenue == desk.baseline.revenue == Decimal("5451797.64")
    below_cost = [one.dimension for one in dimensions if one.charged_margin < 0]
    assert below_cost == ["words"]
    assert margin.total.after_infrastructure_rate > Decimal("0.75")
    usage_costs_more = sum(month.usage_cost > month.infrastructure for month in margin.months)
    assert usage_costs_more == 8  # so it cannot be a part of that spend


def test_charged_units_are_those_of_the_explained_charges(sample: Any) -> None:
    desk, _, dimensions = sample
    for one in dimensions:
        lines = [line for line in desk.baseline.lines if line.dimension == one.dimension and line.amount is not None]
        assert one.charged == sum(line.charge.overage for line in lines if line.charge)


# How it leaves


def test_a_document_holds_decimal_strings_and_says_what_is_missing() -> None:
    case = {
        "rail": "stripe",
        "usage": [["images", MAY, 150]],
        "costs": [["images", MAY, "0.02"]],
        "spend": [],
        "months": 1,
    }
    margin = found(case)
    document = costs.as_dict(margin, [])
    total = document["total"]
    assert isinstance(total, dict)
    assert (total["revenue_usd"], total["gross_margin_rate"]) == ("301.50", "0.990049751244")  # 298.50 / 301.50
    assert total["infrastructure_of_subscription_rate"] is None
    assert document["missing"] == ["not measurable: needs the infrastructure spend of 2026-05"]
