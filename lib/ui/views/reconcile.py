"""Do the rails pay us what we expect? Every line in one class, how old undisbursed money is, and what is to come."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import Series
from lib.desk import Aside
from lib.payouts import (
    AMOUNT_DIFFERS,
    CLASSES,
    FEE_DIFFERS,
    MATCHED,
    MISSING_HERE,
    MISSING_THERE,
    TIMING,
    PayoutLine,
    Right,
)
from lib.periods import month_end, month_of
from lib.ui import cards, controls, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.payouts import AMOUNTS, Reconciled

ASSUMPTIONS = (
    "What we expect of an invoice is each of its lines rated by the book of its time, and the fee of data/rails.toml "
    "for how it was sold and paid; what is not invoiced yet is expected on the day it falls due.",
    "A line is in exactly one class. Timing is the same money in another month, not there yet, or not paid out yet, "
    "overdue money included: how overdue is told by its age. Differences are the rail's less ours.",
    "Money is due on the day the rail names, else after its usual lag in data/rails.toml. The outlook assumes that "
    "everybody pays on that day; what is overdue has no day any more and is in no week.",
)
_OPEN = (
    Series(AMOUNT_DIFFERS, "Amount differs", "orange"),
    Series(FEE_DIFFERS, "Fee differs", "purple"),
    Series(MISSING_THERE, "Missing there", "vermilion"),
    Series(MISSING_HERE, "Missing here", "sky"),
    Series(TIMING, "Timing", "grey"),
)
_EVERY = "every difference"
_LINE_HEADERS = {
    "reference": "Invoice",
    "rail": "Rail",
    "customer": "Customer",
    "dated_on": "Day",
    "verdict": "Class",
    "ours_gross_usd": "We expect",
    "theirs_gross_usd": "The rail has",
    "gross_difference_usd": "Difference",
    "fee_difference_usd": "Fee difference",
    "reason": "Reason",
}
_CLASS_HEADERS = {
    "verdict": "Class",
    "rail": "Rail",
    "lines": "Lines",
    "ours_gross_usd": "We expect",
    "theirs_gross_usd": "The rail has",
    "ours_fee_usd": "Fee expected",
    "theirs_fee_usd": "Fee kept",
}
_WEEK_HEADERS = {"week": "Week from", "rail": "Rail", "net_usd": "Net", "lines": "Invoices"}
_RIGHT_HEADERS = {
    "customer": "Customer",
    "item": "Dimension or plan",
    "contract": "Contract",
    "verdict": "Class",
    "ours": "Ours",
    "theirs": "The rail's",
    "reason": "Reason",
}


def answer(found: Reconciled, first: date | None = None) -> str:
    """How much of what is due matches, by how much the rest is apart, and what is not paid out yet."""
    counts, apart = _counts(found, first), _differing(found, first)
    due = sum(counts.values()) - counts[TIMING]
    if not due:
        return f"$0 can be reconciled: no line of a rail is due; {_held(found)}"
    share = numbers.over(counts[MATCHED], due).capitalize()
    net = numbers.change(frames.total(line.net_difference for line in apart))
    differ = f"{numbers.count(len(apart))} differ, by {net} net" if apart else "none differs"
    return f"{share} of {numbers.counted(due, 'line')} match to the cent, {differ}; {_held(found)}"


def show(found: Reconciled, names: Mapping[str, str], legend: Legend, first: date | None = None) -> None:
    """Cards, the classes by month, the age of undisbursed money, and every line that differs with its reason."""
    for rail, feeds in found.missing.items():
        cards.note(f"{legend.name(rail)} is left out: {_lacking(feeds)}.")
    cards.note(*(f"Not reconciled: {cards.plain(gap)}." for gap in found.gaps))
    for one in found.aside:
        cards.note(beside(one, legend))
    if found.months.empty:
        return
    cards.row(_cards(found, first))
    left, right = st.columns(2)
    with left:
        _classes(found, first)
    with right:
        _ages(found)
    _both_sides(found, legend, first)
    _lines(found, names, legend, first)
    _weeks(found, legend)


def metered_month(months: Sequence[date], as_of: date) -> date | None:
    """The usage month to hold against the meter: the newest that is over, until the reader picks another."""
    over = [month for month in months if month_end(month) <= as_of]
    ordered = [*over, *(month for month in months if month not in over)]
    if not ordered:
        return None
    return date.fromisoformat(
        controls.choice("reconcile_meter", "Meter of", {f"{m}": numbers.month(m) for m in ordered})
    )


def beside(one: Aside, legend: Legend) -> str:
    """What a rail moved beside its sales, in a sentence."""
    moved = f"{numbers.exact_change(one.amount)} of {one.kind} on {numbers.counted(one.lines, 'line')}"
    return f"{legend.name(one.rail)} booked {moved} beside our sales: it is in no sum of this page."


def _lacking(feeds: Sequence[str]) -> str:
    if not feeds:
        return "data/billing.toml names no feeds of it"
    told = " and ".join(numbers.feed(feed).lower() for feed in feeds)
    return f"nothing is on record of its {cards.plain(told)}"


def rights(told: Sequence[Right], names: Mapping[str, str], legend: Legend) -> None:
    """What the meter was told of a month and what buyers are entitled to, where it is not what we have."""
    if not told:
        return
    counts = Counter(right.verdict for right in told)
    open_ = f", {numbers.count(counts[TIMING])} can still move" if counts[TIMING] else ""
    apart = [right for right in told if right.verdict not in (MATCHED, TIMING)]
    cards.heading(
        f"Against the meter of {numbers.month(told[0].month)}: {numbers.counted(len(apart), 'line')} of "
        f"{numbers.count(len(told))} {'differs' if len(apart) == 1 else 'differ'}{open_}"
    )
    nothing = f"Nothing differs between our usage of {numbers.month(told[0].month)}, the meter and the entitlements."
    cards.table_or(listed_rights(apart, names), "reconcile_rights", _RIGHT_HEADERS, legend, nothing)


def tables(
    found: Reconciled, names: Mapping[str, str], told: Sequence[Right], report: Callable[[], pd.DataFrame]
) -> dict[str, pd.DataFrame | Callable[[], pd.DataFrame]]:
    """What the page hands out: classes by month, lines apart, ages, weeks, rights, and AWS's own report."""
    return {
        "Reconciliation by month": found.months,
        "Lines not matched": listed(found.lines, names),
        "Ageing": frames.table(
            found.ages, {"rail": "rail", "bucket": "days_past_due", "net": "net_usd", "lines": "lines"}
        ),
        "Payouts to come": listed_weeks(found),
        "Meter and entitlements": listed_rights(told, names),
        "AWS billed revenue": report,
    }


def listed(lines: Sequence[PayoutLine], names: Mapping[str, str]) -> pd.DataFrame:
    """One row per line that does not match, in the order of the read."""
    columns = {"reference": "reference", "rail": "rail", "on": "dated_on", "verdict": "verdict", "reason": "reason"}
    amounts = {**AMOUNTS, **{name: name for name in ("gross_difference", "fee_difference", "undisbursed")}}
    frame = frames.table(lines, columns)
    money = {f"{column}_usd": frames.column(getattr(line, name) for line in lines) for name, column in amounts.items()}
    days = {f"{name}_on": frames.column(getattr(line, f"{name}_on") for line in lines) for name in ("due", "paid")}
    return frame.assign(customer=[numbers.who(line.customer_id, names) for line in lines], **money, **days)


def listed_classes(found: Reconciled, first: date | None = None) -> pd.DataFrame:
    """Every rail and class that has a line, with the sums of both sides."""
    frame, amounts = _since(found.months, first), [f"{name}_usd" for name in AMOUNTS.values()]
    summed = frames.sums(frame, ["rail", "verdict"], ["lines", *amounts])
    return summed.sort_values("verdict", key=lambda verdicts: verdicts.map(CLASSES.index), kind="stable")


def listed_weeks(found: Reconciled) -> pd.DataFrame:
    """Payouts to come by week and rail; what is overdue stands first and has no week."""
    week = ["overdue" if one.on is None else numbers.day(one.on) for one in found.weeks]
    return frames.table(found.weeks, {"rail": "rail", "net": "net_usd", "lines": "lines"}).assign(week=week)


def listed_rights(told: Sequence[Right], names: Mapping[str, str]) -> pd.DataFrame:
    """One row per contract's month of usage, or entitlement."""
    columns = {"item": "item", "contract_id": "contract", "verdict": "verdict", "ours": "ours", "theirs": "theirs"}
    frame = frames.table(told, {**columns, "reason": "reason", "kind": "kind", "month": "month"})
    return frame.assign(customer=[numbers.who(right.customer_id, names) for right in told])


def _cards(found: Reconciled, first: date | None) -> list[Card]:
    counts, apart = _counts(found, first), _differing(found, first)
    due = sum(counts.values()) - counts[TIMING]
    share = numbers.cut_share(counts[MATCHED], due) if due else None
    until = numbers.short_day(found.as_of + timedelta(days=found.forecast_days))
    overdue = f"{numbers.money(found.overdue)} overdue" if found.overdue else None
    matched = (
        "Lines whose amount and fee are ours to the cent, and paid out, of all lines that are due; the share is cut "
        "off, not rounded: while a line differs, not everything matches."
    )
    return [
        Card("Matched", numbers.percent(share), matched, f"{numbers.count(counts[TIMING])} more are timing"),
        _apart_card("Amounts differ", apart, (AMOUNT_DIFFERS,), "What reaches us, net, less what we expect."),
        _apart_card(
            "Fees differ", apart, (FEE_DIFFERS,), "The amount is ours and the fee is not: net, theirs less ours."
        ),
        _apart_card(
            "Missing", apart, (MISSING_HERE, MISSING_THERE), "Lines only one of us has: net, theirs less ours."
        ),
        Card(
            "Not paid out", numbers.money(found.undisbursed), "Net that the rails hold of ours.", overdue, not overdue
        ),
        Card(f"Due by {until}", numbers.money(found.expected), ASSUMPTIONS[2]),
    ]


def _apart_card(label: str, apart: Sequence[PayoutLine], classes: Sequence[str], meaning: str) -> Card:
    some = [line for line in apart if line.verdict in classes]
    net = frames.total(line.net_difference for line in some)
    return Card(label, numbers.change(net), meaning, numbers.counted(len(some), "line"))


def _classes(found: Reconciled, first: date | None) -> None:
    """The lines that do not match, month by month; what matches is counted on its card."""
    frame = _since(found.months, first)
    frame = frame[frame["verdict"] != MATCHED]
    if frame.empty:
        cards.note("Every line matches to the cent and is paid out.")
        return
    summed = frames.sums(frame, ["month", "verdict"], ["lines"])
    money = summed[summed["verdict"] != TIMING]
    monthly = frames.by(money, "month", "lines")
    worst = max(monthly, key=lambda month: monthly[month], default=None)
    most = f", most of them in {numbers.month(worst)}: {numbers.count(monthly[worst])}" if worst else ""
    title = f"{numbers.counted(int(money['lines'].sum()), 'line')} differ in money{most}"
    cards.picture(
        charts.stacked_months(summed, "lines", "verdict", series=_OPEN, title=title, unit="lines"), "reconcile_classes"
    )


def _ages(found: Reconciled) -> None:
    nets: dict[str, Decimal] = {}
    for age in found.ages:
        nets[age.bucket] = nets.get(age.bucket, Decimal(0)) + age.net
    names = [bucket if bucket == "not due" else f"{bucket} days" for bucket in nets]
    frame = pd.DataFrame({"bucket": names, "net_usd": frames.column(nets.values())})
    late = f"{numbers.money(found.overdue)} of it past due" if found.overdue else "none of it past due"
    title = f"{numbers.money(found.undisbursed)} is not paid out, {late}"
    cards.picture(charts.ranked(frame, "bucket", "net_usd", title=title, unit="USD"), "reconcile_ages")


def _both_sides(found: Reconciled, legend: Legend, first: date | None) -> None:
    frame = listed_classes(found, first)
    ours, theirs = (numbers.money(frames.total(frame[f"{side}_gross_usd"])) for side in ("ours", "theirs"))
    cards.heading(f"The classes add up to both sides: we expect {ours}, the rails have {theirs}")
    cards.table(frame, "reconcile_both", _CLASS_HEADERS, legend)


@st.fragment
def _lines(found: Reconciled, names: Mapping[str, str], legend: Legend, first: date | None) -> None:
    """Every line that differs, the largest first; a picked row opens both sides' arithmetic and the whole reason."""
    some = [line for line in found.lines if first is None or line.on >= first]
    counts = Counter(line.verdict for line in some)
    shown = {one.key: f"{one.label}, {numbers.count(counts[one.key])}" for one in _OPEN if counts[one.key]}
    cards.heading("Lines that do not match, the largest difference first")
    if not some:
        cards.note("There is none.")
        return
    picked_class = controls.one_of("reconcile_class", "Class", {_EVERY: "Every difference in money", **shown})
    wanted = [line for line in some if _is_shown(line, picked_class)]
    frame = listed(wanted, names)
    picked = cards.picking_table(frame, "reconcile_lines", _LINE_HEADERS, legend) if wanted else None
    if picked is None:
        cards.note("Pick a row to see both sides and the reason." if wanted else "No line differs in money.")
        return
    cards.note(_told(wanted[picked]))


def _is_shown(line: PayoutLine, picked: str) -> bool:
    return line.verdict != TIMING if picked == _EVERY else line.verdict == picked


def _told(line: PayoutLine) -> str:
    """Both sides of one line as sums, and why they differ."""
    ours = _side("We expect", line.expected_gross, line.expected_fee)
    theirs = _side("the rail has", line.stated_gross, line.stated_fee)
    apart = numbers.exact_change(line.net_difference)
    return f"{cards.plain(line.reference)}: {ours}; {theirs}; {apart} net. {cards.plain(line.reason)}."


def _side(who: str, gross: Decimal | None, fee: Decimal | None) -> str:
    if gross is None or fee is None:
        return f"{who} nothing"
    return f"{who} {numbers.exact_money(gross)} − {numbers.exact_money(fee)} = {numbers.exact_money(gross - fee)}"


def _weeks(found: Reconciled, legend: Legend) -> None:
    until = numbers.day(found.as_of + timedelta(days=found.forecast_days))
    cards.heading(f"{numbers.money(found.expected)} should arrive by {until}")
    nothing = "The rails hold no money of ours."
    cards.table_or(listed_weeks(found), "reconcile_weeks", _WEEK_HEADERS, legend, nothing)


def _counts(found: Reconciled, first: date | None) -> Counter[str]:
    frame = _since(found.months, first)
    counts: Counter[str] = Counter()
    for verdict, lines in zip(frame["verdict"], frame["lines"], strict=True):
        counts[verdict] += int(lines)
    return counts


def _differing(found: Reconciled, first: date | None) -> list[PayoutLine]:
    """The lines that differ by more than days."""
    return [line for line in found.lines if line.verdict != TIMING and (first is None or month_of(line.on) >= first)]


def _since(months: pd.DataFrame, first: date | None) -> pd.DataFrame:
    return months if first is None else months[months["month"] >= first]


def _held(found: Reconciled) -> str:
    overdue = f", {numbers.money(found.overdue)} of it overdue" if found.overdue else ""
    return f"{numbers.money(found.undisbursed)} is not paid out yet{overdue}"
