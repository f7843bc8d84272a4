"""What goes on record with a decision, by hand; and several scenarios saved as one, which makes the same book."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from lib.catalog.scenario import Scenario, ScenarioError, diff
from lib.contracts import GRANDFATHERED, REPRICED, STATES
from lib.decisions import Prediction
from lib.desk import AHEAD, Desk, actuals, as_one, predictions, settled_before
from lib.desk.foretold import invoiced_month

JANUARY = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("recorded_on", "first_open"),
    [
        ("2026-10-31", "2026-10-01"),  # October's usage is invoiced on 4 November
        ("2026-11-03", "2026-10-01"),
        ("2026-11-04", "2026-11-01"),
        ("2027-01-01", "2026-12-01"),
    ],
)
def test_a_month_is_settled_once_its_usage_is_invoiced(recorded_on: str, first_open: str) -> None:
    desk = SimpleNamespace(recorded_on=date.fromisoformat(recorded_on), billing={"usage_invoice_day": 4})
    assert settled_before(desk) == date.fromisoformat(first_open)  # type: ignore[arg-type]


def test_an_invoice_line_belongs_to_the_month_of_its_usage_or_in_which_it_falls_due() -> None:
    usage = {"usage_month": date(2026, 9, 1), "period_start_on": date(2026, 9, 1)}
    year = {"usage_month": None, "period_start_on": date(2026, 3, 15)}
    assert [invoiced_month(usage), invoiced_month(year)] == [date(2026, 9, 1), date(2026, 3, 1)]


def test_approved_foretells_the_change_and_rejected_the_months_without_it(desk: Desk) -> None:
    ran = desk.simulate(desk.scenario("starter-plus-10"), months=2, horizon=AHEAD)
    sums = {}
    for is_approved in (True, False):
        found = predictions(ran, is_approved)
        sums[is_approved] = sum((one.predicted for one in found if one.line == "revenue"), Decimal(0))
        assert [one.month for one in found if one.line == "mrr"] == [JANUARY, date(2027, 2, 1)]
    assert sums[False] == ran.baseline.revenue
    assert sums[True] - sums[False] == ran.moved


def test_cents_and_whole_customers_go_on_record(desk: Desk) -> None:
    ran = desk.simulate(desk.scenario("starter-plus-10"), months=1, horizon=AHEAD)
    found = {one.line: one for one in predictions(ran, True)}
    by_state = {**dict.fromkeys(STATES, Decimal(0)), REPRICED: Decimal("0.005"), GRANDFATHERED: Decimal(7)}
    month = replace(ran.recurring[0], baseline=Decimal("100.001"), by_state=by_state)
    odd = {one.line: one for one in predictions(replace(ran, recurring=(month,)), True)}
    assert odd["mrr"] == Prediction("mrr", "MRR at the month's end", JANUARY, "USD", Decimal("100.01"))
    assert found["customers"].predicted == 340  # everybody with a contract on 31 October 2026; nobody comes or leaves


def test_what_happened_is_told_for_every_month_that_was_invoiced(desk: Desk) -> None:
    found = actuals(desk)
    revenue = sum((amount for (line, _), amount in found.items() if line == "revenue"), Decimal(0))
    assert revenue == sum((row["amount_usd"] for row in desk.warehouse.rows("invoice_line")), Decimal(0))
    assert found["customers", date(2026, 10, 1)] == len(desk.customers) == 340


def header(desk: Desk) -> Scenario:
    return Scenario("one", "One", "Ann", "Why?", desk.book.id, None, {})


def edit(changes: dict[str, object]) -> Scenario:
    return Scenario("edited", "Edited prices", "", "", "2026-05-09", None, changes)


def test_scenarios_on_top_of_each_other_are_saved_as_the_book_they_make(desk: Desk) -> None:
    layers = [desk.scenario("starter-plus-10"), edit({"plans": {"starter-monthly": {"list_price": Decimal(319)}}})]
    one = as_one(desk, layers, header(desk))
    assert diff(desk.proposed_book(one), desk.proposed_book(*layers)) == ()
    assert one.changes["plans"] == {"starter-monthly": {"list_price": 319}, "starter-annual": {"list_price": 3290}}
    assert (one.key, one.name) == ("one", "One")


def test_words_and_bands_are_kept_too(desk: Desk) -> None:
    one = as_one(desk, [desk.scenario("say-17"), desk.scenario("volume-bands")], header(desk))
    assert one.claims == desk.scenario("say-17").claims
    assert one.changes["settings"] == {"bands": "volume"}


def test_prices_edited_over_a_fee_that_is_passed_on_are_refused_in_one_sentence(desk: Desk) -> None:
    """On AWS the fee is in the price before the edit: 3.00 % on 319 is no price that anybody asked for."""
    layers = [
        desk.scenario("pass-the-fee-on"),
        edit({"rails": {"aws": {"plans": {"starter-monthly": {"list_price": Decimal(319)}}}}}),
    ]
    with pytest.raises(ScenarioError, match="because a fee is passed on before the edits: write every price"):
        as_one(desk, layers, header(desk))
