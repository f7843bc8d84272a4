"""Contracts bring billed periods; the book that governs each is a matter of dates, rail and notice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import UNLIMITED, Allowance
from lib.catalog.book import Book, parse
from lib.catalog.scenario import overlaid
from lib.contracts import (
    Contract,
    Offer,
    Reach,
    allowance_of,
    base_amount,
    billed_periods,
    governing_list,
    governing_rates,
)
from tests.conftest import cases
from tests.specification import one_band_of_words

REACH = {"stripe": Reach(60, "notice"), "aws": Reach(60, "new_entitlements")}
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def small_book(book_id: str, effective: date, monthly: int) -> Book:
    plan = {"tier": "starter"}
    return parse(
        {
            "id": book_id,
            "product": "vellocity",
            "effective": effective,
            "currency": "USD",
            "tiers": {"starter": {"name": "Starter", "rank": 1}},
            "plans": {
                "starter-monthly": {**plan, "term": "monthly", "list_price": monthly},
                "starter-annual": {**plan, "term": "annual", "list_price": monthly * 10},
                "starter-two_year": {**plan, "term": "two_year", "list_price": monthly * 20},
                "starter-three_year": {**plan, "term": "three_year", "list_price": monthly * 30},
                "starter-custom": {**plan, "term": "custom", "list_price": "by contract"},
            },
            "dimensions": {"words": one_band_of_words()},
            "allowances": {"starter": {"words": 50000}},
        }
    )


OLD, NEW = small_book("old", date(2024, 11, 1), 249), small_book("new", date(2026, 5, 9), 299)


def contract(started_on: date, rail: str = "stripe", term: str = "monthly", **more: Any) -> Contract:
    return Contract("k1", "c-0001", rail, f"starter-{term}", "starter", term, started_on, **more)


@pytest.mark.parametrize("case", cases("contracts", "governing"))
def test_the_book_that_governs(case: dict[str, Any]) -> None:
    running, reach = contract(case["started_on"], case["rail"]), REACH[case["rail"]]
    assert governing_list([OLD, NEW], running, case["period"], reach).id == case["list"]
    assert governing_rates([OLD, NEW], running, case["period"], reach).id == case["rates"]


@pytest.mark.parametrize("case", cases("contracts", "billed"))
def test_what_falls_due(case: dict[str, Any]) -> None:
    extra = {key: case[key] for key in ("ended_on", "end_reason", "anchor") if key in case}
    running = contract(case["started_on"], term=case["term"], **extra)
    due = [[p.kind, p.due_on, str(base_amount(running, p, NEW))] for p in billed_periods(running, *case["window"])]
    assert due == case["due"]


def test_one_book_governs_every_contract_whatever_its_date() -> None:
    assert governing_list([NEW], contract(date(2020, 1, 1)), date(2020, 2, 1), REACH["aws"]) is NEW


def test_a_private_offer_has_its_own_price_and_its_own_allowances() -> None:
    offer = Offer("offer-1", Decimal("48000.00"), {"words": UNLIMITED})
    running = contract(date(2026, 1, 1), rail="aws", term="custom", offer=offer)
    (period,) = billed_periods(running, date(2026, 1, 1), date(2026, 12, 31))
    assert base_amount(running, period, NEW) == Decimal("48000.00")
    assert allowance_of(running, NEW, "words") == UNLIMITED


def test_without_an_offer_a_price_by_contract_is_no_amount_and_not_zero() -> None:
    running = contract(date(2026, 1, 1), rail="aws", term="custom")
    (period,) = billed_periods(running, date(2026, 1, 1), date(2026, 12, 31))
    assert base_amount(running, period, NEW) is None
    assert allowance_of(running, NEW, "words") == Allowance("quantity", Decimal(50000))


@given(started=DAYS, first=DAYS, middle=DAYS, last=DAYS)
def test_a_window_cut_in_two_bills_the_same(started: date, first: date, middle: date, last: date) -> None:
    first, middle, last = sorted((first, middle, last))
    whole = list(billed_periods(contract(started), first, last))
    parts = [*billed_periods(contract(started), first, middle), *billed_periods(contract(started), middle, last)]
    assert whole == parts


@given(started=DAYS, stay=st.integers(1, 800))
def test_a_credit_never_exceeds_what_was_paid(started: date, stay: int) -> None:
    ended = date.fromordinal(started.toordinal() + stay)
    running = contract(started, ended_on=ended, end_reason="upgrade")
    amounts = [base_amount(running, p, NEW) for p in billed_periods(running, date.min, date.max)]
    assert all(-Decimal(299) < amount <= Decimal(299) for amount in amounts if amount is not None)
    assert sum(amount < 0 for amount in amounts if amount is not None) <= 1


def test_a_scenario_over_the_new_book_governs_like_the_book_itself() -> None:
    dearer = overlaid(NEW, {"plans": {"starter-monthly": {"list_price": 329}}}, "a test")
    running = contract(date(2026, 6, 1))
    (period,) = billed_periods(running, date(2026, 6, 1), date(2026, 7, 1))
    assert base_amount(running, period, dearer) == Decimal("329.00")
