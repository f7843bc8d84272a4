"""Private offers: every case worked out by hand, the simulator's own answer, and the floor proved to the cent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import offers
from lib.ahead import carried_on
from lib.catalog.allowance import UNLIMITED, Allowance
from lib.catalog.book import parse as parse_book
from lib.catalog.price import Band
from lib.costs import Missing, costs
from lib.desk import Desk
from lib.money import total
from lib.offers import Extra, OfferError, OfferTerms, Setting, Usage
from lib.outcome import Population, outcome
from lib.periods import add_months, months_between
from lib.rails import Sale, fee
from tests.conftest import ROOT, cases

START = date(2026, 11, 1)
RULES = offers.parse((ROOT / "data" / "offers.toml").read_text())


def terms(**changes: Any) -> OfferTerms:
    return replace(OfferTerms("c-1", "command", 3, START), **changes)


@pytest.fixture(scope="session")
def setting(desk: Desk) -> Setting:
    """The desk's own price list, rails and costs; winning a customer costs $1,000 here."""
    return Setting(desk.book, desk.rails, desk.reach, desk.costs, Decimal(1000), RULES.ceiling)


NOTHING = Usage((), is_estimate=False)


def of_case(case: Mapping[str, Any]) -> OfferTerms:
    """A row of tests/cases/offers.toml → the terms it tells."""
    tiers = {"command_plus": "command"}
    payment = {1: "yearly", 4: "quarterly", 12: "monthly"}[case.get("instalments", 1)]
    return OfferTerms(
        buyer="c-1",
        tier=tiers.get(case["plan"], case["plan"]),
        years=case.get("term_years", 1),
        starts_on=START,
        discount=Decimal(case.get("discount_rate", 0)),
        base=case.get("base", "none"),
        price_per_year=Decimal(case["price_per_year"]) if "price_per_year" in case else None,
        ramp=tuple(map(Decimal, case.get("ramp", ()))),
        minimum_monthly=Decimal(case["minimum_monthly"]) if "minimum_monthly" in case else None,
        minimum_yearly=Decimal(case["minimum_yearly"]) if "minimum_yearly" in case else None,
        payment=payment,
        renewal=case.get("renewal", False),
        channel_partner=case.get("channel_partner", False),
    )


# What was worked out by hand


@pytest.mark.parametrize("case", cases("offers", "fee"))
def test_the_whole_contract_decides_the_fee_of_every_invoice(case: dict[str, Any], setting: Setting) -> None:
    sales = [
        Sale(
            rail="aws",
            method="marketplace",
            amount=Decimal(invoice),
            on=START,
            offer="private",
            contract_value=Decimal(case["tcv"]),
            renewal=case["renewal"],
            channel_partner=case["channel_partner"],
        )
        for invoice in case["invoices"]
    ]
    kept = [fee(setting.rails, sale).amount for sale in sales]
    assert total(kept) == Decimal(case["expect"]["fee"])
    assert kept == [Decimal(one) for one in case["expect"].get("fees", [case["expect"]["fee"]])]


@pytest.mark.parametrize("case", cases("offers", "economics"))
def test_an_offer_is_worth_what_was_worked_out_by_hand(case: dict[str, Any], setting: Setting) -> None:
    found, expect = offers.economics(of_case(case), NOTHING, setting), case["expect"]
    quote = found.quote
    assert list(quote.years) == [Decimal(year) for year in expect["years"]]
    assert (quote.tcv, quote.acv) == (Decimal(expect["tcv"]), Decimal(expect["acv"]))
    assert (found.fee, found.net) == (Decimal(expect["fee"]), Decimal(expect["net"]))
    if "a_years_instalments" in expect:
        first = [one.amount for one in found.invoices if one.year == 1]
        assert first == [Decimal(one) for one in expect["a_years_instalments"]]
    for name in ("monthly", "annual"):
        read, listed = getattr(quote, f"on_{name}"), getattr(quote, f"at_{name}_list")
        if expect[f"on_{name}"] == "no list price":
            assert read is None
            assert listed is None
        else:
            assert read == Fraction(expect[f"on_{name}"])
            assert f"{float(read):.4f}" == expect[f"on_{name}_rounded"]
            assert listed == Decimal(expect[f"list_{name}"])
    assert quote.is_beyond_standard == expect.get("beyond_standard")


def test_the_cases_stand_on_todays_list_prices(setting: Setting) -> None:
    told = {
        (of_case(case.values[0]).tier, term): Decimal(case.values[0][f"{term}_list"])
        for case in cases("offers", "economics")
        for term in ("monthly", "annual")
        if f"{term}_list" in case.values[0]
    }
    assert told == {(tier, term): offers.public_price(setting.book, "aws", tier, term) for tier, term in told}


@pytest.mark.parametrize("case", cases("offers", "instalments"))
def test_the_last_instalment_takes_the_cents(case: dict[str, Any]) -> None:
    parts = offers.cut(Decimal(case["amount"]), case["parts"])
    assert parts == tuple(map(Decimal, case["expect"]))
    assert total(parts) == Decimal(case["amount"])


@pytest.mark.parametrize("case", cases("offers", "minimum"))
def test_an_enterprise_minimum_lies_above_the_public_price_of_command(case: dict[str, Any], setting: Setting) -> None:
    own = of_case(case)
    said = ""
    try:
        offers.check_against(own, setting.book, RULES.ceiling)
    except OfferError as refusal:
        said = str(refusal)
    assert (said == "") == case["expect"]["allowed"]
    assert all(words in said for words in case["expect"].get("must_say", []))


@pytest.mark.parametrize("case", cases("offers", "retires"))
def test_what_an_offer_retires_of_the_buyers_commitment(case: dict[str, Any], setting: Setting) -> None:
    rule, expect = setting.rails["aws"].commitment, case["expect"]
    assert rule
    yearly = Decimal(case["commitment_yearly"]) if "commitment_yearly" in case else None
    made = [(add_months(START, 12 * year), Decimal(amount)) for year, amount in enumerate(case["invoices"])]
    found = offers.retired(rule, yearly, START, add_months(START, 12 * len(made)), made, case["deployed"])
    if "needs" in expect:
        assert isinstance(found, Missing)
        assert expect["needs"] in found.words
        return
    assert not isinstance(found, Missing)
    assert {one.if_deployed.ceiling for _, one in found.years} == {Decimal(expect["ceiling_yearly"])}
    if "at_most" in expect:
        assert found.known is None
        assert (found.at_least, found.at_most) == (Decimal(expect["at_least"]), Decimal(expect["at_most"]))
    else:
        assert [one.known.retired for _, one in found.years if one.known] == [Decimal(one) for one in expect["retired"]]
        assert found.known == Decimal(expect["total"])
        assert (found.beyond if found.known else Decimal(0)) == Decimal(expect["beyond"])


def test_nothing_that_falls_after_the_term_finds_room_in_a_year_of_it(setting: Setting) -> None:
    # A year's commitment of 100,000 has 25,000 of room. 24,000 at the start, 2,000 in October, and October's usage of
    # 1,500 on 1 November, the first day after: 24,000 + 1,000 are retired, 1,000 finds no room, 1,500 falls after it.
    rule, end = setting.rails["aws"].commitment, date(2027, 11, 1)
    assert rule
    made = [(START, Decimal(24_000)), (date(2027, 10, 31), Decimal(2_000)), (end, Decimal(1_500))]
    found = offers.retired(rule, Decimal(100_000), START, end, made, "yes")
    assert not isinstance(found, Missing)
    assert [since for since, _ in found.years] == [START]
    assert (found.known, found.beyond, found.after) == (Decimal(25_000), Decimal(1_000), Decimal(1_500))


# The same answer as the simulator's


OWN_TERMS = {
    "the tier's own terms": terms(),
    "25 % off the annual price, by the quarter": terms(discount=Decimal("0.25"), base="annual", payment="quarterly"),
    "own allowances, rates and a monthly minimum": terms(
        tier="accelerate",
        years=2,
        discount=Decimal("0.20"),
        base="monthly",
        allowances=(("words", Allowance("quantity", Decimal(250_000))), ("images", UNLIMITED)),
        bands=(("words", (Band(Decimal(0), Decimal("0.0005")),)),),
        minimum_monthly=Decimal("120.00"),
        payment="monthly",
    ),
    "an Enterprise of its own price, upfront": terms(
        tier="enterprise",
        price_per_year=Decimal("96000"),
        ramp=(Decimal("0.5"), Decimal(1), Decimal("1.25")),
        allowances=tuple((key, UNLIMITED) for key in ("images", "gtm_workflows", "audio_minutes", "video_minutes"))
        + tuple((key, Allowance("quantity", Decimal(1_000_000))) for key in ("words", "api_requests", "seo_credits")),
        extras=(Extra("Dedicated tenancy", Decimal("12000")),),
        payment="upfront",
    ),
}


@pytest.mark.parametrize("own", OWN_TERMS.values(), ids=OWN_TERMS)
def test_an_offers_economics_are_the_simulators_for_the_same_terms(own: OfferTerms, desk: Desk) -> None:
    """The whole population carried ahead as the simulator does, with this customer under the offer's contract."""
    customer = next(one.customer_id for one in desk.customers if one.tier == "command")
    own, counted = replace(own, buyer=customer), {"team_seats"}
    setting = Setting(desk.book, desk.rails, desk.reach, desk.costs, Decimal(0), RULES.ceiling)
    usage = offers.own_usage(desk.population, customer, counted, desk.recorded_on, own.starts_on, own.months)
    assert usage
    found = offers.economics(own, usage, setting)

    ahead = carried_on(desk.population, counted, desk.recorded_on, own.months, own.starts_on)
    contract = offers.contract_of(own, found.quote, desk.book)
    taken = {key: one for key, one in ahead.population.contracts.items() if one.customer_id != customer}
    theirs = {one.contract_id for one in ahead.population.contracts.values() if one.customer_id == customer}
    cells = tuple(
        replace(cell, contract_id=contract.contract_id) if cell.contract_id in theirs else cell
        for cell in ahead.population.usage
    )
    everybody = Population({**taken, contract.contract_id: contract}, cells)
    simulated = outcome([desk.book], everybody, ahead.window, desk.reach)
    lines = [line for line in simulated.lines if line.contract.customer_id == customer]
    assert ahead.window == (own.starts_on, own.ends_on)
    assert len(months_between(*ahead.window)) == own.months
    assert total(line.amount or Decimal(0) for line in lines) == found.revenue > 0
    for kind in ("base", "usage", "minimum"):
        amounts = [(line.month, line.dimension, line.amount) for line in lines if line.kind == kind and line.amount]
        ours = [(line.month, line.dimension, line.amount) for line in found.lines if line.kind == kind and line.amount]
        assert sorted(amounts, key=repr) == sorted(ours, key=repr)


def test_a_years_minimum_is_what_the_years_usage_lacks_of_it(setting: Setting) -> None:
    # 100,000 images a year above the 100 a month included: each month 8,333 less 100 at $0.05 is $411.65 on Command;
    # twelve months 4,939.80, so of 6,000 a year 1,060.20 are lacking, in every year.
    cells = tuple(("images", month, Decimal(8333)) for month in months_between(START, date(2029, 11, 1)))
    found = offers.economics(terms(minimum_yearly=Decimal(6000)), Usage(cells, is_estimate=False), setting)
    assert [year.usage for year in found.years] == [Decimal("4939.80")] * 3
    assert [year.minimum for year in found.years] == [Decimal("1060.20")] * 3
    assert [(line.month, line.amount) for line in found.lines if line.kind == "minimum"] == [
        (date(year, 10, 1), Decimal("1060.20")) for year in (2027, 2028, 2029)
    ]


def test_invoices_are_the_price_and_every_months_usage_and_each_has_its_own_fee(setting: Setting) -> None:
    # One image above what is included in the first month: $0.05, whose 3 % round to nothing.
    found = offers.economics(terms(years=1), Usage((("images", START, Decimal(101)),), is_estimate=False), setting)
    assert [(one.due_on, one.kind, one.amount, one.fee) for one in found.invoices] == [
        (START, "price", Decimal("39990.00"), Decimal("1199.70")),
        (date(2026, 12, 1), "usage", Decimal("0.05"), Decimal("0.00")),
    ]
    assert found.beyond == Decimal("0.05")
    assert found.listed == Decimal("39990.05")


def test_usage_that_nothing_prices_is_told_and_is_no_zero(setting: Setting) -> None:
    words = Usage((("words", START, Decimal(60_000)),), is_estimate=False)
    found = offers.economics(terms(tier="enterprise", price_per_year=Decimal(60_000)), words, setting)
    assert [line.dimension for line in found.unpriced] == ["words"]
    floor = offers.floor_price(found, setting, Decimal("0.75"))
    assert isinstance(floor, Missing)


def test_a_cost_that_nobody_recorded_is_missing_and_so_is_the_floor(setting: Setting) -> None:
    nothing_known = replace(setting, costs=costs([], [], "vellocity"))
    images = Usage((("images", START, Decimal(60_000)),), is_estimate=False)
    found = offers.economics(terms(), images, nothing_known)
    assert isinstance(found.left, Missing)
    assert isinstance(offers.floor_price(found, nothing_known, Decimal("0.75")), Missing)


# The floor


@given(
    years=st.integers(1, 3),
    payment=st.sampled_from(list(offers.PARTS)),
    images=st.integers(0, 400_000),
    least=st.decimals("0.05", "0.90", places=2),
    renewal=st.booleans(),
    partner=st.booleans(),
    is_ramped=st.booleans(),
    fee_is=st.sampled_from(["acquisition", "revenue"]),
)
def test_the_floor_keeps_and_a_cent_below_it_does_not(
    setting: Setting,
    years: int,
    payment: str,
    images: int,
    least: Decimal,
    renewal: bool,
    partner: bool,
    is_ramped: bool,
    fee_is: str,
) -> None:
    document = {**setting.book.document, "settings": {**setting.book.settings, "marketplace_fee": fee_is}}
    own = replace(setting, book=parse_book(document))
    ramp = (Decimal("0.6"), Decimal("0.8"), Decimal(1))[:years] if is_ramped else ()
    offer = terms(
        years=years,
        payment=payment,
        ramp=ramp,
        renewal=renewal,
        channel_partner=partner,
        allowances=(("images", UNLIMITED),),
    )
    cells = tuple(("images", month, Decimal(images)) for month in months_between(START, add_months(START, 12 * years)))
    floor = offers.floor_price(offers.economics(offer, Usage(cells, is_estimate=False), own), own, least)
    assert not isinstance(floor, Missing)
    price = floor.price_per_year
    if not images:
        assert price == 0  # nothing is used, so that nothing must be paid for
        return
    assert offers.keeps(floor.economics, least)
    below = replace(offer, price_per_year=price - Decimal("0.01"))
    assert not offers.keeps(offers.economics(below, Usage(cells, is_estimate=False), own), least)


def test_a_floor_by_hand(setting: Setting) -> None:
    # 100,000 images a month, all included, cost 100,000 x the unit cost c. At a guardrail of 75 % a year must bring
    # four times its cost: 12 x 100,000 x c x 4.
    cost = setting.costs.unit("images", START)
    assert not isinstance(cost, Missing)
    cells = tuple(("images", month, Decimal(100_000)) for month in months_between(START, date(2027, 11, 1)))
    own = terms(years=1, allowances=(("images", UNLIMITED),))
    floor = offers.floor_price(
        offers.economics(own, Usage(cells, is_estimate=False), setting), setting, Decimal("0.75")
    )
    assert not isinstance(floor, Missing)
    wanted = 12 * 100_000 * cost.amount * 4
    assert wanted <= floor.price_per_year < wanted + Decimal("0.01")
    assert floor.bound_by == "the margin's guardrail"


def test_a_price_that_would_pay_a_million_less_a_cent_may_have_its_floor_at_the_million(setting: Setting) -> None:
    # The fee is read as cost of revenue, and the margin must be 96.6 %. Usage costs C = 6,000 in the year, by a unit
    # cost of $1. Below $1M: R x (1 - 0.966 - 0.03) = C: R = 1,500,000, which is no price below a million. From $1M:
    # R x (1 - 0.966 - 0.02) = 6,000: 428,571.43, which lies below the band: its first dollar is the floor.
    dear = costs([{"dimension": "images", "cost_month": START, "cost_usd_per_unit": Decimal(1)}], [], "vellocity")
    document = {**setting.book.document, "settings": {**setting.book.settings, "marketplace_fee": "revenue"}}
    own = replace(setting, book=parse_book(document), costs=dear)
    cells = tuple(("images", month, Decimal(500)) for month in months_between(START, date(2027, 11, 1)))
    offer = terms(tier="enterprise", years=1, price_per_year=Decimal(50_000), allowances=(("images", UNLIMITED),))
    found = offers.economics(offer, Usage(cells, is_estimate=False), own)
    floor = offers.floor_price(found, own, Decimal("0.966"))
    assert not isinstance(floor, Missing)
    assert floor.price_per_year == Decimal("1000000.00")


# What is refused


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"discount": Decimal("0.2")}, "off what"),
        ({"discount": Decimal("1.2"), "base": "annual"}, "write 25 % as 0.25"),
        ({"base": "anual"}, "did you mean 'annual'?"),
        ({"payment": "weekly"}, "not paid 'weekly'"),
        ({"ramp": (Decimal(1),)}, "write one for each year"),
        ({"starts_on": date(2026, 11, 15)}, "write 2026-11-01 or 2026-12-01"),
        ({"years": 9}, "write 1 to 5"),
        ({"price_per_year": Decimal(-1)}, "write zero or more"),
        ({"price_per_year": Decimal(1), "discount": Decimal("0.1"), "base": "annual"}, "not both"),
        ({"minimum_monthly": Decimal(1), "minimum_yearly": Decimal(1)}, "not both"),
        ({"extras": (Extra("", Decimal(1)),)}, "need names"),
    ],
)
def test_what_no_offer_may_say(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(OfferError, match=words.replace("?", r"\?")):
        terms(**changes)


def test_a_tier_or_dimension_that_nobody_sells_is_met_with_the_nearest(setting: Setting) -> None:
    for wrong, words in ((terms(tier="comand"), "'command'"), (terms(bands=(("word", ()),)), "'words'")):
        with pytest.raises(OfferError, match=words):
            offers.check_against(wrong, setting.book, RULES.ceiling)


def test_enterprise_without_a_price_is_asked_for_one(setting: Setting) -> None:
    with pytest.raises(OfferError, match="write a price per year"):
        offers.economics(terms(tier="enterprise"), NOTHING, setting)


# What it is priced on


def test_a_prospect_is_priced_on_the_median_of_its_tier(desk: Desk) -> None:
    """The same from the rows of the marts: what each running customer uses in an average full month, and the middle."""
    usage = offers.usual_usage(desk.population, "enterprise", {"team_seats"}, desk.recorded_on, START, 12)
    running = [
        row
        for row in desk.warehouse.rows("contract")
        if row["tier"] == "enterprise" and (row["ended_on"] is None or row["ended_on"] > desk.recorded_on)
    ]
    averages = []
    for row in running:
        full = [
            month
            for month in months_between(date(2025, 11, 1), START)
            if month >= row["started_on"].replace(day=1) and not (month < row["started_on"])
        ]
        words = [
            Fraction(cell["quantity"])
            for cell in desk.warehouse.rows("usage_month", contract_id=row["contract_id"], dimension="words")
            if cell["usage_month"] in full
        ]
        averages.append(sum(words) / len(full))
    assert usage.is_estimate
    assert usage.customers == len(running) == 5
    assert sorted({month for _, month, _ in usage.cells}) == months_between(START, add_months(START, 12))
    (found,) = {quantity for dimension, _, quantity in usage.cells if dimension == "words"}
    assert abs(Fraction(found) - median(averages)) <= Fraction(1, 2)


def test_a_customers_own_last_year_goes_on_although_its_contract_may_end(desk: Desk) -> None:
    customer = next(one for one in desk.customers if one.tier == "accelerate")
    usage = offers.own_usage(desk.population, customer.customer_id, {"team_seats"}, desk.recorded_on, START, 36)
    assert usage
    assert not usage.is_estimate
    by_month = {(dimension, month): quantity for dimension, month, quantity in usage.cells}
    assert {month for _, month in by_month} == set(months_between(START, date(2029, 11, 1)))
    last_may = desk.usage_of(customer.customer_id, date(2026, 5, 1))
    assert last_may == {key: by_month[key, date(2028, 5, 1)] for key in last_may}


def test_a_customer_without_a_full_month_has_no_usage_of_its_own(desk: Desk) -> None:
    assert offers.own_usage(desk.population, "nobody", set(), desk.recorded_on, START, 12) is None
