"""Pull: every source named in data/sources.toml becomes files of one dated snapshot."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lib.sources import files, secrets, snapshot
from lib.sources.addresses import Source, read_addresses
from lib.sources.kinds import Earlier, Settings, Visit
from lib.sources.refusal import PullRefused
from lib.sources.secrets import Secrets
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
    secrets_toml: Path = secrets.FILE,
) -> Snapshot:
    """Every source, or `only` one → the snapshot of the world's day.

    With `only`, the other sources are carried over from the newest snapshot and keep the day they were pulled on.
    A source that is not there is listed as missing. A snapshot never takes the place of one that held more sources,
    and one that holds nothing is not made.
    """
    try:
        return _pulled(sources_toml, snapshots, as_of, only, progress, Secrets(environ, secrets_toml))
    except OSError as error:
        where = error.filename or snapshots
        raise PullRefused(f"{where} cannot be read or written ({error.strerror}); nothing was pulled") from None


@dataclass(frozen=True)
class Errand:
    """One source that is to be visited, with everything its kind asked for."""

    source: Source
    settings: Settings
    secrets: Mapping[str, str]


def _pulled(
    sources_toml: Path,
    snapshots: Path,
    as_of: date | None,
    only: str | None,
    progress: Progress,
    vault: Secrets,
) -> Snapshot:
    addresses = read_addresses(sources_toml, as_of)
    errands, day = _errands(addresses.chosen(only), vault), addresses.as_of
    earlier = _earlier(snapshots, day) if only else _soundest(snapshots, day)
    replaced = _earlier(snapshots, day, since=day)
    with snapshot.filling(snapshots, day) as folder:
        taken: list[SnapshotFile] = []
        notes: dict[str, Sequence[str]] = {}
        for number, source in enumerate(addresses.sources):
            step = _part(progress, source.name, number, len(addresses.sources))
            if source.name in errands:
                visit = _visit(errands[source.name], folder, earlier, day, step)
                taken += _take(errands[source.name].source, visit, folder)
                notes |= {source.name: visit.notes} if visit.notes else {}
            elif earlier is not None:
                taken += _carry_over(earlier, source, folder)
                notes |= {name: told for name, told in earlier.notes.items() if name == source.name}
        missing = {source.name for source in addresses.sources} - {file.source for file in taken}
        _insist_on_sources(taken, replaced, sources_toml)
        synthetic = addresses.synthetic or (only is not None and earlier is not None and earlier.synthetic)
        made = Snapshot(folder, day, synthetic, tuple(taken), tuple(missing), addresses.mappings, notes)
        snapshot.write_manifest(made)
    progress("pulled", 1.0)
    return snapshot.read(snapshots / day.isoformat())


def _errands(wanted: Sequence[Source], vault: Secrets) -> dict[str, Errand]:
    """The sources to visit, by name; a key or a secret that is wrong or missing is refused before the first visit."""
    errands = {}
    for source in wanted:
        asked = vault.of(source.way.secrets, source.where)
        errands[source.name] = Errand(source, source.resolved(asked), asked)
    return errands


def _part(progress: Progress, name: str, number: int, count: int) -> Progress:
    """The progress of one source out of several, as its share of the whole; it starts by naming the source."""
    progress(f"pull {name}", number / count)
    return lambda step, share: progress(f"pull {name}: {step}", (number + min(max(share, 0.0), 1.0)) / count)


def _visit(errand: Errand, folder: Path, earlier: Snapshot | None, day: date, progress: Progress) -> Visit:
    name = errand.source.name
    before = None
    if earlier is not None:
        marks = {file.path.removeprefix(f"{name}/"): file.mark for file in earlier.of(name) if file.mark}
        before = Earlier(earlier.folder / name, marks)
    return Visit(name, errand.settings, errand.secrets, folder / name, before, day, progress)


def _take(source: Source, visit: Visit, folder: Path) -> list[SnapshotFile]:
    visit.target.mkdir()
    source.way.fetch(visit)
    return [
        snapshot.describe(folder, source.name, path, visit.day, visit.marks.get(f"{path.relative_to(visit.target)}"))
        for path in files.whole_files(visit.target)
    ]


def _earlier(snapshots: Path, as_of: date, since: date = date.min) -> Snapshot | None:
    """The newest snapshot up to a day, unless it is from before `since` or there is none."""
    days = [day for day in snapshot.dated_folders(snapshots) if since <= day <= as_of]
    return snapshot.read(snapshots / max(days).isoformat()) if days else None


def _soundest(snapshots: Path, day: date) -> Snapshot | None:
    """The newest snapshot up to a day where it only saves work: one that is damaged saves none."""
    try:
        return _earlier(snapshots, day)
    except snapshot.SnapshotMissing:
        return None


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


def _carry_over(earlier: Snapshot, source: Source, folder: Path) -> list[SnapshotFile]:
    for file in earlier.of(source.name):
        files.copy_file(earlier.folder / file.path, folder / file.path)
    return list(earlier.of(source.name))
