"""What a contract owes by its own terms, and that late usage in any order makes a month cost the same."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOTHING_INCLUDED, UNLIMITED, Allowance
from lib.catalog.price import Band, Discount, Price
from lib.contracts import Changes, Contract, MultiYear, Offer, Reach, SeatChange
from lib.money import total
from lib.outcome import Line, Population, UsageCell, outcome
from lib.owed import Arrival, Used, booked, late, less, short_of, usage_charge
from lib.rating import rate, rerated
from lib.simulator.bill import contract_bill
from tests.conftest import cases
from tests.specification import current
from tests.test_contracts import NEW, OLD, contract

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
TENTH = Price((Band(Decimal(0), Decimal("0.01")), Band(Decimal(100), Decimal("0.005"))))
CLIFF = replace(TENTH, model="volume")


def told(lines: tuple[Line, ...], *kinds: str) -> list[tuple[str, date, str]]:
    return [(line.kind, line.start_on, str(line.amount)) for line in lines if line.kind in kinds]


def reach(**changes: str) -> dict[str, Reach]:
    return {rail: Reach(60, "notice", Changes(**changes)) for rail in ("stripe", "aws")}


# Usage by an offer's terms


def test_usage_is_rated_at_the_offers_prices_and_allowance() -> None:
    # 60,000 words of which 10,000 are included: 50 units of 1,000 at 0.0007 = 0.035 → 0.04; by list 10 x 0.001 = 0.01.
    bands = {"words": (Band(Decimal(0), Decimal("0.0007")),)}
    offer = Offer("offer-1", Decimal(100), {"words": Allowance("quantity", Decimal(10000))}, bands)
    by_offer = usage_charge(contract(MAY, offer=offer), NEW, "words", Decimal(60000))
    assert (by_offer.exact, by_offer.amount) == (Decimal("0.035"), Decimal("0.04"))
    assert usage_charge(contract(MAY), NEW, "words", Decimal(60000)).amount == Decimal("0.01")


def test_bands_restart_after_a_change_of_plan_or_continue_where_the_rail_says_so() -> None:
    # 80 units before the change and 60 after it. Restart: 60 x 0.01 = 0.60. Continue: the first 20 fill band one, 0.20,
    # and 40 are in band two, 0.20: 0.40.
    book = replace(NEW, prices={("stripe", "words"): TENTH})
    offer = Offer("offer-1", Decimal(100), {"words": NOTHING_INCLUDED})
    running = contract(MAY, offer=offer)
    restarted = usage_charge(running, book, "words", Decimal(60))
    continued = Used(running, book, "words", Decimal(60), before=Decimal(80)).charge
    assert (restarted.amount, continued.amount) == (Decimal("0.60"), Decimal("0.40"))
    assert [(band.quantity, band.amount) for band in continued.bands] == [(20, Decimal("0.20")), (40, Decimal("0.200"))]
    assert continued.quantity == 60


@pytest.mark.parametrize(("bands", "amounts"), [("restart", ["0.80", "0.60"]), ("continue", ["0.80", "0.40"])])
def test_the_river_follows_the_rails_setting_for_two_contracts_in_one_month(bands: str, amounts: list[str]) -> None:
    book = replace(NEW, prices={("stripe", "words"): TENTH})
    offer = Offer("offer-1", Decimal(100), {"words": NOTHING_INCLUDED})
    first = contract(date(2026, 4, 1), offer=offer, ended_on=date(2026, 5, 15), end_reason="upgrade")
    second = replace(first, contract_id="k2", started_on=date(2026, 5, 15), ended_on=None, end_reason=None)
    cells = (UsageCell("k2", "words", MAY, Decimal(60)), UsageCell("k1", "words", MAY, Decimal(80)))
    lines = outcome([book], Population({"k1": first, "k2": second}, cells), (MAY, JUNE), reach(bands=bands)).lines
    by_contract = {line.contract.contract_id: str(line.amount) for line in lines if line.kind == "usage"}
    assert [by_contract["k1"], by_contract["k2"]] == amounts


def test_the_allowance_of_an_annual_contract_starts_anew_each_month_and_nothing_is_carried_over() -> None:
    # 50,000 words a month are included. May uses 10,000, June 90,000: what May left does not help June, 40 x 0.001.
    yearly = contract(date(2026, 1, 20), term="annual")
    cells = (UsageCell("k1", "words", MAY, Decimal(10000)), UsageCell("k1", "words", JUNE, Decimal(90000)))
    lines = outcome([NEW], Population({"k1": yearly}, cells), (MAY, JULY), reach()).lines
    assert told(lines, "usage") == [("usage", MAY, "0.00"), ("usage", JUNE, "0.04")]
    for term in ("monthly", "two_year", "three_year"):
        other = Population({"k1": replace(yearly, term=term, plan_key=f"starter-{term}")}, cells)
        assert told(outcome([NEW], other, (MAY, JULY), reach()).lines, "usage") == told(lines, "usage")


# Entitlements


def test_seats_as_an_entitlement_are_lines_of_their_own_and_never_usage() -> None:
    # Starter includes 3 seats at $29 a month. Five from 10 May: 2 x 29 = 58; seven from the 24th: 2 more for 17 of 31
    # days: 58 x 17 / 31 = 31.8064… → 31.81; the next month begins with seven: 4 x 29 = 116.
    seats = {"team_seats": (SeatChange(date(2026, 5, 10), 5), SeatChange(date(2026, 5, 24), 7))}
    starter = Contract("k1", "c-1", "aws", "starter-monthly", "starter", "monthly", date(2026, 5, 10), seats=seats)
    cells = (UsageCell("k1", "team_seats", MAY, Decimal(7)), UsageCell("k1", "words", MAY, Decimal(10)))
    population = Population({"k1": starter}, cells)
    window = (MAY, date(2026, 6, 15))
    entitled = outcome([current()], population, window, reach(seats="entitlement")).lines
    assert told(entitled, "seats") == [
        ("seats", date(2026, 5, 10), "58.00"),
        ("seats", date(2026, 5, 24), "31.81"),
        ("seats", date(2026, 6, 10), "116.00"),
    ]
    assert [line.dimension for line in entitled if line.kind == "usage"] == ["words"]
    assert not current().dimensions["team_seats"].is_metered
    by_maximum = outcome([current()], population, window, reach()).lines
    assert told(by_maximum, "seats") == []
    assert [(line.dimension, str(line.amount)) for line in by_maximum if line.kind == "usage"] == [
        ("team_seats", "116.00"),
        ("words", "0.00"),
    ]


def test_seats_of_a_year_cost_their_months() -> None:
    # One seat above the three, in a year from 5 March 2025 with 185 of 365 days left: 12 x 29 x 185 / 365 = 176.3835… .
    seats = {"team_seats": (SeatChange(date(2025, 3, 5), 3), SeatChange(date(2025, 9, 1), 4))}
    yearly = Contract("k1", "c-1", "stripe", "starter-annual", "starter", "annual", date(2025, 3, 5), seats=seats)
    window = (date(2025, 1, 1), date(2026, 3, 1))
    lines = outcome([current()], Population({"k1": yearly}, ()), window, reach(seats="entitlement")).lines
    assert told(lines, "seats") == [("seats", date(2025, 3, 5), "0.00"), ("seats", date(2025, 9, 1), "176.38")]


def test_a_contract_whose_entitlements_nobody_recorded_keeps_its_months_maximum() -> None:
    starter = Contract("k1", "c-1", "stripe", "starter-monthly", "starter", "monthly", MAY)
    cells = (UsageCell("k1", "team_seats", MAY, Decimal(5)),)
    lines = outcome([current()], Population({"k1": starter}, cells), (MAY, JUNE), reach(seats="entitlement")).lines
    assert told(lines, "usage", "seats") == [("usage", MAY, "58.00")]


def test_seats_by_contract_have_no_amount_and_not_zero() -> None:
    offer = Offer("offer-1", Decimal(100), {"team_seats": BY_CONTRACT})
    seats = {"team_seats": (SeatChange(MAY, 5),)}
    starter = Contract("k1", "c-1", "stripe", "starter-monthly", "starter", "monthly", MAY, offer=offer, seats=seats)
    lines = outcome([current()], Population({"k1": starter}, ()), (MAY, JUNE), reach(seats="entitlement")).lines
    (line,) = (line for line in lines if line.kind == "seats")
    assert (line.amount, line.status) == (None, "by_contract")


# The minimum


@pytest.mark.parametrize("case", cases("contract_terms", "offer"))
def test_a_minimum_counts_beside_the_price_and_every_month_for_itself(case: dict[str, Any]) -> None:
    price = MultiYear(case["years"], Decimal(case["multi_year_discount"])).price(Decimal(case["list_price"]))
    minimum = Decimal(case.get("monthly_usage_minimum", 0))
    idle = short_of(minimum, [])
    assert idle is not None
    assert price + 12 * case["years"] * idle == Decimal(case["expect"].get("at_least", case["expect"]["price"]))
    billed = [Decimal(used) + (short_of(minimum, [Decimal(used)]) or 0) for used in case.get("usage", ())]
    assert [f"{amount:.2f}" for amount in billed] == case["expect"].get("usage_billed", [])


def test_what_a_month_lacks_of_the_minimum_is_a_line_that_points_to_its_contract() -> None:
    # The contract begins on 17 May, 15 of 31 days: 0.10 x 15 / 31 = 0.0483… → 0.05, and the month's usage costs 0.01.
    # June: 0.03 of 0.10 are used. July has not ended when the window does, so nothing is final.
    offer = Offer("offer-1", Decimal(100), monthly_minimum=Decimal("0.10"))
    running = contract(date(2026, 5, 17), offer=offer)
    free = replace(contract(MAY), contract_id="k2")
    cells = (
        UsageCell("k1", "words", MAY, Decimal(60000)),
        UsageCell("k1", "words", JUNE, Decimal(80000)),
        UsageCell("k2", "words", MAY, Decimal(60000)),
    )
    population = Population({"k1": running, "k2": free}, cells)
    lines = outcome([NEW], population, (MAY, date(2026, 7, 20)), reach()).lines
    assert told(lines, "minimum") == [("minimum", MAY, "0.04"), ("minimum", JUNE, "0.07")]
    assert {line.contract.contract_id for line in lines if line.kind == "minimum"} == {"k1"}
    assert told(outcome([NEW], population, (date(2026, 5, 2), JUNE), reach()).lines, "minimum") == []


def test_usage_without_a_price_leaves_the_minimum_open_and_what_is_not_offered_does_not() -> None:
    offer = Offer("offer-1", Decimal(100), {"words": BY_CONTRACT}, monthly_minimum=Decimal(10))
    cells = (UsageCell("k1", "words", MAY, Decimal(1)),)
    lines = outcome([NEW], Population({"k1": contract(MAY, offer=offer)}, cells), (MAY, JUNE), reach()).lines
    (line,) = (line for line in lines if line.kind == "minimum")
    assert (line.amount, line.status) == (None, "by_contract")
    empty = outcome([NEW], Population({"k1": contract(MAY, offer=offer)}, ()), (MAY, JUNE), reach()).lines
    assert told(empty, "minimum") == [("minimum", MAY, "10.00")]


def test_a_contracts_own_bill_shows_its_month_of_a_long_term_and_its_true_up() -> None:
    # Three years at 25 % off: 6,727.50 / 36 = 186.875 → 186.88; usage 0.01 of a minimum of 5.00.
    offer = Offer("offer-1", None, monthly_minimum=Decimal(5), multi_year=MultiYear(3, Decimal("0.25")))
    running = contract(date(2026, 6, 1), term="annual", offer=offer)
    bill = contract_bill([OLD, NEW], running, JUNE, {"words": Decimal(60000)}, reach())
    assert bill is not None
    assert (bill.base, bill.overage, bill.true_up) == (Decimal("186.88"), Decimal("0.01"), Decimal("4.99"))
    assert bill.total == Decimal("191.88")


def test_a_contracts_own_bill_of_its_first_part_month_shows_a_whole_months_price() -> None:
    running = contract(date(2026, 5, 20), anchor=JUNE)
    bill = contract_bill([NEW], running, MAY, {}, reach())
    assert bill is not None
    assert bill.base == Decimal("299.00")


# Late usage


def test_late_usage_books_the_difference_of_two_rounded_charges() -> None:
    # 333 at 0.001 are 0.333 → 0.33; 666 are 0.666 → 0.67: the difference is 0.34 although the same quantity came twice.
    price = Price((Band(Decimal(0), Decimal("0.001")),))
    first = late(price, NOTHING_INCLUDED, Decimal(0), Decimal(333), month=MAY, booked_on=date(2026, 6, 2))
    then = late(price, NOTHING_INCLUDED, Decimal(333), Decimal(666), month=MAY, booked_on=date(2026, 7, 9))
    assert (first.difference, then.difference) == (Decimal("0.33"), Decimal("0.34"))
    assert (then.month, then.booked_on, then.taken_as) == (MAY, date(2026, 7, 9), "charged")
    assert then.change.quantity == 333


@pytest.mark.parametrize(("corrections", "taken_as"), [("credit", "credited"), ("carried", "carried")])
def test_a_lower_bill_is_a_credit_on_one_rail_and_carried_on_the_other(corrections: str, taken_as: str) -> None:
    # A volume price: 100 cost 1.00, 140 all cost 0.005, 0.70. Forty units more make the month 0.30 cheaper.
    found = late(
        CLIFF,
        NOTHING_INCLUDED,
        Decimal(100),
        Decimal(140),
        month=MAY,
        booked_on=date(2026, 6, 9),
        corrections=corrections,
    )
    assert (found.difference, found.taken_as) == (Decimal("-0.30"), taken_as)
    assert [(band.quantity, band.amount) for band in found.change.bands] == [(-100, -1), (140, Decimal("0.700"))]


def test_late_usage_within_the_allowance_books_nothing() -> None:
    found = late(TENTH, UNLIMITED, Decimal(1), Decimal(2), month=MAY, booked_on=JUNE)
    assert (found.difference, found.taken_as) == (Decimal("0.00"), "nothing to book")


def test_late_usage_without_a_price_has_no_difference_and_not_zero() -> None:
    found = late(TENTH, BY_CONTRACT, Decimal(1), Decimal(2), month=MAY, booked_on=JUNE)
    assert (found.difference, found.taken_as) == (None, "without a price")
    assert found.change.amount is None


QUANTITIES = st.decimals(0, 400, places=3)
RATED = st.builds(
    Price,
    bands=st.lists(st.integers(1, 300), max_size=3, unique=True).flatmap(
        lambda starts: st.tuples(
            *(
                st.builds(Band, st.just(Decimal(start)), st.decimals(0, 1, places=5), st.decimals(0, 3, places=2))
                for start in [0, *sorted(starts)]
            )
        )
    ),
    model=st.sampled_from(["graduated", "volume"]),
    unit_size=st.sampled_from([Decimal(1), Decimal(8)]),
    thresholds=st.sampled_from(["overage", "usage"]),
    part_units=st.sampled_from(["exact", "up"]),
    discounts=st.sampled_from([(), (Discount(percent=Decimal(10)),)]),
    maximum=st.none() | st.just(Decimal(50)),
    minimum=st.none() | st.just(Decimal(5)),
)
ALLOWANCES = st.builds(Allowance, st.just("quantity"), st.integers(0, 200).map(Decimal))


@given(RATED, ALLOWANCES, st.lists(QUANTITIES, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_usage_in_any_parts_and_any_order_comes_to_the_same_total(
    price: Price, allowance: Allowance, parts: list[Decimal], dice: Any
) -> None:
    shuffled = dice.sample(parts, len(parts))
    nothing = rate(price, allowance, Decimal(0)).amount or Decimal(0)
    whole = rate(price, allowance, sum(parts, Decimal(0))).amount
    for order in (parts, shuffled, [sum(parts, Decimal(0))]):
        found = booked(price, allowance, MAY, [Arrival(JUNE, part) for part in order])
        assert nothing + sum(step.difference or 0 for step in found) == whole


@given(RATED, ALLOWANCES, QUANTITIES, QUANTITIES)
def test_a_correction_is_the_difference_that_rating_restates(
    price: Price, allowance: Allowance, was: Decimal, becomes: Decimal
) -> None:
    correction = late(price, allowance, was, becomes, month=MAY, booked_on=JUNE)
    assert correction.difference == rerated(price, allowance, was, becomes)


@given(RATED, ALLOWANCES, QUANTITIES, QUANTITIES)
def test_a_difference_explains_itself_to_the_last_digit(
    price: Price, allowance: Allowance, one: Decimal, other: Decimal
) -> None:
    change = less(rate(price, allowance, one + other), rate(price, allowance, one))
    assert change.quantity == other == change.included + change.overage
    assert total([*(band.amount for band in change.bands), *(step.effect for step in change.steps)]) == change.exact
