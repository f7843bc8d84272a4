"""What we sell beside the first product, as a page reads it: a book under one of its scenarios, and a month on it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

import streamlit as st

from lib.catalog.book import Book
from lib.catalog.names import dimension_name, opened, plan_name
from lib.catalog.scenario import Scenario, overlaid
from lib.desk.products import bought, open_prices, product_list, product_scenarios, products
from lib.manifest import fingerprint
from lib.rating import Shares, shared
from lib.simulator.bill import Bill, bill
from lib.ui.cards import Stamp
from lib.ui.data import only_for
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version

RAIL = "aws"
_KEPT = 64
_STEPS = 100  # points of a curve: a block begun is a step
Usage = tuple[tuple[str, Decimal], ...]  # a month's quantities by dimension, as a key


def refused(found: Bill) -> dict[str, Decimal]:
    """What a plan refuses of a month, by dimension: it costs nothing, and is no bargain."""
    return {key: one.overage for key, one in found.charges.items() if one.status == "blocked"}


class Point(NamedTuple):
    """One plan's month at one quantity, in USD."""

    plan: str
    quantity: Decimal
    total: Decimal


@dataclass(frozen=True)
class Sold:
    """A product's book as it stands or under one scenario, what it is called, and the prices nobody set."""

    product: str
    book: Book
    under: str | None  # the key of the scenario that sets its prices
    open: tuple[str, ...]
    bought: tuple[str, ...]

    def plan(self, key: str) -> str:
        """A plan as customers know it."""
        return plan_name(self.book, self.book.plans[key])

    def dimension(self, key: str) -> str:
        """A dimension at the head of a line."""
        return opened(self.within(key))

    def within(self, key: str) -> str:
        """A dimension in the middle of a sentence."""
        return dimension_name(self.book.dimensions[key])


@only_for("segments", "savings")
def others() -> tuple[str, ...]:
    """The products that have a book of their own beside the first one's."""
    return tuple(products(opened_desk(opened_version()).data))


@only_for("segments", "savings")
def scenarios(product: str) -> Mapping[str, str]:
    """The scenarios over a product's book: key and name."""
    return {key: one.name for key, one in _scenarios(opened_version(), product).items()}


@only_for("segments", "savings")
def sold(product: str, scenario: str | None) -> Sold:
    """A product's book, under a scenario or as it stands."""
    return _sold(opened_version(), product, scenario)


def stamp(sold: Sold, page: Stamp) -> Stamp:
    """A page's stamp with a product's book and scenario in place of the first one's."""
    laid = _scenarios(opened_version(), sold.product).get(sold.under or "")
    made = {
        **page.manifest,
        "book": sold.book.id,
        "book_hash": fingerprint(sold.book.document),
        "scenario": sold.under,
        "scenario_hash": fingerprint(laid.identity) if laid else None,
    }
    made["fingerprint"] = fingerprint({key: value for key, value in made.items() if key != "fingerprint"})
    scenario = f"scenario {laid.name}" if laid else "as listed: no price set"
    return replace(page, book=sold.book.id, scenario=scenario, fingerprint=made["fingerprint"], manifest=made)


@only_for("segments", "savings")
def month(sold: Sold, plan_key: str, usage: Mapping[str, Decimal], billed: Mapping[str, str] | None = None) -> Bill:
    """One month's usage on one plan; `billed` names which of two counts is billed, instead of what the book says."""
    return _month(
        opened_version(), sold.product, sold.under, plan_key, tuple(usage.items()), tuple((billed or {}).items())
    )


@only_for("segments", "savings")
def curve(sold: Sold, usage: Mapping[str, Decimal], dimension: str, end: Decimal) -> list[Point]:
    """What a month costs on every plan as one quantity grows from nothing to an end, where it is served and priced."""
    return _curve(opened_version(), sold.product, sold.under, tuple(usage.items()), dimension, end)


@only_for("segments", "savings")
def shares(gross: Decimal, our_rate: Decimal) -> Shares:
    """What is sold through us, shared."""
    return shared(gross, our_rate)


@st.cache_resource(max_entries=VERSIONS, show_spinner=False)
def _scenarios(version: Version, product: str) -> dict[str, Scenario]:
    return product_scenarios(opened_desk(version).data, product)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)  # a book never changes, and holds what cannot be copied
def _sold(version: Version, product: str, scenario: str | None) -> Sold:
    book = product_list(opened_desk(version), product, scenario)
    return Sold(product, book, scenario, open_prices(book), bought(book))


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _month(
    version: Version,
    product: str,
    scenario: str | None,
    plan_key: str,
    usage: Usage,
    billed: tuple[tuple[str, str], ...],
) -> Bill:
    book = _sold(version, product, scenario).book
    counted = {"alternatives": {name: {"billed": dimension} for name, dimension in billed}}
    return bill(overlaid(book, counted if billed else {}, "the other count"), RAIL, plan_key, dict(usage))


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _curve(
    version: Version, product: str, scenario: str | None, usage: Usage, dimension: str, end: Decimal
) -> list[Point]:
    book = _sold(version, product, scenario).book
    steps = {(end * step / _STEPS).to_integral_value() for step in range(_STEPS + 1)}
    held = (book.allowance(RAIL, plan.tier, dimension).quantity for plan in book.plans.values())
    steps |= {limit for limit in held if limit is not None and limit <= end}
    found = (
        (key, quantity, bill(book, RAIL, key, {**dict(usage), dimension: quantity}))
        for key in book.plans
        for quantity in sorted(steps)
    )
    priced = ((key, quantity, one.total) for key, quantity, one in found if not refused(one))
    return [Point(key, quantity, total) for key, quantity, total in priced if total is not None]
