"""A link may name a day: the desk then opens on the newest published snapshot that is not after it, on every page."""

import re
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.warehouse.build import build
from tests.pages.visit import SECONDS, opened, said
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import built, take_snapshot

APRIL, MAY, JUNE = date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)


@pytest.fixture(scope="module")
def three_snapshots(desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same four customers pulled on three days, of which the last two are published."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    plans = {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}
    folder = tmp_path_factory.mktemp("three")
    for day in (APRIL, MAY, JUNE):
        take_snapshot(folder, {**WORLD, **plans}, day)
    for day in (MAY, JUNE):
        build(folder, folder / "warehouse", as_of=day)
    return folder


@pytest.fixture(autouse=True)
def opened_on(three_snapshots: Path, as_a_founder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(three_snapshots))


def foot(app: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", app.main.caption[-1].value)


def address(app: AppTest) -> str:
    """The day in the address; empty where it names none."""
    held = app.query_params.get("as_of", "")
    return held if isinstance(held, str) else held[0]


def warnings(app: AppTest) -> str:
    return " ".join(re.sub(r"\\(.)", r"\1", warning.value) for warning in app.warning)


def test_without_a_day_the_newest_is_open() -> None:
    app = opened("sources")
    assert "Snapshot of 30 Jun 2026 · as of 30 Jun 2026" in foot(app)
    assert app.selectbox(key="snapshots_day_None").value == "The newest"
    assert address(app) == ""


@pytest.mark.parametrize(
    ("asked", "snapshot"), [("2026-05-31", "31 May"), ("2026-06-14", "31 May"), ("2026-07-04", "30 Jun")]
)
def test_a_day_in_the_link_opens_the_newest_snapshot_that_is_not_after_it(asked: str, snapshot: str) -> None:
    app = opened("segments", as_of=asked)
    day = date.fromisoformat(asked)
    assert f"Snapshot of {snapshot} 2026 · as of {day.day} {day:%b} 2026" in foot(app)
    assert address(app) == asked
    assert not app.warning and not app.exception


def test_the_day_stays_when_the_reader_turns_to_another_page() -> None:
    app = opened("segments", as_of="2026-05-31")
    app.query_params.clear()  # what a click on the menu does to the address
    app.run()
    assert "Snapshot of 31 May 2026" in foot(app)
    assert address(app) == "2026-05-31"


def test_the_way_back_stands_in_the_sidebar_of_every_page() -> None:
    app = opened("segments", as_of="2026-05-31")
    assert "Opened as of 31 May 2026" in " ".join(caption.value for caption in app.sidebar.caption)
    app.sidebar.button[0].click().run()
    assert "Snapshot of 30 Jun 2026" in foot(app)
    assert address(app) == ""
    assert not app.sidebar.button


def test_the_sources_page_lists_every_snapshot_and_opens_another() -> None:
    app = opened("sources")
    assert "3 snapshots are kept, and the desk can be opened as of 2 of them" in said(app)
    [table] = [
        frame.value
        for frame in app.dataframe
        if "Built by" in frame.proto.columns and "Fingerprint" in frame.proto.columns
    ]
    assert list(table["state"]) == ["published", "published", "not published"]
    assert list(table["snapshot_on"]) == [JUNE, MAY, APRIL]
    assert table["command"].iloc[2].startswith("python -m lib build --as-of 2026-04-30 --snapshots ")
    app.selectbox(key="snapshots_day_None").select("31 May 2026").run()
    assert "Snapshot of 31 May 2026" in foot(app)
    assert address(app) == "2026-05-31"
    assert app.selectbox(key="snapshots_day_2026-05-31").value == "31 May 2026"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "2026-04-30",
            "no snapshot of 2026-04-30 or before is published, only 2026-05-31, 2026-06-30; publish an",
        ),
        ("2026-02-30", "the as_of of this link is '2026-02-30'; write a day as in 2026-10-31"),
        ("yesterday", "the as_of of this link is 'yesterday'; write a day as in 2026-10-31"),
        ("9999-12-31", "the as_of of this link is 9999-12-31; write a day from 2000-01-01 to 2099-12-31"),
        ("0001-01-01", "the as_of of this link is 0001-01-01; write a day from 2000-01-01 to 2099-12-31"),
        ("x" * 300, "the as_of of this link is 'x{5,30}[.]{3}x{5,30}'; write a day"),
    ],
)
def test_a_day_that_cannot_be_is_one_sentence_and_the_newest_is_shown(asked: str, told: str) -> None:
    app = opened("segments", as_of=asked)
    assert re.search(f"This page shows the newest snapshot: {told}", warnings(app))
    assert "Snapshot of 30 Jun 2026" in foot(app)


def test_the_day_of_the_process_holds_until_a_link_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_AS_OF", "2026-05-31")
    assert "Snapshot of 31 May 2026" in foot(opened("segments"))
    assert "Snapshot of 30 Jun 2026" in foot(opened("segments", as_of="2026-06-30"))


def a_page_that_is_swept_under() -> None:
    """A script whose warehouse goes, and has a follower, between being found and being opened."""
    import shutil
    from datetime import date
    from pathlib import Path

    import streamlit as st

    from lib.ui import opening
    from lib.warehouse import publish

    opening.open_run()
    file = Path(opening.opened_version().file)
    if "runs" not in st.session_state:
        follower = publish.path_of(file.parent, "follower")
        shutil.copyfile(file, follower)
        publish.point_to(follower, date(2026, 5, 31))
        file.unlink()
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    desk = opening.opened_desk(opening.opened_version())
    st.write(f"run {st.session_state['runs']} on {desk.warehouse.path.name}")


def test_a_page_whose_warehouse_was_swept_starts_again_on_its_follower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path, WORLD)
    (tmp_path / "snapshots" / "warehouse").symlink_to(tmp_path / "warehouse")
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(tmp_path / "snapshots"))
    app = AppTest.from_function(a_page_that_is_swept_under, default_timeout=SECONDS).run()
    assert said(app).splitlines()[0] == "run 2 on warehouse-follower.duckdb"
    assert not app.exception
