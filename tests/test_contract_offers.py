"""Extra seats as an entitlement that changes, and private offers with their own terms."""

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import UNLIMITED
from lib.catalog.price import Band
from lib.contracts import (
    ContractError,
    Instalment,
    MultiYear,
    Offer,
    SeatChange,
    allowance_of,
    base_amount,
    billed_periods,
    minimum_of,
    price_of,
    seat_charges,
    seats_amount,
    term_price,
)
from lib.periods import Period
from tests.conftest import cases
from tests.test_contract_terms import INSTALMENTS, JANUARY, period
from tests.test_contracts import NEW, OLD, contract
from tests.test_periods import moment

# Seats


def charged(case: dict[str, Any], changes: list[SeatChange]) -> dict[date, Decimal]:
    """What falls due by moment, when these changes follow the seats of the start."""
    running = period(case)
    at_start = SeatChange(running.start - timedelta(days=1), case["seats_at_start"])
    due: dict[date, Decimal] = {}
    for charge in seat_charges([running], [at_start, *changes], case["convention"]):
        amount = seats_amount(charge, Decimal(case["price"]), Decimal(case["allowance"]))
        due[charge.due_on] = due.get(charge.due_on, Decimal(0)) + amount
    return due


@pytest.mark.parametrize("case", cases("contract_terms", "seats"))
def test_what_changed_seats_bring_beside_those_of_the_start(case: dict[str, Any]) -> None:
    changes = [SeatChange(moment(on), seats) for on, seats in case["changes"]]
    unchanged = charged(case, [])
    found = {day: amount - unchanged.get(day, Decimal(0)) for day, amount in charged(case, changes).items()}
    expect = [(moment(on), Decimal(amount)) for on, amount in case["expect"]]
    assert [(day, amount) for day, amount in found.items() if amount] == [
        (on if not isinstance(on, datetime) else on.date(), amount) for on, amount in expect
    ]


def test_the_next_period_begins_with_the_seats_that_are_left() -> None:
    # Four seats from 10 May, six from the 24th, three from 1 June: 4, then 2 more for 17 of 31 days, then 3.
    periods = [Period(date(2026, 5, 10), date(2026, 6, 10), date(2026, 5, 10))]
    periods.append(Period(date(2026, 6, 10), date(2026, 7, 10), date(2026, 6, 10)))
    changes = [SeatChange(date(2026, 6, 1), 3), SeatChange(date(2026, 5, 10), 4), SeatChange(date(2026, 5, 24), 6)]
    found = [(c.due_on, c.from_seats, c.to_seats, c.units) for c in seat_charges(periods, changes)]
    assert found == [
        (date(2026, 5, 10), 0, 4, (31, 31)),
        (date(2026, 5, 24), 4, 6, (17, 31)),
        (date(2026, 6, 10), 0, 3, (30, 30)),
    ]


@given(st.lists(st.tuples(st.integers(-5, 40), st.integers(0, 30)), max_size=6))
def test_seats_are_paid_once_and_never_credited(steps: list[tuple[int, int]]) -> None:
    start, end = date(2026, 5, 10), date(2026, 6, 10)
    changes = [SeatChange(start + timedelta(days=day), seats) for day, seats in steps]
    charges = list(seat_charges([Period(start, end, start)], changes))
    assert all(charge.to_seats > charge.from_seats and 0 < charge.share <= 1 for charge in charges)
    assert all(later.from_seats == earlier.to_seats for earlier, later in itertools.pairwise(charges))


def test_fewer_seats_than_none_are_refused() -> None:
    with pytest.raises(ContractError, match="fewer than none"):
        SeatChange(date(2026, 5, 10), -1)


# Offers


@pytest.mark.parametrize("case", cases("contract_terms", "offer"))
def test_what_a_multi_year_offer_costs(case: dict[str, Any]) -> None:
    terms = MultiYear(case["years"], Decimal(case["multi_year_discount"]))
    price = terms.price(Decimal(case["list_price"]))
    assert f"{price:.2f}" == case["expect"]["price"]
    assert price == price.quantize(Decimal("0.01"))


def test_each_year_of_a_term_is_rounded_so_that_years_and_term_agree() -> None:
    # 100.03 x 0.85 = 85.0255 → 85.03 a year, three years 255.09; the whole, rounded once, would be 255.0765 → 255.08.
    assert MultiYear(3, Decimal("0.15")).price(Decimal("100.03")) == Decimal("255.09")


def test_a_multi_year_offer_follows_the_list_price_of_the_year_in_the_book_that_governs() -> None:
    # New book: $2,990 a year less 25 % = 2,242.50, three years 6,727.50. Old: 2,490 → 1,867.50 → 5,602.50.
    offer = Offer("offer-1", None, multi_year=MultiYear(3, Decimal("0.25")))
    for term in ("annual", "three_year", "monthly"):
        running = contract(date(2026, 6, 1), term=term, offer=offer)
        assert running.months == 36
        assert [term_price(running, book) for book in (NEW, OLD)] == [Decimal("6727.50"), Decimal("5602.50")]
        (line,) = billed_periods(running, date(2026, 1, 1), date(2029, 6, 1))
        assert (line.start_on, line.end_on) == (date(2026, 6, 1), date(2029, 6, 1))


def test_an_offer_without_price_and_without_discount_has_no_price_and_not_zero() -> None:
    running = contract(date(2026, 6, 1), offer=Offer("offer-1", None))
    assert term_price(running, NEW) is None


def test_an_offers_own_unit_prices_replace_the_lists_and_what_it_leaves_open_is_the_books() -> None:
    own = (Band(Decimal(0), Decimal("0.0007")), Band(Decimal(100000), Decimal("0.0005")))
    running = contract(date(2026, 6, 1), offer=Offer("offer-1", Decimal(100), bands={"words": own}))
    price = price_of(running, NEW, "words")
    assert (price.bands, price.unit_size, price.model) == (own, Decimal(1000), "graduated")
    assert price_of(contract(date(2026, 6, 1)), NEW, "words") == NEW.price("stripe", "words")


@pytest.mark.parametrize("term", ["annual", "two_year", "three_year"])
def test_the_allowance_of_a_long_contract_is_the_same_every_month_and_the_monthly_contracts(term: str) -> None:
    long, monthly = contract(date(2026, 1, 31), term=term), contract(date(2026, 1, 31))
    assert allowance_of(long, NEW, "words") == allowance_of(monthly, NEW, "words")
    assert allowance_of(long, NEW, "words").quantity == Decimal(50000)


def test_a_minimum_is_owed_for_the_part_of_a_month_that_the_contract_runs() -> None:
    # From 20 May 12 of 31 days: 310 x 12 / 31 = 120. Until 11 July 10 of 31: 100. June whole, August nothing.
    offer = Offer("offer-1", Decimal(100), monthly_minimum=Decimal(310))
    running = contract(date(2026, 5, 20), ended_on=date(2026, 7, 11), end_reason="churn", offer=offer)
    months = [date(2026, month, 1) for month in (4, 5, 6, 7, 8)]
    owed = [minimum_of(running, month, "day") for month in months]
    assert owed == [Decimal(0), Decimal(120), Decimal(310), Decimal(100), Decimal(0)]
    assert minimum_of(contract(date(2026, 5, 20)), months[1], "day") is None


@pytest.mark.parametrize("case", cases("contracts", "instalments"))
def test_an_offer_paid_in_instalments(case: dict[str, Any]) -> None:
    extra = {key: case[key] for key in ("ended_on", "end_reason") if key in case}
    offer = Offer("offer-1", Decimal(24000), instalments=INSTALMENTS)
    running = contract(JANUARY, "aws", "two_year", offer=offer, **extra)
    lines = billed_periods(running, *case["window"])
    assert [[line.kind, line.due_on, str(base_amount(running, line, NEW))] for line in lines] == case["due"]


@pytest.mark.parametrize(
    ("price", "instalments", "told"),
    [
        (24001, INSTALMENTS, "instalments of 24000 in all and its price is 24001: make the two equal"),
        (None, INSTALMENTS, "its price is none"),
        (10000, (INSTALMENTS[0], Instalment(date(2026, 7, 1), Decimal(0))), "instalment of zero or less"),
        (18000, (INSTALMENTS[1], INSTALMENTS[0]), "on days that ascend"),
    ],
)
def test_instalments_that_are_not_the_price_are_refused(
    price: int | None, instalments: tuple[Instalment, ...], told: str
) -> None:
    with pytest.raises(ContractError, match=told):
        Offer("offer-1", None if price is None else Decimal(price), instalments=instalments)


def test_an_instalment_outside_the_term_is_refused() -> None:
    with pytest.raises(ContractError, match="instalment on 2027-01-15, outside its first term"):
        contract(JANUARY, term="annual", offer=Offer("offer-1", Decimal(24000), instalments=INSTALMENTS))


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda: MultiYear(6, Decimal("0.25")), "runs 6 years; write 1 to 5"),
        (lambda: MultiYear(3, Decimal(25)), "write 25 % as 0.25"),
        (lambda: Offer("offer-1", None, monthly_minimum=Decimal(-1)), "minimum of -1"),
    ],
)
def test_an_impossible_offer_is_refused_in_one_sentence(build: Any, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        build()


def test_a_private_offer_keeps_its_allowance_in_every_month_of_its_years() -> None:
    offer = Offer("offer-1", None, {"words": UNLIMITED}, multi_year=MultiYear(2, Decimal("0.1")))
    assert allowance_of(contract(date(2026, 6, 1), offer=offer), NEW, "words") == UNLIMITED
