"""Who buys, in groups: the twelve customers worked out by hand, and sums that hold for any of them."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.buyers import AXES, Buyer, Buyers, Overage, Place, Stood, Used, along, figures, moved, movement_rows, split
from lib.costs import Missing
from lib.periods import add_months, months_between
from lib.revenue import KINDS, RecurringContract, paid
from tests.conftest import ROOT

WORLD = tomllib.loads((ROOT / "tests" / "cases" / "movements.toml").read_text(), parse_float=Decimal)
FIRST, LAST = WORLD["first_month"], WORLD["last_month"]
MONTHS = tuple(months_between(FIRST, add_months(LAST, 1)))


def buyer(customer_id: str, persona: str = "unknown", is_seller: str = "no", integrator: str | None = None) -> Buyer:
    return Buyer(customer_id, customer_id, "vellocity", persona, None, "EMEA", is_seller, integrator)


def twelve() -> Buyers:
    """The hand's world as the desk would hold it."""
    stood = []
    for row in WORLD["contract"]:
        terms = {key: row.get(key) for key in ("customer_id", "rail", "tier", "term", "started_on", "ended_on")}
        contract = RecurringContract(contract_id="k", price=Decimal(row["price"]), **terms)
        place = Place(row["customer_id"], row["rail"], row["tier"])
        stood += [Stood(place, one.month, one.arr) for one in paid([contract], MONTHS)]
    buyers = {row["customer_id"]: buyer(row["customer_id"], row["persona"]) for row in WORLD["contract"]}
    return Buyers(buyers, MONTHS, tuple(stood), (), (), (), 12, 0)


TWELVE = twelve()


def by(*axes: str):
    return lambda place: along(TWELVE, axes, place)


def fraction(words: str) -> Fraction:
    above, _, below = words.partition("/")
    return Fraction(above) / Fraction(below)


@pytest.mark.parametrize("axis", ["rail", "tier", "persona"])
def test_what_every_group_brings_at_the_end(axis):
    found = {group.names[0]: group.arr / 12 for group in figures(TWELVE, by(axis)) if group.customers}
    assert found == {key: Fraction(amount) for key, amount in WORLD["at_the_end"][f"by_{axis}"].items()}


def test_the_whole_is_one_group():
    [whole] = figures(TWELVE, by())
    assert (whole.arr, whole.arpa) == (Fraction(WORLD["at_the_end"]["arr"]), 12 * Fraction(WORLD["at_the_end"]["arpa"]))
    assert whole.retention.nrr == fraction(WORLD["retention"]["nrr"])
    assert whole.retention.grr == fraction(WORLD["retention"]["grr"])
    assert whole.growth == Fraction(16300, 12100) - 1
    assert (len(whole.customers), whole.customers_before) == (10, 10)


def test_retention_of_a_group_is_of_those_who_stood_in_it_then():
    """c-11 stood on Stripe, pays on AWS now, and counts with Stripe; growth of a group counts where money stands."""
    found = {group.names[0]: group for group in figures(TWELVE, by("rail"))}
    for rail, rates in WORLD["retention"]["by_rail_then"].items():
        assert found[rail].retention.nrr == fraction(rates["nrr"])
        assert found[rail].retention.grr == fraction(rates["grr"])
    assert found["aws"].growth == Fraction(11450, 6450) - 1  # by hand: AWS then 4,000 + 1,250 + 1,200


def test_who_paid_more_on_another_rail_stood_on_this_one_too():
    """100 a month on AWS and 50 on Stripe a year ago, 50 on Stripe now: a third is kept, on either."""
    months = tuple(months_between(date(2025, 10, 1), date(2026, 11, 1)))
    aws, stripe = (Place("c-1", rail, "starter") for rail in ("aws", "stripe"))
    stood = (
        Stood(aws, months[0], Fraction(1200)),
        Stood(stripe, months[0], Fraction(600)),
        Stood(stripe, months[-1], Fraction(600)),
    )
    known = Buyers({"c-1": buyer("c-1")}, months, stood, (), (), (), 12, 0)
    for rail in ("aws", "stripe"):
        [group] = figures(known, lambda place, rail=rail: () if place.rail == rail else None)
        assert (group.customers_before, group.retention.customers) == (1, 1)
        assert group.retention.nrr == Fraction(1, 3)
    assert {group.names: group.retention.customers for group in figures(known, lambda place: (place.rail,))} == {
        ("aws",): 1,
        ("stripe",): 0,
    }


def test_a_cohort_is_the_quarter_of_the_first_payment():
    found = {group.names[0]: len(group.customers) for group in figures(TWELVE, by("cohort"))}
    assert found == {"2025 Q3": 3, "2025 Q4": 6, "2026 Q1": 1}  # c-03 of September 2025 is gone


def test_a_group_that_is_not_looked_at_is_in_no_figure_and_moves_still_cross_its_border():
    """Looking at AWS alone: in June c-11's 1,500 moved in from Stripe, and nothing says that it was new."""
    on_aws = lambda place: () if place.rail == "aws" else None  # noqa: E731
    [group] = figures(TWELVE, on_aws)
    assert group.arr == 12 * 11450
    june = [move for move in moved(TWELVE, on_aws) if move.month == date(2026, 6, 1)]
    assert [(move.customer_id, move.kind, move.arr / 12) for move in june] == [("c-11", "moved_in", 1500)]


def test_a_record_that_reaches_no_year_back_has_no_retention_and_no_growth():
    [whole] = figures(Buyers(TWELVE.buyers, MONTHS[:6], TWELVE.stood, (), (), (), 12, 0), by())
    assert (whole.retention, whole.arr_before, whole.growth) == (None, None, None)


def test_margin_is_month_end_prices_and_overage_less_what_usage_cost():
    """Two months at 1,200 a year are 200; 50 of overage; 100 units at 0.30 and 20 at 1: (250 - 50) / 250."""
    place = Place("c-1", "aws", "starter")
    months = tuple(months_between(date(2026, 8, 1), date(2026, 11, 1)))
    used = (
        Used(place, months[0], "words", Decimal(100), Decimal(30)),
        Used(place, months[1], "images", Decimal(20), Decimal(20)),
        Used(place, months[2], "words", Decimal(7), Decimal(2)),  # October is not invoiced yet: in no margin
    )
    billed = (Overage(place, months[1], Decimal(50)), Overage(place, months[2], Decimal(9)))
    stood = tuple(Stood(place, month, Fraction(1200)) for month in months)
    [group] = figures(Buyers({"c-1": buyer("c-1")}, months, stood, used, billed, months[:2], 12, 0), lambda _: ())
    assert (group.revenue, group.cost, group.margin) == (250, 50, Fraction(4, 5))
    assert group.used == {"words": Decimal(7)}  # of the newest month
    assert group.earners == 1


def test_a_margin_without_a_cost_says_what_it_needs():
    place, month = Place("c-1", "aws", "starter"), date(2026, 10, 1)
    used = (Used(place, month, "words", Decimal(1), Missing.of("the unit cost of words")),)
    stood = (Stood(place, month, Fraction(12)),)
    known = Buyers({"c-1": buyer("c-1")}, (month,), stood, used, (), (month,), 12, 0)
    [group] = figures(known, lambda _: ())
    assert str(group.margin) == "not measurable: needs the unit cost of words"


def test_the_split_is_among_sellers_of_whom_it_is_known():
    """Eight manage themselves, one through Tackle, one sells and nobody knows how, two were never asked: 8 of 9."""
    some = [buyer(f"c-{number}", "seller_self_managed", "yes") for number in range(8)]
    some += [buyer("c-8", "seller_3pi", "yes", "Tackle"), buyer("c-9", "unknown", "yes", "unknown")]
    some += [buyer("c-10", "unknown", "unknown"), buyer("c-11", "unknown", "unknown"), buyer("c-12", "aws_partner")]
    found = split(some)
    assert (found.share, found.known, found.bounds) == (Fraction(8, 9), 9, (Fraction(8, 10), Fraction(9, 10)))
    assert (found.unknown, found.unasked) == (("c-9",), ("c-10", "c-11"))


def test_without_sellers_there_is_no_share():
    assert (split([buyer("c-1")]).share, split([buyer("c-1")]).bounds) == (None, None)


# What must hold of any customers

SPAN = tuple(months_between(date(2025, 9, 1), date(2026, 11, 1)))
PLACES = st.builds(
    Place,
    st.sampled_from(["c-01", "c-02", "c-03", "c-04"]),
    st.sampled_from(["aws", "stripe"]),
    st.sampled_from(["starter", "command"]),
)
SOME = st.lists(
    st.builds(Stood, PLACES, st.sampled_from(SPAN), st.fractions(0, 10_000, max_denominator=36)), max_size=25
)


@settings(max_examples=60)
@given(SOME, st.lists(st.sampled_from(sorted(AXES)), min_size=1, max_size=2, unique=True).map(tuple))
def test_groups_add_up_to_the_whole_by_any_two_axes(stood, axes):
    known = Buyers(TWELVE.buyers, SPAN, tuple(stood), (), (), SPAN[-3:], 12, 0)
    groups, whole = figures(known, lambda place: along(known, axes, place)), figures(known, lambda _: ())
    for name in ("arr", "arr_before", "revenue"):
        assert sum((getattr(group, name) for group in groups), Fraction(0)) == sum(getattr(one, name) for one in whole)
    for name in ("start", "end", "kept", "customers"):
        parts = [getattr(group.retention, name) for group in groups]
        assert sum(parts) == sum(getattr(one.retention, name) for one in whole)


@settings(max_examples=60)
@given(SOME, st.sampled_from(sorted(AXES)))
def test_what_moved_since_a_month_is_the_difference_of_its_end_and_the_last(stood, axis):
    known = Buyers(TWELVE.buyers, SPAN, tuple(stood), (), (), (), 12, 0)
    rows = movement_rows(moved(known, lambda place: along(known, (axis,), place)), SPAN[3])
    change: dict[str, Fraction] = {}
    for one in stood:
        sign = {SPAN[-1]: 1, SPAN[3]: -1}.get(one.month, 0)
        name = along(known, (axis,), one.place)[0]
        change[name] = change.get(name, Fraction(0)) + sign * one.arr
    told = {names[0]: sum(move.arr for kind in kinds.values() for move in kind) for names, kinds in rows.items()}
    assert {name: arr for name, arr in change.items() if arr} == {name: arr for name, arr in told.items() if arr}
    assert {kind for kinds in rows.values() for kind in kinds} <= set(KINDS)
