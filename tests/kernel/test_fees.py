"""Base fees of a population in whole numbers: the sums of the lines that contracts would be invoiced."""

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.kernel import fees as room
from lib.kernel.fees import FeeRow, Part, fee_bills, fees, rerated_fees
from lib.kernel.tariff import KernelError
from lib.money import USD, Currency
from lib.proration import FeeLine
from tests.kernel.drawn import CURRENCIES, numbers

D = Decimal
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
MONTHS = (JANUARY, FEBRUARY, date(2026, 3, 1))
PLANS = [(rail, plan) for rail in ("aws", "stripe") for plan in ("starter-monthly", "starter-annual")]

whole_periods = st.just((1, 1))
days = st.integers(28, 366).flatmap(lambda of: st.tuples(st.integers(-of, of), st.just(of)))
seconds = st.tuples(st.integers(-31_622_400, 31_622_400), st.integers(1, 31_622_400))
usual_shares = st.one_of(whole_periods, days, seconds)
without_end = st.tuples(st.integers(-(10**25), 10**25), st.integers(1, 10**25))
list_prices = st.one_of(
    st.none(), st.integers(0, 50_000).map(D), st.sampled_from([0, 2, 8, 12]).flatmap(lambda places: numbers(7, places))
)
books = st.fixed_dictionaries(dict.fromkeys(PLANS, list_prices))
huge_books = st.fixed_dictionaries(dict.fromkeys(PLANS, st.one_of(list_prices, numbers(20, 9))))


@st.composite
def populations(draw, shares=usual_shares):
    row = st.builds(
        lambda customer, month, plan, share, state: FeeRow(customer, month, *plan, *share, state),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(MONTHS),
        st.sampled_from(PLANS),
        shares,
        st.sampled_from(["repriced", "in notice"]),
    )
    return draw(st.lists(row, max_size=30))


def line_by_line(rows, book, key, currency=USD):
    """Every line as contracts round it, added up by any property; lines without a price are left out."""
    sums = Counter()
    for row in rows:
        price = book[row.rail, row.plan_key]
        if price is not None:
            sums[key(row)] += FeeLine(price, Fraction(row.numerator, row.denominator)).amount(currency)
    return {name: amount for name, amount in sums.items() if amount}


def prices(book):
    return lambda rail, plan_key: book[rail, plan_key]


def cells_of(population, found):
    coin = found.currency.coin
    return {
        (customer, month): D(coins) * coin
        for customer, row in zip(population.customers, found.by_month.tolist(), strict=True)
        for month, coins in zip(population.months, row, strict=True)
        if coins
    }


def same(one, other):
    return (
        one.by_month.tolist() == other.by_month.tolist()
        and one.by_month.dtype == other.by_month.dtype
        and (one.by_part, one.unpriced, one.largest) == (other.by_part, other.unpriced, other.largest)
    )


@settings(max_examples=60)
@given(populations(), books, st.sampled_from(CURRENCIES))
def test_fees_are_the_sums_of_the_lines_a_contract_would_be_invoiced(rows, book, currency):
    population = fees(rows)
    found = fee_bills(population, prices(book), currency)
    assert cells_of(population, found) == line_by_line(rows, book, lambda row: (row.customer, row.month), currency)
    assert found.total == sum(line_by_line(rows, book, lambda row: "all", currency).values())
    for own, name in ((lambda part: part.state, "state"), (lambda part: part.plan_key, "plan_key")):
        summed = {key: D(coins) * currency.coin for key, coins in found.by(own).items() if coins}
        assert summed == line_by_line(rows, book, lambda row, name=name: getattr(row, name), currency)


@settings(max_examples=60)
@given(populations(st.one_of(whole_periods, days, without_end)), huge_books)
def test_what_fits_no_word_is_exact_all_the_same(rows, book):
    population = fees(rows)
    found = fee_bills(population, prices(book))
    assert cells_of(population, found) == line_by_line(rows, book, lambda row: (row.customer, row.month))
    assert np.abs(found.by_month).max(initial=0) <= found.largest


@settings(max_examples=60)
@given(populations(st.one_of(whole_periods, days, seconds, without_end)), huge_books, huge_books)
def test_rating_what_moved_again_is_rating_everything(rows, book, other):
    population = fees(rows)
    before = fee_bills(population, prices(book))
    kept = before.by_month.tolist()
    assert same(rerated_fees(population, before, prices(book), prices(other)), fee_bills(population, prices(other)))
    assert before.by_month.tolist() == kept


@settings(max_examples=30)
@given(populations(), books)
def test_lines_without_a_price_are_counted_and_never_zero(rows, book):
    found = fee_bills(fees(rows), prices(book))
    by_hand = Counter(Part(row.rail, row.plan_key, row.state) for row in rows if book[row.rail, row.plan_key] is None)
    assert found.unpriced == by_hand


@settings(max_examples=30)
@given(populations(), books, books)
def test_the_lines_of_one_state_alone_can_move(rows, book, other):
    """What was reached at new prices, and everything else at the old ones: a difference of the reached lines alone."""
    population = fees(rows)
    before, reached = fee_bills(population, prices(book)), population.only({"repriced"})
    moved = fee_bills(reached, prices(other)).by_month - fee_bills(reached, prices(book)).by_month
    mixed = [(row, (other if row.state == "repriced" else book)) for row in rows]
    by_hand = Counter()
    for row, own in mixed:
        by_hand.update(line_by_line([row], own, lambda row: (row.customer, row.month)))
    found = {
        (customer, month): D(int(coins)) / 100
        for customer, line in zip(population.customers, (before.by_month + moved).tolist(), strict=True)
        for month, coins in zip(population.months, line, strict=True)
    }
    assert {key: amount for key, amount in found.items() if amount} == {k: v for k, v in by_hand.items() if v}


def fee(numerator, denominator=1, customer="acme", month=JANUARY, plan="starter-monthly", state=""):
    return FeeRow(customer, month, "stripe", plan, numerator, denominator, state)


def at(price):
    return lambda rail, plan_key: D(price)


@pytest.mark.parametrize(
    ("share", "price", "coins"),
    [
        ((16, 31), "299", 15432),  # 299 × 16 / 31 = 154.3225…
        ((-16, 31), "299", -15432),  # a credit is the same line, given back
        ((1, 2), "0.01", 1),  # half a cent rounds away from zero
        ((-1, 2), "0.01", -1),
        ((1, 3), "0.01", 0),  # a third of a cent is none
        ((0, 31), "299", 0),
        ((2, 62), "299", 965),  # 9.6451…: 1/31, however it is written
    ],
)
def test_a_share_of_a_price_is_rounded_half_away_from_zero(share, price, coins):
    assert fee_bills(fees([fee(*share)]), at(price)).by_month.tolist() == [[coins]]


def test_every_line_is_rounded_alone():
    """Three lines of a third of ten dollars are 3.33 each: 9.99, not 10.00."""
    found = fee_bills(fees([fee(1, 3)] * 3), at("10"))
    assert (found.total, found.by_month.tolist()) == (D("9.99"), [[999]])


def test_customers_and_months_may_be_given():
    found = fee_bills(fees([fee(1)], ["zeta", "acme"], MONTHS), at("5"))
    assert found.by_month.tolist() == [[0, 0, 0], [500, 0, 0]]
    assert found.by_customer.tolist() == [0, 500]


def test_a_yen_has_no_cents():
    assert fee_bills(fees([fee(1, 2)]), at("5"), Currency("JPY", 0)).total == D(3)


def test_a_population_without_fees_brings_nothing():
    found = fee_bills(fees([]), at("5"))
    assert (found.total, found.by_part, found.unpriced, found.by_customer.tolist()) == (D(0), {}, {}, [])


def test_sums_of_a_customer_that_pass_a_word_are_exact():
    """Three months of 30,000,000,000,000,000.00 are 9 × 10**18 cents, and a sum of 64 bits ends at 9.22 × 10**18."""
    rows = [fee(1, month=month, customer=name) for month in MONTHS for name in ("acme", "zeta")]
    found = fee_bills(fees(rows), at(3 * 10**16))
    assert found.by_month.dtype == np.int64
    assert found.by_customer.tolist() == [9 * 10**18] * 2
    assert found.total == D(18) * 10**16


def test_only_the_plan_whose_price_moved_is_rated_again(monkeypatch):
    population = fees([fee(1), fee(1, plan="starter-annual")])
    before = fee_bills(population, at("5"))
    rated = []

    amounts = room._amounts
    monkeypatch.setattr(
        room, "_amounts", lambda lines, *rest: rated.append(lines.part.plan_key) or amounts(lines, *rest)
    )
    after = rerated_fees(population, before, at("5"), lambda rail, plan: D(6) if plan == "starter-annual" else D(5))
    assert (set(rated), after.total) == ({"starter-annual"}, D(11))


def test_a_share_of_no_period_and_a_month_without_a_place_are_refused():
    with pytest.raises(KernelError, match="1/0 is no share"):
        fees([fee(1, 0)])
    with pytest.raises(KernelError, match="acme due in 2026-01 has no place"):
        fees([fee(1)], months=[FEBRUARY])
