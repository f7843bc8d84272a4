"""Laws of the intake of exports: every line of any bytes is explained, or the file is refused in a sentence."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.taking import COLUMNS, FEED, insist, taken

HEADER = ",".join(COLUMNS).encode() + b"\n"
MARKS = '"\n\r,;\0-09 {}[]:é\ufeff\u2028'
GOOD = {
    "signup_id": "su-1",
    "product": "vellocity",
    "signed_up_on": "2026-04-01",
    "converted_on": "",
    "customer_id": "",
}

anything = st.binary(max_size=80) | st.text(alphabet=MARKS, max_size=60).map(str.encode)
ids = st.integers(0, 3).map(lambda number: {**GOOD, "signup_id": f"su-{number}"})
as_csv = st.lists(ids.map(lambda row: ",".join(row.values()).encode() + b"\n"), max_size=6).map(b"".join)
as_json = st.lists(ids.map(lambda row: json.dumps(row).encode() + b"\n"), max_size=6).map(b"".join)
CLEAN = {"company/signups.csv": as_csv.map(HEADER.__add__), "company/signups.jsonl": as_json}


@st.composite
def spoilt(draw: st.DrawFn, clean: st.SearchStrategy[bytes]) -> bytes:
    """A clean file with a few cuts and splices, and sometimes nothing of it left."""
    content = draw(clean)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(anything) + content[at + draw(st.integers(0, 5)) :]
    return content


@pytest.mark.parametrize("name", sorted(CLEAN))
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_is_explained_whatever_bytes_come(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = data.draw(spoilt(CLEAN[name]))
    intake = taken(FEED, name, content, tmp_path)
    if intake is not None:
        insist(intake)


@pytest.mark.parametrize("name", sorted(CLEAN))
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_that_nothing_touched_are_loaded_as_they_stand(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """A line of rubbish without a quote, between two good files, takes neither of them with it."""
    rubbish = data.draw(st.text(alphabet=MARKS.replace('"', "").replace("\n", ""), max_size=40))
    clean = data.draw(CLEAN[name])
    rows = clean.removeprefix(HEADER)
    intake = taken(FEED, name, clean + rubbish.encode() + b"\n" + rows, tmp_path)
    assert intake is not None
    alone = taken(FEED, name, clean, tmp_path)
    assert alone is not None
    assert [entry.row for entry in intake.loaded] == [entry.row for entry in alone.loaded]
    assert intake.counts[0].unaccounted == 0
