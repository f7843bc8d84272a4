"""A link that asks for something nobody knows says so before it shows another one's page."""

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visit import SECONDS, opened


def warnings(app: AppTest) -> str:
    """What the page warns of, without the escapes of markdown."""
    return " ".join(re.sub(r"\\(.)", r"\1", warning.value) for warning in app.warning)


def test_a_link_to_a_customer_nobody_knows_says_so():
    app = opened("overage", overage_source="A customer's month", overage_customer="Foo")
    assert "Customer: this page does not know 'Foo' of its link" in warnings(app)
    assert not app.exception


def test_a_link_to_a_rail_nobody_knows_names_the_nearest():
    app = opened("overage", overage_rail="Strype")
    assert "Rail: this page does not know 'Strype' of its link; did you mean 'Stripe'?" in warnings(app)


@pytest.mark.parametrize("parameter", ["price_change_horizon", "price_change_panel"])
def test_a_link_that_names_nothing_of_a_choice_shows_the_first_and_says_so(parameter: str):
    app = opened("price_change", **{parameter: ""})
    assert "'' of its link; there are:" in warnings(app)
    assert not app.exception
    assert app.title


def test_a_link_with_a_word_of_thousands_of_letters_is_repeated_in_part():
    app = opened("overage", overage_rail="x" * 3000, scenario="y" * 3000)
    told = warnings(app)
    assert "Rail: this page does not know 'xxx" in told and "there is no scenario 'yyy" in told
    assert len(told) < 1000
    assert not app.exception


@pytest.mark.parametrize("written", ["inf", "1e309", "-inf", "nan", "-1", "1.5", "1,000", "1e13", "abc"])
def test_a_quantity_that_cannot_be_is_said_and_dropped(written: str):
    app = AppTest.from_function(a_page_of_inputs, default_timeout=SECONDS)
    app.query_params["asked_quantity"] = written
    for is_told in (True, False):
        app.run()
        assert not app.exception
        assert app.number_input(key="asked_quantity").value == 5
        assert "asked_quantity" not in app.query_params
        assert (f"Requests: this page cannot take '{written}' of its link" in warnings(app)) is is_told


CANNOT = [
    ("asked_switch", "perhaps", "Stalled ones first: this page cannot take 'perhaps' of its link; write true or false"),
    ("asked_months", "0", "Month: this page cannot take '0' of its link; write a whole number from 1 to 36"),
    ("asked_months", "inf", "Month: this page cannot take 'inf' of its link; write a whole number from 1 to 36"),
    ("asked_months", "\u0662\u0664", "write a whole number from 1 to 36"),
    ("asked_within", "2", "Share: this page cannot take '2' of its link; write a number from 0 to 1"),
    (
        "asked_day",
        "soon",
        "Expires: this page cannot take 'soon' of its link; write a day from 2016-10-31 to 2036-10-31",
    ),
    ("asked_day", "0001-01-01", "write a day from 2016-10-31 to 2036-10-31"),
    ("asked_amount", "1,000", "Price: this page cannot take '1,000' of its link; write a number of 0 or more"),
    ("asked_amount", "-1", "write a number of 0 or more"),
    ("asked_amount", "NaN", "write a number of 0 or more"),
]
CAN = {
    "asked_quantity": ("1e3", 1000),
    "asked_switch": ("TRUE", True),
    "asked_months": ("12", 12),
    "asked_within": ("0.25", 0.25),
    "asked_day": ("2027-01-31", date(2027, 1, 31)),
    "asked_amount": ("1000.5", 1000.5),
}


@pytest.mark.parametrize(("key", "written", "told"), CANNOT)
def test_what_an_input_cannot_take_is_said(key: str, written: str, told: str):
    app = AppTest.from_function(a_page_of_inputs, default_timeout=SECONDS)
    app.query_params[key] = written
    app.run()
    assert told in warnings(app)
    assert not app.exception


@pytest.mark.parametrize(("key", "first", "last"), [("asked_within", "0.2", "0.4"), ("asked_months", "12", "36")])
def test_a_link_that_says_two_things_of_one_input_is_told_so(key: str, first: str, last: str):
    app = AppTest.from_function(a_page_of_inputs, default_timeout=SECONDS)
    app.query_params[key] = [first, last]
    app.run()
    assert f"this link says both '{first}' and '{last}'; write one" in warnings(app)
    assert not app.exception and key not in app.query_params


def test_what_inputs_can_take_is_taken_and_nothing_is_said():
    app = AppTest.from_function(a_page_of_inputs, default_timeout=SECONDS)
    for key, (written, _) in CAN.items():
        app.query_params[key] = written
    app.run()
    assert not app.exception and not app.warning
    assert {key: app.session_state[key] for key in CAN} == {key: value for key, (_, value) in CAN.items()}


def test_the_pages_of_sales_say_it_too():
    app = opened(
        "deal_desk",
        offer_tier="Starter",
        offer_base="Off the annual price",
        offer_price="1,000",
        offer_discount="200",
        offer_minimum="abc",
    )
    told = warnings(app)
    assert "Own price of a year: this page cannot take '1,000' of its link" in told
    assert "Discount, in percent: this page cannot take '200' of its link; write a number from 0 to 99.99" in told
    assert "Minimum, in dollars: this page cannot take 'abc' of its link" in told
    assert not app.exception


def a_page_of_inputs() -> None:
    """A script with one input of every kind that is bound to the address."""
    from datetime import date
    from decimal import Decimal

    from lib.ui import controls
    from lib.ui.views.deal_desk import own_terms

    controls.quantity("asked_quantity", "Requests", Decimal(5), "request")
    controls.switch("asked_switch", "Stalled ones first")
    controls.months("asked_months", "Month", 1, 36, 1)
    controls.within("asked_within", "Share", (Decimal(0), Decimal(1)), Decimal("0.5"), "%.2f", "why")
    controls.any_day("asked_day", "Expires", date(2026, 10, 31))
    own_terms.amount("asked_amount", "Price", "none", 1000)
