"""Golden numbers from other billing engines' own tests, through the public functions of the desk."""

import ast
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests import vectors

ADAPTER = Path(vectors.__file__)


@pytest.fixture(scope="module")
def golden(shared):
    return json.loads((shared / "cases" / "rating-vectors.json").read_text())


def accepted(case: dict) -> list:
    """What a case takes for right: the amount as the engine's test has it, or the exact one before rounding."""
    expected = case["expected_amount"]
    if isinstance(expected, list):
        return [list(map(Decimal, expected))]
    return [Decimal(value) for value in (expected, case["exact_amount"]) if value is not None]


def test_the_desk_agrees_with_every_case_of_the_other_engines(golden):
    wrong = {case["id"]: told for case in golden if (told := vectors.answer(case)) not in accepted(case)}
    assert not wrong
    assert len(golden) == 227


def test_the_command_answers_a_file_without_expected_values(golden, tmp_path):
    bare = [{key: case[key] for key in case if key not in ("expected_amount", "exact_amount")} for case in golden]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(bare))
    run = subprocess.run([sys.executable, "-m", "tests.vectors", str(file)], capture_output=True, text=True, check=True)
    told = json.loads(run.stdout)
    assert list(told) == [case["id"] for case in golden]
    for case in golden:
        answer = told[case["id"]]
        assert (list(map(Decimal, answer)) if isinstance(answer, list) else Decimal(answer)) in accepted(case)


FIELDS = [
    "tiers",
    "unit_price",
    "flat_amount",
    "package_size",
    "package_price",
    "package_rounding",
    "free_units",
    "billing_units",
    "unit_conversion",
    "usage_discount",
    "tier_lookup_quantity",
    "previous_quantity",
    "previously_billed",
    "base_model",
    "minimum",
    "maximum",
    "multiplier",
    "percent_discount",
    "apply_minimum",
    "fees",
    "prorated_fees",
    "proration",
    "events",
    "percent",
    "fixed_per_event",
    "free_events",
    "free_amount",
    "per_event_min",
    "per_event_max",
    "windows",
    "credits",
    "due",
    "credit_cap",
    "commitment",
    "commitment_type",
    "overage_factor",
    "true_up",
]


def test_a_field_that_says_null_says_nothing(golden):
    spelt = [{**dict.fromkeys(FIELDS), **case} for case in golden]
    assert not [case["id"] for case in spelt if vectors.answer(case) not in accepted(case)]


def test_one_case_that_cannot_be_answered_loses_no_other(tmp_path, capsys):
    broken = [
        own("percentage", events=["10"], percent="1", free_events="many"),
        own("proration", lines=[{"amount": "5", "numerator": "1", "denominator": "0"}]),
        own("matrix", unit_price="1"),
        own("per_unit"),
        {"id": "own", "charge_model": "rounding"},
        own("windowed", windows=7, unit_price="1"),
    ]
    cases = [{**case, "id": f"broken-{place}"} for place, case in enumerate(broken)]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([*cases, {**own("per_unit", unit_price="2"), "id": "whole"}]))
    assert vectors.main(str(file)) == 1
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert [told[case["id"]] for case in cases] == [None] * len(cases)
    assert told["whole"] == "2"
    assert all(f"broken-{place}: " in printed.err for place in range(len(cases)))


def own(kind: str, **fields: object) -> dict:
    return {"id": "own", "charge_model": kind, "currency": "USD", "quantity": "1", "rounding": "exact", **fields}


LADDER = [
    {"up_to": "10", "unit_price": "2", "flat_fee": "5"},
    {"up_to": None, "unit_price": "1", "flat_fee": "3"},
]


@pytest.mark.parametrize(
    ("case", "told"),
    [
        # 10 × 2 + 5, then 2.5 × 1 + 3
        (own("graduated", quantity="12.5", tiers=LADDER), "30.5"),
        # 100 free of 1,250 leave 1,150: 11 full packages of 100 at 4
        (
            own(
                "package",
                quantity="1250",
                package_size="100",
                package_price="4",
                package_rounding="down",
                free_units="100",
            ),
            "44",
        ),
        # 5 % of the first 100, then 2 % of 50 and 10
        (
            own(
                "graduated_percentage",
                quantity="150",
                tiers=[
                    {"up_to": "100", "percent": "5", "flat_fee": "0"},
                    {"up_to": None, "percent": "2", "flat_fee": "10"},
                ],
            ),
            "16",
        ),
        # 80 × 1.5 = 120, 10 % off 108, at most 100
        (own("per_unit", quantity="80", unit_price="1.5", percent_discount="10", maximum="100"), "100"),
        # price(30) − price(20) with a minimum of 100 in the final total only: 100 − 40
        (
            own(
                "minimum_commit",
                base_model="per_unit",
                quantity="10",
                previous_quantity="20",
                unit_price="2",
                minimum="100",
            ),
            "60",
        ),
        # 12 of 10 committed at 2 and the other 2 at three times 2: 20 + 12
        (
            own(
                "commitment_overage",
                windows=[{"quantity": "12", "commitment": "10", "commitment_type": "quantity", "overage_factor": "3"}],
                unit_price="2",
            ),
            "32",
        ),
        # events of 20 and 30: the first is free, the second pays 2 % and 1
        (own("percentage", quantity="50", events=["20", "30"], percent="2", fixed_per_event="1", free_events=1), "1.6"),
        # 100 × 7/31 back and 60 × 7/31 more, each to the cent: −22.58 + 13.55
        (
            own(
                "proration",
                lines=[
                    {"amount": "100", "numerator": "7", "denominator": "31", "credit": True},
                    {"amount": "60", "numerator": "7", "denominator": "31"},
                ],
            ),
            "-9.03",
        ),
        # 10 dollars by thirds: the odd cent to the first
        (own("allocation", amount="10.00", weights=["1", "1", "1"]), ["3.34", "3.33", "3.33"]),
        # a cost of 12.50 with a third on top
        (own("maximum", base_model="dynamic", quantity="12.50", multiplier="1.32", maximum="99"), "16.5"),
        # 46.2 units at a quarter beyond 40 contract units ÷ ¼ = 160: nothing; 200 leave 40 × ¼ = 10
        (own("marketplace_remit", total_usage="200", contract_units="40", remitted="0", billing_factor="0.25"), "10"),
        # the same modifiers on every path: not the last line, what was billed, what was rated before
        (own("volume", quantity="5", tiers=LADDER, tier_lookup_quantity="20", minimum="100", apply_minimum=False), "8"),
        (own("volume", quantity="5", tiers=LADDER, tier_lookup_quantity="20", previously_billed="3"), "5"),
        (own("percentage", events=["100"], percent="10", quantity="100", previously_billed="3"), "7"),
        (
            own(
                "windowed", base_model="per_unit", windows=["1", "1"], unit_price="1", minimum="10", apply_minimum=False
            ),
            "2",
        ),
        # a price and a minimum, and fees that are not there: 15 × 10
        (own("minimum_commit", base_model="per_unit", quantity="15", unit_price="10", minimum="100", fees=None), "150"),
        # 3 units off the usage, with or without free units beside them
        (own("per_unit", quantity="10", unit_price="1", free_units="0", usage_discount="3"), "7"),
        (own("per_unit", quantity="10", unit_price="1", free_units="2", usage_discount="3"), "5"),
        # a package told by its fields, and a currency nobody lists with the places it names
        (own("commitment_overage", windows=["15"], package_size="10", package_price="5"), "10"),
        ({**own("rounding", amount="2.345"), "currency": "HRK", "rounding": {"places": "2"}}, "2.35"),
        (own("discount", amount="100", coupons=[{"percent": "150"}]), "0"),
        # nothing below zero, however much was billed
        (own("per_unit", quantity="1", unit_price="10", previously_billed="25"), "0"),
    ],
)
def test_cases_of_our_own_are_right_too(case, told):
    answer = vectors.answer(case)
    assert answer == ([Decimal(part) for part in told] if isinstance(told, list) else Decimal(told))


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (own("graduated", tiers=[{"up_to": "10", "unit_price": "1", "flat_fee": "0"}]), "leave it open"),
        (own("per_unit", quantity="-1", unit_price="1"), "cannot be negative"),
        (own("per_unit", quantity="many", unit_price="1"), "not a number"),
        (own("allocation", amount="1.00", weights=["0", "0"]), "a sum above zero"),
    ],
)
def test_a_case_no_price_can_answer_is_refused_and_said(case, reason, tmp_path, capsys):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([case]))
    assert vectors.main(str(file)) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"own": None}
    assert reason in printed.err


def test_the_adapter_does_no_arithmetic():
    """It names fields and calls functions; a sum in it would be a second rater that agrees with itself."""
    sums = [node for node in ast.walk(ast.parse(ADAPTER.read_text())) if isinstance(node, ast.BinOp | ast.AugAssign)]
    types = [node for node in sums if not (isinstance(node.op, ast.BitOr))]
    assert not types
    called = {
        node.func.id
        for node in ast.walk(ast.parse(ADAPTER.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"sum", "round", "max", "min", "divmod", "abs", "pow", "float"}
