"""Every kind of damage over exports that are read record by record: nothing lost, nothing changed, all explained."""

import gzip
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb
import pytest

from lib.refusal import Refusal
from lib.sources.files import count_lines
from lib.warehouse import accounting
from lib.warehouse.exports import Intake
from lib.warehouse.feeds import Answer, Feed, Shape
from lib.warehouse.snapshots import ListedFile
from lib.warehouse.values import kind
from lib.warehouse.vocabulary import Vocabulary
from tests.warehouse.damage import FILES, KINDS, Damage, Damaged, Row, Table

COLUMNS = ("line_id", "customer", "billed_at", "amount")
TIMES = [f"2026-04-10T0{number}:00:00Z" for number in range(8)]
AMOUNTS = {
    "micros": ("10", "1234.5", "0.000001", "-7.25"),
    "usd": ("10", "1234.50", "0.01", "-7.25"),
    "price": ("10", "1234.50", "0.01", "7"),
    "integer": ("10", "1234", "0", "-7"),
    "cents": ("1000", "123450", "1", "-725"),
}
NOWHERE = duckdb.connect()  # an intake asks it for nothing before its rows are stored


def table(number_kind: str) -> Table:
    """Eight clean rows whose amounts are of one kind."""
    amounts = AMOUNTS[number_kind]
    rows = tuple((f"il_{at:04d}", f"c-{at % 3:04d}", TIMES[at], amounts[at % len(amounts)]) for at in range(8))
    return Table(COLUMNS, rows, key="line_id", number="amount", time="billed_at")


def feed(number_kind: str) -> Feed:
    """The raw table they are read into, from records below a header or from objects."""
    kinds = dict(zip(COLUMNS, map(kind, ("text", "text", "time", number_kind)), strict=True))
    answers = {column: Answer((column,)) for column in COLUMNS}
    shapes = tuple(Shape(form, f"export/lines*.{form}*", answers) for form in ("csv", "jsonl"))
    return Feed("line", "export", shapes, kinds, ("line_id",), (), False, None, "records", "python -m lib pull")


def taken(folder: Path, feed: Feed, name: str, content: bytes) -> Intake:
    """One file read as a build reads it, its lines counted as a pull counts them."""
    path = folder / name
    packed = gzip.compress(content, mtime=0) if name.endswith(".gz") else content
    path.write_bytes(packed)
    lines = count_lines(path)
    intake = Intake(NOWHERE, feed, Vocabulary())
    intake.add(ListedFile(f"export/{name}", lines, lines, len(packed), "", date(2026, 5, 31)), packed)
    accounting.insist(intake.counts)
    accounting.insist_on_rows([feed], intake.counts, intake.rejects)
    return intake


def plain(row: Row) -> tuple[object, ...]:
    """A row as it is compared: without the blanks around its fields, its amount by value."""
    *texts, amount = (text.strip() for text in row)
    try:
        return (*texts, Decimal(amount))
    except InvalidOperation:
        return (*texts, amount)


def held(folder: Path, number_kind: str, name: str, damaged: Damaged) -> None:
    """The law: refused in one sentence that names the file, or all accounted for, nothing lost and nothing changed."""
    try:
        intake = taken(folder, feed(number_kind), name, damaged.content)
    except Refusal as refusal:
        assert damaged.is_refused, refusal
        assert name in str(refusal)
        assert "\n" not in str(refusal)
        return
    assert not damaged.is_refused
    [count] = intake.counts
    assert count.unaccounted == 0
    loaded = [plain(entry.row) for entry in intake.loaded]
    assert len(loaded) == len(set(loaded))
    intact = {plain(row) for row in damaged.intact}
    assert intact <= set(loaded), "good rows were lost"
    assert set(loaded) <= intact | {plain(row) for row in damaged.written}, "a value was changed"


def kinds_of(form: str) -> list[Damage]:
    return [kind for kind in KINDS if form in kind.forms]


@pytest.mark.parametrize("number_kind", AMOUNTS)
@pytest.mark.parametrize(
    ("form", "kind"),
    [pytest.param(form, kind, id=f"{form}: {kind.name}") for form in ("csv", "jsonl") for kind in kinds_of(form)],
)
def test_damage_costs_what_it_hit_and_nothing_else(tmp_path: Path, form: str, kind: Damage, number_kind: str) -> None:
    held(tmp_path, number_kind, f"lines.{form}", kind.done(table(number_kind), form))


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        pytest.param(form, kind, id=f"{form}: {kind.name}")
        for form in ("csv", "jsonl")
        for kind in FILES
        if form in kind.forms
    ],
)
def test_a_packed_file_suffers_what_it_would_unpacked(tmp_path: Path, form: str, kind: Damage) -> None:
    held(tmp_path, "usd", f"lines.{form}.gz", kind.done(table("usd"), form))


def test_the_law_finds_a_lost_row_and_a_changed_one(tmp_path: Path) -> None:
    """What it holds a reader against is no formality: it fails where the file really says less, or something else."""
    clean = KINDS[0].done(table("usd"), "csv")
    lost = replace(clean, content=clean.content.rsplit(b"\n", 2)[0] + b"\n")
    changed = replace(
        clean, content=clean.content.replace(b"1234.50", b"1234.5001", 1).replace(b"1234.5001", b"1234.51")
    )
    for spoilt in (lost, changed):
        with pytest.raises(AssertionError, match="good rows were lost"):
            held(tmp_path, "usd", "lines.csv", spoilt)
