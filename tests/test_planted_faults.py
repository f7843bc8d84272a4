"""Faults planted in a copy of the sample: parity finds each, names it, and says nothing of any other line."""

import csv
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.desk import Desk
from lib.reconciliation import ParityLine, reproduction
from lib.sources.pull import pull
from lib.warehouse.build import build
from tests.conftest import ROOT, cases

pytestmark = pytest.mark.xdist_group("planted")  # one world is built for all of them, by one worker

FAULTS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "cases" / "planted_faults.toml").read_text())["fault"]

Row = dict[str, str]
Key = tuple[str, str, str, date]
Report = dict[Key, ParityLine]
Change = Callable[[list[Row], Row], None]


@dataclass(frozen=True)
class Export:
    """One file of a rail, its lines found and changed in the rail's own columns."""

    path: Path
    rows: list[Row]

    @classmethod
    def read(cls, path: Path) -> "Export":
        with path.open(newline="") as stream:
            return cls(path, list(csv.DictReader(stream)))

    def write(self) -> None:
        if not self.rows:
            return
        with self.path.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(self.rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)


class Stripe:
    """Stripe's invoice lines: cents, the price's id instead of a plan key, the period's first day."""

    def __init__(self, folder: Path) -> None:
        self.exports = [Export.read(folder / "stripe" / "invoice_line_items.csv")]
        prices = Export.read(folder / "stripe" / "prices.csv").rows
        self.price_ids = {row["lookup_key"]: row["Price ID"] for row in prices}

    def is_line(self, row: Row, key: list[Any]) -> bool:
        contract, kind, item, start_on = key
        own = row["subscription"], row["price_id"], row["period_start"], row["proration"]
        return own == (contract, self.price_ids[item], str(start_on), str(kind == "proration").lower())

    def priced(self, row: Row, amount: str) -> Row:
        return {**row, "amount": str(int(Decimal(amount) * 100))}

    def placed(self, row: Row, contract: str, item: str, start_on: date) -> Row:
        end_on = date(start_on.year + start_on.month // 12, start_on.month % 12 + 1, start_on.day)
        period = {"period_start": str(start_on), "period_end": str(end_on)}
        return {**row, "subscription": contract, "price_id": self.price_ids[item], **period}

    def twin(self, row: Row, number: int) -> Row:
        return {**row, "id": f"il_planted_{number}"}


class Marketplace:
    """The marketplace's billing events: dollars, and our own reference of agreement, plan or dimension and day."""

    def __init__(self, folder: Path) -> None:
        feed = folder / "marketplace" / "BillingEventFeed_V1"
        self.exports = [Export.read(path) for path in sorted(feed.rglob("data.csv"))]

    def is_line(self, row: Row, key: list[Any]) -> bool:
        contract, kind, item, start_on = key
        told = f"{contract}/{item}/{start_on}" + ("/proration" if kind == "proration" else "")
        is_sale = (row["action"], row["transaction_type"]) == ("INVOICED", "SELLER_REV_SHARE")
        return is_sale and row["transaction_reference_id"] == told

    def priced(self, row: Row, amount: str) -> Row:
        return {**row, "amount": f"{Decimal(amount):.6f}"}

    def placed(self, row: Row, contract: str, item: str, start_on: date) -> Row:
        return {**row, "agreement_id": contract, "transaction_reference_id": f"{contract}/{item}/{start_on}"}


def plant(rail: Any, number: int, fault: dict[str, Any]) -> None:
    """One fault into a rail's files; what a feed delivers twice is changed twice."""
    contract, _, item, start_on = fault["line"]
    if "added" in fault:
        rows = rail.exports[0].rows
        rows.append(rail.priced(rail.placed(rail.twin(rows[0], number), contract, item, start_on), fault["added"]))
        return
    found = [(export.rows, row) for export in rail.exports for row in export.rows if rail.is_line(row, fault["line"])]
    assert found, fault["name"]
    for rows, row in found:
        if fault.get("removed"):
            rows.remove(row)
        if fault.get("copied"):
            rows.append(rail.twin(row, number))
        if "becomes" in fault:
            rows[rows.index(row)] = rail.priced(row, fault["becomes"])
        if moved := fault.get("moved_to"):
            place = {"contract": contract, "item": item, "start_on": start_on, **moved}
            rows[rows.index(row)] = rail.placed(row, **place)


def report(folder: Path) -> Report:
    desk = Desk.open(folder)
    found = {(line.contract_id, line.kind, line.item, line.start_on): line for line in desk.parity()}
    desk.warehouse.close()
    return found


@pytest.fixture(scope="module")
def clean(desk_folder: Path) -> Report:
    return report(desk_folder)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """The sample once more, from its generator, with every fault in it; pulled, built and compared."""
    folder = tmp_path_factory.mktemp("planted")
    sample = folder / "sample"
    generator = ROOT / "data" / "sample" / "generate.py"
    subprocess.run([sys.executable, str(generator), "--out", str(sample)], check=True, capture_output=True)
    rails = {"stripe": Stripe(sample), "aws": Marketplace(sample)}
    for number, fault in enumerate(FAULTS):
        plant(rails[fault["rail"]], number, fault)
    for rail in rails.values():
        for export in rail.exports:
            export.write()
    sources = folder / "sources.toml"
    sources.write_text((ROOT / "data" / "sources.toml").read_text().replace("../var/sample", "sample"))
    pull(sources, folder / "snapshots", environ={})
    build(folder / "snapshots", folder / "warehouse")
    yield report(folder / "warehouse")


def expected(fault: dict[str, Any]) -> dict[Key, dict[str, str]]:
    """The lines of the report that a fault changes, with what is said of each."""
    contract, kind, item, start_on = fault["line"]
    return {
        (told.get("contract", contract), kind, told.get("item", item), told.get("start_on", start_on)): told
        for told in fault["expect"]
    }


def test_there_are_more_than_ten_different_faults() -> None:
    assert len({told["cause"] for fault in FAULTS for told in fault["expect"]}) > 10
    lines = [key for fault in FAULTS for key in expected(fault)]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("fault", cases("planted_faults", "fault"))
def test_a_planted_fault_is_found_and_named(fault: dict[str, Any], clean: Report, planted: Report) -> None:
    if "was" in fault:
        before = clean[tuple(fault["line"])]
        assert (before.verdict, before.invoiced) == ("matched", Decimal(fault["was"]))
    for key, told in expected(fault).items():
        line = planted[key]
        assert (line.verdict, line.cause) == (told["class"], told["cause"]), line.reason
        assert told["words"] in line.reason


def test_no_other_line_changes(clean: Report, planted: Report) -> None:
    changed = {key for key in clean.keys() | planted.keys() if clean.get(key) != planted.get(key)}
    assert changed == {key for fault in FAULTS for key in expected(fault)}


def test_what_nothing_explains_is_counted(clean: Report, planted: Report) -> None:
    """One planted amount has no explanation; one line is removed and three are moved, each beside another line."""
    was, became = (reproduction(list(found.values())) for found in (clean, planted))
    assert (was.unexplained, became.unexplained) == (0, 1)
    assert (was.missing + 1 + 3, was.matched - 24 - 3) == (became.missing, became.matched)
