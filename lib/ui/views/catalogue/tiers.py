"""What each tier brings: its price, what is metered with what becomes of more, and what no bill counts."""

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from lib.catalog.allowance import BLOCK, BY_CONTRACT, CHARGE
from lib.catalog.book import Plan, Unpriced
from lib.catalog.names import plural
from lib.catalog.packaging import INCLUDED, NOT_INCLUDED, Entitlement
from lib.ui import cards, numbers, products
from lib.ui.legends import Legend
from lib.ui.products import Sold
from lib.ui.views.catalogue import words

_YES, _NO = "included", "—"
_ADDED = {"tier": "Tier", "adds": "Brings, beside what the tiers below it bring", "whence": "From"}


def show(sold: Sold, legend: Legend) -> None:
    """Prices and limits with the tiers side by side, then what each adds."""
    cards.heading(f"What each of {numbers.counted(len(sold.book.tiers), 'tier')} holds, and what is above it")
    shown = {column: header for column, header in headers(sold).items() if column != "whence"}
    cards.table(pd.DataFrame(list(_limits(sold)), columns=list(shown)), "catalogue_tiers", shown, legend)
    cards.note(
        "Above a limit usage is charged, blocked (refused and never billed) or *not set*; environments and retention "
        "are entitlements, which no bill counts. Where each row stands in the strategy is in the file below."
    )
    features = sum(one.unit is None for one in sold.book.packaging.entitlements.values())
    cards.heading(f"{numbers.counted(features, 'feature')}, each from the tier that brings it first")
    cards.table(added(sold), "catalogue_features", _ADDED, legend)
    cards.note(
        "A tier brings what the tiers below it bring: the strategy lists each tier's own and is read as a ladder."
    )


def headers(sold: Sold) -> dict[str, str]:
    """The columns: what is compared, then every tier by name, then where it stands."""
    return {"what": "What", **{key: tier.name for key, tier in sold.book.tiers.items()}, "whence": "From"}


def listing(sold: Sold) -> pd.DataFrame:
    """One row per price, limit and feature, one column per tier, in words."""
    features = (one for one in sold.book.packaging.entitlements.values() if one.unit is None)
    rows = [*_limits(sold), *(_held(sold, one) for one in features)]
    return pd.DataFrame(rows, columns=list(headers(sold)))


def added(sold: Sold) -> pd.DataFrame:
    """One row per tier: the features it is the first to bring."""
    rows = []
    for tier in sorted(sold.book.tiers.values(), key=lambda one: one.rank):
        own = [one for one in sold.book.packaging.entitlements.values() if _first(sold, one) == tier.key]
        whence = dict.fromkeys(one.source for one in own)
        rows.append({"tier": tier.name, "adds": ", ".join(one.name for one in own), "whence": "; ".join(whence)})
    return pd.DataFrame(rows, columns=list(_ADDED))


def _first(sold: Sold, one: Entitlement) -> str | None:
    """The lowest tier that brings a feature; none for what is counted."""
    ranked = sorted(sold.book.tiers.values(), key=lambda tier: tier.rank)
    return next((tier.key for tier in ranked if one.unit is None and one.tiers[tier.key] == INCLUDED), None)


def _limits(sold: Sold) -> Iterator[dict[str, str]]:
    """Fee, dimensions and counted entitlements: what is held in one row, what is above it in the next."""
    book = sold.book
    yield _row("Platform fee", {tier: _fee(sold, tier) for tier in book.tiers}, book.document["source"])
    for key in book.dimensions:
        source = book.document["dimensions"][key].get("source", "")
        yield _row(sold.dimension(key), {tier: _included(sold, tier, key) for tier in book.tiers}, source)
        above = {tier: _above(sold, tier, key) for tier in book.tiers}
        if set(above.values()) != {_NO}:
            yield _row(f"{sold.dimension(key)}, above", above, source)
    for one in book.packaging.entitlements.values():
        if one.unit:
            yield _held(sold, one)


def _row(what: str, tiers: dict[str, str], whence: str) -> dict[str, str]:
    return {"what": what, **tiers, "whence": whence}


def _held(sold: Sold, one: Entitlement) -> dict[str, str]:
    return _row(one.name, {tier: _entitled(one, tier) for tier in sold.book.tiers}, one.source)


def _fee(sold: Sold, tier: str) -> str:
    plans = [plan for plan in sold.book.plans.values() if plan.tier == tier]
    return ", ".join(_price(sold, plan) for plan in plans) or words.NOT_SET


def _price(sold: Sold, plan: Plan) -> str:
    price = sold.book.list_price(products.RAIL, plan.key)
    per = "a month" if plan.months == 1 else "a year" if plan.term == "annual" else f"for {plan.months} months"
    return f"{price.value}, {plan.term}" if isinstance(price, Unpriced) else f"{numbers.exact_money(price)} {per}"


def _included(sold: Sold, tier: str, key: str) -> str:
    """What a tier holds of a dimension; of what it holds none of, each one is bought."""
    allowance = sold.book.allowance(products.RAIL, tier, key)
    if allowance.quantity is None:
        return _NO if allowance.kind == "not offered" else allowance.kind
    if not allowance.quantity:
        return words.price(sold, key)
    return f"{numbers.quantity(allowance.quantity)} {plural(sold.book.dimensions[key].unit)}"


def _above(sold: Sold, tier: str, key: str) -> str:
    """What becomes of more than a tier holds."""
    allowance = sold.book.allowance(products.RAIL, tier, key)
    if not allowance.quantity and allowance != BY_CONTRACT:
        return _NO
    action = sold.book.packaging.over_limit.get(tier, {}).get(key, CHARGE)
    price = words.price(sold, key)
    charged = "charged, price not set" if price == words.NOT_SET else price
    return {CHARGE: charged, BLOCK: "blocked"}.get(action, action)


def _entitled(one: Entitlement, tier: str) -> str:
    held = one.tiers[tier]
    if isinstance(held, Decimal):
        return numbers.counted(int(held), one.unit or one.name)
    return {INCLUDED: _YES, NOT_INCLUDED: _NO}.get(held, held)
