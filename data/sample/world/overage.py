"""What usage above the allowance costs: integers throughout, rounded once per contract, dimension and month."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from world import months
from world.contract import Contract
from world.pricelist import CENTS, HUNDREDTHS, MICRO, NOT_OFFERED, UNLIMITED, PriceList
from world.setting import Setting
from world.usage import Cells, Ints


class Charge(NamedTuple):
    """One line: the position of its contract, and what the invoice says."""

    contract: int
    key: str
    start: date
    end: date
    cents: int
    quantity: int


def charges(setting: Setting, contracts: list[Contract], grid: Cells, quantity: Ints) -> Iterator[Charge]:
    """Rate every contract month; zero lines are left out."""
    governing = _governing(setting, contracts, grid)
    spans = [months.first_day(setting.window.first_month + i) for i in range(setting.window.months + 1)]
    for index, key in enumerate(setting.prices.dimensions):
        over = _over(setting, contracts, grid, quantity[:, index], key)
        cents = _cents(setting, over, governing, key)
        for row in np.flatnonzero(cents):
            span = spans[grid.month[row]], spans[grid.month[row] + 1]
            yield Charge(int(grid.contract[row]), key, *span, int(cents[row]), int(quantity[row, index]))


def _over(setting: Setting, contracts: list[Contract], grid: Cells, quantity: Ints, key: str) -> Ints:
    """Take the allowance off; nothing is over where it is unlimited or the dimension not offered."""
    included = [setting.prices.allowance(c.tier, c.own_allowances, key) for c in contracts]
    limit = np.array(included, dtype=np.int64)[grid.contract]
    return np.where((limit == UNLIMITED) | (limit == NOT_OFFERED), 0, np.maximum(quantity - limit, 0))


def _cents(setting: Setting, over: Ints, governing: Ints, key: str) -> Ints:
    """Price the overage under the list that governs each row and round half up."""
    by_list = [_worth(setting, over, price_list, key) for price_list in setting.prices.lists]
    worth = np.choose(governing, by_list)
    denominator = setting.prices.unit_size[key] * HUNDREDTHS * (MICRO // CENTS)
    return (2 * worth + denominator) // (2 * denominator)


def _worth(setting: Setting, over: Ints, price_list: PriceList, key: str) -> Ints:
    """Hundredths of a unit times millionths of a dollar, band by band, before dividing by the unit size."""
    reached = price_list.rate_micros[key]
    worth = over * reached
    for above, price in setting.prices.bands.get(key, []):
        worth += np.maximum(over - above * HUNDREDTHS, 0) * (price - reached)
        reached = price
    return worth


def _governing(setting: Setting, contracts: list[Contract], grid: Cells) -> Ints:
    """Position of the list whose rates hold for each contract month."""
    firsts = [months.first_day(setting.window.first_month + i) for i in range(setting.window.months)]
    pairs = zip(grid.contract, grid.month, strict=True)
    return np.array([_rates_list(setting, contracts[c], firsts[m]) for c, m in pairs], dtype=np.int64)


def _rates_list(setting: Setting, contract: Contract, month: date) -> int:
    """On AWS the list a contract began under; on Stripe a newer one reaches it after the wait."""
    if contract.customer.rail == "aws":
        return setting.prices.at_start(contract.started)
    return setting.prices.after_wait(contract.started, max(month, contract.started))
