"""Where customers of a month stand, and what one of each place pays."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.forecast.ladder import State, ladder
from lib.forecast.panel import CustomerMonth
from lib.forecast.standing import at_prices_of, money_of, paid, standing
from lib.segments import PERSONAS

LADDER = ladder(("starter", "command"), ("stripe", "aws"))
CLASSES = int(np.prod(LADDER.shape))


def row(
    persona: str, tier: str, rail: str, mrr: int | None, is_annual: bool = False, renews_in: int = 0, years: int = 0
) -> CustomerMonth:
    usd = None if mrr is None else Decimal(mrr)
    return CustomerMonth("c", date(2026, 1, 1), persona, tier, rail, is_annual, renews_in, years, usd)


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(PERSONAS),
        st.sampled_from(LADDER.tiers),
        st.sampled_from(LADDER.rails),
        st.integers(0, 10**5),
        st.booleans(),
        st.integers(0, 11),
        st.integers(0, 7),
    ),
    max_size=40,
)


def test_a_customer_stands_in_one_place() -> None:
    """Cohort here, the second rail, annual, renewing in March, four years with us: the last band."""
    counts = standing([row("aws_partner", "command", "aws", 5, is_annual=True, renews_in=2, years=4)], LADDER)
    whole = counts.reshape(*LADDER.shape, len(LADDER.states))
    assert whole[0, 1, 1, 2, 2, LADDER.place[State("aws_partner", "command")]] == 1
    assert whole.sum() == 1


def test_a_place_pays_what_those_in_it_pay_and_an_empty_one_what_its_neighbours_do() -> None:
    """Two partners on Starter by Stripe pay 200 and 400: 300. One seller there pays 600.

    Nobody else is on Starter by Stripe: a customer of unknown persona would pay (200 + 400 + 600) / 3 = 400. Nobody is
    on Starter by AWS: 400 too. On Command one pays 5,000, by the year on AWS; one whose MRR nobody knows says nothing.
    """
    rows = [
        row("aws_partner", "starter", "stripe", 200),
        row("aws_partner", "starter", "stripe", 400),
        row("seller_3pi", "starter", "stripe", 600),
        row("aws_customer", "command", "aws", 5000, is_annual=True),
        row("aws_customer", "command", "aws", None, is_annual=True),
    ]
    table = paid(rows, LADDER).reshape(*LADDER.shape, len(LADDER.states))

    def price(persona: str, tier: str, rail: int, term: int) -> float:
        return float(table[1, rail, term, 7, 1, LADDER.place[State(persona, tier)]])

    assert price("aws_partner", "starter", 0, 0) == 300
    assert price("seller_3pi", "starter", 0, 0) == 600
    assert price("unknown", "starter", 0, 0) == 400
    assert price("aws_partner", "starter", 1, 1) == 400
    assert price("unknown", "command", 0, 0) == 5000


@given(ROWS)
def test_todays_customers_at_their_places_prices_are_todays_mrr(rows: list[CustomerMonth]) -> None:
    told = (standing(rows, LADDER) * money_of(rows, LADDER, 3).recurring[2]).sum()
    assert told == pytest.approx(float(sum(row.mrr or 0 for row in rows)))


def test_the_money_fits_the_ladder() -> None:
    money_of([row("unknown", "starter", "aws", 1)], LADDER, 4).check(LADDER, 4)
    assert paid([], LADDER).shape == (CLASSES, len(LADDER.states))
    assert not paid([], LADDER).any()


def test_later_customers_at_the_prices_of_then() -> None:
    """Then: a pays 200 and b 400 on Starter by Stripe. Later: a pays 900 there, b is on Command, c came to Starter.

    a 200 as then; c what one of its place paid, 300; b is on a tier where nobody was, so what everybody paid: 300.
    """

    def named(name: str, one: CustomerMonth) -> CustomerMonth:
        return replace(one, customer_id=name)

    then = [named("a", row("unknown", "starter", "stripe", 200)), named("b", row("unknown", "starter", "stripe", 400))]
    later = [
        named("a", row("unknown", "starter", "stripe", 900)),
        named("b", row("unknown", "command", "stripe", 7000)),
        named("c", row("unknown", "starter", "stripe", 999)),
    ]
    assert at_prices_of(then, later) == 800
    assert at_prices_of(then, then) == 600
    assert at_prices_of([], later) == 0
