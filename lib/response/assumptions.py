"""What is believed of every response: a number, its range and a source for each; off until somebody switches it on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.document import check_every_key, nearest
from lib.catalog.scenario import ScenarioError, read_toml
from lib.money import MoneyError, exact
from lib.refusal import Refusal


class ResponseError(Refusal):
    """Beliefs or people that cannot be; the message says where and what to do."""


_NONE, _WHOLE = Decimal(0), Decimal(1)
_ANY = Decimal("Infinity")
_ABSURD = Decimal(100)  # a hundredfold of any sensitivity: a slip, and beyond what a float can raise to a power
_ALL = Decimal(10)  # at -10 a price that doubles leaves a thousandth of the usage

# Every response in its fixed order, and every number it asks for with the least and the most it can mean.
RESPONSES: Mapping[str, Mapping[str, tuple[Decimal, Decimal]]] = MappingProxyType(
    {
        "plan_switch": {"friction_rate": (_NONE, _WHOLE), "friction_usd_per_month": (_NONE, _ANY)},
        "term_switch": {"to_annual_per_point": (_NONE, _WHOLE), "to_monthly_per_point": (_NONE, _WHOLE)},
        "rail_switch": {"moves_per_point": (_NONE, _WHOLE)},
        "usage": {"elasticity": (-_ALL, _NONE)},
        "churn": {
            "beta_rises": (_NONE, _ABSURD),
            "beta_falls": (_NONE, _ABSURD),
            "shock_extra": (_NONE, _ABSURD),
            "shock_rise": (_NONE, _ANY),
            "tenure_factor_per_year": (_NONE, _WHOLE),
            "pulse_share": (_NONE, _WHOLE),
            "counted_up_to_rise": (_NONE, _ABSURD),
        },
        "conversion": {"elasticity": (-_ALL, _NONE), "counted_up_to_rise": (_NONE, _ABSURD)},
    }
)
ENDS = ("low", "high")
NO_EVIDENCE = "none"
GRADES = ("A", "B", "C", NO_EVIDENCE)


@dataclass(frozen=True)
class Assumption:
    """One number nobody measured, the range it may lie in, and whence each comes.

    `grade` is that of the weakest evidence which the number stands on: A field data reviewed by peers, B public filings
    or a survey with its n, C a claim without method, none a belief alone.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    source: str
    grade: str = NO_EVIDENCE


@dataclass(frozen=True)
class Response:
    """One way to answer a price change: whether it is counted, and what is believed of it by name."""

    on: bool
    beliefs: Mapping[str, Assumption]

    def __getitem__(self, key: str) -> float:
        """The believed number, as the float that estimates are made of."""
        return float(self.beliefs[key].value)


@dataclass(frozen=True)
class Responses:
    """Every response of one case, in the fixed order; all numbers must be stated, a zero too."""

    name: str
    by_name: Mapping[str, Response]

    def __post_init__(self) -> None:
        _check_keys(self.by_name, RESPONSES, "responses")
        for response, limits in RESPONSES.items():
            _check_keys(self.by_name[response].beliefs, limits, response)
        for key, belief in self.beliefs():
            _check_belief(key, belief)

    def __getitem__(self, response: str) -> Response:
        return self.by_name[response]

    @property
    def on(self) -> tuple[str, ...]:
        """The responses that are counted, in the fixed order."""
        return tuple(name for name in RESPONSES if self[name].on)

    def beliefs(self, among: Collection[str] = tuple(RESPONSES)) -> tuple[tuple[str, Assumption], ...]:
        """Every belief (of some responses) with its key in the file, as in churn.beta_rises, in the fixed order."""
        named = ((name, key) for name, keys in RESPONSES.items() if name in among for key in keys)
        return tuple((f"{name}.{key}", self[name].beliefs[key]) for name, key in named)

    def switched(self, on: Iterable[str]) -> Responses:
        """The same beliefs with exactly these responses counted; no others. Refuses a name that is no response."""
        wanted = set(on)
        for name in sorted(wanted):
            if name not in RESPONSES:
                raise ResponseError(f"there is no response {name!r}; {nearest(name, RESPONSES)}")
        return self._with({name: replace(self[name], on=name in wanted) for name in RESPONSES})

    def believing(self, key: str, value: Decimal) -> Responses:
        """The same case with another value of one belief, inside its range; the key as in churn.beta_rises."""
        known = dict(self.beliefs())
        if key not in known:
            raise ResponseError(f"there is no belief {key!r}; {nearest(key, known)}")
        name, _, own = key.partition(".")
        beliefs = {**self[name].beliefs, own: replace(known[key], value=value)}
        return self._with({**self.by_name, name: replace(self[name], beliefs=MappingProxyType(beliefs))})

    def at(self, key: str, end: str) -> Responses:
        """The same case with one belief at the 'low' or 'high' end of its range."""
        if end not in ENDS:
            raise ResponseError(f"a range has no end {end!r}; {nearest(end, ENDS)}")
        belief = dict(self.beliefs()).get(key)
        return self.believing(key, getattr(belief, end, _NONE))

    def _with(self, by_name: Mapping[str, Response]) -> Responses:
        return replace(self, by_name=MappingProxyType(dict(by_name)))


def parse_responses(document: str, where: str = "data/assumptions/responses.toml") -> Responses:
    """The text of a file of responses → its beliefs; refuses a number without source, out of range or of wrong sign."""
    try:
        blocks = read_toml(document, where)
    except ScenarioError as problem:
        raise ResponseError(str(problem)) from None
    _check_keys(blocks, ("name", *RESPONSES), where)
    by_name = {name: _response(blocks[name], name, f"{where}: {name}") for name in RESPONSES}
    try:
        return Responses(str(blocks["name"]), MappingProxyType(by_name))
    except ResponseError as error:
        raise ResponseError(f"{where}: {error}") from None


def _response(block: Any, name: str, where: str) -> Response:
    _check_keys(block, ("on", *RESPONSES[name]), where)
    if not isinstance(block["on"], bool):
        raise ResponseError(f"{where}.on is {block['on']!r}; write true or false")
    beliefs = {key: _assumption(block[key], f"{where}.{key}") for key in RESPONSES[name]}
    return Response(block["on"], MappingProxyType(beliefs))


def _assumption(entry: Any, where: str) -> Assumption:
    if not isinstance(entry, dict):
        raise ResponseError(f'{where} is {entry!r}; write {{ value = …, low = …, high = …, source = "…" }}')
    grade = entry.get("grade", NO_EVIDENCE)
    if grade not in GRADES:
        raise ResponseError(f"{where}.grade is {grade!r}; {nearest(str(grade), GRADES)}")
    _check_keys({key: one for key, one in entry.items() if key != "grade"}, ("value", "low", "high", "source"), where)
    if not isinstance(entry["source"], str) or not entry["source"].strip():
        raise ResponseError(f"{where} needs a source: where the number comes from, or why it is believed")
    try:
        value, low, high = (exact(entry[key]) for key in ("value", "low", "high"))
    except MoneyError as error:
        raise ResponseError(f"{where}: {error}") from None
    return Assumption(value, low, high, entry["source"], grade)


def _check_belief(key: str, belief: Assumption) -> None:
    name, _, own = key.partition(".")
    least, most = RESPONSES[name][own]
    if not belief.low <= belief.value <= belief.high:
        raise ResponseError(f"{key} is {belief.value}; it must lie within its range, {belief.low} to {belief.high}")
    if belief.low < least:
        raise ResponseError(f"{key} goes down to {belief.low}; it cannot be below {least}")
    if belief.high > most:
        raise ResponseError(f"{key} goes up to {belief.high}; it cannot be above {most}")


def _check_keys(block: Any, wanted: Iterable[str], where: str) -> None:
    check_every_key(block, wanted, where, ResponseError, "state every number, a zero too")
