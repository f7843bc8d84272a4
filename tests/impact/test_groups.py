"""Winners and losers by group: a table by hand, groups formed on the baseline, totals that are the direct totals."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.contracts import Contract
from lib.desk import Desk
from lib.impact.groups import (
    UNKNOWN,
    Facts,
    Grouping,
    by_tenure,
    by_words,
    facts_of,
    quantiles,
    table,
    tables,
)
from lib.impact.settings import parse_settings
from lib.outcome import CustomerChange, Population
from tests.conftest import ROOT, cases

SETTINGS = parse_settings((ROOT / "data" / "impact.toml").read_text())
MONEY = st.integers(0, 100_000).map(lambda cents: Decimal(cents) / 100)
CHANGES = st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=40).map(
    lambda pairs: [CustomerChange(f"c-{number}", *pair) for number, pair in enumerate(pairs)]
)
DIGITS = Decimal("0.0000000001")


@pytest.mark.parametrize("case", cases("impact", "groups"))
def test_the_table_does_the_sums_in_the_comment(case: dict[str, Any]) -> None:
    changes = [CustomerChange(one["id"], Decimal(one["was"]), Decimal(one["becomes"])) for one in case["customers"]]
    found = table(changes, by_words({one["id"]: one["tier"] for one in case["customers"]}), fewest=3)
    rows = {row.name: row for row in (*found.rows, found.everybody)}
    assert rows.keys() == case["expect"].keys()
    for name, expected in case["expect"].items():
        row = rows[name]
        for count in ("customers", "up", "down", "unchanged"):
            assert getattr(row, count) == expected[count], (name, count)
        amounts = {"change": row.change, "mean": row.mean_change, "rate": row.rate, "share": row.share_of_change}
        for word, amount in amounts.items():
            assert amount is not None and abs(amount - Decimal(expected[word])) < DIGITS, (name, word)
        assert row.is_small == (expected["customers"] < 3)


def test_equal_bills_stay_together_and_groups_are_formed_on_the_baseline() -> None:
    # 10, 20, 20, 20, 50, 60 in three groups of two: the second 20 begins in the first group, and takes all three along.
    bills = [10, 20, 20, 20, 50, 60]
    changes = [CustomerChange(str(place), Decimal(was), Decimal(1000 - was)) for place, was in enumerate(bills)]
    found = quantiles(changes, 3)
    assert [found.of[str(place)] for place in range(6)] == ["1 of 3", *["1 of 3"] * 3, "3 of 3", "3 of 3"]
    assert [row.name for row in table(changes, found, 5).rows] == ["1 of 3", "3 of 3"]


def test_tenure_is_counted_in_whole_months() -> None:
    on = date(2026, 11, 1)
    since = {
        "new": date(2026, 8, 2),  # two months and thirty days
        "three": date(2026, 8, 1),
        "year": date(2025, 11, 1),
        "old": date(2024, 1, 1),
        "later": date(2026, 12, 1),
        "nobody knows": None,
    }
    found = by_tenure(since, on, [3, 12, 24])
    assert found.of == {
        "new": "0 to 2 months",
        "three": "3 to 11 months",
        "year": "12 to 23 months",
        "old": "24 months and more",
        "later": "0 to 2 months",
        "nobody knows": UNKNOWN,
    }
    assert found.names == ("0 to 2 months", "3 to 11 months", "12 to 23 months", "24 months and more", UNKNOWN)


def test_facts_are_the_newest_contracts_and_the_first_ones_day() -> None:
    old = Contract("k1", "c", "stripe", "starter-monthly", "starter", "monthly", date(2025, 1, 5), date(2026, 1, 5))
    new = Contract("k2", "c", "aws", "accelerate-monthly", "accelerate", "monthly", date(2026, 1, 5))
    to_come = Contract("k3", "c", "aws", "starter-monthly", "starter", "monthly", date(2026, 12, 1))
    people = Population({one.contract_id: one for one in (old, new, to_come)}, ())
    assert facts_of(people, date(2026, 11, 1), {"c": "aws_partner"}, {}) == {
        "c": Facts("accelerate", "aws", "aws_partner", None, date(2025, 1, 5))
    }


def test_whoever_no_grouping_knows_is_in_a_group_of_their_own() -> None:
    changes = [CustomerChange("a", Decimal(1), Decimal(2)), CustomerChange("b", Decimal(1), Decimal(1))]
    found = table(changes, Grouping(("one",), {"a": "one"}), 5)
    assert [(row.name, row.customers) for row in found.rows] == [("one", 1), (UNKNOWN, 1)]


def test_where_nothing_changes_there_is_no_share_of_it() -> None:
    found = table([CustomerChange("a", Decimal(0), Decimal(0))], by_words({"a": "x"}), 5)
    assert (found.everybody.share_of_change, found.everybody.rate) == (None, None)
    nobody = table([], by_words({}), 5)
    assert (nobody.rows, nobody.everybody.customers, nobody.everybody.mean_change) == ((), 0, 0)
    assert quantiles([], 5).of == {}


def test_a_group_with_nothing_but_credits_rises_where_less_is_given_back() -> None:
    # -100 and -60 become -90 and -38: together -160, and 32 more: + 20 %
    pairs = ((-100, -90), (-60, -38))
    changes = [CustomerChange(str(was), Decimal(was), Decimal(becomes)) for was, becomes in pairs]
    everybody = table(changes, by_words({}), 5).everybody
    assert (everybody.rate, everybody.up, everybody.down) == (Decimal("0.2"), 2, 0)


@given(CHANGES, st.integers(2, 10))
def test_groups_add_up_to_the_direct_total(changes: list[CustomerChange], parts: int) -> None:
    found = table(changes, quantiles(changes, parts), 5)
    everybody = found.everybody
    assert everybody.change == sum(one.proposed for one in changes) - sum(one.baseline for one in changes)
    for name in ("customers", "up", "down", "unchanged", "change", "baseline", "proposed"):
        assert sum(getattr(row, name) for row in found.rows) == getattr(everybody, name)
    for row in (*found.rows, everybody):
        assert row.up + row.down + row.unchanged == row.customers == sum(row.classes.values())


@given(CHANGES, st.integers(2, 10))
def test_a_lower_bill_is_never_in_a_higher_group_and_equal_ones_are_together(
    changes: list[CustomerChange], parts: int
) -> None:
    found = quantiles(changes, parts)
    ordered = sorted(changes, key=lambda one: one.baseline)
    places = [found.names.index(found.of[one.customer_id]) for one in ordered]
    assert places == sorted(places)
    by_bill: dict[Decimal, set[str]] = {}
    for one in changes:
        by_bill.setdefault(one.baseline, set()).add(found.of[one.customer_id])
    assert all(len(names) == 1 for names in by_bill.values())


@given(CHANGES)
def test_what_is_proposed_moves_nobody_to_another_group(changes: list[CustomerChange]) -> None:
    others = [CustomerChange(one.customer_id, one.baseline, one.baseline * 3 + 7) for one in changes]
    assert quantiles(changes, 5) == quantiles(others, 5)


def test_every_table_of_the_sample_has_the_simulations_own_total(desk_folder: Path) -> None:
    desk = Desk.open(desk_folder)
    found = desk.simulate(desk.scenario("starter-plus-10"))
    known = facts_of(desk.population, found.window[1], {one.customer_id: one.persona for one in desk.customers}, {})
    by_name = tables(found.customers, known, found.window[1], SETTINGS)
    assert list(by_name) == [
        "baseline bill, 5 groups",
        "baseline bill, 10 groups",
        "tier",
        "rail",
        "persona",
        "region",
        "tenure",
    ]
    for one in by_name.values():
        assert sum(row.change for row in one.rows) == one.everybody.change == found.delta
        assert {name: sum(row.classes[name] for row in one.rows) for name in found.groups} == found.groups
