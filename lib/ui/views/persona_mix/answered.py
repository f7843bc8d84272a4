"""An answer as its pictures and words need it: two worlds by name, their fans in frames, the target of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from lib.desk.forecast_bridge import Bridges
from lib.desk.forecasting import MRR, Foretold, Outlook
from lib.forecast.outlook import Fan, Odds, Reached
from lib.forecast.tornado import Tornado
from lib.ui.views.persona_mix.measures import PERSONA

BASELINE, PROPOSAL, DIFFERENCE = "baseline", "proposal", "difference"
_PERCENT = 100


@dataclass(frozen=True)
class Answer:
    """What was foretold; `last` is the world that was asked for: the proposal where something is moved."""

    found: Foretold

    @property
    def months(self) -> Sequence[date]:
        """The months to come."""
        return self.found.months

    @property
    def paths(self) -> int:
        """How many paths were walked."""
        return self.found.paths

    @property
    def has_proposal(self) -> bool:
        """Whether something is moved."""
        return self.found.proposal is not None

    @property
    def is_unanswered(self) -> bool:
        """Whether prices change and nobody is taken to answer them: then a gain is true by construction."""
        return self.found.is_unanswered

    @property
    def last(self) -> str:
        """The world that is asked for."""
        return self.worlds[-1]

    @property
    def worlds(self) -> tuple[str, ...]:
        """The worlds there are, the baseline first."""
        return (BASELINE, PROPOSAL) if self.has_proposal else (BASELINE,)

    @property
    def tornado(self) -> Tornado:
        """What moves MRR most."""
        return self.found.tornado

    @property
    def bridges(self) -> Bridges:
        """What MRR at the horizon is made of."""
        return self.found.bridges

    def fan(self, world: str, measure: str) -> Fan:
        """The fan of a measure as a whole."""
        return self._world(world).fans[measure]

    def fans(self, world: str, measure: str, split: str) -> Mapping[str, Fan]:
        """The fans of a measure by persona or by tier."""
        outlook = self._world(world)
        return (outlook.by_persona if split == PERSONA else outlook.by_tier)[measure]

    def odds(self, measure: str) -> Odds:
        """The proposal against the baseline."""
        if self.found.odds is None:
            raise ValueError("nothing is moved, so nothing can gain")
        return self.found.odds[measure]

    def stays(self, measure: str) -> bool:
        """Whether what is asked leaves a measure of the last month as it is, on every path."""
        same = self.odds(measure).same[-1]
        return same.hits == same.paths

    def reached(self, world: str) -> Reached | None:
        """When the target of MRR is reached; None where none is set."""
        return self._world(world).reached

    def target_of(self, measure: str) -> float | None:
        """The line of the target in the fan of a measure: MRR has one, where it is set."""
        target: Decimal | None = self.found.asked.target_usd
        return float(target) if target is not None and measure == MRR else None

    def ahead(self, measure: str) -> pd.DataFrame:
        """Month, world, middle and the ends of every band."""
        frames = [_rows(self.fan(world, measure), self.months).assign(world=world) for world in self.worlds]
        return pd.concat(frames, ignore_index=True)

    def ahead_by(self, measure: str, split: str) -> pd.DataFrame:
        """The same by persona or tier, with `is_baseline` for what another world is held against."""
        frames = [
            _rows(fan, self.months).assign(is_baseline=world == BASELINE, part=key).rename(columns={"part": split})
            for world in self.worlds
            for key, fan in self.fans(world, measure, split).items()
        ]
        return pd.concat(frames, ignore_index=True)

    def difference(self, measure: str) -> pd.DataFrame:
        """Month, middle and the ends of every band of proposal less baseline."""
        return _rows(self.odds(measure).difference, self.months).assign(world=DIFFERENCE)

    def _world(self, world: str) -> Outlook:
        return self.found.proposal if world == PROPOSAL and self.found.proposal else self.found.baseline


def _rows(fan: Fan, months: Sequence[date]) -> pd.DataFrame:
    ends: dict[str, np.ndarray] = {}
    for band in fan.bands:
        level = round(band.level * _PERCENT)
        ends |= {f"low_{level}": band.lower, f"high_{level}": band.upper}
    return pd.DataFrame({"month": list(months), "middle": fan.median, **ends})
