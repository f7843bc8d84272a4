"""What is believed and seen together: every row by hand, whoever has no data, and draws that scatter."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest

from lib.forecast import Belief, ladder, parse_assumptions
from lib.forecast.beliefs import AssumptionsError
from lib.forecast.ladder import BANDS, CLIMB, DOWN_A_TIER, KINDS, RUNGS, SIDEWAYS, TERMS, UP_A_TIER, State
from lib.forecast.posterior import draw, mean, posterior
from lib.forecast.told import ARRIVALS, LANDING, LEAVING, MOVES, RAILS, SPLIT, told
from lib.segments import PERSONAS
from tests.conftest import ROOT
from tests.forecast.counts import nothing

BASE = parse_assumptions((ROOT / "data" / "assumptions" / "base.toml").read_text())
CASES = tomllib.loads((ROOT / "tests" / "cases" / "posterior.toml").read_text())
LADDER = ladder(("starter", "accelerate", "command", "enterprise"), ("stripe", "aws"))
KIND = {"climb": CLIMB, "sideways": SIDEWAYS, "tier_up": UP_A_TIER, "tier_down": DOWN_A_TIER}
WORDS = {CLIMB: "climbs", SIDEWAYS: "changes sides", UP_A_TIER: "goes up", DOWN_A_TIER: "goes down"}


def number(text):
    return float(Fraction(str(text)))


def believing(**fields):
    """The base case with some beliefs replaced: {"churn": {"unknown": "0.02"}} and so on."""
    changed = {}
    for field, values in fields.items():
        if isinstance(values, dict):
            told_ = {key: Belief(Decimal(str(value)), "a case") for key, value in values.items()}
            changed[field] = MappingProxyType({**getattr(BASE, field), **told_})
        else:
            changed[field] = Belief(Decimal(str(values)), "a case")
    return replace(BASE, **changed)


def of_row(case):
    """Beliefs and counts of one row of moves."""
    persona, tier = case["state"]
    believed, fields = case["believed"], {"worth": {"moves": case["worth"]}}
    own = {source: target for source, target in BASE.moves if source == persona}
    for kind in ("climb", "sideways"):
        if kind in believed:
            fields["moves"] = {(persona, own[persona]): believed[kind]}
    if "tier_up" in believed:
        fields["tier_ups"] = {tier: believed["tier_up"]}
    if "tier_down" in believed:
        fields["tier_downs"] = {tier: believed["tier_down"]}
    source, counts = LADDER.place[State(persona, tier)], nothing(LADDER)
    counts.stayed[source] = case["seen"]["stay"]
    for name, kind in KIND.items():
        edges = [at for at, move in enumerate(LADDER.moves) if (move.source, move.kind) == (source, kind)]
        for order in range(case["seen"].get(name, 0)):
            counts.moves[edges[order % len(edges)]] += 1
    return posterior(believing(**fields), counts, LADDER), source, persona, tier


@pytest.mark.parametrize("case", CASES["moves"], ids=lambda case: case["name"])
def test_moves_by_hand(case):
    known, source, persona, tier = of_row(case)
    row = known.row("moving")[source]
    expected = np.zeros(1 + len(KINDS))
    expected[0] = number(case["alpha"]["stay"])
    for name, kind in KIND.items():
        expected[1 + KINDS.index(kind)] = number(case["alpha"].get(name, 0))
    assert row == pytest.approx(expected)
    rows = [one for one in told(known) if (one.about, one.who, one.where) == (MOVES, persona, (tier,))]
    for name, kind in KIND.items():
        if name in case["mean"]:
            [one] = [one for one in rows if one.what.startswith(WORDS[kind])]
            assert one.taken == pytest.approx(number(case["mean"][name]))
            assert one.believed == pytest.approx(number(case["believed"][name]))
            assert one.has_no_data == case["has_no_data"]
            if name in case.get("interval", {}):
                assert (one.low, one.high) == pytest.approx(case["interval"][name], abs=1e-9)
    if not number(case["mean"].get("climb", 1)):
        climbs = [at for at, move in enumerate(LADDER.moves) if (move.source, move.kind) == (source, CLIMB)]
        assert not draw(known, np.random.default_rng(1), 50).moves[climbs].any()


@pytest.mark.parametrize("key", ["third_party", "third_party_without_data"])
def test_the_split_of_sellers_by_hand(key):
    case, counts = CASES[key], nothing(LADDER)
    counts.sellers[:] = case["seen"]["seller_self_managed"], case["seen"]["seller_3pi"]
    known = posterior(believing(seller_3pi_share=case["believed"], worth={"sellers": case["worth"]}), counts, LADDER)
    assert known.row("sellers") == pytest.approx([number(part) for part in case["beta"]])
    assert mean(known).third_party == pytest.approx([number(case["mean"])])
    [row] = [row for row in told(known) if row.about == SPLIT]
    assert row.has_no_data == (not sum(case["seen"].values()))


def test_a_climb_into_seller_is_one_entry_that_is_split():
    """A climb of 1/50, 3/10 of it with an integrator."""
    first, case = CASES["moves"][0], CASES["third_party"]
    _, source, *_ = of_row(first)
    counts = nothing(LADDER)
    counts.sellers[:] = case["seen"]["seller_self_managed"], case["seen"]["seller_3pi"]
    counts.stayed[source] = first["seen"]["stay"]
    edges = {LADDER.states[move.target]: at for at, move in enumerate(LADDER.moves) if move.source == source}
    counts.moves[edges[State("seller_self_managed", "accelerate")]] = 2
    counts.moves[edges[State("seller_3pi", "accelerate")]] = 1
    counts.moves[edges[State("aws_partner", "command")]] = 1
    beliefs = believing(
        moves={("aws_partner", "seller"): first["believed"]["climb"]},
        tier_ups={"accelerate": first["believed"]["tier_up"]},
        tier_downs={"accelerate": first["believed"]["tier_down"]},
        seller_3pi_share=case["believed"],
        worth={"moves": first["worth"], "sellers": case["worth"]},
    )
    best = mean(posterior(beliefs, counts, LADDER))
    for move in case["moves"]:
        assert best.moves[edges[State(*move["to"])], 0] == pytest.approx(number(move["mean"]))
    drawn = draw(posterior(beliefs, counts, LADDER), np.random.default_rng(3), 200)
    parts = [drawn.moves[edges[State(persona, "accelerate")]] for persona in ("seller_self_managed", "seller_3pi")]
    assert parts[1] / (parts[0] + parts[1]) == pytest.approx(drawn.third_party)


@pytest.mark.parametrize("case", CASES["leaving"], ids=lambda case: case["name"])
def test_leaving_by_hand(case):
    counts, persona, term = nothing(LADDER), PERSONAS.index("aws_partner"), TERMS.index(case["term"])
    counts.exposed[persona, term, 1], counts.left[persona, term, 1] = case["exposed"], case["left"]
    worth = {"churn" if case["term"] == "monthly" else "renewals": case["worth"]}
    fields = {"churn": {"aws_partner": case["churn"]}, "tenure": {"second_year": case["band_factor"]}, "worth": worth}
    if "renewal_factor" in case:
        fields["renewal_factor"] = case["renewal_factor"]
    known = posterior(believing(**fields), counts, LADDER)
    assert known.row("leaving")[persona, term, 1] == pytest.approx([number(part) for part in case["beta"]])
    assert mean(known).leaving[persona, term, 1] == pytest.approx([number(case["mean"])])
    wanted = (LEAVING, "aws_partner", (case["term"], "second_year"))
    [row] = [row for row in told(known) if (row.about, row.who, row.where) == wanted]
    assert row.taken == pytest.approx(number(case["mean"])) and row.has_no_data == case["has_no_data"]
    if "believed" in case:
        assert row.believed == pytest.approx(number(case["believed"]))
    if "interval" in case:
        assert (row.low, row.high) == pytest.approx(case["interval"], abs=1e-6)


@pytest.mark.parametrize("case", CASES["arrivals"], ids=lambda case: case["name"])
def test_arrivals_by_hand(case):
    rung = RUNGS.index("seller")
    seen = np.zeros((case["months"], len(RUNGS)))
    for number_ in range(case["seen"]):
        seen[number_ % case["months"], rung] += 1
    counts = replace(nothing(LADDER), arrivals=seen, months=case["months"])
    all_alike = "1E15"  # months: none of a few is forgotten
    beliefs = believing(
        arrivals={"seller": case["believed"]}, worth={"arrivals": case["worth"]}, arrivals_memory=all_alike
    )
    known = posterior(beliefs, counts, LADDER)
    assert known.row("arrivals")[rung] == pytest.approx(number(case["shape"]))
    assert known.months == pytest.approx(number(case["rate"]))
    drawn = draw(known, np.random.default_rng(5), 40_000).arrivals[rung]
    assert drawn.mean() == pytest.approx(number(case["mean"]), rel=0.03)
    assert drawn.var() == pytest.approx(number(case["variance"]), rel=0.06)
    [row] = [row for row in told(known) if (row.about, row.who) == (ARRIVALS, "seller")]
    assert row.taken == pytest.approx(number(case["mean"])) and row.has_no_data == case["has_no_data"]
    if "interval" in case:
        assert (row.low, row.high) == pytest.approx(case["interval"], abs=1e-9)


@pytest.mark.parametrize("case", CASES["fading"], ids=lambda case: case["name"])
def test_an_old_month_of_arrivals_counts_less(case):
    rung = RUNGS.index("seller")
    seen = np.zeros((len(case["seen"]), len(RUNGS)))
    seen[:, rung] = case["seen"]
    beliefs = believing(
        arrivals={"seller": case["believed"]}, worth={"arrivals": case["worth"]}, arrivals_memory=case["memory"]
    )
    known = posterior(beliefs, replace(nothing(LADDER), arrivals=seen, months=len(seen)), LADDER)
    assert known.row("arrivals")[rung] == pytest.approx(number(case["shape"]))
    assert known.months == pytest.approx(number(case["rate"]))
    assert mean(known).arrivals[rung, 0] == pytest.approx(number(case["mean"]))


@pytest.mark.parametrize("case", CASES["landing"], ids=lambda case: case["name"])
def test_where_an_arrival_lands_by_hand(case):
    three, persona = ladder(tuple(case["believed"]), ("stripe", "aws")), PERSONAS.index(case["persona"])
    shares = {tier: sum(Decimal(part) for part in terms.values()) for tier, terms in case["believed"].items()}
    annual = {tier: Decimal(terms["annual"]) / shares[tier] for tier, terms in case["believed"].items()}
    counts = nothing(three)
    for place, terms in enumerate(case["seen"].values()):
        counts.landed[persona, place] = terms["monthly"], terms["annual"]
    beliefs = believing(landing={**shares, "enterprise": 0}, annual=annual, worth={"landings": case["worth"]})
    known = posterior(beliefs, counts, three)
    alpha = [number(part) for terms in case["alpha"].values() for part in (terms["monthly"], terms["annual"])]
    assert known.row("landing")[persona] == pytest.approx(alpha)
    rows = [row for row in told(known) if (row.about, row.who) == (LANDING, case["persona"])]
    assert {row.where: row.taken for row in rows} == pytest.approx(
        {(tier, term): number(part) for tier, terms in case["mean"].items() for term, part in terms.items()}
    )


@pytest.mark.parametrize("case", CASES["rail"], ids=lambda case: case["name"])
def test_the_rail_of_an_arrival_by_hand(case):
    rung, counts = RUNGS.index(case["rung"]), nothing(LADDER)
    counts.on_rail[rung] = case["seen"]["stripe"], case["seen"]["aws"]
    fields = {"aws_share": {case["rung"]: case["believed"]["aws"]}} if "believed" in case else {}
    worth = {"worth": {"rails": case["worth"]}} if "worth" in case else {}
    known = posterior(believing(**fields, **worth), counts, LADDER)
    expected = [number(case["mean"]["stripe"]), number(case["mean"]["aws"])]
    assert mean(known).rail_share[rung, :, 0] == pytest.approx(expected)
    rows = [row for row in told(known) if (row.about, row.who) == (RAILS, case["rung"])]
    assert [row.taken for row in rows] == pytest.approx(expected)
    if case.get("structural"):
        assert not draw(known, np.random.default_rng(7), 500).rail_share[rung, 1].any()


# What holds of every row


def test_without_a_history_everything_is_the_belief_and_says_so():
    known = posterior(BASE, nothing(LADDER), LADDER)
    rows = told(known)
    assert all(row.has_no_data and row.taken == pytest.approx(row.believed) for row in rows)
    assert known.without_data == PERSONAS
    [unknown] = [row for row in rows if (row.who, row.where) == ("unknown", ("monthly", "later"))]
    assert unknown.sentence == "no customer-month of unknown (monthly, later) on record: the prior alone"
    [seller] = [row for row in rows if row.about == SPLIT]
    assert seller.sentence == "no seller of seller on record: the prior alone"


def test_a_persona_without_data_is_named_and_the_others_are_not():
    counts = nothing(LADDER)
    for persona in PERSONAS:
        if persona != "seller_3pi":
            counts.stayed[LADDER.place[State(persona, "starter")]] = 12
    assert posterior(BASE, counts, LADDER).without_data == ("seller_3pi",)


def test_draws_scatter_as_the_table_says_and_their_mean_is_taken():
    """The 5 % and 95 % points of the drawn chance to leave are those of the table, within the error of 40,000 draws."""
    counts = nothing(LADDER)
    counts.exposed[:, 0, 0], counts.left[:, 0, 0] = 300, 4
    known = posterior(BASE, counts, LADDER)
    drawn, best = draw(known, np.random.default_rng(11), 40_000), mean(known)
    drawn.check(LADDER)
    best.check(LADDER)
    for persona, who in enumerate(PERSONAS):
        [row] = [row for row in told(known) if (row.about, row.who, row.where) == (LEAVING, who, ("monthly", BANDS[0]))]
        low, high = np.quantile(drawn.leaving[persona, 0, 0], (0.05, 0.95))
        assert (low, high) == pytest.approx((row.low, row.high), rel=0.03)
        assert drawn.leaving[persona, 0, 0].mean() == pytest.approx(best.leaving[persona, 0, 0, 0], rel=0.02)


def test_the_same_seed_draws_the_same_numbers():
    known = posterior(BASE, nothing(LADDER), LADDER)
    one, other = (draw(known, np.random.default_rng(13), 20) for _ in range(2))
    assert one.same_as(other) and not one.same_as(draw(known, np.random.default_rng(14), 20))


def test_a_tier_that_no_belief_knows_is_refused():
    with pytest.raises(AssumptionsError, match=r"tier_up_per_month lacks 'solo', a tier of the book"):
        posterior(BASE, nothing(ladder(("solo", "starter"), ("aws",))), ladder(("solo", "starter"), ("aws",)))


def test_moves_of_a_state_that_add_up_to_more_than_all_are_refused():
    with pytest.raises(AssumptionsError, match=r"moves of aws_partner on starter add up to 1\.2; at most 1"):
        beliefs = believing(moves={("aws_partner", "seller"): "0.6"}, tier_ups={"starter": "0.6"})
        posterior(beliefs, nothing(LADDER), LADDER)
