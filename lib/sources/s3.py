"""Buckets: every object below a prefix becomes a file, fetched once per version, whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from threading import Event
from typing import Any

from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from lib.sources import aws, files
from lib.sources.kinds import Visit
from lib.sources.refusal import PullRefused

HANDS = 8  # objects that are fetched at once
TRIES = 5  # of one object, when its connection breaks or it changes while it is read
SECONDS_BETWEEN_WORDS = 0.5
SHOWN = 3
PARTIAL = 206
GONE, CHANGED = ("NoSuchKey", "404"), ("PreconditionFailed", "412")
BREAKS = (ConnectionClosedError, IncompleteReadError, ReadTimeoutError, ResponseStreamingError)
ELSEWHERE = ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301", "400")


@dataclass(frozen=True)
class Item:
    """One version of one object, and the file it becomes."""

    key: str
    relative: str
    etag: str
    size: int

    @property
    def part(self) -> str:
        """What the file is called while it is not whole."""
        return f"{self.relative}{files.PART}"

    @property
    def mark(self) -> str:
        """What tells this version from another."""
        return f"{self.etag.strip(chr(34))}:{self.size}"


@dataclass(frozen=True)
class Bucket:
    """A bucket that is visited, until it is told to stop."""

    client: Any
    visit: Visit
    stop: Event

    @property
    def name(self) -> str:
        """Its name."""
        return self.visit.settings["bucket"]

    @property
    def prefix(self) -> str:
        """What the keys of its objects begin with; empty, or like a folder."""
        return self.visit.settings.get("prefix", "")

    def as_it_is(self, item: Item) -> Item:
        """An object as it is by now."""
        head = self.client.head_object(Bucket=self.name, Key=item.key)
        return replace(item, etag=head["ETag"], size=head["ContentLength"])

    def size(self, item: Item) -> int:
        """How much of an object has come so far."""
        return max(_bytes_of(self.visit.target / relative) for relative in (item.relative, item.part))

    def fetch_rest(self, item: Item) -> None:
        """An object → its file; what an interruption left of this very version is not asked for again."""
        path, part = self.visit.target / item.relative, self.visit.target / item.part
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.visit.marks.get(item.part) != item.mark:
            part.unlink(missing_ok=True)
            self.visit.mark(item.part, item.mark)
        if not part.exists() or _bytes_of(part) < item.size:
            self._append(item, part)
        if not self.stop.is_set():
            _insist_on_size(part, item.size)
            files.sync(part)
            part.replace(path)
            self.visit.mark(item.relative, item.mark)

    def _append(self, item: Item, part: Path) -> None:
        begun = _bytes_of(part)
        rest = {"Range": f"bytes={begun}-"} if begun else {}
        answer = self.client.get_object(Bucket=self.name, Key=item.key, IfMatch=item.etag, **rest)
        is_rest = answer["ResponseMetadata"]["HTTPStatusCode"] == PARTIAL
        with closing(answer["Body"]) as body, part.open("ab" if is_rest else "wb") as stream:
            for block in body.iter_chunks(files.BLOCK_BYTES):
                if self.stop.is_set():
                    return
                stream.write(block)


def fetch(visit: Visit) -> None:
    """Every object of a source's bucket and prefix; what an earlier pull brought is not fetched again."""
    where = f"[{visit.name}]"
    with aws.client("s3", visit.settings, visit.secrets, where) as client, _sentences(client, visit, where):
        bucket = Bucket(client, visit, Event())
        items = _wanted(bucket)
        standing = {item.relative for item in items}
        files.keep_only(visit.target, lambda path: path.as_posix().removesuffix(files.PART) in standing)
        visit.progress(f"{len(items)} objects listed", 0.0)
        _bring(bucket, [item for item in items if not _is_here(visit, item)])


def _is_here(visit: Visit, item: Item) -> bool:
    """Whether this version came before: with the interrupted pull, or with the snapshot before."""
    return visit.has(item.relative, item.mark) or visit.reuse(item.relative, item.mark)


# Which objects


def _wanted(bucket: Bucket) -> list[Item]:
    """The objects that become files, in the order of their keys; what cannot be a file is left out, and said."""
    items = list(_listed(bucket))
    if not items:
        _note_nearest_prefix(bucket)
    unfit = {item.key for item in items if not _is_file_name(item.relative)}
    unfit |= _in_the_way(item for item in items if item.key not in unfit)
    if unfit:
        shown = ", ".join(ascii(key)[:80] for key in sorted(unfit)[:SHOWN])
        more = f" and {len(unfit) - SHOWN} more" if len(unfit) > SHOWN else ""
        bucket.visit.note(f"Left out, because their keys cannot be names of files here: {shown}{more}")
    fit = [item for item in items if item.key not in unfit]
    _insist_on_one_spelling(fit, bucket)
    return fit


def _listed(bucket: Bucket) -> Iterator[Item]:
    """Every object below the prefix; a key that only marks a folder is none."""
    pages = bucket.client.get_paginator("list_objects_v2").paginate(Bucket=bucket.name, Prefix=bucket.prefix)
    for page in pages:
        for entry in page.get("Contents", ()):
            key = entry["Key"]
            if not key.endswith("/"):
                yield Item(key, key.removeprefix(bucket.prefix), entry["ETag"], entry["Size"])


def _is_file_name(relative: str) -> bool:
    """Whether a key below the prefix is a path that stays in its folder, on any file system, and of a whole file."""
    parts = relative.split("/")
    return (
        "\\" not in relative
        and not any(part in ("", ".", "..") for part in parts)
        and files.is_file_name(PurePosixPath(relative))
        and files.is_whole(PurePosixPath(relative))
    )


def _in_the_way(items: Iterable[Item]) -> set[str]:
    """The keys of objects whose file would stand where another object needs a folder."""
    paths = {_folded(item.relative): item.key for item in items}
    folders = {parent.as_posix() for path in paths for parent in PurePosixPath(path).parents}
    return {key for path, key in paths.items() if path in folders}


def _insist_on_one_spelling(items: Iterable[Item], bucket: Bucket) -> None:
    """Refuse two objects that are one file where letter case does not count: neither may be lost without a word."""
    seen: dict[str, str] = {}
    for item in items:
        other = seen.setdefault(_folded(item.relative), item.key)
        if other != item.key:
            raise PullRefused(
                f"[{bucket.visit.name}]: bucket {bucket.name} holds both {other!r} and {item.key!r}, which are one "
                "file where letter case does not count; rename one of them, or narrow the prefix"
            )


def _folded(relative: str) -> str:
    return unicodedata.normalize("NFC", relative).casefold()


# Their bytes


def _bring(bucket: Bucket, items: Sequence[Item]) -> None:
    """Fetch objects, several at a time; the first refusal stops the others."""
    hands = ThreadPoolExecutor(HANDS)
    try:
        _watch(bucket, items, [hands.submit(_download, bucket, item) for item in items])
    finally:
        bucket.stop.set()
        hands.shutdown(cancel_futures=True)


def _watch(bucket: Bucket, items: Sequence[Item], fetched: Sequence[Future[None]]) -> None:
    """Wait for every object in turn, and say how many bytes have come."""
    whole, done = sum(item.size for item in items) or 1, 0
    for number, (item, one) in enumerate(zip(items, fetched, strict=True)):
        while not one.done():
            under_way = sum(bucket.size(other) for other in items[number : number + HANDS])
            bucket.visit.progress(f"{number} of {len(items)} objects", (done + under_way) / whole)
            wait([one], timeout=SECONDS_BETWEEN_WORDS)
        one.result()
        done += item.size
    bucket.visit.progress(f"{len(items)} objects fetched", 1.0)


def _download(bucket: Bucket, item: Item) -> None:
    """One object, whole, in the version it has by now: it may change, go away or break off while it is read."""
    asked: Item | None = item
    for _ in range(TRIES):
        try:
            asked = asked or bucket.as_it_is(item)
            bucket.fetch_rest(asked)
            return
        except ClientError as error:
            if aws.code_of(error) in GONE:
                _leave_out(bucket.visit, item)
                return
            if aws.code_of(error) not in CHANGED:
                raise
            asked = None
        except BREAKS:
            continue
    raise PullRefused(
        f"[{bucket.visit.name}]: {item.key!r} broke off or changed {TRIES} times while it was read; "
        "run it again: it goes on where it stopped"
    )


def _leave_out(visit: Visit, item: Item) -> None:
    """An object that went away: neither an older version of it stays that an interrupted pull brought, nor a part."""
    for relative in (item.relative, item.part):
        visit.forget(relative)
    visit.note(f"Left out, because it went away while its bucket was read: {ascii(item.key)[:80]}")


def _insist_on_size(part: Path, size: int) -> None:
    """A part of another size than its object is no use, not even to go on from."""
    if _bytes_of(part) != size:
        came = _bytes_of(part)
        part.unlink()
        raise IncompleteReadError(actual_bytes=came, expected_bytes=size)


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # it has its other name by now
        return 0


# What goes wrong


@contextmanager
def _sentences(client: Any, visit: Visit, where: str) -> Iterator[None]:
    """The errors that only buckets have, as sentences; the others are every service's."""
    try:
        yield
    except ClientError as error:
        name, code = visit.settings["bucket"], aws.code_of(error)
        region = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region", "")
        if code == "NoSuchBucket":
            raise PullRefused(f"{where}: there is no bucket {name!r}{_nearest_bucket(client, name)}") from None
        if code in ELSEWHERE and re.fullmatch(r"[a-z0-9-]+", region):
            raise PullRefused(f'{where}: bucket {name} is in another region; write region = "{region}"') from None
        if code == "InvalidObjectState":
            raise PullRefused(f"{where}: bucket {name} keeps objects in an archive; restore them first") from None
        raise


def _nearest_bucket(client: Any, name: str) -> str:
    """The bucket most like a mistyped one, where these credentials may list them."""
    try:
        names = [entry["Name"] for entry in client.list_buckets()["Buckets"]]
    except (BotoCoreError, ClientError):
        return ", and these credentials may not list the ones there are; check its name"
    near = get_close_matches(name, names, n=1, cutoff=0.0)
    return f"; the nearest is {near[0]!r}" if near else ", and these credentials have none; check its name"


def _note_nearest_prefix(bucket: Bucket) -> None:
    """Say what a prefix that holds nothing may have been meant to be."""
    known = ""
    for part in bucket.prefix.rstrip("/").split("/"):
        page = bucket.client.list_objects_v2(Bucket=bucket.name, Prefix=known, Delimiter="/")
        there = [entry["Prefix"] for entry in page.get("CommonPrefixes", ())]
        if f"{known}{part}/" not in there:
            near = get_close_matches(f"{known}{part}/", there, n=1, cutoff=0.0)
            instead = f"; the nearest prefix is {near[0]!r}" if near else ""
            bucket.visit.note(f"Bucket {bucket.name} holds nothing below {bucket.prefix!r}{instead}")
            return
        known = f"{known}{part}/"
    bucket.visit.note(f"Bucket {bucket.name} holds no object below {bucket.prefix!r}")
