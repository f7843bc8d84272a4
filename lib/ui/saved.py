"""Saved scenarios beside those on file: one list to pick from, and the only place where a key becomes a scenario.

A saved scenario is picked by its version, "saved: starter-plus-5 v2". A version never changes, so the key is one for
every cache, and a link that holds it shows the same scenario however often it is saved again.
"""

import os
import re

import streamlit as st

from lib.catalog.scenario import Scenario
from lib.decisions import Accepted, DecisionError, Saved, Store, address
from lib.desk import Desk
from lib.refusal import Refusal
from lib.ui.opening import snapshots_folder

_KEY = re.compile(r"saved: (.+) v([1-9]\d{0,8})")
_FRESH = 5  # seconds after which what another process saved is listed here too
_STORES, _LOADED = 4, 64


def store() -> Store:
    """Where this process keeps what people save: DECISIONS_DB_URL, or a file beside the snapshots."""
    return _store(_url())


def scenario_of(desk: Desk, key: str) -> Scenario:
    """A key of the picker → the scenario: a version that somebody saved, or a file of data/scenarios."""
    return version(key).scenario if version_of(key) else desk.scenario(key)


def version(key: str) -> Saved:
    """A saved version by the key it is picked by."""
    found = version_of(key)
    if found is None:
        raise DecisionError(f"{key!r} is no saved version; they are written as in 'saved: starter-plus-5 v2'")
    return _loaded(_url(), *found)


def text_of(key: str) -> str | None:
    """The text of a saved version, letter by letter; None for the key of a file."""
    return version(key).text if version_of(key) else None


def version_of(key: str | None) -> tuple[str, int] | None:
    """The key a saved scenario is kept under, and its version; None for a file, or nothing."""
    found = _KEY.fullmatch(key or "")
    return (found[1], int(found[2])) if found else None


def key_of(saved: Saved) -> str:
    """How a saved version is called where it is picked."""
    return f"saved: {saved.key} v{saved.version}"


def names(*asked: str | None) -> dict[str, str]:
    """The newest version of every saved scenario by key and name, and those that are asked for by a link.

    A store that cannot be opened has none to pick; the panel that saves says why.
    """
    try:
        newest = _names(_url())
    except DecisionError:
        newest = {}
    return newest | {key: name for key in asked if key and (name := _asked_name(key))}


def accepted() -> tuple[Accepted, ...]:
    """What somebody accepts of the findings, read anew each time; a store that cannot be opened holds nothing.

    The panel that accepts says why it cannot.
    """
    try:
        return store().acknowledged()
    except DecisionError:
        return ()


def forget() -> None:
    """Read the store again: something was saved."""
    _names.clear()


def _asked_name(key: str) -> str | None:
    """The name of a saved version that is not the newest, or was put aside; a link to it still holds."""
    try:
        return _name(version(key)) if version_of(key) else None
    except DecisionError:
        return None


def _url() -> str:
    return address(os.environ, snapshots_folder().parent)


@st.cache_resource(max_entries=_STORES, show_spinner=False)
def _store(url: str) -> Store:
    return Store(url)


@st.cache_data(max_entries=_STORES, ttl=_FRESH, show_spinner=False)
def _names(url: str) -> dict[str, str]:
    return {key_of(one): _name(one) for one in _store(url).saved()}


@st.cache_resource(max_entries=_LOADED, show_spinner=False)
def _loaded(url: str, key: str, version: int) -> Saved:
    return _store(url).load(key, version)


def _name(saved: Saved) -> str:
    """A scenario's name; one that this desk cannot read is named by its key, and says why where it is picked."""
    try:
        return saved.scenario.name
    except Refusal:
        return saved.key
