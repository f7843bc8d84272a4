"""Forty faults of real billing engines, each with the test that holds us to doing better.

`@pitfall(n)` names the fault a test stands for, ELSEWHERE the tests that stand with their own room, NOT_OURS the faults
that cannot happen here, with the reason. The last test counts: none of the forty is without. Numbers are ours, and the
sums stand in comments.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations

import duckdb
import pandas as pd
import pytest

from lib.catalog.allowance import NOTHING_INCLUDED, Allowance
from lib.catalog.book import parse
from lib.catalog.document import BookError
from lib.catalog.lint import lint
from lib.catalog.price import Band, Commitment, Conversion, Discount, Price
from lib.catalog.scenario import overlaid
from lib.catalog.terms import parse_bands
from lib.contracts import Changes, Contract, Move, change_plan, governing_list
from lib.desk import Desk
from lib.exports import csv
from lib.money import CURRENCIES, USD, MoneyError, exact, round_line, text, total
from lib.outcome import rate_usage
from lib.periods import Period
from lib.proration import FeeLine, settled
from lib.rating import draw, due, rate, rate_windows, rerated
from lib.reconciliation import MATCHED
from lib.reports import simulation
from lib.simulator.bill import bill
from lib.surfaces import as_csv, listing
from tests.specification import CLAIMS, ROOT, current
from tests.test_restarts import month

D = Decimal
COVERED: dict[int, str] = {}
Test = Callable[..., None]


def pitfall(*numbers: int) -> Callable[[Test], Test]:
    def stands_for(test: Test) -> Test:
        COVERED.update(dict.fromkeys(numbers, test.__name__))
        return test

    return stands_for


def bands(*steps: tuple[str, str] | tuple[str, str, str]) -> tuple[Band, ...]:
    return tuple(Band(*map(D, step)) for step in steps)


def amount(price: Price, quantity: str, allowance: str = "0") -> str:
    return text(rate(price, Allowance.of(allowance), D(quantity)).exact)


STEPS = bands(("0", "3"), ("40", "2"))


# Bounds


@pitfall(1)
@pytest.mark.parametrize(("model", "at", "past"), [("graduated", "120", "120.02"), ("volume", "120", "80.02")])
def test_a_bound_belongs_to_the_band_below_it_in_every_model(model, at, past):
    # 40 × 3; then 0.01 more at 2, or all 40.01 at 2
    assert amount(Price(STEPS, model), "40") == at
    assert D(amount(Price(STEPS, model), "40.01")) == D(past)


@pitfall(2)
@pytest.mark.parametrize("model", ["graduated", "volume"])
def test_no_quantity_falls_into_a_hole_between_whole_numbers(model):
    whole = [
        D(rate(Price(STEPS, model), NOTHING_INCLUDED, D(q)).exact) for q in ("40", "40.0001", "40.5", "40.9999", "41")
    ]
    assert all(priced > 0 for priced in whole)
    if model == "graduated":
        assert whole == [D("120"), D("120.0002"), D("121"), D("121.9998"), D("122")]


@pitfall(3)
def test_bands_on_decimals_count_no_unit_twice():
    # 0.2 × 5 + 0.4 × 2; counting "from 0.2 to 0.6" as a whole unit more would add 2
    assert D(amount(Price(bands(("0", "5"), ("0.2", "2"))), "0.6")) == D("1.8")


@pitfall(4)
def test_the_first_flat_fee_at_zero_usage_is_one_switch_for_both_runs():
    price = Price(bands(("0", "1", "7")))
    assert (amount(price, "0"), amount(replace(price, flat_fee_at_zero=False), "0")) == ("7", "0")
    baseline, proposed = rate(price, NOTHING_INCLUDED, D(0)), rate(replace(price), NOTHING_INCLUDED, D(0))
    assert proposed.exact - baseline.exact == 0


@pitfall(5)
def test_a_volume_cliff_is_flagged_with_the_money_it_gives_away():
    cliff = overlaid(current(), {"settings": {"bands": "volume"}}, "a test")
    found = [finding.sentence for finding in lint(cliff) if finding.path == "dimensions.words.bands"]
    assert any("makes the bill fall" in sentence for sentence in found)
    bills = [rate(Price(STEPS, "volume"), NOTHING_INCLUDED, D(q)).exact for q in range(100)]
    assert any(after < before for before, after in pairwise(bills))


@pitfall(6)
def test_an_allowance_under_volume_bands_is_taken_off_or_a_free_band_and_the_price_says_which():
    # 61 used, 60 included: one unit at 3, or all 61 units
    off = Price(STEPS, "volume")
    free = replace(off, allowance_as="free_band")
    assert [amount(price, "61", "60") for price in (off, free)] == ["3", "183"]
    assert [amount(price, "60", "60") for price in (off, free)] == ["0", "0"]


@pitfall(7)
def test_a_book_whose_last_band_ends_is_refused():
    with pytest.raises(BookError, match="band 1 is the last and ends at 40; leave it open"):
        parse_bands([{"from": 0, "up_to": 40, "unit_price": 3}], "words")


# Periods and parts of them


@pitfall(8)
@pytest.mark.parametrize("parts", [["700", "650"], ["1350"], ["1", "1348", "1"], ["0", "1350", "0"]])
def test_rounding_up_happens_once_a_period_however_the_period_is_split(parts):
    # 1,350 of 500 are 3 packages; 700 and 650 apart would be 2 and 2
    package = Price(bands(("0", "4")), "package", D(500), part_units="up")
    converted = Price(bands(("0", "4")), conversion=Conversion("divide", D(500), "up"))
    for price in (package, converted):
        before = [None, *(sum(map(D, parts[:place]), D(0)) for place in range(1, len(parts)))]
        assert sum(due(price, NOTHING_INCLUDED, D(part), at) for part, at in zip(parts, before, strict=True)) == 12


@pitfall(9)
def test_bands_and_allowance_restart_in_no_window_unless_the_windows_are_declared():
    price, included = Price(STEPS), Allowance.of("50")
    month = [D(30), D(30), D(30)]
    # 90 used, 50 included: 40 at 3; each window alone lies within the allowance
    assert rate(price, included, sum(month)).exact == 120
    assert rate_windows((price, included, used) for used in month) == 0
    rows = [("c", "images", date(2026, 6, 1), used) for used in (D(60), D(70))]
    (line,) = rate_usage(current(), "aws", "starter-monthly", rows)
    assert (line.charge.quantity, line.charge.overage) == (130, 30)


@pitfall(10)
def test_cents_are_never_cut_off_window_by_window():
    # four looks that each add 3.004: 12.016 → 12.02; cut off four times it would be 12.00
    price = Price(bands(("0", "3.004")))
    looks = [rerated(price, NOTHING_INCLUDED, D(place), D(place + 1)) for place in range(4)]
    assert sum(looks) == D("12.02")


@pitfall(12)
def test_a_month_of_usage_is_rated_whole_by_one_book_so_a_change_inside_it_loses_nothing(desk):
    """Usage periods are calendar months under one book each; a new book begins with a month, never inside one."""
    usage = [line for line in desk.baseline.lines if line.kind == "usage"]
    assert len({(line.contract.contract_id, line.dimension, line.month) for line in usage}) == len(usage) > 10_000
    assert all(line.start_on == line.month == line.month.replace(day=1) for line in usage)


# Digits


@pitfall(14, 38)
def test_a_rate_is_never_rounded_however_small():
    assert amount(Price(bands(("0", "0.0007"))), "20000") == "14.0000"
    assert D(amount(Price(bands(("0", "0.000000003"))), "1000000000")) == 3
    # 25.00 a month as a price per second of 30 days comes back whole over 2,592,000 seconds, if no digit was dropped
    second = D(25) / D(2592000)
    assert round_line(rate(Price(bands(("0", text(round(second, 20))))), NOTHING_INCLUDED, D(2592000)).exact) == D(
        "25.00"
    )
    # eight decimals are too few: 0.00000965 × 2,592,000 = 25.01
    assert round_line(round(second, 8) * 2592000) == D("25.01")


@pitfall(15)
def test_an_export_keeps_the_price_as_it_is_stored():
    book = overlaid(
        current(), {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.00000075"}]}}}, "a test"
    )
    assert "0.00000075" in as_csv(listing(book, CLAIMS))
    assert b"0.00000075" in csv(pd.DataFrame({"unit_price_usd": [D("0.00000075")]}))


@pitfall(16)
@pytest.mark.parametrize("value", [0.1, 3 * 0.1, 302 * 0.2, float("nan")])
def test_a_float_is_never_money(value):
    with pytest.raises(MoneyError, match="float"):
        exact(value)
    with pytest.raises(BookError, match="float"):
        Price((Band(D(0), value),))


@pitfall(16)
def test_no_column_of_money_in_the_warehouse_is_a_float(warehouse):
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        columns = connection.sql("select column_name, data_type from information_schema.columns").fetchall()
    money = {data_type for name, data_type in columns if name.endswith(("_usd", "quantity"))}
    assert money
    assert not money & {"DOUBLE", "FLOAT", "REAL"}


@pitfall(17)
def test_a_total_is_the_sum_of_its_rounded_lines_and_a_delta_their_difference(desk):
    # 7 × 0.005 and 0.005: 0.04 + 0.01 = 0.05; the sum rounded once would be 0.04
    lines = [rate(Price(bands(("0", "0.005"))), NOTHING_INCLUDED, D(q)) for q in (7, 1)]
    assert total(line.amount for line in lines) == D("0.05")
    assert round_line(sum(line.exact for line in lines)) == D("0.04")
    assert settled([FeeLine(D(11), Fraction(1, 3)), FeeLine(D(11), Fraction(1, 3))]) == D(
        "7.34"
    )  # 3.67 twice, not 7.33
    changed = desk.simulate(desk.scenario("images-at-six-cents"))
    assert changed.delta == sum(customer.delta for customer in changed.customers)


@pitfall(18)
@pytest.mark.parametrize(
    ("code", "value", "rounded"),
    [("USD", "4.185", "4.19"), ("USD", "-4.185", "-4.19"), ("JPY", "-0.5", "-1"), ("KWD", "2.0005", "2.001")],
)
def test_half_a_coin_goes_away_from_zero_on_both_sides(code, value, rounded):
    assert text(round_line(D(value), CURRENCIES[code])) == rounded


@pitfall(19)
def test_a_coin_has_as_many_decimals_as_its_currency_and_a_price_may_have_more():
    price = Price(bands(("0", "12.3456")))
    lines = {
        code: text(rate(replace(price, currency=CURRENCIES[code]), NOTHING_INCLUDED, D(7)).amount)
        for code in CURRENCIES
    }
    # 86.4192
    assert (lines["JPY"], lines["USD"], lines["KWD"]) == ("86", "86.42", "86.419")


# Minimums, discounts, credits


@pitfall(24)
def test_a_minimum_is_due_once_at_the_period_end_and_in_part_periods_in_part():
    price = Price(bands(("0", "2")), minimum=D(100))
    looks = [
        due(price, NOTHING_INCLUDED, D(10), at, is_final=final)
        for at, final in ((None, False), (D(10), False), (D(20), True))
    ]
    assert looks == [20, 20, 60]
    # 100 × 9/28 = 32.14
    assert rate(price, NOTHING_INCLUDED, D(1), fraction=Fraction(9, 28)).amount == D("32.14")


@pitfall(25)
def test_the_order_of_modifiers_is_declared_and_a_book_cannot_write_another():
    every = [{"percent": 50}, {"fixed": 10}]
    price = Price(
        bands(("0", "1")), discounts=(Discount(percent=D(50)), Discount(fixed=D(10))), maximum=D(60), minimum=D(15)
    )
    # 100 → 50 → 40; nothing else bites
    assert rate(price, NOTHING_INCLUDED, D(100)).exact == 40
    for order in permutations(every):
        words = {"bands": [{"from": 0, "unit_price": 1}], "discounts": list(order)}
        document = {
            **current().document,
            "dimensions": {"images": {**current().document["dimensions"]["images"], **words}},
        }
        document = {**document, "allowances": {"starter": {"images": 0}}}
        if order == tuple(every):
            assert parse(document).price("aws", "images").discounts == price.discounts
        else:
            with pytest.raises(BookError, match="a fixed sum before a percent"):
                parse(document)


@pitfall(27)
def test_credits_keep_their_decimals_and_a_crumb_of_one_is_no_endless_loop():
    assert FeeLine(D(1), Fraction(30, 2678400)).amount(replace(USD, exponent=8)) == D("0.00001120")
    paid = draw(D("10.00"), [D("0.00000001"), D(0), D(4)])
    assert paid.parts == (D("0.00000001"), D(0), D(4))
    assert paid.left == D("5.99999999")


@pitfall(28)
def test_a_commitment_without_a_factor_prices_usage_above_it_at_cost_and_a_factor_of_zero_is_refused():
    assert Commitment(D(50)).overage_factor == 1
    assert rate(Price(bands(("0", "1")), commitment=Commitment(D(50))), NOTHING_INCLUDED, D(80)).exact == 80
    images = {**current().document["dimensions"]["images"], "commitment": {"size": 50, "overage_factor": 0}}
    with pytest.raises(BookError, match="usage above it is not free"):
        parse({**current().document, "dimensions": {**current().document["dimensions"], "images": images}})


@pitfall(29)
def test_late_usage_books_the_difference_whatever_order_it_arrives_in():
    price, arrivals = Price(bands(("0", "0.001"), ("500", "0.0007"))), [D(333), D(340), D(1), D(777)]
    for order in permutations(arrivals):
        totals = [sum(order[:place], D(0)) for place in range(len(order) + 1)]
        booked = sum(rerated(price, NOTHING_INCLUDED, was, becomes) for was, becomes in pairwise(totals))
        assert booked == rate(price, NOTHING_INCLUDED, sum(arrivals)).amount


# Simulating


@pitfall(30)
def test_preview_and_history_are_rated_by_one_function(desk):
    """The parity report is that test on every invoiced line; here the overage page's bill against the river's lines."""
    line = next(line for line in desk.baseline.lines if line.kind == "usage" and line.status == "rated")
    usage = {line.dimension: line.charge.quantity}
    shown = bill(desk.book, line.contract.rail, line.contract.plan_key, usage)
    assert shown.charges[line.dimension].amount == line.amount
    report = desk.parity()
    assert sum(one.verdict == MATCHED for one in report) > 20_000


@pitfall(31)
def test_a_simulation_cannot_write(desk):
    """The published file is opened read-only, so that even a bug could not leave a customer on another plan."""
    file = desk.warehouse.path
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    desk.simulate(desk.scenario("starter-plus-10"))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    with pytest.raises(duckdb.Error, match="read-only"):
        desk.warehouse._connected().sql("delete from marts.contract")


@pitfall(36)
def test_very_large_amounts_do_not_vanish():
    # a trillion units at 1,999.99 and a third of a cent less: no float, no wrap
    assert amount(Price(bands(("0", "1999.99"))), "1000000000000") == "1999990000000000.00"
    with pytest.raises(MoneyError, match="out of range"):
        exact("1e22")


@pitfall(37)
def test_an_inverted_ladder_is_a_warning_and_a_year_above_its_months_is_refused():
    cheap = overlaid(current(), {"plans": {"command_plus-annual": {"list_price": 14000}}}, "a test")
    assert [finding.path for finding in lint(cheap)].count("plans.command_plus-annual.list_price") == 1
    rising = [{"from": 0, "unit_price": 1}, {"from": 5, "unit_price": 2}]
    dear = overlaid(current(), {"dimensions": {"images": {"bands": rising}}}, "a test")
    assert any("volume is punished" in finding.sentence for finding in lint(dear))
    with pytest.raises(Exception, match="more than its 12 months"):
        overlaid(current(), {"plans": {"starter-annual": {"list_price": 3600}}}, "a test")


@pitfall(39)
def test_a_result_says_what_it_was_made_from_and_another_book_is_another_result(desk):
    baseline = desk.manifest().fingerprint
    scenario = desk.scenario("images-at-six-cents")
    assert desk.manifest(scenario).fingerprint not in (
        baseline,
        desk.manifest(desk.scenario("starter-plus-10")).fingerprint,
    )
    assert desk.manifest(scenario).fingerprint == desk.manifest(scenario).fingerprint
    moved = replace(scenario, changes={"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.07"}]}}})
    assert desk.manifest(moved).fingerprint != desk.manifest(scenario).fingerprint


@pitfall(32)
def test_what_could_move_is_never_reported_as_what_did(desk):
    """Beside the static effect, which reaches everybody at once, stands what has moved, and what holds the rest."""
    found = desk.simulate(desk.scenario("starter-plus-10"))
    document = simulation(found, desk.reproduction, desk.judgement(found), desk.react(found))
    assert document["reach"]["everyone_at_once_usd"] != document["reach"]["moved_usd"]
    july = [(desk.books, contract, date(2026, 7, 1), desk.reach[contract.rail]) for contract in RUNNING]
    assert [governing_list(*asked).id for asked in july] == ["2024-11-01", "2026-05-09"]


# On 1 July a contract of April still has the earlier book's price: sixty days after 9 May are 8 July. One of June never
# had it.
RUNNING = [
    Contract("k1", "c-1", "stripe", "starter-annual", "starter", "annual", date(2026, 4, 1)),
    Contract("k2", "c-2", "stripe", "starter-annual", "starter", "annual", date(2026, 6, 1)),
]


@pitfall(40)
def test_an_upgrade_on_the_last_day_charges_a_day_and_the_second_allowance_it_brings_is_named():
    """Base fees share one factor; allowances are whole, and what that gives away is a note of `check`."""
    last = Period(date(2026, 5, 1), date(2026, 6, 1), date(2026, 5, 1))
    upgrade = Move(date(2026, 5, 31), "upgrade", D(1499))
    lines = change_plan(last, D(299), upgrade, Changes(on_upgrade="keep_anchor")).lines
    # one day of 31: 299 / 31 = 9.65 back, 1,499 / 31 = 48.35 more
    assert [line.amount for line in lines] == [D("-9.65"), D("48.35")]
    assert {line.units for line in lines} == {(1, 31)}
    (leak,) = month(5_050_000, 50_000)
    assert leak.given_away > 0


# Held elsewhere: the test's file and name. Faults whose tests stand with the room they belong to.
ELSEWHERE = {
    11: ("test_owed", "test_bands_restart_after_a_change_of_plan_or_continue_where_the_rail_says_so"),
    13: ("test_contract_terms", "test_three_versions_in_one_month_each_count_from_their_day"),
    20: ("test_periods", "test_the_unused_part_as_two_integers"),
    21: (
        "test_contract_terms",
        "test_a_credit_is_counted_over_the_whole_period_and_never_exceeds_the_part_that_was_paid",
    ),
    22: ("test_periods", "test_a_second_passes_where_clocks_are_moved_and_no_day_does"),
    23: ("test_periods", "test_a_period_always_begins_on_the_anchor_day_or_on_the_last_of_a_shorter_month"),
    26: (
        "test_contract_terms",
        "test_two_upgrades_and_a_downgrade_in_one_period_give_back_the_full_prices_and_no_more",
    ),
    33: ("test_remittance", "test_no_record_is_empty_negative_or_too_large"),
    34: ("test_remittance", "test_once_the_month_is_closed_late_usage_is_unsent_and_a_restatement_uncorrectable"),
    35: ("test_remittance", "test_hour_by_hour_the_units_are_the_months_rounded_up_once"),
}
# Faults that cannot happen here, and why. A fault that stops being impossible moves up to a test.
NOT_OURS: dict[int, str] = {}


def test_every_one_of_the_forty_has_a_test_or_a_reason():
    assert not COVERED.keys() & ELSEWHERE.keys()
    assert sorted({*COVERED, *ELSEWHERE, *NOT_OURS}) == list(range(1, 41))
    for file, name in ELSEWHERE.values():
        assert f"def {name}(" in (ROOT / "tests" / f"{file}.py").read_text(), f"{file}.{name} is gone"


@pytest.fixture(scope="module")
def desk(desk_folder):
    return Desk.open(desk_folder)
