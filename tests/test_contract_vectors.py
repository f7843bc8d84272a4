"""Golden numbers from other billing engines' own tests: parts of a period, capped credits, late usage."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lib.catalog.allowance import NOTHING_INCLUDED
from lib.catalog.price import Band, Price
from lib.contracts import capped_credit, prorated
from lib.money import Currency
from lib.owed import late
from tests.test_owed import JUNE, MAY

Vector = dict[str, Any]
EXPECTED = {"proration": 24, "proration_credit_cap": 4, "rerating_delta": 11}


@pytest.fixture(scope="module")
def vectors(shared: Path) -> list[Vector]:
    found: list[Vector] = json.loads((shared / "cases" / "rating-vectors.json").read_text())
    return found


def of(vectors: list[Vector], model: str) -> list[Vector]:
    chosen = [vector for vector in vectors if vector["charge_model"] == model]
    assert len(chosen) == EXPECTED[model]
    return chosen


def line(written: dict[str, Any], vector: Vector) -> Decimal:
    """One line of a vector: its amount times its quantity, for its fraction; a credit at most its cap, and negative."""
    price = Decimal(written["amount"]) * Decimal(written.get("quantity", 1))
    share = Fraction(int(written["numerator"]), int(written["denominator"]))
    amount = prorated(price, share, Currency("USD", vector["rounding"]["places"]))
    if not written.get("credit"):
        return amount
    return -capped_credit(amount, Decimal(vector.get("credit_cap", price)))


def test_parts_of_a_period_come_to_what_other_engines_bill(vectors: list[Vector]) -> None:
    """Flexprice, Kill Bill, Lago, Meteroid, OpenMeter and Stripe; each with its own count of days or seconds."""
    found = {v["id"]: sum((line(part, v) for part in v["lines"]), Decimal(0)) for v in of(vectors, "proration")}
    assert found == {v["id"]: Decimal(v["expected_amount"]) for v in of(vectors, "proration")}


def test_a_credit_is_capped_as_flexprice_caps_it(vectors: list[Vector]) -> None:
    names = ("potential_credit", "amount_paid", "previous_credits")
    for vector in of(vectors, "proration_credit_cap"):
        assert capped_credit(*(Decimal(vector[name]) for name in names)) == Decimal(vector["expected_amount"])


def price(vector: Vector) -> Price:
    if "tiers" not in vector:
        unit_price = vector.get("unit_price", vector.get("package_price"))
        size = Decimal(vector.get("package_size", 1))
        part_units = "up" if "package_size" in vector else "exact"
        return Price((Band(Decimal(0), Decimal(unit_price)),), unit_size=size, part_units=part_units)
    starts = ["0", *(tier["up_to"] for tier in vector["tiers"][:-1])]
    bands = (
        Band(Decimal(start), Decimal(tier["unit_price"]), Decimal(tier["flat_fee"]))
        for start, tier in zip(starts, vector["tiers"], strict=True)
    )
    return Price(tuple(bands), model=vector["base_model"])


def test_late_usage_books_what_openmeter_books(vectors: list[Vector]) -> None:
    chosen = of(vectors, "rerating_delta")
    found = {}
    for vector in chosen:
        was, becomes = Decimal(vector["previous_quantity"]), Decimal(vector["quantity"])
        correction = late(price(vector), NOTHING_INCLUDED, was, becomes, month=MAY, booked_on=JUNE)
        found[vector["id"]] = correction.difference
    assert found == {vector["id"]: Decimal(vector["expected_amount"]) for vector in chosen}
