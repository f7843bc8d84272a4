"""What comes up with each customer, and what sales should know before it: money, usage, savings, the next step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib import market, playbook, renewals
from lib.catalog.allowance import Allowance
from lib.contracts import Contract, allowance_of, governing_rates
from lib.desk import expansion, trials
from lib.outcome import cumulated
from lib.periods import month_of
from lib.playbook import Account, Expansion, Lever, Playbook
from lib.renewals import REVIEW, Coming, Saving, Trend
from lib.revenue import mrr

if TYPE_CHECKING:
    from lib.desk.desk import Desk

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Upcoming:
    """One day with one customer, and what is on file of it.

    `mrr` is None of a review without a contract, and where no price is on record; `trends` None where twice
    `trend_months` full months under contract are not on record yet. `stands` and `step` are where land and expand has
    come and what it asks next, None where the papers name no steps for the product; `lever` is what to offer next.
    """

    coming: Coming
    name: str
    product: str
    persona: str
    mrr: Decimal | None
    trends: tuple[Trend, ...] | None
    saving: Saving | None
    stands: Expansion | None
    step: Expansion | None
    lever: Lever | None
    add_ons: tuple[str, ...]
    trend_months: int
    icp_segment: str | None


@dataclass(frozen=True)
class _Known:
    """What is looked up for every customer, read once."""

    desk: Desk
    book: Playbook
    customers: Mapping[str, Row]
    contracts: Mapping[str, Row]
    stays: Mapping[str, Sequence[Contract]]
    usage: Mapping[str, Mapping[str, Mapping[date, Decimal]]]
    savings: Mapping[str, Saving]
    add_ons: Mapping[str, tuple[str, ...]]
    short: Mapping[str, bool]
    deals: Mapping[tuple[str, str], Mapping[str, object]]


def upcoming(desk: Desk) -> tuple[Upcoming, ...]:
    """Renewals, ends, expiries and reviews within the longest time the playbook looks ahead, the soonest first."""
    book = expansion.the_playbook(desk)
    known, within = _known(desk, book), book.within_days[-1]
    expiries = {row["offer_id"]: row["ends_on"] for row in desk.warehouse.rows("private_offer") if row["ends_on"]}
    contracts = desk.population.contracts.values()
    found = renewals.coming(contracts, expiries, desk.as_of, within, desk.reach, leaving(desk))
    due = renewals.reviews(_signed(desk), desk.as_of, within, book.review_every_months)
    rows = sorted((*found, *due), key=lambda one: (one.on, one.customer_id, one.contract_id or ""))
    return tuple(_upcoming(known, one) for one in rows)


def monthly_contracts(desk: Desk) -> int:
    """Running contracts that renew every month and are therefore in no list of what comes up."""
    running, gone = (one for one in desk.population.contracts.values() if one.runs_on(desk.as_of)), leaving(desk)
    return sum(one.months == 1 and one.ended_on is None and one.contract_id not in gone for one in running)


def leaving(desk: Desk) -> dict[str, date | None]:
    """The running contracts that will not renew, by id, with the day they end where their rail tells one."""
    rows = desk.warehouse.rows("contract")
    return {row["contract_id"]: row["will_end_on"] for row in rows if row["is_cancelled"]}


def _signed(desk: Desk) -> dict[str, date]:
    """When each customer of the product with the pilots signed: those are whom the paper's reviews are for."""
    own = trials.framework(desk).product
    rows = desk.warehouse.rows("first_route")
    return {row["customer_id"]: row["signed_on"] for row in rows if row["product"] == own and row["signed_on"]}


def _known(desk: Desk, book: Playbook) -> _Known:
    add_ons: dict[str, tuple[str, ...]] = {}
    for row in desk.warehouse.rows("addon"):
        add_ons[row["customer_id"]] = (*add_ons.get(row["customer_id"], ()), row["addon"])
    stays: dict[str, list[Contract]] = {}
    for contract in desk.population.contracts.values():
        stays.setdefault(contract.customer_id, []).append(contract)
    return _Known(
        desk=desk,
        book=book,
        customers={row["customer_id"]: row for row in desk.warehouse.rows("customer")},
        contracts={row["contract_id"]: row for row in desk.warehouse.rows("contract")},
        stays=stays,
        usage=_usage(desk),
        savings=trials.savings(desk),
        add_ons=add_ons,
        short=_short(desk),
        deals=trials.deals_of(desk),
    )


def _usage(desk: Desk) -> dict[str, dict[str, dict[date, Decimal]]]:
    """What every customer used under contract, by dimension and month: seats at their largest, the rest added up."""
    contracts = desk.population.contracts
    cells: dict[tuple[str, date], list[tuple[str, Decimal]]] = {}
    for cell in desk.population.usage:
        key = contracts[cell.contract_id].customer_id, cell.month
        cells.setdefault(key, []).append((cell.dimension, cell.quantity))
    found: dict[str, dict[str, dict[date, Decimal]]] = {}
    for (customer, month), quantities in cells.items():
        for dimension, quantity in cumulated(desk.book, quantities).items():
            found.setdefault(customer, {}).setdefault(dimension, {})[month] = quantity
    return found


def _short(desk: Desk) -> dict[str, bool]:
    """Whoever has an allowance near or over, and whether the same month would have cost less on the next tier."""
    found: dict[str, bool] = {}
    for row in expansion.allowances(desk):
        saves = row.saves_usd is not None and row.saves_usd > 0
        found[row.customer_id] = found.get(row.customer_id, False) or saves
    return found


def _upcoming(known: _Known, coming: Coming) -> Upcoming:
    who = coming.customer_id
    row = known.customers.get(who)
    product = row["product"] if row else known.desk.book.product
    own = known.savings.get(who)
    saving = own if own and own.product == product else None
    account = Account(
        product=product,
        add_ons=frozenset(known.add_ons.get(who, ())),
        has_savings=saving is not None,
        renews=coming.kind != REVIEW,
        is_short=who in known.short,
        is_cheaper_above=known.short.get(who, False),
        segment=_segment(known, product, row),
    )
    return Upcoming(
        coming=coming,
        name=row["customer_name"] if row else who,
        product=product,
        persona=market.persona(row) if row else "unknown",
        mrr=_mrr(known, coming),
        trends=_trends(known, coming),
        saving=saving,
        stands=playbook.standing_step(known.book, account),
        step=playbook.next_step(known.book, account),
        lever=playbook.lever(known.book, account),
        add_ons=known.add_ons.get(who, ()),
        trend_months=known.book.trend_months,
        icp_segment=account.segment,
    )


def _segment(known: _Known, product: str, row: Row | None) -> str | None:
    """The ideal-customer segment: as the CRM has the company, else as its deal of the same product says."""
    if row is None:
        return None
    deal = known.deals.get((product, (row["customer_name"] or "").casefold()))
    found = row["icp_segment"] or (deal["icp_segment"] if deal else None)
    return None if found is None else str(found)


def _mrr(known: _Known, coming: Coming) -> Decimal | None:
    row = known.contracts.get(coming.contract_id or "")
    if row is None or row["recorded_price_usd"] is None:
        return None
    return mrr([market.recurring_contract(row)], known.desk.recorded_on)


def _trends(known: _Known, coming: Coming) -> tuple[Trend, ...] | None:
    """How the customer's usage moved; allowances are those of the contract that comes up, in the newest month."""
    contract = known.desk.population.contracts.get(coming.contract_id or "")
    if contract is None:
        return None
    usage = known.usage.get(coming.customer_id, {})
    allowances = _allowances(known.desk, contract, usage)
    return renewals.trends(
        usage, allowances, known.stays[coming.customer_id], known.desk.recorded_on, known.book.trend_months
    )


def _allowances(desk: Desk, contract: Contract, dimensions: Collection[str]) -> dict[str, Allowance]:
    if contract.tier is None:
        return {}
    book = governing_rates(desk.books, contract, month_of(desk.recorded_on), desk.reach[contract.rail])
    return {key: allowance_of(contract, book, key) for key in dimensions if key in book.dimensions}
