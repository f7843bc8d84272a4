"""Where a free price stands in the book, how far it may move, and the overlay that moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.catalog.book import RAILS, Book
from lib.catalog.document import BookError, Document, found
from lib.money import EXACT
from lib.search.settings import Free, SearchError, Settings

ListPlace = tuple[str, str]  # rail, plan
BandPlace = tuple[str, str, int]  # rail, dimension, band counted from 0


@dataclass(frozen=True)
class FreePrice:
    """A price that may move: its name, what it is today, its bounds in dollars, and every place that pays it."""

    name: str
    free: Free
    baseline: Decimal
    low: Decimal
    high: Decimal
    lists: tuple[ListPlace, ...] = ()
    bands: tuple[BandPlace, ...] = ()


def free_prices(book: Book, settings: Settings) -> tuple[FreePrice, ...]:
    """The free prices of the settings as they stand in a book; one that is not set, or zero, cannot move."""
    return tuple(_of_plan(book, free) if free.plan else _of_band(book, free) for free in settings.free)


def overlay_of(book: Book, prices: Sequence[FreePrice], values: Sequence[Decimal]) -> dict[str, Any]:
    """Free prices and their new values → the sparse document that moves them; what does not move is left out.

    A band's price is moved in a copy of its list, because an overlay replaces lists whole.
    """
    changes: dict[str, Any] = {}
    for price, value in zip(prices, values, strict=True):
        if value != price.baseline:
            block = changes.setdefault("rails", {}).setdefault(price.free.rail, {}) if price.free.rail else changes
            if price.free.plan:
                block.setdefault("plans", {})[price.free.plan] = {"list_price": value}
            else:
                entry = block.setdefault("dimensions", {}).setdefault(price.free.dimension, {})
                bands = entry.setdefault("bands", [dict(band) for band in _document_bands(book, price.free)])
                bands[price.free.band - 1]["unit_price"] = value
    return changes


def _of_plan(book: Book, free: Free) -> FreePrice:
    plan = free.plan or ""
    try:
        book.plan(plan)
    except BookError as problem:
        raise SearchError(f"the free price {free.name}: {problem}") from None
    own = {rail for rail in RAILS if "list_price" in book.rails.get(rail, {}).get("plans", {}).get(plan, {})}
    places = tuple((rail, plan) for rail in _rails(free, own))
    return _bounded(free, {book.list_price(*place) for place in places}, lists=places)


def _of_band(book: Book, free: Free) -> FreePrice:
    dimension = free.dimension or ""
    try:
        found(dimension, book.dimensions, f"the {book.id} book has no dimension")
    except BookError as problem:
        raise SearchError(f"the free price {free.name}: {problem}") from None
    own = {rail for rail in RAILS if "bands" in book.rails.get(rail, {}).get("dimensions", {}).get(dimension, {})}
    own |= {"stripe"} if book.settings["stripe_overage"] == "nothing" else set()
    rails = _rails(free, own)
    if rails and not 1 <= free.band <= len(_document_bands(book, free)):
        raise SearchError(f"the free price {free.name}: {dimension} has {len(_document_bands(book, free))} band(s)")
    places = tuple((rail, dimension, free.band - 1) for rail in rails)
    asked = {book.price(rail, name).bands[band].unit_price for rail, name, band in places}
    return _bounded(free, asked, bands=places)


def _rails(free: Free, own: set[str]) -> tuple[str, ...]:
    """The rails that pay a free price: its own one, or those without a price of their own."""
    if free.rail and free.rail not in own:
        raise SearchError(
            f"the free price {free.name} is not in the book: that rail has no price of its own; leave `rail` out"
        )
    return (free.rail,) if free.rail else tuple(rail for rail in RAILS if rail not in own)


def _bounded(
    free: Free, asked: set[Any], lists: tuple[ListPlace, ...] = (), bands: tuple[BandPlace, ...] = ()
) -> FreePrice:
    if not asked:
        raise SearchError(f"the free price {free.name} is paid nowhere: every rail has its own; name the rail")
    if len(asked) > 1 or not isinstance(value := next(iter(asked)), Decimal):
        raise SearchError(f"the free price {free.name} has no one amount on its rails; it cannot be moved as one")
    if value == 0:
        raise SearchError(f"the free price {free.name} is 0, and a part of nothing moves nothing; take it out")
    low, high = (EXACT.multiply(value, factor) for factor in (1 - free.down, 1 + free.up))
    return FreePrice(free.name, free, value, low, high, lists, bands)


def _document_bands(book: Book, free: Free) -> Sequence[Document]:
    """The bands as the document that holds them has them."""
    root: Mapping[str, Any] = book.document
    block = root["rails"][free.rail]["dimensions"] if free.rail else root["dimensions"]
    bands: Sequence[Document] = block[free.dimension]["bands"]
    return bands
