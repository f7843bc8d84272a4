"""Pull: what data/sources.toml names becomes one dated snapshot; what is not there is said, not invented."""

import csv
from datetime import date
from pathlib import Path

import pytest

from lib.sources.pull import PullRefused, pull
from lib.sources.snapshot import Snapshot
from tests.sources.plans import load_server, load_sqlite

REPOSITORY = Path(__file__).parents[2]
SOURCES = """
world = "world/world.toml"
[plans_db]
kind = "sql"
url = "sqlite:///world/plans.sqlite"
[crm]
kind = "folder"
path = "world/crm"
[stripe]
kind = "folder"
path = "world/stripe"
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A sources file beside a small world: a plans database, one CRM export, no Stripe."""
    (tmp_path / "world" / "crm").mkdir(parents=True)
    (tmp_path / "world" / "world.toml").write_text("as_of = 2026-10-31\nsynthetic = true\n")
    (tmp_path / "world" / "crm" / "companies.csv").write_text("Company ID\nc-0001\n")
    load_sqlite(tmp_path / "world" / "plans.sqlite")
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES)
    return path


def paths(taken: Snapshot) -> list[str]:
    return [file.path for file in taken.files]


def test_the_world_says_the_day_and_that_it_is_invented(sources: Path, tmp_path: Path) -> None:
    taken = pull(sources, tmp_path / "snapshots", as_of=date(2030, 1, 1))
    assert taken.folder == tmp_path / "snapshots" / "2026-10-31"
    assert taken.synthetic
    assert taken.missing == ("stripe",)
    assert paths(taken) == [
        "crm/companies.csv",
        "plans_db/gateway_products.csv",
        "plans_db/marketplace_pricing_dimensions.csv",
        "plans_db/plans.csv",
    ]


def test_plans_are_written_as_exact_text(sources: Path, tmp_path: Path) -> None:
    taken = pull(sources, tmp_path / "snapshots")
    with (taken.folder / "plans_db" / "plans.csv").open(newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    assert rows["1"]["price"] == "299.00"
    assert rows["4"]["price"] == ""
    assert rows["4"]["hidden"] == "1"
    assert [file.rows for file in taken.of("plans_db")] == [6, 8, 7]


def test_without_a_world_the_day_must_be_given_and_the_data_are_real(sources: Path, tmp_path: Path) -> None:
    sources.write_text(SOURCES.replace('world = "world/world.toml"', ""))
    with pytest.raises(PullRefused, match="--as-of YYYY-MM-DD"):
        pull(sources, tmp_path / "snapshots")
    taken = pull(sources, tmp_path / "snapshots", as_of=date(2026, 11, 2))
    assert (taken.snapshot_on, taken.synthetic) == (date(2026, 11, 2), False)


def test_one_source_again_carries_the_others_over_with_their_day(sources: Path, tmp_path: Path) -> None:
    pull(sources, tmp_path / "snapshots")
    (tmp_path / "world" / "world.toml").write_text("as_of = 2026-11-07\nsynthetic = true\n")
    (tmp_path / "world" / "crm" / "companies.csv").write_text("Company ID\nc-0001\nc-0002\n")
    taken = pull(sources, tmp_path / "snapshots", only="crm")
    assert taken.snapshot_on == date(2026, 11, 7)
    [company] = taken.of("crm")
    assert (company.rows, company.pulled_on) == (2, date(2026, 11, 7))
    assert {file.pulled_on for file in taken.of("plans_db")} == {date(2026, 10, 31)}
    assert (taken.folder / "plans_db" / "plans.csv").is_file()


def test_files_of_an_invented_world_stay_invented_when_carried_over(sources: Path, tmp_path: Path) -> None:
    pull(sources, tmp_path / "snapshots")
    sources.write_text(SOURCES.replace('world = "world/world.toml"', ""))
    assert pull(sources, tmp_path / "snapshots", as_of=date(2026, 11, 7), only="crm").synthetic


def test_a_source_nobody_named_is_answered_with_the_nearest(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(PullRefused, match="no source 'strip' to pull; the nearest is 'stripe'"):
        pull(sources, tmp_path / "snapshots", only="strip")
    assert not (tmp_path / "snapshots").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'kind = "sql"',
            'kind = "sqll"',
            r"sources\.toml, \[plans_db\]: kind is 'sqll'; the nearest known kind is 'sql'",
        ),
        ('path = "world/crm"', 'folder = "x"', r"sources\.toml, \[crm\]: path is missing"),
        ("world/world.toml", "nowhere.toml", r"nowhere\.toml \(world, in .*is not there; make the sample with"),
        ("[crm]", "[crm", r"sources\.toml is not valid TOML"),
    ],
)
def test_a_wrong_sources_file_is_one_sentence(sources: Path, tmp_path: Path, old: str, new: str, told: str) -> None:
    sources.write_text(SOURCES.replace(old, new, 1))
    with pytest.raises(PullRefused, match=told):
        pull(sources, tmp_path / "snapshots")


def test_a_world_without_a_day_is_one_sentence(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "world" / "world.toml").write_text("synthetic = true\n")
    with pytest.raises(PullRefused, match=r"world\.toml gives no as_of; write it as a date"):
        pull(sources, tmp_path / "snapshots")


@pytest.mark.server
def test_a_database_from_the_environment_goes_before_the_file(sources: Path, tmp_path: Path, mariadb_url: str) -> None:
    load_server(mariadb_url)
    from_file = pull(sources, tmp_path / "a")
    (tmp_path / "world" / "plans.sqlite").unlink()
    from_server = pull(sources, tmp_path / "b", environ={"PLANS_DB_URL": mariadb_url})
    assert [file.sha256 for file in from_server.of("plans_db")] == [file.sha256 for file in from_file.of("plans_db")]
    assert mariadb_url.split("//")[1].split("@")[0] not in (from_server.folder / "manifest.json").read_text()


def test_a_plans_database_that_is_not_there_is_missing(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "world" / "plans.sqlite").unlink()
    assert pull(sources, tmp_path / "snapshots").missing == ("plans_db", "stripe")


def test_progress_names_every_source_and_ends_at_one(sources: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    pull(sources, tmp_path / "snapshots", progress=lambda step, share: seen.append((step, share)))
    assert [step for step, _ in seen] == ["pull plans_db", "pull crm", "pull stripe", "pulled"]
    assert [share for _, share in seen] == sorted(share for _, share in seen)
    assert seen[-1][1] == 1.0


def test_the_sources_in_the_repository_are_the_sample() -> None:
    told = (REPOSITORY / "data" / "sources.toml").read_text()
    assert "@" not in "".join(line for line in told.splitlines() if not line.startswith("#"))
    assert 'world = "../var/sample/world.toml"' in told
