"""The command line: documents that open with their manifest, and wrong use in one sentence with exit code 2."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.__main__ import main
from lib.warehouse.read import open_current
from tests.conftest import ROOT, Kept
from tests.warehouse.worlds import take_snapshot

pytestmark = pytest.mark.usefixtures("asked_once")
BOOK = str(ROOT / "data" / "books" / "2024-11-01.toml")
SIGNUPS = "signup_id,product,signed_up_on,converted_on,customer_id\nsu-1,v,2026-04-01,,\n"
HEADER = "customer_id,dimension,month,quantity\n"


def usage(folder: Path, *lines: str, header: str = HEADER) -> str:
    path = folder / "usage.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code = main([*words, "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code in (0, 1)
    assert next(iter(document)) == "manifest"
    return document


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1, "a refusal is one sentence"
    return printed.err


def test_rate_says_every_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = usage(
        tmp_path,
        "a,words,2026-05-01,1050000",
        "a,words,2026-06,50000",
        "a,gtm_workflows,2026-05-01,6",
        "a,audio_minutes,2026-05-01,1.5",
    )
    document = answer(capsys, "rate", path, "--plan", "starter-monthly", "--book", BOOK)
    told = [(line["month"], line["allowance"], line["amount_usd"], line["status"]) for line in document["lines"]]
    assert told == [
        ("2026-05-01", "50000", "0.72", "rated"),
        ("2026-06-01", "50000", "0.00", "within_allowance"),
        ("2026-05-01", "5", "5.00", "rated"),
        ("2026-05-01", None, None, "not_offered"),
    ]
    assert document["total_usd"] == "5.72"


def test_another_reading_is_in_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Volume: all 1,000,000 words over at $0.0006 per 1,000.
    path = usage(tmp_path, "a,words,2026-05-01,1050000")
    words = ("rate", path, "--plan", "starter-monthly", "--book", BOOK)
    plain, volume = answer(capsys, *words), answer(capsys, *words, "--reading", "bands=volume")
    assert volume["total_usd"] == "0.60"
    assert volume["manifest"]["readings"]["bands"] == "volume"
    assert volume["manifest"]["fingerprint"] != plain["manifest"]["fingerprint"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("a,word,2026-05-01,1", "line 2: the book has no dimension 'word'; did you mean 'words'?"),
        ("a,words,May,1", "line 2: month is 'May'; write it as 2026-06 or 2026-06-01"),
        ("a,words,2026-05-01,many", "line 2: 'many' is not a number"),
        ("a,words,2026-05-01,-1", "line 2: quantity is -1; a month's usage cannot be negative"),
        ("a,words,2026-05-01", "line 2 has another number of fields than the header"),
        ("a,words,2026-05-01,1,2", "line 2 has another number of fields than the header"),
        (",words,2026-05-01,1", "line 2: customer_id is ''"),
        ("a,words,2026-W20,1", "line 2: month is '2026-W20'"),
        ("a,words,2026-05-01,1_000", "line 2: '1_000' is not a number"),
        ("a,words,2026-05-01,1e70", "out of range"),
    ],
)
def test_a_bad_line_refuses_the_file(
    line: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal(capsys, "rate", usage(tmp_path, line), "--plan", "starter-monthly", "--book", BOOK)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--plan", "starter-montly"), "has no plan 'starter-montly'; did you mean 'starter-monthly'?"),
        (("--plan", "starter-monthly", "--reading", "band=volume"), "did you mean 'bands'?"),
        (("--plan", "starter-monthly", "--reading", "bands=volum"), "did you mean 'volume'?"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(
    words: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = usage(tmp_path, "a,words,2026-05-01,1")
    assert sentence in refusal(capsys, "rate", path, "--book", BOOK, *words)


def test_a_truncated_or_foreign_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = gzip.compress((HEADER + "a,words,2026-05-01,1\n" * 5000).encode())
    for name, content in (
        ("cut.csv.gz", whole[:-40]),
        ("junk.parquet", b"PAR1junk"),
        ("latin.csv", b"customer\xe9_id\n"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        told = refusal(capsys, "rate", str(path), "--plan", "starter-monthly", "--book", BOOK)
        assert name in told
        assert "not readable as" in told


def test_wrong_words_are_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--as-of", "2026-02-30"])
    assert stopped.value.code == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert "'2026-02-30' is no day" in printed


def test_a_scenario_file_that_is_not_there_is_one_sentence(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal(capsys, "simulate", "nowhere/none.toml", "--snapshots", str(desk_folder.parent))
    assert "'nowhere/none.toml' is no file; of the scenarios on file, there are: flat-for-3pi, honest-20" in told


def test_changed_prices_are_decimal_strings(desk_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, "simulate", "images-at-six-cents", "--snapshots", str(desk_folder.parent))
    assert document["changes"] == [
        {
            "path": "dimensions.images.bands",
            "was": [{"from": "0", "unit_price": "0.050000"}],
            "becomes": [{"from": "0", "unit_price": "0.06"}],
        }
    ]


def test_a_simulation_names_how_much_of_history_is_reproduced(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line is a contract, a kind, a plan or dimension and a period, counted by SQL of the test's own."""
    document = answer(capsys, "simulate", "honest-20", "--snapshots", str(desk_folder.parent))
    with duckdb.connect(str(desk_folder / (desk_folder / "current").read_text().strip()), read_only=True) as sql:
        counted = sql.execute(
            "select count(distinct (contract_id, kind, coalesce(dimension, plan_key), "
            "coalesce(usage_month, period_start_on))) from marts.invoice_line"
        ).fetchone()
    parity = document["parity"]
    assert (parity["invoiced"], parity["unexplained"]) == (*(counted or ()), 0)
    assert parity["words"].startswith(f"the books of their time reproduce {parity['matched']:,} of ")
    assert main(["simulate", "honest-20", "--snapshots", str(desk_folder.parent)]) == 0
    assert f"parity: {parity['words']}\n" in capsys.readouterr().out


@pytest.mark.parametrize(("scenario", "code"), [("honest-20", 0), ("volume-bands", 1), ("pure-consumption", 1)])
def test_simulate_exits_1_where_a_guardrail_is_broken_and_says_so_last(
    scenario: str, code: int, desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which scenario breaks what, and why: cases/ready_gates.toml."""
    assert main(["simulate", scenario, "--snapshots", str(desk_folder.parent)]) == code
    printed = capsys.readouterr().out
    verdicts = [line.rpartition(": ")[2] for line in printed.splitlines() if re.search(r": (kept|broken)$", line)]
    assert len(verdicts) == 13
    assert verdicts == sorted(verdicts), "the broken ones first"
    broken = verdicts.count("broken")
    last = printed.splitlines()[-1]
    assert last == (f"{broken} guardrail(s) broken, so this exits 1" if code else "no guardrail is broken")
    assert "gross margin 92.61%; proposed " in printed


def test_a_simulation_carries_every_verdict_and_the_margin_by_month(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = answer(capsys, "simulate", "volume-bands", "--snapshots", str(desk_folder.parent))
    verdicts = {one["key"]: one["verdict"] for one in document["guardrails"]}
    assert [key for key, verdict in verdicts.items() if verdict != "kept"] == ["cliffs"]
    assert document["claims"]["still_false"] == [{"claim": "save_20_pricing_page", "words": "Save 20%"}]
    for side in ("baseline", "proposed"):
        found, total = document["margin"][side], document["margin"][side]["total"]
        assert document[side]["gross_margin_rate"] == total["gross_margin_rate"]
        assert document[side]["revenue_usd"] == total["revenue_usd"]
        assert sum(Decimal(one["gross_margin_usd"]) for one in found["months"]) == Decimal(total["gross_margin_usd"])
        assert [one["month"] for one in found["months"]][::11] == ["2025-11-01", "2026-10-01"]


def test_of_months_to_come_margin_says_what_it_needs_and_breaks_nothing(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "honest-20", "--horizon", "ahead", "--snapshots", str(desk_folder.parent)]) == 0
    printed = capsys.readouterr().out
    assert "needs the infrastructure spend of 2027-01; the infrastructure spend of 2027-02" in printed
    assert printed.endswith("no guardrail is broken; 2 undecided\n")


def test_other_guardrails_may_be_asked_and_are_in_the_fingerprint(
    desk_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "strict.toml"
    file.write_text(
        'fewest_customers = 5\nfewest_source = "a test"\n[limits.none]\nwords = "Revenue"\nat_least = 0\n'
        'measure = "revenue_change"\nsource = "a test"\nwhy = "a test"\n'
    )
    words = ["simulate", "honest-20", "--snapshots", str(desk_folder.parent)]
    usual, strict = answer(capsys, *words), answer(capsys, *words, "--guardrails", str(file))
    assert [(one["key"], one["verdict"]) for one in strict["guardrails"]] == [("none", "broken")]
    assert usual["manifest"]["fingerprint"] != strict["manifest"]["fingerprint"]
    file.write_text(file.read_text().replace("revenue_change", "revenue_changes"))
    told = refusal(capsys, *words, "--guardrails", str(file))
    assert "strict.toml" in told and "did you mean 'revenue_change'?" in told
    assert "is not there" in refusal(capsys, *words, "--guardrails", "nowhere.toml")


RESPONSES_FILE = ROOT / "data" / "assumptions" / "responses.toml"
STEPS = ["static", "plan_switch", "term_switch", "rail_switch", "usage", "churn", "conversion"]


@pytest.mark.parametrize("horizon", ["past", "ahead"])
def test_while_nobody_is_asked_what_moved_is_all_and_the_text_says_nothing_of_responses(
    horizon: str, desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", "starter-plus-10", "--horizon", horizon, "--snapshots", str(desk_folder.parent)]
    document = answer(capsys, *words)
    found = document["responses"]
    assert [step["response"] for step in found["steps"]] == STEPS
    assert [step["delta_usd"] for step in found["steps"]] == [document["reach"]["moved_usd"]] + ["0.00"] * 6
    assert not found["is_estimate"] and not any(step["is_on"] for step in found["steps"][1:])
    assert found["delta_usd"] == found["low_usd"] == found["high_usd"] == document["reach"]["moved_usd"]
    main(words)
    assert "an estimate" not in capsys.readouterr().out


def test_responses_are_switched_on_by_name_and_never_as_one_number(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", "starter-plus-10", "--snapshots", str(desk_folder.parent)]
    plain, asked = answer(capsys, *words), answer(capsys, *words, "--respond", "conversion, churn")
    found = asked["responses"]
    assert [step["response"] for step in found["steps"] if step["is_on"]] == ["static", "churn", "conversion"]
    assert Decimal(found["low_usd"]) < Decimal(found["delta_usd"]) < Decimal(found["high_usd"])
    assert asked["manifest"]["assumptions"].endswith("(churn, conversion)")
    assert asked["manifest"]["fingerprint"] != plain["manifest"]["fingerprint"]
    for key in ("baseline", "proposed", "delta", "reach", "customers", "guardrails"):
        assert asked[key] == plain[key], "what is certain stays as it is"
    main([*words, "--respond", "conversion,churn"])
    printed = capsys.readouterr().out
    assert "static       yes      $44,923.62" in printed
    assert "the gain is gone if 1.72% more of those who meet it leave at once" in printed
    assert printed.endswith("no guardrail is broken\n")


def test_the_same_question_has_the_same_answer_to_the_last_byte(
    desk_folder: Path, asked_once: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", "pass-the-fee-on", "--respond", ",".join(STEPS[1:]), "--json"]
    printed = []
    for forget in (lambda: None, asked_once.forget):
        forget()
        main([*words, "--snapshots", str(desk_folder.parent)])
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]


def test_beliefs_of_ones_own_count_and_are_in_the_fingerprint(
    desk_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", "starter-plus-10", "--snapshots", str(desk_folder.parent)]
    shipped, own = RESPONSES_FILE.read_text(), tmp_path / "own.toml"
    own.write_text(shipped)
    assert answer(capsys, *words, "--assumptions", str(own)) == answer(capsys, *words)
    own.write_text(shipped.replace("[conversion]\non = false", "[conversion]\non = true"))
    first = answer(capsys, *words, "--assumptions", str(own))
    assert first == {**answer(capsys, *words, "--respond", "conversion")}
    own.write_text(own.read_text().replace("value = -0.75", "value = -1.25"))
    second = answer(capsys, *words, "--assumptions", str(own))
    assert Decimal(second["responses"]["delta_usd"]) < Decimal(first["responses"]["delta_usd"])
    assert second["manifest"]["fingerprint"] != first["manifest"]["fingerprint"]


def test_wrong_beliefs_are_one_sentence(desk_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", "starter-plus-10", "--snapshots", str(desk_folder.parent)]
    shipped, own = RESPONSES_FILE.read_text(), tmp_path / "own.toml"
    assert "did you mean 'churn'?" in refusal(capsys, *words, "--respond", "churm")
    assert "there is no response ''" in refusal(capsys, *words, "--respond", "churn,")
    assert "nowhere.toml is not there" in refusal(capsys, *words, "--assumptions", "nowhere.toml")
    for was, becomes, told in (
        ("[churn]", "[churns]", "own.toml has no key 'churns'; did you mean 'churn'?"),
        ("beta_rises  ", "beta_rise  ", "churn has no key 'beta_rise'; did you mean 'beta_rises'?"),
        ("value = -0.75", "value = -2.75", "conversion.elasticity is -2.75; it must lie within its range, -1.5 to 0"),
        ("on = false", "on = 0", "plan_switch.on is 0; write true or false"),
        ("name = ", "name = = ", "own.toml is not valid TOML: Invalid value (at line 8, column 8)"),
    ):
        own.write_text(shipped.replace(was, becomes, 1))
        assert told in refusal(capsys, *words, "--assumptions", str(own))


def test_a_wrong_header_names_the_nearest_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = usage(tmp_path, "a,words,2026-05-01,1", header="customer,dimension,month,quantity\n")
    told = refusal(capsys, "rate", path, "--plan", "starter-monthly", "--book", BOOK)
    assert "has no column 'customer_id'; did you mean 'customer'?" in told


def test_a_missing_file_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert "is no file" in refusal(capsys, "rate", "no-such.csv", "--plan", "starter-monthly", "--book", BOOK)


def test_a_folder_without_snapshots_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "python -m lib" in refusal(capsys, "check", "--snapshots", str(tmp_path))
    assert "snapshot" in refusal(capsys, "build", "--snapshots", str(tmp_path))


def test_a_scenario_nobody_wrote_is_answered_with_the_nearest(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal(capsys, "simulate", "honest-21", "--snapshots", str(desk_folder.parent))
    assert "there is no scenario 'honest-21'; did you mean 'honest-20'?" in told


def test_a_desk_cannot_be_opened_before_its_snapshot(desk_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refusal(capsys, "check", "--as-of", "2025-01-01", "--snapshots", str(desk_folder.parent))
    assert "no snapshot of 2025-01-01 or before is published" in told
    assert "only 2026-09-30, 2026-10-31; publish an earlier one with: python -m lib build --as-of 2025-01-01" in told


def test_a_year_later_nothing_crashes(desk_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, "check", "--as-of", "2027-10-31", "--snapshots", str(desk_folder.parent))
    assert document["manifest"]["as_of"] == "2027-10-31"
    assert document["manifest"]["snapshot_on"] == "2026-10-31"


def test_check_finds_the_annual_saving_and_exits_red(desk_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", "--snapshots", str(desk_folder.parent)]) == 1
    said = {found["words"]: found for found in json.loads(capsys.readouterr().out)["findings"]}
    twenty, seventeen, free = said["Save 20%"], said["Save 17%"], said["2 months free"]
    assert (twenty["delivered"], twenty["verdict"], twenty["true_at"]) == ("16.67", "overstated", [])
    assert [line.rpartition(" = ")[2] for line in twenty["evidence"]] == ["16.67 percent"] * 3
    assert seventeen["by_rule"] == {"nearest": "true", "floor": "overstated"}
    assert free["verdict"] == "true"


def test_the_clean_prices_cost_what_todays_annual_subscribers_would_save(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 2,990 - 2,870 = 120, 14,990 - 14,390 = 600, 39,990 - 38,390 = 1,600, times today's annual contracts without an
    # offer, counted by plain SQL.
    warehouse = open_current(desk_folder)
    annual = [
        row["plan_key"]
        for row in warehouse.rows("contract")
        if row["term"] == "annual" and row["ended_on"] is None and row["offer_id"] is None
    ]
    warehouse.close()
    saved = {"starter-annual": 120, "accelerate-annual": 600, "command_plus-annual": 1600}
    main(["check", "--json", "--snapshots", str(desk_folder.parent)])
    said = {found["words"]: found for found in json.loads(capsys.readouterr().out)["findings"]}
    (remedy,) = [remedy for remedy in said["Save 20%"]["remedies"] if "prices" in remedy]
    assert remedy["prices"] == {
        "starter-annual": "2870",
        "accelerate-annual": "14390",
        "command_plus-annual": "38390",
    }
    assert Decimal(remedy["yearly_cost_usd"]) == sum(saved[plan] for plan in annual)


def test_an_empty_scenario_changes_nothing_to_the_last_digit(
    desk_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nothing.toml"
    path.write_text('name = "Nothing"\nauthor = "a test"\nwhy = "to change nothing"\nbaseline = "2026-05-09"\n')
    document = answer(capsys, "simulate", str(path), "--snapshots", str(desk_folder.parent))
    assert document["delta"] == {"revenue_usd": "0.00"}
    assert document["baseline"] == document["proposed"]
    assert {customer["delta_usd"] for customer in document["customers"]} == {"0.00"}
    assert document["changes"] == []


def test_the_listing_reads_the_same_in_every_form(desk_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forms = {}
    for form in ("csv", "md", "json"):
        assert main(["listing", "--format", form, "--snapshots", str(desk_folder.parent)]) == 0
        forms[form] = capsys.readouterr().out
    assert all("Vellocity GTM — Starter" in printed for printed in forms.values())
    assert all("14990" in printed.replace(",", "") for printed in forms.values())


def test_a_year_later_staleness_is_a_finding(desk_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, "check", "--as-of", "2027-10-31", "--snapshots", str(desk_folder.parent))
    stale = {found["claim"]: found for found in document["findings"] if found["kind"] == "source"}
    assert stale["metering.freshness"]["delivered"] == "365 days old, from 2026-10-31"
    assert "python -m lib pull" in str(stale["metering.freshness"]["evidence"])


def test_the_first_question_on_a_fresh_clone_is_answered_with_one_document(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    for part in ("lib", "data"):
        shutil.copytree(ROOT / part, clone / part, ignore=shutil.ignore_patterns("__pycache__"))
    words = [sys.executable, "-m", "lib", "listing", "--json"]
    run = subprocess.run(words, cwd=clone, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-500:]
    assert len(json.loads(run.stdout)["contracts"]) == 6


@pytest.mark.parametrize(
    ("stdout", "why"), [(">&-", "stdout is closed; open it"), (">/dev/full", "No space left on device; make room")]
)
def test_an_answer_that_cannot_be_written_is_a_sentence(tmp_path: Path, stdout: str, why: str) -> None:
    path = usage(tmp_path, "a,words,2026-05-01,12")
    words = f"'{sys.executable}' -m lib rate '{path}' --plan starter-monthly --book '{BOOK}' {stdout}"
    run = subprocess.run(words, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (2, f"python -m lib rate: the answer could not be written: {why}\n")


def test_usage_that_nothing_prices_has_no_total_of_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = usage(tmp_path, "a,video_minutes,2026-05-01,12")
    assert main(["rate", path, "--plan", "starter-monthly", "--book", BOOK]) == 0
    assert capsys.readouterr().out.endswith("1 line on starter-monthly: no line has a price\n")


def test_a_reading_nobody_knows_and_one_without_a_value_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("rate", usage(tmp_path, "a,words,2026-05-01,1"), "--plan", "starter-monthly", "--book", BOOK, "--reading")
    assert "there is no reading 'foo'; there are: " in refusal(capsys, *words, "foo=volume")
    assert "--reading bands: write KEY=VALUE" in refusal(capsys, *words, "bands")


def test_a_simulation_warns_of_what_a_careful_buyer_would_ask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dear-starter.toml"
    header = 'name = "A"\nauthor = "B"\nwhy = "C"\nbaseline = "2026-05-09"\n'
    file.write_text(header + "[plans.starter-monthly]\nlist_price = 2000\n")
    document = answer(capsys, "simulate", str(file))
    assert document["warnings"] == ["accelerate-monthly costs 1,499, no more than starter-monthly at 2,000"]
    main(["simulate", str(file)])
    assert "Warning: accelerate-monthly costs 1,499" in capsys.readouterr().out


def test_check_ends_by_saying_why_it_exits_as_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert re.search(r"\n\d+ published claim\(s\) false, so this exits 1\n$", capsys.readouterr().out)


def test_every_snapshot_is_built_under_its_own_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for month in (4, 5, 6):
        take_snapshot(tmp_path, {"company/signups.csv": SIGNUPS}, date(2026, month, 30))
    assert main(["build", "--all", "--as-of", "2026-05-31", "--snapshots", str(tmp_path), "--json"]) == 0
    built = json.loads(capsys.readouterr().out)["warehouses"]
    assert list(built) == ["2026-04-30", "2026-05-30"]
    assert main(["build", "--snapshots", str(tmp_path)]) == 0
    assert "published under its own day" not in capsys.readouterr().err
    assert main(["build", "--all", "--snapshots", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"{day}  warehouse {identifier}" for day, identifier in built.items()]
    assert lines[2].startswith("2026-06-30  warehouse ")
    assert main(["build", "--as-of", "2026-05-01", "--snapshots", str(tmp_path)]) == 0
    told = "the desk opens on 2026-06-30 unless asked: --as-of 2026-04-30, or ?as_of=2026-04-30 in the address"
    assert told in capsys.readouterr().err
    assert "holds no snapshot" in refusal(capsys, "build", "--all", "--snapshots", str(tmp_path / "nowhere"))
