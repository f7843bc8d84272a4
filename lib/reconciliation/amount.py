"""Suspicions about the amount itself, whatever it is for: copied, turned, netted, rounded or reduced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from lib.money import EXACT, USD, round_line
from lib.periods import month_end
from lib.rails import Fee, RailsError, Sale, fee
from lib.reconciliation import base
from lib.reconciliation.evidence import Doubt, Guess
from lib.reconciliation.words import money

_ROUNDED: Mapping[str, str] = {
    ROUND_HALF_EVEN: "rounded to the even cent instead of away from zero",
    ROUND_DOWN: "cut off instead of rounded",
    ROUND_CEILING: "rounded up to the next cent",
}
_HUNDRED = Decimal(100)
_STEP = 5  # discounts are agreed in steps of five percent
# Below it, some step of five percent would make almost any amount, and fitting would say nothing.
_LEAST_DISCOUNTED = Decimal(20)


def twice(doubt: Doubt) -> Iterator[Guess]:
    """The line more than once."""
    copies, invoices = len(doubt.theirs), sorted({line.invoice_id for line in doubt.theirs})
    if copies > 1:
        for amount in doubt.amounts:
            yield amount * copies, f"it is invoiced {copies} times, on {' and '.join(invoices)}"


def turned(doubt: Doubt) -> Iterator[Guess]:
    """The sign reversed."""
    for amount in doubt.amounts:
        yield -amount, "its sign is reversed"


def cents_for_dollars(doubt: Doubt) -> Iterator[Guess]:
    """Dollars read as cents, or cents as dollars."""
    for amount in doubt.amounts:
        yield amount * _HUNDRED, "it is a hundred times too much: cents are taken for dollars"
        yield round_line(EXACT.divide(amount, _HUNDRED)), "it is a hundredth: dollars are taken for cents"


def fee_netted(doubt: Doubt) -> Iterator[Guess]:
    """The rail's fee taken off the sale."""
    for amount in doubt.amounts:
        for kept in _fees(doubt, amount):
            yield kept.net, f"the rail's fee of {money(kept.amount)} is taken off the sale ({kept.explanation})"


def rounded_otherwise(doubt: Doubt) -> Iterator[Guess]:
    """The exact amount made cents in another way."""
    exacts = [charge.exact for charge in doubt.charges] or list(base.exact_amounts(doubt))
    for exact in exacts:
        for rounding, words in _ROUNDED.items():
            if exact is not None:
                yield exact.quantize(USD.coin, rounding, context=EXACT), f"{_exactly(exact)} is {words}"


def discounted(doubt: Doubt) -> Iterator[Guess]:
    """A discount in steps of five percent that no offer holds."""
    for amount in doubt.amounts:
        for percent in range(_STEP, 100, _STEP):
            if abs(amount) >= _LEAST_DISCOUNTED:
                left = EXACT.multiply(amount, (_HUNDRED - percent) / _HUNDRED)
                yield round_line(left), f"{percent} % are taken off, and no offer on record agrees to it"


def _fees(doubt: Doubt, amount: Decimal) -> Iterator[Fee]:
    """What its rail would keep of the amount, by each way of paying; nothing is kept of a credit."""
    rail, offer, ours = doubt.evidence.rails.get(doubt.contract.rail), doubt.contract.offer, doubt.ours
    if rail is None or amount <= 0:
        return
    due = month_end(ours.month).replace(day=doubt.evidence.usage_invoice_day)
    for method in sorted({name for row in rail.fees for name in row.when.get("method", ())}):
        sale = Sale(
            rail=rail.key,
            method=method,
            amount=amount,
            on=due if ours.kind == "usage" else ours.start_on,
            offer="private" if offer else "public",
            contract_value=offer.price if offer else None,
        )
        try:
            yield fee(doubt.evidence.rails, sale)
        except RailsError:  # no row of the schedule was in force for such a sale
            continue


def _exactly(exact: Decimal) -> str:
    """An unrounded amount, short enough for a sentence."""
    return f"${exact.quantize(Decimal('1e-6'), context=EXACT).normalize():,f}"
