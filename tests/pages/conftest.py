"""Pages are opened as a founder on the sample, unless a test says otherwise."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.pages.visit import opened
from tests.warehouse.hand_world import WORLD
from tests.warehouse.worlds import built

Ask = Callable[..., list[tuple]]


@pytest.fixture(autouse=True)
def as_a_founder(desk_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("PRICING_DESK_ROLE", "PRICING_DESK_AS_OF"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(desk_folder.parent))
    monkeypatch.setenv("DECISIONS_DB_URL", f"sqlite:///{tmp_path / 'decisions.sqlite'}")


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once() -> Iterator[None]:
    """Every tested app asks all installed packages whether they bring components of Streamlit's, which takes it longer
    than most of our pages; none is installed while tests run, so one answer is every answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def ask(desk_folder: Path) -> Iterator[Ask]:
    """SQL of the test's own over the published sample."""
    path = desk_folder / (desk_folder / "current").read_text().strip()
    connection = duckdb.connect(str(path), read_only=True)
    yield lambda query, *values: connection.execute(query, values).fetchall()
    connection.close()


@pytest.fixture(scope="session")
def published_without(desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A warehouse of four customers, some of the sources left out; the price list is the sample's."""
    newest = max(path for path in desk_folder.parent.iterdir() if path.name[:2] == "20")
    plans = {f"plans_db/{file.name}": file.read_text() for file in (newest / "plans_db").glob("*.csv")}

    @cache
    def publish(*sources: str) -> Path:
        folder = tmp_path_factory.mktemp("-".join(["without", *sources]))
        world = {name: text for name, text in {**WORLD, **plans}.items() if name.split("/")[0] not in sources}
        built(folder, world)
        return folder

    return publish


@pytest.fixture
def open_without(published_without: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Open the desk on four customers, some of the sources left out."""
    return lambda *sources: monkeypatch.setenv("PRICING_DESK_SNAPSHOTS", str(published_without(*sources)))


@pytest.fixture(scope="session")
def seen_without(published_without: Callable[..., Path]) -> Callable[..., AppTest]:
    """A page on four customers, some of the sources left out, opened once for all tests that only look at it."""

    @cache
    def see(page: str, *sources: str) -> AppTest:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PRICING_DESK_SNAPSHOTS", str(published_without(*sources)))
            return opened(page)

    return see


SCENARIOS = sorted(path.stem for path in (ROOT / "data" / "scenarios").glob("*.toml"))
