"""The same month elsewhere: on every plan, and billed by the other count of the same usage."""

from collections.abc import Mapping

import pandas as pd

from lib import charts
from lib.simulator.bill import Bill
from lib.ui import cards, frames, numbers, products
from lib.ui.legends import Legend
from lib.ui.products import Sold
from lib.ui.views.catalogue import words
from lib.ui.views.catalogue.asking import Asked

_UNTYPED = "no quantity given"
_PLANS = {
    "plan": "Plan",
    "base": "Platform fee",
    "committed": "Bought ahead",
    "overage": "Usage and add-ons",
    "total": "Month",
}
_COUNTS = {"count": "Counted in", "quantity": "Used", "amount": "Its line", "total": "Month"}


def beside(sold: Sold, every: Mapping[str, Bill], legend: Legend) -> None:
    """The same month on every plan: a picture of those with a total, and all of them as rows."""
    priced = [bill for bill in every.values() if bill.total is not None and not products.refused(bill)]
    if len(priced) > 1:
        least = min(priced, key=lambda bill: bill.total or frames.ZERO)
        frame = pd.DataFrame(
            {"plan": [sold.plan(one.plan_key) for one in priced], "total_usd": [one.total for one in priced]}
        )
        serving, cheapest = numbers.counted(len(priced), "plan"), sold.plan(least.plan_key)
        title = f"Of {serving} that serve all of it this month costs least on {cheapest}: {words.amount(least.total)}"
        cards.picture(charts.ranked(frame, "plan", "total_usd", title=title, unit="USD"), "catalogue_plans")
    else:
        cards.heading("The same month on every plan")
    cards.table(plans(sold, every), "catalogue_plan_rows", _PLANS, legend)


def plans(sold: Sold, every: Mapping[str, Bill]) -> pd.DataFrame:
    """The same month on every plan."""
    rows = [
        {
            "plan": sold.plan(key),
            "base": words.amount(one.base),
            "committed": words.sums(list(one.committed.values())),
            "overage": words.lines(one.charges),
            "total": _month(sold, one),
        }
        for key, one in every.items()
    ]
    return pd.DataFrame(rows, columns=list(_PLANS))


def _month(sold: Sold, one: Bill) -> str:
    """What the month comes to and what of it is refused, or why it has no total."""
    if one.obstacles:
        return words.obstacle(sold, one.obstacles[0])
    return words.amount(one.total) + words.but(sold, one)


def counts(sold: Sold, asked: Asked) -> dict[str, Bill]:
    """The same usage billed by each of the ways of counting it, by dimension."""
    return {
        dimension: products.month(sold, asked.plan, asked.usage, {one.key: dimension})
        for one in sold.book.packaging.alternatives.values()
        for dimension in one.of
    }


def both(sold: Sold, found: Mapping[str, Bill], legend: Legend) -> None:
    """The same usage by either count, side by side: one of them is billed, and a scenario says which."""
    if not found:
        return
    typed = {key: bill for key, bill in found.items() if bill.charges[key].quantity}
    told = [f"{words.amount(bill.total)} by {sold.within(key)}" for key, bill in typed.items()]
    cards.heading("The same usage by either count" + (f": {', '.join(told)}" if told else ""))
    cards.table(count_rows(sold, found), "catalogue_counts", _COUNTS, legend)
    for one in sold.book.packaging.alternatives.values():
        billed = sold.within(one.billed) if one.billed else words.NOT_SET
        cards.note(f"Which count is billed: {billed}. A scenario says it: alternatives.{one.key}.billed.")


def count_rows(sold: Sold, found: Mapping[str, Bill]) -> pd.DataFrame:
    """The month by each count."""
    rows = [
        {
            "count": sold.dimension(key),
            "quantity": numbers.quantity(bill.charges[key].quantity),
            "amount": words.line(bill.charges[key]) if bill.charges[key].quantity else _UNTYPED,
            "total": _by_count(key, bill),
        }
        for key, bill in found.items()
    ]
    return pd.DataFrame(rows, columns=list(_COUNTS))


def _by_count(key: str, bill: Bill) -> str:
    """The month billed by a count; nothing is said of a count that nobody typed."""
    return words.amount(bill.total) if bill.charges[key].quantity else _UNTYPED
