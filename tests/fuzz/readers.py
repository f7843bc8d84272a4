"""What must hold of a reader whatever it is given: a refusal in one sentence, or every line in its place.

A file is read as a build reads it, counted as a pull counts it, and the events of many files are judged at once.
"""

import random
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lib.mapping import NATIVE, MappingError, UsageMapping, parse
from lib.refusal import Refusal
from lib.sources.files import count_lines
from lib.warehouse.metering.events import SCHEMA, events_of
from lib.warehouse.metering.forms import opened
from lib.warehouse.metering.intake import NAMES
from lib.warehouse.relations import text_of
from tests.fuzz.inputs import FILES, drawn
from tests.warehouse.reading import DIMENSIONS
from tests.warehouse.taking import FEED, insist, taken

JUDGED_TOGETHER = 500  # files whose events are judged in one statement
READERS = tuple(FILES)


@dataclass
class Tally:
    """What became of the inputs of one reader; events wait until there are enough of them to judge."""

    counted: Counter[str] = field(default_factory=Counter)
    waiting: list[pa.RecordBatch] = field(default_factory=list)


Judge = Callable[[list[pa.RecordBatch]], None]
Law = Callable[[Any], None]


def search(reader: str, inputs: int, seed: int = 0) -> Counter[str]:
    """That many inputs, drawn by dice → what became of them. AssertionError with the first that breaks the law."""
    with lawful(reader) as (law, tally):
        for number in range(inputs):
            content = drawn(reader, random.Random(f"{seed}, {reader}, {number}"))
            try:
                law(content)
            except Exception as problem:
                raise AssertionError(f"input {number} of seed {seed}: {content!r}") from problem
        return tally.counted


@contextmanager
def lawful(reader: str) -> Iterator[tuple[Law, Tally]]:
    """The law of one reader, which raises where an input breaks it; what waits is judged at the end."""
    with tempfile.TemporaryDirectory() as folder, _judge() as judge:
        tally, path = Tally(), Path(folder) / FILES[reader].name
        mapping = FILES[reader].mapping
        laws = {name: partial(_take, path, tally) for name in ("export", "objects")} | {"mapping": partial(_map, tally)}
        yield laws.get(reader, partial(_read, path, mapping, tally, judge)), tally
        if tally.waiting:
            judge(tally.waiting)


def _read(path: Path, mapping: UsageMapping | None, tally: Tally, judge: Judge, content: bytes) -> None:
    path.write_bytes(content)
    tally.counted["inputs"] += 1
    try:
        lines = count_lines(path)
        batches, explained = _explained(path, mapping) if lines else ([], 0)
    except Refusal as refusal:
        tally.counted["refused in a sentence"] += 1
        assert "\n" not in str(refusal)
        return
    assert lines == explained, f"{lines} lines, of which {explained} are explained"
    tally.counted["lines accounted for"] += lines
    tally.waiting += batches
    if len(tally.waiting) >= JUDGED_TOGETHER:
        judge(tally.waiting)
        tally.waiting.clear()


def _take(path: Path, tally: Tally, content: bytes) -> None:
    """An export, whose lines all stand in their places or that is refused."""
    tally.counted["inputs"] += 1
    intake = taken(FEED, f"company/{path.name}", content, path.parent)
    if intake is None:
        tally.counted["refused in a sentence"] += 1
        return
    insist(intake)
    tally.counted["lines accounted for"] += intake.counts[0].lines_read


def _explained(path: Path, mapping: UsageMapping | None) -> tuple[list[pa.RecordBatch], int]:
    """The events of a file, and how many lines they and what stands above them make."""
    reading = opened(path, f"metering/{path.name}", mapping)
    explained, batches = reading.header_lines + reading.blank_lines, []
    for block in reading.blocks:
        explained += len(block)
        events = list(events_of(block, reading.mapping))
        firsts = sum(batch.column("is_first").true_count for batch in events)
        assert firsts == len(block), f"{len(block)} lines, of which {firsts} have a first event"
        batches += events
    return batches, explained


@contextmanager
def _judge() -> Iterator[Judge]:
    connection = duckdb.connect()
    connection.execute(text_of("macros"))
    words = dict.fromkeys(NAMES, "x") | {"file_number": 0, "quantity_names": ["one", "other"]}
    words |= {"dimensions": list(DIMENSIONS), "snapshot_on": "2026-05-31"}

    def judge(batches: list[pa.RecordBatch]) -> None:
        connection.register("incoming", pa.Table.from_batches(batches, SCHEMA))
        faulty = "case when reason is null then cast(quantity as decimal(15, 6)) end is null"
        query = f"select count(*) from ({text_of('raw/event_line')}) where reason is null and {faulty}"
        [(loose,)] = connection.execute(query, words).fetchall()
        assert loose == 0, "an event was taken whose quantity is no number"
        connection.unregister("incoming")

    try:
        yield judge
    finally:
        connection.close()


def _map(tally: Tally, content: object) -> None:
    """A block of a sources file as text, or as a TOML or JSON reader may have given it."""
    tally.counted["inputs"] += 1
    try:
        document = tomllib.loads(content.decode("utf-8")) if isinstance(content, bytes) else content
    except (ValueError, RecursionError):
        tally.counted["no TOML"] += 1
        return
    try:
        mapping = parse(document, "sources.toml, [metering.mapping]")
    except MappingError as refusal:
        tally.counted["refused in a sentence"] += 1
        assert "\n" not in str(refusal)
        return
    tally.counted["mappings"] += 1
    assert isinstance(mapping, UsageMapping)
    assert mapping != NATIVE
    assert bool(mapping.measures) != bool(mapping.quantity)
