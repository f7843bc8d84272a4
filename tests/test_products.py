"""The second product's book: what its paper says, what nobody set, a month under a scenario; none of it elsewhere."""

import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lib import reports
from lib.__main__ import main
from lib.catalog.scenario import ScenarioError
from lib.desk import DATA, Desk, DeskError
from lib.desk.products import (
    bought,
    monthly_price,
    open_prices,
    product_book,
    product_list,
    product_month,
    product_scenarios,
    products,
)
from tests.conftest import ROOT
from tests.fans import fans

D = Decimal
BOOK = product_book(DATA, "control_plane")
TIERS = ("community", "team", "enterprise", "regulated_plus")
EXAMPLE = "example-prices"


def allowed(dimension: str) -> list[str]:
    return [str(BOOK.allowance("aws", tier, dimension)) for tier in TIERS]


def test_the_book_holds_the_limits_of_the_strategy(shared: Path) -> None:
    paper = next((shared / "brief").glob("002*")).read_text()
    rows = {line.split("|")[1].strip(): line for line in paper.splitlines() if line.startswith("|")}
    assert "50K req/mo, 1 env" in rows["Community"]
    assert "5M req/mo, 3 env" in rows["Team"]
    assert "metrics (7d)" in rows["Community"]
    assert "30d retention" in rows["Team"]
    assert "400d retention" in rows["Enterprise"]
    assert [tier.name for tier in BOOK.tiers.values()] == ["Community", "Team", "Enterprise", "Regulated+"]
    assert allowed("requests") == ["50000", "5000000", "by contract", "by contract"]
    entitled = {key: list(one.tiers.values()) for key, one in BOOK.packaging.entitlements.items()}
    assert entitled["environments"] == [1, 3, "by contract", "by contract"]
    assert entitled["retention"] == [7, 30, 400, "not set"]


def test_every_tier_has_what_the_tiers_below_it_have() -> None:
    features = [one.tiers for one in BOOK.packaging.entitlements.values() if one.unit is None]
    assert len(features) == 11  # two of Community's three, retention being a number; two, four and three of the others
    for tiers in features:
        words = [tiers[tier] for tier in TIERS]
        assert words == sorted(words, reverse=True), "once included, included from there on"
        assert set(words) <= {"included", "not included"}


def test_every_limit_says_what_becomes_of_usage_above_it() -> None:
    said = BOOK.packaging.over_limit
    for tier in TIERS:
        for dimension in BOOK.dimensions:
            offered = BOOK.allowances[tier][dimension].kind != "not offered"
            assert (dimension in said.get(tier, {})) == offered, (tier, dimension)
    assert [said[tier]["requests"] for tier in TIERS] == ["not set", "charge", "charge", "charge"]


def test_nothing_has_a_price_until_a_founder_sets_it() -> None:
    assert open_prices(BOOK) == (
        "plans.community-monthly.list_price",
        "plans.team-monthly.list_price",
        "plans.enterprise-annual.list_price",
        "plans.regulated_plus-annual.list_price",
        "dimensions.requests.bands",
        "dimensions.tokens.bands",
        "dimensions.gpu_hours.bands",
        "dimensions.compliance_pack.bands",
        "dimensions.premium_support.bands",
        "alternatives.usage.billed",
    )
    assert bought(BOOK) == ("compliance_pack", "premium_support")


def test_the_example_s_prices_are_labelled_as_no_decision() -> None:
    example = product_scenarios(DATA, "control_plane")[EXAMPLE]
    assert example.name == "Example prices, not a decision"
    assert "invented" in example.why


@pytest.mark.parametrize(
    ("plan", "usage", "total"),
    [
        ("community-monthly", {"requests": "49999"}, "0.00"),
        ("community-monthly", {"requests": "60000"}, "0.00"),  # 10,000 are refused
        ("team-monthly", {"requests": "5000000"}, "900.00"),
        ("team-monthly", {"requests": "5000001"}, "912.00"),  # a block begun, at 12
        ("team-monthly", {"requests": "5450000", "tokens": "3000000000"}, "960.00"),  # five blocks; tokens not billed
        ("team-monthly", {"gpu_hours": "1"}, None),  # not offered
        # 60,000 / 12 = 5,000 a month; 500 blocks committed at 12 less a fifth = 4,800
        ("enterprise-annual", {"requests": "1"}, "9800.00"),
        ("enterprise-annual", {"requests": "50000000"}, "9800.00"),
        # two blocks above at the published 12 = 24; 40 GPU hours at 3.50 = 140; a pack 1,500; 15 % of 5,000 = 750
        (
            "enterprise-annual",
            {"requests": "50150000", "gpu_hours": "40", "compliance_pack": "1", "premium_support": "1"},
            "12214.00",
        ),
        ("regulated_plus-annual", {}, "14800.00"),  # 120,000 / 12, and what is committed is owed unused
    ],
)
def test_a_month_under_the_example_s_prices(desk: Desk, plan: str, usage: dict[str, str], total: str | None) -> None:
    quantities = {key: D(value) for key, value in usage.items()}
    price = monthly_price(desk, "control_plane", plan, EXAMPLE, quantities)
    assert price == ("not set" if total is None else D(total))


def test_without_a_scenario_no_month_has_a_price(desk: Desk) -> None:
    for plan in BOOK.plans:
        assert monthly_price(desk, "control_plane", plan, None, {}) == "not set"
    month = product_month(desk, "control_plane", "team-monthly", None, {"requests": D(5_000_000)})
    assert month.obstacles == ("the price is not set",)
    assert month.charges["requests"].amount == 0


def test_the_first_product_has_a_monthly_price_by_the_same_question(desk: Desk) -> None:
    listed = desk.book.list_price("aws", "starter-monthly")
    assert monthly_price(desk, "vellocity", "starter-monthly", None, {}) == listed
    assert product_list(desk, "vellocity", "starter-plus-10").list_price("aws", "starter-monthly") != listed


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("controlplane", "team-monthly", None, {}), "did you mean 'control_plane'?"),
        (("control_plane", "team-annual", None, {}), "has no plan 'team-annual'"),
        (("control_plane", "team-monthly", "example-price", {}), "did you mean 'example-prices'?"),
        (("control_plane", "team-monthly", None, {"request": D(1)}), "did you mean 'requests'?"),
        (("control_plane", "team-monthly", "honest-20", {}), "control_plane has no scenario 'honest-20'"),
    ],
)
def test_a_slip_is_met_with_the_nearest_right_name(desk: Desk, asked: tuple, named: str) -> None:
    with pytest.raises((DeskError, ScenarioError, ValueError)) as refused:
        monthly_price(desk, *asked)
    assert named in str(refused.value)


def test_a_book_under_another_product_s_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "products").mkdir()
    shutil.copy(DATA / "products" / "control_plane.toml", tmp_path / "products" / "gateway.toml")
    assert list(products(tmp_path)) == ["gateway"]
    with pytest.raises(DeskError, match="holds the book of 'control_plane'"):
        product_book(tmp_path, "gateway")
    (tmp_path / "products" / "gateway.toml").write_text("id = 5")
    with pytest.raises(DeskError, match=r"gateway\.toml: "):
        product_book(tmp_path, "gateway")


# The command line


def usage_file(folder: Path, *lines: str) -> str:
    path = folder / "usage.csv"
    path.write_text("customer_id,month,dimension,quantity\n" + "".join(f"{line}\n" for line in lines))
    return str(path)


def test_rate_takes_the_scenarios_beside_a_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = usage_file(tmp_path, "a,2026-09,requests,5450000", "a,2026-09,tokens,9")
    rating = [
        "rate",
        path,
        "--plan",
        "team-monthly",
        "--book",
        str(ROOT / "data/products/control_plane.toml"),
        "--json",
    ]
    files = [EXAMPLE, str(ROOT / "data/products/scenarios/example-prices.toml")]
    told = []
    for scenario in ([], *(["--scenario", one] for one in files)):
        assert main([*rating, *scenario]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert [[(line["status"], line["amount_usd"]) for line in one["lines"]] for one in told] == [
        [("not_set", None), ("not_set", None)],
        [("rated", "60.00"), ("not_billed", "0.00")],
        [("rated", "60.00"), ("not_billed", "0.00")],
    ]
    assert [one["total_usd"] for one in told] == ["0.00", "60.00", "60.00"]
    assert [one["manifest"]["scenario"] for one in told] == [None, EXAMPLE, EXAMPLE]
    assert (
        told[1]["manifest"]["fingerprint"] == told[2]["manifest"]["fingerprint"] != told[0]["manifest"]["fingerprint"]
    )


def test_rate_takes_a_scenario_over_the_current_book(
    desk_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = usage_file(tmp_path, "a,2026-09,images,101")
    rating = ["rate", path, "--plan", "starter-monthly", "--json", "--snapshots", str(desk_folder.parent)]
    amounts = []
    for scenario in ([], ["--scenario", "images-at-six-cents"]):
        assert main([*rating, *scenario]) == 0
        amounts.append(json.loads(capsys.readouterr().out)["total_usd"])
    assert amounts == ["0.05", "0.06"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--scenario", "example"], "did you mean 'example-prices'?"),
        (["--scenario", str(ROOT / "data/scenarios/honest-20.toml")], "was written for the 2026-05-09 book"),
        (["--scenario", "no/such/file.toml"], "is not there"),
    ],
)
def test_a_scenario_that_is_not_of_the_book_is_refused(
    words: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = str(ROOT / "data/products/control_plane.toml")
    assert main(["rate", usage_file(tmp_path), "--plan", "team-monthly", "--book", book, *words]) == 2
    assert named in capsys.readouterr().err


def test_a_fee_passed_on_is_refused_over_a_book_file_and_not_forgotten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    passing = tmp_path / "passing.toml"
    head = 'name = "Pass it on"\nauthor = "us"\nwhy = "to see"\nbaseline = "control-plane-draft"\n'
    passing.write_text(f"{head}[rails.aws]\nabsorb = false\n")
    book = str(ROOT / "data/products/control_plane.toml")
    words = ["rate", usage_file(tmp_path), "--plan", "team-monthly", "--book", book, "--scenario", str(passing)]
    assert main(words) == 2
    assert "passes on the fee of aws" in capsys.readouterr().err


def test_simulate_refuses_the_second_product_s_scenario_and_says_how_to_rate_it(
    desk_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = "data/products/scenarios/example-prices.toml"
    assert main(["simulate", str(ROOT / file), "--snapshots", str(desk_folder.parent)]) == 2
    told = capsys.readouterr().err
    assert "lays prices over the control-plane-draft book of control_plane, not over one of vellocity" in told
    assert "--book data/products/control_plane.toml --scenario " in told
    assert told.count("\n") == 1


# Nothing of it enters the first product's answers


@pytest.fixture(scope="module")
def alone(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same desk on a folder of data in which no other product was ever written down."""
    data = tmp_path_factory.mktemp("alone") / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("products"))
    opened = Desk.at(desk.warehouse.path, data)
    yield opened
    opened.warehouse.close()


def test_the_first_product_s_answers_are_the_same_without_it(desk: Desk, alone: Desk) -> None:
    assert alone.manifest() == desk.manifest()
    assert alone.scenario_keys() == desk.scenario_keys()
    assert alone.book.document == desk.book.document
    assert [book.id for book in alone.books] == [book.id for book in desk.books]
    assert reports.check(alone.manifest(), alone.findings, ()) == reports.check(desk.manifest(), desk.findings, ())
    assert alone.listing == desk.listing
    assert alone.reproduction == desk.reproduction
    assert fans(alone) == fans(desk)
    assert (alone.customers, alone.costs, alone.off_list) == (desk.customers, desk.costs, desk.off_list)


def test_so_is_a_simulation(desk: Desk, alone: Desk) -> None:
    found = [one.simulate(one.scenario("honest-20"), months=1) for one in (alone, desk)]
    documents = [
        reports.simulation(result, one.reproduction, one.judgement(result), one.react(result))
        for result, one in zip(found, (alone, desk), strict=True)
    ]
    assert documents[0] == documents[1]
