"""How the CRM's facts came to be what they are today: who climbed while a customer, and what was asked later.

Today's facts are drawn first; this walks back from them, so that nothing which hangs on them moves. A company that buys
on AWS had its account all along. Nothing is entered in the last month, so that both evenings tell one story of it.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from world import months
from world.contract import Contract
from world.contracts import LAST_ANCHOR_DAY
from world.people import Customer
from world.setting import Setting
from world.tables import write

HEADER = ["Company ID", "Property", "Old value", "New value", "Changed at"]
PROPERTY = {
    "has_account": "AWS account",
    "is_partner": "AWS partner",
    "is_seller": "AWS Marketplace seller",
    "integrator": "Marketplace integrator",
}
ASKED = ("is_partner", "is_seller")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Change:
    """One fact of one customer, entered on a day in place of another value."""

    customer: Customer
    fact: str
    old: str
    new: str
    on: date


class Step(NamedTuple):
    """One way a customer may have come to stand where it stands: by which dial, and what it was before."""

    dial: str
    before: dict[str, str]


def history(setting: Setting, contracts: list[Contract]) -> list[Change]:
    """Walk back through every customer's stay; → changes in the order of their days."""
    rng = setting.stream("facts")
    stays: dict[Customer, list[Contract]] = {}
    for contract in contracts:
        stays.setdefault(contract.customer, []).append(contract)
    found: list[Change] = []
    for customer, own in stays.items():
        climbed = _climbed(setting, rng, customer, own)
        found += [*climbed, *_asked(setting, rng, _rewound(customer, climbed), own, climbed)]
    return sorted(found, key=lambda change: (change.on, change.customer.number, change.fact))


def as_known(customer: Customer, changes: list[Change], on: date) -> Customer:
    """A customer of today with its facts as they were recorded on a day."""
    later = [change for change in changes if change.customer == customer and change.on > on]
    known = _rewound(customer, later)
    return known if known.has_account == "yes" else replace(known, aws_account_id="")


def write_history(path: Path, changes: list[Change], seen_on: date) -> None:
    """Write what had been changed by an evening."""
    rows = [
        [change.customer.id, PROPERTY[change.fact], change.old, change.new, change.on.isoformat()]
        for change in changes
        if change.on <= seen_on
    ]
    write(path, HEADER, rows)


def _climbed(setting: Setting, rng: np.random.Generator, customer: Customer, stays: list[Contract]) -> list[Change]:
    """Take a customer back month by month; every month draws as much, whatever is found in the others."""
    dials, found, then = setting.recipe["facts"]["came_per_month"], list[Change](), customer
    first, last = stays[0].started, _last_day(setting, stays)
    for month in reversed(setting.window.month_numbers):
        chances, day = rng.random(2), int(rng.integers(1, LAST_ANCHOR_DAY + 1))
        on = months.first_day(month).replace(day=day)
        if not first < on <= last:
            continue
        for step, chance in zip(_steps(then), chances, strict=False):
            if chance < dials[step.dial]:
                found += _changes(customer, then, step, on)
                then = replace(then, **step.before)  # type: ignore[arg-type]
                break
    return found


def _steps(now: Customer) -> list[Step]:
    """From where a customer may have come, the likelier way first; nothing is made of what nobody asked about."""
    if UNKNOWN in (now.has_account, now.is_partner, now.is_seller):
        return []
    if now.is_seller == "yes":
        beside = Step("integrator_taken", {"integrator": ""})
        left = Step("integrator_left", {"integrator": "Tackle"})
        return [Step("seller", {"is_seller": "no", "integrator": ""}), beside if now.integrator else left]
    if now.is_partner == "yes":
        return [Step("partner", {"is_partner": "no"})]
    if now.has_account == "yes" and now.rail == "stripe":
        return [Step("aws_customer", {"has_account": "no"})]
    return []


def _changes(customer: Customer, then: Customer, step: Step, on: date) -> list[Change]:
    facts = [(fact, old, getattr(then, fact)) for fact, old in step.before.items()]
    return [Change(customer, fact, old, new, on) for fact, old, new in facts if old != new]


def _asked(
    setting: Setting, rng: np.random.Generator, before: Customer, stays: list[Contract], climbed: list[Change]
) -> list[Change]:
    """Let somebody have asked for a fact only some weeks after the customer came, if nothing had changed by then."""
    dials = setting.recipe["facts"]
    is_late, days = rng.random() < dials["asked_later_share"], int(rng.integers(*dials["asked_after_days"]))
    fact = ASKED[int(rng.integers(len(ASKED)))]
    on, told = stays[0].started + timedelta(days=days), getattr(before, fact)
    too_late = on > min([_last_day(setting, stays), *(change.on - timedelta(days=1) for change in climbed)])
    if not is_late or told == UNKNOWN or too_late:
        return []
    return [Change(stays[0].customer, fact, UNKNOWN, told, on)]


def _rewound(customer: Customer, changes: list[Change]) -> Customer:
    """A customer with some changes taken back, the latest first."""
    for change in sorted(changes, key=lambda change: change.on, reverse=True):
        customer = replace(customer, **{change.fact: change.old})  # type: ignore[arg-type]
    return customer


def _last_day(setting: Setting, stays: list[Contract]) -> date:
    """The last day on which something may have been entered: while a customer, and not in the last month."""
    settled = setting.window.as_of - timedelta(days=setting.recipe["facts"]["settled_days"])
    return min(settled, stays[-1].until(setting.window.as_of) - timedelta(days=1))
