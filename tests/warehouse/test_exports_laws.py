"""Laws of the intake of exports: every line of any bytes is explained, or the file is refused in a sentence."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.refusal import Refusal
from lib.sources.files import count_lines
from lib.warehouse.build import DATA
from lib.warehouse.exports import Intake
from lib.warehouse.feeds import Answer, Feed, Shape, read_feeds
from lib.warehouse.snapshots import ListedFile
from lib.warehouse.vocabulary import Vocabulary

[SIGNUPS] = [feed for feed in read_feeds(DATA / "feeds") if feed.name == "signup"]
COLUMNS = list(SIGNUPS.columns)
OBJECTS = Shape("objects", "company/*.jsonl*", {column: Answer((column, f"was.{column}")) for column in COLUMNS})
FEED = replace(SIGNUPS, shapes=(*SIGNUPS.shapes, OBJECTS))
NOWHERE = duckdb.connect()  # an intake asks it for nothing before its rows are stored
HEADER = ",".join(COLUMNS).encode() + b"\n"
MARKS = '"\n\r,;\0-09 {}[]:é\ufeff\u2028'
GOOD = {
    "signup_id": "su-1",
    "product": "vellocity",
    "signed_up_on": "2026-04-01",
    "converted_on": "",
    "customer_id": "",
}

anything = st.binary(max_size=80) | st.text(alphabet=MARKS, max_size=60).map(str.encode)
ids = st.integers(0, 3).map(lambda number: {**GOOD, "signup_id": f"su-{number}"})
as_csv = st.lists(ids.map(lambda row: ",".join(row.values()).encode() + b"\n"), max_size=6).map(b"".join)
as_json = st.lists(ids.map(lambda row: json.dumps(row).encode() + b"\n"), max_size=6).map(b"".join)
CLEAN = {"company/signups.csv": as_csv.map(HEADER.__add__), "company/signups.jsonl": as_json}


@st.composite
def spoilt(draw: st.DrawFn, clean: st.SearchStrategy[bytes]) -> bytes:
    """A clean file with a few cuts and splices, and sometimes nothing of it left."""
    content = draw(clean)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(anything) + content[at + draw(st.integers(0, 5)) :]
    return content


def taken(feed: Feed, name: str, content: bytes, folder: Path) -> Intake | None:
    """A file of these bytes taken in, its lines counted outside the reader; None where it is refused."""
    path = folder / Path(name).name
    path.write_bytes(content)
    intake = Intake(NOWHERE, feed, Vocabulary())
    try:
        lines = count_lines(path)
        intake.add(ListedFile(name, lines, lines, len(content), "", date(2026, 5, 31)), content)
    except Refusal as refused:
        assert name in str(refused)
        assert "\n" not in str(refused)
        return None
    return intake


@pytest.mark.parametrize("name", sorted(CLEAN))
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_is_explained_whatever_bytes_come(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = data.draw(spoilt(CLEAN[name]))
    intake = taken(FEED, name, content, tmp_path)
    if intake is not None:
        [count] = intake.counts
        assert count.unaccounted == 0
        assert count.loaded >= len(intake.loaded)
        assert count.rejected >= len(intake.rejects)
        assert len({entry.row[0] for entry in intake.loaded}) == len(intake.loaded)
        assert all(reject.reason and reject.line <= count.lines_read for reject in intake.rejects)


@pytest.mark.parametrize("name", sorted(CLEAN))
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_that_nothing_touched_are_loaded_as_they_stand(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """A line of rubbish without a quote, between two good files, takes neither of them with it."""
    rubbish = data.draw(st.text(alphabet=MARKS.replace('"', "").replace("\n", ""), max_size=40))
    clean = data.draw(CLEAN[name])
    rows = clean.removeprefix(HEADER)
    intake = taken(FEED, name, clean + rubbish.encode() + b"\n" + rows, tmp_path)
    assert intake is not None
    alone = taken(FEED, name, clean, tmp_path)
    assert alone is not None
    assert [entry.row for entry in intake.loaded] == [entry.row for entry in alone.loaded]
    assert intake.counts[0].unaccounted == 0
