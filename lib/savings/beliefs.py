"""What is believed of savings by quality of service, and what the page knows beside it: two files, read key by key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.catalog.document import check_every_key, shown
from lib.money import MoneyError, exact
from lib.savings.spend import WHOLE, Limits, SavingsError, Spend, of_tokens

BELIEFS, FACTS = "data/assumptions/savings.toml", "data/savings.toml"
_FACTS = ("product", "measured", "anchors", "limits", "example", "renewal", "sheet")
ANCHORS, MOST_DAYS = ("median_target", "pilot_criterion"), 3650
_LIMITS = ("tokens_per_month", "usd_per_million_tokens", "usd_per_month")
_EXAMPLE = ("tokens_per_month", "usd_per_million_tokens")


@dataclass(frozen=True)
class Target:
    """One quality of service to ask for, and the believed range of its saving as fractions of the spend."""

    key: str
    label: str
    low: Decimal
    high: Decimal
    why: str


@dataclass(frozen=True)
class Targets:
    """Every quality of service of one case of beliefs, the usual one first."""

    name: str
    by_key: Mapping[str, Target]


@dataclass(frozen=True)
class Anchor:
    """A number of the paper that a range is read beside; it is no belief of ours and no promise to anybody."""

    key: str
    rate: Decimal
    words: str
    source: str


@dataclass(frozen=True)
class Sentence:
    """One thing the sheet for a customer says: how it is marked while unverified, and the claims it is held against."""

    key: str
    says: str
    marking: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What data/savings.toml says; `example` is what the calculator opens with.

    `customers_metric` is the metric of a customer's measurements that is its model spend.
    """

    product: str
    customers_metric: str
    anchors: Mapping[str, Anchor]
    limits: Limits
    example: Mapping[str, Decimal]
    renewal_days: int
    sheet: tuple[Sentence, ...]

    @property
    def example_spend(self) -> Spend:
        """The example, worked out."""
        return of_tokens(self.example["tokens_per_month"], self.example["usd_per_million_tokens"], self.limits)


def parse_targets(document: str, where: str = BELIEFS) -> Targets:
    """The text of the beliefs → a range for every quality of service; refuses a range that cannot be, or has no why."""
    blocks = _read(document, where)
    _check(blocks, ("name", "targets"), where)
    if not isinstance(blocks["targets"], Mapping) or not blocks["targets"]:
        raise SavingsError(f"{where}: targets holds no quality of service; write one as [targets.same_quality]")
    targets = {key: _target(key, block, f"{where}: targets.{key}") for key, block in blocks["targets"].items()}
    return Targets(_text(blocks["name"], f"{where}: name"), targets)


def parse_facts(document: str, where: str = FACTS) -> Facts:
    """The text of the facts → the same, every key checked."""
    blocks = _read(document, where)
    _check(blocks, _FACTS, where)
    return Facts(
        product=_text(blocks["product"], f"{where}: product"),
        customers_metric=_measured(blocks["measured"], f"{where}: measured"),
        anchors={one.key: one for one in _anchors(blocks["anchors"], f"{where}: anchors")},
        limits=_limits(blocks["limits"], f"{where}: limits"),
        example=_numbers(blocks["example"], _EXAMPLE, f"{where}: example"),
        renewal_days=_days(blocks["renewal"], f"{where}: renewal"),
        sheet=tuple(_sentence(key, block, f"{where}: sheet.{key}") for key, block in _sheet(blocks, where)),
    )


def _target(key: str, block: Any, where: str) -> Target:
    _check(block, ("label", "low", "high", "why"), where)
    low, high = (_rate(block[name], f"{where}.{name}") for name in ("low", "high"))
    if low > high:
        raise SavingsError(f"{where} runs from {shown(low)} to {shown(high)}; the low end cannot lie above the high")
    label, why = (_text(block[name], f"{where}.{name}") for name in ("label", "why"))
    return Target(key, label, low, high, why)


def _limits(block: Any, where: str) -> Limits:
    found = _numbers(block, _LIMITS, where)
    for name, limit in found.items():
        if not limit:
            raise SavingsError(f"{where}.{name} is 0; every input would be a slip: write a number above zero")
    return Limits(**found)


def _anchors(rows: Any, where: str) -> Iterable[Anchor]:
    if not isinstance(rows, list):
        raise SavingsError(f"{where} must be blocks [[anchors]], not {shown(rows)}")
    if lacking := sorted(set(ANCHORS) - {row.get("key") for row in rows if isinstance(row, Mapping)}):
        raise SavingsError(f"{where} lacks the one of key {lacking[0]!r}: the page reads every range beside it")
    for row in rows:
        _check(row, ("key", "rate", "words", "source"), where)
        key, words, source = (_text(row[name], f"{where}.{name}") for name in ("key", "words", "source"))
        yield Anchor(key, _rate(row["rate"], f"{where}.rate"), words, source)


def _sentence(key: str, block: Any, where: str) -> Sentence:
    _check(block, ("says", "marking", "claims"), where)
    says, marking = (_text(block[name], f"{where}.{name}") for name in ("says", "marking"))
    claims = block["claims"]
    if not isinstance(claims, list) or not claims:
        raise SavingsError(f"{where}.claims is {shown(claims)}; name the claims of data/claims.toml it is held against")
    return Sentence(key, says, marking, tuple(_text(claim, f"{where}.claims") for claim in claims))


def _numbers(block: Any, names: Iterable[str], where: str) -> dict[str, Decimal]:
    _check(block, (*names, "source"), where)
    _text(block["source"], f"{where}.source")
    return {name: _number(block[name], f"{where}.{name}") for name in names}


def _measured(block: Any, where: str) -> str:
    _check(block, ("customers_metric", "source"), where)
    _text(block["source"], f"{where}.source")
    return _text(block["customers_metric"], f"{where}.customers_metric")


def _days(block: Any, where: str) -> int:
    _check(block, ("within_days", "source"), where)
    days = block["within_days"]
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
        raise SavingsError(f"{where}.within_days is {shown(days)}; write a whole number of days from 1 to {MOST_DAYS}")
    return days


def _sheet(blocks: Mapping[str, Any], where: str) -> Iterable[tuple[str, Any]]:
    if blocks["sheet"] == {}:
        raise SavingsError(f"{where}: sheet says nothing; write a sentence as [sheet.projection]")
    return _block(blocks, "sheet", where)


def _block(blocks: Mapping[str, Any], name: str, where: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(blocks[name], Mapping):
        raise SavingsError(f"{where}: {name} must be a block of keys, not {shown(blocks[name])}")
    yield from blocks[name].items()


def _rate(value: Any, where: str) -> Decimal:
    rate = _number(value, where)
    if rate > WHOLE:
        raise SavingsError(f"{where} is {shown(rate)}; write a fraction of the spend, as 0.15 for 15 %")
    return rate


def _number(value: Any, where: str) -> Decimal:
    try:
        number = exact(value)
    except MoneyError as problem:
        raise SavingsError(f"{where}: {problem}") from None
    if number < 0:
        raise SavingsError(f"{where} is {shown(number)}; it cannot be below zero")
    return number


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SavingsError(f"{where} is {shown(value)}; write a text that says it")
    return value


def _read(document: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as problem:
        raise SavingsError(f"{where} is not TOML: {problem}") from None


def _check(block: Any, wanted: Iterable[str], where: str) -> None:
    check_every_key(block, wanted, where, SavingsError, "state every key, a zero too")
