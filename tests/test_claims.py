"""What we say, judged: the claims of data/claims.toml, claims under changed books, and what is refused."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.catalog.scenario import overlaid, overlay
from lib.claims.checks import CHECKS, judge
from lib.claims.claim import KINDS, ClaimError, Evidence
from lib.claims.finding import RED, VERDICTS
from lib.claims.parse import parse
from lib.claims.rounding import ROUNDINGS, reworded, rounded, shown
from lib.surfaces import stripe_evidence
from tests.conftest import ROOT, cases
from tests.specification import CLAIMS, current, read, rows

PAPERS = parse(CLAIMS)
CLAIM = {claim.id: claim for claim in PAPERS.claims}
STRIPE = stripe_evidence(rows("plan"), rows("stripe_price"))


def evidence(changes=None):
    return Evidence(overlaid(current(), changes or {}, "a test"), PAPERS, *STRIPE)


def summary(finding, keys):
    """The finding's values under the words of the case tables."""
    values = {**vars(finding), **finding.by_rule, "true_at": list(finding.true_at)}
    return {key: values[key] for key in keys}


def as_written(remedy):
    change = {"words": remedy.words} if remedy.words else {"prices": {k: str(v) for k, v in remedy.prices.items()}}
    return {**change, "true_at": list(remedy.true_at)}


@pytest.mark.parametrize("case", cases("claims", "standing"))
def test_a_claim_is_judged_as_by_hand(case):
    finding = judge(CLAIM[case["claim"]], evidence())
    assert summary(finding, case["expect"]) == case["expect"]
    if "remedies" in case:
        assert [as_written(remedy) for remedy in finding.remedies] == case["remedies"]


@pytest.mark.parametrize("case", cases("claims", "changed"))
def test_a_claim_under_a_changed_book_is_judged_as_by_hand(case):
    finding = judge(CLAIM[case["claim"]], evidence(case["changes"]))
    assert summary(finding, case["expect"]) == case["expect"]


@pytest.mark.parametrize("case", cases("claims", "refused"))
def test_a_claim_that_cannot_be_judged_is_refused_in_one_sentence(case):
    assert case["from"] in CLAIMS
    with pytest.raises(ClaimError) as refusal:
        parse(CLAIMS.replace(case["from"], case["to"], 1))
    assert all(part in str(refusal.value) for part in case["says"]), str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_claim_has_a_case_and_every_check_a_claim():
    assert {case.values[0]["claim"] for case in cases("claims", "standing")} == set(CLAIM)
    assert {claim.check for claim in PAPERS.claims} == set(CHECKS)
    assert {claim.kind for claim in PAPERS.claims} == set(KINDS)


@pytest.mark.parametrize("case", cases("annual_saving"))
def test_a_years_saving_is_judged_as_its_sums_say(case):
    """Save 20% is true under a rule exactly where the table's percentage under that rule is 20."""
    plan, expected = case["plan"], case["expect"]
    monthly = plan.replace("annual", "monthly")
    prices = {plan: case["yearly_usd"], monthly: case["monthly_usd"]}
    changes = {"plans": {key: {"list_price": price} for key, price in prices.items()}}
    finding = judge(replace(CLAIM["save_20_pricing_page"], applies_to=(plan,)), evidence(changes))
    percents = {"nearest": expected["percent_nearest"], "floor": expected["percent_floor"]}
    assert list(finding.true_at) == [rule for rule, percent in percents.items() if percent == 20]
    assert ("floor" in finding.true_at) == expected["delivers_20"]
    equivalent = judge(replace(CLAIM["starter_per_month"], applies_to=(plan,)), evidence(changes))
    assert equivalent.delivered == expected["per_month_usd"]


def test_the_sum_behind_a_verdict_is_shown_for_every_plan():
    assert judge(CLAIM["save_20_pricing_page"], evidence()).evidence == (
        "starter-annual: 1 − 2,990 / (12 × 299) = 16.67 percent",
        "accelerate-annual: 1 − 14,990 / (12 × 1,499) = 16.67 percent",
        "command_plus-annual: 1 − 39,990 / (12 × 3,999) = 16.67 percent",
    )


def test_a_plan_that_rails_price_differently_is_shown_for_each_rail():
    changes = {"rails": {"aws": {"plans": {"starter-annual": {"list_price": 3289}}}}}
    assert judge(CLAIM["save_20_pricing_page"], evidence(changes)).evidence[:2] == (
        "starter-annual on stripe: 1 − 2,990 / (12 × 299) = 16.67 percent",
        "starter-annual on aws: 1 − 3,289 / (12 × 299) = 8.33 percent",
    )


def test_a_remedy_reprices_the_rail_that_has_its_own_price():
    changes = {"rails": {"aws": {"plans": {"starter-annual": {"list_price": 3289}}}}}
    held = evidence(changes)
    (remedy,) = (remedy for remedy in judge(CLAIM["save_20_pricing_page"], held).remedies if remedy.prices)
    mended = replace(held, book=overlay(held.book, remedy.proposal))
    assert judge(CLAIM["save_20_pricing_page"], mended).verdict == "true"
    assert mended.book.list_price("aws", "starter-annual") == 2870


@pytest.mark.parametrize("kind", ["target", "criterion", "talking point"])
def test_what_is_no_published_claim_never_turns_red(kind):
    assert judge(replace(CLAIM["save_20_pricing_page"], kind=kind), evidence()).severity == "warning"


def test_what_no_customer_can_read_is_not_red_yet():
    assert judge(replace(CLAIM["save_20_pricing_page"], published=False), evidence()).severity == "warning"


@pytest.mark.parametrize(
    ("claim", "state"),
    [
        ("save_20_pricing_page", "published"),  # "Public marketing currently advertises"
        ("save_17_listing", "planned"),  # "Status: Pre-launch reference"
        ("spend_counts_against_commit", ""),  # a talking point is said, not published
        ("median_savings", ""),  # an aim
    ],
)
def test_a_promise_nobody_can_read_yet_is_planned(claim, state):
    assert judge(CLAIM[claim], evidence()).state == state


def test_a_published_promise_that_is_too_modest_is_a_warning():
    halved = {"plans": {key: {"list_price": 100} for key in CLAIM["save_20_pricing_page"].applies_to}}
    assert judge(CLAIM["save_20_pricing_page"], evidence(halved)).severity == "warning"


def test_a_claim_about_another_product_waits_for_its_book():
    finding = judge(replace(CLAIM["save_20_pricing_page"], product="control_plane"), evidence())
    assert (finding.verdict, finding.delivered) == ("unverifiable", "the open book is of vellocity")


def test_a_claim_about_a_plan_the_book_lacks_names_the_nearest_plan():
    with pytest.raises(
        ClaimError, match=r"claims\.save_20_pricing_page: .*'starter-anual'; did you mean 'starter-annual'"
    ):
        judge(replace(CLAIM["save_20_pricing_page"], applies_to=("starter-anual",)), evidence())


def test_a_claim_about_a_tier_the_book_lacks_names_the_nearest_tier():
    value = {"comand": CLAIM["seats_included"].value["command"]}
    with pytest.raises(ClaimError, match=r"claims\.seats_included: .*'comand'; did you mean 'command'"):
        judge(replace(CLAIM["seats_included"], value=value), evidence())


def test_a_subject_nobody_speaks_of_is_unverifiable():
    assert judge(replace(CLAIM["notice_60_days"], subject="white_label"), evidence()).verdict == "unverifiable"


@pytest.mark.parametrize(
    ("claim", "subject", "meant"),
    [
        ("audio_from_accelerate", "audio_minute", "audio_minutes"),
        ("seo_from_command", "marketplace_se", "marketplace_seo"),
    ],
)
def test_a_least_tier_of_something_unknown_is_refused_with_the_nearest(claim, subject, meant):
    sentence = rf"claims\.{claim}: .*'{subject}'; did you mean '{meant}'"
    with pytest.raises(ClaimError, match=sentence):
        judge(replace(CLAIM[claim], subject=subject), evidence())


def test_the_product_of_every_price_list_is_one_that_claims_may_be_about():
    assert current().product in read("data/claims.toml")["products"]


def test_places_that_agree_make_the_statement_true():
    assert judge(replace(CLAIM["notice_60_days"], value="90"), evidence()).verdict == "true"


def test_a_surface_that_can_hold_it_shows_the_claim_true():
    page = replace(CLAIM["words_volume_bands"], surface="pricing_page")
    assert judge(page, evidence()).verdict == "true"


def test_a_year_without_any_monthly_price_is_unverifiable():
    unset = {
        "plans": {f"{tier}-monthly": {"list_price": "not set"} for tier in ("starter", "accelerate", "command_plus")}
    }
    finding = judge(CLAIM["save_20_pricing_page"], evidence(unset))
    assert (finding.verdict, finding.remedies) == ("unverifiable", ())
    assert finding.evidence[0] == "starter-annual: it has no list price, or its tier none by the month"


def test_a_price_that_would_have_to_be_nothing_is_no_remedy():
    cheap = {"plans": {"starter-monthly": {"list_price": 1}, "starter-annual": {"list_price": 12}}}
    claim = replace(CLAIM["save_20_pricing_page"], applies_to=("starter-annual",))
    assert [remedy for remedy in judge(claim, evidence(cheap)).remedies if remedy.prices] == []


# Laws


MONTHLY = st.integers(100, 100_000)
PROMISED = st.integers(1, 60)


@given(monthly=MONTHLY, yearly=st.integers(1, 1_500_000), promised=PROMISED)
def test_every_remedy_keeps_its_word(monthly, yearly, promised):
    """Other words are true under the rules they name; prices under which they were proposed never overstate."""
    assume(yearly <= 12 * monthly)
    changes = {"plans": {"starter-monthly": {"list_price": monthly}, "starter-annual": {"list_price": yearly}}}
    claim = replace(
        CLAIM["save_20_pricing_page"],
        applies_to=("starter-annual",),
        value=Decimal(promised),
        words=f"Save {promised}%",
    )
    held = evidence(changes)
    for remedy in judge(claim, held).remedies:
        if remedy.prices:
            mended = judge(claim, replace(held, book=overlay(held.book, remedy.proposal)))
            assert mended.true_at == remedy.true_at
            assert "overstated" not in mended.by_rule.values()
        elif remedy.words.startswith("Save"):
            value = Decimal(remedy.words.removeprefix("Save ").removesuffix("%"))
            assert set(remedy.true_at) <= set(judge(replace(claim, value=value, words=remedy.words), held).true_at)


@given(monthly=MONTHLY, yearly=st.integers(1, 1_500_000), promised=PROMISED)
def test_cutting_off_never_promises_more_than_rounding(monthly, yearly, promised):
    assume(yearly <= 12 * monthly)
    changes = {"plans": {"starter-monthly": {"list_price": monthly}, "starter-annual": {"list_price": yearly}}}
    claim = replace(CLAIM["two_months_free"], applies_to=("starter-annual",), value=Decimal(promised))
    finding = judge(claim, evidence(changes))
    assert set(finding.by_rule.values()) <= set(VERDICTS)
    assert finding.by_rule["floor"] == "overstated" or finding.by_rule["nearest"] != "overstated"


@given(value=st.fractions(-1000, 1000), places=st.integers(0, 4))
def test_rounding_is_never_off_by_more_than_it_says(value, places):
    step = Fraction(1, 10**places)
    assert 0 <= value - Fraction(rounded(value, "floor", places)) < step
    assert abs(value - Fraction(rounded(value, "nearest", places))) * 2 <= step


@given(value=st.fractions(0, 100), promised=st.integers(0, 100))
def test_a_delivered_number_never_passes_for_the_promise_it_breaks(value, promised):
    distance = abs(value - promised)
    if distance == 0 or distance > Fraction(1, 10**8):
        assert (Decimal(shown(value, Decimal(promised), "percent")) == promised) == (value == promised)


def test_halves_round_away_from_zero():
    assert [rounded(Fraction(halves, 2), "nearest", 0) for halves in (-3, -1, 1, 3)] == [-2, -1, 1, 2]
    assert list(ROUNDINGS) == ["nearest", "floor"]


def test_only_the_number_itself_is_reworded():
    assert reworded("2 of 12 months, 2.5 and 2,000: 2!", Decimal(2), Decimal(3)) == "3 of 12 months, 2.5 and 2,000: 3!"


def test_the_sample_has_one_false_published_claim():
    red = [claim.id for claim in PAPERS.claims if judge(claim, evidence()).severity == RED]
    assert red == ["save_20_pricing_page"]


def test_what_another_page_measures_is_sent_there_and_not_called_unmeasurable() -> None:
    """The scorecard has a measure of the target of savings, the pilots of the two criteria."""
    document = tomllib.loads((ROOT / "data" / "claims.toml").read_text())
    told = {key: one["needs"] for key, one in document["claims"].items() if one["check"] == "unmeasured"}
    assert told["median_savings"].startswith("the scorecard, which measures it")
    assert all(
        told[key].startswith("the pilots of the pipeline") for key in ("pilot_cost_reduction", "policy_coverage")
    )
    assert "no source we pull" in told["p95_overhead"] and "what pilots measured" in told["p95_overhead"]
