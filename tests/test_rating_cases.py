"""The case tables a founder reads, against the desk's book and its one rating function."""

from collections import Counter
from decimal import Decimal

import pytest

from lib.catalog.book import RAILS, READINGS, Book, parse
from lib.desk import Desk
from lib.money import text
from lib.rating import Charge, RatingError, rate
from tests.conftest import cases

TABLES = cases("rating") + cases("readings")


@pytest.fixture(scope="module")
def book(desk_folder):
    return Desk.open(desk_folder).book


def read_as(book: Book, settings: dict[str, str]) -> Book:
    return parse({**book.document, "settings": {**book.settings, **settings}})


def charge(book: Book, plan_key: str, rail: str, dimension: str, quantity: str) -> Charge:
    allowance = book.allowance(rail, book.plan(plan_key).tier, dimension)
    return rate(book.price(rail, dimension), allowance, Decimal(quantity))


def as_written(charge: Charge) -> dict[str, str | Decimal]:
    """The charge in the words of the case tables: what has no number is left out; amounts keep their two decimals."""
    line: dict[str, str | Decimal] = {"status": charge.status}
    if charge.status != "not_offered":
        line["included"] = charge.allowance.kind if charge.allowance.quantity is None else charge.allowance.quantity
    if charge.amount is not None:
        line |= {"overage": charge.overage, "amount": text(charge.amount)}
    return line


def numbers(expected: dict[str, str]) -> dict[str, str | Decimal]:
    """The row's quantities as numbers, for 5 and 5.000000 are the same allowance."""
    is_number = {key: expected[key][0].isdigit() for key in ("included", "overage") if key in expected}
    return expected | {key: Decimal(expected[key]) for key, yes in is_number.items() if yes}


@pytest.mark.parametrize("case", TABLES)
def test_the_desk_does_the_sum_in_the_comment(book, case):
    read = read_as(book, case.get("settings", {}))
    for rail in [case["rail"]] if "rail" in case else RAILS:
        charged = charge(read, case["plan"], rail, case["dimension"], case["quantity"])
        expected = dict(case["expect"])
        unrounded = expected.pop("exact", expected.get("amount"))
        assert as_written(charged) == numbers(expected)
        assert charged.exact == (None if unrounded is None else Decimal(unrounded))


@pytest.mark.parametrize("case", TABLES)
def test_the_bands_of_a_charge_sum_to_its_amount_and_hold_its_whole_overage(book, case):
    read = read_as(book, case.get("settings", {}))
    charged = charge(read, case["plan"], case.get("rail", "aws"), case["dimension"], case["quantity"])
    assert sum(band.amount for band in charged.bands) == (charged.exact or 0)
    if charged.amount is not None and read.settings["part_units"] == "exact":
        assert sum(band.quantity for band in charged.bands) == charged.overage


def test_usage_below_zero_is_refused(book):
    with pytest.raises(RatingError, match="-1"):
        charge(book, "starter-monthly", "aws", "words", "-1")


def test_every_dimension_has_its_edges_in_the_table(book):
    rows = [case.values[0] for case in cases("rating")]
    assert all(number >= 2 for number in Counter(row["dimension"] for row in rows).values())
    assert {row["dimension"] for row in rows} == set(book.dimensions)
    seen = {(row["dimension"], row["expect"]["status"]) for row in rows}
    assert {(dimension, status) for dimension in book.dimensions for status in ("rated", "within_allowance")} <= seen


def test_every_other_reading_of_usage_has_a_case():
    rows = [case.values[0]["settings"] for case in cases("readings")]
    read = {(key, value) for row in rows for key, value in row.items()}
    priced = {key: values for key, values in READINGS.items() if key != "marketplace_fee"}
    assert {(key, other) for key, (_, *others) in priced.items() for other in others} <= read
