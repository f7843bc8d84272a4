"""Who stays: what was kept of a year ago in total and by group, and every cohort by the months since it first paid."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pandas as pd

from lib import charts
from lib.buyers import Group
from lib.revenue import Cohort, CohortAge, Retention
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.views.segments import measures
from lib.ui.views.segments.axes import Wording, by

OF = {"customers": "Customers", "mrr": "MRR"}
AGES = (1, 2, 3, 6, 9, 12, 15, 18, 21)  # months since the first payment that the picture shows; the table has them all
ASSUMPTIONS = (
    "NRR is what the customers who paid at the first month end pay at the last, of what they paid then: point to "
    "point, so one who left and came back counts with what it pays now. GRR counts nobody with more than it paid then.",
    "A group is where a customer stood at the first month end; it counts with all it pays now, wherever that is.",
    "A cohort is the first month end at which a customer paid; who starts and ends between two month ends is in none. "
    "That of the first month on record holds everybody who paid before it too; looking at a rail, a cohort is of those "
    "who first paid on it.",
    "Of cohorts and groups with too few customers their number is shown, and no share (data/buyers.toml).",
)
_HEADERS = {
    "group": "Group then",
    "customers": "Customers then",
    "stayed": "Pay still",
    "start_usd": "MRR then",
    "end_usd": "MRR of them now",
    "nrr_rate": "NRR",
    "grr_rate": "GRR",
}


def finding(kept: Retention, before: date, last: date) -> str:
    """What became of what was paid at the first month end."""
    nrr, grr = kept.nrr, kept.grr
    if nrr is None or grr is None:
        return f"0 customers looked at paid in {numbers.month(before)}: NRR and GRR are not measurable yet"
    rates = f"NRR {numbers.percent(measures.exact(nrr))}, GRR {numbers.percent(measures.exact(grr))}"
    paid = f"{numbers.counted(kept.customers, 'customer')} paid {_money(kept.start)} in {numbers.month(before)}"
    return f"{rates}: {paid} and pay {_money(kept.end)} in {numbers.month(last)}"


def missing(months: Sequence[date], back: int) -> str:
    """The headline where the record does not reach back so far."""
    held = numbers.counted(len(months), "month end")
    return f"NRR and GRR are {measures.NOT_YET}{back} months of history, and {held} {_are(len(months))} on record"


def show(kept: Retention, groups: Sequence[Group], axis: str, fewest: int, wording: Wording) -> None:
    """Cards, and net retention of every group with how many it stands on."""
    cards.row(_cards(kept))
    found = {one.names[0]: measures.measured(one, "nrr", fewest, "") for one in groups}
    keys = [key for key in wording.in_order(axis, found) if found[key].value is not None]
    few = [(key, found[key].of) for key in wording.in_order(axis, found) if found[key].value is None and found[key].of]
    if keys:
        best = max(keys, key=lambda key: found[key].value or 0)
        frame = pd.DataFrame(
            {
                "group": [f"{wording.name(axis, key)}, n = {found[key].of}" for key in keys],
                "nrr": frames.column(found[key].value for key in keys),
            }
        )
        title = f"NRR by {by(axis)}: most kept of {wording.name(axis, best)}, {found[best].words}"
        cards.picture(charts.ranked(frame, "group", "nrr", title=title, unit="share"), "segments_nrr")
    if few:
        told = ", ".join(f"{wording.name(axis, key)} (n = {of})" for key, of in few)
        cards.note(f"Too few for a share, fewer than {fewest}: {cards.plain(told)}.")
    cards.table(listing(groups, axis, fewest, wording), f"segments_kept_{axis}", _HEADERS, wording.legend)


def listing(groups: Sequence[Group], axis: str, fewest: int, wording: Wording) -> pd.DataFrame:
    """Every group that had a customer then: what was kept of it; rates of too few are left out."""
    then = {one.names[0]: one for one in groups if one.retention and one.retention.customers}
    known = [(key, then[key], then[key].retention) for key in wording.in_order(axis, then)]
    kept = [(key, group, own) for key, group, own in known if own]
    frame = pd.DataFrame(
        {
            "group": [wording.name(axis, key) for key, _, _ in kept],
            "customers": [own.customers for _, _, own in kept],
            "stayed": [own.stayed for _, _, own in kept],
            "start_usd": frames.column(measures.monthly(own.start) for _, _, own in kept),
            "end_usd": frames.column(measures.monthly(own.end) for _, _, own in kept),
            "nrr_rate": frames.column(measures.measured(one, "nrr", fewest, "").value for _, one, _ in kept),
            "grr_rate": frames.column(measures.measured(one, "grr", fewest, "").value for _, one, _ in kept),
        }
    )
    return frames.cents(frame, "start_usd", "end_usd")


def cohort_map(found: Sequence[Cohort], of: str, fewest: int) -> None:
    """Every cohort by the months since its first payment, in shades: the share of its customers or of its MRR."""
    shown = [age for age in AGES if any(len(one.ages) > age for one in found)]
    if not shown:
        cards.note(f"A cohort's first month later is {measures.NOT_YET}two month ends on record.")
        return
    values = [[_share(one, age, of, fewest) for age in shown] for one in found]
    words = [["" if value is None else numbers.percent(value, 0) for value in row] for row in values]
    figure = charts.heat(
        [f"{numbers.month(one.month)}, n = {one.customers}" for one in found],
        [str(age) for age in shown],
        values,
        words,
        title=_cohort_words(found, of),
        unit="share",
        axis="months since the first payment",
        tight=True,
    )
    cards.picture(figure, "segments_cohorts")


def cohort_listing(found: Sequence[Cohort]) -> pd.DataFrame:
    """Every cohort at every age: how many pay and how much, and both as shares of what they were at first."""
    rows = [(one, age) for one in found for age in one.ages]
    frame = pd.DataFrame(
        {
            "cohort_month": [one.month for one, _ in rows],
            "age_months": [age.age for _, age in rows],
            "month": [age.month for _, age in rows],
            "cohort_customers": [one.customers for one, _ in rows],
            "customers": [age.customers for _, age in rows],
            "mrr_usd": frames.column(measures.monthly(age.arr) for _, age in rows),
            "customers_rate": frames.column(measures.exact(one.of_customers(age)) for one, age in rows),
            "mrr_rate": frames.column(measures.exact(one.of_arr(age)) for one, age in rows),
        }
    )
    return frames.cents(frame, "mrr_usd")


def _share(cohort: Cohort, age: int, of: str, fewest: int) -> float | None:
    """None where the month is still to come, or the cohort too small for a share."""
    if len(cohort.ages) <= age or cohort.customers < fewest:
        return None
    at = cohort.ages[age]
    return float(cohort.of_customers(at) if of == "customers" else cohort.of_arr(at))


def _cohort_words(found: Sequence[Cohort], of: str) -> str:
    """How much of everybody is still there after the longest age that at least half the cohorts have reached."""
    age = max(age for age in (0, *AGES) if 2 * sum(len(one.ages) > age for one in found) >= len(found))
    old: list[tuple[Cohort, CohortAge]] = [(one, one.ages[age]) for one in found if len(one.ages) > age]
    if of == "customers":
        share = sum(at.customers for _, at in old) / sum(one.customers for one, _ in old)
    else:
        share = float(sum(at.arr for _, at in old) / sum(one.arr for one, _ in old))
    what = "customers pay" if of == "customers" else "what was paid at first is paid"
    after, over = numbers.counted(age, "month"), numbers.counted(len(old), "cohort")
    return f"{numbers.percent(share, 0)} of {what} after {after}, over {over}"


def _cards(kept: Retention) -> list[Card]:
    rates = {"NRR": kept.nrr, "GRR": kept.grr}
    told = {name: numbers.percent(None if rate is None else measures.exact(rate)) for name, rate in rates.items()}
    return [
        Card("NRR", told["NRR"], "What they pay now, of what they paid then.", f"of {kept.customers} customers"),
        Card(
            "GRR",
            told["GRR"],
            "The same with nobody counted above what it paid then.",
            f"of {kept.customers} customers",
        ),
        Card(
            "Pay still",
            numbers.count(kept.stayed),
            "Customers who paid then and pay now.",
            f"of {kept.customers} customers",
        ),
        Card("MRR then", _money(kept.start), "What they paid at the first month end."),
        Card("MRR of them now", _money(kept.end), "What they pay at the last month end; new customers are not in it."),
    ]


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _money(yearly: Fraction) -> str:
    return numbers.money(measures.monthly(yearly))
