"""The listing as it was typed in: exported, filed, pulled and built, it is what the book asks for, or what differs."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lib.claims.parse import parse
from lib.desk import Desk, left_to_type, made
from lib.desk.publishing import listed
from lib.sources.pull import pull
from lib.surfaces import ADD, CHANGE, REMOVE, THERE, UNPUBLISHED, as_csv, listed_differences
from lib.warehouse.build import BuildReport, build
from tests.specification import PUBLISHED_ON_AWS
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import account

DAY, NEXT_DAY = date(2026, 5, 31), date(2026, 6, 1)
FEED = "listed_row"

Publish = Callable[..., tuple[Desk, BuildReport]]


@pytest.fixture(scope="module")
def plans(desk_folder: Path) -> dict[str, str]:
    """The price list of the sample."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    return {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}


@contextmanager
def published(folder: Path, plans: dict[str, str], listings: dict[str, str]) -> Iterator[tuple[Desk, BuildReport]]:
    """A small world and listing files as sources, pulled and built on the next day, and the desk on it."""
    typed = {f"surfaces/{name}.csv": text for name, text in listings.items()}
    for name, content in {**WORLD, **plans, **typed}.items():
        path = folder / "world" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    sources = sorted(path.name for path in (folder / "world").iterdir())
    (folder / "sources.toml").write_text("".join(f'[{it}]\nkind = "folder"\npath = "world/{it}"\n' for it in sources))
    pull(folder / "sources.toml", folder / "snapshots", as_of=NEXT_DAY)
    report = build(folder / "snapshots", folder / "snapshots" / "warehouse")
    desk = Desk.open(folder / "snapshots" / "warehouse", today=NEXT_DAY)
    yield desk, report
    desk.warehouse.close()


@pytest.fixture
def publish(tmp_path: Path, plans: dict[str, str]) -> Iterator[Publish]:
    opened = []

    def publishing(**listings: str) -> tuple[Desk, BuildReport]:
        opened.append(published(tmp_path, plans, listings))
        return opened[-1].__enter__()

    yield publishing
    for one in opened:
        one.__exit__(None, None, None)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory, plans: dict[str, str]) -> str:
    """What the desk asks to type before anybody has: everything, and the file to file once it is typed in."""
    with published(tmp_path_factory.mktemp("before"), plans, {}) as (desk, _):
        left = left_to_type(desk)
        assert (left.state, left.is_done, len(left.steps)) == (UNPUBLISHED, False, 6 + 8)
        assert {step.change for step in left.steps} == {ADD}
        return as_csv(made(desk), DAY)


def steps(desk: Desk) -> list[tuple[str, str, str, str]]:
    return [(one.subject, one.change, one.asked, one.there) for one in left_to_type(desk).steps]


def test_once_the_export_is_typed_in_nothing_is_left(publish: Publish, export: str) -> None:
    desk, report = publish(aws_listing=export)
    left = left_to_type(desk)
    assert (left.state, left.steps, left.is_done) == (THERE, (), True)
    told = account(report, FEED)
    assert (told["lines_read"], told["header_lines"], told["loaded"], told["rejected"]) == (15, 1, 14, 0)
    kinds = ("aws_price", "aws_rate", "aws_unit", "aws_name", "aws_extra", "published")
    about = [one for one in desk.judged() if one.claim.rpartition(".")[2] in kinds]
    assert [(one.claim, one.severity) for one in about] == [("aws_listing.published", "note")]
    surface = parse(PUBLISHED_ON_AWS).surfaces["aws_listing"]  # once claims.toml says so too, nothing is left to say
    assert listed_differences(desk.book, surface, made(desk), listed(desk)) == ()


def test_every_cell_that_was_typed_wrong_is_found_and_no_other(publish: Publish, export: str) -> None:
    wrong = {
        "P12M,2990.00": "P12M,2870.00",
        "words,,,0.001,": "words,,,0.0011,",
        '"per 1,000 requests"': "per request",
        "metering,Images,": "metering,Pictures,",
        "P12M,14990.00": "P12M,free",
    }
    for old, new in wrong.items():
        assert export.count(old) == 1
        export = export.replace(old, new)
    desk, _ = publish(aws_listing=export)
    assert sorted(steps(desk)) == [
        ("accelerate-annual.aws_price", CHANGE, "14,990", "free"),
        ("api_requests.aws_unit", CHANGE, "1,000 requests", "request"),
        ("images.aws_name", CHANGE, "Images", "Pictures"),
        ("starter-annual.aws_price", CHANGE, "2,990", "2,870"),
        ("words.aws_rate", CHANGE, "0.001", "0.0011"),
    ]


def test_a_row_left_out_is_to_add_and_one_too_many_to_remove(publish: Publish, export: str) -> None:
    lines = export.splitlines(keepends=True)
    extra = lines[1].replace("Starter", "Enterprise").replace("starter", "enterprise").replace("299.00", "9999.00")
    desk, _ = publish(aws_listing="".join([lines[0], *lines[2:], extra]))
    assert steps(desk) == [
        ("starter-monthly.aws_price", ADD, "299", "not listed"),
        ("enterprise.P1M.aws_extra", REMOVE, "not listed", "9,999"),
    ]


def test_the_newest_capture_counts_and_the_older_one_is_kept(publish: Publish, export: str) -> None:
    newer = export.replace("2026-05-31", "2026-06-01")
    desk, report = publish(aws_listing_1=export.replace("2990.00", "1.00"), aws_listing_2=newer)
    assert left_to_type(desk).is_done
    assert {row["offer_id"] for row in desk.warehouse.rows("listed_price")} == {"typed-2026-06-01"}
    assert {row["product_id"] for row in desk.warehouse.rows("listed_dimension")} == {"typed"}
    with duckdb.connect(str(report.path), read_only=True) as connection:
        days = connection.execute("select distinct captured_on from staging.listed_row order by 1").fetchall()
    assert days == [(DAY,), (NEXT_DAY,)]


def test_a_line_without_its_day_or_of_no_kind_is_rejected(publish: Publish, export: str) -> None:
    """The row is then missing on the listing, and not taken for typed."""
    lines = export.splitlines(keepends=True)
    undated, strange = lines[1].replace("2026-05-31", ""), lines[2].replace("contract,", "contact,")
    desk, report = publish(aws_listing="".join([lines[0], undated, strange, *lines[3:]]))
    told = account(report, FEED)
    assert (told["lines_read"], told["loaded"], told["rejected"]) == (15, 12, 2)
    assert [step[:2] for step in steps(desk)] == [("starter-monthly.aws_price", ADD), ("starter-annual.aws_price", ADD)]
