"""How the desk reconciles money: what we rated and the schedule keeps of it, held against what each rail settled.

Ours is what the rules say: the books of their time rate every invoice line, and data/rails.toml the fee. Theirs is
marts.settlement. Where a rail's settlements, its contracts or our usage never arrived, nothing of that rail is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib.catalog.book import TERM_MONTHS
from lib.desk import records
from lib.desk.currencies import other_currencies
from lib.desk.selling import sale_terms
from lib.money import total
from lib.payouts import (
    Age,
    Buckets,
    Coming,
    Entitled,
    Expected,
    Paid,
    PayoutLine,
    Right,
    Selling,
    Stated,
    ageing,
    charged_apart,
    classed,
    entitlements,
    metered,
    ours,
    outlook,
)
from lib.rails.rail import one_of
from lib.reconciliation import ParityLine

if TYPE_CHECKING:
    from lib.contracts import Contract
    from lib.desk.desk import Desk


# The columns of marts.marketplace_line that are no part of a sale, in words.
ASIDE: Mapping[str, str] = {
    "adjustment": "balance adjustments",
    "infrastructure": "shares of infrastructure",
    "wholesale": "wholesale costs",
}


@dataclass(frozen=True)
class Aside:
    """Money of one kind that a rail moved beside its sales: below zero where it took it from us, in USD."""

    rail: str
    kind: str
    amount: Decimal
    lines: int


@dataclass(frozen=True)
class Payouts:
    """Every line of the rails that can be told, in its class; how old undisbursed money is, and when it should come.

    `missing` are the feeds without which a rail is left out, by that rail: none where data/billing.toml names none of
    it. `aside` is what a rail moved that is no sale's and in no line; `gaps` say in words what else is in none, as
    other currencies are. Amounts are USD, as of the day on record.
    """

    as_of: date
    rails: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]
    lines: tuple[PayoutLine, ...]
    aside: tuple[Aside, ...]
    ages: tuple[Age, ...]
    coming: tuple[Coming, ...]
    forecast_days: int
    gaps: tuple[str, ...] = ()

    @property
    def undisbursed(self) -> Decimal:
        """What the rails hold of ours, net."""
        return total(age.net for age in self.ages)

    @property
    def expected(self) -> Decimal:
        """What should arrive within the days looked ahead; what is overdue is no part of it."""
        until = self.as_of + timedelta(days=self.forecast_days)
        return total(one.net for one in self.coming if one.on and one.on <= until)

    @property
    def overdue(self) -> Decimal:
        """What should have arrived before the recorded day."""
        return total(one.net for one in self.coming if one.on is None)


def payouts(desk: Desk, report: Iterable[ParityLine]) -> Payouts:
    """The parity report, of which the lines that match may be left out → every settlement and expectation classed."""
    missing = _missing(desk)
    told = tuple(rail for rail in desk.rails if rail not in missing)
    lines = classed(*_sides(desk, report, told), desk.rails, desk.recorded_on)
    settings = desk.billing["payouts"]
    return Payouts(
        as_of=desk.recorded_on,
        rails=told,
        missing=missing,
        lines=lines,
        aside=_aside(desk, told),
        ages=ageing(lines, told, desk.recorded_on, Buckets(tuple(settings["ageing_days"]))),
        coming=outlook(lines, desk.recorded_on),
        forecast_days=settings["forecast_days"],
        gaps=tuple(other_currencies(desk)),
    )


def rights(desk: Desk, month: date) -> tuple[Right, ...]:
    """A usage month as the meter was told it, and today's entitlements where the rail's own list is on record."""
    found = metered(desk.metering(month))
    granted, rail = desk.warehouse.rows("entitlement"), _marketplace(desk)
    if not granted or rail is None:
        return found
    running = [one for one in desk.population.contracts.values() if _is_granted(desk, one)]
    mine = [entitled for one in running for entitled in held(one, desk.recorded_on)]
    theirs = _granted(granted, set(desk.book.dimensions), rail)
    return (*found, *entitlements(mine, theirs, desk.recorded_on))


def _missing(desk: Desk) -> dict[str, tuple[str, ...]]:
    """The rails that cannot be reconciled, each with the feeds that did not arrive."""
    here = {state.feed for state in desk.sources() if state.loaded and not state.is_missing}
    needs: Mapping[str, Sequence[str]] = desk.billing["payouts"]["needs"]
    for rail in needs:
        one_of(rail, desk.rails, "a rail in [payouts.needs] of data/billing.toml")
    absent = {rail: tuple(feed for feed in needs.get(rail, ()) if feed not in here) for rail in desk.rails}
    return {rail: feeds for rail, feeds in absent.items() if feeds or not needs.get(rail)}


def _sides(desk: Desk, report: Iterable[ParityLine], told: tuple[str, ...]) -> tuple[list[Expected], list[Stated]]:
    settled = [row for row in desk.warehouse.rows("settlement") if row["rail"] in told]
    invoiced = [records.invoice_line(row) for row in desk.warehouse.rows("invoice_line") if row["rail"] in told]
    mine = ours(invoiced, (line for line in report if line.rail in told), _selling(desk, settled))
    return charged_apart(mine.lines, [_stated(row, mine.unknown) for row in settled], desk.rails)


def _aside(desk: Desk, told: tuple[str, ...]) -> tuple[Aside, ...]:
    """What the marketplace's feed books beside sales; no invoice of a buyer holds it, so nothing is expected of it."""
    rail = _marketplace(desk)
    if rail is None or rail not in told:
        return ()
    lines = desk.warehouse.rows("marketplace_line", is_ours=True, currency="USD")
    found = {kind: [row[kind] for row in lines if row[kind]] for kind in ASIDE}
    return tuple(
        Aside(rail, words, total(found[kind]), len(found[kind])) for kind, words in ASIDE.items() if found[kind]
    )


def _stated(row: Mapping[str, Any], unknown: Mapping[tuple[str, str], str]) -> Stated:
    return Stated(
        rail=row["rail"],
        reference=row["invoice_id"],
        customer_id=row["customer_id"],
        on=row["settled_on"],
        gross=row["gross_usd"],
        fee=row["fee_usd"],
        due_on=row["due_on"],
        paid_on=row["disbursed_on"],
        paid=row["paid_usd"],
        why=unknown.get((row["rail"], row["invoice_id"]), ""),
    )


def _selling(desk: Desk, settled: Iterable[Mapping[str, Any]]) -> Selling:
    paid, usual = {}, {}
    for row in sorted(settled, key=lambda row: row["settled_on"]):
        paid[row["rail"], row["invoice_id"]] = Paid(row["settled_on"], row["payment_method"])
        if row["customer_id"] and row["payment_method"]:
            usual[row["customer_id"]] = row["payment_method"]
    return Selling(desk.rails, sale_terms(desk), paid, usual, desk.billing["usage_invoice_day"])


def _is_granted(desk: Desk, contract: Contract) -> bool:
    """Whether a contract runs on the recorded day on a rail that grants what was bought."""
    return desk.rails[contract.rail].metering is not None and contract.runs_on(desk.recorded_on)


def held(contract: Contract, on: date) -> list[Entitled]:
    """What a contract holds on a day: its plan, by the name the listing gives it, and the seats it is entitled to.

    The listing names a plan without its term, which is the plan's own: an offer of several years is of a yearly plan.
    """
    who = contract.rail, contract.customer_id, contract.contract_id
    name, _, term = (contract.plan_key or "").rpartition("-")
    plan = name if term in TERM_MONTHS else contract.plan_key
    seats = {key: [one.seats for one in changes if one.on <= on] for key, changes in contract.seats.items()}
    return [
        *([Entitled(*who, plan, Decimal(1))] if plan else []),
        *(Entitled(*who, key, Decimal(numbers[-1])) for key, numbers in seats.items() if numbers),
    ]


def _marketplace(desk: Desk) -> str | None:
    """The rail that the marketplace's feeds are of: the one with a meter; None where no rail has one."""
    return next((rail.key for rail in desk.rails.values() if rail.metering is not None), None)


def _granted(rows: Iterable[Mapping[str, Any]], dimensions: set[str], rail: str) -> list[Entitled]:
    """Rows of marts.entitlement; of what is no dimension of ours, such as a plan, one is granted."""
    return [
        Entitled(
            rail=rail,
            customer_id=row["customer_id"] or row["buyer"],
            contract_id=row["contract_id"],
            item=row["dimension"],
            quantity=(row["quantity"] or Decimal(0)) if row["dimension"] in dimensions else Decimal(1),
            until=row["expires_at"].date() if row["expires_at"] else None,
        )
        for row in rows
    ]
