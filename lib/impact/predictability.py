"""How steady a customer's bill is from month to month: flat, as the book has it, and by consumption alone.

The measure is the coefficient of variation: the standard deviation of a customer's monthly bills over their mean. It is
an estimate, in floats. Fees are spread over the months they pay for, so that a yearly invoice is no variation, and only
months count that a customer was served whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from lib.catalog.allowance import NOTHING_INCLUDED
from lib.catalog.price import Band, Price
from lib.contracts import Contract
from lib.impact.monthly import FEES, pieces, whole_months
from lib.kernel.line import amounts
from lib.outcome import Line, Population, Window
from lib.owed import Used
from lib.rating import rate

FLAT, HYBRID, CONSUMPTION = "flat", "hybrid", "consumption"
MODELS = (FLAT, HYBRID, CONSUMPTION)
EVERYBODY, UNKNOWN = "everybody", "unknown"
QUARTERS = (25, 50, 75)
FINER = 6  # consumption is rated at a million times its price: cents of it are below any line's rounding
Months = Mapping[date, float]


@dataclass(frozen=True)
class Variation:
    """How bills of one persona vary under one model: the quarters of its customers' coefficients of variation.

    `customers` are those with enough whole months and a bill in them; the quarters are None where there is none.
    """

    persona: str
    model: str
    customers: int
    lower: float | None
    median: float | None
    upper: float | None


@dataclass(frozen=True)
class Predictability:
    """Variation by persona and model, everybody first, and what it rests on.

    flat         the base fees alone, everything included
    hybrid       the book: fees, allowances, overage, and an offer's minimum
    consumption  no fee and no allowance: all that is offered costs the book's unit price times `factor`

    `factor` is the one number that makes consumption bring the revenue of hybrid in the window, fees spread; None where
    nothing is used. It moves every bill alike, so no variation depends on it. `of_customer` is by model and customer.
    """

    variations: tuple[Variation, ...]
    factor: float | None
    revenue: float
    of_customer: Mapping[str, Mapping[str, float]]


def predictability(
    lines: Sequence[Line],
    earlier: Sequence[Line],
    population: Population,
    window: Window,
    personas: Mapping[str, str],
    fewest_months: int,
) -> Predictability:
    """A book's lines in a window, and the fees that fell due before it → how steady bills are under three models.

    `earlier` comes from `lib.impact.monthly.earlier_fees`; a customer without a persona is in "unknown".
    """
    hybrid = _bills((*earlier, *lines), window)
    flat = _bills((line for line in (*earlier, *lines) if line.kind in FEES), window)
    used = consumed(lines)
    bills = {FLAT: flat, HYBRID: hybrid, CONSUMPTION: used}
    served = _served(population, window, fewest_months)
    found = {model: _coefficients(bills[model], served) for model in MODELS}
    revenue, spent = _sum(hybrid), _sum(used)
    return Predictability(
        variations=tuple(_variations(found, {key: personas.get(key, UNKNOWN) for key in served})),
        factor=revenue / spent if spent > 0 else None,
        revenue=revenue,
        of_customer=found,
    )


def coefficient(bills: Sequence[float]) -> float | None:
    """Monthly bills → their standard deviation over their mean; None where the mean is not above zero."""
    mean = sum(bills) / len(bills) if bills else 0.0
    if mean <= 0:
        return None
    return 0.0 if max(bills) == min(bills) else float(np.std(bills)) / mean  # equal bills leave no hair of a float


def consumed(lines: Iterable[Line]) -> dict[str, dict[date, float]]:
    """Usage lines → what each customer's month would cost without an allowance, at the prices of the book or the offer.

    Discounts, limits and commitments fall away; what a tier is not offered stays without a price. Each contract's month
    is rated by itself.
    """
    together: dict[tuple[int, tuple[Band, ...] | None], list[tuple[Line, Used]]] = {}
    for line in lines:
        used = line.used
        if used and used.allowance.kind != "not offered":
            offer = line.contract.offer
            own = offer.bands.get(used.dimension) if offer else None
            key = id(used.book.price(line.contract.rail, used.dimension)), own
            together.setdefault(key, []).append((line, used))
    bills: dict[str, dict[date, float]] = {}
    for members in together.values():
        for (line, _), amount in zip(members, _finely(members), strict=True):
            own_bills = bills.setdefault(line.contract.customer_id, {})
            own_bills[line.month] = own_bills.get(line.month, 0.0) + amount
    return bills


def _finely(members: Sequence[tuple[Line, Used]]) -> list[float]:
    """Usage of one price without an allowance → its amounts, of which no cent is rounded away."""
    price = replace(members[0][1].price, discounts=(), maximum=None, minimum=None, commitment=None)
    if price.per_event:
        charges = (rate(price, NOTHING_INCLUDED, used.quantity, events=used.events) for _, used in members)
        return [float(charge.exact or 0) for charge in charges]
    found = amounts(_dearer(price), NOTHING_INCLUDED, [used.quantity for _, used in members])
    return [float(amount or 0) / 10**FINER for amount in found]


def _dearer(price: Price) -> Price:
    times = Decimal(10) ** FINER
    bands = (replace(one, unit_price=one.unit_price * times, flat_fee=one.flat_fee * times) for one in price.bands)
    return replace(price, bands=tuple(bands))


def _bills(lines: Iterable[Line], window: Window) -> dict[str, dict[date, float]]:
    bills: dict[str, dict[date, float]] = {}
    for line, month, amount in pieces(lines, window):
        own = bills.setdefault(line.contract.customer_id, {})
        own[month] = own.get(month, 0.0) + float(amount)
    return bills


def _served(population: Population, window: Window, fewest: int) -> dict[str, list[date]]:
    """Customers served by a plan that a book knows, and their whole months of the window, where there are enough."""
    own: dict[str, list[Contract]] = {}
    for contract in population.contracts.values():
        if contract.plan_key is not None:
            own.setdefault(contract.customer_id, []).append(contract)
    months = {customer: whole_months(contracts, window) for customer, contracts in own.items()}
    return {customer: found for customer, found in months.items() if len(found) >= fewest}


def _coefficients(bills: Mapping[str, Months], served: Mapping[str, Sequence[date]]) -> dict[str, float]:
    found = {}
    for customer, months in served.items():
        variation = coefficient([bills.get(customer, {}).get(month, 0.0) for month in months])
        if variation is not None:
            found[customer] = variation
    return found


def _variations(found: Mapping[str, Mapping[str, float]], personas: Mapping[str, str]) -> Iterable[Variation]:
    for persona in (EVERYBODY, *sorted(set(personas.values()))):
        for model in MODELS:
            known = [one for key, one in found[model].items() if persona in (EVERYBODY, personas[key])]
            quarters = [float(one) for one in np.percentile(known, QUARTERS)] if known else [None] * len(QUARTERS)
            yield Variation(persona, model, len(known), *quarters)


def _sum(bills: Mapping[str, Months]) -> float:
    return sum(sum(months.values()) for months in bills.values())
