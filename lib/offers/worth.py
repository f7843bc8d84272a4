"""What an offer is worth, as values: lines of the bills to come, invoices, years, and the whole with its margin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.costs import Figure, Margin, Missing
from lib.money import EXACT, total
from lib.offers.quote import Quote
from lib.offers.terms import OfferTerms
from lib.offers.usage import Usage

PRICE, USAGE, MINIMUM = "price", "usage", "minimum"
NOT_OFFERED = "not_offered"  # the status of usage that a tier is not offered


@dataclass(frozen=True)
class OfferLine:
    """One line of the bills to come, in USD; `amount` is None, never zero, where nothing prices it.

    `kind` is base, usage or minimum; `bands` are the quantities charged, each at its price per unit of the list.
    """

    kind: str
    dimension: str | None
    month: date
    due_on: date
    quantity: Decimal | None
    included: str
    amount: Decimal | None
    status: str
    bands: tuple[tuple[Decimal, Decimal], ...] = ()


@dataclass(frozen=True)
class Invoice:
    """One invoice of an offer, and what the marketplace keeps of it; `year` is the contract's year it is for."""

    due_on: date
    kind: str
    year: int
    amount: Decimal
    fee: Decimal
    words: str


@dataclass(frozen=True)
class OfferYear:
    """One year of an offer in USD: its price, usage and minimum, what is invoiced for it, the fee, what it costs."""

    number: int
    first_on: date
    price: Decimal
    usage: Decimal
    minimum: Decimal
    invoiced: Decimal
    fee: Decimal
    cost: Figure

    @property
    def revenue(self) -> Decimal:
        """What the year brings, whenever it is invoiced."""
        return total((self.price, self.usage, self.minimum))


@dataclass(frozen=True)
class OfferEconomics:
    """What an offer brings over its term, in USD: bills, invoices, years, margin, and the list beside it.

    `listed` is the same usage and the same term at list price, `listed_annual` the same at the annual price that
    everybody can buy; None where the tier has none. `margin` reads the
    marketplace's fee as the book does. `payback` counts months; None for who is won already.
    """

    terms: OfferTerms
    quote: Quote
    lines: tuple[OfferLine, ...]
    invoices: tuple[Invoice, ...]
    years: tuple[OfferYear, ...]
    listed: Decimal | None
    listed_annual: Decimal | None
    margin: Margin
    payback: Figure | None
    usage: Usage

    @property
    def revenue(self) -> Decimal:
        """Everything that is invoiced over the term."""
        return total(invoice.amount for invoice in self.invoices)

    @property
    def beyond(self) -> Decimal:
        """What comes on top of the contract's value: usage above what is included, and minimums."""
        return self.revenue - self.quote.tcv

    @property
    def below_list(self) -> Figure:
        """By how much the whole bill is below the same usage at the annual list price, as a fraction; extras apart.

        The price's discount, own allowances and own unit prices together; below zero where the offer is dearer.
        """
        if self.unpriced:
            return Missing.of("a price or an allowance for everything that is used")
        if not self.listed_annual:
            return Missing.of("a list price to read it on")
        return 1 - EXACT.divide(EXACT.subtract(self.revenue, self.quote.extras), self.listed_annual)

    @property
    def fee(self) -> Decimal:
        """What the marketplace keeps of all invoices, each rounded."""
        return total(invoice.fee for invoice in self.invoices)

    @property
    def price_fee(self) -> Decimal:
        """What the marketplace keeps of the contract's value."""
        return total(invoice.fee for invoice in self.invoices if invoice.kind == PRICE)

    @property
    def net(self) -> Decimal:
        """What is left after the marketplace."""
        return self.revenue - self.fee

    @property
    def cost(self) -> Figure:
        """What the usage costs us."""
        return self.margin.usage_cost

    @property
    def left(self) -> Figure:
        """What is left after the marketplace and what the usage costs us, whichever way the fee is read."""
        return self.cost if isinstance(self.cost, Missing) else self.net - self.cost

    @property
    def left_rate(self) -> Figure:
        """The same as a fraction of revenue."""
        if isinstance(self.left, Missing):
            return self.left
        return EXACT.divide(self.left, self.revenue) if self.revenue > 0 else Missing.of("revenue")

    @property
    def unpriced(self) -> tuple[OfferLine, ...]:
        """Lines that nothing prices, so that the offer is not complete; what a tier is not offered is not one."""
        return tuple(line for line in self.lines if line.amount is None and line.status != NOT_OFFERED)
