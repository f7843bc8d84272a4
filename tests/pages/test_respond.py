"""The panel of responses: certain, estimated and assumed apart, a range and break-evens, all in the address."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from lib import exports
from lib.catalog.scenario import Scenario
from lib.desk import AHEAD, PAST, Desk, asking
from lib.response import RESPONSES, Responses
from lib.ui import answers, numbers
from lib.ui.answers import Answers
from lib.ui.views.price_change import respond
from tests.pages.respond_page import panel
from tests.pages.visit import SECONDS, said, seen

ALL = tuple(respond.NAMES.values())
RANGE = "Between +$1.5k and +$45k, as far as the beliefs of churn and conversion go"
GONE = "the gain is gone if 1.7% more of the 157 customers who meet it leave"


def opened(scenario: str, on: Sequence[str] = (), **address: str) -> AppTest:
    app = AppTest.from_function(panel, default_timeout=SECONDS)
    app.query_params["scenario"] = scenario
    if on:
        app.query_params[respond.SWITCHES] = list(on)
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception and not app.error
    return app


def sliders(app: AppTest) -> list[str]:
    return [slider.key for slider in app.slider if slider.key != "price_change_months"]


def answered(desk: Desk, scenario: Scenario, responses: Responses, horizon: str = PAST) -> Answers:
    ready = asking(desk, scenario, 12, horizon)
    return answers.of(ready.answer(ready.under(desk.proposed_book(scenario)), responses), responses)


# Off


def test_off_nothing_is_estimated_and_the_break_evens_are_said() -> None:
    app = opened("starter-plus-10")
    told = said(app)
    assert seen(app.subheader[0].value) == f"+$44,923.62 if nobody reacts; {GONE}"
    assert {one.label: one.value for one in app.metric} == {"Could move": "+$51,771.38", "Moved": "+$44,923.62"}
    assert "Nothing is estimated while nobody reacts" in told
    assert "Hypothetical: nothing is counted above" in told
    assert "187 customers sign at prices that are +1.1% in all" in told
    assert not sliders(app)
    assert len(app.get("plotly_chart")) == 3  # the curve, its months, the tornado; nothing that is expected
    assert respond.SWITCHES not in app.query_params


def test_a_loss_has_no_gain_to_lose_and_draws_no_break_even() -> None:
    app = opened("honest-20")
    assert seen(app.subheader[0].value).endswith("if nobody reacts; there is no gain to lose")
    assert "break-evens are shown where a change brings revenue" in said(app)


def test_where_nothing_moves_everything_is_said_without_a_picture() -> None:
    app = opened("say-17", ALL)
    assert app.subheader[0].value.startswith(("About \\$0", "About $0"))
    assert "No belief moves the change by a dollar" in said(app)


# On


def test_what_is_on_is_in_the_address_and_answers_with_a_range() -> None:
    app = opened("starter-plus-10", ["Conversion", "Churn"])
    assert seen(app.subheader[0].value) == f"{RANGE}; {GONE}"
    assert set(sliders(app)) == {
        f"price_change_{name}_{key}" for name in ("churn", "conversion") for key in RESPONSES[name]
    }
    steps = app.dataframe[0].value
    assert list(steps["response"]) == ["Static", "Churn", "Conversion", "Together", "At least", "At most"]
    assert list(steps["change"]) == ["+$44,923.62", "−$1.4k", "−$16k", "+$27k", "+$1.5k", "+$45k"]
    assert "Hypothetical" not in said(app)


def test_switching_by_hand_is_the_same_as_coming_by_a_link() -> None:
    app = opened("starter-plus-10")
    app.button_group(key=respond.SWITCHES).set_value(["Churn", "Conversion"]).run()
    assert seen(app.subheader[0].value) == f"{RANGE}; {GONE}"


def test_a_belief_moves_what_is_expected_and_is_in_the_address() -> None:
    app = opened("starter-plus-10", ["Conversion"])
    expected = list(app.dataframe[0].value["change"])[1]
    app.slider(key="price_change_conversion_elasticity").set_value(-1.0).run()
    moved = list(app.dataframe[0].value["change"])[1]
    assert (expected, moved) == ("−$16k", "−$21k")  # at -1, all of the 21,264.41 that new customers would bring
    link = opened("starter-plus-10", ["Conversion"], price_change_conversion_elasticity="-1.0")
    assert list(link.dataframe[0].value["change"])[1] == moved
    beliefs = link.dataframe[-1].value
    row = beliefs[beliefs["belief"] == "Elasticity on the price seen"].iloc[0]
    assert (row["value"], row["low"], row["high"], row["evidence"]) == ("−1", "−1.5", "0", "a belief")


@pytest.mark.parametrize("wrong", ["-3", "0.5", "much", "nan"])
def test_a_belief_outside_its_range_is_as_on_file(wrong: str) -> None:
    app = opened("starter-plus-10", ["Conversion"], price_change_conversion_elasticity=wrong)
    assert list(app.dataframe[0].value["change"])[1] == "−$16k"


def test_an_unknown_response_of_a_link_is_said() -> None:
    app = opened("starter-plus-10", ["Chrn"])
    assert "did you mean 'Churn'?" in app.warning[0].value.replace("\\", "")
    assert "Nothing is estimated while nobody reacts" in said(app)


@pytest.mark.parametrize("horizon", ["The last months", "The months to come"])
@pytest.mark.parametrize("scenario", ["pass-the-fee-on", "pure-consumption", "stratified-allowances", "words-per-word"])
def test_everything_on_never_breaks(scenario: str, horizon: str) -> None:
    app = opened(scenario, ALL, price_change_horizon=horizon)
    assert "the beliefs of all responses go" in app.subheader[0].value or app.subheader[0].value.startswith("About")
    assert len(sliders(app)) == sum(map(len, RESPONSES.values()))
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


# What it says


def test_every_response_and_belief_has_its_words() -> None:
    assert list(respond.NAMES) == list(RESPONSES)
    assert set(respond.WORDS) == {f"{name}.{key}" for name, keys in RESPONSES.items() for key in keys}


@pytest.mark.parametrize("horizon", [PAST, AHEAD])
def test_an_empty_scenario_with_everything_on_is_exactly_nothing(desk: Desk, horizon: str) -> None:
    empty = Scenario("empty", "Empty", "", "", desk.book.id, None, {})
    found = answered(desk, empty, desk.responses.switched(RESPONSES), horizon)
    assert set(found.steps["delta_usd"]) == {0.0}
    assert respond.finding(found) == "About $0, as far as the beliefs of all responses go; there is no gain to lose"


def test_every_table_leaves_as_csv_and_a_tornado_says_whether_it_is_hypothetical(desk: Desk) -> None:
    for responses, hypothetical in ((desk.responses, True), (desk.responses.switched(RESPONSES), False)):
        found = answered(desk, desk.scenario("starter-plus-10"), responses)
        whole = {**respond.tables(found), "Beliefs": respond.listed_beliefs(found.responses)}
        for frame in whole.values():
            assert exports.csv(frame).count(b"\n") == len(frame) + 1
        assert set(whole["Tornado"]["is_hypothetical"]) == {hypothetical}
        assert list(whole["Responses"]["response"])[:7] == ["Static", *ALL]
        assert list(whole["Beliefs"]["is_counted"]) == [not hypothetical] * 15


def test_a_share_stands_beside_how_many_it_is_of(desk: Desk) -> None:
    rows = respond.listed_break_evens(answered(desk, desk.scenario("starter-plus-10"), desk.responses))
    assert list(rows["of"]) == [157, 187, 187]
    assert list(rows["lost"]) == ["2.7", "4.1", "1.9"]  # 157 x 1.72 %, 187 x 2.20 %, 187 x 1.04 %


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "$0"),
        (0.4, "$0"),
        (-0.4, "$0"),
        (9.6, "+$10"),
        (94.4, "+$94"),
        (996, "+$1k"),
        (1_494, "+$1.5k"),
        (-1_412.34, "−$1.4k"),
        (27_409, "+$27k"),
        (999_999, "+$1M"),
        (1_249_999, "+$1.2M"),
        (-0.6, "−$1"),
    ],
)
def test_an_estimate_has_two_digits(amount: float, words: str) -> None:
    assert numbers.about(amount) == words == numbers.about(Decimal(str(amount)))


def test_where_nobody_answers_no_waterfall_is_drawn() -> None:
    """Lower prices: by the beliefs as they stand nobody stays longer for it, so of churn nothing is expected."""
    app = opened("honest-20", ["Churn"])
    assert list(app.dataframe[0].value["change"])[:2] == ["−$45,458.08", "$0"]
    assert len(app.get("plotly_chart")) == 1  # the tornado: what else could be believed
