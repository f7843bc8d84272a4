"""A list in pages comes whole and once, wherever it was broken off and whatever the interruption left behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lib.sources.gathering import CursorExpired, gather, read

LINES = st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=8), max_size=2), max_size=4)


class Killed(Exception):
    """The pull ends here."""


def asked_of(pages: list[list[dict[str, str]]], ends_after: int | None = None, told: list[int] | None = None) -> Any:
    """A list that is asked page by page from a cursor on; it may end in the middle, and tells which pages it gave."""

    def batches(at: int | None) -> Iterator[tuple[list[dict[str, str]], int]]:
        for number in range(at or 0, len(pages)):
            if number == ends_after:
                raise Killed
            if told is not None:
                told.append(number)
            yield pages[number], number + 1

    return batches


@given(pages=st.lists(LINES, min_size=1, max_size=5), data=st.data())
def test_what_an_interruption_leaves_behind_never_shows(pages: list[list[dict[str, str]]], data: st.DataObject) -> None:
    """The part file ends anywhere, short or with rubbish behind; the cursor is whole, of before, or gone."""
    ends_after = data.draw(st.integers(0, len(pages) - 1))
    with TemporaryDirectory() as name:
        path = Path(name) / "list.jsonl"
        with pytest.raises(Killed):
            gather(path, asked_of(pages, ends_after))
        part, cursor = Path(name) / "list.jsonl.part", Path(name) / ".list.cursor"
        kept = part.read_bytes()
        part.write_bytes(kept[: data.draw(st.integers(0, len(kept)))] + data.draw(st.binary(max_size=9)))
        if data.draw(st.booleans()) and cursor.exists():
            cursor.unlink()
        is_cut_or_added_to = part.read_bytes().startswith(kept) or len(part.read_bytes()) < len(kept)
        assume(is_cut_or_added_to)  # one that was changed in place is no interruption
        whole_before = part.read_bytes().startswith(kept) and cursor.exists()
        told: list[int] = []
        gather(path, asked_of(pages, told=told))
        assert list(read(path)) == [line for page in pages for line in page]
        assert told == list(range(ends_after if whole_before else 0, len(pages)))
        assert [left.name for left in Path(name).iterdir()] == ["list.jsonl"]


def test_a_whole_file_is_not_asked_for_again(tmp_path: Path) -> None:
    told: list[int] = []
    for _ in range(2):
        gather(tmp_path / "list.jsonl", asked_of([[{"a": "1"}]], told=told))
    assert told == [0]


def test_a_cursor_that_has_expired_begins_again(tmp_path: Path) -> None:
    path, pages = tmp_path / "list.jsonl", [[{"a": "1"}], [{"a": "2"}]]
    with pytest.raises(Killed):
        gather(path, asked_of(pages, 1))

    def batches(at: int | None) -> Any:
        if at is not None:
            raise CursorExpired
        yield from asked_of(pages)(None)

    gather(path, batches)
    assert list(read(path)) == [{"a": "1"}, {"a": "2"}]


def test_an_empty_list_is_an_empty_file(tmp_path: Path) -> None:
    gather(tmp_path / "list.jsonl", asked_of([[]]))
    assert (tmp_path / "list.jsonl").read_bytes() == b""


def test_half_a_letter_stays_the_escape_that_it_came_as(tmp_path: Path) -> None:
    line = json.loads('{"name": "half \\ud83d, whole \\ud83d\\ude00, \\u00e9"}')
    gather(tmp_path / "list.jsonl", asked_of([[line]]))
    assert (tmp_path / "list.jsonl").read_text() == '{"name":"half \\ud83d, whole 😀, é"}\n'
    assert list(read(tmp_path / "list.jsonl")) == [line]
