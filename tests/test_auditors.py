"""The auditors audited: both independent raters do every sum of the case tables as the hand did it."""

from decimal import Decimal

import pytest

from tests.conftest import cases
from tests.independent import exact_bill, sql_rater

TABLES = cases("rating") + cases("readings")


@pytest.mark.parametrize("case", TABLES)
def test_whole_numbers_do_the_sum_in_the_comment(case):
    line = exact_bill.line(
        case["plan"], case["dimension"], case["quantity"], case.get("settings"), case.get("rail", "aws")
    )
    expected = dict(case["expect"])
    if "amount" in expected:
        assert Decimal(line.pop("exact")) == Decimal(expected.pop("exact", expected["amount"]))
    assert line == expected


def test_sql_does_every_sum_in_the_comments():
    wrong = {}
    for (readings, plan), rows in grouped().items():
        usage = [
            {"customer_id": case["name"], "dimension": case["dimension"], "month": "2026-06-01"}
            | {"quantity": case["quantity"]}
            for case in rows
        ]
        found = {line["customer_id"]: line for line in sql_rater.rate_listing(usage, plan, dict(readings))}
        wrong |= {case["name"]: found[case["name"]] for case in rows if not agrees(found[case["name"]], case)}
    assert not wrong


def grouped():
    """The cases by what one SQL run can share: readings with the rail, and the plan."""
    groups = {}
    for case in (parameter.values[0] for parameter in TABLES):
        readings = case.get("settings", {}) | {"rail": case.get("rail", "aws")}
        groups.setdefault((tuple(sorted(readings.items())), case["plan"]), []).append(case)
    return groups


def agrees(line, case) -> bool:
    amount = case["expect"].get("amount")
    overage = case["expect"].get("overage")
    return (line["status"], line["amount_usd"], line["overage"]) == (
        case["expect"]["status"],
        None if amount is None else Decimal(amount),
        None if overage is None else Decimal(overage),
    )
