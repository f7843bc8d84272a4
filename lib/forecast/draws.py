"""Whole numbers from given uniforms, by the exact inverse of a distribution function.

Baseline and proposal read the same uniforms, so equal chances bring equal numbers and near chances near ones: a draw
never falls where its uniform, its count or its chance rises.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.forecast.laws import Arrivals, Floats, Law, Successes

Whole = NDArray[np.int64]
FEW = 16.0  # up to this mean counting up from 0 is quickest; above it the count begins at a guess
NEGLIGIBLE = 1e-30  # what is left of a distribution that no uniform of 53 bits can tell from nothing


def binomial(uniforms: Floats, n: NDArray[Any], p: Floats) -> Whole:
    """How many of `n`, each with chance `p`: the least number whose chance of so many or fewer reaches the uniform."""
    uniforms, n, p = np.broadcast_arrays(uniforms, np.asarray(n, np.float64), p)
    often = p > 0.5
    if not often.any():
        return quantile(uniforms, Successes(n, p))
    rest = np.minimum(np.nextafter(1 - uniforms, 2), 1)  # counted from the other end a tie falls to the other side
    stayed = quantile(np.where(often, rest, uniforms), Successes(n, np.where(often, 1 - p, p)))
    return np.where(often, n.astype(np.int64) - stayed, stayed)


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
    """Count up from 0, whose chance is known to fall short."""
    chance = law.none()
    return _climbed(uniforms, law, np.zeros(uniforms.shape), chance, chance)


def _climbed(uniforms: Floats, law: Law, number: Floats, chance: Floats, reached: Floats) -> Whole:
    """From a number that falls short (`reached` its chance of so many or fewer) up to the first that does not."""
    found = number.astype(np.int64)
    going = np.arange(len(found))
    while len(going):
        number = number + 1
        chance = chance * law.ratio(number)
        reached = reached + chance
        found[going] += 1
        on = (reached < uniforms) & (chance > NEGLIGIBLE) & (number < law.most())
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
        on = (below >= uniforms) & (number > 0)
        going, law, uniforms = going[on], law.only(on), uniforms[on]
        number, chance, reached = number[on], chance[on], below[on]
        found[going] -= 1
        chance = chance / law.ratio(number)
        number = number - 1
    return found
