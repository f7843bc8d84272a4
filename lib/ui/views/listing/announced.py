"""What announcing a change of prices takes: steps on their days, every rule of notice, and whom it touches."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from lib import charts, surfaces
from lib.charts import Series
from lib.desk import STANDINGS, TOLD, Announcement
from lib.reports import KIND_NAMES
from lib.surfaces import DIMENSION_RATE, TIER_PRICE
from lib.ui import cards, controls, numbers
from lib.ui.legends import Legend
from lib.ui.listing import Asked

OWN_DAY, ANOTHER = "own", "another"
_COLOURS = dict(zip(STANDINGS, ("vermilion", "sky", "purple", "grey"), strict=True))
_DUE = ("due_on", "kind", "what", "who", "check")
_NOTICE = {
    "rail": "Rail",
    "kind": "For",
    "rule": "Rule",
    "notify_on": "Notify by",
    "customers": "Customers",
    "reaches_on": "Reaches them from",
    "source": "Source",
}
_TOUCHED = {"customer": "Customer", "rail": "Rail", "plan_key": "Plan", "kinds": "For", "standing": "Stands"}


def asked(picked: str | None, as_of: date) -> Asked:
    """What is announced: the picked scenario or a kind of change, on its own day or another."""
    cards.heading("When prices change: what is done, who must be told, and when it reaches them")
    kinds: tuple[str, ...] = surfaces.KINDS
    if picked is None:
        names = {TIER_PRICE: "Tier prices", DIMENSION_RATE: "Dimension rates"}
        kinds = (controls.one_of("listing_kind", "Suppose a change of", names),)
    first = "On the day of the snapshot" if picked is None else "On the scenario's day"
    when = controls.one_of("listing_when", "Announced", {OWN_DAY: first, ANOTHER: "On another day"})
    day = controls.any_day("listing_day", "Day of the announcement", as_of) if when == ANOTHER else None
    return Asked(picked, kinds, day)


def announcement(told: Announcement, names: Mapping[str, str], legend: Legend) -> None:
    """The steps on their days, every rule of notice with its day, and everybody whom the change touches."""
    if told.changed.others:
        cards.note(f"The papers have no procedure for what else changes: {', '.join(told.changed.others)}.")
    if not told.changed.kinds:
        cards.sentence(f"{cards.plain(told.name)} changes 0 prices: nothing is typed and nobody is told.")
        return
    cards.sentence(f"**{_told_words(told, legend)}**")
    for kind in told.changed.kinds:
        for it in (it for it in told.due if it.kind == kind):
            done = f"{it.step.who}; done when {it.step.check}"
            cards.sentence(f"{it.place}. **{cards.plain(it.step.what)}**, {numbers.day(it.on)}: {cards.plain(done)}")
    cards.table(notices(told), "listing_notices", _NOTICE, legend)
    for state in told.absent:
        cards.missing(state)
    if told.touched:
        _picture(told, legend)
        with st.expander(f"{numbers.counted(len(told.touched), 'contract')} by name", icon=":material/group:"):
            cards.table(touched(told, names), "listing_touched", _TOUCHED, legend)


def _told_words(told: Announcement, legend: Legend) -> str:
    counts = {rail.key: told.told_on(rail.key) for rail in legend.rails}
    people = numbers.counted(sum(counts.values()), "customer")
    by_rail = " and ".join(
        f"{numbers.count(number)} on {legend.name(rail)}" for rail, number in counts.items() if number
    )
    day = numbers.day(told.announced_on)
    return f"{people} must be told by {day}" + (f": {by_rail}" if by_rail else "")


def _picture(told: Announcement, legend: Legend) -> None:
    counts = Counter((one.plan_key, one.standing) for one in told.touched)
    plans = [key for key in legend.names if any(plan == key for plan, _ in counts)]
    standings = [one for one in STANDINGS if any(standing == one for _, standing in counts)]
    frame = pd.DataFrame({"plan": [legend.name(key) for key in plans]})
    for standing in standings:
        frame[standing] = [float(counts[key, standing]) for key in plans]
    parts = [Series(one, f"{one[:1].upper()}{one[1:]}", _COLOURS[one]) for one in standings]
    said = sum(one.standing == TOLD for one in told.touched)
    title = f"{numbers.count(said)} of {numbers.counted(len(told.touched), 'contract')} touched must be told"
    cards.picture(charts.stacked_bars(frame, "plan", parts, title=title, unit="contracts"), "listing_people")


def due(told: Announcement) -> pd.DataFrame:
    """The steps, each on its day."""
    made = [
        {"due_on": it.on, "kind": _kind(it.kind), "what": it.step.what, "who": it.step.who, "check": it.step.check}
        for it in told.due
    ]
    return pd.DataFrame(made, columns=list(_DUE))


def notices(told: Announcement) -> pd.DataFrame:
    """Every rule of notice: whom to tell by when, and from when it reaches them; empty where they keep theirs."""
    made = [
        {
            "rail": it.rail,
            "kind": _kind(it.kind),
            "rule": it.rule,
            "notify_on": it.announced_on if it.reaches_on else None,
            "customers": told.told_on(it.rail, it.kind) if it.reaches_on else 0,
            "reaches_on": it.reaches_on,
            "source": it.source,
        }
        for it in told.notices
    ]
    return pd.DataFrame(made, columns=list(_NOTICE))


def touched(told: Announcement, names: Mapping[str, str]) -> pd.DataFrame:
    """Every contract that a change touches, those first whom it must be told."""
    ordered = sorted(told.touched, key=lambda it: (STANDINGS.index(it.standing), it.rail, it.plan_key, it.customer_id))
    made = [
        {
            "customer": numbers.who(it.customer_id, names),
            "rail": it.rail,
            "plan_key": it.plan_key,
            "kinds": ", ".join(map(_kind, it.kinds)),
            "standing": it.standing,
        }
        for it in ordered
    ]
    return pd.DataFrame(made, columns=list(_TOUCHED))


def _kind(kind: str) -> str:
    return KIND_NAMES[kind].partition(" ")[2]
