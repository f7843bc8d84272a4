"""Every customer's stay in a window, from its contracts: when the new prices open to it, and when it may leave.

A customer answers where a billed period begins: there it renews, changes plan, term or rail, or leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lib.catalog.book import Plan
from lib.contracts import REPRICED, Contract, Layer, Reach, Term, listed_state, periods_of, rated_state
from lib.outcome import Population, Window
from lib.periods import month_end, month_of, months_between, utc_day
from lib.reactions.choices import Reached, opens_elsewhere

UPGRADE = "upgrade"  # the one end of a contract that does not wait for the end of a period


@dataclass(frozen=True)
class Held:
    """One contract of a stay, from the month in which it begins; `listed` and `rated` are the layers that reach it.

    They reach its list price, and its rates, by the end of the window or its own.
    """

    contract: Contract
    from_month: date
    listed: Reached
    rated: Reached


@dataclass(frozen=True)
class Stay:
    """One customer in a window: its contracts there, in order of time, and when it can act.

    In the month `opens_in` a layer's prices are open to it for the first time, its own or another plan's; None where
    they never are. `begins` are the months in which a period begins; `leaves` those of them in which it may leave
    instead, each with the months since it last could. `usual` are its whole months, or all it has where none is whole.
    """

    customer_id: str
    held: tuple[Held, ...]
    opens_in: date | None
    begins: frozenset[date]
    leaves: Mapping[date, int]
    usual: frozenset[date]


@dataclass(frozen=True)
class _Start:
    """A period that begins in the window; `ends` is how many months it ends in which nobody could leave."""

    contract: Contract
    term: Term
    ends: int | None

    @property
    def month(self) -> date:
        return month_of(self.term.start_on)


@dataclass(frozen=True)
class Rollouts:
    """Layers over a window, each rail's reach, and the plans there are: who is reached when, whatever the prices."""

    layers: tuple[Layer, ...]
    window: Window
    reach: Mapping[str, Reach]
    plans: Mapping[str, Plan]


def stays(population: Population, rollouts: Rollouts) -> tuple[Stay, ...]:
    """Everybody who has a contract in the window, in the order of their names."""
    owned: dict[str, list[Contract]] = {}
    for contract in sorted(population.contracts.values(), key=lambda one: (one.started_on, one.contract_id)):
        if contract.started_on < rollouts.window[1]:
            owned.setdefault(contract.customer_id, []).append(contract)
    first = rollouts.window[0]
    there = {name: own for name, own in owned.items() if any(_ends_after(contract, first) for contract in own)}
    return tuple(_stay(name, there[name], rollouts) for name in sorted(there))


def _ends_after(contract: Contract, day: date) -> bool:
    """Whether a contract runs on a day or later; on its last one it may still be settled."""
    return contract.ended_on is None or contract.ended_on >= day


def _stay(name: str, contracts: Sequence[Contract], rollouts: Rollouts) -> Stay:
    starts = list(_starts(contracts, rollouts))
    opening = next((start for start in starts if _is_open(start, rollouts)), None)
    there = [contract for contract in contracts if _ends_after(contract, rollouts.window[0])]
    return Stay(
        customer_id=name,
        held=tuple(_held(one, [start.term for start in starts if start.contract is one], rollouts) for one in there),
        opens_in=opening.month if opening else None,
        begins=frozenset(start.month for start in starts),
        leaves={start.month: start.ends for start in starts if start.ends},
        usual=_usual(contracts, rollouts.window),
    )


def _held(contract: Contract, terms: Sequence[Term], rollouts: Rollouts) -> Held:
    listed = _reached(contract, terms[-1], rollouts) if terms else ()
    return Held(contract, month_of(contract.started_on), listed, _rated(contract, rollouts))


def _starts(contracts: Sequence[Contract], rollouts: Rollouts) -> Iterator[_Start]:
    """The periods that begin in the window, contract by contract."""
    first, end = rollouts.window
    for before, contract in pairwise([None, *contracts]):
        assert contract is not None
        ends = before.months if before and before.end_reason != UPGRADE else None
        until = min(contract.ended_on or end, end)
        for period in periods_of(contract, until, rollouts.reach[contract.rail].changes):
            term = Term(utc_day(period.start), utc_day(period.end))
            if term.start_on >= first:
                yield _Start(contract, term, ends)
            ends = contract.months


def _is_open(start: _Start, rollouts: Rollouts) -> bool:
    """Whether some layer's prices are open to the customer when a period begins: its own, or another plan's."""
    if _reached(start.contract, start.term, rollouts):
        return True
    return opens_elsewhere(start.contract, rollouts.plans, rollouts.layers, start.term.start_on)


def _reached(contract: Contract, term: Term, rollouts: Rollouts) -> Reached:
    asked = ((at, one) for at, one in enumerate(rollouts.layers) if one.addresses(contract))
    return tuple(at for at, one in asked if listed_state(one, contract, term) == REPRICED)


def _rated(contract: Contract, rollouts: Rollouts) -> Reached:
    """The layers whose rates the last month in the window has."""
    last = min(contract.ended_on or rollouts.window[1], rollouts.window[1]) - timedelta(days=1)
    month, reach = month_of(max(last, contract.started_on)), rollouts.reach[contract.rail]
    asked = ((at, one) for at, one in enumerate(rollouts.layers) if one.addresses(contract))
    return tuple(at for at, one in asked if rated_state(one, contract, month, reach) == REPRICED)


def _usual(contracts: Sequence[Contract], window: Window) -> frozenset[date]:
    """The months of the window in which the customer was there from the first day to the last; else all it was in."""
    whole, part = set[date](), set[date]()
    for begin, end in _there(contracts, window[1]):
        for month in months_between(max(begin, window[0]), window[1]):
            if month < end:
                (whole if begin <= month and month_end(month) <= end else part).add(month)
    return frozenset(whole or part)


def _there(contracts: Sequence[Contract], until: date) -> list[tuple[date, date]]:
    """The stretches of days in which some contract runs; contracts that follow one another make one stretch."""
    stretches: list[tuple[date, date]] = []
    for contract in contracts:
        begin, end = contract.started_on, min(contract.ended_on or until, until)
        if stretches and begin <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], max(stretches[-1][1], end)
        else:
            stretches.append((begin, end))
    return stretches
