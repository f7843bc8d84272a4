"""How customers answer a price change: each response by hand, what must hold of any population, and what is refused."""

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.response import (
    ORDER,
    RESPONSES,
    People,
    ResponseError,
    Responses,
    break_even_by_month,
    break_even_churn,
    break_even_conversion,
    churn_curve,
    parse_responses,
    respond,
    tornado,
)
from tests.conftest import ROOT, cases

DOCUMENT = (ROOT / "data" / "assumptions" / "responses.toml").read_text()
BELIEVED = parse_responses(DOCUMENT)
EVERYTHING = BELIEVED.switched(RESPONSES)
KINDS = {"exposed_in": np.int64, "chosen": np.int64, "is_new": bool, "is_monthly": bool, "other_rail_open": bool}


def people(**told: Any) -> People:
    """A population from lists, bills one list per customer; what is not told is neutral."""
    bills = {book: np.array(told[book], dtype=float).T for book in ("baseline", "proposed")}
    months, customers = bills["baseline"].shape
    rate = np.full((months, customers), float(told.get("churn_rate", 0)))
    neutral: dict[str, Any] = {
        "exposed_in": [0] * customers,
        "is_new": [False] * customers,
        "tenure_months": [0] * customers,
        "option_baseline": [[100]] * customers,
        "option_proposed": [[100]] * customers,
        "chosen": [0] * customers,
        "is_monthly": [True] * customers,
        "annual_saving_baseline": [math.nan] * customers,
        "annual_saving_proposed": [math.nan] * customers,
        "other_rail_open": [False] * customers,
        "other_rail_baseline": [math.nan] * customers,
        "other_rail_proposed": [math.nan] * customers,
        "marginal_baseline": [[0]] * customers,
        "marginal_proposed": [[0]] * customers,
        "overage_quantity": [[0]] * customers,
    }
    arrays = {name: np.array(told.get(name, value), KINDS.get(name, float)) for name, value in neutral.items()}
    return People(**bills, churn_rate=rate, **arrays)


def believing(beliefs: Mapping[str, object], on: list[str]) -> Responses:
    """The shipped beliefs with some values of a case, whose range is the value alone."""
    case = BELIEVED.switched(on)
    for key, value in beliefs.items():
        name, _, own = key.partition(".")
        number = Decimal(str(value))
        belief = replace(case[name].beliefs[own], value=number, low=number, high=number)
        response = replace(case[name], beliefs={**case[name].beliefs, own: belief})
        case = replace(case, by_name={**case.by_name, name: response})
    return case


@pytest.mark.parametrize("case", cases("response"))
def test_each_response_by_hand(case):
    answer = respond(people(**case), believing(case["believe"], case["on"]))
    assert tuple(step.name for step in answer.steps) == ORDER
    for step in answer.steps:
        assert step.delta_usd == pytest.approx(float(case["expect"].get(step.name, 0)), abs=1e-4)
        assert step.moved == pytest.approx(float(case["moved"].get(step.name, 0)), abs=1e-6)
        assert step.on == (step.name in ["static", *case["on"]])


# Who is not on the cheapest plan today


def test_everyone_moves_to_the_cheapest_would_book_todays_inertia_as_an_effect_of_the_proposal():
    """100 customers at today's prices: 80 on Starter at 299, 20 on Accelerate at 1,499, on Starter 320.

    "Everyone moves to the cheapest" books 20 x 1,179 of 53,900 a month, 43.7 %, though nothing changed at all.
    """
    bills, options = [[299.0]] * 80 + [[1499.0]] * 20, [[299.0, 1499.0]] * 80 + [[320.0, 1499.0]] * 20
    chosen = [0] * 80 + [1] * 20
    untouched = people(baseline=bills, proposed=bills, option_baseline=options, option_proposed=options, chosen=chosen)
    frictionless = sum(bill[0] - min(plans) for bill, plans in zip(bills, options, strict=True))
    assert frictionless / sum(bill[0] for bill in bills) == pytest.approx(0.437, abs=0.0005)
    none = believing({"plan_switch.friction_rate": 0, "plan_switch.friction_usd_per_month": 0}, ["plan_switch"])
    answer = respond(untouched, none)
    assert (answer["plan_switch"].delta_usd, answer["plan_switch"].moved) == (0, 0)


# What holds of any population


def population(seed: int, customers: int = 40, months: int = 6) -> People:
    """A random but repeatable population of every kind of customer."""
    dice = np.random.default_rng(seed)
    options = dice.integers(100, 2000, (customers, 3)).astype(float)
    chosen = dice.integers(-1, 3, customers)
    changed = options * dice.choice([0.5, 0.9, 1, 1.1, 1.5, 3], (customers, 3))
    for plans in (options, changed):
        plans[(dice.random((customers, 3)) < 0.2) & (np.arange(3) != np.maximum(chosen, 0)[:, None])] = np.nan
    baseline = dice.integers(0, 500, (months, customers)).astype(float)
    exposed = dice.integers(-1, months, customers)
    reached = (np.arange(months)[:, None] >= exposed) & (exposed >= 0)
    return People(
        baseline=baseline,
        proposed=np.where(reached, baseline * dice.choice([0.2, 0.9, 1, 1.1, 1.3, 4], customers), baseline),
        exposed_in=exposed,
        is_new=dice.random(customers) < 0.3,
        tenure_months=dice.integers(0, 60, customers).astype(float),
        churn_rate=dice.choice([0, 0.01, 0.1, 1], (months, customers), p=[0.3, 0.4, 0.2, 0.1]),
        option_baseline=options,
        option_proposed=changed,
        chosen=chosen,
        is_monthly=dice.random(customers) < 0.6,
        annual_saving_baseline=dice.choice([0.1667, 0.2, np.nan], customers),
        annual_saving_proposed=dice.choice([0.1667, 0.2, 0.1, -0.1, np.nan], customers),
        other_rail_open=dice.random(customers) < 0.5,
        other_rail_baseline=dice.choice([90, 300, np.nan], customers),
        other_rail_proposed=dice.choice([100, 300, np.nan], customers),
        marginal_baseline=dice.choice([0, 0.04, 0.06], (customers, 2)),
        marginal_proposed=dice.choice([0, 0.04, 0.09], (customers, 2)),
        overage_quantity=dice.integers(0, 2000, (customers, 2)).astype(float),
    )


def unchanged(them: People) -> People:
    """The same people, with today's book in place of the proposed one."""
    same = {
        name: getattr(them, name.replace("proposed", "baseline"))
        for name in (field.name for field in fields(People))
        if "proposed" in name
    }
    return replace(them, **same)


POPULATIONS = st.integers(0, 2**32 - 1).map(population)
ANY_BELIEFS = st.lists(st.sampled_from(["low", "value", "high"]), min_size=15, max_size=15).map(
    lambda ends: believing(
        {key: getattr(belief, end) for (key, belief), end in zip(BELIEVED.beliefs(), ends, strict=True)},
        list(RESPONSES),
    )
)


@given(POPULATIONS)
def test_nothing_on_is_the_static_effect_to_the_last_digit(them):
    answer = respond(them, BELIEVED)
    assert BELIEVED.on == ()
    for step in answer.steps[1:]:
        assert (step.on, step.delta_usd, step.moved) == (False, 0.0, 0.0)
        assert step.bills is them.proposed
        assert step.revenue.tobytes() == answer["static"].revenue.tobytes()
    assert answer.delta_usd == answer["static"].delta_usd


@given(POPULATIONS, ANY_BELIEFS)
def test_a_book_that_changes_nothing_is_answered_by_nobody_to_the_last_digit(them, beliefs):
    answer = respond(unchanged(them), beliefs)
    for step in answer.steps:
        assert (step.delta_usd, step.moved) == (0, 0)
        assert step.bills.tobytes() == them.baseline.tobytes()


@given(POPULATIONS, st.sampled_from([-90, -1.1, 0.3, 33, 1000]))
def test_every_choice_of_today_is_reproduced_also_when_all_plans_move_by_the_same_amount(them, shift):
    moved = replace(them, option_proposed=them.option_baseline + shift)
    none = believing({"plan_switch.friction_rate": 0, "plan_switch.friction_usd_per_month": 0}, ["plan_switch"])
    assert respond(moved, none)["plan_switch"].moved == 0


@given(POPULATIONS, ANY_BELIEFS)
def test_the_steps_add_up_and_touch_nothing_that_was_passed_in(them, beliefs):
    before = {field.name: getattr(them, field.name).tobytes() for field in fields(People)}
    answer = respond(them, beliefs)
    assert {name: getattr(them, name).tobytes() for name in before} == before
    whole = answer.steps[-1].bills.sum() - them.baseline.sum()
    assert sum(step.delta_usd for step in answer.steps) == pytest.approx(whole, abs=1e-6)
    assert answer.delta_usd == pytest.approx(whole, abs=1e-6)
    assert answer.steps[-1].revenue == pytest.approx(answer.steps[-1].bills.sum(axis=1))


@given(POPULATIONS, ANY_BELIEFS)
def test_nobody_answers_before_the_new_bill_is_met_and_no_bill_turns_negative(them, beliefs):
    never = them.exposed_in < 0
    for step in respond(them, beliefs).steps:
        early = (np.arange(them.months)[:, None] < them.exposed_in) | never
        assert np.array_equal(step.bills[early], them.proposed[early])
        assert np.all(step.bills >= 0)
        assert np.all(np.isfinite(step.bills))
        assert np.all(step.moved_share <= 1)
        if step.name != "static":
            assert not step.moved_share[never].any()


@given(POPULATIONS, ANY_BELIEFS)
def test_a_response_that_is_off_says_nothing_and_changes_no_step_before_it(them, beliefs):
    whole = respond(them, beliefs)
    for place, name in enumerate(ORDER[1:], 1):
        part = respond(them, beliefs.switched(set(RESPONSES) - {name}))
        assert part[name].delta_usd == 0.0
        assert [step.delta_usd for step in part.steps[:place]] == [step.delta_usd for step in whole.steps[:place]]


@given(POPULATIONS, ANY_BELIEFS, st.randoms(use_true_random=False))
def test_the_order_of_the_customers_does_not_matter(them, beliefs, dice):
    order = list(range(them.customers))
    dice.shuffle(order)
    columns = {"baseline", "proposed", "churn_rate"}
    arrays = {field.name: getattr(them, field.name) for field in fields(People)}
    mixed = People(**{name: each[:, order] if name in columns else each[order] for name, each in arrays.items()})
    found = [step.delta_usd for step in respond(mixed, beliefs).steps]
    assert found == pytest.approx([step.delta_usd for step in respond(them, beliefs).steps], abs=1e-6)


@given(POPULATIONS, ANY_BELIEFS)
def test_churn_customer_by_customer_in_logits_says_the_same(them, beliefs):
    """An independent way: today's and tomorrow's survival, one month of one customer after the other."""
    them = replace(them, churn_rate=np.minimum(them.churn_rate, 0.9))  # the logit of certainty is no number
    response = beliefs.switched(["churn"])["churn"]
    answer = respond(them, beliefs.switched(["churn"]))["churn"]
    lost = 0.0
    for place in range(them.customers):
        left = lost_by(them, place, {key: response[key] for key in response.beliefs})
        if left is not None:
            lost += float(them.proposed[:, place] @ left)
    assert answer.delta_usd == pytest.approx(-lost, rel=1e-9, abs=1e-6)


def lost_by(them: People, place: int, belief: Mapping[str, float]) -> np.ndarray | None:
    """The part of a customer that is gone by month against today's book; None where it would be gone anyway."""
    met = int(them.exposed_in[place])
    if met < 0 or them.is_new[place]:
        return None
    was, becomes = them.baseline[met:, place].sum(), them.proposed[met:, place].sum()
    rise = becomes / was - 1 if was else (belief["counted_up_to_rise"] if becomes else 0)
    rise = min(max(rise, 1 / (1 + belief["counted_up_to_rise"]) - 1), belief["counted_up_to_rise"])
    shift = (belief["beta_rises"] if rise > 0 else belief["beta_falls"]) * math.log1p(rise)
    shift += belief["shock_extra"] if rise - belief["shock_rise"] > 1e-9 else 0
    shift *= belief["tenure_factor_per_year"] ** (them.tenure_months[place] / 12)
    today, tomorrow, gone = 1.0, 1.0, np.zeros(them.months)
    for month in range(met, them.months):
        rate = them.churn_rate[month, place]
        part = 1 if month == met else 1 - belief["pulse_share"]
        logit = math.log(rate / (1 - rate)) + part * shift if rate else -math.inf
        today *= 1 - rate
        tomorrow *= 1 - 1 / (1 + math.exp(-logit)) if rate else 1
        gone[month] = 1 - tomorrow / today
    return gone


RISES = st.floats(0, 4).flatmap(lambda low: st.tuples(st.just(low), st.floats(low, 5)))


@given(RISES, ANY_BELIEFS, st.floats(0, 1), st.integers(0, 60))
def test_a_larger_rise_never_churns_less(rises, beliefs, rate, tenure):
    pair = people(
        baseline=[[100] * 4] * 2,
        proposed=[[100 * (1 + rise)] * 4 for rise in rises],
        churn_rate=rate,
        tenure_months=[tenure] * 2,
    )
    smaller, larger = respond(pair, beliefs.switched(["churn"]))["churn"].moved_share
    assert 0 <= smaller <= larger + 1e-12


def test_a_rise_of_the_threshold_itself_shocks_nobody_whatever_the_bill():
    bills = np.arange(1, 2000) / 7
    them = people(baseline=bills[:, None], proposed=bills[:, None] * 1.1, churn_rate=0.02)
    at = believing({"churn.shock_rise": "0.1", "churn.beta_rises": 0, "churn.shock_extra": 1}, ["churn"])
    assert respond(them, at)["churn"].moved == 0


@given(POPULATIONS, ANY_BELIEFS)
def test_falls_do_not_churn_while_their_beta_is_zero(them, beliefs):
    case = believing({key: belief.value for key, belief in beliefs.beliefs()} | {"churn.beta_falls": 0}, ["churn"])
    cheaper = replace(them, proposed=them.baseline * (1 - 0.3 * them.reached))
    answer = respond(cheaper, case)
    assert answer["churn"].bills.tobytes() == cheaper.proposed.tobytes()


@given(POPULATIONS, ANY_BELIEFS)
def test_usage_never_loses_more_than_all_overage(them, beliefs):
    answer = respond(them, beliefs.switched(["usage"]))
    overage = (them.overage_quantity * them.marginal_proposed).sum(axis=1)
    assert np.all(answer["static"].bills - answer["usage"].bills <= overage + 1e-9)


# Break-even


@pytest.mark.parametrize("case", cases("response", "break_even"))
def test_the_published_break_evens(case):
    rise = float(case["rise"])
    assert 100 * break_even_churn(rise) == printed(case["revenue"])
    assert 100 * break_even_churn(rise, margin=0.75) == printed(case["at_75"])


def printed(percent: str) -> Any:
    """A percentage to one decimal, as it was published: half a tenth either way, 6.25 included."""
    return pytest.approx(float(percent), abs=0.05 + 1e-9)


@pytest.mark.parametrize("case", cases("response", "break_even"))
@pytest.mark.parametrize(("margin", "column"), [(1.0, "revenue"), (0.75, "at_75")])
def test_a_curve_of_a_uniform_rise_meets_zero_where_the_formula_says(case, margin, column):
    rise = float(case["rise"])
    them = people(baseline=[[100, 100]] * 3, proposed=[[100 * (1 + rise)] * 2] * 3)
    curve = churn_curve(them, np.array([0.0, break_even_churn(rise, margin)]), every_month=False, margin=margin)
    assert curve.change_usd == pytest.approx([600 * rise, 0])
    assert 100 * curve.break_even == printed(case[column])


def test_extra_churn_that_lasts_is_forgiven_less_the_longer_the_window():
    # +10 %, one month: 1 / 11. Two: 110 (x + 1 - (1 - x)²) = 20, so 3x - x² = 2 / 11 and x = (3 - sqrt(91 / 11)) / 2.
    them = people(baseline=[[100] * 12], proposed=[[110] * 12])
    found = break_even_by_month(them, every_month=True)
    assert found[:2] == pytest.approx([1 / 11, (3 - math.sqrt(91 / 11)) / 2])
    assert np.all(np.diff(found) < 0)
    assert break_even_by_month(them, every_month=False) == pytest.approx([1 / 11] * 12)
    curve = churn_curve(them, np.array([0, found[-1], 1]), every_month=True)
    assert curve.change_usd == pytest.approx([120, 0, -1200])
    assert curve.break_even == pytest.approx(found[-1])


def test_what_was_billed_before_the_exposure_and_what_never_rises_cannot_be_lost():
    # Gains 20 of 220 at stake: 1 / 11. Not at stake: the first month, the customer not reached, and the new one.
    them = people(
        baseline=[[100, 100, 100], [100, 100, 100], [0, 0, 100]],
        proposed=[[100, 110, 110], [100, 100, 100], [0, 0, 100]],
        exposed_in=[1, -1, 2],
        is_new=[False, False, True],
    )
    assert churn_curve(them, np.array([1.0]), every_month=False).change_usd == pytest.approx([-200])
    assert churn_curve(them, np.array([0.0]), every_month=False).break_even == pytest.approx(1 / 11)
    assert np.isnan(break_even_by_month(them, every_month=False)[0])  # nothing is gained yet


def test_a_fall_has_no_gain_to_lose_and_says_how_many_more_customers_it_needs():
    them = people(baseline=[[100]], proposed=[[80]])
    assert churn_curve(them, np.array([0.0]), every_month=False).break_even is None
    assert break_even_churn(-0.20) == pytest.approx(-0.25)  # 80 x 1.25 = 100
    assert break_even_conversion(them).of_whole_gain is None


def test_how_many_new_customers_may_stay_away():
    # Two new customers, 400 becomes 440: 1 / 11 of them for their own gain. In all 50 is gained: 50 / 440 = 11.36 %,
    # the elasticity ln(1 - 0.113636) / ln 1.1 = -1.2656.
    them = people(
        baseline=[[100, 100], [0, 200], [0, 200]],
        proposed=[[105, 105], [0, 220], [0, 220]],
        exposed_in=[0, 1, 1],
        is_new=[False, True, True],
    )
    found = break_even_conversion(them)
    assert (found.new_customers, found.rise) == (2, pytest.approx(0.10))
    assert found.of_own_gain == pytest.approx(1 / 11)
    assert found.of_whole_gain == pytest.approx(50 / 440)
    assert found.elasticity == pytest.approx(-1.2656, abs=5e-5)


def test_at_the_elasticity_of_minus_one_new_customers_bring_what_they_brought():
    them = people(baseline=[[100], [50]], proposed=[[130], [40]], is_new=[True, True])
    answer = respond(them, believing({"conversion.elasticity": -1}, ["conversion"]))
    assert answer.delta_usd == pytest.approx(0)
    alone = people(baseline=[[100]], proposed=[[130]], is_new=[True])
    assert break_even_conversion(alone).elasticity == pytest.approx(-1)


def test_new_customers_whose_loss_would_not_take_the_gain_have_no_break_even():
    them = people(baseline=[[1000], [10]], proposed=[[1100], [11]], is_new=[False, True])
    assert break_even_conversion(them).of_whole_gain is None
    assert break_even_conversion(them).elasticity is None


# Tornado


@given(st.integers(0, 50).map(population))
def test_a_tornado_holds_every_belief_of_what_is_on_the_widest_first(them):
    found = tornado(them, BELIEVED.switched(["churn", "usage"]))
    assert not found.is_hypothetical
    assert sorted(bar.key for bar in found.bars) == sorted(
        f"{name}.{key}" for name in ("churn", "usage") for key in RESPONSES[name]
    )
    swings = [bar.swing_usd for bar in found.bars]
    assert swings == sorted(swings, reverse=True)


def test_a_bar_is_what_the_whole_change_would_be_with_that_one_belief():
    # As in the pulse by hand: 450 - 40.9091 at beta 1. At 0 nobody leaves; at 5 the odds are 1.5^5 = 7.59375 times
    # as high, 1 / (1 + 0.2 x 6.59375) = 0.431267 stay of 450: -255.9299.
    pulse = {"churn.shock_extra": 0, "churn.tenure_factor_per_year": 1, "churn.pulse_share": 1}
    them = people(baseline=[[100] * 3], proposed=[[150] * 3], churn_rate=0.2)
    found = tornado(them, believing(pulse, ["churn"]))
    assert found.change_usd == pytest.approx(150 - 40.9091, abs=1e-4)
    assert found.bars[0].key == "churn.beta_rises"
    assert (found.bars[0].at_low_usd, found.bars[0].at_high_usd) == pytest.approx((150, 150 - 255.9299), abs=1e-4)


def test_with_nothing_on_the_tornado_is_of_everything_and_says_that_it_is_hypothetical():
    them = population(7)
    found = tornado(them, BELIEVED)
    assert found.is_hypothetical
    assert {bar.key for bar in found.bars} == {key for key, _ in BELIEVED.beliefs()}
    assert found.change_usd == respond(them, EVERYTHING).delta_usd


# The file of beliefs


def test_what_ships_is_off_and_every_number_has_a_range_and_a_source():
    assert BELIEVED.on == ()
    assert tuple(BELIEVED.by_name) == ORDER[1:]
    assert len(BELIEVED.beliefs()) == sum(map(len, RESPONSES.values())) == 15
    for key, belief in BELIEVED.beliefs():
        assert belief.low <= belief.value <= belief.high and belief.low < belief.high, key
        assert len(belief.source.split()) > 8, key
    elasticity = BELIEVED["usage"].beliefs["elasticity"]
    assert (elasticity.value, elasticity.low, elasticity.high) == (0, Decimal("-0.5"), 0)
    assert BELIEVED["churn"].beliefs["beta_falls"].value == 0


@pytest.mark.parametrize("case", cases("response", "refused"))
def test_a_file_that_cannot_be_is_refused_in_one_sentence(case):
    assert case["instead"] in DOCUMENT
    with pytest.raises(ResponseError) as refused:
        parse_responses(DOCUMENT.replace(case["instead"], case["write"], 1))
    for words in ("data/assumptions/responses.toml", *case["says"]):
        assert words in str(refused.value)


@pytest.mark.parametrize("section", ["name", *RESPONSES])
def test_every_block_and_every_number_is_compulsory(section):
    for key in RESPONSES.get(section, [section]):
        kept = [line for line in DOCUMENT.splitlines() if not line.startswith(f"{key} ")]
        with pytest.raises(ResponseError, match=f"lacks '{key}'"):
            parse_responses("\n".join(kept))


@pytest.mark.parametrize("source", ['source = ""', 'source = "  "', "source = 7"])
def test_a_number_without_a_source_is_refused(source):
    head, _, tail = DOCUMENT.partition('source = "')
    with pytest.raises(ResponseError, match=r"plan_switch\.friction_rate needs a source"):
        parse_responses(head + source + tail[tail.index('"') + 1 :])


def test_a_file_that_is_no_toml_is_refused():
    with pytest.raises(ResponseError, match="is not valid TOML"):
        parse_responses("[churn")
    with pytest.raises(ResponseError, match="no price comes near"):
        parse_responses(f"name = 1e{10**24}")
    with pytest.raises(ResponseError, match="is not valid TOML"):
        parse_responses("name = " + "[" * 100_000)


def test_what_is_switched_on_is_exactly_that():
    case = BELIEVED.switched({"churn", "plan_switch"})
    assert case.on == ("plan_switch", "churn")
    assert case.switched({"usage"}).on == ("usage",)
    with pytest.raises(ResponseError, match="did you mean 'churn'"):
        BELIEVED.switched({"chrun"})


def test_one_belief_is_set_inside_its_range_and_all_others_stay():
    low = BELIEVED.at("churn.beta_rises", "low")
    assert low["churn"]["beta_rises"] == 0
    others = [pair for pair in low.beliefs() if pair[0] != "churn.beta_rises"]
    assert others == [pair for pair in BELIEVED.beliefs() if pair[0] != "churn.beta_rises"]
    assert low.on == BELIEVED.on
    assert BELIEVED.believing("churn.beta_rises", Decimal("2.5"))["churn"]["beta_rises"] == 2.5
    with pytest.raises(ResponseError, match=r"within its range, 0\.0 to 5\.0"):
        BELIEVED.believing("churn.beta_rises", Decimal(6))
    with pytest.raises(ResponseError, match=r"did you mean 'churn\.beta_rises'"):
        BELIEVED.at("churn.beta_rise", "low")
    with pytest.raises(ResponseError, match="no end 'lowest'"):
        BELIEVED.at("churn.beta_rises", "lowest")


# People that cannot be

TWO = {"baseline": [[100, 100], [100, 100]], "proposed": [[110, 110], [110, 110]]}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"proposed": [[110, 110]]}, "proposed is 2 × 1; it must be 2 × 2"),
        ({"tenure_months": [1, 2, 3]}, "tenure_months is 3; it must be 2"),
        ({"option_proposed": [[100, 100]] * 2}, "option_proposed is 2 × 2; it must be 2 × 1"),
        ({"proposed": [[math.nan, 110], [110, 110]]}, "proposed holds a number that is not finite"),
        ({"exposed_in": [0, 2]}, "exposed_in must lie between -1 and 1"),
        ({"chosen": [0, -2]}, "chosen must lie between -1 and 0"),
        ({"option_proposed": [[math.nan], [100]]}, "a chosen plan has no bill"),
        ({"churn_rate": 1.5}, "churn_rate holds 1.5; it must be 0 or more, at most 1"),
        ({"overage_quantity": [[-1], [0]]}, "overage_quantity holds -1; it must be 0 or more"),
        ({"annual_saving_proposed": [16.67, 0.2]}, "annual_saving_proposed holds 1 or more"),
    ],
)
def test_people_that_cannot_be_are_refused(told, says):
    with pytest.raises(ResponseError) as refused:
        people(**{**TWO, **told})
    assert says in str(refused.value)


def test_arrays_of_another_kind_or_without_months_are_refused():
    them = people(**TWO)
    with pytest.raises(ResponseError, match="is_new must be an array of true or false"):
        replace(them, is_new=np.zeros(2))
    with pytest.raises(ResponseError, match="baseline must be an array of float64"):
        replace(them, baseline=[[1.0]])
    with pytest.raises(ResponseError, match="baseline is empty"):
        replace(them, baseline=np.zeros((0, 2)))
    with pytest.raises(ResponseError, match="exposed_in has 2 axes; it is 2"):
        replace(them, exposed_in=np.zeros((2, 1), dtype=np.int64))


@pytest.mark.parametrize("extra", [-0.1, 1.1, math.nan])
def test_extra_churn_and_margins_are_fractions(extra):
    with pytest.raises(ResponseError, match="between 0 and 1"):
        churn_curve(people(**TWO), np.array([extra]), every_month=True)
    with pytest.raises(ResponseError, match=r"write 75 % as 0\.75"):
        break_even_churn(0.1, margin=extra if extra != -0.1 else 0)
    with pytest.raises(ResponseError, match="no margin to break even on"):
        break_even_churn(-0.8, margin=0.75)


def test_nobody_at_all_is_answered_with_nothing():
    nobody = people(**{name: np.empty((0, 3)) for name in ("baseline", "proposed")}, **empty())
    assert [step.delta_usd for step in respond(nobody, EVERYTHING).steps] == [0] * len(ORDER)


def empty() -> dict[str, Any]:
    tables = ("option_baseline", "option_proposed", "marginal_baseline", "marginal_proposed", "overage_quantity")
    return {name: np.empty((0, 1)) for name in tables}
