"""Claims about private offers, places that agree, and conditions: each beside evidence worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from lib import promises
from lib.catalog.book import parse as parse_book
from lib.claims.checks import judge
from lib.claims.claim import Evidence, YearsOffer
from lib.claims.parse import parse
from lib.desk.promising import years_offers
from tests.specification import CLAIMS, captured, captures, current, read, rows

PAPERS = parse(CLAIMS)
CLAIM = {claim.id: claim for claim in PAPERS.claims}


def told(claim: str, papers: Any = PAPERS, **evidence: Any) -> Any:
    return judge({one.id: one for one in papers.claims}[claim], Evidence(current(), papers, **evidence))


# Several years, measured on private offers


def three_years(price: str, years: int = 3) -> YearsOffer:
    """Starter for three years: 3 x 12 x 299 = 10,764 by the month, 3 x 2,990 = 8,970 by the year."""
    return YearsOffer("offer-1", "starter-annual", years, Decimal(price), Decimal(2990), Decimal(299))


@pytest.mark.parametrize(
    ("price", "base", "verdict", "delivered"),
    [
        ("8073", "monthly", "true", "25"),  # 10,764 x 0.75
        ("8073", "annual", "overstated", "10"),  # 8,970 x 0.9: the same offer is a tenth of the year's price
        ("6727.50", "annual", "true", "25"),  # 8,970 x 0.75
        ("6727.50", "monthly", "understated", "37.5"),  # 1 - 6,727.50 / 10,764
        ("8100", "monthly", "true", "24.75"),  # 1 - 8,100 / 10,764 = 24.749 %: to the nearest percent
        ("8970", "monthly", "overstated", "16.67"),  # what everybody gets who pays by the year
    ],
)
def test_a_discount_for_years_is_measured_on_the_base_it_names(
    price: str, base: str, verdict: str, delivered: str
) -> None:
    claim = replace(CLAIM["multi_year_discount"], base=base)
    found = judge(claim, Evidence(current(), PAPERS, offers=(three_years(price),)))
    assert (found.verdict, Decimal(found.delivered)) == (verdict, Decimal(delivered))
    assert (found.promised, found.unit, found.rounding_rule) == ("25", "percent", "nearest")


def test_both_bases_are_told() -> None:
    (line,) = told("multi_year_discount", offers=(three_years("8073"),)).evidence
    assert line == (
        "offer-1, starter-annual, 3 years at 8,073: 25.00 % of monthly list prices, 10.00 % of annual list prices"
    )


def test_the_offer_that_helps_least_counts_and_other_years_do_not() -> None:
    found = told("multi_year_discount", offers=(three_years("8073"), three_years("8970"), three_years("1", years=2)))
    assert (found.verdict, found.delivered) == ("overstated", "16.67")
    assert told("multi_year_discount", offers=(three_years("1", years=2),)).verdict == "unverifiable"


def test_without_an_offer_it_says_what_the_words_would_cost() -> None:
    """3 x 12 x 299 x 0.75 = 8,073 by the month, 3 x 2,990 x 0.75 = 6,727.50 by the year."""
    assert told("multi_year_discount").evidence[0] == (
        "starter-annual, 3 years: 8,073 off monthly list prices or 6,727.5 off annual list prices"
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"starter-monthly": None}, "starter-annual, 3 years: 6,727.5 off annual list prices"),
        ({"starter-annual": {"list_price": "not set"}}, "starter-annual, 3 years: 8,073 off monthly list prices"),
        (  # nothing is said of Starter
            {"starter-monthly": None, "starter-annual": {"list_price": "not set"}},
            "accelerate-annual, 3 years: 40,473 off monthly list prices or 33,727.5 off annual list prices",
        ),
    ],
)
def test_a_base_without_a_price_is_not_told(changes: dict[str, Any], line: str) -> None:
    """Without Starter by the month there is no monthly base, and without a price none at all. 3 x 12 x 1,499 x 0.75 =
    40,473, and 3 x 14,990 x 0.75 = 33,727.50.
    """
    document = current().document
    plans = {key: {**plan, **(changes.get(key) or {})} for key, plan in document["plans"].items()}
    kept = {key: plan for key, plan in plans.items() if changes.get(key, plan) is not None}
    book = parse_book({**document, "plans": kept})
    assert judge(CLAIM["multi_year_discount"], Evidence(book, PAPERS)).evidence[0] == line


def test_a_promise_with_decimals_is_held_against_as_many() -> None:
    """1 - 9,418.50 / 10,764 = 12.5 %."""
    claim = replace(CLAIM["multi_year_discount"], value=Decimal("12.5"))
    assert judge(claim, Evidence(current(), PAPERS, offers=(three_years("9418.50"),))).verdict == "true"


def offered(lists: Any = None, **changes: Any) -> list[YearsOffer]:
    """The offers of a desk that has the lists of 2024-11-01 and 2026-05-09 and one private offer of three years."""
    row = {"offer_id": "o", "plan_key": "starter-annual", "years": 3, "price_usd": None, "starts_on": date(2026, 6, 1)}
    row |= {"multi_year_discount_rate": Decimal("0.25"), "accepted_on": None, **changes}
    lists = lists or (parse_book(read("data/books/2024-11-01.toml")), current())
    desk: Any = SimpleNamespace(warehouse=SimpleNamespace(rows=lambda _: [row]), books=lists)
    return years_offers(desk)


@pytest.mark.parametrize(
    ("changes", "price", "yearly", "monthly"),
    [
        ({}, "6727.50", 2990, 299),  # 3 x 2,990 x 0.75, at the list of the day it starts
        ({"accepted_on": date(2026, 5, 8)}, "5602.50", 2490, 249),  # accepted before the new list: 3 x 2,490 x 0.75
        ({"price_usd": Decimal("8073")}, "8073", 2990, 299),  # its own price goes before
        ({"price_usd": Decimal(0)}, "0", 2990, 299),  # also where it is nothing
        ({"multi_year_discount_rate": None}, "8970", 2990, 299),
        ({"plan_key": "starter-monthly"}, "6727.50", 2990, 299),  # the year's price of its tier
    ],
)
def test_an_offers_price_and_the_list_of_its_day(changes: Any, price: str, yearly: int, monthly: int) -> None:
    (one,) = offered(**changes)
    assert (one.price, one.yearly_list, one.monthly_list) == (Decimal(price), yearly, monthly)


@pytest.mark.parametrize("changes", [{"years": 1}, {"years": None}, {"plan_key": "enterprise-custom"}])
def test_an_offer_of_one_year_or_of_a_tier_without_a_list_is_none_of_these(changes: Any) -> None:
    assert offered(**changes) == []


def test_a_list_price_of_nothing_is_nothing_to_have_a_discount_of() -> None:
    plans = {key: {**plan, "list_price": 0} for key, plan in current().document["plans"].items()}
    assert offered((parse_book({**current().document, "plans": plans}),)) == []


# Conditions


def known(**states: str) -> Any:
    conditions = {key: replace(one, known=states.get(key, one.known)) for key, one in PAPERS.conditions.items()}
    return replace(PAPERS, conditions=conditions)


def worded(papers: Any, words: str) -> Any:
    claims = [replace(one, words=words) if one.id == "spend_counts_against_commit" else one for one in papers.claims]
    return replace(papers, claims=tuple(claims))


COMMIT = "spend_counts_against_commit"
DEPLOYED, COMMITTED = (
    "where the product is “Deployed on AWS”",
    "if you have an EDP or PPA with room below its 25 % ceiling",
)


@pytest.mark.parametrize(
    ("papers", "verdict", "severity"),
    [
        (known(), "unverifiable", "note"),
        (known(deployed_on_aws="no"), "overstated", "warning"),  # said without a condition, and known not to qualify
        (known(deployed_on_aws="yes"), "unverifiable", "note"),  # the buyer's part is still unknown
        (known(deployed_on_aws="yes", buyers_commitment="yes"), "true", "none"),
        (known(deployed_on_aws="no", buyers_commitment="yes"), "overstated", "warning"),
        (worded(known(deployed_on_aws="no"), f"Counts, {DEPLOYED}, {COMMITTED}"), "true", "none"),
        (worded(known(), f"Counts, {DEPLOYED}"), "unverifiable", "note"),
        (worded(known(deployed_on_aws="no"), f"Counts, {COMMITTED}"), "overstated", "warning"),
    ],
)
def test_a_claim_under_conditions(papers: Any, verdict: str, severity: str) -> None:
    found = told(COMMIT, papers)
    assert (found.verdict, found.severity) == (verdict, severity)
    if verdict == "overstated":
        assert "the product carries the badge" in found.delivered


def test_every_condition_says_what_is_known_or_what_is_missing() -> None:
    deployed, committed = told(COMMIT, known(deployed_on_aws="no")).evidence
    assert "known: no" in deployed
    assert "unknown; needs the buyer's own commitment agreement" in committed
    assert deployed.endswith(f"as of {date(2026, 11, 20)})")


def test_the_remedys_words_are_true_whatever_is_known() -> None:
    for papers in (known(), known(deployed_on_aws="no")):
        (remedy,) = told(COMMIT, papers).remedies
        assert told(COMMIT, worded(papers, remedy.words)).verdict == "true"


# Places that agree


def page(tables: dict[str, Any] | None = None, changed: dict[str, Any] | None = None) -> Any:
    taken = captures(**(tables or {}))
    marts = (rows(mart) for mart in ("plan", "dimension", "stripe_price"))
    found = promises.findings(CLAIMS, current(), *marts, None, replace(taken, **(changed or {})))
    return next(one for one in found if one.claim == "page_and_listing_agree")


def altered(table: str, **changes: Any) -> dict[str, Any]:
    """A table of captures whose first row of the pricing page says something else."""
    shown = captured(table)
    row = next(one for one in shown if one["surface"] == "pricing_page")
    row.update(changes)
    return {table: shown}


def shown_too(**changes: Any) -> dict[str, Any]:
    """The pricing page with one plan more, like its first but for something."""
    shown = captured("prices")
    first = next(one for one in shown if one["surface"] == "pricing_page")
    return {"prices": [*shown, {**first, **changes}]}


def test_a_page_that_shows_the_list_agrees() -> None:
    assert page().verdict == "true"


@pytest.mark.parametrize(
    ("tables", "what"),
    [
        (altered("prices", displayed_name="Basic"), "name"),
        (altered("prices", price_usd=Decimal(289)), "price"),
        (altered("prices", is_visible=False), "visibility"),
        (shown_too(plan="pro", plan_key="pro-monthly"), "plan"),
        (shown_too(plan="pro.2", plan_key="pro.2-monthly"), "plan"),
        (shown_too(term="two_year", plan_key="starter-two_year"), "term"),
        (altered("capabilities", minimum_plan="enterprise"), "minimum plan"),
    ],
)
def test_a_page_that_says_something_else_does_not(tables: dict[str, Any], what: str) -> None:
    found = page(tables)
    assert (found.verdict, found.severity, found.published) == ("contradictory", "warning", False)
    assert found.delivered == f"pricing page differs in {what}"


def test_another_surface_that_differs_is_not_the_page() -> None:
    shown = captured("prices")
    row = next(one for one in shown if one["surface"] == "third_party")
    row["price_usd"] = Decimal(1)
    assert page({"prices": shown}).verdict == "true"


@pytest.mark.parametrize("changed", [{"as_of": date(2027, 6, 1)}, {"prices": [], "capabilities": [], "allowances": []}])
def test_a_page_nobody_looked_at_lately_agrees_with_nothing(changed: dict[str, Any]) -> None:
    assert page(changed=changed).verdict == "unverifiable"
