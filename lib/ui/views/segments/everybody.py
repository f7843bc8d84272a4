"""Everybody who is looked at, in one sentence and six numbers, and what they brought at every month end."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from lib.buyers import Buyers, Group
from lib.costs import Missing
from lib.ui import frames, numbers
from lib.ui.cards import Card
from lib.ui.views.segments import measures
from lib.ui.views.segments.measures import MEASURES, measured

_NRR = "What those who paid {} months ago pay now, of what they paid then; new customers are not in it."
_YEAR = 12  # months
_MARGIN = "Month-end prices and invoiced usage less what the usage cost us, as a share of them."


def finding(whole: Group, groups: Sequence[Group], name: Callable[[str], str]) -> str:
    """How many pay how much, and where most of it comes from."""
    who, paid = numbers.counted(len(whole.customers), "customer"), numbers.money(measures.monthly(whole.arr))
    said = f"{who} pay {paid} a month"
    largest = max(groups, key=lambda group: group.arr, default=None)
    if largest is None or not whole.arr:
        return said
    part = numbers.percent(measures.exact(largest.arr / whole.arr), 0)
    return f"{said}; the largest part, {part} of MRR, is {name(largest.names[0])}"


def headline_cards(
    whole: Group, history: Mapping[date, tuple[Fraction, int, int]], fewest: int, back: int
) -> list[Card]:
    """The whole in six numbers; `history` is ARR, customers and those billed by AWS at every month end."""
    year = [(measures.exact(arr / _YEAR), Decimal(count), Decimal(aws)) for arr, count, aws in history.values()]
    paying = [count for _, count, _ in year]
    mrr = measures.monthly(whole.arr) or Decimal(0)
    return [
        _moving(
            "MRR",
            numbers.money(mrr),
            f"Recurring revenue at the price each rail bills; {numbers.money(measures.exact(whole.arr))} a year.",
            [amount for amount, _, _ in year],
        ),
        _moving("Customers", numbers.count(len(whole.customers)), "Customers who pay at the last month end.", paying),
        _moving(
            "Per customer",
            numbers.money(measures.monthly(whole.arpa)),
            "MRR divided by paying customers.",
            [amount / count for amount, count, _ in year if count],
        ),
        _rate(
            whole,
            "nrr",
            _NRR.format(back),
            fewest,
        ),
        _rate(whole, "margin", _MARGIN, fewest),
        Card(
            "Billed by AWS",
            numbers.percent(year[-1][2] / year[-1][1], 0) if year and year[-1][1] else numbers.MISSING,
            "Share of customers, not of MRR, billed through AWS Marketplace.",
            f"of {numbers.counted(int(year[-1][1]), 'customer')}" if year else None,
        ),
    ]


def month_ends(known: Buyers, sees: Callable[[str, str], bool]) -> dict[date, tuple[Fraction, int, int]]:
    """ARR, customers and those billed by AWS at every month end on record of whom is looked at."""
    found: dict[date, tuple[list[Fraction], set[str], set[str]]] = {month: ([], set(), set()) for month in known.months}
    for one in known.stood:
        if one.arr and sees(one.place.customer_id, one.place.rail):
            amounts, paying, on_aws = found[one.month]
            amounts.append(one.arr)
            paying.add(one.place.customer_id)
            if one.place.rail == "aws":
                on_aws.add(one.place.customer_id)
    return {
        month: (sum(amounts, Fraction(0)), len(paying), len(aws)) for month, (amounts, paying, aws) in found.items()
    }


def months_listing(history: Mapping[date, tuple[Fraction, int, int]]) -> pd.DataFrame:
    """Every month end: MRR, customers and those billed by AWS."""
    frame = pd.DataFrame(
        {
            "month": list(history),
            "mrr_usd": frames.column(measures.monthly(arr) for arr, _, _ in history.values()),
            "customers": [count for _, count, _ in history.values()],
            "customers_on_aws": [aws for _, _, aws in history.values()],
        }
    )
    return frames.cents(frame, "mrr_usd")


def lacking(whole: Group, known: Buyers) -> list[str]:
    """What of everybody cannot be measured yet, and what it needs: one sentence each."""
    needs = []
    if whole.retention is None:
        held = numbers.counted(len(known.months), "month end")
        needs.append(f"Growth, NRR and GRR are {measures.NOT_YET}{known.back} months of history; on record: {held}.")
    if isinstance(whole.margin, Missing):
        needs.append(f"Gross margin is {measures.needed(whole.margin)}.")
    return needs


def _moving(label: str, words: str, definition: str, months: Sequence[Decimal]) -> Card:
    """A card with its history, against the same month a year ago."""
    history = [float(one) for one in months]
    then = months[-1 - _YEAR] if len(months) > _YEAR else None
    if not then:
        return Card(label, words, definition, history=history)
    moved = numbers.percent_change(months[-1] / then - 1, 0)
    return Card(label, words, definition, f"{moved} a year", months[-1] >= then, history)


def _rate(whole: Group, measure: str, definition: str, fewest: int) -> Card:
    found = measured(whole, measure, fewest, "")
    decimals = None if found.value is None else numbers.percent(found.value, 1)
    return Card(
        MEASURES[measure], decimals or found.words, definition, f"of {found.of} customers" if found.of else None
    )
