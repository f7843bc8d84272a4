"""What people save and decide is kept, comes back the same, says when it is stale, and leaves as the page shows it."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.catalog.scenario import diff, parse_scenario
from lib.decisions import Decision, Prediction, Store
from lib.desk import AHEAD, Desk
from lib.warehouse.build import build
from tests.pages.conftest import Ask
from tests.pages.keeping_page import panels
from tests.pages.visit import SECONDS, opened, said
from tests.rulings import PLUS_10, ruling
from tests.spreadsheet import column, sheets
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import take_snapshot

EDITS = "plans.starter-monthly.list_price=319"
MAY, JULY = date(2026, 5, 31), date(2026, 7, 31)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'decisions.sqlite'}"


@pytest.fixture
def store(url: str) -> Store:
    return Store(url)


def shown(**address: str) -> AppTest:
    """The panels, opened with what the address carries."""
    app = AppTest.from_function(panels, default_timeout=SECONDS)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def address(app: AppTest, key: str) -> str:
    held = app.query_params.get(key, "")
    return held if isinstance(held, str) else held[0]


def told(app: AppTest) -> list[str]:
    """What was refused, and what was done."""
    return [re.sub(r"\\(.)", r"\1", one.value) for one in (*app.error, *app.success)]


def save(app: AppTest, name: str, author: str = "Ann", why: str = "Does it pay?", base: str | None = None) -> AppTest:
    app.text_input(key=f"keep_name_{base}").set_value(name)
    app.text_input(key="keep_author").set_value(author)
    app.text_input(key=f"keep_why_{base}").set_value(why)
    app.button(key="keep_save").click().run()
    assert not app.exception
    return app


def saved_rows(app: AppTest) -> dict[str, dict[str, object]]:
    [frame] = [frame.value for frame in app.dataframe if "could_usd" in frame.value and "state" in frame.value]
    return {str(row["name"]): {str(key): value for key, value in row.items()} for row in frame.to_dict("records")}


# Saving


def test_what_was_edited_is_saved_under_a_name_and_comes_back_the_same(store: Store, desk: Desk) -> None:
    app = shown(price_change_edits=EDITS)
    before = said(app).splitlines()
    app = save(app, "Starter at 319")
    assert told(app) == ["Saved as version 1 of starter-at-319."]
    assert address(app, "scenario") == "saved: starter-at-319 v1" and not address(app, "price_change_edits")

    [one] = store.saved()
    assert (one.key, one.author, one.version, one.started_from) == ("starter-at-319", "Ann", 1, None)
    assert "list_price = 319                  # was 299" in one.text
    [change] = diff(desk.book, desk.proposed_book(one.scenario))
    assert (change.path, change.was, change.becomes) == ("plans.starter-monthly.list_price", 299, 319)
    simulated = desk.simulate(one.scenario)
    assert (one.result.could_usd, one.result.moved_usd) == (simulated.delta, simulated.moved)

    again = shown(scenario="saved: starter-at-319 v1")
    assert not again.exception and not again.warning
    assert "saved: starter-at-319 v1" in again.sidebar.selectbox[0].options
    bill = "could bring .* in 12 months"
    assert re.findall(bill, "\n".join(before)) == re.findall(bill, said(again)) != []


@pytest.mark.parametrize("page", ["overage", "discount_honesty", "price_change"])
def test_a_saved_scenario_can_be_picked_on_every_page(page: str) -> None:
    save(shown(price_change_edits=EDITS), f"Picked on {page}")
    app = opened(page, scenario=f"saved: picked-on-{page.replace('_', '-')} v1")
    assert not app.exception and not app.error and not app.warning
    assert f"scenario Picked on {page}" in said(app)


def test_whom_it_reaches_and_from_when_is_as_typed(store: Store) -> None:
    app = shown(scenario="flat-for-3pi")
    app.date_input(key="keep_effective_flat-for-3pi").set_value(date(2027, 3, 1))
    app.segmented_control(key="keep_cohort_flat-for-3pi").set_value("new")
    save(app, "Flat for new sellers", base="flat-for-3pi")
    rollout = store.load("flat-for-new-sellers").scenario.rollout
    assert rollout.cohort == "new" and dict(rollout.where) == {"persona": ("seller_3pi",)}
    assert store.load("flat-for-new-sellers").scenario.effective == date(2027, 3, 1)


def test_everything_that_is_wrong_is_one_sentence_each_and_nothing_typed_is_lost(store: Store) -> None:
    app = save(shown(price_change_edits=EDITS), "Starter plus 10", author=" ", why="")
    assert told(app) == [
        "The author is empty: write it out",
        "The why is empty: write it out",
        "data/scenarios has a file starter-plus-10.toml already: give this one a name of its own",
    ]
    assert app.text_input(key="keep_name_None").value == "Starter plus 10"
    assert address(app, "price_change_edits") == EDITS
    assert store.saved() == ()


def test_a_scenario_that_cannot_be_simulated_is_not_saved(store: Store) -> None:
    app = shown(price_change_edits="plans.starter-monthly.list_price=321")
    app = save(app, "Invisible", author="An\u202en")
    assert told(app) == ["the author holds the invisible sign U+202E; take it out"]
    assert app.text_input(key="keep_author").value == "An\u202en"
    assert store.saved() == ()


def test_saving_again_is_a_new_version_and_a_link_to_the_old_one_holds(store: Store) -> None:
    app = save(shown(price_change_edits="plans.starter-monthly.list_price=322"), "Twice")
    app.query_params["price_change_edits"] = "plans.starter-monthly.list_price=323"
    app = save(app.run(), "Twice", author="Ben", base="saved: twice v1")
    assert told(app) == ["Saved as version 2 of twice."]
    assert address(app, "scenario") == "saved: twice v2"
    newest, first = store.history("twice")
    assert (newest.started_from, newest.author) == (1, "Ben")
    prices = [one.scenario.changes["plans"]["starter-monthly"]["list_price"] for one in (first, newest)]
    assert prices == [322, 323]
    old = shown(scenario="saved: twice v1")
    assert not old.warning and "saved: twice v1" in old.sidebar.selectbox[0].options
    assert "saved: twice v2" in old.sidebar.selectbox[0].options


def test_what_is_put_aside_leaves_the_picker_and_its_link_holds(store: Store) -> None:
    app = save(shown(price_change_edits="plans.starter-monthly.list_price=324"), "Put away")
    app.button(key="keep_aside").click().run()
    assert told(app) == ["who retires it is empty; write it out"]
    app.text_input(key="keep_who").set_value("Ann")
    app.text_input(key="keep_because").set_value("Nobody wants it")
    app.button(key="keep_aside").click().run()
    assert told(app) == ["put-away is put aside; links to it still hold."]
    assert store.saved() == () and len(store.retired()) == 1
    assert "saved: put-away v1" not in shown().sidebar.selectbox[0].options
    assert not shown(scenario="saved: put-away v1").warning


def test_a_version_that_nobody_saved_is_one_sentence() -> None:
    app = shown(scenario="saved: nothing v7")
    assert "there is no scenario 'saved: nothing v7'" in re.sub(r"\\(.)", r"\1", app.warning[0].value)
    assert not app.exception


def test_a_store_that_cannot_be_opened_is_one_sentence_and_the_page_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECISIONS_DB_URL", "sqlite:///nowhere/at/all/decisions.sqlite")
    app = shown(scenario="starter-plus-10")
    assert not app.exception
    assert "Nothing can be saved" in said(app) and "is no folder, so no decision can be kept" in said(app)
    assert "Starter plus 10 % could bring $51.8k" in said(app)


# Again, on other data


def test_on_another_warehouse_a_saved_result_is_stale_and_runs_again(
    published_without: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = save(shown(price_change_edits="plans.starter-monthly.list_price=325"), "Kept for later")
    then = saved_rows(app)["Kept for later"]
    assert then["state"] == "as it was" and "could_now_usd" not in then
    app.button(key="keep_again").click().run()
    row = saved_rows(app)["Kept for later"]
    assert row["could_now_usd"] == row["could_usd"] and row["state"] == "as it was"

    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(published_without()))
    other = shown()
    assert "1 scenario is saved; 1 of them stand on other data" in said(other)
    row = saved_rows(other)["Kept for later"]
    assert row["state"] == "stale"
    assert re.match(r"the data are the synthetic sample of 2026-05-31 .*, not the synthetic sample", str(row["reason"]))
    other.button(key="keep_again").click().run()
    row = saved_rows(other)["Kept for later"]
    assert row["could_usd"] == then["could_usd"] != row["could_now_usd"]
    assert str(row["reason"]).endswith("the result moved")


# Decisions


def decide(app: AppTest, approver: str, on: date | None = None) -> AppTest:
    key = "starter-plus-10"
    app.text_input(key=f"decide_author_{key}").set_value("Ann")
    app.text_input(key="decide_approver").set_value(approver)
    if on:
        app.date_input(key=f"decide_day_{key}").set_value(on)
    app.button(key="decide_record").click().run()
    assert not app.exception
    return app


def test_nobody_approves_what_they_propose_and_the_record_holds_what_was_simulated(store: Store, desk: Desk) -> None:
    app = decide(shown(scenario="starter-plus-10"), "ANN ")
    assert told(app) == [
        "Ann is both author and approver of starter-plus-10; let somebody else decide, or set self_approval = true in "
        "data/decisions.toml and say why"
    ]
    assert app.text_input(key="decide_approver").value == "ANN "
    assert store.decisions() == ()

    app = decide(app, "Bob")
    [one] = store.decisions()
    assert told(app) == [f"Decision 1 is on record with 40 predicted lines, sealed {one.seal}."]
    assert (one.text, one.effective_on, one.approver) == (PLUS_10, date(2027, 1, 1), "Bob")
    ahead = desk.simulate(desk.scenario("starter-plus-10"), months=12, horizon=AHEAD)
    revenue = [line for line in one.predictions if line.line == "revenue"]
    assert len(revenue) == 12 and sum(line.predicted for line in revenue) == ahead.reached.revenue
    whole = {line.line: line.predicted for line in one.predictions if line.month is None}
    assert whole["moved"] == ahead.moved and whole["could_move"] == ahead.delta
    assert one.manifest["horizon"] == "ahead" and store.audit() == []


def test_what_was_only_edited_cannot_be_decided() -> None:
    app = shown(price_change_edits=EDITS)
    assert "Save the edits as a scenario first" in said(app)
    assert not [button for button in app.button if button.key == "decide_record"]


def test_what_happened_stands_beside_what_was_predicted_and_equals_the_invoices(store: Store, ask: Ask) -> None:
    months = [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]
    predictions = tuple(Prediction("revenue", "Revenue", month, "USD", Decimal("500000.00")) for month in months)
    store.record(ruling(predictions))
    [(august, september)] = ask(
        "select sum(amount_usd) filter (month = date '2026-08-01'), sum(amount_usd) filter (month = date '2026-09-01') "
        "from (select amount_usd, date_trunc('month', coalesce(usage_month, period_start_on)) as month "
        "from marts.invoice_line)"
    )
    app = shown()
    [frame] = [frame.value for frame in app.dataframe if "revenue_predicted_usd" in frame.value]
    happened = frame["revenue_happened_usd"].tolist()
    assert happened[:2] == [float(august), float(september)]
    assert frame["state"].tolist() == ["settled", "settled", "not yet"]  # October's usage is invoiced in November
    total = f"${august + september:,.2f} happened of $1,000,000.00 predicted in 2 settled months"
    assert total in said(app)


@pytest.fixture(scope="module")
def two_snapshots(desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four customers at the end of May, and at the end of July with the invoices of June and July."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    plans = {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}
    folder = tmp_path_factory.mktemp("two") / "snapshots"
    invoices, lines = "stripe/invoices.csv", "stripe/invoice_line_items.csv"
    later = {
        invoices: f"{WORLD[invoices]!s}"
        "in_7,cus_1,7,sub_2,paid,usd,1499.00,2026-06-15 00:00,2026-06-15 00:00\n"
        "in_8,cus_4,8,sub_4,paid,usd,99.00,2026-06-12 00:00,2026-06-12 00:00\n"
        "in_9,cus_1,9,sub_2,paid,usd,1499.00,2026-07-15 00:00,2026-07-15 00:00\n",
        lines: f"{WORLD[lines]!s}"
        "il_8,in_7,sub_2,149900,usd,Accelerate,price_a,false,1,2026-06-15,2026-07-15\n"
        "il_9,in_8,sub_4,9900,usd,Old plan,price_old,false,1,2026-06-12,2026-07-12\n"
        "il_10,in_9,sub_2,149900,usd,Accelerate,price_a,false,1,2026-07-15,2026-08-15\n",
    }
    for day, world in ((MAY, {**WORLD, **plans}), (JULY, {**WORLD, **plans, **later})):
        take_snapshot(folder, world, day)
        build(folder, folder / "warehouse", as_of=day)
    return folder


def test_a_decision_of_an_older_snapshot_shows_what_the_later_months_brought(
    two_snapshots: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """June: 1,499 of sub_2 and 99 of sub_4 were invoiced. July is over and its usage not invoiced before 4 August."""
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(two_snapshots))
    app = decide(shown(scenario="starter-plus-10", as_of="2026-05-31"), "Bob", on=date(2026, 6, 1))
    assert "0 of the months it predicted are settled; the last one that is settled is Apr 2026" in said(app)
    [one] = store.decisions()
    assert "effective = 2026-06-01" in one.text and one.effective_on == date(2026, 6, 1)
    foretold = predicted(one, "revenue", date(2026, 6, 1))

    app = shown(as_of="2026-07-31")
    [frame] = [frame.value for frame in app.dataframe if "revenue_predicted_usd" in frame.value]
    june, july = frame.iloc[0], frame.iloc[1]
    assert june["month"] == date(2026, 6, 1) and june["revenue_happened_usd"] == 1598.0
    assert june["revenue_predicted_usd"] == float(foretold)
    assert june["state"] == "settled" and july["state"] == "not yet"
    assert f"$1,598.00 happened of ${foretold:,.2f} predicted in 1 settled month" in said(app)


def predicted(decision: Decision, line: str, month: date) -> Decimal:
    return next(one.predicted for one in decision.predictions if (one.line, one.month) == (line, month))


# What leaves the page


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Callable[[], bytes] | str]]:
    """What every download button would hand out, by its key."""
    found: dict[str, Callable[[], bytes] | str] = {}

    def keep(_label: str, data: Callable[[], bytes] | str, _name: str, *, key: str, **_options: object) -> bool:
        found[key] = data
        return False

    monkeypatch.setattr(st, "download_button", keep)
    yield found


def clicked(made: Callable[[], bytes] | str) -> bytes:
    """What a click brings: the file is made in a thread that knows no session."""
    if isinstance(made, str):
        return made.encode()
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(made()))
    thread.start()
    thread.join()
    [content] = found
    return content


def pairs(content: bytes, sheet: str) -> dict[str, str]:
    """What stands beside each label of a sheet."""
    return {str(row[0]): str(row[1]) for row in sheets(content)[sheet] if len(row) == 2}


def file_in(content: bytes) -> str:
    return "\n".join(str(row[0]) for row in sheets(content)["Scenario file"][1:] if row)


def test_the_workbook_opens_with_the_totals_of_the_page(taken: dict[str, Callable[[], bytes] | str]) -> None:
    """Baseline and change are the golden numbers of the sample; parts add up to the whole in every sheet."""
    app = shown(scenario="starter-plus-10")
    content = clicked(taken["price_change_workbook"])
    summary = pairs(content, "Summary")
    assert Decimal(summary["Baseline"]) == Decimal("5451797.64")
    could = Decimal(summary["Could move"])
    assert could == Decimal("51771.38")
    states = (
        "Moved",
        "In notice",
        "Prepaid until renewal",
        "Contract-locked",
        "Grandfathered",
        "Before it takes effect",
    )
    assert sum(Decimal(summary[state]) for state in states) == could
    assert sum(column(content, "Customers", "delta_usd")) == could
    assert sum(column(content, "Customers", "moved_usd")) == Decimal(summary["Moved"])
    assert sum(column(content, "Months", "baseline_usd")) == Decimal(summary["Baseline"])
    assert column(content, "MRR", "repriced_usd")[-1] == Decimal(summary["MRR at the end, moved"])
    answer = f"{summary['Pay more, as reached']} customers pay more, {summary['Pay less, as reached']} pay less"
    assert answer in said(app)
    text = file_in(content)
    assert parse_scenario(text, "x").identity == parse_scenario(PLUS_10, "x").identity
    manifest = pairs(content, "Manifest")
    assert f"result {manifest['fingerprint']}" in said(app)
    assert manifest["scenario"] == "starter-plus-10" and manifest["months"] == "12"


def test_the_manifest_and_the_file_say_what_was_edited(taken: dict[str, Callable[[], bytes] | str]) -> None:
    shown(scenario="starter-plus-10", price_change_edits=EDITS)
    edited = clicked(taken["price_change_workbook"])
    assert pairs(edited, "Manifest")["scenario"] == "starter-plus-10 + edited"
    plans = parse_scenario(file_in(edited), "x").changes["plans"]
    assert plans["starter-monthly"]["list_price"] == 319 and plans["starter-annual"]["list_price"] == 3290


def test_the_memo_tells_what_the_page_tells(taken: dict[str, Callable[[], bytes] | str]) -> None:
    shown(scenario="starter-plus-10")
    memo = clicked(taken["price_change_memo"]).decode()
    for words in ("$5,451,797.64", "+$51,771.38", "who leaves it first?", "Starter monthly rises from $299 to $329"):
        assert words in memo
    assert "Reaches everybody" in memo and "Synthetic sample data" in memo


def test_the_file_of_the_form_is_what_would_be_saved(taken: dict[str, Callable[[], bytes] | str]) -> None:
    app = shown(price_change_edits=EDITS)
    app.text_input(key="keep_name_None").set_value("To commit")
    app.text_input(key="keep_author").set_value("Ann")
    app.text_input(key="keep_why_None").set_value("For the books")
    app.run()
    kept = parse_scenario(clicked(taken["keep_file"]).decode(), "to-commit")
    assert (kept.name, kept.author, kept.why, kept.baseline) == ("To commit", "Ann", "For the books", "2026-05-09")


def test_a_scenarios_name_formats_nothing_where_it_is_decided(store: Store) -> None:
    saved = save(shown(price_change_edits=EDITS), "**b** [x](http://a.example) $a$ :material/home:")
    app = shown(scenario=address(saved, "scenario"))
    [label] = [group.label for group in app.get("button_group") if "Decision on" in group.label]
    assert label == r"Decision on \*\*b\*\* \[x\]\(http\:\/\/a\.example\) \$a\$ \:material\/home\:"
