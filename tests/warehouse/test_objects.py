"""JSON lines: one object per line, every number as it is written, and a faulty line costs itself alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.warehouse.feeds import Answer, Shape
from lib.warehouse.objects import read_objects, top_keys

COLUMNS = {"price_id": "id", "amount": "unit_amount_decimal", "plan": "metadata.plan", "item": "items.data.0.price.id"}
SHAPE = Shape("objects", "x/*.jsonl", {column: Answer((path,)) for column, path in COLUMNS.items()})


def fields(line: str) -> tuple[str, ...]:
    [record] = read_objects([line], list(COLUMNS), SHAPE)
    assert record.fault is None
    return record.fields


def fault(line: str) -> str | None:
    [record] = read_objects([line], list(COLUMNS), SHAPE)
    return record.fault


def test_columns_are_found_by_their_path_and_absent_ones_are_empty() -> None:
    line = '{"id": "p", "items": {"data": [{"price": {"id": "q"}}]}, "metadata": {}}'
    assert fields(line) == ("p", "", "", "q")
    assert fields('{"id": "p", "items": {"data": []}, "metadata": null}') == ("p", "", "", "")


@pytest.mark.parametrize("number", ["0.1", "0.000000000001", "12345678901234567890123", "1e-7", "-0", "1.10", "7.5"])
def test_a_number_keeps_every_digit_it_is_written_with(number: str) -> None:
    assert fields(f'{{"id": "p", "unit_amount_decimal": {number}}}')[1] == number


@pytest.mark.parametrize(
    ("written", "text"),
    [("true", "true"), ("false", "false"), ("null", ""), ('"0.10"', "0.10"), ("[1,2]", '["1","2"]'), ("{}", "{}")],
)
def test_other_values_are_told_as_they_are(written: str, text: str) -> None:
    assert fields(f'{{"unit_amount_decimal": {written}}}')[1] == text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "p"', "not JSON (Expecting ',' delimiter at character 11)"),
        ("[1, 2]", "no JSON object: write one {…} per line"),
        ("7", "no JSON object: write one {…} per line"),
        ('{"id": "p", "id": "q"}', "the key 'id' stands twice in one object"),
        ('{"a": {"b": 1, "b": 2}}', "the key 'b' stands twice in one object"),
        ('{"id": NaN}', "NaN is no number"),
        ('{"id": "p"} {"id": "q"}', "not JSON (Extra data at character 13)"),
        ('{"id": "\N{REPLACEMENT CHARACTER}"}', "bytes that are not UTF-8"),
        ('{"id": "\0"}', "a NUL byte"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_a_faulty_line_says_what_is_wrong(line: str, told: str) -> None:
    assert fault(line) == told


def test_a_faulty_line_costs_itself_alone() -> None:
    records = list(read_objects(['{"id": "a"}', '{"id": "b', "", '{"id": "c"}'], ["price_id"], SHAPE))
    assert [(record.line, record.fields) for record in records if record.fields] == [(1, ("a",)), (4, ("c",))]
    assert [record.is_blank for record in records] == [False, False, True, False]


def test_the_keys_of_a_file_are_those_of_all_its_objects() -> None:
    assert top_keys(['{"id": 1}', '{"b": 2, "id": 1}', "broken"]) == ["id", "b"]


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers() | st.none() | st.booleans()))
def test_whatever_an_object_holds_it_is_one_record(found: dict[str, object]) -> None:
    line = json.dumps({**found, "id": "p"})
    assert fields(line)[0] == "p"


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n"), max_size=60))
def test_no_line_makes_the_reader_fail(line: str) -> None:
    [record] = read_objects([line], list(COLUMNS), SHAPE)
    assert record.is_blank or record.fault or len(record.fields) == len(COLUMNS)
