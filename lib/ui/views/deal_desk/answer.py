"""What an offer comes to: the sentence, its cards, both readings of the discount, and from list to what is left."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd

from lib import charts, offers
from lib.charts import Series
from lib.costs import Figure, Missing
from lib.desk.offering import OfferAnswer
from lib.offers import Floor, OfferEconomics
from lib.payback import NEVER
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card

_NOT_MEASURABLE = "not measurable"
_PRICE, _USAGE, _MINIMUM = (
    Series("price_usd", "Price", "blue"),
    Series("usage_usd", "Usage above what is included", "sky"),
    Series("minimum_usd", "Minimum", "orange"),
)


def sentence(found: OfferAnswer) -> str:
    """What the offer is, what it keeps, and whether it can be made at all, else who must agree."""
    offer, name = found.offer, cards.plain(found.company.name)
    years = offer.terms.years
    what = f"A {years}-year offer to {name} at {numbers.money(offer.quote.acv)} a year"
    if offer.unpriced:
        kinds = sorted({line.dimension or "the minimum" for line in offer.unpriced})
        lacking = ", ".join(numbers.name(kind).lower() for kind in kinds)
        return f"{what} is not complete: say what it includes of {lacking}"
    return f"{what} keeps {numbers.money(offer.net)} net, margin {_rate(offer.margin.gross_rate)}; {_agreement(found)}"


def _agreement(found: OfferAnswer) -> str:
    if broken := len(offers.passed(found.limits)):
        limits = numbers.counted(broken, "limit is", "limits are")
        return f"it cannot be made on {numbers.name(found.offer.terms.rail)}: {limits} not kept"
    undecided = sum(one.is_needed is None for one in found.approvals)
    if not found.asked:
        return f"{numbers.counted(undecided, 'approval')} cannot be decided" if undecided else "nobody must approve it"
    asked = " and ".join(f"{'a ' if who == 'founder' else ''}{who}" for who in found.asked)
    return f"needs the approval of {asked}"


def row(found: OfferAnswer) -> None:
    """The six numbers of the offer, and beside its value what the deal says."""
    cards.row((*_money_cards(found), *_judging_cards(found)))
    if not found.company.is_customer:
        cards.note(_deal_says(found))


def _deal_says(found: OfferAnswer) -> str:
    """What the CRM has beside the contract's value; nothing is priced on it."""
    if found.company.amount is None:
        return "The deal says no amount."
    amount = numbers.exact_money(found.company.amount)
    value, each = numbers.exact_money(found.offer.quote.tcv), numbers.exact_money(found.offer.quote.acv)
    return (
        f"The deal says {amount}, this offer {value} in all, {each} a year. The deal's is the amount somebody entered "
        "in the CRM, which does not tell whether of a year or of the whole contract: no price here comes from it."
    )


def _money_cards(found: OfferAnswer) -> tuple[Card, ...]:
    offer = found.offer
    quote = offer.quote
    kept = numbers.percent(offer.fee / offer.revenue, 2) if offer.revenue else numbers.MISSING
    return (
        Card(
            "Contract value",
            numbers.money(quote.tcv),
            f"The price of every year, extras included (TCV): {numbers.exact_money(quote.tcv)}. Usage above what is "
            "included comes on top. It decides the marketplace's band.",
            f"{numbers.money(quote.acv)} a year",
        ),
        Card(
            "Invoiced in all",
            numbers.money(offer.revenue),
            "The price, usage above what is included, and minimums, over the whole term: "
            f"{numbers.exact_money(offer.revenue)}.",
            f"{numbers.money(offer.beyond)} of it usage" if offer.beyond else None,
        ),
        Card(
            "Net after AWS",
            numbers.money(offer.net),
            f"{numbers.exact_money(offer.net)}. What AWS keeps is worked out and rounded invoice by invoice: "
            f"{cards.plain(_fee_words(offer))}.",
            f"AWS keeps {kept}",
        ),
    )


def _judging_cards(found: OfferAnswer) -> tuple[Card, ...]:
    offer, rules = found.offer, found.rules
    return (
        Card(
            "Gross margin",
            _rate(offer.margin.gross_rate),
            "Revenue less what the usage costs us, the marketplace's fee read as the book does. After that fee "
            f"{_rate(offer.left_rate)} are left.",
            _against(offer.margin.gross_rate, found.least_margin),
            _is_kept(offer.margin.gross_rate, found.least_margin),
        ),
        Card(
            "Payback",
            _months(offer.payback),
            "In how many months its margin pays back what winning it cost: what one new customer costs on average, and "
            "a year of AWS's fee where the book reads it so. A customer is won already, and has nothing to pay back.",
            "won already" if offer.payback is None else f"under {rules.payback_under} wanted",
            _is_under(offer.payback, rules.payback_under),
        ),
        Card(
            "Floor of a year",
            _floor(found.floor),
            "The lowest price of a year that keeps the guardrail of the gross margin, "
            f"{numbers.percent(found.least_margin, 0)}, and covers what the usage costs: a cent less does not. "
            f"{_before_ramp(found)}",
            _room(found),
        ),
    )


def _fee_words(offer: OfferEconomics) -> str:
    return offer.invoices[0].words if offer.invoices else "nothing is invoiced"


def _rate(figure: Figure) -> str:
    return _NOT_MEASURABLE if isinstance(figure, Missing) else numbers.percent(figure)


def _against(figure: Figure, least: Decimal) -> str | None:
    return None if isinstance(figure, Missing) else f"{numbers.points(figure - least, 1)}"


def _is_kept(figure: Figure, least: Decimal) -> bool | None:
    return None if isinstance(figure, Missing) else figure >= least


def _months(figure: Figure | None) -> str:
    if figure is None:
        return "none"
    if isinstance(figure, Missing):
        return _NOT_MEASURABLE
    return "never" if figure == NEVER else f"{float(figure):.1f} mo"


def _is_under(figure: Figure | None, most: Decimal) -> bool | None:
    return None if figure is None or isinstance(figure, Missing) else figure < most


def _floor(floor: Floor | Missing) -> str:
    return _NOT_MEASURABLE if isinstance(floor, Missing) else numbers.money(floor.economics.quote.acv)


def _before_ramp(found: OfferAnswer) -> str:
    """The floor that is asked for, where ramp and extras make a year on average another."""
    terms = found.offer.terms
    if isinstance(found.floor, Missing) or not (terms.ramp or terms.extras):
        return ""
    price = numbers.exact_money(found.floor.price_per_year)
    return f"A year on average; before ramp and extras it is {price}."


def _room(found: OfferAnswer) -> str | None:
    if isinstance(found.floor, Missing) or not found.offer.quote.acv:
        return None
    below = 1 - found.floor.economics.quote.acv / found.offer.quote.acv
    return f"{numbers.percent(abs(below), 0)} {'below' if below >= 0 else 'above'} it"


def readings(found: OfferAnswer) -> None:
    """The same discount read on both list prices; and where it gives no more than everybody can have, that it does."""
    quote = found.offer.quote
    monthly, annual = quote.on_monthly, quote.on_annual
    if monthly is None or annual is None or quote.list_monthly is None or quote.list_annual is None:
        cards.note("The tier has no list price, so that nothing is a discount: the price is what is agreed.")
        return
    extras = " before extras" if quote.extras else ""
    told = (
        f"{numbers.exact_money(quote.plan_year)} a year{extras} is **{_read(annual)} the annual price** of "
        f"{numbers.exact_money(quote.list_annual)} and **{_read(monthly)} twelve monthly prices** of "
        f"{numbers.exact_money(quote.list_monthly)}: one price, two readings; a discount is told with its base."
    )
    cards.sentence(told)
    if not quote.is_beyond_standard:
        standard = numbers.percent(1 - quote.list_annual / (12 * quote.list_monthly))
        cards.sentence(
            f":material/warning: This is no private-offer discount: everybody can buy a year at "
            f"{numbers.exact_money(quote.list_annual)}, which is {standard} off twelve monthly prices."
        )


def _read(off: Fraction) -> str:
    return f"{numbers.percent(float(abs(off)), 2)} {'off' if off >= 0 else 'above'}"


def pictures(found: OfferAnswer) -> None:
    """From list price to what is left; and the years."""
    cards.picture(
        charts.steps(steps(found), "step", "usd", title=_steps_words(found), unit="USD", total="Left"), "offer_steps"
    )
    if len(found.offer.years) > 1:
        frame = years(found)
        parts = [part for part in (_PRICE, _USAGE, _MINIMUM) if frame[part.key].astype(float).any()]
        cards.picture(
            charts.stacked_bars(frame, "year", parts, title=_years_words(found.offer), unit="USD"), "offer_year_bars"
        )


def steps(found: OfferAnswer) -> pd.DataFrame:
    """Each step from the list, or from the price where there is none, in USD; their sum is what is left."""
    offer = found.offer
    told: dict[str, Decimal] = {}
    if offer.listed is None:
        told["Price and usage"] = offer.revenue
    else:
        told["List price and usage"] = offer.listed
        told["Discount and own terms"] = offer.revenue - offer.listed
    told["AWS's fee"] = -offer.fee
    if not isinstance(offer.cost, Missing):
        told["Cost to serve"] = -offer.cost
    return pd.DataFrame({"step": list(told), "usd": frames.column(told.values())})


def _steps_words(found: OfferAnswer) -> str:
    offer = found.offer
    start = offer.revenue if offer.listed is None else offer.listed
    left = offer.net if isinstance(offer.left, Missing) else offer.left
    words = "" if not isinstance(offer.left, Missing) else f"; {offer.left}"
    what = "invoiced" if offer.listed is None else "at list price"
    return f"Of {numbers.money(start)} {what} {numbers.money(left)} are left over the term{words}"


def _years_words(offer: OfferEconomics) -> str:
    first, last = offer.years[0], offer.years[-1]
    if first.revenue == last.revenue:
        return f"Every year brings {numbers.money(first.revenue)}"
    return f"The first year brings {numbers.money(first.revenue)}, the last {numbers.money(last.revenue)}"


def years(found: OfferAnswer) -> pd.DataFrame:
    """Year by year what it costs the buyer, what is invoiced for it, the fee and the cost, in USD."""
    offer = found.offer
    return pd.DataFrame(
        {
            "year": [f"Year {one.number}" for one in offer.years],
            "first_on": [one.first_on for one in offer.years],
            "price_usd": frames.column(one.price for one in offer.years),
            "usage_usd": frames.column(one.usage for one in offer.years),
            "minimum_usd": frames.column(one.minimum for one in offer.years),
            "invoiced_usd": frames.column(one.invoiced for one in offer.years),
            "fee_usd": frames.column(one.fee for one in offer.years),
            "cost_usd": frames.column(None if isinstance(one.cost, Missing) else one.cost for one in offer.years),
        }
    )
