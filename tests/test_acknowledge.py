"""python -m lib acknowledge: what somebody accepts is on record, check reads it, and no falsehood turns green by it."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lib.__main__ import main
from lib.decisions import Store

pytestmark = pytest.mark.usefixtures("asked_once")
WORDS = ("--who", "Ada", "--why", "the directory mends it in May", "--until", "2026-12-31")
WARNED, NOTED, FALSE = "starter-monthly.price.software_directory_synthetic", "p95_overhead", "save_20_pricing_page"

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    place = f"sqlite:///{tmp_path / 'decisions.sqlite'}"
    monkeypatch.setenv("DECISIONS_DB_URL", place)
    return Store(place)


def run(desk_folder: Path, *words: str, code: int = 0) -> None:
    assert main([*words, "--snapshots", str(desk_folder.parent)]) == code


def severities(desk_folder: Path, capsys: Out, *words: str) -> dict[str, str]:
    """What check finds; on the sample it exits 1, whatever is accepted."""
    capsys.readouterr()
    run(desk_folder, "check", "--json", *words, code=1)
    return {one["claim"]: one["severity"] for one in json.loads(capsys.readouterr().out)["findings"]}


def test_an_accepted_warning_is_none_any_more_until_its_day_is_over_and_the_falsehood_stays(
    desk_folder: Path, capsys: Out, store: Store
) -> None:
    before = severities(desk_folder, capsys)
    for finding in (WARNED, NOTED):
        run(desk_folder, "acknowledge", finding, *WORDS)
    assert [one.finding for one in store.acknowledged()] == [NOTED, WARNED]
    after = severities(desk_folder, capsys)
    changed = {WARNED: ("warning", "acknowledged"), NOTED: ("note", "acknowledged")}
    assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == changed
    assert (after[FALSE], list(after.values()).count("red")) == ("red", 1)
    later = severities(desk_folder, capsys, "--as-of", "2027-01-01")
    assert (later[WARNED], later[NOTED]) == ("warning", "note")


def test_withdrawing_makes_it_a_warning_again_and_both_stay_on_record(desk_folder: Path, capsys: Out) -> None:
    run(desk_folder, "acknowledge", WARNED, *WORDS)
    run(desk_folder, "acknowledge", "--withdraw", WARNED, "--who", "Ben", "--why", "they will not")
    assert severities(desk_folder, capsys)[WARNED] == "warning"
    run(desk_folder, "acknowledge", "--list")
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["number", "finding", "state", "until", "who", "why", "noted", "because"]
    told = re.split(r"  +", row.strip())
    assert told[:6] == ["1", WARNED, "withdrawn", "2026-12-31", "Ada", "the directory mends it in May"]
    assert re.fullmatch(r"Ben on \d{4}-\d\d-\d\d: they will not", told[7])


def test_the_list_of_nothing_says_so_and_makes_no_file(desk_folder: Path, capsys: Out, tmp_path: Path) -> None:
    run(desk_folder, "acknowledge", "--list")
    assert capsys.readouterr().out == "nobody accepts anything of what is found\n"
    assert list(tmp_path.iterdir()) == []


def test_as_a_document_it_opens_with_its_manifest(desk_folder: Path, capsys: Out) -> None:
    run(desk_folder, "acknowledge", WARNED, *WORDS, "--json")
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["manifest", "acknowledgements"]
    [one] = document["acknowledgements"]
    assert (one["finding"], one["who"], one["until"], one["state"]) == (WARNED, "Ada", "2026-12-31", "stands")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((FALSE, *WORDS), f"{FALSE}: a false published claim stays false, whoever accepts it"),
        (("save_17_listing", *WORDS), "save_17_listing: it is true, so there is nothing to accept"),
        (("p95_overheads", *WORDS), "under the name 'p95_overheads'; did you mean 'p95_overhead'?"),
        ((NOTED, *WORDS[:-1], "2026-10-30"), "2026-10-30 is over on 2026-10-31, the day the desk is opened as of"),
        ((NOTED, *WORDS[2:]), "--who is missing; write acknowledge FINDING --who NAME"),
        ((NOTED, *WORDS[:2], *WORDS[4:]), "--why is missing"),
        ((NOTED, *WORDS[:-2]), "--until is missing"),
        ((), "FINDING is missing"),
        ((NOTED, "--who", " ", *WORDS[2:]), "who accepts it is empty"),
        (("--withdraw", NOTED, *WORDS[:4]), "nobody accepts 'p95_overhead'; there is none"),
        ((NOTED, "--withdraw", WARNED, *WORDS[:4]), "do one thing at a time"),
    ],
)
def test_wrong_use_is_one_sentence_and_leaves_nothing(
    desk_folder: Path, capsys: Out, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    run(desk_folder, "acknowledge", *words, code=2)
    printed = capsys.readouterr()
    assert told in printed.err and printed.err.count("\n") == 1 and printed.out == ""
    assert list(tmp_path.iterdir()) == []


def test_what_is_accepted_and_not_found_is_a_note_to_withdraw(desk_folder: Path, capsys: Out, store: Store) -> None:
    when = datetime(2026, 10, 1, tzinfo=UTC)
    store.acknowledge("gone.price", who="Ada", why="x", until=date(2026, 12, 31), when=when)
    assert severities(desk_folder, capsys)["acknowledged.gone.price"] == "note"


def test_a_store_that_cannot_be_opened_stops_the_gate_in_one_sentence(
    desk_folder: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECISIONS_DB_URL", "sqlite:///nowhere/at/all/decisions.sqlite")
    run(desk_folder, "check", code=2)
    assert capsys.readouterr().err.startswith("python -m lib check: nowhere/at/all is no folder, so no decision")


@pytest.mark.parametrize("form", ["text", "junit", "github"])
def test_every_form_exits_1_while_a_published_claim_is_false(desk_folder: Path, capsys: Out, form: str) -> None:
    run(desk_folder, "acknowledge", WARNED, *WORDS)
    run(desk_folder, "check", "--format", form, code=1)
    assert FALSE in capsys.readouterr().out
