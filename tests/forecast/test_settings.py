"""What data/forecast.toml says, and what of it is refused."""

import re
from decimal import Decimal

import pytest

from lib.forecast.beliefs import AssumptionsError
from lib.forecast.settings import Reach, parse_settings
from tests.conftest import ROOT

DOCUMENT = (ROOT / "data" / "forecast.toml").read_text()


def test_every_choice_has_its_why_and_nobody_set_a_target():
    settings = parse_settings(DOCUMENT)
    assert all(len(why) > 20 for why in settings.whys.values())
    assert {"run.seed", "backtest.horizons", "levels", "target"} <= settings.whys.keys()
    assert settings.levels == (0.5, 0.8, 0.9) and settings.backtest.horizons == (1, 3, 6, 12)
    assert settings.backtest.fewest_origins == 8 and settings.run.paths_quick == 2000
    assert settings.target_mrr_usd is None and settings.lever_swing == Decimal("0.20")
    assert settings.levers["churn"] == Reach(0, 3) and settings.levers["third_party"] == Reach(0, 1)


def test_a_target_is_an_amount_in_whole_dollars_as_the_page_asks():
    assert parse_settings(DOCUMENT.replace('"not set"', "750000")).target_mrr_usd == Decimal(750000)


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("[months]", "[month]", r"data/forecast\.toml has no key 'month'; did you mean 'months'"),
        ("paths_quick =", "path_quick =", r"run has no key 'path_quick'; did you mean 'paths_quick'"),
        ("value = 2_000,", "value = 0,", r"run\.paths_quick is 0; write a whole number above 0"),
        ("value = 2_000,", "value = 2.5,", r"run\.paths_quick is .*2\.5.*; write a whole number above 0"),
        ("value = 2_000,", "value = true,", r"run\.paths_quick is True; write a whole number above 0"),
        ("value = 2_000,", "value = 20_000,", r"paths must rise from paths_quick over paths_final"),
        ("value = 24,", "value = 72,", r"months must rise from least over start to most"),
        ("[0.5, 0.8, 0.9]", "[0.8, 0.5]", r"levels is .*; numbers above 0, the smallest first"),
        ("[0.5, 0.8, 0.9]", "[0.5, 1.5]", r"levels is .*1\.5.*; write a fraction between 0 and 1, 90 % as 0\.9"),
        ("[0.5, 0.8, 0.9]", '"0.9"', r"levels is '0\.9'; write a list of numbers"),
        (
            '[0.0, 3.0], why = "From nobody comes',
            '[2.0, 3.0], why = "F',
            r"levers\.arrivals is .*; write factors around 1\.0",
        ),
        (
            '[0.0, 1.0], why = "A share of new',
            '[0.0, 2.0], why = "A',
            r"levers\.third_party is .*; write shares between",
        ),
        (
            '[0.0, 3.0], why = "From nobody comes',
            '3.0, why = "F',
            r"levers\.arrivals is .*; write the least and the most",
        ),
        (
            "[1, 3, 6, 12]",
            "[1, 2.5]",
            r"backtest\.horizons are whole months of at most months\.most, 60; here is \[1, 2\.5\]",
        ),
        (
            "value = 0.10, why = \"A customer's",
            "value = 10, why = \"A customer's",
            r"yearly_discount is 10; write a fraction",
        ),
        ('"not set"', '"soon"', r"target\.mrr_usd: 'soon' is not a number; .* or write 'not set'"),
        ('"not set"', "750000.50", r"target\.mrr_usd is 750000\.50; write whole USD from 1 to 1,000,000,000"),
        ('"not set"', "2_000_000_000", r"target\.mrr_usd is 2000000000; write whole USD"),
        ('"not set"', "nan", r"target\.mrr_usd: NaN is not a finite number"),
        ('"not set"', "-1", r"target\.mrr_usd is -1; a target lies above 0"),
        ('"Any whole number: the', '"", was = "the', r"run\.seed needs a why"),
        ("[run]", "[run", r"data/forecast\.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(was, becomes, sentence):
    assert was in DOCUMENT
    with pytest.raises(AssumptionsError, match=sentence):
        parse_settings(DOCUMENT.replace(was, becomes, 1))


NO_NUMBERS = ("nan", "inf", "-inf", "1e400", "true")


@pytest.mark.parametrize("given", NO_NUMBERS)
@pytest.mark.parametrize(
    ("was", "key"),
    [
        ('{ value = 0.10, why = "Coverage', "backtest.fails_below"),
        ('{ value = 0.10, why = "A customer', "lifetime.yearly_discount"),
        ('{ value = 0.20, why = "How far', "tornado.lever_swing"),
        ("value = [0.5, 0.8, 0.9]", "levels"),
        ("value = [1, 3, 6, 12]", "backtest.horizons"),
        ('[0.0, 3.0], why = "From nobody leaves', "levers.churn"),
        ('[0.0, 1.0], why = "A share of new', "levers.third_party"),
    ],
)
def test_what_is_no_number_is_refused_wherever_it_stands(was: str, key: str, given: str) -> None:
    """As the last number of a list, or the only one: one sentence, which names file and key."""
    last = re.findall(r"[\d.]+(?=[],])", was)[-1]
    place = was.rindex(last)
    becomes = was[:place] + given + was[place + len(last) :]
    with pytest.raises(AssumptionsError, match=rf"^data/forecast\.toml: {re.escape(key)} (is|are) ") as refused:
        parse_settings(DOCUMENT.replace(was, becomes, 1))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("[0.5, 0.8, 0.9]", "[0.9]", r"levels is \[0\.9\]; page, chart and verb .*: write \[0\.5, 0\.8, 0\.9\]"),
        ("[0.5, 0.8, 0.9]", "[0.5, 0.8, 0.95]", r"levels is \[0\.5, 0\.8, 0\.95\]; page, chart and verb"),
        ("[1, 3, 6, 12]", "[1, 1000]", r"at most months\.most, 60; here is \[1, 1000\]"),
        ("value = 60, ", "value = 1_000_000_000, ", r"months\.most is 1000000000; write a whole number from 1 to 120"),
        ("value = 6, ", "value = 60, ", r"months must rise from least over start to most"),
        ("block       = { value = ", f"block = {{ value = {10**22}", r"run\.block is 10{22}\d+; .* from 1 to 10,000"),
        ("value = 400,", "value = 1,", r"backtest\.paths is 1; write a whole number from 20 to 10,000"),
        ("value = 50_000,", "value = 10_000_000,", r"paths_most is 10000000; write a whole number from 1 to 200,000"),
        ('{ value = 0.10, why = "Cov', '{ value = 1e-400, why = "Cov', r"fails_below is .*; write a fraction"),
        ('{ value = 0.10, why = "Cov', f'{{ value = 0.{"9" * 30}, why = "Cov', r"fails_below is .*; write a fraction"),
        ('[0.0, 3.0], why = "From nobody comes', '[1.0, 1.0], why = "F', r"arrivals is \[1\.0, 1\.0\]; write fac"),
        ('[0.0, 3.0], why = "From nobody comes', '[0.0, 99.0], why = "F', r"arrivals is .*; .* at most 10\.0, in hund"),
        ('[0.0, 3.0], why = "From nobody comes', '[0.0, 1.001], why = "F', r"arrivals is .*; .*, in hundredths"),
    ],
)  # fmt: skip
def test_what_engine_and_page_cannot_do_is_refused_at_the_door(was: str, becomes: str, sentence: str) -> None:
    assert was in DOCUMENT
    with pytest.raises(AssumptionsError, match=sentence):
        parse_settings(DOCUMENT.replace(was, becomes, 1))


def test_months_that_leave_nothing_to_choose_are_refused() -> None:
    one = DOCUMENT.replace("least = { value = 6,", "least = { value = 24,").replace("value = 60,", "value = 24,")
    with pytest.raises(AssumptionsError, match="months must rise from least over start to most"):
        parse_settings(one)
