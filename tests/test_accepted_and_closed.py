"""Acknowledgements and closed months in the store: kept exactly, never changed, and added to older stores."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, inspect

from lib.decisions import Accepted, Closing, DecisionError, Store, Withdrawal, address
from lib.refusal import Refusal
from tests.conftest import ROOT
from tests.sources.plans import run, statements
from tests.stores import everywhere

WHEN = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
LATER = WHEN + timedelta(days=2)
LADDER, STALE = "plans.command_plus-annual.list_price", "third_party.capture.directory"
PAPER = '{"payout_usd": "441684.37", "naïve": "😀 \\\\ %s\\n"}'
SEPTEMBER = Closing(
    month=date(2026, 9, 1),
    who="Fin O'Hara",
    why="the payout reconciles",
    closed_at=WHEN,
    snapshot="2026-10-31",
    fingerprint="0f3c9a6b2d41",
    paper=PAPER,
)
OLDER = ROOT / "tests" / "cases" / "decisions-version-1.sql"


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    """A SQLite store that does not wait for locks."""
    return Store(address({}, tmp_path), patience=0.1)


def accept(store: Store, finding: str = LADDER, who: str = "Ada", **changes: Any) -> Accepted:
    usual = {"why": "the tiers merge in March", "until": date(2027, 3, 31), "when": WHEN}
    return store.acknowledge(finding, who=who, **{**usual, **changes})


def closed(store: Store, *months: date) -> list[Closing]:
    return [store.close(replace(SEPTEMBER, month=month)) for month in months]


def together(*work: Callable[[], Any]) -> list[Any]:
    """What each piece of work gives or is refused with, a thread each."""

    def tried(one: Callable[[], Any]) -> Any:
        try:
            return one()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(tried, work))


# Acknowledgements


@everywhere
def test_what_is_accepted_comes_back_to_the_letter(store: Store) -> None:
    awkward = "Robert'); drop table desk_closing; -- %s :x 😀"
    made = accept(store, who=awkward, why=awkward, until=date(2027, 3, 31))
    assert store.acknowledged() == (made,)
    assert (made.finding, made.who, made.why) == (LADDER, awkward, awkward)
    assert (made.until, made.acknowledged_at, made.id, made.stands) == (date(2027, 3, 31), WHEN, 1, True)


@everywhere
def test_a_later_acknowledgement_takes_the_place_of_an_earlier_one_and_both_stay(store: Store) -> None:
    accept(store), accept(store, STALE), accept(store, who="Ben", until=date(2027, 6, 30))
    assert [(one.finding, one.who) for one in store.acknowledged()] == [(LADDER, "Ben"), (STALE, "Ada")]
    assert [(one.id, one.superseded_by) for one in store.acknowledgements()] == [(3, None), (2, None), (1, 3)]


@everywhere
def test_what_is_withdrawn_stays_on_record_with_who_withdrew_it(store: Store) -> None:
    accept(store)
    gone = store.withdraw(LADDER, who="Ben", why="they do not merge", when=LATER)
    assert store.acknowledged() == ()
    assert store.acknowledgements() == (gone,)
    assert gone.withdrawal == Withdrawal("Ben", "they do not merge", LATER)
    with pytest.raises(DecisionError, match="was withdrawn already by Ben on 2026-11-07: they do not merge"):
        store.withdraw(LADDER, who="Cem", why="again", when=LATER)
    assert accept(store, who="Cem").id == 3
    assert [(one.who, one.stands) for one in store.acknowledgements()] == [("Cem", True), ("Ada", False)]


@everywhere
def test_what_nobody_accepts_cannot_be_withdrawn(store: Store) -> None:
    accept(store)
    with pytest.raises(DecisionError, match=r"nobody accepts 'plans.command-annual.list_price'; did you mean 'plans\."):
        store.withdraw("plans.command-annual.list_price", who="Ada", why="x", when=WHEN)


@everywhere
def test_of_those_who_accept_at_the_same_moment_none_is_lost(store: Store) -> None:
    told = together(*(lambda who=f"writer {n}": [accept(store, who=who) for _ in range(3)] for n in range(4)))
    assert not [one for one in told if isinstance(one, Refusal)]
    assert [one.id for one in store.acknowledgements()] == list(range(12, 0, -1))
    assert len(store.acknowledged()) == 1
    assert store.audit() == []


@everywhere
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            "update desk_acknowledgement set until_on = '2099-12-31' where id = 1",
            ["acknowledgement 1 is not as it was"],
        ),
        (
            "update desk_acknowledgement set act = 'accepted', until_on = '2099-12-31' where id = 2",
            ["acknowledgement 2"],
        ),
        ("delete from desk_acknowledgement where id = 2", ["acknowledgement 2 is gone"]),
        ("update desk_closing set paper = '{}' where id = 2", ["the closing of 2026-10 is not as it was recorded"]),
        ("delete from desk_closing where id = 2", ["the closing of 2026-10 is gone"]),
        ("delete from desk_closing where id = 1", ["the closing of 2026-09 is gone"]),
    ],
)
def test_what_somebody_changes_in_the_database_shows(
    store_url: str, store: Store, change: str, told: list[str]
) -> None:
    accept(store), store.withdraw(LADDER, who="Ben", why="no", when=LATER), accept(store)
    closed(store, date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
    assert store.audit() == []
    run(store_url, change)
    found = store.audit()
    assert len(found) == len(told)
    assert all(sentence.startswith(opening) for sentence, opening in zip(found, told, strict=True)), found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"finding": " "}, "the name of the finding is empty"),
        ({"finding": "x" * 401}, "the name of the finding has 401 letters; write at most 400"),
        ({"who": ""}, "who accepts it is empty; write it out"),
        ({"why": "  "}, "why somebody accepts it is empty"),
        ({"why": "two\nlines"}, "holds the invisible sign U\\+000A"),
        ({"until": None}, "the last day it is accepted is None; pass a day as in 2027-01-01"),
        ({"until": WHEN}, "pass a day as in 2027-01-01"),
        ({"when": date(2026, 11, 5)}, "pass a moment with its time zone"),
    ],
)
def test_what_cannot_be_an_acknowledgement_is_refused_before_anything_is_written(
    kept: Store, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(DecisionError, match=told):
        accept(kept, **change)
    assert list(tmp_path.iterdir()) == []


# Closed months


@everywhere
def test_a_closed_month_comes_back_to_the_letter(store: Store) -> None:
    made = store.close(SEPTEMBER)
    assert store.closings() == (made,)
    assert replace(made, seal="", id=0) == SEPTEMBER
    assert (made.id, len(made.seal)) == (1, 12)


@everywhere
def test_months_are_closed_one_after_the_other(store: Store) -> None:
    closed(store, date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))
    for month, told in {
        date(
            2026, 12, 1
        ): "2026-12 was closed by Fin O'Hara on 2026-11-05: the payout reconciles; a closed month stays",
        date(2027, 3, 1): "2027-03 is not the next month .* 2026-11 to 2027-01 are closed, .*; close 2027-02",
        date(2026, 10, 1): "2026-10 is not the next month .*; close 2027-02",
    }.items():
        with pytest.raises(DecisionError, match=told):
            closed(store, month)
    closed(store, date(2027, 2, 1))
    assert [f"{one.month:%Y-%m}" for one in store.closings()] == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert store.audit() == []


@everywhere
def test_of_two_that_close_the_same_month_the_slower_is_told_by_whom(store: Store) -> None:
    told = together(*(lambda who=who: store.close(replace(SEPTEMBER, who=who)) for who in ("Cem", "Dee")))
    [won] = [one for one in told if isinstance(one, Closing)]
    [lost] = [one for one in told if isinstance(one, DecisionError)]
    assert str(lost).startswith(f"2026-09 was closed by {won.who} on 2026-11-05")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"month": date(2026, 9, 2)}, "the month to close is 2026-09-02; a month is written as its first day"),
        ({"who": " "}, "who closes the month is empty"),
        ({"why": ""}, "why the month is closed is empty"),
        ({"closed_at": datetime(2026, 11, 5)}, "the moment of closing is .*; pass a moment"),  # noqa: DTZ001
        ({"snapshot": ""}, "the snapshot is empty"),
        ({"fingerprint": "none"}, "the fingerprint is 'none'"),
        ({"paper": "{"}, "the paper of 2026-09 is no JSON text"),
        ({"paper": f'"{"x" * (1 << 22)}"'}, "longer than 4096 KiB"),
    ],
)
def test_what_cannot_be_a_closing_is_refused_before_anything_is_written(
    kept: Store, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(DecisionError, match=told):
        kept.close(replace(SEPTEMBER, **change))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("update desk_closing set month = 'May'", Store.closings),
        ("update desk_closing set closed_at = 5", Store.closings),
        ("update desk_acknowledgement set until_on = null", Store.acknowledged),
        ("update desk_acknowledgement set noted_at = 'yesterday'", Store.acknowledged),
        ("update desk_acknowledgement set who = x'ff00'", Store.acknowledged),
        ("update desk_acknowledgement set why = x'ff00'", Store.acknowledgements),
        ("update desk_closing set who = x'ff00'", Store.closings),
        ("update desk_closing set paper = x'ff00'", Store.closings),
    ],
)
def test_a_value_that_was_never_written_is_a_damaged_record(
    tmp_path: Path, kept: Store, change: str, asked: Callable[[Store], object]
) -> None:
    accept(kept), kept.close(SEPTEMBER)
    run(address({}, tmp_path), change)
    for attempt in (asked, Store.audit):
        with pytest.raises(DecisionError, match="damaged or was changed by hand"):
            attempt(kept)


@pytest.mark.parametrize(
    ("table", "asked"), [("desk_acknowledgement", Store.acknowledged), ("desk_closing", Store.closings)]
)
def test_a_table_that_was_taken_away_is_said_as_that(
    tmp_path: Path, kept: Store, table: str, asked: Callable[[Store], object]
) -> None:
    accept(kept), kept.close(SEPTEMBER)
    run(address({}, tmp_path), f"drop table {table}")
    with pytest.raises(DecisionError, match="one of its tables was taken away; put it aside and take the last copy"):
        asked(kept)


# A store that an older desk wrote


@pytest.fixture
def older(store_url: str) -> Iterator[Store]:
    """A store of tables of version 1, as the desk of that time wrote it."""
    run(store_url, *statements(OLDER.read_text()))
    yield Store(store_url)
    run(store_url, *(f"drop table if exists desk_{name}" for name in ("prediction", "decision", "retired_scenario")))


def versions(url: str) -> tuple[list[Any], set[str]]:
    """The version that stands in the database, and our tables there."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("select version from desk_schema").scalars().all()
        return list(found), {name for name in inspect(connection).get_table_names() if name.startswith("desk_")}


@everywhere
def test_an_older_store_is_read_as_it_is(store_url: str, older: Store) -> None:
    assert [(one.key, one.version, one.author) for one in older.saved()] == [("starter-plus-10", 2, "Ben Okafor")]
    assert [one.key for one in older.retired()] == ["put-aside"]
    assert [(one.id, one.superseded_by) for one in older.decisions()] == [(2, None), (1, 2)]
    assert (older.acknowledged(), older.acknowledgements(), older.closings(), older.audit()) == ((), (), (), [])
    assert versions(store_url) == ([1], {f"desk_{name}" for name in OLD_TABLES})


OLD_TABLES = ("schema", "saved_scenario", "retired_scenario", "decision", "prediction")


@everywhere
@pytest.mark.parametrize(
    "write", [accept, lambda store: store.close(SEPTEMBER), lambda store: store.retire("starter-plus-10", **WHO)]
)
def test_an_older_store_is_brought_up_to_date_by_the_first_who_writes(
    store_url: str, older: Store, write: Callable[[Store], object]
) -> None:
    before = older.decisions(), older.history("put-aside")
    write(older)
    assert versions(store_url) == (
        [3],
        {f"desk_{name}" for name in (*OLD_TABLES, "acknowledgement", "closing", "offer")},
    )
    assert (older.decisions(), older.history("put-aside")) == before
    assert older.audit() == []
    accept(older, STALE)
    assert STALE in {one.finding for one in older.acknowledged()}


WHO = {"who": "Dee", "why": "old", "when": WHEN}


@everywhere
def test_several_who_bring_an_older_store_up_to_date_at_once(store_url: str, older: Store) -> None:
    told = together(*(lambda who=f"writer {n}": accept(older, who=who) for n in range(6)))
    assert not [one for one in told if isinstance(one, Refusal)]
    assert len(older.acknowledgements()) == 6
    assert versions(store_url)[0] == [3]


@everywhere
def test_a_store_that_was_left_halfway_between_two_versions_is_completed(store_url: str, older: Store) -> None:
    accept(older)
    run(store_url, "drop table desk_closing", "update desk_schema set version = 1")
    assert older.closings() == ()
    older.close(SEPTEMBER)
    assert len(older.acknowledged()) == 1
    assert versions(store_url)[0] == [3]


def test_withdrawing_where_nothing_was_written_makes_no_file(kept: Store, tmp_path: Path) -> None:
    with pytest.raises(DecisionError, match="nobody accepts 'x'; there is none"):
        kept.withdraw("x", who="Ada", why="y", when=WHEN)
    assert list(tmp_path.iterdir()) == []
