"""What every part of the world is decided in: the seed, the window of history, the dials and the prices."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from world.months import Window, first_day, number
from world.pricelist import Prices
from world.recipe import read


@dataclass(frozen=True)
class Setting:
    """One setting per run; everything that follows is a function of it and the number of customers.

    The world is drawn over the whole `window`, and written as its systems knew it on the evening of `seen_on`.
    """

    seed: int
    window: Window
    recipe: dict[str, Any]
    prices: Prices
    seen_on: date

    @property
    def seen(self) -> Window:
        """The part of the window that is written."""
        return self.window.until(self.seen_on)

    def stream(self, topic: str) -> np.random.Generator:
        """Give each topic its own randomness, so that changing one leaves the others as they were."""
        return np.random.default_rng([self.seed, zlib.crc32(topic.encode())])


def open_setting(seed: int, months: int, months_ago: int = 0) -> Setting:
    """Read the files and set the window; the world is seen at its end, or at the end of a month before."""
    recipe = read("recipe.toml")
    window = Window(recipe["as_of"], months)
    seen_on = first_day(number(window.as_of) - months_ago + 1) - timedelta(days=1)
    return Setting(seed, window, recipe, Prices(read("prices.toml")), seen_on)
