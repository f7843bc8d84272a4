"""The table of expected moves: one month by hand, and on a whole forecast its totals against its own customers."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lib.forecast.coming import Coming, Deal, no_pipeline
from lib.forecast.counted import counted
from lib.forecast.expected_moves import ARRIVES, LEAVES, ExpectedMove, ExpectedMoves, expected_moves
from lib.forecast.ladder import BANDS, CLIMB, DOWN_A_TIER, RUNGS, SIDEWAYS, TERMS, UP_A_TIER, Ladder, State, ladder
from lib.forecast.parameters import Parameters
from lib.forecast.posterior import mean, posterior
from lib.forecast.run import expected_with_flows
from lib.forecast.standing import money_of, standing
from lib.forecast.start import Start
from lib.forecast.tornado import joined, unseen
from lib.segments import PERSONAS
from tests.forecast.small_world import BASE, BOOK, FIRST, grown

PANEL = grown(18)
COUNTED = counted(PANEL, BOOK)
MONTHS = 14


def table(coming: Coming) -> ExpectedMoves:
    last = PANEL.months[-1]
    start = Start(BOOK, last, standing(PANEL.at(last), BOOK))
    known = posterior(BASE, COUNTED, BOOK)
    parameters = joined([mean(known), mean(unseen(known))])
    _, flows = expected_with_flows(parameters, start, MONTHS, money_of(PANEL.at(last), BOOK, MONTHS), coming)
    return expected_moves(flows, parameters, start, COUNTED)


TOLD = table(no_pipeline(MONTHS))


def row(told: ExpectedMoves, source: str | None, target: str | None, kind: str) -> ExpectedMove:
    (found,) = [one for one in told.rows if (one.source, one.target, one.kind) == (source, target, kind)]
    return found


def one_month() -> ExpectedMoves:
    """1,000 partners on the only tier, all monthly in their first year; chances that are easy to multiply."""
    lone: Ladder = ladder(("starter",), ("stripe",))
    partner, start = State("aws_partner", "starter"), np.zeros((int(np.prod(lone.shape)), len(lone.states)), np.int64)
    start[0, lone.place[partner]] = 1000
    moves = np.zeros((len(lone.moves), 2))
    for number, move in enumerate(lone.moves):
        if move.source == lone.place[partner]:
            is_3pi = lone.states[move.target].persona == "seller_3pi"
            moves[number] = (0.02, 0.01) if is_3pi else (0.08, 0.04)
    leaving = np.zeros((len(PERSONAS), len(TERMS), len(BANDS), 2))
    leaving[PERSONAS.index("aws_partner")] = 0.1, 0.2
    landing = np.zeros((len(PERSONAS), 1, 2, 2))
    landing[:, :, 0] = 1
    arrivals = np.zeros((len(RUNGS), 2))
    arrivals[RUNGS.index("seller")] = 10, 20
    parameters = Parameters(
        moves, leaving, arrivals, np.full((len(RUNGS), 2), 5.0), np.array([0.2, 0.5]), landing, np.ones((5, 1, 2))
    )
    began = Start(lone, FIRST, start)
    _, flows = expected_with_flows(parameters, began, 1, money_of((), lone, 1), no_pipeline(1))
    nothing = counted(replace(PANEL, months=PANEL.months[:1], rows=()), lone)
    return expected_moves(flows, parameters, began, nothing)


def test_one_month_by_hand() -> None:
    """Of 1,000 partners 10 % leave: 100. Of the 900 left 8 % become self-managed sellers, 72, and 2 % 3PI: 18.

    Ten sellers come, a fifth of them 3PI: 8 and 2. After it: 1,000 + 10 − 100 = 910. The beliefs alone: 200 leave, of
    800 4 % and 1 % climb: 32 and 8; twenty come, half of them 3PI.
    """
    told = one_month()
    up = row(told, "aws_partner", "seller_self_managed", CLIMB)
    across = row(told, "aws_partner", "seller_3pi", CLIMB)
    gone = row(told, "aws_partner", None, LEAVES)
    assert (up.expected.times, up.expected.at_risk) == (pytest.approx(72), pytest.approx(900))
    assert (across.expected.times, across.believed.times) == (pytest.approx(18), pytest.approx(8))
    assert (gone.expected.times, gone.expected.at_risk) == (pytest.approx(100), pytest.approx(1000))
    assert (gone.believed.times, up.believed.times) == (pytest.approx(200), pytest.approx(32))
    came = [row(told, None, seller, ARRIVES) for seller in ("seller_self_managed", "seller_3pi")]
    assert [one.expected.times for one in came] == [pytest.approx(8), pytest.approx(2)]
    assert [one.believed.times for one in came] == [pytest.approx(10), pytest.approx(10)]
    assert (told.customers_before, told.customers_after) == (1000, pytest.approx(910))
    assert gone.seen.rate is None, "a history of one month end shows nobody at risk"


def test_the_rows_add_up_to_the_change_in_customers() -> None:
    change = TOLD.customers_after - TOLD.customers_before
    assert TOLD.arrivals_less_leavers == pytest.approx(change)
    assert abs(change) > 1


def test_a_deal_that_may_be_won_is_an_arrival() -> None:
    deals = (Deal(0, "seller", 0.5), Deal(3, "unknown", 0.25))
    told = table(Coming(np.full(MONTHS, 0.5), deals))
    change = told.customers_after - told.customers_before
    assert told.arrivals_less_leavers == pytest.approx(change)
    came, usual = (row(one, None, "unknown", ARRIVES).expected.times for one in (told, TOLD))
    assert came == pytest.approx(usual / 2 + 0.25)


def test_every_possible_move_of_every_persona_has_one_row() -> None:
    """Arrivals and leaving of six personas; climbs 1 + 1 + 2; sideways 2; up and down a tier of six personas."""
    kinds = [one.kind for one in TOLD.rows]
    counts = {kind: kinds.count(kind) for kind in (ARRIVES, LEAVES, CLIMB, SIDEWAYS, UP_A_TIER, DOWN_A_TIER)}
    assert counts == {ARRIVES: 6, LEAVES: 6, CLIMB: 4, SIDEWAYS: 2, UP_A_TIER: 6, DOWN_A_TIER: 6}
    assert len(TOLD.rows) == 30


def test_what_was_seen_is_what_the_panel_shows() -> None:
    """Counted in the panel itself: who is there in one month and not in the next, and the other way round."""
    present = [{one.customer_id: one.persona for one in PANEL.at(month)} for month in PANEL.months]
    for persona in PERSONAS:
        left = sum(
            found == persona
            for before, after in pairwise(present)
            for name, found in before.items()
            if name not in after
        )
        came = sum(
            found == persona
            for before, after in pairwise(present)
            for name, found in after.items()
            if name not in before
        )
        at_risk = sum(found == persona for before in present[:-1] for found in before.values())
        gone, new = row(TOLD, persona, None, LEAVES).seen, row(TOLD, None, persona, ARRIVES).seen
        assert (gone.times, gone.at_risk) == (left, at_risk)
        assert (new.times, new.at_risk) == (came, len(PANEL.months) - 1)


def test_history_is_told_from_belief() -> None:
    """Three customers a month came to a company that the base case believes to win fifteen."""
    expected, believed = (
        sum(getattr(one, side).times for one in TOLD.rows if one.kind == ARRIVES) / MONTHS
        for side in ("expected", "believed")
    )
    assert 3 < expected < believed
    assert believed == pytest.approx(float(sum(one.value for one in BASE.arrivals.values())))
    assert TOLD.months == MONTHS
