"""The search over the desk's own sample: what it estimates, what it shows of a proposal, and how it stops."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lib.__main__ import main
from lib.catalog.allowance import Allowance
from lib.catalog.edits import changes_of
from lib.catalog.price import Band
from lib.catalog.scenario import Scenario, overlaid
from lib.contracts import Offer
from lib.costs import costs, margins, marketplace_fees
from lib.desk import PAST, Desk, Ready, Searched, ready, search_prices, search_settings
from lib.desk.searching import search_problem
from lib.kernel.cube import Segment, Used, cube, joined
from lib.outcome import GROUPS, Outcome, outcome
from lib.search import Problem
from lib.search.prices import overlay_of

D = Decimal
MIDDLE = GROUPS.index("unchanged")


def nothing(desk: Desk) -> Scenario:
    return Scenario("a test", "a test", "", "", desk.book.id, None, {})


def held(desk: Desk, months: int = 12) -> Ready:
    return ready(desk, nothing(desk), months, PAST)


@pytest.fixture(scope="module")
def made(desk: Desk) -> Problem:
    return search_problem(desk, held(desk), search_settings(desk))


@pytest.fixture(scope="module")
def found(desk: Desk) -> Searched:
    return search_prices(desk, 12)


def by_customer(rated: Outcome) -> tuple[dict[str, Decimal], Counter[str]]:
    amounts: dict[str, Decimal] = {}
    for line in rated.lines:
        name = line.contract.customer_id
        amounts[name] = amounts.get(name, D(0)) + (line.amount or 0)
    return amounts, Counter(line.contract.customer_id for line in rated.lines)


def assert_estimated(made: Problem, prices: np.ndarray, rated: Outcome) -> None:
    """Nobody's estimated bill is further from the exact one than half a cent a line, private offers included."""
    (bills,) = made.bills(prices)
    exact, lines = by_customer(rated)
    assert set(made.world.customers) <= set(exact)
    assert not [name for name in set(exact) - set(made.world.customers) if exact[name]]
    for name, bill in zip(made.world.customers, bills, strict=True):
        assert abs(bill - float(exact[name])) <= 0.005 * lines[name] + 1e-6, name


# What it estimates


def test_everybody_s_baseline_is_estimated_to_half_a_cent_a_line(desk: Desk, made: Problem) -> None:
    assert_estimated(made, made.world.baseline, desk.baseline)


def test_everybody_s_bill_under_other_prices_is_estimated_to_half_a_cent_a_line(desk: Desk, made: Problem) -> None:
    moves = ("1.07", "0.96", "0.91", "0.88", "1.2", "1.19", "1.21", "0.83", "1.13", "0.77")
    values = [price.baseline * D(move) for price, move in zip(made.prices, moves, strict=True)]
    book = overlaid(desk.book, overlay_of(desk.book, made.prices, values), "a candidate")
    rated = outcome([book], desk.population, desk.window, desk.reach)
    assert_estimated(made, np.array([float(value) for value in values]), rated)


def test_over_two_years_too(desk: Desk) -> None:
    over = held(desk, 24)
    made = search_problem(desk, over, search_settings(desk))
    assert over.prepared.window == (date(2024, 11, 1), date(2026, 11, 1))
    rated = outcome([desk.book], desk.population, over.prepared.window, desk.reach)
    assert_estimated(made, made.world.baseline, rated)


def test_what_an_offer_agreed_for_itself_stays_whatever_the_list_says(desk: Desk) -> None:
    """Offers with bands of their own, a minimum, or neither: only what they leave to the list moves."""
    population = desk.population
    keys = [key for key, one in population.contracts.items() if one.offer][:3]
    bands = (Band(D(0), D("0.11")),)
    own = [
        Offer("own bands", D(90_000), {"images": Allowance.of(10)}, {"images": bands}),
        Offer("a minimum", D(90_000), {"images": Allowance.of(10)}, monthly_minimum=D(5_000)),
        Offer("an allowance", D(90_000), {"images": Allowance.of(10)}),
    ]
    contracts = {
        **population.contracts,
        **{key: replace(population.contracts[key], offer=offer) for key, offer in zip(keys, own, strict=True)},
    }
    changed = replace(desk.__class__.at(desk.warehouse.path), as_of=desk.as_of)
    changed.__dict__["population"] = replace(population, contracts=contracts)
    made = search_problem(changed, held(changed), search_settings(changed))
    values = [price.baseline * D("1.1") for price in made.prices]
    book = overlaid(desk.book, overlay_of(desk.book, made.prices, values), "a candidate")
    rated = outcome([book], changed.population, desk.window, desk.reach)
    minimum = population.contracts[keys[1]].customer_id
    (bills,) = made.bills(np.array([float(value) for value in values]))
    exact, lines = by_customer(rated)
    today, _ = by_customer(outcome([desk.book], changed.population, desk.window, desk.reach))
    for name, bill in zip(made.world.customers, bills, strict=True):
        expected = today[name] if name == minimum else exact[name]  # a minimum is estimated as it is today
        assert abs(bill - float(expected)) <= 0.005 * lines[name] + 1e-6, name


def test_margin_and_infrastructure_are_those_of_the_recorded_costs(desk: Desk, made: Problem) -> None:
    known = costs(desk.warehouse.rows("unit_cost"), desk.warehouse.rows("spend_month"), desk.book.product)
    total = margins(desk.baseline, desk.population.usage, known, desk.window, "acquisition").total
    values = made.evaluated(made.world.baseline[None, :]).values[0]
    measured = dict(zip([one.name for one in made.constraints], values, strict=True))
    assert measured["gross_margin"] == pytest.approx(float(total.after_infrastructure_rate), abs=1e-6)
    assert measured["infrastructure_share"] == pytest.approx(float(total.infrastructure_rate), abs=1e-6)


def test_the_fee_is_a_cost_where_the_book_says_so_of_private_offers_too(desk: Desk) -> None:
    read = desk.__class__.at(desk.warehouse.path)
    read.__dict__["book"] = overlaid(desk.book, {"settings": {"marketplace_fee": "revenue"}}, "a test")
    made = search_problem(read, held(read), search_settings(read))
    known = costs(desk.warehouse.rows("unit_cost"), desk.warehouse.rows("spend_month"), desk.book.product)
    kept = marketplace_fees(desk.baseline.lines, desk.rails, {})
    total = margins(desk.baseline, desk.population.usage, known, desk.window, "revenue", kept).total
    values = made.evaluated(made.world.baseline[None, :]).values[0]
    measured = dict(zip([one.name for one in made.constraints], values, strict=True))
    assert float(total.after_infrastructure_rate) < 0.85  # and 0.86 without the fee
    assert measured["gross_margin"] == pytest.approx(float(total.after_infrastructure_rate), abs=1e-5)


def test_cubes_join_without_losing_a_cell() -> None:
    """Two months of a, one of b in another cube: 2 + 3 used in January, 5 in February, each still its owner's."""
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    starter = Segment("aws", "starter")
    first = cube([Used("b", "1", starter, february, "images", D(5)), Used("b", "1", starter, january, "words", D(2))])
    second = cube([Used("a", "2", starter, january, "images", D("3.0000000000001"))])
    whole = joined([first, second])
    assert (whole.customers, whole.months) == (("a", "b"), (january, february))
    cells = {
        (whole.customers[whole.customer_of[place]], whole.months[whole.month_of[place]], one.dimension)
        for one in whole.cells
        for place in [*one.places.tolist(), *(place for place, _ in one.beyond)]
    }
    assert cells == {("b", february, "images"), ("b", january, "words"), ("a", january, "images")}
    assert whole.size == 3
    assert joined([]).size == 0


# What it shows


@pytest.mark.parametrize("at", [0, -1], ids=["the first", "the last"])
def test_every_number_of_a_proposal_is_that_of_the_simulation(desk: Desk, found: Searched, at: int) -> None:
    one = found.shortlist[at]
    changes = changes_of(desk.book, one.edits)
    slow = desk.simulate(replace(nothing(desk), changes=changes))
    proposed = overlaid(desk.book, changes, "a test")
    assert proposed.list_price("stripe", "starter-monthly") == one.prices["starter-monthly"]
    assert proposed.price("aws", "images").bands[0].unit_price == one.prices["images, band 1"]
    assert (slow.delta, slow.moved) == (one.could_usd, one.moved_usd)
    groups = list(slow.groups.values())
    assert (sum(groups[MIDDLE + 1 :]), sum(groups[:MIDDLE])) == (one.pay_more, one.pay_less)
    rises = [Fraction(change.delta) / Fraction(change.baseline) for change in slow.customers if change.baseline]
    assert float(one.sharpest_rise or 0) == pytest.approx(float(max(rises)), rel=1e-12)
    assert slow.baseline.revenue == found.baseline_usd == D("5451797.64")
    assert abs(one.estimate_usd - float(one.could_usd)) <= 0.01 * len(slow.baseline.lines)


def test_what_the_limits_on_bills_ask_is_kept_exactly_by_every_proposal(desk: Desk, found: Searched) -> None:
    assert not [one.breaks for one in found.shortlist if one.breaks]
    assert found.answer.excluded is None and not found.answer.undecided
    assert all(one.sharpest_rise is None or one.sharpest_rise <= D("0.25") for one in found.shortlist)


def test_a_limit_that_exact_bills_break_is_named(desk: Desk, found: Searched, made: Problem) -> None:
    from lib.desk.searching import rated

    stricter = [replace(limit, limit=D("0.01")) for limit in made.settings.limits if limit.kind == "customers_up"]
    strict = replace(made, settings=replace(made.settings, limits=tuple(stricter)))
    assert rated(held(desk), strict, found.answer.shortlist[0]).breaks == ("customers_up 10.0%", "customers_up 20.0%")


def test_the_same_seed_finds_the_same_to_the_last_digit(desk: Desk, found: Searched) -> None:
    again = search_prices(desk, 12)
    assert (again.answer, again.shortlist) == (found.answer, found.shortlist)
    assert again.manifest.fingerprint == found.manifest.fingerprint
    assert found.manifest.seed == found.settings.run.seed == 20261120


def test_a_search_that_is_told_to_stop_is_a_part_and_says_of_how_many(desk: Desk) -> None:
    told: list[float] = []
    found = search_prices(desk, 12, lambda share: told.append(share) or len(told) < 3)
    assert found.answer.stopped and len(told) == 3
    # The baseline, and three batches of 256, of the cloud, its children, clean lists and looks behind limits.
    assert found.answer.evaluations == 1 + 3 * 256
    assert found.answer.planned >= 2 * 4096
    assert found.shortlist == () and all(one.gain is None for one in found.answer.binding)


# The command line


def test_the_command_line_says_what_the_desk_finds(
    desk: Desk, found: Searched, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--snapshots", str(Path(desk.warehouse.path).parent.parent)]
    assert main(["search", "--json", *where]) == 0
    document = json.loads(capsys.readouterr().out)
    assert next(iter(document)) == "manifest" and document["manifest"]["seed"] == 20261120
    assert [one["could_usd"] for one in document["shortlist"]] == [str(one.could_usd) for one in found.shortlist]
    assert document["evaluations"] == found.answer.evaluations
    assert main(["search", *where]) == 0
    told = capsys.readouterr().out
    assert "no single best price" in told and f"list 1: {found.shortlist[0].edits}" in told
