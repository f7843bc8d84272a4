"""AWS Marketplace's registers: accounts, the product, offers, who may see them, agreements.

Every row carries four history columns; the newest update of a key and its `valid_from` holds. Some rows come twice.
"""

import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from world import billing
from world import contract as stays
from world.contract import Contract
from world.months import number
from world.people import Customer
from world.setting import Setting
from world.tables import dollars, instant, write

HISTORY = ["valid_from", "insert_date", "update_date", "delete_date"]
CATALOG = "AWSMarketplace"
SELLER_ACCOUNT = str(uuid.uuid5(uuid.NAMESPACE_OID, "account/seller"))
SELLER_AWS_ACCOUNT = "004800000001"
PRODUCT_ID = "prod-synthetic0vell"
DRAFT_DAYS = timedelta(days=9)
NEXT_DELIVERY = timedelta(days=30)
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


class Fact(NamedTuple):
    """A row of a register before it is delivered: when it holds from, when it was deleted, its own columns."""

    valid_from: date
    columns: list[object]
    deleted_on: date | None = None


def write_feeds(setting: Setting, folder: Path, contracts: list[Contract]) -> None:
    """Write the five registers, one file per feed and month, empty months with a header only."""
    mine = [c for c in contracts if c.customer.rail == "aws"]
    private = [c for c in mine if c.offer_id]
    facts = {
        "AccountFeed": _accounts(setting, mine),
        "ProductFeed": [Fact(setting.window.first_on, _product())],
        "OfferFeed": [*_public_offers(setting), *map(_private_offer, private), _draft(setting)],
        "OfferTargetFeed": [_target(c) for c in private],
        "AgreementFeed": [fact for c in mine for fact in _agreement(setting, c)],
    }
    for feed, rows in facts.items():
        delivered = _delivered(setting, feed, rows)
        for month in setting.seen.month_numbers:
            write(place(folder, feed, month), [*HISTORY, *FEEDS[feed]], delivered.get(month, []))


def place(folder: Path, feed: str, month: int) -> Path:
    """Give the path of a feed's monthly file."""
    return folder / f"{feed}_V1" / f"year={month // 12}" / f"month={month % 12 + 1:02d}" / "data.csv"


def offer_id(contract: Contract) -> str:
    """Give the offer an agreement was accepted under."""
    return contract.offer_id or f"offer-public-{contract.plan_key}"


def _delivered(setting: Setting, feed: str, facts: list[Fact]) -> dict[int, list[list[object]]]:
    """File every row under its month; deliver a few again later, and deletions when they happen."""
    rng = setting.stream(f"marketplace/{feed}")
    share = setting.recipe["marketplace"]["redelivery_share"]
    found: dict[int, list[list[object]]] = {}
    for fact in facts:
        first = instant(fact.valid_from)
        found.setdefault(number(fact.valid_from), []).append([first, first, first, "", *fact.columns])
        again = fact.deleted_on or (fact.valid_from + NEXT_DELIVERY if rng.random() < share else None)
        if again:
            row = [first, first, instant(again), instant(fact.deleted_on), *fact.columns]
            found.setdefault(number(again), []).append(row)
    return found


def _accounts(setting: Setting, mine: list[Contract]) -> list[Fact]:
    seller: list[object] = [SELLER_ACCOUNT, SELLER_AWS_ACCOUNT, "", "", "", "", "Vellocity (synthetic)", CATALOG]
    buyers = [Fact(on, _account(person)) for person, on in stays.since(mine).items()]
    return [Fact(setting.window.first_on, seller), *sorted(buyers, key=lambda fact: fact.valid_from)]


def _account(person: Customer) -> list[object]:
    tag = f"c{person.number:04d}"
    address = f"addr-{tag}"
    return [
        person.feed_account_id, person.aws_account_id, f"enc{tag}", address, address, "", person.name, CATALOG,
    ]  # fmt: skip


def _product() -> list[object]:
    return [PRODUCT_ID, SELLER_ACCOUNT, "vell0gtm", "Vellocity \u2014 GTM for Marketplaces", CATALOG]


def _public_offers(setting: Setting) -> list[Fact]:
    """List every self-serve plan's offer, with a second revision when the list changed."""
    revisions = list(enumerate([setting.window.first_on, setting.prices.lists[-1].effective], start=1))
    return [
        Fact(on, _offer(f"offer-public-{key}", revision, _public_name(setting, key)))
        for key in setting.prices.lists[-1].plan_cents
        for revision, on in revisions
    ]


def _public_name(setting: Setting, key: str) -> str:
    plan = setting.prices.plans[key]
    return f"Vellocity GTM \u2014 {plan['name']} ({plan['term']}) [{key}]"


def _private_offer(contract: Contract) -> Fact:
    name = f"Private offer for {contract.customer.name} [{contract.plan_key}]"
    return Fact(contract.started, _offer(contract.offer_id, 1, name, contract.customer.feed_account_id))


def _draft(setting: Setting) -> Fact:
    """Withdraw one offer: the soft delete a reader must honour."""
    on = setting.prices.lists[-1].effective
    columns = _offer("offer-private-draft", 1, "Draft, sent in error [enterprise-custom]")
    return Fact(on, columns, on + DRAFT_DAYS)


def _offer(identity: str, revision: int, name: str, recipient: str = "") -> list[object]:
    return [identity, revision, name, "9999-01-01T00:00:00Z", "", "", "", SELLER_ACCOUNT, recipient, CATALOG]


def _target(contract: Contract) -> Fact:
    identity = contract.offer_id.replace("offer", "target")
    account = contract.customer.aws_account_id
    columns = [identity, contract.offer_id, 1, "BuyerAccounts", "PositiveTargeting", account, CATALOG]
    return Fact(contract.started, columns)


def _agreement(setting: Setting, contract: Contract) -> list[Fact]:
    """Write a version at the start, at every new price, and at the end."""
    values = [(start, billing.base_cents(setting, contract, start)) for start, _ in contract.periods(setting.window)]
    changes = [row for row, before in zip(values, [(None, None), *values], strict=False) if row[1] != before[1]]
    versions = [Fact(start, _version(setting, contract, cents, None)) for start, cents in changes]
    if contract.ended:
        versions.append(Fact(contract.ended, _version(setting, contract, values[-1][1], contract.ended)))
    return versions


def _version(setting: Setting, contract: Contract, cents: int, ended: date | None) -> list[object]:
    revision = 1 if contract.offer_id else setting.prices.at_start(contract.started) + 1
    began = instant(contract.started)
    before = contract.predecessor_id
    return [
        contract.id, SELLER_ACCOUNT, contract.customer.feed_account_id, offer_id(contract), revision, began,
        instant(ended), began, "AMEND" if before else "NEW", before, _status(contract, ended),
        contract.end_reason if ended else "", dollars(cents), "USD", "", CATALOG,
    ]  # fmt: skip


def _status(contract: Contract, ended: date | None) -> str:
    if ended is None:
        return "Active"
    return "Replaced" if contract.end_reason == "upgrade" else "Expired"
