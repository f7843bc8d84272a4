"""What every dimension brings and leaves, and what one more unit of it costs, under both books."""

from decimal import Decimal
from typing import Any

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.margins import BASELINE, BOOKS, PROPOSED, Dimensions
from lib.ui.views.overage.bills import inline

BOTH = (Series(BASELINE, "today's book", "grey"), Series(PROPOSED, "proposed", "blue"))
PARTS = (
    Series("free", "pay nothing", "sky"),
    Series("pays", "pay for it", "blue"),
    Series("without", "not offered, or no price", "grey"),
)
_UNKNOWN = "not measurable"
_FINE, _CENT = 2, Decimal("0.01")
_MARGIN_HEADERS = {
    "dimension": "Dimension",
    "baseline_revenue_usd": "Revenue today",
    "proposed_revenue_usd": "Proposed",
    "baseline_share_rate": "Share today",
    "proposed_share_rate": "Proposed share",
    "baseline_unit_margin_rate": "Unit margin today",
    "proposed_unit_margin_rate": "Proposed unit margin",
    "proposed_cost_usd": "Costs to serve",
    "proposed_left_usd": "Leaves, proposed",
}
_UNIT_HEADERS = {
    "dimension": "Dimension",
    "unit": "A price is",
    "baseline_free": "Pay nothing today",
    "proposed_free": "Proposed: nothing",
    "baseline_pays": "Pay today",
    "proposed_pays": "Proposed: pay",
    "baseline_middle": "Median price today",
    "proposed_middle": "Proposed median",
}


def show(found: Dimensions, legend: Legend) -> None:
    """Revenue and unit margin side by side, then the price of one more unit."""
    cards.heading(finding(found))
    if found.margins.empty:
        cards.note("No dimension was used in these months: there is no unit to price, and nothing it costs.")
        return
    _margins(found, legend)
    _next_unit(found, legend)


def tables(found: Dimensions) -> dict[str, pd.DataFrame]:
    """Every table of the panel, whole, for the page's foot."""
    return {"Dimensions": found.margins, "Next unit": found.next_unit}


def finding(found: Dimensions) -> str:
    """The dimension whose revenue moves most; where none moves, the one that earns least on what it charges."""
    rows = found.margins.to_dict("records")
    if not rows:
        return "0 dimensions were used"
    moved = max(rows, key=lambda row: abs(_moved(row)))
    return _moved_words(moved) if _moved(moved) else _thinnest_words(rows)


def cheap_words(found: Dimensions) -> str:
    """What the smallest dimension could bring at most, and what serving it leaves: price moves little, cost may."""
    billed = [row for row in found.margins.to_dict("records") if row["baseline_revenue_usd"]]
    if not billed:
        return "No dimension is billed today: no price of a unit moves revenue."
    least = min(billed, key=lambda row: (row["baseline_revenue_usd"], row["dimension"]))
    brings = numbers.money(least["baseline_revenue_usd"])
    share = numbers.percent(least["baseline_share_rate"], _FINE)
    first = (
        f"**A cheap dimension cannot move revenue, but it can sink margin.** Doubling the price of "
        f"{inline(least['dimension'])}, the smallest, would bring {brings} more at the same usage, {share} of revenue. "
    )
    sunk = [row for row in found.margins.to_dict("records") if (row["proposed_left_usd"] or 0) < 0]
    if not sunk:
        return f"{first}Under the proposed book {_or_unknown(found)}"
    told = ", ".join(f"{inline(row['dimension'])} {numbers.money(row['proposed_left_usd'])}" for row in sunk)
    return f"{first}Under the proposed book these bring less than serving them costs: {told}."


def missing_words(found: Dimensions) -> str:
    """What lacks for the margin of the first dimension that has none, and which others have none either."""
    (first, words), *others = found.missing.items()
    told = f"The margin of {inline(first)} is {words}."
    return f"{told} Nor is that of {', '.join(inline(key) for key, _ in others)}." if others else told


def next_unit_words(found: Dimensions) -> str:
    """How many customers meet another price of one more unit."""
    if not found.repriced:
        return f"One more unit costs everybody the same under both books, in {numbers.month(found.month)}"
    contracts = numbers.counted(found.repriced, "contract meets", "contracts meet")
    return f"{contracts} another price of one more unit, in {numbers.month(found.month)}"


def listed_units(found: Dimensions) -> pd.DataFrame:
    """The price of one more unit as a table for eyes: prices with all the decimals they have."""
    units = found.next_unit
    words: dict[str, Any] = {
        f"{book}_middle": [_price(price) for price in units[f"{book}_middle_usd"]] for book in BOOKS
    }
    sizes = [_per(*of) for of in zip(units["unit"], units["unit_size"], strict=True)]
    return units.assign(unit=sizes, **words)


def _margins(found: Dimensions, legend: Legend) -> None:
    rows = found.margins
    named = rows.assign(name=[numbers.name(key) for key in rows["dimension"]])
    together = found.usage_usd
    share = together[PROPOSED] / found.revenue_usd[PROPOSED] if found.revenue_usd[PROPOSED] else None
    title = f"All usage together is {numbers.percent(share)} of revenue under the proposed book; base fees are the rest"
    figures = [_beside(named, "share_rate", "Share of revenue", signed=False)]
    if any(rows[f"{book}_unit_margin_rate"].notna().any() for book in BOOKS):
        figures.append(_beside(named, "unit_margin_rate", "Margin of a unit charged, of its price", signed=True))
    cards.pictures(figures, title, "price_change_dimensions")
    cards.sentence(cheap_words(found))
    if found.missing:
        cards.note(f":material/help: {cards.plain(missing_words(found))}")
    cards.table(rows, "price_change_margins", _MARGIN_HEADERS, legend)
    cards.note(
        "A unit's margin is its price less what it costs us, over units above the allowance. What a dimension leaves "
        "is its revenue less the cost of all that was used: base fees pay for what an allowance includes."
    )


def _beside(rows: pd.DataFrame, value: str, title: str, signed: bool) -> charts.Figure:
    words = {f"{book}_words": [_rate_words(rate) for rate in rows[f"{book}_{value}"]] for book in BOOKS}
    return charts.beside(rows.assign(**words), "name", value, BOTH, title=title, unit="share", signed=signed)


def _next_unit(found: Dimensions, legend: Legend) -> None:
    books = BOTH if found.repriced else BOTH[:1]
    figures = [_parts(found.next_unit, book.key, book.label if found.repriced else "both books") for book in books]
    cards.pictures(figures, next_unit_words(found), "price_change_units")
    cards.table(listed_units(found), "price_change_next_unit", _UNIT_HEADERS, legend)
    cards.note(
        "Asked of every contract that runs at the end of the month, at what it used in it. Whoever is inside the "
        "allowance, or has no limit, pays nothing; the median is that of those who pay."
    )


def _parts(units: pd.DataFrame, book: str, title: str) -> charts.Figure:
    named = frames.table(
        list(units.itertuples()), {"dimension": "dimension", **{f"{book}_{part.key}": part.key for part in PARTS}}
    )
    named = named.assign(name=[numbers.name(key) for key in named["dimension"]])
    return charts.shares(named, "name", PARTS, title=title, unit="contracts")


def _moved(row: dict[Any, Any]) -> Decimal:
    return (row["proposed_revenue_usd"] or Decimal(0)) - (row["baseline_revenue_usd"] or Decimal(0))


def _moved_words(row: dict[Any, Any]) -> str:
    shares = list(dict.fromkeys(_share(row[f"{book}_share_rate"]) for book in BOOKS))
    was, becomes = (_rate_words(row[f"{book}_unit_margin_rate"]) for book in BOOKS)
    kept = f"their unit margin stays {was}" if was == becomes else f"their unit margin from {was} to {becomes}"
    go = f"go from {' to '.join(shares)}" if len(shares) > 1 else f"stay at {shares[0]}"
    return f"{numbers.name(row['dimension'])} {go} of revenue, {kept}"


def _thinnest_words(rows: list[dict[Any, Any]]) -> str:
    known = [row for row in rows if row["proposed_unit_margin_rate"] is not None]
    if not known:
        return f"No dimension moves; the unit margin of {numbers.counted(len(rows), 'dimension')} is {_UNKNOWN}"
    least = min(known, key=lambda row: row["proposed_unit_margin_rate"])
    what, share = inline(least["dimension"]), _share(least["proposed_share_rate"])
    margin = least["proposed_unit_margin_rate"]
    told = f"earn least, {_share(margin)}" if margin >= 0 else f"lose {_share(-margin)}"
    return f"No dimension moves; {what} {told} of their price, and are {share} of revenue"


def _or_unknown(found: Dimensions) -> str:
    unknown = [row for row in found.margins.to_dict("records") if row["proposed_left_usd"] is None]
    return f"what it leaves is {_UNKNOWN}." if unknown else "every dimension brings more than serving it costs."


def _rate_words(rate: Decimal | None) -> str:
    """A share or a margin as it is written at a bar: two decimals where one would be zero."""
    return _UNKNOWN if rate is None else _share(rate)


def _share(rate: Decimal | None) -> str:
    small = rate is not None and 0 < abs(rate) < _CENT
    return numbers.percent(rate, _FINE if small else 1)


def _per(unit: str, size: Decimal) -> str:
    return f"per {unit}" if size == 1 else f"per {numbers.quantity(size)} {unit}s"


def _price(price: Decimal | None) -> str:
    return "—" if price is None else numbers.unit_price(price)
