"""The one order in which a charge is made (rule C6); nothing else in the house knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import partial

from lib.catalog.allowance import BLOCK, CHARGE, UNLIMITED, Allowance
from lib.catalog.price import Discount, EventTerms, Price
from lib.money import EXACT, Currency, round_line, text
from lib.rating.bands import numerator, price_bands, shrunk, stretched
from lib.rating.charge import ZERO, BandCharge, Charge, EventCharge, RatingError, Step
from lib.rating.credits import discounted, true_up
from lib.rating.events import price_events
from lib.rating.units import converted, per_billed_unit

Effect = tuple[str, str, Decimal]  # a modifier's kind, its terms in words, and what it adds times the unit size
Modifier = Callable[[Price, "_Sum", "_Look"], Iterator[Effect]]


def rate(
    price: Price,
    allowance: Allowance,
    quantity: Decimal,
    *,
    events: Sequence[Decimal] | None = None,
    picked_by: Decimal | None = None,
    is_final: bool = True,
    fraction: Fraction = Fraction(1),
) -> Charge:
    """One usage period's cumulated quantity of one dimension → its charge (rules C1–C9).

    `events` are the values the quantity is the sum of, for a price that looks at each; `picked_by` the quantity that
    picks a volume band where it is not the charged one; a minimum and a commitment are trued up on the period's final
    line only, a minimum for its `fraction` of a whole period. A quantity below zero is refused unless the price
    mirrors it (C8): a refund of its units, without the fees and true-ups of a period.
    """
    _check(price, allowance, quantity, events, picked_by)
    with localcontext(EXACT):  # Python's own 28 digits would lose cents of very large lines
        if allowance.quantity is None:
            return _worded(allowance, quantity, converted(quantity, price.conversion), price.currency)
        if quantity < 0:
            positive = replace(price, flat_fee_at_zero=False)
            return _mirrored(rate(positive, allowance, -quantity, picked_by=picked_by, is_final=False))
        counted = converted(quantity, price.conversion)
        if allowance.over_limit != CHARGE and counted > allowance.quantity:
            return _stopped(price, allowance, quantity, counted, partial(rate, is_final=is_final, fraction=fraction))
        overage, bands, lines, owed = _priced(price, allowance.quantity, quantity, events, picked_by)
        exact, steps = _modified(price, owed, allowance.quantity, is_final, fraction)
        return Charge(
            quantity=quantity,
            counted=counted,
            allowance=allowance,
            included=counted - overage,
            overage=overage,
            bands=bands,
            exact=exact,
            amount=round_line(exact, price.currency),
            status="rated" if overage else "within_allowance",
            currency=price.currency,
            events=lines,
            steps=steps,
        )


def _check(
    price: Price, allowance: Allowance, quantity: Decimal, events: Sequence[Decimal] | None, picked_by: Decimal | None
) -> None:
    if not isinstance(quantity, Decimal) or not quantity.is_finite():
        raise RatingError(f"the quantity is {quantity!r}; usage is an exact decimal number")
    if quantity < 0 and price.negative == "refused":
        raise RatingError(f"the quantity is {quantity}; a period's usage cannot be negative")
    if (events is None) != (price.per_event is None):
        needs = "needs the single events" if events is None else "has no use for single events"
        raise RatingError(f"a {price.model} price {'with' if events is None else 'without'} per_event {needs}")
    if events is not None and (sum(events, ZERO) != quantity or any(value < 0 for value in events)):
        raise RatingError(f"the events add up to {sum(events, ZERO)}, not to {quantity}, or one is below zero")
    if price.per_event and allowance.quantity and price.per_event.free_amount is not None:
        raise RatingError(f"an allowance of {allowance} and a free_amount cover the same events: write one of the two")
    if picked_by is not None and price.model != "volume":
        raise RatingError(f"a {price.model} price picks no band: only a volume price is looked up by another quantity")


@dataclass(frozen=True)
class _Sum:
    """An amount times `size`: what modifiers work on, so that the one division by the unit size comes last (C9)."""

    numerator: Decimal
    size: Decimal

    @property
    def amount(self) -> Decimal:
        return self.numerator / self.size


def _priced(
    price: Price,
    included: Decimal,
    quantity: Decimal,
    events: Sequence[Decimal] | None,
    picked_by: Decimal | None,
) -> tuple[Decimal, tuple[BandCharge, ...], tuple[EventCharge, ...], _Sum]:
    """The overage in billed units, the bands or events that explain its price, and their exact sum."""
    if price.per_event and events is not None:
        lines = price_events(price, _with_allowance(price.per_event, included), events)
        charged, amount = sum((line.charged for line in lines), ZERO), sum((line.amount for line in lines), ZERO)
        return charged, (), lines, _Sum(amount, Decimal(1))
    factor = per_billed_unit(price.conversion)
    counted = quantity if factor != 1 else converted(quantity, price.conversion)
    overage, scaled = max(counted - included * factor, ZERO), stretched(price, factor)
    bands = price_bands(scaled, included * factor, overage, picked_by)
    return overage / factor, shrunk(bands, factor), (), _Sum(numerator(bands, scaled.unit_size), scaled.unit_size)


def _with_allowance(terms: EventTerms, included: Decimal) -> EventTerms:
    """An allowance of a price per event is its free amount: the first events up to it cost nothing."""
    return replace(terms, free_amount=included) if included else terms


@dataclass(frozen=True)
class _Look:
    """What a modifier must know of the look at the period beside the price and the sum."""

    included: Decimal
    is_final: bool
    fraction: Fraction


def _modified(
    price: Price, owed: _Sum, included: Decimal, is_final: bool, fraction: Fraction
) -> tuple[Decimal, tuple[Step, ...]]:
    """A sum and the price's modifiers in their one order → the exact amount, and what each modifier did."""
    steps, look = list[Step](), _Look(included, is_final, fraction)
    for modifier in ORDER:
        for kind, words, effect in modifier(price, owed, look):
            owed = replace(owed, numerator=owed.numerator + effect)
            steps.append(Step(kind, words, effect / owed.size))
    return owed.amount, tuple(steps)


def _discounts(price: Price, owed: _Sum, _: _Look) -> Iterator[Effect]:
    left = owed.numerator
    for discount in price.discounts:
        before, left = left, discounted(left, [_times(discount, owed.size)])
        if left != before:
            yield "discount", _words(discount), left - before


def _maximum(price: Price, owed: _Sum, _: _Look) -> Iterator[Effect]:
    if price.maximum is not None and owed.numerator > price.maximum * owed.size:
        yield "maximum", f"at most {text(price.maximum)}", price.maximum * owed.size - owed.numerator


def _minimum(price: Price, owed: _Sum, look: _Look) -> Iterator[Effect]:
    if price.minimum is None or not look.is_final:
        return
    fraction = look.fraction
    least = true_up(price.minimum, (), fraction=fraction, currency=price.currency) * owed.size
    part = "" if fraction == 1 else f" × {fraction.numerator}/{fraction.denominator}"
    if least > owed.numerator:
        yield "minimum", f"at least {text(price.minimum)}{part}", least - owed.numerator


def _commitment(price: Price, owed: _Sum, look: _Look) -> Iterator[Effect]:
    commitment = price.commitment
    if commitment is None:
        return
    is_amount = commitment.counted_in == "amount"
    committed = (
        commitment.size * owed.size if is_amount else _committed(price, commitment.size, look.included, owed.size)
    )
    above, words = owed.numerator - committed, text(committed / owed.size)
    if above > 0 and commitment.overage_factor != 1:
        factor = text(commitment.overage_factor)
        yield "commitment", f"above {words} committed × {factor}", above * (commitment.overage_factor - 1)
    if above < 0 and commitment.true_up and look.is_final:
        yield "commitment", f"{words} committed", -above


# Percent and fixed discounts, maximum, minimum, commitment; credits come after the line is rounded (C6).
ORDER: tuple[Modifier, ...] = (_discounts, _maximum, _minimum, _commitment)


def _committed(price: Price, quantity: Decimal, included: Decimal, size: Decimal) -> Decimal:
    """What a committed quantity costs, times `size`: billed units above the allowance, discounts taken off."""
    listed = numerator(price_bands(price, included, quantity), price.unit_size) * size / price.unit_size
    return discounted(listed, (_times(discount, size) for discount in price.discounts))


def _times(discount: Discount, size: Decimal) -> Discount:
    """A discount for amounts that are held times `size`."""
    return discount if discount.fixed is None else Discount(fixed=discount.fixed * size)


def unset(allowance: Allowance, quantity: Decimal, currency: Currency) -> Charge:
    """Usage of a dimension whose price nobody set: what is included costs nothing, above it there is no amount."""
    if quantity < 0 or not quantity.is_finite():
        raise RatingError(f"the quantity is {quantity}; a period's usage cannot be negative")
    if allowance.quantity is None:
        return _worded(allowance, quantity, quantity, currency)
    with localcontext(EXACT):
        above = max(quantity - allowance.quantity, ZERO)
        charge = _worded(UNLIMITED, quantity - above, quantity - above, currency)
    within = replace(charge, allowance=allowance, status="within_allowance")
    return _above(within, allowance, quantity, quantity) if above else within


def _stopped(
    price: Price, allowance: Allowance, quantity: Decimal, counted: Decimal, rated: Callable[..., Charge]
) -> Charge:
    """Usage above an allowance that nothing is charged beyond: what is included is rated as ever, the rest is told."""
    if price.per_event:
        raise RatingError(f"a price per event is charged event by event, so above {allowance} nothing can be refused")
    full = rated(replace(price, conversion=None), replace(allowance, over_limit=CHARGE), allowance.quantity)
    return _above(full, allowance, quantity, counted)


def _above(full: Charge, allowance: Allowance, quantity: Decimal, counted: Decimal) -> Charge:
    """A whole allowance's charge → the same where more was asked for: refused and not billed, or without an amount."""
    told = replace(
        full, quantity=quantity, counted=counted, allowance=allowance, overage=EXACT.subtract(counted, full.included)
    )
    if allowance.over_limit == BLOCK:
        return replace(told, status="blocked")
    return replace(told, status="not_set", exact=None, amount=None, bands=(), steps=())


def _worded(allowance: Allowance, quantity: Decimal, counted: Decimal, currency: Currency) -> Charge:
    """Usage against an allowance that is a word: it costs nothing, or it has no price."""
    is_free = allowance.is_free
    return Charge(
        quantity=quantity,
        counted=counted,
        allowance=allowance,
        included=counted if is_free else ZERO,
        overage=ZERO if is_free else counted,
        bands=(),
        exact=ZERO if is_free else None,
        amount=round_line(ZERO, currency) if is_free else None,
        status=allowance.kind.replace(" ", "_"),
        currency=currency,
    )


def _mirrored(charge: Charge) -> Charge:
    """The charge of the positive quantity, with every sign turned: a refund of exactly what it would have cost."""
    bands = tuple(
        replace(band, quantity=-band.quantity, flat_fee=-band.flat_fee, amount=-band.amount) for band in charge.bands
    )
    return replace(
        charge,
        quantity=-charge.quantity,
        counted=-charge.counted,
        included=-charge.included,
        overage=-charge.overage,
        bands=bands,
        exact=None if charge.exact is None else -charge.exact,
        amount=None if charge.amount is None else -charge.amount,
        steps=tuple(replace(step, effect=-step.effect) for step in charge.steps),
    )


def _words(discount: Discount) -> str:
    return f"{text(discount.fixed)} off" if discount.fixed is not None else f"{text(discount.percent or ZERO)} % off"
