"""Publishing: a finished file beside the others, then one pointer line replaced; readers never meet half a build."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from lib.refusal import Refusal

POINTER = "current"
KEPT = 3
LONGEST_NAME = 60  # letters of a wrong name that a sentence repeats
_BUILDING = ".building-"
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


def publish(built: Path, place: Path) -> None:
    """A finished, closed file → its public name, then the pointer; a name that another build gave stays as it is."""
    _keep_on_disk(built)
    if not place.exists():
        built.replace(place)
    point_to(place)


def point_to(place: Path) -> None:
    """Make `place` the current warehouse: one line, replaced at once."""
    pointer = place.with_name(POINTER)
    if pointer.is_dir():
        raise WarehouseMissing(f"{pointer} is a folder, where one line should stand; remove it and {_AGAIN}")
    new = place.with_name(f".{POINTER}-{os.getpid()}")
    new.write_text(f"{place.name}\n", encoding="utf-8")
    _keep_on_disk(new)
    new.replace(pointer)
    _keep_on_disk(place.parent)


def current(out: Path) -> Path:
    """The file the pointer names: a plain file beside it, and nothing else."""
    pointer = out / POINTER
    name = _named(pointer)
    if not _NAME.fullmatch(name):
        short = name[:LONGEST_NAME]
        raise WarehouseMissing(f"{pointer} says {short!r}, not warehouse-<id>.duckdb, a file beside it; {_AGAIN}")
    place = out / name
    if place.is_symlink() or not place.is_file():
        raise WarehouseMissing(f"{pointer} names {name}, which is gone; run: python -m lib build")
    return place


def _named(pointer: Path) -> str:
    try:
        return pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise WarehouseMissing(
            f"No warehouse is published in {pointer.parent}; make one with: python -m lib build"
        ) from None
    except (OSError, UnicodeDecodeError):
        raise WarehouseMissing(f"{pointer} is not the one line that a build writes; {_AGAIN}") from None


def sweep(out: Path) -> None:
    """Remove what builds that died left behind, and all but the last published warehouses."""
    for leftover in [*out.glob(f"{_BUILDING}*"), *out.glob(f".{POINTER}-*")]:
        if not _is_running(leftover.name):
            _remove(leftover)
    published = sorted(out.glob("warehouse-*.duckdb"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in [path for path in published if path != current(out)][KEPT - 1 :]:
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
    number = name.removeprefix(_BUILDING).removeprefix(f".{POINTER}-").split("-")[0]
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
