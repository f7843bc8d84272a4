"""How customers may answer, for people at a terminal: one row per response, and how far the answer can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lib.reports.text import about, dollars, percent, table


def responses_table(block: Mapping[str, Any]) -> str:
    """The block `responses` of a simulation → its steps, the whole change with its range, and the break-evens.

    The static step is a sum of invoice lines and has its cents; estimates have two digits.
    """
    rows = [
        {
            "response": step["response"].replace("_", " "),
            "counted": "yes" if step["is_on"] else "no",
            "change": (about if step["is_estimate"] else dollars)(step["delta_usd"]),
            "customers": f"{step['customers']:,.2f}" if step["is_estimate"] else f"{step['customers']:,.0f}",
        }
        for step in block["steps"]
    ]
    lines = [_whole(block), *_break_even(block["break_even"])]
    return "\n".join([table(("response", "counted", "change", "customers"), rows), *lines])


def _whole(block: Mapping[str, Any]) -> str:
    if not block["is_estimate"]:
        return f"nobody reacts: {dollars(block['delta_usd'])}; switch a response on to see a range"
    low, high = about(block["low_usd"]), about(block["high_usd"])
    return f"an estimate: {about(block['delta_usd'])}, and anything from {low} to {high} as the beliefs go"


def _break_even(block: Mapping[str, Any]) -> list[str]:
    found = []
    if block["extra_churn_rate"] is not None:
        found.append(f"the gain is gone if {_share(block['extra_churn_rate'])} more of those who meet it leave at once")
    signing = block["new_customers"]
    if signing["lost_rate_whole_gain"] is not None:
        lost = _share(signing["lost_rate_whole_gain"])
        found.append(f"or if {lost} of the {signing['customers']} new customers do not sign")
    return found


def _share(rate: float) -> str:
    return percent(Decimal(str(rate))).removeprefix("+")
