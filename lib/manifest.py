"""The manifest: what a result was made from, as hashes that make it repeatable, or show that it is stale."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

VERSION = "0.7.0"


@dataclass(frozen=True)
class Manifest:
    """What one result was made from: the date it is opened as of, its data, book, choices and beliefs.

    `facts_hash` covers every file of facts in data/: rails, segments, claims, billing, allowances, earlier books.
    `months` and `horizon` are those a simulation is held against; `seed`, `paths`, `levers` and
    `target_usd` are of a forecast, and `widened` the hash of the test of the past that its bands were widened by.
    `paths` are those that were walked; `part_of` is how many were asked for, where a reader stopped before.
    """

    as_of: date
    book: str
    book_hash: str
    snapshot_on: date | None = None
    warehouse: str | None = None
    synthetic: bool = False
    facts_hash: str | None = None
    scenario: str | None = None
    scenario_hash: str | None = None
    assumptions: str | None = None
    assumptions_hash: str | None = None
    months: int | None = None
    horizon: str | None = None
    seed: int | None = None
    paths: int | None = None
    part_of: int | None = None
    levers: Mapping[str, float] | None = None
    target_usd: str | None = None
    widened: str | None = None
    version: str = VERSION

    def as_dict(self) -> dict[str, object]:
        """The manifest as plain JSON values, with the fingerprint of the whole."""
        return {**_plain(asdict(self)), "fingerprint": self.fingerprint}

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that differ when anything the result was made from differs."""
        return fingerprint(_plain(asdict(self)))


def fingerprint(value: object) -> str:
    """Any nested value of text, numbers and dates → twelve hex digits of its content."""
    canonical = json.dumps(value, sort_keys=True, default=_canonical, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _canonical(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no canonical form")
