"""What is open: one published file, found out once per run, so that one page never mixes two warehouses."""

import gc
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from lib.desk import DATA, SNAPSHOTS, Desk, DeskError, data_hash, published

FOLDER_VARIABLE, DAY_VARIABLE = "PRICING_DESK_SNAPSHOTS", "PRICING_DESK_AS_OF"
VERSIONS = 2  # how many are kept: the one that is open, and the one before it for readers who have not rerun yet
_OPENED = "desk_version"


@dataclass(frozen=True)
class Version:
    """What the desk is opened on: which published file, which facts and choices, as of which day, opened on which.

    Small, so that it can be a key; edited facts and scenarios make another version.
    """

    file: str
    facts: str
    as_of: date | None
    opened_on: date


def open_run() -> None:
    """Find out what is published now; every read of this run, and of its fragments, is answered from it."""
    st.session_state[_OPENED] = _found()


def settle() -> None:
    """Freeze what start-up left behind, so that no rerun walks through it again."""
    _settled(opened_version())


def opened_version() -> Version:
    """What this run works on."""
    version: Version = st.session_state[_OPENED]
    return version


def _release(desk: Desk) -> None:
    desk.warehouse.close()


@st.cache_resource(max_entries=VERSIONS, show_spinner="Opening the desk…", on_release=_release)
def opened_desk(version: Version) -> Desk:
    """The desk on a published file, opened once for all readers."""
    return Desk.at(Path(version.file), DATA, version.as_of, version.opened_on)


def _found() -> Version:
    folder = Path(os.environ.get(FOLDER_VARIABLE, SNAPSHOTS)) / "warehouse"
    return Version(str(published(folder)), data_hash(DATA), _day(os.environ.get(DAY_VARIABLE)), _today())


def _today() -> date:
    """The one place where the app reads the clock."""
    return date.today()  # noqa: DTZ011


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DeskError(f"{DAY_VARIABLE} is {text!r}; write a day as in 2026-10-31") from None


@st.cache_resource(max_entries=VERSIONS)
def _settled(version: Version) -> Version:
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return version
