"""Private offers that somebody saved: their terms, and who drafted, sent or withdrew them, and when.

A row is never changed: that an offer was sent, or is no longer made, is a row of its own about the same offer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from lib.catalog.document import nearest
from lib.decisions import entries, seals
from lib.decisions.refusal import DecisionError
from lib.decisions.tables import OFFER
from lib.money import exact, text

SINCE = 3  # the version of the tables that saved offers came with
DRAFT, SENT, WITHDRAWN = "draft", "sent", "withdrawn"
_FOLLOWS = {SENT: (DRAFT,), WITHDRAWN: (DRAFT, SENT)}  # what an offer must be before something becomes of it


@dataclass(frozen=True)
class OfferPaper:
    """What is offered: to whom, by key and name, on which terms, a JSON text kept letter by letter, for how much.

    `price` is the whole term's in USD; `fingerprint` is of the result that was looked at when it was saved.
    """

    company: str
    company_name: str
    terms: str
    price: Decimal
    fingerprint: str


@dataclass(frozen=True)
class OfferEntry:
    """One row: what became of an offer, by whom, and when; `number` counts all rows from 1, `offer` names the first."""

    offer: int
    act: str
    who: str
    at: datetime
    paper: OfferPaper
    number: int = 0
    seal: str = ""


@dataclass(frozen=True)
class SavedOffer:
    """One offer with everything that became of it, the oldest first."""

    history: tuple[OfferEntry, ...]

    @property
    def key(self) -> str:
        """How it is called: saved-7."""
        return f"saved-{self.history[0].number}"

    @property
    def status(self) -> str:
        """What it is now: a draft, sent or withdrawn."""
        return self.history[-1].act

    @property
    def paper(self) -> OfferPaper:
        """What is offered."""
        return self.history[0].paper

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent; None where it was not."""
        return next((one.at for one in self.history if one.act == SENT), None)


def checked(paper: OfferPaper, who: str, at: datetime) -> OfferEntry:
    """A draft that can be kept, or the sentence why it cannot."""
    try:
        json.loads(entries.paper(paper.terms, "terms of an offer"))
    except (ValueError, RecursionError) as problem:
        raise DecisionError(f"the terms of the offer are no JSON text: {problem}; pass them as written") from None
    clean = OfferPaper(
        company=entries.line(paper.company, "the key of the company", entries.LABEL_LETTERS),
        company_name=entries.line(paper.company_name, "the name of the company", entries.LABEL_LETTERS),
        terms=paper.terms,
        price=entries.amount(paper.price, "the price of the offer"),
        fingerprint=entries.result_hash(paper.fingerprint, "the fingerprint"),
    )
    return OfferEntry(0, DRAFT, entries.line(who, "who saves the offer"), entries.moment(at, "the moment"), clean)


def told(rows: Iterable[OfferEntry]) -> tuple[SavedOffer, ...]:
    """Every row, oldest first → every offer, the newest first, each with what became of it."""
    found: dict[int, list[OfferEntry]] = {}
    for one in rows:
        found.setdefault(one.offer, []).append(one)
    return tuple(SavedOffer(tuple(history)) for history in reversed(found.values()))


def following(key: str, act: str, noted: Sequence[SavedOffer]) -> SavedOffer:
    """The offer that something becomes of; refused where there is none, or where it came to its end already."""
    known = {one.key: one for one in noted}
    if key not in known:
        raise DecisionError(f"no offer {key!r} is saved; {nearest(key, known)}")
    last = known[key].history[-1]
    if last.act not in _FOLLOWS[act]:
        raise DecisionError(f"{key} was {_words(last.act)} by {last.who} on {last.at:%Y-%m-%d} and cannot be {act} now")
    return known[key]


def broken(rows: Sequence[OfferEntry]) -> list[str]:
    """Every row → which were changed or deleted in the database, in words."""
    links = [seals.Link(one.number, _content(one), one.seal) for one in rows]
    return seals.broken(links, lambda number: f"entry {number} of the saved offers")


# Inside of a transaction


def draft(connection: Connection, ready: OfferEntry) -> SavedOffer:
    """Put a checked draft on record, as an offer of its own."""
    return SavedOffer((_noted(connection, ready, every(connection)),))


def become(connection: Connection, key: str, act: str, who: str, at: datetime) -> SavedOffer:
    """Put on record that an offer was sent or withdrawn → it."""
    before = every(connection)
    offer = following(key, act, told(before))
    first = offer.history[0]
    entry = replace(first, act=act, who=who, at=at, number=0, seal="")
    return SavedOffer((*offer.history, _noted(connection, entry, before)))


def every(connection: Connection) -> tuple[OfferEntry, ...]:
    """Every row, the oldest first."""
    return tuple(map(_entry, connection.execute(select(OFFER).order_by(OFFER.c.id))))


def _noted(connection: Connection, ready: OfferEntry, before: Sequence[OfferEntry]) -> OfferEntry:
    last = before[-1] if before else None
    number = last.number + 1 if last else 1
    entry = replace(ready, number=number, offer=ready.offer or number)
    entry = replace(entry, seal=seals.seal(_content(entry), last.seal if last else ""))
    connection.execute(insert(OFFER).values(**_content(entry), seal=entry.seal))
    return entry


def _content(entry: OfferEntry) -> dict[str, object]:
    return {
        "id": entry.number,
        "offer": entry.offer,
        "act": entry.act,
        "who": entry.who,
        "company": entry.paper.company,
        "company_name": entry.paper.company_name,
        "terms": entry.paper.terms,
        "price_usd": text(entry.paper.price),
        "fingerprint": entry.paper.fingerprint,
        "noted_at": entries.stamp(entry.at),
    }


def _entry(row: Row[Any]) -> OfferEntry:
    entries.texts(row, "act", "who", "company", "company_name", "terms", "fingerprint", "noted_at", "seal")
    paper = OfferPaper(row.company, row.company_name, row.terms, exact(row.price_usd), row.fingerprint)
    at = datetime.fromisoformat(row.noted_at)
    return OfferEntry(int(row.offer), row.act, row.who, at, paper, int(row.id), row.seal)


def _words(act: str) -> str:
    return "drafted" if act == DRAFT else act
