"""The usage an offer is priced on: a customer's own last year carried ahead, or what customers of its tier use.

A customer's own usage repeats month by month. For a prospect the median customer of the tier stands in: of each
dimension the median of what they use in an average month. That is an estimate, and whoever shows it says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from lib.ahead import YEAR, carried_on
from lib.contracts import Contract
from lib.money import EXACT, total
from lib.outcome import Population
from lib.periods import add_months, last_full_months, months_between

Use = tuple[str, date, Decimal]  # dimension, month, quantity in natural units


@dataclass(frozen=True)
class Usage:
    """Every month of an offer with what is used in it; `customers` is how many stand behind an estimate, 0 for none.

    `is_estimate` where it is not the customer's own.
    """

    cells: tuple[Use, ...]
    is_estimate: bool
    customers: int = 0


def own_usage(
    everybody: Population, customer_id: str, counted: Collection[str], recorded_on: date, starts_on: date, months: int
) -> Usage | None:
    """A customer's last full months, carried on over the months of an offer; None where there is no full month yet.

    `counted` are the dimensions that are entitled and not metered. The offer takes the place of what runs today, so
    the usage goes on although that contract may end.
    """
    own = {key: one for key, one in everybody.contracts.items() if one.customer_id == customer_id}
    running = {key: replace(one, ended_on=None, ended_at=None) for key, one in own.items() if one.runs_on(recorded_on)}
    cells = tuple(cell for cell in everybody.usage if cell.contract_id in own)
    found = carried_on(Population({**own, **running}, cells), counted, recorded_on, months, starts_on)
    used = tuple((cell.dimension, cell.month, cell.quantity) for cell in found.population.usage)
    return Usage(used, is_estimate=False) if used else None


def usual_usage(
    everybody: Population, tier: str, counted: Collection[str], recorded_on: date, starts_on: date, months: int
) -> Usage:
    """What the median customer of a tier uses, the same in every month of an offer; nothing where nobody is on it."""
    running = [one for one in everybody.contracts.values() if one.tier == tier and one.runs_on(recorded_on)]
    averages = [average for one in running if (average := _average(everybody, one, counted, recorded_on))]
    dimensions = sorted({dimension for average in averages for dimension in average})
    usual = {key: _median(average.get(key, Decimal(0)) for average in averages) for key in dimensions}
    ahead = months_between(starts_on, add_months(starts_on, months))
    cells = tuple((key, month, quantity) for month in ahead for key, quantity in usual.items())
    return Usage(cells, is_estimate=True, customers=len(averages))


def _average(
    everybody: Population, contract: Contract, counted: Collection[str], recorded_on: date
) -> Mapping[str, Decimal]:
    """What a contract uses in an average of its full months of the last year; of what is counted, the most."""
    first, end = last_full_months(recorded_on, YEAR)
    since = contract.started_on if contract.started_on.day == 1 else add_months(contract.started_on.replace(day=1), 1)
    months = months_between(max(first, since), end)
    used: dict[str, list[Decimal]] = {}
    for cell in everybody.usage if months else ():
        if cell.contract_id == contract.contract_id and cell.month in months:
            used.setdefault(cell.dimension, []).append(cell.quantity)
    return {
        key: max(quantities) if key in counted else EXACT.divide(total(quantities), Decimal(len(months)))
        for key, quantities in used.items()
    }


def _median(quantities: Iterable[Decimal]) -> Decimal:
    """The middle of some quantities, in whole units: an estimate has no more."""
    return Decimal(median(quantities)).quantize(Decimal(1), ROUND_HALF_UP)
