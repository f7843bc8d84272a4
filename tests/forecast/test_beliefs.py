"""Beliefs of the ladder: what a file of them must say, and what is refused."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.forecast import MOVES, AssumptionsError, Belief, parse_assumptions
from lib.forecast.beliefs import MANY, ONE, WORTHS
from lib.segments import LADDER, PERSONAS, UNKNOWN
from tests.conftest import ROOT

DOCUMENT = (ROOT / "data" / "assumptions" / "base.toml").read_text()
BASE = parse_assumptions(DOCUMENT)


def belief(value: object) -> Belief:
    return Belief(Decimal(str(value)), "a case")


@pytest.mark.parametrize(
    ("field", "key", "value", "sentence"),
    [
        ("churn", "aws_partner", "-0.01", r"churn_per_month\.aws_partner is -0\.01; it cannot be below 0"),
        ("churn", "aws_partner", "2", r"churn_per_month\.aws_partner is 2; write 2 % as 0\.02"),
        ("churn", "aws_partner", "0.99", r"churn and moves out of aws_partner add up to 1\.010; at most 1"),
        ("arrivals", "seller", "-1", r"arrivals_per_month\.seller is -1"),
        ("arrivals", "seller_3pi", "1", r"arrivals_per_month cannot hold \['seller_3pi'\]"),
        ("moves", ("not_on_aws", "seller"), "0.1", r"moves_per_month cannot hold \[\('not_on_aws', 'seller'\)\]"),
        ("moves", ("aws_partner", "aws_customer"), "0.1", r"moves_per_month cannot hold"),
    ],
)
def test_only_possible_moves_have_mass(field, key, value, sentence):
    with pytest.raises(AssumptionsError, match=sentence):
        replace(BASE, **{field: {**getattr(BASE, field), key: belief(value)}})


def test_an_unstated_belief_is_no_zero():
    with pytest.raises(AssumptionsError, match=r"churn_per_month lacks .*'unknown'.*: state every belief, a zero too"):
        replace(BASE, churn={})


# The file


def test_every_belief_of_the_base_case_has_its_why():
    listed = dict(BASE.beliefs())
    assert len(listed) == sum(len(getattr(BASE, field)) for field in MANY.values()) + len(ONE)
    assert len(BASE.moves) == len(MOVES) and len(BASE.churn) == len(PERSONAS) and len(BASE.worth) == len(WORTHS)
    assert all(len(one.why) > 20 for one in listed.values())
    assert all(isinstance(one.value, Decimal) for one in listed.values())
    assert listed["moves_per_month.aws_partner.seller"].value == Decimal("0.020")


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("[churn_per_month]", "[churn_a_month]", r"no key 'churn_a_month'; did you mean 'churn_per_month'"),
        ('name = "Base case"', 'nam = "Base case"', r"no key 'nam'; did you mean 'name'"),
        ("aws_partner  = {", "partner = {", r"arrivals_per_month has no key 'partner'; did you mean 'aws_partner'"),
        ("[moves_per_month.aws_customer]\naws_partner", "[moves_per_month.aws_customer]\nseller", r"no key 'seller'"),
        ("[moves_per_month.not_on_aws]", "[moves_per_month.unknown]", r"moves_per_month has no key 'unknown'"),
        ("value = 0.20\n", 'value = "a fifth"\n', r"seller_3pi_share: 'a fifth' is not a number"),
        ("low   = 0.10\n", "", r"seller_3pi_share lacks 'low': state every belief"),
        ("low   = 0.10\n", "low = 0.21\n", r"seller_3pi_share is 0\.20; it must lie within its range, 0\.21 to 0\.35"),
        ("high  = 0.35\n", "high = 35\n", r"seller_3pi_share is 35; write 2 % as 0\.02"),
        ("value = 12\n", "value = 0\n", r"arrivals_memory is 0; it must be above 0"),
        ("second_year = {", "first_year = {", r"tenure_factor has no key 'first_year'"),
        ("command    = { value = 0.09,", "command    = { value = 0.10,", r"landing_share must add up to 1"),
        ("value = 0.20\n", "value = 1.20\n", r"data/assumptions/base\.toml: seller_3pi_share is 1\.20; write 2 %"),
        ("value = 0.20\n", "valeu = 0.20\n", r"seller_3pi_share has no key 'valeu'; did you mean 'value'"),
        ("[seller_3pi_share]", "[seller_3pi_share", r"data/assumptions/base\.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(was, becomes, sentence):
    assert was in DOCUMENT
    with pytest.raises(AssumptionsError, match=sentence):
        parse_assumptions(DOCUMENT.replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("section", "entry", "sentence"),
    [
        ("churn_per_month", "aws_partner = { value = 0.01, low = 0, high = 1, why = 'w' }",
         r"base\.toml: with churn_per_month\.aws_partner at the high end of its range churn and moves out "
         r"of aws_partner add up to 1\.020; at most 1"),
        ("tier_up_per_month", "command = { value = 0.999, low = 0.9, high = 1, why = 'w' }",
         r"base\.toml: moves of not_on_aws on command add up to 1\.\d+; at most 1"),
        ("tier_up_per_month", "command = { value = 0.01, low = 0, high = 1, why = 'w' }",
         r"with tier_up_per_month\.command at the high end of its range moves of .* on command add up to 1\.\d+"),
        ("arrivals_per_month", "seller = { value = 4, low = 0, high = 1000000, why = 'w' }",
         r"base\.toml: arrivals_per_month\.seller is 1000000; a forecast takes at most 1000"),
        ("arrivals_per_month", "seller = { value = 4, low = 0, high = 5, why = 0 }",
         r"base\.toml: arrivals_per_month\.seller needs a why"),
    ],
)  # fmt: skip
def test_a_range_whose_end_cannot_be_is_refused_when_the_file_is_read(section, entry, sentence):
    with pytest.raises(AssumptionsError, match=sentence):
        parse_assumptions(with_entry(section, entry))


def with_entry(section: str, entry: str) -> str:
    head, _, rest = DOCUMENT.partition(f"[{section}]\n")
    key = entry.partition(" ")[0]
    return f"{head}[{section}]\n" + re.sub(rf"(?m)^{key}\s*=.*$", lambda _: entry, rest, count=1)


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("value = 12\nlow   = 4\n", "value = 12\nlow = 0.0000001\n", r"is 0\.0000001; a forecast takes at least 0\.1"),
        ('name = "Base case"', "name = [1]", r"base\.toml: name is \[1\]; write the name of the case as text"),
    ],
)  # fmt: skip
def test_what_no_forecast_can_be_drawn_from_is_refused(was, becomes, sentence):
    assert was in DOCUMENT
    with pytest.raises(AssumptionsError, match=sentence):
        parse_assumptions(DOCUMENT.replace(was, becomes, 1))


def test_where_everybody_lands_on_one_tier_its_share_is_not_turned_and_the_others_are():
    """All of it cannot be taken from itself; a tenth for another tier leaves nine tenths of it."""
    shares = {tier: Belief(Decimal(tier == "starter"), "a case", Decimal(0), Decimal(1)) for tier in BASE.landing}
    case = replace(BASE, landing=shares)
    assert "landing_share.starter" not in case.ranged() and "landing_share.command" in case.ranged()
    assert case.believing("landing_share.command", Decimal("0.1")).landing["starter"].value == Decimal("0.9")


@pytest.mark.parametrize("why", ["", 'why = ""', 'why = "  "'])
def test_a_belief_without_a_why_is_refused(why):
    head, _, tail = DOCUMENT.partition("[seller_3pi_share]\n")
    rest = tail[tail.index("# A month's arrivals") :]
    with pytest.raises(AssumptionsError, match=r"seller_3pi_share needs a why: write \{ value = …, low = …, .* \}"):
        parse_assumptions(f"{head}[seller_3pi_share]\nvalue = 0.2\n{why}\n{rest}")


def test_a_bare_number_is_no_belief():
    with pytest.raises(AssumptionsError, match=r"stage_probability\.Prospect needs a why"):
        parse_assumptions(DOCUMENT[: DOCUMENT.index('"Prospect"')] + '"Prospect" = 0.1\n')


def test_a_chance_of_the_pipeline_needs_no_range():
    assert not any(key.startswith("stage_probability") for key in BASE.ranged())
    assert len(BASE.ranged()) == len(BASE.beliefs()) - len(BASE.stage_probability)
    with pytest.raises(AssumptionsError, match=r"stage_probability\.Prospect says no range"):
        BASE.at("stage_probability.Prospect", "low")


@pytest.mark.parametrize("key", BASE.ranged())
def test_every_belief_can_be_turned_to_both_ends_of_its_range(key):
    before = dict(BASE.beliefs())
    for end in ("low", "high"):
        turned = dict(BASE.at(key, end).beliefs())
        assert turned[key].value == getattr(before[key], end)
        section = key.partition(".")[0]
        moved = {other for other, one in turned.items() if one.value != before[other].value} - {key}
        assert all(section == "landing_share" and other.startswith("landing_share.") for other in moved)


def test_the_other_tiers_make_room_for_a_larger_landing_share():
    """Starter from 62 to 50 %: 12 points go to 28, 9 and 1 in their proportion, 12 x 28/38 = 8.842… and so on."""
    shares = BASE.at("landing_share.starter", "low").landing
    assert shares["accelerate"].value == Decimal("0.28") * Decimal("0.50") / Decimal("0.38")
    assert sum(one.value for one in shares.values()) == pytest.approx(Decimal(1))


@pytest.mark.parametrize(
    ("key", "end", "sentence"),
    [
        ("churn_per_month.partner", "low", r"there is no belief 'churn_per_month\.partner'; did you mean"),
        ("churn_per_month.unknown", "lowest", r"a range has no end 'lowest'; did you mean 'low'"),
    ],
)
def test_what_no_belief_can_be_turned_to_is_refused(key, end, sentence):
    with pytest.raises(AssumptionsError, match=sentence):
        BASE.at(key, end)


def test_the_hazard_falls_with_the_years_stayed_and_an_annual_contract_meets_it_once():
    """Not on AWS: 1.6 % a month, 1.12 % in the second year; a renewal takes 1 - 0.984^12 = 17.6 %."""
    assert BASE.churn_in("not_on_aws", "first_year") == Decimal("0.016")
    assert BASE.churn_in("not_on_aws", "second_year") == Decimal("0.0112")
    assert BASE.lost_at_renewal("not_on_aws", "first_year") == 1 - Decimal("0.984") ** 12
    milder = BASE.believing("renewal_factor", Decimal("0.5"))
    assert milder.lost_at_renewal("not_on_aws", "later") == (1 - Decimal("0.9912") ** 12) / 2


def test_the_counts_that_beliefs_on_arrivals_quote_are_those_of_the_sample(desk):
    """Who stands in a month's record for the first time came in it, with the persona that its facts then told."""
    panel = desk.forecast_grounds.panel
    came = {}
    for month in panel.months:
        for row in panel.at(month):
            came.setdefault(row.customer_id, (month, row.persona))
    rung = {persona: rung for rung, personas in LADDER.items() for persona in personas} | {UNKNOWN: UNKNOWN}
    counted = Counter(rung[persona] for month, persona in came.values() if month in panel.months[-12:])
    quoted = {key: int(re.match(r"(\d+) came", one.why)[1]) for key, one in BASE.arrivals.items()}
    assert quoted == counted
    for key, one in BASE.arrivals.items():
        assert one.low <= Decimal(counted[key]) / 12 <= one.high, key
