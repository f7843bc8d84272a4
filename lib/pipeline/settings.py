"""What `data/pipeline.toml` says: limits in days per stage, the two ends of a range, and how many deals make a rate."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from lib.catalog.document import BookError, Document, check_fields, check_signs, number
from lib.pipeline.refusal import PipelineError

WHERE = "data/pipeline.toml"
MOST_DAYS, MOST_DEALS = 3650, 1000
_FILE = dict.fromkeys(("stalled_after_days", "range", "fewest_closed", "pitches"), "block")
_WHY = {"why": "text", "source": "text"}


@dataclass(frozen=True)
class Limit:
    """A number with the reason for it."""

    value: int
    why: str
    source: str


@dataclass(frozen=True)
class Settings:
    """How the pipeline is read; `stalled_after` in days by open stage, `low` and `high` as chances from 0 to 1.

    `pitches` are what is said for a rail: the claim of data/claims.toml, by rail.
    """

    stalled_after: Mapping[str, Limit]
    low: Decimal
    high: Decimal
    range_why: str
    fewest_closed: Limit
    pitches: Mapping[str, str]

    @property
    def limits(self) -> Mapping[str, int]:
        """Days a deal may stand at each stage."""
        return {stage: limit.value for stage, limit in self.stalled_after.items()}


def parse(document: str, stages: Collection[str], rails: Collection[str]) -> Settings:
    """The text of `data/pipeline.toml`, the open stages of the funnel and the rails → settings, or a refusal."""
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
        check_signs(blocks, WHERE)
        return _settings(blocks, stages, rails)
    except tomllib.TOMLDecodeError as error:
        raise PipelineError(f"{WHERE} is not TOML: {error}") from None
    except BookError as problem:
        raise PipelineError(str(problem)) from None


def _settings(blocks: Document, stages: Collection[str], rails: Collection[str]) -> Settings:
    check_fields(blocks, _FILE, WHERE, f"{WHERE}, ")
    told = blocks["stalled_after_days"]
    check_fields(told, dict.fromkeys(stages, "block"), f"{WHERE}, stalled_after_days")
    check_fields(blocks["range"], {"low": "number", "high": "number", **_WHY}, f"{WHERE}, range")
    check_fields(blocks["pitches"], dict.fromkeys(rails, "optional text"), f"{WHERE}, pitches")
    low, high = (number(blocks["range"][end], f"{WHERE}, range.{end}") for end in ("low", "high"))
    if not 0 < low < high < 1:
        raise PipelineError(f"{WHERE}, range runs from {low} to {high}; write chances as in 0.10 and 0.90")
    return Settings(
        stalled_after=MappingProxyType(
            {stage: _limit(told, stage, "stalled_after_days.", MOST_DAYS) for stage in told}
        ),
        low=low,
        high=high,
        range_why=blocks["range"]["why"],
        fewest_closed=_limit(blocks, "fewest_closed", "", MOST_DEALS),
        pitches=MappingProxyType(dict(blocks["pitches"])),
    )


def _limit(block: Document, key: str, path: str, most: int) -> Limit:
    where = f"{WHERE}, {path}{key}"
    check_fields(block[key], {"value": "whole number", **_WHY}, where)
    limit = Limit(**block[key])
    if not 1 <= limit.value <= most:
        raise PipelineError(f"{where}.value is {limit.value}; write a whole number from 1 to {most}")
    return limit
