"""Where revenue goes as the persona mix moves: what was recorded, and what stated beliefs expect."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.forecast import Belief, ForecastMonth
from lib.freshness import SourceState
from lib.segments import Persona
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend

_RULES = (
    "Recorded months are exact; expected months are estimates and dotted. An expectation is one number, not a range.",
    "Customers leave, climb one rung or stay; new ones arrive at a month's end. Nobody skips a rung or climbs down.",
    "A customer of a persona is expected to pay what the persona's customers pay on average today.",
)
_HEADERS = {
    "month": "Month",
    "persona": "Persona",
    "expected_customers": "Expected customers",
    "expected_mrr_usd": "Expected MRR, USD",
    "expected_arrivals": "Arrive",
    "expected_churned": "Leave",
}


def finding(history: pd.DataFrame, expected: pd.DataFrame, legend: Legend) -> str:
    """The persona that brings most today, and its share at the end of the forecast."""
    today, then = _shares(_last(history, "mrr_usd")), _shares(_last(expected, "expected_mrr_usd"))
    most = max(today, key=lambda persona: today[persona])
    ahead = numbers.counted(expected["month"].nunique(), "month")
    now, later = numbers.percent(today[most], 0), numbers.percent(then.get(most, frames.ZERO), 0)
    return f"{legend.name(most)} brings {now} of MRR today and is expected to bring {later} in {ahead}"


def show(history: pd.DataFrame, expected: pd.DataFrame, legend: Legend) -> None:
    """Cards, each persona's revenue recorded and expected, and the mix today beside the mix to come."""
    cards.row(_cards(history, expected))
    figure = charts.lines(
        _joined(history, expected),
        "month",
        "mrr_usd",
        "persona",
        series=legend.personas,
        title=_mover_words(history, expected, legend),
        unit="USD",
    )
    cards.picture(figure, "persona_mix_paths")
    _mix(history, expected, legend)


@st.fragment
def ladder(expected: pd.DataFrame, personas: Mapping[str, Persona], legend: Legend) -> None:
    """Every expected month by persona; a picked row shows what the persona is offered."""
    cards.heading("Expected month by month (estimates)")
    picked = cards.picking_table(expected, "persona_mix_months", _HEADERS, legend)
    if picked is None:
        cards.note("Pick a row to see what its persona is offered, and with which motion.")
        return
    persona = personas[str(expected["persona"].iloc[picked])]
    cards.note(f"{cards.plain(persona.label)}: {cards.plain(persona.offer)}. Motion: {cards.plain(persona.motion)}.")


def beliefs(stated: Sequence[tuple[str, Belief]]) -> None:
    """Every belief the forecast stands on, with its why."""
    with st.expander("What is believed, and why", icon=":material/psychology:"):
        st.dataframe(listed_beliefs(stated), hide_index=True, key="persona_mix_beliefs")


def listed_beliefs(stated: Sequence[tuple[str, Belief]]) -> pd.DataFrame:
    """The beliefs of the ladder as a table."""
    used = [(key, belief) for key, belief in stated if not key.startswith("stage_probability")]
    return pd.DataFrame(
        {
            "belief": [key for key, _ in used],
            "value": [format(belief.value.normalize(), "f") for _, belief in used],
            "why": [belief.why for _, belief in used],
        }
    )


def table(rows: Sequence[ForecastMonth]) -> pd.DataFrame:
    """The forecast as a table; estimates are rounded to what they are worth, a dollar and a tenth of a customer."""
    return pd.DataFrame(
        {
            "month": [row.month for row in rows],
            "persona": [row.persona for row in rows],
            "expected_customers": [round(row.expected_customers, 1) for row in rows],
            "expected_mrr_usd": [float(round(row.expected_mrr)) for row in rows],
            "expected_arrivals": [round(row.expected_arrivals, 1) for row in rows],
            "expected_churned": [round(row.expected_churned, 1) for row in rows],
        }
    )


def assumptions(name: str) -> list[str]:
    """What the forecast assumes, and which case of beliefs it stands on."""
    return [f"Beliefs: {cards.plain(name)}, data/assumptions/base.toml, each with its why above.", *_RULES]


def absence(states: Sequence[SourceState]) -> str:
    """The headline where there are no customers to place on the ladder."""
    return f"0 customers can be placed: {numbers.counted(len(states), 'source')} behind this page is missing"


def _cards(history: pd.DataFrame, expected: pd.DataFrame) -> list[Card]:
    now, then = _last(history, "mrr_usd"), _last(expected, "expected_mrr_usd")
    people, later = _last(history, "customers"), _last(expected, "expected_customers")
    mrr, mrr_then = frames.total(now.values()), _estimate(frames.total(then.values()))
    ahead = numbers.counted(expected["month"].nunique(), "month")
    grown = numbers.percent_change(mrr_then / mrr - 1) if mrr else numbers.MISSING
    unknown = people.get("unknown", 0)
    return [
        Card("MRR today", numbers.money(mrr), "Recurring revenue per month, recorded."),
        Card(
            "Expected MRR",
            "≈ " + numbers.money(mrr_then),
            "An estimate from stated beliefs, at today's revenue per customer.",
            f"{grown} in {ahead}",
            mrr_then >= mrr,
        ),
        Card("Customers today", numbers.count(sum(people.values())), "Customers with a running contract."),
        Card(
            "Expected customers",
            "≈ " + numbers.count(_estimate(frames.total(later.values()))),
            f"An estimate, {ahead} ahead: arrivals, climbs and churn as believed.",
        ),
        Card("Persona unknown", numbers.count(unknown), "Customers who may churn and nothing else until asked."),
    ]


def _mix(history: pd.DataFrame, expected: pd.DataFrame, legend: Legend) -> None:
    today, then = _shares(_last(history, "mrr_usd")), _shares(_last(expected, "expected_mrr_usd"))
    ahead = numbers.counted(expected["month"].nunique(), "month")
    shares = pd.DataFrame({"when": ["Today", f"In {ahead}"]})
    for one in legend.personas:
        shares[one.key] = [float(mix.get(one.key, frames.ZERO)) for mix in (today, then)]
    moves = {key: then.get(key, frames.ZERO) - share for key, share in today.items()}
    most = max(moves, key=lambda key: abs(moves[key]))
    title = f"The mix: {legend.name(most)} moves most, {numbers.points(moves[most], 1)} of MRR"
    figure = charts.stacked_bars(shares, "when", legend.personas, title=title, unit="share", totals=False)
    cards.picture(figure, "persona_mix_shares")
    cards.note("Colours as above; the narrowest parts say their share when pointed at.")


def _joined(history: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """Recorded and expected months in one frame, marked."""
    recorded = frames.sums(history, ["month", "persona"], ["mrr_usd"]).assign(is_estimate=False)
    future = expected[["month", "persona", "expected_mrr_usd"]].rename(columns={"expected_mrr_usd": "mrr_usd"})
    both = [part.astype(object) for part in (recorded, future.assign(is_estimate=True))]
    return pd.concat(both, ignore_index=True)


def _mover_words(history: pd.DataFrame, expected: pd.DataFrame, legend: Legend) -> str:
    now, then = _last(history, "mrr_usd"), _last(expected, "expected_mrr_usd")
    gains = {key: _estimate(amount) - now.get(key, frames.ZERO) for key, amount in then.items()}
    most = max(gains, key=lambda key: gains[key])
    until = expected["month"].max()
    return f"{legend.name(most)} is expected to add most, {numbers.change(gains[most])} of MRR by {_month(until)}"


def _last(frame: pd.DataFrame, value: str) -> dict[str, Decimal]:
    """One value by persona in the last month."""
    return frames.by(frame[frame["month"] == frame["month"].max()], "persona", value)


def _shares(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    whole = _exact(frames.total(amounts.values()))
    return {key: _exact(amount) / whole for key, amount in amounts.items()} if whole else {}


def _exact(amount: Decimal | float) -> Decimal:
    return Decimal(str(amount))


def _estimate(amount: Decimal | float) -> Decimal:
    """An estimate in whole units: it has no cents."""
    return Decimal(round(amount))


def _month(value: object) -> str:
    return numbers.month(value if isinstance(value, date) else None)
