"""The places that show a price laid side by side, and the listing as it is typed."""

import csv
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.catalog.scenario import overlaid
from lib.claims.parse import parse
from lib.surfaces import as_csv, differences, listing, specification, stood, stripe_evidence
from tests.conftest import cases
from tests.specification import CLAIMS, PUBLISHED_ON_AWS, current, rows

SURFACE = parse(CLAIMS).surfaces["aws_listing"]


def found(**changed):
    marts = {mart: rows(mart) for mart in ("dimension", "plan", "stripe_price")} | changed
    return differences(current(), SURFACE, marts["dimension"], marts["plan"], marts["stripe_price"])


def summary(finding):
    return {key: getattr(finding, key) for key in ("verdict", "severity", "promised", "delivered")}


@pytest.mark.parametrize("case", cases("surfaces", "standing"))
def test_the_difference_stands_in_the_specification(case):
    (finding,) = (finding for finding in found() if finding.claim == case["claim"])
    assert summary(finding) == case["expect"]
    assert (finding.kind, finding.published) == ("surface", False)


def test_no_other_difference_stands_in_the_specification():
    named = {case.values[0]["claim"] for case in cases("surfaces", "standing")}
    assert {finding.claim for finding in found()} == named
    assert len(found()) == len(named)


@pytest.mark.parametrize("case", cases("surfaces", "changed"))
def test_one_changed_value_is_found(case):
    table = rows(case["mart"])
    ((column, value),) = case["row"].items()
    (row,) = (row for row in table if row[column] == value)
    row.update({key: Decimal(text) if key.endswith("_usd") else text for key, text in case["set"].items()})
    expected = dict(case["expect"])
    claim = expected.pop("claim")
    (finding,) = (finding for finding in found(**{case["mart"]: table}) if finding.claim == claim)
    assert summary(finding) == expected


def test_a_book_read_by_the_uniform_column_still_shows_what_the_matrix_says():
    read = overlaid(current(), {"settings": {"allowances": "uniform"}}, "a test")
    uniform = differences(read, SURFACE, rows("dimension"), rows("plan"), rows("stripe_price"))
    assert "team_seats.included" in {finding.claim for finding in uniform}


def test_a_gap_says_which_evidence_is_missing_and_where_it_may_be_found():
    prices, gaps = stripe_evidence(rows("plan"), rows("stripe_price"))
    assert prices == {"starter-monthly": 299, "accelerate-monthly": 1499, "command_plus-monthly": 3999}
    assert gaps["starter-annual"] == (
        "starter-annual: the plans database names no Stripe price (gateway_products.price_id is empty); "
        "price_of_a_starter_year at 2,990 carries its lookup key"
    )
    assert gaps["accelerate-annual"].endswith("(gateway_products.price_id is empty)")


def test_without_stripe_every_price_is_unknown_and_never_zero():
    prices, gaps = stripe_evidence(rows("plan"), [])
    assert prices == {}
    assert (
        gaps["starter-monthly"] == "starter-monthly: no Stripe prices were pulled; add stripe/prices.csv to the sources"
    )
    assert {finding.verdict for finding in found(stripe_price=[]) if finding.claim.endswith("stripe_price")} == {
        "unverifiable"
    }


def at_stripe(lookup_key, **changes):
    """Stripe's prices, of which one says something else."""
    table = rows("stripe_price")
    next(row for row in table if row["lookup_key"] == lookup_key).update(changes)
    return table


def test_a_plan_whose_price_stripe_has_in_bands_is_unknown_and_compared_in_all_else():
    banded = at_stripe("starter-monthly", amount_usd=None, interval="year")
    prices, gaps = stripe_evidence(rows("plan"), banded)
    assert "starter-monthly" not in prices
    assert gaps["starter-monthly"] == (
        "starter-monthly: price_1TUvXMJ64NJeR1n97xgOUuuC has bands at Stripe, and no one amount"
    )
    told = {one.claim: one.verdict for one in found(stripe_price=banded) if one.claim.startswith("starter-monthly")}
    assert told == {"starter-monthly.interval": "contradictory", "starter-monthly.stripe_price": "unverifiable"}
    likely = at_stripe("starter-annual", amount_usd=None)
    assert "price_of_a_starter_year at several bands" in stripe_evidence(rows("plan"), likely)[1]["starter-annual"]


def test_a_rate_that_stripe_has_in_bands_is_unknown():
    (one,) = (one for one in found(stripe_price=at_stripe("words", amount_usd=None)) if one.claim == "words.rate")
    assert (one.verdict, one.severity, one.delivered) == ("unverifiable", "note", "Stripe: several bands")


@pytest.mark.parametrize(("units", "delivered"), [(1, []), (1000, []), (100, ["Stripe: 0.001 per 100"])])
def test_the_same_amount_for_other_units_is_another_rate(units, delivered):
    told = found(stripe_price=at_stripe("words", unit_divisor=units))
    assert [one.delivered for one in told if one.claim == "words.rate"] == delivered


def test_a_price_at_stripe_without_a_name_and_an_interval_is_told_so():
    told = found(stripe_price=at_stripe("starter-monthly", product_name=None, interval=None))
    assert {one.claim: one.delivered for one in told if one.claim.startswith("starter-monthly")} == {
        "starter-monthly.interval": "Stripe: once",
        "starter-monthly.tier_name": "Stripe: a product without a name",
    }


# The listing


def test_the_contract_rows_are_the_specifications():
    made = listing(current(), CLAIMS)
    assert [
        (row.name, row.dimension_key, row.duration, row.duration_code, row.price_usd) for row in made.contracts
    ] == [
        ("Vellocity GTM — Starter", "starter", "Monthly", "P1M", "299.00"),
        ("Vellocity GTM — Starter", "starter", "Annual", "P12M", "2990.00"),
        ("Vellocity GTM — Accelerate", "accelerate", "Monthly", "P1M", "1499.00"),
        ("Vellocity GTM — Accelerate", "accelerate", "Annual", "P12M", "14990.00"),
        ("Vellocity GTM — Command", "command_plus", "Monthly", "P1M", "3999.00"),
        ("Vellocity GTM — Command", "command_plus", "Annual", "P12M", "39990.00"),
    ]


def test_the_metering_rows_are_the_specifications():
    made = listing(current(), CLAIMS)
    assert [(row.name, row.unit, row.price_usd, row.tier_floor, row.kind) for row in made.dimensions] == [
        ("Words", "per 1,000 words", "0.001", "any", "metered"),
        ("Images", "per image", "0.05", "any", "metered"),
        ("AudioMinutes", "per minute", "0.01", "accelerate", "metered"),
        ("VideoMinutes", "per minute", "0.50", "command", "metered"),
        ("APIRequests", "per 1,000 requests", "0.01", "accelerate", "metered"),
        ("GTMWorkflows", "per workflow", "5.00", "any", "metered"),
        ("TeamSeats", "per seat/month", "29.00", "any", "entitled"),
        ("SEOCredits", "per credit", "0.10", "any", "metered"),
    ]
    (seats,) = (row for row in made.dimensions if row.dimension_key == "team_seats")
    assert seats.included == {"starter": "3", "accelerate": "10", "command": "25"}


def test_enterprise_is_invisible_and_the_listing_says_so(shared):
    """'Recommendation: invisible on the public listing (matches hidden=1 in DB…)'"""
    brief = next((shared / "brief").glob("001*")).read_text()
    assert "Recommendation: invisible on the public listing" in brief
    made = listing(current(), CLAIMS)
    typed = [*made.contracts, *made.dimensions]
    assert "enterprise" not in str(typed).lower()
    assert "Enterprise is not on the public listing: private offer only" in made.notes


def test_the_listing_says_what_it_cannot_hold():
    notes = " ".join(listing(current(), CLAIMS).notes)
    assert "not words at 0.0008 above 100,000 and 0.0006 above 500,000" in notes
    assert "no included quantities" in notes
    assert "0.0008 and 0.0006 need more than the 3 decimals that the seller console holds" in notes
    assert "8 decimals" not in notes


def test_a_price_that_is_no_price_per_unit_is_not_representable():
    changes = {"images": {"model": "package", "minimum": 25}, "words": {"maximum": 40}}
    notes = " ".join(listing(overlaid(current(), {"dimensions": changes}, "a test"), CLAIMS).notes)
    assert "images has a package price and a minimum: compute it here, and meter the money" in notes
    assert "words has a maximum: compute it here" in notes
    assert "seo_credits has" not in notes


def test_the_listing_is_not_published_yet():
    assert listing(current(), CLAIMS).is_published is False
    assert listing(current(), PUBLISHED_ON_AWS).is_published is True


def test_the_csv_reads_back_as_the_same_rows():
    made = listing(current(), CLAIMS)
    read = list(csv.DictReader(as_csv(made).splitlines()))
    assert [row["section"] for row in read] == ["contract"] * 6 + ["metering"] * 8
    assert [row["price_usd"] for row in read] == [row.price_usd for row in (*made.contracts, *made.dimensions)]
    assert [read[6][f"included_{tier}"] for tier in ("starter", "accelerate", "command")] == ["50000"] * 3
    assert None not in read[6]


def test_the_csv_quotes_what_would_break_it():
    book = overlaid(current(), {"dimensions": {"words": {"name": 'Words, "all"'}}}, "a test")
    read = list(csv.DictReader(as_csv(listing(book, CLAIMS)).splitlines()))
    assert read[6]["name"] == 'Words, "all"'


def test_a_listing_without_a_public_plan_still_has_its_three_tables():
    """Nobody can buy a tier, so none of the tables says what the least tier includes."""
    hidden = {"plans": {key: {"public": False} for key in current().plans}}
    made = listing(overlaid(current(), hidden, "a test"), CLAIMS, rows("plan"))
    assert made.contracts == ()
    text = specification(made)
    assert "| words | words | per 1,000 words | $0.001 |" in text.lower()
    assert "Included (" not in text


def test_a_proposed_book_has_its_own_listing():
    book = overlaid(current(), {"rails": {"aws": {"plans": {"starter-annual": {"list_price": 2870}}}}}, "a test")
    assert listing(book, CLAIMS).contracts[1].price_usd == "2870.00"


# What may differ, and what may not


def standing(name, verdict="contradictory", severity="warning"):
    (one,) = stood([replace(found()[0], claim=name, verdict=verdict, severity=severity, evidence=())], parse(CLAIMS))
    return one.standing, one.severity, one.evidence


@pytest.mark.parametrize("name", ["starter-monthly.price", "starter-monthly.price.vell_ai_pricing", "words.aws_rate"])
def test_a_headline_price_and_the_marketplaces_own_rate_may_not_differ(name):
    assert standing(name) == ("forbidden", "warning", ())


def test_a_metered_price_at_stripe_may_differ_from_the_rate_card_and_says_which_words_allow_it():
    assert standing("words.rate") == (
        "permitted",
        "note",
        (
            "permitted: metered prices at Stripe may differ from the marketplace's rate card (Listing specification, "
            'TL;DR: "allowed only in Private Offers and in metering rate cards")',
        ),
    )


@pytest.mark.parametrize(
    ("verdict", "severity"),
    [("contradictory", "note"), ("unverifiable", "note"), ("unverifiable", "warning"), ("not representable", "note")],
)
def test_what_is_harmless_or_unknown_is_a_remark(verdict, severity):
    assert standing("starter-monthly.price", verdict, severity) == ("note", severity, ())


def test_what_the_listing_cannot_hold_is_planned_until_it_is_published():
    held = {one.claim: one.state for one in found() if one.verdict == "not representable"}
    assert set(held.values()) == {"planned"} and len(held) == 3
    public = parse(PUBLISHED_ON_AWS).surfaces["aws_listing"]
    after = differences(current(), public, rows("dimension"), rows("plan"), rows("stripe_price"))
    assert {one.state for one in after if one.verdict == "not representable"} == {"published"}


# The specification's three tables


def tables(text):
    """The tables of a page by their headings; the paper breaks lines inside rows, so cells are counted off."""
    found, heading, cells = {}, "", {}
    for line in text.splitlines():
        if line.endswith("¶") or line.startswith("#"):
            heading = line.strip("#¶ ")
        elif "|" in line:
            cells.setdefault(heading, []).extend(cell.strip("` ") for cell in line.split("|") if cell.strip())
    for heading, told in cells.items():
        width = next(at for at, cell in enumerate(told) if set(cell) == {"-"})
        kept = [cell for cell in told if set(cell) != {"-"}]
        found[heading] = [kept[at : at + width] for at in range(0, len(kept), width)]
    return found


@pytest.fixture(scope="module")
def paper(shared):
    return tables(next((shared / "brief").glob("001*")).read_text())


@pytest.fixture(scope="module")
def printed():
    return tables(specification(listing(current(), CLAIMS, rows("plan"))))


def test_the_contract_table_is_the_specifications_with_the_ids(paper, printed):
    """The papers' yearly price ids are said to be in the database, where they are not: missing, and said so."""
    ours, theirs = printed["SaaS contract pricing rows"], paper["SaaS Contract pricing rows"]
    assert ours[0][2:] == theirs[0][1:]
    price = r"\$([\d,]+)/(mo|yr)"
    for mine, its in zip(ours[1:7], theirs[1:7], strict=True):
        assert mine[0] == f"Vellocity GTM — {its[0]}"
        assert re.match(price, mine[3]).groups() == re.match(price, its[2]).groups()
        assert [mine[2], mine[4], mine[5]] == [its[1], its[3], its[4]]
        assert mine[6] == ("missing" if its[5].startswith("(yearly") else its[5])
    assert [*ours[7][2:5], *ours[7][6:]] == [*theirs[7][1:4], *theirs[7][5:]]
    assert ours[7][0] == "Enterprise"


def test_a_months_share_of_a_year_is_told_to_the_cent(printed):
    """2,990 ÷ 12 = 249.1667, 14,990 ÷ 12 = 1,249.1667, 39,990 ÷ 12 = 3,332.50"""
    prices = [row[3] for row in printed["SaaS contract pricing rows"][1:7]]
    assert prices[1::2] == ["$2,990/yr ($249.17/mo)", "$14,990/yr ($1,249.17/mo)", "$39,990/yr ($3,332.50/mo)"]


def test_the_metering_table_is_the_specifications_but_where_its_papers_disagree(paper, printed):
    """Starter's column holds the database's uniform quantities there; the book goes by the paper's own matrix."""
    ours, theirs = printed["Metering dimensions"], paper["Metering dimensions (overage)"]
    assert ours[0] == theirs[0]
    apart = {
        (mine[0], head): (its[at], mine[at])
        for mine, its in zip(ours[1:], theirs[1:], strict=True)
        for at, head in enumerate(ours[0])
        if head != "Base price" and mine[at] != its[at]
    }
    assert apart == {
        ("AudioMinutes", "Included (Starter)"): ("30", "not offered"),
        ("VideoMinutes", "Included (Starter)"): ("5", "not offered"),
        ("APIRequests", "Included (Starter)"): ("10,000", "not offered"),
        ("APIRequests", "Unit"): ("per 1,000 reqs", "per 1,000 requests"),
        ("GTMWorkflows", "Tier floor"): ("Starter+", "any"),
        ("TeamSeats", "Included (Starter)"): ("0 (per-tier floor)", "3"),
    }
    at = ours[0].index("Base price")
    assert [Decimal(row[at].strip("$")) for row in ours[1:]] == [Decimal(row[at].strip("$")) for row in theirs[1:]]


def test_the_applicability_table_is_the_specifications(paper, printed):
    words = {"—": "not offered", "custom": "by contract", "unlimited (per memory note)": "unlimited"}
    theirs = paper["Tier × dimension applicability"]
    ours = printed["Tier × dimension applicability"]
    assert ours[0] == theirs[0]
    assert [row[1:] for row in ours[1:]] == [[words.get(cell, cell) for cell in row[1:]] for row in theirs[1:]]


def test_every_missing_id_is_named_and_each_is_a_finding_already():
    made = listing(current(), CLAIMS, rows("plan"))
    years = ("starter-annual", "accelerate-annual", "command_plus-annual")
    assert made.missing == tuple(f"{plan}.stripe_price_id" for plan in years)
    assert {f"{plan}.stripe_price" for plan in years} <= {finding.claim for finding in found()}
    assert "Missing ids: starter-annual.stripe_price_id" in specification(made)
    complete = [{**row, "stripe_price_id": row["stripe_price_id"] or "price_x"} for row in rows("plan")]
    assert listing(current(), CLAIMS, complete).missing == ()
