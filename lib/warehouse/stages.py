"""Stages: which of our stages every CRM's stage is, from data/stages.toml and the funnel of data/segments.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from lib.warehouse.feeds import nearest
from lib.warehouse.refusal import BuildRefused

CRM_KEYS = {"label": str, "source": str, "as_of": date, "stages": list}
STAGE_KEYS = ("names", "stage", "probability")
SCHEMA = pa.schema(
    [
        ("crm", pa.string()),
        ("crm_label", pa.string()),
        ("crm_stage", pa.string()),
        ("stage", pa.string()),
        ("outcome", pa.string()),
        ("crm_probability", pa.string()),
        ("source", pa.string()),
        ("as_of", pa.date32()),
    ]
)
_FILLERS = re.compile(r"[\s_./-]+", re.ASCII)  # what sql/macros.sql, simple_name, leaves out of a stage's name too

Row = dict[str, Any]


def read_stages(data: Path) -> pa.Table:
    """The stages of every CRM, label and id each in a row, with our own names as a row of every CRM."""
    funnel = _funnel(data / "segments.toml")
    crms = _toml(data / "stages.toml")
    rows = [row for crm, block in crms.items() for row in _crm(crm, block, funnel, f"data/stages.toml, [{crm}]")]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def simple_name(name: str) -> str:
    """A stage without case, spaces and punctuation: "Closed Won", "closed-won" and "closedwon" are one."""
    return _FILLERS.sub("", name.lower())


def _funnel(path: Path) -> dict[str, str]:
    """Our own stages in order, each with its outcome."""
    try:
        return {entry["name"]: entry["outcome"] for entry in _toml(path)["stages"]}
    except (KeyError, TypeError):
        raise BuildRefused(f"{path}: stages must be blocks [[stages]], each with a name and an outcome") from None


def _crm(crm: str, block: Any, funnel: Mapping[str, str], where: str) -> list[Row]:
    if not isinstance(block, dict):
        raise BuildRefused(f"{where} is {block!r}; write a block with {', '.join(CRM_KEYS)}")
    _insist_on_keys(block, CRM_KEYS, CRM_KEYS, where)
    for key, kind in CRM_KEYS.items():
        if not isinstance(block[key], kind):
            raise BuildRefused(f"{where}: {key} is {block[key]!r}; write it as a {kind.__name__}")
    named = [pair for entry in block["stages"] for pair in _stage(entry, funnel, where)]
    _insist_on_one_meaning([name for name, _, _ in named], where)
    taken = {simple_name(name) for name, _, _ in named}
    ours = [(name, name, None) for name in funnel if simple_name(name) not in taken]
    return [
        {
            "crm": crm,
            "crm_label": block["label"],
            "crm_stage": name,
            "stage": stage,
            "outcome": funnel[stage],
            "crm_probability": probability,
            "source": block["source"],
            "as_of": block["as_of"],
        }
        for name, stage, probability in [*named, *ours]
    ]


def _stage(entry: Any, funnel: Mapping[str, str], where: str) -> list[tuple[str, str, str | None]]:
    """One line of the file → its names, each with our stage and what the CRM gives it."""
    if not isinstance(entry, dict):
        raise BuildRefused(f'{where}: a stage is {entry!r}; write {{ names = ["…"], stage = "…" }}')
    _insist_on_keys(entry, STAGE_KEYS, ("names", "stage"), f"{where}, stages")
    names, stage = entry["names"], entry["stage"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise BuildRefused(f"{where}, stages: names is {names!r}; write a list of labels and ids")
    if stage not in funnel:
        raise BuildRefused(
            f"{where}: {names[0]!r} is to be {stage!r}, which is no stage of data/segments.toml; "
            f"the nearest is {nearest(str(stage), funnel)!r}"
        )
    # A label and an id that differ only in spaces and case are one name.
    distinct = {simple_name(name): name for name in reversed(names)}.values()
    probability = _probability(entry.get("probability"), f"{where}: {names[0]!r}")
    return [(name, stage, probability) for name in distinct]


def _probability(value: Any, where: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= 1:
        raise BuildRefused(f"{where}: the probability is {value}; write 25 % as 0.25")
    return str(value)


def _insist_on_keys(block: Mapping[str, Any], known: Iterable[str], needed: Iterable[str], where: str) -> None:
    for key in block:
        if key not in known:
            raise BuildRefused(f"{where}: there is no key {key!r}; the nearest is {nearest(key, known)!r}")
    for key in needed:
        if key not in block:
            raise BuildRefused(f"{where} lacks {key!r}")


def _insist_on_one_meaning(names: Sequence[str], where: str) -> None:
    seen: dict[str, str] = {}
    for name in names:
        key = simple_name(name)
        if key in seen:
            raise BuildRefused(f"{where}: {seen[key]!r} and {name!r} are one name; keep the line that counts")
        seen[key] = name


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise BuildRefused(
            f"{path} cannot be read ({error.strerror}); it says which stage of ours a CRM's is"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BuildRefused(f"{path} is not TOML: {error}") from None
