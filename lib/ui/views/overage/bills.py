"""Bills on a rail: the cheapest first, as a table, and in words where there is no total."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from lib.catalog.book import Dimension
from lib.simulator.bill import Bill
from lib.ui import frames, numbers
from lib.ui.frames import ZERO

BOTH_RAILS, OWN = "both_rails", "its own contract"
HEADERS = {
    "plan_key": "Plan",
    "rail": "Rail",
    "base": "Base fee a month",
    "overage": "Overage",
    "total": "Total",
    "serves": "Serves this usage",
}


def on(bills: Sequence[Bill], rail: str) -> list[Bill]:
    """The bills of one rail."""
    return [bill for bill in bills if bill.rail == rail]


def served(bills: Sequence[Bill], rail: str) -> list[Bill]:
    """The bills of one rail that have a total, the cheapest first."""
    return sorted((bill for bill in on(bills, rail) if bill.total is not None), key=by_total)


def by_total(bill: Bill) -> tuple[bool, Decimal, str]:
    """The order of bills: by total, those without one last."""
    return bill.total is None, bill.total or ZERO, bill.plan_key


def totals(bills: Sequence[Bill]) -> dict[tuple[str, str], Decimal | None]:
    """The total on each rail and plan."""
    return {(bill.rail, bill.plan_key): bill.total for bill in bills}


def listing(bills: Sequence[Bill]) -> pd.DataFrame:
    """Bills as a table, the cheapest first; a plan without a total says why, and has no overage of zero."""
    ordered = sorted(bills, key=by_total)
    return pd.DataFrame(
        {
            "plan_key": [bill.plan_key for bill in ordered],
            "rail": [bill.rail for bill in ordered],
            "base_usd": frames.column(bill.base for bill in ordered),
            "overage_usd": frames.column(None if bill.obstacles else bill.overage for bill in ordered),
            "total_usd": frames.column(bill.total for bill in ordered),
            "serves": [_serves(bill) for bill in ordered],
        }
    )


def for_eyes(bills: Sequence[Bill], was: Sequence[Bill], own: Bill | None = None) -> pd.DataFrame:
    """Every bill in words, the customer's own first; where both rails bill the same, one row stands for both."""
    one_row = are_rails_equal(bills)
    shown = [bill for bill in bills if not one_row or bill.rail == bills[0].rail]
    contract = [replace(own, plan_key=OWN)] if own else []
    ordered = [*contract, *sorted(shown, key=by_total)]
    before = {(bill.plan_key, bill.rail): bill for bill in was}
    return pd.DataFrame({"plan_key": [bill.plan_key for bill in ordered]}).assign(
        rail=[BOTH_RAILS if one_row and bill.plan_key != OWN else bill.rail for bill in ordered],
        base=[_amount_words(bill, bill.base) for bill in ordered],
        overage=[_amount_words(bill, None if bill.obstacles else bill.overage) for bill in ordered],
        total=[_amount_words(bill, bill.total) for bill in ordered],
        serves=[_serves(bill) for bill in ordered],
        was=[_was_words(before.get((bill.plan_key, bill.rail))) for bill in ordered],
    )


def are_rails_equal(bills: Sequence[Bill]) -> bool:
    """Whether every plan costs the same on each rail."""
    seen: dict[str, set[Decimal | None]] = {}
    for bill in bills:
        seen.setdefault(bill.plan_key, set()).add(bill.total)
    return all(len(amounts) == 1 for amounts in seen.values())


def per_unit(item: Dimension) -> str:
    """What a price of a dimension is for: per image, per 1,000 words."""
    size = numbers.quantity(item.unit_size)
    return f"per {item.unit}" if item.unit_size == 1 else f"per {size} {item.unit}s"


def inline(key: str) -> str:
    """A dimension's name inside a sentence: images, but GTM workflows."""
    name = numbers.name(key)
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def told(obstacle: str) -> str:
    """What stands in the way of a total, in words: "video_minutes is not offered" → "video minutes are not offered"."""
    where, verb, rest = obstacle.partition(" is ")
    before, space, key = where.rpartition(" ")
    is_dimension = verb and key.endswith("s") and key == key.lower()
    return f"{before}{space}{inline(key)} are {rest}" if is_dimension else obstacle.replace("_", " ")


def _serves(bill: Bill) -> str:
    return "no: " + "; ".join(map(told, bill.obstacles)) if bill.obstacles else "yes"


def _amount_words(bill: Bill, amount: Decimal | None) -> str:
    if amount is not None:
        return numbers.exact_money(amount)
    return "by contract" if bill.base is None else "not served"


def _was_words(bill: Bill | None) -> str:
    return _amount_words(bill, bill.total) if bill else "—"
