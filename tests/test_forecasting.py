"""The forecast as a desk answers it on the sample: where it begins, what is paired, what a stop leaves."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from lib.desk import Desk, forecast_notes, forecasting
from lib.desk.forecast_grounds import grounds
from lib.desk.forecasting import MEASURES, Asked, Foretold, foretell
from lib.forecast.beliefs import AssumptionsError
from lib.forecast.break_even import answering
from lib.forecast.levers import Levers
from lib.forecast.panel import SetAside
from lib.forecast.posterior import mean

PATHS, MONTHS = 250, 18


def goes_on(_: float) -> bool:
    return True


def answer(desk: Desk, past: forecasting.Tested | None = None, **changes: object) -> Foretold:
    return foretell(desk, replace(Asked(MONTHS, PATHS), **changes), goes_on, past)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def baseline(desk: Desk) -> Foretold:
    return answer(desk)


@pytest.fixture(scope="module")
def past(desk: Desk) -> forecasting.Tested:
    return forecasting.tested(desk, goes_on)


def test_it_begins_with_those_who_stand_on_the_ladder_today(desk: Desk, baseline: Foretold) -> None:
    """Customers and MRR of the last recorded month, by the marts; one customer's plan is in no book."""
    today = [customer for customer in desk.customers if customer.tier]
    assert baseline.moves.customers_before == len(today)
    assert float(baseline.baseline.fans["customers"].median[0]) == pytest.approx(len(today), abs=15)
    assert baseline.months[0].isoformat() == "2026-11-01" and len(baseline.months) == MONTHS


def test_nothing_moved_is_no_proposal(baseline: Foretold) -> None:
    assert baseline.proposal is None and baseline.odds is None and not baseline.is_part


def test_a_scenario_that_changes_no_price_differs_by_nothing_on_any_path(desk: Desk) -> None:
    """Its words change and no price: the same luck, so the difference is zero to the last digit."""
    found = answer(desk, scenarios=(desk.scenario("say-17"),))
    assert found.odds is not None
    for measure in MEASURES:
        told = found.odds[measure]
        assert all(share.hits == PATHS for share in told.same)
        assert not np.concatenate([told.difference.median, told.difference.band(0.9).lower]).any()


def test_less_churn_keeps_more_customers_and_leaves_the_baseline_alone(desk: Desk, baseline: Foretold) -> None:
    found = answer(desk, levers=Levers(churn=0.5))
    assert found.proposal is not None and found.odds is not None
    np.testing.assert_array_equal(found.baseline.fans["mrr"].median, baseline.baseline.fans["mrr"].median)
    assert found.proposal.fans["customers"].median[-1] > baseline.baseline.fans["customers"].median[-1]
    assert found.odds["mrr"].gain[-1].value > 0.95
    assert found.manifest.fingerprint != baseline.manifest.fingerprint
    assert found.manifest.levers == {"churn": 0.5}


def test_the_same_question_has_the_same_numbers_on_another_desk(desk: Desk, baseline: Foretold) -> None:
    again = answer(Desk.at(desk.warehouse.path, as_of=desk.as_of))
    for measure, told in baseline.baseline.fans.items():
        np.testing.assert_array_equal(told.median, again.baseline.fans[measure].median)
    assert again.manifest == baseline.manifest


def test_arrivals_less_leavers_are_the_change_in_customers(baseline: Foretold) -> None:
    moves = baseline.moves
    assert moves.customers_after - moves.customers_before == pytest.approx(moves.arrivals_less_leavers)


def test_the_bridge_leads_from_recorded_mrr_to_what_is_expected_without_dice(desk: Desk) -> None:
    """A tenth more for Starter: the steps of both worlds add up, and end where tornado and break-even stand."""
    found = answer(desk, scenarios=(desk.scenario("starter-plus-10"),))
    told = found.bridges
    assert told.proposal is not None and found.break_even is not None
    assert float(told.recorded) == pytest.approx(told.baseline.begins, abs=0.005)
    assert told.recorded == round(sum(one.mrr for one in desk.customers if one.tier and one.mrr), 2)
    for one in (told.baseline, told.proposal):
        assert one.begins + sum(one.steps.values()) == pytest.approx(one.mean, rel=1e-12)
    assert told.proposal.mean == pytest.approx(found.tornado.mrr, rel=1e-12)
    assert sum(told.changes.values()) == pytest.approx(found.break_even.difference, rel=1e-9)
    assert told.changes["prices"] > 0 and told.changes["newcomers"] > 0 > told.changes["leaving"]


def test_a_lever_moves_its_own_step_and_nothing_moved_changes_none(desk: Desk, baseline: Foretold) -> None:
    assert baseline.bridges.proposal is None and not any(baseline.bridges.changes.values())
    fewer_leave = answer(desk, levers=Levers(churn=0.8)).bridges.changes
    assert max(fewer_leave, key=lambda step: fewer_leave[step]) == "leaving"
    assert [fewer_leave[step] for step in ("deals", "newcomers")] == pytest.approx([0, 0], abs=1e-6)


def test_a_target_that_stands_already_is_said_and_one_out_of_reach_is_never(desk: Desk) -> None:
    already = answer(desk, target_usd=Decimal(1)).baseline.reached
    never = answer(desk, target_usd=Decimal(10**9)).baseline.reached
    assert already is not None and already.is_already and already.late == 0
    assert never is not None and never.never.hits == PATHS and never.early is None


def test_a_run_that_is_stopped_keeps_the_first_paths_of_both_worlds(desk: Desk) -> None:
    looks = iter([True, False])
    asked = Asked(MONTHS, 4000, Levers(churn=0.5))
    found = foretell(desk, asked, lambda _: next(looks, False))
    assert found.is_part and found.proposal is not None and 0 < found.paths < asked.paths
    assert found.proposal.fans["mrr"].paths == found.baseline.fans["mrr"].paths == found.paths


def test_the_manifest_holds_the_paths_that_were_walked_and_what_they_are_a_part_of(desk: Desk) -> None:
    """The first paths of a stopped run are those of a whole one of as many, and yet they are a part of something."""
    looks = iter([True, False])
    part = foretell(desk, Asked(6, 4000), lambda _: next(looks, False))
    whole = foretell(desk, Asked(6, part.paths), goes_on)
    assert (part.manifest.paths, part.manifest.part_of) == (part.paths, 4000)
    assert (whole.manifest.paths, whole.manifest.part_of) == (part.paths, None)
    np.testing.assert_array_equal(part.baseline.fans["mrr"].median, whole.baseline.fans["mrr"].median)
    more = replace(part.manifest, paths=4000, part_of=None)
    assert len({one.fingerprint for one in (part.manifest, whole.manifest, more)}) == 3


def test_bands_that_failed_in_the_past_come_back_wider_and_the_rest_as_drawn(
    desk: Desk, past: forecasting.Tested, baseline: Foretold
) -> None:
    found = answer(desk, past)
    assert past.is_widening and found.is_widened and not baseline.is_widened
    for measure, told in found.baseline.fans.items():
        drawn = baseline.baseline.fans[measure]
        np.testing.assert_array_equal(told.median, drawn.median)
        wider = told.band(0.9).upper - drawn.band(0.9).upper
        assert (wider >= 0).all() and wider.any()
        inner, outer = (found.baseline.fans[measure].band(level) for level in (0.8, 0.9))
        assert (outer.lower < inner.lower)[5:].all() and (outer.upper > inner.upper)[5:].all()
    mrr, revenue = (found.baseline.fans[measure].band(0.9) for measure in ("mrr", "revenue"))
    assert (revenue.upper - revenue.lower)[-1] > (mrr.upper - mrr.lower)[-1]
    assert found.manifest.widened and found.manifest.fingerprint != baseline.manifest.fingerprint


def test_a_target_is_reached_where_the_widened_fan_crosses_it(desk: Desk, past: forecasting.Tested) -> None:
    """Its months are the ends of 8 in 10, so they lie where that band crosses, a month before at most, in 9 in 10."""
    target, wanted = 550_000, Decimal(550_000)
    told = answer(desk, past, target_usd=wanted).baseline
    as_walked = answer(desk, target_usd=wanted).baseline.reached
    assert told.reached is not None and told.reached.early and told.reached.late and as_walked is not None

    def crossing(ends: np.ndarray) -> int:
        return 1 + next((place for place, end in enumerate(ends) if end >= target), MONTHS)

    inner, outer = (told.fans["mrr"].band(level) for level in (0.8, 0.9))
    assert 0 <= crossing(inner.upper) - told.reached.early <= 1
    assert 0 <= crossing(inner.lower) - told.reached.late <= 1
    assert crossing(outer.upper) <= told.reached.early and told.reached.late <= crossing(outer.lower)
    assert as_walked.early and as_walked.late
    assert told.reached.early < as_walked.early and as_walked.late < told.reached.late


def test_every_past_forecast_is_there_and_a_stop_leaves_a_part(desk: Desk, past: forecasting.Tested) -> None:
    """24 month ends, 6 needed before the first origin and one after the last: 17 origins."""
    assert len(past.backtest.origins) == 17 and not past.backtest.is_part
    assert {row.months_ahead: row.origins for row in past.scored if row.measure == "customers"} == {
        1: 17,
        3: 15,
        6: 12,
        12: 6,
    }
    assert forecasting.tested(desk, lambda _: False).backtest.is_part


def test_history_that_cannot_be_counted_is_said(baseline: Foretold) -> None:
    told = " ".join(baseline.notes)
    assert (
        "1 of 340 customers (1 of the 32 of unknown persona) is not on the ladder because its plan is of no tier"
        in told
        and "a fact became known" in told
        and "Enterprise has no list price" in told
    )


def test_who_has_no_place_on_the_ladder_is_the_first_thing_said(baseline: Foretold) -> None:
    assert baseline.notes[0].startswith("1 of 340 customers")


def test_several_who_have_no_place_on_the_ladder_are_counted_by_why(desk: Desk) -> None:
    """339 stand on it, 31 of them of unknown persona; two that no record knows are of unknown persona too."""
    panel = desk.forecast_grounds.panel
    aside = tuple(SetAside(who, panel.months[-1], "its plan is lost") for who in ("nobody", "no one"))
    assert list(forecast_notes._aside(desk, replace(panel, set_aside=aside))) == [
        "2 of 341 customers (2 of the 33 of unknown persona) are not on the ladder, each because its plan is lost: the "
        "forecast leaves it out."
    ]


def test_a_lever_is_turned_around_where_the_reader_has_put_it(desk: Desk) -> None:
    """With churn halved, every lever's bar still has one end on each side of the middle: nothing is turned back."""
    tornado = answer(desk, levers=Levers(churn=0.5)).tornado
    levers = [bar for bar in tornado.bars if bar.kind == "chosen"]
    assert len(levers) == 10
    for bar in levers:
        assert min(bar.mrr_at_low, bar.mrr_at_high) < tornado.mrr < max(bar.mrr_at_low, bar.mrr_at_high), bar.key


def test_what_an_answer_takes_for_granted_is_said(desk: Desk, baseline: Foretold) -> None:
    def told(**changes: object) -> str:
        return " ".join(answer(desk, **changes).notes)

    plain = " ".join(baseline.notes)
    assert "taken not to answer" in told(scenarios=(desk.scenario("starter-plus-10"),)) and "taken not" not in plain
    assert "A climb changes no price" in told(levers=Levers(climbs={"aws_partner": 2.0})) and "A climb" not in plain
    one, both = told(levers=Levers(aws_share=0.9)), told(levers=Levers(aws_share=0.9, third_party=0.5))
    assert "Every path takes the share who buy on AWS as moved; at rest each draws its own." in one
    assert "the share of sellers with an integrator and the share who buy on AWS as moved" in both
    assert "at rest each draws its own" not in plain
    assert "stay unknown on every path" in plain
    assert "in the place of usual arrivals" in plain


@pytest.mark.parametrize(
    ("key", "levers", "is_unanswered"),
    [
        ("starter-plus-10", Levers(), True),
        ("starter-plus-10", Levers(tier_ups=2.0), True),
        ("starter-plus-10", Levers(churn=1.2), False),
        ("starter-plus-10", Levers(churn_of={"unknown": 1.2}), False),
        ("starter-plus-10", Levers(arrivals={"seller": 0.9}), False),
        ("say-17", Levers(), False),
    ],
)
def test_a_changed_price_is_unanswered_until_churn_or_arrivals_are_turned(
    desk: Desk, key: str, levers: Levers, is_unanswered: bool
) -> None:
    assert answer(desk, scenarios=(desk.scenario(key),), levers=levers, paths=20).is_unanswered == is_unanswered


def test_open_deals_bring_little_beside_the_customers_they_are(desk: Desk, baseline: Foretold) -> None:
    """Deals by name stand for part of the usual arrivals, at most the part that came by deals; the rest is promised."""
    on = desk.forecast_grounds
    arrivals = float(sum(row.expected.times for row in baseline.moves.rows if row.kind == "arrives"))
    usual = MONTHS * float(mean(on.known).arrivals.sum())
    named = sum(deal.probability for deal in on.coming.deals)
    taken_off = float((1 - on.coming.share_of_rate[:MONTHS]).sum() * mean(on.known).arrivals.sum())
    assert arrivals - usual == pytest.approx(named - taken_off)
    assert 0 < named - taken_off < named


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"Prospct": None}, "stage_probability has no key 'Prospct'; did you mean 'Prospect'"),
        ({"Prospect": None}, "stage_probability lacks 'Prospect': state every belief, a zero too"),
    ],
)
def test_a_chance_of_a_stage_that_is_none_or_a_stage_without_one_is_refused(
    desk: Desk, changed: dict[str, None], sentence: str
) -> None:
    """An open deal counts by the chance of its stage: a slip of its name would leave all of the stage's deals out."""
    another = Desk.at(desk.warehouse.path, as_of=desk.as_of)
    chances = dict(another.assumptions.stage_probability)
    for stage in changed:
        if chances.pop(stage, None) is None:
            chances[stage] = chances["Prospect"]
    another.__dict__["assumptions"] = replace(another.assumptions, stage_probability=chances)
    with pytest.raises(AssumptionsError, match=f"^data/assumptions/base.toml: {sentence}"):
        grounds(another)


@pytest.mark.parametrize("lever", ["churn", "arrivals"])
def test_where_a_rise_is_eaten_whole_paths_gain_about_as_often_as_not(desk: Desk, lever: str) -> None:
    """Alone, Starter plus 10 % gains on every path; with the answer at its break-even, walked anew, on about half."""
    dearer = (desk.scenario("starter-plus-10"),)
    found = answer(desk, scenarios=dearer)
    assert found.break_even is not None and found.break_even.difference > 0
    factor = found.break_even.factors[lever]
    assert factor is not None and (factor > 1) == (lever == "churn")
    then = answer(desk, scenarios=dearer, levers=answering(lever, factor))
    assert then.odds is not None and 0.35 < then.odds["mrr"].gain[-1].value < 0.65


def test_what_undoes_a_price_is_asked_of_the_price_alone(desk: Desk) -> None:
    """Levers move both worlds: what less churn brings is no merit of the price, and no answer has to eat it too."""
    dearer, fewer = (desk.scenario("starter-plus-10"),), 0.8
    both, levers_alone = (
        answer(desk, scenarios=dearer, levers=Levers(churn=fewer)),
        answer(desk, levers=Levers(churn=fewer)),
    )
    found = both.break_even
    assert found is not None and found.factors["churn"] is not None
    assert found.difference == pytest.approx(both.tornado.mrr - levers_alone.tornado.mrr)
    undone = answer(desk, scenarios=dearer, levers=Levers(churn=fewer * found.factors["churn"]))
    assert undone.tornado.mrr == pytest.approx(levers_alone.tornado.mrr, abs=0.005 * found.difference)


def test_without_other_prices_there_is_nothing_to_eat(desk: Desk, baseline: Foretold) -> None:
    assert baseline.break_even is None
    assert answer(desk, levers=Levers(churn=0.5)).break_even is None
