"""Edits in a link: what a founder typed comes back to the last digit, and nothing but numbers comes in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.book import parse
from lib.catalog.edits import LONGEST, EditError, changes_of, editable, edits_of
from lib.catalog.scenario import diff, overlaid
from lib.money import exact
from tests.specification import current
from tests.test_scenario import CHANGES

WORDS = [("0", "0.001"), ("100000", "0.0008"), ("500000", "0.0006")]


def bands(*pairs):
    return [{"from": Decimal(start), "unit_price": Decimal(price)} for start, price in pairs]


def edited(book, text):
    return overlaid(book, changes_of(book, text), "a link")


def refused(text, book=None):
    with pytest.raises(EditError) as refusal:
        changes_of(book or current(), text)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 400
    return str(refusal.value)


# What an edit means


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("", {}),
        ("plans.starter-monthly.list_price=329", {"plans": {"starter-monthly": {"list_price": 329}}}),
        ("allowances.starter.words=60000", {"allowances": {"starter": {"words": 60_000}}}),
        ("allowances.starter.video_minutes=unlimited", {"allowances": {"starter": {"video_minutes": "unlimited"}}}),
        ("allowances.command.words=by contract", {"allowances": {"command": {"words": "by contract"}}}),
        ("allowances.command.words=not offered", {"allowances": {"command": {"words": "not offered"}}}),
        ("dimensions.words.unit_size=1", {"dimensions": {"words": {"unit_size": 1}}}),
        (
            "dimensions.words.bands.1.unit_price=0.0007",
            {"dimensions": {"words": {"bands": bands(WORDS[0], ("100000", "0.0007"), WORDS[2])}}},
        ),
        (
            "dimensions.words.bands.1.from=200000;dimensions.words.bands.2.unit_price=0.0005",
            {"dimensions": {"words": {"bands": bands(WORDS[0], ("200000", "0.0008"), ("500000", "0.0005"))}}},
        ),
        (
            "dimensions.images.bands=0:0.05,1000:0.04",
            {"dimensions": {"images": {"bands": bands(("0", "0.05"), ("1000", "0.04"))}}},
        ),
        ("dimensions.words.bands=0:0.001", {"dimensions": {"words": {"bands": bands(("0", "0.001"))}}}),
        (
            "dimensions.images.bands=0:0.05:5",
            {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": Decimal("0.05"), "flat_fee": 5}]}}},
        ),
        (
            "rails.aws.plans.starter-monthly.list_price=309",
            {"rails": {"aws": {"plans": {"starter-monthly": {"list_price": 309}}}}},
        ),
        (
            "rails.aws.dimensions.words.bands.0.unit_price=0.002",
            {"rails": {"aws": {"dimensions": {"words": {"bands": bands(("0", "0.002"), *WORDS[1:])}}}}},
        ),
        (
            "plans.starter-monthly.list_price=329;rails.aws.plans.starter-monthly.list_price=299",
            {
                "plans": {"starter-monthly": {"list_price": 329}},
                "rails": {"aws": {"plans": {"starter-monthly": {"list_price": 299}}}},
            },
        ),
    ],
)
def test_an_edit_is_the_change_it_says(text, changes):
    assert changes_of(current(), text) == changes
    assert edits_of(current(), edited(current(), text)) == canonical(text)


def canonical(text):
    """What a link says is written back as it came, but a rail's own list, new to the book, whole."""
    whole = "rails.aws.dimensions.words.bands=0:0.002,100000:0.0008,500000:0.0006"
    return whole if text.startswith("rails.aws.dimensions.words") else text


@pytest.mark.parametrize(
    "text",
    [
        "plans.starter-monthly.list_price=299",
        "plans.starter-monthly.list_price=299.00",
        "allowances.starter.words=50000",
        "allowances.starter.video_minutes=not offered",
        "dimensions.words.bands.1.unit_price=0.00080",
        "dimensions.words.bands=0:0.001,100000:0.0008,500000:0.0006",
    ],
)
def test_an_edit_to_what_is_already_so_is_no_change(text):
    assert changes_of(current(), text) == {}


def test_where_a_band_ends_follows_the_band_that_begins_there():
    ends = [{"from": 0, "up_to": 100, "unit_price": "0.05"}, {"from": 100, "unit_price": "0.04"}]
    book = overlaid(current(), {"dimensions": {"images": {"bands": ends}}}, "a test")
    assert edited(book, "dimensions.images.bands.1.from=200").dimensions["images"].bands[1].from_quantity == 200


# Laws


NUMBER = st.decimals(Decimal(0), Decimal(10**7), places=6)
ALLOWANCES = st.one_of(NUMBER, st.sampled_from(["unlimited", "not offered", "by contract"]))
PATHS = [row.path for row in editable(current())]


@st.composite
def links(draw):
    """Edits of some rows, each to a value of its kind, that leave a book."""
    edits = []
    for row in draw(st.lists(st.sampled_from(editable(current())), max_size=8, unique_by=lambda row: row.path)):
        if row.section != "plans" and not row.path.endswith(".from"):  # a price may not pass its term's
            value = draw(ALLOWANCES if row.section == "allowances" else NUMBER)
            edits.append(f"{row.path}={value if isinstance(value, str) else format(value, 'f')}")
    return ";".join(edits)


@given(text=links())
def test_a_link_read_and_written_is_the_same_link(text):
    book = edited(current(), text)
    once = edits_of(current(), book)
    assert changes_of(current(), once) == changes_of(current(), text)
    assert edits_of(current(), edited(current(), once)) == once


@given(changes=CHANGES)
def test_a_changed_book_comes_out_of_its_link_or_is_refused(changes):
    """A scenario that a link can hold comes back with every value; one that it cannot is refused by its path."""
    proposed = overlaid(current(), changes, "a test")
    beyond = [one.path for one in diff(current(), proposed) if one.path.split(".")[0] in ("settings", "rails")]
    if beyond:
        with pytest.raises(EditError, match=f"^({'|'.join(beyond)}) changes, and a link holds numbers only"):
            edits_of(current(), proposed)
        return
    again = edited(current(), edits_of(current(), proposed))
    assert again.prices == proposed.prices
    assert again.allowances == proposed.allowances
    assert {key: plan.list_price for key, plan in again.plans.items()} == {
        key: plan.list_price for key, plan in proposed.plans.items()
    }


@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused_in_one_sentence(text):
    try:
        changes_of(current(), text)
    except EditError as problem:
        assert "\n" not in str(problem)


@given(path=st.sampled_from(PATHS), value=st.text(max_size=12))
def test_nothing_but_a_number_or_a_word_becomes_a_value(path, value):
    try:
        changes = changes_of(current(), f"{path}={value}")
    except EditError as problem:
        assert str(problem).startswith(path) or ";" in value
        return
    assert value in ("unlimited", "not offered", "by contract") or exact(value) >= 0 or not changes
    assert value.isascii()


@given(row=st.sampled_from(editable(current())))
def test_a_row_of_the_table_is_an_edit_of_that_value_alone(row):
    value = row.value if isinstance(row.value, str) else format(row.value, "f")
    assert changes_of(current(), f"{row.path}={value}") == {}
    assert changes_of(current(), f"{row.path}=7.5") != {}


# What is refused


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "inf",
        "-1",
        "+1",
        "1e3",
        "1e999999",
        "1_000",
        "1,000",
        "٣",
        "３",
        "0x10",
        " 1",
        "1 ",
        "",
        "1.",
        ".5",
        "007",
    ],
)
@pytest.mark.parametrize(
    "path", ["plans.starter-monthly.list_price", "dimensions.words.bands.1.unit_price", "allowances.starter.words"]
)
def test_what_is_no_plain_number_is_refused_with_its_path(path, value):
    assert refused(f"{path}={value}").startswith(f"{path} is {value!r}; write a number as in 329 or 0.0007")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "plans.startr-monthly.list_price=1",
            ["'plans.startr-monthly.list_price'", "'plans.starter-monthly.list_price'?"],
        ),
        ("plans.starter-monthly.list_prize=1", ["did you mean 'plans.starter-monthly.list_price'?"]),
        ("plans.starter-monthly.plan_id=1", ["nothing a link edits"]),
        ("dimensions.words.bands.7.unit_price=1", ["did you mean 'dimensions.words.bands."]),
        ("dimensions.words.bands.-1.unit_price=1", ["nothing a link edits", "did you mean 'dimensions.words.bands."]),
        ("settings.bands=volume", ["'settings.bands' is nothing a link edits"]),
        ("__class__.__init__=1", ["paths begin with plans, dimensions, allowances, rails"]),
        ("plans.starter-monthly.list_price", ["is no edit; write path=value as in plans.starter-monthly.list_price=1"]),
        ("plans.starter-monthly.list_price=1;", ["'' is no edit"]),
        ("plans.starter-monthly.list_price=by contract", ["write a number"]),
        ("allowances.starter.words=lots", ["or one of: unlimited, not offered, by contract"]),
        ("allowances.starter.words=1;allowances.starter.words=2", ["allowances.starter.words is edited twice"]),
        ("dimensions.words.bands=0:1;dimensions.words.bands.0.from=0", ["dimensions.words.bands is written whole"]),
        ("dimensions.words.bands.0.from=0;dimensions.words.bands=0:1", ["dimensions.words.bands is written whole"]),
        ("dimensions.words.bands=", ["dimensions.words.bands has the band ''", "write from:price of each"]),
        ("dimensions.words.bands=0:1,", ["has the band ''"]),
        ("dimensions.words.bands=0:1:2:3", ["has the band '0:1:2:3'"]),
        ("dimensions.words.bands=:1", ["has the band ':1'"]),
        ("dimensions.words.bands=0:1e9", ["dimensions.words.bands is '1e9'"]),
        (f"plans.starter-monthly.list_price={'9' * 40}", ["plans.starter-monthly.list_price: ", "out of range"]),
        ("x" * 200 + "=1", [f"'{'x' * 100}…'"]),
        ("a" * (LONGEST + 1), ["4,001 letters long", "a link holds 4,000", "save them as a scenario"]),
    ],
)
def test_a_slip_is_one_sentence_with_its_path_and_the_nearest_right_one(text, parts):
    sentence = refused(text)
    assert all(part in sentence for part in parts), sentence


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"settings": {"bands": "volume"}}, "settings.bands"),
        ({"rails": {"aws": {"absorb": False}}}, "rails.aws.absorb"),
        ({"plans": {"starter-annual": {"list_price": "by contract"}}}, "plans.starter-annual.list_price"),
        ({"plans": {"new-one": {"tier": "starter", "term": "annual", "list_price": 9}}}, "plans.new-one.list_price"),
        ({"tiers": {"starter": {"name": "=1+1"}}}, "tiers.starter.name"),
        ({"dimensions": {"images": {"maximum": 5}}}, "dimensions.images.maximum"),
    ],
)
def test_what_a_link_cannot_hold_is_refused_and_never_lost(changes, path):
    with pytest.raises(EditError, match=rf"^{path} .*link holds numbers only.*scenario"):
        edits_of(current(), overlaid(current(), changes, "a test"))


def test_edits_too_long_for_a_link_are_refused():
    book = overlaid(
        current(), {"dimensions": {"images": {"bands": bands(*((n, n + 1) for n in range(600)))}}}, "a test"
    )
    with pytest.raises(EditError, match="a link holds 4,000: save them as a scenario"):
        edits_of(current(), book)


def test_a_value_that_is_taken_out_is_refused():
    own = overlaid(current(), {"rails": {"aws": {"plans": {"starter-monthly": {"list_price": 309}}}}}, "a test")
    with pytest.raises(EditError, match=r"^rails\.aws\.plans\.starter-monthly\.list_price changes"):
        edits_of(own, current())


def test_a_key_that_a_link_cannot_spell_is_not_offered_for_editing():
    plan = {"tier": "starter", "term": "annual", "list_price": 9}
    book = parse({**current().document, "plans": {**current().document["plans"], "a;b=c": plan}})
    assert not [row for row in editable(book) if ";" in row.path]
    assert "'plans.a' is no edit" in refused("plans.a;b=c.list_price=1", book)


# The table


def rows(book):
    return {row.path: (row.section, row.words, row.unit, row.value) for row in editable(book)}


def test_the_table_says_what_each_number_is():
    found = rows(current())
    assert found["plans.starter-monthly.list_price"] == ("plans", "Starter, monthly: list price", "USD per month", 299)
    assert found["plans.command_plus-annual.list_price"][1:] == ("Command, annual: list price", "USD per year", 39_990)
    assert found["dimensions.words.bands.0.unit_price"][1:] == (
        "Words, band up to 100,000: price per 1,000",
        "USD per 1,000 words",
        Decimal("0.001"),
    )
    assert found["dimensions.words.bands.1.unit_price"][1] == "Words, band above 100,000: price per 1,000"
    assert found["dimensions.words.bands.2.from"][1:] == ("Words, band above 500,000: starts above", "words", 500_000)
    assert found["dimensions.images.bands.0.unit_price"][1:] == (
        "Images: price per image",
        "USD per image",
        Decimal("0.05"),
    )
    assert found["allowances.starter.words"] == ("allowances", "Starter: words included", "words per month", 50_000)
    assert found["allowances.starter.api_requests"][1:] == (
        "Starter: API requests included",
        "requests per month",
        "not offered",
    )
    assert found["allowances.enterprise.team_seats"][1:] == ("Enterprise: team seats included", "seats", "unlimited")


def test_the_table_has_public_plans_every_band_and_every_allowance_and_no_first_threshold():
    paths = list(rows(current()))
    # 6 public plans; 8 dimensions with 10 bands, of which 2 begin somewhere; 4 tiers x 8 dimensions
    assert len(paths) == 6 + 10 + 2 + 32
    assert paths[:2] == ["plans.starter-monthly.list_price", "plans.starter-annual.list_price"]
    assert "plans.enterprise-custom.list_price" not in paths
    assert "dimensions.words.bands.0.from" not in paths


def test_a_rail_stands_in_the_table_where_the_book_has_numbers_of_its_own():
    own = {
        "plans": {"starter-monthly": {"list_price": 309}},
        "dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.06"}]}},
        "allowances": {"starter": {"words": 1}},
    }
    found = [row for row in editable(overlaid(current(), {"rails": {"aws": own}}, "a test")) if row.section == "rails"]
    assert [(row.words, row.value) for row in found] == [
        ("Starter, monthly: list price, on AWS", 309),
        ("Images: price per image, on AWS", Decimal("0.06")),
        ("Starter: words included, on AWS", 1),
    ]


def test_thresholds_counted_in_priced_units_say_so():
    book = overlaid(current(), {"settings": {"threshold_unit": "priced"}}, "a test")
    _, words, unit, value = rows(book)["dimensions.words.bands.1.from"]
    assert (words, unit, value) == (
        "Words, band above 100,000 times 1,000 words: starts above",
        "times 1,000 words",
        100_000,
    )
