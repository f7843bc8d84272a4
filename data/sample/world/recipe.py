"""The files beside the generator: the dials, the price lists, the words."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent


@cache
def read(name: str) -> dict[str, Any]:
    """Read one of the TOML files beside the generator."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))
