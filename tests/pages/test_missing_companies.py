"""Without the CRM nobody knows whose usage it is: what rests on it is not shown, or says that it may be more."""

from collections.abc import Callable

import pytest

from tests.pages.visit import headline, opened, said

PULL = "python -m lib pull --only crm"


def test_no_offer_is_priced_where_nobody_knows_whose_usage_it_is(open_without: Callable[..., None]) -> None:
    open_without("crm")
    app = opened("deal_desk")
    assert headline(app) == "0 offers can be priced: 1 source is missing"
    assert not app.metric and PULL in said(app)


def test_no_offer_is_priced_without_a_contract_on_either_rail(open_without: Callable[..., None]) -> None:
    open_without("stripe", "marketplace")
    app = opened("deal_desk")
    assert headline(app) == "0 offers can be priced: 2 sources are missing"
    assert "python -m lib pull --only stripe" in said(app)


@pytest.mark.parametrize("part", ["Renewals", "Allowances"])
def test_a_part_that_knows_less_without_companies_says_so(part: str, open_without: Callable[..., None]) -> None:
    open_without("crm")
    app = opened("pipeline", pipeline_view=part)
    assert not app.exception and "are missing; they have never been seen." in said(app)
    assert PULL in said(app)
    assert ("more may be over" in said(app)) == (part == "Allowances")


def test_two_missing_sources_are_two(open_without: Callable[..., None]) -> None:
    open_without("stripe", "marketplace")
    told = headline(opened("pipeline", pipeline_view="Renewals"))
    assert told == "0 renewals can be shown: 2 sources behind this page are missing"
