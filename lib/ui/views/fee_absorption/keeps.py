"""What each rail keeps of what was settled, and what we absorb by not passing it on."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pandas as pd

from lib import charts
from lib.charts import Series
from lib.freshness import SourceState
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.ledger import Terms
from lib.ui.legends import Legend

_ASSUMPTIONS = (
    "The fee is what the rail recorded: Stripe's fee and billing lines, the AWS Marketplace listing fee, less what it "
    "gave back.",
    "List price less discount less refund is gross; gross less fee is net. A discount is a coupon's, or what a private "
    "offer is below the list price of its plan; a refund is whatever took a sale back: disputes, forgiven charges.",
    "Taxes are in a column of their own and in no sum; of Stripe's charges they are what an invoice asks above its "
    "lines.",
    "Everything counts in the month its invoice was settled; what is not disbursed yet is counted and listed so.",
    "The tier of a settlement is that of the contract it bills; of several the one of the invoice's largest line.",
    "Absorbed is measured against the rail replaced: the listing fee less a US card plus Stripe Billing, sale by sale, "
    "both by data/rails.toml.",
    "A take rate is the fee divided by the gross amount of the same settlements.",
)
COSTS = {"acquisition": "customer acquisition cost", "revenue": "cost of revenue"}
_METHODS = {
    "marketplace": ("AWS listing fee, {cost}", "orange"),
    "card": ("Stripe, card", "purple"),
    "card_international": ("Stripe, international card", "blue"),
    "ach": ("Stripe, ACH", "green"),
}


def finding(settled: pd.DataFrame, terms: Terms, legend: Legend, window: str) -> str:
    """What each rail keeps, how many dollars that was, and whether customers pay any of it."""
    kept = [f"{legend.name(rail)} keeps {numbers.percent(rate, 2)}" for rail, rate in take_rates(settled).items()]
    fees = numbers.money(frames.total(settled["fee_usd"]))
    passed = [legend.name(rail) for rail, absorbs in terms.absorbs.items() if not absorbs]
    who = f"those of {' and '.join(passed)} passed on" if passed else "none passed on"
    return f"{' and '.join(kept)}: {fees} of fees in {window}, {who}" if kept else f"$0 was settled in {window}"


def assumptions(terms: Terms, legend: Legend) -> list[str]:
    """What a fee, a month and an absorbed dollar are, and how the book treats each rail's fee."""
    treated = [
        f"{legend.name(rail)}: the fee is {'not passed on' if absorbs else 'passed on, so nothing is absorbed'}."
        for rail, absorbs in terms.absorbs.items()
    ]
    return [*_ASSUMPTIONS, *treated, f"The marketplace's fee is {COSTS[terms.marketplace_fee]}: data/catalog.toml."]


def show(settled: pd.DataFrame, terms: Terms, legend: Legend) -> None:
    """The cards."""
    cards.row(_cards(settled, terms, legend))


def rates(settled: pd.DataFrame, legend: Legend) -> None:
    """The take rate of each rail as lines."""
    cards.picture(
        charts.lines(
            by_month(settled, ["rail"]),
            "month",
            "take_rate",
            "rail",
            series=legend.rails,
            title=_rate_words(settled, legend),
            unit="share",
        ),
        "fees_rates",
    )


def against_card(settled: pd.DataFrame, legend: Legend) -> None:
    """The take rate of a rail with a condition beside what a US card would have kept of the same sales."""
    for rail, (own, card) in compared_rates(settled).items():
        apart = numbers.points(own - card)
        cards.note(
            f"{legend.name(rail)} keeps {numbers.percent(own, 2)}; of the same sales a US card with Stripe Billing "
            f"would have kept {numbers.percent(card, 2)}: against the rail it replaces, {apart}."
        )


def compared_rates(settled: pd.DataFrame) -> dict[str, tuple[Decimal, Decimal]]:
    """By rail with a condition: its take rate of the sales that can be compared, and a US card's of the same."""
    compared = settled[settled["compared_usd"].notna()]
    fees, replaced = (frames.by(compared, "rail", column) for column in ("compared_fee_usd", "replaced_usd"))
    grosses = frames.by(compared, "rail", "compared_usd")
    return {rail: (fees[rail] / gross, replaced[rail] / gross) for rail, gross in grosses.items() if gross}


def dollars(settled: pd.DataFrame, terms: Terms) -> None:
    """The fees by payment method as a stack, and each method's take rate on one scale."""
    series = methods(terms)
    summed = frames.sums(settled, ["month", "method"], ["fee_usd"])
    monthly = frames.by(settled, "month", "fee_usd")
    worst = max(monthly, key=lambda month: monthly[month])
    title = f"Fees peaked at {numbers.money(monthly[worst])} in {numbers.month(worst)}"
    cards.picture(
        charts.stacked_months(summed, "fee_usd", "method", series=series, title=title, unit="USD"), "fees_dollars"
    )


def methods(terms: Terms) -> list[Series]:
    """The ways of being paid with their names and colours; the marketplace's says what kind of cost its fee is."""
    cost = COSTS[terms.marketplace_fee]
    return [Series(key, label.format(cost=cost), colour) for key, (label, colour) in _METHODS.items()]


def undated(taken: pd.DataFrame) -> None:
    """Say what was settled on no day: it is in no month and in no sum above."""
    lost = taken[taken["month"].isna()]
    if not lost.empty:
        sales = numbers.counted(sum(lost["sales"]), "settlement")
        cards.note(f"{sales} of {numbers.money(frames.total(lost['gross_usd']))} carry no day: they are in no month.")


def by_month(settled: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Exact sums per month and group, with the take rate of each."""
    return with_rates(frames.sums(settled, ["month", *by], ["gross_usd", "fee_usd"]))


def take_rates(settled: pd.DataFrame) -> dict[str, Decimal | None]:
    """The take rate of each rail over everything shown."""
    fees, gross = (frames.by(settled, "rail", column) for column in ("fee_usd", "gross_usd"))
    return {rail: rate(fee, gross[rail]) for rail, fee in fees.items()}


def within(taken: pd.DataFrame, first: date) -> pd.DataFrame:
    """What was settled from a month on."""
    dated = taken[taken["month"].notna()]
    return dated[dated["month"] >= first]


def absence(states: Sequence[SourceState]) -> str:
    """The headline where nothing was settled on any rail."""
    return f"$0 of fees can be shown: {numbers.counted(len(states), 'source')} behind this page is missing"


def with_rates(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the take rate of every row: its fee divided by its gross; None where nothing was left."""
    pairs = zip(frame["fee_usd"], frame["gross_usd"], strict=True)
    return frame.assign(take_rate=frames.column(rate(fee, gross) for fee, gross in pairs))


def rate(fee: Decimal, gross: Decimal) -> Decimal | None:
    """A fee as a fraction of an amount."""
    return fee / gross if gross else None


def _cards(settled: pd.DataFrame, terms: Terms, legend: Legend) -> list[Card]:
    gross, fee, net = (frames.total(settled[column]) for column in ("gross_usd", "fee_usd", "net_usd"))
    return [
        Card("Gross settled", numbers.money(gross), "What customers paid, less refunds, before the rails' fees."),
        Card("Fees kept", numbers.money(fee), "What the rails kept of it."),
        Card("Net", numbers.money(net), "What is left for us."),
        *(_rate_card(legend.name(rail), rate) for rail, rate in take_rates(settled).items()),
        _absorbed_card(settled, terms),
    ]


def _rate_card(rail: str, rate: Decimal | None) -> Card:
    return Card(
        f"{rail.split()[0]} keeps", numbers.percent(rate, 2), f"Fees divided by gross on {rail}, same settlements."
    )


def _absorbed_card(settled: pd.DataFrame, terms: Terms) -> Card:
    """The marketplace's fee against a card on the rail it replaced: what we pay for selling there."""
    absorbed = frames.total(settled["absorbed_usd"])
    unknown = sum(settled["uncompared"])
    meaning = (
        "The listing fee less what a US card plus Stripe Billing would have kept of the same sales; below zero, "
        f"AWS Marketplace is the cheaper rail. It counts as {COSTS[terms.marketplace_fee]}."
    )
    if unknown:
        meaning += f" {numbers.counted(unknown, 'sale')} cannot be compared."
    words = "less than a card" if absorbed <= 0 else "more than a card"
    return Card("Absorbed, AWS", numbers.change(absorbed), meaning, words, absorbed <= 0)


def _rate_words(settled: pd.DataFrame, legend: Legend) -> str:
    rates = {rail: rate for rail, rate in take_rates(settled).items() if rate is not None}
    if not rates:
        return "No rail took in more than it gave back"
    dearest, cheapest = (pick(rates, key=lambda rail: rates[rail]) for pick in (max, min))
    apart = numbers.points(rates[dearest] - rates[cheapest]).removeprefix("+")
    if dearest == cheapest:
        return f"{legend.name(dearest)} is the only rail that settled"
    return f"{legend.name(dearest)} keeps {apart} more than {legend.name(cheapest)}"
