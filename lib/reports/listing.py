"""What the listing verb answers: may it be published, what to type, what is left of it, what a change then takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from lib import exports, surfaces
from lib.catalog.document import shown
from lib.catalog.names import RAIL_NAMES
from lib.catalog.scenario import Change, Scenario
from lib.desk import STANDINGS, TOLD, Announcement, Desk, announcement, left_to_type, made, register
from lib.exports import Event
from lib.manifest import Manifest
from lib.reports.text import Document, book_value
from lib.surfaces import Listing, Register, ToType, markdown_table

FORMS = ("md", "csv", "json", "ics")


@dataclass(frozen=True)
class Listed:
    """The whole answer: the register, the rows, what is left to type, what announcing takes, and where from."""

    register: Register
    made: Listing
    left: ToType
    announced: Announcement
    manifest: Manifest


def listed(
    desk: Desk,
    changes: Sequence[Scenario] = (),
    announced_on: date | None = None,
    kinds: Sequence[str] = surfaces.KINDS,
) -> Listed:
    """The answer for the book as it stands, or under scenarios in their order, announced on a day.

    Without a scenario the announcement is of a change to everything, of some kinds.
    """
    return Listed(
        register=register(desk, *changes),
        made=made(desk, *changes),
        left=left_to_type(desk, *changes),
        announced=announcement(desk, changes, announced_on, kinds),
        manifest=desk.manifest(*changes),
    )


def listing(answer: Listed, form: str, captured_on: date | None = None) -> str:
    """The answer as md or json, its rows alone as csv, its days as an iCalendar file.

    A csv with the day it was typed in as `captured_on` can be filed under surfaces/, and is then what AWS shows.
    """
    if form == "csv":
        return surfaces.as_csv(answer.made, captured_on)
    if form == "ics":
        return calendar(answer).decode()
    return json.dumps(document(answer), indent=2, ensure_ascii=False) + "\n" if form == "json" else page(answer)


def document(answer: Listed) -> Document:
    """The answer as one JSON document that opens with its manifest and the register; money is decimal strings."""
    return {
        "manifest": answer.manifest.as_dict(),
        **surfaces.register_dict(answer.register),
        **surfaces.as_dict(answer.made),
        "listing_state": answer.left.state,
        "left_to_type": [asdict(step) for step in answer.left.steps],
        "announcement": _announced(answer.announced),
    }


def calendar(answer: Listed) -> bytes:
    """The days of the announcement as a calendar file that carries the result's fingerprint."""
    told = answer.manifest.as_dict()
    return exports.calendar("Pricing Desk", announced_days(answer.announced), told, answer.manifest.as_of)


def announced_days(announced: Announcement) -> Iterator[Event]:
    """Every step on its day, whom to notify by when, and the first day each rule lets it reach who has a contract."""
    name = announced.name
    for due in announced.due:
        told = f"{due.step.who}; done when {due.step.check}"
        yield Event(f"{name}, {due.kind}, step {due.place}", due.on, f"{name}: {due.step.what}", told)
    for rail in dict.fromkeys(notice.rail for notice in announced.notices):
        people = _customers(announced.told_on(rail))
        title = f"{name}: notify {people} on {RAIL_NAMES[rail]} at the latest"
        yield Event(f"{name}, {rail}, notify", announced.announced_on, title)
    for one in announced.notices:
        if one.reaches_on:
            what = f"{name}: {KIND_NAMES[one.kind]} may reach existing customers on {RAIL_NAMES[one.rail]}"
            told = f"{one.rule}, announced on {one.announced_on}; {one.source}"
            yield Event(f"{name}, {one.kind}, {one.rail}, {one.rule}", one.reaches_on, what, told)


KIND_NAMES = {surfaces.TIER_PRICE: "a tier price", surfaces.DIMENSION_RATE: "a dimension rate"}


def unlike_table(found: Iterable[Change], where: str) -> str:
    """What a listing file says differently from the book, a line each, and how many."""
    lines = [f"{_printed(one.path)}: the book {_value(one.was)}, the file {_value(one.becomes)}" for one in found]
    counted = "1 difference" if len(lines) == 1 else f"{len(lines)} differences"
    return "\n".join([*lines, f"{counted} between the book and {where}"])


# The page


def page(answer: Listed) -> str:
    """The answer as a page to read and type from: the register first, what it was made from last."""
    manifest = answer.manifest.as_dict()
    parts = [
        f"# AWS listing, book {answer.made.book} ({answer.left.state})",
        *_register(answer.register),
        surfaces.specification(answer.made),
        *_left(answer.left),
        *_announcement(answer.announced),
        " · ".join(f"{key} {value}" for key, value in manifest.items() if value is not None),
    ]
    return "\n\n".join(parts) + "\n"


def _register(made: Register) -> Iterator[str]:
    yield "## Open decisions"
    yield f"{made.sentence}."
    for place, entry in enumerate(made.entries, start=1):
        one = entry.decision
        lines = [f"{place}. **{one.status}**: {one.question}"]
        lines += [f"   - {it.says}: {it.means}{_tried(it.tried_in)}" for it in one.options]
        lines.append(f"   - recommended ({one.recommended_by}): {one.recommendation}")
        lines += [f"   - decided on {one.decided_on}: {one.decided_how}"] if one.decided_on else []
        lines += [f"   - the check finds: {it.claim}, {it.verdict}" for it in entry.standing]
        lines += [f"   - not carried out: {entry.complaint}"] if entry.complaint else []
        yield "\n".join(lines)


def _tried(key: str | None) -> str:
    return f" (scenario {key})" if key else ""


def _left(left: ToType) -> Iterator[str]:
    yield "## What is left to type"
    if left.state == surfaces.UNKNOWN:
        yield "Nobody pulled the published listing or wrote it down: what differs is unknown."
    elif not left.steps:
        yield "Nothing: the listing is what the book asks for."
    else:
        yield markdown_table(
            [{"change": it.change, "what": it.subject, "book": it.asked, "AWS": it.there} for it in left.steps]
        )


def _announcement(told: Announcement) -> Iterator[str]:
    yield f"## {told.name}, announced on {told.announced_on}"
    if not told.changed.kinds:
        yield "No price changes: nothing to type and nobody to notify."
    for kind in told.changed.kinds:
        rows = [
            {"on": f"{it.on}", "step": it.step.what, "who": it.step.who, "done when": it.step.check}
            for it in told.due
            if it.kind == kind
        ]
        yield f"### {KIND_NAMES[kind].capitalize()}, step by step"
        yield markdown_table(rows)
    if told.notices:
        yield "### Who must be notified, and when it reaches them"
        yield markdown_table([_notice_line(told, it.rail, it.kind, it.rule, it.reaches_on) for it in told.notices])
    if told.changed.others:
        yield f"Also changes, without a procedure in the papers: {', '.join(told.changed.others)}."
    for state in told.absent:
        yield f"Not counted: {state.absence}"


def _notice_line(told: Announcement, rail: str, kind: str, rule: str, reaches_on: date | None) -> dict[str, str]:
    return {
        "rail": RAIL_NAMES[rail],
        "what": KIND_NAMES[kind],
        "rule": rule,
        "notify by": f"{told.announced_on}" if reaches_on else "nobody",
        "customers": f"{told.told_on(rail, kind)}" if reaches_on else "0",
        "reaches existing from": f"{reaches_on or 'never'}",
    }


# Values


def _announced(told: Announcement) -> Document:
    counts = {one: len({it.customer_id for it in told.touched if it.standing == one}) for one in STANDINGS}
    return {
        "name": told.name,
        "announced_on": told.announced_on.isoformat(),
        "plans": {rail: list(keys) for rail, keys in told.changed.plans.items()},
        "dimensions": {rail: list(keys) for rail, keys in told.changed.dimensions.items()},
        "without_procedure": list(told.changed.others),
        "checklist": [{"on": it.on.isoformat(), "kind": it.kind, **asdict(it.step)} for it in told.due],
        "notices": [
            {**asdict(it), "announced_on": it.announced_on.isoformat(), "reaches_on": _day(it.reaches_on)}
            for it in told.notices
        ],
        "customers": counts,
        "to_tell": [asdict(it) for it in told.touched if it.standing == TOLD],
        "absent": [state.feed for state in told.absent],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _customers(number: int) -> str:
    return "1 customer" if number == 1 else f"{number:,} customers"


def _value(value: object) -> str:
    told = book_value(value) if value is None or isinstance(value, bool | str) else value
    return "nothing" if told is None else _printed(str(told))


def _printed(told: str) -> str:
    """What a file says, safe to print: signs that are none to look at are written out."""
    return told if told.isprintable() else shown(told)
