"""What a change in the middle of a period brings: stubs, plans, seats and offers, by hand and as laws."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.contracts import (
    Changes,
    ContractError,
    Instalment,
    Move,
    Offer,
    Reach,
    base_amount,
    billed_periods,
    change_plan,
    change_plans,
    governing_list,
    governing_rates,
    keep_anchors,
    periods_of,
)
from lib.periods import Period, add_months, unused_fraction
from tests.conftest import cases
from tests.test_contracts import NEW, OLD, contract, small_book
from tests.test_periods import moment

KEEPS = Changes(on_upgrade="keep_anchor")
VERSIONS = [
    OLD,
    small_book("a", date(2026, 5, 4), 259),
    small_book("b", date(2026, 5, 12), 269),
    small_book("c", date(2026, 5, 20), 279),
]
JANUARY = date(2026, 1, 15)
INSTALMENTS = (
    Instalment(JANUARY, Decimal(10000)),
    Instalment(date(2026, 7, 15), Decimal(8000)),
    Instalment(date(2027, 1, 15), Decimal(6000)),
)


def period(case: dict[str, Any]) -> Period:
    start, end = (moment(bound) for bound in case["period"])
    return Period(start, end, start)


# The book in force at each date


@pytest.mark.parametrize("case", cases("contracts", "versions"))
def test_three_versions_in_one_month_each_count_from_their_day(case: dict[str, Any]) -> None:
    running = contract(case["started_on"], case["rail"])
    reach = Reach(case["notice_days"], "notice" if case["rail"] == "stripe" else "new_entitlements")
    assert [[day, governing_list(VERSIONS, running, day, reach).id] for day, _ in case["lists"]] == case["lists"]
    assert [[month, governing_rates(VERSIONS, running, month, reach).id] for month, _ in case["rates"]] == case["rates"]


# Stubs


@pytest.mark.parametrize("case", cases("contract_terms", "stub"))
def test_a_start_before_the_anchor_pays_the_part_up_to_it(case: dict[str, Any]) -> None:
    term = {1: "monthly", 12: "annual"}[case["months"]]
    offer = Offer("offer-1", Decimal(case["price"]))
    running = contract(case["started_on"], term=term, anchor=case["anchor_on"], offer=offer)
    lines = billed_periods(running, case["started_on"], case["anchor_on"] + timedelta(days=1))
    assert [str(base_amount(running, line, NEW)) for line in lines] == case["expect"]


# Changes of plan


@pytest.mark.parametrize("case", cases("contract_terms", "change"))
def test_what_a_change_of_plan_brings(case: dict[str, Any]) -> None:
    move = Move(moment(case["change"]), case["kind"], Decimal(case["new_price"]))
    already = {name: Decimal(case[name]) for name in ("paid", "credited") if name in case}
    changes = replace(KEEPS, proration=case["convention"])
    found = change_plan(period(case), Decimal(case["old_price"]), move, changes, **already)
    assert [[line.kind, str(line.amount)] for line in found.lines] == case["expect"]


@pytest.mark.parametrize("kind", ["downgrade", "cancellation"])
def test_a_downgrade_and_a_cancellation_take_effect_at_the_periods_end(kind: str) -> None:
    running = Period(date(2026, 5, 10), date(2026, 6, 10), date(2026, 5, 10))
    change = change_plan(running, Decimal(100), Move(date(2026, 5, 24), kind, Decimal(10)), KEEPS)
    assert (change.takes_effect, change.lines) == (date(2026, 6, 10), ())


def test_an_upgrade_with_a_new_anchor_pays_a_whole_period_of_the_new_plan() -> None:
    # 17 of 31 days are unused: 310 x 17 / 31 = 170 back, and 620 for the month that begins now.
    running = Period(date(2026, 5, 10), date(2026, 6, 10), date(2026, 5, 10))
    change = change_plan(running, Decimal(310), Move(date(2026, 5, 24), "upgrade", Decimal(620)), Changes())
    assert [(line.kind, line.units, line.amount) for line in change.lines] == [
        ("credit", (17, 31), Decimal("-170.00")),
        ("charge", (1, 1), Decimal("620.00")),
    ]


def test_two_upgrades_and_a_downgrade_in_one_period_give_back_the_full_prices_and_no_more() -> None:
    # June has 30 days. On the 11th 20 are left: 300 → -200, +400 of 600. On the 21st 10 are left: the credit is a third
    # of the full 600, 200, not a third of the step of 300; +300 of 900. The downgrade on the 25th waits.
    june = Period(date(2026, 6, 1), date(2026, 7, 1), date(2026, 6, 1))
    moves = [
        Move(date(2026, 6, 11), "upgrade", Decimal(600)),
        Move(date(2026, 6, 21), "upgrade", Decimal(900)),
        Move(date(2026, 6, 25), "downgrade", Decimal(300)),
    ]
    found = change_plans(june, 1, Decimal(300), moves, KEEPS)
    assert [[str(line.amount) for line in change.lines] for change in found] == [
        ["-200.00", "400.00"],
        ["-200.00", "300.00"],
        [],
    ]


def test_an_unknown_kind_of_change_is_met_with_the_nearest() -> None:
    june = Period(date(2026, 6, 1), date(2026, 7, 1), date(2026, 6, 1))
    with pytest.raises(ContractError, match="cannot be a 'upgrad'; did you mean 'upgrade'"):
        change_plan(june, Decimal(1), Move(date(2026, 6, 2), "upgrad", Decimal(2)), KEEPS)


PRICES = st.decimals(0, 100_000, places=2)
KINDS = st.sampled_from(["upgrade", "upgrade", "downgrade", "cancellation"])


@given(
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    st.sampled_from([1, 12, 24]),
    PRICES,
    st.lists(st.tuples(st.integers(0, 27), KINDS, PRICES), max_size=5),
    st.sampled_from(["new_anchor", "keep_anchor"]),
    st.sampled_from(["day", "second"]),
)
def test_credits_never_exceed_payments(
    start: date, months: int, price: Decimal, steps: list[tuple[int, str, Decimal]], on_upgrade: str, unit: str
) -> None:
    running = Period(start, add_months(start, months), start)
    ordered = sorted(steps, key=lambda step: step[0])
    moves = [Move(start + timedelta(days=day), kind, cost) for day, kind, cost in ordered]
    found = change_plans(running, months, price, moves, Changes(proration=unit, on_upgrade=on_upgrade))
    money = [price, *(line.amount for change in found for line in change.lines)]
    assert all(balance >= 0 for balance in accumulate(money))
    assert sum(line.amount < 0 for change in found for line in change.lines) <= sum(m.kind == "upgrade" for m in moves)


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.sampled_from(["monthly", "annual", "two_year"]), st.data())
def test_an_upgrade_that_keeps_the_anchor_charges_the_very_part_it_credits(
    start: date, term: str, data: st.DataObject
) -> None:
    before = contract(start, term=term)
    end = add_months(start, before.months)
    change = data.draw(st.dates(start + timedelta(days=1), end - timedelta(days=1)))
    old = replace(before, ended_on=change, end_reason="upgrade")
    new = replace(before, contract_id="k2", started_on=change)
    kept = keep_anchors({"k1": old, "k2": new}, {"stripe": Reach(60, "notice", KEEPS)})
    credit = next(line for line in billed_periods(kept["k1"], start, end) if line.kind == "proration")
    charge = next(billed_periods(kept["k2"], start, end))
    assert (charge.due_on, charge.end_on, charge.share) == (change, end, -credit.share)


def test_the_billing_day_is_kept_over_two_upgrades_and_not_where_the_term_changes() -> None:
    first = contract(date(2026, 1, 31), ended_on=date(2026, 2, 10), end_reason="upgrade")
    second = replace(first, contract_id="k2", started_on=date(2026, 2, 10), ended_on=date(2026, 3, 5))
    third = replace(first, contract_id="k3", started_on=date(2026, 3, 5), ended_on=None, end_reason=None)
    yearly = replace(third, contract_id="k4", term="annual")
    contracts = {one.contract_id: one for one in (third, second, first, yearly)}
    kept = keep_anchors(contracts, {"stripe": Reach(60, "notice", KEEPS)})
    assert {key: one.anchor for key, one in kept.items()} == {
        "k3": date(2026, 1, 31),
        "k2": date(2026, 1, 31),
        "k1": None,
        "k4": None,
    }
    assert keep_anchors(contracts, {"stripe": Reach(60, "notice")}) == contracts


# Instants


def test_a_rail_that_counts_seconds_counts_from_the_instants_of_a_contract() -> None:
    # 10 March 18:00 to 10 April 18:00 is 31 days; on 25 March at 06:00, 16 days and a half are left:
    # 310 x 16.5 / 31 = 165. By days it is 16 of 31: 160.
    upgraded = contract(
        date(2026, 3, 10),
        ended_on=date(2026, 3, 25),
        end_reason="upgrade",
        started_at=datetime(2026, 3, 10, 18, tzinfo=UTC),
        ended_at=datetime(2026, 3, 25, 6, tzinfo=UTC),
        offer=Offer("offer-1", Decimal(310)),
    )
    for unit, credit in (("second", "-165.00"), ("day", "-160.00")):
        lines = list(billed_periods(upgraded, date(2026, 3, 1), date(2026, 5, 1), Changes(proration=unit)))
        assert [str(base_amount(upgraded, line, NEW)) for line in lines] == ["310.00", credit]
        assert [line.due_on for line in lines] == [date(2026, 3, 10), date(2026, 3, 25)]


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(0, 900), st.integers(1, 31))
def test_a_contract_that_carries_only_days_bills_the_same_by_day_and_by_second(
    started: date, stay: int, anchor: int
) -> None:
    running = contract(
        started,
        ended_on=started + timedelta(days=stay),
        end_reason="upgrade",
        anchor=date(2024, 1, anchor),
    )
    by_day, by_second = (
        [
            (p.kind, p.start_on, p.end_on, p.due_on, p.share)
            for p in billed_periods(running, date.min, date.max, changes)
        ]
        for changes in (Changes(), Changes(proration="second"))
    )
    assert by_day == by_second


def test_an_instant_on_another_day_than_the_contracts_is_refused() -> None:
    with pytest.raises(ContractError, match="k1 has the instant 2026-03-09T23:00:00"):
        contract(date(2026, 3, 10), started_at=datetime(2026, 3, 9, 23, tzinfo=UTC))


def test_a_term_nobody_sells_is_refused_with_the_nearest() -> None:
    with pytest.raises(ContractError, match="no term 'two_years'; did you mean 'two_year'"):
        contract(date(2026, 3, 10), term="two_years")


# Laws


DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
TERMS = st.sampled_from(["monthly", "annual", "two_year", "three_year"])


@given(DAYS, TERMS, st.none() | DAYS, st.none() | st.integers(1, 1500), DAYS, DAYS, DAYS)
def test_a_window_cut_in_two_bills_the_same_whatever_term_and_billing_day(
    started: date, term: str, anchor: date | None, stay: int | None, first: date, middle: date, last: date
) -> None:
    first, middle, last = sorted((first, middle, last))
    ended = {} if stay is None else {"ended_on": started + timedelta(days=stay), "end_reason": "upgrade"}
    running = contract(started, term=term, anchor=anchor, **ended)
    whole = list(billed_periods(running, first, last))
    assert whole == [*billed_periods(running, first, middle), *billed_periods(running, middle, last)]


@given(st.integers(1, 1500), DAYS, DAYS, DAYS)
def test_a_window_cut_in_two_finds_every_instalment_once(stay: int, first: date, middle: date, last: date) -> None:
    first, middle, last = sorted((first, middle, last))
    offer = Offer("offer-1", Decimal(24000), instalments=INSTALMENTS)
    ended = JANUARY + timedelta(days=stay)
    running = contract(JANUARY, "aws", "two_year", offer=offer, ended_on=ended, end_reason="upgrade")
    whole = list(billed_periods(running, first, last))
    assert whole == [*billed_periods(running, first, middle), *billed_periods(running, middle, last)]
    shares = [line.share for line in billed_periods(running, date.min, date.max)]
    assert all(balance >= 0 for balance in accumulate(shares))


@given(DAYS, DAYS, TERMS, st.data())
def test_a_credit_is_counted_over_the_whole_period_and_never_exceeds_the_part_that_was_paid(
    started: date, anchor: date, term: str, data: st.DataObject
) -> None:
    running = contract(started, term=term, anchor=anchor)
    first = next(periods_of(running, date.max))
    change = data.draw(st.dates(first.start, first.end - timedelta(days=1)))
    upgraded = replace(running, ended_on=change, end_reason="upgrade")
    lines = list(billed_periods(upgraded, date.min, date.max))
    assert sum(line.share for line in lines) >= 0
    for line in lines[1:]:
        assert line.share == -unused_fraction(first.whole_start, first.end, change)
