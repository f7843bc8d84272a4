"""What a rail keeps of a price, and where two keep the same: by hand, and against the fee of a sale."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rails import RailsError, Sale, fee, parse, same_cost, take_rate
from tests.conftest import cases
from tests.test_rails import AGENT_PAYMENTS, DOCUMENT

RAILS = parse(DOCUMENT + AGENT_PAYMENTS)
PAID_ON = {"marketplace": "aws", "wallet": "x402"}
METHODS = st.sampled_from(["marketplace", "wallet", "card", "card_international", "ach"])
OCTOBER, COIN = date(2026, 10, 31), Decimal("0.01")


def sold(method: str, amount: Decimal = Decimal(1)) -> Sale:
    return Sale(rail=PAID_ON.get(method, "stripe"), method=method, amount=amount, on=OCTOBER)


@pytest.mark.parametrize("case", cases("take_rates", "rate"))
def test_a_rail_keeps_of_a_headline_price_what_its_schedule_says(case: Mapping[str, Any]) -> None:
    for price, percent in case["prices"].items():
        rate = take_rate(RAILS, sold(case["method"], Decimal(price)), apart_from=case.get("apart_from", ()))
        told = "none" if rate is None else str((rate * 100).quantize(COIN, ROUND_HALF_UP))
        assert told == percent, price


@pytest.mark.parametrize("case", cases("take_rates", "same_cost"))
def test_two_ways_of_being_paid_cost_the_same_where_their_lines_cross(case: Mapping[str, Any]) -> None:
    one, other = map(sold, case["between"])
    apart = case.get("apart_from", ())
    assert same_cost(RAILS, one, other, apart_from=apart) == tuple(map(Decimal, case["expect"]))
    assert same_cost(RAILS, other, one, apart_from=apart) == tuple(map(Decimal, case["expect"]))


@given(METHODS, METHODS, st.sampled_from([(), ("billing",)]))
def test_at_the_prices_told_both_keep_the_same_and_beside_them_they_do_not(
    one: str, other: str, apart: tuple[str, ...]
) -> None:
    def apart_by(price: Decimal) -> Decimal:
        kept = [take_rate(RAILS, sold(method, price), apart_from=apart) for method in (one, other)]
        return (kept[0] or Decimal(0)) - (kept[1] or Decimal(0))

    for price in same_cost(RAILS, sold(one), sold(other), apart_from=apart):
        assert abs(apart_by(price)) < Decimal("1e-20")
        assert apart_by(price - COIN) and apart_by(price + COIN)


@given(METHODS, st.decimals(min_value="0.01", max_value="99999999", places=2))
def test_the_rate_of_a_price_is_its_fee_but_for_the_rounding_of_its_lines(method: str, price: Decimal) -> None:
    sale = sold(method, price)
    kept, lines = fee(RAILS, sale), len(fee(RAILS, sale).lines)
    assert abs((take_rate(RAILS, sale) or Decimal(0)) * price - kept.amount) <= lines * COIN / 2 + Decimal("1e-9")


def test_a_way_of_paying_that_a_rail_does_not_take_is_refused() -> None:
    with pytest.raises(RailsError, match="its methods are: ach, card, card_international"):
        same_cost(RAILS, sold("card"), Sale(rail="stripe", method="cheque", amount=Decimal(1), on=OCTOBER))
