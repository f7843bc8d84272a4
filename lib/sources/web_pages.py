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
import reprlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
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
_SCHEMA = re.compile(r"https?://schema\.org/")
LONGEST = 1000  # signs of a name, a price or an address; what is longer is none

Node = Mapping[str, Any]


def fetch(visit: Visit) -> None:
    """A folder of captures, of which saved pages become prices; what could not be read of a page is noted."""
    files.fetch(visit)
    for path in sorted(path for path in visit.target.rglob("*") if path.suffix.lower() in (".html", ".htm")):
        if path.is_file():
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
    page, found = _Page(), Read()
    try:
        page.feed(html)
    except (AssertionError, ValueError):  # Python's parser gives up on some marks that browsers skip
        found.gaps.append("its HTML cannot be read to the end; only what stands before that was read")
    url = _address(page.canonical)
    if page.canonical and not url:
        found.gaps.append(f"it calls {reprlib.repr(page.canonical)} its address, which is no http(s) address")
    place = _place(url) or surface
    about = {"surface": surface, "place": place, "is_visible": "yes", "url": url, "captured_on": captured_on}
    told = len(found.gaps)
    for text in page.data:
        for offer in _of_block(text, found):
            _read(offer, about, found)
    if not found.rows and len(found.gaps) == told:
        found.gaps.append("it holds no schema.org offers; write its prices down in a prices*.csv")
    return found


def _of_block(text: str, found: Read) -> list[Node]:
    """The offers of a block of structured data; every number is the text it is written as."""
    try:
        return list(_offers(json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_number), {}))
    except ValueError as problem:
        found.gaps.append(f"a block of structured data is no JSON ({problem})")
    except RecursionError:
        found.gaps.append("a block of structured data is nested too deeply to be read")
    return []


def _no_number(written: str) -> NoReturn:
    raise ValueError(f"{written} is no number")


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
        self._is_inside = tag == "script" and _media_type(given) == "application/ld+json"
        if self._is_inside:
            self.data.append("")

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.data[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "script"


def _media_type(given: Mapping[str, str | None]) -> str:
    return (given.get("type") or "").partition(";")[0].strip().lower()


def _offers(node: object, product: Node) -> Iterator[Node]:
    """Every offer in a document, with the name and number of the product it is of where it has none of its own."""
    if isinstance(node, list):
        for entry in node:
            yield from _offers(entry, product)
    if not isinstance(node, Mapping):
        return
    named = {key: node[key] for key in ("name", "sku") if node.get(key)}
    if "Offer" in _kinds(node):
        yield from _by_specification({**product, **node})
        return
    for entry in node.values():
        yield from _offers(entry, {**product, **named})


def _kinds(node: Node) -> list[str]:
    said = node.get("@type")
    return [_SCHEMA.sub("", kind) for kind in (said if isinstance(said, list) else [said]) if isinstance(kind, str)]


def _by_specification(offer: Node) -> Iterator[Node]:
    """An offer with several price specifications is as many offers, each at the price that its own one says."""
    said = offer.get("priceSpecification")
    several = [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []
    if len(several) < 2:
        yield {**offer, "priceSpecification": several[0]} if several else offer
    for one in several if len(several) > 1 else ():
        yield {**offer, "price": None, "priceSpecification": one}


def _read(offer: Node, about: Mapping[str, str], found: Read) -> None:
    specified = offer.get("priceSpecification")
    specified = specified if isinstance(specified, Mapping) else {}
    name, term = _text(offer.get("name")), _term(specified) or _term(offer)
    price, currency = (
        _text(specified.get(key) if offer.get(key) is None else offer[key]) for key in ("price", "priceCurrency")
    )
    if not price or currency != "USD" or term is None or not name:
        lacks = {"a name": not name, "a price": not price, "dollars": currency != "USD", "a term": term is None}
        missing = ", ".join(what for what, is_missing in lacks.items() if is_missing)
        found.gaps.append(f"an offer {reprlib.repr(name)} was left out: it lacks {missing}")
        return
    plan = re.sub(rf"-{term}$", "", (_text(offer.get("sku")) or name).lower())
    _add({**about, "plan": plan, "term": term, "displayed_name": name, "price_usd": price}, found)


def _add(row: dict[str, str], found: Read) -> None:
    """A price that is said again is one price; one that is said differently stands beside the first, with a note."""
    if row in found.rows:
        return
    for other in found.rows:
        if (other["plan"], other["term"]) == (row["plan"], row["term"]) and other["price_usd"] != row["price_usd"]:
            plan, was, is_now = (reprlib.repr(text) for text in (row["plan"], other["price_usd"], row["price_usd"]))
            found.gaps.append(f"it says two prices of {plan}, {row['term']}: {was} and {is_now}; both are kept")
    found.rows.append(row)


def _text(value: object) -> str:
    """A text on one line, without blanks at its ends; empty where the value is no text that can be kept."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return ""
    line = " ".join(value.split())
    return "" if any(unicodedata.category(sign) in files.NO_LETTERS for sign in line) else line


def _term(node: Node) -> str | None:
    """How long an offer's price is for."""
    said = [_text(node.get(key)).lower() for key in _OF_A_TERM]
    return next((TERMS[word] for word in said if word in TERMS), None)


def _address(said: str) -> str:
    """The address that a page calls its own, where it is one of the web."""
    try:
        parts = urlsplit(_text(said))
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else ""


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
