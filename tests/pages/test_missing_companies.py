"""Without the CRM nobody knows whose usage it is: what rests on it is not shown, or says that it may be more."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lib.desk import Desk
from lib.ui.views.pipeline.page import unread_words
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


def test_lines_that_could_not_be_read_are_told(desk: Desk) -> None:
    """A deal lost over a date that nobody can read is in no number; the page says that one is."""
    (state,) = [one for one in desk.sources() if one.feed == "deal"]
    assert unread_words([state]) == ""
    assert unread_words([replace(state, rejected=12)]).startswith("Not read, and in no number here: 12 lines of Deals")
    assert "1 line of Deals" in unread_words([replace(state, rejected=1)])
