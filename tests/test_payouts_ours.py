"""Our side of every invoice: what the parity report and the agreements make of it, in small worlds written here."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lib import rails
from lib.payouts import Paid, Selling, Stated, classed, ours
from lib.rails import Terms
from lib.reconciliation import (
    DIFFERING,
    MATCHED,
    NOT_INVOICED,
    NOT_RATED,
    PENDING,
    InvoiceLine,
    ParityLine,
)
from tests.conftest import ROOT

RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def selling(**known: Any) -> Selling:
    usual: dict[str, Any] = {"rails": RAILS, "terms": {}, "paid": {}, "usual": {}, "usage_invoice_day": 4}
    return Selling(**{**usual, **known})


def line(amount: str, invoice: str = "INV-1", **known: Any) -> InvoiceLine:
    usual = {"rail": "aws", "kind": "base", "item": "accelerate-monthly", "start_on": JUNE, "contract_id": "agmt-1"}
    return InvoiceLine(**{**usual, "customer_id": "c-1", "amount": Decimal(amount), "invoice_id": invoice, **known})


def told(rated: str | None, invoiced: str | None, verdict: str, cause: str = "because", **known: Any) -> ParityLine:
    usual = {"rail": "aws", "kind": "base", "item": "accelerate-monthly", "start_on": JUNE, "contract_id": "agmt-1"}
    both = {name: None if it is None else Decimal(it) for name, it in (("rated", rated), ("invoiced", invoiced))}
    words = {"verdict": verdict, "cause": cause, "reason": f"told at length of {cause}"}
    return ParityLine(**{**usual, "customer_id": "c-1", **both, **words, **known})


def only(lines: list[InvoiceLine], report: list[ParityLine], **known: Any) -> Any:
    [one] = ours(lines, report, selling(**known)).lines
    return one


def test_a_line_that_matches_is_what_stands_on_the_invoice() -> None:
    """1,499 x 3 % = 44.97; with the matched line in the report or without it."""
    for report in ([], [told("1499.00", "1499.00", MATCHED)]):
        one = only([line("1499.00")], report)
        assert (one.reference, one.customer_id, one.on) == ("INV-1", "c-1", JUNE)
        assert (one.gross, one.fee, one.why) == (Decimal("1499.00"), Decimal("44.97"), "")


def test_a_line_that_differs_is_expected_as_we_rate_it_with_its_reason() -> None:
    """We rate 1,499, they invoiced 1,249: 1,499 x 3 % = 44.97 is expected, not the 37.47 of 1,249."""
    one = only([line("1249.00")], [told("1499.00", "1249.00", DIFFERING, "prices of another book")])
    assert (one.gross, one.fee) == (Decimal("1499.00"), Decimal("44.97"))
    assert one.why == "prices of another book: told at length of prices of another book"


def test_a_line_invoiced_twice_is_expected_once() -> None:
    """On two invoices, the first that has our amount is ours; the other invoice is unknown to us."""
    lines = [line("1500.00", "INV-1"), line("1499.00", "INV-2")]
    found = ours(lines, [told("1499.00", "2999.00", DIFFERING, "invoiced more than once")], selling())
    assert [(one.reference, one.gross) for one in found.lines] == [("INV-2", Decimal("1499.00"))]
    assert dict(found.unknown) == {("aws", "INV-1"): "told at length of invoiced more than once"}


def test_an_invoice_that_nothing_of_ours_brings_is_unknown_and_says_why() -> None:
    found = ours([line("99.00")], [told(None, "99.00", NOT_RATED, "plan in no book")], selling())
    assert found.lines == ()
    assert dict(found.unknown) == {("aws", "INV-1"): "told at length of plan in no book"}


UNNAMED = {"item": ""}  # an AWS invoice to whose line we never told a reference of our own


def test_a_line_that_names_no_plan_is_the_contracts_line_of_that_day() -> None:
    """Same contract, day and amount: the same money; the fee is that of 1,499. Nothing is expected a second time."""
    report = [told(None, "1499.00", NOT_RATED, **UNNAMED), told("1499.00", None, NOT_INVOICED)]
    found = ours([line("1499.00", **UNNAMED)], report, selling())
    assert [(one.reference, one.gross, one.fee, one.why) for one in found.lines] == [
        ("INV-1", Decimal("1499.00"), Decimal("44.97"), "")
    ]
    assert not found.unknown


def test_a_line_that_names_no_plan_and_has_another_amount_differs() -> None:
    report = [told(None, "1249.00", NOT_RATED, **UNNAMED), told("1499.00", None, NOT_INVOICED, "invoice line missing")]
    one = only([line("1249.00", **UNNAMED)], report)
    assert (one.reference, one.gross) == ("INV-1", Decimal("1499.00"))
    assert one.why.startswith("invoice line missing")


def test_a_second_line_without_a_name_is_unknown_and_one_of_another_day_too() -> None:
    lines = [line("1499.00", "INV-1", **UNNAMED), line("1499.00", "INV-2", **UNNAMED)]
    lines.append(line("1499.00", "INV-3", **UNNAMED, start_on=JULY))
    report = [
        told(None, "2998.00", NOT_RATED, "no plan", **UNNAMED),
        told(None, "1499.00", NOT_RATED, "no plan", **UNNAMED, start_on=JULY),
        told("1499.00", None, NOT_INVOICED),
    ]
    found = ours(lines, report, selling())
    assert [one.reference for one in found.lines] == ["INV-1"]
    assert {invoice for _, invoice in found.unknown} == {"INV-2", "INV-3"}


def test_a_named_line_of_another_amount_is_not_taken_for_a_plan() -> None:
    """What the invoice calls words is not the plan's fee, though contract and day are the same."""
    report = [told(None, "5.00", NOT_RATED, item="other"), told("1499.00", None, NOT_INVOICED)]
    found = ours([line("5.00", item="other")], report, selling())
    assert [one.reference for one in found.lines] == ["agmt-1 due 2026-06-01"]
    assert set(found.unknown) == {("aws", "INV-1")}


def test_usage_is_due_on_the_invoice_day_of_the_next_month_and_rated_line_by_line() -> None:
    """0.50 and 0.50: each keeps 0.015, which is 0.02, together 0.04; of 1.00 at once it would be 0.03."""
    usage = [line("0.50", kind="usage", item=item) for item in ("words", "images")]
    one = only(usage, [])
    assert (one.on, one.gross, one.fee) == (date(2026, 7, 4), Decimal("1.00"), Decimal("0.04"))


def test_what_no_invoice_holds_is_expected_under_its_contract_and_day() -> None:
    """June's usage: 10.00 + 20.00, each with 3 %: 0.30 + 0.60; of words that we rate at nothing no invoice is due."""
    report = [
        told("10.00", None, PENDING, kind="usage", item="words"),
        told("20.00", None, NOT_INVOICED, kind="usage", item="images"),
        told("0.00", None, NOT_INVOICED, kind="usage", item="videos"),
    ]
    one = only([], report)
    assert (one.reference, one.on) == ("agmt-1 due 2026-07-04", date(2026, 7, 4))
    assert (one.gross, one.fee) == (Decimal("30.00"), Decimal("0.90"))


@pytest.mark.parametrize(
    ("terms", "fee"),
    [
        (Terms(), "3000.00"),  # 3 % of 100,000
        (Terms("private", Decimal(900_000)), "3000.00"),
        (Terms("private", Decimal(1_000_000)), "2000.00"),  # 2 %: the contract's value decides, not the line's
        (Terms("private", Decimal(10_000_000)), "1500.00"),
        (Terms("private", Decimal(1_000_000), renewal=True), "1500.00"),
        (Terms("private", Decimal(1_000_000), channel_partner=True), "2500.00"),  # 2 % + 0.5 points
        (Terms("private", None), "3000.00"),  # no value on record: the line's own
        (Terms("public", Decimal(10_000_000)), "3000.00"),  # bands are for private offers
    ],
)
def test_the_fee_follows_the_agreement(terms: Terms, fee: str) -> None:
    assert only([line("100000.00")], [], terms={"agmt-1": terms}).fee == Decimal(fee)


def test_a_band_that_is_taken_for_granted_is_told_with_the_fee() -> None:
    """An instalment of 100,000 of an offer whose value no feed tells: we expect 3 %, of a large one 2 % were kept."""
    unknown = only([line("100000.00")], [], terms={"agmt-1": Terms("private", None)})
    its = Stated("aws", "INV-1", None, JUNE, Decimal("100000.00"), Decimal("2000.00"))
    [found] = classed([unknown], [its], RAILS, JULY)
    assert (found.verdict, found.fee_difference) == ("fee differs", Decimal("-1000.00"))
    assert "the whole contract's value is in no feed" in found.reason
    for terms in (Terms("private", Decimal(100_000)), Terms("private", None, renewal=True), Terms()):
        assert "in no feed" not in only([line("100000.00")], [], terms={"agmt-1": terms}).words


def test_a_credit_gives_its_fee_back() -> None:
    """3 % of 1,499 is 44.97, of the credit of 149.50 is 4.485, which is 4.49: 40.48 is kept of 1,349.50."""
    both = [line("1499.00"), line("-149.50", kind="proration", item="starter-monthly")]
    one = only(both, [])
    assert (one.gross, one.fee) == (Decimal("1349.50"), Decimal("40.48"))


STRIPE = {"rail": "stripe", "invoice_id": "in_1", "contract_id": "sub-1"}


@pytest.mark.parametrize(
    ("method", "usual", "fee"),
    [
        ("card_international", "ach", "76.75"),  # as it was paid: 66.26 + 10.49
        (None, "ach", "15.49"),  # not settled: as the customer paid last: 5.00 + 10.49
        (None, None, "54.26"),  # nothing known: by card, 43.77 + 10.49
        ("link", None, "54.26"),  # a way the schedule has no row of
    ],
)
def test_stripe_takes_its_fee_of_the_whole_charge_by_how_it_was_paid(
    method: str | None, usual: str | None, fee: str
) -> None:
    """Two lines of one invoice make one charge of 1,499, with 30 cents once."""
    lines = [line("1400.00", **STRIPE), line("99.00", **STRIPE, kind="usage", item="words")]
    paid = {("stripe", "in_1"): Paid(JULY, method)} if method else {}
    one = only(lines, [], paid=paid, usual={"c-1": usual} if usual else {})
    assert (one.gross, one.fee) == (Decimal("1499.00"), Decimal(fee))


def test_a_day_before_the_schedule_expects_no_fee_and_says_so() -> None:
    """The file has no Billing row before 10 July 2024; one old sale must not silence every other line."""
    one = only([line("299.00", **STRIPE)], [], paid={("stripe", "in_1"): Paid(date(2024, 7, 9), "card")})
    assert one.fee == 0
    assert "Stripe has no 'billing' row in force" in one.words
    [verdict] = classed([one], [Stated("stripe", "in_1", None, one.on, one.gross, Decimal("8.97"))], RAILS, JULY)
    assert verdict.verdict == "fee differs"
    assert "no 'billing' row in force" in verdict.reason


def test_an_invoice_of_credits_is_no_charge() -> None:
    one = only([line("-20.00", **STRIPE, kind="proration")], [])
    assert (one.gross, one.fee) == (Decimal("-20.00"), Decimal(0))


def test_many_reasons_are_told_as_two_and_a_count() -> None:
    items = ("words", "images", "seats")
    lines = [line("1.00", kind="usage", item=item) for item in items]
    report = [told("2.00", "1.00", DIFFERING, f"cause {item}", kind="usage", item=item) for item in items]
    assert only(lines, report).why == (
        "cause words: told at length of cause words; cause images: told at length of cause images; and 1 more"
    )
