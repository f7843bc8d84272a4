"""The house rules, read from the source itself: floors, rooms, names, and what no file may hold."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIB = ROOT / "lib"

FACTS, INCOMING, RULES, COMPOSITIONS, FACES = range(5)

# Rooms that only these rooms may enter. Everywhere else a room may use what stands above it on the map.
RESERVED = {
    "sources": {"verbs"},
    "warehouse": {"desk", "verbs"},
    "decisions": {"desk", "exports", "reports", "ui", "verbs"},
    "desk": {"reports", "ui", "verbs"},
    "ui": set[str](),
    "verbs": {"__main__"},
}

# Each third-party package has one room; materials may be used in any.
HOMES = {
    "streamlit": ("lib/ui/", "pages/", "app.py"),
    "plotly": ("lib/charts/",),
    "duckdb": ("lib/warehouse/",),
    "boto3": ("lib/sources/",),
    "botocore": ("lib/sources/",),
    "stripe": ("lib/sources/",),
    "pymysql": ("lib/sources/",),
    "psycopg": ("lib/sources/",),
    "sqlalchemy": ("lib/sources/", "lib/decisions/", "lib/databases.py"),
    "xlsxwriter": ("lib/exports/",),
    "icalendar": ("lib/exports/",),
    "scipy": ("lib/search/", "lib/retention/", "lib/forecast/", "lib/scores.py"),
}
MATERIALS = {"numpy", "pandas", "pyarrow"}

CLOCKS = {"today", "now", "utcnow", "time_ns", "localtime", "gmtime"}
DICE = {"uuid1", "uuid4", "urandom", "token_hex"}
DOORS = {"os", "io", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "urllib", "http", "logging"}
OPENERS = {"open", "print", "input", "read_text", "read_bytes", "write_text", "write_bytes"}

# Prices and fees of the brief: they belong in data.
PRICES = {"0.03", "0.029", "299", "1499", "3999", "2990", "14990", "39990", "2870", "14390", "38390"}


def sources(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


LIBRARY = sources("lib/**/*.py")
HOUSE = [*LIBRARY, *sources("pages/*.py", "app.py")]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def each(paths: Iterable[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", [pytest.param(path, id=name(path)) for path in paths])


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file: most rules look at all of them, so a file is walked through once."""
    return tuple(ast.walk(tree(path)))


def imports(path: Path) -> set[str]:
    """Every dotted name a file imports, `from a import b` as a.b."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} imports by dots: write the whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    """The third-party packages a file imports."""
    tops = {dotted.partition(".")[0] for dotted in imports(path)}
    return tops - set(sys.stdlib_module_names) - {"app", "lib", "pages", "_typeshed"}


def room(path: Path) -> str:
    return path.relative_to(LIB).parts[0].removesuffix(".py")


def rooms_used(path: Path) -> set[str]:
    return {dotted.split(".")[1] for dotted in imports(path) if dotted.startswith("lib.")}


@cache
def floors() -> dict[str, int]:
    """The map in lib/__init__.py: room → floor, in the order in which it is read."""
    found: dict[str, int] = {}
    floor = -1
    for line in (ast.get_docstring(tree(LIB / "__init__.py")) or "").splitlines()[1:]:
        if listed := re.match(r"    (\w+)\s{2,}\S", line):
            found[listed[1]] = floor
        elif line and not line.startswith(" "):
            floor += 1
    return found


def may_use(user: str) -> set[str]:
    """The rooms a room may import, itself included."""
    order = list(floors())
    facts = {other for other in order if floors()[other] == FACTS}
    above = set(order[: order.index(user)])
    if floors()[user] in (INCOMING, RULES):
        return facts | {user}
    return {other for other in above if user in RESERVED.get(other, {user})} | {user} - {"__main__"}


def identifiers(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        match part:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.keyword(arg=str(word)):
                yield word
            case ast.FunctionDef(name=word) | ast.ClassDef(name=word) | ast.alias(name=word):
                yield word


def literals(path: Path) -> Iterator[ast.Constant]:
    """Every constant of a file but its docstrings and other bare strings."""
    prose = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and id(node) not in prose:
            yield node


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef))


@cache
def kept() -> list[Path]:
    """The files of the project: what git keeps, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / entry for entry in listed.split("\0") if entry and (ROOT / entry).is_file()]


def lines(path: Path) -> list[tuple[int, str]]:
    """The numbered lines of a text file; none of a binary one."""
    content = path.read_bytes()
    return [] if b"\0" in content else list(enumerate(content.decode("utf-8", "replace").splitlines(), 1))


# The floors


def test_the_map_names_every_room_and_every_room_stands() -> None:
    standing = {room(path) for path in LIBRARY} - {"__init__"}
    assert set(floors()) == standing
    assert set(floors().values()) == {FACTS, INCOMING, RULES, COMPOSITIONS, FACES}


@each(path for path in LIBRARY if path != LIB / "__init__.py")
def test_a_room_uses_only_what_the_floors_allow(path: Path) -> None:
    assert rooms_used(path) <= may_use(room(path))


@each(sources("pages/*.py", "app.py"))
def test_pages_never_reach_behind_the_desk(path: Path) -> None:
    assert not rooms_used(path) & {"sources", "warehouse", "decisions", "verbs", "__main__"}


@each(HOUSE)
def test_each_third_party_package_has_one_room(path: Path) -> None:
    homeless = packages(path) - HOMES.keys() - MATERIALS
    assert not homeless, f"{homeless} has no room yet: name one in HOMES"
    strangers = {package for package in packages(path) & HOMES.keys() if not name(path).startswith(HOMES[package])}
    assert not strangers, f"{strangers} belongs to {[HOMES[package] for package in strangers]}"


@each(sources("data/**/*.py", "tests/independent/**/*.py"))
def test_the_sample_and_the_second_opinions_know_nothing_of_lib(path: Path) -> None:
    assert not rooms_used(path)


# Three axes


def test_the_three_axes_are_never_merged(shared: Path) -> None:
    """'Three axes that must not be merged' — billing rail, pricing model, segment. 'They are correlated but not
    identical.' 'Do not hard-wire the rail to the persona. Key it on "has AWS account + wants consolidated billing".'
    """
    brief = next((shared / "brief").glob("000*")).read_text()
    assert "Three axes that must not be merged" in brief
    assert "They are correlated but not identical." in brief
    assert "Do not hard-wire the rail to the persona." in brief
    assert not [path for path in sources("lib/rails/*.py") if "segments" in rooms_used(path)]
    assert not [path for path in sources("lib/segments/*.py") if "rails" in rooms_used(path)]


@each(sources("lib/rails/*.py"))
def test_rails_read_facts_and_never_a_persona(path: Path) -> None:
    spoken = {*identifiers(tree(path)), *(str(node.value) for node in literals(path))}
    assert not [word for word in spoken if re.search("persona|maturity|ladder|motion|segment", word, re.IGNORECASE)]


@each(sources("lib/segments/*.py"))
def test_who_a_customer_is_never_hangs_on_a_rail(path: Path, shared: Path) -> None:
    """'A Tackle/Suger customer who buys Vellocity through AWS Marketplace is not signing onto a second 3PI.'"""
    brief = next((shared / "brief").glob("000*")).read_text()
    assert "through AWS Marketplace is not signing onto a second 3PI." in brief
    spoken = {word for word in identifiers(tree(path)) if re.search("rail|stripe|billing", word, re.IGNORECASE)}
    assert not spoken
    asked = {node.value for node in literals(path) if isinstance(node.value, str)}
    assert "wants_consolidated_billing" not in asked


# Pure rules


@each(path for path in LIBRARY if floors().get(room(path)) in (RULES, COMPOSITIONS))
def test_rules_and_compositions_neither_read_nor_write(path: Path) -> None:
    assert not {dotted.partition(".")[0] for dotted in imports(path)} & DOORS
    calls = [node.func for node in nodes(path) if isinstance(node, ast.Call)]
    assert not {word for call in calls for word in list(identifiers(call))[:1]} & OPENERS


def clock_reads(path: Path) -> list[str]:
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Attribute):
            whole = ast.unparse(node)
            if node.attr in CLOCKS | DICE or whole == "time.time":
                found.append(f"{name(path)}:{node.lineno} {whole}")
            if re.fullmatch(r"random\.(?!Random$)\w+", whole):
                found.append(f"{name(path)}:{node.lineno} {whole}")
        if isinstance(node, ast.Call) and not node.args and ast.unparse(node.func).endswith(("Random", "default_rng")):
            found.append(f"{name(path)}:{node.lineno} unseeded {ast.unparse(node)}")
    return found


def test_the_clock_is_read_in_one_place_and_dice_are_seeded() -> None:
    """As-of is an argument everywhere; only the two faces may ask for today, each once."""
    reads = [read for path in HOUSE for read in clock_reads(path)]
    assert sorted(read.partition(":")[0] for read in reads) == ["lib/ui/opening.py", "lib/verbs/opening.py"]


@each(sources("lib/**/*.sql"))
def test_sql_reads_no_clock_and_throws_no_dice(path: Path) -> None:
    pattern = r"\b(current_(date|time|timestamp)|(now|today|random|uuid|gen_random_uuid)\s*\()"
    assert not re.search(pattern, path.read_text(), re.IGNORECASE)


def forks(path: Path) -> Iterator[ast.expr]:
    """Every condition that chooses between two ways on; one that only refuses its input is no fork."""
    for node in nodes(path):
        if isinstance(node, ast.IfExp | ast.While):
            yield node.test
        if isinstance(node, ast.If) and not all(isinstance(step, ast.Raise) for step in node.body):
            yield node.test
        if isinstance(node, ast.comprehension):
            yield from node.ifs


@each(LIBRARY)
def test_nothing_branches_on_a_scenario(path: Path) -> None:
    """Compute twice, subtract, never branch."""
    for fork in forks(path):
        asked = [word for word in identifiers(fork) if "scenario" in word.lower()]
        assert not asked, f"{name(path)}:{fork.lineno} branches on {asked}"


@each(HOUSE)
def test_no_price_or_fee_is_written_in_code(path: Path) -> None:
    for node in literals(path):
        plain = re.sub(r"\.0+$", "", str(node.value).replace(",", ""))
        assert plain not in PRICES, f"{name(path)}:{node.lineno} holds {node.value!r}: it belongs in data"


@each(HOUSE)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [f"{node.name}: {node.end_lineno - node.lineno + 1} lines" for node in functions(path) if node.end_lineno]
    assert not [entry for entry in long if int(entry.split()[-2]) > 50]


# Pages


PAGES = sources("pages/*.py")


def test_the_pages_folder_and_the_front_door_agree() -> None:
    registered = {dotted.removeprefix("pages.") for dotted in imports(ROOT / "app.py") if dotted.startswith("pages.")}
    assert registered == {path.stem for path in PAGES}
    shown = {ast.unparse(node) for node in ast.walk(tree(ROOT / "app.py")) if isinstance(node, ast.Attribute)}
    assert {f"{page}.render" for page in registered} <= shown


@each(PAGES)
def test_a_page_defines_render_and_hands_over_when_run_alone(path: Path) -> None:
    """A page that is opened by address before the front door ran must still pass through it."""
    assert "render" in {node.name for node in functions(path)}
    last = tree(path).body[-1]
    assert isinstance(last, ast.If)
    assert ast.unparse(last.test) == "__name__ == '__main__'"


@each(PAGES)
def test_a_page_is_a_score_not_an_instrument(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 60
    assert not {"groupby", "merge", "pivot_table"} & set(identifiers(tree(path)))


# Papers


def test_the_readme_names_every_room_and_every_page() -> None:
    readme = (ROOT / "README.md").read_text()
    words = {*floors(), *(path.stem for path in PAGES)}
    assert not [word for word in sorted(words) if not re.search(rf"\b{word}\b", readme)]


def test_the_changelog_opens_with_the_numbers_that_moved() -> None:
    headings = [text.lstrip("# ") for _, text in lines(ROOT / "CHANGELOG.md") if text.startswith("#")]
    assert "Numbers that moved" in headings[1:3]


# What no file may be, or hold


def test_no_file_is_named_after_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "service", "services", "misc"}
    assert not [name(path) for path in kept() if empty & set(re.split(r"[._/-]", name(path).lower()))]


def offences(pattern: str, paths: Iterable[Path]) -> list[str]:
    compiled = re.compile(pattern)
    return [f"{name(path)}:{number}" for path in paths for number, text in lines(path) if compiled.search(text)]


def test_nothing_is_left_unfinished() -> None:
    assert not offences(r"\b(TOD[O]|FIXM[E]|XX[X]|NotImplemented[E]rror)\b", kept())


def test_no_file_knows_a_machine_or_a_registry() -> None:
    """Patterns are spelt so that this file does not match itself."""
    machines = r"(?<![\w.])/(wor[k]|hom[e]|roo[t]|User[s]|tm[p]|op[t])/"
    registries = r"pypi\.or[g]|pythonhoste[d]|--(extra-)?index-ur[l]|--find-link[s]|file:/[/]/"
    assert not offences(f"{machines}|{registries}", kept())


def pins(requirements: str) -> dict[str, str]:
    """Package → version; each must be exact and carry a hash."""
    joined = (ROOT / requirements).read_text().replace("\\\n", " ")
    found = {}
    for entry in (text.strip() for text in joined.splitlines()):
        if entry and not entry.startswith("#"):
            pinned = re.match(r"([\w.-]+)==([\w.]+)\s.*--hash=sha256:[0-9a-f]{64}", entry)
            assert pinned, f"{requirements}: {entry[:60]!r} is not pinned with a hash"
            found[pinned[1]] = pinned[2]
    return found


def asked(entries: Iterable[str]) -> dict[str, str]:
    """Requirements as pyproject.toml writes them → name and version; the extras of a package are pins of their own."""
    return {name.partition("[")[0]: version for name, _, version in (entry.partition("==") for entry in entries)}


def test_every_package_is_pinned_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run, develop = pins("requirements.txt"), pins("requirements-dev.txt")
    assert asked(project["dependencies"]).items() <= run.items()
    assert asked(project["dependencies"] + project["optional-dependencies"]["dev"]).items() <= develop.items()
    assert run.items() <= develop.items()
    measure = asked(project["optional-dependencies"]["bench"])
    assert {**run, **measure}.items() <= pins("requirements-bench.txt").items()
