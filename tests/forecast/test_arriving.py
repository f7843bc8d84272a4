"""Who is to come, without counting anybody twice: by hand (tests/cases/arriving.toml), and on the sample."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.desk.desk import Desk
from lib.desk.forecast_deals import who_comes
from lib.forecast.arriving import LATER, OF_CUSTOMERS, WITHOUT_CHANCE, WITHOUT_DAY, Opened, Won, arriving
from lib.segments import LADDER, UNKNOWN

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "arriving.toml").read_text())
PERSONA = {rung: personas[0] for rung, personas in LADDER.items()} | {UNKNOWN: UNKNOWN}


def opened(deal: dict[str, Any]) -> Opened:
    return Opened(PERSONA[deal["rung"]], deal["closes"], Decimal(deal["chance"]) if "chance" in deal else None)


@pytest.mark.parametrize("case", CASES["share"], ids=lambda case: case["name"])
def test_the_rate_is_lowered_by_what_the_pipeline_holds(case: dict[str, Any]) -> None:
    won = Won(tuple(case["cycle_days"]), case["won"], case["arrivals"])
    assert won.share == Fraction(case["s"])
    if "f" in case:
        assert [won.shorter_than(days) for days in CASES["days_to_end"]] == [Fraction(part) for part in case["f"]]
    assert [won.still_to_find(days) for days in CASES["days_to_end"]] == [Fraction(p) for p in case["share_of_rate"]]
    found = arriving([], won, CASES["recorded"], CASES["months"]).coming.share_of_rate
    assert found.tolist() == [float(Fraction(part)) for part in case["share_of_rate"]]


@pytest.mark.parametrize("deal", CASES["deal"], ids=lambda deal: deal["id"])
def test_an_open_deal_falls_in_its_month(deal: dict[str, Any]) -> None:
    found = arriving([opened(deal)], Won((), 0, 0), CASES["recorded"], CASES["months"])
    if isinstance(deal["month"], int):
        (one,) = found.coming.deals
        assert (one.month, one.rung, one.probability) == (deal["month"], deal["rung"], float(deal["chance"]))
        assert not found.notes
    else:
        assert not found.coming.deals
        assert len(found.notes) == 1


def test_both_together_are_what_is_expected() -> None:
    case, share = CASES["expected"], CASES["share"][0]
    won = Won(tuple(share["cycle_days"]), share["won"], share["arrivals"])
    found = arriving([opened(deal) for deal in CASES["deal"]], won, CASES["recorded"], CASES["months"])
    for month, expected in enumerate(case["by_month"]):
        for rung, rate in case["rates"].items():
            sure = sum(deal.probability for deal in found.coming.deals if (deal.month, deal.rung) == (month, rung))
            arrivals = float(rate) * found.coming.share_of_rate[month] + sure
            assert arrivals == pytest.approx(float(expected[rung]), abs=1e-12)
    assert found.set_aside == {WITHOUT_CHANCE: case["without_chance"], LATER: case["later"]}


def test_a_pipeline_is_taken_off_the_rate_as_far_as_customers_come_by_deals() -> None:
    """Deals of chance 1/2 that add up to the wins of each month."""
    case, share = CASES["surplus"], CASES["share"][0]
    won = Won(tuple(share["cycle_days"]), share["won"], share["arrivals"])
    deals = [
        Opened("aws_partner", month, Decimal("0.5"))
        for month, wins in zip(CASES["months"], case["wins"], strict=True)
        for _ in range(int(2 * wins))
    ]
    found = arriving(deals, won, CASES["recorded"], CASES["months"], case["a_month"])
    assert found.coming.share_of_rate == pytest.approx([float(part) for part in case["share_of_rate"]])
    assert (found.won, found.taken_off) == pytest.approx((float(case["won"]), float(case["taken_off"])))
    assert found.notes == ("Open deals are expected to bring 18 customers, 18 of them in the place of usual arrivals.",)


def test_who_is_a_customer_does_not_come_again_and_a_deal_without_a_day_is_said() -> None:
    deals = [
        Opened("seller_3pi", date(2026, 11, 15), Decimal("0.6"), is_customer=True),
        Opened("seller_3pi", None, Decimal("0.6")),
    ]
    found = arriving(deals, Won((), 0, 0), CASES["recorded"], CASES["months"])
    assert found.set_aside == {OF_CUSTOMERS: 1, WITHOUT_DAY: 1}
    assert found.notes[0] == "Left out of who is to come: open deals with customers we have, who do not come again (1)."


@given(st.lists(st.integers(0, 400), max_size=30), st.integers(0, 60), st.integers(0, 60))
def test_the_further_the_month_the_less_the_pipeline_holds(cycles: list[int], won: int, arrivals: int) -> None:
    told = Won(tuple(cycles), won, arrivals)
    parts = [told.still_to_find(days) for days in (1, 30, 61, 92, 500)]
    assert parts == sorted(parts)
    assert parts[0] >= 0
    assert parts[-1] == 1


def test_the_sample_is_counted_as_its_marts_have_it(desk: Desk) -> None:
    rows = [row for row in desk.warehouse.rows("deal") if row["product"] == "vellocity"]
    year = (date(2025, 11, 1), date(2026, 11, 1))
    lately = [row for row in rows if row["is_won"] and year[0] <= row["close_on"] < year[1]]
    first: dict[str, date] = {}
    for row in desk.warehouse.rows("contract"):
        first[row["customer_id"]] = min(first.get(row["customer_id"], row["started_on"]), row["started_on"])
    came = sum(year[0] <= day < year[1] for day in first.values())
    cycles = [(row["close_on"] - row["created_on"]).days for row in rows if row["is_won"]]
    # of November's end, 30 days ahead
    held = 1 - sum(cycle < 30 for cycle in cycles) / len(cycles)
    found = who_comes(desk, [date(2026, 11, 1), date(2026, 12, 1)])
    assert found.coming.share_of_rate[0] == pytest.approx(1 - len(lately) / came * held, abs=1e-12)
    opened_by_rung = [row for row in rows if not row["is_closed"]]
    assert len(found.coming.deals) + sum(found.set_aside.values()) == len(opened_by_rung)
    overdue = [row for row in opened_by_rung if row["close_on"] < date(2026, 12, 1)]
    assert sum(deal.month == 0 for deal in found.coming.deals) == len(overdue)
