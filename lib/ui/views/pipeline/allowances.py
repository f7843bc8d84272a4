"""Who needs more: customers near or over an allowance, what lies above it costs, and the same month a tier up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from lib import charts
from lib.headroom import NEAR, OVER, Headroom
from lib.money import total
from lib.scorecard import Crossed
from lib.ui import cards, controls, data, focus, frames, growing, links, numbers, reviews
from lib.ui.cards import Card
from lib.ui.focus import Focus
from lib.ui.growing import Buyer
from lib.ui.legends import Legend
from lib.ui.views.pipeline.page import Page, Shown

_LONGEST = 12  # bars
_APPLIED = ("product", "persona", "rail")
_CUSTOMERS = {
    "customer": "Customer",
    "overage_usd": "Above allowances",
    "over": "Over",
    "near": "Near",
    "fullest": "Fullest",
    "tier": "Tier",
    "bill_usd": "Bill of the month",
    "next_plan": "Next plan",
    "next_price_usd": "Its price a month",
    "next_bill_usd": "The month on it",
    "saves_usd": "It would save",
    "rail": "Rail",
    "persona": "Persona",
}
_ROWS = {
    "dimension": "Dimension",
    "state": "State",
    "used_quantity": "Used",
    "allowance_quantity": "Included",
    "filled": "Of what is included",
    "overage_quantity": "Above it",
    "overage_usd": "That costs",
}
_STATES = {OVER: "over", NEAR: "near"}
ALL, NEWLY, CAME_NEAR, DOWN = "all", "newly", "came near", "down"
SHOWN = {ALL: "All", NEWLY: "Newly over", CAME_NEAR: "Near", DOWN: "Came down"}
_MOVED = {
    NEWLY: "went over an allowance",
    CAME_NEAR: "came near an allowance from within",
    DOWN: "came down from over or near an allowance",
}


@dataclass(frozen=True)
class Customer:
    """One customer's contract in a month with every allowance of it that is near or over, the fullest first."""

    name: str
    persona: str
    rows: tuple[Headroom, ...]

    @property
    def first(self) -> Headroom:
        """The fullest; what belongs to the whole contract is the same in every row."""
        return self.rows[0]

    @property
    def overage(self) -> Decimal:
        """What lies above its allowances is billed in the month."""
        return total(row.overage_usd for row in self.rows if row.state == OVER and row.overage_usd is not None)


def draw(page: Page) -> Shown:
    """Who is over, what that costs them, and for whom the next tier would be cheaper."""
    asked, product = focus.asked(), growing.book_product()
    months, buyers = growing.months_looked_at(), growing.buyers()
    moved = looked_at(growing.crossed(), buyers, product, asked)
    month, shown = _month(months), controls.one_of("pipeline_allowances", "Show", SHOWN)
    everybody = customers(growing.allowances(), buyers, month, product, asked)
    chosen = moved_so(moved, shown)
    found = everybody if shown == ALL else by_contract([one.row for one in chosen], buyers)
    page.tell(finding(found, month, asked) if shown == ALL else moved_words(chosen, shown, months[0], asked))
    cards.row(_cards(everybody, month, _newly(moved_so(moved, NEWLY), months[0])))
    if without := asked.without("owner", "icp_segment"):
        cards.note(f"Not filtered by {cards.plain(without)}: a customer of this product has neither.")
    if any(state.is_missing for state in data.states("company")):
        cards.note("Companies are missing: usage that only they assign counts for nobody, so that more may be over.")
    if found:
        cards.picture(_bars(found), "pipeline_allowances_over")
        _table(found, page.legend)
    tables: cards.Tables = {
        "Customers near or over": listing(found, page.legend),
        "Allowances near or over": partial(row_listing, found),
    }
    return Shown(assumptions(growing.playbook().near_share), tables)


def customers(
    rows: Sequence[Headroom], buyers: Mapping[str, Buyer], month: date, product: str, asked: Focus
) -> list[Customer]:
    """Rows of a month that are looked at → one entry per contract, what lies above its allowances the most first."""
    found = by_contract([row for row in rows if row.month == month], buyers)
    return [one for one in found if asked.keeps(product=product, persona=one.persona, rail=one.first.rail)]


def by_contract(rows: Sequence[Headroom], buyers: Mapping[str, Buyer]) -> list[Customer]:
    """Allowances → one entry per contract, what lies above them the most first."""
    grouped: dict[str, list[Headroom]] = {}
    for row in rows:
        grouped.setdefault(row.contract_id, []).append(row)
    found = [_customer(own, buyers) for own in grouped.values()]
    return sorted(found, key=lambda one: (-one.overage, one.first.customer_id))


def looked_at(rows: Sequence[Crossed], buyers: Mapping[str, Buyer], product: str, asked: Focus) -> list[Crossed]:
    """What the customers that are looked at crossed in the last full month, whatever month is shown."""
    return [
        one
        for one in rows
        if asked.keeps(product=product, persona=_buyer(one.customer_id, buyers).persona, rail=one.row.rail)
    ]


def moved_so(rows: Sequence[Crossed], shown: str) -> list[Crossed]:
    """Those that went over, came near from within, or came down; all of them where nothing is asked for."""
    if shown == ALL:
        return list(rows)
    if shown == DOWN:
        return [one for one in rows if not one.is_up]
    return [one for one in rows if one.is_up and one.becomes == {NEWLY: OVER, CAME_NEAR: NEAR}[shown]]


def moved_words(rows: Sequence[Crossed], shown: str, month: date, asked: Focus) -> str:
    """How many customers crossed an allowance in the last full month, and which way."""
    words = asked.without(*_APPLIED)
    whose = f" of {cards.plain(words)}" if words else ""
    who = len({one.customer_id for one in rows})
    return f"{numbers.counted(who, 'customer')}{whose} {_MOVED[shown]} in {numbers.month(month)}"


def finding(found: Sequence[Customer], month: date, asked: Focus) -> str:
    """How many customers are over, what that comes to, and for how many the next tier would have been cheaper."""
    words = asked.without(*_APPLIED)
    whose = f" of {cards.plain(words)}" if words else ""
    over = [one for one in found if one.overage or any(row.state == OVER for row in one.rows)]
    when = numbers.month(month)
    if not over:
        return f"0 customers{whose} are over an allowance in {when}; {numbers.count(len(found))} are near one"
    cheaper = sum(one.first.saves_usd is not None and one.first.saves_usd > 0 for one in over)
    for_some = numbers.count(cheaper) if cheaper else "none"
    return (
        f"{numbers.counted(len(over), 'customer')}{whose} {'is' if len(over) == 1 else 'are'} over an allowance in "
        f"{when}, by {numbers.money(total(one.overage for one in over))}; for {for_some} the next tier was cheaper"
    )


def listing(found: Sequence[Customer], legend: Legend) -> pd.DataFrame:
    """Customers as a table; amounts are exact, what would be billed of the month as far as it is recorded."""
    return pd.DataFrame(
        {
            "customer": [one.name for one in found],
            "customer_id": [one.first.customer_id for one in found],
            "overage_usd": frames.column(one.overage for one in found),
            "over": [_count(one, OVER) for one in found],
            "near": [_count(one, NEAR) for one in found],
            "fullest": [_fullest(one.first) for one in found],
            "tier": [one.first.tier for one in found],
            "plan_key": [one.first.plan_key for one in found],
            "bill_usd": frames.column(one.first.bill_usd for one in found),
            "next_plan": [
                "no higher tier" if one.first.next_key is None else legend.name(one.first.next_key) for one in found
            ],
            "next_price_usd": frames.column(one.first.next_price_usd for one in found),
            "next_bill_usd": frames.column(one.first.next_bill_usd for one in found),
            "saves_usd": frames.column(one.first.saves_usd for one in found),
            "rail": [one.first.rail for one in found],
            "persona": [one.persona for one in found],
            "contract_id": [one.first.contract_id for one in found],
        }
    )


def row_listing(found: Sequence[Customer]) -> pd.DataFrame:
    """Every allowance that is near or over, with whose it is."""
    rows = [(one.name, row) for one in found for row in one.rows]
    own = pd.DataFrame(
        {
            "customer": [name for name, _ in rows],
            "contract_id": [row.contract_id for _, row in rows],
            "month": frames.column(row.month for _, row in rows),
        }
    )
    return pd.concat([own, rows_frame([row for _, row in rows])], axis="columns")


def rows_frame(rows: Sequence[Headroom]) -> pd.DataFrame:
    """Allowances as a table, each in its dimension's own unit."""
    return pd.DataFrame(
        {
            "dimension": [row.dimension for row in rows],
            "state": [_STATES[row.state] for row in rows],
            "used_quantity": frames.column(row.used for row in rows),
            "allowance_quantity": frames.column(row.allowance for row in rows),
            "filled": [reviews.filled(row.share) for row in rows],
            "overage_quantity": frames.column(row.overage for row in rows),
            "overage_usd": frames.column(row.overage_usd for row in rows),
        }
    )


def assumptions(near_share: Decimal) -> list[str]:
    """What is near and over, whose terms the amounts follow, and what no allowance is."""
    return [
        f"Near is {numbers.percent(near_share, 0)} of an allowance or more, over is above all of it: exactly all of it "
        "is near.",
        "Amounts are what would be billed by the contract's own terms and the books of its time; the next plan is that "
        "of the next tier and the same term at today's list, with the same usage.",
        "Only contracts that run on the month's last recorded day count, with what was used under them.",
        "Newly over, near and came down compare the last full month with the one before, whichever month is shown; "
        "they list the allowances that were crossed alone, and of one that is within again what it was.",
        "An allowance of zero is nobody's limit: there every unit is bought. Unlimited, not offered and by contract "
        "have no number to be near.",
        "A next plan without a price says so by a dash; it is never compared as if it were free.",
        "Only the book's product has allowances that anybody meters.",
    ]


def _month(months: Sequence[date]) -> date:
    """The month that is looked at: the last full one until the reader picks the running one."""
    if len(months) == 1:
        return months[0]
    words = {str(months[0]): numbers.month(months[0]), str(months[1]): f"{numbers.month(months[1])} so far"}
    return date.fromisoformat(controls.one_of("pipeline_month", "Month", words))


def _customer(rows: Sequence[Headroom], buyers: Mapping[str, Buyer]) -> Customer:
    who = rows[0].customer_id
    known = _buyer(who, buyers)
    return Customer(known.name, known.persona, tuple(sorted(rows, key=lambda row: (-row.share, row.dimension))))


def _buyer(who: str, buyers: Mapping[str, Buyer]) -> Buyer:
    return buyers.get(who, Buyer(who, "unknown"))


def _newly(fresh: Sequence[Crossed], month: date) -> Card:
    return Card(
        "Newly over",
        numbers.count(len({one.customer_id for one in fresh})),
        f"Customers over an allowance in {numbers.month(month)}, the last full month, that they were not over in the "
        "month before.",
    )


def _cards(found: Sequence[Customer], month: date, newly: Card) -> list[Card]:
    over = [one for one in found if _count(one, OVER)]
    cheaper = [one for one in over if one.first.saves_usd is not None and one.first.saves_usd > 0]
    near = [one for one in found if not _count(one, OVER)]
    saved = total(one.first.saves_usd for one in cheaper if one.first.saves_usd is not None)
    running = growing.running_customers(month)
    return [
        Card(
            "Over an allowance",
            numbers.count(len(over)),
            "Customers with more than is included, in one dimension or several.",
            f"of {numbers.count(running)} running",
        ),
        Card("Above allowances", numbers.money(total(one.overage for one in over)), "What that would be billed."),
        newly,
        Card("Only near", numbers.count(len(near)), "Customers near an allowance and over none."),
        Card(
            "Next tier cheaper",
            numbers.count(len(cheaper)),
            "Customers whose month would have cost less on the next tier at today's list.",
            f"{numbers.money(saved)} less" if cheaper else None,
        ),
    ]


def _bars(found: Sequence[Customer]) -> charts.Figure:
    """Those with the most above their allowances, in dollars; vermilion where the next tier would have been cheaper."""
    shown = [one for one in found if one.overage][:_LONGEST] or list(found[:_LONGEST])
    frame = pd.DataFrame(
        {"customer": [one.name for one in shown], "overage_usd": frames.column(one.overage for one in shown)}
    )
    shades = ["vermilion" if (one.first.saves_usd or 0) > 0 else "blue" for one in shown]
    first = shown[0]
    title = f"{cards.plain(first.name)} has the most above its allowances, {numbers.money(first.overage)} in the month"
    if "vermilion" in shades:
        title += "; vermilion is cheaper on the next tier"
    return charts.ranked(frame, "customer", "overage_usd", title=title, unit="USD", shades=shades)


@st.fragment
def _table(found: Sequence[Customer], legend: Legend) -> None:
    cards.heading("Who to call: the most above allowances first")
    picked = cards.picking_table(listing(found, legend), "pipeline_allowances", _CUSTOMERS, legend)
    if picked is None:
        cards.note("Pick a row to see each allowance, and what lies above it costs.")
        return
    one = found[picked]
    with st.container(border=True):
        cards.sentence(f"**{cards.plain(one.name)}** · {cards.plain(legend.name(one.first.plan_key))}")
        cards.sentence(_next_words(one.first, legend))
        cards.table(rows_frame(one.rows), "pipeline_allowance_rows", _ROWS, legend)
        links.to("deal_desk", "Build a private offer", ":material/contract:", offer_customer=one.first.customer_id)


def _next_words(row: Headroom, legend: Legend) -> str:
    """The month as it is billed beside the same month a tier up, or why it cannot be compared."""
    if row.next_key is None:
        return "There is no higher tier: a private offer is the next step."
    following = cards.plain(legend.name(row.next_key))
    if row.next_price_usd is None:
        return f"{following} has no list price: a private offer is the next step."
    if row.bill_usd is None or row.next_bill_usd is None or row.saves_usd is None:
        return (
            f"{following} costs {numbers.exact_money(row.next_price_usd)} a month; one of the two bills has no total."
        )
    verdict = "saves" if row.saves_usd > 0 else "costs"
    more = "" if row.saves_usd > 0 else " more"
    return (
        f"The month is {numbers.exact_money(row.bill_usd)}; on {following}, at "
        f"{numbers.exact_money(row.next_price_usd)}, it would be {numbers.exact_money(row.next_bill_usd)}, "
        f"which {verdict} {numbers.exact_money(abs(row.saves_usd))}{more}."
    )


def _count(one: Customer, state: str) -> int:
    return sum(row.state == state for row in one.rows)


def _fullest(row: Headroom) -> str:
    return f"{numbers.name(row.dimension)}, {reviews.filled(row.share)}"
