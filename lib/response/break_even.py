"""How much of a response a price change survives: what needs no belief, because it asks what must not be exceeded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.response.assumptions import ResponseError
from lib.response.people import Floats, People

_HALVINGS = 60  # bisections of [0, 1]: beyond a float's digits


def break_even_churn(rise: float, margin: float = 1.0) -> float:
    """A rise of every bill → the part of customers whose loss takes the whole gain: p / (p + margin).

    With the margin of 1 this is of revenue, 1 - 1 / (1 + p); with a gross margin as in 0.75, of contribution. Both are
    fractions. A fall (below 0) needs more customers: the result is negative, and that many more.
    """
    _check_margin(margin)
    if not -margin < rise < np.inf:
        raise ResponseError(f"a rise of {rise:g} leaves no margin to break even on; write 10 % as 0.10")
    return rise / (rise + margin)


@dataclass(frozen=True, eq=False)
class Curve:
    """Extra churn on x, the change against today's book in USD on y; `break_even` is the x at which the gain is gone.

    None where there is no gain to lose, or where losing everybody who may leave would still leave one.
    """

    extra: Floats
    change_usd: Floats
    break_even: float | None


def churn_curve(people: People, extra: Floats, *, every_month: bool, margin: float = 1.0) -> Curve:
    """Extra churn of everybody exposed → what is left of the static gain over the window, as a curve.

    `extra` are fractions: of those exposed, once, when they are; or (`every_month`) of those still there, in that and
    every later month. Who is new answers by signing, not by leaving. With a `margin` below 1 it is contribution: who
    leaves takes (1 - margin) of today's bill in cost along.
    """
    if np.any(~((extra >= 0) & (extra <= 1))):
        raise ResponseError("extra churn must lie between 0 and 1; write 2 % as 0.02")
    gain, at_stake = _at_stake(people, margin)
    change = gain.sum() - _lost(extra, at_stake.sum(axis=0), every_month)
    found = _break_even(gain.sum(), at_stake.sum(axis=0), every_month)
    return Curve(extra, change, None if np.isnan(found) else float(found))


def break_even_by_month(people: People, *, every_month: bool, margin: float = 1.0) -> Floats:
    """m, the break-even of extra churn when the window ends with each month: what lasts is forgiven less and less.

    NaN where `Curve.break_even` would be None.
    """
    gain, at_stake = _at_stake(people, margin)
    return _break_even(np.cumsum(gain), np.cumsum(at_stake, axis=0), every_month)


@dataclass(frozen=True)
class ConversionBreakEven:
    """How many of the customers who are new under the proposed price may stay away.

    `of_own_gain` is the part of them at which they bring what they would have brought at today's price, None where
    they pay no more; `of_whole_gain` the part at which the whole change brings nothing, None where there is no gain or
    all of them would not take it; `elasticity` the constant elasticity on their `rise` that means the latter.
    """

    new_customers: int
    rise: float
    of_own_gain: float | None
    of_whole_gain: float | None
    elasticity: float | None


def break_even_conversion(people: People) -> ConversionBreakEven:
    """A population → what the loss of new customers may be before the static gain over the window is gone."""
    signs = people.is_new & people.is_exposed
    was, becomes = (float(bills[:, signs].sum()) for bills in (people.baseline, people.proposed))
    rise = becomes / was - 1 if was > 0 else 0.0
    gain = float(np.sum(people.proposed - people.baseline))
    part = gain / becomes if 0 < gain < becomes else None
    elasticity = float(np.log1p(-part) / np.log1p(rise)) if part is not None and rise > 0 else None
    own = break_even_churn(rise) if rise > 0 else None
    return ConversionBreakEven(int(signs.sum()), rise, own, part, elasticity)


def _at_stake(people: People, margin: float) -> tuple[Floats, Floats]:
    """Gain by month (m), and what leaves with everybody, by month and months since the exposure (m × m), in USD."""
    _check_margin(margin)
    gain = (people.proposed - people.baseline).sum(axis=1)
    worth = (people.proposed - (1 - margin) * people.baseline) * people.reached * ~people.is_new
    by_month_since = np.zeros((people.months, people.months))
    np.add.at(by_month_since, (np.arange(people.months)[:, None], np.maximum(people.months_since, 0)), worth)
    return gain, by_month_since


def _lost(extra: Floats, by_month_since: Floats, every_month: bool) -> Floats:
    """Extra churn → USD lost, from what is at stake by months since the exposure (last axis)."""
    length = by_month_since.shape[-1]
    months = np.arange(1, length + 1) if every_month else np.ones(length)
    gone: Floats = ((1 - (1 - extra[..., None]) ** months) * by_month_since).sum(axis=-1)
    return gone


def _break_even(gain: Floats, by_month_since: Floats, every_month: bool) -> Floats:
    """Gain in USD and what is at stake → the extra churn that takes it, by bisection; NaN where none does."""
    low, high = np.zeros(np.shape(gain)), np.ones(np.shape(gain))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_gone = _lost(middle, by_month_since, every_month) >= gain
        low, high = np.where(is_gone, low, middle), np.where(is_gone, middle, high)
    return np.where((gain > 0) & (gain <= by_month_since.sum(axis=-1)), high, np.nan)


def _check_margin(margin: float) -> None:
    if not 0 < margin <= 1:
        raise ResponseError(f"a margin of {margin:g} cannot be; write 75 % as 0.75")
