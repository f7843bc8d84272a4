"""The text of `data/segments.toml` → personas, ideal customers and stages; what is missing or false is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from lib.catalog.document import shown
from lib.money import exact
from lib.segments.funnel import OUTCOMES, Stage
from lib.segments.ideal import IdealCustomer
from lib.segments.ladder import PERSONAS
from lib.segments.motion import PRICING_MODELS, Persona, PricingModel
from lib.segments.refusal import SegmentsError, check_keys, one_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


@dataclass(frozen=True)
class Segments:
    """Everything `data/segments.toml` says; stages in the order of the funnel."""

    personas: Mapping[str, Persona]
    pricing_models: Mapping[str, PricingModel]
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
    """The text of `data/segments.toml` → everything it says; refuses what is missing or unknown."""
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SegmentsError(f"{where} is not TOML: {error}") from None
    check_keys(blocks, [field.name for field in fields(Segments)], where)
    check_keys(blocks["personas"], PERSONAS, f"{where}: personas")
    return Segments(
        personas=_keyed(blocks, "personas", where, _parse_persona),
        pricing_models=_keyed(blocks, "pricing_models", where, _parse_pricing_model),
        ideal_customers=_keyed(blocks, "ideal_customers", where, _parse_ideal),
        stages=tuple(_parse_stage(row, f"{where}: stages") for row in blocks["stages"]),
    )


def _keyed(blocks: Mapping[str, Any], name: str, where: str, read: Callable[[str, Any, str], T]) -> Mapping[str, T]:
    """The blocks [<name>.<key>] → what each describes, by key and in the order of the file."""
    if not isinstance(blocks[name], Mapping):
        raise SegmentsError(f"{where}: {name} must be blocks [{name}.<key>], not {shown(blocks[name])}")
    return MappingProxyType({key: read(key, block, f"{where}: {name}.{key}") for key, block in blocks[name].items()})


def _parse_persona(key: str, block: Any, where: str) -> Persona:
    _check_fields(block, Persona, where, "key")
    return Persona(key=key, **block)


def _parse_pricing_model(persona: str, block: Any, where: str) -> PricingModel:
    one_of(persona, PERSONAS, f"{where}: the persona")
    _check_fields(block, PricingModel, where, "persona")
    one_of(block["model"], PRICING_MODELS, f"{where}.model")
    return PricingModel(persona=persona, **block)


def _parse_ideal(key: str, block: Any, where: str) -> IdealCustomer:
    _check_fields(block, IdealCustomer, where, "key")
    amounts = {name: exact(block[name]) for name in ("deal_from_usd", "deal_to_usd")}
    if not 0 <= amounts["deal_from_usd"] <= amounts["deal_to_usd"]:
        raise SegmentsError(f"{where} has a deal range that runs backwards")
    return IdealCustomer(**{**block, **amounts, "key": key})


def _parse_stage(row: Any, where: str) -> Stage:
    _check_fields(row, Stage, where)
    one_of(row["outcome"], OUTCOMES, f"{where}: the outcome of {row['name']!r}")
    return Stage(**row)


def _check_fields(block: Any, kind: type[DataclassInstance], where: str, given: str = "") -> None:
    """Every fact of a noun must stand in its block; `given` is the one that the block's own name tells."""
    told = [field for field in fields(kind) if field.name != given]
    optional = [field.name for field in told if field.default is not MISSING]
    check_keys(block, [field.name for field in told if field.name not in optional], where, optional)
