"""What follows from the schedules: the price that leaves us whole, what a move is worth, what a purchase retires."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rails import Purchase, RailsError, Sale, evenly, fee, move, parse, retired, take_rate, whole_at
from tests.test_rails import DOCUMENT, RAILS

OCTOBER, COIN = date(2026, 10, 31), Decimal("0.01")
METHODS = st.sampled_from(["marketplace", "card", "card_international", "ach"])
AMOUNTS = st.decimals(min_value="0.01", max_value="9999999", places=2)
COMMITMENT = RAILS["aws"].commitment
assert COMMITMENT is not None


def sold(method: str, amount: str | Decimal = "1", **facts: object) -> Sale:
    rail = "aws" if method == "marketplace" else "stripe"
    return Sale(rail=rail, method=method, amount=Decimal(amount), on=OCTOBER, **facts)  # type: ignore[arg-type]


def cents(amount: Decimal) -> str:
    return str(amount.quantize(COIN, ROUND_HALF_UP))


# The price that leaves us whole


def test_three_percent_of_a_list_price_is_won_back_by_three_and_nine_hundredths_more() -> None:
    """1 ÷ 0.97 = 1.030928…: 299 ÷ 0.97 = 308.2474, 1,499 ÷ 0.97 = 1,545.3608, 3,999 ÷ 0.97 = 4,122.6804."""
    found = {price: cents(whole_at(RAILS, sold("marketplace", price))) for price in ("299", "1499", "3999")}
    assert found == {"299": "308.25", "1499": "1545.36", "3999": "4122.68"}
    assert f"{(whole_at(RAILS, sold('marketplace', '1')) - 1) * 100:.4f}" == "3.0928"


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


def test_a_year_of_accelerate_by_card_is_cheaper_on_aws() -> None:
    """Twelve months of 1,499: a card keeps 43.77 + 10.49 = 54.26 of each, 651.12; AWS 44.97, 539.64: 111.48 saved."""
    year = [sold("card", "1499")] * 12
    found = move(RAILS, year, sold("marketplace"))
    told = (found.sales, found.volume, found.keeps, found.would_keep, found.saved)
    assert told == (12, Decimal(17988), Decimal("651.12"), Decimal("539.64"), Decimal("111.48"))
    assert (found.credit(1), found.credit(3)) == (Decimal("111.48"), Decimal("334.44"))
    # a credit of 50 is won back in 50 ÷ 111.48 of a year: 5.38 months
    even = found.even_after_months(Decimal(50))
    assert even is not None and cents(even) == "5.38"


def test_a_move_that_costs_us_is_worth_no_credit_and_never_breaks_even() -> None:
    """By ACH Stripe keeps 5.00 + 10.49 = 15.49 of 1,499, AWS 44.97: twelve of them cost 353.76 more."""
    found = move(RAILS, [sold("ach", "1499")] * 12, sold("marketplace"))
    assert (found.saved, found.credit(5)) == (Decimal("-353.76"), Decimal(0))
    assert found.even_after_months(Decimal(1)) is None
    assert found.even_after_months(Decimal(0)) == 0


def test_a_private_offer_is_banded_on_its_contract_and_not_on_the_sale() -> None:
    """1,000,000 of volume at 2 % is 20,000; a card of the same keeps 29,000.30 + 7,000."""
    to = sold("marketplace", "1", offer="private", contract_value=Decimal(1_000_000))
    assert move(RAILS, [sold("card", "1000000")], to).would_keep == Decimal(20000)


@given(METHODS, METHODS, st.lists(AMOUNTS, max_size=6))
def test_there_and_back_again_is_worth_nothing(one: str, other: str, amounts: list[Decimal]) -> None:
    there = move(RAILS, [sold(one, amount) for amount in amounts], sold(other))
    back = move(RAILS, [sold(other, amount) for amount in amounts], sold(one))
    assert there.saved + back.saved == 0
    assert there.keeps == sum((fee(RAILS, sold(one, amount)).amount for amount in amounts), Decimal(0))


@given(AMOUNTS, st.integers(1, 60))
def test_a_year_is_shared_in_payments_that_differ_by_a_cent_at_most(volume: Decimal, payments: int) -> None:
    parts = [sale.amount for sale in evenly(sold("card", volume), payments)]
    assert (len(parts), sum(parts)) == (payments, volume)
    assert max(parts) - min(parts) <= COIN


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(RailsError, match="paid in 0 payments"):
        evenly(sold("card", "100"), 0)
    with pytest.raises(RailsError, match="a credit of -1 takes money from the customer"):
        move(RAILS, [], sold("card")).even_after_months(Decimal(-1))


# What a purchase retires of the buyer's commitment

BEFORE, SINCE = date(2025, 4, 30), date(2025, 5, 1)


@pytest.mark.parametrize(
    ("name", "commitment", "bought", "deployed", "certain", "possible", "left"),
    [
        # a quarter of 1,000,000 is 250,000
        ("below the ceiling", "1000000", [(SINCE, "39990")], "yes", "39990", "39990", "210010"),
        ("up to the ceiling", "1000000", [(SINCE, "250000")], "yes", "250000", "250000", "0"),
        ("across it", "1000000", [(SINCE, "200000"), (SINCE, "60000")], "yes", "250000", "250000", "0"),
        ("not deployed, invoiced before", "1000000", [(BEFORE, "39990")], "no", "39990", "39990", "210010"),
        ("not deployed, invoiced since", "1000000", [(SINCE, "39990")], "no", "0", "0", "250000"),
        ("nobody knows", "1000000", [(BEFORE, "10000"), (SINCE, "39990")], "unknown", "10000", "49990", "200010"),
        ("no commitment", "0", [(SINCE, "39990")], "yes", "0", "0", "0"),
        ("no purchase", "1000000", [], "yes", "0", "0", "250000"),
    ],
)
def test_what_purchases_retire(
    name: str,
    commitment: str,
    bought: list[tuple[date, str]],
    deployed: str,
    certain: str,
    possible: str,
    left: str,
) -> None:
    purchases = [Purchase(on, Decimal(amount)) for on, amount in bought]
    assert COMMITMENT is not None
    found = retired(COMMITMENT, Decimal(commitment), purchases, deployed)
    assert (found.certain, found.possible, found.left) == tuple(map(Decimal, (certain, possible, left))), name
    assert found.is_known == (certain == possible)
    assert found.possible + found.uncounted == sum((one.amount for one in purchases), Decimal(0))


def test_our_own_deployment_is_what_the_file_says_and_nobody_has_said_it() -> None:
    assert COMMITMENT is not None
    assert (COMMITMENT.deployed, COMMITMENT.ceiling_standing, COMMITMENT.requires_standing) == (
        "unknown",
        "secondary",
        "secondary",
    )
    found = retired(COMMITMENT, Decimal(1000), [Purchase(SINCE, Decimal(100))])
    assert (found.certain, found.possible) == (Decimal(0), Decimal(100))


PURCHASES = st.lists(
    st.builds(Purchase, st.integers(-400, 400).map(lambda days: SINCE + timedelta(days)), AMOUNTS), max_size=6
)


@given(st.decimals(min_value=0, max_value=10**7, places=2), PURCHASES, st.permutations(["yes", "no", "unknown"]))
def test_a_purchase_never_retires_more_than_the_ceiling_and_order_does_not_matter(
    commitment: Decimal, purchases: list[Purchase], answers: list[str]
) -> None:
    assert COMMITMENT is not None
    found = {answer: retired(COMMITMENT, commitment, purchases, answer) for answer in answers}
    for one in found.values():
        assert 0 <= one.certain <= one.possible <= one.ceiling
        assert abs(Fraction(one.ceiling) - Fraction(commitment) / 4) <= Fraction(1, 200)
    assert found["unknown"].certain == found["no"].certain == found["no"].possible
    assert found["unknown"].possible == found["yes"].possible == found["yes"].certain
    assert retired(COMMITMENT, commitment, purchases[::-1]) == found["unknown"]


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


def test_amounts_below_zero_are_refused() -> None:
    assert COMMITMENT is not None
    with pytest.raises(RailsError, match="a purchase of -1 retires nothing"):
        Purchase(SINCE, Decimal(-1))
    with pytest.raises(RailsError, match="a commitment of -1 is below zero"):
        retired(COMMITMENT, Decimal(-1), [])
    with pytest.raises(RailsError, match="deployed cannot be 'maybe'"):
        retired(COMMITMENT, Decimal(1), [], "maybe")
