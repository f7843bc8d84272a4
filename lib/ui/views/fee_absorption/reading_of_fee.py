"""The marketplace's fee as customer acquisition cost or as cost of revenue: margin, CAC and payback move together."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.costs import COST_OF_REVENUE, Figure, Missing
from lib.desk import FeeReading, FeeReadings
from lib.freshness import SourceState
from lib.guardrails import BROKEN, KEPT, UNDECIDED
from lib.payback import ACQUISITION, NEVER, Economics
from lib.periods import add_months
from lib.ui import cards, controls, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend

NAMES = {ACQUISITION: "Customer acquisition cost, as the brief says", COST_OF_REVENUE: "Cost of revenue"}
WORDS = {ACQUISITION: "customer acquisition cost", COST_OF_REVENUE: "cost of revenue"}
ASSUMPTIONS = (
    "Revenue is the last full months' contracts and usage at today's prices, the fee the marketplace's own by its "
    "schedule, and usage costs what a unit cost in its month: the same as on the page Price change.",
    "Read as customer acquisition cost, the fee is added to the acquisition spend; read as cost of revenue, it comes "
    "off the margin. It is always in exactly one of them, and Stripe's fees are in neither.",
    "A new customer is one whose first contract began in these months; a customer counts in every month at whose end "
    "it had a contract. Payback is what one new customer cost, divided by its monthly revenue times the gross margin.",
)
_SERIES = (Series(ACQUISITION, NAMES[ACQUISITION], "grey"), Series(COST_OF_REVENUE, NAMES[COST_OF_REVENUE], "blue"))
_BADGES = {
    BROKEN: ":orange-badge[:material/cancel: broken]",
    UNDECIDED: ":gray-badge[:material/help: undecided]",
    KEPT: ":blue-badge[:material/check_circle: kept]",
}
Words = Callable[[Decimal], str]
_TABLE = {"what": "What", ACQUISITION: "As acquisition cost", COST_OF_REVENUE: "As cost of revenue"}


def asked(readings: FeeReadings) -> str:
    """Ask how the fee is read; as the book does until the reader chooses."""
    ordered = sorted(NAMES, key=lambda name: name != readings.of_book)
    return controls.one_of("fees_reading", "The marketplace's fee is", {name: NAMES[name] for name in ordered})


def absence(states: Sequence[SourceState]) -> str:
    """The headline where usage or the contracts of a rail are missing: a margin of a part would be taken for all."""
    return f"0 margins can be shown: {numbers.counted(len(states), 'source')} that every margin rests on is missing"


def finding(readings: FeeReadings, reading: str) -> str:
    """The margin and the payback as the fee is read, and as it is read otherwise."""
    found, other = readings.by_name[reading].economics, readings.by_name[_other(reading)].economics
    margin, against = (_rate(one.margin.gross_rate) for one in (found, other))
    begun = f"With the marketplace's fee as {WORDS[reading]}, gross margin is {margin}"
    if isinstance(found.margin.gross_rate, Missing):
        return f"{begun} in {_months(readings)} months"
    paid = f"a customer pays back in {_months_words(found.payback_months)}"
    instead = f"as {WORDS[_other(reading)]}, {against} and {_months_words(other.payback_months)}"
    return f"{begun} and {paid}; {instead}"


def show(readings: FeeReadings, reading: str, legend: Legend) -> None:
    """The cards of the picked reading, both beside each other, and what becomes of the limits on margin."""
    found, other = readings.by_name[reading], readings.by_name[_other(reading)]
    cards.row(_cards(found, other))
    for words in _missing(found.economics):
        cards.sentence(f":material/help: {cards.plain(words)}.")
    rates = _rates(readings)
    if not rates.empty:
        words = f"The reading moves the gross margin by {_points(readings)}"
        cards.picture(charts.beside(rates, "what", "rate", _SERIES, title=words, unit="share"), "fees_readings")
    cards.heading("Both readings, side by side")
    cards.table(listed(readings), "fees_both_readings", _TABLE, legend)
    cards.heading(_limit_words(readings))
    for name in NAMES:
        cards.sentence(f"**{NAMES[name]}**")
        for one in readings.by_name[name].verdicts:
            cards.sentence(
                f"{_BADGES[one.verdict]} {cards.plain(f'{one.limit.words}: {one.told}, {one.limit.sentence}')}"
            )
    cards.note(
        f"Which reading holds everywhere else is marketplace_fee in data/catalog.toml: {WORDS[readings.of_book]}."
    )


def listed(readings: FeeReadings) -> pd.DataFrame:
    """Every figure under both readings, in words; what is missing says what it needs."""
    sides = {name: _figures(readings.by_name[name].economics) for name in NAMES}
    whats = list(sides[ACQUISITION])
    return pd.DataFrame({"what": whats, **{name: [side[what] for what in whats] for name, side in sides.items()}})


def _figures(found: Economics) -> dict[str, str]:
    margin = found.margin
    return {
        "Gross margin, of revenue": _rate(margin.gross_rate),
        "The same, all infrastructure on top": _rate(margin.after_infrastructure_rate),
        "CAC, per new customer": _money(found.cac),
        "CAC payback": _months_words(found.payback_months),
        "Revenue": _money(margin.revenue),
        "Usage cost": _money(margin.usage_cost),
        "Marketplace fee": _money(margin.marketplace_fee),
        "Cost of revenue": _money(margin.cost_of_revenue),
        "Gross margin": _money(margin.gross),
        "Acquisition spend": _money(found.acquisition_spend),
        "What winning customers cost": _money(found.acquisition_cost),
        "New customers": numbers.count(found.new_customers),
        "Revenue per customer and month": _money(found.monthly_revenue),
    }


def _cards(found: FeeReading, other: FeeReading) -> list[Card]:
    one, against = found.economics, other.economics
    kept = sum(verdict.verdict == KEPT for verdict in found.verdicts)
    margins = one.margin.gross_rate, against.margin.gross_rate
    costs, paybacks = (one.cac, against.cac), (one.payback_months, against.payback_months)
    least = _card(one.margin.after_infrastructure_rate, _rate)
    return [
        _moved("Gross margin", margins, _rate, numbers.points, "Revenue less usage, and less the fee if read so."),
        Card("Least margin", least, "Gross margin if all infrastructure is a cost on top."),
        _moved(
            "CAC", costs, _money, numbers.exact_change, "Acquisition spend, and the fee if read so, per customer won."
        ),
        _moved("CAC payback", paybacks, _months_words, _months_change, "CAC over a month's margin of one customer."),
        Card("Limits kept", f"{kept} of {len(found.verdicts)}", "Guardrails on margin: data/guardrails.toml."),
    ]


def _moved(label: str, both: tuple[Figure, Figure], words: Words, change: Words, meaning: str) -> Card:
    """A card of a figure that the reading moves; below it, how far from what it is under the other reading."""
    return Card(label, _card(both[0], words), f"{meaning} Below: against the other reading.", _apart(*both, change))


def _card(figure: Figure, words: Words) -> str:
    return numbers.MISSING if isinstance(figure, Missing) else words(figure)


def _apart(figure: Figure, other: Figure, words: Words) -> str | None:
    if isinstance(figure, Missing) or isinstance(other, Missing) or not (figure.is_finite() and other.is_finite()):
        return None
    return words(figure - other) if figure != other else None


def _months_change(months: Decimal) -> str:
    return f"{'+' if months > 0 else '−'}{abs(months):.2f} months"


def _rates(readings: FeeReadings) -> pd.DataFrame:
    whats = {"Gross margin": "gross_rate", "Least, after infrastructure": "after_infrastructure_rate"}
    rows = []
    for what, name in whats.items():
        figures = {key: getattr(readings.by_name[key].economics.margin, name) for key in NAMES}
        if not any(isinstance(figure, Missing) for figure in figures.values()):
            told = {f"{key}_words": numbers.percent(figure, 2) for key, figure in figures.items()}
            rows.append({"what": what, **{f"{key}_rate": figure for key, figure in figures.items()}, **told})
    return pd.DataFrame(rows).astype(object)


def _points(readings: FeeReadings) -> str:
    one, other = (readings.by_name[name].economics.margin.gross_rate for name in (ACQUISITION, COST_OF_REVENUE))
    if isinstance(one, Missing) or isinstance(other, Missing):
        return "an unknown part"
    return numbers.points(one - other).removeprefix("+")


def _limit_words(readings: FeeReadings) -> str:
    by: Mapping[str, Sequence[str]] = {name: [one.verdict for one in readings.by_name[name].verdicts] for name in NAMES}
    if by[ACQUISITION] == by[COST_OF_REVENUE]:
        return f"The {numbers.counted(len(by[ACQUISITION]), 'limit')} on margin say the same under both readings"
    differ = sum(one != other for one, other in zip(by[ACQUISITION], by[COST_OF_REVENUE], strict=True))
    return f"{numbers.counted(differ, 'limit')} on margin hang on the reading"


def _missing(found: Economics) -> list[str]:
    figures = (found.margin.gross_rate, found.cac, found.payback_months)
    return list(dict.fromkeys(one.words for one in figures if isinstance(one, Missing)))


def _months(readings: FeeReadings) -> int:
    first, end = readings.window
    return next(count for count in range(1, 1000) if add_months(first, count) >= end)


def _other(reading: str) -> str:
    return ACQUISITION if reading == COST_OF_REVENUE else COST_OF_REVENUE


def _rate(figure: Figure) -> str:
    return figure.words if isinstance(figure, Missing) else numbers.percent(figure, 2)


def _money(figure: Figure) -> str:
    return figure.words if isinstance(figure, Missing) else numbers.exact_money(figure)


def _months_words(figure: Figure) -> str:
    if isinstance(figure, Missing):
        return figure.words
    return "no time: it never does" if figure == NEVER else f"{figure:.1f} months"
