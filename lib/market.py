"""Who we sell to: every running customer and every open deal with persona, advised rail and money.

Persona and rail are worked out side by side from the same raw facts and never from each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lib import pipeline, rails, segments
from lib.catalog.document import nearest
from lib.claims.finding import CONTRADICTORY, NOTE, UNVERIFIABLE, WARNING, Finding
from lib.money import text, total
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


def findings(deals: Iterable[Row], stages: Iterable[Row], differences: Iterable[Row]) -> list[Finding]:
    """What the CRM's records leave unsaid or tell in two ways; rows of marts.deal, crm_stage and deal_difference.

    A stage or an amount that we cannot read never makes a deal worth nothing in silence.
    """
    everything, known = list(deals), list(stages)
    still_open = [row for row in everything if not row["is_closed"]]
    return [
        *_unknown_stages(still_open, known),
        *_foreign_money(still_open),
        *_below_zero(everything),
        *_told_twice(list(differences)),
    ]


def contract_findings(contracts: Iterable[Row], on: date) -> list[Finding]:
    """Rows of marts.contract → what is counted of those that run on a day although the rail leaves something unsaid."""
    running = [row for row in contracts if recurring_contract(row).runs_on(on)]
    unpriced = [row for row in running if row["rail"] == "stripe" and row["recorded_price_usd"] is None]
    unpaid = [row for row in running if row["status"] == "unpaid"]
    return [*_unpriced(unpriced), *_unpaid(unpaid)]


def _unpriced(contracts: Sequence[Row]) -> list[Finding]:
    if not contracts:
        return []
    return [
        _finding(
            "contracts.price",
            "every running contract has a price on record",
            f"{len(contracts)} running contract(s) have no price that can be worked out, and add nothing to MRR",
            "marts.contract",
            UNVERIFIABLE,
            WARNING,
            _contract_words(contracts),
        )
    ]


def _unpaid(contracts: Sequence[Row]) -> list[Finding]:
    if not contracts:
        return []
    return [
        _finding(
            "contracts.unpaid",
            "every unpaid subscription has the invoice that was not paid",
            f"{len(contracts)} unpaid subscription(s) count as recurring, because no invoice says since when",
            "marts.contract",
            UNVERIFIABLE,
            NOTE,
            _contract_words(contracts),
        )
    ]


def _contract_words(contracts: Iterable[Row]) -> list[str]:
    return [f"contract {row['contract_id']} of {row['customer_id']}" for row in contracts]


def integrator_findings(differences: Iterable[Row]) -> list[Finding]:
    """Rows of marts.integrator_difference → one note per integrator; no bill follows either view."""
    apart: dict[str, list[str]] = {}
    for row in differences:
        aws = "knows no such sale" if row["aws_value"] is None else f"says {row['aws_value']}"
        told = f"order {row['order_id']}, {row['field']}: {row['integrator']} says {row['value']}, AWS {aws}"
        apart.setdefault(row["integrator"], []).append(told)
    return [
        _finding(
            f"integrator.{name.lower()}",
            f"{name} and AWS agree about every order",
            f"{len(lines)} difference(s) between {name} and the AWS feeds",
            "data/feeds/integrator.toml",
            CONTRADICTORY,
            NOTE,
            lines,
        )
        for name, lines in apart.items()
    ]


def _unknown_stages(still_open: Iterable[Row], stages: Sequence[Row]) -> list[Finding]:
    strange: dict[tuple[str, str], list[Row]] = {}
    for row in still_open:
        if not row["is_known_stage"]:
            strange.setdefault((row["crm"], row["crm_stage"]), []).append(row)
    return [
        _finding(
            f"{crm}.stage.{stage}",
            f"every stage of {crm} is one of ours",
            f"{len(deals)} open deal(s) of {_worth(deals)} are at {stage!r} and weigh nothing until data/stages.toml, "
            f"[{crm}], says which stage of ours that is; {nearest(stage, _names(stages, crm))}",
            "data/stages.toml",
            UNVERIFIABLE,
            WARNING,
            [f"deal {row['deal_id']}, {row['company_name']}" for row in deals],
        )
        for (crm, stage), deals in sorted(strange.items())
    ]


def _names(stages: Iterable[Row], crm: str) -> list[str]:
    return [row["crm_stage"] for row in stages if row["crm"] == crm]


def _worth(deals: Iterable[Row]) -> str:
    return f"{text(total(amount for row in deals if (amount := _dollars(row)) is not None))} USD"


def _dollars(row: Row) -> Decimal | None:
    """A deal's amount in USD; one below zero is nothing a buyer pays, and reads as not entered."""
    amount: Decimal | None = row["amount_usd"]
    return None if amount is None or amount < 0 else amount


def _below_zero(deals: Iterable[Row]) -> list[Finding]:
    """Amounts that no deal can have: they are in no sum, and somebody is to mend them in the CRM."""
    negative = [row for row in deals if row["amount_usd"] is not None and _dollars(row) is None]
    if not negative:
        return []
    return [
        _finding(
            "deals.amount",
            "no deal has an amount below zero",
            f"{len(negative)} deal(s) have one and count as deals without an amount; mend it in the CRM",
            "marts.deal",
            UNVERIFIABLE,
            WARNING,
            [f"deal {row['deal_id']}, {row['company_name']}: {text(row['amount_usd'])} USD" for row in negative],
        )
    ]


def _foreign_money(still_open: Iterable[Row]) -> list[Finding]:
    """Amounts in other currencies: kept, and not added to dollars, because no rate of exchange is on record."""
    foreign = [row for row in still_open if row["amount"] is not None and row["amount_usd"] is None]
    if not foreign:
        return []
    return [
        _finding(
            "deals.currency",
            "every open deal has an amount in USD",
            f"{len(foreign)} open deal(s) are in another currency and add nothing to what is expected",
            "data/feeds/crm.toml",
            UNVERIFIABLE,
            WARNING,
            [
                f"deal {row['deal_id']}, {row['company_name']}: {text(row['amount'])} {row['currency']}"
                for row in foreign
            ],
        )
    ]


def _told_twice(differences: Sequence[Row]) -> list[Finding]:
    """Deals that two records tell differently: the CRM's row counts, and the other is shown beside it."""
    if not differences:
        return []
    count = len({row["deal_id"] for row in differences})
    return [
        _finding(
            "deals.told_twice",
            "two records of one deal agree",
            f"{count} deal(s) are told in two ways; the CRM's own word is the one that counts",
            "marts.deal_difference",
            CONTRADICTORY,
            WARNING,
            [
                f"deal {row['deal_id']}, {row['company_name']}, {row['field']}: {row['value']}; "
                f"by {row['told_by']}: {row['other_value']}"
                for row in differences
            ],
        )
    ]


def _finding(
    claim: str, words: str, delivered: str, source: str, verdict: str, severity: str, evidence: Sequence[str]
) -> Finding:
    return Finding(
        claim=claim,
        kind="source",
        product="every product",
        surface=source,
        words=words,
        source=source,
        published=False,
        verdict=verdict,
        severity=severity,
        promised=words,
        delivered=delivered,
        evidence=tuple(evidence),
    )


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


def agreement_findings(agreements: Iterable[Row], contracts: Iterable[Row], on: date) -> list[Finding]:
    """Rows of marts.marketplace_agreement and marts.contract → a warning where a running one is not in dollars."""
    running = {row["contract_id"] for row in contracts if recurring_contract(row).runs_on(on)}
    told = [row for row in agreements if row["agreement_id"] in running and row["agreement_value_usd"] is None]
    if not told:
        return []
    return [
        _finding(
            "agreements.currency",
            "every running agreement has a value in USD",
            f"{len(told)} running agreement(s) have no value in USD and are no part of recurring revenue",
            "data/feeds/marketplace.toml",
            UNVERIFIABLE,
            WARNING,
            [f"agreement {row['agreement_id']}: {_valued(row)}" for row in told],
        )
    ]


def _valued(agreement: Row) -> str:
    value = agreement["agreement_value"]
    return "no value" if value is None else f"{text(value)} {agreement['currency']}"


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
    amount, probability = _dollars(row), probabilities.get(row["stage"])
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
        amount=_dollars(row),
        is_won=row["is_won"],
        created_on=row["created_on"],
        close_on=row["close_on"],
    )


def _facts(row: Row) -> rails.Facts:
    return rails.Facts(row["has_aws_account"], row["is_partner"], row["is_seller"], row["wants_consolidated_billing"])


def _maturity(row: Row) -> Maturity:
    return Maturity(row["has_aws_account"], row["is_partner"], row["is_seller"], row["integrator"])
