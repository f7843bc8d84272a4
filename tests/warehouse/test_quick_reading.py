"""The quick ways of reading and judging a block say what the slow ones say, or leave the block to them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.mapping import CLOUD_EVENTS, NATIVE
from lib.warehouse.metering import delimited, objects, skeleton
from lib.warehouse.metering.block import Block
from lib.warehouse.metering.events import SCHEMA, events_of
from lib.warehouse.metering.intake import NAMES
from lib.warehouse.metering.moments import all_plain
from lib.warehouse.relations import text_of
from tests.benchmarks.reading import insist_on_agreement, write
from tests.fuzz import inputs, readers
from tests.fuzz.inputs import CLOUD_EVENTS as CLOUD_EVENT_LINES
from tests.fuzz.inputs import CSV, EDITS, JSONL, edited
from tests.warehouse.damage import NUMBERS, TIMES
from tests.warehouse.reading import DIMENSIONS

LAYOUT = delimited.Layout(6, ",", {(name,): place for place, (name,) in enumerate(NATIVE.columns)})
ROWS = CSV.partition("\n")[2].encode()


def as_rows(block: Block) -> list[tuple[object, ...]]:
    """A block as it would be judged: the text without its end, and no values where there is a fault."""
    columns = [array.to_pylist() for array in block.values.values()]
    faults, texts = block.fault.to_pylist(), [text.removesuffix("\n") for text in block.text.to_pylist()]
    values = [
        ("",) * len(columns) if fault else row for fault, row in zip(faults, zip(*columns, strict=True), strict=True)
    ]
    return list(zip(texts, faults, values, strict=True))


def agree(content: bytes, quick: Callable[[bytes], Block | None], slow: Callable[[bytes], Block]) -> bool:
    """Whether the quick way took it; if so, it must have read what the slow way reads."""
    found = quick(content)
    assert found is None or as_rows(found) == as_rows(slow(content))
    return found is not None


def csv_agrees(content: bytes) -> bool:
    return agree(
        content, lambda text: delimited.quick_block(text, 1, LAYOUT), lambda text: delimited.slow_block(text, 1, LAYOUT)
    )


def json_agrees(content: bytes, columns: object = NATIVE.columns) -> bool:
    return agree(
        content,
        lambda text: skeleton.quick_block(text, 1, columns),  # type: ignore[arg-type]
        lambda text: objects.slow_block(text, 1, columns),  # type: ignore[arg-type]
    )


@settings(max_examples=300)
@given(edits=EDITS)
def test_csv_split_at_once_is_csv_split_line_by_line(edits: list[tuple[int, int, bytes]]) -> None:
    csv_agrees(edited(ROWS, edits))


def test_a_column_that_nobody_asked_for_is_text_or_its_line_is_rejected() -> None:
    """The quick reader looks only at the columns that it was asked for."""
    narrow = delimited.Layout(6, ",", {("event_id",): 0})
    content = ROWS.replace(b"words", b"w\xffrds", 1)
    assert delimited.quick_block(content, 1, narrow) is None
    assert delimited.slow_block(content, 1, narrow).fault.to_pylist()[:2] == ["bytes that are not UTF-8", None]


FIELD = st.text(st.characters(codec="utf-8", exclude_characters='\n\r"\\,'), max_size=6)


@settings(max_examples=200)
@given(rows=st.lists(st.tuples(*[FIELD] * 6), min_size=1, max_size=4))
def test_whatever_the_fields_say_the_two_ways_agree(rows: list[tuple[str, ...]]) -> None:
    csv_agrees("".join(",".join(row) + "\n" for row in rows).encode())
    named = [
        zip(("event_id", "customer_id", "dimension", "occurred_at", "received_at"), row, strict=False) for row in rows
    ]
    json_agrees(
        "".join("{" + ",".join(f'"{key}":"{text}"' for key, text in row) + ',"quantity":7}\n' for row in named).encode()
    )


@settings(max_examples=300)
@given(base=st.sampled_from([JSONL, CLOUD_EVENT_LINES]), edits=EDITS)
def test_json_cut_at_its_skeleton_is_json_parsed(base: str, edits: list[tuple[int, int, bytes]]) -> None:
    json_agrees(edited(base.encode(), edits), NATIVE.columns if base == JSONL else CLOUD_EVENTS.columns)


def test_clean_blocks_do_go_the_quick_way() -> None:
    assert csv_agrees(ROWS)
    assert json_agrees(JSONL.encode())
    assert json_agrees(CLOUD_EVENT_LINES.encode(), CLOUD_EVENTS.columns)


@pytest.mark.parametrize(
    "line",
    [
        '{"event_id":"a","customer_id":"x","customer_id":"y","dimension":"w"}',
        '{"event_id":"a","dimension":"w","customer_id":"x"}',
        '{"event_id":"a","customer_id":"x","dimension":w}',
        '{"event_id":"a","customer_id":"x","dimension":007}',
        '{"event_id":"a","customer_id":"x\\u0041","dimension":"w"}',
        '{"event_id":"a","customer_id":"\ufeffx","dimension":"w"}',
        '{"event_id":"a","customer_id":"x","dimension":"w"} ',
        '{"event_id":"a","customer_id":["x"],"dimension":"w"}',
    ],
)
def test_a_line_built_otherwise_is_never_cut_as_if_it_were_not(line: str) -> None:
    """Between two others, whose keys make up in number for what this one lacks."""
    usual = '{"event_id":"a","customer_id":"x","dimension":"w"}'
    other = '{"event_id":"a","dimension":"x","dimension":"w"}'
    json_agrees(f"{usual}\n{line}\n{other}\n".encode())
    json_agrees(f"{line}\n{usual}\n".encode())
    json_agrees(f"{line}\n{line}\n".encode())


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = duckdb.connect()
    opened.execute(text_of("macros"))
    yield opened
    opened.close()


PART = st.sampled_from(
    ["00", "01", "02", "04", "12", "13", "23", "24", "28", "29", "30", "31", "59", "60", "99", "0", "١١"]
)


@settings(max_examples=300)
@given(parts=st.tuples(PART, PART, PART, PART, PART, PART, PART), mark=st.sampled_from("TZ -:"))
def test_a_column_is_plain_exactly_where_every_time_in_it_is_one(
    connection: duckdb.DuckDBPyConnection, parts: tuple[str, ...], mark: str
) -> None:
    century, year, month, day, hour, minute, second = parts
    written = f"{century}{year}-{month}-{day}{mark}{hour}:{minute}:{second}Z"
    usual = "2026-04-10T08:00:00Z"
    [(is_time,)] = connection.execute("select is_utc_time(?)", [written]).fetchall()
    assert all_plain(pa.array([usual, written])) is (is_time and century + year > "0000")


def judged(connection: duckdb.DuckDBPyConnection, sql: str, events: pa.Table) -> list[tuple[object, ...]]:
    words = dict.fromkeys(NAMES, "x") | {"file_number": 0, "quantity_names": ["quantity"]}
    connection.register("incoming", events)
    found = connection.execute(
        f"select event_id, quantity, reason from ({sql})",
        words | {"dimensions": list(DIMENSIONS), "snapshot_on": "2026-05-31"},
    ).fetchall()
    connection.unregister("incoming")
    return found


WORD = st.sampled_from(
    [*NUMBERS.values(), *TIMES.values(), "words", "e-1", "2026-04-10T08:00:00Z", "2026-04-12T08:00:00.5Z", "0012"]
)


@settings(max_examples=20)
@given(rows=st.lists(st.tuples(*[WORD] * 6), min_size=1, max_size=30))
def test_what_the_first_question_takes_no_other_question_refuses(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, ...]]
) -> None:
    sql = text_of("raw/event_line")
    first = sql[sql.index("            when  -- nearly every event") : sql.index("            when fault is not null")]
    good = [("e-9", "c-1", "words", "2026-04-10T08:00:00Z", "2026-04-10T09:00:00Z", "7")]
    values = {column: pa.array([row[place] for row in [*rows, *good]]) for place, column in enumerate(FIELDS)}
    count = len(rows) + 1
    block = Block(1, pa.array([""] * count), pa.nulls(count, pa.string()), values)
    events = pa.Table.from_batches(list(events_of(block, NATIVE)), SCHEMA)
    assert judged(connection, sql, events) == judged(connection, sql.replace(first, ""), events)


FIELDS = [("event_id",), ("customer_id",), ("dimension",), ("occurred_at",), ("received_at",), ("quantity",)]


@pytest.mark.parametrize("reader", readers.READERS)
def test_readers_crash_on_nothing_and_lose_no_line(reader: str) -> None:
    """make fuzz-readers draws a hundred thousand inputs for each; here hypothesis looks for a small one."""
    with readers.lawful(reader) as (law, tally):
        settings(max_examples=100)(given(inputs.strategy(reader))(law_of(law)))()
    assert tally.counted["inputs"] >= 100


def test_the_readers_that_are_measured_agree(tmp_path: Path) -> None:
    """make bench-reading times them over a million lines."""
    insist_on_agreement(write(tmp_path, 2000))


def law_of(law: Callable[[object], None]) -> Callable[[object], None]:
    def holds(content: object) -> None:
        law(content)

    return holds


@pytest.mark.parametrize("reader", readers.READERS)
def test_the_dice_of_the_long_search_draw_inputs_of_every_fate(reader: str) -> None:
    counted = readers.search(reader, 200)
    assert counted["inputs"] == 200
    assert counted["refused in a sentence"] or reader in ("jsonl", "objects")  # every line of these is judged by itself
    assert counted["lines accounted for"] + counted["mappings"] > 0
