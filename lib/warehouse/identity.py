"""The name of a warehouse: a short hash of everything its content follows from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

ROOM = Path(__file__).parent
MAPPING = ROOM.parent / "mapping.py"  # which decides what a usage file says
ID_LENGTH = 12


def warehouse_id(facts: Iterable[str], rules: Iterable[Path]) -> str:
    """Facts (fingerprints of snapshots) and rule files → the id; this room's own SQL and code always count in."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for fact in facts:
        digest.update(f"\n{fact}".encode())
    for path in [*sorted(ROOM.rglob("*.sql")), *sorted(ROOM.rglob("*.py")), MAPPING, *rules]:
        digest.update(f"\n{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:ID_LENGTH]
