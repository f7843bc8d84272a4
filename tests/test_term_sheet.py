"""The term sheet of an offer: everything the buyer agrees to, and not a word of what is ours alone."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lib import exports
from lib.catalog.allowance import Allowance
from lib.catalog.price import Band
from lib.desk import Desk
from lib.desk.offered_to import companies, company_of
from lib.desk.offering import OfferAnswer, offer_answer
from lib.exports import Part, Sheet
from lib.offers import Extra, OfferTerms
from lib.ui.cards import Stamp
from lib.ui.term_sheet import term_sheet

# What is only ours to know, in any form a reader would understand.
OURS = re.compile(
    r"\b(margin\w*|floor\w*|costs?|fees?|guardrails?|payback|approv\w+|net|revenue|keeps?)\b", re.IGNORECASE
)


@pytest.fixture(scope="session")
def buyer(desk: Desk) -> str:
    return next(one.key for one in companies(desk) if one.is_customer and one.tier == "command" and one.rail == "aws")


@pytest.fixture(scope="session")
def known(desk: Desk) -> dict[str, Any]:
    return {one.key: one for one in companies(desk)}


def answered(desk: Desk, known: dict[str, Any], buyer: str, **changes: Any) -> OfferAnswer:
    plain = OfferTerms(
        buyer,
        "command",
        3,
        date(2026, 12, 1),
        discount=Decimal("0.25"),
        base="annual",
        expires_on=date(2026, 11, 20),
    )
    return offer_answer(desk, company_of(known, buyer), replace(plain, **changes), None)


def sheet_of(desk: Desk, found: OfferAnswer) -> Sheet:
    manifest = found.manifest
    stamp = Stamp(
        desk.as_of, desk.recorded_on, desk.book.id, "", manifest.fingerprint, manifest.synthetic, manifest.as_dict()
    )
    return term_sheet(found, desk.book, stamp)


def part(content: Sheet, heading: str) -> Part:
    [found] = [one for one in content.parts if one.heading == heading]
    return found


def written(content: Sheet) -> str:
    """The words of the file as a reader sees them, style apart."""
    page = re.sub(r"(?s)<style.*?</style>", " ", exports.sheet(content).decode())
    return re.sub(r"<[^>]+>", " ", page)


def test_it_says_price_and_both_readings(desk: Desk, known: dict[str, Any], buyer: str) -> None:
    # 25 % off 39,990.00: 29,992.50 a year, 89,977.50 in three; against 12 x 3,999.00 = 47,988.00 that is 37.5 % off.
    content = sheet_of(desk, answered(desk, known, buyer))
    assert content.answer == "Command for 3 years from 1 Dec 2026: $29,992.50 a year, $89,977.50 in all."
    assert part(content, "Price").sentences == (
        "$29,992.50 a year is 25.00% off the annual price of $39,990.00 "
        "and 37.50% off twelve monthly prices of $3,999.00.",
    )
    assert part(content, "Price").rows == tuple((f"Year {year}", "100%", "$29,992.50") for year in (1, 2, 3))


def test_it_says_when_what_is_due(desk: Desk, known: dict[str, Any], buyer: str) -> None:
    content = sheet_of(desk, answered(desk, known, buyer, ramp=(Decimal("0.6"), Decimal("0.8"), Decimal(1))))
    # 29,992.50 x 0.6 = 17,995.50 and x 0.8 = 23,994.00
    assert part(content, "Payment schedule").rows == (
        ("1 Dec 2026", "$17,995.50"),
        ("1 Dec 2027", "$23,994.00"),
        ("1 Dec 2028", "$29,992.50"),
    )
    assert [row[1] for row in part(content, "Price").rows] == ["60%", "80%", "100%"]


def test_it_says_until_when_and_what_becomes_of_it(desk: Desk, known: dict[str, Any], buyer: str) -> None:
    content = sheet_of(desk, answered(desk, known, buyer))
    assert [one.value for one in content.figures if one.label == "Valid until"] == ["20 Nov 2026"]
    words = " ".join(part(content, "Renewal and validity").sentences)
    assert "accepted until 20 Nov 2026, 23:59:59 UTC" in words
    assert "ends on 1 Dec 2029 and does not renew by itself" in words


def test_it_says_own_terms(desk: Desk, known: dict[str, Any], buyer: str) -> None:
    found = answered(
        desk,
        known,
        buyer,
        allowances=(("images", Allowance.of(12000)), ("words", Allowance.of("unlimited"))),
        bands=(("images", (Band(Decimal(0), Decimal("0.0425")),)),),
        extras=(Extra("Dedicated tenancy", Decimal(1200)),),
        minimum_monthly=Decimal(500),
    )
    content = sheet_of(desk, found)
    told = dict(part(content, "Included each month").rows)
    assert (told["Images"], told["Words"]) == ("12,000 images", "unlimited")
    priced = {row[0]: row[1:] for row in part(content, "Usage above that").rows}
    assert priced["Images"] == ("per image", "from the first", "$0.0425")
    assert "Words" not in priced
    assert "Dedicated tenancy is included for $1,200.00 a year" in part(content, "Price").sentences[1]
    assert "at least $500.00 a month" in part(content, "Minimum").sentences[0]


def test_it_is_a_draft_while_a_rule_asks_and_says_neither_who_nor_why(
    desk: Desk, known: dict[str, Any], buyer: str
) -> None:
    """25 % off is asked about, a year at the annual list price by nobody."""
    asked = answered(desk, known, buyer)
    assert asked.asked == ("founder", "finance")
    words = written(sheet_of(desk, asked)).lower()
    assert words.count("draft, subject to approval") == 2
    assert not re.search(r"founder|finance|discount off|deeper", words)
    plain = answered(desk, known, buyer, years=1, discount=Decimal(0), base="none")
    assert not plain.asked
    assert "draft" not in written(sheet_of(desk, plain)).lower()


def test_it_says_which_price_stands_on_the_invoice_of_aws(desk: Desk, known: dict[str, Any], buyer: str) -> None:
    """The request's rate card has the first band of words alone, 0.001; both papers say what becomes of the others."""
    usage = part(sheet_of(desk, answered(desk, known, buyer)), "Usage above that")
    assert [row[3] for row in usage.rows if row[0] == "Words"] == ["$0.0010", "$0.0008", "$0.0006"]
    assert "holds one price of each dimension, the first: $0.0010 of Words" in usage.sentences[1]
    assert "the seller meters fewer units" in usage.sentences[1]
    own = (("words", (Band(Decimal(0), Decimal("0.0009")),)),)
    assert len(part(sheet_of(desk, answered(desk, known, buyer, bands=own)), "Usage above that").sentences) == 1


def test_what_is_by_contract_and_not_said_is_told_as_open(desk: Desk, known: dict[str, Any], buyer: str) -> None:
    found = answered(
        desk, known, buyer, tier="enterprise", price_per_year=Decimal(60000), discount=Decimal(0), base="none"
    )
    content = sheet_of(desk, found)
    assert "How much of Words is included." in part(content, "Not agreed").sentences
    assert dict(part(content, "Included each month").rows)["Words"] == "to be agreed"
    assert part(content, "Price").sentences == ("$60,000.00 a year; the plan has no public price.",)


@pytest.mark.parametrize(
    "changes", [{}, {"channel_partner": True, "renewal": True}, {"payment": "monthly", "minimum_monthly": Decimal(500)}]
)
def test_nothing_that_is_ours_alone_is_in_the_file(
    changes: dict[str, Any], desk: Desk, known: dict[str, Any], buyer: str
) -> None:
    found = answered(desk, known, buyer, **changes)
    words = re.sub("draft, subject to approval", "", written(sheet_of(desk, found)), flags=re.IGNORECASE)
    assert not OURS.findall(words), OURS.findall(words)
    ours = (found.offer.fee, found.offer.net, found.offer.cost, getattr(found.floor, "price_per_year", None))
    told = [f"{amount:,.2f}" for amount in ours if isinstance(amount, Decimal)]
    assert len(told) == len(ours) and not [amount for amount in told if amount in words]


def test_the_words_that_are_ours_would_be_seen() -> None:
    assert OURS.findall("margin, the floor price, AWS's fee and what it costs") == ["margin", "floor", "fee", "costs"]


def test_it_carries_its_manifest_and_that_the_sample_is_invented(desk: Desk, known: dict[str, Any], buyer: str) -> None:
    found = answered(desk, known, buyer)
    content = sheet_of(desk, found)
    assert content.label == "draft, subject to approval; synthetic sample"
    assert found.manifest.fingerprint in written(content) and str(found.manifest.facts_hash) in written(content)
