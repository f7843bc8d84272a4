"""The dials (recipe.toml), the price lists (prices.toml) and one random stream per topic."""

import tomllib
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent.parent


@cache
def read(name: str) -> dict[str, Any]:
    """Read one of the TOML files beside the generator."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def stream(seed: int, topic: str) -> np.random.Generator:
    """Give each topic its own randomness, so that changing one leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(topic.encode())])
