"""Bills by month: a fee lies where it falls due, or evenly over what it pays for."""

from datetime import date
from decimal import Decimal

from lib.impact.monthly import earlier_fees, spread_bills, whole_months
from lib.money import round_line
from lib.outcome import Population
from lib.periods import months_between
from tests.impact.people import REACH, alone, contract, run
from tests.specification import current

YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def test_a_year_paid_in_march_is_a_twelfth_of_every_month() -> None:
    # 2,990 / 12 = 249.1666…; the year before began in March 2025 and pays for January and February.
    annual = alone({"plan": "starter-annual", "started_on": date(2025, 3, 15)})
    lines = run(current(), annual, YEAR).lines
    assert [(line.month, line.amount) for line in lines] == [(date(2026, 3, 1), Decimal("2990.00"))]
    earlier = earlier_fees([current()], annual, YEAR, REACH)
    (spread,) = spread_bills((*earlier, *lines), YEAR).values()
    assert list(spread) == months_between(*YEAR)
    assert {str(round_line(bill)) for bill in spread.values()} == {"249.17"}


def test_a_month_belongs_to_the_month_it_starts_in_even_at_the_end_of_february() -> None:
    # Billed on the 31st, in February on the 28th.
    monthly = alone({"started_on": date(2026, 1, 31)})
    spread = spread_bills(run(current(), monthly, YEAR).lines, YEAR)["c-1"]
    assert set(spread.values()) == {Decimal(299)} and list(spread) == months_between(*YEAR)


def test_the_credit_of_an_upgrade_comes_off_the_last_months_it_was_paid_for() -> None:
    # Paid 15 January, upgraded on 15 October: three of twelve months unused, 92 of 365 days, 2,990 × 92 / 365 = 753.64.
    upgraded = {"plan": "starter-annual", "started_on": date(2026, 1, 15), "ended_on": date(2026, 10, 15)}
    spread = spread_bills(run(current(), alone(upgraded), YEAR).lines, YEAR)["c-1"]
    assert [str(round_line(spread[date(2026, month, 1)])) for month in (9, 10, 11, 12)] == [
        "249.17",
        "-2.05",
        "-2.05",
        "-2.05",
    ]


def test_usage_stays_in_its_month_and_what_has_no_price_has_no_bill() -> None:
    used = alone({"started_on": date(2026, 7, 10), "usage": {"images": 300, "video_minutes": 5}}, date(2026, 7, 1))
    window = (date(2026, 7, 1), date(2026, 8, 1))
    assert spread_bills(run(current(), used, window).lines, window) == {"c-1": {date(2026, 7, 1): Decimal("309.00")}}


def test_a_whole_month_runs_from_its_first_day_to_its_last_also_across_a_change_of_plan() -> None:
    first = contract({"started_on": date(2026, 1, 2), "ended_on": date(2026, 3, 10)})
    second = contract({"started_on": date(2026, 3, 10)}, "k2")
    ended = contract({"started_on": date(2026, 1, 1), "ended_on": date(2026, 2, 28)})
    assert whole_months([first, second], YEAR) == months_between(date(2026, 2, 1), YEAR[1])
    assert whole_months([ended], YEAR) == [date(2026, 1, 1)]
    assert whole_months([], YEAR) == []


def test_fees_before_the_window_hold_no_usage() -> None:
    used = alone({"started_on": date(2025, 12, 10), "usage": {"images": 300}}, date(2025, 12, 1))
    earlier = earlier_fees([current()], used, YEAR, REACH)
    assert [(line.kind, line.month) for line in earlier] == [("base", date(2025, 12, 1))]
    assert earlier_fees([current()], Population({}, ()), YEAR, REACH) == ()
