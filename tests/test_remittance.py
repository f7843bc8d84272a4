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
from lib.contracts import Contract
from lib.desk import Desk
from lib.outcome import Line
from lib.reconciliation import Accepted, InvoiceLine, MeterLine, metering
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

DOCUMENT = (ROOT / "data" / "rails.toml").read_text()
METERING = rails.parse(DOCUMENT)["aws"].metering
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
    assert was in DOCUMENT
    with pytest.raises(rails.RailsError, match=words):
        rails.parse(DOCUMENT.replace(was, becomes, 1))


# What is left to meter of a month, contract by contract


MAY = date(2026, 5, 1)
BUYER = Contract("a1", "c-0001", "aws", "starter-monthly", "starter", "monthly", date(2026, 1, 1))
DIRECT = Contract("s1", "c-0002", "stripe", "starter-monthly", "starter", "monthly", date(2026, 1, 1))
IS_METERED = {"images": True, "words": True, "team_seats": False}


def usage(dimension: str, amount: str, contract: Contract = BUYER) -> Line:
    return Line(contract, "usage", dimension, MAY, MAY, "book", "rated", Decimal(amount))


def sold(dimension: str, amount: str, contract: Contract = BUYER) -> InvoiceLine:
    who = (contract.contract_id, contract.customer_id, contract.rail)
    return InvoiceLine(*who, "usage", dimension, MAY, Decimal(amount), "i1")


def left(lines: list[Line], sales: list[InvoiceLine], now: str, document: str = DOCUMENT) -> list[MeterLine]:
    return list(metering(lines, sales, rails.parse(document), IS_METERED, hour(now)))


def test_while_the_month_is_open_what_is_owed_still_goes_to_the_meter() -> None:
    [line] = left([usage("images", "12.00")], [sold("images", "7.00")], "2026-05-20T00")
    assert (line.rated, line.metered, line.due) == (Decimal(12), Decimal(7), Decimal(5))
    assert (line.carried, line.unsent, line.uncorrectable) == (0, 0, 0)


def test_while_the_month_is_open_what_was_sent_too_much_is_carried() -> None:
    [line] = left([usage("images", "5.50")], [sold("images", "7.00")], "2026-05-20T00")
    assert (line.due, line.carried, line.uncorrectable) == (0, Decimal("-1.50"), 0)


def test_once_the_month_is_closed_late_usage_is_unsent_and_a_restatement_uncorrectable() -> None:
    lines = [usage("images", "5.50"), usage("words", "3.00")]
    first, second = left(lines, [sold("images", "7.00"), sold("words", "2.25")], "2026-06-01T07")
    assert (first.dimension, first.uncorrectable, first.due, first.carried) == ("images", Decimal("1.50"), 0, 0)
    assert (second.dimension, second.unsent, second.due) == ("words", Decimal("0.75"), 0)


def test_what_is_metered_and_no_longer_rated_at_all_is_uncorrectable() -> None:
    [line] = left([], [sold("images", "7.00"), sold("images", "1.00")], "2026-06-01T07")
    assert (line.rated, line.metered, line.uncorrectable) == (0, Decimal(8), Decimal(8))


def accepted(dimension: str, cents: str, month: date = MAY) -> Accepted:
    return Accepted(BUYER.contract_id, BUYER.customer_id, BUYER.rail, dimension, month, Decimal(cents))


def balances(*records: Accepted) -> dict[str, MeterLine]:
    """Images are rated at 12.00 and invoiced at 7.00, words at 3.00 and not invoiced; May is still open."""
    lines, sales = [usage("images", "12.00"), usage("words", "3.00")], [sold("images", "7.00")]
    found = metering(lines, sales, rails.parse(DOCUMENT), IS_METERED, hour("2026-05-20T00"), records)
    return {line.dimension: line for line in found}


def test_what_the_meter_accepted_goes_before_what_was_invoiced() -> None:
    """500 + 400.5 cents of images were accepted: 901 begun, so 2.99 is due; no record of words says none was sent."""
    found = balances(accepted("images", "500"), accepted("images", "400.5"))
    images, words = found["images"], found["words"]
    assert (images.metered, images.due, images.invoiced) == (Decimal("9.01"), Decimal("2.99"), Decimal(7))
    assert (words.metered, words.due) == (0, Decimal(3))
    assert {line.told_by for line in found.values()} == {"records"}


def test_a_month_without_any_record_is_told_by_its_invoices() -> None:
    """A record of April says nothing about May, and the other way round."""
    lines, sales = [usage("images", "12.00")], [sold("images", "7.00")]
    april = accepted("images", "500", date(2026, 4, 1))
    found = metering(lines, sales, rails.parse(DOCUMENT), IS_METERED, hour("2026-05-20T00"), [april])
    assert {(line.month.month, line.metered, line.told_by) for line in found} == {
        (4, Decimal(5), "records"),
        (5, Decimal(7), "invoices"),
    }


def test_seats_and_customers_of_other_rails_never_enter_metering() -> None:
    lines = [usage("team_seats", "29.00"), usage("images", "9.00", DIRECT)]
    assert left(lines, [sold("team_seats", "29.00"), sold("images", "9.00", DIRECT)], "2026-05-20T00") == []


def test_one_dimension_may_carry_the_whole_bill() -> None:
    document = DOCUMENT.replace('"one_per_dimension"', '"one_for_all"', 1)
    lines = [usage("images", "5.50"), usage("words", "3.00")]
    [line] = left(lines, [sold("images", "7.00")], "2026-06-01T07", document)
    assert (line.dimension, line.rated, line.metered, line.unsent) == (
        "usage",
        Decimal("8.50"),
        Decimal(7),
        Decimal("1.50"),
    )


def test_the_samples_metering_is_what_the_marts_say(desk_folder: Path) -> None:
    """September by the invoice mart: what AWS invoiced for usage, seats left out; October is not invoiced yet."""
    desk = Desk.open(desk_folder)
    rows = desk.warehouse.rows("invoice_line")
    for month, is_closed in ((date(2026, 9, 1), True), (date(2026, 10, 1), False)):
        lines = desk.metering(month)
        invoiced = [row for row in rows if row["rail"] == "aws" and row["usage_month"] == month]
        told_ = sum(row["amount_usd"] for row in invoiced if row["dimension"] != "team_seats")
        assert sum(line.metered for line in lines) == told_
        assert bool(told_) == is_closed
        assert {line.rail for line in lines} == {"aws"}
        assert "team_seats" not in {line.dimension for line in lines}
        for line in lines:
            assert line.rated == line.metered + line.due + line.carried + line.unsent - line.uncorrectable
            assert (line.due == 0) == is_closed
    assert desk.metered_months[:2] == (date(2026, 10, 1), date(2026, 9, 1))
    desk.warehouse.close()


def test_late_usage_is_what_the_meter_can_no_longer_take(desk_folder: Path) -> None:
    """Everything unsent on AWS in September is late usage in the parity report, and nothing else is."""
    desk = Desk.open(desk_folder)
    unsent = {
        (line.contract_id, line.dimension): line.unsent for line in desk.metering(date(2026, 9, 1)) if line.unsent
    }
    late = {
        (line.contract_id, line.item): line.difference
        for line in desk.parity()
        if (line.rail, line.cause, line.start_on) == ("aws", "late usage", date(2026, 9, 1))
        and line.item != "team_seats"
    }
    assert unsent == late != {}
    desk.warehouse.close()
