"""The short forms of `make kills` and `make publishes`: the same runs, fewer of them."""

from pathlib import Path

from tests.endurance import kills, publishes


def test_a_kill_of_pull_and_of_build_loses_nothing_and_no_reader_notices(tmp_path: Path) -> None:
    tally = kills.run(tmp_path, kills=1, seed=20261126)
    assert {verb: len(moments) for verb, moments in tally.kills.items()} == {"pull": 1, "build": 1}
    assert tally.reader["errors"] == [] and tally.reader["reads"]


def test_publishes_under_reading_sessions_meet_no_error(tmp_path: Path) -> None:
    result = publishes.run(tmp_path, times=12, threads=3, processes=1, pause=0.4)  # a busy machine reads slowly
    assert result.errors == []
    assert len(result.sessions) == 4 and all(session.reads for session in result.sessions)
    assert len({identifier for session in result.sessions for identifier in session.seen}) == 2
