"""A month of real usage through `python -m lib rate`, against two raters that know nothing of the desk."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest

from lib.__main__ import main
from tests.conftest import ROOT, cases
from tests.independent import exact_bill, sql_rater

TOTALS = cases("real_usage")


@pytest.fixture(scope="module")
def usage_file(shared):
    return shared / "real" / "usage-month.csv"


@pytest.fixture(scope="module")
def usage(usage_file):
    return exact_bill.read(usage_file)


def words(usage_file, case) -> list[str]:
    readings = [f"--reading={key}={value}" for key, value in case.get("settings", {}).items()]
    return ["rate", str(usage_file), "--plan", case["plan"], "--rail", case["rail"], *readings, "--json"]


def totals(lines) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line["amount_usd"] is not None:
            sums[line["dimension"]] = sums.get(line["dimension"], Decimal(0)) + Decimal(line["amount_usd"])
    return sums


def expected_totals(case) -> dict[str, Decimal]:
    return {dimension: Decimal(amount) for dimension, amount in case["expect"]["dimensions"].items()}


@pytest.mark.parametrize("case", TOTALS)
def test_the_command_line_bills_real_usage_to_the_cent(usage_file, usage, desk_folder, capsys, case):
    assert main(words(usage_file, case)) == 0
    report = json.loads(capsys.readouterr().out)
    assert next(iter(report)) == "manifest"
    assert report["total_usd"] == case["expect"]["total_usd"]
    assert totals(report["lines"]) == expected_totals(case)
    unpriced = {line["dimension"] for line in report["lines"] if line["status"] == "not_offered"}
    assert unpriced == set(case["expect"]["not_offered"])
    assert [said(line) for line in report["lines"]] == [audited(row, case) for row in usage]


def said(line) -> tuple[str | Decimal | None, ...]:
    """What the command line says of one line; of what is not offered only that it has no amount."""
    offered = line["status"] != "not_offered"
    quantities = [Decimal(line[key]) for key in ("quantity", *(("allowance", "overage") if offered else ()))]
    return (line["customer_id"], line["dimension"], line["status"], line["amount_usd"], *quantities)


def audited(row, case) -> tuple[str | Decimal | None, ...]:
    line = exact_bill.line(case["plan"], row["dimension"], row["quantity"], case.get("settings"), case["rail"])
    terms = [line[key] for key in ("included", "overage") if key in line]
    quantities = [Decimal(number) for number in (row["quantity"], *terms)]
    return (row["customer_id"], row["dimension"], line["status"], line.get("amount"), *quantities)


def test_the_command_runs_from_a_shell(usage_file, desk_folder):
    (case,) = (case.values[0] for case in TOTALS if case.id.startswith("accelerate-monthly on aws, every"))
    command = [sys.executable, "-m", "lib", *words(usage_file, case)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["total_usd"] == case["expect"]["total_usd"]


@pytest.mark.parametrize("case", TOTALS)
def test_whole_numbers_and_sql_agree_with_the_table(usage, case):
    readings = case.get("settings", {})
    total, dimensions = exact_bill.bill(usage, case["plan"], readings, case["rail"])
    assert exact_bill.dollars(total) == case["expect"]["total_usd"]
    sql_total, sql_dimensions = sql_rater.totals(
        sql_rater.rate_listing(usage, case["plan"], readings | {"rail": case["rail"]})
    )
    assert sql_total == Decimal(case["expect"]["total_usd"])
    priced = {name: amount for name, amount in sql_dimensions.items() if amount is not None}
    assert priced == expected_totals(case)
    assert {name for name, cents in dimensions.items() if cents is None} == set(case["expect"]["not_offered"])
