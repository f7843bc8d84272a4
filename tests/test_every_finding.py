"""On the sample `check` finds every planted and every brief-born falsehood, by name, and nothing else."""

import re
from pathlib import Path

import pytest

from lib.claims.known import DIFFERENCES
from lib.desk import Desk
from tests.conftest import ROOT, cases

TOLD = [case.values[0] for case in cases("every_finding", "finding")]
PAPERS = {"000", "001", "002"}


def plain(text: str) -> str:
    """Words without the marks and spaces that a page loses when it is printed."""
    return re.sub(r"[\s*`]+", "", text)


def test_these_are_found_and_nothing_else(desk: Desk) -> None:
    found = {one.claim: [one.verdict, one.severity] for one in desk.findings if one.verdict != "true"}
    assert found == {one["claim"]: one["is"] for one in TOLD}


def test_what_is_true_is_told_as_true_and_no_name_comes_twice(desk: Desk) -> None:
    names = [one.claim for one in desk.findings]
    assert len(names) == len(set(names))
    assert {one.severity for one in desk.findings if one.verdict == "true"} == {"none"}
    assert len(names) - len(TOLD) == 13  # the claims that hold, one by one in tests/cases/claims.toml


def test_what_can_be_permitted_is_what_surfaces_differ_in(desk: Desk) -> None:
    forbidden = [one.claim for one in desk.findings if one.kind == "surface" and one.standing == "forbidden"]
    assert forbidden
    assert {name.split(".")[1] for name in forbidden} <= set(DIFFERENCES)
    sources = "".join(path.read_text() for path in (ROOT / "lib" / "surfaces").glob("*.py"))
    named = {found.replace(" ", "_") for found in re.findall(r'[".]([a-z_ ]+)"', sources)}
    assert set(DIFFERENCES) <= named


@pytest.mark.parametrize("case", cases("every_finding", "finding"))
def test_the_reason_stands_where_it_is_said_to(case: dict[str, str], shared: Path) -> None:
    if case["place"] in PAPERS:
        (place,) = (shared / "brief").glob(f"{case['place']}*")
    else:
        place = ROOT / case["place"]
    assert plain(case["quote"]) in plain(place.read_text()), place.name


def test_a_difference_says_whether_it_may_be_and_a_promise_whether_it_is_published(desk: Desk) -> None:
    for one in desk.findings:
        assert bool(one.standing) == (one.kind in ("surface", "paper", "billing")), one.claim
        if one.kind == "published claim":
            assert one.state == ("published" if one.published else "planned"), one.claim
