"""Steady bills and cliffs in frames: by hand, by the book each customer is on, and named where they are new."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lib.charts import Series
from lib.impact.predictability import CONSUMPTION, EVERYBODY, FLAT, HYBRID
from lib.impact.settings import parse_settings
from lib.outcome import Population, UsageCell
from lib.periods import months_between
from lib.ui import steadiness
from lib.ui.legends import Legend
from lib.ui.steadiness import PROPOSED, TODAY, Steady
from lib.ui.views.price_change import steady
from tests.conftest import ROOT
from tests.impact.people import REACH, contract
from tests.impact.simulated import about, simulated, together

SETTINGS = parse_settings((ROOT / "data" / "impact.toml").read_text())
HALF = (date(2026, 1, 1), date(2026, 7, 1))
LEGEND = Legend((), (), (Series("seller_3pi", "3PI", "green"),), {"seller_3pi": "3PI"})
VOLUME = {"settings": {"bands": "volume"}}
FREE_IMAGES = {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": 0}]}}}


def people(dimension: str, *quantities: int) -> Population:
    """One Starter contract that runs all six months, with these quantities in turn."""
    months = months_between(*HALF)
    cells = tuple(
        UsageCell("k1", dimension, month, Decimal(quantities[place % len(quantities)]))
        for place, month in enumerate(months)
    )
    return Population({"k1": contract({"started_on": HALF[0]})}, cells)


def of(population: Population, changes: dict[str, Any], where: dict[str, list[str]] | None = None) -> Steady:
    return steadiness.of(simulated(population, changes, HALF, where), REACH, SETTINGS, {"c-1": "Greenrise"})


def test_variation_by_hand_under_both_books() -> None:
    # Bills of 299 and 309 in turn: mean 304, deviation 5. Without a price on images every bill is 299.
    found = of(people("images", 100, 300), FREE_IMAGES)
    assert found.median(HYBRID, TODAY) == pytest.approx(5 / 304)
    assert found.median(HYBRID, PROPOSED) == 0
    assert found.median(FLAT) == 0
    # By consumption alone, at a price of nothing, nobody has a bill.
    assert found.median(CONSUMPTION) is None and found.factor is None


def test_personas_stand_in_the_legends_order_with_their_counts() -> None:
    crowd = together(about(people("images", 100, 300), persona="seller_3pi"), people("images", 100))
    rows = steady.listed_variation(of(crowd, {}), LEGEND)
    assert list(dict.fromkeys(rows["counted"])) == ["Everybody (n 2)", "3PI (n 1)", "Unknown (n 1)"]
    assert list(rows["kind"][:4]) == [FLAT, TODAY, PROPOSED, CONSUMPTION]


def test_whoever_was_not_served_for_half_a_year_is_not_measured() -> None:
    late = Population({"k1": contract({"started_on": date(2026, 3, 1)})}, ())
    found = of(late, VOLUME)
    assert found.median(HYBRID, TODAY) is None
    assert steady.finding(found) == "Nobody was served for 6 whole months; 0 new cliffs"


def test_a_new_cliff_is_named_with_its_month_and_gap() -> None:
    # 150,000 words: 100,000 over the allowance cost 0.10, one more 0.08 (impact.toml, unit_cliff). Six months of it.
    found = of(people("words", 150_000), VOLUME)
    assert found.cliffs("units", TODAY).empty
    new = found.cliffs("units", PROPOSED, new=True)
    assert list(new["month"]) == months_between(*HALF)
    first = new.iloc[0]
    assert (first["customer"], first["dimension"]) == ("Greenrise (c-1)", "words")
    assert (first["gap_usd"], first["cheapest_quantity"], first["is_next"]) == (Decimal("0.02"), 150_001, True)
    assert steadiness.gap(new) == Decimal("0.12")
    assert steady.cliff_words(found).startswith("Cliffs, where more use would cost less: 0 unit cliffs today, 6 under")


def test_a_cliff_that_was_there_is_not_new() -> None:
    # 250 workflows, 5 included: 245 at 5.00 = 1,225 above 299 is more than Accelerate's 1,499 under both books.
    found = of(people("gtm_workflows", 250), {"dimensions": {"images": {"bands": [{"from": 0, "unit_price": "0.06"}]}}})
    assert [len(found.cliffs("tiers", book)) for book in (TODAY, PROPOSED)] == [1, 1]
    assert found.cliffs("tiers", PROPOSED, new=True).empty
    # 299 + 1,225 − 1,499 = 25 a month, in all six months.
    only = found.cliffs("tiers", TODAY).iloc[0]
    assert (only["gap_usd"], only["cheaper_months"]) == (Decimal("150.00"), 6)


def test_cliffs_stand_only_where_the_change_reaches() -> None:
    crowd = together(
        about(people("words", 150_000), persona="seller_3pi"), about(people("words", 150_000), persona="x")
    )
    found = of(crowd, VOLUME, {"persona": ["seller_3pi"]})
    assert set(found.cliffs("units", PROPOSED, new=True)["contract_id"]) == {"k1-1"}


def test_the_panel_opens_with_both_variations_and_the_new_cliffs() -> None:
    assert steady.finding(of(people("words", 150_000), VOLUME)) == (
        "The middle customer's monthly bill varies by 0.0% under both books; 6 new cliffs"
    )
    assert steady.finding(of(people("images", 100, 300), FREE_IMAGES)) == (
        "The middle customer's monthly bill varies by 1.6% today and by 0.0% under the proposed book; 0 new cliffs"
    )


def test_everybody_is_no_persona_of_the_legend() -> None:
    rows = steadiness.by_persona(of(people("images", 100), {}), ["seller_3pi"])
    assert list(dict.fromkeys(rows["persona"])) == [EVERYBODY, "unknown"]
