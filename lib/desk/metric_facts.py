"""The recorded facts that a product's metrics are worked out from, each part read when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lib import market
from lib.costs import Figure, Margins, Missing
from lib.desk.fee_readings import fee_readings, window_margins
from lib.desk.trials import baselines
from lib.payback import READINGS, Economics
from lib.periods import last_full_months, month_end, months_between
from lib.revenue import Paid, yearly
from lib.scorecard import Metrics

if TYPE_CHECKING:
    from lib.desk.desk import Desk

NO_CONTRACTS = "contracts of this product on record, and what they are invoiced"
RAILS = ("stripe_subscription", "marketplace_agreement")
USAGE = ("event", "unit_cost")
Row = Mapping[str, Any]


def paid_at_month_ends(desk: Desk) -> tuple[Paid, ...]:
    """What every customer of any product paid at each month's end, at the price really billed."""
    return tuple(
        Paid(row["customer_id"], row["recurring_month"], yearly(row["price_usd"], row["term"]))
        for row in desk.warehouse.rows("recurring_month")
        if row["price_usd"] is not None
    )


@dataclass(frozen=True)
class Facts:
    """What a product's metrics are worked out from, each part read when it is first asked for."""

    desk: Desk
    product: str
    metrics: Metrics

    @property
    def on(self) -> date:
        """The last day the records speak of."""
        return self.desk.recorded_on

    @property
    def is_invoiced(self) -> bool:
        """Whether contracts of the product are on record: those of the one book the rails invoice."""
        return self.product == self.desk.book.product

    @property
    def ends(self) -> list[date]:
        """The last days of the full months a trend goes back over, oldest first."""
        months = months_between(*last_full_months(self.on, self.metrics.trend_months))
        return [month_end(month) - timedelta(1) for month in months]

    @cached_property
    def lacking(self) -> str:
        """What its revenue needs: contracts at all, or a rail that never arrived, for a part would be taken for all."""
        return _feeds(self.desk, *RAILS) if self.is_invoiced else NO_CONTRACTS

    @cached_property
    def contracts(self) -> Sequence[Row]:
        """Every contract on record whose customer buys the product."""
        return [row for row in self.desk.warehouse.rows("contract") if self._buys(row["customer_id"])]

    @cached_property
    def paid(self) -> tuple[Paid, ...]:
        """What every customer of the product paid at each month's end, at the price really billed."""
        return tuple(one for one in paid_at_month_ends(self.desk) if self._buys(one.customer_id))

    @cached_property
    def _people(self) -> Mapping[str, Row]:
        return {row["customer_id"]: row for row in self.desk.warehouse.rows("customer")}

    def _buys(self, customer_id: str) -> bool:
        """Whether one that pays our bills buys the product: as the page on buyers tells it."""
        return market.product_bought(self._people.get(customer_id), self.desk.book.product) == self.product

    @cached_property
    def months(self) -> list[date]:
        """The months on record, oldest first."""
        return sorted({one.month for one in self.paid})

    @cached_property
    def margins(self) -> Margins:
        """What the window leaves, by month and in all, the marketplace's fee read as the book reads it."""
        return window_margins(self.desk)

    @cached_property
    def economics(self) -> Mapping[str, Economics]:
        """The window's margin and cost of winning customers, with the marketplace's fee read each way."""
        found = fee_readings(self.desk).by_name
        return {reading: found[reading].economics for reading in READINGS}

    @property
    def reading(self) -> str:
        """How the book reads the fee."""
        return str(self.desk.book.settings["marketplace_fee"])

    @property
    def other_reading(self) -> str:
        """The reading that the book does not have."""
        return next(one for one in READINGS if one != self.reading)

    def known(self, figure: Figure) -> Figure:
        """A figure of usage's cost; missing where usage never came, because nothing used would cost nothing."""
        gone = _feeds(self.desk, *USAGE)
        return Missing.of(gone) if gone else figure

    @property
    def contract_sizes(self) -> list[Fraction]:
        """What every contract that runs brings in a year, in USD, at the price its rail bills."""
        if not self.is_invoiced:
            return []
        running = (one for row in self.contracts if (one := market.recurring_contract(row)).runs_on(self.on))
        return [yearly(one.price, one.term) for one in running if one.price]

    @property
    def customers(self) -> Mapping[str, date]:
        """The customers of the product and the day each came: by contracts where it has them, else by signing."""
        if self.is_invoiced:
            return {}
        rows = self.desk.warehouse.rows("first_route")
        signed = {row["customer_id"]: row["signed_on"] for row in rows if row["product"] == self.product}
        known = (row for row in self.desk.warehouse.rows("customer") if row["product"] == self.product)
        return {row["customer_id"]: signed.get(row["customer_id"]) or row["created_on"] or date.min for row in known}

    def customers_on(self, day: date) -> frozenset[str]:
        """Who was a customer on a day."""
        if self.is_invoiced:
            running = (one for row in self.contracts if (one := market.recurring_contract(row)).runs_on(day))
            return frozenset(one.customer_id for one in running)
        return frozenset(key for key, since in self.customers.items() if since <= day)

    @cached_property
    def addons(self) -> Sequence[Row] | None:
        """What was bought beside a plan; None where the product has no add-on on record."""
        rows = [row for row in self.desk.warehouse.rows("addon") if row["product"] == self.product]
        return rows or None

    @cached_property
    def signups(self) -> Sequence[Row]:
        """Everybody who tried a product."""
        return self.desk.warehouse.rows("signup")

    @cached_property
    def routes(self) -> Sequence[Row]:
        """When customers signed and first routed."""
        return self.desk.warehouse.rows("first_route")

    @cached_property
    def baselines(self) -> Sequence[Row]:
        """What customers of the product spent on models before us, and now."""
        return baselines(self.desk, self.product)


def _feeds(desk: Desk, *feeds: str) -> str:
    """Those of some feeds that never arrived, in words; empty where all did."""
    return " and ".join(f"{state.feed.replace('_', ' ')}s" for state in desk.missing(*feeds))
