"""Pull: every source named in data/sources.toml becomes files of one dated snapshot."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from lib.sources import files, plans_db, snapshot
from lib.sources.addresses import Source, read_addresses
from lib.sources.refusal import PullRefused
from lib.sources.snapshot import Snapshot, SnapshotFile

__all__ = ["PullRefused", "pull"]

Progress = Callable[[str, float], None]


def silent(step: str, share: float) -> None:
    """Progress that nobody watches."""


def pull(
    sources_toml: Path,
    snapshots: Path,
    as_of: date | None = None,
    only: str | None = None,
    progress: Progress = silent,
    environ: Mapping[str, str] = os.environ,
) -> Snapshot:
    """Every source, or `only` one → the snapshot of the world's day.

    With `only`, the other sources are carried over from the newest snapshot and keep the day they were pulled on.
    A source that is not there is listed as missing. A snapshot never takes the place of one that held more sources,
    and one that holds nothing is not made.
    """
    try:
        return _pulled(sources_toml, snapshots, as_of, only, progress, environ)
    except OSError as error:
        where = error.filename or snapshots
        raise PullRefused(f"{where} cannot be read or written ({error.strerror}); nothing was pulled") from None


def _pulled(
    sources_toml: Path,
    snapshots: Path,
    as_of: date | None,
    only: str | None,
    progress: Progress,
    environ: Mapping[str, str],
) -> Snapshot:
    addresses = read_addresses(sources_toml, as_of, environ)
    wanted, day = addresses.chosen(only), addresses.as_of
    earlier = _earlier(snapshots, day) if only else None
    replaced = _earlier(snapshots, day, since=day)
    with snapshot.filling(snapshots, day) as folder:
        taken: list[SnapshotFile] = []
        for number, source in enumerate(addresses.sources):
            progress(f"pull {source.name}", number / len(addresses.sources))
            taken += _take(source, folder, day) if source in wanted else _carry_over(earlier, source, folder)
        missing = {source.name for source in addresses.sources} - {file.source for file in taken}
        _insist_on_sources(taken, replaced, sources_toml)
        synthetic = addresses.synthetic or (earlier is not None and earlier.synthetic)
        snapshot.write_manifest(Snapshot(folder, day, synthetic, tuple(taken), tuple(missing)))
    progress("pulled", 1.0)
    return snapshot.read(snapshots / day.isoformat())


def _earlier(snapshots: Path, as_of: date, since: date = date.min) -> Snapshot | None:
    """The newest snapshot up to a day, unless it is from before `since` or there is none."""
    days = [day for day in snapshot.dated_folders(snapshots) if since <= day <= as_of]
    return snapshot.read(snapshots / max(days).isoformat()) if days else None


def _insist_on_sources(taken: Sequence[SnapshotFile], replaced: Snapshot | None, sources_toml: Path) -> None:
    """Refuse a snapshot that holds nothing, or less than the one of the same day whose place it would take."""
    here = {file.source for file in taken}
    if not here:
        raise PullRefused(f"No source named in {sources_toml} brought a file; nothing was pulled: look at its paths")
    if replaced is None:
        return
    if gone := sorted({file.source for file in replaced.files} - here):
        raise PullRefused(
            f"{' and '.join(gone)} brought nothing, but the same day's snapshot {replaced.folder} holds it and "
            f"was kept; bring it back in {sources_toml}, or remove that folder to pull the day without it"
        )


def _take(source: Source, folder: Path, pulled_on: date) -> list[SnapshotFile]:
    target = folder / source.name
    paths = _take_tables(source, target) if source.kind == "sql" else files.copy_folder(Path(source.place), target)
    return [snapshot.describe(folder, source.name, path, pulled_on) for path in paths]


def _take_tables(source: Source, target: Path) -> list[Path]:
    if plans_db.is_missing(source.place):
        return []
    target.mkdir()
    return [_write_csv(table, target / f"{name}.csv") for name, table in plans_db.read(source.place).items()]


def _write_csv(table: pa.Table, path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.column_names)
        writer.writerows(row.values() for row in table.to_pylist())
    return path


def _carry_over(earlier: Snapshot | None, source: Source, folder: Path) -> list[SnapshotFile]:
    if earlier is None:
        return []
    for file in earlier.of(source.name):
        files.copy_file(earlier.folder / file.path, folder / file.path)
    return list(earlier.of(source.name))
