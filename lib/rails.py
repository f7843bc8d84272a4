"""How money moves: which rail a customer may use, what each rail keeps, and how long a change of price takes on it.

The boundary runs through an AWS account, not through a kind of customer: this room reads four raw facts and never a
persona. Rails, notices and fees are dated rows of `data/rails.toml`, each with its source; another rail is a block
there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from lib.catalog.document import nearest
from lib.money import exact, round_line, text, total
from lib.periods import LANDINGS, notice_over
from lib.refusal import Refusal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ASK = "ask"
ANSWERS = ("yes", "no", "unknown")
OFFERS = ("public", "private")
REACHES = ("notice", "new_entitlements")
CHANGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "proration": ("day", "second"),
        "on_upgrade": ("new_anchor", "keep_anchor"),
        "seats": ("monthly_maximum", "entitlement"),
        "bands": ("restart", "continue"),
        "corrections": ("credit", "carried"),
    }
)
CONDITIONS = ("method", "offer", "renewal", "channel_partner")
METERS = ("one_per_dimension", "one_for_all")


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
    }
)

T = TypeVar("T", bound="DataclassInstance")


class RailsError(Refusal):
    """Rails, a customer's facts or a sale that cannot be true; the message says where and what to do."""


@dataclass(frozen=True)
class Facts:
    """What tree 1 of the segmentation paper asks about one customer: each 'yes', 'no' or 'unknown'."""

    has_aws_account: str
    is_partner: str
    is_seller: str
    wants_consolidated_billing: str

    def __post_init__(self) -> None:
        for field in fields(self):
            _one_of(getattr(self, field.name), ANSWERS, field.name)


FACT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "has_aws_account": "AWS account",
        "is_partner": "AWS partner",
        "is_seller": "AWS Marketplace seller",
        "wants_consolidated_billing": "wish for consolidated billing",
    }
)


@dataclass(frozen=True)
class Offering:
    """Who is offered a rail: the fact it requires, the facts that prefer it, and the wish that decides the rest."""

    requires: str
    preferred_for: tuple[str, ...]
    chosen_by: str
    benefit: str
    source: str


@dataclass(frozen=True)
class Notice:
    """How long before a price change reaches existing contracts, and on which day it may land."""

    name: str
    days: int
    lands_on: str
    source: str
    as_of: date


@dataclass(frozen=True)
class Changing:
    """What a rail does when something changes in the middle of a period, each with its source; words in `CHANGES`.

    `proration` is the unit a part of a period is counted in; `on_upgrade` whether the new plan keeps the billing day;
    `seats` whether a month's largest number is billed or each change of an entitlement; `bands` where a month's usage
    stands in the bands after a change; `corrections` whether usage corrected downwards is credited or carried.
    """

    proration: str
    proration_source: str
    on_upgrade: str
    on_upgrade_source: str
    seats: str
    seats_source: str
    bands: str
    bands_source: str
    corrections: str
    corrections_source: str
    as_of: date


@dataclass(frozen=True)
class Backlog:
    """How many hours after its use a record is still taken; texts differ by year, and the first is the default."""

    name: str
    hours: int
    source: str
    as_of: date


@dataclass(frozen=True)
class Metering:
    """What a rail's meter takes: marketplace dimensions priced at the coin, whole coins, no record above the largest.

    A month's usage is sent until `closes_after_hours` of the month after it (UTC).
    """

    dimensions: str
    dimensions_source: str
    largest_record: int
    largest_record_source: str
    closes_after_hours: int
    closes_source: str
    backlogs: tuple[Backlog, ...]


@dataclass(frozen=True)
class FeeRow:
    """One dated row of a rail's fees: `rate` of the amount (a fraction) plus `fixed_usd`, at most `cap_usd`.

    It applies where every fact of the sale that `when` names is among the values listed. Parts of one `line` are
    added and rounded together. Rows of one part replace each other: the newest row in force wins, and of those the
    highest `contract_value_from_usd` that the whole contract reaches.
    """

    line: str
    part: str
    rate: Decimal
    when: Mapping[str, Sequence[Any]]
    source: str
    as_of: date
    effective: date = date.min
    fixed_usd: Decimal = Decimal(0)
    cap_usd: Decimal | None = None
    contract_value_from_usd: Decimal = Decimal(0)


@dataclass(frozen=True)
class Rail:
    """One way of moving money. `notices` opens with the default; `offering` is None where everybody may use it.

    `metering` is None where usage goes on our own invoice and no meter is told.
    """

    key: str
    label: str
    absorb: bool
    absorb_source: str
    payout_lag_days: int
    payout_source: str
    dimension_rate_reach: str
    reach_source: str
    changes: Changing
    notices: tuple[Notice, ...]
    fees: tuple[FeeRow, ...]
    offering: Offering | None = None
    metering: Metering | None = None


Rails = Mapping[str, Rail]


@dataclass(frozen=True)
class RailChoice:
    """The rails a customer may use, the one to propose (or 'ask'), and the facts that say so."""

    eligible: frozenset[str]
    default: str
    reason: str


def choose(facts: Facts, rails: Rails) -> RailChoice:
    """One customer's raw facts → rails to offer, by tree 1; a default that hangs on an unknown fact is asked for."""
    eligible = frozenset(rail.key for rail in rails.values() if _is_open(rail, facts))
    fallback = next(rail for rail in rails.values() if rail.offering is None)
    offered = [(rail, rail.offering) for rail in rails.values() if rail.offering]
    for rail, offering in offered:
        if verdict := _verdict(rail, offering, fallback, facts):
            return RailChoice(eligible, *verdict)
    missing = _quote(facts, [offering.requires for _, offering in offered])
    only = "only" if len(eligible) == 1 else "by default"
    return RailChoice(eligible, fallback.key, f"{missing}: {fallback.label} {only}.")


def _is_open(rail: Rail, facts: Facts) -> bool:
    return rail.offering is None or getattr(facts, rail.offering.requires) == "yes"


def _verdict(rail: Rail, offering: Offering, fallback: Rail, facts: Facts) -> tuple[str, str] | None:
    """Default and reason that one rail with a condition brings about; None where the rail is out of the question."""
    preferring = [name for name in offering.preferred_for if getattr(facts, name) == "yes"]
    required = getattr(facts, offering.requires)
    if required != "yes" and preferring:
        told = f"{_quote(facts, preferring)} but {_quote(facts, [offering.requires])}"
        return ASK, f"{told}: ask which is right, nobody is the one without the other."
    if required == "unknown":
        return ASK, f"{_quote(facts, [offering.requires])}: ask before {rail.label} is offered."
    if required == "no":
        return None
    if preferring:
        told = _quote(facts, [offering.requires, *preferring, offering.chosen_by])
        return rail.key, f"{told}: {rail.label} by default, {offering.benefit}."
    return _by_wish(rail, offering, fallback, facts)


def _by_wish(rail: Rail, offering: Offering, fallback: Rail, facts: Facts) -> tuple[str, str]:
    """Default and reason for a customer who may use both rails and is known to be neither partner nor seller."""
    told = _quote(facts, [offering.requires, offering.chosen_by])
    if getattr(facts, offering.chosen_by) == "yes":
        return rail.key, f"{told}: {rail.label}, as the customer wants."
    unknown = [n for n in (*offering.preferred_for, offering.chosen_by) if getattr(facts, n) == "unknown"]
    if unknown:
        told = _quote(facts, [offering.requires, *unknown])
        return ASK, f"{told}: ask, {rail.label} and {fallback.label} are both open."
    return fallback.key, f"{told}: {fallback.label}, as the customer wants."


def _quote(facts: Facts, names: Iterable[str]) -> str:
    return ", ".join(f"{FACT_WORDS[name]} is {getattr(facts, name)}" for name in names)


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One amount collected on a rail.

    `method` is 'card', 'card_international', 'ach' or 'marketplace'. `amount` is the collected amount in USD before
    tax; `contract_value` the whole contract's, which a private offer's fee is banded on; `on` the day of the sale.
    """

    rail: str
    method: str
    amount: Decimal
    on: date
    offer: str = "public"
    contract_value: Decimal | None = None
    renewal: bool = False
    channel_partner: bool = False

    def __post_init__(self) -> None:
        _one_of(self.offer, OFFERS, "a sale's offer")
        if exact(self.amount) < 0:
            raise RailsError(f"a sale of {self.amount} has no fee: look up what the rail returned for the refund")
        if self.offer == "private" and self.contract_value is None:
            raise RailsError("a private offer's fee is banded on the whole contract: give its contract_value")
        if self.offer == "public" and self.channel_partner:
            raise RailsError("a channel partner sells by private offer: set offer to 'private'")


@dataclass(frozen=True)
class FeePart:
    """What one row of the schedule takes of a sale: the exact amount in USD, not yet rounded, and its words."""

    row: FeeRow
    amount: Decimal
    words: str


@dataclass(frozen=True)
class FeeLine:
    """One line on a rail's own invoice: the sum of its parts, rounded once to cents."""

    name: str
    parts: tuple[FeePart, ...]
    amount: Decimal


@dataclass(frozen=True)
class Fee:
    """What a rail keeps of a sale of `gross` USD: the sum of its rounded lines, with the arithmetic."""

    gross: Decimal
    lines: tuple[FeeLine, ...]

    @property
    def amount(self) -> Decimal:
        """The fee in USD, exact to the cent."""
        return total(line.amount for line in self.lines)

    @property
    def net(self) -> Decimal:
        """What is left of the sale, in USD."""
        return self.gross - self.amount

    @property
    def rate(self) -> Decimal | None:
        """The fee as a fraction of the sale; None where nothing was sold."""
        return self.amount / self.gross if self.gross else None

    @property
    def explanation(self) -> str:
        """Every part's arithmetic in one sentence."""
        return "; ".join(part.words for line in self.lines for part in line.parts) or "nothing sold, nothing kept"


def fee(rails: Rails, sale: Sale) -> Fee:
    """One sale → what its rail keeps, by the rows in force on the day of the sale; no amount, no fee."""
    rail = _rail(rails, sale.rail)
    rows = _rows_in_force(rail, sale)
    for line in dict.fromkeys(row.line for row in rail.fees):
        if line not in {row.line for row in rows}:
            raise RailsError(_no_row(rail, line, sale))
    return Fee(sale.amount, _lines(rows, sale) if sale.amount else ())


def absorbed(rails: Rails, sale: Sale, replaced: Sale, *, absorb: bool | None = None) -> Decimal:
    """What selling on `sale`'s rail costs us against the rail it replaced, in USD; negative where it is cheaper.

    Nothing is absorbed where the fee is passed on. `absorb` is the book's own setting; without it the rail's counts.
    """
    if not (_rail(rails, sale.rail).absorb if absorb is None else absorb):
        return Decimal(0)
    return fee(rails, sale).amount - fee(rails, replaced).amount


def reaches_existing_on(notice: Notice, announced_on: date) -> date:
    """The first day on which a price announced on `announced_on` may reach an existing contract."""
    return notice_over(announced_on, notice.days, notice.lands_on)


def public_rate(rail: Rail, on: date) -> Decimal | None:
    """What a rail keeps of every public sale on a day, as a fraction; None where a part of it is no fraction.

    It is what passing the fee on would have to add to a price; a fee with a fixed part has no such fraction.
    """
    methods = sorted({name for row in rail.fees for name in row.when.get("method", ())})
    sale = Sale(rail=rail.key, method=methods[0], amount=Decimal(1), on=on) if len(methods) == 1 else None
    rows = _rows_in_force(rail, sale) if sale else []
    if not rows or any(row.fixed_usd or row.cap_usd is not None for row in rows):
        return None
    return total(row.rate for row in rows)


def paid_out_on(rail: Rail, settled_on: date) -> date:
    """The day money settled on `settled_on` is expected in the bank: the rail's usual lag, never a promise."""
    return settled_on + timedelta(days=rail.payout_lag_days)


def _rows_in_force(rail: Rail, sale: Sale) -> list[FeeRow]:
    applying = [row for row in rail.fees if _applies(row, sale)]
    newest_last = sorted(applying, key=lambda row: (row.effective, row.contract_value_from_usd))
    return list({(row.line, row.part): row for row in newest_last}.values())


def _applies(row: FeeRow, sale: Sale) -> bool:
    is_reached = row.contract_value_from_usd <= (sale.contract_value or Decimal(0))
    is_meant = all(getattr(sale, name) in wanted for name, wanted in row.when.items())
    return row.effective <= sale.on and is_reached and is_meant


def _lines(rows: Iterable[FeeRow], sale: Sale) -> tuple[FeeLine, ...]:
    parts: dict[str, list[FeePart]] = {}
    for row in rows:
        parts.setdefault(row.line, []).append(_part(row, sale.amount))
    return tuple(
        FeeLine(name, tuple(taken), round_line(total(part.amount for part in taken))) for name, taken in parts.items()
    )


def _part(row: FeeRow, sold: Decimal) -> FeePart:
    amount = sold * row.rate + row.fixed_usd
    words = f"{row.part}: {text((row.rate * 100).normalize())} % of {text(sold)}"
    words += f" + {text(row.fixed_usd)}" if row.fixed_usd else ""
    if row.cap_usd is not None and amount > row.cap_usd:
        amount, words = row.cap_usd, f"{words}, capped"
    return FeePart(row, amount, f"{words} = {text(amount)}")


def _no_row(rail: Rail, line: str, sale: Sale) -> str:
    methods = sorted({name for row in rail.fees for name in row.when.get("method", ())})
    sold = f"{sale.offer} offer paid by {sale.method!r} on {sale.on}"
    return f"{rail.label} has no {line!r} row in force for a {sold}; its methods are: {', '.join(methods)}"


def parse(document: str, where: str = "data/rails.toml") -> Rails:
    """The text of `data/rails.toml` → rails by key, in the file's order; refuses what is missing, unknown or false."""
    try:
        blocks = tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise RailsError(f"{where} is not TOML: {error}") from None
    if set(blocks) != {"rails"} or not isinstance(blocks["rails"], dict):
        raise RailsError(f"{where} must hold blocks [rails.<key>] and nothing else")
    rails = {key: _parse_rail(key, block, f"{where}: rails.{key}") for key, block in blocks["rails"].items()}
    if all(rail.offering for rail in rails.values()):
        raise RailsError(f"{where}: no rail is open to everyone: leave `offering` out of one")
    return MappingProxyType(rails)


def _parse_rail(key: str, block: object, where: str) -> Rail:
    rail = _build(Rail, block, where, key=key)
    _one_of(rail.dimension_rate_reach, REACHES, f"{where}.dimension_rate_reach")
    if not rail.notices or not rail.fees:
        raise RailsError(f"{where} needs at least one of `notices` and of `fees`")
    return replace(
        rail,
        changes=_parse_changes(rail.changes, f"{where}.changes"),
        notices=tuple(_parse_notice(row, f"{where}.notices") for row in rail.notices),
        fees=tuple(_parse_fee(row, f"{where}.fees") for row in rail.fees),
        offering=_parse_offering(rail.offering, f"{where}.offering") if rail.offering else None,
        metering=_parse_metering(rail.metering, f"{where}.metering") if rail.metering else None,
    )


def _parse_offering(block: object, where: str) -> Offering:
    offering = _build(Offering, block, where)
    for name in (offering.requires, *offering.preferred_for, offering.chosen_by):
        _one_of(name, FACT_WORDS, where)
    return offering


def _parse_metering(block: object, where: str) -> Metering:
    metering = _build(Metering, block, where)
    _one_of(metering.dimensions, METERS, f"{where}.dimensions")
    backlogs = tuple(_build(Backlog, row, f"{where}.backlogs") for row in metering.backlogs)
    if not backlogs:
        raise RailsError(f"{where} needs at least one of `backlogs`: how long a record is taken after its use")
    if metering.largest_record <= 0 or min(metering.closes_after_hours, *(one.hours for one in backlogs)) < 0:
        raise RailsError(f"{where} has a largest_record of nothing, or hours below zero")
    return replace(metering, backlogs=backlogs)


def _parse_changes(block: object, where: str) -> Changing:
    changes = _build(Changing, block, where)
    for name, words in CHANGES.items():
        _one_of(getattr(changes, name), words, f"{where}.{name}")
    return changes


def _parse_notice(row: object, where: str) -> Notice:
    notice = _build(Notice, row, where)
    _one_of(notice.lands_on, LANDINGS, f"{where}.lands_on")
    if notice.days < 0:
        raise RailsError(f"{where}: days is {notice.days}; a notice cannot end before it begins")
    return notice


def _parse_fee(row: object, where: str) -> FeeRow:
    built = _build(FeeRow, row, where)
    for name, wanted in built.when.items():
        _one_of(name, CONDITIONS, f"{where}.when")
        _typed(wanted, "tuple", f"{where}.when.{name}")
    if min(built.rate, built.fixed_usd, built.cap_usd or 0, built.contract_value_from_usd) < 0 or built.rate > 1:
        raise RailsError(f"{where}: {built.part!r} has an amount below 0 or a rate above 1; write 3 % as 0.03")
    return built


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
    wanted, words = _TYPES[annotation.split(" |")[0].split("[")[0]]
    if not isinstance(value, wanted):
        raise RailsError(f"{where} must be {words}, not {value!r}")
    if annotation.startswith("Decimal"):
        return exact(value)
    return tuple(value) if annotation.startswith("tuple") else value


def _rail(rails: Rails, key: str) -> Rail:
    _one_of(key, rails, "a sale's rail")
    return rails[key]


def _one_of(value: str, allowed: Iterable[str], where: str) -> None:
    if value not in allowed:
        raise RailsError(f"{where} cannot be {value!r}; {nearest(str(value), allowed)}")
