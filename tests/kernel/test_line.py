"""Many quantities of one price at once: the numbers of the one rating function, and no other."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, NOTHING_INCLUDED, UNLIMITED, Allowance
from lib.catalog.price import Band, Price
from lib.kernel.line import amounts, rate_cells
from lib.kernel.rounding import ROOM, _floor, pieces
from lib.kernel.tariff import KernelError, Tariffs
from lib.money import USD, Currency
from lib.rating import RatingError, rate
from tests.conftest import cases
from tests.kernel.drawn import MODIFIED, prices, rated

D = Decimal


def one_band(unit_price: str, **terms: object) -> Price:
    return Price((Band(D(0), D(unit_price)),), **terms)


def in_full(found: list[Decimal | None]) -> list[str]:
    """With every digit, so that 1.5 is not 1.50."""
    return [str(amount) for amount in found]


def as_rated(price: Price, allowance: Allowance, quantities: list[Decimal]) -> list[str]:
    return [str(rate(price, allowance, quantity).amount) for quantity in quantities]


@pytest.mark.parametrize("case", cases("kernel"))
def test_the_kernel_does_the_sum_in_the_comment(case):
    terms = {key: D(value) if key == "unit_size" else value for key, value in case.get("terms", {}).items()}
    bands = tuple(Band(*(D(number) for number in band)) for band in case["bands"])
    currency = Currency(*case["currency"]) if "currency" in case else USD
    price = Price(bands, currency=currency, **terms)
    lines = [(D(quantity), amount) for quantity, amount in case["lines"]]
    found = amounts(price, Allowance.of(case["allowance"]), [quantity for quantity, _ in lines])
    assert in_full(found) == [amount for _, amount in lines]


@given(rated())
def test_every_line_is_the_one_rating_function_s_line(drawn):
    price, allowance, quantities = drawn
    assert in_full(amounts(price, allowance, quantities)) == as_rated(price, allowance, quantities)


@given(rated(), MODIFIED)
def test_a_price_with_modifiers_takes_the_slower_path_and_says_so(drawn, modifier):
    price, allowance, quantities = drawn
    price = replace(price, **modifier)
    assert in_full(amounts(price, allowance, quantities)) == as_rated(price, allowance, quantities)
    lines = rate_cells(price, NOTHING_INCLUDED, np.array([5, 7]), 0)
    assert lines.slower == 2


@given(prices(), st.lists(st.integers(0, 10**7), max_size=20), st.integers(0, 6))
def test_whole_numbers_of_any_scale_are_rated_in_the_order_given(price, steps, scale):
    allowance = Allowance("quantity", D(40))
    lines = rate_cells(price, allowance, np.array(steps, np.int64), scale)
    coins = [rate(price, allowance, D(step).scaleb(-scale)).amount.scaleb(price.currency.exponent) for step in steps]
    assert lines.amounts.tolist() == [int(coin) for coin in coins]


@pytest.mark.parametrize("allowance", [NOT_OFFERED, BY_CONTRACT])
def test_usage_without_a_price_is_never_zero(allowance):
    lines = rate_cells(one_band("1"), allowance, np.array([5]), 0)
    assert (lines.amounts, lines.status) == (None, allowance.kind.replace(" ", "_"))
    assert amounts(one_band("1"), allowance, [D(5), D(0)]) == [None, None]


def test_an_unlimited_allowance_costs_nothing_even_where_a_flat_fee_is_due_at_zero():
    price = Price((Band(D(0), D(1), D("4.99")),))
    assert in_full(amounts(price, UNLIMITED, [D(0), D(10**9)])) == ["0.00", "0.00"]


def test_no_quantities_are_no_lines():
    assert amounts(one_band("1"), NOTHING_INCLUDED, []) == []
    assert rate_cells(one_band("1"), NOTHING_INCLUDED, np.array([], np.int64), 0).amounts.tolist() == []


def test_a_quantity_below_zero_is_refused_unless_the_price_mirrors_it():
    with pytest.raises(RatingError, match="-3"):
        amounts(one_band("1"), NOTHING_INCLUDED, [D(5), D(-3)])
    with pytest.raises(RatingError, match="-3"):
        rate_cells(one_band("1"), NOTHING_INCLUDED, np.array([5, -3]), 0)
    mirrors = one_band("0.005", negative="mirrored")
    assert in_full(amounts(mirrors, NOTHING_INCLUDED, [D(1), D(-1)])) == ["0.01", "-0.01"]


# Bounds: a line of a dollar a unit has 100 q + 1/2 cents; what does not fit into 62 bits goes the slower way.


def test_the_last_quantity_that_fits_is_fast_and_the_next_one_is_slow():
    """At a dollar a unit the kernel divides 200 q + 1 by 2, in lowest terms 100 q, which must stay below 2**62."""
    last = (ROOM - 1) // 100
    quantities = np.array([last - 1, last, last + 1, last + 2])
    lines = rate_cells(one_band("1"), NOTHING_INCLUDED, quantities, 0)
    assert lines.slower == 2
    assert lines.amounts.tolist() == [100 * (last + step) for step in (-1, 0, 1, 2)]


def test_what_is_too_large_to_shift_is_divided():
    """A third of a dollar, nearly: 333333333 × 10**10 fits a word, and with the bits of a shift it would not."""
    steps = [10**10 - number for number in range(200)]
    price = one_band("0.333333333")
    (piece,) = (piece for piece in pieces(price, NOTHING_INCLUDED, 0, steps[0]) if piece.largest)
    assert (piece.rounded.bits, piece.rounded.divisor) == (0, 10**7)
    lines = rate_cells(price, NOTHING_INCLUDED, np.array(steps), 0)
    assert (lines.slower, lines.amounts.tolist()) == (
        0,
        [(step * 333333333 * 2 + 10**7) // (2 * 10**7) for step in steps],
    )


@given(st.integers(1, 10**6), st.integers(0, 10**9), st.integers(1, 10**7), st.integers(1, 10**5))
def test_a_shift_rounds_like_the_division_it_stands_for(slope, intercept, divisor, high):
    """At the end of the bounds, at whole numbers and one step before them, where an error would show."""
    floor = _floor(slope, intercept, divisor, high)
    wholes = {(coins * divisor - intercept) // slope + step for coins in range(3) for step in (-1, 0, 1, 2)}
    for quantity in {0, 1, high - 1, high} | {number for number in wholes if 0 <= number <= high}:
        assert floor.of(quantity) == (slope * quantity + intercept) // divisor


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_quantity_that_is_no_number_is_refused(word):
    with pytest.raises(RatingError, match=word):
        amounts(one_band("1"), NOTHING_INCLUDED, [D(5), D(word)])


def test_a_quantity_that_fits_no_word_is_rated_exactly():
    assert in_full(amounts(one_band("0.000000001"), NOTHING_INCLUDED, [D(10**20), D("0.0000000001")])) == [
        "100000000000.00",
        "0.00",
    ]


@given(prices(), st.integers(0, 9), st.integers(0, 62).flatmap(lambda bits: st.integers(0, 2**bits)))
def test_at_every_bound_of_a_piece_the_line_is_exact(price, scale, largest):
    """The pieces' own ends, and their neighbours, are where an overflow or a wrong band would show."""
    allowance = Allowance("quantity", D("12.5"))
    ends = {piece.above for piece in pieces(price, allowance, scale, largest)} | {largest}
    steps = sorted({min(max(end + step, 0), largest) for end in ends for step in (-1, 0, 1, 2)})
    lines = rate_cells(price, allowance, np.array(steps, np.int64), scale)
    found = [int(line) for line in lines.amounts.tolist()]
    exponent = price.currency.exponent
    wanted = [rate(price, allowance, D(step).scaleb(-scale)).amount for step in steps]
    assert found == [int(amount.scaleb(exponent)) for amount in wanted]


def test_an_obstacle_is_named_where_pieces_are_asked_for():
    with pytest.raises(KernelError, match="minimum"):
        Tariffs().of(one_band("1", minimum=D(5)), NOTHING_INCLUDED, 0)
    with pytest.raises(KernelError, match="by contract"):
        Tariffs().of(one_band("1"), BY_CONTRACT, 0)
