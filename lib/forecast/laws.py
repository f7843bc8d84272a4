"""The distributions of whole numbers that a month draws from: each element of an array its own.

A law says its chances one after the other, by the ratio of each to the one before, which is exact and cheap where few
are counted; and the chance of any number at once, by the incomplete beta function, where many are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


class Law(Protocol):
    """A distribution over 0, 1, 2 … for each element of an array."""

    def none(self) -> Floats:
        """The chance of 0."""

    def mean(self) -> Floats:
        """The expected number."""

    def most(self) -> Floats:
        """The largest number that is possible."""

    def guess(self, uniforms: Floats) -> Floats:
        """A whole number near the quantile."""

    def ratio(self, number: Floats) -> Floats:
        """The chance of `number` (1 or more) over the chance of the one before it."""

    def chance(self, number: Floats) -> Floats:
        """The chance of `number`."""

    def up_to(self, number: Floats) -> Floats:
        """The chance of `number` or fewer."""

    def only(self, places: Any) -> Law:
        """The same for some of the elements."""

    def flat(self, places: Any) -> Law:
        """The same for some of the elements, by their places in the array laid flat."""


@dataclass(frozen=True)
class Successes:
    """The binomial: how many of `n` do what each does with chance `p`, at most one half."""

    n: Floats
    p: Floats

    def none(self) -> Floats:
        """The chance of 0."""
        return np.exp(self.n * np.log1p(-self.p))

    def mean(self) -> Floats:
        """The expected number."""
        return self.n * self.p

    def most(self) -> Floats:
        """The largest number that is possible."""
        return self.n

    def guess(self, uniforms: Floats) -> Floats:
        """A whole number near the quantile."""
        deviation = special.ndtri(uniforms)
        spread = np.sqrt(self.n * self.p * (1 - self.p))
        skewed = self.n * self.p + spread * deviation + (1 - 2 * self.p) * (deviation**2 - 1) / 6
        near: Floats = np.clip(np.floor(skewed), 0, self.n)
        return near

    def ratio(self, number: Floats) -> Floats:
        """The chance of `number` (1 or more) over the chance of the one before it."""
        return (self.n - number + 1) / number * (self.p / (1 - self.p))

    def chance(self, number: Floats) -> Floats:
        """The chance of `number`."""
        ways = special.gammaln(self.n + 1) - special.gammaln(number + 1) - special.gammaln(self.n - number + 1)
        chance: Floats = np.exp(ways + number * np.log(self.p) + (self.n - number) * np.log1p(-self.p))
        return chance

    def up_to(self, number: Floats) -> Floats:
        """The chance of `number` or fewer."""
        fewer = special.betainc(np.maximum(self.n - number, 1), number + 1, 1 - self.p)
        return np.where(number < self.n, fewer, 1.0)

    def only(self, places: Any) -> Successes:
        """The same for some of the elements."""
        return Successes(self.n[places], self.p[places])

    def flat(self, places: Any) -> Successes:
        """The same for some of the elements, by their places in the array laid flat."""
        return Successes(np.take(self.n, places), np.take(self.p, places))


@dataclass(frozen=True)
class Arrivals:
    """The negative binomial: mean `expected`, variance `expected` + `expected`² / `size`."""

    expected: Floats
    size: Floats

    def none(self) -> Floats:
        """The chance of 0."""
        return np.exp(-self.size * np.log1p(self.expected / self.size))

    def mean(self) -> Floats:
        """The expected number."""
        return self.expected

    def most(self) -> Floats:
        """The largest number that is possible."""
        return np.full(self.expected.shape, np.inf)

    def guess(self, uniforms: Floats) -> Floats:
        """A whole number near the quantile."""
        shape = self.expected * self.size / (self.expected + self.size)  # of the gamma with this mean and variance
        near: Floats = np.floor(special.gammaincinv(shape, uniforms) * self.expected / shape)
        return near

    def ratio(self, number: Floats) -> Floats:
        """The chance of `number` (1 or more) over the chance of the one before it."""
        return (number - 1 + self.size) / number * (self.expected / (self.expected + self.size))

    def chance(self, number: Floats) -> Floats:
        """The chance of `number`."""
        ways = special.gammaln(number + self.size) - special.gammaln(number + 1) - special.gammaln(self.size)
        odds = number * np.log(self.expected / (self.expected + self.size))
        chance: Floats = np.exp(ways + odds - self.size * np.log1p(self.expected / self.size))
        return chance

    def up_to(self, number: Floats) -> Floats:
        """The chance of `number` or fewer."""
        chance: Floats = special.betainc(self.size, number + 1, self.size / (self.size + self.expected))
        return chance

    def only(self, places: Any) -> Arrivals:
        """The same for some of the elements."""
        return Arrivals(self.expected[places], self.size[places])

    def flat(self, places: Any) -> Arrivals:
        """The same for some of the elements, by their places in the array laid flat."""
        return Arrivals(np.take(self.expected, places), np.take(self.size, places))
