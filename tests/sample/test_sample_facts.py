"""The sample's CRM remembers how its facts came to be, and tells one story on both evenings."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from world import build, facts
from world.facts import Change
from world.people import Customer

COLUMN = {
    "AWS account": "has_account",
    "AWS partner": "is_partner",
    "AWS Marketplace seller": "is_seller",
    "Marketplace integrator": "integrator",
}


@pytest.fixture(scope="module")
def changes(world: build.World) -> list[Change]:
    return facts.history(world.setting, world.contracts)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_customers_climbed_listed_and_were_asked(changes: list[Change]) -> None:
    kinds = Counter((change.fact, change.old, change.new) for change in changes if change.fact != "integrator")
    assert kinds["is_seller", "no", "yes"] >= 10 and kinds["is_partner", "no", "yes"] >= 5
    assert kinds["has_account", "no", "yes"] >= 1
    assert sum(count for (_, old, _), count in kinds.items() if old == "unknown") >= 10
    assert {bool(change.old) for change in changes if change.fact == "integrator"} == {True, False}


def test_a_history_ends_where_the_fact_is_today(changes: list[Change]) -> None:
    last: dict[tuple[Customer, str], str] = {}
    for change in changes:
        assert last.get((change.customer, change.fact), change.old) == change.old, "each change follows the one before"
        last[change.customer, change.fact] = change.new
    assert last and all(getattr(customer, fact) == value for (customer, fact), value in last.items())


def test_nothing_was_entered_before_the_customer_came_after_it_left_or_in_the_last_month(
    world: build.World, changes: list[Change]
) -> None:
    stays = {person: [one for one in world.contracts if one.customer == person] for person in world.people}
    for change in changes:
        own = stays[change.customer]
        assert own[0].started < change.on <= date(2026, 9, 30)
        assert change.on < own[-1].until(world.setting.window.as_of)


def test_who_buys_on_aws_had_an_account_all_along(changes: list[Change]) -> None:
    assert {change.customer.rail for change in changes if change.fact == "has_account"} == {"stripe"}


def test_an_earlier_evening_shows_the_facts_of_that_evening(tmp_path: Path) -> None:
    for name, months_ago in (("then", 6), ("now", 0)):
        build.write(build.imagine(120, 20261031, 24, months_ago), tmp_path / name, lambda _: None)
    then, now = (rows(tmp_path / name / "crm" / "company_history.csv") for name in ("then", "now"))
    evening = "2026-04-30"
    assert then == [row for row in now if row["Changed at"] <= evening] and then != now
    today = {row["Company ID"]: row for row in rows(tmp_path / "now" / "crm" / "companies.csv")}
    for row in rows(tmp_path / "then" / "crm" / "companies.csv"):
        later = [one for one in now if one["Company ID"] == row["Company ID"] and one["Changed at"] > evening]
        first = {one["Property"]: one["Old value"] for one in reversed(later)}
        for name in COLUMN:
            assert row[name] == first.get(name, today[row["Company ID"]][name])
        assert bool(row["AWS account ID"]) == (row["AWS account"] == "yes")


def test_the_last_two_evenings_agree(world: build.World, changes: list[Change]) -> None:
    before = world.setting.window.as_of - timedelta(days=31)
    assert all(change.on <= before for change in changes)
    assert all(facts.as_known(person, changes, before) == person for person in world.people)
