"""Guardrails: limits that a price change must keep, written in data, each judged kept, broken or undecided.

A limit that cannot be measured is undecided and never kept: with a cost missing, a share of fewer customers than the
file asks for, or a group nobody is in. Exactly at the limit is kept. `measures` works out what the limits ask, and
`judge` holds the figures against them; a search may pass figures of its own under the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.book import RAILS, Book
from lib.catalog.document import BookError, check_fields, nearest, shown
from lib.catalog.price import Price
from lib.catalog.rollout import FACTS
from lib.catalog.scenario import ScenarioError, read_toml
from lib.claims.finding import RED, Finding
from lib.costs import DimensionMargin, Figure, Margin, Missing, ratio, shortened
from lib.money import MoneyError, exact, total
from lib.outcome import CustomerChange
from lib.refusal import Refusal

WHERE = "data/guardrails.toml"
KEPT, BROKEN, UNDECIDED = "kept", "broken", "undecided"
RATE, COUNT = "rate", "count"
CUSTOMERS, LIST_PRICES, UNIT_PRICES = "customers", "list prices", "unit prices"
CLAIMS, DIMENSIONS = "published claims", "dimensions"
NO_BOUND = Decimal("Infinity")  # a rise from nothing is above every limit
PER_UNIT = ("graduated", "volume", "per_unit")  # the price models whose bands hold a price of one unit

Where = tuple[tuple[str, tuple[str, ...]], ...]
Document = dict[str, object]


class GuardrailError(Refusal):
    """A limit that nobody can judge; the message names the file, the limit and the nearest right name."""


@dataclass(frozen=True)
class PriceMove:
    """One price under two books, in USD: what it was and what it becomes."""

    name: str
    was: Decimal
    becomes: Decimal

    @property
    def rate(self) -> Decimal:
        """The change as a fraction of what it was; without bound where nothing becomes something."""
        if not self.was:
            return NO_BOUND if self.becomes else Decimal(0)
        return (self.becomes - self.was) / self.was


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the limits are held against: one proposed outcome beside its baseline; what nobody worked out is missing.

    `customers` are everybody's two bills, `margin` and `dimensions` the proposed outcome's, `on_cliff` whoever would
    pay less under the proposed book by using more or on the next tier (`lib.impact.cliffs`). `findings` are the claims
    judged under it, `findings_before` under today's book: only a claim that the change makes false counts. `facts` tell
    customers apart, for limits on a group.
    """

    customers: Sequence[CustomerChange]
    baseline: Decimal
    proposed: Decimal
    margin: Margin | Missing = field(default=Missing.of("the margin of the proposed outcome"))
    dimensions: Sequence[DimensionMargin] | Missing = field(default=Missing.of("the margins of the dimensions"))
    on_cliff: Collection[str] | Missing = field(default=Missing.of("a search for cliffs in the proposed bills"))
    list_prices: Sequence[PriceMove] | Missing = field(default=Missing.of("the list prices of both books"))
    unit_prices: Sequence[PriceMove] | Missing = field(default=Missing.of("the unit prices of both books"))
    findings: Sequence[Finding] | Missing = field(default=Missing.of("the claims judged under the proposed book"))
    findings_before: Sequence[Finding] | Missing = field(default=Missing.of("the claims judged under today's book"))
    facts: Mapping[str, Mapping[str, str]] | Missing = field(default=Missing.of("the facts of the customers"))


@dataclass(frozen=True)
class ClaimChanges:
    """What a change does to the promises that customers can read.

    `made_false` are false under it and were not before, `still_false` were and are, `mended` were and no longer are.
    """

    made_false: tuple[Finding, ...]
    still_false: tuple[Finding, ...]
    mended: tuple[Finding, ...]


@dataclass(frozen=True)
class Limit:
    """One guardrail: the measure, exactly one bound, and why. Rates are fractions (5 % is 0.05).

    `above` is the rise that a share counts from, for measures that ask for one; `where` the facts of the customers it
    applies to, empty for everybody; `fewest` how many customers a share needs to be worth a verdict.
    """

    key: str
    words: str
    measure: str
    bound: str
    value: Decimal
    source: str
    why: str
    fewest: int
    above: Decimal | None = None
    where: Where = ()

    @property
    def name(self) -> str:
        """What its figure is called among the measures: the measure, its threshold and its group."""
        above = "" if self.above is None else f" above {shortened(self.above)}"
        return f"{self.measure}{above}{self._group}"

    @property
    def counted(self) -> str:
        """What the number behind its figure is called among the measures: customers where tier is starter."""
        return f"{MEASURES[self.measure].counts}{self._group}"

    @property
    def _group(self) -> str:
        told = " and ".join(f"{fact} is {' or '.join(values)}" for fact, values in self.where)
        return f" where {told}" if told else ""

    def holds(self, measured: Decimal) -> bool:
        """Whether a figure keeps the limit; exactly at it does."""
        return measured <= self.value if self.bound == "at_most" else measured >= self.value

    @property
    def sentence(self) -> str:
        """The bound in words: at most 5 %."""
        return f"{self.bound.replace('_', ' ')} {_told(self.value, MEASURES[self.measure].unit, self.value)}"


@dataclass(frozen=True)
class Verdict:
    """A limit and what became of it. `n` is how many customers (prices, claims) stand behind the figure, if known."""

    limit: Limit
    verdict: str
    measured: Figure
    n: int | None
    because: str = ""

    @property
    def told(self) -> str:
        """What was measured, in words, or what it needs."""
        measured = self.measured
        if isinstance(measured, Missing):
            return measured.words
        return _told(measured, MEASURES[self.limit.measure].unit, self.limit.value)

    @property
    def sentence(self) -> str:
        """What was measured, over how many, the limit, and the verdict."""
        among = "" if self.n is None else f" (n = {self.n} {self.limit.counted})"
        because = f", {self.because}" if self.because else ""
        return f"{self.limit.words}: {self.told}{among}, {self.limit.sentence}: {self.verdict}{because}"


def judge(limits: Iterable[Limit], measures: Mapping[str, Figure]) -> tuple[Verdict, ...]:
    """Limits against figures → one verdict each, in the order of the limits.

    A figure stands under the limit's `name` and the number behind it under `counted`; what is not there is undecided.
    """
    return tuple(_judged(limit, measures) for limit in limits)


def broken(verdicts: Iterable[Verdict]) -> bool:
    """Whether any limit is broken: then the command line exits 1. Undecided limits break nothing and keep nothing."""
    return any(one.verdict == BROKEN for one in verdicts)


def _judged(limit: Limit, measures: Mapping[str, Figure]) -> Verdict:
    measured = measures.get(limit.name, Missing.of(f"the measure {limit.name!r}"))
    counted = measures.get(limit.counted)
    n = int(counted) if isinstance(counted, Decimal) else None
    if isinstance(measured, Missing):
        return Verdict(limit, UNDECIDED, measured, n)
    if MEASURES[limit.measure].is_share and (n is None or n < limit.fewest):
        few = "nobody says of how many" if n is None else f"fewer than {limit.fewest}"
        return Verdict(limit, UNDECIDED, measured, n, few)
    return Verdict(limit, KEPT if limit.holds(measured) else BROKEN, measured, n)


def measures(limits: Iterable[Limit], evidence: Evidence) -> dict[str, Figure]:
    """What some limits ask of the evidence → every figure under its name, and the numbers that stand behind them."""
    found: dict[str, Figure] = {}
    for limit in limits:
        own = _group(limit.where, evidence)
        if isinstance(own, Missing):
            found[limit.name] = found[limit.counted] = own
            continue
        found[limit.name] = MEASURES[limit.measure].work_out(own, limit.above or Decimal(0))
        found[limit.counted] = COUNTED[MEASURES[limit.measure].counts](own)
    return found


def _group(where: Where, evidence: Evidence) -> Evidence | Missing:
    """The evidence of the customers that every fact of a `where` fits; a fact nobody recorded fits none."""
    if not where:
        return evidence
    if isinstance(evidence.facts, Missing):
        return evidence.facts
    known = evidence.facts
    own = [
        change
        for change in evidence.customers
        if all(known.get(change.customer_id, {}).get(fact) in values for fact, values in where)
    ]
    names = {change.customer_id for change in own}
    cliffs = evidence.on_cliff
    return Evidence(
        customers=own,
        baseline=total(change.baseline for change in own),
        proposed=total(change.proposed for change in own),
        on_cliff=cliffs if isinstance(cliffs, Missing) else names.intersection(cliffs),
        facts=known,
    )


# What can be measured, each from the evidence alone


def _share_rising(evidence: Evidence, above: Decimal) -> Figure:
    rising = sum(_rise(change) > above for change in evidence.customers)
    return ratio(Decimal(rising), Decimal(len(evidence.customers)), "a customer in the group")


def _sharpest_rise(evidence: Evidence, _: Decimal) -> Figure:
    if not evidence.customers:
        return Missing.of("a customer in the group")
    return max(_rise(change) for change in evidence.customers)


def _rise(change: CustomerChange) -> Decimal:
    """A bill's change; one that rises from nothing, or from a credit, has no bound."""
    if change.rate is not None and change.baseline > 0:
        return change.rate
    return NO_BOUND if change.delta > 0 else Decimal(0)


def _revenue_change(evidence: Evidence, _: Decimal) -> Figure:
    return ratio(evidence.proposed - evidence.baseline, evidence.baseline, "revenue in the baseline")


def _gross_margin(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.margin if isinstance(evidence.margin, Missing) else evidence.margin.gross_rate


def _after_infrastructure(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.margin if isinstance(evidence.margin, Missing) else evidence.margin.after_infrastructure_rate


def _infrastructure(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.margin if isinstance(evidence.margin, Missing) else evidence.margin.infrastructure_rate


def _below_cost(evidence: Evidence, _: Decimal) -> Figure:
    if isinstance(evidence.dimensions, Missing):
        return evidence.dimensions
    earned = [one.charged_margin for one in evidence.dimensions]
    unknown = [figure for figure in earned if isinstance(figure, Missing)]
    return unknown[0] if unknown else Decimal(sum(figure < 0 for figure in earned if isinstance(figure, Decimal)))


def _on_cliff(evidence: Evidence, _: Decimal) -> Figure:
    return evidence.on_cliff if isinstance(evidence.on_cliff, Missing) else Decimal(len(set(evidence.on_cliff)))


def _largest_customer(evidence: Evidence, _: Decimal) -> Figure:
    largest = max((change.proposed for change in evidence.customers), default=Decimal(0))
    return ratio(largest, evidence.proposed, "proposed revenue")


def _list_price_rise(evidence: Evidence, _: Decimal) -> Figure:
    return _sharpest_move(evidence.list_prices, "a list price that both books hold")


def _unit_price_rise(evidence: Evidence, _: Decimal) -> Figure:
    return _sharpest_move(evidence.unit_prices, "a unit price that both books hold")


def _sharpest_move(moves: Sequence[PriceMove] | Missing, need: str) -> Figure:
    if isinstance(moves, Missing):
        return moves
    return max(move.rate for move in moves) if moves else Missing.of(need)


def _made_false(evidence: Evidence, _: Decimal) -> Figure:
    if isinstance(evidence.findings, Missing):
        return evidence.findings
    if isinstance(evidence.findings_before, Missing):
        return evidence.findings_before
    return Decimal(len(claim_changes(evidence.findings_before, evidence.findings).made_false))


def claim_changes(before: Iterable[Finding], after: Iterable[Finding]) -> ClaimChanges:
    """Claims judged under today's book and under a proposed one → what the change makes of those that are false.

    A claim that says something else than before is another promise: false in new words is made false by the change.
    """
    were, are = ({_promise(one): one for one in found if one.severity == RED} for found in (before, after))
    false = {one.claim for one in are.values()}
    return ClaimChanges(
        made_false=tuple(one for promise, one in are.items() if promise not in were),
        still_false=tuple(one for promise, one in are.items() if promise in were),
        mended=tuple(one for one in were.values() if one.claim not in false),
    )


def _promise(found: Finding) -> tuple[str, str, str]:
    return found.claim, found.words, found.promised


def _published(findings: Sequence[Finding]) -> list[Finding]:
    return [one for one in findings if one.severity == RED or (one.published and one.kind == "published claim")]


def _length(of: Sequence[object] | Missing) -> Figure:
    return of if isinstance(of, Missing) else Decimal(len(of))


COUNTED: Mapping[str, Callable[[Evidence], Figure]] = MappingProxyType(
    {
        CUSTOMERS: lambda evidence: Decimal(len(evidence.customers)),
        LIST_PRICES: lambda evidence: _length(evidence.list_prices),
        UNIT_PRICES: lambda evidence: _length(evidence.unit_prices),
        DIMENSIONS: lambda evidence: _length(evidence.dimensions),
        CLAIMS: lambda evidence: (
            evidence.findings if isinstance(evidence.findings, Missing) else Decimal(len(_published(evidence.findings)))
        ),
    }
)


@dataclass(frozen=True)
class Measure:
    """One thing a limit may be about: a rate or a count, worked out from the evidence, over so many of something.

    A share of customers needs enough of them; a group can be asked about only where customers are counted.
    """

    work_out: Callable[[Evidence, Decimal], Figure] = field(repr=False)
    unit: str
    counts: str = CUSTOMERS
    is_share: bool = False
    asks_above: bool = False
    by_group: bool = False


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "share_rising": Measure(_share_rising, RATE, is_share=True, asks_above=True, by_group=True),
        "sharpest_rise": Measure(_sharpest_rise, RATE, by_group=True),
        "revenue_change": Measure(_revenue_change, RATE, by_group=True),
        "gross_margin": Measure(_gross_margin, RATE),
        "gross_margin_after_infrastructure": Measure(_after_infrastructure, RATE),
        "infrastructure_of_subscription": Measure(_infrastructure, RATE),
        "dimensions_below_cost": Measure(_below_cost, COUNT, DIMENSIONS),
        "customers_on_a_cliff": Measure(_on_cliff, COUNT, by_group=True),
        "largest_customer_share": Measure(_largest_customer, RATE, by_group=True),
        "sharpest_list_price_rise": Measure(_list_price_rise, RATE, LIST_PRICES),
        "sharpest_unit_price_rise": Measure(_unit_price_rise, RATE, UNIT_PRICES),
        "published_claims_made_false": Measure(_made_false, COUNT, CLAIMS),
    }
)


# Prices under two books


def list_price_moves(was: Book, becomes: Book) -> tuple[PriceMove, ...]:
    """Every plan that has a list price in both books, by rail and plan; one that had none cannot rise."""
    pairs = [
        (f"{plan} on {rail}", was.list_price(rail, plan), becomes.list_price(rail, plan))
        for rail in RAILS
        for plan in was.plans
        if plan in becomes.plans
    ]
    return tuple(
        PriceMove(name, old, new) for name, old, new in pairs if isinstance(old, Decimal) and isinstance(new, Decimal)
    )


def unit_price_moves(was: Book, becomes: Book) -> tuple[PriceMove, ...] | Missing:
    """Every price of one natural unit that both books hold, by rail, dimension and place where a band begins."""
    found: list[PriceMove] = []
    for rail, dimension in was.prices:
        if (rail, dimension) in becomes.prices:
            old, new = was.price(rail, dimension), becomes.price(rail, dimension)
            if not {old.model, new.model} <= set(PER_UNIT):
                return Missing.of(f"a price of one unit of {dimension} on {rail}, which is priced otherwise")
            found += [
                PriceMove(f"{dimension} on {rail} from {shortened(start)}", _unit(old, start), _unit(new, start))
                for start in sorted({band.from_quantity for band in (*old.bands, *new.bands)})
            ]
    return tuple(found)


def _unit(price: Price, start: Decimal) -> Decimal:
    band = [band for band in price.bands if band.from_quantity <= start][-1]
    return band.unit_price / price.unit_size


# The file

_FILE = {"fewest_customers": "whole number", "fewest_source": "text", "limits": "block"}
_LIMIT = {
    "words": "text",
    "measure": "text",
    "above": "optional number",
    "at_most": "optional number",
    "at_least": "optional number",
    "where": "optional block",
    "source": "text",
    "why": "text",
}
BOUNDS = ("at_most", "at_least")


def parse(document: str, where: str = WHERE) -> tuple[Limit, ...]:
    """The text of data/guardrails.toml → its limits in order; refuses what nobody can judge, with the nearest name."""
    try:
        blocks = read_toml(document, where)
        check_fields(blocks, _FILE, where)
        fewest = blocks["fewest_customers"]
        if fewest < 1:
            raise GuardrailError(f"{where}: fewest_customers is {fewest}; a share needs at least one customer")
        return tuple(_limit(key, block, fewest, f"{where}, limits.{key}") for key, block in blocks["limits"].items())
    except (BookError, ScenarioError) as problem:
        raise GuardrailError(str(problem)) from None


def _limit(key: str, block: Any, fewest: int, where: str) -> Limit:
    check_fields(block, _LIMIT, where)
    if block["measure"] not in MEASURES:
        raise GuardrailError(
            f"{where}: nobody can compute the measure {block['measure']!r} yet; {nearest(block['measure'], MEASURES)}"
        )
    bounds = [bound for bound in BOUNDS if bound in block]
    if len(bounds) != 1:
        told = "both" if bounds else "neither"
        raise GuardrailError(f"{where} has {told} of at_most and at_least; write exactly one")
    measure = MEASURES[block["measure"]]
    return Limit(
        key=key,
        words=block["words"],
        measure=block["measure"],
        bound=bounds[0],
        value=_value(block[bounds[0]], measure.unit, f"{where}.{bounds[0]}"),
        source=block["source"],
        why=block["why"],
        fewest=fewest,
        above=_above(block, measure, where),
        where=_where(block, measure, where),
    )


def _value(value: Any, unit: str, where: str) -> Decimal:
    try:
        number = exact(value)
    except MoneyError as problem:
        raise GuardrailError(f"{where}: {problem}") from None
    if unit == RATE and abs(number) > 1:
        raise GuardrailError(f"{where} is {shown(number)}; a rate is a fraction, write 5 % as 0.05")
    if unit == COUNT and (number < 0 or number % 1):
        raise GuardrailError(f"{where} is {shown(number)}; it counts, so write a whole number of zero or more")
    return number


def _above(block: Mapping[str, Any], measure: Measure, where: str) -> Decimal | None:
    if measure.asks_above != ("above" in block):
        asks = "needs `above`, the rise it counts from, as in 0.25" if measure.asks_above else "has no use for `above`"
        raise GuardrailError(f"{where}: the measure {block['measure']!r} {asks}")
    return _value(block["above"], RATE, f"{where}.above") if measure.asks_above else None


def _where(block: Mapping[str, Any], measure: Measure, where: str) -> Where:
    facts = block.get("where", {})
    if facts and not measure.by_group:
        raise GuardrailError(f"{where}: {block['measure']!r} is measured for everybody; take its `where` out")
    for fact in facts:
        if fact not in FACTS:
            raise GuardrailError(f"{where}.where has no fact {fact!r}; {nearest(fact, FACTS)}")
    return tuple(sorted((fact, _texts(value, f"{where}.where.{fact}")) for fact, value in facts.items()))


def _texts(value: object, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str) and one for one in values):
        raise GuardrailError(f"{where} is {shown(value)}; write a text, or a list of them")
    return tuple(sorted(map(str, values)))


# How a verdict leaves


def as_dict(one: Verdict) -> Document:
    """A verdict as plain values: figures as decimal strings, null where missing; the sentence says what it needs."""
    return {
        "key": one.limit.key,
        "words": one.limit.words,
        "verdict": one.verdict,
        "measure": one.limit.measure,
        "above": None if one.limit.above is None else shortened(one.limit.above),
        "where": {fact: list(values) for fact, values in one.limit.where},
        "measured": None if isinstance(one.measured, Missing) else shortened(one.measured),
        "n": one.n,
        "of": one.limit.counted,
        one.limit.bound: shortened(one.limit.value),
        "sentence": one.sentence,
        "source": one.limit.source,
        "why": one.limit.why,
    }


COLUMNS = ("verdict", "guardrail", "measured", "n", "limit")
WORST_FIRST = (BROKEN, UNDECIDED, KEPT)


def rows(verdicts: Iterable[Verdict]) -> list[Document]:
    """Verdicts → rows for a plain table, the broken ones first, then what is undecided."""
    ordered = sorted(verdicts, key=lambda one: WORST_FIRST.index(one.verdict))
    return [
        {
            "verdict": one.verdict,
            "guardrail": one.limit.words,
            "measured": "not measurable"
            if isinstance(one.measured, Missing)
            else _told(one.measured, MEASURES[one.limit.measure].unit, one.limit.value),
            "n": one.n,
            "limit": one.limit.sentence,
        }
        for one in ordered
    ]


def summary(verdicts: Iterable[Verdict]) -> str:
    """How many limits are broken, undecided and kept, in one sentence."""
    found = [one.verdict for one in verdicts]
    counted = [f"{found.count(verdict)} {verdict}" for verdict in WORST_FIRST if verdict in found]
    return f"guardrails: {', '.join(counted) or 'none is written'}"


_PLACES = (2, 4, 8, 16)  # of a percentage; more where fewer would not tell it from its limit or from nothing


def _told(figure: Decimal, unit: str, limit: Decimal) -> str:
    """A figure in words: a count plain, a rate in percent with the digits that tell it from its limit and from zero.

    At the limit it reads as the limit does.
    """
    if figure == NO_BOUND:
        return "without bound, from nothing"
    if unit == COUNT:
        return f"{figure:,f}"
    if figure == limit:
        return _percent(limit, _PLACES[-1])
    others = [other for other in (Decimal(0), limit) if other != figure]
    texts = {places: _percent(figure, places) for places in _PLACES}
    alike = {places: [_percent(other, to) for other in others for to in (places, _PLACES[-1])] for places in _PLACES}
    return next((text for places, text in texts.items() if text not in alike[places]), texts[_PLACES[-1]])


def _percent(rate: Decimal, places: int) -> str:
    digits = f"{rate * 100:,.{places}f}".rstrip("0").rstrip(".")
    return f"{'0' if digits in ('-0', '') else digits} %"
