"""Every price model and modifier against tables worked out by hand, and the laws that hold for all of them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lib.catalog.allowance import Allowance
from lib.catalog.document import BookError
from lib.catalog.price import MODELS, PER_CENT, PERCENTAGES, Price
from lib.catalog.terms import TERMS, parse_bands, parse_price
from lib.money import CURRENCIES, USD, allocate, round_line
from lib.rating import Charge, above_limit, draw, due, rate, true_up
from tests.conftest import cases

NO_DIGIT = Fraction(1, 10**50)  # a third has no last digit
READINGS = {"bands": "graduated", "thresholds": "overage", "part_units": "exact"}
TABLES = [*cases("price_models"), *cases("modifiers")]


def exactly(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def price(case: Mapping[str, Any]) -> Price:
    """The price a row of the tables describes, read at the book's own door; the limits are added behind it."""
    terms = {key: case[key] for key in ("bands", *TERMS) if key in case and key not in ("minimum", "maximum")}
    size = PER_CENT if case["model"] in PERCENTAGES else Decimal(case.get("unit_size", 1))
    read = parse_price(terms, READINGS, size, CURRENCIES[case.get("currency", "USD")], case["name"])
    return replace(read, minimum=exactly(case.get("minimum")), maximum=exactly(case.get("maximum")))


def charge(case: Mapping[str, Any]) -> Charge:
    return rate(
        price(case),
        Allowance.of(case.get("allowance", "0")),
        Decimal(case["quantity"]),
        events=[Decimal(value) for value in case["events"]] if "per_event" in case else None,
        is_final=case.get("is_final", True),
        fraction=Fraction(*case.get("fraction", (1, 1))),
    )


def is_whole_look(case: Mapping[str, Any]) -> bool:
    return not {"before", "billed"} & case.keys()


@pytest.mark.parametrize("case", [case for case in TABLES if is_whole_look(case.values[0])])
def test_the_desk_does_the_sum_in_the_comment(case: dict[str, Any]) -> None:
    charged, expected = charge(case), case["expect"]
    left = draw(charged.amount or Decimal(0), [Decimal(credit) for credit in case.get("credits", ())]).left
    assert left == Decimal(expected["amount"])
    if "exact" in expected:
        assert charged.exact == Decimal(expected["exact"])
    if "steps" in expected:
        written = [entry.split(":") for entry in expected["steps"]]
        assert [(step.kind, step.effect) for step in charged.steps] == [(kind, Decimal(size)) for kind, size in written]


@pytest.mark.parametrize("case", [case for case in TABLES if not is_whole_look(case.values[0])])
def test_what_was_rated_or_billed_before_in_the_period_is_subtracted(case: dict[str, Any]) -> None:
    owed = due(
        price(case),
        Allowance.of(case.get("allowance", "0")),
        Decimal(case["quantity"]),
        exactly(case.get("before")),
        exactly(case.get("billed")),
        is_final=case.get("is_final", True),
        fraction=Fraction(*case.get("fraction", (1, 1))),
    )
    if "exact" in case["expect"]:
        assert owed == Decimal(case["expect"]["exact"])
    left = draw(round_line(owed), [Decimal(credit) for credit in case.get("credits", ())]).left
    assert left == Decimal(case["expect"]["amount"])


@pytest.mark.parametrize("case", [case for case in TABLES if is_whole_look(case.values[0])])
def test_a_charge_is_the_sum_of_what_it_explains(case: dict[str, Any]) -> None:
    charged = charge(case)
    assert abs(Fraction(charged.included) + Fraction(charged.overage) - Fraction(charged.counted)) < NO_DIGIT
    effects = [part.amount for part in (*charged.bands, *charged.events)] + [step.effect for step in charged.steps]
    assert abs(sum(map(Fraction, effects), Fraction()) - Fraction(charged.exact or 0)) < NO_DIGIT


@pytest.mark.parametrize("case", cases("modifiers", "true_up"))
def test_a_true_up_is_what_is_missing_to_the_minimum(case: dict[str, Any]) -> None:
    fees, prorated = ([Decimal(fee) for fee in case.get(name, ())] for name in ("fees", "prorated_fees"))
    fraction = Fraction(*case.get("fraction", (1, 1)))
    assert true_up(Decimal(case["minimum"]), fees, prorated, fraction) == Decimal(case["expect"])


@pytest.mark.parametrize("case", cases("modifiers", "allocation"))
def test_an_allocation_adds_up_to_the_coin(case: dict[str, Any]) -> None:
    amount, currency = Decimal(case["amount"]), CURRENCIES[case["currency"]] if "currency" in case else USD
    shares = allocate(amount, [Decimal(weight) for weight in case["weights"]], currency)
    assert list(map(str, shares)) == list(map(str, case["expect"]))
    assert sum(shares) == amount


@pytest.mark.parametrize("case", cases("modifiers", "spending_limit"))
def test_only_what_lies_above_a_spending_limit_is_cut(case: dict[str, Any]) -> None:
    cut = above_limit(Decimal(case["amount"]), Decimal(case["limit"]), Decimal(case["billed"]))
    assert cut == Decimal(case["expect"])


def test_every_model_has_its_rows_in_the_table() -> None:
    assert {case.values[0]["model"] for case in cases("price_models")} == set(MODELS)


def test_a_price_with_bands_beyond_counting_is_refused():
    bands = [{"from": place, "unit_price": 1} for place in range(1_001)]
    with pytest.raises(BookError, match="1,001 bands; write at most 1,000"):
        parse_bands(bands, "dimensions.words")
