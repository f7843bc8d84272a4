"""Calendar files: whole days, the same bytes every time, stamped with the day of the desk and no clock."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from lib import exports
from lib.exports import Event, ExportError

AS_OF = date(2026, 10, 31)
MANIFEST = {"book": "2026-05-09", "fingerprint": "a1b2c3d4e5f6"}
EVENTS = (
    Event("price, aws, 90 days", date(2027, 7, 1), "Prices reach AWS", "announced on 2027-03-16"),
    Event("price, step 1", date(2027, 3, 16), "Change the plans table"),
)


def read(events=EVENTS, as_of=AS_OF):
    """What another program reads in the file."""
    return Calendar.from_ical(exports.calendar("Pricing Desk", events, MANIFEST, as_of)).walk("VEVENT")


def test_every_day_is_a_whole_day_and_ends_where_the_next_begins():
    assert [(one.decoded("dtstart"), one.decoded("dtend")) for one in read()] == [
        (date(2027, 7, 1), date(2027, 7, 2)),
        (date(2027, 3, 16), date(2027, 3, 17)),
    ]


def test_every_entry_tells_the_result_it_stands_on():
    assert [str(one["description"]) for one in read()] == [
        "announced on 2027-03-16\nresult a1b2c3d4e5f6",
        "result a1b2c3d4e5f6",
    ]


def test_the_file_is_the_same_every_time_and_stamped_with_the_day_of_the_desk():
    files = {exports.calendar("Pricing Desk", EVENTS, MANIFEST, AS_OF) for _ in range(3)}
    assert len(files) == 1
    assert {one.decoded("dtstamp") for one in read()} == {datetime(2026, 10, 31, tzinfo=UTC)}


def test_a_day_that_moves_keeps_its_name_so_that_a_calendar_moves_it_too():
    moved = [Event(one.key, date(2028, 1, 1), one.title) for one in EVENTS]
    assert [str(one["uid"]) for one in read(moved)] == [str(one["uid"]) for one in read()]
    assert len({str(one["uid"]) for one in read()}) == len(EVENTS)


def test_two_days_of_one_name_are_refused():
    with pytest.raises(ExportError, match="twice"):
        exports.calendar("Pricing Desk", [EVENTS[0], EVENTS[0]], MANIFEST, AS_OF)


def test_lines_end_and_fold_as_the_standard_says():
    file = exports.calendar("Pricing Desk", [Event("long", AS_OF, "é" * 300)], MANIFEST, AS_OF)
    lines = file.split(b"\r\n")
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line for line in lines)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1), min_size=1))
def test_whatever_a_title_holds_it_is_read_again(titles):
    events = [Event(str(number), AS_OF, title) for number, title in enumerate(titles)]
    assert [str(one["summary"]) for one in read(events)] == titles
