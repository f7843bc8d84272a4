"""The plans database keeps the listing specification's figures, contradictions included."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest


@pytest.fixture
def plans(written: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(written / "plans.sqlite")) as database:
        yield database


def test_the_plans_are_the_specifications(plans: sqlite3.Connection) -> None:
    rows = plans.execute("select id, slug, frequency, price, included_credits, hidden from plans order by id")
    assert rows.fetchall() == [
        (1, "starter", "monthly", 299, 500, 0),
        (2, "accelerate", "monthly", 1499, 2500, 0),
        (3, "command_plus", "monthly", 3999, 10000, 0),
        (4, "enterprise", "custom", None, None, 1),
        (6, "starter", "yearly", 2990, 500, 0),
        (7, "accelerate", "yearly", 14990, 2500, 0),
        (8, "command_plus", "yearly", 39990, 10000, 0),
    ]


def test_yearly_price_ids_are_missing_as_in_the_paper(plans: sqlite3.Connection) -> None:
    rows = plans.execute("select plan_id from gateway_products where price_id is null order by plan_id")
    assert rows.fetchall() == [(6,), (7,), (8,)]


def test_the_uniform_column_and_the_printed_floors_are_kept(plans: sqlite3.Connection) -> None:
    rows = plans.execute(
        "select dimension_key, included_quantity, tier_floor_label, applicable_plan_ids"
        " from marketplace_pricing_dimensions order by id"
    )
    everyone, accelerate, command = [1, 2, 3, 4, 6, 7, 8], [2, 3, 4, 7, 8], [3, 4, 8]
    assert [(key, included, label, json.loads(ids)) for key, included, label, ids in rows] == [
        ("words", 50000, "any", everyone),
        ("images", 100, "any", everyone),
        ("audio_minutes", 30, "Accelerate+", accelerate),
        ("video_minutes", 5, "Command+", command),
        ("api_requests", 10000, "Accelerate+", accelerate),
        ("gtm_workflows", 5, "Starter+", everyone),
        ("team_seats", 0, "any", everyone),
        ("seo_credits", 50, "any", everyone),
    ]


def test_only_words_have_bands_and_only_seats_are_not_metered(plans: sqlite3.Connection) -> None:
    banded = plans.execute(
        "select dimension_key, pricing_tiers from marketplace_pricing_dimensions where pricing_tiers is not null"
    ).fetchall()
    assert [(key, [step["price"] for step in json.loads(steps)]) for key, steps in banded] == [
        ("words", ["0.001", "0.0008", "0.0006"])
    ]
    seats = plans.execute("select dimension_key from marketplace_pricing_dimensions where is_metered = 0")
    assert seats.fetchall() == [("team_seats",)]
