"""Pull: what data/sources.toml names becomes one dated snapshot; what is not there is said, not invented."""

import csv
import json
import os
import re
import tomllib
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from lib.__main__ import main
from lib.refusal import Refusal
from lib.sources.addresses import read_addresses
from lib.sources.kinds import KINDS
from lib.sources.pull import Brought, PullRefused, pull
from lib.sources.snapshot import Snapshot, newest
from tests.sources.plans import load_server, load_sqlite
from tests.warehouse.worlds import DAY, EVENTS, event, events, take_snapshot

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
    """A sources file beside a small world: a plans database, one CRM export, a Stripe folder with nothing in it."""
    (tmp_path / "world" / "crm").mkdir(parents=True)
    (tmp_path / "world" / "stripe").mkdir()
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


@pytest.mark.parametrize("only", [None, "crm"])
def test_an_invented_world_and_a_real_one_do_not_share_a_folder(
    sources: Path, tmp_path: Path, only: str | None
) -> None:
    pull(sources, tmp_path / "snapshots")
    sources.write_text(SOURCES.replace('world = "world/world.toml"', ""))
    with pytest.raises(PullRefused, match=r"names a real world, but .*snapshots holds snapshots of an invented one"):
        pull(sources, tmp_path / "snapshots", as_of=date(2026, 11, 7), only=only)
    assert standing(tmp_path).synthetic


def test_a_source_nobody_named_is_answered_with_the_nearest(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(PullRefused, match=r"no block \[strip\] to pull; the nearest it has is \[stripe\]"):
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
        ('path = "world/crm"', 'folder = "x"', r"sources\.toml, \[crm\]: there is no key 'folder'; the nearest is"),
        ("world/world.toml", "nowhere.toml", r"nowhere\.toml \(world, in .*is not there; make the sample with"),
        ("[crm]", "[crm", r"sources\.toml is not valid TOML"),
        ('"world/world.toml"', "7", r"sources\.toml: world is 7; write it in quotes"),
        ('"world/world.toml"', '""', r"sources\.toml: world is ''; write it in quotes"),
        ("[crm]", "[crmm]", r"sources\.toml: there is no source 'crmm'; the nearest is 'crm'"),
        ("[crm]", '["../crm"]', r"there is no source '\.\./crm'; the nearest is 'crm'"),
        ("[crm]", "[crm.sub]", r"\[crm\]: kind is None"),
        ("[plans_db]", "crm2 = 1\n[plans_db]", "there is no source 'crm2'; the nearest is 'crm'"),
        ("[plans_db]", "metering = 1\n[plans_db]", r"metering is 1; write a block \[metering\]"),
        ('path = "world/crm"', "path = 7", r"\[crm\]: path is 7; write it in quotes"),
        ('path = "world/crm"', 'path = ["a"]', r"\[crm\]: path is \['a'\]; write it in quotes"),
        ('path = "world/crm"', 'path = " "', r"\[crm\]: path is ' '; write it in quotes"),
        ('path = "world/crm"', 'path = "a\\u0000"', r"\[crm\]: path is 'a\\x00'"),
        ('path = "world/crm"', 'path = "world/world.toml"', r"\[crm\]: path is the file .*name the folder of exports"),
        ('path = "world/crm"', 'path = "x"\npth = "x"', r"\[crm\]: there is no key 'pth'; the nearest is 'path'"),
        ('kind = "folder"\npath = "world/crm"', 'kind = "sql"', r"\[crm\]: .*kind 'sql' brings plans_db, not crm"),
        ('url = "sqlite', 'ur1 = "sqlite', r"\[plans_db\]: there is no key 'ur1'; the nearest is 'url'"),
        (
            'url = "sqlite:///world/plans.sqlite"',
            "",
            r"url is missing; a source of kind 'sql' needs one, or PLANS_DB_URL",
        ),
        (
            'path = "world/crm"',
            'path = "x"\ndates = "days first"',
            r"dates is 'days first'; the nearest is 'day first'",
        ),
        ('path = "world/crm"', 'path = "x"\ndates = 1', r"\[crm\]: dates is 1; write it in quotes"),
        (
            'path = "world/crm"',
            'path = "x"\n[metering]\nkind = "folder"\npath = "x"\nmapping = 1',
            r"\[metering\]: mapping is 1",
        ),
        ('path = "world/crm"', 'path = "x"\npassword = "hush"', r"\[crm\]: password is a secret"),
        ('kind = "sql"', 'kind = ["sql"]', r"\[plans_db\]: kind is \['sql'\]; the nearest known kind is 'sql'"),
        ("sqlite:///world/plans.sqlite", "", r"\[plans_db\]: url is ''; write it in quotes"),
        ("sqlite:///world/plans.sqlite", "nonsense", r"\[plans_db\]: url is no address of a database .*sqlite:///file"),
        ("sqlite:///world/plans.sqlite", "foo://x/y", r"\[plans_db\]: url is no address of a database"),
        ("sqlite:///world/plans.sqlite", "oracle://h/x", r"\[plans_db\]: url is no address of a database"),
        ("sqlite:///world/plans.sqlite", "mysql+pymysql://u@h:abc/x", r"url is no address of a database"),
    ],
)
def test_a_wrong_sources_file_is_one_sentence(sources: Path, tmp_path: Path, old: str, new: str, told: str) -> None:
    sources.write_text(SOURCES.replace(old, new, 1))
    with pytest.raises(PullRefused, match=told) as refused:
        pull(sources, tmp_path / "snapshots", environ={})
    assert "hush" not in str(refused.value)
    assert not (tmp_path / "snapshots").exists()


MAPPED = """
[metering]
kind = "folder"
path = "x"
[metering.mapping]
customer = "user_id"
time = "hour"
id = ["user_id", "hour"]
quantities = { words = { column = "output_tokens", factor = "0.75" } }
"""


def test_how_files_are_to_be_read_goes_into_the_manifest(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    sources.write_text(SOURCES.replace('path = "world/crm"', 'path = "world/crm"\ndates = "day first"') + MAPPED)
    told = {
        "crm": {"dates": "day first"},
        "metering": {
            "customer": "user_id",
            "time": "hour",
            "id": ["user_id", "hour"],
            "quantities": {"words": {"column": "output_tokens", "factor": "0.75"}},
        },
    }
    assert pull(sources, tmp_path / "snapshots", environ={}).mappings == told
    assert json.loads((tmp_path / "snapshots/2026-10-31/manifest.json").read_text())["mappings"] == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("customer =", "custmer =", r"sources\.toml, \[metering\.mapping\] has no key 'custmer'; .*customer"),
        ('"0.75"', "0.75", r"\[metering\.mapping\], quantities\.words: factor is 0\.75, which is not exact"),
        ('time = "hour"', "", r"\[metering\.mapping\].*time"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_before_anything_is_pulled(
    sources: Path, tmp_path: Path, old: str, new: str, told: str
) -> None:
    sources.write_text(SOURCES + MAPPED.replace(old, new))
    with pytest.raises(Refusal, match=told):
        pull(sources, tmp_path / "snapshots", environ={})
    assert not (tmp_path / "snapshots").exists()


def test_every_kind_has_a_fetcher_that_can_be_loaded() -> None:
    for kind in KINDS.values():
        assert callable(import_module(f"lib.sources.{kind.fetch.__qualname__}").fetch)


def test_a_database_in_the_environment_is_refused_without_showing_it(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(
        PullRefused, match=r"PLANS_DB_URL in the environment or .* is no address of a database"
    ) as refused:
        pull(sources, tmp_path / "snapshots", environ={"PLANS_DB_URL": "junk hush"})
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("file", ["sources.toml", "world/world.toml"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\x00", "is not text in UTF-8"),
        ("as_of = 'für'".encode("latin-1"), "is not text in UTF-8"),
        (b"a = " + b"[" * 50_000, "is not valid TOML"),
    ],
)
def test_what_is_no_text_is_one_sentence(sources: Path, tmp_path: Path, file: str, content: bytes, told: str) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(PullRefused, match=rf"{file} {told}"):
        pull(sources, tmp_path / "snapshots")
    assert not (tmp_path / "snapshots").exists()


def test_a_byte_order_mark_is_only_dress(sources: Path, tmp_path: Path) -> None:
    for path in (sources, tmp_path / "world" / "world.toml"):
        path.write_text("\ufeff" + path.read_text())
    assert pull(sources, tmp_path / "snapshots").snapshot_on == date(2026, 10, 31)


def test_a_folder_in_place_of_a_sources_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PullRefused, match=r"cannot be read \(.*\); name a TOML file"):
        pull(tmp_path, tmp_path / "snapshots")


def test_a_time_of_day_is_no_day(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "world" / "world.toml").write_text("as_of = 2026-10-31T00:00:00\nsynthetic = true\n")
    with pytest.raises(PullRefused, match=r"world\.toml gives no as_of; write it as a date"):
        pull(sources, tmp_path / "snapshots")


def test_a_sources_file_without_sources_is_one_sentence(sources: Path, tmp_path: Path) -> None:
    sources.write_text('world = "world/world.toml"\n')
    with pytest.raises(PullRefused, match="names no source, so there is nothing to pull"):
        pull(sources, tmp_path / "snapshots", only="crm")
    with pytest.raises(PullRefused, match="names no source, so there is nothing to pull"):
        pull(sources, tmp_path / "snapshots")


def test_snapshots_that_cannot_be_written_are_one_sentence(sources: Path, tmp_path: Path) -> None:
    for place in (sources, sources / "below", Path("/proc/x")):
        with pytest.raises(PullRefused, match=r"cannot be read or written \(.*\); nothing was pulled"):
            pull(sources, place)


def test_a_pull_that_brings_nothing_keeps_what_is_there(sources: Path, tmp_path: Path) -> None:
    before = pull(sources, tmp_path / "snapshots")
    (tmp_path / "world" / "crm" / "companies.csv").unlink()
    sources.write_text(SOURCES.replace('[plans_db]\nkind = "sql"\nurl = "sqlite:///world/plans.sqlite"\n', ""))
    with pytest.raises(PullRefused, match=r"No source named in .* brought a file; nothing was pulled"):
        pull(sources, tmp_path / "snapshots")
    with pytest.raises(PullRefused, match="No source named in"):
        pull(sources, tmp_path / "new")
    assert standing(tmp_path) == before
    assert not (tmp_path / "new").exists()


def standing(tmp_path: Path) -> Snapshot:
    """The snapshot that stands now."""
    return newest(tmp_path / "snapshots")


@pytest.mark.parametrize("only", [None, "crm"])
def test_a_source_that_went_away_is_not_lost_from_its_days_snapshot(
    sources: Path, tmp_path: Path, only: str | None
) -> None:
    before = pull(sources, tmp_path / "snapshots")
    (tmp_path / "world" / "crm" / "companies.csv").unlink()
    with pytest.raises(PullRefused, match=r"crm brought nothing, but the same day's snapshot .*2026-10-31 holds it"):
        pull(sources, tmp_path / "snapshots", only=only)
    assert standing(tmp_path) == before


def test_a_source_may_be_missing_on_a_later_day(sources: Path, tmp_path: Path) -> None:
    pull(sources, tmp_path / "snapshots")
    (tmp_path / "world" / "world.toml").write_text("as_of = 2026-11-07\nsynthetic = true\n")
    (tmp_path / "world" / "crm" / "companies.csv").unlink()
    assert pull(sources, tmp_path / "snapshots").missing == ("crm", "stripe")


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


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("world/crm", "world/crn"), r"\[crm\]: path is .*world/crn, which is not there; the nearest beside it is crm"),
        (("world/crm", "wrold/crm"), r"\[crm\]: path is .*wrold/crm, which is not there; nor is .*wrold"),
        (
            ("plans.sqlite", "plan.sqlite"),
            r"url names .*plan\.sqlite, where no SQLite file is; the nearest beside it is",
        ),
    ],
)
def test_a_place_that_is_not_there_is_a_slip_and_not_an_empty_source(
    sources: Path, tmp_path: Path, wrong: tuple[str, str], told: str
) -> None:
    sources.write_text(SOURCES.replace(*wrong))
    with pytest.raises(PullRefused, match=told):
        pull(sources, tmp_path / "snapshots")
    assert not (tmp_path / "snapshots").exists()


def test_a_snapshot_remembers_the_file_that_names_its_sources(sources: Path, tmp_path: Path) -> None:
    assert pull(sources, tmp_path / "snapshots").sources_file == str(sources)


def test_progress_names_every_source_and_ends_at_one(sources: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    pull(sources, tmp_path / "snapshots", progress=lambda step, share: seen.append((step, share)))
    assert [step for step, _ in seen] == ["pull plans_db", "pull crm", "pull stripe", "pulled"]
    assert [share for _, share in seen] == sorted(share for _, share in seen)
    assert seen[-1][1] == 1.0


def test_what_every_source_brought_is_told(sources: Path, tmp_path: Path) -> None:
    pull(sources, tmp_path / "snapshots")
    (tmp_path / "world" / "world.toml").write_text("as_of = 2026-11-07\nsynthetic = true\n")
    (tmp_path / "world" / "crm" / "companies.csv").write_text("Company ID\nc-0001\nc-0002\n")
    told = list[Brought]()
    pull(sources, tmp_path / "snapshots", only="crm", tell=told.append)
    counts = [(one.source, one.files, one.rows, one.new, one.state) for one in told]
    assert counts == [
        ("plans_db", 3, 21, 0, "carried over"),
        ("crm", 1, 2, 1, "pulled"),
        ("stripe", 0, 0, 0, "nothing there"),
    ]


def test_the_command_line_tells_what_came_and_what_is_missing(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["pull", "--sources", str(sources), "--snapshots", str(tmp_path / "snapshots")]
    assert main(words) == 0
    said = capsys.readouterr()
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[:3] == [
        ["source", "files", "rows", "new", "reused", "resumed", "state"],
        ["plans_db", "3", "21", "3", "0", "0", "pulled"],
        ["crm", "1", "1", "1", "0", "0", "pulled"],
    ]
    assert "stripe: nothing there" in said.err
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert next(iter(document)) == "manifest"
    assert document["manifest"] == {
        "snapshot_on": "2026-10-31",
        "synthetic": True,
        "fingerprint": newest(tmp_path / "snapshots").fingerprint,
    }
    assert [source["new"] for source in document["sources"]] == [0, 0, 0]


def test_a_build_puts_back_a_snapshot_that_a_killed_pull_had_moved_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take_snapshot(tmp_path, {EVENTS: events(event("e-1"))})
    (tmp_path / DAY.isoformat()).rename(tmp_path / f".replaced-{DAY}")
    assert main(["build", "--snapshots", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["feeds"]
    assert newest(tmp_path).snapshot_on == DAY


def test_the_sources_in_the_repository_are_the_sample() -> None:
    told = (REPOSITORY / "data" / "sources.toml").read_text()
    assert "@" not in "".join(line for line in told.splitlines() if not line.startswith("#"))
    assert 'world = "../var/sample/world.toml"' in told


def other_ways() -> dict[str, str]:
    """The blocks of data/sources.toml that are commented out: kind and source → the block as it would stand."""
    told = (REPOSITORY / "data" / "sources.toml").read_text()
    found = {}
    for paragraph in told.split("\n\n"):
        lines = [line.removeprefix("# ") for line in paragraph.splitlines() if re.match(r"# (\[|\w+ += )", line)]
        if lines and lines[0].startswith("["):
            block = "\n".join(lines) + "\n"
            [(name, keys)] = tomllib.loads(block).items()
            found[f"{keys['kind']} for {name}"] = block
    return found


def test_the_other_ways_in_are_shown_and_may_be_written_as_they_stand(tmp_path: Path) -> None:
    ways = other_ways()
    assert {
        "sql for plans_db",
        "s3 for metering",
        "stripe_api for stripe",
        "s3 for marketplace",
        "folder for crm",
    } <= ways.keys()
    (tmp_path / "plans.sqlite").touch()
    secrets = {name: f"sqlite:///{tmp_path / 'plans.sqlite'}" for kind in KINDS.values() for name in kind.secrets}
    for title, block in ways.items():
        for folder in re.findall(r'^path\s*= "(.*)"$', block, re.MULTILINE):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "sources.toml").write_text(block)
        [source] = read_addresses(tmp_path / "sources.toml", date(2026, 11, 2)).sources
        assert source.resolved(secrets) is not None, title
        needed = {name for name, must in source.way.secrets.items() if must}
        assert all(name in (REPOSITORY / "data" / "sources.toml").read_text() for name in needed)


def test_a_name_that_is_none_elsewhere_is_left_out_and_said(sources: Path, tmp_path: Path) -> None:
    for name in (b"companies-\xff.csv", b"companies-\n.csv"):
        Path(os.fsdecode(os.fsencode(tmp_path / "world" / "crm") + b"/" + name)).write_text("Company ID\nc-2\n")
    taken = pull(sources, tmp_path / "snapshots")
    assert [file.path for file in taken.of("crm")] == ["crm/companies.csv"]
    [note] = taken.notes["crm"]
    assert note == (
        "Left out, because their names are no names of files elsewhere: 'companies-\\n.csv', 'companies-\\udcff.csv'"
    )
