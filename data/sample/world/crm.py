"""The CRM's side: companies as sales knows them, and deals of both products in HubSpot's layout."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from world import names
from world.contracts import Contract
from world.months import Window
from world.people import LADDER, Customer
from world.recipe import stream
from world.tables import write

COMPANIES = [
    "Company ID", "Company name", "Country", "Region", "Product", "AWS account", "AWS account ID", "AWS partner",
    "AWS Marketplace seller", "Wants consolidated billing", "Marketplace integrator", "Stripe customer ID", "Create Date",
]  # fmt: skip
DEALS = [
    "Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Close Date", "Create Date", "Deal owner",
    "Associated Company", "Product", "ICP segment", "AWS account", "AWS partner", "AWS Marketplace seller",
    "Wants consolidated billing", "Marketplace integrator", "Is closed won",
]  # fmt: skip
FIRST_RECORD = 9_000_000_001


@dataclass(frozen=True)
class Prospect:
    """A company in a deal: facts as far as sales has asked."""

    name: str
    facts: list[str]


def write_companies(
    path: Path, people: list[Customer], since: dict[int, date], second: list[Customer], signed: list[date]
) -> None:
    """Write the customers of both products; only the first product's have contracts."""
    rows = [_company(p, "vellocity", since[p.number]) for p in people]
    rows += [_company(p, "control_plane", on) for p, on in zip(second, signed, strict=True)]
    write(path, COMPANIES, rows)


def write_deals(
    path: Path,
    contracts: list[Contract],
    second: list[Customer],
    signed: list[date],
    seed: int,
    window: Window,
    recipe: dict[str, Any],
) -> None:
    """Write open, lost and won deals, oldest first."""
    rng = stream(seed, "deals")
    rows = [*_open(rng, seed, window, recipe), *_lost(rng, seed, window, recipe)]
    rows += [*_won(rng, contracts, recipe), *_won_second(rng, second, signed, recipe)]
    rows.sort(key=lambda row: row[6])
    write(path, DEALS, [[FIRST_RECORD + i, *row[1:]] for i, row in enumerate(rows)])


def _company(person: Customer, product: str, since: date) -> list[object]:
    stripe_id = person.stripe_id if product == "vellocity" else ""
    known = since - timedelta(days=5 + person.number % 50)
    return [
        person.id, person.name, person.country, person.region, product, person.has_account, person.aws_account_id,
        person.is_partner, person.is_seller, person.wants_consolidated, person.integrator, stripe_id, known.isoformat(),
    ]  # fmt: skip


def _open(rng: np.random.Generator, seed: int, window: Window, recipe: dict[str, Any]) -> Iterator[list[Any]]:
    dials = recipe["pipeline"]
    stages, weights = list(dials["stages"]), list(dials["stages"].values())
    for product, count in dials["open"].items():
        for prospect in _prospects(rng, seed, f"open {product}", count, product, recipe):
            created = window.as_of - timedelta(days=int(rng.integers(*dials["days_open"])))
            close = window.as_of + timedelta(days=int(rng.integers(*dials["days_to_close"])))
            stage = str(rng.choice(stages, p=weights))
            yield _deal(rng, prospect, product, stage, created, close, recipe)


def _lost(rng: np.random.Generator, seed: int, window: Window, recipe: dict[str, Any]) -> Iterator[list[Any]]:
    span = (window.as_of - window.first_on).days
    for product, count in recipe["pipeline"]["lost"].items():
        for prospect in _prospects(rng, seed, f"lost {product}", count, product, recipe):
            close = window.as_of - timedelta(days=int(rng.integers(1, span)))
            created = close - timedelta(days=int(rng.integers(20, 120)))
            yield _deal(rng, prospect, product, "Closed Lost", created, close, recipe)


def _won(rng: np.random.Generator, contracts: list[Contract], recipe: dict[str, Any]) -> Iterator[list[Any]]:
    for contract in contracts:
        if contract.serial == 1 and rng.random() < recipe["pipeline"]["won_share"]:
            created = contract.started - timedelta(days=int(rng.integers(10, 90)))
            row = _deal(rng, _known(contract.customer), "vellocity", "Launched", created, contract.started, recipe)
            row[4] = recipe["pipeline"]["amounts"].get(contract.tier, 0) or row[4]
            yield row


def _won_second(
    rng: np.random.Generator, second: list[Customer], signed: list[date], recipe: dict[str, Any]
) -> Iterator[list[Any]]:
    for person, close in zip(second, signed, strict=True):
        created = close - timedelta(days=int(rng.integers(30, 150)))
        yield _deal(rng, _known(person), "control_plane", "Launched", created, close, recipe)


def _deal(
    rng: np.random.Generator,
    prospect: Prospect,
    product: str,
    stage: str,
    created: date,
    close: date,
    recipe: dict[str, Any],
) -> list[Any]:
    segment, amount = _worth(rng, product, recipe)
    title = "Vellocity" if product == "vellocity" else "Control plane"
    won = "true" if stage == "Launched" else "false"
    owner = str(rng.choice(names.owners()))
    return [
        0, f"{prospect.name} - {title}", f"{title} sales", stage, amount, close.isoformat(), created.isoformat(), owner,
        prospect.name, product, segment, *prospect.facts, won,
    ]  # fmt: skip


def _worth(rng: np.random.Generator, product: str, recipe: dict[str, Any]) -> tuple[str, int]:
    """Draw a yearly amount; the second product's deal sizes go by segment."""
    if product == "control_plane":
        segments = recipe["second_product"]["segments"]
        segment = str(rng.choice(list(segments)))
        return segment, int(rng.integers(*segments[segment])) // 1000 * 1000
    dials = recipe["pipeline"]
    tier = str(rng.choice(list(dials["tiers"]), p=list(dials["tiers"].values())))
    return "", int(dials["amounts"][tier] * rng.uniform(0.85, 1.25)) // 100 * 100


def _prospects(
    rng: np.random.Generator, seed: int, topic: str, count: int, product: str, recipe: dict[str, Any]
) -> list[Prospect]:
    shares = recipe["people"]["personas"] if product == "vellocity" else recipe["second_product"]["personas"]
    titles = names.companies(count, seed, "prospects", topic)
    return [_prospect(rng, title, shares, recipe) for title in titles]


def _prospect(rng: np.random.Generator, name: str, shares: dict[str, float], recipe: dict[str, Any]) -> Prospect:
    persona = str(rng.choice(list(shares), p=list(shares.values())))
    wants = "yes" if rng.random() < recipe["people"]["consolidated_billing"][persona] else "no"
    lost = rng.random(4) < recipe["pipeline"]["unknown_fact_share"]
    facts = ["unknown" if gone else fact for gone, fact in zip(lost, [*LADDER[persona], wants], strict=True)]
    integrator = str(rng.choice(recipe["people"]["integrators"]))
    return Prospect(name, [*facts, integrator if persona == "seller_3pi" and facts[2] == "yes" else ""])


def _known(person: Customer) -> Prospect:
    facts = [person.has_account, person.is_partner, person.is_seller, person.wants_consolidated, person.integrator]
    return Prospect(person.name, facts)
