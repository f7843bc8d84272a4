"""The whole world in one call: people, contracts, usage, events, bills, then every system's files."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from world import (
    arrival,
    aws_billing,
    aws_feeds,
    billing,
    company,
    contract,
    contracts,
    crm,
    deals,
    events,
    facts,
    metering,
    people,
    plans_db,
    second_product,
    stripe_export,
    surfaces,
    usage,
)
from world.billing import Invoice
from world.contract import Contract
from world.events import Events
from world.people import Customer
from world.setting import Setting, open_setting
from world.usage import Cells, Ints

INVENTED = "INVENTED: the listing is not published yet, so this history of AWS Marketplace feeds is synthetic.\n"
MARK = "world.toml"
FOLDERS = ("metering", "stripe", "marketplace", "crm", "company", "surfaces")
Say = Callable[[str], None]


@dataclass(frozen=True)
class World:
    """Who the customers are, what they bought and what they used: decided before any file is written."""

    setting: Setting
    people: list[Customer]
    contracts: list[Contract]
    usage: Cells


@dataclass(frozen=True)
class Records:
    """What the company's systems recorded of it: events as received, and invoices."""

    events: Events
    received: Ints
    invoices: list[Invoice]


def imagine(customers: int, seed: int, months: int, months_ago: int = 0) -> World:
    """Decide the world; writes nothing."""
    setting = open_setting(seed, months, months_ago)
    buyers = people.first_customers(setting, customers)
    stays = contracts.histories(setting, buyers)
    return World(setting, buyers, stays, usage.monthly_totals(setting, stays))


def record(world: World) -> Records:
    """Meter and bill the world; writes nothing."""
    sent = events.events(world.setting, world.contracts, world.usage)
    received = arrival.arrivals(world.setting, sent)
    here = arrival.have_arrived(world.setting, received)
    sent, received = sent.take(here), received[here]
    billable = arrival.on_time_totals(world.setting, world.usage, sent, received)
    return Records(sent, received, billing.invoices(world.setting, world.contracts, world.usage, billable))


def write(world: World, out: Path, say: Say) -> None:
    """Write every file of the world below a folder."""
    say(f"{len(world.people):,} customers, {len(world.contracts):,} contracts; metering and billing")
    _make_room(out)
    _write_mark(world, out)
    records = record(world)
    say(f"{len(records.invoices):,} invoices; writing events")
    lines = metering.write(world.setting, out / "metering", records.events, records.received)
    say(f"{lines:,} event lines; writing both rails and the company's own files")
    _write_rails(world, records, out)
    _write_company(world, out)
    plans_db.write(out / "plans.sqlite")
    say(f"done, in {out}")


def _write_rails(world: World, records: Records, out: Path) -> None:
    stripe_export.write_all(world.setting, out / "stripe", world.contracts, records.invoices)
    aws_feeds.write_feeds(world.setting, out / "marketplace", world.contracts)
    aws_billing.write_feed(world.setting, out / "marketplace", records.invoices)
    (out / "marketplace" / "README.txt").write_text(INVENTED, encoding="utf-8")


def _write_company(world: World, out: Path) -> None:
    setting, own = world.setting, out / "company"
    first, known = contract.since(world.contracts), contract.seen(world.contracts, setting.seen_on)
    second = second_product.customers(setting, len(world.people))
    segments = deals.write_deals(setting, out / "crm" / "deals.csv", world.contracts, second)
    changes = facts.history(setting, world.contracts)
    crm.write_companies(out / "crm" / "companies.csv", first, second, segments, changes, setting.seen_on)
    facts.write_history(out / "crm" / "company_history.csv", changes, setting.seen_on)
    company.write_unit_costs(setting, own / "unit_costs.csv")
    company.write_spend(setting, own / "spend.csv", world.contracts)
    company.write_offers(setting, own, known, deals.in_validation(setting, "vellocity"))
    company.write_signups(setting, own / "signups.csv", {"vellocity": first, "control_plane": second})
    second_product.write_all(setting, own, second, deals.in_validation(setting, second_product.PRODUCT))
    surfaces.write_all(setting, out / "surfaces")


def _make_room(out: Path) -> None:
    """Clear away an older sample; a folder that holds anything else is refused."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise SystemExit(f"{out} holds something that is no sample world: name an empty or a new folder with --out")
    for name in FOLDERS:
        shutil.rmtree(out / name, ignore_errors=True)


def _write_mark(world: World, out: Path) -> None:
    """Say that all of this is synthetic, and what it was made from."""
    out.mkdir(parents=True, exist_ok=True)
    setting = world.setting
    lines = [
        f"as_of = {setting.seen_on.isoformat()}",
        "synthetic = true",
        f"seed = {setting.seed}",
        f"customers = {len(world.people)}",
        f"months = {setting.seen.months}",
    ]
    (out / MARK).write_text("\n".join(lines) + "\n", encoding="utf-8")
