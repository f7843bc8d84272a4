"""The sample world stands as promised: all files, enough events, the same bytes for the same seed, no lib."""

import ast
import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from world import build, metering

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
Table = Callable[[str], list[dict[str, str]]]
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][10:34]
FEEDS = ["AccountFeed", "ProductFeed", "OfferFeed", "OfferTargetFeed", "AgreementFeed", "BillingEventFeed"]
FILES = {
    "stripe": [
        "balance_transactions.csv",
        "customers.csv",
        "invoice_line_items.csv",
        "invoices.csv",
        "prices.csv",
        "subscriptions.csv",
    ],
    "crm": ["companies.csv", "company_history.csv", "deals.csv"],
    "company": [
        "addons.csv",
        "first_routes.csv",
        "pilots.csv",
        "private_offer_allowances.csv",
        "private_offers.csv",
        "savings_baselines.csv",
        "signups.csv",
        "spend.csv",
        "unit_costs.csv",
    ],
    "metering": [f"events-{month}.csv.gz" for month in MONTHS],
}


def generate(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(SAMPLE / "generate.py"), "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("folder", FILES)
def test_every_source_has_its_files(written: Path, folder: str) -> None:
    assert sorted(path.name for path in (written / folder).iterdir()) == FILES[folder]


@pytest.mark.parametrize("feed", FEEDS)
def test_every_feed_has_a_file_for_every_month(written: Path, feed: str) -> None:
    found = (written / "marketplace" / f"{feed}_V1").glob("year=*/month=*/data.csv")
    months = {f"{path.parts[-3].removeprefix('year=')}-{path.parts[-2].removeprefix('month=')}" for path in found}
    assert months == set(MONTHS)


def test_the_world_says_that_it_is_synthetic(written: Path) -> None:
    assert "synthetic = true" in (written / "world.toml").read_text()
    assert "as_of = 2026-10-31" in (written / "world.toml").read_text()
    assert "INVENTED" in (written / "marketplace" / "README.txt").read_text().splitlines()[0]


def test_four_hundred_customers_send_half_a_million_events(
    world: build.World, records: build.Records, tmp_path: Path
) -> None:
    lines = metering.write(world.setting, tmp_path, records.events, records.received)
    assert len(records.events.cell) >= 500_000
    assert lines / len(records.events.cell) - 1 == pytest.approx(0.0106, abs=0.002)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    options = ["--customers", "15", "--months", "8"]
    first, again = generate(tmp_path / "a", *options), generate(tmp_path / "b", *options)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert "sample world: done" in first.stderr
    assert fingerprints(tmp_path / "a") == fingerprints(tmp_path / "b")


def test_another_seed_is_another_world(tmp_path: Path, written: Path) -> None:
    assert generate(tmp_path, "--customers", "60", "--seed", "7").returncode == 0
    assert fingerprints(tmp_path)["stripe/invoices.csv"] != fingerprints(written)["stripe/invoices.csv"]


@pytest.mark.parametrize(("customers", "months"), [("1", "1"), ("3", "24")])
def test_the_smallest_worlds_are_worlds_too(tmp_path: Path, customers: str, months: str) -> None:
    made = generate(tmp_path, "--customers", customers, "--months", months)
    assert (made.returncode, (tmp_path / "world.toml").exists()) == (0, True), made.stderr


def test_a_smaller_world_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    for months in ("4", "2"):
        assert generate(tmp_path / "world", "--customers", "3", "--months", months).returncode == 0
    assert len(list((tmp_path / "world" / "metering").iterdir())) == 2


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "stripe").mkdir()
    made = generate(tmp_path, "--customers", "3", "--months", "1")
    assert made.returncode == 1
    assert "holds something that is no sample world: name an empty or a new folder with --out" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["stripe"]


def test_a_world_nobody_can_make_is_refused_in_a_sentence(tmp_path: Path) -> None:
    made = generate(tmp_path, "--customers", "0")
    assert made.returncode == 2
    assert "0 is not a whole number from 1 to 9,999" in made.stderr


@pytest.mark.parametrize("path", sorted(SAMPLE.rglob("*.py")), ids=lambda path: path.stem)
def test_the_generator_uses_the_standard_library_and_numpy(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in names} <= {*sys.stdlib_module_names, "numpy", "world"}


def test_the_customers_are_who_the_segmentation_paper_describes(world: build.World) -> None:
    facts = Counter((p.has_account, p.is_seller, bool(p.integrator)) for p in world.people)
    sellers, integrated = facts["yes", "yes", False], facts["yes", "yes", True]
    assert 0.12 < integrated / (sellers + integrated) < 0.28
    assert not [p.id for p in world.people if p.rail == "aws" and p.has_account != "yes"]
    assert min(Counter(p.rail for p in world.people).values()) > 100
    assert {p.region for p in world.people} == {"AMER", "EMEA", "APAC"}
    assert "unknown" in {p.is_partner for p in world.people}


def test_contracts_start_change_and_end_through_the_two_years(world: build.World) -> None:
    running = [c for c in world.contracts if c.ended is None]
    assert 300 <= len(running) <= 360
    assert {c.end_reason for c in world.contracts} == {"", "upgrade", "downgrade", "churn"}
    assert all(c.started.day <= 28 and c.started >= date(2024, 11, 1) for c in world.contracts)
    assert 0.2 < sum(c.term == "annual" for c in world.contracts) / len(world.contracts) < 0.35
    assert len({(c.started.year, c.started.month) for c in world.contracts}) == 24
    assert sum(bool(c.offer_id) for c in world.contracts) == 6


def test_a_customers_stays_follow_each_other_without_a_gap(world: build.World) -> None:
    for before, after in zip(world.contracts, world.contracts[1:], strict=False):
        if before.customer == after.customer:
            assert (before.ended, before.serial + 1) == (after.started, after.serial)
            assert before.end_reason in ("upgrade", "downgrade")


def test_one_active_subscription_sits_on_the_deleted_plan(table: Table) -> None:
    plans = {row["id"] for row in table("stripe/subscriptions.csv") if row["plan_id (metadata)"] == "5"}
    mine = [row for row in table("stripe/invoice_line_items.csv") if row["subscription"] in plans]
    assert len(plans) == 1
    assert {row["amount"] for row in mine} == {"9900"}
    assert len(mine) == 7


def test_a_company_of_the_second_product_is_in_the_segment_of_its_won_deal(table: Table) -> None:
    won = {
        row["Associated Company"]: row["ICP segment"]
        for row in table("crm/deals.csv")
        if row["Product"] == "control_plane" and row["Is closed won"] == "true"
    }
    companies = table("crm/companies.csv")
    second = {row["Company name"]: row["ICP segment"] for row in companies if row["Product"] == "control_plane"}
    assert second == won and all(won.values())
    assert {row["ICP segment"] for row in companies if row["Product"] == "vellocity"} == {""}
