"""How this room refuses: facts, segments or deals that cannot be true, each in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lib.catalog.document import check_every_key, nearest
from lib.refusal import Refusal


class SegmentsError(Refusal):
    """Facts, segments or deals that cannot be true; the message says where and what to do."""


def check_keys(block: Any, wanted: Sequence[str], where: str, optional: Iterable[str] = ()) -> None:
    """Refuse a block that lacks a wanted key, or has one that is neither wanted nor optional."""
    check_every_key(block, wanted, where, SegmentsError, "state every fact of it", optional)


def one_of(value: str, allowed: Iterable[str], where: str) -> None:
    """Refuse a word that is none of those allowed, naming the nearest."""
    if value not in allowed:
        raise SegmentsError(f"{where} cannot be {value!r}; {nearest(str(value), allowed)}")
