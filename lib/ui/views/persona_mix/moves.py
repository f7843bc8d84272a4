"""The moves behind the forecast: who is expected to go where, beside what was seen and what the beliefs alone say."""

from decimal import Decimal

import pandas as pd

from lib.forecast.expected_moves import ARRIVES, LEAVES, ExpectedMove, Often
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.views.persona_mix.answered import Answer

_HEADERS = {
    "persona": "Persona",
    "move": "Move",
    "number": "Expected",
    "monthly": "A month",
    "taken": "Taken",
    "believed": "Believed",
    "observed": "Seen",
    "seen": "Seen as",
}
_AS_MOVED = "Taken and believed are as the levers are moved; what was seen is as it was, whatever they say."


def show(told: Answer, legend: Legend) -> dict[str, pd.DataFrame]:
    """The table, and the sum that it must come to → the table."""
    moves = told.found.moves
    change = moves.arrivals_less_leavers
    sign = "+" if round(change) > 0 else ""
    cards.heading(
        f"{numbers.count(round(moves.customers_before))} customers become "
        f"{numbers.count(round(moves.customers_after))} in {numbers.counted(moves.months, 'month')}: "
        f"{sign}{numbers.count(round(change))}, arrivals less leavers"
    )
    cards.table(table(told, legend), "persona_mix_moves", _HEADERS, legend)
    cards.note(
        "Expected values over all months to come, of what is asked. Rates are times a customer-month in which it could "
        "happen; of arrivals, customers a month. A changed persona or tier changes no number of customers. "
        "Argue with a row: move its lever above.",
        *([] if told.found.asked.levers.are_neutral else [_AS_MOVED]),
    )
    return {"Expected moves": figures(told, legend)}


def table(told: Answer, legend: Legend) -> pd.DataFrame:
    """A row for each possible move of each persona."""
    moves = told.found.moves
    rows = moves.rows
    return pd.DataFrame(
        {
            "persona": [row.source or row.target for row in rows],
            "move": [_move(row, legend) for row in rows],
            "number": frames.column(_tenths(row.expected.times) for row in rows),
            "monthly": [f"{row.expected.times / max(moves.months, 1):.2g}" for row in rows],
            "taken": [_often(row, row.expected) for row in rows],
            "believed": [_often(row, row.believed) for row in rows],
            "observed": [_often(row, row.seen) for row in rows],
            "seen": [_seen(row) for row in rows],
        }
    )


def figures(told: Answer, legend: Legend) -> pd.DataFrame:
    """The same to be taken along: a rate is of customer-months, an arrival is customers a month."""
    moves = told.found.moves
    rows = moves.rows
    often = {"taken": "expected", "believed": "believed", "seen": "seen"}
    return pd.DataFrame(
        {
            "persona": [legend.name(row.source or row.target) for row in rows],
            "move": [_move(row, legend) for row in rows],
            "expected_times": [round(row.expected.times, 2) for row in rows],
            "expected_times_per_month": [round(row.expected.times / max(moves.months, 1), 6) for row in rows],
            **{
                f"{name}_{ending}": frames.column(_rate(row, getattr(row, which), is_arrival) for row in rows)
                for ending, is_arrival in (("rate", False), ("arrivals_per_month", True))
                for name, which in often.items()
            },
            "seen_times": [round(row.seen.times, 2) for row in rows],
            "seen_of_months": frames.column(_at_risk(row, True) for row in rows),
            "seen_of_customer_months": frames.column(_at_risk(row, False) for row in rows),
        }
    )


def _rate(row: ExpectedMove, often: Often, is_arrival: bool) -> float | None:
    rate = often.rate
    return None if rate is None or (row.kind == ARRIVES) != is_arrival else round(rate, 6)


def _at_risk(row: ExpectedMove, is_arrival: bool) -> float | None:
    return round(row.seen.at_risk, 2) if (row.kind == ARRIVES) == is_arrival else None


def _move(row: ExpectedMove, legend: Legend) -> str:
    if row.kind in (ARRIVES, LEAVES):
        return row.kind
    return f"{row.kind} to {legend.name(row.target)}" if row.target != row.source else row.kind


def _often(row: ExpectedMove, often: Often) -> str:
    rate = often.rate
    if rate is None:
        return numbers.MISSING
    return f"{rate:.2g} a month" if row.kind == ARRIVES else numbers.percent(rate, 2)


def _seen(row: ExpectedMove) -> str:
    unit = "months" if row.kind == ARRIVES else "customer-months"
    return f"{row.seen.times:g} in {row.seen.at_risk:,g} {unit}" if row.seen.at_risk else numbers.MISSING


def _tenths(number: float) -> Decimal:
    return Decimal(f"{number:.1f}")
