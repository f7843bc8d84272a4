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
