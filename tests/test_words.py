"""A change in words: what a founder forwards says what the books say, the whole of it, and nothing else."""

import itertools
import re
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given

from lib.catalog.book import parse
from lib.catalog.passing_on import Keep, passed_on
from lib.catalog.rollout import parse_rollout
from lib.catalog.scenario import Change, diff, overlaid, read_toml
from lib.catalog.words import NOTHING_CHANGES, change_words, claim_changes, reach_words
from tests.conftest import cases
from tests.specification import ROOT, current
from tests.test_scenario import CHANGES


def said(book, changes):
    proposed = overlaid(book, changes, "a test")
    return change_words(diff(book, proposed), book, proposed)


@pytest.mark.parametrize("case", cases("change_words"))
def test_a_change_is_told_in_these_words(case):
    book = overlaid(current(), case.get("first", {}), "a test")
    proposed = overlaid(book, case["changes"], "a test")
    claims = [Change(f"claims.{key}.words", **words) for key, words in case.get("claims", {}).items()]
    assert list(change_words([*diff(book, proposed), *claims], book, proposed)) == case["says"]


def test_every_committed_scenario_has_its_words_among_the_cases():
    known = {
        tuple(case["says"]) for case in tomllib.loads((ROOT / "tests/cases/change_words.toml").read_text())["case"]
    }
    for path in sorted((ROOT / "data" / "scenarios").glob("*.toml")):
        document = read_toml(path.read_text(), path.name)
        sections = ("plans", "dimensions", "allowances", "rails", "settings", "tiers")
        changes = {name: document[name] for name in sections if name in document}
        if changes:
            assert said(current(), changes) in known, path.stem


@given(changes=CHANGES)
def test_every_change_is_told_and_nothing_is_told_where_nothing_changes(changes):
    """However the books differ: one line a sentence, none twice, and silence only where every value reads the same."""
    book, proposed = current(), overlaid(current(), changes, "a test")
    moved, sentences = diff(book, proposed), change_words(diff(book, proposed), book, proposed)
    assert (sentences == (NOTHING_CHANGES,)) <= all(_reads_the_same(change) for change in moved)
    assert all(sentence and sentence.isprintable() and sentence[-1] != "." for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


@given(changes=CHANGES)
def test_what_becomes_of_a_list_price_is_told_wherever_it_changes(changes):
    book, proposed = current(), overlaid(current(), changes, "a test")
    sentences = " ".join(said(book, changes))
    for key in book.plans:
        was, becomes = book.list_price("aws", key), proposed.list_price("aws", key)
        if was != becomes:
            assert f"to ${becomes.normalize():,f}" in sentences, (key, sentences)


@given(changes=CHANGES)
def test_what_becomes_of_an_allowance_is_told_wherever_it_changes(changes):
    book, proposed = current(), overlaid(current(), changes, "a test")
    sentences = " ".join(said(book, changes))
    for tier, dimension in itertools.product(book.tiers, book.dimensions):
        was, becomes = book.allowance("aws", tier, dimension), proposed.allowance("aws", tier, dimension)
        if was != becomes and proposed.settings["allowances"] == "matrix":
            name = dimension.replace("_", " ").lower().removesuffix("s")
            told = {"not offered": "no longer offer"}.get(becomes.kind, becomes.kind)
            amount = told if becomes.quantity is None else f"{becomes.quantity:,f}"
            assert amount in sentences, (tier, dimension, sentences)
            assert name in sentences.lower() or "ll allowances of" in sentences


@given(changes=CHANGES)
def test_a_change_back_is_told_the_other_way_round(changes):
    book, proposed = current(), overlaid(current(), changes, "a test")
    there, back = said(book, changes), change_words(diff(proposed, book), proposed, book)
    assert (there == (NOTHING_CHANGES,)) == (back == (NOTHING_CHANGES,))
    rising = sum(" rises from " in one for one in there)
    assert rising == sum(" falls from " in one for one in back)


def _reads_the_same(change):
    return str(change.was) == str(change.becomes) or _number(change.was) == _number(change.becomes)


def _number(value):
    """A number, or the bands of a list as numbers."""
    if isinstance(value, list | tuple):
        return [{key: Decimal(str(entry)) for key, entry in band.items()} for band in value]
    return Decimal(str(value)) if re.fullmatch(r"[\d.]+", str(value)) else value


# What a scenario cannot do, two dated books can: something goes


def without(section, key):
    document = {**current().document, section: {k: v for k, v in current().document[section].items() if k != key}}
    if section == "dimensions":
        rows = document["allowances"].items()
        document["allowances"] = {tier: {k: v for k, v in row.items() if k != key} for tier, row in rows}
    return parse(document)


def test_a_plan_that_goes():
    gone = without("plans", "starter-annual")
    assert change_words(diff(current(), gone), current(), gone) == ("Starter annual is no longer sold ($2,990 before)",)


def test_a_dimension_that_goes_takes_its_allowances_along():
    gone = without("dimensions", "video_minutes")
    assert change_words(diff(current(), gone), current(), gone) == (
        "Video minutes are no longer sold ($0.50 per minute before)",
        "Command no longer offers video minutes (5 before)",
        "Enterprise no longer offers video minutes (by contract before)",
    )


def test_a_plan_by_contract_that_comes():
    gone = without("plans", "enterprise-custom")
    assert change_words(diff(gone, current()), gone, current()) == (
        "New hidden plan: Enterprise custom, priced by contract",
    )


def test_a_price_that_is_taken_out_is_told_by_its_path():
    capped = overlaid(current(), {"dimensions": {"images": {"maximum": 500}}}, "a test")
    assert change_words(diff(capped, current()), capped, current()) == (
        "dimensions.images.maximum is taken out (500 before)",
    )


def test_a_path_no_rule_knows_is_still_told():
    change = Change("dimensions.images.colour", None, "blue\n\tand   green" + "!" * 500)
    (sentence,) = change_words([change], current(), current())
    assert sentence.startswith("dimensions.images.colour becomes blue and green!!!")
    assert sentence.endswith("… (not in the book before)")
    assert len(sentence) < 300


def test_a_uniform_column_without_a_number_breaks_no_sentence():
    document = {**current().document, "settings": {"allowances": "uniform"}}
    images = {key: value for key, value in document["dimensions"]["images"].items() if key != "included_quantity"}
    book = parse({**document, "dimensions": {**document["dimensions"], "images": images}})
    assert said(book, {"allowances": {"starter": {"images": 7}}}) == (
        "allowances.starter.images becomes 7 instead of 100",
    )


# Who it reaches


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "Reaches everybody, each at the first date that contract and rail allow"),
        ('cohort = "new"', "Reaches new customers only"),
        ('cohort = "renewal"', "Reaches new customers, and running contracts at their renewal"),
        (
            'where = { persona = "seller_3pi" }',
            "Reaches everybody, each at the first date that contract and rail allow, where persona is Seller, 3PI",
        ),
        (
            'cohort = "new"\nwhere = { rail = "aws", tier = ["starter", "accelerate", "command"] }',
            "Reaches new customers only, where rail is AWS and tier is starter, accelerate or command",
        ),
        (
            '[notice.aws]\ndays = 90\nlands_on = "first_of_month"\nsource = "a guide"\nfreeze_until = 2027-06-30\n'
            '[notice.stripe]\nname = "the terms"',
            "Reaches everybody, each at the first date that contract and rail allow; on AWS a notice of 90 days, "
            "landing on the first of a month and no running contract before 2027-06-30; "
            "on Stripe the notice of the terms",
        ),
    ],
)
def test_who_a_scenario_reaches(header, words):
    rollout = parse_rollout(read_toml(header, "a test"))
    assert reach_words(rollout, {"seller_3pi": "Seller, 3PI"}) == words


def test_what_we_say_otherwise_is_told_with_the_prices():
    said_now = read_toml((ROOT / "data" / "claims.toml").read_text(), "claims")["claims"]
    scenario = read_toml((ROOT / "data" / "scenarios" / "say-17.toml").read_text(), "say-17")
    changes = claim_changes(said_now, scenario["claims"])
    assert change_words(changes, current(), current()) == ('We say "Save 17%" instead of "Save 20%"',)
    assert claim_changes(said_now, {"save_20_pricing_page": {"value": 20, "words": "Save 20%"}}) == ()


# A fee in every price of a rail: 299/0.97 = 308.247..., 0.0006/0.97 = 0.000618556...


def passing(changes, rate="0.03"):
    book, proposed = current(), overlaid(current(), {"rails": {"aws": {"absorb": False}}, **changes}, "a test")
    return book, passed_on(book, proposed, {"aws": Keep(Decimal(rate), 8)})


def test_a_fee_in_every_price_is_one_sentence():
    book, proposed = passing({})
    assert len(diff(book, proposed)) == 15  # six list prices, eight lists of bands, and absorb
    assert change_words(diff(book, proposed), book, proposed) == (
        "AWS prices pass the fee on: every one rises by 3.1 %, Starter monthly from $299 to $308.25",
    )


def test_where_a_price_rises_otherwise_too_each_is_told():
    book, proposed = passing({"plans": {"starter-monthly": {"list_price": 329}}})
    sentences = change_words(diff(book, proposed), book, proposed)
    # 329/0.97 = 339.175...
    assert "On Stripe, Starter monthly rises from $299 to $329 (+10.0 %)" in sentences
    assert "On AWS, Starter monthly rises from $299 to $339.18 (+13.4 %)" in sentences
    assert "On AWS, words above 500,000: $0.0006 becomes $0.00061856 per 1,000 words (+3.1 %)" in sentences
    assert "AWS prices pass the fee on" in sentences
    assert len(sentences) == 1 + 6 + 10 + 1


def test_other_changes_are_told_beside_the_fee():
    book, proposed = passing({"settings": {"part_units": "up"}})
    assert change_words(diff(book, proposed), book, proposed)[1:] == (
        "Part units are rounded up instead of priced exactly",
    )
