"""The benchmarks of the forecast in small: the same code, the sample's own ladder, promises loosely held."""

from collections.abc import Mapping

import numpy as np
import pytest

from lib.desk import Desk
from lib.forecast import crowd
from lib.forecast.draws import binomial
from lib.forecast.run import run
from tests.benchmarks.forecast import contestants, edges, recorded
from tests.benchmarks.forecast_world import SEED, Sample, made_of
from tests.benchmarks.pairing import FEWEST_TIMES, cases, times_surer
from tests.benchmarks.rounds import interleaved

MONTHS = 24


@pytest.fixture(scope="module")
def made(desk: Desk) -> Sample:
    return made_of(desk, MONTHS)


def test_the_ladder_that_is_measured_is_the_whole_one(made: Sample) -> None:
    """Per tier 4 climbs and 2 moves sideways among sellers; per persona 3 changes of tier each way; all may leave."""
    assert dict(edges(made.ladder)) == {
        "climb": 4 * 4, "sideways": 4 * 2, "up a tier": 5 * 3, "down a tier": 5 * 3, "leaving": 5 * 4,
    }  # fmt: skip


def test_the_floor_draws_what_the_engine_drew(made: Sample) -> None:
    """A month draws for 24 states × 2 terms × 3 bands who leaves, and for every move; with the counts of the run."""
    draws: list[tuple[np.ndarray, np.ndarray]] = []
    with recorded(draws):
        run([made.world()], made.start, 2, 10, SEED, made.block, threads=1)
    assert sum(n.size for n, _ in draws) == 2 * 10 * (24 * 2 * 3 + len(made.ladder.moves))
    annual = made.start.counts.reshape(2, 2, 2, 12, 3, -1)[:, :, 1]
    exposed = annual[:, :, made.start.months(1)[0].month - 1].sum()
    assert (draws[0][0].reshape(10, -1, 2, 3)[:, :, 1].sum(axis=(1, 2)) == exposed).all()
    assert crowd.binomial is binomial


def test_the_walk_is_not_far_from_its_floor(made: Sample) -> None:
    """The promise is 4 times on a quiet machine, measured by the benchmark; here, beside other tests, at most 9."""
    small, draws = contestants(made, 6, 2 * made.block, alone=made.block)
    took = interleaved(small, 2)
    assert draws == 2 * made.block * 6 * 204
    assert took["engine alone"].median_cpu <= 9 * took["floor alone"].median_cpu


def test_the_same_luck_makes_every_difference_sure(made: Sample) -> None:
    found: Mapping[str, float] = times_surer(made, cases(made), MONTHS, 500)
    assert min(found.values()) >= FEWEST_TIMES, found


def test_a_proposal_of_nothing_differs_by_nothing(made: Sample) -> None:
    baseline, proposal = run([made.world(), made.world()], made.start, MONTHS, 60, SEED, block=30)
    assert (proposal.revenue - baseline.revenue == 0.0).all()
