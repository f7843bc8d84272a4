"""What a second allowance in one month is worth, by hand and over the sample."""

from collections import Counter
from datetime import date
from decimal import Decimal

from lib.catalog.allowance import UNLIMITED
from lib.contracts import Contract, Offer, Reach
from lib.desk import Desk
from lib.outcome import Population, UsageCell, outcome
from lib.restarts import findings, restarts
from tests.test_contracts import NEW

REACH = {"stripe": Reach(60, "notice"), "aws": Reach(60, "new_entitlements")}
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def month(first: int, second: int, second_customer: str = "c-1"):
    """Words under two contracts of May, the second begun on the last day."""
    upgraded = Contract(
        "k1", "c-1", "stripe", "starter-monthly", "starter", "monthly", MAY, date(2026, 5, 31), "upgrade"
    )
    newer = Contract("k2", second_customer, "stripe", "starter-monthly", "starter", "monthly", date(2026, 5, 31))
    cells = (UsageCell("k1", "words", MAY, Decimal(first)), UsageCell("k2", "words", MAY, Decimal(second)))
    return restarts(outcome([NEW], Population({"k1": upgraded, "k2": newer}, cells), (MAY, JUNE), REACH).lines)


def test_an_upgrade_on_the_last_day_collects_a_second_allowance_and_the_report_names_it():
    # 50,000 words are included under each contract. 5,050,000 and 50,000 words: 5,000,000 over, $5.00; with one
    # allowance 5,050,000 would be over, $5.05.
    (leak,) = month(5_050_000, 50_000)
    assert (leak.billed, leak.as_one, leak.given_away) == (Decimal("5.00"), Decimal("5.05"), Decimal("0.05"))
    assert (leak.customer_id, leak.dimension, leak.contracts, leak.quantity) == ("c-1", "words", 2, 5_100_000)


def test_two_customers_or_one_contract_share_no_month():
    assert month(5_050_000, 50_000, second_customer="c-2") == ()


def test_usage_under_an_unlimited_plan_was_not_given_away_by_the_downgrade_after_it():
    unlimited = Offer("offer-1", Decimal(299), {"words": UNLIMITED})
    before = Contract(
        "k1", "c-1", "stripe", "starter-monthly", "starter", "monthly", MAY, date(2026, 5, 31), offer=unlimited
    )
    after = Contract("k2", "c-1", "stripe", "starter-monthly", "starter", "monthly", date(2026, 5, 31))
    cells = (UsageCell("k1", "words", MAY, Decimal(9_000_000)), UsageCell("k2", "words", MAY, Decimal(10)))
    (shared,) = restarts(outcome([NEW], Population({"k1": before, "k2": after}, cells), (MAY, JUNE), REACH).lines)
    assert (shared.as_one, shared.given_away) == (0, 0)


def test_a_month_within_one_allowance_gave_nothing_away():
    (shared,) = month(20_000, 20_000)
    assert (shared.billed, shared.given_away) == (0, 0)


def test_check_says_in_one_note_what_second_allowances_were_worth():
    (note,) = findings(month(5_050_000, 50_000), "vellocity")
    assert note.words == "second allowances, in months shared by two plans, were worth 0.05 USD to 1 customer(s)"
    assert note.evidence == ("c-1, words, 2026-05: 0.05",)
    assert findings(month(20_000, 20_000), "vellocity") == []


def test_the_samples_second_allowances_are_those_of_customers_with_two_contracts_in_a_month(desk_folder):
    desk = Desk.open(desk_folder)
    found = restarts(desk.baseline.lines)
    assert found
    months = Counter(
        (line.contract.customer_id, line.contract.rail, line.dimension, line.month)
        for line in desk.baseline.lines
        if line.kind == "usage" and line.amount is not None and line.dimension != "team_seats"
    )
    assert {(one.customer_id, one.rail, one.dimension, one.month) for one in found} == {
        key for key, count in months.items() if count > 1
    }
    assert all(one.given_away >= 0 for one in found)
    assert [one.given_away for one in found] == sorted((one.given_away for one in found), reverse=True)
