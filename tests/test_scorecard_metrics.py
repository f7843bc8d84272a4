"""Every metric of the strategy paper on a table small enough to count by hand, and every target at its very border."""

import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from lib import scorecard
from lib.desk import scoring
from lib.scorecard import NEVER, Measured, ScorecardError, Target, Unknown, parse_benchmarks, parse_metrics
from tests.conftest import ROOT, cases

FILE = tomllib.loads((ROOT / "tests" / "cases" / "metrics.toml").read_text(), parse_float=Decimal)
ON: date = FILE["as_of"]
PRODUCT: str = FILE["product"]
METRICS = (ROOT / "data" / "metrics.toml").read_text()
BENCHMARKS = (ROOT / "data" / "benchmarks.toml").read_text()
KNOWN = parse_metrics(METRICS, scoring.MEASURES)


def of(row: dict[str, Any], table: str) -> Measured:
    """A table of the case file through the formula of its name."""
    money = {key: Decimal(value) for key, value in row.items() if key.endswith("_usd")}
    match table:
        case "conversion":
            return scorecard.conversion(row["signups"], PRODUCT, ON, FILE["ours"]["conversion_after_days"])
        case "first_route":
            return scorecard.first_route(row["customers"], PRODUCT, ON)
        case "savings":
            return scorecard.savings(row["customers"], PRODUCT, ON)
        case "attach":
            return scorecard.attach(row["customers"], row["addons"], PRODUCT, ON)
        case "gross_margin":
            return scorecard.gross_margin(money["revenue_usd"], money.get("cost_of_revenue_usd"))
        case "cac_payback":
            margin = Fraction(row["gross_margin"]) if "gross_margin" in row else Unknown("unit costs")
            spend, mrr = money.get("acquisition_spend_usd"), money["new_mrr_usd"]
            return scorecard.cac_payback(spend, row["new_customers"], mrr, margin)
        case _:
            revenue = money["subscription_revenue_usd"] + money["usage_revenue_usd"]
            spend = money.get("infrastructure_usd")
            return scorecard.infrastructure(money["subscription_revenue_usd"], spend, revenue)


@pytest.mark.parametrize(
    ("table", "metric", "row"),
    [
        pytest.param(table, metric, *row.values, id=f"{table}: {row.id}")
        for table, metric in {
            "conversion": "free_to_paid",
            "first_route": "first_route_days",
            "savings": "median_savings",
            "attach": "addon_attach",
            "gross_margin": "gross_margin",
            "cac_payback": "cac_payback_months",
            "infrastructure": "infrastructure_share",
        }.items()
        for row in cases("metrics", table)
    ],
)
def test_a_metric_is_what_was_counted_by_hand(table: str, metric: str, row: dict[str, Any]) -> None:
    found, expected = of(row, table), row["expect"]
    told = expected.get("value", expected.get("months"))
    if told == "not measurable yet":
        assert isinstance(found.value, Unknown)
        assert found.value.words.startswith("not measurable yet: needs ")
        assert expected["needs"] in found.value.needs
    elif told == "never":
        assert found.value is NEVER
        assert KNOWN.by_key[metric].target.verdict(NEVER) == expected["verdict"]
    else:
        assert found.value == Fraction(told)
        assert isinstance(found.value, Fraction)
        assert KNOWN.by_key[metric].target.verdict(found.value) == expected["verdict"]
    for count in ("n", "without", "too_young"):
        if count in expected:
            assert (found.n if count == "n" else found.without) == expected[count]


def test_infrastructure_is_told_of_subscription_and_beside_it_of_all_revenue() -> None:
    """10,000 of 40,000 of base fees; of 50,000 with usage it would be a fifth."""
    found = scorecard.infrastructure(Decimal(40_000), Decimal(10_000), Decimal(50_000))
    assert found.value == Fraction(1, 4)
    assert list(found.beside.values()) == [Fraction(1, 5)]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["metric"]) for row in FILE["target"]])
def test_every_target_is_held_exactly_as_the_paper_writes_it(row: dict[str, Any], shared: Path) -> None:
    target = KNOWN.by_key[row["metric"]].target
    assert (target.words, target.product) == (row["words"], PRODUCT)
    assert row["source"] in target.source
    assert row["words"].split(" ")[0] in next((shared / "brief").glob("002*")).read_text()
    found = {value: target.verdict(Fraction(value)) for value in row["values"]}
    assert found == row["values"]


def test_every_metric_of_the_paper_has_a_target_of_its_product_and_no_other() -> None:
    assert set(KNOWN.by_key) == set(scoring.MEASURES) == {row["metric"] for row in FILE["target"]}
    assert {metric.target_of("vellocity") for metric in KNOWN.by_key.values()} == {None}


def test_what_happens_after_a_day_has_not_happened_on_it() -> None:
    """On 1 June two sign-ups were 90 days old, of 1 and 2 March; the one of 1 March had paid on the 20th."""
    signups = FILE["conversion"][0]["signups"]
    early = scorecard.conversion(signups, PRODUCT, date(2026, 6, 1), 90)
    assert (early.value, early.n, early.without) == (Fraction(1, 2), 2, 4)


# Peers


@pytest.mark.parametrize(
    ("sizes", "between"),
    [
        ((3_588, 17_988, 47_988), ("1.00", "1.03")),  # our list: below 12k, 12 to 25k, 25 to 50k
        ((40_000, 300_000), ("1.03", "1.10")),
        ((11_999,), ("1.00", "1.00")),
        ((12_000,), ("1.02", "1.02")),
        ((), None),
    ],
)
def test_the_peers_are_those_of_our_contract_sizes(sizes: tuple[int, ...], between: tuple[str, str] | None) -> None:
    net = next(one for one in parse_benchmarks(BENCHMARKS) if one.metric == "net_revenue_retention")
    assert net.between(map(Fraction, sizes)) == (between and tuple(map(Decimal, between)))


def test_the_target_lies_above_the_median_of_every_band() -> None:
    net = next(one for one in parse_benchmarks(BENCHMARKS) if one.metric == "net_revenue_retention")
    target = KNOWN.by_key["net_revenue_retention"].target
    assert target.verdict(Fraction(net.best)) == "missed"


# What cannot be is refused in one sentence


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("[metrics.addon_attach]", "[metrics.addon_atach]", "did you mean 'addon_attach'?"),
        ("above = 0.35", "above = 0.35, below = 0.5", "above and below"),
        (", above = 0.35", "", "no bound"),
        ("least = 0.08, most = 0.12", "least = 0.12, most = 0.08", "smaller one first"),
        ("due_within_days = 30", "due_within_days = 0", "from 1 to 366"),
        ('unit     = "days"', 'unit     = "weeks"', "first_route_days.unit"),
        ("trend_months = 12", "trend_month = 12", "did you mean 'trend_months'?"),
    ],
)
def test_a_slip_in_the_metrics_is_one_sentence(was: str, becomes: str, says: str) -> None:
    assert was in METRICS
    with pytest.raises(ScorecardError, match=r"data/metrics\.toml") as refused:
        parse_metrics(METRICS.replace(was, becomes), scoring.MEASURES)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("to_usd = 25_000, median = 1.02", "to_usd = 20_000, median = 1.02", "each band ends where the next begins"),
        ('evidence = "B"', 'evidence = "D"', "evidence"),
    ],
)
def test_a_slip_in_the_benchmarks_is_one_sentence(was: str, becomes: str, says: str) -> None:
    assert was in BENCHMARKS
    with pytest.raises(ScorecardError, match=r"data/benchmarks\.toml") as refused:
        parse_benchmarks(BENCHMARKS.replace(was, becomes))
    assert says in str(refused.value)


def test_a_target_tells_its_edge() -> None:
    assert KNOWN.by_key["free_to_paid"].target.edge == Decimal("0.08")
    assert Target("p", "<7", "s", below=Decimal(7)).edge == 7


def test_a_file_without_metrics_or_benchmarks_is_refused() -> None:
    head = METRICS[: METRICS.index("\n[metrics.")]
    with pytest.raises(
        ScorecardError, match=r"^data/metrics\.toml: metrics holds none; write one as \[metrics\.<key>\]"
    ):
        parse_metrics(f"{head}\nmetrics = {{}}\n", scoring.MEASURES)
    with pytest.raises(ScorecardError, match=r"^data/benchmarks\.toml: benchmarks holds none"):
        parse_benchmarks("benchmarks = {}\n")
