"""What one new customer is worth: dollars and months by persona, what climbing adds, and the same by tier."""

from collections.abc import Sequence

import pandas as pd

from lib import charts
from lib.charts import ESTIMATED, Series
from lib.desk.worth import Worths
from lib.forecast.worth import Worth
from lib.segments import UNKNOWN
from lib.ui import cards, numbers
from lib.ui.legends import Legend

_PARTS = (Series("mrr_usd", "MRR", "blue"), Series("overage_usd", "Overage", "sky"))
_LAST_RUNG, _NO_RUNG = "last rung", "no rung"


def show(found: Worths, legend: Legend) -> dict[str, pd.DataFrame]:
    """By persona in a sentence, a picture and a table; by tier in a second one → both as numbers."""
    cards.heading(_finding(found, legend))
    pictured = pd.DataFrame(
        {
            "name": [legend.name(row.persona) for row in found.personas],
            "mrr_usd": [row.mrr for row in found.personas],
            "overage_usd": [row.overage for row in found.personas],
        }
    )
    figure = charts.stacked_bars(pictured, "name", _PARTS, title=_picture_words(found), unit=ESTIMATED)
    cards.picture(figure, "persona_mix_worth_bars")
    headers = _headers(found)
    cards.table(listed(found.personas, found), "persona_mix_worth", headers, legend)
    cards.note(*_notes(found))
    cards.sentence("**The same for one who lands on a tier**")
    by_tier = {"persona": headers["persona"], "tier": "Lands on", **headers}
    cards.table(listed(found.tiers, found), "persona_mix_worth_by_tier", by_tier, legend)
    return {"Worth": figures(found.personas, found), "Worth by tier": figures(found.tiers, found)}


def listed(rows: Sequence[Worth], found: Worths) -> pd.DataFrame:
    """Rows as a reader sees them: dollars in two digits, months of those that are counted."""
    return pd.DataFrame(
        {
            "persona": [row.persona for row in rows],
            "tier": [row.tier for row in rows],
            "stays": [f"{row.months:.0f} of {found.months} months" for row in rows],
            "worth": [numbers.estimate(row.value) for row in rows],
            "mrr": [numbers.estimate(row.mrr) for row in rows],
            "overage": [numbers.estimate(row.overage) for row in rows],
            "within": [numbers.estimate(row.within) for row in rows],
            "climbs": [_share(row) for row in rows],
            "climb": [_climb(row) for row in rows],
        }
    )


def figures(rows: Sequence[Worth], found: Worths) -> pd.DataFrame:
    """Rows to be taken along: estimates in whole dollars, months with one decimal, the share of climbs as a rate."""
    return pd.DataFrame(
        {
            "persona": [row.persona for row in rows],
            "tier": [row.tier for row in rows],
            "expected_months": [round(row.months, 1) for row in rows],
            "months_counted": found.months,
            "expected_value_usd": [round(row.value) for row in rows],
            "expected_mrr_value_usd": [round(row.mrr) for row in rows],
            "expected_overage_value_usd": [round(row.overage) for row in rows],
            "expected_value_within_usd": [round(row.within) for row in rows],
            "climbs_rate": [None if row.climbs_share is None else round(row.climbs_share, 4) for row in rows],
            "expected_climb_usd": [None if row.climb is None else round(row.climb) for row in rows],
        }
    )


def _finding(found: Worths, legend: Legend) -> str:
    """The most and the least of those who stand on the ladder; the picture has the unknown too, who do not."""
    rungs = sorted((row for row in found.personas if row.persona != UNKNOWN), key=lambda row: row.value)
    low, high = (numbers.estimate(row.value) for row in (rungs[0], rungs[-1]))
    if low == high:
        return f"A new customer of a known persona is worth about {low} on every rung"
    least, most = (_those(rungs, end, legend) for end in (low, high))
    return f"A new customer of a known persona is worth between {low} and {high}: most as {most}, least as {least}"


def _those(rows: Sequence[Worth], value: str, legend: Legend) -> str:
    """Everybody whose worth reads so: two that read the same are named both."""
    return " and ".join(legend.name(row.persona) for row in rows if numbers.estimate(row.value) == value)


def _picture_words(found: Worths) -> str:
    part = sum(row.within for row in found.personas) / (sum(row.value for row in found.personas) or 1)
    early = numbers.counted(found.months, "month")
    return f"{numbers.percent(part, 0)} of a new customer's worth comes in the first {early}"


def _headers(found: Worths) -> dict[str, str]:
    return {
        "persona": "Persona",
        "stays": "Stays",
        "worth": "Worth",
        "mrr": "MRR",
        "overage": "Overage",
        "within": f"In {found.months} months",
        "climbs": "From climbs",
        "climb": "A climb adds",
    }


def _notes(found: Worths) -> tuple[str, ...]:
    return (
        f"Worth: the present value of what one who signs in {numbers.month(found.signed)} is expected to pay until it "
        f"leaves, at the prices for new customers of then, discounted at {numbers.percent(found.yearly_discount, 0)} a "
        "year. The best single value of every number, in the world that is asked for: an expectation, without the "
        f"range that a fan has. What comes after {numbers.counted(found.months, 'month')} is further than any history.",
        "From climbs: what would not come if nobody ever climbed. A climb adds: a rung up less this one, for one who "
        "has just signed, with its tier, term and rail. A list price is the same on every rung unless a scenario tells "
        "personas apart; what differs is how long customers stay, what they use above their plan, and how they change "
        "tier, so a climb may take away.",
    )


def _share(row: Worth) -> str:
    return numbers.percent(row.climbs_share, 0) if row.climb is not None else _no_climb(row)


def _climb(row: Worth) -> str:
    return numbers.about(row.climb) if row.climb is not None else _no_climb(row)


def _no_climb(row: Worth) -> str:
    return _NO_RUNG if row.persona == UNKNOWN else _LAST_RUNG
