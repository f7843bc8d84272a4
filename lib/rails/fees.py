"""What a rail keeps of a sale: the dated rows in force on its day, every line rounded once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import exact, round_line, text, total
from lib.rails.rail import FeeRow, Rail, Rails, RailsError, one_of

OFFERS = ("public", "private")


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One amount collected on a rail.

    `method` is 'card', 'card_international', 'ach' or 'marketplace'. `amount` is the collected amount in USD before
    tax; `contract_value` the whole contract's, which a private offer's fee is banded on; `on` the day of the sale.
    `currency_converted` where the buyer paid in another currency than the one we are paid out in.
    """

    rail: str
    method: str
    amount: Decimal
    on: date
    offer: str = "public"
    contract_value: Decimal | None = None
    renewal: bool = False
    channel_partner: bool = False
    currency_converted: bool = False

    def __post_init__(self) -> None:
        one_of(self.offer, OFFERS, "a sale's offer")
        if exact(self.amount) < 0:
            raise RailsError(f"a sale of {self.amount} has no fee: look up what the rail returned for the refund")
        if self.offer == "private" and self.contract_value is None:
            raise RailsError("a private offer's fee is banded on the whole contract: give its contract_value")
        if self.offer == "public" and self.channel_partner:
            raise RailsError("a channel partner sells by private offer: set offer to 'private'")


@dataclass(frozen=True)
class FeePart:
    """What one row of the schedule takes of a sale: the exact amount in USD, not yet rounded, and its words."""

    row: FeeRow
    amount: Decimal
    words: str


@dataclass(frozen=True)
class FeeLine:
    """One line on a rail's own invoice: the sum of its parts, rounded once to cents."""

    name: str
    parts: tuple[FeePart, ...]
    amount: Decimal


@dataclass(frozen=True)
class Fee:
    """What a rail keeps of a sale of `gross` USD: the sum of its rounded lines, with the arithmetic."""

    gross: Decimal
    lines: tuple[FeeLine, ...]

    @property
    def amount(self) -> Decimal:
        """The fee in USD, exact to the cent."""
        return total(line.amount for line in self.lines)

    @property
    def net(self) -> Decimal:
        """What is left of the sale, in USD."""
        return self.gross - self.amount

    @property
    def rate(self) -> Decimal | None:
        """The fee as a fraction of the sale; None where nothing was sold."""
        return self.amount / self.gross if self.gross else None

    @property
    def explanation(self) -> str:
        """Every part's arithmetic in one sentence."""
        return "; ".join(part.words for line in self.lines for part in line.parts) or "nothing sold, nothing kept"


def fee(rails: Rails, sale: Sale) -> Fee:
    """One sale → what its rail keeps, by the rows in force on the day of the sale; no amount, no fee."""
    rail = _rail(rails, sale.rail)
    rows = rows_in_force(rail, sale)
    for line in dict.fromkeys(row.line for row in rail.fees):
        if line not in {row.line for row in rows}:
            raise RailsError(_no_row(rail, line, sale))
    return Fee(sale.amount, _lines(rows, sale) if sale.amount else ())


def absorbed(rails: Rails, sale: Sale, replaced: Sale, *, absorb: bool | None = None) -> Decimal:
    """What selling on `sale`'s rail costs us against the rail it replaced, in USD; negative where it is cheaper.

    Nothing is absorbed where the fee is passed on. `absorb` is the book's own setting; without it the rail's counts.
    """
    if not (_rail(rails, sale.rail).absorb if absorb is None else absorb):
        return Decimal(0)
    return fee(rails, sale).amount - fee(rails, replaced).amount


def public_rate(rail: Rail, on: date) -> Decimal | None:
    """What a rail keeps of every public sale on a day, as a fraction; None where a part of it is no fraction.

    It is what passing the fee on would have to add to a price; a fee with a fixed part has no such fraction.
    """
    methods = sorted({name for row in rail.fees for name in row.when.get("method", ())})
    sale = Sale(rail=rail.key, method=methods[0], amount=Decimal(1), on=on) if len(methods) == 1 else None
    rows = rows_in_force(rail, sale) if sale else []
    if not rows or any(row.fixed_usd or row.cap_usd is not None for row in rows):
        return None
    return total(row.rate for row in rows)


def rows_in_force(rail: Rail, sale: Sale) -> list[FeeRow]:
    """One row for every part of the schedule that a sale falls under, the newest in force on its day."""
    applying = [row for row in rail.fees if _applies(row, sale)]
    newest_last = sorted(applying, key=lambda row: (row.effective, row.contract_value_from_usd))
    return list({(row.line, row.part): row for row in newest_last}.values())


def _applies(row: FeeRow, sale: Sale) -> bool:
    is_reached = row.contract_value_from_usd <= (sale.contract_value or Decimal(0))
    is_meant = all(getattr(sale, name) in wanted for name, wanted in row.when.items())
    return row.effective <= sale.on and is_reached and is_meant


def _lines(rows: Iterable[FeeRow], sale: Sale) -> tuple[FeeLine, ...]:
    parts: dict[str, list[FeePart]] = {}
    for row in rows:
        parts.setdefault(row.line, []).append(_part(row, sale.amount))
    return tuple(
        FeeLine(name, tuple(taken), round_line(total(part.amount for part in taken))) for name, taken in parts.items()
    )


def _part(row: FeeRow, sold: Decimal) -> FeePart:
    amount = sold * row.rate + row.fixed_usd
    words = f"{row.part}: {text((row.rate * 100).normalize())} % of {text(sold)}"
    words += f" + {text(row.fixed_usd)}" if row.fixed_usd else ""
    if row.cap_usd is not None and amount > row.cap_usd:
        amount, words = row.cap_usd, f"{words}, capped"
    return FeePart(row, amount, f"{words} = {text(amount)}")


def _no_row(rail: Rail, line: str, sale: Sale) -> str:
    methods = sorted({name for row in rail.fees for name in row.when.get("method", ())})
    sold = f"{sale.offer} offer paid by {sale.method!r} on {sale.on}"
    return f"{rail.label} has no {line!r} row in force for a {sold}; its methods are: {', '.join(methods)}"


def _rail(rails: Rails, key: str) -> Rail:
    one_of(key, rails, "a sale's rail")
    return rails[key]
