"""One customer's two bills: every line with its reason by hand, and differences that add up to the customer's."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.contracts import Contract, Layer, SeatChange, Shelf, Waiting
from lib.desk import Desk
from lib.impact.bill_lines import BillLine, bill_lines
from lib.outcome import Outcome, Population, UsageCell, difference, outcome
from tests.conftest import cases
from tests.impact.people import BY_ENTITLEMENT, JULY, REACH, WINDOW, alone, changed, run
from tests.specification import current

QUANTITY = st.integers(0, 3_000_000).map(Decimal)


def both(population: Population, changes: dict[str, Any], before: dict[str, Any] | None = None) -> tuple[BillLine, ...]:
    books = changed(before or {}), changed(changes)
    return bill_lines(*(run(book, population) for book in books), "c-1", books)


@pytest.mark.parametrize("case", cases("impact", "line"))
def test_the_line_does_what_the_comment_says(case: dict[str, Any]) -> None:
    lines = both(alone(case, JULY), case["changes"], case.get("before"))
    (line,) = [one for one in lines if case["kind"] in (one.kind, one.dimension)]
    found = {"was": told(line.was), "becomes": told(line.becomes), "why": line.why}
    assert found == case["expect"]


def told(amount: Decimal | None) -> str:
    return "none" if amount is None else str(amount)


def test_a_line_on_one_bill_alone_is_all_difference() -> None:
    full = run(current(), alone({"usage": {"images": 300}}, JULY))
    fee = Outcome(tuple(line for line in full.lines if line.kind == "base"))
    books = (current(),)
    (_, added), (_, lost) = bill_lines(fee, full, "c-1", books), bill_lines(full, fee, "c-1", books)
    assert (added.difference, added.why) == (Decimal("10.00"), "only on the proposed bill")
    assert (lost.difference, lost.why) == (Decimal("-10.00"), "only on the baseline bill")


def test_lines_stand_in_order_of_time_and_other_customers_have_none() -> None:
    lines = both(alone({"usage": {"words": 1, "images": 300}}, JULY), {})
    assert [(line.start_on, line.kind, line.dimension) for line in lines] == [
        (JULY, "base", None),
        (JULY, "usage", "images"),
        (JULY, "usage", "words"),
    ]
    side = run(current(), alone({}, JULY))
    assert bill_lines(side, side, "c-2", [current()]) == ()


def test_a_seat_added_as_an_entitlement_tells_its_price() -> None:
    # 3 included; 5 from the first day: two at $29, and at $35.
    seats = {"team_seats": (SeatChange(JULY, 5),)}
    owner = Contract("k1", "c-1", "stripe", "starter-monthly", "starter", "monthly", JULY, seats=seats)
    dearer = changed({"dimensions": {"team_seats": {"bands": [{"from": 0, "unit_price": 35}]}}})
    people = Population({"k1": owner}, ())
    sides = [outcome([book], people, WINDOW, BY_ENTITLEMENT) for book in (current(), dearer)]
    _, line = bill_lines(*sides, "c-1", (current(), dearer))
    assert (line.kind, line.was, line.becomes) == ("seats", Decimal("58.00"), Decimal("70.00"))
    assert line.why == "price 29 each → 35 each"


def test_two_charges_of_one_day_are_paired_in_their_order() -> None:
    side = run(current(), alone({}, JULY))
    twice = Outcome(side.lines * 2)
    lines = bill_lines(twice, Outcome((*side.lines, *run(changed(DEARER), alone({}, JULY)).lines)), "c-1", [current()])
    assert [line.difference for line in lines] == [Decimal(0), Decimal("30.00")]
    assert lines[1].why == "fee 299.00 → 329.00"  # the dearer book is not among those it may be explained by


DEARER = {"plans": {"starter-monthly": {"list_price": 329}}}


def test_a_line_that_the_change_has_not_reached_says_what_holds_it() -> None:
    # In force on 1 July with 60 days' notice: July's fee and usage of a running contract are in notice.
    dearer = changed({**DEARER, "dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.06"}]}}})
    people = alone({"started_on": date(2026, 5, 1), "usage": {"images": 300}}, JULY)
    shelf = Shelf((current(),), (Layer(lambda book: dearer, JULY, waiting={"stripe": Waiting(60)}),))
    did = outcome(shelf, people, WINDOW, REACH)
    fee, images = bill_lines(run(current(), people), did, "c-1", (current(), dearer))
    assert (fee.difference, fee.why) == (0, "unchanged: list price 299.00; the change has not reached it: in notice")
    assert (images.difference, images.why) == (0, "unchanged; the change has not reached it: in notice")


@given(
    usage=st.dictionaries(st.sampled_from(["words", "images", "audio_minutes", "team_seats"]), QUANTITY),
    price=st.integers(260, 400),
    bands=st.sampled_from(["graduated", "volume"]),
    images=st.one_of(st.just("unlimited"), st.integers(0, 10_000)),
    start=st.dates(date(2026, 6, 1), date(2026, 7, 31)),
)
def test_the_lines_add_up_to_the_customers_difference(
    usage: dict[str, Decimal], price: int, bands: str, images: Any, start: date
) -> None:
    case = {"started_on": start, "usage": usage}
    changes = {
        "plans": {"starter-monthly": {"list_price": price}},
        "settings": {"bands": bands},
        "allowances": {"starter": {"images": images}},
    }
    books, people = (current(), changed(changes)), alone(case, JULY)
    sides = [run(book, people) for book in books]
    (change,) = difference(*sides)
    lines = bill_lines(*sides, "c-1", books)
    assert sum(line.difference for line in lines) == change.delta
    assert all(line.why for line in lines)


def test_the_samples_bills_add_up_for_every_tenth_customer(desk_folder: Path) -> None:
    desk = Desk.open(desk_folder)
    found = desk.simulate(desk.scenario("starter-plus-10"))
    for change in found.customers[::10]:
        lines = bill_lines(found.baseline, found.proposed, change.customer_id, (desk.book,))
        assert sum(line.difference for line in lines) == change.delta


def test_usage_under_two_contracts_of_a_month_keeps_a_line_each() -> None:
    first, second = alone({"usage": {"images": 300}}, JULY), UsageCell("k2", "images", JULY, Decimal(150))
    one = first.contracts["k1"]
    two = Contract("k2", "c-1", "stripe", "accelerate-monthly", "accelerate", "monthly", date(2026, 7, 20))
    people = Population({"k1": one, "k2": two}, (*first.usage, second))
    lines = both(people, {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.06"}]}}})
    # 200 over and 50 over, a cent each
    assert [(line.contract_id, line.difference) for line in lines if line.dimension] == [
        ("k1", Decimal("2.00")),
        ("k2", Decimal("0.50")),
    ]
