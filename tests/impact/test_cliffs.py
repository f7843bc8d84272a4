"""Cliffs: less for more, by hand; none in a graduated book; and the next tier through the same path."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import Allowance
from lib.catalog.price import Band, EventTerms, Price
from lib.catalog.scenario import overlaid
from lib.desk import Desk
from lib.impact.cliffs import (
    BY_OFFER,
    NO_NEXT,
    NO_PRICE,
    Cliffs,
    cliffs,
    new_cliffs,
    tier_choices,
    unit_cliffs,
)
from lib.outcome import Line, Population, UsageCell, outcome
from lib.rating import rate
from tests.conftest import cases
from tests.impact.people import JULY, REACH, WINDOW, alone, changed, contract, run
from tests.specification import current

VOLUME = {"settings": {"bands": "volume"}}
SPRING = (date(2026, 5, 1), date(2026, 8, 1))
AMOUNTS = st.integers(0, 10_000).map(lambda number: Decimal(number) / 1000)


@pytest.mark.parametrize("case", cases("impact", "unit_cliff"))
def test_more_costs_less_where_the_comment_says(case: dict[str, Any]) -> None:
    book = changed({"settings": {"bands": case.get("bands", "volume")}})
    found = unit_cliffs(run(book, alone({"usage": {"words": case["used"]}}, JULY)).lines)
    told = [{"cheapest": int(one.cheapest), "gap": str(one.gap), "is_next": one.is_next} for one in found]
    assert told == ([case["expect"]] if "expect" in case else [])


@given(
    starts=st.lists(st.integers(1, 400), max_size=3, unique=True).map(sorted),
    prices=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=4, max_size=4),
    unit=st.sampled_from([1, 10, 1000]),
    thresholds=st.sampled_from(["overage", "usage"]),
    parts=st.sampled_from(["exact", "up", "down"]),
    included=st.integers(0, 200),
    used=st.lists(st.integers(0, 900), min_size=1, max_size=8),
)
def test_a_graduated_book_has_no_unit_cliff(
    starts: list[int],
    prices: list[tuple[Decimal, Decimal]],
    unit: int,
    thresholds: str,
    parts: str,
    included: int,
    used: list[int],
) -> None:
    bands = tuple(Band(Decimal(start), *pair) for start, pair in zip([0, *starts], prices, strict=False))
    price = Price(bands, unit_size=Decimal(unit), thresholds=thresholds, part_units=parts)
    assert unit_cliffs(lines_at(price, Allowance.of(included), used)) == ()


@given(
    starts=st.lists(st.integers(1, 60), min_size=1, max_size=3, unique=True).map(sorted),
    prices=st.lists(AMOUNTS, min_size=4, max_size=4),
    thresholds=st.sampled_from(["overage", "usage"]),
    included=st.integers(0, 30),
    used=st.integers(0, 100),
)
def test_a_volume_cliff_is_what_trying_every_quantity_finds(
    starts: list[int], prices: list[Decimal], thresholds: str, included: int, used: int
) -> None:
    """Beyond the last band a line never falls, so a hundred quantities further on are all there is to try."""
    bands = tuple(Band(Decimal(start), one) for start, one in zip([0, *starts], prices, strict=False))
    price, allowance = Price(bands, "volume", thresholds=thresholds), Allowance.of(included)
    costs = [rate(price, allowance, Decimal(one)).amount or Decimal(0) for one in range(used, 201)]
    found = unit_cliffs(lines_at(price, allowance, [used]))
    assert sum(one.gap for one in found) == costs[0] - min(costs)
    assert any(one.is_next for one in found) == (costs[1] < costs[0])


def lines_at(price: Price, allowance: Allowance, used: list[int]) -> list[Line]:
    """Months of images on Starter, at one price and allowance."""
    book = current()
    priced = replace(
        book,
        prices={**book.prices, ("stripe", "images"): price},
        allowances={**book.allowances, "starter": {"images": allowance}},
    )
    kept = [alone({"usage": {"images": one}}, JULY) for one in used]
    return [line for people in kept for line in run(priced, people).lines]


def test_a_maximum_is_looked_at_alone_and_an_event_not_at_all() -> None:
    volume = Price((Band(Decimal(0), Decimal(1)), Band(Decimal(10), Decimal("0.5"))), "volume")
    capped, nothing = replace(volume, maximum=Decimal(8)), Allowance.of(0)
    # Ten at 1 are 10, at most 8; eleven at 0.5 are 5.50.
    (found,) = unit_cliffs(lines_at(capped, nothing, [10]))
    assert (found.gap, found.cheapest, found.is_next) == (Decimal("2.50"), 11, True)
    per_event = Price((Band(Decimal(0), Decimal(1)),), "percentage", Decimal(100), per_event=EventTerms())
    (cell,) = alone({"usage": {"images": 5}}, JULY).usage
    people = Population({"k1": contract({})}, (replace(cell, events=(Decimal(5),)),))
    book = replace(current(), prices={**current().prices, ("stripe", "images"): per_event})
    assert unit_cliffs(run(book, people).lines) == ()


@pytest.mark.parametrize("case", cases("impact", "tier_cliff"))
def test_the_next_tier_costs_what_the_comment_says(case: dict[str, Any]) -> None:
    months = [date(2026, month, 1) for month in (5, 6, 7)]
    people = alone({**case, "usage": {"gtm_workflows": case["workflows"]}}, *months)
    ((choice,), _) = tier_choices(current(), people, SPRING, REACH, run(current(), people, SPRING).lines)
    found = {
        "stays": str(choice.stays),
        "moves": str(choice.moves),
        "gap": str(choice.gap),
        "months": choice.months,
        "cheaper": choice.cheaper_months,
    }
    assert found == case["expect"]


def test_what_cannot_be_compared_is_counted_by_its_reason() -> None:
    kept = [
        contract({"plan": "command_plus-monthly"}, "k1"),
        contract({"plan": "accelerate-annual", "offer": {"price": 12_000}}, "k2"),
        contract({}, "k3"),
        replace(contract({}, "k4"), plan_key=None, tier=None),
    ]
    unserved = UsageCell("k3", "video_minutes", JULY, Decimal(5))
    people = Population({one.contract_id: one for one in kept}, (unserved,))
    found = cliffs(current(), people, WINDOW, REACH, run(current(), people).lines)
    assert found.choices == () and found.rate is None and found.gap == 0
    assert found.not_compared == {NO_NEXT: 1, BY_OFFER: 1, NO_PRICE: 1}


def test_the_rate_counts_customers_and_the_gap_adds_their_dollars() -> None:
    # Two customers, one of them 25 a month above the next tier.
    kept = {key: contract({}, key, customer) for key, customer in (("k1", "c-1"), ("k2", "c-2"))}
    cells = (UsageCell("k1", "gtm_workflows", JULY, Decimal(250)), UsageCell("k2", "words", JULY, Decimal(1)))
    people = Population(kept, cells)
    found = cliffs(current(), people, WINDOW, REACH, run(current(), people).lines)
    assert (found.rate, found.gap, found.customers) == (Decimal("0.5"), Decimal("25.00"), {"c-1"})


def test_a_new_cliff_is_one_that_was_not_there() -> None:
    people = alone({"usage": {"words": 150_000, "gtm_workflows": 250}}, JULY)
    dearer = changed({"settings": {"bands": "volume"}, "plans": {"accelerate-monthly": {"list_price": 1490}}})
    was, becomes = (cliffs(book, people, WINDOW, REACH, run(book, people).lines) for book in (current(), dearer))
    found = new_cliffs(was, becomes)
    assert [one.dimension for one in found.units] == ["words"]
    assert (was.tiers[0].gap, becomes.tiers[0].gap, found.tiers) == (Decimal("25.00"), Decimal("34.00"), ())
    assert new_cliffs(Cliffs((), (), {}), becomes).tiers == becomes.tiers


def test_the_sample_has_unit_cliffs_by_volume_and_none_today(desk_folder: Path) -> None:
    desk = Desk.open(desk_folder)
    assert unit_cliffs(desk.baseline.lines) == ()
    volume = outcome([overlaid(desk.book, VOLUME, "a test")], desk.population, desk.window, desk.reach)
    found = unit_cliffs(volume.lines)
    assert found and {one.dimension for one in found} == {"words"}
    for one in found[::20]:
        line = next(line for line in volume.lines if is_at(line, one.contract_id, one.month))
        assert line.used
        cheapest = replace(line.used, quantity=one.cheapest).charge.amount
        assert line.amount is not None and cheapest is not None and line.amount - cheapest == one.gap


def is_at(line: Line, contract_id: str, month: date) -> bool:
    return (line.contract.contract_id, line.dimension, line.month) == (contract_id, "words", month)
