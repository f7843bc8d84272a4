"""What the papers say of one subject in two ways: every place quoted, no subject told twice."""

import re
from dataclasses import replace

import pytest

from lib import promises
from lib.claims.contradictions import with_papers
from lib.claims.parse import parse
from tests.conftest import cases
from tests.specification import CLAIMS, captures, current, rows

PAPERS = parse(CLAIMS)


def alone():
    """What is left where every system says what the book says."""
    return {one.claim: one for one in with_papers((), PAPERS, "vellocity")}


def everything():
    tables = (rows(mart) for mart in ("plan", "dimension", "stripe_price"))
    return promises.findings(CLAIMS, current(), *tables, None, captures())


@pytest.mark.parametrize("case", cases("contradictions", "subject"))
def test_two_places_of_the_papers_are_told_apart(case):
    one = alone()[case["claim"]]
    assert {key: getattr(one, key) for key in case["alone"]} == case["alone"]
    assert one.kind == "paper" and not one.published
    assert one.evidence[-1].startswith("meanwhile: ")


def test_every_subject_has_a_case():
    named = [case.values[0]["claim"] for case in cases("contradictions", "subject")]
    assert sorted(named) == sorted(alone())


@pytest.mark.parametrize("case", cases("contradictions", "subject"))
def test_a_subject_is_told_once_with_every_place(case):
    (one,) = (found for found in everything() if found.claim == case["claim"])
    assert (one.kind == "surface") == case["with_system"]
    places = [f"{said.place}: {said.value} ({said.source})" for said in PAPERS.statements if said.subject == one.claim]
    assert len(places) == 2 and set(places) <= set(one.evidence)


@pytest.mark.parametrize("case", cases("contradictions", "subject"))
def test_the_papers_really_say_so(case, shared):
    papers = [_plain(path.read_text()) for path in (shared / "brief").glob("00[01]*")]
    for quote in case["quotes"]:
        assert any(_plain(quote) in paper for paper in papers), quote


def _plain(text):
    """Words without the marks and spaces that a page loses when it is printed."""
    return re.sub(r"[\s*`]+", "", text)


def test_places_that_agree_are_no_finding():
    agreed = replace(
        PAPERS,
        statements=tuple(
            replace(said, value="30") if said.subject == "audio_minutes.included" else said
            for said in PAPERS.statements
        ),
    )
    assert "audio_minutes.included" not in {one.claim for one in with_papers((), agreed, "vellocity")}


def test_a_contradiction_of_the_papers_never_turns_the_check_red():
    assert not promises.is_red(alone().values())
