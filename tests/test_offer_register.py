"""The register of private offers, by the cases worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lib import offers
from lib.desk import Desk
from lib.desk.offer_register import endings, register
from lib.offers import ON_FILE, Likeness, Listed, Standing, comparable, stands
from tests.conftest import ROOT, cases

RULES = offers.parse((ROOT / "data" / "offers.toml").read_text())


def amount(case: dict[str, Any], key: str) -> Decimal | None:
    return Decimal(case[key]) if key in case else None


def listed(case: dict[str, Any], **more: Any) -> Listed:
    """A row of tests/cases/offers_register.toml → the offer it tells."""
    told: dict[str, Any] = {
        "offer_id": "offer-1",
        "source": ON_FILE,
        "company": "Acme",
        "customer_id": None,
        "tier": "command",
        "years": case.get("years", 1),
        "price": amount(case, "price"),
        "status": case.get("status"),
        "sent_on": case.get("sent_on"),
        "expires_on": case.get("expires_on"),
        "accepted_on": case.get("accepted_on"),
        "aws_agreement": case.get("contract_id"),
        "aws_status": case.get("aws_status"),
        "aws_value": amount(case, "aws_value"),
        "invoiced": amount(case, "invoiced"),
        "list_annual": amount(case, "list_annual"),
        "list_monthly": amount(case, "list_monthly"),
    }
    return Listed(**{**told, **more})


@pytest.mark.parametrize("case", cases("offers_register", "standing"))
def test_where_an_offer_stands_on_a_day(case: dict[str, Any]) -> None:
    found, expected = stands(listed(case), case["on"]), case["expect"]
    assert (found.standing, found.days_left) == (expected["standing"], expected.get("days_left"))
    assert found.said == ((expected["said"],) if "said" in expected else ())


@pytest.mark.parametrize("case", cases("offers_register", "remaining"))
def test_what_is_left_to_be_invoiced(case: dict[str, Any]) -> None:
    left, expected = stands(listed(case), date(2026, 10, 31)).remaining, case["expect"]
    if isinstance(left, Decimal):
        assert left == Decimal(expected)
    else:
        assert str(left or "not agreed") == expected


@pytest.mark.parametrize("case", cases("offers_register", "reading"))
def test_a_price_read_on_either_list_price(case: dict[str, Any]) -> None:
    found, expected = listed(case, status="accepted"), case["expect"]
    read = {"off_annual": found.off_annual, "off_monthly": found.off_monthly}
    assert found.per_year == Decimal(expected["per_year"])
    assert read == {key: Fraction(expected[key]) if key in expected else None for key in read}


@pytest.mark.parametrize("case", cases("offers_register", "comparable"))
def test_past_offers_that_resemble_one(case: dict[str, Any]) -> None:
    past = [
        stands(listed(one, offer_id=one["id"], tier=one["tier"], sent_on=one["on"]), date(2026, 10, 31))
        for one in case["offers"]
    ]
    asked = case["asked"]
    found = comparable(asked["tier"], asked["years"], Decimal(asked["per_year"]), past, RULES.likeness)
    assert [[one.standing.offer.offer_id, ", ".join(one.shares)] for one in found] == case["expect"]


def test_the_newest_is_the_last_accepted_or_sent_whenever_its_term_begins() -> None:
    sent = {"early": (date(2026, 9, 1), date(2027, 3, 1)), "late": (date(2026, 10, 1), date(2026, 10, 15))}
    past = [
        stands(listed({"price": "100"}, offer_id=key, sent_on=on, starts_on=start), date(2026, 10, 31))
        for key, (on, start) in sent.items()
    ]
    found = comparable("command", 9, Decimal(10**9), past, RULES.likeness)
    assert [one.standing.offer.offer_id for one in found] == ["late", "early"]


def test_the_factors_of_size_are_the_file_s() -> None:
    assert RULES.likeness == Likeness(Decimal("0.5"), Decimal(2))


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("size_from = 0.5", "size_from = 1.5", "write factors around 1"),
        ("size_to   = 2", "size_to   = 0.9", "write factors around 1"),
        ('intent       = "VALIDATE"', 'intent       = "TRY"', "VALIDATE"),
    ],
)
def test_what_cannot_be_meant_is_refused(was: str, becomes: str, words: str) -> None:
    text = (ROOT / "data" / "offers.toml").read_text()
    assert was in text
    with pytest.raises(offers.OfferError, match=words):
        offers.parse(text.replace(was, becomes, 1))


def test_what_ends_within_days_comes_soonest_first() -> None:
    day = date(2026, 10, 31)

    def one(key: str, **told: Any) -> Standing:
        return stands(listed(told, offer_id=key, ends_on=told.get("ends_on")), day)

    found = (
        one("sent", status="sent", expires_on=date(2026, 11, 30)),  # 30 days on
        one("late", status="sent", expires_on=date(2026, 12, 1)),  # 31 days on
        one("ends", status="accepted", contract_id="agmt-1", ends_on=date(2026, 11, 12)),  # 12 days on
        one("over", status="accepted", contract_id="agmt-2", ends_on=date(2026, 10, 30)),
        one("gone", status="sent", expires_on=date(2026, 10, 30)),
        one("draft", status="draft", ends_on=date(2026, 11, 5)),
    )
    assert [(row.standing.offer.offer_id, row.days) for row in endings(found, day, 30)] == [("ends", 12), ("sent", 30)]
    assert [row.standing.offer.offer_id for row in endings(found, day, 31)] == ["ends", "sent", "late"]


@pytest.mark.parametrize(
    ("flags", "value", "discount", "expected"),
    [
        ([True, True], None, None, "unknown"),  # nobody set our limits, and descriptions are on no file
        ([True, None], "90000", "0.25", "unknown"),
        ([True, False], "90000", "0.25", "cannot be express"),
        ([True, True], "89977.49", None, "cannot be express"),
        ([True, True], "89977.50", "0.25", "unknown"),  # exactly at both limits
        ([True, True], None, "0.2499", "cannot be express"),
    ],
)
def test_what_aws_could_make_without_us(
    flags: list[bool | None], value: str | None, discount: str | None, expected: str
) -> None:
    told = {"price": "89977.50", "years": 3, "list_annual": "39990", "list_monthly": "3999"}
    limits = [None if limit is None else Decimal(limit) for limit in (value, discount)]
    rules = replace(RULES.express, largest_value=limits[0], largest_discount=limits[1])
    assert offers.may_be_express(listed(told, status="sent"), flags, rules) == expected


def test_without_a_public_price_no_rate_card_holds_it() -> None:
    offer = listed({"price": "84000"}, status="sent")
    assert offers.may_be_express(offer, [True], RULES.express) == "cannot be express"


# The sample


def test_the_sample_s_register_by_its_own_files(desk: Desk) -> None:
    found = {one.offer.offer_id: one for one in register(desk)}
    told = {key: (one.standing, one.days_left) for key, one in found.items()}
    # As of 31 October: 20 November is 20 days on, 11 November 11.
    assert told == {
        "offer-open01": ("draft", None),
        "offer-open02": ("sent", 20),
        "offer-open03": ("expired", None),
        "offer-open04": ("sent", 11),
        **{f"offer-private{number:02d}": ("accepted", None) for number in range(1, 7)},
    }
    assert found["offer-open03"].said == ("expired on 23 Sep 2026, and our file still says sent",)
    assert all(not one.said for key, one in found.items() if key != "offer-open03")
    assert found["offer-open02"].offer.off_annual == Fraction(1, 4)
    assert found["offer-open02"].offer.off_monthly == Fraction(3, 8)
    assert all(one.remaining == 0 for one in found.values() if one.is_agreed)  # every one is paid at the start


def test_the_sample_s_register_starts_with_what_can_still_be_accepted(desk: Desk) -> None:
    assert [one.offer.offer_id for one in register(desk)][:3] == ["offer-open04", "offer-open02", "offer-open01"]
