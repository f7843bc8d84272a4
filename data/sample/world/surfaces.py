"""What the pricing page, the checkout, the application and third-party listings show: one dated file per capture."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from world.pricelist import CENTS, PriceList, Prices, rounded
from world.recipe import read
from world.setting import Setting
from world.tables import dollars, write

YEAR = 12
PRICES = ["displayed_name", "price_usd", "per_month", "badge", "is_visible", "price_id", "trial_days"]
PLACE, SEEN = ["surface", "place"], ["url", "captured_on"]
HEADERS = {
    "prices": [*PLACE, "plan", "term", *PRICES, "has_coupon_field", *SEEN],
    "allowances": [*PLACE, "plan", "dimension", "allowance", "unit", *SEEN],
    "capabilities": [*PLACE, "capability", "minimum_plan", *SEEN],
    "plan_ids": [*PLACE, "plan_id", "tier", *SEEN],
}
Row = list[object]


def write_all(setting: Setting, folder: Path) -> None:
    """Write every capture of surfaces.toml; no dice are thrown."""
    written = read("surfaces.toml")
    captures = [_known(capture, setting.seen_on) for capture in written["capture"]]
    for number, capture in ((number, capture) for number, capture in enumerate(captures) if capture):
        rows = {
            "prices": _prices(setting.prices, capture),
            "allowances": _allowances(capture, written["units"]),
            "capabilities": ([key, least] for key, least in capture.get("capabilities", {}).items()),
            "plan_ids": ([key, tier] for key, tier in capture.get("plan_ids", {}).items()),
        }
        for kind, found in rows.items():
            _write(folder / f"{kind}-{capture['captured_on']}-{number + 1}.csv", HEADERS[kind], capture, list(found))


def _known(capture: dict[str, Any], seen_on: date) -> dict[str, Any]:
    """What a place showed when it was last looked at; nothing of one that nobody had looked at yet."""
    if capture["captured_on"] <= seen_on:
        return capture
    before = capture.get("before", {})
    allowances = {**capture.get("allowances", {}), **before.get("allowances", {})}
    is_known = "captured_on" in before and before["captured_on"] <= seen_on
    return {**capture, **before, "allowances": allowances} if is_known else {}


def _write(path: Path, header: list[str], capture: dict[str, Any], rows: list[Row]) -> None:
    """Write the rows of one kind, each with where and when it was seen; no file where there are none."""
    if rows:
        seen = [capture["url"], capture["captured_on"]]
        write(path, header, [[capture["surface"], capture["place"], *row, *seen] for row in rows])


def _prices(prices: Prices, capture: dict[str, Any]) -> Iterator[Row]:
    """Yield every plan and term a place shows at the prices of one list, then those it hides."""
    for slug in capture.get("plans", []):
        for term in capture["terms"]:
            key = f"{slug}-{term}"
            cents = _list_of(prices, capture["prices_of"]).plan_cents[key]
            is_checkout, is_year = "trial_days" in capture, term == "annual"
            yield [
                *(slug, term, prices.plans[key]["name"], dollars(cents)),
                f"${rounded(cents, YEAR * CENTS):,}/mo" if is_year and "per_month" in capture else "",
                capture.get("badge", "") if is_year else "",
                "yes",
                prices.plans[key]["price"] if is_checkout else "",
                capture["trial_days"][term] if is_checkout else "",
                ("yes" if capture["has_coupon_field"] else "no") if is_checkout else "",
            ]
    for key in capture.get("hidden", []):
        yield [*key.rsplit("-", 1), prices.plans[key]["name"], "", "", "", "no", "", "", ""]


def _list_of(prices: Prices, effective: date) -> PriceList:
    return next(row for row in prices.lists if row.effective == effective)


def _allowances(capture: dict[str, Any], units: dict[str, str]) -> Iterator[Row]:
    for dimension, included in capture.get("allowances", {}).items():
        for slug, allowance in included.items():
            yield [slug, dimension, allowance, units[dimension]]
