"""What the browser race makes of its measurements: medians, ratios and the promise they are held to."""

from typing import Any

import pytest

from tests.benchmarks.race import CHART, LEVERS, NUMBER, YARDSTICK, Contestant, told

NO_PAGE: Any = None


def contestant(lever: str, number: list[float], chart: list[float]) -> Contestant:
    return Contestant(LEVERS.get(lever, YARDSTICK), NO_PAGE, {NUMBER: number, CHART: chart})


@pytest.mark.parametrize(
    ("number", "chart", "is_kept"),
    [
        ([80.0, 80.0, 900.0], [250.0, 250.0, 250.0], True),  # exactly 2 and 2.5 times; one slow turn is no median
        ([81.0, 81.0, 81.0], [100.0, 100.0, 100.0], False),
        ([40.0, 40.0, 40.0], [251.0, 251.0, 251.0], False),
    ],
)
def test_the_medians_are_held_to_the_promise(number: list[float], chart: list[float], is_kept: bool) -> None:
    yardstick = contestant("yardstick", [40.0, 40.0, 40.0], [100.0, 100.0, 100.0])
    table, kept = told(contestant("price", number, chart), yardstick)
    assert kept is is_kept
    assert "2.0" in table and "2.5" in table


def test_a_value_is_never_committed_twice() -> None:
    for lever in (YARDSTICK, LEVERS["price"]):
        assert lever.first is not None
        assert len({f"{lever.first + lever.step * turn:.2f}" for turn in range(100)}) == 100
