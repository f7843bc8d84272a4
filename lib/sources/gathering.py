"""Lists that come in pages, written as JSON lines that an interrupted pull goes on with.

A file `x.jsonl` is whole. Until then its lines stand in `x.jsonl.part`, and `.x.cursor` says how many bytes of it count
and where the next page begins; what was written behind that is cut off and asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]
Batches = Iterator[tuple[Sequence[Line], Any]]


class CursorExpired(Exception):
    """The place where an interrupted list stopped is not known any more: the list begins again."""


def gather(path: Path, batches: Callable[[Any], Batches]) -> None:
    """`batches` from a cursor on (None: the beginning), each with the cursor behind it → a file, once it is whole.

    Behind the last page a cursor is None, or one that no page follows: killed right there, the list begins again or
    has nothing to add.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _append(path, _resumed(path), batches)
    except CursorExpired:
        _append(path, None, batches)
    _part(path).rename(path)
    _cursor(path).unlink(missing_ok=True)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """A whole file → its lines."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _append(path: Path, at: Any, batches: Callable[[Any], Batches]) -> None:
    if at is None:
        _cursor(path).unlink(missing_ok=True)
    with _part(path).open("wb" if at is None else "ab") as stream:
        for lines, cursor in batches(at):
            stream.writelines(_line(line) for line in lines)
            stream.flush()
            _remember(path, {"bytes": stream.tell(), "at": cursor})


def _line(line: Line) -> bytes:
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"  # half a surrogate stays the escape that it came as


def _resumed(path: Path) -> Any:
    """Where an interrupted list stopped, with everything behind that cut off; None to begin."""
    try:
        kept = json.loads(_cursor(path).read_text(encoding="utf-8"))
        if _part(path).stat().st_size < kept["bytes"]:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    with _part(path).open("r+b") as stream:
        stream.truncate(kept["bytes"])
    return kept["at"]


def _remember(path: Path, kept: Mapping[str, Any]) -> None:
    fresh = _cursor(path).with_suffix(".next")
    fresh.write_text(json.dumps(kept), encoding="utf-8")
    fresh.replace(_cursor(path))


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _cursor(path: Path) -> Path:
    return path.with_name(f".{path.stem}.cursor")
