"""What was projected against what was delivered: customers and pilots with a spend measured before and with us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

import pandas as pd

from lib import charts, savings
from lib.charts import Series
from lib.desk import saving
from lib.desk.saving import Measured
from lib.savings import Delivery, Target
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.views.savings import arithmetic

RENEWING, PILOTS, EVERYBODY = "renewing", "pilots", "everybody"
_SAID = {EVERYBODY: "", RENEWING: " of customers at renewal", PILOTS: " of pilots"}
WHOM = {EVERYBODY: "Everybody measured", RENEWING: "At renewal", PILOTS: "In pilots"}
_MOST_DRAWN, _BIN, _HUNDRED = 12, 5, 100
_STANDINGS = (
    Series(savings.BELOW, "Below the range", "vermilion"),
    Series(savings.WITHIN, "Within it", "grey"),
    Series(savings.ABOVE, "Above it", "blue"),
)
HEADERS = {
    "company": "Company",
    "kind": "Who",
    "standing": "Against the range",
    "before_usd": "Spend before, a month",
    "projected_low_usd": "Projected, low",
    "projected_high_usd": "Projected, high",
    "saved_usd": "Delivered, a month",
    "delivered_rate": "Delivered",
    "measured_on": "Measured",
    "sold_usd": "Sold at, a year",
    "net_usd": "Saved less that, a year",
    "anniversary_on": "Anniversary",
    "recorded_usd": "Baseline of step 0",
    "needs": "Needs",
}


@dataclass(frozen=True)
class Row:
    """One pilot or customer: what was measured, how it lies against the range, and whether its year ends soon."""

    measured: Measured
    delivery: Delivery
    is_renewing: bool

    @property
    def net_yearly(self) -> Decimal | None:
        """What a year saves less what the deal was sold at; None while either is unknown."""
        sold, saved = self.measured.sold, self.measured.spend.saved_yearly
        return None if sold is None or sold.arr is None or saved is None else saved - sold.arr


def rows(found: Sequence[Measured], target: Target, on: date, within_days: int) -> list[Row]:
    """Everybody measured, held against the range of one quality of service; who was delivered least stands first."""
    until = on + timedelta(days=within_days)
    held = [
        Row(
            measured=one,
            delivery=savings.held_against(one.spend, target.low, target.high),
            is_renewing=one.anniversary_on is not None and one.anniversary_on <= until,
        )
        for one in found
    ]
    return sorted(held, key=_least_first)


def _least_first(row: Row) -> tuple[bool, Decimal, str]:
    rate = row.measured.spend.rate
    return rate is None, rate or frames.ZERO, row.measured.key


def among(everybody: Sequence[Row], whom: str) -> list[Row]:
    """Those who are looked at; of everybody a company counts once, as a customer once it is measured as one."""
    if whom == EVERYBODY:
        customers = {
            _company(row) for row in of_kind(everybody, saving.CUSTOMER) if row.measured.spend.rate is not None
        }
        return [row for row in everybody if row.measured.kind != saving.PILOT or _company(row) not in customers]
    return [row for row in everybody if (row.is_renewing if whom == RENEWING else row.measured.kind == saving.PILOT)]


def of_kind(rows: Sequence[Row], kind: str) -> list[Row]:
    """The pilots, or the customers."""
    return [row for row in rows if row.measured.kind == kind]


def finding(shown: Sequence[Row], target: Target, whom: str, words: str) -> str:
    """How many lie within the projected range, above and below it."""
    savings_of = f"measured savings{_SAID[whom]}"
    told = [row for row in shown if row.delivery.standing != savings.UNMEASURED]
    ends = f"{arithmetic.rate(target.low)} to {arithmetic.rate(target.high)}"
    looked = f" ({cards.plain(words)})" if words else ""
    if not told:
        waiting = f", {numbers.counted(len(shown), 'is', 'are')} still to be measured" if shown else ""
        return f"0 {savings_of} can be held against the projected {ends}{waiting}{looked}"
    counts = {key: sum(row.delivery.standing == key for row in told) for key in savings.STANDINGS}
    above, below = counts[savings.ABOVE], counts[savings.BELOW]
    many = numbers.count(len(told))
    return (
        f"{counts[savings.WITHIN]} of {many} {savings_of} lie within the projected {ends}, {above} above it and "
        f"{below} below{_kinds_words(told)}{looked}"
    )


def _kinds_words(told: Sequence[Row]) -> str:
    """How many are of customers and how many of pilots, where there are both."""
    customers, pilots = (len(of_kind(told, kind)) for kind in _KINDS)
    return f"; {customers} are of customers, {pilots} of pilots" if customers and pilots else ""


def _company(row: Row) -> str:
    return row.measured.company.casefold()


def show(shown: Sequence[Row], legend: Legend, left_out: int, counted_once: int = 0) -> None:
    """Cards, how the rates spread, the dollars of those furthest off, and the table; who is left out is counted.

    `counted_once` are the pilots that are not shown because their company is.
    """
    cards.row(_cards(shown))
    told = [row for row in shown if row.measured.spend.rate is not None]
    if told:
        _spread(told)
        _dollars(told)
    cards.heading(f"One by one: {numbers.counted(len(shown), 'pilot or customer', 'pilots and customers')}")
    cards.table_or(frames.cents(listed(shown), *_AMOUNTS), "savings_delivered", HEADERS, legend, "Nobody of these.")
    _notes(shown, left_out, counted_once)


def listed(shown: Sequence[Row]) -> pd.DataFrame:
    """Everybody as a table, exact: spends and savings USD a month, what it was sold at USD of ARR."""
    found = [(row, row.measured, row.measured.spend) for row in shown]
    return pd.DataFrame(
        {
            "key": [one.key for _, one, _ in found],
            "company": [one.company for _, one, _ in found],
            "kind": [_KINDS[one.kind] for _, one, _ in found],
            "standing": [row.delivery.standing for row, _, _ in found],
            "before_usd": frames.column(spend.before for _, _, spend in found),
            "after_usd": frames.column(spend.after for _, _, spend in found),
            "projected_low_usd": frames.column(row.delivery.projected_low for row, _, _ in found),
            "projected_high_usd": frames.column(row.delivery.projected_high for row, _, _ in found),
            "saved_usd": frames.column(spend.saved_monthly for _, _, spend in found),
            "delivered_rate": frames.column(spend.rate for _, _, spend in found),
            "measured_on": frames.column(spend.measured_on for _, _, spend in found),
            "sold_usd": frames.column(one.sold.arr if one.sold else None for _, one, _ in found),
            "net_usd": frames.column(row.net_yearly for row, _, _ in found),
            "icp_segment": [one.sold.icp_segment if one.sold else None for _, one, _ in found],
            "owner": [one.sold.owner if one.sold else None for _, one, _ in found],
            "signed_on": frames.column(one.signed_on for _, one, _ in found),
            "anniversary_on": frames.column(one.anniversary_on for _, one, _ in found),
            "recorded_usd": frames.column(one.recorded_before for _, one, _ in found),
            "needs": [spend.needs for _, _, spend in found],
        }
    )


def assumptions(target: Target, within_days: int) -> list[str]:
    """What the comparison stands on."""
    ends = f"{arithmetic.rate(target.low)} to {arithmetic.rate(target.high)}"
    return [
        f"No record says what was projected when they were sold, nor which quality was agreed: all are held against "
        f"today's belief for “{cards.plain(target.label)}”, {ends} of the spend before. {cards.plain(target.why)}",
        "Delivered is the spend before less the spend with us, as recorded; both ends of a range belong to it.",
        "A pilot's spend before and after are those of its savings step, step 3; what step 0 recorded stands beside.",
        f"At renewal: a year since the signing ends within {numbers.counted(within_days, 'day')}. No contract of this "
        "product is on record, so the anniversary stands for the contract's end.",
        "Sold at: the amount of the company's latest won deal, else of its open one, found by the company's name, in "
        "large or small letters.",
    ]


_AMOUNTS = ("before_usd", "after_usd", "projected_low_usd", "projected_high_usd", "saved_usd", "sold_usd", "net_usd")
_KINDS = {saving.CUSTOMER: "Customer", saving.PILOT: "Pilot"}


def _cards(shown: Sequence[Row]) -> list[Card]:
    told = [row for row in shown if row.measured.spend.rate is not None]
    counts = {one.key: sum(row.delivery.standing == one.key for row in shown) for one in _STANDINGS}
    saved = sum((row.measured.spend.saved_monthly or frames.ZERO for row in told), frames.ZERO)
    paid = [row.net_yearly for row in told if row.net_yearly is not None]
    carried = sum(net > 0 for net in paid)
    return [
        Card("Measured", numbers.count(len(told)), f"Of {numbers.count(len(shown))}: with a spend before and with us."),
        _median_card(told),
        Card("Within the range", numbers.count(counts[savings.WITHIN]), "Both ends of the projected range included."),
        Card(
            "Below it",
            numbers.count(counts[savings.BELOW]),
            f"Delivered less than the low end projects. {numbers.count(counts[savings.ABOVE])} delivered more than the "
            "high end.",
        ),
        Card("Saved a month", numbers.money(saved), "Spend before less spend with us, over everybody measured."),
        Card(
            "Saves its price",
            f"{numbers.count(carried)} of {numbers.count(len(paid))}" if paid else numbers.MISSING,
            "Of those whose deal has an amount: a year saves more than the deal's ARR.",
        ),
    ]


def _median_card(told: Sequence[Row]) -> Card:
    """The middle of what customers were delivered, and of pilots beside it: a trial's saving is no customer's."""
    customers, pilots = (_of(of_kind(told, kind)) for kind in _KINDS)
    spread, whose = (customers, "customers") if customers else (pilots, "pilots")
    if spread is None:
        return Card("Median delivered", numbers.MISSING, "Half saved more, half less.")
    span = f"{numbers.percent(spread.least)} to {numbers.percent(spread.most)}"
    beside = f"{numbers.percent(pilots.median)} in pilots" if customers and pilots else span
    return Card(
        "Median delivered", numbers.percent(spread.median), f"Of {whose}, from {span}: half saved more.", beside
    )


def _of(told: Sequence[Row]) -> savings.Spread | None:
    return savings.spread(saving.delivered_rates([row.measured for row in told]))


def _spread(told: Sequence[Row]) -> None:
    """How many delivered how much, in steps of five points, coloured by where they lie against the range."""
    steps = [_step(row) for row in told]
    order = range(min(steps), max(steps) + 1)
    counts = {
        one.key: [
            sum(step == at and row.delivery.standing == one.key for step, row in zip(steps, told, strict=True))
            for at in order
        ]
        for one in _STANDINGS
    }
    frame = pd.DataFrame({"delivered": [f"{at * _BIN} to {(at + 1) * _BIN}%" for at in order], **counts})
    cards.picture(
        charts.stacked_bars(frame, "delivered", _STANDINGS, title=_spread_words(told), unit="pilots and customers"),
        "savings_spread",
    )


def _step(row: Row) -> int:
    rate = row.measured.spend.rate or frames.ZERO
    return int((rate * _HUNDRED / _BIN).to_integral_value(ROUND_FLOOR))


def _spread_words(told: Sequence[Row]) -> str:
    """The middle of the customers, and of the pilots by itself."""
    kinds = (("customer", saving.CUSTOMER), ("pilot", saving.PILOT))
    spreads = [(word, spread) for word, kind in kinds if (spread := _of(of_kind(told, kind)))]
    said = [
        f"half of {numbers.counted(one.n, word)} saved {numbers.percent(one.median)} or more" for word, one in spreads
    ]
    words = "; ".join(said)
    return f"{words[:1].upper()}{words[1:]}" if words else "0 delivered savings are measured"


def _dollars(told: Sequence[Row]) -> None:
    """The projected range in dollars and what was delivered of it, for those furthest from the middle of the range."""
    drawn = sorted(told, key=lambda row: (-abs(_off(row)), row.measured.key))[:_MOST_DRAWN]
    frame = pd.DataFrame(
        {
            "who": [row.measured.company for row in drawn],
            "low": frames.column(row.delivery.projected_low for row in drawn),
            "middle": frames.column(row.measured.spend.saved_monthly for row in drawn),
            "high": frames.column(row.delivery.projected_high for row in drawn),
        }
    )
    figure = charts.ranges(
        frame, "who", title=_dollar_words(drawn[0], len(drawn), len(told)), unit="USD", called=_CALLED
    )
    cards.picture(figure, "savings_dollars")


_CALLED = ("projected, low to high", "delivered", "")


def _dollar_words(first: Row, drawn: int, of: int) -> str:
    off = _off(first)
    side = "more" if off > 0 else "less"
    who, by = cards.plain(first.measured.company), numbers.money(abs(off))
    few = f"; of {of} the {drawn} furthest off" if drawn < of else ""
    return f"{who} saves {by} a month {side} than the middle of its projection{few}"


def _middle(row: Row) -> Decimal:
    low, high = row.delivery.projected_low, row.delivery.projected_high
    return ((low or frames.ZERO) + (high or frames.ZERO)) / 2


def _off(row: Row) -> Decimal:
    return (row.measured.spend.saved_monthly or frames.ZERO) - _middle(row)


def _notes(shown: Sequence[Row], left_out: int, counted_once: int) -> None:
    apart = sum(row.measured.has_two_baselines for row in shown)
    waiting = [row for row in shown if row.measured.spend.needs]
    unsold = sum(row.measured.sold is None for row in shown)
    notes = [
        (
            apart,
            f"{numbers.counted(apart, 'pilot tells', 'pilots tell')} another spend before at step 3 than step 0 "
            "recorded; the saving is step 3's own, and the baseline of step 0 stands beside it.",
        ),
        (
            len(waiting),
            f"{numbers.counted(len(waiting), 'is', 'are')} not measurable yet; the last column says what is needed.",
        ),
        (
            unsold,
            f"{numbers.counted(unsold, 'has', 'have')} no deal on record under the company's name: what was paid, "
            "the segment and the owner are not known.",
        ),
    ]
    words = (
        f"{numbers.counted(left_out, 'is', 'are')} left out by the filters: no deal tells their segment, owner or rail."
    )
    notes.append((left_out, words))
    once = f"{numbers.counted(counted_once, 'pilot is', 'pilots are')} of a customer that is measured: it counts once."
    notes.append((counted_once, once))
    if told := [words for count, words in notes if count]:
        cards.note(*told)
