"""Revenue: MRR and ARR by hand, and the sums that must hold of any contracts."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.money import MoneyError, round_line
from lib.revenue import RecurringContract, RevenueError, arpa, arr, mrr, mrr_by, mrr_series, recurring_by
from tests.conftest import cases

DAYS = st.dates(date(2024, 11, 1), date(2027, 12, 31))


def contract(number: int, values: Mapping[str, Any]) -> RecurringContract:
    whole = {"ended_on": None, "contract_id": f"k-{number}", **values, "price": Decimal(values["price"])}
    return RecurringContract(**whole)


def contracts(case: Mapping[str, Any]) -> list[RecurringContract]:
    return [contract(number, values) for number, values in enumerate(case["contracts"])]


@pytest.mark.parametrize("case", cases("revenue"))
def test_recurring_revenue_by_hand(case):
    some, day, expected = contracts(case), case["day"], case["expect"]
    assert str(round_line(mrr(some, day))) == expected["mrr"]
    assert arr(some, day) == Decimal(expected["arr"])
    per_customer = arpa(some, day)
    assert (per_customer and str(round_line(per_customer))) == expected.get("arpa")
    by_rail = mrr_by(some, day, key=attrgetter("rail"))
    assert {rail: str(round_line(amount)) for rail, amount in by_rail.items()} == expected["by_rail"]


@pytest.mark.parametrize("case", cases("revenue", "series"))
def test_recurring_revenue_month_by_month(case):
    series = mrr_series(contracts(case), [expected["month"] for expected in case["expect"]])
    shown = [
        {"month": row.month, "mrr": str(round_line(row.recurring.mrr)), "customers": row.recurring.customers}
        for row in series
    ]
    assert shown == case["expect"]


CONTRACTS = st.lists(
    st.builds(
        RecurringContract,
        customer_id=st.sampled_from(["c-1", "c-2", "c-3"]),
        contract_id=st.just("k"),
        rail=st.sampled_from(["stripe", "aws"]),
        tier=st.sampled_from(["starter", "command"]),
        term=st.sampled_from(["monthly", "annual", "custom"]),
        started_on=DAYS,
        ended_on=st.none() | DAYS,
        price=st.decimals(min_value=0, max_value=10**6, places=2),
    )
)


@given(CONTRACTS, DAYS)
def test_arr_is_twelve_times_mrr(some, day):
    assert round_line(mrr(some, day) * 12) == arr(some, day)


@given(CONTRACTS, DAYS, st.sampled_from(["rail", "tier", "term", "customer_id"]))
def test_groups_add_up_to_the_whole_exactly(some, day, key):
    groups = recurring_by(some, day, key=attrgetter(key))
    assert sum(group.arr for group in groups.values()) == arr(some, day)


@given(CONTRACTS, DAYS)
def test_contracts_add_up_one_by_one(some, day):
    assert sum(arr([one], day) for one in some) == arr(some, day)


def test_a_wrong_term_is_refused_with_the_nearest():
    with pytest.raises(RevenueError, match=r"contract k-9 has no term 'two_years'; did you mean 'two_year'"):
        RecurringContract("c-1", "k-9", "aws", "starter", "two_years", date(2026, 1, 1), None, Decimal(2990))


def test_a_float_or_negative_price_is_refused():
    with pytest.raises(MoneyError, match=r"299\.0 is a float"):
        RecurringContract("c-1", "k-9", "aws", "starter", "monthly", date(2026, 1, 1), None, 299.0)  # type: ignore[arg-type]
    with pytest.raises(RevenueError, match="a price is not below 0"):
        RecurringContract("c-1", "k-9", "aws", "starter", "monthly", date(2026, 1, 1), None, Decimal(-1))


@pytest.mark.parametrize(
    ("term", "yearly"), [("two_year", "2840.50"), ("three_year", "1893.66666"), ("five_year", "1136.20")]
)
def test_the_price_of_several_years_is_spread_over_them(term, yearly):
    """5,681 for two years are 2,840.50 a year, for three 1,893.666… and for five 1,136.20."""
    contract = RecurringContract("c-1", "k-9", "aws", "starter", term, date(2026, 1, 1), None, Decimal(5681))
    assert contract.yearly_price.quantize(Decimal("0.00001"), "ROUND_DOWN") == Decimal(yearly)
