"""What changed between two snapshots of a world written by hand: exact lists, and sums that hold on both sides.

Between 31 March and 31 May 2026: One moved from Starter to Accelerate, Two stayed, Four came, Five left, and Six, who
had left in March, came back. The pricing page says Save 20%; a year cost 9.6 months in March and costs ten in May.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import scorecard
from lib.claims.acknowledged import Acknowledgement
from lib.claims.finding import CONTRADICTORY, NONE, NOTE, OVERSTATED, RED, TRUE, WARNING, Finding
from lib.decisions import APPROVED, DEFERRED, Decision
from lib.desk import Desk, changes
from lib.offers import Standing
from lib.revenue import Paid
from lib.scorecard import Due, Turned, Who, turned
from lib.scorecard import due as due_of
from lib.scorecard.due import ACCEPTED, EFFECTIVE, LAPSES, OPEN, REACHES, TERM
from tests.conftest import ROOT
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import built, events

MARCH, MAY = date(2026, 3, 31), date(2026, 5, 31)
EXTRA = {
    "stripe/customers.csv": (
        "cus_5,a@five.example,Five,2026-03-05 00:00,usd,US,c-0005\n"
        "cus_6,a@six.example,Six,2026-02-01 00:00,usd,US,c-0006\n"
    ),
    "stripe/subscriptions.csv": (
        "sub_5,cus_5,price_s,1,usd,month,299.00,canceled,2026-03-05 00:00,2026-03-05 00:00,2026-05-05 00:00,"
        "2026-05-05 00:00,cost,1,c-0005\n"
        "sub_6,cus_6,price_s,1,usd,month,299.00,canceled,2026-02-01 00:00,2026-02-01 00:00,2026-03-01 00:00,"
        "2026-03-01 00:00,cost,1,c-0006\n"
        "sub_7,cus_6,price_s,1,usd,month,299.00,active,2026-05-02 00:00,2026-05-02 00:00,,,,1,c-0006\n"
    ),
    "stripe/invoices.csv": (
        "in_7,cus_1,7,sub_2,paid,usd,1499.00,2026-05-15 00:00,2026-05-15 00:00\n"
        "in_8,cus_5,8,sub_5,paid,usd,299.00,2026-03-05 00:00,2026-03-05 00:00\n"
        "in_9,cus_6,9,sub_6,paid,usd,299.00,2026-02-01 00:00,2026-02-01 00:00\n"
        "in_10,cus_6,10,sub_7,paid,usd,299.00,2026-05-02 00:00,2026-05-02 00:00\n"
    ),
    "stripe/invoice_line_items.csv": (
        "il_8,in_7,sub_2,149900,usd,Accelerate,price_a,false,1,2026-05-15,2026-06-15\n"
        "il_9,in_8,sub_5,29900,usd,Starter,price_s,false,1,2026-03-05,2026-04-05\n"
        "il_10,in_9,sub_6,29900,usd,Starter,price_s,false,1,2026-02-01,2026-03-01\n"
        "il_11,in_10,sub_7,29900,usd,Starter,price_s,false,1,2026-05-02,2026-06-02\n"
    ),
    "crm/companies.csv": (
        "c-0005,Five,US,AMER,vellocity,no,,no,no,no,,cus_5,2026-03-01\n"
        "c-0006,Six,US,AMER,vellocity,no,,no,no,no,,cus_6,2026-01-20\n"
    ),
}
TOLD = {name: WORLD[name] + rows for name, rows in EXTRA.items()}
MAY_EVENTS = {
    "metering/events-2026-05.csv": events("e-50,c-0002,words,2026-05-02T10:00:00Z,2026-05-02T11:00:00Z,60000")
}
HONEST = {"2990.00": "2870.00", "14990.00": "14390.00", "39990.00": "38390.00"}

Make = Callable[[date, dict[str, str]], Desk]


@pytest.fixture(scope="module")
def plans(desk_folder: Path) -> dict[str, str]:
    """The sample's price list: the world's own has too few plans for the claims to speak of."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    return {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    def opened(day: date, more: dict[str, str]) -> Desk:
        folder = tmp_path_factory.mktemp("world")
        built(folder, {**WORLD, **TOLD, **MAY_EVENTS, **more}, day)
        return Desk.open(folder / "warehouse")

    return opened


def honest(plans: dict[str, str]) -> dict[str, str]:
    """The same price list with years of 9.6 months."""
    prices = plans["plans_db/plans.csv"]
    for was, becomes in HONEST.items():
        assert f",{was}," in prices
        prices = prices.replace(f",{was},", f",{becomes},")
    return {**plans, "plans_db/plans.csv": prices}


@pytest.fixture(scope="module")
def may(make: Make, plans: dict[str, str]) -> Desk:
    return make(MAY, plans)


@pytest.fixture(scope="module")
def march(make: Make, plans: dict[str, str]) -> Desk:
    """In March the price list was honest, and Five was billed 100 more than the newer records say."""
    lines = TOLD["stripe/invoice_line_items.csv"].replace("il_9,in_8,sub_5,29900", "il_9,in_8,sub_5,39900")
    return make(MARCH, {**honest(plans), "stripe/invoice_line_items.csv": lines})


# Money


def test_everybody_who_moved_is_in_one_class(may: Desk) -> None:
    """299 + 2,990 / 12 + 299 in March; 1,499 + 2,990 / 12 + 99 + 299 in May. Three has no price on record."""
    found = changes.moved(may, MARCH)
    assert [(one.who.name, one.kind, one.change / 12) for one in found.movers] == [
        ("One, Inc.", "expansion", 1200),
        ("Five", "churn", -299),
        ("Six", "reactivation", 299),
        ("Four", "new", 99),
    ]
    assert [round(amount, 4) for amount in (found.before, found.after, found.change)] == [
        Decimal("847.1667"),
        Decimal("2146.1667"),
        Decimal(1299),
    ]
    assert found.by_kind == {
        "new": (Decimal(99), 1),
        "reactivation": (Decimal(299), 1),
        "expansion": (Decimal(1200), 1),
        "churn": (Decimal(-299), 1),
    }
    assert found.unpriced == 1


def test_some_customers_alone_move_as_they_do_among_all(may: Desk) -> None:
    found = changes.moved(may, MARCH).of(lambda who: who.rail == "aws")
    assert (found.movers, found.change) == ((), 0)
    assert round(found.after, 4) == Decimal("249.1667")


def test_what_the_older_snapshot_told_otherwise_is_said(may: Desk, march: Desk) -> None:
    found = changes.restated(may, march)
    assert (round(found.told, 4), found.change) == (Decimal("947.1667"), Decimal(-100))
    assert changes.restated(may, may).change == 0


def test_nothing_moved_where_nothing_did(may: Desk) -> None:
    found = changes.moved(may, date(2026, 5, 30))
    assert (found.movers, found.by_kind, found.change) == ((), {}, 0)


def test_a_day_counts_as_the_months_last_days_do(desk: Desk) -> None:
    """On the sample every month's end is what marts.recurring_month says of it."""
    rows = desk.warehouse.rows("recurring_month")
    for day in {row["recurring_on"] for row in rows if row["recurring_month"] >= date(2026, 8, 1)}:
        told = sum(row["price_usd"] is not None and row["recurring_on"] == day for row in rows)
        months = {"monthly": 12, "annual": 1, "custom": 1, "two_year": Fraction(1, 2), "three_year": Fraction(1, 3)}
        mart = sum(
            Fraction(row["price_usd"]) * months[row["term"]]
            for row in rows
            if row["recurring_on"] == day and row["price_usd"] is not None
        )
        paying = changes.paying_on(desk, day)
        assert (len(paying.paid), sum(one.arr for one in paying.paid)) == (told, mart)


PAID = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5), max_size=6)


@given(PAID, PAID, PAID)
def test_movements_add_up_to_the_difference(
    earlier: dict[str, int], then: dict[str, int], later: dict[str, int]
) -> None:
    days = date(2026, 1, 1), date(2026, 3, 31), date(2026, 5, 31)
    rows = [
        [Paid(key, day, Fraction(amount * 7, 3)) for key, amount in amounts.items()]
        for day, amounts in zip(days, (earlier, then, later), strict=True)
    ]
    found = scorecard.moved(*rows, days[1:], lambda key: Who(key, key, "p", "x", None, "stripe"))
    before, after = (Fraction(sum(amounts.values()) * 7, 3) for amounts in (then, later))
    assert sum((one.change for one in found.stands), Fraction(0)) == after - before
    assert sum(one.change for one in found.movers) == after - before
    assert {one.who.customer_id for one in found.movers} == {
        key for key in {*then, *later} if then.get(key, 0) != later.get(key, 0)
    }
    came_back = {key for key in later if later[key] and not then.get(key) and earlier.get(key)}
    assert {one.who.customer_id for one in found.movers if one.kind == "reactivation"} == came_back


# What we say


def names(found: tuple[Turned, ...]) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.turn, one.finding.claim, one.was, one.becomes) for one in found]


def test_a_claim_turned_red_as_prices_did(may: Desk, march: Desk) -> None:
    """Dearer years make the 20 % false and what is said of them true; an offer that came later is a difference."""
    assert names(changes.turned(may, march)) == [
        ("turned red", "save_20_pricing_page", "true", "overstated"),
        ("newly found", "customers.private_offers", None, "contradictory"),
        ("changed", "headline_annual", "contradictory", "unverifiable"),
        ("turned green", "accelerate_per_month", "understated", "true"),
        ("turned green", "command_per_month", "understated", "true"),
        ("turned green", "save_17_listing", "understated", "true"),
        ("turned green", "starter_per_month", "understated", "true"),
    ]


def test_a_claim_turned_green_where_prices_become_honest(may: Desk, make: Make, plans: dict[str, str]) -> None:
    after = make(date(2026, 6, 1), honest(plans))
    assert ("turned green", "save_20_pricing_page", "overstated", "true") in names(changes.turned(after, may))
    assert not [one for one in changes.turned(after, may) if one.turn == "turned red"]


def test_nothing_turned_where_nothing_did(may: Desk) -> None:
    assert changes.turned(may, may) == ()


def found(claim: str, severity: str, verdict: str = OVERSTATED, surface: str = "page", standing: str = "") -> Finding:
    return Finding(claim, "k", "p", surface, "w", "s", True, verdict, severity, "a", "b", standing=standing)


@pytest.mark.parametrize(
    ("was", "becomes", "turn"),
    [
        (found("c", WARNING), found("c", RED), "turned red"),
        (None, found("c", RED), "turned red"),
        (found("c", RED), found("c", NONE, TRUE), "turned green"),
        (found("c", RED), found("c", WARNING), "changed"),
        (found("c", NOTE), found("c", NOTE, CONTRADICTORY), "changed"),
        (None, found("c", WARNING), "newly found"),
        (found("c", RED), None, "gone"),
        (None, found("c", NONE, TRUE), None),
        (found("c", NONE, TRUE), None, None),
        (found("c", RED), found("c", RED), None),
        (found("c", RED), replace(found("c", RED), delivered="another number"), None),
    ],
)
def test_how_a_finding_turns(was: Finding | None, becomes: Finding | None, turn: str | None) -> None:
    rows = turned([one for one in (was,) if one], [one for one in (becomes,) if one])
    assert [one.turn for one in rows] == ([turn] if turn else [])


def test_the_same_name_on_two_surfaces_is_two_findings() -> None:
    rows = turned([found("c", RED)], [found("c", RED), found("c", WARNING, surface="listing", standing="forbidden")])
    assert [(one.turn, one.finding.surface, one.is_difference) for one in rows] == [("newly found", "listing", True)]


# Allowances


def test_allowances_that_customers_crossed(may: Desk) -> None:
    """One used 6 seats of 3 in March, and none in May; Two none of 50,000 words in March, and 60,000 in May."""
    found = changes.crossings(may, MARCH)
    assert (found.before, found.after) == (date(2026, 3, 1), date(2026, 5, 1))
    assert [(one.customer_id, one.dimension, one.was, one.becomes) for one in found.crossed] == [
        ("c-0002", "words", "within", "over"),
        ("c-0001", "team_seats", "over", "within"),
    ]


def test_within_one_month_nothing_is_crossed(may: Desk) -> None:
    found = changes.crossings(may, date(2026, 5, 31))
    assert (found.before, found.crossed) == (found.after, ())


# What falls due


AS_OF = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("on", "is_due"),
    [(date(2026, 10, 30), False), (AS_OF, True), (date(2026, 11, 30), True), (date(2026, 12, 1), False), (None, True)],
)
def test_what_is_due_lies_within_thirty_days(on: date | None, is_due: bool) -> None:
    assert bool(due_of([Due(TERM, "One", on)], AS_OF, 30)) == is_due


def test_what_is_due_comes_by_day_and_open_questions_last() -> None:
    rows = [Due(OPEN, "q"), Due(TERM, "b", date(2026, 11, 3)), Due(ACCEPTED, "a", date(2026, 11, 2))]
    assert [one.about for one in due_of(rows, AS_OF, 30)] == ["a", "b", "q"]


def decision(effective_on: date, decided: str = APPROVED, **more: object) -> Decision:
    text = (ROOT / "data" / "scenarios" / "starter-plus-10.toml").read_text()
    about = {"key": "starter-plus-10", "text": text, "decision": decided, "author": "Ada", "approver": "Bob"}
    when = {"decided_at": datetime(2026, 9, 1, tzinfo=UTC), "effective_on": effective_on, "note": "n"}
    return Decision(id=1, manifest={}, result_hash="0" * 64, **{**about, **when, **more})  # type: ignore[arg-type]


def test_an_approved_change_is_due_on_its_day_and_when_its_notice_is_over(desk: Desk) -> None:
    """Sixty days after 10 September is 9 November, nine days after the snapshot; on 1 November nothing is over yet."""
    soon = changes.decided(desk, [decision(date(2026, 11, 1))])
    assert [(one.kind, one.on) for one in soon] == [(EFFECTIVE, date(2026, 11, 1))]
    over = changes.decided(desk, [decision(date(2026, 9, 10))])
    assert {(one.kind, one.on, one.rail) for one in over} >= {(REACHES, date(2026, 11, 9), "stripe")}
    assert all(one.customers for one in over)


@pytest.mark.parametrize("other", [{"decided": DEFERRED}, {"superseded_by": 2}])
def test_what_is_not_decided_for_is_not_due(desk: Desk, other: dict[str, object]) -> None:
    assert changes.decided(desk, [decision(date(2026, 11, 1), **other)]) == ()  # type: ignore[arg-type]


def test_an_acceptance_ends_and_an_offer_expires(desk: Desk) -> None:
    """The sample's first private offer ends on 12 November, the second in December."""
    until = date(2026, 11, 20)
    ends = changes.acceptances(desk, [Acknowledgement("seo_from_command", "Ada", "known", until)])
    assert ends == (Due(ACCEPTED, "seo_from_command", until),)
    assert [(one.customer_id, one.on) for one in changes.expiring(desk)] == [("c-0335", date(2026, 11, 12))]


def test_open_questions_are_those_of_the_register(desk: Desk) -> None:
    assert [one.kind for one in changes.questions(desk)] == [OPEN] * 4


# Which day to compare with


def test_the_days_before_are_those_published(desk_folder: Path) -> None:
    assert changes.earlier_days(desk_folder, AS_OF) == (date(2026, 9, 30),)
    assert changes.earlier_days(desk_folder, date(2026, 9, 30)) == ()


def test_without_an_earlier_day_a_command_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    (folder / "warehouse").mkdir(parents=True)
    again = changes.keeping(folder, folder / "warehouse", AS_OF)
    assert again == "python -m lib pull && python -m lib build"


@pytest.mark.parametrize(("days", "is_due"), [(0, True), (30, True), (31, False), (None, False)])
def test_a_sent_offer_is_due_while_it_can_be_accepted(may: Desk, days: int | None, is_due: bool) -> None:
    """An offer without days left is no longer, or not yet, to be accepted."""
    last = may.as_of + timedelta(days or 0)
    listed = SimpleNamespace(company="Newco", expires_on=last, customer_id=None)
    standing = cast(Standing, SimpleNamespace(offer=listed, days_left=days))
    assert changes.lapsing(may, [standing]) == ((Due(LAPSES, "Newco", last, None, "aws"),) if is_due else ())
