"""AWS's limits, who must agree, express offers, and data/offers.toml, which holds them."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lib import offers
from lib.catalog.allowance import UNLIMITED
from lib.catalog.price import Band
from lib.costs import Missing
from lib.desk import Desk
from lib.offers import Evidence, Extra, LimitVerdict, OfferError, OfferTerms, Setting, Usage
from tests.conftest import ROOT

START, AS_OF = date(2026, 11, 1), date(2026, 10, 31)
TEXT = (ROOT / "data" / "offers.toml").read_text()
RULES = offers.parse(TEXT)
NOTHING = Usage((), is_estimate=False)
ALL_ELIGIBLE = dict.fromkeys(
    ("words", "images", "audio_minutes", "video_minutes", "api_requests", "gtm_workflows", "team_seats", "seo_credits"),
    True,
)


def evidence(desk: Desk, usage: Usage = NOTHING, facts: dict[str, Any] | None = None, **changes: Any) -> Evidence:
    setting = Setting(desk.book, desk.rails, desk.reach, desk.costs, Decimal(1000), RULES.ceiling)
    own = replace(OfferTerms("c-1", "command", 3, START, expires_on=date(2026, 11, 30)), **changes)
    offer = offers.economics(own, usage, setting)
    floor = offers.floor_price(offer, setting, Decimal("0.75"))
    known: dict[str, Any] = {
        "is_renewal": False,
        "has_public_listing": True,
        "has_aws_account": "yes",
        **(facts or {}),
    }
    return Evidence(offer, floor, desk.book, desk.costs, RULES.ceiling, AS_OF, **known)


def verdicts(found: Iterable[LimitVerdict]) -> dict[str, str]:
    return {one.limit.key: one.verdict for one in found}


def test_a_plain_offer_keeps_every_limit_of_aws(desk: Desk) -> None:
    found = offers.limits(RULES.limits, evidence(desk))
    assert set(verdicts(found).values()) == {"kept"}
    assert [one.limit.key for one in found] == [rule.key for rule in RULES.limits]


@pytest.mark.parametrize(
    ("key", "changes", "facts"),
    [
        # Monthly from 1 November, open until 30 December: November's and December's invoices fall before it.
        ("instalments_before_acceptance", {"payment": "monthly", "expires_on": date(2026, 12, 30)}, {}),
        ("expiry", {"expires_on": date(2026, 10, 30)}, {}),
        (
            "bands",
            {"bands": (("words", (Band(Decimal(0), Decimal("0.001")), Band(Decimal(9), Decimal("0.0008")))),)},
            {},
        ),
        ("unit_price_decimals", {"bands": (("words", (Band(Decimal(0), Decimal("0.000000001")),)),)}, {}),
        ("minimum", {"minimum_monthly": Decimal(100)}, {}),
        ("renewal", {"renewal": True}, {}),
        ("renewal", {"renewal": False}, {"is_renewal": True}),
        ("public_listing", {}, {"has_public_listing": False}),
        ("aws_account", {}, {"has_aws_account": "no"}),
        ("start", {"starts_on": date(2029, 11, 1), "expires_on": date(2026, 11, 30)}, {}),
        # A month that has begun, and one that is over: 30 days, and more, before the last of October.
        ("past_start", {"starts_on": date(2026, 10, 1), "expires_on": AS_OF}, {}),
        ("past_start", {"starts_on": date(2026, 5, 1), "expires_on": AS_OF, "payment": "upfront"}, {}),
        ("ramp", {"ramp": (Decimal("0.6"), Decimal("0.8"), Decimal(1)), "payment": "upfront"}, {}),
        ("largest_price", {"tier": "enterprise", "price_per_year": Decimal(40_000_000)}, {}),
    ],
)
def test_what_aws_does_not_take(desk: Desk, key: str, changes: dict[str, Any], facts: dict[str, Any]) -> None:
    found = offers.limits(RULES.limits, evidence(desk, facts=facts, **changes))
    assert [one.limit.key for one in offers.passed(found)] == [key]


@pytest.mark.parametrize(
    ("key", "changes", "facts"),
    [
        # One invoice may lie before the day of acceptance: that of November does, December's falls on the last day.
        ("instalments_before_acceptance", {"payment": "monthly", "expires_on": date(2026, 12, 1)}, {}),
        ("expiry", {"expires_on": AS_OF}, {}),
        ("bands", {"bands": (("words", (Band(Decimal(0), Decimal("0.0005")),)),)}, {}),
        ("unit_price_decimals", {"bands": (("words", (Band(Decimal(0), Decimal("0.00000001")),)),)}, {}),
        ("renewal", {"renewal": True}, {"is_renewal": True}),
        ("instalments", {"payment": "monthly"}, {}),
        ("start", {"starts_on": date(2029, 10, 1)}, {}),
        ("ramp", {"ramp": (Decimal("0.6"), Decimal("0.8"), Decimal(1)), "payment": "yearly"}, {}),
        ("ramp", {"ramp": (Decimal(1),) * 3, "payment": "upfront"}, {}),
    ],
)
def test_what_aws_just_takes(desk: Desk, key: str, changes: dict[str, Any], facts: dict[str, Any]) -> None:
    assert verdicts(offers.limits(RULES.limits, evidence(desk, facts=facts, **changes)))[key] == "kept"


def test_an_offer_may_start_on_the_day_it_is_made(desk: Desk) -> None:
    own = replace(evidence(desk, expires_on=date(2026, 11, 1)), as_of=START)
    found = {one.limit.key: one for one in offers.limits(RULES.limits, own)}
    assert (found["past_start"].found, found["past_start"].verdict) == (Decimal(0), "kept")


@pytest.mark.parametrize(
    ("key", "changes", "facts"),
    [
        ("expiry", {"expires_on": None}, {}),
        ("instalments_before_acceptance", {"expires_on": None}, {}),
        ("renewal", {}, {"is_renewal": None}),
        ("public_listing", {}, {"has_public_listing": None}),
        ("aws_account", {}, {"has_aws_account": "unknown"}),
    ],
)
def test_what_nobody_knows_is_undecided_and_never_kept(
    desk: Desk, key: str, changes: dict[str, Any], facts: dict[str, Any]
) -> None:
    assert verdicts(offers.limits(RULES.limits, evidence(desk, facts=facts, **changes)))[key] == "undecided"


# Who must agree


def test_a_small_discount_on_two_years_asks_nobody(desk: Desk) -> None:
    found = offers.approvals(
        RULES.approvals, evidence(desk, years=2, discount=Decimal("0.15"), base="annual", payment="yearly")
    )
    assert offers.asked(found) == ()
    assert {one.rule.key: one.is_needed for one in found}["discount"] is False  # exactly at the limit


@pytest.mark.parametrize(
    ("changes", "who", "keys"),
    [
        # 10 % off twelve monthly prices, 43,189.20, is dearer than the annual price: no discount at all.
        ({"years": 1, "discount": Decimal("0.10"), "base": "monthly"}, (), []),
        ({"years": 1, "discount": Decimal("0.16"), "base": "annual"}, ("founder",), ["discount", "whole_bill"]),
        # 25 % off twelve monthly prices reads 10 % on the annual one; 30 % reads 16 %.
        ({"years": 1, "discount": Decimal("0.25"), "base": "monthly"}, (), []),
        ({"years": 1, "discount": Decimal("0.30"), "base": "monthly"}, ("founder",), ["discount", "whole_bill"]),
        (
            {"years": 1, "discount": Decimal("0.26"), "base": "annual"},
            ("founder", "finance"),
            ["discount", "deep_discount", "whole_bill", "deep_whole_bill"],
        ),
        ({"years": 3, "payment": "upfront"}, ("founder",), ["years"]),
        ({"years": 3, "payment": "yearly"}, ("founder", "finance"), ["years", "paid_later"]),  # two thirds come later
        ({"years": 2, "payment": "yearly"}, (), []),  # exactly half
        ({"years": 1, "channel_partner": True}, ("finance",), ["partner"]),
        ({"years": 1, "tier": "enterprise", "price_per_year": Decimal(47_988)}, (), []),
        # A cent a year below twelve times 3,999 is not a cent a month below it; twelve cents are.
        ({"years": 1, "tier": "enterprise", "price_per_year": Decimal("47987.88")}, ("founder",), ["minimum"]),
        ({"years": 1, "tier": "enterprise", "price_per_year": Decimal(250_001)}, ("founder",), ["size"]),
    ],
)
def test_who_must_agree(desk: Desk, changes: dict[str, Any], who: tuple[str, ...], keys: list[str]) -> None:
    found = offers.approvals(RULES.approvals, evidence(desk, **changes))
    assert offers.asked(found) == who
    assert [one.rule.key for one in found if one.is_needed] == keys


def test_something_extra_hides_no_discount(desk: Desk) -> None:
    # 30 % off Command's 39,990 is 11,997 a year. An extra of exactly that brings the contract back to the list price,
    # but no list holds the extra: it is still 30 % off the annual price, 1 - 27,993 / 47,988 off twelve monthly ones.
    own = {"years": 1, "discount": Decimal("0.30"), "base": "annual"}
    dressed = evidence(desk, **own, extras=(Extra("Dedicated tenancy", Decimal(11_997)),))
    quote = dressed.offer.quote
    assert (quote.tcv, quote.plan_year) == (Decimal(39_990), Decimal(27_993))
    assert (quote.on_annual, quote.on_monthly) == (Fraction(30, 100), 1 - Fraction(27_993, 47_988))
    assert quote.is_beyond_standard
    found = offers.approvals(RULES.approvals, dressed)
    plain = offers.approvals(RULES.approvals, evidence(desk, **own))
    assert offers.asked(found) == offers.asked(plain) == ("founder", "finance")
    express = offers.express(
        dressed, ALL_ELIGIBLE, replace(RULES.express, largest_value=Decimal(50_000), largest_discount=Decimal("0.10"))
    )
    assert {row.what: row.verdict for row in express.rows}["Discount off the annual price"] == "cannot be express"


def test_something_extra_lifts_no_enterprise_above_command(desk: Desk) -> None:
    # 36,000 a year are 3,000 a month, 999 below Command's 3,999; an extra of 24,000 a year is not the plan's price.
    own = {"years": 1, "tier": "enterprise", "price_per_year": Decimal(36_000)}
    dressed = evidence(desk, **own, extras=(Extra("Dedicated tenancy", Decimal(24_000)),))
    found = {one.rule.key: one for one in offers.approvals(RULES.approvals, dressed)}
    assert found["minimum"].found == Decimal("999.00")
    assert found["minimum"].is_needed


@pytest.mark.parametrize(
    ("own", "below", "who"),
    [
        # 24,100 images a month, 100 of them included: 24,000 x $0.05 x 12 = 14,400 above 39,990, so 54,390 at list.
        ({"allowances": (("images", UNLIMITED),)}, Fraction(14_400, 54_390), ("founder", "finance")),  # 26.48 %
        # At $0.01 the same images are 2,880: of 14,400 are 11,520 given away.
        ({"bands": (("images", (Band(Decimal(0), Decimal("0.01")),)),)}, Fraction(11_520, 54_390), ("founder",)),
        ({"bands": (("images", (Band(Decimal(0), Decimal("0.04")),)),)}, Fraction(2_880, 54_390), ()),
        # Something extra of the same 14,400 does not hide it.
        (
            {"allowances": (("images", UNLIMITED),), "extras": (Extra("Dedicated tenancy", Decimal(14_400)),)},
            Fraction(14_400, 54_390),
            ("founder", "finance"),
        ),
        # Off twelve monthly prices, 25 % is 10 % off the annual one: 35,991 + 14,400 against 54,390.
        ({"discount": Decimal("0.25"), "base": "monthly"}, Fraction(3_999, 54_390), ()),
    ],
)
def test_what_is_given_away_in_usage_is_a_discount_too(
    desk: Desk, own: dict[str, Any], below: Fraction, who: tuple[str, ...]
) -> None:
    months = [date(2026, 11, 1), date(2026, 12, 1), *(date(2027, month, 1) for month in range(1, 11))]
    used = Usage(tuple(("images", month, Decimal(24_100)) for month in months), is_estimate=False)
    costless = evidence(desk, used, years=1, **own)
    rules = [rule for rule in RULES.approvals if rule.measure == "below_list"]
    found = offers.approvals(rules, costless)
    for one in found:
        assert not isinstance(one.found, Missing)
        assert float(one.found) == pytest.approx(float(below))
    assert offers.asked(found) == who


def test_an_offer_below_its_floor_needs_founder_and_finance(desk: Desk) -> None:
    used = Usage((("images", START, Decimal(3_000_000)),), is_estimate=False)
    own = {"years": 1, "allowances": (("images", UNLIMITED),)}
    found = offers.approvals(RULES.approvals, evidence(desk, used, **own))
    assert {one.rule.key for one in found if one.is_needed} == {"margin", "floor", "whole_bill", "deep_whole_bill"}
    assert offers.asked(found) == ("founder", "finance")


def test_a_rate_below_what_a_unit_costs_is_told(desk: Desk) -> None:
    cost = desk.costs.unit("images", START)
    assert not isinstance(cost, Missing)
    for price, is_needed in ((cost.amount, False), (cost.amount / 2, True)):
        found = offers.approvals(RULES.approvals, evidence(desk, bands=(("images", (Band(Decimal(0), price),)),)))
        assert {one.rule.key: one.is_needed for one in found}["own_rates"] is is_needed


def test_what_cannot_be_worked_out_is_asked_for_and_never_waved_through(desk: Desk) -> None:
    found = evidence(desk, tier="enterprise", price_per_year=Decimal(96_000))
    discount = {one.rule.key: one for one in offers.approvals(RULES.approvals, found)}["discount"]
    assert discount.is_needed is None
    assert "list price" in str(discount.found)


# Express offers


def test_every_dimension_flagged_is_not_enough_while_nobody_set_the_largest_offer(desk: Desk) -> None:
    found = offers.express(evidence(desk), ALL_ELIGIBLE, RULES.express)
    told = {row.what: row.verdict for row in found.rows}
    assert {told[item.name] for item in desk.book.dimensions.values()} == {"may be express"}
    assert told["Value of the contract"] == told["Descriptions"] == "unknown"
    assert found.verdict == "unknown"


@pytest.mark.parametrize("flag", [False, None])
def test_a_dimension_that_is_not_eligible_makes_no_express_offer(desk: Desk, flag: bool | None) -> None:
    found = offers.express(evidence(desk), {**ALL_ELIGIBLE, "images": flag}, RULES.express)
    assert found.verdict == ("cannot be express" if flag is False else "unknown")


def test_a_dimension_that_the_tier_is_not_offered_does_not_matter(desk: Desk) -> None:
    starter = evidence(desk, tier="starter")
    found = offers.express(starter, {**ALL_ELIGIBLE, "video_minutes": False}, RULES.express)
    assert "Video minutes" not in {row.what for row in found.rows}
    assert found.verdict == "unknown"


@pytest.mark.parametrize(
    "changes",
    [{"extras": (Extra("Dedicated tenancy", Decimal(1)),)}, {"tier": "enterprise", "price_per_year": Decimal(1)}],
)
def test_what_no_rate_card_holds_cannot_be_express(desk: Desk, changes: dict[str, Any]) -> None:
    assert offers.express(evidence(desk, **changes), ALL_ELIGIBLE, RULES.express).verdict == "cannot be express"


def test_the_largest_express_offer_is_held_once_somebody_sets_it(desk: Desk) -> None:
    rules = replace(RULES.express, largest_value=Decimal(119_970), largest_discount=Decimal("0.10"))
    for years, verdict in ((3, "may be express"), (4, "cannot be express")):
        found = offers.express(evidence(desk, years=years), ALL_ELIGIBLE, rules)
        assert {row.what: row.verdict for row in found.rows}["Value of the contract"] == verdict


# The file


def test_the_margin_that_asks_is_the_guardrail_that_is_solved_for(desk: Desk) -> None:
    """One fact in two files: the floor is solved for the guardrail, and below the same margin somebody is asked."""
    [rule] = [rule for rule in RULES.approvals if rule.measure == "gross_margin"]
    [guardrail] = [one.value for one in desk.guardrails if one.measure == "gross_margin" and one.bound == "at_least"]
    assert rule.below == guardrail


def test_the_header_names_what_exists() -> None:
    named = re.findall(r"(lib/[a-z_/]+\.py), ([A-Z]+)", TEXT)
    assert named == [("lib/offers/measures.py", "LIMITED"), ("lib/offers/measures.py", "ASKED")]
    for path, name in named:
        assert f"\n{name}: " in (ROOT / path).read_text()


def test_the_brief_is_quoted_as_it_stands(shared: Path) -> None:
    brief = next((shared / "brief").glob("001*")).read_text()
    for words in (
        "Negotiated contract minimums above the public Command price for Enterprise.",
        "(e.g. 25% on 3-year commit)",
        "All 8 dimensions are flagged express_offer_eligible=1.",
    ):
        assert words in brief.replace("`", "")
        assert words.replace('"', '\\"') in TEXT


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('measure = "months"', 'measure = "month"', "did you mean 'months'"),
        ('measure = "years"', 'measure = "yeers"', "did you mean 'years'"),
        ('at_most = 60\nbeyond  = "AWS takes no longer contract"', 'beyond = "x"', "exactly one of"),
        ("above   = 0.15", "", "exactly one of above, below"),
        ('from    = ["founder"]', 'from    = ["the boss"]', "there are: finance, founder"),
        ("years         = [1, 2, 3]", "years = []", "whole numbers of years"),
        ('key     = "deep_discount"', 'key     = "discount"', "'discount' twice"),
        ("[payback]\nunder", "[paybak]\nunder", "paybak"),
        ("under  = 12", 'under = "twelve"', "whole number"),
        ("under  = 12", "under = -1", "payback.under is -1; write a whole number from 1 to 120"),
        (
            "expires_after_days = 30",
            "expires_after_days = 1_000_000_000",
            "ours.expires_after_days is 1000000000; write",
        ),
        ("expires_after_days = 30", "expires_after_days = -1", "ours.expires_after_days is -1; write a whole number"),
        ("above   = 0.15", 'above = "x"', "approvals[0].above: 'x' is not a number"),
        ("above   = 0.15", "above = -0.15", "approvals[0].above is -0.15; it cannot be negative"),
        ("discount = 0.25", "discount = 2.5", "example.discount is 2.5; write a fraction below 1"),
        ("years    = 3\n", "years = 0\n", "example.years is 0; we sell for 1, 2, 3"),
        ('"USD"', '""', "a list of texts"),
    ],
)
def test_a_file_that_nobody_can_judge_by_is_refused_in_a_sentence(was: str, becomes: str, words: str) -> None:
    assert was in TEXT
    with pytest.raises(OfferError) as refusal:
        offers.parse(TEXT.replace(was, becomes, 1))
    assert words in str(refusal.value)
    assert "data/offers.toml" in str(refusal.value)


@pytest.mark.parametrize("rules", ["limits", "approvals"])
def test_a_file_without_a_rule_is_refused(rules: str) -> None:
    document = re.sub(rf"\[\[{rules}\]\]\n(?:\w.*\n)+", "", TEXT)
    with pytest.raises(OfferError, match=rf"data/offers\.toml, {rules} holds no rule"):
        offers.parse(f"{rules} = []\n{document}")
