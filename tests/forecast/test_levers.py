"""Levers: neutral ones change no digit, each moves what it names and nothing else, chances stay chances."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.forecast import ladder, parse_assumptions
from lib.forecast.beliefs import AssumptionsError
from lib.forecast.ladder import CLIMB, RUNGS, UP_A_TIER, State
from lib.forecast.levers import CLIMBS, Levers, capped, pulled
from lib.forecast.parameters import Parameters
from lib.forecast.posterior import draw, posterior
from lib.segments import PERSONAS
from tests.conftest import ROOT
from tests.forecast.counts import nothing

LADDER = ladder(("starter", "accelerate", "command", "enterprise"), ("stripe", "aws"))
BASE = parse_assumptions((ROOT / "data" / "assumptions" / "base.toml").read_text())
DRAWN = draw(posterior(BASE, nothing(LADDER), LADDER), np.random.default_rng(1), 40)


def changed(after: Parameters) -> set[str]:
    return {
        one.name for one in fields(Parameters) if not np.array_equal(getattr(after, one.name), getattr(DRAWN, one.name))
    }


def test_neutral_levers_change_no_digit():
    written = Levers(arrivals=dict.fromkeys(RUNGS, 1.0), climbs=dict.fromkeys(CLIMBS, 1.0), churn_of={"unknown": 1.0})
    assert written.are_neutral and Levers().are_neutral
    assert changed(pulled(DRAWN, written, LADDER)) == set() == changed(pulled(DRAWN, Levers(), LADDER))


@pytest.mark.parametrize(
    ("levers", "moved"),
    [
        (Levers(arrivals={"seller": 1.1}), {"arrivals"}),
        (Levers(climbs={"not_on_aws": 2}), {"moves"}),
        (Levers(tier_ups=0.5), {"moves"}),
        (Levers(tier_downs=0.5), {"moves"}),
        (Levers(churn=0.8), {"leaving"}),
        (Levers(churn_of={"seller_3pi": 0.8}), {"leaving"}),
        (Levers(third_party=0.5), {"moves", "third_party"}),
        (Levers(aws_share=0.9), {"rail_share"}),
    ],
)
def test_a_lever_moves_what_it_names_and_nothing_else(levers, moved):
    assert not levers.are_neutral
    assert changed(pulled(DRAWN, levers, LADDER)) == moved


def test_arrivals_and_climbs_by_hand():
    after = pulled(DRAWN, Levers(arrivals={"seller": 1.5}, climbs={"aws_partner": 2}, tier_ups=3), LADDER)
    factors = after.arrivals / DRAWN.arrivals
    assert factors[RUNGS.index("seller")] == pytest.approx(1.5) and factors[0] == pytest.approx(1)
    for number, move in enumerate(LADDER.moves):
        source = LADDER.states[move.source]
        factor = 2 if move.kind == CLIMB and source.persona == "aws_partner" else 3 if move.kind == UP_A_TIER else 1
        assert after.moves[number] == pytest.approx(DRAWN.moves[number] * factor, rel=1e-12)


def test_churn_acts_on_the_month_also_at_a_renewal():
    """A fifth less: h becomes 0.8 h; a renewal that loses p keeps (1 - p)^0.8, near twelve months of 0.8 h each."""
    after = pulled(DRAWN, Levers(churn=0.5, churn_of={"unknown": 1.6}), LADDER)
    factors = np.where([persona == "unknown" for persona in PERSONAS], 0.8, 0.5)[:, None, None]
    assert after.leaving[:, 0] == pytest.approx(DRAWN.leaving[:, 0] * factors)
    assert 1 - after.leaving[:, 1] == pytest.approx((1 - DRAWN.leaving[:, 1]) ** factors)


def test_the_mix_of_sellers_is_given_to_those_who_come_and_those_who_climb():
    after = pulled(DRAWN, Levers(third_party=0.5), LADDER)
    assert (after.third_party == 0.5).all()
    edges = {(LADDER.states[m.source], LADDER.states[m.target]): at for at, m in enumerate(LADDER.moves)}
    for tier in LADDER.tiers:
        both = [edges[State("aws_partner", tier), State(to, tier)] for to in ("seller_self_managed", "seller_3pi")]
        assert after.moves[both[0]] == pytest.approx(after.moves[both[1]])
        assert after.moves[both].sum(axis=0) == pytest.approx(DRAWN.moves[both].sum(axis=0))
        side = edges[State("seller_3pi", tier), State("seller_self_managed", tier)]
        assert (after.moves[side] == DRAWN.moves[side]).all()


def test_the_rail_is_chosen_by_those_who_may():
    after = pulled(DRAWN, Levers(aws_share=0.9), LADDER)
    for number, rung in enumerate(RUNGS):
        if rung in ("not_on_aws", "unknown"):
            assert (after.rail_share[number] == DRAWN.rail_share[number]).all()
        else:
            assert after.rail_share[number, 1] == pytest.approx(0.9)
    after.check(LADDER)


def test_what_cannot_be_pulled_further_is_held_and_said():
    levers = Levers(climbs={"aws_partner": 1000}, churn=1000)
    after = pulled(DRAWN, levers, LADDER)
    after.check(LADDER)
    said = capped(DRAWN, levers, LADDER)
    assert "churn of unknown would exceed all of its customers and is held at all of them" in said
    assert any(sentence.startswith("moves of aws_partner on starter would exceed") for sentence in said)
    assert not any("seller_3pi on" in sentence for sentence in said)
    assert capped(DRAWN, Levers(churn=0.9), LADDER) == ()


FACTORS = st.floats(0, 50)
SHARES = st.none() | st.floats(0, 1)


@given(
    st.builds(
        Levers,
        arrivals=st.dictionaries(st.sampled_from(RUNGS), FACTORS),
        climbs=st.dictionaries(st.sampled_from(CLIMBS), FACTORS),
        tier_ups=FACTORS,
        tier_downs=FACTORS,
        churn=FACTORS,
        churn_of=st.dictionaries(st.sampled_from(PERSONAS), FACTORS),
        third_party=SHARES,
        aws_share=SHARES,
    )
)
def test_whatever_is_turned_chances_stay_chances(levers):
    pulled(DRAWN, levers, LADDER).check(LADDER)


@pytest.mark.parametrize(
    ("turned", "sentence"),
    [
        ({"climbs": {"seller": 2}}, r"the lever climbs has no 'seller'"),
        ({"churn_of": {"partner": 2}}, r"the lever churn_of has no 'partner'; did you mean 'aws_partner'"),
        ({"churn": -0.1}, r"the lever churn is -0\.1; write a factor of 0 or more, 20 % less as 0\.8"),
        ({"arrivals": {"seller": float("nan")}}, r"the lever arrivals of seller is nan"),
        ({"third_party": 20}, r"the lever third_party is 20; write a share from 0 to 1"),
    ],
)
def test_a_lever_that_cannot_be_is_refused(turned, sentence):
    with pytest.raises(AssumptionsError, match=sentence):
        Levers(**turned)


def test_what_is_turned_is_told_by_the_name_a_reader_writes() -> None:
    turned = Levers(arrivals={"seller": 1.5, "aws_customer": 1.0}, churn=0.8, third_party=0.2).turned
    assert turned == {"arrivals.seller": 1.5, "churn": 0.8, "third_party": 0.2}
    assert Levers().turned == {} and Levers().are_neutral and not Levers(aws_share=0.5).are_neutral
