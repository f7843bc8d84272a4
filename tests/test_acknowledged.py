"""What somebody accepts, until when; and what nobody can accept away."""

from dataclasses import replace
from datetime import date

import pytest

from lib.claims.acknowledged import acknowledged, idle, parse_acknowledged
from lib.claims.claim import ClaimError
from lib.claims.finding import ACKNOWLEDGED, CONTRADICTORY, NOTE, RED, WARNING, Finding

CHEAP = "plans.command_plus-annual.list_price"
BLOCK = f"""
[[acknowledged]]
finding = "{CHEAP}"
who = "the founder"
why = "the two tiers merge in March"
until = 2027-03-31
"""
WARNED = Finding(
    claim=CHEAP,
    kind="book",
    product="vellocity",
    surface="book",
    words="command_plus-annual costs 14,990, no more than accelerate-annual at 14,990",
    source="book",
    published=False,
    verdict=CONTRADICTORY,
    severity=WARNING,
    promised="a ladder",
    delivered="none",
)


def judged(finding: Finding, as_of: date = date(2026, 11, 1)) -> Finding:
    (only,) = acknowledged([finding], parse_acknowledged(BLOCK), as_of)
    return only


@pytest.mark.parametrize("severity", [WARNING, NOTE])
def test_a_warning_or_a_note_can_be_acknowledged_with_who_and_why(severity):
    accepted = judged(replace(WARNED, severity=severity))
    assert accepted.severity == ACKNOWLEDGED
    assert accepted.evidence[-1] == "acknowledged by the founder until 2027-03-31: the two tiers merge in March"


def test_it_holds_on_its_last_day_and_not_a_day_longer():
    assert judged(WARNED, date(2027, 3, 31)).severity == ACKNOWLEDGED
    expired = judged(WARNED, date(2027, 4, 1))
    assert expired.severity == WARNING
    assert expired.evidence[-1].endswith("that day is over")


def test_a_false_published_claim_stays_false_whoever_accepts_it():
    assert judged(replace(WARNED, severity=RED)).severity == RED


def test_what_is_acknowledged_and_no_longer_found_is_said():
    assert idle([WARNED], parse_acknowledged(BLOCK)) == ()
    (left,) = idle([], parse_acknowledged(BLOCK))
    assert (left.claim, left.severity) == (f"acknowledged.{CHEAP}", NOTE)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (BLOCK.replace("until = 2027-03-31", ""), ["block 1 lacks 'until'"]),
        (BLOCK.replace("2027-03-31", '"soon"'), ["until is 'soon'", "2026-05-09"]),
        (BLOCK.replace("why", "wy"), ["block 1 has no key 'wy'", "did you mean 'why'?"]),
        (BLOCK.replace("[[acknowledged]]", "[[acknowleged]]"), ["'acknowleged'", "did you mean 'acknowledged'?"]),
        ("[[acknowledged", ["data/acknowledged.toml is not valid TOML"]),
    ],
)
def test_a_wrong_block_is_refused_with_its_place(text, parts):
    with pytest.raises(ClaimError) as refusal:
        parse_acknowledged(text)
    assert all(part in str(refusal.value) for part in parts), str(refusal.value)
