"""Which column of a foreign usage file is what: customer, time, identity, and how much of which dimension.

A usage file is wide, with one column per dimension, or long, with a column that names the dimension. Either way one
`UsageMapping` says where to look; the warehouse does the looking. Its own layout and CloudEvents are mappings too.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from lib.refusal import Refusal

Column = tuple[str, ...]  # names of one column, of which the first that a record has is the one meant
KEYS = (
    "customer",
    "time",
    "id",
    "event_id",
    "received",
    "dimension",
    "quantity",
    "quantities",
    "dimensions",
    "files",
    "time_zone",
    "time_format",
)
TIME_FORMATS = ("text", "epoch_seconds", "epoch_milliseconds")
_FACTOR = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
LIKENESS = 0.6  # below it, the nearest word would be a guess


class MappingError(Refusal):
    """A mapping that cannot be meant; the message names the key and the nearest right thing."""


@dataclass(frozen=True)
class Measure:
    """A dimension of ours and what one unit of the file's own quantity is in it, exactly: 0.75 words per token.

    `column` holds that quantity, in a file with one column per dimension.
    """

    dimension: str
    factor: Decimal = Decimal(1)
    column: str = ""


@dataclass(frozen=True)
class UsageMapping:
    """How the records of usage files are read.

    `measures` are the quantities of a wide file; a long file has `dimension` and `quantity`, and `words` for
    the dimensions that it calls otherwise. `is_event_id` says that the identity is one column that names the event
    alone; else it names the record, and each event is named by it and by its dimension. A `time_zone` is that of times
    without one (None: UTC). `is_native` are files in this house's own layout, whose times are strict.
    """

    customer: Column
    time: Column
    identity: tuple[Column, ...]
    is_event_id: bool = False
    received: Column | None = None
    measures: tuple[Measure, ...] = ()
    dimension: Column | None = None
    quantity: Column | None = None
    words: Mapping[str, Measure] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    time_zone: str | None = None
    time_format: str = TIME_FORMATS[0]
    is_native: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that is read, once."""
        named = (self.customer, self.time, self.received, *self.identity, self.dimension, self.quantity)
        wide = ((measure.column,) for measure in self.measures)
        return tuple(dict.fromkeys(column for column in (*named, *wide) if column))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of ours that the mapping itself names."""
        return tuple(dict.fromkeys(measure.dimension for measure in (*self.measures, *self.words.values())))


NATIVE = UsageMapping(
    customer=("customer_id",),
    time=("occurred_at",),
    identity=(("event_id",),),
    is_event_id=True,
    received=("received_at",),
    dimension=("dimension",),
    quantity=("quantity",),
    is_native=True,
)
CLOUD_EVENTS = UsageMapping(  # CloudEvents 1.0, structured: source and id together name an event
    customer=("subject",),
    time=("time",),
    identity=(("source",), ("id",)),
    is_event_id=True,
    dimension=("data.dimension", "type"),
    quantity=("data.quantity", "data.value"),
)


def parse(document: object, where: str) -> UsageMapping:
    """The block [metering.mapping] of a sources file, as TOML or JSON gave it → the mapping; `where` opens errors."""
    block = _block(document, where)
    for key in block:
        if key not in KEYS:
            raise MappingError(f"{where} has no key {_shown(key)}; {nearest(str(key), KEYS)}")
    identity, is_event_id = _identity(block, where)
    measures, long = _measures(block, where), _long(block, where)
    if bool(measures) == bool(long):
        raise MappingError(
            f"{where} must say in one way how much was used: [quantities] for a column per dimension, "
            "or dimension and quantity for a column that names it"
        )
    return UsageMapping(
        customer=_column(block, "customer", where),
        time=_column(block, "time", where),
        identity=identity,
        is_event_id=is_event_id and not measures,
        received=_column(block, "received", where) if "received" in block else None,
        measures=measures,
        dimension=long.get("dimension"),
        quantity=long.get("quantity"),
        words=_words(block, where),
        files=_texts(block.get("files", ()), "files", where),
        time_zone=_time_zone(block, where),
        time_format=_time_format(block, where),
    )


def nearest(word: str, words: Iterable[str]) -> str:
    """The end of a sentence that refuses a word: the nearest right one, or all of them."""
    known = sorted(words)
    close = get_close_matches(word, known, n=1, cutoff=LIKENESS)
    return f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known) or 'none'}"


def _identity(block: Mapping[str, Any], where: str) -> tuple[tuple[Column, ...], bool]:
    if ("id" in block) == ("event_id" in block):
        raise MappingError(
            f"{where} must name what makes a record the same when it is delivered again: "
            'event_id = "column", or id = ["column", "column"], one of the two'
        )
    if "event_id" in block:
        return (_column(block, "event_id", where),), True
    parts = _texts(block["id"], "id", where)
    if not parts:
        raise MappingError(f"{where}: id is empty; name the columns that no two records share")
    return tuple((part,) for part in parts), False


def _measures(block: Mapping[str, Any], where: str) -> tuple[Measure, ...]:
    """[quantities]: a dimension of ours → the column that holds how much, and its factor."""
    where = f"{where}, quantities"
    found = []
    for dimension, written in _block(block.get("quantities", {}), where).items():
        entry = {"column": written} if isinstance(written, str) else written
        column, factor = _pair(entry, "column", f"{where}.{dimension}")
        found.append(Measure(_text(dimension, f"{where}: a dimension"), factor, column))
    return tuple(found)


def _long(block: Mapping[str, Any], where: str) -> dict[str, Column]:
    keys = ("dimension", "quantity")
    given = [key for key in keys if key in block]
    if len(given) == 1:
        [lacking] = set(keys) - set(given)
        raise MappingError(f"{where} names {given[0]} but no {lacking}; a file that names its dimensions has both")
    if "dimensions" in block and not given:
        raise MappingError(f"{where} renames dimensions, so it needs the column that names them: dimension")
    return {key: _column(block, key, where) for key in given}


def _words(block: Mapping[str, Any], where: str) -> dict[str, Measure]:
    """[dimensions]: the file's own word → ours."""
    where = f"{where}, dimensions"
    found = {}
    for word, written in _block(block.get("dimensions", {}), where).items():
        entry = {"dimension": written} if isinstance(written, str) else written
        found[_text(word, f"{where}: a word")] = Measure(*_pair(entry, "dimension", f"{where}.{word}"))
    return found


def _pair(entry: object, key: str, where: str) -> tuple[str, Decimal]:
    """{column = "output_tokens", factor = "0.75"} → its two values."""
    block = _block(entry, where)
    for stray in block:
        if stray not in (key, "factor"):
            raise MappingError(f"{where} has no key {_shown(stray)}; {nearest(str(stray), (key, 'factor'))}")
    if key not in block:
        raise MappingError(f"{where} lacks {key!r}")
    return _text(block[key], f"{where}.{key}"), _factor(block.get("factor", 1), where)


def _factor(written: object, where: str) -> Decimal:
    if isinstance(written, float):
        raise MappingError(f'{where}: factor is {written}, which is not exact; write it in quotes: "{written}"')
    if isinstance(written, bool) or not isinstance(written, int | str) or not _FACTOR.fullmatch(str(written)):
        raise MappingError(f'{where}: factor is {_shown(written)}; write a decimal of at most 9 places as in "0.75"')
    factor = Decimal(written)
    if not factor:
        raise MappingError(f"{where}: factor is 0, which would lose the usage; leave the column out instead")
    return factor


def _time_zone(block: Mapping[str, Any], where: str) -> str | None:
    if "time_zone" not in block:
        return None
    name = _text(block["time_zone"], f"{where}: time_zone")
    known = zoneinfo.available_timezones()
    if name not in known:
        close = get_close_matches(name, sorted(known), n=1, cutoff=0.0)
        raise MappingError(f"{where}: there is no time zone {name!r}; did you mean {(close or ['UTC'])[0]!r}?")
    return name


def _time_format(block: Mapping[str, Any], where: str) -> str:
    written = block.get("time_format", TIME_FORMATS[0])
    if not isinstance(written, str) or written not in TIME_FORMATS:
        raise MappingError(f"{where}: time_format is {_shown(written)}; {nearest(str(written), TIME_FORMATS)}")
    if written != TIME_FORMATS[0] and "time_zone" in block:
        raise MappingError(f"{where}: time_format {written!r} counts in UTC; take time_zone out")
    return written


def _column(block: Mapping[str, Any], key: str, where: str) -> Column:
    if key not in block:
        raise MappingError(f'{where} does not say which column is the {key}; write {key} = "column"')
    return (_text(block[key], f"{where}: {key}"),)


def _texts(written: object, key: str, where: str) -> tuple[str, ...]:
    entries = (written,) if isinstance(written, str) else written
    if not isinstance(entries, list | tuple):
        raise MappingError(f'{where}: {key} is {_shown(written)}; write a list as in ["one", "two"]')
    return tuple(_text(entry, f"{where}: {key}") for entry in entries)


def _block(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MappingError(f"{where} is {_shown(value)}; write a block of keys")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise MappingError(f"{where} is {_shown(value)}; write a name in quotes")
    return value.strip()


def _shown(value: object) -> str:
    """A value in a sentence that refuses it, at most a line's worth."""
    return repr(value)[:60] if not isinstance(value, Mapping | list) else f"a {type(value).__name__}"
