"""Laws of every price model and modifier: what must hold whatever the numbers are."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.catalog.allowance import NOTHING_INCLUDED, Allowance
from lib.catalog.document import BookError
from lib.catalog.price import MODELS, ONE_BAND, PERCENTAGES, Band, Commitment, Conversion, Discount, EventTerms, Price
from lib.money import CURRENCIES, EXACT, MoneyError, allocate, exact, round_line
from lib.proration import FeeLine, credit_within, settled
from lib.rating import RatingError, above_limit, draw, due, rate, rerated, true_up

D = Decimal
AMOUNTS = st.decimals(0, 10**6, places=2)
QUANTITIES = st.decimals(0, 10**7, places=3)
FACTORS = st.sampled_from([D("0.001"), D("0.5"), D(3), D(7), D(1000)])
CURRENCY = st.sampled_from([CURRENCIES[code] for code in ("USD", "JPY", "KWD", "CLF")])
WHOLE = Fraction(1)
NO_DIGIT = Fraction(1, 10**40)  # a third has no last digit


@st.composite
def bands(draw: st.DrawFn, count: int) -> tuple[Band, ...]:
    starts = sorted(draw(st.sets(st.decimals(D("0.5"), 10**6, places=1), max_size=count - 1)))
    price, fee = st.decimals(0, 10, places=9), st.sampled_from([D(0), D("4.99")])
    return tuple(Band(start, draw(price), draw(fee)) for start in (D(0), *starts))


@st.composite
def conversions(draw: st.DrawFn) -> Conversion:
    operation, rounding = draw(st.sampled_from(["multiply", "divide"])), draw(st.sampled_from(["none", "up", "down"]))
    return Conversion(operation, draw(FACTORS), rounding, 0 if rounding == "none" else draw(st.integers(0, 3)))


def part_units(model: str) -> list[str]:
    """How a model may count part units: packages never exactly, money only so."""
    if model in (*PERCENTAGES, "cost_multiple", "flat"):
        return ["exact"]
    return ["up", "down"] if model == "package" else ["exact", "up", "down"]


@st.composite
def prices(draw: st.DrawFn, models: tuple[str, ...] = MODELS) -> Price:
    """Any price the book could hold, with any of the modifiers."""
    model = draw(st.sampled_from(models))
    drawn = draw(bands(1 if model in ONE_BAND else 4))
    optional = st.one_of(st.none(), AMOUNTS)
    discounts = st.lists(st.builds(Discount, percent=st.decimals(0, 100, places=1)), max_size=2)
    return Price(
        bands=tuple(Band(b.from_quantity, D(0), b.flat_fee) for b in drawn) if model == "flat" else drawn,
        model=model,
        unit_size=D(100) if model in PERCENTAGES else draw(st.sampled_from([D(1), D(3), D(1000)])),
        thresholds=draw(st.sampled_from(["overage", "usage"])),
        part_units=draw(st.sampled_from(part_units(model))),
        currency=draw(CURRENCY),
        conversion=draw(st.one_of(st.none(), conversions())),
        discounts=(*draw(discounts), *draw(st.lists(st.builds(Discount, fixed=AMOUNTS), max_size=1))),
        maximum=draw(optional),
        minimum=draw(optional),
        commitment=draw(
            st.one_of(
                st.none(),
                st.builds(
                    Commitment,
                    AMOUNTS,
                    st.sampled_from(["amount", "quantity"]),
                    st.sampled_from([D(1), D("1.5")]),
                    st.booleans(),
                ),
            )
        ),
    )


ALLOWANCES = st.builds(Allowance, st.just("quantity"), QUANTITIES)
RISING = tuple(model for model in MODELS if model != "volume")


FEE = (Band(D(0), D(1), D(5)),)


@given(prices(RISING), ALLOWANCES, QUANTITIES, QUANTITIES)
@example(Price(FEE, thresholds="usage"), Allowance("quantity", D(10)), D(10), D(1))
@example(Price((Band(D(0), D(0), D(5)),), "flat", thresholds="usage"), Allowance("quantity", D(10)), D(0), D(50))
@example(Price((*FEE, Band(D(40), D(1))), thresholds="usage"), Allowance("quantity", D(10)), D(10), D(1))
def test_more_usage_never_costs_less_unless_the_price_is_volume(price, allowance, quantity, more):
    assert rate(price, allowance, quantity).exact <= rate(price, allowance, quantity + more).exact


@given(prices(), ALLOWANCES, st.lists(QUANTITIES, min_size=1, max_size=5))
def test_any_partition_of_a_period_gives_the_same_total(price, allowance, parts):
    """Each part is due on what was used before it; only the last line of the period can bring the minimum."""
    before = [None, *(sum(parts[:place], D(0)) for place in range(1, len(parts)))]
    looks = [
        due(price, allowance, part, rated, is_final=place == len(parts))
        for place, (part, rated) in enumerate(zip(parts, before, strict=True), start=1)
    ]
    whole = rate(price, allowance, sum(parts, D(0))).exact
    assert abs(sum(map(Fraction, looks)) - Fraction(whole)) < NO_DIGIT


@given(prices(), ALLOWANCES, QUANTITIES, st.lists(AMOUNTS, max_size=3))
def test_no_discount_and_no_credit_makes_a_bill_negative(price, allowance, quantity, credits):
    charge = rate(price, allowance, quantity)
    assert charge.amount >= 0
    paid = draw(charge.amount, credits)
    assert paid.left >= 0
    assert sum(paid.parts, paid.left) == charge.amount
    assert all(part <= credit for part, credit in zip(paid.parts, credits, strict=True))


@given(prices(), ALLOWANCES, QUANTITIES)
def test_a_maximum_and_a_minimum_hold_where_nothing_comes_after_them(price, allowance, quantity):
    charge = rate(price, allowance, quantity)
    if price.commitment is None and price.maximum is not None:
        assert charge.exact <= max(price.maximum, price.minimum or D(0))
    if price.commitment is None and price.minimum is not None:
        assert charge.exact >= price.minimum


@given(prices(), ALLOWANCES, QUANTITIES)
def test_the_steps_stand_in_the_declared_order_and_add_up(price, allowance, quantity):
    charge = rate(price, allowance, quantity)
    order = ["discount", "maximum", "minimum", "commitment"]
    places = [order.index(step.kind) for step in charge.steps]
    assert places == sorted(places)
    parts = [band.amount for band in charge.bands] + [step.effect for step in charge.steps]
    assert abs(sum(map(Fraction, parts)) - Fraction(charge.exact)) < NO_DIGIT
    assert all(step.effect for step in charge.steps)


@given(prices(), ALLOWANCES, QUANTITIES)
def test_a_line_has_the_decimals_of_its_currency(price, allowance, quantity):
    charge = rate(price, allowance, quantity)
    assert charge.currency == price.currency
    assert charge.amount.as_tuple().exponent == -price.currency.exponent


@given(prices(), ALLOWANCES, st.lists(QUANTITIES, min_size=2, max_size=6))
def test_restatements_add_up_whatever_their_order(price, allowance, totals):
    booked = sum((rerated(price, allowance, was, becomes) for was, becomes in pairwise(totals)), D(0))
    assert booked == rerated(price, allowance, totals[0], totals[-1])


@given(prices(), ALLOWANCES, QUANTITIES)
def test_a_price_that_mirrors_gives_back_what_it_took(price, allowance, quantity):
    mirror = replace(price, negative="mirrored", flat_fee_at_zero=False)
    there, back = rate(mirror, allowance, quantity, is_final=False), rate(mirror, allowance, -quantity)
    if quantity:
        assert (back.amount, back.exact) == (there.amount.copy_negate(), there.exact.copy_negate())


EVENTS = st.lists(st.decimals(0, 10**4, places=2), max_size=6)


@given(EVENTS, st.integers(0, 3), AMOUNTS, st.decimals(0, 5, places=2))
def test_free_events_are_never_dearer_than_charged_ones(events, free_events, free_amount, least):
    percent = (Band(D(0), D("2.9")),)
    terms = EventTerms(fixed=D("0.30"), minimum=least)
    free = EventTerms(fixed=D("0.30"), minimum=least, free_events=free_events, free_amount=free_amount)
    bills = [
        rate(Price(percent, "percentage", D(100), per_event=one), NOTHING_INCLUDED, sum(events, D(0)), events=events)
        for one in (free, terms)
    ]
    assert bills[0].exact <= bills[1].exact
    assert sum((event.amount for event in bills[1].events), D(0)) == bills[1].exact


@given(st.decimals(-(10**6), 10**6, places=2), st.lists(st.integers(0, 1000), min_size=1, max_size=6), CURRENCY)
def test_an_allocation_always_adds_up_and_is_off_by_less_than_a_coin(amount, weights, currency):
    amount, weights = round_line(amount, currency), [D(weight) for weight in weights]
    if not any(weights):
        with pytest.raises(MoneyError, match="a sum above zero"):
            allocate(amount, weights, currency)
        return
    shares = allocate(amount, weights, currency)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        fair = Fraction(amount) * Fraction(weight) / Fraction(sum(weights))
        assert abs(Fraction(share) - fair) < Fraction(currency.coin)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=4), st.lists(AMOUNTS, max_size=2), st.fractions(0, 1, max_denominator=400))
def test_a_true_up_reaches_the_minimum_and_never_pays_out(minimum, fees, prorated, fraction):
    missing = true_up(minimum, fees, prorated, fraction)
    part = [FeeLine(fee, fraction).amount() for fee in (minimum, *prorated)] if fraction != 1 else [minimum, *prorated]
    assert missing == max(part[0] - sum(part[1:]) - sum(fees), D(0))


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_is_cut_above_a_limit_and_what_is_kept_are_the_whole(amount, limit, billed):
    cut = above_limit(amount, limit, billed)
    assert 0 <= cut <= amount
    assert billed + amount - cut <= max(limit, billed)


@given(st.lists(st.tuples(AMOUNTS, st.fractions(0, 1, max_denominator=400)), max_size=5), AMOUNTS, AMOUNTS)
def test_credits_of_plan_changes_never_exceed_what_was_paid(changes, paid, extra):
    credited = D(0)
    for fee, fraction in changes:
        credited += credit_within(FeeLine(fee, fraction).amount(), paid, credited)
    assert 0 <= credited <= paid
    assert settled([FeeLine(extra, WHOLE, is_credit=True)], credit_cap=paid) >= -paid


@pytest.mark.parametrize(
    "ask",
    [
        lambda: exact(0.1),
        lambda: rate(Price((Band(D(0), D(1)),)), NOTHING_INCLUDED, 0.1),
        lambda: rate(Price((Band(D(0), D(1)),)), NOTHING_INCLUDED, D("NaN")),
        lambda: Price((Band(D(0), 0.1),)),
        lambda: Price((Band(D(0), D(1)),), unit_size=3.0),
        lambda: Price((Band(D(0), D(1)),), minimum=0.5),
        lambda: Discount(percent=12.5),
        lambda: Allowance.of(0.5),
        lambda: Conversion("multiply", 0.1),
        lambda: EventTerms(fixed=0.3),
        lambda: Commitment(0.5),
        lambda: Price((Band(D(0), D("NaN")),)),
        lambda: Price((Band(D(0), D(-1)),)),
        lambda: Discount(percent=D(-50)),
        lambda: Allowance("quantity", D(-5)),
    ],
)
def test_a_float_a_debt_or_no_number_is_refused_wherever_it_could_become_money(ask):
    with pytest.raises((MoneyError, RatingError, BookError)):
        ask()


def test_the_exact_context_holds_more_digits_than_any_product_of_ours():
    largest = EXACT.multiply(D(10) ** 20 + D("0.000000001"), D(10) ** 20 + D("0.000000001"))
    assert largest == (10**29 + 1) ** 2 * D("1e-18")


PER_EVENT = {"model": "percentage", "unit_size": D(100), "per_event": EventTerms(fixed=D("0.30"))}


FREE_FIVE = {**PER_EVENT, "per_event": EventTerms(free_amount=D(5))}


def test_an_allowance_of_a_price_per_event_is_its_free_amount():
    # 12 included of 10 and 20: the first event is free, 18 of the second are charged: 1 % of 18 and 30 cents
    charge = rate(Price(FEE_FREE, **PER_EVENT), Allowance("quantity", D(12)), D(30), events=[D(10), D(20)])
    assert (charge.exact, charge.included, charge.overage) == (D("0.48"), 12, 18)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: Conversion("multiply", D(1), "up", 59), "rounds to 59 decimals"),
        (lambda: Conversion("multiply", D(1), "up", -5), "rounds to -5 decimals"),
        (lambda: Price(FEE, **PER_EVENT), "has no flat_fee"),
        (
            lambda: Price((Band(D(0), D(5)),), **PER_EVENT, conversion=Conversion("multiply", D(10))),
            "converts no units",
        ),
        (lambda: Price((Band(D(0), D(5)),), **PER_EVENT, part_units="up"), "rounds none"),
        (
            lambda: rate(Price(FEE_FREE, **FREE_FIVE), Allowance("quantity", D(9)), D(5), events=[D(5)]),
            "an allowance of 9 and a free_amount cover the same events",
        ),
    ],
)
def test_what_a_price_would_ignore_is_refused(ask, told):
    with pytest.raises((BookError, RatingError), match=told):
        ask()


def test_a_commitment_is_trued_up_at_the_end_only_and_counts_discounts_and_the_allowance():
    committed = Commitment(D(10), "quantity", D(3), true_up=True)
    bands = (Band(D(0), D(1)), Band(D(100), D("0.5")))
    price = Price(bands, thresholds="usage", commitment=committed)
    # 10 units above 100 included cost 5 in the second band; 20 cost 5 at cost and 5 times three
    look = [rate(price, Allowance("quantity", D(100)), D(used)).exact for used in (110, 120)]
    assert look == [5, 20]
    assert rate(price, NOTHING_INCLUDED, D(1), is_final=False).exact == 1
    # half off: 20 cost 10, of which 5 are committed and 5 count twice
    half = Price(FEE_FREE, discounts=(Discount(percent=D(50)),), commitment=Commitment(D(10), "quantity", D(2)))
    assert rate(half, NOTHING_INCLUDED, D(20)).exact == 15


FEE_FREE = (Band(D(0), D(1)),)


def test_a_refund_pays_out_no_minimum_no_commitment_and_no_first_fee():
    mirror = Price(FEE_FREE, negative="mirrored", minimum=D(50), commitment=Commitment(D(100), true_up=True))
    assert rate(mirror, NOTHING_INCLUDED, D(-1)).amount == -1
    assert rate(Price(FEE, negative="mirrored"), Allowance("quantity", D(10)), D(-1)).amount == 0
