"""The fee we expect of what was sold, and which other reading of the schedule makes exactly the fee that was kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.money import EXACT, round_line, total
from lib.rails import PRIVATE, PUBLIC, Fee, Rails, RailsError, Sale, fee


@dataclass(frozen=True)
class Sold:
    """One sale, or one that was taken back and whose fee is given back with it."""

    sale: Sale
    is_returned: bool = False


@dataclass(frozen=True)
class Kept:
    """A fee in USD with its arithmetic in words."""

    amount: Decimal
    words: str


def expected_fee(rails: Rails, sold: Sequence[Sold]) -> Kept:
    """Everything sold under one reference → what its rail keeps by the schedule, each sale rounded as a line.

    Of a day or a way of paying that the schedule has no row for, no fee is expected, and the words say which.
    """
    if not sold:
        return Kept(Decimal(0), "nothing sold, nothing kept")
    try:
        fees = [fee(rails, one.sale) for one in sold]
    except RailsError as problem:
        return Kept(Decimal(0), str(problem))
    more = f", and so on for {len(sold)} lines" if len(sold) > 1 else ""
    return Kept(_kept(sold, fees), f"{fees[0].explanation}{more}")


def rounded_once(rails: Rails, sold: Sequence[Sold]) -> Decimal | None:
    """The same schedule of everything sold under one reference, each line of a fee added up first and rounded once.

    AWS states a fee of every line in fractions of a cent and rounds their sum. None where the schedule has no row.
    """
    try:
        fees = [(one, line) for one in sold for line in fee(rails, one.sale).lines]
    except RailsError:
        return None
    sums: dict[str, list[Decimal]] = {}
    for one, line in fees:
        amount = total(part.amount for part in line.parts)
        sums.setdefault(line.name, []).append(EXACT.minus(amount) if one.is_returned else amount)
    return total(round_line(total(amounts)) for amounts in sums.values())


def parts_of_fee(rails: Rails, sold: Sequence[Sold]) -> dict[str, Decimal]:
    """Everything sold under one reference → what each line of its rail's schedule keeps of it, in USD, by its name."""
    try:
        fees = [(one, line) for one in sold for line in fee(rails, one.sale).lines]
    except RailsError:  # nothing is expected where the schedule has no row
        return {}
    names = dict.fromkeys(line.name for _, line in fees)
    return {
        name: total(
            EXACT.minus(line.amount) if one.is_returned else line.amount for one, line in fees if line.name == name
        )
        for name in names
    }


def other_fee(rails: Rails, sold: Sequence[Sold], kept: Decimal) -> str | None:
    """What was sold and a fee that is not the expected one → the first other reading that makes it, in words."""
    try:
        return next((words for words, amount in _readings(rails, sold) if amount == kept), None)
    except RailsError:  # the schedule has no row for what was sold, so it has no other reading either
        return None


def _readings(rails: Rails, sold: Sequence[Sold]) -> Iterator[tuple[str, Decimal]]:
    if not sold:
        return
    yield "no fee at all", Decimal(0)
    for words, changed in _changed(rails, sold):
        try:
            fees = [fee(rails, one.sale) for one in changed]
        except RailsError:  # no such sale on this rail
            continue
        yield f"the fee of {words}", _kept(changed, fees)
    yield from _without_a_line(rails, sold)


def _changed(rails: Rails, sold: Sequence[Sold]) -> Iterator[tuple[str, list[Sold]]]:
    """The same sales with one fact of them turned round."""
    first, rows = sold[0].sale, rails[sold[0].sale.rail].fees
    value = first.contract_value or first.amount
    if first.offer == PRIVATE:
        yield "a public offer", _each(sold, offer=PUBLIC, channel_partner=False, renewal=False)
        yield "a first private offer" if first.renewal else "a renewal", _each(sold, renewal=not first.renewal)
        partner = "without a channel partner" if first.channel_partner else "through a channel partner"
        yield f"a sale {partner}", _each(sold, channel_partner=not first.channel_partner)
    else:
        yield "a private offer's renewal", _each(sold, offer=PRIVATE, contract_value=value, renewal=True)
    for start in sorted({row.contract_value_from_usd for row in rows}):
        banded = _each(sold, offer=PRIVATE, contract_value=start)
        yield f"a private offer of ${start:,f} or more", banded
    for method in sorted({name for row in rows for name in row.when.get("method", ())}):
        yield f"a sale paid by {method.replace('_', ' ')}", _each(sold, method=method)


def _each(sold: Sequence[Sold], **facts: object) -> list[Sold]:
    return [replace(one, sale=replace(one.sale, **facts)) for one in sold]  # type: ignore[arg-type]


def _without_a_line(rails: Rails, sold: Sequence[Sold]) -> Iterator[tuple[str, Decimal]]:
    parts = parts_of_fee(rails, sold)
    for name, amount in parts.items() if len(parts) > 1 else ():
        left = EXACT.subtract(total(parts.values()), amount)
        yield f"the expected fee without its {name} part", left


def _kept(sold: Sequence[Sold], fees: Sequence[Fee]) -> Decimal:
    pairs = zip(sold, fees, strict=True)
    return total(EXACT.minus(kept.amount) if one.is_returned else kept.amount for one, kept in pairs)
