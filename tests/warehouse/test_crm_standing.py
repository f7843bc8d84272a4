"""Since when a deal stands at its stage and through whom it came: recorded where a CRM says it, never made up."""

from pathlib import Path

import pytest

from tests.warehouse.worlds import ask, built

HUBSPOT = (
    "Record ID,Deal Name,Deal Stage,Date entered current stage,Sales channel\n"
    "h1,Timed,Qualified To Buy,2026-05-04 09:30,AWS Marketplace\n"
    "h2,Nobody kept it,Qualified To Buy,,\n"
)
SALESFORCE = (
    "Id,Name,StageName,LastStageChangeDate,Sales_channel__c\n"
    "s1,By its fields,Prospecting,2026-04-30T23:15:00.000+0000,model_provider\n"
)
REPORT = (
    "Opportunity ID,Opportunity Name,Stage,Last Stage Change Date,Sales channel\n"
    "r1,By its labels,Prospecting,30.04.2026,\n"
)
OLDER = "Record ID,Deal Name,Deal Stage\no1,An export that has neither,Qualified To Buy\n"
OPPORTUNITY = (
    '{"Id": "p1", "LifeCycle": {"Stage": "Qualified"}, "CreatedDate": "2026-03-02T00:00:00Z", '
    '"LastModifiedDate": "2026-05-30T00:00:00Z"}\n'
)
WORLD = {
    "crm/deals.csv": HUBSPOT,
    "crm/deals-older.csv": OLDER,
    "crm/opportunities.csv": SALESFORCE,
    "crm/opportunities-report.csv": REPORT,
    "partner_central/opportunities.jsonl": OPPORTUNITY,
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str | None, str | None]]:
    report = built(tmp_path_factory.mktemp("standing"), WORLD)
    rows = ask(report, "select deal_id, cast(stage_since_on as varchar), channel from marts.deal")
    return {str(deal): (since, channel) for deal, since, channel in rows}


@pytest.mark.parametrize(
    ("deal", "since", "channel"),
    [
        ("h1", "2026-05-04", "aws_marketplace"),
        ("h2", None, None),
        ("s1", "2026-04-30", "model_provider"),
        ("r1", "2026-04-30", None),
        ("o1", None, None),
        ("p1", None, None),  # Partner Central says when it was last changed, not when it came to its stage
    ],
)
def test_a_deal_says_since_when_it_stands_where_it_stands(
    told: dict[str, tuple[str | None, str | None]], deal: str, since: str | None, channel: str | None
) -> None:
    assert told[deal] == (since, channel)


def test_a_day_in_two_months_is_rejected_there_too(tmp_path: Path) -> None:
    world = {"crm/deals.csv": HUBSPOT.replace("2026-05-04 09:30", "05/04/2026")}
    [(reason,)] = ask(built(tmp_path, world), "select reason from raw.reject")
    assert str(reason).startswith("Date entered current stage may be a day in two months: 05/04/2026")
