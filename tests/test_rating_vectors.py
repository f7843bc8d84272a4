"""Golden numbers from other billing engines' own tests, through the desk's rating function."""

import json
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest

from lib.catalog.book import Allowance, Band, Price
from lib.money import Currency, round_line
from lib.rating import Charge, rate

# What a vector may say about its price for `rate` to answer it; any other field is a modifier rating does not have.
DESCRIPTION = {
    "id",
    "charge_model",
    "source",
    "currency",
    "rounding",
    "tags",
    "notes",
    "expected_amount",
    "exact_amount",
}
UNDERSTOOD = {
    "flat": {"quantity", "flat_amount"},
    "per_unit": {"quantity", "unit_price"},
    "graduated": {"quantity", "tiers", "previous_quantity"},
    "volume": {"quantity", "tiers", "free_units", "billing_units"},
    "package": {"quantity", "package_size", "package_price", "free_units"},
    "included_free_units": {"quantity", "unit_price", "free_units", "previous_quantity"},
    "rounding": {"quantity", "amount"},
}
# Rated when the desk has the modifier: how many vectors of each kind wait.
LATER = {
    "allocation": 5,
    "commitment_overage": 3,
    "discount": 2,
    "graduated_percentage": 5,
    "marketplace_remit": 13,
    "max_spend_overage": 3,
    "maximum": 7,
    "minimum_commit": 10,
    "package": 2,  # full packages only (rounded down)
    "per_unit": 1,  # with a minimum
    "percentage": 12,
    "prepaid_credit": 4,
    "proration": 24,
    "proration_credit_cap": 4,
    "rerating_delta": 11,
    "unit_conversion": 6,
    "volume": 1,  # the band looked up with another quantity than the one priced
    "windowed": 5,
}
EXPONENTS = {"USD": 2, "JPY": 0, "CREDITS4": 4, "CREDITS0": 0}


@pytest.fixture(scope="module")
def vectors(shared):
    return json.loads((shared / "cases" / "rating-vectors.json").read_text())


def is_understood(vector: dict) -> bool:
    return vector.keys() - DESCRIPTION <= UNDERSTOOD.get(vector["charge_model"], set())


def bands(vector: dict) -> tuple[Band, ...]:
    if "tiers" not in vector:
        unit_price = vector.get("unit_price", vector.get("package_price", "0"))
        return (Band(Decimal(0), Decimal(unit_price), Decimal(vector.get("flat_amount", 0))),)
    starts = ["0", *(tier["up_to"] for tier in vector["tiers"][:-1])]
    assert vector["tiers"][-1]["up_to"] is None
    return tuple(
        Band(Decimal(start), Decimal(tier["unit_price"]), Decimal(tier["flat_fee"]))
        for start, tier in zip(starts, vector["tiers"], strict=True)
    )


def price(vector: dict) -> Price:
    unit_size = vector.get("package_size", vector.get("billing_units", "1"))
    return Price(
        bands=bands(vector),
        mode="volume" if vector["charge_model"] == "volume" else "graduated",
        unit_size=Decimal(unit_size),
        part_units="up" if {"package_size", "billing_units"} & vector.keys() else "exact",
        currency=Currency(vector["currency"], EXPONENTS[vector["currency"]]),
    )


def charge(vector: dict, quantity: Decimal) -> Charge:
    return rate(price(vector), Allowance("quantity", Decimal(vector.get("free_units", 0))), quantity)


def answers(vector: dict) -> set[Decimal]:
    """The desk's exact and rounded answer; what was rated earlier in the period is subtracted."""
    if vector["charge_model"] == "rounding":
        return {round_line(Decimal(vector["amount"]), price({**vector, "charge_model": "flat"}).currency)}
    before = Decimal(vector.get("previous_quantity", 0))
    now = charge(vector, before + Decimal(vector["quantity"]))
    if not before:
        return {now.exact, now.amount}
    earlier = charge(vector, before)
    return {now.exact - earlier.exact, now.amount - earlier.amount}


def test_the_desk_answers_as_the_engines_do(vectors):
    wrong = {
        vector["id"]: answers(vector)
        for vector in filter(is_understood, vectors)
        if not answers(vector) & {Decimal(vector["expected_amount"]), Decimal(vector["exact_amount"])}
    }
    assert not wrong


def test_as_many_vectors_are_rated_as_we_say_and_the_rest_is_named(vectors):
    rated = Counter(vector["charge_model"] for vector in vectors if is_understood(vector))
    assert rated == {
        "flat": 1,
        "per_unit": 15,
        "graduated": 36,
        "volume": 22,
        "package": 17,
        "included_free_units": 3,
        "rounding": 15,
    }
    assert Counter(vector["charge_model"] for vector in vectors if not is_understood(vector)) == LATER


def test_the_volume_vectors_contain_a_bill_that_falls(vectors):
    """Half of what makes `volume` a decision: more usage, smaller bill."""
    (cliff,) = (vector for vector in vectors if vector["id"] == "om-volume-006")
    bills = [charge(cliff, Decimal(quantity)).exact for quantity in range(17)]
    assert any(after < before for before, after in pairwise(bills))
