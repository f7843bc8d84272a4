"""A change that asks for some customers only: cliffs and marginal prices are those of each customer's own book."""

from decimal import Decimal

from lib.impact.by_book import by_book, cliffs_by_book, marginal_prices_by_book
from lib.impact.cliffs import cliffs
from lib.impact.marginal import marginal_prices
from lib.impact.monthly import earlier_fees
from tests.impact.people import JULY, REACH, WINDOW, alone
from tests.impact.simulated import about, simulated, together
from tests.specification import current

VOLUME = {"settings": {"bands": "volume"}}
# 100,000 words above the allowance of 50,000: on volume bands one more word saves two cents (impact.toml, unit_cliff).
ON_THE_EDGE = {"usage": {"words": 150_000}}
PAIR = together(
    about(alone(ON_THE_EDGE, JULY), persona="seller_3pi"),
    about(alone(ON_THE_EDGE, JULY), persona="aws_customer"),
)
FOR_3PI = {"persona": ["seller_3pi"]}


def test_whoever_is_not_asked_for_stays_on_todays_book() -> None:
    result = simulated(PAIR, VOLUME, where=FOR_3PI)
    found = {frozenset(people.contracts): book for book, people in by_book(result.shelf, PAIR, REACH)}
    assert found.keys() == {frozenset({"k1-1"}), frozenset({"k1-2"})}
    assert found[frozenset({"k1-2"})] is current()
    assert found[frozenset({"k1-1"})].price("stripe", "words").model == "volume"


def test_a_cliff_stands_only_where_the_change_reaches() -> None:
    result = simulated(PAIR, VOLUME, where=FOR_3PI)
    found = cliffs_by_book(result.shelf, PAIR, WINDOW, REACH, result.proposed.lines)
    assert [(one.contract_id, str(one.gap)) for one in found.units] == [("k1-1", "0.02")]
    # The whole population on the changed book would find the second customer's next tier by prices they do not have.
    assert [one.contract_id for one in found.choices] == ["k1-1", "k1-2"]
    everybody = simulated(PAIR, VOLUME)
    both = cliffs_by_book(everybody.shelf, PAIR, WINDOW, REACH, everybody.proposed.lines)
    assert both == cliffs(everybody.books[1], PAIR, WINDOW, REACH, everybody.proposed.lines)


def test_contracts_that_are_not_compared_are_counted_over_all_books() -> None:
    # After Command comes Enterprise, which has no term but its own: no next tier on either book.
    crowd = together(
        *(about(alone({"plan": "command_plus-monthly"}, JULY), persona=who) for who in ("seller_3pi", "x"))
    )
    result = simulated(crowd, VOLUME, where=FOR_3PI)
    found = cliffs_by_book(result.shelf, crowd, WINDOW, REACH, result.proposed.lines)
    assert sum(found.not_compared.values()) == 2 and not found.choices


def test_one_more_unit_costs_what_the_own_book_says() -> None:
    result = simulated(PAIR, {"dimensions": {"words": {"unit_size": 1}}}, where=FOR_3PI)
    found = marginal_prices_by_book(result.shelf, PAIR, JULY, REACH)
    prices = {one.contract_id: one.price for one in found if one.dimension == "words"}
    # At 150,001 the second band begins: 0.0008 a word where a word is the unit, per 1,000 of them where it is not.
    assert prices == {"k1-1": Decimal("0.0008"), "k1-2": Decimal("0.0000008")}
    assert len(found) == len(marginal_prices(current(), PAIR, JULY))


def test_fees_of_before_the_window_are_those_of_the_own_book() -> None:
    annual = {"plan": "starter-annual", "started_on": JULY.replace(month=3)}
    pair = together(about(alone(annual), persona="seller_3pi"), about(alone(annual), persona="x"))
    result = simulated(pair, {"plans": {"starter-annual": {"list_price": 3290}}}, where=FOR_3PI)
    fees = earlier_fees(result.shelf, pair, WINDOW, REACH)
    assert {line.contract.contract_id: str(line.amount) for line in fees} == {"k1-1": "3290.00", "k1-2": "2990.00"}
