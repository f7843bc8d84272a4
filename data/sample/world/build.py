"""The whole world in one call: people, contracts, usage, events, bills, then every system's files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from world import (
    aws_billing,
    aws_feeds,
    billing,
    company,
    contracts,
    crm,
    events,
    metering,
    people,
    plans_db,
    second_product,
    stripe_export,
    usage,
)
from world.billing import Invoice
from world.contracts import Contract
from world.months import Window
from world.people import Customer
from world.pricelist import Prices
from world.recipe import read
from world.usage import Cells

NOTE = "INVENTED: the listing is not published yet, so this history of AWS Marketplace feeds is synthetic.\n"
Say = Callable[[str], None]


@dataclass(frozen=True)
class World:
    """Everything that is decided before a file is written."""

    seed: int
    window: Window
    recipe: dict[str, Any]
    prices: Prices
    people: list[Customer]
    contracts: list[Contract]
    usage: Cells


def imagine(customers: int, seed: int, months: int) -> World:
    """Decide who the customers are, what they bought and what they used; writes nothing."""
    recipe, prices = read("recipe.toml"), Prices(read("prices.toml"))
    window = Window(recipe["as_of"], months)
    buyers = people.customers(customers, seed, recipe["people"])
    stays = contracts.histories(buyers, seed, window, recipe, prices)
    used = usage.monthly_totals(stays, seed, window, recipe, prices)
    return World(seed, window, recipe, prices, buyers, stays, used)


def write(world: World, out: Path, say: Say) -> dict[str, int]:
    """Write every file of the world below a folder and count the main things."""
    say("metering events")
    sent = events.events(world.usage, world.contracts, world.seed, world.window, world.recipe, world.prices)
    lines = metering.write(out / "metering", sent, world.seed, world.window, world.recipe["metering"], world.prices)
    say("invoices")
    billable = events.on_time_totals(sent, world.usage, world.window, world.recipe, world.prices)
    billed = billing.invoices(world.contracts, world.usage, billable, world.window, world.recipe, world.prices)
    say("rails")
    _write_rails(world, out, billed)
    say("crm and company")
    _write_company(world, out)
    _write_marks(world, out)
    return {
        "customers": len(world.people),
        "contracts": len(world.contracts),
        "event lines": lines,
        "invoices": len(billed),
    }


def _write_rails(world: World, out: Path, billed: list[Invoice]) -> None:
    stripe_export.write_all(
        out / "stripe", world.people, world.contracts, billed, world.seed, world.window, world.recipe, world.prices
    )
    feeds = out / "marketplace"
    aws_feeds.write_feeds(feeds, world.contracts, world.seed, world.window, world.recipe, world.prices)
    aws_billing.write_feed(feeds / "BillingEventFeed_V1", billed, world.seed, world.window, world.recipe["marketplace"])
    (feeds / "README.txt").write_text(NOTE, encoding="utf-8")


def _write_company(world: World, out: Path) -> None:
    second = second_product.customers(len(world.people), world.seed, world.recipe)
    signed = second_product.signing_days(second, world.seed, world.window)
    since: dict[int, date] = {c.customer.number: c.started for c in reversed(world.contracts)}
    crm.write_companies(out / "crm" / "companies.csv", world.people, since, second, signed)
    crm.write_deals(out / "crm" / "deals.csv", world.contracts, second, signed, world.seed, world.window, world.recipe)
    own = out / "company"
    company.write_unit_costs(own / "unit_costs.csv", world.window, world.recipe, world.prices.dimensions)
    company.write_spend(own / "spend.csv", world.contracts, world.seed, world.window, world.recipe)
    company.write_offers(own, world.contracts)
    company.write_signups(own / "signups.csv", world.contracts, second, signed, world.seed, world.window, world.recipe)
    second_product.write_all(own, second, signed, world.seed, world.window, world.recipe)


def _write_marks(world: World, out: Path) -> None:
    plans_db.write(out / "plans.sqlite")
    lines = [
        f"as_of = {world.window.as_of.isoformat()}",
        "synthetic = true",
        f"seed = {world.seed}",
        f"customers = {len(world.people)}",
        f"months = {world.window.months}",
    ]
    (out / "world.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
