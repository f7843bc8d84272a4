"""Which findings came, went, or turned between two openings of the desk: each by its name, in one class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lib.claims.finding import NONE, RED, VERDICTS, Finding

TURNED_RED, FOUND, CHANGED, GONE, TURNED_GREEN = "turned red", "newly found", "changed", "gone", "turned green"
TURNS = (TURNED_RED, FOUND, CHANGED, GONE, TURNED_GREEN)  # the worst first


@dataclass(frozen=True)
class Turned:
    """One finding that is not what it was; `was` and `becomes` are verdicts, None where it was not found at all.

    `finding` is how it stands now, or stood before it went.
    """

    turn: str
    finding: Finding
    was: str | None
    becomes: str | None

    @property
    def is_difference(self) -> bool:
        """Whether it is about places that show something differently, and not about a promise."""
        return bool(self.finding.standing)


def turned(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Turned, ...]:
    """Everything found on two days → what turned, the worst first, then by name; what reads the same is left out.

    A claim turns red where it is false now and was not, and green where it is true now and was not.
    """
    then, now_found = _by_name(before), _by_name(after)
    found = [_turned(then.get(name), now_found.get(name)) for name in sorted({*then, *now_found})]
    return tuple(sorted((one for one in found if one), key=lambda one: TURNS.index(one.turn)))


def _by_name(found: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    """The worst finding of each name and surface."""
    worst: dict[tuple[str, str], Finding] = {}
    for one in found:
        name = (one.claim, one.surface)
        if name not in worst or _weight(one) > _weight(worst[name]):
            worst[name] = one
    return worst


def _weight(one: Finding) -> tuple[bool, bool, int]:
    return one.severity == RED, one.severity != NONE, VERDICTS.index(one.verdict)


def _turned(was: Finding | None, becomes: Finding | None) -> Turned | None:
    told = becomes or was
    turn = _turn(was, becomes)
    if told is None or turn is None:
        return None
    return Turned(turn, told, was.verdict if was else None, becomes.verdict if becomes else None)


def _turn(was: Finding | None, becomes: Finding | None) -> str | None:
    severities = (was.severity if was else NONE), (becomes.severity if becomes else NONE)
    if severities[1] == RED != severities[0]:
        return TURNED_RED
    if was is None or becomes is None:
        return None if severities == (NONE, NONE) else FOUND if was is None else GONE
    if severities[1] == NONE != severities[0]:
        return TURNED_GREEN
    return CHANGED if (was.verdict, was.severity) != (becomes.verdict, becomes.severity) else None
