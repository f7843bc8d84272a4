"""How steady bills are, flat, by either book and by consumption alone, and where using more would cost less."""

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.impact.predictability import CONSUMPTION, EVERYBODY, FLAT, HYBRID
from lib.ui import cards, numbers, steadiness
from lib.ui.legends import Legend
from lib.ui.steadiness import PROPOSED, TODAY, Steady

MODELS = (
    Series(FLAT, "flat: base fees alone", "green"),
    Series(TODAY, "hybrid: today's book", "grey"),
    Series(PROPOSED, "hybrid: proposed book", "blue"),
    Series(CONSUMPTION, "consumption alone", "orange"),
)
_VARIATION_HEADERS = {
    "who": "Persona",
    "kind": "Pricing model",
    "customers": "Customers",
    "lower_rate": "Lower quarter",
    "median_rate": "Median",
    "upper_rate": "Upper quarter",
}
_UNIT_HEADERS = {
    "customer": "Customer",
    "dimension": "Dimension",
    "month": "Month",
    "used_quantity": "Used",
    "amount_usd": "Line",
    "cheapest_quantity": "Cheapest at",
    "gap_usd": "Gap",
}
_TIER_HEADERS = {
    "customer": "Customer",
    "plan_key": "On",
    "next_plan_key": "Next tier",
    "months": "Months",
    "cheaper_months": "Months cheaper",
    "stays_usd": "Stays at",
    "moves_usd": "Would pay",
    "gap_usd": "Gap",
}


def show(found: Steady, legend: Legend) -> None:
    """The variation of bills by persona, then the cliffs of both books, new ones by name."""
    cards.heading(finding(found))
    _variation(found, legend)
    _cliffs(found, legend)


def tables(found: Steady) -> dict[str, pd.DataFrame]:
    """Every table of the panel, whole, for the page's foot."""
    return {"Variation": found.variation, "Unit cliffs": found.units, "Tier cliffs": found.tiers}


def finding(found: Steady) -> str:
    """How much the middle bill varies under both books, and how many cliffs are new."""
    was, becomes = (found.median(HYBRID, book) for book in (TODAY, PROPOSED))
    fresh = sum(len(found.cliffs(kind, PROPOSED, new=True)) for kind in ("units", "tiers"))
    cliffs = numbers.counted(fresh, "new cliff")
    if was is None:
        return f"Nobody was served for {numbers.counted(found.fewest_months, 'whole month')}; {cliffs}"
    today, proposed = numbers.percent(was), numbers.percent(becomes)
    moved = f"{today} today and by {proposed} under the proposed book"
    same = f"{today} under both books"
    told = same if today == proposed else moved
    return f"The middle customer's monthly bill varies by {told}; {cliffs}"


def model_words(found: Steady) -> str:
    """How much steadier the book is than consumption alone."""
    hybrid, alone = found.median(HYBRID), found.median(CONSUMPTION)
    if hybrid is None or alone is None:
        return "Variation of the monthly bill by persona and pricing model"
    told = f"{numbers.percent(hybrid)} under the proposed book, {numbers.percent(alone)} by consumption alone"
    return f"A middle bill varies by {told}"


def cliff_words(found: Steady) -> str:
    """How many cliffs each book has, of either kind."""
    unit, tier = ([len(found.cliffs(kind, book)) for book in (TODAY, PROPOSED)] for kind in ("units", "tiers"))
    return f"Cliffs, where more use would cost less: {_both(unit, 'unit cliff')}; {_both(tier, 'tier cliff')}"


def _both(counts: list[int], what: str) -> str:
    was, becomes = counts
    return f"{numbers.counted(was, what)} today, {numbers.count(becomes)} under the proposed book"


def listed_variation(found: Steady, legend: Legend) -> pd.DataFrame:
    """Everybody, then the personas as they climb; each with how many customers it rests on."""
    rows = steadiness.by_persona(found, [one.key for one in legend.personas])
    most = rows.groupby("persona")["customers"].max()
    names = [_persona(key, legend) for key in rows["persona"]]
    counts = [f"n {numbers.count(int(most[key]))}" for key in rows["persona"]]
    counted = [f"{name} ({count})" for name, count in zip(names, counts, strict=True)]
    return rows.assign(who=names, counted=counted)


def _variation(found: Steady, legend: Legend) -> None:
    if found.median(HYBRID, TODAY) is None:
        months = numbers.counted(found.fewest_months, "whole month")
        cards.note(f"Variation is measured over {months} of service or more, and nobody has as many.")
        return
    rows = listed_variation(found, legend)
    told = rows[rows["customers"] >= found.fewest_customers]
    drawn = told.rename(columns={"lower_rate": "low", "median_rate": "middle", "upper_rate": "high"})
    figure = charts.spreads(
        drawn, "counted", "kind", series=MODELS, title=model_words(found), unit="standard deviation over mean"
    )
    cards.picture(figure, "price_change_variation")
    named = rows.assign(kind=rows["kind"].map({one.key: one.label for one in MODELS}))
    cards.table(named, "price_change_steadiness", _VARIATION_HEADERS, legend)
    factor = "" if found.factor is None else f", at {numbers.times(found.factor)} its prices to bring the same revenue"
    cards.note(
        "The standard deviation of a customer's monthly bills over their mean: an estimate. The dot is the middle "
        "customer, the line the middle half. Fees are spread over the months they pay for. Consumption alone is no fee "
        f"and no allowance{factor}; n counts customers with {numbers.count(found.fewest_months)} whole months or more, "
        f"and fewer than {numbers.count(found.fewest_customers)} are not drawn."
    )


def _cliffs(found: Steady, legend: Legend) -> None:
    cards.heading(cliff_words(found))
    units, tiers = (found.cliffs(kind, PROPOSED, new=True) for kind in ("units", "tiers"))
    if units.empty and tiers.empty:
        cards.note("The proposed book makes no new cliff: nobody is punished for using a little less.")
    if len(units):
        lines = numbers.counted(len(units), "line")
        cards.sentence(f"**New unit cliffs**: {lines} that would be lower with more usage, {_worth(units)}.")
        cards.table(units, "price_change_unit_cliffs", _UNIT_HEADERS, legend)
    if len(tiers):
        contracts = numbers.counted(len(tiers), "contract")
        cards.sentence(f"**New tier cliffs**: {contracts} that the next tier would serve for less, {_worth(tiers)}.")
        cards.table(tiers, "price_change_tier_cliffs", _TIER_HEADERS, legend)
    cards.note(_compared_words(found))


def _worth(rows: pd.DataFrame) -> str:
    together, most = steadiness.gap(rows), max(rows["gap_usd"])
    return f"together by {numbers.exact_money(together)}, at most by {numbers.exact_money(most)}"


def _compared_words(found: Steady) -> str:
    without = ", ".join(f"{numbers.count(count)} {reason}" for reason, count in found.not_compared.items())
    compared = f"{numbers.counted(found.compared, 'contract')} compared with the next tier of the same term"
    return f"{compared}; not compared: {without or 'none'}."


def _persona(key: str, legend: Legend) -> str:
    return "Everybody" if key == EVERYBODY else legend.name(key)
