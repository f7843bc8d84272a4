"""What falls due: questions that nobody has answered, and days that come, each with how far away it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

OPEN, EFFECTIVE, REACHES = "open decision", "takes effect", "reaches existing contracts"
ACCEPTED, TERM, LAPSES = "acceptance ends", "term of an offer ends", "offer lapses"
CONTRACT, REVIEW = "contract comes up", "business review"
KINDS = (EFFECTIVE, REACHES, ACCEPTED, LAPSES, TERM, CONTRACT, REVIEW, OPEN)


@dataclass(frozen=True)
class Due:
    """One thing to do or decide: what it is about, in the words of its record; without a day it is open all the time.

    `customer_id` is whose it is and `rail` where it is, None where it is nobody's and nowhere; `customers` how many it
    concerns, where they are counted; `mrr` is what a contract brings a month, None where no price of it is on record.
    """

    kind: str
    about: str
    on: date | None = None
    customer_id: str | None = None
    rail: str | None = None
    customers: int | None = None
    mrr: Decimal | None = None


def due(found: Iterable[Due], as_of: date, within: int) -> tuple[Due, ...]:
    """What lies within so many days of a day, and what is open; the soonest first. A day that has passed is over."""
    kept = [one for one in found if one.on is None or 0 <= (one.on - as_of).days <= within]
    return tuple(sorted(kept, key=lambda one: (one.on or date.max, KINDS.index(one.kind), one.about, one.rail or "")))
