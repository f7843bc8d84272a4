"""How one value of `data/forecast.toml` is read: what it must be, and the sentence where it is not.

The bounds are those of the engine and of the page, not beliefs: what lies beyond them fills the memory, or is a slider
without a width, or asks for a range that nothing here is told in.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lib.catalog.document import shown
from lib.forecast.beliefs import AssumptionsError
from lib.money import MoneyError, exact

NOT_SET = "not set"
SHARES = ("third_party", "aws_share")  # the other levers are factors
TOLD_LEVELS = (Decimal("0.5"), Decimal("0.8"), Decimal("0.9"))  # the page, its chart and the verb name these
MOST_TARGET = 10**9
MOST_PATHS, MOST_MONTHS = 200_000, 120
_MOST_FACTOR = 10  # customers multiply by it and paths hold each of them
_STEP = Decimal("0.01")  # in which a lever moves
_FEWEST_TO_JUDGE = 20  # so that the ends of nine in ten lie among the paths
_ENDS: Mapping[str, tuple[int, int]] = {
    "run.seed": (1, 2**53),  # what every reader of JSON holds exactly
    "run.paths_quick": (1, MOST_PATHS),
    "run.paths_final": (1, MOST_PATHS),
    "run.paths_most": (1, MOST_PATHS),
    "run.block": (1, 10_000),
    "months.least": (1, MOST_MONTHS),
    "months.start": (1, MOST_MONTHS),
    "months.most": (1, MOST_MONTHS),
    "backtest.paths": (_FEWEST_TO_JUDGE, 10_000),
    "backtest.least_history": (1, 120),
    "backtest.fewest_origins": (1, 120),
}


def whole_number(value: Any, key: str, where: str) -> int:
    """A whole number within what the engine can do."""
    least, most = _ENDS[key]
    if not _is_whole(value) or value < 1:
        raise AssumptionsError(f"{where}: {key} is {shown(value)}; write a whole number above 0")
    if not least <= value <= most:
        raise AssumptionsError(f"{where}: {key} is {shown(value)}; write a whole number from {least:,} to {most:,}")
    return int(value)


def levels(values: Any, where: str) -> tuple[float, ...]:
    """The shares of paths inside the bands: the three that are told, and no others."""
    found = [fraction(level, where) for level in _increasing(values, where)]
    if tuple(found) != TOLD_LEVELS:
        raise AssumptionsError(
            f"{where} is {_list(values)}; page, chart and verb tell bands of one half, 80 % and 90 %: "
            f"write {_list(TOLD_LEVELS)}"
        )
    return tuple(map(float, found))


def reach(key: str, ends: Any, where: str) -> tuple[float, float]:
    """Both ends of a lever; one that changes nothing must lie between them, and a share is at most all."""
    if not isinstance(ends, list) or len(ends) != 2 or any(not isinstance(end, Decimal) for end in ends):
        raise AssumptionsError(f"{where} is {shown(ends)}; write the least and the most as in [0.0, 3.0]")
    low, high = ends
    if not _within(key, low, high):
        wanted = (
            "shares between 0.0 and 1.0"
            if key in SHARES
            else f"factors around 1.0, which changes nothing, of at most {_MOST_FACTOR}.0"
        )
        raise AssumptionsError(f"{where} is {_list(ends)}; write {wanted}, in hundredths, the least first")
    return float(low), float(high)


def horizons(values: Any, most: int, where: str) -> tuple[int, ...]:
    """Months ahead at which the past is tested: whole, and no further than a reader may ask."""
    found = _increasing(values, where)
    if any(not _is_whole(months) for months in found) or found[-1] > most:
        raise AssumptionsError(f"{where} are whole months of at most months.most, {most}; here is {_list(values)}")
    return tuple(found)


def fraction(value: Any, where: str) -> Decimal:
    """A number between 0 and 1 which is neither of them, as a float too."""
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 < value < 1 or not 0 < float(value) < 1:
        raise AssumptionsError(f"{where} is {shown(value)}; write a fraction between 0 and 1, 90 % as 0.9")
    return value


def target(value: Any, where: str) -> Decimal | None:
    """An MRR in whole USD, as the page asks for it; None where none is set."""
    if value == NOT_SET:
        return None
    try:
        wanted = exact(value)
    except MoneyError as error:
        raise AssumptionsError(f"{where}: {error}, or write 'not set'") from None
    if wanted <= 0:
        raise AssumptionsError(f"{where} is {wanted}; a target lies above 0")
    if wanted % 1 or wanted > MOST_TARGET:
        raise AssumptionsError(f"{where} is {shown(wanted)}; write whole USD from 1 to {MOST_TARGET:,}, as in 750000")
    return wanted


def _within(key: str, low: Decimal, high: Decimal) -> bool:
    if not (low.is_finite() and high.is_finite() and 0 <= low < high):
        return False
    within = high <= 1 if key in SHARES else low <= 1 <= high <= _MOST_FACTOR
    return within and all(end == end.quantize(_STEP) for end in (low, high))


def _increasing(values: Any, where: str) -> list[Any]:
    if not isinstance(values, list) or not values or any(not _is_number(one) for one in values):
        raise AssumptionsError(f"{where} is {shown(values)}; write a list of numbers, the smallest first")
    if values[0] <= 0 or any(before >= after for before, after in pairwise(values)):
        raise AssumptionsError(f"{where} is {_list(values)}; numbers above 0, the smallest first")
    return values


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, Decimal) and value.is_finite())


def _list(values: Any) -> str:
    return f"[{', '.join(map(shown, values))}]"
