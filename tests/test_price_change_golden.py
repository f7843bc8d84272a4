"""The golden numbers of price changes: said by a second calculation that shares no code with the desk, and by it."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.catalog.rollout import OwnNotice
from lib.catalog.scenario import Scenario
from lib.desk import Desk, Simulation
from lib.outcome import Outcome
from tests.independent import price_change

Row = dict[str, str]
STATE_OF = {
    "repriced": "repriced",
    "in notice": "in_notice",
    "grandfathered": "grandfathered",
    "contract-locked": "contract_locked",
    "prepaid until renewal": "prepaid",
    "before": "before",
}
READY = price_change.read("price_change.csv")
DATED = price_change.read("price_change_dated.csv")


def named(row: Row) -> str:
    return " ".join(
        row.get(key, "") for key in ("scenario", "cohort", "effective", "aws_notice", "freeze_until")
    ).strip()


@pytest.fixture(scope="module")
def worked_out(desk_folder: Path) -> dict[str, list[Row]]:
    return price_change.tables(desk_folder)


@pytest.fixture(scope="module")
def desk(desk_folder: Path) -> Desk:
    return Desk.open(desk_folder)


@pytest.mark.parametrize("name", price_change.TITLES)
def test_the_golden_table_is_what_the_second_calculation_says(name: str, worked_out: dict[str, list[Row]]) -> None:
    assert (price_change.GOLDEN / name).read_text() == price_change.text(name, worked_out[name])


@pytest.mark.parametrize("row", READY + DATED, ids=named)
def test_the_golden_parts_sum_to_what_could_move(row: Row) -> None:
    assert sum(Decimal(row[f"{state}_usd"]) for state in STATE_OF.values()) == Decimal(row["could_delta_usd"])
    assert row["repriced_usd"] == row["moved_delta_usd"]


@pytest.mark.parametrize("row", READY, ids=named)
def test_the_desk_says_the_same_of_every_ready_scenario(row: Row, desk: Desk) -> None:
    simulation = desk.simulate(desk.scenario(row["scenario"]))
    assert amounts(simulation) == {key: row[key] for key in amounts(simulation)}
    assert directions(simulation) == {way: int(row[way]) for way in ("up", "down", "unchanged")}
    assert months(simulation) == [
        (month["month"], month["baseline_usd"], month["could_usd"], month["did_usd"])
        for month in price_change.read("price_change_month.csv")
        if month["scenario"] == row["scenario"]
    ]


@pytest.mark.parametrize("row", DATED, ids=named)
def test_the_desk_says_the_same_from_a_day_inside_the_window(row: Row, desk: Desk) -> None:
    simulation = desk.simulate(redated(desk.scenario(row["scenario"]), row))
    assert amounts(simulation) == {key: row[key] for key in amounts(simulation)}


def redated(scenario: Scenario, row: Row) -> Scenario:
    """A scenario on file, with the dates, the cohort and the notice of a row."""
    rollout = replace(scenario.rollout, cohort=row["cohort"], notice=notices(row))
    return replace(scenario, effective=date.fromisoformat(row["effective"]), rollout=rollout)


def notices(row: Row) -> dict[str, OwnNotice]:
    if row["freeze_until"]:
        frozen = OwnNotice(freeze_until=date.fromisoformat(row["freeze_until"]), source="a promise")
        return {"stripe": frozen, "aws": frozen}
    days, _, lands_on = row["aws_notice"].partition(" ")
    return {"aws": OwnNotice(days=int(days), lands_on=lands_on, source="AWS seller guide")} if days else {}


def amounts(simulation: Simulation) -> Row:
    sums = {
        "baseline": simulation.baseline.revenue,
        "could_delta": simulation.delta,
        "moved_delta": simulation.moved,
        **{STATE_OF[state]: amount for state, amount in simulation.parts.by_state.items()},
    }
    return {f"{key}_usd": f"{amount:.2f}" for key, amount in sums.items()}


def directions(simulation: Simulation) -> dict[str, int]:
    """Customers whose bill rises, falls or stays; who has nothing but lines without a price has no bill."""
    billed = {line.contract.customer_id for line in simulation.baseline.lines if line.amount is not None}
    groups = Counter({group.split()[0]: 0 for group in simulation.groups})
    for group, number in simulation.groups.items():
        groups[group.split()[0]] += number
    unbilled = len({one.customer_id for one in simulation.customers} - billed)
    return {"up": groups["rises"], "down": groups["falls"], "unchanged": groups["unchanged"] - unbilled}


def months(simulation: Simulation) -> list[tuple[str, str, str, str]]:
    three = [by_month(one) for one in (simulation.baseline, simulation.proposed, simulation.reached)]
    return [(f"{month:%Y-%m}", *(f"{one[month]:.2f}" for one in three)) for month in sorted(three[0])]


def by_month(outcome: Outcome) -> dict[date, Decimal]:
    return {month: amount for month, amount in outcome.by(lambda line: line.month).items() if isinstance(month, date)}
