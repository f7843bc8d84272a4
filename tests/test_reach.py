"""Whom a price change reaches, when, and what holds the rest: the desk against worlds worked out by hand."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from lib import rails
from lib.catalog.allowance import Allowance
from lib.catalog.book import Book, parse
from lib.catalog.rollout import parse_rollout
from lib.catalog.scenario import OVERLAID, Scenario, overlay
from lib.contracts import REPRICED, STATES, Contract, MultiYear, Offer, Reach
from lib.desk.simulation import Run, dated, layer, run
from lib.outcome import Line, Population, UsageCell, outcome
from tests.conftest import ROOT, cases

RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
REACH = {key: Reach(rail.notices[0].days, rail.dimension_rate_reach) for key, rail in RAILS.items()}
GIVEN = ("started_on", "ended_on", "end_reason", "customer_since")
NOTHING_MOVES = "-"


@pytest.fixture(scope="module")
def book() -> Book:
    text = (ROOT / "tests" / "cases" / "reach.toml").read_text()
    return parse(tomllib.loads(text, parse_float=Decimal)["book"])


@pytest.mark.parametrize("case", cases("reach"))
def test_every_line_with_its_three_amounts_and_what_holds_it(case: dict[str, Any], book: Book) -> None:
    assert Counter(found(case, book)) == Counter(map(tuple, case["lines"]))


@pytest.mark.parametrize("case", cases("reach"))
def test_the_parts_are_those_of_the_lines(case: dict[str, Any], book: Book) -> None:
    _, parts = simulated(case, book)
    written = [(state, *map(Decimal, three)) for _, _, _, state, *three in case["lines"]]
    assert parts.parts.by_state == in_states(written)
    assert parts.parts.did == sum(did - was for _, was, _, did in written)
    assert parts.parts.could == sum(could - was for _, was, could, _ in written)


@pytest.mark.parametrize("case", [case for case in cases("reach") if "mrr" in case.values[0]])
def test_recurring_revenue_waits_for_what_its_next_period_waits_for(case: dict[str, Any], book: Book) -> None:
    for name, contract, state, *three in case["mrr"]:
        alone = case | {"contracts": [one for one in case["contracts"] if one["id"] == contract], "usage": []}
        month = date.fromisoformat(f"{name}-01")
        row = next(row for row in simulated(alone, book)[1].recurring if row.month == month)
        was, could, did = map(Decimal, three)
        assert (row.baseline, row.could, row.did) == (was, could, did)
        assert row.by_state == in_states([(state, was, could, did)])


def in_states(lines: Iterable[tuple[str, Decimal, Decimal, Decimal]]) -> dict[str, Decimal]:
    """The difference by state: what moved is repriced, the rest belongs to the state that holds it."""
    sums = Counter(dict.fromkeys(STATES, Decimal(0)))
    for state, was, could, did in lines:
        sums[REPRICED] += did - was
        sums[REPRICED if state == NOTHING_MOVES else state] += could - did
    return dict(sums)


def simulated(case: dict[str, Any], book: Book) -> tuple[tuple[Line, ...], Run]:
    """The baseline's lines, and the run of the case's scenarios over them."""
    window, population = tuple(case["window"]), Population(contracts(case), cells(case))
    scenarios = dated([scenario(document) for document in case["scenario"]], window)
    layers = [layer(one, partial(laid_over, one), RAILS) for one in scenarios]
    baseline = outcome([book], population, window, REACH)
    return baseline.lines, run(baseline, book, layers, population, window, REACH)


def laid_over(over: Scenario, book: Book) -> Book:
    return overlay(book, over)


def found(case: dict[str, Any], book: Book) -> list[tuple[Any, ...]]:
    """Every line of the run as the table writes it."""
    baseline, ran = simulated(case, book)
    rows = zip(baseline, ran.proposed.lines, ran.reached.lines, strict=True)
    return [written(did, [str(line.amount) for line in (was, could, did)]) for was, could, did in rows]


def written(line: Line, three: list[str]) -> tuple[Any, ...]:
    day = line.period.due_on if line.period else line.month
    state = line.state if len(set(three)) > 1 else NOTHING_MOVES
    return (line.contract.contract_id, line.dimension or line.kind, day, state, *three)


def contracts(case: dict[str, Any]) -> dict[str, Contract]:
    return {row["id"]: contract(row) for row in case["contracts"]}


def contract(row: dict[str, Any]) -> Contract:
    tier, _, term = row["plan"].partition("-")
    return Contract(
        row["id"],
        row["customer"],
        row["rail"],
        row["plan"],
        tier,
        term,
        offer=offer(row["offer"]) if "offer" in row else None,
        about={"persona": row["persona"]} if "persona" in row else {},
        **{key: row[key] for key in GIVEN if key in row},
    )


def offer(row: dict[str, Any]) -> Offer:
    return Offer(
        "offer-1",
        Decimal(row["price"]) if "price" in row else None,
        {name: Allowance("quantity", Decimal(free)) for name, free in row.get("allowances", {}).items()},
        monthly_minimum=Decimal(row["monthly_minimum"]) if "monthly_minimum" in row else None,
        multi_year=MultiYear(row["years"], Decimal(row["discount"])) if "discount" in row else None,
    )


def cells(case: dict[str, Any]) -> tuple[UsageCell, ...]:
    return tuple(UsageCell(key, name, month, Decimal(used)) for key, name, month, used in case.get("usage", ()))


def scenario(document: dict[str, Any]) -> Scenario:
    changes = {key: document[key] for key in OVERLAID if key in document}
    rollout = parse_rollout(document)
    return Scenario("small", "Small", "a hand", "a case", "small", document["effective"], changes, rollout=rollout)
