"""What was really invoiced for a customer's month, beside the own bill."""

from lib.simulator.bill import Bill
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.months import OwnMonth
from lib.ui.views.overage.question import Question

_HEADERS = {
    "invoiced_on": "Invoiced",
    "rail": "Rail",
    "kind": "Kind",
    "item": "For",
    "period_start_on": "Period from",
    "period_end_on": "Until",
    "amount_usd": "Amount",
}


def show(asked: Question, _: Bill) -> None:
    """The invoice lines that touch the month."""
    if asked.own:
        invoices(asked.own, asked.legend)


def invoices(own: OwnMonth, legend: Legend) -> None:
    """Every invoice line that touches a customer's month, and their sum."""
    month = numbers.month(own.month.month)
    cards.heading(f"Invoice lines that touch {month}: {numbers.exact_money(frames.total(own.invoiced['amount_usd']))}")
    nothing = "Nothing was invoiced for this month so far: its usage is invoiced in the next."
    cards.table_or(own.invoiced, "overage_invoiced", _HEADERS, legend, nothing)
