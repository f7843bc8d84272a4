"""What people saved and decided is kept exactly, whoever writes at the same time and whatever dies meanwhile."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import NullPool, create_engine, inspect

from lib.catalog.scenario import ScenarioError
from lib.decisions import (
    Decision,
    DecisionError,
    Prediction,
    Result,
    Rules,
    Ruling,
    Store,
    address,
    as_dict,
    beside,
    parse_rules,
    result_hash,
    staleness,
    unseen,
)
from lib.decisions.entries import is_same_person
from lib.decisions.tables import METADATA
from lib.manifest import Manifest
from lib.refusal import Refusal
from tests.conftest import ROOT, cases
from tests.servers.ports import free_port
from tests.sources.plans import each_server, reader, run
from tests.specification import read
from tests.stores import everywhere

KEY = "starter-plus-10"
TEXT = (ROOT / "data" / "scenarios" / f"{KEY}.toml").read_text()
WHEN = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
MANIFEST = {
    name: value.isoformat() if isinstance(value, date) else value
    for name, value in {**read("tests/cases/decisions.toml")["manifest"], "fingerprint": "f1f2f3f4f5f6"}.items()
}
RESULT = Result(
    manifest=MANIFEST,
    result_hash="5d0f1c2b3a49",
    could_usd=Decimal("51771.38"),
    moved_usd=Decimal("-0.10"),
    pay_more=112,
    pay_less=0,
)
RULING = Ruling(
    key=KEY,
    text=TEXT,
    decision="approved",
    author="Ada Bauer",
    approver="Ben Okafor",
    decided_at=WHEN,
    effective_on=date(2027, 1, 1),
    note="As proposed.\nLooked at again in March.",
    manifest=MANIFEST,
    result_hash="5d0f1c2b3a49",
    predictions=(
        Prediction("mrr", "MRR", date(2027, 1, 1), "USD", Decimal("4314.280"), Decimal("4000"), Decimal("5000")),
        Prediction("mrr", "MRR", date(2027, 2, 1), "USD", Decimal("4314.28"), low=Decimal("0.00")),
        Prediction("static", "static effect", None, "USD", Decimal("51771.38")),
    ),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "decisions.sqlite"


@pytest.fixture
def kept(file: Path) -> Store:
    """A SQLite store that does not wait for locks, with one scenario and one decision in it."""
    store = Store(address({}, file.parent), patience=0.1)
    save(store)
    store.record(RULING)
    return store


def save(store: Store, author: str = "Ada Bauer", key: str = KEY, **changes: Any) -> Any:
    return store.save(key, changes.pop("text", TEXT), author=author, when=WHEN, result=RESULT, **changes)


def together(*work: Callable[[], Any]) -> list[Any]:
    """What each piece of work gives or is refused with, all begun at the same moment, a thread each."""
    start = threading.Barrier(len(work))

    def begun(one: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return one()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(begun, work))


# Saved scenarios


@everywhere
def test_a_saved_scenario_comes_back_to_the_letter(store: Store) -> None:
    awkward = TEXT + "# naïve 😀 \t' \" \\ % ; -- \r\n# " + "x" * 70_000 + "   \n\n"
    result = replace(RESULT, could_usd=Decimal("-123456789012345678901.123400000"), moved_usd=Decimal("0.00"))
    saved = store.save(KEY, awkward, author="Ada 😀 O'Hara; drop table x", when=WHEN, result=result)
    [found] = store.saved()
    assert found == saved
    assert (found.text, found.author) == (awkward, "Ada 😀 O'Hara; drop table x")
    assert str(found.result.could_usd) == "-123456789012345678901.123400000"
    assert str(found.result.moved_usd) == "0.00"
    assert found.result.manifest == MANIFEST
    assert (found.result.fingerprint, found.result.book_hash) == ("f1f2f3f4f5f6", "b00c00000001")
    assert found.result.warehouse == "aaaa11112222"
    assert found.scenario.changes["plans"]["starter-monthly"] == {"list_price": 329}


@everywhere
def test_saving_again_makes_a_version_and_keeps_the_others(store: Store) -> None:
    assert [save(store, who).version for who in ("Ada", "Ben", "Cem")] == [1, 2, 3]
    save(store, key="another-one")
    assert [(one.key, one.version, one.author) for one in store.saved()] == [
        ("another-one", 1, "Ada Bauer"),
        (KEY, 3, "Cem"),
    ]
    assert [one.author for one in store.history(KEY)] == ["Cem", "Ben", "Ada"]
    assert store.load(KEY).author == "Cem"
    assert store.load(KEY, 1).author == "Ada"
    with pytest.raises(DecisionError, match=r"starter-plus-10 has no version 4; its versions are 1 to 3"):
        store.load(KEY, 4)
    with pytest.raises(DecisionError, match=r"no scenario 'starter-plus-1' is saved .* mean 'starter-plus-10'\?"):
        store.load("starter-plus-1")


@everywhere
def test_a_retired_scenario_is_listed_apart_until_it_is_saved_again(store: Store) -> None:
    save(store)
    save(store, key="another-one")
    gone = store.retire(KEY, who="Ben", why="the tiers merge  in March", when=WHEN + timedelta(days=1))
    assert gone.retirement and gone.retirement.why == "the tiers merge in March"
    assert [one.key for one in store.saved()] == ["another-one"]
    assert store.retired() == (gone,)
    assert store.load(KEY) == gone
    with pytest.raises(DecisionError, match=r"was retired by Ben on 2026-11-06: the tiers merge in March"):
        store.retire(KEY, who="Cem", why="again", when=WHEN)
    assert save(store).version == 2
    assert (len(store.saved()), store.retired()) == (2, ())
    assert [one.retirement is None for one in store.history(KEY)] == [True, False]


@everywhere
def test_nothing_saved_is_an_empty_list_and_reading_makes_no_table(
    store_url: str, store: Store, tmp_path: Path
) -> None:
    assert (store.saved(), store.retired(), store.decisions(), store.audit()) == ((), (), (), [])
    with pytest.raises(DecisionError, match=r"no scenario 'starter-plus-10' is saved in .*; there is none"):
        store.retire(KEY, who="Ada", why="tidy", when=WHEN)
    with pytest.raises(DecisionError, match=r"no decision 1 is recorded in .*; there is none yet"):
        store.decision(1)
    assert list(tmp_path.iterdir()) == []
    engine = create_engine(store_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("desk_")]


def test_who_started_from_an_earlier_version_is_told_what_they_did_not_see(kept: Store) -> None:
    save(kept, "Ben", started_from=1)
    mine = save(kept, "Cem", started_from=1)
    assert mine.version == 3
    assert [one.author for one in unseen(kept.history(KEY), mine)] == ["Ben"]
    assert unseen(kept.history(KEY), save(kept, "Dee", started_from=3)) == ()
    with pytest.raises(DecisionError, match=r"has no version 9 to start from; its newest is 4"):
        save(kept, "Eve", started_from=9)


# Two at once


@everywhere
def test_of_writers_at_the_same_moment_none_loses_anything(store: Store) -> None:
    """The very first writes: whoever is slower finds the tables, and takes the next version."""
    writers = [f"writer {number}" for number in range(8)]
    told = together(*(lambda who=who: [save(store, who) for _ in range(3)] for who in writers))
    assert not [refusal for refusal in told if isinstance(refusal, Refusal)]
    history = store.history(KEY)
    assert [one.version for one in history] == list(range(24, 0, -1))
    assert sorted(one.author for one in history) == sorted(writers * 3)


@everywhere
def test_decisions_at_the_same_moment_are_numbered_without_gaps(store: Store) -> None:
    together(*(lambda note=str(number): store.record(replace(RULING, note=note)) for number in range(6)))
    assert [one.id for one in store.decisions()] == [6, 5, 4, 3, 2, 1]
    assert sorted(one.note for one in store.decisions()) == list("012345")
    assert {len(one.predictions) for one in store.decisions()} == {3}
    assert store.audit() == []


@everywhere
def test_of_two_that_supersede_the_same_the_slower_is_told_by_whom(store: Store) -> None:
    store.record(RULING)
    later = replace(RULING, supersedes=1, decision="deferred")
    told = together(*(lambda who=who: store.record(replace(later, approver=who)) for who in ("Cem", "Dee")))
    [won] = [one for one in told if isinstance(one, Decision)]
    [lost] = [one for one in told if isinstance(one, DecisionError)]
    assert f"decision 1 was superseded by decision 2, deferred by {won.approver} on 2026-11-05" in str(lost)
    assert (store.decision(1).superseded_by, store.decision(2).superseded_by) == (2, None)


@everywhere
def test_of_two_that_retire_the_same_the_slower_is_told_by_whom(store: Store) -> None:
    save(store)
    told = together(*(lambda who=who: store.retire(KEY, who=who, why="old", when=WHEN) for who in ("Cem", "Dee")))
    [lost] = [one for one in told if isinstance(one, Refusal)]
    assert str(lost).startswith(f"{KEY} was retired by {store.retired()[0].retirement.who}")


# Decisions


@everywhere
def test_a_decision_comes_back_to_the_letter(store: Store) -> None:
    recorded = store.record(RULING)
    assert recorded.id == 1
    assert store.decision(1) == recorded
    assert {name: getattr(recorded, name) for name in Ruling.__dataclass_fields__} == {
        name: getattr(RULING, name) for name in Ruling.__dataclass_fields__
    }
    assert [str(one.predicted) for one in recorded.predictions] == ["4314.280", "4314.28", "51771.38"]


@everywhere
def test_a_later_decision_takes_the_place_of_an_earlier_one_and_both_stay(store: Store) -> None:
    first = store.record(RULING)
    second = store.record(replace(RULING, decision="rejected", effective_on=None, supersedes=1))
    assert [(one.id, one.supersedes, one.superseded_by) for one in store.decisions()] == [(2, 1, None), (1, None, 2)]
    assert store.decision(1) == first
    assert store.decision(2) == second
    with pytest.raises(DecisionError, match="there is no decision 7 to supersede; the last is 2"):
        store.record(replace(RULING, supersedes=7))
    earlier = replace(RULING, supersedes=2, decided_at=WHEN - timedelta(days=1))
    with pytest.raises(DecisionError, match="decision 2 was taken on 2026-11-05, later than what is to supersede it"):
        store.record(earlier)
    assert len(store.decisions()) == 2


@everywhere
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update desk_decision set note = 'never said' where id = 2", ["decision 2 is not as it was recorded"]),
        ("update desk_prediction set predicted = '1' where decision_id = 1", ["decision 1 is not as it was recorded"]),
        ("update desk_decision set approver = 'Eve' where id = 3", ["decision 3 is not as it was recorded"]),
        ("delete from desk_prediction where place = 3", [f"decision {n} is not as it was recorded" for n in (1, 2, 3)]),
        ("update desk_decision set seal = '000000000000' where id = 1", ["decision 1 is not", "decision 2 is not"]),
    ],
)
def test_a_record_that_somebody_changes_in_the_database_shows(
    store_url: str, store: Store, change: str, told: list[str]
) -> None:
    for _ in range(3):
        store.record(RULING)
    assert store.audit() == []
    run(store_url, change)
    found = store.audit()
    assert len(found) == len(told)
    assert all(sentence.startswith(opening) for sentence, opening in zip(found, told, strict=True))


def test_a_record_that_somebody_deletes_shows(file: Path, kept: Store) -> None:
    for _ in range(3):
        kept.record(RULING)
    run(
        address({}, file.parent),
        "delete from desk_prediction where decision_id = 2",
        "delete from desk_decision where id = 2",
    )
    assert kept.audit() == ["decision 2 is gone: somebody deleted it from the database"]
    assert kept.record(RULING).id == 5


def test_an_author_may_not_approve_their_own(kept: Store) -> None:
    own = replace(RULING, author="Ada Bauer", approver=" ada  BAUER")
    with pytest.raises(DecisionError, match=r"Ada Bauer is both author and approver of starter-plus-10; let somebody"):
        kept.record(own)
    assert kept.record(own, Rules(self_approval=True)).approver == "ada BAUER"


@pytest.mark.parametrize("other", ["ADA", " Ada ", "A\u200dda", "Ａｄａ", "ada\u200e"])
def test_one_name_in_two_spellings_is_one_person(other: str) -> None:
    assert is_same_person("Ada", other)
    assert not is_same_person("Ada", f"{other} B")


def test_who_may_decide_is_data() -> None:
    assert parse_rules((ROOT / "data" / "decisions.toml").read_text()) == Rules(self_approval=False)
    assert parse_rules("self_approval = true\nwhy = 'one founder'") == Rules(self_approval=True)
    for written, told in {
        "self_approval = 1\nwhy = 'x'": "self_approval is 1; write true or false",
        "self_aproval = true\nwhy = 'x'": "has no key 'self_aproval'; did you mean 'self_approval'?",
        "self_approval = true": "lacks 'why'",
        "self_approval = ": "data/decisions.toml is not valid TOML",
    }.items():
        with pytest.raises(DecisionError) as refused:
            parse_rules(written)
        assert told in str(refused.value)


def test_a_decision_is_one_json_document(kept: Store) -> None:
    document = json.loads(json.dumps(as_dict(kept.decision(1))))
    assert document["decided_at"] == "2026-11-05T09:30:00.000000Z"
    assert document["effective_on"] == "2027-01-01"
    assert document["manifest"] == MANIFEST
    assert document["text"] == TEXT
    assert document["predictions"][0] == {
        "line": "mrr",
        "label": "MRR",
        "month": "2027-01-01",
        "unit": "USD",
        "predicted": "4314.280",
        "low": "4000",
        "high": "5000",
    }
    assert document["predictions"][2]["month"] is None


def test_a_moment_is_kept_in_utc(kept: Store) -> None:
    local = datetime(2026, 11, 6, 1, 15, 0, 250_000, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    recorded = kept.record(replace(RULING, decided_at=local))
    assert as_dict(kept.decision(recorded.id))["decided_at"] == "2026-11-05T19:45:00.250000Z"


# What may not stand in a record


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"key": "../../etc/passwd"}, "'../../etc/passwd' is no key .* as in 'etc-passwd'"),
        ({"key": "Starter Plus 10"}, "as in 'starter-plus-10'"),
        ({"key": "starter-plus-10\n"}, "is no key of a scenario"),
        ({"key": "x'; drop table desk_decision; --"}, "is no key of a scenario"),
        ({"key": "stårter"}, "is no key of a scenario"),
        ({"key": ""}, "is no key of a scenario; .* as in 'starter-plus-10'"),
        ({"key": "a" * 65}, "at most 64 small letters"),
        ({"key": None}, "None is no key of a scenario"),
        ({"text": "x" * 1_000_000}, "scenario is longer than 256 KiB"),
        ({"text": f"{TEXT}# \x07"}, "scenario holds the invisible sign U\\+0007; take it out"),
        ({"text": f"{TEXT}# \ud800"}, "scenario holds the invisible sign U\\+D800"),
        ({"text": f"{TEXT}# \u202egnp.exe"}, "scenario holds the invisible sign U\\+202E"),
        ({"text": b"name = 'x'"}, "write it as text"),
        ({"decision": "aproved"}, "the decision is 'aproved'; did you mean 'approved'\\?"),
        ({"decision": None}, "the decision is None; there are: approved, deferred, rejected"),
        ({"author": "  "}, "the author is empty; write it out"),
        ({"author": "Ada\x00"}, "the author holds the invisible sign U\\+0000"),
        ({"author": "Ada\nBen"}, "the author holds the invisible sign U\\+000A"),
        ({"approver": "x" * 101}, "the approver has 101 letters; write at most 100"),
        ({"approver": None}, "the approver is None; write it as text"),
        ({"note": "x" * 1_000_000}, "the note has 1,000,000 letters; write at most 10,000"),
        ({"note": "\x1b[31m"}, "the note holds the invisible sign U\\+001B"),
        ({"decided_at": datetime(2026, 11, 5)}, "decided_at is .*; pass a moment with its time zone"),  # noqa: DTZ001
        ({"decided_at": date(2026, 11, 5)}, "pass a moment with its time zone"),
        ({"effective_on": None}, "is approved from no day on; say the day it takes effect"),
        ({"effective_on": WHEN}, "pass a day as in 2027-01-01"),
        ({"manifest": {**MANIFEST, "warehouse": "w" * 401}}, "the warehouse of the manifest has 401 letters"),
        ({"manifest": {}}, "the fingerprint of the manifest is None"),
        ({"manifest": {**MANIFEST, "x": float("nan")}}, "the manifest is no JSON document"),
        ({"manifest": {**MANIFEST, "x": object()}}, "the manifest is no JSON document"),
        ({"manifest": {**MANIFEST, "x": "y" * 1_000_000}}, "manifest is longer than 256 KiB"),
        ({"result_hash": "'; --"}, "the result hash is"),
    ],
)
def test_what_cannot_be_a_record_is_refused_before_anything_is_written(
    file: Path, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(DecisionError, match=told) as refused:
        Store(address({}, file.parent)).record(replace(RULING, **change))
    assert "\n" not in str(refused.value)
    assert not file.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"predicted": 0.1}, "mrr: 0.1 is a float"),
        ({"predicted": "NaN"}, "mrr: 'NaN' is not a number"),
        ({"predicted": Decimal("1e999999")}, "mrr: .* is out of range"),
        ({"month": date(2027, 1, 15)}, "the month of mrr is 2027-01-15; a month is written as its first day"),
        ({"low": Decimal(11)}, "mrr: 10 for 2027-01 lies outside its own range 11 to None; mend one"),
        ({"high": Decimal(9)}, "mrr: 10 for 2027-01 lies outside its own range None to 9; mend one"),
        ({"label": ""}, "the label of mrr is empty"),
        ({"unit": "x" * 101}, "the unit has 101 letters"),
    ],
)
def test_a_prediction_that_cannot_be_judged_later_is_refused(kept: Store, change: dict[str, Any], told: str) -> None:
    line = Prediction("mrr", "MRR", date(2027, 1, 1), "USD", Decimal(10))
    with pytest.raises(DecisionError, match=told):
        kept.record(replace(RULING, predictions=(replace(line, **change),)))
    with pytest.raises(DecisionError, match="mrr is predicted twice for 2027-01; leave one of the two"):
        kept.record(replace(RULING, predictions=(line, line)))
    with pytest.raises(DecisionError, match="10,001 lines are predicted; record at most 10,000"):
        kept.record(replace(RULING, predictions=tuple(replace(line, line=f"l{n}") for n in range(10_001))))
    assert len(kept.decisions()) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"could_usd": 1.5}, "could_usd: 1.5 is a float"),
        ({"moved_usd": None}, "moved_usd: None is a NoneType"),
        ({"pay_more": -1}, "pay_more is -1; pass a whole number from 0 on"),
        ({"pay_more": True}, "pay_more is True"),
        ({"pay_less": 2**31}, "pay_less is 2147483648"),
        ({"result_hash": ""}, "the result hash is ''"),
    ],
)
def test_a_result_that_is_not_exact_is_refused(file: Path, change: dict[str, Any], told: str) -> None:
    store = Store(address({}, file.parent))
    with pytest.raises(DecisionError, match=told):
        store.save(KEY, TEXT, author="Ada", when=WHEN, result=replace(RESULT, **change))
    assert not file.exists()


def test_a_text_that_is_no_scenario_is_refused_in_the_words_of_the_catalog(file: Path) -> None:
    for text, told in {
        "name = ": "is not valid TOML",
        TEXT.replace("baseline ", "baselin "): "has no use for 'baselin'; did you mean 'baseline'?",
        "x = " + "[" * 100_000: "is not valid TOML",
    }.items():
        with pytest.raises(ScenarioError) as refused:
            save(Store(address({}, file.parent)), text=text)
        assert told in str(refused.value)
    assert not file.exists()


INJECTED = "Robert'); drop table desk_decision; -- %s %(x)s :x ? {0} \\' 😀"


@everywhere
def test_sql_in_what_people_write_stays_what_they_wrote(store: Store) -> None:
    line = Prediction(INJECTED, INJECTED, None, INJECTED, Decimal(1))
    store.record(replace(RULING, author=INJECTED, note=INJECTED, predictions=(line,)))
    save(store, INJECTED)
    store.retire(KEY, who=INJECTED, why=INJECTED, when=WHEN)
    [decision], [gone] = store.decisions(), store.retired()
    assert (decision.author, decision.note, decision.predictions) == (INJECTED, INJECTED, (line,))
    assert gone.retirement and (gone.author, gone.retirement.who) == (INJECTED, INJECTED)


@given(st.text(max_size=120))
@example("é")
def test_any_name_is_kept_as_it_reads_or_refused_in_one_sentence(tmp_path_factory: Any, name: str) -> None:
    store = Store(address({}, tmp_path_factory.mktemp("names")))
    try:
        saved = save(store, name)
    except DecisionError as refusal:
        assert str(refusal).startswith("the author ")
        return
    assert store.load(KEY).author == saved.author
    assert is_same_person(saved.author, name)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**20), max_value=10**20))
def test_any_amount_comes_back_digit_by_digit(tmp_path_factory: Any, amount: Decimal) -> None:
    store = Store(address({}, tmp_path_factory.mktemp("amounts")))
    store.save(KEY, TEXT, author="Ada", when=WHEN, result=replace(RESULT, could_usd=amount))
    assert str(store.load(KEY).result.could_usd) == str(Decimal(f"{amount:f}"))


# Where it is


def test_the_address_comes_from_the_environment_or_is_a_file_in_a_folder(tmp_path: Path) -> None:
    odd = tmp_path / "a #1 & 50%?"
    odd.mkdir()
    save(Store(address({"DECISIONS_DB_URL": ""}, odd)))
    assert (odd / "decisions.sqlite").is_file()
    assert address({"DECISIONS_DB_URL": "postgresql://h/x"}, odd) == "postgresql://h/x"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "write sqlite:///file, mysql\\+pymysql://"),
        ("decisions.sqlite", "write sqlite:///file"),
        ("oracle://u:hush@h/x", "the nearest to 'oracle' is"),
        ("postgresql+asyncpg://u:hush@h/x", "the nearest to 'postgresql\\+asyncpg' is 'postgresql\\+psycopg'"),
        ("postgresql://u:hush@h", "it names no database"),
        ("sqlite://", "a database in memory forgets every decision; name a file"),
        ("sqlite:///:memory:", "a database in memory forgets every decision"),
        ("sqlite:///file:x?mode=memory&uri=true", "a SQLite file takes no parameters"),
        ("sqlite:///x.sqlite?timeout=1", "a SQLite file takes no parameters"),
    ],
)
def test_an_address_where_nothing_can_be_kept_is_refused(url: str, told: str) -> None:
    with pytest.raises(DecisionError, match=f"DECISIONS_DB_URL is no address .*{told}") as refused:
        Store(url)
    assert "hush" not in str(refused.value)


def test_the_password_is_never_shown(file: Path) -> None:
    url = f"mysql+pymysql://desk:hush@127.0.0.1:{free_port()}/app"
    store = Store(url)
    assert "hush" not in f"{store!r} {store.place} {vars(store)}"
    with pytest.raises(
        DecisionError, match=r"MySQL database app on 127.0.0.1:\d+ as desk .*nothing answers"
    ) as refused:
        store.saved()
    assert "hush" not in str(refused.value)
    with pytest.raises(DecisionError, match="a parameter that the driver does not know"):
        Store(f"{url}?no_such_option=1").saved()
    for option in ("charset=hush", "ssl=hush", "read_timeout=hush"):
        with pytest.raises(DecisionError, match="or cannot read; check what stands behind the") as refused:
            Store(f"{url}?{option}").saved()
        assert "hush" not in str(refused.value)


@each_server
def test_a_user_who_may_only_read_reads_and_is_told(engine: str, store_url: str, store: Store) -> None:
    save(store)
    grants = [f"grant select on {table} to {{user}}" for table in METADATA.tables]
    with reader(store_url, *grants) as careful:
        assert Store(careful).saved() == store.saved()
        with pytest.raises(DecisionError, match=r"it may only be read here; .* grant it insert, update and create"):
            save(Store(careful))
    wrong = store_url.replace("desk:desk@", "desk:hush@")
    with pytest.raises(DecisionError, match="it does not take that user or password") as refused:
        Store(wrong).saved()
    assert "hush" not in str(refused.value)
    with pytest.raises(DecisionError, match=r"it has no database of that name|may only be read"):
        Store(store_url.replace("/app", "/nowhere")).saved()


# One sentence


def both_ways(store: Store) -> list[str]:
    """What a reader and a writer are told."""
    told = []
    for attempt in (store.saved, lambda: save(store)):
        with pytest.raises(DecisionError) as refused:
            attempt()
        assert "\n" not in str(refused.value)
        told.append(str(refused.value))
    return told


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    for sentence in both_ways(Store(address({}, tmp_path / "gone"))):
        assert sentence.startswith(f"{tmp_path / 'gone'} is no folder, so no decision can be kept")
    assert not (tmp_path / "gone").exists()


def test_a_folder_in_the_place_of_the_file(file: Path) -> None:
    file.mkdir()
    for sentence in both_ways(Store(address({}, file.parent))):
        assert "it cannot be opened; check that it is a file" in sentence


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at" * 30, b"SQLite format 3\0"])
def test_a_file_that_is_no_database(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for sentence in both_ways(Store(address({}, file.parent))):
        assert "it is no database of ours or it is damaged; put it aside" in sentence
    assert file.read_bytes() == content


def test_a_damaged_database(file: Path, kept: Store) -> None:
    pages = bytearray(file.read_bytes())
    pages[4096:] = b"\xff" * (len(pages) - 4096)
    file.write_bytes(pages)
    for sentence in both_ways(kept):
        assert "it is no database of ours or it is damaged; put it aside" in sentence


def test_a_locked_database_is_waited_for_and_then_told(file: Path, kept: Store) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("begin exclusive")
        for sentence in both_ways(kept):
            assert "somebody else holds it locked; try again in a moment" in sentence
    assert save(kept).version == 2


def test_a_writer_does_not_keep_readers_out(file: Path, kept: Store) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("begin immediate")
        assert len(kept.decisions()) == 1
        with pytest.raises(DecisionError, match="somebody else holds it locked"):
            kept.record(RULING)


def test_a_read_only_database_is_read_and_not_written(file: Path, kept: Store) -> None:
    content = bytearray(file.read_bytes())
    content[18] = 3  # a file of a later format may only be read: https://www.sqlite.org/fileformat2.html, 1.3.3
    file.write_bytes(content)
    assert len(kept.decisions()) == 1
    with pytest.raises(DecisionError, match="it may only be read here; let this user write it"):
        save(kept)


@everywhere
def test_a_newer_store_is_refused_and_left_as_it_is(store_url: str, store: Store) -> None:
    save(store)
    run(store_url, "update desk_schema set version = 4")
    for sentence in both_ways(store):
        assert sentence.endswith(
            "were written by a newer desk (tables 4, this one knows 3); bring this desk up to date"
        )
    run(store_url, "update desk_schema set version = 3")
    assert len(store.history(KEY)) == 1


def test_a_version_of_the_tables_that_is_none(file: Path, kept: Store) -> None:
    run(address({}, file.parent), "update desk_schema set version = 'new'")
    for sentence in both_ways(kept):
        assert "is damaged or was changed by hand" in sentence


@everywhere
def test_tables_that_were_half_made_are_completed(store_url: str, store: Store) -> None:
    save(store)
    run(store_url, "drop table desk_retired_scenario", "drop table desk_saved_scenario", "delete from desk_schema")
    assert store.saved() == ()
    assert save(store).version == 1


@everywhere
def test_a_table_of_ours_that_is_not_ours(store_url: str, store: Store) -> None:
    save(store)
    run(store_url, "drop table desk_retired_scenario", "drop table desk_saved_scenario")
    run(store_url, "create table desk_saved_scenario (id integer)")
    try:
        with pytest.raises(DecisionError, match="it has a table under one of our names that is not ours"):
            save(store)
    finally:
        run(store_url, "drop table desk_saved_scenario")


@pytest.mark.parametrize(
    "change",
    [
        "update desk_saved_scenario set could_usd = 'much'",
        "update desk_saved_scenario set saved_at = 'yesterday'",
        "update desk_saved_scenario set manifest = '{'",
        "update desk_saved_scenario set pay_more = 'some'",
        "update desk_saved_scenario set scenario_text = cast(x'ff' as text)",
        "update desk_decision set decided_at = 5",
        "update desk_decision set effective_on = '2027-13-01'",
        "update desk_prediction set predicted = 'NaN'",
        "update desk_prediction set month = 'May'",
    ],
)
def test_a_value_that_was_never_written_is_a_damaged_record(file: Path, kept: Store, change: str) -> None:
    run(address({}, file.parent), change)
    asked = kept.saved if "saved_scenario" in change else kept.decisions
    with pytest.raises(DecisionError, match="damaged"):
        asked()
    if "saved_scenario" not in change:
        with pytest.raises(DecisionError, match="damaged"):
            kept.record(RULING)


# Death in the middle

WRITER = """
import sys, time
from dataclasses import replace
from pathlib import Path
from sqlalchemy import Engine, event
from lib.decisions import Store, address
from tests.test_decisions import RULING

lines = tuple(replace(RULING.predictions[0], line=f"line {number}", label="x" * 400) for number in range(10_000))
store = Store(address({}, Path(sys.argv[1])))
"""
STOPS_HALFWAY = """
@event.listens_for(Engine, "after_cursor_execute")
def stop(connection, cursor, statement, parameters, context, executemany):
    if statement.startswith(("INSERT INTO desk_decision", "INSERT INTO desk_prediction")[int(sys.argv[2])]):
        print("halfway", flush=True)
        time.sleep(60)

store.record(replace(RULING, predictions=lines))
"""
WRITES_ON = """
print("begins", flush=True)
while True:
    store.record(replace(RULING, predictions=lines[:200]))
"""


def killed(script: str, folder: Path, *words: str, after: float = 0) -> None:
    """A writer of its own, killed some seconds after its first word."""
    command = [sys.executable, "-c", WRITER + script, str(folder), *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout and writer.stdout.readline()
        time.sleep(after)
        writer.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("stage", ["0", "1"])
def test_a_writer_that_is_killed_halfway_leaves_nothing_behind(file: Path, kept: Store, stage: str) -> None:
    before = file.stat().st_size
    killed(STOPS_HALFWAY, file.parent, stage)
    assert (file.stat().st_size > before) == (stage == "1")  # many of its lines stand in the file already
    assert [one.id for one in kept.decisions()] == [1]
    assert kept.record(RULING).id == 2
    assert kept.audit() == []


def test_a_writer_that_is_killed_before_the_first_record_leaves_nothing_behind(file: Path) -> None:
    killed(STOPS_HALFWAY, file.parent, "1")
    store = Store(address({}, file.parent))
    assert store.decisions() == ()
    assert store.record(RULING).id == 1


@pytest.mark.parametrize("after", [0.05, 0.2, 0.4])
def test_a_writer_that_is_killed_at_any_moment_leaves_whole_records(file: Path, after: float) -> None:
    killed(WRITES_ON, file.parent, after=after)
    store = Store(address({}, file.parent))
    found = store.decisions()
    assert [one.id for one in found] == list(range(len(found), 0, -1))
    assert {len(one.predictions) for one in found} <= {200}
    assert store.audit() == []
    assert store.record(RULING).id == len(found) + 1


# Stale or not


@pytest.mark.parametrize("case", cases("decisions", "stale"))
def test_what_changed_since_it_was_saved(kept: Store, case: dict[str, Any]) -> None:
    now = {
        **MANIFEST,
        **{
            name: value.isoformat() if isinstance(value, date) else value for name, value in case.get("now", {}).items()
        },
    }
    assert staleness(kept.load(KEY), now, case.get("result")) == case["words"]


def test_a_manifest_of_ours_is_as_good_as_its_json(kept: Store) -> None:
    manifest = Manifest(as_of=date(2026, 11, 5), book="2026-05-09", book_hash="b00c00000001", warehouse="w1")
    saved = kept.save(KEY, TEXT, author="Ada", when=WHEN, result=replace(RESULT, manifest=manifest.as_dict()))
    assert staleness(saved, manifest, RESULT.result_hash) == []
    assert staleness(saved, replace(manifest, seed=2)) == ["the seed: 2, not None"]


SIMULATION = {
    "manifest": {"as_of": "2026-11-05", "fingerprint": "1"},
    "warnings": [],
    "incomplete": [],
    "parity": {"words": "all of it"},
    "baseline": {"revenue_usd": "5451797.64"},
    "delta": {"revenue_usd": "51771.38"},
}


def test_the_hash_of_a_result_moves_with_its_figures_and_with_nothing_else() -> None:
    told = result_hash(SIMULATION)
    same = {**dict(reversed(SIMULATION.items())), "manifest": {"as_of": "2026-12-24"}, "warnings": ["look"]}
    assert result_hash(same) == told
    assert result_hash({**SIMULATION, "delta": {"revenue_usd": "51771.39"}}) != told
    assert result_hash({**SIMULATION, "customers": []}) != told
    assert SIMULATION["manifest"] == {"as_of": "2026-11-05", "fingerprint": "1"}


# What happened beside what was predicted


def amount(case: dict[str, Any], name: str) -> Decimal | None:
    return Decimal(case[name]) if name in case else None


@pytest.mark.parametrize("case", cases("decisions", "beside"))
def test_what_happened_beside_what_was_predicted(case: dict[str, Any]) -> None:
    month, happened = case.get("month"), amount(case, "happened")
    line = Prediction("mrr", "MRR", month, "USD", Decimal(case["predicted"]), amount(case, "low"), amount(case, "high"))
    actuals = {} if happened is None else {("mrr", month): happened}
    [row] = beside([line], {**actuals, ("another", month): Decimal(1)}, case.get("settled_before"))
    assert (row.line, row.label, row.month, row.predicted) == ("mrr", "MRR", month, line.predicted)
    assert row.happened == (None if case.get("shown") == "not yet" else happened)
    assert row.difference == amount(case, "difference")
    assert row.within_range == case.get("within_range")
    assert row.words == case["words"]


money = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)


@given(st.lists(money, min_size=1, max_size=12), st.data())
def test_every_prediction_has_its_row_and_an_absence_is_never_a_number(predicted: list[Decimal], data: Any) -> None:
    months = [date(2027, month, 1) for month in range(1, len(predicted) + 1)]
    known = data.draw(st.dictionaries(st.sampled_from(months), money))
    lines = [Prediction("mrr", "MRR", month, "USD", value) for month, value in zip(months, predicted, strict=True)]
    rows = beside(lines, {("mrr", month): value for month, value in known.items()})
    assert [row.month for row in rows] == months
    for row in rows:
        assert (
            (row.happened is None) == (row.difference is None) == (row.state == "not yet") == (row.month not in known)
        )
        if row.difference is not None:
            assert row.predicted + row.difference == row.happened == known[row.month]


def test_a_note_that_is_no_text_is_damage_and_no_traceback(file: Path, kept: Store) -> None:
    run(address({}, file.parent), "update desk_decision set note = x'ff00'")
    with pytest.raises(DecisionError, match=r"a recorded decision in .* is damaged or was changed by hand"):
        kept.audit()


def test_a_file_of_a_name_longer_than_any_is_refused_in_one_sentence() -> None:
    with pytest.raises(DecisionError, match=r"no file can be called '/xx.*xx', so no decision can be kept") as refused:
        Store(f"sqlite:////{'x' * 5000}").decisions()
    assert len(str(refused.value)) < 200
