"""One list, page by page, into files that are whole or not there; a list that was broken off goes on where it stopped.

While a list is read its rows lie in `.part` files, and a hidden cursor remembers the last object that is in all of
them with the length of each. What was written after that is cut off before the list goes on, so that no object is
lost and none stands twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lib.sources.refusal import PullRefused
from lib.sources.stripe_api.asking import CURSOR, CursorLost, Stripe
from lib.sources.stripe_api.listings import Embedded, Listing, Object

PAGE = 100  # the most that Stripe gives at once
ENDING = ".jsonl"

Rows = dict[str, list[Object]]


@dataclass(frozen=True)
class Cursor:
    """How far a list has come: what it was asked, the last object, how many there are, and the length of each file."""

    asked: str
    after: str | None = None
    objects: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    is_done: bool = False


def fetch_list(stripe: Stripe, listing: Listing, folder: Path, told: Callable[[int], None]) -> None:
    """One listing → its files in `folder`; `told` hears how many objects there are so far."""
    if (folder / f"{listing.name}{ENDING}").exists() and not _place(folder, listing).exists():
        return
    cursor = _resumed(stripe, listing, folder)
    if not cursor.is_done:
        try:
            cursor = _read_on(stripe, listing, folder, cursor, told)
        except CursorLost:
            cursor = _read_on(stripe, listing, folder, _begun(stripe, listing, folder), told)
    _finish(listing, folder)


def _read_on(stripe: Stripe, listing: Listing, folder: Path, cursor: Cursor, told: Callable[[int], None]) -> Cursor:
    for page in _pages(stripe, listing.path, listing.params, listing, cursor.after):
        rows = _rows(stripe, listing, page["data"])
        sizes = {name: _append(folder / f"{name}{ENDING}.part", rows[name]) for name in listing.files}
        cursor = replace(
            cursor,
            after=_last(page, cursor.after),
            objects=cursor.objects + len(page["data"]),
            sizes=sizes,
            is_done=not page["has_more"],
        )
        _remember(folder, listing, cursor)
        told(cursor.objects)
    return cursor


def _pages(
    stripe: Stripe, path: str, params: Mapping[str, Any], listing: Listing, after: str | None
) -> Iterator[Object]:
    """The pages of a list behind an object, each with the objects it holds and whether there are more."""
    has_more = True
    while has_more:
        question = {**params, "limit": PAGE, **({CURSOR: after} if after else {})}
        page = stripe.get(path, question, listing.words, listing.permission)
        has_more = page.get("has_more") is True
        last = _last(page, after)
        if has_more and last == after:
            raise PullRefused(
                f"{stripe.place.host} goes round in circles: it says that there are more {listing.words} behind "
                f"{after} and gives none; check the endpoint in [{stripe.place.name}]"
            )
        after = last
        yield {**page, "has_more": has_more}


def _last(page: Object, before: str | None) -> str | None:
    return str(page["data"][-1]["id"]) if page["data"] else before


def _rows(stripe: Stripe, listing: Listing, objects: list[Object]) -> Rows:
    """Objects → the rows of every file of their listing."""
    rows: Rows = {name: [] for name in listing.files}
    rows[listing.name] = objects
    for name, pieces in listing.pieces.items():
        rows[name] = [piece for entry in objects for piece in pieces(entry)]
    if listing.embedded:
        items = [item for entry in objects for item in _embedded(stripe, listing, listing.embedded, entry)]
        rows[listing.embedded.file] = items
        for name, pieces in listing.embedded.pieces.items():
            rows[name] = [piece for item in items for piece in pieces(item)]
    return rows


def _embedded(stripe: Stripe, listing: Listing, embedded: Embedded, owner: Object) -> Iterator[Object]:
    """The list inside an object: what is shown there, and the pages behind it where there are more."""
    shown = owner.get(embedded.key) or {}
    items = shown.get("data") or []
    yield from items
    if shown.get("has_more") is True:
        path = embedded.path.format(id=owner["id"])
        params = {
            key: value.format(id=owner["id"]) if key != "expand" else value for key, value in embedded.params.items()
        }
        for page in _pages(stripe, path, params, listing, items[-1]["id"] if items else None):
            yield from page["data"]


def _resumed(stripe: Stripe, listing: Listing, folder: Path) -> Cursor:
    """The cursor of a list that was broken off, its files cut back to it; of a list asked otherwise, a new one."""
    try:
        cursor = Cursor(**json.loads(_place(folder, listing).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return _begun(stripe, listing, folder)
    if cursor.is_done and cursor.asked == _asked(stripe, listing):
        return cursor
    if cursor.asked != _asked(stripe, listing) or not all(_cut(folder, name, cursor) for name in listing.files):
        return _begun(stripe, listing, folder)
    return cursor


def _begun(stripe: Stripe, listing: Listing, folder: Path) -> Cursor:
    """A list from its beginning: its files empty, its cursor not written yet."""
    _place(folder, listing).unlink(missing_ok=True)
    for name in listing.files:
        (folder / f"{name}{ENDING}").unlink(missing_ok=True)
        (folder / f"{name}{ENDING}.part").write_bytes(b"")
    return Cursor(_asked(stripe, listing))


def _cut(folder: Path, name: str, cursor: Cursor) -> bool:
    """Whether a part file could be cut back to what the cursor vouches for."""
    part, size = folder / f"{name}{ENDING}.part", cursor.sizes.get(name)
    if size is None or not part.exists() or part.stat().st_size < size:
        return False
    os.truncate(part, size)
    return True


def _append(part: Path, rows: list[Object]) -> int:
    """Rows behind a part file → its length; one object per line, and every letter in ASCII."""
    with part.open("ab") as stream:
        stream.write("".join(f"{json.dumps(row, separators=(',', ':'))}\n" for row in rows).encode())
        return stream.tell()


def _remember(folder: Path, listing: Listing, cursor: Cursor) -> None:
    beside = _place(folder, listing).with_suffix(".next")
    beside.write_text(json.dumps(asdict(cursor)), encoding="utf-8")
    beside.replace(_place(folder, listing))


def _finish(listing: Listing, folder: Path) -> None:
    """Every part takes its name; the cursor goes last, so that a finish that was broken off is done again."""
    for name in reversed(listing.files):
        part = folder / f"{name}{ENDING}.part"
        if part.exists():
            part.replace(folder / f"{name}{ENDING}")
    _place(folder, listing).unlink(missing_ok=True)


def _place(folder: Path, listing: Listing) -> Path:
    return folder / f".{listing.name}.cursor"


def _asked(stripe: Stripe, listing: Listing) -> str:
    """What a list was asked, and of whom: a cursor of another account or version is none."""
    return json.dumps([stripe.place.endpoint, stripe.place.account, stripe.version, listing.path, dict(listing.params)])
