"""What is sold through us and shared: one rounding, nothing lost and nothing made."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.money import CURRENCIES
from lib.rating import RatingError, shared

D = Decimal
CENTS = st.integers(-(10**14), 10**14)
RATES = st.decimals(min_value=0, max_value=1, places=4)


@pytest.mark.parametrize(
    ("gross", "our_rate", "ours", "theirs"),
    [
        ("1000.00", "0.3", "300.00", "700.00"),
        ("1000.01", "0.3", "300.00", "700.01"),  # 300.003
        ("1000.01", "0.7", "700.01", "300.00"),  # 700.007
        ("0.05", "0.3", "0.02", "0.03"),  # 0.015, half away from zero
        ("-0.05", "0.3", "-0.02", "-0.03"),
        ("0.01", "0.3", "0.00", "0.01"),
        ("12.34", "0", "0.00", "12.34"),
        ("12.34", "1", "12.34", "0.00"),
    ],
)
def test_our_part_is_rounded_and_the_rest_is_theirs(gross: str, our_rate: str, ours: str, theirs: str) -> None:
    found = shared(D(gross), D(our_rate))
    assert (found.ours, found.theirs) == (D(ours), D(theirs))


@given(CENTS, RATES)
def test_both_parts_add_up_and_ours_is_within_half_a_cent(cents: int, our_rate: Decimal) -> None:
    found = shared(D(cents) / 100, our_rate)
    assert found.ours + found.theirs == D(cents) / 100
    assert abs(found.ours * 100 - cents * our_rate) * 2 <= 1
    assert found.ours == found.ours.quantize(D("0.01"))


@given(CENTS, RATES)
def test_a_refund_takes_back_what_the_sale_gave(cents: int, our_rate: Decimal) -> None:
    sale, refund = shared(D(cents) / 100, our_rate), shared(D(-cents) / 100, our_rate)
    assert (sale.ours + refund.ours, sale.theirs + refund.theirs) == (0, 0)


def test_a_currency_without_cents_shares_whole_coins() -> None:
    found = shared(D(1001), D("0.3"), CURRENCIES["JPY"])  # 300.3
    assert (found.ours, found.theirs) == (300, 701)


@pytest.mark.parametrize(
    ("gross", "our_rate", "named"),
    [("10", "1.01", "our share is 1.01"), ("10", "-0.1", "our share is -0.1"), ("10.005", "0.3", "10.005")],
)
def test_a_share_beyond_the_whole_and_parts_of_a_coin_are_refused(gross: str, our_rate: str, named: str) -> None:
    with pytest.raises(RatingError, match=named):
        shared(D(gross), D(our_rate))
