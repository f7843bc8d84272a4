"""What is open: one published file, found out once per run, so that one page never mixes two warehouses.

A link may name a day, as_of=2026-09-30: the desk then opens on the newest published snapshot that is not after it. The
day stays in the address from page to page until the reader goes back to the newest.
"""

import gc
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import streamlit as st

from lib.catalog.document import FIRST_DAY, LAST_DAY, shown
from lib.desk import DATA, SNAPSHOTS, Desk, DeskError, data_hash, published
from lib.refusal import Refusal

FOLDER_VARIABLE, DAY_VARIABLE = "PRICING_DESK_SNAPSHOTS", "PRICING_DESK_AS_OF"
AS_OF = "as_of"  # the parameter of the address
VERSIONS = 4  # how many are kept: the newest, the one before it, and those of readers who look at another day
_OPENED, _ASKED, _COMPLAINT = "desk_version", "desk_as_of", "desk_complaint"


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
    st.session_state[_COMPLAINT] = None
    st.session_state[_OPENED] = _asked_version() or found(_usual_day())


def settle() -> None:
    """Freeze what start-up left behind, so that no rerun walks through it again."""
    _settled(opened_version())


def opened_version() -> Version:
    """What this run works on."""
    version: Version = st.session_state[_OPENED]
    return version


def asked_day() -> date | None:
    """The day that the reader asked for, and got; None where the desk opens as it does for everybody."""
    return st.session_state.get(_ASKED)


def complaint() -> str | None:
    """What is wrong with the day of the link, in one sentence."""
    told: str | None = st.session_state.get(_COMPLAINT)
    return told


def reopen(day: date | None) -> None:
    """Open the desk as of another day from the next run on, or as it opens for everybody."""
    st.session_state[_ASKED] = day
    _write_address(day)


def snapshots_folder() -> Path:
    """Where the snapshots lie; their warehouses are published in a folder below."""
    return Path(os.environ.get(FOLDER_VARIABLE, SNAPSHOTS))


def warehouse_folder() -> Path:
    """Where warehouses are published."""
    return snapshots_folder() / "warehouse"


def found(day: date | None) -> Version:
    """What is published now: for everybody, or as of a day."""
    return Version(str(published(warehouse_folder(), day)), data_hash(DATA), day, _today())


def opened_desk(version: Version) -> Desk:
    """The desk on a published file, opened once for all readers.

    A file that was swept since this session found it has a follower: the whole page starts again on that one.
    """
    try:
        return _desk(version)
    except Refusal:
        if Path(version.file).exists() or version == found(version.as_of):
            raise
        st.rerun()


# Nothing is closed when another version takes its place here: a reader in the middle of a page still has it in hand,
# and the file is let go of with the last one who has.
@st.cache_resource(max_entries=VERSIONS, show_spinner="Opening the desk…")
def _desk(version: Version) -> Desk:
    return Desk.at(Path(version.file), DATA, version.as_of, version.opened_on)


def _asked_version() -> Version | None:
    """What the reader asked for, by this address or by an earlier one of the same visit; nothing where it cannot be."""
    written = st.query_params.get(AS_OF)
    try:
        day = _day(written, "the as_of of this link") if written else asked_day()
        version = found(day) if day else None
    except Refusal as refusal:
        st.session_state[_ASKED] = None
        told = str(refusal).replace(f" in {warehouse_folder()}", "")  # where the server keeps it is no reader's matter
        st.session_state[_COMPLAINT] = f"This page shows the newest snapshot: {told}"
        return None
    st.session_state[_ASKED] = day
    _write_address(day)
    return version


def _write_address(day: date | None) -> None:
    """The day in the address, where another page would have lost it; written only where it changes something."""
    if day and st.query_params.get(AS_OF) != str(day):
        st.query_params[AS_OF] = str(day)
    if not day and AS_OF in st.query_params:
        del st.query_params[AS_OF]


def _usual_day() -> date | None:
    return _day(os.environ.get(DAY_VARIABLE), DAY_VARIABLE)


def now() -> datetime:
    """The one place where the app reads the clock: this moment, in the machine's own time zone."""
    return datetime.now().astimezone()


def _today() -> date:
    return now().date()


def _day(text: str | None, where: str) -> date | None:
    try:
        read = date.fromisoformat(text) if text else None
    except ValueError:
        raise DeskError(f"{where} is {shown(text)}; write a day as in 2026-10-31") from None
    if read and not FIRST_DAY <= read <= LAST_DAY:
        raise DeskError(f"{where} is {read}; write a day from {FIRST_DAY} to {LAST_DAY}")
    return read


@st.cache_resource(max_entries=VERSIONS)
def _settled(version: Version) -> Version:
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return version
