"""What check prints, in four forms that agree: only a false published claim is a failure in any of them."""

import re
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from lib import reports
from lib.claims.acknowledged import weighed
from lib.claims.finding import (
    CONTRADICTORY,
    NONE,
    NOT_REPRESENTABLE,
    NOTE,
    OVERSTATED,
    RED,
    TRUE,
    UNVERIFIABLE,
    WARNING,
    Finding,
)
from lib.claims.places import block_lines
from lib.decisions import Accepted
from lib.manifest import Manifest
from lib.reports.text import Document
from tests.conftest import ROOT

AS_OF = date(2026, 10, 31)
MANIFEST = Manifest(as_of=AS_OF, book="2026-05-09", book_hash="b00c00000001", snapshot_on=AS_OF)
CLAIMS = (ROOT / "data" / "claims.toml").read_text()
FALSE = Finding(
    claim="save_20_pricing_page",
    kind="published claim",
    product="vellocity",
    surface="pricing page",
    words="Save 20%",
    source="Listing specification, annual savings",
    published=True,
    verdict=OVERSTATED,
    severity=RED,
    promised="20",
    delivered="16.67",
    unit="percent",
    rounding_rule="nearest",
    evidence=("starter-annual: 1 − 2,990 / (12 × 299) = 16.67 percent",),
)
HELD = replace(FALSE, claim="save_17", words="Save 17%", promised="17", verdict=TRUE, severity=NONE)
NOTED = replace(
    FALSE, claim="p95", kind="talking point", verdict=UNVERIFIABLE, severity=NOTE, unit="", rounding_rule=None
)
BANDS = replace(NOTED, claim="bands", kind="surface", verdict=NOT_REPRESENTABLE, surface="AWS listing")
WARNED = replace(NOTED, claim="images.price", kind="surface", verdict=CONTRADICTORY, severity=WARNING)
FOUND = (HELD, WARNED, NOTED, BANDS, FALSE)
ACCEPTED = Accepted(
    "images.price",
    "Ada",
    "the directory mends it in May",
    date(2026, 12, 31),
    id=1,
    acknowledged_at=datetime(2026, 10, 1, tzinfo=UTC),
)


def report(*found: Finding, accepted: tuple[Accepted, ...] = ()) -> Document:
    return reports.check(MANIFEST, weighed(found or FOUND, accepted, AS_OF), accepted)


def told(form: str, *found: Finding, accepted: tuple[Accepted, ...] = ()) -> Any:
    return reports.checked(report(*found, accepted=accepted), form, CLAIMS)


# Text


def test_the_table_shows_the_worst_first_each_with_its_rounding_rule() -> None:
    header, *rows = told("text").splitlines()
    assert header.split() == ["severity", "claim", "verdict", "rounding", "promised", "delivered"]
    assert [row.split()[0] for row in rows[:5]] == [RED, WARNING, NOTE, NOTE, NONE]
    assert re.split(r"  +", rows[0]) == [RED, FALSE.claim, OVERSTATED, "nearest", "20 percent", "16.67 percent"]
    assert rows[5:] == ["1 published claim(s) false, so this exits 1"]


def test_the_table_says_what_somebody_accepts() -> None:
    lines = told("text", accepted=(ACCEPTED,)).splitlines()
    assert "images.price: acknowledged by Ada until 2026-12-31: the directory mends it in May" in lines
    assert sum(line.startswith("acknowledged ") for line in lines) == 1


def test_without_a_falsehood_the_table_says_so() -> None:
    assert told("text", HELD).endswith("\nno published claim is false")


# JSON


def test_the_document_holds_every_acknowledgement_with_its_state() -> None:
    over = replace(ACCEPTED, id=2, finding="p95", until=date(2026, 10, 30))
    found = told("json", accepted=(ACCEPTED, over))
    assert list(found) == ["manifest", "findings", "acknowledgements"]
    assert [(one["finding"], one["state"]) for one in found["acknowledgements"]] == [
        ("images.price", "stands"),
        ("p95", "over"),
    ]
    severities = {one["claim"]: one["severity"] for one in found["findings"]}
    assert (severities["images.price"], severities["p95"]) == ("acknowledged", "note")


# JUnit

SUITE = ["name", "package", "hostname", "timestamp", "tests", "failures", "errors", "skipped", "id", "time"]


def test_the_xml_has_the_shape_that_the_schema_of_junit_asks_for() -> None:
    """Every suite: properties, then cases, then both outputs; every required attribute; one state per case at most."""
    root = ElementTree.fromstring(told("junit"))
    assert (root.tag, root.attrib) == ("testsuites", {})
    for place, suite in enumerate(root):
        assert suite.tag == "testsuite" and sorted(suite.attrib) == sorted(SUITE)
        assert suite.attrib["id"] == str(place)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        parts = [part.tag for part in suite]
        cases = suite.findall("testcase")
        assert parts == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]
        assert all({"name", "classname", "time"} == set(case.attrib) and len(case) <= 1 for case in cases)
        assert suite.attrib["tests"] == str(len(cases))
        assert suite.attrib["failures"] == str(len(suite.findall("testcase/failure")))
        assert suite.attrib["skipped"] == str(len(suite.findall("testcase/skipped")))


def test_only_a_false_published_claim_is_a_failure() -> None:
    root = ElementTree.fromstring(told("junit", accepted=(ACCEPTED,)))
    assert [suite.attrib["name"] for suite in root] == ["published claim", "talking point", "surface"]
    states = {case.attrib["name"]: [part.tag for part in case] for case in root.iter("testcase")}
    assert states == {
        "save_20_pricing_page": ["failure"],
        "p95": ["skipped"],
        "bands": ["skipped"],
        "images.price": ["skipped"],
        "save_17": [],
    }
    [failure] = root.iter("failure")
    assert failure.attrib["type"] == OVERSTATED
    assert "“Save 20%” on pricing page is overstated: delivered is 16.67 percent" in failure.attrib["message"]
    assert "rounding rule: nearest\n" in str(failure.text) and FALSE.evidence[0] in str(failure.text)
    [accepted] = root.findall(".//testcase[@name='images.price']/skipped")
    assert accepted.attrib["message"].startswith("acknowledged: ")
    assert "acknowledged by Ada until 2026-12-31" in str(accepted.text)


@given(st.text())
def test_whatever_a_source_says_the_xml_can_be_read_back(words: str) -> None:
    """Half characters apart, which no file can hold either."""
    readable = words.encode("utf-8", "replace").decode()
    one = replace(FALSE, words=readable, claim=readable or "x", surface=readable, evidence=(readable,))
    assert len(ElementTree.fromstring(told("junit", one))) == 1


# GitHub Actions


def unescaped(written: str, *, is_property: bool) -> str:
    """As the runner of GitHub Actions reads it: the per cent sign last."""
    for sign, escape in (("\r", "%0D"), ("\n", "%0A"), *(((":", "%3A"), (",", "%2C")) if is_property else ())):
        written = written.replace(escape, sign)
    return written.replace("%25", "%")


def read_back(command: str) -> tuple[str, dict[str, str], str]:
    """A workflow command → its name, its properties and its message, read as the runner does."""
    found = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", command)
    assert found, command
    pairs = (pair.split("=", 1) for pair in found[2].split(","))
    properties = {name: unescaped(value, is_property=True) for name, value in pairs}
    return found[1], properties, unescaped(found[3], is_property=False)


def test_what_is_open_is_annotated_the_worst_first_and_a_claim_with_its_line() -> None:
    *commands, last = told("github", accepted=(replace(ACCEPTED, finding="p95"),)).splitlines()
    assert last == "1 published claim(s) false, so this exits 1"
    found = [read_back(command) for command in commands]
    assert [(name, properties["title"]) for name, properties, _ in found] == [
        ("error", "save_20_pricing_page: overstated"),
        ("warning", "images.price: contradictory"),
        ("notice", "bands: not representable"),
    ]
    assert found[0][1]["file"] == "data/claims.toml"
    line = CLAIMS.splitlines()[int(found[0][1]["line"]) - 1]
    assert line == "[claims.save_20_pricing_page]"
    assert set(found[1][1]) == {"title"}
    assert "“Save 20%” on pricing page" in found[0][2] and "\nrounding rule: nearest\n" in found[0][2]
    assert "Save 20%25" in commands[0]


@given(st.text(), st.text(min_size=1))
def test_whatever_a_finding_says_it_is_one_line_that_reads_back(words: str, name: str) -> None:
    one = replace(FALSE, words=words, claim=name, evidence=())
    # What other signs for line ends there are is for the log alone: the runner splits at \r and \n.
    [command, _] = re.split(r"[\r\n]", told("github", one))
    kind, properties, message = read_back_any(command)
    assert (kind, properties) == ("error", {"title": f"{name}: overstated"})
    assert message.startswith(f"“{words}” on pricing page is overstated")


def read_back_any(command: str) -> tuple[str, dict[str, str], str]:
    """The same for texts with other signs that end a line."""
    head, _, message = command.removeprefix("::").partition("::")
    kind, _, title = head.partition(" title=")
    return kind, {"title": unescaped(title, is_property=True)}, unescaped(message, is_property=False)


# Where claims stand


def test_every_claim_of_the_file_has_its_line() -> None:
    lines = block_lines(CLAIMS)
    assert set(lines) == set(tomllib.loads(CLAIMS)["claims"])
    written = CLAIMS.splitlines()
    assert all(written[number - 1].startswith(f"[claims.{key}]") for key, number in lines.items())


def test_a_header_may_be_written_with_spaces_quotes_and_a_remark() -> None:
    assert block_lines('\n[ claims . "a-b" ]  # why\n[claims.c.d]\n[[claims.e]]\nclaims.f = 1\n') == {"a-b": 2}
