"""Publishing: a finished file beside the others, then one pointer line replaced; readers never meet half a build."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from lib.refusal import Refusal

POINTER = "current"
KEPT = 3
_BUILDING = ".building-"


class WarehouseMissing(Refusal):
    """No warehouse has been published here; the message names the command that makes one."""


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
    new = place.with_name(f".{POINTER}-{os.getpid()}")
    new.write_text(f"{place.name}\n", encoding="utf-8")
    _keep_on_disk(new)
    new.replace(pointer)
    _keep_on_disk(place.parent)


def current(out: Path) -> Path:
    """The file the pointer names."""
    try:
        place = out / (out / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise WarehouseMissing(f"No warehouse is published in {out}; make one with: python -m lib build") from None
    if not place.is_file():
        raise WarehouseMissing(f"{out / POINTER} names {place.name}, which is gone; run: python -m lib build")
    return place


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
    process = int(name.removeprefix(_BUILDING).removeprefix(f".{POINTER}-").split("-")[0])
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
