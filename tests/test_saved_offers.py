"""Offers that somebody saves: kept to the letter in every database, followed to their end, and never changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import UNLIMITED, Allowance
from lib.catalog.price import Band
from lib.decisions import DecisionError, OfferPaper, SavedOffer, Store, address
from lib.offers import Extra, OfferError, OfferTerms
from lib.offers.written import read, written
from tests.conftest import ROOT
from tests.sources.plans import run, statements
from tests.stores import everywhere

WHEN = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
TERMS = OfferTerms(
    "9000000012",
    "command",
    3,
    date(2026, 12, 1),
    discount=Decimal("0.25"),
    base="annual",
    ramp=(Decimal("0.6"), Decimal("0.8"), Decimal(1)),
    extras=(Extra("Dedicated tenancy 😀", Decimal("1200.50")),),
    allowances=(("images", Allowance("quantity", Decimal("12000"))), ("words", UNLIMITED)),
    bands=(("images", (Band(Decimal(0), Decimal("0.0425")), Band(Decimal(100), Decimal("0.04"), Decimal(5)))),),
    minimum_monthly=Decimal("500"),
    expires_on=date(2026, 11, 20),
)
PAPER = OfferPaper("9000000012", "Ambershore Group", written(TERMS), Decimal("89977.50"), "0f3c9a6b2d41")
OLDER = [ROOT / "tests" / "cases" / f"decisions-version-{version}.sql" for version in (1, 2)]


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    return Store(address({}, tmp_path), patience=0.1)


def draft(store: Store, who: str = "Ada Bauer", **changes: Any) -> SavedOffer:
    return store.draft_offer(replace(PAPER, **changes), who=who, when=WHEN)


@everywhere
def test_a_draft_comes_back_to_the_letter(store: Store) -> None:
    saved = draft(store)
    assert (saved.key, saved.status, saved.sent_at) == ("saved-1", "draft", None)
    [found] = store.offers()
    assert found == saved
    assert found.paper == PAPER and read(found.paper.terms) == TERMS
    assert str(found.paper.price) == "89977.50"


@everywhere
def test_an_offer_is_drafted_sent_and_withdrawn_and_all_of_it_stays(store: Store) -> None:
    first, second = draft(store), draft(store, "Ben Okafor")
    later = WHEN + timedelta(days=1)
    store.send_offer(first.key, who="Ada Bauer", when=later)
    store.withdraw_offer(first.key, who="Cem Yilmaz", when=later + timedelta(days=1))
    newest, oldest = store.offers()
    assert (newest.key, newest.status) == (second.key, "draft") == ("saved-2", "draft")
    assert [(one.act, one.who) for one in oldest.history] == [
        ("draft", "Ada Bauer"),
        ("sent", "Ada Bauer"),
        ("withdrawn", "Cem Yilmaz"),
    ]
    assert oldest.sent_at == later
    assert store.audit() == []


def test_what_came_to_its_end_goes_no_further(kept: Store) -> None:
    key = draft(kept).key
    kept.send_offer(key, who="Ada", when=WHEN)
    with pytest.raises(DecisionError, match="saved-1 was sent by Ada on 2026-11-05 and cannot be sent now"):
        kept.send_offer(key, who="Ben", when=WHEN)
    kept.withdraw_offer(key, who="Ada", when=WHEN)
    for again in (kept.send_offer, kept.withdraw_offer):
        with pytest.raises(DecisionError, match="saved-1 was withdrawn by Ada"):
            again(key, who="Ben", when=WHEN)
    with pytest.raises(DecisionError, match="no offer 'saved-2' is saved"):
        kept.send_offer("saved-2", who="Ben", when=WHEN)


def test_nobody_and_nothing_are_refused(kept: Store, tmp_path: Path) -> None:
    for changes, words in (
        ({"terms": "{"}, "no JSON text"),
        ({"company_name": " "}, "the name of the company is empty"),
        ({"fingerprint": "none"}, "the fingerprint"),
        ({"price": 1.5}, "the price of the offer"),
    ):
        with pytest.raises(DecisionError, match=words):
            draft(kept, **changes)
    with pytest.raises(DecisionError, match="who saves the offer is empty"):
        draft(kept, who="")
    assert not (tmp_path / "decisions.sqlite").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update desk_offer set terms = '{}' where id = 1", "entry 1 of the saved offers is not as it was recorded"),
        ("update desk_offer set price_usd = '1' where id = 2", "entry 2 of the saved offers is not as it was recorded"),
        ("delete from desk_offer where id = 1", "entry 1 of the saved offers is gone"),
    ],
)
def test_what_is_changed_behind_the_desks_back_shows(kept: Store, tmp_path: Path, change: str, words: str) -> None:
    kept.send_offer(draft(kept).key, who="Ada", when=WHEN)
    run(address({}, tmp_path), change)
    assert [one for one in kept.audit() if words in one]


@pytest.fixture(params=OLDER, ids=lambda path: path.stem)
def older(store_url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store as a desk of an earlier version wrote it."""
    run(store_url, *statements(request.param.read_text()))
    yield Store(store_url)
    run(store_url, *(f"drop table if exists desk_{name}" for name in ("prediction", "decision", "retired_scenario")))


@everywhere
def test_what_an_older_desk_wrote_is_read_and_brought_up(older: Store) -> None:
    """Reading finds what is there and no offer; the first write makes the table, and nothing else changes."""

    def kept_before() -> tuple[Any, ...]:
        return older.saved(), older.decisions(), older.acknowledgements(), older.closings()

    before = kept_before()
    assert before[0] and before[1] and older.offers() == ()
    draft(older)
    assert kept_before() == before
    assert [one.key for one in older.offers()] == ["saved-1"]
    assert older.audit() == []


# Terms as text


def test_the_same_terms_are_the_same_letters() -> None:
    assert written(TERMS) == written(replace(TERMS)) != written(replace(TERMS, years=3, expires_on=None))
    assert read(written(replace(TERMS, expires_on=None))).expires_on is None


amounts = st.decimals(0, 10**9, places=2)


@given(price=st.none() | amounts, minimum=st.none() | amounts, years=st.integers(1, 5), day=st.none() | st.dates())
def test_terms_survive_being_written(
    price: Decimal | None, minimum: Decimal | None, years: int, day: date | None
) -> None:
    terms = OfferTerms(
        "c-1", "command", years, date(2026, 12, 1), price_per_year=price, minimum_yearly=minimum, expires_on=day
    )
    assert read(written(terms)) == terms


@pytest.mark.parametrize("text", ["", "{}", "[]", written(TERMS).replace("0.25", "much"), written(TERMS)[:-1]])
def test_what_are_no_terms_is_refused(text: str) -> None:
    with pytest.raises(OfferError, match="no terms of an offer as the desk saves them"):
        read(text)
