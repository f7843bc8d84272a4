"""Every way in which we know an invoice to go wrong: one named suspicion each, tried in this order, to the cent.

What is on record settles a line, and nothing else is tried. Of the suspicions the first that fits names the line and
the others that fit are mentioned. What none explains stays unexplained, and the pages say so first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lib.reconciliation import amount, base, usage
from lib.reconciliation.evidence import Doubt, Guess
from lib.reconciliation.misplaced import OTHER_CONTRACT, OTHER_ITEM, OTHER_PERIOD, holds_line_of
from lib.reconciliation.words import money

UNEXPLAINED, LATE = "unexplained", "late usage"
USAGE, FEES, ALL = ("usage",), ("base", "proration"), ("base", "proration", "usage")

Suspicion = Callable[[Doubt], Iterator[Guess]]


@dataclass(frozen=True)
class Hypothesis:
    """A cause in a few words, the suspicion that re-rates a line under it, and the kinds of line it is about."""

    cause: str
    suspicion: Suspicion
    kinds: tuple[str, ...]
    is_on_record: bool = False


HYPOTHESES = (
    Hypothesis(LATE, usage.late, USAGE, is_on_record=True),
    Hypothesis("prices of another book", usage.other_book, USAGE),
    Hypothesis("prices of another book", base.other_book, FEES),
    Hypothesis("private offer not applied", usage.offer_ignored, USAGE),
    Hypothesis("private offer not applied", base.offer_ignored, FEES),
    Hypothesis(OTHER_CONTRACT, holds_line_of(OTHER_CONTRACT), ALL),
    Hypothesis(OTHER_PERIOD, holds_line_of(OTHER_PERIOD), ALL),
    Hypothesis(OTHER_PERIOD, usage.other_months_usage, USAGE),
    Hypothesis(OTHER_ITEM, holds_line_of(OTHER_ITEM), ALL),
    Hypothesis("invoiced more than once", amount.twice, ALL),
    Hypothesis("sign reversed", amount.turned, ALL),
    Hypothesis("fee taken off the sale", amount.fee_netted, ALL),
    Hypothesis("cents and dollars confused", amount.cents_for_dollars, ALL),
    Hypothesis("allowance not deducted", usage.allowance_kept, USAGE),
    Hypothesis("another reading of the price list", usage.misread, USAGE),
    Hypothesis("rate rounded to cents", usage.rate_rounded, USAGE),
    Hypothesis("priced per another unit", usage.wrong_unit, USAGE),
    Hypothesis("copies of events counted", usage.copies_counted, USAGE),
    Hypothesis("seats added up", usage.readings_added, USAGE),
    Hypothesis(OTHER_ITEM, usage.other_dimension, USAGE),
    Hypothesis("bands rounded one by one", usage.bands_rounded, USAGE),
    Hypothesis("rounded in another way", amount.rounded_otherwise, ALL),
    Hypothesis("price of another plan", base.other_plan, FEES),
    Hypothesis("days counted in another way", base.other_days, ("proration",)),
    Hypothesis("period clipped", base.clipped, ("base",)),
    Hypothesis("discount nobody agreed", amount.discounted, ALL),
)


def explain(doubt: Doubt) -> tuple[str, str]:
    """A line that differs → why, in a few words to count by, and as a sentence with the numbers."""
    fitting: dict[str, str] = {}
    for hypothesis in HYPOTHESES:
        words = _fits(doubt, hypothesis)
        if words and hypothesis.is_on_record:
            return hypothesis.cause, f"{words}; {_both(doubt)}"
        if words:
            fitting.setdefault(hypothesis.cause, words)
    if not fitting:
        return UNEXPLAINED, f"nothing on record explains it; {_both(doubt)}"
    (cause, words), *others = fitting.items()
    also = f"; would also fit: {', '.join(other for other, _ in others)}" if others else ""
    return cause, f"{words}; {_both(doubt)}{also}"


def _fits(doubt: Doubt, hypothesis: Hypothesis) -> str | None:
    """The words of the first guess that makes exactly what was invoiced."""
    if doubt.ours.kind not in hypothesis.kinds:
        return None
    guesses = hypothesis.suspicion(doubt)
    return next((words for guess, words in guesses if guess is not None and guess == doubt.invoiced), None)


def _both(doubt: Doubt) -> str:
    rated = doubt.ours.amount
    assert rated is not None, "only a priced line can be doubted"
    return f"we rate {money(rated)}, the rail invoiced {money(doubt.invoiced)}"
