"""What the page of the forecast asks of the desk: what may come, its levers, its final run, the test of the past.

The past is tested once for everybody who has the same version open, before its first forecast: how wide a fan is must
not depend on when its link is opened. A quick look is kept by what is asked, which is small; a final run works in the
background, one per visit. Keys are small values.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import streamlit as st

from lib.desk.forecast_grounds import settings
from lib.desk.forecasting import Asked as DeskAsked
from lib.desk.forecasting import Foretold, Tested, foretell, tested
from lib.desk.staying import AXES, Staying
from lib.desk.staying import staying as stayed
from lib.forecast import Assumptions
from lib.forecast.settings import Settings
from lib.forecast.turning import levers_of
from lib.manifest import Manifest
from lib.ui import background, data
from lib.ui.background import Running, Visit
from lib.ui.cards import Stamp
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version
from lib.ui.saved import scenario_of

_RESULTS, _LOOK_SECONDS = 32, 0.1
Look = background.Look[Foretold]
Testing = background.Look[Tested]


@dataclass(frozen=True)
class Asked:
    """What a reader asks, small enough for a key: levers by name, as the command line writes them."""

    scenarios: tuple[str, ...]
    months: int
    target: Decimal | None
    levers: tuple[tuple[str, Decimal], ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether there is anything to hold against the baseline."""
        return bool(self.scenarios or self.levers)


@dataclass(frozen=True)
class FinalRun:
    """The same question on many more paths, in the background: begun, watched and stopped by its reader."""

    version: Version
    asked: Asked
    paths: int

    def begin(self) -> None:
        """Start it; what this visit ran before is told to stop."""
        _begin(self)

    def stop(self) -> None:
        """Tell it to stop; the paths walked so far are kept, and marked as a part."""
        _visit().stop()

    def look(self) -> Look:
        """How it stands."""
        return _visit().look(self)


@data.only_for("persona_mix")
def how() -> Settings:
    """How the forecast is run and judged."""
    return _how(opened_version())


@data.only_for("persona_mix")
def assumptions() -> Assumptions:
    """What is believed, with its ranges and whys."""
    return opened_desk(opened_version()).assumptions


@data.only_for("persona_mix")
def foretold(asked: Asked) -> Foretold:
    """A quick look at what may come; its bands are as wide as the test of the past asks for, which it waits for."""
    return _foretold(opened_version(), asked)


@data.only_for("persona_mix")
def final_run(asked: Asked) -> FinalRun:
    """The way to a final run of what is asked; nothing runs until its reader begins it."""
    version = opened_version()
    return FinalRun(version, asked, _how(version).run.paths_final)


@data.only_for("persona_mix")
def past(told: Callable[[float], object]) -> Testing:
    """The test of the past, or why there is none; made once for everybody, and whoever waits is told how much is done.

    It comes before the first forecast, so that a link shows the same numbers whenever it is opened.
    """
    return _past(opened_version()).watch(told, _LOOK_SECONDS)


@data.only_for("persona_mix")
def staying(axis: str) -> Staying:
    """How long customers stay, in groups on an axis: persona, tier or term."""
    return _staying(opened_version(), axis)


def stamp(found: Foretold, base: Stamp) -> Stamp:
    """Where an answer comes from: as the page's stamp, with the fingerprint of the answer itself."""
    manifest: Manifest = found.manifest
    return replace(base, fingerprint=manifest.fingerprint, manifest=manifest.as_dict())


@data.only_for("persona_mix")
def _begin(final: FinalRun) -> None:
    _visit().begin(final, _work(final.version, final.asked, final.paths, _past(final.version).wait), "final forecast")


def _work(
    version: Version, asked: Asked, paths: int, past: Callable[[], Tested | None]
) -> Callable[[background.Progress], Foretold]:
    desk = opened_desk(version)  # opened here: a thread cannot start a page again
    scenarios = tuple(scenario_of(desk, key) for key in asked.scenarios)
    wanted = DeskAsked(asked.months, paths, levers_of(asked.levers), scenarios, asked.target)
    return lambda progress: foretell(desk, wanted, progress, past())


@st.cache_resource(max_entries=_RESULTS, show_spinner="Walking the paths…")
def _foretold(version: Version, asked: Asked) -> Foretold:
    return _work(version, asked, _how(version).run.paths_quick, _past(version).wait)(lambda _: True)


@st.cache_resource(max_entries=VERSIONS, show_spinner=False)
def _how(version: Version) -> Settings:
    return settings(opened_desk(version))


@st.cache_resource(max_entries=VERSIONS * len(AXES), show_spinner="Reading how long customers stay…")
def _staying(version: Version, axis: str) -> Staying:
    return stayed(opened_desk(version), axis, _how(version).yearly_discount)


@st.cache_resource(max_entries=VERSIONS, on_release=Running.stop, show_spinner=False)
def _past(version: Version) -> "Running[Tested]":
    desk = opened_desk(version)
    return Running(lambda progress: tested(desk, progress), "test of the past")


@st.cache_resource(scope="session", max_entries=1, on_release=Visit.stop, show_spinner=False)
def _visit() -> "Visit[FinalRun, Foretold]":
    """This visit's own; it is let go of, and its run stopped, when the visit ends."""
    return Visit()
