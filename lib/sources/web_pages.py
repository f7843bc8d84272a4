"""Saved web pages: the prices that a page states in its structured data become rows of a capture.

A page is saved as <surface>-<day>[-…].html, such as pricing_page-2026-10-28.html: the name says which surface it is of
and when somebody looked. What search engines and marketplaces read of a page is its schema.org data (JSON-LD), so that
is what is read here; what the page paints around it is for people, and is written down by people.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lib.sources import files

if TYPE_CHECKING:
    from lib.sources.kinds import Visit

NAME = re.compile(r"(pricing_page|checkout_page|third_party)-(\d{4}-\d{2}-\d{2})(?:-[^/]*)?\.html?", re.IGNORECASE)
COLUMNS = ("surface", "place", "plan", "term", "displayed_name", "price_usd", "is_visible", "url", "captured_on")
# schema.org: billingDuration is a duration, unitCode a UN/CEFACT code, unitText words.
TERMS = {"p1m": "monthly", "mon": "monthly", "month": "monthly"}
TERMS |= {"p1y": "annual", "p12m": "annual", "ann": "annual", "year": "annual"}
_OF_A_TERM = ("billingDuration", "unitCode", "unitText")

Node = Mapping[str, Any]


def fetch(visit: Visit) -> None:
    """A folder of captures, of which saved pages become prices; what could not be read of a page is noted."""
    files.fetch(visit)
    for path in sorted(path for path in visit.target.rglob("*") if path.suffix.lower() in (".html", ".htm")):
        _convert(visit, path)
        path.unlink()


def _convert(visit: Visit, path: Path) -> None:
    named = NAME.fullmatch(path.name)
    if named is None:
        visit.note(f"{path.name} was not read: save a page as pricing_page-2026-10-28.html, its surface and the day")
        return
    read = prices(path.read_text("utf-8", "replace"), named[1].lower(), named[2])
    for gap in read.gaps:
        visit.note(f"{path.name}: {gap}")
    if read.rows:
        path.with_name(f"prices-{path.stem}.csv").write_text(_csv(read.rows), "utf-8")
        visit.note(f"{path.name}: {len(read.rows)} prices read from its structured data")


@dataclass
class Read:
    """What was read of a page: a row per price, and a sentence for every offer that could not be one."""

    rows: list[dict[str, str]] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def prices(html: str, surface: str, captured_on: str) -> Read:
    """The text of a page → its prices in US dollars by plan and term."""
    page = _Page()
    page.feed(html)
    place = _place(page.canonical) or surface
    about = {"surface": surface, "place": place, "is_visible": "yes", "url": page.canonical, "captured_on": captured_on}
    found = Read()
    for text in page.data:
        try:
            offers = list(_offers(json.loads(text), {}))
        except ValueError as problem:
            found.gaps.append(f"a block of structured data is no JSON ({problem})")
            continue
        for offer in offers:
            _read(offer, about, found)
    if not (found.rows or found.gaps):
        found.gaps.append("it holds no schema.org offers; write its prices down in a prices*.csv")
    return found


class _Page(HTMLParser):
    """The JSON-LD blocks of a page, and the address it calls its own."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[str] = []
        self.canonical = ""
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "canonical":
            self.canonical = given.get("href") or ""
        self._is_inside = tag == "script" and (given.get("type") or "").lower() == "application/ld+json"
        if self._is_inside:
            self.data.append("")

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.data[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "script"


def _offers(node: object, product: Node) -> Iterator[Node]:
    """Every offer in a document, with the name and number of the product it is of where it has none of its own."""
    if isinstance(node, list):
        for entry in node:
            yield from _offers(entry, product)
    if not isinstance(node, Mapping):
        return
    kinds = node.get("@type", ())
    named = {key: node[key] for key in ("name", "sku") if node.get(key)}
    if "Offer" in ([kinds] if isinstance(kinds, str) else kinds):
        yield {**product, **node}
        return
    for entry in node.values():
        yield from _offers(entry, {**product, **named})


def _read(offer: Node, about: Mapping[str, str], found: Read) -> None:
    name = str(offer.get("name", ""))
    specified = _first(offer.get("priceSpecification"))
    price = offer.get("price", specified.get("price"))
    currency = offer.get("priceCurrency", specified.get("priceCurrency"))
    term = _term(specified) or _term(offer)
    if price is None or currency != "USD" or term is None or not name:
        lacks = {"a name": not name, "a price": price is None, "dollars": currency != "USD", "a term": term is None}
        missing = ", ".join(what for what, is_missing in lacks.items() if is_missing)
        found.gaps.append(f"an offer {name!r} was left out: it lacks {missing}")
        return
    plan = re.sub(rf"-{term}$", "", str(offer.get("sku", name)).strip().lower())
    found.rows.append({**about, "plan": plan, "term": term, "displayed_name": name, "price_usd": str(price)})


def _first(node: object) -> Node:
    one = node[0] if isinstance(node, list) and node else node
    return one if isinstance(one, Mapping) else {}


def _term(node: Node) -> str | None:
    """How long an offer's price is for."""
    said = [str(node[key]).lower() for key in _OF_A_TERM if node.get(key)]
    return next((TERMS[word] for word in said if word in TERMS), None)


def _place(address: str) -> str:
    """https://vell.ai/pricing → vell.ai/pricing."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".rstrip("/")


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
