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
    listed = table(told, legend)
    cards.table(listed, "persona_mix_moves", _HEADERS, legend)
    cards.note(
        "Expected values over all months to come, of what is asked. Rates are times a customer-month in which it could "
        "happen; of arrivals, customers a month. A changed persona or tier changes no number of customers. "
        "Argue with a row: move its lever above."
    )
    return {"Expected moves": listed}


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


def _move(row: ExpectedMove, legend: Legend) -> str:
    if row.kind in (ARRIVES, LEAVES):
        return row.kind
    return f"{row.kind}: to {legend.name(row.target)}" if row.target != row.source else row.kind


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
