"""How recurring revenue moves: twelve customers worked out by hand, and what must hold of any contracts."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.money import round_line
from lib.periods import add_months, months_between
from lib.revenue import (
    KINDS,
    MOVED_IN,
    MOVED_OUT,
    Movement,
    Paid,
    RecurringContract,
    cohorts,
    growth,
    movements,
    mrr_by,
    paid,
    recurring,
    retention,
    retention_by,
)
from tests.conftest import ROOT

WORLD = tomllib.loads((ROOT / "tests" / "cases" / "movements.toml").read_text(), parse_float=Decimal)
FIRST, LAST = WORLD["first_month"], WORLD["last_month"]
MONTHS = months_between(add_months(FIRST, -1), add_months(LAST, 1))
PERSONAS = {row["customer_id"]: row["persona"] for row in WORLD["contract"]}


def contract(number: int, row: Mapping[str, object]) -> RecurringContract:
    known = {key: value for key, value in row.items() if key != "persona"}
    return RecurringContract(
        **{"ended_on": None, "contract_id": f"k-{number}", **known, "price": Decimal(row["price"])}
    )


CONTRACTS = [contract(number, row) for number, row in enumerate(WORLD["contract"])]
SPLITS = {"total": None, "by_rail": attrgetter("rail"), "by_tier": attrgetter("tier")}


def named(case: Mapping[str, object]) -> str:
    return f"{case['month']:%Y-%m}"


def fraction(words: str) -> Fraction:
    """'6000/6100' as it is written by hand."""
    above, _, below = words.partition("/")
    return Fraction(above) / Fraction(below or 1)


def told(rows: Iterable[Movement]) -> dict[str, dict[str, Fraction]]:
    """Movements by group and kind, in USD a month."""
    found: dict[str, dict[str, Fraction]] = {}
    for row in rows:
        found.setdefault(row.group, {})[row.kind] = row.arr / 12
    return found


def amounts(month: date, contracts: list[RecurringContract] = CONTRACTS) -> dict[str, Fraction]:
    """What every customer pays at a month's end, USD a year."""
    found: dict[str, Fraction] = {}
    for one in paid(contracts, [month]):
        found[one.customer_id] = found.get(one.customer_id, Fraction(0)) + one.arr
    return found


def test_the_world_has_twelve_customers() -> None:
    assert len({one.customer_id for one in CONTRACTS}) == 12


@pytest.mark.parametrize("case", WORLD["month_end"], ids=named)
def test_mrr_at_every_month_end(case):
    standing = amounts(case["month"])
    assert sum(standing.values()) == 12 * Fraction(case["mrr"])
    assert len(standing) == case["customers"]


@pytest.mark.parametrize("case", WORLD["movement"], ids=named)
@pytest.mark.parametrize("split", SPLITS)
def test_movements_of_a_month(case, split):
    if split not in case:
        assert split != "total"
        return
    rows = [row for row in movements(paid(CONTRACTS, MONTHS, SPLITS[split]), MONTHS) if row.month == case["month"]]
    expected = {"all": case["total"]} if split == "total" else case[split]
    hand = {group: {kind: Fraction(amount) for kind, amount in kinds.items()} for group, kinds in expected.items()}
    assert told(rows) == {group: kinds for group, kinds in hand.items() if kinds}


@pytest.mark.parametrize("case", WORLD["movement"], ids=named)
def test_growth_of_a_month(case):
    then, later = (
        sum(amounts(month).values(), Fraction(0)) for month in (add_months(case["month"], -1), case["month"])
    )
    assert growth(then, later) == (None if case["growth"] == "none" else fraction(case["growth"]))


def test_who_pays_at_the_end():
    ends, expected = add_months(LAST, 1) - (date(2026, 1, 2) - date(2026, 1, 1)), WORLD["at_the_end"]
    whole = recurring(CONTRACTS, ends)
    assert (whole.arr, whole.arpa) == (Decimal(expected["arr"]), Decimal(expected["arpa"]))
    keys = {
        "by_rail": attrgetter("rail"),
        "by_tier": attrgetter("tier"),
        "by_persona": lambda one: PERSONAS[one.customer_id],
    }
    for name, key in keys.items():
        assert mrr_by(CONTRACTS, ends, key) == {group: Decimal(amount) for group, amount in expected[name].items()}


def test_retention_over_twelve_months():
    expected = WORLD["retention"]
    kept = retention(amounts(expected["from"]), amounts(expected["to"]))
    assert [kept.start, kept.end, kept.kept] == [
        12 * Fraction(expected[name]) for name in ("start_mrr", "end_mrr", "kept_mrr")
    ]
    assert (kept.nrr, kept.grr) == (fraction(expected["nrr"]), fraction(expected["grr"]))
    for rate, name in ((kept.nrr, "nrr_rounded"), (kept.grr, "grr_rounded")):
        assert rate is not None and round(rate, 4) == Fraction(expected[name])
    assert (kept.customers, kept.stayed) == (expected["customers_then"], expected["customers_still_there"])


def test_retention_by_the_rail_a_customer_stood_on_then():
    expected = WORLD["retention"]
    then = {one.customer_id: one.rail for one in CONTRACTS if one.runs_on(date(2025, 10, 31))}
    found = retention_by(amounts(expected["from"]), amounts(expected["to"]), then.__getitem__)
    assert {rail: {"nrr": one.nrr, "grr": one.grr} for rail, one in found.items()} == {
        rail: {name: fraction(words) for name, words in rates.items()}
        for rail, rates in expected["by_rail_then"].items()
    }


def test_the_movements_of_those_who_paid_then_add_up_to_what_became_of_it():
    expected = WORLD["retention"]
    then = amounts(expected["from"])
    since = months_between(expected["from"], add_months(expected["to"], 1))
    theirs = [one for one in CONTRACTS if one.customer_id in then]
    summed: dict[str, Fraction] = {}
    for row in movements(paid(theirs, since), since):
        summed[row.kind] = summed.get(row.kind, Fraction(0)) + row.arr / 12
    assert summed == {kind: Fraction(amount) for kind, amount in expected["movements"].items()}


@pytest.mark.parametrize("case", WORLD["no_retention"], ids=lambda case: str(case["name"]))
def test_no_retention_where_nobody_paid(case):
    kept = retention(amounts(add_months(case["to"], -12)), amounts(case["to"]))
    assert (kept.nrr, kept.grr, kept.logos) == (None, None, None)


@pytest.mark.parametrize("case", WORLD["cohort"], ids=named)
def test_cohorts(case):
    months = months_between(FIRST, add_months(LAST, 1))
    cohort = next(one for one in cohorts(paid(CONTRACTS, months), months) if one.month == case["month"])
    for age in ("0", "1", "2", "3", "6", "12"):
        if case["customers"][age] == "not yet":
            assert int(age) >= len(cohort.ages)
            continue
        at = cohort.ages[int(age)]
        assert f"{at.customers}/{cohort.customers}" == case["customers"][age]
        assert cohort.of_customers(at) == fraction(case["customers"][age])
        assert cohort.of_arr(at) == fraction(case["mrr"][age])


def test_whoever_stands_at_some_month_end_is_in_one_cohort():
    months = months_between(FIRST, add_months(LAST, 1))
    later = {case["month"] for case in WORLD["cohort"]}
    found = cohorts(paid(CONTRACTS, months), months)
    assert {one.month for one in found} == later
    assert sum(one.customers for one in found) == 11  # all but c-09


# What must hold of any contracts

DAYS = st.dates(date(2026, 1, 1), date(2026, 9, 30))
SOME = st.lists(
    st.builds(
        RecurringContract,
        customer_id=st.sampled_from(["c-1", "c-2", "c-3"]),
        contract_id=st.just("k"),
        rail=st.sampled_from(["stripe", "aws"]),
        tier=st.sampled_from(["starter", "command", "enterprise"]),
        term=st.sampled_from(["monthly", "annual", "three_year"]),
        started_on=DAYS,
        ended_on=st.none() | DAYS,
        price=st.none() | st.decimals(min_value=0, max_value=10**6, places=2),
    ),
    max_size=8,
)
SPAN = months_between(date(2025, 12, 1), date(2026, 11, 1))


def at(series: Iterable[Paid], month: date, group: str | None = None) -> Fraction:
    return sum((one.arr for one in series if one.month == month and group in (None, one.group)), Fraction(0))


@settings(max_examples=60)
@given(SOME, st.sampled_from(["rail", "tier", "term"]))
def test_movements_add_up_to_the_change_of_every_group_and_of_the_whole(some, key):
    split = paid(some, SPAN, attrgetter(key))
    rows = movements(split, SPAN)
    for before, month in pairwise(SPAN):
        own = [row for row in rows if row.month == month]
        for group in {one.group for one in split}:
            moved = sum((row.arr for row in own if row.group == group), Fraction(0))
            assert moved == at(split, month, group) - at(split, before, group)
        assert sum((row.arr for row in own), Fraction(0)) == at(split, month) - at(split, before)


@settings(max_examples=60)
@given(SOME)
def test_a_split_tells_who_came_and_went_as_the_whole_does(some):
    """By tier the comings and goings are those of the total; what moved is what the total calls more or less."""
    whole, split = ({}, {})
    for found, key in ((whole, None), (split, attrgetter("tier"))):
        for row in movements(paid(some, SPAN, key), SPAN):
            kind = "stayed" if row.kind in (MOVED_IN, MOVED_OUT, "expansion", "contraction") else row.kind
            found[row.month, kind] = found.get((row.month, kind), Fraction(0)) + row.arr
    assert {key: arr for key, arr in whole.items() if arr} == {key: arr for key, arr in split.items() if arr}


@settings(max_examples=60)
@given(SOME, st.permutations(range(8)))
def test_the_order_of_contracts_does_not_matter(some, order):
    shuffled = [some[place] for place in order if place < len(some)]
    by_tier = attrgetter("tier")
    assert movements(paid(some, SPAN, by_tier), SPAN) == movements(paid(shuffled, SPAN, by_tier), SPAN)


@settings(max_examples=60)
@given(SOME)
def test_every_kind_has_its_sign_and_nobody_is_in_a_whole_that_moves_between_groups(some):
    signs = dict(zip(KINDS, (1, 1, 1, 1, -1, -1, -1), strict=True))
    for row in movements(paid(some, SPAN, attrgetter("rail")), SPAN):
        assert row.arr * signs[row.kind] > 0 < row.customers
    assert not {MOVED_IN, MOVED_OUT} & {row.kind for row in movements(paid(some, SPAN), SPAN)}


@settings(max_examples=60)
@given(SOME)
def test_gross_retention_is_never_above_net_or_one(some):
    kept = retention(amounts(SPAN[3], some), amounts(SPAN[-2], some))
    assert kept.kept <= min(kept.start, kept.end)
    assert kept.stayed <= kept.customers
    if kept.grr is not None:
        assert 0 <= kept.grr <= min(1, kept.nrr)


@settings(max_examples=60)
@given(SOME)
def test_cohorts_hold_all_that_is_paid(some):
    series = paid(some, SPAN)
    found = cohorts(series, SPAN)
    for month in SPAN:
        assert sum((age.arr for one in found for age in one.ages if age.month == month), Fraction(0)) == at(
            series, month
        )


def test_a_third_of_a_price_is_not_rounded():
    """10,000 for three years and back again: 3,333.33… a year, which no decimal holds, and the sum is exactly zero."""
    three = RecurringContract(
        "c-1", "k", "aws", "command", "three_year", date(2026, 2, 1), date(2026, 5, 1), Decimal(10000)
    )
    rows = movements(paid([three], SPAN), SPAN)
    assert [row.arr for row in rows] == [Fraction(10000, 3), Fraction(-10000, 3)]
    assert [str(round_line(row.mrr)) for row in rows] == ["277.78", "-277.78"]
