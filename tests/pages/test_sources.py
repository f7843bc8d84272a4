"""The sources page on a messy world: what is shown equals what a reader counts in the files, and nothing is hidden."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lib.ui import intake
from tests.pages.conftest import Ask
from tests.pages.visit import opened, said, value
from tests.warehouse.hand_world import WORLD, csv
from tests.warehouse.worlds import built, event, events

# Three lines that cannot be loaded, for three kinds of reason; e-b comes three times, twice with another quantity.
APRIL = events(
    event("e-a"),
    event("e-b", "10"),
    event("e-b", "12"),
    event("e-c", "-4"),
    event("e-d", "many"),
    event("e-e", dimension="holograms"),
)
MAY = events(event("e-b", "9"), event("e-f"))
SPEND = csv(
    "month,category,product,amount_usd",
    "2026-03-01,infrastructure,vellocity,10.00",
    "2026-03-01,infrastructure,vellocity,11.00",
)
# The account feed's header grows in a later month, as AWS says it may.
FEED = "marketplace/AccountFeed_V1/year=2026/month={}/data.csv"


@pytest.fixture(scope="module")
def messy(desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    plans = {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}
    header = str(WORLD[FEED.format("03")]).splitlines()[0]
    world = {
        **{name: text for name, text in WORLD.items() if not name.startswith(("metering", "crm"))},
        **plans,
        "metering/events-2026-04.csv": APRIL,
        "metering/events-2026-05.csv": MAY,
        "company/spend.csv": SPEND,
        FEED.format("06"): f"{header},tax_id\n",
    }
    folder = tmp_path_factory.mktemp("messy")
    built(folder, world)
    return folder


@pytest.fixture
def on_messy(messy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(messy))


def frame(app: object, column: str) -> pd.DataFrame:
    """The one table of a page that has a column."""
    [found] = [table.value for table in app.dataframe if column in table.value.columns]  # type: ignore[attr-defined]
    return found


def test_rejected_lines_are_counted_by_reason_and_shown_as_they_stood(on_messy: None) -> None:
    app = opened("sources")
    assert value(app, "Rejected") == "4"
    assert "4 rejected lines" in said(app)
    shown = frame(app, "raw_text").set_index("line")
    assert list(shown.columns) == ["file", "reason", "raw_text", "feed_title"]
    assert shown.loc[6, "raw_text"] == event("e-d", "many")
    assert sorted(zip(shown["file"], shown.index, strict=True)) == [
        ("company/spend.csv", 3),
        ("metering/events-2026-04.csv", 5),
        ("metering/events-2026-04.csv", 6),
        ("metering/events-2026-04.csv", 7),
    ]
    picture = app.get("plotly_chart")[2].proto.spec
    assert "month and category and product stands elsewhere with other values" in picture


def test_rejected_lines_are_filtered_by_source_and_by_reason(on_messy: None) -> None:
    app = opened("sources", sources_reject_source="Company")
    assert list(frame(app, "raw_text")["file"]) == ["company/spend.csv"]
    assert "1 line of 4." in said(app)
    both = opened("sources", sources_reason="dimension is none that we sell")
    assert [text.split(",")[0] for text in frame(both, "raw_text")["raw_text"]] == ["e-e"]


def test_the_lines_that_are_shown_can_be_taken_along(on_messy: None) -> None:
    app = opened("sources", sources_reject_source="Company")
    labels = [button.label for button in app.get("download_button")]
    assert "Rejects shown (CSV)" in labels and "Conflicts (CSV)" in labels and "Schema drift (CSV)" in labels


def test_both_copies_of_an_event_stand_side_by_side(on_messy: None) -> None:
    app = opened("sources")
    assert "2 conflicting copies" in said(app)
    assert "1 of the copies left out say more than the kept one, 1 say less" in said(app)
    found = frame(app, "other_quantity")
    assert list(found["kept_quantity"]) == [10, 10] and list(found["other_quantity"]) == [12, 9]
    assert list(found["why"]) == [
        "came first: line 3, the other line 4 of metering/events-2026-04.csv",
        "came first: line 3 of metering/events-2026-04.csv, the other line 2 of metering/events-2026-05.csv",
    ]


def test_a_header_that_appears_is_drift_and_says_where(on_messy: None) -> None:
    app = opened("sources")
    assert "Columns that changed from file to file: 2 new" in said(app)
    found = frame(app, "earlier_header")
    assert ["new", "tax_id", FEED.format("06")] in found[["change", "name", "file"]].to_numpy().tolist()


def test_columns_read_by_another_name_and_columns_nobody_reads_are_listed(on_messy: None) -> None:
    named = frame(opened("sources", sources_columns="Read by another name"), "last_file")
    assert ["Price ID", "price_id"] not in named[["header", "column_name"]].to_numpy().tolist()
    assert ["id", "invoice_id"] in named[["header", "column_name"]].to_numpy().tolist()
    unread = frame(opened("sources", sources_columns="Not read"), "last_file")
    assert "tax_id" in list(unread["header"]) and unread["column_name"].isna().all()


def test_a_source_that_is_missing_is_named_with_its_command_and_has_no_dot(on_messy: None) -> None:
    app = opened("sources", sources_source="CRM")
    words = said(app)
    assert "CRM never came" in words
    assert words.count("python -m lib pull --only crm --snapshots") >= 2
    assert set(frame(app, "lines_read")["state"]) == {"missing"}


def test_every_source_adds_up_to_the_lines_of_its_files(ask: Ask) -> None:
    app = opened("sources", sources_source="Stripe")
    [(read,)] = ask("select sum(lines_read) from raw.file_load where file like 'stripe/%'")
    assert int(frame(app, "lines_read")["lines_read"].sum()) == read


def test_nothing_rejected_and_nothing_in_conflict_are_said_in_words(open_without: Callable[..., None]) -> None:
    open_without("metering")
    words = said(opened("sources"))
    assert "No two copies of an event disagree." in words
    assert "0 rejected lines" in words and "could be loaded" in words


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Amount is not dollars and cents: 1.999", "Amount is not dollars and cents"),
        ("7 fields where the header has 8", "… fields where the header has …"),
        ("id stands in stripe/prices.csv, line 3, with other values", "id stands elsewhere with other values"),
        ("plan_key is no plan that we sell: solo; the nearest is starter", "plan_key is no plan that we sell"),
        ("odd number of quotes", "odd number of quotes"),
    ],
)
def test_reasons_of_one_kind_are_one(reason: str, kind: str) -> None:
    assert intake.kind_of(reason) == kind
