"""The open deals in pictures: the funnel, what each group may bring and how sure that is, the months of closing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from lib import charts, pipeline
from lib.charts import ESTIMATED, Series
from lib.desk.dealing import OpenDeal
from lib.market import Deal
from lib.pipeline import NO_DATE, OVERDUE, Closing, Settings
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.views.pipeline.axes import AXES, Names, by_product, of_product
from lib.ui.views.pipeline.words import ASK, whole

_ALL = "All of them"
_HEADERS = {
    "group": "Group",
    "deals": "Deals",
    "stalled": "Stalled",
    "amount_usd": "Amount",
    "expected_usd": "Expected, USD",
    "expected_low_usd": "Low end, USD",
    "expected_high_usd": "High end, USD",
}
_CLOSING = {OVERDUE: "Overdue", NO_DATE: "No date"}


def funnel(found: Sequence[OpenDeal], stages: Sequence[str], names: Names) -> None:
    """What is expected at each stage in the funnel's order, by advised rail; stages nobody knows come last."""
    products = by_product(found)
    staged = {product: _stages([one.deal for one in own], stages) for product, own in products.items()}
    groups = {_called(product, stage, products): own for product, at in staged.items() for stage, own in at.items()}
    title = _heaviest_words(staged)
    spread, rails = _by_rail(groups, names.legend), _rails(names.legend)
    cards.picture(charts.stacked_bars(spread, "group", rails, title=title, unit=ESTIMATED), "pipeline_funnel")


def spread(found: Sequence[OpenDeal], axis: str, names: Names, settings: Settings) -> None:
    """What each group is expected to bring, with the range around it, and the same in a table; product by product."""
    products = by_product(found)
    wholes = {product: _row(_called(product, _ALL, products), own, settings) for product, own in products.items()}
    parts = {product: _parts(own, axis, names, settings, len(products) > 1) for product, own in products.items()}
    shown = [row for product, rows in parts.items() for row in ([wholes[product], *rows] if len(rows) > 1 else rows)]
    drawn = pd.DataFrame(shown).rename(
        columns={"expected_low_usd": "low", "expected_usd": "middle", "expected_high_usd": "high"}
    )
    figure = charts.ranges(drawn, "group", title=_range_words(wholes, settings), unit=ESTIMATED)
    cards.picture(figure, "pipeline_spread")
    headers = {**_HEADERS, "group": AXES[axis]}
    listed = [row for product, rows in parts.items() for row in (*rows, wholes[product])]
    cards.table(pd.DataFrame(listed), "pipeline_groups", headers, names.legend)
    cards.note(_NOTE, *([_APART] if len(products) > 1 else []))


_NOTE = "Ends do not add up, because not every group ends low at once; deals, amounts and what is expected do."
_APART = "Products are never mixed: each product has its groups, and a sum of its own."


def months(found: Sequence[OpenDeal], names: Names, on: date) -> None:
    """What is expected to close in each month, the overdue and the undated apart."""
    products = by_product(found)
    closing = {product: pipeline.by_closing([one.deal for one in own], on) for product, own in products.items()}
    groups = {_called(product, _month(at), products): own for product, by in closing.items() for at, own in by.items()}
    said = [_called(product, _months_words(by), products) for product, by in closing.items()]
    spread, rails = _by_rail(groups, names.legend), _rails(names.legend)
    cards.picture(charts.stacked_bars(spread, "group", rails, title=". ".join(said), unit=ESTIMATED), "pipeline_months")


def _called(product: str, name: str, products: Collection[str]) -> str:
    """A group's name, with its product where there are several."""
    return of_product(product, name) if len(products) > 1 else name


def _stages(deals: Sequence[Deal], stages: Sequence[str]) -> dict[str, list[Deal]]:
    """Deals by their stage in the funnel's order; a stage of which we believe nothing says so."""
    present = {deal.stage for deal in deals}
    order = [*(stage for stage in stages if stage in present), *sorted(present - set(stages))]
    believed = {deal.stage for deal in deals if deal.probability is not None}
    return {
        stage if stage in believed else f"{stage}: no belief": [deal for deal in deals if deal.stage == stage]
        for stage in order
    }


def _heaviest_words(staged: Mapping[str, Mapping[str, Sequence[Deal]]]) -> str:
    """At which stage most of what is expected stands, of each product."""
    said = {}
    for product, groups in staged.items():
        expected = {stage: pipeline.weight(members).expected_usd for stage, members in groups.items()}
        stage = max(expected, key=lambda one: expected[one])
        said[product] = stage, numbers.money(whole(expected[stage]))
    if len(said) == 1:
        [(stage, amount)] = said.values()
        return f"{stage} holds most of the expected amount, {amount}"
    told = (f"of {numbers.name(product)} at {stage}, {amount}" for product, (stage, amount) in said.items())
    return f"Most is expected {'; '.join(told)}"


def _parts(
    own: Sequence[OpenDeal], axis: str, names: Names, settings: Settings, is_apart: bool
) -> list[dict[str, Any]]:
    """The groups of one product's deals, the heaviest first."""
    name = names.group if is_apart else names.of
    groups = pipeline.grouped(own, lambda one: name(one.deal, axis))
    rows = [_row(group, members, settings) for group, members in groups.items()]
    return sorted(rows, key=lambda row: (-row["expected_usd"], row["group"]))


def _range_words(wholes: Mapping[str, Mapping[str, Any]], settings: Settings) -> str:
    """What the deals bring with the believed chance, each product by itself."""
    certain = numbers.percent(settings.high - settings.low, 0)
    ends = {
        product: " to ".join(numbers.money(whole(row[f"expected_{end}_usd"])) for end in ("low", "high"))
        for product, row in wholes.items()
    }
    if len(ends) == 1:
        return f"With a chance of {certain} the open deals bring {next(iter(ends.values()))}"
    said = "; ".join(f"of {numbers.name(product)} {span}" for product, span in ends.items())
    return f"With a chance of {certain} each, the open deals bring: {said}"


def _months_words(groups: Mapping[Closing, Sequence[Deal]]) -> str:
    expected = {closing: pipeline.weight(members).expected_usd for closing, members in groups.items()}
    dated = {closing: amount for closing, amount in expected.items() if closing.month}
    said = []
    if dated:
        best = max(dated, key=lambda closing: (dated[closing], closing.place))
        said.append(f"{numbers.month(best.month)} should close most, {numbers.money(whole(dated[best]))} expected")
    for kind, words in ((OVERDUE, "is overdue"), (NO_DATE, "has no close date")):
        apart = sum((amount for closing, amount in expected.items() if closing.kind == kind), frames.ZERO)
        if any(closing.kind == kind for closing in groups):
            said.append(f"{numbers.money(whole(apart))} {words} and is expected in no month")
    return "; ".join(said)


def _month(closing: Closing) -> str:
    return _CLOSING.get(closing.kind) or numbers.month(closing.month)


def _row(name: str, found: Sequence[OpenDeal], settings: Settings) -> dict[str, Any]:
    deals = [one.deal for one in found]
    weight, outlook = pipeline.weight(deals), pipeline.outlook(deals, settings.low, settings.high)
    return {
        "group": name,
        "deals": weight.deals,
        "stalled": sum(one.standing.is_stalled for one in found),
        "amount_usd": weight.amount_usd,
        "expected_usd": float(weight.expected_usd),
        "expected_low_usd": round(outlook.low_usd),
        "expected_high_usd": round(outlook.high_usd),
    }


def _by_rail(groups: Mapping[str, Iterable[Deal]], legend: Legend) -> pd.DataFrame:
    """One row per group in its order, one column per advised rail, expected amounts inside."""
    weights = {name: pipeline.weights(members, lambda deal: deal.advised_rail) for name, members in groups.items()}
    columns = {
        one.key: [float(rails[one.key].expected_usd) if one.key in rails else 0.0 for rails in weights.values()]
        for one in _rails(legend)
    }
    return pd.DataFrame({"group": list(weights), **columns})


def _rails(legend: Legend) -> list[Series]:
    return [*legend.rails, Series(ASK, "Ask first", "grey")]
