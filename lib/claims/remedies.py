"""The ways to make a number of a year true: other words, or clean prices as a scenario. None of them has a cost yet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from lib.catalog.book import Book
from lib.catalog.scenario import Scenario, overlay
from lib.claims.claim import Claim, Papers
from lib.claims.finding import OVERSTATED, TRUE, UNDERSTATED, Remedy
from lib.claims.rounding import ROUNDINGS, places_of, reworded, rounded
from lib.claims.yearly import YARDSTICKS, Year, by_rule, least, years


def remedies(claim: Claim, book: Book, papers: Papers) -> tuple[Remedy, ...]:
    """A claim that some rounding rule finds untrue → truthful words, and prices if it promises too much."""
    measured = years(claim, book)
    verdicts = set(by_rule(claim, measured).values())
    words = _truthful_words(claim, measured) if verdicts & {OVERSTATED, UNDERSTATED} else ()
    return (*words, *(_truthful_prices(claim, book, papers) if OVERSTATED in verdicts else ()))


def _truthful_words(claim: Claim, measured: Sequence[Year]) -> tuple[Remedy, ...]:
    delivered, places = least(claim, measured), places_of(claim.value)
    rules_of: dict[str, tuple[str, ...]] = {}
    for rule in sorted(ROUNDINGS, key=lambda rule: rule != claim.rounding):
        value = rounded(delivered, rule, places)
        if value > 0 and value != claim.value:
            words = reworded(claim.words, claim.value, value)
            rules_of[words] = (*rules_of.get(words, ()), rule)
    said = tuple(Remedy(rules, words) for words, rules in rules_of.items())
    return (*said, *(_free_months(measured) if claim.check == "annual_saving" else ()))


def _free_months(measured: Sequence[Year]) -> tuple[Remedy, ...]:
    """Whole months are exact, so these words are true under every rounding rule."""
    free = {YARDSTICKS["free_months"].measure(year) for year in measured}
    months = max(free)
    if len(free) > 1 or months.denominator != 1 or months <= 0:
        return ()
    return (Remedy(tuple(ROUNDINGS), f"{months} month{'s' if months > 1 else ''} free"),)


def _truthful_prices(claim: Claim, book: Book, papers: Papers) -> tuple[Remedy, ...]:
    prices = _clean_prices(claim, years(claim, book), papers.clean_multiple)
    if not prices or min(prices.values()) <= 0:
        return ()
    proposal = _proposal(claim, book, prices)
    verdicts = by_rule(claim, years(claim, overlay(book, proposal)))
    kept = tuple(rule for rule, verdict in verdicts.items() if verdict == TRUE)
    return (Remedy(kept, prices=prices, proposal=proposal),)


def _clean_prices(claim: Claim, measured: Sequence[Year], multiple: Decimal) -> dict[str, Decimal]:
    """The largest clean price that delivers the whole promise, for each plan that does not yet."""
    prices: dict[str, Decimal] = {}
    for year in measured:
        limit = YARDSTICKS[claim.check].limit(year, Fraction(claim.value))
        clean = math.floor(limit / Fraction(multiple)) * multiple
        if year.yearly > limit:
            prices[year.plan] = min(clean, prices.get(year.plan, clean))
    return prices


def _proposal(claim: Claim, book: Book, prices: Mapping[str, Decimal]) -> Scenario:
    return Scenario(
        key=f"{claim.id.replace('_', '-')}-made-true",
        name=f"{claim.words}, made true",
        author="claims check",
        why=f"The largest clean prices that deliver {claim.words!r}.",
        baseline=book.id,
        effective=None,
        changes={"plans": _list_prices(prices), "rails": dict(_rails_with_own_prices(book, prices))},
    )


def _list_prices(prices: Mapping[str, Decimal]) -> dict[str, dict[str, Decimal]]:
    return {key: {"list_price": price} for key, price in prices.items()}


def _rails_with_own_prices(book: Book, prices: Mapping[str, Decimal]) -> Iterator[tuple[str, dict[str, object]]]:
    """A rail that overrides a repriced plan must be given the new price too."""
    for rail, entry in book.rails.items():
        own = {key: price for key, price in prices.items() if key in entry.get("plans", {})}
        if own:
            yield rail, {"plans": _list_prices(own)}
