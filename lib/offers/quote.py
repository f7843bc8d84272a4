"""What an offer costs: a price for each year, the invoices they are cut into, and how the discount reads on the list.

A discount is one number with two readings. "25 % off" a year's price is 37.5 % off twelve monthly ones, so both stand
beside every offer, whichever it was written on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from lib.catalog.book import Book
from lib.contracts import Instalment
from lib.money import EXACT, USD, Currency, round_line, total
from lib.offers.terms import ANNUAL, MONTHLY, PARTS, UPFRONT, WHOLE, YEAR, ZERO, OfferError, OfferTerms, public_price
from lib.periods import add_months


@dataclass(frozen=True)
class Quote:
    """An offer's price year by year, extras included, and the list beside it; amounts in USD.

    `list_monthly` and `list_annual` are the public prices of one month and of one year; None where the tier has none.
    `extras` is what the extras cost in all: no list holds them, so that no discount is read on them.
    """

    years: tuple[Decimal, ...]
    list_monthly: Decimal | None
    list_annual: Decimal | None
    extras: Decimal = ZERO

    @property
    def tcv(self) -> Decimal:
        """The whole contract's value: the price of every year; usage and minimums come on top."""
        return total(self.years)

    @property
    def acv(self) -> Decimal:
        """The value of a year, on average."""
        return EXACT.divide(self.tcv, Decimal(len(self.years)))

    @property
    def plan_year(self) -> Decimal:
        """What a year of the tier costs on average, without extras: the price that a discount is read on."""
        return EXACT.divide(EXACT.subtract(self.tcv, self.extras), Decimal(len(self.years)))

    @property
    def at_monthly_list(self) -> Decimal | None:
        """Twelve monthly list prices for each year of the term."""
        return None if self.list_monthly is None else self.list_monthly * YEAR * len(self.years)

    @property
    def at_annual_list(self) -> Decimal | None:
        """The annual list price for each year of the term."""
        return None if self.list_annual is None else self.list_annual * len(self.years)

    @property
    def on_monthly(self) -> Fraction | None:
        """The discount read on twelve monthly prices, as a fraction; below zero where the offer is dearer."""
        return _off(self.tcv - self.extras, self.at_monthly_list)

    @property
    def on_annual(self) -> Fraction | None:
        """The discount read on the annual price, as a fraction; below zero where the offer is dearer."""
        return _off(self.tcv - self.extras, self.at_annual_list)

    @property
    def is_beyond_standard(self) -> bool | None:
        """Whether a year costs less than the annual price that everybody can buy; None without one."""
        return None if self.on_annual is None else self.on_annual > 0


def quoted(terms: OfferTerms, book: Book) -> Quote:
    """Terms → the price of each year, rounded once to the coin; a tier without list price needs one of its own."""
    lists = {term: public_price(book, terms.rail, terms.tier, term) for term in (MONTHLY, ANNUAL)}
    year = _whole_year(terms, lists[MONTHLY], lists[ANNUAL], book.tiers[terms.tier].name)
    extras = [round_line(extra.price_per_year, book.currency) for extra in terms.extras]
    years = [round_line(EXACT.multiply(year, step), book.currency) for step in terms.ramp or [WHOLE] * terms.years]
    whole = tuple(total([price, *extras]) for price in years)
    return Quote(whole, lists[MONTHLY], lists[ANNUAL], extras=total(extras) * terms.years)


def cut(amount: Decimal, parts: int, currency: Currency = USD) -> tuple[Decimal, ...]:
    """A rounded amount → so many invoices: each cut to whole coins, and the last takes what is left."""
    each = EXACT.divide(amount, Decimal(parts)).quantize(currency.coin, ROUND_FLOOR)
    return (*[each] * (parts - 1), EXACT.subtract(amount, each * (parts - 1)))


def instalments(terms: OfferTerms, quote: Quote, currency: Currency = USD) -> tuple[Instalment, ...]:
    """When the price falls due: everything at the start, or each year's price in equal parts; an empty part is none."""
    return tuple(part for part in _parts(terms, quote, currency) if part.amount)


def _parts(terms: OfferTerms, quote: Quote, currency: Currency) -> Iterator[Instalment]:
    if terms.payment == UPFRONT:
        yield Instalment(terms.starts_on, quote.tcv)
        return
    parts = PARTS[terms.payment]
    for year, price in enumerate(quote.years):
        for place, amount in enumerate(cut(price, parts, currency)):
            yield Instalment(_due(terms.starts_on, year * YEAR + place * YEAR // parts), amount)


def _due(start: date, months: int) -> date:
    return add_months(start, months)


def _whole_year(terms: OfferTerms, monthly: Decimal | None, annual: Decimal | None, name: str) -> Decimal:
    """The price of a year before its step of the ramp, unrounded."""
    if terms.price_per_year is not None:
        return terms.price_per_year
    listed = None if monthly is None else monthly * YEAR
    price = listed if terms.base == MONTHLY else annual
    if price is None:
        raise OfferError(f"{name} has no list price to take a discount off: write a price per year, or zero for none")
    return EXACT.multiply(price, EXACT.subtract(WHOLE, terms.discount))


def _off(price: Decimal, listed: Decimal | None) -> Fraction | None:
    return None if not listed else 1 - Fraction(price) / Fraction(listed)
