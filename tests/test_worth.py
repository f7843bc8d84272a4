"""What a customer is worth at a desk on the sample: its prices, its levers, its scenarios, and its rows as JSON."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lib.desk import Desk, forecasting
from lib.desk.forecasting import Asked
from lib.desk.worth import Worths, worths
from lib.forecast.coming import no_pipeline
from lib.forecast.levers import Levers
from lib.forecast.posterior import mean
from lib.forecast.run import expected
from lib.forecast.start import Start
from lib.reports import forecast
from lib.segments import PERSONAS

MONTHS = 24


@pytest.fixture(scope="module")
def baseline(desk: Desk) -> Worths:
    return worths(desk, Asked(MONTHS, 1))


def test_every_persona_and_every_tier_it_lands_on_has_a_row(desk: Desk, baseline: Worths) -> None:
    assert [row.persona for row in baseline.personas] == list(PERSONAS)
    assert len(baseline.tiers) == len(PERSONAS) * len(desk.book.tiers)
    assert baseline.signed == date(2028, 10, 1) and (baseline.months, str(baseline.yearly_discount)) == (60, "0.10")
    assert all(1 < row.months < 60 and 0 < row.within < row.value for row in baseline.rows)


@pytest.mark.parametrize("persona", ["aws_partner", "seller_3pi"])
def test_five_years_are_those_of_the_forecasts_own_expectation(desk: Desk, baseline: Worths, persona: str) -> None:
    """One customer, landed as its persona lands, walked for 60 months with nobody else; the first month is taken off.

    Its prices are those of who came in the last recorded month, and the sample's list does not change ahead.
    """
    on = desk.forecast_grounds
    best = replace(mean(on.known), arrivals=np.zeros((5, 1)))
    money, month = on.priced(desk).money, on.start.month.month - 1
    number, tiers = PERSONAS.index(persona), len(on.ladder.tiers)
    rung = {"aws_partner": 2, "seller_3pi": 3}[persona]  # not on AWS, AWS customer, AWS partner, seller, unknown
    counts = np.zeros((*on.ladder.shape, len(on.ladder.states)))
    for rail, share in enumerate(best.rail_share[rung, :, 0]):
        landed = share * best.landing[number, :, :, 0].T
        counts[1, rail, :, month, 0, number * tiers : (number + 1) * tiers] = landed
    start = Start(on.ladder, on.start.month, counts.reshape(-1, len(on.ladder.states)))  # type: ignore[arg-type]
    paths = expected(best, start, baseline.months, money, no_pipeline(baseline.months))
    rates = float(1 + baseline.yearly_discount) ** (-np.arange(1, baseline.months + 1) / 12)
    signed = (counts.reshape(-1, len(on.ladder.states)) * money.recurring[0]).sum()
    by_tier = np.tile(money.overage_factor.mean(axis=1), len(PERSONAS))
    signed += (counts.reshape(-1, len(on.ladder.states)) * money.overage[0] * by_tier).sum()
    [row] = [row for row in baseline.personas if row.persona == persona]
    assert row.within == pytest.approx(signed + rates[:-1] @ paths.revenue[:-1, 0], rel=1e-9)
    assert row.months == pytest.approx(1 + paths.customers[:-1, 0].sum(), rel=1e-9)


def test_levers_act_on_it(desk: Desk, baseline: Worths) -> None:
    staying = worths(desk, Asked(MONTHS, 1, Levers(churn=0.5)))
    assert all(less.value > was.value for less, was in zip(staying.rows, baseline.rows, strict=True))
    nobody = worths(desk, Asked(MONTHS, 1, Levers(churn=0.0)))
    assert all(row.months == pytest.approx(60) and np.isfinite(row.value) for row in nobody.rows)
    at_rest = worths(desk, Asked(MONTHS, 1, Levers(climbs=dict.fromkeys(["not_on_aws", "aws_customer"], 0.0))))
    climbs = {row.persona: row.climbs for row in at_rest.personas}
    assert climbs["not_on_aws"] == climbs["aws_customer"] == 0 != climbs["aws_partner"]


def test_who_signs_pays_what_a_tried_list_asks_by_then(desk: Desk) -> None:
    """Starter for new customers costs a tenth more from January 2027: so does a life on it, if signed by then."""
    on_starter = Levers(tier_ups=0.0)
    for months, factor in ((1, 1.0), (MONTHS, 1.1)):
        tried = worths(desk, Asked(months, 1, on_starter, (desk.scenario("starter-plus-10-new"),)))
        listed = worths(desk, Asked(months, 1, on_starter))
        for row, was in zip(tried.tiers, listed.tiers, strict=True):
            if row.tier == "starter":
                assert row.mrr == pytest.approx(factor * was.mrr, rel=1e-9)
                assert row.overage == pytest.approx(was.overage, rel=1e-9)
            assert row.months == pytest.approx(was.months, rel=1e-9)


def test_words_that_change_no_price_change_nothing(desk: Desk, baseline: Worths) -> None:
    assert worths(desk, Asked(MONTHS, 1, scenarios=(desk.scenario("say-17"),))).rows == baseline.rows


def test_the_document_holds_every_row_in_dollars(desk: Desk, baseline: Worths) -> None:
    """Beside a forecast of few paths, rounded to cents."""
    asked = Asked(6, 5)
    found = forecasting.foretell(desk, asked, lambda _: True)
    past = forecasting.tested(desk, lambda _: False)
    told = forecast(found, past, baseline)["worth"]
    assert (told["signed_in"], told["months_counted"], told["yearly_discount"]) == ("2028-10-01", 60, "0.10")
    assert [(row["persona"], row["tier"]) for row in told["rows"]] == [(row.persona, row.tier) for row in baseline.rows]
    for row, was in zip(told["rows"], baseline.rows, strict=True):
        assert row["mrr_usd"] + row["overage_usd"] == pytest.approx(was.value, abs=0.01)
        assert (row["a_climb_adds_usd"] is None) == (was.climb is None)
        assert row["within_months_counted_usd"] == pytest.approx(was.within, abs=0.006)
        assert row["from_climbs_usd"] == pytest.approx(was.climbs, abs=0.006)
