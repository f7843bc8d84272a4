"""Which part of the page is open: one at a time, in the address. A part is one entry of `SECTIONS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import pandas as pd
from streamlit.delta_generator import DeltaGenerator

from lib.freshness import SourceState
from lib.periods import add_months, month_of
from lib.rails import Move
from lib.ui import cards, controls, data, fees, payouts
from lib.ui.cards import Stamp
from lib.ui.legends import Legend
from lib.ui.views import month_close, reconcile
from lib.ui.views.fee_absorption import (
    commitment,
    declared,
    grouped,
    headlines,
    keeps,
    moving,
    passing_on,
    reading_of_fee,
    waterfall,
)
from lib.ui.ways import WAYS

MARGINS_REST_ON = ("event", "stripe_subscription", "marketplace_agreement")
SPANS = {"12 months": 12, "24 months": 24, "3 months": 3}

Tables = Mapping[str, pd.DataFrame | Callable[[], pd.DataFrame]]


@dataclass(frozen=True)
class Page:
    """What a part of the page stands on: the room of the headline, where it comes from, the names of everything."""

    room: DeltaGenerator
    stamp: Stamp
    states: Sequence[SourceState]
    legend: Legend

    def tell(self, sentence: str) -> None:
        """The part's answer, as the title of the page."""
        cards.finding(self.room, sentence, self.stamp, self.states)


@dataclass(frozen=True)
class Shown:
    """What a part leaves for the foot of the page: what was assumed, and its tables."""

    assumptions: Sequence[str]
    tables: cards.Tables


def opened(page: Page) -> Shown:
    """Draw the part that is picked."""
    picked = controls.one_of("fees_view", "Look at", {key: words for key, (words, _) in SECTIONS.items()})
    return SECTIONS[picked][1](page)


def _kept(page: Page) -> Shown:
    span = controls.one_of("fees_span", "Over the last", {span: span for span in SPANS})
    first = add_months(month_of(page.stamp.snapshot_on), 1 - SPANS[span])
    taken, terms, names = fees.taken(), data.fee_terms(), fees.names()
    settled = keeps.within(taken, first)
    page.tell(keeps.finding(settled, terms, page.legend, f"the last {span}"))
    keeps.show(settled, terms, page.legend)
    if not settled.empty:
        waterfall.show(settled, terms, page.legend)
        keeps.rates(settled, page.legend)
        keeps.against_card(settled, page.legend)
        keeps.dollars(settled, terms)
        grouped.show(settled, names, fees.invoices, page.legend)
    keeps.undated(taken)
    tables: cards.Tables = {
        "Fees by month": partial(grouped.listing, settled),
        "List to net": waterfall.steps(settled),
        "By tier": partial(grouped.listing, settled, ("tier", "rail")),
        "By customer": partial(grouped.listing, settled, ("customer_id", "rail")),
    }
    return Shown(keeps.assumptions(terms, page.legend), tables)


def _read(page: Page) -> Shown:
    if gone := [state for state in data.states(*MARGINS_REST_ON) if state.is_missing or not state.loaded]:
        cards.absent(page.room, reading_of_fee.absence(gone), page.stamp, gone)
        return Shown(reading_of_fee.ASSUMPTIONS, {})
    found = fees.readings()
    reading = reading_of_fee.asked(found)
    page.tell(reading_of_fee.finding(found, reading))
    reading_of_fee.show(found, reading, page.legend)
    return Shown(reading_of_fee.ASSUMPTIONS, {"Both readings": reading_of_fee.listed(found)})


def _reconciled(page: Page) -> Shown:
    found, names = payouts.reconciled(), payouts.names()
    page.tell(reconcile.answer(found))
    reconcile.show(found, names, page.legend)
    month = reconcile.metered_month(payouts.metered_months(), found.as_of)
    told = payouts.told(month) if month else ()
    reconcile.rights(told, names, page.legend)
    return Shown(reconcile.ASSUMPTIONS, reconcile.tables(found, names, told, payouts.billed_revenue_later()))


def _closing(page: Page) -> Shown:
    return Shown(month_close.ASSUMPTIONS, month_close.show(page.legend, page.tell))


def _moving(page: Page) -> Shown:
    headline = data.headline_fees()
    prices = list(headline.frame["price_usd"])
    asked = moving.asked(fees.movers, 12 * prices[0] if prices else Decimal(0))
    found = _move(asked, asked.to)
    ways = {way: _move(asked, way) for way in WAYS}
    page.tell(moving.finding(asked, found, fees.movers() if asked.customer_id else {}))
    moving.show(asked, found, ways, page.legend)
    headlines.show(headline, page.legend)
    unsold = fees.declared()
    declared.show(unsold, page.legend)
    way = passing_on.asked()
    whole = passing_on.listed(headline, way, fees.whole_at)
    passing_on.show(way, fees.raised_by(way), whole, page.legend)
    tables = {"Ways of being paid": moving.listed(ways, found), "Headline prices": headline.frame, "Passed on": whole}
    if unsold:
        tables["Declared rails"] = declared.listed(unsold)
    return Shown(moving.ASSUMPTIONS, {**tables, **_commitment(page, prices)})


def _move(asked: moving.Asked, to: str) -> Move:
    if asked.customer_id is None or asked.way is not None:
        return fees.move_typed(asked.volume, asked.charges, asked.way or to, to)
    return fees.move_of(asked.customer_id, to)


def _commitment(page: Page, prices: Sequence[Decimal]) -> Mapping[str, pd.DataFrame]:
    rule = fees.commitment()
    if rule is None:
        return {}
    cards.heading("The buyer's commitment: what our invoices may retire of it")
    commits, found = commitment.asked(rule, prices[-1] if prices else Decimal(0), page.stamp.as_of)
    return {"Commitment": commitment.show(rule, commits, found, page.legend)}


SECTIONS: Mapping[str, tuple[str, Callable[[Page], Shown]]] = {
    "kept": ("What is kept", _kept),
    "read": ("How the fee is read", _read),
    "moving": ("What moving costs", _moving),
    "reconcile": ("Reconcile", _reconciled),
    "close": ("Close the month", _closing),
}
