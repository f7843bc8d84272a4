"""One month's bill line by line, beside the other plans, and the same usage counted the other way."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from lib import charts
from lib.catalog.book import BASE_FEE, Dimension
from lib.catalog.names import plural, units
from lib.rating import Charge
from lib.simulator.bill import Bill
from lib.ui import cards, frames, numbers, products
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.products import Sold
from lib.ui.views.catalogue.asking import Asked

NOT_SET, UNTYPED = "not set", "no quantity given"
_LINES = {
    "line": "Line",
    "used": "Used",
    "included": "Included or bought ahead",
    "above": "Above",
    "priced": "Priced at",
    "amount": "Amount",
}
_PLANS = {
    "plan": "Plan",
    "base": "Platform fee",
    "committed": "Bought ahead",
    "overage": "Usage and add-ons",
    "total": "Month",
}
_COUNTS = {"count": "Counted in", "quantity": "Used", "amount": "Its line", "total": "Month"}
_STATUS = {
    "within_allowance": "included",
    "unlimited": "unlimited",
    "not_billed": "not billed: the other count is",
    "blocked": "refused above the limit, not billed",
    "not_offered": "not offered on this tier",
    "by_contract": "by contract",
    "not_set": NOT_SET,
}


def amount(value: Decimal | None) -> str:
    """An amount to the cent; what nobody set says so."""
    return NOT_SET if value is None else numbers.exact_money(value)


def finding(sold: Sold, found: Bill, names: Mapping[str, str]) -> str:
    """What the month costs under whose prices, or why it has no price."""
    product, plan = numbers.name(sold.product), sold.plan(found.plan_key)
    if found.total is not None:
        under = f"under “{names[sold.under]}”" if sold.under else "as listed"
        return f"{plan} of {product} costs {amount(found.total)} for this month{_but(sold, found)}, {under}"
    if not sold.under:
        prices = numbers.counted(len(sold.open), "price or choice", "prices and choices")
        return f"{product} has {len(sold.book.tiers)} tiers and no price yet: {prices} are not set"
    return f"{plan} of {product} has no price for this month: {_obstacle(sold, found.obstacles[0])}"


def cards_of(sold: Sold, found: Bill) -> list[Card]:
    """What the month is made of; never a zero where nobody set a price."""
    ahead = list(found.committed.values())
    bought = {key: charge for key, charge in found.charges.items() if key in sold.bought}
    used = {key: charge for key, charge in found.charges.items() if key not in sold.bought}
    return [
        Card("This month", amount(found.total), "Platform fee, what is bought ahead, usage above it, and add-ons."),
        Card("Platform fee", amount(found.base), "The plan's base fee; of a year's a twelfth, rounded once."),
        Card("Bought ahead", _sum(ahead), "What the tier commits to, at its discount, used or not."),
        Card(
            "Usage",
            _sum(_amounts(used), _without(used)),
            "Usage above what is included and bought ahead, at the published price.",
        ),
        Card("Add-ons", _sum(_amounts(bought), _without(bought)), "Packs and premium support."),
    ]


def show(sold: Sold, found: Bill, legend: Legend) -> None:
    """The bill as rows, and what keeps it from a total."""
    known = f"; {amount(found.known)} of it is known" if found.total is None and found.known else ""
    cards.heading(f"{sold.plan(found.plan_key)}, line by line: {amount(found.total)}{known}")
    cards.table(listing(sold, found), "catalogue_lines", _LINES, legend)
    if found.obstacles:
        cards.note(*(f"No total: {_obstacle(sold, one)}." for one in found.obstacles))


def listing(sold: Sold, found: Bill) -> pd.DataFrame:
    """Every line of a bill in words."""
    return pd.DataFrame(list(_rows(sold, found)), columns=list(_LINES))


def beside(sold: Sold, every: Mapping[str, Bill], legend: Legend) -> None:
    """The same month on every plan: a picture of those with a total, and all of them as rows."""
    priced = [bill for bill in every.values() if bill.total is not None and not products.refused(bill)]
    if len(priced) > 1:
        least = min(priced, key=lambda bill: bill.total or frames.ZERO)
        frame = pd.DataFrame(
            {"plan": [sold.plan(one.plan_key) for one in priced], "total_usd": [one.total for one in priced]}
        )
        serving, cheapest = numbers.counted(len(priced), "plan"), sold.plan(least.plan_key)
        title = f"Of {serving} that serve all of it this month costs least on {cheapest}: {amount(least.total)}"
        cards.picture(charts.ranked(frame, "plan", "total_usd", title=title, unit="USD"), "catalogue_plans")
    else:
        cards.heading("The same month on every plan")
    cards.table(plans(sold, every), "catalogue_plan_rows", _PLANS, legend)


def plans(sold: Sold, every: Mapping[str, Bill]) -> pd.DataFrame:
    """The same month on every plan."""
    rows = [
        {
            "plan": sold.plan(key),
            "base": amount(one.base),
            "committed": _sum(list(one.committed.values())),
            "overage": _sum(_amounts(one.charges), _without(one.charges)),
            "total": _obstacle(sold, one.obstacles[0]) if one.obstacles else amount(one.total) + _but(sold, one),
        }
        for key, one in every.items()
    ]
    return pd.DataFrame(rows, columns=list(_PLANS))


def counts(sold: Sold, asked: Asked) -> dict[str, Bill]:
    """The same usage billed by each of the ways of counting it, by dimension."""
    return {
        dimension: products.month(sold, asked.plan, asked.usage, {one.key: dimension})
        for one in sold.book.packaging.alternatives.values()
        for dimension in one.of
    }


def both(sold: Sold, found: Mapping[str, Bill], legend: Legend) -> None:
    """The same usage by either count, side by side: one of them is billed, and a scenario says which."""
    if not found:
        return
    typed = {key: bill for key, bill in found.items() if bill.charges[key].quantity}
    told = [f"{amount(bill.total)} by {sold.within(key)}" for key, bill in typed.items()]
    cards.heading("The same usage by either count" + (f": {', '.join(told)}" if told else ""))
    cards.table(count_rows(sold, found), "catalogue_counts", _COUNTS, legend)
    chosen = [one.billed for one in sold.book.packaging.alternatives.values()]
    billed = ", ".join(sold.within(one) if one else NOT_SET for one in chosen)
    cards.note(f"Which count is billed: {billed}. A scenario says it: alternatives.usage.billed.")


def count_rows(sold: Sold, found: Mapping[str, Bill]) -> pd.DataFrame:
    """The month by each count."""
    rows = [
        {
            "count": sold.dimension(key),
            "quantity": numbers.quantity(bill.charges[key].quantity),
            "amount": amount(bill.charges[key].amount) if bill.charges[key].quantity else UNTYPED,
            "total": _by_count(key, bill),
        }
        for key, bill in found.items()
    ]
    return pd.DataFrame(rows, columns=list(_COUNTS))


def _but(sold: Sold, found: Bill) -> str:
    """What of the month is refused, after its amount."""
    told = [f"{numbers.quantity(much)} {_units(sold, key)}" for key, much in products.refused(found).items()]
    return f" and refuses {' and '.join(told)}" if told else ""


def _units(sold: Sold, key: str) -> str:
    return plural(sold.book.dimensions[key].unit)


def _by_count(key: str, bill: Bill) -> str:
    """The month billed by a count; nothing is said of a count that nobody typed."""
    return amount(bill.total) if bill.charges[key].quantity else UNTYPED


def price_words(sold: Sold, key: str) -> str:
    """What a dimension costs, in words: $12 per 100,000 requests, 15% of the platform fee, or not set."""
    item, price = sold.book.dimensions[key], sold.book.set_price(products.RAIL, key)
    if price is None:
        return NOT_SET
    if len(price.bands) > 1:
        steps = numbers.counted(len(price.bands), "band")
        return f"{steps}, from {numbers.unit_price(price.bands[0].unit_price)} per {units(item.unit, item.unit_size)}"
    if item.counted_on == BASE_FEE:
        return f"{numbers.percent(price.bands[0].unit_price / price.unit_size)} of the platform fee"
    return f"{numbers.unit_price(price.bands[0].unit_price)} per {units(item.unit, item.unit_size)}"


def _rows(sold: Sold, found: Bill) -> Iterator[dict[str, Any]]:
    yield _row("Platform fee", priced="a month of the plan", amount=amount(found.base))
    for key, due in found.committed.items():
        one = sold.book.packaging.commitments[found.tier][key]
        off = NOT_SET if one.discount_percent is None else f"{numbers.quantity(one.discount_percent)}% off"
        size = f"{numbers.quantity(one.size)} {plural(sold.book.dimensions[key].unit)}"
        yield _row(f"{sold.dimension(key)}, bought ahead", size, priced=f"{off} {price_words(sold, key)}", due=due)
    for key, charge in found.charges.items():
        if charge.quantity or charge.status == "within_allowance":
            yield _line(sold, key, charge, sold.book.dimensions[key])
    yield _row("The month", amount=amount(found.total))


def _line(sold: Sold, key: str, charge: Charge, item: Dimension) -> dict[str, Any]:
    is_fee = item.counted_on == BASE_FEE
    priced = price_words(sold, key) if charge.status in ("rated", "not_set") else _STATUS[charge.status]
    return _row(
        sold.dimension(key),
        numbers.exact_money(charge.quantity) if is_fee else numbers.quantity(charge.quantity),
        "" if is_fee else _included(charge),
        "" if is_fee or not charge.overage else numbers.quantity(charge.overage),
        priced,
        due=charge.amount,
    )


def _included(charge: Charge) -> str:
    allowance = charge.allowance
    return str(allowance) if allowance.quantity is None else numbers.quantity(allowance.quantity)


def _row(
    line: str,
    used: str = "",
    included: str = "",
    above: str = "",
    priced: str = "",
    amount: str | None = None,
    due: Decimal | None = None,
) -> dict[str, Any]:
    told = (NOT_SET if due is None else numbers.exact_money(due)) if amount is None else amount
    return dict(zip(_LINES, (line, used, included, above, priced, told), strict=True))


def _amounts(charges: Mapping[str, Charge]) -> list[Decimal | None]:
    """The amounts of lines; what was not used needs no price."""
    return [charge.amount for charge in charges.values() if charge.quantity or charge.amount is not None]


def _without(charges: Mapping[str, Charge]) -> str:
    """Why lines have no sum: nobody set a price, or the tier is not sold one of them."""
    return NOT_SET if any(charge.status == "not_set" for charge in charges.values()) else "no price"


def _sum(amounts: list[Decimal | None], without: str = NOT_SET) -> str:
    """Amounts together; one that is missing leaves no sum, and nothing at all is nothing."""
    if not amounts:
        return "none"
    return without if None in amounts else numbers.exact_money(frames.total(amounts))


def _obstacle(sold: Sold, words: str) -> str:
    """Why a bill has no total, with its dimension by name."""
    for key in sold.book.dimensions:
        words = re.sub(rf"\b{key}\b", sold.within(key), words)
    return words.replace("the price is", "the platform fee is").replace(" is not offered", ": not offered")
