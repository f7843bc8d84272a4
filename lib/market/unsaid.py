"""What the records of deals, contracts, agreements and orders leave unsaid or tell in two ways, as findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from lib.catalog.document import nearest
from lib.claims.finding import CONTRADICTORY, NOTE, UNVERIFIABLE, WARNING, Finding
from lib.market.sold_to import Row, dollars, recurring_contract
from lib.money import text, total


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
    return f"{text(total(amount for row in deals if (amount := dollars(row)) is not None))} USD"


def _below_zero(deals: Iterable[Row]) -> list[Finding]:
    """Amounts that no deal can have: they are in no sum, and somebody is to mend them in the CRM."""
    negative = [row for row in deals if row["amount_usd"] is not None and dollars(row) is None]
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
