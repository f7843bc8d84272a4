"""What one new customer is worth in the world that a reader asks for, as a desk answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from lib.desk.forecasting import Asked
from lib.forecast.levers import pulled
from lib.forecast.posterior import mean
from lib.forecast.worth import Worth, listed, worth

if TYPE_CHECKING:
    from lib.desk.desk import Desk


@dataclass(frozen=True)
class Worths:
    """A row for each persona and each tier it lands on, and how they were worked out.

    The customer signs in `signed`, the last month that is asked for, at the prices of then: so a price change that is
    tried is in force. `months` are counted; `yearly_discount` is a rate (0.1 = 10 %).
    """

    rows: tuple[Worth, ...]
    signed: date
    months: int
    yearly_discount: Decimal

    @property
    def personas(self) -> tuple[Worth, ...]:
        """The rows of personas as they usually land."""
        return tuple(row for row in self.rows if row.tier is None)

    @property
    def tiers(self) -> tuple[Worth, ...]:
        """The rows of one tier each."""
        return tuple(row for row in self.rows if row.tier is not None)


def worths(desk: Desk, asked: Asked) -> Worths:
    """One new customer under the levers and scenarios that are asked for; no paths are walked."""
    on = desk.forecast_grounds
    signed = on.start.months(asked.months)[-1]
    prices = listed(on.priced(desk, asked.scenarios).money, on.ladder, asked.months - 1, signed.month - 1)
    discount, months = on.settings.yearly_discount, on.settings.months.most
    best = pulled(mean(on.known), asked.levers, on.ladder)
    return Worths(worth(best, prices, on.ladder, float(discount), months), signed, months, discount)
