"""The table of takings by any of rail, method, tier, plan, month and customer; a customer opens to its invoices."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from lib.money import total
from lib.ui import cards, controls, frames, numbers
from lib.ui.legends import Legend
from lib.ui.views.fee_absorption import keeps

KEYS = {
    "month": "Month",
    "rail": "Rail",
    "method": "Method",
    "tier": "Tier",
    "plan_key": "Plan",
    "customer_id": "Customer",
}
USUAL = ("month", "rail", "method")
_MONEY = (
    "list_usd",
    "discount_usd",
    "refund_usd",
    "gross_usd",
    "fee_usd",
    "net_usd",
    "tax_usd",
    "waiting_usd",
    "replaced_usd",
    "compared_usd",
    "absorbed_usd",
)
_SHOWN = {
    "list_usd": "List price",
    "discount_usd": "Discount",
    "refund_usd": "Refund",
    "gross_usd": "Gross",
    "fee_usd": "Fee",
    "net_usd": "Net",
    "take_rate": "Take rate",
    "card_rate": "A US card keeps",
    "absorbed_usd": "Absorbed",
    "waiting_usd": "Not paid out yet",
    "tax_usd": "Tax, apart",
}
_INVOICE = {
    "settled_on": "Settled",
    "invoice_id": "Invoice",
    "rail": "Rail",
    "method": "Method",
    "tier": "Tier",
    **{key: words for key, words in _SHOWN.items() if key not in ("card_rate", "absorbed_usd", "waiting_usd")},
    "fee_returned_usd": "Of it returned",
    "disbursed_on": "Paid out",
}


@st.fragment
def show(
    settled: pd.DataFrame, names: Mapping[str, str], invoices: Callable[[str], pd.DataFrame], legend: Legend
) -> None:
    """Takings by what the reader picks, the newest month or the largest sum first; a picked row opens."""
    cards.heading("From list price to net, by what you pick")
    by = asked()
    listed = listing(settled, by)
    if listed.empty:
        return
    shown = _named(listed, names)
    picked = cards.picking_table(shown, f"fees_{'_'.join(by)}", {**_heads(by), **_SHOWN}, legend)
    if picked is None:
        cards.note("Pick a row to see its arithmetic, and of a customer its invoices.")
        return
    row = {str(name): listed[name].iloc[picked] for name in listed.columns}
    cards.note(_arithmetic(row))
    if "customer_id" in by and row["customer_id"]:
        _invoices(invoices(row["customer_id"]), numbers.who(row["customer_id"], names), legend)


def asked() -> tuple[str, ...]:
    """What the table is grouped by, in the address; month, rail and method until the reader picks."""
    help_words = "Any of them together. Nothing picked is by month, rail and method."
    return controls.several("fees_by", "By", KEYS, help_words) or USUAL


def listing(settled: pd.DataFrame, by: Sequence[str] = USUAL) -> pd.DataFrame:
    """Exact sums by some keys with the take rate and what a US card would have kept of the sales it replaces."""
    summed = keeps.with_rates(_summed(settled, by))
    pairs = zip(summed["replaced_usd"], summed["compared_usd"], strict=True)
    found = summed.assign(card_rate=frames.column(part / whole if whole else None for part, whole in pairs))
    first = found.sort_values(sorted(by), key=lambda column: column.map(str), kind="stable")
    leading = "month" if "month" in by else "gross_usd"
    return first.sort_values(leading, ascending=False, kind="stable").reset_index(drop=True)


def invoice_listing(found: pd.DataFrame) -> pd.DataFrame:
    """A customer's invoices with their take rates."""
    return keeps.with_rates(found)


def _summed(settled: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Exact sums by some keys, in no order; a sum of nothing but what is missing is missing, and no zero."""
    groups: dict[tuple[Any, ...], list[Sequence[Any]]] = {}
    keys, amounts = (settled[list(columns)].to_numpy(dtype=object).tolist() for columns in (by, _MONEY))
    for key, row in zip(keys, amounts, strict=True):
        groups.setdefault(tuple(None if pd.isna(part) else part for part in key), []).append(row)
    told = [[*key, *map(_sum, zip(*rows, strict=True))] for key, rows in groups.items()]
    return pd.DataFrame(told, columns=[*by, *_MONEY], dtype=object)


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if isinstance(amount, Decimal)]
    return total(known) if known else None


def _named(listed: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    if "customer_id" not in listed:
        return listed
    told = frames.column(numbers.who(key, names) for key in listed["customer_id"])
    return listed.drop(columns="customer_id").assign(customer=told)


def _heads(by: Sequence[str]) -> dict[str, str]:
    return {"customer" if key == "customer_id" else key: KEYS[key] for key in by}


def _arithmetic(row: Mapping[str, Any]) -> str:
    listed, off, back, gross, fee, net = (
        numbers.exact_money(row[name])
        for name in ("list_usd", "discount_usd", "refund_usd", "gross_usd", "fee_usd", "net_usd")
    )
    rate = numbers.percent(row["take_rate"], 3)
    return (
        f"{listed} list price − {off} discount − {back} refund = {gross} gross; "
        f"{gross} − {fee} fee = {net} net; {fee} ÷ {gross} = {rate}."
    )


def _invoices(found: pd.DataFrame, who: str, legend: Legend) -> None:
    listed = invoice_listing(found)
    cards.sentence(f"**{numbers.counted(len(listed), 'invoice')} of {cards.plain(who)}, the newest first**")
    cards.table(listed, "fees_invoices", _INVOICE, legend)
