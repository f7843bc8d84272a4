"""How the desk searches for better prices: what a search sees of its population, and its shortlist rated exactly.

The search estimates, to tell thousands of price lists apart; what is shown of a proposal is rated by the same `ready`
population that answers the page, to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from lib import rails
from lib.catalog.book import RAILS, Book
from lib.catalog.edits import edits_of
from lib.catalog.scenario import Scenario, overlaid
from lib.claims.parse import parse as parse_claims
from lib.contracts import Contract
from lib.costs import (
    COST_OF_REVENUE,
    INFRASTRUCTURE,
    MARKETPLACE,
    SUBSCRIPTION_KINDS,
    Figure,
    added,
    ratio,
    usage_costs,
)
from lib.desk.papers import read_text
from lib.desk.simulating import Ready, ready
from lib.desk.simulation import PAST
from lib.kernel.cube import Segment, Used, cube, joined
from lib.kernel.fees import FeeLines
from lib.kernel.scale import decimal
from lib.manifest import Manifest
from lib.money import EXACT, total
from lib.outcome import GROUPS, CustomerChange, Line, Window, group_of
from lib.periods import months_between
from lib.replay import Answer, Prepared
from lib.replay.prepare import price_of
from lib.search import Answer as Found
from lib.search import Costs, Fee, Problem, Proposal, Settings, claim_rules, parse_search, problem, search
from lib.search.constraints import SLACK
from lib.search.settings import Free

if TYPE_CHECKING:
    from lib.desk.desk import Desk

SEARCH, UNCHANGED, ZERO = "search", "unchanged", Decimal(0)
NOWHERE = ""  # the tier of usage that no list price moves: it costs, and its bill is among those that stay
Progress = Callable[[float], bool]


@dataclass(frozen=True)
class FreeEntry:
    """A price that may move, as a reader knows it: a plan or a dimension; its band where it has several; its rail."""

    item: str
    band: int | None
    rail: str | None


@dataclass(frozen=True)
class Rated:
    """One proposal of the shortlist, rated exactly over the window with nobody reacting; amounts in USD.

    `edits` are what opens it as a change of today's book. `pay_more` and `pay_less` count customers whose bill changes
    by 0.1 % or more, `sharpest_rise` is a fraction, None where nobody's rises; `estimate_usd` is what the search took
    `could_usd` for. `breaks` names the limits on bills that the estimate kept and the exact bills do not.
    """

    prices: Mapping[str, Decimal]
    edits: str
    could_usd: Decimal
    moved_usd: Decimal
    pay_more: int
    pay_less: int
    sharpest_rise: Decimal | None
    estimate_usd: float
    breaks: tuple[str, ...]


@dataclass(frozen=True)
class Searched:
    """What a search over the last months found, and its shortlist rated exactly.

    `entries` are the free prices by their names in the answer, `words` what each constraint says by its name;
    `baseline_usd` is the exact revenue of the window under today's book, of as many `customers`.
    """

    answer: Found
    shortlist: tuple[Rated, ...]
    settings: Settings
    entries: Mapping[str, FreeEntry]
    words: Mapping[str, str]
    baseline_usd: Decimal
    customers: int
    window: Window
    manifest: Manifest


def search_settings(desk: Desk) -> Settings:
    """Which prices may move, what must hold and how long a search looks: data/search.toml."""
    return parse_search(read_text(desk.data / "search.toml"))


def search_prices(desk: Desk, months: int, progress: Progress = lambda _: True) -> Searched:
    """Better prices over the last full months, from today's book; refused where a simulation is.

    `progress` is told the share that is done and answers whether to go on, at least every 256 price lists.
    """
    held, settings = ready(desk, _nothing(desk), months, PAST), search_settings(desk)
    made = search_problem(desk, held, settings)
    answer, prepared = search(made, progress), held.prepared
    return Searched(
        answer=answer,
        shortlist=tuple(rated(held, made, one) for one in answer.shortlist),
        settings=settings,
        entries={price.name: _entry(desk.book, price.free) for price in made.prices},
        words={one.name: one.words for one in made.constraints},
        baseline_usd=decimal(int(prepared.baseline.sum()), desk.book.currency.exponent),
        customers=len(prepared.customers),
        window=prepared.window,
        manifest=replace(desk.manifest(), months=months, horizon=PAST, seed=settings.run.seed),
    )


def search_problem(desk: Desk, held: Ready, settings: Settings) -> Problem:
    """A population that is ready, and what may move and must hold → the search made ready.

    What private offers leave to the list moves with it: a rate without bands of their own. What else they pay stays
    as it is. A rail whose bands continue after a change of plan is estimated as if they began anew.
    """
    prepared, book = held.prepared, desk.book
    claims = parse_claims(read_text(desk.data / "claims.toml")).claims
    fees, usage = _staying(prepared)
    return problem(
        book,
        joined([*prepared.cubes.values(), cube(_usage_apart(prepared))]),
        list(_fees(prepared)),
        _costs(desk, prepared),
        claim_rules(book, [claim for claim in claims if claim.id in settings.claims]),
        settings,
        fees,
        usage,
    )


def rated(held: Ready, made: Problem, proposal: Proposal) -> Rated:
    """A proposal → what the exact kernel makes of it, for everybody at once and as they are reached."""
    proposed = overlaid(made.book, proposal.overlay, "a proposal of the search")
    answer = held.under(proposed)
    pairs = zip(answer.by_customer(answer.baseline), answer.by_customer(answer.could), strict=True)
    changes = [CustomerChange("", was, was + change) for was, change in pairs]
    middle = GROUPS.index(UNCHANGED)
    places = [GROUPS.index(group_of(change)) for change in changes]
    rates = [change.rate for change, place in zip(changes, places, strict=True) if place > middle]
    return Rated(
        prices=proposal.prices,
        edits=edits_of(made.book, proposed),
        could_usd=answer.amount(answer.could),
        moved_usd=answer.amount(answer.did),
        pay_more=sum(place > middle for place in places),
        pay_less=sum(place < middle for place in places),
        sharpest_rise=max((rate for rate in rates if rate is not None), default=None),
        estimate_usd=proposal.estimate.revenue - made.world.revenue.of(made.world.baseline).item(),
        breaks=tuple(_breaks(answer, made.settings)),
    )


def _breaks(answer: Answer, settings: Settings) -> Iterator[str]:
    """The limits on bills that exact bills break, measured as the search measures them."""
    was, change = (coins.sum(axis=1) / 10.0**answer.exponent for coins in (answer.baseline, answer.could))
    rises = change / np.maximum(np.abs(was), settings.run.least_bill_usd)
    for limit in settings.limits:
        if limit.kind == "customers_up" and np.mean(rises > float(limit.above) + SLACK) > float(limit.limit) + SLACK:
            yield limit.name
        if limit.kind == "sharpest_rise" and rises.max(initial=0.0) > float(limit.limit) + SLACK:
            yield limit.name


def _nothing(desk: Desk) -> Scenario:
    """A scenario that changes nothing, for everybody: its dates and reach are those of prices edited on the page."""
    return Scenario(SEARCH, SEARCH, "", "", desk.book.id, None, {})


def _entry(book: Book, free: Free) -> FreeEntry:
    bands = len(book.price(free.rail or RAILS[0], free.dimension).bands) if free.dimension else 1
    return FreeEntry(free.plan or free.dimension or "", free.band if bands > 1 else None, free.rail)


# What the search sees of the population


def _fees(prepared: Prepared) -> Iterator[Fee]:
    """What everybody's base fees come to as shares of list prices; a plan without a price brings nothing."""
    shares: dict[tuple[str, str, str], Fraction] = {}
    for lines in prepared.fees.lines:
        for at, share in _shares(lines, len(prepared.months)):
            key = (prepared.customers[at], lines.part.rail, lines.part.plan_key)
            shares[key] = shares.get(key, Fraction(0)) + share
    for line in prepared.odd_baseline.lines:
        if line.period and _is_by_list(prepared, line):
            key = (line.contract.customer_id, line.contract.rail, line.contract.plan_key or "")
            shares[key] = shares.get(key, Fraction(0)) + line.period.share
    listed = price_of(prepared.book)
    return (Fee(*key, share) for key, share in shares.items() if listed(*key[1:]) is not None)


def _shares(lines: FeeLines, months: int) -> Iterator[tuple[int, Fraction]]:
    """Fee lines → each customer's place with the sum of a share, share by share."""
    first = 0
    for numerator, denominator, sign, count in zip(
        *(part.tolist() for part in (lines.numerators, lines.denominators, lines.signs, lines.counts)), strict=True
    ):
        whose, times = np.unique(lines.places[first : first + count] // months, return_counts=True)
        first += count
        for at, often in zip(whose.tolist(), times.tolist(), strict=True):
            yield at, Fraction(sign * numerator * often, denominator)


def _usage_apart(prepared: Prepared) -> Iterator[Used]:
    """The usage of contracts with terms of their own: by the list where they leave it to the list, else by nobody."""
    for cell in prepared.odd.usage:
        if prepared.window[0] <= cell.month < prepared.window[1]:
            contract = prepared.odd.contracts[cell.contract_id]
            segment = Segment(contract.rail, NOWHERE)
            if _leaves_to_list(prepared, contract, cell.dimension):
                own = contract.offer.allowances if contract.offer else {}
                agreed = tuple((key, own[key]) for key in (cell.dimension,) if key in own)
                segment = Segment(contract.rail, contract.tier or NOWHERE, agreed)
            yield Used(contract.customer_id, cell.contract_id, segment, cell.month, cell.dimension, cell.quantity)


def _leaves_to_list(prepared: Prepared, contract: Contract, dimension: str) -> bool:
    """Whether a contract with terms of its own pays for a dimension by the list, whatever it includes."""
    offer, seats = contract.offer, prepared.reach[contract.rail].changes.seats
    is_own = offer is not None and (dimension in offer.bands or offer.monthly_minimum is not None)
    return not is_own and not (seats == "entitlement" and dimension in contract.seats)


def _is_by_list(prepared: Prepared, line: Line) -> bool:
    """Whether a list price or a rate of the list moves a line of a contract with terms of its own."""
    if line.kind == "usage":
        return _leaves_to_list(prepared, line.contract, line.dimension or "")
    return line.period is not None and line.contract.offer is None


def _staying(prepared: Prepared) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """By customer, what no list price and no rate of the list moves: of base fees, and of everything else."""
    fees: dict[str, Decimal] = {}
    others: dict[str, Decimal] = {}
    for line in prepared.odd_baseline.lines:
        if line.amount and not _is_by_list(prepared, line):
            into, name = fees if line.kind in SUBSCRIPTION_KINDS else others, line.contract.customer_id
            into[name] = EXACT.add(into.get(name, ZERO), line.amount)
    return fees, others


def _costs(desk: Desk, prepared: Prepared) -> Costs:
    """What serving the window cost: a unit of each dimension on average, infrastructure, and fees if they count."""
    window = prepared.window
    spent = usage_costs(desk.population.usage, desk.costs, window)
    used: dict[str, Decimal] = {}
    for cell in desk.population.usage:
        if window[0] <= cell.month < window[1]:
            used[cell.dimension] = EXACT.add(used.get(cell.dimension, ZERO), cell.quantity)
    by_dimension = {key: added(cost for (one, _), cost in spent.items() if one == key) for key in used}
    fees = dict(_fee_rates(desk)) if desk.book.settings["marketplace_fee"] == COST_OF_REVENUE else {}
    staying = [line for line in prepared.odd_baseline.lines if line.amount and not _is_by_list(prepared, line)]
    return Costs(
        per_unit={key: _known(ratio(cost, used[key], f"usage of {key}")) for key, cost in by_dimension.items()},
        infrastructure_usd=_known(added(desk.costs.spent(INFRASTRUCTURE, month) for month in months_between(*window))),
        fee_rates=fees,
        other_usd=total(EXACT.multiply(fees.get(one.contract.rail, ZERO), one.amount or ZERO) for one in staying),
    )


def _known(figure: Figure) -> Decimal | None:
    return figure if isinstance(figure, Decimal) else None


def _fee_rates(desk: Desk) -> Iterator[tuple[str, Decimal]]:
    """What each rail keeps as a marketplace, as a fraction: nothing where it is none."""
    for key, rail in desk.rails.items():
        is_marketplace = any(MARKETPLACE in row.when.get("method", ()) for row in rail.fees)
        rate = rails.public_rate(rail, desk.recorded_on) if is_marketplace else ZERO
        if rate is not None:
            yield key, rate
