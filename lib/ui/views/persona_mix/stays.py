"""How long customers stay: what was seen of it as steps, what a model makes of it, and what neither can say."""

from collections.abc import Iterator, Sequence

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.desk.staying import EVERYBODY, PERSONA, TERM, TIER, Group, Staying
from lib.retention import Constant, Fit
from lib.ui import cards, controls, forecasting, frames, numbers
from lib.ui.legends import Legend

Tables = dict[str, pd.DataFrame]
LEVEL, YEAR = 0.9, 12
_AXES = {PERSONA: "Persona", TIER: "Tier", TERM: "Term"}
_TERMS = ("blue", "green", "orange", "purple", "grey")
_HEADERS = {
    "group": "Customers",
    "watched": "Watched",
    "left": "Left",
    "after_a_year": "There after 12 months",
    "half": "Half are gone after",
    "lifetime": "Lifetime, discounted",
    "reason": "How it is known",
}
_LIKELY = 0.05
_LONGER = (
    "Everybody together may stay longer than each group with a number: groups of whom too few have left to tell are in "
    "the whole, and they stay longest."
)


def show(legend: Legend) -> Tables:
    """A curve per group, the words on how they differ, and a row for each → their tables."""
    axis = controls.one_of("persona_mix_stays", "Divided by", _AXES)
    found = forecasting.staying(axis)
    curves = charts.still_there(
        seen_frame(found),
        modelled(found),
        "group",
        series=series(found, legend),
        alone=Series(EVERYBODY, "everybody", "grey"),
    )
    cards.pictures(curves, differ_words(found), f"persona_mix_stays_{axis}")
    cards.note(
        "Steps: the share still there since the first contract began, and a band of 9 in 10 (Kaplan-Meier, Greenwood). "
        "Grey: everybody. Dashed: the model, of those who pay by the month, who could leave in each of them. Persona, "
        "tier and term are those of today.",
        *([_open_words(found)] if found.open_months else []),
    )
    cards.table(table(found, legend), f"persona_mix_stays_{axis}", _HEADERS, legend)
    cards.note(
        "Lifetime: for how many months a customer who begins today is expected to be billed, each month to come worth "
        f"less by {numbers.percent(found.discount, 2)} (data/forecast.toml, lifetime). Most of it lies beyond what was "
        "seen. No lever moves these; what a customer is worth goes by the levers.",
        *([_LONGER] if is_longer(found) else []),
    )
    return {"How long they stay": figures(found, legend), "Steps of staying": steps(found, legend)}


def is_longer(found: Staying) -> bool:
    """Whether the lifetime of everybody is above that of every group that has one, while some have none."""
    told = [one.told.lifetime for one in found.groups]
    known, whole = [one for one in told if one is not None], found.everybody.told.lifetime
    return whole is not None and bool(known) and len(known) < len(told) and whole > max(known)


def differ_words(found: Staying) -> str:
    """Whether the groups stay differently long, by the log-rank test; why there is none where there is none."""
    what = f"By {_AXES[found.axis].lower()}, "
    if found.compared is None:
        return f"{what}nobody can say whether stays differ: {cards.plain(found.why_not or '')}"
    p = found.compared.p
    chance = "in fewer than 1 case of 1,000" if p < 0.001 else f"in {numbers.percent(p, 1 if p < 0.1 else 0)} of cases"
    if p < _LIKELY:
        return f"{what}stays differ: by chance alone they would differ this much {chance}"
    return f"{what}stays do not differ for certain: by chance alone they would differ this much {chance}"


def table(found: Staying, legend: Legend) -> pd.DataFrame:
    """A row per group, everybody first: how many were watched and left, the year, the half, and the lifetime."""
    groups = (found.everybody, *found.groups)
    return pd.DataFrame(
        {
            "group": [_name(one, legend) for one in groups],
            "watched": [one.curve.watched for one in groups],
            "left": [one.curve.ended for one in groups],
            "after_a_year": [_after_a_year(one) for one in groups],
            "half": [_half(one) for one in groups],
            "lifetime": [_lifetime(one) for one in groups],
            "reason": [_reason(one) for one in groups],
        }
    )


def figures(found: Staying, legend: Legend) -> pd.DataFrame:
    """The same to be taken along: shares as rates, months as numbers, empty where nobody can say."""
    groups = (found.everybody, *found.groups)
    year = [_at_a_year(one) or (None,) * 3 for one in groups]
    names = ("there_after_12_months_rate", "there_low_90_rate", "there_high_90_rate")
    return pd.DataFrame(
        {
            "group": [_name(one, legend) for one in groups],
            "watched_customers": [one.curve.watched for one in groups],
            "left_customers": [one.curve.ended for one in groups],
            **{name: frames.column(ends) for name, ends in zip(names, zip(*year, strict=True), strict=True)},
            "half_gone_after_months": frames.column(one.curve.median for one in groups),
            "lifetime_discounted_months": frames.column(_in_hundredths(one.told.lifetime) for one in groups),
            "reason": [_reason(one) for one in groups],
        }
    )


def steps(found: Staying, legend: Legend) -> pd.DataFrame:
    """Every time at which somebody left: how many were at risk and left, the share still there and its band."""
    rows = [
        (_name(group, legend), time, risk, left, share, low, high)
        for group in (found.everybody, *found.groups)
        for time, risk, left, share, low, high in zip(
            group.curve.times,
            group.curve.at_risk,
            group.curve.left,
            group.curve.survival,
            *group.curve.band(LEVEL),
            strict=True,
        )
    ]
    names = ["group", "months", "at_risk", "left", "still_there_rate", "low_90_rate", "high_90_rate"]
    return pd.DataFrame(rows, columns=names).round(4)


def seen_frame(found: Staying) -> pd.DataFrame:
    """The steps as a picture needs them: from all at 0 to the last time that is known."""
    rows = [row for group in (found.everybody, *found.groups) for row in _drawn(group)]
    return pd.DataFrame(rows, columns=["group", "months", "share", "low", "high"])


def modelled(found: Staying) -> pd.DataFrame:
    """What a group's model says of each month that was seen; no row where there is none."""
    rows = [
        (group.name, month, float(share))
        for group in found.groups
        if (model := group.told.model) is not None
        for month, share in enumerate(model.survival(list(range(int(group.curve.last) + 1))))
    ]
    return pd.DataFrame(rows, columns=["group", "months", "share"])


def series(found: Staying, legend: Legend) -> Sequence[Series]:
    """The colour of each group: its own everywhere where it has one."""
    known = {one.key: one for one in (*legend.personas, *legend.tiers)}
    own = zip(found.groups, _TERMS * len(found.groups), strict=False)
    return [
        known.get(group.name, Series(group.name, _name(group, legend), colour if found.axis == TERM else "grey"))
        for group, colour in own
    ]


def _drawn(group: Group) -> Iterator[tuple[str, float, float, float, float]]:
    curve = group.curve
    yield group.name, 0.0, 1.0, 1.0, 1.0
    last = (1.0, 1.0, 1.0)
    for time, *last_ in zip(curve.times, curve.survival, *curve.band(LEVEL), strict=True):
        last = last_[0], last_[1], last_[2]
        yield group.name, float(time), *last
    yield group.name, curve.last, *last


def _name(group: Group, legend: Legend) -> str:
    return "Everybody" if group.name == EVERYBODY else legend.name(group.name)


def _after_a_year(group: Group) -> str:
    """The share and its band after twelve months; those who began too lately to tell say so."""
    year = _at_a_year(group)
    if year is None:
        return f"nobody is known for {numbers.counted(YEAR, 'month')}"
    share, low, high = (numbers.percent(one, 0) for one in year)
    return f"{share} ({low} to {high})" if (group.curve.times <= YEAR).any() else share


def _at_a_year(group: Group) -> tuple[float, float, float] | None:
    """The share that is there after twelve months and its band; None where nobody is known for so long."""
    curve = group.curve
    if curve.last < YEAR:
        return None
    there = curve.times <= YEAR
    low, high = (float(end[there][-1]) if there.any() else 1.0 for end in curve.band(LEVEL))
    return round(float(curve.at(YEAR)), 6), round(low, 6), round(high, 6)


def _in_hundredths(months: float | None) -> float | None:
    return None if months is None else round(months, 2)


def _half(group: Group) -> str:
    median = group.curve.median
    return "not reached" if median is None else numbers.counted(round(median), "month")


def _lifetime(group: Group) -> str:
    lifetime = group.told.lifetime
    return numbers.MISSING if lifetime is None else f"{numbers.estimated_count(lifetime)} months"


def _reason(group: Group) -> str:
    told = group.told
    if told.model is None:
        return told.why_not or ""
    seen = numbers.counted(int(group.curve.last), "month")
    if isinstance(told.model, Constant):
        return f"extrapolated from {seen} at one rate of {numbers.percent(told.model.churn, 1)} a month: {told.why_not}"
    name = "shifted-beta-geometric" if isinstance(told.model, Fit) else "beta-discrete-Weibull"
    by_month = f"{told.left} of {numbers.counted(told.customers, 'customer')} who pay by the month left"
    return f"extrapolated from {seen}: {name}; {by_month}"


def _open_words(found: Staying) -> str:
    return (
        f"{numbers.counted(found.open_months, 'customer')} left in a month that is not over, which is not counted yet."
    )
