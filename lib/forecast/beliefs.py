"""What nobody measured of the persona ladder: every belief a number with its range and its why.

They stand in `data/assumptions`. What our own history says is added to them in `posterior`, and `worth` says how much
history a belief counts as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from lib.catalog.document import nearest
from lib.forecast.ladder import BANDS, RUNGS
from lib.refusal import Refusal
from lib.segments import LADDER, PERSONAS, SELLERS

SELLER = "seller"
MOVES = (*pairwise(LADDER), SELLERS, SELLERS[::-1])  # one rung up, or sideways inside the seller rung; nothing else
MAY_CHOOSE = tuple(rung for rung in RUNGS if rung != next(iter(LADDER)))  # who is not on AWS cannot buy there
WORTHS = ("moves", "churn", "renewals", "arrivals", "landings", "rails", "sellers")
ENDS = ("low", "high")

# Every section of the file and the field that holds it, in the order in which beliefs are listed.
MANY = {
    "arrivals_per_month": "arrivals",
    "landing_share": "landing",
    "annual_share": "annual",
    "aws_share": "aws_share",
    "moves_per_month": "moves",
    "tier_up_per_month": "tier_ups",
    "tier_down_per_month": "tier_downs",
    "churn_per_month": "churn",
    "tenure_factor": "tenure",
    "worth": "worth",
    "stage_probability": "stage_probability",
}
ONE = ("seller_3pi_share", "arrivals_dispersion", "arrivals_memory", "renewal_factor")
UNRANGED = "stage_probability"  # a chance of the pipeline moves no lever of the ladder
_KNOWN: Mapping[str, Iterable[Any]] = {
    "arrivals_per_month": RUNGS,
    "aws_share": MAY_CHOOSE,
    "moves_per_month": MOVES,
    "churn_per_month": PERSONAS,
    "tenure_factor": BANDS[1:],
    "worth": WORTHS,
}
_ABOVE_ONE = (
    "arrivals_per_month",
    "tenure_factor",
    "worth",
    "arrivals_dispersion",
    "arrivals_memory",
    "renewal_factor",
)
_ABOVE_NONE = ("worth", "arrivals_dispersion", "arrivals_memory")
# Every customer of every path is held in memory; and where nearly every month brings nobody, the draw of one that
# brings thousands does not end.
_MOST = {"arrivals_per_month": Decimal(1000)}
_LEAST = {"arrivals_dispersion": Decimal("0.1")}
_WHOLE = Decimal(1)
_ROUNDED = Decimal("1e-9")  # shares that were scaled to a whole miss it by the last digits


class AssumptionsError(Refusal):
    """Beliefs, counts or months that cannot be; the message says where and what to do."""


@dataclass(frozen=True)
class Belief:
    """One number nobody has measured, why we believe it, and the ends of the range it may lie in (None: not said)."""

    value: Decimal
    why: str
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Assumptions:
    """Every belief of one case; all of them must be stated, a zero too.

    `arrivals` are new customers per month by rung; `moves` the fraction of a month's customers that goes from a persona
    to a rung or persona; `churn` the fraction that leaves a monthly contract in its first year; `seller_3pi_share` the
    part of new sellers that uses an integrator; `stage_probability` the chance that an open deal of a stage is won;
    `tier_ups` and `tier_downs` the fraction of a month's customers on a tier that goes to its neighbour; `tenure` what
    churn is multiplied with by years stayed; `renewal_factor` what an annual contract loses at renewal against twelve
    months of monthly churn; `arrivals_dispersion` the size of the negative binomial of a month's arrivals, and
    `arrivals_memory` after how many months one of them counts half; `landing` the shares
    of the tiers among new customers, `annual` the part of each that signs for a year; `aws_share` the part of a rung
    that buys on AWS; `worth` how many customer-months, renewals, months or customers a belief counts as.
    """

    name: str
    arrivals: Mapping[str, Belief]
    moves: Mapping[tuple[str, str], Belief]
    churn: Mapping[str, Belief]
    seller_3pi_share: Belief
    stage_probability: Mapping[str, Belief]
    tier_ups: Mapping[str, Belief]
    tier_downs: Mapping[str, Belief]
    tenure: Mapping[str, Belief]
    renewal_factor: Belief
    arrivals_dispersion: Belief
    arrivals_memory: Belief
    landing: Mapping[str, Belief]
    annual: Mapping[str, Belief]
    aws_share: Mapping[str, Belief]
    worth: Mapping[str, Belief]

    def __post_init__(self) -> None:
        for section, wanted in _KNOWN.items():
            _complete(getattr(self, MANY[section]), wanted, section)
        _complete(self.annual, self.landing, "annual_share")
        for key, belief in self.beliefs():
            _check_range(key, belief)
        if abs(sum((one.value for one in self.landing.values()), Decimal(0)) - 1) > _ROUNDED:
            raise AssumptionsError("landing_share must add up to 1: everybody lands on some tier")
        for persona in PERSONAS:
            if self.leaving(persona) > 1:
                raise AssumptionsError(f"churn and moves out of {persona} add up to {self.leaving(persona)}; at most 1")
            self._check_going(persona)

    def _check_going(self, persona: str) -> None:
        """Refuse moves that are more than all of a persona's customers on a tier."""
        moving = sum((rate for _, rate in self.moves_from(persona)), Decimal(0))
        for tier in dict.fromkeys((*self.tier_ups, *self.tier_downs)):
            going = moving + sum(of[tier].value for of in (self.tier_ups, self.tier_downs) if tier in of)
            if going > 1:
                raise AssumptionsError(f"moves of {persona} on {tier} add up to {going}; at most 1")

    def leaving(self, persona: str) -> Decimal:
        """The fraction of a persona's customers that moves on or churns in one month."""
        return self.churn[persona].value + sum(rate for _, rate in self.moves_from(persona))

    def moves_from(self, persona: str) -> Iterator[tuple[str, Decimal]]:
        """Where a persona's customers move in one month, and which fraction of them."""
        return ((target, belief.value) for (source, target), belief in self.moves.items() if source == persona)

    def churn_in(self, persona: str, band: str) -> Decimal:
        """The fraction of a persona's monthly contracts that leaves in one month of a band of years stayed."""
        factor = self.tenure[band].value if band in self.tenure else _WHOLE
        return min(self.churn[persona].value * factor, _WHOLE)

    def lost_at_renewal(self, persona: str, band: str) -> Decimal:
        """The fraction of a persona's annual contracts that ends at a renewal, from twelve months of monthly churn."""
        twelve_months = 1 - (1 - self.churn_in(persona, band)) ** 12
        return min(twelve_months * self.renewal_factor.value, _WHOLE)

    def beliefs(self) -> tuple[tuple[str, Belief], ...]:
        """Every belief with its key in the file, in a fixed order: what the panel of assumptions lists."""
        one: dict[str, Belief] = {section: getattr(self, section) for section in ONE}
        many = (self._of(section) for section in MANY if section != UNRANGED)
        return (*(pair for pairs in many for pair in pairs), *one.items(), *self._of(UNRANGED))

    def ranged(self) -> tuple[str, ...]:
        """The keys of the beliefs that say a range: what a tornado turns. A share that is all there is cannot be."""
        alone = [f"landing_share.{tier}" for tier in self.landing if not _others(self.landing, tier)]
        return tuple(key for key, belief in self.beliefs() if belief.low is not None and key not in alone)

    def at(self, key: str, end: str) -> Assumptions:
        """The same case with one belief at the 'low' or 'high' end of its range; the key as in `beliefs`."""
        if end not in ENDS:
            raise AssumptionsError(f"a range has no end {end!r}; {nearest(end, ENDS)}")
        value = getattr(self._known(key), end)
        if value is None:
            raise AssumptionsError(f"{key} says no range; write low and high beside its value")
        return self.believing(key, value)

    def believing(self, key: str, value: Decimal) -> Assumptions:
        """The same case with another value of one belief, inside its range; other tiers' landing shares make room."""
        changed = replace(self._known(key), value=value)
        section, _, own = key.partition(".")
        if section in ONE:
            return self._with({section: changed})
        held = getattr(self, MANY[section])
        place = tuple(own.split(".")) if section == "moves_per_month" else own
        others = _scaled(held, own, 1 - value) if section == "landing_share" else held
        return self._with({MANY[section]: MappingProxyType({**others, place: changed})})

    def _with(self, fields: Mapping[str, Any]) -> Assumptions:
        return replace(self, **fields)

    def _of(self, section: str) -> Iterator[tuple[str, Belief]]:
        for own, belief in getattr(self, MANY[section]).items():
            yield f"{section}.{'.'.join(own) if isinstance(own, tuple) else own}", belief

    def _known(self, key: str) -> Belief:
        known = dict(self.beliefs())
        if key not in known:
            raise AssumptionsError(f"there is no belief {key!r}; {nearest(key, known)}")
        return known[key]


def _scaled(held: Mapping[str, Belief], but: str, whole: Decimal) -> Mapping[str, Belief]:
    """The other shares in their proportion, adding up to `whole`; their ranges give way to the new values."""
    others = {key: one for key, one in held.items() if key != but}
    before = _others(held, but)
    if not before:
        raise AssumptionsError(f"landing_share.{but} is all there is; another tier must have a share to give it to")
    shares = {key: one.value * whole / before for key, one in others.items()}
    return {key: replace(one, value=shares[key], low=None, high=None) for key, one in others.items()}


def _others(held: Mapping[str, Belief], but: str) -> Decimal:
    return sum((one.value for key, one in held.items() if key != but), Decimal(0))


def _complete(beliefs: Mapping[Any, Belief], wanted: Iterable[object], section: str) -> None:
    if impossible := beliefs.keys() - set(wanted):
        raise AssumptionsError(f"{section} cannot hold {sorted(impossible)}: no customer does that")
    if missing := set(wanted) - beliefs.keys():
        raise AssumptionsError(f"{section} lacks {sorted(map(str, missing))}: state every belief, a zero too")


def _check_range(key: str, belief: Belief) -> None:
    section = key.partition(".")[0]
    for value in (belief.value, *(end for end in (belief.low, belief.high) if end is not None)):
        if value < 0:
            raise AssumptionsError(f"{key} is {value}; it cannot be below 0")
        if value == 0 and section in _ABOVE_NONE:
            raise AssumptionsError(f"{key} is 0; it must be above 0")
        if value < _LEAST.get(section, value) or value > _MOST.get(section, value):
            ends = f"at least {_LEAST[section]}" if section in _LEAST else f"at most {_MOST[section]}"
            raise AssumptionsError(f"{key} is {value:f}; a forecast takes {ends}")
        if value > 1 and section not in _ABOVE_ONE:
            raise AssumptionsError(f"{key} is {value}; write 2 % as 0.02")
    if belief.low is not None and belief.high is not None and not belief.low <= belief.value <= belief.high:
        raise AssumptionsError(f"{key} is {belief.value}; it must lie within its range, {belief.low} to {belief.high}")
