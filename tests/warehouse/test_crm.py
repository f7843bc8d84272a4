"""Deals and companies as HubSpot and Salesforce export them: headers by alias, dates, currencies, flags, letters."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sources.pull import PullRefused, pull
from lib.warehouse.build import DATA, BuildReport, build
from lib.warehouse.feeds import read_feeds
from lib.warehouse.headers import matched
from lib.warehouse.read import Warehouse
from lib.warehouse.readings import bare_amount, currency, local_day
from lib.warehouse.refusal import BuildRefused
from tests.warehouse.worlds import DAY, account, ask, built

HUBSPOT = (
    "\ufeffRecord ID;Deal Name;Deal Stage;Close Date;Deal Owner;Amount;Currency;Deal probability;Is closed won;"
    "Is Deal Closed?;Associated Company;AWS Account;Is AWS partner\n"
    "1;Dollars;qualifiedtobuy;2026-06-30;Ada;$1,249.00;;0.4;;;Acme;true;no\n"
    "2;Plain;Contract sent;2026-06-30 17:05;Ada;3600;USD;;;;Acme;perhaps;\n"
    "3;Euros;Qualified To Buy;30.06.2026;Ada;1.249,50 €;;25%;;;Acme;;\n"
    "4;Pounds by code;closed-won;2026-05-01;Ada;900.00;GBP;1;true;true;Acme;;\n"
    "5;Won by flag alone;Demo Done;2026-05-01;Ada;;;;true;;Acme;;\n"
    "6;Ours;Technical Validation;;Ada;0;;;false;;;;\n"
    "7;Ambiguous day;closedlost;05/04/2026;Ada;10;;;;;Acme;;\n"
    "8;Same either way;closedlost;05/05/2026;Ada;10;;;;;Acme;;\n"
    "9;Two thousands;closedlost;2026-05-01;Ada;1,249;;;;;Acme;;\n"
    "10;A chance above one;closedlost;2026-05-01;Ada;5;;40;;;Acme;;\n"
    "11;Flag against stage;closedlost;2026-05-01;Ada;5;;;true;;Acme;;\n"
)

API = (
    "Id,Name,AccountId,StageName,Amount,CloseDate,Probability,IsClosed,IsWon,OwnerId,CurrencyIsoCode,CreatedDate,"
    "AWS_Marketplace_seller__c,ForecastCategory,CreatedById\n"
    "0065g00000AbCdEAAV,Renewal,0015g1,Negotiation/Review,12000.00,2026-07-31,90,false,false,0055g1,USD,"
    "2026-05-10T12:33:44.000+0000,true,Pipeline,0055g9\n"
    "0065g00000AbCdFAAV,Lost one,0015g2,Closed Lost,5000.5,2026-04-30,0,true,false,0055g1,USD,"
    "2026-03-10T12:33:44.000+0000,false,Omitted,0055g9\n"
    "0065g00000AbCdGAAV,Yen,0015g2,Id. Decision Makers,5000,2026-08-30,60,false,false,0055g1,JPY,"
    "2026-03-11T12:33:44.000+0000,,Pipeline,0055g9\n"
)

REPORT = (
    '"Opportunity Name","Account Name","Stage","Close Date","Amount","Probability (%)","Opportunity Owner",'
    '"Created Date","Age"\n'
    '"Müller","Müller & Söhne","Proposal/Price Quote","31.08.2026","USD 2,500.00","75","Zoë","01.05.2026","30"\n'
    '"Ambiguous","Brontë","Prospecting","06/07/2026","USD 100.00","10","Zoë","01.05.2026","30"\n'
    '"Grand Totals (2 records)","","","","USD 2,600.00","","","",""\n'
    "\n"
    '"Opportunities Report"\n'
    '"Confidential Information - Do Not Distribute"\n'
).encode("cp1252")

WORLD = {
    "crm/hubspot-crm-exports-all-deals-2026-05-31.csv": HUBSPOT,
    "crm/opportunities.csv": API,
    "crm/opportunities-report.csv": REPORT,
    "crm/companies.csv": "Record ID,Company name,Country/Region,Create Date\n77,Acme,DE,2026-01-02 10:00\n",
    "crm/accounts.csv": (
        "Id,Name,BillingCountryCode,Customer_ID__c,AWS_partner__c,ICP_segment__c\n0015g1,Brontë,GB,c-9,true,regulated\n"
    ).encode("cp1252"),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("crm"), WORLD)


@pytest.fixture(scope="module")
def deals(report: BuildReport) -> dict[str, dict[str, Any]]:
    warehouse = Warehouse(report.path)
    try:
        return {row["deal_id"]: row for row in warehouse.rows("deal")}
    finally:
        warehouse.close()


@pytest.fixture(scope="module")
def rejects(report: BuildReport) -> dict[str, str]:
    """Reasons by the first field of the rejected line."""
    rows = ask(report, "select raw_text, reason from raw.reject order by file, line")
    return {str(text).replace('"', "").split(";")[0].split(",")[0]: str(reason) for text, reason in rows}


def test_every_line_is_accounted_for(report: BuildReport) -> None:
    told = account(report, "deal")
    assert (told["file_count"], told["lines_read"], told["header_lines"], told["blank_lines"]) == (3, 23, 3, 1)
    assert (told["loaded"], told["duplicates"], told["rejected"]) == (12, 0, 7)


@pytest.mark.parametrize(
    ("deal", "amount_usd", "amount", "currency"),
    [
        ("1", "1249.00", "1249.00", "USD"),
        ("2", "3600.00", "3600.00", "USD"),
        ("3", None, "1249.50", "EUR"),
        ("4", None, "900.00", "GBP"),
        ("5", None, None, None),
        ("6", "0.00", "0.00", None),
        ("0065g00000AbCdGAAV", None, "5000.00", "JPY"),
        ("Müller", "2500.00", "2500.00", "USD"),
    ],
)
def test_an_amount_is_in_dollars_or_keeps_its_own_currency(
    deals: dict[str, dict[str, Any]], deal: str, amount_usd: str | None, amount: str | None, currency: str | None
) -> None:
    told = deals[deal]
    assert told["amount_usd"] == (amount_usd and Decimal(amount_usd))
    assert (told["amount"], told["currency"]) == (amount and Decimal(amount), currency)


@pytest.mark.parametrize(
    ("deal", "crm_stage", "stage", "is_closed", "is_won"),
    [
        ("1", "qualifiedtobuy", "Qualified", False, False),
        ("2", "Contract sent", "Committed", False, False),
        ("3", "Qualified To Buy", "Qualified", False, False),
        ("4", "closed-won", "Launched", True, True),
        ("5", "Demo Done", "Demo Done", True, True),
        ("6", "Technical Validation", "Technical Validation", False, False),
        ("8", "closedlost", "Closed Lost", True, False),
        ("11", "closedlost", "Closed Lost", True, True),
        ("0065g00000AbCdEAAV", "Negotiation/Review", "Committed", False, False),
        ("0065g00000AbCdFAAV", "Closed Lost", "Closed Lost", True, False),
        ("0065g00000AbCdGAAV", "Id. Decision Makers", "Business Validation", False, False),
        ("Müller", "Proposal/Price Quote", "Business Validation", False, False),
    ],
)
def test_a_stage_is_one_of_ours_and_a_flag_goes_before_it(
    deals: dict[str, dict[str, Any]], deal: str, crm_stage: str, stage: str, is_closed: bool, is_won: bool
) -> None:
    told = deals[deal]
    assert (told["crm_stage"], told["stage"]) == (crm_stage, stage)
    assert (told["is_closed"], told["is_won"]) == (is_closed, is_won)


def test_a_flag_that_is_not_what_the_stage_means_is_a_difference(report: BuildReport) -> None:
    told = ask(report, "select deal_id, told_by, field, value, other_value from marts.deal_difference")
    assert told == [("11", "stage", "outcome", "won", "lost")]


@pytest.mark.parametrize(
    ("deal", "chance"),
    [
        ("1", "0.4"),  # HubSpot's own column
        ("2", "0.9"),  # none: what HubSpot gives the stage out of the box
        ("3", "0.25"),  # a percentage with its sign, and not what the stage has out of the box
        ("5", None),  # a stage nobody described
        ("6", None),  # a stage of ours: the CRM gives it nothing that we know of
        ("0065g00000AbCdEAAV", "0.9"),  # Salesforce counts in percent
        ("Müller", "0.75"),
    ],
)
def test_the_crms_own_chance_is_kept_as_evidence(
    deals: dict[str, dict[str, Any]], deal: str, chance: str | None
) -> None:
    assert deals[deal]["crm_probability_rate"] == (chance and Decimal(chance))


@pytest.mark.parametrize(
    ("deal", "close_on", "created_on"),
    [
        ("1", "2026-06-30", None),
        ("2", "2026-06-30", None),
        ("3", "2026-06-30", None),
        ("6", None, None),
        ("8", "2026-05-05", None),
        ("0065g00000AbCdEAAV", "2026-07-31", "2026-05-10"),
        ("Müller", "2026-08-31", "2026-05-01"),
    ],
)
def test_a_day_is_read_in_every_unambiguous_spelling(
    deals: dict[str, dict[str, Any]], deal: str, close_on: str | None, created_on: str | None
) -> None:
    told = deals[deal]
    assert tuple(day and str(day) for day in (told["close_on"], told["created_on"])) == (close_on, created_on)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("7", 'Close Date may be a day in two months: 05/04/2026; write dates = "month first" or "day first"'),
        ("9", "Amount may be thousands or a fraction: 1,249"),
        ("10", "Deal probability is not a probability from 0 to 1 like 0.25: 40"),
        ("Ambiguous", "Close Date may be a day in two months: 06/07/2026"),
        ("Grand Totals (2 records)", "Stage is empty"),
        ("Opportunities Report", "1 fields where the header has 9"),
        ("Confidential Information - Do Not Distribute", "1 fields where the header has 9"),
    ],
)
def test_what_has_two_meanings_or_none_is_rejected_with_its_reason(
    rejects: dict[str, str], line: str, reason: str
) -> None:
    assert rejects[line].startswith(reason)


def test_letters_of_another_encoding_are_read_and_not_lost(deals: dict[str, dict[str, Any]]) -> None:
    told = deals["Müller"]
    assert (told["company_name"], told["owner"]) == ("Müller & Söhne", "Zoë")


def test_a_fact_that_an_export_lacks_is_unknown_and_never_no(deals: dict[str, dict[str, Any]]) -> None:
    facts = ("has_aws_account", "is_partner", "is_seller", "wants_consolidated_billing")
    told = {deal: tuple(deals[deal][fact] for fact in facts) for deal in ("1", "2", "0065g00000AbCdEAAV", "Müller")}
    assert told == {
        "1": ("yes", "no", "unknown", "unknown"),
        "2": ("unknown", "unknown", "unknown", "unknown"),
        "0065g00000AbCdEAAV": ("unknown", "unknown", "yes", "unknown"),
        "Müller": ("unknown", "unknown", "unknown", "unknown"),
    }
    assert (deals["1"]["product"], deals["1"]["integrator"], deals["6"]["company_name"]) == ("unknown", None, "unknown")


def test_a_company_is_known_by_our_own_id_where_the_crm_holds_one(report: BuildReport) -> None:
    told = ask(
        report,
        "select customer_id, customer_name, country, region, is_partner, is_seller, created_on from marts.customer",
    )
    assert [(*row[:6], str(row[6])) for row in told] == [
        ("77", "Acme", "DE", "unknown", "unknown", "unknown", "2026-01-02"),
        ("c-9", "Brontë", "GB", "unknown", "yes", "unknown", "None"),
    ]


def test_a_company_has_the_segment_that_its_crm_names_and_else_none(report: BuildReport) -> None:
    told = ask(report, "select customer_id, icp_segment from marts.customer")
    assert dict(told) == {"77": None, "c-9": "regulated"}  # the HubSpot export holds no such column


# What a new account's "all properties" export holds beside what we read
HUBSPOT_PROPERTIES = (
    "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Pipeline,Create Date,Last Activity Date,Deal Type,"
    "Annual contract value,Annual recurring revenue,Monthly recurring revenue,Total contract value,Deal Description,"
    "Amount in company currency,Closed Lost Reason,Closed Won Reason,Is closed won,Is Closed Lost,Is Deal Closed?,"
    "Is Open (numeric),Is Closed (numeric),Is Closed Won (numeric),Closed Deal Amount,"
    "Closed Deal Amount In Home Currency,"
    "Deal probability,Weighted amount,Weighted amount in company currency,Forecast amount,Forecast category,"
    "Forecast probability,Days to close,Deal Collaborator,Deal Score,Deal Tags,Deal split added,Created by user ID,"
    "Updated by user ID,HubSpot Team,HubSpot owner assigned date,Owner Assigned Date,Last Modified Date,Last Contacted,"
    "Next Activity Date,Next step,Number of Associated Contacts,Number of Sales Activities,Number of Times Contacted,"
    "Number of Contacts,Original Source Type,Original Traffic Source,Latest Traffic Source,Latest Traffic Source Date,"
    "Priority,Merged record IDs,Record source,Record source detail 1,Pinned Engagement ID,Campaign of last booking,"
    "Exchange rate,Line item currency,Date entered current stage,Time in current stage,Deal Stage Probability Shadow,"
    "Primary Associated Company,Associated Company,Associated Company IDs,Associated Contact,Associated Contact IDs,"
    "Associated Note,Currency,Cumulative time in Qualified To Buy,Date entered Closed Won (Sales Pipeline),"
    "Date exited Closed Won (Sales Pipeline),Object create date/time,Object last modified date/time,Shared teams"
)
SALESFORCE_FIELDS = (
    "Id,IsDeleted,AccountId,RecordTypeId,IsPrivate,Name,Description,StageName,Amount,Probability,ExpectedRevenue,"
    "TotalOpportunityQuantity,CloseDate,Type,NextStep,LeadSource,IsClosed,IsWon,ForecastCategory,ForecastCategoryName,"
    "CurrencyIsoCode,CampaignId,HasOpportunityLineItem,Pricebook2Id,OwnerId,Territory2Id,CreatedDate,CreatedById,"
    "LastModifiedDate,LastModifiedById,SystemModstamp,LastActivityDate,PushCount,LastStageChangeDate,FiscalQuarter,"
    "FiscalYear,Fiscal,ContactId,LastViewedDate,LastReferencedDate,PartnerAccountId,SyncedQuoteId,ContractId,"
    "HasOpenActivity,HasOverdueTask,LastAmountChangedHistoryId,LastCloseDateChangedHistoryId"
)
REPORT_LABELS = (
    "Opportunity Name,Account Name,Stage,Close Date,Amount,Probability (%),Type,Opportunity Owner,Next Step,"
    "Created Date,Lead Source,Fiscal Period,Age,Opportunity ID,Account ID,Owner Role,Last Activity,Stage Duration,"
    "Expected Revenue,Amount Currency,Expected Revenue Currency,Last Modified Date,Primary Campaign Source,Private,"
    "Forecast Category,Quantity,Description,Has Products,Closed,Won,Partner Account"
)


@pytest.mark.parametrize(
    ("name", "header", "shape"),
    [
        ("hubspot-crm-exports-all-deals", HUBSPOT_PROPERTIES, "HubSpot deals"),
        ("Opportunity", SALESFORCE_FIELDS, "Salesforce opportunities"),
        ("opportunities", REPORT_LABELS, "Salesforce report"),
    ],
)
def test_an_export_of_every_property_is_read(name: str, header: str, shape: str) -> None:
    """None of the many headers beside ours is taken for a mistyped one."""
    [deal] = [feed for feed in read_feeds(DATA / "feeds") if feed.name == "deal"]
    assert matched(deal, header.split(","), f"crm/{name}.csv").shape.name == shape


def test_an_export_without_its_stage_is_refused_by_the_names_the_stage_goes_by(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match=r"deals\.csv has no column 'stage' \(it goes by 'Deal Stage'\)"):
        built(tmp_path, {"crm/deals.csv": "Record ID,Deal Name,Deal Stag\n1,A,Prospect\n"})


# What the source's block says


def taken(folder: Path, block: str, deals: str) -> BuildReport:
    """A new user's folder of exports and sources file → the warehouse."""
    (folder / "exports").mkdir()
    (folder / "exports" / "deals.csv").write_text(deals)
    (folder / "sources.toml").write_text(f'[crm]\nkind = "folder"\npath = "exports"\n{block}')
    pull(folder / "sources.toml", folder / "snapshots", as_of=DAY)
    return build(folder / "snapshots", folder / "warehouse")


SLASHED = (
    "Record ID,Deal Name,Step,Close Date\n1,A,Prospect,05/04/2026\n2,B,Prospect,31/12/2026\n3,C,Prospect,12/31/2026\n"
)
STEP = '[crm.columns.deal]\nstage = ["Phase", "Step"]\n'


@pytest.mark.parametrize(
    ("dates", "read"),
    [
        ("day first", {"1": "2026-04-05", "2": "2026-12-31"}),
        ("month first", {"1": "2026-05-04", "3": "2026-12-31"}),
    ],
)
def test_the_sources_block_says_which_of_day_and_month_stands_first(
    tmp_path: Path, dates: str, read: dict[str, str]
) -> None:
    report = taken(tmp_path, f'dates = "{dates}"\n{STEP}', SLASHED)
    assert dict(ask(report, "select deal_id, cast(close_on as varchar) from marts.deal")) == read
    [(reason,)] = ask(report, "select reason from raw.reject")
    assert reason == f"Close Date is no day: {'12/31/2026' if dates == 'day first' else '31/12/2026'}"


def test_a_column_that_does_not_exist_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        BuildRefused, match=r"\[crm\.columns\.deal\]: no column 'stag' is declared; the nearest is 'stage'"
    ):
        taken(tmp_path, '[crm.columns.deal]\nstag = "Step"\n', SLASHED)


def test_a_table_that_does_not_exist_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match=r"\[crm\.columns\.deals\]: there is no such table; the nearest is 'deal'"):
        taken(tmp_path, '[crm.columns.deals]\nstage = "Step"\n', SLASHED)


def test_headers_that_are_none_are_refused_before_anything_is_pulled(tmp_path: Path) -> None:
    with pytest.raises(
        PullRefused, match=r"\[crm\]: columns is .*write a table \[crm\.columns\.deal\] with lines like"
    ):
        taken(tmp_path, "[crm.columns.deal]\nstage = 4\n", SLASHED)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_in_every_spelling(day: date) -> None:
    assert {
        local_day(f"{day}T10:00:00Z"),
        local_day(f"{day:%d.%m.%Y}"),
        local_day(f"{day:%Y/%m/%d}"),
        local_day(f"{day:%d/%m/%Y}", "day first"),
        local_day(f"{day:%m/%d/%Y}, 9:05 AM", "month first"),
    } == {f"{day}"}


def test_an_order_that_says_nothing_of_day_and_month_does_not_make_them_clear() -> None:
    with pytest.raises(ValueError, match="may be a day in two months: 05/04/2026"):
        local_day("05/04/2026", "year first")
    assert local_day("05/05/2026", "year first") == "2026-05-05"


@pytest.mark.parametrize(
    ("written", "code", "plain"),
    [
        ("$1,249.00", "USD", "1249.00"),
        ("US$ 1,249.00", "USD", "1249.00"),
        ("USD 1,249.00", "USD", "1249.00"),
        ("1.249,00 €", "EUR", "1249.00"),
        ("EUR 1.249,00", "EUR", "1249.00"),
        ("£5", "GBP", "5"),
        ("1249.00", "", "1249.00"),
    ],
)
def test_an_amount_and_its_currency_are_read_apart(written: str, code: str, plain: str) -> None:
    assert (currency(written), bare_amount(written)) == (code, plain)


@pytest.mark.parametrize("written", ["AUD $100.00", "$100 €"])
def test_two_currencies_at_once_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="at once"):
        currency(written)


@pytest.mark.parametrize("written", ["A$100.00", "¥100", "1,249"])
def test_an_amount_that_may_be_another_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"is not an amount|may be thousands"):
        bare_amount(written)
