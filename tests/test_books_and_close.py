"""python -m lib close and books: the journal as CSV balances, a month closes once, a restatement is bad news."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lib.__main__ import main
from lib.decisions import Closing, Store
from lib.manifest import fingerprint
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import built

pytestmark = pytest.mark.usefixtures("asked_once")
MAY = date(2026, 5, 1)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'decisions.sqlite'}"
    monkeypatch.setenv("DECISIONS_DB_URL", url)
    yield Store(url)


@pytest.fixture(scope="module")
def world(desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four customers under the price list of the sample, up to 30 June 2026."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    plans = {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}
    return built(tmp_path_factory.mktemp("books"), {**WORLD, **plans}, date(2026, 6, 30)).path.parent.parent


def run(world: Path, *words: str) -> int:
    return main([*words, "--snapshots", str(world)])


def test_the_journal_is_a_csv_whose_debits_are_its_credits(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "books", "2026-05", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    entries: dict[str, Decimal] = {}
    for row in rows:
        assert bool(row["debit_usd"]) != bool(row["credit_usd"])
        signed = Decimal(row["debit_usd"] or 0) - Decimal(row["credit_usd"] or 0)
        entries[row["entry"]] = entries.get(row["entry"], Decimal(0)) + signed
        assert "2026-05-01" <= row["entered_on"] <= "2026-05-31"
    # INV-1 and in_6 earn and use up their fees, in_2 and in_3 earn; in_6 is invoiced and its fee is charged
    assert len(entries) == 8 and not any(entries.values())


def test_the_ledger_as_a_csv_and_the_document_tell_the_same(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "books", "2026-05", "--format", "csv", "--of", "ledger") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert run(world, "books", "2026-05", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert next(iter(document)) == "manifest" and document["month"] == "2026-05" and document["closed"] is None
    for name, amount in document["totals"].items():
        assert sum(Decimal(row[f"{name}_usd"]) for row in rows) == Decimal(amount), name
        assert sum(Decimal(rail[name]) for rail in document["rails"]) == Decimal(amount), name
    assert sum(Decimal(one["balance_usd"]) for one in document["accounts"]) == 0


def test_a_month_is_closed_once_and_the_next_one_has_to_be_over(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "close", "--list") == 0
    assert capsys.readouterr().out == "no month is closed\n"
    assert run(world, "close", "2026-05", "--who", "Ann", "--why", "Books of May") == 0
    assert "2026-05" in capsys.readouterr().out
    [one] = store.closings()
    assert (one.month, one.who, one.why) == (MAY, "Ann", "Books of May")
    assert one.fingerprint == fingerprint(one.paper) and json.loads(one.paper)["manifest"]["warehouse"] == one.snapshot
    assert run(world, "close", "2026-05", "--who", "Bob") == 2
    assert "2026-05 was closed by Ann" in capsys.readouterr().err
    assert run(world, "close", "2026-06", "--who", "Bob") == 2
    assert "its usage is invoiced on 2026-07-04" in capsys.readouterr().err
    assert run(world, "books", "2026-05") == 0
    assert "closed by Ann on" in capsys.readouterr().out


def test_a_closed_month_that_would_be_told_otherwise_is_bad_news(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """May is closed on a paper of one invoice that is not on file: all else has appeared since."""
    columns = ["rail", "reference", "customer_id", "recognised"]
    paper = json.dumps({"columns": columns, "lines": [["aws", "INV-nowhere", "c-1", "12.34"]]})
    store.close(Closing(MAY, "Ann", "Too early", datetime(2026, 6, 1, tzinfo=UTC), "w", "0f3c9a6b2d41", paper))
    assert run(world, "close", "--list", "--json") == 1
    [one] = json.loads(capsys.readouterr().out)["closed"]
    gone = [row for row in one["restated"] if row["kind"] == "gone" and row["column"] == "recognised"]
    assert gone == [
        {
            "kind": "gone",
            "rail": "aws",
            "reference": "INV-nowhere",
            "customer_id": "c-1",
            "column": "recognised",
            "closed_usd": "12.34",
            "now_usd": None,
            "difference_usd": "-12.34",
        }
    ]
    assert run(world, "books", "2026-05") == 1
    told = capsys.readouterr().out
    # May earns 253.94 of INV-1 (2,990 x 92 / 365 less x 61), 89.70 of in_2, 699.53 less 89.70 of in_3, 63.87 of in_6:
    # 1,017.34, and 12.34 are gone
    assert "restated since, revenue by $1,005.00; above is what it was closed with" in told
    assert "not in the books: the journal of 2026-05, of which its paper keeps none" in told
    assert run(world, "books", "2026-05", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["totals"]["recognised"] == "12.34" and document["journal"] == []
    assert run(world, "books", "2026-05", "--format", "csv", "--of", "ledger") == 1
    [line] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (line["reference"], line["recognised_usd"]) == ("INV-nowhere", "12.34")
    assert store.closings()[0] == replace(store.closings()[0], paper=paper)


def test_a_closed_month_leaves_as_it_was_closed_and_the_open_one_books_the_rest(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """May's paper says that 163.87 of in_6 were earned, where 63.87 are: June takes 100.00 back."""
    columns = ["rail", "reference", "customer_id", "recognised"]
    posted = [["2400", "163.87", "0.00"], ["4000", "0.00", "163.87"]]
    paper = {
        "columns": columns,
        "lines": [["stripe", "in_6", "c-0004", "163.87"]],
        "chart": {"2400": ["Deferred", "liability", "x"], "4000": ["Earned", "income", "x"]},
        "journal": [["2026-05-31", "revenue earned", "stripe", "in_6", "c-0004", None, posted]],
    }
    when = datetime(2026, 6, 5, tzinfo=UTC)
    store.close(Closing(MAY, "Ann", "Books of May", when, "w", "0f3c9a6b2d41", json.dumps(paper)))
    assert run(world, "books", "2026-05", "--format", "csv") == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["account"], row["account_name"], row["debit_usd"], row["credit_usd"]) for row in rows] == [
        ("2400", "Deferred", "163.87", ""),
        ("4000", "Earned", "", "163.87"),
    ]
    assert run(world, "books", "2026-06", "--format", "csv") == 0
    booked = [
        (row["account"], row["debit_usd"], row["credit_usd"])
        for row in csv.DictReader(io.StringIO(capsys.readouterr().out))
        if row["kind"] == "restatement of 2026-05" and row["reference"] == "in_6"
    ]
    # in_6 asked for 99.00 in May, on 2400 but for the 63.87; its fee of 3.17 was charged, and 2.05 of it spent
    assert booked == [
        ("1220", "95.83", ""),
        ("1300", "1.12", ""),
        ("2400", "", "199.00"),
        ("4000", "100.00", ""),
        ("5200", "2.05", ""),
    ]
    assert run(world, "books", "2026-06") == 0
    assert "2026-06 is open; its journal books what was restated of 2026-05" in capsys.readouterr().out
    assert run(world, "books", "2026-04") == 0
    assert "2026-04 is open\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["close"], "MONTH or --who is missing"),
        (["close", "2026-05"], "MONTH or --who is missing"),
        (["close", "2026-05", "--who", " "], "who closes the month is empty"),
    ],
)
def test_who_and_which_month_must_be_said(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert run(world, *words) == 2
    assert sentence in capsys.readouterr().err
    assert store.closings() == ()


@pytest.mark.parametrize("month", ["2026-9", "2026-13", "september", "2026-09-01"])
def test_a_month_that_is_none_is_refused(month: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["books", month])
    assert stopped.value.code == 2
    assert f"{month!r} is no month; write it as 2026-09" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["books", "9999-12"],
        ["books", "1999-12"],
        ["close", "9999-12", "--who", "Ann"],
        ["close", "0001-01", "--who", "Ann"],
        ["listing", "--announced-on", "9999-12-31"],
        ["check", "--as-of", "0001-01-01"],
    ],
)
def test_a_day_too_far_away_is_refused_in_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    [told] = capsys.readouterr().err.splitlines()
    assert "is too far away; write one from 2000-01-01 to 2099-12-31" in told


@pytest.mark.parametrize("month", ["2020-01", "2026-07", "2026-12"])
def test_books_of_a_month_without_a_record_are_refused_with_those_there_are(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str], month: str
) -> None:
    """The world was recorded on 30 June 2026."""
    assert run(world, "books", month) == 2
    told = f"there are no books of {month}; invoices are on record from 2026-03 to 2026-06"
    assert told in capsys.readouterr().err
    assert run(world, "books", "2026-03") == 0 and run(world, "books", "2026-06") == 0


def test_a_month_before_the_oldest_invoice_is_never_closed(
    store: Store, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Months are closed one after the other: a first one of long ago would ask for all that lie between."""
    assert run(world, "close", "2020-01", "--who", "Ann") == 2
    assert "there are no books of 2020-01" in capsys.readouterr().err and store.closings() == ()
