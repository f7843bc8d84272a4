"""Evidence gathered from the marts' rows, the cost of each remedy, and what turns the check red."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import promises
from lib.catalog.scenario import overlaid, overlay, parse_scenario
from lib.promises import Subscriber
from tests.specification import CLAIMS, ROOT, captures, current, rows

ANNUAL = ("starter-annual", "accelerate-annual", "command_plus-annual")

# Three Starter and two Accelerate years at list price, one Command year on AWS; one Command year under a private
# offer and a Starter year still at the older price; monthly customers do not pay a yearly price.
SUBSCRIBERS = [
    *(Subscriber(f"c-{number}", "starter-annual", "stripe", True) for number in range(3)),
    *(Subscriber(f"c-1{number}", "accelerate-annual", "aws", True) for number in range(2)),
    Subscriber("c-20", "command_plus-annual", "aws", True),
    Subscriber("c-21", "command_plus-annual", "aws", False),
    Subscriber("c-22", "starter-annual", "stripe", False),
    Subscriber("c-23", "starter-monthly", "stripe", True),
]


def findings(book=None, text=CLAIMS, subscribers=SUBSCRIBERS, **marts):
    tables = {mart: rows(mart) for mart in ("plan", "dimension", "stripe_price")} | marts
    return promises.findings(
        text, book or current(), tables["plan"], tables["dimension"], tables["stripe_price"], subscribers, captures()
    )


def named(found, claim):
    (finding,) = (finding for finding in found if finding.claim == claim)
    return finding


def scenario(key):
    return parse_scenario((ROOT / "data" / "scenarios" / f"{key}.toml").read_text(), key)


def test_the_check_is_red_while_save_20_is_published():
    found = findings()
    assert promises.is_red(found)
    assert [finding.claim for finding in found if finding.severity == "red"] == ["save_20_pricing_page"]


def test_the_honest_prices_turn_the_check_green():
    assert not promises.is_red(findings(overlay(current(), scenario("honest-20"))))


@pytest.mark.parametrize(("words", "value", "rounding"), [("Save 17%", 17, "nearest"), ("Save 16%", 16, "floor")])
def test_truthful_words_turn_the_check_green(words, value, rounding):
    lines = {'"Save 20%"': f'"{words}"', "value      = 20": f"value      = {value}"}
    text = CLAIMS
    for old, new in {**lines, 'rounding   = "nearest"': f'rounding   = "{rounding}"'}.items():
        text = text.replace(old, new, 1)
    assert not promises.is_red(findings(text=text))


def test_a_retracted_claim_turns_the_check_green():
    assert not promises.is_red(findings(text=CLAIMS.replace("published  = true", "published  = false", 1)))


def test_what_the_honest_prices_cost_on_todays_subscribers():
    """3 x (2,990 - 2,870) + 2 x (14,990 - 14,390) + 1 x (39,990 - 38,390) = 360 + 1,200 + 1,600; two are off list."""
    (remedy,) = (remedy for remedy in named(findings(), "save_20_pricing_page").remedies if remedy.prices)
    assert remedy.prices == {"starter-annual": 2870, "accelerate-annual": 14390, "command_plus-annual": 38390}
    assert remedy.cost.by_tier == {"starter": 360, "accelerate": 1200, "command": 1600}
    assert (remedy.cost.total, remedy.cost.subscribers, remedy.cost.off_list) == (3160, 6, 2)


def test_the_proposal_of_a_remedy_is_the_committed_scenario():
    (remedy,) = (remedy for remedy in named(findings(), "save_20_pricing_page").remedies if remedy.prices)
    assert overlay(current(), remedy.proposal) == overlay(current(), scenario("honest-20"))


def test_a_monthly_price_costs_twelve_times_a_year():
    """One month of Starter at 299 instead of 329, on one subscriber: 12 x (299 - 329) = -360, which we gain."""
    cost = promises.cost(current(), scenario("starter-plus-10"), ["starter-monthly"], SUBSCRIBERS)
    assert (cost.by_tier, cost.total) == ({"starter": -360}, -360)


def test_words_cost_nothing():
    for finding in findings():
        assert all(remedy.cost.total == 0 for remedy in finding.remedies if remedy.words)


def test_the_finding_as_json():
    document = promises.as_dict(named(findings(), "save_20_pricing_page"))
    assert json.loads(json.dumps(document)) == {
        "claim": "save_20_pricing_page",
        "kind": "published claim",
        "product": "vellocity",
        "surface": "pricing page",
        "words": "Save 20%",
        "published": True,
        "state": "published",
        "standing": None,
        "verdict": "overstated",
        "severity": "red",
        "promised": "20",
        "delivered": "16.67",
        "unit": "percent",
        "rounding_rule": "nearest",
        "true_at": [],
        "by_rule": {"nearest": "overstated", "floor": "overstated"},
        "evidence": [
            "starter-annual: 1 − 2,990 / (12 × 299) = 16.67 percent",
            "accelerate-annual: 1 − 14,990 / (12 × 1,499) = 16.67 percent",
            "command_plus-annual: 1 − 39,990 / (12 × 3,999) = 16.67 percent",
        ],
        "source": 'Listing specification, annual savings: "Public marketing currently advertises Save 20%"',
        "remedies": [
            *(
                {
                    "words": words,
                    "true_at": true_at,
                    "yearly_cost_usd": "0.00",
                    "yearly_cost_usd_by_tier": {},
                    "subscribers": 0,
                    "off_list": 0,
                }
                for words, true_at in (
                    ("Save 17%", ["nearest"]),
                    ("Save 16%", ["floor"]),
                    ("2 months free", ["nearest", "floor"]),
                )
            ),
            {
                "prices": {"starter-annual": "2870", "accelerate-annual": "14390", "command_plus-annual": "38390"},
                "true_at": ["nearest", "floor"],
                "yearly_cost_usd": "3160.00",
                "yearly_cost_usd_by_tier": {"starter": "360.00", "accelerate": "1200.00", "command": "1600.00"},
                "subscribers": 6,
                "off_list": 2,
            },
        ],
    }


def test_a_rule_without_rounding_has_none_in_the_json():
    assert promises.as_dict(named(findings(), "fee_absorbed"))["rounding_rule"] is None


def test_surfaces_and_the_book_speak_in_the_same_list():
    dear = overlaid(current(), {"plans": {"accelerate-annual": {"list_price": 2990}}}, "a test")
    found = findings(dear)
    assert {finding.kind for finding in found} >= {"published claim", "target", "surface", "book"}
    assert named(found, "plans.accelerate-annual.list_price").words.startswith("accelerate-annual costs 2,990, no more")
    assert not any(finding.published for finding in found if finding.kind in ("surface", "book"))


def test_every_finding_has_a_name_of_its_own():
    names = [finding.claim for finding in findings()]
    assert len(names) == len(set(names))


def test_a_proposed_book_shows_what_else_must_change():
    """A dearer Starter: the headline words and Stripe still say 299."""
    found = findings(overlay(current(), scenario("starter-plus-10")))
    assert named(found, "headline_monthly").verdict == "contradictory"
    assert named(found, "starter-monthly.price").delivered == "Stripe: 299"
    assert named(found, "two_months_free").verdict == "true"


def test_missing_stripe_prices_make_the_headline_unverifiable_and_never_true():
    finding = named(findings(stripe_price=[]), "headline_monthly")
    assert finding.verdict == "unverifiable"
    assert any("no Stripe prices were pulled" in line for line in finding.evidence)


SUBSCRIBER = st.builds(
    Subscriber, st.text(max_size=4), st.sampled_from(ANNUAL), st.sampled_from(["stripe", "aws"]), st.booleans()
)


@given(subscribers=st.lists(SUBSCRIBER, max_size=30))
def test_the_cost_is_the_sum_of_its_tiers_and_leaves_nobody_out(subscribers):
    cost = promises.cost(current(), scenario("honest-20"), ANNUAL, subscribers)
    assert cost.total == sum(cost.by_tier.values(), Decimal(0))
    assert cost.subscribers + cost.off_list == len(subscribers)
    given_up = {"starter-annual": 120, "accelerate-annual": 600, "command_plus-annual": 1600}
    assert cost.total == sum(given_up[one.plan_key] for one in subscribers if one.list_priced)
