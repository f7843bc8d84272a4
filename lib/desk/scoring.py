"""What the desk measures: every metric of data/metrics.toml for each product, as it stands and month by month.

A metric of records is told of any earlier day from the same records; one of amounts has a value of each month and one
of all of them together, and a month's leans on who renews in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from lib import scorecard
from lib.costs import Margin
from lib.desk.metric_facts import Facts, paid_at_month_ends
from lib.desk.papers import read_text
from lib.payback import ACQUISITION, NEVER, Economics
from lib.periods import add_months, month_of
from lib.revenue import MONTHS_PER_YEAR, NEW, Move, Retention, monthly, moves, retention
from lib.scorecard import Benchmark, Measured, Metrics, Point, Score, Unknown, Value

if TYPE_CHECKING:
    from lib.desk.desk import Desk

GROSS_RETENTION = "gross revenue retention"
_READ_AS = {
    ACQUISITION: "with the marketplace's fee as acquisition cost",
    "revenue": "with the marketplace's fee as a cost of revenue",
}
_AT_THE_AVERAGE = "at what an average customer pays, usage included, as Fee absorption counts it"


@dataclass(frozen=True)
class Scoring:
    """A product with every metric scored, and the contract sizes its peers are found by, in USD a year.

    `sizes` are those of the list or of the brief's deal ranges, `median_size` that of its running contracts, None
    where it has none on record.
    """

    product: str
    scores: tuple[Score, ...]
    sizes: tuple[Fraction, ...]
    median_size: Fraction | None

    def peers(self, benchmark: Benchmark) -> tuple[Decimal, Decimal] | None:
        """The lowest and highest median of peers whose contracts are as large as the product's."""
        return benchmark.between([*self.sizes, *([self.median_size] if self.median_size else [])])


def the_metrics(desk: Desk) -> Metrics:
    """What data/metrics.toml says; a slip in it is refused in one sentence."""
    return scorecard.parse_metrics(read_text(desk.data / "metrics.toml"), MEASURES)


def benchmarks(desk: Desk) -> tuple[Benchmark, ...]:
    """What peers reach: data/benchmarks.toml."""
    return scorecard.parse_benchmarks(read_text(desk.data / "benchmarks.toml"))


def products(desk: Desk) -> tuple[str, ...]:
    """The products that are measured, those with targets first."""
    targeted = (metric.target.product for metric in the_metrics(desk).by_key.values())
    return tuple(dict.fromkeys([*targeted, desk.book.product]))


def scoring(desk: Desk, product: str) -> Scoring:
    """Every metric of a product, in the order of the file."""
    metrics = the_metrics(desk)
    facts = Facts(desk, product, metrics)
    scores = tuple(_score(facts, key) for key in metrics.by_key)
    return Scoring(product, scores, _sizes(desk, product), scorecard.middle(facts.contract_sizes))


def paid_by_month(desk: Desk) -> dict[date, Fraction]:
    """What all customers paid at each month's end, in USD a year, the oldest month first."""
    found: dict[date, Fraction] = {}
    for one in paid_at_month_ends(desk):
        found[one.month] = found.get(one.month, Fraction(0)) + one.arr
    return dict(sorted(found.items()))


def _score(facts: Facts, key: str) -> Score:
    metric, measure = facts.metrics.by_key[key], MEASURES[key]
    return Score(metric, facts.product, measure.stands(facts), measure.trend(facts))


@dataclass(frozen=True)
class Measure:
    """How one metric is worked out: as it stands, and month by month."""

    stands: Callable[[Facts], Measured]
    trend: Callable[[Facts], tuple[Point, ...]]


# Metrics of records: the same formula on any day


def _conversion(facts: Facts, on: date) -> Measured:
    return scorecard.conversion(facts.signups, facts.product, on, facts.metrics.conversion_after_days)


def _first_route(facts: Facts, on: date) -> Measured:
    return scorecard.first_route(facts.routes, facts.product, on)


def _savings(facts: Facts, on: date) -> Measured:
    return scorecard.savings(facts.baselines, facts.product, on)


def _attach(facts: Facts, on: date) -> Measured:
    if facts.is_invoiced and facts.lacking:
        return Measured(Unknown(facts.lacking))
    return scorecard.attach(facts.customers_on(on), facts.addons, facts.product, on)


def _day_by_day(work_out: Callable[[Facts, date], Measured]) -> Measure:
    """A metric that the same records tell of any day."""
    return Measure(
        lambda facts: work_out(facts, facts.on),
        lambda facts: _points((month_of(end), work_out(facts, end).value) for end in facts.ends),
    )


# Retention


def _retained(facts: Facts, month: date) -> Retention:
    """Two month ends a year apart."""
    then, later = (_paid_at(facts, at) for at in (add_months(month, -MONTHS_PER_YEAR), month))
    return retention(then, later)


def _paid_at(facts: Facts, month: date) -> dict[str, Fraction]:
    amounts: dict[str, Fraction] = {}
    for one in facts.paid:
        if one.month == month:
            amounts[one.customer_id] = amounts.get(one.customer_id, Fraction(0)) + one.arr
    return amounts


def _retention(facts: Facts) -> Measured:
    if facts.lacking or not facts.months:
        return Measured(Unknown(facts.lacking or "invoices"))
    found = _retained(facts, facts.months[-1])
    if found.nrr is None or found.grr is None:
        return Measured(Unknown("customers who paid twelve months ago"), 0)
    return Measured(found.nrr, found.customers, beside={GROSS_RETENTION: found.grr})


def _retention_trend(facts: Facts) -> tuple[Point, ...]:
    months = [] if facts.lacking else facts.months[-facts.metrics.trend_months :]
    known = [month for month in months if add_months(month, -MONTHS_PER_YEAR) in facts.months]
    return _points((month, _retained(facts, month).nrr) for month in known)


# Margin, and what winning customers takes


def _margin(facts: Facts) -> Measured:
    return _read_both_ways(facts, lambda one: _gross(facts, one.margin))


def _cac(facts: Facts) -> Measured:
    if facts.lacking:
        return Measured(Unknown(facts.lacking))
    came = _came(facts)
    brought = monthly(sum((one.arr for one in came), Fraction(0)))
    found = _read_both_ways(
        facts,
        lambda one: scorecard.cac_payback(one.acquisition_cost, len(came), brought, _gross(facts, one.margin).value),
    )
    average = facts.economics[facts.reading].payback_months
    told = {_AT_THE_AVERAGE: scorecard.amount(average, "what an average customer pays")} if average != NEVER else {}
    return replace(found, beside={**found.beside, **told})


def _infrastructure(facts: Facts) -> Measured:
    return Measured(Unknown(facts.lacking)) if facts.lacking else _platform(facts, facts.margins.total)


def _gross(facts: Facts, one: Margin) -> Measured:
    return scorecard.gross_margin(one.revenue, facts.known(one.cost_of_revenue))


def _platform(_: Facts, one: Margin) -> Measured:
    return scorecard.infrastructure(one.subscription, one.infrastructure, one.revenue)


def _came(facts: Facts) -> list[Move]:
    """New customers at the month ends of the window, with what they brought at the first of them."""
    first, end = facts.desk.window
    return [one for one in moves(facts.paid, facts.months) if one.kind == NEW and first <= one.month < end]


def _read_both_ways(facts: Facts, work_out: Callable[[Economics], Measured]) -> Measured:
    """A metric of invoiced revenue as the book reads the marketplace's fee, and beside it as it could be read."""
    if facts.lacking:
        return Measured(Unknown(facts.lacking))
    found, other = (work_out(facts.economics[reading]) for reading in (facts.reading, facts.other_reading))
    return replace(found, beside={**found.beside, _READ_AS[facts.other_reading]: other.value})


def _by_month(work_out: Callable[[Facts, Margin], Measured]) -> Callable[[Facts], tuple[Point, ...]]:
    """A metric of amounts, month by month of the window: each month by itself."""

    def trend(facts: Facts) -> tuple[Point, ...]:
        months = () if facts.lacking else facts.margins.months
        return _points((one.month, work_out(facts, one).value) for one in months if one.month)

    return trend


def _points(found: Iterable[tuple[date, Value | None]]) -> tuple[Point, ...]:
    """Months with a value; one that cannot be measured has none."""
    return tuple(Point(month, value) for month, value in found if isinstance(value, Fraction))


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "free_to_paid": _day_by_day(_conversion),
        "first_route_days": _day_by_day(_first_route),
        "median_savings": _day_by_day(_savings),
        "net_revenue_retention": Measure(_retention, _retention_trend),
        "addon_attach": _day_by_day(_attach),
        "gross_margin": Measure(_margin, _by_month(_gross)),
        "cac_payback_months": Measure(_cac, lambda _: ()),
        "infrastructure_share": Measure(_infrastructure, _by_month(_platform)),
    }
)


def _sizes(desk: Desk, product: str) -> tuple[Fraction, ...]:
    """Contract sizes in USD a year: twelve list prices of a month, or the ends of the brief's deal ranges."""
    if product != desk.book.product:
        own = [one for one in desk.segments.ideal_customers.values() if one.product == product]
        return tuple(sorted({Fraction(end) for one in own for end in (one.deal_from_usd, one.deal_to_usd)}))
    plans = [plan for plan in desk.book.plans.values() if plan.is_public and plan.months == 1]
    prices = (desk.book.list_price(rail, plan.key) for rail in desk.rails for plan in plans)
    return tuple(sorted({Fraction(price) * MONTHS_PER_YEAR for price in prices if isinstance(price, Decimal)}))
