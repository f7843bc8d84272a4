"""Suspicions about base fees and credits: another price, or another part of the period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from lib.contracts import BilledPeriod, base_amount
from lib.money import EXACT
from lib.periods import month_end
from lib.reconciliation.evidence import Doubt, Guess
from lib.reconciliation.words import money, share

_MONTH, _YEAR = 30, 360  # days of a month, and of a year of such months, where every month is given thirty


def other_book(doubt: Doubt) -> Iterator[Guess]:
    """The list price of another book."""
    for book in doubt.evidence.books:
        if book.id != doubt.ours.book_id and doubt.contract.plan_key in book.plans:
            words = f"it has the price of the {book.id} book, and the {doubt.ours.book_id} book governs"
            yield base_amount(doubt.contract, _period(doubt), book), words


def offer_ignored(doubt: Doubt) -> Iterator[Guess]:
    """The list price in spite of a private offer."""
    if doubt.contract.offer:
        listed = replace(doubt.contract, offer=None)
        offered = base_amount(doubt.contract, _period(doubt), doubt.book)
        own = "" if offered is None else f"the {money(offered)} of "
        words = f"it has the list price, not {own}the private offer {doubt.contract.offer.offer_id}"
        yield base_amount(listed, _period(doubt), doubt.book), words


def other_plan(doubt: Doubt) -> Iterator[Guess]:
    """The price of another plan or term."""
    for plan in doubt.book.plans.values():
        if plan.key != doubt.contract.plan_key:
            other = replace(doubt.contract, plan_key=plan.key, offer=None)
            yield base_amount(other, _period(doubt), doubt.book), f"it has the price of the plan {plan.key}"
    months = doubt.contract.months
    if months > 1:
        yield _part(doubt, Fraction(1, months)), f"it has one month's share of {months} months"
    else:
        yield _part(doubt, Fraction(12)), "it has twelve months at once"


def other_days(doubt: Doubt) -> Iterator[Guess]:
    """A credit counted in other days than those of the period."""
    period = _period(doubt)
    if period.kind != "proration":
        return
    unused, days = (period.end_on - period.due_on).days, (period.end_on - period.start_on).days
    months = doubt.contract.months
    told = f"{unused} of {days} days are unused"
    yield from (
        (_credit(doubt, part), f"{told}, and {share(part)} of the price is credited: {words}")
        for part, words in (
            (Fraction(unused, _MONTH * months), "every month has thirty days"),
            (Fraction(_thirty(period.due_on, period.end_on), _MONTH * months), "days and months of thirty are counted"),
            (Fraction(unused + 1, days), "the first and the last day are both counted"),
            (Fraction(unused + 1, days + 1), "the first and the last day are both counted, of the period too"),
            (Fraction(unused - 1, days), "the day of the change is not counted"),
            (Fraction(days - unused, days), "the used days are credited, not the unused ones"),
            (Fraction(1), "the whole period is credited"),
        )
    )


def clipped(doubt: Doubt) -> Iterator[Guess]:
    """A fee for a part of its period only: clipped where the contract or the calendar month ends."""
    period = _period(doubt)
    if period.kind != "base":
        return
    days = (period.end_on - period.start_on).days
    cuts = {month_end(period.start_on): "at the end of the calendar month"}
    if doubt.contract.ended_on:
        cuts[doubt.contract.ended_on] = "at the end of the contract"
    for cut, words in cuts.items():
        if period.start_on < cut < period.end_on:
            for served in ((cut - period.start_on).days, (cut - period.start_on + timedelta(1)).days):
                yield _part(doubt, Fraction(served, days)), f"the period is clipped {words}: {served} of {days} days"


def exact_amounts(doubt: Doubt) -> Iterator[Decimal]:
    """What a fee or credit is before it is rounded."""
    if doubt.ours.period and (price := _price(doubt)) is not None:
        product = EXACT.multiply(price, Decimal(doubt.ours.period.share.numerator))
        yield EXACT.divide(product, Decimal(doubt.ours.period.share.denominator))


def _period(doubt: Doubt) -> BilledPeriod:
    assert doubt.ours.period is not None, "a base line has a period"
    return doubt.ours.period


def _price(doubt: Doubt) -> Decimal | None:
    """The governing price of the whole period."""
    return base_amount(doubt.contract, replace(_period(doubt), share=Fraction(1)), doubt.book)


def _part(doubt: Doubt, part: Fraction) -> Decimal | None:
    return base_amount(doubt.contract, replace(_period(doubt), share=part), doubt.book)


def _credit(doubt: Doubt, part: Fraction) -> Decimal | None:
    return _part(doubt, -part)


def _thirty(first: date, last: date) -> int:
    """Days between two dates where every month has thirty."""
    return _YEAR * (last.year - first.year) + _MONTH * (last.month - first.month) + last.day - first.day
