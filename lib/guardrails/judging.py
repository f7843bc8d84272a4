"""A limit, and what becomes of it: kept, broken, or undecided where a figure is missing or stands on too few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lib.costs import Figure, Missing, shortened
from lib.guardrails.evidence import Evidence
from lib.guardrails.measuring import COUNTED, MEASURES, Where, of_group
from lib.guardrails.words import told

KEPT, BROKEN, UNDECIDED = "kept", "broken", "undecided"
WORST_FIRST = (BROKEN, UNDECIDED, KEPT)


@dataclass(frozen=True)
class Limit:
    """One guardrail: the measure, exactly one bound, and why. Rates are fractions (5 % is 0.05).

    `above` is the rise that a share counts from, for measures that ask for one; `where` the facts of the customers it
    applies to, empty for everybody; `fewest` how many customers a share needs to be worth a verdict.
    """

    key: str
    words: str
    measure: str
    bound: str
    value: Decimal
    source: str
    why: str
    fewest: int
    above: Decimal | None = None
    where: Where = ()

    @property
    def name(self) -> str:
        """What its figure is called among the measures: the measure, its threshold and its group."""
        above = "" if self.above is None else f" above {shortened(self.above)}"
        return f"{self.measure}{above}{self._group}"

    @property
    def counted(self) -> str:
        """What the number behind its figure is called among the measures: customers where tier is starter."""
        return f"{MEASURES[self.measure].counts}{self._group}"

    @property
    def _group(self) -> str:
        told = " and ".join(f"{fact} is {' or '.join(values)}" for fact, values in self.where)
        return f" where {told}" if told else ""

    def holds(self, measured: Decimal) -> bool:
        """Whether a figure keeps the limit; exactly at it does."""
        return measured <= self.value if self.bound == "at_most" else measured >= self.value

    @property
    def sentence(self) -> str:
        """The bound in words: at most 5 %."""
        return f"{self.bound.replace('_', ' ')} {told(self.value, MEASURES[self.measure].unit, self.value)}"


@dataclass(frozen=True)
class Verdict:
    """A limit and what became of it. `n` is how many customers (prices, claims) stand behind the figure, if known."""

    limit: Limit
    verdict: str
    measured: Figure
    n: int | None
    because: str = ""

    @property
    def told(self) -> str:
        """What was measured, in words, or what it needs."""
        measured = self.measured
        if isinstance(measured, Missing):
            return measured.words
        return told(measured, MEASURES[self.limit.measure].unit, self.limit.value)

    @property
    def sentence(self) -> str:
        """What was measured, over how many, the limit, and the verdict."""
        among = "" if self.n is None else f" (n = {self.n} {self.limit.counted})"
        because = f", {self.because}" if self.because else ""
        return f"{self.limit.words}: {self.told}{among}, {self.limit.sentence}: {self.verdict}{because}"


def judge(limits: Iterable[Limit], measures: Mapping[str, Figure]) -> tuple[Verdict, ...]:
    """Limits against figures → one verdict each, in the order of the limits.

    A figure stands under the limit's `name` and the number behind it under `counted`; what is not there is undecided.
    """
    return tuple(_judged(limit, measures) for limit in limits)


def broken(verdicts: Iterable[Verdict]) -> bool:
    """Whether any limit is broken: then the command line exits 1. Undecided limits break nothing and keep nothing."""
    return any(one.verdict == BROKEN for one in verdicts)


def _judged(limit: Limit, measures: Mapping[str, Figure]) -> Verdict:
    measured = measures.get(limit.name, Missing.of(f"the measure {limit.name!r}"))
    counted = measures.get(limit.counted)
    n = int(counted) if isinstance(counted, Decimal) else None
    if isinstance(measured, Missing):
        return Verdict(limit, UNDECIDED, measured, n)
    if MEASURES[limit.measure].is_share and (n is None or n < limit.fewest):
        few = "nobody says of how many" if n is None else f"fewer than {limit.fewest}"
        return Verdict(limit, UNDECIDED, measured, n, few)
    return Verdict(limit, KEPT if limit.holds(measured) else BROKEN, measured, n)


def measures(limits: Iterable[Limit], evidence: Evidence) -> dict[str, Figure]:
    """What some limits ask of the evidence → every figure under its name, and the numbers that stand behind them."""
    found: dict[str, Figure] = {}
    for limit in limits:
        own = of_group(limit.where, evidence)
        if isinstance(own, Missing):
            found[limit.name] = found[limit.counted] = own
            continue
        found[limit.name] = MEASURES[limit.measure].work_out(own, limit.above or Decimal(0))
        found[limit.counted] = COUNTED[MEASURES[limit.measure].counts](own)
    return found
