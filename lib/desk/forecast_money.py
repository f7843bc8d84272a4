"""What the desk knows of prices to come: today's customers with their contracts, the books, and what rails keep.

The prices are those that a simulation of months to come reaches customers with: the same shelf, the same notices, the
same usage carried on. What each customer is billed today is the panel's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lib import rails
from lib.ahead import YEAR, carried_on
from lib.catalog.scenario import Scenario
from lib.contracts import Layer, Shelf
from lib.desk.papers import read_text
from lib.desk.simulating import laid_over
from lib.desk.simulation import AHEAD, check_where, dated, layer
from lib.forecast.ladder import Ladder
from lib.forecast.money import Customers, PriceTable
from lib.forecast.overage import OverageTable, Usage
from lib.forecast.panel import CustomerMonth
from lib.forecast.paying import Payer
from lib.forecast.price_notes import price_notes
from lib.forecast.prices import Money
from lib.forecast.pricing import Pricing
from lib.forecast.uneven import weighed
from lib.impact.settings import parse_settings
from lib.money import EXACT, round_line, total
from lib.outcome import Population
from lib.periods import last_full_months, month_end

if TYPE_CHECKING:
    from lib.catalog.book import Book
    from lib.desk.desk import Desk

Floats = NDArray[np.float64]
DICE = 8  # the forecast's own stream of this seed: weights of customers


@dataclass(frozen=True, eq=False)
class Ready:
    """Today's customers with all that prices to come are worked out from, for any scenarios.

    `usage` remembers what it rated, so that a second scenario costs less. `spread` is how uncertain a tier's usage is,
    the same in every world; `kept` by rail what is left of a dollar, and how that is known.
    """

    customers: Customers
    baseline: Pricing
    prices: PriceTable
    usage: Usage
    spread: tuple[Floats, Floats]
    kept: tuple[tuple[float, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Priced:
    """One world's money, today's prices [C, S] beside it, and what a reader must know, a sentence each."""

    money: Money
    at_start: Floats
    notes: tuple[str, ...]


def ready(desk: Desk, ladder: Ladder, rows: Sequence[CustomerMonth], horizon: int, *, seed: int, draws: int) -> Ready:
    """A panel's last month → its customers and everything their prices to come are made of, for months to come."""
    month = rows[0].month
    customers = Customers(ladder, _payers(desk, rows), month, horizon)
    baseline = Pricing(Shelf.of(desk.books), desk.reach)
    usage = _usage(desk)
    table = OverageTable(customers, usage, baseline)
    spread = table.spread(_weights(table, ladder, seed, draws))
    left = tuple(kept(desk, rail) for rail in ladder.rails)
    prices = PriceTable(customers, baseline, baseline)
    return Ready(customers, baseline, prices, usage, spread, left, _told_of_usage(desk, table))


def priced(desk: Desk, made: Ready, scenarios: Sequence[Scenario] = ()) -> Priced:
    """The money of months to come under scenarios laid over each other; of none, or of empty ones, the baseline's.

    How uncertain usage is stays as it is today, so that two worlds differ by what their books differ in alone.
    """
    pricing = _pricing(desk, made, scenarios)
    table = made.prices if pricing is made.baseline else PriceTable(made.customers, made.baseline, pricing)
    money = Money(
        recurring=table.recurring,
        overage=OverageTable(made.customers, made.usage, pricing).overage,
        overage_factor=made.spread[0],
        overage_cv=made.spread[1],
        kept_rate=np.array([rate for rate, _ in made.kept]),
    )
    money.check(made.customers.ladder, made.customers.horizon)
    kept = tuple(sentence for _, sentence in made.kept)
    return Priced(
        money,
        made.prices.at_start,
        (
            *price_notes(table, desk.book.tiers),
            *made.notes,
            *kept,
        ),
    )


def _payers(desk: Desk, rows: Sequence[CustomerMonth]) -> tuple[Payer, ...]:
    """The rows with the contracts that run on the last day of their month."""
    last = month_end(rows[0].month) - timedelta(days=1)
    running: dict[str, list[str]] = {}
    for key, contract in desk.population.contracts.items():
        if contract.runs_on(last):
            running.setdefault(contract.customer_id, []).append(key)
    contracts = desk.population.contracts
    return tuple(Payer(row, tuple(contracts[key] for key in running.get(row.customer_id, ()))) for row in rows)


def _pricing(desk: Desk, made: Ready, scenarios: Sequence[Scenario]) -> Pricing:
    """The shelf that a simulation of the same months lays, over the books of history."""
    for scenario in scenarios:
        check_where(scenario, desk.population)
    months = made.customers.months
    window = months[0], month_end(months[-1])
    layers = [layer(one, laid_over(desk, one), desk.rails) for one in dated(scenarios, window, AHEAD)]
    shelf = Shelf(made.baseline.shelf.books, tuple(_over_current(desk, one) for one in layers))
    return Pricing(shelf, desk.reach) if layers else made.baseline


def _over_current(desk: Desk, one: Layer) -> Layer:
    """A change is written for the current book: who is reached by it from an older one has left that."""
    older = {book.id for book in desk.books[:-1]}

    def laid(book: Book) -> Book:
        return one.laid_over(desk.book if book.id in older else book)

    return replace(one, laid_over=laid)


def _usage(desk: Desk) -> Usage:
    counted = {key for key, item in desk.book.dimensions.items() if not item.is_metered}
    year = carried_on(desk.population, counted, desk.recorded_on, YEAR)
    fewest = parse_settings(read_text(desk.data / "impact.toml")).fewest_customers
    is_known = not desk.missing("event")
    population = year.population if is_known else Population(year.population.contracts, ())
    everybody = {contract.customer_id for contract in population.contracts.values()}
    return Usage(
        desk.with_events(desk.book, everybody=population),
        year.window,
        desk.reach,
        frozenset(year.unmetered if is_known else everybody),
        fewest,
    )


def _weights(table: OverageTable, ladder: Ladder, seed: int, draws: int) -> dict[str, Floats]:
    found = {}
    for number, tier in enumerate(ladder.tiers):
        dice = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(DICE, number)))
        found[tier] = weighed(sum(payer.row.tier == tier for payer in table.metered), draws, dice)
    return found


def _told_of_usage(desk: Desk, table: OverageTable) -> tuple[str, ...]:
    if desk.missing("event"):
        return ("No usage is on record: revenue here is MRR alone.",)
    unknown = len(table.customers.payers) - len(table.metered)
    if not unknown:
        return ()
    return (
        f"{unknown} of {len(table.customers.payers)} customers have no full month of usage yet; they are taken to use "
        "what the others of their tier do.",
    )


def kept(desk: Desk, rail: str) -> tuple[float, str]:
    """What a rail leaves of a dollar: what it left of the last year's, else by its schedule on an average bill."""
    label, (first, end) = desk.rails[rail].label, last_full_months(desk.recorded_on, YEAR)
    rows = [row for row in desk.warehouse.rows("settlement_month") if row["rail"] == rail]
    rows = [row for row in rows if first <= row["settled_month"] < end]
    if gross := total(row["gross_usd"] for row in rows):
        share = EXACT.divide(total(row["net_usd"] for row in rows), gross)
        return float(share), f"{label} left {share * 100:.2f} % of what it took in the last year, and does from now on."
    taken = rails.public_rate(desk.rails[rail], desk.recorded_on)
    taken = _on_average_bill(desk, rail) if taken is None else taken
    return float(
        1 - taken
    ), f"Nothing was settled by {label} in the last year: its own schedule keeps {taken * 100:.2f} %."


def _on_average_bill(desk: Desk, rail: str) -> Decimal:
    """What a rail's first way to pay keeps of an average bill, where a part of its fee is a fixed sum."""
    bills = [customer.mrr for customer in desk.customers if customer.mrr]
    bill = round_line(EXACT.divide(total(bills), Decimal(len(bills)))) if bills else Decimal(1)
    sale = rails.Sale(rail=rail, method=desk.rails[rail].methods[0], amount=bill, on=desk.recorded_on)
    return rails.take_rate(desk.rails, sale) or Decimal(0)
