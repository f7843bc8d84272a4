"""The writable store of the desk: saved scenarios, decision records, acknowledgements, closed months, saved offers.

Nothing in it is ever changed or deleted. A scenario that is saved again is a new version; one that is put aside is
listed apart; a decision that no longer holds is superseded by another; an acknowledgement is withdrawn by a row of its
own, and so is an offer; a closed month stays closed. Moments are passed in, as nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from lib.catalog.document import nearest, shown
from lib.decisions import acknowledgements, closings, entries, offers, register, versions
from lib.decisions.acknowledgements import Accepted, Entry
from lib.decisions.closings import Closing
from lib.decisions.database import SECONDS_TO_WAIT, Database, checked_address
from lib.decisions.offers import OfferEntry, OfferPaper, SavedOffer
from lib.decisions.records import Decision, Rules, Ruling, broken, checked
from lib.decisions.refusal import DecisionError
from lib.decisions.scenarios import Result, Retirement, Saved, checked_result, checked_text

STRICT = Rules()
_SAVED, _RULED = "a saved scenario", "a recorded decision"
_ACKNOWLEDGED, _CLOSED, _OFFERED = "an acknowledgement", "a closed month", "a saved offer"


class Store:
    """Everything that people saved and decided, in one database of SQLite, PostgreSQL or MariaDB."""

    def __init__(self, url: str, patience: float = SECONDS_TO_WAIT) -> None:
        """`url` as `address` gives it, refused where nothing can be kept; `patience`: seconds to wait for a lock."""
        self._database = Database(checked_address(url), patience)

    @property
    def place(self) -> str:
        """Where it is, without its password."""
        return self._database.place

    # Saved scenarios

    def save(
        self, key: str, scenario: str, *, author: str, when: datetime, result: Result, started_from: int | None = None
    ) -> Saved:
        """The text of a scenario → its next version.

        Two who save at once both succeed; `unseen` names what the slower did not know, from the version it
        started from.
        """
        draft = Saved(
            key=entries.key(key),
            version=0,
            text=checked_text(scenario, key),
            author=entries.line(author, "the author"),
            saved_at=entries.moment(when, "the moment of saving"),
            result=checked_result(result),
            started_from=started_from,
        )
        with self._understood(_SAVED):
            return self._database.write(lambda connection: versions.save(connection, draft))

    def saved(self) -> tuple[Saved, ...]:
        """The newest version of every scenario that nobody put aside, by key."""
        return tuple(one for one in self._newest() if one.retirement is None)

    def retired(self) -> tuple[Saved, ...]:
        """The newest version of every scenario that was put aside, by key."""
        return tuple(one for one in self._newest() if one.retirement is not None)

    def history(self, key: str) -> tuple[Saved, ...]:
        """Every version of a scenario, the newest first."""
        found = self._versions(entries.key(key))
        if not found:
            raise DecisionError(f"no scenario {key!r} is saved in {self.place}; {self._nearest(key)}")
        return tuple(reversed(found))

    def load(self, key: str, version: int | None = None) -> Saved:
        """The newest version of a scenario, or one of its versions."""
        found = {one.version: one for one in self.history(key)}
        if version is None:
            return found[max(found)]
        if version not in found:
            raise DecisionError(f"{key} has no version {shown(version)}; its versions are 1 to {max(found)}")
        return found[version]

    def retire(self, key: str, *, who: str, why: str, when: datetime) -> Saved:
        """Put a scenario aside: it is kept and listed apart, until somebody saves it again."""
        entry = Retirement(
            entries.line(who, "who retires it"),
            entries.line(why, "why it is retired", entries.NOTE_LETTERS),
            entries.moment(when, "the moment of retiring"),
        )
        self.history(key)  # refuses what is not there without making any table
        with self._understood(_SAVED):
            return self._database.write(lambda connection: versions.retire(connection, key, entry))

    def _newest(self) -> tuple[Saved, ...]:
        return tuple({one.key: one for one in self._versions(None)}.values())

    def _versions(self, key: str | None) -> tuple[Saved, ...]:
        with self._understood(_SAVED):
            return self._database.read(lambda connection: versions.every(connection, key), ())

    def _nearest(self, key: str) -> str:
        return nearest(key, {one.key for one in self._newest()})

    # Decisions

    def record(self, ruling: Ruling, rules: Rules = STRICT) -> Decision:
        """A ruling → its record, with the next number; numbers have no gaps."""
        ready = checked(ruling, rules)
        with self._understood(_RULED):
            return self._database.write(lambda connection: register.record(connection, ready))

    def decisions(self) -> tuple[Decision, ...]:
        """Every decision on record, the newest first; each knows which other took its place."""
        with self._understood(_RULED):
            found: tuple[Decision, ...] = self._database.read(register.every, ())
            return found[::-1]

    def decision(self, number: int) -> Decision:
        """The decision of a number."""
        by_id = {one.id: one for one in self.decisions()}
        if number in by_id:
            return by_id[number]
        there = f"the last is {max(by_id)}" if by_id else "there is none yet"
        raise DecisionError(f"no decision {shown(number)} is recorded in {self.place}; {there}")

    # Acknowledgements

    def acknowledge(self, finding: str, *, who: str, why: str, until: date, when: datetime) -> Accepted:
        """Accept a finding until a day, in the place of whatever stands for it.

        Whether it may be accepted at all is not known here: ask `lib.claims.acknowledged` first.
        """
        ready = acknowledgements.checked(finding, who, why, entries.day(until, "the last day it is accepted"), when)
        with self._understood(_ACKNOWLEDGED):
            return self._database.write(lambda connection: acknowledgements.acknowledge(connection, ready))

    def withdraw(self, finding: str, *, who: str, why: str, when: datetime) -> Accepted:
        """Take back what stands for a finding → the acknowledgement with its withdrawal."""
        ready = acknowledgements.checked(finding, who, why, None, when)
        acknowledgements.insist_that_it_stands(ready.finding, self.acknowledgements())  # makes no table
        with self._understood(_ACKNOWLEDGED):
            return self._database.write(lambda connection: acknowledgements.withdraw(connection, ready))

    def acknowledged(self) -> tuple[Accepted, ...]:
        """What stands: one for each finding that somebody accepts, the newest first; the day of some may be over."""
        return tuple(one for one in self.acknowledgements() if one.stands)

    def acknowledgements(self) -> tuple[Accepted, ...]:
        """Every acknowledgement there ever was, the newest first, each with what became of it."""
        return acknowledgements.told(self._acknowledged())

    def _acknowledged(self) -> tuple[Entry, ...]:
        with self._understood(_ACKNOWLEDGED):
            return self._database.read(acknowledgements.every, (), acknowledgements.SINCE)

    # Closed months

    def close(self, closing: Closing) -> Closing:
        """Close a month for good → it, with its number and seal; once there is one, only the month after the newest."""
        ready = closings.checked(closing)
        with self._understood(_CLOSED):
            return self._database.write(lambda connection: closings.close(connection, ready))

    def closings(self) -> tuple[Closing, ...]:
        """Every closed month, the oldest first."""
        with self._understood(_CLOSED):
            return self._database.read(closings.every, (), closings.SINCE)

    # Saved offers

    def draft_offer(self, paper: OfferPaper, *, who: str, when: datetime) -> SavedOffer:
        """Keep an offer as a draft → it, with its key."""
        ready = offers.checked(paper, who, when)
        with self._understood(_OFFERED):
            return self._database.write(lambda connection: offers.draft(connection, ready))

    def send_offer(self, key: str, *, who: str, when: datetime) -> SavedOffer:
        """Put on record that a draft was sent → it."""
        return self._offer_becomes(key, offers.SENT, who, when)

    def withdraw_offer(self, key: str, *, who: str, when: datetime) -> SavedOffer:
        """Put on record that an offer is no longer made → it."""
        return self._offer_becomes(key, offers.WITHDRAWN, who, when)

    def _offer_becomes(self, key: str, act: str, who: str, when: datetime) -> SavedOffer:
        name, at = entries.line(who, f"who has {act} it"), entries.moment(when, "the moment")
        offers.following(key, act, self.offers())  # refuses what is not there without making any table
        with self._understood(_OFFERED):
            return self._database.write(lambda connection: offers.become(connection, key, act, name, at))

    def offers(self) -> tuple[SavedOffer, ...]:
        """Every saved offer, the newest first, each with what became of it."""
        return offers.told(self._offered())

    def _offered(self) -> tuple[OfferEntry, ...]:
        with self._understood(_OFFERED):
            return self._database.read(offers.every, (), offers.SINCE)

    # All of it

    def audit(self) -> list[str]:
        """What was changed or deleted in the records behind the desk's back, in words; nothing where nothing was."""
        with self._understood(_RULED):
            found = broken(self.decisions())
        with self._understood(_ACKNOWLEDGED):
            found += acknowledgements.broken(self._acknowledged())
        with self._understood(_CLOSED):
            found += closings.broken(self.closings())
        return found + offers.broken(self._offered())

    @contextmanager
    def _understood(self, what: str) -> Iterator[None]:
        """A row that holds what was never written there is damaged, and no fault of the reader."""
        try:
            yield
        except DecisionError:
            raise
        except (ValueError, TypeError):
            raise DecisionError(
                f"{what} in {self.place} is damaged or was changed by hand; take the last copy of the database"
            ) from None
