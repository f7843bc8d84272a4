"""How the desk answers whether the listing may be published, what is left to type, and whom a change must be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lib import surfaces
from lib.catalog.allowance import NOT_OFFERED, UNLIMITED
from lib.catalog.book import Book
from lib.catalog.rollout import OwnNotice
from lib.catalog.scenario import Scenario
from lib.claims.parse import parse as parse_claims
from lib.contracts import Contract
from lib.desk.papers import read_text
from lib.freshness import SourceState
from lib.surfaces import DIMENSION_RATE, LISTING, TIER_PRICE, AwsListing, Changed, Due, Listing, NoticeDay, Register

if TYPE_CHECKING:
    from lib.desk.desk import Desk

# How a change stands to somebody who has a contract on what it changes.
TOLD, KEEPS, PRIVATE, OUTSIDE = "to be told", "keeps its rate", "has a private offer", "not asked for"
STANDINGS = (TOLD, KEEPS, PRIVATE, OUTSIDE)
_NEW = "new"  # the cohort that a change reaches without anybody who is here today
SUBSCRIPTIONS = ("stripe_subscription", "marketplace_agreement")


@dataclass(frozen=True)
class Touched:
    """One contract that runs today and is on a changed plan, or is offered a changed dimension."""

    contract_id: str
    customer_id: str
    rail: str
    plan_key: str
    kinds: tuple[str, ...]
    standing: str


@dataclass(frozen=True)
class Announcement:
    """A change announced on a day: what it changes, what is done when, by which rule it reaches whom.

    `absent` are the rails' sources that never arrived: subscribers of theirs are not in `touched`.
    """

    name: str
    announced_on: date
    changed: Changed
    due: tuple[Due, ...]
    notices: tuple[NoticeDay, ...]
    touched: tuple[Touched, ...]
    absent: tuple[SourceState, ...] = ()

    def told_on(self, rail: str, kind: str | None = None) -> int:
        """How many customers of a rail must be told, of one kind of change or of any."""
        told = (one for one in self.touched if one.rail == rail and one.standing == TOLD)
        return len({one.customer_id for one in told if kind is None or kind in one.kinds})


def made(desk: Desk, *scenarios: Scenario) -> Listing:
    """The listing that the book asks for under scenarios in their order.

    A price that moves needs a new price at Stripe, so the id on file is not its id.
    """
    book = desk.proposed_book(*scenarios)
    rows = [_with_own_price(row, desk.book, book) for row in desk.warehouse.rows("plan")]
    return surfaces.listing(book, _claims(desk), rows)


def _with_own_price(row: Mapping[str, Any], was: Book, becomes: Book) -> Mapping[str, Any]:
    key = row["plan_key"]
    known = key in was.plans and key in becomes.plans
    moves = known and was.list_price("stripe", key) != becomes.list_price("stripe", key)
    return {**row, "stripe_price_id": None} if moves else row


def listed(desk: Desk) -> AwsListing:
    """The listing as AWS's APIs said it is, or as somebody wrote it down."""
    return AwsListing(desk.warehouse.rows("listed_price"), desk.warehouse.rows("listed_dimension"))


def left_to_type(desk: Desk, *scenarios: Scenario) -> surfaces.ToType:
    """What is left to type until the listing is what the book asks for."""
    surface = parse_claims(_claims(desk)).surfaces[LISTING]
    return surfaces.to_type(desk.proposed_book(*scenarios), surface, made(desk, *scenarios), listed(desk))


def register(desk: Desk, *scenarios: Scenario) -> Register:
    """The decisions of data/open_decisions.toml beside what the check finds under scenarios in their order."""
    known = [claim.id for claim in parse_claims(_claims(desk)).claims]
    text = read_text(desk.data / "open_decisions.toml")
    return surfaces.register(surfaces.parse_decisions(text, known, desk.scenario_keys()), desk.judged(*scenarios))


def announcement(
    desk: Desk, changes: Sequence[Scenario], announced_on: date | None = None, kinds: Sequence[str] = surfaces.KINDS
) -> Announcement:
    """Scenarios announced on a day → what follows; without one, what a change to everything of some kinds takes.

    Without a day they are announced on their own, or on the day of the desk where that has passed.
    """
    book = desk.proposed_book(*changes)
    what = surfaces.changed(desk.book, book) if changes else surfaces.everything(desk.book, kinds)
    own = max((one.effective for one in changes if one.effective), default=desk.as_of)
    day = announced_on or max(own, desk.as_of)
    procedures = surfaces.parse_procedures(read_text(desk.data / "update_procedure.toml"))
    return Announcement(
        name=" + ".join(one.name for one in changes) or "A change to every price",
        announced_on=day,
        changed=what,
        due=tuple(due for kind in what.kinds for due in surfaces.checklist(procedures, kind, day)),
        notices=tuple(_notices(desk, changes, what, day)),
        touched=tuple(_touched(desk, changes, what, book)),
        absent=tuple(desk.missing(*SUBSCRIPTIONS)),
    )


def _notices(desk: Desk, changes: Sequence[Scenario], what: Changed, day: date) -> Iterator[NoticeDay]:
    for key, rail in desk.rails.items():
        own = next((one.rollout.notice[key] for one in reversed(changes) if key in one.rollout.notice), OwnNotice())
        for kind in what.on(key):
            yield from surfaces.notice_days(rail, kind, day, own)


def _touched(desk: Desk, changes: Sequence[Scenario], what: Changed, book: Book) -> Iterator[Touched]:
    offers = {row["contract_id"]: row["offer_id"] for row in desk.warehouse.rows("contract")}
    for contract in desk.population.contracts.values():
        if contract.plan_key is None or not contract.runs_on(desk.recorded_on):
            continue
        kinds = tuple(_kinds(contract, what, desk.book, book))
        if kinds:
            standing = PRIVATE if offers[contract.contract_id] else _standing(desk, contract, kinds, changes)
            yield Touched(contract.contract_id, contract.customer_id, contract.rail, contract.plan_key, kinds, standing)


def _kinds(contract: Contract, what: Changed, *books: Book) -> Iterator[str]:
    if contract.plan_key in what.plans.get(contract.rail, ()):
        yield TIER_PRICE
    if any(_is_sold(contract, key, *books) for key in what.dimensions.get(contract.rail, ())):
        yield DIMENSION_RATE


def _is_sold(contract: Contract, dimension: str, *books: Book) -> bool:
    """Whether the contract's tier may ever pay for the dimension, in either book: offered, and not without limit."""
    known = [book for book in books if contract.tier in book.tiers and dimension in book.dimensions]
    included = [book.allowance(contract.rail, str(contract.tier), dimension) for book in known]
    return any(allowance not in (NOT_OFFERED, UNLIMITED) for allowance in included)


def _standing(desk: Desk, contract: Contract, kinds: Sequence[str], changes: Sequence[Scenario]) -> str:
    if changes and not any(_asks_for(one, contract) for one in changes):
        return OUTSIDE
    by_notice = TIER_PRICE in kinds or desk.rails[contract.rail].dimension_rate_reach == surfaces.BY_NOTICE
    return TOLD if by_notice else KEEPS


def _asks_for(change: Scenario, contract: Contract) -> bool:
    """Whether a change is meant for somebody who is here already and has every fact it asks for."""
    rollout = change.rollout
    return rollout.cohort != _NEW and all(contract.fact(name) in wanted for name, wanted in rollout.where.items())


def _claims(desk: Desk) -> str:
    return read_text(desk.data / "claims.toml")
