"""AWS Marketplace's registers: accounts, the product, offers, who may see them, agreements.

Every row carries four history columns; the newest update of a key and its `valid_from` holds. Some rows come twice.
"""

import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from world import billing
from world.contracts import Contract
from world.months import Window, number
from world.people import Customer
from world.pricelist import Prices
from world.recipe import stream
from world.tables import dollars, instant, write

HISTORY = ["valid_from", "insert_date", "update_date", "delete_date"]
CATALOG = "AWSMarketplace"
SELLER_ACCOUNT = str(uuid.uuid5(uuid.NAMESPACE_OID, "account/seller"))
SELLER_AWS_ACCOUNT = "004800000001"
PRODUCT_ID = "prod-synthetic0vell"
FEEDS = {
    "AccountFeed": [
        "account_id", "aws_account_id", "encrypted_account_id", "mailing_address_id", "tax_address_id",
        "tax_registration_number", "tax_legal_name", "catalog",
    ],
    "ProductFeed": ["product_id", "manufacturer_account_id", "product_code", "title", "catalog"],
    "OfferFeed": [
        "offer_id", "offer_revision", "name", "expiration_date", "opportunity_id", "opportunity_name",
        "opportunity_description", "seller_account_id", "recipient_account_id", "catalog",
    ],
    "OfferTargetFeed": [
        "offer_target_id", "offer_id", "offer_revision", "target_type", "polarity", "value", "catalog",
    ],
    "AgreementFeed": [
        "agreement_id", "proposer_account_id", "acceptor_account_id", "offer_id", "offer_revision_at_acceptance",
        "start_time", "end_time", "acceptance_time", "intent", "preceding_agreement_id", "status",
        "status_reason_code", "estimated_agreement_value", "currency_code", "offer_set_id", "catalog",
    ],
}  # fmt: skip
Row = tuple[date, date | None, list[object]]  # valid from, deleted on, the feed's own columns


def write_feeds(
    folder: Path, contracts: list[Contract], seed: int, window: Window, recipe: dict[str, Any], prices: Prices
) -> None:
    """Write the five registers, one file per feed and month, empty months with a header only."""
    mine = [c for c in contracts if c.customer.rail == "aws"]
    rng = stream(seed, "marketplace/redelivery")
    rows = {
        "AccountFeed": _accounts(mine, window),
        "ProductFeed": [
            (
                window.first_on,
                None,
                [PRODUCT_ID, SELLER_ACCOUNT, "vell0gtm", "Vellocity - GTM for Marketplaces", CATALOG],
            )
        ],
        "OfferFeed": _offers(mine, window, prices),
        "OfferTargetFeed": _targets(mine),
        "AgreementFeed": [row for c in mine for row in _agreement(c, window, recipe, prices)],
    }
    for feed, found in rows.items():
        deliver(folder / f"{feed}_V1", FEEDS[feed], _stamped(found, rng, window, recipe["marketplace"]), window)


def deliver(folder: Path, columns: list[str], by_month: dict[int, list[list[object]]], window: Window) -> None:
    """Write one feed's monthly files; history columns stand first."""
    for month in range(window.first_month, window.first_month + window.months):
        place = folder / f"year={month // 12}" / f"month={month % 12 + 1:02d}" / "data.csv"
        write(place, [*HISTORY, *columns], by_month.get(month, []))


def public_offer_id(plan_key: str) -> str:
    """Spell the id of a plan's public offer."""
    return f"offer-public-{plan_key}"


def offer_id(contract: Contract) -> str:
    """Give the offer an agreement was accepted under."""
    return contract.offer_id or public_offer_id(contract.plan_key)


def _stamped(
    rows: list[Row], rng: np.random.Generator, window: Window, dials: dict[str, Any]
) -> dict[int, list[list[object]]]:
    """File every row under its month; deliver a few again the month after, and deletions when they happen."""
    found: dict[int, list[list[object]]] = {}
    for valid_from, deleted_on, columns in rows:
        first = instant(valid_from)
        found.setdefault(number(valid_from), []).append([first, first, first, "", *columns])
        if deleted_on:
            at = instant(deleted_on)
            found.setdefault(number(deleted_on), []).append([first, first, at, at, *columns])
        elif rng.random() < dials["redelivery_share"]:
            again = valid_from + timedelta(days=30)
            found.setdefault(number(again), []).append([first, first, instant(again), "", *columns])
    return found


def _accounts(mine: list[Contract], window: Window) -> list[Row]:
    since = {c.customer: c.started for c in reversed(mine)}
    seller: list[object] = [SELLER_ACCOUNT, SELLER_AWS_ACCOUNT, "", "", "", "", "Vellocity (synthetic)", CATALOG]
    buyers = [(on, None, _account(person)) for person, on in sorted(since.items(), key=lambda item: item[0].number)]
    return [(window.first_on, None, seller), *buyers]


def _account(person: Customer) -> list[object]:
    tag = person.id.replace("-", "")
    return [
        person.feed_account_id,
        person.aws_account_id,
        f"enc{tag}",
        f"addr-{tag}",
        f"addr-{tag}",
        "",
        person.name,
        CATALOG,
    ]


def _offers(mine: list[Contract], window: Window, prices: Prices) -> list[Row]:
    """List public offers (a second revision when the list changed), private ones, and one draft withdrawn."""
    changed = prices.lists[-1].effective
    public = [
        (
            on,
            None,
            _offer(public_offer_id(key), revision, f"Vellocity GTM \u2014 {plan['name']} ({plan['term']}) [{key}]", ""),
        )
        for key, plan in prices.plans.items()
        if key in prices.lists[-1].plan_cents
        for revision, on in enumerate([window.first_on, changed], start=1)
    ]
    private = [
        (
            c.started,
            None,
            _offer(c.offer_id, 1, f"Private offer for {c.customer.name} [{c.plan_key}]", c.customer.feed_account_id),
        )
        for c in mine
        if c.offer_id
    ]
    draft = _offer("offer-private-draft", 1, "Draft, sent in error [enterprise-custom]", "")
    return [*public, *private, (changed, changed + timedelta(days=9), draft)]


def _offer(identity: str, revision: int, name: str, recipient: str) -> list[object]:
    return [identity, revision, name, "9999-01-01T00:00:00Z", "", "", "", SELLER_ACCOUNT, recipient, CATALOG]


def _targets(mine: list[Contract]) -> list[Row]:
    return [
        (
            c.started,
            None,
            [
                f"target-{c.offer_id}",
                c.offer_id,
                1,
                "BuyerAccounts",
                "PositiveTargeting",
                c.customer.aws_account_id,
                CATALOG,
            ],
        )
        for c in mine
        if c.offer_id
    ]


def _agreement(contract: Contract, window: Window, recipe: dict[str, Any], prices: Prices) -> list[Row]:
    """Write a version at the start, at every new price, and at the end."""
    versions: list[Row] = []
    value = None
    for start, _ in billing.periods(contract, window):
        cents = billing.base_cents(contract, start, recipe, prices)
        if cents != value:
            versions.append((start, None, _version(contract, cents, None, prices)))
        value = cents
    if contract.ended:
        versions.append((contract.ended, None, _version(contract, value or 0, contract.ended, prices)))
    return versions


def _version(contract: Contract, cents: int, ended: date | None, prices: Prices) -> list[object]:
    before = contract.serial - 1
    status = "Active" if ended is None else "Replaced" if contract.end_reason == "upgrade" else "Expired"
    revision = 1 if contract.offer_id else prices.at_start(contract.started) + 1
    return [
        contract.id, SELLER_ACCOUNT, contract.customer.feed_account_id, offer_id(contract), revision,
        instant(contract.started), instant(ended), instant(contract.started), "AMEND" if before else "NEW",
        f"{contract.id.rsplit('-', 1)[0]}-{before}" if before else "", status,
        contract.end_reason if ended else "", dollars(cents), "USD", "", CATALOG,
    ]  # fmt: skip
