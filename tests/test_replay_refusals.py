"""What the fast way cannot answer it refuses in words; it never takes a missing price for nothing, nor wraps a sum."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.catalog.scenario import Scenario, overlaid
from lib.desk import AHEAD, PAST, Desk, Ready, ready
from lib.desk.simulation import dated
from lib.replay.answer import ReplayError

NOTHING = Scenario("x", "X", "B", "C", "2026-05-09", None, {})
WINDOW = (date(2025, 11, 1), date(2026, 11, 1))


@pytest.fixture(scope="module")
def prepared(desk: Desk) -> Ready:
    return ready(desk, NOTHING, 3, PAST)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"allowances": {"starter": {"words": "by contract"}}}, "words of starter on (stripe|aws) has no price"),
        ({"rails": {"aws": {"allowances": {"starter": {"words": "by contract"}}}}}, "words of starter on aws has no"),
        ({"plans": {"starter-monthly": {"list_price": "by contract"}}}, "the plan of starter-monthly on"),
        ({"dimensions": {"words": {"bands": [{"from": 0, "unit_price": 10**13}]}}}, "beyond what a table"),
        ({"plans": {"starter-monthly": {"list_price": 10**17}, "starter-annual": {"list_price": 10**18}}}, "beyond"),
    ],
)
def test_what_has_no_price_or_no_end_is_refused_in_words(
    desk: Desk, prepared: Ready, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(ReplayError, match=words):
        prepared.under(overlaid(desk.book, changes, "a test"))


def test_a_price_per_event_is_rated_line_by_line(desk: Desk) -> None:
    terms = {
        "model": "percentage",
        "unit_size": 100,
        "bands": [{"from": 0, "unit_price": 5}],
        "per_event": {"fixed": 1},
    }
    scenario = replace(NOTHING, changes={"dimensions": {"images": terms}})
    book = desk.proposed_book(scenario)
    found = ready(desk, scenario, 2, PAST, book).under(book)
    assert found.amount(found.could) == desk.simulate(scenario, months=2).delta != Decimal(0)


def test_a_change_in_force_keeps_its_day_in_months_to_come() -> None:
    """From 1 August its sixty days are over on 30 September; it does not take effect once more in November."""
    since = replace(NOTHING, effective=date(2026, 8, 1))
    ahead = (date(2026, 11, 1), date(2027, 11, 1))
    assert [one.effective for one in dated([since], ahead, AHEAD)] == [date(2026, 8, 1)]
    assert [one.effective for one in dated([since], (ahead[0], date(2027, 2, 1)), PAST)] == [ahead[0]]


def test_a_change_without_a_day_does_not_keep_another_from_its_replay() -> None:
    later = replace(NOTHING, effective=date(2027, 1, 1))
    assert [one.effective for one in dated([NOTHING, later], WINDOW)] == [WINDOW[0], WINDOW[0]]
