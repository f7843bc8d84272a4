"""How we invoice, as data/billing.toml says: checked key by key before anybody counts by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lib.catalog.document import BookError, Document, check_fields, check_signs, one_of, shown
from lib.desk.papers import DeskError
from lib.surfaces.captures import CAPTURED

WHERE = "data/billing.toml"
LAST_DAY = 28  # every month has it
MOST_MONTHS, MOST_DAYS = 120, 3650
_FILE = {
    "usage_invoice_day": "whole number",
    "window_months": "whole number",
    "own_marketplace_products": "list",
    **dict.fromkeys(("stale_after_days", "captured_within_days", "payouts", "recognition", "closing"), "block"),
}


def checked(document: Document, sources: Collection[str], feeds: Collection[str]) -> Mapping[str, Any]:
    """The document of data/billing.toml → the same, if all of it can be true; else one sentence with file and key.

    `sources` are those that grow stale, `feeds` those that a month may be closed on.
    """
    try:
        _check(document, sources, feeds)
    except BookError as problem:
        raise DeskError(str(problem)) from None
    return document


def _check(document: Document, sources: Collection[str], feeds: Collection[str]) -> None:
    check_signs(document, WHERE)
    check_fields(document, _FILE, WHERE, f"{WHERE}, ")
    _within(document["usage_invoice_day"], 1, LAST_DAY, "usage_invoice_day")
    _within(document["window_months"], 1, MOST_MONTHS, "window_months")
    for product in document["own_marketplace_products"]:
        if not isinstance(product, str) or not product:
            raise BookError(f"{WHERE}, own_marketplace_products holds {shown(product)}; write product ids as texts")
    _check_days(document, "stale_after_days", sources)
    _check_days(document, "captured_within_days", CAPTURED)
    _check_payouts(document["payouts"], feeds)
    _block(document, "recognition", {"by": "text", "source": "text", "as_of": "date"})
    _block(document, "closing", {"needs": "list"})
    _check_needs(document["closing"]["needs"], feeds, "closing.needs", "a month is closed on")


def _check_days(document: Document, name: str, keys: Collection[str]) -> None:
    """A limit in days for every one of some keys, and for nothing else."""
    _block(document, name, dict.fromkeys(sorted(keys), "whole number"))
    for key, days in document[name].items():
        _within(days, 0, MOST_DAYS, f"{name}.{key}")


def _check_payouts(block: Document, feeds: Collection[str]) -> None:
    shapes = {"ageing_days": "list", "forecast_days": "whole number", "needs": "block"}
    _block({"payouts": block}, "payouts", shapes)
    check_fields(block["needs"], dict.fromkeys(block["needs"], "list"), WHERE, f"{WHERE}, payouts.needs.")
    for rail, needs in block["needs"].items():
        _check_needs(needs, feeds, f"payouts.needs.{rail}", "a rail is reconciled from")
    _within(block["forecast_days"], 1, MOST_DAYS, "payouts.forecast_days")
    days = block["ageing_days"]
    for one in days:
        check_fields({"ageing_days": one}, {"ageing_days": "whole number"}, WHERE, f"{WHERE}, payouts.")
        _within(one, 1, MOST_DAYS, "payouts.ageing_days")
    if not days or days != sorted(set(days)):
        raise BookError(f"{WHERE}, payouts.ageing_days is {shown(days)}; write days that ascend, as [30, 60, 90]")


def _check_needs(needs: Sequence[object], feeds: Collection[str], key: str, use: str) -> None:
    if not needs:
        raise BookError(f"{WHERE}, {key} is empty; name the feeds that {use}")
    for feed in needs:
        one_of(feed, sorted(feeds), f"{WHERE}, {key}")


def _block(document: Document, name: str, shapes: Mapping[str, str]) -> None:
    check_fields(document[name], shapes, f"{WHERE}, [{name}]", f"{WHERE}, {name}.")


def _within(value: int, least: int, most: int, key: str) -> None:
    if not least <= value <= most:
        raise BookError(f"{WHERE}, {key} is {value}; write a whole number from {least} to {most}")
