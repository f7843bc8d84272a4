"""Times as foreign files write them → UTC as this house writes it: 2026-10-31T23:59:59Z, with its fraction.

A time that could mean two instants, or none, is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = {"epoch_seconds": 1, "epoch_milliseconds": 1000}
_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE)
_LEAP = re.compile(r"[T ]\d\d:\d\d:60", re.ASCII | re.IGNORECASE)
PLAIN = b"0000-00-00T00:00:00Z"
_DIGITS = [place for place, letter in enumerate(PLAIN) if letter == ord("0")]
_MARKS = [place for place, letter in enumerate(PLAIN) if letter != ord("0")]
_LAST_DAY = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0], np.uint8)  # of no month: none
_COUNT = re.compile(r"\d{1,14}(\.\d{1,9})?", re.ASCII)
LEAP_SECOND = "is a leap second, which has no place among the seconds of a day"


@dataclass(frozen=True)
class Moment:
    """What a text says: an instant as text, or what is wrong with it."""

    utc: str = ""
    fault: str | None = None


def reading(time_format: str, time_zone: str | None) -> Callable[[str], Moment]:
    """How a mapping's times are written → the function that reads one."""
    if time_format in UNITS:
        return lambda text: _counted(text, UNITS[time_format])
    zone = ZoneInfo(time_zone) if time_zone else None
    return lambda text: _written(text, zone)


def all_plain(times: pa.Array) -> bool:
    """Whether a whole column says UTC to the second, like 2026-10-31T23:59:59Z, of days that there are.

    It is asked of a block at once, since nearly every block is so and a pattern per text costs ten times as much.
    """
    if times.null_count or not len(times):
        return False
    offsets = np.frombuffer(times.buffers()[1], np.int32, len(times) + 1, times.offset * 4)
    if np.any(np.diff(offsets) != len(PLAIN)):
        return False
    letters = np.frombuffer(times.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].reshape(-1, len(PLAIN))
    digits = letters[:, _DIGITS] - ord("0")
    if np.any(digits > 9) or np.any(letters[:, _MARKS] != np.frombuffer(PLAIN, np.uint8)[_MARKS]):
        return False
    century, year, month, day, hour, minute, second = (digits[:, 0::2] * 10 + digits[:, 1::2]).T
    is_leap = np.where(year == 0, century % 4 == 0, year % 4 == 0)
    last = _LAST_DAY[np.minimum(month, 13)] + (is_leap & (month == 2))
    return bool(np.all((day >= 1) & (day <= last) & (hour < 24) & (minute < 60) & (second < 60)))


def utc_text(moment: datetime) -> str:
    """An instant → its text in UTC."""
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="auto") + "Z"


def _written(text: str, zone: ZoneInfo | None) -> Moment:
    if not text:
        return Moment(fault="is empty")
    if not _SHAPE.fullmatch(text):
        return Moment(fault=f"is not a time like 2026-10-31T23:59:59Z: {text}")
    if _LEAP.search(text):
        return Moment(fault=f"{LEAP_SECOND}: {text}")
    if _is_too_fine(text):
        return Moment(fault=f"is finer than a microsecond: {text}")
    try:
        moment = datetime.fromisoformat(text.upper().replace(" ", "T"))
        return _local(moment, zone, text) if moment.tzinfo is None else Moment(utc_text(moment))
    except (ValueError, OverflowError):
        return Moment(fault=f"is not a time of the calendar: {text}")


def _local(moment: datetime, zone: ZoneInfo | None, text: str) -> Moment:
    """A time without a zone: UTC, or the mapping's own zone, where an hour may stand twice or not at all."""
    if zone is None:
        return Moment(utc_text(moment.replace(tzinfo=UTC)))
    earlier, later = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return Moment(utc_text(earlier))
    exists = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
    what = "stands twice on the clocks" if exists else "never stood on the clocks"
    return Moment(fault=f"{what} of {zone.key}, so its offset must be written: {text}")


def _counted(text: str, per_second: int) -> Moment:
    if not _COUNT.fullmatch(text):
        return Moment(fault="is empty" if not text else f"is not a count of time since 1970: {text}")
    micros = Decimal(text) * 1_000_000 / per_second
    if micros != micros.to_integral_value():
        return Moment(fault=f"is finer than a microsecond: {text}")
    try:
        return Moment(utc_text(EPOCH + timedelta(microseconds=int(micros))))
    except OverflowError:
        return Moment(fault=f"is after the year 9999: {text}")


def _is_too_fine(text: str) -> bool:
    fraction = re.search(r"\.(\d+)", text)
    return fraction is not None and any(digit != "0" for digit in fraction[1][6:])
