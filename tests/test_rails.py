"""Rails: tree 1 row by row, the fee of headline prices by hand, and another rail as data alone."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.rails import (
    ANSWERS,
    CHANGES,
    Facts,
    Rails,
    RailsError,
    Sale,
    absorbed,
    choose,
    declared,
    fee,
    paid_out_on,
    parse,
    reaches_existing_on,
)
from tests.conftest import ROOT, cases

DOCUMENT = (ROOT / "data" / "rails.toml").read_text()
RAILS = parse(DOCUMENT)
OCTOBER = date(2026, 10, 31)

# A rail as a newcomer would add it: a block of data and no code.
AGENT_PAYMENTS = """
[rails.x402]
label = "Agent payments"
methods = ["wallet"]
absorb = false
absorb_source = "an example"
payout_lag_days = 0
payout_source = "an example"
dimension_rate_reach = "notice"
reach_source = "an example"
notices = [{ name = "none", days = 0, lands_on = "any_day", source = "an example", as_of = 2026-10-31 }]

[rails.x402.changes]
proration = "second"
proration_source = "an example"
on_upgrade = "new_anchor"
on_upgrade_source = "an example"
seats = "monthly_maximum"
seats_source = "an example"
bands = "restart"
bands_source = "an example"
corrections = "credit"
corrections_source = "an example"
as_of = 2026-10-31

[[rails.x402.fees]]
line = "network"
part = "network fee"
rate = 0.001
when = { method = ["wallet"] }
source = "an example"
as_of = 2026-10-31
"""


def sale(values: Mapping[str, Any]) -> Sale:
    amounts = {key: Decimal(values[key]) for key in ("amount", "contract_value") if key in values}
    return Sale(**{"on": OCTOBER, **values, **amounts})


def at_headline(method: str, amount: str) -> Sale:
    rail = "aws" if method == "marketplace" else "stripe"
    return Sale(rail=rail, method=method, amount=Decimal(amount), on=OCTOBER)


# Tree 1


@pytest.mark.parametrize("case", cases("rails"))
def test_tree_1_row_by_row(case):
    choice = choose(Facts(*case["facts"]), RAILS)
    assert sorted(choice.eligible) == case["expect"]["eligible"]
    assert choice.default == case["expect"]["default"]
    assert choice.reason == case["expect"].get("reason", choice.reason)


def test_the_tree_stands_in_the_brief(shared: Path):
    brief = next((shared / "brief").glob("000*")).read_text()
    assert "Not on AWS at all No ❌ Not possible Stripe No AWS account to bill" in brief
    assert "AWS customer only (buyer, not partner) Yes ✅ Eligible Stripe or AWS — their choice" in brief
    assert "AWS partner, not a seller Yes ✅ Eligible AWS billing Eligible + commit benefit" in brief
    assert "AWS seller (listed) Yes ✅ Eligible AWS billing Eligible + commit benefit" in brief


def every_answer() -> list[Facts]:
    return [Facts(*answers) for answers in itertools.product(ANSWERS, repeat=4)]


def completions(facts: Facts) -> list[Facts]:
    """Every way to answer what is unknown."""
    told = [getattr(facts, field.name) for field in fields(facts)]
    return [
        Facts(*answers) for answers in itertools.product(*(("yes", "no") if t == "unknown" else (t,) for t in told))
    ]


@pytest.mark.parametrize("facts", [facts for facts in every_answer() if facts.has_aws_account == "yes"], ids=str)
def test_an_account_holder_is_asked_exactly_when_an_answer_would_change_the_default(facts):
    possible = {choose(complete, RAILS).default for complete in completions(facts)}
    assert choose(facts, RAILS).default == (possible.pop() if len(possible) == 1 else "ask")


@pytest.mark.parametrize("facts", every_answer(), ids=str)
def test_a_default_is_always_a_rail_the_customer_may_use(facts):
    choice = choose(facts, RAILS)
    assert choice.default in choice.eligible | {"ask"}
    assert "stripe" in choice.eligible
    assert ("aws" in choice.eligible) == (facts.has_aws_account == "yes")


def test_a_fact_is_one_of_three_words():
    with pytest.raises(RailsError, match=r"is_partner cannot be 'maybe'; there are: no, unknown, yes"):
        Facts("yes", "maybe", "no", "no")


# What a rail keeps


@pytest.mark.parametrize("case", cases("fees"))
def test_the_fee_by_hand(case):
    taken = fee(RAILS, sale(case["sale"]))
    assert {line.name: str(line.amount) for line in taken.lines} == case["lines"]
    assert str(taken.amount) == case["fee"]
    assert taken.net == Decimal(case["sale"]["amount"]) - Decimal(case["fee"])


@pytest.mark.parametrize("case", cases("fees", "absorbed"))
def test_absorption_is_measured_against_the_rail_replaced(case):
    sold, replaced = at_headline("marketplace", case["amount"]), at_headline(case["replaced"], case["amount"])
    assert absorbed(RAILS, sold, replaced) == Decimal(case["absorbed"])
    assert absorbed(RAILS, sold, replaced, absorb=False) == 0


def test_the_headline_fees_agree_with_the_reference_table(shared: Path):
    table = (shared / "reference" / "data-formats.md").read_text().partition("### 3.4")[2].partition("### 3.5")[0]
    rows = [line for line in table.splitlines() if line.startswith("| $")]
    assert len(rows) == 4
    for row in rows:
        price, aws, card, *with_billing = (
            re.sub(r"[$,]|/(mo|yr)|\(.*", "", cell).strip() for cell in row.split("|")[1:-1]
        )
        methods = ("marketplace", "card", "card_international", "ach")
        kept = [fee(RAILS, at_headline(method, price)) for method in methods]
        assert [str(one.amount) for one in kept] == [aws, *with_billing]
        assert str(kept[1].lines[0].amount) == card


def test_a_fee_explains_itself():
    taken = fee(RAILS, at_headline("ach", "1499"))
    assert taken.explanation == "ACH debit: 0.8 % of 1499, capped = 5.00; Stripe Billing: 0.7 % of 1499 = 10.493"
    assert fee(RAILS, at_headline("card", "0")).explanation == "nothing sold, nothing kept"


def test_the_rate_is_what_was_kept_of_the_sale():
    assert fee(RAILS, at_headline("marketplace", "299")).rate == Decimal("0.03")
    assert fee(RAILS, at_headline("marketplace", "0")).rate is None


SALES = st.builds(
    Sale,
    rail=st.just("stripe"),
    method=st.sampled_from(["card", "card_international", "ach"]),
    amount=st.decimals(min_value=0, max_value=10**7, places=2),
    on=st.dates(date(2024, 11, 1), date(2027, 12, 31)),
) | st.builds(
    Sale,
    rail=st.just("aws"),
    method=st.just("marketplace"),
    amount=st.decimals(min_value=0, max_value=10**8, places=2),
    on=st.dates(date(2024, 11, 1), date(2027, 12, 31)),
    offer=st.just("private"),
    contract_value=st.decimals(min_value=0, max_value=10**8, places=2),
    renewal=st.booleans(),
    channel_partner=st.booleans(),
)


@given(SALES)
def test_fee_and_net_are_the_whole_sale_to_the_cent(sold):
    taken = fee(RAILS, sold)
    assert taken.amount + taken.net == sold.amount
    assert taken.amount == taken.amount.quantize(Decimal("0.01"))
    assert all(abs(line.amount - sum(part.amount for part in line.parts)) <= Decimal("0.005") for line in taken.lines)


def test_a_newer_row_takes_over_on_its_day():
    newer = DOCUMENT + (
        '\n[[rails.aws.fees]]\nline = "listing fee"\npart = "public offer"\neffective = 2027-01-01\nrate = 0.025\n'
        'when = { method = ["marketplace"], offer = ["public"] }\nsource = "an example"\nas_of = 2026-12-01\n'
    )
    rails = parse(newer)
    last_day = Sale(rail="aws", method="marketplace", amount=Decimal(1000), on=date(2026, 12, 31))
    first_day = Sale(rail="aws", method="marketplace", amount=Decimal(1000), on=date(2027, 1, 1))
    assert [fee(rails, one).amount for one in (last_day, first_day)] == [Decimal("30.00"), Decimal("25.00")]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"rail": "amazon", "method": "card"}, r"a sale's rail cannot be 'amazon'; there are: aws, stripe"),
        (
            {"rail": "stripe", "method": "cheque"},
            r"no 'processing' row .* its methods are: ach, card, card_international",
        ),
        ({"rail": "aws", "method": "card"}, r"AWS Marketplace has no 'listing fee' row"),
        ({"rail": "aws", "method": "marketplace", "on": date(2023, 1, 1)}, r"no 'listing fee' row .* on 2023-01-01"),
        (
            {"rail": "aws", "method": "marketplace", "offer": "privat"},
            r"offer cannot be 'privat'; did you mean 'private'",
        ),
        ({"rail": "aws", "method": "marketplace", "offer": "private"}, r"give its contract_value"),
        ({"rail": "aws", "method": "marketplace", "channel_partner": True}, r"sells by private offer"),
        ({"rail": "stripe", "method": "card", "amount": "-1"}, r"look up what the rail returned"),
    ],
)
def test_a_sale_that_cannot_be_is_refused(values, sentence):
    with pytest.raises(RailsError, match=sentence):
        fee(RAILS, sale({"amount": "10", **values}))


# Notice and payout


@pytest.mark.parametrize("case", cases("rails", "notice"))
def test_when_a_price_reaches_an_existing_contract(case):
    (notice,) = [notice for notice in RAILS[case["rail"]].notices if notice.name == case["notice"]]
    assert reaches_existing_on(notice, case["announced_on"]) == case["reaches_on"]


def test_the_default_notice_is_the_papers_sixty_days_on_both_rails():
    assert [(rail.notices[0].days, rail.notices[0].lands_on) for rail in RAILS.values()] == [(60, "any_day")] * 2


def test_dimension_rates_reach_existing_contracts_on_stripe_only():
    assert {key: rail.dimension_rate_reach for key, rail in RAILS.items()} == {
        "stripe": "notice",
        "aws": "new_entitlements",
    }


def test_each_rail_says_what_a_change_in_a_period_brings():
    said = {key: tuple(getattr(rail.changes, name) for name in CHANGES) for key, rail in RAILS.items()}
    assert said == {
        "stripe": ("second", "new_anchor", "monthly_maximum", "restart", "credit"),
        "aws": ("day", "new_anchor", "monthly_maximum", "restart", "carried"),
    }


def test_money_arrives_after_the_rails_lag():
    assert paid_out_on(RAILS["stripe"], date(2026, 10, 30)) == date(2026, 11, 1)


# The file


def test_what_is_quoted_stands_in_a_brief(shared: Path):
    briefs = " ".join(path.read_text() for path in (shared / "brief").glob("*.txt"))
    quotes = re.findall(r"'[^'\n]*\"([^\"\n]+)\"'", DOCUMENT)
    assert len(quotes) == 6
    assert [quote for quote in quotes if quote not in briefs] == []


def test_another_rail_is_data_alone():
    rails: Rails = parse(DOCUMENT + AGENT_PAYMENTS)
    choice = choose(Facts("no", "no", "no", "no"), rails)
    assert choice.eligible == {"stripe", "x402"}
    assert choice.reason == "AWS account is no: Stripe by default."
    sold = Sale(rail="x402", method="wallet", amount=Decimal(1000), on=OCTOBER)
    assert fee(rails, sold).amount == Decimal("1.00")
    assert absorbed(rails, sold, at_headline("card", "1000")) == 0  # passed on, so not ours


def test_declared_rails_are_said_and_nothing_else():
    told = {one.key: (one.product, one.fees) for one in declared(DOCUMENT)}
    assert told == {"azure": ("control_plane", "not set"), "x402": ("vellocity", "not set")}
    assert not told.keys() & RAILS.keys()


def test_what_is_declared_changes_no_rail_and_no_choice():
    without = DOCUMENT[: DOCUMENT.index("[declared.azure]")]
    assert parse(without) == RAILS
    assert declared(without) == ()
    for facts in every_answer():
        assert choose(facts, parse(without)) == choose(facts, RAILS)
        assert choose(facts, RAILS).eligible <= {"stripe", "aws"}


def test_nothing_is_sold_on_a_declared_rail():
    with pytest.raises(RailsError, match=r"a sale's rail cannot be 'azure'; there are: aws, stripe"):
        fee(RAILS, Sale(rail="azure", method="marketplace", amount=Decimal(10), on=OCTOBER))


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        (
            'fees    = "not set"',
            'fees    = "3 %"',
            r"azure: fees is '3 %'; a rail whose fees are known is a block \[rails\.az",
        ),
        ("[declared.azure]", "[declared.aws]", r"declared\.aws is a rail of its own already"),
        ('purpose = "procurement ease"\n', "", r"declared\.azure lacks 'purpose'"),
        ("[declared.azure]", "[declares.azure]", r"may hold \[declared\.<key>\], and nothing else"),
    ],
)
def test_a_wrong_declaration_is_refused_in_one_sentence(was, becomes, sentence):
    assert was in DOCUMENT
    with pytest.raises(RailsError, match=sentence):
        declared(DOCUMENT.replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('label                = "Stripe"\n', "", r"data/rails\.toml: rails\.stripe lacks 'label'"),
        ("payout_lag_days      = 2\n", "payout_lag = 2\n", r"no key 'payout_lag'; did you mean 'payout_lag_days'"),
        ("payout_lag_days      = 2\n", 'payout_lag_days = "2"\n', r"payout_lag_days must be a whole number, not '2'"),
        ("rate   = 0.029", "rate   = 2.9", r"'card' has an amount below 0 or a rate above 1; write 3 % as 0\.03"),
        ("rate   = 0.029", "rate   = -0.029", r"below 0"),
        ('method = ["ach"]', 'method = "ach"', r"when\.method must be a list, not 'ach'"),
        ('{ method = ["ach"] }', '{ methods = ["ach"] }', r"when cannot be 'methods'; did you mean 'method'"),
        ("effective = 2024-07-10", 'effective = "2024-07-10"', r"effective must be a date"),
        ("days     = 90", "days     = -90", r"cannot end before it begins"),
        (
            'lands_on = "first_of_month"',
            'lands_on = "first_of_months"',
            r"lands_on cannot be 'first_of_months'; did you mean 'first_of_month'",
        ),
        ('requires      = "has_aws_account"', 'requires = "aws_account"', r"did you mean 'has_aws_account'"),
        ('= "new_entitlements"', '= "never"', r"dimension_rate_reach cannot be 'never'; there are"),
        ('= "second"', '= "hour"', r"rails\.stripe\.changes\.proration cannot be 'hour'; there are: day, second"),
        ('= "restart"', '= "restarted"', r"changes\.bands cannot be 'restarted'; did you mean 'restart'"),
        ("[rails.stripe]  ", "[rail.stripe]  ", r"must hold blocks \[rails\.<key>\]"),
        ("[rails.stripe]  ", "[rails.stripe", r"data/rails\.toml is not valid TOML"),
        ('method = ["ach"]', 'method = ["crad"]', r"fees\.when\.method cannot be 'crad'; did you mean 'card'"),
        ('method = ["ach"]', "method = []", r"fees\.when\.method is empty"),
        (
            "currency_converted = [true]",
            "currency_converted = [1]",
            r"currency_converted cannot be 1; there are: False, True",
        ),
        ('offer = ["public"]', 'offer = ["publik"]', r"when\.offer cannot be 'publik'; did you mean 'public'"),
        ("renewal = [true]", "renewal = []", r"when\.renewal is empty"),
        ('methods              = ["marketplace"]', "methods = []", r"rails\.aws needs at least one of `methods`"),
        ("effective = 2024-07-10", "effective = 2024-07-10T00:00:00", r"effective must be a date"),
        (
            "days     = 90",
            "days     = 10000000",
            r"notices\.days is 10000000; write a whole number of days from 0 to 3650",
        ),
        ("payout_lag_days      = 2\n", "payout_lag_days      = -5\n", r"rails\.stripe\.payout_lag_days is -5; write"),
        (
            "payout_lag_days      = 2\n",
            "payout_lag_days      = true\n",
            r"payout_lag_days must be a whole number, not True",
        ),
        ("rate   = 0.029", "rate   = true", r"data/rails\.toml: rails\.stripe\.fees\.rate must be a number, not True"),
        ("rate   = 0.029", "rate   = 1e30", r"data/rails\.toml: rails\.stripe\.fees\.rate: .* out of range"),
        ("ceiling_rate      = 0.25", "ceiling_rate = true", r"data/rails\.toml: .*ceiling_rate must be a number"),
        (
            "preferred_for = [",
            "preferred_for = [[1], ",
            r"rails\.aws\.offering\.preferred_for must be a text, not \[1\]",
        ),
        ('label                = "Stripe"', "label = " + "[" * 5000, r"data/rails\.toml is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(was, becomes, sentence):
    assert DOCUMENT.count(was) >= 1
    changed = DOCUMENT.replace(was, becomes, 1)
    with pytest.raises(RailsError, match=sentence) as refusal:
        parse(changed)
    assert "\n" not in str(refusal.value)


def test_a_fee_written_twice_is_refused_since_only_one_of_them_can_be_meant():
    fees = DOCUMENT.split("[[rails.stripe.fees]]")
    with pytest.raises(RailsError, match=r"rails\.stripe\.fees has 'card' twice"):
        parse("[[rails.stripe.fees]]".join([*fees[:2], *fees[1:]]))


def test_a_file_in_which_no_rail_is_open_to_everyone_is_refused():
    offering = re.search(r"\[rails\.aws\.offering\].*?\n\n", DOCUMENT, re.DOTALL)
    assert offering
    with pytest.raises(RailsError, match="no rail is open to everyone"):
        parse(DOCUMENT + offering[0].replace("aws.offering", "stripe.offering"))
