"""Chains with an end: a published example, a textbook's walk, and the second way of adding up."""

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.chains import Chain, ChainError, chain
from tests.conftest import ROOT
from tests.published import Checks

# One step to either side with the same chance, and home at both ends: Grinstead & Snell, Introduction to Probability,
# example 11.13. Their N, t and B, in fractions.
WALK = [[1, 0, 0, 0, 0], [0.5, 0, 0.5, 0, 0], [0, 0.5, 0, 0.5, 0], [0, 0, 0.5, 0, 0.5], [0, 0, 0, 0, 1]]
N = [["3/2", "1", "1/2"], ["1", "2", "1"], ["1/2", "1", "3/2"]]
B = [["1", "0"], ["3/4", "1/4"], ["1/2", "1/2"], ["1/4", "3/4"], ["0", "1"]]

TABLES = tomllib.loads((ROOT / "tests" / "cases" / "retention_published.toml").read_text())


def numbers(table: list[list[str]]) -> np.ndarray:
    return np.array([[float(Fraction(entry)) for entry in row] for row in table])


def by_recency(buys: list[float]) -> Chain:
    """A customer buys and is back at recency 1, or moves one further; behind the last it is a former customer."""
    size = len(buys)
    moves = np.zeros((size + 1, size + 1))
    for place, chance in enumerate(buys):
        moves[place, 0] = chance
        moves[place, place + 1] = 1 - chance
    moves[size, size] = 1
    return chain(moves)


def test_the_published_customer_relationship(shared: Path):
    checks = Checks(shared, "pfeifer-carraway-2000")
    given_ = checks.inputs
    customer = by_recency(given_["purchase_prob"])
    mailing, sale = given_["M"], given_["NC"]
    rewards = [sale - mailing, -mailing, -mailing, -mailing, 0]
    checks.holds("undiscounted LV of a new customer", customer.value(rewards)[0])
    checks.holds("V infinite horizon, d=0.2", customer.value(rewards, given_["d"]))
    checks.holds("V horizon T=4, d=0.2", customer.value(rewards, given_["d"], horizon=4))
    unmailed = by_recency([*given_["purchase_prob"][:-1], 0.01])
    checks.holds(
        "undiscounted LV, stop at recency 4 and p4=0.01",
        unmailed.value([sale - mailing, -mailing, -mailing, 0, 0])[0],
    )
    checks.all_held()


def test_the_textbook_walk():
    walk = chain(WALK)
    assert walk.ends.tolist() == [True, False, False, False, True]
    assert walk.fundamental == pytest.approx(numbers(N))
    assert walk.steps == pytest.approx([0, 3, 4, 3, 0])
    assert walk.absorbed == pytest.approx(numbers(B))


def with_ends(row: dict[str, Any], ends: list[list[str]]) -> Chain:
    """Passing states and ends as the textbooks write them, joined."""
    passing = np.hstack([numbers(row["q"]), numbers(ends)])
    absorbing = np.eye(len(ends[0]), passing.shape[1], k=len(row["q"]))
    return chain(np.vstack([passing, absorbing]))


def leaving(row: dict[str, Any]) -> list[list[str]]:
    """Whatever a row of moves lacks to 1 leaves for good."""
    return [[str(1 - sum(map(Fraction, moves)))] for moves in row["q"]]


@pytest.mark.parametrize("row", TABLES["chain"], ids=lambda row: row["name"])
def test_a_textbooks_chain(row: dict[str, Any]):
    found, size = with_ends(row, row["r"]), len(row["q"])
    assert found.fundamental == pytest.approx(numbers(row["fundamental"]), abs=row["tolerance"])
    assert found.steps[:size] == pytest.approx(numbers([row["steps"]])[0], abs=row["tolerance"])
    assert found.absorbed[:size] == pytest.approx(numbers(row["absorbed"]), abs=row["tolerance"])


def test_what_a_customer_on_each_rung_will_bring():
    """The hand's horizon counts payments; ours counts the periods after the first."""
    [row] = TABLES["present_value"]
    found, hair = with_ends(row, leaving(row)), row["tolerance"]
    rewards, discount = [*row["rewards"], 0], float(Fraction(row["discount"]))
    within = found.value(rewards, discount, horizon=row["horizon"] - 1)
    assert found.value(rewards, discount)[:-1] == pytest.approx(numbers([row["for_ever"]])[0], abs=hair)
    assert within[:-1] == pytest.approx(numbers([row["over_horizon"]])[0], abs=hair)


def test_who_never_leaves():
    [row] = TABLES["never_absorbs"]
    forever = chain(numbers(row["q"]))
    with pytest.raises(ChainError, match="state a discount or a horizon"):
        forever.value(row["rewards"])
    worth = forever.value(row["rewards"], float(Fraction(row["discount"])))
    assert worth == pytest.approx(numbers([row["for_ever"]])[0])


def test_one_who_stays_with_four_in_five_by_hand():
    """Stays with 4/5: 5 periods. Worth 10 a period: 50; at 25 % a period 10 / (1 - 0.8/1.25) = 10 / 0.36.

    Today and one period on: 10 + 8; at 25 % 10 + 6.4. Of 100 there are 64 after two periods.
    """
    stays = chain([[0.8, 0.2], [0, 1]])
    assert stays.steps[0] == pytest.approx(5)
    assert stays.value([10, 0])[0] == pytest.approx(50)
    assert stays.value([10, 0], 0.25)[0] == pytest.approx(10 / 0.36)
    assert stays.value([10, 0], horizon=1)[0] == pytest.approx(18)
    assert stays.value([10, 0], 0.25, horizon=1)[0] == pytest.approx(16.4)
    assert stays.value([10, 0], horizon=0)[0] == 10
    assert stays.after([100, 0], 2) == pytest.approx([64, 36])
    # Two kinds of rewards side by side: 10 and 30 a period.
    both = [[10, 30], [0, 0]]
    assert stays.value(both)[0] == pytest.approx([50, 150])
    assert stays.value(both, 0.25)[0] == pytest.approx([10 / 0.36, 30 / 0.36])
    assert stays.value(both, 0.25, horizon=1)[0] == pytest.approx([16.4, 49.2])


@st.composite
def leaky(draw: st.DrawFn) -> Chain:
    """Any chain from whose every state the one end is reached at once with one in twenty or more."""
    size = draw(st.integers(1, 5))
    weights = st.lists(st.floats(0, 1), min_size=size, max_size=size)
    rows = []
    for _ in range(size):
        drawn = np.array(draw(weights))
        leaves = draw(st.floats(0.05, 1))
        within = drawn / drawn.sum() * (1 - leaves) if drawn.sum() > 0.01 else np.zeros(size)
        rows.append([*within, 1 - within.sum()])
    return chain([*rows, [0.0] * size + [1.0]])


@given(leaky(), st.data())
def test_the_closed_form_is_the_sum_over_the_periods(found: Chain, data: st.DataObject):
    size = len(found.moves)
    rewards = np.array([*data.draw(st.lists(st.floats(-100, 100), min_size=size - 1, max_size=size - 1)), 0.0])
    discount = data.draw(st.floats(0, 0.5))
    added = sum((np.linalg.matrix_power(found.moves, t) @ rewards) / (1 + discount) ** t for t in range(600))
    assert found.value(rewards, discount) == pytest.approx(added, abs=1e-6)
    assert found.value(rewards, discount, horizon=600) == pytest.approx(added, abs=1e-6)


@given(leaky())
def test_everybody_ends_somewhere_and_steps_are_visits(found: Chain):
    assert found.absorbed.sum(axis=1) == pytest.approx(np.ones(len(found.moves)))
    assert found.fundamental.sum(axis=1) == pytest.approx(found.steps[~found.ends])
    assert found.value(np.where(found.ends, 0.0, 1.0)) == pytest.approx(found.steps)
    start = np.full(len(found.moves), 10.0)
    assert found.after(start, 7).sum() == pytest.approx(start.sum())


def test_a_chain_that_never_ends_is_worth_something_only_with_a_discount_or_a_horizon():
    """1 a period for ever: at 25 % it is 1 / (1 - 0.8) = 5; over ten periods and this one 11; else no number."""
    forever = chain([[0.5, 0.5], [0.5, 0.5]])
    assert forever.value([1, 1], 0.25) == pytest.approx([5, 5])
    assert forever.value([1, 1], horizon=10) == pytest.approx([11, 11])
    with pytest.raises(ChainError, match="from state 0 no end is ever reached; state a discount or a horizon"):
        forever.value([1, 1])
    with pytest.raises(ChainError, match="no end is ever reached"):
        _ = forever.steps


def test_a_part_that_never_ends_is_found():
    """State 0 may end; states 1 and 2 turn in a circle."""
    circle = chain([[0.5, 0, 0, 0.5], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    with pytest.raises(ChainError, match="from state 1 no end is ever reached"):
        circle.value([1, 1, 1, 0])


def test_one_who_hardly_ever_leaves_has_not_reached_an_end():
    assert chain([[1 - 1e-10, 1e-10], [0, 1]]).steps[0] == pytest.approx(1e10, rel=1e-5)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: chain([[0.5, 0.5]]), "a chain is a square matrix, this is of the shape (1, 2)"),
        (lambda: chain([]), "a chain is a square matrix"),
        (lambda: chain([[0.5, 0.4], [0, 1]]), "row 0 adds up to 0.9 with a smallest entry of 0.4"),
        (lambda: chain([[1, 0], [-0.5, 1.5]]), "row 1 adds up to 1 with a smallest entry of -0.5"),
        (lambda: chain(WALK).value([1, 0, 0, 0, 0]), "an end brings a reward for ever"),
        (lambda: chain(WALK).value([0, 1, 1]), "rewards must be one finite number for each of the 5 states"),
        (lambda: chain(WALK).value([0] * 5, -0.1), "give a rate of 0 or more, such as 0.2"),
        (lambda: chain(WALK).value([0] * 5, 0.1, horizon=-1), "-1 is no number of periods"),
        (lambda: chain(WALK).after([1] * 4, 1), "start must be one finite number"),
    ],
)
def test_what_is_no_chain_is_refused(ask, words: str):
    with pytest.raises(ChainError) as refused:
        ask()
    assert words in str(refused.value)
