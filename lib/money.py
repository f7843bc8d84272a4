"""Exact amounts and currencies: decimals in, decimals out, one rounding per invoice line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from lib.refusal import Refusal

# 60 digits hold every product of a quantity and a price we accept, and a quotient of two such numbers that does
# not terminate can never lie within 10**-50 of half a cent: rounding it afterwards is rounding the true value.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])


class MoneyError(Refusal):
    """A value that cannot be an exact amount; the message says which and what to write instead."""


@dataclass(frozen=True)
class Currency:
    """An ISO 4217 currency and its exponent: the number of decimals of its smallest coin."""

    code: str
    exponent: int

    @property
    def coin(self) -> Decimal:
        """The smallest amount an invoice line can hold, e.g. 0.01."""
        return Decimal(1).scaleb(-self.exponent)


USD = Currency("USD", 2)
CURRENCIES = {currency.code: currency for currency in (USD, Currency("EUR", 2), Currency("JPY", 0))}


def exact(value: object) -> Decimal:
    """One value from text, an integer or a decimal → the same value, exactly.

    Floats are refused: 0.1 as a float is not a tenth, and a price must be.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise MoneyError(f"{value!r} is a {type(value).__name__}; write an amount as text, an integer or a decimal")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise MoneyError(f"{value!r} is not a number; write it as in 1250.00") from None
    if not number.is_finite():
        raise MoneyError(f"{value!r} is not a finite number; write it as in 1250.00")
    return number


def round_line(amount: Decimal, currency: Currency = USD) -> Decimal:
    """One exact line amount → the amount invoiced: half away from zero, to the currency's exponent (rule C7)."""
    return EXACT.add(EXACT.quantize(amount, currency.coin), Decimal(0))  # an addition turns -0.00 into 0.00


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Rounded lines → their sum; a total is never rounded again."""
    return sum(amounts, Decimal(0))


def text(number: Decimal) -> str:
    """One decimal → plain digits for machines: no exponent, nothing lost."""
    return format(number, "f")
