"""Laws of rating that hold for every price, and the flat fees no table of the papers has."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, UNLIMITED, Allowance
from lib.catalog.document import BookError
from lib.catalog.price import Band, Price
from lib.rating import RatingError, rate

D = Decimal
NONE = Allowance("quantity", D(0))
NO_CENT = Fraction(1, 10**50)  # a third of a cent has no end: sixty digits are as near as a decimal comes
QUANTITIES = st.decimals(min_value=0, max_value=10**7, places=3)


@st.composite
def prices(draw: st.DrawFn, mode: str = "graduated") -> Price:
    starts = sorted(draw(st.sets(st.integers(1, 10**6), max_size=3)))
    unit_prices = draw(st.lists(st.decimals(min_value=0, max_value=10, places=5), min_size=4, max_size=4))
    bands = tuple(Band(D(start), unit) for start, unit in zip([0, *starts], unit_prices, strict=False))
    size = draw(st.sampled_from([1, 3, 1000]))
    part_units = draw(st.sampled_from(["exact", "up"]))
    return Price(bands, mode, D(size), draw(st.sampled_from(["overage", "usage"])), part_units)


@given(prices(), QUANTITIES, QUANTITIES, QUANTITIES)
def test_graduated_usage_never_costs_less_when_there_is_more_of_it(
    price: Price, included: Decimal, quantity: Decimal, more: Decimal
) -> None:
    allowance = Allowance("quantity", included)
    less, greater = rate(price, allowance, quantity).exact, rate(price, allowance, quantity + more).exact
    assert less is not None
    assert greater is not None
    assert less <= greater


def half_away_from_zero(amount: Fraction) -> Decimal:
    """Dollars of zero or more → cents by whole numbers alone."""
    return D((200 * amount.numerator + amount.denominator) // (2 * amount.denominator)) / 100


def test_three_bands_of_a_third_of_a_cent_each_are_rounded_as_their_true_sum() -> None:
    # 1 × 0.004 / 3 three times and 2 × 0.0005 once are 0.005, half a cent; thirds cut off at any digit fall below it.
    bands = tuple(
        Band(D(start), D(price)) for start, price in ((0, "0.004"), (1, "0.004"), (2, "0.004"), (3, "0.0015"))
    )
    charge = rate(Price(bands, unit_size=D(3)), NONE, D(5))
    assert (str(charge.amount), charge.exact) == ("0.01", D("0.005"))


@given(prices(), QUANTITIES, QUANTITIES)
def test_the_bands_add_up_to_the_line(price: Price, included: Decimal, quantity: Decimal) -> None:
    charge = rate(price, Allowance("quantity", included), quantity)
    assert charge.included + charge.overage == quantity
    true = sum(
        (Fraction(b.quantity) * Fraction(b.unit_price) / Fraction(price.unit_size) for b in charge.bands), Fraction()
    )
    assert abs(Fraction(charge.exact or 0) - true) < NO_CENT
    assert abs(sum((Fraction(band.amount) for band in charge.bands), Fraction()) - true) < NO_CENT
    assert charge.amount == half_away_from_zero(true)
    if price.part_units == "exact":
        assert sum(band.quantity for band in charge.bands) == charge.overage


@given(prices(mode="volume"), QUANTITIES)
def test_volume_prices_all_units_in_one_band(price: Price, quantity: Decimal) -> None:
    assert len(rate(price, NONE, quantity).bands) == (1 if quantity else 0)


FEES = Price((Band(D(0), D("0.10"), D(2)), Band(D(10), D("0.05"), D(5))))


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("0", "2.00"),  # the first band's fee stands at zero usage
        ("10", "3.00"),  # 2 + 10 × 0.10; the second band is not entered at its bound
        ("10.5", "8.03"),  # 2 + 1 + 5 + 0.5 × 0.05 = 8.025, half a cent away from zero
    ],
)
def test_a_flat_fee_is_charged_once_when_its_band_is_entered(quantity: str, amount: str) -> None:
    assert str(rate(FEES, NONE, D(quantity)).amount) == amount


def test_the_fee_at_zero_usage_is_a_switch() -> None:
    silent = Price(FEES.bands, flat_fee_at_zero=False)
    assert str(rate(silent, NONE, D(0)).amount) == "0.00"


def test_counted_on_the_usage_a_band_the_allowance_entered_has_no_fee_left() -> None:
    # 12 units, 11 included: the price of 12 less the price of 11 is one unit at 0.05, and no fee of either band.
    counted = Price(FEES.bands, thresholds="usage")
    assert str(rate(counted, Allowance("quantity", D(11)), D(12)).amount) == "0.05"


def test_words_for_an_allowance_are_not_numbers() -> None:
    assert rate(FEES, UNLIMITED, D(99)).amount == 0
    assert rate(FEES, NOT_OFFERED, D(99)).amount is None
    assert rate(FEES, BY_CONTRACT, D(99)).status == "by_contract"


def test_negative_usage_is_refused() -> None:
    with pytest.raises(RatingError, match="cannot be negative"):
        rate(FEES, NONE, D(-1))


@pytest.mark.parametrize("starts", [[], [1], [0, 5, 5], [0, 9, 3]])
def test_bands_that_leave_a_hole_are_refused(starts: list[int]) -> None:
    with pytest.raises(BookError, match="a price must"):
        Price(tuple(Band(D(start), D(1)) for start in starts))
