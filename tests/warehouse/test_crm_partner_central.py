"""Partner Central's opportunities beside the CRM's deals: one deal counts once, and only our revenue is ours."""

import json
from decimal import Decimal
from typing import Any

import pytest

from lib.market import findings
from lib.warehouse.build import BuildReport
from lib.warehouse.read import Warehouse
from tests.warehouse.worlds import account, ask, built

DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Create Date,AWS opportunity ID\n"
    "1,Named by AWS,Qualified,1000.00,2026-05-01,\n"
    "2,Names AWS,Committed,2000.00,2026-05-01,O2\n"
    "3,Alone,Prospect,3000.00,2026-05-01,\n"
    "0065g00000AbCdEAAV,Long id,Prospect,10.00,2026-05-01,\n"
)


def opportunity(identifier: str, ours: str | None = None, revenue: str | None = None, **more: Any) -> str:
    """One answer of GetOpportunity on one line; every one expects its customer to spend 90,000 a month at AWS."""
    told: dict[str, Any] = {
        "Catalog": "AWS",
        "Id": identifier,
        "LifeCycle": {"Stage": "Qualified", "TargetCloseDate": "2026-09-30", "ReviewStatus": "Approved"},
        "Customer": {"Account": {"CompanyName": f"Customer of {identifier}"}},
        "Project": {
            "Title": f"Project {identifier}",
            "ExpectedCustomerSpend": [
                {"Amount": "90000.00", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
            ],
        },
        "CreatedDate": "2026-05-02T10:00:00Z",
        "LastModifiedDate": "2026-05-20T10:00:00Z",
        **more,
    }
    told |= {"PartnerOpportunityIdentifier": ours} if ours else {}
    value = {"Amount": revenue, "CurrencyCode": "USD"}
    told |= {"SoftwareRevenue": {"DeliveryModel": "Contract", "Value": value}} if revenue else {}
    return json.dumps(told)


OPPORTUNITIES = "\n".join(
    [
        opportunity("O1", ours="1", revenue="1200.00"),
        opportunity("O2", revenue="2000.00"),
        opportunity(
            "O3", revenue="500.00", Customer={"Account": {"CompanyName": "Five", "AwsAccountId": "123456789012"}}
        ),
        opportunity("O4"),
        opportunity("O5", LifeCycle={"Stage": "Closed Lost", "ClosedLostReason": "Price"}, revenue="7.00"),
        opportunity("O6", ours="0065g00000AbCdE", revenue="10.00"),
        '{"Id": "O7", "LastModifiedDate": "2026-05-20T10:00:00Z"}',
        opportunity("O8", SoftwareRevenue={"Value": {"Amount": "9.00", "CurrencyCode": "EUR"}}),
        opportunity("O9", revenue="nine"),
        "",
    ]
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    world = {"crm/deals.csv": DEALS, "partner_central/opportunities.jsonl": OPPORTUNITIES}
    return built(tmp_path_factory.mktemp("partner_central"), world)


@pytest.fixture(scope="module")
def deals(report: BuildReport) -> dict[str, dict[str, Any]]:
    warehouse = Warehouse(report.path)
    try:
        return {row["deal_id"]: row for row in warehouse.rows("deal")}
    finally:
        warehouse.close()


def test_every_line_is_accounted_for(report: BuildReport) -> None:
    told = account(report, "partner_opportunity")
    assert (told["lines_read"], told["loaded"], told["rejected"]) == (9, 8, 1)
    assert ask(report, "select reason from raw.reject") == [
        ("SoftwareRevenue.Value.Amount is not dollars and cents: nine",)
    ]


def test_a_deal_in_both_counts_once_as_the_crm_tells_it(deals: dict[str, dict[str, Any]]) -> None:
    told = {deal: (row["crm"], row["opportunity_id"], row["amount_usd"], row["stage"]) for deal, row in deals.items()}
    assert told == {
        "1": ("hubspot", "O1", Decimal("1000.00"), "Qualified"),
        "2": ("hubspot", "O2", Decimal("2000.00"), "Committed"),
        "3": ("hubspot", None, Decimal("3000.00"), "Prospect"),
        "0065g00000AbCdEAAV": ("hubspot", "O6", Decimal("10.00"), "Prospect"),
        "O3": ("partner_central", "O3", Decimal("500.00"), "Qualified"),
        "O4": ("partner_central", "O4", None, "Qualified"),
        "O5": ("partner_central", "O5", Decimal("7.00"), "Closed Lost"),
        "O7": ("partner_central", "O7", None, "unknown"),
        "O8": ("partner_central", "O8", None, "Qualified"),
    }


def test_what_the_customer_will_spend_at_aws_is_nowhere(report: BuildReport) -> None:
    """Every opportunity of this world names 90,000 a month of it."""
    columns = ask(
        report,
        "select schema_name, table_name, column_name from duckdb_columns() where schema_name in ('raw', 'marts') "
        "and (table_name like '%opportunity%' or table_name like 'deal%')",
    )
    assert len(columns) > 40
    for schema, table, column in columns:
        assert ask(
            report, f"select count(*) from {schema}.{table} where cast(\"{column}\" as varchar) like '%90000%'"
        ) == [(0,)], f"{schema}.{table}.{column}"


def test_an_opportunity_alone_says_what_it_knows_and_asks_for_the_rest(deals: dict[str, dict[str, Any]]) -> None:
    told = deals["O3"]
    assert (told["deal_name"], told["company_name"], str(told["close_on"])) == ("Project O3", "Five", "2026-09-30")
    assert (told["has_aws_account"], told["is_partner"], told["product"]) == ("yes", "unknown", "unknown")
    assert (deals["O7"]["company_name"], deals["O7"]["has_aws_account"]) == ("unknown", "unknown")
    assert [deals[one]["is_closed"] for one in ("O3", "O5", "O7")] == [False, True, False]
    assert (deals["O8"]["amount"], deals["O8"]["currency"]) == (Decimal("9.00"), "EUR")


def test_what_the_two_say_differently_is_set_side_by_side(report: BuildReport) -> None:
    told = ask(report, "select deal_id, told_by, field, value, other_value from marts.deal_difference order by all")
    assert told == [
        ("0065g00000AbCdEAAV", "O6", "stage", "Prospect", "Qualified"),
        ("1", "O1", "amount", "1000.00", "1200.00"),
        ("2", "O2", "stage", "Committed", "Qualified"),
    ]


def test_the_desk_says_so_in_findings(report: BuildReport) -> None:
    warehouse = Warehouse(report.path)
    found = findings(*(warehouse.rows(mart) for mart in ("deal", "crm_stage", "deal_difference")))
    warehouse.close()
    told = {one.claim: one for one in found}
    assert set(told) == {"partner_central.stage.unknown", "deals.currency", "deals.told_twice"}
    assert told["deals.told_twice"].delivered.startswith("3 deal(s) are told in two ways")
    assert "deal 1, unknown, amount: 1000.00; by O1: 1200.00" in told["deals.told_twice"].evidence
    assert told["deals.currency"].evidence == ("deal O8, Customer of O8: 9.00 EUR",)
