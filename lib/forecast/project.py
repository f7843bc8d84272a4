"""The persona ladder over months: expected customers and MRR from today's counts and stated beliefs.

Each month the customers of its first day churn, climb one rung, or stay; new ones join at its end and are exposed from
the next month on. "Seller" is one rung: who reaches it is split into self-managed and 3PI by one believed share, and a
small flow between the two is no climb. Customers of unknown persona may churn and nothing else: where they stand is
asked for, never assumed. Every belief comes from `data/assumptions/*.toml` with its why; expectations are estimates,
hence floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.catalog.document import nearest
from lib.forecast.beliefs import SELLER, Assumptions, AssumptionsError
from lib.periods import add_months, month_of
from lib.segments import PERSONAS, SELLERS


@dataclass(frozen=True)
class ForecastMonth:
    """One persona at the end of one month: expected customers, their expected MRR in USD, and who came and went.

    `expected_arrivals` are new customers, `expected_churned` lost ones; moves between personas are in neither.
    """

    month: date
    persona: str
    expected_customers: float
    expected_mrr: float
    expected_arrivals: float
    expected_churned: float


def project(
    start_counts: Mapping[str, float], arpa: Mapping[str, Decimal], assumptions: Assumptions, months: Sequence[date]
) -> tuple[ForecastMonth, ...]:
    """Customers by persona before the first month → one row per month and persona.

    `arpa` is USD of MRR per customer by persona (of one price book: another book, another forecast); `months` are
    consecutive first days of months.
    """
    _check_months(months)
    counts = _start(start_counts)
    rows: list[ForecastMonth] = []
    for month in months:
        arrived, churned = _arrivals(assumptions), _churned(counts, assumptions)
        counts = _after_month(counts, arrived, assumptions)
        rows += [
            ForecastMonth(
                month=month,
                persona=persona,
                expected_customers=counts[persona],
                expected_mrr=_mrr(persona, counts[persona], arpa),
                expected_arrivals=arrived[persona],
                expected_churned=churned[persona],
            )
            for persona in PERSONAS
        ]
    return tuple(rows)


def _after_month(
    counts: Mapping[str, float], arrived: Mapping[str, float], assumptions: Assumptions
) -> dict[str, float]:
    after = {persona: counts[persona] * float(1 - assumptions.leaving(persona)) for persona in PERSONAS}
    for persona in PERSONAS:
        for target, rate in assumptions.moves_from(persona):
            for landed, share in _landing(target, assumptions):
                after[landed] += counts[persona] * float(rate * share)
    return {persona: after[persona] + arrived[persona] for persona in PERSONAS}


def _churned(counts: Mapping[str, float], assumptions: Assumptions) -> dict[str, float]:
    return {persona: counts[persona] * float(assumptions.churn[persona].value) for persona in PERSONAS}


def _arrivals(assumptions: Assumptions) -> dict[str, float]:
    arrived = dict.fromkeys(PERSONAS, 0.0)
    for rung, belief in assumptions.arrivals.items():
        for persona, share in _landing(rung, assumptions):
            arrived[persona] += float(belief.value * share)
    return arrived


def _landing(target: str, assumptions: Assumptions) -> tuple[tuple[str, Decimal], ...]:
    """The personas that a rung (or one persona) means, each with its share."""
    if target != SELLER:
        return ((target, Decimal(1)),)
    share = assumptions.seller_3pi_share.value
    return tuple(zip(SELLERS, (1 - share, share), strict=True))


def _mrr(persona: str, customers: float, arpa: Mapping[str, Decimal]) -> float:
    if customers and persona not in arpa:
        raise AssumptionsError(
            f"there is no ARPA for {persona}, where {customers:.1f} customers are expected: give one"
        )
    return customers * float(arpa[persona]) if customers else 0.0


def _start(start_counts: Mapping[str, float]) -> dict[str, float]:
    for persona, count in start_counts.items():
        if persona not in PERSONAS:
            raise AssumptionsError(f"there is no persona {persona!r}; {nearest(persona, PERSONAS)}")
        if not 0 <= count < float("inf"):
            raise AssumptionsError(f"{count} customers of {persona} cannot be; counts start at 0")
    return {persona: float(start_counts.get(persona, 0)) for persona in PERSONAS}


def _check_months(months: Sequence[date]) -> None:
    for number, month in enumerate(months):
        if month != add_months(month_of(months[0]), number):
            raise AssumptionsError(f"{month} cannot be month {number + 1}: give consecutive first days of months")
