"""Straight-line recognition: months that always add up, and refunds that take off what is deferred first."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.money import total
from lib.periods import add_months, month_of
from lib.recognition import Piece, RecognitionError, at_once, earned, over, promised, reversed_on

CENT = Decimal("0.01")
FIRST = date(2026, 1, 1)

days = st.integers(0, 800).map(lambda number: FIRST + timedelta(days=number))
cents = st.integers(-5_000_000, 5_000_000).map(lambda number: Decimal(number) * CENT)
positive = st.integers(1, 5_000_000).map(lambda number: Decimal(number) * CENT)


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    return over(draw(cents), start := draw(days), start + timedelta(days=draw(st.integers(1, 800))))


def months(some: list[Piece], count: int = 72) -> list[Decimal]:
    ends = [add_months(month_of(FIRST), number) for number in range(count + 1)]
    return [earned(some, end) - earned(some, start) for start, end in pairwise(ends)]


@given(st.lists(pieces(), max_size=4))
def test_months_add_up_to_what_was_invoiced_to_the_cent(some: list[Piece]) -> None:
    assert total(months(some)) == total(piece.amount for piece in some)


@given(pieces(), days)
def test_what_is_earned_is_the_days_share_to_half_a_cent(piece: Piece, before: date) -> None:
    """In integers of the test's own: twice the distance to the exact share is never more than a cent."""
    passed = min(max((before - piece.start).days, 0), (piece.end - piece.start).days)
    whole = (piece.end - piece.start).days
    earned_cents, amount_cents = int(piece.earned(before) / CENT), int(piece.amount / CENT)
    assert 2 * abs(earned_cents * whole - amount_cents * passed) <= whole


def test_half_a_cent_goes_away_from_zero() -> None:
    """0.01 over two days: half a cent after the first, which is a whole one; a credit of it likewise."""
    start, next_day, end = FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=2)
    assert over(CENT, start, end).earned(next_day) == CENT
    assert over(-CENT, start, end).earned(next_day) == -CENT


def test_a_period_of_no_day_is_refused() -> None:
    with pytest.raises(RecognitionError, match="which is no day"):
        over(Decimal(10), FIRST, FIRST)


# Giving back


@given(st.lists(pieces(), min_size=1, max_size=3), positive, days, st.booleans())
def test_a_refund_leaves_the_months_before_it_alone_and_the_sum_is_what_is_kept(
    some: list[Piece], amount: Decimal, on: date, ends: bool
) -> None:
    turned = reversed_on(some, amount, on, ends)
    assert promised(turned.pieces) == promised(some) - amount
    assert turned.from_deferred + turned.from_earned == amount
    for before in (FIRST, on - timedelta(days=40), on - timedelta(days=1), on):
        assert earned(turned.pieces, before) == earned(some, before)


@given(pieces(), positive, days, positive, days)
def test_a_second_refund_keeps_what_the_first_has_settled(
    piece: Piece, one: Decimal, day: date, other: Decimal, later: date
) -> None:
    first, second = sorted((day, later))
    once = reversed_on([piece], one, first).pieces
    twice = reversed_on(once, other, second).pieces
    assert promised(twice) == piece.amount - one - other
    assert earned(twice, second) == earned(once, second)


def test_a_refund_is_off_what_is_deferred_first() -> None:
    """365.00 over 365 days, a dollar a day; 100 days are earned. 200 back: the 65 days left earn 65 of the 265."""
    term = over(Decimal(365), FIRST, FIRST + timedelta(days=365))
    on = FIRST + timedelta(days=100)
    turned = reversed_on([term], Decimal(200), on)
    assert (turned.from_deferred, turned.from_earned) == (Decimal(200), 0)
    assert earned(turned.pieces, on) == 100
    assert promised(turned.pieces) == 165
    # 65.00 over the 265 days left: after 53 of them a fifth, 13.00
    assert earned(turned.pieces, on + timedelta(days=53)) == 113


def test_a_refund_above_what_is_deferred_takes_off_the_revenue_of_its_day() -> None:
    """265 are deferred after 100 days; 300 back take these and 35 that were earned."""
    term = over(Decimal(365), FIRST, FIRST + timedelta(days=365))
    on = FIRST + timedelta(days=100)
    turned = reversed_on([term], Decimal(300), on)
    assert (turned.from_deferred, turned.from_earned) == (Decimal(265), Decimal(35))
    assert earned(turned.pieces, on + timedelta(days=1)) == 65


def test_what_a_refund_leaves_of_a_service_that_ends_is_earned_on_its_day() -> None:
    """265 are deferred after 100 days; 200 back and the service over: the other 65 are ours that day."""
    term = over(Decimal(365), FIRST, FIRST + timedelta(days=365))
    on = FIRST + timedelta(days=100)
    turned = reversed_on([term], Decimal(200), on, ends=True)
    assert earned(turned.pieces, on + timedelta(days=1)) == 165


def test_a_refund_that_is_taken_back_is_revenue_again() -> None:
    """A dispute that was won: what it took is ours again on the day."""
    turned = reversed_on([at_once(Decimal(50), FIRST)], Decimal(-20), FIRST + timedelta(days=9))
    assert promised(turned.pieces) == 70
