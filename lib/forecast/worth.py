"""What one new customer is worth: the months it stays and the dollars it brings, to be expected, until it has left.

The walk's own month for one customer alone, summed up exactly instead of drawn. It pays what one of its place pays who
signs in a stated month, for as long as it stays there: later price changes are not in it. Every number is at the best
single value of what is believed and was seen, so it is an expectation without a range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.chains import ChainError
from lib.forecast.beliefs import AssumptionsError
from lib.forecast.ladder import COHORTS, MONTHS_OF_YEAR, RUNGS, Ladder
from lib.forecast.levers import CLIMBS, Levers, pulled
from lib.forecast.lives import Life, lives
from lib.forecast.parameters import Parameters
from lib.forecast.prices import Money
from lib.refusal import Refusal
from lib.segments import LADDER, PERSONAS, SELLERS, UNKNOWN

Floats = NDArray[np.float64]
NO_CLIMBS = Levers(climbs=dict.fromkeys(CLIMBS, 0.0))
_NEW = COHORTS.index("new")


class WorthError(Refusal):
    """A worth that has no end, or no place for it; the message says why and what to give."""


@dataclass(frozen=True, eq=False)
class Listed:
    """USD a month of one customer who has just signed, by rail, term and state [R, terms, S]: estimates, floats."""

    recurring: Floats
    overage: Floats


@dataclass(frozen=True)
class Worth:
    """One new customer of a persona that lands on a tier; of those it usually lands on where `tier` is None.

    `months`: how many of the first so many it is expected to be a customer, the one it signs in counted. `mrr` and
    `overage`: USD, the present value of all it ever pays; `within` of both together, in those first months. `climbs`:
    how many of these USD would not come if nobody ever climbed; below zero where a rung up brings less. `climb`: what a
    climb adds for one who has just signed, its tier, term and rail kept; None on the last rung.
    """

    persona: str
    tier: str | None
    months: float
    mrr: float
    overage: float
    within: float
    climbs: float
    climb: float | None

    @property
    def value(self) -> float:
        """USD, the present value of MRR and overage."""
        return self.mrr + self.overage

    @property
    def climbs_share(self) -> float | None:
        """The part of the value that comes because customers climb; None where there is no value."""
        return self.climbs / self.value if self.value else None


@dataclass(frozen=True, eq=False)
class _Signed:
    """Of one who has just signed, by rail, term and state [R, terms, S]; see `Worth`."""

    months: Floats
    mrr: Floats
    overage: Floats
    within: Floats
    climbs: Floats
    climb: Floats


def listed(money: Money, ladder: Ladder, at: int, month_of_year: int) -> Listed:
    """What customers pay who sign in a month to come: its place (0 is the first) and its month (0 is January)."""
    by_tier = np.tile(money.overage_factor.mean(axis=1), len(PERSONAS))
    recurring, overage = (
        table[at].reshape(*ladder.shape, -1)[_NEW, :, :, month_of_year, 0] for table in (money.recurring, money.overage)
    )
    return Listed(recurring, overage * by_tier)


def worth(
    parameters: Parameters, prices: Listed, ladder: Ladder, yearly_discount: float, months: int | None
) -> tuple[Worth, ...]:
    """One customer of each persona, and then on each tier it may land on, in the ladder's order.

    `yearly_discount`: 0.1 makes a dollar in a year worth 1 / 1.1 today. `months` is how many are counted; None counts
    all, and is refused, as no discount is, where some customer may stay for ever.
    """
    _check(parameters, ladder, yearly_discount)
    try:
        signed = _signed(parameters, prices, ladder, (1 + yearly_discount) ** (1 / MONTHS_OF_YEAR) - 1, months)
    except ChainError:
        lacks = "a number of months" if months is None else "a discount above 0"
        raise WorthError(
            f"some of these customers never leave, so what they bring has no end; give {lacks}, or let them leave"
        ) from None
    return tuple(_rows(parameters, signed, ladder))


def _check(parameters: Parameters, ladder: Ladder, yearly_discount: float) -> None:
    parameters.check(ladder)
    if parameters.paths != 1:
        raise AssumptionsError(f"worth is told of one path, these are {parameters.paths}; give the best single values")
    if not yearly_discount >= 0:
        raise WorthError(f"the discount is {yearly_discount:g} a year; give one of 0 or more, 10 % as 0.1")


def _signed(parameters: Parameters, prices: Listed, ladder: Ladder, discount: float, months: int | None) -> _Signed:
    climbing, staying = lives(parameters, ladder), lives(pulled(parameters, NO_CLIMBS, ladder), ladder)
    both = np.stack([prices.recurring, prices.overage])
    mrr, overage = _valued(climbing, both, discount)
    whole = mrr + overage
    climb = _above(whole, float(parameters.third_party[0]), ladder) - whole
    without = _valued(staying, both, discount).sum(axis=0)
    return _Signed(
        months=np.broadcast_to([life.staying(months) for life in climbing], whole.shape),
        mrr=mrr,
        overage=overage,
        within=whole if months is None else _valued(climbing, both.sum(axis=0), discount, months),
        climbs=np.where(np.isnan(climb), 0.0, whole - without),
        climb=climb,
    )


def _valued(terms: Sequence[Life], paid: Floats, discount: float, months: int | None = None) -> Floats:
    """What a month's dollars [..., terms, S] come to from signing on."""
    before = paid.shape[:-2]
    each = [
        life.value(paid[..., number, :].reshape(-1, paid.shape[-1]).T, discount, months).T.reshape(*before, -1)
        for number, life in enumerate(terms)
    ]
    return np.stack(each, axis=-2)


def _above(whole: Floats, third_party: float, ladder: Ladder) -> Floats:
    """The values of the same tier a rung up [R, terms, S]; not a number on the last one."""
    above, tiers = np.full_like(whole, np.nan), len(ladder.tiers)
    by_persona = whole.reshape(*whole.shape[:2], len(PERSONAS), tiers)
    for persona in PERSONAS:
        parts = _next(persona, third_party)
        if parts:
            first = PERSONAS.index(persona) * tiers
            above[:, :, first : first + tiers] = sum(
                part * by_persona[:, :, PERSONAS.index(target)] for target, part in parts
            )
    return above


def _next(persona: str, third_party: float) -> tuple[tuple[str, float], ...]:
    """Who a customer of a persona becomes when it climbs, each with how many of them do."""
    after = RUNGS.index(_rung(persona)) + 1
    if persona == UNKNOWN or after >= len(LADDER):
        return ()
    targets = LADDER[RUNGS[after]]
    return tuple(zip(targets, (1 - third_party, third_party) if targets == SELLERS else (1.0,), strict=True))


def _rung(persona: str) -> str:
    return next((rung for rung, personas in LADDER.items() if persona in personas), UNKNOWN)


def _rows(parameters: Parameters, signed: _Signed, ladder: Ladder) -> Iterator[Worth]:
    tiers = len(ladder.tiers)
    for number, persona in enumerate(PERSONAS):
        rails = parameters.rail_share[RUNGS.index(_rung(persona)), :, 0]
        lands = np.einsum("kt,r->rtk", parameters.landing[number, :, :, 0], rails)
        own = slice(number * tiers, (number + 1) * tiers)
        yield _row(persona, None, lands, signed, own)
        for place, tier in enumerate(ladder.tiers):
            only = lands * (np.arange(tiers) == place)
            if only.any():
                yield _row(persona, tier, only, signed, own)


def _row(persona: str, tier: str | None, lands: Floats, signed: _Signed, own: slice) -> Worth:
    """The mean over where customers land [R, terms, tiers]."""
    shares = lands / lands.sum()
    told = {name: float((shares * by_state[:, :, own]).sum()) for name, by_state in vars(signed).items()}
    climb = told.pop("climb")
    return Worth(persona, tier, **told, climb=None if np.isnan(climb) else climb)
