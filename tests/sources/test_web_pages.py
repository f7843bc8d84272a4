"""A saved pricing page becomes prices of a capture, through the real pull and build, and is held against the book."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.sources.pull import pull
from lib.sources.web_pages import prices
from lib.warehouse.build import build
from tests.warehouse.hand_world import PLANS
from tests.warehouse.worlds import ask

DAY = date(2026, 10, 31)


def offer(price: str, term: str, **more: Any) -> dict[str, Any]:
    specified = {"@type": "UnitPriceSpecification", "price": price, "priceCurrency": "USD", "unitCode": term}
    return {"@type": "Offer", "priceSpecification": specified, **more}


def product(name: str, sku: str, *offers: dict[str, Any]) -> dict[str, Any]:
    return {"@type": "Product", "name": name, "sku": sku, "offers": list(offers)}


def page(*blocks: object) -> str:
    """A page as a site generator writes it: its address, what people see, and what machines read."""
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(block)}</script>' for block in blocks)
    return (
        '<!doctype html><html><head><title>Pricing</title><link rel="canonical" href="https://vell.ai/pricing">'
        f"<script>var price = 1;</script>{scripts}</head><body><h1>$1 &amp; up</h1></body></html>"
    )


STARTER = product("Starter", "starter", offer("299.00", "MON"), offer("2990.00", "ANN"))
ACCELERATE = product("Accelerate", "accelerate", offer("1,499.00", "MON", sku="accelerate-monthly"))


def test_offers_are_prices_by_plan_and_term() -> None:
    read = prices(
        page({"@context": "https://schema.org", "@graph": [STARTER, ACCELERATE]}), "pricing_page", "2026-10-28"
    )
    assert read.gaps == []
    assert [(row["plan"], row["term"], row["displayed_name"], row["price_usd"]) for row in read.rows] == [
        ("starter", "monthly", "Starter", "299.00"),
        ("starter", "annual", "Starter", "2990.00"),
        ("accelerate", "monthly", "Accelerate", "1,499.00"),
    ]
    assert {(row["surface"], row["place"], row["captured_on"]) for row in read.rows} == {
        ("pricing_page", "vell.ai/pricing", "2026-10-28")
    }


@pytest.mark.parametrize(
    ("specified", "term"),
    [
        ({"billingDuration": "P1M"}, "monthly"),
        ({"billingDuration": "P12M"}, "annual"),
        ({"billingDuration": "P1Y"}, "annual"),
        ({"billingDuration": 1, "unitCode": "ANN"}, "annual"),
        ({"unitText": "MONTH"}, "monthly"),
    ],
)
def test_a_term_is_said_in_several_ways(specified: dict[str, Any], term: str) -> None:
    one = {"@type": "Offer", "price": 299, "priceCurrency": "USD", "priceSpecification": specified}
    (row,) = prices(page(product("Starter", "starter", one)), "pricing_page", "2026-10-28").rows
    assert (row["term"], row["price_usd"]) == (term, "299")


@pytest.mark.parametrize(
    ("html", "gap"),
    [
        (page(), "it holds no schema.org offers"),
        (page(product("Starter", "starter", offer("299", "DAY"))), "an offer 'Starter' was left out: it lacks a term"),
        (page(product("Starter", "s", offer("299", "MON", priceCurrency="EUR"))), "it lacks dollars"),
        (page({"@type": "Offer"}), "it lacks a name, a price, dollars, a term"),
        ('<script type="application/ld+json">{"@type": </script>', "a block of structured data is no JSON"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_guessed(html: str, gap: str) -> None:
    read = prices(html, "pricing_page", "2026-10-28")
    assert read.rows == []
    assert any(gap in said for said in read.gaps), read.gaps


def block(text: str, kind: str = "application/ld+json") -> str:
    return f'<script type="{kind}">{text}</script>'


def plain(**more: Any) -> dict[str, Any]:
    return {"@type": "Offer", "name": "Starter", "price": "299", "priceCurrency": "USD", "unitCode": "MON", **more}


@pytest.mark.parametrize(
    ("html", "gap"),
    [
        (block("[" * 100_000), "nested too deeply"),
        (block('{"a":' * 900 + "1" + "}" * 900), "no schema.org offers"),
        (page(plain(**{"@type": 5})), "no schema.org offers"),
        (page(plain(**{"@type": None})), "no schema.org offers"),
        (page(plain(**{"@type": [None, {"a": 1}]})), "no schema.org offers"),
        (page(plain(name="\ud800")), "it lacks a name"),
        (page(plain(name={"en": "Starter"})), "it lacks a name"),
        (page(plain(name="x" * 1_000_000)), "it lacks a name"),
        (page(plain(price={"a": 1})), "it lacks a price"),
        (page(plain(price=True)), "it lacks a price"),
        (page(plain(price=[299])), "it lacks a price"),
        (page(plain(price=float("nan"))), "NaN is no number"),
        (page(plain(priceCurrency=["USD"])), "it lacks dollars"),
        ("<![foo bar]>" + page(plain()), "its HTML cannot be read to the end"),
    ],
)
def test_a_broken_page_is_a_note_and_never_stops_the_pull(html: str, gap: str) -> None:
    read = prices(html, "pricing_page", "2026-10-28")
    assert read.rows == []
    assert any(gap in said for said in read.gaps), read.gaps
    assert all(len(said) < 200 for said in read.gaps)


@pytest.mark.parametrize("address", ["http://[bad", "javascript:alert(1)", "/pricing", "https://", "https://a.b/\x07"])
def test_an_address_that_is_none_of_the_web_is_not_kept(address: str) -> None:
    read = prices(page(plain()).replace("https://vell.ai/pricing", address), "pricing_page", "2026-10-28")
    assert [(row["place"], row["url"]) for row in read.rows] == [("pricing_page", "")]
    assert "its address, which is no http(s) address" in read.gaps[0]


@pytest.mark.parametrize("written", ["299.10", "299.100", "0.1000000000000000055", "1" * 500])
def test_a_price_keeps_every_digit_that_the_page_wrote(written: str) -> None:
    told = json.dumps(plain(price="PRICE")).replace('"PRICE"', written)
    assert [row["price_usd"] for row in prices(block(told), "pricing_page", "2026-10-28").rows] == [written]


@pytest.mark.parametrize("kind", ["Offer", "http://schema.org/Offer", "https://schema.org/Offer", ["Thing", "Offer"]])
def test_an_offer_is_known_by_its_short_name_and_by_its_address(kind: object) -> None:
    read = prices(page(plain(**{"@type": kind}, sku=None)), "pricing_page", "2026-10-28")
    assert [(row["plan"], row["displayed_name"], row["price_usd"]) for row in read.rows] == [
        ("starter", "Starter", "299")
    ]


def test_a_block_may_name_its_letters() -> None:
    told = block(json.dumps(plain()), "application/LD+JSON; charset=utf-8")
    assert len(prices(told, "pricing_page", "2026-10-28").rows) == 1


def test_two_prices_of_one_plan_are_both_kept_and_said() -> None:
    read = prices(page(plain(), plain(), plain(price="399")), "pricing_page", "2026-10-28")
    assert [row["price_usd"] for row in read.rows] == ["299", "399"]
    assert read.gaps == ["it says two prices of 'starter', monthly: '299' and '399'; both are kept"]


def test_several_price_specifications_are_as_many_prices() -> None:
    specified = [
        {"price": 299, "priceCurrency": "USD", "billingDuration": "P1M"},
        {"price": 2990, "priceCurrency": "USD", "billingDuration": "P1Y"},
    ]
    one = {"@type": "Offer", "name": "Starter", "priceSpecification": specified}
    read = prices(page(one), "pricing_page", "2026-10-28")
    assert [(row["term"], row["price_usd"]) for row in read.rows] == [("monthly", "299"), ("annual", "2990")]


def test_a_saved_page_is_pulled_and_built_like_a_capture_that_somebody_wrote(tmp_path: Path) -> None:
    for name, text in PLANS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "pricing_page-2026-10-28.html").write_text(page([STARTER, ACCELERATE]))
    (tmp_path / "pages" / "saved.html").write_text(page(STARTER))
    (tmp_path / "sources.toml").write_text(
        '[plans_db]\nkind = "folder"\npath = "plans_db"\n[surfaces]\nkind = "web_pages"\npath = "pages"\n'
    )
    (tmp_path / "pull.toml").write_text((tmp_path / "sources.toml").read_text())
    taken = pull(tmp_path / "pull.toml", tmp_path / "snapshots", DAY)
    report = build(tmp_path / "snapshots", tmp_path / "warehouse")
    rows = ask(report, "select place, plan_key, displayed_name, price_usd, captured_on from marts.surface_price")
    assert sorted(rows) == [
        ("vell.ai/pricing", "accelerate-monthly", "Accelerate", Decimal("1499.00"), date(2026, 10, 28)),
        ("vell.ai/pricing", "starter-annual", "Starter", Decimal("2990.00"), date(2026, 10, 28)),
        ("vell.ai/pricing", "starter-monthly", "Starter", Decimal("299.00"), date(2026, 10, 28)),
    ]
    assert taken.notes["surfaces"] == [
        "pricing_page-2026-10-28.html: 3 prices read from its structured data",
        "saved.html was not read: save a page as pricing_page-2026-10-28.html, its surface and the day",
    ]
