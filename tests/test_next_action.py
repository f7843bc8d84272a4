"""The next best action: a missing fact is asked for first, then the one step of the product's own motion."""

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lib import rails, segments
from lib.desk import Desk
from lib.market import next_action
from lib.segments import PERSONAS, Action, Question, SegmentsError, parse_motions
from tests.conftest import ROOT, cases

SEGMENTS = segments.parse((ROOT / "data" / "segments.toml").read_text())
DOCUMENT = (ROOT / "data" / "motions.toml").read_text()
MOTIONS = parse_motions(DOCUMENT, SEGMENTS)
RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
STAGES = SEGMENTS.open_stages


@pytest.mark.parametrize("case", cases("next_action"))
def test_the_next_action_by_the_papers(case: dict[str, Any]) -> None:
    found = next_action({"integrator": None, **case["deal"]}, MOTIONS, RAILS)
    assert (found.kind, found.words) == (case["kind"], case["words"])
    assert found.why == case.get("why", found.why)


def whole(product: str, **more: Any) -> dict[str, Any]:
    """A deal of a product of which everything is known."""
    return {"product": product, "amount": 100, "close_on": "soon", "integrator": "Tackle", **more}


def test_every_persona_of_vellocity_has_a_step_at_every_open_stage_and_it_is_never_a_question() -> None:
    for persona, stage in itertools.product(set(PERSONAS) - {"unknown"}, STAGES):
        found = segments.next_action(whole("vellocity"), stage, persona, "vellocity", MOTIONS)
        assert found.kind == "do"
        assert found.words.endswith(".")
        assert "{" not in found.words + found.why


def test_every_segment_of_the_other_product_has_a_step_that_speaks_of_its_need() -> None:
    for key, stage in itertools.product(SEGMENTS.of_product("control_plane"), STAGES):
        deal = whole("control_plane", icp_segment=key)
        found = segments.next_action(deal, stage, "unknown", "control_plane", MOTIONS)
        assert found.kind == "do"
        assert SEGMENTS.ideal_customers[key].need in found.why


def test_no_motion_is_borrowed_from_the_other_product() -> None:
    """The ladder says nothing of a control-plane deal, and no segment anything of a Vellocity deal."""
    deal = whole("control_plane", icp_segment="regulated")
    by_persona = {segments.next_action(deal, "Qualified", one, "control_plane", MOTIONS) for one in PERSONAS}
    assert len(by_persona) == 1
    vellocity = [whole("vellocity", icp_segment=key) for key in (None, *SEGMENTS.ideal_customers)]
    by_segment = {segments.next_action(one, "Qualified", "aws_partner", "vellocity", MOTIONS) for one in vellocity}
    assert len(by_segment) == 1


def test_who_the_customer_is_comes_before_everything_else() -> None:
    found = segments.next_action({"product": "vellocity"}, "Committed", "unknown", "vellocity", MOTIONS)
    assert found.words == "Ask whether the customer sells on AWS Marketplace, is an AWS partner, has an AWS account."


@pytest.mark.parametrize(("stage", "kind"), [("Business Validation", "do"), ("Committed", "ask")])
def test_what_others_ask_waits_for_its_stage_and_gives_their_reason(stage: str, kind: str) -> None:
    asked = [Question("rail", "Which bill?")]
    found = segments.next_action(whole("vellocity"), stage, "aws_customer", "vellocity", MOTIONS, asked)
    assert (found.kind, found.why == "Which bill?") == (kind, kind == "ask")


@pytest.mark.parametrize("outcome", ["Launched", "Closed Lost"])
def test_nothing_is_to_do_for_a_closed_deal(outcome: str) -> None:
    assert segments.next_action(whole("vellocity"), outcome, "aws_partner", "vellocity", MOTIONS).kind == "nothing"


def test_a_stage_or_a_product_nobody_knows_is_asked_about() -> None:
    strange = segments.next_action(whole("vellocity"), "Qualifed", "aws_partner", "vellocity", MOTIONS)
    assert strange.words == "Ask which of our stages 'Qualifed' is; did you mean 'Qualified'?"
    other = segments.next_action(whole("velocity"), "Qualified", "aws_partner", "velocity", MOTIONS)
    assert (other.kind, other.why) == ("ask", "No motion is on file for 'velocity'; did you mean 'vellocity'?")


def test_what_is_quoted_stands_in_a_brief(shared: Path) -> None:
    briefs = "\n".join(path.read_text() for path in (shared / "brief").glob("*.txt"))
    quotes = re.findall(r"'[^'\n]*\"([^\"\n]+)\"[^'\n]*'", DOCUMENT)
    assert len(quotes) > 15
    assert [quote for quote in quotes if quote not in briefs] == []


def test_the_openings_are_assets_and_roles_that_the_brief_has(shared: Path) -> None:
    brief = next((shared / "brief").glob("002*")).read_text()
    roles = {one.role for one in SEGMENTS.roles}
    for opening in MOTIONS.of["control_plane"].openings.values():
        assert f"- {opening.asset.capitalize()} (" in brief
        assert opening.role in roles


# The file


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('who    = "aws_partner"', 'who    = "aws_partners"', r"plays: who cannot be 'aws_partners'; did you mean"),
        ('stages = ["Prospect", "Qualified"]', 'stages = ["Prospect"]', r"no play for not_on_aws at 'Qualified'"),
        ('stages = ["Qualified"]', 'stages = ["Prospect", "Qualified"]', r"2 plays for aws_partner at 'Prospect'"),
        ("beside {integrator}", "beside {integrators}", r"cannot be 'integrators'; did you mean 'integrator'"),
        ("beside {integrator}", "beside {integrator", r"has a brace that is not closed, or not opened"),
        ("Its need is {need}.", "Its need is {needs}.", r"cannot be 'needs'; did you mean 'need'"),
        ('fact       = "amount"', 'fact = "amounts"', r"asks: fact cannot be 'amounts'; did you mean 'amount'"),
        ("[motions.vellocity]", "[motions.velocity]", r"motions has no key 'velocity'; did you mean 'vellocity'"),
        ("openings.regulated]", "openings.regulatd]", r"openings has no key 'regulatd'; did you mean 'regulated'"),
        ('by     = "persona"', 'by = "person"', r"by cannot be 'person'; did you mean 'persona'"),
        (
            'stages = ["Prospect", "Qualified"]',
            "stages = 3",
            r"plays: stages must be a list or blocks \[\[stages\]\], not 3",
        ),
        ('stages = ["Prospect", "Qualified"]', "stages = [3]", r"plays: stages holds 3; write texts"),
        ("step   = 2", 'step   = "two"', r"plays: step is 'two'; write the number of a step"),
        ("[motions.vellocity]", "[motions.vellocity", r"data/motions\.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(was: str, becomes: str, sentence: str) -> None:
    assert was in DOCUMENT
    with pytest.raises(SegmentsError, match=sentence) as refusal:
        parse_motions(DOCUMENT.replace(was, becomes, 1), SEGMENTS)
    assert "\n" not in str(refusal.value)


def test_a_stage_that_is_added_needs_its_plays() -> None:
    more = replace(SEGMENTS, stages=(segments.Stage("Legal", "open"), *SEGMENTS.stages))
    with pytest.raises(SegmentsError, match="no play for not_on_aws at 'Legal'"):
        parse_motions(DOCUMENT, more)


def test_an_action_is_a_value() -> None:
    deal = whole("vellocity")
    first, second = (segments.next_action(deal, "Prospect", "aws_partner", "vellocity", MOTIONS) for _ in range(2))
    assert isinstance(first, Action)
    assert first == second


def test_every_open_deal_of_the_sample_has_something_to_do_next(desk: Desk) -> None:
    deals = [row for row in desk.warehouse.rows("deal") if not row["is_closed"]]
    found = [(row, next_action(row, desk.motions, desk.rails)) for row in deals]
    assert {action.kind for _, action in found} == {"ask", "do"}
    for row, action in found:
        unknown = row["product"] == "vellocity" and segments.question(
            segments.Maturity(row["has_aws_account"], row["is_partner"], row["is_seller"], row["integrator"])
        )
        if unknown:
            assert action.words == unknown
        if row["product"] == "control_plane" and row["icp_segment"] is None:
            assert action.words.startswith("Ask which segment")
