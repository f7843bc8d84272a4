"""What `data/forecast.toml` says: how many paths and months, at which levels a fan is told, how the past is tested."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.catalog.document import check_every_key
from lib.forecast import choices
from lib.forecast.beliefs import AssumptionsError
from lib.forecast.choices import fraction

WHERE = "data/forecast.toml"
LEVERS = ("arrivals", "climbs", "tier_ups", "tier_downs", "churn", "third_party", "aws_share")
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
    months, past = Months(**whole["months"]), blocks["backtest"]
    return Settings(
        run=Run(**whole["run"]),
        months=months,
        levels=choices.levels(blocks["levels"]["value"], f"{where}: levels"),
        levers={key: _reach(blocks, key, where) for key in LEVERS},
        backtest=Testing(
            horizons=choices.horizons(past["horizons"]["value"], months.most, f"{where}: backtest.horizons"),
            fails_below=float(fraction(past["fails_below"]["value"], f"{where}: backtest.fails_below")),
            **whole["backtest"],
        ),
        yearly_discount=fraction(blocks["lifetime"]["yearly_discount"]["value"], f"{where}: lifetime.yearly_discount"),
        lever_swing=fraction(blocks["tornado"]["lever_swing"]["value"], f"{where}: tornado.lever_swing"),
        target_mrr_usd=choices.target(blocks["target"]["mrr_usd"], f"{where}: target.mrr_usd"),
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
    why = block.get("why") if isinstance(block, dict) else None
    if not isinstance(why, str) or not why.strip():
        raise AssumptionsError(f'{where}: {key} needs a why: write {{ value = …, why = "…" }}')
    if len(path) > 1:
        _check_keys(block, ("value", "why"), f"{where}: {key}")
    return key, why


def _whole_numbers(blocks: Mapping[str, Any], section: str, where: str) -> dict[str, int]:
    keys = _WHOLE_NUMBERS[section]
    return {key: choices.whole_number(blocks[section][key]["value"], f"{section}.{key}", where) for key in keys}


def _reach(blocks: Mapping[str, Any], key: str, where: str) -> Reach:
    return Reach(*choices.reach(key, blocks["levers"][key]["value"], f"{where}: levers.{key}"))


def _check_order(settings: Settings, where: str) -> None:
    months, run = settings.months, settings.run
    if not months.least <= months.start <= months.most or months.least == months.most:
        raise AssumptionsError(f"{where}: months must rise from least over start to most")
    if not run.paths_quick <= run.paths_final <= run.paths_most:
        raise AssumptionsError(f"{where}: paths must rise from paths_quick over paths_final to paths_most")


def _check_keys(block: Any, wanted: Any, where: str) -> None:
    check_every_key(block, wanted, where, AssumptionsError, "every choice stands in the file")
