"""Whole numbers from given uniforms, by the exact inverse of a distribution function.

Baseline and proposal read the same uniforms, so equal chances bring equal numbers and near chances near ones: a draw
never falls where its uniform, its count or its chance rises, but for the last bits of a uniform that stands on a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.laws import Arrivals, Floats, Law, Successes

Whole = NDArray[np.int64]
AT_ONCE = 4  # numbers whose chances are worked out side by side
FEW = 16.0  # up to this mean counting up from 0 is quickest; above it the count begins at a guess
ROUNDING = 1e-12  # far more than 1 − n × p can be off in floating point while it is above 0
LAST = 1 - 2.0**-53  # the largest uniform there is; nothing is certain to come but what has the chance 1
NEGLIGIBLE = 1e-30  # what is left of a distribution that no uniform of 53 bits can tell from nothing


def binomial(uniforms: Floats, n: NDArray[Any], p: Floats) -> Whole:
    """How many of `n`, each with chance `p`: the least number whose chance of so many or fewer reaches the uniform.

    The chance of 0 is never below 1 − n × p, so most of a month's draws are known to be 0 by that alone.
    """
    uniforms, n, p = np.broadcast_arrays(uniforms, n, p)
    maybe = np.flatnonzero(n * p + uniforms > 1 - ROUNDING)
    found = np.zeros(uniforms.size, np.int64)
    found[maybe] = _successes(*(np.take(each, maybe) for each in (uniforms, n, p)))
    return found.reshape(uniforms.shape)


def _successes(uniforms: Floats, n: NDArray[Any], p: Floats) -> Whole:
    """The same, where 0 is not yet sure; what happens more often than not is counted from the other end."""
    often = p > 0.5
    if not often.any():
        return quantile(uniforms, Successes(n.astype(np.float64), p))
    rest = np.minimum(np.nextafter(1 - uniforms, 2), LAST)  # from there a tie falls to the other side
    stayed = quantile(np.where(often, rest, uniforms), Successes(n.astype(np.float64), np.where(often, 1 - p, p)))
    return np.where(often, n - stayed, stayed)


def negative_binomial(uniforms: Floats, expected: Floats, size: Floats) -> Whole:
    """How many come in a month whose rate itself varies: `size` is how little (variance = mean + mean²/size)."""
    uniforms, expected, size = np.broadcast_arrays(uniforms, expected, size)
    return quantile(uniforms, Arrivals(expected, size))


def quantile(uniforms: Floats, law: Law) -> Whole:
    """The least number whose chance of so many or fewer reaches the uniform; nearly all of a month's draws are 0."""
    found = np.zeros(uniforms.size, np.int64)
    some = np.flatnonzero(uniforms > law.none())
    law, wanted = law.flat(some), np.take(uniforms, some)
    mean = law.mean()
    for many, count in ((mean <= FEW, _counted_up), (mean > FEW, _from_a_guess)):
        if many.any():
            found[some[many]] = count(wanted[many], law.only(many))
    return found.reshape(uniforms.shape)


def _counted_up(uniforms: Floats, law: Law) -> Whole:
    """Count up from 0, whose chance is known to fall short: the first numbers side by side, and the few rest by steps.

    Long steps, few of them: two threads that walk at once wait for each other at every step.
    """
    numbers = np.arange(1.0, AT_ONCE + 1)[:, None]
    chances, reached = _side_by_side(law.none(), law.ratio(numbers))
    on = _go_on(uniforms, law, numbers, chances, reached)
    found: Whole = 1 + np.add.reduce(on[:-1], axis=0, dtype=np.int64)
    far = np.flatnonzero(on[-1])
    start = np.full(len(far), float(AT_ONCE))
    found[far] = _climbed(uniforms[far], law.only(far), start, chances[-1, far], reached[-1, far])
    return found


def _side_by_side(none: Floats, ratios: Floats) -> tuple[Floats, Floats]:
    """The chances of 1, 2 … and of so many or fewer, from the chance of 0 and the ratio of each to the one before."""
    chances, reached = ratios, np.empty_like(ratios)
    before, up_to = none, none
    for number, chance in enumerate(chances):
        chance *= before
        np.add(up_to, chance, out=reached[number])
        before, up_to = chance, reached[number]
    return chances, reached


def _go_on(uniforms: Floats, law: Law, number: NDArray[Any], chance: Floats, reached: Floats) -> NDArray[np.bool_]:
    """Whether there is more to climb: the uniform is not reached, and there are numbers left that could reach it."""
    going: NDArray[np.bool_] = (reached < uniforms) & (chance > NEGLIGIBLE) & (number < law.most())
    return going


def _climbed(uniforms: Floats, law: Law, number: Floats, chance: Floats, reached: Floats) -> Whole:
    """From a number that falls short (`reached` its chance of so many or fewer) up to the first that does not."""
    found = number.astype(np.int64)
    going = np.arange(len(found))
    while len(going):
        number = number + 1
        chance = chance * law.ratio(number)
        reached = reached + chance
        found[going] += 1
        on = np.flatnonzero(_go_on(uniforms, law, number, chance, reached))
        going, law, uniforms = going[on], law.only(on), uniforms[on]
        number, chance, reached = number[on], chance[on], reached[on]
    return found


def _from_a_guess(uniforms: Floats, law: Law) -> Whole:
    """Step from a guess to the quantile: down while the one below reaches the uniform too, else up."""
    number = law.guess(uniforms)
    chance, reached = law.chance(number), law.up_to(number)
    short = reached < uniforms
    found = np.empty(len(number), np.int64)
    for side, walk in ((short, _climbed), (~short, _fallen)):
        found[side] = walk(uniforms[side], law.only(side), number[side], chance[side], reached[side])
    return found


def _fallen(uniforms: Floats, law: Law, number: Floats, chance: Floats, reached: Floats) -> Whole:
    """From a number that reaches the uniform down to the last that does."""
    found = number.astype(np.int64)
    going = np.arange(len(found))
    while len(going):
        below = reached - chance
        on = np.flatnonzero((below >= uniforms) & (number > 0))
        going, law, uniforms = going[on], law.only(on), uniforms[on]
        number, chance, reached = number[on], chance[on], below[on]
        found[going] -= 1
        chance = chance / law.ratio(number)
        number = number - 1
    return found
