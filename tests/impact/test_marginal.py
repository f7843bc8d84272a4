"""The price of one more unit, by hand, and how many customers meet which."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.price import EventTerms
from lib.desk import Desk
from lib.impact.marginal import PER_EVENT, Marginal, changed, marginal_prices
from lib.outcome import Population
from lib.rating import rate
from tests.conftest import cases
from tests.impact import people
from tests.impact.people import JULY, alone, contract
from tests.specification import current


def asked(case: dict[str, Any]) -> Marginal:
    used = {"usage": {case["dimension"]: case["used"]}}
    found = marginal_prices(people.changed(case.get("changes", {})), alone({**case, **used}, JULY), JULY)
    return next(one for one in found if one.dimension == case["dimension"])


@pytest.mark.parametrize("case", cases("impact", "marginal"))
def test_the_next_unit_costs_what_the_comment_says(case: dict[str, Any]) -> None:
    price = asked(case).price
    assert ("none" if price is None else price) == ("none" if case["price"] == "none" else Decimal(case["price"]))


def test_every_dimension_is_asked_also_where_nothing_was_used() -> None:
    found = marginal_prices(current(), alone({}, JULY), JULY)
    assert {one.dimension for one in found} == current().dimensions.keys()
    assert {one.quantity for one in found} == {0}


def test_only_contracts_that_run_at_the_months_end_and_are_in_the_book() -> None:
    ended = replace(contract({"started_on": date(2026, 5, 1)}), ended_on=date(2026, 7, 31))
    to_come = contract({"started_on": date(2026, 8, 1)}, "k2")
    lost = replace(contract({}, "k3"), plan_key=None, tier=None)
    everybody = Population({one.contract_id: one for one in (ended, to_come, lost)}, ())
    assert marginal_prices(current(), everybody, JULY) == ()


def test_a_price_per_event_has_no_next_unit() -> None:
    book = current()
    per_event = replace(
        book.price("stripe", "images"), model="percentage", unit_size=Decimal(100), per_event=EventTerms()
    )
    priced = replace(book, prices={**book.prices, ("stripe", "images"): per_event})
    (image,) = [one for one in marginal_prices(priced, alone({}, JULY), JULY) if one.dimension == "images"]
    assert (image.price, image.status) == (None, PER_EVENT)


def test_two_books_are_compared_pair_by_pair() -> None:
    people_of_july = alone({"usage": {"images": 300}}, JULY)
    dearer = people.changed({"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.06"}]}}})
    sides = [marginal_prices(book, people_of_july, JULY) for book in (current(), dearer)]
    ((old, new),) = changed(*sides)
    assert (old.price, new.price) == (Decimal("0.05"), Decimal("0.06"))
    assert list(changed(sides[0], sides[0])) == []


@given(st.integers(0, 1_000_000))
def test_unit_by_unit_the_prices_add_up_to_the_line(words: int) -> None:
    """What the next thousand words cost is the sum of a thousand prices, each met one after the other."""
    price, allowance = current().price("stripe", "words"), current().allowance("stripe", "starter", "words")
    steps = range(words, words + 10)
    summed = sum(asked({"dimension": "words", "used": used}).price or 0 for used in steps)
    ends = [rate(price, allowance, Decimal(one)).exact or Decimal(0) for one in (words, words + 10)]
    assert summed == ends[1] - ends[0]


def test_the_samples_last_month_knows_every_running_contract(desk_folder: Path) -> None:
    desk = Desk.open(desk_folder)
    found = marginal_prices(desk.book, desk.population, date(2026, 10, 1))
    running = {one.contract_id for one in desk.population.contracts.values() if one.runs_on(date(2026, 10, 31))}
    known = {key for key in running if desk.population.contracts[key].tier}
    assert {one.contract_id for one in found} == known
    assert len(found) == len(known) * len(desk.book.dimensions)
    assert {one.price for one in found if one.dimension == "images"} >= {Decimal(0), Decimal("0.05")}
