"""How customers came, moved between plans and left: one row per stay of a customer on one plan."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from world import months
from world.months import Window
from world.people import Customer
from world.pricelist import CENTS, Prices, scaled
from world.recipe import stream

TIERS = ["starter", "accelerate", "command"]
SLUGS = {"starter": "starter", "accelerate": "accelerate", "command": "command_plus"}
DAYS_WITH_AN_ANCHOR = 28


@dataclass(frozen=True)
class Contract:
    """One stay: `ended` is exclusive, None while it runs."""

    customer: Customer
    serial: int
    plan_key: str
    tier: str
    term: str
    started: date
    ended: date | None = None
    end_reason: str = ""
    offer_id: str = ""
    offer_cents: int = 0
    own_allowances: dict[str, int | str] = field(default_factory=dict)
    kept_at_old_price: bool = False

    @property
    def id(self) -> str:
        """Subscription or agreement id."""
        head = "sub_c" if self.customer.rail == "stripe" else "agmt-c"
        return f"{head}{self.customer.number:04d}-{self.serial}"

    @property
    def months_each(self) -> int:
        """Months one base fee pays for; every private offer runs one year."""
        return 1 if self.term == "monthly" else 12

    def until(self, as_of: date) -> date:
        """First day that is not served any more, seen from `as_of`."""
        return self.ended or as_of + timedelta(days=1)


def histories(
    people: list[Customer], seed: int, window: Window, recipe: dict[str, Any], prices: Prices
) -> list[Contract]:
    """Let every customer live through the window; offers and planted faults take theirs first."""
    rng = stream(seed, "contracts")
    special = {c.customer.number: c for c in _arranged(people, rng, window, recipe, prices)}
    tiers = dict(zip((p.number for p in people), _tiers(people, rng, recipe["contracts"]), strict=True))
    rows: list[Contract] = []
    for person in people:
        if person.number in special:
            rows.extend(_arranged_life(special[person.number], recipe, prices, window))
        else:
            rows.extend(
                _life(
                    _first(person, tiers[person.number], rng, window, recipe["contracts"]),
                    rng,
                    window,
                    recipe["contracts"],
                )
            )
    return _with_old_prices(rows, window, recipe["faults"], prices)


def plan_key(tier: str, term: str) -> str:
    """Spell a self-serve plan's key."""
    return f"{SLUGS[tier]}-{term}"


def _tiers(people: list[Customer], rng: np.random.Generator, dials: dict[str, Any]) -> list[str]:
    edges = np.cumsum(list(dials["tiers"].values()))
    at = np.searchsorted(edges / edges[-1], (rng.permutation(len(people)) + 0.5) / len(people))
    return [TIERS[i] for i in at]


def _first(person: Customer, tier: str, rng: np.random.Generator, window: Window, dials: dict[str, Any]) -> Contract:
    weights = (1 + dials["growth_per_month"]) ** np.arange(window.months)
    weights *= (1 - dials["launch_share"]) / weights.sum()
    weights[0] += dials["launch_share"]
    month = int(rng.choice(window.months, p=weights))
    day = months.first_day(window.first_month + month).replace(day=int(rng.integers(1, DAYS_WITH_AN_ANCHOR + 1)))
    term = "annual" if rng.random() < dials["annual_share"] else "monthly"
    return Contract(person, 1, plan_key(tier, term), tier, term, day)


def _life(first: Contract, rng: np.random.Generator, window: Window, dials: dict[str, Any]) -> list[Contract]:
    """Follow one customer, stay after stay, until it leaves or the window ends."""
    stays = [_stay(first, rng, window, dials)]
    while stays[-1].end_reason in ("upgrade", "downgrade"):
        stays.append(_stay(_next(stays[-1], rng, dials), rng, window, dials))
    return stays


def _stay(contract: Contract, rng: np.random.Generator, window: Window, dials: dict[str, Any]) -> Contract:
    """Find how a stay ends: an upgrade any day, a downgrade or a farewell only at a period's end."""
    start = contract.started
    while start <= window.as_of:
        end = months.later(start, contract.months_each)
        change = _upgrade_on(contract, start, end, rng, dials)
        if change and change <= window.as_of:
            return replace(contract, ended=change, end_reason="upgrade")
        reason = _leaving(contract, rng, dials)
        if reason and end <= window.as_of:
            return replace(contract, ended=end, end_reason=reason)
        start = end
    return contract


def _upgrade_on(
    contract: Contract, start: date, end: date, rng: np.random.Generator, dials: dict[str, Any]
) -> date | None:
    chance = dials["upgrade_per_month"][contract.tier] * contract.months_each * 2 * contract.customer.appetite
    if rng.random() >= chance:
        return None
    days = [start + timedelta(days=i) for i in range(1, (end - start).days)]
    return days[int(rng.choice([i for i, day in enumerate(days) if day.day <= DAYS_WITH_AN_ANCHOR]))]


def _leaving(contract: Contract, rng: np.random.Generator, dials: dict[str, Any]) -> str:
    churn = dials["churn_per_month"][contract.tier] if contract.term == "monthly" else dials["annual_churn"]
    draw = rng.random()
    if draw < churn:
        return "churn"
    return "downgrade" if draw < churn + dials["downgrade_per_month"][contract.tier] * contract.months_each else ""


def _next(before: Contract, rng: np.random.Generator, dials: dict[str, Any]) -> Contract:
    step = 1 if before.end_reason == "upgrade" else -1
    tier = TIERS[TIERS.index(before.tier) + step]
    moves_to_annual = before.end_reason == "upgrade" and rng.random() < dials["annual_share"]
    term = "annual" if moves_to_annual else before.term
    assert before.ended is not None
    return Contract(before.customer, before.serial + 1, plan_key(tier, term), tier, term, before.ended)


def _arranged(
    people: list[Customer], rng: np.random.Generator, window: Window, recipe: dict[str, Any], prices: Prices
) -> list[Contract]:
    """Choose who holds the private offers (AWS) and who sits on the deleted plan (Stripe)."""
    offers = [o for o in recipe["offer"] if o["starts_on"] >= window.first_on]
    buyers = [p for p in people if p.rail == "aws"]
    chosen = rng.permutation(len(buyers))[: len(offers)]
    rows = [
        _offered(buyers[i], number, offer, prices)
        for i, (number, offer) in zip(chosen, enumerate(offers, start=1), strict=False)
    ]
    deleted = recipe["faults"]["deleted_plan"]
    payers = [p for p in people if p.payment_method == "card"]
    if payers and deleted["started_on"] >= window.first_on:
        rows.append(Contract(payers[len(payers) // 2], 1, "deleted-plan", "deleted", "monthly", deleted["started_on"]))
    return rows


def _offered(buyer: Customer, number: int, offer: dict[str, Any], prices: Prices) -> Contract:
    plan = prices.plans[offer["plan_key"]]
    return Contract(
        customer=buyer,
        serial=1,
        plan_key=offer["plan_key"],
        tier=plan["tier"],
        term=plan["term"],
        started=offer["starts_on"],
        offer_id=f"offer-private{number:02d}",
        offer_cents=scaled(offer["price"], CENTS),
        own_allowances=offer["allowances"],
    )


def _arranged_life(contract: Contract, recipe: dict[str, Any], prices: Prices, window: Window) -> list[Contract]:
    """Put the self-serve stay before a private offer, where the offer began as an upgrade."""
    offers = {o["starts_on"]: o for o in recipe["offer"]} if contract.offer_id else {}
    before = offers.get(contract.started, {}).get("before")
    if not before or before["started_on"] < window.first_on:
        return [contract]
    plan = prices.plans[before["plan_key"]]
    first = Contract(
        customer=contract.customer,
        serial=1,
        plan_key=before["plan_key"],
        tier=plan["tier"],
        term=plan["term"],
        started=before["started_on"],
        ended=contract.started,
        end_reason="upgrade",
    )
    return [first, replace(contract, serial=2)]


def _with_old_prices(rows: list[Contract], window: Window, faults: dict[str, Any], prices: Prices) -> list[Contract]:
    """Plant the billing fault: the first fitting Stripe stays keep the first list's price for ever."""
    wanted = list(faults["kept_at_old_price"])
    changed = prices.lists[-1].effective
    marked = []
    for row in rows:
        running = row.ended is None and row.customer.rail == "stripe" and (changed - row.started).days > 90
        hit = running and row.plan_key in wanted
        if hit:
            wanted.remove(row.plan_key)
        marked.append(replace(row, kept_at_old_price=True) if hit else row)
    return marked
