"""What follows from the schedules: the price that leaves us whole, what a move is worth, what a purchase retires."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.claims.parse import parse as parse_claims
from lib.money import round_line
from lib.rails import (
    Commits,
    Move,
    Purchase,
    RailsError,
    Retired,
    Sale,
    evenly,
    fee,
    move,
    parse,
    raised_by,
    retiring,
    take_rate,
    whole_at,
)
from tests.conftest import cases
from tests.specification import CLAIMS
from tests.test_rails import DOCUMENT, RAILS

OCTOBER, COIN = date(2026, 10, 31), Decimal("0.01")
METHODS = st.sampled_from(["marketplace", "card", "card_international", "ach"])
AMOUNTS = st.decimals(min_value="0.01", max_value="9999999", places=2)
COMMITMENT = RAILS["aws"].commitment
assert COMMITMENT is not None
RULE = COMMITMENT


def sold(method: str, amount: str | Decimal = "1", **facts: Any) -> Sale:
    rail = "aws" if method == "marketplace" else "stripe"
    return Sale(rail=rail, method=method, amount=Decimal(amount), on=OCTOBER, **facts)


def cents(amount: Decimal) -> str:
    return str(amount.quantize(COIN, ROUND_HALF_UP))


# The price that leaves us whole

# The way of selling that keeps each of the rates that the table passes on.
KEEPS: Mapping[str, Mapping[str, Any]] = {
    "0.03": {},
    "0.02": {"offer": "private", "contract_value": Decimal(1_200_000)},
    "0.035": {"offer": "private", "contract_value": Decimal(84_000), "channel_partner": True},
}


@pytest.mark.parametrize("case", cases("fee_choices", "pass_on"))
def test_a_fee_that_is_passed_on_leaves_what_was_wanted(case: Mapping[str, Any]) -> None:
    sale = sold("marketplace", case["keep"], **KEEPS[case["rate"]])
    price = whole_at(RAILS, sale)
    assert str(price).startswith(case["exact"])
    assert str(raised_by(RAILS, sale)).startswith(case["rise"])
    assert (cents(price), str(round_line(price))) == (case["price"], case["price"])
    taken = fee(RAILS, replace(sale, amount=round_line(price)))
    assert (str(taken.amount), str(taken.net)) == (case["fee"], case["left"])


@pytest.mark.parametrize("case", cases("fee_choices", "pass_on_refused"))
def test_a_fee_with_a_fixed_part_has_no_one_percentage_but_a_price(case: Mapping[str, Any]) -> None:
    sale = sold(case["method"], case["solved"]["keep"])
    with pytest.raises(RailsError) as refused:
        raised_by(RAILS, sale)
    assert all(words in str(refused.value) for words in case["words_contain"])
    assert cents(whole_at(RAILS, sale)) == case["solved"]["price"]


def test_a_cap_has_no_one_percentage_either() -> None:
    with pytest.raises(RailsError, match=r"Stripe keeps at most 5.00 USD \(ACH debit\), so no one percentage"):
        raised_by(RAILS, sold("ach"))


def test_fixed_sums_and_caps_are_solved_for() -> None:
    """A card: (299 + 0.30) ÷ (1 − 0.029 − 0.007) = 310.4772. ACH: 299 ÷ (1 − 0.008 − 0.007) = 303.5533 below the cap of
    5.00, which 625 reaches; 3,999 lies above it: (3,999 + 5) ÷ (1 − 0.007) = 4,032.2256.
    """
    assert cents(whole_at(RAILS, sold("card", "299"))) == "310.48"
    assert cents(whole_at(RAILS, sold("ach", "299"))) == "303.55"
    assert cents(whole_at(RAILS, sold("ach", "3999"))) == "4032.23"
    # without Billing a card asks (299 + 0.30) ÷ 0.971 = 308.2389
    assert cents(whole_at(RAILS, sold("card", "299"), apart_from=("billing",))) == "308.24"


@given(METHODS, AMOUNTS)
def test_the_price_less_its_fee_is_what_was_wanted(method: str, wanted: Decimal) -> None:
    price = whole_at(RAILS, sold(method, wanted))
    kept = (take_rate(RAILS, sold(method, price.quantize(Decimal("1e-12")))) or Decimal(0)) * price
    assert abs(price - kept - wanted) < Decimal("1e-9")


def test_of_nothing_nothing_is_kept() -> None:
    assert whole_at(RAILS, sold("card", "0")) == 0


def test_a_rail_that_keeps_all_of_it_leaves_no_price() -> None:
    greedy = parse(
        DOCUMENT.replace(
            'rate      = 0.03\nwhen      = { method = ["marketplace"], offer = ["public"] }',
            'rate      = 1\nwhen      = { method = ["marketplace"], offer = ["public"] }',
        )
    )
    with pytest.raises(RailsError, match="AWS Marketplace keeps all of every price, so that no price leaves 299"):
        whole_at(greedy, sold("marketplace", "299"))


# What a move is worth


def way(told: Mapping[str, Any], amount: str) -> Sale:
    facts = {key: told[key] for key in ("rail", "method", "offer", "renewal") if key in told}
    value = Decimal(told["contract_value"]) if "contract_value" in told else None
    return Sale(**facts, amount=Decimal(amount), on=OCTOBER, contract_value=value)


@pytest.mark.parametrize("case", cases("fee_choices", "move"))
def test_what_a_move_saves_and_what_may_be_paid_for_it(case: Mapping[str, Any]) -> None:
    one, other = way(case["from"], case["price"]), way(case["to"], case["price"])
    apart = case["to"].get("apart_from", ())
    found = move(RAILS, [one] * case["charges"], other, apart_from=apart)
    charge = found.charges[0]
    assert (str(charge.keeps), str(charge.would_keep)) == (case["from"]["fee"], case["to"]["fee"])
    assert str(charge.keeps - charge.would_keep) == case["saved_each"]
    assert str(found.saved) == case["saved"]
    assert str(found.credit(case["over_months"])) == case["credit"]
    for told in case["pays_back"]:
        never = told["charges"] == "never"
        assert found.paid_back_after(Decimal(told["paid"])) == (None if never else told["charges"]), told


@given(METHODS, METHODS, st.lists(AMOUNTS, max_size=6))
def test_there_and_back_again_is_worth_nothing(one: str, other: str, amounts: list[Decimal]) -> None:
    there = move(RAILS, [sold(one, amount) for amount in amounts], sold(other))
    back = move(RAILS, [sold(other, amount) for amount in amounts], sold(one))
    assert there.saved + back.saved == 0
    assert there.volume == sum(amounts, Decimal(0))
    assert there.keeps == sum((fee(RAILS, sold(one, amount)).amount for amount in amounts), Decimal(0))


@given(METHODS, METHODS, st.lists(AMOUNTS, min_size=1, max_size=4), st.decimals("0.01", "2000", places=2))
def test_a_payment_is_back_with_that_charge_and_not_with_the_one_before(
    one: str, other: str, amounts: list[Decimal], paid: Decimal
) -> None:
    found = move(RAILS, [sold(one, amount) for amount in amounts], sold(other))
    after = found.paid_back_after(paid)
    if after is None:
        assert found.saved <= 0 and _saved(found, len(amounts)) < paid
        return
    assert _saved(found, after) >= paid
    assert all(_saved(found, earlier) < paid for earlier in range(max(0, after - len(amounts)), after))


def _saved(found: Move, charges: int) -> Decimal:
    """The best that so many charges have saved at the last of them, year after year."""
    years, rest = divmod(charges, len(found.charges))
    return years * found.saved + sum((one.keeps - one.would_keep for one in found.charges[:rest]), Decimal(0))


@given(AMOUNTS, st.integers(1, 60))
def test_a_year_is_shared_in_charges_that_differ_by_a_cent_at_most(volume: Decimal, charges: int) -> None:
    parts = [sale.amount for sale in evenly(sold("card", volume), charges)]
    assert (len(parts), sum(parts)) == (charges, volume)
    assert max(parts) - min(parts) <= COIN


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(RailsError, match="paid in 0 charges"):
        evenly(sold("card", "100"), 0)
    with pytest.raises(RailsError, match="a payment of -1 takes money from the customer"):
        move(RAILS, [], sold("card")).paid_back_after(Decimal(-1))


# What a purchase retires of the buyer's commitment

SINCE = date(2025, 5, 1)


def bought(case: Mapping[str, Any]) -> tuple[Commits, list[Purchase]]:
    amount, elsewhere = Decimal(case["commitment"]), Decimal(case.get("elsewhere", 0))
    commits = Commits(amount, case["year"]["from"], case["year"]["until"], elsewhere)
    return commits, [Purchase(one["invoiced_on"], Decimal(one["amount"])) for one in case["purchases"]]


@pytest.mark.parametrize("case", cases("fee_choices", "commitment"))
def test_what_purchases_retire_of_a_commitment(case: Mapping[str, Any]) -> None:
    found, expected = retiring(RULE, *bought(case), case["deployed"]), case["expect"]
    known = found.known
    if expected["retired"]:
        assert known is not None
        assert [part for _, part in known.parts] == [
            Decimal(one.get("retired", expected["retired"])) if len(known.parts) > 1 else known.retired
            for one in case["purchases"]
        ]
        amounts = {name: getattr(known, name) for name in ("ceiling", "retired", "left", "beyond", "not_counted")}
        assert amounts == {name: Decimal(expected[name]) for name in amounts}
    else:
        assert known is None
        assert found.if_deployed.retired == Decimal(expected["retired_if_deployed"])
        assert found.if_not.retired == Decimal(expected["retired_if_not"])
        assert found.if_deployed.ceiling == Decimal(expected["ceiling"])


def test_our_own_deployment_is_what_the_file_says_and_nobody_has_said_it() -> None:
    assert (RULE.deployed, RULE.ceiling_standing, RULE.requires_standing) == ("unknown", "secondary", "secondary")
    commits = Commits(Decimal(1000), SINCE, date(2026, 5, 1))
    assert retiring(RULE, commits, [Purchase(SINCE, Decimal(100))]).known is None


PURCHASES = st.lists(
    st.builds(Purchase, st.integers(-400, 400).map(lambda days: SINCE + timedelta(days)), AMOUNTS),
    max_size=6,
    unique_by=lambda one: one.invoiced_on,
)


@given(
    st.decimals(min_value=0, max_value=10**7, places=2), st.decimals(min_value=0, max_value=10**6, places=2), PURCHASES
)
def test_no_purchase_is_lost_and_none_retires_more_than_the_ceiling(
    amount: Decimal, elsewhere: Decimal, purchases: list[Purchase]
) -> None:
    commits = Commits(amount, SINCE - timedelta(200), SINCE + timedelta(200), elsewhere)
    found = retiring(RULE, commits, purchases)
    whole = sum((one.amount for one in purchases), Decimal(0))
    for one in (found.if_deployed, found.if_not):
        assert one.retired + one.beyond + one.not_counted == whole
        assert 0 <= one.retired + min(elsewhere, one.ceiling) + one.left == one.ceiling
        assert abs(Fraction(one.ceiling) - Fraction(amount) / 4) <= Fraction(1, 200)
    assert found.if_not.retired <= found.if_deployed.retired
    assert retiring(RULE, commits, purchases[::-1]) == found


def test_a_refund_of_what_found_no_room_gives_no_room_back() -> None:
    """A ceiling of 25: of 40 invoiced 25 retire and 15 find no room; the 10 that come back are of those 15."""
    commits = Commits(Decimal(100), SINCE, date(2026, 5, 1))
    days = [Purchase(SINCE, Decimal(40)), Purchase(SINCE + timedelta(1), Decimal(-10))]
    found: Retired = retiring(RULE, commits, days, "yes").if_deployed
    assert ([part for _, part in found.parts], found.beyond) == ([Decimal(25), Decimal(0)], Decimal(5))


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("ceiling_rate      = 0.25", "ceiling_rate      = 25", "ceiling_rate is 25; write 25 % as 0.25"),
        ('ceiling_standing  = "secondary"', 'ceiling_standing  = "hearsay"', "ceiling_standing cannot be 'hearsay'"),
        (
            'requires          = "deployed_on_aws"',
            'requires          = "deployd_on_aws"',
            "did you mean 'deployed_on_aws'",
        ),
        ('deployed          = "unknown"', 'deployed          = "perhaps"', "deployed cannot be 'perhaps'"),
        ("counts_since      = 2025-05-01", 'counts_since      = "May"', "counts_since must be a date"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_its_place(was: str, becomes: str, told: str) -> None:
    assert was in DOCUMENT
    with pytest.raises(RailsError, match=told):
        parse(DOCUMENT.replace(was, becomes, 1))


def test_a_buyer_that_cannot_be_is_refused() -> None:
    with pytest.raises(RailsError, match="a commitment, and what was used of it, are zero or more"):
        Commits(Decimal(-1), SINCE, date(2026, 5, 1))
    with pytest.raises(RailsError, match="the commitment's year ends on 2025-05-01 and begins on 2025-05-01"):
        Commits(Decimal(1), SINCE, SINCE)
    with pytest.raises(RailsError, match="deployed cannot be 'maybe'"):
        retiring(RULE, Commits(Decimal(1), SINCE, date(2026, 5, 1)), [], "maybe")


def test_what_is_known_of_our_deployment_is_the_same_to_a_buyer_and_in_a_claim() -> None:
    """A fact of the fee page and a condition of a claim: whoever learns it writes it in both files."""
    commitment = RAILS["aws"].commitment
    assert commitment is not None
    assert parse_claims(CLAIMS).conditions["deployed_on_aws"].known == commitment.deployed
