"""The month close against the tables of cases/month_close.toml: what is earned, the entries, and what changed since."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib import closing
from lib.closing import Course, Entry, LedgerLine, Line, Movement
from lib.closing.facts import CHARGE, CREDIT_NOTE, FEE, OTHER, PAYOUT, REFUND, TAX
from lib.money import total
from lib.periods import add_months, month_end, month_of
from tests.conftest import cases
from tests.specification import read

CHART = closing.parse(read("data/accounts.toml"))
JANUARY = date(2026, 1, 1)
CASES = Path(__file__).parent / "cases"


def of_month(written: str) -> date:
    return date.fromisoformat(f"{written}-01")


def course(case: Mapping[str, Any], *more: Movement) -> Course:
    """A case's invoice with its fee on the same day, and its refund where it has one."""
    refund = case.get("refund")
    ended = refund["on"] if refund and refund["service"] == "ends" else None
    line = Line(case["rail"], "ref", "c-1", Decimal(case["price"]), case["invoiced_on"], case["from"], case["until"])
    moved = [Movement(case["rail"], "ref", FEE, case["invoiced_on"], Decimal(case["fee"]))]
    if refund:
        moved.append(Movement(case["rail"], "ref", REFUND, refund["on"], Decimal(refund["amount"])))
        moved.append(Movement(case["rail"], "ref", FEE, refund["on"], -Decimal(refund["fee_returned"])))
    asked = Line(**{**line.__dict__, "ended_on": ended})
    [found] = closing.courses([asked], [*(one for one in moved if one.amount), *more])
    return found


def in_month(one: Course, month: date) -> LedgerLine:
    """The books' line of an invoice, all zero where there is none."""
    found = closing.ledger([one], month)
    return found[0] if found else LedgerLine(one.rail, one.reference, one.customer_id)


# What is earned in which month


@pytest.mark.parametrize("case", cases("month_close", "recognition"))
def test_what_is_earned_and_what_is_still_owed_by_month(case: dict[str, Any]) -> None:
    found = course(case)
    for row in case["months"]:
        line = in_month(found, of_month(row["month"]))
        assert (line.recognised, line.deferred) == (Decimal(row["recognised"]), Decimal(row["deferred"])), row["month"]
        assert (line.recognised_fee, line.prepaid_fee) == (Decimal(row["fee"]), Decimal(row["prepaid"])), row["month"]
        assert line.accrued == Decimal(row.get("accrued", 0)) and line.accrued_fee == Decimal(row.get("accrued_fee", 0))
    months = [of_month(row["month"]) for row in case["months"]]
    assert total(in_month(found, month).recognised for month in months) == Decimal(case["price"])


@pytest.mark.parametrize("case", cases("month_close", "refunded"))
def test_what_a_refund_takes_back_and_what_goes_on(case: dict[str, Any]) -> None:
    found, expect = course(case), case["expect"]
    [turn] = found.turns
    fee = total(one.from_deferred for one in found.fees.turns), total(one.from_earned for one in found.fees.turns)
    assert turn.from_deferred == Decimal(expect["reversed_deferred"])
    assert (turn.from_earned, turn.released) == (Decimal(expect["from_revenue"]), Decimal(expect["to_revenue"]))
    assert fee == (Decimal(expect["reversed_prepaid"]), Decimal(expect["from_fee"]))
    assert total(one.released for one in found.fees.turns) == Decimal(expect["to_fee"])
    for row in case["months"]:
        line = in_month(found, of_month(row["month"]))
        assert (line.recognised, line.deferred) == (Decimal(row["recognised"]), Decimal(row["deferred"])), row["month"]
        assert (line.recognised_fee, line.prepaid_fee) == (Decimal(row["fee"]), Decimal(row["prepaid"])), row["month"]
    lines = [in_month(found, add_months(month_of(case["from"]), number)) for number in range(14)]
    assert total(line.recognised for line in lines) == Decimal(case["sums"]["recognised"])
    assert total(line.recognised_fee for line in lines) == Decimal(case["sums"]["fee"])


# The entries

BY_NAME = {param.values[0]["name"]: param.values[0] for param in cases("month_close", "recognition")}
REFUNDED = {param.values[0]["name"]: param.values[0] for param in cases("month_close", "refunded")}
YEAR = BY_NAME["a year of Accelerate on AWS, 365 days"]
CARD = BY_NAME["a month by US card at Stripe: its fee is spread the same way"]
USAGE = BY_NAME["usage of April, invoiced on 4 May, is revenue of April: accrued at its end, invoiced in May"]
PART = REFUNDED["the unused part is given back: nothing but what was deferred"]
WHOLE = REFUNDED["everything is given back: what was deferred first, the rest from the revenue of September"]
KEPT = next(case for name, case in REFUNDED.items() if name.startswith("less is given back than was deferred"))
OUT = Movement("aws", "ref", PAYOUT, date(2026, 4, 20), Decimal("14540.30"))
# a year of Starter of 5 July, 2,990.00 with a fee of 89.70, and 568.10 of tax: no other table tells of it
TAXED = {"rail": "aws", "price": "2990.00", "fee": "89.70", "invoiced_on": date(2026, 7, 5), "from": date(2026, 7, 5)}
TAXED |= {"until": date(2027, 7, 5)}
DAYS, TURNS = ("revenue earned", "fee earned"), ("refund", "fee returned")
ASKED = ("invoice", "tax", "fee")

# The course that each table of entries is about, and the kinds of entries that are its one entry.
ABOUT: dict[str, tuple[Course, tuple[str, ...]]] = {
    "a year on AWS is invoiced": (course(YEAR), ASKED),
    "at the end of March its first 17 days are earned": (course(YEAR), DAYS),
    "the same under the other reading: the fee is a cost of revenue, every amount is equal": (course(YEAR), DAYS),
    "AWS pays out": (course(YEAR, OUT), ("payout",)),
    "at the end of April thirty more days are earned": (course(YEAR), DAYS),
    "a year with tax that we must pay on": (
        course(TAXED, Movement("aws", "ref", TAX, date(2026, 7, 5), Decimal("568.10"))),
        ASKED,
    ),
    "a month by card at Stripe is charged": (course(CARD), ASKED),
    "at the end of April its first 16 days are earned; Stripe's fee is no acquisition under any reading": (
        course(CARD),
        DAYS,
    ),
    "usage of April, not invoiced at its end": (course(USAGE), DAYS),
    "usage of April is invoiced in May: no revenue of May": (course(USAGE), ASKED),
    "on the day of a refund what was earned until then is booked first": (course(PART), DAYS),
    "the unused part is given back": (course(PART), TURNS),
    "everything is given back": (course(WHOLE), TURNS),
    "5,000 are given back at Stripe, service ends, the fee is kept": (course(KEPT), TURNS),
}


def netted(entries: Iterable[Entry]) -> dict[str, Decimal]:
    """Entries → what they add to each account by name, debits above zero; what adds nothing is left out."""
    found: dict[str, Decimal] = {}
    for posting in (posting for entry in entries for posting in entry.postings):
        found[posting.account.name] = found.get(posting.account.name, Decimal(0)) + posting.debit - posting.credit
    return {name: amount for name, amount in found.items() if amount}


def entered(one: Course, on: date, kinds: Iterable[str], fee_read_as: str = "acquisition") -> list[Entry]:
    """An invoice's entries of a day, of some kinds."""
    found = closing.journal([one], month_of(on), CHART, fee_read_as)
    return [entry for entry in found if entry.on == on and entry.kind in kinds]


@pytest.mark.parametrize("case", cases("month_close", "journal"))
def test_the_entries_of_a_day_say_what_the_table_says(case: dict[str, Any]) -> None:
    one, kinds = ABOUT[case["name"]]
    entries = entered(one, case["on"], kinds, case.get("marketplace_fee", "acquisition"))
    expected = {row["account"]: Decimal(row.get("debit", 0)) - Decimal(row.get("credit", 0)) for row in case["lines"]}
    assert netted(entries) == expected and total(expected.values()) == 0
    assert all(entry.debits == entry.credits for entry in entries)


@pytest.mark.parametrize("case", cases("month_close", "balance"))
def test_entries_add_up_to_the_balances_of_the_table(case: dict[str, Any]) -> None:
    one = course(YEAR, OUT)
    entries = [
        entry for month in (3, 4) for entry in closing.journal([one], date(2026, month, 1), CHART, "acquisition")
    ]
    expected = {row["account"]: Decimal(row["balance"]) for row in case["accounts"]}
    assert netted(entries) == {name: amount for name, amount in expected.items() if amount}


# What became known after a month was closed


def figures(rows: list[dict[str, str]]) -> dict[tuple[str, str], dict[str, Decimal]]:
    keys = ("rail", "reference")
    return {
        (row["rail"], row["reference"]): {name: Decimal(value) for name, value in row.items() if name not in keys}
        for row in rows
    }


@pytest.mark.parametrize("case", cases("month_close", "restatement"))
def test_what_changed_appeared_or_is_gone_is_told_and_what_was_closed_stays(case: dict[str, Any]) -> None:
    closed, now = figures(case["closed"]), figures(case["now"])
    found = closing.differences(closed, now, {})
    told = [
        {
            "rail": one.rail,
            "reference": one.reference,
            "kind": one.kind,
            "column": one.column,
            "closed": "" if one.closed is None else f"{one.closed}",
            "is": "" if one.is_now is None else f"{one.is_now}",
            "difference": f"{one.difference:.2f}",
        }
        for one in found
    ]
    assert told == case["expect"]
    assert figures(case["closed"]) == closed
    for column, difference in case["differences"].items():
        assert total(one.difference for one in found if one.column == column) == Decimal(difference)
        assert total(line[column] for line in closed.values()) == Decimal(case["closed_totals"][column])
        assert total(line[column] for line in now.values()) == Decimal(case["now_totals"][column])


def test_a_month_that_was_closed_reads_back_as_it_was() -> None:
    lines = closing.ledger([course(YEAR, OUT)], date(2026, 4, 1))
    entries = closing.journal([course(YEAR, OUT)], date(2026, 4, 1), CHART, "acquisition")
    kept = closing.paper_of(closing.written(lines, entries, {"month": "2026-04-01", "gaps": ["a charge"]}))
    assert (kept.lines, kept.entries, kept.gaps) == (lines, entries, ("a charge",))
    assert closing.restated(lines, lines) == () and closing.restated_accounts(entries, entries) == ()


@pytest.mark.parametrize("paper", ["", "{}", '{"columns": ["rail"], "lines": [["aws", "two"]]}', "[]"])
def test_a_paper_that_nobody_can_read_is_refused(paper: str) -> None:
    with pytest.raises(closing.PaperError, match="cannot be read"):
        closing.paper_of(paper)


def test_a_paper_knows_the_day_of_its_snapshot() -> None:
    paper = closing.written([], [], {"manifest": {"snapshot_on": "2026-06-30"}})
    assert closing.paper_of(paper).snapshot_on == date(2026, 6, 30)
    assert closing.paper_of(closing.written([], [], {})).snapshot_on is None


def test_an_older_paper_keeps_no_journal() -> None:
    assert closing.paper_of('{"columns": ["rail", "reference", "customer_id"], "lines": []}').entries is None


def test_the_same_money_on_another_account_is_restated_and_booked() -> None:
    """March was closed with its part of the fee, 20.94, as acquisition on 6100. As cost of revenue it is on 5100, and
    every line of the ledger is as it was.
    """
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    closed, now = (closing.journal([course(YEAR)], march, CHART, reading) for reading in ("acquisition", "revenue"))
    fee = Decimal("20.94")
    told = [(one.rail, one.reference, one.kind, one.difference) for one in closing.restated_accounts(closed, now)]
    assert told == [("aws", "account 5100", "appeared", fee), ("aws", "account 6100", "gone", -fee)]
    [entry] = closing.booked(closed, now, april)
    assert (entry.on, entry.kind, entry.restates) == (april, "restatement of 2026-03", march)
    assert [(one.account.number, one.debit, one.credit) for one in entry.postings] == [
        ("5100", fee, 0),
        ("6100", 0, fee),
    ]
    assert closing.booked((*closed, entry), now, april) == ()


# Laws over any course

days = st.integers(0, 500).map(lambda number: date.fromordinal(JANUARY.toordinal() + number))
amounts = st.integers(-200_000, 2_000_000).map(lambda number: Decimal(number) / 100)
positive = st.integers(1, 2_000_000).map(lambda number: Decimal(number) / 100)
SIGNED = (TAX, OTHER, FEE, PAYOUT)
PARTS = (TAX, OTHER, REFUND, CREDIT_NOTE, FEE, PAYOUT, CHARGE)


@st.composite
def any_invoice(draw: st.DrawFn) -> tuple[list[Line], list[Movement]]:
    """An invoice of up to three lines at a rail, and up to eight things that befall it on any day."""
    rail, invoiced = draw(st.sampled_from(["aws", "stripe"])), draw(days)
    ended = draw(st.none() | days)
    lines = [
        Line(rail, "ref", "c-1", draw(amounts), invoiced, start, start + timedelta(days=long), ended_on=ended)
        for start, long in draw(st.lists(st.tuples(days, st.integers(0, 400)), max_size=3))
    ]
    moved = [
        Movement(
            rail, "ref", part, draw(days), draw(amounts if part in SIGNED else positive), holds_tax=rail == "stripe"
        )
        for part in draw(st.lists(st.sampled_from(PARTS), min_size=0 if lines else 1, max_size=8))
    ]
    return lines, moved


def one_of(lines: list[Line], moved: list[Movement]) -> Course:
    [found] = closing.courses(lines, moved)
    return found


any_course = any_invoice().map(lambda told: one_of(*told))
MONTHS = [add_months(JANUARY, number) for number in range(32)]  # the last day, its 400 days, and a month to spare


@given(any_course, st.sampled_from(["acquisition", "revenue"]))
def test_every_entry_balances_and_the_books_move_by_the_journal(one: Course, fee_read_as: str) -> None:
    """Of every balance account: what the entries of a month add is its balance at the end less that at the start."""
    before = LedgerLine(one.rail, one.reference, one.customer_id)
    for month in MONTHS:
        entries = closing.journal([one], month, CHART, fee_read_as)
        assert all(entry.debits == entry.credits for entry in entries)
        line, moved = in_month(one, month), netted(entries)
        for column, name, sign in (
            ("deferred", "Deferred revenue", -1),
            ("accrued", "Accrued revenue", 1),
            ("prepaid_fee", "Prepaid fees", 1),
            ("accrued_fee", "Accrued fees", -1),
            ("receivable", CHART.receivable(one.rail).name, 1),
        ):
            grown = getattr(line, column) - getattr(before, column)
            assert moved.get(name, 0) == sign * grown, (month, column)
        refunds = moved.get("Refunds", Decimal(0)) + moved.get("Revenue", Decimal(0))
        assert -refunds == line.recognised
        assert moved.get("Taxes payable", 0) == -line.tax and moved.get("Cash", 0) == line.paid_out
        before = line


STANDING = {"deferred": -1, "accrued": 1, "prepaid_fee": 1, "accrued_fee": -1, "receivable": 1}  # debits above zero


@given(st.lists(any_invoice(), min_size=3, max_size=3), st.integers(0, len(MONTHS) - 3))
def test_what_was_posted_comes_to_the_balances_whatever_later_snapshots_say(
    told: list[tuple[list[Line], list[Movement]]], number: int
) -> None:
    """Months up to one are closed on a first snapshot, the next on a second, the one after is posted on a third: every
    account of the balance sheet then stands at what the third ledger says, and revenue at all that it earned.
    """
    first, second, third = ([one_of(*one)] for one in told)
    closed, following, last = MONTHS[: number + 1], MONTHS[number + 1], MONTHS[number + 2]

    def own(courses: list[Course], *months: date) -> list[Entry]:
        return [entry for month in months for entry in closing.journal(courses, month, CHART, "acquisition")]

    posted = own(first, *closed)
    posted += [*closing.booked(posted, own(second, *closed), following), *own(second, following)]
    posted += [*closing.booked(posted, own(third, *closed, following), last), *own(third, last)]
    assert all(entry.debits == entry.credits for entry in posted)
    found, sums = netted(posted), closing.totals(closing.ledger(third, last))
    names = {"deferred": "Deferred revenue", "accrued": "Accrued revenue", "prepaid_fee": "Prepaid fees"}
    names["accrued_fee"] = "Accrued fees"
    for column, name in names.items():
        assert found.get(name, 0) == STANDING[column] * sums[column], column
    owed = total(found.get(CHART.receivable(rail).name, Decimal(0)) for rail in ("aws", "stripe"))
    assert owed == sums["receivable"]
    earned = total(closing.totals(closing.ledger(third, month))["recognised"] for month in MONTHS[: number + 3])
    assert -total(found.get(name, Decimal(0)) for name in ("Revenue", "Refunds")) == earned


@given(any_course)
def test_everything_invoiced_is_earned_given_back_or_still_deferred(one: Course) -> None:
    lines = [in_month(one, month) for month in MONTHS]
    sums = closing.totals(lines)
    asked = sums["gross"] - sums["discount"] + sums["refund"]
    assert asked == sums["recognised"] + lines[-1].deferred - lines[-1].accrued
    assert sums["fee"] == sums["recognised_fee"] + lines[-1].prepaid_fee - lines[-1].accrued_fee
    assert asked + sums["tax"] - sums["fee"] - sums["other"] - sums["paid_out"] == lines[-1].receivable


@given(any_invoice(), st.sampled_from(MONTHS))
def test_nothing_that_happens_later_changes_a_month(told: tuple[list[Line], list[Movement]], month: date) -> None:
    """The books of a month are the same where nothing after its end has happened yet, but for one thing: the fee that
    comes with a later invoice is cost of the months its revenue is earned in.
    """
    lines, moved = told
    end = month_end(month)
    until = [one for one in moved if one.on < end]
    first = min((one.on for one in moved if one.part == FEE), default=JANUARY)
    assume((lines or until) and not (lines and end <= first <= lines[0].invoiced_on))
    assert in_month(one_of(lines, until), month) == in_month(one_of(lines, moved), month)


def test_a_refund_of_what_was_earned_does_not_bring_an_ended_term_back() -> None:
    """30.00 for April, fee 3.00. On the 11th the 20.00 that are deferred come back, and the 2.00 of the fee that are
    left are cost that day. In June 5.00 more come back: April stays as it was.
    """
    first = date(2026, 4, 1)
    asked = Line("aws", "ref", "c-1", Decimal(30), first, first, date(2026, 5, 1))
    fee = Movement("aws", "ref", FEE, first, Decimal(3))
    back = Movement("aws", "ref", REFUND, date(2026, 4, 11), Decimal(20))
    more = Movement("aws", "ref", REFUND, date(2026, 6, 11), Decimal(5))
    before, after = one_of([asked], [fee, back]), one_of([asked], [fee, back, more])
    assert in_month(before, first) == in_month(after, first)
    assert (in_month(after, first).recognised, in_month(after, first).recognised_fee) == (10, 3)
    assert in_month(after, date(2026, 6, 1)).recognised == -5


def test_a_refund_at_stripe_holds_its_part_of_the_tax_and_one_of_aws_none() -> None:
    """110.00 with 10.00 of tax in it: 55.00 back hold 5.00 of tax, and 50.00 of the 100.00."""
    first, later = date(2026, 4, 1), date(2026, 4, 11)
    asked = Line("stripe", "ref", "c-1", Decimal(100), first, first, date(2026, 5, 1))
    tax = Movement("stripe", "ref", TAX, first, Decimal(10))
    [whole] = closing.courses([asked], [tax, Movement("stripe", "ref", REFUND, later, Decimal(55), holds_tax=True)])
    [apart] = closing.courses([asked], [tax, Movement("stripe", "ref", REFUND, later, Decimal(55))])
    assert [(turn.net, turn.tax) for turn in whole.turns] == [(Decimal(50), Decimal(5))]
    assert [(turn.net, turn.tax) for turn in apart.turns] == [(Decimal(55), Decimal(0))]
    assert in_month(whole, first).tax == 5 and in_month(whole, first).refund == -50


def test_a_refund_that_pays_out_a_credit_note_counts_once() -> None:
    """30.00 credited on the 5th and refunded on the 9th are 30.00; 12.00 refunded on the 20th are 12.00 more."""
    first = date(2026, 4, 1)
    asked = Line("stripe", "ref", "c-1", Decimal(100), first, first, date(2026, 5, 1))
    told = [(CREDIT_NOTE, 5, 30), (REFUND, 9, 30), (REFUND, 20, 12)]
    moved = [Movement("stripe", "ref", part, date(2026, 4, day), Decimal(amount)) for part, day, amount in told]
    [found] = closing.courses([asked], moved)
    assert [(turn.on.day, turn.net) for turn in found.turns] == [(5, Decimal(30)), (20, Decimal(12))]


def test_a_fee_that_is_charged_after_its_invoice_is_no_cost_before() -> None:
    """60.00 for 60 days from 1 April, invoiced that day, paid on 11 May with a fee of 6.00: April has none of it, and
    the term ends in May.
    """
    first, paid = date(2026, 4, 1), date(2026, 5, 11)
    asked = Line("stripe", "ref", "c-1", Decimal(60), first, first, date(2026, 5, 31))
    [found] = closing.courses([asked], [Movement("stripe", "ref", FEE, paid, Decimal(6))])
    april, may = in_month(found, first), in_month(found, date(2026, 5, 1))
    assert (april.recognised_fee, april.accrued_fee) == (0, 0)
    assert (may.recognised_fee, may.prepaid_fee) == (6, 0)
