"""Inputs for the readers: whole files, edited at random places with what readers stumble over, and plain noise."""

import io
import json
import random
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as parquet
from hypothesis import strategies as st

from lib.mapping import KEYS, UsageMapping, parse
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
HOURLY = "client_id,hour_utc,requests,output_tokens\n" + "".join(
    f"c-{hour % 3},2026-04-10T0{hour}:00:00,{hour},{1000 * hour if hour % 4 else ''}\n" for hour in range(8)
)
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

SIGNUP = {
    "signup_id": "su-1",
    "product": "vellocity",
    "signed_up_on": "2026-04-01",
    "converted_on": "",
    "customer_id": "",
}
EXPORT = ",".join(SIGNUP) + "\n" + "".join(f"su-{n},vellocity,2026-04-0{n},,c-{n}\n" for n in range(1, 7))
OBJECTS = "".join(json.dumps(SIGNUP | {"signup_id": f"su-{number}"}) + "\n" for number in range(6))

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
PIECES = [*MARKS, *WORDS]
EDITS = st.lists(
    st.tuples(st.integers(0, 1 << 12), st.integers(0, 40), st.one_of(st.sampled_from(PIECES), st.binary(max_size=6))),
    max_size=5,
)
NOISE = 200  # bytes at most of an input that never was a file
SHORT = 1000  # a broken line longer than this says nothing more


def edited(base: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Pieces put in, a few bytes taken out for each; a place beyond the end wraps round."""
    for place, taken, piece in edits:
        at = place % (len(base) + 1)
        base = base[:at] + piece + base[at + taken % 8 :]
    return base


def _parquet(kind: pa.DataType | None = None) -> bytes:
    """Four events, whose quantity is of a kind."""
    columns = {name: pa.array([value] * 4) for name, value in EVENT.items()}
    columns |= {"quantity": columns["quantity"].cast(kind)} if kind else {}
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream, compression="none")
    return stream.getvalue()


@dataclass(frozen=True)
class Reader:
    """The name that files of a reader have, whole ones of them, and the mapping they are read by, if any."""

    name: str
    bases: tuple[bytes, ...]
    mapping: UsageMapping | None = None


def _text(name: str, *bases: str, mapping: UsageMapping | None = None) -> Reader:
    """Whole files of text, and the same with a line broken in every way that one is."""
    whole = [base.encode() for base in bases]
    broken = [
        base + b"\n".join(change(base.splitlines()[-1])) + b"\n" for base in whole for change in LINE_CHANGES.values()
    ]
    return Reader(name, (*whole, *(base for base in broken if len(base) < len(whole[0]) + SHORT)), mapping)


FILES = {
    "csv": _text("usage.csv", CSV, CSV.replace(",", ";"), CSV.replace("\n", "\r\n")),
    "jsonl": _text("usage.jsonl", JSONL, JSONL.replace('":', '": ')),
    "cloudevents": _text("usage.json", CLOUD_EVENTS, f"[{json.dumps(CLOUD_EVENT)},\n{json.dumps(EVENT)}]"),
    "parquet": Reader("usage.parquet", (_parquet(), *map(_parquet, (pa.decimal128(12, 3), pa.string())))),
    "wide": _text("usage.csv", HOURLY, mapping=parse(tomllib.loads(MAPPING) | {"files": []}, "[metering.mapping]")),
    "export": _text("signups.csv", EXPORT, EXPORT.replace(",", ";"), EXPORT.replace("\n", "\r\n")),
    "objects": _text("signups.jsonl", OBJECTS),
    "mapping": _text("sources.toml", MAPPING, LONG_MAPPING),
}
DOCUMENTS = [tomllib.loads(MAPPING), tomllib.loads(LONG_MAPPING)]
JUNK = [None, True, 0, -1, 0.75, float("nan"), "", " ", "\n", "words", "UTC", "Europe/Berlin", [], {}, [[]], {"": {}}]
JUNK += [
    "epoch_seconds",
    date(2026, 4, 10),
    {"column": "x"},
    {"column": "x", "factor": 0.5},
    {"words": "x"},
    ["a", 1],
]


def strategy(reader: str) -> st.SearchStrategy[object]:
    """Inputs as hypothesis draws them, which shrinks the one that breaks a law."""
    files = st.builds(edited, st.sampled_from(FILES[reader].bases), EDITS)
    changes = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(JUNK)), max_size=3)
    documents = st.builds(_changed, st.sampled_from(DOCUMENTS), changes)
    return st.one_of(files, st.binary(max_size=NOISE), *([documents] if reader == "mapping" else []))


def drawn(reader: str, dice: random.Random) -> object:
    """One input; the same dice give the same, at a tenth of the price."""
    if dice.random() < 0.05:
        return dice.randbytes(dice.randrange(NOISE))
    if reader == "mapping" and dice.random() < 0.5:
        changes = [(dice.choice(KEYS), dice.choice(JUNK)) for _ in range(dice.randrange(4))]
        return _changed(dice.choice(DOCUMENTS), changes)
    return edited(dice.choice(FILES[reader].bases), [_edit(dice) for _ in range(dice.randrange(6))])


def _edit(dice: random.Random) -> tuple[int, int, bytes]:
    piece = dice.choice(PIECES) if dice.random() < 0.6 else dice.randbytes(dice.randrange(7))
    return dice.randrange(1 << 12), dice.randrange(40), piece


def _changed(document: dict[str, object], changes: Iterable[tuple[str, object]]) -> dict[str, object]:
    """A document with other values; one that is changed to nothing is taken out."""
    changed = document | dict(changes)
    return {key: value for key, value in changed.items() if value is not None}
