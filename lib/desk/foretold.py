"""What a simulation foretells month by month, and what the marts say came of it, under the same names.

A line that is foretold and can be measured is measured the same way: revenue by the month it falls due in, or of its
usage; MRR and customers on the evening of the month's last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib.decisions import Decision, Prediction, Row, beside
from lib.desk.simulation import Simulation
from lib.money import EXACT, round_line
from lib.outcome import GROUPS, Population
from lib.periods import add_months, month_end, month_of, months_between

if TYPE_CHECKING:
    from lib.desk.desk import Desk

REVENUE, MRR, CUSTOMERS = "revenue", "mrr", "customers"
MEASURED = {REVENUE: "Revenue", MRR: "MRR at the month's end", CUSTOMERS: "Customers at the month's end"}
COULD, MOVED, PAY_MORE, PAY_LESS = "could_move", "moved", "pay_more", "pay_less"
USD, PEOPLE = "USD", "customers"
ZERO = Decimal(0)

Actuals = Mapping[tuple[str, date | None], Decimal]


# What is foretold


def predictions(simulation: Simulation, is_approved: bool) -> tuple[Prediction, ...]:
    """A simulation of months to come → what will be, by month and in all, in cents and whole customers.

    Where the change was approved, as it reaches its customers; else the same months without it.
    """
    months = months_between(*simulation.window)
    outcome = simulation.reached if is_approved else simulation.baseline
    due = outcome.by(lambda line: line.month)
    recurring = {one.month: one.did if is_approved else one.baseline for one in simulation.recurring}
    running = _running(simulation.population, months)
    found = [_monthly(REVENUE, month, USD, due.get(month, ZERO)) for month in months]
    found += [_monthly(MRR, month, USD, recurring[month]) for month in months]
    found += [_monthly(CUSTOMERS, month, PEOPLE, Decimal(running[month])) for month in months]
    return (*found, *(_in_all(simulation) if is_approved else ()))


def _monthly(line: str, month: date, unit: str, amount: Decimal) -> Prediction:
    return Prediction(line, MEASURED[line], month, unit, round_line(amount) if unit == USD else amount)


def _in_all(simulation: Simulation) -> Iterator[Prediction]:
    """What no mart can tell afterwards, as it compares with what was never tried; on record with the rest."""
    middle = GROUPS.index("unchanged")
    falls, rises = (sum(map(simulation.groups.__getitem__, some)) for some in (GROUPS[:middle], GROUPS[middle + 1 :]))
    yield Prediction(COULD, "Could move, everybody reached", None, USD, simulation.delta)
    yield Prediction(MOVED, "Moves within the window", None, USD, simulation.moved)
    yield Prediction(PAY_MORE, "Customers who pay more", None, PEOPLE, Decimal(rises))
    yield Prediction(PAY_LESS, "Customers who pay less", None, PEOPLE, Decimal(falls))


def _running(population: Population, months: list[date]) -> dict[date, int]:
    """How many customers have a contract on the last day of each month."""
    contracts = population.contracts.values()
    lasts = {month: month_end(month) - timedelta(days=1) for month in months}
    return {month: len({one.customer_id for one in contracts if one.runs_on(last)}) for month, last in lasts.items()}


# What came of it


def actuals(desk: Desk) -> Actuals:
    """The same lines from the marts: what was invoiced of every month, MRR at the prices really billed, customers."""
    found: dict[tuple[str, date | None], Decimal] = {}
    for row in desk.warehouse.rows("invoice_line"):
        key = REVENUE, invoiced_month(row)
        found[key] = EXACT.add(found.get(key, ZERO), row["amount_usd"])
    for one in desk.recurring(lambda _: ""):
        found[MRR, one.month] = round_line(one.recurring.mrr)
    people: dict[date, set[str]] = {}
    for row in desk.warehouse.rows("recurring_month"):
        people.setdefault(row["recurring_month"], set()).add(row["customer_id"])
    return found | {(CUSTOMERS, month): Decimal(len(some)) for month, some in people.items()}


def invoiced_month(row: Mapping[str, Any]) -> date:
    """The month an invoice line belongs to: that of its usage, or that in which any other line falls due."""
    return row["usage_month"] or month_of(row["period_start_on"])


def settled_before(desk: Desk) -> date:
    """The first month that is not settled: a month is, once its usage has been invoiced (data/billing.toml)."""
    recorded = desk.recorded_on
    is_invoiced = recorded.day >= desk.billing["usage_invoice_day"]
    return month_of(recorded) if is_invoiced else add_months(month_of(recorded), -1)


def happened(decision: Decision, found: Actuals, before: date) -> tuple[Row, ...]:
    """A decision's lines that can be measured, each beside what came of it in the months before `before`."""
    return beside([one for one in decision.predictions if one.line in MEASURED], found, before)
