"""Up to four changes side by side, over the same months and people."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.contracts import REPRICED
from lib.ui import cards, frames, numbers
from lib.ui.effects import Effect, column
from lib.ui.legends import Legend

BESIDE = "price_change_beside"
OTHERS = 3  # beside the one that is asked: four make a comparison, five a table nobody reads
_PAIR = (Series("could", "Could move", "grey"), Series("moved", "Moved", "blue"))
_HEADERS = {
    "name": "Change",
    "could_usd": "Could move",
    "could_rate": "Could move, percent",
    "moved_usd": "Moved",
    "mrr_usd": "MRR at the end",
    "pay_more": "Pay more",
    "pay_less": "Pay less",
    "sharpest_rate": "Sharpest rise",
}


def asked(names: Mapping[str, str], apart_from: str | None) -> list[str]:
    """Ask which scenarios stand beside the one that is asked; they are in the address."""
    others = [key for key in names if key != apart_from]
    picked = st.multiselect(
        "Beside it",
        others,
        max_selections=OTHERS,
        key=BESIDE,
        bind="query-params",
        placeholder="Up to three scenarios",
    )
    return [key for key in picked if key in others]


def show(effects: Sequence[Effect], refused: Sequence[str], legend: Legend) -> Mapping[str, pd.DataFrame]:
    """Could move and moved of every change in pairs, and the numbers of each in a row."""
    frame = listed(effects)
    cards.heading(finding(effects))
    for sentence in refused:
        cards.sentence(f":material/report: {cards.plain(sentence)}")
    pairs = pd.DataFrame(
        {
            "name": frame["name"],
            **{
                f"{part}_{what}": [written(amount) for amount in frame[f"{part}_usd"]]
                for part in ("could", "moved")
                for what, written in (("usd", lambda amount: amount), ("words", numbers.change))
            },
        }
    )
    cards.picture(
        charts.beside(pairs, "name", "usd", _PAIR, title=_words(effects), unit="USD", signed=True),
        "price_change_side_by_side",
    )
    cards.table(frame, "price_change_side", _HEADERS, legend)
    return {"Side by side": frame}


def finding(effects: Sequence[Effect]) -> str:
    """Which of them could move most, and which moved most."""
    if len(effects) < 2:
        return f"{numbers.counted(len(effects), 'change')}: pick others to stand beside it"
    best = max(effects, key=lambda effect: effect.moved_usd)
    return (
        f"Of {len(effects)} changes {cards.plain(best.name)} moves most for us, {numbers.change(best.moved_usd)} "
        f"in {numbers.counted(len(best.by_month), 'month')}"
    )


def listed(effects: Sequence[Effect]) -> pd.DataFrame:
    """One row per change, in the order they are asked for."""
    return pd.DataFrame(
        {
            "name": [effect.name for effect in effects],
            "could_usd": frames.column(effect.could_usd for effect in effects),
            "could_rate": frames.column(effect.rate for effect in effects),
            "moved_usd": frames.column(effect.moved_usd for effect in effects),
            "mrr_usd": frames.column(effect.recurring.iloc[-1][column(REPRICED)] for effect in effects),
            "pay_more": [effect.pay_more for effect in effects],
            "pay_less": [effect.pay_less for effect in effects],
            "sharpest_rate": frames.column(_finite(effect.sharpest_rate) for effect in effects),
        }
    )


def _finite(rate: Decimal | None) -> Decimal | None:
    """A rise as a number; one from nothing is none."""
    return rate if rate and rate.is_finite() else None


def _words(effects: Sequence[Effect]) -> str:
    could = [effect.could_usd for effect in effects]
    least, most = min(could, default=Decimal(0)), max(could, default=Decimal(0))
    return f"Could move: {numbers.change(least)} to {numbers.change(most)}"
