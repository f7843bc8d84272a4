"""From list price to what is left, in steps; and the same of each way of being paid, side by side."""

from decimal import Decimal

import pandas as pd

from lib import charts
from lib.ui import cards, frames, numbers
from lib.ui.ledger import Terms
from lib.ui.legends import Legend
from lib.ui.views.fee_absorption import keeps

# The steps down from the list price, each a column of the takings.
STEPS = {"discount_usd": "Discounts", "refund_usd": "Refunds", "fee_usd": "Fees"}


def show(settled: pd.DataFrame, terms: Terms, legend: Legend) -> None:
    """The waterfall of everything shown, and beside each other what every way of being paid kept by month."""
    cards.picture(
        charts.steps(steps(settled), "step", "usd", title=_words(settled), unit="USD", total="Net"), "fees_net"
    )
    tax = frames.total(settled["tax_usd"])
    cards.note(f"Taxes of {numbers.exact_money(tax)} are in none of these sums.")
    monthly = keeps.by_month(settled, ["method"])
    known = monthly[monthly["take_rate"].notna()]
    figures = charts.multiples(known, "take_rate", "method", series=keeps.methods(terms), unit="share")
    if figures:
        cards.pictures(figures, _methods_words(settled, legend), "fees_methods")


def steps(settled: pd.DataFrame) -> pd.DataFrame:
    """Each step with its words and what it adds, in USD; their sum is what is left."""
    taken = {column: Decimal(frames.total(settled[column])) for column in ("list_usd", *STEPS)}
    return pd.DataFrame(
        {
            "step": ["List price", *STEPS.values()],
            "usd": frames.column([taken["list_usd"], *(-taken[column] for column in STEPS)]),
        }
    )


def _words(settled: pd.DataFrame) -> str:
    listed, net = (Decimal(frames.total(settled[column])) for column in ("list_usd", "net_usd"))
    part = f", {numbers.percent(net / listed)} of it" if listed else ""
    return f"Of {numbers.money(listed)} at list price {numbers.money(net)} is left{part}"


def _methods_words(settled: pd.DataFrame, legend: Legend) -> str:
    fees, gross = (frames.by(settled[settled["method"].notna()], "method", name) for name in ("fee_usd", "gross_usd"))
    rates = {method: found for method, fee in fees.items() if (found := keeps.rate(fee, gross[method])) is not None}
    if not rates:
        return "No way of being paid took in more than it gave back"
    most, least = (pick(rates, key=lambda method: rates[method]) for pick in (max, min))
    told = [f"{legend.name(method)} {numbers.percent(rates[method], 2)}" for method in dict.fromkeys((most, least))]
    return f"What each way of being paid keeps: {' at most, '.join(told)}{' at least' if len(told) > 1 else ''}"
