"""Parity: every line of either side is in one class, with a reason that names the fault."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from lib.contracts import Contract, Reach
from lib.outcome import Line, Population, UsageCell, outcome
from lib.reconciliation import Evidence, InvoiceLine, ParityLine, parity, summary
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
    assert found[1] == ("differing", "late usage: 1000000 units arrived after the invoice")


def test_a_line_at_the_prices_of_another_book_is_named() -> None:
    found = report(replace(BASE, amount=Decimal("249.00")), USAGE)
    assert found[0] == ("differing", "invoiced at the prices of the old book; the new book governs")


def test_a_line_invoiced_twice_is_named() -> None:
    assert report(BASE, replace(BASE, invoice_id="i9"), USAGE)[0] == ("differing", "invoiced 2 times")


def test_any_other_difference_is_unexplained_and_says_so() -> None:
    assert report(replace(BASE, amount=Decimal("298.99")), USAGE)[0] == ("differing", "unexplained")


def test_a_line_nobody_invoiced_is_found() -> None:
    assert report(USAGE)[0] == ("not invoiced", "unexplained")


def test_usage_whose_invoice_is_not_due_is_pending() -> None:
    found = report(BASE, evidence=replace(EVIDENCE, as_of=date(2026, 8, 3)))
    assert found[1] == ("pending", "the usage of July 2026 is invoiced on 2026-08-04")


def test_a_line_without_any_contract_is_found() -> None:
    stray = replace(BASE, contract_id="k9")
    assert ("not rated", "invoiced, but no contract or usage brings this line") in report(BASE, USAGE, stray)


def test_a_plan_in_no_book_is_reported_and_not_dropped() -> None:
    lost = replace(STARTER, plan_key=None, tier=None)
    lines = outcome([OLD, NEW], Population({"k1": lost}, ()), (JULY, date(2026, 8, 1)), REACH).lines
    invoice = replace(BASE, item="", amount=Decimal("99.00"))
    (found,) = parity(lines, [invoice], EVIDENCE)
    assert isinstance(found, ParityLine)
    assert (found.verdict, found.reason) == ("not rated", "the rail bills a plan that is in no book")


def test_the_summary_names_every_class() -> None:
    lines = parity(rated(), [BASE], EVIDENCE)
    assert summary(lines) == {"matched": 1, "differing": 0, "not invoiced": 1, "not rated": 0, "pending": 0}
