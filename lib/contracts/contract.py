"""The contract and what its rail makes of a change: the nouns of this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lib.catalog.book import TERM_MONTHS
from lib.catalog.document import nearest
from lib.contracts.offer import MONTHS_PER_YEAR, ContractError, Offer
from lib.contracts.seats import SeatChange
from lib.periods import add_months, instant


@dataclass(frozen=True)
class Changes:
    """What a rail does when something changes in the middle of a period. Source: data/rails.toml.

    `proration`    day or second: the unit in which a part of a period is counted
    `on_upgrade`   new_anchor: the new plan begins a period of its own; keep_anchor: it joins the running one
    `seats`        monthly_maximum: a month's largest number; entitlement: increases at once, decreases at the period
    `bands`       restart: usage after a change begins at the first band; continue: where the month's usage stood
    `corrections`  credit: usage corrected downwards is a credit line; carried: it waits for later usage
    """

    proration: str = "day"
    on_upgrade: str = "new_anchor"
    seats: str = "monthly_maximum"
    bands: str = "restart"
    corrections: str = "credit"


USUAL = Changes()  # a rail that says nothing else


@dataclass(frozen=True)
class Reach:
    """When a new book reaches a contract that is already running on a rail, and what a change does there.

    A list price reaches it in the first billed period that begins `notice_days` or more after the book. A
    dimension rate does the same where `rates` is "notice", and never where it is "new_entitlements": then only
    contracts begun on or after the book get it. Source: data/rails.toml.
    """

    notice_days: int
    rates: str
    changes: Changes = USUAL


@dataclass(frozen=True)
class Contract:
    """One stay on one plan, from `started_on` up to, not including, `ended_on` (None while it runs).

    `plan_key` and `tier` are None where the rail bills a plan that no book knows. `started_at` and `ended_at` are the
    instants of the two days, where the source has them. `anchor` is any of its billing days or instants; without one
    it is billed from where it started. `seats` are the recorded entitlements of each dimension that is counted and
    not metered. `customer_since` is the day the customer's first contract began, where this is not it; `about` holds
    facts of the customer: persona, region, country, integrator.
    """

    contract_id: str
    customer_id: str
    rail: str
    plan_key: str | None
    tier: str | None
    term: str
    started_on: date
    ended_on: date | None = None
    end_reason: str | None = None
    offer: Offer | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    anchor: date | None = None
    seats: Mapping[str, tuple[SeatChange, ...]] = field(default_factory=dict)
    customer_since: date | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.term not in TERM_MONTHS:
            raise ContractError(
                f"contract {self.contract_id} has no term {self.term!r}; {nearest(str(self.term), TERM_MONTHS)}"
            )
        for day, moment in ((self.started_on, self.started_at), (self.ended_on, self.ended_at)):
            if moment is not None and instant(moment).date() != day:
                raise ContractError(f"contract {self.contract_id} has the instant {moment.isoformat()} on {day}")
        self._check_instalments()

    @property
    def months(self) -> int:
        """How many months one billed period lasts: the years of its offer, else its term."""
        if self.offer and self.offer.multi_year:
            return MONTHS_PER_YEAR * self.offer.multi_year.years
        return TERM_MONTHS[self.term]

    @property
    def started(self) -> date:
        """When it started, as exactly as its source tells: an instant, else a day."""
        return self.started_at or self.started_on

    @property
    def ended(self) -> date | None:
        """When it ended, as exactly as its source tells; None while it runs."""
        return self.ended_at or self.ended_on

    @property
    def since(self) -> date:
        """The day the customer's first contract began."""
        return min(self.customer_since or self.started_on, self.started_on)

    def fact(self, name: str) -> str | None:
        """One fact a scenario may ask for: of the contract itself, else of its customer; None where nobody says."""
        own = {"rail": self.rail, "tier": self.tier, "term": self.term, "plan": self.plan_key}
        return own[name] if name in own else self.about.get(name)

    def runs_on(self, day: date) -> bool:
        """Whether the contract holds on this day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)

    def _check_instalments(self) -> None:
        if self.anchor is not None and self.offer and self.offer.instalments:
            raise ContractError(f"contract {self.contract_id} has instalments and a billing day: write one of the two")
        end = add_months(self.started_on, self.months)
        for instalment in self.offer.instalments if self.offer else ():
            if not self.started_on <= instalment.due_on < end:
                raise ContractError(
                    f"contract {self.contract_id} has an instalment on {instalment.due_on}, outside its first term "
                    f"from {self.started_on} to {end}"
                )
