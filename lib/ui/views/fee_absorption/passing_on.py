"""Pass the fee on: the price that leaves us whole, and why adding the fee's own percentage is not enough."""

from collections.abc import Callable
from decimal import Decimal

import pandas as pd

from lib.money import round_line
from lib.ui import cards, controls, frames, numbers
from lib.ui.ledger import Headline
from lib.ui.legends import Legend
from lib.ui.ways import NAMES

_HEADERS = {
    "plan_key": "Plan",
    "price_usd": "List price",
    "whole_usd": "Leaves us whole",
    "rise_rate": "Rise",
    "more_usd": "More",
}


def asked() -> str:
    """Ask whose fee is passed on."""
    return controls.choice("fees_pass", "Pass on the fee of", NAMES)


def listed(headline: Headline, way: str, whole_at: Callable[[Decimal, str], Decimal]) -> pd.DataFrame:
    """Every public price, and the price to the cent of which it is left after the fee."""
    prices = list(headline.frame["price_usd"])
    whole = [round_line(whole_at(price, way)) for price in prices]
    pairs = list(zip(prices, whole, strict=True))
    return pd.DataFrame(
        {
            "plan_key": headline.frame["plan_key"],
            "price_usd": frames.column(prices),
            "whole_usd": frames.column(whole),
            "rise_rate": frames.column(after / before - 1 if before else None for before, after in pairs),
            "more_usd": frames.column(after - before for before, after in pairs),
        }
    )


def show(way: str, raised_by: Decimal | str, frame: pd.DataFrame, legend: Legend) -> None:
    """The rise that leaves us whole, and every public price with it."""
    if frame.empty:
        return
    cards.heading(_words(way, raised_by, frame))
    cards.table(frame, "fees_whole", _HEADERS, legend)
    if isinstance(raised_by, str):
        cards.note(cards.plain(raised_by) + ". Each price here is solved for by itself.")
        return
    kept = raised_by / (1 + raised_by)
    cards.note(
        f"p ÷ (1 − {numbers.percent(kept, 2)}) is {numbers.percent(raised_by, 4)} more: the fee is taken from the "
        f"raised price too, so that adding {numbers.percent(kept, 2)} would fall short. What it does to customers and "
        "revenue: the scenario pass-the-fee-on on the page Price change."
    )


def _words(way: str, raised_by: Decimal | str, frame: pd.DataFrame) -> str:
    least = frame.iloc[0]
    before, after = (numbers.exact_money(least[name]) for name in ("price_usd", "whole_usd"))
    if isinstance(raised_by, str):
        return f"Of {after} by {NAMES[way]} the {before} of today are left; no one percentage does it for every price"
    return (
        f"+{numbers.percent(raised_by, 2)} leaves us whole by {NAMES[way]}: of {after} the {before} of today are left"
    )
