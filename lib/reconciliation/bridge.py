"""What lies between the invoices of some months and what the books of their time rate for the same months."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import EXACT, total
from lib.periods import month_of
from lib.reconciliation.evidence import InvoiceLine
from lib.reconciliation.report import PENDING, ParityLine


@dataclass(frozen=True)
class Invoiced:
    """What rails invoiced in a window, and the three steps from there to what we rate; amounts in USD.

    `dated` sums the invoice lines dated in the window. `elsewhere` turns them into the lines of the window's months:
    usage is invoiced a month late. `not_due` was rated and is not invoiced yet; `otherwise` is where a rail invoiced
    otherwise than we rate, or only one of us has the line.
    """

    dated: Decimal
    elsewhere: Decimal
    not_due: Decimal
    otherwise: Decimal

    @property
    def rated(self) -> Decimal:
        """What the books of their time rate for the window's months: the four added up."""
        return total((self.dated, self.elsewhere, self.not_due, self.otherwise))


def invoiced(
    lines: Iterable[tuple[date, InvoiceLine]], report: Iterable[ParityLine], window: tuple[date, date]
) -> Invoiced:
    """Every invoice line with the day of its invoice, the parity report, and a window of whole months → the steps.

    A matched line of the report has no difference, so nobody need pass it.
    """
    first, end = window
    dated, of_months = [], []
    for invoiced_on, line in lines:
        if first <= invoiced_on < end:
            dated.append(line.amount)
        if first <= month_of(line.start_on) < end:
            of_months.append(line.amount)
    within = [line for line in report if first <= month_of(line.start_on) < end]
    return Invoiced(
        dated=total(dated),
        elsewhere=EXACT.subtract(total(of_months), total(dated)),
        not_due=total(line.difference for line in within if line.verdict == PENDING),
        otherwise=total(line.difference for line in within if line.verdict != PENDING),
    )
