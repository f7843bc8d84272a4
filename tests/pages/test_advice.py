"""The advice beside a picked customer: the same sentences as the decisions give, from the facts in the mart."""

import pytest

from lib.ui import cards
from tests.pages.conftest import Ask
from tests.pages.visit import opened, said


def test_a_picked_customer_is_told_who_it_is_how_to_approach_it_and_what_its_bills_say(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The largest customer of the sample stands first."""
    monkeypatch.setattr(cards, "picking_table", lambda *_: 0)
    words = said(opened("segments"))
    names = [name for (name,) in ask("select customer_name from marts.customer") if f"**{name}** ·" in words]
    assert len(names) == 1
    [(seller, integrator)] = ask(f"select is_seller, integrator from marts.customer where customer_name = '{names[0]}'")
    assert f"**Who:** AWS Marketplace seller is {seller}, integrator is {integrator or 'none'}: " in words
    assert "**Motion:** " in words and "**Rail:** " in words
    assert "**Pricing model advised:** " in words
    assert "% of their mean from month to month, under the current book." in words
