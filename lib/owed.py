"""What a contract owes by its own terms: usage, entitlements, its minimum, and what late usage makes of them.

Rating knows prices and contracts know terms; here the two meet. A difference is always one of two rounded charges of
the month's cumulated quantity, so that however often and in whatever order usage arrives, the month costs the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.price import Price
from lib.contracts import Contract, SeatCharge, allowance_of, price_of
from lib.kernel.line import amounts
from lib.money import EXACT
from lib.proration import FeeLine
from lib.rating import BandCharge, Charge, RatingError, Step, rate, true_up

ZERO = Decimal(0)
MOVED = ("quantity", "flat_fee", "amount")  # of a band, where two charges differ
COUNTS = ("quantity", "counted", "included", "overage")
CHARGED, CREDITED, CARRIED, NOTHING, UNPRICED = "charged", "credited", "carried", "nothing to book", "without a price"


@dataclass(frozen=True)
class Used:
    """One month's quantity of a dimension under a contract and the book that governs it: all that its line needs.

    `before` is what the customer used in the month before a change of plan, on a rail whose bands continue: the line
    then is what the quantity adds to it, at this contract's price and allowance for both. `events` are the values that
    add up to the quantity, for a price that looks at each.
    """

    contract: Contract
    book: Book
    dimension: str
    quantity: Decimal
    before: Decimal = ZERO
    events: tuple[Decimal, ...] | None = None

    @property
    def price(self) -> Price:
        """The offer's price, else the book's."""
        return price_of(self.contract, self.book, self.dimension)

    @property
    def allowance(self) -> Allowance:
        """The offer's allowance, else the tier's."""
        return allowance_of(self.contract, self.book, self.dimension)

    @property
    def charge(self) -> Charge:
        """The line, explained."""
        price, allowance = self.price, self.allowance
        if price.per_event and self.before:
            raise RatingError(f"{self.dimension} is priced event by event, so its bands cannot continue after a change")
        if price.per_event:
            return rate_events(price, allowance, self.dimension, self.quantity, self.events)
        if not self.before:
            return rate(price, allowance, self.quantity)
        return less(rate(price, allowance, EXACT.add(self.before, self.quantity)), rate(price, allowance, self.before))


def rate_events(
    price: Price, allowance: Allowance, dimension: str, quantity: Decimal, events: Sequence[Decimal] | None
) -> Charge:
    """A quantity under a price that looks at single events → its charge; refused where only the sum is known."""
    if events is None:
        raise RatingError(f"{dimension} is priced event by event, and only the sum of its month is known")
    return rate(price, allowance, quantity, events=events)


def usage_charge(contract: Contract, book: Book, dimension: str, quantity: Decimal) -> Charge:
    """One month's quantity of a contract → its charge at the offer's price and allowance, else the book's."""
    return Used(contract, book, dimension, quantity).charge


def usage_lines(used: Sequence[Used]) -> list[tuple[str, Decimal | None]]:
    """Many months at once → the status and the rounded amount of each line, as its charge has them.

    Lines that share a price and an allowance are rated together in whole numbers; what needs more than bands is
    rated one by one. The explanation of a line is left to whoever asks for it.
    """
    found: dict[int, tuple[str, Decimal | None]] = {}
    together: dict[tuple[int, Allowance], list[int]] = {}
    prices: dict[int, Price] = {}
    for place, one in enumerate(used):
        price = one.price
        if one.before or not price.is_plain:
            charge = one.charge
            found[place] = charge.status, charge.amount
        else:
            prices[id(price)] = price  # holding the price keeps its id its own
            together.setdefault((id(price), one.allowance), []).append(place)
    for (key, allowance), places in together.items():
        quantities = [used[place].quantity for place in places]
        rated = amounts(prices[key], allowance, quantities)
        for place, quantity, amount in zip(places, quantities, rated, strict=True):
            found[place] = _status(allowance, quantity), amount
    return [found[place] for place in range(len(used))]


def _status(allowance: Allowance, quantity: Decimal) -> str:
    if allowance.quantity is None:
        return allowance.kind.replace(" ", "_")
    return "rated" if abs(quantity) > allowance.quantity else "within_allowance"


def less(becomes: Charge, was: Charge) -> Charge:
    """What one charge adds to another of the same price and allowance, band by band; below zero where it is cheaper."""
    if becomes.amount is None or was.amount is None or becomes.exact is None or was.exact is None:
        return replace(becomes, **_moved(becomes, was, COUNTS))
    return replace(
        becomes,
        **_moved(becomes, was, COUNTS),
        bands=_less_by_band(becomes.bands, was.bands),
        steps=_less_by_step(becomes.steps, was.steps),
        exact=EXACT.subtract(becomes.exact, was.exact),
        amount=EXACT.subtract(becomes.amount, was.amount),
    )


def _less_by_band(becomes: Sequence[BandCharge], was: Sequence[BandCharge]) -> tuple[BandCharge, ...]:
    """Each band's units and amount less those it had; a band that nothing moved in is left out."""
    before, after = ({band.from_quantity: band for band in bands} for bands in (was, becomes))
    found = []
    for start in sorted(before.keys() | after.keys()):
        band = after.get(start) or before[start]
        none = replace(band, quantity=ZERO, flat_fee=ZERO, amount=ZERO)
        new, old = after.get(start, none), before.get(start, none)
        if new != old:
            found.append(replace(band, **_moved(new, old, MOVED)))
    return tuple(found)


def _less_by_step(becomes: Sequence[Step], was: Sequence[Step]) -> tuple[Step, ...]:
    """What each modifier did to one charge and not to the other."""
    effects: dict[tuple[str, str], Decimal] = {}
    for steps, add in ((becomes, EXACT.add), (was, EXACT.subtract)):
        for step in steps:
            key = (step.kind, step.words)
            effects[key] = add(effects.get(key, ZERO), step.effect)
    return tuple(Step(*key, effect) for key, effect in effects.items() if effect)


def _moved(new: object, old: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: EXACT.subtract(getattr(new, name), getattr(old, name)) for name in names}


def entitled_amount(contract: Contract, book: Book, dimension: str, charge: SeatCharge) -> Decimal | None:
    """One change of an entitlement → its rounded line; None where it is by contract.

    The price is a month's, and a period costs its months; what is added is priced as the step between two numbers, for
    the share of the period, and rounded once.
    """
    price, allowance = price_of(contract, book, dimension), allowance_of(contract, book, dimension)
    to, since = (rate(price, allowance, Decimal(seats)).exact for seats in (charge.to_seats, charge.from_seats))
    if to is None or since is None:
        return None
    step = EXACT.multiply(EXACT.subtract(to, since), Decimal(contract.months))
    return FeeLine(step, charge.share).amount(book.currency)


def short_of(minimum: Decimal, usage: Iterable[Decimal | None]) -> Decimal | None:
    """A month's minimum and its rounded usage lines → what is missing; None where a line has no price to count."""
    amounts = list(usage)
    known = [amount for amount in amounts if amount is not None]
    return true_up(minimum, known) if len(known) == len(amounts) else None


@dataclass(frozen=True)
class Correction:
    """What late or corrected usage changes of a month: the difference of two rounded charges of its whole quantity.

    It belongs to `month` and is booked on `booked_on`. `difference` is None where the usage has no price. `taken_as`
    is charged, credited, carried (below zero on a rail that takes no negative line), nothing to
    book or without a price.
    """

    month: date
    booked_on: date
    was: Charge
    becomes: Charge
    difference: Decimal | None
    taken_as: str

    @property
    def change(self) -> Charge:
        """The difference explained band by band."""
        return less(self.becomes, self.was)


@dataclass(frozen=True)
class Arrival:
    """Usage of a month as it came in on a day; below zero for a correction."""

    booked_on: date
    quantity: Decimal


def late(
    price: Price,
    allowance: Allowance,
    was: Decimal,
    becomes: Decimal,
    *,
    month: date,
    booked_on: date,
    corrections: str = "credit",
) -> Correction:
    """A month's cumulated quantity as it was billed and as it is now → the signed difference to book.

    `corrections` is the rail's: "credit" takes a difference below zero as a line of its own, "carried" cannot, and
    the caller must keep it as a balance that later usage consumes. Source: data/rails.toml.
    """
    old, new = rate(price, allowance, was), rate(price, allowance, becomes)
    difference = None if old.amount is None or new.amount is None else EXACT.subtract(new.amount, old.amount)
    return Correction(month, booked_on, old, new, difference, _taken_as(difference, corrections))


def booked(
    price: Price, allowance: Allowance, month: date, arrivals: Iterable[Arrival], corrections: str = "credit"
) -> tuple[Correction, ...]:
    """A month's usage as it arrived → what each arrival books; the differences add up to the month's one charge.

    The first arrival is a difference too: from a month without usage, which costs nothing or a first flat fee.
    """
    found, so_far = [], ZERO
    for arrival in arrivals:
        now = EXACT.add(so_far, arrival.quantity)
        day = arrival.booked_on
        found.append(late(price, allowance, so_far, now, month=month, booked_on=day, corrections=corrections))
        so_far = now
    return tuple(found)


def _taken_as(difference: Decimal | None, corrections: str) -> str:
    if not difference:
        return UNPRICED if difference is None else NOTHING
    if difference > 0:
        return CHARGED
    return CREDITED if corrections == "credit" else CARRIED
