"""Seals: a hash over a record and over the seal of the one before it, so that what is changed or taken out later shows.

Records at the end that are gone leave no trace here: their seals stand in what was exported of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lib.manifest import fingerprint


@dataclass(frozen=True)
class Link:
    """One record of a chain: its number, counted from 1 without gaps, all it says, and the seal it carries."""

    number: int
    content: Mapping[str, object]
    seal: str


def seal(content: Mapping[str, object], before: str) -> str:
    """What a record says, and the seal of the one before it, or nothing for the first → its seal."""
    return fingerprint({"before": before, **content})


def broken(links: Iterable[Link], called: Callable[[int], str]) -> list[str]:
    """Every record of a chain → what happened to them behind the desk's back, in words; nothing where nothing did."""
    by_number = {link.number: link for link in links}
    found = []
    for number in range(1, max(by_number, default=0) + 1):
        before, link = by_number.get(number - 1), by_number.get(number)
        if link is None:
            found.append(f"{called(number)} is gone: somebody deleted it from the database")
        elif (before or number == 1) and seal(link.content, before.seal if before else "") != link.seal:
            found.append(f"{called(number)} is not as it was recorded: somebody changed it in the database")
    return found
