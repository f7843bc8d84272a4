"""The golden numbers of price changes, held by a second calculation that shares no code with the desk."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.independent import price_change

Table = list[dict[str, str]]
STATES = [f"{state}_usd" for state in price_change.STATES]


@pytest.fixture(scope="module")
def worked_out(desk_folder: Path) -> dict[str, list[dict[str, object]]]:
    return price_change.tables(desk_folder)


@pytest.mark.parametrize("name", price_change.TITLES)
def test_the_golden_table_is_what_the_second_calculation_says(name: str, worked_out: dict[str, Table]) -> None:
    assert (price_change.GOLDEN / name).read_text() == price_change.text(name, worked_out[name])


@pytest.mark.parametrize("name", ["price_change.csv", "price_change_dated.csv"])
def test_the_parts_are_what_could_move_to_the_cent(name: str) -> None:
    for row in price_change.read(name):
        assert sum(Decimal(row[state]) for state in STATES) == Decimal(row["could_delta_usd"])
        assert row["repriced_usd"] == row["moved_delta_usd"]


def test_the_months_add_up_to_the_window() -> None:
    months = price_change.read("price_change_month.csv")
    for row in price_change.read("price_change.csv"):
        own = [month for month in months if month["scenario"] == row["scenario"]]
        sums = {which: sum(Decimal(month[f"{which}_usd"]) for month in own) for which in ("baseline", "could", "did")}
        assert len(own) == 12
        assert sums["baseline"] == Decimal(row["baseline_usd"])
        assert sums["could"] - sums["baseline"] == Decimal(row["could_delta_usd"])
        assert sums["did"] - sums["baseline"] == Decimal(row["moved_delta_usd"])
