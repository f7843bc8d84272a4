"""python -m lib decisions: what was decided, what came of it, and who changed a record behind the desk's back."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lib.__main__ import main
from lib.decisions import Prediction, Store
from tests.rulings import ruling

pytestmark = pytest.mark.usefixtures("asked_once")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "decisions.sqlite"
    monkeypatch.setenv("DECISIONS_DB_URL", f"sqlite:///{path}")
    return path


def recorded(file: Path) -> None:
    """One decision that foretold 500,000 for September and October 2026, and 330 customers."""
    months = (date(2026, 9, 1), date(2026, 10, 1))
    revenue = [Prediction("revenue", "Revenue", month, "USD", Decimal(500_000)) for month in months]
    people = Prediction("customers", "Customers", months[0], "customers", Decimal(330))
    dated = {"decided_at": datetime(2026, 8, 20, 12, tzinfo=UTC), "effective_on": date(2026, 9, 1)}
    Store(f"sqlite:///{file}").record(ruling((*revenue, people), **dated))


def run(desk_folder: Path, *words: str) -> int:
    return main(["decisions", *words, "--snapshots", str(desk_folder.parent)])


def test_without_a_decision_it_says_so_and_makes_no_file(
    file: Path, desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(desk_folder) == 0
    assert capsys.readouterr().out == "no decision is on record\n"
    assert not file.exists()


def test_what_happened_stands_beside_what_was_predicted(
    file: Path, desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """September's invoices say 441,684.37 (SQL over the sample); October is not settled on 31 October."""
    recorded(file)
    assert run(desk_folder, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert next(iter(document)) == "manifest" and document["audit"] == []
    [one] = document["decisions"]
    september, october, people = one["beside"]
    assert september["happened"] == "441684.37" and september["difference"] == "-58315.63"
    assert october["happened"] is None and october["state"] == "not yet"
    assert people["happened"] == "329"
    assert run(desk_folder) == 0
    table = capsys.readouterr().out
    assert "approved  starter-plus-10  2026-09-01  Ann     Bob       $500,000.00  $441,684.37       1" in table
    assert "every record is as it was sealed" in table


def test_a_record_that_was_changed_is_named_and_the_exit_code_says_so(
    file: Path, desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("update desk_prediction set predicted = '441684.37' where place = 1")
    assert run(desk_folder) == 1
    assert "decision 1 is not as it was recorded: somebody changed it in the database" in capsys.readouterr().out


def test_a_store_that_cannot_be_opened_is_one_sentence(
    desk_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECISIONS_DB_URL", "sqlite:///nowhere/at/all/decisions.sqlite")
    assert run(desk_folder) == 2
    assert capsys.readouterr().err.startswith("python -m lib decisions: nowhere/at/all is no folder, so no decision")
