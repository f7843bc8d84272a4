"""Inputs for the readers: whole files, edited at random places with what readers stumble over, and plain noise."""

import io
import json
import tomllib
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as parquet
from hypothesis import strategies as st

from lib.mapping import KEYS
from tests.warehouse.damage import LINE_CHANGES, NUMBERS, TIMES

EVENT = {
    "event_id": "e-1",
    "customer_id": "c-1",
    "dimension": "words",
    "occurred_at": "2026-04-10T08:00:00Z",
    "received_at": "2026-04-10T09:00:00Z",
    "quantity": 7.5,
}
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/meter",
    "type": "words",
    "subject": "c-1",
    "time": "2026-04-10T08:00:00Z",
    "data": {"quantity": 7.5, "tags": ["a", {"b": None}]},
}
CSV = ",".join(EVENT) + "\n" + 8 * (",".join(map(str, EVENT.values())) + "\n")
JSONL = "".join(json.dumps(EVENT | {"event_id": f"e-{number}"}, separators=(",", ":")) + "\n" for number in range(3))
CLOUD_EVENTS = 3 * (json.dumps(CLOUD_EVENT) + "\n")
MAPPING = """customer = "client_id"
time = "hour_utc"
id = ["client_id", "hour_utc"]
files = "llm/*"
time_zone = "Europe/Berlin"
[quantities]
api_requests = "requests"
words = { column = "output_tokens", factor = "0.75" }
"""
LONG_MAPPING = """customer = "account"
time = "at"
event_id = "id"
received = "seen"
dimension = "metric"
quantity = "value"
time_format = "epoch_seconds"
[dimensions]
tokens_out = { dimension = "words", factor = "0.75" }
tokens_in = "words"
"""

MARKS = [
    b'"',
    b",",
    b";",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
]
WORDS = [
    word.encode() for word in (*NUMBERS.values(), *TIMES.values(), "\\u0000", "\\ud800", "1e999", "null", '{"a":1}')
]
PIECES = st.one_of(st.sampled_from([*MARKS, *WORDS]), st.binary(max_size=6))
EDITS = st.lists(st.tuples(st.integers(0, 1 << 12), st.integers(0, 40), PIECES), max_size=5)

PAGE_EDITS = st.lists(st.tuples(st.integers(4, 400), st.just(1), st.binary(min_size=1, max_size=1)), max_size=3)


def edited(base: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Pieces put in, a few bytes taken out for each; a place beyond the end wraps round."""
    for place, taken, piece in edits:
        at = place % (len(base) + 1)
        base = base[:at] + piece + base[at + taken % 8 :]
    return base


def texts(*bases: str) -> st.SearchStrategy[bytes]:
    whole = st.sampled_from([base.encode() for base in bases])
    broken = [change(base.encode().splitlines()[-1]) for base in bases for change in LINE_CHANGES.values()]
    spliced = st.builds(
        lambda base, lines: base + b"\n".join(lines),
        whole,
        st.lists(st.sampled_from([b"\n".join(each) for each in broken if len(b"".join(each)) < 1000]), max_size=3),
    )
    return st.one_of(st.builds(edited, st.one_of(whole, spliced), EDITS), st.binary(max_size=200))


def _parquet(**types: pa.DataType) -> bytes:
    columns = {name: pa.array([value] * 4) for name, value in EVENT.items()}
    columns |= {name: columns[name].cast(kind) for name, kind in types.items()}
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream, compression="none")
    return stream.getvalue()


PARQUETS = [
    _parquet(),
    _parquet(quantity=pa.decimal128(12, 3)),
    _parquet(quantity=pa.string(), event_id=pa.large_string()),
]

FILES: Mapping[str, tuple[str, st.SearchStrategy[bytes]]] = {
    "csv": ("usage.csv", texts(CSV, CSV.replace(",", ";"), CSV.replace("\n", "\r\n"))),
    "jsonl": ("usage.jsonl", texts(JSONL, JSONL.replace('":', '": '))),
    "cloudevents": ("usage.json", texts(CLOUD_EVENTS, f"[{json.dumps(CLOUD_EVENT)},\n{json.dumps(EVENT)}]")),
    "parquet": ("usage.parquet", st.builds(edited, st.sampled_from(PARQUETS), st.one_of(EDITS, PAGE_EDITS))),
}
NAMES = st.one_of(
    st.sampled_from(["client_id", "words", "requests", "0.75", "UTC", "epoch_seconds", ""]), st.text(max_size=4)
)
VALUES: st.SearchStrategy[object] = st.recursive(
    st.one_of(NAMES, st.integers(), st.floats(), st.booleans(), st.none(), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
SOUND = st.sampled_from([tomllib.loads(MAPPING), tomllib.loads(LONG_MAPPING)])


def _changed(document: dict[str, object], changes: dict[str, object], gone: set[str]) -> dict[str, object]:
    return {key: value for key, value in (document | changes).items() if key not in gone}


DOCUMENTS: st.SearchStrategy[object] = st.one_of(
    texts(MAPPING, LONG_MAPPING),
    st.builds(
        _changed,
        SOUND,
        st.dictionaries(st.one_of(st.sampled_from(KEYS), NAMES), VALUES, max_size=3),
        st.sets(st.sampled_from(KEYS), max_size=2),
    ),
    VALUES,
)
