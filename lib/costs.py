"""What usage costs us, and what margin an outcome leaves of its revenue.

A unit of usage costs what marts.unit_cost says of its month, or of the newest month known before; all that was used
costs, allowances too. Infrastructure is spend of a month, not of a unit, and is kept apart: in the sample, usage costs
more than the whole infrastructure bill in 8 of 24 months, so it cannot be a part of it. Where the two might
overlap all the same, the margin lies between `gross_rate` (usage alone) and `after_infrastructure_rate` (both in full),
so nothing is counted twice in the one and nothing is left out of the other.

A cost nobody recorded is `Missing`, and so is every sum and rate it is part of; it is never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.contracts import Contract
from lib.money import EXACT, MoneyError, exact, text, total
from lib.outcome import Line, Outcome, UsageCell, Window
from lib.owed import Used
from lib.periods import months_between
from lib.rails import PRIVATE, Rail, Rails, RailsError, Terms, fee
from lib.refusal import Refusal

Row = Mapping[str, Any]
Document = dict[str, object]
ZERO = Decimal(0)
INFRASTRUCTURE = "infrastructure"
SUBSCRIPTION_KINDS = ("base", "proration")  # base fees, and what a change inside a period gives back of them
MARKETPLACE = "marketplace"  # the way of paying that a listing fee is kept of: data/rails.toml, fees.when.method
COST_OF_REVENUE = "revenue"  # the reading of `marketplace_fee` that takes it off the margin; else it is acquisition
_OPENING = "not measurable: needs "
_MOST_NEEDS = 3  # named one by one in a sentence; the rest is counted
_QUOTIENT = Decimal("1e-12")  # as fine as the finest price; a quotient is told no finer


class CostError(Refusal):
    """Costs that cannot be true; the message says which row and what to write instead."""


@dataclass(frozen=True)
class Missing:
    """A figure nobody can work out; the words say what it needs. Never a zero."""

    words: str

    @classmethod
    def of(cls, need: str) -> Missing:
        """What is lacking → not measurable: needs it."""
        return cls(f"{_OPENING}{need}")

    def __str__(self) -> str:
        return self.words


Figure = Decimal | Missing
NOT_WORKED_OUT = Missing.of("the marketplace's fee of these lines")


def added(figures: Iterable[Figure]) -> Figure:
    """The exact sum; missing if any part is, and then it names what the parts need."""
    every = list(figures)
    lacking = [figure for figure in every if isinstance(figure, Missing)]
    return _together(lacking) if lacking else total(figure for figure in every if isinstance(figure, Decimal))


def less(amount: Figure, *taken: Figure) -> Figure:
    """An amount less others; missing if any of them is."""
    return added([amount, *(one if isinstance(one, Missing) else EXACT.minus(one) for one in taken)])


def ratio(part: Figure, whole: Figure, need: str) -> Figure:
    """One figure per another; `need` says what is lacking where there is nothing, or less, to divide by."""
    if isinstance(part, Missing) or isinstance(whole, Missing):
        return added([part, whole])
    return EXACT.divide(part, whole) if whole > 0 else Missing.of(need)


def _together(lacking: Iterable[Missing]) -> Missing:
    needs = list(dict.fromkeys(missing.words.removeprefix(_OPENING) for missing in lacking))
    named = needs if len(needs) <= _MOST_NEEDS + 1 else [*needs[:_MOST_NEEDS], f"{len(needs) - _MOST_NEEDS} more"]
    return Missing.of("; ".join(named))


@dataclass(frozen=True)
class UnitCost:
    """What one natural unit costs in a month, in USD, and the month it was recorded for."""

    amount: Decimal
    recorded_for: date


@dataclass(frozen=True)
class Costs:
    """The recorded costs of one product: by dimension the months in order, and spend by category and month, in USD."""

    product: str
    units: Mapping[str, tuple[UnitCost, ...]]
    spend: Mapping[tuple[str, date], Decimal]

    def unit(self, dimension: str, month: date) -> UnitCost | Missing:
        """A unit's cost in a month, or in the newest month known before it."""
        known = [cost for cost in self.units.get(dimension, ()) if cost.recorded_for <= month]
        return known[-1] if known else Missing.of(f"the unit cost of {dimension} for {month:%Y-%m} or a month before")

    def spent(self, category: str, month: date) -> Figure:
        """A month's spend of one category; another month's never stands in for it."""
        amount = self.spend.get((category, month))
        return Missing.of(f"the {category} spend of {month:%Y-%m}") if amount is None else amount


def costs(unit_rows: Iterable[Row], spend_rows: Iterable[Row], product: str) -> Costs:
    """Rows of marts.unit_cost and marts.spend_month → what one product's units and months cost."""
    units: dict[str, dict[date, Decimal]] = {}
    for row in unit_rows:
        where = f"the unit cost of {row['dimension']} in {row['cost_month']:%Y-%m}"
        _put(units.setdefault(row["dimension"], {}), row["cost_month"], row["cost_usd_per_unit"], where)
    spend: dict[tuple[str, date], Decimal] = {}
    for row in spend_rows:
        if row["product"] == product:
            where = f"the {row['category']} spend on {product} in {row['spend_month']:%Y-%m}"
            _put(spend, (row["category"], row["spend_month"]), row["amount_usd"], where)
    ordered = {key: tuple(UnitCost(months[one], one) for one in sorted(months)) for key, months in units.items()}
    return Costs(product, MappingProxyType(ordered), MappingProxyType(spend))


def _put(among: dict[Any, Decimal], key: object, value: object, where: str) -> None:
    try:
        amount = exact(value)
    except MoneyError as problem:
        raise CostError(f"{where}: {problem}") from None
    if amount < 0:
        raise CostError(f"{where} is {text(amount)}; a cost cannot be below zero")
    if key in among:
        raise CostError(f"{where} stands there twice; keep one row")
    among[key] = amount


@dataclass(frozen=True)
class Margin:
    """What an outcome leaves in one month, or in all of them where `month` is None; amounts in USD.

    Revenue stands in the month it falls due, so a month's rate leans on who renews in it and the total's does not.
    `marketplace_fee` is what the marketplace keeps, and `fee_read_as` the book's setting of that name.
    """

    month: date | None
    revenue: Decimal
    subscription: Decimal
    usage_cost: Figure
    marketplace_fee: Figure
    infrastructure: Figure
    fee_read_as: str

    @property
    def cost_of_revenue(self) -> Figure:
        """Usage, and the marketplace's fee where the book reads it so."""
        return added([self.usage_cost, *([self.marketplace_fee] if self.fee_read_as == COST_OF_REVENUE else [])])

    @property
    def gross(self) -> Figure:
        """Revenue less its cost."""
        return less(self.revenue, self.cost_of_revenue)

    @property
    def gross_rate(self) -> Figure:
        """Gross margin as a fraction of revenue."""
        return ratio(self.gross, self.revenue, "revenue")

    @property
    def after_infrastructure(self) -> Figure:
        """What is left where all infrastructure is taken for a cost of its own: the least the margin can be."""
        return less(self.gross, self.infrastructure)

    @property
    def after_infrastructure_rate(self) -> Figure:
        """The least the gross margin can be, as a fraction of revenue."""
        return ratio(self.after_infrastructure, self.revenue, "revenue")

    @property
    def infrastructure_rate(self) -> Figure:
        """Infrastructure as a fraction of base fees alone: another denominator than margin's."""
        return ratio(self.infrastructure, self.subscription, "subscription revenue")


@dataclass(frozen=True)
class Margins:
    """An outcome's margin by month and in total.

    `carried` lists dimension, month and the earlier month whose unit cost stood in; `unpriced` counts the lines whose
    usage costs us and has no price.
    """

    months: tuple[Margin, ...]
    total: Margin
    carried: tuple[tuple[str, date, date], ...]
    unpriced: int


def usage_costs(usage: Iterable[UsageCell], known: Costs, window: Window) -> dict[tuple[str, date], Figure]:
    """Everything used in a window → its cost in USD by dimension and month, unrounded; nothing used costs nothing."""
    used: dict[tuple[str, date], Decimal] = {}
    for cell in usage:
        if window[0] <= cell.month < window[1] and cell.quantity:
            key = (cell.dimension, cell.month)
            used[key] = EXACT.add(used.get(key, ZERO), cell.quantity)
    return {key: _cost(quantity, known.unit(*key)) for key, quantity in used.items()}


def _cost(quantity: Decimal, cost: UnitCost | Missing) -> Figure:
    return cost if isinstance(cost, Missing) else EXACT.multiply(quantity, cost.amount)


def marketplace_fees(lines: Iterable[Line], rails: Rails, terms: Mapping[str, Terms]) -> dict[date, Figure]:
    """Lines of an outcome → what marketplaces keep of them in USD, by month; `terms` are the contracts', by their id.

    Every line has its own fee, rounded to the cent, and a credit gives its fee back; a marketplace that rounds the sum
    of an invoice's fees once may keep up to half a cent a line more or less. A contract without terms is sold by its
    own offer, at that offer's price, and else by public offer.
    """
    sold: dict[date, list[Figure]] = {}
    for line in lines:
        if line.amount and _is_marketplace(rails.get(line.contract.rail)):
            of = terms.get(line.contract.contract_id) or _by_offer(line.contract)
            sold.setdefault(line.month, []).append(_fee(line, line.amount, rails, of))
    return {month: added(fees) for month, fees in sold.items()}


def _by_offer(contract: Contract) -> Terms:
    return Terms(PRIVATE, contract.offer.price) if contract.offer else Terms()


def _is_marketplace(rail: Rail | None) -> bool:
    return rail is not None and any(MARKETPLACE in row.when.get("method", ()) for row in rail.fees)


def _fee(line: Line, amount: Decimal, rails: Rails, terms: Terms) -> Figure:
    try:
        kept = fee(rails, terms.sale(line.contract.rail, MARKETPLACE, abs(amount), line.start_on)).amount
    except RailsError as problem:
        return Missing.of(f"the marketplace's fee: {problem}")
    return kept if amount > 0 else EXACT.minus(kept)


def margins(
    outcome: Outcome,
    usage: Iterable[UsageCell],
    known: Costs,
    window: Window,
    marketplace_fee: str,
    kept: Mapping[date, Figure] | Missing = NOT_WORKED_OUT,
) -> Margins:
    """One outcome and the usage it was made from → what is left of its revenue, by month of the window and in total.

    `marketplace_fee` is the book's setting: acquisition or revenue; `kept` comes from `marketplace_fees`, and only the
    second reading needs it. Usage is every cell of the population, whether a book prices it or not; usage outside any
    contract is in neither.
    """
    spent = usage_costs(usage, known, window)
    revenue = outcome.by(lambda line: line.month)
    fees = Outcome(tuple(line for line in outcome.lines if line.kind in SUBSCRIPTION_KINDS)).by(lambda line: line.month)
    months = [
        Margin(
            month=month,
            revenue=revenue.get(month, ZERO),
            subscription=fees.get(month, ZERO),
            usage_cost=added(cost for (_, of), cost in spent.items() if of == month),
            marketplace_fee=kept if isinstance(kept, Missing) else kept.get(month, ZERO),
            infrastructure=known.spent(INFRASTRUCTURE, month),
            fee_read_as=marketplace_fee,
        )
        for month in months_between(*window)
    ]
    whole = Margin(
        month=None,
        revenue=total(one.revenue for one in months),
        subscription=total(one.subscription for one in months),
        usage_cost=added(spent.values()),
        marketplace_fee=added(one.marketplace_fee for one in months),
        infrastructure=added(one.infrastructure for one in months),
        fee_read_as=marketplace_fee,
    )
    return Margins(tuple(months), whole, _carried(spent, known), len(outcome.unpriced))


def _carried(spent: Iterable[tuple[str, date]], known: Costs) -> tuple[tuple[str, date, date], ...]:
    found = ((dimension, month, known.unit(dimension, month)) for dimension, month in sorted(spent))
    return tuple(
        (dimension, month, cost.recorded_for)
        for dimension, month, cost in found
        if isinstance(cost, UnitCost) and cost.recorded_for < month
    )


@dataclass(frozen=True)
class DimensionMargin:
    """One dimension of an outcome: units are natural (one word, one request), amounts USD.

    `used` is everything, `charged` what lies above the allowance; `cost` and `charged_cost` are theirs. `share` is its
    part of the outcome's whole revenue, base fees included.
    """

    dimension: str
    revenue: Decimal
    share: Figure
    used: Decimal
    charged: Figure
    cost: Figure
    charged_cost: Figure

    @property
    def average_revenue(self) -> Figure:
        """Revenue per unit charged."""
        return ratio(self.revenue, self.charged, _uncharged(self.dimension))

    @property
    def unit_cost(self) -> Figure:
        """What one unit costs, over all that was used."""
        return ratio(self.cost, self.used, _unused(self.dimension))

    @property
    def charged_margin(self) -> Figure:
        """Revenue less the cost of the units charged."""
        return less(self.revenue, self.charged_cost)

    @property
    def charged_unit_margin(self) -> Figure:
        """The margin on one unit charged: what the price alone earns."""
        return ratio(self.charged_margin, self.charged, _uncharged(self.dimension))

    @property
    def charged_margin_rate(self) -> Figure:
        """The margin on units charged, as a fraction of the dimension's revenue."""
        return ratio(self.charged_margin, self.revenue, f"revenue from {self.dimension}")

    @property
    def margin(self) -> Figure:
        """Revenue less the cost of everything used, allowances included; base fees pay for those."""
        return less(self.revenue, self.cost)

    @property
    def unit_margin(self) -> Figure:
        """The margin on one unit used."""
        return ratio(self.margin, self.used, _unused(self.dimension))

    @property
    def margin_rate(self) -> Figure:
        """The margin on all units used, as a fraction of the dimension's revenue."""
        return ratio(self.margin, self.revenue, f"revenue from {self.dimension}")


def _uncharged(dimension: str) -> str:
    return f"units of {dimension} above an allowance"


def _unused(dimension: str) -> str:
    return f"usage of {dimension}"


def dimension_margins(
    outcome: Outcome, usage: Iterable[UsageCell], known: Costs, window: Window
) -> tuple[DimensionMargin, ...]:
    """One outcome and the usage it was made from → every dimension used or billed, the largest revenue first."""
    cells = [cell for cell in usage if window[0] <= cell.month < window[1]]
    lines: dict[str, list[Line]] = {cell.dimension: [] for cell in cells}
    for line in outcome.lines:
        if line.dimension is not None:
            lines.setdefault(line.dimension, []).append(line)
    spent, revenue = usage_costs(cells, known, window), outcome.revenue
    used: dict[str, Decimal] = {}
    for cell in cells:
        used[cell.dimension] = EXACT.add(used.get(cell.dimension, ZERO), cell.quantity)
    found = [
        _dimension(
            key, own, revenue, used.get(key, ZERO), [cost for (of, _), cost in spent.items() if of == key], known
        )
        for key, own in lines.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.revenue, one.dimension)))


def _dimension(
    key: str, lines: list[Line], revenue: Decimal, used: Decimal, spent: list[Figure], known: Costs
) -> DimensionMargin:
    own = total(line.amount for line in lines if line.amount is not None)
    charged = {month: quantity for month, quantity in _charged_by_month(lines).items() if quantity}
    by_change = any(line.used is None and line.amount for line in lines)  # entitlements are charged by the change
    unknown = Missing.of(f"the units that changes of {key} charge")
    return DimensionMargin(
        dimension=key,
        revenue=own,
        share=ratio(own, revenue, "revenue"),
        used=used,
        charged=unknown if by_change else added(charged.values()),
        cost=added(spent),
        charged_cost=unknown if by_change else added(_cost(q, known.unit(key, month)) for month, q in charged.items()),
    )


def _charged_by_month(lines: Iterable[Line]) -> dict[date, Decimal]:
    found: dict[date, Decimal] = {}
    for line in lines:
        if line.used is not None and line.amount is not None:
            found[line.month] = EXACT.add(found.get(line.month, ZERO), _charged(line.used))
    return found


def _charged(used: Used) -> Decimal:
    """The units above the allowance; only a price with more than bands needs its charge worked out for that."""
    included = used.allowance.quantity
    if included is None:
        return ZERO
    if not used.price.is_plain or used.quantity < 0:
        return used.charge.overage
    so_far = EXACT.add(used.before, used.quantity)
    return EXACT.subtract(max(so_far, included), max(used.before, included))


def as_dict(found: Margins, dimensions: Iterable[DimensionMargin]) -> Document:
    """Margins as plain values: money and rates as decimal strings, null where missing, and `missing` says why."""
    listed = list(dimensions)
    rows = [found.total, *found.months]
    figures = [figure for one in rows for figure in margin_figures(one).values()]
    figures += [figure for one in listed for figure in dimension_figures(one).values()]
    return {
        "total": _margin(found.total),
        "months": [{"month": _month(one.month), **_margin(one)} for one in found.months],
        "dimensions": [{"dimension": one.dimension, **_plain(dimension_figures(one))} for one in listed],
        "marketplace_fee": found.total.fee_read_as,
        "lines_without_price": found.unpriced,
        "carried": [
            {"dimension": dimension, "month": _month(month), "from_month": _month(since)}
            for dimension, month, since in found.carried
        ],
        "missing": list(dict.fromkeys(figure.words for figure in figures if isinstance(figure, Missing))),
    }


def margin_figures(one: Margin) -> dict[str, Figure]:
    """A margin's figures under the names they leave by."""
    return {
        "revenue_usd": one.revenue,
        "subscription_usd": one.subscription,
        "usage_cost_usd": one.usage_cost,
        "marketplace_fee_usd": one.marketplace_fee,
        "infrastructure_usd": one.infrastructure,
        "gross_margin_usd": one.gross,
        "gross_margin_rate": one.gross_rate,
        "after_infrastructure_rate": one.after_infrastructure_rate,
        "infrastructure_of_subscription_rate": one.infrastructure_rate,
    }


def dimension_figures(one: DimensionMargin) -> dict[str, Figure]:
    """A dimension's figures under the names they leave by; `_per_unit` is USD per natural unit."""
    return {
        "revenue_usd": one.revenue,
        "share_rate": one.share,
        "used_quantity": one.used,
        "charged_quantity": one.charged,
        "average_revenue_usd_per_unit": one.average_revenue,
        "unit_cost_usd_per_unit": one.unit_cost,
        "charged_unit_margin_usd_per_unit": one.charged_unit_margin,
        "charged_margin_rate": one.charged_margin_rate,
        "unit_margin_usd_per_unit": one.unit_margin,
        "margin_rate": one.margin_rate,
    }


def _margin(one: Margin) -> Document:
    return _plain(margin_figures(one))


def _month(month: date | None) -> str:
    return f"{month:%Y-%m-%d}" if month else "total"


def _plain(figures: Mapping[str, Figure]) -> Document:
    return {name: None if isinstance(figure, Missing) else shortened(figure) for name, figure in figures.items()}


def shortened(figure: Decimal) -> str:
    """A figure as text: whole where it ends, a quotient that does not to twelve decimals."""
    if not figure.is_finite():
        return str(figure)  # a rise from nothing has no bound
    rounded = EXACT.quantize(figure, _QUOTIENT)
    return text(figure if rounded == figure and figure.adjusted() >= -12 else rounded.normalize(EXACT))
