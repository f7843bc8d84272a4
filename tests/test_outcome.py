"""The river: the same path for every book, differences by subtraction, groups on the baseline bill."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.scenario import overlaid
from lib.contracts import Contract, Reach
from lib.desk import Desk
from lib.outcome import (
    CustomerChange,
    Population,
    UsageCell,
    corrections,
    counts,
    difference,
    group_of,
    outcome,
    rate_usage,
)
from lib.rating import RatingError
from tests.test_contracts import NEW, OLD, small_book

REACH = {"stripe": Reach(60, "notice"), "aws": Reach(60, "new_entitlements")}
MAY = date(2026, 5, 1)
VERSIONS = (("a", 4, 259), ("b", 12, 269), ("c", 20, 279))


def population() -> Population:
    starter = Contract("k1", "c-0001", "stripe", "starter-monthly", "starter", "monthly", date(2026, 4, 20))
    lost = Contract("k2", "c-0002", "stripe", None, None, "monthly", date(2026, 4, 1))
    cells = (UsageCell("k1", "words", MAY, Decimal(15_050_000)), UsageCell("k2", "words", MAY, Decimal(1)))
    return Population({"k1": starter, "k2": lost}, cells)


def test_a_month_by_hand() -> None:
    # May and June: $299 on 20 May; 15,000,000 words over at $0.001 per 1,000 = $15.00; nothing for the unknown plan.
    lines = outcome([NEW], population(), (MAY, date(2026, 6, 1)), REACH)
    assert lines.revenue == Decimal("314.00")
    assert [line.status for line in lines.lines] == ["billed", "not_in_book", "rated", "not_in_book"]


def test_what_no_book_knows_is_kept_without_an_amount() -> None:
    lines = outcome([NEW], population(), (MAY, date(2026, 6, 1)), REACH).lines
    assert [line.amount for line in lines if line.contract.contract_id == "k2"] == [None, None]


def test_history_is_rated_with_the_book_of_its_time() -> None:
    # The contract began under the old book: its May and June periods are within the notice and cost $249.
    lines = outcome([NEW, OLD], population(), (MAY, date(2026, 7, 1)), REACH).lines
    assert [str(line.amount) for line in lines if line.kind == "base" and line.amount] == ["249.00", "249.00"]


def test_an_empty_overlay_changes_nothing_to_the_last_digit() -> None:
    window = (date(2026, 4, 1), date(2027, 4, 1))
    before = outcome([NEW], population(), window, REACH)
    assert outcome([overlaid(NEW, {}, "nothing")], population(), window, REACH).lines == before.lines


def test_a_difference_is_a_subtraction_per_customer() -> None:
    window = (MAY, date(2026, 6, 1))
    dearer = overlaid(NEW, {"plans": {"starter-monthly": {"list_price": 329}}}, "a test")
    changes = difference(outcome([NEW], population(), window, REACH), outcome([dearer], population(), window, REACH))
    assert [(c.customer_id, c.baseline, c.proposed, c.delta) for c in changes] == [
        ("c-0001", Decimal("314.00"), Decimal("344.00"), Decimal("30.00")),
        ("c-0002", Decimal(0), Decimal(0), Decimal(0)),
    ]


@pytest.mark.parametrize(
    ("baseline", "proposed", "group"),
    [
        (100, "94.99", "falls more than 5 %"),
        (100, "95", "falls up to 5 %"),
        (100, "99.89", "falls up to 5 %"),
        (100, "99.9", "unchanged"),
        (100, "100", "unchanged"),
        (100, "100.1", "unchanged"),
        (100, "100.11", "rises up to 5 %"),
        (100, "105", "rises up to 5 %"),
        (100, "110", "rises 5 to 10 %"),
        (100, "110.01", "rises 10 to 25 %"),
        (100, "125.01", "rises more than 25 %"),
        (0, "0", "unchanged"),
        (0, "5", "rises more than 25 %"),
        (0, "-5", "falls more than 5 %"),
        # a window with a credit alone: less of a credit is a rise
        (-100, "-98", "rises up to 5 %"),
        (-100, "50", "rises more than 25 %"),
        (-100, "-110", "falls more than 5 %"),
        (-100, "-100.1", "unchanged"),
    ],
)
def test_groups_are_formed_on_the_baseline_bill(baseline: int, proposed: str, group: str) -> None:
    assert group_of(CustomerChange("c", Decimal(baseline), Decimal(proposed))) == group


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000))))
def test_every_customer_is_in_exactly_one_group(pairs: list[tuple[int, int]]) -> None:
    changes = [CustomerChange("c", Decimal(was), Decimal(becomes)) for was, becomes in pairs]
    assert sum(counts(changes).values()) == len(pairs)


def test_usage_of_one_month_is_cumulated_before_it_is_rated() -> None:
    # Two halves of 50,500 words: 101,000 - 50,000 = 51,000 over at $0.001 per 1,000 = $0.051 → $0.05.
    rows = [("c", "words", MAY, Decimal(50_500)), ("c", "words", MAY, Decimal(50_500))]
    (line,) = rate_usage(NEW, "aws", "starter-monthly", rows)
    assert (line.charge.overage, line.charge.amount) == (Decimal(51_000), Decimal("0.05"))


def test_a_contract_that_spans_three_versions_has_one_book_per_line() -> None:
    """Versions of 4, 12 and 20 May, without notice; the contract is billed on the 8th and uses words in both months."""
    versions = [OLD, *(small_book(key, date(2026, 5, day), price) for key, day, price in VERSIONS)]
    running = Contract("k1", "c-0001", "stripe", "starter-monthly", "starter", "monthly", date(2025, 1, 8))
    begun = Contract("k2", "c-0002", "stripe", "starter-monthly", "starter", "monthly", date(2026, 5, 15))
    cells = tuple(
        UsageCell(key, "words", month, Decimal(1)) for key in ("k1", "k2") for month in (MAY, date(2026, 6, 1))
    )
    at_once = {"stripe": Reach(0, "notice")}
    lines = outcome(versions, Population({"k1": running, "k2": begun}, cells), (MAY, date(2026, 7, 1)), at_once).lines
    governed = [(line.contract.contract_id, line.kind, line.start_on.isoformat(), line.book_id) for line in lines]
    assert governed == [
        ("k1", "base", "2026-05-08", "a"),
        ("k1", "base", "2026-06-08", "c"),
        ("k2", "base", "2026-05-15", "b"),
        ("k2", "base", "2026-06-15", "c"),
        ("k1", "usage", "2026-05-01", "old"),
        ("k1", "usage", "2026-06-01", "c"),
        ("k2", "usage", "2026-05-01", "b"),
        ("k2", "usage", "2026-06-01", "c"),
    ]
    assert [str(line.amount) for line in lines if line.kind == "base"] == ["259.00", "279.00", "269.00", "279.00"]


def test_late_usage_is_booked_on_its_day_in_the_month_it_belongs_to() -> None:
    # 1,000,000 of 15,050,000 words came late: $15.00 less the $14.00 that were invoiced. The lost plan has no line.
    cells = tuple(replace(cell, late=min(cell.quantity, Decimal(1_000_000))) for cell in population().usage)
    (found,) = corrections([NEW], replace(population(), usage=cells), REACH, date(2026, 6, 20))
    correction = found.correction
    assert (correction.difference, correction.taken_as) == (Decimal("1.00"), "charged")
    assert (found.dimension, correction.month, correction.booked_on) == ("words", MAY, date(2026, 6, 20))


PER_PAYMENT = {
    "words": {
        "model": "percentage",
        "unit_size": 100,
        "bands": [{"from": 0, "unit_price": 2}],
        "per_event": {"fixed": "0.25", "free_events": 1},
    }
}


def test_each_row_of_a_file_is_an_event_to_a_price_that_looks_at_each() -> None:
    # The first payment is free; 30 and 50 pay 2 % and 25 cents each: 0.60 + 0.25 + 1.00 + 0.25
    book = overlaid(NEW, {"dimensions": PER_PAYMENT, "allowances": {"starter": {"words": 0}}}, "a test")
    rows = [("c", "words", MAY, Decimal(value)) for value in (20, 30, 50)]
    (line,) = rate_usage(book, "aws", "starter-monthly", rows)
    assert line.charge.amount == Decimal("2.10")
    assert [event.amount for event in line.charge.events] == [0, Decimal("0.85"), Decimal("1.25")]


def test_a_month_whose_events_nobody_has_is_refused_and_never_rated_as_one() -> None:
    book = overlaid(NEW, {"dimensions": PER_PAYMENT, "allowances": {"starter": {"words": 0}}}, "a test")
    with pytest.raises(RatingError, match="words is priced event by event, and only the sum of its month is known"):
        outcome([book], population(), (MAY, date(2026, 6, 1)), REACH)


def test_events_that_came_with_the_month_are_rated_one_by_one() -> None:
    book = overlaid(NEW, {"dimensions": PER_PAYMENT, "allowances": {"starter": {"words": 0}}}, "a test")
    everybody = population()
    month = replace(everybody.usage[0], quantity=Decimal(100), events=tuple(map(Decimal, (20, 30, 50))))
    lines = outcome([book], replace(everybody, usage=(month,)), (MAY, date(2026, 6, 1)), REACH).lines
    assert [line.amount for line in lines if line.kind == "usage"] == [Decimal("2.10")]


@pytest.mark.parametrize("scenario", [None, "images-at-six-cents"])
def test_every_line_of_the_sample_costs_what_its_explanation_says(desk_folder: Path, scenario: str | None) -> None:
    """Lines are billed together in whole numbers and explained one by one in decimals: two ways to one amount."""
    desk = Desk.open(desk_folder)
    found = desk.simulate(desk.scenario(scenario)).proposed if scenario else desk.baseline
    usage = [line for line in found.lines if line.charge]
    assert len(usage) > 10_000
    explained = [line.charge for line in usage]
    assert [(line.status, line.amount) for line in usage] == [(one.status, one.amount) for one in explained]
