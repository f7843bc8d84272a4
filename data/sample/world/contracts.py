"""How customers came, moved between plans and left: every stay of every customer, in order."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from world import arranged, months, people
from world.contract import MONTHS_EACH, Contract
from world.people import Customer
from world.setting import Setting

TIERS = ["starter", "accelerate", "command"]
SLUGS = {"starter": "starter", "accelerate": "accelerate", "command": "command_plus"}
LAST_ANCHOR_DAY = 28


def histories(setting: Setting, buyers: list[Customer]) -> list[Contract]:
    """Let every customer live through the window; private offers and planted faults take theirs first."""
    rng = setting.stream("contracts")
    fixed = arranged.lives(setting, buyers)
    tiers = people.spread(rng, setting.recipe["contracts"]["tiers"], len(buyers))
    lives = [
        fixed.get(buyer.number) or _life(_first(setting, rng, buyer, tier), setting, rng)
        for buyer, tier in zip(buyers, tiers, strict=True)
    ]
    return arranged.with_old_prices(setting, [stay for life in lives for stay in life])


def _first(setting: Setting, rng: np.random.Generator, buyer: Customer, tier: str) -> Contract:
    month = setting.window.first_month + int(rng.choice(setting.window.months, p=_arrivals(setting)))
    day = months.first_day(month).replace(day=int(rng.integers(1, LAST_ANCHOR_DAY + 1)))
    is_annual = rng.random() < setting.recipe["contracts"]["annual_share"]
    return _contract(buyer, 1, tier, "annual" if is_annual else "monthly", day)


def _arrivals(setting: Setting) -> Any:
    """Weigh the months: some begin with the first one, later months win more and more."""
    dials = setting.recipe["contracts"]
    weights = (1 + dials["growth_per_month"]) ** np.arange(setting.window.months)
    weights *= (1 - dials["launch_share"]) / weights.sum()
    weights[0] += dials["launch_share"]
    return weights


def _contract(buyer: Customer, serial: int, tier: str, term: str, started: date) -> Contract:
    return Contract(buyer, serial, f"{SLUGS[tier]}-{term}", tier, term, started)


def _life(first: Contract, setting: Setting, rng: np.random.Generator) -> list[Contract]:
    """Follow one customer, stay after stay, until it leaves or the window ends."""
    dials = setting.recipe["contracts"]
    stays = [_stay(first, setting.window.as_of, rng, dials)]
    while stays[-1].end_reason in ("upgrade", "downgrade"):
        stays.append(_stay(_next(stays[-1], rng, dials), setting.window.as_of, rng, dials))
    return stays


def _stay(contract: Contract, as_of: date, rng: np.random.Generator, dials: dict[str, Any]) -> Contract:
    """Find how a stay ends: an upgrade any day, a downgrade or a farewell only at a period's end."""
    start = contract.started
    while start <= as_of:
        end = contract.period_from(start)
        change = _upgrade_on(contract, start, end, rng, dials)
        if change and change <= as_of:
            return replace(contract, ended=change, end_reason="upgrade")
        reason = _leaving(contract, rng, dials)
        if reason and end <= as_of:
            return replace(contract, ended=end, end_reason=reason)
        start = end
    return contract


def _upgrade_on(
    contract: Contract, start: date, end: date, rng: np.random.Generator, dials: dict[str, Any]
) -> date | None:
    """Draw the day of an upgrade inside a period; who uses more upgrades more."""
    chance = dials["upgrade_per_month"][contract.tier] * MONTHS_EACH[contract.term] * 2 * contract.customer.appetite
    if rng.random() >= chance:
        return None
    days = [start + timedelta(days=i) for i in range(1, (end - start).days)]
    anchors = [day for day in days if day.day <= LAST_ANCHOR_DAY]
    return anchors[int(rng.integers(len(anchors)))]


def _leaving(contract: Contract, rng: np.random.Generator, dials: dict[str, Any]) -> str:
    churn = dials["churn_per_month"][contract.tier] if contract.term == "monthly" else dials["annual_churn"]
    downgrade = dials["downgrade_per_month"][contract.tier] * MONTHS_EACH[contract.term]
    draw = rng.random()
    return "churn" if draw < churn else "downgrade" if draw < churn + downgrade else ""


def _next(before: Contract, rng: np.random.Generator, dials: dict[str, Any]) -> Contract:
    """Begin the stay after an upgrade or a downgrade; some commit to a year as they move up."""
    is_up = before.end_reason == "upgrade"
    tier = TIERS[TIERS.index(before.tier) + (1 if is_up else -1)]
    term = "annual" if is_up and rng.random() < dials["annual_share"] else before.term
    started = before.ended or before.started
    return _contract(before.customer, before.serial + 1, tier, term, started)
