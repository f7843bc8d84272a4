"""What must hold of a reader whatever it is given: a refusal in one sentence, or every line in its place.

A file is read as a build reads it, counted as a pull counts it, and the events of many files are judged at once.
"""

import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from lib.mapping import NATIVE, MappingError, UsageMapping, parse
from lib.refusal import Refusal
from lib.sources.files import count_lines
from lib.warehouse.metering.events import SCHEMA, events_of
from lib.warehouse.metering.forms import opened
from lib.warehouse.metering.intake import NAMES
from lib.warehouse.relations import text_of
from tests.fuzz.inputs import DOCUMENTS, FILES
from tests.warehouse.reading import DIMENSIONS

JUDGED_TOGETHER = 500  # files whose events are judged in one statement
READERS = (*FILES, "mapping")


@dataclass
class Tally:
    """What became of the inputs of one reader."""

    counted: Counter[str] = field(default_factory=Counter)
    waiting: list[pa.RecordBatch] = field(default_factory=list)


def search(reader: str, inputs: int, number: int = 0) -> Counter[str]:
    """That many inputs to one reader → what became of them; the first that breaks the law is shrunk and raised."""
    with tempfile.TemporaryDirectory() as folder, _judge() as judge:
        tally = Tally()
        check, strategy = _check(reader, Path(folder), tally, judge)

        @seed(number)
        @settings(max_examples=inputs, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(strategy)
        def law(content: object) -> None:
            check(content)

        law()
        judge(tally.waiting)
        return tally.counted


Judge = Callable[[list[pa.RecordBatch]], None]


def _check(
    reader: str, folder: Path, tally: Tally, judge: Judge
) -> tuple[Callable[[Any], None], st.SearchStrategy[Any]]:
    if reader == "mapping":
        return lambda content: _map(content, tally), DOCUMENTS
    name, strategy = FILES[reader]
    return lambda content: _read(folder / name, content, tally, judge), strategy


def _read(path: Path, content: bytes, tally: Tally, judge: Judge) -> None:
    path.write_bytes(content)
    tally.counted["inputs"] += 1
    try:
        lines = count_lines(path)
        batches, explained = _explained(path) if lines else ([], 0)
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


def _explained(path: Path) -> tuple[list[pa.RecordBatch], int]:
    """The events of a file, and how many lines they and what stands above them make."""
    reading = opened(path, f"metering/{path.name}", None)
    explained, batches = reading.header_lines + reading.blank_lines, []
    for block in reading.blocks:
        explained += len(block)
        batches += list(events_of(block, reading.mapping))
    return batches, explained


@contextmanager
def _judge() -> Iterator[Judge]:
    connection = duckdb.connect()
    connection.execute(text_of("macros"))
    words = dict.fromkeys(NAMES, "x") | {"file_number": 0, "quantity_names": ["quantity"]}
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


def _map(content: object, tally: Tally) -> None:
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
