"""A mapping of a foreign usage file: what may be written, and one sentence for what may not."""

from decimal import Decimal
from typing import Any

import pytest

from lib.mapping import MappingError, Measure, parse

WHERE = "sources.toml, [metering.mapping]"
WIDE: dict[str, Any] = {
    "customer": "client_id",
    "time": "hour_utc",
    "id": ["client_id", "hour_utc"],
    "quantities": {"api_requests": "requests", "words": {"column": "output_tokens", "factor": "0.75"}},
}
LONG: dict[str, Any] = {
    "customer": "account",
    "time": "at",
    "event_id": "id",
    "dimension": "metric",
    "quantity": "value",
    "dimensions": {"tokens_out": {"dimension": "words", "factor": "0.75"}, "pictures": "images"},
}


def words(**pair: object) -> dict[str, Any]:
    """The wide mapping with one quantity, written as a pair."""
    return WIDE | {"quantities": {"words": pair}}


def without(block: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key not in keys}


def test_a_wide_file_has_a_column_per_dimension() -> None:
    mapping = parse(WIDE, WHERE)
    assert mapping.measures == (
        Measure("api_requests", Decimal(1), "requests"),
        Measure("words", Decimal("0.75"), "output_tokens"),
    )
    assert mapping.columns == (("client_id",), ("hour_utc",), ("requests",), ("output_tokens",))
    assert mapping.dimensions == ("api_requests", "words")
    assert not mapping.is_event_id


def test_a_long_file_names_its_dimensions_in_words_of_its_own() -> None:
    mapping = parse(LONG, WHERE)
    assert mapping.words == {"tokens_out": Measure("words", Decimal("0.75")), "pictures": Measure("images")}
    assert (mapping.dimension, mapping.quantity, mapping.is_event_id) == (("metric",), ("value",), True)


def test_one_column_may_be_two_dimensions() -> None:
    twice = WIDE | {"quantities": {"words": {"column": "tokens", "factor": "0.75"}, "tokens": "tokens"}}
    assert [measure.column for measure in parse(twice, WHERE).measures] == ["tokens", "tokens"]


MISTAKES = [
    ("nothing", {}, "must name what makes a record the same when it is delivered again: event_id"),
    ("no block", "client_id", f"{WHERE} is 'client_id'; write a block of keys"),
    ("a slip of a key", WIDE | {"costumer": "x"}, f"{WHERE} has no key 'costumer'; did you mean 'customer'?"),
    ("no customer", without(WIDE, "customer"), 'does not say which column is the customer; write customer = "column"'),
    ("no time", without(WIDE, "time"), "does not say which column is the time"),
    ("no identity", without(WIDE, "id"), 'event_id = "column", or id = ["column", "column"], one of the two'),
    ("two identities", WIDE | {"event_id": "x"}, "one of the two"),
    ("an empty identity", WIDE | {"id": []}, "id is empty; name the columns that no two records share"),
    ("no quantity", without(WIDE, "quantities"), "must say in one way how much was used: [quantities]"),
    ("both forms", WIDE | without(LONG, "event_id", "dimensions"), "must say in one way how much was used"),
    ("half of the long form", without(LONG, "quantity"), "names dimension but no quantity"),
    ("words without a column", WIDE | {"dimensions": {"a": "b"}}, "so it needs the column that names them: dimension"),
    (
        "a float factor",
        words(column="tokens", factor=0.75),
        f'{WHERE}, quantities.words: factor is 0.75, which is not exact; write it in quotes: "0.75"',
    ),
    (
        "a factor of nothing",
        words(column="tokens", factor=0),
        "factor is 0, which would lose",
    ),
    (
        "a negative factor",
        words(column="tokens", factor="-1"),
        "factor is '-1'; write a dec",
    ),
    (
        "an endless factor",
        words(column="tokens", factor="0.3333333333"),
        "at most 9 places",
    ),
    ("true for a factor", words(column="tokens", factor=True), "factor is True; write a"),
    ("a slip in a pair", words(colunm="tokens"), "no key 'colunm'; did you mean 'column'?"),
    ("a pair without a column", words(factor="2"), "quantities.words lacks 'column'"),
    ("a list for a pair", WIDE | {"quantities": {"words": ["t"]}}, "quantities.words is a list; write a block of keys"),
    ("a list for a column", WIDE | {"customer": ["a", "b"]}, "customer is a list; write a name in quotes"),
    ("a number for a column", WIDE | {"time": 7}, "time is 7; write a name in quotes"),
    (
        "no such zone",
        WIDE | {"time_zone": "Europe/Berln"},
        "did you mean 'Europe/Berlin'?",
    ),
    (
        "no such format",
        WIDE | {"time_format": "epoch_second"},
        "did you mean 'epoch_seconds'?",
    ),
    (
        "a zone of a count",
        WIDE | {"time_format": "epoch_seconds", "time_zone": "UTC"},
        "take time_zone out",
    ),
    ("a file that is no name", WIDE | {"files": [7]}, "files is 7; write a name in quotes"),
]


@pytest.mark.parametrize(("document", "told"), [pytest.param(*rest, id=name) for name, *rest in MISTAKES])
def test_a_mistake_is_one_sentence_that_names_it(document: object, told: str) -> None:
    with pytest.raises(MappingError) as refused:
        parse(document, WHERE)
    assert told in str(refused.value)
    assert str(refused.value).startswith(WHERE)
    assert "\n" not in str(refused.value)
