"""What became of closed deals: how many were won, how long that took, and what it says about what we believe."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from lib import charts, pipeline
from lib.charts import Series
from lib.forecast import Belief
from lib.market import ClosedDeal
from lib.pipeline import Record, Settings
from lib.ui import cards, controls, data, deals, focus, frames, numbers
from lib.ui.cards import Card
from lib.ui.focus import Focus
from lib.ui.views.pipeline.axes import AXES, Names, kept
from lib.ui.views.pipeline.page import Page, Shown

_STAGE_BELIEF = "stage_probability."
_PARTS = (Series("won", "Won", "blue"), Series("lost", "Lost", "grey"))
_HEADERS = {
    "group": "Group",
    "closed": "Closed",
    "won": "Won",
    "lost": "Lost",
    "win_words": "Win rate",
    "cycle_words": "From opening to winning",
}
_BELIEFS = {
    "stage": "Stage",
    "probability_believed_rate": "We believe",
    "measured": "Won of all our closed deals",
}
_NEEDS = "not measurable yet: needs stage history"
_HISTORY = (
    "Stage history is the day on which each deal entered every stage it ever stood at: HubSpot's “Date entered …” "
    "columns, Salesforce's opportunity history. An export of deals as they stand does not hold it."
)


def draw(page: Page) -> Shown:
    """Cards, won and lost by group, rates and cycles, and the beliefs beside what was measured."""
    asked, settings, stages = focus.asked(), deals.settings(), list(data.stages())
    names = Names(page.legend, deals.segments(), deals.channels())
    closed = kept(deals.closed_deals(), asked)
    page.tell(finding(closed, settings, asked))
    if not closed:
        cards.note("Nothing is left to show: widen the filters in the sidebar.")
        return Shown(ASSUMPTIONS, {})
    cards.of_products(figures(closed, settings), len({deal.product for deal in closed}))
    axis = controls.one_of("pipeline_won_by", "By", AXES)
    groups = listing(closed, axis, names, settings)
    _by_group(groups, axis, names)
    beliefs = beside(closed, stages, data.beliefs(), settings)
    _beside(beliefs, names)
    return Shown(ASSUMPTIONS, {"Won and lost": groups, "Belief beside measured": beliefs})


ASSUMPTIONS = (
    "Win rate: won of won and lost. Deals still open are in neither, so a young group looks worse or better than it "
    "will.",
    "From opening to winning: the median of the won deals of which both days are on record.",
    "Products are never mixed: where a group is told by anything else, each product has a group of its own.",
    "What is believed is the chance of every deal that ever stands at a stage. Beside the first stage stands the rate "
    "of all closed deals, as if every deal had begun there: open ones are not in it, and one that began later is. The "
    "rate of a later stage would need to know which deals ever reached it.",
)


def finding(closed: Sequence[ClosedDeal], settings: Settings, asked: Focus) -> str:
    """How many of the closed deals were won, and how long half of them took at most; each product by itself."""
    looked_at = f" ({asked.words})" if asked.words else ""
    if not closed:
        return f"0 deals are closed{looked_at}"
    records = _by_product(closed, settings)
    if len(records) == 1:
        [told] = records.values()
        return f"{numbers.count(told.won)} of {_closed_words(told)}{looked_at} were won{_won_words(told)}"
    said = [
        f"{numbers.count(told.won)} of {_closed_words(told)} of {numbers.name(product)} were won{_won_words(told)}"
        for product, told in records.items()
    ]
    return f"{'. '.join(said)}{looked_at}"


def _closed_words(told: Record) -> str:
    return numbers.counted(told.closed, "closed deal")


def _won_words(told: Record) -> str:
    rate = f", {numbers.percent(told.win_rate, 0)}" if told.win_rate is not None else ""
    return rate + (f"; half of the won took {_days(told.cycle_days)} or less" if told.cycle_days is not None else "")


def figures(closed: Sequence[ClosedDeal], settings: Settings) -> list[Card]:
    """How many closed, how many of them won, how fast, and what they brought; nothing adds up two products."""
    records = _by_product(closed, settings)
    won = sum(told.won for told in records.values())
    lost = sum(told.lost for told in records.values())
    counts = [
        Card("Closed deals", numbers.count(len(closed)), f"Deals won or lost. {_window(closed)}"),
        Card("Won", numbers.count(won), f"{numbers.counted(lost, 'deal')} were lost."),
    ]
    if len(records) == 1:
        [told] = records.values()
        return [
            *counts,
            Card("Win rate", rate_words(told), f"Won of all closed; {_fewest(settings)}"),
            Card("Cycle", cycle_words(told), f"Median days from opening to winning; {_fewest(settings)}"),
            Card("Won amount", numbers.money(_brought(closed)), _AMOUNTS),
        ]
    own = {product: [deal for deal in closed if deal.product == product] for product in records}
    return [
        *counts,
        *(_rate_card(product, told, settings) for product, told in records.items()),
        *(
            Card(f"Won, {numbers.name(product)}", numbers.money(_brought(deals)), _AMOUNTS)
            for product, deals in own.items()
        ),
    ]


_AMOUNTS = "Recorded amounts of won deals, as the CRM holds them."


def _rate_card(product: str, told: Record, settings: Settings) -> Card:
    definition = f"Won of all closed, and the median days from opening to winning; {_fewest(settings)}"
    return Card(f"Win rate, {numbers.name(product)}", rate_words(told), definition, f"cycle {cycle_words(told)}")


def _brought(closed: Sequence[ClosedDeal]) -> Decimal:
    brought: Decimal = frames.total([deal.amount for deal in closed if deal.is_won and deal.amount is not None])
    return brought


def _by_product(closed: Sequence[ClosedDeal], settings: Settings) -> dict[str, Record]:
    """The record of each product's closed deals."""
    groups = pipeline.grouped(closed, lambda deal: deal.product)
    return {product: pipeline.record(groups[product], settings.fewest_closed.value) for product in sorted(groups)}


def listing(closed: Sequence[ClosedDeal], axis: str, names: Names, settings: Settings) -> pd.DataFrame:
    """One row per group, the largest first; a rate or a cycle of too few deals says how few."""
    groups = pipeline.grouped(closed, lambda deal: names.group(deal, axis))
    told = {name: pipeline.record(members, settings.fewest_closed.value) for name, members in groups.items()}
    rows = [_row(name, record) for name, record in sorted(told.items(), key=lambda one: (-one[1].closed, one[0]))]
    return pd.DataFrame(rows)


def beside(
    closed: Sequence[ClosedDeal], stages: Sequence[str], beliefs: Sequence[tuple[str, Belief]], settings: Settings
) -> pd.DataFrame:
    """One row per open stage: the chance we believe in, and what closed deals say, or what it would take to say it."""
    believed = {key.removeprefix(_STAGE_BELIEF): one.value for key, one in beliefs if key.startswith(_STAGE_BELIEF)}
    told = _by_product(closed, settings)
    first = "; ".join(f"{numbers.name(product)} {rate_words(record)}" for product, record in told.items())
    return pd.DataFrame(
        {
            "stage": list(stages),
            "probability_believed_rate": frames.column(believed.get(stage) for stage in stages),
            "measured": [first if place == 0 else _NEEDS for place in range(len(stages))],
        }
    )


def rate_words(told: Record) -> str:
    """A win rate, or how few closed deals there are."""
    return numbers.percent(told.win_rate, 0) if told.win_rate is not None else f"too few: {told.closed}"


def cycle_words(told: Record) -> str:
    """A cycle, or how few won deals have both days."""
    return _days(told.cycle_days) if told.cycle_days is not None else f"too few: {told.timed}"


def _by_group(groups: pd.DataFrame, axis: str, names: Names) -> None:
    best = groups[groups["win_rate"].notna()].sort_values("win_rate", ascending=False, kind="stable").head(1)
    title = "No group has enough closed deals for a rate"
    if len(best):
        title = (
            f"{best['group'].iloc[0]} wins most often, {best['win_words'].iloc[0]} of {best['closed'].iloc[0]} deals"
        )
    cards.picture(charts.shares(groups, "group", _PARTS, title=title, unit="closed deals"), "pipeline_won")
    cards.table(groups, "pipeline_records", {**_HEADERS, "group": AXES[axis]}, names.legend)


def _beside(beliefs: pd.DataFrame, names: Names) -> None:
    first = beliefs.iloc[0]
    believed = numbers.percent(first["probability_believed_rate"], 0)
    belief = f"We believe that {believed} of the deals that ever stand at {first['stage']} are won"
    cards.heading(f"{belief}; of all closed deals, whichever stages they stood at, were won: {first['measured']}")
    cards.table(beliefs, "pipeline_beliefs", _BELIEFS, names.legend)
    cards.note(_HISTORY)


def _row(name: str, told: Record) -> dict[str, Any]:
    return {
        "group": name,
        "closed": told.closed,
        "won": told.won,
        "lost": told.lost,
        "win_rate": told.win_rate,
        "win_words": rate_words(told),
        "cycle_days": told.cycle_days,
        "cycle_words": cycle_words(told),
    }


def _days(days: float) -> str:
    whole = int(days)
    return numbers.counted(whole, "day") if days == whole else f"{numbers.quantity(Decimal(str(days)))} days"


def _fewest(settings: Settings) -> str:
    return f"fewer than {settings.fewest_closed.value} are too few. {settings.fewest_closed.why}"


def _window(closed: Sequence[ClosedDeal]) -> str:
    days = [deal.close_on for deal in closed if deal.close_on]
    return f"The first closed on {numbers.day(min(days))}, the last on {numbers.day(max(days))}." if days else ""
