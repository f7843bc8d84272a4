"""What a panel shows, counted: eighteen customers by hand, what must hold of any panel, and what is no evidence."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.forecast.counted import KNOWN, OFF, ON, UNEXPLAINED, Counted, counted
from lib.forecast.ladder import BANDS, RUNGS, TERMS, State, ladder
from lib.forecast.panel import CustomerMonth, Panel, PanelError, SetAside
from lib.periods import add_months
from lib.segments import LADDER, PERSONAS, SELLERS
from tests.conftest import ROOT

CASE = tomllib.loads((ROOT / "tests" / "cases" / "panel_moves.toml").read_text())
TOLD = CASE["expect"]
GRAPH = ladder(CASE["tiers"], CASE["rails"])


def customer(entry: Mapping[str, Any]) -> list[CustomerMonth]:
    found = []
    for seen in entry["seen"]:
        month, facts = seen["from"], {key: value for key, value in seen.items() if key not in ("from", "to", "mrr")}
        while month <= seen["to"]:
            found.append(CustomerMonth(customer_id=entry["id"], month=month, mrr=Decimal(seen["mrr"]), **facts))
            month = add_months(month, 1)
    return found


def hand_panel() -> Panel:
    rows = sorted((row for entry in CASE["customer"] for row in customer(entry)), key=lambda row: row.customer_id)
    return Panel(tuple(CASE["months"]), tuple(sorted(rows, key=lambda row: row.month)))


PANEL = hand_panel()
FOUND = counted(PANEL, GRAPH)


def filled(shape: tuple[int, ...], entries: Mapping[tuple[int, ...], int]) -> list[Any]:
    """Zeros, but where the case says otherwise."""
    array = np.zeros(shape)
    for place, value in entries.items():
        array[place] = value
    return array.tolist()  # type: ignore[no-any-return]


def test_customers_and_mrr_of_every_month_are_those_of_the_case() -> None:
    assert [len(PANEL.at(month)) for month in PANEL.months] == TOLD["customers"]
    sums = [sum(row.mrr for row in PANEL.at(month) if row.mrr is not None) for month in PANEL.months]
    assert sums == [Decimal(told) for told in TOLD["mrr"]]


def test_every_possible_move_is_seen_as_often_as_by_hand() -> None:
    seen = {
        (*GRAPH.states[move.source].__dict__.values(), *GRAPH.states[move.target].__dict__.values()): FOUND.moves[place]
        for place, move in enumerate(GRAPH.moves)
        if FOUND.moves[place]
    }
    assert seen == {(*told["from"], *told["to"]): told["seen"] for told in TOLD["moves"]}


def test_stays_are_those_by_hand() -> None:
    places = {(GRAPH.place[State(*told["state"])],): told["months"] for told in TOLD["stayed"]}
    assert FOUND.stayed.tolist() == filled(FOUND.stayed.shape, places)


@pytest.mark.parametrize("what", ["exposed", "left"])
def test_leaving_is_counted_by_persona_term_and_band(what: str) -> None:
    places = {
        (PERSONAS.index(told["persona"]), TERMS.index(told["term"]), BANDS.index(told["band"])): told[what]
        for told in TOLD["leaving"]
    }
    assert getattr(FOUND, what).tolist() == filled((len(PERSONAS), 2, 3), places)
    assert FOUND.left_mid_term == TOLD["left_mid_term"]


@pytest.mark.parametrize("what", ["arrivals", "returned"])
def test_who_came_is_counted_by_month_and_rung(what: str) -> None:
    places = {
        (CASE["months"].index(told["month"]) - 1, RUNGS.index(told["rung"])): told["customers"] for told in TOLD[what]
    }
    assert getattr(FOUND, what).tolist() == filled((TOLD["months"], 5), places)


def test_where_arrivals_landed_on_which_rail_and_which_sellers_they_are() -> None:
    landed = {
        (PERSONAS.index(told["persona"]), GRAPH.tiers.index(told["tier"]), TERMS.index(told["term"])): told["customers"]
        for told in TOLD["landed"]
    }
    assert FOUND.landed.tolist() == filled((len(PERSONAS), 4, 2), landed)
    rails = {
        (RUNGS.index(told["rung"]), GRAPH.rails.index(told["rail"])): told["customers"] for told in TOLD["on_rail"]
    }
    assert FOUND.on_rail.tolist() == filled((5, 2), rails)
    assert FOUND.sellers.tolist() == [TOLD["sellers"][seller] for seller in SELLERS]


def test_what_is_not_of_this_model_is_set_aside_with_its_reason() -> None:
    found = sorted((one.customer_id, one.month, one.reason) for one in FOUND.set_aside)
    assert found == sorted((told["id"], told["month"], told["why"]) for told in TOLD["set_aside"])


def test_what_was_known_in_march_is_the_first_part_of_the_whole() -> None:
    told = CASE["until_march"]
    known = counted(PANEL.until(told["month"]), GRAPH)
    sums = (known.moves, known.stayed, known.exposed[:, 0], known.exposed[:, 1], known.left, known.arrivals)
    names = ("moves_seen", "stayed", "exposed_monthly", "exposed_annual", "left", "arrivals")
    assert {name: array.sum() for name, array in zip(names, sums, strict=True)} == {name: told[name] for name in names}
    assert (known.months, len(known.set_aside)) == (told["months"], told["set_aside"])
    assert same(known + counted(PANEL.since(told["month"]), GRAPH), FOUND)


def same(one: Counted, other: Counted) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Counted)]
    return all(
        np.array_equal(first, second) if isinstance(first, np.ndarray) else first == second for first, second in pairs
    )


def test_without_a_history_nobody_is_seen_moving_or_staying_and_the_rest_is_counted() -> None:
    found = counted(replace(PANEL, lacks_history=True), GRAPH)
    assert found.moves.sum() == found.stayed.sum() == 0
    assert found.lacks_history and not FOUND.lacks_history
    assert np.array_equal(found.left, FOUND.left) and np.array_equal(found.arrivals, FOUND.arrivals)


def test_a_change_that_the_history_does_not_explain_is_no_climb() -> None:
    climb = ("c-02", date(2026, 4, 1))
    found = counted(replace(PANEL, unexplained=frozenset([climb])), GRAPH)
    assert (*climb, UNEXPLAINED) in {(one.customer_id, one.month, one.reason) for one in found.set_aside}
    assert found.moves.sum() == FOUND.moves.sum() - 1 and found.stayed.sum() == FOUND.stayed.sum()


def test_a_tier_that_the_ladder_lacks_is_refused() -> None:
    with pytest.raises(PanelError, match="c-01 is not_on_aws on starter by stripe, and the ladder has no such place"):
        counted(PANEL, ladder(["accelerate"], ["stripe", "aws"]))


# What must hold of any panel.

FIRST = date(2025, 11, 1)
MONTHS = tuple(add_months(FIRST, number) for number in range(5))
HERE = st.builds(
    CustomerMonth,
    customer_id=st.just(""),
    month=st.just(FIRST),
    persona=st.sampled_from(PERSONAS),
    tier=st.sampled_from(GRAPH.tiers),
    rail=st.sampled_from(GRAPH.rails),
    is_annual=st.booleans(),
    renews_in=st.integers(0, 11),
    years=st.integers(0, 4),
    mrr=st.just(Decimal(1)),
)
LIVES = st.lists(st.lists(st.one_of(st.none(), st.just("aside"), HERE, HERE), min_size=5, max_size=5), max_size=8)


def lived(lives: list[list[Any]]) -> Panel:
    rows, aside = [], []
    for month_number, month in enumerate(MONTHS):
        for number, life in enumerate(lives):
            if life[month_number] == "aside":
                aside.append(SetAside(f"c-{number}", month, "no tier"))
            elif life[month_number]:
                rows.append(replace(life[month_number], customer_id=f"c-{number}", month=month))
    return Panel(MONTHS, tuple(rows), tuple(aside))


@given(lives=LIVES)
def test_every_customer_month_stayed_moved_left_or_was_set_aside(lives: list[list[Any]]) -> None:
    panel, found = lived(lives), counted(lived(lives), GRAPH)
    at_risk = sum(len(panel.at(month)) for month in MONTHS[:-1])
    aside = sum(one.reason != ON for one in found.set_aside)
    moved = found.moves.sum() - found.passed
    assert found.stayed.sum() + moved + found.left.sum() + aside == at_risk
    assert (found.left <= found.exposed).all() and found.left_mid_term <= found.left[:, 1].sum()


@given(lives=LIVES)
def test_arrivals_less_those_who_left_are_the_change_of_customers(lives: list[list[Any]]) -> None:
    panel, found = lived(lives), counted(lived(lives), GRAPH)
    on, off = (sum(one.reason == reason for one in found.set_aside) for reason in (ON, OFF))
    change = len(panel.at(MONTHS[-1])) - len(panel.at(MONTHS[0]))
    assert found.arrivals.sum() - found.left.sum() + on - off == change
    assert (found.returned <= found.arrivals).all()
    assert found.arrivals.sum() == found.landed.sum() == found.on_rail.sum()


@given(lives=LIVES, cut=st.sampled_from(MONTHS))
def test_counting_until_a_month_and_from_it_on_gives_the_whole(lives: list[list[Any]], cut: date) -> None:
    panel = lived(lives)
    assert same(counted(panel.until(cut), GRAPH) + counted(panel.since(cut), GRAPH), counted(panel, GRAPH))


@given(lives=LIVES, cut=st.sampled_from(MONTHS[:-1]))
def test_what_comes_later_changes_nothing_that_was_counted(lives: list[list[Any]], cut: date) -> None:
    kept = MONTHS.index(cut) + 1
    without = lived([[*life[:kept], *[None] * (len(MONTHS) - kept)] for life in lives])
    assert same(counted(lived(lives).until(cut), GRAPH), counted(without.until(cut), GRAPH))


def test_every_persona_that_becomes_known_is_set_aside_and_no_climb() -> None:
    row = CustomerMonth("a", MONTHS[0], "unknown", "starter", "stripe", False, 0, 0, None)
    for persona in (one for personas in LADDER.values() for one in personas):
        then = replace(row, month=MONTHS[1], persona=persona)
        found = counted(Panel(MONTHS[:2], (row, then)), GRAPH)
        assert [one.reason for one in found.set_aside] == [KNOWN]
        assert found.moves.sum() == found.stayed.sum() == found.sellers.sum() == 0
