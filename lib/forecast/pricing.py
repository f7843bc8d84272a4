"""What contracts pay by in one world of the forecast, and what anybody of a state would sign in a month to come.

A world's prices are a shelf: the books of history, and over them the layers of the scenarios that are tried. What it
makes of a contract is decided where every simulation decides it; here the contracts of people who are not here yet are
written down, so that the same rules reach them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lib.catalog.book import Book, Plan
from lib.contracts import Contract, Reach, Shelf
from lib.forecast.ladder import MONTHLY, State
from lib.moved import monthly_prices
from lib.refusal import Refusal

Prices = tuple[Fraction | None, ...]


class PricingError(Refusal):
    """A price that a forecast needs and nobody can name; the message says of what, and what to do."""


@dataclass(frozen=True, eq=False)
class Pricing:
    """One world's prices: the books of history with layers over them, and by rail when they reach a contract."""

    shelf: Shelf
    reach: Mapping[str, Reach]
    _kept: dict[object, Prices] = field(default_factory=dict, repr=False)

    @property
    def book(self) -> Book:
        """The current book, before any layer."""
        return self.shelf.books[-1]

    @property
    def asks_for(self) -> frozenset[str]:
        """The facts by which its layers tell customers apart."""
        return frozenset(name for layer in self.shelf.layers for name in layer.rollout.where)

    def monthly(self, contract: Contract, days: Sequence[date]) -> Prices:
        """What a contract counts with on some days, USD a month; None where it does not run or has no price."""
        key = contract.contract_id, *days
        if key not in self._kept:
            self._kept[key] = monthly_prices(self.shelf, contract, days, self.reach[contract.rail])
        return self._kept[key]

    def rates(self, contract: Contract, month: date) -> Book:
        """The book whose rates and allowances hold for a contract's usage of a month."""
        return self.shelf.rated(contract, month, self.reach[contract.rail]).book

    def welcoming_from(self, months: Sequence[date]) -> int:
        """The first of some months whose newcomers every layer welcomes; the last where none does.

        Whoever comes later pays as they do. A layer that takes effect inside a month welcomes those of the next.
        """
        latest = max((layer.effective for layer in self.shelf.layers), default=date.min)
        return next((place for place, month in enumerate(months) if month >= latest), len(months) - 1)


def plan_for(book: Book, tier: str, term: str) -> Plan | None:
    """The plan of a tier that bills by the month, or by the longer term; else the tier's other; a public one first."""
    plans = [plan for plan in book.plans.values() if plan.tier == tier]
    return min(plans, key=lambda plan: ((plan.months == 1) != (term == MONTHLY), not plan.is_public), default=None)


def signed(pricing: Pricing, state: State, rail: str, term: str, began: date) -> Contract | None:
    """The contract that a customer of a state signs on a day, its first one; None for a tier without any plan.

    Of its customer the persona is known, and no region, country or integrator.
    """
    plan = plan_for(pricing.book, state.tier, term)
    if plan is None:
        return None
    key = f"{state.persona} {state.tier} {rail} {term} {began}"
    about = {"persona": state.persona}
    return Contract(key, key, rail, plan.key, state.tier, plan.term, began, about=about)
