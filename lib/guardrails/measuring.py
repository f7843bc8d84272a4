"""What can be measured, each from the evidence alone; a group's figures from its own customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from lib.costs import Figure, Missing, ratio
from lib.guardrails.evidence import Evidence, PriceMove, claim_changes, published
from lib.guardrails.words import COUNT, NO_BOUND, RATE
from lib.money import total
from lib.outcome import CustomerChange

CUSTOMERS, LIST_PRICES, UNIT_PRICES = "customers", "list prices", "unit prices"
CLAIMS, DIMENSIONS = "published claims", "dimensions"

Where = tuple[tuple[str, tuple[str, ...]], ...]


def _share_rising(evidence: Evidence, above: Decimal) -> Figure:
    rising = sum(_rise(change) > above for change in evidence.customers)
    return ratio(Decimal(rising), Decimal(len(evidence.customers)), "a customer in the group")


def _sharpest_rise(evidence: Evidence, _: Decimal) -> Figure:
    if not evidence.customers:
        return Missing.of("a customer in the group")
    return max(_rise(change) for change in evidence.customers)


def _rise(change: CustomerChange) -> Decimal:
    """A bill's change; one that rises from nothing, or from a credit, has no bound."""
    if change.rate is not None and change.baseline > 0:
        return change.rate
    return NO_BOUND if change.delta > 0 else Decimal(0)


def _revenue_change(evidence: Evidence, _: Decimal) -> Figure:
    return ratio(evidence.proposed - evidence.baseline, evidence.baseline, "revenue in the baseline")


def _gross_margin(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.margin if isinstance(evidence.margin, Missing) else evidence.margin.gross_rate


def _after_infrastructure(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.margin if isinstance(evidence.margin, Missing) else evidence.margin.after_infrastructure_rate


def _infrastructure(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.margin if isinstance(evidence.margin, Missing) else evidence.margin.infrastructure_rate


def _below_cost(evidence: Evidence, _: Decimal) -> Figure:
    if isinstance(evidence.dimensions, Missing):
        return evidence.dimensions
    earned = [one.charged_margin for one in evidence.dimensions]
    unknown = [figure for figure in earned if isinstance(figure, Missing)]
    return unknown[0] if unknown else Decimal(sum(figure < 0 for figure in earned if isinstance(figure, Decimal)))


def _on_cliff(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.on_cliff if isinstance(evidence.on_cliff, Missing) else Decimal(len(set(evidence.on_cliff)))


def _largest_customer(evidence: Evidence, _: Decimal) -> Figure:
    largest = max((change.proposed for change in evidence.customers), default=Decimal(0))
    return ratio(largest, evidence.proposed, "proposed revenue")


def _list_price_rise(evidence: Evidence, _: Decimal) -> Figure:
    return _sharpest_move(evidence.list_prices, "a list price that both books hold")


def _unit_price_rise(evidence: Evidence, _: Decimal) -> Figure:
    return _sharpest_move(evidence.unit_prices, "a unit price that both books hold")


def _sharpest_move(moves: Sequence[PriceMove] | Missing, need: str) -> Figure:
    if isinstance(moves, Missing):
        return moves
    return max(move.rate for move in moves) if moves else Missing.of(need)


def _made_false(evidence: Evidence, _: Decimal) -> Figure:
    if isinstance(evidence.findings, Missing):
        return evidence.findings
    if isinstance(evidence.findings_before, Missing):
        return evidence.findings_before
    return Decimal(len(claim_changes(evidence.findings_before, evidence.findings).made_false))


def _length(of: Sequence[object] | Missing) -> Figure:
    return of if isinstance(of, Missing) else Decimal(len(of))


COUNTED: Mapping[str, Callable[[Evidence], Figure]] = MappingProxyType(
    {
        CUSTOMERS: lambda evidence: Decimal(len(evidence.customers)),
        LIST_PRICES: lambda evidence: _length(evidence.list_prices),
        UNIT_PRICES: lambda evidence: _length(evidence.unit_prices),
        DIMENSIONS: lambda evidence: _length(evidence.dimensions),
        CLAIMS: lambda evidence: (
            evidence.findings if isinstance(evidence.findings, Missing) else Decimal(len(published(evidence.findings)))
        ),
    }
)


@dataclass(frozen=True)
class Measure:
    """One thing a limit may be about: a rate or a count, worked out from the evidence, over so many of something.

    A share of customers needs enough of them; a group can be asked about only where customers are counted.
    """

    work_out: Callable[[Evidence, Decimal], Figure] = field(repr=False)
    unit: str
    counts: str = CUSTOMERS
    is_share: bool = False
    asks_above: bool = False
    by_group: bool = False


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "share_rising": Measure(_share_rising, RATE, is_share=True, asks_above=True, by_group=True),
        "sharpest_rise": Measure(_sharpest_rise, RATE, by_group=True),
        "revenue_change": Measure(_revenue_change, RATE, by_group=True),
        "gross_margin": Measure(_gross_margin, RATE),
        "gross_margin_after_infrastructure": Measure(_after_infrastructure, RATE),
        "infrastructure_of_subscription": Measure(_infrastructure, RATE),
        "dimensions_below_cost": Measure(_below_cost, COUNT, DIMENSIONS),
        "customers_on_a_cliff": Measure(_on_cliff, COUNT, by_group=True),
        "largest_customer_share": Measure(_largest_customer, RATE, by_group=True),
        "sharpest_list_price_rise": Measure(_list_price_rise, RATE, LIST_PRICES),
        "sharpest_unit_price_rise": Measure(_unit_price_rise, RATE, UNIT_PRICES),
        "published_claims_made_false": Measure(_made_false, COUNT, CLAIMS),
    }
)


def of_group(where: Where, evidence: Evidence) -> Evidence | Missing:
    """The evidence of the customers that every fact of a `where` fits; a fact nobody recorded fits none."""
    if not where:
        return evidence
    if isinstance(evidence.facts, Missing):
        return evidence.facts
    known = evidence.facts
    own = [
        change
        for change in evidence.customers
        if all(known.get(change.customer_id, {}).get(fact) in values for fact, values in where)
    ]
    names = {change.customer_id for change in own}
    cliffs = evidence.on_cliff
    return Evidence(
        customers=own,
        baseline=total(change.baseline for change in own),
        proposed=total(change.proposed for change in own),
        on_cliff=cliffs if isinstance(cliffs, Missing) else names.intersection(cliffs),
        facts=known,
    )
