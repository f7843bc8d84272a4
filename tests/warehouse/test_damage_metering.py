"""Every kind of damage over every form of usage file: no line unaccounted, no good row lost, no value changed."""

import codecs
import gzip
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from lib.refusal import Refusal
from lib.sources.files import measure
from lib.sources.refusal import PullRefused
from lib.warehouse.metering.columnar import opened
from lib.warehouse.metering.unpacked import whole_lines
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.snapshots import MANIFEST, history
from tests.warehouse import damage
from tests.warehouse.damage import FILES, KINDS, LINES, PACKED, VALUES, Damaged, Row, Table, bomb, clean, lines_of
from tests.warehouse.reading import read_usage
from tests.warehouse.worlds import DAY, take_snapshot

COLUMNS = ("event_id", "customer_id", "dimension", "occurred_at", "received_at", "quantity")
TABLE = Table(
    COLUMNS,
    tuple(
        (
            f"e-{number:04d}",
            f"c-{number % 3:04d}",
            ("words", "images")[number % 2],
            f"2026-04-10T0{number}:00:00Z",
            "2026-04-10T12:00:00Z",
            ("10", "1234.5", "0.000001", "999999999")[number % 4],
        )
        for number in range(8)
    ),
    key="event_id",
    number="quantity",
    time="occurred_at",
)


def cloud_events(table: Table) -> list[bytes]:
    """The same rows as CloudEvents; those have no time of receipt."""
    return [json.dumps(_cloud_event(dict(zip(table.columns, row, strict=True)), table)).encode() for row in table.rows]


def _cloud_event(row: dict[str, str], table: Table) -> dict[str, object]:
    names = {"id": "event_id", "subject": "customer_id", "type": "dimension", "time": "occurred_at"}
    top = {name: row[column] for name, column in names.items() if column in row}
    return {
        "specversion": "1.0",
        "source": "/meter",
        **top,
        "data": {"quantity": row[table.number]} if table.number in row else {},
    }


damage.WRITERS["cloudevents"] = cloud_events
ENDS = {"csv": "csv", "csv.gz": "csv", "jsonl": "jsonl", "jsonl.gz": "jsonl", "events.jsonl": "cloudevents"}
BASE = {"csv": "csv", "jsonl": "jsonl", "cloudevents": "jsonl"}


def plain(row: Row) -> tuple[object, ...]:
    """A row as it is compared: numbers by value, and a UTC time with its mark."""
    *texts, quantity = row
    return (*texts[:3], *(text if text.endswith("Z") else f"{text}Z" for text in texts[3:]), _number(quantity))


def _number(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def as_cloud_event(row: Row) -> Row:
    return (f"/meter/{row[0]}", *row[1:4], row[3], row[5])


def of_its_own(table: Table, number: int) -> Table:
    """The same rows under keys of their own, so that many files can be read together."""
    place = table.place(table.key)
    rows = (
        tuple(f"{number:03}{text[1:]}" if at == place else text for at, text in enumerate(row)) for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def held(folder: Path, files: Mapping[str, Damaged], as_loaded: Callable[[Row], Row] = lambda row: row) -> None:
    """The law: refused in one sentence that names the file, or all accounted for, nothing lost and nothing changed."""
    for number, (name, damaged) in enumerate(files.items()):
        if damaged.is_refused:
            with pytest.raises(Refusal) as refused:
                read_usage(folder / f"{number}", {name: damaged.content})
            assert f"metering/{name}" in str(refused.value)
            assert "\n" not in str(refused.value)
    read = {name: damaged for name, damaged in files.items() if not damaged.is_refused}
    outcome = read_usage(folder / "together", {name: damaged.content for name, damaged in read.items()})
    assert set(outcome.unaccounted) == {0}
    assert len(outcome.counts) == len(read)
    for name, damaged in read.items():
        loaded = [plain(event) for event in outcome.of(name)]
        intact, written = ({plain(as_loaded(row)) for row in rows} for rows in (damaged.intact, damaged.written))
        assert len(loaded) == len(set(loaded)), f"{name}: a row was loaded twice"
        assert not intact - set(loaded), f"{name}: good rows were lost"
        assert not set(loaded) - intact - written, f"{name}: a value was changed"


GROUPS = {"files": FILES, "values": VALUES, "lines": LINES}
DONE = [(end, group) for end in ENDS for group in GROUPS if group == "files" or not end.endswith(".gz")]


@pytest.mark.parametrize(("end", "group"), DONE)
def test_damage_costs_what_it_hit_and_nothing_else(tmp_path: Path, end: str, group: str) -> None:
    """Packing changes what can happen to a file, not to a line of it."""
    form = ENDS[end]
    kinds = [kind for kind in GROUPS[group] if BASE[form] in kind.forms]
    done = {f"{kind.name}.{end}": kind.done(of_its_own(TABLE, number), form) for number, kind in enumerate(kinds)}
    held(tmp_path, done, as_cloud_event if form == "cloudevents" else lambda row: row)


def values_done() -> dict[str, Damaged]:
    return {kind.name: kind.done(of_its_own(TABLE, number), "jsonl") for number, kind in enumerate(VALUES)}


def test_a_list_of_objects_suffers_no_more_than_lines_do(tmp_path: Path) -> None:
    held(
        tmp_path,
        {
            f"{name}.json": replace(each, content=b"[\n" + b",\n".join(each.content.splitlines()) + b"]")
            for name, each in values_done().items()
        },
    )


LISTED = {
    "a mark before it": lambda content: codecs.BOM_UTF8 + content,
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "CRLF line ends": lambda content: content.replace(b"\n", b"\r\n"),
    "blank lines above": lambda content: b"\n\n" + content,
}


@pytest.mark.parametrize("change", LISTED.values(), ids=LISTED)
def test_a_list_is_one_whatever_it_is_written_in(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    listed = b"[" + b",\n".join(lines_of(TABLE, "jsonl")) + b"]\n"
    held(tmp_path, {"usage.json": Damaged(change(listed), TABLE.but())})


def test_a_column_of_text_in_parquet_is_judged_like_any_text(tmp_path: Path) -> None:
    held(
        tmp_path,
        {f"{name}.parquet": replace(each, content=_text_columns(each.content)) for name, each in values_done().items()},
    )


def _text_columns(content: bytes) -> bytes:
    rows = [json.loads(line, parse_int=str, parse_float=str) for line in content.splitlines()]
    return as_parquet(pa.Table.from_pylist(rows))


def as_parquet(table: pa.Table, **options: object) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(table, stream, **options)
    return stream.getvalue()


def columns() -> dict[str, pa.Array]:
    return {name: pa.array([row[place] for row in TABLE.rows]) for place, name in enumerate(TABLE.columns)}


WHOLE = [1, 2, 3, 4, 5, 6, 7, 8]
EXACT = {
    "int64": (pa.array(WHOLE), "1 2 3 4 5 6 7 8"),
    "int8": (pa.array(WHOLE, pa.int8()), "1 2 3 4 5 6 7 8"),
    "double": (
        pa.array([7.5, 0.1, 1e-6, 3.0, 1e8, 0.25, 123456789.123456, 5.0]),
        "7.5 0.1 0.000001 3 100000000 0.25 123456789.123456 5",
    ),
    "float": (pa.array([7.5, 0.1, 2.0, 3.0, 4.0, 0.25, 6.0, 5.0], pa.float32()), "7.5 0.1 2 3 4 0.25 6 5"),
    "decimal": (
        pa.array([Decimal(f"{number}.500000000") for number in WHOLE], pa.decimal128(20, 9)),
        "1.5 2.5 3.5 4.5 5.5 6.5 7.5 8.5",
    ),
    "large text": (pa.array([f"{n}.25" for n in WHOLE], pa.large_string()), "1.25 2.25 3.25 4.25 5.25 6.25 7.25 8.25"),
    "dictionary": (pa.array(["7", "8"] * 4).dictionary_encode(), "7 8 7 8 7 8 7 8"),
}


@pytest.mark.parametrize(("quantity", "read"), EXACT.values(), ids=EXACT)
def test_every_type_of_quantity_is_read_as_its_digits(tmp_path: Path, quantity: pa.Array, read: str) -> None:
    content = as_parquet(pa.table(columns() | {"quantity": quantity}))
    outcome = read_usage(tmp_path, {"usage.parquet": content})
    assert [event[5] for event in outcome.events] == read.split()
    assert outcome.unaccounted == [0]


UNFIT = {
    "true or false": (
        "quantity",
        pa.array([True] * 8),
        "bool",
        "whole numbers, decimals, floating-point numbers or text",
    ),
    "lists": ("quantity", pa.array([[1]] * 8), "list<element: int64>", "whole numbers, decimals"),
    "dates for times": ("occurred_at", pa.array([date(2026, 4, 10)] * 8), "date32[day]", "timestamps or text"),
    "numbers for times": ("occurred_at", pa.array([1775808000] * 8), "int64", "timestamps or text"),
    "fractions for names": ("customer_id", pa.array([1.5] * 8), "double", "text or whole numbers"),
}


@pytest.mark.parametrize(("column", "values", "kind", "instead"), UNFIT.values(), ids=UNFIT)
def test_a_column_of_an_unfit_type_is_one_sentence(
    tmp_path: Path, column: str, values: pa.Array, kind: str, instead: str
) -> None:
    content = as_parquet(pa.table(columns() | {column: values}))
    with pytest.raises(BuildRefused) as refused:
        read_usage(tmp_path, {"usage.parquet": content})
    assert str(refused.value).startswith(
        f"metering/usage.parquet: its column {column!r} is of type {kind}, where {instead}"
    )


MOMENT = datetime(2026, 4, 10, 8, tzinfo=UTC)
TIMES = {
    "seconds": (pa.timestamp("s"), MOMENT.replace(tzinfo=None), "2026-04-10T08:00:00Z"),
    "milliseconds": (pa.timestamp("ms", "UTC"), MOMENT.replace(microsecond=250_000), "2026-04-10T08:00:00.25Z"),
    "microseconds of Tokyo": (pa.timestamp("us", "Asia/Tokyo"), MOMENT, "2026-04-10T08:00:00Z"),
    "nanoseconds": (pa.timestamp("ns"), MOMENT.replace(tzinfo=None), "2026-04-10T08:00:00Z"),
}


@pytest.mark.parametrize(("kind", "moment", "read"), TIMES.values(), ids=TIMES)
def test_timestamps_are_instants_in_utc(tmp_path: Path, kind: pa.DataType, moment: datetime, read: str) -> None:
    content = as_parquet(pa.table(columns() | {"occurred_at": pa.array([moment] * 8, kind)}))
    assert {event[3] for event in read_usage(tmp_path, {"usage.parquet": content}).events} == {read}


def test_a_nanosecond_is_not_dropped_without_a_word(tmp_path: Path) -> None:
    ticks = pa.array([1775808000_000000001] + [1775808000_000000000] * 7, pa.timestamp("ns"))
    outcome = read_usage(tmp_path, {"usage.parquet": as_parquet(pa.table(columns() | {"occurred_at": ticks}))})
    assert [reject.line for reject in outcome.rejects] == [1]
    assert len(outcome.events) == 7


def test_a_value_that_is_not_there_costs_its_row_whose_text_is_kept(tmp_path: Path) -> None:
    table = pa.table(columns() | {"quantity": pa.array([None, *WHOLE[1:]], pa.int64())})
    outcome = read_usage(tmp_path, {"usage.parquet": as_parquet(table)})
    [reject] = outcome.rejects
    assert (reject.line, reject.reason) == (1, "quantity is not a plain decimal number: ")
    assert reject.raw_text.startswith("customer_id=c-0000, occurred_at=2026-04-10T00:00:00Z, ")
    assert len(outcome.events) == 7


def test_parquet_in_many_groups_in_another_order_and_with_more_columns(tmp_path: Path) -> None:
    table = pa.table({"region": ["eu"] * 8, **dict(reversed(columns().items()))})
    outcome = read_usage(tmp_path, {"usage.parquet": as_parquet(table, row_group_size=3, compression="zstd")})
    assert sorted(outcome.events) == sorted(TABLE.rows)


WHOLE_PARQUET = as_parquet(pa.table(columns()))
BROKEN = {
    "cut in half": WHOLE_PARQUET[: len(WHOLE_PARQUET) // 2],
    "without its end": WHOLE_PARQUET[:-1],
    "another file": b"event_id,quantity\n",
    "nothing": b"",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_parquet_file_that_is_not_whole_never_enters_a_snapshot(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "usage.parquet"
    path.write_bytes(content)
    with pytest.raises(PullRefused, match=r"usage\.parquet is not a whole Parquet file; export it again"):
        measure(path)


def test_a_page_that_is_damaged_inside_a_parquet_file_is_one_sentence(tmp_path: Path) -> None:
    content = as_parquet(pa.table(columns()), compression="zstd")
    damaged = content[:60] + bytes(letter ^ 0xFF for letter in content[60:120]) + content[120:]
    with pytest.raises(BuildRefused, match=r"metering/usage\.parquet is not a whole Parquet file \("):
        read_usage(tmp_path, {"usage.parquet": damaged})


@pytest.mark.parametrize("harm", PACKED.values(), ids=PACKED)
def test_a_packed_file_that_is_not_whole_never_enters_a_snapshot(
    tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "usage.csv.gz"
    path.write_bytes(harm(gzip.compress(clean(TABLE, "csv"))))
    with pytest.raises(PullRefused, match=r"usage\.csv\.gz is not a whole gzip file; export it again"):
        measure(path)


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    """A hundred kilobytes that would be a hundred megabytes: refused where it is pulled, and where it is read."""
    path = tmp_path / "usage.csv.gz"
    path.write_bytes(bomb(100))
    with pytest.raises(PullRefused, match=r"usage\.csv\.gz unpacks to more than 250 times its size"):
        measure(path)
    with pytest.raises(BuildRefused, match=r"metering/usage\.csv\.gz unpacks to more than \d+ MB from [\d,]+ bytes"):
        list(whole_lines(path, "metering/usage.csv.gz"))


def test_a_parquet_file_that_claims_more_rows_than_it_can_hold_is_refused(tmp_path: Path) -> None:
    """A column of one value a hundred million times takes a few kilobytes."""
    path = tmp_path / "usage.parquet"
    constant = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1 << 22, np.int8)), ["x"])
    writer = parquet.ParquetWriter(path, pa.schema([("event_id", constant.type)]))
    for _ in range(17):
        writer.write_table(pa.table({"event_id": constant}))
    writer.close()
    with pytest.raises(BuildRefused, match=r"usage\.parquet unpacks to more than \d+ MB from [\d,]+ bytes, which no"):
        opened(path, "metering/usage.parquet")


def test_a_parquet_text_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    """Written once and pointed at by every row, a text of 60,000 letters is 60 GB in a million rows."""
    names = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2_000, np.int8)), ["x" * 60_000]).cast(pa.string())
    table = pa.table({name: names if name == "customer_id" else pa.array([value] * 2_000) for name, value in FIRST})
    content = as_parquet(table, compression="zstd", store_schema=False)
    assert len(content) < 100_000
    with pytest.raises(BuildRefused, match="its column 'customer_id' holds a value of 60,000 bytes, which no name"):
        read_usage(tmp_path, {"usage.parquet": content})


FIRST = list(zip(TABLE.columns, TABLE.rows[0], strict=True))
LISTS = {
    "an open end": b'[{"event_id":"e-1"}',
    "two lists": b'[{"a":1}] [{"a":2}]',
    "no comma": b'[{"a":1} {"a":2}]',
    "a comma too many": b'[{"a":1},]',
    "a stray quote": b'[{"a":"b"c"}]',
    "bytes that are no text": b'[{"a":"\xff"}]',
    "brackets without end": b"[" * 100_000,
}


@pytest.mark.parametrize("content", LISTS.values(), ids=LISTS)
def test_a_json_list_that_is_not_whole_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BuildRefused, match=r"^metering/usage\.json is no whole JSON list \(.*\); deliver it again"):
        read_usage(tmp_path, {"usage.json": content})


def test_a_month_delivered_again_in_another_form_is_all_duplicates(tmp_path: Path) -> None:
    files = {
        "a.csv": clean(TABLE, "csv"),
        "b.jsonl": clean(TABLE, "jsonl"),
        "c.parquet": as_parquet(pa.table(columns())),
    }
    outcome = read_usage(tmp_path, files)
    assert sorted(outcome.events) == sorted(TABLE.rows)
    assert [count.duplicates for count in outcome.counts] == [0, 8, 8]
    assert outcome.conflicts == 0


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = take_snapshot(tmp_path, {"metering/usage.csv": clean(TABLE, "csv")}) / DAY.isoformat()
    manifest = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(manifest.replace("metering/usage.csv", "metering/../../usage.csv"))
    with pytest.raises(BuildRefused, match=r"the path metering/\.\./\.\./usage\.csv leaves the folder"):
        history(tmp_path)


def test_there_are_at_least_forty_kinds_of_damage() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40
