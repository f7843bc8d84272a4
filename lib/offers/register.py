"""The register of private offers: where each stands on a day, what is left of it, which resemble one asked for.

Our own file, what somebody saved on the page and AWS each tell their part. What they tell differently is said, and
where an offer stands follows from all: AWS holds an agreement, so it was accepted; its last day is over, so it was not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.costs import Figure, Missing
from lib.money import EXACT
from lib.offers.judging import NOT_ELIGIBLE, UNKNOWN, ExpressRules
from lib.offers.terms import YEAR

DRAFT, SENT, ACCEPTED, EXPIRED, WITHDRAWN = "draft", "sent", "accepted", "expired", "withdrawn"
STANDINGS = (SENT, DRAFT, ACCEPTED, EXPIRED, WITHDRAWN)
ON_FILE, FROM_AWS, SAVED = "our file", "AWS", "saved here"


@dataclass(frozen=True)
class Listed:
    """One private offer as it is told; `price` is the whole term's in USD, None where nobody told it.

    `status` is our file's, None for one that only AWS knows. `aws_*` is the agreement that AWS holds under it, None
    without one. `invoiced` is what has been invoiced of the price. `list_*` are the tier's public prices of the day.
    """

    offer_id: str
    source: str
    company: str
    customer_id: str | None
    tier: str | None
    years: int
    price: Decimal | None
    status: str | None
    starts_on: date | None = None
    ends_on: date | None = None
    sent_on: date | None = None
    expires_on: date | None = None
    accepted_on: date | None = None
    channel_partner: str | None = None
    is_express: bool | None = None
    renews: str | None = None
    aws_agreement: str | None = None
    aws_status: str | None = None
    aws_value: Decimal | None = None
    aws_ended_on: date | None = None
    invoiced: Decimal | None = None
    list_annual: Decimal | None = None
    list_monthly: Decimal | None = None

    @property
    def per_year(self) -> Decimal | None:
        """The price of a year on average."""
        return None if self.price is None else EXACT.divide(self.price, Decimal(self.years))

    @property
    def off_annual(self) -> Fraction | None:
        """The discount read on the annual price, a fraction; None where the tier has none."""
        return _off(self.price, self.list_annual, self.years)

    @property
    def off_monthly(self) -> Fraction | None:
        """The discount read on twelve monthly prices, a fraction."""
        return _off(self.price, self.list_monthly, self.years * YEAR)

    @property
    def told_on(self) -> date:
        """The day it was accepted, else sent, else starts, to put the newest first."""
        return self.accepted_on or self.sent_on or self.starts_on or date.min


@dataclass(frozen=True)
class Standing:
    """Where an offer stands on a day; `days_left` to accept it, none on the last; `said` what is to be told."""

    offer: Listed
    standing: str
    days_left: int | None
    said: tuple[str, ...]

    @property
    def is_agreed(self) -> bool:
        """Whether somebody is bound by it."""
        return self.standing == ACCEPTED

    @property
    def remaining(self) -> Figure | None:
        """What is still to be invoiced of an agreed price, below zero where too much was; None where none is agreed."""
        if not self.is_agreed:
            return None
        if self.offer.price is None:
            return Missing.of("the price of its whole term")
        return EXACT.subtract(self.offer.price, self.offer.invoiced or Decimal(0))


@dataclass(frozen=True)
class Likeness:
    """From which to which factor of a year's price a past offer counts as large as one that is asked for."""

    size_from: Decimal
    size_to: Decimal


@dataclass(frozen=True)
class Comparable:
    """A past offer on the same tier, and what else it shares with the one asked for: term, size."""

    standing: Standing
    shares: tuple[str, ...]


def stands(offer: Listed, on: date) -> Standing:
    """An offer → where it stands on a day. AWS voids one after the day it expires, and holds those accepted."""
    standing = _standing(offer, on)
    left = (offer.expires_on - on).days if standing == SENT and offer.expires_on else None
    return Standing(offer, standing, left, tuple(_said(offer, standing)))


def may_be_express(offer: Listed, flags: Iterable[bool | None], rules: ExpressRules) -> str:
    """Whether AWS could make an offer without us, by the flags of the dimensions its tier is offered.

    At best it is unknown: each dimension's description is asked for, and no source holds one.
    """
    found, off = list(flags), offer.off_annual
    most = rules.largest_value
    is_too_large = offer.price is not None and most is not None and offer.price > most
    is_too_cheap = off is not None and rules.largest_discount is not None and off > Fraction(rules.largest_discount)
    return NOT_ELIGIBLE if off is None or False in found or is_too_large or is_too_cheap else UNKNOWN


def comparable(
    tier: str, years: int, per_year: Decimal, register: Iterable[Standing], likeness: Likeness
) -> tuple[Comparable, ...]:
    """Past offers of a tier, those that share most with the one asked for first, then the newest; drafts are none."""
    past = [one for one in register if one.offer.tier == tier and one.standing != DRAFT]
    found = [Comparable(one, tuple(_shares(one.offer, years, per_year, likeness))) for one in past]
    ordered = sorted(found, key=lambda one: (one.standing.offer.told_on, one.standing.offer.offer_id), reverse=True)
    return tuple(sorted(ordered, key=lambda one: -len(one.shares)))


def _standing(offer: Listed, on: date) -> str:
    if offer.aws_agreement is not None or offer.status is None:
        return ACCEPTED
    if offer.status == SENT and offer.expires_on is not None and offer.expires_on < on:
        return EXPIRED
    return offer.status


def _said(offer: Listed, standing: str) -> Iterable[str]:
    """What two of the sources tell differently, or what nobody tells, each in words."""
    agreement, status = offer.aws_agreement, offer.status
    file = "the desk" if offer.source == SAVED else ON_FILE
    if agreement is not None and status is None:
        yield f"AWS holds agreement {agreement} under it, and our file does not know it"
    elif agreement is not None and status != ACCEPTED:
        yield f"AWS holds agreement {agreement} under it, and {file} says {status}"
    elif agreement is None and status == ACCEPTED:
        yield "accepted on file, and AWS holds no agreement under it"
    elif standing == EXPIRED and status == SENT and offer.expires_on:
        yield f"expired on {_day(offer.expires_on)}, and {file} still says sent"
    elif standing == SENT and offer.expires_on is None:
        yield f"sent, and {file} does not say until when it can be accepted"
    if None not in (offer.aws_value, offer.price) and offer.aws_value != offer.price:
        yield f"AWS tells a value of ${offer.aws_value:,.2f}, our file ${offer.price:,.2f}"
    if agreement is not None and offer.aws_ended_on is not None:
        yield f"AWS says that its agreement ended on {_day(offer.aws_ended_on)}"
    if agreement is None and status not in (None, ACCEPTED) and offer.accepted_on is not None:
        yield f"{file} says {status}, and that it was accepted on {_day(offer.accepted_on)}"


def _shares(offer: Listed, years: int, per_year: Decimal, likeness: Likeness) -> Iterable[str]:
    if offer.years == years:
        yield "term"
    own = offer.per_year
    if own is not None and likeness.size_from * per_year <= own <= likeness.size_to * per_year:
        yield "size"


def _off(price: Decimal | None, listed: Decimal | None, times: int) -> Fraction | None:
    return None if price is None or not listed else 1 - Fraction(price) / (Fraction(listed) * times)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
