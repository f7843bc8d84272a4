"""The month close: what a month earned and still owes, its journal by account, and what changed in closed months."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from lib import charts
from lib.money import total
from lib.ui import cards, closing, controls, frames, numbers
from lib.ui.cards import Card, Tables
from lib.ui.closing import Books, ClosedMonth
from lib.ui.legends import Legend
from lib.ui.views import closing_months

ASSUMPTIONS = (
    "Revenue is earned by the days of its service period: our reading of straight-line recognition, data/billing.toml. "
    "A month's usage is revenue of that month, whenever it is invoiced.",
    "What a rail keeps of a sale is spread over the same days; a refund takes off what is deferred first, then the "
    "revenue of its own month. A closed month never changes, and is shown and downloaded as it was closed: what later "
    "snapshots say of it is a restatement, booked in the journal of the first month that is not closed.",
    "Accounts are those of data/accounts.toml; taxes are in no revenue.",
)
_ACCOUNTS = {
    "account": "Account",
    "account_name": "Name",
    "debit_usd": "Debit",
    "credit_usd": "Credit",
    "balance_usd": "Debit less credit",
}
_POSTINGS = {
    "entered_on": "Day",
    "kind": "Entry",
    "rail": "Rail",
    "customer_id": "Customer",
    "reference": "Invoice",
    "debit_usd": "Debit",
    "credit_usd": "Credit",
}
_FIGURES = {
    "gross": "Gross, before discounts",
    "discount": "Discounts",
    "refund": "Refunds",
    "tax": "Taxes",
    "fee": "Fee charged",
    "other": "Other charges",
    "recognised": "Revenue recognised",
    "deferred": "Deferred revenue at the month's end",
    "accrued": "Accrued revenue at the month's end",
    "recognised_fee": "Fee recognised",
    "prepaid_fee": "Prepaid fee at the month's end",
    "accrued_fee": "Accrued fee at the month's end",
    "paid_out": "Paid out",
    "receivable": "Receivable at the month's end",
}


def show(legend: Legend, tell: Callable[[str], None] = cards.heading) -> Tables:
    """The panel: a month's books, its accounts, the way to close it, and the closed months → its tables to download.

    `tell` says the panel's answer, as a heading unless a page has a better place for it.
    """
    closed = closing.closings()
    months = closing.months(closed)
    if not months:
        tell("$0 was invoiced, so no month can be closed")
        return {}
    names = {str(month): numbers.month(month) for month in months}
    room = st.container()
    month = date.fromisoformat(controls.choice("close_month", "Books of", names))
    books, since = closing.books(month, closed.sealed), closed.of(month)
    with room:
        tell(finding(books, since, closing.reasons(month)))
    closing_months.say()
    cards.row(_cards(books))
    _picture(closing.deferred(month, closed.sealed), month, legend)
    _figures(books, legend)
    cards.note(*(f"Not in the books: {cards.plain(gap)}." for gap in books.gaps))
    _accounts(books, closed.sealed, legend)
    closing_months.door(month, closed)
    closing_months.listed(closed, legend)
    return {
        f"Journal of {numbers.month(month)}": closing.journal_later(month, closed.sealed),
        f"Ledger of {numbers.month(month)}": closing.ledger_later(month, closed.sealed),
        "Restatements": closing.all_restated(closed.months),
    }


def finding(books: Books, since: ClosedMonth | None, reasons: tuple[str, ...]) -> str:
    """Whether the month is closed or can be, with what it earned and what is still owed in service."""
    month = numbers.month(books.month)
    earned, owed = (numbers.money(books.totals[name]) for name in ("recognised", "deferred"))
    told = f"{earned} recognised, {owed} deferred"
    if since is None:
        return f"{month} cannot be closed yet: {told}" if reasons else f"{month} can be closed: {told}"
    if since.restated.empty:
        return f"{month} is closed: {told}, and nothing changed since"
    figures = numbers.counted(len(since.restated), "figure is", "figures are")
    moved = numbers.exact_change(closing.sum_of(since.restated, "recognised"))
    return f"{month} is closed, and {figures} restated since: revenue by {moved}"


def _cards(books: Books) -> list[Card]:
    sums = books.totals
    return [
        Card("Recognised", numbers.money(sums["recognised"]), "Revenue of the month's days, less what was given back."),
        Card("Deferred", numbers.money(sums["deferred"]), "Invoiced for service days after the month's end."),
        Card("Accrued", numbers.money(sums["accrued"]), "Earned and not invoiced at the month's end: its usage."),
        Card("Fee recognised", numbers.money(sums["recognised_fee"]), "What the rails keep, spread as the revenue is."),
        Card("Taxes", numbers.money(sums["tax"]), "In buyers' invoices of the month, for us to pay on: never revenue."),
        Card("Receivable", numbers.money(sums["receivable"]), "Invoiced and taxed, less refunds, fees and payouts."),
    ]


def _picture(deferred: pd.DataFrame, month: date, legend: Legend) -> None:
    """What customers have paid for and not had yet, month by month."""
    by_month = frames.by(deferred, "month", "deferred_usd")
    most = max(by_month, key=lambda one: by_month[one])
    owed, peak = numbers.money(by_month[month]), numbers.money(by_month[most])
    was = "the most so far" if most == month else f"at most {peak}, in {numbers.month(most)}"
    title = f"Deferred revenue was {owed} at the end of {numbers.month(month)}; {was}"
    cards.picture(
        charts.stacked_months(deferred, "deferred_usd", "rail", series=legend.rails, title=title, unit="USD"),
        "close_deferred",
    )


def _figures(books: Books, legend: Legend) -> None:
    """What happened in the month and what stands at its end, by rail; what is nothing on every rail is left out."""
    rails = [f"{rail}_usd" for rail in books.rails]
    some = books.figures[books.figures[[*rails, "total_usd"]].astype(bool).any(axis=1)]
    headers = {"words": "In the month", **{f"{rail}_usd": legend.name(rail) for rail in books.rails}}
    frame = some.assign(words=some["figure"].map(_FIGURES)).reset_index(drop=True)
    cards.table(frame, f"close_figures_{books.month}", {**headers, "total_usd": "In all"}, legend)
    idle = [_FIGURES[figure].lower() for figure in books.figures["figure"] if figure not in set(some["figure"])]
    if idle:
        cards.note(f"Nothing on any rail: {', '.join(idle)}.")


@st.fragment
def _accounts(books: Books, sealed: str, legend: Legend) -> None:
    """The journal by account; a picked account opens its postings."""
    accounts = books.accounts
    debits, credits = (total(accounts[column]) for column in ("debit_usd", "credit_usd"))
    balance = "balances" if debits == credits else f"does not balance with {numbers.exact_money(credits)} of credits"
    cards.heading(f"The journal of {numbers.exact_money(debits)} {balance}")
    if books.restating:
        closed = ", ".join(numbers.month(month) for month in books.restating)
        cards.note(f"It books what was restated of {closed} since that was closed, as entries of their own.")
    picked = cards.picking_table(accounts, f"close_accounts_{books.month}", _ACCOUNTS, legend)
    if picked is None:
        cards.note("Pick an account to see its postings; the whole journal is below, as CSV.")
        return
    account = str(accounts["account"].iloc[picked])
    cards.table(closing.postings(books.month, account, sealed), f"close_postings_{account}", _POSTINGS, legend)
