"""The levers of the page: what each turns, where it stands now, and how far it may be turned."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.forecast import Assumptions, Belief
from lib.forecast.levers import CHOOSING, CLIMBS
from lib.forecast.settings import Settings
from lib.segments import LADDER
from lib.ui import numbers
from lib.ui.legends import Legend

ARRIVE, CLIMB, LEAVE = "Who arrives", "Who climbs a rung or a tier", "Who leaves or steps down, and the mix of new ones"
ONE_BY_ONE = "Churn of one persona"
_REACHED_AS = {"churn_of": "churn"}  # a persona's churn may be turned as far as everybody's
_NEUTRAL = Decimal(1)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Lever:
    """One lever: its name as the command line writes it, its words, its ends, and what is believed of what it turns."""

    key: str
    group: str
    label: str
    neutral: Decimal
    why: str
    is_share: bool = False
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)


def levers(believed: Assumptions, how: Settings, legend: Legend) -> Sequence[Lever]:
    """Every lever of the page, group by group, as far as data/forecast.toml lets it be turned."""
    return [_within_reach(lever, how) for lever in (*_usual(believed, legend), *_one_by_one(believed, legend))]


def _within_reach(lever: Lever, how: Settings) -> Lever:
    name = lever.key.partition(".")[0]
    reach = how.levers[_REACHED_AS.get(name, name)]
    return replace(lever, low=Decimal(repr(reach.low)), high=Decimal(repr(reach.high)))


def _one_by_one(believed: Assumptions, legend: Legend) -> Iterator[Lever]:
    """Churn of each persona alone; it multiplies churn of everybody."""
    for persona, belief in believed.churn.items():
        why = f"Believed {numbers.percent(belief.value)} a month{_percents(belief)}. It multiplies churn of everybody."
        yield _factor(f"churn_of.{persona}", ONE_BY_ONE, legend.name(persona), why)


def _usual(believed: Assumptions, legend: Legend) -> Sequence[Lever]:
    churn = [belief.value for belief in believed.churn.values()]
    span = f"Believed {numbers.percent(min(churn))} to {numbers.percent(max(churn))} a month, by persona."
    aws = [believed.aws_share[rung].value for rung in CHOOSING]
    share = (sum(aws, Decimal(0)) / len(aws)).quantize(_CENT)
    return (
        *(
            _factor(f"arrivals.{rung}", ARRIVE, _rung(rung, legend), _arriving(believed.arrivals[rung]))
            for rung in LADDER
        ),
        *(_factor(f"climbs.{rung}", CLIMB, f"From {_rung(rung, legend)}", _moving(believed, rung)) for rung in CLIMBS),
        _factor("tier_ups", CLIMB, "A tier up", _tiers(believed.tier_ups.values())),
        _factor("churn", LEAVE, "Churn of everybody", span),
        _factor("tier_downs", LEAVE, "A tier down", _tiers(believed.tier_downs.values())),
        _share(
            "third_party",
            "Sellers with an integrator",
            believed.seller_3pi_share.value,
            _shares([believed.seller_3pi_share]),
        ),
        _share(
            "aws_share", "New customers who buy on AWS", share, _shares([believed.aws_share[rung] for rung in CHOOSING])
        ),
    )


def _factor(key: str, group: str, label: str, why: str) -> Lever:
    return Lever(key, group, label, _NEUTRAL, f"{why} 1 leaves it there; 1.2 is a fifth more.")


def _share(key: str, label: str, start: Decimal, why: str) -> Lever:
    words = f"{why} Where it starts, each path draws its own share from belief and history; moved, all take this one."
    return Lever(key, LEAVE, label, start, words, is_share=True)


def _rung(rung: str, legend: Legend) -> str:
    return "Sellers" if rung == "seller" else legend.name(rung)


def _arriving(belief: Belief) -> str:
    return f"Believed {belief.value:g} new customers a month{_range(belief, '{:g}')}."


def _moving(believed: Assumptions, rung: str) -> str:
    [belief] = [one for (source, _), one in believed.moves.items() if source == rung]
    return f"Believed {numbers.percent(belief.value)} a month{_percents(belief)}."


def _tiers(beliefs: Iterable[Belief]) -> str:
    values = [one.value for one in beliefs]
    return f"Believed {numbers.percent(min(values))} to {numbers.percent(max(values))} a month, by tier."


def _shares(beliefs: Sequence[Belief]) -> str:
    values = [one.value for one in beliefs]
    ends = numbers.percent(min(values), 0), numbers.percent(max(values), 0)
    return f"Believed {ends[0]}." if ends[0] == ends[1] else f"Believed {ends[0]} to {ends[1]}, by rung."


def _range(belief: Belief, shape: str) -> str:
    if belief.low is None or belief.high is None:
        return ""
    return f", from {shape.format(belief.low)} to {shape.format(belief.high)}"


def _percents(belief: Belief) -> str:
    if belief.low is None or belief.high is None:
        return ""
    return f", from {numbers.percent(belief.low)} to {numbers.percent(belief.high)}"
