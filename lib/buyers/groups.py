"""What every group of customers brings. A group is what a key makes of a place; None: it is not looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lib.buyers.places import Buyers, Place, Stood
from lib.costs import Figure, Missing, added
from lib.money import total
from lib.revenue import Move, Paid, Retention, growth, moves, retention

Names = tuple[str, ...]
Key = Callable[[Place], Names | None]
NOTHING = Fraction(0)
_ELSEWHERE, _BETWEEN = "elsewhere", "\x1f"  # a group that is not looked at; what no name holds
_NO_REVENUE = "revenue in those months"
_A_YEAR = 12


@dataclass(frozen=True)
class Group:
    """One group at the newest month end, in USD a year where nothing else is said.

    `retention` is of the customers who stood in it `back` months before, wherever they pay now, and `arr_before` what
    the group brought then: both None where the record does not reach back. Revenue and cost are of the earned months:
    month-end prices, a twelfth of a year each, and usage invoiced; the cost of everything used. `earners` brought it.
    """

    names: Names
    customers: tuple[str, ...]
    arr: Fraction
    arr_before: Fraction | None
    customers_before: int
    retention: Retention | None
    used: Mapping[str, Decimal]
    revenue: Fraction
    cost: Figure
    earners: int

    @property
    def arpa(self) -> Fraction | None:
        """USD a year per paying customer; None where nobody pays."""
        return self.arr / len(self.customers) if self.customers else None

    @property
    def growth(self) -> Fraction | None:
        """The relative change of what the group brings, whoever came and went; None without a start."""
        return None if self.arr_before is None else growth(self.arr_before, self.arr)

    @property
    def margin(self) -> Fraction | Missing:
        """What is left of revenue after the cost of usage, as a fraction of it; the marketplace's fee is not in it."""
        if isinstance(self.cost, Missing):
            return self.cost
        return (self.revenue - Fraction(self.cost)) / self.revenue if self.revenue else Missing.of(_NO_REVENUE)


def figures(buyers: Buyers, key: Key) -> tuple[Group, ...]:
    """Every group that has a customer now, had one before, or brought or used something; names in order."""
    now, then = (_at(buyers, month, key) for month in (buyers.last, buyers.before))
    kept = _retained(buyers, key)
    used, revenue, cost, earners = _used(buyers, key), _revenue(buyers, key), _costs(buyers, key), _earners(buyers, key)
    return tuple(
        Group(
            names=names,
            customers=tuple(sorted(now.get(names, {}))),
            arr=sum(now.get(names, {}).values(), NOTHING),
            arr_before=None if buyers.before is None else sum(then.get(names, {}).values(), NOTHING),
            customers_before=len(then.get(names, {})),
            retention=None if buyers.before is None else kept.get(names, retention({}, {})),
            used=used.get(names, {}),
            revenue=revenue.get(names, NOTHING),
            cost=buyers.lacking or added(cost.get(names, ())),
            earners=len(earners.get(names, ())),
        )
        for names in sorted({*now, *then, *used, *revenue})
    )


def places(buyers: Buyers, month: date | None) -> dict[Place, Fraction]:
    """Who stood where at a month's end, and with what: USD a year."""
    found: dict[Place, Fraction] = {}
    for one in buyers.stood:
        if one.month == month:
            found[one.place] = found.get(one.place, NOTHING) + one.arr
    return found


def moved(buyers: Buyers, key: Key) -> tuple[Move, ...]:
    """Every customer's movements of every month on record, split by the key; `group` holds the names of the group."""
    rows = [Paid(one.place.customer_id, one.month, one.arr, _written(key(one.place))) for one in buyers.stood]
    return tuple(move for move in moves(rows, buyers.months) if move.group != _ELSEWHERE)


def movement_rows(found: Iterable[Move], since: date) -> dict[Names, dict[str, list[Move]]]:
    """Movements after a month → by the names of their group and by kind."""
    grouped: dict[Names, dict[str, list[Move]]] = {}
    for move in found:
        if move.month > since:
            names = tuple(move.group.split(_BETWEEN)) if move.group else ()
            grouped.setdefault(names, {}).setdefault(move.kind, []).append(move)
    return grouped


def _written(names: Names | None) -> str:
    return _ELSEWHERE if names is None else _BETWEEN.join(names)


def _at(buyers: Buyers, month: date | None, key: Key) -> dict[Names, dict[str, Fraction]]:
    """By group, what every customer in it brought at a month's end."""
    found: dict[Names, dict[str, Fraction]] = {}
    for place, arr in places(buyers, month).items():
        names = key(place)
        if names is not None and arr:
            own = found.setdefault(names, {})
            own[place.customer_id] = own.get(place.customer_id, NOTHING) + arr
    return found


def _retained(buyers: Buyers, key: Key) -> dict[Names, Retention]:
    """By the group a customer stood in then, which of several is the one where it paid most; it counts whole now.

    Of several places those that are not looked at say nothing: who paid more elsewhere stood here too.
    """
    then, now = (_whole(buyers, month) for month in (buyers.before, buyers.last))
    stood: dict[str, Names] = {}
    standing = places(buyers, buyers.before).items()
    for place, arr in sorted(standing, key=lambda row: (-row[1], row[0].rail, row[0].tier)):
        names = key(place)
        if arr and names is not None:
            stood.setdefault(place.customer_id, names)
    groups: dict[Names, dict[str, Fraction]] = {}
    for customer, names in stood.items():
        groups.setdefault(names, {})[customer] = then[customer]
    return {names: retention(paying, now) for names, paying in groups.items()}


def _whole(buyers: Buyers, month: date | None) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for place, arr in places(buyers, month).items():
        found[place.customer_id] = found.get(place.customer_id, NOTHING) + arr
    return found


def _used(buyers: Buyers, key: Key) -> dict[Names, dict[str, Decimal]]:
    """By group and dimension, what was used in the newest month."""
    found: dict[Names, dict[str, list[Decimal]]] = {}
    for one in buyers.used:
        names = key(one.place)
        if one.month == buyers.last and names is not None:
            found.setdefault(names, {}).setdefault(one.dimension, []).append(one.quantity)
    return {names: {key: total(amounts) for key, amounts in own.items()} for names, own in found.items()}


def _revenue(buyers: Buyers, key: Key) -> dict[Names, Fraction]:
    found: dict[Names, Fraction] = {}
    for stood in _earning(buyers):
        names = key(stood.place)
        if names is not None:
            found[names] = found.get(names, NOTHING) + stood.arr / _A_YEAR
    for sold in buyers.overage:
        names = key(sold.place)
        if sold.month in buyers.earned and names is not None:
            found[names] = found.get(names, NOTHING) + Fraction(sold.amount)
    return found


def _costs(buyers: Buyers, key: Key) -> dict[Names, list[Figure]]:
    found: dict[Names, list[Figure]] = {}
    for one in buyers.used:
        names = key(one.place)
        if one.month in buyers.earned and names is not None:
            found.setdefault(names, []).append(one.cost)
    return found


def _earners(buyers: Buyers, key: Key) -> dict[Names, set[str]]:
    found: dict[Names, set[str]] = {}
    for one in _earning(buyers):
        names = key(one.place)
        if names is not None:
            found.setdefault(names, set()).add(one.place.customer_id)
    return found


def _earning(buyers: Buyers) -> Iterable[Stood]:
    return (one for one in buyers.stood if one.month in buyers.earned and one.arr)
