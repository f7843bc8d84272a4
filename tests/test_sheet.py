"""A paper for somebody outside: all of it is told, none of it can run, and the same content is the same file."""

import dataclasses
from datetime import date

import pytest

from lib.exports import ExportError, Figure, Part, Sheet, sheet
from tests.memos import MANIFEST
from tests.test_memo import HOSTILE, Reader

TERMS = Sheet(
    kind="Term sheet",
    title="Command for three years",
    answer="$29,992.50 a year, 25 % off the annual price.",
    as_of=date(2026, 10, 31),
    fingerprint="a1b2c3d4e5f6",
    manifest=MANIFEST,
    figures=(Figure("Contract value", "$89,977.50", "three years"),),
    parts=(
        Part("What is included", ("Per calendar month.",), ("Dimension", "Included"), (("Words", "1,000,000"),)),
        Part("Payment", ("Once a year, in advance.",)),
    ),
    label="Synthetic sample data",
    notes=("Usage as in the last twelve months.",),
)


def test_everything_is_told_and_nothing_is_cut():
    long = "word " * 700
    rows = tuple((f"dimension {n}", str(n)) for n in range(300))
    told = dataclasses.replace(TERMS, parts=(*TERMS.parts, Part("All", (long,), ("Dimension", "Included"), rows)))
    said = Reader(sheet(told)).text
    assert long.strip() in said and "dimension 299 299" in said and "more" not in said.replace(long, "")
    for words in ("Term sheet, as of 31 Oct 2026, result a1b2c3d4e5f6", "Words 1,000,000", "Synthetic sample data"):
        assert words in said
    for words in ("$89,977.50", "Once a year, in advance.", "Usage as in the last twelve months.", "book 2026-05-09"):
        assert words in said


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_is_read_and_never_run(text):
    hostile = dataclasses.replace(
        TERMS,
        **dict.fromkeys(["kind", "title", "answer", "fingerprint", "label"], text),
        figures=(Figure(text, text, text),),
        parts=(Part(text, (text,), (text,), ((text,),)),),
        notes=(text,),
        manifest={text: text},
    )
    usual, seen = Reader(sheet(TERMS)), Reader(sheet(hostile))
    assert set(seen.tags) <= set(usual.tags)
    assert {name for name, _ in seen.attributes} <= {name for name, _ in usual.attributes}


def test_the_same_content_is_the_same_file():
    assert sheet(TERMS) == sheet(dataclasses.replace(TERMS))


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ExportError, match="'Prices' has 2 columns and a row of 1: give every row as many"):
        Part("Prices", (), ("Plan", "Price"), (("Command",),))
