"""Which plans a dimension applies to: the specification's lists, the book's derivation, the database's column."""

import json

import pytest

from lib.desk import Desk
from tests.conftest import cases


@pytest.fixture(scope="module")
def book(desk_folder):
    return Desk.open(desk_folder).book


@pytest.mark.parametrize("case", cases("applicable_plans"))
def test_the_book_derives_the_specifications_list(book, case):
    expected = case["expect"]
    assert list(book.applicable_plan_ids(case["tier_level"])) == expected["plan_ids"]
    keys = {plan.plan_id: key for key, plan in book.plans.items()}
    assert [keys[number] for number in expected["plan_ids"]] == expected["plan_keys"]


@pytest.mark.parametrize("case", cases("applicable_plans"))
def test_each_dimension_starts_at_the_tier_the_specification_says(book, case):
    found = [key for key, item in book.dimensions.items() if item.tier_floor == case["tier_level"]]
    assert sorted(found) == sorted(case["dimensions"])


@pytest.mark.parametrize("case", cases("applicable_plans"))
def test_the_database_lists_the_same_plans(warehouse, case):
    listed = {row["dimension"]: row["applicable_plan_ids"] for row in warehouse.rows("dimension")}
    for dimension in case["dimensions"]:
        assert json.loads(listed[dimension]) == case["expect"]["plan_ids"]
