"""What data/forecast.toml says, and what of it is refused."""

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


def test_a_target_is_an_exact_amount():
    assert parse_settings(DOCUMENT.replace('"not set"', "750000.50")).target_mrr_usd == Decimal("750000.50")


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
        ("[1, 3, 6, 12]", "[1, 2.5]", r"backtest\.horizons are whole months"),
        (
            "value = 0.10, why = \"A customer's",
            "value = 10, why = \"A customer's",
            r"yearly_discount is 10; write a fraction",
        ),
        ('"not set"', '"soon"', r"target\.mrr_usd: 'soon' is not a number; .* or write 'not set'"),
        ('"not set"', "-1", r"target\.mrr_usd is -1; a target lies above 0"),
        ('"Any whole number: the', '"", was = "the', r"run\.seed needs a why"),
        ("[run]", "[run", r"data/forecast\.toml is not TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(was, becomes, sentence):
    assert was in DOCUMENT
    with pytest.raises(AssumptionsError, match=sentence):
        parse_settings(DOCUMENT.replace(was, becomes, 1))
