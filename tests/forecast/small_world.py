"""A company small enough to judge a forecast by eye: one tier or two, two rails, a handful of customers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from lib.forecast.beliefs import Assumptions
from lib.forecast.ladder import Ladder, ladder
from lib.forecast.panel import CustomerMonth, Panel
from lib.forecast.reading import parse_assumptions
from lib.periods import add_months
from tests.conftest import ROOT

BOOK: Ladder = ladder(("starter", "accelerate", "command", "enterprise"), ("stripe", "aws"))
BASE: Assumptions = parse_assumptions((ROOT / "data" / "assumptions" / "base.toml").read_text())
FIRST = date(2024, 1, 1)


def grown(months: int, seed: int = 5) -> Panel:
    """Every month three come and each of the others leaves with a chance of 2 %; who came first pays most."""
    dice = np.random.default_rng(seed)
    here: dict[str, int] = {}
    rows: list[CustomerMonth] = []
    for month in range(months):
        here = {name: since for name, since in here.items() if dice.random() > 0.02}
        here |= {f"c-{month:02}-{number}": month for number in range(3)}
        rows += [_row(name, since, month) for name, since in sorted(here.items())]
    return Panel(tuple(add_months(FIRST, month) for month in range(months)), tuple(rows))


def _row(name: str, since: int, month: int) -> CustomerMonth:
    persona = ("aws_customer", "aws_partner", "seller_self_managed")[since % 3]
    return CustomerMonth(
        customer_id=name,
        month=add_months(FIRST, month),
        persona=persona,
        tier=("starter", "accelerate")[since % 2],
        rail=("stripe", "aws")[int(name[-1]) % 2],
        is_annual=name.endswith("2"),
        renews_in=since % 12,
        years=(month - since) // 12,
        mrr=Decimal(300 + 100 * (since % 2)),
    )


def later_rows_changed(panel: Panel, after: date) -> Panel:
    """Another later history: whoever is there after that month pays a hundred times as much, as a seller."""
    rows = (
        replace(row, persona="seller_3pi", mrr=(row.mrr or 0) * 100) if row.month > after else row for row in panel.rows
    )
    return replace(panel, rows=tuple(rows))
