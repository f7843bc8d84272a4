"""Publishing: a finished file beside the others, then pointer lines replaced; readers never meet half a build.

`current` names the warehouse of the newest snapshot, which everybody sees. `as-of-2026-09-30` names the one of that
day's snapshot, for whoever asks for that day; a build of an older snapshot moves only its own pointer.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from lib.refusal import Refusal

POINTER = "current"
DATED = "as-of-"
LONGEST_NAME = 60  # letters of a wrong name that a sentence repeats
LISTED = 6  # days that a sentence names
_BUILDING = ".building-"
_POINTING = ".pointing-"
_TURN = ".publishing"
_NAME = re.compile(r"warehouse-\w{1,64}\.duckdb", re.ASCII)
_AGAIN = "build again with: python -m lib build"


class WarehouseMissing(Refusal):
    """No warehouse can be read here; the message names the command that makes one."""


def path_of(out: Path, warehouse_id: str) -> Path:
    """The file of a warehouse; its name changes with its content, so a name never changes its content."""
    return out / f"warehouse-{warehouse_id}.duckdb"


def building_path(out: Path, warehouse_id: str) -> Path:
    """Where this process writes, out of sight, until the warehouse is whole."""
    return out / f"{_BUILDING}{os.getpid()}-{warehouse_id}.duckdb"


@contextmanager
def turn(out: Path) -> Iterator[None]:
    """One publisher at a time, so that none sweeps what another is about to name; a killed one holds up nobody."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / _TURN).open("w") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield


def publish(built: Path, place: Path, day: date, is_newest: bool = True) -> None:
    """A finished, closed file → its public name, then the pointers; a name that another build gave stays as it is."""
    _keep_on_disk(built)
    if not place.exists():
        built.replace(place)
    point_to(place, day, is_newest)


def point_to(place: Path, day: date, is_newest: bool = True) -> None:
    """Make `place` the warehouse of its snapshot's day, and the one that everybody sees if that is the newest."""
    for name in (f"{DATED}{day}", *([POINTER] if is_newest else [])):
        _point(place.with_name(name), place)


def _point(pointer: Path, place: Path) -> None:
    """One line, replaced at once."""
    if pointer.is_dir():
        raise WarehouseMissing(f"{pointer} is a folder, where one line should stand; remove it and {_AGAIN}")
    new = place.with_name(f"{_POINTING}{os.getpid()}-{pointer.name}")
    new.write_text(f"{place.name}\n", encoding="utf-8")
    _keep_on_disk(new)
    new.replace(pointer)
    _keep_on_disk(place.parent)


def current(out: Path) -> Path:
    """The file that everybody sees: a plain file beside its pointer, and nothing else."""
    return _followed(out / POINTER)


def as_of(out: Path, day: date | None) -> Path:
    """The file of the newest published snapshot that is not after a day; without a day, the one everybody sees."""
    days = published_days(out)
    if day is None or not days:
        return current(out)
    not_after = [other for other in days if other <= day]
    if not not_after:
        raise WarehouseMissing(
            f"no snapshot of {day} or before is published in {out}, only {_listed(days)}; "
            f"publish an earlier one with: python -m lib build --as-of {day}"
        )
    return _followed(out / f"{DATED}{not_after[-1]}")


def published_days(out: Path) -> list[date]:
    """The days of the snapshots that have a pointer of their own, in order."""
    return sorted(day for pointer in out.glob(f"{DATED}*") if (day := _day(pointer.name.removeprefix(DATED))))


def named(out: Path, pointer: str) -> str | None:
    """The name of the file that a pointer holds, whether it stands or not; None where there is no such pointer."""
    try:
        return _named(out / pointer)
    except WarehouseMissing:
        return None


def _listed(days: list[date]) -> str:
    shown = ", ".join(map(str, days[:LISTED]))
    return f"{shown} and {len(days) - LISTED} later ones" if len(days) > LISTED else shown


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _followed(pointer: Path) -> Path:
    """The file that a pointer names; a name that was swept while it was read is read again."""
    name: str | None = None
    while name != (name := _named(pointer)):
        if not _NAME.fullmatch(name):
            short = name[:LONGEST_NAME]
            raise WarehouseMissing(f"{pointer} says {short!r}, not warehouse-<id>.duckdb, a file beside it; {_AGAIN}")
        place = pointer.with_name(name)
        if place.is_file() and not place.is_symlink():
            return place
    raise WarehouseMissing(f"{pointer} names {name}, which is gone; run: python -m lib build")


def _named(pointer: Path) -> str:
    try:
        return pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise WarehouseMissing(
            f"No warehouse is published in {pointer.parent}; make one with: python -m lib build"
        ) from None
    except (OSError, UnicodeDecodeError):
        raise WarehouseMissing(f"{pointer} is not the one line that a build writes; {_AGAIN}") from None


def sweep(out: Path, limits: Path) -> None:
    """Remove what builds that died left behind, the pointers of days long past, and files that nothing names.

    How many days stay, and how many unnamed files for readers who have just found their names, is in `limits`.
    """
    kept = tomllib.loads(limits.read_text(encoding="utf-8"))
    for leftover in [*out.glob(f"{_BUILDING}*"), *out.glob(f"{_POINTING}*")]:
        if not _is_running(leftover.name):
            _remove(leftover)
    days = published_days(out)
    for day in days[: max(len(days) - kept["published_days"], 0)]:
        (out / f"{DATED}{day}").unlink(missing_ok=True)
    pointed = {named(out, name) for name in (POINTER, *(f"{DATED}{day}" for day in published_days(out)))}
    unnamed = [path for path in out.glob("warehouse-*.duckdb") if path.name not in pointed]
    for old in sorted(unnamed, key=lambda path: path.stat().st_mtime_ns, reverse=True)[kept["unnamed_kept"] :]:
        old.unlink(missing_ok=True)


def discard(building: Path) -> None:
    """Remove a file under construction and what the database kept beside it."""
    for path in building.parent.glob(f"{building.name}*"):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)  # where the database puts what does not fit into memory
    else:
        path.unlink(missing_ok=True)


def _is_running(name: str) -> bool:
    number = name.removeprefix(_BUILDING).removeprefix(_POINTING).split("-")[0]
    if not number.isdecimal():
        return False
    process = int(number)
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _keep_on_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
