"""The AWS listing as AWS has it, laid beside the book; every expectation is a reader's, in cases/aws_listing.toml."""

from decimal import Decimal

import pytest

from lib.catalog.scenario import overlaid
from lib.claims.parse import parse
from lib.surfaces import NOT_PULLED, AwsListing, listed_differences, listing
from tests.conftest import cases
from tests.specification import CLAIMS, PUBLISHED_ON_AWS, current, read

OFFER = {"catalog": "offer-live", "discovery": "offer-live"}
LEFT_OUT = {"duration": "none", "currency": "USD", "is_public": True}


def rows(source):
    table = read("tests/cases/aws_listing.toml")["price"]
    return [{**LEFT_OUT, **row, "source": source, "offer_id": OFFER[source]} for row in table]


def priced(row):
    """A row as the mart yields it: the price exact, or none where it is no number."""
    text = row["price_text"]
    return {**row, "price": Decimal(text) if text and text[0].isdigit() else None}


def found(table, book=None, claims=PUBLISHED_ON_AWS):
    made = listing(book or current(), claims)
    listed = AwsListing([priced(row) for row in table], [{"dimension_key": "words"}])
    return listed_differences(book or current(), parse(claims).surfaces["aws_listing"], made, listed)


def changed(case):
    for source in OFFER:
        for row in rows(source):
            is_meant = all(row[key] == value for key, value in case["row"].items())
            is_meant = is_meant and case.get("source", source) == source
            if not (is_meant and case.get("gone")):
                yield {**row, **case.get("set", {})} if is_meant else row
            if is_meant and "add" in case:
                yield {**row, **case["add"]}


def summary(finding):
    keys = ("claim", "severity", "promised", "delivered")
    return {key: getattr(finding, key) for key in keys}


def test_the_papers_are_published_in_these_cases():
    assert parse(PUBLISHED_ON_AWS).surfaces["aws_listing"].published is True


def test_a_listing_that_says_what_the_book_says_has_no_difference():
    assert found([*rows("catalog"), *rows("discovery")]) == ()


@pytest.mark.parametrize("case", cases("aws_listing", "changed"))
def test_one_thing_changed_is_found_and_nothing_else(case):
    differences = found(changed(case))
    assert [summary(finding) for finding in differences] == case["expect"]
    assert {(finding.kind, finding.verdict) for finding in differences} <= {("surface", "contradictory")}
    assert {finding.source for finding in differences} <= {"AWS offer-live"}


def test_one_view_alone_is_enough():
    assert found(rows("catalog")) == ()
    [finding] = found([row for row in rows("discovery") if row["dimension_key"] != "words"])
    assert (finding.claim, finding.delivered) == ("words.aws_rate", "AWS listing: not listed")


@pytest.mark.parametrize(
    ("empty", "delivered"),
    [
        ({"price_text": None}, "AWS listing: listed without a price"),
        ({"currency": None}, "AWS listing: 0.05 in no currency"),
    ],
)
def test_a_rate_that_aws_tells_without_a_price_or_its_currency_is_told_so(empty, delivered):
    table = [{**row, **empty} if row["dimension_key"] == "images" else row for row in rows("catalog")]
    [finding] = found(table)
    assert (finding.claim, finding.delivered) == ("images.aws_rate", delivered)


def test_two_public_offers_are_told_apart():
    second = [{**row, "offer_id": "offer-second"} for row in rows("catalog")]
    dearer = [{**row, "price_text": "0.06"} if row["dimension_key"] == "images" else row for row in second]
    [finding] = found([*rows("catalog"), *dearer])
    assert finding.claim == "images.aws_rate.catalog.offer-second"
    assert finding.delivered == "AWS listing as we keep it, offer-second: 0.06"


def test_a_proposed_book_is_held_against_todays_listing():
    book = overlaid(current(), {"rails": {"aws": {"plans": {"starter-annual": {"list_price": 2870}}}}}, "a test")
    [finding] = found([*rows("catalog"), *rows("discovery")], book)
    assert summary(finding) == {
        "claim": "starter-annual.aws_price",
        "severity": "warning",
        "promised": "book: 2,870",
        "delivered": "AWS listing: 2,990",
    }


# Not published yet is a state


def test_where_nobody_asked_aws_nothing_is_said():
    surface = parse(CLAIMS).surfaces["aws_listing"]
    assert listed_differences(current(), surface, listing(current(), CLAIMS), NOT_PULLED) == ()


def test_a_listing_before_its_launch_has_no_difference():
    """'Status: Pre-launch reference': the product is there, the offer is a draft, and our papers say so."""
    drafts = [{**row, "is_public": False, "price_text": "1"} for row in rows("catalog")]
    assert found(drafts, claims=CLAIMS) == ()


def test_a_launch_that_our_papers_do_not_know_of_is_a_note():
    [finding] = found(rows("catalog"), claims=CLAIMS)
    assert summary(finding) == {
        "claim": "aws_listing.published",
        "severity": "note",
        "promised": "data/claims.toml: not published yet",
        "delivered": "AWS listing: offer-live can be bought",
    }


def test_a_launch_that_our_papers_believe_in_too_early_is_a_warning():
    [finding] = found([{**row, "is_public": False} for row in rows("catalog")])
    assert summary(finding) == {
        "claim": "aws_listing.published",
        "severity": "warning",
        "promised": "data/claims.toml: published",
        "delivered": "AWS listing: no offer that anyone can buy",
    }
