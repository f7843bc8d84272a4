"""What a group can be measured by: a number to compare by and the words for it; too few customers have no share."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lib.buyers import Group
from lib.costs import Missing
from lib.money import share
from lib.ui import numbers

MEASURES = {
    "mrr": "MRR",
    "customers": "Customers",
    "arr": "ARR",
    "arpa": "MRR per customer",
    "growth": "Growth",
    "nrr": "NRR",
    "grr": "GRR",
    "margin": "Gross margin",
    "usage": "Usage",
}
RATES = ("growth", "nrr", "grr", "margin")
UNITS = {"customers": "customers", "usage": "units", **dict.fromkeys(RATES, "share")}
NOT_YET = "not measurable yet: needs "
_YEAR, _ONE = 12, Decimal(1)


@dataclass(frozen=True)
class Measured:
    """One group by one measure: None where it has no value; `of` is how many customers a rate stands on."""

    value: Decimal | None
    words: str
    of: int | None = None

    @property
    def with_count(self) -> str:
        """The words, and of how many customers where that is what they stand on."""
        return f"{self.words}<br>n = {self.of}" if self.of and self.value is not None else self.words


def measured(group: Group, measure: str, fewest: int, dimension: str) -> Measured:
    """A group by one of `MEASURES`; a rate of fewer customers than `fewest` is their number and nothing else."""
    if measure in RATES:
        return _rate(group, measure, fewest)
    if measure == "customers":
        return Measured(Decimal(len(group.customers)), numbers.count(len(group.customers)))
    if measure == "usage":
        used = group.used.get(dimension)
        return Measured(used, numbers.MISSING if used is None else numbers.count(used))
    amounts = {"mrr": monthly(group.arr), "arr": exact(group.arr), "arpa": monthly(group.arpa)}
    return Measured(amounts[measure], numbers.money(amounts[measure]))


def rate(group: Group, measure: str) -> Fraction | Missing | None:
    """A rate of a group as it is, however few stand behind it."""
    kept = group.retention
    rates: Mapping[str, Fraction | Missing | None] = {
        "growth": group.growth,
        "nrr": kept.nrr if kept else None,
        "grr": kept.grr if kept else None,
        "margin": group.margin,
    }
    return rates[measure]


def needed(missing: Missing) -> str:
    """What a figure needs that nobody can work out yet: not measurable yet: needs it."""
    return str(missing).replace("not measurable: needs ", NOT_YET)


def standing_on(group: Group, measure: str) -> int:
    """How many customers a rate of a group stands on."""
    return group.earners if measure == "margin" else group.customers_before if measure == "growth" else _then(group)


def monthly(yearly: Fraction | None) -> Decimal | None:
    """USD a year → USD a month, for showing."""
    return None if yearly is None else exact(yearly / _YEAR)


def exact(amount: Fraction) -> Decimal:
    """A fraction as a decimal, for showing."""
    return share(_ONE, amount)


def _then(group: Group) -> int:
    return group.retention.customers if group.retention else 0


def _rate(group: Group, measure: str, fewest: int) -> Measured:
    found, of = rate(group, measure), standing_on(group, measure)
    if isinstance(found, Missing) or (measure != "margin" and group.retention is None):
        return Measured(None, "not yet")
    if found is None or not of:
        return Measured(None, f"n = {of}")
    if of < fewest:
        return Measured(None, f"n = {of}", of)
    decimal = exact(found)
    words = numbers.percent_change(decimal, 0) if measure == "growth" else numbers.percent(decimal, 0)
    return Measured(decimal, words, of)
