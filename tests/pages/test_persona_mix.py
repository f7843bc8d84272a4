"""What may come, on its page: a sentence with a range and odds, levers in the link, and nothing mixed up."""

import csv
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from lib.desk import Desk
from lib.desk.forecasting import Asked, Foretold, Progress
from lib.desk.forecasting import Tested as Past
from lib.ui import forecasting
from lib.ui.views.persona_mix import made_of
from tests.pages import foretold_by_hand as hand
from tests.pages.visit import headline, opened, said, value
from tests.spreadsheet import sheets

WAIT = 30  # seconds


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(forecasting, "foretell", hand.foretold)
    monkeypatch.setattr(forecasting, "tested", hand.tested)
    st.cache_resource.clear()
    yield
    clear_session_resource_cache("test session id")
    waited()
    st.cache_resource.clear()


def waited() -> None:
    for thread in threading.enumerate():
        if thread.name in ("final forecast", "test of the past"):
            thread.join(WAIT)


def page(**address: str) -> AppTest:
    return opened("persona_mix", **address)


def press(app: AppTest, label: str) -> AppTest:
    [button] = [button for button in app.button if button.label == label]
    return button.click().run()


def test_the_title_is_a_range_of_mrr_in_the_last_month() -> None:
    app = page()
    assert not app.exception
    assert headline(app) == "MRR in Oct 2028 is expected between $130k and $220k (9 in 10)"


def test_a_moved_lever_says_what_it_changes_and_on_how_many_paths() -> None:
    """Twice the arrivals double the growth: the difference is the growth, between 24 · 1,200 and 24 · 4,800."""
    app = page(persona_mix_lever_arrivals_seller="2.0")
    assert headline(app) == (
        "MRR in Oct 2028 is expected between $130k and $220k (9 in 10); with 1 lever moved it changes by between "
        "+$29k and +$120k, a gain on all 41 paths"
    )
    assert value(app, "A gain of MRR") == "all"


def test_the_cards_say_today_then_and_how_past_bands_held() -> None:
    app = page(persona_mix_target="160000")
    assert value(app, "MRR, Oct 2028") == "≈ $170k"
    assert value(app, "Customers, Oct 2028") == "≈ 100"
    # the middle path grows by 3,000 a month: 60,000 are there after 20 months
    assert value(app, "$160k reached") == "Jun 2028"
    [reached] = [one for one in app.metric if one.label == "$160k reached"]
    # a tenth of 41 is five paths: the fifth fastest grows by 4,600 and is there in month 14
    assert (
        reached.delta == "Dec 2027 to later"
        and "8 times in 10" in reached.help
        and "as far apart as the fan is wide" in reached.help
    )
    assert value(app, "Past bands held") == "8 of 9"
    [card] = [one for one in app.metric if one.label == "Past bands held"]
    assert card.delta == "80%, prices of then"
    assert "MRR is taken at the prices of then" in card.help
    assert len(app.metric) == 6


def test_that_what_came_lay_on_one_side_of_the_middle_is_said_where_chance_hardly_does_so() -> None:
    """By hand: 8 of 9 came above the middle, which chance does to one side or the other in 20 of 512, 4 %."""
    lean = (
        "3 months ahead, {} came above the middle in 8 of 9 past forecasts: so far the forecast has come in low."
    ).format
    app = page(persona_mix_panel="Certain, estimated, assumed")
    mrr, people = lean("MRR at the prices of then"), lean("customers")
    [card] = [one for one in app.metric if one.label == "Past bands held"]
    assert mrr in card.help
    below_the_fan, in_the_panel = [one.value for one in app.caption if mrr in one.value]
    assert people in in_the_panel and people not in below_the_fan
    assert people in said(page(persona_mix_measure="Customers"))
    titles = [chart.proto.alt for chart in app.get("plotly_chart")]
    assert any("MRR at the prices of then came above the middle in 8 of 9 forecasts" in one for one in titles)


@pytest.mark.parametrize(
    ("measure", "marks"), [("MRR", [("tested to here", "2027-01-01")]), ("Revenue", []), ("Kept after fees", [])]
)
def test_the_fan_marks_how_far_the_past_was_tested(measure: str, marks: list[tuple[str, str]]) -> None:
    """Nine forecasts, three months ahead of October 2026; revenue and what is kept have no test of their own."""
    charts = [chart for chart in page(persona_mix_measure=measure).get("plotly_chart") if "A fan" in chart.proto.alt]
    [fan] = [json.loads(chart.proto.spec)["layout"] for chart in charts]
    assert [(one["text"], one["x"]) for one in fan.get("annotations", [])] == marks


def test_a_measure_of_customers_speaks_of_customers() -> None:
    assert headline(page(persona_mix_measure="Customers")).startswith(
        "Customers in Oct 2028 are expected at about 100 (9 in 10)"
    )


@pytest.mark.parametrize("split", ["By persona", "By tier"])
def test_small_fans_one_for_each(split: str) -> None:
    app = page(persona_mix_split=split)
    assert not app.exception
    charts = [chart for chart in app.get("plotly_chart") if "on a common scale" in chart.proto.alt]
    assert len(charts) == (6 if split == "By persona" else 4)


def test_what_is_not_divided_is_said_and_shown_as_a_whole() -> None:
    app = page(persona_mix_measure="Revenue", persona_mix_split="By tier")
    assert not app.exception and "Revenue is forecast as a whole" in said(app)


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        ("What makes the difference", "target"),
        ("What it is made of", "$100k of MRR today becomes $170k in Oct 2028 on average"),
        ("What matters most", "matters most"),
        ("Certain, estimated, assumed", "No customer-month of AWS seller, 3PI customer on record: beliefs alone."),
        ("Expected moves", "100 customers become 166 in 24 months: +66, arrivals less leavers"),
        ("Final run", "Nothing runs until you ask."),
    ],
)
def test_every_panel_stands(panel: str, words: str) -> None:
    for address in ({}, {"persona_mix_lever_churn": "0.5", "persona_mix_target": "150000"}):
        app = page(persona_mix_panel=panel, **address)
        assert not app.exception and not app.error
        assert words in said(app)
        assert len(app.metric) == 6


def test_what_we_do_not_know_and_what_we_could_move_are_told_apart_on_one_scale() -> None:
    """By hand: a belief swings 50,000 around 172,000, a lever 27,000; 13 ranges, 12 of them beliefs."""
    app = page(persona_mix_panel="What matters most")
    [drawn] = [json.loads(one.proto.spec) for one in app.get("plotly_chart") if "what is believed" in one.proto.alt]
    names = drawn["data"][0]["y"]
    assert names[:2] == ["<b>What we do not know</b>", "New customers a month: Seller<br>estimated, 2.5 to 6"]
    assert names[11:] == ["<b>What we could move</b>", "Leaving<br>× 0.80 to × 1.20"]
    assert [bar["text"][11] for bar in drawn["data"]] == ["", ""], "a heading is no bar"
    told = said(app)
    assert "What we do not know: New customers a month: Seller matters most, $50k. What we could move: Leaving" in told
    assert "What we do not know: 10 of 12 drawn; the table has all. What we could move: all drawn." in told
    [table] = [one.value for one in app.dataframe if "swing" in one.value]
    assert [*table["kind"]].index("a lever") == 12 and len(table) == 13
    assert [*table["swing"]] == ["$50k", "$10k", *["$2"] * 6, *["$0"] * 4, "$27k"]


MADE_OF = {"persona_mix_panel": "What it is made of"}


def test_what_mrr_is_made_of_begins_today_and_ends_at_the_mean() -> None:
    """By hand: 100,000 + 90,000 by who comes − 18,000 by who leaves = 172,000; no other step changes anything."""
    app = page(**MADE_OF)
    [fall] = [json.loads(one.proto.spec)["data"][0] for one in app.get("plotly_chart") if "Waterfall" in one.proto.alt]
    assert fall["x"] == ["MRR<br>today", "Other new<br>customers", "Leaving", "Expected,<br>Oct 2028"]
    assert fall["text"] == ["$100k", "$90k", "−$18k", "$170k"]
    told = said(app)
    assert "Largest gain: Other new customers, +$90k. Largest loss: Leaving, −$18k" in told
    assert "On average, with every rate at its mean; the middle of the fan is a median" in told
    assert "at $170k too, in two digits." in told and "The fan above" not in told
    [steps] = [one.value for one in app.dataframe if "step" in one.value]
    assert list(steps["baseline"]) == ["$100,000.25", "$0", "+$90k", "$0", "$0", "$0", "−$18k", "$0", "$170k"]


def test_what_is_asked_shows_what_it_changes_of_each_step() -> None:
    """Twice the arrivals: 90,000 more by who comes, and nothing else."""
    app = page(persona_mix_lever_arrivals_seller="2.0", persona_mix_measure="Customers", **MADE_OF)
    told = said(app)
    assert "becomes $260k in Oct 2028 on average with 1 lever moved: +$90k against the baseline" in told
    assert "What 1 lever moved changes, step by step. Most: Other new customers, +$90k" in told
    assert "These are steps of MRR; the fan above shows Customers." in told
    falls = [json.loads(one.proto.spec)["data"][0] for one in app.get("plotly_chart") if "Waterfall" in one.proto.alt]
    assert [fall["x"][-1] for fall in falls] == ["Expected,<br>Oct 2028", "Difference"]
    assert falls[1]["x"] == ["Other new<br>customers", "Difference"]


def test_where_no_step_changes_it_is_said_and_a_price_that_nobody_answers_too() -> None:
    """By hand: churn moves nothing; a scenario adds $8,000 to prices."""
    told = said(page(persona_mix_lever_churn="0.5", **MADE_OF))
    assert "With 1 lever moved no step changes: MRR is the same on average." in told
    told = said(page(scenario="honest-20", **MADE_OF))
    assert "Honest 20 changes, step by step. Most: Prices, +$8k" in told
    assert "+$8k against the baseline, before anybody answers the price" in told


@pytest.mark.parametrize(
    ("lever", "where"), [("aws_share", "see Kept after fees"), ("churn", "in none of the measures")]
)
def test_a_difference_of_nothing_is_neither_gain_nor_loss_and_says_where_to_look(lever: str, where: str) -> None:
    app = page(**{f"persona_mix_lever_{lever}": "0.9"})
    [card] = [one for one in app.metric if one.label == "A gain of MRR"]
    assert (card.value, card.delta) == ("no change", where)
    assert card.proto.color == card.proto.GRAY
    assert card.help == f"No change in MRR in Oct 2028, on any of 41 paths: {where}."
    assert "No change in MRR in any month, so there is no difference to draw." in said(app)
    assert not [chart for chart in app.get("plotly_chart") if "The difference of MRR" in chart.proto.alt]


def test_expected_moves_a_month_are_numbers_and_no_dates() -> None:
    """By hand: 3 arrive a month, and 6 leave in 24 months, 0.25 a month."""
    app = page(persona_mix_panel="Expected moves")
    [table] = [one for one in app.dataframe if "observed" in one.value]
    assert list(table.value["monthly"]) == ["3", "0.25"]
    assert "date" not in table.proto.columns


def test_the_last_rows_of_what_is_compared_are_in_sight_and_others_scroll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve rows in a box of ten hid the last difference, which is the answer."""
    heights: dict[str, object] = {}
    drawn = st.dataframe

    def noted(frame: object, *, key: str, **options: object) -> object:
        heights[key] = options.get("height")
        return drawn(frame, key=key, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(st, "dataframe", noted)
    page(persona_mix_lever_arrivals_seller="2.0")
    page(persona_mix_panel="Expected moves")
    assert heights == {"persona_mix_compared_mrr": "content", "persona_mix_moves": "auto"}


def test_the_past_says_one_factor_for_all_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecasting, "tested", hand.failed)
    app = page(persona_mix_panel="Certain, estimated, assumed")
    [past] = [one for one in app.dataframe if "held_90" in one.value]
    assert all(re.fullmatch(r"× \d+\.\d\d", words) for words in past.value["widened"])


def test_a_year_ahead_that_few_forecasts_reach_shows_the_factor_it_takes_from_nearer_months(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Six forecasts a year ahead, all of them held, cannot clear the factor that nine a quarter ahead ask for."""
    monkeypatch.setattr(forecasting, "tested", hand.failed_near_by)
    app = page(persona_mix_panel="Certain, estimated, assumed")
    [past] = [one.value for one in app.dataframe if "held_90" in one.value]
    words = {(row.what, row.months_ahead): row.widened for row in past.itertuples()}
    assert words["MRR at the prices of then", 12] == f"{words['MRR at the prices of then', 3]}, nearer"


def test_a_target_out_of_reach_says_to_look_further_while_months_may_go_on() -> None:
    """By hand MRR ends at $170k in the middle and $265k on the last path."""
    words = "Fewer than half of the paths reach $200k by Oct 2028: raise Months ahead, which goes to 60, to see when."
    assert words in said(page(persona_mix_target="200000"))
    assert "raise Months ahead" not in said(page(persona_mix_target="200000", persona_mix_months="60"))
    assert "raise Months ahead" not in said(page(persona_mix_target="160000"))


def test_the_cards_say_that_they_are_of_what_is_asked() -> None:
    """By hand a proposal's MRR is larger than the baseline's; the title gives the baseline first."""
    app = page(persona_mix_lever_churn="0.5")
    assert [one.label for one in app.metric][1:3] == ["MRR as asked, Oct 2028", "Customers as asked, Oct 2028"]


def test_expected_moves_say_which_rates_a_lever_moves() -> None:
    words = "Taken and believed are as the levers are moved"
    assert words in said(page(persona_mix_panel="Expected moves", persona_mix_lever_churn="0.5"))
    assert words not in said(page(persona_mix_panel="Expected moves"))


def test_a_lever_is_put_back_by_the_button_and_leaves_the_link() -> None:
    app = page(persona_mix_lever_arrivals_seller="2.0")
    assert "1 lever is moved" in said(app)
    app = press(app, "Put every lever back")
    assert "No lever is moved" in said(app) and "with" not in headline(app)
    assert "persona_mix_lever_arrivals_seller" not in app.query_params


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("persona_mix_lever_churn", "-1"),
        ("persona_mix_lever_churn", "x"),
        ("persona_mix_lever_third_party", "2"),
        ("persona_mix_months", "600"),
        ("persona_mix_target", "1.5"),
        ("persona_mix_measure", "Profit"),
    ],
)
def test_a_link_that_asks_for_what_cannot_be_is_told_in_a_sentence(key: str, written: str) -> None:
    app = opened("persona_mix", **{key: written})
    assert not app.exception and "of its link" in app.warning[0].value.replace("\\", "")
    assert headline(app) == "MRR in Oct 2028 is expected between $130k and $220k (9 in 10)"


@pytest.mark.parametrize(
    ("asked", "told"), [("foo", "there are: "), ("arrivals_sellr", "did you mean 'arrivals.seller'?")]
)
def test_a_lever_that_is_none_is_told_and_leaves_the_link(asked: str, told: str) -> None:
    key = f"persona_mix_lever_{asked}"
    app = opened("persona_mix", **{key: "2"})
    [warning] = [one.value.replace("\\", "") for one in app.warning]
    assert f"This page has no lever '{asked}', which its link moves; {told}" in warning
    assert key not in app.query_params and not app.exception


def test_levers_reach_as_far_as_the_file_says() -> None:
    """data/forecast.toml: climbs to five times, arrivals and churn to three, shares to all."""
    ends = {slider.key: (slider.min, slider.max) for slider in page().slider}
    assert ends["persona_mix_lever_climbs_aws_partner"] == (0.0, 5.0)
    assert ends["persona_mix_lever_arrivals_seller"] == (0.0, 3.0)
    assert ends["persona_mix_lever_churn_of_seller_3pi"] == (0.0, 3.0)
    assert ends["persona_mix_lever_third_party"] == (0.0, 1.0)


def test_churn_of_one_persona_is_folded_away_until_a_link_asks_for_it() -> None:
    [folded] = [one for one in page().expander if one.label == "Churn of one persona"]
    assert not folded.proto.expanded
    app = page(persona_mix_lever_churn_of_seller_3pi="2.0")
    [shown] = [one for one in app.expander if one.label == "Churn of one persona"]
    assert shown.proto.expanded and "with 1 lever moved" in headline(app)


def test_a_scenario_is_named_in_the_sentence() -> None:
    assert "with Honest 20" in headline(page(scenario="honest-20"))


def test_a_price_that_nobody_answers_says_so_in_the_title_on_the_card_and_in_the_comparison() -> None:
    words = "before anybody answers the price"
    app = page(scenario="honest-20", persona_mix_panel="What makes the difference")
    assert headline(app).endswith(words)
    assert sum(words in one.value for one in app.subheader) == 1
    [card] = [one for one in app.metric if one.label == "A gain, unanswered"]
    assert card.help.startswith("A gain of MRR before anybody answers the price. ")
    assert words not in said(page(scenario="honest-20", persona_mix_lever_churn="1.5"))


def test_beside_a_price_stands_what_would_undo_it_and_beside_levers_nothing() -> None:
    """By hand: +$8,000, gone at churn × 1.06, and at no number of arrivals in reach."""
    told = said(page(scenario="honest-20", persona_mix_panel="What makes the difference"))
    assert "On average the prices bring +$8k of MRR in Oct 2028 if nobody answers them" in told
    assert "That is undone, on average, where churn is 6.0% higher in every month" in told
    both = page(scenario="honest-20", persona_mix_lever_churn="1.5", persona_mix_panel="What makes the difference")
    assert "the prices alone bring +$8k" in said(both) and "6.0% higher than the levers have it in every" in said(both)
    assert "undone" not in said(page(persona_mix_lever_churn="1.5", persona_mix_panel="What makes the difference"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({}, "The rail changes no MRR: look at Revenue and Kept after fees for what it does."),
        ({"persona_mix_measure": "Customers"}, "The rail changes no customers: look at Revenue and Kept after fees"),
        ({"persona_mix_measure": "Revenue"}, None),
        ({"persona_mix_lever_churn": "0.5"}, None),
        ({"persona_mix_lever_arrivals_seller": "2.0"}, None),
    ],
)
def test_where_only_the_rail_is_moved_a_measure_that_does_not_hang_on_it_points_to_those_that_do(
    address: dict[str, str], words: str | None
) -> None:
    found = said(page(persona_mix_lever_aws_share="0.9", **address))
    assert words in found if words else "The rail changes no" not in found


def test_a_final_run_is_begun_by_its_reader_and_told_beside_the_quick_look() -> None:
    app = press(page(persona_mix_panel="Final run"), "Start the final run")
    waited()
    app = app.run()
    assert not app.exception
    assert "Its first 41 are those of the quick look" in said(app)
    assert [button.label for button in app.button if "Run it again" in button.label]


Files = dict[str, tuple[str, Callable[[], bytes]]]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Name and content of every download of a page, by its key."""
    found: Files = {}

    def keep(_label: str, made: Callable[[], bytes], name: str, *, key: str, **_options: object) -> bool:
        found[key] = name, made
        return False

    monkeypatch.setattr(st, "download_button", keep)
    return found


def manifest_of(book: bytes) -> dict[str | None, str | None]:
    return {row[0]: row[-1] for row in sheets(book)["Manifest"]}


def test_files_of_a_final_run_are_named_by_its_own_result_and_those_of_the_quick_look_by_its(files: Files) -> None:
    """data/forecast.toml: 2,000 paths are a quick look, 10,000 a final run."""
    app = press(page(persona_mix_panel="Final run"), "Start the final run")
    waited()
    app = app.run()
    name, book = files["persona_mix_final_run_workbook"]
    told, quick = manifest_of(book()), manifest_of(files["persona_mix_workbook"][1]())
    assert (told["paths"], quick["paths"]) == ("10000", "2000")
    assert told["fingerprint"] != quick["fingerprint"]
    assert f"Result {told['fingerprint']}, " in said(app)
    assert name == f"persona-mix-final-run-workbook-2026-10-31-{told['fingerprint']}.xlsx"
    assert (
        files["persona_mix_final_run_Fans_csv"][0] == f"persona-mix-final-run-fans-2026-10-31-{told['fingerprint']}.csv"
    )
    assert files["persona_mix_Fans_csv"][0] == f"persona-mix-fans-2026-10-31-{quick['fingerprint']}.csv"
    assert not [key for key in files if "Final run" in key]


PANELS = (
    "What makes the difference",
    "What it is made of",
    "What matters most",
    "Certain, estimated, assumed",
    "Expected moves",
    "How long they stay",
    "What a customer is worth",
)
WORDS = ("why", "reason", "belief", "what")  # columns that are sentences


def rows(made: Callable[[], bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(made().decode().splitlines()))


@pytest.mark.parametrize("panel", PANELS)
def test_files_hold_plain_numbers_of_at_most_six_decimals(panel: str, files: Files) -> None:
    """No unit, sign in words, share of a whole or fraction of a cent in a cell; a spreadsheet sums what it gets."""
    page(persona_mix_panel=panel, persona_mix_lever_arrivals_seller="2.0", persona_mix_target="160000")
    told = {key: rows(made) for key, (_, made) in files.items() if key.endswith("_csv")}
    assert len(told) > 4
    for key, table in told.items():
        for column, cell in [(column, cell) for row in table for column, cell in row.items() if column not in WORDS]:
            assert not re.search(r"[$%≈×−—]|^'|\d of \d|\d[kM]\b", cell), (key, column, cell)
            digits = 2 if column.endswith("_usd") else 6
            assert not re.search(rf"\.\d{{{digits + 1},}}", cell), (key, column, cell)


def test_what_is_compared_leaves_as_dollars_and_paths(files: Files) -> None:
    """By hand, after 6 months: 100,000 + 6 · 3,000, between 6 · 1,200 and 6 · 4,800; twice the growth gains it all."""
    page(persona_mix_lever_arrivals_seller="2.0")
    told = rows(files["persona_mix_Baseline and asked_csv"][1])[:3]
    assert [list(row.values()) for row in told] == [
        ["2027-04-01", "Baseline", "118000.0", "107200.0", "128800.0", "", ""],
        ["2027-04-01", "What is asked", "136000.0", "114400.0", "157600.0", "", ""],
        ["2027-04-01", "Difference", "18000.0", "7200.0", "28800.0", "41", "41"],
    ]
    names = ["month", "world", "middle_usd", "low_90_usd", "high_90_usd", "gains_on_paths", "of_paths"]
    assert list(told[0]) == names
    assert sheets(files["persona_mix_workbook"][1]())["Baseline and asked"][3][2:] == (
        "18000",
        "7200",
        "28800",
        "41",
        "41",
    )


def test_customers_leave_as_customers(files: Files) -> None:
    page(persona_mix_lever_arrivals_seller="2.0", persona_mix_measure="Customers")
    told = rows(files["persona_mix_Baseline and asked_csv"][1])
    assert told[0]["middle_customers"] == "101.0" and "middle_usd" not in told[0]


def test_hits_and_forecasts_leave_as_two_numbers(files: Files) -> None:
    """By hand: of nine forecasts, 8 came inside 86 to 114, 4 inside 94 to 106, all inside 80 to 120; CRPS 4."""
    page(persona_mix_panel="Certain, estimated, assumed")
    money, people = rows(files["persona_mix_Past forecasts_csv"][1])
    assert [money[key] for key in ("forecasts", "held_50", "held_80", "held_90")] == ["9", "4", "8", "9"]
    assert (money["crps_usd"], money["crps_customers"]) == ("4.0", "") and people["crps_customers"] == "4.0"


def test_the_steps_leave_in_cents_and_add_up(files: Files) -> None:
    page(persona_mix_lever_arrivals_seller="2.0", **MADE_OF)
    steps = rows(files["persona_mix_What it is made of_csv"][1])
    for world, mean in (("baseline_usd", 172_000), ("asked_usd", 262_000), ("difference_usd", 90_000)):
        amounts = [float(row[world]) for row in steps]
        assert sum(amounts[:-1]) == amounts[-1] == mean


def test_steps_of_fractions_of_a_cent_add_up_in_cents_too() -> None:
    """0.4, 0.8 and 1.2 cents are 0, 1 and 1: each by itself would round to nothing, and their sum to a cent."""
    assert made_of._in_cents([0.004, 0.004, 0.004]) == [0.0, 0.01, 0.0, 0.01]


def test_expected_moves_leave_as_times_and_rates(files: Files) -> None:
    """By hand: 3 arrive a month in 24; 6 leave in 600 customer-months, 3 were seen to in 480."""
    page(persona_mix_panel="Expected moves")
    arrive, leave = rows(files["persona_mix_Expected moves_csv"][1])
    assert (arrive["expected_times"], arrive["taken_arrivals_per_month"], arrive["taken_rate"]) == ("72.0", "3.0", "")
    assert (leave["taken_rate"], leave["seen_rate"], leave["taken_arrivals_per_month"]) == ("0.01", "0.00625", "")
    assert (leave["seen_times"], leave["seen_of_customer_months"], leave["seen_of_months"]) == ("3", "480.0", "")


def test_a_part_smaller_than_the_quick_look_claims_no_more_paths_than_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(desk: Desk, asked: Asked, progress: Progress, past: Past | None = None) -> Foretold:
        found = hand.foretold(desk, asked, progress, past)
        return replace(found, paths=10, is_part=True) if asked.paths > 2000 else found

    monkeypatch.setattr(forecasting, "foretell", stopped)
    app = press(page(persona_mix_panel="Final run"), "Start the final run")
    waited()
    assert "Its first 10 are those of the quick look" in said(app.run())


def test_the_past_is_tested_once_before_the_first_forecast_and_a_link_never_changes_its_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nine forecasts of which one 90 % band held: every fan is wider than its paths, from the first draw on."""
    order: list[str] = []

    def failing(desk: Desk, progress: Progress) -> Past:
        order.append("past")
        return hand.failed(desk, progress)

    def noted(desk: Desk, asked: Asked, progress: Progress, past: Past | None = None) -> Foretold:
        order.append("fan")
        assert past is not None and past.is_widening
        return hand.foretold(desk, asked, progress, past)

    monkeypatch.setattr(forecasting, "tested", failing)
    monkeypatch.setattr(forecasting, "foretell", noted)
    first, again = page(), page()
    assert order == ["past", "fan"]
    assert headline(first) == headline(again)
    assert (
        "Bands are widened as past ranges were too narrow: "
        "1 of 9 that should hold 9 in 10 of MRR at the prices of then did."
    ) in said(first)
    [card] = [one for one in first.metric if one.label == "MRR, Oct 2028"]
    assert "The range is widened as past ranges were too narrow." in card.help


def test_what_no_past_forecast_tests_says_so() -> None:
    app = page(persona_mix_measure="Revenue")
    assert "Past forecasts test MRR, ARR and customers as a whole; these bands are " in said(app)


def test_the_forecast_belongs_to_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICING_DESK_ROLE", "sales")
    app = opened("persona_mix")
    assert not [card for card in app.metric if card.label == "A gain of MRR"]
