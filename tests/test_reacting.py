"""How the desk asks people what they answer: nothing on is what moved, nothing changed is nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lib.catalog.rollout import Rollout
from lib.catalog.scenario import Scenario
from lib.desk import AHEAD, DATA, PAST, Desk, DeskError, asking, believed, with_beliefs
from lib.reactions import as_document
from lib.response import ORDER, RESPONSES, ResponseError, Responses
from tests.conftest import ROOT

KEYS = sorted(path.stem for path in (DATA / "scenarios").glob("*.toml"))
FILE = ROOT / "data" / "assumptions" / "responses.toml"
BELIEVED = believed(FILE)
EVERYTHING = BELIEVED.switched(RESPONSES)
BELIEFS = [key for key, _ in BELIEVED.beliefs()]


@cache
def simulated(desk: Desk, *keys: str, horizon: str = PAST) -> Any:
    return desk.simulate(*(desk.scenario(key) for key in keys), horizon=horizon)


def cents(amount: float) -> Decimal:
    return Decimal(f"{amount:.2f}")


# Zero response, and nothing changed


@pytest.mark.parametrize("horizon", [PAST, AHEAD])
@pytest.mark.parametrize("keys", [*((key,) for key in KEYS), ("starter-plus-10", "images-at-six-cents")])
def test_with_nothing_on_the_answer_is_what_moved_to_the_cent(desk: Desk, keys: tuple[str, ...], horizon: str) -> None:
    found = simulated(desk, *keys, horizon=horizon)
    answered = desk.react(found)
    assert answered.is_static
    assert cents(answered.answer.delta_usd) == found.moved
    assert [step.delta_usd for step in answered.answer.steps[1:]] == [0.0] * len(RESPONSES)
    assert (cents(answered.low_usd), cents(answered.high_usd)) == (found.moved, found.moved)


@pytest.mark.parametrize("horizon", [PAST, AHEAD])
@pytest.mark.parametrize("rollout", [Rollout(), Rollout("new"), Rollout("renewal"), Rollout(where={"rail": ("aws",)})])
def test_a_scenario_that_changes_nothing_is_answered_with_exactly_nothing(
    desk: Desk, rollout: Rollout, horizon: str
) -> None:
    empty = Scenario("empty", "Empty", "a test", "a test", desk.book.id, date(2027, 1, 1), {}, rollout=rollout)
    answered = desk.react(desk.simulate(empty, horizon=horizon), loudest())
    assert [(step.name, step.delta_usd, step.moved) for step in answered.answer.steps] == [(n, 0.0, 0.0) for n in ORDER]
    assert (answered.low_usd, answered.high_usd) == (0.0, 0.0)


def loudest() -> Responses:
    """Everything on, every belief where it answers most, and no friction."""
    case = EVERYTHING
    for key, belief in case.beliefs():
        case = case.at(key, "low" if key.startswith("plan_switch") or belief.low < 0 else "high")
    return case


def test_no_scenario_at_all_is_answered_with_nothing(desk: Desk) -> None:
    answered = desk.react(desk.simulate(), loudest())
    assert answered.answer.delta_usd == 0.0 and not answered.people.is_exposed.any()


# New customers, worked out beside it


def test_new_customers_at_an_elasticity_of_minus_one_bring_what_they_brought_before(desk: Desk) -> None:
    """A bill times its part of those who still sign is the bill of before: what they would have added is gone, to the
    cent. Summed here over the lines of customers who came on or after the day the change takes effect.
    """
    found = simulated(desk, "starter-plus-10")
    case = BELIEVED.switched({"conversion"}).believing("conversion.elasticity", Decimal(-1))
    step = desk.react(found, case).answer["conversion"]
    gained = Decimal(0)
    for before, after in zip(found.baseline.lines, found.reached.lines, strict=True):
        if before.contract.since >= found.effective[0]:
            gained += (after.amount or Decimal(0)) - (before.amount or Decimal(0))
    assert gained == Decimal("21264.41")
    assert cents(-step.delta_usd) == gained


# The fast way, for a page


@pytest.mark.parametrize("horizon", [PAST, AHEAD])
@pytest.mark.parametrize("key", KEYS)
def test_the_page_asks_the_same_people(desk: Desk, key: str, horizon: str) -> None:
    scenario = desk.scenario(key)
    ready = asking(desk, scenario, desk.billing["window_months"], horizon)
    them = ready.under(desk.proposed_book(scenario))
    slow = desk.react(simulated(desk, key, horizon=horizon), EVERYTHING)
    for name in ("baseline", "proposed", "exposed_in", "chosen", "churn_rate", "option_proposed"):
        assert np.array_equal(getattr(them, name), getattr(slow.people, name), equal_nan=name == "option_proposed"), (
            name
        )
    assert as_document(ready.answer(them, EVERYTHING)) == as_document(slow)


def test_who_was_made_ready_answers_any_prices_of_the_same_rollout(desk: Desk) -> None:
    """starter-plus-10 and images-at-six-cents reach the same people on the same days."""
    ready = asking(desk, desk.scenario("starter-plus-10"), 12, PAST)
    other = desk.scenario("images-at-six-cents")
    found = ready.answer(ready.under(desk.proposed_book(other)), EVERYTHING)
    assert as_document(found) == as_document(desk.react(simulated(desk, "images-at-six-cents"), EVERYTHING))


@pytest.mark.parametrize(
    "changes",
    [
        {"plans": {"starter-annual": {"list_price": 0}}},
        {"plans": {"starter-monthly": {"list_price": 0}, "starter-annual": {"list_price": 0}}},
        {"plans": {"accelerate-annual": {"list_price": 1}}},
        {"plans": {"accelerate-monthly": {"list_price": 99_999}}},
        {"plans": {"starter-annual": {"public": False}}},
        {"dimensions": {"words": {"bands": [{"from": 0, "unit_price": 0}]}}},
        {"allowances": {"starter": {"words": 0, "images": "unlimited"}}},
    ],
    ids=lambda changes: str(changes)[:60],
)
def test_no_price_that_can_be_simulated_is_refused_by_who_answers(desk: Desk, changes: dict[str, Any]) -> None:
    odd = replace(desk.scenario("starter-plus-10"), key="odd", changes=changes)
    found = desk.simulate(odd)
    answered = desk.react(found, EVERYTHING)
    assert cents(answered.answer["static"].delta_usd) == found.moved
    assert np.isfinite([answered.low_usd, answered.high_usd]).all()
    assert answered.low_usd <= answered.answer.delta_usd <= answered.high_usd


# What a result says it stands on


def test_while_nobody_is_asked_a_manifest_stays_as_it_is(desk: Desk) -> None:
    manifest = simulated(desk, "starter-plus-10").manifest
    assert with_beliefs(manifest, BELIEVED, desk.responses) == manifest
    assert desk.responses == BELIEVED


def fingerprints(desk: Desk, cases: Sequence[Responses]) -> list[str]:
    manifest = simulated(desk, "starter-plus-10").manifest
    return [with_beliefs(manifest, case, desk.responses).fingerprint for case in cases]


@pytest.mark.parametrize("key", BELIEFS)
def test_two_different_beliefs_never_share_a_fingerprint(desk: Desk, key: str) -> None:
    """Another value, or another range: whether its response is counted or not, for a tornado and a curve show both."""
    belief = dict(BELIEVED.beliefs())[key]
    moved = belief.low if belief.value != belief.low else belief.high
    narrower = replace(belief, low=belief.value, high=belief.value)
    for case in (BELIEVED, EVERYTHING, BELIEVED.switched({key.partition(".")[0]})):
        others = [case, case.believing(key, moved), holding(case, key, narrower)]
        assert len(set(fingerprints(desk, others))) == len(others)


def holding(case: Responses, key: str, belief: Any) -> Responses:
    name, _, own = key.partition(".")
    response = replace(case[name], beliefs={**case[name].beliefs, own: belief})
    return replace(case, by_name={**case.by_name, name: response})


def test_what_is_switched_on_is_in_the_fingerprint_and_in_words(desk: Desk) -> None:
    cases = [BELIEVED, *(BELIEVED.switched({name}) for name in RESPONSES), EVERYTHING]
    assert len(set(fingerprints(desk, cases))) == len(cases)
    manifest = simulated(desk, "starter-plus-10").manifest
    told = with_beliefs(manifest, BELIEVED.switched({"churn", "plan_switch"}), desk.responses)
    assert told.assumptions == "Base case + Responses nobody measured (plan switch, churn)"


# The file


def test_a_file_of_beliefs_is_read_or_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match=r"nowhere\.toml is not there; name a file that is"):
        believed(tmp_path / "nowhere.toml")
    own = tmp_path / "own.toml"
    own.write_text(FILE.read_text().replace("[churn]", "[churns]"))
    with pytest.raises(ResponseError, match=r"own\.toml has no key 'churns'; did you mean 'churn'\?"):
        believed(own)
    own.write_text(FILE.read_text().replace('grade = "A"', 'grade = "a"'))
    with pytest.raises(ResponseError, match=r"own\.toml: churn\.beta_falls\.grade is 'a'; "):
        believed(own)


def test_only_what_stands_on_evidence_has_a_grade() -> None:
    graded = {key: belief.grade for key, belief in BELIEVED.beliefs() if belief.grade != "none"}
    assert graded == {"churn.beta_rises": "C", "churn.beta_falls": "A", "churn.shock_extra": "C"}
    for key, grade in graded.items():
        assert f"grade {grade}" in dict(BELIEVED.beliefs())[key].source
