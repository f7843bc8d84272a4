"""Who we sell to: every running customer and every open deal with persona, advised rail and money.

Persona and rail are worked out side by side from the same raw facts and never from each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lib import pipeline, rails, segments
from lib.revenue import RecurringContract, mrr
from lib.segments import UNKNOWN, Maturity

Row = Mapping[str, Any]
FACTS = ("has_aws_account", "is_partner", "is_seller", "wants_consolidated_billing", "integrator")


@dataclass(frozen=True)
class Customer:
    """One customer with a running contract: who they are, what they pay, and the rail their facts advise.

    `mrr` is the recurring price their rail bills, per month and not rounded, None where none is recorded in USD; `tier`
    and `plan_key` are None where the rail bills a plan that is in no book.
    """

    customer_id: str
    name: str
    persona: str
    rail: str
    tier: str | None
    plan_key: str | None
    term: str
    region: str
    country: str
    integrator: str | None
    since: date
    mrr: Decimal | None
    advised_rail: str
    rail_reason: str
    question: str | None


@dataclass(frozen=True)
class Deal:
    """One open deal; `amount` is None where nobody entered one, `weighted` an estimate from the stage's belief.

    `probability` is None, and so is `weighted`, for a stage we hold no belief about. `crm_probability` is the chance
    that the CRM gives the deal: evidence beside our belief, never weighed. `owner`, `stage_since_on` and `channel` are
    None where no record says them; `facts` are the raw ones that persona and rail were read from, by their column.
    """

    deal_id: str
    name: str
    company: str
    product: str
    owner: str | None
    stage: str
    persona: str
    icp_segment: str | None
    advised_rail: str
    rail_reason: str
    close_on: date | None
    amount: Decimal | None
    probability: Decimal | None
    crm_probability: Decimal | None
    weighted: float | None
    created_on: date | None = None
    stage_since_on: date | None = None
    channel: str | None = None
    facts: tuple[tuple[str, str | None], ...] = ()

    def overdue_days(self, on: date) -> int | None:
        """How many days ago the deal should have closed; None where that day has not passed, or nobody named one."""
        return (on - self.close_on).days if self.close_on and self.close_on < on else None

    @property
    def maturity(self) -> Maturity:
        """The facts its persona was read from."""
        return _maturity(dict(self.facts))


@dataclass(frozen=True)
class ClosedDeal:
    """One deal that was won or lost, with what it may be grouped by; days are None where no record says them."""

    deal_id: str
    company: str
    product: str
    owner: str | None
    persona: str
    icp_segment: str | None
    advised_rail: str
    channel: str | None
    amount: Decimal | None
    is_won: bool
    created_on: date | None
    close_on: date | None


@dataclass(frozen=True)
class Advice:
    """What both trees and the pricing rule say of one company, worked out side by side, each with its reason.

    `approach` and `pricing` are those of Vellocity's ladder, and None for a company of another product.
    """

    persona: segments.Decision
    questions: tuple[segments.Question, ...]
    rail: rails.RailChoice
    approach: segments.Approach | None
    pricing: segments.PricingAdvice | None


def advice(row: Row, the_segments: segments.Segments, the_rails: rails.Rails, variation: float | None = None) -> Advice:
    """A row of marts.customer or marts.deal → what the papers advise; `variation` is that of its own monthly bills."""
    maturity = _maturity(row)
    decided = segments.persona_decision(maturity)
    own = the_segments.personas[decided.key].product == row["product"]
    return Advice(
        persona=decided,
        questions=segments.questions(maturity),
        rail=rails.choose(_facts(row), the_rails),
        approach=segments.approach(decided, the_segments.personas) if own else None,
        pricing=segments.pricing_model(decided.key, the_segments.pricing_models, variation) if own else None,
    )


def customers(accounts: Iterable[Row], contracts: Iterable[Row], on: date, the_rails: rails.Rails) -> list[Customer]:
    """Rows of marts.customer and marts.contract → the customers with a contract running on a day, largest first."""
    by_id = {row["customer_id"]: row for row in accounts}
    running = [row for row in contracts if recurring_contract(row).runs_on(on)]
    found = [
        _customer(by_id.get(row["customer_id"], stranger(row["customer_id"])), row, on, the_rails) for row in running
    ]
    return sorted(found, key=lambda customer: (-(customer.mrr or 0), customer.customer_id))


def deals(rows: Iterable[Row], probabilities: Mapping[str, Decimal], the_rails: rails.Rails) -> list[Deal]:
    """Rows of marts.deal → the open deals, heaviest first; `probabilities` are beliefs by stage."""
    found = [_deal(row, probabilities, the_rails) for row in rows if not row["is_closed"]]
    return sorted(found, key=lambda deal: (-(deal.weighted or 0), deal.deal_id))


def closed_deals(rows: Iterable[Row], the_rails: rails.Rails) -> list[ClosedDeal]:
    """Rows of marts.deal → the closed deals, the latest first."""
    found = [_closed(row, the_rails) for row in rows if row["is_closed"]]
    return sorted(found, key=lambda deal: (deal.close_on or date.min, deal.deal_id), reverse=True)


def dollars(row: Row) -> Decimal | None:
    """A deal's amount in USD; one below zero is nothing a buyer pays, and reads as not entered."""
    amount: Decimal | None = row["amount_usd"]
    return None if amount is None or amount < 0 else amount


def about(row: Row) -> dict[str, str]:
    """A row of marts.customer → the facts a scenario may ask for; what nobody knows is left out."""
    facts = {name: row[name] for name in ("region", "country", "integrator") if row[name]}
    return {"persona": persona(row), **facts}


def open_rails(row: Row, the_rails: rails.Rails) -> frozenset[str]:
    """A row of raw facts → the rails on which the customer may buy; one whose account nobody knows is not asked."""
    return rails.choose(_facts(row), the_rails).eligible


def persona(row: Row) -> str:
    """A row of raw facts → the persona of the maturity ladder."""
    return segments.persona(_maturity(row))


def next_action(row: Row, motions: segments.Motions, the_rails: rails.Rails) -> segments.Action:
    """A row of marts.deal → what to do next with an open deal, by its product's motion.

    Which rail it is on is no part of the motion; where that hangs on a missing fact, the motion says when to ask.
    """
    choice = rails.choose(_facts(row), the_rails)
    asked = [segments.Question("rail", choice.reason)] if choice.default == rails.ASK else []
    return segments.next_action(row, row["stage"], persona(row), row["product"], motions, asked)


def product_bought(row: Row | None, of_the_book: str) -> str:
    """A row of marts.customer, None for who is not in the CRM → what one that pays our bills buys.

    The CRM's word counts; where it has none, whoever pays our bills buys our book.
    """
    return of_the_book if row is None or row["product"] == UNKNOWN else str(row["product"])


def recurring_contract(row: Row) -> RecurringContract:
    """A row of marts.contract → its recurring revenue at the price its rail bills, while it counts as recurring."""
    return RecurringContract(
        customer_id=row["customer_id"],
        contract_id=row["contract_id"],
        rail=row["rail"],
        tier=row["tier"] or "no tier",
        term=row["term"],
        started_on=row["recurring_from_on"],
        ended_on=row["recurring_until_on"],
        price=row["recorded_price_usd"],
    )


def _mrr(contract: RecurringContract, on: date) -> Decimal | None:
    return None if contract.price is None else mrr([contract], on)


def stranger(customer_id: str) -> Row:
    """A payer whom the CRM does not know: every fact is still to be asked, and the id stands for the name."""
    facts = ("has_aws_account", "is_partner", "is_seller", "wants_consolidated_billing", "region", "country")
    return {
        "customer_id": customer_id,
        "customer_name": customer_id,
        "integrator": None,
        **dict.fromkeys(facts, UNKNOWN),
    }


def _customer(account: Row, contract: Row, on: date, the_rails: rails.Rails) -> Customer:
    choice = rails.choose(_facts(account), the_rails)
    return Customer(
        customer_id=account["customer_id"],
        name=account["customer_name"],
        persona=persona(account),
        rail=contract["rail"],
        tier=contract["tier"],
        plan_key=contract["plan_key"],
        term=contract["term"],
        region=account["region"],
        country=account["country"],
        integrator=account["integrator"],
        since=contract["started_on"],
        mrr=_mrr(recurring_contract(contract), on),
        advised_rail=choice.default,
        rail_reason=choice.reason,
        question=segments.question(_maturity(account)),
    )


def _deal(row: Row, probabilities: Mapping[str, Decimal], the_rails: rails.Rails) -> Deal:
    choice = rails.choose(_facts(row), the_rails)
    amount, probability = dollars(row), probabilities.get(row["stage"])
    return Deal(
        deal_id=row["deal_id"],
        name=row["deal_name"],
        company=row["company_name"],
        product=row["product"],
        owner=row["owner"],
        stage=row["stage"],
        persona=persona(row),
        icp_segment=row["icp_segment"],
        advised_rail=choice.default,
        rail_reason=choice.reason,
        close_on=row["close_on"],
        amount=amount,
        probability=probability,
        crm_probability=row["crm_probability_rate"],
        weighted=None if amount is None or probability is None else float(pipeline.expected(amount, probability)),
        created_on=row["created_on"],
        stage_since_on=row["stage_since_on"],
        channel=row["channel"],
        facts=tuple((name, row[name]) for name in FACTS),
    )


def _closed(row: Row, the_rails: rails.Rails) -> ClosedDeal:
    return ClosedDeal(
        deal_id=row["deal_id"],
        company=row["company_name"],
        product=row["product"],
        owner=row["owner"],
        persona=persona(row),
        icp_segment=row["icp_segment"],
        advised_rail=rails.choose(_facts(row), the_rails).default,
        channel=row["channel"],
        amount=dollars(row),
        is_won=row["is_won"],
        created_on=row["created_on"],
        close_on=row["close_on"],
    )


def _facts(row: Row) -> rails.Facts:
    return rails.Facts(row["has_aws_account"], row["is_partner"], row["is_seller"], row["wants_consolidated_billing"])


def _maturity(row: Row) -> Maturity:
    return Maturity(row["has_aws_account"], row["is_partner"], row["is_seller"], row["integrator"])
