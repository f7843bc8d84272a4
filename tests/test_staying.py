"""How long our own customers stay: a few worked out by hand, models that customers lived through, and the sample."""

import math
import tomllib
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lib.desk import Desk
from lib.desk.papers import DeskError
from lib.desk.staying import AXES, EVERYBODY, Group, Staying, staying
from lib.desk.stays import cohorts, stays
from lib.periods import add_months
from lib.retention import Constant, Fit, WeibullFit, fit_bdw, fit_sbg
from tests.conftest import ROOT

ON = date(2026, 10, 31)
TENTH = Decimal("0.1")
DISCOUNT = 1.1 ** (1 / 12) - 1
TABLES = tomllib.loads((ROOT / "tests" / "cases" / "retention_published.toml").read_text())

# customer, term, first day, day after the last (None: runs)
#   whole   stays to the third anniversary of a 31 July: 31 August, 30 September, 31 October
#   part    left in its third month: 15 June to 1 September; gone at the third
#   third   left exactly at the third: 15 June to 15 September
#   within  came and left in October: a month that is not over, so nothing is known of it
#   back    stayed May and June, came back in August for a year: still here, not by the month
#   future  has not begun
#   ending  runs to 1 November, which is after the recorded day: still here
#   oneday  began and ended on 1 August: gone at the first
HELD = [
    ("whole", "monthly", date(2026, 7, 31), None),
    ("part", "monthly", date(2026, 6, 15), date(2026, 9, 1)),
    ("third", "monthly", date(2026, 6, 15), date(2026, 9, 15)),
    ("within", "monthly", date(2026, 10, 10), date(2026, 10, 20)),
    ("back", "monthly", date(2026, 5, 1), date(2026, 7, 1)),
    ("back", "annual", date(2026, 8, 1), None),
    ("future", "monthly", date(2026, 11, 5), None),
    ("ending", "monthly", date(2026, 6, 15), date(2026, 11, 1)),
    ("oneday", "monthly", date(2026, 8, 1), date(2026, 8, 1)),
]
# months known to have stayed, left, months it could have been seen
KNOWN = {
    "whole": (3, False, 3),
    "part": (3, True, 4),
    "third": (3, True, 4),
    "within": (0, False, 0),
    "back": (5, False, 5),
    "ending": (4, False, 4),
    "oneday": (1, True, 2),
}


def desk_of(held: list[tuple[str, str, date, date | None]], tier: str | None = "starter") -> Any:
    """A desk that holds nothing but contracts."""
    contracts = [
        {
            "contract_id": f"k-{n}",
            "customer_id": who,
            "term": term,
            "tier": tier,
            "started_on": began,
            "ended_on": ended,
        }
        for n, (who, term, began, ended) in enumerate(held)
    ]
    rows = {"contract": contracts, "customer": []}
    book = SimpleNamespace(tiers={"starter": None, "command": None})
    return SimpleNamespace(warehouse=SimpleNamespace(rows=rows.__getitem__), recorded_on=ON, book=book)


def test_what_is_known_of_everybody_by_hand():
    found = {stay.customer_id: stay for stay in stays(desk_of(HELD))}
    assert {who: (stay.months, stay.left, stay.seen) for who, stay in found.items()} == KNOWN
    assert [who for who, stay in found.items() if stay.is_open] == ["within"]
    assert [who for who, stay in found.items() if not stay.is_monthly] == ["back"]
    assert {stay.persona for stay in found.values()} == {"unknown"}


def test_the_curve_by_hand():
    """At 1: one of six (who came within October is not at risk). At 3: two of five. 5/6, and 5/6 × 3/5 = 1/2."""
    found = staying(desk_of(HELD), "term", TENTH)
    curve = found.everybody.curve
    assert (curve.times.tolist(), curve.at_risk.tolist(), curve.left.tolist()) == ([1, 3], [6, 5], [1, 2])
    assert curve.survival == pytest.approx([5 / 6, 1 / 2])
    assert curve.errors[1] == pytest.approx(math.sqrt(1 / (6 * 5) + 2 / (5 * 3)) / 2)
    assert (curve.watched, curve.ended, curve.median, found.open_months) == (7, 3, 3, 1)
    assert [group.name for group in found.groups] == ["annual", "monthly"]
    assert found.groups[0].curve.watched == 1


def test_cohorts_by_hand():
    """One row for each number of months that could be seen: 3, 4 (three began on 15 June), 0, 5, 2."""
    rows = {len([one for one in row if one == one]) - 1: row for row in cohorts(stays(desk_of(HELD)))}
    nan = float("nan")
    assert rows.keys() == {0, 2, 3, 4, 5}
    assert np.array(rows[4]) == pytest.approx(np.array([3, 3, 3, 1, 1, nan]), nan_ok=True)
    assert np.array(rows[2]) == pytest.approx(np.array([1, 0, 0, nan, nan, nan]), nan_ok=True)
    assert np.array(rows[0]) == pytest.approx(np.array([1, nan, nan, nan, nan, nan]), nan_ok=True)


def lived(survivors: list[int], began: date = date(2025, 1, 1)) -> list[tuple[str, str, date, date | None]]:
    """Customers who began on one day, of whom so many are there after each month; what is left runs on."""
    left = [(age + 1, before - after) for age, (before, after) in enumerate(pairwise(survivors))]
    ends = [add_months(began, age) for age, count in left for _ in range(count)] + [None] * survivors[-1]
    return [(f"c-{n:04}", "monthly", began, end) for n, end in enumerate(ends)]


def alone(held: list[tuple[str, str, date, date | None]]) -> Group:
    found = staying(desk_of(held), "tier", TENTH)
    assert found.everybody.name == EVERYBODY
    return found.everybody


def whole(survivors: list[int]) -> list[int]:
    """The table up to today: 1 January 2025 to 31 October 2026 are 21 whole months."""
    return survivors + [survivors[-1]] * (22 - len(survivors))


def test_a_model_is_fitted_to_those_who_pay_by_the_month():
    """A falling rate: the third parameter is not worth its place, and the lifetime is the long sum, discounted."""
    survivors = [round(1000 * float(Fit(0.7, 4.0).survival(n))) for n in range(22)]
    told = alone(lived(survivors)).told
    assert told.model == fit_sbg(survivors)
    assert told.ratio is not None and told.ratio.p > 0.05
    assert isinstance(told.model, Fit)
    long_sum = sum(float(told.model.survival(n)) / (1 + DISCOUNT) ** n for n in range(5000))
    assert told.lifetime == pytest.approx(long_sum, rel=1e-6)
    assert (told.customers, told.left, told.why_not) == (1000, 1000 - survivors[-1], None)


def test_the_richer_model_is_taken_where_it_earns_its_place():
    """A rate that rises before it falls."""
    survivors = [round(1000 * float(WeibullFit(0.3, 6.0, 1.6).survival(n))) for n in range(22)]
    told = alone(lived(survivors)).told
    assert told.model == fit_bdw(survivors)
    assert told.ratio is not None and told.ratio.p < 0.05
    assert told.lifetime is not None and told.lifetime < 1 / DISCOUNT + 1


def test_where_customers_do_not_differ_one_rate_is_told_and_why():
    """Of those still here ever more leave: (1 + d) / (d + the rate)."""
    steady = alone(lived(whole([1024, 768, 576, 432, 324, 200, 100, 50, 10])[:22])).told
    assert isinstance(steady.model, Constant)
    assert steady.why_not is not None and "take one constant rate" in steady.why_not
    assert steady.lifetime == pytest.approx((1 + DISCOUNT) / (DISCOUNT + steady.model.churn))


def test_few_leavers_make_no_model():
    told = alone(lived(whole([50, 47, 45, 44]))).told
    assert (told.model, told.lifetime, told.left) == (None, None, 6)
    assert told.why_not is not None and told.why_not.startswith(
        "6 of 50 customers who pay by the month have left: fewer"
    )


def test_nobody_by_the_month_makes_no_model():
    told = alone([("c-1", "annual", date(2025, 1, 1), None), ("c-2", "annual", date(2025, 1, 1), None)]).told
    assert told.model is None
    assert told.why_not is not None and "nobody here pays by the month throughout" in told.why_not


def test_one_group_cannot_be_compared():
    found = staying(desk_of(HELD, tier=None), "tier", TENTH)
    assert [group.name for group in found.groups] == ["no tier"]
    assert found.compared is None
    assert found.why_not is not None and "two groups; there are 1" in found.why_not


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda: staying(desk_of(HELD), "rail", TENTH),
            "there is no axis 'rail' of staying; name persona, tier or term",
        ),
        (lambda: staying(desk_of(HELD), "tier", Decimal(10)), "the yearly discount is 10; give a fraction"),
        (lambda: staying(desk_of(HELD), "tier", Decimal(0)), "give a fraction above 0"),
        (lambda: staying(desk_of([]), "tier", TENTH), "no contract is on record"),
    ],
)
def test_what_cannot_be_asked(ask: Any, words: str):
    with pytest.raises(DeskError) as refused:
        ask()
    assert words in str(refused.value)


# The sample


@pytest.fixture(scope="module")
def by_axis(desk: Desk) -> dict[str, Staying]:
    return {axis: staying(desk, axis, TENTH) for axis in AXES}


def test_the_sample_counts_every_customer_once(by_axis: dict[str, Staying], desk: Desk):
    """Everybody with a contract, and of them those whose every contract has ended, by a count of its own."""
    ends: dict[str, list[date | None]] = {}
    for row in desk.warehouse.rows("contract"):
        ends.setdefault(row["customer_id"], []).append(row["ended_on"])
    gone = sum(all(end is not None and end <= desk.recorded_on for end in given) for given in ends.values())
    for found in by_axis.values():
        assert found.everybody.curve.watched == len(ends)
        assert found.everybody.curve.ended + found.open_months == gone
        assert sum(group.curve.watched for group in found.groups) == len(ends)
        assert sum(group.curve.ended for group in found.groups) == found.everybody.curve.ended
        assert sum(group.told.customers for group in found.groups) == found.everybody.told.customers


def test_the_samples_annual_customers_leave_at_their_anniversaries_only(by_axis: dict[str, Staying]):
    [annual] = [group for group in by_axis["term"].groups if group.name == "annual"]
    assert set(annual.curve.times.tolist()) <= {12, 24}
    assert annual.told.model is None


def test_no_lifetime_is_longer_than_money_lasts(by_axis: dict[str, Staying]):
    """At a discount nobody is worth more than somebody who never leaves: (1 + d) / d months."""
    for found in by_axis.values():
        for group in (found.everybody, *found.groups):
            assert group.told.lifetime is None or 1 <= group.told.lifetime <= (1 + DISCOUNT) / DISCOUNT
            assert (group.told.model is None) <= (group.told.why_not is not None)
