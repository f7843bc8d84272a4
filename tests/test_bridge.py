"""From invoices to the baseline: every step worked out by hand, and on the sample from its tables alone."""

from datetime import date
from decimal import Decimal

import duckdb

from lib.desk import Desk
from lib.reconciliation import DIFFERING, MATCHED, NOT_INVOICED, NOT_RATED, PENDING, InvoiceLine, ParityLine, invoiced

MAY = (date(2026, 5, 1), date(2026, 6, 1))


def line(start_on: date, amount: str, kind: str = "usage") -> InvoiceLine:
    return InvoiceLine("k1", "c1", "stripe", kind, "images", start_on, Decimal(amount), "in_1")


def judged(start_on: date, rated: str | None, was: str | None, verdict: str) -> ParityLine:
    amounts = [one and Decimal(one) for one in (rated, was)]
    return ParityLine("stripe", "c1", "k1", "usage", "images", start_on, *amounts, verdict, "", "")


def test_every_step_from_the_invoices_of_may_to_what_its_books_rate() -> None:
    april, may, end_of_may, june = date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)
    lines = [
        (may, line(may, "299", "base")),  # of May, in May
        (date(2026, 5, 2), line(april, "40")),  # April's usage, invoiced in May
        (date(2026, 6, 2), line(may, "25")),  # May's usage, invoiced in June
        (june, line(june, "299", "base")),  # neither
    ]
    report = [
        judged(may, "299", "299", MATCHED),
        judged(may, "27", "25", DIFFERING),
        judged(end_of_may, "3.50", None, NOT_INVOICED),
        judged(may, None, "1.25", NOT_RATED),
        judged(end_of_may, "12", None, PENDING),
        judged(june, "8", "5", DIFFERING),  # June's difference is June's
    ]
    found = invoiced(lines, report, MAY)
    # in May 299 + 40 = 339; of May 299 + 25 = 324; 2 + 3.50 - 1.25 = 4.25 otherwise; 339 - 15 + 12 + 4.25 = 340.25
    assert (found.dated, found.elsewhere, found.not_due, found.otherwise) == (339, -15, 12, Decimal("4.25"))
    assert found.rated == Decimal("340.25")


def test_without_invoices_everything_rated_is_still_to_be_invoiced() -> None:
    found = invoiced([], [judged(date(2026, 5, 1), "12", None, PENDING)], MAY)
    assert (found.dated, found.elsewhere, found.otherwise, found.rated) == (0, 0, 0, 12)


def test_on_the_sample_the_steps_lead_to_what_the_books_of_their_time_rate(desk: Desk) -> None:
    """Both sums of invoices from the table itself; the end from the report's own side of the same months."""
    report, (first, end) = desk.parity(), desk.window
    found = desk.invoiced(desk.window, [one for one in report if one.verdict != MATCHED])
    with duckdb.connect(str(desk.warehouse.path), read_only=True) as tables:
        dated, of_months = tables.execute(SUMS, {"first": first, "until": end}).fetchall()[0]
    assert (found.dated, found.dated + found.elsewhere) == (dated, of_months)
    assert found.rated == sum(one.rated or 0 for one in report if first <= one.start_on < end)
    assert found.not_due > 0 > found.elsewhere  # October's usage is not invoiced yet, and business grows


SUMS = """
    select
        sum(amount_usd) filter (invoiced_on >= $first and invoiced_on < $until),
        sum(amount_usd) filter (coalesce(usage_month, period_start_on) >= $first
            and coalesce(usage_month, period_start_on) < $until)
    from marts.invoice_line
"""
