"""Blocks → events: every form of file ends here as the same columns, before one judgement in SQL.

A line of a wide file brings several events. They carry its line, are named by it and their dimension, and are later
loaded or rejected together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute

from lib.mapping import Column, Measure, UsageMapping
from lib.warehouse.metering.block import Block, texts
from lib.warehouse.metering.moments import Moment, all_plain, reading

SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("place", pa.int32()),
        ("is_first", pa.bool_()),
        ("is_timed", pa.bool_()),
        ("text", pa.string()),
        ("fault", pa.string()),
        ("record_id", pa.string()),
        ("event_id", pa.string()),
        ("customer_id", pa.string()),
        ("dimension", pa.string()),
        ("occurred_at", pa.string()),
        ("received_at", pa.string()),
        ("quantity", pa.string()),
        ("factor", pa.string()),
    ]
)
Reader = Callable[[Block], Iterator[pa.RecordBatch]]


def events_of(block: Block, mapping: UsageMapping) -> Iterator[pa.RecordBatch]:
    """The records of a block → a batch of events, or one per dimension of a wide file."""
    shared = _shared(block, mapping)
    if not mapping.measures:
        yield _long(block, mapping, shared)
        return
    quantities = [block.values[(measure.column,)] for measure in mapping.measures]
    yield from _wide(block, mapping, shared, quantities)


def _shared(block: Block, mapping: UsageMapping) -> dict[str, pa.Array]:
    """What all events of a record share."""
    values, count = block.values, len(block)
    times = [values[mapping.time], values[mapping.received or mapping.time]]
    shared = {
        "line": pa.array(np.arange(block.first, block.first + count, dtype=np.int64)),
        "text": block.text,
        "fault": block.fault,
        "customer_id": values[mapping.customer],
        "occurred_at": times[0],
        "received_at": times[1],
        "record_id": pa.nulls(count, pa.string()),
        "is_timed": pa.repeat(mapping.is_native and all(map(all_plain, times)), count),
    }
    return shared if mapping.is_native else shared | _translated(shared, block, mapping)


def _translated(shared: Mapping[str, pa.Array], block: Block, mapping: UsageMapping) -> dict[str, pa.Array]:
    """Times in UTC, and the identity of the record, with what is wrong with either."""
    read = reading(mapping.time_format, mapping.time_zone)
    occurred_at, late = _moments(shared["occurred_at"], mapping.time[0], read)
    received_at, never = occurred_at, None
    if mapping.received:
        received_at, never = _moments(shared["received_at"], mapping.received[0], read)
    nameless = [_empty(block.values[column], column) for column in mapping.identity]
    faults = [fault for fault in (*nameless, late, never) if fault is not None]
    return {
        "occurred_at": occurred_at,
        "received_at": received_at,
        "record_id": _joined([block.values[column] for column in mapping.identity]),
        "fault": compute.coalesce(block.fault, *faults) if faults else block.fault,
    }


def _long(block: Block, mapping: UsageMapping, shared: dict[str, pa.Array]) -> pa.RecordBatch:
    """One event per record, whose dimension stands in it."""
    assert mapping.dimension and mapping.quantity, "a mapping without measures names both"
    said, count = block.values[mapping.dimension], len(block)
    own = shared["record_id"] if not mapping.is_native else block.values[mapping.identity[0]]
    event_id = own if mapping.is_event_id else _joined([own, said])
    dimension, factor = _meant(said, mapping.words)
    return _batch(
        shared
        | {
            "place": pa.repeat(pa.scalar(1, pa.int32()), count),
            "is_first": pa.repeat(True, count),
            "record_id": pa.nulls(count, pa.string()),
            "event_id": event_id,
            "dimension": dimension,
            "quantity": block.values[mapping.quantity],
            "factor": factor,
        }
    )


def _wide(
    block: Block, mapping: UsageMapping, shared: dict[str, pa.Array], quantities: Sequence[pa.Array]
) -> Iterator[pa.RecordBatch]:
    """One event per record and dimension of which it says how much; a record that says nothing is a fault."""
    said = [compute.and_(compute.not_equal(each, ""), compute.is_null(shared["fault"])) for each in quantities]
    silent = compute.invert(reduce(compute.or_, said))
    nothing = f"{' and '.join(measure.column for measure in mapping.measures)} " + (
        "are empty" if len(quantities) > 1 else "is empty"
    )
    fault = compute.coalesce(shared["fault"], compute.if_else(silent, pa.scalar(nothing), pa.scalar(None, pa.string())))
    earlier = pa.repeat(False, len(block))
    for place, (measure, quantity) in enumerate(zip(mapping.measures, quantities, strict=True), start=1):
        keep = compute.or_(said[place - 1], silent) if place == 1 else said[place - 1]
        batch = _batch(shared | {"fault": fault} | _measured(shared, measure, place, quantity, earlier))
        yield batch.filter(keep)
        earlier = compute.or_(earlier, keep)


def _measured(
    shared: Mapping[str, pa.Array], measure: Measure, place: int, quantity: pa.Array, earlier: pa.Array
) -> dict[str, pa.Array]:
    count = len(quantity)
    dimension = pa.repeat(measure.dimension, count)
    return {
        "place": pa.repeat(pa.scalar(place, pa.int32()), count),
        "is_first": compute.invert(earlier),
        "event_id": _joined([shared["record_id"], dimension]),
        "dimension": dimension,
        "quantity": quantity,
        "factor": pa.repeat(_factor(measure), count),
    }


def _meant(said: pa.Array, words: Mapping[str, Measure]) -> tuple[pa.Array, pa.Array]:
    """The file's words for dimensions → ours, and the factor of each; a word that is not renamed is our own."""
    if not words:
        return said, pa.nulls(len(said), pa.string())
    coded = said.dictionary_encode()
    meant = [words.get(word, Measure(word)) for word in coded.dictionary.to_pylist()]
    dimensions, factors = (
        texts([each.dimension for each in meant]),
        pa.array([_factor(each).as_py() for each in meant], pa.string()),
    )
    return dimensions.take(coded.indices), factors.take(coded.indices)


def _factor(measure: Measure) -> pa.Scalar:
    return pa.scalar(None if measure.factor == 1 else f"{measure.factor:f}", pa.string())


def _moments(written: pa.Array, column: str, read: Callable[[str], Moment]) -> tuple[pa.Array, pa.Array | None]:
    """Times as they are written → UTC and faults; each text is read once, however often it stands."""
    coded = written.dictionary_encode()
    moments = [read(text or "") for text in coded.dictionary.to_pylist()]
    utc = texts([moment.utc for moment in moments]).take(coded.indices)
    if not any(moment.fault for moment in moments):
        return utc, None
    faults = texts([moment.fault and f"{column} {moment.fault}" for moment in moments])
    return utc, faults.take(coded.indices)


def _empty(values: pa.Array, column: Column) -> pa.Array | None:
    """The fault of an identity that lacks a part, or None where all have it."""
    lacking = compute.equal(values, "")
    if not compute.any(lacking, min_count=0).as_py():
        return None
    return compute.if_else(lacking, pa.scalar(f"{column[0]} is empty"), pa.scalar(None, pa.string()))


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    """Parts of a name → one/two/three, which no other parts give: only the first may hold a slash of its own."""
    first, *others = parts
    return compute.binary_join_element_wise(first, *map(_slashless, others), "/") if others else first


def _slashless(part: pa.Array) -> pa.Array:
    return compute.replace_substring(compute.replace_substring(part, "%", "%25"), "/", "%2F")


def _batch(columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    return pa.record_batch([columns[field.name] for field in SCHEMA], schema=SCHEMA)
