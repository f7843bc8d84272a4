"""The claim check on the sheet for a customer: what it says, how that stands, and so how it may say it. For us only."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from lib.desk import saving
from lib.desk.saving import Checked
from lib.savings import Facts, Spread
from lib.ui import cards, numbers
from lib.ui.legends import Legend

HEADERS = {
    "says": "The sheet says",
    "standing": "So it",
    "claim": "Held against",
    "verdict": "Verdict",
    "measured": "Measured here",
    "reason": "What would settle it",
}
_SO = {saving.STANDS: "may stand plainly", saving.LEFT_OUT: "is left out"}
_OF = {"median_savings": "median_target", "pilot_cost_reduction": "pilot_criterion"}


def show(checked: Sequence[Checked], table: pd.DataFrame, legend: Legend) -> None:
    """The verdicts as a sentence and a table."""
    cards.heading(title(checked))
    cards.table(table, "savings_claims", HEADERS, legend)
    cards.note(
        "Held against the findings of `python -m lib check` on this product. A sentence whose claim is not verified "
        "says so in the sheet; one whose claim is false is not in it. This table is for us and no part of the sheet."
    )


def title(checked: Sequence[Checked]) -> str:
    """How many of the sheet's sentences stand, are marked, or are left out."""
    counts = {standing: sum(one.standing == standing for one in checked) for standing in _ORDER}
    words = [f"{count} {_COUNTED[standing]}" for standing, count in counts.items() if count]
    return f"The sheet makes {numbers.counted(len(checked), 'claim')}: {', '.join(words)}"


def listed(
    checked: Sequence[Checked], facts: Facts, customers: Spread | None, pilots: Sequence[Decimal]
) -> pd.DataFrame:
    """A row for every sentence and claim; what we measured stands beside the verdict, and does not make it."""
    rows = [
        {
            "says": one.sentence.says,
            "standing": _SO.get(one.standing, f"is marked “{one.sentence.marking}”"),
            "claim": finding.words,
            "verdict": finding.verdict,
            "measured": measured(finding.claim, facts, customers, pilots),
            "reason": "; ".join(finding.evidence),
        }
        for one in checked
        for finding in one.findings
    ]
    return pd.DataFrame(rows, columns=list(HEADERS))


def measured(claim: str, facts: Facts, customers: Spread | None, pilots: Sequence[Decimal]) -> str:
    """What the recorded measurements say of a claim of the paper; strictly above its number is kept."""
    anchor = facts.anchors.get(_OF.get(claim, ""))
    if anchor is None:
        return "nothing"
    if claim == "median_savings":
        if customers is None:
            return "nothing: no customer has a savings baseline"
        told = "above" if customers.median > anchor.rate else "not above"
        many = numbers.counted(customers.n, "customer")
        return f"median {numbers.percent(customers.median)} of {many}, {told} {numbers.percent(anchor.rate, 0)}"
    if not pilots:
        return "nothing: no pilot has finished its savings step"
    above = sum(rate > anchor.rate for rate in pilots)
    return f"{numbers.count(above)} of {numbers.counted(len(pilots), 'pilot')} above {numbers.percent(anchor.rate, 0)}"


_ORDER = (saving.STANDS, saving.MARKED, saving.LEFT_OUT)
_COUNTED = {
    saving.STANDS: "may stand plainly",
    saving.MARKED: "not verified and so marked",
    saving.LEFT_OUT: "false and so left out",
}
