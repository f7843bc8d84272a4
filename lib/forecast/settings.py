"""What `data/forecast.toml` says: how many paths and months, at which levels a fan is told, how the past is tested."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from lib.catalog.document import check_every_key, shown
from lib.forecast.beliefs import AssumptionsError
from lib.money import MoneyError, exact

WHERE = "data/forecast.toml"
NOT_SET = "not set"
LEVERS = ("arrivals", "climbs", "tier_ups", "tier_downs", "churn", "third_party", "aws_share")
SHARES = ("third_party", "aws_share")  # the others are factors
_WHOLE_NUMBERS = {
    "run": ("seed", "paths_quick", "paths_final", "paths_most", "block"),
    "months": ("least", "start", "most"),
    "backtest": ("paths", "least_history", "fewest_origins"),
}
_KEYS: Mapping[str, tuple[str, ...]] = {
    "run": _WHOLE_NUMBERS["run"],
    "months": _WHOLE_NUMBERS["months"],
    "levels": ("value", "why"),
    "levers": LEVERS,
    "backtest": ("horizons", *_WHOLE_NUMBERS["backtest"], "fails_below"),
    "lifetime": ("yearly_discount",),
    "tornado": ("lever_swing",),
    "target": ("mrr_usd", "why"),
}


@dataclass(frozen=True)
class Run:
    """The seed, paths of a quick look, of a final run and at most, and how many paths are walked together."""

    seed: int
    paths_quick: int
    paths_final: int
    paths_most: int
    block: int


@dataclass(frozen=True)
class Months:
    """How many months ahead a reader may ask for, and with how many the page opens."""

    least: int
    start: int
    most: int


@dataclass(frozen=True)
class Reach:
    """How far a lever may be turned: the least and the most."""

    low: float
    high: float


@dataclass(frozen=True)
class Testing:
    """How forecasts of the past are made: months ahead, paths, months of history before the first, origins for a share.

    Coverage fails where a range that holds would give so few hits with a probability below `fails_below`.
    """

    horizons: tuple[int, ...]
    paths: int
    least_history: int
    fewest_origins: int
    fails_below: float


@dataclass(frozen=True)
class Settings:
    """How the forecast is run and judged.

    `levels` are the shares of paths inside each band, the narrowest first; `levers` how far each may be turned;
    `lever_swing` how far a tornado turns one, down and up, as a fraction; `target_mrr_usd` is None while nobody set it;
    `whys` are the reasons by key, as in run.seed.
    """

    run: Run
    months: Months
    levels: tuple[float, ...]
    levers: Mapping[str, Reach]
    backtest: Testing
    yearly_discount: Decimal
    lever_swing: Decimal
    target_mrr_usd: Decimal | None
    whys: Mapping[str, str]


def parse_settings(document: str, where: str = WHERE) -> Settings:
    """The text of `data/forecast.toml` → settings; refuses a key too many or few, a number without why or sense."""
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise AssumptionsError(f"{where} is not TOML: {error}") from None
    _check_keys(blocks, _KEYS, where)
    for section, keys in _KEYS.items():
        _check_keys(blocks[section], keys, f"{where}: {section}")
    settings = _settings(blocks, where)
    _check_order(settings, where)
    return settings


def _settings(blocks: Mapping[str, Any], where: str) -> Settings:
    whys = dict(_why(blocks, path, where) for path in _reasoned())
    whole = {section: _whole_numbers(blocks, section, where) for section in _WHOLE_NUMBERS}
    return Settings(
        run=Run(**whole["run"]),
        months=Months(**whole["months"]),
        levels=tuple(float(_fraction(level, f"{where}: levels")) for level in _levels(blocks, where)),
        levers={key: _reach(key, blocks["levers"][key]["value"], f"{where}: levers.{key}") for key in LEVERS},
        backtest=Testing(
            horizons=_horizons(blocks, where),
            fails_below=float(_fraction(blocks["backtest"]["fails_below"]["value"], f"{where}: backtest.fails_below")),
            **whole["backtest"],
        ),
        yearly_discount=_fraction(blocks["lifetime"]["yearly_discount"]["value"], f"{where}: lifetime.yearly_discount"),
        lever_swing=_fraction(blocks["tornado"]["lever_swing"]["value"], f"{where}: tornado.lever_swing"),
        target_mrr_usd=_target(blocks["target"]["mrr_usd"], f"{where}: target.mrr_usd"),
        whys=whys,
    )


def _reasoned() -> tuple[tuple[str, ...], ...]:
    """The path to every block that must hold a why."""
    nested = tuple((section, key) for section, keys in _KEYS.items() if "why" not in keys for key in keys)
    return (*nested, *((section,) for section, keys in _KEYS.items() if "why" in keys))


def _why(blocks: Mapping[str, Any], path: tuple[str, ...], where: str) -> tuple[str, str]:
    key, block = ".".join(path), blocks
    for step in path:
        block = block[step]
    if not isinstance(block, dict) or not str(block.get("why", "")).strip():
        raise AssumptionsError(f'{where}: {key} needs a why: write {{ value = …, why = "…" }}')
    if len(path) > 1:
        _check_keys(block, ("value", "why"), f"{where}: {key}")
    return key, str(block["why"])


def _whole_numbers(blocks: Mapping[str, Any], section: str, where: str) -> dict[str, int]:
    read = {key: blocks[section][key]["value"] for key in _WHOLE_NUMBERS[section]}
    for key, value in read.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise AssumptionsError(f"{where}: {section}.{key} is {shown(value)}; write a whole number above 0")
    return read


def _levels(blocks: Mapping[str, Any], where: str) -> list[Any]:
    return _increasing(blocks["levels"]["value"], f"{where}: levels")


def _reach(key: str, ends: Any, where: str) -> Reach:
    """Both ends of a lever; one that changes nothing must lie between them, and a share is at most all."""
    if not isinstance(ends, list) or len(ends) != 2 or any(not isinstance(end, Decimal) for end in ends):
        raise AssumptionsError(f"{where} is {shown(ends)}; write the least and the most as in [0.0, 3.0]")
    low, high = ends
    within = 0 <= low < high <= 1 if key in SHARES else 0 <= low <= 1 <= high
    if not within:
        wanted = "shares between 0.0 and 1.0" if key in SHARES else "factors around 1.0, which changes nothing"
        raise AssumptionsError(f"{where} is {shown(ends)}; write {wanted}, the least first")
    return Reach(float(low), float(high))


def _horizons(blocks: Mapping[str, Any], where: str) -> tuple[int, ...]:
    horizons = _increasing(blocks["backtest"]["horizons"]["value"], f"{where}: backtest.horizons")
    if any(not isinstance(months, int) for months in horizons):
        raise AssumptionsError(f"{where}: backtest.horizons are whole months")
    return tuple(horizons)


def _increasing(values: Any, where: str) -> list[Any]:
    if not isinstance(values, list) or not values or any(not isinstance(one, int | Decimal) for one in values):
        raise AssumptionsError(f"{where} is {shown(values)}; write a list of numbers, the smallest first")
    if values[0] <= 0 or any(before >= after for before, after in pairwise(values)):
        raise AssumptionsError(f"{where} is {shown(values)}; numbers above 0, the smallest first")
    return values


def _fraction(value: Any, where: str) -> Decimal:
    if not isinstance(value, Decimal) or not 0 < value < 1:
        raise AssumptionsError(f"{where} is {shown(value)}; write a fraction between 0 and 1, 90 % as 0.9")
    return value


def _target(value: Any, where: str) -> Decimal | None:
    if value == NOT_SET:
        return None
    try:
        target = exact(value)
    except MoneyError as error:
        raise AssumptionsError(f"{where}: {error}, or write 'not set'") from None
    if target <= 0:
        raise AssumptionsError(f"{where} is {target}; a target lies above 0")
    return target


def _check_order(settings: Settings, where: str) -> None:
    months, run = settings.months, settings.run
    if not months.least <= months.start <= months.most:
        raise AssumptionsError(f"{where}: months must rise from least over start to most")
    if not run.paths_quick <= run.paths_final <= run.paths_most:
        raise AssumptionsError(f"{where}: paths must rise from paths_quick over paths_final to paths_most")


def _check_keys(block: Any, wanted: Any, where: str) -> None:
    check_every_key(block, wanted, where, AssumptionsError, "every choice stands in the file")
