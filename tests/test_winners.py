"""Winners and losers in frames: by hand, beside SQL over the sample, and in the words a reader reads."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lib.charts import Series
from lib.desk import Desk, Simulation
from lib.impact.groups import EVERYBODY
from lib.impact.settings import parse_settings
from lib.ui import winners
from lib.ui.legends import Legend
from lib.ui.views.price_change import who
from lib.ui.winners import Winners, ordered, shown_bins
from tests.conftest import ROOT
from tests.impact.people import JULY, REACH, alone
from tests.impact.simulated import about, simulated, together

SETTINGS = parse_settings((ROOT / "data" / "impact.toml").read_text())
LEGEND = Legend(
    rails=(Series("stripe", "Stripe", "purple"), Series("aws", "AWS Marketplace", "orange")),
    tiers=(Series("starter", "Starter", "sky"), Series("accelerate", "Accelerate", "blue")),
    personas=(Series("seller_3pi", "3PI", "green"),),
    names={},
)
STARTER_UP = {"plans": {"starter-monthly": {"list_price": 329}}}
# Six on Starter and one on Accelerate; only Starter rises, by 30 of 299.
CROWD = together(
    *(about(alone({}, JULY), region="EMEA") for _ in range(6)), about(alone({"plan": "accelerate-monthly"}, JULY))
)


def of_crowd() -> Winners:
    return winners.of(simulated(CROWD, STARTER_UP), REACH, SETTINGS, {"c-1": "Greenrise"})


def test_the_groups_are_those_of_a_hand() -> None:
    rows = ordered(of_crowd(), "tier", LEGEND).set_index("group")
    starter = rows.loc["starter"]
    assert [starter[name] for name in ("customers", "up", "down", "unchanged")] == [6, 6, 0, 0]
    assert (starter["change_usd"], starter["mean_change_usd"]) == (Decimal("180.00"), Decimal("30.00"))
    assert starter["share_rate"] == 1
    assert round(starter["change_rate"], 6) == Decimal("0.100334")  # 30 / 299
    assert rows.loc[EVERYBODY, "change_usd"] == Decimal("180.00")


def test_a_small_group_keeps_its_sum_and_tells_nothing_else() -> None:
    rows = ordered(of_crowd(), "tier", LEGEND).set_index("group")
    one = rows.loc["accelerate"]
    assert one["name"] == "Accelerate (fewer than 5)"
    assert (one["baseline_usd"], one["change_usd"]) == (Decimal("1499.00"), Decimal("0.00"))
    assert rows.loc[["accelerate"], ["customers", "up", "mean_change_usd", "change_rate"]].isna().all(axis=None)


def test_everybody_is_never_too_few() -> None:
    found = winners.of(simulated(alone({}, JULY), STARTER_UP), REACH, SETTINGS, {})
    assert list(found.by("tier")["customers"].isna()) == [True, False]
    assert found.by("tier")["customers"].iloc[-1] == 1


def test_tiers_rise_as_in_the_legend_and_everybody_is_last() -> None:
    assert list(ordered(of_crowd(), "tier", LEGEND)["group"]) == ["starter", "accelerate", EVERYBODY]
    assert list(ordered(of_crowd(), "region", LEGEND)["name"]) == ["EMEA", "Unknown (fewer than 5)", "Everybody"]


def test_the_words_name_the_ends_of_the_bills() -> None:
    assert winners.words_of("baseline bill, 5 groups", "1 of 5", LEGEND) == "Group 1 of 5 (lowest bills)"
    assert winners.words_of("baseline bill, 5 groups", "5 of 5", LEGEND) == "Group 5 of 5 (highest bills)"
    assert winners.words_of("baseline bill, 10 groups", "5 of 10", LEGEND) == "Group 5 of 10"


def test_the_bins_run_from_the_first_to_the_last_that_holds_somebody() -> None:
    # Six rise by 10.03 percent, one stays: between them two bins are empty, and stand there all the same.
    found = shown_bins(of_crowd())
    assert list(found["name"]) == ["unchanged", "rises 0.1% to 5%", "rises 5% to 10%", "rises 10% to 25%"]
    assert (list(found["customers"]), list(found["sign"])) == ([1, 0, 0, 6], [0, 1, 1, 1])


def test_an_open_bin_has_one_cut() -> None:
    doubled = {"plans": {"starter-monthly": {"list_price": 700}}}
    assert shown_bins(winners.of(simulated(CROWD, doubled), REACH, SETTINGS, {})).iloc[-1]["name"] == (
        "rises more than 100%"
    )
    cut = {"plans": {"starter-monthly": {"list_price": 99}, "starter-annual": {"list_price": 990}}}
    assert shown_bins(winners.of(simulated(CROWD, cut), REACH, SETTINGS, {})).iloc[0]["name"] == "falls more than 50%"


def test_the_panel_opens_with_who_pays_more() -> None:
    assert who.finding(of_crowd()) == "6 of 7 customers pay more, 0 pay less: +$180 in all"
    assert who.groups_words(of_crowd(), "tier", LEGEND) == "The most, +$180 of +$180 in all, falls to Starter"


def test_where_nobody_pays_more_it_says_so() -> None:
    found = winners.of(simulated(CROWD, {}), REACH, SETTINGS, {})
    assert who.finding(found) == "Nobody's bill moves by 0.1 percent: $0 over 7 customers"
    assert "the change makes none of them" in who.shock_words(found)


# The sample


@pytest.fixture(scope="module")
def result(desk: Desk) -> Simulation:
    return desk.simulate(desk.scenario("starter-plus-10"))


@pytest.fixture(scope="module")
def found(result: Simulation, desk: Desk) -> Winners:
    return winners.of(result, desk.reach, SETTINGS, {})


@pytest.fixture
def sql(desk_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(desk_folder / (desk_folder / "current").read_text().strip()), read_only=True)
    yield connection
    connection.close()


NEWEST = """
    select customer_id, {column} from marts.contract {join} where started_on < date '2026-11-01'
    qualify row_number() over (partition by customer_id order by started_on desc, contract_id desc) = 1
"""


@pytest.mark.parametrize("name", ["tier", "rail", "region"])
def test_groups_of_the_sample_are_those_of_sql(
    name: str, found: Winners, result: Simulation, sql: duckdb.DuckDBPyConnection
) -> None:
    """Who is in which group is asked of the marts; what they pay more is added up here."""
    join = "left join marts.customer using (customer_id)" if name == "region" else ""
    group_of = dict(sql.execute(NEWEST.format(column=name, join=join)).fetchall())
    expected: dict[str, Decimal] = {}
    for change in result.customers:
        group = group_of.get(change.customer_id) or "unknown"
        expected[group] = expected.get(group, Decimal(0)) + change.proposed - change.baseline
    rows = found.by(name)
    got = dict(zip(rows["group"], rows["change_usd"], strict=True))
    assert got.pop(EVERYBODY) == Decimal("51771.38")
    assert got == expected


def test_every_property_adds_up_to_the_golden_change(found: Winners) -> None:
    assert len(found.properties) == 7
    for name in found.properties:
        rows = found.by(name)
        groups = rows[rows["group"] != EVERYBODY]
        assert sum(groups["change_usd"]) == Decimal("51771.38")
        assert round(sum(groups["share_rate"]), 20) == 1


def test_counts_are_those_of_the_page(found: Winners, result: Simulation) -> None:
    everybody = found.by("rail").iloc[-1]
    assert (everybody["up"], everybody["down"]) == (found.pay_more, found.pay_less) == (210, 0)
    assert everybody["unchanged"] == result.groups["unchanged"]
    assert found.spread["customers"].sum() == found.shock.customers == 377


def test_jumps_that_the_change_makes_are_named(found: Winners) -> None:
    assert len(found.jumps) == len(found.shock.new) == 4
    limits = [usual * SETTINGS.shock_times for usual in found.jumps["usual_usd"]]
    assert all(bill > limit for bill, limit in zip(found.jumps["proposed_usd"], limits, strict=True))
