"""A foreign usage file is read by what data/sources.toml says of its columns, and by nothing else."""

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.warehouse.refusal import BuildRefused
from tests.warehouse.hand_world import PLANS
from tests.warehouse.worlds import account, ask, built

HOURLY = {
    "customer": "client_id",
    "time": "hour_utc",
    "id": ["client_id", "hour_utc"],
    "quantities": {"api_requests": "requests", "words": {"column": "output_tokens", "factor": "0.75"}},
}
USAGE = "metering/usage.csv"
HEADER = "client_id,hour_utc,requests,output_tokens\n"
LONG = {
    "customer": "account",
    "time": "at",
    "id": ["account", "at"],
    "dimension": "metric",
    "quantity": "value",
    "dimensions": {"tokens_out": {"dimension": "words", "factor": "0.75"}, "tokens_in": "words"},
}


def totals(report: object) -> dict[object, object]:
    return dict(ask(report, "select dimension, sum(quantity) from staging.event group by 1"))  # type: ignore[arg-type, misc]


def test_the_real_hours_of_a_language_model_load_by_configuration_alone(tmp_path: Path, shared: Path) -> None:
    """The totals are added up here, by hand so to speak, from the file's own lines."""
    content = gzip.decompress((shared / "real" / "llm-usage-hourly.csv.gz").read_bytes())
    rows = [line.split(",") for line in content.decode().splitlines()[1:]]
    report = built(tmp_path, {f"{USAGE}.gz": content}, date(2026, 6, 30), {"metering": HOURLY})
    status = account(report, "event")
    assert (status["lines_read"], status["loaded"], status["rejected"]) == (len(rows) + 1, len(rows), 0)
    assert totals(report) == {
        "api_requests": sum(Decimal(row[2]) for row in rows),
        "words": sum(Decimal("0.75") * Decimal(row[3]) for row in rows if row[3]),
    }
    assert ask(report, "select count(*) from raw.event") == [(len(rows) + sum(row[3] != "" for row in rows),)]


def test_a_line_of_a_wide_file_brings_an_event_per_quantity_named_by_its_columns(tmp_path: Path) -> None:
    report = built(
        tmp_path,
        {USAGE: HEADER + "c/1,2026-04-10T08:00:00Z,7,1000\nc-2,2026-04-10T08:00:00Z,5,\n"},
        mappings={"metering": HOURLY},
    )
    assert ask(report, "select * from raw.event order by event_id") == [
        ("c-2/2026-04-10T08:00:00Z/api_requests", "c-2", "api_requests", *("2026-04-10T08:00:00Z",) * 2, "5", USAGE, 3),
        ("c/1/2026-04-10T08:00:00Z/api_requests", "c/1", "api_requests", *("2026-04-10T08:00:00Z",) * 2, "7", USAGE, 2),
        ("c/1/2026-04-10T08:00:00Z/words", "c/1", "words", *("2026-04-10T08:00:00Z",) * 2, "750", USAGE, 2),
    ]


FAULTS = [
    ("c-1,2026-04-10T08:00:00Z,7,0.0000001", "output_tokens times 0.75 has more than 6 decimals: 0.0000001"),
    ("c-1,2026-04-10T08:00:00Z,7,0.000001", "output_tokens times 0.75 has more than 6 decimals: 0.000001"),
    ("c-1,2026-04-10T08:00:00Z,7,1333333334", "output_tokens times 0.75 is too large for one event: 1333333334"),
    ("c-1,2026-04-10T08:00:00Z,7,-1", "output_tokens is negative: -1"),
    ("c-1,2026-04-10T08:00:00Z,7.5.1,1", "requests is not a plain decimal number: 7.5.1"),
    ("c-1,2026-04-10T08:00:00Z,,", "requests and output_tokens are empty"),
    (",2026-04-10T08:00:00Z,7,1", "client_id is empty"),
    ("c-1,,7,1", "hour_utc is empty"),
    ("c-1,2026-02-30T08:00:00Z,7,1", "hour_utc is not a time of the calendar: 2026-02-30T08:00:00Z"),
    (
        "c-1,2026-04-10T08:00:60Z,7,1",
        "hour_utc is a leap second, which has no place among the seconds of a day: 2026-04-10T08:00:60Z",
    ),
    ("c-1,last Tuesday,7,1", "hour_utc is not a time like 2026-10-31T23:59:59Z: last Tuesday"),
]


def test_one_bad_quantity_rejects_the_whole_line_and_no_other(tmp_path: Path) -> None:
    good = [f"good-{number},2026-04-10T08:00:00Z,1,4" for number in range(len(FAULTS))]
    mixed = [line for pair in zip((line for line, _ in FAULTS), good, strict=True) for line in pair]
    report = built(tmp_path, {USAGE: HEADER + "\n".join(mixed) + "\n"}, mappings={"metering": HOURLY})
    status = account(report, "event")
    assert (status["loaded"], status["rejected"]) == (len(good), len(FAULTS))
    assert ask(report, "select line, reason, raw_text from raw.reject order by line") == [
        (2 + 2 * number, reason, line) for number, (line, reason) in enumerate(FAULTS)
    ]
    assert totals(report) == {"api_requests": Decimal(len(good)), "words": Decimal(3 * len(good))}


def test_a_month_delivered_again_is_all_duplicates_and_a_changed_line_is_a_conflict_whole(tmp_path: Path) -> None:
    first = HEADER + "c-1,2026-04-10T08:00:00Z,7,1000\nc-1,2026-04-10T09:00:00Z,8,\n"
    again = first.replace("Z,8,", "Z,8,400")
    report = built(
        tmp_path,
        {USAGE: first, "metering/usage-again.csv": again, "metering/usage-same.csv": first},
        mappings={"metering": HOURLY},
    )
    status = account(report, "event")
    assert (status["loaded"], status["duplicates"], status["rejected"]) == (2, 4, 0)
    copies = "select event_id, kept_quantity, other_quantity, file, line from raw.conflict"
    first_file = "metering/usage-again.csv"
    kept = ask(report, "select distinct source_file from raw.event")
    assert kept == [(first_file,)]  # files count in the order of their names: the fuller copy stands first
    assert ask(report, copies) == [
        ("c-1/2026-04-10T09:00:00Z/words", Decimal("300.000000"), None, "metering/usage-same.csv", 3),
        ("c-1/2026-04-10T09:00:00Z/words", Decimal("300.000000"), None, USAGE, 3),
    ]


def test_a_long_file_names_its_dimensions_and_may_call_them_otherwise(tmp_path: Path) -> None:
    content = (
        "at,account,metric,value\n"
        "2026-04-10 08:00:00,c-1,tokens_out,1000\n"
        "2026-04-10 08:00:00,c-1,tokens_in,50\n"
        "2026-04-10 08:00:00,c-1,images,3\n"
    )
    report = built(tmp_path, {USAGE: content}, mappings={"metering": LONG})
    assert ask(report, "select event_id, dimension, quantity, occurred_at from raw.event order by source_line") == [
        ("c-1/2026-04-10 08:00:00/tokens_out", "words", "750", "2026-04-10T08:00:00Z"),
        ("c-1/2026-04-10 08:00:00/tokens_in", "words", "50", "2026-04-10T08:00:00Z"),
        ("c-1/2026-04-10 08:00:00/images", "images", "3", "2026-04-10T08:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("settings", "written", "read"),
    [
        ({}, "2026-04-10T08:00:00+02:00", "2026-04-10T06:00:00Z"),
        ({}, "2026-04-10T08:00:00.250Z", "2026-04-10T08:00:00.250000Z"),
        ({"time_zone": "Europe/Berlin"}, "2026-04-10T08:00", "2026-04-10T06:00:00Z"),
        ({"time_zone": "Europe/Berlin"}, "2026-04-10T08:00:00Z", "2026-04-10T08:00:00Z"),
        ({"time_format": "epoch_seconds"}, "1775808000", "2026-04-10T08:00:00Z"),
        ({"time_format": "epoch_milliseconds"}, "1775808000500", "2026-04-10T08:00:00.500000Z"),
    ],
)
def test_times_are_read_as_the_mapping_says(tmp_path: Path, settings: dict[str, str], written: str, read: str) -> None:
    mapping = HOURLY | settings
    report = built(tmp_path, {USAGE: f"{HEADER}c-1,{written},7,\n"}, mappings={"metering": mapping})
    assert ask(report, "select occurred_at from raw.event") == [(read,)]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2025-10-26T02:30:00", "stands twice on the clocks of Europe/Berlin, so its offset must be written"),
        ("2026-03-29T02:30:00", "never stood on the clocks of Europe/Berlin, so its offset must be written"),
    ],
)
def test_an_hour_that_clocks_skip_or_repeat_is_never_guessed(tmp_path: Path, written: str, why: str) -> None:
    mapping = HOURLY | {"time_zone": "Europe/Berlin"}
    content = f"{HEADER}c-1,{written},7,\nc-2,{written}+01:00,7,\n"
    report = built(tmp_path, {USAGE: content}, mappings={"metering": mapping})
    assert account(report, "event")["loaded"] == 1
    assert ask(report, "select line, reason from raw.reject") == [(2, f"hour_utc {why}: {written}")]


def test_files_say_which_files_the_mapping_is_of(tmp_path: Path) -> None:
    world = {
        "metering/llm/usage.csv": HEADER + "c-1,2026-04-10T08:00:00Z,7,\n",
        "metering/own.csv": "event_id,customer_id,dimension,occurred_at,received_at,quantity\n"
        "e-1,c-1,images,2026-04-10T08:00:00Z,2026-04-10T09:00:00Z,3\n",
    }
    report = built(tmp_path, world, mappings={"metering": HOURLY | {"files": "llm/*"}})
    assert totals(report) == {"api_requests": Decimal(7), "images": Decimal(3)}


JSON_USAGE = '{"client_id":"c-1","hour_utc":"2026-04-10T08:00:00Z","requests":7,"output_tokens":4}\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metering/usage.csv", HEADER.replace("client_id", "client") + "c-1,2026-04-10T08:00:00Z,7,\n"),
        ("metering/usage.jsonl", JSON_USAGE.replace("client_id", "client")),
        ("metering/usage.json", f"[{JSON_USAGE.replace('client_id', 'client')}]"),
    ],
)
def test_a_column_that_no_file_has_is_one_sentence_with_the_nearest(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(BuildRefused) as refused:
        built(tmp_path, {name: content}, mappings={"metering": HOURLY})
    assert str(refused.value) == (
        f"{name} has no column 'client_id', which [metering.mapping] names; the nearest header is 'client'"
    )


def test_a_quantity_that_only_some_objects_have_is_no_mistake(tmp_path: Path) -> None:
    lines = JSON_USAGE + JSON_USAGE.replace("T08", "T09").replace(',"output_tokens":4', "")
    report = built(tmp_path, {"metering/usage.jsonl": lines}, mappings={"metering": HOURLY})
    assert totals(report) == {"api_requests": Decimal(14), "words": Decimal(3)}


def test_a_dimension_that_we_do_not_sell_is_refused_before_every_line_is(tmp_path: Path) -> None:
    mapping = HOURLY | {"quantities": {"wrods": "requests"}}
    with pytest.raises(BuildRefused, match=r"names the dimension 'wrods', .* does not; the nearest is 'words'"):
        built(tmp_path, {**PLANS, USAGE: HEADER}, mappings={"metering": mapping})
