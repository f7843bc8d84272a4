"""The company's own books: unit costs, spend, private offers, sign-ups."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from world import months
from world.contract import Contract
from world.people import Customer
from world.pricelist import CENTS, scaled
from world.setting import Setting
from world.tables import dollars, write

NANO = 10**9
OFFERS = [
    "offer_id", "customer_id", "plan_key", "price_usd", "accepted_on", "starts_on", "ends_on", "years", "status",
    "sent_on", "expires_on", "renews", "company",
]  # fmt: skip
SIGNUPS = ["signup_id", "product", "signed_up_on", "converted_on", "customer_id"]
SIGNED_UP, CONVERTED = SIGNUPS.index("signed_up_on"), SIGNUPS.index("converted_on")
DAYS_TO_START = timedelta(days=3)


def write_unit_costs(setting: Setting, path: Path) -> None:
    """Write what one natural unit costs, month by month."""
    dials = setting.recipe["unit_costs"]
    rows = [
        [f"{name}-01", key, _nanos(int(scaled(dials[key], NANO) * (1 - dials["decline"]) ** i))]
        for i, name in enumerate(setting.seen.names())
        for key in setting.prices.dimensions
    ]
    write(path, ["month", "dimension", "cost_usd_per_unit"], rows)


def write_spend(setting: Setting, path: Path, contracts: list[Contract]) -> None:
    """Write infrastructure by contracts running and acquisition by customers won, per product and month."""
    rng, dials = setting.stream("spend"), setting.recipe["spend"]
    rows = []
    for month in setting.seen.month_numbers:
        driven_by = {"infrastructure": _running(contracts, month), "acquisition": _won(contracts, month)}
        for category, driver in driven_by.items():
            for product, (fixed, each) in dials[category].items():
                amount = (fixed + each * driver) * (1 + rng.normal(0, dials["noise"]))
                rows.append([months.first_day(month), category, product, dollars(round(amount * 100))])
    write(path, ["month", "category", "product", "amount_usd"], rows)


def write_offers(setting: Setting, folder: Path, contracts: list[Contract], prospects: list[str]) -> None:
    """Write the private offers and their own allowances: those agreed to, then those that are still open."""
    offered = sorted((c for c in contracts if c.offer_id), key=lambda c: c.offer_id)
    rows = [*(_offer(c) for c in offered), *_open_offers(setting, offered, prospects)]
    write(folder / "private_offers.csv", OFFERS, rows)
    own = [[c.offer_id, key, value] for c in offered for key, value in c.own_allowances.items()]
    write(folder / "private_offer_allowances.csv", ["offer_id", "dimension", "allowance"], own)


def write_signups(setting: Setting, path: Path, won: dict[str, dict[Customer, date]]) -> None:
    """Write free sign-ups: those that became customers, and the many that did not."""
    rng, dials = setting.stream("signups"), setting.recipe["signups"]
    rows: list[tuple[str, ...]] = []
    for product, buyers in won.items():
        tried = {p: on for p, on in buyers.items() if rng.random() < dials["converted_share"][product]}
        soonest, latest = dials["days_to_convert"]
        waits = rng.integers(soonest, latest, len(tried))
        rows += [
            ((on - timedelta(days=int(wait))).isoformat(), product, on.isoformat(), person.id)
            for (person, on), wait in zip(tried.items(), waits, strict=True)
        ]
        others = round(len(tried) * (1 / dials["conversion"][product] - 1))
        rows += [(day, product, "", "") for day in _days(setting, rng, others)]
    numbered = [[f"su-{i:05d}", row[1], row[0], *row[2:]] for i, row in enumerate(sorted(rows), 1)]
    write(path, SIGNUPS, _known(numbered, setting.seen_on.isoformat()))


def _known(signups: list[list[str]], seen_on: str) -> Iterator[list[str]]:
    """Leave out who signed up later; who became a customer later has not yet."""
    for row in signups:
        if row[SIGNED_UP] <= seen_on:
            yield row if row[CONVERTED] <= seen_on else [*row[:CONVERTED], "", ""]


def _days(setting: Setting, rng: np.random.Generator, count: int) -> list[str]:
    """Spread days over the window."""
    return [
        (setting.window.first_on + timedelta(days=int(day))).isoformat()
        for day in rng.integers(0, setting.window.days, count)
    ]


def _offer(contract: Contract) -> list[object]:
    days = [contract.started - DAYS_TO_START, contract.started, contract.period_from(contract.started)]
    own = [contract.offer_id, contract.customer.id, contract.plan_key, dollars(contract.offer_cents), *days]
    return [*own, "", "accepted", "", "", "", ""]


def _open_offers(setting: Setting, offered: list[Contract], prospects: list[str]) -> Iterator[list[object]]:
    """Offers that nobody has agreed to, as they stood that evening; a renewal needs the offer that it follows."""
    known, names = {c.offer_id: c for c in offered}, iter(prospects)
    for number, offer in enumerate(setting.recipe["open_offer"], 1):
        before = known.get(offer.get("renews", ""))
        company = "" if "renews" in offer else next(names, "")
        if offer["made_on"] > setting.seen_on or not (before or company):
            continue
        start = offer["starts_on"]
        end = start.replace(year=start.year + offer["years"])
        buyer, sent = before.customer.id if before else "", offer.get("sent_on", date.max)
        is_sent = sent <= setting.seen_on
        days = ["", start, end]
        stands = ["sent", sent, offer["expires_on"]] if is_sent else ["draft", "", ""]
        own = [f"offer-open{number:02d}", buyer, offer["plan_key"], dollars(scaled(offer["price"], CENTS)), *days]
        yield [*own, offer["years"] if offer["years"] > 1 else "", *stands, offer.get("renews", ""), company]


def _running(contracts: list[Contract], month: int) -> int:
    day = months.first_day(month + 1)
    return sum(c.started < day and (c.ended is None or c.ended >= day) for c in contracts)


def _won(contracts: list[Contract], month: int) -> int:
    return sum(c.serial == 1 and months.number(c.started) == month for c in contracts)


def _nanos(nanos: int) -> str:
    return f"{nanos // NANO}.{nanos % NANO:09d}"
