"""The unrounded totals of many books, without touching a cell: exact, by month too, or refused by name."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOTHING_INCLUDED, Allowance
from lib.catalog.price import Band, Commitment, Conversion, Discount, EventTerms, Price
from lib.kernel.bills import bills
from lib.kernel.cube import Segment, Used, cube
from lib.kernel.grid import grid
from lib.kernel.prefix import prefix_sums
from lib.kernel.tariff import KernelError
from lib.money import Currency
from lib.rating import rate
from tests.kernel.drawn import MONTHS, USUAL, numbers, populations, tables, terms

D = Decimal
NO_DIGIT = Fraction(1, 10**25)  # `exact` has sixty digits, and a third has no last one
# Up to 18 digits with the decimals of the finest quantity: what a whole number of the cube holds.
# Eighteen digits hold a trillion to the cent or a hundred million to nine decimals, not both in one dimension.
SCALABLE = st.one_of(populations(st.one_of(USUAL, numbers(12, 2))), populations(st.one_of(USUAL, numbers(8, 9))))
JANUARY = date(2026, 1, 1)
STARTER = Segment("aws", "starter")


def used(quantity, customer="acme", month=JANUARY, dimension="words"):
    return Used(customer, "one", STARTER, month, dimension, D(quantity))


def at(*bands: Band, allowance: Allowance = NOTHING_INCLUDED, **more: object):
    price = Price(bands or (Band(D(0), D(1)),), **more)
    return lambda segment, dimension: (price, allowance)


def exact_sum(rows, table, month=None) -> Fraction:
    """The sum of the unrounded lines of the one rating function; what has no price adds nothing."""
    charges = (rate(*table[row.segment, row.dimension], row.quantity) for row in rows if month in (None, row.month))
    return sum((Fraction(charge.exact) for charge in charges if charge.exact is not None), Fraction(0))


@settings(max_examples=30)
@given(SCALABLE, st.lists(tables(), min_size=1, max_size=4))
def test_every_book_s_total_is_the_sum_of_its_unrounded_lines(rows, books):
    population = cube(rows)
    found = prefix_sums(population).totals(grid(population, [terms(table) for table in books]))
    for number, table in enumerate(books):
        assert abs(found.of(number) - exact_sum(rows, table)) < NO_DIGIT
        alone = prefix_sums(population).total(terms(table))
        assert (alone.of(), alone.unpriced[0]) == (found.of(number), found.unpriced[number])


@settings(max_examples=30)
@given(SCALABLE, st.lists(tables(), min_size=1, max_size=4))
def test_so_is_every_month_s(rows, books):
    population = cube(rows)
    found = prefix_sums(population, by_month=True).totals(grid(population, [terms(table) for table in books]))
    for number, table in enumerate(books):
        for month in {row.month for row in rows}:
            assert abs(found.of(number, month) - exact_sum(rows, table, month)) < NO_DIGIT
        assert abs(found.of(number) - exact_sum(rows, table)) < NO_DIGIT
        alone = prefix_sums(population, by_month=True).total(terms(table))
        assert [alone.of(0, month) for month in population.months] == [
            found.of(number, month) for month in population.months
        ]


def test_a_total_is_exact_to_the_last_digit_and_unlike_the_rounded_one():
    # 7 over at 0.0013, three customers: 0.0273, where three rounded lines are 0.03.
    population = cube([used("9", customer) for customer in ("a", "b", "c")])
    book = at(Band(D(0), D("0.0013")), allowance=Allowance("quantity", D(2)))
    assert prefix_sums(population).totals(grid(population, [book])).amount() == D("0.0273")
    assert bills(population, book).total == D("0.03")


def test_bands_fees_volume_and_packages_by_hand():
    population = cube([used(quantity, name) for name, quantity in (("a", "4"), ("b", "15"), ("c", "31"))])
    ten = Allowance("quantity", D(10))
    books = [
        at(Band(D(0), D(1), D(2)), Band(D(20), D("0.5"), D(3)), allowance=ten),  # 2; 5 + 2; 20 + 0.5 + 2 + 3
        at(Band(D(0), D(1)), Band(D(20), D("0.5")), allowance=ten, model="volume"),  # 0; 5; 21 × 0.5
        at(Band(D(0), D(7)), allowance=ten, model="package", unit_size=D(10), part_units="up"),  # 0; 1; 3 packages
        at(Band(D(0), D(7)), allowance=ten, model="package", unit_size=D(10), part_units="down"),  # 0; 0; 2 packages
        at(Band(D(0), D(0), D(49)), allowance=ten, model="flat"),  # 49 three times: the first fee is due at zero
    ]
    found = prefix_sums(population).totals(grid(population, books))
    assert [found.amount(book) for book in range(5)] == [D("34.5"), D("15.5"), D(28), D(14), D(147)]


def test_a_unit_size_without_end_is_a_fraction():
    population = cube([used("1"), used("1", "other")])
    found = prefix_sums(population).totals(grid(population, [at(unit_size=D(3))]))
    assert found.of() == Fraction(2, 3)


@pytest.mark.parametrize(
    ("named", "terms"),
    [
        ("conversion", {"conversion": Conversion("divide", D(3))}),
        ("per_event", {"model": "percentage", "unit_size": D(100), "per_event": EventTerms(fixed=D("0.3"))}),
        ("discounts", {"discounts": (Discount(percent=D(10)),)}),
        ("maximum", {"maximum": D(9)}),
        ("minimum", {"minimum": D(9)}),
        ("commitment", {"commitment": Commitment(D(9))}),
    ],
)
def test_what_is_no_straight_piece_is_refused_by_its_name(named, terms):
    population = cube([used("5")])
    with pytest.raises(KernelError, match=f"prefix sums have no {named} of words: rate it with the kernel"):
        grid(population, [at(), at(**terms)])
    with pytest.raises(KernelError, match=f"prefix sums have no {named} of words"):
        prefix_sums(population).total(at(**terms))


@pytest.mark.parametrize("quantity", ["-1", "0.0000000001", "1000000000000000000"])
def test_a_quantity_that_is_no_whole_number_is_refused_with_its_dimension(quantity):
    with pytest.raises(KernelError, match="1 of words"):
        prefix_sums(cube([used("5"), used(quantity, "other")]))


def test_two_currencies_have_no_total():
    population = cube([used("5")])
    with pytest.raises(KernelError, match="JPY and USD"):
        grid(population, [at(), at(currency=Currency("JPY", 0))])


def test_what_has_no_price_is_named_per_book():
    population = cube([used("5")])
    books = grid(population, [at(), at(allowance=BY_CONTRACT), lambda segment, dimension: None])
    assert books.unpriced == ((), ((STARTER, "words", "by_contract"),), ((STARTER, "words", "not_in_book"),))
    found = prefix_sums(population).totals(books)
    assert [found.of(book) for book in range(3)] == [5, 0, 0]


def test_an_empty_cube_totals_nothing():
    population = cube([])
    assert prefix_sums(population).totals(grid(population, [at(), at()])).of(1) == 0


@pytest.mark.parametrize("digits", [3, 9, 12, 14, 15, 16, 17])
@pytest.mark.parametrize("price", ["1", "0.000001", "999.999999999", "123456789.123456789"])
def test_totals_too_large_for_one_word_or_for_two_are_exact(digits, price):
    """Small totals fit one word, larger ones two, the largest take Python's own numbers: the sum is the same."""
    quantities = [10**digits - 4 * number for number in range(200)]
    population = cube([used(quantity, f"c{number}") for number, quantity in enumerate(quantities)])
    halfway = Band(D(10**digits - 400), D(price) / 2)
    book = at(Band(D(0), D(price)), halfway, allowance=Allowance("quantity", D(1)))
    sums = prefix_sums(population)
    found = sums.totals(grid(population, [book, at()]))
    below = [min(quantity - 1, 10**digits - 400) for quantity in quantities]
    above = [quantity - 1 - first for quantity, first in zip(quantities, below, strict=True)]
    assert found.of(0) == Fraction(price) * sum(below) + Fraction(price) / 2 * sum(above)
    assert found.of(1) == sum(quantities)
    assert sums.totals(grid(population, [at(Band(D(0), D(price)))])).of() == Fraction(price) * sum(quantities)


def test_books_with_other_packages_stand_in_one_grid():
    population = cube([used(number, f"c{number}", MONTHS[number % 3]) for number in range(60)])
    books = [
        at(unit_size=D(size), part_units=way, allowance=Allowance("quantity", D(free)))
        for size in (3, 7)
        for way in ("up", "down", "exact")
        for free in ("0", "5", "6.5", "20")
    ]
    found = prefix_sums(population, by_month=True).totals(grid(population, books))
    for number, book in enumerate(books):
        lines = [rate(*book(STARTER, "words"), D(quantity)).exact for quantity in range(60)]
        assert abs(found.of(number) - sum(map(Fraction, lines))) < NO_DIGIT


def test_books_whose_allowances_differ_by_whole_packages_share_their_sums():
    """10 and 30 begin a package where 0 does, 25 and 45 half way through it: two countings for five books."""
    population = cube([used(number, f"c{number}") for number in range(60)])
    free = [Allowance("quantity", D(number)) for number in (0, 10, 30, 25, 45)]
    stacked = grid(population, [at(unit_size=D(10), part_units="up", allowance=allowance) for allowance in free])
    ((_, parts),) = stacked.stacks[0].parts
    assert [part.books.tolist() for part in parts] == [[0, 1, 2], [3, 4]]
