"""Rails that a paper names and nobody is sold on: listed, so that nobody takes a missing fee for none."""

from collections.abc import Sequence

import pandas as pd

from lib.rails import Declared
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend

_HEADERS = {
    "rail": "Rail",
    "product": "Product",
    "purpose": "What it is for",
    "fees": "Fees",
    "declared_in": "Where it is declared",
}


def show(rows: Sequence[Declared], legend: Legend) -> None:
    """Every declared rail, with what it is for and that its fees are not set; nothing where none is declared."""
    if not rows:
        return
    cards.heading(
        f"{numbers.counted(len(rows), 'rail is', 'rails are')} declared and not sold on: their fees are not set"
    )
    shown = listed(rows)
    cards.table(shown.assign(product=shown["product"].map(numbers.name)), "fees_declared", _HEADERS, legend)
    cards.note("Nobody is offered a declared rail, and no fee, payout or bill counts by it.")


def listed(rows: Sequence[Declared]) -> pd.DataFrame:
    """Declared rails as a table."""
    columns = {"label": "rail", "product": "product", "purpose": "purpose", "fees": "fees", "source": "declared_in"}
    return frames.table(rows, columns)
