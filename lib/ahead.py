"""Today's contracts carried on into months to come, with the usage they had: no one new, no one lost, nothing guessed.

Usage repeats. A month to come uses what the customer used in the same month of the last year; one who came later
repeats the full months there are, in their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.contracts import Contract
from lib.money import EXACT
from lib.outcome import Population, UsageCell, Window
from lib.periods import add_months, last_full_months, month_end, month_of, months_between

YEAR = 12
Months = dict[date, dict[str, Decimal]]


@dataclass(frozen=True)
class Ahead:
    """A population of months to come; `unmetered` are customers who have no full month yet, whose usage is unknown."""

    population: Population
    window: Window
    unmetered: tuple[str, ...]


def carried_on(
    everybody: Population, counted: Collection[str], recorded_on: date, months: int, starts: date | None = None
) -> Ahead:
    """Everybody's contracts and usage up to a day → those that run on it, over `months` full months to come.

    The months begin after the recorded one, or with the month of `starts` where that is later. `counted` are the
    dimensions that are entitled and not metered.
    """
    first = max(month_of(starts or recorded_on), last_full_months(recorded_on, YEAR)[1])
    window = first, add_months(first, months)
    running = {key: one for key, one in everybody.contracts.items() if one.runs_on(recorded_on)}
    used = _used(everybody, counted, recorded_on)
    newest: dict[str, Contract] = {}
    for contract in sorted(running.values(), key=lambda one: (one.started_on, one.contract_id)):
        newest[contract.customer_id] = contract
    cells = [
        cell for customer, contract in newest.items() for cell in _repeated(contract, used.get(customer, {}), window)
    ]
    unmetered = tuple(sorted(customer for customer in newest if not used.get(customer)))
    return Ahead(Population(running, tuple(cells)), window, unmetered)


def _used(everybody: Population, counted: Collection[str], recorded_on: date) -> dict[str, Months]:
    """By customer and month of the last full year, what was used of each dimension, under all contracts together.

    Seats count at their largest, all else adds up. A month that a customer did not begin on its first day is no full
    one.
    """
    first, end = last_full_months(recorded_on, YEAR)
    found: dict[str, Months] = {}
    for contract in everybody.contracts.values():
        for month in months_between(max(first, _first_full(contract.since)), end):
            if contract.runs_on(month) or month <= contract.started_on < month_end(month):
                found.setdefault(contract.customer_id, {}).setdefault(month, {})
    for cell in everybody.usage:
        own = found.get(everybody.contracts[cell.contract_id].customer_id, {}).get(cell.month)
        if own is not None:
            so_far = own.get(cell.dimension, Decimal(0))
            is_counted = cell.dimension in counted
            own[cell.dimension] = max(so_far, cell.quantity) if is_counted else EXACT.add(so_far, cell.quantity)
    return found


def _first_full(since: date) -> date:
    return since if since.day == 1 else month_end(since)


def _repeated(contract: Contract, used: Mapping[date, Mapping[str, Decimal]], window: Window) -> Iterator[UsageCell]:
    known = sorted(used)
    for place, month in enumerate(months_between(*window)):
        if not known or not (contract.ended_on is None or month < contract.ended_on):
            return
        source = next((one for one in known if one.month == month.month), known[place % len(known)])
        for dimension, quantity in used[source].items():
            yield UsageCell(contract.contract_id, dimension, month, quantity)
