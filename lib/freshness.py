"""How old each source is on the day the desk is opened, and which never came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.claims.finding import UNVERIFIABLE, WARNING, Finding


@dataclass(frozen=True)
class SourceState:
    """One feed on the day the desk is opened: what became of its lines, how old it is, and which command brings it.

    `age_days` is None for a feed that no snapshot ever held; a stale feed is older than `limit_days`.
    """

    source: str
    feed: str
    is_missing: bool
    loaded: int
    rejected: int
    duplicates: int
    lines_read: int
    header_lines: int
    blank_lines: int
    file_count: int
    last_seen_on: date | None
    last_record_on: date | None
    age_days: int | None
    limit_days: int
    pull_command: str

    @property
    def is_stale(self) -> bool:
        """Whether the feed is older than its source may be."""
        return self.age_days is not None and self.age_days > self.limit_days

    @property
    def absence(self) -> str:
        """One sentence about a feed that is missing: since when, and what brings it."""
        since = "was never pulled" if self.last_seen_on is None else f"was last seen on {self.last_seen_on}"
        return f"{self.source} ({self.feed}) is missing, it {since}; bring it with: {self.pull_command}"


@dataclass(frozen=True)
class Source:
    """One source on that day: the states of its feeds as one. It is as old as its oldest feed."""

    source: str
    states: tuple[SourceState, ...]
    as_of: date

    @property
    def missing(self) -> int:
        """How many of its feeds never came."""
        return sum(state.is_missing for state in self.states)

    @property
    def is_stale(self) -> bool:
        """Whether one of its feeds is older than it may be."""
        return any(state.is_stale for state in self.states)

    @property
    def pulled_on(self) -> date | None:
        """The day of its newest pull; None where nothing was ever pulled."""
        return max((state.last_seen_on for state in self.states if state.last_seen_on), default=None)

    @property
    def age_days(self) -> int | None:
        """The age of its oldest feed; None where none ever came."""
        return max((state.age_days for state in self.states if state.age_days is not None), default=None)

    @property
    def record_age_days(self) -> int | None:
        """The age of its newest record; None where no feed is dated."""
        newest = max((state.last_record_on for state in self.states if state.last_record_on), default=None)
        return None if newest is None else (self.as_of - newest).days

    @property
    def limit_days(self) -> int:
        """How old it may be."""
        return self.states[0].limit_days

    @property
    def pull_command(self) -> str:
        """What brings it."""
        return self.states[0].pull_command

    def lines(self, what: str) -> int:
        """Its lines of one kind over all feeds: lines_read, header_lines, blank_lines, loaded, duplicates, rejected."""
        return sum(getattr(state, what) for state in self.states)


def by_source(states: Iterable[SourceState], as_of: date) -> list[Source]:
    """The states of feeds → their sources, in the order in which they come."""
    grouped: dict[str, list[SourceState]] = {}
    for state in states:
        grouped.setdefault(state.source, []).append(state)
    return [Source(source, tuple(own), as_of) for source, own in grouped.items()]


def source_states(
    rows: Iterable[Mapping[str, Any]], as_of: date, limits: Mapping[str, int], options: str = "", pulling: str = ""
) -> list[SourceState]:
    """Rows of marts.source_status → every feed's state; `limits` are days by source, from data/billing.toml.

    `options` complete the commands that bring a feed, and `pulling` the pull in them, where the desk is not the one
    that opens by default. A feed that need never come, and never did, has no state.
    """
    return [_state(row, as_of, limits, options, pulling) for row in rows if row["is_missing"] or row["pulled_on"]]


def findings(states: Iterable[SourceState]) -> list[Finding]:
    """One finding per stale or missing source: what we would say of it cannot be verified today."""
    ailing: dict[str, list[SourceState]] = {}
    for state in states:
        if state.is_missing or state.is_stale:
            ailing.setdefault(state.source, []).append(state)
    return [_finding(group) for group in ailing.values()]


def _state(row: Mapping[str, Any], as_of: date, limits: Mapping[str, int], options: str, pulling: str) -> SourceState:
    seen = row["last_seen_on"] if row["is_missing"] else row["pulled_on"]
    return SourceState(
        source=row["source"],
        feed=row["feed"],
        is_missing=row["is_missing"],
        loaded=row["loaded"],
        rejected=row["rejected"],
        duplicates=row["duplicates"],
        lines_read=row["lines_read"],
        header_lines=row["header_lines"],
        blank_lines=row["blank_lines"],
        file_count=row["file_count"],
        last_seen_on=seen,
        last_record_on=row["last_record_on"],
        age_days=None if seen is None else (as_of - seen).days,
        limit_days=limits[row["source"]],
        pull_command=f"{row['pull_command']}{pulling}{options} && python -m lib build{options}",
    )


def _finding(ailing: list[SourceState]) -> Finding:
    missing = [state for state in ailing if state.is_missing]
    worst = (missing or ailing)[0]
    told = [state.absence for state in missing] or [f"{worst.age_days} days old, from {worst.last_seen_on}"]
    return Finding(
        claim=f"{worst.source}.freshness",
        kind="source",
        product="every product",
        surface=worst.source,
        words=f"{worst.source} is at most {worst.limit_days} days old",
        source="data/billing.toml, stale_after_days",
        published=False,
        verdict=UNVERIFIABLE,
        severity=WARNING,
        promised=f"at most {worst.limit_days} days old",
        delivered=told[0],
        evidence=(*told[1:], f"bring it with: {worst.pull_command}"),
    )
