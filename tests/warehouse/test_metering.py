"""Metering: no line is lost, no fault takes its neighbours, and which copy of an event wins is fixed."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.warehouse.build import BuildReport
from lib.warehouse.read import Warehouse
from lib.warehouse.refusal import BuildRefused
from tests.warehouse.reading import read_usage
from tests.warehouse.worlds import EVENT_HEADER, EVENTS, account, ask, built, event, events

GOOD = event("e-good")


def reasons(path: Path) -> list[tuple[int, str]]:
    warehouse = Warehouse(path)
    rows = [(row["line"], row["reason"]) for row in warehouse.reject_rows()]
    warehouse.close()
    return rows


FAULTS = [
    ("e-1,c-0001,words,2026-04-10T08:00:00Z,2026-04-10T09:00:00Z", "5 fields where the header has 6"),
    (event("e-1") + ",extra", "7 fields where the header has 6"),
    ("not an event at all", "1 fields where the header has 6"),
    (event(""), "event_id is empty"),
    (event("e-1", customer=""), "customer_id is empty"),
    (event("e-1", dimension=""), "dimension is empty"),
    (event("e-1", ""), "quantity is not a plain decimal number: "),
    (event("e-1", "ten"), "quantity is not a plain decimal number: ten"),
    (event("e-1", "1e3"), "quantity is not a plain decimal number: 1e3"),
    (event("e-1", "1_000"), "quantity is not a plain decimal number: 1_000"),
    (event("e-1", "nan"), "quantity is not a plain decimal number: nan"),
    (event("e-1", "-3"), "quantity is negative: -3"),
    (event("e-1", "-0.5"), "quantity is negative: -0.5"),
    (event("e-1", "1.2345678"), "quantity has more than 6 decimals: 1.2345678"),
    (event("e-1", "1000000000000"), "quantity is too large for one event: 1000000000000"),
    (event("e-1", "1000000000"), "quantity is too large for one event: 1000000000"),
    (event("e-1", "999999999999.999999"), "quantity is too large for one event: 999999999999.999999"),
    (event("e-1").replace("words", "w\0rds"), "a NUL byte"),
    (
        event("e-1").replace("2026-04-10T08", "1999-12-31T08"),
        "occurred_at is before the year 2000: 1999-12-31T08:00:00Z",
    ),
    (
        event("e-1").replace("2026-04-10T08:00:00Z", "2026-06-01T00:00:00Z"),
        "occurred_at is after the day of the snapshot, 2026-05-31: 2026-06-01T00:00:00Z",
    ),
    (
        event("e-1").replace("2026-04-10T08:00:00Z", "2026-04-11T09:00:01Z"),
        "occurred_at is more than a day after received_at: 2026-04-11T09:00:01Z",
    ),
    (
        event("e-1").replace("10T08", "31T08"),
        "occurred_at is not a UTC time like 2026-10-31T23:59:59Z: 2026-04-31T08:00:00Z",
    ),
    (
        event("e-1").replace("2026-04-10T09:00:00Z", "10.04.2026"),
        "received_at is not a UTC time like 2026-10-31T23:59:59Z: 10.04.2026",
    ),
    (event('e-"1'), "quotes out of order"),
    (event('"e-1'), "quotes out of order"),
    ('"e-1,c-0001",words,2026-04-10T08:00:00Z,2026-04-10T09:00:00Z,1', "5 fields where the header has 6"),
    (
        event("e-1").replace("2026-04-10T08:00:00Z", "2026-04-10T07:59:60Z"),
        "occurred_at is a leap second, which has no place among the seconds of a day: 2026-04-10T07:59:60Z",
    ),
    (
        event("e-1").replace("2026-04-10T08:00:00Z", "2026-04-10T24:00:00Z"),
        "occurred_at is not a UTC time like 2026-10-31T23:59:59Z: 2026-04-10T24:00:00Z",
    ),
]


def test_every_faulty_line_is_rejected_alone_with_its_reason_and_text(tmp_path: Path) -> None:
    """A good line stands between any two faulty ones: the faulty are on lines 3, 5, 7, ..."""
    good = [event(f"good-{number}") for number in range(len(FAULTS) + 1)]
    mixed = [good[0], *(line for pair in zip((line for line, _ in FAULTS), good[1:], strict=True) for line in pair)]
    report = built(tmp_path, {EVENTS: events(*mixed)})
    status = account(report, "event")
    assert (status["lines_read"], status["loaded"], status["rejected"]) == (1 + len(mixed), len(good), len(FAULTS))
    assert ask(report, "select feed, file, line, reason, raw_text from raw.reject") == [
        ("event", EVENTS, 3 + 2 * number, reason, line) for number, (line, reason) in enumerate(FAULTS)
    ]


DRESSED = {
    "CRLF line ends": events(GOOD).replace("\n", "\r\n"),
    "a byte-order mark": "\ufeff" + events(GOOD),
    "a byte-order mark and CRLF": "\ufeff" + events(GOOD).replace("\n", "\r\n"),
    "every field quoted": events(",".join(f'"{field}"' for field in GOOD.split(","))),
    "a quoted header": events(GOOD).replace("event_id,", '"event_id",', 1),
    "upper-case headers": events(GOOD).replace("event_id", "EVENT_ID", 1),
}


@pytest.fixture(scope="module")
def dressed(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    """Every dress in a file of its own in one snapshot, its event named after its place."""
    files = {
        f"metering/events-{place}.csv": content.replace("e-good", f"e-{place}")
        for place, content in enumerate(DRESSED.values())
    }
    return built(tmp_path_factory.mktemp("dressed"), files)


@pytest.mark.parametrize("place", range(len(DRESSED)), ids=DRESSED)
def test_what_is_only_dressed_differently_is_loaded(dressed: BuildReport, place: int) -> None:
    assert account(dressed, "event")["loaded"] == len(DRESSED)
    query = f"select event_id, quantity from staging.event where event_id = 'e-{place}'"
    assert ask(dressed, query) == [(f"e-{place}", Decimal("10.000000"))]


def test_columns_may_stand_in_any_order_and_grow(tmp_path: Path) -> None:
    content = (
        "region,quantity,event_id,customer_id,dimension,received_at,occurred_at\n"
        "eu,2.5,e-1,c-0001,words,2026-04-10T09:00:00Z,2026-04-10T08:00:00Z\n"
    )
    report = built(tmp_path, {EVENTS: content, "metering/events-2026-05.csv.gz": events(event("e-2"))})
    assert ask(report, "select event_id, quantity from staging.event order by event_id") == [
        ("e-1", Decimal("2.500000")),
        ("e-2", Decimal("10.000000")),
    ]


def test_blank_lines_are_counted_wherever_they_stand(tmp_path: Path) -> None:
    report = built(tmp_path, {EVENTS: "\n\r\n" + EVENT_HEADER + "\n" + GOOD + "\n   \n\n"})
    status = account(report, "event")
    assert status["lines_read"] == 7
    assert (status["header_lines"], status["blank_lines"], status["loaded"], status["rejected"]) == (1, 5, 1, 0)


def test_a_clock_may_be_a_day_ahead_and_a_quantity_a_thousand_million_short_of_a_millionth(tmp_path: Path) -> None:
    ahead = event("e-1", "999999999.999999").replace("2026-04-10T08:00:00Z", "2026-04-11T09:00:00Z")
    last_second = event("e-2").replace("2026-04-10T0", "2026-05-31T0").replace("08:00:00", "23:59:59")
    late = last_second.replace("2026-05-31T09", "2026-06-01T09")
    assert account(built(tmp_path, {EVENTS: events(ahead, late)}), "event")["loaded"] == 2


def test_without_a_plans_database_any_dimension_is_taken(tmp_path: Path) -> None:
    report = built(tmp_path, {EVENTS: events(event("e-1", dimension="holograms"))})
    assert account(report, "event")["loaded"] == 1


def test_a_line_without_its_end_may_be_cut_short_and_is_not_trusted(tmp_path: Path) -> None:
    """1234.50 cut to 12 would still look like a quantity."""
    report = built(tmp_path, {EVENTS: events(GOOD) + event("e-cut", "12")})
    assert account(report, "event")["loaded"] == 1
    assert reasons(report.path) == [(3, "no line end: the file may be cut short here")]


def test_bytes_that_are_not_text_cost_one_line(tmp_path: Path) -> None:
    content = events(GOOD, event("e-bad"), event("e-after")).encode().replace(b"e-bad", b"e-\xff\xfe")
    report = built(tmp_path, {EVENTS: content})
    assert account(report, "event")["loaded"] == 2
    assert reasons(report.path) == [(3, "bytes that are not UTF-8")]


def test_one_stray_quote_in_a_clean_file_costs_one_line(tmp_path: Path) -> None:
    lines = [event(f"e-{number:04d}") for number in range(2000)]
    lines[700] = lines[700].replace("words", 'wo"rds')
    status = account(built(tmp_path, {EVENTS: events(*lines)}), "event")
    assert (status["loaded"], status["rejected"]) == (1999, 1)


def test_the_earliest_copy_wins_by_file_then_line(tmp_path: Path) -> None:
    world = {
        "metering/events-2026-05.csv": events(event("e-1", "3"), event("e-2", "7")),
        "metering/events-2026-04.csv": events(event("e-1", "1"), event("e-1", "2")),
    }
    report = built(tmp_path, world)
    assert ask(report, "select event_id, quantity, source_file, source_line from raw.event order by 1") == [
        ("e-1", "1", "metering/events-2026-04.csv", 2),
        ("e-2", "7", "metering/events-2026-05.csv", 3),
    ]
    assert account(report, "event")["duplicates"] == 2


def test_identical_copies_are_duplicates_and_differing_ones_are_conflicts_too(tmp_path: Path) -> None:
    same_but_later = event("e-1", "10.0").replace("T09", "T17")
    report = built(tmp_path, {EVENTS: events(event("e-1"), event("e-1"), same_but_later, event("e-1", "11"))})
    status = account(report, "event")
    assert (status["loaded"], status["duplicates"], status["rejected"]) == (1, 3, 0)
    assert report.conflicts == 1
    assert ask(report, "select * from raw.conflict") == [
        ("e-1", "c-0001", "words", Decimal("10.000000"), Decimal("11.000000"), EVENTS, 5)
    ]
    assert ask(report, "select * from raw.event_repeat") == [("e-1", 2)]


def test_a_copy_for_another_customer_is_a_conflict(tmp_path: Path) -> None:
    report = built(tmp_path, {EVENTS: events(event("e-1"), event("e-1", customer="c-0002"))})
    assert ask(report, "select customer_id from raw.conflict") == [("c-0002",)]


def test_a_faulty_line_does_not_shadow_the_event_that_follows(tmp_path: Path) -> None:
    report = built(tmp_path, {EVENTS: events(event("e-1", "-1"), event("e-1", "5"))})
    assert ask(report, "select quantity from raw.event") == [("5",)]


def test_a_missing_column_names_file_column_and_nearest_header(tmp_path: Path) -> None:
    content = events(GOOD).replace("quantity", "quantities")
    with pytest.raises(BuildRefused) as refused:
        built(tmp_path, {EVENTS: content})
    assert str(refused.value) == (
        f"{EVENTS} has no column 'quantity', which data/feeds declares for raw.event; "
        "the nearest header is 'quantities'"
    )


@pytest.mark.parametrize("end", ["csv", "csv.gz", "jsonl", "json"])
def test_a_file_that_says_nothing_is_accounted_for_and_stops_nobody(tmp_path: Path, end: str) -> None:
    world = {f"metering/empty.{end}": "", f"metering/blank.{end}": "\n\n", EVENTS: events(GOOD)}
    status = account(built(tmp_path, world), "event")
    assert (status["file_count"], status["lines_read"], status["blank_lines"], status["loaded"]) == (3, 4, 2, 1)


def test_a_month_without_usage_is_a_header_only_file(tmp_path: Path) -> None:
    status = account(built(tmp_path, {EVENTS: EVENT_HEADER}), "event")
    assert (status["is_missing"], status["lines_read"], status["header_lines"], status["loaded"]) == (False, 1, 1, 0)


def test_a_file_larger_than_a_block_and_a_row_group_is_read_whole(tmp_path: Path) -> None:
    """Three row groups of the database and three blocks of the reader; the quantities are 0 to 9, 30,000 times."""
    lines = [event(f"e-{number:06d}", str(number % 10)) for number in range(300_000)]
    report = built(tmp_path, {"metering/events-2026-04.csv.gz": events(*lines)})
    assert account(report, "event")["loaded"] == 300_000
    assert ask(report, "select quantity, event_count from marts.usage_month") == [(Decimal(45 * 30_000), 300_000)]


MESS = st.one_of(
    st.just(""),
    st.just('"'),
    st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=30),
    st.sampled_from([event("e-x", "-1"), event("e-x", "0.1234567"), event("e-x") + ",", '"' + event("e-x"), ",,,,,"]),
)


@settings(max_examples=50)
@given(mess=st.lists(MESS, max_size=12), order=st.randoms(use_true_random=False))
def test_whatever_stands_between_good_lines_every_line_is_explained(
    tmp_path_factory: pytest.TempPathFactory, mess: list[str], order: object
) -> None:
    """The intake alone, as a build runs it: that marts.source_status says the same is held all over this file."""
    good = [event(f"good-{number}") for number in range(8)]
    lines = [*good, *mess]
    order.shuffle(lines)  # type: ignore[attr-defined]
    outcome = read_usage(tmp_path_factory.mktemp("mess"), {"events-2026-04.csv": events(*lines).encode()})
    [count] = outcome.counts
    explained = count.header_lines + count.blank_lines + count.loaded + count.duplicates + count.rejected
    assert count.lines_read == 1 + len(lines) == explained
    assert count.loaded == len(good)
