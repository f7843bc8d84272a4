"""What we sell beside the first product: each other product's book, its own scenarios, and one month rated under them.

The first product's book comes from the plans database and stands in `Desk.book`. Every other product is a file in
`data/products`, with its scenarios below, so that none of it enters the first one's checks, listing or simulations.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lib.catalog.book import BASE_FEE, RAILS, Book, Unpriced, parse
from lib.catalog.document import BookError, found, nearest, shown
from lib.catalog.scenario import Scenario, ScenarioError, overlay, parse_scenario
from lib.desk.papers import DeskError, read_document, read_text
from lib.simulator.bill import Bill, bill

if TYPE_CHECKING:
    from lib.desk.desk import Desk

PRODUCTS, SCENARIOS = "products", "scenarios"
NOT_SET: Literal["not set"] = "not set"
RAIL = "aws"  # the strategy sells through cloud marketplaces; no rail has a price of its own there


def products(data: Path) -> dict[str, Path]:
    """The other products of a data folder, by key, and the file of each one's book."""
    return {path.stem: path for path in sorted((data / PRODUCTS).glob("*.toml"))}


def product_book(data: Path, product: str) -> Book:
    """The list of another product as it stands, its prices mostly not set; a wrong name is met with the nearest."""
    files = products(data)
    if product not in files:
        raise DeskError(f"there is no book of a product {product!r}; {nearest(product, files)}")
    try:
        book = parse(read_document(files[product]))
    except BookError as problem:
        raise DeskError(f"{files[product]}: {problem}") from None
    if book.product != product:
        raise DeskError(f"{files[product]} holds the book of {book.product!r}; name the file after its product")
    return book


def product_scenarios(data: Path, product: str) -> dict[str, Scenario]:
    """Every scenario over another product's book, by key, in alphabetical order."""
    book = product_book(data, product)
    found = (scenario_in(path) for path in sorted((data / PRODUCTS / SCENARIOS).glob("*.toml")))
    return {one.key: one for one in found if one.baseline == book.id}


def product_scenario(data: Path, product: str, key: str) -> Scenario:
    """One scenario over another product's book; a wrong key is met with the nearest."""
    known = product_scenarios(data, product)
    if key not in known:
        raise ScenarioError(f"{product} has no scenario {key!r}; {nearest(key, known)}")
    return known[key]


def scenario_in(path: Path) -> Scenario:
    """One scenario file."""
    return parse_scenario(read_text(path), path.stem, where=str(path))


def scenario_beside(book: Path, wanted: str) -> Scenario:
    """A scenario for a book file: another file, or the key of one in the folder of scenarios beside the book."""
    folder = book.parent / SCENARIOS
    if Path(wanted).suffix.lower() == ".toml" or Path(wanted).name != wanted:
        return scenario_in(Path(wanted))
    keys = sorted(path.stem for path in folder.glob("*.toml"))
    if wanted not in keys:
        raise ScenarioError(f"there is no scenario {shown(wanted)} in {folder}; {nearest(wanted, keys)}")
    return scenario_in(folder / f"{wanted}.toml")


def laid(book: Book, scenario: Scenario) -> Book:
    """A book file's list with a scenario over it; a fee that it would pass on is refused, for nothing says how much."""
    becomes = overlay(book, scenario)
    passing = [rail for rail in RAILS if book.absorbs(rail) and not becomes.absorbs(rail)]
    if passing:
        raise ScenarioError(
            f"{scenario.where} passes on the fee of {passing[0]}, which is worked out for the current book alone: "
            "write the prices instead"
        )
    return becomes


def refuse_another_product(data: Path, scenario: Scenario, product: str) -> None:
    """Refuse a scenario that was written over another product's book, with the way to rate it."""
    others = (product_book(data, other) for other in products(data) if other != product)
    book = {book.id: book for book in others}.get(scenario.baseline)
    if book:
        raise ScenarioError(
            f"{scenario.where} lays prices over the {book.id} book of {book.product}, not over one of {product}: rate "
            f"it with python -m lib rate USAGE --plan {next(iter(book.plans))} "
            f"--book {data.name}/{PRODUCTS}/{book.product}.toml --scenario {scenario.where}"
        )


def product_list(desk: Desk, product: str, under: Scenario | str | None = None) -> Book:
    """A product's list as it stands, or under one of its scenarios, named by key or passed."""
    is_first = product == desk.book.product
    if isinstance(under, str):
        under = desk.scenario(under) if is_first else product_scenario(desk.data, product, under)
    layers = (under,) if under else ()
    return desk.proposed_book(*layers) if is_first else reduce(laid, layers, product_book(desk.data, product))


def product_month(
    desk: Desk, product: str, plan_key: str, under: Scenario | str | None, usage: Mapping[str, Decimal]
) -> Bill:
    """One month's usage by dimension on one plan of a product, under a scenario or as listed → its bill, line by line.

    Of what is counted on the base fee the usage says how many. `total` is None where anything has no price.
    """
    book = product_list(desk, product, under)
    for name in usage:
        found(name, book.dimensions, f"the {book.id} book has no dimension")
    return bill(book, RAIL, plan_key, usage)


def monthly_price(
    desk: Desk, product: str, tier_plan_key: str, under: Scenario | str | None, usage: Mapping[str, Decimal]
) -> Decimal | Literal["not set"]:
    """What a month costs in USD, exact, under a scenario or as listed: the month's part of the base fee and every line.

    "not set" where one of them has no price. A year's fee is a twelfth a month, rounded once.
    """
    total = product_month(desk, product, tier_plan_key, under, usage).total
    return NOT_SET if total is None else total


def open_prices(book: Book) -> tuple[str, ...]:
    """Every price of a book that nobody set, by path: plans, dimensions, then which of two counts is billed."""
    plans = [f"plans.{key}.list_price" for key, plan in book.plans.items() if plan.list_price is Unpriced.NOT_SET]
    items = [f"dimensions.{key}.bands" for key in book.dimensions if book.set_price(RAIL, key) is None]
    counts = [f"alternatives.{key}.billed" for key, one in book.packaging.alternatives.items() if one.billed is None]
    return (*plans, *items, *counts)


def bought(book: Book) -> tuple[str, ...]:
    """The dimensions of a book that are bought, not used: entitlements, and what is counted on the base fee."""
    return tuple(key for key, one in book.dimensions.items() if not one.is_metered or one.counted_on == BASE_FEE)
