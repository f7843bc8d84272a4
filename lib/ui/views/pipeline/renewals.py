"""Which renewal next: what comes up in 30, 60 and 90 days, what is at stake, and what to bring along."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib import charts, exports
from lib.charts import Series
from lib.desk.renewing import Upcoming
from lib.exports import Sheet
from lib.money import round_line, total
from lib.playbook import Expansion, Playbook
from lib.renewals import ENDS, EXPIRES, RENEWS, REVIEW, group
from lib.ui import cards, controls, data, focus, frames, growing, links, numbers, reviews
from lib.ui.cards import Card, Stamp
from lib.ui.focus import Focus
from lib.ui.legends import Legend
from lib.ui.views.pipeline.page import Page, Shown

CONTRACTS, REVIEWS = "contracts", "reviews"
SHOWN = {CONTRACTS: "Renewals and expiries", REVIEWS: "Business reviews"}
PAST = "past due"
_APPLIED = ("product", "persona", "rail")
_KINDS = {RENEWS: "Renews", ENDS: "Ends", EXPIRES: "Offer's term ends", REVIEW: "Business review"}
_BARS = (
    Series(RENEWS, "Renews", "blue"),
    Series(EXPIRES, "Offer's term ends", "orange"),
    Series(ENDS, "Ends", "vermilion"),
)
_BOTH = {"on_on": "Day", "days_to": "Days to go", "customer": "Customer"}
_CONTRACTS = {
    **_BOTH,
    "kind": "What",
    "mrr_usd": "MRR",
    "usage": "How usage moved",
    "lever": "Next lever",
    "list_price_by_on": "New list price by",
    "plan_key": "Plan",
    "rail": "Rail",
}
_REVIEWS = {
    **_BOTH,
    "saving_rate": "Saved",
    "saved_usd": "Saved a month",
    "stands": "Stands at",
    "step": "Next step",
    "lever": "Next lever",
    "add_ons": "Add-ons",
    "icp_segment": "ICP segment",
}
_USAGE = {
    "dimension": "Dimension",
    "before_quantity": "The months before",
    "after_quantity": "The last months",
    "change_rate": "Change",
    "filled": "Of what is included",
}


def draw(page: Page) -> Shown:
    """The sentence, the groups by days, the table, and a picked customer with its review."""
    asked, playbook = focus.asked(), growing.playbook()
    rows = [one for one in growing.upcoming() if growing.is_looked_at(one, asked)]
    contracts, due = _parted(rows)
    page.tell(finding(contracts, due, playbook, asked))
    cards.row(_cards(contracts, due, playbook))
    if contracts:
        cards.picture(_bars(contracts, playbook), "pipeline_renewals_ahead")
    if without := asked.without("owner", "icp_segment"):
        cards.note(f"Not filtered by {cards.plain(without)}: a contract has neither.")
    if asked.rail:
        cards.note("Business reviews are left out: their customers hold no contract on file, so no rail is known.")
    if any(state.is_missing for state in data.states("event")):
        cards.note("Usage events are missing: how usage moved is not measurable.")
    shown = controls.one_of("pipeline_coming", "Show", SHOWN)
    _table(contracts if shown == CONTRACTS else due, shown, page.legend, page.stamp)
    tables = {"Renewals": listing(contracts), "Business reviews": listing(due)}
    return Shown(assumptions(playbook, growing.monthly_contracts()), tables)


def finding(contracts: Sequence[Upcoming], due: Sequence[Upcoming], playbook: Playbook, asked: Focus) -> str:
    """How many contracts come up and with how much MRR, how many of them soon, and how many reviews are due."""
    words = asked.without(*_APPLIED)
    whose = f" of {cards.plain(words)}" if words else ""
    last, first = playbook.within_days[-1], playbook.within_days[0]
    soon = [one for one in contracts if one.coming.days <= first]
    told = f"{numbers.counted(len(contracts), 'contract')}{whose} with {numbers.money(_mrr(contracts))} of MRR"
    comes = "comes" if len(contracts) == 1 else "come"
    early = numbers.counted(sum(one.coming.days <= first for one in due), "business review is", "business reviews are")
    reviews_due = f"; {early} due in {first} days, {numbers.count(len(due))} in {last}" if due else ""
    if not contracts:
        return f"0 contracts{whose} come up in {last} days{reviews_due}"
    return f"{told} {comes} up in {last} days, {numbers.count(len(soon))} of them in {first}{reviews_due}"


def listing(rows: Sequence[Upcoming]) -> pd.DataFrame:
    """What comes up as a table, the soonest first; MRR in cents, savings by the newest measurement."""
    names = growing.segment_names()
    return pd.DataFrame(
        {
            "on_on": frames.column(one.coming.on for one in rows),
            "days_to": frames.column(one.coming.days for one in rows),
            "customer": [one.name for one in rows],
            "customer_id": [one.coming.customer_id for one in rows],
            "kind": [_KINDS[one.coming.kind] for one in rows],
            "product": [one.product for one in rows],
            "persona": [one.persona for one in rows],
            "rail": frames.column(one.coming.rail for one in rows),
            "plan_key": frames.column(one.coming.plan_key for one in rows),
            "mrr_usd": frames.column(None if one.mrr is None else round_line(one.mrr) for one in rows),
            "usage": [reviews.trend_words(one) for one in rows],
            "saving_rate": frames.column(one.saving.rate if one.saving else None for one in rows),
            "saved_usd": frames.column(one.saving.amount if one.saving else None for one in rows),
            "stands": [_step_words(one, one.stands) for one in rows],
            "step": [_step_words(one, one.step) for one in rows],
            "lever": [one.lever.words if one.lever else "none applies" for one in rows],
            "add_ons": [", ".join(one.add_ons) or "none on file" for one in rows],
            "icp_segment": [names.get(one.icp_segment or "", "not recorded") for one in rows],
            "list_price_by_on": frames.column(one.coming.list_price_by for one in rows),
            "contract_id": frames.column(one.coming.contract_id for one in rows),
            "offer_id": frames.column(one.coming.offer_id for one in rows),
        }
    )


def assumptions(playbook: Playbook, monthly: int) -> list[str]:
    """What counts as coming up, how usage and savings are measured, and what nobody has set."""
    months = playbook.trend_months
    threshold = playbook.gain_share_threshold
    return [
        f"{numbers.counted(monthly, 'contract')} renew every month and are not listed: a month is no event.",
        "A year renews when its running period is over; the term of a private offer ends, and so does what "
        "is cancelled, also ahead where the rail tells it. The day named is the first one after: "
        "the day before is the last.",
        "A new list price holds at a renewal if it takes effect by the day named: the rail's first notice in "
        "data/rails.toml lies between. No list price reaches a private offer.",
        f"Usage is that of the last {months} full months against the {months} before, each dimension by itself: units "
        "never mix. The dimension named is the one whose allowance is fullest.",
        "Savings are measured for the second product only, and so are its expansion steps; nothing is said of the "
        "other.",
        f"A business review is due every {playbook.review_every_months} months from the day a customer signed: "
        "customers of the second product hold no contract on file, so no renewal of theirs is known.",
        f"The threshold of a gain-share upgrade, of {numbers.name(playbook.gain_share_product)} alone, is "
        + (
            "not set: a founder sets it in data/playbook.toml."
            if threshold is None
            else numbers.percent(threshold) + "."
        ),
    ]


def _parted(rows: Sequence[Upcoming]) -> tuple[list[Upcoming], list[Upcoming]]:
    """Contracts that come up, and business reviews that are due."""
    return [one for one in rows if one.coming.kind != REVIEW], [one for one in rows if one.coming.kind == REVIEW]


def _cards(contracts: Sequence[Upcoming], due: Sequence[Upcoming], playbook: Playbook) -> list[Card]:
    past = [one for one in contracts if one.coming.days < 0]
    shown = [
        Card(
            _capital(_group_words(last, playbook)),
            numbers.money(_mrr(own)),
            f"MRR of what comes up {_group_words(last, playbook)}.",
            numbers.counted(len(own), "contract"),
        )
        for last in playbook.within_days
        for own in [_group(contracts, playbook, last)]
    ]
    first = playbook.within_days[0]
    soon = sum(one.coming.days <= first for one in due)
    expiring = sum(one.coming.kind == EXPIRES for one in contracts)
    return [
        *shown,
        Card(
            "Offer terms ending",
            numbers.count(expiring),
            "Private offers in force whose term ends; the day before is the last they hold. Until when a sent offer "
            "can be accepted is another day, told by the deal desk's Offers by status.",
            f"{numbers.count(len(past))} past due" if past else None,
            False if past else None,
        ),
        Card("Reviews due", numbers.count(soon), f"Business reviews in at most {first} days.", f"of {len(due)} ahead"),
    ]


def _bars(contracts: Sequence[Upcoming], playbook: Playbook) -> charts.Figure:
    lasts: list[int | None] = [*playbook.within_days]
    if any(one.coming.days < 0 for one in contracts):
        lasts.insert(0, None)
    kinds = [bar for bar in _BARS if any(one.coming.kind == bar.key for one in contracts)]
    columns = {
        bar.key: frames.column(
            _mrr([one for one in _group(contracts, playbook, last) if one.coming.kind == bar.key]) for last in lasts
        )
        for bar in kinds
    }
    frame = pd.DataFrame({"group": [_group_words(last, playbook) for last in lasts], **columns})
    most = max(lasts, key=lambda last: _mrr(_group(contracts, playbook, last)))
    title = f"{numbers.money(_mrr(_group(contracts, playbook, most)))} of MRR comes up {_group_words(most, playbook)}"
    return charts.stacked_bars(frame, "group", kinds, title=title, unit="USD")


@st.fragment
def _table(rows: Sequence[Upcoming], shown: str, legend: Legend, stamp: Stamp) -> None:
    cards.heading("The soonest first" if rows else f"0 {SHOWN[shown].lower()} come up")
    if not rows:
        return
    picked = cards.picking_table(
        listing(rows), f"pipeline_{shown}", _CONTRACTS if shown == CONTRACTS else _REVIEWS, legend
    )
    if picked is None:
        cards.note("Pick a row to see how its usage moved, what to bring along, and to take its business review.")
        return
    _detail(rows[picked], legend, stamp)


def _detail(row: Upcoming, legend: Legend, stamp: Stamp) -> None:
    playbook, product = growing.playbook(), growing.framework().product
    with st.container(border=True):
        kind = _KINDS[row.coming.kind].lower()
        cards.sentence(f"**{cards.plain(row.name)}** · {kind} on {numbers.day(row.coming.on)}, {_in_days(row)}")
        cards.sentence(f"Savings delivered: {reviews.saving_words(row.saving, row.product, product)}.")
        cards.sentence(f"Land and expand: {_step_words(row, row.step)}.")
        lever = f"{row.lever.words} ({row.lever.standing}). {row.lever.source}" if row.lever else "none applies"
        cards.sentence(f"Next lever: {cards.plain(lever)}.")
        cards.sentence(reviews.gain_share_words(playbook, row.product, row.saving))
        if row.trends:
            cards.table(usage_frame(row), "pipeline_usage_moved", _USAGE, legend)
        else:
            cards.note(f"Usage: {reviews.trend_words(row)}.")
        _take(row, playbook, stamp)


def usage_frame(row: Upcoming) -> pd.DataFrame:
    """How each dimension of a customer moved, in its own unit."""
    trends = row.trends or ()
    return pd.DataFrame(
        {
            "dimension": [one.dimension for one in trends],
            "before_quantity": frames.column(one.before for one in trends),
            "after_quantity": frames.column(one.after for one in trends),
            "change_rate": frames.column(one.change for one in trends),
            "filled": ["no number includes it" if one.share is None else reviews.filled(one.share) for one in trends],
        }
    )


def _take(row: Upcoming, playbook: Playbook, stamp: Stamp) -> None:
    company = row.name.casefold()
    pilots = [
        one.pilot
        for one in growing.pilots()
        if (one.pilot.product, one.pilot.company.casefold()) == (row.product, company)
    ]
    dimensions = growing.dimensions()

    def made() -> Sheet:
        return reviews.review(row, playbook, pilots, dimensions, stamp)

    st.download_button(
        "Business review",
        lambda: exports.sheet(made()),
        exports.file_name("review", row.coming.customer_id, stamp.as_of, stamp.fingerprint, "html"),
        mime="text/html",
        key="pipeline_review",
        icon=":material/article:",
        on_click="ignore",
    )
    if row.coming.contract_id:
        links.to("deal_desk", "Build a private offer", ":material/contract:", offer_customer=row.coming.customer_id)
    cards.note("HTML without anything from elsewhere: to forward, or to print. What is not measured says so in it.")


def _group(rows: Sequence[Upcoming], playbook: Playbook, last: int | None) -> list[Upcoming]:
    return [one for one in rows if group(one.coming.days, playbook.within_days) == last]


def _group_words(last: int | None, playbook: Playbook) -> str:
    """A group of days in words: past due, in 30 days, in 31 to 60 days."""
    if last is None:
        return PAST
    place = playbook.within_days.index(last)
    return f"in {playbook.within_days[place - 1] + 1} to {last} days" if place else f"in {last} days"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _in_days(row: Upcoming) -> str:
    days = row.coming.days
    return f"{numbers.counted(-days, 'day')} ago" if days < 0 else f"in {numbers.counted(days, 'day')}"


def _step_words(row: Upcoming, step: Expansion | None) -> str:
    if step:
        return f"{step.step}. {step.words}"
    return "none shown yet" if row.step else reviews.NO_STEPS


def _mrr(rows: Sequence[Upcoming]) -> Decimal:
    return total(one.mrr for one in rows if one.mrr is not None)
