"""The register of open decisions: read strictly, held against the check, and told when a decision is not kept."""

import re
import tomllib
from dataclasses import replace
from datetime import date

import pytest

from lib.claims.finding import Finding
from lib.claims.parse import parse
from lib.surfaces import DecisionsError, parse_decisions, register, register_dict
from tests.conftest import ROOT, cases
from tests.specification import CLAIMS

TEXT = (ROOT / "data" / "open_decisions.toml").read_text()
CLAIM_IDS = [claim.id for claim in parse(CLAIMS).claims]
FIVE = ("yearly_discount", "marketplace_seo", "included_quantities", "enterprise_card", "applicable_plans")
SCENARIOS = [path.stem for path in (ROOT / "data" / "scenarios").glob("*.toml")]


def parsed(text=TEXT):
    return parse_decisions(text, CLAIM_IDS, SCENARIOS)


def finding(claim, verdict):
    texts = dict.fromkeys(("kind", "product", "surface", "words", "source", "promised", "delivered"), "")
    return Finding(claim=claim, published=False, verdict=verdict, severity="warning", **texts)


def test_the_file_holds_the_five_decisions_of_the_paper(shared):
    """Five questions before publishing, of which the last is struck through."""
    brief = next((shared / "brief").glob("001*")).read_text()
    section = brief.partition("Open decisions before publishing the listing¶")[2].partition("Update procedure¶")[0]
    asked = (
        "Yearly discount honesty",
        "SEO tier",
        "stratified included quantities",
        "Enterprise — ",
        "applicable_plan_ids",
    )
    places = [section.find(words) for words in asked]
    assert -1 not in places and places == sorted(places)
    assert [one.key for one in parsed()] == list(FIVE)
    resolved = re.search(r"Resolved (\d{4}-\d\d-\d\d)", section)
    made = [one for one in parsed() if one.status == "decided"]
    assert [one.decided_on for one in made] == [date.fromisoformat(resolved[1])]


def test_only_the_paper_recommends_and_where_it_does_not_nobody_does():
    assert {one.recommended_by for one in parsed()} == {"listing specification", "nobody"}
    assert [one.key for one in parsed() if one.recommended_by == "nobody"] == ["marketplace_seo", "included_quantities"]


@pytest.mark.parametrize("case", cases("open_decisions", "refused"))
def test_what_cannot_be_right_is_refused_by_name(case):
    assert TEXT.count(case["old"]) >= 1
    with pytest.raises(DecisionsError, match=re.escape(case["told"])):
        parsed(TEXT.replace(case["old"], case["new"], 1))


@pytest.mark.parametrize("text", ["", "decisions = 3", "[decisions]", "[decisions.one]\nquestion = 3", "not toml"])
def test_a_file_without_decisions_is_refused_in_one_sentence(text):
    with pytest.raises(DecisionsError) as refused:
        parsed(text)
    assert "open_decisions.toml" in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("case", cases("open_decisions", "told"))
def test_what_is_open_and_what_is_decided_and_not_kept(case):
    made = [
        replace(one, status="decided", decided_on=date(2026, 11, 1))
        if one.key in case["decided"]
        else replace(one, status="open")
        for one in parsed()
    ]
    told = register(made, [finding(*pair) for pair in case["findings"]])
    assert told.sentence == case["sentence"]
    complaints = {entry.decision.key: entry.complaint for entry in told.entries if entry.complaint}
    assert complaints.keys() == case["complaints"].keys()
    for key, claim in case["complaints"].items():
        assert complaints[key].startswith(f"decided on 2026-11-01, but the check still finds {claim}")


def test_on_the_sample_four_are_open_and_each_has_its_findings(desk):
    told = register(parsed(), desk.findings)
    assert told.sentence == "4 of 5 decisions are open: not ready to publish"
    standing = {entry.decision.key: [one.claim for one in entry.standing] for entry in told.entries}
    assert standing == {
        "yearly_discount": ["save_20_pricing_page"],
        "marketplace_seo": ["seo_from_command", "marketplace_seo.minimum_plan.vell_ai_pricing"],
        "included_quantities": [
            "larger_tiers_include_more",
            "api_requests.included",
            "audio_minutes.included",
            "gtm_workflows.included",
            "team_seats.included",
            "video_minutes.included",
        ],
        "enterprise_card": [],
        "applicable_plans": [],
    }


def test_as_values_it_says_all_the_file_says():
    values = register_dict(register(parsed(), ()))
    assert (values["ready"], values["open"]) == (False, 4)
    for value, block in zip(values["open_decisions"], tomllib.loads(TEXT)["decisions"].values(), strict=True):
        assert {key: value[key] for key in ("question", "recommendation", "status", "source")} == {
            key: block[key] for key in ("question", "recommendation", "status", "source")
        }
        assert [option["says"] for option in value["options"]] == [option["says"] for option in block["options"]]
