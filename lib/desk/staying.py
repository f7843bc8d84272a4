"""How long our own customers stay: what was seen of it, by persona, tier or term, and what a model makes of it.

A model of leaving month by month speaks of those who could leave every month: customers all of whose contracts are paid
by the month. Amounts play no part, and no price list moves a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from lib.desk.papers import DeskError
from lib.desk.stays import MONTHS_OF_YEAR, Stay, cohorts, stays
from lib.retention import (
    Constant,
    Curve,
    Fit,
    LogRank,
    Ratio,
    RetentionError,
    WeibullFit,
    constant_churn,
    fit_bdw,
    fit_sbg,
    kaplan_meier,
    likelihood_ratio,
    log_rank,
)
from lib.segments import PERSONAS

if TYPE_CHECKING:
    from lib.desk.desk import Desk

PERSONA, TIER, TERM = AXES = ("persona", "tier", "term")
EVERYBODY = "everybody"
_EARNED = 0.05  # the usual level: a third parameter that chance explains more often than this has not earned its place
_FEWEST_LEFT = 10  # five leavers a parameter: with fewer the lifetime is a guess, whatever the likelihood says
_NOBODY = "nobody here pays by the month throughout, so nobody could leave every month; read the curve"
Model = Fit | WeibullFit | Constant


@dataclass(frozen=True)
class Told:
    """What a model makes of a group's customers who pay by the month; `customers` of them, of whom `left` left.

    `lifetime` is the expected number of months begun, discounted; `ratio` how much better beta-discrete-Weibull
    does than shifted-beta-geometric. Where no model, or only one constant rate, is told, `why_not` says why.
    """

    customers: int
    left: int
    model: Model | None
    lifetime: float | None
    ratio: Ratio | None
    why_not: str | None


@dataclass(frozen=True)
class Group:
    """Customers that share a persona, tier or term: their curve over months, and what a model makes of it."""

    name: str
    curve: Curve
    told: Told


@dataclass(frozen=True)
class Staying:
    """Everybody, and the groups on an axis; `compared` is the log-rank test of the groups, or `why_not` says why none.

    `discount` is the rate per month at which the lifetimes are discounted; `open_months` is the number of customers who
    left within a month that is not over yet.
    """

    axis: str
    recorded_on: date
    everybody: Group
    groups: tuple[Group, ...]
    compared: LogRank | None
    why_not: str | None
    discount: float
    open_months: int


def staying(desk: Desk, axis: str, yearly_discount: Decimal) -> Staying:
    """How long customers stay, in groups on an axis, lifetimes discounted by a fraction a year (0.1 is 10 %)."""
    if axis not in AXES:
        raise DeskError(f"there is no axis {axis!r} of staying; name {', '.join(AXES[:-1])} or {AXES[-1]}")
    if not 0 < yearly_discount < 1:
        raise DeskError(f"the yearly discount is {yearly_discount}; give a fraction above 0 and below 1, such as 0.1")
    known = stays(desk)
    if not known:
        raise DeskError("no contract is on record, so nobody's stay can be told; bring a snapshot that holds contracts")
    discount = float(1 + yearly_discount) ** (1 / MONTHS_OF_YEAR) - 1
    compared, why_not = _compared(known, axis)
    names = sorted({stay.along(axis) for stay in known}, key=lambda name: _order(desk, axis, name))
    return Staying(
        axis=axis,
        recorded_on=desk.recorded_on,
        everybody=_group(EVERYBODY, known, discount),
        groups=tuple(_group(name, [stay for stay in known if stay.along(axis) == name], discount) for name in names),
        compared=compared,
        why_not=why_not,
        discount=discount,
        open_months=sum(stay.is_open for stay in known),
    )


def _group(name: str, known: Sequence[Stay], discount: float) -> Group:
    curve = kaplan_meier([stay.months for stay in known], [stay.left for stay in known])
    return Group(name, curve, _told([stay for stay in known if stay.is_monthly], discount))


def _told(known: Sequence[Stay], discount: float) -> Told:
    """The model that suits those who pay by the month, or why there is none."""
    left = sum(stay.left for stay in known)
    if not known:
        return Told(0, 0, None, None, None, _NOBODY)
    if left < _FEWEST_LEFT:
        return Told(len(known), left, None, None, None, _few(left, len(known)))
    alive = cohorts(known)
    try:
        simple = fit_sbg(alive)
    except RetentionError as problem:
        constant = _constant(alive)
        lifetime = constant.expected_lifetime(discount) if constant else None
        return Told(len(known), left, constant, lifetime, None, str(problem))
    model, ratio = _better(simple, alive)
    return Told(len(known), left, model, model.expected_lifetime(discount), ratio, None)


def _few(left: int, customers: int) -> str:
    return (
        f"{left} of {customers} customers who pay by the month have left: fewer than {_FEWEST_LEFT} do not show how "
        f"leaving changes with time; read the curve"
    )


def _better(simple: Fit, alive: list[list[float]]) -> tuple[Fit | WeibullFit, Ratio | None]:
    """The richer model where its likelihood earns the third parameter, else the simple one."""
    try:
        rich = fit_bdw(alive)
    except RetentionError:
        return simple, None
    ratio = likelihood_ratio(simple, rich)
    return (rich if ratio.p < _EARNED else simple), ratio


def _constant(alive: list[list[float]]) -> Constant | None:
    try:
        return constant_churn(alive)
    except RetentionError:
        return None


def _compared(known: Sequence[Stay], axis: str) -> tuple[LogRank | None, str | None]:
    try:
        groups = [stay.along(axis) for stay in known]
        return log_rank([stay.months for stay in known], [stay.left for stay in known], groups), None
    except RetentionError as problem:
        return None, str(problem)


def _order(desk: Desk, axis: str, name: str) -> tuple[int, str]:
    """Personas up the ladder, tiers from the lowest, anything else by name."""
    listed = {PERSONA: PERSONAS, TIER: tuple(desk.book.tiers)}.get(axis, ())
    return (listed.index(name) if name in listed else len(listed)), name
