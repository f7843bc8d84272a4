"""What an offer brings and leaves: the same rating as everybody's, on the usage it is made for, over its whole term.

The offer becomes a contract, and the contract an outcome: so an offer is worth to the cent what the simulator would
say of a customer who has it. What the marketplace keeps is taken of every invoice, by the whole contract's value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from lib.catalog.book import Book
from lib.contracts import Contract, MultiYear, Offer, Reach
from lib.costs import COST_OF_REVENUE, MARKETPLACE, Costs, Figure, Margin, Missing, added, usage_costs
from lib.money import EXACT, total
from lib.offers.quote import Quote, instalments, quoted
from lib.offers.terms import ANNUAL, MONTHLY, YEAR, ZERO, OfferTerms, check_against, plan_of
from lib.offers.usage import Usage
from lib.offers.worth import MINIMUM, NOT_OFFERED, PRICE, USAGE, Invoice, OfferEconomics, OfferLine, OfferYear
from lib.outcome import Line, Outcome, Population, UsageCell, Window, outcome
from lib.owed import short_of
from lib.payback import Economics as Won
from lib.periods import add_months, months_between
from lib.rails import PRIVATE, Rails, Sale, fee

CONTRACT = "offer"  # the id of the contract that an offer would become


@dataclass(frozen=True)
class Setting:
    """What every offer of a desk is judged in: the price list, the rails, what usage costs, what winning costs.

    `winning` is what one new customer costs to win, in USD. `ceiling` is the highest tier with a public price.
    `usage_invoice_day` is the day of the next month on which a month's usage is invoiced.
    """

    book: Book
    rails: Rails
    reach: Mapping[str, Reach]
    costs: Costs
    winning: Figure
    ceiling: str
    usage_invoice_day: int = 1


def contract_of(terms: OfferTerms, quote: Quote, book: Book) -> Contract:
    """An offer → the contract it would become, on its rail from its first day."""
    plan = plan_of(book, terms.tier, ANNUAL, "custom", MONTHLY)
    return Contract(
        contract_id=CONTRACT,
        customer_id=terms.buyer,
        rail=terms.rail,
        plan_key=plan.key if plan else None,
        tier=terms.tier,
        term=ANNUAL,
        started_on=terms.starts_on,
        ended_on=terms.ends_on,
        offer=Offer(
            offer_id=CONTRACT,
            price=quote.tcv,
            allowances=dict(terms.allowances),
            bands=dict(terms.bands),
            monthly_minimum=terms.minimum_monthly,
            multi_year=MultiYear(terms.years, ZERO),
            instalments=instalments(terms, quote, book.currency),
        ),
    )


def economics(terms: OfferTerms, usage: Usage, setting: Setting, is_new: bool = True) -> OfferEconomics:
    """An offer on a usage → what it brings, keeps and leaves; refused where the price list does not allow it."""
    check_against(terms, setting.book, setting.ceiling)
    quote = quoted(terms, setting.book)
    contract, window = contract_of(terms, quote, setting.book), (terms.starts_on, terms.ends_on)
    rated = outcome([setting.book], _population(contract, usage), window, setting.reach)
    lines = (*map(_line, rated.lines), *_yearly_minimums(terms, rated))
    invoices = tuple(_invoiced(terms, quote, lines, setting))
    costs = _costs(contract, usage, setting, window)
    margin = _margin(lines, invoices, costs, setting)
    return OfferEconomics(
        terms=terms,
        quote=quote,
        lines=tuple(line for line in lines if line.kind != MINIMUM or line.amount != 0),
        invoices=invoices,
        years=tuple(_years(terms, quote, lines, invoices, costs)),
        listed=_listed(terms, usage, setting, window, terms.base),
        listed_annual=_listed(terms, usage, setting, window, ANNUAL),
        margin=margin,
        payback=_payback(margin, setting.winning, terms) if is_new else None,
        usage=usage,
    )


def _population(contract: Contract, usage: Usage) -> Population:
    cells = tuple(UsageCell(contract.contract_id, *cell) for cell in usage.cells)
    return Population({contract.contract_id: contract}, cells)


def _line(line: Line) -> OfferLine:
    used = line.used
    return OfferLine(
        kind=line.kind,
        dimension=line.dimension,
        month=line.month,
        due_on=line.start_on,
        quantity=used.quantity if used else None,
        included=str(used.allowance) if used else "",
        amount=line.amount,
        status=line.status,
        bands=_charged(line),
    )


def _charged(line: Line) -> tuple[tuple[Decimal, Decimal], ...]:
    bands = line.charge.bands if line.charge else ()
    return tuple((band.quantity, band.unit_price) for band in bands if band.quantity)


def _yearly_minimums(terms: OfferTerms, rated: Outcome) -> Iterator[OfferLine]:
    """One line for each year of the contract: what its usage lacks of the yearly minimum, due with its last month."""
    if terms.minimum_yearly is None:
        return
    for year in range(terms.years):
        first, end = (add_months(terms.starts_on, YEAR * (year + more)) for more in (0, 1))
        own = (line for line in rated.lines if line.kind == USAGE and line.status != NOT_OFFERED)
        lacking = short_of(terms.minimum_yearly, [line.amount for line in own if first <= line.month < end])
        last, status = add_months(end, -1), "by_contract" if lacking is None else "billed"
        yield OfferLine(MINIMUM, None, last, last, None, "", lacking, status)


def _invoiced(terms: OfferTerms, quote: Quote, lines: Sequence[OfferLine], setting: Setting) -> Iterator[Invoice]:
    """The price's instalments, then every month's usage with its minimum; an invoice of nothing is none."""
    for line in lines:
        if line.kind == "base" and line.amount:
            year = _year_of(terms, line.due_on)
            yield _invoice(terms, quote, PRICE, year, line.due_on, line.amount, setting)
    for month in months_between(terms.starts_on, terms.ends_on):
        owed = total(line.amount or ZERO for line in lines if line.kind != "base" and line.month == month)
        if owed:
            day = add_months(month, 1).replace(day=setting.usage_invoice_day)
            yield _invoice(terms, quote, USAGE, _year_of(terms, month), day, owed, setting)


def _invoice(
    terms: OfferTerms, quote: Quote, kind: str, year: int, day: date, amount: Decimal, setting: Setting
) -> Invoice:
    sale = Sale(
        rail=terms.rail,
        method=MARKETPLACE,
        amount=amount,
        on=day,
        offer=PRIVATE,
        contract_value=quote.tcv,
        renewal=terms.renewal,
        channel_partner=terms.channel_partner,
    )
    kept = fee(setting.rails, sale)
    return Invoice(day, kind, year, amount, kept.amount, kept.explanation)


def _year_of(terms: OfferTerms, day: date) -> int:
    return ((day.year - terms.starts_on.year) * YEAR + day.month - terms.starts_on.month) // YEAR + 1


def _costs(contract: Contract, usage: Usage, setting: Setting, window: Window) -> dict[date, Figure]:
    """What the usage of each month costs us."""
    spent = usage_costs(_population(contract, usage).usage, setting.costs, window)
    return {month: added(cost for (_, of), cost in spent.items() if of == month) for month in months_between(*window)}


def _margin(
    lines: Iterable[OfferLine], invoices: Sequence[Invoice], costs: Mapping[date, Figure], setting: Setting
) -> Margin:
    return Margin(
        month=None,
        revenue=total(invoice.amount for invoice in invoices),
        subscription=total(line.amount for line in lines if line.kind == "base" and line.amount is not None),
        usage_cost=added(costs.values()),
        marketplace_fee=total(invoice.fee for invoice in invoices),
        infrastructure=Missing.of("the infrastructure spend of months to come"),
        fee_read_as=setting.book.settings["marketplace_fee"],
    )


def _years(
    terms: OfferTerms,
    quote: Quote,
    lines: Sequence[OfferLine],
    invoices: Sequence[Invoice],
    costs: Mapping[date, Figure],
) -> Iterator[OfferYear]:
    for place, price in enumerate(quote.years):
        first, end = (add_months(terms.starts_on, YEAR * (place + more)) for more in (0, 1))
        own = [line for line in lines if first <= line.month < end and line.amount is not None]
        billed = [invoice for invoice in invoices if invoice.year == place + 1]
        yield OfferYear(
            number=place + 1,
            first_on=first,
            price=price,
            usage=total(line.amount or ZERO for line in own if line.kind == USAGE),
            minimum=total(line.amount or ZERO for line in own if line.kind == MINIMUM),
            invoiced=total(invoice.amount for invoice in billed),
            fee=total(invoice.fee for invoice in billed),
            cost=added(cost for month, cost in costs.items() if first <= month < end),
        )


def _listed(terms: OfferTerms, usage: Usage, setting: Setting, window: Window, base: str) -> Decimal | None:
    """The same usage over the same term at list: at monthly prices where a discount's base is those, else a year's."""
    plan = plan_of(setting.book, terms.tier, *((MONTHLY, ANNUAL) if base == MONTHLY else (ANNUAL, MONTHLY)))
    if plan is None:
        return None
    contract = Contract("list", terms.buyer, terms.rail, plan.key, terms.tier, plan.term, *window)
    return outcome([setting.book], _population(contract, usage), window, setting.reach).revenue


def _payback(margin: Margin, winning: Figure, terms: OfferTerms) -> Figure:
    """Months in which a new customer pays back what winning it costs, where the book reads the fee so: a year's fee.

    A year's, because the margin is a month's: the fee of a longer term is paid for years that bring their own margin.
    """
    if margin.fee_read_as != COST_OF_REVENUE and not isinstance(margin.marketplace_fee, Missing):
        margin = replace(margin, marketplace_fee=EXACT.divide(margin.marketplace_fee, Decimal(terms.years)))
    return Won(margin, winning, new_customers=1, customer_months=terms.months).payback_months
