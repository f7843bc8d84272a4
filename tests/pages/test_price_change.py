"""A price change says what it is held against, keeps apart what is certain, and a part is never taken for the whole."""

from collections.abc import Callable

from tests.pages.conftest import Ask
from tests.pages.test_numbers_on_pages import millions
from tests.pages.visit import headline, opened, said, value


def test_what_was_really_invoiced_stands_beside_the_baseline(ask: Ask) -> None:
    [(invoiced,)] = ask(
        "select sum(amount_usd) from marts.invoice_line where invoiced_on between date '2025-11-01' and '2026-10-31'"
    )
    app = opened("price_change", scenario="starter-plus-10")
    assert value(app, "Really invoiced") == millions(invoiced)
    assert "on today's prices throughout" in headline(app)


def test_a_static_effect_says_it_is_one_and_what_is_not_in_it() -> None:
    words = said(opened("price_change", scenario="starter-plus-10"))
    assert "everybody reached at once, from the first day; the scenario takes effect on 1 Jan 2027" in words
    for panel in ("**Certain.**", "**Estimated.** Nothing: no response is switched", "**Assumed.** Nothing"):
        assert panel in words


def test_the_title_counts_by_the_same_cut_as_the_groups() -> None:
    app = opened("price_change", scenario="starter-plus-10")
    assert f"{value(app, 'Pay more')} customers pay more, 0 pay less" in headline(app)


def test_a_bill_that_falls_as_the_price_rises_has_its_reason() -> None:
    app = opened("price_change", scenario="starter-plus-10")
    assert "the credit for the unused days of a plan left by an upgrade" in said(app)


def test_a_missing_rail_makes_a_part_and_says_so(open_without: Callable[..., None]) -> None:
    open_without("marketplace")
    app = opened("price_change", scenario="starter-plus-10")
    assert headline(app).startswith("Partial, without ")
    assert " and Marketplace: Starter plus 10 %" in headline(app)
    assert "python -m lib pull --only marketplace" in said(app)


def test_without_usage_nothing_is_simulated(open_without: Callable[..., None]) -> None:
    open_without("metering")
    app = opened("price_change", scenario="starter-plus-10")
    assert not app.metric and not app.exception
    assert "python -m lib pull --only metering" in said(app)
