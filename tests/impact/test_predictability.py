"""How steady bills are under three models of one book, by hand."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.desk import Desk
from lib.impact.monthly import earlier_fees
from lib.impact.predictability import CONSUMPTION, EVERYBODY, FLAT, HYBRID, coefficient, consumed, predictability
from lib.outcome import Population, UsageCell
from lib.periods import months_between
from tests.impact.people import REACH, alone, contract, run
from tests.specification import current

HALF = (date(2026, 1, 1), date(2026, 7, 1))
FEWEST = 6


def of(people: Population, personas: dict[str, str] | None = None, fewest: int = FEWEST) -> Any:
    lines, earlier = run(current(), people, HALF).lines, earlier_fees([current()], people, HALF, REACH)
    return predictability(lines, earlier, people, HALF, personas or {}, fewest)


def alternating(case: dict[str, Any]) -> Population:
    """100 and 300 images in turn, for six months."""
    cells = (
        UsageCell("k1", "images", month, Decimal(300 if place % 2 else 100))
        for place, month in enumerate(months_between(*HALF))
    )
    return Population({"k1": contract(case)}, tuple(cells))


def test_the_coefficient_is_the_deviation_over_the_mean() -> None:
    assert coefficient([100.0, 300.0]) == 0.5
    assert coefficient([249.1666, 249.1666, 249.1666]) == 0.0
    assert (coefficient([]), coefficient([0.0, 0.0]), coefficient([-5.0, 1.0])) == (None, None, None)


@pytest.mark.parametrize("plan", ["starter-monthly", "starter-annual"])
def test_one_customer_by_hand(plan: str) -> None:
    """Flat: a fee a month. Hybrid: 0 and 10 dollars above it in turn. Consumption: 5 and 15 dollars, of mean 10."""
    found = of(alternating({"plan": plan, "started_on": date(2025, 12, 20)}))
    fee = 299 if plan == "starter-monthly" else 2990 / 12
    assert found.of_customer[FLAT] == {"c-1": 0.0}
    assert found.of_customer[HYBRID]["c-1"] == pytest.approx(5 / (fee + 5))
    assert found.of_customer[CONSUMPTION]["c-1"] == pytest.approx(0.5)
    assert found.revenue == pytest.approx(6 * fee + 30)
    assert found.factor == pytest.approx((6 * fee + 30) / 60)


def test_an_allowance_is_no_part_of_consumption_and_no_cent_is_rounded_away() -> None:
    # 50,001 words from the first: 0.050001; workflows are unlimited on Accelerate and cost $5 each here.
    used = {"words": 50_001, "gtm_workflows": 2}
    people = alone({"plan": "accelerate-monthly", "usage": used, "started_on": date(2025, 12, 1)}, HALF[0])
    assert consumed(run(current(), people, HALF).lines)["c-1"][HALF[0]] == pytest.approx(10.050001)


def test_an_offers_own_price_holds_for_consumption_and_what_is_not_offered_costs_nothing() -> None:
    offer = {"price": 12_000, "bands": {"images": Decimal("0.02")}}
    case = {"plan": "accelerate-annual", "offer": offer, "started_on": date(2025, 12, 1)}
    people = alone({**case, "usage": {"images": 100, "video_minutes": 9}}, HALF[0])
    assert consumed(run(current(), people, HALF).lines) == {"c-1": {HALF[0]: pytest.approx(2.0)}}


def test_fewer_whole_months_are_not_measured() -> None:
    late = alternating({"started_on": date(2026, 1, 2)})
    assert of(late).of_customer == {FLAT: {}, HYBRID: {}, CONSUMPTION: {}}
    assert of(late, fewest=5).of_customer[FLAT] == {"c-1": 0.0}


def test_rows_hold_quarters_by_persona_with_their_numbers_beside_them() -> None:
    found = of(alternating({"started_on": date(2025, 12, 20)}), {"c-1": "aws_partner"})
    rows = {(one.persona, one.model): one for one in found.variations}
    assert list(rows)[:3] == [(EVERYBODY, model) for model in (FLAT, HYBRID, CONSUMPTION)]
    consumption = rows["aws_partner", CONSUMPTION]
    assert (consumption.customers, consumption.lower, consumption.median) == (1, 0.5, 0.5)


def test_where_nothing_is_used_no_factor_keeps_the_revenue() -> None:
    found = of(alone({"started_on": date(2025, 12, 20)}))
    assert found.factor is None
    assert [(one.model, one.customers, one.median) for one in found.variations[:3]] == [
        (FLAT, 1, 0.0),
        (HYBRID, 1, 0.0),
        (CONSUMPTION, 0, None),
    ]


def test_in_the_sample_consumption_varies_most_and_flat_least(desk_folder: Path) -> None:
    desk = Desk.open(desk_folder)
    earlier = earlier_fees([desk.book], desk.population, desk.window, desk.reach)
    found = predictability(desk.baseline.lines, earlier, desk.population, desk.window, {}, FEWEST)
    flat, hybrid, consumption = (one.median for one in found.variations[:3])
    assert flat == 0.0 and hybrid is not None and consumption is not None and flat < hybrid < consumption
    billed = sum(sum(months.values()) for months in consumed(desk.baseline.lines).values())
    assert found.factor is not None and found.factor * billed == pytest.approx(found.revenue)
