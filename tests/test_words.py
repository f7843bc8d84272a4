"""A change in words: what a founder forwards says what the books say, the whole of it, and nothing else."""

import itertools
import re
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given

from lib.catalog.book import parse
from lib.catalog.document import BookError
from lib.catalog.scenario import Change, diff, overlaid, read_toml
from lib.catalog.words import NOTHING_CHANGES, change_words, reach_words
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
    ("cohort", "where", "words"),
    [
        ("all", {}, "Reaches all customers"),
        ("new", {}, "Reaches new customers only"),
        ("renewal", {}, "Reaches customers at their renewal only"),
        ("all", {"persona": "seller_3pi"}, "Reaches customers where persona is Seller, 3PI"),
        (
            "new",
            {"rail": "aws", "tier": ["starter", "accelerate", "command"]},
            "Reaches new customers only where rail is AWS and tier is starter, accelerate or command",
        ),
    ],
)
def test_who_a_scenario_reaches(cohort, where, words):
    assert reach_words(cohort, where, {"seller_3pi": "Seller, 3PI"}) == words


def test_a_cohort_nobody_knows_is_refused():
    with pytest.raises(BookError, match="there is no cohort 'renewals'; did you mean 'renewal'"):
        reach_words("renewals", {})
