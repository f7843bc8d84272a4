"""Tables as a reader sees them: a true minus, rates without noise, and no row picked that nobody picked."""

import tomllib
from decimal import Decimal

import pandas as pd
import pytest

from lib.charts import Series
from lib.ui import cards, numbers
from lib.ui.legends import Legend
from lib.warehouse.feeds import read_feeds
from tests.conftest import ROOT
from tests.pages.test_every_page import PAGES, RECORDED
from tests.pages.visit import opened

LEGEND = Legend((Series("aws", "AWS Marketplace", "orange"),), (), (), {"aws": "AWS Marketplace"})
HEADERS = {"rail": "Rail", "delta_usd": "Change", "take_rate": "Rate", "probability_rate": "Chance"}
FRAME = pd.DataFrame(
    {
        "rail": ["aws", "aws"],
        "delta_usd": [Decimal("-1499.10"), None],
        "take_rate": [Decimal("-0.03"), Decimal("0.0366")],
        "probability_rate": [Decimal("0.85"), Decimal("0.1")],
    }
)


def test_what_is_below_zero_is_written_with_a_true_minus() -> None:
    written = cards._shown(FRAME, HEADERS, LEGEND)._translate(False, False)["body"]
    shown = [[cell["display_value"] for cell in row if cell["type"] == "td"] for row in written]
    assert shown[0][1:3] == ["−$1,499.10", "−3.00%"]
    assert shown[1][1:3] == ["—", "3.66%"]


def test_no_line_of_a_title_ends_between_a_sign_and_its_dollars() -> None:
    """A browser may break a line between two signs that stand before a number; U+2060 forbids it."""
    told = cards._title("It changes by between −$5.9k and +$1.2k, 3 − 2 and −4")
    assert told == "It changes by between −\u2060\\$5.9k and +\u2060\\$1.2k, 3 − 2 and −4"


def test_a_column_that_goes_below_zero_has_no_format_of_the_browser() -> None:
    columns = cards._columns(FRAME, HEADERS)
    formats = {name: column["type_config"]["format"] for name, column in columns.items() if name != "rail"}
    assert formats == {"delta_usd": None, "take_rate": None, "probability_rate": "%.0f%%"}


def test_no_page_writes_a_false_minus() -> None:
    for page in PAGES:
        app = opened(page)
        words = [part.value for part in (*app.title, *app.subheader, *app.metric)]
        words += [str(card.delta) for card in app.metric]
        assert not [one for one in words if "-$" in one.replace("\\", "") or one.startswith("-")]


@pytest.mark.parametrize(
    ("column", "number", "words"),
    [
        ("probability_rate", "85.000", "85%"),
        ("take_rate", "3", "3.00%"),
        ("weighted_usd", "-1250.4", "−1,250"),
        ("fee_usd", "-0.5", "−$0.50"),
        ("used_quantity", "-12.50", "−12.5"),
    ],
)
def test_a_column_says_how_its_numbers_are_written(column: str, number: str, words: str) -> None:
    assert numbers.in_table(column)(float(number)) == words


def test_other_rows_start_with_none_picked() -> None:
    keys = {product: _key(opened("pipeline", focus_product=product)) for product in ("Vellocity", "Control plane")}
    assert keys["Vellocity"] != keys["Control plane"]
    assert keys["Vellocity"] == _key(opened("pipeline", focus_product="Vellocity"))


def _key(app) -> str:
    return next(table.proto.id for table in app.dataframe if "pipeline_deals" in table.proto.id)


@pytest.mark.parametrize("page", sorted(RECORDED))
def test_recorded_facts_say_that_no_scenario_applies(page: str) -> None:
    foot = opened(page, scenario="honest-20").main.caption[-1].value.replace("\\", "")
    assert "recorded facts: no scenario applies" in foot
    assert "scenario baseline" not in foot


def test_every_feed_has_a_name_of_its_own() -> None:
    feeds = [feed.name for feed in read_feeds(ROOT / "data" / "feeds")]
    assert [feed for feed in feeds if feed not in numbers._FEEDS] == []


def test_tables_leave_by_the_buttons_that_defuse_them() -> None:
    client = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["client"]
    assert client["disableDataExport"] is True
