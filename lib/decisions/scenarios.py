"""A saved scenario: its text, who saved it and when, and what its result said and stood on at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from lib.catalog.scenario import Scenario, parse_scenario
from lib.decisions import entries
from lib.manifest import Manifest, fingerprint

# What a simulation's document says about its run; the rest is its result. The manifest changes with every day a desk
# is opened as of, and parity is about what was invoiced, whatever is proposed.
ABOUT_THE_RUN = {"manifest", "warnings", "incomplete", "parity"}


def result_hash(document: Mapping[str, Any]) -> str:
    """A simulation's JSON document → the hash of its result: the same as long as no figure in it moves."""
    return fingerprint({name: value for name, value in document.items() if name not in ABOUT_THE_RUN})


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a scenario brought when it was saved, in USD over the window, and what that was made from.

    `could_usd` is everybody on the new book at once less the baseline, `moved_usd` the part that was really reached.
    """

    manifest: Mapping[str, Any]
    result_hash: str
    could_usd: Decimal
    moved_usd: Decimal
    pay_more: int
    pay_less: int

    @property
    def fingerprint(self) -> str:
        """Of everything the result was made from."""
        return str(self.manifest["fingerprint"])

    @property
    def book_hash(self) -> str:
        """Of the book it stood on."""
        return str(self.manifest["book_hash"])

    @property
    def warehouse(self) -> str | None:
        """The id of the warehouse its data came from."""
        return self.manifest.get("warehouse")


@dataclass(frozen=True)
class Retirement:
    """Who put a scenario aside, why, and when."""

    who: str
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Saved:
    """One version of a saved scenario. `started_from` is the version its author had in hand, where there was one."""

    key: str
    version: int
    text: str
    author: str
    saved_at: datetime
    result: Result
    started_from: int | None = None
    retirement: Retirement | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario as this desk reads it; refused where it was written for a desk that read another language."""
        return parse_scenario(self.text, self.key, f"version {self.version} of the saved scenario {self.key}")


def checked_text(text: object, key: str) -> str:
    """The text of a scenario, kept letter by letter; refused unless it can be read as one."""
    written = entries.paper(text, "scenario")
    parse_scenario(written, key)
    return written


def checked_result(result: Result) -> Result:
    """A result that can be kept: its manifest plain JSON, its amounts exact."""
    return replace(
        result,
        manifest=entries.manifest(result.manifest),
        result_hash=entries.result_hash(result.result_hash),
        could_usd=entries.amount(result.could_usd, "could_usd"),
        moved_usd=entries.amount(result.moved_usd, "moved_usd"),
        pay_more=entries.count(result.pay_more, "pay_more"),
        pay_less=entries.count(result.pay_less, "pay_less"),
    )


def unseen(history: Iterable[Saved], saved: Saved) -> tuple[Saved, ...]:
    """The versions that others saved while the author of `saved` still had an earlier one in hand, oldest first."""
    since = saved.started_from or 0
    return tuple(sorted((one for one in history if since < one.version < saved.version), key=lambda one: one.version))


# Whether it is stale

_DATA = ("snapshot_on", "warehouse", "synthetic")
# The book, the beliefs and the scenario: what they are called in a manifest, and in a sentence.
_NAMED = {"book": "the book", "assumptions": "the assumptions"}
_FACTS = "the facts changed: a file in data/ is not as it was (rails, segments, claims, billing, allowances, books)"
_TEXT = "the scenario is read as other changes than when it was saved"
_WITHOUT_REASON = "the result moved although nothing it was made from did: run it again, and if it stays so tell us"
# A day alone changes no result: the window ends with the recorded data. The fingerprint is of all the others.
_ASIDE = {"as_of", "fingerprint", "scenario", "version", "book_hash", "assumptions_hash", "facts_hash", "scenario_hash"}


def staleness(
    saved: Saved, manifest_now: Manifest | Mapping[str, Any], result_hash_now: str | None = None
) -> list[str]:
    """What a saved result was made from that is not so any more, in words; nothing where it would come out the same.

    With the hash of the same scenario's result now, the last sentence says whether the result moved.
    """
    was, now = saved.result.manifest, entries.manifest(manifest_now)
    changed = [*_data(was, now), *_inputs(was, now), *_others(was, now)]
    if result_hash_now is None:
        return changed
    moved = result_hash_now != saved.result.result_hash
    if changed:
        return [*changed, "the result moved" if moved else "the result did not move"]
    return [_WITHOUT_REASON] if moved else []


def _data(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if any(was.get(name) != now.get(name) for name in _DATA):
        yield f"the data are {_data_words(now)}, not {_data_words(was)}"


def _data_words(manifest: Mapping[str, Any]) -> str:
    kind = "the synthetic sample" if manifest.get("synthetic") else "the snapshot"
    return f"{kind} of {manifest.get('snapshot_on')} (warehouse {manifest.get('warehouse')})"


def _inputs(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name, words in _NAMED.items():
        if was.get(name) != now.get(name):
            yield f"{words}: {now.get(name)}, not {was.get(name)}"
        elif was.get(f"{name}_hash") != now.get(f"{name}_hash"):
            yield f"{words} {now.get(name)} changed: under the same name it holds other values"
    if was.get("facts_hash") != now.get("facts_hash"):
        yield _FACTS
    if was.get("scenario_hash") != now.get("scenario_hash"):
        yield _TEXT
    if was.get("version") != now.get("version"):
        yield f"the version: the desk is {now.get('version')}, not {was.get('version')}"


def _others(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What a later manifest may hold beside all that, such as a seed."""
    told = {*_DATA, *_NAMED, *_ASIDE}
    for name in sorted((was.keys() | now.keys()) - told):
        if was.get(name) != now.get(name):
            yield f"the {name.replace('_', ' ')}: {now.get(name)}, not {was.get(name)}"
