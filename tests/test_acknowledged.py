"""What somebody accepts, until when; and what nobody can accept away."""

from dataclasses import replace
from datetime import date

import pytest

from lib.claims.acknowledged import Acknowledgement, acceptable, acknowledged, idle, weighed, why_not
from lib.claims.claim import ClaimError
from lib.claims.finding import (
    ACKNOWLEDGED,
    CONTRADICTORY,
    NONE,
    NOT_REPRESENTABLE,
    NOTE,
    OVERSTATED,
    RED,
    TRUE,
    UNVERIFIABLE,
    WARNING,
    Finding,
)

CHEAP = "plans.command_plus-annual.list_price"
ACCEPTED = Acknowledgement(CHEAP, "the founder", "the two tiers merge in March", date(2027, 3, 31))
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
FALSE = replace(WARNED, claim="save_20", severity=RED, verdict=OVERSTATED, published=True)
HELD = replace(WARNED, claim="save_17", severity=NONE, verdict=TRUE)


def judged(finding: Finding, as_of: date = date(2026, 11, 1)) -> Finding:
    (only,) = acknowledged([finding], [ACCEPTED], as_of)
    return only


@pytest.mark.parametrize(
    ("severity", "verdict"), [(WARNING, CONTRADICTORY), (NOTE, UNVERIFIABLE), (NOTE, NOT_REPRESENTABLE)]
)
def test_a_warning_or_a_note_can_be_acknowledged_with_who_and_why(severity: str, verdict: str) -> None:
    found = replace(WARNED, severity=severity, verdict=verdict)
    assert why_not(found) is None and acceptable(CHEAP, [FALSE, found]) == found
    accepted = judged(found)
    assert (accepted.severity, accepted.verdict) == (ACKNOWLEDGED, verdict)
    assert accepted.evidence[-1] == "acknowledged by the founder until 2027-03-31: the two tiers merge in March"


def test_a_note_that_both_can_stand_is_nobodys_to_accept() -> None:
    both_can_stand = replace(WARNED, severity=NOTE, verdict=CONTRADICTORY)
    assert why_not(both_can_stand) == "it is a note that asks nothing of anybody, so there is nothing to accept"
    assert judged(both_can_stand).severity == NOTE


def test_it_holds_on_its_last_day_and_not_a_day_longer() -> None:
    assert judged(WARNED, date(2027, 3, 31)).severity == ACKNOWLEDGED
    expired = judged(WARNED, date(2027, 4, 1))
    assert expired.severity == WARNING
    assert expired.evidence[-1].endswith("that day is over")


def test_a_false_published_claim_stays_false_whoever_accepts_it() -> None:
    stays = judged(replace(FALSE, claim=CHEAP))
    assert stays.severity == RED
    assert stays.evidence[-1].endswith("a false published claim stays false")


def test_a_finding_that_became_true_says_that_nothing_is_left_to_accept() -> None:
    held = judged(replace(HELD, claim=CHEAP))
    assert held.severity == NONE
    assert held.evidence[-1].endswith("it is true by now, and nothing is left to accept")


def test_what_is_acknowledged_and_no_longer_found_is_said() -> None:
    assert idle([WARNED], [ACCEPTED]) == ()
    (left,) = idle([], [ACCEPTED])
    assert (left.claim, left.severity) == (f"acknowledged.{CHEAP}", NOTE)
    assert "withdraw the acknowledgement" in left.words
    assert weighed([FALSE], [ACCEPTED], date(2026, 11, 1)) == (FALSE, left)


def test_without_an_acknowledgement_every_finding_stands_as_it_was() -> None:
    assert weighed([FALSE, WARNED, HELD], [], date(2026, 11, 1)) == (FALSE, WARNED, HELD)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("save_20", "save_20: a false published claim stays false, whoever accepts it"),
        ("save_17", "save_17: it is true, so there is nothing to accept"),
        ("save_21", "nothing is found under the name 'save_21'; did you mean 'save_2"),
    ],
)
def test_what_nobody_may_accept_is_refused_in_a_sentence(name: str, told: str) -> None:
    with pytest.raises(ClaimError) as refusal:
        acceptable(name, [WARNED, FALSE, HELD, replace(WARNED, claim="save_20")])
    assert str(refusal.value).startswith(told)
