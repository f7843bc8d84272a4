"""A simulation judged: margin by month beside SQL, which ready scenarios pass the gate, and costs nobody recorded."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lib.costs import Missing
from lib.desk import AHEAD, BASELINE, OUTCOMES, PROPOSED, REACHED, Desk, Judgement, Simulation, judging
from lib.desk.judging import facts, verdicts
from lib.guardrails import BROKEN, KEPT, UNDECIDED, parse
from lib.impact.cliffs import Cliffs
from lib.outcome import Population
from lib.warehouse.settings import connect
from tests.conftest import cases
from tests.independent import price_change
from tests.test_costs import starter

ON_COSTS = {"gross_margin", "margin_after_infrastructure", "infrastructure", "below_cost"}
MONTHS = price_change.read("price_change_month.csv")


@pytest.fixture(scope="module")
def desk(desk_folder: Path) -> Desk:
    return Desk.open(desk_folder)


@pytest.fixture(scope="module")
def sql(desk_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(desk_folder / (desk_folder / "current").read_text().strip(), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def ran(desk: Desk) -> Callable[[str], tuple[Simulation, Judgement]]:
    """A ready scenario simulated and judged, once."""
    kept: dict[str, tuple[Simulation, Judgement]] = {}

    def of(key: str) -> tuple[Simulation, Judgement]:
        if key not in kept:
            simulation = desk.simulate(desk.scenario(key))
            kept[key] = simulation, desk.judgement(simulation)
        return kept[key]

    return of


# Which scenarios pass


@pytest.mark.parametrize("case", cases("ready_gates"))
def test_a_ready_scenario_breaks_what_the_table_says(case: dict[str, Any], ran: Any) -> None:
    _, judged = ran(case["name"])
    found = {one.limit.key: one for one in judged.verdicts}
    assert [key for key, one in found.items() if one.verdict == BROKEN] == case["broken"]
    assert not any(one.verdict == UNDECIDED for one in judged.verdicts)
    assert judged.is_broken == bool(case["broken"])
    for key, figure in case["figures"].items():
        wanted = Decimal(figure)
        assert round(found[key].measured, -wanted.as_tuple().exponent) == wanted, key
    assert [one.words for one in judged.claims.mended] == case["mended"]
    assert [one.words for one in judged.claims.still_false] == case["still"]
    assert judged.claims.made_false == ()


def test_the_table_speaks_of_every_scenario_on_file(desk: Desk) -> None:
    assert sorted(case.values[0]["name"] for case in cases("ready_gates")) == desk.scenario_keys()


def test_a_scenario_that_breaks_a_promise_is_broken_by_it(desk: Desk) -> None:
    """A year at $3,100 saves 1 - 3,100 / 3,588 = 13.6 %: who then says "Save 17%" says something false in new words."""
    scenario = replace(desk.scenario("say-17"), changes={"plans": {"starter-annual": {"list_price": 3100}}})
    judged = desk.judgement(desk.simulate(scenario))
    assert [one.limit.key for one in judged.verdicts if one.verdict == BROKEN] == ["claims"]
    assert [one.words for one in judged.claims.made_false] == ["Save 17%"]
    assert judged.claims.still_false == judged.claims.mended == ()


def test_other_limits_than_those_on_file_may_be_asked(desk: Desk, ran: Any) -> None:
    simulation, _ = ran("honest-20")
    strict = parse(
        'fewest_customers = 5\nfewest_source = "a test"\n[limits.none]\nwords = "Revenue"\n'
        'measure = "revenue_change"\nat_least = 0\nsource = "a test"\nwhy = "a test"\n'
        'where = { tier = "starter" }\n'
    )
    (one,) = verdicts(desk, simulation, strict)
    starters = {line.contract.customer_id for line in simulation.baseline.lines if line.contract.tier == "starter"}
    assert (one.verdict, one.limit.key) == (BROKEN, "none")  # 2,870 for 2,990
    assert one.n is not None and 0 < one.n <= len(starters)


def test_cliffs_are_looked_for_only_where_a_limit_asks(desk: Desk, ran: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    simulation, _ = ran("say-17")
    monkeypatch.setattr(judging, "cliffs_by_book", lambda *asked: looked.append(asked) or Cliffs((), (), {}))
    for without in (False, True):
        verdicts(desk, simulation, [one for one in desk.guardrails if without or one.key != "cliffs"])
        assert bool(looked) == without


def test_a_customer_is_who_the_newest_contract_says() -> None:
    first = starter(ended_on=date(2026, 5, 16), end_reason="upgrade")
    second = replace(first, contract_id="k2", tier="accelerate", started_on=date(2026, 5, 16), ended_on=None)
    second = replace(second, end_reason=None, about={"persona": "seller_3pi"})
    known = facts(Population({"k2": second, "k1": first}, ()))
    assert known["c-1"]["tier"] == "accelerate" and known["c-1"]["persona"] == "seller_3pi"
    assert "region" not in known["c-1"]


# Margin by month, beside SQL over the marts and the second calculation of revenue

USAGE_COST = """
    select used.usage_month, sum(used.quantity::decimal(20, 6) * cost_usd_per_unit)
    from marts.usage_month used join marts.unit_cost costs
      on costs.dimension = used.dimension and costs.cost_month = used.usage_month
    where used.contract_id is not null and used.usage_month >= ? and used.usage_month < ?
    group by all
"""
INFRASTRUCTURE = """
    select spend_month, sum(amount_usd) from marts.spend_month
    where category = 'infrastructure' and product = 'vellocity' group by all
"""


@pytest.mark.parametrize("key", ["honest-20", "images-at-six-cents", "pure-consumption"])
def test_margin_by_month_is_revenue_less_what_sql_says_usage_cost(key: str, ran: Any, sql: Any, desk: Desk) -> None:
    _, judged = ran(key)
    cost = dict(sql.cursor().execute(USAGE_COST, list(desk.window)).fetchall())
    spent = dict(sql.cursor().execute(INFRASTRUCTURE).fetchall())
    rows = [row for row in MONTHS if row["scenario"] == key]
    assert len(rows) == 12
    for place, row in enumerate(rows):
        month = date.fromisoformat(f"{row['month']}-01")
        revenue = dict(
            zip(OUTCOMES, (Decimal(row[f"{side}_usd"]) for side in ("baseline", "could", "did")), strict=True)
        )
        for side in OUTCOMES:
            one = judged.margins[side].months[place]
            assert (one.month, one.revenue, one.usage_cost) == (month, revenue[side], cost[month])
            assert one.gross == revenue[side] - cost[month]
            assert one.after_infrastructure == revenue[side] - cost[month] - spent[month]


def test_the_other_reading_takes_the_marketplaces_fee_off(desk: Desk, ran: Any) -> None:
    """Read as a cost of revenue, the fee of every AWS line goes off the margin; and a line's fee is 3 % or less."""
    simulation, judged = ran("say-17")
    scenario = replace(desk.scenario("say-17"), changes={"settings": {"marketplace_fee": "revenue"}})
    read = desk.judgement(desk.simulate(scenario)).margins
    kept = judged.margins[PROPOSED].total.marketplace_fee
    aws = sum(line.amount or 0 for line in simulation.proposed.lines if line.contract.rail == "aws")
    assert 0 < kept <= aws * Decimal("0.03") + 1
    assert read[BASELINE].total.gross == judged.margins[BASELINE].total.gross
    assert read[PROPOSED].total.gross == read[REACHED].total.gross == judged.margins[PROPOSED].total.gross - kept


def test_nothing_changed_leaves_the_same_margin_three_times(ran: Any) -> None:
    _, judged = ran("say-17")
    assert judged.margins[BASELINE] == judged.margins[PROPOSED] == judged.margins[REACHED]
    assert judged.dimensions[BASELINE] == judged.dimensions[PROPOSED] == judged.dimensions[REACHED]


# What nobody recorded


@pytest.mark.parametrize("gone", ["unit_cost", "spend_month"])
def test_without_costs_their_limits_are_undecided_and_never_kept(gone: str, desk_folder: Path) -> None:
    blind = Desk.open(desk_folder)
    blind.__dict__["warehouse"] = Blind(blind.warehouse, gone)
    judged = blind.judgement(blind.simulate(blind.scenario("honest-20")))
    undecided = {one.limit.key for one in judged.verdicts if one.verdict == UNDECIDED}
    infrastructure = {"margin_after_infrastructure", "infrastructure"}
    assert undecided == (infrastructure if gone == "spend_month" else ON_COSTS - {"infrastructure"})
    assert not judged.is_broken
    if gone == "unit_cost":
        assert isinstance(judged.margins[PROPOSED].total.gross_rate, Missing)
        assert "the unit cost of " in judged.margins[PROPOSED].total.gross_rate.words
    assert blind.warehouse._warehouse.rows(gone), "the sample has them"


class Blind:
    """A warehouse in which one mart has no rows."""

    def __init__(self, warehouse: Any, gone: str) -> None:
        self._warehouse, self._gone = warehouse, gone

    def rows(self, mart: str, **where: Any) -> list[dict[str, Any]]:
        return [] if mart == self._gone else self._warehouse.rows(mart, **where)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._warehouse, name)


def test_of_months_to_come_nobody_knows_the_infrastructure(desk: Desk) -> None:
    judged = desk.judgement(desk.simulate(desk.scenario("honest-20"), horizon=AHEAD))
    undecided = {one.limit.key for one in judged.verdicts if one.verdict == UNDECIDED}
    assert undecided == {"margin_after_infrastructure", "infrastructure"}
    assert {one.limit.key for one in judged.verdicts if one.verdict == KEPT} >= {"gross_margin", "claims", "cliffs"}
    assert judged.margins[PROPOSED].carried, "unit costs of the newest month stand in, and say so"
