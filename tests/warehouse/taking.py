"""An export read as a build reads it and counted as a pull counts it, for tests that hold its intake against laws."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

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
FEED = replace(SIGNUPS, shapes=(*SIGNUPS.shapes, OBJECTS))  # sign-ups, below a header or one object a line
NOWHERE = duckdb.connect()  # an intake asks it for nothing before its rows are stored


def taken(feed: Feed, name: str, content: bytes, folder: Path) -> Intake | None:
    """A file of these bytes taken in, its lines counted outside the reader; None where it is refused."""
    path = folder / Path(name).name
    path.write_bytes(content)
    intake = Intake(NOWHERE, feed, Vocabulary())
    try:
        lines = count_lines(path)
        intake.add(ListedFile(name, lines, lines, len(content), "", date(2026, 5, 31)), content)
    except Refusal as refused:
        assert Path(name).name in str(refused)
        assert "\n" not in str(refused)
        return None
    return intake


def insist(intake: Intake) -> None:
    """Every line in its place, every row under a key of its own, every reject with its reason."""
    [count] = intake.counts
    assert count.unaccounted == 0
    assert count.loaded >= len(intake.loaded)
    assert count.rejected >= len(intake.rejects)
    assert len({entry.row[0] for entry in intake.loaded}) == len(intake.loaded)
    assert all(reject.reason and reject.line <= count.lines_read for reject in intake.rejects)
