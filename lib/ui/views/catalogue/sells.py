"""The whole part, top to bottom: what it costs, what each tier brings, the same usage elsewhere, what is still open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lib.ui import cards, controls, products
from lib.ui.cards import Stamp
from lib.ui.legends import Legend
from lib.ui.products import Sold
from lib.ui.views.catalogue import asking, bills, compared, curve, sharing, tiers, unset

AS_LISTED = "as listed"
ASSUMPTIONS = (
    "A price that nobody set is not zero: what a tier includes costs nothing, anything above it has no amount, and a "
    "month with such a line has no total.",
    "The month's part of a year's fee is a twelfth, rounded once; every line is rounded once, half away from zero.",
    "Of requests and tokens one is billed, never both; the other is counted and shown.",
    "What a tier buys ahead is owed whether it is used or not; usage above it pays the published price.",
    "No customer of this product has a contract on record, so no number here is a bill that was sent.",
)


@dataclass(frozen=True)
class Shown:
    """What a part leaves for the foot of the page: what was assumed, its tables, and whose book they stand on."""

    assumptions: Sequence[str]
    tables: cards.Tables
    stamp: Stamp


def show(product: str, page: Stamp, tell: Callable[[str, Stamp], None], legend: Legend) -> Shown:
    """Draw a product's catalogue; `tell` puts the answer into the page's title, with the book it stands on."""
    names = products.scenarios(product)
    sold = _picked(product, names)
    asked = asking.asked(sold)
    found = products.month(sold, asked.plan, asked.usage)
    stamp = products.stamp(sold, page)
    tell(bills.finding(sold, found, names), stamp)
    cards.row(bills.cards_of(sold, found))
    tiers.show(sold, legend)
    bills.show(sold, found, legend)
    every = {key: products.month(sold, key, asked.usage) for key in sold.book.plans}
    compared.beside(sold, every, legend)
    points = curve.show(sold, asked)
    counts = compared.counts(sold, asked)
    compared.both(sold, counts, legend)
    shared = sharing.show(sold, legend)
    unset.show(sold, legend)
    return Shown(
        (*ASSUMPTIONS, f"Tiers, limits and mechanics: {sold.book.document['source']}. Prices: {_prices(sold, names)}."),
        {
            "Tiers": tiers.listing(sold),
            "Bill": bills.listing(sold, found),
            "Every plan": compared.plans(sold, every),
            "Month by quantity": points,
            "Two counts": compared.count_rows(sold, counts),
            "Revenue share": shared,
            "Not set": unset.listing(sold),
        },
        stamp,
    )


def _picked(product: str, names: Mapping[str, str]) -> Sold:
    """The book under the scenario the reader picks; as it stands until they do."""
    words = {AS_LISTED: "As listed, no price set", **names}
    picked = controls.choice("catalogue_scenario", "Prices", words)
    return products.sold(product, None if picked == AS_LISTED else picked)


def _prices(sold: Sold, names: Mapping[str, str]) -> str:
    return f"the scenario “{names[sold.under]}”" if sold.under else "none is set"
