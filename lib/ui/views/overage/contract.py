"""What was rated and what was invoiced for a customer's month, line by line, with the cause of every difference."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.reconciliation import MATCHED, ParityLine
from lib.simulator.bill import Bill
from lib.ui import cards, frames, numbers
from lib.ui.frames import ZERO
from lib.ui.legends import Legend
from lib.ui.months import OwnMonth
from lib.ui.views.overage.question import Question

_RATED = {
    "kind": "Kind",
    "item": "For",
    "start_on": "From",
    "rated_usd": "Rated",
    "invoiced_usd": "Invoiced",
    "difference_usd": "Difference",
    "cause": "Cause",
}
_INVOICED = {
    "invoiced_on": "Invoiced",
    "rail": "Rail",
    "kind": "Kind",
    "item": "For",
    "period_start_on": "Period from",
    "period_end_on": "Until",
    "amount_usd": "Amount",
}
_NOTHING = "No line of this month costs anything by our rules, and none was invoiced for it."


def show(asked: Question, _: Bill) -> None:
    """What was rated and what was invoiced."""
    if asked.own:
        invoices(asked.own, asked.reads.rated(asked.own.customer_id, asked.month.month), asked.legend)


def invoices(own: OwnMonth, lines: Sequence[ParityLine], legend: Legend) -> None:
    """The lines that fall due in a customer's month or are for its usage, and the invoice lines that touch it."""
    monthly = [one for one in lines if not _is_longer(own, one)]
    cards.heading(heading(own, monthly))
    cards.table_or(listing(lines), "overage_rated", _RATED, legend, _NOTHING)
    for told in _longer(own, lines):
        cards.note(told)
    if len(own.invoiced):
        with st.expander("Every invoice line that touches the month, as the rails wrote it", icon=":material/receipt:"):
            cards.table(own.invoiced, "overage_invoiced", _INVOICED, legend)


def heading(own: OwnMonth, lines: Sequence[ParityLine]) -> str:
    """What was rated, what was invoiced so far, and what the difference comes from; fees of longer terms left out."""
    month = f"{own.month.month:%B %Y}"
    if not lines:
        return f"{month}: nothing rated, nothing invoiced"
    rated, invoiced = (frames.total(frames.column(amounts)) for amounts in _sides(lines))
    begins = f"{month}: {numbers.exact_money(rated)} rated, {numbers.exact_money(invoiced)} invoiced so far"
    causes = {one.cause: ZERO for one in lines if one.verdict != MATCHED}
    for one in lines:
        if one.cause in causes:
            causes[one.cause] += one.difference
    if not causes:
        return f"{begins}; no difference"
    told = ", ".join(f"{cause} {numbers.exact_money(apart)}" for cause, apart in causes.items())
    return f"{begins}; difference {numbers.exact_money(rated - invoiced)} ({told})"


def listing(lines: Sequence[ParityLine]) -> pd.DataFrame:
    """Every line with both sides, the difference and its cause."""
    return pd.DataFrame(
        {
            "kind": [one.kind for one in lines],
            "item": [one.item for one in lines],
            "start_on": [one.start_on for one in lines],
            "rated_usd": frames.column(one.rated for one in lines),
            "invoiced_usd": frames.column(one.invoiced for one in lines),
            "difference_usd": frames.column(one.difference for one in lines),
            "cause": [one.cause for one in lines],
        }
    )


def _sides(lines: Sequence[ParityLine]) -> tuple[list[Decimal], list[Decimal]]:
    return [one.rated or ZERO for one in lines], [one.invoiced or ZERO for one in lines]


def _is_longer(own: OwnMonth, line: ParityLine) -> bool:
    """Whether a line is the fee, or a credit of the fee, of a term longer than the month."""
    return line.kind in ("base", "proration") and own.terms.get(line.contract_id, 1) > 1


def _longer(own: OwnMonth, lines: Sequence[ParityLine]) -> list[str]:
    told = [
        f"{numbers.name(one.item)} on {numbers.day(one.start_on)}: {numbers.exact_money(one.rated)} rated for "
        f"{own.terms[one.contract_id]} months at once; it is not in the sum of this month."
        for one in lines
        if _is_longer(own, one)
    ]
    months = own.contracts[-1].months if own.contracts else 1
    if own.bill is None or own.bill.base is None or months == 1:
        return told
    share = numbers.exact_money(own.bill.base)
    span = f"a fee of {numbers.counted(months, 'month')}"
    return [*told, f"The base fee is {span}: 1/{months} = {share} a month."]
