"""How numbers are written for eyes; every expectation is what a reader should see."""

from datetime import date
from decimal import Decimal

import pytest

from lib.ui import cards, numbers


@pytest.mark.parametrize(
    ("amount", "card"),
    [
        ("0", "$0"),
        ("0.04", "$0.04"),
        ("12.345", "$12.35"),
        ("-0.001", "$0.00"),
        ("249.17", "$249"),
        ("1499", "$1,499"),
        ("9999.6", "$10.0k"),
        ("12345", "$12.3k"),
        ("-53987.39", "−$54.0k"),
        ("999950", "$1.00M"),
        ("1240311.55", "$1.24M"),
        ("10000000000", "$10.0B"),
    ],
)
def test_money_in_a_card_has_three_digits(amount: str, card: str) -> None:
    assert numbers.money(Decimal(amount)) == card


def test_money_in_a_bill_has_every_cent() -> None:
    assert numbers.exact_money(Decimal("1240311.5")) == "$1,240,311.50"
    assert numbers.exact_money(Decimal("-0.005")) == "−$0.01"


def test_a_difference_of_two_bills_shows_its_sign_and_every_cent():
    assert numbers.exact_change(Decimal("12340.5")) == "+$12,340.50"
    assert numbers.exact_change(Decimal("-1.56")) == "−$1.56"
    assert numbers.exact_change(Decimal(0)) == "$0.00"
    assert numbers.exact_change(None) == "no data"
    assert numbers.times(2.309) == "2.3 times"


def test_a_change_always_shows_its_sign() -> None:
    assert [numbers.change(Decimal(amount)) for amount in ("5", "-5", "0")] == ["+$5.00", "−$5.00", "$0"]


def test_an_estimate_has_two_digits_and_a_level_has_no_sign() -> None:
    levels = [numbers.estimate(Decimal(one)) for one in ("1432000", "949000", "-1449", "0")]
    assert levels == ["$1.4M", "$950k", "−$1.4k", "$0"]
    assert [numbers.estimated_count(one) for one in (87.4, 147.0, 1249.0, -12.0)] == ["87", "150", "1,200", "−12"]


@pytest.mark.parametrize(
    ("price", "words"),
    [("0.0008", "$0.0008"), ("0.001", "$0.0010"), ("0.05", "$0.0500"), ("0.0000125", "$0.0000125"), ("29", "$29.00")],
)
def test_a_unit_price_never_rounds_to_nothing(price: str, words: str) -> None:
    assert numbers.unit_price(Decimal(price)) == words


def test_percent_and_points_are_two_things() -> None:
    assert numbers.percent(Decimal("0.036")) == "3.6%"
    assert numbers.percent_change(Decimal("-0.0099")) == "−1.0%"
    assert numbers.points(Decimal("0.0143")) == "+1.43 points"


def test_what_is_missing_is_not_zero() -> None:
    assert {numbers.money(None), numbers.percent(None), numbers.count(None), numbers.month(None)} == {"no data"}


def test_dates_and_counts() -> None:
    assert numbers.month(date(2026, 6, 1)) == "Jun 2026"
    assert numbers.day(date(2026, 10, 31)) == "31 Oct 2026"
    assert (numbers.counted(1, "customer"), numbers.counted(1204, "customer")) == ("1 customer", "1,204 customers")
    assert numbers.quantity(Decimal("1200.500000")) == "1,200.5"


def test_keys_become_names() -> None:
    assert numbers.name("team_seats") == "Team seats"
    assert numbers.name("api_requests") == "API requests"
    assert numbers.name("command_plus-annual") == "Command, annual"


def test_a_name_from_the_world_cannot_format_the_page() -> None:
    hostile = ":red[Acme] **$5** [x](http://evil) <b>"
    assert cards.plain(hostile) == r"\:red\[Acme\] \*\*\$5\*\* \[x\]\(http\:\/\/evil\) \<b\>"
