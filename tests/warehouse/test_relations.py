"""The .sql files: one select each, the grain first, ordered by what they mention, and the roll-up portable."""

import re
from pathlib import Path

import pytest

from lib.warehouse import relations
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.relations import Relation, every_relation

SQL = Path(relations.__file__).parent / "sql"
FILES = sorted(SQL.rglob("*.sql"))
KEYWORDS = "select from where group order by join left inner on union all case when then else end cast with as distinct"


def bare(text: str) -> str:
    """SQL without comments, text values and quoted names."""
    return re.sub(r"--[^\n]*|'[^']*'|\"[^\"]*\"", " ", text)


def test_every_relation_stands_after_those_it_mentions() -> None:
    order = [relation.name for relation in every_relation()]
    assert len(order) == len(set(order)) == len([*SQL.glob("staging/*.sql"), *SQL.glob("marts/*.sql")])
    for relation in every_relation():
        assert all(order.index(name) < order.index(relation.name) for name in relation.mentions)


def test_a_comment_mentions_nothing() -> None:
    assert Relation("marts", "a", "-- like marts.b\nselect 1 from staging.c", ("x",)).mentions == {"staging.c"}


def test_relations_that_wait_for_each_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Relation("marts", "one", "select 1 from marts.two", ("x",))
    two = Relation("marts", "two", "select 1 from marts.one", ("x",))
    monkeypatch.setattr(relations, "_layer", lambda layer: [one, two] if layer == "marts" else [])
    with pytest.raises(BuildRefused, match=r"wait for each other: marts\.\w+ → marts\.\w+ → marts\.\w+"):
        every_relation()


def test_a_name_that_no_file_makes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Relation("marts", "one", "select 1 from staging.nothing", ("x",))
    monkeypatch.setattr(relations, "_layer", lambda layer: [one] if layer == "marts" else [])
    with pytest.raises(BuildRefused, match=r"sql/marts/one\.sql mentions staging\.nothing, which no file makes"):
        every_relation()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(SQL).as_posix()) for path in FILES])
def test_sql_is_lower_case_and_one_select(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("-- ")
    shouted = [word for word in KEYWORDS.split() if re.search(rf"\b{word.upper()}\b", bare(text))]
    assert not shouted
    assert path.name == "macros.sql" or ";" not in bare(text)
    assert max(len(line) for line in text.splitlines()) <= 120


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in sorted(SQL.glob("staging/*.sql"))])
def test_staging_never_joins(path: Path) -> None:
    text = bare(path.read_text())
    assert " join " not in text
    assert not re.search(r"\b(staging|marts)\.", text)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in sorted(SQL.glob("marts/*.sql"))])
def test_marts_read_staging_and_marts_and_name_their_columns(path: Path) -> None:
    text = bare(path.read_text())
    assert not re.search(r"\braw\.", text)
    assert not re.search(r"select\s+\*\s+from\s+(marts|staging)", text)


@pytest.mark.parametrize("mart", ["usage_day", "usage_month"])
def test_the_roll_up_uses_only_what_every_engine_reads_the_same(mart: str) -> None:
    """CTE, join, case, sum, max, cast, date_trunc: these two texts may be handed to another engine as they are."""
    text = bare((SQL / "marts" / f"{mart}.sql").read_text())
    called = set(re.findall(r"\b(\w+)\s*\(", text))
    assert called <= {"cast", "sum", "max", "date_trunc", "decimal", "as"}
    for word in (
        "qualify",
        "asof",
        "filter",
        "over",
        "lateral",
        "unnest",
        "interval",
        "group by all",
        "::",
        "distinct",
    ):
        assert word not in text
