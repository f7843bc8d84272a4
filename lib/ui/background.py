"""Long work beside a page: in a thread of its own, begun by its reader, watched, stopped, and never left behind.

A page answers meanwhile. Each visit has at most one piece of work of a kind: another one, or the end of the visit,
tells the one before to stop, which it hears at its next step.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lib.refusal import Refusal

K = TypeVar("K")
R = TypeVar("R")
Progress = Callable[[float], bool]  # a share done → whether to go on


@dataclass(frozen=True)
class Look(Generic[R]):
    """How work stands: not begun, on its way with a `share` done, over with what it `found`, or refused."""

    share: float | None = None
    found: R | None = None
    refused: str | None = None


class Running(Generic[R]):
    """One piece of work on its way, and what became of it."""

    def __init__(self, work: Callable[[Progress], R], name: str) -> None:
        self._share, self._found, self._trouble = 0.0, list[R](), list[Exception]()
        self._told_to_stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Be over soon."""
        self._told_to_stop.set()

    def wait(self) -> R | None:
        """Be there when it is over → what it found; None where it was refused."""
        self._thread.join()
        return self.look().found

    def watch(self, told: Callable[[float], object], every: float) -> Look[R]:
        """Tell how much is done every so many seconds, until it is over → how it then stands."""
        while self._thread.is_alive():
            told(self._share)
            self._thread.join(every)
        return self.look()

    def look(self) -> Look[R]:
        """How it stands; trouble that no reader can mend is raised to whoever looks."""
        if self._thread.is_alive():
            return Look(share=self._share)
        for trouble in self._trouble:
            if not isinstance(trouble, Refusal):
                raise trouble
            return Look(refused=str(trouble))
        return Look(found=self._found[0])

    def _run(self, work: Callable[[Progress], R]) -> None:
        try:
            self._found.append(work(self._goes_on))
        except Exception as trouble:  # told to the reader by the next look
            self._trouble.append(trouble)

    def _goes_on(self, share: float) -> bool:
        self._share = share
        return not self._told_to_stop.is_set()


class Visit(Generic[K, R]):
    """What one reader's visit has under way of one kind, by what was asked: one at a time."""

    def __init__(self) -> None:
        self._asked: K | None = None
        self._running: Running[R] | None = None

    def begin(self, asked: K, work: Callable[[Progress], R], name: str) -> None:
        """Start one piece of work, after the one before was told to stop."""
        self.stop()
        self._asked, self._running = asked, Running(work, name)

    def stop(self) -> None:
        """Tell what is on its way to stop."""
        if self._running:
            self._running.stop()

    def look(self, asked: K) -> Look[R]:
        """How what is asked stands; work on something else, that nobody sees any more, is stopped."""
        if self._running is None or self._asked != asked:
            self.stop()
            return Look()
        try:
            return self._running.look()
        except Exception:
            self._running = None  # told once; the next look may begin again
            raise
