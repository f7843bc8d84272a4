"""Every private offer in one mart: what our file says, what AWS holds under it, and what has been invoiced of it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.desk import Desk
from lib.warehouse.build import BuildReport
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import ask, built

HEADER = (
    "offer_id,customer_id,plan_key,price_usd,accepted_on,starts_on,ends_on,years,status,sent_on,expires_on,"
    "channel_partner,express,renews,company"
)
# agmt-3 was accepted under offer-private, worth 84,000.00; c-0003 paid it at the start.
ROWS = (
    "offer-private,c-0003,enterprise-custom,84000.00,2026-04-18,2026-04-20,2027-04-20,,accepted,,,,,,",
    "offer-old,c-0002,enterprise-custom,60000.00,2025-01-01,2025-01-01,2026-01-01,,,,,,,,",
    "offer-draft,,enterprise-custom,58000.00,,2027-01-01,2028-01-01,,draft,,,,,,Delta Works",
    "offer-sent,c-0003,enterprise-custom,92000.00,,2027-04-20,2028-04-20,,sent,2026-10-05,2026-11-11,"
    "Resellers Inc,no,offer-private,",
    "offer-nobody,,enterprise-custom,58000.00,2026-01-01,2027-01-01,2028-01-01,,accepted,,,,,,",
)
OFFERS = "company/private_offers.csv"


def with_offers(*rows: str) -> dict[str, str]:
    return {**WORLD, OFFERS: "\n".join([HEADER, *rows, ""])}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("offers"), with_offers(*ROWS))


def test_contracts_see_what_was_agreed_to_and_nothing_else(report: BuildReport) -> None:
    # A row that says no status is accepted: that is what a file without the column lists.
    assert ask(report, "select offer_id from marts.private_offer order by 1") == [("offer-old",), ("offer-private",)]


def test_the_register_holds_every_offer_with_what_the_file_says(report: BuildReport) -> None:
    told = ask(
        report,
        "select offer_id, status, customer_id, company_name, sent_on, expires_on, channel_partner, is_express, "
        "renews_offer_id, tier from marts.offer order by 1",
    )
    none = (None, None, None, None, None, None)
    assert told == [
        ("offer-draft", "draft", None, "Delta Works", *none[:5], "enterprise"),
        ("offer-nobody", "accepted", None, None, *none[:5], "enterprise"),
        ("offer-old", "accepted", "c-0002", None, *none[:5], "enterprise"),
        ("offer-private", "accepted", "c-0003", None, *none[:5], "enterprise"),
        (
            "offer-sent",
            "sent",
            "c-0003",
            None,
            date(2026, 10, 5),
            date(2026, 11, 11),
            "Resellers Inc",
            False,
            "offer-private",
            "enterprise",
        ),
    ]


def test_what_aws_holds_stands_beside_it(report: BuildReport) -> None:
    told = ask(
        report,
        "select offer_id, contract_id, aws_status, aws_value_usd, aws_started_on, invoiced_usd is null "
        "from marts.offer where contract_id is not null",
    )
    assert told == [("offer-private", "agmt-3", "Active", Decimal("84000.00"), date(2026, 4, 20), False)]
    assert ask(report, "select count(*) from marts.offer where invoiced_usd is not null") == [(1,)]


def test_what_was_invoiced_of_a_price_is_its_base_lines_within_the_term(report: BuildReport) -> None:
    [(expected,)] = ask(
        report,
        "select coalesce(sum(amount_usd), 0) from marts.invoice_line where contract_id = 'agmt-3' and kind <> 'usage' "
        "and period_start_on between date '2026-04-20' and date '2027-04-19'",
    )
    assert ask(report, "select invoiced_usd from marts.offer where offer_id = 'offer-private'") == [(expected,)]


def test_an_offer_that_only_aws_knows_is_in_it(tmp_path: Path) -> None:
    report = built(tmp_path, with_offers(ROWS[2]))
    told = ask(report, "select offer_id, is_on_file, status, contract_id, plan_key from marts.offer order by 1")
    assert told == [
        ("offer-draft", True, "draft", None, "enterprise-custom"),
        ("offer-private", False, None, "agmt-3", "enterprise-custom"),
    ]


def test_what_aws_holds_an_agreement_under_counts_whatever_the_file_says(tmp_path: Path) -> None:
    row = ROWS[0].replace(",accepted,", ",sent,")
    built(tmp_path, with_offers(row))
    offer = Desk.open(tmp_path / "warehouse").population.contracts["agmt-3"].offer
    assert offer is not None and offer.price == Decimal("84000.00")


def test_a_status_nobody_knows_costs_its_line(tmp_path: Path) -> None:
    report = built(tmp_path, with_offers(ROWS[0], ROWS[2].replace(",draft,", ",drafted,")))
    assert ask(report, "select reason from raw.reject where feed = 'private_offer'") == [
        ("status is none of draft, sent, accepted, expired, withdrawn: drafted",)
    ]
