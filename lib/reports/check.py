"""What check finds: one JSON document, and the same as text, as JUnit XML, and as annotations of GitHub Actions.

Only a false published claim turns the exit code, so only that is a failure or an error in any of the forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from lib import promises
from lib.claims.acknowledged import ACKNOWLEDGES
from lib.claims.claim import WHERE
from lib.claims.finding import ACKNOWLEDGED, NONE, NOTE, RED, WARNING, Finding
from lib.claims.places import block_lines
from lib.decisions import Accepted
from lib.manifest import Manifest
from lib.reports.acknowledged import as_dict
from lib.reports.text import Document, table

SEVERITIES = (RED, WARNING, NOTE, ACKNOWLEDGED, NONE)
TABLE_WORDS = 48  # what a table row tells of a finding; the JSON document holds every word
TEXT, JSON, JUNIT, GITHUB = "text", "json", "junit", "github"
FORMATS = (TEXT, JSON, JUNIT, GITHUB)
_COMMANDS = {RED: "error", WARNING: "warning", NOTE: "notice"}
# What XML 1.0 cannot hold at all, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Told = Mapping[str, Any]  # one finding of the document


def check(manifest: Manifest, found: Iterable[Finding], accepted: Iterable[Accepted]) -> Document:
    """Findings in the light of what somebody accepts, and that → one document."""
    return {
        "manifest": manifest.as_dict(),
        "findings": [promises.as_dict(finding) for finding in found],
        "acknowledgements": [as_dict(one, manifest.as_of) for one in accepted],
    }


def checked(report: Document, form: str, claims_text: str) -> Document | str:
    """A check report in one of FORMATS; `claims_text`, of data/claims.toml, tells on which line a claim stands."""
    forms: dict[str, Callable[[], Document | str]] = {
        TEXT: lambda: check_table(report),
        JSON: lambda: report,
        JUNIT: lambda: check_junit(report),
        GITHUB: lambda: check_github(report, block_lines(claims_text)),
    }
    return forms[form]()


# Text


def check_table(report: Document) -> str:
    """One row per finding, the false published claims first, what somebody accepts of it, and how it ends."""
    ordered = _ordered(report)
    columns = ("severity", "claim", "verdict", "rounding", "promised", "delivered")
    accepted = [
        f"{one['claim']}: {said}" for one in ordered for said in one["evidence"] if said.startswith(ACKNOWLEDGES)
    ]
    return "\n".join([table(columns, list(map(_row, ordered))), *accepted, _ending(ordered)])


def _row(one: Told) -> Document:
    return {
        **one,
        "rounding": one["rounding_rule"],
        **{key: _shortened(_with_unit(one, key)) for key in ("promised", "delivered")},
    }


def _with_unit(one: Told, key: str) -> str:
    return f"{one[key]} {one['unit']}".strip()


def _shortened(words: str) -> str:
    return words if len(words) <= TABLE_WORDS else f"{words[: TABLE_WORDS - 1]}…"


def _ending(found: Sequence[Told]) -> str:
    false = sum(one["severity"] == RED for one in found)
    return f"{false} published claim(s) false, so this exits 1" if false else "no published claim is false"


def _ordered(report: Document) -> list[Told]:
    found = report["findings"]
    assert isinstance(found, list)
    return sorted(found, key=lambda one: SEVERITIES.index(one["severity"]))


# JUnit


def check_junit(report: Document) -> str:
    """A test suite for each kind of finding, a test case for each finding, as the XML that Ant's JUnit task defines.

    A false published claim is a failure, what is true has passed, and everything between is skipped with its reason.
    """
    root, kinds = ElementTree.Element("testsuites"), dict[str, list[Told]]()
    for one in _ordered(report):
        kinds.setdefault(one["kind"], []).append(one)
    for place, (kind, found) in enumerate(kinds.items()):
        root.append(_suite(place, kind, found, report["manifest"]))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written.decode()


def _suite(place: int, kind: str, found: Sequence[Told], manifest: Any) -> ElementTree.Element:
    counts = {
        "tests": len(found),
        "failures": sum(one["severity"] == RED for one in found),
        "errors": 0,
        "skipped": sum(one["severity"] not in (RED, NONE) for one in found),
        "id": place,
        "time": 0,
    }
    about = {"name": kind, "package": "check", "hostname": "localhost", "timestamp": f"{manifest['as_of']}T00:00:00"}
    suite = _element("testsuite", {**about, **{name: str(number) for name, number in counts.items()}})
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("as_of", "snapshot_on", "book", "fingerprint"):
        properties.append(_element("property", {"name": name, "value": str(manifest[name])}))
    suite.extend(map(_case, found))
    suite.extend([_element("system-out"), _element("system-err")])
    return suite


def _case(one: Told) -> ElementTree.Element:
    case = _element(
        "testcase", {"name": one["claim"], "classname": f"check.{one['kind']}.{one['surface']}", "time": "0"}
    )
    if one["severity"] == NONE:
        return case
    kind = "failure" if one["severity"] == RED else "skipped"
    state = {"type": one["verdict"]} if one["severity"] == RED else {}
    case.append(_element(kind, {"message": f"{one['severity']}: {_sentence(one)}", **state}, "\n".join(_reasons(one))))
    return case


def _element(name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> ElementTree.Element:
    """An element of which nothing is left that XML cannot hold; what findings quote comes from anywhere."""
    readable = {key: _NOT_XML.sub("\ufffd", value) for key, value in (attributes or {}).items()}
    element = ElementTree.Element(name, readable)
    element.text = _NOT_XML.sub("\ufffd", text) if text is not None else None
    return element


def _sentence(one: Told) -> str:
    return f"“{one['words']}” on {one['surface']} is {one['verdict']}: delivered is {_with_unit(one, 'delivered')}"


def _reasons(one: Told) -> list[str]:
    rule = [f"rounding rule: {one['rounding_rule']}"] if one["rounding_rule"] else []
    return [f"promised: {_with_unit(one, 'promised')}", *rule, *one["evidence"], f"stands in: {one['source']}"]


# GitHub Actions


def check_github(report: Document, lines: Mapping[str, int]) -> str:
    """A workflow command for each finding that is open, the false published claims first, and how it ends.

    GitHub shows ten annotations of a kind per step, so the order matters; what is accepted or true has none. `lines`
    are those on which claims stand.
    """
    ordered = _ordered(report)
    commands = [_command(one, lines) for one in ordered if one["severity"] in _COMMANDS]
    return "\n".join([*commands, _ending(ordered)])


def _command(one: Told, lines: Mapping[str, int]) -> str:
    place = {"file": WHERE, "line": str(lines[one["claim"]])} if one["claim"] in lines else {}
    properties = {"title": f"{one['claim']}: {one['verdict']}", **place}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "\n".join([_sentence(one), *_reasons(one)])
    return f"::{_COMMANDS[one['severity']]} {written}::{_data(message)}"


def _data(text: str) -> str:
    """A message as the runner reads it back; the per cent sign goes first, as it begins every escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
