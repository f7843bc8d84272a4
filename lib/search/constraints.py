"""What must hold of a price list: each constraint is one measure over many candidates at once, and a limit.

Every constraint tells how much is to spare before its limit as a fraction (0.01 is one point, or one per cent of a
price), so that one tolerance fits them all. What cannot be measured is undecided, and never counts as kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lib.catalog.book import RAILS, Book, Plan
from lib.claims.claim import Claim
from lib.claims.rounding import places_of
from lib.claims.yearly import YARDSTICKS, Year, years
from lib.search.features import Array
from lib.search.prices import BandPlace, FreePrice, ListPlace
from lib.search.settings import Limit, SearchError

SLACK = 1e-9  # floats: a sum of a million terms is nowhere further off than this, and no clean price is nearer a limit
STRICT = 1e-7  # what must be below a limit, and not on it, keeps this fraction away
ONE_THREAD = 1 << 18  # multiplications of one product: above it OpenBLAS takes a second thread


@dataclass(frozen=True)
class Costs:
    """What serving costs: dollars per unit of each dimension, and of infrastructure in the window; None is unknown.

    `fee_rates` are the fractions a rail keeps, for whoever counts the marketplace's fee as a cost of revenue;
    `other_usd` is what else is one in the window, whatever the list says, such as the fee of private offers.
    """

    per_unit: Mapping[str, Decimal | None] = field(default_factory=dict)
    infrastructure_usd: Decimal | None = None
    fee_rates: Mapping[str, Decimal] = field(default_factory=dict)
    other_usd: Decimal = Decimal(0)


@dataclass(frozen=True)
class Straight:
    """A sum that is a straight line in the prices: a constant, and a weight per free price."""

    constant: float
    weights: Array

    def of(self, prices: Array) -> Array:
        """Candidates × prices → the sum of each candidate."""
        found: Array = self.constant + prices @ self.weights
        return found


@dataclass(frozen=True)
class World:
    """A population ready to be billed under many candidates: all of it arrays, nothing of it the book.

    `rising`, prices × customers, holds the features over each customer's baseline bill: moves times it are the rises.
    `one_up` is what the next tier adds to the bills of those whom some candidate could serve for less there.
    """

    prices: tuple[FreePrice, ...]
    lists: Mapping[ListPlace, tuple[int | None, float]]
    units: Mapping[BandPlace, tuple[int | None, float]]
    baseline: Array
    low: Array
    high: Array
    customers: tuple[str, ...]
    fixed: Array
    features: Array
    rising: Array
    one_up: tuple[Array, Array]
    revenue: Straight
    by_rail: Mapping[str, Straight]
    subscription: Straight
    used: Mapping[str, float]
    unchanged: float

    def bills(self, prices: Array) -> Array:
        """Candidates × prices → candidates × customers: every unrounded bill of the window, in dollars."""
        found: Array = self.fixed + prices @ self.features.T
        return found


@dataclass(frozen=True)
class Batch:
    """Candidates, one row each, with what the constraints ask of them, worked out once."""

    world: World
    prices: Array

    @cached_property
    def revenue(self) -> Array:
        """What all bills of a candidate come to."""
        return self.world.revenue.of(self.prices)

    @cached_property
    def rises(self) -> Array:
        """Candidates × customers: by which fraction a bill rises."""
        return _product(self.prices - self.world.baseline, self.world.rising)

    @cached_property
    def sharpest_rise(self) -> Array:
        """The largest rise of any customer's bill; none where there is nobody."""
        found: Array = self.rises.max(axis=1, initial=-1.0) if self.rises.size else np.zeros(len(self.prices))
        return found

    def share_up(self, above: float) -> Array:
        """The share of all customers whose bill rises by more than a fraction."""
        found: Array = np.count_nonzero(self.rises > above + SLACK, axis=1) / max(len(self.world.customers), 1)
        return found

    def list_price(self, rail: str, plan: str) -> Array:
        """Every candidate's list price of a plan on a rail."""
        return self._asked(self.world.lists.get((rail, plan)), f"{plan} on {rail}")

    def unit_price(self, rail: str, dimension: str, band: int = 1) -> Array:
        """Every candidate's unit price of a dimension on a rail in a band, counted from 1."""
        return self._asked(self.world.units.get((rail, dimension, band - 1)), f"{dimension} on {rail}, band {band}")

    def _asked(self, place: tuple[int | None, float] | None, what: str) -> Array:
        if place is None:
            raise SearchError(f"a rule asks for the price of {what}, which the book does not have")
        column, price = place
        return np.full(len(self.prices), price) if column is None else self.prices[:, column]


@dataclass(frozen=True)
class Rule:
    """A law on prices alone: how much is to spare, as a fraction, for every candidate; below zero it is broken."""

    name: str
    words: str
    spare: Callable[[Batch], Array]


@dataclass(frozen=True)
class Constraint:
    """One constraint as it is measured: at least or at most a limit, with a margin kept free before it.

    `step` is the least amount by which the measure can change, where it counts customers. `price` is the place of the
    free price whose move a cap limits.
    """

    name: str
    words: str
    measure: Callable[[Batch], Array]
    limit: float
    margin: float = 0.0
    is_least: bool = True
    step: float = 0.0
    price: int | None = None

    def spare(self, values: Array) -> Array:
        """Measured values → how much is to spare before the limit and its margin; below zero it is broken."""
        found: Array = (values - self.limit if self.is_least else self.limit - values) - self.margin
        return found


@dataclass(frozen=True)
class Undecided:
    """A constraint that nothing decides, and what is missing."""

    name: str
    why: str


@dataclass(frozen=True)
class Facts:
    """What a constraint is made from, beside its limit."""

    world: World
    book: Book
    costs: Costs


Decided = Constraint | Undecided
Maker = Callable[[Limit, Facts], Decided]


def constraints(
    limits: Sequence[Limit], world: World, book: Book, costs: Costs, rules: Sequence[Rule]
) -> tuple[tuple[Constraint, ...], tuple[Undecided, ...]]:
    """Limits as written, rules on prices and the caps → what is measured, and what is undecided."""
    facts = Facts(world, book, costs)
    found = [_MAKERS[limit.kind](limit, facts) for limit in limits if limit.kind != "claims"]
    missing = [
        Undecided(f"claim {claim}", "no rule on prices says when it is true")
        for limit in limits
        for claim in limit.keep
        if claim not in {rule.name for rule in rules}
    ]
    decided = [one for one in found if isinstance(one, Constraint)]
    decided += [Constraint(f"claim {rule.name}", rule.words, rule.spare, 0.0) for rule in rules]
    decided += [_cap(place, price) for place, price in enumerate(world.prices)]
    return tuple(decided), (*(one for one in found if isinstance(one, Undecided)), *missing)


def claim_rules(book: Book, claims: Sequence[Claim]) -> tuple[Rule, ...]:
    """Claims about a year paid at once → a rule on prices for each: as true as its own rounding rule asks.

    A claim that no price decides, or whose plans the book does not price, is refused: it cannot be kept by prices.
    """
    return tuple(_claim_rule(book, claim) for claim in claims)


def _claim_rule(book: Book, claim: Claim) -> Rule:
    if claim.check not in YARDSTICKS:
        raise SearchError(f"claims.{claim.id} is judged by {claim.check}, which no list price decides: take it out")
    stick, measured = YARDSTICKS[claim.check], years(claim, book)
    if not measured:
        raise SearchError(f"claims.{claim.id}: the book has no year to measure; take it out")
    coin = Fraction(1, 10 ** places_of(claim.value))  # the last decimal of the words
    promised, is_strict = Fraction(claim.value), False
    if claim.rounding == "nearest":
        promised -= stick.helps * coin / 2
        is_strict = stick.helps < 0  # half a dollar above is rounded up, and is then too much
    elif stick.helps < 0:
        promised, is_strict = promised + coin, True
    places = [
        (rail, year.plan, _month_plan(book, year), *_affine(year, stick.limit, promised))
        for year in measured
        for rail in year.rails
    ]

    def spare(batch: Batch) -> Array:
        limits = [
            (constant + slope * batch.list_price(rail, month)) / batch.list_price(rail, plan) - 1
            for rail, plan, month, constant, slope in places
        ]
        found: Array = np.min(limits, axis=0) - (STRICT if is_strict else 0.0)
        return found

    return Rule(claim.id, f'"{claim.words}" stays true', spare)


def _affine(year: Year, limit: Callable[[Year, Fraction], Fraction], promised: Fraction) -> tuple[float, float]:
    """The dearest year that delivers a promise, as a straight line in the monthly price."""
    none, one = (
        limit(Year(year.plan, year.months, Decimal(monthly), year.yearly, year.rails), promised) for monthly in (0, 1)
    )
    return float(none), float(one - none)


def _month_plan(book: Book, year: Year) -> str:
    tier = book.plan(year.plan).tier
    return next(plan.key for plan in book.plans.values() if plan.tier == tier and plan.months == 1)


def _gross_margin(limit: Limit, facts: Facts) -> Decided:
    world, costs = facts.world, facts.costs
    without = sorted(key for key, used in world.used.items() if used and costs.per_unit.get(key) is None)
    missing = [f"the unit cost of {key}" for key in without]
    missing += ["the cost of infrastructure"] if costs.infrastructure_usd is None else []
    missing += [
        f"the fee of {rail}, which the book counts as a cost of revenue"
        for rail in sorted(world.by_rail)
        if facts.book.settings["marketplace_fee"] == "revenue" and rail not in costs.fee_rates
    ]
    if missing:
        return Undecided("gross_margin", f"needs {', '.join(missing)}")
    served = sum(used * float(costs.per_unit[key] or 0) for key, used in world.used.items() if used)
    cost, rates = served + float((costs.infrastructure_usd or 0) + costs.other_usd), costs.fee_rates

    def measure(batch: Batch) -> Array:
        fees = sum(float(rates.get(rail, 0)) * line.of(batch.prices) for rail, line in world.by_rail.items())
        return _share(batch.revenue - fees - cost, batch.revenue, nothing=-1.0)

    return _constraint(limit, "gross margin", measure)


def _infrastructure(limit: Limit, facts: Facts) -> Decided:
    if facts.costs.infrastructure_usd is None:
        return Undecided("infrastructure_share", "needs the cost of infrastructure")
    cost = float(facts.costs.infrastructure_usd)

    def measure(batch: Batch) -> Array:
        subscriptions = facts.world.subscription.of(batch.prices)
        return _share(np.full(len(subscriptions), cost), subscriptions, nothing=np.inf if cost else 0.0)

    return _constraint(limit, "infrastructure as a share of subscription revenue", measure, is_least=False)


def _customers_up(limit: Limit, facts: Facts) -> Decided:
    above = float(limit.above)
    words = f"customers whose bill rises by more than {above:.1%}"
    return _constraint(limit, words, lambda batch: batch.share_up(above), False, _one(facts.world))


def _sharpest_rise(limit: Limit, _: Facts) -> Decided:
    return _constraint(limit, "the sharpest rise of a bill", lambda batch: batch.sharpest_rise, is_least=False)


def _cliffs(limit: Limit, facts: Facts) -> Decided:
    (fixed, features), everybody = facts.world.one_up, max(len(facts.world.customers), 1)

    def measure(batch: Batch) -> Array:
        found: Array = np.count_nonzero(fixed + _product(batch.prices, features.T) < -SLACK, axis=1) / everybody
        return found

    return _constraint(limit, "customers for whom the next tier costs less", measure, False, _one(facts.world))


def _tier_order(limit: Limit, facts: Facts) -> Decided:
    pairs = [(rail, *pair) for rail in RAILS for pair in _neighbours(facts.book, rail)]

    def measure(batch: Batch) -> Array:
        dearer = [batch.list_price(rail, high) / batch.list_price(rail, low) - 1 for rail, low, high in pairs]
        return _least(dearer, batch)

    return _constraint(limit, "how much dearer each tier is than the one below it", measure)


def _term_saving(limit: Limit, facts: Facts) -> Decided:
    pairs = [(rail, *pair) for rail in RAILS for pair in _longer(facts.book, rail)]

    def measure(batch: Batch) -> Array:
        saved = [
            1 - batch.list_price(rail, long) / (months * batch.list_price(rail, month))
            for rail, long, month, months in pairs
        ]
        return _least(saved, batch)

    return _constraint(limit, "what each longer term saves against its months", measure)


_MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "gross_margin": _gross_margin,
        "infrastructure_share": _infrastructure,
        "customers_up": _customers_up,
        "sharpest_rise": _sharpest_rise,
        "tier_order": _tier_order,
        "term_saving": _term_saving,
        "cliffs": _cliffs,
    }
)


def _constraint(
    limit: Limit,
    words: str,
    measure: Callable[[Batch], Array],
    is_least: bool = True,
    step: float = 0.0,
) -> Constraint:
    return Constraint(limit.name, words, measure, float(limit.limit), float(limit.margin), is_least, step)


def _cap(place: int, price: FreePrice) -> Constraint:
    """The cap on one price's move: what is left to the nearer bound, as a fraction of today's price."""
    low, high, today = float(price.low), float(price.high), float(price.baseline)

    def measure(batch: Batch) -> Array:
        values = batch.prices[:, place]
        found: Array = np.minimum(values - low, high - values) / today
        return found

    return Constraint(f"cap {price.name}", f"the move of {price.name}", measure, 0.0, price=place)


def _product(candidates: Array, features: Array) -> Array:
    """Candidates × prices times prices × customers, a few candidates at a time.

    A product this thin is over before a second thread has begun on it: on busy cores the whole took ten times as long.
    """
    found: Array = np.empty((len(candidates), features.shape[1]))
    step = max(ONE_THREAD // max(features.size, 1), 1)
    for begin in range(0, len(candidates), step):
        np.matmul(candidates[begin : begin + step], features, out=found[begin : begin + step])
    return found


def _one(world: World) -> float:
    """One customer as a share of all."""
    return 1 / max(len(world.customers), 1)


def _least(values: Sequence[Array], batch: Batch) -> Array:
    """The least of several measures; without any there is nothing to break."""
    found: Array = np.min(values, axis=0) if values else np.full(len(batch.prices), np.inf)
    return found


def _share(part: Array, whole: Array, nothing: float) -> Array:
    """part / whole where there is a whole, else what a share of nothing counts as."""
    found: Array = np.full(len(whole), nothing)
    some: NDArray[np.bool_] = whole > 0
    np.divide(part, whole, out=found, where=some)
    return found


def _priced(book: Book, rail: str) -> list[Plan]:
    """The plans with a price above zero on a rail, by term and rank; what is negotiated has no order to keep."""
    plans = [plan for plan in book.plans.values() if plan.term != "custom"]
    sold = [plan for plan in plans if isinstance(price := book.list_price(rail, plan.key), Decimal) and price > 0]
    return sorted(sold, key=lambda plan: (plan.term, book.tiers[plan.tier].rank))


def _neighbours(book: Book, rail: str) -> Iterator[tuple[str, str]]:
    """A plan and the next tier's, for the same term."""
    for lower, higher in itertools.pairwise(_priced(book, rail)):
        if lower.term == higher.term and lower.tier != higher.tier:
            yield lower.key, higher.key


def _longer(book: Book, rail: str) -> Iterator[tuple[str, str, int]]:
    """A plan of several months, its tier's by the month, and how many months."""
    plans = _priced(book, rail)
    months = {plan.tier: plan.key for plan in plans if plan.months == 1}
    for plan in plans:
        if plan.months > 1 and plan.tier in months:
            yield plan.key, months[plan.tier], plan.months
