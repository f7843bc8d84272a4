"""The text of `data/segments.toml` → personas, ideal customers and stages; what is missing or false is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from lib.money import exact
from lib.segments.funnel import OUTCOMES, Stage
from lib.segments.ideal import IdealCustomer
from lib.segments.ladder import PERSONAS
from lib.segments.motion import Persona
from lib.segments.refusal import SegmentsError, check_keys, one_of


@dataclass(frozen=True)
class Segments:
    """Everything `data/segments.toml` says; stages in the order of the funnel."""

    personas: Mapping[str, Persona]
    ideal_customers: Mapping[str, IdealCustomer]
    stages: tuple[Stage, ...]

    @property
    def open_stages(self) -> tuple[str, ...]:
        """The stages a deal can still be won from, in order."""
        return tuple(stage.name for stage in self.stages if stage.outcome == "open")

    @property
    def next_steps(self) -> Mapping[str, str]:
        """What comes after each open stage, in the order of the funnel; losing is no step."""
        way = [stage.name for stage in self.stages if stage.outcome != "lost"]
        return {name: after for name, after in pairwise(way) if name in self.open_stages}


def parse(document: str, where: str = "data/segments.toml") -> Segments:
    """The text of `data/segments.toml` → personas, ideal customers and stages; refuses what is missing or unknown."""
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SegmentsError(f"{where} is not TOML: {error}") from None
    check_keys(blocks, ("personas", "ideal_customers", "stages"), where)
    check_keys(blocks["personas"], PERSONAS, f"{where}: personas")
    personas = {key: _parse_persona(key, block, where) for key, block in blocks["personas"].items()}
    ideal = {key: _parse_ideal(key, block, where) for key, block in blocks["ideal_customers"].items()}
    stages = tuple(_parse_stage(row, f"{where}: stages") for row in blocks["stages"])
    return Segments(MappingProxyType(personas), MappingProxyType(ideal), stages)


def _parse_persona(key: str, block: Mapping[str, str], where: str) -> Persona:
    _check_fields(block, Persona, f"{where}: personas.{key}")
    return Persona(key=key, **block)


def _parse_ideal(key: str, block: Mapping[str, Any], where: str) -> IdealCustomer:
    _check_fields(block, IdealCustomer, f"{where}: ideal_customers.{key}")
    amounts = {name: exact(block[name]) for name in ("deal_from_usd", "deal_to_usd")}
    if not 0 <= amounts["deal_from_usd"] <= amounts["deal_to_usd"]:
        raise SegmentsError(f"{where}: ideal_customers.{key} has a deal range that runs backwards")
    return IdealCustomer(**{**block, **amounts, "key": key})


def _parse_stage(row: Mapping[str, str], where: str) -> Stage:
    _check_fields(row, Stage, where)
    one_of(row["outcome"], OUTCOMES, f"{where}: the outcome of {row['name']!r}")
    return Stage(**row)


def _check_fields(block: Mapping[str, Any], kind: type[Persona | IdealCustomer | Stage], where: str) -> None:
    check_keys(block, [field.name for field in fields(kind) if field.name != "key"], where)
