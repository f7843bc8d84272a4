"""What every forecast of a desk stands on, whatever is asked: history counted, beliefs met by it, where it starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lib.catalog.document import check_every_key
from lib.catalog.scenario import Scenario
from lib.desk import forecast_deals, forecast_money
from lib.desk.panels import panel
from lib.desk.papers import DeskError, read_text
from lib.forecast.beliefs import Assumptions, AssumptionsError
from lib.forecast.coming import Coming
from lib.forecast.counted import Counted, counted
from lib.forecast.ladder import MONTHS_OF_YEAR, Ladder, ladder
from lib.forecast.panel import Panel
from lib.forecast.paths import Paths, first
from lib.forecast.posterior import Posterior, mean, posterior
from lib.forecast.run import Progress, World, run
from lib.forecast.settings import Settings, parse_settings
from lib.forecast.standing import standing
from lib.forecast.start import Start

if TYPE_CHECKING:
    from lib.desk.desk import Desk

BELIEFS = "data/assumptions/base.toml"
USAGE = "event"
BASELINES = 4  # kept, one for each number of months and paths
RAILS = ("stripe_subscription", "marketplace_agreement")


@dataclass(frozen=True, eq=False)
class Grounds:
    """History, what it teaches, where the months to come begin, and how prices for them are made.

    `notes` are sentences a reader must know: which history is not counted, which deals have no chance on record.
    """

    settings: Settings
    assumptions: Assumptions
    ladder: Ladder
    panel: Panel
    counted: Counted
    known: Posterior
    start: Start
    coming: Coming
    ready: forecast_money.Ready
    notes: tuple[str, ...]
    _priced: dict[tuple[str, ...], forecast_money.Priced] = field(default_factory=dict, repr=False)
    _baselines: dict[tuple[int, int], Paths] = field(default_factory=dict, repr=False)

    def priced(self, desk: Desk, scenarios: Sequence[Scenario] = ()) -> forecast_money.Priced:
        """The prices of months to come under scenarios in their order; worked out once."""
        key = tuple(f"{one.key} {one.identity}" for one in scenarios)
        if key not in self._priced:
            self._priced[key] = forecast_money.priced(desk, self.ready, scenarios)
        return self._priced[key]

    def walked(self, worlds: Sequence[World], months: int, paths: int, progress: Progress | None) -> tuple[Paths, ...]:
        """The paths of a baseline, and of a proposal after it, on the same luck; of a stopped run those of both.

        A block's luck depends on seed and place alone, so a baseline that stands need not be walked beside every
        proposal to be paired with it.
        """
        how, known = self.settings.run, self._baselines.get((months, paths))
        if known is not None and len(worlds) > 1:
            [proposal] = run(worlds[1:], self.start, months, paths, how.seed, how.block, progress)
            return (first(known, proposal.paths), proposal) if proposal.is_part else (known, proposal)
        if known is not None:
            return (known,)
        walked = run(worlds, self.start, months, paths, how.seed, how.block, progress)
        if not walked[0].is_part:
            self._keep(months, paths, walked[0])
        return walked

    def _keep(self, months: int, paths: int, baseline: Paths) -> None:
        """Keep a few baselines: they are some megabytes each."""
        while len(self._baselines) >= BASELINES:
            self._baselines.pop(next(iter(self._baselines)))
        self._baselines[months, paths] = baseline


def settings(desk: Desk) -> Settings:
    """How the forecast is run and judged: data/forecast.toml."""
    return settings_in(desk.data)


def settings_in(data: Path) -> Settings:
    """The same of a folder of facts, for whoever asks before a desk is opened."""
    return parse_settings(read_text(data / "forecast.toml"))


def grounds(desk: Desk) -> Grounds:
    """A desk → what its forecasts stand on; refused where no customers are on record."""
    desk.require(USAGE)
    desk.require(*RAILS)
    chances, stages = desk.assumptions.stage_probability, desk.segments.open_stages
    check_every_key(
        chances, stages, f"{BELIEFS}: stage_probability", AssumptionsError, "state every belief, a zero too"
    )
    how, seen = settings(desk), panel(desk)
    steps, last = ladder(list(desk.book.tiers), tuple(desk.rails)), seen.months[-1]
    found, rows = counted(seen, steps), seen.at(last)
    if not rows:
        raise DeskError(f"no customer stands on the ladder at the end of {last:%Y-%m}; a forecast begins with them")
    start = Start(steps, last, standing(rows, steps))
    months = start.months(how.months.most)
    known = _known(desk.assumptions, found, steps)
    lately, a_month = int(found.arrivals[-MONTHS_OF_YEAR:].sum()), float(mean(known).arrivals.sum())
    arriving = forecast_deals.who_comes(desk, months, lately, a_month)
    return Grounds(
        settings=how,
        assumptions=desk.assumptions,
        ladder=steps,
        panel=seen,
        counted=found,
        known=known,
        start=start,
        coming=arriving.coming,
        ready=forecast_money.ready(desk, steps, rows, len(months), seed=how.run.seed, draws=how.run.paths_quick),
        notes=(*_told_of_history(seen, found), *arriving.notes),
    )


def _known(believed: Assumptions, found: Counted, steps: Ladder) -> Posterior:
    """Beliefs met by history; those that do not fit the book's tiers are refused by the file they stand in."""
    try:
        return posterior(believed, found, steps)
    except AssumptionsError as error:
        raise AssumptionsError(f"{BELIEFS}: {error}") from None


def _told_of_history(seen: Panel, found: Counted) -> Iterator[str]:
    """What of our own history could not be counted, a sentence each."""
    if seen.lacks_history:
        yield "The CRM kept no history of its facts: nobody is seen moving, and moves are the beliefs alone."
    for reason, count in sorted(Counter(one.reason for one in found.set_aside if one.month).items()):
        yield f"In {count} customer-months of the history no move was counted, because {reason}."
    if found.left_mid_term:
        yield f"Annual contracts that ended in mid-term count as not renewed ({found.left_mid_term})."
