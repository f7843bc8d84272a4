"""A scenario as text: whatever it holds reads back the same, and a founder can read it."""

import tomllib
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.scenario import ScenarioError, diff, overlaid, parse_scenario
from lib.catalog.writing import scenario_text, scenario_toml
from tests.specification import ROOT, current

HEADER = {"name": "A", "author": "B", "why": "C", "baseline": "2026-05-09"}


def read(text):
    return tomllib.loads(text, parse_float=Decimal)


def kinds(value):
    """A document with the kind of every value beside it, so that true is not 1; whole decimals are whole numbers."""
    if isinstance(value, dict):
        return {key: kinds(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [kinds(entry) for entry in value]
    return ("number", value) if type(value) in (int, Decimal) else (type(value).__name__, value)


# Anything a document may hold, also what no book would take: the writer judges nothing.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20),
    st.decimals(Decimal(-(10**9)), Decimal(10**9), places=12, allow_nan=False, allow_infinity=False),
    st.sampled_from([Decimal("1E+3"), Decimal("1E-12"), Decimal("2870.00"), Decimal("-0"), Decimal("0.050000")]),
)
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.dates(min_value=date(1, 1, 1)))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=12,
)
SECTION = st.sampled_from(["plans", "dimensions", "allowances", "rails", "settings", "tiers", "claims"])
BANDS = st.lists(st.fixed_dictionaries({"from": NUMBERS, "unit_price": NUMBERS}), max_size=4)
RAIL_BLOCKS = st.dictionaries(
    TEXTS,
    st.dictionaries(TEXTS, st.one_of(SCALARS, st.dictionaries(TEXTS, st.dictionaries(TEXTS, VALUES)))),
    max_size=2,
)
BLOCKS = st.dictionaries(TEXTS, st.dictionaries(st.one_of(TEXTS, st.just("bands")), st.one_of(VALUES, BANDS)))
CHANGES = st.dictionaries(SECTION, st.one_of(VALUES, BLOCKS, RAIL_BLOCKS), max_size=4)
HEADERS = st.dictionaries(st.one_of(st.sampled_from(["name", "why", "where", "notice", "effective"]), TEXTS), VALUES)
PRINTABLE = st.sampled_from(["\u2028", "\u202e", "\x85", "\x00", "\x7f", '"""', "\\", "\r\n", "#", "🜚", "\U000e0001"])


@given(header=HEADERS, changes=CHANGES)
def test_the_text_reads_back_as_exactly_what_was_given(header, changes):
    header = {key: value for key, value in header.items() if key not in changes}
    assert kinds(read(scenario_toml(header, changes, current()))) == kinds(header | changes)


@given(words=st.lists(st.one_of(PRINTABLE, TEXTS)).map("".join))
def test_no_text_breaks_out_of_its_line(words):
    text = scenario_toml({"name": words}, {"plans": {words: {"list_price": 1, "was": words}}}, current())
    assert read(text) == {"name": words, "plans": {words: {"list_price": 1, "was": words}}}
    assert len(text.splitlines()) == 5
    assert all(line.isprintable() for line in text.split("\n"))


@given(words=st.lists(st.one_of(PRINTABLE, TEXTS)).map("".join))
def test_no_text_of_the_baseline_breaks_out_of_its_comment(words):
    book = overlaid(current(), {"tiers": {"starter": {"name": words or "x"}}}, "a test")
    text = scenario_toml({}, {"tiers": {"starter": {"name": "Basic"}}}, book)
    assert read(text) == {"tiers": {"starter": {"name": "Basic"}}}


def test_a_founder_reads_what_it_was_and_what_it_becomes():
    text = scenario_toml(
        {
            "effective": date(2027, 1, 1),
            **HEADER,
            "cohort": "renewal",
            "where": {"rail": "aws", "persona": ["seller_3pi"]},
        }
        | {"notice": {"aws": {"days": 90, "source": "a guide"}}},
        {
            "settings": {"bands": "volume"},
            "allowances": {"starter": {"words": 60_000, "video_minutes": 5}},
            "plans": {"starter-annual": {"list_price": Decimal("2870.00")}, "starter-monthly": {"list_price": 299}},
            "rails": {"aws": {"absorb": False, "plans": {"starter-monthly": {"list_price": Decimal("308.25")}}}},
            "dimensions": {
                "images": {"bands": [{"from": 0, "unit_price": Decimal("0.06")}]},
                "words": {
                    "unit_size": 1,
                    "bands": [
                        {"from": 0, "unit_price": Decimal("0.001")},
                        {"from": 100_000, "unit_price": Decimal("0.0007")},
                    ],
                },
            },
        },
        current(),
    )
    assert text == (
        'name      = "A"\n'
        'author    = "B"\n'
        'why       = "C"\n'
        'baseline  = "2026-05-09"\n'
        "effective = 2027-01-01\n"
        'cohort    = "renewal"\n'
        'where     = { rail = "aws", persona = ["seller_3pi"] }\n'
        "\n"
        "[notice.aws]\n"
        "days   = 90\n"
        'source = "a guide"\n'
        "\n"
        "[plans.starter-annual]\n"
        "list_price = 2_870                # was 2,990\n"
        "\n"
        "[plans.starter-monthly]\n"
        "list_price = 299\n"
        "\n"
        "[dimensions.images]\n"
        "bands = [{ from = 0, unit_price = 0.06 }]  # was 0.05\n"
        "\n"
        "[dimensions.words]\n"
        "unit_size = 1                     # was 1,000\n"
        "bands     = [                     # was 0.001, 0.0008 above 100,000, 0.0006 above 500,000\n"
        "    { from = 0,       unit_price = 0.001 },\n"
        "    { from = 100_000, unit_price = 0.0007 },\n"
        "]\n"
        "\n"
        "[allowances.starter]\n"
        "words         = 60_000            # was 50,000\n"
        "video_minutes = 5                 # was not offered\n"
        "\n"
        "[rails.aws]\n"
        "absorb = false                    # was true\n"
        "\n"
        "[rails.aws.plans.starter-monthly]\n"
        "list_price = 308.25               # was 299\n"
        "\n"
        "[settings]\n"
        'bands = "volume"                  # was graduated\n'
    )


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "scenarios").glob("*.toml")), ids=lambda path: path.stem)
def test_a_committed_scenario_written_anew_is_the_same_scenario(path):
    given = read(path.read_text())
    header = {key: value for key, value in given.items() if not isinstance(value, dict) or key in ("where", "notice")}
    changes = {key: value for key, value in given.items() if key not in header}
    assert read(scenario_toml(header, changes, current())) == given


def test_a_written_scenario_is_read_as_the_same_changes():
    changes = {"plans": {"starter-annual": {"list_price": 2_870}}}
    scenario = parse_scenario(scenario_toml(HEADER, changes, current()), "honest")
    assert [change.path for change in diff(current(), overlaid(current(), scenario.changes, "a test"))] == [
        "plans.starter-annual.list_price"
    ]


def test_an_absent_date_is_left_out_and_an_empty_block_stays():
    assert scenario_toml({"name": "A", "effective": None}, {"plans": {"x": {}}}) == 'name = "A"\n\n[plans.x]\n'
    assert scenario_toml({}, {}) == ""


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0.1, "a float is not exact"),
        (Decimal("NaN"), "not a finite number"),
        (Decimal("1E+999999"), "out of range"),
        (datetime(2027, 1, 1), "a time no date"),  # noqa: DTZ001
        (None, "which no scenario holds"),
        ("\ud800", "half a character"),
    ],
)
def test_what_no_file_can_hold_exactly_is_refused_by_its_path(value, says):
    with pytest.raises(ScenarioError, match=f"^plans.starter-annual.list_price.*{says}"):
        scenario_toml(HEADER, {"plans": {"starter-annual": {"list_price": value}}}, current())


def test_a_key_in_header_and_changes_is_refused():
    with pytest.raises(ScenarioError, match="'plans' stands in the scenario's header and in its changes"):
        scenario_toml({"plans": {}}, {"plans": {}})


# A whole scenario

ROLLOUTS = """name = "A"
author = "B"
why = "C"
baseline = "2026-05-09"
effective = 2027-01-01
cohort = "renewal"
where = { rail = "aws", persona = ["seller_3pi", "aws_partner"] }

[notice.aws]
days = 90
lands_on = "first_of_month"
source = "AWS seller guide of 2023"

[notice.stripe]
freeze_until = 2027-06-30
source = "Letter to customers"

[claims.annual-saving]
words = "Two months free"
"""
ON_FILE = sorted((ROOT / "data" / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("path", ON_FILE, ids=lambda path: path.stem)
def test_every_scenario_on_file_written_anew_is_the_same_scenario(path):
    was = parse_scenario(path.read_text(), path.stem)
    assert parse_scenario(scenario_text(was, current()), path.stem) == was


def test_whom_it_reaches_and_after_which_notice_reads_back_the_same():
    was = parse_scenario(ROLLOUTS, "a")
    text = scenario_text(was)
    assert parse_scenario(text, "a") == was
    assert 'where     = { rail = "aws", persona = ["seller_3pi", "aws_partner"] }' in text
    assert "name" not in read(text)["notice"]["aws"], "what a notice does not say is not written"
