"""A link that asks for something nobody knows says so before it shows another one's page."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.visit import opened


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
