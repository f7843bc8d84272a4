"""Accepting a finding on the page: counted at once, on record where the command line reads it, and red stays red."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.__main__ import main
from lib.decisions import Store
from lib.ui import cards
from tests.pages.visit import opened, said, value

WARNED, FALSE, HELD = "starter-monthly.price.software_directory_synthetic", "save_20_pricing_page", "save_17_listing"
UNTIL = date(2026, 12, 31)
WHEN = datetime(2026, 10, 1, tzinfo=UTC)

Pick = Callable[[str], None]
Out = pytest.CaptureFixture[str]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'decisions.sqlite'}")


@pytest.fixture
def pick(monkeypatch: pytest.MonkeyPatch) -> Pick:
    """Pick the row of a finding, as a reader does with a click that a tested app does not have."""

    def picked(name: str) -> None:
        monkeypatch.setattr(cards, "picking_table", lambda frame, *_: list(frame["claim"]).index(name))

    return picked


def shown(**address: str) -> AppTest:
    app = opened("discount_honesty", **address)
    assert not app.exception
    return app


def accept(app: AppTest, who: str = "Ada", why: str = "the directory mends it", until: date | None = UNTIL) -> AppTest:
    app.text_input(key=f"accept_who_{WARNED}").set_value(who)
    app.text_input(key=f"accept_why_{WARNED}").set_value(why)
    if until:
        app.date_input(key=f"accept_until_{WARNED}").set_value(until)
    app.button(key="accept_take").click().run()
    assert not app.exception
    return app


def told(app: AppTest) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", one.value) for one in (*app.error, *app.success)]


def severity(desk_folder: Path, capsys: Out, name: str) -> str:
    """What the command line says of a finding."""
    found = {one["claim"]: one["severity"] for one in checked(desk_folder, capsys)["findings"]}
    return str(found[name])


def checked(desk_folder: Path, capsys: Out) -> dict[str, Any]:
    """What the command line prints of the same store."""
    capsys.readouterr()
    assert main(["check", "--json", "--snapshots", str(desk_folder.parent)]) == 1
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def buttons(app: AppTest) -> set[str]:
    return {str(one.key) for one in app.button} & {"accept_take", "accept_give_back"}


def test_what_is_accepted_counts_at_once_and_the_command_line_agrees(
    pick: Pick, store: Store, desk_folder: Path, capsys: Out
) -> None:
    pick(WARNED)
    app = shown()
    to_mend, false = int(value(app, "To mend")), value(app, "False")
    app = accept(app)
    assert told(app) == [f"{WARNED} is accepted until 31 Dec 2026."]
    assert (value(app, "To mend"), value(app, "False")) == (str(to_mend - 1), false) == (str(to_mend - 1), "1")
    assert "Accepted by Ada until 31 Dec 2026: the directory mends it" in said(app)
    [one] = store.acknowledged()
    assert (one.finding, one.who, one.why, one.until) == (WARNED, "Ada", "the directory mends it", UNTIL)
    assert severity(desk_folder, capsys, WARNED) == "acknowledged"


def test_what_is_withdrawn_counts_again_and_stays_on_record(
    pick: Pick, store: Store, desk_folder: Path, capsys: Out
) -> None:
    pick(WARNED)
    before = value(shown(), "To mend")
    store.acknowledge(WARNED, who="Ada", why="soon", until=UNTIL, when=WHEN)
    app = shown()
    assert int(value(app, "To mend")) == int(before) - 1  # what the command line writes, the page reads
    app.text_input(key=f"accept_off_who_{WARNED}").set_value("Ben")
    app.text_input(key=f"accept_off_why_{WARNED}").set_value("they will not")
    app.button(key="accept_give_back").click().run()
    assert told(app) == [f"{WARNED} is accepted by nobody any more."]
    assert value(app, "To mend") == before
    [history] = [table.value for table in app.dataframe if "noted_on" in table.value]
    assert list(history["state"]) == ["withdrawn by Ben: they will not"]
    assert severity(desk_folder, capsys, WARNED) == "warning"


def test_a_false_published_claim_has_no_form_and_says_why(pick: Pick, store: Store) -> None:
    store.acknowledge(FALSE, who="Eve", why="by hand", until=UNTIL, when=WHEN)
    pick(FALSE)
    app = shown()
    assert value(app, "False") == "1"
    assert "Nobody can accept this: a false published claim stays false, whoever accepts it" in said(app)
    assert "acknowledged by Eve until 2026-12-31: by hand; a false published claim stays false" in said(app)
    assert buttons(app) == {"accept_give_back"}


def test_what_is_true_has_nothing_to_accept(pick: Pick) -> None:
    pick(HELD)
    app = shown()
    assert "Nobody can accept this: it is true, so there is nothing to accept" in said(app)
    assert buttons(app) == set()


def test_what_is_over_counts_and_says_so(pick: Pick, store: Store) -> None:
    pick(WARNED)
    before = value(shown(), "To mend")
    store.acknowledge(WARNED, who="Ada", why="soon", until=date(2026, 10, 30), when=WHEN)
    app = shown()
    assert value(app, "To mend") == before
    assert "Accepted by Ada until 30 Oct 2026: soon. That day is over, so it counts again" in said(app)
    assert buttons(app) == {"accept_take", "accept_give_back"}


def test_what_was_typed_wrong_is_said_and_stays_typed(pick: Pick, store: Store) -> None:
    pick(WARNED)
    app = accept(shown(), until=None)
    assert told(app) == ["Say until which day it is accepted"]
    app = accept(app, who=" ")
    assert told(app) == ["who accepts it is empty; write it out"]
    assert app.text_input(key=f"accept_why_{WARNED}").value == "the directory mends it"
    assert store.acknowledgements() == ()


def test_what_only_a_scenario_brings_cannot_be_accepted(pick: Pick) -> None:
    pick("images.base_price")  # the book of that scenario and the plans database differ in it
    app = shown(scenario="images-at-six-cents")
    assert "Nobody can accept this: only the scenario that is picked brings it; today nobody finds it" in said(app)
    assert buttons(app) == set()


def test_a_store_that_cannot_be_opened_is_a_sentence_beside_the_counts(
    pick: Pick, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick(WARNED)
    monkeypatch.setenv("DECISIONS_DB_URL", "sqlite:///nowhere/at/all/decisions.sqlite")
    app = shown()
    assert value(app, "False") == "1"
    assert "nowhere/at/all is no folder, so no decision can be kept" in said(app)
    assert buttons(app) == set()


def test_the_page_and_the_command_line_name_what_is_accepted_in_one_fingerprint(
    store: Store, desk_folder: Path, capsys: Out
) -> None:
    prints = [checked(desk_folder, capsys)["manifest"]["fingerprint"]]
    assert f"result {prints[0]}" in said(shown())
    store.acknowledge(WARNED, who="Ada", why="soon", until=UNTIL, when=WHEN)
    prints.append(checked(desk_folder, capsys)["manifest"]["fingerprint"])
    assert f"result {prints[1]}" in said(shown())
    store.withdraw(WARNED, who="Ben", why="they will not", when=WHEN)
    prints.append(checked(desk_folder, capsys)["manifest"]["fingerprint"])
    assert prints[0] == prints[2] != prints[1]
