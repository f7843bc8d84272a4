"""The open deals in pictures: the funnel, what each group may bring and how sure that is, the months of closing."""

from collections.abc import Iterable, Mapping, Sequence
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
from lib.ui.views.pipeline.axes import AXES, Names
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
    deals = [one.deal for one in found]
    present = {deal.stage for deal in deals}
    order = [*(stage for stage in stages if stage in present), *sorted(present - set(stages))]
    believed = {deal.stage for deal in deals if deal.probability is not None}
    groups = {
        stage if stage in believed else f"{stage}: no belief": [deal for deal in deals if deal.stage == stage]
        for stage in order
    }
    spread = _by_rail(groups, names.legend)
    title = _heaviest(spread, names.legend, "holds")
    cards.picture(
        charts.stacked_bars(spread, "group", _rails(names.legend), title=title, unit=ESTIMATED), "pipeline_funnel"
    )


def spread(found: Sequence[OpenDeal], axis: str, names: Names, settings: Settings) -> None:
    """What each group is expected to bring, with the range around it, and the same in a table."""
    groups = pipeline.grouped(found, lambda one: names.of(one.deal, axis))
    rows = [_row(name, members, settings) for name, members in groups.items()]
    rows.sort(key=lambda row: (-row["expected_usd"], row["group"]))
    whole_row = _row(_ALL, found, settings)
    drawn = pd.DataFrame([whole_row, *rows] if len(rows) > 1 else rows).rename(
        columns={"expected_low_usd": "low", "expected_usd": "middle", "expected_high_usd": "high"}
    )
    certain = numbers.percent(settings.high - settings.low, 0)
    low, high = (numbers.money(whole(whole_row[f"expected_{end}_usd"])) for end in ("low", "high"))
    title = f"With a chance of {certain} the open deals bring {low} to {high}"
    cards.picture(charts.ranges(drawn, "group", title=title, unit=ESTIMATED), "pipeline_spread")
    headers = {**_HEADERS, "group": AXES[axis]}
    cards.table(pd.DataFrame([*rows, whole_row]), "pipeline_groups", headers, names.legend)
    cards.note("Ends do not add up, because not every group ends low at once; deals, amounts and what is expected do.")


def months(found: Sequence[OpenDeal], names: Names, on: date) -> None:
    """What is expected to close in each month, the overdue and the undated apart."""
    groups = pipeline.by_closing([one.deal for one in found], on)
    spread = _by_rail({_month(closing): members for closing, members in groups.items()}, names.legend)
    figure = charts.stacked_bars(spread, "group", _rails(names.legend), title=_months_words(groups), unit=ESTIMATED)
    cards.picture(figure, "pipeline_months")


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


def _heaviest(spread: pd.DataFrame, legend: Legend, verb: str) -> str:
    sums = spread[[one.key for one in _rails(legend)]].sum(axis="columns")
    heaviest = int(sums.argmax())
    amount = numbers.money(whole(sums[heaviest]))
    return f"{spread['group'].iloc[heaviest]} {verb} most of the expected amount, {amount}"


def _rails(legend: Legend) -> list[Series]:
    return [*legend.rails, Series(ASK, "Ask first", "grey")]
