"""Whether each surface keeps its promises, and what makes a broken one true."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.claims.claim import PROMISE
from lib.claims.finding import (
    ACKNOWLEDGED,
    FORBIDDEN,
    NONE,
    NOT_REPRESENTABLE,
    NOTE,
    PERMITTED,
    PLANNED,
    PUBLISHED,
    RED,
    REMARK,
    UNVERIFIABLE,
    WARNING,
    Finding,
)
from lib.ui import cards, controls, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.views import acknowledging, mending

MEND, EVERYTHING = "mend", "everything"
SHOWN = {EVERYTHING: "Everything", MEND: "What to mend"}
ANY = "any"
KINDS = {
    ANY: "Every kind",
    "published claim": "Promises",
    "surface": "Differences between places",
    "paper": "What the papers say in two ways",
    "billing": "Customers off list",
    "talking point": "Talking points",
    "target": "Targets",
    "criterion": "Criteria",
    "book": "The price list itself",
    "source": "Sources",
}
ASSUMPTIONS = (
    "A verdict takes the customer's side: overstated promises more than the book delivers.",
    "Only a published claim that is overstated or contradictory is false; acknowledging never turns it green.",
    "A number is judged under every rounding rule; the claim's own rule gives its verdict.",
    "A difference is forbidden unless data/claims.toml permits its kind or a private offer is its reason; a note is "
    "harmless, or nobody can know.",
    "A promise is planned while no customer can read it: it is to mend before publishing, and not false yet.",
    "Off list counts base fees against the list that governs the running period, so a grandfathered price is the "
    "list's; what usage costs is in the parity report.",
    "A remedy's cost is what today's list-price subscribers pay less in a year from their next renewal; private offers "
    "are left out, and with a rail missing the cost is unknown.",
    "Price change holds the same prices against the past 12 usage months instead, with the contracts of their time and "
    "the credits of upgrades: another question, another number.",
)
_SEVERITIES = (
    Series(RED, "False and published", "vermilion"),
    Series(WARNING, "Mend before publishing", "orange"),
    Series(NOTE, "Notes", "sky"),
    Series(ACKNOWLEDGED, "Acknowledged", "grey"),
    Series(NONE, "True", "blue"),
)
_STANDINGS = {"": "—", PERMITTED: "Permitted", FORBIDDEN: "Forbidden", REMARK: "Note"}
_STATES = {"": "—", PUBLISHED: "Today", PLANNED: "Planned"}
_UNITS = {"percent": "%", "months": " months", "usd": " USD"}
_HEADERS = {
    "words": "Words",
    "surface": "Surface",
    "severity_words": "Weight",
    "verdict": "Verdict",
    "standing_words": "May it be",
    "state_words": "Customers can read it",
    "promised": "Promised",
    "delivered": "Delivered",
    "true_when": "True when rounded",
    "kind": "Kind",
}


def finding(found: Sequence[Finding]) -> str:
    """How many published claims are false, the first of them, and the cheapest ways out."""
    false = [one for one in found if one.severity == RED]
    checked = numbers.counted(len(found), "claim")
    if not false:
        warned = sum(one.severity == WARNING for one in found)
        return f"0 of {checked} are published and false; {warned} are to mend before publishing"
    first = false[0]
    said = f"{numbers.counted(len(false), 'published claim is', 'published claims are')} false"
    broken = f"“{cards.plain(first.words)}” delivers {cards.plain(_delivered(first))}"
    cost = _yearly_cost(first)
    known = f"; making it true costs {numbers.money(cost)} a year, truthful words nothing"
    unknown = "; truthful words cost nothing, prices an unknown amount while a rail is missing"
    ways = known if cost is not None else unknown if any(remedy.prices for remedy in first.remedies) else ""
    return f"{said}: {broken}{ways}"


def planned(found: Sequence[Finding]) -> str:
    """How many promises no customer can read yet, by the places that do not show them yet."""
    counts = Counter(one.surface for one in found if one.state == PLANNED and one.kind == PROMISE)
    if not counts:
        return "Every promise on file can be read by customers."
    places = ", ".join(f"{place} {number}" for place, number in counts.most_common())
    return (
        f"{numbers.counted(counts.total(), 'promise is', 'promises are')} planned, not published yet ({places}): "
        "judged already, false only once customers can read them."
    )


def to_mend(found: Sequence[Finding]) -> list[Finding]:
    """What is false, published or not yet."""
    return [one for one in found if one.severity in (RED, WARNING)]


def surfaces(found: Sequence[Finding]) -> dict[str, str]:
    """Every place that a finding speaks of, to pick one from; those with most to mend come first."""
    counted = Counter(place for one in to_mend(found) for place in _places(one))
    every = dict.fromkeys(place for one in found for place in _places(one))
    ordered = sorted(every, key=lambda place: -counted[place])
    return {ANY: "Every place", **{place: f"{place[:1].upper()}{place[1:]}" for place in ordered}}


def kinds(found: Sequence[Finding]) -> dict[str, str]:
    """The kinds there are, to pick one from."""
    there = {one.kind for one in found}
    return {key: name for key, name in KINDS.items() if key == ANY or key in there}


def of(found: Sequence[Finding], surface: str, kind: str) -> list[Finding]:
    """The findings of a place and a kind."""
    return [one for one in found if surface in (ANY, *_places(one)) and kind in (ANY, one.kind)]


def _places(one: Finding) -> list[str]:
    """The places that a finding speaks of: two of a difference between them, else one."""
    return one.surface.split(" and ") if one.kind == "surface" else [one.surface]


def show(found: Sequence[Finding]) -> None:
    """Cards, the verdicts by surface, and the promises that can be measured beside what is delivered."""
    cards.row(_cards(found))
    cards.note(planned(found))
    counts = _by_surface(found)

    title = _mend_words(found)
    cards.picture(charts.stacked_bars(counts, "surface", _SEVERITIES, title=title, unit="claims"), "honesty_surfaces")
    measured = _measured(found)
    if not measured.empty:
        kept = sum(promised <= delivered for promised, delivered in zip(*_pairs(measured), strict=True))
        title = f"{kept} of {len(measured)} promised discounts are delivered to the last digit"
        cards.picture(charts.gap(measured, "claim", title=title, unit="share"), "honesty_gap")


def picked(found: Sequence[Finding]) -> list[Finding]:
    """The findings a reader asks for: all or what to mend, of a place, of a kind; every choice is in the address."""
    cards.heading("Every claim, the worst first")
    left, middle, right = st.columns(3)
    with left:
        shown = controls.one_of("honesty_show", "Show", SHOWN)
    with middle:
        surface = controls.choice("honesty_surface", "Place", surfaces(found))
    with right:
        kind = controls.choice("honesty_kind", "Kind", kinds(found))
    return of(found if shown == EVERYTHING else to_mend(found), surface, kind)


@st.fragment
def claims(found: Sequence[Finding], legend: Legend) -> None:
    """Every claim, the worst first; a picked one shows its evidence and its remedies."""
    acknowledging.say()
    ordered = _ordered(found)
    if not ordered:
        return cards.note("Nothing of this place and kind is on file; widen the choice above.")
    row = cards.picking_table(listing(ordered), "honesty_claims", _HEADERS, legend)
    if row is None:
        return cards.note("Pick a row to read the evidence and the ways to make it true.")
    return _claim(ordered[row], legend)


def listing(found: Sequence[Finding]) -> pd.DataFrame:
    """Findings as a table, the worst first."""
    ordered = _ordered(found)
    names = {one.key: one.label for one in _SEVERITIES}
    columns = ("claim", "words", "surface", "kind", "published", "verdict", "rounding_rule", "source")
    frame = frames.table(ordered, {name: name for name in columns})
    return frame.assign(
        words=[_plain_words(one) for one in ordered],
        severity_words=[names[one.severity] for one in ordered],
        standing_words=[_STANDINGS[one.standing] for one in ordered],
        state_words=[_STATES[one.state] for one in ordered],
        promised=[_with_unit(one.promised, one.unit) for one in ordered],
        delivered=[_delivered(one) for one in ordered],
        true_when=[", ".join(one.true_at) or "never" for one in ordered],
    )


def _cards(found: Sequence[Finding]) -> list[Card]:
    counts = {one.key: sum(item.severity == one.key for item in found) for one in _SEVERITIES}
    false = [one for one in found if one.severity == RED]
    costs = [cost for one in false if (cost := _yearly_cost(one)) is not None]
    return [
        Card(
            "False",
            numbers.count(counts[RED]),
            "Published claims that promise more than the book delivers. The check fails while there is one.",
            "the check fails" if counts[RED] else "the check passes",
            not counts[RED],
        ),
        Card("To mend", numbers.count(counts[WARNING]), "False claims nobody can read yet, and understatements."),
        Card("Notes", numbers.count(counts[NOTE]), _notes_words(found)),
        Card("Accepted", numbers.count(counts[ACKNOWLEDGED]), "Warnings and notes that somebody accepts until a day."),
        Card("True", numbers.count(counts[NONE]), "Claims the book keeps under the claim's own rounding rule."),
        Card(
            "Cost to mend",
            numbers.money(sum(costs, frames.ZERO)) if costs else "unknown" if false else numbers.money(frames.ZERO),
            "For a year, on today's list-price annual subscribers from their next renewal, if prices follow the words.",
        ),
    ]


def _notes_words(found: Sequence[Finding]) -> str:
    """What the notes are, by their verdicts."""
    notes = [one.verdict for one in found if one.severity == NOTE]
    unknown, held = notes.count(UNVERIFIABLE), notes.count(NOT_REPRESENTABLE)
    return (
        f"{unknown} that nobody can verify from the sources that are here, {held} that a surface has no field for, and "
        f"{len(notes) - unknown - held} that are permitted or where both places can stand."
    )


def _by_surface(found: Sequence[Finding]) -> pd.DataFrame:
    surfaces = list(dict.fromkeys(one.surface for one in _ordered(found)))
    frame = pd.DataFrame({"surface": surfaces})
    for one in _SEVERITIES:
        frame[one.key] = [
            float(sum(item.surface == surface and item.severity == one.key for item in found)) for surface in surfaces
        ]
    mending = (frame[RED] + frame[WARNING]).rename("mending")
    order = pd.concat([frame, mending], axis=1).sort_values(
        ["mending", RED, NOTE], ascending=False, kind="stable", ignore_index=True
    )
    return order.drop(columns="mending")


def _mend_words(found: Sequence[Finding]) -> str:
    counts = Counter(one.surface for one in to_mend(found))
    if not counts:
        return "No surface has anything to mend"
    surface, number = counts.most_common(1)[0]
    return f"{surface[:1].upper() + surface[1:]}: most to mend, {number} of {counts.total()}"


def _measured(found: Sequence[Finding]) -> pd.DataFrame:
    """The claims whose promise is a percentage, as fractions."""
    rows = [
        (f"{one.words}, {one.surface}", _fraction(one.promised), _fraction(one.delivered))
        for one in found
        if one.unit == "percent"
    ]
    shown = [row for row in rows if row[1] is not None and row[2] is not None]
    return pd.DataFrame(shown, columns=["claim", "promised", "delivered"])


def _pairs(measured: pd.DataFrame) -> tuple[list[Decimal], list[Decimal]]:
    return list(measured["promised"]), list(measured["delivered"])


def _fraction(text: str) -> Decimal | None:
    try:
        return Decimal(text) / 100
    except InvalidOperation:
        return None


def _claim(one: Finding, legend: Legend) -> None:
    with st.container(border=True):
        cards.sentence(f"**“{cards.plain(one.words)}”** on {cards.plain(one.surface)}: {cards.plain(one.verdict)}")
        for line in one.evidence:
            cards.sentence(f"- {cards.plain(line)}")
        cards.note(f"Stands in: {cards.plain(one.source)}")
        mending.listed(one, "honesty_picked_remedies", legend)
        acknowledging.panel(one, legend)


def _plain_words(one: Finding) -> str:
    """A claim in words; a difference of two surfaces opens with a key, which is said as a name."""
    path, colon, rest = one.words.partition(": ")
    if not colon or path != one.claim:
        return one.words
    return f"{' · '.join(numbers.name(part) for part in path.split('.'))}: {rest}"


def _ordered(found: Sequence[Finding]) -> list[Finding]:
    rank = {one.key: place for place, one in enumerate(_SEVERITIES)}
    return sorted(found, key=lambda one: rank[one.severity])


def _delivered(one: Finding) -> str:
    return _with_unit(one.delivered, one.unit)


def _with_unit(text: str, unit: str) -> str:
    return text + _UNITS.get(unit, "")


def _yearly_cost(one: Finding) -> Decimal | None:
    """What it costs to let the prices follow the words; None where no price can."""
    costs = [remedy.cost.total for remedy in one.remedies if remedy.prices and remedy.cost]
    return min(costs, default=None)
