"""The metering service's files: one gzipped CSV per month received, with copies, in order of arrival."""

import gzip
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from world.events import DAY, Events
from world.months import Window
from world.pricelist import HUNDREDTHS, Prices
from world.recipe import stream
from world.usage import Ints

HEADER = b"event_id,customer_id,dimension,occurred_at,received_at,quantity\n"
BLANK = 0  # a byte that stands for "nothing here" and is dropped before writing
Bytes = NDArray[np.uint8]


def write(folder: Path, sent: Events, seed: int, window: Window, dials: dict[str, Any], prices: Prices) -> int:
    """Write every month's file and count the lines."""
    which, quantity, arrived = _with_copies(sent, seed, dials)
    month = np.searchsorted(window.starts, sent.received[which] // DAY, side="right") - 1
    order = np.lexsort((arrived, month))
    bounds = np.searchsorted(month[order], np.arange(window.months + 1))
    for i, name in enumerate(window.names()):
        rows = order[bounds[i] : bounds[i + 1]]
        body = _lines(sent, which[rows], quantity[rows], prices)
        _zip(folder / f"events-{name}.csv.gz", HEADER + body)
    return len(which)


def _with_copies(sent: Events, seed: int, dials: dict[str, Any]) -> tuple[Ints, Ints, Ints]:
    """Append identical and conflicting copies; a copy always stands after its original."""
    rng = stream(seed, "copies")
    draw = rng.random(len(sent.cell))
    same = np.flatnonzero(draw < dials["duplicate_share"])
    other = np.flatnonzero(draw > 1 - dials["conflict_share"])
    copies = np.concatenate([same, other])
    changed = sent.quantity[other] + np.maximum(sent.quantity[other] // 1000, 1) * HUNDREDTHS
    arrived = sent.received[copies] + rng.integers(60, 2 * DAY, len(copies))
    return (
        np.concatenate([np.arange(len(sent.cell)), copies]),
        np.concatenate([sent.quantity, sent.quantity[same], changed]),
        np.concatenate([sent.received, arrived]),
    )


def _lines(sent: Events, which: Ints, quantity: Ints, prices: Prices) -> bytes:
    """Lay every line out in columns of fixed width, then drop the blanks."""
    comma = _repeated(b",", len(which))
    columns = [
        _repeated(b"ev-", len(which)), _digits(which + 1, 9), comma,
        _repeated(b"c-", len(which)), _digits(sent.customer[which], 4), comma,
        _words(prices.dimensions)[sent.dimension[which]], comma,
        _instants(sent.occurred[which]), comma,
        _instants(sent.received[which]), comma,
        _quantities(quantity), _repeated(b"\n", len(which)),
    ]  # fmt: skip
    table = np.concatenate(columns, axis=1).ravel()
    return table[table != BLANK].tobytes()


def _repeated(text: bytes, count: int) -> Bytes:
    return np.tile(np.frombuffer(text, dtype=np.uint8), (count, 1))


def _words(words: list[str]) -> Bytes:
    width = max(map(len, words))
    padded = b"".join(word.encode().ljust(width, bytes([BLANK])) for word in words)
    return np.frombuffer(padded, dtype=np.uint8).reshape(len(words), width)


def _digits(values: Ints, width: int) -> Bytes:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _quantities(hundredths: Ints) -> Bytes:
    """Write plain decimals: no leading zeros, and a fraction only where there is one."""
    whole, rest = np.divmod(hundredths, HUNDREDTHS)
    width = max(len(str(int(whole.max(initial=0)))), 1)
    digits = _digits(whole, width)
    leading = np.cumsum(digits != ord("0"), axis=1) == 0
    leading[:, -1] = False
    digits[leading] = BLANK
    fraction = np.concatenate([_repeated(b".", len(whole)), _digits(rest, 2)], axis=1)
    fraction[rest == 0] = BLANK
    return np.concatenate([digits, fraction], axis=1)


def _instants(seconds: Ints) -> Bytes:
    """Write UTC instants from a table of the days that occur and a table of a day's seconds."""
    day, second = np.divmod(seconds, DAY)
    days, at = np.unique(day, return_inverse=True)
    dates = [date.fromordinal(int(d)).isoformat() for d in days] or [date.min.isoformat()]
    return np.concatenate([_words(dates)[at], _clock()[second]], axis=1)


@cache
def _clock() -> Bytes:
    return _words([f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z" for s in range(DAY)])


def _zip(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, compresslevel=1, mtime=0))
