"""What the rails state held against what we expect: twenty planted differences, a clean month, and the laws of sums."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import rails
from lib.payouts import (
    CLASSES,
    MATCHED,
    Buckets,
    Expected,
    PayoutLine,
    Sold,
    Stated,
    ageing,
    by_week,
    classed,
    expected_fee,
    outlook,
    sums,
)
from lib.payouts.ageing import BucketsError
from lib.rails import Sale
from tests.conftest import ROOT, cases

RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
TABLE: dict[str, Any] = tomllib.loads((ROOT / "tests" / "cases" / "payouts.toml").read_text())
BUCKETS = Buckets((30, 60, 90))
AS_OF = date(2026, 9, 30)


def ours(case: dict[str, Any]) -> list[Expected]:
    return [
        Expected(case["rail"], row["reference"], row["customer"], row["on"], Decimal(row["gross"]), Decimal(row["fee"]))
        for row in case["ours"]
    ]


def theirs(case: dict[str, Any]) -> list[Stated]:
    return [
        Stated(
            rail=case["rail"],
            reference=row["reference"],
            customer_id=None,
            on=row["on"],
            gross=Decimal(row["gross"]),
            fee=Decimal(row["fee"]),
            paid_on=row.get("paid_on"),
        )
        for row in case["theirs"]
    ]


def told(case: dict[str, Any]) -> tuple[PayoutLine, ...]:
    return classed(ours(case), theirs(case), RAILS, case["as_of"])


@pytest.mark.parametrize("case", cases("payouts", "cases"))
def test_every_line_ends_in_its_class(case: dict[str, Any]) -> None:
    found = {line.reference: line for line in told(case)}
    assert found.keys() == {row["reference"] for row in case["expect"]}
    for row in case["expect"]:
        line = found[row["reference"]]
        assert line.verdict == row["class"], line.reason
        assert line.gross_difference == Decimal(row["gross_difference"])
        assert line.fee_difference == Decimal(row["fee_difference"])
        assert all(words in line.reason for words in row["words_contain"]), line.reason


def everything() -> tuple[PayoutLine, ...]:
    """The whole table put as one question."""
    asked = [(ours(case), theirs(case)) for case in TABLE["cases"]]
    return classed((line for one, _ in asked for line in one), (line for _, one in asked for line in one), RAILS, AS_OF)


def test_twenty_are_planted_and_twenty_are_found() -> None:
    lines = everything()
    assert len(lines) == TABLE["totals"]["all"]["lines"]
    assert sum(line.verdict != MATCHED for line in lines) == TABLE["totals"]["all"]["discrepancies"] == 20
    assert {line.verdict for line in lines} == set(CLASSES)


def test_the_sum_of_the_classes_is_the_sum_of_both_sides() -> None:
    found = {one.verdict: one for one in sums(everything())}
    for verdict in CLASSES:
        expected, one = TABLE["totals"][verdict], found[verdict]
        both = [one.expected_gross, one.stated_gross, one.expected_fee, one.stated_fee]
        assert one.lines == expected["lines"]
        assert both == [Decimal(expected[name]) for name in ("ours_gross", "theirs_gross", "ours_fee", "theirs_fee")]
    whole = TABLE["totals"]["all"]
    for name in ("ours_gross", "theirs_gross", "ours_fee", "theirs_fee"):
        assert sum(Decimal(TABLE["totals"][verdict][name]) for verdict in CLASSES) == Decimal(whole[name])


@pytest.mark.parametrize("case", cases("payouts", "clean_month"))
def test_a_clean_month_has_none(case: dict[str, Any]) -> None:
    lines, expected = told(case), case["expect"]
    assert (len(lines), sum(line.verdict == MATCHED for line in lines)) == (expected["lines"], expected["matched"])
    assert sum(line.verdict != MATCHED for line in lines) == expected["discrepancies"] == 0
    assert sum(line.stated_gross or 0 for line in lines) == Decimal(expected["gross"])
    assert sum(line.stated_fee or 0 for line in lines) == Decimal(expected["fee"])


def held(rail: str, reference: str, on: date, net: str, due_on: date | None = None) -> Stated:
    return Stated(rail, reference, None, on, Decimal(net), Decimal(0), due_on)


def undisbursed(stated: Iterable[Stated], as_of: date) -> tuple[PayoutLine, ...]:
    return classed([], stated, RAILS, as_of)


@pytest.mark.parametrize("case", cases("payouts", "ageing"))
def test_how_old_undisbursed_money_is(case: dict[str, Any]) -> None:
    rows, as_of = case["undisbursed"], case["as_of"]
    for row in rows:
        assert (as_of - row["due_on"]).days == row["days_past"]
        assert BUCKETS.of(row["due_on"], as_of) == row["bucket"]
    lines = undisbursed([held("aws", row["reference"], row["invoiced_on"], row["net"]) for row in rows], as_of)
    found = ageing(lines, ["aws"], as_of, BUCKETS)
    assert {age.bucket: age.net for age in found} == {name: Decimal(net) for name, net in case["buckets"].items()}
    assert sum(age.net for age in found) == Decimal(case["total"])
    assert sum(age.net for age in found if age.bucket != "not due") == Decimal(case["past_due"])
    assert sum(age.lines for age in found) == len(rows)


@pytest.mark.parametrize("case", cases("payouts", "forecast"))
def test_when_the_rest_should_arrive(case: dict[str, Any]) -> None:
    as_of = case["as_of"]
    lines = undisbursed([held(r["rail"], r["reference"], r["on"], r["net"]) for r in case["undisbursed"]], as_of)
    days = {(one.rail, one.on): one.net for one in outlook(lines, as_of)}
    late = sum(net for (_, on), net in days.items() if on is None)
    assert late == Decimal(case["overdue"])
    expected = {(row["rail"], row["on"]): Decimal(row["net"]) for row in case["days"]}
    assert {key: net for key, net in days.items() if key[1]} == expected
    weeks: dict[date, Decimal] = {}
    for one in by_week(lines, as_of):
        if one.on:
            weeks[one.on] = weeks.get(one.on, Decimal(0)) + one.net
    assert weeks == {row["from"]: Decimal(row["net"]) for row in case["weeks"]}
    assert sum(weeks.values()) == Decimal(case["expected"])
    assert sum(days.values()) == Decimal(case["undisbursed_total"])


def test_of_an_invoice_paid_out_in_part_the_rest_is_undisbursed() -> None:
    """INV-0605 of the three months: 1,492.98 net, 1,454.03 of it paid out on 12 August: 38.95 are left."""
    ours_ = Expected("aws", "INV-0605", None, date(2026, 6, 5), Decimal("1539.15"), Decimal("46.17"))
    its = Stated("aws", "INV-0605", None, date(2026, 6, 5), ours_.gross, ours_.fee, paid=Decimal("1454.03"))
    [line] = classed([ours_], [its], RAILS, AS_OF)
    assert (line.verdict, line.undisbursed) == ("timing", Decimal("38.95"))
    assert "$38.95 of it is not paid out and overdue: 87 days" in line.reason  # due on 5 July
    assert [age.net for age in ageing([line], ["aws"], AS_OF, BUCKETS)] == [0, 0, 0, Decimal("38.95"), 0]


def test_a_due_day_of_the_feed_counts_before_the_usual_lag() -> None:
    lines = undisbursed([held("aws", "A", date(2026, 8, 1), "10.00", date(2026, 11, 1))], AS_OF)
    assert [(one.on, one.net) for one in outlook(lines, AS_OF)] == [(date(2026, 11, 1), Decimal("10.00"))]


def test_what_nets_to_nothing_or_is_paid_is_not_undisbursed() -> None:
    paid = Stated("aws", "paid", None, date(2026, 8, 1), Decimal(5), Decimal(1), paid_on=date(2026, 9, 1))
    nothing = Stated("aws", "nothing", None, date(2026, 8, 1), Decimal(0), Decimal(0))
    assert not outlook(undisbursed([paid, nothing], AS_OF), AS_OF)


def test_nothing_expected_and_nothing_there_is_no_finding() -> None:
    """An invoice of ours that comes to nothing needs no settlement, however long ago it was due."""
    [line] = classed([Expected("aws", "x", None, date(2026, 1, 1), Decimal(0), Decimal(0))], [], RAILS, AS_OF)
    assert (line.verdict, line.undisbursed) == (MATCHED, 0)


def test_a_forgiven_charge_that_is_unknown_to_us_is_no_finding() -> None:
    """AWS forgave the whole of it: nothing was taken in and nothing kept."""
    [line] = classed([], [Stated("aws", "x", None, date(2026, 7, 4), Decimal("0.00"), Decimal("0.00"))], RAILS, AS_OF)
    assert (line.verdict, line.undisbursed) == (MATCHED, 0)


@pytest.mark.parametrize("bounds", [(), (0, 30), (30, 30), (60, 30)])
def test_bounds_that_are_no_buckets_are_refused(bounds: tuple[int, ...]) -> None:
    with pytest.raises(BucketsError, match="write days that ascend"):
        Buckets(bounds)


# Laws

CENTS = st.integers(-200_000, 200_000).map(lambda cents: Decimal(cents).scaleb(-2))
DAYS = st.integers(0, 120).map(lambda days: date(2026, 6, 1) + timedelta(days))
REFERENCES = st.tuples(st.sampled_from(["aws", "stripe"]), st.sampled_from(["a", "b", "c", "d", "e"]))
OURS = st.builds(
    lambda ref, on, gross, fee: Expected(*ref, None, on, gross, fee), REFERENCES, DAYS, CENTS, CENTS
)  # fmt: skip
THEIRS = st.builds(
    lambda ref, on, gross, fee, paid: Stated(*ref, None, on, gross, fee, paid_on=paid),
    REFERENCES, DAYS, CENTS, CENTS, st.none() | DAYS,
)  # fmt: skip


@given(st.lists(OURS, max_size=8), st.lists(THEIRS, max_size=8))
def test_nothing_is_lost_or_counted_twice(mine: list[Expected], its: list[Stated]) -> None:
    """Every reference in one class; per side, and per rail, the classes add up to the side, gross and fee, exactly."""
    lines = classed(mine, its, RAILS, AS_OF)
    assert [(line.rail, line.reference) for line in lines].count(("aws", "a")) <= 1
    assert {(line.rail, line.reference) for line in lines} == {(one.rail, one.reference) for one in [*mine, *its]}
    for rail in RAILS:
        found = sums(line for line in lines if line.rail == rail)
        assert sum(one.expected_gross for one in found) == sum(one.gross for one in mine if one.rail == rail)
        assert sum(one.expected_fee for one in found) == sum(one.fee for one in mine if one.rail == rail)
        assert sum(one.stated_gross for one in found) == sum(one.gross for one in its if one.rail == rail)
        assert sum(one.stated_fee for one in found) == sum(one.fee for one in its if one.rail == rail)
    held_money = [line.undisbursed for line in lines]
    assert sum(held_money) == sum(one.gross - one.fee for one in its if one.paid_on is None)
    assert sum(age.net for age in ageing(lines, list(RAILS), AS_OF, BUCKETS)) == sum(held_money)
    assert (
        sum(one.net for one in outlook(lines, AS_OF))
        == sum(one.net for one in by_week(lines, AS_OF))
        == sum(held_money)
    )


@given(st.lists(OURS, max_size=6), st.lists(THEIRS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_whose_words_come_first(
    mine: list[Expected], its: list[Stated], dice: Any
) -> None:
    shuffled, moved = mine.copy(), its.copy()
    dice.shuffle(shuffled)
    dice.shuffle(moved)
    assert classed(mine, its, RAILS, AS_OF) == classed(shuffled, moved, RAILS, AS_OF)


# The fee we expect, and what else the rail may have taken it for


def aws(amount: str, **facts: Any) -> Sold:
    return Sold(Sale(rail="aws", method="marketplace", amount=Decimal(amount), on=AS_OF, **facts))


def stripe(amount: str, method: str = "card") -> Sold:
    return Sold(Sale(rail="stripe", method=method, amount=Decimal(amount), on=AS_OF))


def reason(sold: list[Sold], kept: str) -> str:
    """The reason that is given where the rail kept this fee of what was sold."""
    gross = sum((-one.sale.amount if one.is_returned else one.sale.amount for one in sold), Decimal(0))
    expected, rail = expected_fee(RAILS, sold), sold[0].sale.rail
    mine = Expected(rail, "x", None, AS_OF, gross, expected.amount, expected.words, sold=tuple(sold))
    [line] = classed([mine], [Stated(rail, "x", None, AS_OF, gross, Decimal(kept), paid_on=AS_OF)], RAILS, AS_OF)
    return line.reason


@pytest.mark.parametrize(
    ("sold", "fee"),
    [
        ([aws("1499.00")], "44.97"),
        ([aws("48000.00", offer="private", contract_value=Decimal(48000), renewal=True)], "720.00"),
        # the whole contract decides the band: 100,000 of a contract of 1,200,000 costs 2 %, not 3 %
        ([aws("100000.00", offer="private", contract_value=Decimal(1_200_000))], "2000.00"),
        ([aws("84000.00", offer="private", contract_value=Decimal(84000), channel_partner=True)], "2940.00"),
        # three lines of 0.15: each keeps 0.0045, which is 0.00; together they would keep 0.0135, which is 0.01
        ([aws("0.15"), aws("0.15"), aws("0.15")], "0.00"),
        # a credit of 17.00 in a charge of 1,499.00: 44.97 - 0.51
        ([aws("1499.00"), Sold(aws("17.00").sale, is_returned=True)], "44.46"),
        ([stripe("299.00")], "11.06"),
        ([], "0"),
    ],
)
def test_the_fee_we_expect(sold: list[Sold], fee: str) -> None:
    assert expected_fee(RAILS, sold).amount == Decimal(fee)


@pytest.mark.parametrize(
    ("sold", "kept", "words"),
    [
        ([aws("48000.00", offer="private", contract_value=Decimal(48000), renewal=True)], "1440.00", "a public offer"),
        ([aws("1200000.00", offer="private", contract_value=Decimal(1_200_000))], "36000.00", "a public offer"),
        ([aws("84000.00", offer="private", contract_value=Decimal(84000))], "1260.00", "a renewal"),
        (
            [aws("84000.00", offer="private", contract_value=Decimal(84000), channel_partner=True)],
            "2520.00",
            "a public offer",
        ),
        ([aws("84000.00", offer="private", contract_value=Decimal(84000))], "2940.00", "through a channel partner"),
        ([aws("84000.00", offer="private", contract_value=Decimal(84000))], "1680.00", "$1,000,000 or more"),
        ([stripe("1499.00")], "76.75", "paid by card international"),
        ([stripe("1499.00")], "15.49", "paid by ach"),
        ([stripe("299.00")], "8.97", "without its billing part"),
        ([stripe("299.00")], "0.00", "no fee at all"),
    ],
)
def test_a_fee_that_another_reading_makes_is_named(sold: list[Sold], kept: str, words: str) -> None:
    assert words in reason(sold, kept).partition("what was kept is ")[2]


@pytest.mark.parametrize("case", cases("payouts", "roundings"))
def test_the_schedule_rounded_by_line_or_once_is_the_fee_we_expect(case: dict[str, Any]) -> None:
    sold = tuple(
        replace(aws(row["gross"].removeprefix("-")), is_returned=row["gross"].startswith("-"))
        for row in case["lines"]
        for _ in range(row.get("times", 1))
    )
    gross = sum((-one.sale.amount if one.is_returned else one.sale.amount for one in sold), Decimal(0))
    kept = expected_fee(RAILS, sold)
    assert kept.amount == Decimal(case["by_line"])
    mine = Expected("aws", "x", None, AS_OF, gross, kept.amount, kept.words, sold=sold)
    for stated, expect in case["stated"].items():
        [line] = classed([mine], [Stated("aws", "x", None, AS_OF, gross, Decimal(stated), paid_on=AS_OF)], RAILS, AS_OF)
        assert line.verdict == expect["class"], line.reason
        assert line.fee_difference == Decimal(expect["fee_difference"])
        assert ("rounded once" in line.reason) == expect["says_once"], line.reason


def test_a_fee_that_no_reading_makes_is_not_explained_away() -> None:
    told_of = reason([stripe("299.00")], "12.34")
    assert "what was kept is" not in told_of
    assert "$1.28 more" in told_of  # 12.34 - 11.06
