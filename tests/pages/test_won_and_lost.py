"""What became of closed deals against SQL of the tests' own: rates, cycles, and beliefs beside what was measured."""

import re
from statistics import median

import pytest

from tests.pages.conftest import Ask
from tests.pages.test_pipeline import CHANCES, FOCUSES, NAMES, money
from tests.pages.visit import headline, opened, said, value

WON_LOST = {"pipeline_view": "Won and lost"}


@pytest.mark.parametrize(("address", "where"), FOCUSES[:4], ids=["all", "vellocity", "control plane", "an owner"])
def test_the_win_rate_and_the_cycle(ask: Ask, address: dict[str, str], where: str) -> None:
    """Of each product by itself: where two are looked at, no rate, no cycle and no amount is of both."""
    rows = ask(f"select is_won, close_on - created_on, product, amount_usd from marts.deal where is_closed and {where}")
    products = sorted({row[2] for row in rows})
    app = opened("pipeline", **WON_LOST, **address)
    assert value(app, "Closed deals") == str(len(rows))
    assert value(app, "Won") == str(sum(row[0] for row in rows))
    for product in products:
        own = [row for row in rows if row[2] == product]
        won = [row for row in own if row[0]]
        rate, cycle = f"{100 * len(won) / len(own):.0f}%", f"{median(row[1] for row in won):g} days"
        amount = money(sum(row[3] for row in won))
        of = "" if len(products) == 1 else f" of {NAMES[product]}"
        assert f"{len(won)} of {len(own)} closed deals{of}" in headline(app)
        if of:
            [card] = [card for card in app.metric if card.label == f"Win rate, {NAMES[product]}"]
            assert (card.value, card.delta) == (rate, f"cycle {cycle}")
            assert value(app, f"Won, {NAMES[product]}") == amount
        else:
            assert (value(app, "Win rate"), value(app, "Cycle"), value(app, "Won amount")) == (rate, cycle, amount)
    assert 4 <= len(app.metric) <= 6


def test_a_group_is_of_one_product_and_too_few_say_how_few(ask: Ask) -> None:
    app = opened("pipeline", **WON_LOST, focus_owner="Ben Okafor", pipeline_won_by="Persona")
    table = next(one.value for one in app.dataframe if "win_words" in one.value.columns)
    assert all(re.match(r"(Vellocity|Control plane): ", group) for group in table["group"])
    few = table[table["closed"] < 5]
    assert len(few) and list(few["win_words"]) == [f"too few: {closed}" for closed in few["closed"]]
    assert all(words.endswith("%") for words in table[table["closed"] >= 5]["win_words"])


def test_what_is_believed_stands_beside_what_was_measured_or_what_that_would_need() -> None:
    app = opened("pipeline", **WON_LOST)
    [table] = [one.value for one in app.dataframe if "measured" in one.value.columns]
    assert list(table["stage"]) == list(CHANCES)
    assert re.fullmatch(r"Control plane \d+%; Vellocity \d+%", table["measured"].iloc[0])
    told = f"; of all closed deals, whichever stages they stood at, were won: {table['measured'].iloc[0]}"
    assert f"We believe that 10% of the deals that ever stand at Prospect are won{told}" in said(app)
    assert set(table["measured"].iloc[1:]) == {"not measurable yet: needs stage history"}


def test_where_nothing_closed_the_page_says_what_it_looked_for() -> None:
    app = opened(
        "pipeline", **WON_LOST, focus_icp_segment="Platform / ML Ops", focus_persona="AWS seller, 3PI customer"
    )
    assert not app.exception
    assert headline(app).startswith("0 deals are closed (")
    assert "widen the filters in the sidebar" in said(app)
