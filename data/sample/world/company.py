"""The company's own books: unit costs, spend, private offers, sign-ups."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from world import months
from world.contracts import Contract
from world.months import Window
from world.people import Customer
from world.pricelist import scaled
from world.recipe import stream
from world.tables import dollars, write

NANO = 10**9


def write_unit_costs(path: Path, window: Window, recipe: dict[str, Any], dimensions: list[str]) -> None:
    """Write what one natural unit costs, month by month."""
    dials = recipe["unit_costs"]
    rows = [
        [f"{name}-01", key, _nanos(int(scaled(dials[key], NANO) * (1 - dials["decline"]) ** i))]
        for i, name in enumerate(window.names())
        for key in dimensions
    ]
    write(path, ["month", "dimension", "cost_usd_per_unit"], rows)


def write_spend(path: Path, contracts: list[Contract], seed: int, window: Window, recipe: dict[str, Any]) -> None:
    """Write infrastructure by contracts running, acquisition by customers won, per product and month."""
    rng = stream(seed, "spend")
    dials = recipe["spend"]
    rows = []
    for month in range(window.first_month, window.first_month + window.months):
        drivers = {"infrastructure": _running(contracts, month), "acquisition": _won(contracts, month)}
        for category, driver in drivers.items():
            for product, (fixed, each) in dials[category].items():
                amount = (fixed + each * driver) * (1 + rng.normal(0, dials["noise"]))
                rows.append([months.first_day(month).isoformat(), category, product, dollars(round(amount * 100))])
    write(path, ["month", "category", "product", "amount_usd"], rows)


def write_offers(folder: Path, contracts: list[Contract]) -> None:
    """Write the private offers and their own allowances."""
    offered = sorted((c for c in contracts if c.offer_id), key=lambda c: c.offer_id)
    header = ["offer_id", "customer_id", "plan_key", "price_usd", "accepted_on", "starts_on", "ends_on"]
    write(folder / "private_offers.csv", header, [_offer(c) for c in offered])
    rows = [[c.offer_id, key, value] for c in offered for key, value in c.own_allowances.items()]
    write(folder / "private_offer_allowances.csv", ["offer_id", "dimension", "allowance"], rows)


def write_signups(
    path: Path,
    contracts: list[Contract],
    second: list[Customer],
    signed: list[date],
    seed: int,
    window: Window,
    recipe: dict[str, Any],
) -> None:
    """Write free sign-ups: those that became customers, and the many that did not."""
    rng = stream(seed, "signups")
    dials = recipe["signups"]
    first = [(c.customer.id, c.started) for c in contracts if c.serial == 1 and rng.random() < dials["converted_share"]]
    won = {"vellocity": first, "control_plane": [(p.id, on) for p, on in zip(second, signed, strict=True)]}
    rows: list[tuple[date, str, str, str]] = []
    for product, buyers in won.items():
        for customer_id, on in buyers:
            came = on - timedelta(days=int(rng.integers(*dials["days_to_convert"])))
            rows.append((came, product, on.isoformat(), customer_id))
        others = round(len(buyers) * (1 / dials["conversion"][product] - 1))
        days = rng.integers(0, (window.as_of - window.first_on).days, others)
        rows += [(window.first_on + timedelta(days=int(day)), product, "", "") for day in days]
    header = ["signup_id", "product", "signed_up_on", "converted_on", "customer_id"]
    write(path, header, [[f"su-{i:05d}", r[1], r[0].isoformat(), r[2], r[3]] for i, r in enumerate(sorted(rows), 1)])


def _offer(contract: Contract) -> list[object]:
    accepted = contract.started - timedelta(days=3)
    ends = months.later(contract.started, contract.months_each)
    days = [accepted.isoformat(), contract.started.isoformat(), ends.isoformat()]
    return [contract.offer_id, contract.customer.id, contract.plan_key, dollars(contract.offer_cents), *days]


def _running(contracts: list[Contract], month: int) -> int:
    day = months.first_day(month + 1)
    return sum(c.started < day and (c.ended is None or c.ended >= day) for c in contracts)


def _won(contracts: list[Contract], month: int) -> int:
    return sum(c.serial == 1 and months.number(c.started) == month for c in contracts)


def _nanos(nanos: int) -> str:
    return f"{nanos // NANO}.{nanos % NANO:09d}"
