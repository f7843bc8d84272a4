"""Who buys: any two things customers differ in, by any measure; every cell opens to the customers behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.buyers import Group, Names
from lib.costs import Missing
from lib.market import Customer
from lib.segments import Persona
from lib.ui import cards, controls, frames, numbers
from lib.ui.views.segments import measures, people
from lib.ui.views.segments.axes import AXES, KEYED, Wording, by
from lib.ui.views.segments.measures import MEASURES, RATES, UNITS, Measured, measured

NOTHING_ELSE = "nothing else"
_CLIMBED, _NO_HISTORY = "; when they climbed is on persona mix", ": the CRM keeps no history of it"
_ASSUMPTIONS = (
    "MRR is the recurring price each rail bills, a twelfth of it a month for annual and longer terms, without overage; "
    "ARR is twelve times that, and MRR per customer is divided by those who pay.",
    "A contract counts from the day it starts up to, not including, the day it ends; a month shows its last evening.",
    "Past months show customers under today's persona{}. Tier and rail are those of that month's contract; a cohort "
    "is the quarter of the first month end with a payment.",
    "Growth is what the group brings now against the month end that NRR is counted from (data/buyers.toml), whoever "
    "came and went. NRR and GRR follow those who stood in the group then, to whatever they pay now.",
    "Gross margin: month-end prices and invoiced usage less the unit cost of everything used, over the months whose "
    "usage is invoiced. Infrastructure and the marketplace's fee are not in it; fee absorption and the scorecard "
    "read it by what falls due under the current book, and so say another number.",
    "The advised rail follows facts (AWS account, partner, seller, wish for one bill), never the persona.",
)
_SECOND = {"tier": AXES["tier"], **AXES}  # the first is picked until the reader picks another
_HEADERS = {
    "customers": "Customers",
    "mrr_usd": "MRR",
    "arr_usd": "ARR",
    "arpa_usd": "MRR per customer",
    "growth_rate": "Growth",
    "nrr_rate": "NRR",
    "grr_rate": "GRR",
    "retained_of": "of customers then",
    "margin_rate": "Gross margin",
}


@dataclass(frozen=True)
class Asked:
    """How the reader wants customers told apart, and by which measure; `dimension` is what usage counts."""

    axes: Names
    measure: str
    dimension: str


def assumptions(keeps_history: bool) -> Sequence[str]:
    """What the numbers of this part take for granted; whether the CRM kept what a customer's persona was is said."""
    return [told.format(_CLIMBED if keeps_history else _NO_HISTORY) for told in _ASSUMPTIONS]


def asked(dimensions: Mapping[str, str]) -> Asked:
    """The controls, side by side."""
    left, middle, right = st.columns(3)
    with left:
        first = controls.choice("segments_axis", "Split by", AXES)
    with middle:
        second = controls.choice("segments_and", "and by", {**_SECOND, NOTHING_ELSE: NOTHING_ELSE.capitalize()})
    with right:
        measure = controls.choice("segments_measure", "Show", MEASURES)
        counts = list(dimensions)
        dimension = counts[0] if counts else ""
        if measure == "usage" and counts:
            dimension = controls.choice("segments_dimension", "Usage of", dimensions)
    return Asked(tuple(dict.fromkeys(axis for axis in (first, second) if axis != NOTHING_ELSE)), measure, dimension)


@st.fragment
def explore(
    groups: Sequence[Group],
    ask: Asked,
    fewest: int,
    customers: Sequence[Customer],
    personas: Mapping[str, Persona],
    wording: Wording,
    billed: people.Billed,
) -> None:
    """The picture and every group with every measure; what is picked in either leaves its customers below."""
    picked = _grid(groups, ask, fewest, wording)
    cards.heading("Every group, the largest first: pick one, here or above, for the customers behind it")
    frame = listing(groups, ask, fewest, wording)
    used = {"used_quantity": wording.legend.name(ask.dimension)} if ask.dimension else {}
    headers = {axis: AXES[axis] for axis in ask.axes} | _HEADERS | used
    row = cards.picking_table(frame, f"segments_groups_{'_'.join(ask.axes)}", headers, wording.legend)
    names = picked or (_largest_first(groups)[row].names if row is not None else None)
    chosen = next((group for group in groups if group.names == names), None)
    behind = [one for one in customers if chosen is None or one.customer_id in chosen.customers]
    if chosen:
        who = cards.plain(wording.names(ask.axes, chosen.names))
        cards.heading(f"{who}: {numbers.counted(len(behind), 'customer')}, largest first")
    else:
        cards.heading(f"Every customer, largest first: {people.waiting(customers)}")
    people.table(behind, personas, wording.legend, billed, "segments_customers")


def _grid(groups: Sequence[Group], ask: Asked, fewest: int, wording: Wording) -> Names | None:
    """One measure along one axis as bars, along two as a table in shades: → the group that is picked in it."""
    found = {group.names: measured(group, ask.measure, fewest, ask.dimension) for group in groups}
    if not found:
        cards.note("No group has a customer, now or a year ago.")
        return None
    shown = _drawn(found, ask, wording)
    words = _best(found, ask, wording)
    draw = _bars if len(ask.axes) == 1 else _heat
    place = cards.picking_picture(draw(found, ask, words, wording), f"segments_grid_{'_'.join(ask.axes)}_{ask.measure}")
    if ask.measure == "usage":
        cards.note("Usage is of the newest month on record, in natural units.")
    if ask.measure in RATES:
        cards.note(f"n is how many customers the rate stands on; of fewer than {fewest} it is shown alone.")
    for need in sorted({measures.needed(group.margin) for group in groups if isinstance(group.margin, Missing)}):
        if ask.measure == "margin":
            cards.note(f"Gross margin of some is {need}.")
    return shown[place[1]] if place and place[1] < len(shown) else None


def _drawn(found: Mapping[Names, Measured], ask: Asked, wording: Wording) -> list[Names]:
    """The groups in the order in which the picture has a mark for them."""
    keys = [wording.in_order(axis, (names[place] for names in found)) for place, axis in enumerate(ask.axes)]
    if len(keys) == 1:
        return [(key,) for key in keys[0] if found[key,].value is not None]
    return [(row, column) for row in keys[0] for column in keys[1] if (row, column) in found]


def listing(groups: Sequence[Group], ask: Asked, fewest: int, wording: Wording) -> pd.DataFrame:
    """Every group with every measure, the largest first; a rate of too few customers is left out."""
    ordered = _largest_first(groups)
    frame = pd.DataFrame(
        {
            **{
                axis: [_shown(axis, one.names[place], wording) for one in ordered]
                for place, axis in enumerate(ask.axes)
            },
            "customers": [len(one.customers) for one in ordered],
            "mrr_usd": frames.column(measures.monthly(one.arr) for one in ordered),
            "arr_usd": frames.column(measures.exact(one.arr) for one in ordered),
            "arpa_usd": frames.column(measures.monthly(one.arpa) for one in ordered),
            **{
                f"{rate}_rate": frames.column(measured(one, rate, fewest, "").value for one in ordered)
                for rate in ("growth", "nrr", "grr", "margin")
            },
            "retained_of": [measures.standing_on(one, "nrr") for one in ordered],
            "used_quantity": frames.column(one.used.get(ask.dimension) for one in ordered),
        }
    )
    return frames.cents(frame, "mrr_usd", "arr_usd", "arpa_usd")


def _largest_first(groups: Sequence[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-group.arr, group.names))


def _shown(axis: str, key: str, wording: Wording) -> str:
    """What a cell of a table holds: a key where the table itself knows its name."""
    return key if axis in KEYED else wording.name(axis, key)


def _best(found: Mapping[Names, Measured], ask: Asked, wording: Wording) -> str:
    """Which group has most of a measure, as the sentence above the picture."""
    known = {names: one for names, one in found.items() if one.value is not None}
    what = MEASURES[ask.measure] if ask.measure != "usage" else f"Usage of {wording.legend.name(ask.dimension)}"
    told = f"{what} by {by(*ask.axes)}"
    if not known:
        return f"{told}: no group has a number yet"
    names = max(known, key=lambda names: known[names].value or Decimal(0))
    of = f" (n = {known[names].of})" if known[names].of else ""
    return f"{told}: most for {wording.names(ask.axes, names)}, {known[names].words}{of}"


def _bars(found: Mapping[Names, Measured], ask: Asked, words: str, wording: Wording) -> charts.Figure:
    axis, drawn = ask.axes[0], _drawn(found, ask, wording)
    frame = pd.DataFrame(
        {
            "group": [_named(axis, names[0], found[names], wording) for names in drawn],
            "value": frames.column(found[names].value for names in drawn),
        }
    )
    unit = UNITS.get(ask.measure, "USD")
    return charts.ranked(frame, "group", "value", title=words, unit=unit, signed=ask.measure == "growth")


def _named(axis: str, key: str, one: Measured, wording: Wording) -> str:
    name = wording.name(axis, key)
    return f"{name}, n = {one.of}" if one.of else name


def _heat(found: Mapping[Names, Measured], ask: Asked, words: str, wording: Wording) -> charts.Figure:
    rows, columns = (wording.in_order(axis, (names[place] for names in found)) for place, axis in enumerate(ask.axes))
    cells = [[found.get((row, column)) for column in columns] for row in rows]
    return charts.heat(
        [wording.name(ask.axes[0], key) for key in rows],
        [wording.name(ask.axes[1], key) for key in columns],
        [[None if one is None or one.value is None else float(one.value) for one in row] for row in cells],
        [["" if one is None else one.with_count for one in row] for row in cells],
        title=words,
        unit=UNITS.get(ask.measure, "USD"),
        opens=True,
    )
