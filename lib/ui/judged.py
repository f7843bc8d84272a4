"""What the panel of guardrails asks of the desk: every limit's verdict, and what margin is left under both price lists.

It takes a whole simulation and a search for cliffs, seconds and not milliseconds: only who opens the panel waits.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from lib.costs import COST_OF_REVENUE, DimensionMargin, Figure, Margin, Margins, Missing
from lib.desk import BASELINE, OUTCOMES, PROPOSED, Judgement
from lib.guardrails import BROKEN, KEPT, UNDECIDED, WORST_FIRST, Verdict
from lib.ui import changing, data, frames
from lib.ui.changing import Asked
from lib.ui.opening import Version, opened_desk, opened_version

ACQUISITION = "acquisition"
_RESULTS = 32


@dataclass(frozen=True)
class Standing:
    """How many limits are kept, broken and undecided."""

    kept: int
    broken: int
    undecided: int

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "Standing":
        """Verdicts → how many there are of each."""
        found = [one.verdict for one in verdicts]
        return cls(found.count(KEPT), found.count(BROKEN), found.count(UNDECIDED))

    @property
    def limits(self) -> int:
        """How many limits there are."""
        return self.kept + self.broken + self.undecided


@dataclass(frozen=True)
class Judged:
    """A price change held to the limits, the broken ones first, and what baseline, proposed and reached leave.

    `totals` are the margins of the whole window, `other_reading` the gross rates where the marketplace's fee is read
    the other way. `by_month` has of every outcome revenue_usd, marketplace_fee_usd, margin_usd and margin_rate, and
    the usage_cost_usd they share; `dimensions` the same of each dimension. A figure that is missing is None, and
    `missing` says what gross margin and the fee need. `made_false`, `still_false` and `mended` are the words of
    published claims.
    """

    verdicts: tuple[Verdict, ...]
    totals: Mapping[str, Margin]
    other_reading: Mapping[str, Figure]
    by_month: pd.DataFrame
    dimensions: pd.DataFrame
    missing: tuple[str, ...]
    made_false: tuple[str, ...]
    still_false: tuple[str, ...]
    mended: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        """How many limits are kept, broken and undecided."""
        return Standing.of(self.verdicts)


@data.only_for("price_change")
def judged(asked: Asked) -> Judged:
    """What is asked, everybody reached at once, against the limits of data/guardrails.toml."""
    return _judged(opened_version(), asked)


@data.only_for("price_change")
def judged_later(asked: Asked) -> Callable[[], Judged]:
    """The same for a file that is made when somebody clicks: it asks no session, for there is none at hand then."""
    return partial(_judged, opened_version(), asked)


@data.only_for("price_change")
def standing(asked: Asked) -> Standing:
    """The counts alone, for a card; they take as long as the panel, and nothing once it was open."""
    return _judged(opened_version(), asked).standing


@st.cache_data(max_entries=_RESULTS, show_spinner="Holding the change to the guardrails…")
def _judged(version: Version, asked: Asked) -> Judged:
    return of(opened_desk(version).judgement(changing.simulated(version, asked)))


def of(found: Judgement) -> Judged:
    """A judgement → what a panel shows of it."""
    totals = {name: found.margins[name].total for name in OUTCOMES}
    other = {name: replace(one, fee_read_as=_other(one.fee_read_as)).gross_rate for name, one in totals.items()}
    return Judged(
        verdicts=tuple(sorted(found.verdicts, key=lambda one: WORST_FIRST.index(one.verdict))),
        totals=totals,
        other_reading=other,
        by_month=_by_month(found.margins),
        dimensions=_dimensions(found.dimensions),
        missing=_missing(totals.values()),
        made_false=tuple(one.words for one in found.claims.made_false),
        still_false=tuple(one.words for one in found.claims.still_false),
        mended=tuple(one.words for one in found.claims.mended),
    )


def _other(reading: str) -> str:
    return ACQUISITION if reading == COST_OF_REVENUE else COST_OF_REVENUE


def _by_month(margins: Mapping[str, Margins]) -> pd.DataFrame:
    columns = {
        "month": [one.month for one in margins[BASELINE].months],
        "usage_cost_usd": _column(one.usage_cost for one in margins[BASELINE].months),
    }
    for name, found in margins.items():
        columns |= {
            f"{name}_revenue_usd": _column(one.revenue for one in found.months),
            f"{name}_marketplace_fee_usd": _column(one.marketplace_fee for one in found.months),
            f"{name}_margin_usd": _column(one.gross for one in found.months),
            f"{name}_margin_rate": _column(one.gross_rate for one in found.months),
        }
    return pd.DataFrame(columns)


def _dimensions(found: Mapping[str, Sequence[DimensionMargin]]) -> pd.DataFrame:
    """Every dimension's revenue and what the units charged leave of it, before and under the change."""
    was, becomes = ({one.dimension: one for one in found[name]} for name in (BASELINE, PROPOSED))
    keys = [key for key in becomes if key in was]
    return pd.DataFrame(
        {
            "dimension": keys,
            "baseline_revenue_usd": _column(was[key].revenue for key in keys),
            "proposed_revenue_usd": _column(becomes[key].revenue for key in keys),
            "cost_usd": _column(becomes[key].cost for key in keys),
            "baseline_charged_margin_usd": _column(was[key].charged_margin for key in keys),
            "proposed_charged_margin_usd": _column(becomes[key].charged_margin for key in keys),
        }
    )


def _column(figures: Iterable[Figure]) -> "pd.Series[Any]":
    return frames.column(None if isinstance(figure, Missing) else figure for figure in figures)


def _missing(totals: Iterable[Margin]) -> tuple[str, ...]:
    figures = [figure for one in totals for figure in (one.gross_rate, one.marketplace_fee)]
    return tuple(dict.fromkeys(figure.words for figure in figures if isinstance(figure, Missing)))
