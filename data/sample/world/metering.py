"""The metering service's files: one gzipped CSV per month received, with copies, in order of arrival."""

import gzip
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from world.events import DAY, Events
from world.pricelist import HUNDREDTHS
from world.setting import Setting
from world.usage import Ints

HEADER = b"event_id,customer_id,dimension,occurred_at,received_at,quantity\n"
BLANK = 0  # a byte that stands for "nothing here" and is dropped before writing
Bytes = NDArray[np.uint8]


def write(setting: Setting, folder: Path, sent: Events, received: Ints) -> int:
    """Write every month's file and count the lines."""
    which, quantity, arrived = _with_copies(setting, sent, received)
    month = np.searchsorted(setting.window.starts, received[which] // DAY, side="right") - 1
    order = np.lexsort((arrived, month))
    bounds = np.searchsorted(month[order], np.arange(setting.window.months + 1))
    folder.mkdir(parents=True, exist_ok=True)
    for i, name in enumerate(setting.seen.names()):
        rows = order[bounds[i] : bounds[i + 1]]
        body = _lines(setting, which[rows], sent.take(which[rows]), received[which[rows]], quantity[rows])
        packed = gzip.compress(HEADER + body, compresslevel=1, mtime=0)
        (folder / f"events-{name}.csv.gz").write_bytes(packed)
    return len(which)


def _with_copies(setting: Setting, sent: Events, received: Ints) -> tuple[Ints, Ints, Ints]:
    """Append identical and conflicting copies; a copy always stands after its original."""
    rng, dials = setting.stream("copies"), setting.recipe["metering"]
    draw = rng.random(len(received))
    same = np.flatnonzero(draw < dials["duplicate_share"])
    other = np.flatnonzero(draw > 1 - dials["conflict_share"])
    copies = np.concatenate([same, other])
    changed = sent.quantity[other] + np.maximum(sent.quantity[other] // 1000, 1) * HUNDREDTHS
    return (
        np.concatenate([np.arange(len(received)), copies]),
        np.concatenate([sent.quantity, sent.quantity[same], changed]),
        np.concatenate([received, received[copies] + rng.integers(60, 2 * DAY, len(copies))]),
    )


def _lines(setting: Setting, which: Ints, rows: Events, received: Ints, quantity: Ints) -> bytes:
    """Lay every line out in columns of fixed width, then drop the blanks."""
    count = len(which)
    comma = _repeated(b",", count)
    columns = [
        _repeated(b"ev-", count), _digits(which + 1, 9), comma,
        _repeated(b"c-", count), _digits(rows.customer, 4), comma,
        _table(setting.prices.dimensions)[rows.dimension], comma,
        _instants(rows.occurred), comma, _instants(received), comma,
        _quantities(quantity), _repeated(b"\n", count),
    ]  # fmt: skip
    laid_out: Bytes = np.concatenate(columns, axis=1).ravel()
    return bytes(laid_out[laid_out != BLANK].data)


def _repeated(text: bytes, count: int) -> Bytes:
    return np.tile(np.frombuffer(text, dtype=np.uint8), (count, 1))


def _table(words: list[str]) -> Bytes:
    """Lay words out as rows of one width."""
    width = max(map(len, words))
    padded = b"".join(word.encode().ljust(width, bytes([BLANK])) for word in words)
    return np.frombuffer(padded, dtype=np.uint8).reshape(len(words), width)


def _digits(values: Ints, width: int) -> Bytes:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _quantities(hundredths: Ints) -> Bytes:
    """Write plain decimals: no leading zeros, and a fraction only where there is one."""
    whole, rest = np.divmod(hundredths, HUNDREDTHS)
    digits = _digits(whole, len(str(int(whole.max(initial=0)))))
    is_leading = np.cumsum(digits != ord("0"), axis=1) == 0
    is_leading[:, -1] = False
    digits[is_leading] = BLANK
    fraction = np.concatenate([_repeated(b".", len(whole)), _digits(rest, 2)], axis=1)
    fraction[rest == 0] = BLANK
    return np.concatenate([digits, fraction], axis=1)


def _instants(seconds: Ints) -> Bytes:
    """Write UTC instants from a table of the days that occur and a table of a day's seconds."""
    day, second = np.divmod(seconds, DAY)
    days, at = np.unique(day, return_inverse=True)
    dates = [date.fromordinal(int(d)).isoformat() for d in days] or [date.min.isoformat()]
    return np.concatenate([_table(dates)[at], _clock()[second]], axis=1)


@cache
def _clock() -> Bytes:
    return _table([f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z" for s in range(DAY)])
