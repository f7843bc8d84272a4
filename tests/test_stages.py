"""Stages: which of ours each CRM's stage is, from data alone; one nobody described is said, never weighed as zero."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib import pipeline, rails
from lib.desk.dealing import OpenDeal
from lib.forecast import parse_assumptions
from lib.market import deals, findings
from lib.segments import Action, RangeVerdict, parse
from lib.ui.legends import Legend
from lib.ui.views.pipeline.axes import Names
from lib.ui.views.pipeline.table import listing
from lib.warehouse.build import DATA
from lib.warehouse.feeds import read_feeds
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.relations import every_relation
from lib.warehouse.stages import read_stages, simple_name
from tests.conftest import ROOT

FUNNEL = parse((ROOT / "data" / "segments.toml").read_text())
BELIEFS = parse_assumptions((ROOT / "data" / "assumptions" / "base.toml").read_text()).stage_probability
CHANCES = {stage: belief.value for stage, belief in BELIEFS.items()}
DAY = date(2026, 10, 31)
RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())


@pytest.fixture(scope="module")
def stages() -> list[dict[str, Any]]:
    return read_stages(DATA).to_pylist()


# The table


@pytest.mark.parametrize(
    ("crm", "written", "stage", "outcome", "probability"),
    [
        ("hubspot", "Appointment Scheduled", "Prospect", "open", "0.20"),
        ("hubspot", "qualifiedtobuy", "Qualified", "open", "0.40"),
        ("hubspot", "Decision Maker Bought-In", "Business Validation", "open", "0.80"),
        ("hubspot", "contractsent", "Committed", "open", "0.90"),
        ("hubspot", "CLOSED WON", "Launched", "won", "1"),
        ("hubspot", "Committed", "Committed", "open", None),
        ("salesforce", "Prospecting", "Prospect", "open", "0.10"),
        ("salesforce", "Id. Decision Makers", "Business Validation", "open", "0.60"),
        ("salesforce", "Negotiation / Review", "Committed", "open", "0.90"),
        ("salesforce", "Closed Lost", "Closed Lost", "lost", "0"),
        ("partner_central", "Launched", "Launched", "won", None),
    ],
)
def test_a_crms_stage_is_one_of_ours(
    stages: list[dict[str, Any]], crm: str, written: str, stage: str, outcome: str, probability: str | None
) -> None:
    [told] = [row for row in stages if row["crm"] == crm and simple_name(row["crm_stage"]) == simple_name(written)]
    assert (told["stage"], told["outcome"], told["crm_probability"]) == (stage, outcome, probability)


def test_our_own_names_hold_in_every_crm(stages: list[dict[str, Any]]) -> None:
    ours = {stage.name: stage.outcome for stage in FUNNEL.stages}
    for crm in {row["crm"] for row in stages}:
        told = {
            row["stage"]: row["outcome"] for row in stages if row["crm"] == crm and row["crm_stage"] == row["stage"]
        }
        assert told == ours


def test_every_open_stage_that_a_crm_can_reach_has_our_belief(stages: list[dict[str, Any]]) -> None:
    assert {row["stage"] for row in stages if row["outcome"] == "open"} <= CHANCES.keys()


def test_every_crm_that_a_feed_names_is_described(stages: list[dict[str, Any]]) -> None:
    [feed] = [feed for feed in read_feeds(DATA / "feeds") if feed.name == "deal"]
    named = {shape.columns["crm"].constant for shape in feed.shapes} | {"partner_central"}
    assert named == {row["crm"] for row in stages}


def test_no_stage_is_named_in_sql() -> None:
    """The stages are data: a relation may know outcomes, never a stage's name."""
    names = {stage.name for stage in FUNNEL.stages}
    told = [relation.name for relation in every_relation() for name in names if f"'{name}'" in relation.select]
    assert told == []


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        (
            'stage = "Qualified"',
            'stage = "Qualifed"',
            r"'Qualified To Buy' is to be 'Qualifed'.*nearest is 'Qualified'",
        ),
        ("probability = 0.40", "probability = 40", r"'Qualified To Buy': the probability is 40; write 25 % as 0\.25"),
        ("probability = 0.40", "chance = 0.40", r"there is no key 'chance'; the nearest is 'stage'"),
        (
            '["Contract Sent", "contractsent"]',
            '["closed-won"]',
            r"\[hubspot\]: 'closed-won' and 'Closed Won' are one name",
        ),
        ('["Contract Sent", "contractsent"]', "[]", r"names is \[\]; write a list"),
        ('label  = "HubSpot"\n', "", r"\[hubspot\] lacks 'label'"),
        ("as_of  = 2026-11-20", 'as_of = "soon"', r"as_of is 'soon'; write it as a date"),
        ("[hubspot]", "[hubspot", r"stages\.toml is not TOML"),
    ],
)
def test_a_wrong_table_is_refused_in_one_sentence(tmp_path: Path, was: str, becomes: str, sentence: str) -> None:
    written = (DATA / "stages.toml").read_text()
    assert was in written
    shutil.copy(DATA / "segments.toml", tmp_path)
    (tmp_path / "stages.toml").write_text(written.replace(was, becomes, 1))
    with pytest.raises(BuildRefused, match=sentence):
        read_stages(tmp_path)


# What it weighs


def deal(**more: Any) -> dict[str, Any]:
    return {
        "deal_id": "1",
        "crm": "hubspot",
        "deal_name": "A",
        "company_name": "Acme",
        "product": "vellocity",
        "owner": None,
        "crm_stage": "qualifiedtobuy",
        "stage": "Qualified",
        "is_known_stage": True,
        "is_closed": False,
        "amount_usd": Decimal("1000.00"),
        "amount": Decimal("1000.00"),
        "currency": "USD",
        "crm_probability_rate": Decimal("0.40"),
        "icp_segment": None,
        "close_on": None,
        "has_aws_account": "unknown",
        "is_partner": "unknown",
        "is_seller": "unknown",
        "wants_consolidated_billing": "unknown",
        "integrator": None,
        "created_on": None,
        "stage_since_on": None,
        "channel": None,
        **more,
    }


def test_a_deal_is_weighed_by_our_belief_and_the_crms_chance_stands_beside_it() -> None:
    [found] = deals([deal()], CHANCES, RAILS)
    assert (found.probability, found.weighted, found.crm_probability) == (Decimal("0.25"), 250.0, Decimal("0.40"))


def test_the_table_of_deals_shows_the_crms_chance_where_a_crm_tells_one() -> None:
    names = Names(Legend((), (), (), {}), {}, {})
    nothing = RangeVerdict("no range in the brief", "."), ".", Action("do", ".", ".", ".")
    told = [
        OpenDeal(one, pipeline.standing(one, {}, DAY), *nothing)
        for one in deals([deal(), deal(deal_id="2", crm_probability_rate=None)], CHANCES, RAILS)
    ]
    assert list(listing(told, names)["probability_crm_rate"]) == [Decimal("0.40"), None]
    assert "probability_crm_rate" not in listing(told[1:], names)


def test_a_stage_nobody_described_is_said_with_what_it_withholds_and_the_nearest_right_stage(
    stages: list[dict[str, Any]],
) -> None:
    strange = {"crm_stage": "Qualfied to buy", "stage": "Qualfied to buy", "is_known_stage": False}
    rows = [deal(), deal(deal_id="2", **strange), deal(deal_id="3", **strange, amount_usd=None, amount=None)]
    closed = deal(deal_id="4", **strange, is_closed=True)
    [found] = findings([*rows, closed], stages, [])
    assert found.claim == "hubspot.stage.Qualfied to buy"
    assert found.severity == "warning"
    assert found.delivered == (
        "2 open deal(s) of 1000.00 USD are at 'Qualfied to buy' and weigh nothing until data/stages.toml, [hubspot], "
        "says which stage of ours that is; did you mean 'Qualified To Buy'?"
    )
    assert found.evidence == ("deal 2, Acme", "deal 3, Acme")
    assert [one.weighted for one in deals(rows, CHANCES, RAILS)] == [250.0, None, None]


def test_the_samples_deals_are_all_at_stages_of_ours(warehouse: Any) -> None:
    rows, table = warehouse.rows("deal"), warehouse.rows("crm_stage")
    assert len(rows) > 300
    assert findings(rows, table, warehouse.rows("deal_difference")) == []
    weighed = float(pipeline.weight(deals(rows, CHANCES, RAILS)).expected_usd)
    by_hand = sum(row["amount_usd"] * CHANCES[row["crm_stage"]] for row in rows if not row["is_closed"])
    assert weighed == pytest.approx(float(by_hand))
