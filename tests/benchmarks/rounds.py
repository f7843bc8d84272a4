"""Interleaved rounds: every contestant once per round, so that a loaded machine slows all of them alike."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Contestants = Mapping[str, Callable[[], object]]


@dataclass(frozen=True)
class Timing:
    """Seconds of one contestant: CPU of all threads, and wall, of every round."""

    cpu: tuple[float, ...]
    wall: tuple[float, ...]

    @property
    def median_cpu(self) -> float:
        return statistics.median(self.cpu)

    @property
    def best_wall(self) -> float:
        return min(self.wall)

    def over(self, other: "Timing", share: float = 1) -> float:
        """How many times this takes the other's time: the worse of median CPU and best run."""
        return min(self.median_cpu / other.median_cpu, self.best_wall / other.best_wall) * share

    def at_most_over(self, other: "Timing") -> float:
        """The same where a small ratio is the good one: the larger of the two."""
        return max(self.median_cpu / other.median_cpu, self.best_wall / other.best_wall)


def interleaved(contestants: Contestants, rounds: int) -> dict[str, Timing]:
    """Every contestant once to warm up, then once per round, in turn."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            spent = time.process_time() - cpu, time.perf_counter() - wall
            if number:
                taken[name].append(spent)
    return {name: Timing(*(tuple(part) for part in zip(*spent, strict=True))) for name, spent in taken.items()}
