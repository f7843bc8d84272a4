"""How well the forecast did in the past: how often its bands held, told as counts, and by how much they are widened."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lib import charts
from lib.desk.forecasting import DIVIDED, TESTED_AS, Tested
from lib.forecast.naive import SAME_PRICES
from lib.forecast.scored import Scored
from lib.forecast.widening import Widening
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend
from lib.ui.views.persona_mix.measures import MEASURES

LEVELS = (0.5, 0.8, 0.9)
AT_PRICES_OF_THEN = "MRR at the prices of then"
_CARD_LEVEL = 0.8
_WIDENING = (SAME_PRICES, "customers")  # whose past bands say how wide the fan must be
_HEADERS = {
    "what": "What",
    "months_ahead": "Months ahead",
    "held_50": "Half held",
    "held_80": "80% held",
    "held_90": "90% held",
    "above": "Above the middle",
    "crps": "CRPS (fair)",
    "widened": "Widened",
}


@dataclass(frozen=True)
class Past:
    """The test of the past as the page tells it."""

    tested: Tested

    @property
    def reason(self) -> str | None:
        """Why there is none, as a sentence."""
        return self.tested.backtest.reason

    @property
    def rows(self) -> tuple[Scored, ...]:
        """A row for each measure and number of months ahead."""
        return self.tested.scored

    @property
    def held_words(self) -> str:
        """How many 80 % bands of MRR at the prices of then held, over all months ahead: raw counts, "15 of 18"."""
        return self._held(SAME_PRICES)

    @property
    def recorded_words(self) -> str:
        """The same of MRR as it was recorded, which has our own price changes in it."""
        return f"Of MRR as recorded, with our price changes in it, {self._held('mrr')} did."

    def _held(self, measure: str) -> str:
        bands = [row.bands[_CARD_LEVEL] for row in self.rows if row.measure == measure]
        return f"{sum(one.hits for one in bands)} of {sum(one.origins for one in bands)}"

    def tests(self, measure: str) -> bool:
        """Whether past forecasts are of this measure itself, and not only of a whole that it goes along with."""
        return measure in DIVIDED and any(row.measure == TESTED_AS.get(measure) for row in self.rows)

    def furthest(self, measure: str) -> int | None:
        """How many months ahead a measure is tested; None where it is not, itself."""
        own = [row.months_ahead for row in self.rows if row.measure == TESTED_AS.get(measure)]
        return max(own) if self.tests(measure) else None

    def widens(self, measure: str) -> bool:
        """Whether a band of a measure failed, and its fan is wider now."""
        own = [row for row in self.rows if row.measure == TESTED_AS.get(measure)]
        return any(band.is_widened for row in own for band in row.bands.values())

    def held_of(self, measure: str) -> str:
        """How many past bands of 9 in 10 held what came, over all months ahead, and of what they are."""
        own = [row for row in self.rows if row.measure == TESTED_AS.get(measure)]
        hits, origins = (sum(getattr(row.bands[LEVELS[-1]], name) for row in own) for name in ("hits", "origins"))
        return f"{hits} of {origins} that should hold 9 in 10 of {_inside(own[0])} did"

    def lean_of(self, measure: str) -> str | None:
        """On which side of the middle a measure came, furthest ahead; None where that may be chance."""
        own = [row for row in self.rows if row.measure == TESTED_AS.get(measure)]
        furthest = max(own, key=lambda row: row.months_ahead, default=None)
        if furthest is None or not furthest.leans:
            return None
        low = 2 * furthest.above > furthest.origins
        side, hits = ("above", furthest.above) if low else ("below", furthest.origins - furthest.above)
        return (
            f"{numbers.counted(furthest.months_ahead, 'month')} ahead, {_inside(furthest)} came {side} the middle in "
            f"{hits} of {furthest.origins} past forecasts: so far the forecast has come in {'low' if low else 'high'}."
        )

    @property
    def level_words(self) -> str:
        """What the counts are of."""
        return f"{numbers.percent(_CARD_LEVEL, 0)}, prices of then"

    @property
    def is_widened(self) -> bool:
        """Whether a band of MRR or customers failed and is wider now."""
        return self.tested.is_widening


def show(past: Past, legend: Legend) -> dict[str, pd.DataFrame]:
    """Hits, scores, skill and where what came stood among the paths → their tables."""
    if past.reason:
        cards.note(f"No forecast of the past can be scored yet: {cards.plain(past.reason)}")
        return {}
    listed, skill = listed_scores(past), listed_skill(past)
    cards.table(listed, "persona_mix_past", _HEADERS, legend, is_whole=True)
    cards.note(
        "Forecasts of neighbouring months share most of what came after them, so a run of misses reads surer than it "
        "is. CRPS: the mean miss of the whole fan, in dollars or customers; lower is better.",
        *([widening_words(past)] if past.is_widened else ["No band failed, so none is widened."]),
        *filter(None, map(past.lean_of, ("mrr", "customers"))),
    )
    pit = _pit(past)
    figure = charts.ranked(pit, "where", "origins", title=_pit_words(past), unit="forecasts")
    cards.picture(figure, "persona_mix_pit")
    cards.sentence(f"**{_skill_words(past)}**")
    headers = {"what": "What", "months_ahead": "Months ahead"} | {
        key: numbers.name(key.removesuffix("_rate")) for key in skill.columns[2:]
    }
    cards.table(skill, "persona_mix_skill", headers, legend, is_whole=True)
    return {"Past forecasts": figures(past), "Skill": skill}


def listed_scores(past: Past) -> pd.DataFrame:
    """A row per measure and months ahead: which bands held, in raw counts, and what was widened."""
    rows = past.rows
    return pd.DataFrame(
        {
            "what": [_words(row) for row in rows],
            "months_ahead": [row.months_ahead for row in rows],
            **{f"held_{_percent(level)}": [_held(row.bands[level]) for row in rows] for level in LEVELS},
            "above": [f"{row.above} of {row.origins}" for row in rows],
            "crps": [_said(row, row.crps) for row in rows],
            "widened": [_widened(row) for row in rows],
        }
    )


def figures(past: Past) -> pd.DataFrame:
    """The same to be taken along: hits and forecasts as numbers, and the fan's factor; none where it is not used."""
    rows = past.rows
    return pd.DataFrame(
        {
            "what": [_words(row) for row in rows],
            "months_ahead": [row.months_ahead for row in rows],
            "forecasts": [row.origins for row in rows],
            **{f"held_{_percent(level)}": [row.bands[level].hits for row in rows] for level in LEVELS},
            "above_middle": [row.above for row in rows],
            "crps_usd": frames.column(None if _is_of_people(row) else round(row.crps, 2) for row in rows),
            "crps_customers": frames.column(round(row.crps, 2) if _is_of_people(row) else None for row in rows),
            "widened_factor": frames.column(_factors(rows)),
        }
    )


def listed_skill(past: Past) -> pd.DataFrame:
    """By how much our forecast misses less than each of three napkins; below zero it misses more."""
    rows = past.rows
    napkins = dict.fromkeys(name for row in rows for name in row.skill)
    return pd.DataFrame(
        {
            "what": [_words(row) for row in rows],
            "months_ahead": [row.months_ahead for row in rows],
            **{f"{name}_rate": frames.column(_rounded(row.skill[name]) for row in rows) for name in napkins},
        }
    )


def widening_words(past: Past) -> str:
    """Which bands of 9 in 10 were widened, from which hits to which; the table has the others."""
    widest = [(row, row.bands[LEVELS[-1]]) for row in past.rows if row.measure in _WIDENING]
    parts = [
        f"{_words(row)} {numbers.counted(row.months_ahead, 'month')} ahead {numbers.times(band.factor)}, "
        f"from {band.hits} to {band.hits_after} of {band.origins}"
        + (", as far as the past goes" if band.is_short else "")
        for row, band in widest
        if band.is_widened
    ]
    return (
        "Where too few bands held to be bad luck, the fan above is wider than its paths around the middle. Of 9 in 10: "
        f"{'; '.join(parts) or 'none, but narrower ones are'}. Recorded MRR has our own price changes in it, which no "
        "forecast knew, so it is MRR at the prices of then that widens. Where too few past forecasts reach so many "
        "months ahead, the fan takes the factor of nearer months (nearer); beyond the last of them it keeps theirs. A "
        "target's months are read off paths as far apart as that; odds of a gain off the paths as they were walked."
    )


def _words(row: Scored) -> str:
    return AT_PRICES_OF_THEN if row.measure == SAME_PRICES else MEASURES[row.measure].words


def _inside(row: Scored) -> str:
    """Its words inside a sentence."""
    words = _words(row)
    return words if words[:2].isupper() else words.lower()


def _said(row: Scored, number: float) -> str:
    return MEASURES["customers" if _is_of_people(row) else "mrr"].said(number)


def _is_of_people(row: Scored) -> bool:
    return row.measure == "customers"


def _percent(level: float) -> int:
    return round(level * 100)


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 6)


def _factors(rows: Sequence[Scored]) -> list[float | None]:
    return [round(row.factor, 4) if row.measure in _WIDENING else None for row in rows]


def _held(band: Widening) -> str:
    return f"{band.hits} of {band.origins}"


def _widened(row: Scored) -> str:
    """What the fan takes so many months ahead, which may be a nearer horizon's factor."""
    if row.measure not in _WIDENING:
        return "not used"
    if row.factor == 1:
        return "no"
    own = row.bands[LEVELS[-1]].factor  # all take the factor of the widest
    return f"× {row.factor:.2f}" + ("" if own == row.factor else ", nearer")


def _pit(past: Past) -> pd.DataFrame:
    counts = [row.pit for row in past.rows if row.measure == SAME_PRICES]
    sums = [sum(column) for column in zip(*counts, strict=True)]
    wide = 100 // max(len(sums), 1)
    return pd.DataFrame(
        {
            "where": [f"{wide * place} to {wide * (place + 1)}% of paths below" for place in range(len(sums))],
            "origins": sums,
        }
    )


def _pit_words(past: Past) -> str:
    above = sum(row.above for row in past.rows if row.measure == SAME_PRICES)
    whole = sum(row.origins for row in past.rows if row.measure == SAME_PRICES)
    return f"{AT_PRICES_OF_THEN} came above the middle in {above} of {whole} forecasts; even bars are honest"


def _skill_words(past: Past) -> str:
    rates = [rate for row in past.rows for rate in row.skill.values() if rate is not None]
    better = sum(rate > 0 for rate in rates)
    return (
        f"Closer than a simple forecast in {better} of {len(rates)} comparisons: 100% is never a miss, 0% no better, "
        "below that worse"
    )
