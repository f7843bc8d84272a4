"""A reading session: it opens the desk, reads every mart, and remembers what each warehouse said and what went wrong.

Run alone, `python -m tests.endurance.reading FOLDER`, it reads until its input is closed and then tells in one line of
JSON: how often, which warehouses with which content, and every error.
"""

import hashlib
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lib.desk import Desk
from lib.warehouse.read import Warehouse


def content(warehouse: Warehouse) -> str:
    """A fingerprint of every row of every mart, in order."""
    digest = hashlib.sha256()
    for mart in warehouse.marts:
        digest.update(f"{mart}\n{warehouse.rows(mart)!r}\n".encode())
    return digest.hexdigest()[:16]


@dataclass
class Session:
    """What one session read and met."""

    reads: int = 0
    seen: dict[str, list[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def read(self, opened: Callable[[], Desk], close: bool) -> None:
        """One reading: a desk is opened and every mart of it read."""
        try:
            warehouse = opened().warehouse
            said = content(warehouse)
            if close:
                warehouse.close()
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")
            return
        self.reads += 1
        if said not in self.seen.setdefault(warehouse.id, []):
            self.seen[warehouse.id].append(said)


def read_until(stop: threading.Event, opened: Callable[[], Desk], close: bool = True) -> Session:
    """Readings one after the other until told to stop."""
    session = Session()
    while not stop.is_set():
        session.read(opened, close)
    return session


def main() -> None:
    folder, stop = Path(sys.argv[1]), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    print("reading", flush=True)
    session = read_until(stop, lambda: Desk.open(folder))
    print(json.dumps({"reads": session.reads, "seen": session.seen, "errors": session.errors}), flush=True)


if __name__ == "__main__":
    main()
