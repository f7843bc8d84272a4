"""One month's bill: the answer in a sentence, its parts as cards, and every line."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from lib.catalog.book import BASE_FEE, Dimension
from lib.catalog.names import plural
from lib.rating import Charge
from lib.simulator.bill import Bill
from lib.ui import cards, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.products import Sold
from lib.ui.views.catalogue import words

_LINES = {
    "line": "Line",
    "used": "Used",
    "included": "Included or bought ahead",
    "above": "Above",
    "priced": "Priced at",
    "amount": "Amount",
}
_STATUS = {
    "within_allowance": "included",
    "unlimited": "unlimited",
    "not_billed": "not billed: the other count is",
    "blocked": "refused above the limit, not billed",
    "not_offered": "not offered on this tier",
    "by_contract": "by contract",
    "not_set": words.NOT_SET,
}


def finding(sold: Sold, found: Bill, names: Mapping[str, str]) -> str:
    """What the month costs under whose prices, or why it has no price."""
    product, plan = numbers.name(sold.product), sold.plan(found.plan_key)
    if found.total is not None:
        under = f"under “{names[sold.under]}”" if sold.under else "as listed"
        return f"{plan} of {product} costs {words.amount(found.total)} for this month{words.but(sold, found)}, {under}"
    if not sold.under:
        prices = numbers.counted(len(sold.open), "price or choice", "prices and choices")
        return f"{product} has {len(sold.book.tiers)} tiers and no price yet: {prices} are not set"
    return f"{plan} of {product} has no price for this month: {words.obstacle(sold, found.obstacles[0])}"


def cards_of(sold: Sold, found: Bill) -> list[Card]:
    """What the month is made of; never a zero where nobody set a price."""
    ahead = list(found.committed.values())
    bought = {key: charge for key, charge in found.charges.items() if key in sold.bought}
    used = {key: charge for key, charge in found.charges.items() if key not in sold.bought}
    return [
        Card("This month", words.amount(found.total), "Fee, what is bought ahead, usage above it, add-ons."),
        Card("Platform fee", words.amount(found.base), "The plan's base fee; of a year's a twelfth, rounded once."),
        Card("Bought ahead", words.sums(ahead), "What the tier commits to, at its discount, used or not."),
        Card(
            "Usage",
            words.lines(used),
            "Usage above what is included and bought ahead, at the published price.",
        ),
        Card("Add-ons", words.lines(bought), "Packs and premium support."),
    ]


def show(sold: Sold, found: Bill, legend: Legend) -> None:
    """The bill as rows, and what keeps it from a total."""
    known = f"; {words.amount(found.known)} of it is known" if found.total is None and found.known else ""
    cards.heading(f"{sold.plan(found.plan_key)}, line by line: {words.amount(found.total)}{known}")
    cards.table(listing(sold, found), "catalogue_lines", _LINES, legend)
    if found.obstacles:
        cards.note(*(f"No total: {words.obstacle(sold, one)}." for one in found.obstacles))


def listing(sold: Sold, found: Bill) -> pd.DataFrame:
    """Every line of a bill in words."""
    return pd.DataFrame(list(_rows(sold, found)), columns=list(_LINES))


def _rows(sold: Sold, found: Bill) -> Iterator[dict[str, Any]]:
    yield _row("Platform fee", priced="a month of the plan", amount=words.amount(found.base))
    for key, due in found.committed.items():
        one = sold.book.packaging.commitments[found.tier][key]
        percent = one.discount_percent
        off = "a discount not set, off" if percent is None else f"{numbers.quantity(percent)}% off"
        size = f"{numbers.quantity(one.size)} {plural(sold.book.dimensions[key].unit)}"
        yield _row(
            f"{sold.dimension(key)}, bought ahead",
            size,
            priced=f"{off} {words.price(sold, key)}",
            amount=words.amount(due),
        )
    for key, charge in found.charges.items():
        if charge.quantity or charge.status == "within_allowance":
            yield _line(sold, key, charge, sold.book.dimensions[key])
    yield _row("The month", amount=words.amount(found.total))


def _line(sold: Sold, key: str, charge: Charge, item: Dimension) -> dict[str, Any]:
    is_fee = item.counted_on == BASE_FEE
    priced = words.price(sold, key) if charge.status in ("rated", "not_set") else _STATUS[charge.status]
    return _row(
        sold.dimension(key),
        numbers.exact_money(charge.quantity) if is_fee else numbers.quantity(charge.quantity),
        "" if is_fee else _included(charge),
        "" if is_fee or not charge.overage else numbers.quantity(charge.overage),
        priced,
        amount=words.line(charge),
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
    amount: str = "",
) -> dict[str, Any]:
    return dict(zip(_LINES, (line, used, included, above, priced, amount), strict=True))
