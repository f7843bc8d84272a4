"""How the desk tells who buys: customers of every product, what they brought at month ends, used, and left.

Amounts are what the rails really billed: nothing here is rated, so no scenario and no price list moves a number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lib import market
from lib.buyers import Buyer, Buyers, Overage, Place, Stood, Used
from lib.catalog.document import BookError, check_fields, check_signs, number
from lib.costs import Costs, Figure, Missing
from lib.desk.papers import DeskError, read_document
from lib.desk.trials import baselines
from lib.money import EXACT
from lib.periods import add_months, month_end, month_of, months_between
from lib.revenue import yearly
from lib.segments import SELLERS, UNKNOWN

if TYPE_CHECKING:
    from lib.desk.desk import Desk

WHERE = "data/buyers.toml"
NO_TIER, NO_RAIL = "no tier", "no rail"
_FILE = {"retention_months": "whole number", "fewest_for_a_share": "whole number", "split": "block"}
_SPLIT = {**dict.fromkeys(SELLERS, "number"), "words": "text", "source": "text", "as_of": "date"}
_MOST_MONTHS = 60
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Counting:
    """How customers are counted: data/buyers.toml. `split` are the paper's shares among sellers, as fractions."""

    retention_months: int
    fewest: int
    split: Mapping[str, Decimal]
    split_words: str
    split_source: str


@dataclass(frozen=True)
class Adopted:
    """A customer of a product that has no contracts on record: what became of it since it signed.

    Spend is USD a month before us and now, None where nobody measured; `addons` are those it has bought.
    """

    customer_id: str
    signed_on: date | None
    first_route_on: date | None
    spent: Decimal | None
    spends: Decimal | None
    addons: tuple[str, ...]

    @property
    def days_to_route(self) -> int | None:
        """Days from signing to the first route in production; None where either is unknown."""
        return (self.first_route_on - self.signed_on).days if self.first_route_on and self.signed_on else None

    @property
    def saved(self) -> Fraction | None:
        """What is saved of the spend before us, as a fraction of it; None where it was not measured."""
        if self.spent is None or self.spends is None or not self.spent:
            return None
        return 1 - Fraction(self.spends) / Fraction(self.spent)


def counting(desk: Desk) -> Counting:
    """The settings of data/buyers.toml; what cannot be true is refused in one sentence."""
    document = read_document(desk.data / "buyers.toml")
    try:
        check_signs(document, WHERE)
        check_fields(document, _FILE, WHERE, f"{WHERE}, ")
        check_fields(document["split"], _SPLIT, f"{WHERE}, [split]", f"{WHERE}, split.")
        split = document["split"]
        shares = {seller: number(split[seller], f"{WHERE}, split.{seller}") for seller in SELLERS}
    except BookError as problem:
        raise DeskError(str(problem)) from None
    _check(document, tuple(shares.values()))
    return Counting(
        retention_months=document["retention_months"],
        fewest=document["fewest_for_a_share"],
        split=shares,
        split_words=split["words"],
        split_source=split["source"],
    )


def _check(document: Row, shares: Collection[Decimal]) -> None:
    for key in ("retention_months", "fewest_for_a_share"):
        if not 1 <= document[key] <= _MOST_MONTHS:
            raise DeskError(f"{WHERE}, {key} is {document[key]}; write a whole number from 1 to {_MOST_MONTHS}")
    if sum(shares) != 1:
        raise DeskError(f"{WHERE}, [split] has shares of {' and '.join(map(str, shares))}; write two that add up to 1")


def who_buys(desk: Desk) -> Buyers:
    """Everything recorded of who buys, of every product and on every rail."""
    rows = desk.warehouse.rows("recurring_month")
    homes = {row["contract_id"]: _place(row) for row in desk.warehouse.rows("contract")}
    months = tuple(sorted({row["recurring_month"] for row in rows}))
    payers = {row["customer_id"] for row in rows}
    return Buyers(
        buyers=_known(desk, payers),
        months=months,
        stood=tuple(_stood(rows)),
        used=tuple(_used(desk, homes)),
        overage=tuple(_overage(desk, homes)),
        earned=_earned(desk, months),
        back=counting(desk).retention_months,
        unpriced=sum(row["price_usd"] is None and row["recurring_month"] == months[-1] for row in rows),
        lacking=_lacking(desk),
    )


def adopted(desk: Desk, product: str) -> tuple[Adopted, ...]:
    """The customers of a product by what is recorded of them beside contracts, in the order of their ids."""
    routes = {row["customer_id"]: row for row in desk.warehouse.rows("first_route") if row["product"] == product}
    savings = {row["customer_id"]: row for row in baselines(desk, product)}
    bought: dict[str, list[str]] = {}
    for row in desk.warehouse.rows("addon"):
        if row["product"] == product:
            bought.setdefault(row["customer_id"], []).append(row["addon"])
    ids = sorted(row["customer_id"] for row in desk.warehouse.rows("customer") if row["product"] == product)
    return tuple(_adopted(one, routes.get(one, {}), savings.get(one, {}), bought.get(one, [])) for one in ids)


def bills(desk: Desk, customer_id: str) -> list[dict[str, Any]]:
    """Every invoiced line of a customer, rows of marts.invoice_line, the newest invoice first."""
    rows = desk.warehouse.rows("invoice_line", customer_id=customer_id)
    return sorted(rows, key=_newest, reverse=True)


def _newest(row: Row) -> tuple[str, str, str]:
    return str(row["invoiced_on"] or ""), row["invoice_id"], row["line_id"]


def _adopted(customer_id: str, route: Row, saving: Row, addons: Iterable[str]) -> Adopted:
    return Adopted(
        customer_id=customer_id,
        signed_on=route.get("signed_on"),
        first_route_on=route.get("first_route_on"),
        spent=saving.get("baseline_monthly_usd"),
        spends=saving.get("current_monthly_usd"),
        addons=tuple(sorted(addons)),
    )


def _known(desk: Desk, payers: set[str]) -> dict[str, Buyer]:
    """Every customer of the CRM, and by its id every payer it does not know: whoever pays our bills buys our book."""
    rows = {row["customer_id"]: row for row in desk.warehouse.rows("customer")}
    known = {key: _buyer(row, desk.book.product if key in payers else UNKNOWN) for key, row in rows.items()}
    strangers = {
        key: Buyer(key, key, desk.book.product, UNKNOWN, None, UNKNOWN, UNKNOWN, None) for key in payers - rows.keys()
    }
    return {**known, **strangers}


def _buyer(row: Row, otherwise: str) -> Buyer:
    return Buyer(
        customer_id=row["customer_id"],
        name=row["customer_name"],
        product=market.product_bought(row, otherwise),
        persona=market.persona(row),
        icp_segment=row["icp_segment"],
        region=row["region"],
        is_seller=row["is_seller"],
        integrator=row["integrator"],
    )


def _place(row: Row) -> Place:
    return Place(row["customer_id"], row["rail"], row["tier"] or NO_TIER)


def _stood(rows: Iterable[Row]) -> Iterable[Stood]:
    for row in rows:
        if row["price_usd"] is not None:
            yield Stood(_place(row), row["recurring_month"], yearly(row["price_usd"], row["term"]))


def _used(desk: Desk, homes: Mapping[str, Place]) -> Iterable[Used]:
    """Usage under contracts; outside any it is in no group, and on the page of sources."""
    costs = desk.costs
    for row in desk.warehouse.rows("usage_month"):
        if row["contract_id"] in homes:
            cost = _cost(costs, row)
            yield Used(homes[row["contract_id"]], row["usage_month"], row["dimension"], row["quantity"], cost)


def _cost(costs: Costs, row: Row) -> Figure:
    if not row["quantity"]:
        return Decimal(0)
    unit = costs.unit(row["dimension"], row["usage_month"])
    return unit if isinstance(unit, Missing) else EXACT.multiply(row["quantity"], unit.amount)


def _overage(desk: Desk, homes: Mapping[str, Place]) -> Iterable[Overage]:
    for row in desk.warehouse.rows("invoice_line", kind="usage"):
        if row["contract_id"] in homes:
            yield Overage(homes[row["contract_id"]], row["usage_month"], row["amount_usd"])


def _earned(desk: Desk, months: tuple[date, ...]) -> tuple[date, ...]:
    """The newest months on record whose usage has been invoiced, as many as a price change is shown over."""
    last = add_months(month_of(desk.recorded_on), -1)
    if desk.recorded_on < month_end(last).replace(day=desk.billing["usage_invoice_day"]):
        last = add_months(last, -1)
    first = add_months(last, 1 - desk.billing["window_months"])
    return tuple(month for month in months_between(first, add_months(last, 1)) if month in months)


def _lacking(desk: Desk) -> Missing | None:
    gone = {state.feed for state in desk.missing("event", "unit_cost")}
    needs = {"event": "usage events", "unit_cost": "unit costs"}
    return Missing.of(" and ".join(needs[feed] for feed in needs if feed in gone)) if gone else None
