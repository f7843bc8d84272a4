"""Parity: every line of either side is in one class, with a reason that names the fault."""

import tomllib
from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import rails
from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.scenario import overlaid
from lib.contracts import Contract, Offer, Reach
from lib.outcome import Line, Population, UsageCell, outcome
from lib.reconciliation import (
    UNEXPLAINED,
    Evidence,
    InvoiceLine,
    ParityLine,
    Slip,
    causes,
    parity,
    reproduction,
    summary,
)
from lib.reconciliation.suspicions import HYPOTHESES
from tests.conftest import ROOT, cases
from tests.specification import current
from tests.test_contracts import NEW, OLD

REACH = {"stripe": Reach(60, "notice"), "aws": Reach(60, "new_entitlements")}
JULY = date(2026, 7, 1)
STARTER = Contract("k1", "c-0001", "stripe", "starter-monthly", "starter", "monthly", date(2026, 6, 10))
CELL = UsageCell("k1", "words", JULY, Decimal(15_050_000), late=Decimal(1_000_000))
BASE = InvoiceLine("k1", "c-0001", "stripe", "base", "starter-monthly", date(2026, 7, 10), Decimal("299.00"), "i1")
USAGE = InvoiceLine("k1", "c-0001", "stripe", "usage", "words", JULY, Decimal("15.00"), "i2")
EVIDENCE = Evidence([OLD, NEW], {("k1", "words", JULY): CELL}, as_of=date(2026, 8, 31), usage_invoice_day=4)


def rated() -> tuple[Line, ...]:
    window = (JULY, date(2026, 8, 1))
    return outcome([OLD, NEW], Population({"k1": STARTER}, (CELL,)), window, REACH).lines


def report(*invoiced: InvoiceLine, evidence: Evidence = EVIDENCE) -> list[tuple[str, str]]:
    return [(line.verdict, line.reason) for line in parity(rated(), invoiced, evidence)]


def test_equal_lines_match_to_the_cent() -> None:
    assert report(BASE, USAGE) == [("matched", "to the cent"), ("matched", "to the cent")]


def test_late_usage_is_named() -> None:
    # Without the last 1,000,000 words the line was $14.00.
    found = report(BASE, replace(USAGE, amount=Decimal("14.00")))
    assert found[1] == (
        "differing",
        "1,000,000 words arrived after the cut-off, and the invoice is without them; "
        "we rate $15.00, the rail invoiced $14.00",
    )


def test_a_line_at_the_prices_of_another_book_is_named() -> None:
    found = report(replace(BASE, amount=Decimal("249.00")), USAGE)
    assert found[0] == (
        "differing",
        "it has the price of the old book, and the new book governs; we rate $299.00, the rail invoiced $249.00",
    )


def test_a_line_invoiced_twice_is_named() -> None:
    assert report(BASE, replace(BASE, invoice_id="i9"), USAGE)[0] == (
        "differing",
        "it is invoiced 2 times, on i1 and i9; we rate $299.00, the rail invoiced $598.00",
    )


def test_any_other_difference_is_unexplained_and_says_so() -> None:
    assert report(replace(BASE, amount=Decimal("298.98")), USAGE)[0] == (
        "differing",
        "nothing on record explains it; we rate $299.00, the rail invoiced $298.98",
    )


def test_a_line_nobody_invoiced_is_found() -> None:
    assert report(USAGE)[0] == (
        "not invoiced",
        "we rate $299.00 of starter-monthly for the period from 2026-07-10; no invoice has it",
    )


def test_usage_whose_invoice_is_not_due_is_pending() -> None:
    found = report(BASE, evidence=replace(EVIDENCE, as_of=date(2026, 8, 3)))
    assert found[1] == ("pending", "the usage of July 2026 is invoiced on 2026-08-04")


def test_a_line_without_any_contract_is_found() -> None:
    stray = replace(BASE, contract_id="k9")
    told = (
        "$299.00 of starter-monthly for the period from 2026-07-10 is invoiced to k9, and no rail lists such a contract"
    )
    assert ("not rated", told) in report(BASE, USAGE, stray)


def test_a_plan_in_no_book_is_reported_and_not_dropped() -> None:
    lost = replace(STARTER, plan_key=None, tier=None)
    lines = outcome([OLD, NEW], Population({"k1": lost}, ()), (JULY, date(2026, 8, 1)), REACH).lines
    invoice = replace(BASE, item="", amount=Decimal("99.00"))
    (found,) = parity(lines, [invoice], EVIDENCE)
    assert isinstance(found, ParityLine)
    assert (found.verdict, found.reason) == ("not rated", "the rail invoiced $99.00 for a plan that is in no book")


def test_the_summary_names_every_class() -> None:
    lines = parity(rated(), [BASE], EVIDENCE)
    assert summary(lines) == {"matched": 1, "differing": 0, "not invoiced": 1, "not rated": 0, "pending": 0}


# One slip to a row, at the prices of the specification


RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
JUNE = date(2026, 6, 10)
OFFER = Offer("o2", Decimal(12_000), {"images": Allowance("quantity", Decimal(1_000))})
CONTRACTS = {
    "k1": Contract("k1", "c-0001", "stripe", "accelerate-monthly", "accelerate", "monthly", JUNE),
    "k2": Contract("k2", "c-0002", "aws", "accelerate-annual", "accelerate", "annual", JUNE, offer=OFFER),
    "k3": Contract(
        "k3", "c-0003", "stripe", "starter-monthly", "starter", "monthly", JUNE, date(2026, 7, 22), "upgrade"
    ),
}
STARTS = {"usage": JULY, "base": date(2026, 7, 10), "proration": date(2026, 7, 22)}


def hand_book(case: dict[str, Any]) -> Book:
    """The specification's book, with the bands of the row where it has its own."""
    if "bands" not in case:
        return current()
    bands = [{"from": start, "unit_price": price} for start, price in case["bands"]]
    return overlaid(current(), {"dimensions": {case["line"][2]: {"bands": bands}}}, "a case")


def usage_of(case: dict[str, Any]) -> tuple[UsageCell, ...]:
    contract, _, item = case["line"]
    used = (
        [UsageCell(contract, item, JULY, Decimal(case["used"]), Decimal(case.get("late", 0)))] if "used" in case else []
    )
    return (*used, *(UsageCell(k, name, month, Decimal(much)) for k, name, month, much in case.get("also", ())))


def invoice(line: Line, amount: Decimal, number: int) -> InvoiceLine:
    contract, item = line.contract, line.dimension or line.contract.plan_key or ""
    own = (contract.contract_id, contract.customer_id, contract.rail, line.kind, item, line.start_on)
    return InvoiceLine(*own, amount, f"i{number}")


def judged(case: dict[str, Any], slips: dict[tuple[str, str, date], Slip] | None = None) -> ParityLine:
    """The report line of a row; every other line is invoiced as it is rated."""
    contract, kind, item = case["line"]
    start_on = date(2026, 6, 10) if contract == "k2" and kind == "base" else STARTS[kind]
    book, cells = hand_book(case), usage_of(case)
    lines = outcome([book], Population(CONTRACTS, cells), (date(2026, 6, 1), date(2026, 8, 1)), REACH).lines
    [own] = [
        line
        for line in lines
        if (line.contract.contract_id, line.kind, line.dimension or line.contract.plan_key, line.start_on)
        == (contract, kind, item, start_on)
    ]
    other = case.get("exchanged", {"contract": None, "invoiced": "0"})
    invoiced = [invoice(own, Decimal(amount), n) for n, amount in enumerate(case["invoiced"], 1)]
    for line in lines:
        if line is not own and line.amount:
            is_exchanged = (line.contract.contract_id, line.dimension) == (other["contract"], item)
            invoiced.append(invoice(line, Decimal(other["invoiced"]) if is_exchanged else line.amount, 9))
    evidence = Evidence(
        books=[book],
        usage={(cell.contract_id, cell.dimension, cell.month): cell for cell in cells},
        as_of=date(2026, 8, 31),
        usage_invoice_day=4,
        slips=slips or {},
        contracts=CONTRACTS,
        rails=RAILS,
    )
    report = parity(lines, invoiced, evidence)
    apart = [line for line in report if line.verdict != "matched"]
    assert len(apart) == (2 if "exchanged" in case else 1)
    return next(line for line in apart if line.contract_id == contract)


@pytest.mark.parametrize("case", cases("parity", "slip"))
def test_a_slip_is_named(case: Any) -> None:
    found = judged(case)
    assert found.rated == Decimal(case["rated"])
    assert (found.verdict, found.cause) == (case.get("class", "differing"), case["cause"]), found.reason
    assert case["words"] in found.reason


def test_a_hypothesis_is_for_a_kind_of_line_and_each_cause_is_said_in_a_few_words() -> None:
    assert all(set(one.kinds) <= {"usage", "base", "proration"} and one.kinds for one in HYPOTHESES)
    assert all(len(one.cause) <= 35 for one in HYPOTHESES)
    assert len({(one.cause, one.suspicion) for one in HYPOTHESES}) == len(HYPOTHESES)


def test_every_cause_has_a_row_worked_out_by_hand() -> None:
    slips = tomllib.loads((ROOT / "tests" / "cases" / "parity.toml").read_text())["slip"]
    faults = tomllib.loads((ROOT / "tests" / "cases" / "planted_faults.toml").read_text())["fault"]
    worked_out = {row["cause"] for row in slips} | {told["cause"] for fault in faults for told in fault["expect"]}
    assert {one.cause for one in HYPOTHESES} <= worked_out


# Laws


CENT = Decimal("0.01")
USED = st.integers(1_000, 100_000)
FEW = settings(max_examples=15)  # every example builds the books of all readings


def cents(amount: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    return amount.quantize(CENT, rounding)


@FEW
@given(USED, st.integers(0, 500))
def test_known_slips_on_any_quantity_are_never_unexplained(used: int, late: int) -> None:
    """Images at five cents above a hundred: each slip once, by arithmetic of the test's own."""
    timely = used - late
    right = Decimal("0.05") * (timely - 100)
    for wrong in (
        Decimal("0.05") * timely,
        -right,
        right * 100,
        right * 1000,
        right * 2,
        cents(right * Decimal("0.9")),
        cents(right / 100),
        cents(right - cents(right * Decimal("0.029") + Decimal("0.30")) - cents(right * Decimal("0.007"))),
    ):
        case = {"line": ["k1", "usage", "images"], "used": str(used), "late": str(late), "invoiced": [str(wrong)]}
        if wrong != right + Decimal("0.05") * late:
            found = judged(case)
            assert found.cause != UNEXPLAINED or abs(wrong) < 20, (wrong, found.reason)


@FEW
@given(st.integers(1, 10**6))
def test_a_fraction_cut_off_is_never_unexplained(over: int) -> None:
    exact = Decimal("0.01") * over / 1000
    wrong = cents(exact, ROUND_DOWN)
    case = {"line": ["k2", "usage", "api_requests"], "used": str(10_000 + over), "invoiced": [str(wrong)]}
    if wrong != cents(exact):
        assert judged(case).cause != UNEXPLAINED


@FEW
@given(USED, st.integers(1, 500))
def test_copies_counted_again_are_never_unexplained(used: int, copied: int) -> None:
    wrong = Decimal("0.05") * (used + copied - 100)
    case = {"line": ["k1", "usage", "images"], "used": str(used), "invoiced": [str(wrong)]}
    slips = {("k1", "images", JULY): Slip(Decimal(copied), Decimal(0))}
    assert judged(case, slips).cause != UNEXPLAINED


@given(st.lists(st.decimals(-1000, 1000, places=2), max_size=3))
def test_every_invoiced_dollar_is_in_one_line(amounts: list[Decimal]) -> None:
    lines = [replace(USAGE, amount=amount, invoice_id=f"i{n}") for n, amount in enumerate(amounts)]
    stray = replace(BASE, contract_id="k9")
    found = parity(rated(), [*lines, stray], EVIDENCE)
    assert sum(line.invoiced or 0 for line in found) == sum(amounts, stray.amount)
    assert len({(line.contract_id, line.kind, line.item, line.start_on) for line in found}) == len(found)


# Lines that one side lacks


def test_a_line_moved_to_another_day_is_named_on_both_sides() -> None:
    moved = replace(BASE, start_on=date(2026, 7, 12))
    assert report(moved, USAGE)[0] == (
        "not invoiced",
        "$299.00 is invoiced as the line of the period from 2026-07-12, on i1",
    )
    assert report(moved, USAGE)[1] == ("not rated", "it is the line of the period from 2026-07-10: $299.00")


@pytest.mark.parametrize(
    ("stray", "cause", "words"),
    [
        ({"start_on": date(2026, 7, 30), "amount": Decimal(7)}, UNEXPLAINED, "no period of the contract starts"),
        ({"start_on": date(2026, 6, 1), "amount": Decimal(7)}, "outside the contract", "runs from 2026-06-10"),
        ({"kind": "usage", "item": "images", "start_on": JULY}, "no usage", "no usage of it is on record"),
    ],
)
def test_an_invoice_that_nothing_brings_says_what_lacks(stray: dict[str, Any], cause: str, words: str) -> None:
    evidence = replace(EVIDENCE, contracts={"k1": STARTER})
    found = parity(rated(), [BASE, USAGE, replace(BASE, **stray)], evidence)
    [line] = [line for line in found if line.verdict == "not rated"]
    assert line.cause == cause
    assert words in line.reason


# The report in numbers


def test_the_reproduction_counts_what_was_invoiced() -> None:
    lines = parity(rated(), [BASE, replace(USAGE, amount=Decimal("3.33"))], EVIDENCE)
    found = reproduction(lines)
    assert (found.invoiced, found.matched, found.missing, found.unexplained) == (2, 1, 0, 1)
    assert found.words == (
        "the books of their time reproduce 1 of 2 invoiced lines to the cent; 1 unexplained, 0 never invoiced"
    )
    assert causes(lines) == {("matched", "to the cent"): 1, ("differing", "unexplained"): 1}


def test_where_nothing_was_invoiced_nothing_is_reproduced() -> None:
    assert reproduction([]).words == "no invoiced line can be compared"


def test_a_difference_is_what_we_rate_less_what_was_invoiced() -> None:
    found = parity(rated(), [replace(BASE, amount=Decimal(300))], EVIDENCE)
    assert [line.difference for line in found] == [Decimal("-1.00"), Decimal("15.00")]
