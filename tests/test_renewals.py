"""What comes up with a customer and how its usage moves: days by hand, borders, and what is left unsaid."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib import renewals
from lib.catalog.allowance import UNLIMITED, Allowance
from lib.contracts import Contract, MultiYear, Offer
from lib.desk import Desk, renewing
from lib.renewals import ENDS, EXPIRES, RENEWS, REVIEW, Coming, Saving
from tests.test_outcome import REACH

ON = date(2026, 10, 31)
ANNUAL = Contract("k1", "c-0001", "stripe", "starter-annual", "starter", "annual", date(2024, 11, 20))


def coming(*contracts: Contract, within: int = 90, on: date = ON, **expiries: date) -> list[Coming]:
    return list(renewals.coming(contracts, expiries, on, within, REACH))


# Days


def test_a_year_renews_on_its_own_day_and_its_price_must_have_changed_sixty_days_before() -> None:
    """Begun on 20 November 2024: the second year ends on 20 November 2026, 20 days away; 60 before is 21 September."""
    [one] = coming(ANNUAL)
    assert (one.kind, one.on, one.days, one.list_price_by) == (
        RENEWS,
        date(2026, 11, 20),
        20,
        date(2026, 9, 21),
    )


def test_the_day_of_a_renewal_belongs_to_the_next_year() -> None:
    [one] = coming(ANNUAL, on=date(2026, 11, 19))
    assert (one.on, one.days) == (date(2026, 11, 20), 1)
    assert coming(ANNUAL, on=date(2026, 11, 20)) == []  # the next one is a year away


def test_ninety_days_are_within_ninety_and_ninety_one_are_not() -> None:
    assert [one.days for one in coming(replace(ANNUAL, started_on=date(2025, 1, 29)))] == [90]
    assert coming(replace(ANNUAL, started_on=date(2025, 1, 30))) == []


def test_a_month_renews_every_month_and_is_no_event() -> None:
    assert coming(replace(ANNUAL, plan_key="starter-monthly", term="monthly")) == []


def test_several_years_renew_when_all_of_them_are_over() -> None:
    """Two years from 20 November 2024."""
    two = replace(ANNUAL, plan_key="starter-two_year", term="two_year")
    assert [one.on for one in coming(two)] == [date(2026, 11, 20)]
    assert coming(two, on=date(2025, 10, 31)) == []
    three = replace(ANNUAL, offer=Offer("o", None, multi_year=MultiYear(3, Decimal("0.25"))))
    assert coming(three) == []


def test_what_is_cancelled_ends_whatever_its_term() -> None:
    monthly = replace(ANNUAL, plan_key="starter-monthly", term="monthly", ended_on=date(2026, 11, 5))
    assert [(one.kind, one.days, one.list_price_by) for one in coming(monthly)] == [(ENDS, 5, None)]


def test_what_is_cancelled_ahead_ends_and_never_renews() -> None:
    """Begun on 20 November 2024 and cancelled in September 2026: the running year is the last one."""
    for day, ends in ((date(2026, 11, 18), date(2026, 11, 18)), (None, date(2026, 11, 20))):
        [one] = renewals.coming([ANNUAL], {}, ON, 90, REACH, {"k1": day})
        assert (one.kind, one.on, one.list_price_by) == (ENDS, ends, None)
    monthly = replace(ANNUAL, plan_key="starter-monthly", term="monthly")
    private = replace(ANNUAL, offer=Offer("o", Decimal(5000)))
    for contract in (monthly, private):
        [one] = renewals.coming([contract], {"o": date(2026, 12, 3)}, ON, 90, REACH, {"k1": None})
        assert (one.kind, one.on) == (ENDS, date(2026, 11, 20))
    assert [one.kind for one in renewals.coming([ANNUAL], {}, ON, 90, REACH, {"k2": None})] == [RENEWS]


def test_an_offer_meets_its_last_day_and_no_list_price_reaches_it() -> None:
    private = replace(ANNUAL, offer=Offer("o", Decimal(5000)))
    assert [(one.kind, one.on, one.list_price_by) for one in coming(private, o=date(2026, 12, 3))] == [
        (EXPIRES, date(2026, 12, 3), None)
    ]
    assert [(one.kind, one.on, one.list_price_by) for one in coming(private)] == [(RENEWS, date(2026, 11, 20), None)]


def test_an_offer_that_has_expired_while_its_contract_runs_is_past_and_first() -> None:
    private = replace(ANNUAL, contract_id="k2", offer=Offer("o", Decimal(5000)))
    found = coming(ANNUAL, private, o=date(2026, 10, 1))
    assert [(one.contract_id, one.days) for one in found] == [("k2", -30), ("k1", 20)]
    assert renewals.group(-30, (30, 60, 90)) is None


@pytest.mark.parametrize(("days", "last"), [(0, 30), (30, 30), (31, 60), (60, 60), (61, 90), (90, 90), (91, None)])
def test_a_group_is_named_by_its_last_day(days: int, last: int | None) -> None:
    assert renewals.group(days, (30, 60, 90)) == last


def test_a_review_comes_round_every_three_months_from_the_day_of_signing() -> None:
    """31 August 2025, quarterly: 30 November (there is no 31st), 28 February, 31 May, 31 August, 30 November 2026."""
    signed = {"c-1": date(2025, 8, 31), "c-2": date(2026, 7, 31)}
    found = renewals.reviews(signed, ON, 90, 3)
    assert [(one.kind, one.customer_id, one.on, one.days) for one in found] == [
        (REVIEW, "c-2", date(2026, 10, 31), 0),
        (REVIEW, "c-1", date(2026, 11, 30), 30),
    ]


@given(some.dates(date(2020, 1, 1), date(2026, 10, 31)), some.integers(0, 400))
def test_a_year_renews_within_a_year_and_the_day_before_it_is_the_years_last(begun: date, later: int) -> None:
    on = begun + timedelta(later)
    [one] = coming(replace(ANNUAL, started_on=begun), on=on, within=366)
    assert 1 <= one.days <= 366 and (one.on.month, one.on.day) in {(begun.month, begun.day), (2, 28)}


# Usage

MONTHS = [date(2026, month, 1) for month in range(5, 11)]  # May to October


UNTIL_OCTOBER = [replace(ANNUAL, started_on=MONTHS[0])]


def used(*quantities: int) -> dict[date, Decimal]:
    return {month: Decimal(quantity) for month, quantity in zip(MONTHS, quantities, strict=True)}


def test_three_months_are_held_against_the_three_before_dimension_by_dimension() -> None:
    """Words 300 → 360 is +20 %, a month of the last three is 120 of 100, 1.2; images fell from 30 to 15, by a half."""
    usage = {"images": used(10, 10, 10, 5, 5, 5), "words": used(100, 100, 100, 110, 120, 130)}
    allowances = {"words": Allowance("quantity", Decimal(100)), "images": UNLIMITED}
    found = renewals.trends(usage, allowances, UNTIL_OCTOBER, ON, 3)
    assert found is not None
    assert [(one.dimension, one.before, one.after, one.change, one.share) for one in found] == [
        ("words", 300, 360, Decimal("0.2"), Decimal("1.2")),
        ("images", 30, 15, Decimal("-0.5"), None),
    ]


def test_what_was_used_before_the_six_months_and_what_was_never_used_says_nothing() -> None:
    usage = {"words": {date(2026, 4, 1): Decimal(10**6)}, "images": used(0, 0, 0, 1, 0, 0)}
    found = renewals.trends(usage, {}, UNTIL_OCTOBER, ON, 3)
    assert found is not None and [(one.dimension, one.change) for one in found] == [("images", None)]


def stays(*days: tuple[date, date | None]) -> list[Contract]:
    return [replace(ANNUAL, started_on=begun, ended_on=ended) for begun, ended in days]


def test_six_full_months_are_needed() -> None:
    assert renewals.trends({}, {}, stays((date(2026, 5, 1), None)), ON, 3) == ()
    assert renewals.trends({}, {}, stays((date(2026, 5, 2), None)), ON, 3) is None
    # October is not over: from April on
    assert renewals.trends({}, {}, stays((date(2026, 4, 2), None)), date(2026, 10, 30), 3) is None
    assert renewals.trends({}, {}, [], ON, 3) is None


def test_who_left_and_came_back_inside_the_six_months_has_no_trend() -> None:
    """Away from 10 June to 20 August: June to August are no months of a customer, though the first contract is old."""
    june, august = date(2026, 6, 10), date(2026, 8, 20)
    usage = {"words": used(100, 30, 0, 20, 100, 100)}
    assert renewals.trends(usage, {}, stays((date(2024, 1, 1), june), (august, None)), ON, 3) is None
    upgraded = stays((june, None), (date(2024, 1, 1), june))
    assert renewals.trends(usage, {}, upgraded, ON, 3) is not None
    long_ago = stays((date(2024, 1, 1), date(2025, 1, 1)), (date(2026, 4, 20), None))
    assert renewals.trends(usage, {}, long_ago, ON, 3) is not None


# Savings


def test_a_saving_is_what_is_spent_no_more() -> None:
    """62,882 − 53,562 = 9,320; 9,320 ÷ 62,882 = 14.82 %."""
    one = Saving("c-1", "control_plane", "model_spend", Decimal(62882), Decimal(53562), ON)
    assert one.amount == 9320 and one.rate is not None and round(one.rate, 4) == Decimal("0.1482")
    assert replace(one, baseline=Decimal(0)).rate is None


# The sample


def test_the_samples_renewals_are_those_that_months_counted_by_hand_say(desk: Desk) -> None:
    """Every running annual contract without an offer, its next anniversary found by counting years."""
    rows = desk.warehouse.rows("contract")
    annual = [row for row in rows if row["term"] == "annual" and row["ended_on"] is None and not row["offer_id"]]
    expected = set()
    for row in annual:
        begun, year = row["started_on"], row["started_on"].year
        while (day := _anniversary(begun, year)) <= ON:
            year += 1
        if (day - ON).days <= 90:
            expected.add((row["contract_id"], day))
    found = {(one.coming.contract_id, one.coming.on) for one in renewing.upcoming(desk) if one.coming.kind == RENEWS}
    assert found == expected and len(found) > 20


def _anniversary(begun: date, year: int) -> date:
    return date(year, 2, 28) if (begun.month, begun.day) == (2, 29) and year % 4 else begun.replace(year=year)


def test_nothing_of_one_product_is_said_of_the_other(desk: Desk) -> None:
    found = renewing.upcoming(desk)
    assert {one.product for one in found} == {"vellocity", "control_plane"}
    for one in found:
        own = {part.product for part in (one.saving, one.stands, one.step, one.lever) if part}
        assert own <= {one.product}
        assert (one.coming.kind == REVIEW) == (one.product == "control_plane")


def test_over_how_many_months_usage_is_told_is_a_fact_of_the_data() -> None:
    """Ten a month from May to August, twenty in September and October; by two months twice as much as before."""
    months = [date(2026, month, 1) for month in range(5, 11)]
    usage = {"words": {month: Decimal(20 if month.month > 8 else 10) for month in months}}
    begun = stays((date(2024, 1, 1), None))
    told = {span: renewals.trends(usage, {}, begun, ON, span) for span in (2, 3)}
    assert {span: [(one.before, one.after) for one in found or ()] for span, found in told.items()} == {
        2: [(Decimal(20), Decimal(40))],
        3: [(Decimal(30), Decimal(50))],
    }
