"""What the desk knows of customers to come: open deals of the book's product, and how deals were won before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from lib.ahead import YEAR
from lib.desk.dealing import closed_deals
from lib.forecast.arriving import Arriving, Opened, Won, arriving
from lib.market import ClosedDeal
from lib.periods import last_full_months

if TYPE_CHECKING:
    from lib.desk.desk import Desk


def who_comes(desk: Desk, months: Sequence[date], arrivals: int | None = None, a_month: float = 0.0) -> Arriving:
    """Who is to come in some months, beside the usual rate.

    `arrivals` are the customers who came in the last twelve full months; without it, those whose first contract began
    then. Deals won in those months are held against them. `a_month` are the customers expected in a month to come.
    """
    names = {one.name for one in desk.customers}
    opened = [
        Opened(deal.persona, deal.close_on, deal.probability, deal.company in names)
        for deal in desk.deals
        if deal.product == desk.book.product
    ]
    return arriving(opened, _won(desk, arrivals), desk.recorded_on, months, a_month)


def _won(desk: Desk, arrivals: int | None) -> Won:
    first, end = last_full_months(desk.recorded_on, YEAR)
    won = [deal for deal in closed_deals(desk) if deal.is_won and deal.product == desk.book.product]
    cycles = tuple(days for deal in won if (days := _days(deal)) is not None)
    lately = sum(deal.close_on is not None and first <= deal.close_on < end for deal in won)
    return Won(cycles, lately, _came(desk, first, end) if arrivals is None else arrivals)


def _days(deal: ClosedDeal) -> int | None:
    return None if deal.created_on is None or deal.close_on is None else (deal.close_on - deal.created_on).days


def _came(desk: Desk, first: date, end: date) -> int:
    came = {contract.customer_id: contract.since for contract in desk.population.contracts.values()}
    return sum(first <= day < end for day in came.values())
