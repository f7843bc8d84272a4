"""The current book: rows that cannot be a price list are refused, and the sentence names where they come from."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.catalog.current import current_book
from lib.catalog.document import BookError
from lib.desk import DATA, read_document

PLAN = {
    "plan_key": "starter-monthly",
    "slug": "starter",
    "term": "monthly",
    "price_usd": Decimal("299.00"),
    "is_hidden": False,
    "plan_id": 1,
}
WORDS: dict[str, Any] = {
    "dimension": "words",
    "aws_dimension_name": "Words",
    "unit": "word",
    "unit_size": Decimal(1000),
    "tier_floor": "any",
    "is_metered": True,
    "included_quantity": Decimal(50000),
    "base_price_usd": Decimal("0.001"),
    "pricing_tiers": None,
}


@pytest.fixture
def facts() -> dict[str, Any]:
    return read_document(Path(DATA) / "catalog.toml")


def test_without_plans_the_plans_database_is_to_blame(facts: dict[str, Any]) -> None:
    with pytest.raises(BookError, match=r"^the plans database brought no plans: python -m lib pull --only plans_db"):
        current_book([], [], facts)
    with pytest.raises(BookError, match=r"^the plans database brought no dimensions: python -m lib pull --only"):
        current_book([PLAN], [], facts)


@pytest.mark.parametrize("bands", ['[{"above":0}]', "7", "[7]", "{bad", '"x"', "[]"])
def test_bands_of_another_shape_are_refused_by_table_and_row(facts: dict[str, Any], bands: str) -> None:
    with pytest.raises(BookError, match=r"marketplace_pricing_dimensions, row 'words': pricing_tiers is .*write bands"):
        current_book([PLAN], [{**WORDS, "pricing_tiers": bands}], facts)
