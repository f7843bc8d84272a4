"""The listing as the APIs answered it, in the marts: every price of both views, exact, and nothing lost on the way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.claims.finding import Finding
from lib.claims.parse import parse
from lib.sources import marketplace_api
from lib.sources.kinds import Visit
from lib.surfaces import AwsListing, listed_differences, listing
from lib.warehouse.build import BuildReport
from lib.warehouse.read import Warehouse
from tests.servers import aws
from tests.sources import aws_world
from tests.sources.aws_world import DRAFT, METERED, OFFER, PRIVATE_OFFER, PRODUCT, TIERS
from tests.specification import CLAIMS, PUBLISHED_ON_AWS, current
from tests.warehouse.worlds import account, built

DAY = date(2026, 10, 31)
EVERY_PRICE = {
    **{("usage", "none", key): Decimal(price) for key, _, _, price in METERED},
    **{("contract", "P1M", key): Decimal(month) for key, _, month, _ in TIERS},
    **{("contract", "P12M", key): Decimal(year) for key, _, _, year in TIERS},
}


def pulled(folder: Path, world: aws.World, **settings: str) -> dict[str, str]:
    """A seller's world as the real client brings it: the files of a snapshot."""
    target = folder / "pulled" / "marketplace_api"
    with aws.signed_in(folder), aws.running(world) as server:
        asked = {"product_id": PRODUCT, "endpoint": server.url, "parts": "catalog, discovery", **settings}
        marketplace_api.fetch(Visit("marketplace_api", asked, {}, target, None, DAY, lambda _what, _share: None))
    return {f"marketplace_api/{path.name}": path.read_text() for path in target.glob("*.jsonl")}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    """The public offer, a private one and a draft, of which the last two have other prices."""
    folder = tmp_path_factory.mktemp("listing")
    world = aws_world.world()
    world.entities[DRAFT] = aws_world.offer(DRAFT, "Draft")
    world.entities[PRIVATE_OFFER]["DetailsDocument"]["Terms"][0]["RateCards"][0]["RateCard"][0]["Price"] = "0.0009"
    world.offer_terms[OFFER][0]["usageBasedPricingTerm"]["rateCards"][0]["rateCard"][1]["price"] = "0.04999999"
    files = pulled(folder, world, offer_ids=f"{OFFER}, {PRIVATE_OFFER}, {DRAFT}")
    return built(folder, files)


@pytest.fixture(scope="module")
def warehouse(report: BuildReport) -> Iterator[Warehouse]:
    opened = Warehouse(report.path)
    yield opened
    opened.close()


def differences(claims: str, listed: AwsListing) -> tuple[Finding, ...]:
    return listed_differences(current(), parse(claims).surfaces["aws_listing"], listing(current(), claims), listed)


def prices(warehouse: Warehouse, source: str, offer: str) -> dict[tuple[str, str, str], Any]:
    rows = warehouse.rows("listed_price", source=source, offer_id=offer)
    return {(row["pricing"], row["duration"], row["dimension_key"]): row["price"] for row in rows}


def test_every_price_of_our_catalog_is_there_and_exact(warehouse: Warehouse) -> None:
    assert prices(warehouse, "catalog", OFFER) == EVERY_PRICE
    assert prices(warehouse, "catalog", PRIVATE_OFFER)[("usage", "none", "words")] == Decimal("0.0009")


def test_buyers_prices_are_there_to_the_eighth_decimal(warehouse: Warehouse) -> None:
    changed = {("usage", "none", "images"): Decimal("0.04999999")}
    assert prices(warehouse, "discovery", OFFER) == EVERY_PRICE | changed


def test_only_what_anyone_can_buy_is_public(warehouse: Warehouse) -> None:
    public = {(row["source"], row["offer_id"]): row["is_public"] for row in warehouse.rows("listed_price")}
    assert public == {
        ("catalog", OFFER): True,
        ("catalog", PRIVATE_OFFER): False,
        ("catalog", DRAFT): False,
        ("discovery", OFFER): True,
    }


def test_names_and_units_come_with_the_price_in_both_views(warehouse: Warehouse) -> None:
    for source in ("catalog", "discovery"):
        rows = warehouse.rows("listed_price", source=source, offer_id=OFFER, pricing="usage")
        told = {row["dimension_key"]: (row["dimension_name"], row["unit"], row["currency"]) for row in rows}
        assert told == {key: (name, unit, "USD") for key, name, unit, _ in METERED}


def test_dimensions_are_those_of_the_product(warehouse: Warehouse) -> None:
    rows = warehouse.rows("listed_dimension")
    assert {row["dimension_key"] for row in rows} == {key for key, *_ in (*METERED, *TIERS)}
    [words] = [row for row in rows if row["dimension_key"] == "words"]
    assert words == {
        "product_id": PRODUCT,
        "dimension_key": "words",
        "dimension_name": "Words",
        "description": "Words above",
        "unit": "1,000 words",
        "types": "ExternallyMetered",
        "last_modified_at": datetime(2026, 5, 9, 8, 30, tzinfo=UTC).replace(tzinfo=None),
    }


def test_every_line_is_accounted_for(report: BuildReport) -> None:
    for feed, lines in {"listed_entity": 4, "listed_term": 3}.items():
        told = account(report, feed)
        assert (told["lines_read"], told["loaded"], told["rejected"]) == (lines, lines, 0)


def test_the_book_is_held_against_what_was_pulled(warehouse: Warehouse) -> None:
    """Buyers still see another price of images; everything else agrees with the specification."""
    listed = AwsListing(warehouse.rows("listed_price"), warehouse.rows("listed_dimension"))
    [finding] = differences(PUBLISHED_ON_AWS, listed)
    assert (finding.claim, finding.delivered) == (
        "images.aws_rate.discovery",
        "AWS listing as buyers see it: 0.04999999",
    )


def test_a_listing_that_was_asked_for_and_is_not_there_yet_builds(tmp_path: Path) -> None:
    world = aws_world.world()
    world.summaries.clear()
    world.purchase_options.clear()
    opened = Warehouse(built(tmp_path, pulled(tmp_path, world)).path)
    listed = AwsListing(opened.rows("listed_price"), opened.rows("listed_dimension"))
    opened.close()
    assert (listed.prices, listed.is_pulled) == ([], True)
    assert differences(CLAIMS, listed) == ()


def test_damaged_lines_are_rejected_and_the_others_stay(tmp_path: Path) -> None:
    files = pulled(tmp_path, aws_world.world())
    good = files["marketplace_api/entities.jsonl"]
    bad = ['{"Call":{"Id":"offer-x"},"EntityType":"Offer@1.0","LastModifiedDate":"soon"}', good[:200], "[]"]
    document = '{"Call":{"Id":"offer-y"},"EntityType":"Offer@1.0","LastModifiedDate":"2026-05-09T08:30:00Z",'
    bad.append(document + '"DetailsDocument":"no document"}')
    report = built(tmp_path, {**files, "marketplace_api/entities.jsonl": good + "\n".join(bad) + "\n"})
    told = account(report, "listed_entity")
    assert (told["lines_read"], told["loaded"], told["rejected"]) == (6, 2, 4)
    opened = Warehouse(report.path)
    assert prices(opened, "catalog", OFFER) == EVERY_PRICE
    opened.close()
