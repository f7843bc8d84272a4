"""Cliffs: where a customer would pay less by using more, or by taking the next tier.

A book with cliffs punishes whoever uses a little less, or stays a tier too low. Unit cliffs are found on the rounded
lines of an outcome. Tier cliffs run the same contracts on the next plan, through the same path, and subtract.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.price import Price
from lib.contracts import Contract, Reach
from lib.impact.monthly import earlier_fees, pieces, whole_months
from lib.kernel.line import amounts
from lib.money import EXACT, round_line, total
from lib.outcome import Line, Population, Window, outcome
from lib.owed import Used
from lib.simulator.crossings import breaks, next_plan

ZERO, ONE = Decimal(0), Decimal(1)
NO_NEXT, BY_OFFER, NO_PRICE = "no next tier of the same term", "under a private offer", "usage without a price"


@dataclass(frozen=True)
class UnitCliff:
    """A customer's month of a dimension whose line would be lower with more usage.

    `cheapest` is the quantity, in whole units above what was used, at which the line is lowest and `gap` is how much
    lower, in USD. `is_next` tells that one more unit is already enough.
    """

    customer_id: str
    contract_id: str
    dimension: str
    month: date
    quantity: Decimal
    amount: Decimal
    cheapest: Decimal
    gap: Decimal
    is_next: bool


@dataclass(frozen=True)
class TierChoice:
    """One contract on its own plan and on the next in the `months` of a window that it ran whole, to the coin.

    Fees are spread over the months they pay for. In `cheaper_months` the next tier's bill is the lower one.
    """

    customer_id: str
    contract_id: str
    plan_key: str
    next_key: str
    stays: Decimal
    moves: Decimal
    months: int
    cheaper_months: int

    @property
    def gap(self) -> Decimal:
        """What the next tier would save; above zero it is a cliff."""
        return EXACT.subtract(self.stays, self.moves)


@dataclass(frozen=True)
class Cliffs:
    """Every cliff of one book over one window. `choices` hold all contracts compared, those without a cliff too.

    `not_compared` counts the other contracts by reason: no next tier of the same term, under a private offer, or usage
    without a price on one of the two tiers.
    """

    units: tuple[UnitCliff, ...]
    choices: tuple[TierChoice, ...]
    not_compared: Mapping[str, int]

    @property
    def tiers(self) -> tuple[TierChoice, ...]:
        """The contracts for which the next tier costs less, the largest gap first."""
        return tuple(sorted((one for one in self.choices if one.gap > 0), key=lambda one: (-one.gap, one.contract_id)))

    @property
    def rate(self) -> Decimal | None:
        """Customers with a tier cliff as a fraction of those compared; None where nobody was."""
        compared = {one.customer_id for one in self.choices}
        on_cliff = {one.customer_id for one in self.tiers}
        return EXACT.divide(Decimal(len(on_cliff)), Decimal(len(compared))) if compared else None

    @property
    def gap(self) -> Decimal:
        """What all customers with a tier cliff would save together, in USD."""
        return total(one.gap for one in self.tiers)

    @property
    def customers(self) -> frozenset[str]:
        """Whoever stands on a cliff of either kind."""
        return frozenset([one.customer_id for one in self.units] + [one.customer_id for one in self.tiers])


def cliffs(
    book: Book, population: Population, window: Window, reach: Mapping[str, Reach], lines: Sequence[Line]
) -> Cliffs:
    """A book and the lines it brings from a population in a window (`outcome`) → every cliff of either kind.

    Everybody is on the book throughout: a cliff belongs to a price list, however slowly it reaches its customers.
    """
    choices, without = tier_choices(book, population, window, reach, lines)
    return Cliffs(unit_cliffs(lines), choices, without)


def new_cliffs(was: Cliffs, becomes: Cliffs) -> Cliffs:
    """Two books over one population → what the second has of cliffs that the first has not, in the same places."""
    units = {(one.contract_id, one.dimension, one.month) for one in was.units}
    tiers = {one.contract_id for one in was.tiers}
    return replace(
        becomes,
        units=tuple(one for one in becomes.units if (one.contract_id, one.dimension, one.month) not in units),
        choices=tuple(one for one in becomes.tiers if one.contract_id not in tiers),
    )


# One more unit


def unit_cliffs(lines: Iterable[Line]) -> tuple[UnitCliff, ...]:
    """Usage lines → those that would be lower with more usage, the largest gap first.

    Asked is the first whole unit above every later break of the line. A price per single event is left out: what one
    more costs depends on the event.
    """
    together: dict[tuple[int, Allowance], list[tuple[Line, Used]]] = {}
    prices: dict[int, Price] = {}
    found: list[UnitCliff] = []
    for line in lines:
        used = line.used
        if used is None or line.amount is None:
            continue
        price = used.price
        if price.is_plain and not used.before:
            prices[id(price)] = price  # holding the price keeps its id its own
            together.setdefault((id(price), used.allowance), []).append((line, used))
        elif not price.per_event:
            found += _alone(line, used)
    for (key, allowance), members in together.items():
        found += _at_one_price(prices[key], allowance, members)
    return tuple(sorted(found, key=lambda one: (-one.gap, one.contract_id, one.dimension, one.month)))


def _at_one_price(price: Price, allowance: Allowance, members: Sequence[tuple[Line, Used]]) -> Iterator[UnitCliff]:
    """Between its breaks a plain line never falls, so only what lies above a break can cost less."""
    edges = sorted(set(breaks(price, allowance)))
    above = [_next_whole(edge) for edge in edges]
    lowest = _lowest_from(above, amounts(price, allowance, above))
    fallen = []
    for line, used in members:
        place = bisect_left(edges, used.quantity)
        if place < len(edges) and lowest[place][0] < (line.amount or ZERO):
            fallen.append((line, used, lowest[place]))
    following = amounts(price, allowance, [EXACT.add(used.quantity, ONE) for _, used, _ in fallen])
    for (line, used, best), after in zip(fallen, following, strict=True):
        assert after is not None
        yield from _cliff(line, used, [(after, EXACT.add(used.quantity, ONE)), best])


def _lowest_from(places: Sequence[Decimal], costs: Sequence[Decimal | None]) -> list[tuple[Decimal, Decimal]]:
    """Ascending quantities and what they cost → for each the lowest of it and the later ones, and its quantity."""
    lowest: list[tuple[Decimal, Decimal]] = []
    for quantity, cost in reversed(list(zip(places, costs, strict=True))):
        assert cost is not None
        lowest.append(min([(cost, quantity), *lowest[-1:]]))
    return lowest[::-1]


def _alone(line: Line, used: Used) -> Iterator[UnitCliff]:
    """A line with modifiers, or with usage before it in the month: one more unit, and nothing further."""
    quantity = EXACT.add(used.quantity, ONE)
    after = replace(used, quantity=quantity).charge.amount
    if after is not None:
        yield from _cliff(line, used, [(after, quantity)])


def _cliff(line: Line, used: Used, options: Sequence[tuple[Decimal, Decimal]]) -> Iterator[UnitCliff]:
    amount, (lowest, cheapest) = line.amount or ZERO, min(options)
    if lowest < amount:
        yield UnitCliff(
            customer_id=line.contract.customer_id,
            contract_id=line.contract.contract_id,
            dimension=used.dimension,
            month=line.month,
            quantity=used.quantity,
            amount=amount,
            cheapest=cheapest,
            gap=EXACT.subtract(amount, lowest),
            is_next=options[0][0] < amount,
        )


def _next_whole(edge: Decimal) -> Decimal:
    """The first whole unit above a break."""
    return EXACT.add(edge.to_integral_value(ROUND_FLOOR), ONE)


# The next tier


def tier_choices(
    book: Book, population: Population, window: Window, reach: Mapping[str, Reach], lines: Iterable[Line]
) -> tuple[tuple[TierChoice, ...], dict[str, int]]:
    """Contracts billed in a window → each on its own plan and on the next; and how many are not compared, by reason.

    A month that a contract did not run whole is left out: its usage may stand without the fee that went with it.
    """
    billed = [line for line in lines if line.contract.plan_key in book.plans]
    moved, without = _moved({line.contract.contract_id: line.contract for line in billed}, book)
    as_is = Population({key: population.contracts[key] for key in moved}, ())
    cells = tuple(cell for cell in population.usage if cell.contract_id in moved)
    on_next = Population(moved, cells)
    becomes = outcome([book], on_next, window, reach).lines
    unserved = {line.contract.contract_id for line in (*billed, *becomes) if _is_unserved(line)}
    stays = _by_month((*earlier_fees([book], as_is, window, reach), *billed), window)
    moves = _by_month((*earlier_fees([book], on_next, window, reach), *becomes), window)
    without[NO_PRICE] = sum(key in unserved for key in moved)
    choices = []
    for key in moved.keys() - unserved:
        months = whole_months([moved[key]], window)
        own, other = ([side.get(key, {}).get(month, ZERO) for month in months] for side in (stays, moves))
        choices += [_choice(population.contracts[key], moved[key], own, other, book)] if months else []
    return tuple(sorted(choices, key=lambda one: one.contract_id)), without


def _moved(contracts: Mapping[str, Contract], book: Book) -> tuple[dict[str, Contract], dict[str, int]]:
    """Contracts on the next plan of the same term; and how many have none, or are under an offer."""
    moved: dict[str, Contract] = {}
    without = {NO_NEXT: 0, BY_OFFER: 0}
    for key, contract in contracts.items():
        following = next_plan(book, contract.plan_key or "")
        if contract.offer:
            without[BY_OFFER] += 1
        elif following is None or following.term != contract.term:
            without[NO_NEXT] += 1
        else:
            moved[key] = replace(contract, plan_key=following.key, tier=following.tier)
    return moved, without


def _is_unserved(line: Line) -> bool:
    return line.amount is None and (line.used is None or line.used.quantity > 0)


def _by_month(lines: Iterable[Line], window: Window) -> dict[str, dict[date, Decimal]]:
    bills: dict[str, dict[date, Decimal]] = {}
    for line, month, amount in pieces(lines, window):
        own = bills.setdefault(line.contract.contract_id, {})
        own[month] = EXACT.add(own.get(month, ZERO), amount)
    return bills


def _choice(
    contract: Contract, moved: Contract, stays: Sequence[Decimal], moves: Sequence[Decimal], book: Book
) -> TierChoice:
    return TierChoice(
        customer_id=contract.customer_id,
        contract_id=contract.contract_id,
        plan_key=contract.plan_key or "",
        next_key=moved.plan_key or "",
        stays=round_line(total(stays), book.currency),
        moves=round_line(total(moves), book.currency),
        months=len(stays),
        cheaper_months=sum(after < before for before, after in zip(stays, moves, strict=True)),
    )
