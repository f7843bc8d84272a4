"""What becomes of usage above an allowance, and of usage without a price: billed, refused, or without an amount."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOT_BILLED, NOT_OFFERED, UNDECIDED, UNLIMITED, Allowance
from lib.catalog.document import BookError
from lib.catalog.price import Band, Conversion, EventTerms, Price
from lib.kernel.cube import cube
from lib.kernel.line import amounts, rate_cells
from lib.kernel.prefix import prefix_sums
from lib.kernel.tariff import KernelError, Tariffs
from lib.money import USD
from lib.rating import RatingError, rate, unset
from tests.kernel.test_prefix import at, used

D = Decimal
QUANTITIES = st.decimals(min_value=0, max_value=10**7, places=3)
BLOCKS = Price((Band(D(0), D(12)),), model="package", unit_size=D(100_000), part_units="up")


def included(quantity: str, over_limit: str = "charge") -> Allowance:
    return Allowance("quantity", D(quantity), over_limit)


@pytest.mark.parametrize(
    ("over_limit", "quantity", "status", "amount", "overage"),
    [
        ("charge", "50000", "within_allowance", "0.00", "0"),
        ("charge", "50001", "rated", "12.00", "1"),  # one block begun
        ("charge", "150001", "rated", "24.00", "100001"),
        ("block", "50000", "within_allowance", "0.00", "0"),
        ("block", "50001", "blocked", "0.00", "1"),
        ("block", "999999", "blocked", "0.00", "949999"),
        ("not set", "50000", "within_allowance", "0.00", "0"),
        ("not set", "50000.001", "not_set", None, "0.001"),
    ],
)
def test_usage_above_a_limit_is_charged_refused_or_has_no_amount(over_limit, quantity, status, amount, overage):
    charge = rate(BLOCKS, included("50000", over_limit), D(quantity))
    assert (charge.status, charge.overage) == (status, D(overage))
    assert charge.amount == (None if amount is None else D(amount))
    assert charge.included + charge.overage == charge.counted == D(quantity)


@pytest.mark.parametrize(
    ("allowance", "quantity", "status", "amount"),
    [
        (included("5000000"), "0", "within_allowance", "0.00"),
        (included("5000000"), "5000000", "within_allowance", "0.00"),
        (included("5000000"), "5000001", "not_set", None),
        (included("50000", "block"), "60000", "blocked", "0.00"),
        (included("0"), "1", "not_set", None),
        (UNLIMITED, "1", "unlimited", "0.00"),
        (NOT_BILLED, "1", "not_billed", "0.00"),
        (UNDECIDED, "1", "not_set", None),
        (BY_CONTRACT, "1", "by_contract", None),
        (NOT_OFFERED, "1", "not_offered", None),
    ],
)
def test_a_price_that_is_not_set_is_never_zero_above_what_is_included(allowance, quantity, status, amount):
    charge = unset(allowance, D(quantity), USD)
    assert (charge.status, charge.amount) == (status, None if amount is None else D(amount))
    assert charge.allowance == allowance
    assert charge.included + charge.overage == D(quantity)


@given(QUANTITIES, QUANTITIES)
def test_up_to_the_limit_the_three_actions_cost_the_same(limit: Decimal, quantity: Decimal) -> None:
    price = Price((Band(D(0), D("0.07"), D("4.99")),))
    lines = {action: rate(price, Allowance("quantity", limit, action), quantity) for action in ("charge", "block")}
    least = rate(price, Allowance("quantity", limit), min(quantity, limit)).amount
    assert lines["block"].amount == least
    if quantity <= limit:
        assert lines["charge"].amount == rate(price, Allowance("quantity", limit, "not set"), quantity).amount == least


def test_a_wall_counts_in_billed_units():
    price = Price((Band(D(0), D(1)),), conversion=Conversion("divide", D(1000), "up"))
    charge = rate(price, included("5", "block"), D(7001))  # 8 billed units, 5 included
    assert (charge.counted, charge.included, charge.overage, charge.amount) == (8, 5, 3, D("0.00"))


def test_a_minimum_is_due_behind_a_wall_too():
    price = Price((Band(D(0), D(1)),), minimum=D(20))
    assert rate(price, included("5", "block"), D(9)).amount == 20


def test_a_price_per_event_has_no_wall():
    events = Price((Band(D(0), D(1)),), "percentage", D(100), per_event=EventTerms())
    with pytest.raises(RatingError, match="event by event"):
        rate(events, included("5", "block"), D(9), events=[D(9)])


def test_another_word_for_what_is_above_is_refused():
    with pytest.raises(BookError, match="what happens above an allowance is 'stop'"):
        included("5", "stop")


# The kernel and the prefix sums answer the same, or refuse by name.


@given(st.lists(QUANTITIES, max_size=8), QUANTITIES)
def test_the_kernel_bills_a_wall_as_the_rule_does(quantities: list[Decimal], limit: Decimal) -> None:
    walled = Allowance("quantity", limit, "block")
    assert amounts(BLOCKS, walled, quantities) == [rate(BLOCKS, walled, one).amount for one in quantities]


def test_the_kernel_refuses_usage_above_what_nobody_set_and_bills_what_is_included():
    open_ended = included("5", "not set")
    assert amounts(BLOCKS, open_ended, [D(0), D(5)]) == [D("0.00"), D("0.00")]
    with pytest.raises(KernelError, match="nobody set what becomes of usage above 5: rate it line by line"):
        amounts(BLOCKS, open_ended, [D(6)])


def test_words_without_a_bill_keep_their_status_in_the_kernel():
    kept = {one.kind: rate_cells(BLOCKS, one, np.array([7]), 0) for one in (NOT_BILLED, UNLIMITED, UNDECIDED)}
    assert {kind: lines.status for kind, lines in kept.items()} == {
        "not billed": "not_billed",
        "unlimited": "unlimited",
        "not set": "not_set",
    }
    assert kept["not set"].amounts is None
    assert kept["not billed"].amounts.tolist() == [0]


@pytest.mark.parametrize(("action", "word"), [("block", "blocked"), ("not set", "not set")])
def test_prefix_sums_and_pieces_refuse_a_wall_by_name(action, word):
    population = cube([used("5")])
    with pytest.raises(KernelError, match=f"usage that is {word} above its allowance"):
        prefix_sums(population).total(at(allowance=included("1", action)))
    with pytest.raises(KernelError, match=f"usage that is {word} above its allowance"):
        Tariffs().of(BLOCKS, included("1", action), 0)
