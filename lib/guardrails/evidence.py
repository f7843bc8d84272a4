"""What limits are held against: bills, margins, prices and promises under two books, worked out or missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lib.catalog.book import RAILS, Book
from lib.catalog.price import Price
from lib.claims.finding import RED, Finding
from lib.costs import DimensionMargin, Margin, Missing, shortened
from lib.guardrails.words import NO_BOUND
from lib.outcome import CustomerChange

PER_UNIT = ("graduated", "volume", "per_unit")  # the price models whose bands hold a price of one unit


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


def published(findings: Sequence[Finding]) -> list[Finding]:
    """The claims a customer can read, and whatever is false of what is shown."""
    return [one for one in findings if one.severity == RED or (one.published and one.kind == "published claim")]
