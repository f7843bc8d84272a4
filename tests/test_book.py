"""The book: what it answers, how it reads what the papers leave open, and what it refuses."""

import copy
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, UNLIMITED, Allowance
from lib.catalog.book import READINGS, Unpriced, parse
from lib.catalog.current import current_book
from lib.catalog.document import BookError
from lib.catalog.price import Band, Price
from lib.catalog.scenario import overlaid, read_toml
from tests.specification import ROOT, current, one_band_of_words, read, rows


def document():
    """A small book of one tier, two plans and one dimension."""
    return {
        "id": "small",
        "product": "vellocity",
        "effective": date(2026, 1, 1),
        "currency": "USD",
        "tiers": {"starter": {"name": "Starter", "rank": 1}},
        "plans": {"starter-monthly": {"tier": "starter", "term": "monthly", "list_price": 10, "plan_id": 1}},
        "dimensions": {"words": one_band_of_words()},
        "allowances": {"starter": {"words": 50_000}},
    }


def changed(path, value):
    """The small book with one value replaced, or removed where the value is None."""
    made = copy.deepcopy(document())
    *blocks, last = path.split(".")
    place = made
    for block in blocks:
        place = place[block]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return made


# What it answers


def test_the_current_book_has_the_specifications_prices():
    prices = {key: current().list_price("aws", key) for key in current().plans}
    assert prices == {
        "starter-monthly": 299,
        "starter-annual": 2990,
        "accelerate-monthly": 1499,
        "accelerate-annual": 14990,
        "command_plus-monthly": 3999,
        "command_plus-annual": 39990,
        "enterprise-custom": Unpriced.BY_CONTRACT,
    }


def test_the_current_book_has_the_specifications_matrix():
    dash = NOT_OFFERED
    matrix = {
        "words": (50_000, 50_000, 50_000, BY_CONTRACT),
        "images": (100, 100, 100, BY_CONTRACT),
        "audio_minutes": (dash, 30, 30, BY_CONTRACT),
        "video_minutes": (dash, dash, 5, BY_CONTRACT),
        "api_requests": (dash, 10_000, 10_000, BY_CONTRACT),
        "gtm_workflows": (5, UNLIMITED, UNLIMITED, BY_CONTRACT),
        "team_seats": (3, 10, 25, UNLIMITED),
        "seo_credits": (50, 50, 50, BY_CONTRACT),
    }
    for dimension, row in matrix.items():
        for tier, expected in zip(("starter", "accelerate", "command", "enterprise"), row, strict=True):
            wanted = Allowance("quantity", Decimal(expected)) if isinstance(expected, int) else expected
            assert current().allowance("aws", tier, dimension) == wanted


def test_bands_are_known_for_words_only():
    banded = {key: item.bands for key, item in current().dimensions.items() if len(item.bands) > 1}
    assert banded == {
        "words": (
            Band(Decimal(0), Decimal("0.001")),
            Band(Decimal(100_000), Decimal("0.0008")),
            Band(Decimal(500_000), Decimal("0.0006")),
        )
    }


def test_seats_are_entitled_and_everything_else_is_metered():
    assert [key for key, item in current().dimensions.items() if not item.is_metered] == ["team_seats"]


def test_the_fee_is_absorbed_unless_the_book_says_otherwise():
    assert current().absorbs("aws") is True
    assert overlaid(current(), {"rails": {"aws": {"absorb": False}}}, "a test").absorbs("aws") is False


def test_what_the_matrix_leaves_out_is_not_offered_and_not_zero():
    book = parse(changed("allowances.starter", {}))
    assert book.allowance("stripe", "starter", "words") == NOT_OFFERED
    assert NOT_OFFERED.quantity is None


# How it reads what the papers leave open


def read_as(**settings):
    return overlaid(current(), {"settings": settings}, "a test")


def test_every_open_reading_has_its_default_first():
    assert dict(current().settings) == {key: readings[0] for key, readings in READINGS.items()}


def test_uniform_allowances_are_the_databases_column_where_the_floor_lets_in():
    book = read_as(allowances="uniform")
    assert book.allowance("aws", "command", "team_seats") == Allowance("quantity", Decimal(0))
    assert book.allowance("aws", "command", "gtm_workflows") == Allowance("quantity", Decimal(5))
    assert book.allowance("aws", "starter", "audio_minutes") == NOT_OFFERED
    assert book.allowance("aws", "enterprise", "audio_minutes") == Allowance("quantity", Decimal(30))


def test_uniform_allowances_without_a_column_are_refused():
    book = parse({**document(), "settings": {"allowances": "uniform"}})
    with pytest.raises(BookError, match="no included_quantity for words: read allowances as 'matrix'"):
        book.allowance("aws", "starter", "words")


def test_priced_thresholds_count_units_of_a_thousand():
    bands = read_as(threshold_unit="priced").price("aws", "words").bands
    assert [band.from_quantity for band in bands] == [0, 100_000_000, 500_000_000]


def test_nothing_above_the_tier_is_charged_on_stripe_under_that_reading():
    book = read_as(stripe_overage="nothing")
    assert [band.unit_price for band in book.price("stripe", "words").bands] == [0]
    assert book.price("aws", "words").bands == current().dimensions["words"].bands


def test_a_rails_own_allowance_and_bands_win_on_that_rail():
    own = {"allowances": {"starter": {"words": 1}}, "dimensions": {"words": {"bands": [{"from": 0, "unit_price": 9}]}}}
    book = overlaid(current(), {"rails": {"aws": own}}, "a test")
    assert book.allowance("aws", "starter", "words") == Allowance("quantity", Decimal(1))
    assert book.allowance("stripe", "starter", "words") == Allowance("quantity", Decimal(50_000))
    assert book.price("aws", "words").bands[0].unit_price == 9
    assert book.price("stripe", "words").bands[0].unit_price == Decimal("0.001")


YEAR = {"tier": "starter", "term": "annual", "list_price": 121}


def ends(first, second):
    """Two bands of words from 0 and from 100 that say where they end."""
    last = {} if second is None else {"up_to": second}
    return [{"from": 0, "up_to": first, "unit_price": 1}, {"from": 100, **last, "unit_price": 1}]


# What it refuses: a sentence with the key, and the nearest right name


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        ("tiers", None, ["the book lacks 'tiers'"]),
        ("colour", "blue", ["the book has no key 'colour'"]),
        ("currency", "USB", ["'USB'", "did you mean 'USD'?"]),
        ("effective", "2026", ["effective is '2026'", "2026-05-09"]),
        ("plans.starter-monthly.tier", "startr", ["plans.starter-monthly", "'startr'", "did you mean 'starter'?"]),
        ("plans.starter-monthly.term", "anual", ["plans.starter-monthly.term", "did you mean 'annual'?"]),
        ("plans.starter-monthly.list_price", 9.5, ["plans.starter-monthly.list_price", "float"]),
        ("plans.starter-monthly.list_price", "nan", ["plans.starter-monthly.list_price", "not a number"]),
        ("plans.starter-monthly.list_price", None, ["plans.starter-monthly lacks 'list_price'"]),
        ("plans.starter-monthly", 3, ["plans.starter-monthly must be a block"]),
        ("dimensions.words.tier_floor", "comand", ["dimensions.words", "'comand'"]),
        ("dimensions.words.unit_size", 0, ["dimensions.words.unit_size is 0", "above 0"]),
        ("dimensions.words.bands", [], ["dimensions.words.bands", "from 0"]),
        ("dimensions.words.bands", [{"from": 1, "unit_price": 1}], ["dimensions.words.bands", "from 0"]),
        (
            "dimensions.words.bands",
            [{"from": 0, "unit_price": 1}, {"from": 5, "unit_price": 1}, {"from": 5, "unit_price": 1}],
            ["dimensions.words.bands must ascend", "0, 5, 5"],
        ),
        ("dimensions.words.bands", [{"from": 0, "price": 1}], ["dimensions.words.bands", "'price'", "'unit_price'"]),
        (
            "dimensions.words.bands",
            [{"from": 0, "unit_price": -1}],
            ["dimensions.words.bands, band 1.unit_price is -1"],
        ),
        ("tiers.starter.rank", "x", ["tiers.starter.rank is 'x'", "whole number"]),
        ("tiers.starter.rank", True, ["tiers.starter.rank is True", "whole number"]),
        ("plans.starter-monthly.plan_id", "abc", ["plans.starter-monthly.plan_id is 'abc'", "whole number"]),
        ("plans.starter-monthly.public", "no", ["plans.starter-monthly.public is 'no'", "true or false"]),
        ("plans.starter-monthly.tier", ["starter"], ["plans.starter-monthly.tier is ['starter']", "text"]),
        ("dimensions.words.metered", "false", ["dimensions.words.metered is 'false'", "true or false"]),
        ("effective", datetime(2026, 1, 1, tzinfo=UTC), ["effective is", "2026-05-09"]),
        ("allowances", {"starter": 1}, ["allowances.starter must be a block"]),
        ("plans", [], ["plans is []", "block"]),
        ("rails", {"aws": {"absorb": "no"}}, ["rails.aws.absorb is 'no'", "true or false"]),
        ("rails", {"aws": {"plans": 1}}, ["rails.aws.plans is 1", "block"]),
        ("rails", 1, ["rails is 1", "block"]),
        ("settings", [], ["settings is []", "block"]),
        ("currency", "JPY", ["US dollars", "'JPY'"]),
        ("plans.starter-monthly.list_price", Decimal("1e400"), ["out of range"]),
        ("dimensions.words.bands", "cheap", ["dimensions.words.bands is 'cheap'", "write a list"]),
        ("allowances.starter.words", "unlimitd", ["allowances.starter.words", "'unlimitd'", "unlimited"]),
        ("allowances.starter.words", -1, ["allowances.starter.words"]),
        ("allowances.starter.images", 1, ["allowances.starter", "'images'"]),
        ("allowances.command", {}, ["allowances", "'command'"]),
        ("rails", {"paypal": {}}, ["'paypal'"]),
        ("rails", {"aws": {"absorbed": True}}, ["rails.aws", "'absorbed'", "did you mean 'absorb'?"]),
        ("rails", {"aws": {"plans": {"starter-yearly": {"list_price": 1}}}}, ["'starter-yearly'", "starter-monthly"]),
        ("settings", {"bands": "stairs"}, ["settings.bands is 'stairs'", "graduated"]),
        # Bands that overlap, leave a hole or end
        ("dimensions.words.bands", ends(120, None), ["band 1 ends at 120 and band 2 begins at 100", "overlap"]),
        ("dimensions.words.bands", ends(90, None), ["band 1 ends at 90 and band 2 begins at 100", "leave a hole"]),
        ("dimensions.words.bands", ends(100, 500), ["band 2 is the last and ends at 500", "leave it open"]),
        # A year above its months
        ("plans.starter-annual", YEAR, ["starter-annual costs 121 on stripe", "12 months at 10", "at most 120"]),
        (
            "rails",
            {"aws": {"plans": {"starter-monthly": {"list_price": "later"}}}},
            ["rails.aws.plans.starter-monthly", "'later'"],
        ),
        # A setting that the model would ignore, or that nobody knows
        ("dimensions.words.model", "staircase", ["dimensions.words", "'staircase'", "graduated"]),
        (
            "dimensions.words",
            {**one_band_of_words(), "model": "per_unit", "bands": ends(100, None)},
            ["one band, not 2"],
        ),
        ("dimensions.words.allowance_as", "free_band", ["allowance_as = 'free_band' belongs to a volume price"]),
        ("dimensions.words.model", "graduated_percentage", ["is per 100", "unit_size = 100, not 1000"]),
        ("dimensions.words.minimun", 5, ["dimensions.words has no key 'minimun'", "did you mean 'minimum'?"]),
        ("dimensions.words.per_event", {"fixed": 1}, ["per_event belongs to a percentage price"]),
        ("dimensions.words.per_event", {"fee": 1}, ["dimensions.words.per_event has no key 'fee'"]),
        ("dimensions.words.per_event", {"free_events": -1}, ["dimensions.words", "there are -1 free events"]),
        ("dimensions.words.per_event", {"minimum": 5, "maximum": 1}, ["at least 5 and at most 1", "swap"]),
        ("dimensions.words.minimum", 0.5, ["dimensions.words.minimum is 0.5", "float"]),
        ("dimensions.words.commitment", {"size": 5, "overage_factor": 0}, ["overage_factor is 0", "not free"]),
        ("dimensions.words.commitment", {"overage_factor": 2}, ["dimensions.words.commitment lacks 'size'"]),
        ("dimensions.words.discounts", [{"percent": 5, "fixed": 1}], ["either a percent or a fixed sum"]),
        ("dimensions.words.discounts", [{"fixed": 5}, {"percent": 1}], ["a fixed sum before a percent"]),
        ("dimensions.words.discounts", [{"percent": 101}], ["a discount of 101 % is more than the whole"]),
        ("dimensions.words.convert", {"operation": "divide", "factor": 0}, ["factor is 0", "above 0"]),
        ("rails", {"aws": {"dimensions": {"words": {"bandz": []}}}}, ["rails.aws.dimensions.words", "'bandz'"]),
        (
            "rails",
            {"aws": {"dimensions": {"wurds": {"maximum": 5}}}},
            ["rails.aws", "'wurds'", "did you mean 'words'?"],
        ),
    ],
)
def test_a_book_that_cannot_be_true_is_refused_by_key(path, value, parts):
    with pytest.raises(BookError) as refusal:
        parse(changed(path, value))
    assert all(part in str(refusal.value) for part in parts), str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("ask", "parts"),
    [
        (
            lambda book: book.plan("starter-anual"),
            ["the 2026-05-09 book has no plan", "did you mean 'starter-annual'?"],
        ),
        (lambda book: book.list_price("aws", "starter"), ["no plan 'starter'"]),
        (lambda book: book.allowance("aws", "starter", "word"), ["no dimension 'word'", "did you mean 'words'?"]),
        (lambda book: book.price("aws", "imagse"), ["no dimension 'imagse'", "did you mean 'images'?"]),
        (lambda book: book.price("amazon", "words"), ["no rail 'amazon'", "stripe, aws"]),
        (lambda book: book.applicable_plan_ids("acelerate"), ["no tier 'acelerate'", "did you mean 'accelerate'?"]),
    ],
)
def test_a_wrong_question_names_the_nearest_right_one(ask, parts):
    with pytest.raises(BookError) as refusal:
        ask(current())
    assert all(part in str(refusal.value) for part in parts), str(refusal.value)


def test_a_flat_price_is_its_flat_fee_and_needs_no_unit_price():
    book = parse(
        changed("dimensions.words", {**one_band_of_words(), "model": "flat", "bands": [{"from": 0, "flat_fee": 7}]})
    )
    assert book.price("aws", "words").bands == (Band(Decimal(0), Decimal(0), Decimal(7)),)


def test_a_year_above_its_months_is_refused_on_the_rail_where_it_is():
    changes = {"aws": {"plans": {"starter-monthly": {"list_price": 249}}}}
    with pytest.raises(
        BookError, match=r"^starter-annual costs 2990.00 on aws, more than its 12 months at 249: .* 2988$"
    ):
        parse({**current().document, "rails": changes})


def test_a_price_made_by_hand_is_checked_like_one_in_a_book():
    with pytest.raises(BookError, match="a price's bands is 'stairs'"):
        Price((Band(Decimal(0), Decimal(1)),), model="stairs")
    with pytest.raises(BookError, match="unit_size is 0"):
        Price((Band(Decimal(0), Decimal(1)),), unit_size=Decimal(0))


def test_a_plan_that_nobody_placed_on_the_ladder_is_refused():
    stray = [*rows("plan"), {**rows("plan")[0], "slug": "acelerate", "plan_key": "acelerate-monthly"}]
    with pytest.raises(BookError, match=r"no tier for the plan slug 'acelerate'; did you mean 'accelerate'\?"):
        current_book(stray, rows("dimension"), read("data/catalog.toml"))


def test_the_earlier_book_differs_only_where_it_says():
    earlier = parse(read_toml((ROOT / "data" / "books" / "2024-11-01.toml").read_text(), "2024-11-01.toml"))
    prices = {key: (earlier.list_price("aws", key), current().list_price("aws", key)) for key in current().plans}
    assert {key: pair for key, pair in prices.items() if pair[0] != pair[1]} == {
        "starter-monthly": (249, 299),
        "starter-annual": (2490, 2990),
        "accelerate-monthly": (1249, 1499),
        "accelerate-annual": (12490, 14990),
        "command_plus-monthly": (3499, 3999),
        "command_plus-annual": (34990, 39990),
    }
    assert {key for key in current().dimensions if earlier.price("aws", key) != current().price("aws", key)} == {
        "images"
    }
    assert earlier.allowances == current().allowances
