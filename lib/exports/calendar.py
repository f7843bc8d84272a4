"""Days that must not be missed, as a calendar file: whole days, each with the result it was worked out from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar
from icalendar import Event as Entry

from lib.exports.refusal import ExportError
from lib.manifest import fingerprint

_PRODUCT = "-//Pricing Desk//Price changes//EN"


@dataclass(frozen=True)
class Event:
    """One day: its title, and what is told of it.

    `key` names the thing and not the day, so that a calendar which is read again moves it instead of adding another.
    """

    key: str
    on: date
    title: str
    told: str = ""


def calendar(name: str, events: Iterable[Event], manifest: Mapping[str, Any], as_of: date) -> bytes:
    """Days and the manifest of what they follow from → an iCalendar file (RFC 5545); the same days, the same bytes.

    Nothing comes from the clock: every entry is stamped with the day the desk was opened as of.
    """
    file, seen = Calendar(), set[str]()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    for event in events:
        if event.key in seen:
            raise ExportError(f"the calendar has {event.key!r} twice: name every day by a key of its own")
        seen.add(event.key)
        file.add_component(_entry(event, f"result {manifest.get('fingerprint')}", as_of))
    return bytes(file.to_ical())


def _entry(event: Event, result: str, as_of: date) -> Entry:
    entry = Entry()
    entry.add("uid", f"{fingerprint(event.key)}@pricing-desk")
    entry.add("dtstamp", datetime.combine(as_of, time(), UTC))
    entry.add("dtstart", event.on)
    entry.add("dtend", event.on + timedelta(days=1))
    entry.add("summary", event.title)
    entry.add("description", "\n".join(filter(None, (event.told, result))))
    entry.add("transp", "TRANSPARENT")
    return entry
