"""What customers use above their plans: by hand, and the sample against what a simulation rates of the same year."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from lib.ahead import carried_on
from lib.catalog.scenario import Scenario
from lib.contracts import Contract
from lib.desk import Desk
from lib.desk.forecast_money import priced, ready
from lib.forecast.money import Customers
from lib.forecast.overage import OverageTable, Usage
from lib.forecast.panel import CustomerMonth
from lib.forecast.paying import Payer
from lib.forecast.pricing import Pricing
from lib.forecast.uneven import weighed
from lib.outcome import Population, UsageCell
from lib.periods import add_months
from tests.forecast.test_money import (
    AWS,
    HERE,
    LADDER,
    NEW,
    OCTOBER,
    REACH,
    STRIPE,
    counts,
    pricing,
    rows,
    scenario,
    state,
)

LAST = date(2026, 10, 31)
# Starter includes 100 images; one more costs 0.05. The proposal asks 0.18 from 1 January 2027.
DEARER = {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": Decimal("0.18")}]}}}


def payer(key: str, persona: str, rail: str = "stripe") -> Payer:
    began = date(2025, 3, 1)
    contract = Contract(key, key, rail, "starter-monthly", "starter", "monthly", began, about={"persona": persona})
    return Payer(CustomerMonth(key, OCTOBER, persona, "starter", rail, False, 2, 1, Decimal(299)), (contract,))


def table(images: dict[str, tuple[Payer, Sequence[int]]], made: Pricing | None = None, fewest: int = 2) -> OverageTable:
    """Customers with their images of the twelve months to October 2026, over eight months to come."""
    payers = tuple(one for one, _ in images.values())
    contracts = {one.row.customer_id: one.contracts[0] for one in payers}
    months = [add_months(date(2025, 11, 1), number) for number in range(12)]
    cells = [
        UsageCell(one.row.customer_id, "images", month, Decimal(quantity))
        for one, quantities in images.values()
        for month, quantity in zip(months, quantities, strict=True)
    ]
    year = carried_on(Population(contracts, tuple(cells)), set(), LAST, 12)
    usage = Usage(year.population, year.window, REACH, frozenset(year.unmetered), fewest)
    return OverageTable(Customers(LADDER, payers, OCTOBER, 8), usage, made or pricing())


def shaped(made: OverageTable) -> Any:
    return made.overage.reshape(8, *LADDER.shape, len(LADDER.states))


PRICE = 0.05
A, B = payer("a", "seller_3pi"), payer("b", "seller_3pi")
C, D = payer("c", "aws_partner"), payer("d", "not_on_aws")
E = payer("e", "seller_3pi", "aws")
# images above 100 a month: a 1,000 · b 3,000 · c 500 in every second month, 250 in the mean · d 750 · e 2,000
FIVE = {
    "a": (A, [1100] * 12),
    "b": (B, [3100] * 12),
    "c": (C, [600, 0] * 6),
    "d": (D, [850] * 12),
    "e": (E, [2100] * 12),
}


def test_a_customer_uses_what_its_persona_does_and_small_groups_share() -> None:
    found = shaped(table(FIVE))[0, HERE, STRIPE, 0, 2, 0]
    assert found[state("starter")] == pytest.approx(2000 * PRICE)  # a and b are two: (1,000 + 3,000) / 2
    # c and d are one each: together (250 + 750) / 2, and whoever stands where nobody does uses the same
    for persona in ("aws_partner", "not_on_aws", "unknown"):
        assert found[state("starter", persona)] == pytest.approx(500 * PRICE)
    # on AWS e is alone, and no other is on that rail
    assert shaped(table(FIVE))[0, HERE, AWS, 0, 2, 0, state("starter")] == pytest.approx(2000 * PRICE)
    assert not shaped(table(FIVE))[..., state("command")].any()  # nobody is on Command


def test_rates_reach_stripe_after_notice_and_on_aws_new_customers_alone() -> None:
    found = shaped(table(FIVE, pricing(scenario(changes=DEARER))))
    # 60 days after 1 January is 2 March, and a month's rate is that of its first day: from April, month 5
    here = found[:, HERE, STRIPE, 0, 2, 0, state("starter")]
    assert here.tolist() == pytest.approx([2000 * PRICE] * 5 + [2000 * 0.18] * 3)
    assert found[:, HERE, AWS, 0, 2, 0, state("starter")].tolist() == pytest.approx([2000 * PRICE] * 8)
    arrived_in_november = found[:, NEW, AWS, 0, 10, 0, state("starter")]
    assert arrived_in_november.tolist() == pytest.approx([2000 * PRICE] * 8)
    arrived_in_january = found[2:, NEW, AWS, 0, 0, 0, state("starter")]
    assert arrived_in_january.tolist() == pytest.approx([2000 * 0.18] * 6)


def test_who_has_no_full_month_is_taken_as_the_others() -> None:
    (contract,) = A.contracts
    late = Payer(replace(A.row, customer_id="z"), (replace(contract, contract_id="z", customer_id="z"),))
    found = table(FIVE)
    with_late = OverageTable(
        replace(found.customers, payers=(*found.customers.payers, late)), found.usage, found.pricing
    )
    assert np.array_equal(found.overage, with_late.overage)


def test_draws_over_customers_are_one_on_average_and_as_wide_as_the_customers_differ() -> None:
    made = table(FIVE)
    weights = {tier: weighed(len(made.metered), 20_000, np.random.default_rng(7)) for tier in LADDER.tiers}
    factor, cv = made.spread(weights)
    assert factor[0].mean() == pytest.approx(1, abs=0.01)
    # their means are 1,000, 3,000, 250, 750 and 2,000, of 1,400 on average; weights that are drawn evenly over all
    # ways to share out 1 vary their mean by the variance of the five, divided by five and one
    variance = sum((one - 1400) ** 2 for one in (1000, 3000, 250, 750, 2000)) / 5 / 6
    assert factor[0].std() == pytest.approx(variance**0.5 / 1400, rel=0.03)
    # only c varies: 500 and 0, six months each, around 250: 12 × 250² / 11, of which the five customers have a fifth
    assert cv[0] == pytest.approx((12 * 250**2 / 11 / 5) ** 0.5 / 1400)
    assert factor[2].tolist() == [1.0] * 20_000
    assert cv[2] == 0


def test_the_samples_year_is_what_a_simulation_rates(desk: Desk) -> None:
    made = ready(desk, LADDER, rows(desk), 12, seed=1, draws=10)
    nothing = Scenario("a", "A", "B", "C", desk.book.id, None, {})
    lines = desk.simulate(nothing, months=12, horizon="ahead").baseline.lines
    rated = made.usage.under(desk.book)
    for tier in LADDER.tiers:
        told = sum(line.amount or 0 for line in lines if line.kind == "usage" and line.contract.tier == tier)
        own = [rated[key].sum() for key, one in made.usage.population.contracts.items() if one.tier == tier]
        assert sum(own) == pytest.approx(float(told), abs=0.005)


def test_the_table_times_customers_with_usage_is_their_own_mean(desk: Desk) -> None:
    made = ready(desk, LADDER, rows(desk), 3, seed=1, draws=10)
    spent = OverageTable(made.customers, made.usage, made.baseline)
    months = made.customers.months
    for h, month in enumerate(months):
        own = [
            made.usage.under(made.baseline.rates(one, month))[one.contract_id].mean()
            for payer in spent.metered
            for one in payer.contracts
        ]
        held = counts(spent.metered)  # a tier and rail with fewer than five takes in customers who count elsewhere too
        assert (spent.overage[h] * held).sum() == pytest.approx(sum(own), rel=0.02)


def test_a_dearer_image_costs_new_customers_on_aws_and_none_that_are_here(desk: Desk) -> None:
    made = ready(desk, LADDER, rows(desk), 8, seed=1, draws=10)
    shape = (8, *LADDER.shape, len(LADDER.states))
    was, becomes = (
        priced(desk, made, some).money.overage.reshape(shape) for some in ([], [desk.scenario("images-at-six-cents")])
    )
    assert np.array_equal(was[:, HERE, AWS], becomes[:, HERE, AWS])
    assert np.array_equal(was[:2], becomes[:2])
    assert not np.array_equal(was[2:, NEW, AWS], becomes[2:, NEW, AWS])
    assert not np.array_equal(was[5:, HERE, STRIPE], becomes[5:, HERE, STRIPE])
