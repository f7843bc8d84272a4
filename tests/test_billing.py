"""data/billing.toml: what is missing, misspelt or cannot be is refused in one sentence, before anybody counts by it."""

import copy
from typing import Any

import pytest

from lib.desk import Desk
from lib.desk.billing import checked
from lib.desk.papers import DeskError
from tests.specification import read

SOURCES = set(read("data/billing.toml")["stale_after_days"])


@pytest.fixture
def document() -> dict[str, Any]:
    return copy.deepcopy(read("data/billing.toml"))


def check(document: dict[str, Any]) -> Any:
    own = read("data/billing.toml")
    reconciled = {feed for needs in own["payouts"]["needs"].values() for feed in needs}
    return checked(document, SOURCES, {*own["closing"]["needs"], *reconciled})


def test_our_own_is_read_as_it_stands(document: dict[str, Any], desk: Desk) -> None:
    assert check(document) == document
    assert desk.billing == document


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("usage_invoice_day", "x", "usage_invoice_day is 'x'; write a whole number"),
        ("usage_invoice_day", True, "usage_invoice_day is True; write a whole number"),
        ("usage_invoice_day", 99, "usage_invoice_day is 99; write a whole number from 1 to 28"),
        ("usage_invoice_day", -1, "usage_invoice_day is -1; write a whole number from 1 to 28"),
        ("window_months", 0, "window_months is 0; write a whole number from 1 to 120"),
        ("window_monts", 12, "has no key 'window_monts'; did you mean 'window_months'"),
        ("window_months", None, "lacks 'window_months'"),
        ("own_marketplace_products", "prod-1", "own_marketplace_products is 'prod-1'; write a list"),
        ("own_marketplace_products", [5], "own_marketplace_products holds 5"),
        ("payouts", None, "lacks 'payouts'"),
        ("payouts", 5, "payouts is 5; write a block"),
        ("payouts.forcast_days", 30, r"\[payouts\] has no key 'forcast_days'; did you mean 'forecast_days'"),
        ("payouts.forecast_days", -5, "payouts.forecast_days is -5; write a whole number from 1"),
        ("payouts.forecast_days", 10**12, "payouts.forecast_days is 10{12}; write a whole number from 1"),
        ("payouts.ageing_days", [], "payouts.ageing_days is \\[]; write days that ascend"),
        ("payouts.ageing_days", [60, 30], "payouts.ageing_days is .*; write days that ascend"),
        ("payouts.ageing_days", ["a"], "payouts.ageing_days is 'a'; write a whole number"),
        ("payouts.needs", None, r"\[payouts\] lacks 'needs'"),
        ("payouts.needs.aws", "event", "payouts.needs.aws is 'event'; write a list"),
        ("payouts.needs.aws", [], "payouts.needs.aws is empty; name the feeds that a rail is reconciled from"),
        ("payouts.needs.aws", ["evnt"], "payouts.needs.aws is 'evnt'; did you mean 'event'"),
        ("recognition.by", None, r"\[recognition\] lacks 'by'"),
        ("recognition.as_of", "2026", "recognition.as_of is '2026'; write a date"),
        ("stale_after_days.strip", 7, r"\[stale_after_days\] has no key 'strip'; did you mean 'stripe'"),
        ("stale_after_days.crm", None, r"\[stale_after_days\] lacks 'crm'"),
        ("stale_after_days.crm", "week", "stale_after_days.crm is 'week'; write a whole number"),
        ("captured_within_days.pricing_page", -1, "captured_within_days.pricing_page is -1"),
        ("closing", None, "lacks 'closing'"),
        ("closing.needs", [], "closing.needs is empty"),
        ("closing.needs", ["stripe_invoces"], "closing.needs is 'stripe_invoces'; did you mean 'stripe_invoice'"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(document: dict[str, Any], path: str, value: object, words: str) -> None:
    *parents, last = path.split(".")
    block = document
    for name in parents:
        block = block[name]
    if value is None:
        del block[last]
    else:
        block[last] = value
    with pytest.raises(DeskError, match=f"data/billing.toml.*{words}"):
        check(document)
