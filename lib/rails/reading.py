"""The text of `data/rails.toml` → rails; what is missing, unknown or false is refused by its place in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from lib.catalog.document import BookError, check_signs, nearest, shown
from lib.catalog.scenario import ScenarioError, read_toml
from lib.money import MoneyError, exact
from lib.periods import LANDINGS
from lib.rails.fees import OFFERS
from lib.rails.rail import (
    ANSWERS,
    CHANGES,
    FACT_WORDS,
    NOT_SET,
    REQUIREMENTS,
    STANDINGS,
    Backlog,
    Changing,
    Commitment,
    Declared,
    FeeRow,
    Metering,
    Notice,
    Offering,
    Rail,
    Rails,
    RailsError,
    one_of,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# What a fee may depend on, and what that can be; a method is one of the rail's own.
CONDITIONS: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "method": (),
        "offer": OFFERS,
        "renewal": (True, False),
        "channel_partner": (True, False),
        "currency_converted": (True, False),
    }
)
LONGEST = 3650  # days; nobody gives notice, or waits for money, for ten years
METERS = ("one_per_dimension", "one_for_all")
REACHES = ("notice", "new_entitlements")
_TYPES: Mapping[str, tuple[Any, str]] = MappingProxyType(
    {
        "str": (str, "a text"),
        "bool": (bool, "true or false"),
        "int": (int, "a whole number"),
        "date": (date, "a date"),
        "Decimal": ((int, Decimal), "a number"),
        "tuple": (list, "a list"),
        "Mapping": (dict, "a block of keys"),
        "Offering": (dict, "a block of keys"),
        "Metering": (dict, "a block of keys"),
        "Changing": (dict, "a block of keys"),
        "Commitment": (dict, "a block of keys"),
    }
)

T = TypeVar("T", bound="DataclassInstance")


def parse(document: str, where: str = "data/rails.toml") -> Rails:
    """The text of `data/rails.toml` → rails by key, in the file's order; refuses what is missing, unknown or false."""
    blocks = _blocks(document, where)
    rails = {key: _parse_rail(key, block, f"{where}: rails.{key}") for key, block in blocks["rails"].items()}
    if all(rail.offering for rail in rails.values()):
        raise RailsError(f"{where}: no rail is open to everyone: leave `offering` out of one")
    return MappingProxyType(rails)


def declared(document: str, where: str = "data/rails.toml") -> tuple[Declared, ...]:
    """The text of `data/rails.toml` → the rails it only declares: nobody is offered one, and none is counted by."""
    blocks = _blocks(document, where)
    rows = blocks.get("declared", {})
    return tuple(_parse_declared(key, row, blocks["rails"], f"{where}: declared.{key}") for key, row in rows.items())


def _blocks(document: str, where: str) -> Mapping[str, Any]:
    try:
        blocks = read_toml(document, where)
        check_signs(blocks, where)
    except (BookError, ScenarioError) as problem:
        raise RailsError(str(problem)) from None
    other = set(blocks) - {"rails", "declared"}
    if other or "rails" not in blocks or not all(isinstance(block, dict) for block in blocks.values()):
        raise RailsError(f"{where} must hold blocks [rails.<key>], may hold [declared.<key>], and nothing else")
    return blocks


def _parse_declared(key: str, block: object, rails: Mapping[str, Any], where: str) -> Declared:
    row = _build(Declared, block, where, key=key)
    if key in rails:
        raise RailsError(f"{where} is a rail of its own already: take the declaration out")
    if row.fees != NOT_SET:
        raise RailsError(f"{where}: fees is {row.fees!r}; a rail whose fees are known is a block [rails.{key}]")
    return row


def _parse_rail(key: str, block: object, where: str) -> Rail:
    rail = _build(Rail, block, where, key=key)
    one_of(rail.dimension_rate_reach, REACHES, f"{where}.dimension_rate_reach")
    if not rail.notices or not rail.fees or not rail.methods:
        raise RailsError(f"{where} needs at least one of `methods`, of `notices` and of `fees`")
    _check_days(rail.payout_lag_days, f"{where}.payout_lag_days")
    return replace(
        rail,
        changes=_parse_changes(rail.changes, f"{where}.changes"),
        notices=tuple(_parse_notice(row, f"{where}.notices") for row in rail.notices),
        fees=_parse_fees(rail, f"{where}.fees"),
        offering=_parse_offering(rail.offering, f"{where}.offering") if rail.offering is not None else None,
        metering=_parse_metering(rail.metering, f"{where}.metering") if rail.metering is not None else None,
        commitment=_parse_commitment(rail.commitment, f"{where}.commitment") if rail.commitment is not None else None,
    )


def _parse_offering(block: object, where: str) -> Offering:
    offering = _build(Offering, block, where)
    for name in (offering.requires, *offering.preferred_for, offering.chosen_by):
        one_of(name, FACT_WORDS, where)
    return offering


def _parse_metering(block: object, where: str) -> Metering:
    metering = _build(Metering, block, where)
    one_of(metering.dimensions, METERS, f"{where}.dimensions")
    backlogs = tuple(_build(Backlog, row, f"{where}.backlogs") for row in metering.backlogs)
    if not backlogs:
        raise RailsError(f"{where} needs at least one of `backlogs`: how long a record is taken after its use")
    if metering.largest_record <= 0 or min(metering.closes_after_hours, *(one.hours for one in backlogs)) < 0:
        raise RailsError(f"{where} has a largest_record of nothing, or hours below zero")
    return replace(metering, backlogs=backlogs)


def _parse_commitment(block: object, where: str) -> Commitment:
    rule = _build(Commitment, block, where)
    if not 0 <= rule.ceiling_rate <= 1:
        raise RailsError(f"{where}.ceiling_rate is {rule.ceiling_rate}; write 25 % as 0.25")
    for name in ("ceiling_standing", "requires_standing"):
        one_of(getattr(rule, name), STANDINGS, f"{where}.{name}")
    one_of(rule.requires, REQUIREMENTS, f"{where}.requires")
    one_of(rule.deployed, ANSWERS, f"{where}.deployed")
    return rule


def _parse_changes(block: object, where: str) -> Changing:
    changes = _build(Changing, block, where)
    for name, words in CHANGES.items():
        one_of(getattr(changes, name), words, f"{where}.{name}")
    return changes


def _parse_notice(row: object, where: str) -> Notice:
    notice = _build(Notice, row, where)
    one_of(notice.lands_on, LANDINGS, f"{where}.lands_on")
    if notice.days < 0:
        raise RailsError(f"{where}: days is {notice.days}; a notice cannot end before it begins")
    _check_days(notice.days, f"{where}.days")
    return notice


def _check_days(days: int, where: str) -> None:
    if not 0 <= days <= LONGEST:
        raise RailsError(f"{where} is {days}; write a whole number of days from 0 to {LONGEST}")


def _parse_fees(rail: Rail, where: str) -> tuple[FeeRow, ...]:
    rows = tuple(_parse_fee(row, rail.methods, where) for row in rail.fees)
    for place, row in enumerate(rows):
        if row in rows[:place]:
            raise RailsError(f"{where} has {row.part!r} twice with the same terms; take one of them out")
    return rows


def _parse_fee(row: object, methods: Sequence[str], where: str) -> FeeRow:
    built = _build(FeeRow, row, where)
    for name, wanted in built.when.items():
        one_of(name, CONDITIONS, f"{where}.when")
        _check_wanted(wanted, methods if name == "method" else CONDITIONS[name], f"{where}.when.{name}")
    if min(built.rate, built.fixed_usd, built.cap_usd or 0, built.contract_value_from_usd) < 0 or built.rate > 1:
        raise RailsError(f"{where}: {built.part!r} has an amount below 0 or a rate above 1; write 3 % as 0.03")
    return built


def _check_wanted(wanted: object, known: Sequence[object], where: str) -> None:
    values = _typed(wanted, "tuple", where)
    if not values:
        raise RailsError(f"{where} is empty, so nothing would ever meet it; leave it out, or name a value")
    for value in values:
        if not any(type(value) is type(one) and value == one for one in known):
            raise RailsError(f"{where} cannot be {shown(value)}; {nearest(value, map(str, known))}")


def _build(kind: type[T], block: object, where: str, **given: Any) -> T:
    """One block of the file → the noun it describes; keys and types are those of the noun itself."""
    if not isinstance(block, Mapping):
        raise RailsError(f"{where} must be a block of keys, not {block!r}")
    nouns = {field.name: field for field in fields(kind) if field.name not in given}
    for key in block:
        if key not in nouns:
            raise RailsError(f"{where} has no key {key!r}; {nearest(key, nouns)}")
    for name, field in nouns.items():
        if field.default is MISSING and name not in block:
            raise RailsError(f"{where} lacks {name!r}")
    typed = {key: _typed(value, str(nouns[key].type), f"{where}.{key}") for key, value in block.items()}
    return kind(**typed, **given)


def _typed(value: Any, annotation: str, where: str) -> Any:
    kind = annotation.split(" |")[0].split("[")[0]
    wanted, words = _TYPES[kind]
    is_other = isinstance(value, bool) != (kind == "bool") or isinstance(value, datetime)
    if not isinstance(value, wanted) or is_other:
        raise RailsError(f"{where} must be {words}, not {shown(value)}")
    if annotation.startswith("tuple[str"):
        for name in value:
            _typed(name, "str", where)
    if kind == "Decimal":
        return _exact(value, where)
    return tuple(value) if kind == "tuple" else value


def _exact(value: Any, where: str) -> Decimal:
    try:
        return exact(value)
    except MoneyError as problem:
        raise RailsError(f"{where}: {problem}") from None
