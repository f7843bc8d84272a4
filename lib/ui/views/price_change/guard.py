"""Does the change keep our limits, and what margin does it leave, month by month?"""

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.costs import COST_OF_REVENUE, Figure, Missing
from lib.desk import BASELINE, PROPOSED, REACHED
from lib.guardrails import BROKEN, KEPT, UNDECIDED, Verdict
from lib.ui import cards, frames, numbers
from lib.ui.judged import Judged, Standing
from lib.ui.legends import Legend

_BADGES = {
    BROKEN: ":orange-badge[:material/cancel: broken]",
    UNDECIDED: ":gray-badge[:material/help: undecided]",
    KEPT: ":blue-badge[:material/check_circle: kept]",
}
_SIDES = (Series(BASELINE, "Today's prices", "grey"), Series(PROPOSED, "Proposed, everybody reached", "blue"))
_MINUS = re.compile(r"(?<!\w)-(?=\d)")  # a hyphen that stands for less than nothing
_NAMED = 2  # broken limits named in the headline; the others are counted
_READINGS = {COST_OF_REVENUE: "a cost of revenue", "acquisition": "acquisition cost"}
_MONTHS = {
    "month": "Month",
    "baseline_margin_rate": "Margin today",
    "proposed_margin_rate": "Margin proposed",
    "reached_margin_rate": "Margin as reached",
    "baseline_revenue_usd": "Revenue today",
    "proposed_revenue_usd": "Revenue proposed",
    "usage_cost_usd": "Usage cost",
    "baseline_margin_usd": "Gross margin today",
    "proposed_margin_usd": "Gross margin proposed",
    "change_usd": "Change",
}


def finding(standing: Standing, verdicts: Sequence[Verdict]) -> str:
    """How many limits the change breaks, and which."""
    limits = numbers.counted(standing.limits, "guardrail")
    undecided = f", {standing.undecided} undecided" if standing.undecided else ""
    if not standing.broken:
        return f"0 of {limits} are broken{undecided}" if undecided else f"All {limits} are kept"
    named = [_short(one) for one in verdicts if one.verdict == BROKEN]
    more = [f"and {len(named) - _NAMED} more"] if len(named) > _NAMED else []
    verb = "is" if standing.broken == 1 else "are"
    return f"{standing.broken} of {limits} {verb} broken{undecided}: {'; '.join([*named[:_NAMED], *more])}"


def show(judged: Judged, legend: Legend) -> Mapping[str, pd.DataFrame]:
    """The verdicts, the broken ones first with their reasons; then the margin by month under both price lists."""
    cards.heading(finding(judged.standing, judged.verdicts))
    with st.container(gap="xxsmall"):
        for one in judged.verdicts:
            cards.sentence(_line(one))
    for words in _claims(judged):
        cards.note(words)
    months = _months(judged)
    for words in judged.missing:
        cards.sentence(f":material/help: Gross margin: {cards.plain(words)}.")
    _margin(judged, months)
    cards.table(months, "price_change_margin_months", _MONTHS, legend)
    cards.note(_reading(judged))
    cards.note("Revenue stands in the month it falls due, so a month's rate leans on who renews in it.")
    return {"Guardrails": listed(judged.verdicts), "Margin": months, "Margin by dimension": judged.dimensions}


def listed(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Verdicts as a table, in their order; what is missing stays empty, and the sentence says what it needs."""
    return pd.DataFrame(
        {
            "guardrail": [one.limit.words for one in verdicts],
            "verdict": [one.verdict for one in verdicts],
            "measured": frames.column(None if isinstance(one.measured, Missing) else one.measured for one in verdicts),
            "of": [one.n for one in verdicts],
            "limit": [one.limit.sentence for one in verdicts],
            "sentence": [one.sentence for one in verdicts],
            "source": [one.limit.source for one in verdicts],
            "why": [one.limit.why for one in verdicts],
        }
    )


def _line(one: Verdict) -> str:
    """A limit with its verdict as icon and word; what is not kept says why it is a limit."""
    told = f"{_BADGES[one.verdict]} {cards.plain(_said(one))}"
    return told if one.verdict == KEPT else f"{told}. {cards.plain(one.limit.why)}"


def _said(one: Verdict) -> str:
    among = "" if one.n is None else f" · {numbers.count(one.n)} {one.limit.counted}"
    because = f", {one.because}" if one.because else ""
    return f"{_short(one)}{among}{because}"


def _short(one: Verdict) -> str:
    return _MINUS.sub("−", f"{one.limit.words}: {one.told}, {one.limit.sentence}")


def _claims(judged: Judged) -> list[str]:
    told = {
        "is made false by this change": judged.made_false,
        "is false today and stays so; it is no fault of this change": judged.still_false,
        "is false today and becomes true": judged.mended,
    }
    return [f'The published claim "{cards.plain(words)}" {said}.' for said, found in told.items() for words in found]


def _months(judged: Judged) -> pd.DataFrame:
    months = judged.by_month
    pairs = zip(months["baseline_margin_usd"], months["proposed_margin_usd"], strict=True)
    changes = [None if was is None or becomes is None else becomes - was for was, becomes in pairs]
    return months.assign(change_usd=frames.column(changes))


def _margin(judged: Judged, months: pd.DataFrame) -> None:
    """Rates as lines and the change in dollars as bars: a point of margin is too small to see on a scale of 100."""
    rates = [judged.totals[side.key].gross_rate for side in _SIDES]
    if any(isinstance(rate, Missing) for rate in rates):
        return
    left, right = st.columns(2)
    with left:
        cards.picture(
            charts.lines(
                _long(months), "month", "margin_rate", "side", series=_SIDES, title=_rate_words(rates), unit="share"
            ),
            "price_change_margin_rates",
        )
    with right:
        cards.picture(
            charts.signed_months(months, "change_usd", title=_change_words(judged), unit="USD", axis="month due"),
            "price_change_margin_change",
        )


def _long(months: pd.DataFrame) -> pd.DataFrame:
    sides = [
        pd.DataFrame({"month": months["month"], "side": side.key, "margin_rate": months[f"{side.key}_margin_rate"]})
        for side in _SIDES
    ]
    return pd.concat(sides, ignore_index=True)


def _rate_words(rates: Sequence[Figure]) -> str:
    was, becomes = (numbers.percent(rate, 2) for rate in rates if not isinstance(rate, Missing))
    return f"Gross margin {was} at today's prices, {becomes} proposed"


def _change_words(judged: Judged) -> str:
    was, could, did = (judged.totals[name].gross for name in (BASELINE, PROPOSED, REACHED))
    if isinstance(was, Missing) or isinstance(could, Missing) or isinstance(did, Missing):
        return "The change of gross margin is not measurable"
    return f"{numbers.change(could - was)} of gross margin, everybody reached; {numbers.change(did - was)} as reached"


def _reading(judged: Judged) -> str:
    """How the marketplace's fee is read, and what the other reading would make of the proposed margin."""
    total, other = judged.totals[PROPOSED], judged.other_reading[PROPOSED]
    read = _READINGS[total.fee_read_as]
    against = next(words for reading, words in _READINGS.items() if reading != total.fee_read_as)
    would = "is not measurable" if isinstance(other, Missing) else f"would be {numbers.percent(other, 2)}"
    return (
        f"The marketplace's fee is read as {read} (data/catalog.toml); read as {against}, the proposed margin {would}. "
        "Usage costs what a unit cost in its month, allowances too; infrastructure is kept apart."
    )
