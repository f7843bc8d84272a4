"""The text of data/search.toml → what a search may move, what must hold, and how long it looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.book import RAILS, TERM_MONTHS
from lib.catalog.document import BookError, Document, check_fields, number, one_of
from lib.catalog.scenario import MOST_DIGITS, ScenarioError, read_toml
from lib.refusal import Refusal

WHERE = "data/search.toml"
LARGEST_BATCH = 256  # issue 5: progress is told, and a stop heard, at least every 256 candidates
FEWEST = 5  # price lists that SciPy's differential evolution needs to breed from
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(  # kind → the keys it needs beside on, why and source
    {
        "gross_margin": ("limit", "margin"),
        "infrastructure_share": ("limit", "margin"),
        "customers_up": ("above", "limit", "margin"),
        "sharpest_rise": ("limit", "margin"),
        "tier_order": ("limit", "margin"),
        "term_saving": ("limit", "margin"),
        "cliffs": ("limit", "margin"),
        "claims": ("keep",),
    }
)
_RUN = {
    "seed": "whole number",
    "cloud": "whole number",
    "population": "whole number",
    "refine": "whole number",
    "relax": "whole number",
    "batch": "whole number",
    "region": "number",
    "unchanged": "number",
    "least_bill_usd": "number",
    "binding_within": "number",
    "relaxed_by": "number",
    "shortlist": "whole number",
    "clean_tries": "whole number",
}
_FREE = {
    "plan": "optional text",
    "dimension": "optional text",
    "band": "optional whole number",
    "rail": "optional text",
    "down": "number",
    "up": "number",
    "why": "text",
}
_CONSTRAINT = {"above": "number", "limit": "number", "margin": "number", "keep": "list"}
_ENDING = {
    "of": "text",
    "terms": "optional list",
    "step": "optional number",
    "ends": "optional list",
    "digits": "optional whole number",
    "why": "text",
}


class SearchError(Refusal):
    """A search that cannot be made as asked; the message says where, why and what to do."""


@dataclass(frozen=True)
class Free:
    """One price that may move: a plan's list price, or the unit price of one band of a dimension, counted from 1.

    Without a rail it is the book's own price, which holds on every rail that has none of its own. It moves at most the
    fractions `down` and `up` from where the baseline book has it.
    """

    name: str
    down: Decimal
    up: Decimal
    why: str
    plan: str | None = None
    dimension: str | None = None
    band: int = 1
    rail: str | None = None


@dataclass(frozen=True)
class Limit:
    """One constraint as written: its kind, the limit in the kind's own unit, and the margin kept free before it.

    `above` is the rise that customers_up counts, `keep` the ids of the claims that stay true.
    """

    kind: str
    why: str
    source: str
    limit: Decimal = Decimal(0)
    margin: Decimal = Decimal(0)
    above: Decimal = Decimal(0)
    keep: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The constraint's name in an answer: its kind, and the rise that customers_up counts."""
        return f"{self.kind} {self.above:.1%}" if self.kind == "customers_up" else self.kind


@dataclass(frozen=True)
class Ending:
    """What a clean price looks like: one of `ends` above a multiple of `step`, or so many figures that count.

    `of` is plans (of the `terms` named) or dimensions.
    """

    of: str
    terms: tuple[str, ...] = ()
    step: Decimal | None = None
    ends: tuple[Decimal, ...] = ()
    digits: int | None = None


@dataclass(frozen=True)
class Run:
    """How long a search looks and how finely it tells: counts of candidates, fractions, dollars; each in the file."""

    seed: int
    cloud: int
    population: int
    refine: int
    relax: int
    batch: int
    region: float
    unchanged: float
    least_bill_usd: float
    binding_within: float
    relaxed_by: float
    shortlist: int
    clean_tries: int


@dataclass(frozen=True)
class Settings:
    """Everything in data/search.toml; constraints that are switched off are left out."""

    run: Run
    free: tuple[Free, ...]
    limits: tuple[Limit, ...]
    endings: tuple[Ending, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of the claims that must stay true."""
        return tuple(claim for limit in self.limits for claim in limit.keep)


def parse_search(text: str, where: str = WHERE) -> Settings:
    """The text of data/search.toml → its settings; an unknown key or an impossible number is refused by name."""
    shapes = {"run": "block", "free": "list", "constraints": "optional list", "endings": "optional list"}
    try:
        document = read_toml(text, where)
        check_fields(document, shapes, where, path="")
        limits = [_limit(entry, f"{where}, constraint {at}") for at, entry in _numbered(document, "constraints")]
        settings = Settings(
            run=_run(document["run"], f"{where}, run"),
            free=tuple(_free(entry, f"{where}, free price {at}") for at, entry in _numbered(document, "free")),
            limits=tuple(limit for limit in limits if limit),
            endings=tuple(_ending(entry, f"{where}, ending {at}") for at, entry in _numbered(document, "endings")),
        )
    except (BookError, ScenarioError) as problem:
        raise SearchError(str(problem)) from None
    if not settings.free:
        raise SearchError(f"{where} frees no price; name one at least under [[free]]")
    _check_once([free.name for free in settings.free], f"{where} frees")
    _check_once([limit.name for limit in settings.limits], f"{where} limits")
    return settings


def _numbered(document: Document, key: str) -> Iterable[tuple[int, Document]]:
    return enumerate(document.get(key, ()), start=1)


def _run(entry: Document, where: str) -> Run:
    check_fields(entry, dict.fromkeys(_RUN, "block"), where)
    for key, shape in _RUN.items():
        check_fields(entry[key], {"value": shape, "why": "text"}, f"{where}.{key}")
    found = {key: number(entry[key]["value"], f"{where}.{key}") for key in _RUN}
    numbers: dict[str, Any] = {
        key: int(value) if _RUN[key] == "whole number" else float(value) for key, value in found.items()
    }
    run = Run(**numbers)
    if run.cloud < 1 or run.cloud & (run.cloud - 1):
        raise BookError(f"{where}.cloud is {run.cloud}; Sobol points are even only in powers of two, as in 4096")
    if not 1 <= run.batch <= LARGEST_BATCH:
        raise BookError(f"{where}.batch is {run.batch}; write 1 to {LARGEST_BATCH}, so that a stop is heard soon")
    if run.population < FEWEST:
        raise BookError(f"{where}.population is {run.population}; evolution needs {FEWEST} price lists at least")
    if run.least_bill_usd <= 0 or run.shortlist < 1 or run.clean_tries < 1:
        raise BookError(f"{where}: least_bill_usd, shortlist and clean_tries must be above 0")
    return run


def _free(entry: Document, where: str) -> Free:
    check_fields(entry, _FREE, where)
    if ("plan" in entry) == ("dimension" in entry):
        raise BookError(f"{where} must name a plan or a dimension, one of the two")
    if ("band" in entry) != ("dimension" in entry):
        raise BookError(f"{where}: a dimension needs a band, counted from 1, and a plan has none")
    if "rail" in entry:
        one_of(entry["rail"], RAILS, f"{where}.rail")
    down, up = number(entry["down"], f"{where}.down"), number(entry["up"], f"{where}.up")
    if down >= 1 or down + up == 0:
        raise BookError(f"{where} moves by {down} down and {up} up; a free price moves, and never down to nothing")
    band = entry.get("band", 1)
    item = entry.get("plan") or f"{entry['dimension']}, band {band}"
    name = f"{item} on {entry['rail']}" if "rail" in entry else str(item)
    return Free(name, down, up, entry["why"], entry.get("plan"), entry.get("dimension"), band, entry.get("rail"))


def _limit(entry: Document, where: str) -> Limit | None:
    """A constraint; None where it is switched off, after it was read like any other."""
    kind = one_of(entry.get("kind") if isinstance(entry, Mapping) else entry, tuple(KINDS), f"{where}, its kind")
    needs = {key: _CONSTRAINT[key] for key in KINDS[kind]}
    check_fields(entry, {"kind": "text", "on": "yes or no", "why": "text", "source": "text", **needs}, where)
    numbers = {key: number(entry[key], f"{where}.{key}") for key in needs if key != "keep"}
    for claim in entry.get("keep", ()):
        if not isinstance(claim, str):
            raise BookError(f"{where}.keep holds {claim!r}; write ids of data/claims.toml, as texts")
    found = Limit(kind, entry["why"], entry["source"], **numbers, keep=tuple(entry.get("keep", ())))
    return found if entry["on"] else None


def _ending(entry: Document, where: str) -> Ending:
    check_fields(entry, _ENDING, where)
    of = one_of(entry["of"], ("plans", "dimensions"), f"{where}.of")
    terms = tuple(one_of(term, tuple(TERM_MONTHS), f"{where}.terms") for term in entry.get("terms", ()))
    if ("digits" in entry) == ("step" in entry) or ("step" in entry) != ("ends" in entry):
        raise BookError(f"{where} must say step and ends, or digits")
    if "digits" in entry:
        if not 1 <= entry["digits"] <= MOST_DIGITS:
            raise BookError(f"{where}.digits is {entry['digits']}; write 1 to {MOST_DIGITS}")
        return Ending(of, terms, digits=entry["digits"])
    step = number(entry["step"], f"{where}.step")
    ends = tuple(number(end, f"{where}.ends") for end in entry["ends"])
    if not ends or any(end >= step for end in ends):
        raise BookError(f"{where}: ends lie from 0 to below the step of {step}")
    return Ending(of, terms, step, ends)


def _check_once(names: Sequence[str], where: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SearchError(f"{where} {name} {names.count(name)} times; write it once")
