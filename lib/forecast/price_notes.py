"""What a reader must know of the prices of a forecast, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from lib.catalog.book import Tier
from lib.forecast.money import PriceTable
from lib.forecast.paying import beside_list
from lib.forecast.pricing import plan_for

KNOWN_OF_NEWCOMERS = {"persona", "rail", "tier", "term", "plan"}


def price_notes(table: PriceTable, tiers: Mapping[str, Tier]) -> tuple[str, ...]:
    """A table of prices → a sentence for each thing in it that is no list price and no recorded one."""
    return (*_without_list(table, tiers), *_beside_list(table), *_ending(table), *_not_asked(table))


def _without_list(table: PriceTable, tiers: Mapping[str, Tier]) -> Iterator[str]:
    book, payers = table.pricing.book, table.customers.payers
    for key in table.customers.ladder.tiers:
        plan = plan_for(book, key, "annual")
        if plan is not None and isinstance(plan.list_price, Decimal):
            continue
        on_it = sum(payer.row.tier == key for payer in payers)
        average = (
            f"the average of the {on_it} on it today" if on_it else "what the tier below costs, as nobody is on it"
        )
        yield f"{tiers[key].name} has no list price: who comes to it pays {average}."


def _beside_list(table: PriceTable) -> Iterator[str]:
    day = table.customers.days[0]
    beside = [beside_list(payer, table.baseline, day) for payer in table.customers.payers]
    apart = [amount for amount in beside if amount]
    if apart:
        together = float(sum(apart, Fraction(0)))
        yield (
            f"{len(apart)} of today's customers are not billed their list price, but together "
            f"${abs(together):,.2f} {'less' if together < 0 else 'more'} a month, which is carried on."
        )
    unknown = sum(payer.row.mrr is None for payer in table.customers.payers)
    if unknown:
        yield f"Of {unknown} of today's customers no price is recorded in USD: they are taken to pay their list price."


def _ending(table: PriceTable) -> Iterator[str]:
    last = table.customers.days[-1]
    ends = [one for payer in table.customers.payers for one in payer.contracts if not one.runs_on(last)]
    if ends:
        yield f"{len(ends)} running contracts are known to end within these months, and bring nothing from then on."


def _not_asked(table: PriceTable) -> Iterator[str]:
    if asked := sorted(table.pricing.asks_for - KNOWN_OF_NEWCOMERS):
        yield f"The scenario asks for {' and '.join(asked)}, unknown of who is to come: it does not reach them."
