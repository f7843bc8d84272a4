"""Pull: every source named in data/sources.toml becomes files of one dated snapshot."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from lib.sources import journal, secrets, snapshot
from lib.sources.addresses import FEEDS, Addresses, Source, read_addresses
from lib.sources.errand import Brought, Errand, Progress, Taking, carried_over
from lib.sources.refusal import PullRefused
from lib.sources.secrets import Secrets
from lib.sources.snapshot import Snapshot

USUAL = FEEDS.parent / "sources.toml"

__all__ = ["Brought", "PullRefused", "pull"]

NEARLY = 0.99

Tell = Callable[[Brought], None]


def silent(step: str, share: float) -> None:
    """Progress that nobody watches."""


def untold(brought: Brought) -> None:
    """What a source brought, where nobody asks."""


def pull(
    sources_toml: Path,
    snapshots: Path,
    as_of: date | None = None,
    only: str | None = None,
    progress: Progress = silent,
    environ: Mapping[str, str] = os.environ,
    secrets_toml: Path = secrets.FILE,
    tell: Tell = untold,
) -> Snapshot:
    """Every source, or `only` one → the snapshot of the world's day.

    With `only`, the other sources are carried over from the newest snapshot and keep the day they were pulled on.
    A source that is not there is listed as missing. A snapshot never takes the place of one that held more sources,
    and one that holds nothing is not made. A pull that was interrupted goes on where it stopped, on the same day.
    """
    try:
        addresses = read_addresses(sources_toml, as_of)
        errands = _errands(addresses.chosen(only), Secrets(environ, secrets_toml), addresses.as_of)
        snapshot.put_back(snapshots)
        return _pulled(addresses, errands, snapshots, sources_toml, progress, tell)
    except OSError as error:
        where = error.filename or snapshots
        raise PullRefused(f"{where} cannot be read or written ({error.strerror}); nothing was pulled") from None


def _errands(wanted: Sequence[Source], vault: Secrets, day: date) -> dict[str, Errand]:
    """The sources to visit, by name; a key or a secret that is wrong or missing is refused before the first visit."""
    errands = {}
    for source in wanted:
        asked = vault.of(source.way.secrets, source.where)
        callers = vault.callers(source.way.callers)
        errands[source.name] = Errand(source, source.resolved(asked), asked, day, callers)
    return errands


def _pulled(
    addresses: Addresses,
    errands: Mapping[str, Errand],
    snapshots: Path,
    sources_toml: Path,
    progress: Progress,
    tell: Tell,
) -> Snapshot:
    day, is_whole = addresses.as_of, len(errands) == len(addresses.sources)
    earlier = _soundest(snapshots, day) if is_whole else _earlier(snapshots, day)
    replaced = _earlier(snapshots, day, since=day)
    _insist_on_one_world(_soundest(snapshots, date.max), addresses.synthetic, sources_toml)
    blocks = {name: errand.block for name, errand in errands.items() if errand.source.way.resumes}
    with snapshot.filling(snapshots, day, blocks) as folder:
        takings = _taken(addresses, errands, folder, earlier, progress)
        _insist_on_sources(takings, replaced, sources_toml)
        snapshot.write_manifest(_described(folder, addresses, takings, sources_toml))
    progress("pulled", 1.0)
    for taking in takings:
        tell(taking.since(earlier))
    return snapshot.read(snapshots / day.isoformat())


def _taken(
    addresses: Addresses, errands: Mapping[str, Errand], folder: Path, earlier: Snapshot | None, progress: Progress
) -> list[Taking]:
    """The files of every source in turn: fetched where it is asked today, else carried over."""
    diary = journal.read(folder)
    takings = []
    for number, source in enumerate(addresses.sources):
        step = _part(progress, source.name, number, len(addresses.sources))
        errand = errands.get(source.name)
        takings.append(errand.run(folder, earlier, diary, step) if errand else carried_over(earlier, source, folder))
    return takings


def _part(progress: Progress, name: str, number: int, count: int) -> Progress:
    """The progress of one source out of several, as its share of the whole; only the whole pull is ever whole."""
    progress(f"pull {name}", number / count)
    return lambda step, share: progress(f"pull {name}: {step}", (number + min(max(share, 0.0), NEARLY)) / count)


def _described(folder: Path, addresses: Addresses, takings: Sequence[Taking], sources_toml: Path) -> Snapshot:
    listed = tuple(file for taking in takings for file in taking.files)
    missing = tuple(taking.source for taking in takings if not taking.files)
    notes = {taking.source: list(taking.notes) for taking in takings if taking.notes}
    own = None if sources_toml.resolve() == USUAL else str(sources_toml.resolve())
    return Snapshot(folder, addresses.as_of, addresses.synthetic, listed, missing, addresses.mappings, notes, own)


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


def _insist_on_one_world(newest: Snapshot | None, synthetic: bool, sources_toml: Path) -> None:
    """Refuse to put an invented world among real snapshots, or a real one among invented."""
    if newest is not None and newest.synthetic != synthetic:
        here, there = ("an invented", "a real") if synthetic else ("a real", "an invented")
        raise PullRefused(
            f"{sources_toml} names {here} world, but {newest.folder.parent} holds snapshots of {there} one; "
            "name another sources file with --sources, or another folder with --snapshots"
        )


def _insist_on_sources(takings: Sequence[Taking], replaced: Snapshot | None, sources_toml: Path) -> None:
    """Refuse a snapshot that holds nothing, or less than the one of the same day whose place it would take."""
    here = {taking.source for taking in takings if taking.files}
    if not here:
        raise PullRefused(f"No source named in {sources_toml} brought a file; nothing was pulled: look at its paths")
    if replaced is None:
        return
    if gone := sorted({file.source for file in replaced.files} - here):
        raise PullRefused(
            f"{' and '.join(gone)} brought nothing, but the same day's snapshot {replaced.folder} holds it and "
            f"was kept; bring it back in {sources_toml}, or remove that folder to pull the day without it"
        )
