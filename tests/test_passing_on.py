"""A rail's fee passed on: every price of the rail by hand, and what is left stays what the list says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.catalog.book import Book, Unpriced
from lib.catalog.passing_on import Keep, passed_on
from lib.catalog.price import Commitment, Discount, EventTerms
from lib.catalog.scenario import ScenarioError, diff, overlaid, parse_scenario
from lib.desk import Desk
from lib.rating import rate
from tests.specification import current
from tests.test_contracts import NEW

THREE = Keep(Decimal("0.03"), 8)
COIN = Fraction(1, 100)


def absorbing(book: Book, absorb: bool, rail: str = "aws") -> Book:
    return overlaid(book, {"rails": {rail: {"absorb": absorb}}}, "a test")


def passing(book: Book, keep: Keep = THREE, rail: str = "aws") -> Book:
    """The book with the fee of a rail in its prices."""
    return passed_on(book, absorbing(book, False, rail), {rail: keep})


def priced(monthly: str, annual: str, unit: str = "0.001", **words: Any) -> Book:
    """The small book at other prices; several years cost what each would."""
    years = {"annual": 1, "two_year": 2, "three_year": 3}
    plans = {f"starter-{term}": {"list_price": count * Decimal(annual)} for term, count in years.items()}
    plans["starter-monthly"] = {"list_price": Decimal(monthly)}
    bands = words.pop("bands", [{"from": 0, "unit_price": Decimal(unit)}])
    return overlaid(NEW, {"plans": plans, "dimensions": {"words": {"bands": bands, **words}}}, "a test")


# By hand


@pytest.mark.parametrize(
    ("price", "becomes"),
    [
        ("299", "308.25"),  # 308.2474…
        ("2990", "3082.47"),  # 3,082.4742…
        ("97", "100.00"),  # exactly
        ("0.01", "0.01"),  # 0.0103…
        ("0.16", "0.16"),  # 0.1649…
        ("0.17", "0.18"),  # 0.1752…
        ("48.50", "50.00"),  # exactly
        ("0", "0.00"),
    ],
)
def test_a_list_price_takes_the_fee_and_is_rounded_to_the_cent(price: str, becomes: str) -> None:
    raised = passing(priced("299", price)).list_price("aws", "starter-annual")
    assert str(raised) == becomes


def test_half_a_cent_goes_up() -> None:
    # a quarter kept: 0.75375 / 0.75 is 1.005, and 0.74625 / 0.75 is 0.995
    for price, becomes in (("0.75375", "1.01"), ("0.74625", "1.00")):
        raised = passing(priced("299", price), Keep(Decimal("0.25"), 8))
        assert str(raised.list_price("aws", "starter-annual")) == becomes


@pytest.mark.parametrize(
    ("price", "decimals", "becomes"),
    [
        ("0.0006", 8, "0.00061856"),  # 0.000618556701…
        ("0.0008", 8, "0.00082474"),  # 0.000824742268…
        ("0.001", 8, "0.00103093"),  # 0.001030927835…
        ("0.05", 8, "0.05154639"),  # 0.051546391…
        ("29", 8, "29.89690722"),  # 29.896907216…
        ("0.05", 3, "0.052"),  # what the seller console holds
        ("0.97", 8, "1"),
        ("0", 8, "0"),
    ],
)
def test_a_unit_price_is_rounded_to_the_decimals_of_the_rail(price: str, decimals: int, becomes: str) -> None:
    raised = passing(priced("299", "2990", price), Keep(Decimal("0.03"), decimals))
    assert raised.price("aws", "words").bands[0].unit_price == Decimal(becomes)


def test_every_band_and_its_flat_fee_take_the_fee_and_begin_where_they_did() -> None:
    # 0.97 / 0.97 = 1, 1.94 / 0.97 = 2, 4.85 / 0.97 = 5
    bands = [
        {"from": 0, "unit_price": "0.97", "flat_fee": Decimal("1.94")},
        {"from": 1000, "unit_price": 0, "flat_fee": "4.85"},
    ]
    raised = passing(priced("299", "2990", bands=bands)).price("aws", "words").bands
    assert [(band.from_quantity, band.unit_price, band.flat_fee) for band in raised] == [(0, 1, 2), (1000, 0, 5)]


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ({"minimum": Decimal("9.70")}, {"minimum": 10}),
        ({"maximum": 291}, {"maximum": 300}),
        ({"minimum": 1, "maximum": Decimal("48.5")}, {"minimum": Decimal("1.03092784"), "maximum": 50}),  # 1.030927835…
        (
            {"discounts": [{"percent": 20}, {"fixed": Decimal("1.94")}]},
            {"discounts": (Discount(percent=Decimal(20)), Discount(fixed=Decimal(2)))},
        ),
        (
            {"commitment": {"size": 970, "overage_factor": Decimal("1.5"), "true_up": True}},
            {"commitment": Commitment(Decimal(1000), "amount", Decimal("1.5"), true_up=True)},
        ),
        (
            {
                "commitment": {"size": 970, "counted_in": "quantity"}
            },  # units: their price takes the fee, not their number
            {"commitment": Commitment(Decimal(970), "quantity")},
        ),
    ],
    ids=["minimum", "maximum", "both", "discounts", "commitment of money", "commitment of units"],
)
def test_every_sum_beside_the_bands_takes_the_fee(said: dict[str, Any], becomes: dict[str, Any]) -> None:
    raised = passing(overlaid(NEW, {"dimensions": {"words": said}}, "a test"))
    found = raised.price("aws", "words")
    assert {key: getattr(found, key) for key in becomes} == becomes
    assert raised.price("stripe", "words") == overlaid(NEW, {"dimensions": {"words": said}}, "a test").price(
        "stripe", "words"
    )


EVENTS = {"fixed": Decimal("0.0097"), "free_events": 3, "free_amount": 97, "minimum": Decimal("0.97"), "maximum": 194}


def test_what_an_event_asks_takes_the_fee_and_what_it_is_given_free_stays() -> None:
    # 1.94 % / 0.97 is 2 %; the 97 of free volume stay 97, they are not ours
    percent = {"model": "percentage", "unit_size": 100, "bands": [band("1.94")], "per_event": EVENTS}
    none = {tier: {"words": 0} for tier in NEW.tiers}
    raised = passing(overlaid(NEW, {"dimensions": {"words": percent}, "allowances": none}, "a test"))
    found = raised.price("aws", "words")
    assert found.bands[0].unit_price == 2
    assert found.per_event == EventTerms(Decimal("0.01"), 3, Decimal(97), Decimal(1), Decimal(200))


@pytest.mark.parametrize(
    "said",
    [
        {"minimum": Decimal("9.70")},
        {"minimum": Decimal("0.97"), "maximum": 291},
        {"discounts": [{"percent": 20}, {"fixed": Decimal("1.94")}]},
        {"commitment": {"size": Decimal("9.7"), "overage_factor": Decimal("1.5"), "true_up": True}},
        {"commitment": {"size": 9700, "counted_in": "quantity", "overage_factor": 2}},
    ],
)
@pytest.mark.parametrize("used", [0, 60_000, 70_000, 1_000_000])
def test_what_is_left_of_a_whole_line_is_what_the_line_was(said: dict[str, Any], used: int) -> None:
    """Every sum here is so many times 0.97 that nothing is rounded on the way."""
    was = overlaid(NEW, {"dimensions": {"words": {"bands": [band("0.00097")], **said}}}, "a test")
    before, after = (line(book, used) for book in (was, passing(was)))
    assert after * Decimal("0.97") == before


def line(book: Book, used: int) -> Decimal:
    exact = rate(book.price("aws", "words"), book.allowance("aws", "starter", "words"), Decimal(used)).exact
    assert exact is not None
    return exact


def test_a_rail_with_a_limit_of_its_own_takes_the_fee_on_that() -> None:
    own = {
        "rails": {"aws": {"dimensions": {"words": {"minimum": Decimal("19.4")}}}},
        "dimensions": {"words": {"minimum": 5}},
    }
    raised = passing(overlaid(NEW, own, "a test"))
    assert (raised.price("aws", "words").minimum, raised.price("stripe", "words").minimum) == (20, 5)


def test_the_other_rail_and_the_allowances_stay() -> None:
    raised = passing(current())
    assert raised.allowances == current().allowances
    for key in current().plans:
        assert raised.list_price("stripe", key) == current().list_price("stripe", key)
    for key in current().dimensions:
        assert raised.price("stripe", key) == current().price("stripe", key)
    assert {
        change.path.rpartition(".")[0].split(".")[:2] == ["rails", "aws"] for change in diff(current(), raised)
    } == {True}


def test_a_price_by_contract_stays_by_contract() -> None:
    assert current().list_price("aws", "enterprise-custom") is Unpriced.BY_CONTRACT
    assert passing(current()).list_price("aws", "enterprise-custom") is Unpriced.BY_CONTRACT


def test_a_rail_with_prices_of_its_own_takes_the_fee_on_those() -> None:
    own = {"plans": {"starter-monthly": {"list_price": 388}}, "dimensions": {"words": {"bands": [band("0.0194")]}}}
    raised = passing(overlaid(NEW, {"rails": {"aws": own}}, "a test"))
    assert (raised.list_price("aws", "starter-monthly"), raised.list_price("stripe", "starter-monthly")) == (400, 299)
    assert raised.price("aws", "words").bands[0].unit_price == Decimal("0.02")


def band(price: str) -> dict[str, Any]:
    return {"from": 0, "unit_price": Decimal(price)}


def test_a_price_that_changes_too_takes_the_fee_on_the_new_one() -> None:
    # 291 / 0.97 = 300
    becomes = overlaid(absorbing(NEW, False), {"plans": {"starter-monthly": {"list_price": 291}}}, "a test")
    assert passed_on(NEW, becomes, {"aws": THREE}).list_price("aws", "starter-monthly") == 300


def test_a_fee_that_was_passed_on_before_is_not_passed_on_twice() -> None:
    before = absorbing(NEW, False)
    assert passed_on(before, before, {"aws": THREE}) is before
    once = passing(NEW)
    assert passed_on(once, absorbing(once, False), {"aws": THREE}) == once


def test_nothing_is_passed_on_where_we_go_on_absorbing_or_begin_to() -> None:
    assert passed_on(NEW, NEW, {"aws": THREE}) is NEW
    absorbed = absorbing(NEW, True)
    assert passed_on(absorbing(NEW, False), absorbed, {"aws": THREE}) is absorbed


def test_a_year_that_costs_its_twelve_months_never_costs_more_than_they_do() -> None:
    # 100 / 0.97 = 103.0927… → 103.09; 1,200 / 0.97 = 1,237.1134…, but twelve months are 1,237.08
    raised = passing(overlaid(NEW, {"plans": PLAIN}, "a test"))
    assert raised.list_price("aws", "starter-monthly") == Decimal("103.09")
    assert raised.list_price("aws", "starter-annual") == Decimal("1237.08")
    assert raised.list_price("aws", "starter-two_year") == Decimal("2474.16")


PLAIN = {
    "starter-monthly": {"list_price": 100},
    "starter-annual": {"list_price": 1200},
    "starter-two_year": {"list_price": 2400},
    "starter-three_year": {"list_price": 3000},
}


# At the desk


HEADER = 'name = "A"\nauthor = "B"\nwhy = "C"\nbaseline = "2026-05-09"\n'


def test_stripes_fee_has_a_fixed_part_and_cannot_be_passed_on(desk: Desk) -> None:
    """Thirty cents of every charge are no fraction of a price."""
    scenario = parse_scenario(HEADER + "[rails.stripe]\nabsorb = false\n", "a-test")
    with pytest.raises(ScenarioError, match=r"a-test.toml passes on what Stripe keeps, .* fixed sum: write the prices"):
        desk.simulate(scenario)


def test_the_desk_passes_on_the_three_percent_of_its_schedule(desk: Desk) -> None:
    _, book = desk.simulate(desk.scenario("pass-the-fee-on")).books
    assert str(book.list_price("aws", "starter-monthly")) == "308.25"
    assert [text(one.unit_price) for one in book.price("aws", "words").bands] == [
        "0.00103093",
        "0.00082474",
        "0.00061856",
    ]
    assert book.price("stripe", "words") == desk.book.price("stripe", "words")


def text(number: Decimal) -> str:
    return f"{number:f}"


# Laws


PRICES = st.decimals(Decimal(0), Decimal(1_000_000), places=2)
UNITS = st.decimals(Decimal(0), Decimal(1000), places=8)
RATES = st.decimals(Decimal(0), Decimal("0.5"), places=4)


@given(PRICES, RATES)
def test_what_is_left_after_the_fee_is_the_list_price_to_half_a_cent(price: Decimal, rate: Decimal) -> None:
    raised = passing(priced("1000000000", f"{price}"), Keep(rate, 8)).list_price("aws", "starter-annual")
    assert isinstance(raised, Decimal)
    assert abs(Fraction(raised) * (1 - Fraction(rate)) - Fraction(price)) <= COIN / 2


@given(UNITS, RATES, st.integers(2, 12))
def test_what_is_left_of_a_unit_is_its_price_to_half_of_the_last_decimal(
    unit: Decimal, rate: Decimal, decimals: int
) -> None:
    book = priced("299", "2990", f"{unit:f}")
    raised = passing(book, Keep(rate, decimals)).price("aws", "words").bands[0].unit_price
    assert abs(Fraction(raised) * (1 - Fraction(rate)) - Fraction(unit)) <= Fraction(1, 2 * 10**decimals)


@given(st.lists(PRICES, min_size=2, max_size=2), RATES)
def test_the_order_of_prices_stays_and_no_year_costs_more_than_its_months(prices: list[Decimal], rate: Decimal) -> None:
    month, year = prices
    assume(year <= 12 * month)
    raised = passing(priced(f"{month}", f"{year}"), Keep(rate, 8))
    each = [raised.list_price("aws", f"starter-{term}") for term in ("monthly", "annual")]
    found = list(amounts(each))
    assert found[1] <= 12 * found[0]
    exact = Fraction(year) / (1 - Fraction(rate))
    assert abs(Fraction(found[1]) - exact) <= COIN / 2 or found[1] == 12 * found[0]


def amounts(prices: list[Any]) -> Iterator[Decimal]:
    return (price for price in prices if isinstance(price, Decimal))


@given(st.sampled_from(["aws", "stripe"]), RATES)
def test_a_fee_of_nothing_changes_no_price(rail: str, rate: Decimal) -> None:
    raised, nothing = passing(current(), Keep(rate, 8), rail), passing(current(), Keep(Decimal(0), 8), rail)
    for key in current().plans:
        assert nothing.list_price(rail, key) == current().list_price(rail, key)
        before, after = current().list_price(rail, key), raised.list_price(rail, key)
        assert before == after or (isinstance(before, Decimal) and isinstance(after, Decimal) and before < after)


def test_a_fee_of_another_day_is_the_schedules_of_that_day(desk: Desk) -> None:
    """The listing fee has no newer row than 2024, so any day to come has the same three percent."""
    later = replace(desk.scenario("pass-the-fee-on"), effective=date(2030, 1, 1))
    assert desk.simulate(later).books[1].list_price("aws", "starter-monthly") == Decimal("308.25")
