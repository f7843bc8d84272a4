"""Reads a book as a careful buyer would: prices that are valid, and still cannot be meant."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from lib.catalog.allowance import NOT_OFFERED, UNLIMITED, Allowance
from lib.catalog.book import RAILS, Book, Tier, Unpriced
from lib.catalog.price import Price
from lib.money import EXACT

# warning: mend before publishing · note: nothing is wrong, but a reader should know
WARNING, NOTE = "warning", "note"


@dataclass(frozen=True)
class LintFinding:
    """One thing a careful buyer would ask about: the path in the book, how much it matters, and a sentence."""

    path: str
    severity: str
    sentence: str


def lint(book: Book, decimals: Mapping[str, int] | None = None) -> tuple[LintFinding, ...]:
    """A book → what looks wrong in it, each thing once; `decimals` says how fine a price each surface can hold."""
    found = (finding for rule in RULES for rail in RAILS for finding in rule(book, rail))
    return (*dict.fromkeys(found), *finer_than(book, decimals or {}))


def _tiers_out_of_order(book: Book, rail: str) -> Iterator[LintFinding]:
    """A higher tier that costs no more than the one below it, for the same term."""
    plans = sorted(book.plans.values(), key=lambda plan: (plan.term, book.tiers[plan.tier].rank))
    for lower, higher in itertools.pairwise(plans):
        cheap, dear = book.list_price(rail, lower.key), book.list_price(rail, higher.key)
        if lower.term == higher.term and isinstance(cheap, Decimal) and isinstance(dear, Decimal) and dear <= cheap:
            sentence = f"{higher.key} costs {_plain(dear)}, no more than {lower.key} at {_plain(cheap)}"
            yield LintFinding(_price_path(book, rail, higher.key), WARNING, sentence)


def _missing_prices(book: Book, rail: str) -> Iterator[LintFinding]:
    """A plan everyone can see and nobody can buy."""
    for key, plan in book.plans.items():
        price = book.list_price(rail, key)
        if plan.is_public and isinstance(price, Unpriced):
            sentence = f"{key} is public, but its list price is {price.value!r}; set it, or hide the plan"
            yield LintFinding(_price_path(book, rail, key), WARNING, sentence)


def _rising_bands(book: Book, rail: str) -> Iterator[LintFinding]:
    """A volume step that makes the next unit dearer."""
    for key in book.dimensions:
        for lower, higher in itertools.pairwise(book.price(rail, key).bands):
            if higher.unit_price > lower.unit_price:
                sentence = (
                    f"{key}: above {_plain(higher.from_quantity)} a unit costs {_plain(higher.unit_price)}, "
                    f"more than the {_plain(lower.unit_price)} below; volume is punished"
                )
                yield LintFinding(_bands_path(book, rail, key), WARNING, sentence)


def _cliffs(book: Book, rail: str) -> Iterator[LintFinding]:
    """A threshold at which one more unit makes the whole bill smaller; modifiers after the bands may hide it."""
    for key in book.dimensions:
        price = book.price(rail, key)
        steps = itertools.pairwise(price.bands) if price.is_plain and price.model == "volume" else ()
        for lower, higher in steps:
            charged = higher.from_quantity - _allowance_counted(book, rail, key, price)
            priced = charged + _free_band(book, rail, key, price)
            before = _units(priced, price, past=False) * lower.unit_price + lower.flat_fee
            drop = before - _units(priced, price, past=True) * higher.unit_price - higher.flat_fee
            if charged > 0 and drop > 0:
                sentence = (
                    f"{key}: the unit after {_plain(higher.from_quantity)} makes the bill fall by {_plain(drop)}, "
                    f"from {_plain(before)}: under volume bands all units take the reached band's price"
                )
                yield LintFinding(_bands_path(book, rail, key), WARNING, sentence)


def _free_band(book: Book, rail: str, dimension: str, price: Price) -> Decimal:
    """The included units that are priced too once they are passed: none unless the allowance is a free band."""
    return _least_included(book, rail, dimension) if price.allowance_as == "free_band" else Decimal(0)


def _allowance_counted(book: Book, rail: str, dimension: str, price: Price) -> Decimal:
    """The part of a threshold that is not charged: none where bands count the overage, else the least allowance."""
    return _least_included(book, rail, dimension) if price.thresholds == "usage" else Decimal(0)


def _least_included(book: Book, rail: str, dimension: str) -> Decimal:
    included = (book.allowance(rail, tier, dimension).quantity for tier in book.tiers)
    return min((quantity for quantity in included if quantity is not None), default=Decimal(0))


def _units(charged: Decimal, price: Price, past: bool) -> Decimal:
    """Priced units at a threshold, or just past it: part units count exactly, or a started unit counts whole."""
    units = EXACT.divide(charged, price.unit_size)
    if price.part_units == "exact":
        return units
    return units.to_integral_value(ROUND_FLOOR) + 1 if past else units.to_integral_value(ROUND_CEILING)


def _shrinking_allowances(book: Book, rail: str) -> Iterator[LintFinding]:
    """A higher tier that includes less."""
    ladder = sorted(book.tiers.values(), key=lambda tier: tier.rank)
    for key in book.dimensions:
        for lower, higher in itertools.pairwise(ladder):
            less, more = book.allowance(rail, lower.key, key), book.allowance(rail, higher.key, key)
            small, large = _size(less), _size(more)
            if small is not None and large is not None and large < small:
                sentence = f"{key}: {_included(more)} on {higher.name}, less than {_included(less)} on {lower.name}"
                yield LintFinding(_allowance_path(book, rail, higher, key), WARNING, sentence)


def _size(allowance: Allowance) -> Decimal | None:
    """An allowance as a size to compare; by contract has none."""
    words = {NOT_OFFERED: Decimal(-1), UNLIMITED: Decimal("Infinity")}
    return words.get(allowance, allowance.quantity)


def _packages_of_one(book: Book, rail: str) -> Iterator[LintFinding]:
    """A package that holds one unit: a price per unit that rounds parts up."""
    for key in book.dimensions:
        price = book.price(rail, key)
        if price.model == "package" and price.unit_size == 1:
            sentence = f"{key} is sold in packages of 1: set unit_size, or sell it per unit"
            yield LintFinding(_bands_path(book, rail, key).removesuffix(".bands") + ".model", WARNING, sentence)


def _floors_against_allowances(book: Book, rail: str) -> Iterator[LintFinding]:
    """A tier that the floor lets in and the allowances keep out, or the other way round."""
    for tier, key in itertools.product(book.tiers.values(), book.dimensions):
        allowance, offered = book.allowance(rail, tier.key, key), book.is_offered(tier.key, key)
        if offered == (allowance == NOT_OFFERED):
            floor = book.dimensions[key].tier_floor
            side = "reaches" if offered else "does not reach"
            sentence = f"{tier.name} {side} the floor {floor!r} of {key}, but its allowance is {_included(allowance)}"
            yield LintFinding(_allowance_path(book, rail, tier, key), WARNING, sentence)


def finer_than(book: Book, decimals: Mapping[str, int]) -> tuple[LintFinding, ...]:
    """The unit prices with more decimals than a surface has room for; `decimals` by the surface's name."""
    return tuple(dict.fromkeys(finding for rail in RAILS for finding in _too_fine(book, rail, decimals)))


def _too_fine(book: Book, rail: str, decimals: Mapping[str, int]) -> Iterator[LintFinding]:
    for (surface, places), key in itertools.product(decimals.items(), book.dimensions):
        prices = [band.unit_price.normalize() for band in book.price(rail, key).bands]
        fine = [_plain(price) for price in prices if -_exponent(price) > places]
        if fine:
            sentence = f"{key}: {' and '.join(fine)} need more than the {places} decimals that the {surface} holds"
            yield LintFinding(_bands_path(book, rail, key), NOTE, sentence)


def _exponent(price: Decimal) -> int:
    exponent = price.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _plain(number: Decimal) -> str:
    """A number in a sentence: digits, thousands, no idle zeros."""
    return f"{number.normalize():,f}"


def _included(allowance: Allowance) -> str:
    return allowance.kind if allowance.quantity is None else _plain(allowance.quantity)


def _price_path(book: Book, rail: str, plan: str) -> str:
    return _path(book, rail, ("plans", plan), "list_price")


def _bands_path(book: Book, rail: str, dimension: str) -> str:
    return _path(book, rail, ("dimensions", dimension), "bands")


def _allowance_path(book: Book, rail: str, tier: Tier, dimension: str) -> str:
    return _path(book, rail, ("allowances", tier.key), dimension)


def _path(book: Book, rail: str, block: tuple[str, str], key: str) -> str:
    """Where a value stands in the book's document: in the rail's own block if that has it."""
    section, name = block
    own = book.rails.get(rail, {}).get(section, {}).get(name, {})
    return f"rails.{rail}.{section}.{name}.{key}" if key in own else f"{section}.{name}.{key}"


RULES: tuple[Callable[[Book, str], Iterator[LintFinding]], ...] = (
    _tiers_out_of_order,
    _missing_prices,
    _rising_bands,
    _cliffs,
    _shrinking_allowances,
    _floors_against_allowances,
    _packages_of_one,
)
