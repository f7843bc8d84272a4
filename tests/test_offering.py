"""The desk's side of an offer: to whom, whether AWS takes it for a renewal, on which usage, at which cost."""

import copy
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lib.costs import Missing
from lib.desk import Desk, DeskError
from lib.desk.offer_register import request_facts
from lib.desk.offered_to import companies, company_of
from lib.desk.offering import offer_answer, offer_manifest, offer_rules, offer_setting
from lib.offers import OfferTerms
from lib.ui.views.deal_desk.sections import not_ours

START = date(2026, 11, 1)
RENEWED, NEW = (
    {"has, or had, a private offer", "has a paid subscription with us outside the Marketplace"},
    {
        "buys our public listing, and from there to a private offer is no renewal",
        "buys nothing from us yet",
    },
)


class Renamed:
    """The warehouse of a desk whose customers have other names."""

    def __init__(self, desk: Desk, customers: Sequence[Mapping[str, object]]) -> None:
        self._own, self._customers = desk.warehouse, customers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def rows(self, mart: str, **where: Any) -> Sequence[Mapping[str, Any]]:
        return self._customers if mart == "customer" else self._own.rows(mart, **where)


def test_an_offer_may_be_made_to_every_customer_and_every_open_deal(desk: Desk) -> None:
    found = companies(desk)
    assert [one.key for one in found if one.is_customer] == [one.customer_id for one in desk.customers]
    assert [one.key for one in found if not one.is_customer] == [one.deal_id for one in desk.deals]
    assert len({one.key for one in found}) == len(found)


def test_a_renewal_is_what_aws_calls_one(desk: Desk) -> None:
    """'Any private offer to a customer with an existing or prior private offer', or with a paid subscription made
    elsewhere; from the public listing it is none. Told from the rows of the marts."""
    offered = {row["customer_id"] for row in desk.warehouse.rows("contract") if row["offer_id"]}
    for one in companies(desk):
        wanted = one.is_customer and (one.key in offered or one.rail == "stripe")
        assert one.is_renewal == wanted, one
        assert one.renewal_reason in (RENEWED if wanted else NEW)


def changed(desk: Desk, **own: Any) -> Desk:
    """The desk with some of what it knows replaced: a new object, so that the others keep theirs."""
    other = copy.copy(desk)
    other.__dict__.update(own)
    return other


def test_a_deal_of_a_customer_is_the_customers_renewal(desk: Desk) -> None:
    """A company with a private offer is no new buyer because somebody wrote a deal for it; names in any letters."""
    names = {row["customer_id"]: row["customer_name"] for row in desk.warehouse.rows("customer")}
    offered = next(one.customer_id for one in desk.population.contracts.values() if one.offer)
    listed = next(one.key for one in companies(desk) if one.is_customer and not one.is_renewal)
    billed = next(one.customer_id for one in desk.customers if one.rail == "stripe")
    deal = next(one for one in desk.deals if one.product == "vellocity")
    for customer, is_renewal in ((offered, True), (billed, True), (listed, False)):
        own = changed(desk, deals=[replace(deal, company=names[customer].upper())])
        found = companies(own)[-1]
        assert (found.key, found.is_renewal) == (deal.deal_id, is_renewal)
        assert found.renewal_reason in (RENEWED if is_renewal else NEW)
        assert found.customer_id == customer
    other = changed(desk, deals=[replace(deal, company=names[offered], product="control_plane")])
    assert companies(other)[-1].is_renewal is False  # nothing mixes products


def test_the_offer_for_such_a_deal_pays_the_renewals_fee_on_the_customers_own_usage(desk: Desk) -> None:
    offered = next(one for one in companies(desk) if one.own_offer and one.tier in desk.book.tiers)
    deal = next(one for one in desk.deals if one.product == "vellocity")
    own = changed(desk, deals=[replace(deal, company=offered.name)])
    company = companies(own)[-1]
    terms = OfferTerms(company.key, "command", 1, START, renewal=True)
    found = offer_answer(own, company, terms, None)
    assert found.offer.price_fee == Decimal("599.85")  # 1.5 % of 39,990.00
    assert not found.offer.usage.is_estimate
    assert {one.limit.key: one.verdict for one in found.limits}["renewal"] == "kept"


def test_the_request_for_such_a_deal_names_the_customers_account(desk: Desk) -> None:
    running = {one.customer_id for one in desk.customers}
    row = next(
        row for row in desk.warehouse.rows("customer") if row["aws_account_id"] and row["customer_id"] in running
    )
    deal = next(one for one in desk.deals if one.product == "vellocity")
    own = changed(desk, deals=[replace(deal, company=row["customer_name"])])
    assert request_facts(own, companies(own)[-1], "token").buyer_account == row["aws_account_id"].zfill(12)
    assert request_facts(desk, companies(desk)[-1], "token").buyer_account is None


def test_offers_are_made_on_a_rail_that_exists(desk: Desk, tmp_path: Path) -> None:
    text = (desk.data / "offers.toml").read_text()
    assert 'rail          = "aws"' in text
    (tmp_path / "offers.toml").write_text(text.replace('rail          = "aws"', 'rail = "asw"'))
    shutil.copy(desk.data / "rails.toml", tmp_path)
    with pytest.raises(DeskError, match="'asw', which is none; did you mean 'aws'"):
        offer_rules(replace(desk, data=tmp_path))


def test_the_highest_public_tier_is_one_of_the_book(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(desk.data, folder, ignore=shutil.ignore_patterns("sample", "feeds"))
    text = (folder / "offers.toml").read_text()
    assert 'ceiling       = "command"' in text
    (folder / "offers.toml").write_text(text.replace('ceiling       = "command"', 'ceiling = "comand"'))
    with pytest.raises(DeskError, match=r"offers\.toml: ours\.ceiling is 'comand', which is no tier; did you mean 'co"):
        offer_rules(replace(desk, data=folder))


def test_a_name_of_two_customers_that_aws_would_take_differently_is_asked_for(desk: Desk) -> None:
    known = companies(desk)
    one = next(one.key for one in known if one.is_customer and one.is_renewal)
    other = next(one.key for one in known if one.is_customer and not one.is_renewal)
    names = [
        {**row, "customer_name": "Twice" if row["customer_id"] in (one, other) else row["customer_name"]}
        for row in desk.warehouse.rows("customer")
    ]
    deal = next(one for one in desk.deals if one.product == "vellocity")
    own = changed(desk, deals=[replace(deal, company="Twice")], warehouse=Renamed(desk, names))
    found = companies(own)[-1]
    assert found.is_renewal is None
    assert found.customer_id is None
    assert "is the name of 2 customers" in found.renewal_reason
    answer = offer_answer(own, found, OfferTerms(found.key, "command", 1, START), None)
    assert {one.limit.key: one.verdict for one in answer.limits}["renewal"] == "undecided"
    assert answer.offer.price_fee == Decimal("1199.70")  # the dearer: 3 % of 39,990.00


def test_a_customer_with_two_contracts_is_one_company_on_the_larger(desk: Desk) -> None:
    largest = next(one for one in desk.customers if one.tier == "command" and one.rail == "aws" and one.mrr)
    second = replace(largest, rail="stripe", tier="starter", plan_key="starter-monthly", mrr=Decimal(299))
    [found] = [one for one in companies(changed(desk, customers=[largest, second])) if one.is_customer]
    assert largest.mrr
    assert (found.tier, found.rail, found.mrr) == ("command", "aws", largest.mrr + 299)
    assert found.contracts == 2
    assert found.is_renewal  # the second is a paid subscription outside the Marketplace


def test_what_an_offer_costs_us_is_its_usage_at_the_newest_unit_costs(desk: Desk) -> None:
    """Own arithmetic over the marts: a customer's last twelve months, three times, at the last recorded unit cost."""
    old = {row["customer_id"] for row in desk.warehouse.rows("contract") if row["started_on"] < date(2025, 11, 1)}
    customer = next(one for one in companies(desk) if one.tier == "command" and one.key in old)
    contracts = {row["contract_id"] for row in desk.warehouse.rows("contract") if row["customer_id"] == customer.key}
    used: dict[str, Fraction] = defaultdict(Fraction)
    months = set()
    for row in desk.warehouse.rows("usage_month"):
        if row["contract_id"] in contracts and date(2025, 11, 1) <= row["usage_month"] < START:
            months.add(row["usage_month"])
            used[row["dimension"]] += Fraction(row["quantity"])
    newest = {row["dimension"]: row for row in sorted(desk.warehouse.rows("unit_cost"), key=lambda r: r["cost_month"])}
    cost = sum(quantity * Fraction(newest[key]["cost_usd_per_unit"]) for key, quantity in used.items()) * 3
    assert len(months) == 12  # a whole year on file
    found = offer_answer(desk, customer, OfferTerms(customer.key, "command", 3, START), None)
    assert not isinstance(found.offer.cost, Missing)
    assert Fraction(found.offer.cost) == cost
    assert not isinstance(found.offer.margin.gross_rate, Missing)
    wanted = 1 - cost / Fraction(found.offer.revenue)
    assert float(found.offer.margin.gross_rate) == pytest.approx(float(wanted), abs=1e-12)


def test_winning_a_prospect_costs_the_average_and_a_years_fee(desk: Desk) -> None:
    """Spend of the last twelve months, per customer whose first contract began in them; a customer is won already.

    The fee is a year's, so that the same terms for longer are not paid back later."""
    spend = sum(
        Fraction(row["amount_usd"])
        for row in desk.warehouse.rows("spend_month")
        if row["product"] == "vellocity" and row["category"] == "acquisition"
        if date(2025, 11, 1) <= row["spend_month"] < START
    )
    first: dict[str, date] = {}
    for row in desk.warehouse.rows("contract"):
        first[row["customer_id"]] = min(row["started_on"], first.get(row["customer_id"], row["started_on"]))
    won = sum(date(2025, 11, 1) <= day < START for day in first.values())
    winning = offer_setting(desk).winning
    assert not isinstance(winning, Missing)
    assert float(winning) == pytest.approx(float(spend / won))

    known = {one.key: one for one in companies(desk)}
    prospect = next(one for one in known.values() if not one.is_customer and one.product == "vellocity")
    for years, payment in ((1, "yearly"), (2, "yearly"), (3, "yearly"), (3, "upfront")):
        terms = OfferTerms(prospect.key, "command", years, START, payment=payment)
        offer = offer_answer(desk, prospect, terms, None).offer
        assert not isinstance(offer.margin.gross, Missing)
        months = (Fraction(winning) + Fraction(offer.fee) / years) / (Fraction(offer.margin.gross) / (12 * years))
        assert float(offer.payback) == pytest.approx(float(months))  # type: ignore[arg-type]
        if years == 1:
            first = float(months)
        assert float(months) == pytest.approx(first, abs=0.01)  # rounded fees apart, the same
    customer = next(one for one in known.values() if one.is_customer and one.tier == "command")
    assert offer_answer(desk, customer, OfferTerms(customer.key, "command", 1, START), None).offer.payback is None


def test_an_offer_under_a_scenario_is_taken_off_that_price_list(desk: Desk) -> None:
    customer = next(one for one in companies(desk) if one.is_customer and one.tier == "command")
    terms = OfferTerms(customer.key, "command", 1, START, discount=Decimal("0.10"), base="annual")
    scenario = desk.scenario("honest-20")
    listed = desk.proposed_book(scenario).list_price("aws", "command_plus-annual")
    assert isinstance(listed, Decimal)
    assert listed != desk.book.list_price("aws", "command_plus-annual")
    found = offer_answer(desk, customer, terms, None, scenario)
    assert found.offer.quote.tcv == listed * Decimal("0.9")
    assert found.manifest.fingerprint != offer_manifest(desk, terms, None).fingerprint


def test_the_guardrail_of_the_gross_margin_is_the_floors(desk: Desk) -> None:
    customer = next(one for one in companies(desk) if one.is_customer and one.tier == "command")
    found = offer_answer(desk, customer, OfferTerms(customer.key, "command", 1, START), None)
    assert found.least_margin == Decimal("0.75")
    assert not isinstance(found.floor, Missing)
    assert found.floor.rate == found.least_margin
    assert offer_rules(desk).ceiling in desk.book.tiers


def test_the_second_product_and_strangers_are_refused_in_a_sentence(desk: Desk) -> None:
    known = {one.key: one for one in companies(desk)}
    other = next(one for one in known.values() if one.product == "control_plane")
    with pytest.raises(DeskError, match="whose prices are not set"):
        offer_answer(desk, other, OfferTerms(other.key, "command", 1, START), None)
    nobody_said = replace(other, product="unknown")  # a deal that only Partner Central knows names no product
    with pytest.raises(DeskError, match="ask which product") as refusal:
        offer_answer(desk, nobody_said, OfferTerms(other.key, "command", 1, START), None)
    assert "prices" not in str(refusal.value)
    assert not_ours(nobody_said) == f"No offer to {other.name} yet: its deal names 0 products, so ask which product"
    with pytest.raises(DeskError, match="no customer and no open deal 'c-9999'"):
        company_of(known, "c-9999")
