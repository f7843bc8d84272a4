"""Ages in periods, as every model of this room takes them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lib.retention.curve import Array
from lib.retention.refusal import RetentionError


def ages_from(given: ArrayLike, least: int) -> Array:
    """Numbers of periods, none below the least."""
    ages = np.asarray(given, dtype=np.float64)
    if not np.isfinite(ages).all() or (ages.size and ages.min() < least):
        raise RetentionError(f"a number of periods is below {least} or no number; count periods from {least}")
    return ages
