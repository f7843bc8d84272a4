"""What a CRM kept of a company's facts: each with the days between which it was recorded, and what does not fit."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.warehouse.build import BuildReport
from tests.warehouse.worlds import DAY, account, ask, built

# c-1 climbed twice; c-2 goes by HubSpot's own number in the history and took an integrator on the day it listed;
# c-3 was asked in the morning and answered in the afternoon; c-4's history does not end where the company is today;
# c-5 lost a change in between; c-6 was edited on the snapshot's own day, and again by nobody's record.
COMPANIES = (
    "Company ID,Record ID,Company name,AWS account,AWS partner,AWS Marketplace seller,Marketplace integrator\n"
    "c-1,101,One,yes,yes,yes,\n"
    "c-2,102,Two,yes,yes,yes,Tackle\n"
    "c-3,103,Three,yes,yes,no,\n"
    "c-4,104,Four,yes,no,no,\n"
    "c-5,105,Five,yes,no,no,\n"
    "c-6,106,Six,yes,no,no,\n"
)
HISTORY = (
    "Company ID,Property,Old value,New value,Changed at,Changed by\n"
    "c-1,AWS partner,false,true,2026-01-10,Ada\n"
    "c-1,AWS Marketplace seller,no,yes,2026-03-01,Ada\n"
    "102,AWS Marketplace seller,no,yes,2026-04-02 09:00,Ada\n"
    "102,Marketplace integrator,,Tackle,2026-04-02 09:05,Ada\n"
    "c-3,AWS partner,,no,2026-02-03 09:00,Ada\n"
    "c-3,AWS partner,no,yes,2026-02-03 15:00,Ada\n"
    "c-4,AWS partner,no,yes,2026-02-01,Ada\n"
    "c-5,AWS partner,no,yes,2026-01-05,Ada\n"
    "c-5,AWS partner,unknown,no,2026-03-05,Ada\n"
    "c-6,AWS partner,no,yes,2026-05-31,Ada\n"
    "c-1,Lifecycle stage,lead,customer,2026-01-10,Ada\n"
    "c-9,AWS partner,no,yes,2026-01-10,Ada\n"
    "c-1,AWS partner,yes,no,some day,Ada\n"
)
FACTS = (
    "select from_on, until_on, value, is_unexplained from marts.company_fact where customer_id = '{}' and fact = '{}'"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    world = {"crm/companies.csv": COMPANIES, "crm/company_history.csv": HISTORY}
    return built(tmp_path_factory.mktemp("history"), world)


@pytest.mark.parametrize(
    ("customer", "fact", "told"),
    [
        ("c-1", "is_partner", [(None, "2026-01-10", "no", False), ("2026-01-10", None, "yes", False)]),
        ("c-1", "is_seller", [(None, "2026-03-01", "no", False), ("2026-03-01", None, "yes", False)]),
        ("c-1", "has_aws_account", [(None, None, "yes", False)]),
        ("c-1", "wants_consolidated_billing", [(None, None, "unknown", False)]),
        ("c-2", "is_seller", [(None, "2026-04-02", "no", False), ("2026-04-02", None, "yes", False)]),
        ("c-2", "integrator", [(None, "2026-04-02", None, False), ("2026-04-02", None, "Tackle", False)]),
        ("c-3", "is_partner", [(None, "2026-02-03", "unknown", False), ("2026-02-03", None, "yes", False)]),
        (
            "c-4",
            "is_partner",
            [
                (None, "2026-02-01", "no", False),
                ("2026-02-01", "2026-05-31", "yes", False),
                ("2026-05-31", None, "no", True),
            ],
        ),
        (
            "c-5",
            "is_partner",
            [
                (None, "2026-01-05", "no", False),
                ("2026-01-05", "2026-03-05", "yes", False),
                ("2026-03-05", None, "no", True),
            ],
        ),
        ("c-6", "is_partner", [(None, None, "no", False)]),
    ],
)
def test_a_fact_holds_from_the_day_it_was_entered_to_the_day_it_was_changed(
    report: BuildReport, customer: str, fact: str, told: list[tuple[str | None, str | None, str | None, bool]]
) -> None:
    found = ask(report, FACTS.format(customer, fact) + " order by from_on nulls first")
    assert [(day and str(day), end and str(end), value, odd) for day, end, value, odd in found] == told


def test_today_is_what_the_company_says_whatever_its_history_says(report: BuildReport) -> None:
    [(differing,)] = ask(
        report,
        "select count(*) from marts.company_fact as told join marts.customer as company using (customer_id) "
        "where told.until_on is null and told.value is distinct from case told.fact "
        "when 'has_aws_account' then has_aws_account when 'is_partner' then is_partner when 'is_seller' then is_seller "
        "when 'wants_consolidated_billing' then wants_consolidated_billing else integrator end",
    )
    assert differing == 0


def test_every_line_is_accounted_for_and_a_day_that_is_none_is_rejected(report: BuildReport) -> None:
    row = account(report, "company_history")
    assert [row[key] for key in ("lines_read", "header_lines", "loaded", "rejected")] == [14, 1, 12, 1]


def test_without_a_history_every_fact_has_been_as_it_is(tmp_path: Path) -> None:
    bare = built(tmp_path, {"crm/companies.csv": COMPANIES})
    assert ask(bare, "select count(*), count(from_on), count(until_on) from marts.company_fact") == [(30, 0, 0)]
    assert not account(bare, "company_history")["is_missing"], "it need never come"


def test_a_change_of_a_day_to_come_is_explained_by_nothing(tmp_path: Path) -> None:
    """The company says yes today, and its history only that it will: the climb is no climb anybody saw."""
    history = "Company ID,Property,Old value,New value,Changed at\nc-1,AWS partner,no,yes,2099-03-02\n"
    report = built(tmp_path, {"crm/companies.csv": COMPANIES, "crm/company_history.csv": history})
    found = ask(report, FACTS.format("c-1", "is_partner") + " order by from_on nulls first")
    assert found == [(None, DAY, "no", False), (DAY, None, "yes", True)]


HUBSPOT = (
    "Record ID,Property name,Value,Timestamp\n"
    "101,aws_partner,no,2026-01-01T08:00:00Z\n"
    "101,aws_partner,yes,2026-02-01T08:00:00Z\n"
)
SALESFORCE = (
    "AccountId,Field,OldValue,NewValue,CreatedDate\n"
    "101,AWS_partner__c,false,true,2026-02-01T08:00:00.000+0000\n"
    "101,Owner,Ada,Bo,2026-02-01T08:00:00.000+0000\n"
)


@pytest.mark.parametrize(
    ("name", "export", "before"),
    [
        ("company-property-history-2026.csv", HUBSPOT, [(None, "unknown"), (date(2026, 1, 1), "no")]),
        ("AccountHistory.csv", SALESFORCE, [(None, "no")]),
    ],
)
def test_both_crms_are_read_by_the_names_their_exports_use(
    tmp_path: Path, name: str, export: str, before: list[tuple[date | None, str]]
) -> None:
    report = built(tmp_path, {"crm/companies.csv": COMPANIES, f"crm/{name}": export})
    query = "select from_on, value from marts.company_fact where customer_id = 'c-1' and fact = 'is_partner'"
    assert ask(report, f"{query} order by from_on nulls first") == [*before, (date(2026, 2, 1), "yes")]


ANSWERS = st.sampled_from(["yes", "no", "unknown"])
CHANGE = st.tuples(st.dates(date(2026, 1, 1), DAY), ANSWERS, ANSWERS)
COMPANY = st.tuples(st.lists(CHANGE, max_size=6, unique_by=lambda change: change[0]).map(sorted), ANSWERS)


@settings(max_examples=5)  # each builds a warehouse, of many companies
@given(companies=st.lists(COMPANY, min_size=20, max_size=30))
def test_on_every_day_exactly_one_value_holds_and_it_is_the_last_that_was_entered(
    tmp_path_factory: pytest.TempPathFactory, companies: list[tuple[list[tuple[date, str, str]], str]]
) -> None:
    told = "".join(f"c-{number},Any,{today}\n" for number, (_, today) in enumerate(companies))
    lines = [
        f"c-{number},AWS partner,{old},{new},{on}\n"
        for number, (changes, _) in enumerate(companies)
        for on, old, new in changes
    ]
    world = {
        "crm/companies.csv": f"Company ID,Company name,AWS partner\n{told}",
        "crm/company_history.csv": "".join(["Company ID,Property,Old value,New value,Changed at\n", *lines]),
    }
    facts = "select customer_id, from_on, until_on, value from marts.company_fact where fact = 'is_partner'"
    held: dict[object, list[Any]] = {}
    for customer, *fact in ask(built(tmp_path_factory.mktemp("any"), world), facts):
        held.setdefault(customer, []).append(fact)
    for number, (changes, today) in enumerate(companies):
        found = held.get(f"c-{number}", [])
        for day in {DAY, date(2026, 1, 1), *(on for on, _, _ in changes)}:
            holds = [value for start, end, value in found if (not start or start <= day) and (not end or day < end)]
            entered = [new for on, _, new in changes if on <= day]
            first = changes[0][1] if changes else today
            assert holds == [today if day == DAY else entered[-1] if entered else first]
