"""What the page on fees reads: takings, a customer's invoices, what a move would save, how the fee is read.

Guarded and kept as `lib.ui.data` does it: keys are the version and small values.
"""

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import rails
from lib.desk import Desk, FeeReadings, fee_readings
from lib.periods import add_months, month_of
from lib.rails import Commitment, Declared, Move, Rails, RailsError, Sale
from lib.ui import data, ledger, numbers, takings
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version
from lib.ui.ways import WAYS, sale_of

PAGE = "fee_absorption"
_RESULTS = 64
_YEAR = 12  # months


@data.only_for(PAGE)
def taken() -> pd.DataFrame:
    """From list price to what is left, by rail, method, customer, tier, plan and month."""
    return _taken(opened_version())


@data.only_for(PAGE)
def names() -> dict[str, str]:
    """The name of every customer on file, by id."""
    return _names(opened_version())


@data.only_for(PAGE)
def invoices(customer_id: str) -> pd.DataFrame:
    """Every settled invoice of a customer, the newest first."""
    return _invoices(opened_version(), customer_id)


@data.only_for(PAGE)
def readings() -> FeeReadings:
    """Margin, the cost of a customer, payback and the limits on margin under both readings of the fee."""
    return _readings(opened_version())


@data.only_for(PAGE)
def movers() -> dict[str, str]:
    """Customers who paid in the last year, by id, the names in order."""
    return _movers(opened_version())


@data.only_for(PAGE)
def move_typed(volume: Decimal, charges: int, way: str, to: str) -> Move:
    """A year's volume in so many equal charges, by one way of being paid and by another."""
    return _move_typed(opened_version(), volume, charges, way, to)


@data.only_for(PAGE)
def move_of(customer_id: str, to: str) -> Move:
    """What a customer really paid in the last year, moved to another way of being paid."""
    return _move_of(opened_version(), customer_id, to)


@data.only_for(PAGE)
def whole_at(price: Decimal, way: str) -> Decimal:
    """The price that leaves another whole after a rail's fee, unrounded."""
    desk = opened_desk(opened_version())
    return rails.whole_at(desk.rails, _way(desk, way, price))


@data.only_for(PAGE)
def raised_by(way: str) -> Decimal | str:
    """By which fraction every price must rise to leave us whole; why there is none, where a fee has a fixed part."""
    desk = opened_desk(opened_version())
    try:
        return rails.raised_by(desk.rails, _way(desk, way, Decimal(1)))
    except RailsError as refusal:
        return str(refusal)


@data.only_for(PAGE)
def commitment() -> Commitment | None:
    """The rule on file of how purchases retire a buyer's commitment; None where no rail has one."""
    return next((rail.commitment for rail in _rails().values() if rail.commitment), None)


@data.only_for(PAGE)
def declared() -> tuple[Declared, ...]:
    """The rails that are only declared: nobody is sold on them, and their fees are not set."""
    return opened_desk(opened_version()).declared_rails


def _rails() -> Rails:
    return opened_desk(opened_version()).rails


def _way(desk: Desk, way: str, amount: Decimal) -> Sale:
    return sale_of(desk.rails, WAYS[way], amount, desk.as_of)


# Thousands of rows that nobody writes to: a copy of them for every rerun would take longer than drawing the page.
@st.cache_resource(max_entries=VERSIONS, show_spinner="Adding up what the rails kept…")
def _taken(version: Version) -> pd.DataFrame:
    return takings.takings(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _names(version: Version) -> dict[str, str]:
    return ledger.names(opened_desk(version))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _invoices(version: Version, customer_id: str) -> pd.DataFrame:
    return takings.invoices(opened_desk(version), customer_id)


@st.cache_resource(max_entries=VERSIONS, show_spinner="Reading the fee both ways…")
def _readings(version: Version) -> FeeReadings:
    return fee_readings(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _movers(version: Version) -> dict[str, str]:
    known, desk = _names(version), opened_desk(version)
    paid = {row["customer_id"] for row in _last_year(desk) if row["customer_id"] and row["gross_usd"] > 0}
    return {key: numbers.who(key, known) for key in sorted(paid, key=lambda key: (known.get(key, key), key))}


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _move_typed(version: Version, volume: Decimal, charges: int, way: str, to: str) -> Move:
    desk = opened_desk(version)
    year = rails.evenly(_way(desk, way, volume), charges)
    return rails.move(desk.rails, year, _way(desk, to, volume))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _move_of(version: Version, customer_id: str, to: str) -> Move:
    desk = opened_desk(version)
    own = [row for row in _last_year(desk) if row["customer_id"] == customer_id and row["gross_usd"] > 0]
    own.sort(key=lambda row: (row["settled_on"], row["invoice_id"]))
    year = [sale for _, sale in takings.sales(desk, own) if sale is not None and sale.method]
    volume = sum((sale.amount for sale in year), Decimal(0))
    return rails.move(desk.rails, year, replace(_way(desk, to, volume), on=desk.as_of))


def _last_year(desk: Desk) -> list[takings.Row]:
    """Settlements of the last twelve months, that of the snapshot's day included."""
    last = month_of(desk.recorded_on)
    first = add_months(last, 1 - _YEAR)
    rows = desk.warehouse.rows("settlement")
    return [row for row in rows if row["settled_month"] is not None and first <= row["settled_month"] <= last]
