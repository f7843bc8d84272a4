"""One book over a whole population, and many books compared: the sums of the one rating function's lines."""

from collections import Counter
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, NOTHING_INCLUDED, Allowance
from lib.catalog.price import Band, Price
from lib.kernel import bills as bills_room
from lib.kernel.bills import bills, by_customer, compared, rerated, terms_of
from lib.kernel.cube import Column, Segment, Used, cube, of_arrays
from lib.kernel.tariff import KernelError
from lib.money import USD, Currency
from lib.rating import RatingError, rate
from tests.kernel.drawn import DIMENSIONS, SEGMENTS, populations, tables, terms
from tests.specification import current

D = Decimal
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
STARTER = Segment("aws", "starter")


def used(quantity, customer="acme", contract="one", segment=STARTER, month=JANUARY, dimension="words"):
    return Used(customer, contract, segment, month, dimension, D(quantity))


def at(unit_price: str, allowance: Allowance = NOTHING_INCLUDED, **more: object):
    """One price for everybody."""
    price = Price((Band(D(0), D(unit_price)),), **more)
    return lambda segment, dimension: (price, allowance)


def lines_of(rows, table):
    """Every row's line by the one rating function; what has no price is left out."""
    lines = ((row, rate(*table[row.segment, row.dimension], row.quantity).amount) for row in rows)
    return [(row, amount) for row, amount in lines if amount is not None]


def sums(lines, key):
    found = Counter()
    for row, amount in lines:
        found[key(row)] += amount
    return found


@settings(max_examples=30)
@given(populations(), tables())
def test_bills_are_the_sums_of_the_one_rating_function_s_lines(rows, table):
    population = cube(rows)
    found, lines = bills(population, terms(table)), lines_of(rows, table)
    assert found.total == sum((amount for _, amount in lines), D(0))
    assert {name: D(coins) / 100 for name, coins in found.by_dimension.items()} == {
        row.dimension: sums(lines, lambda row: row.dimension)[row.dimension] for row in rows
    }
    customers = dict(zip(population.customers, by_customer(population, found).tolist(), strict=True))
    by_hand = sums(lines, lambda row: row.customer)
    assert {name: D(coins) / 100 for name, coins in customers.items()} == {name: by_hand[name] for name in customers}


@settings(max_examples=30)
@given(populations(), tables())
def test_customer_months_are_billed_where_they_are(rows, table):
    population = cube(rows)
    found = bills(population, terms(table)).by_month.tolist()
    by_month = Counter()
    for coins, customer, month in zip(found, population.customer_of, population.month_of, strict=True):
        by_month[population.customers[customer], population.months[month]] += D(coins) / 100
    lines = lines_of(rows, table)
    by_hand = sums(lines, lambda row: (row.customer, row.month))
    assert by_month == {key: by_hand[key] for key in by_month}


@settings(max_examples=30)
@given(populations(), tables())
def test_what_has_no_price_is_named_with_its_cells(rows, table):
    found = bills(cube(rows), terms(table))
    named = Counter()
    for entry in found.unpriced:
        named[entry.cells.segment, entry.cells.dimension, entry.status] += entry.cells.size
    by_hand = Counter(
        (row.segment, row.dimension, table[row.segment, row.dimension][1].kind.replace(" ", "_"))
        for row in rows
        if table[row.segment, row.dimension][1] in (NOT_OFFERED, BY_CONTRACT)
    )
    assert named == by_hand


def test_a_month_without_a_row_has_no_line_and_a_month_of_zero_has_the_fee_that_is_due_at_zero():
    fee = Price((Band(D(0), D(1), D("4.99")),))
    rows = [used("0"), used("3", month=FEBRUARY), used("0", dimension="images", month=FEBRUARY)]
    found = bills(cube(rows), lambda segment, dimension: (fee, NOTHING_INCLUDED))
    assert found.by_month.tolist() == [499, 499 + 300 + 499]


def test_two_contracts_of_a_customer_each_have_their_own_allowance():
    rows = [used("8"), used("8", contract="two")]
    assert bills(cube(rows), at("1", Allowance("quantity", D(5)))).total == D(6)


def test_a_second_quantity_of_one_contract_and_month_is_refused():
    with pytest.raises(KernelError, match="acme has two quantities of words in 2026-01"):
        cube([used("1"), used("2")])


def test_nobody_is_billed_nothing():
    empty = cube([])
    found = bills(empty, at("1"))
    assert (found.total, found.by_month.tolist(), found.by_dimension, found.unpriced) == (D(0), [], {}, ())
    (comparison,) = compared(empty, at("1"), [at("2")])
    assert (comparison.more, comparison.less, comparison.same) == (0, 0, 0)


def test_a_dimension_no_book_knows_is_named():
    (entry,) = bills(cube([used("1")]), lambda segment, dimension: None).unpriced
    assert (entry.status, entry.cells.dimension) == ("not_in_book", "words")


def test_one_bill_holds_one_currency():
    mixed = {"words": at("1"), "images": at("1", currency=Currency("JPY", 0))}
    with pytest.raises(KernelError, match="USD cannot hold images in JPY"):
        bills(cube([used("1"), used("1", dimension="images")]), lambda segment, name: mixed[name](segment, name))


def test_a_bill_too_large_for_a_word_is_exact():
    """Three lines of 30,000,000,000,000,000.00 dollars are 9 × 10**18 cents, and 64 bits end at 9.22 × 10**18."""
    rows = [used(3 * 10**16, dimension=name) for name in ("words", "images", "minutes", "seats")]
    found = bills(cube(rows), at("1"))
    assert found.by_month.tolist() == [12 * 10**18]
    assert found.total == 12 * D(10) ** 16


def test_many_large_lines_add_up_exactly():
    rows = [used(10**16, customer=f"c{number}") for number in range(40)]
    found = bills(cube(rows), at("1"))
    assert (found.total, found.slower) == (40 * D(10) ** 16, 0)
    assert found.by_dimension == {"words": 40 * 10**18}


def test_a_customer_s_months_together_may_pass_a_word():
    rows = [used(10**16, month=date(year, 1, 1)) for year in range(2000, 2020)]
    population = cube(rows)
    assert by_customer(population, bills(population, at("1"))).tolist() == [20 * 10**18]


def test_the_cells_on_the_slower_path_are_counted():
    rows = [used("5"), used("5", "other", month=FEBRUARY), used("1", "third", dimension="images")]
    prices = {"words": at("1", minimum=D(7)), "images": at("1")}
    found = bills(cube(rows), lambda segment, name: prices[name](segment, name))
    assert (found.total, found.slower) == (D(15), 2)


def test_a_quantity_below_zero_is_refused_unless_the_price_mirrors_it():
    population = cube([used("5"), used("-2", month=FEBRUARY)])
    with pytest.raises(RatingError, match="-2"):
        bills(population, at("1"))
    assert bills(population, at("1", negative="mirrored")).by_month.tolist() == [500, -200]


@pytest.mark.parametrize("chunk", [1, 3, 5, 7, 64])
def test_chunks_meet_without_a_gap(monkeypatch, chunk):
    monkeypatch.setattr(bills_room, "CHUNK", chunk)
    rows = [used(number, customer=f"c{number:02}") for number in range(20)]
    bands = (Band(D(0), D(1)), Band(D(4), D(0)), Band(D(9), D("0.25")))  # the middle one is free: a hole between two
    for model in ("graduated", "volume"):
        price, two = Price(bands, model), Allowance("quantity", D(2))
        found = bills(cube(rows), lambda segment, dimension, terms=(price, two): terms)
        assert found.by_month.tolist() == [int(rate(price, two, D(number)).amount * 100) for number in range(20)]


@settings(max_examples=30)
@given(populations(), tables(), st.lists(tables(), min_size=1, max_size=3))
def test_winners_and_losers_are_counted_on_each_customer_s_own_bills(rows, baseline, proposed):
    before = sums(lines_of(rows, baseline), lambda row: row.customer)
    found = list(compared(cube(rows), terms(baseline), [terms(table) for table in proposed]))
    for table, comparison in zip(proposed, found, strict=True):
        after = sums(lines_of(rows, table), lambda row: row.customer)
        changes = [after[name] - before[name] for name in {row.customer for row in rows}]
        assert comparison.more == sum(change > 0 for change in changes)
        assert comparison.less == sum(change < 0 for change in changes)
        assert comparison.same == sum(change == 0 for change in changes)
        assert comparison.total == sum(after.values(), D(0))


def moved(table, other, keys):
    """A table with some of its entries taken from another, and some gone."""
    return {key: other[key] if key in keys else entry for key, entry in table.items()}


def same(one, other):
    return (
        one.by_month.tolist() == other.by_month.tolist()
        and one.by_month.dtype == other.by_month.dtype
        and (one.by_dimension, one.slower, one.largest, one.currency, one.total)
        == (other.by_dimension, other.slower, other.largest, other.currency, other.total)
        and [(id(entry.cells), entry.status) for entry in one.unpriced]
        == [(id(entry.cells), entry.status) for entry in other.unpriced]
    )


KEYS = st.sets(st.sampled_from([(segment, name) for segment in SEGMENTS for name in DIMENSIONS]))


@settings(max_examples=60)
@given(populations(), tables(), tables(), KEYS, KEYS)
def test_rating_what_moved_again_is_rating_everything(rows, table, other, keys, gone):
    population = cube(rows)
    after = {key: entry for key, entry in moved(table, other, keys).items() if key not in gone}
    before = bills(population, terms(table))
    kept = before.by_month.tolist()
    assert same(rerated(population, before, terms(table), terms(after)), bills(population, terms(after)))
    back = rerated(population, bills(population, terms(after)), terms(after), terms(table))
    assert same(back, before) and before.by_month.tolist() == kept


def test_only_the_cells_whose_terms_moved_are_rated_again(monkeypatch):
    population, rated = cube([used("5"), used("7", dimension="images")]), []
    one, other = at("1"), at("2")
    before, bill = bills(population, one), bills_room._bill
    monkeypatch.setattr(
        bills_room, "_bill", lambda ledger, cells, *rest: rated.append(cells) or bill(ledger, cells, *rest)
    )
    after = rerated(population, before, one, lambda segment, name: (other if name == "images" else one)(segment, name))
    assert ({cells.dimension for cells in rated}, after.total) == ({"images"}, D(19))


def test_a_bill_that_grows_past_a_word_and_back_is_exact():
    population = cube([used(2 * 10**16, dimension=name) for name in ("words", "images")])
    small = bills(population, at("1"))
    large = rerated(population, small, at("1"), at("3"))
    assert large.by_month.tolist() == [12 * 10**18]
    again = rerated(population, large, at("3"), at("1"))
    assert (again.by_month.tolist(), again.by_month.dtype) == ([4 * 10**18], np.int64)


def test_a_book_in_another_currency_is_rated_anew_and_one_bill_still_holds_one():
    population, yen = cube([used("5"), used("7", dimension="images")]), at("1", currency=Currency("JPY", 0))
    before = bills(population, at("1"))
    assert rerated(population, before, at("1"), yen).by_month.tolist() == [12]
    with pytest.raises(KernelError, match="USD cannot hold images in JPY"):
        rerated(
            population, before, at("1"), lambda segment, name: (yen if name == "images" else at("1"))(segment, name)
        )


def test_arrays_and_rows_make_the_same_cube():
    rows = [used("3", "b"), used("1.5", "a"), used("2", "a", month=FEBRUARY, segment=SEGMENTS[2])]
    arrays = of_arrays(
        (["a", "b"], [STARTER, SEGMENTS[2]], [JANUARY, FEBRUARY]),
        np.array([1, 0, 0]),
        np.array([0, 0, 1]),
        np.array([0, 0, 1]),
        {"words": Column(1, np.array([30, 15, 20]), np.arange(3))},
    )
    one, other = (bills(made, at("0.333", Allowance("quantity", D(1)))) for made in (cube(rows), arrays))
    assert one.by_month.tolist() == other.by_month.tolist() == [17, 67, 33]


def test_a_book_is_asked_with_the_allowances_of_a_private_offer():
    book = current()
    offer = Segment("aws", "starter", (("words", Allowance("quantity", D(10))),))
    terms = terms_of(book)
    assert terms(offer, "words") == (book.price("aws", "words"), Allowance("quantity", D(10)))
    assert terms(offer, "images") == (book.price("aws", "images"), book.allowance("aws", "starter", "images"))
    assert terms(offer, "telepathy") is None
    assert terms(Segment("aws", "no such tier"), "words") is None
    assert bills(cube([used("60000")]), terms).currency == USD


def test_a_quantity_below_zero_in_an_array_is_never_within_an_allowance():
    column = Column(1, np.array([50, -20]), np.arange(2))
    names = (["a", "b"], [STARTER], [JANUARY])
    population = of_arrays(names, np.array([0, 1]), np.array([0, 0]), np.array([0, 0]), {"words": column})
    with pytest.raises(RatingError, match="-2"):
        bills(population, at("1"))
    assert bills(population, at("1", negative="mirrored")).by_month.tolist() == [500, -200]
