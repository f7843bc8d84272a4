"""What every part of the world is decided in: the seed, the window of history, the dials and the prices."""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from world.months import Window
from world.pricelist import Prices
from world.recipe import read


@dataclass(frozen=True)
class Setting:
    """One setting per run; everything that follows is a function of it and the number of customers."""

    seed: int
    window: Window
    recipe: dict[str, Any]
    prices: Prices

    def stream(self, topic: str) -> np.random.Generator:
        """Give each topic its own randomness, so that changing one leaves the others as they were."""
        return np.random.default_rng([self.seed, zlib.crc32(topic.encode())])


def open_setting(seed: int, months: int) -> Setting:
    """Read the files and set the window."""
    recipe = read("recipe.toml")
    return Setting(seed, Window(recipe["as_of"], months), recipe, Prices(read("prices.toml")))
