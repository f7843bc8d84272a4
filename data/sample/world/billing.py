"""What was invoiced: base fees, upgrade credits and overage, in whole cents, from the price lists alone."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from world import months
from world.contracts import Contract
from world.months import Window
from world.pricelist import CENTS, HUNDREDTHS, MICRO, NOT_OFFERED, UNLIMITED, PriceList, Prices, rounded
from world.usage import Cells, Ints


@dataclass(frozen=True)
class Line:
    """One invoice line; `end` is exclusive; `key` is a plan key or a dimension."""

    contract: Contract
    kind: str
    key: str
    start: date
    end: date
    cents: int
    quantity: int = HUNDREDTHS


@dataclass(frozen=True)
class Invoice:
    """Lines one contract was billed on one day."""

    contract: Contract
    invoiced_on: date
    lines: list[Line] = field(default_factory=list)

    @property
    def cents(self) -> int:
        """Total of the rounded lines."""
        return sum(line.cents for line in self.lines)


def invoices(
    contracts: list[Contract], grid: Cells, billable: Ints, window: Window, recipe: dict[str, Any], prices: Prices
) -> list[Invoice]:
    """Bill everything up to `as_of`, oldest first."""
    rows = _base_invoices(contracts, window, recipe, prices)
    rows += _usage_invoices(contracts, grid, billable, window, recipe["metering"]["cut_off_day"], prices)
    return sorted(rows, key=lambda row: (row.invoiced_on, row.contract.customer.number, row.contract.serial))


def base_cents(contract: Contract, on: date, recipe: dict[str, Any], prices: Prices) -> int:
    """Give the base fee of a period that starts on a day."""
    if contract.offer_id:
        return contract.offer_cents
    if contract.tier == "deleted":
        return int(recipe["faults"]["deleted_plan"]["price"]) * CENTS
    position = 0 if contract.kept_at_old_price else prices.after_wait(contract.started, on)
    return prices.lists[position].plan_cents[contract.plan_key]


def periods(contract: Contract, window: Window) -> list[tuple[date, date]]:
    """Cut a stay into its billed periods; the last may reach beyond its end."""
    found, start, until = [], contract.started, contract.until(window.as_of)
    while start < until:
        end = months.later(start, contract.months_each)
        found.append((start, end))
        start = end
    return found


def _base_invoices(contracts: list[Contract], window: Window, recipe: dict[str, Any], prices: Prices) -> list[Invoice]:
    rows, credit = [], {}
    for contract in contracts:
        for start, end in periods(contract, window):
            cents = base_cents(contract, start, recipe, prices)
            base = Line(contract, "base", contract.plan_key, start, end, cents)
            owed = credit.pop((contract.customer.number, start), None)
            rows.append(Invoice(contract, start, [base] if owed is None else [base, owed]))
        if contract.end_reason == "upgrade" and contract.ended:
            credit[contract.customer.number, contract.ended] = _credit(base, contract.ended)
    return rows


def _credit(base: Line, changed_on: date) -> Line:
    """Give back the days of the paid period that the old plan no longer serves."""
    unused, days = (base.end - changed_on).days, (base.end - base.start).days
    return Line(base.contract, "proration", base.key, changed_on, base.end, -rounded(base.cents * unused, days))


def _usage_invoices(
    contracts: list[Contract], grid: Cells, billable: Ints, window: Window, cut_off_day: int, prices: Prices
) -> list[Invoice]:
    by_contract_month: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for index, key in enumerate(prices.dimensions):
        cents = overage_cents(contracts, grid, billable[:, index], window, prices, key)
        for row in np.flatnonzero(cents):
            contract, month = int(grid.contract[row]), window.first_month + int(grid.month[row])
            span = months.first_day(month), months.first_day(month + 1)
            line = Line(contracts[contract], "usage", key, *span, int(cents[row]), int(billable[row, index]))
            by_contract_month[contract, month].append(line)
    days = {key: months.first_day(key[1] + 1) + timedelta(days=cut_off_day - 1) for key in by_contract_month}
    return [
        Invoice(contracts[k[0]], days[k], lines) for k, lines in by_contract_month.items() if days[k] <= window.as_of
    ]


def overage_cents(
    contracts: list[Contract], grid: Cells, quantity: Ints, window: Window, prices: Prices, key: str
) -> Ints:
    """Rate one dimension of every contract month: allowance off, bands on the rest, rounded once."""
    included = np.array([prices.allowance(c.tier, c.own_allowances, key) for c in contracts], dtype=np.int64)[
        grid.contract
    ]
    over = np.where((included == UNLIMITED) | (included == NOT_OFFERED), 0, np.maximum(quantity - included, 0))
    governing = _governing(contracts, grid, window, prices)
    worth = np.zeros_like(over)
    for position, price_list in enumerate(prices.lists):
        worth += np.where(governing == position, _worth(over, price_list, prices, key), 0)
    denominator = prices.unit_size[prices.dimensions.index(key)] * HUNDREDTHS * (MICRO // CENTS)
    return (2 * worth + denominator) // (2 * denominator)


def _worth(over: Ints, price_list: PriceList, prices: Prices, key: str) -> Ints:
    """Hundredths of a unit times millionths of a dollar, before dividing by the unit size."""
    worth = over * price_list.rate_micros[key]
    previous = price_list.rate_micros[key]
    for above, price in prices.bands.get(key, []):
        worth += np.maximum(over - above * HUNDREDTHS, 0) * (price - previous)
        previous = price
    return worth


def _governing(contracts: list[Contract], grid: Cells, window: Window, prices: Prices) -> Ints:
    """Position of the list whose rates hold: on AWS the one the contract began under, on Stripe after the wait."""
    firsts = [months.first_day(window.first_month + i) for i in range(window.months)]
    found = [_rates_list(contracts[c], firsts[m], prices) for c, m in zip(grid.contract, grid.month, strict=True)]
    return np.array(found, dtype=np.int64)


def _rates_list(contract: Contract, month: date, prices: Prices) -> int:
    if contract.customer.rail == "aws":
        return prices.at_start(contract.started)
    return prices.after_wait(contract.started, max(month, contract.started))
