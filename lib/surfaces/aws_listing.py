"""The AWS listing as AWS has it, beside the listing that the book asks for: in our catalog, and as buyers see it.

Where it was never pulled, or nothing on it is public yet, there is nothing to hold against the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lib.catalog.book import Book
from lib.claims.claim import WHERE, Surface
from lib.claims.finding import CONTRADICTORY, NOTE, WARNING, Finding
from lib.claims.rounding import plain
from lib.money import MoneyError, exact
from lib.surfaces.difference import BOOK, Row, difference, surface_finding
from lib.surfaces.seller_central import ContractRow, Listing, MeteringRow

VIEWS = {"discovery": "as buyers see it", "catalog": "as we keep it", "typed": "as it was written down"}
USAGE, CONTRACT, NO_DURATION, MONTH = "usage", "contract", "none", "P1M"
ABSENT, ANY_UNIT = "not listed", "units"
NO_PRICE, NO_CURRENCY = "listed without a price", "in no currency"

Place = tuple[str, str, str]  # how it is charged, for how long, and the dimension's key


@dataclass(frozen=True)
class AwsListing:
    """What AWS said of our listing: rows of the marts listed_price and listed_dimension; none where nobody asked."""

    prices: Sequence[Row] = ()
    dimensions: Sequence[Row] = ()

    @property
    def is_pulled(self) -> bool:
        """Whether AWS was asked."""
        return bool(self.prices or self.dimensions)

    @cached_property
    def views(self) -> Mapping[tuple[str, str], Mapping[Place, Row]]:
        """Source and offer → every price of that public offer by its place; buyers' view first."""
        found: dict[tuple[str, str], dict[Place, Row]] = {}
        for row in sorted(self.prices, key=lambda row: (list(VIEWS).index(row["source"]), row["offer_id"])):
            if row["is_public"] and row["pricing"]:
                place = (row["pricing"], row["duration"], row["dimension_key"])
                found.setdefault((row["source"], row["offer_id"]), {})[place] = row
        return found


NOT_PULLED = AwsListing()


def listed_differences(book: Book, surface: Surface, made: Listing, listed: AwsListing) -> tuple[Finding, ...]:
    """The listing that the book asks for beside the one that AWS has → what differs, as findings of kind surface."""
    if not listed.is_pulled:
        return ()
    found = _Beside(book, surface, listed)
    return (
        *found.published(),
        *(finding for row in made.contracts for finding in found.contract(row)),
        *(finding for row in made.dimensions for finding in found.dimension(row)),
        *found.extra({*map(_place, made.contracts), *(place for row in made.dimensions for place in _places(row))}),
        *found.names(made),
    )


def _place(row: ContractRow) -> Place:
    return (CONTRACT, row.duration_code, row.dimension_key)


def _places(row: MeteringRow) -> list[Place]:
    """Where a dimension's price may stand: on the rate card; an entitlement may be sold by the month instead."""
    metered = (USAGE, NO_DURATION, row.dimension_key)
    return [metered] if row.kind == "metered" else [metered, (CONTRACT, MONTH, row.dimension_key)]


@dataclass(frozen=True)
class _Beside:
    """The book beside every view of the listing."""

    book: Book
    surface: Surface
    listed: AwsListing

    def published(self) -> Iterator[Finding]:
        """Whether our papers say published of a listing that anyone can buy, and only of such a one."""
        offers = sorted({offer for _, offer in self.listed.views})
        if self.surface.published == bool(offers):
            return
        said = "published" if self.surface.published else "not published yet"
        there = f"{' and '.join(offers)} can be bought" if offers else "no offer that anyone can buy"
        yield surface_finding(
            self.book,
            subject=f"{self.surface.key}.published",
            verdict=CONTRADICTORY,
            severity=WARNING if self.surface.published else NOTE,
            sentence=f"{self.surface.key}: {WHERE} says {said}, but AWS has {there}; write it down",
            here=(WHERE, said),
            there=(self.surface.name, there),
            place=f"{WHERE}, surfaces.{self.surface.key}.published",
        )

    def contract(self, row: ContractRow) -> Iterator[Finding]:
        """A plan's price up front."""
        shown = {view: _shown(prices.get(_place(row))) for view, prices in self.listed.views.items()}
        yield from self._compared(f"{row.plan_key}.aws_price", _plain(row.price_usd), shown)

    def dimension(self, row: MeteringRow) -> Iterator[Finding]:
        """A dimension's price on the rate card, and what it is the price of."""
        found = {view: _first(prices, _places(row)) for view, prices in self.listed.views.items()}
        shown = {view: _shown(price) for view, price in found.items()}
        yield from self._compared(f"{row.dimension_key}.aws_rate", _plain(row.price_usd), shown)
        unit = row.unit.removeprefix("per ")
        units = {view: price["unit"] for view, price in found.items() if price and price["unit"]}
        named = {view: text for view, text in units.items() if text.casefold() != ANY_UNIT}
        yield from self._compared(f"{row.dimension_key}.aws_unit", unit, named)
        if len(named) < len(units) and self.book.dimensions[row.dimension_key].unit_size > 1:
            yield self._any_unit(row.dimension_key, unit)

    def extra(self, asked: set[Place]) -> Iterator[Finding]:
        """What AWS lists and the book does not ask for."""
        strangers = dict.fromkeys(place for prices in self.listed.views.values() for place in prices)
        for pricing, duration, key in (place for place in strangers if place not in asked):
            place = (pricing, duration, key)
            subject = f"{key}.aws_extra" if pricing == USAGE else f"{key}.{duration}.aws_extra"
            shown = {view: _shown(prices.get(place)) for view, prices in self.listed.views.items()}
            yield from self._compared(subject, ABSENT, shown)

    def names(self, made: Listing) -> Iterator[Finding]:
        """What every listed dimension is called."""
        rows: tuple[ContractRow | MeteringRow, ...] = (*made.contracts, *made.dimensions)
        for key, name in {row.dimension_key: row.name for row in rows}.items():
            shown = {
                view: row["dimension_name"]
                for view, prices in self.listed.views.items()
                for row in prices.values()
                if row["dimension_key"] == key and row["dimension_name"]
            }
            yield from self._compared(f"{key}.aws_name", name, shown)

    def _compared(self, subject: str, ours: str, shown: Mapping[tuple[str, str], str]) -> Iterator[Finding]:
        """One finding where all views say the same, and one for each where they do not agree among themselves."""
        if len(set(shown.values())) == 1:
            views = {"": (self.surface.name, next(iter(shown.values())), _offers(shown))}
        else:
            views = {self._suffix(view): (self._name(view), said, _offers([view])) for view, said in shown.items()}
        for suffix, (name, said, offers) in views.items():
            if said != ours:
                yield difference(self.book, f"{subject}{suffix}", (BOOK, ours), (name, said), offers)

    def _any_unit(self, key: str, unit: str) -> Finding:
        return surface_finding(
            self.book,
            subject=f"{key}.aws_unit",
            verdict=CONTRADICTORY,
            severity=NOTE,
            sentence=f"{key}: the price is for {unit}, and the listing says only units; meter in {unit}",
            here=(BOOK, unit),
            there=(self.surface.name, "units"),
            place=_offers(self.listed.views),
        )

    def _suffix(self, view: tuple[str, str]) -> str:
        source, offer = view
        return f".{source}" if self._is_alone(source) else f".{source}.{offer}"

    def _name(self, view: tuple[str, str]) -> str:
        source, offer = view
        name = f"{self.surface.name} {VIEWS[source]}"
        return name if self._is_alone(source) else f"{name}, {offer}"

    def _is_alone(self, source: str) -> bool:
        return sum(other == source for other, _ in self.listed.views) == 1


def _first(prices: Mapping[Place, Row], places: Iterable[Place]) -> Row | None:
    return next((prices[place] for place in places if place in prices), None)


def _shown(row: Row | None) -> str:
    """A listed price: the number, with its currency where that is not the book's; what is no number as it stands."""
    if row is None:
        return ABSENT
    said = row["price_text"] or NO_PRICE if row["price"] is None else plain(row["price"])
    return said if row["currency"] == "USD" else f"{said} {row['currency'] or NO_CURRENCY}"


def _plain(text: str) -> str:
    """A price as the listing is typed, or the words that stand in its place."""
    try:
        return plain(exact(text))
    except MoneyError:
        return text


def _offers(views: Iterable[tuple[str, str]]) -> str:
    return f"AWS {' and '.join(sorted({offer for _, offer in views}))}"
