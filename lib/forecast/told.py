"""The table a founder can argue with: of every number what is believed, what was seen, and what is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scipy import special

from lib.forecast.ladder import BANDS, CLIMB, DOWN_A_TIER, KINDS, RUNGS, SIDEWAYS, TERMS, UP_A_TIER
from lib.forecast.posterior import Posterior
from lib.segments import PERSONAS

ENDS = (0.05, 0.95)  # nine in ten lie between
MOVES, LEAVING, ARRIVALS, LANDING, RAILS, SPLIT = "moves", "leaving", "arrivals", "landing", "rail", "seller split"
_DOES = {
    CLIMB: "climbs a rung",
    SIDEWAYS: "changes sides inside the seller rung",
    UP_A_TIER: "goes up a tier",
    DOWN_A_TIER: "goes down a tier",
}


@dataclass(frozen=True)
class Told:
    """One number of the forecast: `about` what, of which persona or rung (`who`), on or in which tier, term or rail.

    `believed` counts as `worth` observations of `unit`; `happened` of `at_risk` were seen; `taken` is the mean of what
    is drawn, and lies between `low` and `high` with a probability of 90 %. Shares are fractions; arrivals are customers
    a month and their observations months.
    """

    about: str
    who: str
    where: tuple[str, ...]
    what: str
    unit: str
    believed: float
    worth: float
    happened: float
    at_risk: float
    taken: float
    low: float
    high: float

    @property
    def has_no_data(self) -> bool:
        """Whether nothing at all was seen: then what is taken is what is believed."""
        return self.at_risk == 0

    @property
    def sentence(self) -> str:
        """What stands behind the number, in words."""
        if self.has_no_data:
            return f"no {self.unit} of {self.who} ({', '.join(self.where)}) on record: the prior alone".replace(
                " ()", ""
            )
        return f"{self.happened:g} of {self.at_risk:g} {self.unit}s on record, added to a belief worth {self.worth:g}"


def told(known: Posterior) -> tuple[Told, ...]:
    """Every number that is drawn, in a fixed order: moves, leaving, arrivals, landings, rails, the sellers' split."""
    return (
        *_moves(known),
        *_leaving(known),
        *_arrivals(known),
        *_landing(known),
        *_rails(known),
        *_dirichlet(known, "sellers", (), 0, (SPLIT, "seller", (), "uses an integrator", "seller")),
    )


def _moves(known: Posterior) -> Iterator[Told]:
    states = known.ladder.states
    for source, kind in dict.fromkeys((move.source, move.kind) for move in known.ladder.moves):
        state = states[source]
        words = (MOVES, state.persona, (state.tier,), _DOES[kind], "customer-month")
        yield from _dirichlet(known, "moving", (source,), 1 + KINDS.index(kind), words)


def _leaving(known: Posterior) -> Iterator[Told]:
    for persona, who in enumerate(PERSONAS):
        for term, name in enumerate(TERMS):
            unit, does = ("customer-month", "leaves in a month") if term == 0 else ("renewal", "leaves at renewal")
            for band, years in enumerate(BANDS):
                words = (LEAVING, who, (name, years), does, unit)
                yield from _dirichlet(known, "leaving", (persona, term, band), 0, words)


def _arrivals(known: Posterior) -> Iterator[Told]:
    shapes, months = known.row("arrivals"), known.seen.months
    for rung, who in enumerate(RUNGS):
        low, high = (
            float(special.gammaincinv(shapes[rung], end) / known.months) if shapes[rung] else 0.0 for end in ENDS
        )
        yield Told(
            about=ARRIVALS,
            who=who,
            where=(),
            what="new customers a month",
            unit="month",
            believed=float(known.before.arrivals[rung] / known.before.months),
            worth=known.before.months,
            happened=float(known.seen.arrivals[rung]),
            at_risk=months,
            taken=float(shapes[rung] / known.months),
            low=low,
            high=high,
        )


def _landing(known: Posterior) -> Iterator[Told]:
    places = [(tier, term) for tier in known.ladder.tiers for term in TERMS]
    for persona, who in enumerate(PERSONAS):
        for place, where in enumerate(places):
            words = (LANDING, who, where, "signs first", "first contract")
            yield from _dirichlet(known, "landing", (persona,), place, words)


def _rails(known: Posterior) -> Iterator[Told]:
    for rung, who in enumerate(RUNGS):
        for rail, name in enumerate(known.ladder.rails):
            yield from _dirichlet(known, "rails", (rung,), rail, (RAILS, who, (name,), "buys", "first contract"))


def _dirichlet(
    known: Posterior, name: str, row: tuple[int, ...], entry: int, words: tuple[str, str, tuple[str, ...], str, str]
) -> Iterator[Told]:
    """One entry of a Dirichlet row; its share is a Beta of the entry against the rest."""
    before, seen, taken = getattr(known.before, name)[row], getattr(known.seen, name)[row], known.row(name)[row]
    ends = _beta_ends(float(taken[entry]), float(taken.sum() - taken[entry]))
    about, who, where, what, unit = words
    yield Told(
        about=about,
        who=who,
        where=where,
        what=what,
        unit=unit,
        believed=float(before[entry] / before.sum()),
        worth=float(before.sum()),
        happened=float(seen[entry]),
        at_risk=float(seen.sum()),
        taken=float(taken[entry] / taken.sum()),
        low=ends[0],
        high=ends[1],
    )


def _beta_ends(happens: float, not_so: float) -> tuple[float, float]:
    if happens <= 0 or not_so <= 0:
        certain = float(happens > 0)
        return certain, certain
    low, high = (float(special.betaincinv(happens, not_so, end)) for end in ENDS)
    return low, high
