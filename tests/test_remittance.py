"""What the meter is told: the auditor's cases row by row, the laws of a meter that can never be lowered, the limits."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import rails
from lib.remittance import (
    HOUR,
    Metered,
    Record,
    RemittanceError,
    last_hour,
    meter,
    units_due,
    window_end,
)
from tests.conftest import ROOT, cases

METERING = rails.parse((ROOT / "data" / "rails.toml").read_text())["aws"].metering
assert METERING is not None
LARGEST = METERING.largest_record
FIRST = datetime(2026, 5, 1, tzinfo=UTC)
END = last_hour(date(2026, 5, 1), METERING.closes_after_hours)

Rated = list[tuple[datetime, Decimal]]


def hour(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+00:00")


def told(rated: Sequence[tuple[datetime, Decimal]], metered: int = 0, largest: int = LARGEST) -> Metered:
    return meter(rated, metered, largest, END)


# The auditor's rows


@pytest.mark.parametrize("case", cases("remittance", "month"))
def test_a_month_hour_by_hour(case: Any) -> None:
    rated = [(hour(at), Decimal(amount)) for at, amount in case["rated"]]
    found = meter(rated, case.get("metered", 0), LARGEST, hour(case["last_hour"]))
    expect = case["expect"]
    assert [(record.hour, record.cents) for record in found.records] == [(hour(at), n) for at, n in expect["records"]]
    for name in ("carried", "uncorrectable", "unsent"):
        assert getattr(found, name) == Decimal(expect[name]), name


@pytest.mark.parametrize("case", cases("remittance", "units"))
def test_units_are_rounded_up_and_remembered(case: Any) -> None:
    given_ = (Decimal(case[name]) for name in ("total_usage", "contract_units", "remitted", "factor"))
    found = units_due(*given_)
    assert (found.units, found.remembered) == (case["expect"]["units"], Decimal(case["expect"]["remembered"]))


def test_units_agree_with_what_other_marketplace_sellers_send(shared: Path) -> None:
    """The golden numbers of two other sellers' engines: usage so far, the contract, what was sent, the factor."""
    vectors = json.loads((shared / "cases" / "rating-vectors.json").read_text())
    remits = [one for one in vectors if one["charge_model"] == "marketplace_remit"]
    assert len(remits) == 13
    for one in remits:
        given_ = (Decimal(one[name]) for name in ("total_usage", "contract_units", "remitted", "billing_factor"))
        assert units_due(*given_).units == Decimal(one["expected_amount"]), one["id"]


# Laws


CENTS = st.integers(0, 10**9)
HOURS = st.integers(0, 24 * 30)
MONTHS = st.dictionaries(HOURS, CENTS, min_size=1, max_size=12).map(
    lambda found: [(FIRST + at * HOUR, Decimal(cents) / 100) for at, cents in sorted(found.items())]
)


def highest(rated: Rated) -> int:
    return max(int(amount * 100) for _, amount in rated)


@given(MONTHS, CENTS)
def test_the_records_sum_to_the_highest_amount_reached(rated: Rated, metered: int) -> None:
    assert metered + told(rated, metered).cents == max(metered, highest(rated))


@given(MONTHS, CENTS, st.integers(1, 10**9))
def test_no_record_is_empty_negative_or_too_large(rated: Rated, metered: int, largest: int) -> None:
    found = told(rated, metered, largest)
    assert all(0 < record.cents <= largest for record in found.records)
    assert len({record.hour for record in found.records}) == len(found.records)


@given(MONTHS, st.sets(HOURS, max_size=20))
def test_finer_hours_of_a_growing_month_send_the_same(rated: Rated, between: set[int]) -> None:
    """A month that only grows, seen at more hours: each new hour says what the hour before it said, or nothing."""
    growing = [(at, max(amount for _, amount in rated[: place + 1])) for place, (at, _) in enumerate(rated)]
    known = dict(growing)
    new = {FIRST + at * HOUR for at in between} - known.keys()
    finer = growing + [(at, max((known[one] for one in known if one < at), default=Decimal(0))) for at in new]
    assert told(finer).cents == told(growing).cents == told(growing[-1:]).cents


@given(MONTHS, CENTS)
def test_what_was_sent_is_not_sent_again(rated: Rated, metered: int) -> None:
    assert told(rated, metered + told(rated, metered).cents).records == ()


@given(MONTHS, CENTS, st.integers(1, 10**9))
def test_every_cent_is_sent_carried_or_waiting(rated: Rated, metered: int, largest: int) -> None:
    found = told(rated, metered, largest)
    owed = rated[-1][1]
    assert owed == Decimal(metered + found.cents) / 100 + found.carried + found.waiting


@given(MONTHS, CENTS)
def test_after_the_month_the_balance_can_no_longer_move(rated: Rated, metered: int) -> None:
    late = END + HOUR
    closed = told([*rated, (late, rated[-1][1])], metered)
    still_open = told(rated, metered)
    assert (closed.carried, closed.waiting) == (0, 0)
    assert (closed.uncorrectable, closed.unsent) == (-still_open.carried, still_open.waiting)


@given(
    st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=30),
    st.decimals("0.001", 50, places=3),
    st.integers(0, 40),
)
def test_hour_by_hour_the_units_are_the_months_rounded_up_once(
    hours: list[Decimal], factor: Decimal, contract: int
) -> None:
    total, remembered, units = Decimal(0), Decimal(0), 0
    for used in hours:
        total += used
        found = units_due(total, Decimal(contract), remembered, factor)
        units, remembered = units + found.units, found.remembered
    assert units == max(0, int((total * factor - contract).to_integral_value(ROUND_CEILING)))


# Hours


@pytest.mark.parametrize(
    ("used", "hour_ends"),
    [
        ("2026-05-03T10:00:00+00:00", "2026-05-03T11"),
        ("2026-05-03T10:59:59.999999+00:00", "2026-05-03T11"),
        ("2026-05-31T23:30:00+00:00", "2026-06-01T00"),
        ("2026-05-03T12:15:00+02:00", "2026-05-03T11"),
        ("2026-03-08T02:30:00-05:00", "2026-03-08T08"),
    ],
)
def test_an_hour_is_a_function_of_the_usage(used: str, hour_ends: str) -> None:
    assert window_end(datetime.fromisoformat(used)) == hour(hour_ends)


def test_a_month_closes_at_six_on_the_first() -> None:
    assert last_hour(date(2026, 5, 1), METERING.closes_after_hours) == hour("2026-06-01T06")
    assert last_hour(date(2026, 12, 1), METERING.closes_after_hours) == hour("2027-01-01T06")


def test_an_hour_that_says_the_same_twice_is_one() -> None:
    once = [(FIRST, Decimal("1.00")), (FIRST + HOUR, Decimal("2.00"))]
    assert told([*once, once[0], once[1]]) == told(once)


def test_hours_may_come_in_any_order() -> None:
    rated = [(FIRST + HOUR, Decimal(2)), (FIRST, Decimal(1))]
    assert told(rated).records == (Record(FIRST, 100), Record(FIRST + HOUR, 100))


def test_the_same_moment_in_two_time_zones_is_one_hour() -> None:
    paris = FIRST.astimezone(timezone(timedelta(hours=2)))
    assert told([(FIRST, Decimal(1)), (paris, Decimal(1))]).records == (Record(FIRST, 100),)


def test_an_hour_that_says_two_things_is_refused() -> None:
    with pytest.raises(RemittanceError, match="2026-05-01 00:00 UTC is rated twice, at 100 and at 101 cents"):
        told([(FIRST, Decimal(1)), (FIRST, Decimal("1.01"))])


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (FIRST + timedelta(minutes=30), "is no whole hour; take the hour its window ends with"),
        (FIRST.replace(tzinfo=None), "has no time zone; the meter counts UTC hours"),
    ],
)
def test_an_hour_that_is_none_is_refused(at: datetime, words: str) -> None:
    with pytest.raises(RemittanceError, match=words):
        told([(at, Decimal(1))])


def test_limits_that_cannot_be_are_refused() -> None:
    with pytest.raises(RemittanceError, match="nothing below zero can have been sent"):
        told([], metered=-1)
    with pytest.raises(RemittanceError, match="it must hold at least one cent"):
        told([], largest=0)
    with pytest.raises(RemittanceError, match="say how many marketplace units a unit of usage is"):
        units_due(Decimal(1), Decimal(0), Decimal(0), Decimal(0))
    with pytest.raises(RemittanceError, match="cannot be below zero"):
        units_due(Decimal(-1), Decimal(0), Decimal(0), Decimal(1))


def test_nothing_rated_is_nothing_told() -> None:
    assert told([]).records == ()


# The facts


def test_the_limits_are_facts_with_a_source() -> None:
    assert METERING.largest_record == 2**31 - 1
    assert [(one.hours, one.as_of) for one in METERING.backlogs] == [(n, date(2026, 11, 20)) for n in (24, 6, 1)]
    assert all((METERING.dimensions_source, METERING.largest_record_source, METERING.closes_source))


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('"one_per_dimension"', '"each"', "rails.aws.metering.dimensions cannot be 'each'"),
        ("largest_record        = 2_147_483_647", "largest_record = 0", "a largest_record of nothing"),
        ("hours  = 24", "hours = -1", "hours below zero"),
        ("hours  = 24", 'hours = "a day"', "must be a whole number, not 'a day'"),
        ("closes_after_hours    = 6", "closes_at = 6", "rails.aws.metering has no key 'closes_at'"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_by_its_key(was: str, becomes: str, words: str) -> None:
    document = (ROOT / "data" / "rails.toml").read_text()
    assert was in document
    with pytest.raises(rails.RailsError, match=words):
        rails.parse(document.replace(was, becomes, 1))
