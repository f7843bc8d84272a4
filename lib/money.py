"""Exact amounts and currencies: decimals in, decimals out, one rounding per invoice line."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from fractions import Fraction

from lib.refusal import Refusal

# 60 digits hold every product of a quantity and a price we accept; sums of products that lie forty digits apart are the
# one thing they do not. A quotient of two such numbers that does not terminate can never lie within 10**-50 of half a
# cent: rounding it afterwards is rounding the true value.
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


# The active codes of ISO 4217 by the decimals of their smallest coin.
_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
        "CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
        "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT "
        "MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB "
        "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
        "USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
CURRENCIES = {code: Currency(code, exponent) for exponent, codes in _CODES.items() for code in codes.split()}
USD = CURRENCIES["USD"]


# An amount, a price or a quantity below 10**21 with at most 30 digits: the product of two of them is exact in 60.
_LARGEST, _DIGITS = 21, 30
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def exact(value: object) -> Decimal:
    """One value from text, an integer or a decimal → the same value, exactly.

    Floats are refused: 0.1 as a float is not a tenth, and a price must be. So is what no invoice could hold.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise MoneyError(
            f"{reprlib.repr(value)} is a {type(value).__name__}; write an amount as text, an integer or a decimal"
        )
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise MoneyError(f"{value[:40]!r} is not a number; write it as in 1250.00")
    number = Decimal(value)
    if not number.is_finite():
        raise MoneyError(f"{value} is not a finite number; write it as in 1250.00")
    _, digits, exponent = number.as_tuple()
    if len(digits) > _DIGITS or number.adjusted() >= _LARGEST or int(exponent) < -_DIGITS:
        raise MoneyError(
            f"{number:.3e} is out of range; at most {_LARGEST} digits before the point and {_DIGITS} in all"
        )
    return number


def round_line(amount: Decimal, currency: Currency = USD) -> Decimal:
    """One exact line amount → the amount invoiced: half away from zero, to the currency's exponent (rule C7)."""
    return EXACT.add(EXACT.quantize(amount, currency.coin), Decimal(0))  # an addition turns -0.00 into 0.00


def share(amount: Decimal, fraction: Fraction) -> Decimal:
    """A part of an amount, unrounded: multiplied first, divided last (rule C9)."""
    product = EXACT.multiply(amount, Decimal(fraction.numerator))
    return EXACT.divide(product, Decimal(fraction.denominator))


def allocate(amount: Decimal, weights: Sequence[Decimal], currency: Currency = USD) -> tuple[Decimal, ...]:
    """A rounded amount → its shares in proportion to weights, in whole coins that always add up to it.

    Every share is cut off to a coin, and the coins that are left go to the largest remainders, the earlier of equals
    first. A negative amount is shared like its opposite.
    """
    parts = [Fraction(weight) for weight in weights]
    whole = sum(parts)
    if any(part < 0 for part in parts) or not whole:
        raise MoneyError(
            f"weights must be zero or more with a sum above zero, not {', '.join(map(str, weights)) or 'none'}"
        )
    coins = Fraction(amount) / Fraction(currency.coin)
    if coins.denominator != 1:
        raise MoneyError(f"{amount} is no whole number of {currency.code} coins; round the line first")
    shares = [abs(coins) * part / whole for part in parts]
    floors = [share.numerator // share.denominator for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: (floors[place] - shares[place], place))
    lucky = set(by_remainder[: int(abs(coins)) - sum(floors)])
    sign = -1 if amount < 0 else 1
    return tuple(currency.coin * (sign * (floor + (place in lucky))) for place, floor in enumerate(floors))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Rounded lines → their sum; a total is never rounded again."""
    with localcontext(EXACT):
        return sum(amounts, Decimal(0))


def text(number: Decimal) -> str:
    """One decimal → plain digits for machines: no exponent, nothing lost."""
    return format(number, "f")
