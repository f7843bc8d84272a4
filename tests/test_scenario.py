"""A scenario over a book: the laws of overlay and difference, and what is refused."""

import copy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.book import READINGS
from lib.catalog.lint import lint
from lib.catalog.scenario import Change, Scenario, ScenarioError, diff, merged, overlaid, overlay, parse_scenario
from tests.specification import ROOT, current

HEADER = 'name = "A"\nauthor = "B"\nwhy = "C"\nbaseline = "2026-05-09"\n'
COMMITTED = sorted((ROOT / "data" / "scenarios").glob("*.toml"))


def scenario(changes):
    return Scenario("a-test", "A test", "nobody", "to test", current().id, None, changes)


def leaves(changes):
    """A sparse document → its leaves by path, written independently of the function under test."""
    if not isinstance(changes, dict):
        return {"": changes}
    found = {}
    for key, value in changes.items():
        found |= {f"{key}.{path}".rstrip("."): leaf for path, leaf in leaves(value).items()}
    return found


# Sparse changes that keep the book valid, each a different key: what a founder might try.
PRICE = st.decimals(Decimal(1), Decimal(100_000), places=2)
ALLOWANCE = st.one_of(st.integers(0, 10**9), st.sampled_from(["unlimited", "not offered", "by contract"]))
UNIT_PRICE = st.decimals(Decimal(0), Decimal(100), places=6)
SLUGS = sorted({key.removesuffix("-monthly") for key in current().plans if key.endswith("-monthly")})


@st.composite
def new_list_prices(draw):
    """Prices of a month and a year for some plans; a year above its months would be no book."""
    prices = {}
    for slug in draw(st.sets(st.sampled_from(SLUGS))):
        month = draw(PRICE)
        year = draw(st.decimals(Decimal(1), 12 * month, places=2))
        prices |= {f"{slug}-monthly": {"list_price": month}, f"{slug}-annual": {"list_price": year}}
    return prices


PLANS = new_list_prices()
DIMENSION = st.sampled_from(sorted(current().dimensions))
BANDS = st.builds(lambda price: {"bands": [{"from": 0, "unit_price": price}]}, UNIT_PRICE)
DIMENSIONS = st.dictionaries(DIMENSION, BANDS, max_size=3)
MATRIX = st.dictionaries(st.sampled_from(sorted(current().tiers)), st.dictionaries(DIMENSION, ALLOWANCE, max_size=3))
SETTINGS = st.fixed_dictionaries({}, optional={key: st.sampled_from(readings) for key, readings in READINGS.items()})
RAILS = st.dictionaries(st.sampled_from(["stripe", "aws"]), st.fixed_dictionaries({"absorb": st.booleans()}))
CHANGES = st.fixed_dictionaries(
    {},
    optional={"plans": PLANS, "dimensions": DIMENSIONS, "allowances": MATRIX, "settings": SETTINGS, "rails": RAILS},
)


def test_an_empty_scenario_gives_an_equal_book_and_no_difference():
    assert overlay(current(), scenario({})) == current()
    assert diff(current(), overlay(current(), scenario({}))) == ()


@given(changes=CHANGES)
def test_the_difference_is_what_the_scenario_changed(changes):
    """Every leaf of the scenario that is new becomes a change, and nothing else does."""
    before = leaves(dict(current().document))
    expected = {
        path: leaf for path, leaf in leaves(changes).items() if before.get(path) != leaf and path in known(changes)
    }
    found = diff(current(), overlay(current(), scenario(changes)))
    assert {change.path: change.becomes for change in found} == expected
    assert all(change.was == before.get(change.path) for change in found)


def known(changes):
    """The paths that hold a value: an empty block of a scenario holds none."""
    return {path for path, leaf in leaves(changes).items() if leaf != {}}


@given(changes=CHANGES)
def test_changing_back_restores_the_book(changes):
    proposed = overlay(current(), scenario(changes))
    for change in diff(current(), proposed):
        assert diff(proposed, current()).count(Change(change.path, change.becomes, change.was)) == 1


@given(first=CHANGES, second=CHANGES)
def test_scenarios_on_different_keys_commute(first, second):
    overlap = known(first) & known(second)
    if not overlap:
        one_way = overlay(overlay(current(), scenario(first)), scenario(second))
        other_way = overlay(overlay(current(), scenario(second)), scenario(first))
        assert one_way == other_way
        assert diff(one_way, other_way) == ()


@given(first=CHANGES, second=CHANGES)
def test_the_later_scenario_wins(first, second):
    both = leaves(merged(merged(current().document, first), second))
    assert all(both[path] == leaf for path, leaf in leaves(second).items() if path in known(second))


@given(changes=CHANGES)
def test_the_baseline_never_changes(changes):
    book, before = current(), copy.deepcopy(dict(current().document))
    overlay(book, scenario(changes))
    assert book.document == before
    assert book == current()


def test_bands_are_replaced_whole():
    book = overlaid(current(), {"dimensions": {"words": {"bands": [{"from": 0, "unit_price": 1}]}}}, "a test")
    assert [band.unit_price for band in book.dimensions["words"].bands] == [1]


def test_a_rails_own_price_leaves_the_other_rail_alone():
    book = overlaid(current(), {"rails": {"aws": {"plans": {"starter-monthly": {"list_price": 329}}}}}, "a test")
    assert (book.list_price("aws", "starter-monthly"), book.list_price("stripe", "starter-monthly")) == (329, 299)


def test_a_new_dimension_is_a_block_with_all_its_fields():
    block = {
        "name": "AgentRuns",
        "unit": "run",
        "unit_size": 1,
        "tier_floor": "any",
        "metered": True,
        "bands": [{"from": 0, "unit_price": "0.25"}],
    }
    book = overlaid(current(), {"dimensions": {"agent_runs": block}}, "a test")
    assert book.price("aws", "agent_runs").bands[0].unit_price == Decimal("0.25")


# The committed scenarios


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_committed_scenario_lies_over_the_current_book_and_changes_it(path):
    scenario = parse_scenario(path.read_text(), path.stem)
    proposed = overlay(current(), scenario)
    assert diff(current(), proposed) or scenario.claims
    # A bill that falls at a threshold, and tiers that cost the same, are what these two ask about.
    assert len(lint(proposed)) == {"pure-consumption": 4, "volume-bands": 2}.get(path.stem, 0)


def test_the_committed_scenarios_change_what_their_names_say():
    changed = {
        path.stem: {change.path: (change.was, change.becomes) for change in diff(current(), proposed)}
        for path in COMMITTED
        for proposed in [overlay(current(), parse_scenario(path.read_text(), path.stem))]
    }
    assert changed["honest-20"] == {
        "plans.starter-annual.list_price": (2990, 2870),
        "plans.accelerate-annual.list_price": (14990, 14390),
        "plans.command_plus-annual.list_price": (39990, 38390),
    }
    assert changed["starter-plus-10"] == {
        "plans.starter-monthly.list_price": (299, 329),
        "plans.starter-annual.list_price": (2990, 3290),
    }
    ((path, (was, becomes)),) = changed["images-at-six-cents"].items()
    assert path == "dimensions.images.bands"
    assert (was[0]["unit_price"], becomes[0]["unit_price"]) == (Decimal("0.05"), Decimal("0.06"))


# What is refused


def refused(text, key="a-test"):
    with pytest.raises(ScenarioError) as refusal:
        overlay(current(), parse_scenario(text, key))
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("block", "parts"),
    [
        ("[plans.starter-anual]\nlist_price = 1", ["'starter-anual'", "2026-05-09", "did you mean 'starter-annual'?"]),
        ("[dimensions.imagse]\nbands = []", ["'imagse'", "did you mean 'images'?"]),
        ("[plan.starter-annual]\nlist_price = 1", ["'plan'", "did you mean 'plans'?"]),
        (
            "[plans.starter-annual]\nlist_prize = 1",
            ["plans.starter-annual", "'list_prize'", "did you mean 'list_price'?"],
        ),
        ("[plans.starter-annual]\nlist_price = -1", ["plans.starter-annual.list_price is -1", "cannot be negative"]),
        ('[plans.starter-annual]\nlist_price = "free"', ["plans.starter-annual.list_price", "'free' is not a number"]),
        ("[plans.starter-annual]\nlist_price = inf", ["plans.starter-annual.list_price"]),
        ("[allowances.startr]\nwords = 1", ["allowances", "'startr'", "did you mean 'starter'?"]),
        ("[allowances.starter]\nwordz = 1", ["allowances.starter", "'wordz'", "did you mean 'words'?"]),
        ('[allowances.starter]\nwords = "lots"', ["allowances.starter.words", "'lots'", "unlimited"]),
        ('[settings]\nbands = "stairs"', ["settings.bands", "'stairs'", "graduated"]),
        ('[settings]\nband = "volume"', ["settings", "'band'", "did you mean 'bands'?"]),
        ("[rails.paypal]\nabsorb = true", ["'paypal'"]),
        ("[rails.aws.plans.starter-anual]\nlist_price = 1", ["'starter-anual'", "did you mean 'starter-annual'?"]),
        ("[dimensions.images]\nbands = [{ from = 5, unit_price = 1 }]", ["dimensions.images.bands", "from 0"]),
        ("[dimensions.images]\nbands = 3", ["dimensions.images.bands is 3", "write a list"]),
        ("plans = 3", ["plans must be a block"]),
        ("rails = 4", ["rails is 4", "block"]),
        ('[plans.starter-monthly]\nterm = "annual"', ["plans.starter-monthly", "keeps its tier and term"]),
    ],
)
def test_a_slip_is_one_sentence_with_file_key_and_nearest_name(block, parts):
    sentence = refused(HEADER + block)
    assert sentence.startswith("scenarios/a-test.toml")
    assert all(part in sentence for part in parts), sentence


def test_a_scenario_for_another_book_says_what_to_check():
    sentence = refused(HEADER.replace("2026-05-09", "2024-11-01"))
    assert "was written for the 2024-11-01 book, but the baseline is the 2026-05-09 book" in sentence


@pytest.mark.parametrize("missing", ["name", "author", "why", "baseline"])
def test_a_scenario_says_what_it_is(missing):
    text = "".join(line + "\n" for line in HEADER.splitlines() if not line.startswith(missing))
    assert f"lacks {missing!r}" in refused(text)


def test_a_scenario_holds_no_belief():
    assert "has no use for 'elasticity'" in refused(HEADER + "elasticity = -0.4")


def test_what_is_no_toml_is_refused_with_its_file_and_line():
    sentence = refused(HEADER + "plans = = 1")
    assert sentence.startswith("scenarios/a-test.toml is not valid TOML")
    assert "line 5" in sentence


def test_a_number_beyond_all_numbers_is_refused_like_any_other_slip():
    assert "holds a number that no price comes near" in refused(
        HEADER + f"[plans.starter-monthly]\nlist_price = 1e{10**24}"
    )


def test_a_date_is_written_as_a_date():
    assert "effective is '2026'; write a date as in 2026-05-09" in refused('effective = "2026"\n' + HEADER)
