"""The buyer's side: what of an AWS commitment purchases from us may retire, by what others say of the rule."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st

from lib.periods import add_months, month_of, months_between
from lib.rails import ANSWERS, Commitment, Commits, Purchase, Retiring, retiring
from lib.ui import cards, controls, frames, numbers
from lib.ui.legends import Legend

_STATED = {"yes": "Deployed on AWS", "no": "Not deployed on AWS", "unknown": "Nobody has stated it"}
_INVOICES = {"1": "Once", "12": "Every month"}
_STANDINGS = {
    "primary": "AWS's own page says so",
    "secondary": "only secondary sources say so, no page of AWS's own was found",
    "unverified": "nobody we found says so",
}
_HEADERS = {
    "invoiced_on": "Invoiced",
    "amount_usd": "Amount",
    "if_deployed_usd": "Retires if deployed",
    "if_not_usd": "Retires if not",
}
_YEARS_SHOWN = 3


def asked(rule: Commitment, invoice: Decimal, as_of: date) -> tuple[Commits, Retiring]:
    """Ask for one buyer's numbers → its commitment, and what its purchases retire of it."""
    left, middle, right = st.columns(3)
    with left:
        amount = controls.quantity("fees_commitment", "Commitment of a year, in dollars", frames.ZERO, "dollar")
        elsewhere = controls.quantity("fees_elsewhere", "Of the ceiling used with others", frames.ZERO, "dollar")
    with middle:
        bought = controls.quantity("fees_bought", "Each of our invoices, in dollars", invoice, "dollar")
        number = int(controls.one_of("fees_bought_times", "Invoiced", _INVOICES))
    months = _choices(rule, as_of)
    with right:
        since = months[controls.choice("fees_year", "The commitment's year begins", {key: key for key in months})]
        first = months[controls.choice("fees_first", "First invoice", {key: key for key in months})]
    deployed = controls.one_of("fees_deployed", "Our product is", _stated(rule))
    purchases = [Purchase(add_months(first, month), bought) for month in range(number)]
    commits = Commits(amount, since, add_months(since, 12), elsewhere)
    return commits, retiring(rule, commits, purchases, deployed)


def sentence(found: Retiring, amount: Decimal) -> str:
    """What is retired of a commitment, or what it would be where it hangs on what nobody has said."""
    if not amount:
        return "With no commitment there is nothing to retire: type the buyer's own"
    whole, known = numbers.exact_money(amount), found.known
    if known is None:
        yes, no = (numbers.exact_money(one.retired) for one in (found.if_deployed, found.if_not))
        return f"Of a commitment of {whole} {yes} would be retired if we are “Deployed on AWS”, and {no} if not"
    beyond = f", {numbers.exact_money(known.beyond)} find no room" if known.beyond else ""
    never = f", {numbers.exact_money(known.not_counted)} do not count" if known.not_counted else ""
    left = numbers.exact_money(known.left)
    retired = numbers.exact_money(known.retired)
    return f"Of a commitment of {whole} {retired} are retired and {left} of room are left{beyond}{never}"


def show(rule: Commitment, commits: Commits, found: Retiring, legend: Legend) -> pd.DataFrame:
    """The answer, purchase by purchase, and how well the rule is known → the table."""
    cards.sentence(f"**{cards.plain(sentence(found, commits.amount))}**")
    frame = listed(found)
    if commits.amount:
        cards.table(frame, "fees_retired", _HEADERS, legend)
    ceiling = numbers.exact_money(found.if_deployed.ceiling)
    cards.note(
        f"At most {numbers.percent(rule.ceiling_rate, 0)} of the year's commitment, here {ceiling}, for everything "
        f"bought on the Marketplace: {_STANDINGS[rule.ceiling_standing]}. {cards.plain(rule.ceiling_source)}.",
        f"From {numbers.day(rule.counts_since)} by the invoice's day only what is “Deployed on AWS”: "
        f"{_STANDINGS[rule.requires_standing]}. {cards.plain(rule.requires_source)}.",
        f"Our own product: {_STATED[rule.deployed].lower()}. {cards.plain(rule.deployed_source)}.",
        "A buyer's contract with AWS may say otherwise: an answer for one buyer's numbers, never a promise.",
    )
    return frame


def listed(found: Retiring) -> pd.DataFrame:
    """Every purchase, and what it retires in either case."""
    return pd.DataFrame(
        {
            "invoiced_on": [one.invoiced_on for one, _ in found.if_deployed.parts],
            "amount_usd": frames.column(one.amount for one, _ in found.if_deployed.parts),
            "if_deployed_usd": frames.column(part for _, part in found.if_deployed.parts),
            "if_not_usd": frames.column(part for _, part in found.if_not.parts),
        }
    )


def _stated(rule: Commitment) -> Mapping[str, str]:
    """What may be said of our deployment, that on file first."""
    return {answer: _STATED[answer] for answer in sorted(ANSWERS, key=lambda one: one != rule.deployed)}


def _choices(rule: Commitment, as_of: date) -> dict[str, date]:
    """Months by name: the first of this year, then from the year before the rule changed to the end of the next."""
    first = date(rule.counts_since.year, 1, 1)
    end = add_months(date(as_of.year, 1, 1), 12 * (_YEARS_SHOWN - 1))
    ordered = sorted(months_between(first, end), key=lambda month: month != month_of(date(as_of.year, 1, 1)))
    return {numbers.month(month): month for month in ordered}
