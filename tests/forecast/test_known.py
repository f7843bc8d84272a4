"""Generated companies with known rates: what we take covers them as often as it says, and no data shows the belief."""

from dataclasses import replace
from decimal import Decimal
from random import Random
from types import MappingProxyType

import numpy as np
import pytest

from lib.forecast import Assumptions, ladder, parse_assumptions
from lib.forecast.counted import counted
from lib.forecast.ladder import BANDS, KINDS, RUNGS, TERMS, State
from lib.forecast.parameters import Parameters
from lib.forecast.posterior import mean, posterior
from lib.forecast.told import ARRIVALS, LANDING, LEAVING, MOVES, RAILS, SPLIT, Told, told
from lib.segments import PERSONAS
from tests.conftest import ROOT
from tests.forecast.counts import nothing
from tests.forecast.worlds import Company, history, redrawn

BASE = parse_assumptions((ROOT / "data" / "assumptions" / "base.toml").read_text())
LADDER = ladder(("starter", "accelerate"), ("stripe", "aws"))
WORTH = {key: float(one.value) for key, one in BASE.worth.items()}
PRICES = dict.fromkeys(PERSONAS, 100)


def truth_of(row: Told, truth: Parameters) -> float:
    """The rate that a row of the table is about, in the company that was generated."""
    if row.about == MOVES:
        source = LADDER.place[State(row.who, row.where[0])]
        words = ("climbs", "changes sides", "goes up", "goes down")
        [kind] = [kind for kind, word in zip(KINDS, words, strict=True) if row.what.startswith(word)]
        same = [at for at, move in enumerate(LADDER.moves) if (move.source, move.kind) == (source, kind)]
        return float(truth.moves[same, 0].sum())
    if row.about == LEAVING:
        place = PERSONAS.index(row.who), TERMS.index(row.where[0]), BANDS.index(row.where[1])
        return float(truth.leaving[place][0])
    if row.about == LANDING:
        place = PERSONAS.index(row.who), LADDER.tiers.index(row.where[0]), TERMS.index(row.where[1])
        return float(truth.landing[place][0])
    if row.about == RAILS:
        return float(truth.rail_share[RUNGS.index(row.who), LADDER.rails.index(row.where[0]), 0])
    return float(truth.arrivals[RUNGS.index(row.who), 0] if row.about == ARRIVALS else truth.third_party[0])


def seen_of(seed: int, beliefs: Assumptions = BASE) -> tuple[Parameters, tuple[Told, ...]]:
    """One company around the beliefs, a year and a half of it, and the table of what we then take."""
    base = mean(posterior(beliefs, nothing(LADDER), LADDER))
    truth = redrawn(base, WORTH, LADDER, np.random.default_rng(seed))
    company = Company(truth, LADDER, Random(seed))
    company.founded(200)
    return truth, told(posterior(beliefs, counted(history(company, 18, PRICES), LADDER), LADDER))


@pytest.fixture(scope="module")
def rows() -> list[tuple[Told, float]]:
    return [(row, truth_of(row, truth)) for seed in range(30) for truth, table in [seen_of(seed)] for row in table]


def certain(row: Told) -> bool:
    return row.low == row.high


@pytest.mark.parametrize("about", [MOVES, LEAVING, ARRIVALS, LANDING, RAILS, SPLIT])
def test_what_we_take_covers_the_truth_nine_times_in_ten(rows, about):
    """Of n intervals that hold with 90 % each, hits lie within 4 standard deviations; those of one company share
    little of its luck. With data alone counted, too: a formula that forgets what was seen fails here."""
    some = [(row, truth) for row, truth in rows if row.about == about and not certain(row) and not row.has_no_data]
    hits, often = sum(row.low <= truth <= row.high for row, truth in some), len(some)
    assert often >= 29
    assert abs(hits - 0.9 * often) <= 4 * (0.09 * often) ** 0.5, f"{hits} of {often}"


def test_a_history_narrows_what_we_take(rows):
    """Where much was seen, the range is far narrower than the belief's own, each against its middle."""
    beliefs = {(row.about, row.who, row.where): row for row in told(posterior(BASE, nothing(LADDER), LADDER))}
    known = [row for row, _ in rows if row.about == LEAVING and row.at_risk > 500 and row.happened > 5]
    assert known
    for row in known:
        before = beliefs[row.about, row.who, row.where]
        assert (row.high - row.low) / row.taken < 0.5 * (before.high - before.low) / before.taken


def test_a_persona_that_never_came_shows_its_belief_and_says_so():
    """Nobody arrives as a 3PI seller, nobody becomes one: no customer-month of it is on record."""
    none = replace(BASE.seller_3pi_share, value=Decimal(0))
    quiet = MappingProxyType({pair: replace(one, value=Decimal(0), low=Decimal(0)) for pair, one in BASE.moves.items()})
    base = mean(
        posterior(replace(BASE, seller_3pi_share=replace(none, low=Decimal(0)), moves=quiet), nothing(LADDER), LADDER)
    )
    company = Company(base, LADDER, Random(3))
    company.founded(100)
    known = posterior(BASE, counted(history(company, 12, PRICES), LADDER), LADDER)
    assert known.without_data == ("seller_3pi",)
    own = [row for row in told(known) if row.who == "seller_3pi"]
    assert own and all(row.has_no_data and row.taken == pytest.approx(row.believed) for row in own)
    [row] = [row for row in own if row.where == ("annual", "later")]
    assert row.sentence == "no renewal of seller_3pi (annual, later) on record: the prior alone"
    assert any(not row.has_no_data for row in told(known) if row.who == "seller_self_managed")


def test_with_much_history_the_belief_no_longer_matters():
    """Ten thousand customer-months of churn at twice the belief: what is taken is within a tenth of what happened."""
    counts = nothing(LADDER)
    counts.exposed[0, 0, 0], counts.left[0, 0, 0] = 10_000, 320
    [row] = [
        row
        for row in told(posterior(BASE, counts, LADDER))
        if (row.about, row.who, row.where) == (LEAVING, "not_on_aws", ("monthly", "first_year"))
    ]
    assert row.believed == pytest.approx(0.016) and row.taken == pytest.approx(0.032, rel=0.01)
