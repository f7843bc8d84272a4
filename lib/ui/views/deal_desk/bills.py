"""What the buyer will be invoiced: the schedule, the bill line by line on their usage, and what it retires at AWS."""

from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.costs import Missing
from lib.desk.offering import OfferAnswer
from lib.offers import PRICE, OfferLine
from lib.ui import cards, controls, frames, numbers
from lib.ui.legends import Legend

_LEAST_MONTHS = 2  # a slider needs two ends; fewer have no usage to look at
_YEARS = {
    "year": "Year",
    "first_on": "From",
    "price_usd": "Price",
    "usage_usd": "Usage above",
    "minimum_usd": "Minimum",
    "invoiced_usd": "Invoiced for it",
    "fee_usd": "AWS keeps",
    "cost_usd": "Costs us",
}
_INVOICES = {"due_on": "Due", "for": "For", "amount_usd": "Amount", "fee_usd": "AWS keeps", "net_usd": "Net"}
_LINES = {
    "line": "Line",
    "used_quantity": "Used",
    "included": "Included",
    "amount_usd": "Amount",
    "reason": "How it comes about, per unit of the list",
}
_RETIRED = {
    "since_on": "Commitment year from",
    "invoiced_usd": "Invoiced",
    "ceiling_usd": "Ceiling",
    "if_deployed_usd": "Retired if deployed on AWS",
    "if_not_usd": "Retired if not",
    "beyond_usd": "Finds no room",
}


def schedule(found: OfferAnswer, years: pd.DataFrame, legend: Legend) -> None:
    """The years, and every invoice of the price; those of usage are in the download."""
    offer = found.offer
    parts = [one for one in offer.invoices if one.kind == PRICE]
    cards.heading(f"The price is invoiced in {numbers.counted(len(parts), 'part')}, usage month by month")
    cards.table(years, "offer_year_table", _YEARS, legend)
    frame = invoices(found)
    cards.table(frame[frame["for"] == "Price"], "offer_invoices", _INVOICES, legend)


def invoices(found: OfferAnswer) -> pd.DataFrame:
    """Every invoice with what AWS keeps of it, in USD."""
    ordered = sorted(found.offer.invoices, key=lambda one: (one.due_on, one.kind))
    return pd.DataFrame(
        {
            "due_on": [one.due_on for one in ordered],
            "for": ["Price" if one.kind == PRICE else "Usage of the month before" for one in ordered],
            "amount_usd": frames.column(one.amount for one in ordered),
            "fee_usd": frames.column(one.fee for one in ordered),
            "net_usd": frames.column(one.amount - one.fee for one in ordered),
        }
    )


@st.fragment
def preview(found: OfferAnswer, legend: Legend) -> None:
    """One month's bill line by line on their usage."""
    frame = lines(found)
    months = sorted(set(frame["month"]))
    if len(months) < _LEAST_MONTHS:
        cards.heading("No usage is on file, so that only the price is billed")
        return
    picked = months[controls.months("offer_month", "Month of the term", 1, len(months), 1) - 1]
    own = frame[[month == picked for month in frame["month"]]]
    cards.heading(f"{numbers.month(picked)} brings {numbers.exact_money(_sum(own))}, line by line")
    cards.table(own, "offer_bill", _LINES, legend)
    cards.note(usage_words(found))


def usage_words(found: OfferAnswer) -> str:
    """On whose usage the offer is priced."""
    usage, name = found.offer.usage, cards.plain(found.company.name)
    if not usage.is_estimate:
        return f"{name}'s own last full months, repeated over the term."
    why = "has no full month of its own yet" if found.company.customer_id else "is no customer yet"
    who = numbers.counted(usage.customers, "customer")
    return f"An estimate: {name} {why}, so the median of {who} on the same tier stands in, in every month."


def lines(found: OfferAnswer) -> pd.DataFrame:
    """Every line of every bill: what is used, included and charged, in natural units and USD."""
    own = sorted(found.offer.lines, key=lambda line: (line.month, line.kind, line.dimension or ""))
    return pd.DataFrame(
        {
            "month": [line.month for line in own],
            "line": [numbers.name(line.dimension) if line.dimension else _KINDS[line.kind] for line in own],
            "used_quantity": frames.column(line.quantity for line in own),
            "included": [_included(line.included) for line in own],
            "amount_usd": frames.column(line.amount for line in own),
            "reason": [_explained(line) for line in own],
        }
    )


_KINDS = {"base": "Price, an instalment", "minimum": "What the minimum lacks"}
_STATUS = {
    "within_allowance": "within what is included",
    "unlimited": "unlimited",
    "not_offered": "not offered on this tier",
    "by_contract": "not complete: say what is included",
}


def _explained(line: OfferLine) -> str:
    charged = [f"{numbers.quantity(units)} at {numbers.unit_price(price)}" for units, price in line.bands]
    return "; ".join(charged) or _STATUS.get(line.status, "")


def _included(told: str) -> str:
    return numbers.quantity(Decimal(told)) if told.replace(".", "").isdigit() else told


def _sum(own: pd.DataFrame) -> Decimal:
    return Decimal(frames.total(own["amount_usd"]))


def commitment(found: OfferAnswer, legend: Legend) -> None:
    """What the offer retires of the buyer's own commitment to AWS, year by year."""
    retired = found.retired
    if isinstance(retired, Missing):
        cards.heading("What it retires of the buyer's AWS commitment is not known")
        cards.note(f"It is {cards.plain(str(retired))}: type it above.")
        return
    known, most = retired.known, numbers.exact_money(retired.at_most)
    if known is not None:
        cards.heading(f"{numbers.exact_money(known)} of the buyer's AWS commitment are retired")
    else:
        cards.heading(f"Up to {most} of the buyer's AWS commitment are retired, if we are “Deployed on AWS”")
    cards.table(retiring(found), "offer_retired", _RETIRED, legend)
    if retired.after:
        cards.note(
            f"{numbers.exact_money(retired.after)}, usage of the last month, is invoiced after the term has ended: "
            "what the buyer has committed to then may retire it."
        )
    cards.note("From secondary sources: a buyer's contract with AWS may say otherwise. An answer, never a promise.")


def retiring(found: OfferAnswer) -> pd.DataFrame:
    """Each commitment year with what is invoiced in it and what it retires, in USD; empty where nobody told one."""
    years = () if isinstance(found.retired, Missing) else found.retired.years
    both = [(since, one.if_deployed, one.if_not) for since, one in years]
    return pd.DataFrame(
        {
            "since_on": [since for since, _, _ in both],
            "invoiced_usd": frames.column(sum((one.amount for one, _ in yes.parts), Decimal(0)) for _, yes, _ in both),
            "ceiling_usd": frames.column(yes.ceiling for _, yes, _ in both),
            "if_deployed_usd": frames.column(yes.retired for _, yes, _ in both),
            "if_not_usd": frames.column(no.retired for _, _, no in both),
            "beyond_usd": frames.column(yes.beyond for _, yes, _ in both),
        }
    )
