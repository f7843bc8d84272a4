"""Who wins and who loses: every customer's change, added up by a property of the customer.

Groups are formed on the baseline alone, so that a change never moves anybody between them. A group's percentage is the
change of its total, never a mean of percentages, and the row of everybody is added up directly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.contracts import Contract
from lib.impact.settings import Settings
from lib.money import EXACT, total
from lib.outcome import GROUPS, CustomerChange, Population, counts

UNKNOWN, EVERYBODY = "unknown", "everybody"
_MIDDLE = GROUPS.index("unchanged")


@dataclass(frozen=True)
class Facts:
    """What is known of a customer beside their bills; None where no source says it.

    `tier` and `rail` are those of the newest contract, `since` is the day the first one began.
    """

    tier: str | None = None
    rail: str | None = None
    persona: str | None = None
    region: str | None = None
    since: date | None = None


@dataclass(frozen=True)
class GroupRow:
    """One group of customers: how many fall into each class of `lib.outcome.GROUPS`, and their bills together, in USD.

    `share_of_change` is the group's part of the whole change, a fraction; where some win and others lose it can be
    above 1 or below 0. It is None where the whole change is zero. `is_small` marks a group too small to be shown.
    """

    name: str
    customers: int
    classes: Mapping[str, int]
    baseline: Decimal
    proposed: Decimal
    share_of_change: Decimal | None
    is_small: bool

    @property
    def up(self) -> int:
        """Customers whose bill rises by more than the cut below which it is unchanged."""
        return sum(self.classes[name] for name in GROUPS[_MIDDLE + 1 :])

    @property
    def down(self) -> int:
        """Customers whose bill falls by more than that cut."""
        return sum(self.classes[name] for name in GROUPS[:_MIDDLE])

    @property
    def unchanged(self) -> int:
        """The rest."""
        return self.classes[GROUPS[_MIDDLE]]

    @property
    def change(self) -> Decimal:
        """Proposed less baseline, of the whole group."""
        return EXACT.subtract(self.proposed, self.baseline)

    @property
    def mean_change(self) -> Decimal:
        """The change per customer, not rounded."""
        return EXACT.divide(self.change, Decimal(self.customers)) if self.customers else Decimal(0)

    @property
    def rate(self) -> Decimal | None:
        """The change as a fraction of the group's baseline, a rise above zero; None where that is zero."""
        return EXACT.divide(self.change, abs(self.baseline)) if self.baseline else None


@dataclass(frozen=True)
class Grouping:
    """Every customer's group, and the groups' names in the order they are shown."""

    names: tuple[str, ...]
    of: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """Groups with at least one customer, and everybody."""

    rows: tuple[GroupRow, ...]
    everybody: GroupRow


def tables(
    changes: Sequence[CustomerChange], facts: Mapping[str, Facts], on: date, settings: Settings
) -> dict[str, Table]:
    """Every customer's change and what is known of them → a table by each property; tenure is counted on a day."""
    customers = [change.customer_id for change in changes]
    known = {customer: facts.get(customer, Facts()) for customer in customers}
    groupings = {f"baseline bill, {parts} groups": quantiles(changes, parts) for parts in settings.quantiles}
    for name in ("tier", "rail", "persona", "region"):
        groupings[name] = by_words({customer: getattr(known[customer], name) for customer in customers})
    groupings["tenure"] = by_tenure({key: one.since for key, one in known.items()}, on, settings.tenure_months)
    return {name: table(changes, grouping, settings.fewest_customers) for name, grouping in groupings.items()}


def table(changes: Sequence[CustomerChange], grouping: Grouping, fewest: int) -> Table:
    """Changes in a grouping → one row per group; whoever the grouping leaves out is in the group "unknown"."""
    members: dict[str, list[CustomerChange]] = {}
    for change in changes:
        members.setdefault(grouping.of.get(change.customer_id, UNKNOWN), []).append(change)
    names = [*grouping.names, *(() if UNKNOWN in grouping.names else (UNKNOWN,))]
    everybody = _row(EVERYBODY, changes, _change(changes), fewest)
    rows = (_row(name, members[name], everybody.change, fewest) for name in names if name in members)
    return Table(tuple(rows), everybody)


def quantiles(changes: Sequence[CustomerChange], parts: int) -> Grouping:
    """Customers in `parts` groups of equal number by their baseline bill, the lowest first; equal bills stay together.

    A bill belongs to the group in which the first of its equals stands, so many equal bills can leave a group empty.
    """
    ordered = sorted(change.baseline for change in changes)
    names = tuple(f"{number} of {parts}" for number in range(1, parts + 1))
    places = {change.customer_id: bisect_left(ordered, change.baseline) * parts // len(ordered) for change in changes}
    return Grouping(names, {customer: names[place] for customer, place in places.items()})


def by_words(words: Mapping[str, str | None]) -> Grouping:
    """A word per customer → groups in alphabetical order, those without one last."""
    of = {customer: word or UNKNOWN for customer, word in words.items()}
    return Grouping((*sorted(set(of.values()) - {UNKNOWN}), UNKNOWN), of)


def by_tenure(since: Mapping[str, date | None], on: date, bands: Sequence[int]) -> Grouping:
    """First days as customers → groups by whole months up to a day; `bands` are where each next group begins."""
    edges = [0, *bands]
    names = [f"{low} to {high - 1} months" for low, high in zip(edges, bands, strict=False)]
    names.append(f"{edges[-1]} months and more")
    of = {key: UNKNOWN if day is None else names[bisect_right(bands, _months(day, on))] for key, day in since.items()}
    return Grouping((*names, UNKNOWN), of)


def facts_of(
    population: Population, until: date, personas: Mapping[str, str], regions: Mapping[str, str]
) -> dict[str, Facts]:
    """Contracts begun before a day, and what the CRM says by customer → the facts of everybody who has a contract."""
    own: dict[str, list[Contract]] = {}
    for contract in population.contracts.values():
        if contract.started_on < until:
            own.setdefault(contract.customer_id, []).append(contract)
    found = {}
    for customer, contracts in own.items():
        newest = max(contracts, key=lambda one: (one.started_on, one.contract_id))
        since = min(one.started_on for one in contracts)
        found[customer] = Facts(newest.tier, newest.rail, personas.get(customer), regions.get(customer), since)
    return found


def _row(name: str, members: Sequence[CustomerChange], whole: Decimal, fewest: int) -> GroupRow:
    return GroupRow(
        name=name,
        customers=len(members),
        classes=counts(members),
        baseline=total(change.baseline for change in members),
        proposed=total(change.proposed for change in members),
        share_of_change=EXACT.divide(_change(members), whole) if whole else None,
        is_small=len(members) < fewest,
    )


def _change(members: Iterable[CustomerChange]) -> Decimal:
    return total(change.delta for change in members)


def _months(since: date, on: date) -> int:
    """Whole months from a day to another; none where the second is earlier."""
    whole = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)
    return max(whole, 0)
