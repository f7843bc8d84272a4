"""The text of `data/segments.toml` → personas, ideal customers and stages; what is missing or false is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from lib.catalog.document import shown
from lib.money import MoneyError, exact
from lib.segments.funnel import OUTCOMES, Stage
from lib.segments.ideal import IdealCustomer, Qualifying
from lib.segments.ladder import PERSONAS
from lib.segments.motion import BUILD, PRICING_MODELS, Persona, PricingModel
from lib.segments.position import Alternative, Channel, Positioning, Role
from lib.segments.refusal import SegmentsError, check_keys, one_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
Noun = TypeVar("Noun", bound="DataclassInstance")


@dataclass(frozen=True)
class Segments:
    """Everything `data/segments.toml` says, each with the product it is of; stages in the order of the funnel."""

    personas: Mapping[str, Persona]
    pricing_models: Mapping[str, PricingModel]
    ideal_customers: Mapping[str, IdealCustomer]
    roles: tuple[Role, ...]
    positioning: tuple[Positioning, ...]
    channels: tuple[Channel, ...]
    stages: tuple[Stage, ...]

    def of_product(self, product: str) -> Mapping[str, IdealCustomer]:
        """The ideal-customer segments of one product; none where the papers give it none."""
        return {key: one for key, one in self.ideal_customers.items() if one.product == product}

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
        roles=listed(blocks, "roles", where, _plain(Role)),
        positioning=listed(blocks, "positioning", where, _parse_positioning),
        channels=_parse_channels(blocks, where),
        stages=_parse_stages(blocks, where),
    )


def _keyed(blocks: Mapping[str, Any], name: str, where: str, read: Callable[[str, Any, str], T]) -> Mapping[str, T]:
    """The blocks [<name>.<key>] → what each describes, by key and in the order of the file."""
    if not isinstance(blocks[name], Mapping):
        raise SegmentsError(f"{where}: {name} must be blocks [{name}.<key>], not {shown(blocks[name])}")
    if not blocks[name]:
        raise SegmentsError(f"{where}: {name} holds none; write one as [{name}.<key>]")
    return MappingProxyType({key: read(key, block, f"{where}: {name}.{key}") for key, block in blocks[name].items()})


def _parse_persona(key: str, block: Any, where: str) -> Persona:
    _check_fields(block, Persona, where, "key")
    _check_texts(block, block, where)
    one_of(block["build"], BUILD, f"{where}.build")
    return Persona(key=key, **block)


def _parse_pricing_model(persona: str, block: Any, where: str) -> PricingModel:
    one_of(persona, PERSONAS, f"{where}: the persona")
    _check_fields(block, PricingModel, where, "persona")
    _check_texts(block, block, where)
    one_of(block["model"], PRICING_MODELS, f"{where}.model")
    return PricingModel(persona=persona, **block)


def _parse_ideal(key: str, block: Any, where: str) -> IdealCustomer:
    _check_fields(block, IdealCustomer, where, "key")
    _check_texts(block, ("product", "label", "attributes", "need", "source"), where)
    named = [name for name in ("deal_from_usd", "deal_to_usd", "spend_from_usd") if name in block]
    amounts = {name: _amount(block[name], f"{where}.{name}") for name in named}
    if not 0 <= amounts["deal_from_usd"] <= amounts["deal_to_usd"]:
        raise SegmentsError(f"{where} has a deal range that runs backwards")
    if amounts.get("spend_from_usd", 0) < 0:
        raise SegmentsError(f"{where}.spend_from_usd is {shown(amounts['spend_from_usd'])}; it cannot be negative")
    questions = listed(block, "questions", where, _plain(Qualifying))
    for asked in questions:
        if asked.attribute not in block["attributes"]:
            raise SegmentsError(f"{where}: {asked.attribute!r} is asked about and is none of its attributes")
    return IdealCustomer(**{**block, **amounts, "key": key, "questions": questions})


def _amount(value: Any, where: str) -> Decimal:
    try:
        return exact(value)
    except MoneyError as problem:
        raise SegmentsError(f"{where}: {problem}") from None


def listed(blocks: Mapping[str, Any], name: str, where: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
    """A list, or the blocks [[<name>]] → what each describes, in the order of the file."""
    if not isinstance(blocks[name], list):
        raise SegmentsError(f"{where}: {name} must be a list or blocks [[{name}]], not {shown(blocks[name])}")
    return tuple(read(row, f"{where}: {name}") for row in blocks[name])


def _plain(kind: type[Noun]) -> Callable[[Any, str], Noun]:
    return lambda row, where: built(kind, row, where)


def _parse_positioning(row: Any, where: str) -> Positioning:
    _check_fields(row, Positioning, where)
    _check_texts(row, ("product", "line", "source"), where)
    against = listed(row, "against", where, _plain(Alternative))
    return Positioning(**{**row, "against": against, "differentiators": listed(row, "differentiators", where, _text)})


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SegmentsError(f"{where} must be a text, not {shown(value)}")
    return value


def _check_texts(block: Mapping[str, Any], names: Iterable[str], where: str) -> None:
    for name in names:
        _text(block[name], f"{where}: {name}")


def _parse_channels(blocks: Mapping[str, Any], where: str) -> tuple[Channel, ...]:
    channels = listed(blocks, "channels", where, _plain(Channel))
    named = [(one.product, one.key) for one in channels]
    for product, key in named:
        if named.count((product, key)) > 1:
            raise SegmentsError(f"{where}: channels has {key!r} of {product} twice; take one of them out")
    return channels


def _parse_stages(blocks: Mapping[str, Any], where: str) -> tuple[Stage, ...]:
    stages = listed(blocks, "stages", where, _parse_stage)
    if not stages:
        raise SegmentsError(f"{where}: stages holds none, and a deal must stand at one; write them as [[stages]]")
    return stages


def _parse_stage(row: Any, where: str) -> Stage:
    stage = built(Stage, row, where)
    one_of(stage.outcome, OUTCOMES, f"{where}: the outcome of {stage.name!r}")
    return stage


def built(kind: type[Noun], block: Any, where: str) -> Noun:
    """One block → the noun it describes, every fact of which is a text."""
    _check_fields(block, kind, where)
    _check_texts(block, block, where)
    return kind(**block)


def _check_fields(block: Any, kind: type[DataclassInstance], where: str, given: str = "") -> None:
    """Every fact of a noun must stand in its block; `given` is the one that the block's own name tells."""
    told = [field for field in fields(kind) if field.name != given]
    optional = [field.name for field in told if field.default is not MISSING]
    check_keys(block, [field.name for field in told if field.name not in optional], where, optional)
