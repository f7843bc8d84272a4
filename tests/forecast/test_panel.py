"""A panel: months that follow each other, and what was known on an evening of the past."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.forecast.panel import CustomerMonth, Panel, PanelError, SetAside

JULY, AUGUST, SEPTEMBER = MONTHS = (date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1))


def row(customer: str, month: date) -> CustomerMonth:
    return CustomerMonth(customer, month, "aws_partner", "starter", "aws", False, 6, 0, Decimal(299))


PANEL = Panel(
    MONTHS,
    (row("a", JULY), row("b", JULY), row("a", AUGUST), row("a", SEPTEMBER), row("b", SEPTEMBER)),
    (SetAside("c", AUGUST, "its plan is of no tier"),),
)


def test_a_month_shows_who_was_a_customer_then_and_who_has_no_place() -> None:
    assert [found.customer_id for found in PANEL.at(JULY)] == ["a", "b"]
    assert [found.customer_id for found in PANEL.aside_at(AUGUST)] == ["c"]
    assert PANEL.at(date(2026, 12, 1)) == ()


def test_until_a_month_nothing_of_later_months_is_known() -> None:
    known = PANEL.until(AUGUST)
    assert known.months == (JULY, AUGUST)
    assert known.rows == PANEL.rows[:3]
    assert known == replace(PANEL, rows=(*PANEL.rows, row("d", SEPTEMBER))).until(AUGUST)


def test_since_a_month_who_came_before_is_still_known() -> None:
    later = PANEL.since(SEPTEMBER)
    assert later.rows == PANEL.at(SEPTEMBER)
    assert later.seen_before == {"a", "b", "c"}


def test_months_with_a_gap_and_months_never_recorded_are_refused() -> None:
    with pytest.raises(PanelError, match="after 2026-07 comes 2026-09"):
        Panel((JULY, SEPTEMBER), ())
    with pytest.raises(PanelError, match="at least one month"):
        Panel((), ())
    with pytest.raises(PanelError, match="d is in 2026-09, which is no month of the panel"):
        Panel((JULY,), (row("d", SEPTEMBER),))
    with pytest.raises(PanelError, match="from 2026-07 to 2026-09"):
        PANEL.until(date(2026, 10, 1))
